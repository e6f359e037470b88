"""Prose plans: one task per bracket （责任单位：…）, its clause as requirement, the headings above as path.

A bracket counts when it names a role (责任单位：…) or when its whole content says who does it (市司法局牵头，各部门配合).
Lines that begin with 责任单位： close the paragraph before them in the same way. A bracket behind a heading speaks for the
whole section: each numbered item below it that names nobody is a task of its own, plain paragraphs together are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from toolkit.plan.document_head import is_title
from toolkit.plan.parts import SourceText
from toolkit.plan.prose.brackets import (
    OPENING,
    Fields,
    bracket_behind,
    doers_of_heading,
    first_bracket,
    first_clause,
    is_statement,
    only_units,
    statement,
    tail_in_brackets,
    time_behind,
    whole_bracket,
)
from toolkit.plan.prose.clauses import ProseTask, as_above, clauses, with_more
from toolkit.plan.prose.headings import LONGEST_HEADING, heading_alone, heading_sentence, name_of, named_items
from toolkit.plan.prose.lines import doers_behind, whole_lines, without_bullet
from toolkit.plan.prose.walk import Section, Walk, forgotten, in_time, parted
from toolkit.plan.words.labels import bare, enumerates, level_of, numeral_of, without_markup, without_numeral
from toolkit.plan.words.marks import ends_text, speaks_of_contact

_DATE_LAST = re.compile(r"\s*(?:19|20)\d\d年\d{1,2}月\d{1,2}日\s*\Z")
_CAPTION = re.compile(
    r"^(?:(?:工作|任务|主要|具体|重点|目标)(?:任务|内容|要求|措施|举措)|任务\s*[一二三四五六七八九十\d]{0,3}|内容|要求|措施|任务目标)\s*[:：]\s*(?=\S)"
)


@dataclass(frozen=True)
class Prose:
    """What running text holds: tasks in its order, the number of narrative paragraphs, and those that stand among the tasks
    without being one."""

    tasks: tuple[ProseTask, ...]
    narrative: int = 0
    left: tuple[SourceText, ...] = ()
    numbered: int = 0  # items with a number, whether they name somebody or not


def prose_of(texts: Sequence[SourceText]) -> Prose:
    """Tasks of running text, and what was left."""
    whole = [replace(t, text=line) for t in whole_lines(texts) if (line := without_markup(t.text).strip())]
    lines = doers_behind([replace(t, text=without_bullet(t.text)) for t in whole])
    prose = _walked(lines)
    return prose if prose.tasks or not (named := _labelled(lines)) else _walked(named)


def _labelled(lines: Sequence[SourceText]) -> list[SourceText]:
    """The lines with a label before those that are nothing but units: one behind each of several items, or several headings
    (一、区财政局). [] without such."""
    at = {
        k
        for k, (above, text) in enumerate(pairwise(lines), 1)
        if level_of(above.text) >= 2 and not level_of(text.text) and only_units(text.text)
    }
    named = [replace(t, text=f"责任单位：{t.text}") if k in at else t for k, t in enumerate(lines)]
    if len(at) >= 2:
        return named
    heads = {k for k, t in enumerate(lines) if 1 <= level_of(t.text) <= 2 and only_units(without_numeral(t.text))}
    named = [
        replace(t, text=f"{t.text}（责任单位：{without_numeral(t.text)}）") if k in heads else t
        for k, t in enumerate(lines)
    ]
    return named if len(heads) >= 2 else []


def _walked(lines: list[SourceText]) -> Prose:
    walk = Walk(named_items(lines))
    for k, text in enumerate(lines):
        following = lines[k + 1].text if k + 1 < len(lines) else ""
        if _is_end(text.text, following, walk):
            walk.end()
        else:
            _take(text.text, text, walk)
    walk.settle()
    walk.leave(0)
    numbered = sum(level_of(t.text) > 0 and len(t.text) > 12 for t in lines)
    if not walk.tasks:
        return Prose(tuple(_running(_by_unit(lines))), walk.narrative, (), numbered)
    parted(walk)
    lost, left = forgotten(walk)
    tasks = _running(as_above([in_time(t, walk) for t in sorted([*walk.tasks, *lost], key=lambda t: t.line)]))
    return Prose(tuple(tasks), walk.narrative, tuple(left), numbered)


def _is_end(line: str, following: str, walk: Walk) -> bool:
    """附件：, 抄送：, the imprint, a signature above its date; below it the enclosures by number. Never a line with a bracket."""
    if first_bracket(line) is not None or (is_title(line) and not walk.ended):
        return False
    if ends_text(line) or (_signs(line) and ends_text(following)):
        return True
    return walk.ended and level_of(line) >= 3 and heading_alone(without_numeral(line), 3)


def _signs(line: str) -> bool:
    """An organ's name and nothing else; 责任单位：… is no signature, whatever stands below it."""
    return len(line) <= 40 and not level_of(line) and not is_statement(line) and only_units(line)


