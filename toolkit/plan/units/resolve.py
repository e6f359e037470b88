"""Names as the plan writes them ↔ the roster: exact, alias, else suggestions with scores; nothing is merged here.

Groups are proposed with the members that the roster's classes suggest, always 已确认 否: the office decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.findings import Finding, finding
from toolkit.model import Group, Roster, Unit, plain
from toolkit.plan.parts import Plan, PlanTask
from toolkit.plan.words.units import UNDETERMINED

NEAREST = 3
_LEAST_SCORE = 55
_SUBSEQUENCE_FROM, _SUBSEQUENCE_WIDTH = 75, 20
_SAME_LETTERS_FROM, _LETTERS_WIDTH = 60, 14
_SAME_CORE = 95
_OTHER_LEVEL = 70  # 市司法局 and 张店区司法局: alike, but one is the other's superior
_OTHER_END_FROM, _OTHER_END_WIDTH = 68, 8  # 发改委 and 发展和改革局


@dataclass(frozen=True)
class Suggestion:
    name: str
    score: int  # 0 to 100


@dataclass(frozen=True)
class UnitMatch:
    """One name of the plan. `how`: exact, alias, or "" with suggestions only. `count`: tasks that name it."""

    name: str
    count: int
    how: str = ""
    unit: Unit | None = None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class GroupProposal:
    """One collective name. `members` as 单位分组 writes them; `known` when the roster has the group already."""

    name: str
    count: int
    members: tuple[str, ...] = ()
    reason: str = ""
    known: Group | None = None
    undetermined: bool = False


def match_units(plan: Plan, roster: Roster | None) -> tuple[UnitMatch, ...]:
    """Every single unit that the plan names, in order of first appearance; groups and 科室 are left out."""
    counts: dict[str, int] = {}
    for task in plan.tasks:
        groups = set(task.units.groups)
        for name in dict.fromkeys((*task.units.lead, *task.units.responsible, *task.units.supporting)):
            if name not in groups:
                counts[name] = counts.get(name, 0) + 1
    return tuple(match_unit(name, roster, count) for name, count in counts.items())


def match_unit(name: str, roster: Roster | None, count: int = 1) -> UnitMatch:
    """One name against the roster; the name without its bracket decides only what is suggested."""
    if roster is None:
        return UnitMatch(name, count)
    unit = roster.resolve(name)
    if unit is not None:
        return UnitMatch(name, count, "exact" if plain(unit.name) == plain(name) else "alias", unit)
    return UnitMatch(name, count, suggestions=suggest(name, roster.units))


def suggest(name: str, units: Sequence[Unit]) -> tuple[Suggestion, ...]:
    """The nearest units, best first, at most three. Letters in order (区建局 in 区住房和城乡建设局) weigh before likeness,
    because an abbreviation is far from its full name by edit distance."""
    scored: dict[str, int] = {}
    for unit in units:
        best = max((_score(name, known) for known in (unit.name, unit.short, *unit.aliases) if known), default=0)
        if best >= _LEAST_SCORE:
            scored[unit.name] = best
    ranked = sorted(scored.items(), key=lambda item: -item[1])  # stable: the roster's order decides between equals
    return tuple(Suggestion(n, s) for n, s in ranked[:NEAREST])


def propose_groups(plan: Plan, roster: Roster | None) -> tuple[GroupProposal, ...]:
    """Every collective name of the plan, in order of first appearance, with the members its words suggest."""
    counts: dict[str, int] = {}
    for task in plan.tasks:
        for name in dict.fromkeys(task.units.groups):
            counts[name] = counts.get(name, 0) + 1
    return tuple(_proposal(name, count, plan.tasks, roster) for name, count in counts.items())


def roster_findings(
    matches: Iterable[UnitMatch], groups: Iterable[GroupProposal], roster: Roster | None
) -> tuple[Finding, ...]:
    """What the office has to settle in 单位名录 before the tasks can be issued."""
    found = []
    for m in matches:
        if roster is None or m.unit is not None:
            continue
        near = "、".join(f"“{s.name}”（{s.score}）" for s in m.suggestions)
        words = f"名称相近的有{near}。" if near else "没有名称相近的单位。"
        found.append(finding("PLN-201", place={"value": m.name}, name=m.name, count=m.count, suggestion=words))
    for g in groups:
        if g.known is not None and g.known.confirmed:
            continue
        code = "PLN-203" if g.undetermined else "PLN-202"
        found.append(finding(code, place={"value": g.name}, group=g.name, count=g.count, reason=g.reason))
    return tuple(found)


# ---------------------------------------------------------------- likeness

_PLACE = re.compile(r"^(?:[一-鿿]{2,6}?(?:省|自治区|市|区|县|州|旗|盟)|[省市县区州旗])(?!场|民|政|容|域|划|镇化)")
_NOT_A_PLACE = re.compile(r"^(?:城市|市场|社区|街区|园区|行政区|市政|市民|市容|区域|县域|都市|超市)")
_TAIL = re.compile(
    r"(?:人民政府|委员会办公室|管理委员会|管委会|委员会|办事处|办公室|管理局|分局|中心|局|委|办|厅|院|处)$"
)


@lru_cache(maxsize=8192)  # every name meets every unit of the roster
def _core(name: str) -> str:
    """A name without its place and without its bracket: 青岛市生态环境局平度分局 → 生态环境局平度分局."""
    text = re.sub(r"[(\[][^()\[\]]*[)\]]$", "", plain(name))
    for _ in range(2):
        if (m := _PLACE.match(text)) and not _NOT_A_PLACE.match(text) and len(text) - m.end() >= 2:
            text = text[m.end() :]
    return text


@lru_cache(maxsize=8192)
def _level(name: str) -> str:
    """省 市 区 县 … of the place a name begins with, the lowest one; "" where it names none."""
    text, level = plain(name), ""
    for _ in range(2):
        if (m := _PLACE.match(text)) and not _NOT_A_PLACE.match(text) and len(text) - m.end() >= 2:
            level, text = m[0][-1], text[m.end() :]
    return level


def _other_level(a: str, b: str) -> bool:
    levels = {_level(a), _level(b)} - {""}
    return len(levels) == 2 and "分局" not in a and "分局" not in b


@lru_cache(maxsize=8192)
def _bare(core: str) -> str:
    """A core without 局, 委员会, 办公室 …, which nearly all names share."""
    return _TAIL.sub("", core) or core


_plain = lru_cache(maxsize=8192)(plain)


def _score(short: str, full: str) -> int:
    score = _likeness(short, full)
    return min(score, _OTHER_LEVEL) if score > _OTHER_LEVEL and _other_level(short, full) else score


def _likeness(short: str, full: str) -> int:
    from rapidfuzz import fuzz

    a, b = _plain(short), _plain(full)
    core_a, core_b = _core(short), _core(full)
    if core_a == core_b:
        return _SAME_CORE
    if len(a) > len(b):
        a, b, core_a, core_b = b, a, core_b, core_a
    bare_a, bare_b = _bare(core_a), _bare(core_b)
    in_order = _subsequence(a, b) or _subsequence(core_a, core_b)
    if in_order and (len(bare_a) > 1 or _subsequence(a, b)):
        return int(_SUBSEQUENCE_FROM + _SUBSEQUENCE_WIDTH * min(len(a), len(b)) / max(len(a), len(b)))
    if (
        len(core_a) >= 4 and set(core_a) <= set(core_b) and not Counter(core_a) - Counter(core_b)
    ):  # 张店公安分局 in 公安局张店分局
        return int(_SAME_LETTERS_FROM + _LETTERS_WIDTH * len(core_a) / len(core_b))
    near = min(_SUBSEQUENCE_FROM - 1, int(0.85 * fuzz.ratio(bare_a, bare_b) + 0.1 * fuzz.ratio(a, b)))
    if 2 <= len(bare_a) <= len(bare_b) and bare_a[0] == bare_b[0] and _subsequence(bare_a, bare_b):
        near = max(near, int(_OTHER_END_FROM + _OTHER_END_WIDTH * len(bare_a) / len(bare_b)))
    return near


def _subsequence(short: str, full: str) -> bool:
    letters = iter(full)
    return len(short) >= 2 and all(c in letters for c in short)


# ---------------------------------------------------------------- groups

_KINDS: tuple[tuple[str, str, str], ...] = (
    # (in the group's words, in a class of the roster, why)
    (r"街道|镇街|镇办|街办|乡镇街道", r"街道", "街道"),
    (r"镇(?!化)|乡(?!村)|镇办|镇街", r"镇|乡", "乡镇"),
    (
        r"部门|委、办、局|局、|委办局|厅委|[市区县州]直(?:各|有关|相关)*单位",
        r"政府部门|工作部门|^部门|政府办公室",
        "部门",
    ),
    (r"[市区县州]委|[市区县州]直|各级各|^各部门", r"党委|党群", "党委部门"),
    (
        r"部门、.*单位|(?<!垂)直(?:属)?.{0,4}单位|市直|区直|县直|州直|直属|(?<!驻.)各单位|(?<!企)事业单位",
        r"直属|(?<!企)事业",
        "直属单位",
    ),
    (r"驻|垂直|垂管", r"垂直|驻", "驻地单位"),
    (r"管委|园区|开发区|功能区", r"管委|园区|开发区|功能区", "园区"),
    (r"企事业|企业", r"企事业|企业", "企事业单位"),
    (
        r"(?:县|区|市|旗)(?:市|区|\)|）|、|人民|政府|级市)*(?:人民)?政府$|^各(?:有关)?(?:县|区|市).{0,6}$",
        r"(?:县|区|市)(?:级)?(?:人民)?政府|县区",
        "县区政府",
    ),
)


def _proposal(name: str, count: int, tasks: Sequence[PlanTask], roster: Roster | None) -> GroupProposal:
    known = roster.group(name) if roster else None
    if known is not None:
        state = "已确认" if known.confirmed else "尚未确认"
        return GroupProposal(name, count, known.members, f"单位名录中已有此分组，{state}", known)
    if re.search(r"项目牵头单位|各牵头单位", name):
        leads = tuple(dict.fromkeys(n for t in tasks for n in t.units.lead if n not in t.units.groups))
        return GroupProposal(name, count, leads, "本方案其他任务的牵头单位")
    if re.search(r"(?:科室|处室|股室)(?:$|[、和及（(])", name):
        return GroupProposal(name, count, (), "本单位内设科室，随具体事项而定", undetermined=True)
    if re.search(r"起草|制定部门|承接|承办", name):
        return GroupProposal(name, count, (), "随具体事项而定，请在办理时填写", undetermined=True)
    if re.search(r"执法主体|主管部门|审批部门|监管部门", name):
        return GroupProposal(name, count, (), "按职能划定的一类单位，名录的类别中没有，请逐个列出", undetermined=True)
    classes = tuple(dict.fromkeys(u.unit_class for u in roster.units if u.unit_class)) if roster else ()
    wanted = [(pattern, why) for words, pattern, why in _KINDS if re.search(words, name)]
    members = tuple(dict.fromkeys(f"类别={c}" for p, _ in wanted for c in classes if re.search(p, c)))
    if UNDETERMINED.search(name):
        return GroupProposal(name, count, (), "原文没有写明是哪些单位，请逐个选定" + _hint(members), undetermined=True)
    if not members:
        return GroupProposal(name, count, (), "名录中没有对应的类别，请填写成员", undetermined=not wanted)
    return GroupProposal(name, count, members, "按名录的类别推定，请核对")


def _hint(members: Sequence[str]) -> str:
    return f"（可从{'、'.join(m.removeprefix('类别=') for m in members)}中选）" if members else ""
