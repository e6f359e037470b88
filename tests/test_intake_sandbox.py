"""Children that die, hang or eat memory cost exactly the file they were reading."""

from __future__ import annotations

import ctypes
import io
import os
import pathlib
import sys
import time

import pytest
from raw_workbook import in_row, raw_workbook

from toolkit.findings import Level, finding
from toolkit.intake.sandbox import Outcome, SandboxFault, read_all
from toolkit.intake.windows_job import ExtendedLimits, limit_memory
from toolkit.model import Book
from toolkit.office.excel_in import read_book
from toolkit.office.limits import MIB, Limits

GOOD = raw_workbook(in_row('<c r="A1"><v>1</v></c><c r="B1" s="1"><v>45420</v></c>'))
HERE = f"{__name__}:murderous"


def murderous(data: bytes, name: str, limits: Limits) -> Outcome:
    """The reader of these tests: reads as always, unless the bytes tell it to do harm."""
    if data == b"die":
        os._exit(9)
    if data == b"sleep":
        time.sleep(600)
    if data == b"spin":
        while True:
            pass
    if data == b"eat":
        return None, (finding("IN-204", reason=str(len(bytearray(900 * MIB)))),)
    if data == b"raise":
        raise ValueError("our own fault")
    if data == b"print":
        print("x" * 100_000)
        os.write(1, b"y" * 100_000)
    if data == b"once":  # dies at the first try only
        mark = pathlib.Path(name)
        if not mark.exists():
            mark.touch()
            os._exit(9)
    return read_book(GOOD, name, limits)


def codes(outcome: Outcome) -> list[str]:
    return [f.code for f in outcome[1]]


def survivors(harm: bytes, limits: Limits = Limits()) -> list[Outcome]:  # noqa: B008
    """Five good files around one harmful one, two children; the good five must all be read."""
    items = [(f"{n}.xlsx", b"") for n in range(6)]
    items[2] = ("坏.xlsx", harm)
    outcomes = read_all(items, 2, limits, worker=HERE)
    assert [isinstance(book, Book) for book, _ in outcomes] == [True, True, False, True, True, True]
    assert outcomes[2][1][0].level is Level.UNREADABLE and "坏.xlsx" in outcomes[2][1][0].message
    return outcomes


def test_a_dead_child_costs_only_its_file() -> None:
    assert codes(survivors(b"die")[2]) == ["IN-601"]


def test_a_sleeping_child_is_ended_by_the_parents_clock() -> None:
    begin = time.monotonic()
    assert codes(survivors(b"sleep", Limits(wall_seconds=1.0))[2]) == ["IN-601"]
    assert time.monotonic() - begin < 20


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of processor time on Windows")
def test_a_busy_child_is_ended_by_its_own_alarm() -> None:
    assert codes(survivors(b"spin", Limits(seconds=0.5, wall_seconds=60.0))[2]) == ["IN-601"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory of a child is bounded on Linux")
def test_a_child_cannot_take_more_memory_than_allowed() -> None:
    assert codes(survivors(b"eat")[2]) == ["IN-601"]


def test_our_own_fault_inside_a_child_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    assert codes(survivors(b"raise")[2]) == ["IN-601"]
    assert "our own fault" in caplog.text


def test_a_sudden_death_is_tried_once_more(tmp_path: pathlib.Path) -> None:
    ((book, findings),) = read_all([(str(tmp_path / "mark.xlsx"), b"once")], 1, worker=HERE)
    assert book is not None and findings == ()


def test_what_a_library_prints_does_not_disturb_the_answer() -> None:
    outcomes = read_all([("a.xlsx", b"print"), ("b.xlsx", b"")], 1, worker=HERE)
    assert all(book is not None for book, _ in outcomes)


def test_order_progress_and_equality_with_reading_inline() -> None:
    items = [(f"{n}.xlsx", GOOD if n % 3 else GOOD[: n * 40]) for n in range(12)]
    seen: list[int] = []
    outcomes = read_all(items, 2, progress=seen.append)
    assert seen == list(range(1, 13))
    assert outcomes == read_all(items, 1, inline=True) == [read_book(data, name) for name, data in items]
    assert read_all([], 2) == []


def test_children_that_cannot_start_are_our_fault_not_the_files() -> None:
    with pytest.raises(SandboxFault):
        read_all([("a.xlsx", GOOD)], 1, worker="toolkit.nowhere:read")


def test_the_windows_limit_has_the_layout_of_winnt_h() -> None:
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(ExtendedLimits) == 144
        assert ExtendedLimits.process_memory.offset == 112
    if sys.platform != "win32":
        assert limit_memory(MIB) is False


class Order:
    """What must not come out of a child: a call, to be made by whoever reads it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("made-by-an-answer",)


def ordering(data: bytes, name: str, limits: Limits) -> object:
    return Order() if data else read_book(GOOD, name, limits)


def test_an_answer_is_a_value_and_never_a_call(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    items = [("a.xlsx", b""), ("b.xlsx", b"order"), ("c.xlsx", b"")]
    outcomes = read_all(items, 1, worker=f"{__name__}:ordering")
    assert [book is None for book, _ in outcomes] == [False, True, False] and codes(outcomes[1]) == ["IN-601"]
    assert list(tmp_path.iterdir()) == []


def test_a_large_file_passes_through() -> None:
    data = io.BytesIO(GOOD).getvalue() + bytes(8 * MIB)
    ((book, findings),) = read_all([("a.xlsx", data)], 1)
    assert book is None and [f.code for f in findings] == ["IN-204"]
