"""The inbox: what is in it, what has come to rest, one read of each file."""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import Callable

import pytest

from toolkit.findings import Finding
from toolkit.intake.folder import Entry, Scan, printable, read_once, scan, settle
from toolkit.office.limits import Limits

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX file system")
NOW = 2_000_000_000.0


def put(inbox: pathlib.Path, name: str, content: bytes = b"x", age: float = 100.0) -> pathlib.Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (NOW - age, NOW - age))
    return path


def told(found: Scan) -> list[tuple[str, str, list[str]]]:
    return [(e.shown, e.kind, [f.code for f in e.findings]) for e in found.entries]


def test_kinds_by_name_and_place(tmp_path: pathlib.Path) -> None:
    for name in (
        "b.xlsx", "甲局/a.xlsx", "甲局/~$a.xlsx", "甲局/.~lock.a.xlsx#", "x.tmp", ".hidden", ".git/config", "没有扩展名",
        "Thumbs.db", "甲局/desktop.ini", ".DS_Store", ".gitkeep", "甲局/佐证/任何.exe", "甲局/佐证/深/图.jpg", "图.jpg", "表.docx",
    ):  # fmt: skip
        put(tmp_path, name)
    found = scan(tmp_path)
    assert found.findings == ()
    assert told(found) == sorted(
        [
            ("inbox/.git", "ignored", ["IN-104"]),
            ("inbox/.hidden", "ignored", ["IN-104"]),
            ("inbox/b.xlsx", "workbook", []),
            ("inbox/x.tmp", "ignored", ["IN-104"]),
            ("inbox/图.jpg", "other", ["IN-111"]),
            ("inbox/没有扩展名", "workbook", []),
            ("inbox/甲局/.~lock.a.xlsx#", "ignored", ["IN-104"]),
            ("inbox/甲局/a.xlsx", "workbook", []),
            ("inbox/甲局/~$a.xlsx", "ignored", ["IN-104"]),
            ("inbox/甲局/佐证/任何.exe", "evidence", []),
            ("inbox/甲局/佐证/深/图.jpg", "evidence", []),
            ("inbox/表.docx", "workbook", []),
        ]
    )


@POSIX
def test_what_is_no_regular_file_is_named_and_never_followed(tmp_path: pathlib.Path) -> None:
    inbox = tmp_path / "inbox"
    secret = put(tmp_path, "outside/secret.xlsx")
    inbox.mkdir()
    (inbox / "link.xlsx").symlink_to(secret)
    (inbox / "folder").symlink_to(secret.parent)
    (inbox / "loop").symlink_to(inbox)
    os.mkfifo(inbox / "pipe.xlsx")
    assert told(scan(inbox)) == [
        (f"inbox/{n}", "other", ["IN-101"]) for n in ("folder", "link.xlsx", "loop", "pipe.xlsx")
    ]
    for entry in scan(inbox).entries:
        answer = read_once(entry)
        assert isinstance(answer, Finding) and answer.code == "IN-101"


@POSIX
def test_odd_names_are_shown_in_full_and_noted(tmp_path: pathlib.Path) -> None:
    for name in (b"a\nb.xlsx", "甲\u202ey.xlsx".encode(), b"\xbc\xd7.xlsx", "甲局-六月.xlsx".encode()):
        pathlib.Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    shown = {e.shown: [f.code for f in e.findings] for e in scan(tmp_path).entries}
    assert shown == {
        "inbox/a\\u000ab.xlsx": ["IN-105"],
        "inbox/甲\\u202ey.xlsx": ["IN-105"],
        "inbox/\\xbc\\xd7.xlsx": ["IN-105"],
        "inbox/甲局-六月.xlsx": [],
    }
    for entry in scan(tmp_path).entries:
        assert read_once(entry) == b"x"
        assert printable(entry.shown) == entry.shown and entry.shown.encode()


def test_an_inbox_that_cannot_be_read_is_never_an_empty_one(tmp_path: pathlib.Path) -> None:
    for inbox in (tmp_path / "gone", put(tmp_path, "file")):
        found = scan(inbox)
        assert found.entries == () and [f.code for f in found.findings] == ["RUN-104"]
    assert scan(tmp_path / "gone").findings[0].message.startswith("收件文件夹不存在")


def test_a_share_that_breaks_half_way_gives_no_half_list(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.xlsx")
    put(tmp_path, "乙局/b.xlsx")
    real = os.scandir

    def breaking(path: os.PathLike[str]) -> object:
        if pathlib.Path(path).name == "乙局":
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "scandir", breaking)
    found = scan(tmp_path)
    assert found.entries == () and [f.code for f in found.findings] == ["RUN-104"]


