"""Marks, notes and the page in front, on small packages put together by hand; and what cannot be marked safely."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests import nights
from tests.annotate_kit import mark, marked_copy
from tests.forms_kit import members, zipped
from tests.raw_workbook import HEAD, MAIN, OFFICE, in_row, packed, raw_parts, raw_workbook
from toolkit.findings import Finding, Level
from toolkit.forms.annotate import Marked, Task, annotate, differing, first_cell
from toolkit.model import Submission, Verdict
from toolkit.office.excel_in import read_book
from toolkit.office.front_sheet import AMBER, RED, RETURN_SHEET
from toolkit.office.limits import Limits
from toolkit.office.marks import Mark
from toolkit.office.notes import NOTE_HEAD
from toolkit.office.package import Package, PackageError, parse_xml
from toolkit.reports.marked import last_try, mark_all, marking, returned_workbook


def marked(data: bytes, *marks: Mark) -> Package:
    return Package.open(mark(data, marks))


def filled(package: Package, part: str = "xl/worksheets/sheet1.xml") -> dict[str, str]:
    """address → colour of our marks."""
    styles = parse_xml(package.read("xl/styles.xml"))
    fills = styles.find(f"{{{MAIN}}}fills")
    xfs = styles.find(f"{{{MAIN}}}cellXfs")
    assert fills is not None and xfs is not None
    found = {}
    for cell in parse_xml(package.read(part)).iter(f"{{{MAIN}}}c"):
        fill = fills[int(xfs[int(cell.get("s", "0"))].get("fillId", "0"))]
        colour = fill.find(f"{{{MAIN}}}patternFill/{{{MAIN}}}fgColor")
        if colour is not None and colour.get("rgb", "")[2:] in (RED, AMBER):
            found[cell.get("r", "")] = colour.get("rgb", "")[2:]
    return found


NUMBER = in_row('<c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1" s="1"><v>45000</v></c>')


def test_a_mark_changes_the_background_and_nothing_else_of_a_format() -> None:
    parts = raw_parts(NUMBER)
    xf = (
        '<xf numFmtId="14" fontId="1" fillId="0" borderId="1" applyProtection="1"><alignment wrapText="1"/>'
        '<protection locked="0"/></xf>'
    )
    parts["xl/styles.xml"] = (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts><font><sz val="11"/></font><font><sz val="9"/></font></fonts>'
        '<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        f'<borders><border/><border><left style="thin"/></border></borders><cellXfs><xf/>{xf}</cellXfs></styleSheet>'
    )
    package = marked(packed(parts), Mark("台账", 1, 2, RED))
    cell = next(
        c for c in parse_xml(package.read("xl/worksheets/sheet1.xml")).iter(f"{{{MAIN}}}c") if c.get("r") == "B1"
    )
    xfs = parse_xml(package.read("xl/styles.xml")).find(f"{{{MAIN}}}cellXfs")
    assert xfs is not None
    made = xfs[int(cell.get("s", ""))]
    assert dict(made.attrib) == {
        "numFmtId": "14", "fontId": "1", "fillId": "2", "borderId": "1", "applyProtection": "1", "applyFill": "1",
    }  # fmt: skip
    assert [etree.QName(n).localname for n in made] == ["alignment", "protection"] and made[1].get("locked") == "0"


def test_a_mark_inside_a_merged_block_goes_to_its_first_cell() -> None:
    sheet = f'<dimension ref="A1:B1"/>{NUMBER}<mergeCells><mergeCell ref="B1:D4"/></mergeCells>'
    package = marked(raw_workbook(sheet), Mark("台账", 3, 4, RED, "请改正"), Mark("台账", 2, 2, AMBER, "请说明"))
    assert filled(package) == {"B1": RED}
    notes = parse_xml(package.read("xl/comments1.xml"))
    texts = ["".join(t.text or "" for t in n.iter(f"{{{MAIN}}}t")) for n in notes.iter(f"{{{MAIN}}}comment")]
    assert texts == [f"{NOTE_HEAD}\n请改正\n请说明"]


def test_an_empty_cell_takes_the_format_of_its_row_or_column() -> None:
    sheet = (
        '<cols><col min="3" max="4" width="9" style="2"/></cols><sheetData><row r="2"><c r="A2"><v>1</v></c></row>'
        '<row r="4" s="1" customFormat="1" spans="1:1"/></sheetData>'
    )
    package = marked(raw_workbook(sheet), *(Mark("台账", r, c, RED) for r, c in ((2, 3), (4, 3), (7, 4), (1, 1))))
    xfs = parse_xml(package.read("xl/styles.xml")).find(f"{{{MAIN}}}cellXfs")
    assert xfs is not None
    root = parse_xml(package.read("xl/worksheets/sheet1.xml"))
    formats = {c.get("r"): xfs[int(c.get("s", "0"))].get("numFmtId") for c in root.iter(f"{{{MAIN}}}c")}
    assert formats == {"A1": "0", "A2": "0", "C2": "164", "C4": "14", "D7": "164"}
    assert [r.get("r") for r in root.iter(f"{{{MAIN}}}row")] == ["1", "2", "4", "7"]
    assert not [r for r in root.iter(f"{{{MAIN}}}row") if r.get("spans")]


def test_names_views_and_selection_follow_the_new_first_sheet() -> None:
    parts = raw_parts('<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>' + NUMBER)
    parts["xl/workbook.xml"] = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView activeTab="0" firstSheet="0"/></bookViews>'
        '<sheets><sheet name="台账" sheetId="7" r:id="rId1"/></sheets><definedNames><definedName name="x">台账!$A$1</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">台账!$A$1:$B$2</definedName></definedNames></workbook>'
    )
    package = marked(packed(parts), Mark("台账", 1, 1, RED))
    root = parse_xml(package.read("xl/workbook.xml"))
    assert [(s.get("name"), s.get("sheetId")) for s in root.iter(f"{{{MAIN}}}sheet")] == [
        (RETURN_SHEET, "8"),
        ("台账", "7"),
    ]
    assert [n.get("localSheetId") for n in root.iter(f"{{{MAIN}}}definedName")] == [None, "1"]
    assert dict(next(root.iter(f"{{{MAIN}}}workbookView")).attrib) == {"activeTab": "0"}
    selected = [n for n, p in package.parts.items() if b'tabSelected="1"' in p.data]
    assert len(selected) == 1 and selected != ["xl/worksheets/sheet1.xml"]


def test_a_digital_signature_goes_and_that_is_said() -> None:
    parts: dict[str, str | bytes] = dict(raw_parts(NUMBER))
    origin = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
    relation = f'<Relationship Id="rId9" Type="{origin}/origin" Target="_xmlsignatures/origin.sigs"/>'
    parts["_rels/.rels"] = str(parts["_rels/.rels"]).replace("</Relationships>", f"{relation}</Relationships>")
    parts["_xmlsignatures/origin.sigs"] = b""
    parts["_xmlsignatures/_rels/origin.sigs.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{origin}/signature" Target="sig1.xml"/></Relationships>'
    )
    parts["_xmlsignatures/sig1.xml"] = "<Signature/>"
    package = marked(packed(parts), Mark("台账", 1, 1, RED))
    assert not [n for n in package.parts if "xmlsignatures" in n]
    assert any("去除了签名".encode() in p.data for n, p in package.parts.items() if "sheet2" in n)


def test_a_part_with_a_prefix_is_marked_all_the_same(shared: Path) -> None:
    data = (shared / "hostile" / "ok" / "namespace_prefix.xlsx").read_bytes()
    book, _ = read_book(data, "a.xlsx")
    assert book is not None
    again, found = read_book(mark(data, [Mark(book.sheets[0].name, 1, 1, RED, "x")]), "a.xlsx")
    assert again is not None and not differing(book, again) and not found


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        ("strict", "严格"), ("styles", "格式定义"), ("vml", "不是规范的 XML"), ("doctype", "不应出现的声明"),
        ("name", "已有名为"), ("revisions", "修订"), ("formats", "格式定义"),
    ],
)  # fmt: skip
def test_what_cannot_be_patched_safely_is_refused_with_the_reason(break_it: str, words: str) -> None:
    parts: dict[str, str | bytes] = dict(raw_parts(NUMBER))
    book, rels = str(parts["xl/workbook.xml"]), str(parts["xl/_rels/workbook.xml.rels"])
    match break_it:
        case "strict":
            strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
            parts |= {
                n: str(x).replace(MAIN, strict) for n, x in parts.items() if n.startswith("xl/") and "rels" not in n
            }
        case "styles":
            parts["xl/_rels/workbook.xml.rels"] = rels.replace("/styles", "/nothing")
        case "formats":
            parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}"/>'
        case "name":
            parts["xl/workbook.xml"] = book.replace('name="台账"', f'name="{RETURN_SHEET}"')
        case "revisions":
            more = f'<Relationship Id="rId7" Type="{OFFICE}/revisionHeaders" Target="revisions/h.xml"/></Relationships>'
            parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", more)
        case _:
            sheet = str(parts["xl/worksheets/sheet1.xml"])
            parts["xl/worksheets/sheet1.xml"] = sheet.replace(
                "</worksheet>", '<legacyDrawing r:id="rId1"/></worksheet>'
            )
            parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{OFFICE}/vmlDrawing" Target="../drawings/v.vml"/></Relationships>'
            )
            parts["xl/drawings/v.vml"] = "<xml><br></xml>" if break_it == "vml" else "<!DOCTYPE xml><xml/>"
    data = packed(parts)
    with pytest.raises(PackageError, match=words):
        mark(data, [Mark("台账", 1, 1, RED, "请改正")])
    s = submission((FAULT,))
    done = marked_copy(data, s, "办公室", "")
    assert done.data is None
    alone = openpyxl.load_workbook(io.BytesIO(returned_workbook(done, s, "办公室", "")))
    assert alone.sheetnames == [RETURN_SHEET]
    said = "\n".join(str(c.value) for row in alone[RETURN_SHEET].iter_rows() for c in row if c.value)
    assert FAULT.message in said and f"原文件不便直接加标注（{done.reason}）" in said


def test_a_missing_fill_font_or_border_never_becomes_ours() -> None:
    """Format 0 of everything belongs to cells that never asked: a styles part without groups gets them first."""
    package = marked(raw_workbook(NUMBER), Mark("台账", 1, 1, RED))
    root = parse_xml(package.read("xl/styles.xml"))
    fills, borders = root.find(f"{{{MAIN}}}fills"), root.find(f"{{{MAIN}}}borders")
    assert fills is not None and borders is not None
    assert [f[0].get("patternType") for f in list(fills)[:2]] == ["none", "gray125"]
    assert not [side for side in borders[0] if side.get("style")]
    assert filled(package) == {"A1": RED}


def test_many_notes_take_shape_numbers_that_nobody_has() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(1, 1501))
    package = marked(
        raw_workbook(f"<sheetData>{rows}</sheetData>"), *(Mark("台账", r, 1, RED, "x") for r in range(1, 1501))
    )
    drawing = parse_xml(package.read("xl/drawings/vmlDrawing1.vml"))
    ids = [int(n.get("id", "")[8:]) for n in drawing if n.tag.endswith("}shape")]
    blocks = next(n.get("data", "") for n in drawing.iter() if str(n.tag).endswith("}idmap"))
    assert len(set(ids)) == 1500 and {str(n // 1024) for n in ids} == set(blocks.split(","))


def test_equal_inputs_make_equal_bytes() -> None:
    s = submission((FAULT,))
    data = raw_workbook(NUMBER)
    assert marked_copy(data, s, "办公室", "1").data == marked_copy(data, s, "办公室", "1").data is not None


# ---------------------------------------------------------------- rows and cells with and without addresses


@st.composite
def loose_sheets(draw: st.DrawFn) -> tuple[str, set[tuple[int, int]]]:
    """A sheet in which addresses are left out wherever that is legal, and the places that have a cell."""
    number, rows, places = 0, [], set()
    for step in draw(st.lists(st.integers(1, 3), min_size=1, max_size=5)):
        number += step
        column, cells = 0, []
        for gap in draw(st.lists(st.integers(1, 3), max_size=5)):
            column += gap
            places.add((number, column))
            at = f' r="{openpyxl.utils.get_column_letter(column)}{number}"' if gap > 1 or draw(st.booleans()) else ""
            cells.append(f"<c{at}><v>{number * 100 + column}</v></c>" if draw(st.booleans()) else f"<c{at}/>")
        at = f' r="{number}"' if step > 1 or draw(st.booleans()) else ""
        rows.append(f"<row{at}>{''.join(cells)}</row>")
    return f"<sheetData>{''.join(rows)}</sheetData>", places


@settings(max_examples=120, deadline=None)
@given(
    loose_sheets(),
    st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 12)), st.sampled_from([RED, AMBER]), max_size=8),
)
def test_marks_stand_where_they_should_and_values_stay(
    sheet: tuple[str, set[tuple[int, int]]], wanted: dict[tuple[int, int], str]
) -> None:
    data = raw_workbook(sheet[0])
    before, _ = read_book(data, "a.xlsx")
    out = mark(data, [Mark("台账", r, c, colour, "x") for (r, c), colour in wanted.items()])
    after, found = read_book(out, "a.xlsx")
    assert before is not None and after is not None and not found and not differing(before, after)
    letters = openpyxl.utils.get_column_letter
    assert filled(Package.open(out)) == {f"{letters(c)}{r}": colour for (r, c), colour in wanted.items()}
    notes = openpyxl.load_workbook(io.BytesIO(out))["台账"]
    assert {c.coordinate for row in notes.iter_rows() for c in row if c.comment} == {
        f"{letters(c)}{r}" for r, c in wanted
    }


def test_the_proof_sees_every_kind_of_difference() -> None:
    book, _ = read_book(raw_workbook(NUMBER), "a.xlsx")
    other, _ = read_book(raw_workbook(NUMBER.replace("45000", "45001")), "a.xlsx")
    assert book is not None and other is not None
    assert differing(book, book) == "" and differing(book, other) == "工作表“台账”第 1 行"
    assert differing(book, replace(book, sheets=())) == "工作表"
    assert differing(book, replace(book, properties={"a": "b"})) == "文档属性"
    assert differing(book, replace(book, sheets=(replace(book.sheets[0], merges=((1, 1, 2, 2),)),))) == "工作表“台账”"


def test_a_copy_that_reads_differently_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    other = raw_workbook(NUMBER.replace("45000", "45001"))
    monkeypatch.setattr("toolkit.office.marks.mark_book", lambda *_: Package.open(other))
    done = marked_copy(raw_workbook(NUMBER), submission((FAULT,)), "办公室", "")
    assert done == Marked(None, "标注后复核发现内容有变化（工作表“台账”第 1 行）")


# ---------------------------------------------------------------- the page and hostile bytes

FAULT = Finding(
    "IN-504", Level.FIX, "“五月”无法识别为日期。", "请按“2024-05-08”的样式填写。", sheet="台账", cell="B1", value="五月"
)


def submission(findings: tuple[Finding, ...], **more: Any) -> Submission:
    s = Submission("20260108-0001", "ab" * 32, "inbox/甲局/甲局-测试表-2025.xlsx", date(2026, 1, 8), "测试表", "甲局", "2025", 2,
                   Verdict.RETURNED, findings, seq=5)  # fmt: skip
    return replace(s, **more)


def page_text(data: bytes | None) -> list[list[str]]:
    assert data is not None
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[str(c.value) for c in row if c.value not in (None, "")] for row in book[RETURN_SHEET].iter_rows(max_col=8)]


def test_the_page_says_what_first_where_how_and_whom_to_call() -> None:
    note = replace(FAULT, code="IN-501", level=Level.NOTE, message="此格为公式。", cell="A1")
    ask = replace(
        FAULT,
        code="TAB-101",
        rule="r1",
        rule_no="测-01",
        level=Level.EXPLAIN,
        message="比上年多一倍。",
        cell="A1",
        value="=9+9",
    )
    after = replace(FAULT, code="TAB-101", rule="r2", message="合计不符。", cell="A1", consequence_of="IN-504")
    data = marked_copy(
        raw_workbook(NUMBER), submission((note, after, ask, FAULT)), "政务公开办", "0000-1234567", sample=True
    ).data
    rows = page_text(data)
    start = next(n for n, row in enumerate(rows) if row and row[0] == "序号")
    assert rows[start][:4] == ["序号", "级别", "问题", "位置（点击跳转）"]
    listed = [row for row in rows[start + 1 :] if row and row[0][0].isdigit()]
    assert [r[1] for r in listed] == ["须修改", "须修改", "须说明", "提示"] and listed[1][0] == "1.1"
    assert listed[0][2:5] == [FAULT.message, "台账!B1", "五月"] and "=9+9" in listed[2]
    whole = "\n".join(c for r in rows for c in r)
    for words in ("甲局", "20260108-0001", "示例数据", "请致电政务公开办，电话：0000-1234567。", "红色格须修改"):
        assert words in whole
    assert "！" not in whole
    package = Package.open(data or b"")
    assert filled(package) == {"A1": AMBER, "B1": RED}  # neither the hint nor the consequence colours a cell
    front = next(p for n, p in package.parts.items() if n.startswith("xl/worksheets/") and b"zwgk.marks" in p.data)
    assert b"<f>" not in front.data


def test_many_cells_with_one_fault_are_one_line_with_the_count_and_stand_below_one_by_one() -> None:
    found = tuple(replace(FAULT, cell=f"B{n}") for n in range(1, 213))
    rows = page_text(marked_copy(raw_workbook(NUMBER), submission(found), "办公室", "").data)
    first = next(r for r in rows if r and r[0] == "1")
    assert first[2].startswith("212 格：") and first[3] == "台账!B1:B212"
    below = rows[next(n for n, r in enumerate(rows) if r and r[0].startswith("逐格清单")) :]
    assert [r[3] for r in below if len(r) > 3 and r[0].isdigit()] == [f"台账!B{n}" for n in range(1, 213)]


def test_what_became_of_the_last_try() -> None:
    gone, still, new = (replace(FAULT, cell=c) for c in ("A1", "B1", "C1"))
    old = submission((gone, still), seq=3, receipt_no="20260101-0001")
    now = submission((still, new))
    assert last_try((old, now), now) == (gone, still)
    assert last_try((now,), now) == () and last_try((replace(old, verdict=Verdict.ACCEPTED), now), now) == ()
    assert last_try((replace(old, period="2024"), now), now) == ()
    rows = page_text(marked_copy(raw_workbook(NUMBER), now, "办公室", "", earlier=last_try((old, now), now)).data)
    assert ["与上次报送相比：已改正 1 处，新出现 1 处，仍存在 1 处"] in rows
    assert [(r[0], r[2]) for r in rows if r and r[0] in ("已改正", "新出现", "仍存在")] == [
        ("已改正", "台账!A1"), ("新出现", "台账!C1"), ("仍存在", "台账!B1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("D12", (12, 4)),
        ("D12:F14", (12, 4)),
        ("表三!D12、E4", (12, 4)),
        ("$B$3", (3, 2)),
        ("", None),
        ("进展", None),
        ("XFE1", None),
    ],
)
def test_where_a_place_begins(text: str, place: tuple[int, int] | None) -> None:
    assert first_cell(text) == place


def hostile(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".csv" and p.stat().st_size < 3_000_000)


def test_hostile_files_are_marked_in_the_child_or_not_at_all_and_stop_nothing(shared: Path) -> None:
    paths = list(hostile(shared / "hostile"))
    tasks = []
    for path in paths:
        task = marking(path.read_bytes(), submission((FAULT,), file=f"inbox/甲局/{path.name}"), "办公室", "")
        assert task is not None
        tasks.append((path.name, task))
    done = {True: 0, False: 0}
    for result in mark_all(tasks, 2):
        assert result.data is not None or result.reason
        done[result.data is not None] += 1
    assert done[True] >= 5 and done[False] >= 50


# ---------------------------------------------------------------- the child that marks


def murderous(task: Task, name: str, limits: Limits) -> Marked:
    """The marker of these tests: marks as always, unless the file's name tells it to do harm."""
    if name == "dies.xlsx":
        os._exit(9)
    if name == "sleeps.xlsx":
        time.sleep(600)
    if name == "eats.xlsx":
        return Marked(bytes(900 << 20))
    if name == "raises.xlsx":
        raise ValueError("our own fault")
    return annotate(task, name, limits)


