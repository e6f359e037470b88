"""Countable targets inside a requirement (plan shapes §6). Numbers without a measure word or a bound are none:
三审三校, 12345, 一老一小, 4个入口, IPv6."""

from __future__ import annotations

import re

from toolkit.model import plain
from toolkit.plan.figures import FIGURE, number_of
from toolkit.plan.parts import Target

_UNIT = r"(?:个工作日|工作日|个月|小时|人次|场次|课时|学时|万元|项次|次|种|条|篇|件|项|个|场|期|名|人|家|份|部|日|天|类|批|轮|遍|户|例|处|册|款|幅|块|%|％|个百分点)"
_LEAST = r"(?:不得?少于|不得?低于|不小于|不应少于|不应低于|最少|保底)"
_REACH = r"(?:大于|高于|多于|超过|突破|达到)(?=约?\d|百分之)"  # with Chinese figures these are turns of speech
_MOST = r"(?:不得?超过|不得?多于|不得?高于|不大于|控制在|最多|最长|最迟)"
_VERBS = r"[^，。；,;、：:\d一二三四五六七八九十两百千]{0,8}?"
_SOFT = re.compile(r"原则上|力争|争取|左右|上下|约|大约|余$|多$")

_BOUND = re.compile(
    rf"(?P<least>{_LEAST}|(?<![不得应]){_REACH})(?P<about>约|大约)?(?:(?P<n1>{FIGURE})(?P<u1>{_UNIT})|百分之(?P<p1>{FIGURE}))(?P<left1>以上|左右)?"
    rf"|至少(?P<verb>{_VERBS})(?:(?P<n2>{FIGURE})(?P<u2>{_UNIT})|百分之(?P<p2>{FIGURE}))(?P<left2>以上|左右)?"
    rf"|(?P<most>{_MOST})(?:(?P<n3>{FIGURE})(?P<u3>{_UNIT})|百分之(?P<p3>{FIGURE}))(?P<in3>以内|之内)?"
    rf"|(?<![\d.])(?P<n4>\d[\d.]*[万亿]?)(?P<more>余|多)?(?P<u4>{_UNIT})(?P<over>以上|左右|上下)"
    rf"|(?<![\d.])(?P<n5>\d[\d.]*[万亿]?)(?P<about5>余|多)(?P<u5>{_UNIT})"
    rf"|(?:总量|总数|总计|累计|合计|共计)(?:为|约|达|达到)?(?P<n6>\d[\d.]*[万亿]?)(?P<u6>{_UNIT})"
    rf"|(?<![\d.月个第])(?P<n7>{FIGURE})(?P<u7>个?工作日|日|天|小时|个月)(?:之内|以内|内)"
)
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
    """The countable targets of a requirement, in order. `number` is the bound; `per` 年, 半年, 季度, 月, 周, 次 or None.

    `measure` is what is counted, as far as the words beside the number tell; `raw` is the counted phrase (不少于2次).
    """
    folded = plain(text)
    return tuple(t for m in _BOUND.finditer(folded) if (t := _target(folded, m)) is not None)


def _target(text: str, m: re.Match[str]) -> Target | None:
    figure, unit = _figure(m)
    if figure is None:
        return None
    clause = _clause(text, m.start())
    raw = m[0]
    op = ">="
    if m["most"] or m["n7"]:
        op = "<="
    elif m["n6"]:
        op = "="
    if m["n7"] and re.search(r"(?:近|最近|过去|连续)$", clause):
        return None
    soft = bool(_SOFT.search(clause[-14:]) or _SOFT.search(raw) or m["more"] or m["about5"] or m["about"])
    return Target(_measure(text, m, clause), op, figure, unit, _per(text, m, clause), soft, raw)


def _figure(m: re.Match[str]) -> tuple[float | int | None, str]:
    for n in "1234567":
        if m[f"n{n}"]:
            unit = m[f"u{n}"].replace("％", "%")
            return number_of(m[f"n{n}"].rstrip(".")), re.sub(r"^个(?=工作日)", "", unit)
    return number_of(m["p1"] or m["p2"] or m["p3"] or ""), "%"


def _clause(text: str, at: int) -> str:
    """What stands before the number in its clause."""
    return re.split(r"[，。；,;：:！!]", text[:at])[-1]


def _per(text: str, m: re.Match[str], clause: str) -> str | None:
    after = text[m.end() : m.end() + 3]
    near = clause + m[0] + (after if after.startswith("/") else "")
    found = [(max(x.start() for x in hits), name) for name, p in _PERIODS if (hits := list(re.finditer(p, near)))]
    if found:
        return max(found)[1]
    sentence = re.split(r"[。；;！!]", text[: m.start()])[-1]
    wide = re.search(r"每年|年内|本年度", sentence) if m["u2"] or m["n1"] else None
    return "年" if wide and _countable(m) else None


def _countable(m: re.Match[str]) -> bool:
    return (m["u1"] or m["u2"] or "") in ("次", "场", "期", "场次", "轮", "条", "篇", "件", "次数")


def _measure(text: str, m: re.Match[str], clause: str) -> str:
    """The thing counted: a known word just behind the number, else one before it, else the nearest words."""
    behind = re.split(r"[，。；,;：:！!、（()）]", text[m.end() :])[0][:16]
    before = re.sub(r"(?:原则上|力争|争取|确保|要|应|须|每年|年内|本年度|全年|每季度|每半年|每月|的|需)+$", "", clause)
    for place in (behind, before, m["verb"] or ""):
        found = [
            (place.find(w) if place is behind else -place.rfind(w) - len(w), -len(w), w) for w in _THINGS if w in place
        ]
        if found:
            return min(found)[2]
    own = behind or before[-8:] or (m["verb"] or "")
    return re.sub(r"^(?:的|以上|左右)", "", own)[:12]
