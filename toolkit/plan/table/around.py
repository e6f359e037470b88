"""Units and deadlines of merged cells in a table that prints merged cells in their middle (catalogue M5).

A blank cell belongs to a printed one above it or below it; each printed cell stands in the middle of the rows it governs.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.plan.table.print_model import USUAL, Heights, LabelRow, heights_of, misfit

_NEVER = 50.0
_OWN_WAY = 0.4  # a merge that begins inside the block of a label needs a reason


def governors(rows: Sequence[LabelRow], lines: Sequence[int], limits: frozenset[int]) -> list[int | None]:
    """For each row the row whose cell governs it. `lines`: printed lines of each row's own cell, 0 where it is blank;
    `limits`: rows with which the block of a label begins. None in sections where nothing is printed."""
    heights = heights_of(rows, USUAL)
    found: list[int | None] = [None] * len(rows)
    top = 0
    while top < len(rows):
        end = top
        while end < len(rows) and rows[end].block == rows[top].block:
            end += 1
        printed = [r for r in range(top, end) if lines[r]]
        states: dict[int, tuple[float, list[int]]] = {top: (0.0, [])}
        for k, row in enumerate(printed):
            after: dict[int, tuple[float, list[int]]] = {}
            free = range(row + 1, printed[k + 1] + 1) if k + 1 < len(printed) else (end,)
            for start, (cost, ends) in states.items():
                for stop in free:
                    astray = _OWN_WAY if stop not in limits and stop < end and stop - row > 1 else 0.0
                    total = cost + astray + _standing(rows, heights, row, lines[row], (start, stop - 1))
                    if stop not in after or total < after[stop][0] - 1e-9:
                        after[stop] = (total, [*ends, stop])
            states = after
        start = top
        for row, stop in zip(printed, min(states.values())[1], strict=True):
            found[start:stop] = [row] * (stop - start)
            start = stop
        top = end
    return found


def _standing(rows: Sequence[LabelRow], heights: Heights, row: int, lines: int, block: tuple[int, int]) -> float:
    """How badly a cell of so many lines, printed in `row`, stands in the middle of its block's part on the page."""
    start, end = block
    if rows[start].page != rows[row].page:
        return _NEVER  # a cell over two pages is printed on the first of them
    while rows[end].page != rows[row].page:
        end -= 1
    return misfit(heights, [row] * lines, start, end)


def blocks_are_cells(blocks: Sequence[tuple[int, int]], lines: Sequence[int]) -> bool:
    """Whether the cells of a column are merged just as the labels' (first row, row behind the last): printed in the middle
    of each block on neighbouring rows, its edges blank."""
    long = [(a, b) for a, b in blocks if b - a >= 3 and any(lines[a:b])]
    edged = [1 for a, b in long if not lines[a] and not lines[b - 1] and _together(lines[a:b])]
    return len(long) >= 2 and len(edged) * 5 >= len(long) * 4


def _together(lines: Sequence[int]) -> bool:
    filled = [k for k, n in enumerate(lines) if n]
    return filled[-1] - filled[0] == len(filled) - 1
