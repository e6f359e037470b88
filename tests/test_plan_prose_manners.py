"""Manners of running text: labels that end a list, contacts that are none, two headings on one line, a converter's escapes."""

from __future__ import annotations

import pytest

from tests.plan_kit import codes, read
from toolkit.plan.parts import Plan

TITLE = "某区2024年政务公开工作要点\n"


def told(plan: Plan) -> list[tuple[str, str]]:
    """Requirement and units of each task."""
    return [
        (t.requirement, "、".join((*t.units.lead, *t.units.responsible, *t.units.supporting, *t.units.offices)))
        for t in plan.tasks
    ]


def paths(plan: Plan) -> list[str]:
    return ["/".join(t.path) for t in plan.tasks]


@pytest.mark.parametrize("end", [
    "抄送：区委办公室。", "附件：任务分解表", "（此件公开发布）", "联系人：张某", "某区人民政府办公室2024年5月8日印发",
    "2024年5月8日", "某区人民政府办公室\n2024年5月8日", "公开方式：主动公开",
])  # fmt: skip
def test_the_last_line_of_doers_is_no_signature(end: str) -> None:
    plan = read(f"{TITLE}1．公布职责分工。\n责任单位：区政府办\n2．公开预算。\n责任单位：区财政局\n\n{end}\n")
    assert told(plan) == [("公布职责分工。", "区政府办"), ("公开预算。", "区财政局")]


@pytest.mark.parametrize("text", [
    "公开机构职能、内设机构和联系方式，人员变动后及时更新。", "做好政策解读，明确解读机构、解读人。",
    "联系方式、办公地址有变动的及时更新。", "解读机构应当与起草机构一致。", "解读单位职责：随文公开解读材料。",
])  # fmt: skip
def test_a_task_that_speaks_of_contacts_keeps_its_doers(text: str) -> None:
    plan = read(f"{TITLE}一、公开\n1．{text}\n责任单位：区政府办\n2．公开预算。\n责任单位：区财政局\n")
    assert told(plan) == [(text, "区政府办"), ("公开预算。", "区财政局")]


@pytest.mark.parametrize(
    "label", ["解读机构：某区人民政府办公室", "五、解读机构及联系方式", "联系电话：0000-123", "政策咨询电话"]
)
def test_a_contact_block_is_no_task(label: str) -> None:
    plan = read(f"{TITLE}一、公开\n1．公开预算。\n责任单位：区财政局\n{label}\n责任单位：区政务公开科\n")
    assert told(plan)[0] == ("公开预算。", "区财政局") and len(plan.tasks) == 1


@pytest.mark.parametrize(("first", "second"), [
    ("一、提升质量　（一）深化财政公开", "（二）深化规划公开"), ("## 一、提升质量 (一)深化财政公开", "### (二)深化规划公开"),
    ("**一、提升质量（一）深化财政公开**", "**（二）深化规划公开**"),
])  # fmt: skip
def test_two_headings_on_one_line(first: str, second: str) -> None:
    plan = read(
        f"{TITLE}{first}\n1.公开预算。（责任单位：市财政局）\n{second}\n1.公开规划。（责任单位：市发展改革委）\n二、提升能力\n"
        "1.开展培训。（责任单位：市司法局）\n"
    )
    assert paths(plan) == ["提升质量/深化财政公开", "提升质量/深化规划公开", "提升能力"]
    assert [r for r, _ in told(plan)] == ["公开预算。", "公开规划。", "开展培训。"]


def test_a_heading_and_its_first_item_on_one_line() -> None:
    plan = read(
        f"{TITLE}一、提升质量　（一）深化财政公开　1．公开预算。（责任单位：市财政局）\n2．公开决算。（责任单位：市财政局）\n"
        "（二）深化规划公开 1．公开规划。（责任单位：市发展改革委）2．公开图件。（责任单位：市住房城乡建设局）\n"
    )
    assert [*zip(paths(plan), [r for r, _ in told(plan)], strict=True)] == [
        ("提升质量/深化财政公开", "公开预算。"), ("提升质量/深化财政公开", "公开决算。"),
        ("提升质量/深化规划公开", "公开规划。"), ("提升质量/深化规划公开", "公开图件。"),
    ]  # fmt: skip
    assert not {"PLN-180", "PLN-181"} & {*codes(plan), *(f.code for t in plan.tasks for f in t.findings)}


