"""Countable targets inside a requirement (plan shapes §6). Numbers without a measure word or a bound are none:
三审三校, 12345, 一老一小, 4个入口, IPv6."""

from __future__ import annotations

import re

from toolkit.model import plain
from toolkit.plan.parts import Target
from toolkit.plan.words.figures import FIGURE, number_of

_TIMES = r"(?:场次|次|场|期|轮|遍|批)"
_DAYS = r"(?:个?工作日|个?自然日|日历日|日|天|个月|小时|分钟|周|个星期)"
_UNIT = (
    rf"(?:个?工作日|个?自然日|日历日|个月|个星期|小时|分钟|人次|课时|学时|万元|亿元|项次|家次|{_TIMES}|种|条|篇|件|项|个百分点|个字|个|名|人|家|份|部|日|天|周|类|户|例"
    r"|处|册|款|幅|块|字|元|倍|%|％)"
)
_LEAST = r"(?:不得?少于|不得?低于|不小于|不应少于|不应低于|最少|保底)"
_REACH = r"(?:大于|高于|多于|超过|突破|达到|保持在)(?=约?\d|百分之)"  # with Chinese figures these are turns of speech
_MOST = r"(?:不得?超过|不得?多于|不得?高于|不大于|控制在|最多|最长|最迟)"
_VERBS = r"[^，。；,;、：:\d一二三四五六七八九十两百千]{0,8}?"
_DOING = r"(?:召开|举办|举行|组织开展|组织|开展|安排|报送|报告|发布|更新|通报|公布|公开|听取|研究|抽查|检查|监测|参加|推出)(?!了)(?:各|好)?"
_OFTEN = r"每(?:两|[二三2-6])?个?(?:半年|季度?|年度?|月|周|星期|日|天|旬)|(?<![一二三四五六七八九十\d])(?:半年|季度|一年|全年|年内)"
_UP_TO = rf"(?:\s?[-—–~～至到]\s?{FIGURE})?"
_SOFT = re.compile(r"原则上|力争|争取|左右|上下|约|大约|余$|多$|努力")

