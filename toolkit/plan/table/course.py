"""The course of cells through the columns of a table: which column each cell stands in, and where a new row begins.

One pass of dynamic programming over all cells. A cell goes on to a later column of its row, continues the cell before it,
or begins a new row; contents decide, what the source printed between the cells weighs in (catalogue M7, M8, M10, M12, M14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.table.lines import broken_at, width_of
from toolkit.plan.table.seen import Seen, agrees
from toolkit.plan.words.channels import like_channel
from toolkit.plan.words.kinds import (
    CATEGORY,
    DEADLINE,
    LEAD,
    OTHER,
    REQUIREMENT,
    SERIAL,
    UNIT_ROLES,
    continues_list,
    fit,
    is_same_as_above,
    like_basis,
    like_marks,
    like_title,
    ordinal,
)
from toolkit.plan.words.labels import level_of, numeral_of, once
from toolkit.plan.words.times import says_time

SOFT = 3  # a blank line behind a cell of several lines: it may belong to the cell or part two rows
NONE, BLANK, DAMAGED = 0, 1, 2  # what stands before a cell: nothing, blank lines, a separator that lost its row

_GAP = {CATEGORY: -0.15, SERIAL: -0.6, REQUIREMENT: -2.0, OTHER: -0.1, LEAD: -0.5}  # a column left out of a row:
# of two unit columns the lead is filled first, who supports nobody is rare
_UPPER = -0.08
_ROW = {
    True: {NONE: -3.5, SOFT: -0.8, BLANK: -0.2, DAMAGED: 1.5},
    False: {NONE: -1.5, SOFT: -1.5, BLANK: -1.0, DAMAGED: 1.5},
}
_STAY = {
    True: {NONE: 0.0, SOFT: -0.2, BLANK: -1.8, DAMAGED: -3.0},
    False: {NONE: 0.0, SOFT: 0.0, BLANK: 0.0, DAMAGED: -3.0},
}
ITEMS = 6  # so many texts numbered one after the other are the rows themselves, not a list in a cell
_CHANNELS = 2  # so many cells say 网站 once more: a column of channels, no labels
_CHANNEL = -2.0
_NO_SERIAL = -2.0  # a row without serial where rows have serials
_NEVER = float("-inf")
_DROP_BLANK = -0.4
_FIRST_WHOLE = 0.8  # the first row has all its labels: a merged cell prints its text there


@dataclass(frozen=True)
class Step:
    """Where one cell goes: its column (`width` for a section line, None for a blank cell that has no column)."""

    column: int | None
    fresh: bool  # begins a row
    joined: bool = False  # continues the cell before it


@dataclass(frozen=True)
class Course:
    steps: tuple[Step, ...]
    score: float


def course(
    texts: Sequence[str],
    gaps: Sequence[int],
    roles: Sequence[str],
    loose: bool,
    seen: Sequence[Seen] = (),
) -> Course:
    """The likeliest course. `loose`: a cell may stand on several lines, so neighbours may be one cell.

    `seen` is what a first course showed of the columns.
    """
    marked = any(gap == BLANK for gap in gaps[1:])
    walk = _Walk(tuple(roles), loose, _ROW[marked], _STAY[marked], tuple(seen) or tuple(map(Seen, roles)))
    serials = chain([ordinal(t) for t in texts]) if SERIAL in roles else frozenset()
    items = frozenset() if SERIAL in roles else chain([item_number(t) for t in texts])
    if len(serials) >= ITEMS:
        walk.lead = [cost + (_NO_SERIAL if c > roles.index(SERIAL) else 0.0) for c, cost in enumerate(walk.lead)]
    walk.broken = broken_at(texts) if loose else 0.0
    walk.channels = _channels(texts) if OTHER in roles else frozenset()
    for k, (text, gap) in enumerate(zip(texts, gaps, strict=True)):
        walk.numbered = len(items) >= ITEMS and k in items
        walk.step(text, gap, k in serials)
    return walk.result()


class _Walk:
    """Best score of the cells so far for each column the last one may stand in; backs to find the way again."""

    def __init__(
        self,
        roles: tuple[str, ...],
        loose: bool,
        row: dict[int, float],
        stay: dict[int, float],
        seen: tuple[Seen, ...],
    ) -> None:
        self.roles, self.loose, self.row, self.stay, self.seen = roles, loose, row, stay, seen
        self.width = len(roles)
        self.styles = [column.style for column in seen]
        self.gap = [_gap(roles, c) for c in range(self.width)]
        self.gap_first = [
            g - _FIRST_WHOLE * (loose and role == CATEGORY) for g, role in zip(self.gap, roles, strict=True)
        ]
        self.lead = [sum(self.gap[:c]) for c in range(self.width)]
        self.need = need = roles.index(REQUIREMENT) if REQUIREMENT in roles else -1
        late = [-0.15 if role in UNIT_ROLES or role == DEADLINE else 0.0 for role in roles]
        self.tail = [(-2.0 if a < need else 0.0) + sum(late[a + 1 :]) for a in range(self.width)] + [0.0]
        self.scores: list[float] = []
        self.backs: list[list[tuple[int, bool, bool, bool]]] = []  # (column before, fresh, joined, dropped)
        self.beside = _beside(seen)
        self.before = ""
        self.broken = 0.0  # the width at which the page broke the cells
        self.channels: frozenset[str] = frozenset()  # cells that are surely no labels
        self.numbered = False  # the text carries the serial of its row (3.…)

    def step(self, text: str, gap: int, in_chain: bool) -> None:
        width, scores = self.width, self.scores
        first = not scores
        ends = [s + t for s, t in zip(scores, self.tail, strict=True)] if scores else [0.0]
        best_end = max(ends)
        came_end = ends.index(best_end)
        opening = 0.0 if first else best_end + self.row[gap]
        stay = self.stay[gap]
        emit = [self._emit(text, c, in_chain) for c in range(width)]
        lead = [sum(self.gap_first[:c]) for c in range(width)] if first else self.lead
        fresh_scores = [opening + lead[c] + emit[c] for c in range(width)]
        backs = [(came_end, True, False, False)] * width
        if not first:
            self._go_on(scores, emit, stay, "" if in_chain and gap == NONE else text, fresh_scores, backs)
        fresh_scores.append(opening + self._title(text))
        backs.append((came_end, True, False, False))
        if not first and not text.strip():
            for a in range(width + 1):
                if scores[a] + _DROP_BLANK > fresh_scores[a]:
                    fresh_scores[a], backs[a] = scores[a] + _DROP_BLANK, (a, False, False, True)
        self.scores = fresh_scores
        self.backs.append(backs)
        self.before = text if text.strip() else self.before

    def _go_on(
        self,
        scores: list[float],
        emit: list[float],
        stay: float,
        text: str,
        out: list[float],
        backs: list[tuple[int, bool, bool, bool]],
    ) -> None:
        """The cell in the same row: a later column, or the same cell going on."""
        run, came = _NEVER, 0
        gap = self.gap_first if len(self.backs) <= self.need else self.gap
        for c in range(self.width):
            if c:
                run += gap[c - 1]
                if scores[c - 1] > run:
                    run, came = scores[c - 1], c - 1
                if run + stay + emit[c] > out[c]:
                    out[c], backs[c] = run + stay + emit[c], (came, False, False, False)
            if self.loose:
                whole = scores[c] + stay + self._join(text, c)
                if whole > out[c]:
                    out[c], backs[c] = whole, (c, False, True, False)

    def _emit(self, text: str, column: int, in_chain: bool) -> float:
        role = self.roles[column]
        if role == SERIAL and ordinal(text) is not None and not in_chain:
            return -1.0
        score = fit(text, role)
        if role not in (CATEGORY, SERIAL) and like_title(text):
            score -= 2.5
        if role == REQUIREMENT and self.numbered:
            score += 2.0
        if text in self.channels and role in (CATEGORY, REQUIREMENT):
            score += _CHANNEL
        score += agrees(text, self.seen[column], self.beside[column])
        style = self.styles[column]
        if role == CATEGORY and style and text.strip():
            level = level_of(text)
            score += 0.5 if level == style else (-0.9 if level else 0.0)
        return score

    def _join(self, text: str, column: int) -> float:
        """How well the text continues the cell before it on another line."""
        role = self.roles[column]
        if not text.strip() or role == SERIAL or is_same_as_above(text):
            return _NEVER
        if role in UNIT_ROLES:
            return 1.2 if fit(text, role) > 1 else -2.0
        if role in (CATEGORY, DEADLINE):
            return self._join_short(text, role)
        if self.numbered or like_title(text) or like_title(self.before):
            return -2.0
        if like_marks(text) != like_marks(self.before):
            return -2.0
        if continues_list(self.before, text):
            return 1.6
        if self._foreign(text, role):
            return -2.5
        if self.before.rstrip().endswith(("。", "；", "！")):
            return 0.4 if role == OTHER else -0.2
        if role == OTHER:
            return 1.2 if like_basis(text) else 0.4
        full = self.broken and width_of(self.before) >= self.broken - 3
        return 1.2 if full else (-0.6 if len(self.before) >= 12 else -1.0)

    def _join_short(self, text: str, role: str) -> float:
        """A label or a deadline going on: rare where the page broke no cells, but for a time cut in two (全年，长期 / 坚持)."""
        if level_of(text):
            return -4.0
        if role == DEADLINE and not says_time(text) and says_time(self.before + text):
            return 1.0
        open_ended = self.broken or self.before.rstrip().endswith(("、", "，", "（", "和", "及", "与"))
        return (-1.5 if len(text) < 30 else -3.0) - (0.0 if open_ended else 1.0)

    def _foreign(self, text: str, role: str) -> bool:
        """A deadline or a basis behind a text, where the table has a column for such cells."""
        if role == OTHER:
            return like_basis(self.before) != like_basis(text)
        return (says_time(text) and DEADLINE in self.roles) or (like_basis(text) and OTHER in self.roles)

    def _title(self, text: str) -> float:
        """A section line: a numbered title in a row of its own."""
        return 2.6 if like_title(text) and level_of(text) not in self.styles else _NEVER

    def result(self) -> Course:
        if not self.backs:
            return Course((), 0.0)
        last = max(range(self.width + 1), key=lambda a: self.scores[a] + self.tail[a])
        score = self.scores[last] + self.tail[last]
        steps: list[Step] = []
        at = last
        for backs in reversed(self.backs):
            came, fresh, joined, dropped = backs[at]
            steps.append(Step(None if dropped else at, fresh and not dropped, joined))
            at = came
        steps.reverse()
        return Course(tuple(steps), score)


def _channels(texts: Sequence[str]) -> frozenset[str]:
    """What the cells of a column of channels say; nothing where channels may be labels, each of which stands but once."""
    said = [t for t in texts if like_channel(t)]
    if len(said) - len(set(said)) < _CHANNELS:
        return frozenset()
    return frozenset([*said, *(other for other in ("其他", "其它") if texts.count(other) > 1)])


def _gap(roles: tuple[str, ...], c: int) -> float:
    """What it costs a row to leave the column out; of two labels the upper one is left out, and most of the time."""
    upper = roles[c] == CATEGORY and roles[c + 1 : c + 2] == (CATEGORY,)
    return (_UPPER if upper else _GAP.get(roles[c], -0.3)) - 0.01 * c


def _beside(seen: Sequence[Seen]) -> list[Seen | None]:
    """The column each is weighed against: a category by the requirement, the requirement by the category before it."""
    wanted = next((c for c in seen if c.role == REQUIREMENT), None)
    deepest = next((c for c in reversed(seen) if c.role == CATEGORY and c.lengths), None)
    return [{CATEGORY: wanted, REQUIREMENT: deepest}.get(c.role) for c in seen]


def whole(texts: Sequence[str], gaps: Sequence[int]) -> tuple[list[str], list[int]]:
    """Cells of several lines as one text each; a blank line behind such a cell may belong to it."""
    soft = [SOFT if gap == BLANK and k and "\n" in texts[k - 1] else gap for k, gap in enumerate(gaps)]
    return [once(text)[0] if "\n" in text else text for text in texts], soft


def item_number(text: str) -> int | None:
    """The number of a text that begins with one: 3.…"""
    return numeral_of(text) if text[:1].isdigit() and len(text) > 12 else None


def chain(given: Sequence[int | None]) -> frozenset[int]:
    """Places of the numbers that are serials: the longest run of numbers that goes up by one, gaps and restarts at 1 allowed."""
    numbers = [(k, n) for k, n in enumerate(given) if n is not None]
    best: list[float] = []
    came: list[int] = []
    for i, (_, number) in enumerate(numbers):
        score, back = (0.6 if number == 1 else 0.0), -1
        for j in range(i - 1, max(-1, i - 12), -1):
            step = number - numbers[j][1]
            gain = 2.0 if step == 1 else (1.0 if 1 < step <= 3 else (0.5 if number == 1 or 3 < step < 120 else -1.0))
            if best[j] + gain > score:
                score, back = best[j] + gain, j
        best.append(score)
        came.append(back)
    if not best:
        return frozenset()
    at = max(range(len(best)), key=lambda i: best[i])
    found = set()
    while at >= 0:
        found.add(numbers[at][0])
        at = came[at]
    return frozenset(found)
