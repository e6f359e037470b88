"""Rows of one cell per line where blank cells left their mark: every row has as many cells as the table has columns.

The number of cells from one row to the next says where rows begin, better than contents can; contents say whether it is so.
A row with a cell lost or a cell too many, and a section line between rows, do not put the rows below it out of step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.plan.table.align import place, suits
from toolkit.plan.table.course import BLANK, DAMAGED
from toolkit.plan.table.guess import readings
from toolkit.plan.words.kinds import CATEGORY, MEASURE, OTHER, REQUIREMENT, SERIAL, fit, like_title
from toolkit.plan.words.labels import once

_GAP_INSIDE = -0.6  # a blank line in the middle of a row
_GAP_BEFORE = 0.8
_TITLE = 2.6
_TITLE_INSIDE = -4.0  # a section line where units, times or remarks stand
_REPAIR = {-1: -6.0, 1: -6.0, -2: -9.0}  # cells fewer or more than the row should have
_SHORT_END = -6.0  # the last row lost its blank cells
_LEADING = -0.05  # a blank cell of the heading row, before the first row
_IMPOSSIBLE = -1.5
_ODD = 8  # one row in so many may be out of step, one at least
_DOUBTED = 5  # one row in so many may have a cell that does not suit its column
_LEAST = 2  # whole rows
_TEXTS = (SERIAL, CATEGORY, REQUIREMENT, MEASURE)
_NEVER = float("-inf")


@dataclass(frozen=True)
class Piece:
    """Cells `start` to `end` as one row. `odd`: it has not as many cells as the table has columns; `moved`: it lost its leading
    cells and has blank ones at its end instead."""

    start: int
    end: int
    odd: bool = False
    moved: bool = False

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Cut:
    pieces: tuple[Piece, ...]
    roles: tuple[str, ...]


def even_rows(names: Sequence[str], texts: Sequence[str], gaps: Sequence[int]) -> Cut | None:
    """The cells cut into rows of equal width; None where their number, or what they say, speaks against it."""
    if not any(not t.strip() for t in texts):
        return None  # nothing was merged or left blank: contents and separators tell as much
    plain = [once(t)[0] for t in texts]
    best: tuple[float, Cut] | None = None
    for roles in readings(names, plain):
        if not 3 <= len(roles) <= len(plain) // _LEAST:
            continue
        score, pieces = _cut(plain, gaps, roles)
        if best is None or score > best[0]:
            best = score, Cut(pieces, roles)
    return best[1] if best and _agree(plain, best[1].pieces, best[1].roles) else None


def _cut(texts: Sequence[str], gaps: Sequence[int], roles: tuple[str, ...]) -> tuple[float, tuple[Piece, ...]]:
    size = len(texts)
    best = [_NEVER] * (size + 1)
    back: list[Piece | None] = [None] * (size + 1)
    best[0] = 0.0
    for start in range(size):
        if best[start] == _NEVER:
            continue
        for piece, gain in _pieces(texts, gaps, roles, start, back[start] is None or back[start] == _blank(start)):
            if best[start] + gain > best[piece.end]:
                best[piece.end], back[piece.end] = best[start] + gain, piece
    pieces: list[Piece] = []
    at = size
    while last := back[at]:
        pieces.append(last)
        at = last.start
    return best[size], tuple(reversed(pieces))


def _blank(end: int) -> Piece:
    return Piece(end - 1, end, True)


def _pieces(
    texts: Sequence[str], gaps: Sequence[int], roles: tuple[str, ...], start: int, opening: bool
) -> Iterator[tuple[Piece, float]]:
    """What may follow: a whole row, a section line, a row out of step; before the first row blank cells of the heading."""
    width, left = len(roles), len(texts) - start
    before = _GAP_BEFORE if start and gaps[start] else 0.0
    if opening and not texts[start].strip():
        yield _blank(start + 1), _LEADING
    if like_title(texts[start]):
        yield Piece(start, start + 1), _TITLE + before
    if left >= width:
        yield (
            Piece(start, start + width),
            before + _whole(texts[start : start + width], gaps[start : start + width], roles),
        )
        if _moved(cells := texts[start : start + width], roles):
            yield Piece(start, start + width, moved=True), before + suits(cells, roles)
    for more, cost in _REPAIR.items():
        if left >= width + more > 1:
            end = start + width + more
            parted = cost * sum(1 for gap in gaps[start + 1 : end] if gap)  # rather two rows
            yield Piece(start, end, True), before + cost + parted + suits(texts[start:end], roles)
    if 1 < left < width:
        yield Piece(start, len(texts), left < width - 2), before + _SHORT_END + suits(texts[start:], roles)


def _moved(cells: Sequence[str], roles: Sequence[str]) -> bool:
    """The row suits its columns only when it is shifted right (M7)."""
    shifted = bool(cells[0].strip()) and not cells[-1].strip()
    return shifted and place(cells, roles) != tuple(range(len(roles)))


def _whole(cells: Sequence[str], gaps: Sequence[int], roles: Sequence[str]) -> float:
    parted = sum(_GAP_INSIDE if gap == BLANK else _REPAIR[1] for gap in gaps[1:] if gap in (BLANK, DAMAGED))
    titles = sum(1 for c, r in zip(cells, roles, strict=True) if r not in _TEXTS and like_title(c))
    return parted + titles * _TITLE_INSIDE + sum(fit(c, r) for c, r in zip(cells, roles, strict=True))


def _agree(texts: Sequence[str], pieces: Sequence[Piece], roles: Sequence[str]) -> bool:
    """Hardly a row is out of step, and hardly one has a cell that cannot stand where it stands."""
    rows = [p for p in pieces if p.size == len(roles) and not p.odd]
    if sum(1 for p in rows if p.moved) >= _LEAST:
        return False  # the blank cell at the end of a row would pass for the first one of the next
    odd = sum(1 for p in pieces if p.odd and p.size > 1)
    if len(rows) < _LEAST or odd > max(1, len(rows) // _ODD):
        return False
    doubted = sum(1 for p in rows if not _possible(texts[p.start : p.end], roles))
    return doubted * _DOUBTED <= len(rows)


def _possible(cells: Sequence[str], roles: Sequence[str]) -> bool:
    """Something to do or a label, and no cell that is surely of another column."""
    said = any(c.strip() for c, role in zip(cells, roles, strict=True) if role in (REQUIREMENT, CATEGORY))
    return said and all(
        fit(c, role) > _IMPOSSIBLE for c, role in zip(cells, roles, strict=True) if role != OTHER and c.strip()
    )
