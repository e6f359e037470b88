"""Prose plans: one task per bracket （责任单位：…）, its clause as requirement, the headings above as path.

A bracket counts when it names a role (责任单位：…) or when its whole content says who does it (市司法局牵头，各部门配合).
Lines that begin with 责任单位： close the paragraph before them in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from toolkit.plan.heading import is_title
from toolkit.plan.kinds import like_units
from toolkit.plan.labels import level_of, numeral_of, squeeze, without_markup, without_numeral
from toolkit.plan.parts import SourceText

_ROLE = (
    r"(?:牵头(?:责任)?(?:单位|部门)|责任(?:单位|部门|主体|科室|处室)|配合(?:单位|部门)|协助单位|落实单位|承办单位|主办单位|协办单位|参与单位|"
    r"实施单位|完成时限|责任时限|时限要求|完成时间|时间节点|时限|责任人|分管领导|牵头领导|牵头|配合)"
)
_LABELLED = re.compile(rf"\s*(?P<role>{_ROLE})\s*(?:及责任人)?\s*[:：]")
_OPENING, _CLOSING = "（(〔[【", "）)〕]】"
_DOERS = re.compile(r"(?:牵头|负责|配合|分工负责|具体落实|负责落实|组织实施|落实)\s*[。；;]?\Z|牵头[，,；;、]")
_ROLE_OF = (
    (re.compile(r"时限|时间"), "deadline"),
    (re.compile(r"责任人|领导"), "person"),
    (re.compile(r"牵头|主办"), "lead"),
    (re.compile(r"配合|协助|协办|参与"), "supporting"),
    (re.compile(r"科室|处室"), "office"),
)
_LONGEST_HEADING = 45
_TAIL = re.compile(
    rf"(?<=[。；;])\s*({_ROLE}\s*(?:及责任人)?\s*[:：][^。]{{2,300}}(?:。\s*{_ROLE}\s*[:：][^。]{{2,60}})*。?)\s*\Z"
)


@dataclass(frozen=True)
class ProseTask:
    """One clause closed by a bracket. `units` are (role, text) in written order; `deadline` as written or ""."""

    requirement: str
    path: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    line: int
    deadline: str = ""
    person: str | None = None
    no: str | None = None
    path_own: bool = True  # False for the second and later clauses of one item


@dataclass
class _Heads:
    """The headings in force, by depth."""

    levels: list[tuple[int, str]] = field(default_factory=list)
    item: int | None = None  # the number of the 1. 2. 3. item that is open

    def put(self, level: int, text: str) -> None:
        self.levels = [(n, t) for n, t in self.levels if n < level] + [(level, text)]

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(t for _, t in self.levels)


def prose_tasks(texts: Sequence[SourceText]) -> tuple[list[ProseTask], int]:
    """Tasks of running text, and the number of narrative paragraphs that hold none."""
    heads = _Heads()
    tasks: list[ProseTask] = []
    waiting: list[SourceText] = []  # paragraphs that a later 责任单位： line may close
    narrative = 0
    for text in texts:
        line = without_markup(text.text).strip()
        if not line:
            continue
        if _LABELLED.match(line) and not line.startswith(tuple(_OPENING)):
            _close(line, text, waiting, heads, tasks)
            continue
        level = level_of(line)
        if level:
            heads.item = numeral_of(line) if level == 3 else None
        body = _heading(line, text, heads)
        if not body:
            waiting = []
            continue
        found = list(_clauses(_bracketed(body), heads.path, text.line))
        if found:
            tasks += [replace(t, no=str(heads.item)) for t in found] if heads.item is not None else found
            waiting = []
        else:
            waiting = [*waiting, SourceText(body, text.line)][-6:]
            narrative += len(body) > 30
    return _running(tasks), narrative


def _running(tasks: list[ProseTask]) -> list[ProseTask]:
    """Item numbers count as serials only where they run through the whole document; else they restart and say nothing."""
    numbers = [int(t.no) for t in tasks if t.no]
    if len(numbers) >= 3 and len(numbers) == len(tasks) and all(b > a for a, b in pairwise(numbers)):
        return tasks
    return [replace(t, no=None) for t in tasks]


def speaks_of_units(text: str) -> bool:
    """True for a paragraph that says who does its task; what it says of time is that task's alone."""
    return bool(_LABELLED.match(text) or _TAIL.search(text) or first_bracket(text))


def _bracketed(body: str) -> str:
    """…。责任单位：A、B。 at the end of a paragraph, put in brackets like the usual form."""
    tail = _TAIL.search(body)
    if tail is None or first_bracket(body):
        return body
    return f"{body[: tail.start(1)]}（{body[tail.start(1) :].rstrip('。')}）"


def _close(line: str, text: SourceText, waiting: list[SourceText], heads: _Heads, tasks: list[ProseTask]) -> None:
    """A line 责任单位：… ends the paragraphs before it; a second one (完成时限：…) adds to the same task."""
    units, deadline, person = _fields(line)
    if waiting:
        requirement = "".join(w.text for w in waiting)
        tasks.append(ProseTask(requirement, heads.path, units, waiting[0].line, deadline, person))
        waiting.clear()
    elif tasks and text.line - tasks[-1].line <= 12:
        last = tasks[-1]
        tasks[-1] = ProseTask(
            last.requirement,
            last.path,
            (*last.units, *units),
            last.line,
            last.deadline or deadline,
            last.person or person,
            last.no,
            last.path_own,
        )
    elif heads.levels and (units or deadline):
        *above, (_, title) = heads.levels
        tasks.append(ProseTask(title, tuple(t for _, t in above), units, text.line, deadline, person))