@pytest.mark.parametrize("text", [
    "按照《条例》第五条（一）项公开信息", "1.公开下列信息；2.公开目录", "（一）公开甲；（二）公开乙", "落实（一）至（三）项要求", "推行“一件事（一）”改革"
])  # fmt: skip
def test_numbers_inside_a_text_part_nothing(text: str) -> None:
    plan = read(
        f"{TITLE}一、任务\n（一）公开\n{text}。（责任单位：市财政局）\n（二）解读\n做好解读。（责任单位：市司法局）\n"
    )
    assert told(plan)[0] == (f"{text}。", "市财政局") and len(plan.tasks) == 2


ROWS = "| 序号 | 工作类别 | 工作任务 | 责任单位 |\n| --- | --- | --- | --- |\n"
FIRST, SECOND = "按时公开部门预算并说明增减原因，便于群众查询。", "及时公开规划文本和图件，做好历史规划归集整理。"


def test_two_headings_in_a_section_line_and_in_a_category_cell() -> None:
    section = read(
        f"{TITLE}\n| 序号 | 工作任务 | 责任单位 |\n| --- | --- | --- |\n| 一、提升质量　（一）深化财政公开 | | |\n| 1 | {FIRST} | 区财政局 |\n"
        f"| （二）深化规划公开 | | |\n| 2 | {SECOND} | 区规划局 |\n| 二、提升能力 | | |\n| 3 | 开展培训。 | 区司法局 |\n"
    )
    assert paths(section) == ["提升质量/深化财政公开", "提升质量/深化规划公开", "提升能力"]
    cell = read(
        f"{TITLE}\n{ROWS}| 1 | 一、提升质量（一）深化财政公开 | {FIRST} | 区财政局 |\n| 2 | （二）深化规划公开 | {SECOND} | 区规划局 |\n"
        f"| 3 | 二、提升能力 | 组织业务培训，覆盖各单位工作人员。 | 区司法局 |\n"
    )
    assert paths(cell) == ["提升质量/深化财政公开", "提升质量/深化规划公开", "提升能力"]


def test_what_a_converter_escaped_is_read_as_written() -> None:
    plan = read(
        "**某区2024年政务公开工作要点**\n\n某区人民政府办公室\\\n2024年4月30日\n\n**一、决策公开**\n\n1\\. 编制年度目录（带\\*的除外），公布于a\\_b网页。（责任单位：区司法局）\n\n"
        "2\\. 推进会议开放\\[含列席\\]。（责任单位：区财政局）\n"
    )
    assert told(plan) == [
        ("编制年度目录（带*的除外），公布于a_b网页。", "区司法局"),
        ("推进会议开放[含列席]。", "区财政局"),
    ]
    table = read(f"{TITLE}\n{ROWS}| 1 | 公开 | 1\\. 公开甲\\|乙的目录；2\\. 公开\\*号事项。 | 区财政局 |\n")
    assert told(table) == [("1. 公开甲|乙的目录；2. 公开*号事项。", "区财政局")]


def test_what_stands_above_the_first_heading_is_no_task_and_is_named() -> None:
    plan = read(
        "某区人民政府办公室关于印发要点的通知\n某政办发〔2024〕3号\n各镇人民政府、街道办事处，区政府各部门、各有关单位，各垂直管理部门：\n某区人民政府办公室\n2024年5月8日\n"
        f"{TITLE}为深入贯彻落实上级部署，持续提升全区政务公开工作水平，结合本区实际，制定本要点。\n一、任务\n1．公开预算。（责任单位：区财政局）\n2．公开决算。（责任单位：区财政局）\n"
    )
    (note,) = [f for f in plan.findings if f.code == "PLN-170"]
    assert len(plan.tasks) == 2 and "第 7 行，1 段" in note.message


def lines(plan: Plan) -> list[str]:
    """requirement | lead | others | deadline of each task."""
    return [
        "|".join((
            t.requirement, "、".join(t.units.lead), "、".join((*t.units.responsible, *t.units.supporting, *t.units.offices)), t.deadline.raw,
        ))
        for t in plan.tasks
    ]  # fmt: skip


