"""Unit cells: every line of the catalogue, the cells of the five documents, and any text at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_by_hand import truth_tasks
from tests.plan_kit import read, tabbed
from toolkit.model import plain
from toolkit.plan.units.lists import parse_units

# Groups that carry a separator inside and must stay whole.
WHOLE_GROUPS = (
    "区政府有关部门、单位", "区政府各部门、单位", "各镇、街道", "市政府各部门、各有关单位", "区直各部门、各驻区单位",
    "区直有关部门、单位", "各区、县级市", "各有关区、县级市", "区政府各委、办、局", "各市（县）、区", "区直有关部门、驻区有关单位",
    "各镇人民政府、街道办事处", "各县（市、区）人民政府", "各乡镇、街道办事处", "市直各部门、各单位", "有关部门和单位", "各镇（街道）",
)  # fmt: skip
SINGLE_GROUPS = (
    "各镇办", "各乡镇街道", "各街道", "各街道办事处", "各县（区）政府", "各县市区人民政府", "相关部门", "各有关单位", "市直单位", "州直相关单位",
    "驻区单位", "各行政执法主体", "各行业主管部门", "各项目牵头单位", "相关审批部门", "镇级人民政府", "区政府各部门", "区政府相关部门", "各园区管委",
)  # fmt: skip
OFFICES = (
    "各科室",
    "各业务处室",
    "文件起草科室",
    "政策文件起草科室",
    "承接问题整改的科室",
    "组织人事科",
    "财务科",
    "办公室",
    "信息股",
    "政策法规处",
)
UNITS = (
    "区人力资源和社会保障局", "市自然资源和规划局张店分局", "区住房和城乡建设局", "区文化和旅游局", "区教育和体育局", "区城市更新指挥部", "区政府办公室",
    "市府办〔市大数据局〕", "区发展改革局(统计局)", "大泽山自然保护区管委会", "马尚街道办事处", "房镇镇", "区城乡建设和交通局", "区市民投诉中心", "区大数据中心",
    "区融媒体中心", "区政府新闻办公室", "国网张店供电公司", "区人民法院", "区总工会", "市公共资源交易中心",
)  # fmt: skip


@pytest.mark.parametrize("name", WHOLE_GROUPS + SINGLE_GROUPS)
def test_a_group_stays_whole_alone_and_in_company(name: str) -> None:
    assert parse_units(name).responsible == (name,)
    assert parse_units(name).groups == (name,)
    for cell in (f"区司法局，{name}", f"{name}，区司法局", f"区司法局、{name}"):
        found = parse_units(cell)
        assert set(found.responsible) == {"区司法局", name}, cell
        assert found.groups == (name,)
    found = parse_units(f"区司法局牵头，{name}配合")
    assert (found.lead, found.supporting) == (("区司法局",), (name,))


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_no_group_and_is_not_cut(name: str) -> None:
    for separator in "、，,；; \n":
        found = parse_units(f"{name}{separator}区司法局")
        assert found.responsible == (name, "区司法局"), separator
        assert found.groups == () and found.notes == ()


@pytest.mark.parametrize("name", OFFICES)
def test_offices_stand_apart_unless_they_lead(name: str) -> None:
    assert parse_units(name).offices == (name,)
    assert parse_units(f"{name}牵头").lead == (name,)
    assert parse_units(name, "lead").lead == (name,)
    assert parse_units(f"办公室牵头，{name}配合").offices in ((name,), ())


ROLES = (
    # cell | lead | responsible | supporting
    (
        "区城市更新指挥部牵头，各镇办、区建局、市自然资源和规划局张店分局等单位分工负责",
        "区城市更新指挥部",
        "各镇办|区建局|市自然资源和规划局张店分局",
        "",
    ),
    ("区司法局牵头，各行政执法主体具体落实", "区司法局", "各行政执法主体", ""),
    ("区市民投诉中心牵头，区政府各部门、单位，各镇办配合", "区市民投诉中心", "", "区政府各部门、单位|各镇办"),
    ("区教体局负责", "", "区教体局", ""),
    ("区教体局负责落实", "", "区教体局", ""),
    ("市发改委、市财政局按职责分工负责", "", "市发改委|市财政局", ""),
    ("市发改委、市财政局牵头，市农业农村局、市水利局按职责分工负责", "市发改委|市财政局", "市农业农村局|市水利局", ""),
    ("市府办（牵头），市司法局、市财政局（配合）", "市府办", "市司法局", "市财政局"),
    ("牵头单位：市政府办公室；责任单位：各县区政府；配合单位：市大数据局", "市政府办公室", "各县区政府", "市大数据局"),
    ("市政府办公室会同市司法局、市财政局", "市政府办公室", "市司法局|市财政局", ""),
    ("（责任单位：区司法局、区财政局）", "", "区司法局|区财政局", ""),
    ("由区司法局牵头负责，区财政局参与", "区司法局", "", "区财政局"),
)


MORE_ROLES = (
    ("市政府办公室牵头，各有关部门按照职责分工抓好落实", "市政府办公室", "各有关部门", ""),
    ("市政府办公室牵头落实，市直各部门配合", "市政府办公室", "", "市直各部门"),
    ("市政府办公室牵头，会同市司法局、市财政局", "市政府办公室", "市司法局|市财政局", ""),
    ("市政府办公室牵头会同市司法局、市财政局落实", "市政府办公室", "市司法局|市财政局", ""),
    ("市政府办公室会同有关部门负责", "市政府办公室", "有关部门", ""),
    ("市司法局（牵头单位）、市财政局、市民政局", "市司法局", "市财政局|市民政局", ""),
    ("（牵头）市政府办公室、（配合）市司法局", "市政府办公室", "", "市司法局"),
    ("牵头单位：市政府办公室 配合单位：市司法局、市财政局", "市政府办公室", "", "市司法局|市财政局"),
    ("牵头单位:市政府办公室,责任单位:各镇街", "市政府办公室", "各镇街", ""),
    ("责任单位：市司法局、市财政局；完成时限：6月底前", "", "市司法局|市财政局", ""),
    ("责任单位：市政府办公室牵头，市司法局、市财政局配合", "市政府办公室", "", "市司法局|市财政局"),
    ("市司法局、市财政局等相关单位按职责分工负责，各镇街具体落实", "", "市司法局|市财政局|各镇街", ""),
    ("市司法局，市财政局，各镇街按职责分工", "", "市司法局|市财政局|各镇街", ""),
    ("市政府办公室统筹，各部门具体负责", "市政府办公室", "各部门", ""),
    ("市政府办公室负责总牵头，各部门配合", "市政府办公室", "", "各部门"),
    ("市政府办公室负责统筹协调，各镇街、各部门负责具体落实", "市政府办公室", "各镇街|各部门", ""),
    ("各镇街负责实施，市民政局负责指导", "", "各镇街", "市民政局"),
    ("市政府办公室主办，市司法局协办", "市政府办公室", "", "市司法局"),
    ("各镇街配合，市政府办公室牵头", "市政府办公室", "", "各镇街"),
    ("各镇、街道、市直有关部门，市政府办公室牵头", "市政府办公室", "各镇、街道|市直有关部门", ""),
    ("市发改委，市财政局牵头，各镇街配合", "市发改委|市财政局", "", "各镇街"),
    ("市民政局牵头抓总，市财政局、市人社局协同配合", "市民政局", "", "市财政局|市人社局"),
    ("市民政局牵头、市财政局配合、各镇街落实", "市民政局", "各镇街", "市财政局"),
    ("市民政局为牵头单位，市财政局为配合单位", "市民政局", "", "市财政局"),
    ("以市民政局为主，市财政局配合", "市民政局", "", "市财政局"),
    ("区政府办牵头，区各有关部门、各镇（街道）具体落实，区大数据中心技术支撑", "区政府办", "区各有关部门|各镇（街道）", "区大数据中心"),
    ("市政府办公室，各镇街（按职责分工负责）", "", "市政府办公室|各镇街", ""),
    ("市政府办公室牵头，2024年6月底前完成", "市政府办公室", "", ""),
    ("1.市民政局；2.市财政局", "", "市民政局|市财政局", ""),
    ("①市民政局②市财政局", "", "市民政局|市财政局", ""),
    ("★市民政局、市财政局", "", "市民政局|市财政局", ""),
    ("区发展和改革局区财政局牵头，各镇街配合", "区发展和改革局|区财政局", "", "各镇街"),
    ("市局和各分局", "", "市局|各分局", ""),
    ("市、县级自然资源主管部门、市、区司法局", "", "市、县级自然资源主管部门|市、区司法局", ""),
    ("各有关部门，特别是市教育局、市民政局", "", "各有关部门", ""),
    ("市发展改革委（市粮食和储备局）、市教育局（特别是学前教育科）", "", "市发展改革委（市粮食和储备局）|市教育局", ""),
    ("各区县政府（管委会）、各镇（街道、园区）", "", "各区县政府（管委会）|各镇（街道、园区）", ""),
    ("各街道（马尚街道、科苑街道）", "", "各街道", ""),
    ("市司法局、各县区，下同", "", "市司法局|各县区", ""),
    ("市发改委牵头，市直有关部门负责，以下均需各县区负责，不再列出", "市发改委", "市直有关部门", ""),
    ("各地区、各有关部门按职责分工负责", "", "各地区|各有关部门", ""),
    ("区发展改革局（区粮食局、区物资局)、区司法局", "", "区发展改革局（区粮食局、区物资局)|区司法局", ""),
    ("各县（市、区）政府（含开发区〔高新区、经开区〕）、市司法局", "", "各县（市、区）政府（含开发区〔高新区、经开区〕）|市司法局", ""),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "lead", "responsible", "supporting"), ROLES + MORE_ROLES)
def test_roles(cell: str, lead: str, responsible: str, supporting: str) -> None:
    found = parse_units(cell)
    shown = ("|".join(found.lead), "|".join(found.responsible), "|".join(found.supporting))
    assert shown == (lead, responsible, supporting)


@pytest.mark.parametrize(
    "tail",
    [
        "等",
        "等7部门",
        "等市直有关部门",
        "等市有关单位",
        "等有关部门（单位）",
        "等相关职能部门",
        "等各行业主管部门",
        "等行政机关",
        "等单位",
        "等责任单位",
        "等相关部门",
        "等有关部门和单位",
        "等部门、单位",
        "等5个部门",
    ],
)
def test_an_open_list_is_said(tail: str) -> None:
    found = parse_units(f"区民政局、区生态环境分局{tail}，各街道办事处")
    assert found.responsible == ("区民政局", "区生态环境分局", "各街道办事处")
    assert found.open_list and any("未列全" in note for note in found.notes)
    assert not parse_units("区民政局、区生态环境分局").open_list


@pytest.mark.parametrize("joiner", ["、", "和", "及", "，"])
def test_what_follows_an_open_list_is_not_swallowed_by_it(joiner: str) -> None:
    found = parse_units(f"市司法局等有关部门{joiner}各镇街")
    assert found.responsible == ("市司法局", "各镇街") and found.open_list and found.groups == ("各镇街",)


def test_the_first_unit_leads_where_the_document_says_so() -> None:
    """In the cell, in the column's heading, or in a note below the table; a lead that is named stays."""
    found = parse_units("市司法局、市财政局、各县区（排名第一的为牵头单位）")
    assert (found.lead, found.responsible) == (("市司法局",), ("市财政局", "各县区"))
    rows = [
        ["1", "做好预算公开和解读工作", "市财政局、市司法局"],
        ["2", "做好规划公开和解读工作", "市司法局牵头，市自然资源局配合"],
        ["3", "做好其他公开工作事项", "各部门"],
    ]
    for heading, note in (
        ("责任单位（列首位的为牵头单位）", ""),
        ("责任单位", "注：责任单位中排在第一位的为牵头单位。"),
        ("责任单位", ""),
    ):
        tasks = read(tabbed([["序号", "工作要求", heading], *rows]) + "\n\n\n\n" + note + "\n").tasks
        assert [t.units.lead for t in tasks] == [("市财政局",) if note or "（" in heading else (), ("市司法局",), ()]


