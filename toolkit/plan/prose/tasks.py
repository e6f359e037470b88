"""Prose plans: one task per bracket （责任单位：…）, its clause as requirement, the headings above as path.

A bracket counts when it names a role (责任单位：…) or when its whole content says who does it (市司法局牵头，各部门配合).
Lines that begin with 责任单位： close the paragraph before them in the same way. A bracket behind a heading speaks for the
whole section: each numbered item below it that names nobody is a task of its own, plain paragraphs together are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from toolkit.plan.document_head import is_title
from toolkit.plan.parts import SourceText
from toolkit.plan.prose.brackets import (
    OPENING,
    Fields,
    brackets,
    first_bracket,
    is_statement,
    only_units,
    statement,
    tail_in_brackets,
    whole_bracket,
)
from toolkit.plan.prose.lines import whole_lines
from toolkit.plan.words.labels import bare, level_of, numeral_of, squeeze, without_markup, without_numeral

_LONGEST_HEADING = 45
_CAPTION = re.compile(
    r"^(?:(?:工作|任务|主要|具体|重点|目标)(?:任务|内容|要求|措施|举措)|任务|内容|要求|措施|任务目标)\s*[:：]\s*(?=\S)"
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
    units_from: int = 0  # the line of the section heading that names the units; 0 = its own
    listed: bool = False  # closed by nothing but a list of units: beside a table that is no task


@dataclass
class _Section:
    """A heading whose bracket speaks for all below it, and the paragraphs that name nobody themselves."""

    level: int
    title: str
    above: tuple[str, ...]
    fields: Fields
    line: int
    no: str | None = None
    bodies: list[tuple[tuple[str, ...], list[SourceText]]] = field(default_factory=list)
    own: bool = False  # a task inside has its own bracket

    def tasks(self) -> list[ProseTask]:
        said = self.fields
        if not self.bodies:
            only = ProseTask(self.title, self.above, said.units, self.line, said.deadline, said.person, self.no)
            return [] if self.own else [only]
        return [
            ProseTask(
                "".join(t.text for t in texts), path, said.units, texts[0].line, said.deadline, said.person,
                None, True, self.line if path != (*self.above, self.title) else 0,
            )
            for path, texts in self.bodies
        ]  # fmt: skip


@dataclass
class _Walk:
    """The headings in force, the tasks so far, and the paragraphs that a later 责任单位： line may close."""

    levels: list[tuple[int, str]] = field(default_factory=list)
    item: int | None = None  # the number of the 1. 2. 3. item that is open
    tasks: list[ProseTask] = field(default_factory=list)
    waiting: list[SourceText] = field(default_factory=list)
    section: _Section | None = None
    narrative: int = 0
    said: Fields = field(default_factory=Fields)  # a time or a person that stands before the units of the same task
    last: tuple[int, list[SourceText]] | None = None  # the only task below a heading, and the paragraphs before it

    def put(self, level: int, text: str) -> None:
        self.levels = [(n, t) for n, t in self.levels if n < level] + [(level, text)]

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(t for _, t in self.levels)

    def leave(self, level: int) -> None:
        """A heading of this level ends the sections at and below it."""
        if self.section is not None and level <= self.section.level:
            self.tasks += self.section.tasks()
            self.section = None

    def settle(self) -> None:
        """A heading ends: the one bracket at the end of its paragraphs speaks for all of them."""
        if self.last is not None:
            at, before = self.last
            task = self.tasks[at]
            whole = "".join(t.text for t in before) + task.requirement
            self.tasks[at] = replace(task, requirement=whole, line=before[0].line)
        self.last = None

    def body(self, text: SourceText, numbered: bool) -> None:
        """A paragraph that names nobody: its section's, or one that waits for a 责任单位： line."""
        if self.section is not None:
            bodies = self.section.bodies
            if numbered or not bodies or bodies[-1][0] != self.path:
                bodies.append((self.path, []))
            bodies[-1][1].append(text)
            return
        self.waiting = [*self.waiting, text][-6:]
        self.narrative += len(text.text) > 30


def prose_tasks(texts: Sequence[SourceText]) -> tuple[list[ProseTask], int]:
    """Tasks of running text, and the number of narrative paragraphs that hold none."""
    walk = _Walk()
    for text in whole_lines(texts):
        line = without_markup(text.text).strip()
        if line:
            _take(line, text, walk)
    walk.settle()
    walk.leave(0)
    tasks = walk.tasks or _by_unit(texts)
    return _running(sorted(tasks, key=lambda t: t.line)), walk.narrative


