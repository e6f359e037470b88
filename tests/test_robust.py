"""Faults on purpose: whatever call fails, whatever is damaged, nothing submitted is lost, nothing half is shown, and the
next ordinary run ends where an undisturbed one would have ended."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nights
import pytest

from toolkit import consolidating
from toolkit.intake import sandbox
from toolkit.model import PeriodResult
from toolkit.store.archive import digest_of

UNTOUCHED = ("state/run.lock",)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files in the inbox: one is accepted, one comes back."""
    workspace = nights.copied(nights.sample(tmp_path_factory, 2, 2), tmp_path_factory.mktemp("two") / "w")
    said = nights.zwgk(workspace, "check", str(workspace / "inbox"), "--as-of", nights.DAY, "--json")
    verdicts = {f["file"]: f["verdict"] for f in said.json["files"]}
    good = next(f for f, v in verdicts.items() if v.startswith("accepted") and "年报数据" in f)
    bad = next(f for f, v in verdicts.items() if v == "returned")
    for file in verdicts:
        if file not in (good, bad):
            (workspace / file).unlink()
    return workspace


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file says and what a document looks like is not at stake here: both are made once and kept."""
    books: dict[tuple[str, bytes], sandbox.Outcome] = {}

    def read_all(items: Any, workers: int, limits: Any = None, progress: Any = None) -> list[sandbox.Outcome]:
        for item in items:
            if item not in books:
                books[item] = sandbox.resolve(sandbox.READER)(item[1], item[0], limits)
        return [books[item] for item in items]

    def render(desk: Any, result: PeriodResult, folder: str) -> tuple[dict[str, bytes], tuple[()]]:
        numbers = " ".join(f"{s.receipt_no} {s.digest} {s.verdict}" for s in result.submissions)
        text = f"{result.period.text} {numbers}".encode()
        return {f"{folder}/总台账.txt": text * 9, f"{folder}/数据/scores.json": text}, ()

    monkeypatch.setattr("toolkit.intake.sandbox.read_all", read_all)
    monkeypatch.setattr(consolidating, "render", render)


@pytest.fixture
def world(source: Path, tmp_path: Path, quick: None) -> Callable[[str], Path]:
    """Fresh copies of the workspace as it was before its first run."""
    return lambda name: nights.copied(source, tmp_path / name)


@pytest.fixture
def done(world: Callable[[str], Path]) -> Path:
    """A workspace after one undisturbed run."""
    workspace = world("done")
    assert nights.run(workspace).code == 0
    return workspace


# ---------------------------------------------------------------- calls that fail


class Crash(BaseException):
    """The process ends here: nothing above may catch it."""


class Faulty:
    """Counts what goes to the disk (writes, syncs, renames) and lets the `at`-th of it fail."""

    def __init__(self, at: int, failure: BaseException) -> None:
        self.at, self.failure, self.count = at, failure, 0

    def strike(self) -> bool:
        self.count += 1
        return self.count == self.at

    @contextmanager
    def active(self) -> Iterator[None]:
        real_replace, real_fsync, real_open = os.replace, os.fsync, Path.open

        def replace(a: Any, b: Any) -> None:
            if self.strike():
                raise self.failure
            real_replace(a, b)

        def fsync(handle: int) -> None:
            if self.strike():
                raise self.failure
            real_fsync(handle)

        def opened(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
            stream = real_open(path, mode, *more, **named)
            return _Stream(stream, self) if mode in ("wb", "r+b", "x+b") else stream

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "replace", replace)
            patch.setattr(os, "fsync", fsync)
            patch.setattr(Path, "open", opened)
            yield


class _Stream:
    """A file of which one write stops half-way."""

    def __init__(self, stream: Any, faulty: Faulty) -> None:
        self._stream, self._faulty = stream, faulty

    def write(self, data: bytes) -> int:
        if self._faulty.strike():
            self._stream.write(data[: len(data) // 2])
            self._stream.flush()
            raise self._faulty.failure
        return int(self._stream.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def failing_run(workspace: Path, faulty: Faulty) -> int | None:
    """The exit code; None when the process was ended in the middle."""
    try:
        with faulty.active():
            return nights.run(workspace).code
    except Crash:
        return None


def visible(workspace: Path) -> dict[str, str]:
    return {n: d for n, d in nights.outbox(workspace).items() if not n.startswith(".staging-run/")}


FAILURES = (
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    Crash,
    lambda: OSError(errno.EIO, "Input/output error"),
    Crash,
)


def test_a_fault_at_any_call_leaves_no_trace_after_the_next_run(world: Callable[[str], Path]) -> None:
    good = world("good")
    counting = Faulty(0, Crash())
    before = visible(good)
    assert failing_run(good, counting) == 0
    after, kept = visible(good), nights.records(good)
    assert counting.count > 60, "the run hardly touched the disk: nothing would be tested"
    for number in range(1, counting.count + 1):
        workspace = world(f"k{number}")
        code = failing_run(workspace, Faulty(number, FAILURES[number % 4]()))
        assert code in (None, 0, 74), f"call {number}: exit {code}"
        now = visible(workspace)
        torn = [n for n, d in now.items() if d not in (before.get(n), after.get(n))]
        assert not torn, f"call {number}: neither old nor new: {torn}"
        assert set(before) <= set(now), f"call {number}: a file vanished"
        assert code != 0 or now == after, f"call {number}: success said, but the set is not whole"
        assert nights.run(workspace).code == 0, f"call {number}: the next run"
        assert nights.outbox(workspace) == after, f"call {number}: another outbox"
        assert nights.records(workspace) == kept, f"call {number}: other records"
        assert not (workspace / "archive" / "tmp").exists() or not list((workspace / "archive" / "tmp").iterdir())
        shutil.rmtree(workspace)


def test_a_disk_that_stays_full_is_said_and_recovers(world: Callable[[str], Path]) -> None:
    class Full(Faulty):
        def strike(self) -> bool:
            self.count += 1
            return self.count >= self.at

    good = world("good")
    nights.run(good)
    for number in (1, 9, 30, 50):
        workspace = world(f"full{number}")
        before = visible(workspace)
        code = failing_run(workspace, Full(number, OSError(errno.ENOSPC, "No space left on device")))
        assert code == 74
        assert all(d in (before.get(n), visible(good).get(n)) for n, d in visible(workspace).items())
        assert nights.run(workspace).code == 0
        assert nights.outbox(workspace) == nights.outbox(good)


def test_the_words_of_a_full_disk(world: Callable[[str], Path]) -> None:
    with Faulty(1, OSError(errno.ENOSPC, "No space left on device")).active():
        said = nights.run(world("w"))
    assert "磁盘空间不足" in said.err
    assert "OUT-201" in said.err
