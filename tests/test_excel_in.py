"""Reading a workbook: every kind of value, structure, budgets, and the agreement of the two readers."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_workbook import HEAD, MAIN, OFFICE, PACKAGE, in_row, packed, raw_parts, raw_workbook

from toolkit.findings import Level
from toolkit.model import Book, RawCell, RawSheet
from toolkit.office.agreement import agree, differences
from toolkit.office.cell_values import address, area, day_of, number_of, position, unescape
from toolkit.office.excel_in import read_book
from toolkit.office.limits import Limits
from toolkit.office.number_formats import kind_of


def read(data: bytes, name: str = "表.xlsx", **limits: int) -> RawSheet:
    """The first sheet of a workbook that must be read without any finding."""
    book, findings = read_book(data, name, Limits(**limits))
    assert book is not None and findings == (), findings
    return book.sheets[0]


def refusal(data: bytes, name: str = "表.xlsx", **limits: int) -> str:
    """The code of the one finding with which a file is refused."""
    book, findings = read_book(data, name, Limits(**limits))
    assert book is None and len(findings) == 1 and findings[0].level is Level.UNREADABLE
    return findings[0].code


def only_cell(cell: str, **more: str) -> RawCell | None:
    return read(raw_workbook(in_row(cell), **more)).cells.get((1, 1))


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        ('<c r="A1"><v>12</v></c>', "n", "12"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "n", "0.3"),
        ('<c r="A1"><v>1.10101199003075E+17</v></c>', "n", "110101199003075000"),
        ('<c r="A1"><v>-0.0</v></c>', "n", "0"),
        ('<c r="A1"><v>1e999</v></c>', "e", "1e999"),
        ('<c r="A1"><v>NaN</v></c>', "e", "NaN"),
        ('<c r="A1" t="b"><v>1</v></c>', "b", "TRUE"),
        ('<c r="A1" t="e"><v>#REF!</v></c>', "e", "#REF!"),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "e", "#DIV/0!"),
        ('<c r="A1" t="inlineStr"><is><t>请</t></is></c>', "s", "请"),
        (
            '<c r="A1" t="inlineStr"><is><r><t>信息</t></r><r><t>名称</t></r><rPh sb="0" eb="1"><t>XX</t></rPh></is></c>',
            "s",
            "信息名称",
        ),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D__x000A_b</t></is></c>', "s", "a\nb"),
        ('<c r="A1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>', "s", "_x0041_"),
        ('<c r="A1" t="s"><v>1</v></c>', "s", "第二"),
        ('<c r="A1" t="str"><f>"甲"</f><v>甲</v></c>', "s", "甲"),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', "s", ""),
        ('<c r="A1"><f>B1</f></c>', "f", ""),
        ('<c r="A1"><f>B1</f><v></v></c>', "f", ""),
        ('<c r="A1" s="1"><v>45420</v></c>', "d", "2024-05-08"),
        ('<c r="A1" s="2"><v>45420.4375</v></c>', "d", "2024-05-08 10:30"),
        ('<c r="A1" s="5"><v>45420</v></c>', "d", "2024-05-08"),
        ('<c r="A1" s="2"><v>61</v></c>', "d", "1900-03-01"),
        ('<c r="A1" s="2"><v>60</v></c>', "n", "60"),
        ('<c r="A1" s="2"><v>2958466</v></c>', "n", "2958466"),
        ('<c r="A1" s="2"><v>-3</v></c>', "n", "-3"),
        ('<c r="A1" s="3"><v>0.5</v></c>', "n", "0.5"),
        ('<c r="A1" s="4"><v>3</v></c>', "n", "3"),
        ('<c r="A1" t="d" s="1"><v>2024-05-08T00:00:00</v></c>', "d", "2024-05-08"),
        ('<c t="inlineStr"><is><t>没有地址</t></is></c>', "s", "没有地址"),
    ],
)
def test_value_of_a_cell(cell: str, kind: str, text: str) -> None:
    found = only_cell(cell, strings="<si><t>第一</t></si><si><r><t>第</t></r><r><t>二</t></r></si>")
    assert found is not None
    assert (found.kind, found.text) == (kind, text)
    assert (found.day is not None) == (kind == "d")
    assert (found.number is not None) == (kind in "nb")
    assert found.formula == ("<f>" in cell)


@pytest.mark.parametrize(
    "cell", ['<c r="A1" s="1"/>', '<c r="A1" t="inlineStr"><is><t></t></is></c>', '<c r="A1"><v> </v></c>']
)
def test_blank_cells_are_absent(cell: str) -> None:
    assert only_cell(cell) is None


def test_1904_shifts_days_but_no_times() -> None:
    sheet = read(
        raw_workbook(
            in_row('<c r="A1" s="1"><v>43958</v></c><c r="B1" s="3"><v>0.5</v></c>'), workbook_settings='date1904="1"'
        )
    )
    assert sheet.cells[1, 1].day == date(2024, 5, 8)
    assert sheet.cells[1, 2].number == Decimal("0.5")


def test_a_number_keeps_fifteen_digits_exactly() -> None:
    cell = only_cell('<c r="A1"><v>1234567.8899999999</v></c>')
    assert cell is not None and cell.number == Decimal("1234567.89")


def test_structure_of_a_sheet() -> None:
    sheet = read(
        raw_workbook(
            '<sheetPr filterMode="1"/><cols><col min="2" max="3" hidden="1"/><col min="9" max="16384" hidden="1"/></cols>'
            '<sheetData><row r="3"><c r="A3"><v>3</v></c></row><row r="2" hidden="1"><c r="D2"><v>4</v></c></row></sheetData>'
            '<autoFilter ref="A1:D3"/><mergeCells><mergeCell ref="A5:B6"/></mergeCells>'
        )
    )
    assert {at: c.text for at, c in sheet.cells.items()} == {(3, 1): "3", (2, 4): "4"}
    assert sheet.hidden_rows == {2} and sheet.hidden_columns == {2, 3}
    assert sheet.merges == ((5, 1, 6, 2),) and sheet.filtered


def test_a_filter_without_condition_or_hidden_row_is_no_filter() -> None:
    assert not read(raw_workbook(in_row('<c r="A1"><v>1</v></c>') + '<autoFilter ref="A1:D3"/>')).filtered


def test_workbooks_of_the_two_writers() -> None:
    """The same values through openpyxl (inline strings, no cached results) and XlsxWriter (shared strings)."""
    values: list[Any] = [
        "单位",
        7,
        1.5,
        True,
        date(2024, 5, 8),
        datetime(2024, 5, 8, 10, 30),
        "  两端空格 ",
        "第一行\n第二行",
        "𠮷",
    ]
    texts = ["单位", "7", "1.5", "TRUE", "2024-05-08", "2024-05-08 10:30", "  两端空格 ", "第一行\n第二行", "𠮷"]
    for data in (_by_openpyxl(values), _by_xlsxwriter(values)):
        sheet = read(data)
        assert [sheet.cells[row, 1].text for row in range(1, len(values) + 1)] == texts
        assert sheet.state == "visible"


def _by_openpyxl(values: list[Any]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row, value in enumerate(values, 1):
        book.active.cell(row, 1, value)  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _by_xlsxwriter(values: list[Any]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), datetime: book.add_format({"num_format": 22})}
        for row, value in enumerate(values):
            sheet.write(row, 0, value, formats.get(type(value)))
    return buffer.getvalue()


def test_properties_states_and_time_of_saving() -> None:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2024, 6, 7, 8, 9, 10)})
        book.set_custom_property("zwgk.unit", "测试局")
        for name in ("台账", "_票", "_选项", "自检"):
            book.add_worksheet(name).write(0, 0, "x")
        book.worksheets()[1].very_hidden()
        book.worksheets()[2].hide()
    found, findings = read_book(buffer.getvalue(), "表.xlsx")
    assert found is not None and findings == ()
    assert [(s.name, s.state, len(s.cells)) for s in found.sheets] == [
        ("台账", "visible", 1),
        ("_票", "veryHidden", 1),
        ("_选项", "hidden", 1),
        ("自检", "visible", 0),  # computed by the workbook itself, never taken
    ]
    assert found.properties == {"zwgk.unit": "测试局"} and found.saved_at == "2024-06-07T08:09:10Z"


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ('<sheetData><row r="1"/><row r="1"/></sheetData>', "IN-302"),
        (in_row('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'), "IN-302"),
        (in_row('<c r="A2"><v>1</v></c>'), "IN-302"),
        (in_row('<c r="ZZZ1"><v>1</v></c>'), "IN-404"),
        ('<sheetData><row r="1048577"/></sheetData>', "IN-404"),
        ('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>', "IN-404"),
        (in_row('<c r="A1" t="s"><v>9</v></c>'), "IN-302"),
        (in_row('<c r="A1" t="zz"><v>9</v></c>'), "IN-302"),
        (in_row('<c r="A1" s="99"><v>9</v></c>'), "IN-302"),
        (in_row("") + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "IN-404"),
        (in_row("") + '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>', "IN-404"),
        ("", "IN-402"),
    ],
)
def test_sheets_that_are_not_understood_are_refused(sheet: str, code: str) -> None:
    assert refusal(raw_workbook(sheet)) == code


def test_a_lying_count_of_strings_is_refused() -> None:
    parts = raw_parts(in_row('<c r="A1"><v>1</v></c>'))
    parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="4294967295"/>'
    assert refusal(packed(parts)) == "IN-404"


def test_a_note_far_outside_is_refused() -> None:
    parts = raw_parts(in_row('<c r="A1"><v>1</v></c>'))
    comments = '<comments xmlns="{}"><commentList><comment ref="A1"/><comment ref="{}"/></commentList></comments>'
    assert read(packed({**parts, "xl/comments1.xml": comments.format(MAIN, "C9")}))
    assert refusal(packed({**parts, "xl/comments1.xml": comments.format(MAIN, "XFD1048576")})) == "IN-404"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"cells": 3}, "IN-404"),
        ({"elements": 5}, "IN-404"),
        ({"depth": 2}, "IN-303"),
        ({"members": 6}, "IN-205"),
        ({"file_bytes": 500}, "IN-107"),
        ({"total_bytes": 999}, "IN-205"),
        ({"text_chars": 3}, "IN-303"),
    ],
)
def test_every_limit_stops(limits: dict[str, int], code: str) -> None:
    data = raw_workbook(in_row("".join(f'<c r="{c}1" t="inlineStr"><is><t>四个字吧</t></is></c>' for c in "ABCD")))
    assert read(data)
    assert refusal(data, **limits) == code


def test_messages_name_file_figure_and_limit() -> None:
    data = raw_workbook(in_row('<c r="A1"><v>1</v></c><c r="B1"><v>1</v></c>'))
    _, (finding,) = read_book(data, "六月.xlsx", Limits(cells=1))
    assert "六月.xlsx" in finding.message and "上限 1 个" in finding.message


def test_styles_missing_matters_only_where_a_number_has_a_format() -> None:
    for style, expected in (("", True), (' s="1"', False)):
        parts = raw_parts(in_row(f'<c r="A1"{style}><v>45017</v></c>'))
        del parts["xl/styles.xml"]
        parts["xl/_rels/workbook.xml.rels"] = (
            parts["xl/_rels/workbook.xml.rels"].replace("styles.xml", "sharedStrings.xml").replace("/styles", "/theme")
        )
        book, _ = read_book(packed(parts), "表.xlsx")
        assert (book is not None) == expected


def test_links_out_of_the_file_are_noted_but_web_links_are_not() -> None:
    for target, codes in (("https://example.org/a", []), ("file:///C:/x.exe", ["IN-306"])):
        parts = raw_parts(
            in_row('<c r="A1"><v>1</v></c>') + '<hyperlinks><hyperlink ref="A1" r:id="rId1"/></hyperlinks>'
        )
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
            f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/hyperlink"'
            f' Target="{target}" TargetMode="External"/></Relationships>'
        )
        book, findings = read_book(packed(parts), "表.xlsx")
        assert book is not None and [f.code for f in findings] == codes
        assert all(f.level is Level.NOTE for f in findings)


# ---------------------------------------------------------------- the second reader


def test_a_cell_on_which_the_readers_differ_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    class Other:
        start = (0, 0)

        def to_python(self, **_: object) -> list[list[object]]:
            return [[1.0, 5.0, "多出来的"]]

    class OtherBook:
        def get_sheet_by_name(self, name: str) -> Other:
            return Other()

    monkeypatch.setattr(python_calamine, "load_workbook", lambda _: OtherBook())
    book, findings = read_book(raw_workbook(in_row('<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>')), "表.xlsx")
    assert isinstance(book, Book)
    assert [(f.code, f.level, f.sheet, f.cell) for f in findings] == [
        ("IN-519", Level.FIX, "台账", "B1"),
        ("IN-519", Level.FIX, "台账", "C1"),
    ]
    assert "2／5" in findings[0].message and "空／多出来的" in findings[1].message


def test_a_second_reader_that_fails_is_noted_and_ours_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    class Panic(BaseException):
        pass

    def fail(_: object) -> None:
        raise Panic

    monkeypatch.setattr(python_calamine, "load_workbook", fail)
    book, findings = read_book(raw_workbook(in_row('<c r="A1"><v>1</v></c>')), "表.xlsx")
    assert book is not None and book.sheets[0].cells[1, 1].text == "1"
    assert [(f.code, f.level) for f in findings] == [("IN-602", Level.NOTE)]


@pytest.mark.parametrize(
    ("cell", "other", "expected"),
    [
        (RawCell("n", "0.3", Decimal("0.3")), 0.1 + 0.2, True),
        (RawCell("n", "0.3", Decimal("0.3")), 0.300001, False),
        (RawCell("n", "1", Decimal(1)), True, False),
        (RawCell("n", "1", Decimal(1)), "1", False),
        (RawCell("n", "1", Decimal(1)), date(2024, 1, 1), False),
        (RawCell("s", "a\nb"), "a\r\nb", True),
        (RawCell("s", "甲"), "乙", False),
        (RawCell("d", "2024-05-08", day=date(2024, 5, 8)), date(2024, 5, 8), True),
        (RawCell("d", "2024-05-08", day=date(2024, 5, 8)), date(2024, 5, 9), False),
        (RawCell("d", "2024-05-08", day=date(2024, 5, 8)), 45420.0, False),
        (RawCell("b", "TRUE", Decimal(1)), True, True),
        (RawCell("b", "TRUE", Decimal(1)), False, False),
        (RawCell("f", "", formula=True), "", True),
        (RawCell("f", "", formula=True), 0.0, False),
        (RawCell("e", "#REF!"), "", True),
    ],
)
def test_rules_of_agreement(cell: RawCell, other: object, expected: bool) -> None:
    assert agree(cell, None, other) is expected


def test_differences_respect_the_origin_of_the_other_grid() -> None:
    sheet = RawSheet("台账", "visible", {(3, 2): RawCell("n", "1", Decimal(1))})
    assert list(differences(sheet, {}, [[1.0]], (3, 2))) == []
    assert list(differences(sheet, {}, [[1.0]], (2, 2))) == [(3, 2, "1", "空"), (2, 2, "", "1")]


# ---------------------------------------------------------------- small pure things


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "n"),
        ("0.00E+00", "n"),
        ("#,##0_d", "n"),
        ('"日期"0', "n"),
        ("[Red]0.00", "n"),
        ("\\d0", "n"),
        ("G/通用格式", "n"),
        ("yyyy/m/d;@", "d"),
        ('[$-804]yyyy"年"m"月"d"日";@', "d"),
        ('[DBNum1]m"月"', "d"),
        ("[$-404]e/m/d", "d"),
        ("m", "d"),
        ("h:mm", "t"),
        ("[h]:mm", "t"),
        ("mm:ss", "t"),
        ("[mm]", "t"),
        ('上午/下午h"时"', "t"),
    ],
)
def test_kind_of_format(code: str, kind: str) -> None:
    assert kind_of(code) == kind


def test_addresses() -> None:
    assert (address(12, 4), address(1, 27), address(1, 16384)) == ("D12", "AA1", "XFD1")
    assert position("$XFD$1048576") == (1_048_576, 16_384)
    assert position("XFE1") is None and position("A0") is None and position("A1048577") is None
    assert area("B2:A1") == (1, 1, 2, 2) and area("A:A") == (1, 1, 1_048_576, 1) and area("2:2") == (2, 1, 2, 16_384)
    assert area("A1:") == (1, 1, 1, 1) and area("") is None


def test_lone_surrogates_never_reach_the_product() -> None:
    assert unescape("_xD83D__xDE00_") == "😀"
    assert unescape("a_xD83D_b").encode() == "a�b".encode()


@given(st.floats(-9e307, 9e307))
def test_numbers_survive_as_excel_stores_them(value: float) -> None:
    pair = number_of(repr(value))
    assert pair is not None
    assert float(pair[0]) == pytest.approx(value, rel=1e-14, abs=1e-320)
    assert Decimal(pair[1]) == pair[0]


@given(st.integers(61, 2_958_465))
def test_days_follow_the_calendar(serial: int) -> None:
    found = day_of(Decimal(serial), False)
    assert found is not None and (found[0] - date(1899, 12, 30)).days == serial and found[1] == found[0].isoformat()


_GOOD = raw_workbook(
    in_row(
        "".join(f'<c r="{c}1" t="inlineStr"><is><t>第{c}列</t></is></c>' for c in "ABCDEFGH")
        + '<c r="I1" s="1"><v>45420</v></c>'
    )
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_cut_and_no_flip_ever_raises_or_changes_a_value(data: st.DataObject) -> None:
    """Any damage ends as a finding, or as exactly the values of the undamaged workbook."""
    damaged = bytearray(_GOOD[: data.draw(st.integers(0, len(_GOOD)))] if data.draw(st.booleans()) else _GOOD)
    for _ in range(data.draw(st.integers(0, 12)) if damaged else 0):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    book, findings = read_book(bytes(damaged), "表.xlsx")
    if book is None:
        assert [f.level for f in findings] == [Level.UNREADABLE]
    else:
        assert book.sheets[0].cells == read(_GOOD).cells


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='<>/="& cvrtsi0A1', max_size=60))
def test_no_content_of_a_sheet_ever_raises(inside: str) -> None:
    for sheet in (inside, f"<sheetData>{inside}</sheetData>", in_row(inside)):
        book, findings = read_book(raw_workbook(sheet), "表.xlsx")
        assert book is not None or len(findings) == 1
