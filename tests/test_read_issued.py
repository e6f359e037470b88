"""What issue makes and fill fills comes back through the reader unchanged: one definition, used everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from toolkit.builtin.forms_annual import annual_form
from toolkit.builtin.forms_progress import progress_form
from toolkit.calendar import WorkCalendar
from toolkit.findings import Finding
from toolkit.forms.check import CheckContext, check, verdict
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import Order, ticket
from toolkit.forms.parse import parse
from toolkit.forms.prepare import prepare
from toolkit.intake.identify import Identity, identify
from toolkit.model import Assignment, Draft, Period, Roster, Task, Unit, Verdict
from toolkit.office.excel_in import read_book
from toolkit.office.limits import Limits

UNIT = Unit("001", "区教育局", short="教育局", can_make_regulations=False)
ROSTER = Roster((UNIT, Unit("002", "区财政局")))
TASKS = tuple(
    Assignment(Task(f"2024-{n:03d}", str(n), ("一、公开", f"（{n}）事项"), f"第{n}项工作要求"), UNIT, role)
    for n, role in enumerate(("牵头", "责任", "配合", "责任"), start=1)
)


def built(data: bytes, name: str) -> Form:
    form, found = read_form(data, f"{name}.xlsx")
    assert form is not None, found
    return replace(form, edition=3)


@pytest.fixture(scope="module")
def annual() -> Form:
    return built(annual_form(), "年报数据")


@pytest.fixture(scope="module")
def progress() -> Form:
    return built(progress_form(), "任务进展")


def issued(form: Form, period: str) -> tuple[Order, bytes]:
    paper = ticket(form.id, form.edition, UNIT.name, period, "2024-000001")
    order = prepare(form, UNIT, Period(period), paper, TASKS if form.lists else (), None, None)
    return order, stamp(compile_master(form, office="区政府办公室", phone="0533-0000000"), order)


def taken(data: bytes, form: Form, order: Order) -> tuple[Identity, Draft, tuple[Finding, ...]]:
    name = f"inbox/{UNIT.name}/{UNIT.name}-{form.id}-{order.ticket.period}.xlsx"
    book, reading = read_book(data, name, Limits())
    assert book is not None and reading == ()
    identity = identify(book, name, (form,), ROSTER, lambda t: order if t == order.ticket else None)
    assert identity.form is form and identity.unit is UNIT and identity.ticket == order.ticket
    draft, found = parse(book, form, identity.order)
    return identity, draft, (*identity.findings, *found)


def test_an_issued_workbook_comes_back_as_empty_and_nothing_else(annual: Form, progress: Form) -> None:
    for form, period in ((annual, "2024"), (progress, "2024-05")):
        order, data = issued(form, period)
        _, draft, found = taken(data, form, order)
        assert [f.code for f in found] == ["IN-416"]
        assert set(draft.cells) >= {f.name for f in form.fields}
        assert all(len(draft.lists[x.name]) == len(order.rows[x.name]) for x in form.lists)


def test_a_filled_progress_sheet_is_read_as_filled(progress: Form) -> None:
    order, data = issued(progress, "2024-05")
    lines = [
        {
            "任务编号": "2024-001",
            "完成情况": "已完成",
            "完成日期": "2024-05-08",
            "进展说明": "已印发实施方案",
            "佐证": "区政办〔2024〕3号",
        },
        *({"任务编号": f"2024-{n:03d}", "完成情况": "进行中", "进展说明": f"完成第{n}次培训"} for n in (2, 3, 4)),
    ]
    filled = fill(data, progress, {"lists": {"进展": lines}}, order)
    assert filled.data is not None, filled.errors
    identity, draft, found = taken(filled.data, progress, order)
    assert found == ()
    first = draft.lists["进展"][0]
    assert (first["完成情况"].value, first["完成日期"].value, first["角色"].value) == (
        "已完成",
        date(2024, 5, 8),
        "牵头",
    )
    context = CheckContext(UNIT, Period("2024-05"), date(2024, 6, 3), WorkCalendar(), identity.order)
    judged = check(draft, progress, context)
    assert judged == () and verdict(judged, draft) is Verdict.ACCEPTED


def test_a_filled_annual_report_is_read_as_filled(annual: Form) -> None:
    order, data = issued(annual, "2024")
    numbers = {f.name: 0 for f in annual.fields if f.type in ("整数", "金额") and not f.prefill}
    texts = {f.name: "无。" for f in annual.fields if f.type == "长文本"}
    cells = {**numbers, **texts, "t3.new_received.natural": 3, "t3.granted.natural": 2, "t3.carried_out.natural": 1}
    filled = fill(data, annual, {"cells": cells}, order)
    assert filled.data is not None, filled.errors
    _, draft, found = taken(filled.data, annual, order)
    assert found == ()
    assert draft.value("t3.result_total.total") == 2 and draft.value("t3.new_received.total") == 3
    context = CheckContext(UNIT, Period("2024"), date(2025, 1, 20), WorkCalendar(), order)
    assert check(draft, annual, context) == ()
