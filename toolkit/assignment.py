"""任务分解表 × 单位名录 → who gets which task in which role. Names resolve exactly or by alias, groups only when confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.findings import Finding, finding
from toolkit.model import ROLES, Assignment, Group, Period, Roster, Task, Unit, plain
from toolkit.plan.units.lists import parse_units

_COLLECTIVE = re.compile(r"各|有关|相关|所有|其他")
"""A phrase with such a word means several units; one that the roster does not list waits for the office like a group."""
_PIECES = 4  # pieces of one address: 区政府各委、办、局


@dataclass(frozen=True)
class _Named:
    """What one name of a unit column comes to. `kind`: unit, group (confirmed), open (not confirmed), unknown, ended."""

    text: str
    kind: str
    units: tuple[Unit, ...] = ()


def assign(tasks: Sequence[Task], roster: Roster, period: Period) -> tuple[tuple[Assignment, ...], tuple[Finding, ...]]:
    """Tasks laid on units, for the tasks and units that are active in the period.

    Order: tasks as given, then 牵头, 责任, 配合, then the roster. A unit that a group brings in again under a lower role
    gets the task once, in the higher role; roles written out beside each other are all kept. Findings: REF-103 once per
    group that is not confirmed, REF-102 per task that nobody gets, REF-105 per name that leads to nobody.
    """
    directory = _Directory(roster, period)
    assignments: list[Assignment] = []
    findings: list[Finding] = []
    unconfirmed: dict[str, set[str]] = {}  # group → task ids
    for task in tasks:
        if not task.active(period):
            continue
        named = {role: directory.named(names) for role, names in _columns(task)}
        laid = tuple(_laid(task, named, directory))
        assignments += laid
        for item in (n for names in named.values() for n in names if n.kind == "open"):
            unconfirmed.setdefault(item.text, set()).add(task.task_id)
        findings += _unserved(task, named, bool(laid))
    groups = [finding("REF-103", group=name, count=len(ids)) for name, ids in unconfirmed.items()]
    return tuple(assignments), (*groups, *findings)


def summary(tasks: Sequence[Task], roster: Roster, period: Period) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(ids of active tasks that nobody gets, names of the groups that wait for confirmation), both in order of tasks."""
    directory = _Directory(roster, period)
    without: list[str] = []
    waiting: dict[str, None] = {}
    for task in tasks:
        if task.active(period):
            named = [n for _, names in _columns(task) for n in directory.named(names)]
            waiting |= dict.fromkeys(n.text for n in named if n.kind == "open")
            if not any(n.units for n in named):
                without.append(task.task_id)
    return tuple(without), tuple(waiting)


def _columns(task: Task) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(zip(ROLES, (task.lead_units, task.responsible_units, task.supporting_units), strict=True))


def _laid(task: Task, named: dict[str, tuple[_Named, ...]], directory: _Directory) -> Iterator[Assignment]:
    """The task's assignments, roles in order, units in roster order."""
    higher: set[str] = set()
    for role in ROLES:
        written = {u.name for n in named[role] if n.kind == "unit" for u in n.units}
        grouped = {u.name for n in named[role] if n.kind == "group" for u in n.units} - higher
        yield from (Assignment(task, u, role) for u in directory.roster.units if u.name in written | grouped)
        higher |= written | grouped


def _unserved(task: Task, named: dict[str, tuple[_Named, ...]], served: bool) -> Iterator[Finding]:
    """What the office has to know about a task's names. Groups that wait are told once, apart from the tasks."""
    reasons = {"unknown": "不在单位名录中", "ended": "在本周期不再使用，也没有承接单位", "open": "尚未确认"}
    idle = [(role, n) for role in ROLES for n in named[role] if not n.units]
    if not served:
        words = "；".join(f"“{n.text}”{reasons.get(n.kind, '在本周期没有成员')}" for _, n in idle)
        yield finding("REF-102", task_id=task.task_id, reason=words or "未填写单位")
        return
    for role, n in idle:
        if n.kind in ("unknown", "ended"):
            place = {"value": n.text}
            yield finding("REF-105", place=place, task_id=task.task_id, role=role, name=n.text, reason=reasons[n.kind])


class _Directory:
    """The roster in one period, with the groups findable also where their name was cut at its 、 (各镇、街道)."""

    def __init__(self, roster: Roster, period: Period) -> None:
        self.roster, self.period = roster, period
        self.groups: dict[str, Group] = {_joined(g.name): g for g in roster.groups}
        self.longest = max((g.name.count("、") + g.name.count("，") for g in roster.groups), default=0) + 1

    def named(self, names: tuple[str, ...]) -> tuple[_Named, ...]:
        """One entry per name; neighbours that together are a group's name count as that group."""
        found: list[_Named] = []
        at = 0
        while at < len(names):
            for size in range(min(self.longest, len(names) - at), 0, -1):
                group = self.groups.get(_joined("".join(names[at : at + size])))
                if group is not None:
                    found.append(self._group(group))
                    at += size
                    break
            else:
                size = self._collective(names[at:])
                found.append(_Named("、".join(names[at : at + size]), "open") if size > 1 else self._unit(names[at]))
                at += size
        return tuple(found)

    def _collective(self, names: tuple[str, ...]) -> int:
        """How many of the next names are one address that the roster does not list yet, cut at its 、 (区政府有关部门、单位)."""
        for size in range(min(_PIECES, len(names)), 1, -1):
            cut = names[:size]
            if _COLLECTIVE.search(cut[0]) and not any(map(self.roster.resolve, cut)):
                whole = "、".join(cut)
                if parse_units(whole).groups == (whole,):
                    return size
        return 1

    def _group(self, group: Group) -> _Named:
        if not group.confirmed:
            return _Named(group.name, "open")
        return _Named(group.name, "group", tuple(u for u in self.roster.members(group) if u.active(self.period)))

    def _unit(self, name: str) -> _Named:
        unit = self.roster.resolve(name)
        if unit is None:
            return _Named(name, "open" if _COLLECTIVE.search(name) else "unknown")
        current = self._current(unit)
        return _Named(name, "unit", (current,)) if current else _Named(name, "ended")

    def _current(self, unit: Unit) -> Unit | None:
        """The unit itself while it is active, afterwards the one that took over its work (承接单位), if any."""
        seen: set[str] = set()
        now: Unit | None = unit
        while now is not None and not now.active(self.period):
            seen.add(now.name)
            ended = now.valid_to is not None and now.valid_to < self.period.start
            now = self.roster.resolve(now.successor) if ended and now.successor else None
            if now is not None and now.name in seen:
                return None
        return now


def _joined(name: str) -> str:
    return re.sub(r"[、,;]", "", plain(name))