def _by_unit(texts: Sequence[SourceText]) -> list[ProseTask]:
    """A list sorted by doer (区财政局：负责…): where nothing else tells who does what, and at least three lines are so."""
    found: list[ProseTask] = []
    for text in whole_lines(texts):
        line = without_markup(text.text).strip()
        who, mark, what = without_numeral(line).partition("：" if "：" in line else ":")
        if mark and 3 <= len(who) <= 80 and len(what.strip()) >= 6 and only_units(who):
            number = numeral_of(line)
            no = str(number) if number else None
            units = (("responsible", who.strip()),)
            found.append(ProseTask(what.strip(), (), units, text.line, no=no, listed=True))
    return found if len(found) >= 3 else []


def _take(line: str, text: SourceText, walk: _Walk) -> None:
    if is_statement(line):
        _close(statement(line), text, walk)
        return
    level = level_of(line)
    before = walk.path
    if level or text.level:
        walk.leave(level or text.level)
        walk.item = numeral_of(line) if level == 3 else None
    body = _heading(line, text, walk)
    if walk.path != before or not body or 1 <= level <= 2:
        walk.settle()
        walk.waiting, walk.said = [], Fields()
    if not body:
        return
    body = tail_in_brackets(body)
    found = list(_clauses(body, walk.path, text.line))
    if found:
        only = len(found) == 1 and not any(t.path == walk.path for t in walk.tasks[-1:])
        ahead = [t for t in walk.waiting if not t.text.endswith(("：", ":"))]  # 重点做好以下工作： introduces
        whole = only and bool(walk.levels) and walk.section is None and _one_text(ahead, level)
        walk.last = (len(walk.tasks), ahead) if whole else None
        walk.tasks += [replace(t, no=_number(walk)) for t in found]
        walk.waiting = []
        if walk.section is not None:
            walk.section.own = True
    else:
        walk.body(SourceText(body, text.line, level), bool(level))


def _one_text(waiting: Sequence[SourceText], level: int) -> bool:
    """Paragraphs that a bracket further down can speak for: plain ones, or the parts of one enumeration (1.…；2.…；3.…。)."""
    if level:
        return bool(waiting) and all(t.level == level and t.text.endswith(("；", ";")) for t in waiting)
    return bool(waiting) and not any(t.level for t in waiting)


def _number(walk: _Walk) -> str | None:
    return str(walk.item) if walk.item is not None else None


def _running(tasks: list[ProseTask]) -> list[ProseTask]:
    """Item numbers count as serials only where they run through the whole document; else they restart and say nothing."""
    numbers = [int(t.no) for t in tasks if t.no]
    if len(numbers) >= 3 and len(numbers) == len(tasks) and all(b > a for a, b in pairwise(numbers)):
        return tasks
    return [replace(t, no=None) for t in tasks]


def speaks_of_units(text: str) -> bool:
    """True for a paragraph that says who does its task; what it says of time is that task's alone."""
    return is_statement(text) or first_bracket(text) is not None or tail_in_brackets(text) != text


def not_in_tables(spoken: list[ProseTask], requirements: Sequence[str]) -> list[ProseTask]:
    """The prose tasks that the tables do not tell again. A document with both says the same twice: the table counts, and
    where it repeats most of the prose it replaces all of it."""
    if not spoken or not requirements:
        return spoken
    spoken = [t for t in spoken if not t.listed]
    rows = [bare(r) for r in requirements]
    again = [_told_again(t.requirement, rows) for t in spoken]
    if sum(again) * 2 >= len(spoken):
        return []
    return [t for t, twice in zip(spoken, again, strict=True) if not twice]


def _told_again(text: str, rows: Sequence[str]) -> bool:
    """At least half of the sentences stand in the rows, word for word or nearly so."""
    from rapidfuzz import fuzz

    sentences = [b for s in re.split(r"[。；;]", text) if len(b := bare(s)) >= 6]
    hits = sum(
        any(s in row or (len(row) >= 6 and fuzz.partial_ratio(s, row, score_cutoff=85) >= 85) for row in rows)
        for s in sentences
    )
    return bool(sentences) and hits * 2 >= len(sentences)


