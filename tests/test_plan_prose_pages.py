"""Pages around plans in running text, items that name nobody, and texts that only tell of a plan."""

from __future__ import annotations

import pytest

from tests.plan_kit import codes, read
from toolkit.plan.parts import Plan

WRAPPED = """
    一、深化公开
    （一）公开规划信息。紧扣全区发展目标，及时公开规划计
划和年度安排，定期发布统计数据和重点项目的进展。（责任
单位：区发展改革局、区统计局）持续公开信易贷产品目录和
担保费率。（责任单位：区财政局）
    （二）公开民生信息。分类发布就业创业扶持政策，每季度
更新一次公益性岗位空缺信息，做到应公开尽公开，让群众看
得懂。（责任单位：区民政局）
"""
NAVIGATION = "首页 > 政务公开 > 法定主动公开内容 > 政策文件 > 区政府办公室文件 > 关于印发2024年政务公开工作要点的通知 > 正文内容如下"


def told(plan: Plan) -> list[tuple[str, str]]:
    return [(t.requirement, "、".join((*t.units.lead, *t.units.responsible))) for t in plan.tasks]


@pytest.mark.parametrize("above", ["", f"{NAVIGATION}\n", f"{NAVIGATION}\n{'关于转发有关文件并提出要求的长行' * 6}\n"])
def test_a_long_line_does_not_hide_that_lines_are_cut(above: str) -> None:
    assert told(read(above + WRAPPED)) == [
        ("紧扣全区发展目标，及时公开规划计划和年度安排，定期发布统计数据和重点项目的进展。", "区发展改革局、区统计局"),
        ("持续公开信易贷产品目录和担保费率。", "区财政局"),
        ("分类发布就业创业扶持政策，每季度更新一次公益性岗位空缺信息，做到应公开尽公开，让群众看得懂。", "区民政局"),
    ]


def test_a_bracket_that_opens_a_line_closes_the_paragraph_above() -> None:
    plan = read(
        "一、深化公开\n（一）公开信息\n做好政策展示，让企业看得懂。\n（责任单位：区发展改革局）持续公开产品目录。（责任单位：区财政局）\n"
    )
    assert told(plan) == [("做好政策展示，让企业看得懂。", "区发展改革局"), ("持续公开产品目录。", "区财政局")]


def test_an_item_without_doers_among_items_with_is_a_task_with_a_doubt() -> None:
    plan = read(
        "一、主要任务\n（一）推进数字赋能\n1.推进数据开放。编制开放目录。（责任单位：区数据局）\n2.推进公报传播。办好电子公报，逐步减少印量。\n"
        "3.推进智能检索。建设检索平台。（责任单位：区政府办公室）\n二、保障措施\n（一）加强组织领导。各部门要定期研究部署。\n（二）加强督查。区政府办公室将组织督查。\n"
    )
    assert told(plan) == [
        ("编制开放目录。", "区数据局"),
        ("办好电子公报，逐步减少印量。", ""),
        ("建设检索平台。", "区政府办公室"),
    ]
    assert [f.code for f in plan.tasks[1].findings] == ["PLN-135"] and plan.tasks[1].path[-1] == "推进公报传播"
    assert "PLN-170" not in codes(plan)


def test_an_item_without_doers_between_items_closed_by_lines() -> None:
    plan = read(
        "一、任务\n1.公开预算，逐项列明。\n责任单位：区财政局\n2.办好电子公报，减少印量。\n3.清理存量文件，标注效力。\n责任单位：区司法局\n"
    )
    assert told(plan) == [
        ("公开预算，逐项列明。", "区财政局"), ("办好电子公报，减少印量。", ""), ("清理存量文件，标注效力。", "区司法局"),
    ]  # fmt: skip


def test_an_enumeration_without_doers_beside_one_with_is_one_task() -> None:
    plan = read(
        "一、任务\n（一）推进公开。公开下列信息：\n1.部门预算；\n2.部门决算。（责任单位：区财政局）\n（二）加强解读。做好下列解读：\n1.文字解读；\n2.图片解读。\n"
    )
    assert told(plan)[-1] == ("做好下列解读：文字解读；图片解读。", "") and len(plan.tasks) == 2


def test_an_opened_bracket_at_the_end_of_a_line_goes_on() -> None:
    plan = read(
        "一、任务\n（一）加强建设（牵头单位：区数据局）（\n配合单位：区财政局）\n1.完善检索功能。\n2.清理账号。\n"
    )
    assert told(plan) == [("完善检索功能。", "区数据局"), ("清理账号。", "区数据局")]


def test_a_sentence_behind_the_last_bracket_is_no_loss() -> None:
    plan = read(
        "一、任务\n（一）公开信息。公开预算。（责任单位：区财政局）同步公开绩效目标和评价结果。\n（二）公开决算。公开决算。（责任单位：区财政局）\n"
    )
    assert told(plan) == [("公开预算。", "区财政局"), ("同步公开绩效目标和评价结果。", ""), ("公开决算。", "区财政局")]


def test_paragraphs_that_stand_among_the_tasks_are_named() -> None:
    plan = read(
        "一、提升能力\n每年对照评估结果查找问题，逐项列出清单并向社会公布整改的结果。\n二、重点任务\n（一）公开信息。公开预算。（责任单位：区财政局）\n（二）公开决算。公开决算。（责任单位：区财政局）\n"
    )
    (note,) = [f for f in plan.findings if f.code == "PLN-170"]
    assert len(plan.tasks) == 2 and "第 2 行，1 段" in note.message


