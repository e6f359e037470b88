"""The built-in form 年报数据: the three statutory tables, the text parts, last year's figures, the definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.builtin import annual_table as at
from toolkit.builtin.form_book import (
    GIVEN,
    HEAD,
    INPUT,
    SUM,
    Definitions,
    FieldRow,
    SettingRow,
    lines_needed,
    new_book,
    page,
    put,
    to_bytes,
    write_definitions,
)
from toolkit.builtin.forms_annual_rules import rules

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORM_ID = "年报数据"

PREVIOUS: tuple[str, ...] = (
    "t2.regulations.valid",
    "t2.normative.valid",
    *(f"t3.carried_out.{c.id}" for c in at.table("t3").value_columns),
)
"""Last year's figures that this year's relations need; as fields they are called prev.<id>."""

_SONG, _FANG, _HEI = "宋体", "仿宋", "黑体"
_GREY = "7F7F7F"
_LEGEND = "浅黄格请填写，没有发生的填0"
_SUM_LEGEND = "浅蓝格自动求和，可以改写"
_GIVEN_LEGEND = "灰格由系统预填，空着的请按上年年报填写"
_LINE, _PAD = 14.5, 7.0  # points per line of 10.5 point text, and air around it


def annual_form() -> bytes:
    """The workbook 年报数据.xlsx."""
    book = new_book(FORM_ID)
    _sheet_two(book.create_sheet("表二"))
    _sheet_three(book.create_sheet("表三"))
    _sheet_four(book.create_sheet("表四"))
    _sheet_texts(book.create_sheet("文字部分"))
    write_definitions(book, Definitions(_settings(), field_rows(), (), rules()))
    return to_bytes(book)


# ---------------------------------------------------------------- sheets


def _heading(sheet: Worksheet, columns: int, section: at.Section, label: str, unit: str) -> None:
    """Rows 1 to 3: title, who and when, name of the table."""
    put(sheet, 1, 1, "{{单位.名称}}{{周期}}政府信息公开工作年度报告数据表", span=(1, columns), font=_HEI, size=16)
    sheet.row_dimensions[1].height = 44
    put(sheet, 2, 1, "统计期限：{{周期}}1月1日至12月31日", span=(1, columns), font=_FANG, size=11)
    sheet.row_dimensions[2].height = 20
    left = max(1, columns - max(1, columns // 4))
    put(sheet, 3, 1, f"{label}  {section.title}", span=(1, left), font=_HEI, size=12, align="left")
    put(sheet, 3, left + 1, unit, span=(1, columns - left), font=_FANG, size=10.5, align="right")
    sheet.row_dimensions[3].height = 26


def _draw_grid(sheet: Worksheet, grid: at.Grid, top: int, widths: list[float], lowest: float, size: float) -> None:
    """The national grid with its first row on row `top`; row heights follow the longest wrapped label of each row."""
    heights = [lowest] * grid.rows
    for cell in grid.cells:
        line, span = top + cell.row - 1, (cell.rowspan, cell.colspan)
        if cell.field:
            summed = cell.field in at.TOTAL_FORMULAS
            put(
                sheet, line, cell.column, "{{" + cell.field + "}}", span=span, size=size, border=True, shrink=True,
                unlocked=True, fill=SUM if summed else INPUT,
            )  # fmt: skip
            continue
        width = sum(widths[cell.column - 1 : cell.column - 1 + cell.colspan]) - 2
        needed = lines_needed(cell.text, width) * _LINE + _PAD
        if cell.rowspan == 1:
            heights[cell.row - 1] = max(heights[cell.row - 1], needed)
        left = cell.rowspan == 1 and cell.text[0] in "一二三四（12345678"  # numbered labels
        put(
            sheet, line, cell.column, cell.text, span=span, font=_FANG, size=size, border=True,
            align="left" if left else "center", indent=int(left),
        )  # fmt: skip
    for n, height in enumerate(heights):
        sheet.row_dimensions[top + n].height = height


def _set_widths(sheet: Worksheet, widths: list[float]) -> None:
    from openpyxl.utils import get_column_letter

    for n, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width


def _notes(sheet: Worksheet, top: int, columns: int, width: float, texts: list[str]) -> int:
    """Lines of small text under a table; returns the last row used."""
    for n, text in enumerate(texts):
        put(sheet, top + n, 1, text, span=(1, columns), font=_FANG, size=10, align="left", color="404040")
        sheet.row_dimensions[top + n].height = 14.0 * lines_needed(text, width) + 4
    return top + len(texts) - 1


def _previous(sheet: Worksheet, row: int, column: int, field: str) -> None:
    put(sheet, row, column, "{{prev." + field + "}}", border=True, shrink=True, unlocked=True, fill=GIVEN)


def _sheet_two(sheet: Worksheet) -> None:
    widths = [24.0, 18.0, 18.0, 18.0, 2.0, 18.0]
    _set_widths(sheet, widths)
    _heading(sheet, 6, at.section_of("t2"), "表二", "单位：件、万元")
    top = 4
    _draw_grid(sheet, at.grid("t2"), top, widths, 34.0, 11)
    put(sheet, top, 6, "上年年报", font=_FANG, size=11, border=True, fill=HEAD)
    put(sheet, top + 1, 6, "现行有效件数", font=_FANG, size=11, border=True, fill=HEAD)
    _previous(sheet, top + 2, 6, "t2.regulations.valid")
    _previous(sheet, top + 3, 6, "t2.normative.valid")
    last = _notes(sheet, top + 15, 6, sum(widths), [
        f"注：1. {_LEGEND}；{_GIVEN_LEGEND}。",
        "2. 行政规范性文件由牵头制发的单位计数，联合发文不重复计；规章只由有规章制定权的机关填写，其他单位填0。",
        "3. 行政许可、行政处罚、行政强制填本年作出的处理决定件数。",
        "4. 行政事业性收费以万元为单位，可以带小数，请不要按元填写。",
    ])  # fmt: skip
    sheet.row_dimensions[top + 14].height = 8
    page(sheet, area=f"A1:F{last}")


def _sheet_three(sheet: Worksheet) -> None:
    widths = [5.4, 12.0, 34.0, *[10.4] * 7]
    _set_widths(sheet, widths)
    _heading(sheet, 10, at.section_of("t3"), "表三", "单位：件")
    top = 4
    _draw_grid(sheet, at.grid("t3"), top, widths, 28.0, 10.5)
    below = top + 28
    sheet.row_dimensions[below].height = 6
    put(
        sheet, below + 1, 1, "上年年报“结转下年度继续办理”件数", span=(1, 3), font=_FANG, border=True, fill=HEAD,
        align="left", indent=1,
    )  # fmt: skip
    sheet.row_dimensions[below + 1].height = 26
    for n, column in enumerate(at.table("t3").value_columns):
        _previous(sheet, below + 1, 4 + n, f"t3.carried_out.{column.id}")
    last = _notes(sheet, below + 2, 10, sum(widths), [
        f"注：1. {_LEGEND}；{_SUM_LEGEND}；{_GIVEN_LEGEND}。",
        "2. 每件申请只计入一种办理结果；部分公开的只计入（二），不再计入（三）至（六）。"
        "申请人主动撤回的计入（六）3.其他。",
        "3. 到12月31日尚未办结的计入第四项；第二项应与上年年报的结转件数逐列一致。",
    ])  # fmt: skip
    sheet.freeze_panes = "D7"
    page(sheet, area=f"A1:J{last}", margin=0.5)


def _sheet_four(sheet: Worksheet) -> None:
    widths = [8.6] * 15
    _set_widths(sheet, widths)
    _heading(sheet, 15, at.section_of("t4"), "表四", "单位：件")
    top = 4
    _draw_grid(sheet, at.grid("t4"), top, widths, 30.0, 11)
    sheet.row_dimensions[top + 2].height = 44
    sheet.row_dimensions[top + 3].height = 40
    sheet.row_dimensions[top + 4].height = 8
    last = _notes(sheet, top + 5, 15, sum(widths), [
        f"注：1. {_LEGEND}；{_SUM_LEGEND}。",
        "2. 填因政府信息公开引起的行政复议、行政诉讼；经过复议再起诉的只计入“复议后起诉”。",
        "3. 到12月31日尚未审结的计入“尚未审结”。",
    ])  # fmt: skip
    page(sheet, landscape=True, area=f"A1:O{last}")


_TEXT_PARTS: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("overview", "请分主动公开、依申请公开、政府信息管理、政府信息公开平台建设、监督保障五个方面写；"
     "各级政府还应写明工作考核、社会评议和责任追究的结果。文中数字请与表二至表四一致。", (160.0, 160.0, 160.0)),
    ("problems", "请写本年存在的主要问题，上年所列问题的改进情况，以及下一步的措施。", (260.0,)),
    ("other_matters", "收取信息处理费的情况请写在这里；没有需要报告的写“无”。", (160.0,)),
)  # fmt: skip


def _sheet_texts(sheet: Worksheet) -> None:
    """Texts left, last year's beside them in small grey print."""
    from openpyxl.worksheet.pagebreak import Break

    widths = [84.0, 2.0, 50.0]
    _set_widths(sheet, widths)
    put(sheet, 1, 1, "{{单位.名称}}{{周期}}政府信息公开工作年度报告文字部分", span=(1, 3), font=_HEI, size=16)
    sheet.row_dimensions[1].height = 44
    put(sheet, 2, 1, "本年填写（格内换行请按 Alt+Enter）", font=_FANG, size=11, align="left")
    put(sheet, 2, 3, "上年年度报告原文（供对照）", font=_FANG, size=11, align="left", color=_GREY)
    sheet.row_dimensions[2].height = 20
    row = 3
    for section_id, guide, heights in _TEXT_PARTS:
        section = next(s for s in at.SECTIONS if s.id == section_id)
        put(sheet, row, 1, f"{section.no}、{section.title}", font=_HEI, size=12, align="left")
        sheet.row_dimensions[row].height = 24
        put(sheet, row + 1, 1, guide, font=_FANG, size=10, align="left", vertical="top", color="404040")
        sheet.row_dimensions[row + 1].height = 14.0 * lines_needed(guide, widths[0]) + 4
        span = (len(heights), 1)
        put(
            sheet, row + 2, 1, "{{narrative." + section_id + "}}", span=span, size=11, align="left", vertical="top",
            indent=1, border=True, unlocked=True, fill=INPUT,
        )  # fmt: skip
        put(
            sheet, row + 2, 3, "{{上年.narrative." + section_id + "}}", span=span, size=9, align="left",
            vertical="top", indent=1, border=True, color=_GREY, fill=GIVEN,
        )  # fmt: skip
        for n, height in enumerate(heights):
            sheet.row_dimensions[row + 2 + n].height = height
        row += 2 + len(heights)
        sheet.row_dimensions[row].height = 8
        row += 1
        if section_id == "overview":
            sheet.row_breaks.append(Break(row - 1))
    page(sheet, landscape=True, scale=75, area=f"A1:C{row - 2}")


