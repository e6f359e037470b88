"""A cell that says who does a task → names in their roles, in written order, groups and brackets whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from toolkit.model import plain
from toolkit.plan import unit_words as words
from toolkit.plan.parts import UnitList
from toolkit.plan.repeats import unrepeated

_HIDDEN = 0xFDD0  # noncharacters stand for marks that must not part anything; no text may carry them
_MASKED = words.SEPARATORS + "和及与或。"
_HIDE = {ord(c): chr(_HIDDEN + n) for n, c in enumerate(_MASKED)}
_SHOW = {_HIDDEN + n: c for n, c in enumerate(_MASKED)}
_UNWANTED = {_HIDDEN + n: None for n in range(32)} | dict.fromkeys(range(32), None) | {9: "\t", 10: "\n", 0xFEFF: None}
_NOTHING = frozenset({"", "/", "／", "—", "——", "-", "无", "－", "–", "…"})
_ALL = re.compile(f"[{re.escape(words.SEPARATORS)}]+")
_MARK = re.compile(r"[、，,；;/／。]|\s+")
_LONGEST = 300  # characters of one piece without any mark; longer ones are no list of names
_CONJUNCTION = re.compile(r"以及|和|及|与|或者?")


def parse_units(cell: str, column: str = "responsible") -> UnitList:
    """The units of a cell. `column` (lead, responsible, supporting, offices) is the role of names without a role word.

    Never raises. 科室 go to `offices` unless they lead. Names lose the white space of line wraps and nothing else.
    `groups` repeats the collective names of all roles; `notes` tells in Chinese what the reader was unsure of.
    """
    text = _prepared(cell)
    found = _Found(column if column in _ROLES else "responsible")
    if plain(text) in _NOTHING:
        return UnitList()
    for role, part in _labelled(_whole_bracket(text)):
        found.read(_items(_protected(part)), role)
    return found.result()


# ---------------------------------------------------------------- text → items


def _prepared(cell: str) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    text = re.sub(r"[\u2028\u2029\x85\v\f]", "\n", text)
    text = re.sub(r"</?[a-zA-Z][^<>]{0,20}>", "", text)
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


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """(role, part) for each 牵头单位：… 配合单位：…; the role is "" before the first label."""
    label = re.compile(rf"(?:^|(?<=[\s、，,；;。（(]))(?:{words.ROLE_LABEL.pattern})\s*[:：]")
    at, role = 0, ""
    for m in label.finditer(text):
        if text[at : m.start()].strip(" \n、，,；;。"):
            yield role, text[at : m.start()]
        role, at = next(k for k, v in m.groupdict().items() if v), m.end()
    yield role, text[at:]


def _protected(text: str) -> str:
    """Marks inside brackets and inside groups hidden, wrapped lines joined."""
    text = _hide_brackets(_joined(text))
    for pattern in (words.OPEN_TAIL, words.PARTY_AND_GOVERNMENT, words.INNER, words.PAIRED):
        text = pattern.sub(lambda m: m[0].translate(_HIDE), text)
    return text


def _hide_brackets(text: str) -> str:
    """Marks between an outermost bracket and its closing one hidden; a bracket that never closes hides nothing."""
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
    out, done = "", 0
    for begin, end in spans:
        out += text[done:begin] + text[begin:end].translate(_HIDE)
        done = end
    return out + text[done:]


def _joined(text: str) -> str:
    """White space either parts two names or was made by a line wrap inside one: wraps are closed, gaps become ，."""
    text = re.sub(r"[ \t　]*\n[ \t　\n]*\n[ \t　]*", "；", text)  # an empty line always parts
    text = re.sub(r"\s*([、，,；;。：:])\s*", r"\1", text)
    text = re.sub(r"\s+(?=[（(〔）)〕])|(?<=[（(〔])\s+", "", text)
    parts = re.split(r"(\s+)", text)
    out = parts[0]
    for gap, right in zip(parts[1::2], parts[2::2], strict=False):
        out += ("，" if _parts_names(_last_name(out), _first_name(right), gap) else "") + right
    return out


def _last_name(text: str) -> str:
    return re.split(r"[、，,；;。：:]", text)[-1]


def _first_name(text: str) -> str:
    return re.split(r"[、，,；;。：:]", text)[0]


_OWN_PART = re.compile(r"^(?:办公室|办|组织部|宣传部|统战部|政法委|编办|网信办|监委|社会工作部)")


def _parts_names(left: str, right: str, gap: str) -> bool:
    """Whether the gap between two pieces parts names. Short pieces and pieces without an institution's end do not."""
    closed = left.endswith(tuple(words.CLOSING)) or bool(re.search(r"(?:牵头|配合|负责|落实|部门|单位)$", left))
    ended = bool(words.STRONG_END.search(left)) and len(left) > 2
    if not (closed or ended) or len(right) < 2 or right[0] in words.OPENING:
        return False
    if re.match(r"等|牵头|配合|负责|分工|按职责|按照|具体|特别是|尤其是|和|及|与", right):
        return False
    if re.search(r"(?:政府|委|委员会|管委会|指挥部|领导小组|法院|检察院)$", left) and _OWN_PART.match(right):
        return False
    if re.search(r"街道$", left) and right.startswith("办事处"):
        return False
    if re.match(r"[^、]{0,6}?[省市]", left) and re.fullmatch(r"[一-鿿]{2,3}分局", right):
        return False  # 市生态环境局 ⏎ 张店分局
    return bool(words.ENDS.search(re.sub(r"[（(〔].*", "", right))) or closed or "等" in right


