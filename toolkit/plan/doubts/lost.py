"""Text between the tasks that went into none of them, and requirements that begin or end inside a sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from toolkit.plan.document_head import is_title
from toolkit.plan.parts import Plan, PlanTask, SourceDocument, SourceTable, SourceText
from toolkit.plan.prose.brackets import brackets, is_statement, tail_in_brackets
from toolkit.plan.prose.lines import whole_lines
from toolkit.plan.words.kinds import like_units
from toolkit.plan.words.labels import level_of, squeeze, without_markup, without_numeral
from toolkit.plan.words.marks import ends_table, is_page_number, is_signing_date

_SENTENCE = re.compile(r"[^。；;！!？?]+[。；;！!？?]?")
_IGNORED = re.compile(r"[\s\u3000\xa0，,。.、；;：:！!？?“”\"'‘’（）()《》〈〉【】\[\]〔〕\-—…·*#]+")
_LEAST = 8  # characters; a shorter rest is a label
_MOST = 12  # findings
_NEAR = 20  # paragraphs behind the heading of a task in which its requirement begins
_ROLE = re.compile(r"(?:责任|牵头|配合|主办|协办|承办|完成|负责)(?:单位|部门|科室|处室|人|时限|时间|领导)?\s*[:：]")


def _key(text: str) -> str:
    return _IGNORED.sub("", without_markup(text))


def lost_between(document: SourceDocument, plan: Plan) -> list[tuple[str, str]]:
    """(lines, words) of each run of text between the first and the last task that no task has."""
    lines = [t.line for t in plan.tasks if not t.place.partition(" ")[2]]  # tasks of running text
    runs = [*_in_prose(document, plan, lines)] if lines else []
    runs += _between_tables(document, plan)
    return [_said(run) for run in runs][:_MOST]


def _said(run: Sequence[tuple[SourceText, str]]) -> tuple[str, str]:
    first, last = run[0][0].line, run[-1][0].line
    where = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
    words = squeeze(run[0][1])
    return f"原文{where}", words if len(words) <= 30 else f"{words[:30]}…"


def _held(plan: Plan) -> str:
    """All that the tasks hold of the text, for comparison."""
    parts: list[str] = []
    for task in plan.tasks:
        units = (*task.units.lead, *task.units.responsible, *task.units.supporting, *task.units.offices)
        parts += [task.requirement, task.measure or "", *task.path, "".join(units), task.deadline.raw]
    return "\n".join(map(_key, parts))


def _in_prose(document: SourceDocument, plan: Plan, lines: Sequence[int]) -> Iterator[list[tuple[SourceText, str]]]:
    texts = whole_lines([b for b in document.blocks if isinstance(b, SourceText)])
    first = next(t for t in plan.tasks if not t.place.partition(" ")[2])
    begin = _heading_line(texts, first, min(lines))
    yield from _runs([t for t in texts if begin <= t.line <= max(lines)], _held(plan))


def _heading_line(texts: Sequence[SourceText], first: PlanTask, line: int) -> int:
    """Where the heading of the first task stands: what follows it is of the plan."""
    labels = [key for name in (*first.path[-1:], first.requirement) if 4 <= len(key := _key(name)) <= 45]
    above = [t.line for t in texts if t.line <= line and any(_key(t.text).find(label) in range(5) for label in labels)]
    return max(above, default=line)


def _between_tables(document: SourceDocument, plan: Plan) -> Iterator[list[tuple[SourceText, str]]]:
    """Sentences between two tables of tasks; titles and headings between them are categories."""
    places = {t.place.partition(" ")[0] for t in plan.tasks if t.place.partition(" ")[2]}
    at = [k for k, b in enumerate(document.blocks) if isinstance(b, SourceTable) and b.place in places]
    held = _held(plan)
    for a, b in pairwise(at):
        between = [t for t in document.blocks[a + 1 : b] if isinstance(t, SourceText)]
        yield from _runs([t for t in whole_lines(between) if re.search(r"[，。；]", t.text)], held)


def _runs(texts: Sequence[SourceText], held: str) -> Iterator[list[tuple[SourceText, str]]]:
    run: list[tuple[SourceText, str]] = []
    for text in texts:
        lost = _lost(text, held)
        if lost:
            run.append((text, lost))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _lost(text: SourceText, held: str) -> str:
    """The first sentence of a paragraph that no task has; "" where nothing is lost."""
    line = without_markup(text.text).strip()
    if text.level or is_statement(line) or ends_table(line) or is_page_number(line) or is_signing_date(line):
        return ""
    if is_title(line) or (level_of(line) and len(line) <= 45 and not re.search(r"[。；]", line)):
        return ""
    plain = _without_brackets(line)
    for sentence in _SENTENCE.findall(without_numeral(plain)):
        words = without_numeral(sentence.strip())
        key = _key(words)
        if len(key) < _LEAST or key in held or _ROLE.search(words) or words.endswith(("：", ":")):
            continue
        parts = [part for p in re.split(r"[：:]", words) if len(part := _key(p)) >= _LEAST]
        if like_units(words) or all(part in held for part in parts):  # a heading and what it says are told apart
            continue
        return words
    return ""


def _without_brackets(line: str) -> str:
    """The line without what it says of who does it; other brackets stay, their marks are not compared."""
    line = tail_in_brackets(line)
    for said in reversed(list(brackets(line))):
        line = f"{line[: said.start]}。{line[said.end :]}"
    return line


# ---------------------------------------------------------------- broken requirements


_MARK_FIRST = re.compile(r"\s*[，。、；：！？）】》”,;:]|\s*(?:的(?=[^确士])|及其|等(?=[^\s待级同距候于]))")
_ENDED = re.compile(r"[。；;！!？?…：:）)】\]〕”’]\s*\Z")
_NUMBER_LAST = re.compile(
    r"(?:第[一二三四五六七八九十\d]{1,3}[章节条项]|[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[①-⑳])[)）]?[.．、]?|[●■◆○□▪•·◦➢—–]+)\Z"
)  # …（责任单位：…）2.
_LONG = 20  # characters; a shorter line without an end is a heading


def broken_requirements(document: SourceDocument, tasks: Sequence[PlanTask]) -> dict[int, str]:
    """Tasks (by position) whose requirement begins in the middle of a sentence, and what shows it."""
    texts = whole_lines([b for b in document.blocks if isinstance(b, SourceText)])
    flat = [re.sub(r"\s", "", without_markup(t.text)) for t in texts]
    lines = [t.line for t in texts]
    found: dict[int, str] = {}
    for k, task in enumerate(tasks):
        start = re.sub(r"\s", "", task.requirement)[:12]
        if not start:
            continue
        if _MARK_FIRST.match(start):
            found[k] = f"以“{start[0]}”开头"
        elif len(_key(start)) < 2:
            found[k] = f"只有“{start}”"
        elif not task.place.partition(" ")[2]:  # of running text: what stands before it can be looked at
            first = bisect_left(lines, task.line)
            at = next((n for n in range(first, min(first + _NEAR, len(flat))) if start in flat[n]), None)
            if at is not None and (before := _unended(flat, at, start)):
                found[k] = f"前面是“…{before[-12:]}”"
    return found


_NUMBERED = re.compile(
    r"(?:(?<![\d一-鿿])|(?<=[。；;！!？?…：:）)】\]〕”’])|\A)(?:第?[一二三四五六七八九十百\d]{1,4}[、.．)）是]|[（(][一二三四五六七八九十百\d]{1,4}[)）][、.．]?|[①-⑳㈠-㈩])\s*\Z"
)
"""The number of the requirement itself, at the start of a paragraph or behind the sentence before it."""


def _unended(flat: Sequence[str], at: int, start: str) -> str:
    """The words right before a requirement where they end no sentence; "" where all is well."""
    ahead = _NUMBER_LAST.sub("", _NUMBERED.sub("", flat[at][: flat[at].index(start)]))
    if not ahead:
        before = flat[at - 1] if at and not ahead else ""
        cut = len(before) >= _LONG and not level_of(before) and not is_title(before) and not is_statement(before)
        return before if cut and before[-1] in "，、" else ""
    return "" if _ENDED.search(ahead) else ahead
