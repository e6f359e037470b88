"""What one unit's workbook of one period is stamped with, and what the batch later compares it to.

An order is data: made once by `issue`, archived by digest, named by the journal's `issued` act.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.model import Assignment, Period, Ticket, Unit, Value
from toolkit.store.records import values_from_json, values_to_json


@dataclass(frozen=True)
class OrderRow:
    """One list row as issued: prefilled values by field name, last period's values, locked as a whole or not."""

    values: Mapping[str, Value]
    previous: Mapping[str, Value] = field(default_factory=dict)
    locked: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """(任务编号, 角色): what a row of a task list is matched by."""
        return str(self.values.get("任务编号") or ""), str(self.values.get("角色") or "")


@dataclass(frozen=True)
class Order:
    ticket: Ticket
    values: Mapping[str, Value] = field(default_factory=dict)  # single fields that carry a prefilled value
    locked: frozenset[str] = frozenset()  # single fields locked for this unit
    previous: Mapping[str, Value] = field(default_factory=dict)  # last period's accepted single values
    last_year: Mapping[str, Value] = field(default_factory=dict)  # last year's accepted single values
    rows: Mapping[str, tuple[OrderRow, ...]] = field(default_factory=dict)  # task lists only
    tags: Mapping[str, Value] = field(default_factory=dict)  # layout tags: 单位.名称, 周期, 上年.x …


def checksum(form: str, edition: int, unit: str, period: str, issue_no: str) -> str:
    """Guards the ticket against typing mistakes, not against forgery."""
    return hashlib.sha256("\x1f".join((form, str(edition), unit, period, issue_no)).encode()).hexdigest()[:12]


def ticket(form: str, edition: int, unit: str, period: str, issue_no: str) -> Ticket:
    return Ticket(form, edition, unit, period, issue_no, checksum(form, edition, unit, period, issue_no))


def ticket_is_whole(t: Ticket) -> bool:
    return t.checksum == checksum(t.form, t.edition, t.unit, t.period, t.issue_no)


def unit_facts(unit: Unit) -> dict[str, Value]:
    """The names a form and its rules may use for the unit itself: 单位.名称, 单位.可制定规章 …"""
    regulations = {True: "是", False: "否", None: ""}[unit.can_make_regulations]
    return {
        "单位.名称": unit.name,
        "单位.编码": unit.code,
        "单位.简称": unit.short or unit.name,
        "单位.类别": unit.unit_class,
        "单位.可制定规章": regulations,
        "单位.联系人": unit.contact,
        "单位.电话": unit.phone,
    }


def period_facts(period: Period) -> dict[str, Value]:
    """周期 as people read it, 周期.编号 as programs write it, and the days rules need."""
    return {
        "周期": period.title,
        "周期.编号": period.text,
        "周期.年": period.year,
        "上年": f"{period.year - 1}年",
        "周期始": period.start,
        "周期末": period.end,
    }


def task_facts(assignment: Assignment) -> dict[str, Value]:
    """What a list field with 预填自 = 任务.… gets."""
    task = assignment.task
    return {
        "任务编号": task.task_id,
        "序号": task.no,
        "任务": "／".join(task.path),
        "一级任务": task.path[0] if task.path else "",
        "二级任务": task.path[1] if len(task.path) > 1 else "",
        "工作要求": task.requirement,
        "工作举措": task.measure,
        "角色": assignment.role,
        "完成时限": task.deadline or (task.due_on.isoformat() if task.due_on else ""),
        "截止日期": task.due_on or "",
        "量化目标": task.target,
        "责任科室": task.offices,
        "分管领导": task.person,
    }


def order_to_json(order: Order) -> bytes:
    """Canonical bytes: equal orders give equal digests."""
    t = order.ticket
    body = {
        "ticket": [t.form, t.edition, t.unit, t.period, t.issue_no, t.checksum],
        "values": values_to_json(order.values),
        "locked": sorted(order.locked),
        "previous": values_to_json(order.previous),
        "last_year": values_to_json(order.last_year),
        "tags": values_to_json(order.tags),
        "rows": {
            name: [
                {"values": values_to_json(r.values), "previous": values_to_json(r.previous), "locked": r.locked}
                for r in rows
            ]
            for name, rows in order.rows.items()
        },
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def order_from_json(data: bytes) -> Order:
    body = json.loads(data)
    form, edition, unit, period, issue_no, check = body["ticket"]
    return Order(
        ticket=Ticket(form, edition, unit, period, issue_no, check),
        values=values_from_json(body["values"]),
        locked=frozenset(body["locked"]),
        previous=values_from_json(body["previous"]),
        last_year=values_from_json(body["last_year"]),
        tags=values_from_json(body["tags"]),
        rows={name: tuple(_row(r) for r in rows) for name, rows in body["rows"].items()},
    )


def _row(body: Mapping[str, object]) -> OrderRow:
    values, previous = body["values"], body["previous"]
    assert isinstance(values, dict) and isinstance(previous, dict)
    return OrderRow(values_from_json(values), values_from_json(previous), bool(body["locked"]))


def rows_by_key(rows: Sequence[OrderRow]) -> dict[tuple[str, str], OrderRow]:
    return {row.key: row for row in rows}