def test_doubts_are_told() -> None:
    for cell, word in (
        ("市司法局、各县区，下同", "下同"), ("市发改委牵头，各县区负责，以下均需各县区负责，不再列出", "逐项确认"),
        ("★市民政局", "标记"), ("区教体局区民政局", "没有分隔符"), ("市教育局，6月底前", "写有时限"), ("各街道（马尚街道、科苑街道）", "列明"),
        ("各区县政府（以下统称各区县）", "以下统称"),
    ):  # fmt: skip
        assert any(word in note for note in parse_units(cell).notes), cell


def test_emphasis_is_a_note_and_no_second_unit() -> None:
    found = parse_units("区政府各部门、单位特别是与民生关系密切的区直部门（区教体局、区民政局），各镇办")
    assert found.responsible == ("区政府各部门、单位", "各镇办")
    assert any("区教体局、区民政局" in note for note in found.notes)


SPACES = (
    ("区发展软环境保障局 (城乡统筹) 区自然资源和规划分局", "区发展软环境保障局(城乡统筹)|区自然资源和规划分局"),
    (
        "区党工委组织部 (人力资源部) 区发展软环境保障局 区发展改革局(统计局)",
        "区党工委组织部(人力资源部)|区发展软环境保障局|区发展改革局(统计局)",
    ),
    ("区直各部门、各驻区单 位,各街道", "区直各部门、各驻区单位|各街道"),
    ("区直有关部门、驻区有 关单位", "区直有关部门、驻区有关单位"),
    ("各街道,各行业主管 部门", "各街道|各行业主管部门"),
    ("区人力资源和社\n会保障局、区财\n政局", "区人力资源和社会保障局|区财政局"),
    ("市生态环境局\n张店分局", "市生态环境局张店分局"),
    ("马尚街道\n办事处", "马尚街道办事处"),
    ("区政府各部门，各街道办事处\n区政府各部门，各街道办事处\n", "区政府各部门|各街道办事处"),
    ("办公室\n\n组织人事科", ""),
    ("区财政局、区税务局或区统计局", "区财政局|区税务局|区统计局"),
    ("区教育和体育局和区卫生健康局", "区教育和体育局|区卫生健康局"),
    ("区文化和旅游局及有关部门", "区文化和旅游局|有关部门"),
)


