"""Names of a plan against the roster: suggestions with scores and never a merge; groups by the roster's classes."""

from __future__ import annotations

import pytest

from tests.plan_by_hand import plan, task
from toolkit.model import Roster, Unit
from toolkit.plan.units.resolve import match_unit, match_units, propose_groups, suggest

NAMES = """
张店区人民政府办公室 张店区发展和改革局 张店区教育和体育局 张店区科学技术局 张店区工业和信息化局 张店区公安分局 张店区民政局 张店区司法局 张店区财政局
张店区人力资源和社会保障局 淄博市自然资源和规划局张店分局 淄博市生态环境局张店分局 张店区住房和城乡建设局 张店区交通运输局 张店区农业农村局 张店区商务局
张店区文化和旅游局 张店区卫生健康局 张店区退役军人事务局 张店区应急管理局 张店区审计局 张店区市场监督管理局 张店区统计局 张店区医疗保障局 张店区行政审批服务局
张店区综合行政执法局 张店区大数据中心 张店区融媒体中心 国家税务总局张店区税务局 马尚街道办事处 科苑街道办事处 房镇镇人民政府 中埠镇人民政府
中共张店区委机构编制委员会办公室 张店区消防救援大队 共青团张店区委 张店区妇女联合会
"""
UNITS = tuple(Unit(f"{k:03}", name) for k, name in enumerate(NAMES.split(), 1))
SHORT = (
    # as plans write it | the unit that must come first
    ("区政府办", "张店区人民政府办公室"), ("区政府办公室", "张店区人民政府办公室"), ("区发改局", "张店区发展和改革局"), ("区发展改革局", "张店区发展和改革局"),
    ("区发改委", "张店区发展和改革局"), ("区教体局", "张店区教育和体育局"), ("区教育体育局", "张店区教育和体育局"), ("区科技局", "张店区科学技术局"),
    ("区工信局", "张店区工业和信息化局"), ("张店公安分局", "张店区公安分局"), ("市公安局张店分局", "张店区公安分局"), ("区人社局", "张店区人力资源和社会保障局"),
    ("区人力资源社会保障局", "张店区人力资源和社会保障局"), ("市自然资源和规划局张店分局", "淄博市自然资源和规划局张店分局"),
    ("区自然资源分局", "淄博市自然资源和规划局张店分局"), ("市生态环境局张店分局", "淄博市生态环境局张店分局"), ("区生态环境分局", "淄博市生态环境局张店分局"),
    ("生态环境局张店分局", "淄博市生态环境局张店分局"), ("区建局", "张店区住房和城乡建设局"), ("区住建局", "张店区住房和城乡建设局"),
    ("区住房城乡建设局", "张店区住房和城乡建设局"), ("区交通局", "张店区交通运输局"), ("区文旅局", "张店区文化和旅游局"), ("区卫健局", "张店区卫生健康局"),
    ("区卫健委", "张店区卫生健康局"), ("区退役军人局", "张店区退役军人事务局"), ("区应急局", "张店区应急管理局"), ("区市场监管局", "张店区市场监督管理局"),
    ("区医保局", "张店区医疗保障局"), ("区行政审批局", "张店区行政审批服务局"), ("区综合执法局", "张店区综合行政执法局"), ("区大数据局", "张店区大数据中心"),
    ("区融媒中心", "张店区融媒体中心"), ("区税务局", "国家税务总局张店区税务局"), ("马尚街道", "马尚街道办事处"), ("科苑街道办", "科苑街道办事处"),
    ("房镇镇", "房镇镇人民政府"), ("中埠镇政府", "中埠镇人民政府"), ("区委编办", "中共张店区委机构编制委员会办公室"), ("区消防大队", "张店区消防救援大队"),
    ("团区委", "共青团张店区委"), ("区妇联", "张店区妇女联合会"), ("区司法局", "张店区司法局"), ("司法局", "张店区司法局"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "unit"), SHORT)
def test_the_right_unit_is_suggested_first_and_nothing_is_merged(name: str, unit: str) -> None:
    found = match_unit(name, Roster(UNITS))
    assert found.unit is None and found.how == ""
    assert found.suggestions[0].name == unit
    assert 55 <= found.suggestions[0].score <= 95


@pytest.mark.parametrize("name", ["区残联", "区气象局", "区档案馆", "区城管局", "各镇办"])
def test_what_the_roster_has_not_is_not_guessed(name: str) -> None:
    assert suggest(name, UNITS) == ()


