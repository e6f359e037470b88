"""任务进展: accepted lines laid beside the assignments, one row per task, unit and role, and each task's state."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from toolkit.calendar import WorkCalendar
from toolkit.merge.submissions import source_of, stand_in_line
from toolkit.model import (
    NOT_FILED,
    STATUSES,
    Assignment,
    Draft,
    Filled,
    Period,
    Progress,
    Source,
    Submission,
    Task,
    TaskState,
    plain,
)

LIST = "进展"
UNCHANGED = "本期无新进展"
DONE, NOT_STARTED, UNDER_WAY = "已完成", "未启动", "进行中"
NEVER_OVERDUE = frozenset({"持续推进", "不涉及"})

_STANDING = ("完成情况", "完成日期", "进展说明")
"""What an unchanged line leaves as it was."""

_CARRIED = (*_STANDING, "佐证", "责任科室", "责任人")
"""What an unchanged line takes over where it says nothing itself."""

Row = Mapping[str, Filled]
LineKey = tuple[str, str, str]
"""(unit, task id, role)."""


@dataclass(frozen=True)
class _Line:
    """One accepted row of 进展 with the submission it stands in."""

    submission: Submission
    row: Row

    @property
    def status(self) -> str:
        return _text(self.row, "完成情况")

    @property
    def order(self) -> tuple[date, int]:
        return Period(self.submission.period).end, self.submission.seq


def merge_progress(
    period: Period,
    as_of: date,
    calendar: WorkCalendar,
    assignments: Sequence[Assignment],
    submissions: Sequence[Submission],
) -> tuple[tuple[Progress, ...], tuple[TaskState, ...]]:
    """Progress rows in the order of the assignments, and the state of every assigned task.

    submissions: the newest accepted ones per unit and period. Those of the period (or inside it) supply the lines, the
    newest for each task, unit and role; earlier ones are only looked at for what 本期无新进展 leaves standing, so a
    caller that leaves them out gets 未报送 there.
    """
    lines: dict[LineKey, list[_Line]] = {}
    for s in submissions:
        if s.draft is not None and s.period and Period(s.period).end <= period.end:
            for row in s.draft.lists.get(LIST, ()):
                if _text(row, "完成情况") in STATUSES:
                    key = (s.unit, _text(row, "任务编号"), _text(row, "角色"))
                    lines.setdefault(key, []).append(_Line(s, row))
    rows = []
    for a in assignments:
        known = sorted(lines.get((a.unit.name, a.task.task_id, a.role), ()), key=lambda x: x.order, reverse=True)
        rows.append(_progress(a, period, as_of, calendar, known))
    return tuple(rows), _states(assignments, rows)


def _progress(a: Assignment, period: Period, as_of: date, calendar: WorkCalendar, known: Sequence[_Line]) -> Progress:
    """known: the accepted lines of this task, unit and role, newest first."""
    inside = [x for x in known if period.holds(Period(x.submission.period))]
    line = inside[0] if inside else _finished(known)
    standing = _standing(line, known) if line else None
    if line is None or standing is None:
        blank = Progress(a.task, a.unit.name, a.role, NOT_FILED)
        return replace(blank, overdue_days=overdue_days(a.task, NOT_FILED, None, period, as_of, calendar))
    row = _standing_row(line, standing)
    day = row["完成日期"].value if "完成日期" in row else None
    completed_on = day if isinstance(day, date) else None
    return Progress(
        task=a.task,
        unit=a.unit.name,
        role=a.role,
        status=standing.status,
        period=line.submission.period,
        completed_on=completed_on,
        overdue_days=overdue_days(a.task, standing.status, completed_on, period, as_of, calendar),
        text=_text(row, "进展说明"),
        evidence=_text(row, "佐证"),
        office=_text(row, "责任科室"),
        person=_text(row, "责任人"),
        explanation=_explanation(line, a) or (_explanation(standing, a) if standing is not line else ""),
        stand_in=stand_in_line(line.submission.draft),
        sources=_sources(line, standing),
    )


def _finished(known: Sequence[_Line]) -> _Line | None:
    """A task accepted as done in an earlier period owes nothing more: that line stands where none was handed in since."""
    newest = known[0] if known else None
    standing = _standing(newest, known) if newest else None
    return newest if standing is not None and standing.status == DONE else None


def _standing(line: _Line, known: Sequence[_Line]) -> _Line | None:
    """The line itself, or for 本期无新进展 the newest one before it that says something."""
    if line.status != UNCHANGED:
        return line
    return next((x for x in known if x.order < line.order and x.status != UNCHANGED), None)


def overdue_days(
    task: Task, status: str, completed_on: date | None, period: Period, as_of: date, calendar: WorkCalendar
) -> int:
    """Working days from 截止日期 to the day of completion, else to the earlier of as-of and period end; 0 = not overdue."""
    if task.due_on is None or status in NEVER_OVERDUE:
        return 0
    end = completed_on if status == DONE and completed_on else min(as_of, period.end)
    return calendar.workdays_after(task.due_on, end)


def _standing_row(line: _Line, standing: _Line) -> Row:
    return line.row if line is standing else carried(line.row, standing.row)


def carried(row: Row, earlier: Row) -> dict[str, Filled]:
    """An unchanged row with the earlier row's values: status, day and text stand; the rest only fills what is blank."""
    merged = dict(row)
    for name in _CARRIED:
        if name in earlier and (name in _STANDING or not _text(row, name)):
            merged[name] = earlier[name]
        elif name in _STANDING:
            merged.pop(name, None)
    return merged


