"""PDF plans: what a page break does to a table is undone, what a line break does to a sentence too."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pdf_pages import Page, pdf, printed
from tests.plan_kit import codes, read
from tests.test_plan_layouts import Wanted, as_wanted, plans
from toolkit.office.document_in import Opened, OpenedTable, OpenedText, open_document

WIDTHS = (40.0, 80.0, 200.0, 100.0, 60.0)
HEAD = ["序号", "工作任务", "工作要求", "责任单位", "完成时限"]


def requirement(k: int) -> str:
    return f"围绕第{k}个领域及时公开相关政策措施和实施情况，做好解读回应，提高公开质量。"


def row(k: int, label: str | None = None, units: str | None = "区财政局、区司法局，各街道办事处") -> list[str | None]:
    return [str(k), label, requirement(k), units, "6月底前"]


def opened(*pages: Page) -> Opened:
    document, findings = open_document(pdf(*pages), "计划.pdf")
    assert document is not None, findings
    return document


def tables(document: Opened) -> list[list[list[str]]]:
    return [
        [["…" if c.continued else c.text for c in r] for r in b.rows]
        for b in document.blocks
        if isinstance(b, OpenedTable)
    ]


def numbered(number: int) -> Page:
    return Page().text(280, 800, f"— {number} —")


def test_a_table_over_three_pages_with_its_heading_on_each_is_one_table() -> None:
    pages = []
    for number in range(3):
        page = numbered(number + 1)
        if number == 0:
            page.text(200, 30, "2024年重点工作任务分解表")
        page.table(60, WIDTHS, [HEAD, *(row(number * 3 + k, "信息公开" if k == 1 else None) for k in (1, 2, 3))])
        pages.append(page)
    (table,) = tables(opened(*pages))
    assert [r[0] for r in table] == ["序号", *map(str, range(1, 10))]
    plan = read(pdf(*pages), "计划.pdf")
    assert [t.requirement for t in plan.tasks] == [requirement(k) for k in range(1, 10)]
    assert {t.path for t in plan.tasks} == {("信息公开",)}
    assert {t.units.responsible for t in plan.tasks} == {("区财政局", "区司法局", "各街道办事处")}
    assert not {"PLN-171", "PLN-170"} & codes(plan), "page numbers are no text"


def test_a_row_cut_by_the_page_break_is_one_row() -> None:
    first, second = Page(), Page()
    first.table(
        60, WIDTHS, [HEAD, row(1, "信息公开"), ["2", None, "及时公开相关政策措施和实施", "区财政局、区司", "6月底"]]
    )
    second.table(60, WIDTHS, [["", None, "情况，做好解读回应。", "法局", "前"], row(3)])
    (table,) = tables(opened(first, second))
    assert table[2] == ["2", "…", "及时公开相关政策措施和实施情况，做好解读回应。", "区财政局、区司法局", "6月底前"]
    assert [r[0] for r in table[1:]] == ["1", "2", "3"]


def test_without_serials_a_row_is_cut_where_its_last_line_is_full() -> None:
    """What begins the next page would not have fitted behind the last line: one row. It would have: a new row."""
    widths, head = (80.0, 300.0, 100.0), ["工作任务", "工作要求", "责任单位"]
    text = "完善依申请公开办理流程，提高答复质量，严格落实合法性审核制度，疑难申请会商研究后答复，并逐件归档备查"
    body = [["信息公开" if k == 1 else None, requirement(k), "区司法局"] for k in (1, 2, 3)]
    for shown, rest, whole in ((29, text[29:], True), (25, "组织开展政务公开培训", False)):
        first, second = Page(), Page()
        first.table(60, widths, [head, *body, [None, text[:shown], "区司法局"]])
        second.table(60, widths, [["", rest, ""], ["", requirement(6), "区民政局"]])
        (table,) = tables(opened(first, second))
        assert [r[1] for r in table[4:]] == ([text] if whole else [text[:shown], rest]) + [requirement(6)]


def test_a_heading_alone_at_the_foot_of_a_page_is_whole() -> None:
    """Its names may fill their cells: no line of theirs runs on."""
    first, second = Page(), Page()
    widths = (30.0, 50.0, 200.0, 100.0, 60.0)
    first.table(60, widths, [HEAD])
    second.table(60, widths, [row(1, "信息公开"), row(2)])
    (table,) = tables(opened(first, second))
    assert table[0] == HEAD
    assert [r[0] for r in table[1:]] == ["1", "2"]


def test_a_merged_cell_that_runs_over_the_page_break_keeps_its_text_together() -> None:
    first, second = Page(), Page()
    units = "区政府办公室、区司法局、区财政局、区民政局、区水利局、区商务局、区审计"
    first.table(60, WIDTHS, [HEAD, row(1, "信息公开", units), row(2, None, None)])
    second.table(60, WIDTHS, [row(3, None, "局、区教育局"), row(4, None, "区民政局")])
    (table,) = tables(opened(first, second))
    assert table[1][3].replace("\n", "") == units + "局、区教育局"
    assert (table[3][3], table[4][3]) == ("…", "区民政局")


def test_blank_cells_are_no_merges_where_a_column_has_none() -> None:
    """Cells left empty by hand take the units above, on every page, as they do in Word."""
    pages = []
    for number in range(2):
        page = Page()
        body = [
            row(number * 4 + k, "信息公开" if k == 1 else "", "区司法局" if (number, k) == (0, 1) else "")
            for k in (1, 2, 3, 4)
        ]
        page.table(60, WIDTHS, [HEAD, *body])
        pages.append(page)
    plan = read(pdf(*pages), "计划.pdf")
    assert [t.units.responsible for t in plan.tasks] == [("区司法局",)] * 8
    assert "PLN-139" not in codes(plan)


def test_wraps_are_undone_and_typed_breaks_kept() -> None:
    page = Page()
    page.table(
        60, WIDTHS, [HEAD, ["1", "信息公开", requirement(1), "区财政局\n区司法局\n区市场监督管理局和税务局", "6月底前"]]
    )
    (table,) = tables(opened(page))
    assert table[1][2] == requirement(1)
    assert table[1][3] == "区财政局\n区司法局\n区市场监督管理局和税务局"


def test_names_that_fill_the_cell_keep_their_lines() -> None:
    """No line is short, so the right edge tells nothing; the names do. A name that is wrapped stays one."""
    page = Page()
    units = "区发展和改革局\n区人力资源和社会保障局\n区行政审批服务局\n各镇街"
    page.table(60, (40.0, 80.0, 200.0, 80.0, 60.0), [HEAD, ["1", "信息公开", requirement(1), units, "6月底前"]])
    (task,) = read(pdf(page), "计划.pdf").tasks
    assert task.units.responsible == tuple(units.split("\n"))
    assert not task.units.notes


def test_text_is_not_put_together_over_a_page_break_where_something_begins() -> None:
    """A short last line, a numeral, a date: each begins a paragraph. A full line goes on."""
    line = "为进一步提高政务公开工作水平，现将工作安排通知如下，请各单位结合实际认真抓"
    for last, first, joined in (
        (line, "好贯彻落实。", True),
        (line, "（二）突出群众需求，深化互动交流", False),
        (line, "1.推进数据开放", False),
        (line, "2024年4月28日", False),
        ("（一）突出工作重点，不断深化主动公开内容", "工作安排", False),
    ):
        first_page = Page().text(50, 60, line).text(50, 74, last)
        (text,) = (b for b in opened(first_page, Page().text(50, 60, first)).blocks if isinstance(b, OpenedText))
        assert (last + first in text.text) == joined, first


def test_a_signature_and_its_date_are_two_lines() -> None:
    page = Page().text(50, 40, "现将工作方案印发给你们，请认真抓好贯彻落实，并按时报送情况。")
    page.text(270, 60, "云河市人民政府办公室").text(290, 74, "2024年4月28日")
    (text,) = (b for b in opened(page).blocks if isinstance(b, OpenedText))
    assert text.text.split("\n")[-2:] == ["云河市人民政府办公室", "2024年4月28日"]


def test_sentences_of_running_text_are_put_together() -> None:
    sentence = "深入推进重点领域信息公开，围绕市场主体关切及时发布政策文件和解读材料。（责任单位：区发展和改革局，各街道办事处）"
    page = Page().text(50, 40, "2024年政务公开工作要点")
    lines = [sentence[k : k + 30] for k in range(0, len(sentence), 30)]
    page.text(50, 60, "一、推进重点领域公开")
    for k, line in enumerate(lines):
        page.text(50 + (20 if k == 0 else 0), 80 + 14 * k, line[: 28 if k == 0 else 30])
    plan = read(pdf(page), "要点.pdf")
    assert [t.units.responsible for t in plan.tasks] == [("区发展和改革局", "各街道办事处")]


def test_a_running_head_is_no_text() -> None:
    pages = [Page().text(50, 20, "云溪区人民政府办公室文件") for _ in range(4)]
    for number, page in enumerate(pages):
        page.table(60, WIDTHS, [HEAD, row(number + 1, "信息公开")])
    document = opened(*pages)
    assert len(tables(document)) == 1 and not any(isinstance(b, OpenedText) for b in document.blocks)


def test_bold_that_is_printed_twice_is_read_once() -> None:
    page = Page().text(50, 40, "2024年政务公开工作要点").text(50.4, 40, "2024年政务公开工作要点")
    page.table(60, WIDTHS, [HEAD, row(1, "信息公开")])
    assert read(pdf(page), "计划.pdf").title == "2024年政务公开工作要点"


def test_two_tables_with_text_between_stay_two() -> None:
    page = Page()
    end = page.table(60, WIDTHS, [HEAD, row(1, "信息公开")])
    page.text(50, end + 20, "附件2 公开平台任务分解表")
    page.table(end + 60, WIDTHS, [HEAD, row(1, "平台建设")])
    assert len(tables(opened(page))) == 2


@pytest.mark.parametrize("serials", [True, False])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wanted=plans(), lines=st.integers(9, 40), again=st.booleans())
def test_a_random_plan_cut_anywhere_by_pages_reads_back_the_same(
    serials: bool, wanted: list[Wanted], lines: int, again: bool
) -> None:
    body: list[list[str | None]] = []
    for k, w in enumerate(wanted):
        label = None if k and wanted[k - 1].category == w.category else w.category
        body.append([str(k + 1), label, w.requirement, "，".join(w.units), w.deadline])
    head, widths, first = HEAD, WIDTHS, 0 if serials else 1
    data = printed(head[first:], [r[first:] for r in body], widths[first:], lines, again)
    assert as_wanted(read(data, "计划.pdf")) == wanted


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (pdf(Page()), "扫描件"),
        (pdf(Page().text(50, 50, "正文"))[:300], "损坏"),
        (b"%PDF-1.7\nnothing", "损坏"),
        (pdf(*[Page().text(50, 50, "页")] * 301), "页"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, word: str) -> None:
    document, (said,) = open_document(data, "计划.pdf")
    assert document is None and said.code == "PLN-102" and word in said.message
