"""Cells as a program prints them that knows no merged cells: one text in every cell of a row, NaN for a blank one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from toolkit.plan.parts import SourceCell, SourceTable
from toolkit.plan.words.kinds import like_marks, serial
from toolkit.plan.words.labels import squeeze

_BLANK = re.compile(r"\s*(?:nan|none|null|<na>|nat|#n/a|unnamed:\s*\d+(?:_level_\d+)?)\s*\Z", re.IGNORECASE)
_FLOAT = re.compile(r"\d{1,4}\.0\Z")
_LEAST = 3  # cells that say the same


def merged_again(table: SourceTable) -> SourceTable:
    """Blank cells blank, and a text that fills its row as one cell over the whole width."""
    rows = table.rows
    numbers = [row[0].text.strip() for row in rows if row and re.match(r"\s*\d", row[0].text)]
    if len(numbers) >= 2 and all(map(_FLOAT.match, numbers)):
        rows = tuple(_without_point(row) for row in rows)
    return replace(table, rows=tuple(_row(row) for row in rows))


def _without_point(row: tuple[SourceCell, ...]) -> tuple[SourceCell, ...]:
    """A serial that was counted as a measured number, because cells of its column are blank (1.0)."""
    if not row or not _FLOAT.match(row[0].text.strip()):
        return row
    return (replace(row[0], text=row[0].text.strip().removesuffix(".0")), *row[1:])


def _row(row: Sequence[SourceCell]) -> tuple[SourceCell, ...]:
    cells = tuple(replace(c, text="") if _BLANK.match(c.text) else c for c in row)
    if any(c.continued or c.column_span > 1 for c in cells):
        return cells
    filled = [k for k, c in enumerate(cells) if c.text.strip()]
    text = cells[filled[0]].text if filled else ""
    if len(filled) < _LEAST or len(filled) < len(cells) - 1 or not _says_something(text):
        return cells
    if len({squeeze(cells[k].text) for k in filled}) > 1:
        return cells
    return (SourceCell(text, 1, len(cells)), *(SourceCell("", 1, 1, True) for _ in cells[1:]))


def _says_something(text: str) -> bool:
    return len(squeeze(text)) > 1 and not like_marks(text) and serial(text) is None
