"""What the office should look at: doubts about the document as a whole, and (from `doubts_tasks`) about single tasks.

Nothing here changes a task; every finding names rows as the document prints them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from toolkit.findings import Finding, Level, finding
from toolkit.plan.doubts.around import about_around
from toolkit.plan.doubts.inherited import about_inherited, about_repeats
from toolkit.plan.doubts.lost_cells import lost_cells
from toolkit.plan.doubts.names import about_names
from toolkit.plan.doubts.said import about_table as _note
from toolkit.plan.doubts.said import find_places, named
from toolkit.plan.doubts.serials import about_serials, goes_on_from
from toolkit.plan.doubts.tasks import about_tasks, centred_blocks, is_misplaced, is_short, lead_is_merged, levels_lost
from toolkit.plan.doubts.texts import plainly_told, several_duties
from toolkit.plan.parts import Plan, SourceDocument
from toolkit.plan.table.grid import ABSENT, Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.words.kinds import (
    CATEGORY,
    DEADLINE,
    OFFICE,
    PERSON,
    REQUIREMENT,
    SERIAL,
    SUPPORTING,
    is_same_as_above,
)
from toolkit.plan.words.labels import bare, label, numeral_of, squeeze

Read = Sequence[tuple[Grid, list[TaskRow]]]
__all__ = ["about_document", "about_tasks", "lead_is_merged"]
_LISTED = 40
_LOST = 12  # findings of a table
_HEADING_PART = re.compile(r"[一二三四五]级\S{0,4}")  # 一级事项: of a heading row that was not taken for one
_ROLE_NAMES = {
    SERIAL: "序号", CATEGORY: "类别", REQUIREMENT: "工作要求", "measure": "工作举措", "lead": "牵头单位",
    "responsible": "责任单位", SUPPORTING: "配合单位", OFFICE: "责任科室", PERSON: "责任人", DEADLINE: "完成时限",
    "other": "其他",
}  # fmt: skip


def about_document(document: SourceDocument, read: Read, plan: Plan, has_prose: bool) -> list[Finding]:
    """Findings about layout, categories, inheritance and names, table by table, then about the text around."""
    found: list[Finding] = []
    starts = goes_on_from([rows for _, rows in read])
    for (grid, rows), start in zip(read, starts, strict=True):
        find_places(rows)
        found += _layout(grid, rows)
        found += about_serials(grid, rows, start)
        found += _categories(grid, rows)
        found += about_inherited(grid, rows)
        found += about_repeats(grid, rows)
        found += about_names(grid, rows, named)
        found += _lost_cells(grid, rows, plan)
    found += _told_together(read, plan)
    found += about_around(document, read, plan, has_prose)
    return _once_for_all(found)


_COLUMN_SAYS = {"PLN-167": "，见“工作要求”的批注", "PLN-168": "，已填入“量化目标”一栏"}


def _told_together(read: Read, plan: Plan) -> list[Finding]:
    """Several duties in one task (PLN-169), plain deadlines and numbers in requirements (PLN-167, 168): once for each table
    and once for the running text, with the rows."""
    found: list[Finding] = []
    said = [(t, plainly_told(t, plan.year) | ({"PLN-169"} if several_duties(t) else set())) for t in plan.tasks]
    for code in ("PLN-169", "PLN-167", "PLN-168"):
        hits = {(t.place, t.requirement) for t, told in said if code in told}
        for grid, rows in read:
            if mine := [r for r in rows if (r.place, r.requirement) in hits]:
                found.append(_together(code, grid.table.place, len(mine), named(mine)))
        lines = [str(t.line) for t, told in said if code in told and not t.place.partition(" ")[2]]
        if lines:
            rest = " 等" if len(lines) > _LISTED else ""
            found.append(_together(code, "正文", len(lines), f"第{'、'.join(lines[:_LISTED])}行{rest}"))
    return found


def _together(code: str, where: str, count: int, rows: str) -> Finding:
    words: dict[str, Any] = {"where": where, "count": count, "rows": rows}
    if code in _COLUMN_SAYS:
        words = {"who": f"{where}有 {count} 项的要求中", "texts": f"（{rows}）{_COLUMN_SAYS[code]}"}
    return finding(code, place={"sheet": "" if where == "正文" else where}, **words)


def _once_for_all(found: Sequence[Finding]) -> list[Finding]:
    """What is said in the same words of several tables is said once (表1、表2、表3的…)."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for k, f in enumerate(found):
        own = f.sheet and f.message.startswith(f.sheet)
        groups.setdefault((f.code, f.message.removeprefix(f.sheet) if own else f"{k}"), []).append(f)
    return [
        replace(fs[0], message=f"{'、'.join(dict.fromkeys(f.sheet for f in fs))}{words}") if len(fs) > 1 else fs[0]
        for (_, words), fs in groups.items()
    ]


# ---------------------------------------------------------------- layout


