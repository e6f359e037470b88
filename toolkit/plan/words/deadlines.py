"""How plans write time: patterns over folded text without white space (plan shapes §5). No decisions here."""

from __future__ import annotations

import re

from toolkit.plan.words.figures import CHINESE

CYCLES = {"年度": "年", "年": "年", "半年": "半年", "季度": "季度", "季": "季度", "月": "月", "周": "周", "星期": "周", "日": "日",
           "天": "日", "旬": "旬"}  # fmt: skip
REFRESH = {1: "月", 3: "季度", 6: "半年", 12: "年"}
UNITS = {"工作日": ("工作日", 1), "日历日": ("日", 1), "自然日": ("日", 1), "日": ("日", 1), "天": ("日", 1), "周": ("日", 7),
          "个月": ("月", 1), "月": ("月", 1), "年": ("月", 12)}  # fmt: skip
LENGTH = re.compile(r"(?:不少于|不低于|至少|近|最近|过去|连续|压缩至?|缩短至?|压减至?|控制在|由|从)$")
"""Before a number of days: a length, or a target for the length of a procedure, no deadline."""

N = rf"(?:\d{{1,4}}|{CHINESE})"
_YEAR = r"(?:(?P<year>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})年度?|(?P<next>次年|翌年|明年|下年|下一年度?|第二年)|(?P<this>今年|当年|本年度?))?"
_MONTH = r"(?<!\d)(?P<month>1[0-2]|0?[1-9]|十[一二]|十|[一二三四五六七八九])月份?"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_PART = r"(?P<part>底|末|上旬|中旬|下旬|初)"
_CLOSE = r"(?P<close>之?以?前|之前|完成|止|为止|前完成)?"

DATE = re.compile(
    rf"(?P<from>自|从)?{_YEAR}(?:"
    rf"(?P<yearend>(?:年|(?<=年)|(?<=年度))[底末终](?!了|结))"
    rf"|(?P<half>上|下)半年(?P<hend>[底末])?"
    rf"|第?(?P<quarter>[一二三四1-4])季度(?P<qend>[底末])?"
    rf"|{_MONTH}(?:{_DAY}|{_PART})?"
    rf"){_CLOSE}(?P<start>起(?!草)|开始|启动|开启)?"
)
NUMERIC_DATE = re.compile(
    r"(?<![\d.])(?:(?P<year>20\d\d)[-/.](?P<month>1[0-2]|0?[1-9])(?:[-/.](?P<day>3[01]|[12]\d|0?[1-9]))?(?![\d.%年-])"
    r"|(?P<month2>1[0-2]|0?[1-9])\.(?P<day2>3[01]|[12]\d|0?[1-9])(?=[日]?之?以?前))日?(?P<close>之?以?前)?"
)
"""2024-06-30, 2024.6 and, only with 前, 6.30前."""
YEARS = re.compile(r"(?<!\d)20\d\d年?度?\s?[-—–~～至到]\s?(?P<last>20\d\d)年")

CYCLE = r"每(?P<several>[两二三四五六2-6])?个?(?P<cycle>年度?|半年|季度?|月|周|星期|日|天|旬)|(?:按|逐)(?P<by>年度?|半年|季度?|月|周|日)"
RECURRING = re.compile(
    rf"(?:{CYCLE})(?P<when>(?:首月|第[一二三]个?月|末月|[年]?(?:[底末]|终(?!了))|(?:1[0-2]|0?[1-9])月(?:底|末)?)?(?:(?:3[01]|[12]\d|0?[1-9])[日号]|[底末])?(?:之?以?前)?"
    rf"(?:[、和及](?:1[0-2]|0?[1-9])月(?:底|末|(?:3[01]|[12]\d|0?[1-9])[日号])?(?:之?以?前)?)*)"
)
EVERY_SPAN = re.compile(rf"每隔?(?P<n>{N})个?(?P<unit>工作日|日历日|自然日|日|天|小时)(?!之?以?前)")
"""每20个工作日更新: a cycle of days."""
NEXT_MONTH = re.compile(r"每?(?:次|下|翌)月(?P<next>[12]?\d|3[01])[日号](?:之?以?前)")
FREQUENCY = re.compile(
    rf"每个?(?P<cycle>年|半年|季度?|月|周|旬)(?:度)?(?:原则上|要|应|须|各|都|内)*(?:不少于|至少|开展|召开|组织|举办|报送|报告|公布|公开|发布|通报|更新|听取|研究|抽查|检查|监测)"
    rf"[^，。；,;、：:]{{0,8}}?{N}[次场期篇条轮]"
)
WHOLE_YEAR_DONE = re.compile(
    r"(?<![一二两三四五六七八九十\d])(?:20\d\d|本|当|今)?年度?内(?:前)?(?:要|应|须|力争|确保)?(?:全部|全面|基本|如期)?(?:完成|建成|实现|到位)"
)
YEARS_DONE = re.compile(
    rf"(?<![\d.第近前])(?P<span>(?:\d{{1,2}}|{CHINESE})年(?:之内|以内|内))(?:要|应|须|力争|确保)?(?:全部|全面|基本|如期)?(?:完成|建成|实现|达到|到位)"
)
"""5年内实现: so many years are allowed, not the plan's own."""
ONCE_PER = re.compile(
    r"(?P<cycle>年度?|半年|季度?|月|周)(?:一次|1次)|(?<![0-9一二三四])(?P<end>季度?|(?<![本上下0-9一二三四五六七八九十])月)[末底](?!月)|(?:次|下|翌)月(?P<next>[12]?\d|3[01])[日号]"
)
AFTER_CYCLE = re.compile(rf"(?:结束|终了|期满)之?后(?P<n>{N})个?(?P<unit>工作日|日|天)(?:之内|以内|内)?")

