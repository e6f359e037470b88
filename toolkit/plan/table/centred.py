"""Labels printed in the vertical middle of a merged cell, spread over two or three rows (catalogue M5).

The rows above the label belong to it as well. Which pieces are one label and which rows it governs is one question, answered
by one pass of dynamic programming: the lines of a label stand in the middle of their block, measured in printed lines
(`print_model`); what the print leaves open within a line, the words decide (`words.likeness`). Page breaks end a block's page part,
section lines end the block.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.table.print_model import SCALES, Heights, LabelRow, Scale, heights_of, misfit
from toolkit.plan.words.labels import level_of, squeeze, without_markup
from toolkit.plan.words.likeness import Likeness

_NOISE = 3  # a marked-up scrap of at most so many characters beside a label is no label
_NEVER = 50.0
_WIDE = range(4, 10)  # characters on a line of a category column
_USUAL = 6
_GOES_ON = re.compile(r"^[和与及、，,；;）)】》”的化性]")
_OPEN_END = re.compile(r"[、，,和与及（(“《]$")
_SAMPLE = 120  # rows are enough to judge the paper by
_MOST_PIECES = 6  # rows a label is spread over
_BY_LABEL, _BY_NEIGHBOUR = 3.0, 1.0


@dataclass(frozen=True)
class Label:
    """One label with the rows its text is printed on (first, last) and the rows it governs."""

    text: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """What one row prints of a label: its row and the lengths of its lines."""

    text: str
    row: int
    lines: tuple[int, ...]


def is_centred(rows: Sequence[LabelRow], uppermost: bool = True) -> bool:
    """Labels in pieces below each other, or the rows before the first label blank, more than once.

    Where the very first row has no label of the `uppermost` level, nothing can be filled from above either.
    """
    pieces = heads = starts = 0
    labels = [squeeze(without_markup(row.text)) for row in rows]
    for k, row in enumerate(rows):
        fresh = k == 0 or rows[k - 1].block != row.block
        starts += fresh and not labels[k] and any(labels[j] for j in range(k, _block_end(rows, k)))
        if labels[k] and level_of(labels[k]):
            heads += 1
            if k + 1 < len(rows) and labels[k + 1] and not level_of(labels[k + 1]):
                pieces += 1
    if heads >= 1 and pieces >= 1 and pieces + starts >= 2:
        return True
    filled = sum(1 for text in labels if text)
    return uppermost and bool(rows) and not labels[0] and starts >= 1 and filled <= len(rows) * 3 // 4


def _block_end(rows: Sequence[LabelRow], start: int) -> int:
    end = start
    while end < len(rows) and rows[end].block == rows[start].block:
        end += 1
    return end


def labels_of(
    rows: Sequence[LabelRow], limits: frozenset[int] = frozenset()
) -> tuple[list[Label], list[tuple[int, str]]]:
    """Labels with their rows, and scraps (row, text) that are no label. `limits`: first rows of the finer labels' blocks,
    where the blocks of these labels must begin as well."""
    width = _column_width(rows)
    pieces, scraps = _pieces(rows, width)
    if not pieces:
        return [], scraps
    words = Likeness([" ".join(text for text, _ in row.others) for row in rows])
    few = rows[:_SAMPLE]
    sample = [piece for piece in pieces if piece.row < len(few)] or pieces

    def placed(rows: Sequence[LabelRow], pieces: Sequence[Piece], scale: Scale) -> tuple[float, list[Label]]:
        return _Placing(rows, pieces, heights_of(rows, scale), words, width, limits).labels()

    scale = min(SCALES, key=lambda scale: placed(few if sample is not pieces else rows, sample, scale)[0])
    return placed(rows, pieces, scale)[1], scraps


# ---------------------------------------------------------------- pieces of labels


def _column_width(rows: Sequence[LabelRow]) -> int:
    """Characters on a full line of the column: the longest line of a label that is printed on several."""
    lengths = [len(line) for row in rows for line in _lines(row.text) if len(_lines(row.text)) > 1]
    lengths += [
        len(squeeze(a.text))
        for a, b in itertools.pairwise(rows)
        if a.text.strip() and b.text.strip() and a.block == b.block and len(_lines(a.text)) == 1
    ]
    fitting = [n for n in lengths if n in _WIDE]
    return max(fitting, default=_USUAL)


def _lines(text: str) -> list[str]:
    """The printed lines of a cell: a space is a wrap; single characters apart (监 管 效 能) are one spread line."""
    spread = re.sub(r"(?<![^\s])(\S) (?=\S(?:\s|\S*$))", r"\1", without_markup(text).strip())
    return [line for line in re.split(r"\s+", spread) if line]


def _pieces(rows: Sequence[LabelRow], width: int) -> tuple[list[Piece], list[tuple[int, str]]]:
    found: list[Piece] = []
    scraps: list[tuple[int, str]] = []
    for k, row in enumerate(rows):
        text = squeeze(without_markup(row.text))
        if not text:
            continue
        if without_markup(row.text) != row.text and len(text) <= _NOISE:
            scraps.append((k, text))
            continue
        lengths: list[int] = []
        for line in _lines(row.text):
            whole, rest = divmod(len(line), width)
            if len(line) <= width + 1:  # a bracket or a mark may hang over
                lengths.append(len(line))
            else:
                lengths += [width] * whole + ([rest] if rest else [])
        found.append(Piece(text, k, tuple(lengths)))
    return found, scraps


# ---------------------------------------------------------------- which rows


class _Placing:
    """The cheapest division of the rows among labels made of neighbouring pieces, section by section."""

    def __init__(
        self,
        rows: Sequence[LabelRow],
        pieces: Sequence[Piece],
        heights: Heights,
        words: Likeness,
        width: int,
        limits: frozenset[int],
    ) -> None:
        self.rows, self.pieces, self.heights, self.words = rows, pieces, heights, words
        self.width, self.limits = width, limits
        self.numbered = sum(1 for p in pieces if level_of(p.text)) * 3 >= len(pieces)

    def labels(self) -> tuple[float, list[Label]]:
        cost = 0.0
        found: list[Label] = []
        at = 0
        while at < len(self.pieces):
            block = self.rows[self.pieces[at].row].block
            end = at
            while end < len(self.pieces) and self.rows[self.pieces[end].row].block == block:
                end += 1
            more, labels = self._section(at, end)
            cost += more
            found += labels
            at = end
        return cost, found

    def _section(self, first: int, end: int) -> tuple[float, list[Label]]:
        """Labels of the pieces `first` … `end` - 1, which share all rows of their section."""
        block = self.rows[self.pieces[first].row].block
        inside = [r for r, row in enumerate(self.rows) if row.block == block]
        top, bottom = inside[0], inside[-1]
        states: dict[int, dict[int, tuple[float, list[Label]]]] = {first: {top: (0.0, [])}}
        for i in range(first, end):
            for start, (cost, labels) in states.get(i, {}).items():
                for j in range(i + 1, min(end, i + _MOST_PIECES) + 1):
                    joined = self._joining(i, j, end)
                    if joined >= _NEVER:
                        break
                    for last in self._ends(i, j, end, bottom):
                        total = cost + joined + self._place(i, j, start, last)
                        slot = states.setdefault(j, {})
                        if last + 1 not in slot or total < slot[last + 1][0] - 1e-9:
                            text = "".join(p.text for p in self.pieces[i:j])
                            label = Label(text, self.pieces[i].row, self.pieces[j - 1].row, start, last)
                            slot[last + 1] = (total, [*labels, label])
        return min(states[end].values(), key=lambda state: state[0])

    def _ends(self, i: int, j: int, end: int, bottom: int) -> list[int]:
        """Rows that the block of the label `i` … `j` - 1 may end with."""
        if j == end:
            return [bottom]
        free = range(self.pieces[j - 1].row, self.pieces[j].row)
        return [r for r in free if r + 1 in self.limits] or list(free)

    def _joining(self, i: int, j: int, end: int) -> float:
        """What it costs that these pieces are one label and the next one another."""
        cost = 0.0
        for a, b in zip(self.pieces[i : j - 1], self.pieces[i + 1 : j], strict=True):
            if b.row != a.row + 1 or level_of(b.text):
                return _NEVER
            cost += self._going_on(a, b)
        if j < end and self.pieces[j].row == self.pieces[j - 1].row + 1:
            cost += self._parting(self.pieces[j - 1], self.pieces[j])
        if len(self.pieces[j - 1].text) <= 2 and j - i == 1:
            cost += 2.0
        return cost

    def _going_on(self, a: Piece, b: Piece) -> float:
        if self.numbered or _GOES_ON.match(b.text) or _OPEN_END.search(a.text):
            return 0.0
        if max(a.lines) > self.width:
            return 1.0
        short = self.width - a.lines[-1]
        return (0.0, 1.0)[short] if 0 <= short < 2 else 3.0

    def _parting(self, a: Piece, b: Piece) -> float:
        if self.numbered:
            return 0.0 if level_of(b.text) else 3.0
        if _GOES_ON.match(b.text) or _OPEN_END.search(a.text):
            return 3.0
        return 1.0 if a.lines[-1] >= self.width else 0.0

    def _place(self, i: int, j: int, start: int, last: int) -> float:
        """How badly the label's lines fit the middle of the block, less what the words say for it."""
        rows = self.rows
        top = self.pieces[i].row
        page = rows[top].page
        part_end = last
        while part_end > start and rows[part_end].page != page and rows[self.pieces[j - 1].row].page == page:
            part_end -= 1  # a label that a page cuts itself stands in the middle of the whole block
        if rows[start].page != page:
            return _NEVER  # a cell over two pages prints its label on the first of them
        lines = [p.row for p in self.pieces[i:j] for _ in p.lines]
        cost = misfit(self.heights, lines, start, part_end)
        text = "".join(p.text for p in self.pieces[i:j])
        said = sum(self.words.of_text(text, r) for r in range(start, last + 1))
        cut = (
            self.words.of_rows(last, last + 1)
            if last + 1 < len(rows) and rows[last + 1].block == rows[last].block
            else 0.0
        )
        return cost - _BY_LABEL * said + _BY_NEIGHBOUR * cut