BUDGET, LAW = "公开预算，按月更新。", "公开法规，按季更新。"
MANNERS = {
    "doers above their items": (
        f"责任单位：区财政局\n1．{BUDGET}\n责任单位：区司法局\n2．{LAW}\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "a line of units without label": (
        f"1.{BUDGET}\n区财政局、区审计局\n2.{LAW}\n区司法局\n", f"{BUDGET}||区财政局、区审计局|", f"{LAW}||区司法局|"),
    "a short item and a bare bracket": (
        "（1）公开部门预算（区财政局）\n（2）公开法规文件（区司法局）\n", "公开部门预算||区财政局|", "公开法规文件||区司法局|"),
    "bullets": (
        f"● {BUDGET}（责任单位：区财政局）\n——{LAW}——责任单位：区司法局\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "a space before the label": (
        "1.公开预算，按月更新 责任单位：区财政局 完成时限：6月底前\n2.公开法规，按季更新　责任单位：区司法局　完成时限：9月底前\n",
        "公开预算，按月更新||区财政局|6月底前", "公开法规，按季更新||区司法局|9月底前"),
    "other labels": (
        f"1.{BUDGET}（主要责任单位：区财政局；协同单位：各镇）\n2.{LAW}（承担单位：区司法局）\n3.公开招生。（责任单位和时限：区教育局，6月底前）\n",
        f"{BUDGET}||区财政局、各镇|", f"{LAW}||区司法局|", "公开招生。||区教育局|6月底前"),
    "doers and a person in one line": (
        f"1.{BUDGET}\n责任单位及责任人：区财政局 张某\n2.{LAW}\n责任单位：区司法局\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "labels in brackets, behind dashes, without colon": (
        f"1.{BUDGET}\n【责任单位】区财政局\n【完成时限】6月底前\n2.{LAW}\n——责任单位：区司法局\n3.公开招生。\n责任单位　区教育局\n完成时限　9月底前\n",
        f"{BUDGET}||区财政局|6月底前", f"{LAW}||区司法局|", "公开招生。||区教育局|9月底前"),
    "captions": (f"任务1：{BUDGET}\n责任单位：区财政局\n任务2：{LAW}\n责任单位：区司法局\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "a sentence that says who": (
        f"（一）预算。{BUDGET}此项工作由区财政局牵头，区审计局配合，6月底前完成。\n（二）法规。{LAW}此项工作由区司法局负责。\n",
        f"{BUDGET}|区财政局|区审计局|6月底前完成", f"{LAW}||区司法局|"),
    "a list that a page parts": (
        f"1.{BUDGET}\n责任单位：区财政局、区审计局、\n— 2 —\n区统计局\n2.{LAW}\n责任单位：区司法局\n", f"{BUDGET}||区财政局、区审计局、区统计局|", f"{LAW}||区司法局|"),
    "the doers of the task before": (
        f"1.{BUDGET}（责任单位：区财政局）\n2.{LAW}（责任单位：同上）\n", f"{BUDGET}||区财政局|", f"{LAW}||区财政局|"),
    "words that also begin the end matter": (
        "印发年度目录并公布。\n责任单位：区财政局\n联系人民群众，听取意见。\n责任单位：区司法局\n", "印发年度目录并公布。||区财政局|", "联系人民群众，听取意见。||区司法局|"),
    "one unit per line": (
        f"1.{BUDGET}\n责任单位：\n区财政局\n区审计局\n完成时限：\n6月底前\n2.{LAW}\n责任单位：区司法局\n区政府办\n完成时限：9月底前\n3.公开招生。\n责任单位：区教育局\n某区人民政府\n2024年5月8日\n",
        f"{BUDGET}||区财政局、区审计局|6月底前", f"{LAW}||区司法局、区政府办|9月底前", "公开招生。||区教育局|"),
    "a bracket that never closes": (f"1.{BUDGET}（责任单位：区财政局\n2.{LAW}（责任单位：区司法局）\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "marks set apart or of half width": (f"1 . {BUDGET}（责任单位：区财政局）\n2,{LAW}（责任单位：区司法局）\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "roles inside the value": (f"1.{BUDGET}\n责任单位：牵头单位区财政局，配合单位区审计局\n", f"{BUDGET}|区财政局|区审计局|"),
    "a heading that is a unit": (
        f"（一）区财政局\n1.{BUDGET}\n2.公开决算，逐项列明。\n（二）区司法局\n1.{LAW}\n", f"{BUDGET}||区财政局|", "公开决算，逐项列明。||区财政局|", f"{LAW}||区司法局|"),
    "a short heading and its unit": (f"（一）预算（区财政局）\n1.{BUDGET}\n（二）法规（区司法局）\n1.{LAW}\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "doers in front of the text": (f"1.（责任单位：区财政局）{BUDGET}\n2.【区司法局】{LAW}\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "other words for the time": (f"1.{BUDGET}\n责任单位：区财政局\n时间：6月底前\n2.{LAW}\n责任单位：区司法局\n办结时限：9月底前\n", f"{BUDGET}||区财政局|6月底前", f"{LAW}||区司法局|9月底前"),
    "contacts as an item and as a heading": (
        f"（一）解读机构建设\n1.{BUDGET}\n责任单位：区财政局\n（二）机构公开\n1.联系方式\n责任单位：区司法局\n", f"{BUDGET}||区财政局|", "联系方式||区司法局|"),
    "an enclosure named in the text": (
        f"1.{BUDGET}（责任单位：区财政局）\n附件2所列事项同步公开。\n责任单位：区司法局\n", f"{BUDGET}||区财政局|", "附件2所列事项同步公开。||区司法局|"),
    "emphasis around the bracket": (f"1.{BUDGET}*（责任单位：区财政局）*\n2.{LAW}（责任单位：区司法局）　某区人民政府　2024年5月8日\n", f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"),
    "quotations and entities": (
        f"> 1.{BUDGET}（责任单位：区财政局）\n>\n> &nbsp;2.公开&ldquo;三公&rdquo;经费（a.cn/?x=1&section=2）。（责任单位：区司法局）\n",
        f"{BUDGET}||区财政局|", "公开“三公”经费（a.cn/?x=1&section=2）。||区司法局|"),
}  # fmt: skip


@pytest.mark.parametrize("manner", MANNERS)
def test_a_manner_of_saying_who_does_it(manner: str) -> None:
    text, *wanted = MANNERS[manner]
    assert lines(read(f"{TITLE}一、公开\n{text}")) == wanted


def test_a_heading_says_until_when_its_tasks_are_due() -> None:
    plan = read(
        f"{TITLE}一、公开（6月底前完成）\n1.{BUDGET}（责任单位：区财政局）\n2.{LAW}（责任单位：区司法局，全年）\n"
        "二、解读（完成时限：9月底前）\n3.公开招生（10月底前）\n责任单位：区教育局\n4.做好解读。（责任单位：区政府办）\n"
    )
    assert lines(plan) == [
        f"{BUDGET}||区财政局|6月底前完成", f"{LAW}||区司法局|全年", "公开招生||区教育局|10月底前", "做好解读。||区政府办|9月底前",
    ]  # fmt: skip
    assert paths(plan) == ["公开", "公开", "解读", "解读"] and plan.default_deadline is None
    assert plan.tasks[0].inherited == (("deadline", "第2行"),)


def test_a_plan_whose_first_heading_is_interpretation_is_a_plan() -> None:
    plan = read(f"{TITLE}一、政策解读\n1.{BUDGET}（责任单位：区财政局）\n")
    assert lines(plan) == [f"{BUDGET}||区财政局|"]


def test_a_plan_without_numbers_below_the_signature_of_its_notice() -> None:
    plan = read(
        "某区人民政府办公室关于印发要点的通知\n各部门：\n现将要点印发给你们。\n某区人民政府办公室\n2024年5月8日\n"
        f"{TITLE}{BUDGET}\n责任单位：区财政局\n{LAW}\n责任单位：区司法局\n"
    )
    assert lines(plan) == [f"{BUDGET}||区财政局|", f"{LAW}||区司法局|"]


@pytest.mark.parametrize(
    "heading", ["（牵头单位：区政府办；完成时限：年底前）", "\n牵头单位：区政府办\n完成时限：年底前"]
)
def test_a_line_below_an_item_speaks_for_it_where_the_heading_speaks_for_all(heading: str) -> None:
    plan = read(
        f"{TITLE}一、公开{heading}\n1.{BUDGET}\n责任单位：区财政局\n完成时限：6月底前\n2.{LAW}\n完成时限：9月底前\n3.公开招生。\n完成时限：10月底前\n责任单位：区教育局\n"
        "二、解读\n4.做好解读。\n责任单位：区司法局\n"
    )
    assert lines(plan) == [
        f"{BUDGET}||区财政局|6月底前", f"{LAW}|区政府办||9月底前", "公开招生。||区教育局|10月底前", "做好解读。||区司法局|",
    ]  # fmt: skip
