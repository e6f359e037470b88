"""forms/design: what the office writes into a form workbook, and every mistake with its cell."""

from __future__ import annotations

from datetime import date

import pytest

from tests.forms_kit import FIELDS, FIGURES, OPTIONS, RULES, SETTINGS, TASKS, form_book
from toolkit.findings import Finding, Level
from toolkit.forms.design import read_form
from toolkit.forms.form import Form
from toolkit.forms.layout import list_places, locate
from toolkit.forms.schema import schema_of


def read(data: bytes) -> Form:
    form, findings = read_form(data, "测试表.xlsx")
    assert form is not None, [(f.code, f.sheet, f.cell, f.message) for f in findings]
    assert findings == ()
    return form


def faults(data: bytes) -> list[tuple[str, str, str]]:
    form, findings = read_form(data, "测试表.xlsx")
    assert (form is None) == bool(findings)
    assert all(f.file == "测试表.xlsx" and f.message and f.remedy for f in findings)
    return [(f.code, f.sheet, f.cell) for f in findings]


def found(data: bytes) -> tuple[Finding, ...]:
    return read_form(data, "测试表.xlsx")[1]


def test_a_whole_form() -> None:
    form = read(form_book())
    assert (form.id, form.title, form.period_kind, form.due_rule) == ("测试表", "测试用表", "月", "工作日后(周期末,5)")
    assert (form.filers, form.filed_by, len(form.digest)) == ("全部", "单位", 64)
    total = form.field("n.sum")
    assert total is not None and total.place is not None
    assert (total.prefill, total.locked, total.place.sheet, total.place.row, total.place.column) == (
        "=SUM(n.a,n.b)", "否", "统计", 5, 2
    )  # fmt: skip
    assert {f.name: f.locked for f in form.fields if f.prefill} == {
        "n.sum": "否", "n.twice": "否", "prev.a": "有值时", "备注": "否"
    }  # fmt: skip
    tasks = form.list("进展")
    assert tasks is not None
    assert (tasks.sheet, tasks.header_row, tasks.tag_row, tasks.by_task) == ("任务", 2, 3, True)
    assert [f.name for f in tasks.fields][:2] == ["任务编号", "角色"]
    assert tasks.lock_when == '完成情况="已完成"'
    assert {f.name: f.locked for f in tasks.fields if f.locked == "是"} == dict.fromkeys(
        ("任务编号", "角色", "工作要求", "上期情况"), "是"
    )
    assert form.blocks == {"件数": ("n.a", "n.b", "n.sum", "n.twice")}
    assert [(r.no, r.name, r.level, r.scope, r.trial_from) for r in form.rules] == [
        ("测-01", "测-01", Level.FIX, "", None),
        ("测-02", "x_1", Level.EXPLAIN, "进展", date(2024, 1, 1)),
    ]
    figures = form.sheets[0]
    assert figures.labels[3, 1] == "甲项" and figures.tags[2, 1] == "单位：{{单位.名称}}"
    assert figures.tags[2, 2] == "单位.类别" and (3, 2) not in figures.tags


def test_places_follow_the_rows_of_a_list() -> None:
    fields = FIELDS + "| 审核 | 审核意见 | 文本 | 否 | | | | | | |\n"
    form = read(form_book(fields=fields, sheets={"统计": FIGURES, "任务": TASKS + "| 审核 | {{审核}} |\n"}))
    assert locate(form, {"进展": 1})["审核"] == ("任务", 6, 2)
    assert locate(form, {"进展": 10})["审核"] == ("任务", 15, 2)
    assert locate(form, {"进展": 0})["审核"] == ("任务", 6, 2)
    assert locate(form, {"进展": 10})["n.a"] == ("统计", 3, 2)
    assert locate(form, {})["代填.日期"] == ("情况说明", 5, 2)
    places = list_places(form, {"进展": 10})
    assert (places["进展"].first_row, places["进展"].last_row, places["进展"].columns["角色"]) == (3, 12, 2)
    assert (places["情况说明"].first_row, places["情况说明"].last_row) == (8, 37)


