"""office/excel_out: what is written as text stays text, the bytes depend on the arguments alone, columns fit."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import warnings
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports_world import PAYLOADS

from toolkit.office import excel_out
from toolkit.office.excel_out import MAX_TEXT, write_book
from toolkit.office.sheet_model import (
    Cell,
    Chart,
    Column,
    Sheet,
    column_letter,
    parts,
    place,
    sheet_name,
    visible,
    width,
)

DAY = date(2024, 7, 8)


def one_sheet(*rows: tuple[object, ...], **more: object) -> Sheet:
    columns = tuple(Column(f"栏{n}") for n in range(max(len(r) for r in rows)))
    return Sheet("表", "标题", columns, rows, **more)  # type: ignore[arg-type]


def book(*sheets: Sheet) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # xlsxwriter only warns where it leaves something out
        return write_book(sheets, title="标题", made_on=DAY)


def read(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def xml(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(package.read(n).decode() for n in package.namelist() if n.endswith((".xml", ".rels")))


def test_payloads_are_text_and_nothing_else() -> None:
    data = book(one_sheet(PAYLOADS))
    sheet = read(data)["表"]
    cells = [c for c in sheet[3] if c.value is not None]
    assert [c.value for c in cells] == [visible(p) for p in PAYLOADS]
    assert {c.data_type for c in cells} == {"s"}
    assert all(c.hyperlink is None for c in cells)
    assert "<f>" not in xml(data) and 'TargetMode="External"' not in xml(data)
    assert cells[0].quotePrefix  # typing Enter in the cell does not make it a formula


def test_values_keep_their_kind() -> None:
    row = (7, Decimal("0.10"), date(2024, 5, 8), "00123", "/", None, Decimal("12345678901234567890"), True)
    cells = read(book(one_sheet(row)))["表"][3]
    assert [c.value for c in cells][:5] == [7, 0.1, datetime(2024, 5, 8), "00123", "/"]
    assert cells[5].value is None
    assert cells[6].value == "12345678901234567890"  # more digits than Excel keeps
    assert cells[7].value == "是"


def test_absurd_numbers_do_not_stop_the_book() -> None:
    row = (Decimal("1E+999999"), Decimal("NaN"), Decimal("1E-400"), 10**400)
    values = [c.value for c in read(book(one_sheet(row)))["表"][3]]
    assert values[:3] == ["1E+999999", "NaN", "1E-400"]
    assert Decimal(values[3]) == Decimal(10) ** 400 and len(values[3]) < 450


def test_long_text_is_cut_where_excel_would_drop_it() -> None:
    value = read(book(one_sheet(("文" * 40_000,))))["表"]["A3"].value
    assert len(value) == MAX_TEXT and value.endswith("…")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40).filter(lambda t: "_x" not in t), min_size=1, max_size=6))
def test_any_text_comes_back_as_it_is_shown(texts: list[str]) -> None:
    data = write_book([one_sheet(tuple(texts))], title="t", made_on=DAY)
    cells = list(read(data)["表"][3])[: len(texts)]
    assert [c.value or "" for c in cells] == [visible(t) for t in texts]
    assert all(c.data_type in "sn" for c in cells) and "<f>" not in xml(data)


def test_equal_books_have_equal_bytes_in_any_process() -> None:
    code = (
        f"import sys,hashlib;sys.path.insert(0,{str(Path(__file__).parent)!r});from test_reports_excel import *;"
        "print(hashlib.sha256(book(one_sheet(PAYLOADS,(1,DAY)))).hexdigest())"
    )
    root = Path(__file__).resolve().parents[1]
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(root)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }  # fmt: skip
    assert len(seen) == 1


def test_document_properties_carry_the_given_day() -> None:
    assert "2024-07-08T00:00:00Z" in xml(book(one_sheet(("x",))))


def test_page_set_up_and_heading() -> None:
    sheet = read(book(one_sheet(("a", "b"), ("c", "d"), lines=("说明",), freeze_columns=1, mark="送审稿&")))["表"]
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == "A3:B5"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert "&P" in sheet.oddFooter.center.text and "送审稿" in sheet.oddFooter.right.text


def test_wide_characters_count_two_and_the_cap_holds() -> None:
    assert width("ab汉字（）") == 10
    columns = (Column("甲"), Column("乙", cap=20), Column("丙", width=9))
    sheet = read(book(Sheet("表", "标题", columns, (("汉字" * 5, "汉字" * 50, "汉字" * 50),))))["表"]
    sizes = [sheet.column_dimensions[c].width for c in "ABC"]
    assert [int(s) for s in sizes] == [22, 20, 9]
    assert sheet.row_dimensions[3].height > 100  # the text wraps, and the row is high enough for it


def test_merged_cells_and_inner_links() -> None:
    rows = (
        (Cell("左", down=2), Cell("右上", across=2), None),
        (None, "中", Cell("去", link=place("表", 2, 0))),
    )
    sheet = read(book(one_sheet(*rows, filtered=False)))["表"]
    assert {str(r) for r in sheet.merged_cells.ranges} >= {"A3:A4", "B3:C3"}
    assert sheet["C4"].hyperlink.location == "'表'!A3" and sheet["C4"].hyperlink.target is None


def test_a_native_chart_points_at_the_rows() -> None:
    chart = Chart("bar", "图", 0, 1, 0, (1,), 0, 4)
    text = xml(book(one_sheet(("甲", 1), ("乙", 2), charts=(chart,))))
    assert "<c:barChart>" in text and "表!$B$3:$B$4" in text


def test_streamed_books_hold_the_same_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple((f"文{n}", n, Cell("链", link=place("表", 2, 0)), Cell("竖", down=2)) for n in range(40))
    whole = read(book(one_sheet(*rows, freeze_columns=1, filtered=False)))["表"]
    monkeypatch.setattr(excel_out, "STREAM_FROM", 10)
    streamed = read(book(one_sheet(*rows, freeze_columns=1, filtered=False)))["表"]
    values = [[c.value for c in row[:3]] for row in whole.iter_rows()]
    assert values == [[c.value for c in row[:3]] for row in streamed.iter_rows()]


def test_sheets_longer_than_excel_allows_are_split() -> None:
    pieces = parts(one_sheet(*((n,) for n in range(25))), limit=10)
    assert [(p.name, len(p.rows)) for p in pieces] == [("表", 10), ("表2", 10), ("表3", 5)]
    assert [r[0] for p in pieces for r in p.rows] == list(range(25))


@given(st.text(max_size=60), st.lists(st.text(max_size=31), max_size=3))
def test_sheet_names_are_always_acceptable(text: str, taken: list[str]) -> None:
    name = sheet_name(text, taken)
    assert 1 <= len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name)
    assert name.casefold() not in {t.casefold() for t in taken}


def test_letters() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
