"""Which part of a numbered line names the item: a heading alone, a heading sentence before the text, or nothing.

公开预算。按月公开…: whether the first sentence is a name or the first thing to do, the sentence alone does not tell. A sentence
that counts or sets a time is no name; for the others the items of the same depth tell, for a document keeps its manner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from toolkit.plan.deadlines import deadlines_inside
from toolkit.plan.parts import SourceText
from toolkit.plan.prose.brackets import OPENING, first_bracket, is_statement, whole_bracket
from toolkit.plan.targets import targets_inside
from toolkit.plan.words.labels import level_of, squeeze, without_markup, without_numeral

LONGEST_HEADING = 45
_SENTENCE = re.compile(r"[^。：:]{2,45}?(?:。|(?<=[\u4e00-\u9fff])[：:](?!\s*$))")
_COUNTED = re.compile(r"\d+\s*(?:次|场|期|件|篇|条|个|家|项|%|％|日|天|月(?!报))")
_LONGEST_WITH_COMMA = {3: 24, 4: 24}  # （一）聚焦…，深化… may be longer


def name_of(text: str) -> str:
    return squeeze(text).rstrip("。：:；;")


def heading_alone(plain: str, level: int) -> bool:
    """The whole line is a heading (or, for an item, one short sentence that may be all there is to it)."""
    return not first_bracket(plain) and len(plain) <= LONGEST_HEADING and not re.search(r"[。；;]\S", plain)


def heading_sentence(plain: str, level: int) -> str:
    """The first sentence with its full stop, where it may be a name; "" where it cannot."""
    found = _SENTENCE.match(plain)
    if not found or any(mark in found.group() for mark in OPENING[:2]) or len(plain) <= found.end():
        return ""
    rest = plain[found.end() :].strip()
    if not rest or whole_bracket(rest) is not None or is_statement(rest):
        return ""
    bracket = first_bracket(rest) if rest[0] in OPENING else None
    if bracket is not None and bracket.start == 0:
        return ""  # closed by its own bracket: the first of several clauses
    sentence = found.group()
    if "，" in sentence and len(sentence) > _LONGEST_WITH_COMMA.get(level, LONGEST_HEADING):
        return ""
    if _COUNTED.search(sentence) or deadlines_inside(sentence, None) or targets_inside(sentence):
        return ""
    return sentence


def named_items(texts: Iterable[SourceText]) -> frozenset[int]:
    """Line numbers of the items whose first sentence is their name: those whose siblings have one, too."""
    votes: list[tuple[int, int, str | None]] = []
    for text in texts:
        flat = without_markup(text.text).strip()
        if level := level_of(flat):
            votes.append((level, text.line, _vote(without_numeral(flat), level)))
    whole: Counter[tuple[int, bool]] = Counter()
    for level, _, vote in votes:
        whole[level, bool(vote)] += vote is not None
    found: set[int] = set()
    for level, group in _siblings(votes):
        named, bare = sum(bool(v) for _, v in group), sum(v == "" for _, v in group)
        if named + bare < 3 or whole[level, True] * 2 < whole[level, False]:
            named, bare = whole[level, True], whole[level, False]
        for line, vote in group:
            if vote and _is_name(vote, level, named, bare):
                found.add(line)
    return frozenset(found)


def _vote(plain: str, level: int) -> str | None:
    """The sentence that may be a name; "" for a text without one; None where the line is a heading and nothing else."""
    if heading_alone(plain, level) and not plain.endswith(("。", "；", ";")):
        return None
    return heading_sentence(plain, level)


def _siblings(votes: Sequence[tuple[int, int, str | None]]) -> Iterable[tuple[int, list[tuple[int, str | None]]]]:
    """Items of one depth below one heading."""
    keyed: list[tuple[tuple[int, int], int, str | None]] = []
    above: dict[int, int] = {}
    for level, line, vote in votes:
        above = {n: at for n, at in above.items() if n < level}
        keyed.append(((level, max(above.values(), default=0)), line, vote))
        above[level] = line
    for key, group in groupby(sorted(keyed, key=lambda k: k[0]), key=lambda k: k[0]):
        yield key[0], [(line, vote) for _, line, vote in group]


def _is_name(sentence: str, level: int, named: int, bare: int) -> bool:
    if level <= 2:
        return named * 2 >= bare
    if named + bare < 2:
        return "，" not in sentence
    return named >= bare
