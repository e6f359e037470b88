"""Tasks of a plan → rows of 任务分解表, with the marks that tell the office what was not printed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from toolkit.findings import Finding, Level
from toolkit.model import Task
from toolkit.plan.deadlines import parse_deadline
from toolkit.plan.doubts.deadlines import is_next_january
from toolkit.plan.doubts.texts import shortened
from toolkit.plan.parts import Plan, PlanTask, Target, UnitList
from toolkit.plan.words.units import UNDETERMINED

INHERITED, DEFAULT, DOUBT, NOTED, ADDED, CHANGED, ENDED = "沿用", "通知", "疑问", "提示", "新增", "调整", "终止"
"""Kinds of marks; each has a colour of its own in the workbook (toolkit.plan.export)."""

UNIT_COLUMNS: Mapping[str, str] = {
    "lead": "牵头单位",
    "responsible": "责任单位",
    "supporting": "配合单位",
    "offices": "责任科室",
}
_INHERITED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "path": ("一级任务", "二级任务", "三级任务"),
    "requirement": ("工作要求",),
    "measure": ("工作举措",),
    "lead_units": ("牵头单位",),
    "responsible_units": ("责任单位", "牵头单位", "配合单位", "责任科室"),
    "supporting_units": ("配合单位",),
    "offices": ("责任科室",),
    "person": ("分管领导",),
    "deadline": ("完成时限",),
}
_OPEN_GROUP = "“{}”没有写明是哪些单位，请在“单位分组建议”中逐个选定"
_OPS = {">=": "≥", "<=": "≤", "=": "＝"}


@dataclass(frozen=True)
class Mark:
    """Why a cell is coloured; `note` becomes its comment."""

    kind: str
    note: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One row of sheet 任务. `marks` by column heading; `state` colours the number (疑问, 提示, 新增, 调整, 终止 or "")."""

    task: Task
    marks: Mapping[str, Mark] = field(default_factory=dict)
    state: str = ""


def numbered(plan: Plan, year: int, first: int = 1) -> Plan:
    """The plan with numbers for life where the reader gave none: 2024-001 …, in the order of the document."""
    given, tasks = first, []
    for task in plan.tasks:
        tasks.append(task if task.task_id else replace(task, task_id=task_id(year, given)))
        given += 1
    return replace(plan, tasks=tuple(tasks))


def task_id(year: int, number: int) -> str:
    return f"{year}-{number:03d}"


def source_name(plan: Plan, file_name: str = "") -> str:
    """How the document is named in 来源 and 调整依据: 《…》（文号）."""
    title = plan.title or file_name
    named = f"《{title.strip('《》')}》" if title else "导入的文件"
    return f"{named}（{plan.doc_no}）" if plan.doc_no else named


def rows_of(plan: Plan, year: int | None, file_name: str = "") -> tuple[TaskRow, ...]:
    """One row per task, in the order of the document. 截止日期 only where the deadline is a date."""
    source = source_name(plan, file_name)
    default = plan.default_deadline or ""
    due = parse_deadline(default, plan.year or year) if default else None
    day = due.date if due and due.kind == "date" else None
    names = {t.place: f"序号 {t.no}（{t.place}）" for t in plan.tasks if t.no and t.place}
    return tuple(_row(t, source, default, day, plan.year or year, names) for t in plan.tasks)


def _row(
    task: PlanTask, source: str, default: str, default_due: date | None, year: int | None, names: Mapping[str, str]
) -> TaskRow:
    marks: dict[str, Mark] = {}
    units = task.units
    for key, origin in task.inherited:
        for heading in _INHERITED_COLUMNS.get(key, ()):
            if _filled(task, heading):
                marks[heading] = Mark(INHERITED, f"沿用{names.get(origin, origin) or '上文'}")
    deadline, due_on = task.deadline.raw, task.deadline.date if task.deadline.kind == "date" else None
    if task.deadline.kind == "none" and default:
        deadline, due_on = default, default_due
        marks["完成时限"] = Mark(DEFAULT, "本项没有单独的时限，取通知对全部任务规定的时限")
        if due_on:
            marks["截止日期"] = marks["完成时限"]
    elif task.deadline.kind not in ("date", "none") and task.deadline.date is None and deadline:
        marks.setdefault("截止日期", Mark("", "时限不是日期，截止日期留空即不计逾期；需要考核的，请填写日期"))
    if due_on and is_next_january(deadline, due_on, year):
        marks["截止日期"] = Mark(NOTED, f"原文没有写年份，暂按 {due_on.year} 年计，请与印发文件的单位确认")
    if days := list(dict.fromkeys(shortened(d.raw) for d in task.deadlines_inside if d.raw != deadline)):
        _add(marks, "工作要求", Mark("", f"要求中的时限：{'；'.join(days)}"))
    for note in (*units.notes, *(_OPEN_GROUP.format(g) for g in units.groups if UNDETERMINED.search(g))):
        _add(marks, _column_of(units, note), Mark(NOTED, note))
    state, doubt = _doubt(task.findings)
    if doubt:
        marks["疑问"] = Mark(state)
    line = f"第{task.line}行" if task.line else ""
    where = (
        task.place if not line or task.place.endswith(line) else "，".join(p for p in (task.place, f"原文{line}") if p)
    )
    row = Task(
        task_id=task.task_id, no=task.no or "", path=task.path, requirement=task.requirement, measure=task.measure or "",
        lead_units=units.lead, responsible_units=units.responsible, supporting_units=units.supporting,
        offices="、".join(units.offices), person=task.person or "", deadline=deadline, due_on=due_on,
        target="；".join(map(described, task.targets)), source=f"{source}{where}", doubt=doubt,
    )  # fmt: skip
    return TaskRow(row, marks, state)


def _add(marks: dict[str, Mark], heading: str, mark: Mark) -> None:
    """A further mark of a cell: its words join those that are there, the colour stays the first one's."""
    before = marks.get(heading)
    marks[heading] = replace(before, note=f"{before.note}\n{mark.note}") if before else mark


def _filled(task: PlanTask, heading: str) -> bool:
    key = next((k for k, h in UNIT_COLUMNS.items() if h == heading), "")
    if key:
        return bool(getattr(task.units, key))
    depth = {"一级任务": 1, "二级任务": 2, "三级任务": 3}.get(heading)
    return len(task.path) >= depth if depth else True


def _column_of(units: UnitList, note: str) -> str:
    """The unit column that a note speaks of: where the name it quotes stands, else the first filled one."""
    for key, heading in UNIT_COLUMNS.items():
        if any(f"“{name}”" in note for name in getattr(units, key)):
            return heading
    return next((h for k, h in UNIT_COLUMNS.items() if getattr(units, k) and k != "lead"), "责任单位")


def _doubt(findings: Sequence[Finding]) -> tuple[str, str]:
    """(state, text of 疑问). Mere notes do not make a row doubtful."""
    if not findings:
        return "", ""
    grave = any(f.level != Level.NOTE for f in findings)
    ordered = sorted(findings, key=lambda f: f.level == Level.NOTE)
    return (DOUBT if grave else NOTED), "\n".join(dict.fromkeys(f"{f.message}（{f.code}）" for f in ordered))


def described(target: Target) -> str:
    """A target in one phrase: 培训≥2次/年."""
    soft = "原则上" if target.soft else ""
    per = f"/{target.per}" if target.per else ""
    return f"{soft}{target.measure}{_OPS.get(target.op, target.op)}{target.number}{target.unit}{per}"