def test_a_file_that_costs_its_marker_goes_back_with_the_list_and_the_others_are_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("toolkit.reports.marked.MARKER", f"{__name__}:murderous")
    s = submission((FAULT,))
    task = marking(raw_workbook(NUMBER), s, "办公室", "")
    assert task is not None
    harm = ["dies.xlsx", "sleeps.xlsx", "raises.xlsx", *(["eats.xlsx"] if sys.platform.startswith("linux") else [])]
    names = ["a.xlsx", *harm, "b.xlsx", "c.xlsx"]
    done = dict(zip(names, mark_all([(n, task) for n in names], 2, Limits(wall_seconds=2.0)), strict=True))
    assert [n for n, x in done.items() if x.data is None] == harm
    assert len({x.data for x in done.values()}) == 2, "the others are all the same copy"
    for name in harm:
        alone = openpyxl.load_workbook(io.BytesIO(returned_workbook(done[name], s, "办公室", "")))
        said = "\n".join(str(c.value) for row in alone[RETURN_SHEET].iter_rows() for c in row if c.value)
        assert FAULT.message in said and "加标注时未能在限定的时间和内存内完成" in said


def test_a_whole_receive_outlives_every_marker(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = nights.copied(nights.sample(tmp_path_factory, 2, 2), tmp_path / "区")
    monkeypatch.setattr("toolkit.reports.marked.MARKER", f"{__name__}:deadly")
    lines = nights.results(nights.zwgk(root, "receive", "--as-of", nights.DAY, "--jobs", "2", "--json"))
    back = [x for x in lines.values() if x["verdict"] == "returned"]
    assert back
    for line in back:
        book = openpyxl.load_workbook(next(root.rglob(f"退回/{line['receipt_no']}-*.xlsx")))
        assert book.sheetnames[0] == RETURN_SHEET and "进展" not in book.sheetnames


def deadly(task: Task, name: str, limits: Limits) -> Marked:
    os._exit(9)


# ---------------------------------------------------------------- hostile words

HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "=HYPERLINK(\"http://x\",\"请点\")", "=cmd|' /C calc'!A0", "</t></is></c><c><f>1+1</f>",
    "&lt;b&gt; ]]>", "\x00\x07\x1b", "\u202e反\u202c", "_x0041_", "a\r\nb\tc", "\ufeff", "javascript:alert(1)", "\ud800", "甲" * 60_000,
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_a_department_stay_words(words: str) -> None:
    """As value, message, place, rule and file name: in the page, the notes and the records of the marked copy."""
    f = replace(FAULT, message=f"“{words}”无法识别。", value=words, label=words, basis=words, rule_no=words)
    elsewhere = replace(f, sheet=words, cell="B2'!A1")
    s = submission(
        (f, replace(f, cell="A1", level=Level.EXPLAIN), elsewhere), file=f"inbox/甲局/{words}.xlsx", unit=words
    )
    data = marked_copy(raw_workbook(NUMBER), s, words, words, earlier=(replace(f, cell="C1"),)).data
    assert data is not None
    package = Package.open(data)
    for name, part in package.parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            text = part.data.decode()
            parse_xml(part.data)
            assert "<f>" not in text and "TargetMode" not in text and "<f " not in text, name
            assert not re.search("[\u202a-\u202e\ufeff]", text), name
    again, found = read_book(data, "a.xlsx")
    assert again is not None and not found
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [c for row in book[RETURN_SHEET].iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s"} and all(len(c.value) <= 32_767 for c in cells)
    assert all(c.hyperlink.target is None and c.hyperlink.location for c in cells if c.hyperlink)
    assert [c.quotePrefix for c in cells if str(c.value).startswith(("=", "+", "-", "@", "＝"))] == [True] * sum(
        str(c.value).startswith(("=", "+", "-", "@", "＝")) for c in cells
    )
    notes = [c.comment.text for row in book["台账"].iter_rows() for c in row if c.comment]
    assert len(notes) == 2 and all(len(n) < 10_000 for n in notes)


def test_a_drawing_of_notes_with_entities_is_not_expanded() -> None:
    parts = members(raw_workbook(NUMBER))
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</worksheet>", b'<legacyDrawing r:id="rId1"/></worksheet>'
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/vmlDrawing" Target="../drawings/v.vml"/></Relationships>'
    ).encode()
    parts["xl/drawings/v.vml"] = b'<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><xml x="&b;"/>'
    result = marked_copy(zipped(parts), submission((FAULT,)), "办公室", "")
    assert result.data is None and "声明" in result.reason
