"""Rows of a plan table as tasks-to-be: path, requirement, unit cells, deadline; what was inherited and from where.

Inheritance follows the catalogue: merged cells and blanks below them take the value above, across category changes and
page breaks; nothing is inherited without a mark.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.findings import Finding, finding
from toolkit.plan.table.around import blocks_are_cells, governors
from toolkit.plan.table.columns import Columns
from toolkit.plan.table.grid import BLANK, DOWN, OWN, Grid, GridRow
from toolkit.plan.table.paths import label_row, paths_of
from toolkit.plan.words.kinds import (
    CATEGORY,
    DEADLINE,
    MEASURE,
    PERSON,
    REQUIREMENT,
    SERIAL,
    UNIT_ROLES,
    heading_roles,
    is_link_only,
    is_same_as_above,
    serial,
)
from toolkit.plan.words.labels import join_lines, numeral_of, once, without_markup, without_numeral
from toolkit.plan.words.repeats import broken_twice, unrepeated


@dataclass
class TaskRow:
    """A task as the table gives it. Unit cells and deadline are governing texts, not yet taken apart."""

    grid: Grid
    row: GridRow
    place: str
    printed_no: str | None = None
    path: tuple[str, ...] = ()
    raw_path: tuple[str, ...] = ()  # category cells as printed in this row
    requirement: str = ""
    measure: str | None = None
    person: str | None = None
    units: dict[str, str] = field(default_factory=dict)  # role → governing cell text
    deadline: str = ""
    inherited: dict[str, str] = field(default_factory=dict)  # path, responsible_units, deadline, requirement → origin
    flags: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def no(self) -> int | None:
        return serial(self.printed_no) if self.printed_no else None

    @property
    def name(self) -> str:
        """How a finding names the row: its serial, else its place."""
        return f"序号 {self.printed_no}" if self.printed_no else f"第{self.row.index}行"

    def note(self, code: str, **arguments: str | int) -> None:
        place = {"sheet": self.grid.table.place, "cell": f"第{self.row.index}行"}
        words: dict[str, Any] = dict(arguments)
        self.findings.append(finding(code, place=place, **words))


def rows_as_tasks(grid: Grid) -> list[TaskRow]:
    """Every task of a laid table, in printed order."""
    columns = grid.columns
    if columns is None:
        return []
    tasks: list[TaskRow] = []
    paths = paths_of(grid)
    for row, (path, inherited_path, raw_path) in zip(grid.rows, paths, strict=True):
        task = TaskRow(grid, row, grid.place(row), path=path, raw_path=raw_path)
        if inherited_path:
            task.inherited["path"] = inherited_path
        task.printed_no = next((row.own(c).strip() for c in columns.of(SERIAL) if row.own(c).strip()), None)
        if words := grid.cut.get(row.index):
            task.note("PLN-161", what="要求", text=words)
        if _take_requirement(task, tasks, grid):
            _take_texts(task, grid)
            tasks.append(task)
    _take_units(tasks, grid)
    _take_deadlines(tasks, grid)
    _numbers_inside(tasks)
    return tasks


def _cell(row: GridRow, columns: Sequence[int]) -> str:
    return "\n".join(row.own(c) for c in columns if row.own(c).strip())


def joined(text: str) -> str:
    """A cell as one line of text, kept once where it is printed several times, otherwise as printed."""
    return join_lines(unrepeated(without_markup(text)).splitlines())


# ---------------------------------------------------------------- requirement and plain texts


def _take_requirement(task: TaskRow, before: list[TaskRow], grid: Grid) -> bool:
    """Set the requirement; False when the row is no task of its own."""
    columns = grid.columns
    assert columns is not None
    row = task.row
    wanted = columns.of(REQUIREMENT)
    own = _cell(row, wanted)
    if own.strip("\xa0 \t\n\u3000"):
        if is_same_as_above(own) and before:
            task.requirement = before[-1].requirement
            task.inherited["requirement"] = before[-1].place
        else:
            task.requirement = joined(own)
        return True
    if task.raw_path and row.own(_deepest(task, columns)).strip() and _is_level(columns, wanted):
        task.requirement, task.path = (
            task.path[-1],
            task.path[:-1],
        )  # levels of different depth: the last one says what to do
        return True
    measure = _cell(row, columns.of(MEASURE))
    if measure.strip() and not any(row.states[c] == DOWN for c in wanted):
        task.requirement = joined(measure)
        return True
    merged = any(row.states[c] == DOWN for c in wanted)
    named = bool(task.printed_no) or bool(task.raw_path) or bool(measure.strip())
    units = [(columns.roles[c], row.own(c)) for c in range(columns.width) if columns.roles[c] in UNIT_ROLES]
    if before and named and (merged or not before[-1].row.own(wanted[0]) or task.raw_path or task.printed_no):
        if not merged and task.row.section != before[-1].row.section:
            return False
        task.requirement = before[-1].requirement
        task.inherited["requirement"] = before[-1].inherited.get("requirement", before[-1].place)
        task.note("PLN-133", origin=before[-1].name)
        return True
    if before and any(text.strip() for _, text in units):
        for role, text in units:
            if text.strip():
                before[-1].flags[f"more:{role}"] = "\n".join(filter(None, [before[-1].flags.get(f"more:{role}"), text]))
        return False
    text = next((t for t in row.texts if t.strip()), "")
    if text:
        grid.pieced.append((-row.index, text))
    return False


def _is_level(columns: Columns, wanted: Sequence[int]) -> bool:
    """The requirement is the deepest of several levels (六级目录)."""
    return all(heading_roles(columns.names[c])[:1] == (CATEGORY,) for c in wanted)


def _deepest(task: TaskRow, columns: Columns) -> int:
    """The last category column with a label of the row's own."""
    return max(c for c in columns.of(CATEGORY) if task.row.own(c).strip()) if task.raw_path else 0


