"""What names of units, groups and offices look like in official plans: patterns only, no decisions.

Source of the forms: the catalogue of unit lists (plan shapes §4). Everything is matched against text whose brackets and
marks keep the width they were printed in.
"""

from __future__ import annotations

import re

SEPARATORS = "、，,；;/／\n 　\t"
OPENING, CLOSING = "（(〔［[【", "）)〕］]】"

# ---------------------------------------------------------------- kinds of units, named without a name of their own

_SEVERAL = (
    r"(?:旗县市区|旗县区|县市区|县区市|区县市|市县区|设区的市|设区市|地级以上市|地级市|县级市|自治州|自治县|自治旗|市州|州市|市县|县市|县区|区县|市区|旗县|旗区"
    r"|盟市|街道乡镇|乡镇街道|镇街道|乡镇街|镇街|街镇|镇办|乡镇场|乡镇|镇乡|街道|街办|园区|开发区|功能区|管理区|保税区|新区|风景名胜区|旅游度假区|度假区|产业集聚区|集聚区|示范区|试验区|合作区|景区|社区|苏木乡镇|苏木镇|苏木)"
)
"""Levels that mean several places by themselves; 镇, 县 … alone are one."""
_PLACES = rf"(?:{_SEVERAL}|[镇乡村县区市州旗盟场])"
_DISTRICTS = r"(?:旗县市区|旗县区|县市区|县区市|区县市|市县区|设区的市|设区市|地级以上市|地级市|县级市|自治州|自治县|自治旗|[市县区州旗盟]{1,3})"
_BODIES = r"(?:党委和?政府|党工委和?办事处|(?:人民)?政府|行政公署|行署|党委|党工委|党组织|管理委员会|管委会|管委|办事处|办公室|委员会|办)"
_ORGANS = (
    r"(?:(?:行业|业务|职能|主管|监管|审批|执法|成员|责任|直属|派出|派驻|事业|企事业|公共企事业|下属|所属|政府|行政|垂管|监督管理){0,4}"
    r"(?:部门|单位|机构|机关)|部委|厅委|厅局|委办局|委局办|委办|委员会|办公室|委|办|厅|局|部"
    r"|中心|分局|大队|中队|企事业|企业|公司|群团组织|群团|人民团体|团体|社会组织|医院|卫生院|中小学校?|学校|院校|高校|幼儿园|派出所|院|所|站)"
)
_ROOMS = r"(?:科室|处室|股室|站所|科所|科队|队所|科|处|股|室|队|站|所)"
_BESIDE_ROOMS = rf"(?:(?:(?:直属|所属|下属|下设|二级|派出|[局委办厅院]属)?(?:事业)?(?:单位|机构)|(?:直属|所属|下属)?(?:中心|支队|大队|中队|分局|窗口))|{_ROOMS})"
_BRACKET = r"(?:[（(〔][^（()）〔〕]{1,12}[）)〕])?"
NOUN = rf"(?:{_PLACES}{_BRACKET}{_BODIES}?|{_BODIES}|{_ORGANS}){_BRACKET}"
QUALIFIER = r"(?:各有关|各相关|各级|各|有关|相关|所有|全体|其他|其它)"
DIRECT = r"(?:(?:[区市县州省镇旗]|中|自治区)(?:直机关|直属?(?:管)?)|[区市县州省]属|[区市县州省]级机关?|驻[一-鿿]{1,4}?(?=各|有关|相关|单位|部门|机构|企业))"
_END = (
    r"(?=[、，,；;/／。\s（()）〕\]】和及与或以]|$|等|牵头|配合|负责|分工|按|按照|根据|具体|落实|特别是|尤其是|协助|协同|参与|实施|组织实施|会同|共同|积极|密切|分别"
    r"|抓好|做好|为(?:牵头|责任|配合)|协办|承办|主办|参加|支持|提供|技术|统筹|指导|推进|推动|执行|主动|全力|认真|依|结合)"
)
_JOIN = r"(?:[、/／和及与或]|以及)"

