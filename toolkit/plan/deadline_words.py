"""How plans write time: patterns over folded text without white space (plan shapes §5). No decisions here."""

from __future__ import annotations

import re

from toolkit.plan.figures import CHINESE

N = rf"(?:\d{{1,4}}|{CHINESE})"
_YEAR = r"(?:(?P<year>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})年度?|(?P<next>次年|翌年|明年|下年|下一年度?|第二年)|(?P<this>今年|当年|本年度?))?"
_MONTH = r"(?<!\d)(?P<month>1[0-2]|0?[1-9]|十[一二]|十|[一二三四五六七八九])月份?"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_PART = r"(?P<part>底|末|上旬|中旬|下旬|初)"
_CLOSE = r"(?P<close>之?以?前|之前|完成|止|为止|前完成)?"

DATE = re.compile(
    rf"(?P<from>自|从)?{_YEAR}(?:"
    rf"(?P<yearend>年?[年]?[底末终])"
    rf"|(?P<half>上|下)半年"
    rf"|第?(?P<quarter>[一二三四1-4])季度(?P<qend>[底末])?"
    rf"|{_MONTH}(?:{_DAY}|{_PART})?"
    rf"){_CLOSE}"
)
NUMERIC_DATE = re.compile(
    r"(?<![\d.])(?P<year>20\d\d)[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0?[1-9])(?![\d.])(?P<close>之?以?前)?"
)

CYCLE = r"每(?P<several>[两二三四五六2-6])?个?(?P<cycle>年度?|半年|季度?|月|周|星期|日|天|旬)|(?:按|逐)(?P<by>年度?|半年|季度?|月|周|日)"
RECURRING = re.compile(
    rf"(?:{CYCLE})(?P<when>(?:首月|第[一二三]个?月|末月|[年]?[底末终]|(?:1[0-2]|0?[1-9])月(?:底|末)?)?(?:(?:3[01]|[12]\d|0?[1-9])[日号]|[底末])?(?:之?以?前)?)"
)
FREQUENCY = re.compile(
    rf"每个?(?P<cycle>年|半年|季度|月|周)(?:度)?(?:原则上|要|应|须)?(?:不少于|至少|开展|召开|组织|举办|报送|公布|发布)[^，。；,;、：:]{{0,8}}?{N}[次场期篇条轮]"
)
ONCE_PER = re.compile(r"(?P<cycle>年度?|半年|季度?|月|周)(?:一次|1次)|(?<![0-9一二三四])(?P<end>季|月)末(?!月)")

_COUNT = rf"(?P<n>{N})个?(?P<unit>工作日|日历日|自然日|小时|日|天|个月|周|年)"
_SPAN = rf"(?<![月0-9]){_COUNT}"
WITHIN = re.compile(
    rf"(?P<after>之?日起|之?后|以后|起|前)?[，,]?(?:的)?(?:时间跨度)?(?:不超过|不得超过|最迟不超过|最长不超过|原则上不超过)?{_SPAN}(?:之内|以内|内)"
)
NOT_OVER = re.compile(rf"(?:时间跨度|时限|间隔|期限)?(?:不超过|不得超过|最迟不超过|最长不超过){_SPAN}")
BEFORE = re.compile(
    rf"(?:(?:之?前|以前|提前){_COUNT}(?:之内|以内|内)?|{_COUNT.replace('?P<n>', '?P<n2>').replace('?P<unit>', '?P<unit2>').replace('|日|', '|')}(?:之?前|以前))"
)
SAME_DAY = re.compile(r"(?P<event>[^，。；,;、]{0,24}?)(?:的)?(?P<day>当[日天])")
SAME_TIME = re.compile(r"(?:与|和|同|跟)(?P<event>[^，。；,;]{1,20}?)(?P<act>同步|同时)(?P<what>[^，。；,;]{0,6})")

AT_ONCE = re.compile(r"及时|即时|实时|随时|第一时间|立即|马上|立行立改|即知即改|随[^，。；]{1,6}随")
KEEP = re.compile(r"动态(?:调整|更新|管理|维护)|实时更新|及时更新|保持更新")
ONE_OFF = re.compile(r"一次性")
OPEN = re.compile(r"长期|持续|常态化?|常年|不间断|经常性|贯穿全年|始终|永久|日常")
WHOLE_YEAR = re.compile(r"全年|年度内|年内|本年度?$|全年度|^(?:20\d\d)年度?$|贯穿全年")
SPAN_ONLY = re.compile(rf"^{_COUNT.replace('个月|', '个月|月|')}$")
DITTO = re.compile(r"^(?:同上|同前|[〃″\"]+|″)$")
EVENT_START = re.compile(
    r"(?:(?<![关由对基等于鉴])于|(?<![各亲来出源擅独])自|(?<![存正现所内实旨外])在|(?<![参涉给赋授])与|并从|从)(?=[^于自在])"
)
"""Words after which the name of an event begins: 活动开展情况于｜活动开展当日."""

TELLING = re.compile(r"[前内底末每]|当[日天]|不得?超过|完成|[0-9]")
"""A sentence without any of these holds no deadline: spares the long patterns most sentences."""
