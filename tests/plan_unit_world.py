"""Names of organs of every level, built from parts, and cells written with them in every manner of offices."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field

_DEPARTMENTS = """
政府办公室 发展改革局 发展和改革局 发展改革委 教育局 教育和体育局 教育体育局 科技局 科学技术局 工业和信息化局 民族宗教事务局 公安局 民政局 司法局 财政局 人力资源社会保障局
人力资源和社会保障局 自然资源局 自然资源和规划局 规划和自然资源局 生态环境局 住房和城乡建设局 住房城乡建设局 城市管理局 城市管理综合执法局 综合行政执法局 交通运输局 水利局 水务局
农业农村局 农牧局 乡村振兴局 林业和草原局 商务局 商务和粮食局 文化和旅游局 文化广电旅游体育局 卫生健康委 卫生健康委员会 卫生健康局 退役军人事务局 应急管理局 审计局 国资委
市场监督管理局 市场监管局 体育局 统计局 医疗保障局 医保局 信访局 行政审批服务局 行政审批局 政务服务和数据管理局 政务服务局 数据局 大数据中心 大数据管理局 金融服务中心 地方金融监管局
外事办 人防办 机关事务服务中心 机关事务管理局 融媒体中心 档案馆 供销社 公共资源交易中心 住房公积金管理中心 投资促进中心 政务服务中心 社会保险事业中心 不动产登记中心 疾病预防控制中心
12345热线中心 委办公室 委组织部 委宣传部 委网信办 委编办 委政法委 委社会工作部 委党校 委老干部局 纪委监委 人大常委会办公室 政协办公室 人民法院 人民检察院 法院 检察院 总工会 妇联
残联 科协 文联 工商联 红十字会 税务局 气象局 烟草专卖局 邮政管理局 消防救援大队 公安局交通警察大队 公安局治安大队 融媒中心 政府督查室 政府研究室 政府信息中心 人民医院 中医院 第一中学
实验小学 图书馆 博物馆 城投集团 水务集团有限公司 自来水公司 公交公司 供电公司 燃气有限公司
"""
_OWN_NAMES = """
国家税务总局云河市税务局 国家统计局云河调查队 国家金融监督管理总局云河监管分局 中国人民银行云河市分行 国网云河供电公司 中国移动云河分公司 云河市生态环境局青屿分局 市公安局青屿分局
市自然资源和规划局青屿分局 市公安局云河分局 区生态环境分局 县公安局云河派出所 青屿公安分局 云河海关 云河师范学院 云河职业技术学院 云河市第一人民医院 云河银行 团市委 团县委 云河军分区
新城街道 新城街道办事处 望湖街道办 青石镇 青石镇人民政府 柳林镇政府 红旗乡 红旗乡人民政府 白塔满族乡人民政府 巴彦苏木 经济开发区管委会 高新区管委会 云河经济技术开发区管理委员会 青屿区人民政府
云河县政府 东山旅游度假区管委会 云河城市建设投资集团有限公司 高新区党政办公室 市发展改革局（市粮食和物资储备局） 县政府办公室（县大数据局） 区教育局〔区委教育工委〕
州民族宗教委（州宗教局） 旗应急管理局(旗地震局) 市文化和旅游局（市文物局、市广播电视局） 区市场监管局（区知识产权局）
"""
_SEPARATED = """
各镇、街道 各镇（街道） 各乡镇（街道） 各乡镇、街道 各乡（镇）人民政府 各乡镇人民政府、街道办事处 各镇人民政府、街道办事处 各县（市、区）人民政府 各县（市、区） 各市（县）、区 各区、县级市 各旗县区人民政府
区政府各部门、单位 区政府有关部门、单位 区直各部门、各单位 区直各部门、各驻区单位 市政府各部门、各有关单位 县直各部门和单位 市直有关部门、驻市有关单位 各科室、中心 各处室、直属单位 各股室、站所
各科室、所属事业单位 各镇街、园区 各街道、开发区 各部门、各单位 各有关部门和单位 市政府各委、办、局 各学校、幼儿园 各苏木镇、街道 各区县、功能区
"""
_WHOLE = """
各乡镇 各镇 各街道 各镇街 各乡镇街道 各乡镇人民政府 各街道办事处 各镇办 各县区 各县区人民政府 各县市区 各旗县区 县政府各部门 区政府各部门 市政府有关部门 州直各部门 市直有关部门 各有关部门 各相关单位
各部门 各单位 相关部门 有关单位 各行业主管部门 各行政执法部门 各公共企事业单位 各园区管委会 各科室 各处室 驻区各单位 相关科室
"""
GROUPS = (*_SEPARATED.split(), *_WHOLE.split())
ORGANS = (
    *(level + name for level in "市区县州旗" for name in _DEPARTMENTS.split()),
    *(f"{place}{name}" for place in ("云河市", "青屿区", "海棠湾高新区") for name in _DEPARTMENTS.split()[1:40]),
    *_OWN_NAMES.split(),
)
_MARKS, _GAPS = ("、", "，", "；", ",", ";"), (" ", "\n", "　", "和", "及")
_ROLES = (
    ("{}牵头，{}配合", "lead", "supporting"), ("{}牵头；{}按职责分工负责", "lead", "responsible"),
    ("牵头单位：{}；配合单位：{}", "lead", "supporting"), ("{}牵头，{}等单位配合", "lead", "supporting"),
    ("由{}牵头，{}负责", "lead", "responsible"), ("{}牵头,{}等部门分工负责", "lead", "responsible"),
    ("{}负责；{}配合", "responsible", "supporting"), ("{}牵头\n{}配合", "lead", "supporting"),
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A cell, and the names in it by role; `responsible` where the cell says nothing. `lost`: one mark is missing."""

    cell: str
    names: dict[str, list[str]] = field(default_factory=dict)
    lost: bool = False


