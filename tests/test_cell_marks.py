"""Colours on the cell itself: LibreOffice computes the issued workbook and shows exactly the cells that are wrong."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.forms_kit import UNIT, assignments, form_book
from tests.libreoffice import SOFFICE, Referee
from toolkit.builtin.forms import builtin_forms
from toolkit.forms.cell_marks import EXPLAIN, FILL, FIX, PAINT, blocks_of
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import Order, ticket
from toolkit.forms.prepare import prepare
from toolkit.model import Period

RED, YELLOW, ORANGE = PAINT[FIX], PAINT[EXPLAIN], PAINT[FILL]

REGISTER = form_book(
    settings="""
| 项 | 值 |
| 表单编号 | 登记 |
| 周期 | 常年 |
| 填报单位 | 全部 |
| 清单 | 登记 |
| 列表行数.登记 | 4 |
""",
    fields="""
| 字段 | 标题 | 类型 | 必填 | 选项 |
| 负责人 | 负责人 | 文本 | 是 | |
| 登记.名称 | 名称 | 文本 | 是 | |
| 登记.件数 | 件数 | 整数 | 否 | |
| 登记.日期 | 日期 | 日期 | 件数>0 | |
| 登记.方式 | 方式 | 选项 | 否 | 方式 |
""",
    options="| 选项集 | 值 |\n| 方式 | 当面 |\n| 方式 | 网上 |\n",
    rules="""
| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 |
| 登-01 | | 须说明 | 逐行:登记 | 件数<=100 | 件数偏大。 | 请说明。 |
| 登-02 | | 提示 | 逐行:登记 | 方式<>"" | 没有写方式。 | 建议补充。 |
""",
    sheets={
        "登记表": """