def resolve_unchanged(drafts: Sequence[Draft]) -> Draft:
    """The newest of one unit's accepted drafts (oldest first, at least one), its 本期无新进展 rows replaced by what stands.

    A row with nothing before it stays as it is.
    """
    newest = drafts[-1]
    rows = tuple(_resolved(row, drafts[:-1]) for row in newest.lists.get(LIST, ()))
    return replace(newest, lists={**newest.lists, LIST: rows}) if LIST in newest.lists else newest


def _resolved(row: Row, earlier: Sequence[Draft]) -> Row:
    if _text(row, "完成情况") != UNCHANGED:
        return row
    key = _text(row, "任务编号"), _text(row, "角色")
    for draft in reversed(earlier):
        for old in draft.lists.get(LIST, ()):
            known = (_text(old, "任务编号"), _text(old, "角色")) == key
            if known and _text(old, "完成情况") not in ("", UNCHANGED):
                return carried(row, old)
    return row


def _sources(line: _Line, standing: _Line) -> dict[str, Source]:
    """By key of tasks.json; the values of an unchanged line lead to where they stand."""
    found: dict[str, Source] = {}
    keys = {"status": "完成情况", "completed_on": "完成日期", "text": "进展说明", "evidence": "佐证"}
    for key, name in keys.items():
        own = line if name not in _STANDING and _text(line.row, name) else standing
        if name in own.row:
            found[key] = source_of(own.submission, own.row[name])
    return found


def _text(row: Row, name: str) -> str:
    filled = row.get(name)
    return str(filled.value).strip() if filled is not None and filled.value is not None else ""


# ---------------------------------------------------------------- 情况说明

_CELL = re.compile(r"(?<![A-Z0-9])([A-Z]{1,3}[1-9]\d*)(?!\d)")
_ROW = re.compile(r"第(\d+)行")
_ROLE = re.compile(r"[@＠](牵头|责任|配合)")


def _explanation(line: _Line, a: Assignment) -> str:
    """The texts of 情况说明 that mean this row: 位置 names the task, the row or a cell of it; without a 位置 the rule
    that the row was reported under."""
    submission = line.submission
    if submission.draft is None:
        return ""
    cells = {(f.sheet, f.cell) for f in line.row.values()}
    reported = {r for f in submission.findings if (f.sheet, f.cell) in cells for r in (f.rule, f.rule_no) if r}
    texts = []
    for rule, place, text in submission.draft.explanations:
        if (not place and rule in reported) or _means(place, a, cells):
            texts.append(text)
    return "；".join(dict.fromkeys(texts))


def _means(place: str, a: Assignment, cells: set[tuple[str, str]]) -> bool:
    if re.search(rf"(?<!\d){re.escape(a.task.task_id)}(?!\d)", place):
        role = _ROLE.search(place)
        return role is None or role[1] == a.role
    sheet, _, rest = place.rpartition("!")
    rest = plain(rest).upper().replace("$", "")
    own = {cell for s, cell in cells if not sheet or s == sheet.strip("'")}
    rows = {m.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for m in own}
    return bool(own & set(_CELL.findall(rest)) or rows & set(_ROW.findall(rest)))


# ---------------------------------------------------------------- states


def _states(assignments: Sequence[Assignment], rows: Sequence[Progress]) -> tuple[TaskState, ...]:
    """One per assigned task, in the order of the assignments."""
    by_task: dict[str, list[Progress]] = {}
    tasks: dict[str, Task] = {}
    for a, row in zip(assignments, rows, strict=True):
        tasks.setdefault(a.task.task_id, a.task)
        by_task.setdefault(a.task.task_id, []).append(row)
    return tuple(TaskState(tasks[i], state_of(lines), tuple(lines)) for i, lines in by_task.items())


def state_of(lines: Sequence[Progress]) -> str:
    """The lead's status; of several leads 已完成 when all have, 未报送 or 未启动 when all are, else 进行中. Without a lead
    the same over the responsible units; 配合 never counts, so a task that has nothing else is 未报送."""
    counting = [x for x in lines if x.role == "牵头"] or [x for x in lines if x.role == "责任"]
    if len(counting) == 1:
        return counting[0].status
    found = {x.status for x in counting}
    if not found:
        return NOT_FILED
    return found.pop() if found in ({DONE}, {NOT_FILED}, {NOT_STARTED}) else UNDER_WAY
