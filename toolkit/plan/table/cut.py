"""Rows that a page cut in two: the rest of their cells stands in a row that has nothing of its own. Page numbers in a row alone.

A rest is joined to the row above only where the sentence there has not ended and rows otherwise print what this one lacks;
any other row stays as it is, and is a task or named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from toolkit.plan.table.columns import Columns
from toolkit.plan.table.grid import ABSENT, BLANK, OWN, Grid, GridRow
from toolkit.plan.words.kinds import (
    CATEGORY,
    DEADLINE,
    MEASURE,
    OTHER,
    REQUIREMENT,
    SERIAL,
    UNIT_ROLES,
    like_deadline,
    like_units,
    serial,
)
from toolkit.plan.words.labels import level_of, squeeze

_ENDED = re.compile(r"[。；;！!？?]\s*\Z")
_OPEN = re.compile(r"[、，,：:（(“《〔]\s*\Z")
_CLOSING = re.compile(r"\s*[、，,。；;：:）)”》〕]")
_TIME_OPEN = re.compile(r"[\d第每]\s*\Z")
_TIME_REST = re.compile(r"\s*(?:底?前|日[前内]|个?工作日|个月|[之以]?内)")
_OF_PLACE = re.compile(r"\s*[省市州盟县区旗镇乡各]")  # a name begins
_NAMES = re.compile(r"[、，,；;]")
_TEXTS = (REQUIREMENT, MEASURE)
_USUAL = 0.8  # the share of rows that makes their having serials, or units, the manner of the table
_ENDING = (0.0, 0.6)  # the share of sentences that end with their mark, where rows have serials
_ALWAYS = (0.8, 1.01)  # … and where only blank units tell: those may be merged with the ones above
_LABEL = 16  # characters of a label that a page cut


def mend(grid: Grid) -> None:
    """Rests of rows to their rows, lone page numbers away."""
    if grid.columns is None:
        return
    _drop_page_numbers(grid)
    kept: list[GridRow] = []
    for row in grid.rows:
        if kept and _is_rest(grid, kept[-1], row):
            grid.cut[kept[-1].index] = _seam(kept[-1], row, grid.columns) or grid.cut.get(kept[-1].index, "")
            kept[-1] = _with_rest(kept[-1], row)
        else:
            kept.append(row)
    grid.rows = kept


# ---------------------------------------------------------------- rests


def _is_rest(grid: Grid, above: GridRow, row: GridRow) -> bool:
    columns = grid.columns
    assert columns is not None
    filled = _filled(row)
    if not filled or row.section != above.section or any(row.states[c] not in (OWN, BLANK, ABSENT) for c in _all(row)):
        return False
    if not all(_goes_on(above, row, c, columns.roles[c]) for c in filled):
        return False
    if not any(columns.roles[c] in _TEXTS for c in filled):
        return all(
            columns.roles[c] == DEADLINE for c in filled
        )  # units alone are taken to the row above as rows are read
    others = [r for r in grid.rows if r is not row and r.index != above.index]
    serials = columns.of(SERIAL)
    if serials and _has(above, serials) and _share(others, serials) >= _USUAL:
        return _sentence_open(above, row, others, columns, _ENDING)
    return _lacks(above, row, others, columns) and _sentence_open(above, row, others, columns, _ALWAYS)


def _goes_on(above: GridRow, row: GridRow, c: int, role: str) -> bool:
    """The cell of the row can be the rest of the one above it."""
    upper, lower = above.own(c).strip(), row.texts[c].strip()
    if role == SERIAL or not upper:
        return False
    if role in _TEXTS:
        return not _ENDED.search(upper) and level_of(lower) == 0
    if role in UNIT_ROLES:
        last, first = _NAMES.split(upper)[-1], _NAMES.split(lower)[0]
        if not last.strip() or not first.strip():
            return True
        return not like_units(first) or not (like_units(last) or _OF_PLACE.match(first))
    if role == DEADLINE:
        cut = _TIME_OPEN.search(upper) or _TIME_REST.match(lower) or not like_deadline(upper)
        return bool(cut) and like_deadline(upper + lower)
    if role == CATEGORY:
        return len(squeeze(upper + lower)) <= _LABEL and level_of(lower) == 0
    return role == OTHER


def _lacks(above: GridRow, row: GridRow, others: Sequence[GridRow], columns: Columns) -> bool:
    """Rows print units and time, and so does the row above; this one does not."""
    groups = ([c for c, r in enumerate(columns.roles) if r in UNIT_ROLES], columns.of(DEADLINE))
    own = [group for group in groups if group]
    return bool(own) and all(
        _has(above, group) and not _has(row, group) and _share(others, group) >= _USUAL for group in own
    )


def _sentence_open(
    above: GridRow, row: GridRow, others: Sequence[GridRow], columns: Columns, ending: tuple[float, float]
) -> bool:
    """The sentence above goes on here: it is open, another cell was cut as well, or sentences in this table end with their
    mark; `ending` says how many of them must, where a page is turned and elsewhere."""
    if any(columns.roles[c] in (*UNIT_ROLES, DEADLINE) for c in _filled(row)):
        return True
    least = ending[0] if row.page != above.page else ending[1]
    for c in _filled(row):
        if columns.roles[c] in _TEXTS and not (_OPEN.search(above.own(c)) or _CLOSING.match(row.own(c))):
            texts = [r.own(c) for r in others if r.own(c).strip()]
            if sum(1 for text in texts if _ENDED.search(text)) < least * len(texts):
                return False
    return True


def _with_rest(above: GridRow, row: GridRow) -> GridRow:
    texts, states = list(above.texts), list(above.states)
    for c in _filled(row):
        texts[c], states[c] = f"{texts[c].rstrip()}\n{row.texts[c].strip()}", OWN
    return replace(above, texts=tuple(texts), states=tuple(states))


def _seam(above: GridRow, row: GridRow, columns: Columns) -> str:
    """The words on both sides of the cut."""
    at = next((c for c in _filled(row) if columns.roles[c] in _TEXTS), -1)
    return f"…{squeeze(above.texts[at])[-8:]}{squeeze(row.texts[at])[:8]}…" if at >= 0 else ""


# ---------------------------------------------------------------- page numbers


def _drop_page_numbers(grid: Grid) -> None:
    """A row of nothing but a number out of order is the page's; inside a page it is named all the same."""
    columns = grid.columns
    assert columns is not None
    numbers = [
        next((n for c in columns.of(SERIAL) if (n := serial(row.own(c))) is not None), None) for row in grid.rows
    ]
    lone = [
        _numbered_only(_filled(row), columns)
        and row.states.count(BLANK) + row.states.count(ABSENT) == columns.width - 1
        for row in grid.rows
    ]
    kept: list[GridRow] = []
    for k, row in enumerate(grid.rows):
        n = numbers[k]
        before = next(
            (m for m, alone in zip(numbers[:k][::-1], lone[:k][::-1], strict=True) if m is not None and not alone), None
        )
        after = next(
            (m for m, alone in zip(numbers[k + 1 :], lone[k + 1 :], strict=True) if m is not None and not alone), None
        )
        if not lone[k] or n is None or before is None or before < n < (after if after is not None else n + 1):
            kept.append(row)
        elif k + 1 < len(grid.rows) and grid.rows[k + 1].page == row.page:
            grid.pieced.append((-row.index, row.own(_filled(row)[0])))
    grid.rows = kept


def _numbered_only(filled: Sequence[int], columns: Columns) -> bool:
    return len(filled) == 1 and columns.roles[filled[0]] == SERIAL


# ---------------------------------------------------------------- cells


def _all(row: GridRow) -> range:
    return range(len(row.texts))


def _filled(row: GridRow) -> list[int]:
    return [c for c in _all(row) if row.own(c).strip("\xa0 \t\n\u3000")]


def _has(row: GridRow, columns: Sequence[int]) -> bool:
    return any(row.own(c).strip() for c in columns)


def _share(rows: Sequence[GridRow], columns: Sequence[int]) -> float:
    return sum(1 for row in rows if _has(row, columns)) / len(rows) if rows else 0.0