def written(random_: random.Random) -> Written:
    """One to six names of a place and its neighbours, joined by marks or white space, some wrapped at a width."""
    names = _company(random_)
    manner = random_.choice(
        ("marks", "mixed", "space", "wrapped marks", "wrapped marks", "wrapped space", "roles", "lost")
    )
    if manner == "marks":
        return Written(random_.choice(_MARKS).join(names), {"responsible": names})
    if manner == "mixed":
        return Written(_mixed(names, random_), {"responsible": names})
    if manner == "space":
        return Written(random_.choice((" ", "　", "\n")).join(names), {"responsible": names})
    if manner == "wrapped marks":
        cell = random_.choice("、，；").join(names)
        return Written(wrapped(cell, random_.randint(4, 16), random_.choice(" \n")), {"responsible": names})
    if manner == "wrapped space":
        gap = random_.choice(" \n")
        return Written(wrapped(gap.join(names), random_.randint(5, 16), gap), {"responsible": names})
    names = [n for n in names if n not in GROUPS] if manner == "lost" else names
    at = random_.randint(1, max(1, len(names) - 1))
    if manner == "lost":
        return Written("、".join(names[:at]) + "、".join(names[at:]), {"responsible": names}, len(names) > 1)
    if len(names) < 2:
        return Written(f"由{names[0]}负责", {"responsible": names})
    form, first, second = random_.choice(_ROLES)
    cell = form.format("、".join(names[:at]), "、".join(names[at:]))
    cell = wrapped(cell, random_.randint(5, 16), random_.choice(" \n")) if random_.random() < 0.5 else cell
    return Written(cell, {first: names[:at], second: names[at:]})


def _company(random_: random.Random) -> list[str]:
    level, many = random_.choice("市区县州旗"), random_.random() < 0.4
    near = [n for n in (ORGANS + GROUPS * 4 if many else ORGANS) if n[0] in (level, "各") or random_.random() < 0.05]
    names: list[str] = []
    for name in random_.sample(near, 12):
        address = names and re.search(r"(?:部门|单位)$", names[-1]) and re.search(r"(?:部门|单位)$", name)
        again = any(_bare(name) == _bare(other) for other in names)
        if (
            not again and not address
        ):  # 各部门、各单位 would be one address, 各镇、街道 beside 各镇（街道） one text twice
            names.append(name)
    return names[: random_.randint(1, 6)]


def _bare(name: str) -> str:
    return re.sub(r"[、（）]", "", name)


def _mixed(names: list[str], random_: random.Random) -> str:
    cell = names[0]
    for before, name in itertools.pairwise(names):
        marks = _MARKS if {before, name} & set(GROUPS) else (*_MARKS, *_GAPS)
        cell += random_.choice(marks) + name
    return cell


def wrapped(text: str, width: int, gap: str) -> str:
    """Lines of a width; a closing mark stays behind the line it closes."""
    lines, rest = [], text
    while len(rest) > width:
        cut = next((k for k in range(width, len(rest)) if rest[k] not in "、，；,;）"), len(rest))
        lines.append(rest[:cut])
        rest = rest[cut:]
    return gap.join(n for n in (*lines, rest) if n)