def _take_texts(task: TaskRow, grid: Grid) -> None:
    columns = grid.columns
    assert columns is not None
    measure = joined(_cell(task.row, columns.of(MEASURE)))
    task.measure = measure if measure and measure != task.requirement else None
    person = "、".join(line.strip() for line in _cell(task.row, columns.of(PERSON)).splitlines() if line.strip())
    task.person = person or None


# ---------------------------------------------------------------- units


def _take_units(tasks: list[TaskRow], grid: Grid) -> None:
    columns = grid.columns
    assert columns is not None
    unit_columns = [c for c in range(columns.width) if columns.roles[c] in UNIT_ROLES]
    if not unit_columns:
        return
    merges = _uses_merges(grid, unit_columns)
    lead_share = _filled_share(tasks, [c for c in unit_columns if columns.roles[c] == "lead"])
    _part_glued(tasks, unit_columns)
    around = _around(tasks, grid, unit_columns)
    previous: TaskRow | None = None
    for task in tasks:
        _own_units(task, unit_columns)
        if task.place in around:
            _units_around(task, around[task.place], unit_columns)
        blank = not task.units
        if blank and is_link_only(task.requirement) and not _merged(task, unit_columns):
            task.note("PLN-136")
            task.flags["link"] = "1"
            continue
        if blank:
            _inherit_units(task, previous, unit_columns, merges)
        elif previous is not None:
            _fill_partly(task, previous, unit_columns, lead_share)
        if task.units:
            previous = task


def _part_glued(tasks: list[TaskRow], unit_columns: list[int]) -> None:
    """Two rows that run into each other print their units twice in the upper cell, broken off, the rest below (M13)."""
    for upper, lower in itertools.pairwise(tasks):
        for c in unit_columns:
            own = broken_twice(upper.row.own(c), lower.row.own(c))
            if own and lower.row.section == upper.row.section:
                upper.flags[f"glued:{c}"] = lower.flags[f"glued:{c}"] = own
                upper.flags["glued"] = lower.place


def _own_units(task: TaskRow, unit_columns: list[int]) -> None:
    columns = task.grid.columns
    assert columns is not None
    for c in unit_columns:
        text = task.flags.get(f"glued:{c}", task.row.own(c))
        if "\n" not in text.strip():
            text = once(text)[0]
        role = columns.roles[c]
        more = task.flags.get(f"more:{role}", "")
        text = "\n".join(filter(None, [text if text.strip() else "", more]))
        if not text.strip("\xa0 \t\n\u3000"):
            continue
        if is_same_as_above(text):
            task.flags["same"] = "1"
            continue
        if c in task.row.wide and role == "lead" and c + 1 < columns.width and columns.roles[c + 1] in UNIT_ROLES:
            role = "responsible"
            task.flags["lead_merged"] = text
        task.units[role] = f"{task.units[role]}\n{text}" if role in task.units else text


def _merged(task: TaskRow, columns: Sequence[int]) -> bool:
    return any(task.row.states[c] == DOWN for c in columns)


def _uses_merges(grid: Grid, columns: Sequence[int]) -> bool:
    return grid.table.spans_known and any(row.states[c] == DOWN for row in grid.rows for c in columns)


def _filled_share(tasks: list[TaskRow], columns: Sequence[int]) -> float:
    if not tasks or not columns:
        return 0.0
    return sum(1 for t in tasks if _cell(t.row, columns).strip()) / len(tasks)


def _later(task: TaskRow, tasks: list[TaskRow]) -> bool:
    """The label of this row stands below it."""
    origin = task.inherited["path"]
    return any(t.place == origin and t.row.index > task.row.index for t in tasks)


