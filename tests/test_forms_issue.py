"""forms/prepare, master, issue: what one unit gets, and what of the office's template arrives untouched."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.forms_kit import FIELDS, FIGURES, TASKS, UNIT, assignments, form_book, members, with_text_box, zipped
from toolkit.builtin.forms import builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.layout import layout_text, list_places, locate, row_counts
from toolkit.forms.order import Order, order_from_json, order_to_json, ticket, ticket_is_whole
from toolkit.forms.prepare import prepare, summary
from toolkit.model import Draft, Filled, Period, Ticket, Value
from toolkit.office.excel_in import read_book
from toolkit.office.limits import Limits
from toolkit.office.package import Package
from toolkit.office.workbook import sheet_entries

PERIOD = Period("2024-06")
FACTS = {"政府": "某市", "办公室": "市政务公开办", "电话": "0000-1234567"}


def form_of(data: bytes) -> Form:
    form, findings = read_form(data, "测试表.xlsx")
    assert form is not None, findings
    return form


def issued_ticket() -> Ticket:
    return ticket("测试表", 3, UNIT.name, PERIOD.text, "2024-06-001")


def draft(cells: dict[str, Value], rows: list[dict[str, Value]] | None = None) -> Draft:
    def filled(values: dict[str, Value]) -> dict[str, Filled]:
        return {k: Filled(v, "表", "A1") for k, v in values.items()}

    return Draft("测试表", filled(cells), {"进展": tuple(filled(r) for r in rows or [])})


def order_of(form: Form, count: int = 3, previous: Draft | None = None, last_year: Draft | None = None) -> Order:
    return prepare(form, UNIT, PERIOD, issued_ticket(), assignments(count), previous, last_year, FACTS)


def issued(form: Form, order: Order) -> bytes:
    return stamp(compile_master(form, office="市政务公开办", phone="0000-1234567"), order)


def book_of(data: bytes, *, values: bool = False) -> Any:
    return load_workbook(io.BytesIO(data), data_only=values)


LAST = {
    "任务编号": "2024-001",
    "角色": "牵头",
    "完成情况": "已完成",
    "完成日期": date(2024, 5, 8),
    "责任科室": "办公室",
}
GOING = {"任务编号": "2024-002", "角色": "责任", "完成情况": "进行中", "进展说明": "已起草", "责任科室": "法规科"}


# ---------------------------------------------------------------- prepare


def test_orders_carry_facts_tasks_and_other_periods() -> None:
    form = form_of(form_book())
    order = order_of(form, 3, draft({"备注": "上期备注", "n.a": 5}, [LAST, GOING]), draft({"n.a": 7}))
    assert order.values == {"prev.a": 7, "备注": "上期备注"}
    assert order.locked == frozenset({"prev.a"})
    assert order.previous == {"n.a": 5, "备注": "上期备注"} and order.last_year == {"n.a": 7}
    assert (
        order.tags["单位.名称"] == UNIT.name
        and order.tags["周期"] == "2024年6月"
        and order.tags["电话"] == "0000-1234567"
    )
    first, second, third = order.rows["进展"]
    assert first.locked and first.values["完成情况"] == "已完成" and first.values["完成日期"] == date(2024, 5, 8)
    assert first.values["工作要求"] == "完成第1项工作", "given columns stay this period's"
    assert not second.locked and second.values["责任科室"] == "法规科" and "完成情况" not in second.values
    assert second.previous["完成情况"] == "进行中"
    assert not third.previous and third.key == ("2024-003", "牵头")
    assert first.values["上期情况"] == "已完成；2024-05-08 完成"
    assert order_from_json(order_to_json(order)) == order


def test_nothing_known_of_other_periods_locks_nothing() -> None:
    order = order_of(form_of(form_book()))
    assert order.values == {} and order.locked == frozenset() and not any(r.locked for r in order.rows["进展"])
    assert "上期情况" not in order.rows["进展"][0].values


def test_tasks_of_other_units_and_roles_stay_out() -> None:
    form = form_of(form_book())
    other = assignments(4, replace(UNIT, name="乙局"))
    order = prepare(
        form, UNIT, PERIOD, issued_ticket(), (*other, *assignments(2)), draft({}, [{**LAST, "角色": "责任"}])
    )
    assert [row.key for row in order.rows["进展"]] == [("2024-001", "牵头"), ("2024-002", "责任")]
    assert not order.rows["进展"][0].previous, "same task, other role"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"完成情况": "进行中", "进展说明": "已起草", "完成日期": ""}, "进行中：已起草"),
        ({"完成情况": "已完成", "进展说明": "已印发", "完成日期": date(2024, 5, 8)}, "已完成：已印发；2024-05-08 完成"),
        ({"完成情况": "未启动"}, "未启动"),
        ({}, ""),
    ],
)
def test_last_period_in_one_line(row: dict[str, Value], expected: str) -> None:
    assert summary(row) == expected


# ---------------------------------------------------------------- the issued workbook


def test_cells_formulas_locks_and_ticket() -> None:
    form = form_of(form_book())
    order = order_of(form, 3, draft({"n.a": 5}, [LAST, GOING]), draft({"n.a": 7}))
    data = issued(form, order)
    book, values = book_of(data), book_of(data, values=True)
    assert [(s.title, s.sheet_state) for s in book] == [
        ("统计", "visible"), ("自检", "visible"), ("任务", "visible"), ("_参数", "hidden"), ("_检", "hidden"),
        ("_标", "hidden"),
        ("填报说明", "visible"), ("情况说明", "visible"), ("_选项", "hidden"), ("_票", "hidden"),
    ]  # fmt: skip
    figures, tasks = book["统计"], book["任务"]
    assert figures["A1"].value == "统计表（2024年6月）" and figures["A2"].value == "单位：甲街道办事处"
    assert figures["C3"].value == 7 and figures["C3"].protection.locked
    assert figures["B3"].value is None and not figures["B3"].protection.locked
    assert figures["B5"].value == "=SUM(B3,B4)" and values["统计"]["B5"].value == 0
    assert figures["C5"].value == "=B5*2" and not figures["C5"].protection.locked
    assert figures["A3"].protection.locked and figures["B3"].fill.fgColor.rgb == "FFFFFBE8"
    assert [c.value for c in tasks[4]] == [
        "2024-002", "责任", "完成第2项工作", "进行中", None, None, "法规科"
    ]  # fmt: skip
    assert tasks["F3"].value.date() == date(2024, 5, 8) and tasks["F3"].number_format == "yyyy-mm-dd"
    assert [tasks.cell(3, c).protection.locked for c in range(1, 8)] == [True] * 7
    assert [tasks.cell(4, c).protection.locked for c in range(1, 8)] == [True] * 4 + [False] * 3
    assert tasks["G4"].number_format == "@" and tasks["A6"].value == "以上共计"
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    assert not figures.protection.formatColumns and not figures.protection.selectLockedCells
    properties = {p.name: p.value for p in book.custom_doc_props}
    hidden = {row[0].value: row[1].value for row in book["_票"].iter_rows()}
    assert hidden == {**properties, "zwgk.rows.进展": "3"}
    found = Ticket(*(properties[f"zwgk.{k}"] for k in ("form",)), int(properties["zwgk.edition"]),
                   *(properties[f"zwgk.{k}"] for k in ("unit", "period", "issue", "check")))  # fmt: skip
    assert found == order.ticket and ticket_is_whole(found)


def test_a_locked_row_does_not_look_like_one_to_be_filled() -> None:
    form = form_of(builtin_forms()["任务进展.xlsx"])
    order = prepare(form, UNIT, PERIOD, issued_ticket(), assignments(2), draft({}, [LAST, GOING]), None, FACTS)
    sheet = book_of(issued(form, order))["进展"]
    shut, opened = (list(sheet[row][7:13]) for row in (4, 5))
    assert {(c.protection.locked, c.fill.fgColor.rgb[2:]) for c in shut} == {(True, "F2F2F2")}
    assert {(c.protection.locked, c.fill.fgColor.rgb[2:]) for c in opened} == {(False, "FFFBE8")}


def test_layout_of_the_explanation_sheet_and_the_guide() -> None:
    book = book_of(issued(*_both()))
    sheet = book["情况说明"]
    assert [sheet[f"A{n}"].value for n in (1, 3, 4, 5)] == ["情况说明", "代填填报人", "代填来源", "代填日期"]
    assert [c.value for c in sheet[7]] == ["规则", "位置", "说明"]
    inputs = [c for row in sheet["A8:C37"] for c in row] + [sheet[f"B{n}"] for n in (3, 4, 5)]
    assert all(c.value is None and not c.protection.locked for c in inputs)
    assert sheet.max_row == 37 and sheet["C7"].protection.locked
    guide = book["填报说明"]
    texts = {c.value for row in guide.iter_rows() for c in row}
    assert {
        "栏目",
        "是否必填",
        "填写要求",
        "可选内容",
        "甲项件数",
        "填本期件数。",
        "进行中、已完成",
        "清单：进展",
    } <= texts
    assert "上期情况" not in texts, "what nobody fills needs no guide"
    assert any("市政务公开办" in str(t) and "0000-1234567" in str(t) for t in texts)
    assert guide.page_setup.paperSize == 9 and guide.sheet_properties.pageSetUpPr.fitToPage
    assert [c.value for c in book["_选项"][1]] == ["情况", "是否"]


def _both() -> tuple[Form, Order]:
    form = form_of(form_book())
    return form, order_of(form)


def test_drop_downs_warnings_and_prompts() -> None:
    form = form_of(form_book())
    data = issued(form, order_of(form, 3, draft({"n.a": 5}, [GOING])))
    checks = {str(v.sqref): v for v in book_of(data)["统计"].data_validations.dataValidation}
    assert checks["B3"].type == "whole" and checks["B3"].errorStyle == "warning"
    assert checks["B3"].promptTitle == "甲项件数" and checks["B3"].prompt == "填本期件数。\n上期：5"
    assert checks["C4"].type == "list" and checks["C4"].formula1 == "'_选项'!$B$2:$B$3"
    rows = {str(v.sqref): v for v in book_of(data)["任务"].data_validations.dataValidation}
    assert rows["E4"].prompt == "请选择。\n上期：进行中" and rows["E3 E5"].prompt == "请选择。"
    assert rows["E4"].formula1 == "'_选项'!$A$2:$A$3" and rows["F3:F5"].errorStyle == "warning"
    assert all(len(v.prompt or "") <= 255 and "," not in v.formula1[:1] for v in rows.values() if v.formula1)


def test_long_guides_and_many_choices_stay_within_excels_limits() -> None:
    fields = FIELDS.replace("填本期件数。", "长" * 400).replace("甲项件数", "很长的标题" * 9)
    options = "| 选项集 | 值 | 说明 |\n" + "".join(f"| 情况 | 第{n}种情况的名称 | |\n" for n in range(300))
    form = form_of(form_book(fields=fields, options=options, rules=_one_rule()))
    book = book_of(issued(form, order_of(form)))
    check = next(v for v in book["统计"].data_validations.dataValidation if str(v.sqref) == "B3")
    assert len(check.prompt) == 255 and check.prompt.endswith("…") and len(check.promptTitle) == 32
    choice = next(v for v in book["任务"].data_validations.dataValidation if v.type == "list")
    assert choice.formula1 == "'_选项'!$A$2:$A$301" and book["_选项"]["A301"].value == "第299种情况的名称"


def _one_rule() -> str:
    return """
| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 | 依据 | 试行起 | 生效起 |
| 测-01 | | 须修改 | 整表 | n.a>=0 | 有误。 | 请核对。 | | | |
"""


def test_text_never_becomes_formula_and_control_characters_are_dropped() -> None:
    form = form_of(form_book())
    order = order_of(form)
    nasty = '=HYPERLINK("x")\x00\x0b & <b> _x0041_\r\n二'
    row = replace(
        order.rows["进展"][0], values={**order.rows["进展"][0].values, "工作要求": nasty, "责任科室": "@SUM(A1)"}
    )
    data = issued(form, replace(order, rows={"进展": (row, *order.rows["进展"][1:])}))
    book, findings = read_book(data, "a.xlsx", Limits())
    assert book is not None and not findings
    sheet = book.sheet("任务")
    assert sheet is not None
    assert sheet.cells[3, 3].kind == "s" and sheet.cells[3, 3].text == '=HYPERLINK("x") & <b> _x0041_\n二'
    assert sheet.cells[3, 7].text == "@SUM(A1)"


def test_totals_are_computed_over_prefilled_values() -> None:
    fields = FIELDS.replace(
        "| n.a | 甲项件数 | 整数 | 是 | | |", "| n.a | 甲项件数 | 整数 | 是 | | 上期.n.a |"
    ).replace("| n.b | 乙项件数 | 整数 | 否 | | |", "| n.b | 乙项件数 | 小数 | 否 | | 上期.n.b |")
    form = form_of(form_book(fields=fields))
    data = issued(form, order_of(form, 1, draft({"n.a": 4, "n.b": Decimal("0.1")})))
    sheet = book_of(data, values=True)["统计"]
    assert (sheet["B3"].value, sheet["B5"].value, sheet["C5"].value) == (4, 4.1, 8.2)
    marked = issued(form, order_of(form, 1, draft({"n.a": "/", "n.b": "12件"})))
    sheet = book_of(marked, values=True)["统计"]
    assert (sheet["B4"].value, sheet["B5"].value) == ("12件", 0), "as Excel adds up: texts count nothing in SUM"


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_places_agree_with_the_issued_workbook(count: int) -> None:
    fields = FIELDS + "| 审核 | 审核意见 | 文本 | 否 | | 上期.审核 | | | | |\n"
    sheets = {"统计": FIGURES, "任务": TASKS + "| 审核 | {{审核}} |\n"}
    form = form_of(form_book(fields=fields, sheets=sheets))
    order = order_of(form, count, draft({"审核": "同意"}))
    book, _ = read_book(issued(form, order), "a.xlsx", Limits())
    assert book is not None
    sheet = book.sheet("任务")
    counts = row_counts(form, order)
    name, row, column = locate(form, counts)["审核"]
    assert sheet is not None and name == "任务" and sheet.cells[row, column].text == "同意"
    where = list_places(form, counts)["进展"]
    found = [sheet.cells[n, where.columns["任务编号"]].text for n in where.rows if (n, 1) in sheet.cells]
    assert found == [f"2024-{n:03d}" for n in range(1, count + 1)]
    assert sheet.cells[where.last_row + 1, 1].text == "以上共计"
    for layout in form.sheets:
        read = book.sheet(layout.name)
        assert read is not None
        for (r, c), tag in layout.tags.items():
            assert read.cells[r, c].text == layout_text(tag, order.tags)


def test_a_unit_without_tasks_gets_one_locked_blank_row() -> None:
    form = form_of(form_book())
    sheet = book_of(issued(form, order_of(form, 0)))["任务"]
    assert all(sheet.cell(3, c).value is None and sheet.cell(3, c).protection.locked for c in range(1, 8))
    assert sheet["A4"].value == "以上共计" and not sheet.data_validations.dataValidation


def test_blank_lists_get_their_rows_and_row_formulas() -> None:
    settings = """
