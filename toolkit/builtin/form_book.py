"""What every built-in form workbook shares: its look, its four definition sheets, and bytes that never change.

openpyxl is enough here, because these books are made from nothing: there is no drawing of the office to lose.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CREATED = b"2024-01-01T00:00:00Z"

INPUT, SUM, GIVEN, HEAD, PLAIN = "FFFBE8", "E8F1FA", "F2F2F2", "EAEFE6", ""
"""Colours of cells: to be filled, added up by formula, given by the office, heading, none."""


# ---------------------------------------------------------------- definition sheets as rows


@dataclass(frozen=True)
class SettingRow:
    item: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class FieldRow:
    """One row of 字段, in the order of its columns."""

    name: str
    label: str
    type: str
    required: str = "否"
    options: str = ""
    prefill: str = ""
    compare: str = "否"
    public: str = "否"
    guide: str = ""
    locked: str = ""


@dataclass(frozen=True)
class OptionRow:
    set: str
    value: str
    guide: str = ""


@dataclass(frozen=True)
class RuleRow:
    """One row of 校验, in the order of its columns."""

    no: str
    id: str
    level: str
    scope: str
    formula: str
    message: str
    remedy: str
    basis: str = ""
    trial_from: str = ""
    effective_from: str = ""


DefinitionRow = SettingRow | FieldRow | OptionRow | RuleRow


@dataclass(frozen=True)
class Definitions:
    settings: Sequence[SettingRow]
    fields: Sequence[FieldRow]
    options: Sequence[OptionRow] = ()
    rules: Sequence[RuleRow] = field(default_factory=tuple)


_SHEETS: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("设置", (("项", 16), ("值", 40), ("说明", 80))),
    ("字段", (("字段", 30), ("标题", 38), ("类型", 8), ("必填", 24), ("选项", 10), ("预填自", 34), ("上期对照", 9),
              ("对外公开", 9), ("填写说明", 60), ("锁定", 9))),
    ("选项", (("选项集", 14), ("值", 18), ("说明", 70))),
    ("校验", (("编号", 14), ("标识", 32), ("级别", 8), ("范围", 12), ("公式", 60), ("提示", 56), ("改法", 56),
              ("依据", 40), ("试行起", 11), ("生效起", 11))),
)  # fmt: skip


def write_definitions(book: Workbook, definitions: Definitions) -> None:
    """Add 设置, 字段, 选项 and 校验 behind the visible sheets."""
    rows: tuple[Sequence[DefinitionRow], ...] = (
        definitions.settings, definitions.fields, definitions.options, definitions.rules,
    )  # fmt: skip
    for (title, columns), entries in zip(_SHEETS, rows, strict=True):
        sheet = book.create_sheet(title)
        sheet.sheet_properties.tabColor = "7F7F7F"
        for column, (label, width) in enumerate(columns, start=1):
            put(sheet, 1, column, label, size=10.5, bold=True, fill=HEAD, align="center", border=True)
            sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
        for line, entry in enumerate(entries, start=2):
            texts = astuple(entry)
            tallest = max(lines_needed(text, width - 1) for text, (_, width) in zip(texts, columns, strict=True))
            _growing_height(sheet, line, 13.5 * tallest + 3)
            for column, text in enumerate(texts, start=1):
                cell = put(sheet, line, column, text, size=10, align="left", vertical="top", border=True)
                cell.number_format = "@"  # what the office types later (=SUM(…), 1-2) stays text as well
        sheet.freeze_panes = "A2" if title in ("设置", "选项") else "B2"
        page(sheet, landscape=True, height=0, repeat="1:1")


def _growing_height(sheet: Worksheet, row: int, points: float) -> None:
    """A first height that the program may change: with openpyxl's own the row would not grow when the office types."""
    from openpyxl.worksheet.dimensions import RowDimension

    class Growing(RowDimension):
        @property
        def customHeight(self) -> bool:
            return False

    sheet.row_dimensions[row] = Growing(sheet, index=row, ht=points)


# ---------------------------------------------------------------- cells


def put(
    sheet: Worksheet,
    row: int,
    column: int,
    text: str,
    *,
    span: tuple[int, int] = (1, 1),
    font: str = "宋体",
    size: float = 10.5,
    bold: bool = False,
    color: str = "000000",
    fill: str = PLAIN,
    align: str = "center",
    vertical: str = "center",
    border: bool = False,
    shrink: bool = False,
    indent: int = 0,
    unlocked: bool = False,
    number_format: str = "General",
) -> Any:
    """Write one text cell (never a formula) with its look; `span` = rows, columns that are merged into it."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    line = Side(style="thin", color="000000")
    for r in range(row, row + span[0]):
        for c in range(column, column + span[1]):
            cell = sheet.cell(r, c)
            cell.font = Font(name=font, size=size, bold=bold, color=color)
            cell.alignment = Alignment(
                align, vertical, wrap_text=not shrink, shrink_to_fit=shrink or None, indent=indent
            )
            cell.number_format = number_format
            if fill:
                cell.fill = PatternFill("solid", fgColor=fill)
            if border:
                cell.border = Border(left=line, right=line, top=line, bottom=line)
            if unlocked:
                cell.protection = Protection(locked=False)
    if span != (1, 1):
        sheet.merge_cells(
            start_row=row, start_column=column, end_row=row + span[0] - 1, end_column=column + span[1] - 1
        )
    first = sheet.cell(row, column)
    if text:
        first.value = text
        first.data_type = "s"
        first.quotePrefix = text.startswith("=")
    return first


def text_width(text: str) -> int:
    """Width in columns of half-width characters; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines_needed(text: str, width: float) -> int:
    """Lines of a wrapped text in a cell `width` half-width characters wide (a Chinese character is never halved)."""
    room = max(2, int(width) // 2 * 2)
    return sum(max(1, -(-text_width(part) // room)) for part in text.split("\n"))


def page(
    sheet: Worksheet,
    *,
    landscape: bool = False,
    height: int = 1,
    scale: int = 0,
    repeat: str = "",
    area: str = "",
    margin: float = 0.6,
) -> None:
    """A4, one page wide, `height` pages high (0 = as many as needed); margins in inches.

    With `scale` (per cent) the sheet is not fitted: Excel heeds page breaks set by hand only then.
    """
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    if scale:
        sheet.page_setup.scale = scale
    else:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, height
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=margin, right=margin, top=0.7, bottom=0.7, header=0.3, footer=0.35)
    sheet.print_options.horizontalCentered = True
    footer: Any = sheet.oddFooter
    footer.center.text, footer.center.size = "第 &P 页，共 &N 页", 9
    if repeat:
        sheet.print_title_rows = repeat
    if area:
        sheet.print_area = area


# ---------------------------------------------------------------- bytes


def new_book(title: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = title
    book.properties.creator = "zwgk"
    return book


def to_bytes(book: Workbook) -> bytes:
    """The workbook as bytes that depend on its content alone: no clock, no platform in the zip's directory."""
    book.active = 0
    raw = io.BytesIO()
    book.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _CREATED, body)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # else Windows and Linux write different directories
            entry.external_attr = 0o644 << 16
            target.writestr(entry, body, compresslevel=6)
    return packed.getvalue()
