"""What the office is asked about a deadline: a year that was not written, several dates in one cell, days of which kind."""

from __future__ import annotations

import re
from datetime import date

from toolkit.findings import Finding, finding
from toolkit.model import plain
from toolkit.plan.deadlines import parse_deadline
from toolkit.plan.parts import Deadline, PlanTask

_YEAR_SAID = re.compile(r"(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3}年|次年|翌年|明年|下一?年|第二年")
_RANGE = re.compile(r"[-—–~～至到]")
_DAYS = re.compile(r"(?<!自然)(?<!日历)(?<!工作)(?<!当)(?:日|天)")


def deadline_questions(task: PlanTask, year: int | None) -> list[Finding]:
    """Findings about the task's deadlines, own and inside the requirement; an inherited deadline asks where it stands."""
    place = _place(task)
    own = () if any(key == "deadline" for key, _ in task.inherited) else (task.deadline,)
    found: list[Finding] = []
    told: set[object] = set()
    for deadline in (*own, *task.deadlines_inside):  # the column often says again what the requirement says
        said = deadline.raw
        if _january(deadline, year) and deadline.date not in told:
            told.add(deadline.date)
            found.append(finding("PLN-152", place=place, text=said, date=f"{deadline.date:%Y-%m-%d}"))
        if _plain_days(deadline) and said not in told:
            told.add(said)
            found.append(finding("PLN-154", place=place, text=said))
    for deadline in own:
        if deadline.kind == "date" and deadline.date and len(_dates(deadline, year)) > 1:
            found.append(finding("PLN-153", place=place, text=deadline.raw, date=f"{deadline.date:%Y-%m-%d}"))
    return found


def asked_about(task: PlanTask, year: int | None) -> set[str]:
    """Deadlines inside the requirement that a question of this module quotes."""
    return {d.raw for d in task.deadlines_inside if _january(d, year) or _plain_days(d)}


def _january(deadline: Deadline, year: int | None) -> bool:
    return deadline.kind == "date" and is_next_january(deadline.raw, deadline.date, year)


def _plain_days(deadline: Deadline) -> bool:
    """Days of no named kind."""
    counted = deadline.kind == "event" and deadline.unit == "日" and bool(deadline.offset)
    return counted and bool(_DAYS.search(plain(deadline.raw)))


def _place(task: PlanTask) -> dict[str, str]:
    sheet, _, cell = task.place.partition(" ")
    return {"sheet": sheet, "cell": cell} if cell else {"cell": sheet}


def is_next_january(text: str, day: date | None, year: int | None) -> bool:
    """1月31日前 without a year was taken for the year after the plan's."""
    if day is None or year is None or day.month != 1 or day.year != year + 1:
        return False
    return not _YEAR_SAID.search(plain(text))


def _dates(deadline: Deadline, year: int | None) -> set[object]:
    """The dates that stand beside each other in one cell (2012年10月底前；2012年底前); a span is one deadline."""
    if _RANGE.search(deadline.raw):
        return set()
    pieces = re.split(r"[；;，,、和及]", deadline.raw)
    return {d.date for piece in pieces if (d := parse_deadline(piece, year)).kind == "date"}
