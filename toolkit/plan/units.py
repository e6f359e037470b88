"""A cell that says who does a task → names in their roles, in written order, groups and brackets whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from toolkit.model import plain
from toolkit.plan import role_words as roles
from toolkit.plan import unit_words as words
from toolkit.plan.parts import UnitList
from toolkit.plan.repeats import unrepeated
from toolkit.plan.unit_gaps import without_gaps

_HIDDEN = 0xFDD0  # noncharacters stand for marks that must not part anything; no text may carry them
_MASKED = words.SEPARATORS + "和及与或。"
_HIDE = {ord(c): chr(_HIDDEN + n) for n, c in enumerate(_MASKED)}
_SHOW = {_HIDDEN + n: c for n, c in enumerate(_MASKED)}
_UNWANTED = {_HIDDEN + n: None for n in range(32)} | dict.fromkeys(range(32), None) | {9: "\t", 10: "\n", 0xFEFF: None}
_NOTHING = frozenset({"", "/", "／", "—", "——", "-", "无", "－", "–", "…"})
_MARK = re.compile(r"([、，,；;/／。]|\s+)")
_OTHER_MARKS = str.maketrans("﹑､﹐﹔", "、、，；")
_LONGEST = 300  # characters of one piece without any mark; longer ones are no list of names
_CONJUNCTION = re.compile(r"以及|和|及(?!其)|与|或者?")


@dataclass(frozen=True)
class _Item:
    """One name, still with its role word; `mark` is what stands before it in the cell."""

    text: str
    mark: str


def parse_units(cell: str, column: str = "responsible") -> UnitList:
    """The units of a cell. `column` (lead, responsible, supporting, offices) is the role of names without a role word.

    Never raises. 科室 go to `offices` unless they lead. Names lose the white space of line wraps and nothing else.
    `groups` repeats the collective names of all roles; `notes` tells in Chinese what the reader was unsure of.
    """
    text = _prepared(cell)
    found = _Found(column if column in roles.ROLES else roles.RESPONSIBLE)
    if plain(text) in _NOTHING:
        return UnitList()
    for role, part in _labelled(_whole_bracket(text)):
        if role != roles.NOBODY:
            found.read(_items(_protected(found.without_emphasis(part))), role)
    return found.result()


# ---------------------------------------------------------------- text → items


def _prepared(cell: str) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED).translate(_OTHER_MARKS)
    text = re.sub(r"[\u2028\u2029\x85\v\f]", "\n", text)
    text = re.sub(r"</?[a-zA-Z][^<>]{0,20}>", "", text)
    text = re.sub(r"[①-⑳]", "；", text)  # ①市民政局②市财政局
    return unrepeated(text).strip()


def _whole_bracket(text: str) -> str:
    """（责任单位：…） without its bracket."""
    while len(text) > 2 and text[0] in words.OPENING and _closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str, at: int) -> int:
    """Where the bracket opened at `at` closes; len(text) when it never does."""
    depth = 0
    for n in range(at, len(text)):
        depth += (text[n] in words.OPENING) - (text[n] in words.CLOSING)
        if depth <= 0:
            return n
    return len(text)


_LABEL = re.compile(rf"(?:^|(?<=[\s、，,；;。（(]))(?:{roles.ROLE_LABEL.pattern})\s*[:：]")


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """(role, part) for each 牵头单位：… 配合单位：…; the role is "" before the first label, "nobody" for 完成时限：…"""
    at, role = 0, ""
    for m in _LABEL.finditer(text):
        if text[at : m.start()].strip(" \n、，,；;。"):
            yield role, text[at : m.start()]
        role, at = next(k for k, v in m.groupdict().items() if v), m.end()
    yield role, text[at:]


def _protected(text: str) -> str:
    """Marks inside brackets and inside groups hidden, wrapped lines joined."""
    text = _hide_brackets(without_gaps(text))
    for pattern in (words.OPEN_TAIL, *words.WHOLE):
        text = pattern.sub(lambda m: m[0].translate(_HIDE), text)
    return text


def _brackets(text: str) -> list[tuple[int, int]]:
    """Outermost brackets; one that never closes is none."""
    opened: list[int] = []
    spans: list[tuple[int, int]] = []
    for at, c in enumerate(text):
        if c in words.OPENING:
            opened.append(at)
        elif c in words.CLOSING and opened:
            begin = opened.pop()
            while spans and spans[-1][0] > begin:  # inside the new one
                spans.pop()
            spans.append((begin, at + 1))
    return spans


def _hide_brackets(text: str) -> str:
    """Marks between an outermost bracket and its closing one hidden."""
    out, done = "", 0
    for begin, end in _brackets(text):
        out += text[done:begin] + text[begin:end].translate(_HIDE)
        done = end
    return out + text[done:]


def _items(text: str) -> tuple[_Item, ...]:
    """Names in order, still with role words and hidden marks."""
    found: list[_Item] = []
    mark = ""
    for piece in _MARK.split(text):
        if not piece:
            continue
        if _MARK.fullmatch(piece):
            mark = piece
            continue
        for name in _conjoined(piece):
            found.append(_Item(name, mark))
            mark = "和"
    return tuple(found)


def _conjoined(piece: str) -> list[str]:
    """Split at 和 及 与 或 only where a whole name stands on both sides (not inside 人力资源和社会保障局)."""
    found: list[str] = []
    rest = piece
    while len(rest) <= _LONGEST and (at := _whole_names(rest)) is not None:
        found.append(rest[: at.start()])
        rest = rest[at.end() :]
    return [*found, rest]


def _whole_names(piece: str) -> re.Match[str] | None:
    """The first conjunction with a whole name before and a whole name after it."""
    for m in _CONJUNCTION.finditer(piece):
        left, right = piece[: m.start()], _without_role(piece[m.end() :])
        if _whole(left) and words.ENDS.search(_head(right)) and len(right) > 1 and _begins(right):
            return m
    return None


def _whole(left: str) -> bool:
    """A name that can end here. 各区 and 各镇 are whole, 区 and 市 as the end of a longer word are not."""
    body = _head(left)
    longer = len(left) > 2 or left in _OWN_BUREAU
    return (longer and bool(words.STRONG_END.search(body))) or bool(_GROUP_END.search(body))


_OWN_BUREAU = frozenset({"市局", "区局", "县局", "省厅", "本局", "省局"})
_GROUP_END = re.compile(
    r"(?:各|有关|相关)[一-鿿]{0,4}(?:[县区市镇乡办街州盟旗场]|企业)$|(?:开发区|高新区|经开区|保护区|示范区|园区)$"
)


def _begins(right: str) -> bool:
    """What follows a conjunction begins as a name does, or is as whole as what stands before it."""
    if words.PREFIXED.search(right) or words.COLLECTIVE.search(right):
        return True
    return len(right) >= 3 and bool(words.STRONG_END.search(_head(right)))


def _head(name: str) -> str:
    """A name without the bracket at its end."""
    return re.sub(r"[（(〔][^（(〔]*[）)〕]$", "", name) or name


def _without_role(text: str) -> str:
    m = re.search(rf"(?:{roles.ROLE_TAIL.pattern})$", text)
    body = text[: m.start()] if m and m.start() else text
    m = words.OPEN_TAIL.search(body.translate(_SHOW))
    return body[: m.start()] if m and m.end() == len(body) and m.start() else body


# ---------------------------------------------------------------- items → roles

_TAIL = re.compile(rf"^(?P<name>.*?)(?P<said>{roles.ROLE_TAIL.pattern})$", re.DOTALL)
_LAST_BRACKET = re.compile(
    r"^(?P<head>.*?)[（(〔［\[【](?P<inside>[^（(〔［\[【]*(?:[（(〔][^（(〔]*[）)〕][^（(〔]*)*)[）)〕］\]】]$",
    re.DOTALL,
)
_FIRST_BRACKET = re.compile(r"^[（(〔［\[【](?P<inside>[^（(）)〔〕]{2,8})[）)〕］\]】](?P<head>.+)$", re.DOTALL)
_STARS = re.compile(r"^[★☆▲△●○◆◇■□※*＊·•\-—]+|[★☆▲△●◆※*＊]+$")
_NUMERAL = re.compile(r"^(?:\d{1,2}[.．、)）]|[（(]\d{1,2}[)）])(?=[一-鿿])")
_KINDS = ("lead", "supporting", "responsible")


@dataclass
class _Found:
    """Collects names by role. `waiting` are names whose role word may still follow (A、B牵头)."""

    column: str
    roles: dict[str, list[str]] = field(default_factory=lambda: {role: [] for role in roles.ROLES})
    groups: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    open_list: bool = False

    def without_emphasis(self, text: str) -> str:
        """A特别是B（C、D）: A does the task, B is part of A; the emphasis ends at the next comma or role word."""
        inside = _brackets(text) if len(text) <= _LONGEST * 10 else None
        if inside is None:  # no list of names
            return text
        for m in reversed(list(roles.EMPHASIS.finditer(text))):
            if not text[: m.start()].strip() or any(begin < m.start() < end for begin, end in inside):
                continue
            stop = next(
                (
                    k
                    for k in range(m.end(), len(text))
                    if text[k] in "，,；;。" and not any(b < k < e for b, e in inside)
                ),
                len(text),
            )
            stretch = text[m.end() : stop]
            if (tail := _TAIL.match(stretch)) and tail["name"] and not words.ENDS.search(stretch):
                stretch = tail["name"]
            before = re.split(r"[，,；;。\n]", text[: m.start()])[-1]
            self.notes.append(f"“{_tidy(before)}”中重点强调：{_tidy(stretch)}")
            text = text[: m.start()] + text[m.end() + len(stretch) :]
        return text

    def read(self, items: Sequence[_Item], label: str) -> None:
        waiting: list[_Item] = []
        seen_role = False
        rest = label or self.column
        for item in items:
            name, role, own = self._role_of(item.text)
            for single, single_role in _jointly(name):
                if single_role:
                    self._put([*waiting, _Item(single, item.mark)], single_role)
                    waiting, seen_role = [], True
                elif own and role != rest:
                    self._put([_Item(single, item.mark)], role)
                    seen_role = True
                elif single:
                    waiting.append(_Item(single, item.mark))
            if role and not own:
                others, led = _led(waiting) if role == roles.LEAD else ([], waiting)
                self._put(others, roles.RESPONSIBLE)
                self._put(led, role)
                waiting, seen_role = [], True
        self._put(waiting, rest if label or not seen_role or rest != roles.LEAD else roles.RESPONSIBLE)

    def _role_of(self, item: str) -> tuple[str, str, bool]:
        """(name, role or "", whether the role is the item's own: （牵头）)."""
        name = item.strip(" \t\n。.：:")
        if len(name) > _LONGEST:
            return name, "", False
        if m := _STARS.search(name):
            self.notes.append(f"“{_tidy(name)}”带有标记“{m[0]}”，请对照原文的说明")
            name = _STARS.sub("", name)
        name = _NUMERAL.sub("", name)
        for bracket in (_LAST_BRACKET, _FIRST_BRACKET):
            if (m := bracket.match(name)) and (inside := m["inside"].translate(_SHOW).strip()):
                if said := roles.OWN_ROLE.fullmatch(inside):
                    return m["head"], _said(said), True
                if bracket is _LAST_BRACKET and roles.REMARK.match(inside):
                    self.notes.append(f"括号内说明：{inside}")
                    name = m["head"]
        if (tail := _TAIL.match(name)) and not _is_name(name, tail):
            return tail["name"], _said(tail), False
        return name, "", False

    def _put(self, items: Iterable[_Item], role: str) -> None:
        for item in items:
            for final in self._final(item.text):
                is_office = bool(words.OFFICE.search(_head(final)))
                target = roles.OFFICES if is_office and role != roles.LEAD else role
                if final in self.roles[target]:
                    self.notes.append(f"“{final}”重复列出")
                else:
                    self.roles[target].append(final)

    def _final(self, name: str) -> Iterator[str]:
        """The name as written, after open list and lists in brackets are taken off."""
        name = re.sub(
            r"^(?:由(?=.{3})|(?:请|并由?|其中|以|会同|责成|依托)(?=[省市县区州旗各有相]))",
            "",
            name.strip(" \t\n。.：:"),
        )
        if len(name) > _LONGEST:
            self.notes.append(f"“{_tidy(name)[:40]}…”不像单位名称，请对照原文核对")
            yield _tidy(name)
            return
        opened = list(words.OPEN_TAIL.finditer(name.translate(_SHOW)))
        if opened and opened[-1].end() == len(name) and _outside(name, opened[-1].start()):
            self.open_list = True
            self.notes.append(f"“{opened[-1][0]}”：名单未列全，请确认还有哪些单位")
            name = name[: opened[-1].start()]
        shown = self._listed(_tidy(name))
        if plain(shown) in _NOTHING:
            return
        head = _head(shown)
        if words.COLLECTIVE.search(head):
            if shown not in self.groups:
                self.groups.append(shown)
        elif not words.ENDS.search(head):
            self.notes.append(f"“{shown}”不像单位名称，请对照原文核对")
        yield shown

    def _listed(self, shown: str) -> str:
        """各街道（甲街道、乙街道): the group, with its members told apart. 各镇（街道、园区） is one name."""
        m = _LAST_BRACKET.match(shown)
        if m and words.COLLECTIVE.search(m["head"]):
            members = [p for p in re.split(r"[、，,；;\s]+", m["inside"].strip()) if p]
            if len(members) > 1 and not any(re.fullmatch(words.NOUN, p) for p in members):
                self.notes.append(f"“{m['head']}”在原文中列明：{m['inside']}")
                return m["head"]
        return shown

    def result(self) -> UnitList:
        names = {role: tuple(n) for role, n in self.roles.items()}
        unique = tuple(dict.fromkeys(self.notes))
        return UnitList(
            names["lead"], names["responsible"], names["supporting"], names["offices"], tuple(self.groups),
            self.open_list, unique,
        )  # fmt: skip


def _said(m: re.Match[str]) -> str:
    role = next((k for k in _KINDS if m[k]), "")
    return role or {"牵": roles.LEAD, "主": roles.LEAD, "责": roles.RESPONSIBLE}.get(m["label"][0], roles.SUPPORTING)


def _is_name(name: str, tail: re.Match[str]) -> bool:
    """The role word belongs to the name: 市项目推进组织实施办 … Weak role words are believed only after a whole name."""
    body = tail["name"]
    if not body or not roles.WEAK.match(tail["said"]):
        return False
    return not (words.ENDS.search(_head(body)) or words.OPEN_TAIL.search(body.translate(_SHOW)))


def _jointly(name: str) -> list[tuple[str, str]]:
    """X会同Y → X leads; Y keeps the role of what follows."""
    m = roles.JOINT.search(name)
    if m and m.start() >= 3 and len(name) - m.end() >= 3:
        left = _without_role(name[: m.start()])
        if words.STRONG_END.search(_head(left)):
            return [(left, roles.LEAD), (name[m.end() :], "")]
    return [(name, "")]


def _led(waiting: list[_Item]) -> tuple[list[_Item], list[_Item]]:
    """A、B，C牵头: only C leads. Where one mark parts all names (A，B牵头) all of them lead."""
    strong = [k for k, item in enumerate(waiting) if k and item.mark in "，,；;。"]
    if not strong or (len(strong) == len(waiting) - 1 and waiting[strong[-1]].mark in "，,"):
        return [], waiting
    return waiting[: strong[-1]], waiting[strong[-1] :]


def _outside(text: str, at: int) -> bool:
    """Whether a place is outside all brackets."""
    before = text[:at]
    return sum(before.count(c) for c in words.OPENING) <= sum(before.count(c) for c in words.CLOSING)


def _tidy(name: str) -> str:
    """The name for people: hidden marks back, white space of wraps gone, stray closing marks off."""
    shown = re.sub(r"\s+", "", name.translate(_SHOW)).strip("。.：:、，,；;")
    if (
        shown
        and shown[-1] in words.CLOSING
        and sum(map(shown.count, words.OPENING)) < sum(map(shown.count, words.CLOSING))
    ):
        shown = shown[:-1]
    return shown