@pytest.mark.parametrize(("cell", "names"), SPACES)
def test_white_space_parts_names_or_was_a_wrap(cell: str, names: str) -> None:
    assert "|".join(parse_units(cell).responsible) == names


def test_two_offices_with_an_empty_line_between() -> None:
    assert parse_units("办公室\n\n组织人事科", "offices").offices == ("办公室", "组织人事科")


def test_repeated_units_are_listed_once_and_told() -> None:
    found = parse_units("区发展改革局(统计局) 区财政局 区发展改革局(统计局)", "lead")
    assert found.lead == ("区发展改革局(统计局)", "区财政局")
    assert any("重复" in note for note in found.notes)


def test_what_is_no_unit_name_is_kept_and_asked_about() -> None:
    found = parse_units('区元政为"公主', "lead")
    assert found.lead == ('区元政为"公主',)
    assert any("不像单位名称" in note for note in found.notes)


@pytest.mark.parametrize("cell", ["", " ", "/", "—", "无", "\n\n"])
def test_nothing_is_nobody(cell: str) -> None:
    assert parse_units(cell) == type(parse_units(cell))()


@pytest.mark.shared
@pytest.mark.parametrize("seed", ["000", "001", "002", "004"])
def test_the_cells_of_the_documents_give_the_units_of_the_truth(shared: Path, seed: str) -> None:
    compared = 0
    for t in truth_tasks(shared, seed):
        cell = t.get("unit_cell_as_written") or _printed(shared, t)
        if not cell:
            continue
        found = parse_units(cell)
        compared += 1
        assert list(found.lead) == t["lead_units"], cell
        assert {*found.responsible, *found.supporting, *found.offices} == set(t["responsible_units"]), cell
    assert compared >= {"000": 43, "001": 20, "002": 30, "004": 31}[seed]