# ---------------------------------------------------------------- definitions


def _settings() -> tuple[SettingRow, ...]:
    counted = "、".join(f.id for f in at.fields() if f.id.startswith("t2.") and f.type == at.COUNT)
    return (
        SettingRow("表单编号", FORM_ID, "下发和报送的文件名中使用，启用后请不要修改。"),
        SettingRow("标题", "政府信息公开工作年度报告数据"),
        SettingRow("周期", "年"),
        SettingRow(
            "报送期限", "DATE(YEAR(周期末)+1,1,31)",
            "《中华人民共和国政府信息公开条例》第四十九条：次年1月31日前。可改为更早的日期，"
            "如 DATE(YEAR(周期末)+1,1,20)。",
        ),
        SettingRow("填报单位", "全部", "也可写单位类别，如：政府部门、街道办事处。"),
        SettingRow("填报方", "单位"),
        SettingRow("区块.表二", "t2.*", "表二全部10格。"),
        SettingRow("区块.表二件数", counted, "表二中以件计数的9格，不含收费金额。"),
        SettingRow("区块.表三", "t3.*", "表三全部175格。"),
        SettingRow("区块.表四", "t4.*", "表四全部15格。"),
    )  # fmt: skip


_CELL_GUIDES = {
    "t2.regulations.made": "只由有规章制定权的机关填写，其他单位填0。",
    "t2.regulations.valid": "截至12月31日有效的全部件数，包括以前年度制定的。",
    "t2.normative.made": "牵头制发的计数，联合发文不重复计；修订后重新公布的一般计入制发。",
    "t2.normative.repealed": "包括宣布失效和自动失效的。",
    "t2.normative.valid": "截至12月31日有效的全部件数，包括以前年度制发的；与上年数接不上的，请在情况说明中写明原因。",
    "t2.licensing.processed": "本年作出的行政许可处理决定件数。",
    "t2.punishment.processed": "本年作出的行政处罚决定件数。",
    "t2.coercion.processed": "本年作出的行政强制决定件数。",
    "t2.fees.amount": "以万元为单位，可以带小数；请不要按元填写，没有收费的填0。",
    "t4.cases.review_upheld": "只填因政府信息公开引起的行政复议。",
    "t4.cases.review_pending": "截至12月31日尚未审结的件数。",
    "t4.cases.direct_upheld": "没有经过复议、直接向法院起诉的。",
    "t4.cases.after_upheld": "先申请复议、对复议结果不服再起诉的。",
}

