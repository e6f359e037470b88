"""Plans made by hand and the truth files of the five documents, for the tests of the parts of plan import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolkit import importing
from toolkit.plan.deadlines import parse_deadline
from toolkit.plan.parts import Plan, PlanTask
from toolkit.plan.targets import targets_inside
from toolkit.plan.units.lists import parse_units


def task(requirement: str, units: str = "区司法局", deadline: str = "", **more: Any) -> PlanTask:
    return PlanTask(
        requirement=requirement, units=parse_units(units), deadline=parse_deadline(deadline, 2024),
        targets=targets_inside(requirement), **more,
    )  # fmt: skip


def plan(*tasks: PlanTask, year: int = 2024, **more: Any) -> Plan:
    given = {"title": f"{year}年云溪区政务公开工作方案", "doc_no": f"云政办字〔{year}〕3号", **more}
    return Plan(year=year, tasks=tuple(tasks), **given)


def truth_tasks(shared: Path, seed: str) -> list[dict[str, Any]]:
    """The tasks of a truth file, of all its tables."""
    body = json.loads((shared / "samples" / "plan-truth" / f"seed-{seed}.json").read_text(encoding="utf-8"))
    if "tasks" in body:
        return list(body["tasks"])
    return [t for part in body["tables"] for t in part["tasks"]]


def instead_of_reading(monkeypatch: pytest.MonkeyPatch, made: Plan) -> None:
    """The importer gets this plan, whatever the document and the year."""
    monkeypatch.setattr(importing, "_source", lambda source: b"")
    monkeypatch.setattr(importing, "_document", lambda data, name: (None, ()))
    monkeypatch.setattr(importing, "_understood", lambda document, opening, year: (made, ()))
