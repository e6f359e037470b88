"""forms/fill: data into an issued workbook, as the contract says."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.forms_kit import FIELDS, UNIT, assignments, form_book
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import ticket
from toolkit.forms.prepare import prepare
from toolkit.model import Period
from toolkit.office.excel_in import read_book
from toolkit.office.limits import Limits


def _made(touch: Any = None) -> tuple[Form, bytes]:
    form, findings = read_form(form_book(fields=FIELDS, touch=touch), "测试表.xlsx")
    assert form is not None, findings
    order = prepare(form, UNIT, Period("2024-06"), ticket("测试表", 1, UNIT.name, "2024-06", "1"), assignments(5))
    return form, stamp(compile_master(form, office="办", phone="1"), order)


FORM, ISSUED = _made()


def filled(data: dict[str, Any], workbook: bytes = ISSUED) -> bytes:
    result = fill(workbook, FORM, data)
    assert result.errors == () and result.data is not None
    return result.data


def sheet_of(data: bytes, name: str, *, values: bool = True) -> Any:
    return load_workbook(io.BytesIO(data), data_only=values)[name]


def errors(data: dict[str, Any]) -> tuple[str, ...]:
    result = fill(ISSUED, FORM, data)
    assert result.data is None and result.errors
    return result.errors


def test_values_are_written_by_kind_and_totals_follow() -> None:
    data = filled({"cells": {"n.a": 3, "n.b": 4, "备注": "=1+1", "公开": True}})
    sheet = sheet_of(data, "统计")
    assert (sheet["B3"].value, sheet["B4"].value, sheet["B5"].value, sheet["C5"].value) == (3, 4, 7, 14)
    assert sheet["B6"].value == "=1+1" and sheet["B6"].data_type == "s" and sheet["C4"].value == "是"
    formulas = sheet_of(data, "统计", values=False)
    assert formulas["B5"].value == "=SUM(B3,B4)" and not formulas["B3"].protection.locked


def test_null_leaves_empty_empties_and_text_stands() -> None:
    first = filled({"cells": {"n.a": 3, "n.b": 4}})
    second = filled({"cells": {"n.a": None, "n.b": "12件", "n.sum": ""}}, first)
    sheet, formulas = sheet_of(second, "统计"), sheet_of(second, "统计", values=False)
    assert (sheet["B3"].value, sheet["B4"].value) == (3, "12件")
    assert formulas["B5"].value is None and formulas["C5"].value == "=B5*2" and sheet["C5"].value == 0
    third = filled({"cells": {"n.sum": 99}}, first)
    assert sheet_of(third, "统计", values=False)["B5"].value == 99 and sheet_of(third, "统计")["C5"].value == 198


def test_totals_show_what_excel_shows() -> None:
    sheet = sheet_of(filled({"cells": {"n.a": "12件", "n.b": 4}}), "统计")
    assert (sheet["B5"].value, sheet["C5"].value) == (4, 8), "SUM passes over texts"
    sheet = sheet_of(filled({"cells": {"n.sum": "很多"}}), "统计")
    assert sheet["C5"].value == "#VALUE!" and sheet["C5"].data_type == "e"


def test_labels_are_names_too_whatever_their_width() -> None:
    sheet = sheet_of(filled({"cells": {"甲项件数": 8, "代填.填报人": "经办人", "代填.日期": "2024-06-30"}}), "统计")
    assert sheet["B3"].value == 8
    explained = sheet_of(filled({"cells": {"代填.填报人": "经办人", "代填.日期": "2024-06-30"}}), "情况说明")
    assert (explained["B3"].value, explained["B5"].value) == ("经办人", "2024-06-30")


def test_task_rows_are_found_by_number_and_role() -> None:
    row = {"任务编号": "2024-002", "角色": "责任", "完成情况": "已完成", "完成日期": "2024-05-08", "责任科室": None}
    late = {"任务编号": "2024-005", "完成情况": "进行中", "完成日期": "五月八日"}
    sheet = sheet_of(filled({"lists": {"进展": [late, row]}}), "任务")
    assert sheet["A4"].value == "2024-002" and sheet["E4"].value == "已完成"
    assert sheet["F4"].value.date() == date(2024, 5, 8) and sheet["F4"].number_format == "yyyy-mm-dd"
    assert sheet["E7"].value == "进行中" and sheet["F7"].value == "五月八日"


def test_explanations_go_by_position() -> None:
    rows = [{"规则": "测-01", "说明": "情况属实"}, {}, {"位置": "B3"}]
    sheet = sheet_of(filled({"lists": {"情况说明": rows}}), "情况说明")
    assert (sheet["A8"].value, sheet["C8"].value, sheet["B10"].value) == ("测-01", "情况属实", "B3")


def test_what_is_unknown_is_refused_with_the_nearest_names() -> None:
    assert "n.sum" in errors({"cells": {"n.summ": 1}})[0]
    assert "进展" in errors({"lists": {"进程展": []}})[0]
    assert "完成情况" in errors({"lists": {"进展": [{"任务编号": "2024-001", "完成状况": "x"}]}})[0]
    assert "2024-001" in errors({"lists": {"进展": [{"任务编号": "2024-01", "完成情况": "x"}]}})[0]
    assert "责任" in errors({"lists": {"进展": [{"任务编号": "2024-001", "角色": "责任", "完成情况": "x"}]}})[0]
    assert "30 行" in errors({"lists": {"情况说明": [{"说明": "x"}] * 31}})[0]
    assert "cells" in errors({"cell": {}})[0]
    assert len(errors({"cells": {"不知": 1, "n.a": [1], "n.b": float("nan")}})) == 3, "everything at once"
    assert errors({"lists": {"进展": {"任务编号": 1}}}) and errors({"cells": [1]})
    assert "无法读取" in fill(b"no", FORM, {}).errors[0]


def test_nothing_to_write_changes_nothing_that_counts() -> None:
    same = filled({"cells": {"n.a": None}, "lists": {"进展": []}})
    assert read_book(same, "a.xlsx", Limits())[0] == read_book(ISSUED, "a.xlsx", Limits())[0]


def test_filling_is_deterministic_and_keeps_other_parts() -> None:
    from tests.forms_kit import members

    data = {"cells": {"n.a": 1}}
    assert filled(data) == filled(data)
    before, after = members(ISSUED), members(filled(data))
    assert {n for n in before if before[n] != after[n]} <= {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/worksheets/sheet3.xml", "xl/worksheets/sheet5.xml",
        "xl/worksheets/sheet6.xml",
    }, "the sheet, and the three that check it"  # fmt: skip


def test_the_offices_own_formulas_are_left_to_the_program() -> None:
    def touch(book: Any) -> None:
        book["统计"]["C6"] = "=B3+1"

    form, issued = _made(touch)
    result = fill(issued, form, {"cells": {"n.a": 3}})
    assert result.data is not None
    assert sheet_of(result.data, "统计", values=False)["C6"].value == "=B3+1"
    assert sheet_of(result.data, "统计")["C6"].value is None, "no stale result"


texts = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None)
@given(texts)
def test_any_text_is_read_back_as_it_was_written(text: str) -> None:
    book, findings = read_book(filled({"cells": {"备注": text}}), "a.xlsx", Limits())
    assert book is not None and findings == ()
    sheet = book.sheet("统计")
    assert sheet is not None
    cell = sheet.cells.get((6, 2))
    legal = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\t\n" or c >= " ")
    legal = "".join(c for c in legal if ord(c) not in (0xFFFE, 0xFFFF))
    assert (cell.text if cell else "") == legal


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_what_libreoffice_saved_can_be_filled(tmp_path: Path) -> None:
    source = tmp_path / "in" / "a.xlsx"
    source.parent.mkdir()
    source.write_bytes(filled({"cells": {"n.a": 3, "n.b": 4, "备注": "原文"}}))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    saved = (tmp_path / "a.xlsx").read_bytes()
    rows = [{"任务编号": "2024-003", "完成情况": "进行中"}]
    data = filled({"cells": {"n.b": 10, "备注": ""}, "lists": {"进展": rows}}, saved)
    sheet = sheet_of(data, "统计")
    assert (sheet["B3"].value, sheet["B5"].value, sheet["C5"].value, sheet["B6"].value) == (3, 13, 26, None)
    assert sheet_of(data, "任务")["E5"].value == "进行中"
