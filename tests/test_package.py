"""office/package, references, styles, workbook: the ground that issue, fill and marking stand on."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms_kit import form_book, members, zipped
from toolkit.office.package import Package, PackageError, parse_xml
from toolkit.office.references import (
    address,
    column_letters,
    column_number,
    copied,
    grow,
    grown_sqref,
    in_list_row,
    rectangles,
    sheets_named,
    without_cells,
)
from toolkit.office.styles import Styles
from toolkit.office.workbook import (
    NewSheet,
    custom_properties,
    read_custom_properties,
    replace_sheets,
    sheet_entries,
    with_custom_part,
)

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


def test_unchanged_parts_keep_their_compressed_bytes_and_the_zip_is_deterministic() -> None:
    data = form_book()
    package = Package.open(data)
    changed = package.with_parts({"xl/new.xml": b"<a/>"})
    assert all(changed.parts[name] is part for name, part in package.parts.items())
    out = changed.to_bytes()
    assert out == Package.open(out).to_bytes() == Package.open(data).with_parts({"xl/new.xml": b"<a/>"}).to_bytes()
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {n: archive.read(n) for n in archive.namelist()} == {**members(data), "xl/new.xml": b"<a/>"}


def test_chinese_part_names_and_stored_members_survive() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("附件/图.txt", "图")
    assert members(Package.open(raw.getvalue()).to_bytes())["附件/图.txt"] == "图".encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        zipped({"a.txt": b"x"}),
        form_book()[:-40],
        form_book()[:1000] + b"x" * 400 + form_book()[1400:],
    ],
)
def test_what_is_no_package_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(PackageError) as caught:
        Package.open(data)
    assert any("一" <= c <= "鿿" for c in str(caught.value))


def test_entities_are_never_resolved() -> None:
    root = parse_xml(b'<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>')
    assert "boom" not in (root.text or "")


def test_sheets_out_and_in_with_names_tabs_and_parts() -> None:
    def touch(book: object) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        book.defined_names["设置区"] = DefinedName("设置区", attr_text="设置!$A$1:$B$3")  # type: ignore[attr-defined]
        book["任务"].print_title_rows = "2:2"  # type: ignore[index]
        book["校验"].print_area = "A1:B2"  # type: ignore[index]
        book.move_sheet("设置", -2)  # type: ignore[attr-defined]
        book.active = 4  # type: ignore[attr-defined]

    package = Package.open(form_book(touch=touch))
    before = {e.name: e.part for e in sheet_entries(package)}
    assert next(iter(before)) == "设置"
    out = replace_sheets(
        package, ("设置", "字段", "选项", "校验"), [NewSheet("新页", SHEET), NewSheet("_藏", SHEET, True)]
    )
    entries = sheet_entries(Package.open(out.to_bytes()))
    assert [(e.name, e.state) for e in entries] == [
        ("统计", "visible"), ("任务", "visible"), ("新页", "visible"), ("_藏", "hidden")
    ]  # fmt: skip
    assert out.parts[before["统计"]] is package.parts[before["统计"]]
    assert not any("工作日后".encode() in part.data for part in out.parts.values()), "definition sheets are gone"
    workbook = out.read(out.workbook_part).decode()
    assert "设置区" not in workbook and "localSheetId=\"1\">'任务'!$2:$2" in workbook and "校验" not in workbook
    assert 'activeTab="0"' in workbook and 'fullCalcOnLoad="1"' in workbook
    types = out.read("[Content_Types].xml").decode()
    assert types.count("worksheet+xml") == 4 and all(f"/{e.part}" in types for e in entries)
    assert set(out.reachable()) == set(out.parts) - {"[Content_Types].xml"} - {n for n in out.parts if "_rels/" in n}


def test_custom_properties_keep_what_was_there() -> None:
    package = with_custom_part(Package.open(form_book()))
    existing = custom_properties(b"", {"单位内部编号": "7 & <8>"})
    both = custom_properties(existing, {"zwgk.form": "测试表", "zwgk.unit": "甲\x01局"})
    again = custom_properties(both, {"zwgk.form": "另一表", "zwgk.unit": "乙局"})
    found = read_custom_properties(package.with_parts({"docProps/custom.xml": again}))
    assert found == {"单位内部编号": "7 & <8>", "zwgk.form": "另一表", "zwgk.unit": "乙局"}


def test_style_variants_change_one_thing_and_are_shared() -> None:
    def touch(book: object) -> None:
        from openpyxl.styles import Font, PatternFill, Protection

        sheet = book["统计"]  # type: ignore[index]
        sheet["A1"].font = Font(bold=True)
        sheet["A1"].number_format = "0.00"
        sheet["B1"].fill = PatternFill("solid", fgColor="00FF00")
        sheet["B1"].protection = Protection(locked=False)

    package = Package.open(form_book(touch=touch))
    data = package.read("xl/styles.xml")
    styles = Styles(data)
    count = data.count(b"<xf ")
    assert styles.variant(0, locked=True) == 0
    opened = styles.variant(1, locked=False, fill="FFFFCC", general_as="yyyy-mm-dd")
    assert opened == styles.variant(1, locked=False, fill="FFFFCC", general_as="yyyy-mm-dd") != 1
    assert not styles.locked(opened) and styles.filled(opened)
    assert styles.number_format(opened) == styles.number_format(1) != 0, "only General is replaced"
    assert styles.format_code(styles.variant(0, general_as="yyyy-mm-dd")) == "yyyy-mm-dd"
    assert styles.variant(2, fill="FFFFCC") == 2, "the office's own fill stays"
    assert styles.locked(styles.variant(2, locked=True))
    after = styles.to_bytes()
    assert after.count(b"<xf ") == count + 3
    assert data[data.index(b"<cellXfs") :].split(b">", 2)[1] in after, "old formats are not touched"


# ---------------------------------------------------------------- references

GROWTH = {"表 1": (5, 3), "S": (5, 3)}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(D5:D5)+D5+D6", "SUM(D5:D8)+D5+D9"),
        ('"A6"&A6', '"A6"&A9'),
        ("'表 1'!$A$6:B9", "'表 1'!$A$9:B12"),
        ("LOG10(A6)", "LOG10(A9)"),
        ("S!1:6", "S!1:9"),
        ("$1:$4", "$1:$4"),
        ("t3_A6+x.A6+A6b", "t3_A6+x.A6+A6b"),
        ("其他!A6", "其他!A6"),
        ("Table1[A6]+SUM(A4:A6)", "Table1[A6]+SUM(A4:A9)"),
        ("A6:B$7", "A9:B$10"),
        ("A:C", "A:C"),
    ],
)
def test_references_follow_a_grown_list(formula: str, expected: str) -> None:
    assert grow(formula, "S", GROWTH) == expected


@pytest.mark.parametrize(
    ("formula", "copy", "expected"),
    [
        ("F5-E5", 2, "F7-E7"),
        ("COUNTIF($A$5:$A$5,A5)", 1, "COUNTIF($A$5:$A$8,A6)"),
        ("SUM(D5:F5)", 3, "SUM(D8:F8)"),
        ("A4+1", 1, "A5+1"),
        ("B$2*C6", 1, "B$2*C9"),
        ("其他!A5+'表 1'!A6", 2, "其他!A5+'表 1'!A9"),
    ],
)
def test_formulas_of_a_list_row_are_filled_down(formula: str, copy: int, expected: str) -> None:
    assert in_list_row(formula, "S", GROWTH, copy) == expected


def test_blocks_grow_and_lose_cells() -> None:
    assert grown_sqref("A5 B6:C7 D1:D9 E1:E4", 5, 3) == "A5:A8 B9:C10 D1:D12 E1:E4"
    assert without_cells("A1:C3", frozenset({(2, 2)})) == "A1:C1 A2 C2 A3:C3"
    assert without_cells("A1", frozenset({(1, 1)})) == ""
    assert sheets_named("'a b'!A1+设置!B2&\"校验!\"") == {"a b", "设置"}


@given(st.integers(1, 16384), st.integers(1, 1_000_000))
def test_addresses_round_trip(column: int, row: int) -> None:
    assert column_number(column_letters(column)) == column
    assert rectangles(address(row, column)) == ((row, column, row, column),)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 30))
def test_growing_by_steps_is_growing_at_once(row: int, tag_row: int, added: int) -> None:
    formula = f"A{row}+$B${row}"
    once = grow(formula, "S", {"S": (tag_row, added)})
    stepped = formula
    for _ in range(added):
        stepped = grow(stepped, "S", {"S": (tag_row, 1)})
    assert once == stepped


@given(st.text(alphabet="AB1$:!'\"(),甲[] x.", max_size=30), st.integers(0, 5))
def test_no_text_breaks_the_reference_reader(text: str, rows: int) -> None:
    assert grow(text, "S", {}) == text
    assert copied(text, 0) == text
    grow(text, "S", GROWTH)
    in_list_row(text, "S", GROWTH, rows)
