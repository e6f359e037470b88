"""What names of units, groups and offices look like in official plans: patterns only, no decisions.

Source of the forms: the catalogue of unit lists (plan shapes §4). Everything is matched against text whose brackets and
marks keep the width they were printed in.
"""

from __future__ import annotations

import re

SEPARATORS = "、，,；;/／\n 　\t"
OPENING, CLOSING = "（(〔［[【", "）)〕］]】"

# ---------------------------------------------------------------- kinds of units, named without a name of their own

NOUN = (
    r"(?:(?:县级市|县市区|县区|县|区|市|镇|乡|街道|乡镇)?(?:人民)?政府|街道办事处|街道办|办事处|街道|乡镇街道|乡镇|镇街|镇办|镇乡|镇|乡|党委|党工委"
    r"|部门|单位|机构|委员会|委|办公室|办|局|县级市|自治县|县市区|县区|区县|市区|市|县|区|旗|管理委员会|管委会|管委|园区|开发区|功能区|新区"
    r"|业务科室|科室|处室|股室|科|处|中心|企事业单位|企业|事业单位|直属机构|派出机构|群团组织|群团|人民团体|国有企业|社区|村|医院|学校|院|所)"
)
QUALIFIER = r"(?:各有关|各相关|各级|各|有关|相关|所有|全体|其他|其它)"
DIRECT = r"(?:[区市县州省镇旗]|中)直(?:属|管)?|驻[一-鿿]{1,4}?(?=各|有关|相关|单位|部门|机构|企业)|[区市县州省]属"
_BRACKET = r"(?:[（(][^（）()]{1,12}[）)])?"
_END = r"(?=[、，,；;/／。.\s（()）〕\]】]|$|等|牵头|配合|负责|分工|按|按照|具体|落实|特别是|尤其是|协助|参与|实施|组织|会同)"
_JOIN = r"[、/／和及与或]"

INNER = re.compile(
    # 各镇、街道 · 区政府有关部门、单位 · 各委、办、局 · 各有关区、县级市 · 各镇人民政府、街道办事处
    rf"(?:{QUALIFIER}|{DIRECT})(?:{QUALIFIER}|{DIRECT}|行业|职能|责任|成员|主管|审批|行政|政府|业务)*{NOUN}{_BRACKET}"
    rf"(?:(?:{_JOIN}|以及){NOUN}{_BRACKET}{_END})+"
)
PAIRED = re.compile(
    # 部门 and 单位, each with its own 各, are one address: 市政府各部门、各有关单位 · 区直各部门、各驻区单位
    rf"部门(?:(?:[、/／]|和|及|以及)(?:{QUALIFIER}|{DIRECT}|直属|派驻)+(?:企事业|事业)?(?:单位|机构){_END})+"
)
PARTY_AND_GOVERNMENT = re.compile(r"[省市县区州旗]委、[省市县区州旗]政府(?=各|有关|相关|直属|督查|信访|研究)")

COLLECTIVE = re.compile(
    rf"{QUALIFIER}|(?:{DIRECT})(?:{QUALIFIER})*(?:部门|单位|机构|企业)|企事业单位$|(?:政府|行业|主管|审批|职能|执法|责任|成员|所属)"
    r"(?:部门|单位|机构)$|(?:部门|单位|主体|镇级人民政府|牵头单位|起草科室)$|^(?:乡镇|镇街|街道|镇办|乡镇街道)$|的(?:科室|处室|股室|单位|部门|机构)$"
)
"""A phrase for several units, or for a kind of unit: kept whole, expanded through the roster only when confirmed."""

UNDETERMINED = re.compile(r"有关|相关|其他|其它")
"""Groups that nobody but the office can fill: which ones are concerned is not written."""

# ---------------------------------------------------------------- open lists, roles

