"""Names of organs from province to township, groups of every build, in random company: what is written is what is read."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.plan.units.lists import parse_units

NAMES = """
省政府办公厅 省发展和改革委员会 省工业和信息化厅 省人力资源和社会保障厅 省自然资源厅 省住房和城乡建设厅 省文化和旅游厅 省卫生健康委员会 省地方金融管理局
省药品监督管理局 省政务服务和数据管理局 省机关事务管理局 省国有资产监督管理委员会 省人民政府新闻办公室 自治区民族事务委员会 州民族事务委员会 旗林业和草原局
市政府办公室 市发展改革委 市发展和改革局 市教育局 市教育和体育局 市科学技术和工业信息化局 市工业和信息化局 市公安局 市公安局交通警察支队 市民政局 市司法局
市人力资源和社会保障局 市人力资源社会保障局 市自然资源和规划局 市规划和自然资源局 市生态环境局 市住房和城乡建设局 市住房城乡建设和交通局 市城市管理局
市城市管理和综合行政执法局 市交通运输局 市水务局 市农业农村局 市农业农村和水利局 市商务局 市商务和粮食局 市文化和旅游局 市文化广电和旅游局 市卫生健康局
市卫生健康和医疗保障局 市退役军人事务局 市应急管理局 市审计局 市政府国资委 市市场监督管理局 市市场监管局 市统计局 市医保局 市信访局 市林业和草原局
市粮食和物资储备局 市行政审批服务局 市政务服务数据管理局 市数据和政务服务局 市地方金融监督管理局 市人民防空办公室 市人防办 市投资促进局 市口岸办 市外事办
市政府研究室 市地方志研究院 市档案馆 市供销合作社 市住房公积金管理中心 市公共资源交易中心 市公共资源交易监督管理局 市融媒体中心 市机关事务服务中心
市疾病预防控制中心 市社会保险事业中心 市不动产登记中心 市委办公室 市委组织部 市委宣传部 市委网信办 市委编办 市委政法委 市委社会工作部 市委党校 市委机要和保密局
市纪委监委 市人大常委会办公室 市政协办公室 市人民法院 市人民检察院 市总工会 团市委 市妇联 市科协 市残联 市工商联 市红十字会
区建局 区住建局 区人社局 区教体局 区文旅局 区卫健局 区发改局 区财政金融局 区综合行政执法局 区城市更新指挥部 区市民投诉中心 区党政办公室 区社会治理服务中心
区发展软环境保障局(城乡统筹) 区发展改革局(统计局) 区党工委组织部(人力资源部) 市府办〔市大数据局〕 市政府办公室（市外事办公室） 市教育局（市委教育工委）
市自然资源和规划局张店分局 市生态环境局张店分局 青岛市生态环境局平度分局 市公安局张店分局 区生态环境分局 市规划和自然资源局高新区分局 南开公安分局
国家税务总局淮安市税务局 国家税务总局张店区税务局 区税务局 国家统计局淮安调查队 国家金融监督管理总局淮安监管分局 市金融监管支局 中国人民银行淮安市分行
市烟草专卖局 市气象局 市邮政管理局 市消防救援支队 区消防救援大队 市海关 市无线电管理处 国网张店供电公司 中国移动淮安分公司 市自来水公司 市城投集团有限公司
市交通控股集团 市城市建设投资集团有限公司 淮阴工学院 齐鲁师范大学 市职业技术学院 市第一中学 市第一人民医院 市中医院 市图书馆 市博物馆
马尚街道办事处 马尚街道 房镇镇 房镇镇人民政府 傅家镇政府 大泽山自然保护区管委会 经济开发区管委会 市高新技术产业开发区管理委员会 张店区人民政府 临淄区政府
南村镇 和平街道 和田镇 县委老干部局 县政府督查室 镇党政综合办公室 镇社会事务服务中心 市场监督管理局 城市管理局 人力资源和社会保障局 住房和城乡建设局
文化和旅游局 退役军人事务局
"""
ORGANS = tuple(NAMES.split())
BARE = frozenset(
    ["市场监督管理局", "城市管理局", "人力资源和社会保障局", "住房和城乡建设局", "文化和旅游局", "退役军人事务局"]
)

PLACES = (
    "镇、街道", "镇（街道）", "乡镇、街道", "乡（镇）、街道", "镇、乡、街道", "镇街、园区", "镇人民政府、街道办事处", "乡（镇）人民政府、街道办事处", "镇政府、街道办",
    "乡镇党委、政府", "区、县级市", "县、区", "县（市、区）", "市（县）、区", "县（市）、区人民政府", "市、县、自治县人民政府", "市州、县市区人民政府", "区、县级市政府", "区县政府（管委会）",
)  # fmt: skip
ORGAN_KINDS = ("部门、单位", "部门和单位", "部门及单位", "部门（单位）", "单位、部门", "委、办、局", "委、办、厅、局")
WHOSE = ("", "区政府", "市政府", "市级", "县直", "区直", "市直机关", "驻区", "全市")
SEVERAL = ("各", "有关", "相关", "各有关", "各相关")
GROUPS = (
    *(f"{few}{places}" for few, places in itertools.product(("各", "各有关"), PLACES)),
    *(f"{whose}{few}{kinds}" for whose, few, kinds in itertools.product(WHOSE, SEVERAL, ORGAN_KINDS)),
    *(f"{whose}各部门{joiner}{second}" for whose, joiner, second in itertools.product(
        ("", "市政府", "区直", "区级"), "、和及", ("各单位", "各有关单位", "各直属机构", "各驻区单位", "直属单位"))),
    "市直、驻市各单位", "区直及驻区有关单位", "市委、市政府各部门", "中央、省、市驻区各单位", "区政府各部门、派出机构和直属机构", "省政府各厅委、各直属机构", "各行业主管部门、监管部门",
    "街道党工委、办事处", "县、区人民政府", "县级人民政府及其部门", "镇级人民政府", "相关审批部门", "各项目牵头单位", "各行政执法主体", "各公共企事业单位", "国有企业", "国家、省属驻市单位", "各开发区、风景名胜区管委会", "各苏木镇、街道", "各街道办事处、镇政府",
    "供水、供电、供气等公共企事业单位主管部门", "教育、医疗、供水等领域主管部门", "市、县级自然资源主管部门",
)  # fmt: skip


@pytest.mark.parametrize("name", ORGANS)
def test_an_organ_is_one_name_without_a_question(name: str) -> None:
    found = parse_units(name)
    assert (found.responsible, found.groups, found.notes) == ((name,), (), ())


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_is_whole_in_any_company(name: str) -> None:
    alone = parse_units(name)
    assert (alone.responsible, alone.groups) == ((name,), (name,))
    for cell in (f"区司法局、{name}", f"{name}、区司法局", f"区司法局，{name}", f"区司法局和{name}"):
        assert sorted(parse_units(cell).responsible) == sorted((name, "区司法局")), cell
    for cell in (
        f"由区司法局牵头，{name}按职责分工负责",
        f"区司法局牵头，{name}等单位具体落实",
        f"牵头单位：区司法局；责任单位：{name}",
    ):
        found = parse_units(cell)
        assert (found.lead, found.responsible, found.groups) == (("区司法局",), (name,), (name,)), cell
    found = parse_units(f"{name}牵头，区司法局配合")
    assert (found.lead, found.supporting) == ((name,), ("区司法局",))


COMMON_MARKS = ("、", "，", ",", "；", ";", "/", "、\n", "， ", "\n\n", "﹑")
GAPS = ("\n", " ", "　", "及", "和", "与", "或", "以及")  # only between single organs: a group may end in a mere noun
NEED_A_COMMA = (
    "街道党工委、办事处",
    "县、区人民政府",
    "市、县级自然资源主管部门",
    "县级人民政府及其部门",
    "镇级人民政府",
)  # bare levels: after another level and 、 nobody could tell them apart
organs = st.lists(st.sampled_from([n for n in ORGANS if n not in BARE]), min_size=1, max_size=5, unique=True)
everybody = st.lists(
    st.sampled_from((*ORGANS, *(g for g in GROUPS if g not in NEED_A_COMMA))), min_size=1, max_size=5,
    unique_by=lambda n: re.sub(r"[、（）()]", "", n),  # 各镇、街道 and 各镇（街道）, line by line, are one text printed twice
)  # fmt: skip
LEADS = (
    "{}牵头",
    "由{}牵头",
    "{}牵头负责",
    "{}牵头抓总",
    "{}负责牵头",
    "{}（牵头）",
    "牵头单位：{}",
    "{}为牵头单位",
    "{}负责统筹协调",
    "{}主办",
)
DOERS = (
    "{}",
    "{}负责",
    "{}按职责分工负责",
    "{}按照职责分工抓好落实",
    "{}具体落实",
    "{}负责落实",
    "{}分工负责",
    "责任单位：{}",
    "{}等单位按职责分工负责",
)
HELPERS = (
    "{}配合",
    "{}协助",
    "{}积极配合",
    "{}参与",
    "{}按职责配合",
    "{}密切配合做好相关工作",
    "配合单位：{}",
    "{}协办",
    "{}等有关部门配合",
    "{}提供技术支撑",
)


@settings(max_examples=400, deadline=None)
@given(everybody, st.sampled_from(COMMON_MARKS))
def test_a_list_is_read_back(names: list[str], mark: str) -> None:
    assert list(parse_units(mark.join(names)).responsible) == names


@settings(max_examples=400, deadline=None)
@given(organs, st.lists(st.sampled_from((*COMMON_MARKS, *GAPS)), min_size=4, max_size=4))
def test_organs_are_read_back_with_any_mixture_of_marks(names: list[str], marks: list[str]) -> None:
    cell = names[0] + "".join(mark + name for mark, name in zip(marks, names[1:], strict=False))
    assert list(parse_units(cell).responsible) == names


@settings(max_examples=400, deadline=None)
@given(
    organs, everybody, everybody, st.sampled_from(LEADS), st.sampled_from(DOERS[1:]), st.sampled_from(HELPERS),
    st.sampled_from("；;"), st.booleans(),
)  # fmt: skip
def test_roles_are_read_back(
    lead: list[str], doers: list[str], helpers: list[str], leads: str, does: str, helps: str, mark: str, turned: bool
) -> None:
    """X牵头；Y负责；Z配合 in every wording and either order. （牵头） marks one name, so there it has one."""
    lead = lead[:1] if "（" in leads else lead
    doers = [n for n in doers if n not in lead]
    helpers = [n for n in helpers if n not in (*lead, *doers)]
    if not doers or not helpers:
        return
    parts = [leads.format("、".join(lead)), does.format("、".join(doers)), helps.format("、".join(helpers))]
    labelled = any("：" in p for p in parts)
    if labelled:  # labels are used throughout or not at all
        parts = [f"牵头单位：{'、'.join(lead)}", f"责任单位：{'、'.join(doers)}", f"配合单位：{'、'.join(helpers)}"]
    if turned:
        parts = [parts[2], parts[1], parts[0]]
    found = parse_units(mark.join(parts))
    assert (list(found.lead), list(found.responsible), list(found.supporting)) == (lead, doers, helpers), mark.join(
        parts
    )
    assert found.open_list == any("等" in wording for wording in (does, helps) if not labelled)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ORGANS), st.data())
def test_a_name_wrapped_onto_two_lines_is_one_name(name: str, data: st.DataObject) -> None:
    """A cell too narrow for the name: the break may fall anywhere that does not leave two whole names."""
    at = data.draw(st.integers(1, len(name) - 1))
    left, right = name[:at], name[at:]
    if left in ORGANS or right in ORGANS:
        return
    found = parse_units(f"{left}\n{right}")
    assert found.responsible == (name,)