def test_schema_knows_fields_facts_labels_and_columns() -> None:
    form = read(form_book())
    whole, row = schema_of(form), schema_of(form, "进展")
    assert whole.fields["n.a"] == "整数" and whole.fields["周期末"] == "日期" and "完成情况" not in whole.fields
    assert row.fields["完成日期"] == "日期" and row.fields["n.a"] == "整数"
    assert whole.labels["甲项件数"] == "n.a"
    assert whole.columns["进展"]["完成情况"] == "选项" and "说明" in whole.columns["情况说明"]
    assert whole.blocks["件数"][0] == "n.a"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("| 周期 | 月 |", "| 周期 | 周 |", ("FORM-101", "设置", "B4")),
        ("| 表单编号 | 测试表 |", "| 表单编号 | |", ("FORM-101", "设置", "B2")),
        ("| 表单编号 | 测试表 |", "| 表单编号 | 甲/乙 |", ("FORM-104", "设置", "B2")),
        ("| 填报方 | 单位 |", "| 填报方 | 大家 |", ("FORM-101", "设置", "B7")),
        ("| 填报单位 | 全部 |", "| 填报单位 | |", ("FORM-101", "设置", "B6")),
        ("| 清单 | 进展 |", "| 清单 | 进展、进展 |", ("FORM-101", "设置", "B8")),
        ("| 标题 | 测试用表 |", "| 标 题目 | 测试用表 |", ("FORM-101", "设置", "A3")),
        ("| 标题 | 测试用表 |", "| 周期 | 测试用表 |", ("FORM-101", "设置", "A4")),
        ("工作日后(周期末,5)", "工作日后(周期末", ("FORM-101", "设置", "B5")),
        ("锁定行.进展", "锁定行.进度", ("FORM-101", "设置", "B9")),
        ('完成情况="已完成" | |\n| 区块', "完成情况=1+ | |\n| 区块", ("FORM-101", "设置", "B9")),
        ("n.*", "m.*", ("FORM-101", "设置", "B10")),
    ],
)
def test_mistakes_in_settings(old: str, new: str, expected: tuple[str, str, str]) -> None:
    assert old in SETTINGS
    assert expected in faults(form_book(settings=SETTINGS.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("| n.b | 乙项件数 | 整数", "| n.b | 乙项件数 | 数字", ("FORM-101", "字段", "C3")),
        ("| n.b |", "| n-b |", ("FORM-104", "字段", "A3")),
        ("| n.b |", "| n..b |", ("FORM-104", "字段", "A3")),
        ("| n.b |", "| n.a |", ("FORM-101", "字段", "A3")),
        ("| n.b |", "| 周期始 |", ("FORM-101", "字段", "A3")),
        ("| n.b |", "| 单位.人数 |", ("FORM-101", "字段", "A3")),
        ("选项 | 是 | 情况", "选项 | 是 | 情形", ("FORM-101", "字段", "E13")),
        ("选项 | 是 | 情况", "选项 | 是 | ", ("FORM-101", "字段", "E13")),
        ("上年.n.a", "上年.n.x", ("FORM-101", "字段", "F6")),
        ("任务.工作要求", "任务.工作", ("FORM-101", "字段", "F11")),
        ("| n.b | 乙项件数 | 整数 | 否 |", "| n.b | 乙项件数 | 整数 | n.zz>0 |", ("FORM-101", "字段", "D3")),
        ("=SUM(n.a,n.b)", "=SUM(n.a", ("FORM-101", "字段", "F4")),
        ("=SUM(n.a,n.b)", "=SUM(n.a,n.twice)", ("FORM-101", "字段", "F4")),
        ("=n.sum*2", "=IF(n.a>1,1,2)", ("FORM-101", "字段", "F5")),
        ("| 对外公开 |", "| 对外公示 |", ("FORM-101", "字段", "H1")),
        ("| 类型 |", "| 种类 |", ("FORM-101", "字段", "A1")),
    ],
)
def test_mistakes_in_fields(old: str, new: str, expected: tuple[str, str, str]) -> None:
    assert old in FIELDS
    assert expected in faults(form_book(fields=FIELDS.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("n.a+n.b=合计件数", "n.a+n.q=合计件数", ("FORM-105", "校验", "E2")),
        ("n.a+n.b=合计件数", "n.a+n.b", ("FORM-105", "校验", "E2")),
        ("| 合计不符。 |", "| |", ("FORM-106", "校验", "F2")),
        ("| 测-02 |", "| |", ("FORM-106", "校验", "A3")),
        ("| 测-02 |", "| 测-01 |", ("FORM-101", "校验", "A3")),
        ("| 须说明 |", "| 未能读取 |", ("FORM-101", "校验", "C3")),
        ("逐行:进展", "逐行:进度", ("FORM-101", "校验", "D3")),
        ("2024-01-01", "明年", ("FORM-101", "校验", "I3")),
        ("| 测-01 | |", "| 测-01 | x_1 |", ("FORM-101", "校验", "B3")),
    ],
)
def test_mistakes_in_rules(old: str, new: str, expected: tuple[str, str, str]) -> None:
    assert old in RULES
    assert expected in faults(form_book(rules=RULES.replace(old, new)))