def _layout(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    columns = grid.columns
    assert columns is not None
    found: list[Finding] = []
    detail = [f"“{squeeze(n)}”占多栏" for n in columns.spread] + [f"第 {k + 1} 栏没有栏名" for k in columns.unnamed]
    lost = levels_lost(grid)
    detail += [f"“{squeeze(columns.names[k])}”一栏各行都没有内容，类别可能错了一级" for k in lost]
    if detail:
        note = _note(grid, "PLN-106", detail="；".join(detail))
        found.append(replace(note, level=Level.EXPLAIN) if lost else note)
    if not grid.header:
        found.append(_note(grid, "PLN-109"))
    for k in (k for k in columns.unsure if squeeze(columns.names[k]) != _ROLE_NAMES[columns.roles[k]]):
        found.append(
            _note(
                grid,
                "PLN-105",
                column=k + 1,
                heading=squeeze(columns.names[k]) or "无",
                role=_ROLE_NAMES[columns.roles[k]],
            )
        )
    again = [
        k for k in grid.repeats if grid.rows and k > grid.rows[0].index
    ]  # above the first row: part of the heading
    if again:
        found.append(_note(grid, "PLN-107", rows=f"第{'、'.join(map(str, again[:_LISTED]))}行"))
    if len(grid.widths) > 1:
        found.append(_note(grid, "PLN-108", widths="、".join(map(str, grid.widths))))
    blank = [r for r in rows if any(_blank_line_inside(t) for t in r.row.texts)]
    if blank:
        found.append(_note(grid, "PLN-118", rows=named(blank)))
    shifted = [r for r in rows if r.row.shifted and not is_short(r) and not is_misplaced(r)]
    if shifted:
        most = len(shifted) * 2 > len(rows)  # where merged cells leave nothing, it is so in nearly all rows
        found.append(_note(grid, "PLN-116", rows=f"多数行（{len(shifted)} 行）" if most else named(shifted)))
    if not grid.table.certain:
        found.append(_note(grid, "PLN-104"))
    for index, text in grid.pieced:
        if index > 0:
            found.append(_note(grid, "PLN-126", label=text))
        elif not _HEADING_PART.fullmatch(squeeze(text)):
            place = {"sheet": grid.table.place, "cell": f"第{-index}行"}
            found.append(finding("PLN-119", place=place, text=squeeze(text)[:40]))
    return found


def _lost_cells(grid: Grid, rows: Sequence[TaskRow], plan: Plan) -> list[Finding]:
    found: list[Finding] = []
    for index, words in list(lost_cells(grid, rows, plan))[:_LOST]:
        place = {"sheet": grid.table.place, "cell": f"第{index}行"}
        text = words if len(words) <= 40 else f"{words[:40]}…"
        found.append(finding("PLN-180", place=place, span=f"{grid.table.place}第{index}行", text=text))
    return found


def _blank_line_inside(text: str) -> bool:
    """Inside a cell or behind one that has text; behind a blank cell it is the border of the rows."""
    return "\n\n" in text.strip("\n") or (bool(text.strip("\xa0 \n\t")) and text.endswith("\n"))


# ---------------------------------------------------------------- categories


def _categories(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    columns = grid.columns
    assert columns is not None
    found: list[Finding] = []
    first = columns.of(CATEGORY)[:1]
    if first:
        repeated = _repeats(rows, first[0])
        if repeated:
            found.append(_note(grid, "PLN-122", rows=named(repeated)))
    if len(columns.of(CATEGORY)) > 1 and not grid.table.spans_known:
        single = [r for r in rows if len(r.path) - len(r.row.section) == 1 and _narrow(r, columns.of(CATEGORY))]
        if single:
            found.append(_note(grid, "PLN-123", rows=named(single)))
    found += _separated(grid, rows)
    found += _centred(grid, rows)
    found += _gaps(grid, rows)
    return found


def _narrow(row: TaskRow, categories: Sequence[int]) -> bool:
    """The row has no cell for its second category column."""
    return any(row.row.states[c] == ABSENT for c in categories)


def _repeats(rows: list[TaskRow], column: int) -> list[TaskRow]:
    """Rows that print the first-level label again although it is still in force, because a page began there: the heading is
    printed again above them, or other rows leave the label out. Where every row prints its label nothing is repeated."""
    current, page = "", 0
    result: list[TaskRow] = []
    sure: list[TaskRow] = []
    for row in rows:
        text = row.row.own(column)
        own = text.strip("\xa0 \n\t") and not is_same_as_above(text)
        name = bare(label(text)) if own else ""
        if name and name == current:
            result.append(row)
            if row.row.page != page:
                sure.append(row)
        current, page = name or current, row.row.page
    left_out = any(not row.row.own(column).strip("\xa0 \n\t") for row in rows)
    return result if left_out else sure


def _separated(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """A first-level category that comes back after another one."""
    found: list[Finding] = []
    closed: set[str] = set()
    current: str | None = None
    for k, row in enumerate(rows):
        top = row.path[0] if row.path else ""
        if top == current:
            continue
        if current is not None:
            closed.add(current)
        if top and top in closed:
            block = [r for r in rows[k:] if r.path[:1] == (top,)]
            found.append(_note(grid, "PLN-121", label=top, rows=named(block)))
        current = top
    return found


def _centred(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """Labels whose block begins above them."""
    return [_note(grid, "PLN-124", label=block[0].path[-1], rows=named(block)) for block in centred_blocks(rows)]


def _gaps(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """Jumps in the numerals of labels, level by level."""
    found: list[Finding] = []
    columns = grid.columns
    assert columns is not None
    runs = [grid.sections, *([r.row.own(c) for r in rows] for c in columns.of(CATEGORY))]
    for run in runs:
        before: tuple[int, str] | None = None
        for text in run:
            number = numeral_of(squeeze(text)) if text.strip() else None
            if number is None:
                continue
            head = squeeze(text)[:6]
            if before and number > before[0] + 1 and head[0] == before[1][0]:
                found.append(_note(grid, "PLN-125", before=_numeral(before[1]), after=_numeral(head)))
            before = (number, head)
    return found


def _numeral(head: str) -> str:
    found = re.match(r"[（(]?[一二三四五六七八九十百\d]+[)）]?", head)
    return found.group() if found else head
