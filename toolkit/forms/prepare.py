"""What one unit's workbook will carry: tasks, last period's values, last year's figures, who and when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.forms.design_fields import SUMMARY_SOURCES
from toolkit.forms.form import Field, Form, FormList
from toolkit.forms.layout import has_value, shown, tag_names
from toolkit.forms.order import Order, OrderRow, period_facts, task_facts, unit_facts
from toolkit.forms.schema import schema_of
from toolkit.model import Assignment, Draft, Filled, Period, Ticket, Unit, Value

Row = Mapping[str, Value]


def prepare(
    form: Form,
    unit: Unit,
    period: Period,
    ticket: Ticket,
    assignments: Sequence[Assignment] = (),
    previous: Draft | None = None,
    last_year: Draft | None = None,
    facts: Mapping[str, str] | None = None,
) -> Order:
    """The order of one unit and period.

    `previous`: last period's accepted draft, 本期无新进展 already resolved; `last_year`: last year's accepted draft;
    `facts`: 政府, 办公室, 电话. Task rows come in the order of `assignments`, only those of this unit.
    """
    given: dict[str, Value] = {**unit_facts(unit), **period_facts(period), **(facts or {})}
    before = _singles(form, previous)
    year_ago = _singles(form, last_year)
    values: dict[str, Value] = {}
    for field in form.fields:
        value = _single(field, given, before, year_ago)
        if has_value(value):
            values[field.name] = value
    locked = frozenset(
        f.name for f in form.fields if f.locked == "是" or (f.locked == "有值时" and has_value(values.get(f.name)))
    )
    own = [a for a in assignments if a.unit.name == unit.name]
    rows = {x.name: _task_rows(form, x, own, given, previous) for x in form.lists if x.by_task}
    return Order(
        ticket=ticket,
        values=values,
        locked=locked,
        previous=before,
        last_year=year_ago,
        rows=rows,
        tags={**given, **_layout_values(form, before, year_ago)},
    )


def _singles(form: Form, draft: Draft | None) -> dict[str, Value]:
    if draft is None:
        return {}
    return {f.name: draft.cells[f.name].value for f in form.fields if f.name in draft.cells}


def _single(field: Field, given: Row, before: Row, year_ago: Row) -> Value:
    source = field.prefill
    prefix, _, rest = source.partition(".")
    if prefix == "上期" and rest:
        return before.get(rest)
    if prefix == "上年" and rest:
        return year_ago.get(rest)
    return given.get(source) if source else None


def _layout_values(form: Form, before: Row, year_ago: Row) -> dict[str, Value]:
    """Values of the layout tags 上期.… and 上年.… that the sheets carry; blank where nothing is known."""
    texts = [text for sheet in form.sheets for text in sheet.tags.values()]
    names = {name for text in texts for name in (tag_names(text) or (text,))}
    values: dict[str, Value] = {}
    for name in sorted(names):
        prefix, _, rest = name.partition(".")
        if rest and prefix in ("上期", "上年"):
            values[name] = (before if prefix == "上期" else year_ago).get(rest, "")
    return values


# ---------------------------------------------------------------- task lists


@dataclass(frozen=True)
class _LastRows:
    """Last period's rows by (任务编号, 角色)."""

    by_key: Mapping[tuple[str, str], Row]

    @classmethod
    def of(cls, form_list: FormList, draft: Draft | None) -> _LastRows:
        found: dict[tuple[str, str], Row] = {}
        for row in draft.lists.get(form_list.name, ()) if draft else ():
            values = {f.name: row[f.name].value for f in form_list.fields if f.name in row}
            found[_text(row, "任务编号"), _text(row, "角色")] = values
        return cls(found)


def _text(row: Mapping[str, Filled], name: str) -> str:
    return shown(row[name].value).strip() if name in row else ""


def _task_rows(
    form: Form, form_list: FormList, assignments: Sequence[Assignment], given: Row, previous: Draft | None
) -> tuple[OrderRow, ...]:
    last = _LastRows.of(form_list, previous)
    has_role = form_list.field("角色") is not None
    rows = []
    for assignment in assignments:
        facts = task_facts(assignment)
        key = str(facts["任务编号"]), str(facts["角色"]) if has_role else ""
        before = last.by_key.get(key, {})
        locked = bool(before) and _closed(form, form_list, before, given)
        rows.append(OrderRow(_row_values(form_list, facts, given, before, locked), before, locked))
    return tuple(rows)


def _row_values(form_list: FormList, facts: Row, given: Row, before: Row, locked: bool) -> dict[str, Value]:
    """Prefilled values; a locked row carries over everything that people filled in last time."""
    values: dict[str, Value] = {}
    for field in form_list.fields:
        value = before.get(field.name) if locked and field.is_input else _cell(field, facts, given, before)
        if has_value(value):
            values[field.name] = value
    return values


def _cell(field: Field, facts: Row, given: Row, before: Row) -> Value:
    source = field.prefill
    if source in SUMMARY_SOURCES:
        return summary(before)
    prefix, _, rest = source.partition(".")
    if prefix == "任务" and rest:
        return facts.get(rest)
    if prefix == "上期" and rest:
        return before.get(rest)
    return given.get(source) if source else None


def summary(before: Row) -> str:
    """Last period's line in one sentence: 进行中：已完成初稿 · 已完成：…；2024-05-08 完成. "" when there is none."""
    status, text, day = (shown(before.get(name)).strip() for name in ("完成情况", "进展说明", "完成日期"))
    said = "：".join(part for part in (status, text) if part)
    return "；".join(part for part in (said, f"{day} 完成" if day else "") if part)


def _closed(form: Form, form_list: FormList, before: Row, given: Row) -> bool:
    """设置·锁定行.<list> over last period's row: True locks the row."""
    if not form_list.lock_when:
        return False
    from toolkit.rules.python import compile_rule

    compiled = compile_rule(form_list.lock_when, schema_of(form, form_list.name))
    operands = [before.get(o.name, given.get(o.name)) if o.kind in ("field", "name") else None
                for o in compiled.operands]  # fmt: skip
    return compiled(tuple(operands)) is True