def _printed(shared: Path, t: dict[str, object]) -> str:
    """The truth of 001 and 002 has names only: put together as the documents print them."""
    names = [str(n) for n in t["responsible_units"]]  # type: ignore[attr-defined]
    lead = [str(n) for n in t["lead_units"]]  # type: ignore[attr-defined]
    if "unit_cell_as_written" in t:
        return ""
    return f"{'、'.join(lead)}牵头，{'、'.join(names)}配合" if lead else "、".join(names)


@pytest.mark.shared
def test_the_ragged_cells_of_003_lose_nothing(shared: Path) -> None:
    """The truth has the cells as printed: what is read, put together again, is the same text."""
    for t in truth_tasks(shared, "003"):
        for key, column in (("lead_cell", "lead"), ("unit_cell", "responsible")):
            cell = t[key]
            if t.get("units_unsure"):
                parse_units(cell, column)
                continue
            found = parse_units(cell, column)
            names = found.lead if column == "lead" else found.responsible
            assert _bare("".join(names)) == _bare(cell), cell


def _bare(text: str) -> str:
    return re.sub(r"[、,]", "", plain(text))


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(
            "区市局、，,；; \n（）()〔〕各部门单位等牵头配合负责和及与街道镇办科室特别是会同：\t〕】"
        ),
        max_size=60,
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    found = parse_units(text)
    for name in (*found.lead, *found.responsible, *found.supporting, *found.offices):
        assert name and not re.search(r"\s", name)
    assert set(found.groups) <= {*found.lead, *found.responsible, *found.supporting, *found.offices}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["lead", "responsible", "supporting", "offices"]))
