"""What goes wrong around the program: full disks, locks, clocks. Doubles stand only where the operating system would act."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.store import archive, publish

if TYPE_CHECKING:
    from tests.gallery_kit import Stage

TROUBLES: dict[str, Callable[[Stage], None]] = {}


def _trouble(words: str) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    def keep(deed: Callable[[Stage], None]) -> Callable[[Stage], None]:
        TROUBLES[words] = deed
        return deed

    return keep


# ---------------------------------------------------------------- the inbox


@_trouble("放入一个指向别处的链接")
def _link(stage: Stage) -> None:
    try:
        (stage.root / "inbox" / "小表.xlsx").symlink_to(stage.root / "zwgk.toml")
    except OSError:
        pytest.skip("this user may make no links")


@_trouble("报送文件不让读")
def _unreadable(stage: Stage) -> None:
    """Simulated: the tests may run as a user whom no permission stops."""
    opened = os.open

    def refuse(path: Any, *more: Any, **named: Any) -> int:
        if str(path).endswith(".xlsx") and "inbox" in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *more, **named)

    stage.patch.setattr(os, "open", refuse)


@_trouble("有人还在往报送文件里写")
def _writing(stage: Stage) -> None:
    """Another program goes on writing while the inbox is watched."""
    path = stage.office.files[-1]
    stage.office.setting("settle_seconds", "0.6")
    now = time.time()
    os.utime(path, (now, now))

    over = threading.Event()

    def write() -> None:
        while not over.wait(0.05):
            with path.open("ab") as file:
                file.write(b"\0")

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    stage.after += [over.set, writer.join]


# ---------------------------------------------------------------- disks


def _when_replacing(stage: Stage, ending: str, error: Callable[[str], OSError]) -> None:
    """Simulated: putting a file in its place fails as the system would let it fail."""
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        if str(target).endswith(ending):
            raise error(str(target))
        real(source, target)

    stage.patch.setattr(os, "replace", replace)


@_trouble("磁盘已满")
def _full(stage: Stage) -> None:
    _when_replacing(stage, ".txt", lambda path: OSError(errno.ENOSPC, "No space left on device"))


@_trouble("输出文件夹只读")
def _read_only(stage: Stage) -> None:
    _when_replacing(stage, ".txt", lambda path: OSError(errno.EROFS, "Read-only file system"))


@_trouble("有人正打开着回执")
def _held(stage: Stage) -> None:
    stage.patch.setattr(publish, "_PAUSES", (0.0,))
    stage.patch.setattr(archive, "_MOMENTS", (0.0,))

    def violation(path: str) -> OSError:
        error = PermissionError(errno.EACCES, "being used by another process", path)
        error.winerror = 32  # type: ignore[attr-defined]
        return error

    _when_replacing(stage, ".txt", violation)


# ---------------------------------------------------------------- locks, the index, the archive


@_trouble("另有一个任务在运行")
def _running(stage: Stage) -> None:
    from filelock import FileLock

    lock = FileLock(stage.root / "state" / "run.lock")
    lock.acquire()
    stage.after.append(lock.release)


@_trouble("另一个程序锁住了索引")
def _locked(stage: Stage) -> None:
    connect = sqlite3.connect

    def impatient(path: Any, **more: Any) -> sqlite3.Connection:
        return connect(path, **{**more, "timeout": 0.05})

    other = connect(stage.root / "state" / "zwgk.sqlite")
    other.execute("BEGIN EXCLUSIVE")
    stage.after.append(other.close)
    stage.patch.setattr(sqlite3, "connect", impatient)


@_trouble("索引文件坏了")
def _damaged(stage: Stage) -> None:
    path = stage.root / "state" / "zwgk.sqlite"
    path.write_bytes("不是索引".encode() * 400)


@_trouble("索引文件被清空")
def _emptied(stage: Stage) -> None:
    (stage.root / "state" / "zwgk.sqlite").write_bytes(b"")


@_trouble("日志中的一行被改动")
def _rewritten(stage: Stage) -> None:
    path = next(p for p in sorted((stage.root / "journal").rglob("*")) if p.is_file() and b"issued" in p.read_bytes())
    path.write_bytes(path.read_bytes().replace("云溪区财政局".encode(), "东城区财政局".encode(), 1))


@_trouble("索引由更新的程序建立")
def _newer(stage: Stage) -> None:
    connection = sqlite3.connect(stage.root / "state" / "zwgk.sqlite")
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.commit()
    connection.close()


@_trouble("档案中的一个文件被改动")
def _altered(stage: Stage) -> None:
    path = max((p for p in (stage.root / "archive").rglob("*.xlsx")), key=lambda p: p.stat().st_mtime_ns)
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


@_trouble("工作区位于网络路径")
def _network(stage: Stage) -> None:
    """The same folder, named as a share is named."""
    if os.name == "nt":
        pytest.skip("needs a share on Windows")
    stage.office.root = Path(f"/{stage.root}")


# ---------------------------------------------------------------- people


@_trouble("移走收件文件夹")
def _no_inbox(stage: Stage) -> None:
    (stage.root / "inbox").rename(stage.root / "别处")


@_trouble("换掉通报模板的一个标签")
def _template(stage: Stage) -> None:
    path = stage.root / "templates" / "docx" / "工作通报@周期.docx"
    _edit_word(path, "进展表", "进度表")


@_trouble("模板改名为“通报”")
def _odd_name(stage: Stage) -> None:
    path = stage.root / "templates" / "docx" / "工作通报@周期.docx"
    path.rename(path.with_name("通报.docx"))


@_trouble("豁免年报的全部问题")
def _waived(stage: Stage) -> None:
    receipt = stage.receipts[-1]
    found = [f for file in stage.said[-1].json["files"] for f in file["findings"]]
    for rule in {f["rule"] or f["code"] for f in found}:
        stage.office("waive", receipt, "--rule", rule, "--reason", "示例", "--by", "办公室")


def _edit_word(path: Path, old: str, new: str) -> None:
    from tests.forms_kit import members, zipped

    parts = members(path.read_bytes())
    body = parts["word/document.xml"].decode()
    assert old in body
    parts["word/document.xml"] = body.replace(old, new).encode()
    path.write_bytes(zipped(parts))


__all__ = ["TROUBLES"]
