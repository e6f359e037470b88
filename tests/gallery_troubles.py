"""What goes wrong around the program: full disks, locks, clocks. Doubles stand only where the operating system would act."""

from __future__ import annotations

import builtins
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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

    def write() -> None:
        for _ in range(40):
            time.sleep(0.05)
            with path.open("ab") as file:
                file.write(b"\0")

    threading.Thread(target=write, daemon=True).start()


__all__ = ["TROUBLES", "Path", "builtins"]