def test_any_text_at_all(text: str, column: str) -> None:
    parse_units(text, column)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*UNITS, *SINGLE_GROUPS, *WHOLE_GROUPS]), min_size=1, max_size=6, unique=True),
    st.sampled_from("，；\n"),
)
def test_a_list_written_down_is_the_list_read(names: list[str], separator: str) -> None:
    gap = "\n\n" if separator == "\n" else separator
    assert list(parse_units(gap.join(names)).responsible) == names


@pytest.mark.parametrize(
    "name", ["建设管理科", "运输管理科", "受理科", "监理科", "教学科", "信访办理科", "规划科", "人文科"]
)
def test_an_office_is_one_whatever_its_last_word(name: str) -> None:
    assert parse_units(name, "responsible").offices == (name,)


@pytest.mark.parametrize("either", ["县应急管理局或县消防救援局", "县应急管理局或者县消防救援局"])
def test_one_or_the_other_is_asked(either: str) -> None:
    """Catalogue 4: 或 is an alternative (D17)."""
    units = parse_units(either, "responsible")
    assert units.responsible == ("县应急管理局", "县消防救援局")
    assert units.notes == ("原文写“县应急管理局”或“县消防救援局”，请确认由哪个单位承担",)
    assert not parse_units("县应急管理局和县消防救援局", "responsible").notes