_ROW_GUIDES = {
    "new_received": "1月1日至12月31日收到的申请件数。",
    "carried_in": "应与上年年报的“结转下年度继续办理”逐列一致。",
    "partial": "作区分处理、公开一部分的，只在这里计一次，不再计入不予公开等其他情形。",
    "denied_secret": "每件申请只计入一种办理结果；有多种理由的按主要理由计。",
    "other_misc": "申请人主动撤回等不属于以上情形的，计入这里。",
    "result_total": "（一）至（六）之和，已设求和公式。",
    "carried_out": "到12月31日尚未办结、转入下年度继续办理的件数。",
}

_TEXT_LABELS = {s.id: f"{s.no}、{s.title}" for s in at.SECTIONS}


def field_rows() -> tuple[FieldRow, ...]:
    """字段: 200 value cells, nine figures of last year, three texts."""
    return (*_value_fields(), *_previous_fields(), *_text_fields())


def _value_fields() -> list[FieldRow]:
    rows = []
    for name, label, kind in at.fields():
        formula = at.TOTAL_FORMULAS.get(name, "")
        guide = _CELL_GUIDES.get(name, "") or _ROW_GUIDES.get(name.split(".")[1], "")
        rows.append(
            FieldRow(name, label, kind, public="是", guide=guide, prefill=f"={formula}" if formula else "", locked="否")
        )
    return rows


def _previous_fields() -> list[FieldRow]:
    known = {name: (label, kind) for name, label, kind in at.fields()}
    first = "有上年年报的由系统预填；没有的请按上年已公布的年度报告填写，无法查到的可以空着。"
    return [
        FieldRow(
            f"prev.{name}", f"上年年报·{known[name][0]}", known[name][1], prefill=f"上年.{name}", locked="有值时",
            guide=first,
        )
        for name in PREVIOUS
    ]  # fmt: skip


def _text_fields() -> list[FieldRow]:
    return [
        FieldRow(f"narrative.{part}", _TEXT_LABELS[part], "长文本", public="是", guide=guide, locked="否")
        for part, guide, _ in _TEXT_PARTS
    ]
