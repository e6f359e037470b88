"""Who came first, and what counts: rival files, the same bytes twice, a clock that is wrong, any order of the folder."""

from __future__ import annotations

import io
import itertools
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nights
import pytest

from toolkit.desk import open_desk
from toolkit.history import History
from toolkit.workspace import open_workspace


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox with one good annual report only."""
    nights.quicken(monkeypatch)
    workspace = nights.copied(nights.sample(tmp_path_factory, 2, 0), tmp_path / "w")
    keep = sorted((workspace / "inbox").rglob("*-年报数据-2025.xlsx"))[0]
    for path in (workspace / "inbox").rglob("*.xlsx"):
        if path != keep:
            path.unlink()
    return workspace


def report(workspace: Path) -> Path:
    return next((workspace / "inbox").rglob("*.xlsx"))


def saved(data: bytes, when: str, mark: str = "") -> bytes:
    """The workbook as if saved at another time; `mark` makes other bytes of the same time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "docProps/core.xml":
                stamp = rf"\g<1>{when}\g<2>" if when else ""
                text, count = re.subn(r"(<dcterms:modified[^>]*>).*?(</dcterms:modified>)", stamp, body.decode())
                assert count == 1
                body = re.sub(r"(<dc:title[^>]*>)", rf"\g<1>{mark}", text).encode()
            new.writestr(info.filename, body)
    return out.getvalue()


def rivals(workspace: Path, *versions: tuple[str, str]) -> list[Path]:
    """Instead of the one report several, each with (words after the name, time of saving)."""
    original = report(workspace)
    data = original.read_bytes()
    original.unlink()
    paths = []
    for number, (words, when) in enumerate(versions):
        path = original.with_name(f"{original.stem}{words}.xlsx")
        path.write_bytes(saved(data, when, str(number)))
        paths.append(path)
    nights.age(workspace)
    return paths


def history(workspace: Path) -> History:
    return open_desk(open_workspace(workspace, workspace)).history


def counting_file(workspace: Path) -> str:
    known = history(workspace)
    last = known.submissions[-1]
    counting = known.accepted(last.form, last.unit, last.period)
    return counting.file if counting else ""


def entry(workspace: Path, path: Path) -> str:
    return path.relative_to(workspace).as_posix()


def codes(line: dict[str, Any]) -> list[str]:
    return [f["code"] for f in line["findings"]]


# ---------------------------------------------------------------- rivals


@pytest.mark.parametrize("names", [("", "（2）"), ("（2）", "")], ids=["by name", "against the name"])
def test_of_two_rivals_the_last_saved_counts(workspace: Path, names: tuple[str, str]) -> None:
    earlier, later = rivals(workspace, (names[0], "2026-01-05T09:00:00Z"), (names[1], "2026-01-06T09:00:00Z"))
    lines = nights.results(nights.run(workspace, "--json"))
    assert len(lines) == 2
    for path, other in ((earlier, later), (later, earlier)):
        line = lines[entry(workspace, path)]
        assert line["verdict"] == "accepted_with_notes"
        note = next(f for f in line["findings"] if f["code"] == "IN-110")
        assert other.name in note["message"]
    assert counting_file(workspace) == entry(workspace, later)
    assert len({line["receipt_no"] for line in lines.values()}) == 2


@pytest.mark.parametrize("times", [("2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z"), ("", "2026-01-05T09:00:00Z")])
def test_undecided_rivals_wait_and_the_last_one_left_is_judged(workspace: Path, times: tuple[str, str]) -> None:
    first, second = rivals(workspace, ("（甲）", times[0]), ("（乙）", times[1]))
    lines = nights.results(nights.run(workspace, "--json"))
    for path, other in ((first, second), (second, first)):
        line = lines[entry(workspace, path)]
        assert line["verdict"] == "deferred"
        assert other.name in next(f for f in line["findings"] if f["code"] == "IN-110")["message"]
    number = lines[entry(workspace, first)]["receipt_no"]
    receipt = next((workspace / "outbox").rglob(f"{number}-*.txt"))
    assert "暂缓处理" in receipt.read_text(encoding="utf-8-sig")
    again = nights.results(nights.run(workspace, "--json", day="2026-01-09"))
    assert {line["verdict"] for line in again.values()} == {"seen"}, "both still there: still undecided"

    second.unlink()
    lines = nights.results(nights.run(workspace, "--json", day="2026-01-12"))
    assert list(lines) == [entry(workspace, first)], "one entry, one line"
    line = lines[entry(workspace, first)]
    assert line["verdict"].startswith("accepted")
    assert "IN-110" not in codes(line)
    assert line["receipt_no"] == number, "its own receipt number, no new one"
    counting = history(workspace).submission(number)
    assert counting is not None
    assert (counting.counts, counting.arrived_on.isoformat()) == (True, nights.DAY)
    assert "已接收" in receipt.read_text(encoding="utf-8-sig")
    assert nights.run(workspace, "--json", day="2026-01-12").json["unchanged"] is True


def test_a_rival_that_was_only_renamed_is_still_there(workspace: Path) -> None:
    first, second = rivals(workspace, ("（甲）", ""), ("（乙）", ""))
    nights.run(workspace)
    second.rename(second.with_name("改了名.xlsx"))
    lines = nights.results(nights.run(workspace, "--json"))
    assert {line["verdict"] for line in lines.values()} == {"seen"}
    first.unlink()
    lines = nights.results(nights.run(workspace, "--json"))
    assert [(f, line["verdict"].startswith("accepted")) for f, line in lines.items()] == [
        (entry(workspace, second.with_name("改了名.xlsx")), True)
    ]