| 项 | 值 |
| 表单编号 | 登记 |
| 周期 | 常年 |
| 填报单位 | 全部 |
| 清单 | 登记 |
| 列表行数.登记 | 4 |
"""
    fields = """
| 字段 | 标题 | 类型 | 预填自 |
| 单价 | 单价 | 小数 | |
| 登记.名称 | 名称 | 文本 | |
| 登记.数量 | 数量 | 整数 | |
| 登记.金额 | 金额 | 金额 | =数量*单价 |
"""
    layout = """
| 单价 | {{单价}} | |
| 名称 | 数量 | 金额 |
| {{登记.名称}} | {{登记.数量}} | {{登记.金额}} |
| 经办 | | |
"""
    head = "| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 |\n"
    form = form_of(
        form_book(settings=settings, fields=fields, options="| 选项集 | 值 |\n", rules=head, sheets={"表": layout})
    )
    assert form.lists[0].by_task is False
    data = issued(form, prepare(form, UNIT, Period("2024"), issued_ticket()))
    sheet = book_of(data)["表"]
    assert [sheet.cell(r, 3).value for r in range(3, 7)] == [
        f'=IF(COUNTA(B{r},$B$1)=0,"",B{r}*$B$1)' for r in range(3, 7)
    ]  # fmt: skip
    assert sheet["A7"].value == "经办" and not sheet["A6"].protection.locked
    assert not book_of(data, values=True)["表"]["C3"].value


# ---------------------------------------------------------------- what the office draws arrives


def _rich(book: Any) -> None:
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import DataBarRule, FormulaRule
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    tasks, figures = book["任务"], book["统计"]
    tasks["A1"].font = Font(name="黑体", size=20, bold=True)
    tasks.merge_cells("A1:G1")
    tasks.merge_cells("A5:G5")
    tasks["E3"].fill = PatternFill("solid", fgColor="FFCCFFCC")
    tasks["C3"].alignment = Alignment(wrap_text=True)
    tasks.row_dimensions[3].height = 36
    tasks.row_dimensions[5].height = 50
    tasks.column_dimensions["C"].width = 33
    tasks["B4"] = "=COUNTA(A3:A3)"
    tasks["C4"] = "=统计!B5&A5"
    figures["C6"] = '=COUNTIF(任务!$E$3:$E$3,"已完成")+任务!B4'
    figures["A6"].protection = Protection(locked=False)
    tasks.conditional_formatting.add(
        "E3:E3", FormulaRule(formula=['$E3="已完成"'], fill=PatternFill("solid", bgColor="FF00FF00"))
    )
    tasks.conditional_formatting.add("A4:B4", DataBarRule("min", None, "max", None, color="FF638EC6"))
    own = DataValidation(type="custom", formula1="LEN(A3)<9")
    own.add("A3:G3")
    tasks.add_data_validation(own)
    lost = DataValidation(type="list", formula1="选项!$B$2:$B$3")
    lost.add("C6")
    figures.add_data_validation(lost)
    tasks.print_title_rows = "2:2"
    tasks.print_area = "A1:G5"
    tasks.row_breaks.append(_break(4))
    tasks.oddFooter.center.text = "第 &P 页"
    tasks.freeze_panes = "A3"
    tasks["A5"].comment = Comment("请如实填写", "office")
    book.defined_names["合计行"] = DefinedName("合计行", attr_text="任务!$A$4:$G$4")
    hidden = book.create_sheet("内部备注")
    hidden["A1"] = "不动"
    hidden.sheet_state = "hidden"


def _break(row: int) -> Any:
    from openpyxl.worksheet.pagebreak import Break

    return Break(id=row)


def test_the_office_design_follows_the_list() -> None:
    form = form_of(form_book(touch=_rich))
    data = issued(form, order_of(form, 4))
    book = book_of(data)
    tasks, figures = book["任务"], book["统计"]
    assert sorted(str(m) for m in tasks.merged_cells.ranges) == ["A1:G1", "A8:G8"]
    assert [tasks.row_dimensions[n].height for n in (3, 4, 5, 6, 8)] == [36, 36, 36, 36, 50]
    assert tasks.column_dimensions["C"].width == 33 and tasks["A1"].font.sz == 20
    assert tasks["E6"].fill.fgColor.rgb == "FFCCFFCC", "the office's own fill stays"
    assert tasks["B7"].value == "=COUNTA(A3:A6)" and tasks["C7"].value == "=统计!B5&A8"
    assert figures["C6"].value == '=COUNTIF(任务!$E$3:$E$6,"已完成")+任务!B7'
    assert figures["A6"].protection.locked, "unlocked labels are locked"
    formats = {str(r.sqref): r.rules[0].formula for r in tasks.conditional_formatting}
    assert formats == {"E3:E6": ['$E3="已完成"'], "A7:B7": [], "E3:G6": ["INDEX(zwgk_mark_2,ROW(),COLUMN())=1"]}
    assert [str(v.sqref) for v in tasks.data_validations.dataValidation if v.type == "custom"] == ["A3:D6"]
    assert not any(
        "选项!$B" in str(v.formula1) and "_" not in v.formula1 for v in figures.data_validations.dataValidation
    )
    assert tasks.print_title_rows == "$2:$2" and tasks.print_area == "'任务'!$A$1:$G$8"
    assert [b.id for b in tasks.row_breaks.brk] == [7] and tasks.freeze_panes == "A3"
    assert tasks.oddFooter.center.text == "第 &P 页" and tasks["A8"].comment.text == "请如实填写"
    assert book.defined_names["合计行"].attr_text == "任务!$A$7:$G$7"


def test_untouched_parts_are_the_templates_own_bytes() -> None:
    template = with_text_box(form_book(touch=_rich), "xl/worksheets/sheet1.xml", 20, "办公室提示")
    form = form_of(template)
    before, after = members(template), members(issued(form, order_of(form, 5)))
    drawing = "xl/drawings/drawing9.xml"
    hidden = next(e.part for e in sheet_entries(Package.open(template)) if e.name == "内部备注")
    for name in (drawing, "xl/theme/theme1.xml", hidden, "xl/worksheets/_rels/sheet1.xml.rels", "docProps/core.xml"):
        assert after[name] == before[name], name
    assert b"<drawing" in after["xl/worksheets/sheet1.xml"]
    everything = b"".join(after.values()).decode("utf-8", "replace")
    assert "{{" not in everything and "完成情况=" not in everything and "工作日后" not in everything


def test_pictures_printer_settings_and_headers_arrive() -> None:
    parts = members(with_text_box(form_book(touch=_rich), "xl/worksheets/sheet1.xml", 20, "提示"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    picture, printer = "xl/media/image1.png", "xl/printerSettings/printerSettings1.bin"
    parts[picture], parts[printer] = b"\x89PNG\r\n\x1a\n picture", bytes(range(256))
    parts["xl/drawings/_rels/drawing9.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}/image" Target="../media/image1.png"/></Relationships>'
    ).encode()
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    settings = (
        f'<Relationship Id="rId7" Type="{kind}/printerSettings" Target="../printerSettings/printerSettings1.bin"/>'
    )
    parts[rels] = parts[rels].replace(b"</Relationships>", settings.encode() + b"</Relationships>")
    sheet = parts["xl/worksheets/sheet1.xml"]
    sheet = re.sub(rb"<drawing ", b"<headerFooter><oddHeader>&amp;C&amp;G</oddHeader></headerFooter><drawing ", sheet)
    parts["xl/worksheets/sheet1.xml"] = sheet
    types = b'<Default Extension="png" ContentType="image/png"/><Default Extension="bin" ContentType="x/y"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types)
    form = form_of(zipped(parts))
    after = members(issued(form, order_of(form, 5)))
    for name in (picture, printer, rels, "xl/drawings/drawing9.xml", "xl/drawings/_rels/drawing9.xml.rels"):
        assert after[name] == parts[name], name
    assert b"<oddHeader>&amp;C&amp;G</oddHeader>" in after["xl/worksheets/sheet1.xml"]


def test_a_merged_input_is_open_in_all_its_cells() -> None:
    def touch(book: Any) -> None:
        book["统计"].merge_cells("B6:C7")

    form = form_of(form_book(touch=touch))
    sheet = book_of(issued(form, order_of(form)))["统计"]
    styles = members(issued(form, order_of(form)))["xl/worksheets/sheet1.xml"].decode()
    found = dict(re.findall(r'<c r="([BC][67])" s="(\d+)"', styles))
    assert set(found) == {"B6", "C6", "B7", "C7"} and not sheet["B6"].protection.locked
    assert len(set(found.values())) == 1, "a block with one locked cell cannot be filled in Excel"


def test_built_in_forms_are_issued_and_read_back_without_a_finding() -> None:
    for name, data in builtin_forms().items():
        form = form_of(data)
        order = prepare(form, UNIT, Period("2024"), ticket(form.id, 1, UNIT.name, "2024", "1"), assignments(7))
        book, findings = read_book(issued(form, order), name, Limits())
        assert findings == () and book is not None
        sheets = {s.name: s for s in book.sheets}
        for field, (sheet, row, column) in locate(form, row_counts(form, order)).items():
            known = form.field(field)
            cell = sheets[sheet].cells.get((row, column))
            assert cell is None or (known is not None and cell.kind == "n" and cell.formula), field


def test_drawings_below_a_list_move_with_it() -> None:
    template = with_text_box(form_book(), "xl/worksheets/sheet2.xml", 4, "附注")
    form = form_of(template)
    drawing = members(issued(form, order_of(form, 6)))["xl/drawings/drawing9.xml"].decode()
    assert re.findall(r"<xdr:row>(\d+)", drawing) == ["8", "10"]
    one = members(issued(form, order_of(form, 1)))["xl/drawings/drawing9.xml"]
    assert one == members(template)["xl/drawings/drawing9.xml"]


def test_shared_strings_formulas_and_rich_text_of_other_programs() -> None:
    """Excel, WPS and LibreOffice keep texts apart from the sheets; Excel splits a tag into runs and shares formulas."""
    import xlsxwriter

    from tests.forms_kit import FIELDS, OPTIONS, RULES, SETTINGS, rows_of

    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    tables = {"统计": FIGURES, "任务": TASKS, "设置": SETTINGS, "字段": FIELDS, "选项": OPTIONS, "校验": RULES}
    bold = book.add_format({"bold": True})
    for name, table in tables.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows_of(table)):
            for c, text in enumerate(row):
                if text == "{{n.b}}":
                    sheet.write_rich_string(r, c, "{{n", bold, ".b}}")
                elif text:
                    sheet.write_string(r, c, text)
    book.close()
    form = form_of(raw.getvalue())
    after = issued(form, order_of(form, 2))
    sheet = book_of(after)["统计"]
    assert sheet["A3"].value == "甲项" and sheet["B4"].value is None and not sheet["B4"].protection.locked
    strings = members(after)["xl/sharedStrings.xml"].decode()
    assert "合计不符" not in strings and "{{" not in strings and "甲项" in strings


def test_cells_without_addresses_and_shared_formulas() -> None:
    parts = members(form_book())
    name = "xl/worksheets/sheet1.xml"
    sheet = re.sub(r'(<(?:c|row)) r="[A-Z]*\d+"', r"\1", parts[name].decode())
    sheet = sheet.replace(
        "</row></sheetData>",
        '</row><row r="9"><c r="A9"><f t="shared" ref="A9:A10" si="0">任务!A4&amp;$B$1</f><v>0</v></c></row>'
        '<row r="10"><c r="A10"><f t="shared" si="0"/><v>0</v></c></row></sheetData>',
    )
    parts[name] = sheet.encode()
    form = form_of(zipped(parts))
    out = book_of(issued(form, order_of(form, 3)))["统计"]
    assert (out["A3"].value, out["A9"].value, out["A10"].value) == ("甲项", "=任务!A6&$B$1", "=任务!A7&$B$1")


# ---------------------------------------------------------------- same bytes, and LibreOffice


def test_equal_orders_give_equal_bytes_and_orders_do_not_mix() -> None:
    form = form_of(form_book(touch=_rich))
    master = compile_master(form, office="办", phone="1")
    small, large = order_of(form, 2), order_of(form, 9)
    first = stamp(master, small)
    stamp(master, large)
    assert stamp(master, small) == first == stamp(compile_master(form, office="办", phone="1"), small)


soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@soffice
@pytest.mark.office
def test_libreoffice_opens_the_issued_workbook_and_keeps_everything(tmp_path: Path) -> None:
    template = with_text_box(form_book(touch=_rich), "xl/worksheets/sheet1.xml", 20, "办公室提示")
    form = form_of(template)
    order = order_of(form, 4, draft({"n.a": 5}, [LAST, GOING]))
    source = tmp_path / "in" / "a.xlsx"
    source.parent.mkdir()
    source.write_bytes(issued(form, order))
    for target in ("xlsx", "pdf"):
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", target,
             "--outdir", str(tmp_path), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    saved = (tmp_path / "a.xlsx").read_bytes()
    book = book_of(saved)
    assert [s.title for s in book] == [
        "统计", "自检", "任务", "内部备注", "_参数", "_检", "_标", "填报说明", "情况说明", "_选项", "_票",
    ]  # fmt: skip
    tasks = book["任务"]
    assert tasks["A4"].value == "2024-002" and tasks["E4"].protection.locked is False and tasks["A4"].protection.locked
    assert {p.name: p.value for p in book.custom_doc_props}["zwgk.unit"] == UNIT.name
    assert any(v.type == "list" and "_选项" in v.formula1 for v in tasks.data_validations.dataValidation)
    assert book_of(saved, values=True)["任务"]["B7"].value == 4, "the office's own formula is computed on opening"
    assert any("办公室提示".encode() in d for n, d in members(saved).items() if "drawing" in n)