def _heading(line: str, text: SourceText, heads: _Heads) -> str:
    """Note a heading; what follows it on the line is returned as body ("" for a heading alone)."""
    level = level_of(line)
    if text.level and not level and len(line) <= _LONGEST_HEADING:
        if not is_title(line):  # numbered by Word itself: the style tells the depth
            heads.put(text.level, _name(line))
        return ""
    if not level:
        return line
    plain = without_numeral(line)
    if not first_bracket(line) and len(plain) <= _LONGEST_HEADING and not re.search(r"[。；;]\S", plain):
        if level <= 2 or not plain.endswith(("。", "；", ";")):
            heads.put(level, _name(plain))
            return ""
        return line
    sentence = re.match(r"[^。：:]{2,45}?(?:。|(?<=[\u4e00-\u9fff])[：:](?!\s*$))", plain)
    if sentence and not any(mark in sentence.group() for mark in _OPENING[:2]) and len(plain) > sentence.end():
        rest = plain[sentence.end() :].strip()
        if rest and not _whole_bracket(rest):
            heads.put(level, _name(sentence.group()))
            return rest
    heads.levels = [(n, t) for n, t in heads.levels if n < level]
    return plain


def _name(text: str) -> str:
    return squeeze(text).rstrip("。：:；;")


def _whole_bracket(text: str) -> bool:
    found = first_bracket(text)
    return bool(found) and found[0] == 0 and found[1] >= len(text.rstrip("。；;")) - 1 if found else False


# ---------------------------------------------------------------- brackets


def brackets(text: str) -> Iterator[tuple[int, int, str]]:
    """Brackets that say who does it: (start, end, content), outermost, left to right."""
    at = 0
    while at < len(text):
        if text[at] in _OPENING:
            end = _matching(text, at)
            inner = text[at + 1 : end - 1]
            if _LABELLED.match(inner) or _says_who(inner):
                yield at, end, inner
                at = end
                continue
        at += 1


def first_bracket(text: str) -> tuple[int, int, str] | None:
    return next(brackets(text), None)


def _matching(text: str, at: int) -> int:
    """One past the bracket that closes the one at `at`; half and full width close each other; the end when none does."""
    depth = 0
    for k in range(at, min(len(text), at + 1500)):
        if text[k] in _OPENING:
            depth += 1
        elif text[k] in _CLOSING:
            depth -= 1
            if not depth:
                return k + 1
    return min(len(text), at + 1500)


def _says_who(inner: str) -> bool:
    if not 4 <= len(inner) <= 400 or not _DOERS.search(inner) or re.search(r"[。！？]\S", inner):
        return False
    return like_units(inner)


def _clauses(body: str, path: tuple[str, ...], line: int) -> Iterator[ProseTask]:
    """One task per bracket; neighbouring brackets (牵头单位…)(配合单位…) belong to one."""
    start = 0
    pending: ProseTask | None = None
    first = True
    for begin, end, inner in brackets(body):
        clause = body[start:begin].strip(" 　\t\n").lstrip("。；;，,、")
        units, deadline, person = _fields(inner)
        start = end
        if not clause and pending is not None:
            pending = ProseTask(
                pending.requirement,
                path,
                (*pending.units, *units),
                line,
                pending.deadline or deadline,
                pending.person or person,
                None,
                pending.path_own,
            )
            continue
        if pending is not None:
            yield pending
        requirement = clause or (path[-1] if path else "")
        pending = ProseTask(requirement, path if clause else path[:-1], units, line, deadline, person, None, first)
        first = False
    if pending is not None and pending.requirement:
        yield pending


def _fields(text: str) -> tuple[tuple[tuple[str, str], ...], str, str | None]:
    """(牵头单位：A；配合单位：B；完成时限：C) → units by role, deadline, person."""
    marks = list(re.finditer(rf"(?:\A|(?<=[，,；;。、\s（(]))\s*({_ROLE})\s*(?:及责任人)?\s*[:：]", text))
    if not marks:
        return (("responsible", text.strip("，,；;。 ")),), "", None
    units: list[tuple[str, str]] = []
    deadline, person = "", None
    for k, mark in enumerate(marks):
        end = marks[k + 1].start() if k + 1 < len(marks) else len(text)
        value = text[mark.end() : end].strip(" 　\t\n，,；;。")
        role = next((r for rule, r in _ROLE_OF if rule.search(mark.group(1))), "responsible")
        if role == "deadline":
            deadline = deadline or value
        elif role == "person":
            person = value or None
        elif value:
            units.append((role, value))
    return tuple(units), deadline, person


def split_cell(text: str) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """A table cell that carries its units in brackets: (requirement, units, deadline) for each bracket."""
    return [(t.requirement, t.units, t.deadline) for t in _clauses(text, (), 0)]
