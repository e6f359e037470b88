"""Prose plans in every wording: brackets, tails, lines of their own, sections that speak for what is below, lists by doer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_kit import Sheet, codes, excel, read, tabbed
from toolkit.plan.parts import Plan, PlanTask
from toolkit.plan.plan import understand
from toolkit.plan.read import read_document

Row = tuple[tuple[str, ...], str, str, str, str, str]


def rows(plan: Plan) -> list[Row]:
    """path, requirement, lead, responsible, supporting and deadline of each task."""
    return [(t.path, t.requirement, *roles(t), t.deadline.raw) for t in plan.tasks]


def roles(task: PlanTask) -> tuple[str, str, str]:
    units = task.units
    return "、".join(units.lead), "、".join((*units.responsible, *units.offices)), "、".join(units.supporting)


NOTICE = """
临江区人民政府办公室关于印发
2024年临江区政务公开工作要点的通知
临政办发〔2024〕15号
各镇人民政府、街道办事处，区政府各部门、各有关单位：
《2024年临江区政务公开工作要点》已经区政府同意，现印发给你们，请认真贯彻执行。
2024年5月20日
（此件公开发布）
2024年临江区政务公开工作要点
为做好全区政务公开工作，制定本要点。
"""
ONE = "强化政策解读"
TEXT = "政策文件公布后3个工作日内发布解读材料。"

WORDINGS = (
    # what stands behind the sentence | lead | responsible | supporting | deadline
    ("（责任单位：区司法局、区财政局）", "", "区司法局、区财政局", "", ""),
    ("(责任单位:区司法局,各镇、街道;完成时限:6月底前)", "", "区司法局、各镇、街道", "", "6月底前"),
    ("（牵头单位：区司法局；责任单位：区财政局；配合单位：各镇、街道；完成时限：2024年9月底前）", "区司法局", "区财政局", "各镇、街道", "2024年9月底前"),
    ("（牵头单位：区司法局，责任单位：区财政局，完成时限：长期坚持）", "区司法局", "区财政局", "", "长期坚持"),
    ("【责任单位：区政府各部门】", "", "区政府各部门", "", ""),
    ("[牵头单位：区司法局][配合单位：区财政局]", "区司法局", "", "区财政局", ""),
    ("（牵头单位：区司法局）（配合单位：区财政局）（完成时限：全年）", "区司法局", "", "区财政局", "全年"),
    ("（区司法局牵头，区财政局、各镇、街道按职责分工负责）", "区司法局", "区财政局、各镇、街道", "", ""),
    ("（区司法局牵头，各部门配合，6月底前完成）", "区司法局", "", "各部门", "6月底前完成"),
    ("（由区司法局牵头负责）", "区司法局", "", "", ""),
    ("（区司法局负责；2024年6月底前）", "", "区司法局", "", "2024年6月底前"),
    ("（区司法局、区财政局；各镇、街道）", "", "区司法局、区财政局、各镇、街道", "", ""),
    ("（区司法局、区财政局等部门）", "", "区司法局、区财政局", "", ""),
    ("（责任单位区司法局，配合单位各镇、街道）", "", "区司法局", "各镇、街道", ""),
    ("（责任科室：政务公开科、法规科）", "", "政务公开科、法规科", "", ""),
    ("责任单位：区司法局、区财政局。", "", "区司法局、区财政局", "", ""),
    ("牵头单位：区司法局；配合单位：区财政局；完成时限：年底前。", "区司法局", "", "区财政局", "年底前"),
    ("责任单位：区司法局。完成时限：持续推进。", "", "区司法局", "", "持续推进"),
    ("\n责任单位：区司法局", "", "区司法局", "", ""),
    ("\n▲责任单位:区司法局,区财政局", "", "区司法局、区财政局", "", ""),
    ("\n牵头单位：区司法局\n配合单位：区财政局\n完成时限：2024年9月底前", "区司法局", "", "区财政局", "2024年9月底前"),
    ("\n责任单位：\n区司法局、区财政局\n完成时限：\n6月底前", "", "区司法局、区财政局", "", "6月底前"),
    ("\n（责任单位：区司法局、\n区财政局）", "", "区司法局、区财政局", "", ""),
    ("\n（区司法局牵头，各部门配合）", "区司法局", "", "各部门", ""),
)  # fmt: skip


@pytest.mark.parametrize(("said", "lead", "responsible", "supporting", "deadline"), WORDINGS)
def test_every_wording_closes_a_task(said: str, lead: str, responsible: str, supporting: str, deadline: str) -> None:
    plan = read(
        f"{NOTICE}一、提升解读实效\n（一）{ONE}。{TEXT}{said}\n（二）加强宣传。做好宣传工作。（责任单位：区融媒体中心）\n",
        year=None,
    )
    assert rows(plan) == [
        (("提升解读实效", ONE), TEXT, lead, responsible, supporting, deadline),
        (("提升解读实效", "加强宣传"), "做好宣传工作。", "", "区融媒体中心", "", ""),
    ]
    assert (plan.title, plan.doc_no, plan.year) == ("2024年临江区政务公开工作要点", "临政办发〔2024〕15号", 2024)


def test_several_brackets_in_one_paragraph_are_as_many_tasks() -> None:
    plan = read(
        "一、推进决策公开。一是完善预公开制度，议题公开率达到100%（市政府办公室牵头，市司法局配合）；二是扩大公众参与（市司法局负责）；"
        "三是公开结果。（市直各部门负责）\n"
    )
    assert rows(plan) == [
        (("推进决策公开",), "一是完善预公开制度，议题公开率达到100%", "市政府办公室", "", "市司法局", ""),
        (("推进决策公开",), "二是扩大公众参与", "", "市司法局", "", ""),
        (("推进决策公开",), "三是公开结果。", "", "市直各部门", "", ""),
    ]
    assert [dict(t.inherited) for t in plan.tasks] == [{}, {"path": "第1行"}, {"path": "第1行"}]


def test_brackets_that_say_something_else_are_no_doers() -> None:
    plan = read(
        "（一）推进公共企事业单位信息公开（指教育、医疗、供水等领域），制定目录（详见附件），落实《条例》（2019年修订），"
        "做好（市政府）网站“找错”办理（全年）。（责任单位：各部门〔含直属单位〕）\n（二）听取汇报（各单位主要负责同志）。\n"
        "（三）形成合力（牵头单位为每项任务的第一责任单位）。\n（四）总结报区政府办公室（政务公开科）。\n责任单位要制定台账。\n抄送：区委各部门，区法院。\n"
    )
    only, *others = plan.tasks
    assert only.units.responsible == ("各部门〔含直属单位〕",) and only.requirement.endswith("网站“找错”办理（全年）。")
    assert [t.requirement for t in others] == [
        "听取汇报（各单位主要负责同志）",
        "形成合力（牵头单位为每项任务的第一责任单位）",
        "责任单位要制定台账。",
    ]
    assert all(roles(t) == ("", "", "") and [f.code for f in t.findings] == ["PLN-135"] for t in others)


def test_an_item_that_is_only_a_heading_is_its_own_requirement() -> None:
    plan = read(
        "二、重点任务\n1.健全工作机制（责任单位：市政府办公室）\n2.开展考核。（市政府办公室牵头，各部门配合）\n3.加强宣传\n责任单位：市融媒体中心\n"
    )
    assert [(t.path, t.requirement) for t in plan.tasks] == [
        (("重点任务",), "健全工作机制"), (("重点任务",), "开展考核。"), (("重点任务",), "加强宣传"),
    ]  # fmt: skip
    assert [t.no for t in plan.tasks][:2] == ["1", "2"]


def test_a_bracket_behind_a_heading_speaks_for_the_section() -> None:
    plan = read(
        "一、深化主动公开（责任单位：区政府各部门、单位；完成时限：年底前）\n（一）公开规划信息。主动公开各类规划。\n（二）公开统计信息。及时公开统计数据。\n"
        "（三）公开应急信息。公开预案。（责任单位：区应急局）\n二、抓好依申请公开（牵头单位：区司法局；配合单位：区政府办公室）\n规范办理程序。\n加强会商。\n"
        "三、加强队伍建设（区政府办公室负责）\n"
    )
    assert rows(plan) == [
        (("深化主动公开", "公开规划信息"), "主动公开各类规划。", "", "区政府各部门、单位", "", "年底前"),
        (("深化主动公开", "公开统计信息"), "及时公开统计数据。", "", "区政府各部门、单位", "", "年底前"),
        (("深化主动公开", "公开应急信息"), "公开预案。", "", "区应急局", "", ""),
        (("抓好依申请公开",), "规范办理程序。加强会商。", "区司法局", "", "区政府办公室", ""),
        ((), "加强队伍建设", "", "区政府办公室", "", ""),
    ]
    assert dict(plan.tasks[0].inherited) == {"responsible_units": "第1行", "deadline": "第1行"}
    assert not plan.tasks[3].inherited


def test_the_one_bracket_at_the_end_of_an_item_speaks_for_its_paragraphs() -> None:
    """Several brackets below a heading speak each for its own paragraph; an introduction that ends in ： is none of them."""
    plan = read(
        "一、重点任务\n（一）推进决策公开\n公开决策草案。\n公开决策结果。（责任单位：区司法局）\n（二）推进执行公开\n重点做好以下工作：\n1.公开任务分工；\n2.公开落实情况；\n"
        "3.公开评估结果。（责任单位：各部门）\n（三）推进管理公开\n公开权责清单。（责任单位：区委编办）\n公开处罚结果。（责任单位：区执法局）\n附记。\n"
    )
    assert [(t.path[-1], t.requirement) for t in plan.tasks] == [
        ("推进决策公开", "公开决策草案。公开决策结果。"), ("推进执行公开", "公开任务分工；公开落实情况；公开评估结果。"),
        ("推进管理公开", "公开权责清单。"), ("推进管理公开", "公开处罚结果。"),
    ]  # fmt: skip


def test_an_item_without_doers_is_not_added_to_the_next_one() -> None:
    plan = read(
        "一、重点任务\n（一）总结经验。认真总结上年经验。\n（二）公开预算。做好预算公开。\n责任单位：区财政局\n"
    )
    first, second = plan.tasks
    assert (first.path[-1], first.requirement, roles(first)) == ("总结经验", "认真总结上年经验。", ("", "", ""))
    assert (second.path[-1], second.requirement, roles(second)) == ("公开预算", "做好预算公开。", ("", "区财政局", ""))


def test_a_time_or_a_telephone_alone_makes_no_task() -> None:
    plan = read(
        "一、重点任务\n（一）公开预算。做好预算公开。\n完成时限：6月底前\n责任人：局长\n责任单位：区财政局\n二、工作要求\n各单位要加强领导，请于12月10日前报送总结。\n时间安排：12月底前完成。\n"
        "联系人：区政务公开办，电话：12345678\n"
    )
    assert rows(plan) == [(("重点任务", "公开预算"), "做好预算公开。", "", "区财政局", "", "6月底前")]
    assert plan.tasks[0].person == "局长"


def test_a_list_by_doer() -> None:
    plan = read(
        "2024年政务公开任务分工\n一、区政府办公室：负责编制年度报告。\n二、区教体局、区人社局：负责教育、就业信息公开。\n三、各镇（街道）：负责村务公开衔接。\n"
    )
    assert [(t.no, t.requirement, t.units.responsible) for t in plan.tasks] == [
        ("1", "负责编制年度报告。", ("区政府办公室",)), ("2", "负责教育、就业信息公开。", ("区教体局", "区人社局")),
        ("3", "负责村务公开衔接。", ("各镇（街道）",)),
    ]  # fmt: skip


def test_lines_cut_at_the_width_of_a_page_are_put_together() -> None:
    text = (
        "一、加强政策发布解读，提升政策知晓度。（一）加强政策集中公开。依托政府网站政府信息公开专栏，集中公开现行有效的行政规范性文件，及时标注有效性，方便企业群众查询使用。"
        "（责任单位：区司法局，区政府各部门、各街道办事处）"
    )
    second = "（二）提升解读质量。解读材料与政策文件同步组织、同步审签、同步部署，采用图表图解、音频视频等多种形式开展解读，在政策文件公布后3个工作日内发布。（责任单位：区政府各部门）"
    first = "（一）" + text.partition("（一）")[2]
    lines = [p[k : k + 28] for p in (first, second, first, second) for k in range(0, len(p), 28)]
    plan = read("\n".join(lines) + "\n")
    whole = read("\n".join((first, second, first, second)) + "\n")
    assert rows(plan) == rows(whole) and len(plan.tasks) == 4
    assert plan.tasks[0].units.responsible == ("区司法局", "区政府各部门", "各街道办事处")


def test_a_table_that_repeats_the_prose_is_told_once() -> None:
    prose = "2024年工作要点\n（一）公开预算信息，做好“三公”经费公开。（责任单位：区财政局）\n（二）公开规划信息，及时更新国土空间规划。（责任单位：区自然资源局）\n附件\n任务分解表\n"
    table = tabbed([
        ["序号", "工作要求", "责任单位"], ["1", "公开预算信息，做好“三公”经费公开", "区财政局"], ["2", "公开规划信息，及时更新国土空间规划", "区自然资源局"],
    ])  # fmt: skip
    plan = read(prose + table)
    assert [t.no for t in plan.tasks] == ["1", "2"] and all(t.place.startswith("表1") for t in plan.tasks)
    both = read("（一）加强培训，全年培训不少于2次。（责任单位：区政府办公室）\n" + table)
    assert [t.units.responsible for t in both.tasks] == [("区政府办公室",), ("区财政局",), ("区自然资源局",)]


def test_prose_without_doers_is_no_plan() -> None:
    plan = read(
        "2024年工作总结\n一、主要做法\n（一）加强领导。成立领导小组（组长由主要负责同志担任）。\n（二）强化公开（含依申请公开）。\n"
    )
    assert not plan.tasks and codes(plan) == {"PLN-101"}


def test_word_cells_with_brackets_are_read_the_same_way() -> None:
    sheet = Sheet([
        ["序号", "重点任务", "工作内容"], ["1", "主动公开", "公开预算信息。（牵头单位：区财政局；配合单位：各镇、街道）公开规划信息。（区自然资源局负责）"],
        ["2", "解读回应", "做好政策解读工作。（责任单位：各部门；完成时限：全年）"],
    ])  # fmt: skip
    plan = read(excel(sheet), "a.xlsx")
    assert [(t.requirement, *roles(t), t.deadline.raw) for t in plan.tasks] == [
        ("公开预算信息。", "区财政局", "", "各镇、街道", ""), ("公开规划信息。", "", "区自然资源局", "", ""), ("做好政策解读工作。", "", "各部门", "", "全年"),
    ]  # fmt: skip


# ---------------------------------------------------------------- any plan in any wording


@dataclass(frozen=True)
class Item:
    heading: str
    text: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    supporting: tuple[str, ...]
    deadline: str


LEADS = ("市政府办公室", "市发展和改革委员会", "市人力资源和社会保障局", "市政府办公室（市大数据局）")
DOERS = ("市司法局", "市住房和城乡建设局", "市文化和旅游局", "各县（市、区）政府", "市直有关部门、单位")
HELPERS = ("市财政局", "国家税务总局云溪市税务局", "各镇、街道", "各部门")
HEADINGS = ("公开规划信息", "提升解读质量", "推进“一老一小”服务公开", "加强12345热线建设", "做好招商引资信息发布工作")
TEXTS = (
    "及时公开各类规划及实施情况。",
    "解读材料不少于3种形式，严格落实三审三校。",
    "建立清单，动态更新；做到应公开尽公开。",
    "优化站内检索（含智能问答），提升体验。",
)
TIMES = ("", "2024年6月底前", "年底前", "长期坚持", "全年", "每季度末")


def some(names: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), min_size=least, max_size=2, unique=True).map(tuple)


items = st.builds(
    Item,
    st.sampled_from(HEADINGS),
    st.sampled_from(TEXTS),
    some(LEADS, 1),
    some(DOERS),
    some(HELPERS),
    st.sampled_from(TIMES),
)
STYLES = ("round", "square", "half", "roles", "tail", "lines", "below")


def labelled(item: Item, mark: str, colon: str = "：") -> str:
    fields = (("牵头单位", item.lead), ("责任单位", item.responsible), ("配合单位", item.supporting))
    said = [f"{name}{colon}{'、'.join(units)}" for name, units in fields if units]
    return mark.join([*said, *([f"完成时限{colon}{item.deadline}"] if item.deadline else [])])


def written(item: Item, style: str) -> str:
    if style == "roles":
        words = (("牵头", item.lead), ("负责", item.responsible), ("配合", item.supporting))
        said = "；".join(f"{'、'.join(units)}{word}" for word, units in words if units)
        return f"{item.text}（{said}）" + (f"（完成时限：{item.deadline}）" if item.deadline else "")
    return {
        "round": f"{item.text}（{labelled(item, '；')}）", "square": f"{item.text}【{labelled(item, '；')}】",
        "half": f"{item.text}({labelled(item, ',', ':')})", "tail": f"{item.text}{labelled(item, '；')}。",
        "lines": f"{item.text}\n" + labelled(item, "\n"), "below": f"{item.text}\n（{labelled(item, '；')}）",
    }[style]  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(st.lists(items, min_size=1, max_size=3), min_size=1, max_size=3), st.sampled_from(STYLES))
def test_any_plan_in_any_wording_is_read_back(sections: list[list[Item]], style: str) -> None:
    numerals = "一二三四五六七八九"
    lines, wanted = [], []
    for n, section in enumerate(sections):
        lines.append(f"{numerals[n]}、第{n + 1}方面工作")
        for k, item in enumerate(section):
            lines.append(f"（{numerals[k]}）{item.heading}。{written(item, style)}")
            wanted.append((
                (f"第{n + 1}方面工作", item.heading), item.text, "、".join(item.lead), "、".join(item.responsible), "、".join(item.supporting), item.deadline,
            ))  # fmt: skip
    assert rows(read("\n".join(lines) + "\n")) == wanted


ALPHABET = "（）()【】[]责任单位牵头配合：:。；、\n一二1.市局各部门6月底前完成由负责"


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(alphabet=ALPHABET, max_size=120), st.text(max_size=80)).map(lambda t: f"任务\n{t}"))
def test_no_text_breaks_the_reader(text: str) -> None:
    document, refused = read_document(text.encode(), "计划.txt")
    if document is None:  # control characters: no text
        assert [f.code for f in refused] == ["PLN-102"]
        return
    plan = understand(document, None)
    assert plan.tasks or plan.findings
    for task in plan.tasks:
        assert task.requirement.strip()
