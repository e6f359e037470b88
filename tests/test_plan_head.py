"""The head of a document: title over several lines, document number in any bracket, the year of the plan."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_kit import Sheet, excel, read, word

TASK = "（一）公开预算。做好预算公开。（责任单位：区财政局）\n"
HEADS = (
    # lines above | title | document number | year
    ("清河区人民政府办公室文件\n清政办〔2024〕8号\n清河区人民政府办公室\n关于印发清河区2024年政务公开工作要点\n任务分解表的通知\n各镇街：\n附件\n清河区2024年政务公开工作要点\n任务分解表",
     "清河区2024年政务公开工作要点任务分解表", "清政办〔2024〕8号", 2024),
    ("关于印发《2024年清河区政务公开工作\n要点》的通知\n清河政办发〔2024〕 8 号", "2024年清河区政务公开工作要点", "清河政办发〔2024〕8号", 2024),
    ("清政办字【2023】12 号\n关于做好2023年政务公开工作的通知", "关于做好2023年政务公开工作的通知", "清政办字【2023】12号", 2023),
    ("清政办函[2023]第12号\n附件1：\n2023年度政务公开重点工作台账", "2023年度政务公开重点工作台账", "清政办函[2023]第12号", 2023),
    ("清发改（2024）12号\n清河区发展改革局2024年政务公开实施方案", "清河区发展改革局2024年政务公开实施方案", "清发改（2024）12号", 2024),
    ("发文字号：清政办发〔2021〕33号\n发布日期：2021-06-01\n标题：清河区2021年政务公开工作要点", "清河区2021年政务公开工作要点", "清政办发〔2021〕33号", 2021),
    ("清河区 2024 年政务公开重点工作任务分解", "清河区2024年政务公开重点工作任务分解", None, 2024),
    ("二〇二四年清河区政务公开工作要点", "二〇二四年清河区政务公开工作要点", None, 2024),
    ("清河区推进基层政务公开标准化规范化工作\n任务分解一览表\n（2024年）", "清河区推进基层政务公开标准化规范化工作任务分解一览表（2024年）", None, 2024),
    ("附件2\n政务公开任务清单（2024版）", "政务公开任务清单（2024版）", None, 2024),
    ("清河市数字政府建设三年行动计划（2023—2025年）\n清政办发〔2023〕5号", "清河市数字政府建设三年行动计划（2023—2025年）", "清政办发〔2023〕5号", 2023),
    ("清河区政务公开工作要点\n2022年5月20日", "清河区政务公开工作要点", None, 2022),
    ("清河区政务公开工作要点\n清政办〔2022〕5号\n根据《条例》（2019年修订）、《2021年全省政务公开工作要点》要求，制定本要点。", "清河区政务公开工作要点", "清政办〔2022〕5号", 2022),
    ("清河区政务公开工作要点\n根据《条例》（2019年修订）和国办发〔2021〕12号文件要求，制定本要点。", "清河区政务公开工作要点", None, None),
)  # fmt: skip


@pytest.mark.parametrize(("lines", "title", "number", "year"), HEADS)
def test_title_number_and_year(lines: str, title: str, number: str | None, year: int | None) -> None:
    plan = read(f"{lines}\n{TASK}", year=None)
    assert (plan.title, plan.doc_no, plan.year) == (title, number, year)
    assert len(plan.tasks) == 1


def test_numbers_of_other_documents_are_not_its_own() -> None:
    text = "2024年政务公开工作要点\n根据《国务院办公厅关于印发2024年政务公开工作要点的通知》（国办发〔2024〕1号）、省政府办公厅通知（鲁政办发〔2024〕2号）要求，制定本要点。\n"
    assert read(text + TASK, year=None).doc_no is None


@pytest.mark.parametrize("build", [excel, word], ids=["xlsx", "docx"])
def test_a_title_in_the_first_rows_of_the_table(build: type) -> None:
    """A sheet's title stands in merged rows above the headings; it gives the year of dates without one."""
    body = [
        ["序号", "工作任务", "责任单位", "完成时限"], ["1", "公开预算信息并做好解读工作", "区财政局", "6月底前"], ["2", "公开决算信息并做好解读工作", "区财政局", "9月底前"],
    ]  # fmt: skip
    rows = [["附件2", "", "", ""], ["清河区2023年政务公开", "", "", ""], ["工作任务分解表", "", "", ""], *body]
    name = "a.xlsx" if build is excel else "a.docx"
    plan = read(build(Sheet(rows, [(1, 0, 1, 3), (2, 0, 2, 3)])), name, None)
    assert (plan.title, plan.year) == ("清河区2023年政务公开工作任务分解表", 2023)
    assert [str(t.deadline.date) for t in plan.tasks] == ["2023-06-30", "2023-09-30"]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(2008, 2035), st.integers(1, 300), st.sampled_from(["〔〕", "[]", "【】", "（）", "()", "［］"]), st.sampled_from(["", " ", "　"]),
    st.sampled_from(["政务公开工作要点", "政务公开重点工作任务分解表", "政务公开工作方案", "法治政府建设工作台账"]),
    st.sampled_from(["{year}年清河区{what}", "清河区{year}年{what}", "清河区{what}（{year}年）"]), st.integers(0, 4),
)  # fmt: skip
def test_any_head_is_read_back(
    year: int, number: int, brackets: str, gap: str, what: str, form: str, broken: int
) -> None:
    """Number in any bracket with or without spaces; the title on one line or broken inside its last words."""
    title = form.format(year=year, what=what)
    at = len(title) - 3 - broken
    lines = title if not broken or title.endswith("）") else f"{title[:at]}\n{title[at:]}"
    doc_no = f"清政办发{brackets[0]}{year}{brackets[1]}{number}号"
    printed = doc_no.replace(str(year), f"{gap}{year}{gap}").replace(f"{number}号", f"{gap}{number}{gap}号")
    plan = read(f"{printed}\n\n{lines}\n{TASK}", year=None)
    assert (plan.doc_no, plan.title, plan.year) == (doc_no, title, year)