_COUNT = rf"(?P<n>{N})个?(?P<unit>工作日|日历日|自然日|小时|日|天|个月|周|年)"
_SPAN = rf"(?<![月0-9]){_COUNT}"
WITHIN = re.compile(
    rf"(?:(?P<after>之?日起|之?后|以后|起|前)[，,]?)?(?:的)?(?:时间跨度)?(?:不超过|不得超过|最迟不超过|最长不超过|原则上不超过)?{_SPAN}(?:之内|以内|内)"
)
NOT_OVER = re.compile(rf"(?:时间跨度|时限|间隔|期限)?(?:不超过|不得超过|最迟不超过|最长不超过){_SPAN}")
BEFORE = re.compile(
    rf"(?:(?:之?前|以前|提前){_COUNT}(?:之内|以内|内)?|{_COUNT.replace('?P<n>', '?P<n2>').replace('?P<unit>', '?P<unit2>').replace('|日|', '|')}(?:之?前|以前))"
)
SAME_DAY = re.compile(r"(?P<event>[^，。；,;、]{0,24}?)(?:的)?(?P<day>当[日天])")
SAME_TIME = re.compile(
    r"(?:与|和|同|跟)(?P<event>[^，。；,;]{1,20}?)(?P<act>同步|同时)(?P<what>[^，。；,;]{0,6})|^(?P<alone>[^，。；,;]{2,20}?)(?:的)?同时$|^同步(?P<only>[一-鿿]{0,4})$"
)

AT_ONCE = re.compile(r"及时|即时|实时|随时|第一时间|立即|马上|立行立改|即知即改|随[^，。；]{1,6}随")
ENDLESS = re.compile(
    r"(?:长期|持续|常态化?|常年|不断)(?:坚持|推进|落实|开展|抓好|做好|实施|整改)|长期(?!公开|公示)|坚持"
)
"""After 立行立改 or 及时 these make the duty one without end."""
KEEP = re.compile(r"动态(?:调整|更新|管理|维护)|实时更新|及时更新|保持更新")
ONE_OFF = re.compile(r"一次性")
OPEN = re.compile(r"长期|持续|常态化?|常年|不间断|经常性|贯穿全年|始终|永久|日常")
WHOLE_YEAR = re.compile(r"全年|年度内|年内|本年度?$|全年度|^(?:20\d\d)年度?$|贯穿全年")
SPAN_ONLY = re.compile(rf"^(?:{_COUNT.replace('个月|', '个月|月|')}|(?P<half>半年))$")
DITTO = re.compile(r"^(?:同上|同前|[〃″\"]+|″)$")
EVENT_START = re.compile(
    r"(?:(?<![关由对基等于鉴])于|(?<![各亲来出源擅独])自|(?<![存正现所内实旨外])在|(?<![参涉给赋授])与|并从|从)(?=[^于自在])"
)
"""Words after which the name of an event begins: 活动开展情况于｜活动开展当日."""