_BOUND = re.compile(
    rf"(?P<least>{_LEAST}|(?<![不得应])(?P<reach>{_REACH}))(?P<about>约|大约)?(?:(?P<n1>{FIGURE}){_UP_TO}(?P<u1>{_UNIT})|百分之(?P<p1>{FIGURE}))(?P<left1>以上|左右)?"
    rf"|至少(?P<verb>{_VERBS})(?:(?P<n2>{FIGURE}){_UP_TO}(?P<u2>{_UNIT})|百分之(?P<p2>{FIGURE}))(?P<left2>以上|左右)?"
    rf"|(?P<most>{_MOST})(?:(?P<n3>{FIGURE})(?P<u3>{_UNIT})|百分之(?P<p3>{FIGURE}))(?P<in3>以内|之内)?"
    rf"|(?<![\d.第])(?P<n4>\d[\d.]*[万亿]?)(?P<more>余|多)?(?P<u4>{_UNIT})(?P<over>以上|左右|上下)"
    rf"|(?<![\d.第])(?P<n5>\d[\d.]*[万亿]?)(?P<about5>余|多)(?P<u5>{_UNIT})"
    rf"|(?:总量|总数|总计|累计|合计|共计)(?:为|约|达|达到)?(?P<n6>\d[\d.]*[万亿]?)(?P<u6>{_UNIT})"
    rf"|(?<![\d.月个第前])(?P<n7>{FIGURE})(?P<u7>{_DAYS})(?:之内|以内|内)(?!至少|不少于)"
    rf"|(?<![第一])(?P<n8>[二两三四五六七八九十])(?P<u8>{_TIMES}|篇|条)以上|(?P<over9>百分之)(?P<n9>{FIGURE})(?=以上|左右)(?P<left9>以上|左右)"
    rf"|(?<=[率例重度比])(?:为|达到?|应达|须达|要达)?(?P<n10>\d{{1,3}}(?:\.\d)?)(?P<u10>%)(?:以上|左右)?|(?<![\d.])(?P<n11>100)(?P<u11>%)(?=[\u4e00-\u9fff]|$)"
)
"""What makes a number a target: a bound before or behind it, or a rate."""
_PLAIN = re.compile(
    rf"(?:{_DOING}|(?P<often>{_OFTEN})(?P<verb>{_VERBS}))(?P<n>{FIGURE}){_UP_TO}(?P<u>{_TIMES}|篇|条)(?!性|发布|告知|办|措施|意见|以上|左右)"
)
"""A count without a bound: 每季度召开1次, 组织2次. 篇 and 条 only with a period: 20条措施 is a name."""
_MADE = r"(?:新建|新增|新设|新培育|建成|建设|建立|打造|创建|培育|选树|评选|推出|改造|升级|制作|编制|开设)(?!了)"
_THING = r"[^，。；,;、：:\d一二三四五六七八九十]{0,12}?"
_PIECES = r"(?:个|家|处|所|座|张|部|类|件|名|项)"
_PIECES_MADE = re.compile(
    rf"{_MADE}(?:(?P<thing>{_THING})(?P<n>\d{{1,4}}){_UP_TO}(?P<u>{_PIECES})(?=[，。；,;、以]|和|及|\Z)"
    rf"|(?P<n2>\d{{1,4}}){_UP_TO}(?P<u2>{_PIECES})(?P<thing2>[^，。；,;、：:\d]{{2,14}})(?=[，。；,;、]|\Z))"
)
"""What is to be built, counted: 新建示范专区5个, 打造2至3个示范专区. 建设26个试点领域标准 is told the same way; 试点领域 alone not."""
_CONDITION = re.compile(r"^(?:的(?=[，。；,;、]|予以|将|单位|部门|要|应|由|$)|未|仍|予以|退回|将|尚)")
_CONDITIONAL = re.compile(r"^(?:对|凡|如|若|逾期|累计|连续)|逾期$|累计$")
_AND_MORE = re.compile(rf"^[^，。；,;、：:和及\d]{{0,12}}?(?:和|及|、)(?P<n>{FIGURE})(?P<u>{_TIMES}|篇|条)(?!性)")
_PERIODS = (
    ("季度", r"每个?季度?|每一季度|(?:个)?/季|按季度"),
    ("半年", r"每半年"),
    ("月", r"每个?月|逐月|/月|按月"),
    ("周", r"每周"),
    ("年", r"每年|年内|本年度|全年|年度|每一?年|/年|今年|当年|逐年|一年内?"),
    ("次", r"每次|每场|每期|每件|每篇|每个项目|每项"),
)
_THINGS = (
    "政府开放活动", "政府开放日活动", "开放日活动", "开放活动", "主题活动", "新闻发布会", "政策吹风会", "吹风会", "发布会", "座谈会", "听证会", "推进会", "现场会",
    "调度会", "专题会议", "常务会议", "办公会议", "会议", "效果评价", "政策评价", "评价", "评估", "培训", "解读形式", "工作汇报", "汇报", "督查", "检查", "抽查",
    "演练", "调研", "观摩", "研讨", "直播", "访谈", "解读", "信息", "稿件", "比例", "公开率", "覆盖率", "办结率", "满意率", "满意度", "率", "期限", "时长", "人员",
)  # fmt: skip


def targets_inside(text: str) -> tuple[Target, ...]:
    """The countable targets of a requirement, in order. `number` is the bound, of a range the lower one; `per` 年, 半年,
    季度, 月, 周, 次 or None. Plain counts (每季度召开1次) are `=`, bounds `>=` or `<=`.

    `measure` is what is counted, as far as the words beside the number tell; `raw` is the counted phrase (不少于2次).
    """
    folded = plain(text)
    found: list[tuple[int, Target]] = []
    taken: list[tuple[int, int]] = []
    for m in _BOUND.finditer(folded):
        taken.append(m.span())
        target = _target(folded, m)
        if target is not None:
            found += [(m.start(), target), *_and_more(folded, m, target)]
    for m in _PLAIN.finditer(folded):
        number = number_of(m["n"])
        if (
            number is None
            or any(a < m.end() and m.start() < b for a, b in taken)
            or (m["u"] in "篇条" and not m["often"])
        ):
            continue
        clause = _clause(folded, m.start())
        soft = bool(_SOFT.search(clause[-14:] + m[0]))
        measure = _measure(folded, m, clause, m["verb"] or "")
        found.append((m.start(), Target(measure, "=", number, m["u"], _per(folded, m, clause), soft, m[0])))
    spans = [*taken, *(m.span() for m in _PLAIN.finditer(folded))]
    for m in _PIECES_MADE.finditer(folded):
        number = number_of(m["n"] or m["n2"])
        if number is not None and not any(a < m.end() and m.start() < b for a, b in spans):
            clause = _clause(folded, m.start())
            thing = (m["thing"] or m["thing2"] or "").removeprefix("的")
            soft = bool(_SOFT.search(clause[-14:]))
            found.append(
                (m.start(), Target(thing[:12], "=", number, m["u"] or m["u2"], _per(folded, m, clause), soft, m[0]))
            )
    return tuple(target for _, target in sorted(found, key=lambda x: x[0]))


