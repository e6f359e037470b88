"""What goes back to a department: the error list and the receipt."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_world import problems, result, submission

from toolkit.findings import GRAVITY, Finding, Level, finding
from toolkit.forms.form import EXPLANATION_LIST
from toolkit.model import Draft, Filled, Verdict
from toolkit.reports.receipts import receipt_text, receipts_csv
from toolkit.reports.returned import FOLD_FROM, Entry, arranged, cells_text, error_list


def rows(data: bytes, sheet: str = "退回说明") -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[c.value for c in row] for row in book[sheet].iter_rows()]


def listed(data: bytes) -> list[dict[str, object]]:
    body = rows(data)
    start = next(n for n, row in enumerate(body) if row[0] == "序号")
    return [dict(zip(map(str, body[start]), row, strict=True)) for row in body[start + 1 :] if row[1] is not None]


def returned(**more: object) -> bytes:
    return error_list(replace(submission(), **more), "区政府办公室", "0000-1234567")  # type: ignore[arg-type]


def test_the_gravest_first_and_consequences_below_their_cause() -> None:
    lines = listed(returned())
    assert [(r["序号"], r["级别"]) for r in lines] == [
        ("1", "须修改"),
        ("2", "须修改"),
        ("2.1", "须修改"),
        ("3", "须说明"),
        ("4", "提示"),
    ]
    assert str(lines[2]["问题"]).startswith("随之出现：")
    assert [r["规则编号"] for r in lines] == ["IN-504", "年报-表三-01", "年报-表三-07", "年报-表三-40", "IN-501"]


def test_a_line_says_what_where_value_and_how_to_mend() -> None:
    line = listed(returned())[1]
    assert "第一项加第二项之和" in str(line["问题"]) and "表三·结转下年度·自然人" in str(line["问题"])
    assert (line["工作表"], line["单元格"], line["现填内容"]) == ("表三", "表三!D30", "5")
    assert (line["怎样修改"], line["依据"]) == ("请核对该列各数后改正。", "国办公开办函〔2021〕30号")


def test_many_cells_with_one_fault_are_one_line_and_stand_singly_on_the_second_sheet() -> None:
    data = error_list(submission(findings=problems(212)), "办公室", "0000-1")
    first = listed(data)[0]
    assert first["问题"] == "212 格：日期无法识别" and first["单元格"] == "进展!I8:I219"
    single = rows(data, "逐格清单")
    places = [row[3] for row in single if row[0] == "须修改"]
    assert places == [f"进展!I{n}" for n in range(8, 220)]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["退回说明"]
    links = [c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert links == ["'逐格清单'!A4"]
    assert single[3][3] == "进展!I8"  # row 4: where the link leads


def test_the_first_sheet_tells_who_what_and_what_to_do() -> None:
    body = rows(returned())
    text = "\n".join(str(v) for row in body for v in row if v is not None)
    for part in (
        "区教育局",
        "年报数据（第 2 版）",
        "2024年",
        "20250113-0007",
        "已退回",
        "0000-1234567",
        "2025年1月13日",
    ):
        assert part in text
    assert body[1][0] == "经核对，有 9 处须修改。另有 1 处须说明。请修改后保存，重新放入收件文件夹。"
    assert "须修改 10 处，须说明 1 处，提示 1 处（其中 1 处由其他问题引起，改正后随之消除）" in text
    assert "！" not in text


def test_texts_of_a_department_stay_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned()))
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value is not None]
    assert "f" not in {c.data_type for c in cells} and "=1+1" in [c.value for c in cells]
    assert any(c.value == "inbox/区教育局/=区教育局 年报〔U+202E〕.xlsx" for c in cells)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.REFUSED, "未能读取"),
        (Verdict.DEFERRED, "暂缓处理"),
        (Verdict.ACCEPTED_WITH_NOTES, "无需重报"),
    ],
)
def test_other_verdicts_have_their_own_words(verdict: Verdict, words: str) -> None:
    notes = (finding("IN-204", name="a.xlsx", reason="目录缺失"),)
    assert words in str(rows(error_list(submission(verdict, notes), "办公室", ""))[1][0])


def test_an_explanation_alone_is_asked_for_politely() -> None:
    only = tuple(f for f in problems() if f.level is Level.EXPLAIN)
    assert "请在“情况说明”工作表写明原因" in str(rows(error_list(submission(findings=only), "办公室", ""))[1][0])


def test_equal_submissions_make_equal_bytes() -> None:
    assert returned() == returned()


# ---------------------------------------------------------------- arranging

_CHAIN = st.lists(
    st.builds(
        Finding,
        code=st.just("TAB-101"),
        level=st.sampled_from(list(Level)),
        message=st.sampled_from(["甲", "乙"]),
        remedy=st.just("请改正。"),
        rule=st.sampled_from(["a", "b", "c", ""]),
        sheet=st.sampled_from(["表二", "表三"]),
        cell=st.sampled_from(["A1", "B2", ""]),
        consequence_of=st.sampled_from([None, None, "a", "b", "c", "TAB-101", "nowhere"]),
    ),
    max_size=25,
)


def _all(entries: tuple[Entry, ...]) -> list[Finding]:
    return [f for e in entries for f in (*e.findings, *_all(e.consequences))]


@given(_CHAIN)
def test_no_finding_is_lost_or_doubled_whatever_points_at_what(findings: list[Finding]) -> None:
    entries = arranged(tuple(findings))
    assert sorted(map(id, _all(entries))) == sorted(map(id, findings))
    levels = [GRAVITY[e.first.level] for e in entries]
    assert levels == sorted(levels)
    assert all(len(e.findings) == 1 or len(e.findings) >= FOLD_FROM for e in entries)


def test_consequences_of_row_rules_go_to_the_cause_of_their_row() -> None:
    causes = [Finding("ROW-101", Level.FIX, f"行{n}", "改", rule="进展-01", sheet="进展", cell=f"H{n}") for n in (8, 9)]
    after = Finding(
        "ROW-101", Level.FIX, "随行", "改", rule="进展-02", sheet="进展", cell="K9", consequence_of="进展-01"
    )
    entries = arranged((*causes, after))
    assert [len(e.consequences) for e in entries] == [0, 1]


def test_cells_in_few_words() -> None:
    cells = ["D12", "D13", "D14", "F7", "AA3", "D16", "第3行"]
    assert cells_text([Finding("x", Level.FIX, "", "", cell=c) for c in cells]) == "D12:D14、D16、F7、AA3、第3行"


# ---------------------------------------------------------------- receipts


def test_a_receipt_holds_everything_that_proves_the_filing() -> None:
    text = receipt_text(submission(), government="示例区人民政府", office="区政府办公室", phone="0000-1234567")
    lines = text.split("\r\n")
    assert {
        "收件编号：20250113-0007",
        "单位：区教育局",
        "表单：年报数据",
        "周期：2024年",
        "版本：第 2 版",
        "收件日期：2025年1月13日",
        "结论：已退回，其中须修改 10 处、须说明 1 处、提示 1 处（1 处由其他问题引起，改正后随之消除）",
        f"内容校验（sha256）：{'ab' * 32}",
    } <= set(lines)
    assert "区政府办公室（电话：0000-1234567）" in lines and any(x.startswith("下一步：请") for x in lines)
    assert any("8 格：日期无法识别（进展!I8:I15）。请按" in x for x in lines)


def test_what_is_explained_asks_for_nothing_any_more() -> None:
    asked = Finding(
        "TAB-101", Level.EXPLAIN, "件数比上年少一半。", "请核对。", rule="r", rule_no="年-04", sheet="表", cell="B3"
    )
    line = {"规则": Filled("年-04", "情况说明", "A8"), "说明": Filled("机构调整", "情况说明", "C8")}
    draft = Draft("年报数据", lists={EXPLANATION_LIST: (line,)})
    open_one, settled = submission(findings=(asked,)), submission(Verdict.ACCEPTED_WITH_NOTES, (asked,))
    texts = [
        receipt_text(s, government="示例区", office="办公室", phone="")
        for s in (open_one, replace(settled, draft=draft))
    ]
    assert (
        "结论：已退回，其中须说明 1 处" in texts[0] and "1. 〔须说明〕件数比上年少一半（表!B3）。请核对。" in texts[0]
    )
    assert (
        "结论：已接收（有提示），其中已说明 1 处" in texts[1]
        and "1. 〔已说明〕件数比上年少一半（表!B3）。\r\n" in texts[1]
    )


def test_a_file_name_cannot_add_a_line_or_hide_its_ending() -> None:
    text = receipt_text(submission(), government="示例区", office="办公室", phone="")
    line = next(x for x in text.split("\r\n") if x.startswith("文件："))
    assert line == "文件：inbox/区教育局/=区教育局 年报〔U+202E〕.xlsx"
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_next_step(verdict: Verdict) -> None:
    text = receipt_text(submission(verdict, ()), government="示例区", office="办公室", phone="")
    assert "下一步：" in text and "！" not in text


def test_an_unknown_form_still_gets_a_receipt() -> None:
    stray = replace(submission(Verdict.REFUSED, ()), form="", unit="", period="")
    text = receipt_text(stray, government="示例区", office="办公室", phone="")
    assert text.count("未能识别") == 3


def test_receipts_csv_has_one_entry_per_submission() -> None:
    data = receipts_csv(result())
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    read = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(r["收件编号"], r["结论"], r["须修改"], r["提示"]) for r in read] == [
        ("20250113-0007", "已退回", "10", "1"),
        ("20250113-0007", "已接收", "0", "0"),
    ]
    assert all("\n" not in v and "‮" not in v for r in read for v in r.values())