def test_another_level_is_a_weaker_suggestion_than_the_own_one() -> None:
    """市司法局 is the superior of 区司法局, not another way to write it."""
    (own,), (above,) = suggest("区司法局", UNITS), suggest("市司法局", UNITS)
    assert own.name == above.name and own.score == 95 and above.score == 70


def test_exact_and_alias_match_whatever_the_width_of_brackets() -> None:
    roster = Roster(
        (
            Unit("1", "市政府办公室（市大数据局）", aliases=("市府办〔市大数据局〕",)),
            Unit("2", "市司法局", short="司法局"),
        )
    )
    assert match_unit("市政府办公室(市大数据局)", roster).how == "exact"
    assert match_unit("市府办（市大数据局）", roster).how == "alias"
    assert match_unit("司法局", roster).how == "alias"


WRAPPED = (
    # a cell as printed | the units that come first for its names, exact ones with !
    ("张店区发展和 改革局 区教育和体 育局", ("!张店区发展和改革局", "张店区教育和体育局")),
    ("区政府 办公室、市生态环境局\n张店分局", ("张店区人民政府办公室", "淄博市生态环境局张店分局")),
    ("区发展改革局（区粮食局）、张店区司法局", ("张店区发展和改革局", "!张店区司法局")),
    ("房镇镇 人民政府 马尚街道 办事处", ("!房镇镇人民政府", "!马尚街道办事处")),
    ("区司法局区财政局", ("张店区司法局", "张店区财政局")),
    ("张店区司法局（张店区法治办）", ("张店区司法局",)),
)


@pytest.mark.parametrize(("cell", "wanted"), WRAPPED)
def test_wrapped_and_bracketed_names_are_suggested_and_never_merged(cell: str, wanted: tuple[str, ...]) -> None:
    """Only the roster's own spelling is the unit; a bracket behind it, a short form or a lost mark makes a suggestion."""
    matches = match_units(plan(task("x", cell)), Roster(UNITS))
    assert [("!" + m.unit.name) if m.unit else m.suggestions[0].name for m in matches] == list(wanted)
    assert all(m.unit is None or m.name == m.unit.name for m in matches)


CLASSES = (
    "政府办公室",
    "政府部门",
    "党委部门",
    "直属机构",
    "垂直管理单位",
    "街道办事处",
    "镇人民政府",
    "县区政府",
    "管委会",
    "公共企事业单位",
    "国有企业",
)
ROSTER = Roster(tuple(Unit(str(k), f"甲{c}", unit_class=c) for k, c in enumerate(CLASSES)))
GROUPS = (
    ("各镇办", "街道办事处 镇人民政府"), ("各镇（街道）", "街道办事处 镇人民政府"), ("各镇街、园区", "街道办事处 镇人民政府 管委会"), ("各街道", "街道办事处"),
    ("各乡镇党委、政府", "镇人民政府"), ("各县（市、区）人民政府", "县区政府"), ("各市（县）、区", "县区政府"), ("各区、县级市", "县区政府"), ("各开发区管委会", "管委会"),
    ("区政府各部门", "政府办公室 政府部门"), ("区政府各委、办、局", "政府办公室 政府部门"), ("区政府各部门、单位", "政府办公室 政府部门 直属机构"),
    ("区直各部门、各驻区单位", "政府办公室 政府部门 党委部门 直属机构 垂直管理单位"), ("市委、市政府各部门", "政府办公室 政府部门 党委部门"), ("各驻区单位", "垂直管理单位"),
    ("驻区各单位", "垂直管理单位"), ("各公共企事业单位", "公共企事业单位 国有企业"),
    ("区政府有关部门、单位", ""), ("区直有关部门、驻区有关单位", ""), ("相关部门", ""), ("其他部门", ""), ("各有关单位", ""), ("各科室", ""), ("各科室、中心", ""), ("各处室、直属单位", ""), ("政策文件起草科室", ""),
    ("政策起草部门", ""), ("各行政执法主体", ""), ("各行业主管部门", ""), ("相关审批部门", ""), ("各成员单位", ""),
)  # fmt: skip


@pytest.mark.parametrize(("name", "classes"), GROUPS)
def test_a_group_is_proposed_by_class_and_never_confirmed(name: str, classes: str) -> None:
    (found,) = propose_groups(plan(task("x", name)), ROSTER)
    assert {m.removeprefix("类别=") for m in found.members} == set(classes.split())
    assert found.known is None and found.undetermined == (not classes)