def test_a_locked_sub_folder_is_named_and_the_rest_is_read(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.xlsx")
    put(tmp_path, "乙局/b.xlsx")
    real = os.scandir

    def locked(path: os.PathLike[str]) -> object:
        if pathlib.Path(path).name == "乙局":
            raise PermissionError(13, "denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", locked)
    found = scan(tmp_path)
    assert [e.shown for e in found.entries] == ["inbox/a.xlsx"]
    assert [(f.code, f.file) for f in found.findings] == [("IN-102", "inbox/乙局")]


class Clock:
    """Our own clock: sleeping moves it and runs what happens meanwhile."""

    def __init__(self, happens: Callable[[int], None] = lambda n: None) -> None:
        self.time = 0.0
        self.sleeps = 0
        self._happens = happens

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.time += seconds
        self.sleeps += 1
        self._happens(self.sleeps)

    def monotonic(self) -> float:
        return self.time


def rested(inbox: pathlib.Path, clock: Clock, seconds: float = 3.0) -> tuple[list[str], list[tuple[str, str]]]:
    still, moving = settle(scan(inbox).entries, seconds, clock.sleep, clock.monotonic, NOW)
    return [e.name for e in still], [(e.name, e.findings[-1].code) for e in moving]


def test_old_files_need_no_wait(tmp_path: pathlib.Path) -> None:
    put(tmp_path, "old.xlsx", age=3.0)
    clock = Clock()
    assert rested(tmp_path, clock) == (["old.xlsx"], []) and clock.sleeps == 0


@pytest.mark.parametrize("age", [0.5, -86_400.0 * 365])
def test_a_young_file_or_one_from_the_future_settles_by_our_own_clock(tmp_path: pathlib.Path, age: float) -> None:
    put(tmp_path, "young.xlsx", age=age)
    clock = Clock()
    assert rested(tmp_path, clock) == (["young.xlsx"], [])
    assert clock.time == pytest.approx(3.0)


def test_only_a_file_that_moves_is_deferred(tmp_path: pathlib.Path) -> None:
    put(tmp_path, "a.xlsx", age=1)
    growing = put(tmp_path, "b.xlsx", age=1)
    put(tmp_path, "c.xlsx", age=1)
    gone = put(tmp_path, "d.xlsx", age=1)

    def happens(n: int) -> None:
        growing.write_bytes(b"x" * n * 10)
        gone.unlink(missing_ok=True)

    clock = Clock(happens)
    assert rested(tmp_path, clock) == (["a.xlsx", "c.xlsx"], [("b.xlsx", "IN-103"), ("d.xlsx", "IN-103")])
    assert clock.time <= 3.0


def one(inbox: pathlib.Path) -> Entry:
    (entry,) = scan(inbox).entries
    return entry


def code(answer: bytes | Finding) -> str:
    return answer.code if isinstance(answer, Finding) else "read"


def test_sizes(tmp_path: pathlib.Path) -> None:
    limits = Limits(file_bytes=10, evidence_bytes=20)
    for folder, size, expected in (
        ("甲", 0, "IN-106"),
        ("甲", 10, "read"),
        ("甲", 11, "IN-107"),
        ("佐证", 11, "read"),
        ("佐证", 21, "IN-107"),
    ):
        path = put(tmp_path, f"{folder}/a.xlsx", bytes(size))
        assert code(read_once(one(tmp_path), limits)) == expected
        path.unlink()


def test_a_file_replaced_since_the_scan_is_not_read(tmp_path: pathlib.Path) -> None:
    path = put(tmp_path, "a.xlsx", b"one")
    entry = one(tmp_path)
    assert read_once(entry) == b"one"
    path.write_bytes(b"other")
    assert code(read_once(entry)) == "IN-103"
    path.unlink()
    assert code(read_once(entry)) == "IN-102"


def test_a_file_written_to_while_it_is_read_is_not_taken(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "a.xlsx", b"x" * 5000)
    entry = one(tmp_path)
    real = os.read

    def meanwhile(descriptor: int, size: int) -> bytes:
        os.utime(path, (NOW, NOW))
        return real(descriptor, size)

    monkeypatch.setattr(os, "read", meanwhile)
    assert code(read_once(entry)) == "IN-103"


def test_a_file_held_by_another_program_gives_its_reason(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.xlsx")
    entry = one(tmp_path)

    def held(*_: object) -> int:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "open", held)
    answer = read_once(entry)
    assert isinstance(answer, Finding) and answer.code == "IN-102" and "占用" in answer.message
