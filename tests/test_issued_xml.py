"""Issued workbooks open without repair: the order of elements, references that hold, functions that every program has."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook

from tests.expressions import expression_book
from tests.forms_kit import RULES, UNIT, assignments, form_book, with_text_box
from tests.selfcheck_kit import CALENDAR
from tests.test_cell_marks import REGISTER
from tests.test_forms_issue import _rich
from toolkit.builtin.forms import builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.layout import locate, row_counts
from toolkit.forms.order import Order, ticket
from toolkit.forms.prepare import prepare
from toolkit.model import Period
from toolkit.office.package import Package
from toolkit.office.workbook import SheetEntry, sheet_entries

FORMS = {
    **builtin_forms(), "登记": REGISTER, "测试表": form_book(), "算式表": expression_book(),
    "画过的": with_text_box(form_book(touch=_rich), "xl/worksheets/sheet1.xml", 20, "提示"),
}  # fmt: skip


def _words(text: str) -> list[str]:
    return text.split()


WORKSHEET = _words("""sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems
tableParts extLst""")
WORKBOOK = _words("""fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences
definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr
webPublishObjects extLst""")
STYLES = _words("numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst")

FUNCTIONS = frozenset(
    _words("""ABS AND CHAR COLUMN COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DAY EDATE EOMONTH EXACT FALSE FIND HYPERLINK IF
    IFERROR INDEX INT ISBLANK ISERROR ISLOGICAL ISNUMBER ISTEXT LEFT LEN MATCH MAX MID MIN MOD MONTH NA NETWORKDAYS NOT
    OR RIGHT ROUND ROUNDDOWN ROUNDUP ROW ROWS SEARCH SIGN SUBSTITUTE SUM SUMIF SUMIFS SUMPRODUCT TEXT TRIM TRUE TRUNC
    VALUE WORKDAY YEAR""")
)
"""All that issued workbooks may use; each is in Excel 2007, in WPS and in LibreOffice, and none is volatile."""


def form_of(name: str) -> Form:
    form, found = read_form(FORMS[name], f"{name}.xlsx")
    assert form is not None, found
    return form


def order_of(form: Form) -> Order:
    period = "2024" if form.period_kind in ("年", "常年") else "2024-06"
    return prepare(form, UNIT, Period(period), ticket(form.id, 1, UNIT.name, period, "1"), assignments(5))


def issued(form: Form) -> bytes:
    return stamp(compile_master(form, office="办", phone="1", calendar=CALENDAR), order_of(form))


@pytest.fixture(scope="module")
def books() -> dict[str, bytes]:
    return {name: issued(form_of(name)) for name in FORMS}


def sheets_of(data: bytes) -> Iterator[tuple[SheetEntry, Any]]:
    package = Package.open(data)
    for entry in sheet_entries(package):
        yield entry, etree.fromstring(package.read(entry.part))


def children(root: Any) -> list[str]:
    return [etree.QName(child).localname for child in root if isinstance(child.tag, str)]


def formulas_of(root: Any) -> list[str]:
    names = ("f", "formula", "formula1", "formula2")
    return [
        node.text or "" for node in root.iter() if isinstance(node.tag, str) and etree.QName(node).localname in names
    ]


@pytest.mark.parametrize("name", list(FORMS))
def test_elements_stand_in_the_order_of_the_schema(name: str, books: dict[str, bytes]) -> None:
    package = Package.open(books[name])
    parts = {package.workbook_part: WORKBOOK, str(package.related(package.workbook_part, "styles")): STYLES}
    parts |= {entry.part: WORKSHEET for entry in sheet_entries(package)}
    for part, order in parts.items():
        found = children(etree.fromstring(package.read(part)))
        assert [order.index(x) for x in found] == sorted(order.index(x) for x in found), (part, found)
        once = [x for x in found if x != "conditionalFormatting"]
        assert len(once) == len(set(once)), part


@pytest.mark.parametrize("name", list(FORMS))
def test_rows_cells_and_numbers_of_formats_hold(name: str, books: dict[str, bytes]) -> None:
    package = Package.open(books[name])
    styles = etree.fromstring(package.read(str(package.related(package.workbook_part, "styles"))))
    formats, paints = (len(styles.find(f"{{*}}{group}")) for group in ("cellXfs", "dxfs"))
    for entry, root in sheets_of(books[name]):
        rows = [int(row.get("r")) for row in root.iter("{*}row")]
        assert rows == sorted(set(rows)), entry.name
        for row in root.iter("{*}row"):
            cells = [re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")) for cell in row]
            assert all(m and m[2] == row.get("r") for m in cells)
            columns = [(len(m[1]), m[1]) for m in cells if m]
            assert columns == sorted(set(columns)), (entry.name, row.get("r"))
        assert all(int(cell.get("s", "0")) < formats for cell in root.iter("{*}c"))
        rules = [rule for rule in root.iter("{*}cfRule") if rule.get("priority")]
        assert all(int(rule.get("dxfId", "0")) < paints for rule in rules)
        priorities = [rule.get("priority") for rule in rules]
        assert len(priorities) == len(set(priorities)), entry.name


@pytest.mark.parametrize("name", list(FORMS))
def test_only_functions_that_every_program_has(name: str, books: dict[str, bytes]) -> None:
    package = Package.open(books[name])
    names = [n.text or "" for n in etree.fromstring(package.read(package.workbook_part)).iter("{*}definedName")]
    for entry, root in sheets_of(books[name]):
        for formula in [*formulas_of(root), *names]:
            bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
            used = set(re.findall(r"([A-Z_][A-Z0-9_.]*)\(", bare, re.IGNORECASE))
            assert {x.upper() for x in used} <= FUNCTIONS, (entry.name, formula)
            assert "_xlfn" not in formula and "#REF" not in formula and len(formula) < 8192
        kinds = {node.get("t") for node in root.iter("{*}f")}
        assert kinds <= {None} and not any(node.get("cm") for node in root.iter("{*}c")), (
            "no arrays, no shared formulas"
        )


def test_the_day_itself_is_asked_in_one_cell_and_only_where_a_rule_asks() -> None:
    """今日() has to be TODAY(); every rule reads that one cell."""
    for asks in (False, True):
        rule = "| 测-07 | | 提示 | 整表 | 今日()>=DATE(2024,1,1) | 过早。 | 请稍后。 | | | |\n" if asks else ""
        form, found = read_form(form_book(rules=RULES + rule), "a.xlsx")
        assert form is not None, found
        cells = [f for _, root in sheets_of(issued(form)) for f in formulas_of(root) if "TODAY" in f]
        assert cells == ["TODAY()"] * asks


@pytest.mark.parametrize("name", list(FORMS))
def test_every_formula_of_ours_carries_its_value_and_none_is_an_error(name: str, books: dict[str, bytes]) -> None:
    offices = {"画过的": {"B7", "C7", "C6", "B8", "C8"}}.get(name, set())
    for entry, root in sheets_of(books[name]):
        for cell in root.iter("{*}c"):
            assert cell.get("t") != "e", (entry.name, cell.get("r"))
            if cell.find("{*}f") is not None and cell.find("{*}v") is None:
                assert cell.get("r") in offices, (entry.name, cell.get("r"), "the office's own are left to the program")


@pytest.mark.parametrize("name", list(FORMS))
def test_drop_downs_and_input_messages(name: str, books: dict[str, bytes]) -> None:
    form = form_of(name)
    said: dict[str, list[tuple[int, int]]] = {}
    book = load_workbook(io.BytesIO(books[name]))
    for sheet in book:
        for check in sheet.data_validations.dataValidation:
            if check.type == "list":
                assert re.fullmatch(r"'_选项'!\$[A-Z]+\$2:\$[A-Z]+\$\d+", check.formula1), (
                    "a range, never a literal list"
                )
                assert book["_选项"].sheet_state == "hidden"
            if check.showErrorMessage and check.error:
                assert check.errorTitle == "请核对" and check.error.endswith("。")
            if check.showInputMessage:
                assert _length(check.promptTitle) <= 32 and 0 < _length(check.prompt) <= 255
                said.setdefault(sheet.title, []).extend(c for area in check.sqref.ranges for c in area.cells)
    assert all(len(cells) == len(set(cells)) for cells in said.values()), "one message for one cell"
    order = order_of(form)
    places = [place for field, place in locate(form, row_counts(form, order)).items()
              if (item := form.field(field)) and item.is_input and field not in order.locked]  # fmt: skip
    for x in form.lists:
        count = row_counts(form, order)[x.name]
        places += [(x.sheet, x.tag_row + n, f.place.column) for f in x.fields if f.place for n in range(count)
                   if not book[x.sheet].cell(x.tag_row + n, f.place.column).protection.locked]  # fmt: skip
    assert places and all((row, column) in said[sheet] for sheet, row, column in places)


def _length(text: str) -> int:
    """As Excel counts."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("name", [*builtin_forms(), "测试表"])
