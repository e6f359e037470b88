"""What the office should look at: doubts about the document as a whole, and (from `doubts_tasks`) about single tasks.

Nothing here changes a task; every finding names rows as the document prints them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.findings import Finding, finding
from toolkit.plan.doubts.around import about_around
from toolkit.plan.doubts.inherited import about_inherited, about_repeats
from toolkit.plan.doubts.names import about_names
from toolkit.plan.doubts.said import about_table as _note
from toolkit.plan.doubts.said import find_places, named
from toolkit.plan.doubts.serials import about_serials, goes_on_from
from toolkit.plan.doubts.tasks import about_tasks, centred_blocks, is_misplaced, is_short, lead_is_merged
from toolkit.plan.doubts.texts import several_duties
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
    found += _several_duties(read, plan)
    found += about_around(document, read, plan, has_prose)
    return found


def _several_duties(read: Read, plan: Plan) -> list[Finding]:
    """PLN-169 once for each table and once for the running text."""
    found: list[Finding] = []
    wide = {(t.place, t.requirement) for t in plan.tasks if several_duties(t)}
    for grid, rows in read:
        hits = [r for r in rows if (r.place, r.requirement) in wide]
        if hits:
            found.append(_note(grid, "PLN-169", count=len(hits), rows=named(hits)))
    lines = [str(t.line) for t in plan.tasks if not t.place.partition(" ")[2] and (t.place, t.requirement) in wide]
    if lines:
        found.append(finding("PLN-169", where="正文", count=len(lines), rows=f"第{'、'.join(lines[:40])}行"))
    return found


# ---------------------------------------------------------------- layout


def _layout(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    columns = grid.columns
    assert columns is not None
    found: list[Finding] = []
    if columns.spread or columns.unnamed:
        detail = "；".join(
            [f"“{squeeze(n)}”占多栏" for n in columns.spread] + [f"第 {k + 1} 栏没有栏名" for k in columns.unnamed]
        )
        found.append(_note(grid, "PLN-106", names=len(grid.header), width=columns.width, detail=detail))
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
    if grid.repeats:
        found.append(_note(grid, "PLN-107", rows=f"第{'、'.join(map(str, grid.repeats[:40]))}行"))
    if len(grid.widths) > 1:
        found.append(_note(grid, "PLN-108", widths="、".join(map(str, grid.widths))))
    blank = [r for r in rows if any(_blank_line_inside(t) for t in r.row.texts)]
    if blank:
        found.append(_note(grid, "PLN-118", rows=named(blank)))
    shifted = [r for r in rows if r.row.shifted and not is_short(r) and not is_misplaced(r)]
    if shifted:
        found.append(_note(grid, "PLN-116", rows=named(shifted)))
    if not grid.table.certain:
        found.append(_note(grid, "PLN-104"))
    for index, text in grid.pieced:
        if index > 0:
            found.append(_note(grid, "PLN-126", label=text))
        else:
            place = {"sheet": grid.table.place, "cell": f"第{-index}行"}
            found.append(finding("PLN-119", place=place, text=squeeze(text)[:40]))
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
