"""What offices keep their plans in: workbooks, text in any Chinese encoding, old formats; and files that harm."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.plan_kit import SEEDS, SHARED, Sheet, codes, excel, read, tabbed, word
from tests.test_plan_seeds import YEARS, others, path_of, rebuilt, rows_of
from toolkit import importing
from toolkit.office import document_old
from toolkit.office.document_in import Opened, OpenedTable, OpenedText, open_document
from toolkit.workspace import Halt

HEAD = ["序号", "工作要求", "责任单位", "完成时限"]
ROWS = [
    ["1", "编制主动公开事项目录并向社会公布", "区司法局", "6月底前"],
    ["2", "完善依申请公开办理流程，提高答复质量", "区政府办公室", "全年"],
    ["3", "加强政府网站信息内容建设，及时清理失效栏目", "区大数据中心", "全年"],
]


def book(fill: Callable[[openpyxl.Workbook], object]) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def sheet_of(fill: Callable[[Worksheet], object]) -> bytes:
    def whole(made: openpyxl.Workbook) -> None:
        sheet = made.worksheets[0]
        for row in (HEAD, *ROWS):
            sheet.append(row)
        fill(sheet)

    return book(whole)


def opened(data: bytes, name: str = "计划.xlsx") -> Opened:
    document, findings = open_document(data, name)
    assert document is not None, findings
    return document


def rows(document: Opened) -> list[list[str]]:
    (table,) = [b for b in document.blocks if isinstance(b, OpenedTable)]
    return [["…" if c.continued else c.text for c in row] for row in table.rows]


def said(document: Opened) -> list[str]:
    return [f.code for f in document.findings]


# ---------------------------------------------------------------- workbooks


def test_title_rows_stand_before_the_table_and_rows_keep_the_numbers_of_the_sheet() -> None:
    plan = read(excel(Sheet([HEAD, *ROWS], above=("附件1", "2024年云溪区政务公开任务分解表"))), "计划.xlsx", None)
    assert (plan.title, plan.year) == ("2024年云溪区政务公开任务分解表", 2024)
    assert [t.line for t in plan.tasks] == [4, 5, 6]


def test_merged_cells_cover_what_they_cover() -> None:
    data = sheet_of(lambda s: (s.merge_cells("C2:D3"), s.merge_cells("B4:C4")))
    assert rows(opened(data))[1:] == [
        ["1", ROWS[0][1], "区司法局", "…"],
        ["2", ROWS[1][1], "…", "…"],
        ["3", ROWS[2][1], "…", "全年"],
    ]


def test_several_sheets_and_only_those_that_are_seen() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        for name, row in (("附件1", ROWS[0]), ("附件2", ROWS[1]), ("去年的", ROWS[2])):
            sheet = made.create_sheet(name)
            sheet.append(HEAD)
            sheet.append(row)
        made["去年的"].sheet_state = "hidden"
        del made["Sheet"]

    plan = read(book(fill), "计划.xlsx")
    assert [t.place for t in plan.tasks] == ["附件1 第2行", "附件2 第2行"]
    (told,) = [f for f in plan.findings if f.code == "PLN-177"]
    assert "去年的" in told.message


def test_two_tables_on_one_sheet_are_two_and_section_lines_are_none() -> None:
    other = [["序号", "公开事项", "责任科室"], ["1", "机构职能", "办公室"], ["2", "财政预决算", "财务科"]]

    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.worksheets[0]
        rows = [
            ["附件1 任务分解表"],
            HEAD,
            ["一、信息公开"],
            *ROWS[:2],
            [],
            ["二、平台建设"],
            ROWS[2],
            [],
            ["附件2 公开事项"],
            *other,
        ]
        for row in (*rows, ["续表"], other[0], ["3", "人事信息", "人事科"]):
            sheet.append(row)

    document = opened(book(fill))
    shapes = [b.text if isinstance(b, OpenedText) else [len(b.rows), b.numbers[0]] for b in document.blocks]
    assert shapes == ["附件1 任务分解表", [6, 2], "附件2 公开事项", [6, 11]]
    plan = read(book(fill), "计划.xlsx")
    assert [t.requirement for t in plan.tasks][:3] == [r[1] for r in ROWS]


def test_rows_hidden_by_hand_are_left_out_and_named() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True

    document = opened(sheet_of(hide))
    assert [r[0] for r in rows(document)] == ["序号", "1", "3"]
    assert said(document) == ["PLN-177"] and "第3行" in document.findings[0].message


def test_rows_hidden_by_a_filter_are_read_and_named() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = "A1:D4"
        sheet.auto_filter.add_filter_column(2, ["区司法局"])
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True

    document = opened(sheet_of(hide))
    assert [r[0] for r in rows(document)] == ["序号", "1", "2", "3"]
    assert said(document) == ["PLN-178"] and "第3、4行" in document.findings[0].message


def test_a_hidden_column_is_left_out_and_a_merge_that_begins_in_it_keeps_its_text() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["C"].hidden = True
        sheet.merge_cells("C2:D2")

    document = opened(sheet_of(hide))
    assert rows(document)[1] == ["1", ROWS[0][1], "区司法局"]
    assert rows(document)[2] == ["2", ROWS[1][1], "全年"]
    assert said(document) == ["PLN-177"]


def test_days_read_as_they_are_shown() -> None:
    def fill(sheet: Worksheet) -> None:
        for row, code in enumerate(("yyyy-mm-dd", 'yyyy"年"m"月"', 'm"月"d"日"'), start=2):
            sheet.cell(row, 4, date(2024, 6, 1)).number_format = code

    assert [r[3] for r in rows(opened(sheet_of(fill)))[1:]] == ["2024年6月1日", "2024年6月", "6月1日"]
    plan = read(sheet_of(fill), "计划.xlsx")
    assert plan.tasks[0].deadline.date == date(2024, 6, 1)
    assert plan.tasks[1].deadline.date == date(2024, 6, 30), "a month means its end, not the first that is stored"


def test_numbers_are_serials_and_formulas_without_result_are_named() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A2"], sheet["A3"], sheet["A4"] = 1, 2.0, "=A3+1"

    document = opened(sheet_of(fill))
    assert [r[0] for r in rows(document)] == ["序号", "1", "2", ""]
    assert said(document) == ["PLN-179"] and "A4" in document.findings[0].message


# ---------------------------------------------------------------- text

TEXT = tabbed([HEAD, *ROWS])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["计划.txt", "计划.md", "计划"])
def test_text_in_every_encoding_that_chinese_programs_write(encoding: str, name: str) -> None:
    plan = read(TEXT.encode(encoding), name)
    assert [t.requirement for t in plan.tasks] == [r[1] for r in ROWS]


def test_a_text_cut_inside_a_character_is_still_utf_8() -> None:
    data = TEXT.encode()
    for cut in range(len(data) - 6, len(data)):
        (block,) = opened(data[:cut], "计划.txt").blocks
        assert isinstance(block, OpenedText) and TEXT.startswith(block.text)


@pytest.mark.parametrize("data", [b"<!DOCTYPE html><html><body>x", b"\xef\xbb\xbf<html>", b"<?xml version='1.0'?><x/>"])
def test_web_pages_are_refused_with_what_to_do(data: bytes) -> None:
    document, (refusal,) = open_document(data, "计划.doc")
    assert document is None and "另存为 .docx" in refusal.message


# ---------------------------------------------------------------- old formats


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five plans saved by LibreOffice as .doc, and one of them as .xls and .rtf. Tables end these documents, as no
    file of Word's own does: LibreOffice alone would lose them on the way back."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not here")
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is not here")
    folder = tmp_path_factory.mktemp("old")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for seed in SEEDS:
        (folder / f"{seed}.docx").write_bytes(word(*rebuilt(seed)))
    (folder / "004.xlsx").write_bytes(excel(*rebuilt("004")))
    for kind, sources in (("doc", [f"{s}.docx" for s in SEEDS]), ("xls", ["004.xlsx"])):
        paths = [str(folder / s) for s in sources]
        command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *paths]
        subprocess.run(command, capture_output=True, timeout=300, check=True)
    return folder


@pytest.mark.office
@pytest.mark.parametrize(
    "name", ["000.doc", "001.doc", "002.doc", "003.doc", "004.doc", "004.xls", "004.wps", "004.et"]
)
def test_old_formats_give_the_same_plan(old_files: Path, name: str) -> None:
    seed, kind = name.split(".")
    stored = {"wps": "doc", "et": "xls"}.get(
        kind, kind
    )  # the programs of WPS write these formats under names of their own
    data = (old_files / f"{seed}.{stored}").read_bytes()
    assert data.startswith(b"\xd0\xcf\x11\xe0")
    plan = read(data, f"计划.{kind}", YEARS[seed])
    wanted = rows_of(seed)
    assert [t.requirement for t in plan.tasks] == [r["requirement"] for r in wanted]
    for task, row in zip(plan.tasks, wanted, strict=True):
        assert task.path == path_of(row)
        if seed != "003":
            assert others(task) == set(row["responsible_units"])


@pytest.mark.office
def test_the_paragraph_put_in_is_the_only_change(old_files: Path) -> None:
    data = (old_files / "004.doc").read_bytes()
    ended = document_old.with_last_paragraph(data)
    assert ended != data and len(ended) - len(data) in (0, 512)
    assert document_old.with_last_paragraph(ended) == ended, "a text that ends with a paragraph stays as it is"
    for cut in range(0, len(data), 997):
        document_old.with_last_paragraph(data[:cut])


def test_other_old_files_are_left_as_they_are() -> None:
    for data in (
        b"",
        b"{\\rtf1}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000,
    ):
        assert document_old.with_last_paragraph(data) == data


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a shell script")
def test_a_converter_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 600\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setattr(document_old, "CONVERT_SECONDS", 0.2)
    document, (refusal,) = open_document(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "计划.doc", office=str(program)
    )
    assert document is None and "没有完成" in refusal.message and "另存为" in refusal.message


# ---------------------------------------------------------------- harm


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (zipped(word__document_xml=b"<a>" + b" " * 90_000_000 + b"</a>"), "计划.docx", "上限"),
        (zipped(word__document_xml=b" " * 30_000_000), "计划.docx", "上限"),
        (zipped(word__document_xml=b"<a/>")[:-30], "计划.docx", "复制完整"),
        (zipped(word__document_xml=b"<a/>") + b"PK", "计划.docx", "多余内容"),
        (zipped(a=b"x"), "计划.docx", "不是 Word 或 Excel"),
        (excel(Sheet([HEAD, *ROWS]))[:-40], "计划.xlsx", "复制完整"),
        (b"x" * (20 * 1024 * 1024 + 1), "计划.docx", "上限"),
        (b"x" * (3 * 1024 * 1024 + 1), "计划.txt", "上限 3 MB"),
        (b"", "计划.txt", "没有内容"),
    ],
)  # fmt: skip
def test_files_that_harm_are_refused_before_they_are_parsed(data: bytes, name: str, words: str) -> None:
    document, (refusal,) = open_document(data, name)
    assert document is None and refusal.code == "PLN-102" and words in refusal.message, refusal.message


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared is not here")
def test_a_reader_lost_over_a_file_costs_that_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    source = tmp_path / "计划.docx"
    source.write_bytes(word(*rebuilt("000")))
    assert importing.import_plan(None, source, 2024, None).plan is not None
    monkeypatch.setattr(importing, "_READING", replace(importing._READING, wall_seconds=0.001))
    made = importing.import_plan(None, source, 2024, None)
    assert made.refused and "超过上限" in made.findings[0].message


def test_a_source_that_is_a_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(Halt) as halt:
        importing.import_plan(None, tmp_path, 2024, None)
    assert halt.value.exit_code == 74


def test_what_opening_noticed_reaches_the_plan_even_when_it_is_refused() -> None:
    def hide(sheet: Worksheet) -> None:
        for row in (2, 3, 4):
            sheet.row_dimensions[row].hidden = True

    assert {"PLN-177", "PLN-101"} <= codes(read(sheet_of(hide), "计划.xlsx"))