def test_a_new_version_ends_the_wait_and_counts(workspace: Path) -> None:
    first, second = rivals(workspace, ("（甲）", ""), ("（乙）", ""))
    data = second.read_bytes()
    nights.run(workspace)
    second.write_bytes(saved_again(data))
    nights.age(workspace)
    lines = nights.results(nights.run(workspace, "--json", day="2026-01-09"))
    assert lines[entry(workspace, second)]["verdict"].startswith("accepted")
    assert lines[entry(workspace, second)]["receipt_no"] == "20260109-0001"
    assert counting_file(workspace) == entry(workspace, second)
    assert len(lines) == 2
    assert first.exists()


def saved_again(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    return out.getvalue()


# ---------------------------------------------------------------- the same bytes twice


def test_the_same_bytes_under_two_names_are_one_submission(workspace: Path) -> None:
    original = report(workspace)
    copy = original.with_name("副本.xlsx")
    shutil.copyfile(original, copy)
    nights.age(workspace)
    lines = nights.results(nights.run(workspace, "--json"))
    one, other = (lines[entry(workspace, p)] for p in sorted((original, copy)))
    assert (one["verdict"].startswith("accepted"), other["verdict"]) == (True, "seen")
    assert other["receipt_no"] == one["receipt_no"]
    assert codes(other) == ["IN-108"]
    assert len(history(workspace).submissions) == 1
    third = original.with_name("又一份.xlsx")
    shutil.copyfile(original, third)
    nights.age(workspace)
    lines = nights.results(nights.run(workspace, "--json", day="2026-01-09"))
    assert {line["receipt_no"] for line in lines.values()} == {one["receipt_no"]}


# ---------------------------------------------------------------- order of the folder


@contextmanager
def listed(order: Sequence[int]) -> Iterator[None]:
    """The file system lists every folder in another order."""
    real = os.scandir

    class Shuffled:
        def __init__(self, path: Any) -> None:
            with real(path) as found:
                entries = sorted(found, key=lambda e: e.name)
            self.entries = [entries[i] for i in order if i < len(entries)] + entries[len(order) :]

        def __enter__(self) -> Iterator[Any]:
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            return None

        def __iter__(self) -> Iterator[Any]:
            return iter(self.entries)

        def close(self) -> None:
            return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", Shuffled)
        yield


def test_the_order_of_files_does_not_matter(workspace: Path, tmp_path: Path) -> None:
    """Two rivals decided by time, a copy of one of them and a file that nobody can read, listed in all 24 orders."""
    one, two = rivals(workspace, ("（乙）", "2026-01-06T08:00:00Z"), ("（甲）", "2026-01-05T08:00:00Z"))
    shutil.copyfile(one, one.with_name("副本.xlsx"))
    two.with_name("坏的.xlsx").write_bytes(b"PK nonsense")
    nights.age(workspace)
    expected = None
    for number, order in enumerate(itertools.permutations(range(4))):
        other = nights.copied(workspace, tmp_path / f"w{number}")
        with listed(order):
            said = nights.run(other, "--json")
        assert said.code == 0
        found = (said.json["files"], nights.outbox(other), nights.records(other))
        expected = expected or found
        assert found == expected, order
        shutil.rmtree(other)
    assert expected is not None
    assert len(expected[0]) == 4


# ---------------------------------------------------------------- the clock


def test_a_clock_set_back_is_said_and_reorders_nothing(workspace: Path) -> None:
    path = report(workspace)
    data = path.read_bytes()
    seen = []
    for number, day in enumerate(("2026-01-08", "2026-01-06", "2026-01-08", "2016-01-06", "2026-01-07")):
        path.write_bytes(saved(data, "2026-01-05T08:00:00Z", f"{number}"))
        nights.age(workspace, nights.LONG_AGO + number)
        said = nights.run(workspace, "--json", day=day)
        assert said.code == 0, "a wrong clock is no reason to stop"
        told = [f["code"] for f in said.json["findings"]]
        assert told == (["RUN-102"] if day < "2026-01-08" else [])
        seen.append(said.json["files"][0]["receipt_no"])
    assert seen == ["20260108-0001", "20260106-0001", "20260108-0002", "20160106-0001", "20260107-0001"]
    known = history(workspace)
    assert [s.version for s in known.submissions] == [1, 2, 3, 4, 5]
    counting = [s for s in known.submissions if s.counts]
    assert max(counting, key=lambda s: s.seq).receipt_no == counting[-1].receipt_no
    assert counting_file(workspace) == entry(workspace, path)
    assert "RUN-102" in nights.run(workspace, day="2026-01-07").out


def test_files_from_the_past_and_the_future_settle_all_the_same(workspace: Path) -> None:
    first, second = rivals(workspace, ("（甲）", "2026-01-05T08:00:00Z"), ("（乙）", "2026-01-06T08:00:00Z"))
    os.utime(first, (4_070_908_800, 4_070_908_800))  # 2099
    os.utime(second, (0, 0))
    config = workspace / "zwgk.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("settle_seconds = 3.0", "settle_seconds = 0.1"), "utf-8"
    )
    lines = nights.results(nights.run(workspace, "--json"))
    assert {line["verdict"] for line in lines.values()} == {"accepted_with_notes"}
    assert counting_file(workspace) == entry(workspace, second), (
        "the program's own note of saving decides, not the disk's"
    )
