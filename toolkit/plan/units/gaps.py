"""White space in a unit cell: either it parts two names, or a line was wrapped inside one (plan shapes §4: space, newline)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.plan.words import roles
from toolkit.plan.words.units import CLOSING, ENDS, KIND, OPENING, PREFIXED, SHORT_NAMES, SINGLE, STRONG_END, WHOLE

_LEVELS = "省市县区州旗"
_LONGEST = 80  # characters that can be one name
_LINES = 4  # lines that one name can be wrapped onto
_MARKS = r"[、，,；;。：:/／]"
_OWN_PART = re.compile(r"^(?:办公室|办|组织部|宣传部|统战部|政法委|编办|网信办|监委|社会工作部|督查室|研究室)")
_MOTHER = re.compile(
    r"(?<!各)(?:政府|[省市县区州旗]委|工委|管委会|总局|总公司|总行|电力公司|中国[一-鿿]{2,4}银行|国家[一-鿿]{2,6}局)$"
)
"""Ends after which a name may go on with its own office or branch: 市政府 ⏎ 办公室, 国家税务总局 ⏎ 某市税务局."""
_HOUSE = re.compile(r"(?:纪委|委员会|常委会|人大|政协|指挥部|领导小组|法院|检察院)$")
_APART = re.compile(
    r"(?:分局|支局|公司|集团|学院|大学|学校|中学|医院|[分支]行|馆|队|政府|街道|街道办事处|街道办|镇|乡|管委会|管理委员会)$"
)
_GOES_ON = re.compile(
    r"^(?:等|牵头|配合|负责|分工|按职责|按照|具体|特别是|尤其是|和(?![平田龙顺政静硕县布林睦兴谐美庄桥尚])|及|与(?!城)|公室|事处|员会|会(?!展|计|议)|有限|股份)"
)
_OWN_GROUP = re.compile(r"^(?:各|有关|相关|直属|所属|组成)+(?:部门|单位|机构|工作|组成|直属|派出|委|办|局)")
_LEVELLED = re.compile(r"[、/／和及与或][市县区州旗](?:人民)?政府$")
_GOVERNMENT = re.compile(r"^[市县区州旗](?:人民)?政府$")
_BRANCH = re.compile(r"^(?!.*(?:公安|环境|环保|资源|规划|国土|税务|监管|交警|城管))[一-鿿]{2,5}分局$")
"""张店分局: the branch of the bureau before it, where it does not say of what."""
_PLACED = re.compile(r"^[一-鿿]{2,6}[市县区州旗](?![场域政民容])")
_SEAT = re.compile(r"(?:(?<!城)乡|镇|街道|苏木|[一-鿿]{2}[省市县区州旗盟])$")
_BODY = re.compile(r"^(?:人民政府|政府|办事处|管委会|管理委员会|行政公署|行署)$")
_SQUAD = re.compile(r"^(?!消防|森林|[省市县区州旗])[一-鿿]{2,8}(?:[支大中]队|派出所)$")
_SURE = re.compile(r"(?:供销社|合作社|人民政府|委员会|办公室|中心|分局)$")
_WORDS = """
乡村 乡镇 镇村 镇街 街道 科学 科技 科普 科研 科室 处室 股室 处置 处理 室内 会展 会计 会议 社会 社区 社保 部门 部队 办公 办事 委员 委办 院校 院所 校园 校外
队伍 站点 站所 组织 组成 组合 联合 联络 联防 联社 台办 行政 行业 公司 厅局 市场 市民 市政 市容 区域 县域 城乡 城市 城镇
"""
_BROKEN = frozenset(_WORDS.split())
"""Words inside names whose first character is also the end of names: a line that ends between the two is wrapped."""


def without_gaps(text: str) -> str:
    """The cell with wraps closed and the gaps between names made ，. An empty line always parts: it becomes ；."""
    text = re.sub(r"[ \t　]*\n[ \t　]*\n[ \t　\n]*", "；", text)
    text = re.sub(rf"\s*({_MARKS})\s*", r"\1", text)
    text = re.sub(r"\s+(?=[（(〔）)〕])|(?<=[（(〔])\s+", "", text)
    pieces = re.split(r"\s+", text)
    out = pieces[0]
    for k in range(1, len(pieces)):
        out += ("，" if _parts(out[-_LONGEST:], pieces[k : k + _LINES]) else "") + pieces[k]
    return out


def closed_gaps(text: str) -> list[str]:
    """Spaces inside names, each with the words beside it (区行政 审批服务局): those that part no names."""
    found: list[str] = []
    for m in re.finditer(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])", text):
        left = re.split(rf"{_MARKS}|\n", text[max(0, m.start() - _LONGEST) : m.start()])[-1]
        right = re.split(rf"{_MARKS}|\n", text[m.end() : m.end() + _LONGEST])[0]
        if not _parts(re.sub(r"\s", "", left), right.split() or [""]):
            before, behind = left.split()[-1:], right.split()[:1]
            found.append(" ".join([*(w[-6:] for w in before), *(w[:6] for w in behind)]))
    return found


def _parts(before: str, pieces: Sequence[str]) -> bool:
    """Whether the white space before the first of the pieces parts two names."""
    left, first = re.split(_MARKS, before)[-1], re.split(_MARKS, pieces[0][:_LONGEST])[0]
    if not left or not first:
        return False
    group = _group_at_end(before)
    if group and any(_more_of_a_group(before, group, kind) for kind in _cumulated(pieces)):
        return False
    return _part(left, _name_ahead(first, pieces), group)


def _cumulated(pieces: Sequence[str]) -> Iterator[str]:
    """The first piece, with the next one, with the next two … as far as no mark and no role parts them."""
    name = ""
    for piece in pieces:
        head = re.split(_MARKS, piece[:_LONGEST])[0]
        name += head
        yield name
        if len(head) < len(piece) or re.search(rf"(?:{roles.ROLE_TAIL.pattern})$", name):
            return


def _name_ahead(first: str, pieces: Sequence[str]) -> str:
    """The name that the first piece begins, with what it is wrapped onto: 州人力资源社会保障 ⏎ 局."""
    rest = len(first) < 3 and not PREFIXED.match(first) and bool(STRONG_END.search(first))
    if rest and len(pieces) > 1 and PREFIXED.match(pieces[1]):
        return first  # the end of a name, and the next name
    return next((name for name in _cumulated(pieces) if _ended(_bare(name))), first)


def _ended(bare: str) -> bool:
    return (len(bare) > 2 and bool(ENDS.search(bare))) or bare in SHORT_NAMES


def _bare(right: str) -> str:
    """The name that stands first, without its bracket and without what it does."""
    bare = re.sub(r"[（(〔）)〕].*", "", right)
    listed = bare.partition("等")[0]
    if len(listed) > 1 and ENDS.search(listed):
        return listed  # 某分局等相关部门
    first = bare[:1] + re.split(r"以及|[和及与或]", bare[1:])[0]
    if len(first) >= 3 and STRONG_END.search(first):
        return first  # 某镇政府 ⏎ 某分局和某局
    said = re.search(rf"(?:等(?:部门|单位)?)?(?:{roles.ROLE_TAIL.pattern})$", bare)
    return bare[: said.start()] if said and said.start() and not ENDS.search(bare) else bare


def _group_at_end(before: str) -> str:
    """The group that a text ends with, with the marks inside it: …，各市（县）、区."""
    found = [m[0] for pattern in (*WHOLE, SINGLE) for m in pattern.finditer(before) if m.end() == len(before)]
    return max(found, key=len, default="")


def _begun(group: str, right: str) -> bool:
    """各街道、区 ⏎ 财政局: the last letter begins the name that goes on."""
    own = (PREFIXED.match(right) and not re.match("市场|乡村", right)) or _PLACED.match(right)
    return bool(re.search(r"[、/／和及与或].(?:(?:人民)?政府)?$", group)) and not own


def _part(left: str, right: str, group: str) -> bool:
    """Whether white space between two pieces parts names. Short pieces and pieces without an institution's end do not."""
    bare = _bare(right)
    if _begun(group, right):
        return False
    closed = left.endswith(tuple(CLOSING)) or bool(re.search(r"(?:牵头|配合|负责|落实|部门|单位)$", left))
    ended = (bool(STRONG_END.search(left)) and len(left) > 2) or left in SHORT_NAMES or bool(group)
    level = left[:1] in _LEVELS and right[:1] == left[:1] and bool(ENDS.search(left)) and len(left) > 3
    if not (closed or ended or level) or not (_ended(bare) or len(bare) > 2) or right[0] in OPENING:
        return False
    if left[-1:] + right[:1] in _BROKEN and not _SURE.search(left) and not ((group or level) and right[0] in _LEVELS):
        return False
    if _GOES_ON.match(right) or (left.endswith("街道") and right.startswith("办事处")):
        return False
    if not (group and _LEVELLED.search(group) is None) and _of_the_left(left, right, bare):
        return False
    return bool(ENDS.search(bare)) or closed or "等" in right


