"""A department's own file with what is wrong marked in it: which cells, in which colour, with which words.

The file has passed the intake checks when it comes here, and it is marked in a child process like the one that read it
(toolkit.intake.sandbox). The copy goes out only if it reads back as the file that came, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.findings import GRAVITY, Finding, Level
from toolkit.forms.verdict import explained
from toolkit.model import Book, Draft, RawSheet
from toolkit.office.cell_values import position
from toolkit.office.excel_in import read_sheets
from toolkit.office.front_sheet import RETURN_SHEET, FrontPage
from toolkit.office.limits import DEFAULT, Limits
from toolkit.office.refusal import Refused

if TYPE_CHECKING:
    from toolkit.office.marks import Mark
    from toolkit.office.package import Package

MOST_MARKS = 5_000
"""Cells coloured at most; the sheet in front lists them all the same."""

MOST_NOTES = 1_000
_WORDS_PER_CELL = 4
_VALUE_SHOWN = 200

MARKER = "toolkit.forms.annotate:annotate"
"""What a child process is asked to do with a `Task`."""


@dataclass(frozen=True)
class Task:
    """All that marking one file takes, ready to be sent to another process. `author` signs the notes."""

    data: bytes
    marks: tuple[Mark, ...]
    page: FrontPage
    author: str


@dataclass(frozen=True)
class Marked:
    """The marked copy, or None with the reason in Chinese: then the list goes back as a file of its own."""

    data: bytes | None
    reason: str = ""


def annotate(task: Task, name: str = "", limits: Limits = DEFAULT) -> Marked:
    """The workbook with its bad cells marked and the sheet of the task in front. Never raises for what is in the file."""
    from toolkit.office.marks import mark_book
    from toolkit.office.package import Package, PackageError

    try:
        before = Package.open(task.data)
        after = mark_book(before, task.marks, task.page, task.author)
        copy = after.to_bytes()
        fault = _fault(before, after, task.data, copy, limits)
    except PackageError as error:
        return Marked(None, str(error))
    return Marked(None, fault) if fault else Marked(copy)


# ---------------------------------------------------------------- which cells


def marks_of(findings: Sequence[Finding], draft: Draft | None = None) -> tuple[Mark, ...]:
    """One mark per bad cell, gravest first, with all that is to be said about the cell in one note.

    Only what must be done is coloured: 须修改 red, 须说明 amber unless `draft` explains it; what follows from another
    finding is not, for its cell may well be right.
    """
    from toolkit.office.front_sheet import AMBER, RED
    from toolkit.office.marks import Mark

    cells: dict[tuple[str, int, int], list[Finding]] = {}
    for f in sorted(findings, key=lambda f: GRAVITY[f.level]):
        if f.level is Level.NOTE or f.consequence_of is not None or not f.sheet:
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


def _fault(before: Package, after: Package, data: bytes, copy: bytes, limits: Limits) -> str:
    """Why the copy must not go out, "" when it may: it has to say what `data` says, to both readers.

    Parts with the same bytes say the same; sheets whose part changed are read from both files and compared.
    """
    from toolkit.office.workbook import sheet_entries

    if lost := _changed_beside(before, after):
        return f"标注后复核发现内容有变化（{lost}）"
    touched = {e.name for e in sheet_entries(before) if not _same(before, after, e.part)} - {RETURN_SHEET}
    try:
        then, now = (read_sheets(x, {*touched, RETURN_SHEET}, limits) for x in (data, copy))
    except Refused as refusal:
        return f"标注后未能通过复核：{refusal.finding('').message}"
    changed = differing(then[0], now[0], touched)
    if not changed and then[1] != now[1]:
        changed = "两种读法"
    return f"标注后复核发现内容有变化（{changed}）" if changed else ""


def _changed_beside(before: Package, after: Package) -> str:
    """What is not as it was apart from the sheets themselves: the texts, formats and dates that their cells point at."""
    from toolkit.office.styles import begins_alike
    from toolkit.office.workbook import uses_1904

    workbook = before.workbook_part
    styles, texts = (before.related(workbook, kind) or "" for kind in ("styles", "sharedStrings"))
    if texts and not _same(before, after, texts):
        return "文字表"
    if not begins_alike(before.read(styles), after.read(styles)):
        return "单元格格式"
    return "" if uses_1904(before) == uses_1904(after) else "日期系统"


def _same(before: Package, after: Package, part: str) -> bool:
    return part not in before or (part in after and before.parts[part] == after.parts[part])


def differing(before: Book, after: Book, names: Collection[str] | None = None) -> str:
    """Where two readings differ apart from our own sheet, in a few words; "" when they say the same. `names`: the
    sheets that were read (None = all)."""
    old, new = _own(before), _own(after)
    if [(s.name, s.state) for s in old] != [(s.name, s.state) for s in new]:
        return "工作表"
    for a, b in zip(old, new, strict=True):
        if (names is None or a.name in names) and a != b:
            places = [at for at in sorted({*a.cells, *b.cells}) if a.cells.get(at) != b.cells.get(at)]
            return f"工作表“{a.name}”" + (f"第 {places[0][0]} 行" if places else "")
    if replace(before, sheets=()) != replace(after, sheets=()):
        return "文档属性"
    return ""


def _own(book: Book) -> list[RawSheet]:
    return [s for s in book.sheets if s.name != RETURN_SHEET]
