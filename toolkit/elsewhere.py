"""Values that a rule takes from other workbooks of the archive: the unit's other forms, and its members' forms.

What counts is the newest accepted workbook of each period, as the given history knows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from toolkit.desk import Desk
from toolkit.findings import Finding
from toolkit.forms.check import tried
from toolkit.forms.form import Form, Rule
from toolkit.forms.in_force import level_at
from toolkit.forms.outside import OTHER_FORM, TOTAL, Outside, combined, outside_fields, value_of
from toolkit.forms.schema import schema_of
from toolkit.forms.scope import CheckContext
from toolkit.history import History
from toolkit.merge import newest_counting
from toolkit.model import Draft, Period, Submission, Unit, Value
from toolkit.rules.formula import parse
from toolkit.rules.nodes import operands


def outside_values(desk: Desk, history: History, form: Form, unit: Unit, period: Period) -> dict[str, Value]:
    """Field → value, of those fields that are known; the others leave their rules not computed."""
    found: dict[str, Value] = {}
    for field, source in outside_fields(form):
        value = _value(desk, history, source, unit, period)
        if value is not None:
            found[field.name] = value
    return found


def _value(desk: Desk, history: History, source: Outside, unit: Unit, period: Period) -> Value:
    other = desk.form(source.form)
    if other is None:
        return None
    if source.kind == OTHER_FORM:
        return _of_unit(desk, history, other, source.formula, unit, period)
    values: list[Value] = []
    for member in members(desk, unit, period):
        drafts = accepted(history, other.id, member.name, period)
        if drafts is None and source.kind == TOTAL:
            return None  # a sum over some of the members is no sum
        if drafts:
            values.append(_over(desk, drafts, other, source.formula, member, period))
    return combined(values, source.kind)


def _of_unit(desk: Desk, history: History, form: Form, formula: str, unit: Unit, period: Period) -> Value:
    drafts = accepted(history, form.id, unit.name, period)
    return _over(desk, drafts, form, formula, unit, period) if drafts else None


def _over(desk: Desk, drafts: Iterable[Draft], form: Form, formula: str, unit: Unit, period: Period) -> Value:
    context = CheckContext(unit, period, period.end, desk.reference.calendar)
    return value_of(tuple(drafts), form, formula, context)


def accepted(history: History, form: str, unit: str, period: Period) -> tuple[Draft, ...] | None:
    """The newest accepted drafts of the periods inside `period` in their order (a year has its months), else that of the
    period around it. None while one that was issued is missing; () where the unit has nothing to do with the form."""
    newest: dict[str, tuple[int, Draft]] = {}
    for s in history.by_sender.get((form, unit), ()):
        assert s.draft is not None
        if s.period not in newest or s.seq > newest[s.period][0]:
            newest[s.period] = s.seq, s.draft
    known = {*history.periods_issued.get((form, unit), ()), *newest}
    inside = sorted((p for p in map(Period, known) if period.holds(p)), key=lambda p: p.end)
    around = sorted((p for p in map(Period, known) if p.holds(period)), key=lambda p: p.end)
    wanted = inside or around[:1]
    if any(p.text not in newest for p in wanted):
        return None
    return tuple(newest[p.text][1] for p in wanted)


def members(desk: Desk, unit: Unit, period: Period) -> tuple[Unit, ...]:
    """Whose figures a unit consolidates: the office those with 纳入汇总, every other unit those it is the 上级单位 of."""
    roster = desk.reference.roster
    office = roster.resolve(desk.workspace.config.office)
    active = [u for u in roster.units if u.active(period) and u.name != unit.name]
    if office is not None and office.name == unit.name:
        return tuple(u for u in active if u.consolidated)
    parents = {u.name: roster.resolve(u.parent) for u in active if u.parent}
    return tuple(u for u in active if (p := parents.get(u.name)) is not None and p.name == unit.name)


def rank(desk: Desk, form: Form | None, unit: Unit | None) -> int:
    """The order of judging within a run: what others look at before what looks at them."""
    sources = outside_fields(form) if form else ()
    if not sources:
        return 0
    office = desk.reference.roster.resolve(desk.workspace.config.office)
    return 3 if unit is not None and office is not None and unit.name == office.name else 1 + _has_members(desk, unit)


def _has_members(desk: Desk, unit: Unit | None) -> bool:
    roster = desk.reference.roster
    return unit is not None and any(u.parent and roster.resolve(u.parent) == unit for u in roster.units)


# ---------------------------------------------------------------- what was accepted and no longer agrees


def disagreements(desk: Desk, period: Period) -> tuple[Finding, ...]:
    """Relations with other workbooks that fail now and were not said when the workbook came: what it is compared with
    came later or was corrected. For the office: nothing is returned because of them."""
    from toolkit.judging import check_context

    found: list[Finding] = []
    for form in desk.forms:
        named = {f.name for f, _ in outside_fields(form)}
        rules = [r for r in form.rules if named and named & _names(form, r)]
        if not rules:
            continue
        chosen = [s for s in desk.current.submissions if s.form == form.id and s.period == period.text]
        for s in newest_counting(chosen).values():
            unit = desk.reference.roster.resolve(s.unit)
            if unit is None or s.draft is None:
                continue
            context = check_context(desk, desk.current, form, unit, period, None, s.arrived_on)
            said = {f.rule for f in s.findings}
            for rule in rules:
                if rule.name not in said and level_at(rule, s.arrived_on) is not None:
                    found += [_told(s, form, f) for f in tried(s.draft, form, rule, context).findings]
    return tuple(found)


def _names(form: Form, rule: Rule) -> set[str]:
    return {o.name for o in operands(parse(rule.formula, schema_of(form, rule.scope)))}


def _told(s: Submission, form: Form, f: Finding) -> Finding:
    place = f"{f.sheet}!{f.cell} " if f.cell else ""
    message = f"{s.unit}《{form.title}》（收件编号 {s.receipt_no}）与之后收到的其他报送不一致：{place}{f.message}〔{f.rule_no}〕"
    return replace(f, file=s.file, message=message, remedy="请与该单位核对；确需更正的，请其重新报送。")
