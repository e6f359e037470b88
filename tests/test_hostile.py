"""The corpus of damaged and hostile workbooks: each ends as its manifest says, and costs nobody else anything."""

from __future__ import annotations

import csv
import functools
import pathlib

import pytest

from toolkit.findings import Finding, Level
from toolkit.intake.sandbox import Outcome, read_all
from toolkit.model import Book
from toolkit.office.excel_in import read_book

CORPUS = pathlib.Path(__file__).resolve().parents[2] / "shared" / "hostile"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the hostile corpus lies beside the project, not in it"),
]


@functools.cache
def manifest() -> tuple[dict[str, str], ...]:
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as lines:
        return tuple(csv.DictReader(lines))


def content(row: dict[str, str]) -> tuple[str, bytes]:
    path = CORPUS / row["file"]
    return path.name, path.read_bytes()


@functools.cache
def corpus_with_good_files() -> tuple[list[Outcome], list[Outcome]]:
    """The whole corpus through two children, with twelve copies of the good workbook spread among it."""
    good = (CORPUS / "ok" / "good_base.xlsx").read_bytes()
    items = [content(row) for row in manifest()]
    places = range(0, len(items), len(items) // 12)
    for n, place in enumerate(places):
        items.insert(place + n, (f"好表{n}.xlsx", good))
    outcomes = read_all(items, workers=2)
    good_ones = [o for o, (name, _) in zip(outcomes, items, strict=True) if name.startswith("好表")]
    return [o for o, (name, _) in zip(outcomes, items, strict=True) if not name.startswith("好表")], good_ones


def action(book: Book | None, findings: tuple[Finding, ...]) -> str:
    if book is None:
        return "reject"
    return "accept_warn" if findings else "accept"


def test_every_file_ends_as_the_manifest_says() -> None:
    wrong = []
    outcomes, _ = corpus_with_good_files()
    for row, (book, findings) in zip(manifest(), outcomes, strict=True):
        did, codes = action(book, findings), {f.code for f in findings}
        wanted = set(row["code"].split("|")) - {""}
        right = did in row["action"].split("|") and (did == "accept" or (codes <= wanted and bool(codes)))
        if not right:
            wrong.append((row["file"], did, sorted(codes), row["action"], row["code"]))
    assert wrong == []
    assert len(outcomes) >= 175


def test_levels_and_texts_of_refusals() -> None:
    for row, (book, findings) in zip(manifest(), corpus_with_good_files()[0], strict=True):
        for finding in findings:
            assert finding.level is (Level.UNREADABLE if book is None else Level.NOTE), row["file"]
            assert finding.message and finding.remedy and "…" not in finding.message, (row["file"], finding.message)


def test_good_files_among_hostile_ones_are_read_whole() -> None:
    _, good = corpus_with_good_files()
    alone = read_book(*reversed(content({"file": "ok/good_base.xlsx"})))
    assert len(good) >= 12
    assert all(outcome == alone for outcome in good)


def test_accepted_variants_hold_the_same_rows_as_the_good_workbook() -> None:
    base = read_book((CORPUS / "ok" / "good_base.xlsx").read_bytes(), "a.xlsx")[0]
    assert base is not None and len(base.sheets[0].cells) == 84
    same = 0
    for row, (book, _) in zip(manifest(), corpus_with_good_files()[0], strict=True):
        promised = row["must_do"].startswith(("same rows", "as good_base", "read right")) or row["group"] == "truncated"
        if book is not None and promised:
            assert book.sheets[0].cells == base.sheets[0].cells, row["file"]
            same += 1
    assert same >= 7


def test_phonetic_text_is_no_part_of_the_value() -> None:
    book, _ = read_book((CORPUS / "ok" / "rich_text_phonetic.xlsx").read_bytes(), "a.xlsx")
    assert book is not None and book.sheets[0].cells[3, 1].text == "信息名称"


def test_a_cached_value_behind_an_external_link_is_used_with_a_note() -> None:
    book, findings = read_book((CORPUS / "active" / "external_link.xlsx").read_bytes(), "a.xlsx")
    assert book is not None and book.sheets[0].cells[3, 4].text == "7" and book.sheets[0].cells[3, 4].formula
    assert [f.code for f in findings] == ["IN-306"]
