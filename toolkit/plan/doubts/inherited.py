"""Values taken from another row, texts printed several times, deadlines that differ inside a block."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from toolkit.findings import Finding, finding
from toolkit.plan.doubts.said import about_table as _note
from toolkit.plan.doubts.said import named, row_place
from toolkit.plan.table.grid import DOWN, Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.units.gaps import without_gaps
from toolkit.plan.words.kinds import CATEGORY, DEADLINE, OTHER, REQUIREMENT, UNIT_ROLES, is_same_as_above
from toolkit.plan.words.labels import once, squeeze

_SAME = (("类别", (CATEGORY,)), ("要求", (REQUIREMENT,)), ("单位", UNIT_ROLES), ("时限", (DEADLINE,)))


def about_inherited(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """PLN-130, 131, 132, 137, 164."""
    found: list[Finding] = []
    for what, roles in _SAME:
        said = [r for r in rows[1:] if _same(r, roles)]
        if said:
            found.append(_note(grid, "PLN-137", count=len(said), what=what, rows=named(said)))
    for key, roles, code in (("responsible_units", UNIT_ROLES, "PLN-130"), ("deadline", (DEADLINE,), "PLN-132")):
        taken = [r for r in rows if key in r.inherited and not _same(r, roles)]
        if taken and code == "PLN-130":
            found.append(_note(grid, "PLN-130", count=len(taken), how=_how(taken, roles), rows=named(taken)))
        elif taken:
            found.append(_note(grid, "PLN-132", count=len(taken), how=_how(taken, roles), rows=named(taken)))
    for block in taken_across(rows):
        units = "；".join(without_gaps(once(text)[0]) for text in block[0].units.values() if text.strip())
        found.append(_note(grid, "PLN-131", rows=named(block), units=units[:60]))
    odd = _odd_deadlines(grid, rows)
    if odd:
        found.append(_note(grid, "PLN-164", rows=named(odd)))
    return found


def _columns(row: TaskRow, roles: Sequence[str]) -> list[int]:
    columns = row.grid.columns
    return [c for c in range(columns.width) if columns.roles[c] in roles] if columns else []


def _same(row: TaskRow, roles: Sequence[str]) -> bool:
    return any(is_same_as_above(row.row.own(c)) for c in _columns(row, roles) if row.row.own(c).strip())


def _merged(row: TaskRow, roles: Sequence[str]) -> bool:
    return any(row.row.states[c] == DOWN for c in _columns(row, roles))


def _how(rows: Sequence[TaskRow], roles: Sequence[str]) -> str:
    """Only a source with true merges says that cells are merged; in flattened text they are blank."""
    return "与上面的行合并" if all(_merged(r, roles) for r in rows) else "为空"


def taken_across(rows: Sequence[TaskRow]) -> list[list[TaskRow]]:
    """Neighbouring rows that take the units of one row under another first-level category. A true merge leaves no doubt, and
    同上 says it itself."""
    by_place = {r.place: r for r in rows}

    def origin_of(row: TaskRow) -> str:
        origin = by_place.get(row.inherited.get("responsible_units", ""))
        if origin is None or origin.path[:1] == row.path[:1]:
            return ""
        return "" if _merged(row, UNIT_ROLES) or _same(row, UNIT_ROLES) else origin.place

    return [list(block) for origin, block in groupby(rows, key=origin_of) if origin]


# ---------------------------------------------------------------- deadlines inside a block


def _odd_deadlines(grid: Grid, rows: list[TaskRow]) -> list[TaskRow]:
    """Where the deadlines of nearly all categories are one cell each: rows of the categories with several, and rows that
    have their own although their units are those of the block. Tables that give each row its time hold nothing odd."""
    if grid.table.spans_known:
        return []  # the merges themselves say how far each deadline reaches
    timed = [r for r in rows if r.deadline.strip()]
    blank = [r for r in timed if "deadline" in r.inherited]
    groups: dict[tuple[str, ...], list[TaskRow]] = {}
    for row in timed:
        if row.path:
            groups.setdefault(row.path, []).append(row)
    several = [g for g in groups.values() if len(g) > 1]
    mixed = [g for g in several if len({once(r.deadline)[0] for r in g}) > 1]
    if len(blank) * 2 < len(timed) or len(mixed) * 4 > len(several):
        return []
    shared = [r for r in timed if "responsible_units" in r.inherited]
    alone = [r for r in shared if "deadline" not in r.inherited]
    odd = [r for group in mixed for r in group]
    odd += [r for r in alone if r not in odd] if len(alone) * 3 <= len(shared) else []
    return sorted(odd, key=lambda r: r.row.index)


# ---------------------------------------------------------------- texts printed several times


def about_repeats(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """PLN-160 copies line by line or one behind the other, PLN-161 and PLN-162 what they left unsure."""
    columns = grid.columns
    assert columns is not None
    found: list[Finding] = []
    repeated: list[TaskRow] = []
    for row in rows:
        for column, text in enumerate(row.row.texts):
            kept, again, differed = once(text)
            if not again or row.row.states[column] == DOWN or not _kept_once(row, columns.roles[column], kept):
                continue
            if row not in repeated:
                repeated.append(row)
            if differed:
                found.append(finding("PLN-162", place=row_place(row), text=squeeze(kept)))
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            if columns.roles[column] == DEADLINE and len(lines) > 1 and kept not in lines:
                found.append(finding("PLN-161", place=row_place(row), text=squeeze(kept)))
    if repeated:
        found.insert(0, _note(grid, "PLN-160", rows=named(repeated)))
    return found


def _kept_once(row: TaskRow, role: str, kept: str) -> bool:
    """Whether the copy is what the task has; a mark said twice in a column of remarks (√ √) is no text."""
    if role == REQUIREMENT:
        return squeeze(row.requirement) == squeeze(kept)
    return role != OTHER or len(kept) >= 4
