"""A department's own file with what is wrong marked in it: which cells, in which colour, with which words.

The file has passed the intake checks when it comes here, and it is read again before and after: the copy goes out only
if every sheet says exactly what it said before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.findings import GRAVITY, Finding, Level
from toolkit.forms.verdict import explained
from toolkit.model import Book, Draft, RawSheet
from toolkit.office.cell_values import position
from toolkit.office.excel_in import read_book
from toolkit.office.front_sheet import RETURN_SHEET
from toolkit.office.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from toolkit.office.marks import Mark, Page

MOST_MARKS = 5_000
"""Cells coloured at most; the sheet in front lists them all the same."""

MOST_NOTES = 1_000
_WORDS_PER_CELL = 4
_VALUE_SHOWN = 200


@dataclass(frozen=True)
class Marked:
    """The marked copy, or None with the reason in Chinese: then the list goes back as a file of its own."""

    data: bytes | None
    reason: str = ""


def annotate(
    data: bytes,
    name: str,
    findings: Sequence[Finding],
    page: Page,
    office: str,
    *,
    draft: Draft | None = None,
    limits: Limits = DEFAULT,
) -> Marked:
    """The workbook `data` (file name `name`) with its bad cells marked and the sheet that `page` makes in front.

    Only what must be done is coloured: 须修改 red, 须说明 amber unless `draft` explains it; what follows from another
    finding is not, for its cell may well be right. Never raises for what is in the file.
    """
    before, _ = read_book(data, name, limits)
    if before is None:
        return Marked(None, "原文件未能读取")
    marks = marks_of(findings, before, draft)
    done = _patched(data, marks, page, office)
    if done.data is None:
        return done
    after, found = read_book(done.data, "marked.xlsx", limits)
    if after is None:
        return Marked(None, f"标注后未能通过复核：{found[0].message}")
    if changed := differing(before, after):
        return Marked(None, f"标注后复核发现内容有变化（{changed}）")
    return done


def _patched(data: bytes, marks: Sequence[Mark], page: Page, office: str) -> Marked:
    from toolkit.office.marks import mark_book
    from toolkit.office.package import PackageError

    try:
        return Marked(mark_book(data, marks, page, office))
    except PackageError as error:
        return Marked(None, str(error))


# ---------------------------------------------------------------- which cells


def marks_of(findings: Sequence[Finding], book: Book, draft: Draft | None = None) -> tuple[Mark, ...]:
    """One mark per bad cell, gravest first, with all that is to be said about the cell in one note."""
    from toolkit.office.front_sheet import AMBER, RED
    from toolkit.office.marks import Mark

    sheets = {s.name for s in book.sheets}
    cells: dict[tuple[str, int, int], list[Finding]] = {}
    for f in sorted(findings, key=lambda f: GRAVITY[f.level]):
        if f.level is Level.NOTE or f.consequence_of is not None or f.sheet not in sheets:
            continue
        if f.level is Level.EXPLAIN and explained(draft, f):
            continue
        place = first_cell(f.cell)
        if place is not None:
            cells.setdefault((f.sheet, *place), []).append(f)
    marks: list[Mark] = []
    for (sheet, row, column), found in list(cells.items())[:MOST_MARKS]:
        note = "\n".join(note_text(f) for f in found[:_WORDS_PER_CELL]) if len(marks) < MOST_NOTES else ""
        marks.append(Mark(sheet, row, column, AMBER if found[0].level is Level.EXPLAIN else RED, note))
    return tuple(marks)


def first_cell(text: str) -> tuple[int, int] | None:
    """The cell that a place begins with: D12 of D12, D12:F14 or 表三!D12、E4."""
    m = re.match(r"(?:.*!)?(\$?[A-Z]{1,3}\$?[1-9]\d{0,6})(?![A-Za-z0-9])", text)
    return position(m[1]) if m else None


def note_text(f: Finding) -> str:
    """What a note says: message before remedy, the basis and the rule's number last."""
    value = f"（现填：{f.value[:_VALUE_SHOWN]}）" if f.value and f.value not in f.message else ""
    source = "，".join(x for x in (f.basis, f.rule_no or f.rule or f.code) if x)
    return f"{f.level.value}：{f.message}{value}\n改法：{f.remedy}" + (f"\n依据：{source}" if source else "")


# ---------------------------------------------------------------- the proof


def differing(before: Book, after: Book) -> str:
    """Where two readings differ apart from our own sheet, in a few words; "" when they say the same."""
    old, new = _own(before), _own(after)
    if [s.name for s in old] != [s.name for s in new]:
        return "工作表"
    for a, b in zip(old, new, strict=True):
        if a != b:
            places = [at for at in sorted({*a.cells, *b.cells}) if a.cells.get(at) != b.cells.get(at)]
            return f"工作表“{a.name}”" + (f"第 {places[0][0]} 行" if places else "")
    if replace(before, sheets=()) != replace(after, sheets=()):
        return "文档属性"
    return ""


def _own(book: Book) -> list[RawSheet]:
    return [s for s in book.sheets if s.name != RETURN_SHEET]
