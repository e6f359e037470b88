"""Lines that a page broke at the width of their column, joined to cells again, where no mark tells where a cell begins.

A line as wide as its column goes on in the next one, any other ends its cell. Which lines are wide depends on the column,
the column on what the whole cell says: one pass over all lines weighs cells of every length, a second one knows the widths.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.plan.table.course import BLANK, ITEMS, chain
from toolkit.plan.table.lines import width_of
from toolkit.plan.words.kinds import CATEGORY, DEADLINE, REQUIREMENT, SERIAL, UNIT_ROLES, fit, ordinal
from toolkit.plan.words.labels import join_lines, level_of

_SAMPLE = 160  # lines are enough to judge a reading of the heading by
_MOST_LINES = 24  # of one cell
_SHORT_OF = 1.5  # a mark that may not begin a line leaves the one before it so much shorter
_GOES_ON = 0.7  # a full line that goes on, as expected
_LABEL_GOES_ON = 1.3  # two halves of a label fit two columns of labels as well
_FULL_END = -0.9  # the last line of a cell is seldom exactly full
_BROKEN_EARLY = -1.6  # a line ends before its column does, and the cell goes on
_CUT = -2.0  # a line of the greatest width without the end of a sentence, and the cell is said to end
_ENDS = ("。", "；", "！", "）", "”")
_TOO_WIDE = -4.0
_ROW = {True: -0.2, False: -1.5}  # a new row behind a blank line, without one
_NO_SERIAL = -3.0
_SKIP = {CATEGORY: -0.1, SERIAL: -0.6, REQUIREMENT: -2.5, DEADLINE: -0.35}
_NEVER = float("-inf")


@dataclass(frozen=True)
class Cells:
    """Cells as (first line, end), and the score of the whole reading."""

    cells: tuple[tuple[int, int, int], ...]  # first line, end, column
    score: float


def cells_of(lines: Sequence[str], gaps: Sequence[int], readings: Sequence[tuple[str, ...]]) -> list[str]:
    """The lines with those of one cell joined; "" stands for a line that went to the one before it."""
    few = min(len(lines), _SAMPLE)
    scores = [_laid(lines[:few], gaps[:few], roles)[0].score for roles in readings] if len(readings) > 1 else [0.0]
    found, widths = _laid(lines, gaps, readings[scores.index(max(scores))])
    joined = [""] * len(lines)
    for start, end, column in found.cells:
        joined[start] = _text(lines[start:end], widths[column])
    return joined


def _laid(lines: Sequence[str], gaps: Sequence[int], roles: tuple[str, ...]) -> tuple[Cells, tuple[float, ...]]:
    widths: tuple[float, ...] = (0.0,) * len(roles)
    found = _lay(lines, gaps, roles, widths)
    for _ in range(2):
        widths = _widths(lines, found, len(roles))
        found = _lay(lines, gaps, roles, widths)
    return found, widths


def _widths(lines: Sequence[str], found: Cells, count: int) -> tuple[float, ...]:
    """The width of each column: what most of its cells of several lines were broken at; 0.0 where none was."""
    seen: list[Counter[float]] = [Counter() for _ in range(count)]
    for start, end, column in found.cells:
        for line in lines[start : end - 1]:
            seen[column][round(width_of(line))] += 1
    return tuple(counter.most_common(1)[0][0] if counter else 0.0 for counter in seen)


def _text(lines: Sequence[str], width: float) -> str:
    """A cell: full lines run on, a line that ended early stays a line."""
    parts: list[list[str]] = [[]]
    own = max(map(width_of, lines))
    for k, line in enumerate(lines):
        parts[-1].append(line)
        if k + 1 < len(lines) and width_of(line) < (width or own) - _SHORT_OF:
            parts.append([])
    return "\n".join(join_lines(part) for part in parts)


def _lay(lines: Sequence[str], gaps: Sequence[int], roles: tuple[str, ...], widths: Sequence[float]) -> Cells:
    """The best way through lines and columns."""
    numbers = chain([ordinal(line) for line in lines]) if SERIAL in roles else frozenset()
    size, count, top = len(lines), len(roles), max(map(width_of, lines))
    skip = [_SKIP.get(role, -0.3) - 0.01 * c for c, role in enumerate(roles)]
    lead = [sum(skip[:c]) for c in range(count)]
    if len(numbers) >= ITEMS:
        lead = [cost + (_NO_SERIAL if c > roles.index(SERIAL) else 0.0) for c, cost in enumerate(lead)]
    need = roles.index(REQUIREMENT)
    tail = [
        (-2.5 if c < need else 0.0) + sum(-0.15 for r in roles[c + 1 :] if r in UNIT_ROLES or r == DEADLINE)
        for c in range(count)
    ]
    best = [[_NEVER] * count for _ in range(size + 1)]
    back: list[list[tuple[int, int]]] = [[(-1, -1)] * count for _ in range(size + 1)]
    row = _ROW[True] if any(gap == BLANK for gap in gaps[1:]) else _ROW[False]
    for i in range(size):
        starts = _starts(best[i], i, skip, lead, tail, row if gaps[i] or row != _ROW[True] else -3.5)
        for end, texts in _segments(lines, i, numbers, gaps):
            cut = _CUT if width_of(texts[-1]) >= top - 1 and not texts[-1].endswith(_ENDS) else 0.0
            for c, (score, came) in enumerate(starts):
                if score == _NEVER:
                    continue
                total = score + _cell(texts, roles[c], widths[c], i in numbers) + cut
                if total > best[end][c]:
                    best[end][c], back[end][c] = total, (i, came)
    at = max(range(count), key=lambda c: best[size][c] + tail[c])
    score, cells, end = best[size][at] + tail[at], [], size
    while end > 0:
        start, came = back[end][at]
        cells.append((start, end, at))
        end, at = start, came
    return Cells(tuple(reversed(cells)), score)


def _starts(
    before: Sequence[float], i: int, skip: Sequence[float], lead: Sequence[float], tail: Sequence[float], row: float
) -> list[tuple[float, int]]:
    """For each column the best way to begin a cell there, and the column before."""
    if i == 0:
        return [(cost, -1) for cost in lead]
    last = max(range(len(before)), key=lambda c: before[c] + tail[c])
    fresh = before[last] + tail[last] + row
    starts: list[tuple[float, int]] = []
    run, came = _NEVER, -1
    for c, cost in enumerate(lead):
        if c:
            run += skip[c - 1]
            if before[c - 1] > run:
                run, came = before[c - 1], c - 1
        starts.append((run, came) if run > fresh + cost else (fresh + cost, last))
    return starts


def _segments(
    lines: Sequence[str], start: int, numbers: frozenset[int], gaps: Sequence[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Runs of lines that may be one cell: at most one of them ends long before the widest does."""
    early, top = 0, 0.0
    for end in range(start + 1, min(len(lines), start + _MOST_LINES) + 1):
        if end - 1 > start:
            if end - 1 in numbers or gaps[end - 1] or start in numbers:
                return
            early = sum(
                1 for line in lines[start : end - 1] if width_of(line) < max(top, width_of(lines[end - 1])) - _SHORT_OF
            )
        top = max(top, width_of(lines[end - 1]))
        if early > 1 + (end - start) // 4:
            return
        yield end, tuple(lines[start:end])


def _cell(texts: tuple[str, ...], role: str, width: float, in_chain: bool) -> float:
    """How well the lines make one cell of a column."""
    if role == SERIAL:
        return 3.0 if in_chain else -3.0
    sizes = [width_of(t) for t in texts]
    known = width or (max(sizes) if len(texts) > 1 else 0.0)
    score = fit(join_lines(list(texts)), role) - (3.0 if in_chain else 0.0)
    if known and max(sizes) > known + 1.0:
        score += _TOO_WIDE
    for (_, after), size in zip(itertools.pairwise(texts), sizes, strict=False):
        full = size >= known - _SHORT_OF
        score += (
            (_LABEL_GOES_ON if role == CATEGORY else _GOES_ON)
            if full
            else (-0.3 if level_of(after) > 2 else _BROKEN_EARLY)
        )
        if level_of(after) in (1, 2):
            score -= 3.0
    if known and sizes[-1] >= known - 0.5 and len(texts) + bool(width) > 1 and not texts[-1].endswith(_ENDS):
        score += _FULL_END if known > 4 else 0.0
    return score