def test_every_visible_sheet_can_be_printed(name: str, books: dict[str, bytes]) -> None:
    book = load_workbook(io.BytesIO(books[name]))
    own = {s.name for s in form_of(name).sheets} if name == "测试表" else set()
    for sheet in book:
        if sheet.sheet_state != "visible" or sheet.title in own:
            continue
        assert sheet.page_setup.paperSize == 9, sheet.title
        fitted = sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (fitted and sheet.page_setup.fitToWidth == 1) or sheet.page_setup.scale, sheet.title
        assert "&P" in sheet.oddFooter.center.text or "第" in sheet.oddFooter.center.text
    assert book["填报说明"].print_title_rows == "$3:$3" and book["情况说明"].print_title_rows == "$7:$7"
    if "进展" in book.sheetnames:
        assert book["进展"].print_title_rows == "$3:$3"


def test_a_filled_workbook_is_as_sound() -> None:
    form = form_of("登记")
    order = order_of(form)
    result = fill(issued(form), form, {"lists": {"登记": [{"名称": "甲", "件数": 200}]}}, order)
    assert result.data is not None
    for entry, root in sheets_of(result.data):
        found = children(root)
        assert [WORKSHEET.index(x) for x in found] == sorted(WORKSHEET.index(x) for x in found), entry.name
        assert not [c for c in root.iter("{*}c") if c.find("{*}f") is not None and c.find("{*}v") is None], entry.name
