"""A plan as JSON, with the keys of the contract; keys are added, none is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.plan.parts import Deadline, Plan, PlanTask, Target
from toolkit.plan.units.resolve import GroupProposal, UnitMatch

_INHERITED = ("path", "responsible_units", "deadline")


def plan_json(
    plan: Plan, matches: Iterable[UnitMatch] = (), groups: Iterable[GroupProposal] = (), findings: Sequence[Any] = ()
) -> dict[str, Any]:
    """`findings` ready for JSON (toolkit.wording). `inherited_from` tells where an inherited value stood."""
    return {
        "title": plan.title, "doc_no": plan.doc_no, "year": plan.year, "default_deadline": plan.default_deadline,
        "tasks": [task_json(t) for t in plan.tasks],
        "units": {m.name: unit_json(m) for m in matches},
        "group_proposals": {g.name: group_json(g) for g in groups},
        "findings": list(findings),
    }  # fmt: skip


def task_json(task: PlanTask) -> dict[str, Any]:
    origins = dict(task.inherited)
    units = task.units
    return {
        "task_id": task.task_id, "no": task.no, "path": list(task.path), "requirement": task.requirement,
        "measure": task.measure, "lead_units": list(units.lead), "responsible_units": list(units.responsible),
        "supporting_units": list(units.supporting), "offices": list(units.offices), "person": task.person,
        "groups": list(units.groups), "open_list": units.open_list, "deadline": deadline_json(task.deadline),
        "deadlines_inside": [deadline_json(d) for d in task.deadlines_inside],
        "targets": [target_json(t) for t in task.targets],
        "inherited": {**{key: key in origins for key in _INHERITED}, **{k: True for k in origins if k not in _INHERITED}},
        "inherited_from": origins,
        "source": {"place": task.place, "line": task.line},
        "unit_notes": list(units.notes),
    }  # fmt: skip


def deadline_json(d: Deadline) -> dict[str, Any]:
    return {
        "raw": d.raw, "kind": d.kind, "date": d.date.isoformat() if d.date else None, "every": d.every, "event": d.event,
        "offset": d.offset, "unit": d.unit, "direction": d.direction,
    }  # fmt: skip


def target_json(t: Target) -> dict[str, Any]:
    return {
        "measure": t.measure, "op": t.op, "number": t.number, "unit": t.unit, "per": t.per, "soft": t.soft, "raw": t.raw,
    }  # fmt: skip


def unit_json(m: UnitMatch) -> dict[str, Any]:
    return {
        "code": m.unit.code if m.unit else None,
        "suggestions": [{"name": s.name, "score": s.score} for s in m.suggestions],
        "name": m.unit.name if m.unit else None, "how": m.how, "tasks": m.count,
    }  # fmt: skip


def group_json(g: GroupProposal) -> dict[str, Any]:
    confirmed = g.known.confirmed if g.known else False
    return {"members": list(g.members), "confirmed": confirmed, "tasks": g.count, "reason": g.reason}
