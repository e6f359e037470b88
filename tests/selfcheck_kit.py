"""Issued workbooks with random faults, and what the sheet and the batch say about them, rule by rule."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.recalculated import values
from toolkit.calendar import WorkCalendar
from toolkit.findings import Finding, Level
from toolkit.forms import check as batch
from toolkit.forms import selfcheck
from toolkit.forms.check import CheckContext
from toolkit.forms.fill import fill
from toolkit.forms.form import NUMBER_TYPES, Field, Form
from toolkit.forms.issue import Master, stamp
from toolkit.forms.layout import row_cell_locked, row_counts, single_locked
from toolkit.forms.order import Order
from toolkit.forms.parse import parse
from toolkit.forms.scope import Scope
from toolkit.forms.selfcheck_build import build
from toolkit.forms.selfcheck_page import PageLook
from toolkit.forms.selfcheck_plan import FIRST, Plan
from toolkit.model import Book, Draft, Period, Unit, Verdict
from toolkit.office.excel_in import read_book
from toolkit.rules.python import NOT_COMPUTED

CALENDAR = WorkCalendar({date(2024, 5, 1): False, date(2024, 5, 2): False, date(2024, 5, 3): False, date(2024, 4, 28): True,
                         date(2024, 5, 11): True})  # fmt: skip
NUMBERS: tuple[Any, ...] = (
    0,
    0,
    0,
    1,
    1,
    2,
    3,
    7,
    12,
    -3,
    2.5,
    40,
    "",
    "/",
    "—",
    "无",
    " - ",
    "12",
    "１２",
    "12件",
    "1,200",
    "2024年",
    " ",
)
DAYS: tuple[Any, ...] = ("2024-05-08", "2024-06-30", "2024-07-01", "2023-12-31", "2024-01-01", "", "/", "五月八日", "2024.5.8",
                         "1999-05-01", "2150-01-01", "12", "待定")  # fmt: skip
TEXTS: tuple[Any, ...] = ("", " ", "已起草", "已印发通知，办理完毕", "短", "=1+1", "1*", "Abc", "abc", "\u3000", " 前后有空格 ", "12",
                          "*", "无", "第一行\n第二行")  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One issued workbook, filled."""

    name: str
    form: Form
    order: Order
    unit: Unit
    period: Period
    data: bytes


def random_fill(rng: random.Random, form: Form, order: Order, rate: float) -> dict[str, Any]:
    """What a careless person types. `rate`: the share of cells that may be wrong."""
    cells = {f.name: _value(rng, form, f, rate) for f in form.fields if not single_locked(f, order)}
    cells = {k: v for k, v in cells.items() if v is not None}
    lists: dict[str, list[dict[str, Any]]] = {}
    for form_list in form.lists:
        rows = order.rows.get(form_list.name, ())
        made = []
        for n in range(len(rows) if form_list.by_task else rng.randrange(form_list.blank_rows)):
            row = rows[n] if n < len(rows) else None
            values_of = {
                f.name: v for f in form_list.fields
                if not row_cell_locked(f, row) and (v := _value(rng, form, f, rate)) is not None
            }  # fmt: skip
            if form_list.by_task and row is not None:
                values_of |= {"任务编号": row.key[0], "角色": row.key[1]}
            made.append(values_of)
        lists[form_list.name] = made
    explained = [r for r in form.rules if r.level is Level.EXPLAIN and rng.random() < 0.6]
    lists["情况说明"] = [
        {"规则": r.no, "位置": _place(rng, order, r.scope), "说明": rng.choice(("情况属实", "", " ", "见附件"))} for r in explained
    ]  # fmt: skip
    return {"cells": cells, "lists": lists}


def _place(rng: random.Random, order: Order, scope: str) -> str:
    rows = order.rows.get(scope, ())
    return rng.choice(("", "", "A1", rng.choice(rows).key[0] if rows else "表二!B6", f"{scope}!H5"))


def _value(rng: random.Random, form: Form, item: Field, rate: float) -> Any:
    if item.prefill.startswith("=") and rng.random() < 0.9:
        return None
    if rng.random() > rate:
        options = [o.value for o in form.options.get(item.options, ())]
        if item.type in NUMBER_TYPES:
            return 0
        if item.type == "日期":
            return rng.choice(("", "2024-05-08"))
        if item.type == "是否":
            return rng.choice(("是", "否"))
        return rng.choice(options) if options else rng.choice(("", "已印发通知，办理完毕", "本期开展培训两次"))
    if item.type in NUMBER_TYPES:
        return rng.choice(NUMBERS)
    if item.type == "日期":
        return rng.choice(DAYS)
    if item.type in ("选项", "多选", "是否"):
        options = [o.value for o in form.options.get(item.options, ())] or ["是", "否"]
        return rng.choice([*options, "", "办理中", f" {options[0]}", f"{options[0]}、{options[-1]}"])
    return rng.choice(TEXTS)