_WHOSE = rf"(?:{QUALIFIER}|{DIRECT})(?:{QUALIFIER}|{DIRECT}|行业|职能|责任|成员|主管|审批|行政|政府|业务|大){{0,6}}"
INNER = re.compile(
    # 各镇、街道 · 区政府有关部门、单位 · 各委、办、局 · 各有关区、县级市 · 各镇人民政府、街道办事处 · 各市、县、自治县人民政府
    # and not 各镇办、县人民政府: the government of the place itself is no part of the group below it
    rf"{_WHOSE}"
    rf"(?:{_DISTRICTS}{_BRACKET}{_BODIES}?{_BRACKET}(?:{_JOIN}(?!办公室){NOUN}{_END}){{1,12}}|{NOUN}(?:{_JOIN}(?!办公室|[县区市州旗]级?(?:人民)?政府){NOUN}{_END}){{1,12}})"
)
OFFICES = re.compile(
    # 各科、室 · 各科室、站所 · 各科室、中心 · 各处室、直属单位 · 局机关各科室、下属单位: the whole house, one address
    rf"(?:[局委办厅院]?机关)?(?:{QUALIFIER}|机关)(?:{QUALIFIER}|业务|职能|内设){{0,4}}{_ROOMS}{_BRACKET}(?:{_JOIN}{_BESIDE_ROOMS}{_END}){{1,6}}"
)
PAIRED = re.compile(
    # 部门 and 单位, each with its own 各, are one address: 市政府各部门、各有关单位 · 区直各部门、各驻区单位 · 省政府各厅委、各直属机构
    rf"(?:部门|厅委|厅局|委办局|部委办局|部委)(?:(?:[、/／]|和|及|以及)(?:{QUALIFIER}|{DIRECT}|直属|派驻|派出|特设|驻[一-鿿]{{1,3}}){{1,4}}(?:企事业|事业)?"
    rf"(?:单位|机构){_END}){{1,6}}"
)
TOGETHER = re.compile(
    # 区直、驻区各单位 · 市直和驻市有关单位 · 中央、省、市驻区各单位 · 市委、市政府各部门
    r"(?:[省市县区州旗]直|驻[省市县区州旗])(?:[、和及]|以及)(?:[省市县区州旗]直|驻[一-鿿]{1,3}?)(?=各|有关|相关|单位|部门)"
    r"|(?:(?<![一-鿿])|(?<=[和及与或]))(?:中央|国家|中|部|省|市)属?(?:[、和及](?:省|市|县|区)[属直]?){1,4}驻[一-鿿]{1,3}?(?=各|有关|相关|单位|部门)"
    r"|(?<!团)(?P<level>[省市县区州旗])委(?:、|和)(?P=level)(?:人民)?政府(?=各|有关|相关|直属|督查|信访|研究)"
)
SUBORDINATE = re.compile(
    # the second part has no name without the first: 镇党委、政府 · 街道党工委、办事处 · 县、区人民政府
    rf"(?:党委|党工委)(?:、|和)(?:(?:人民)?政府|办事处|管委会){_END}|(?:(?<![一-鿿])|(?<=[和及与或]))[县区市乡镇](?:[、和][县区市乡镇]){{1,5}}(?:人民)?政府{_END}"
)
LEVELS = re.compile(
    # one letter is no name: 市、县级自然资源主管部门 · 市、区司法局 · 县、乡两级政府
    r"(?:(?<![一-鿿）)\uFDD0-\uFDEF])|(?<=[和及与或]))[省市县区镇乡]级?(?:[、和及][省市县区镇乡]级?){1,4}(?=[一-鿿])(?![直委]|政府、)"
)
STATUTES = re.compile(r"法律、法规(?:、规章)?(?=授权)")
FIELDS = re.compile(
    r"(?:(?<![一-鿿])|(?<=[和及与或]))(?![省市县区各有相][一-鿿]*、)(?:[一-鿿]{1,5}、){1,14}[一-鿿]{1,5}等[一-鿿]{0,6}?(?:领域|行业|公共|主管|监管|企事业)[一-鿿]{0,8}?(?:部门|单位|企业|机构)"
)
"""供水、供电、供气等公共企事业单位主管部门: fields, not units. Believed only where no word ends as a unit does."""
GRADES = re.compile(
    r"(?:(?<![一-鿿）)\uFDD0-\uFDEF])|(?<=[和及与或]))[省市县区镇乡]级?(?:[、和及][省市县区镇乡]级?){0,4}[、和及][省市县区镇乡]级(?=[一-鿿]{2})(?!市|各|有关|相关|机关)"
)
WHOLE = (STATUTES, GRADES, TOGETHER, INNER, OFFICES, PAIRED, SUBORDINATE, LEVELS)
"""Phrases whose inner marks part nothing."""
SINGLE = re.compile(rf"{_WHOSE}(?:{NOUN}|{_ROOMS})$")
"""A group of one kind at the end of a text: 各乡镇人民政府, 县直有关部门, 各科室."""
KIND = re.compile(rf"{NOUN}")
"""What is only the kind of a unit: 人民政府, 镇人民政府, 街道办事处, 单位. Behind white space it goes on with a group."""

COLLECTIVE = re.compile(
    rf"{QUALIFIER}|{DIRECT}(?:{QUALIFIER}){{0,3}}(?:部门|单位|机构|企业)|企事业单位$|(?:政府|行业|主管|审批|职能|执法|责任|成员|所属|下属|直属|组成|工作|监管)"
    r"(?:部门|单位|机构|企业)(?:[（(][^（()）]{1,6}[）)])?$|(?:部门|单位|主体|机构|企业|机关|团体)$|[省市县区镇乡]级(?:以上)?(?:人民)?政府$|起草科室$"
    rf"|^{_SEVERAL}(?:人民政府|政府|办事处|管委会)?$|^[省县区市乡镇]级?(?:[、和及][省县区市乡镇]|[（(][县区市乡镇、]+[）)])|^(?:乡镇?|镇|街道)党(?:委|工委)[、和]"
    r"|的(?:科室|处室|股室|单位|部门|机构)$"
)
"""A phrase for several units, or for a kind of unit: kept whole, expanded through the roster only when confirmed."""

