"""`zwgk explain`: from any figure of annual.json, tasks.json and scores.json back to receipt, file, sheet and cell."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from toolkit.findings import CODES
from toolkit.forms.form import Form, Rule
from toolkit.model import Period, PeriodResult, Progress, Source, Value, as_number


@dataclass(frozen=True)
class Explanation:
    """The contract's JSON: `from` are further addresses, `cells` the end of the way."""

    address: str
    value: Any
    rule: str
    parts: tuple[str, ...] = ()
    cells: tuple[Source, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)  # sentences for people


@dataclass(frozen=True)
class Unexplained:
    """The address says nothing we know: why, and the nearest that we do."""

    reason: str
    nearest: tuple[str, ...] = ()


_TASK_KEYS = ("status", "completed_on", "due_on", "overdue_days", "text")


def explain(
    address: str, forms: Sequence[Form], result_of: Callable[[Period], PeriodResult | None]
) -> Explanation | Unexplained:
    """A finding code, a rule (number or relation id) or a figure's address."""
    asked = address.strip()
    text = asked.replace("：", ":")
    if text in CODES:
        code = CODES[text]
        return Explanation(text, code.title, code.message, notes=(f"级别：{code.level}", f"怎样处理：{code.remedy}"))
    if (rule := _rule(text, forms)) is not None:
        lines = (
            f"编号：{rule.no}",
            f"级别：{rule.level}",
            f"提示：{rule.message}",
            f"改法：{rule.remedy}",
            f"依据：{rule.basis}" if rule.basis else "",
            f"试行起：{rule.trial_from}" if rule.trial_from else "",
            f"生效起：{rule.effective_from}" if rule.effective_from else "",
        )
        return Explanation(text, rule.no, rule.formula, notes=tuple(x for x in lines if x))
    start, kind, rest = (*text.split(":", 2), "", "")[:3]
    if not rest:
        names = [*CODES, *(n for f in forms for r in f.rules for n in (r.no, r.id) if n)]
        return Unexplained(f"不认识“{address}”。", tuple(difflib.get_close_matches(text, names, 3, 0.5)))
    period = Period.parse(start)
    result = result_of(period) if period else None
    if result is None:
        return Unexplained(f"没有周期“{start}”的汇总结果。")
    named, _, last = rest.rstrip(":").rpartition(":")  # a unit's own name may hold a colon
    unit = known.name if (known := result.roster.resolve(named)) else named
    match kind:
        case "任务" if not named:
            return _task_state(asked, result, last)
        case "任务":
            return _task_line(asked, result, unit, last)
        case "得分" if named:
            return _score(asked, result, unit, last)
        case "年报数据" if named:
            return _annual(asked, result, unit, _field_name(last, forms))
    return Unexplained(f"不认识“{address}”。", (f"{start}:年报数据:汇总:t3.new_received.total",))


def _rule(text: str, forms: Sequence[Form]) -> Rule | None:
    return next((r for f in forms for r in f.rules if text in (r.no, r.id) and text), None)


def _field_name(name: str, forms: Sequence[Form]) -> str:
    """Labels people read (表三·本年新收·总计) are accepted as well as ids."""
    return next((f.name for form in forms for f in form.fields if f.label == name), name)


def _nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, list(known), 3, 0.3))


def _annual(address: str, result: PeriodResult, who: str, name: str) -> Explanation | Unexplained:
    base = f"{result.period}:年报数据"
    if who == "汇总":
        con = result.consolidated
        if con is None or name not in con.values:
            return Unexplained(f"汇总中没有“{name}”。", _nearest(name, con.values if con else ()))
        members = [m for m in con.members if as_number(_safe(result.annual[m].values.get(name))) != 0] or list(
            con.members
        )
        cells = [s for m in con.members if (s := result.annual[m].sources.get(name))]
        rule = f"汇总＝{len(con.members)}个单位同一格之和（本级计一次）"
        return Explanation(address, con.values[name], rule, tuple(f"{base}:{m}:{name}" for m in members), tuple(cells))
    report = result.annual.get(who)
    if report is None:
        return Unexplained(f"没有“{who}”的年报数据。", _nearest(who, result.annual))
    if name not in report.values:
        return Unexplained(f"“{who}”的年报数据中没有“{name}”。", _nearest(name, report.values))
    source = report.sources.get(name)
    return Explanation(address, report.values[name], "按报送原值", (), (source,) if source else ())


def _safe(value: Value) -> Value:
    try:
        return as_number(value)
    except ValueError:
        return 0


def _task_line(address: str, result: PeriodResult, unit: str, line: str) -> Explanation | Unexplained:
    body, _, key = line.rpartition(".")
    task_id, _, role = body.partition("@")
    known = [p for p in result.progress if p.unit == unit]
    p = next((p for p in known if p.task.task_id == task_id and role in ("", p.role)), None)
    if p is None:
        lines = [f"{result.period}:任务:{x.unit}:{x.task.task_id}@{x.role}.status" for x in known or result.progress]
        return Unexplained(f"没有“{unit}”的任务“{body}”。", _nearest(address, lines))
    if key not in _TASK_KEYS:
        return Unexplained(f"没有“{key}”这一项，可用：{'、'.join(_TASK_KEYS)}。")
    return _line_figure(address, result, p, key)


