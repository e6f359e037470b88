"""Issue → fill → read is the identity: what somebody fills in is what the batch sees, value for value."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.builtin.annual_table import TOTAL_FORMULAS, fields
from toolkit.builtin.forms import builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import Order, ticket
from toolkit.forms.parse import parse
from toolkit.forms.prepare import prepare
from toolkit.model import Assignment, Draft, Period, Task, Unit
from toolkit.office.excel_in import read_book

UNIT = Unit("002", "云溪区财政局", unit_class="政府部门")
TASKS = [Task(f"2024-{n:03d}", no=str(n), path=("一、任务",), requirement=f"第{n}项要求。") for n in range(1, 6)]


def made(name: str, period: Period) -> tuple[Form, Order, bytes]:
    form, findings = read_form(builtin_forms()[f"{name}.xlsx"], name)
    assert form is not None and not findings
    assignments = [Assignment(t, UNIT, "责任") for t in TASKS]
    order = prepare(form, UNIT, period, ticket(form.id, 0, UNIT.name, period.text, "1"), assignments)
    return form, order, stamp(compile_master(form, office="办公室", phone="0000-1"), order)


ANNUAL = made("年报数据", Period("2024"))
PROGRESS = made("任务进展", Period("2024-06"))


def read_back(form: Form, order: Order, workbook: bytes, data: dict[str, Any]) -> Draft:
    done = fill(workbook, form, data, order)
    assert done.data is not None, done.errors
    book, findings = read_book(done.data, "x.xlsx")
    assert book is not None and not findings
    return parse(book, form, order)[0]


# What a cell can keep as it is: no control or zero-width characters, no blanks at the ends, not a number in disguise.
words = st.text(st.sampled_from("政务公开工作进展abcXYZ，。（）“”<>&'\"={}%\n 、"), max_size=60).map(str.strip)
counts = st.one_of(st.integers(0, 10**9), st.sampled_from(["", "/", "—", "无"]))
money = st.one_of(st.decimals(0, 10**7, places=4, allow_nan=False), st.integers(0, 10**7))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_annual_form_keeps_every_value(data: st.DataObject) -> None:
    names = [f.id for f in fields() if f.id not in TOTAL_FORMULAS and f.id != "t2.fees.amount"]
    cells: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(names), counts, max_size=40))
    amount = data.draw(money)
    text = data.draw(words)
    given_cells = {**cells, "t2.fees.amount": float(amount), "narrative.overview": text}
    draft = read_back(*ANNUAL, {"cells": given_cells})
    assert {name: draft.value(name) for name in cells} == cells
    assert Decimal(str(draft.value("t2.fees.amount"))) == Decimal(amount)
    assert draft.value("narrative.overview") == text
    assert all(draft.value(n) == "" for n in names if n not in cells)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_progress_form_keeps_every_row(data: st.DataObject) -> None:
    statuses = st.sampled_from(["未启动", "进行中", "已完成", "持续推进", "不涉及", "申请调整", "本期无新进展"])
    days = st.integers(0, 3000).map(lambda n: date(2020, 1, 1) + timedelta(days=n))
    rows = [
        {
            "任务编号": t.task_id,
            "完成情况": data.draw(statuses),
            "完成日期": data.draw(days),
            "进展说明": data.draw(words),
        }
        for t in TASKS
    ]
    given_rows = [{**r, "完成日期": r["完成日期"].isoformat()} for r in rows]
    draft = read_back(*PROGRESS, {"lists": {"进展": data.draw(st.permutations(given_rows))}})
    seen = [{k: row[k].value for k in ("任务编号", "完成情况", "完成日期", "进展说明")} for row in draft.lists["进展"]]
    assert seen == rows
