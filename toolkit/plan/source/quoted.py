"""Rows copied out of a spreadsheet: a cell of several lines stands between straight quotes, quotes inside it are doubled."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPENS = re.compile(r'(?:^|\t)"(?:[^"\t]|"")*\Z')
_CLOSES = re.compile(r'(?:[^"\t]|"")*"(?=\t|\Z)')
_FAR = 40  # lines of one cell


def quotes_joined(lines: Sequence[str]) -> tuple[list[str], list[int]] | None:
    """Lines with those of one quoted cell joined; where each began, and the end. None where no cell is quoted over lines."""
    whole: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(lines):
        places.append(at)
        line, at = lines[at], at + 1
        while _OPENS.search(line) and (end := _closing(lines, at)):
            line, at = "\n".join([line, *lines[at:end]]), end
        whole.append(line)
    return (whole, [*places, len(lines)]) if len(whole) < len(lines) else None


def _closing(lines: Sequence[str], at: int) -> int:
    """The line behind the one that closes the cell; 0 where none does before another tab."""
    for k in range(at, min(at + _FAR, len(lines))):
        if _CLOSES.match(lines[k]):
            return k + 1
        if "\t" in lines[k]:
            break
    return 0


def unquoted(cell: str) -> str:
    """The text of a quoted cell."""
    inside = cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else ""
    return inside.replace('""', '"') if inside else cell
