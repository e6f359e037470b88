"""自检 in the issued workbook: what it holds when it leaves, that nobody downstream reads it, and what it promises."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.expressions import expression_book
from tests.forms_kit import RULES, UNIT, assignments, form_book, members
from toolkit.builtin.forms import builtin_forms
from toolkit.findings import Level
from toolkit.forms import selfcheck
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Field, Form, Rule
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import Order, ticket
from toolkit.forms.prepare import prepare
from toolkit.forms.selfcheck_plan import rule_kind, type_kind
from toolkit.forms.selfcheck_values import level_for
from toolkit.model import Period
from toolkit.office.excel_in import read_book
from toolkit.office.package import Package
from toolkit.office.workbook import sheet_entries

FORMS = {**builtin_forms(), "测试表.xlsx": form_book(), "算式表.xlsx": expression_book()}


def form_of(data: bytes) -> Form:
    form, found = read_form(data, "表.xlsx")
    assert form is not None, found
    return form


def order_of(form: Form, rows: int = 4) -> Order:
    period = "2024" if form.period_kind == "年" else "2024-06"
    return prepare(form, UNIT, Period(period), ticket(form.id, 1, UNIT.name, period, "1"), assignments(rows))


def issued(form: Form, rows: int = 4) -> bytes:
    return stamp(compile_master(form, office="办", phone="1"), order_of(form, rows))


def page_of(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data), data_only=True)["自检"]


def part_of(data: bytes, sheet: str) -> bytes:
    package = Package.open(data)
    return package.read(next(e.part for e in sheet_entries(package) if e.name == sheet))


@pytest.mark.parametrize("name", list(FORMS))
def test_the_page_stands_second_and_speaks_before_anything_is_computed(name: str) -> None:
    data = issued(form_of(FORMS[name]))
    package = Package.open(data)
    entries = sheet_entries(package)
    visible = [e.name for e in entries if e.state == "visible"]
    assert visible[1] == "自检"
    assert {e.name for e in entries if e.state == "hidden"} >= {"_检", "_参数"}
    page = page_of(data)
    assert re.fullmatch(r"√ 可以报送|× 还有 \d+ 处需修改", page["A2"].value)
    assert page["A2"].value.startswith("×") and page["D6"].value == "工作簿中还没有填写内容。", (
        "nobody has filled it yet"
    )
    sheet, _, cell = str(page["E6"].value).rpartition("!")
    assert not load_workbook(io.BytesIO(data))[sheet][cell].protection.locked, (
        "the link leads to a cell that people can fill"
    )


@pytest.mark.parametrize("name", list(FORMS))
def test_every_formula_carries_its_value_and_none_is_an_error(name: str) -> None:
    data = issued(form_of(FORMS[name]))
    for sheet in selfcheck.CHECK_SHEETS:
        xml = part_of(data, sheet).decode()
        cells = re.findall(r"<c [^>]*>(?:(?!</c>).)*</c>", xml, re.DOTALL)
        bare = [c for c in cells if "<f>" in c and "<v>" not in c]
        assert cells and not bare
        assert not [c for c in cells if ">#" in c.partition("<v>")[2] or 't="e"' in c]


def test_the_batch_takes_nothing_from_the_check_sheets() -> None:
    book, found = read_book(issued(form_of(form_book())), "a.xlsx")
    assert book is not None and found == ()
    assert {s.name: len(s.cells) for s in book.sheets if s.name in ("自检", "_检")} == {"自检": 0, "_检": 0}


def test_filling_leaves_no_stale_verdict() -> None:
    form, order = form_of(form_book()), order_of(form_of(form_book()))
    tasks = [{"任务编号": f"2024-{n:03d}", "完成情况": "进行中"} for n in range(1, 5)]
    result = fill(issued(form), form, {"cells": {"n.a": 3, "备注": "无"}, "lists": {"进展": tasks}}, order)
    assert result.data is not None and page_of(result.data)["A2"].value == "√ 可以报送"
    worse = fill(result.data, form, {"cells": {"n.a": "三"}}, order)
    assert worse.data is not None and page_of(worse.data)["A2"].value == "× 还有 1 处需修改"
    same = fill(issued(form), form, {"cells": {}}, order)
    assert same.data is not None and page_of(same.data)["A2"].value.startswith("×"), "nothing written, nothing changed"


@pytest.mark.parametrize("why", ["no order", "other formulas", "a formula typed over", "an office program's error"])
def test_what_cannot_be_computed_here_is_left_to_the_program_that_opens_it(why: str) -> None:
    form = form_of(form_book())
    order = None if why == "no order" else order_of(form)
    package = Package.open(issued(form))
    sheet = "_检" if why == "other formulas" else "统计"
    part = next(e.part for e in sheet_entries(package) if e.name == sheet)
    xml = package.read(part)
    if why == "other formulas":
        xml = xml.replace(b"<f>", b"<f>0+", 1)
    elif order is not None:
        held = b"<f>1+1</f><v>2</v>" if why == "a formula typed over" else b"<v>#N/A</v>"
        kind = b"" if why == "a formula typed over" else b' t="e"'
        xml = re.sub(rb'<c r="B4" s="(\d+)"/>', rb'<c r="B4" s="\1"' + kind + b">" + held + b"</c>", xml)
    assert xml != package.read(part) or order is None
    result = fill(package.with_parts({part: xml}).to_bytes(), form, {"cells": {"n.a": 3}}, order)
    assert result.data is not None and page_of(result.data)["A2"].value is None
    for name in selfcheck.CHECK_SHEETS:
        assert not re.search(rb"</f><v>", part_of(result.data, name))


def test_the_same_order_gives_the_same_bytes() -> None:
    form = form_of(form_book())
    assert issued(form, 7) == issued(form, 7) != issued(form, 8)


def test_one_switch_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfcheck, "ENABLED", False)
    names = {e.name for e in sheet_entries(Package.open(issued(form_of(form_book()))))}
    assert not names & set(selfcheck.CHECK_SHEETS)


@pytest.mark.parametrize("name", ["自检", "_检", "_参数"])
def test_an_office_may_not_use_these_names(name: str) -> None:
    def touch(book: Any) -> None:
        book.create_sheet(name)

    form, found = read_form(form_book(touch=touch), "表.xlsx")
    assert form is None and name in found[0].message


def test_rules_that_no_sheet_holds_are_named_in_the_guide() -> None:
    mixed = "| 测-09 | | 须修改 | 整表 | IF(n.a>0,n.b,备注)=n.a | 跨类型。 | 请改。 | | | |"
    form = form_of(form_book(rules=RULES.rstrip() + "\n" + mixed + "\n"))
    (left,) = selfcheck.batch_only(form, None)
    assert left[0].no == "测-09" and left[1].endswith("。")
    guide = load_workbook(io.BytesIO(issued(form)))["填报说明"]
    texts = [str(c.value) for row in guide.iter_rows() for c in row if c.value]
    assert any("仅批处理" in t for t in texts) and "测-09" in texts


@pytest.mark.parametrize(
    ("trial", "effective", "expected"),
    [
        (None, None, Level.FIX),
        (date(2024, 1, 1), None, Level.NOTE),
        (None, date(2024, 6, 30), Level.FIX),
        (None, date(2024, 7, 31), Level.FIX),  # it may be in force when the workbook arrives
        (None, date(2025, 1, 1), Level.NOTE),
    ],
)
def test_a_rule_weighs_what_it_may_weigh_when_the_workbook_arrives(
    trial: date | None, effective: date | None, expected: Level
) -> None:
    rule = Rule("甲-01", "", Level.FIX, "", "TRUE", "提示", "改法", trial_from=trial, effective_from=effective)
    assert level_for(rule_kind(rule), date(2024, 6, 30)) is expected
    assert level_for(rule_kind(replace(rule, trial_from=None, effective_from=None)), date(2024, 6, 30)) is Level.FIX


def test_a_day_that_must_be_given_is_not_to_be_left_blank() -> None:
    day = Field("d", "日期", "日期")
    assert "没有的空着" in type_kind(replace(day, required="否")).remedy
    assert "没有的空着" not in type_kind(replace(day, required="是")).remedy


def test_texts_of_the_office_stay_texts() -> None:
    rules = RULES.replace("合计不符。", '合计"&HYPERLINK("http://x")&"不符<b>。')
    xml = part_of(issued(form_of(form_book(rules=rules))), "_检").decode()
    formulas = re.findall(r"<f>(.*?)</f>", xml)
    assert formulas and not [f for f in formulas if "http" in f]


def test_it_stays_small() -> None:
    for name, data in builtin_forms().items():
        form = form_of(data)
        size = sum(len(Package.open(d).to_bytes()) for d in [issued(form, 60)])
        assert size < 100_000, name
    assert all(len(n) < 80 for n in members(issued(form_of(form_book()))))