def _more_of_a_group(before: str, group: str, kind: str) -> bool:
    """各乡镇 ⏎ 人民政府, 各乡 ⏎ 镇人民政府, 各部 ⏎ 门: a mere kind goes on with the group. 各县区 ⏎ 市政府 are two."""
    bare = _bare(kind)
    if not (KIND.fullmatch(bare) or len(bare) < 3) or (group.endswith("区") and _GOVERNMENT.match(bare)):
        return False
    return len(_group_at_end(before + bare)) > len(group)


def _of_the_left(left: str, right: str, bare: str) -> bool:
    """An office, a branch or the departments of the organ on the left."""
    if _SEAT.search(left) and _BODY.match(bare):
        return True  # 某某乡 ⏎ 人民政府
    mother = bool(_MOTHER.search(left))
    if (mother or _HOUSE.search(left)) and _OWN_PART.match(right):
        return True
    if re.search(r"(?:^|[^各团])[省市县区州旗](?:(?:人民)?政府|委)$", left) and _OWN_GROUP.match(right):
        return True  # 区政府 ⏎ 各部门
    if mother and (_branch(left, right) or not (PREFIXED.match(right) or _PLACED.match(right) or _APART.search(bare))):
        return True
    return left.endswith("局") and bool(_BRANCH.match(bare) or (left.endswith("公安局") and _SQUAD.match(bare)))


def _branch(left: str, right: str) -> bool:
    """国家税务总局 ⏎ 某市税务局, 中国人民银行 ⏎ 某市分行, 某省电力公司 ⏎ 某市供电公司."""
    ends = {"局": r"(?:局|调查队)$", "行": r"[分支]行$", "司": r"公司$"}
    return (
        left[-1] in ends and bool(re.search(ends[left[-1]], right)) and bool(re.search(r"总局$|行$|公司$|^国家", left))
    )
