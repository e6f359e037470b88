"""Labels printed in the vertical middle of a merged cell, spread over two or three rows (catalogue M5).

The rows above the label belong to it as well. A block is placed so that its label stands in its middle, measured in
printed lines; page breaks end a block's page part, section lines end the block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.words.labels import level_of, squeeze, without_markup

_BY_LINES, _BY_ROWS = 0.5, 0.6  # printed heights are estimates, so the plain count of rows weighs as well
_LABEL_WIDTH = 6  # characters on a line of the category column
_TOP = 1.0  # cost of taking a label as printed at the top of its block instead of in the middle
_NOISE = 3  # a marked-up scrap of at most so many characters beside a label is no label


@dataclass(frozen=True)
class LabelRow:
    """What the placing needs of one row: the category cell, the other cells' texts, page and section block."""

    text: str
    others: tuple[tuple[str, int], ...]  # (text, characters per printed line)
    page: int
    block: int


@dataclass(frozen=True)
class Label:
    """One label with the rows its text is printed on (first, last) and the rows it governs."""

    text: str
    first: int
    last: int
    start: int
    end: int


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
    found, scraps = _collect(rows)
    if not found:
        return [], scraps
    starts = _starts(rows, found, limits)
    labels: list[Label] = []
    for k, (text, first, last) in enumerate(found):
        end = (starts[k + 1] if k + 1 < len(found) else len(rows)) - 1
        same = [r for r in range(starts[k], end + 1) if rows[r].block == rows[first].block]
        labels.append(Label(text, first, last, starts[k], max(same, default=first)))
    return labels, scraps


def _collect(rows: Sequence[LabelRow]) -> tuple[list[tuple[str, int, int]], list[tuple[int, str]]]:
    found: list[tuple[str, int, int]] = []
    scraps: list[tuple[int, str]] = []
    numbered = any(level_of(squeeze(without_markup(row.text))) for row in rows)
    for k, row in enumerate(rows):
        text = squeeze(without_markup(row.text))
        if not text:
            continue
        if without_markup(row.text) != row.text and len(text) <= _NOISE:
            scraps.append((k, text))
            continue
        adjoining = found and found[-1][2] == k - 1 and rows[k - 1].block == row.block
        if adjoining and not level_of(text) and (numbered or _wraps(rows[k - 1].text, text)):
            before, first, _ = found[-1]
            found[-1] = (before + text, first, k)
        else:
            found.append((text, k, k))
    return found, scraps


def _wraps(above: str, text: str) -> bool:
    """Without numerals: a piece as wide as the column and the rest of it below."""
    width = len(squeeze(without_markup(above)))
    return len(text) <= width <= 8


def _starts(rows: Sequence[LabelRow], found: Sequence[tuple[str, int, int]], limits: frozenset[int]) -> list[int]:
    """The first row of each label's block. Blocks of one section share it; the first takes it from its beginning."""
    starts: list[int] = []
    heights = [_height(row) for row in rows]
    k = 0
    while k < len(found):
        same = [j for j in range(k, len(found)) if rows[found[j][1]].block == rows[found[k][1]].block]
        group = [found[j] for j in same]
        block = rows[found[k][1]].block
        inside = [r for r in range(len(rows)) if rows[r].block == block]
        starts += _divide(rows, heights, group, (inside[0], inside[-1]), limits)
        k = same[-1] + 1
    return starts


def _divide(
    rows: Sequence[LabelRow],
    heights: Sequence[float],
    group: Sequence[tuple[str, int, int]],
    block: tuple[int, int],
    limits: frozenset[int],
) -> list[int]:
    """Least total distance between each label's middle and the middle of its block's part on the label's page."""
    first, last = block
    states: dict[int, tuple[float, list[int]]] = {first: (0.0, [first])}
    for k, (text, top, bottom) in enumerate(group):
        is_last = k + 1 == len(group)
        free = [last + 1] if is_last else list(range(bottom + 1, group[k + 1][1] + 1))
        nexts = [n for n in free if n in limits or is_last] or free
        fresh: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, chosen) in states.items():
            for end in nexts:
                total = cost + _distance(rows, heights, (text, top, bottom), start, end)
                if end not in fresh or total < fresh[end][0] - 1e-9:
                    fresh[end] = (total, [*chosen, end])
        states = fresh
    best = min(states.values(), key=lambda s: s[0])
    return best[1][:-1]


def _distance(
    rows: Sequence[LabelRow], heights: Sequence[float], label: tuple[str, int, int], start: int, end: int
) -> float:
    """How far the label stands from the middle of its block's part on its page, in lines and in rows."""
    _, top, bottom = label
    page = rows[top].page
    part = [r for r in range(start, end) if rows[r].page == page]
    if not part or top not in part:
        return 50.0
    if (
        part[0] != start
        and rows[start].block == rows[top].block
        and start > 0
        and rows[start - 1].block == rows[top].block
    ):
        return 50.0  # a cell over two pages prints its label on the first of them
    offset = sum(heights[r] for r in part if r < top)
    lines = abs(offset + _label_middle(rows, heights, top, bottom) - sum(heights[r] for r in part) / 2)
    count = abs((top + bottom) / 2 - (part[0] + part[-1]) / 2)
    away = _BY_LINES * lines + _BY_ROWS * count
    if top == bottom and start == top:
        return min(away, _TOP)
    return away


def _label_middle(rows: Sequence[LabelRow], heights: Sequence[float], top: int, bottom: int) -> float:
    """Where the label's middle is, from the top of its first row: its lines run on across the first row's lower edge."""
    if top == bottom:
        return heights[top] / 2
    lines = [-(-len(squeeze(without_markup(rows[r].text))) // _LABEL_WIDTH) for r in range(top, bottom + 1)]
    return heights[top] - lines[0] + sum(lines) / 2


def _height(row: LabelRow) -> float:
    """Printed lines of a row: the longest of its cells decides. In narrow columns each spaced piece has its line."""
    lines = [1]
    for text, width in row.others:
        if width > 20:
            lines.append(-(-len(text.replace(" ", "")) // width))
        else:
            lines.append(sum(-(-len(piece) // width) for piece in text.split()))
    return float(max(lines))
