"""A paragraph cut into tasks: one per bracket that says who does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.plan.prose.brackets import OPENING, Fields, brackets, first_bracket
from toolkit.plan.words.kinds import is_same_as_above
from toolkit.plan.words.labels import enumerates, without_numeral

_SHORTEST_REST = 10


@dataclass(frozen=True)
class ProseTask:
    """One clause closed by a bracket. `units` are (role, text) in written order; `deadline` as written or ""."""

    requirement: str
    path: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    line: int
    deadline: str = ""
    person: str | None = None
    no: str | None = None
    path_own: bool = True  # False for the second and later clauses of one item
    units_from: int = 0  # the line of the section heading that names the units; 0 = its own
    deadline_from: int = 0  # the line of the heading that says the time; 0 = as the units
    listed: bool = False  # closed by nothing but a list of units: beside a table that is no task


def with_more(task: ProseTask, said: Fields) -> ProseTask:
    both = Fields(task.units, task.deadline, task.person).more(said)
    return replace(task, units=both.units, deadline=both.deadline, person=both.person)


def as_above(tasks: Sequence[ProseTask]) -> list[ProseTask]:
    """（责任单位：同上） is said of the task before."""
    found: list[ProseTask] = []
    for task in tasks:
        if found and task.units and all(is_same_as_above(text) for _, text in task.units):
            task = replace(task, units=found[-1].units, units_from=found[-1].units_from or found[-1].line)
        found.append(task)
    return found


def clauses(body: str, path: tuple[str, ...], line: int) -> tuple[list[ProseTask], str]:
    """One task per bracket, and what stands behind the last; neighbouring brackets (牵头单位…)(配合单位…) belong to one."""
    found: list[ProseTask] = []
    start = 0
    for bracket in brackets(body):
        said = bracket.fields
        clause = _unnumbered(body[start : bracket.start].strip(" 　\t\n").lstrip("。；;，,、")).rstrip("，,、：: ")
        if not clause and found:
            found[-1] = with_more(found[-1], said)
            start = bracket.end
            continue
        if not said.units and not said.person and not _followed(body, bracket.end):
            continue  # a date alone names nobody
        start = bracket.end
        found.append(
            ProseTask(
                clause or (path[-1] if path else ""), path if clause else path[:-1], said.units, line, said.deadline,
                said.person, None, not found, listed=said.listed,
            )
        )  # fmt: skip
    rest = body[start:].strip(" 　\t\n。；;，,、") if found else ""
    return [t for t in found if t.requirement], body[start:].lstrip("。；;，,、 　") if len(
        rest
    ) >= _SHORTEST_REST else ""


def _unnumbered(clause: str) -> str:
    """The number in front belongs to the item; that of a list inside the clause (1.…；2.…) to the text."""
    return clause if enumerates(clause) else without_numeral(clause)


def _followed(body: str, at: int) -> bool:
    """Another bracket stands right behind this one."""
    rest = body[at:].lstrip(" 　\t")
    return bool(rest) and rest[0] in OPENING and first_bracket(rest) is not None


def split_cell(text: str) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """A table cell that carries its units in brackets: (requirement, units, deadline) for each bracket."""
    return [(t.requirement, t.units, t.deadline) for t in clauses(text, (), 0)[0]]