def _by_unit(texts: Sequence[SourceText]) -> list[ProseTask]:
    """A list sorted by doer (区财政局：负责…): where nothing else tells who does what, and at least three lines are so."""
    found: list[ProseTask] = []
    for text in texts:
        line = text.text
        who, mark, what = without_numeral(line).partition("：" if "：" in line else ":")
        if mark and 3 <= len(who) <= 80 and len(what.strip()) >= 6 and only_units(who):
            number = numeral_of(line)
            no = str(number) if number else None
            units = (("responsible", who.strip()),)
            found.append(ProseTask(what.strip(), (), units, text.line, no=no, listed=True))
    return found if len(found) >= 3 else []


def _take(line: str, text: SourceText, walk: Walk) -> None:
    if walk.ended and not walk.tasks and is_title(line):
        walk.ended = False  # below the notice's signature the plan itself begins
        return
    if is_statement(line):
        above = [title for level, title in walk.levels[-1:] if level <= 2]  # a heading over contacts, no item of a list
        if not walk.ended and not any(map(speaks_of_contact, (*above, *(t.text for t in walk.waiting[-1:])))):
            _close(statement(line), text, walk)
        return
    line = tail_in_brackets(line)
    level = 0 if enumerates(first_clause(line)) else level_of(line)
    before = walk.path
    if level or text.level:
        walk.ended = False
        walk.leave(level or text.level)
        walk.number = numeral_of(line) if level == 3 else None
    elif walk.ended and first_bracket(line) is None:
        walk.root.texts += [text] if walk.item is None else []  # below the notice's signature, above the first heading
        return
    body = _heading(line, level, text, walk)
    if level or text.level:
        walk.open_item(level or text.level, text.line)
        if walk.section is not None and walk.section.line == text.line:
            walk.gave()
    if walk.path != before or not body or 1 <= level <= 2:
        walk.settle()
        walk.waiting, walk.said = [], Fields()
    if body:
        _take_body(body, text, level, walk)


def _take_body(body: str, text: SourceText, level: int, walk: Walk) -> None:
    line = text.line
    body = bracket_behind(body) if level else body
    if not level and body[0] in OPENING and walk.waiting:
        ahead = _last_item(walk.waiting)  # the bracket that opens a line closes what stands before it
        body, line = "".join(t.text for t in ahead) + body, ahead[0].line
        walk.gave(*ahead)
        walk.waiting = []
    found, rest = clauses(body, walk.path, line)
    if not found:
        walk.body(SourceText(body, text.line, level), bool(level))
        return
    if found[0].path != walk.path and not level and walk.tasks and walk.tasks[-1].path == walk.path:
        first = found.pop(
            0
        )  # …（牵头单位：…）⏎（配合单位：…）: the bracket at the head of a line goes on with the task above
        walk.tasks[-1] = with_more(walk.tasks[-1], Fields(first.units, first.deadline, first.person))
    only = len(found) == 1 and not any(t.path == walk.path for t in walk.tasks[-1:])
    ahead = [t for t in walk.waiting if not t.text.endswith(("：", ":"))]  # 重点做好以下工作： introduces
    whole = only and bool(walk.levels) and walk.section is None and _one_text(ahead, level)
    walk.last = (len(walk.tasks), ahead) if whole else None
    walk.tasks += [replace(t, no=walk.no) for t in found]
    walk.gave()
    if whole and level and walk.item is not None and walk.item.above is not None:
        walk.item.above.done = True  # the parts of one enumeration: the item above it is the task
    walk.waiting = []
    if walk.section is not None:
        walk.section.own = True
    if rest and not _signs(_DATE_LAST.sub("", rest)):
        walk.body(SourceText(rest, text.line), False, rest=True)


def _last_item(waiting: Sequence[SourceText]) -> list[SourceText]:
    """The waiting paragraphs from the last number on; of one enumeration (1.…；2.…。) all."""
    at = len(waiting) - 1
    while at > 0 and not (waiting[at].level and not waiting[at - 1].text.endswith(("；", ";", "：", ":"))):
        at -= 1
    return list(waiting[at:])


def _own(waiting: list[SourceText]) -> list[SourceText]:
    """What a 责任单位： line speaks for: of a single item not what introduced the items, never a title."""
    if len(waiting) > 1 and sum(bool(t.level) for t in waiting) == 1:
        return waiting[next(k for k, t in enumerate(waiting) if t.level) :]
    return [t for t in waiting if not is_title(t.text)] or waiting


def _one_text(waiting: Sequence[SourceText], level: int) -> bool:
    """Paragraphs that a bracket further down can speak for: plain ones, or the parts of one enumeration (1.…；2.…；3.…。)."""
    if level:
        return bool(waiting) and all(t.level == level and t.text.endswith(("；", ";")) for t in waiting)
    return bool(waiting) and not any(t.level for t in waiting)