NO_LIMIT_AHEAD = re.compile(
    r"(?:截至|自|从|近|去年?|上年?|上一年?|有效期[^，。；,;]{0,16}|自[^，。；,;]{1,16}[至到]|[^截]至今|压缩|缩短|压减|压缩至|缩短至|压减至)$"
)
NO_LIMIT_BEHIND = re.compile(
    r"^(?:后|起|期间|已|产生|形成|[^，。；,;、]{0,8}?(?<!目)的(?:文件|公文|政策|信息|规章|规范性|项目|合同|数据|申请|档案|存量|行政))"
)
"""Around a date that tells since when or of which things, not until when: 2022年1月1日前印发的文件, 有效期自…至…."""

TELLING = re.compile(r"[前内底末每]|当[日天]|不得?超过|完成|[0-9]")
"""A sentence without any of these holds no deadline: spares the long patterns most sentences."""

_BY = re.sub(r"\(\?P<\w+>", "(?:", DATE.pattern)
BY = rf"(?P<by>{_BY}|20\d\d[-.]1?\d[-.][1-3]?\d(?:之?以?前)?)"
_EVERYTHING = r"(?:所有|全部|各项|各类|各个|各|全年|上述|以上|其他|其余|确保|方案|要点|分解表|清单|台账|确定的|明确的|列出的|列入的|本年度|年度)"
_KIND = r"(?:的|政务公开|政府信息公开|信息公开|重点|主要|具体|工作|任务|事项|指标|目标|全年|本年度?|年度|全部|各项|既定|方案|要点|分解表|清单|台账|分工|部署|安排|所列|列出|列入|列明|确定|明确|规定|涉及|中|内|所|和|及|、){0,8}?"
"""What may stand between the quantifier and the tasks; any other word makes them the tasks of one matter (各项整改任务)."""
_ITEMS = r"(?:任务|工作|事项|指标|内容)"
_MUST = r"[，,]?(?:均|都|一律|统一)?(?:要|须|应|应当|需|务必|务须|必须|原则上|力争|确保|请)*(?:于|在)?"
_DONE = r"(?:完成|办结|落实|销号|见效|到位)+(?=[。；;，,、）)\x00]|$|并)"
_STOP = r"[^。；;，,\x00]"
FOR_ALL = (
    # 各单位要对照分解表逐项抓好落实，确保12月底前全面完成: the list and the word 全 stand for every task
    re.compile(
        rf"(?:分解表|任务分工|任务清单|工作台账|工作要点|本方案|各项任务)[^。；;\x00]{{0,30}}?[，,][均都要须应请务必确保力争]{{0,4}}(?:于|在)?"
        rf"{BY}{_STOP}{{0,4}}?全[面部](?:完成|办结|落实|到位)+(?=[。；;，,、）)\x00]|$)"
    ),
    # 所有工作任务于12月底前完成 · 各项任务要在2024年11月底前全部落实到位
    re.compile(rf"{_EVERYTHING}{_KIND}{_ITEMS}{_STOP}{{0,4}}?{_MUST}{BY}{_STOP}{{0,8}}?{_DONE}"),
    # 于12月底前完成所有任务 · 2024年12月底前，各项任务全部完成
    re.compile(
        rf"{BY}(?:全面|全部|如期|高质量|按时)*(?:完成|落实)(?:好)?(?:所有|全部|各项|上述|以上|全年|本年度|方案|要点|清单)+{_KIND}{_ITEMS}(?=[。；;，,、）)\x00]|$|并)"
    ),
    re.compile(
        rf"{BY}[，,]?(?:要|须|应|确保|力争|将)*(?:所有|全部|各项|上述|以上){_KIND}{_ITEMS}{_STOP}{{0,4}}?(?:全部|全面|基本|均|要|须|应)*{_DONE}"
    ),
    # 未注明完成时限的，均于年底前完成
    re.compile(
        rf"(?:未|没有|无)(?:明确|注明|标明|写明|规定|列明|说明|另行|具体)*{_STOP}{{0,6}}?(?:时限|时间|期限){_STOP}{{0,8}}?{_MUST}{BY}"
    ),
    # 各任务完成时限均为12月底前 · a paragraph of its own: 完成时限：12月底前
    re.compile(rf"(?:完成|办理|落实|工作)(?:时限|期限|时间)(?:要求)?(?:均|都|统一)(?:为|是|:|：){BY}"),
    re.compile(
        rf"(?:\A|\x00)(?:完成|办理|落实|工作)(?:时限|期限|时间)(?:要求)?(?:为|是|:|：){BY}(?=[。；;]?(?:\x00|\Z))"
    ),
)
"""How a notice sets one deadline for all tasks. A date for reports (…前将落实情况报送) is none of the tasks."""
