"""Placing the cells of a ragged row under the columns of its table.

Rows lose trailing blanks, lose their leading cells and shift left, or have one category cell over two columns
(catalogue M7 to M10). The placement that suits the contents best wins; the printed order is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.plan.words.kinds import CATEGORY, LEAD, REQUIREMENT, SERIAL, UNIT_ROLES, fit, like_marks, like_units
from toolkit.plan.words.labels import level_of, once

_GAP = {
    CATEGORY: -0.15,
    SERIAL: -0.35,
    REQUIREMENT: -1.2,
    LEAD: -0.4,
}  # an unfilled column before or between cells; an unfilled tail costs nothing
_DROP_BLANK = -0.4  # a blank cell without a column
_DROP_TEXT = -6.0
_NEXT_LINE = -1.0
_STYLE = 0.3
_ASTRAY = -1.6  # a cell that suits its column so badly stands in another
_STRAIGHT = 1.0  # bonus for the row read as printed


@dataclass(frozen=True)
class Manner:
    """How a table came out of its merged cells.

    `upper`: where merged cells are printed as blanks, one label too few behind a serial is the upper level over two columns
    (M9); where they are left out, it is the lower one under a merged upper level. `styles`: the numbering level (一、=1) of
    the labels of each column, 0 without one of its own. `shifts`: rows that lost their leading cells have blanks at their end.
    """

    upper: bool = True
    styles: tuple[int, ...] = ()
    shifts: bool = False


def place(cells: Sequence[str], roles: Sequence[str], manner: Manner = Manner()) -> tuple[int | None, ...]:
    """For each cell its column, or None for a cell beyond the columns. `len(result) == len(cells)`."""
    return _place(tuple(once(c)[0] for c in cells), tuple(roles), manner)[1]


def suits(cells: Sequence[str], roles: Sequence[str]) -> float:
    """How well the contents of a row suit the columns where they suit best."""
    return _place(tuple(once(c)[0] for c in cells), tuple(roles), Manner())[0]


@lru_cache(maxsize=16384)
def _place(cells: tuple[str, ...], roles: tuple[str, ...], manner: Manner) -> tuple[float, tuple[int | None, ...]]:
    n, width = len(cells), len(roles)
    straight = _straight(cells, roles)
    if n == width and fit(cells[-1], roles[-1]) > 0 and fit(cells[0], roles[0]) > -1:
        return straight + _STRAIGHT, tuple(range(n))  # nothing was lost: its last column is filled
    bounded = (
        n == width and not cells[0].strip() and cells[-1].strip()
    )  # from the blank cell in front to its last column
    if bounded and all(fit(c, r) > _ASTRAY for c, r in zip(cells, roles, strict=True)):
        return straight + _STRAIGHT, tuple(range(n))
    # a row may have lost its leading cells (M7), unless it prints blank ones before its text
    need = roles.index(REQUIREMENT) if REQUIREMENT in roles else 1
    last = max((k for k, c in enumerate(cells) if c.strip()), default=0)
    shifted = n == width and all(c.strip() for c in cells[: max(1, min(need, last))]) and not cells[-1].strip()
    least, bonus = (-0.15, 0.3) if shifted else (_ASTRAY, _STRAIGHT)
    if n == width and straight >= 0 and all(fit(c, r) > least for c, r in zip(cells, roles, strict=True)):
        return straight + bonus, tuple(range(n))
    if n > 40 or width > 40:
        return -9.0, tuple(k if k < width else None for k in range(n))
    if shifted and manner.shifts and not cells[need].strip():
        return _lost(cells[: last + 1], n, roles, manner)
    best, found = _search(cells, roles, manner)
    if n == width and straight + bonus >= best:
        return straight + bonus, tuple(range(n))
    return best, found


def _lost(
    filled: tuple[str, ...], n: int, roles: tuple[str, ...], manner: Manner
) -> tuple[float, tuple[int | None, ...]]:
    """A row of a table that shifts its rows left, with nothing under its requirement: the filled cells alone say where they
    belong, the blank ones follow."""
    score, found = _search(filled, roles, manner)
    after = max((spot for spot in found if spot is not None), default=-1) + 1
    rest = [after + k if after + k < len(roles) else None for k in range(n - len(filled))]
    return score, (*found, *rest)


def _straight(cells: tuple[str, ...], roles: tuple[str, ...]) -> float:
    return sum(fit(c, r) for c, r in zip(cells, roles, strict=False)) + _DROP_TEXT * max(0, len(cells) - len(roles))


def _search(cells: tuple[str, ...], roles: tuple[str, ...], manner: Manner) -> tuple[float, tuple[int | None, ...]]:
    """Best monotone placement. state[j] = (score, placement so far) with the first j columns dealt with."""
    # One category cell too few: behind a printed serial it is the upper level over two columns (M9), in a row that
    # lost its leading cells it is the lower one (M7: align from the right).
    width = len(roles)
    numbered = bool(cells) and SERIAL in roles and fit(cells[0], SERIAL) > 0
    early = manner.upper and numbered
    lean = 0.002 if early else -0.002  # decides between labels that fit equally well
    gaps = [_GAP.get(role, -0.3) + lean * c for c, role in enumerate(roles)]
    state: list[tuple[float, tuple[int | None, ...]]] = [(0.0, ())]
    for j in range(width):
        state.append((state[j][0] + gaps[j], ()))
    for k, cell in enumerate(cells):
        drop = _DROP_TEXT if cell.strip() else _DROP_BLANK
        fresh: list[tuple[float, tuple[int | None, ...]]] = [(state[0][0] + drop, (*state[0][1], None))]
        for j in range(1, width + 1):
            suited = fit(cell, roles[j - 1]) + _styled(cell, j - 1, manner.styles)
            put = (state[j - 1][0] + suited, (*state[j - 1][1], j - 1))
            left = (state[j][0] + drop, (*state[j][1], None))
            skip = (fresh[j - 1][0] + gaps[j - 1], fresh[j - 1][1])
            choices = [skip, put, left] if early else [put, left, skip]
            if len(cells) > width and k and roles[j - 1] in UNIT_ROLES and _both_units(cells[k - 1], cell):
                choices.append(_with_next_line(state[j], j - 1, suited))
            fresh.append(max(choices, key=lambda entry: entry[0]))
        state = fresh
    need = roles.index(REQUIREMENT) + 1 if numbered and REQUIREMENT in roles else 0
    return _cheapest_tail(state, need)


def _both_units(before: str, cell: str) -> bool:
    return all(like_units(text) and not like_marks(text) for text in (before, cell))


def _with_next_line(
    before: tuple[float, tuple[int | None, ...]], column: int, suited: float
) -> tuple[float, tuple[int | None, ...]]:
    """Units on the second line of their cell came out as a cell of their own: the row has a cell too many."""
    if before[1][-1:] != (column,):
        return float("-inf"), before[1]
    return before[0] + suited + _NEXT_LINE, (*before[1], column)


def _styled(cell: str, column: int, styles: tuple[int, ...]) -> float:
    """A label numbered as those of one column are (三、) belongs there, whatever level its place would say."""
    level = level_of(cell) if styles else 0
    if not level or level not in styles:
        return 0.0
    return _STYLE if styles[column] == level else -_STYLE


def _cheapest_tail(
    state: list[tuple[float, tuple[int | None, ...]]], need: int
) -> tuple[float, tuple[int | None, ...]]:
    """The best end: columns after the last cell may stay empty at no cost, so any state may be the end; but a numbered row
    has a requirement, in the first `need` columns."""
    ends = [(score + (_GAP[REQUIREMENT] if j < need else 0.0), placed) for j, (score, placed) in enumerate(state)]
    return max(ends, key=lambda entry: entry[0])
