"""退回通知: the Word notice of a filing that goes back, and the one page for a file of which nothing was read."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import nights
from tests.word_sample import lines
from toolkit.builtin.word import RETURN_NOTICE, templates
from toolkit.findings import Finding, Level, finding
from toolkit.model import Draft, Filled, Submission, Verdict
from toolkit.office.excel_in import read_book
from toolkit.reports.documents import context_keys, returned_documents
from toolkit.reports.notice import KEYS, view
from toolkit.reports.unread import unread, unread_notice

SOFFICE = shutil.which("soffice")
TEMPLATE = templates()[RETURN_NOTICE]
OFFICE = "云溪区人民政府办公室"

WRONG_DAY = Finding(
    "IN-504", Level.FIX, "“五月”无法识别为日期。", "请按“2024-05-08”的样式填写。", sheet="进展", cell="I8", value="五月"
)
CHOICE = Finding("IN-514", Level.FIX, "“基本完成”不是可选内容。", "请从下拉列表中选择。", sheet="进展", cell="H9")
DOUBLED = Finding(
    "TAB-101", Level.EXPLAIN, "本年新收较上年增长一倍以上。", "请核对；如属实，请说明。", rule="年报-表三-40",
    sheet="表三", cell="D7",
)  # fmt: skip
DAYS = tuple(replace(WRONG_DAY, cell=f"I{n}", message=f"“{n}日”无法识别为日期。") for n in range(8, 220))


def filed(*findings: Finding, **more: Any) -> Submission:
    s = Submission("20260108-0001", "ab" * 32, "inbox/云溪区教育局/云溪区教育局-任务进展-2025-12.xlsx", date(2026, 1, 8),
                   "任务进展", "云溪区教育局", "2025-12", 2, Verdict.RETURNED, findings, seq=5)  # fmt: skip
    return replace(s, **more)


def seen(s: Submission, **more: Any) -> dict[str, Any]:
    given = {"government": "云溪区人民政府", "office": OFFICE, "phone": "0000-1234567", "form_title": "任务进展情况"}
    return view(s, **{**given, **more})


def notice(s: Submission, **more: Any) -> bytes:
    made, findings = returned_documents(RETURN_NOTICE, TEMPLATE, {"a": seen(s, **more)})
    assert not findings
    return made["a"]


def paragraphs(data: bytes) -> list[str]:
    return [x for x in lines(data) if x]


# ---------------------------------------------------------------- what it says


def test_who_what_which_why_what_to_do_and_whom_to_call() -> None:
    said = paragraphs(notice(filed(WRONG_DAY), due_on=date(2026, 1, 9)))
    assert said == [
        "关于退回2025年12月任务进展情况的通知",
        "云溪区教育局：",
        "你单位2026年1月8日报送的2025年12月任务进展情况（收件编号：20260108-0001，第2版）收悉。经核对，有1处须修改，现予退回。",
        "一、退回原因",
        "“五月”无法识别为日期（进展!I8）。请按“2024-05-08”的样式填写。",
        "二、办理要求",
        "请按随本通知退回的工作簿首页“退回说明”逐项修改，用原文件名保存后放入收件文件夹，于2026年1月9日（含当日）前重新报送。",
        OFFICE,
        "2026年1月8日",
        "（联系电话：0000-1234567）",
    ]


def test_causes_are_counted_the_gravest_and_most_frequent_first() -> None:
    more = [replace(CHOICE, cell=f"H{n}") for n in (9, 12)]
    causes = seen(filed(DOUBLED, *more, *DAYS, replace(CHOICE, level=Level.NOTE, code="IN-501")))["原因"]
    assert causes == [
        "1．日期无法识别，共212格（进展!I8:I219）。请按“2024-05-08”的样式填写。",
        "2．“基本完成”不是可选内容，共2格（进展!H9、H12）。请从下拉列表中选择。",
        "3．须说明：本年新收较上年增长一倍以上（表三!D7）。请核对；如属实，请说明。",
    ]
    others = [replace(CHOICE, code=f"IN-5{n}", message=f"第{n}种问题。", cell="K9") for n in range(30, 41)]
    causes = seen(filed(*others, DOUBLED, *DAYS))["原因"]
    assert causes[0] == "1．日期无法识别，共212格（进展!I8:I219）。", "without the remedies more causes fit"
    assert causes[-1] == f"另有{13 - len(causes) + 1}类{13 - len(causes) + 1}处，见随本通知退回的工作簿。"


def test_what_follows_from_another_and_what_is_explained_is_not_counted() -> None:
    after = replace(CHOICE, consequence_of="IN-504")
    row = {name: Filled(text, "情况说明", "A5") for name, text in (("规则", "年报-表三-40"), ("说明", "新增受理点。"))}
    draft = Draft("任务进展", lists={"情况说明": (row,)})
    opening = seen(filed(WRONG_DAY, after, DOUBLED, draft=draft))["开头段"]
    assert "经核对，有1处须修改，现予退回。" in opening
    assert "有1处须修改、1处须说明" in seen(filed(WRONG_DAY, DOUBLED))["开头段"]


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 1, 8), "于2026年1月8日（含当日）前重新报送。"),
        (date(2026, 1, 7), "尽快重新报送（报送期限为2026年1月7日，已经超过）。"),
        (None, "，尽快重新报送。"),
    ],
)
def test_the_day_by_which_it_is_wanted_again(due_on: date | None, words: str) -> None:
    assert words in "".join(seen(filed(WRONG_DAY), due_on=due_on)["要求"])


def test_without_a_telephone_the_office_is_named() -> None:
    said = paragraphs(notice(filed(WRONG_DAY), phone=""))
    assert f"如有疑问，请与{OFFICE}联系。" in said and said[-1] == "2026年1月8日"


def test_a_file_that_could_not_be_read_of_nobody_known() -> None:
    broken = finding("IN-204", name="来历不明.xlsx", reason="目录缺失")
    s = filed(broken, unit="", form="", period="", file="inbox/来历不明.xlsx", verdict=Verdict.REFUSED)
    said = paragraphs(notice(s, form_title=""))
    assert said[:3] == [
        "关于退回报送文件的通知",
        "有关单位：",
        "2026年1月8日报送的文件“来历不明.xlsx”（收件编号：20260108-0001）收悉。该文件未能读取，现予退回。",
    ]
    assert broken.message.rstrip("。") in said[4] and said[6].startswith("请按上述办法处理，")


def test_a_long_title_breaks_between_the_period_and_the_form() -> None:
    assert seen(filed(WRONG_DAY), form_title="政务公开工作任务进展情况")["标题"].split("\n") == [
        "关于退回2025年12月", "政务公开工作任务进展情况的通知",
    ]  # fmt: skip
    nearly = seen(filed(WRONG_DAY), form_title="政策咨询接待登记")["标题"]
    assert "\n" in nearly, "what fills a line to its last point may need two in another font"


def test_the_sample_workspace_is_named_in_the_header() -> None:
    document = Document(io.BytesIO(notice(filed(WRONG_DAY), sample=True)))
    assert document.sections[0].header.paragraphs[0].text == "示例数据"


def test_a_template_of_the_offices_own_may_use_every_name_and_says_sample_in_any_case() -> None:
    assert context_keys()["@收件"] == dict(KEYS)
    document = Document()
    for name in KEYS:
        document.add_paragraph(f"{{% if {name} %}}{{% endif %}}")
    raw = io.BytesIO()
    document.save(raw)
    made, findings = returned_documents("催办@收件.docx", raw.getvalue(), {"a": seen(filed(WRONG_DAY))})
    assert not findings and set(made) == {"a"}
    own = Document()
    own.add_paragraph("{{ 单位 }}")
    raw = io.BytesIO()
    own.save(raw)
    made, _ = returned_documents("催办@收件.docx", raw.getvalue(), {"a": seen(filed(WRONG_DAY), sample=True)})
    assert paragraphs(made["a"]) == ["示例数据", "云溪区教育局"]


def test_equal_filings_make_equal_bytes() -> None:
    assert notice(filed(*DAYS)) == notice(filed(*DAYS))


# ---------------------------------------------------------------- one page, whatever it says

TEXTS = st.text(st.sampled_from("甲乙丙表，。12aW“”（）"), min_size=1, max_size=400)
FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["IN-504", "TAB-101", "ROW-101"]),
    level=st.sampled_from([Level.FIX, Level.EXPLAIN]),
    message=TEXTS,
    remedy=TEXTS,
    rule=st.sampled_from(["a", "b", "c", "d", "e"]),
    sheet=st.sampled_from(["进展", "表三"]),
    cell=st.sampled_from(["A1", "B2", "C3", "", "第3行"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(FINDINGS, min_size=1, max_size=40))
def test_every_cause_is_shown_or_counted(findings: list[Finding]) -> None:
    s = filed(*findings)
    causes = seen(s)["原因"]
    assert 1 <= len(causes) <= 8
    rest = re.fullmatch(r"另有(\d+)类(\d+)处，见随本通知退回的工作簿。", causes[-1])
    shown = causes[:-1] if rest else causes
    counted = [int(m[1]) if (m := re.search(r"，共(\d+)格", c)) else 1 for c in shown]
    assert sum(counted) + (int(rest[2]) if rest else 0) == len(findings)


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_the_longest_notices_are_one_page(tmp_path: Path) -> None:
    long = "说明很长的一个问题" * 40
    many = tuple(replace(CHOICE, rule=f"r{n}", message=f"{n}{long}", remedy=long, cell=f"H{n}") for n in range(30))
    title = "政务公开工作任务进展情况"
    cases = {
        "many": notice(filed(*DAYS, *many, DOUBLED), due_on=date(2026, 1, 7), phone="", form_title=title),
        "one": notice(filed(many[0], DOUBLED), form_title=title, sample=True),
        "name": notice(filed(WRONG_DAY, unit="云溪区" + "很长的名称" * 6, file="inbox/" + "名" * 200 + ".xlsx", form="")),
    }  # fmt: skip
    for name, data in cases.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), *(str(tmp_path / f"{n}.docx") for n in cases)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for name in cases:
        pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / f"{name}.pdf").read_bytes())
        assert len(pages) == 1, name


# ---------------------------------------------------------------- hostile words

HOSTILE = (
    "=1+1", "@SUM(A1)", "{{7*7}}", "{%p if x %}", "</w:t></w:r><w:r><w:t>伪", "&lt;&amp;", "]]>", "\x00\x07\x1b", "‮反‬",
    "_x000D_", "a\r\nb\tc", "﻿", "http://x/", "{{p 原因 }}", "<?block 原因?>", "\ud800", "甲" * 50_000,
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_a_department_stay_words(words: str) -> None:
    f = Finding("IN-504", Level.FIX, f"“{words}”无法识别。", "请改正。", sheet=words[:20], cell="I8", value=words)
    data = notice(filed(f, file=f"inbox/甲/{words}.xlsx", unit="", form="", period=""), form_title="")
    said = paragraphs(data)
    assert len(said) == 10 and all(len(p) < 300 for p in said)
    text = "".join(said)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\ud800-\udfff]", text)
    for literal in ("{{7*7}}", "=1+1", "&lt;&amp;", "</w:t></w:r><w:r><w:t>伪", "{{p 原因 }}", "<?block 原因?>"):
        assert (literal in text) == (words == literal)


# ---------------------------------------------------------------- through the command


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    root = nights.copied(nights.sample(tmp_path_factory, 2, 2), tmp_path / "区")
    (root / "inbox" / "来历不明.xlsx").write_bytes(b"PK\x03\x04 cut")
    nights.age(root)
    return root


def received(root: Path, day: str = nights.DAY) -> dict[str, dict[str, Any]]:
    return nights.results(nights.zwgk(root, "receive", "--as-of", day, "--jobs", "2", "--json"))


def test_receive_puts_it_beside_the_workbook_and_once_only(workspace: Path) -> None:
    back = [x for x in received(workspace).values() if x["verdict"] in ("returned", "refused")]
    assert any(not x["unit"] for x in back) and any(x["unit"] for x in back)
    outbox = workspace / "outbox"
    for line in back:
        number, unit, form = line["receipt_no"], line["unit"], line["form"] or "未识别表单"
        folder, name = (f"单位/{unit}/退回", f"{number}-{unit}-{form}") if unit else ("内部/未识别", number)
        assert (outbox / folder / f"{name}.xlsx").is_file()
        said = paragraphs((outbox / folder / f"{name}-退回通知.docx").read_bytes())
        assert any(number in x for x in said) and "2026年1月8日" in said
    assert len(list(outbox.rglob("*退回通知.docx"))) == len(back)
    before = nights.outbox(workspace)
    received(workspace, "2026-01-09")
    assert nights.outbox(workspace) == before
    lost = next(outbox.rglob("*退回通知.docx"))
    lost.unlink()
    received(workspace, "2026-01-10")
    assert nights.outbox(workspace) == before, "what somebody took away comes again, as it was"


def test_one_child_or_three_the_same_bytes(workspace: Path, tmp_path: Path) -> None:
    other = nights.copied(workspace, tmp_path / "另一处")
    for root, jobs in ((workspace, "1"), (other, "3")):
        assert nights.zwgk(root, "receive", "--as-of", nights.DAY, "--jobs", jobs).code == 0
    made = nights.outbox(workspace)
    assert made == nights.outbox(other) and {"docx", "xlsx", "txt"} <= {n.rpartition(".")[2] for n in made}


def test_the_due_day_is_that_of_the_issue(workspace: Path) -> None:
    line = next(x for x in received(workspace).values() if x["verdict"] == "returned" and x["form"] == "年报数据")
    path = next(workspace.rglob(f"{line['receipt_no']}-*退回通知.docx"))
    assert "于2026年1月31日（含当日）前重新报送。" in "".join(paragraphs(path.read_bytes()))


def test_an_office_that_takes_the_template_away_gets_none(workspace: Path) -> None:
    (workspace / "templates" / "docx" / RETURN_NOTICE).unlink()
    received(workspace)
    assert list(workspace.rglob("退回/*.xlsx")) and not list(workspace.rglob("*退回通知*.docx"))


def test_a_template_gone_wrong_is_said_and_costs_the_notices_alone(workspace: Path) -> None:
    path = workspace / "templates" / "docx" / RETURN_NOTICE
    document = Document(io.BytesIO(path.read_bytes()))
    document.paragraphs[0].runs[0].text = "{{ 标提 }}"
    document.save(str(path))
    said = nights.zwgk(workspace, "receive", "--as-of", nights.DAY, "--jobs", "2", "--json")
    assert said.code == 0
    assert [(f["code"], RETURN_NOTICE in f["message"], "标题" in f["message"]) for f in said.json["findings"]] == [
        ("OUT-204", True, True)
    ]
    assert list(workspace.rglob("退回/*.xlsx")) and not list(workspace.rglob("*退回通知.docx"))
    path.write_bytes(TEMPLATE)
    received(workspace)
    assert list(workspace.rglob("*退回通知.docx")), "the next run brings them"


# ---------------------------------------------------------------- nothing was read


def test_one_page_says_why_what_to_do_and_whom_to_call() -> None:
    broken = finding("IN-204", name="a.xlsx", reason="目录缺失")
    s = filed(broken, verdict=Verdict.REFUSED, form="", period="")
    data = unread_notice(s, OFFICE, "0000-1234567", sample=True)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    text = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    for words in (
        "未能读取",
        broken.message,
        broken.remedy,
        "20260108-0001",
        "0000-1234567",
        "示例数据",
        "2026年1月8日",
    ):
        assert words in text
    assert sheet.page_setup.orientation == "portrait" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert read_book(data, "a.xlsx")[0] is not None, "whatever opens the form opens this"


def test_a_file_that_is_no_workbook_was_not_read_either() -> None:
    assert unread(filed(finding("IN-111", name="a.pdf"))) and not unread(filed(WRONG_DAY))


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_names_of_files_stay_names(words: str) -> None:
    s = filed(finding("IN-204", name=words, reason="目录缺失"), file=f"inbox/{words}", verdict=Verdict.REFUSED)
    book = openpyxl.load_workbook(io.BytesIO(unread_notice(s, OFFICE, "")))
    cells = [c for row in book.worksheets[0].iter_rows() for c in row if c.value is not None]
    assert all(c.data_type in ("s", "n") and not c.hyperlink for c in cells)
