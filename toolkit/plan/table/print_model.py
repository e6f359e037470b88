"""Where the lines of a label come to stand when its cell is printed: an estimate of row heights in lines.

Widths of columns are not known, so a few scales are tried; the one under which all labels stand best in their middles is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

Scale = tuple[float, float, float]
SCALES: tuple[Scale, ...] = tuple(itertools.product((0.8, 1.0, 1.2), (0.85, 1.1), (0.0, 0.4)))
"""(width of text columns, width of unit columns: against the usual; space above and below a row, in lines)."""
USUAL = (1.0, 1.0, 0.2)
_SPREAD = 0.7  # lines by which an estimated middle may be off
_MOST = 3.0  # further off makes no difference
_TOP = 0.5  # cost of taking a label as printed at the top of its block instead of in the middle
_BY_ROWS = 0.07  # heights are estimates, so the plain count of rows weighs a little as well
_NARROW = 20


@dataclass(frozen=True)
class LabelRow:
    """What the placing needs of one row: the category cell, the other cells' texts, page and section block."""

    text: str
    others: tuple[tuple[str, int], ...]  # (text, characters per printed line)
    page: int
    block: int


@dataclass(frozen=True)
class Heights:
    """Upper edges of the rows in lines from the top of the table, and the lower edge of the last."""

    edges: tuple[float, ...]


def heights_of(rows: Sequence[LabelRow], scale: Scale) -> Heights:
    texts, units, space = scale
    edges = [0.0]
    for row in rows:
        edges.append(edges[-1] + _lines(row, texts, units) + space)
    return Heights(tuple(edges))


def _lines(row: LabelRow, texts: float, units: float) -> int:
    """Printed lines of a row: the longest of its cells decides. In narrow columns each spaced piece has its line."""
    most = 1
    for text, width in row.others:
        if width > _NARROW:
            most = max(most, -(-len(text.replace(" ", "")) // max(1, round(width * texts))))
        else:
            wide = max(1, round(width * units))
            most = max(most, sum(-(-len(piece) // wide) for piece in text.split()))
    return most


def misfit(heights: Heights, lines: Sequence[int], start: int, end: int) -> float:
    """What it costs that the lines of a label stand on these rows, when the middle of `start` … `end` is the label's."""
    edges = heights.edges
    middle = (edges[start] + edges[end + 1]) / 2 - len(lines) / 2 + 0.5
    off = 0.0
    for k, row in enumerate(lines):
        at = middle + k
        off = max(off, edges[row] - at, at - edges[row + 1])
    off = min(off, _MOST)
    rows = abs((lines[0] + lines[-1]) / 2 - (start + end) / 2)
    cost = off * off / (2 * _SPREAD * _SPREAD) + _BY_ROWS * rows
    if lines[0] == lines[-1] == start:
        return min(cost, _TOP)
    return cost