def _line_figure(address: str, result: PeriodResult, p: Progress, key: str) -> Explanation:
    base = f"{result.period}:任务:{p.unit}:{p.task.task_id}@{p.role}"
    source = p.sources.get(key)
    match key:
        case "due_on":
            return Explanation(address, p.task.due_on, f"任务分解表·截止日期（任务 {p.task.task_id}）")
        case "overdue_days":
            parts = (f"{base}.due_on", f"{base}.completed_on", f"{base}.status")
            cells = tuple(s for k in ("completed_on", "status") if (s := p.sources.get(k)))
            rule = "截止日期次日起至完成日期（未完成的至截至日期与周期末较早者）的工作日数；持续推进不计"
            return Explanation(address, p.overdue_days, rule, parts, cells)
        case "status":
            rule = "最近一次已接收的报送（本期无新进展取其前次）" if source else "没有已接收的报送，为未报送"
            return Explanation(address, p.status, rule, (), (source,) if source else ())
        case "completed_on":
            return Explanation(address, p.completed_on, "按报送原值", (), (source,) if source else ())
    return Explanation(address, p.text, "按报送原值", (), (source,) if source else ())


def _task_state(address: str, result: PeriodResult, key: str) -> Explanation | Unexplained:
    task_id = key.removesuffix(".state")
    state = next((t for t in result.tasks if t.task.task_id == task_id), None)
    if state is None:
        return Unexplained(f"没有任务“{task_id}”。", _nearest(task_id, (t.task.task_id for t in result.tasks)))
    lines = [p for p in state.lines if p.role == "牵头"] or [p for p in state.lines if p.role == "责任"]
    parts = tuple(f"{result.period}:任务:{p.unit}:{p.task.task_id}@{p.role}.status" for p in lines)
    rule = "以牵头单位为准，没有牵头单位的以责任单位为准；全部已完成为已完成，全部未报送或未启动同，否则进行中；配合单位不计"
    return Explanation(address, state.state, rule, parts, tuple(s for p in lines if (s := p.sources.get("status"))))


def _score(address: str, result: PeriodResult, unit: str, no: str) -> Explanation | Unexplained:
    card = result.scores.get(unit)
    if card is None:
        return Unexplained(f"没有“{unit}”的得分。", _nearest(unit, result.scores))
    base = f"{result.period}:得分:{unit}"
    if no == "total":
        parts = tuple(f"{base}:{n}" for n, i in card.indicators.items() if i.points is not None)
        return Explanation(address, card.total, "各项得分合计（不适用的指标按考核细则·阶段处理），四舍五入一次", parts)
    score = card.indicators.get(no)
    indicator = next((i for i in result.indicators if i.no == no), None)
    if score is None or indicator is None:
        return Unexplained(f"没有指标“{no}”。", tuple(card.indicators))
    facts = "，".join(f"{k}＝{v}" for k, v in score.facts.items())
    parts, counted = _counted(result, unit, tuple(score.facts))
    cells = tuple(dict.fromkeys((*(source for _, source in score.basis if source), *counted)))
    notes = (f"事实：{facts}", *(words for words, _ in score.basis))
    return Explanation(
        address, score.points, f"{indicator.name}：{indicator.formula or indicator.method}", parts, cells, notes
    )


def _counted(result: PeriodResult, unit: str, facts: Sequence[str]) -> tuple[tuple[str, ...], tuple[Source, ...]]:
    """What the facts of an indicator were counted over, whether or not it cost a point: task lines with their cells,
    annual figures with theirs, and the files of filings (a filing has no cell)."""
    until = min(result.as_of, result.period.end)
    files = {s.receipt_no: s.file for s in result.submissions}
    parts: dict[str, Source | None] = {}
    for p in result.progress:
        if p.unit == unit and p.role in ("牵头", "责任"):
            for key in dict.fromkeys(k for fact in facts if (k := _line_key(fact, p, until))):
                source = p.sources.get("completed_on" if key == "overdue_days" else "status") or p.sources.get("status")
                parts[f"{result.period}:任务:{unit}:{p.task.task_id}@{p.role}.{key}"] = source
    report = result.annual.get(unit)
    for fact in facts:
        if report is not None and fact in report.values:
            parts[f"{result.period}:年报数据:{unit}:{fact}"] = report.sources.get(fact)
    filed = [f for f in result.filings if f.unit == unit and f.receipt_no] if _FILING_FACTS & set(facts) else []
    handed = tuple(Source(f.receipt_no, files.get(f.receipt_no, ""), "", "") for f in filed)
    return tuple(parts), (*(s for s in parts.values() if s), *handed)


_FILING_FACTS = frozenset({"应报送数", "已报送数", "按时报送数", "逾期报送数", "逾期工作日", "未报送数", "退回次数"})


def _line_key(fact: str, p: Progress, until: date) -> str:
    """Which figure of a task line a fact counts, "" when it does not look at the line."""
    match fact:
        case "任务数":
            return "status"
        case "应完成数" | "完成数" | "持续推进数":
            return "status" if p.task.due_on and p.task.due_on <= until else ""
        case "逾期任务数" | "任务逾期工作日":
            return "overdue_days" if p.overdue_days else ""
    return ""
