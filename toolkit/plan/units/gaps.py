"""White space in a unit cell: either it parts two names, or a line was wrapped inside one (plan shapes §4: space, newline)."""

from __future__ import annotations

import re

from toolkit.plan.words.units import CLOSING, ENDS, OPENING, PREFIXED, SHORT_NAMES, STRONG_END

_LONGEST = 80  # characters that can be one name
_MARKS = r"[、，,；;。：:/／]"
_OWN_PART = re.compile(r"^(?:办公室|办|组织部|宣传部|统战部|政法委|编办|网信办|监委|社会工作部|督查室|研究室)")
_MOTHER = re.compile(
    r"(?<!各)(?:政府|[省市县区州旗]委|工委|管委会|总局|总公司|总行|电力公司|中国[一-鿿]{2,4}银行|国家[一-鿿]{2,6}局)$"
)
"""Ends after which a name may go on with its own office or branch: 市政府 ⏎ 办公室, 国家税务总局 ⏎ 某市税务局."""
_HOUSE = re.compile(r"(?:委员会|常委会|人大|政协|指挥部|领导小组|法院|检察院)$")
_APART = re.compile(
    r"(?:分局|支局|公司|集团|学院|大学|学校|中学|医院|[分支]行|馆|队|政府|街道|街道办事处|街道办|镇|乡|管委会|管理委员会)$"
)
_GOES_ON = re.compile(
    r"^(?:等|牵头|配合|负责|分工|按职责|按照|具体|特别是|尤其是|和(?![平田龙顺政静硕县布林睦兴谐美庄桥尚])|及|与(?!城)|公室|事处|员会|会(?!展|计|议)|有限|股份)"
)


def without_gaps(text: str) -> str:
    """The cell with wraps closed and the gaps between names made ，. An empty line always parts: it becomes ；."""
    text = re.sub(r"[ \t　]*\n[ \t　\n]*\n[ \t　]*", "；", text)
    text = re.sub(rf"\s*({_MARKS})\s*", r"\1", text)
    text = re.sub(r"\s+(?=[（(〔）)〕])|(?<=[（(〔])\s+", "", text)
    parts = re.split(r"(\s+)", text)
    out = parts[0]
    for right in parts[2::2]:
        out += (
            "，" if _part(re.split(_MARKS, out[-_LONGEST:])[-1], re.split(_MARKS, right[:_LONGEST])[0]) else ""
        ) + right
    return out


def closed_gaps(text: str) -> list[str]:
    """Spaces inside names, each with the words beside it (区行政 审批服务局): those that part no names."""
    found: list[str] = []
    for m in re.finditer(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])", text):
        left = re.split(rf"{_MARKS}|\n", text[max(0, m.start() - _LONGEST) : m.start()])[-1]
        right = re.split(rf"{_MARKS}|\n", text[m.end() : m.end() + _LONGEST])[0]
        if not _part(re.sub(r"\s", "", left), re.sub(r"\s", "", right)):
            before, behind = left.split()[-1:], right.split()[:1]
            found.append(" ".join([*(w[-6:] for w in before), *(w[:6] for w in behind)]))
    return found


def _part(left: str, right: str) -> bool:
    """Whether white space between two pieces parts names. Short pieces and pieces without an institution's end do not."""
    closed = left.endswith(tuple(CLOSING)) or bool(re.search(r"(?:牵头|配合|负责|落实|部门|单位)$", left))
    ended = (bool(STRONG_END.search(left)) and len(left) > 2) or left in SHORT_NAMES
    bare = re.sub(r"[（(〔].*", "", right)
    if len(first := bare[:1] + re.split(r"以及|[和及与或]", bare[1:])[0]) >= 3 and STRONG_END.search(first):
        bare = first  # 某镇政府 ⏎ 某分局和某局
    if not (closed or ended) or (len(bare) < 3 and bare not in SHORT_NAMES) or right[0] in OPENING:
        return False
    if _GOES_ON.match(right) or (left.endswith("街道") and right.startswith("办事处")):
        return False
    if (_MOTHER.search(left) or _HOUSE.search(left)) and _OWN_PART.match(right):
        return False
    if _MOTHER.search(left) and (_branch(left, right) or not (PREFIXED.match(right) or _APART.search(bare))):
        return False
    if re.match(r"[^、]{0,6}?[省市]", left) and re.match(r"[一-鿿]{2,3}分局(?:等|$)", right):
        return False  # 市生态环境局 ⏎ 张店分局
    return bool(ENDS.search(bare)) or closed or "等" in right


def _branch(left: str, right: str) -> bool:
    """国家税务总局 ⏎ 某市税务局, 中国人民银行 ⏎ 某市分行, 某省电力公司 ⏎ 某市供电公司."""
    ends = {"局": r"(?:局|调查队)$", "行": r"[分支]行$", "司": r"公司$"}
    return (
        left[-1] in ends and bool(re.search(ends[left[-1]], right)) and bool(re.search(r"总局$|行$|公司$|^国家", left))
    )