@pytest.mark.parametrize(
    ("sheet", "old", "new", "expected"),
    [
        ("统计", "{{n.b}}", "{{n.c}}", ("FORM-102", "统计", "B4")),
        ("统计", "{{n.b}}", "{{n.b}", ("FORM-102", "统计", "B4")),
        ("统计", "{{n.b}}", "{{n b}}", ("FORM-104", "统计", "B4")),
        ("统计", "{{n.b}}", "共{{n.b}}件", ("FORM-101", "统计", "B4")),
        ("统计", "{{n.b}}", "", ("FORM-103", "字段", "A3")),
        ("统计", "{{n.b}}", "{{n.a}}", ("FORM-101", "统计", "B4")),
        ("统计", "（{{周期}}）", "（{{周期数}}）", ("FORM-102", "统计", "A1")),
        ("任务", "以上共计", "{{进展.角色}}", ("FORM-101", "任务", "A4")),
        ("任务", "{{进展.角色}}", "{{备注}}", ("FORM-101", "任务", "B3")),
    ],
)
def test_mistakes_in_the_layout(sheet: str, old: str, new: str, expected: tuple[str, str, str]) -> None:
    sheets = {"统计": FIGURES, "任务": TASKS}
    assert old in sheets[sheet]
    sheets[sheet] = sheets[sheet].replace(old, new, 1)
    assert expected in faults(form_book(sheets=sheets))


def test_lists_must_stand_alone_and_unmerged() -> None:
    moved = TASKS.replace("{{进展.责任科室}} |", " |").replace("| 以上共计 | |", "| 以上共计 | {{进展.责任科室}} |")
    assert ("FORM-101", "任务", "B4") in faults(form_book(sheets={"统计": FIGURES, "任务": moved}))

    def touch(book: object) -> None:
        book["任务"].merge_cells("H3:H4")  # type: ignore[index]

    assert ("FORM-101", "任务", "H3") in faults(form_book(touch=touch))
    first_row = "\n".join(line for line in TASKS.splitlines() if "{{进展" in line)
    assert ("FORM-101", "任务", "A1") in faults(form_book(sheets={"统计": FIGURES, "任务": first_row}))


def test_wrong_names_come_with_the_nearest() -> None:
    messages = [
        f.message for f in found(form_book(sheets={"统计": FIGURES.replace("{{n.b}}", "{{n.bb}}"), "任务": TASKS}))
    ]
    assert any("n.b" in text and "是否为" in text for text in messages)


def test_reserved_and_missing_sheets_and_broken_files() -> None:
    assert ("FORM-101", "情况说明", "") in faults(form_book(sheets={"情况说明": FIGURES, "任务": TASKS}))

    def drop(book: object) -> None:
        book.remove(book["校验"])  # type: ignore[attr-defined, index]

    assert faults(form_book(touch=drop)) == [("FORM-101", "校验", "")]
    assert faults(b"PK nothing") == [("FORM-101", "", "")]
    assert faults(form_book(options=OPTIONS + "| 情况 | 已完成 | |\n")) == [("FORM-101", "选项", "B4")]


def test_formulas_of_the_office_may_not_lean_on_definition_sheets() -> None:
    def touch(book: object) -> None:
        book["统计"]["C6"] = "=选项!B2"  # type: ignore[index]

    assert faults(form_book(touch=touch)) == [("FORM-101", "统计", "C6")]


def test_real_dates_and_typed_formulas_are_understood() -> None:
    def touch(book: object) -> None:
        book["校验"]["I3"] = date(2025, 3, 1)  # type: ignore[index]
        book["字段"]["F4"].data_type = "f"  # type: ignore[index]

    form = read(form_book(touch=touch))
    assert form.rules[1].trial_from == date(2025, 3, 1)
    total = form.field("n.sum")
    assert total is not None and total.prefill == "=SUM(n.a,n.b)"


def test_rows_about_explanations_need_no_place() -> None:
    extra = "| 代填.填报人 | 填报人 | 文本 | 否 | | | | | | |\n| 情况说明.说明 | 说明 | 文本 | 否 | | | | | | |\n"
    assert read(form_book(fields=FIELDS + extra)).field("代填.填报人") is None