def _around(tasks: list[TaskRow], grid: Grid, columns: Sequence[int]) -> dict[str, list[TaskRow]]:
    """In a table of centred labels: rows (by place) whose merged cell is printed further below, or on several rows."""
    if not columns or not any(t.inherited.get("path", "") and _later(t, tasks) for t in tasks):
        return {}
    lines = [max(1, len(text.split())) if (text := _cell(t.row, columns)).strip() else 0 for t in tasks]
    starts = [0, *(k for k, (a, b) in enumerate(itertools.pairwise(tasks), 1) if a.path != b.path), len(tasks)]
    blocks = list(itertools.pairwise(starts))
    if blocks_are_cells(blocks, lines):
        whole = [(block, [tasks[k] for k in range(*block) if lines[k]]) for block in blocks]
        return {tasks[k].place: printed for block, printed in whole if printed for k in range(*block)}
    rows = [label_row(grid, t.row, columns[0]) for t in tasks]
    if not any(not lines[k] and (not k or rows[k - 1].block != rows[k].block) for k in range(len(rows))):
        return {}  # printed at the top of their cells: nothing is blank where a section begins
    owners = governors(rows, lines, frozenset(starts))
    return {
        t.place: [tasks[owner]]
        for k, (t, owner) in enumerate(zip(tasks, owners, strict=True))
        if owner is not None and k < owner
    }


def _units_around(task: TaskRow, printed: list[TaskRow], unit_columns: list[int]) -> None:
    """The units of the merged cell in whose middle they are printed: on rows below this one, or on several rows."""
    if task.units and len(printed) < 2:
        return
    first = printed[0]
    task.units = {}
    for other in printed:
        part = TaskRow(other.grid, other.row, other.place, flags=dict(other.flags))
        _own_units(part, unit_columns)
        for role, text in part.units.items():
            task.units[role] = f"{task.units[role]}\n{text}" if role in task.units else text
    if task.place != first.place:
        task.inherited["responsible_units"] = first.place
        if task.row.index < first.row.index:
            task.note("PLN-138", what="单位", origin=first.name)


def _inherit_units(task: TaskRow, previous: TaskRow | None, unit_columns: list[int], merges: bool) -> None:
    if merges and not _merged(task, unit_columns) and "same" not in task.flags:
        task.note("PLN-139", what="单位")
        return
    if previous is None:
        task.note("PLN-135")
        return
    if is_link_only(previous.requirement):
        return
    task.units = dict(previous.units)
    if "lead_merged" in previous.flags:
        task.flags["lead_merged"] = previous.flags["lead_merged"]
    task.inherited["responsible_units"] = previous.inherited.get("responsible_units", previous.place)
    task.flags["from_no"] = previous.flags.get("from_no", previous.printed_no or "")


def _fill_partly(task: TaskRow, previous: TaskRow, unit_columns: list[int], lead_share: float) -> None:
    """One unit column filled, another not: merged cells inherit; a lead that is nearly always given inherits with doubt."""
    columns = task.grid.columns
    assert columns is not None
    for c in unit_columns:
        role = columns.roles[c]
        if role in task.units or role not in previous.units:
            continue
        if task.row.states[c] == DOWN or ("same" in task.flags and is_same_as_above(task.row.own(c))):
            task.units[role] = previous.units[role]
            task.inherited[f"{role}_units"] = previous.place
        elif role == "lead" and lead_share >= 0.6 and not task.grid.table.spans_known:
            task.units[role] = previous.units[role]
            task.inherited["lead_units"] = previous.place
            task.note("PLN-141", how=f"暂按合并单元格沿用{previous.name}的牵头单位")


# ---------------------------------------------------------------- deadlines


def _take_deadlines(tasks: list[TaskRow], grid: Grid) -> None:
    columns = grid.columns
    assert columns is not None
    where = columns.of(DEADLINE)
    if not where:
        return
    merges = _uses_merges(grid, where)
    around = _around(tasks, grid, where)
    previous: TaskRow | None = None
    for task in tasks:
        own = _cell(task.row, where)
        if own.strip("\xa0 \t\n\u3000") and not (is_same_as_above(own) and previous):
            task.deadline = own
            previous = task
            continue
        if is_link_only(task.requirement) and not _merged(task, where):
            continue
        if not own.strip() and task.place in around:
            origin = around[task.place][0]
            task.deadline = _cell(origin.row, where)
            task.inherited["deadline"] = origin.place
            if task.row.index < origin.row.index:
                task.note("PLN-138", what="时限", origin=origin.name)
            previous = task
            continue
        if previous is None:
            continue
        if not own.strip() and merges and not _merged(task, where):
            if any(task.row.states[c] == BLANK for c in where):
                task.note("PLN-139", what="时限")
            continue
        task.deadline = previous.deadline
        task.inherited["deadline"] = previous.inherited.get("deadline", previous.place)
        previous = task


def _numbers_inside(tasks: list[TaskRow]) -> None:
    """Serials that stand inside the requirement (3.…) where the table has no serial column: numbers, no part of the text."""
    if not tasks or any(t.printed_no for t in tasks):
        return
    numbers = [numeral_of(t.requirement) if t.requirement[:1].isdigit() else None for t in tasks]
    given = [n for n in numbers if n is not None]
    if len(given) * 10 < len(tasks) * 6 or any(b <= a and b != 1 for a, b in itertools.pairwise(given)):
        return
    for task, number in zip(tasks, numbers, strict=True):
        if number is not None:
            task.printed_no, task.requirement = str(number), without_numeral(task.requirement).strip()


__all__ = ["OWN", "TaskRow", "joined", "rows_as_tasks"]