def _running(tasks: list[ProseTask]) -> list[ProseTask]:
    """Item numbers count as serials only where they run through the whole document; else they restart and say nothing."""
    numbers = [int(t.no) for t in tasks if t.no]
    if len(numbers) >= 3 and len(numbers) == len(tasks) and all(b > a for a, b in pairwise(numbers)):
        return tasks
    return [replace(t, no=None) for t in tasks]


def speaks_of_units(text: str) -> bool:
    """True for a paragraph that says who does its task, or until when its section; what it says of time is theirs alone."""
    if level_of(text) and time_behind(text)[1]:
        return True
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


def _close(said: Fields, text: SourceText, walk: Walk) -> None:
    """A line 责任单位：… ends the paragraphs before it; a second one (完成时限：…) adds to the same task."""
    tasks = walk.tasks
    if walk.waiting and not said.units:
        walk.said = walk.said.more(said)
        return
    if walk.section is not None and walk.section.bodies and walk.section.bodies[-1][1][0].level:
        _close_in_section(said, walk.section, walk)
        return
    said, walk.said = walk.said.more(said), Fields()
    section = walk.section
    if section is not None and not (walk.waiting or section.bodies or section.own) and text.line - section.said_at <= 8:
        section.fields, section.said_at = (
            section.fields.more(said),
            text.line,
        )  # 牵头单位：…⏎责任单位：…⏎ before the text
        return
    if walk.waiting:
        waiting = _own(walk.waiting)
        if sum(bool(t.level) for t in _last_item(waiting)) < sum(bool(t.level) for t in waiting):
            walk.joint.append((len(tasks), waiting))
        requirement = "".join(_CAPTION.sub("", w.text) for w in waiting)
        tasks.append(
            ProseTask(requirement, walk.path, said.units, waiting[0].line, said.deadline, said.person, walk.no)
        )
        walk.gave(*waiting)
        walk.waiting = []
    elif (
        tasks
        and text.line - tasks[-1].line <= 12
        and walk.path in (tasks[-1].path, (*tasks[-1].path, tasks[-1].requirement))
    ):
        tasks[-1] = with_more(tasks[-1], said)
    elif walk.levels and said.units:
        *above, (level, title) = walk.levels
        walk.leave(level)
        walk.section = Section(level, title, tuple(t for _, t in above), said, text.line, walk.no, said_at=text.line)
        walk.gave()


def _close_in_section(said: Fields, section: Section, walk: Walk) -> None:
    """The heading named somebody for all items; a line below one of them speaks for that one."""
    at = len(section.bodies) - 1
    said = section.times.pop(at, Fields()).more(said)
    if not said.units:
        section.times[at] = said
        return
    path, texts = section.bodies.pop()
    requirement = "".join(t.text for t in texts)
    walk.tasks.append(ProseTask(requirement, path, said.units, texts[0].line, said.deadline, said.person, walk.no))
    walk.gave(*texts)
    section.own = True


def _heading(line: str, level: int, text: SourceText, walk: Walk) -> str:
    """Note a heading; what follows it on the line is returned as body ("" for a heading alone)."""
    if text.level and not level and len(line) <= LONGEST_HEADING and not first_bracket(line):
        if not is_title(line):  # numbered by Word itself: the style tells the depth
            walk.put(text.level, name_of(line))
        return ""
    if not level and not text.level:
        return line
    level = level or text.level
    plain = without_numeral(line)
    if _opens_section(plain, level, text, walk):
        return ""
    walk.levels = [(n, t) for n, t in walk.levels if n < level]
    if heading_alone(plain, level):
        plain, until = time_behind(plain)
        if until:
            walk.put(level, name_of(plain))
            walk.times[walk.path] = (until, text.line)
            return ""
        if level <= 2 or not plain.endswith(("。", "；", ";")):
            walk.put(level, name_of(plain))
            return ""
        return plain
    sentence = heading_sentence(plain, level) if text.line in walk.named else ""
    if sentence:
        walk.put(level, name_of(sentence))
        return plain[len(sentence) :].strip()
    return plain


def _opens_section(plain: str, level: int, text: SourceText, walk: Walk) -> bool:
    """一、深化主动公开（责任单位：…）: a short heading closed by its bracket. What it means depends on what follows."""
    found = doers_of_heading(plain)
    if found is None or (plain[found.end :].strip(" 　。；;") and whole_bracket(plain[found.start :]) is None):
        return False
    title = plain[: found.start].strip()
    if not 2 <= len(title) <= LONGEST_HEADING or re.search(r"[。；;]", title):
        return False
    said = whole_bracket(plain[found.start :]) or found.fields
    above = tuple(t for n, t in walk.levels if n < level)
    walk.put(level, name_of(title))
    walk.section = Section(level, name_of(title), above, said, text.line, walk.no)
    return True