OPEN_TAIL = re.compile(
    rf"等(?:(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:个|家))?(?:{QUALIFIER}|责任|成员|职能|主管|市级|区级|县级|区直|市直|县直)*"
    rf"(?:(?:部门|单位|科室|处室|股室|机构|企业|镇街|乡镇|街道)(?:(?:、|和|及|与)(?:{QUALIFIER})*(?:部门|单位|科室|机构|镇街|街道))*)?{_END}"
)

LEAD, SUPPORTING, RESPONSIBLE = "lead", "supporting", "responsible"
_DUTY = r"(?:负责|落实|实施|组织实施|办理|做好|推进|抓好)"
ROLE_TAIL = re.compile(
    rf"(?P<lead>(?:负责)?牵头(?:{_DUTY}|单位|部门)*)"
    r"|(?P<supporting>(?:按(?:照)?职责(?:分工)?|根据职责(?:分工)?|积极|共同|协同|密切|参与|协助)*(?:配合|协办|协助|协同|参与)(?:做好|落实|实施|推进)*)"
    rf"|(?P<responsible>(?:按(?:照)?|根据|依据|依)(?:各自)?(?:职责|职能|分工)(?:分工)?(?:分别)?{_DUTY}*|(?:分工|分别|具体|共同|主要|主办)*"
    rf"(?:负责|落实|组织实施|承办|主办|实施){_DUTY}*)"
)
ROLE_LABEL = re.compile(
    r"(?P<lead>牵头(?:责任)?(?:单位|部门|科室|处室)?)|(?P<supporting>(?:配合|协办|协助|参与)(?:责任)?(?:单位|部门|科室|处室)?)"
    r"|(?P<offices>(?:责任|承办|主办)(?:科室|处室|股室))|(?P<responsible>(?:责任|主办|承办|落实|主责|实施)(?:单位|部门|主体|分工)?)"
)
EMPHASIS = re.compile(r"(?:，|,)?(?:特别是|尤其是|重点是|主要是)")
REMARK = re.compile(
    r"^(?:按(?:照)?(?:职责)?分工.*|排名不分先后|以下简称.*|以下统称.*|下同|略|按职责.*|分别负责.*|以.*为主)$"
)
JOINT = re.compile(r"会同|商(?=[省市县区]|有关|相关|各)")

# ---------------------------------------------------------------- single names

ENDS = re.compile(
    r"(?:局|委|办|室|中心|院|部|处|科|股|镇|乡|街道|区|县|市|州|旗|盟|单位|部门|公司|馆|(?<!社)会|署|站|队|所|台|社|行|校|联|政府|机构|主体"
    r"|组|厅|司|集团|企业|专班|领导小组|园|场|厂|店|网|报|村|团|中学|小学|大学|学院|银行|基地|平台|指挥部|管委|学校|办公区|示范区|人员|负责人)$"
)
"""How the name of a unit ends; anything else is asked about."""

STRONG_END = re.compile(
    r"(?:局|委|办|室|中心|院|部|处|(?<!各)科|股|镇|街道|单位|部门|公司|馆|(?<!社)会|署|站|队|所|政府|机构|主体|集团|医院|学校|联|专班|组|厅)$"
)
"""Ends after which white space, 和, 及 or 与 may part two names (社会 and 城乡 are no ends)."""

PREFIXED = re.compile(
    r"^(?:各|有关|相关|其他|所属|所有|[省市县区州旗镇乡]|[一-鿿]{2,4}[省市县区州旗]|驻|团|党|国网|国家|中国)"
)

OFFICE = re.compile(
    r"(?:科室|处室|股室)$|(?<![文理本专学])科$|(?<![控])股$|^(?:综合|党政|行政|党建|机关)*办公室$|^(?:综合|党政)办$"
    r"|^(?![省市县区州旗])[一-鿿]{2,6}(?<!办事)(?<!管理)(?<!代表)(?<!联络)(?<!保护)处$"
    r"|^(?![省市县区州旗])[一-鿿]{2,5}(?<!办公)(?<!研究)(?<!资料)室$"
)
"""An office inside one organ: 组织人事科, 各科室, 文件起草科室, 政策法规处, a bare 办公室."""
