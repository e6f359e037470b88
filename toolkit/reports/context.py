"""The data that every Word template may use, as plain texts, numbers and lists with Chinese names.

`KEYS` is the dictionary: what `zwgk list reports` shows and what a template is checked against before it is rendered.
Dates are already worded (2024年5月8日); nothing here is an object of the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from toolkit.model import AnnualReport, Filing, PeriodResult, Progress, Scorecard, Source, TaskState, Unit
from toolkit.office.word_out import Named
from toolkit.reports import annual

UNIT, PERIOD, YEAR, RECEIPT = "单位", "周期", "年度", "收件"
SCOPES = (UNIT, PERIOD, YEAR, RECEIPT)
"""How many documents a template makes: one per unit, period or year, or (`zwgk receive`) one per filing that goes back."""

COMMON: Mapping[str, str] = {
    "周期": "周期，如 2024年6月；另有 周期.编号（2024-06）、周期.年、周期.类型（月、季、半年、年）、周期.始、周期.末",
    "上年": "上一年，如 2023年",
    "政府": "政府名称",
    "办公室": "政务公开办名称",
    "电话": "政务公开办电话",
    "截至": "数据截至的日期（取数日与周期末中较早的一个）",
    "草稿标记": "定稿前为“送审稿”，定稿后为空",
    "示例标记": "示例工作区为“示例数据”，否则为空",
    "文号": "定稿时登记的文号，定稿前为空",
    "成文日期": "定稿时登记的日期，定稿前为空",
    "审定人": "定稿时登记的审定人，定稿前为空",
    "任务": "任务列表。@单位：本单位各项任务，每项有 编号、序号、名称、路径、工作要求、角色、牵头单位、责任单位、完成时限、截止日期、"
    "完成情况、完成日期、逾期工作日、进展说明、佐证、责任科室、责任人、情况说明。@周期、@年度：全部任务，每项有 编号、序号、名称、路径、"
    "工作要求、牵头单位、责任单位、配合单位、完成时限、截止日期、状态、逾期工作日",
    "报送": "报送列表（@单位为本单位的），每项有 单位、表单、周期、报送期限、状态、收件编号、报送日期、逾期工作日、报送版次、退回次数、代填",
    "得分": "@单位：总分、等级、组别、指标（每项有 编号、名称、得分、分值、扣分依据），没有考核的为空；@周期、@年度：列表，每项另有 单位",
}
"""Names of every template, with what they hold."""

UNIT_ONLY: Mapping[str, str] = {
    "单位": "单位名称；另有 单位.名称、单位.简称、单位.编码、单位.类别、单位.上级单位、单位.电话",
    "年报": "本单位年度报告的数字，如 年报.t3.new_received.total；没有可用年度报告的为空",
}
WHOLE_ONLY: Mapping[str, str] = {
    "单位列表": "本周期的全部单位，每项同“单位”",
    "年报": "汇总年度报告的数字，如 年报.t3.new_received.total；没有的为空",
}


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def common(result: PeriodResult) -> dict[str, object]:
    """The names that do not depend on a unit, without 任务, 报送 and 得分."""
    period, approval = result.period, result.approval
    return {
        "周期": Named(
            period.title,
            {
                "编号": period.text,
                "年": period.year,
                "类型": period.kind,
                "始": _day(period.start),
                "末": _day(period.end),
            },
        ),
        "上年": f"{period.year - 1}年",
        "政府": result.government,
        "办公室": result.office,
        "电话": result.phone,
        "截至": _day(min(result.as_of, period.end)),
        "草稿标记": "" if approval else "送审稿",
        "示例标记": "示例数据" if result.sample else "",
        "文号": approval.doc_no if approval else "",
        "成文日期": _day(approval.date) if approval else "",
        "审定人": approval.approved_by if approval else "",
    }


@dataclass(frozen=True)
class ByUnit:
    """The lines and filings of every unit, sorted out once for all documents."""

    lines: Mapping[str, list[Progress]]
    filings: Mapping[str, list[Filing]]


def by_unit(result: PeriodResult) -> ByUnit:
    lines: dict[str, list[Progress]] = {}
    for p in result.progress:
        lines.setdefault(p.unit, []).append(p)
    filings: dict[str, list[Filing]] = {}
    for f in result.filings:
        filings.setdefault(f.unit, []).append(f)
    return ByUnit(lines, filings)


def for_unit(result: PeriodResult, unit: Unit, mine: ByUnit) -> dict[str, object]:
    """What a @单位 template gets."""
    report = result.annual.get(unit.name)
    return {
        **common(result),
        "单位": named_unit(unit),
        "任务": [_line(p) for p in mine.lines.get(unit.name, ())],
        "报送": [_filing(f) for f in mine.filings.get(unit.name, ())],
        "得分": _score(result, result.scores.get(unit.name)),
        "年报": _annual_numbers(report),
    }


def for_all(result: PeriodResult) -> dict[str, object]:
    """What a @周期 or @年度 template gets."""
    values = result.consolidated.values if result.consolidated else {}
    scores = [result.scores[u.name] for u in result.roster.units if u.name in result.scores]
    return {
        **common(result),
        "任务": [_task(t) for t in result.tasks],
        "报送": [_filing(f) for f in result.filings],
        "得分": [_score(result, s) for s in scores],
        "单位列表": [named_unit(u) for u in result.roster.units if u.active(result.period)],
        "年报": _nested(annual.figures(values, summed=True)) if result.consolidated else None,
    }


def named_unit(unit: Unit) -> Named:
    return Named(
        unit.name,
        {
            "名称": unit.name,
            "简称": unit.short or unit.name,
            "编码": unit.code,
            "类别": unit.unit_class,
            "上级单位": unit.parent,
            "电话": unit.phone,
        },
    )


def keys(scope: str) -> dict[str, str]:
    """Name → meaning, for templates of a scope; those of @收件 have names of their own alone."""
    if scope == RECEIPT:
        return {}
    return {**COMMON, **(UNIT_ONLY if scope == UNIT else WHOLE_ONLY)}


# ---------------------------------------------------------------- rows of lists


def _names(names: Iterable[str]) -> str:
    return "、".join(names)


def _line(p: Progress) -> dict[str, object]:
    task = p.task
    return {
        "编号": task.task_id,
        "序号": task.no,
        "名称": task.title or task.requirement,
        "路径": "／".join(task.path),
        "工作要求": task.requirement,
        "角色": p.role,
        "牵头单位": _names(task.lead_units),
        "责任单位": _names(task.responsible_units),
        "完成时限": task.deadline or _day(task.due_on),
        "截止日期": _day(task.due_on),
        "完成情况": p.status,
        "完成日期": _day(p.completed_on),
        "逾期工作日": p.overdue_days,
        "进展说明": p.text,
        "佐证": p.evidence,
        "责任科室": p.office,
        "责任人": p.person,
        "情况说明": p.explanation,
    }


def overdue_days(state: TaskState) -> int:
    """Working days a task is overdue: the longest of its leads', without a lead of its responsible units'."""
    for role in ("牵头", "责任"):
        lines = [p.overdue_days for p in state.lines if p.role == role]
        if lines:
            return max(lines)
    return 0


def _task(state: TaskState) -> dict[str, object]:
    task = state.task
    return {
        "编号": task.task_id,
        "序号": task.no,
        "名称": task.title or task.requirement,
        "路径": "／".join(task.path),
        "工作要求": task.requirement,
        "牵头单位": _names(task.lead_units),
        "责任单位": _names(task.responsible_units),
        "配合单位": _names(task.supporting_units),
        "完成时限": task.deadline or _day(task.due_on),
        "截止日期": _day(task.due_on),
        "状态": state.state,
        "逾期工作日": overdue_days(state),
    }


def _filing(f: Filing) -> dict[str, object]:
    return {
        "单位": f.unit,
        "表单": f.form_title or f.form,
        "周期": f.period,
        "报送期限": _day(f.due_on),
        "状态": f.state,
        "收件编号": f.receipt_no,
        "报送日期": _day(f.arrived_on),
        "逾期工作日": f.late_days,
        "报送版次": f.versions,
        "退回次数": f.returned,
        "代填": f.stand_in,
    }


def _score(result: PeriodResult, card: Scorecard | None) -> dict[str, object] | None:
    if card is None:
        return None

    def text(basis: tuple[str, Source | None]) -> str:
        return basis[0]

    return {
        "单位": card.unit,
        "总分": "" if card.total is None else format(card.total, "f"),
        "等级": card.grade,
        "组别": card.group,
        "指标": [
            {
                "编号": i.no,
                "名称": i.name,
                "得分": "不适用" if i.points is None else format(i.points, "f"),
                "分值": format(i.out_of, "f"),
                "扣分依据": _names(text(b) for b in i.basis),
            }
            for i in card.indicators.values()
        ],
    }


def _annual_numbers(report: AnnualReport | None) -> dict[str, object] | None:
    return _nested(annual.figures(report.values)) if report and report.renderable else None


def _nested(figures: Mapping[str, str]) -> dict[str, object]:
    """t3.new_received.total → {"t3": {"new_received": {"total": …}}}."""
    tree: dict[str, object] = {}
    for name, text in figures.items():
        *path, last = name.split(".")
        node = tree
        for step in path:
            below = node.setdefault(step, {})
            assert isinstance(below, dict)
            node = below
        node[last] = text
    return tree
