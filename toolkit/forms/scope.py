"""What a rule may look at while one submission is checked, and the value each operand has there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Final
from typing import Literal as Lit

from toolkit.calendar import WorkCalendar
from toolkit.forms.convert import type_fault
from toolkit.forms.form import Field, Form
from toolkit.forms.layout import has_value
from toolkit.forms.order import Order, OrderRow, period_facts, rows_by_key, unit_facts
from toolkit.model import Draft, Filled, Period, Unit, Value
from toolkit.rules.nodes import Operand


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
Known = Value | tuple[Value, ...]

TYPED_LAST_YEAR = "prev."
"""Fields that take last year's figure where no accepted report of last year exists: prev.t3.carried_out.natural."""


@dataclass(frozen=True)
class CheckContext:
    """Everything beside the draft that a rule may ask for.

    `previous`: last period's accepted single values; `previous_rows`: list → (任务编号, 角色) → values;
    `last_year`: last year's accepted single values, None where there is no accepted report; `outside`: the known values of
    fields that stand in other workbooks (forms/outside).
    """

    unit: Unit
    period: Period
    as_of: date
    calendar: WorkCalendar
    order: Order | None = None
    previous: Mapping[str, Value] = field(default_factory=dict)
    previous_rows: Mapping[str, Mapping[tuple[str, str], Mapping[str, Value]]] = field(default_factory=dict)
    last_year: Mapping[str, Value] | None = None
    outside: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """One draft, or one row of it, as rules see it. `columns` remembers whole columns, so that rows share them."""

    draft: Draft
    form: Form
    context: CheckContext
    facts: Mapping[str, Value]
    list_name: str = ""
    row: Mapping[str, Filled] = field(default_factory=dict)
    columns: dict[str, Known | Lit[_Unknown.UNKNOWN]] = field(default_factory=dict)
    issued_rows: Mapping[str, Mapping[tuple[str, str], OrderRow]] = field(default_factory=dict)
    singles: Mapping[str, Field] = field(default_factory=dict)
    known: dict[str, Value | Lit[_Unknown.UNKNOWN]] = field(default_factory=dict)  # values of single cells so far
    seen: dict[str, Value | Lit[_Unknown.UNKNOWN]] = field(default_factory=dict)  # what names stood for in this row
    own_columns: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft, form: Form, context: CheckContext) -> Scope:
        facts = {**unit_facts(context.unit), **period_facts(context.period), "今日": context.as_of}
        ordered = context.order.rows if context.order else {}
        issued = {name: rows_by_key(rows) for name, rows in ordered.items()}
        columns = {x.name: {f.name: f for f in x.fields} for x in form.lists}
        singles = {f.name: f for f in form.fields}
        return cls(draft, form, context, facts, issued_rows=issued, singles=singles, own_columns=columns)

    def within(self, list_name: str, row: Mapping[str, Filled]) -> Scope:
        return replace(self, list_name=list_name, row=row, seen={})

    # ------------------------------------------------------------ places

    def field(self, name: str) -> Field | None:
        """The declared field a name stands for: the row's column first, then a single field."""
        return self._own_column(name) or self.singles.get(name)

    def _own_column(self, name: str) -> Field | None:
        return self.own_columns[self.list_name].get(name) if self.list_name in self.own_columns else None

    def filled(self, name: str) -> Filled | None:
        if name in self.row or self._own_column(name):
            return self.row.get(name)
        return self.draft.cells.get(name)

    @cached_property
    def key(self) -> tuple[str, str]:
        """(任务编号, 角色) of the row."""
        task, role = (self.row.get(name) for name in ("任务编号", "角色"))
        return str((task and task.value) or ""), str((role and role.value) or "")

    @cached_property
    def issued(self) -> OrderRow | None:
        """The row as issued, None where nothing was."""
        return self.issued_rows.get(self.list_name, {}).get(self.key)

    # ------------------------------------------------------------ values

    def value(self, operand: Operand) -> Known | Lit[_Unknown.UNKNOWN]:
        """The operand's value; UNKNOWN where it could not be located, was not readable or has a finding of its own."""
        match operand.kind:
            case "column":
                if operand.name not in self.columns:
                    self.columns[operand.name] = self._column(operand.name)
                return self.columns[operand.name]
            case "previous":
                return self._previous(operand.name)
            case "last_year":
                return self._last_year(operand.name)[0]
            case _:
                if operand.name not in self.seen:
                    self.seen[operand.name] = self._own(operand.name)
                return self.seen[operand.name]

    def _own(self, name: str) -> Value | Lit[_Unknown.UNKNOWN]:
        column = self._own_column(name)
        if column is not None or name in self.row:
            return self._sound(self.row.get(name), column)
        if name in self.context.outside:
            return self.context.outside[name]
        if name not in self.known:
            item, filled = self.singles.get(name), self.draft.cells.get(name)
            fact = item is None and filled is None
            self.known[name] = self.facts.get(name, UNKNOWN) if fact else self._sound(filled, item)
        return self.known[name]

    def _sound(self, filled: Filled | None, item: Field | None) -> Value | Lit[_Unknown.UNKNOWN]:
        if filled is None or filled.value is None:
            return UNKNOWN
        if item is not None and type_fault(filled.value, item, self.form.options):
            return UNKNOWN
        return filled.value

    def _column(self, name: str) -> Known | Lit[_Unknown.UNKNOWN]:
        list_name = next((x for x in self.draft.lists if name.startswith(f"{x}.")), None)
        if list_name is None:
            return UNKNOWN
        column = name.removeprefix(f"{list_name}.")
        form_list = self.form.list(list_name)
        item = form_list.field(column) if form_list else None
        values: list[Value] = []
        for row in self.draft.lists[list_name]:
            value = self._sound(row.get(column), item)
            if value is UNKNOWN:
                return UNKNOWN
            values.append(value)
        return tuple(values)

    def _previous(self, name: str) -> Value:
        """None: nothing was accepted last period."""
        if self._own_column(name):
            rows = self.context.previous_rows.get(self.list_name, {})
            if self.key in rows:
                return rows[self.key].get(name)
            issued = self.issued
            return issued.previous.get(name) if issued else None
        if name in self.context.previous:
            return self.context.previous[name]
        return self.context.order.previous.get(name) if self.context.order else None

    def _last_year(self, name: str) -> tuple[Value, bool]:
        """The value, and whether the unit typed it itself."""
        known = self.context.last_year or {}
        if has_value(known.get(name)):
            return known[name], False
        typed = TYPED_LAST_YEAR + name
        value = self._own(typed) if typed in self.singles else UNKNOWN
        if value is UNKNOWN or not has_value(value):
            return (known[name], False) if name in known else (None, False)
        order = self.context.order
        return value, not (order and typed in order.locked)

    def typed_last_year(self, operand: Operand) -> bool:
        """True when 上年(x) rests on a figure that the unit typed."""
        return operand.kind == "last_year" and self._last_year(operand.name)[1]
