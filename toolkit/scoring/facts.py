"""What a unit is scored on: named numbers, and for each kind of loss the events behind it with the cells they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from toolkit.model import AnnualReport, Filing, Period, Progress, Roster, Source, Submission, Unit, Value, as_number

FACTS: Mapping[str, str] = {
    "任务数": "整数", "应完成数": "整数", "完成数": "整数", "持续推进数": "整数", "逾期任务数": "整数",
    "任务逾期工作日": "整数", "应报送数": "整数", "已报送数": "整数", "按时报送数": "整数", "逾期报送数": "整数",
    "逾期工作日": "整数", "未报送数": "整数", "退回次数": "整数", "周期始": "日期", "周期末": "日期",
    "单位.名称": "文本", "单位.类别": "文本",
}  # fmt: skip
"""Fact → declared type: the names that formulas of 考核细则 may use for every unit."""

EVIDENCE = ("未完成任务", "逾期任务", "逾期报送", "未报送", "退回")
"""The evidence lists that 扣分依据 may name."""

RECEIVED = frozenset({"已接收", "已接收（有提示）", "豁免接收"})

_TABLES = ("t2.", "t3.", "t4.")
_NOT_DUE = frozenset({"不涉及", "申请调整"})

Event = tuple[str, Source | None]


@dataclass(frozen=True)
class UnitFacts:
    """`numbers` by fact name; `evidence` by list name: (what happened in words, the cell or file it is read from)."""

    numbers: Mapping[str, Value] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)


def build_facts(
    roster: Roster,
    period: Period,
    as_of: date,
    progress: Sequence[Progress],
    filings: Sequence[Filing],
    annual: Mapping[str, AnnualReport] | None = None,
    submissions: Sequence[Submission] = (),
) -> dict[str, UnitFacts]:
    """Facts of every active unit, in roster order.

    Tasks count where the unit leads or is responsible; one is due when its 截止日期 lies not after the earlier of as_of
    and the period's end. A filing is due when its day has passed or it is already accepted. With `annual`, the numbers
    of accepted annual reports are facts under their field names. `submissions` tell the file behind a filing.
    """
    files = {s.receipt_no: s for s in submissions}
    facts: dict[str, UnitFacts] = {}
    for unit in roster.units:
        if unit.active(period):
            lines = [p for p in progress if p.unit == unit.name and p.role in ("牵头", "责任")]
            own = [f for f in filings if f.unit == unit.name]
            tasks, task_events = _task_facts(lines, min(as_of, period.end))
            filed, filing_events = _filing_facts(own, as_of, files)
            report = (annual or {}).get(unit.name)
            numbers = {**_names(unit, period), **tasks, **filed, **(_figures(report) if report else {})}
            facts[unit.name] = UnitFacts(numbers, {**task_events, **filing_events})
    return facts


def _names(unit: Unit, period: Period) -> dict[str, Value]:
    return {"单位.名称": unit.name, "单位.类别": unit.unit_class, "周期始": period.start, "周期末": period.end}


def _task_facts(lines: Sequence[Progress], until: date) -> tuple[dict[str, Value], dict[str, tuple[Event, ...]]]:
    due = [p for p in lines if p.task.due_on and p.task.due_on <= until and p.status not in _NOT_DUE]
    late = [p for p in lines if p.overdue_days > 0]
    open_ = [p for p in due if p.status != "已完成"]
    numbers: dict[str, Value] = {
        "任务数": len(lines),
        "应完成数": len(due),
        "完成数": len(due) - len(open_),
        "持续推进数": sum(p.status == "持续推进" for p in due),
        "逾期任务数": len(late),
        "任务逾期工作日": sum(p.overdue_days for p in late),
    }
    unfinished = tuple((f"{_task(p)}：{p.status}，截止日期 {p.task.due_on}", p.sources.get("status")) for p in open_)
    overdue = tuple(
        (f"{_task(p)}：逾期 {p.overdue_days} 个工作日，截止日期 {p.task.due_on}", _late_source(p)) for p in late
    )
    return numbers, {"未完成任务": unfinished, "逾期任务": overdue}


def _task(p: Progress) -> str:
    return f"{p.task.task_id} {p.task.title or p.task.requirement[:20]}（{p.role}）"


def _late_source(p: Progress) -> Source | None:
    return p.sources.get("completed_on" if p.status == "已完成" and p.completed_on else "status")


def _filing_facts(
    filings: Sequence[Filing], as_of: date, files: Mapping[str, Submission]
) -> tuple[dict[str, Value], dict[str, tuple[Event, ...]]]:
    received = [f for f in filings if f.state in RECEIVED]
    missing = [f for f in filings if f.state not in RECEIVED and f.due_on is not None and f.due_on < as_of]
    late = [f for f in received if f.late_days > 0]
    returned = [f for f in filings if f.returned]
    numbers: dict[str, Value] = {
        "应报送数": len(received) + len(missing),
        "已报送数": len(received),
        "按时报送数": len(received) - len(late),
        "逾期报送数": len(late),
        "逾期工作日": sum(f.late_days for f in (*received, *missing)),
        "未报送数": len(missing),
        "退回次数": sum(f.returned for f in returned),
    }

    def events(chosen: Sequence[Filing], words: str) -> tuple[Event, ...]:
        return tuple((_filing(f) + words.format(f=f), _file(f, files)) for f in chosen)

    return numbers, {
        "逾期报送": events(late, "应于 {f.due_on} 前报送，{f.arrived_on} 接收，逾期 {f.late_days} 个工作日"),
        "未报送": events(missing, "{f.state}，应于 {f.due_on} 前报送，已逾期 {f.late_days} 个工作日"),
        "退回": events(returned, "退回 {f.returned} 次"),
    }


def _filing(f: Filing) -> str:
    return f"{f.form_title or f.form}（{Period(f.period).title}）："


def _file(f: Filing, files: Mapping[str, Submission]) -> Source | None:
    """A filing has no cell: its file stands for it."""
    s = files.get(f.receipt_no)
    return Source(s.receipt_no, s.file, "", "") if s else None


def _figures(report: AnnualReport) -> dict[str, Value]:
    """The numbers of the three tables of an accepted report by field name (t3.new_received.total …)."""
    found: dict[str, Value] = {}
    for name, value in report.values.items() if report.renderable else ():
        if name.startswith(_TABLES):
            try:
                found[name] = as_number(value)
            except ValueError:  # a text in a waived report
                found[name] = 0
    return found