| 登记表 | | {{负责人}} | |
| 名称 | 件数 | 日期 | 方式 |
| {{登记.名称}} | {{登记.件数}} | {{登记.日期}} | {{登记.方式}} |
| 说明：如实填写。 | | | |
"""
    },
)


def form_of(data: bytes) -> Form:
    form, found = read_form(data, "表.xlsx")
    assert form is not None, found
    return form


def order_of(form: Form, rows: int = 6) -> Order:
    period = "2024-06" if form.period_kind == "月" else "2024"
    return prepare(form, UNIT, Period(period), ticket(form.id, 1, UNIT.name, period, "1"), assignments(rows))


def issued(form: Form, order: Order) -> bytes:
    return stamp(compile_master(form, office="办", phone="1"), order)


def filled(data: bytes, typed: Mapping[str, Any]) -> bytes:
    form = form_of(data)
    order = order_of(form)
    result = fill(issued(form, order), form, typed, order)
    assert result.data is not None, result.errors
    return result.data


TASKS = {"lists": {"进展": [
    {"任务编号": "2024-001", "完成情况": "已完成", "完成日期": "2024-07-08"},
    {"任务编号": "2024-002", "完成情况": "进行中"},
    {"任务编号": "2024-003", "完成情况": "不涉及", "进展说明": "没有这项职责"},
    {"任务编号": "2024-004", "完成情况": "办理中", "完成日期": "五月"},
    {"任务编号": "2024-005", "进展说明": "已经起草了方案"},
]}}  # fmt: skip
REGISTERED = {
    "lists": {
        "登记": [
            {"名称": "甲", "件数": 200, "日期": "2024-05-08"},
            {"件数": "三", "方式": "电话"},
            {"名称": "乙", "件数": 2},
        ]
    }
}
ANNUAL = {
    "cells": {
        "t2.fees.amount": "三万",
        "t2.licensing.processed": 1.5,
        "t2.normative.made": "/",
        "t4.cases.review_upheld": 3,
    }
}


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_exactly_the_cells_that_are_wrong_take_a_colour(tmp_path: Path) -> None:
    progress, annual = builtin_forms()["任务进展.xlsx"], builtin_forms()["年报数据.xlsx"]
    books = {
        "tasks": filled(progress, TASKS), "register": filled(REGISTER, REGISTERED), "annual": filled(annual, ANNUAL),
        "mended": filled(REGISTER, {**REGISTERED, "lists": {**REGISTERED["lists"], "情况说明": [
            {"规则": "登-01", "位置": "登记表!B3", "说明": "集中受理"}]}}),
        **{f"blank{n}": issued(form, order_of(form)) for n, form in enumerate(map(form_of, (progress, annual, REGISTER)))},
    }  # fmt: skip
    shown = Referee(tmp_path).colours(books)
    ours = {
        name: [{c: v for c, v in sheet.items() if v in PAINT.values()} for sheet in sheets]
        for name, sheets in shown.items()
    }
    assert ours["tasks"][0] == {"I4": RED, "J5": ORANGE, "H6": YELLOW, "H7": RED, "I7": RED, "H8": ORANGE}
    register = {"A4": ORANGE, "B4": RED, "D4": RED, "B3": YELLOW, "C5": ORANGE}
    assert ours["register"][0] == register, "nobody has begun the single cell's sheet, so 负责人 stays as it is"
    assert ours["mended"][0] == {k: v for k, v in register.items() if k != "B3"}, "an explained row is done"
    two, _, three, four, *rest = ours["annual"]
    blank = {f"{c}{r}": ORANGE for r in (6, 7) for c in "BCD"} | {f"B{r}": ORANGE for r in (11, 13, 14)}
    blank_two = {c: v for c, v in two.items() if v == ORANGE}
    assert {c: v for c, v in two.items() if v != ORANGE} == {"B7": YELLOW, "B10": RED, "B17": RED}
    assert blank_two.keys() <= blank.keys() and len(blank_two) == 10 - 3
    assert three == {} and not any(rest), "nobody has begun these"
    assert len(four) == 11 and set(four.values()) == {ORANGE}, "eleven cells are left; three totals compute themselves"
    for n in range(3):
        assert not any(ours[f"blank{n}"]), "an empty form is not shouted at"


@pytest.mark.parametrize("data", [*builtin_forms().values(), REGISTER, form_book()])
def test_one_format_per_sheet_over_all_its_input_cells(data: bytes) -> None:
    form = form_of(data)
    order = order_of(form)
    book = load_workbook(io.BytesIO(issued(form, order)))
    names = {name: defined.attr_text for name, defined in book.defined_names.items()}
    for sheet, block in blocks_of(form).items():
        holder, *others = book[sheet].conditional_formatting
        assert not others
        assert [(r.priority, r.formula) for r in holder.rules] == [
            (n, [f"INDEX({block.name},ROW(),COLUMN())={n}"]) for n in (FIX, EXPLAIN, FILL)
        ]
        assert [r.dxf.fill.bgColor.rgb[2:] for r in holder.rules] == [RED, YELLOW, ORANGE]
        assert names[block.name] == block.range and re.fullmatch(r"'_标'!\$[A-Z]+:\$[A-Z]+", block.range)
        merged = {
            c for m in book[sheet].merged_cells.ranges for row in m.rows for c in row if c != (m.min_row, m.min_col)
        }
        open_cells = {(c.row, c.column) for row in book[sheet] for c in row if not c.protection.locked} - merged
        covered = {cell for area in holder.sqref.ranges for cell in area.cells}
        assert open_cells and open_cells <= covered


def test_the_office_keeps_its_own_formats_behind_ours() -> None:
    def touch(book: Any) -> None:
        from openpyxl.formatting.rule import FormulaRule
        from openpyxl.styles import PatternFill

        own = FormulaRule(formula=["$B3>5"], fill=PatternFill("solid", bgColor="FF00FF00"))
        book["统计"].conditional_formatting.add("B3:C4", own)

    form = form_of(form_book(touch=touch))
    sheet = load_workbook(io.BytesIO(issued(form, order_of(form))))["统计"]
    found = sorted((r.priority, r.formula[0]) for holder in sheet.conditional_formatting for r in holder.rules)
    assert [p for p, _ in found] == [1, 2, 3, 4] and found[-1] == (4, "$B3>5")