def _items(text: str) -> tuple[str, ...]:
    """Names in order, still with role words and hidden marks."""
    pieces = [p for p in _MARK.split(text) if p]
    return tuple(name for piece in pieces for name in _conjoined(piece))


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
        left, right = piece[: m.start()], piece[m.end() :]
        if len(left) < 3 or len(right) < 2 or not words.STRONG_END.search(re.sub(r"[（(〔].*[）)〕]$", "", left)):
            continue
        body = _without_role(right)
        if not words.ENDS.search(re.sub(r"[（(〔].*", "", body)):
            continue
        if words.PREFIXED.search(body) or (len(body) >= 3 and words.STRONG_END.search(body) and len(left) >= 4):
            return m
    return None


def _without_role(text: str) -> str:
    m = re.search(rf"(?:{words.ROLE_TAIL.pattern})$", text)
    body = text[: m.start()] if m else text
    m = words.OPEN_TAIL.search(body.translate(_SHOW))
    return body[: m.start()] if m and m.end() == len(body) and m.start() else body


# ---------------------------------------------------------------- items → roles

_ROLES = ("lead", "responsible", "supporting", "offices")
_TAIL = re.compile(rf"^(?P<name>.*?)(?:{words.ROLE_TAIL.pattern})$", re.DOTALL)
_LAST_BRACKET = re.compile(
    r"^(?P<head>.*?)[（(〔［\[【](?P<inside>[^（(〔［\[【]*(?:[（(〔][^（(〔]*[）)〕][^（(〔]*)*)[）)〕］\]】]$",
    re.DOTALL,
)


