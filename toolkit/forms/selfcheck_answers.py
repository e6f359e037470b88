"""What the check sheets say of one order: a value for every helper cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from toolkit.findings import Level
from toolkit.forms.form import NUMBER_TYPES, Field, FormList
from toolkit.forms.layout import EXPLANATION_ROWS, has_value
from toolkit.forms.order import Order, OrderRow
from toolkit.forms.selfcheck_plan import Kind, has_formula
from toolkit.model import NOTHING_MARKS, Value
from toolkit.rules.excel import BLANK, DOUBTFUL, FAULT, MARK, SOUND

NOTHING_SAID = ("",) * EXPLANATION_ROWS

_FILING_DAYS = 60
"""A rule that comes into force this soon after the period's end may be in force when the workbook is checked."""


class Answer(NamedTuple):
    """One line of the list of items."""

    code: int = 0
    open: int = 0
    running: int = 0
    weight: int = 1
    target: str = ""
    explained: int = 0


class RowCells(dict[str, Value]):
    """Helper cells of one list row by column letters; `hits`: the lines (by index) that count something in it; `shown`:
    the values as once written."""

    hits: tuple[int, ...] = ()
    shown: tuple[int | str, ...] = ()


@dataclass
class Answers:
    """Values by place: singles (state, value), parameters (value, state), items, list rows by column letters, and what
    the lines of 情况说明 explain (规则|位置)."""

    singles: list[tuple[int, Value]] = field(default_factory=list)
    parameters: list[tuple[Value, int]] = field(default_factory=list)
    lines: list[Answer] = field(default_factory=list)
    rows: dict[str, list[RowCells]] = field(default_factory=dict)
    levels: list[Level] = field(default_factory=list)
    said: tuple[str, ...] = NOTHING_SAID


@dataclass
class Row:
    """One list row while its helper cells are computed."""

    form_list: FormList
    fields: Mapping[str, Field]
    row: OrderRow | None
    values: Mapping[str, Value]
    previous: Mapping[str, Value]
    used: bool
    states: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)


def level_for(kind: Kind, end: date) -> Level:
    """The weight of a rule in a sheet that knows no day: its own as soon as it may count, else a note."""
    rule = kind.rule
    if rule is None or (rule.effective_from is None and rule.trial_from is None):
        return kind.level
    soon = rule.effective_from is not None and rule.effective_from <= end + timedelta(days=_FILING_DAYS)
    return kind.level if soon else Level.NOTE


def filing_day(order: Order) -> date:
    """The last day on which the workbook of an order is likely to be handed in: a sheet knows its period and no day."""
    end = order.tags.get("周期末")
    return (end if isinstance(end, date) else date(2000, 1, 1)) + timedelta(days=_FILING_DAYS)


def is_strict(kind: str) -> bool:
    """Types of which an unknown value of another time is not taken for blank."""
    return kind in NUMBER_TYPES or kind == "日期"


def plain_state(value: Value, kind: str) -> int:
    if value is None or value == "":
        return BLANK
    return MARK if is_strict(kind) and isinstance(value, str) and value in NOTHING_MARKS else SOUND


def is_used(form_list: FormList, row: OrderRow | None, values: Mapping[str, Value]) -> bool:
    """Would the batch read this row?"""
    if form_list.by_task and row is not None:
        return True
    return any(has_value(values.get(f.name)) for f in form_list.fields if not has_formula(f))


def objects(formula: str, state: int, value: Value) -> bool:
    """Does a rule over cells (空格数, COUNTBLANK, 非负整数) complain about a cell?"""
    if "非负整数" in formula:
        return state in (SOUND, DOUBTFUL) and isinstance(value, int | Decimal) and (value < 0 or value != int(value))
    return state in ((BLANK, MARK) if "空格数" in formula else (BLANK,))


def as_operand(item: Field, value: Value, state: int) -> Value:
    """As a formula sees it: None where it is not of its type; a day that is marked as none is blank."""
    if state == FAULT:
        return None
    return "" if value is None or (item.type == "日期" and state == MARK) else value
