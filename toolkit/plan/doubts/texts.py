"""Doubts about the wording of a requirement: slips, deadlines and targets inside it, several duties in one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.findings import Finding, finding
from toolkit.plan.doubts.deadlines import asked_about
from toolkit.plan.parts import Deadline, PlanTask

_TYPOS = (
    ("申请工开", "申请公开"),
    ("信息工开", "信息公开"),
    ("政务工开", "政务公开"),
    ("主动工开", "主动公开"),
    ("解渎", "解读"),
)
_SPACED_DATE = re.compile(r"\d+\s*月\s+\d+\s*日|\d+\s+月|月\s+\d+日前")
_DUTIES = re.compile(r"[。；]")
_SPAN = re.compile(
    r"(?:不得?超过|提前|最迟|最长)?在?(?<![月年\d])(?:\d+|[一二两三四五六七八九十]+)个?(?:半)?(?:工作日|自然日|日历日|小时|分钟|日|天|个?月|周|年)(?:之内|以内|内|前)?\Z"
)
_PART_OF_DATE = re.compile(r"(?:月|每)\Z")  # 每月25日前, 6月28日前: no span of days
_EVENT = re.compile(r"(?:起|后|前|时|之日|当日|结束|期满)在?\Z")


def place_of(task: PlanTask) -> dict[str, str]:
    sheet, _, cell = task.place.partition(" ")
    return {"sheet": sheet, "cell": cell} if cell else {"cell": sheet}


def about_texts(task: PlanTask, year: int | None) -> list[Finding]:
    """Each phrase is told once: as a deadline, or as a target when it says how often or how much."""
    place = place_of(task)
    text = task.requirement
    found: list[Finding] = []
    for wrong, right in _TYPOS:
        if wrong in text:
            found.append(finding("PLN-166", place=place, text=wrong, suggestion=right))
    spaced = _SPACED_DATE.search(text)
    if spaced:
        found.append(finding("PLN-165", place=place, text=spaced.group()))
    days, counts = _to_tell(task, year)
    if days and _is_open(task):
        found.append(finding("PLN-167", place=place, who="要求中", texts=f"：{_quoted(map(shortened, days))}"))
    if counts and (why := _to_decide(task)):
        found.append(finding("PLN-168", place=place, who="要求中", texts=f"：{_quoted(counts)}，{why}"))
    return found


def plainly_told(task: PlanTask, year: int | None) -> set[str]:
    """What the requirement says of time (PLN-167) and numbers (PLN-168) that leaves nothing to decide in its row: it is
    told once for the table."""
    days, counts = _to_tell(task, year)
    told = {"PLN-167"} if days and not _is_open(task) else set()
    return told | ({"PLN-168"} if counts and not _to_decide(task) else set())


def _to_tell(task: PlanTask, year: int | None) -> tuple[list[str], list[str]]:
    days, counts = _phrases(task)
    asked = asked_about(task, year)
    return [raw for raw in days if raw not in asked], counts


def _is_open(task: PlanTask) -> bool:
    """A day inside the requirement that the deadline column does not say: the office decides whether it is the task's."""
    own = task.deadline.date if task.deadline.kind == "date" else None
    return any(d.kind == "date" and d.date != own for d in task.deadlines_inside)


def _to_decide(task: PlanTask) -> str:
    """What the office has to settle before it can measure a task by its numbers; "" where they are plain."""
    counts = _phrases(task)[1]
    mine = [t for t in task.targets if any(t.raw in said for said in counts)]
    if any(t.soft for t in mine):
        return "其中有弹性表述（原则上、力争、左右、余等），请先明确考核口径"
    if sum(t.unit == "%" for t in mine) > 1:
        return "比例不止一个，请确认各以什么为基数"
    return ""


def _quoted(phrases: Sequence[str] | map[str]) -> str:
    return "、".join(f"“{p}”" for p in dict.fromkeys(phrases))


def _phrases(task: PlanTask) -> tuple[list[str], list[str]]:
    """Deadlines and targets as written, without those that are the same phrase: a frequency (每年至少2次) is a target, a
    span of days a deadline."""
    counts = [t.raw for t in task.targets]
    days: list[str] = []
    for deadline in task.deadlines_inside:
        same = [raw for raw in counts if _overlap(raw, deadline)]
        if deadline.kind != "recurring" or not same:
            days.append(deadline.raw)
            counts = [raw for raw in counts if raw not in same]
        else:  # no day could be filled in; the longer words say more (每年至少2次, 至少2次)
            counts = [
                max(raw, deadline.raw, key=len) if raw == same[0] else raw for raw in counts if raw not in same[1:]
            ]
    return days, counts


def _overlap(raw: str, deadline: Deadline) -> bool:
    return raw in deadline.raw or deadline.raw in raw


def shortened(raw: str) -> str:
    """A deadline as it is quoted: the span with its event (文件公开后3个工作日内), without the sentence before it."""
    span = _SPAN.search(raw)
    if span is None or _PART_OF_DATE.search(raw[: span.start()]):
        return raw
    head = re.split(r"[、，,]", raw[: span.start()])[-1]
    return (head if _EVENT.search(head) and len(head) <= 24 else "") + span.group().removeprefix("在")


def several_duties(task: PlanTask) -> bool:
    """One task of several sentences with different duties."""
    duties = [s for s in _DUTIES.split(task.requirement) if len(s.strip()) > 12]
    return len(duties) >= 3 or (len(duties) == 2 and (bool(task.deadlines_inside) or len(task.requirement) > 80))