@dataclass
class _Found:
    """Collects names by role. `waiting` are names whose role word may still follow (A、B牵头)."""

    column: str
    roles: dict[str, list[str]] = field(default_factory=lambda: {role: [] for role in _ROLES})
    groups: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    open_list: bool = False

    def read(self, items: Iterable[str], label: str) -> None:
        waiting: list[str] = []
        seen_role = False
        for item in items:
            name, role, own = self._role_of(item)
            for single, single_role in self._jointly(name):
                if single_role:
                    self._put([*waiting, single], single_role)
                    waiting, seen_role = [], True
                elif own:
                    self._put([single], role)
                    seen_role = True
                elif single:
                    waiting.append(single)
            if role and not own:
                self._put(waiting, role)
                waiting, seen_role = [], True
        rest = label or (self.column if not seen_role or self.column != "lead" else "responsible")
        self._put(waiting, rest)

    def _jointly(self, name: str) -> list[tuple[str, str]]:
        """X会同Y → X leads; Y keeps the role of what follows."""
        m = words.JOINT.search(name)
        if not m or m.start() < 3 or len(name) - m.end() < 3 or not words.STRONG_END.search(name[: m.start()]):
            return [(name, "")]
        return [(name[: m.start()], "lead"), (name[m.end() :], "")]

    def _role_of(self, item: str) -> tuple[str, str, bool]:
        """(name, role or "", whether the role is the item's own: （牵头）)."""
        name = item.strip(" \t\n。.：:")
        if (m := _LAST_BRACKET.match(name)) and (inside := m["inside"].translate(_SHOW).strip()):
            role = re.fullmatch(words.ROLE_TAIL.pattern + "|" + r"(?P<label>牵头单位|责任单位|配合单位)", inside)
            if role:
                kind = next((k for k in ("lead", "supporting", "responsible") if role[k]), "")
                return m["head"], kind or {"牵": "lead", "责": "responsible"}.get(inside[0], "supporting"), True
            if words.REMARK.match(inside):
                self.notes.append(f"括号内说明：{inside}")
                name = m["head"]
        if (tail := _TAIL.match(name)) and not words.ENDS.search(name):
            role_name = next(k for k in ("lead", "supporting", "responsible") if tail[k])
            return tail["name"], role_name, False
        return name, "", False

    def _put(self, names: Iterable[str], role: str) -> None:
        for name in names:
            for final in self._final(name):
                is_office = bool(words.OFFICE.search(re.sub(r"[（(〔].*[）)〕]$", "", final)))
                target = "offices" if is_office and role != "lead" else role
                if final in self.roles[target]:
                    self.notes.append(f"“{final}”重复列出")
                else:
                    self.roles[target].append(final)

    def _final(self, name: str) -> Iterator[str]:
        """The name as written, after open list, emphasis and lists in brackets are taken off."""
        name = re.sub(r"^(?:由|请|并|其中)(?=[省市县区各有相])", "", name.strip(" \t\n。.：:"))
        name, emphasised = self._emphasised(name)
        opened = list(words.OPEN_TAIL.finditer(name.translate(_SHOW)))
        if opened and opened[-1].end() == len(name) and _outside(name, opened[-1].start()):
            self.open_list = True
            self.notes.append(f"“{opened[-1][0]}”：名单未列全，请确认还有哪些单位")
            name = name[: opened[-1].start()]
        shown = _tidy(name)
        if emphasised:
            self.notes.append(f"“{shown}”中重点强调：{emphasised}")
        shown = self._listed(shown)
        if plain(shown) in _NOTHING:
            return
        head = re.sub(r"[（(〔][^（(〔]*[）)〕]$", "", shown) or shown
        if words.COLLECTIVE.search(head):
            if shown not in self.groups:
                self.groups.append(shown)
        elif not words.ENDS.search(head):
            self.notes.append(f"“{shown}”不像单位名称，请对照原文核对")
        yield shown

    def _emphasised(self, name: str) -> tuple[str, str]:
        m = words.EMPHASIS.search(name)
        if m is None or not m.start():
            return name, ""
        return name[: m.start()], _tidy(name[m.end() :])

    def _listed(self, shown: str) -> str:
        """各街道（甲街道、乙街道): the group, with its members told apart."""
        m = _LAST_BRACKET.match(shown)
        if (
            m
            and words.COLLECTIVE.search(m["head"])
            and len(_ALL.split(m["inside"].strip())) > 1
            and len(m["inside"]) > 8
        ):
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