def filled_case(
    rng: random.Random, name: str, master: Master, order: Order, unit: Unit, period: Period, rate: float
) -> Case:
    result = fill(stamp(master, order), master.form, random_fill(rng, master.form, order, rate), order)
    assert result.data is not None, result.errors
    return Case(name, master.form, order, unit, period, result.data)


# ---------------------------------------------------------------- what the sheet says


@dataclass(frozen=True)
class Said:
    """Codes by (rule, row key or ""), open places by item, and the page's verdict."""

    codes: Mapping[tuple[str, str], int]
    open: Mapping[tuple[str, ...], int]
    ready: bool
    faults: frozenset[str]  # cells the sheet calls faulty: field, or list|row|field


def plan_for(case: Case) -> Plan:
    checks = selfcheck.checks_of(case.form, {}, PageLook(0, 0, 0, 0, 0, 0, 0), CALENDAR)
    return build(case.form, row_counts(case.form, case.order), checks.ranges)


def sheet_says(case: Case, recalculated: bytes) -> Said:
    plan, cells, page = plan_for(case), values(recalculated, "_检"), values(recalculated, "自检")
    codes: dict[tuple[str, str], int] = {}
    opened: dict[tuple[str, ...], int] = {}
    for n, line in enumerate(plan.lines):
        opened[line.what] = _int(cells[f"B{FIRST + n}"])
        if line.code:
            codes[line.what[1], ""] = _int(cells[f"A{FIRST + n}"])
    faults = {s.name for n, s in enumerate(plan.singles) if _int(cells[f"I{FIRST + n}"]) >= 3}
    for lists in plan.lists:
        for column in lists.columns:
            for number in lists.place.rows:
                value = cells.get(f"{column.letters}{number}")
                if column.what == "rule" and value is not None:
                    codes[column.name, str(number)] = _int(value)
                if column.what == "state" and _int(value) >= 3:
                    faults.add(f"{lists.name}|{number}|{column.name}")
    text = str(page["A2"])
    assert text.startswith(("√", "×")), text
    return Said(codes, opened, text.startswith("√"), frozenset(faults))


def _int(value: object) -> int:
    assert isinstance(value, int | float), value
    return int(value)


# ---------------------------------------------------------------- what the batch says


@dataclass(frozen=True)
class Heard:
    """Codes by (rule number, row number or ""): 0 holds, 1 violated, 2 not computed."""

    codes: Mapping[tuple[str, str], int]
    findings: tuple[Finding, ...]
    verdict: Verdict
    draft: Draft


def batch_says(case: Case) -> Heard:
    book, notes = read_book(case.data, "a.xlsx")
    assert isinstance(book, Book), notes
    draft, found = parse(book, case.form, case.order)
    context = CheckContext(
        case.unit, case.period, case.period.end, CALENDAR, case.order, case.order.previous,
        last_year=case.order.last_year or None,
    )  # fmt: skip
    judged = () if any(f.code == "IN-416" for f in found) else batch.check(draft, case.form, context)
    findings = (*notes, *found, *judged)
    return Heard(_codes(case.form, draft, context), findings, batch.verdict(findings, draft), draft)


def _codes(form: Form, draft: Draft, context: CheckContext) -> dict[tuple[str, str], int]:
    """Every rule's verdict as the batch comes to it, also of those that hold."""
    ready, scope = batch._ready(batch._ByDigest(form)), Scope.of(draft, form, context)
    codes = {(r.rule.no, ""): _code(batch._verdict_of(r, scope)[0]) for r in ready.whole}
    for list_name, rules in ready.by_list:
        for row in draft.lists.get(list_name, ()):
            within = scope.within(list_name, row)
            number = re.sub(r"\D", "", next(iter(row.values())).cell)
            if not (within.issued and within.issued.locked):
                codes |= {(r.rule.no, number): _code(batch._verdict_of(r, within)[0]) for r in rules}
    return codes


def _code(result: object) -> int:
    return 2 if result is NOT_COMPUTED else 1 if result is False else 0
