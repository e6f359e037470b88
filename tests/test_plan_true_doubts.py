"""Doubts that would mislead: a default deadline from a fragment, a refusal for a heading, gaps that are none, texts called cut."""

from __future__ import annotations

import pytest

from tests.plan_kit import codes, read
from tests.test_plan_doubts import of, said, table, task
from toolkit.plan.default_deadline import default_deadline

# ---------------------------------------------------------------- one deadline for all tasks


@pytest.mark.parametrize(
    ("texts", "default"),
    [
        (["局，完成时限：2022年6月底前）"], None),
        (["（二）规划公开。公开规划。（牵头单位：市自然资源局，完成时限：2022", "年6月底前）"], None),
        (["重点领域标准目录编制工作要于8月底前完成。"], None),
        (["各县区要于5月底前完成各项基础工作。"], None),
        (["各项整改任务要于6月底前完成。"], None),
        (["有关工作于6月底前完成。"], None),
        (["完成时限：6月底前，责任单位：区财政局"], None),
        (["（未注明完成时限的，均于12月底前完成）"], "12月底前"),
        (["方案确定的各项重点工作任务要于2024年11月底前全部完成。"], "2024年11月底前"),
        (["分解表所列任务（含跨年度任务）原则上于年底前完成。"], "年底前"),
    ],
)
def test_only_a_sentence_about_all_tasks_sets_a_deadline_for_all(texts: list[str], default: str | None) -> None:
    assert default_deadline(texts) == default


def test_what_a_task_says_of_its_own_matters_is_no_deadline_for_all() -> None:
    text = "各项任务于6月底前全部完成。"
    plan = of(table(task("1", "台账", what=f"建立台账，{text}"), task("2", "决算")) + "\n各单位要抓好落实。\n")
    assert plan.default_deadline is None
    wrapped = (
        "一、加强公开\n（一）规划公开。系统整理历年国民经济和社会发展规划，设置专栏归集展示。（牵头单位：市自然资源\n"
        "局，完成时限：2024年6月底前）\n（二）财政公开。公开预算和决算信息，细化到项级科目。（牵头单位：市财政\n局，完成时限：长期坚持）\n"
    )
    plan = read(wrapped, year=2024)
    assert plan.default_deadline is None and len(plan.tasks) == 2
    assert of(f"{table(task('1', '预算'), task('2', '决算'))}\n完成时限：12月底前\n").default_deadline is None


# ---------------------------------------------------------------- other kinds of document


@pytest.mark.parametrize(
    "heading", ["（二）做好政策解读", "加强政策解读", "三、深化政策解读", "开展政务公开业务培训活动"]
)
def test_a_heading_about_interpretation_is_no_title_of_one(heading: str) -> None:
    plan = read(f"{heading}\n做好解读工作，丰富解读形式。（责任单位：区司法局）\n", year=2024)
    assert "PLN-101" not in codes(plan) and len(plan.tasks) == 1


@pytest.mark.parametrize("title", ["《2024年政务公开工作要点》政策解读", "一图读懂2024年政务公开工作要点", "图解：政务公开工作要点", "政务公开工作要点解读：这样干"])  # fmt: skip
def test_an_interpretation_is_refused_as_one(title: str) -> None:
    plan = read(f"{title}\n近日，区政府办公室印发了工作要点，现解读如下。\n", year=2024)
    assert "政策解读" in said(plan, "PLN-101")[0]


@pytest.mark.parametrize(
    "day", ["二〇一二年五月二十二日", "二○一二年五月十日", "二O一二年十二月三日", "二０一二年五月二十二日"]
)
def test_a_date_in_chinese_numerals_is_signed_below_and_no_part_of_the_title(day: str) -> None:
    head = f"清河区人民政府办公室\n{day}\n\n清河区深化政务公开工作任务分工方案\n\n"
    plan = read(head + table(task("1", "预算"), task("2", "决算")), year=None)
    assert (plan.title, plan.year) == ("清河区深化政务公开工作任务分工方案", 2012)


# ---------------------------------------------------------------- serials


def test_codes_by_chapter_leave_no_gap_though_one_row_is_misread() -> None:
    printed = ("0101", "0102", "0103", "0201", "0202", "6", "0301", "0302", "0401")
    plan = of(table(*(task(code, f"事项{code}") for code in printed)))
    assert said(plan, "PLN-110") == [] and said(plan, "PLN-113") == []
    running = of(table(*(task(f"{n:03d}", f"事项{n}") for n in (97, 98, 99, 100, 101, 103))))
    assert said(running, "PLN-110")[-1].endswith("缺少序号 102。") and said(running, "PLN-113") == []