def test_the_foot_of_a_web_page_is_no_task() -> None:
    plan = read(
        "一、任务\n（一）公开预算。公开预算。（责任单位：区财政局）\n（二）督促考核。区政府办公室按季度通报。\n责任单位：区督查室\n"
        "会后参观了现场。\n上一篇：某区开班\n下一篇：某区座谈\n【打印】【关闭】\n主办单位：某区人民政府办公室　承办单位：某区数据局\n网站标识码：3700000000\n"
    )
    assert told(plan) == [("公开预算。", "区财政局"), ("区政府办公室按季度通报。", "区督查室")]


def test_what_stands_below_the_last_item_of_a_section_is_not_part_of_it() -> None:
    plan = read(
        "一、夯实基础\n（一）强化考核（责任单位：区政府办公室）\n1.举办业务培训班。\n2.按季度通报公开情况。\n各镇、各部门要对照本要点，逐项抓好落实。\n"
        "某区人民政府办公室\n2024年5月20日\n附件：联系表\n信息公开选项：主动公开\n（此件公开发布）\n某区人民政府办公室　2024年5月20日印发\n打印 关闭\n"
    )
    assert told(plan) == [("举办业务培训班。", "区政府办公室"), ("按季度通报公开情况。", "区政府办公室")]


def test_running_heads_beside_page_numbers_go() -> None:
    plan = read(
        "一、公开信息（责任单位：区民政局）\n1.公开低保的申请条件、审批程序和资金发\n\n- 1 -\n\n某区人民政府办公室文件\n\n放情况，公布咨询电话和投诉渠道，接受社\n"
        "会监督，及时更新各类信息和办事指南的内\n\n- 2 -\n\n某区人民政府办公室文件\n\n容。\n2.公开救助标准。\n"
    )
    assert [t.requirement for t in plan.tasks][1] == "公开救助标准。" and "文件" not in plan.tasks[0].requirement


def test_a_first_sentence_is_no_name_where_the_other_items_have_none() -> None:
    lines = [
        "1.围绕主导产业，及时发布产业规划、项目申报、评审结果、资金拨付等信息，编印口袋书。",
        "2.完善舆情收集、会商、处置机制。对热点问题在24小时内回应。",
        "3.常务会议每年听取汇报不少于1次。各部门将经费列入预算。",
        "4.公布养老机构名录、服务项目和收费标准，每半年更新，并在办事大厅张贴。",
    ]
    plan = read("一、任务\n" + "".join(f"{line}\n责任单位：区财政局\n" for line in lines))
    assert [t.requirement for t in plan.tasks] == [line[2:] for line in lines]
    assert [t.no for t in plan.tasks] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(("line", "text"), [
    ("3.6月底前完成清单编制。", "6月底前完成清单编制。"),
    ("3.2024年6月底前完成清单编制。", "2024年6月底前完成清单编制。"),
    ("3.12345热线归集高频咨询问题。", "12345热线归集高频咨询问题。"),
])  # fmt: skip
def test_the_numeral_before_a_date_ends_at_its_point(line: str, text: str) -> None:
    plan = read(
        f"一、任务\n1.公开预算，逐项列明。（责任单位：区财政局）\n2.公开决算，逐项列明。（责任单位：区财政局）\n{line}（责任单位：区司法局）\n"
    )
    assert (plan.tasks[2].no, plan.tasks[2].requirement) == ("3", text)


def test_numbered_items_without_any_doer_are_told_in_the_refusal() -> None:
    plan = read(
        "一、公开预算信息，逐项列明内容。\n二、公开决算信息，逐项列明内容。\n三、清理存量文件，逐件标注效力。\n"
    )
    (refusal,) = plan.findings
    assert (
        not plan.tasks
        and refusal.code == "PLN-101"
        and "3 个带编号的条目" in refusal.message
        and "责任单位" in refusal.message
    )


@pytest.mark.parametrize(("title", "kind"), [
    ("《2024年某区政务公开工作要点》政策解读", "政策解读"), ("某区召开2024年政务公开工作推进会", "新闻报道"),
    ("某区2023年政府信息公开工作年度报告", "工作报告"),
])  # fmt: skip
def test_texts_that_only_tell_of_a_plan_are_refused(title: str, kind: str) -> None:
    plan = read(
        f"{title}\n一、起草背景\n为推进工作制定本要点。\n五、解读机构及联系方式\n解读机构：某区人民政府办公室\n责任单位：某区人民政府办公室政务公开科\n联系电话：0000-123\n"
    )
    assert not plan.tasks and plan.findings[-1].code == "PLN-101" and kind in plan.findings[-1].message


def test_a_unit_with_应_in_its_name_is_a_unit() -> None:
    plan = read("一、任务\n（一）公开预案。公开预案。（区应急管理局牵头，区教育局配合）\n")
    assert plan.tasks[0].units.lead == ("区应急管理局",) and plan.tasks[0].units.supporting == ("区教育局",)


def test_closing_words_with_a_duty_of_their_own_are_named() -> None:
    body = (
        "一、任务\n（一）公开信息。公开预算。（责任单位：区财政局）\n（二）公开决算。公开决算。（责任单位：区财政局）\n"
    )
    asks = read(f"{body}各街道、各部门要明确专人负责，于每季度末将落实情况报送区政府办公室。\n")
    assert len(asks.tasks) == 2 and "PLN-170" in codes(asks)
    assert "PLN-170" not in codes(read(f"{body}各街道、各部门要高度重视，认真抓好落实。\n"))