def _close(said: Fields, text: SourceText, walk: _Walk) -> None:
    """A line 责任单位：… ends the paragraphs before it; a second one (完成时限：…) adds to the same task."""
    tasks = walk.tasks
    if walk.waiting and not said.units:
        walk.said = walk.said.more(said)
        return
    said, walk.said = walk.said.more(said), Fields()
    if walk.waiting:
        requirement = "".join(_CAPTION.sub("", w.text) for w in walk.waiting)
        line = walk.waiting[0].line
        tasks.append(ProseTask(requirement, walk.path, said.units, line, said.deadline, said.person, _number(walk)))
        walk.waiting = []
    elif (
        tasks
        and text.line - tasks[-1].line <= 12
        and walk.path in (tasks[-1].path, (*tasks[-1].path, tasks[-1].requirement))
    ):
        tasks[-1] = _more(tasks[-1], said)
    elif walk.levels and said.units:
        *above, (level, title) = walk.levels
        walk.leave(level)
        walk.section = _Section(level, title, tuple(t for _, t in above), said, text.line, _number(walk))


def _more(task: ProseTask, said: Fields) -> ProseTask:
    both = Fields(task.units, task.deadline, task.person).more(said)
    return replace(task, units=both.units, deadline=both.deadline, person=both.person)


def _heading(line: str, text: SourceText, walk: _Walk) -> str:
    """Note a heading; what follows it on the line is returned as body ("" for a heading alone)."""
    level = level_of(line)
    if text.level and not level and len(line) <= _LONGEST_HEADING and not first_bracket(line):
        if not is_title(line):  # numbered by Word itself: the style tells the depth
            walk.put(text.level, _name(line))
        return ""
    if not level and not text.level:
        return line
    level = level or text.level
    plain = without_numeral(line)
    if _opens_section(plain, level, text, walk):
        return ""
    if not first_bracket(line) and len(plain) <= _LONGEST_HEADING and not re.search(r"[。；;]\S", plain):
        if level <= 2 or not plain.endswith(("。", "；", ";")):
            walk.put(level, _name(plain))
            return ""
        walk.levels = [(n, t) for n, t in walk.levels if n < level]
        return plain
    sentence = re.match(r"[^。：:]{2,45}?(?:。|(?<=[\u4e00-\u9fff])[：:](?!\s*$))", plain)
    if sentence and not any(mark in sentence.group() for mark in OPENING[:2]) and len(plain) > sentence.end():
        rest = plain[sentence.end() :].strip()
        if rest and whole_bracket(rest) is None and not is_statement(rest):
            walk.put(level, _name(sentence.group()))
            return rest
    walk.levels = [(n, t) for n, t in walk.levels if n < level]
    return plain


def _opens_section(plain: str, level: int, text: SourceText, walk: _Walk) -> bool:
    """一、深化主动公开（责任单位：…）: a short heading closed by its bracket. What it means depends on what follows."""
    found = first_bracket(plain)
    if found is None or (plain[found.end :].strip(" 　。；;") and whole_bracket(plain[found.start :]) is None):
        return False
    title = plain[: found.start].strip()
    if not 2 <= len(title) <= _LONGEST_HEADING or re.search(r"[。；;]", title):
        return False
    said = whole_bracket(plain[found.start :]) or found.fields
    above = tuple(t for n, t in walk.levels if n < level)
    walk.put(level, _name(title))
    walk.section = _Section(level, _name(title), above, said, text.line, _number(walk))
    return True


def _name(text: str) -> str:
    return squeeze(text).rstrip("。：:；;")


def _clauses(body: str, path: tuple[str, ...], line: int) -> Iterator[ProseTask]:
    """One task per bracket; neighbouring brackets (牵头单位…)(配合单位…) belong to one."""
    start = 0
    pending: ProseTask | None = None
    first = True
    for bracket in brackets(body):
        said = bracket.fields
        clause = without_numeral(body[start : bracket.start].strip(" 　\t\n").lstrip("。；;，,、")).rstrip("，,、：: ")
        if not clause and pending is not None:
            pending = _more(pending, said)
            start = bracket.end
            continue
        if not said.units and not said.person and not _followed(body, bracket.end):
            continue  # a date alone names nobody
        start = bracket.end
        if pending is not None:
            yield pending
        requirement = clause or (path[-1] if path else "")
        pending = ProseTask(
            requirement,
            path if clause else path[:-1],
            said.units,
            line,
            said.deadline,
            said.person,
            None,
            first,
            0,
            said.listed,
        )
        first = False
    if pending is not None and pending.requirement:
        yield pending


def _followed(body: str, at: int) -> bool:
    """Another bracket stands right behind this one."""
    rest = body[at:].lstrip(" 　\t")
    return bool(rest) and rest[0] in OPENING and first_bracket(rest) is not None


def split_cell(text: str) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """A table cell that carries its units in brackets: (requirement, units, deadline) for each bracket."""
    return [(t.requirement, t.units, t.deadline) for t in _clauses(text, (), 0)]