def test_a_row_without_serial_between_neighbours_is_not_given_the_number_of_the_next() -> None:
    rows = [task("1", "预算"), task("2", "决算"), task("", "采购"), task("3", "债务"), task("4", "审计")]
    whole = of(table(*rows))
    assert said(whole, "PLN-111") == ["本行没有序号，而前后的序号 2、3 相连，可能是前一项的后半部分。"]
    assert said(whole, "PLN-110") == []
    gap = of(table(*[task("1", "预算"), task("2", "决算"), task("", "采购"), task("4", "债务"), task("6", "审计")]))
    assert said(gap, "PLN-111") == ["本行没有序号，按位置应为第 3 项；行分隔可能已损坏。"]
    assert said(gap, "PLN-110") == ["表1缺少序号 3、5（其中 3 处有任务，只是没有序号）。"]


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("mark", ["{n}.", "{n}．", "（{n}）", "{n}、"])
def test_the_number_before_a_requirement_is_no_sentence_cut(mark: str) -> None:
    items = "".join(f"{mark.format(n=n)}公开第{n}批重点项目信息，细化到每个环节。（区财政局负责）" for n in range(1, 5))
    plan = read(f"一、围绕稳就业保民生抓公开。{items}\n", year=2024)
    assert len(plan.tasks) == 4 and "PLN-181" not in codes(plan)


def test_a_heading_closed_by_a_colon_is_not_lost() -> None:
    plan = read(
        "一、强化解读\n1.健全全链条解读机制：区政府文件一律配套解读，涉及专业术语的作出说明。（责任单位：区政府办公室）\n"
        "2.规范重大行政决策公开事项：公布年度目录，变更后及时调整。（责任单位：区司法局）\n",
        year=2024,
    )
    assert len(plan.tasks) == 2 and said(plan, "PLN-180") == []


def test_a_row_that_holds_a_second_one_behind_its_end_is_said() -> None:
    rows = [task(str(n), f"事项{n}") for n in range(1, 6)]
    rows[2] += "\t" + task("4", "采购", what="公布采购意向和中标结果，按季度汇总。")
    plan = of(table(*rows))
    held = "".join(t.requirement for t in plan.tasks)
    assert "公布采购意向" in held or any("公布采购意向" in m for m in said(plan, "PLN-180"))
    assert said(of(table(*[task(str(n), f"事项{n}") for n in range(1, 6)])), "PLN-180") == []


def test_a_lead_that_names_all_of_a_kind_beside_a_blank_unit_is_asked_about() -> None:
    head = "序号\t工作任务\t工作要求\t牵头单位\t责任单位\n"
    rows = [f"{n}\t事项{n}\t做好第{n}方面的信息公开和解读回应工作。\t市司法局\t市财政局" for n in range(1, 5)]
    rows.append("5\t事项5\t做好各方面的信息公开和宣传引导工作。\t各县（市、区）政府，市直各部门\t")
    plan = of(table(*rows, head=head))
    assert len(said(plan, "PLN-140")) == 1
    plain = of(table(*rows[:4], "5\t事项5\t做好档案信息公开和宣传引导工作。\t市档案馆\t", head=head))
    assert said(plain, "PLN-140") == []


# ---------------------------------------------------------------- told once


def test_plain_numbers_and_times_are_told_once_for_the_table_and_what_is_to_be_decided_in_the_row() -> None:
    plan = of(
        table(
            task("1", "培训", what="全年培训不少于2次，规范办理流程。"),
            task("2", "解读", what="全年解读不少于6件，提高质量。"),
            task("3", "会议", what="原则上每年至少召开2次专题会议。"),
            task("4", "网站", time="全年", what="9月底前完成网站改版，优化栏目。"),
            task("5", "答复", what="收到申请之日起20个工作日内答复。"),
        )
    )
    assert "序号 1、2）" in said(plan, "PLN-168")[0] and "弹性" in said(plan, "PLN-168")[1]
    assert [t.no for t in plan.tasks if "PLN-168" in {f.code for f in t.findings}] == ["3"]
    assert [t.no for t in plan.tasks if "PLN-167" in {f.code for f in t.findings}] == ["4"]
    assert "序号 5）" in said(plan, "PLN-167")[0]


def test_what_is_the_same_in_several_tables_is_said_once() -> None:
    one = table(task("1", "预算"), task("2", "决算"), head=HEADLESS)
    plan = of(f"{one}\n二、民生领域的信息公开\n\n{one}")
    assert len({f.message for f in plan.findings if f.code == "PLN-106"}) <= 1


HEADLESS = "\t工作任务\t工作要求\t责任单位\t完成时限\n"


def test_the_covering_notice_and_the_imprint_are_no_doubts() -> None:
    notice = "各单位：\n现将《2024年政务公开任务分解表》印发给你们，请结合实际认真抓好贯彻落实。\n"
    rows = table(task("1", "预算公开"), task("2", "决算公开"))
    plan = of(f"{notice}\n{rows}\n云河区人民政府办公室                2024年5月6日印发\n")
    assert not {"PLN-170", "PLN-171", "PLN-172"} & codes(plan)
    more = of(
        f"{notice}一是强化责任，各单位主要负责人要亲自过问政务公开工作，定期听取情况汇报。\n\n{rows}\n抄送：区委办公室。\n"
    )
    assert {"PLN-170", "PLN-171"} <= codes(more)