def _and_more(text: str, m: re.Match[str], target: Target) -> list[tuple[int, Target]]:
    """The second number under one bound: 不少于2次培训和1次座谈会."""
    more = _AND_MORE.match(text[m.end() :]) if m["u1"] or m["u2"] else None
    number = number_of(more["n"]) if more else None
    if more is None or number is None:
        return []
    behind = re.split(_BREAK, text[m.end() + more.end() :])[0][:16]
    measure = _known(behind, True) or behind[:12]
    raw = more["n"] + more["u"]
    return [(m.end() + more.start("n"), Target(measure, target.op, number, more["u"], target.per, target.soft, raw))]


def _target(text: str, m: re.Match[str]) -> Target | None:
    figure, unit = _figure(m)
    clause = _clause(text, m.start())
    if figure is None or _is_condition(text, m, clause):
        return None
    raw = m[0]
    op = ">="
    if m["most"] or m["n7"]:
        op = "<="
    elif m["n6"]:
        op = "="
    if m["n7"] and re.search(r"(?:近|最近|过去|连续)$", clause):
        return None
    soft = bool(_SOFT.search(clause[-14:]) or _SOFT.search(raw) or m["more"] or m["about5"] or m["about"])
    wide = bool(m["u2"] or m["n1"]) and (m["u1"] or m["u2"] or "") in _REPEATED
    return Target(_measure(text, m, clause, m["verb"] or ""), op, figure, unit, _per(text, m, clause, wide), soft, raw)


_REPEATED = ("次", "场", "期", "场次", "轮", "条", "篇", "件")


def _is_condition(text: str, m: re.Match[str], clause: str) -> bool:
    """超过30日未答复, 累计超过3次的: when something happens, not what is to be reached."""
    if not (m["reach"] or m["over"]):
        return False
    return bool(_CONDITION.match(text[m.end() :])) or (bool(m["reach"]) and bool(_CONDITIONAL.search(clause)))


def _figure(m: re.Match[str]) -> tuple[float | int | None, str]:
    for n in ("1", "2", "3", "4", "5", "6", "7", "8", "10", "11"):
        if m[f"n{n}"]:
            unit = m[f"u{n}"].replace("％", "%")
            return number_of(m[f"n{n}"].rstrip(".")), re.sub(r"^个(?=工作日|自然日)", "", unit)
    return number_of(m["p1"] or m["p2"] or m["p3"] or m["n9"] or ""), "%"


_BREAK = r"[，。；,;：:！!、（()）]"


def _clause(text: str, at: int) -> str:
    """What stands before the number in its clause."""
    return re.split(r"[，。；,;：:！!]", text[:at])[-1]


def _per(text: str, m: re.Match[str], clause: str, wide: bool = False) -> str | None:
    """The period in the clause; with `wide` a year named anywhere before in the sentence."""
    after = text[m.end() : m.end() + 3]
    near = clause + m[0] + (after if after.startswith("/") else "")
    found = [(max(x.start() for x in hits), name) for name, p in _PERIODS if (hits := list(re.finditer(p, near)))]
    if found:
        return max(found)[1]
    sentence = re.split(r"[。；;！!]", text[: m.start()])[-1]
    return "年" if wide and re.search(r"每年|年内|本年度", sentence) else None


_PADDING = r"(?:原则上|一般|力争|争取|确保|平均|要|应|须|均|达|内|每年|年内|本年度|全年|每半年|每季度|每个?月|每两?周|每日|每人|每单位|每个?部门|各单位|累计|的|需|共|在|为)"


def _known(place: str, first: bool) -> str:
    """The known thing nearest the number: the first one behind it, the last one before it."""
    found = [(place.find(w) if first else -place.rfind(w) - len(w), -len(w), w) for w in _THINGS if w in place]
    return min(found)[2] if found else ""


def _measure(text: str, m: re.Match[str], clause: str, verb: str) -> str:
    """The thing counted: a known word just behind the number, else one before it, else the nearest words."""
    behind = re.split(_BREAK, re.sub(r"^/[年季月周]度?", "", text[m.end() :]))[0][:16]
    before = re.sub(rf"{_PADDING}+$", "", clause.rsplit("、", 1)[-1])
    known = _known(behind, True) or _known(before, False) or _known(verb, False)
    if known == "率" and (whole := re.search(r"[\u4e00-\u9fff]{1,5}率$", before)):
        return re.sub(r"^(?:确保|实现|力争|做到)", "", whole[0])
    if known:
        return known
    own = re.sub(r"^(?:的|以上|左右)", "", behind) or re.sub(rf"^{_PADDING}+", "", before[-8:]) or verb
    return own[:12]