UNDETERMINED = re.compile(r"有关|相关|其他|其它")
"""Groups that nobody but the office can fill: which ones are concerned is not written."""

# ---------------------------------------------------------------- open lists

_OTHERS = r"(?:部门|单位|科室|处室|股室|机构|机关|企业|镇街|乡镇|街道)"
OPEN_TAIL = re.compile(
    rf"等(?:(?:[一-鿿]{{1,4}}、){{1,6}}[一-鿿]{{1,4}}(?=主管|监管))?(?:(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:个|家)?(?=[^、，,；;]))?"
    rf"(?:{QUALIFIER}|责任|成员|职能|主管|监管|行业|业务|行政|执法|[省市县区](?:级|直|政府)?){{0,6}}"
    rf"(?:{_OTHERS}(?:[（(]{_OTHERS}[）)])?(?:(?:、|和|及|与)(?:有关|相关)?(?:部门|单位|科室|机构|企业)(?!各)){{0,3}})?{_END}"
)

# ---------------------------------------------------------------- single names

_STRONG = (
    r"局|委|办|室|中心|院|部|处|(?<![各省市县区州旗])科|股|镇|(?<!城)乡|街道|单位|部门|公司|馆|(?<!社)会|署|站|队|所|政府|机构|主体|集团|联|专班|组|厅"
    r"|海关|合作社|供销社|苏木|报社|总社|通讯社|出版社|[省市县区州旗]校|党校|学校|大学|中学|小学|[分支总]行|银行|科协|作协|文协|[省市县区州旗]侨|台(?<!平台)|管委|军分区"
)
_WEAK = r"区|县|市|州|旗|盟|街|社|校|行|园|场|厂|店|网|报|村|团|基地|平台|办公区|示范区|人员|负责人|企业|机关|高校|班|系统|主体|(?<!委)组织|(?<=[一-鿿]{2})科|港|岛|段"
STRONG_END = re.compile(rf"(?:{_STRONG})$")
"""Ends after which white space, 和, 及 or 与 may part two names (社会 and 城乡 are no ends)."""

ENDS = re.compile(rf"(?:{_STRONG}|{_WEAK})$")
"""How the name of a unit ends; anything else is asked about."""

PREFIXED = re.compile(
    r"^(?:各|有关|相关|其他|所属|所有|[省市县区州旗镇乡](?!会|区|民(?!政|族|宗|间|营|生)|政(?!府|协|务)|容|场(?!监))|[一-鿿]{2,4}[省市县区州旗](?!政(?!府|协|务))|驻|团[省市县区州旗]|国网|国家|中国|自治区)"
)
SHORT_NAMES = frozenset(
    {"妇联", "残联", "侨联", "工会", "团委", "科协", "文联", "法院", "各镇", "各县", "各区", "各市", "各乡"}
)
"""Whole names of two characters; any other two characters after white space are the rest of a wrapped name."""

TWO_IN_ONE = re.compile(
    r"^(?!国家|中国)[^（(]*(?:[^总]局|[办厅室院]|中心)[一-鿿]{2,6}[市县区州旗][一-鿿]{2,12}(?<!分)(?:局|委|中心|室)$"
    r"|^[^各].*(?:局|中心|院|校|室|委|部门|单位|道|[)）])各(?:[镇乡街县市旗园学]|区(?!域)|有关|相关|行业)"
    r"|^各.*(?:政府|部门|单位|街道|科室|处室|站所|中心|办事处|开发区|园区)(?:各|[市县区州旗](?!场|域|级|直|属)[一-鿿]{2,12}(?:局|委|中心|室|[会文妇]联|公司)$)"
)
"""An organ, a place and an organ again (区教育局某某市财政局), a group behind a name, a name behind a group: a mark may be lost."""

OFFICE = re.compile(
    r"(?:科室|处室|股室)$|(?:[^文理本专学]|教学|人文|[办管受审监治处代护清整]理)科$|(?<![控])股$|^(?:综合|党政|行政|党建|机关)*办公室$|^(?:综合|党政)办$"
    r"|^(?![省市县区州旗])[一-鿿]{2,6}(?<!办事)(?<!管理)(?<!代表)(?<!联络)(?<!保护)处$"
    r"|^(?![省市县区州旗])[一-鿿]{2,5}(?<!办公)(?<!研究)(?<!资料)室$"
)
"""An office inside one organ: 组织人事科, 各科室, 文件起草科室, 政策法规处, a bare 办公室."""
