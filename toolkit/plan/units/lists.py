"""A cell that says who does a task → names in their roles, in written order, groups and brackets whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from toolkit.model import plain
from toolkit.plan.parts import UnitList
from toolkit.plan.units.items import (
    EITHER,
    LONGEST,
    LOST,
    NOTHING,
    SHOW,
    Item,
    head_of,
    items_of,
    labelled,
    outer_brackets,
    prepared,
    protected,
    tidy,
    whole_bracket,
    without_role,
)
from toolkit.plan.words import roles
from toolkit.plan.words import units as words


def parse_units(cell: str, column: str = "responsible") -> UnitList:
    """The units of a cell. `column` (lead, responsible, supporting, offices) is the role of names without a role word.

    Never raises. 科室 go to `offices` unless they lead. Names lose the white space of line wraps and nothing else.
    `groups` repeats the collective names of all roles; `notes` tells in Chinese what the reader was unsure of.
    """
    text = prepared(cell)
    found = _Found(column if column in roles.ROLES else roles.RESPONSIBLE)
    if plain(text) in NOTHING:
        return UnitList()
    for role, part in labelled(whole_bracket(found.without_standing(text))):
        if role != roles.NOBODY:
            found.read(items_of(protected(found.without_emphasis(part))), role)
    units = found.result()
    return first_leads(units) if roles.FIRST_LEADS.search(text) else units


def says_first_leads(texts: Iterable[str]) -> bool:
    """The document says of all its lists that the first unit leads (责任单位排第一的为牵头单位)."""
    return any("牵头" in t and roles.FIRST_LEADS.search(re.sub(r"\s", "", t)) for t in texts)


def first_leads(units: UnitList) -> UnitList:
    """The first responsible unit made the lead, where none leads."""
    if units.lead or len(units.responsible) < 2:
        return units
    first, *others = units.responsible
    return replace(
        units, lead=(first,), responsible=tuple(others), notes=(*units.notes, f"原文说明排在首位的为牵头单位：{first}")
    )


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

    def without_standing(self, text: str) -> str:
        """以下均需各县区负责，不再列出 taken out and told; 排第一的为牵头单位 taken out."""
        for m in roles.STANDING.finditer(text):
            self.notes.append(f"“{m[0].strip('，,；;。、（()） ')}”：原文对以下各项的说明，请逐项确认")
        return roles.FIRST_LEADS.sub("", roles.STANDING.sub("", text))

    def without_emphasis(self, text: str) -> str:
        """A特别是B（C、D）: A does the task, B is part of A; the emphasis ends at the next comma or role word."""
        inside = outer_brackets(text) if len(text) <= LONGEST * 10 else None
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
            self.notes.append(f"“{tidy(before)}”中重点强调：{tidy(stretch)}")
            text = text[: m.start()] + text[m.end() + len(stretch) :]
        return text

    def read(self, items: Sequence[Item], label: str) -> None:
        waiting: list[Item] = []
        seen_role = False
        rest = label or self.column
        for k, item in enumerate(items):
            if item.mark == LOST:
                self.notes.append(f"“{tidy(item.text)}”与前一单位之间没有分隔符，已分开")
            if item.mark == EITHER and k:
                self.notes.append(f"原文写“{tidy(items[k - 1].text)}”或“{tidy(item.text)}”，请确认由哪个单位承担")
            name, role, own = self._role_of(item.text)
            for single, single_role in _jointly(name):
                if single_role:
                    self._put([*waiting, Item(single, item.mark)], single_role)
                    waiting, seen_role = [], True
                elif own and role != rest:
                    self._put([Item(single, item.mark)], role)
                    seen_role = True
                elif single:
                    waiting.append(Item(single, item.mark))
            if role and not own:
                others, led = _led(waiting) if role == roles.LEAD else ([], waiting)
                self._put(others, roles.RESPONSIBLE)
                self._put(led, role)
                waiting, seen_role = [], True
        self._put(waiting, rest if label or not seen_role or rest != roles.LEAD else roles.RESPONSIBLE)

    def _role_of(self, item: str) -> tuple[str, str, bool]:
        """(name, role or "", whether the role is the item's own: （牵头）)."""
        name = item.strip(" \t\n。.：:")
        if len(name) > LONGEST:
            return name, "", False
        if m := _STARS.search(name):
            self.notes.append(f"“{tidy(name)}”带有标记“{m[0]}”，请对照原文的说明")
            name = _STARS.sub("", name)
        name = _NUMERAL.sub("", name)
        for bracket in (_LAST_BRACKET, _FIRST_BRACKET):
            if (m := bracket.match(name)) and (inside := m["inside"].translate(SHOW).strip()):
                if said := roles.OWN_ROLE.fullmatch(inside):
                    return m["head"], _said(said), True
                if bracket is _LAST_BRACKET and roles.REMARK.match(inside):
                    self.notes.append(f"括号内说明：{inside}")
                    name = m["head"]
        if (tail := _TAIL.match(name)) and not _is_name(name, tail):
            return tail["name"], _said(tail), False
        return name, "", False

    def _put(self, items: Iterable[Item], role: str) -> None:
        for item in items:
            for final in self._final(item.text):
                is_office = bool(words.OFFICE.search(head_of(final)))
                target = roles.OFFICES if is_office and role != roles.LEAD else role
                if final in self.roles[target]:
                    self.notes.append(f"“{final}”重复列出")
                else:
                    self.roles[target].append(final)

    def _final(self, name: str) -> Iterator[str]:
        """The name as written, after open list and lists in brackets are taken off."""
        name = re.sub(
            r"^(?:由(?=各.|.{3})|(?:请|并由?|其中|以|会同|责成|依托)(?=[省市县区州旗各有相]))",
            "",
            name.strip(" \t\n。.：:"),
        )
        if len(name) > LONGEST:
            self.notes.append(f"“{tidy(name)[:40]}…”不像单位名称，请对照原文核对")
            yield tidy(name)
            return
        opened = list(words.OPEN_TAIL.finditer(name.translate(SHOW)))
        if opened and opened[-1].end() == len(name) and _outside(name, opened[-1].start()):
            self.open_list = True
            self.notes.append(f"“{opened[-1][0]}”：名单未列全，请确认还有哪些单位")
            name = name[: opened[-1].start()]
        shown = self._listed(tidy(name))
        if plain(shown) in NOTHING:
            return
        if roles.REMARK.match(shown):
            self.notes.append(f"单位栏注明“{shown}”")
            return
        if _TIME.fullmatch(shown):
            self.notes.append(f"单位栏写有时限“{shown}”")
            return
        head = head_of(shown)
        if words.COLLECTIVE.search(head):
            if shown not in self.groups:
                self.groups.append(shown)
        elif not words.ENDS.search(head):
            self.notes.append(f"“{shown}”不像单位名称，请对照原文核对")
        if words.TWO_IN_ONE.search(shown):
            self.notes.append(f"“{shown}”可能是两个单位，中间缺少分隔符，请对照原文核对")
        yield shown

    def _listed(self, shown: str) -> str:
        """各街道（甲街道、乙街道): the group, with its members told apart. 各镇（街道、园区） is one name."""
        m = _LAST_BRACKET.match(shown)
        if m and words.COLLECTIVE.search(m["head"]) and not re.match(r"含|不含|包括|除", m["inside"]):
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


_TIME = re.compile(
    r"(?:于|在)?(?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}日|底|末)?|年底|年末)(?:之?前)?(?:完成|前完成|落实|报送)?"
)


def _said(m: re.Match[str]) -> str:
    role = next((k for k in _KINDS if m[k]), "")
    return role or {"牵": roles.LEAD, "主": roles.LEAD, "责": roles.RESPONSIBLE}.get(m["label"][0], roles.SUPPORTING)


def _is_name(name: str, tail: re.Match[str]) -> bool:
    """The role word belongs to the name: 市项目推进组织实施办 … Weak role words are believed only after a whole name."""
    body = tail["name"]
    if not body or not roles.WEAK.match(tail["said"]):
        return False
    return not (words.ENDS.search(head_of(body)) or words.OPEN_TAIL.search(body.translate(SHOW)))


def _jointly(name: str) -> list[tuple[str, str]]:
    """X会同Y → X leads; Y keeps the role of what follows."""
    m = roles.JOINT.search(name)
    if m and m.start() >= 3 and len(name) - m.end() >= 3:
        left = without_role(name[: m.start()])
        if words.STRONG_END.search(head_of(left)):
            return [(left, roles.LEAD), (name[m.end() :], "")]
    return [(name, "")]


def _led(waiting: list[Item]) -> tuple[list[Item], list[Item]]:
    """A、B，C牵头: only C leads. Where one mark parts all names (A，B牵头) all of them lead."""
    strong = [k for k, item in enumerate(waiting) if k and item.mark in "，,；;。"]
    if not strong or (len(strong) == len(waiting) - 1 and waiting[strong[-1]].mark in "，,"):
        return [], waiting
    return waiting[: strong[-1]], waiting[strong[-1] :]


def _outside(text: str, at: int) -> bool:
    """Whether a place is outside all brackets."""
    before = text[:at]
    return sum(before.count(c) for c in words.OPENING) <= sum(before.count(c) for c in words.CLOSING)
