"""What the office should look at: doubts about the document as a whole, and (from `doubts_tasks`) about single tasks.

Nothing here changes a task; every finding names rows as the document prints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.findings import Finding, finding
from toolkit.plan.doubts.names import about_names
from toolkit.plan.doubts.tasks import about_tasks, centred_blocks, lead_is_merged, taken_across
from toolkit.plan.parts import Plan, SourceDocument, SourceTable, SourceText
from toolkit.plan.table.grid import ABSENT, DOWN, Grid
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
from toolkit.plan.words.labels import bare, label, numeral_of, once, squeeze

Read = Sequence[tuple[Grid, list[TaskRow]]]
_LISTED = 40
__all__ = ["about_document", "about_tasks", "lead_is_merged"]
_ROLE_NAMES = {
    SERIAL: "序号", CATEGORY: "类别", REQUIREMENT: "工作要求", "measure": "工作举措", "lead": "牵头单位",
    "responsible": "责任单位", SUPPORTING: "配合单位", OFFICE: "责任科室", PERSON: "责任人", DEADLINE: "完成时限",
    "other": "其他",
}  # fmt: skip


def named(rows: Iterable[TaskRow]) -> str:
    """Rows as people find them: 序号 5、8、10; one without serial by the serial before it; without any, 第6、9行.

    At most forty of a kind are listed."""
    rows = list(rows)
    numbered = [str(r.printed_no) for r in rows if r.printed_no]
    behind = [r.flags["behind"] for r in rows if not r.printed_no and "behind" in r.flags]
    others = [str(r.row.index) for r in rows if not r.printed_no and "behind" not in r.flags]
    parts = []
    if numbered:
        parts.append(f"序号 {'、'.join(numbered[:_LISTED])}{' 等' if len(numbered) > _LISTED else ''}")
    parts += behind[:_LISTED]
    if others:
        parts.append(f"第{'、'.join(others[:_LISTED])}{'…' if len(others) > _LISTED else ''}行")
    return "、".join(parts)


def _find_places(rows: Iterable[TaskRow]) -> None:
    """How rows that lost their serial are named: 序号 50 之后第 1 项."""
    before, count = "", 0
    for row in rows:
        if row.printed_no:
            before, count = row.printed_no, 0
        elif before:
            count += 1
            row.flags["behind"] = f"序号 {before} 之后第 {count} 项"


def about_document(document: SourceDocument, read: Read, plan: Plan, narrative: int, has_prose: bool) -> list[Finding]:
    """Findings about layout, categories, inheritance and names, table by table, then about the text around."""
    found: list[Finding] = []
    for grid, rows in read:
        _find_places(rows)
        found += _layout(grid, rows)
        found += _serials(grid, rows)
        found += _categories(grid, rows)
        found += _inherited(grid, rows)
        found += _repeated_texts(grid, rows)
        found += about_names(grid, rows, named)
    found += _around(document, read, plan, narrative, has_prose)
    return found


def _note(grid: Grid, code: str, **arguments: str | int) -> Finding:
    words: dict[str, Any] = {"where": grid.table.place, **arguments}
    return finding(code, place={"sheet": grid.table.place}, **words)


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
    blank = [r for r in rows if any("\n\n" in t.strip("\n") or t.endswith("\n") for t in r.row.texts)]
    if blank:
        found.append(_note(grid, "PLN-118", rows=named(blank)))
    if not grid.table.certain:
        found.append(_note(grid, "PLN-104"))
    for index, text in grid.pieced:
        if index > 0:
            found.append(_note(grid, "PLN-126", label=text))
        else:
            place = {"sheet": grid.table.place, "cell": f"第{-index}行"}
            found.append(finding("PLN-119", place=place, text=squeeze(text)[:40]))
    return found


def _serials(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    numbers = [r.no for r in rows if r.no is not None]
    if not numbers or not any(c == SERIAL for c in (grid.columns.roles if grid.columns else ())):
        return []
    found: list[Finding] = []
    missing: list[int] = []
    before = 0
    for row in rows:
        number = row.no
        if number is None:
            continue
        if before < number <= before + 50:
            missing += range(before + 1, number)
        elif before:
            found.append(_note(grid, "PLN-113", no=number, before=before))
        before = number
    if missing:
        found.append(_note(grid, "PLN-110", missing="、".join(map(str, missing[:60]))))
    return found


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
    """Rows that print the first-level label again although it is still in force."""
    current, result = "", []
    for row in rows:
        text = row.row.own(column)
        if not text.strip("\xa0 \n\t") or is_same_as_above(text):
            continue
        name = bare(label(text))
        if name and name == current:
            result.append(row)
        current = name
    return result


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


# ---------------------------------------------------------------- inherited values, repeated texts


def _inherited(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    found: list[Finding] = []
    for key, code in (("responsible_units", "PLN-130"), ("deadline", "PLN-132")):
        taken = [r for r in rows if key in r.inherited]
        if taken:
            found.append(_note(grid, code, count=len(taken), rows=named(taken)))
    across = taken_across(rows)
    if across:
        units = next(iter(across[0].units.values()), "")
        found.append(_note(grid, "PLN-131", rows=named(across), units=squeeze(once(units)[0])[:60]))
    groups: dict[tuple[str, ...], list[TaskRow]] = {}
    for row in rows:
        if row.deadline.strip() and row.path:
            groups.setdefault(row.path, []).append(row)
    mixed = [r for group in groups.values() if len({once(g.deadline)[0] for g in group}) > 1 for r in group]
    lone = _deadline_alone(rows)
    if mixed or lone:
        found.append(_note(grid, "PLN-164", rows=named([*mixed, *(r for r in lone if r not in mixed)])))
    return found


def _deadline_alone(rows: list[TaskRow]) -> list[TaskRow]:
    """A deadline of its own beside units that are inherited: the merges of the two columns differ."""
    return [r for r in rows if r.deadline and "deadline" not in r.inherited and "responsible_units" in r.inherited]


def _repeated_texts(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    columns = grid.columns
    assert columns is not None
    found: list[Finding] = []
    repeated: list[TaskRow] = []
    for row in rows:
        for column, text in enumerate(row.row.texts):
            if row.row.states[column] == DOWN:
                continue
            kept, again, differed = once(text)
            if not again:
                continue
            if row not in repeated:
                repeated.append(row)
            place = {"sheet": grid.table.place, "cell": f"第{row.row.index}行"}
            if differed:
                found.append(finding("PLN-162", place=place, text=squeeze(kept)))
            lines = [line for line in text.splitlines() if line.strip()]
            if columns.roles[column] == DEADLINE and kept not in [line.strip() for line in lines]:
                found.append(finding("PLN-161", place=place, text=squeeze(kept)))
    if repeated:
        found.insert(0, _note(grid, "PLN-160", rows=named(repeated)))
    return found


# ---------------------------------------------------------------- the text around


def _around(document: SourceDocument, read: Read, plan: Plan, narrative: int, has_prose: bool) -> list[Finding]:
    found: list[Finding] = []
    blocks = document.blocks
    texts = [b for b in blocks if isinstance(b, SourceText)]
    if plan.year is None:
        found.append(finding("PLN-175"))
    if plan.default_deadline:
        found.append(finding("PLN-173", text=plan.default_deadline))
    if narrative and read and not has_prose:
        lines = [t.line for t in texts if len(t.text.strip()) > 30]
        found.append(finding("PLN-170", count=narrative, span=_span(lines)))
    used = {id(grid.table) for grid, _ in read}
    for block in blocks:
        if isinstance(block, SourceTable) and id(block) not in used and len(block.rows) > 1:
            found.append(finding("PLN-174", place={"sheet": block.place}, where=block.place))
    last = max((k for k, b in enumerate(blocks) if isinstance(b, SourceTable)), default=None)
    if last is not None and read:
        after = [b for b in blocks[last + 1 :] if isinstance(b, SourceText)]
        if after:
            place = read[-1][0].table.place
            found.append(finding("PLN-171", place={"sheet": place}, where=place, text=squeeze(after[0].text)[:30]))
        if plan.doc_no is None and len(texts) <= 6 and not any(len(t.text) > 80 for t in texts):
            found.append(finding("PLN-172"))
    return found


def _span(lines: Sequence[int]) -> str:
    """Where paragraphs stand, by the lines of the source."""
    if not lines:
        return "表格以外"
    first, last = min(lines), max(lines)
    return f"原文第 {first} 行" if first == last else f"原文第 {first} 至 {last} 行"
