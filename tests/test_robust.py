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
from toolkit.store.archive import digest_of
from toolkit.store.journal import Journal

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
    nights.quicken(monkeypatch)


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


# ---------------------------------------------------------------- the index


def cut(data: bytes) -> bytes:
    return data[: len(data) * 6 // 10]


def headless(data: bytes) -> bytes:
    return bytes(100) + data[100:]


@pytest.mark.parametrize(
    "damage",
    [lambda d: b"", lambda d: bytes(len(d)), cut, headless, lambda d: b"no database at all" * 60],
    ids=["empty", "zeros", "cut", "head", "text"],
)
def test_a_damaged_index_is_kept_said_and_rebuilt(done: Path, damage: Callable[[bytes], bytes]) -> None:
    path = done / "state" / "zwgk.sqlite"
    whole = dump(path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    before, kept = nights.outbox(done), nights.records(done)
    said = nights.run(done)
    assert (said.code, "DB-302" in said.err) == (74, True)
    assert "zwgk rebuild" in said.err
    assert path.read_bytes() == damaged
    assert (nights.outbox(done), nights.records(done)) == (before, kept)
    assert nights.zwgk(done, "verify").code == 1
    assert nights.zwgk(done, "rebuild").code == 0
    assert any(p.read_bytes() == damaged for p in path.parent.glob("zwgk.sqlite.old*"))
    said = nights.run(done)
    assert said.code == 0
    assert "没有新的变化" in said.out
    assert dump(path) == whole
    assert nights.outbox(done) == before
    assert nights.zwgk(done, "verify").code == 0


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


def altered(path: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_an_index_of_a_newer_program_is_refused(done: Path) -> None:
    path = done / "state" / "zwgk.sqlite"
    altered(path, "UPDATE meta SET value='99' WHERE key='schema'")
    data = path.read_bytes()
    said = nights.run(done)
    assert (said.code, "DB-303" in said.err) == (74, True)
    assert path.read_bytes() == data


def test_a_record_altered_in_the_index_is_named_and_never_used(done: Path) -> None:
    path = done / "state" / "zwgk.sqlite"
    before = nights.outbox(done)
    altered(path, "UPDATE records SET body=CAST(replace(body, '2025', '2019') AS BLOB)")
    said = nights.zwgk(done, "verify")
    assert (said.code, "与其校验值不符" in said.out) == (1, True)
    assert nights.run(done, "--full").code == 0
    assert nights.outbox(done) == before


def test_a_locked_index_is_another_run_at_work(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **{**k, "timeout": 0.05}))
    holder = real(done / "state" / "zwgk.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    before = nights.digests(done, *UNTOUCHED)
    said = nights.run(done)
    holder.execute("ROLLBACK")
    holder.close()
    assert (said.code, "DB-301" in said.err) == (75, True)
    assert nights.digests(done, *UNTOUCHED) == before


# ---------------------------------------------------------------- the journal


def journal(workspace: Path) -> Path:
    return workspace / "journal" / "journal.jsonl"


@pytest.mark.parametrize("left", [1, 0.5, 3], ids=["one byte less", "half a line", "half the batch"])
def test_a_batch_that_was_cut_is_no_batch_and_is_written_over(
    done: Path, world: Callable[[str], Path], left: float
) -> None:
    whole = journal(done).read_bytes()
    workspace = world("w")
    issued = journal(workspace).read_bytes()
    batch = whole[len(issued) :]
    size = (
        len(batch) - 1 if left == 1 else int(len(batch.splitlines(True)[-1]) * 0.5) if left == 0.5 else len(batch) // 2
    )
    journal(workspace).write_bytes(issued + batch[:size])
    assert nights.zwgk(workspace, "verify").code == 0
    assert nights.run(workspace).code == 0
    assert journal(workspace).read_bytes() == whole
    assert nights.outbox(workspace) == nights.outbox(done)


def test_a_torn_tail_full_of_zeros_or_old_bytes_is_a_cut_batch_too(done: Path, world: Callable[[str], Path]) -> None:
    for number, tail in enumerate((bytes(4096), b"\x00\x00\n{]\n" + bytes(9), b'{"act": 1}\n')):
        workspace = world(f"w{number}")
        with journal(workspace).open("ab") as out:
            out.write(tail)
        assert nights.run(workspace).code == 0
        assert journal(workspace).read_bytes() == journal(done).read_bytes()


@pytest.mark.parametrize("line", [0, 3, -2, -1], ids=["first", "middle", "last but one", "last"])
def test_an_altered_line_is_refused_and_named(done: Path, line: int) -> None:
    lines = journal(done).read_bytes().splitlines(True)
    number = range(1, len(lines) + 1)[line]
    lines[line] = lines[line].replace(b'"as_of":"20', b'"as_of":"19')
    journal(done).write_bytes(b"".join(lines))
    before = nights.digests(done, *UNTOUCHED)
    said = nights.run(done)
    assert (said.code, "DB-305" in said.err) == (74, True)
    verified = nights.zwgk(done, "verify")
    assert verified.code == 1
    assert f"第 {number} " in verified.out
    assert nights.digests(done, *UNTOUCHED) == before


def test_an_older_copy_of_the_journal_is_not_taken_for_the_journal(done: Path, world: Callable[[str], Path]) -> None:
    """Going on from it would give the receipt numbers of the lost acts a second time."""
    shutil.copyfile(journal(world("older")), journal(done))
    said = nights.run(done)
    assert (said.code, "DB-305" in said.err) == (74, True)


# ---------------------------------------------------------------- the archive


def test_verify_names_every_altered_missing_and_extra_object(done: Path) -> None:
    objects = sorted(p for p in (done / "archive").rglob("*") if p.is_file())
    flipped, missing = objects[::3][:4], objects[1::3][:4]
    for path in flipped:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    for path in missing:
        path.unlink()
    extra = [done / "archive" / d[:2] / f"{d}.xlsx" for d in (digest_of(b"%d" % n) for n in range(3))]
    for number, path in enumerate(extra):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%d" % number)
    said = nights.zwgk(done, "verify", "--json")
    assert said.code == 1
    messages = [f["message"] for f in said.json["findings"]]
    for path in (*flipped, *missing, *extra):
        assert sum(path.stem in m for m in messages) == 1, path
    assert len(messages) == len(flipped) + len(missing) + len(extra)


def test_a_submission_whose_record_is_lost_everywhere_stops_the_run(done: Path) -> None:
    """Going on without it would print other figures and say nothing."""
    act = next(a for a in map(json.loads, journal(done).read_bytes().splitlines()) if a["act"] == "received")
    next((done / "archive").rglob(f"{act['record']}*")).unlink()
    assert nights.run(done).code == 0  # the index still has it
    altered(done / "state" / "zwgk.sqlite", "DELETE FROM records WHERE digest=?", act["record"])
    before = nights.outbox(done)
    said = nights.run(done)
    assert (said.code, "DB-305" in said.err, act["record"] in said.err) == (74, True, True)
    assert nights.outbox(done) == before


def test_bytes_that_come_again_heal_a_damaged_object(done: Path) -> None:
    act = next(a for a in map(json.loads, journal(done).read_bytes().splitlines()) if a["act"] == "received")
    path = next((done / "archive").rglob(f"{act['digest']}*"))
    path.write_bytes(b"rotten")
    shutil.copyfile(done / act["file"], (done / act["file"]).with_name("又一份.xlsx"))
    nights.age(done)
    assert nights.run(done).code == 0
    assert digest_of(path.read_bytes()) == act["digest"]


# ---------------------------------------------------------------- locks and folders

HOLDER = """
import sys
from filelock import FileLock
lock = FileLock(sys.argv[1], timeout=0)
lock.acquire()
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def holder(workspace: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the run lock."""
    words = [sys.executable, "-c", HOLDER, str(workspace / "state" / "run.lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n" or os.name == "nt"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_run_at_the_same_time_says_so_and_leaves_no_trace(world: Callable[[str], Path]) -> None:
    workspace = world("w")
    before = nights.digests(workspace, *UNTOUCHED)
    with holder(workspace):
        said = nights.run(workspace)
        assert (said.code, "RUN-101" in said.err) == (75, True)
        assert nights.run(workspace, "--json").json["error"]["code"] == "RUN-101"
        assert nights.digests(workspace, *UNTOUCHED) == before


def test_the_lock_of_a_dead_process_does_not_block(world: Callable[[str], Path]) -> None:
    workspace = world("w")
    with holder(workspace) as process:
        process.kill()
        process.wait()
    assert (workspace / "state" / "run.lock").exists()
    assert nights.run(workspace).code == 0


def test_an_inbox_that_is_away_changes_nothing(done: Path) -> None:
    away = done / "inbox"
    away.rename(done / "unplugged")
    before = nights.digests(done, *UNTOUCHED)
    for words in ((), ("--yes-empty",), ("--json",)):
        said = nights.run(done, *words)
        assert said.code == 74
        assert "RUN-104" in said.err
    away.write_bytes(b"")  # a file where the folder was
    assert nights.run(done).code == 74
    away.unlink()
    assert nights.digests(done, *UNTOUCHED) == before


def test_an_inbox_that_suddenly_is_empty_needs_a_word(done: Path) -> None:
    shutil.rmtree(done / "inbox")
    (done / "inbox").mkdir()
    before = nights.digests(done, *UNTOUCHED)
    said = nights.run(done)
    assert (said.code, "RUN-104" in said.err, "--yes-empty" in said.err) == (74, True, True)
    assert nights.digests(done, *UNTOUCHED) == before
    said = nights.run(done, "--yes-empty")
    assert said.code == 0
    shown = {n.removeprefix("outbox/"): d for n, d in before.items() if n.startswith("outbox/")}
    assert nights.outbox(done) == shown, "what was taken in still counts"


def test_an_empty_inbox_of_a_new_workspace_is_nothing_special(world: Callable[[str], Path]) -> None:
    workspace = world("w")
    shutil.rmtree(workspace / "inbox")
    (workspace / "inbox").mkdir()
    assert nights.run(workspace).code == 0


def test_a_folder_without_leave_is_named_and_costs_only_itself(world: Callable[[str], Path]) -> None:
    workspace = world("w")
    closed = workspace / "inbox" / "锁着的"
    closed.mkdir()
    real = os.scandir

    def scandir(path: Any) -> Any:
        if isinstance(path, str | Path) and Path(path) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        said = nights.run(workspace, "--json")
    assert said.code == 0
    lines = nights.results(said)
    assert len(lines) == 3
    assert [f["code"] for f in lines["inbox/锁着的"]["findings"]] == ["IN-102"]


# ---------------------------------------------------------------- acts of the office

CLOSING = ("close", "2025", "--approved-by", "分管领导", "--doc-no", "某政办发〔2026〕1号", "--date", "2026-03-01")


def test_a_closing_that_was_cut_is_no_closing_or_a_whole_one(done: Path, tmp_path: Path) -> None:
    good = nights.copied(done, tmp_path / "good")
    counting = Faulty(0, Crash())
    with counting.active():
        assert nights.zwgk(good, *CLOSING, "--as-of", "2026-03-01").code == 0
    assert nights.run(good, day="2026-03-01").code == 0
    seen = set()
    for number in range(1, counting.count + 1, 7):
        workspace = nights.copied(done, tmp_path / f"c{number}")
        with pytest.raises(Crash), Faulty(number, Crash()).active():
            nights.zwgk(workspace, *CLOSING, "--as-of", "2026-03-01")
        assert nights.run(workspace, day="2026-03-01").code == 0
        assert nights.run(workspace, "--json", day="2026-03-01").json["unchanged"] is True
        closed = any(a["act"] == "closed" for a in Journal(workspace / "journal").read()[0])
        seen.add(closed)
        if not closed:
            assert not (workspace / "outbox" / "公开").exists(), "nothing is public without its act"
            assert nights.zwgk(workspace, *CLOSING, "--as-of", "2026-03-01").code == 0
            assert nights.run(workspace, day="2026-03-01").code == 0
        assert shown(workspace) == shown(good), f"call {number}"
        shutil.rmtree(workspace)
    assert seen == {True, False}


def shown(workspace: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The outbox, with the manifest's list of files instead of the manifest (it also names the run that made them)."""
    found = nights.outbox(workspace)
    del found[consolidating.MANIFEST]
    return found, json.loads((workspace / "outbox" / consolidating.MANIFEST).read_bytes())["files"]


def test_what_was_published_and_closed_comes_back_when_it_is_lost(done: Path) -> None:
    assert nights.zwgk(done, *CLOSING, "--as-of", "2026-03-01").code == 0
    assert nights.run(done, day="2026-03-01").code == 0
    before = nights.outbox(done)
    frozen = next((done / "outbox" / "内部" / "2025").rglob("*.txt"))
    frozen.write_bytes(b"altered by hand")
    shutil.rmtree(done / "outbox" / "公开", ignore_errors=True)
    assert nights.run(done, day="2026-03-01").code == 0
    assert nights.outbox(done) == before
    assert nights.zwgk(done, "verify").code == 0


def test_expunged_bytes_never_come_back(done: Path, world: Callable[[str], Path]) -> None:
    act = next(a for a in map(json.loads, journal(done).read_bytes().splitlines()) if a["act"] == "received")
    words = ("expunge", act["digest"], "--reason", "误放", "--ordered-by", "保密办")
    assert nights.zwgk(done, *words, "--as-of", "2026-01-09").code == 0
    (done / "state" / "zwgk.sqlite").unlink()  # so that every file of the inbox is read anew
    shutil.copyfile(done / act["file"], (done / act["file"]).with_name("改名.xlsx"))
    nights.age(done)
    assert nights.run(done, day="2026-01-09").code == 0
    assert not list((done / "archive").rglob(f"{act['digest']}*"))
    assert nights.zwgk(done, "verify").code == 0
    left = world("cut")  # the act is written, the process ends before the bytes are gone
    assert nights.run(left).code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toolkit.store.archive.Archive.remove", lambda *_: False)
        nights.zwgk(left, *words, "--as-of", "2026-01-09")
    assert nights.zwgk(left, "verify").code == 1
    assert nights.run(left, day="2026-01-09").code == 0
    assert nights.zwgk(left, "verify").code == 0
