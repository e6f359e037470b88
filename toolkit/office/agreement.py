"""When two readings of one sheet agree: the rules, without any reader.

Excluded on purpose: error cells (the second reader returns them as blank) and serials where readers are known to
differ (day formats up to serial 60, times of day). They are findings of their own elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from toolkit.model import RawCell, RawSheet

Grid = Sequence[Sequence[object]]
_CLOSE = 1e-14
_SECOND = timedelta(seconds=1)


def differences(
    sheet: RawSheet, timed: Mapping[tuple[int, int], Decimal], grid: Grid, origin: tuple[int, int]
) -> Iterator[tuple[int, int, str, str]]:
    """(row, column, our text, the other text) where the readings differ, in no promised order.

    `grid` is the second reading, `origin` the row and column (from 1) of its first value; `timed` the cells of ours
    whose format shows a day or a time, with their serials.
    """
    top, left = origin
    height = len(grid)
    matched = 0
    for (row, column), cell in sheet.cells.items():
        other: object = ""
        if 0 <= row - top < height:
            line = grid[row - top]
            if 0 <= column - left < len(line):
                other = line[column - left]
        if not _blank(other):
            matched += 1
        if not agree(cell, timed.get((row, column)), other):
            yield row, column, cell.text, shown(other)
    if matched != sum(not _blank(value) for line in grid for value in line):
        for row, line in enumerate(grid, top):
            for column, value in enumerate(line, left):
                if not _blank(value) and (row, column) not in sheet.cells:
                    yield row, column, "", shown(value)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def agree(cell: RawCell, serial: Decimal | None, other: object) -> bool:
    """True when the second reader's value says the same as our cell."""
    match cell.kind:
        case "n":
            if type(other) is float or type(other) is int:
                return _same_number(cell.number, other)
            return serial is not None and isinstance(other, date | time | timedelta)
        case "s":
            return isinstance(other, str) and (other == cell.text or _settled(other) == _settled(cell.text))
        case "d":
            return isinstance(other, date) and _same_day(cell, other)
        case "b":
            return isinstance(other, bool) and other == bool(cell.number)
        case "f":
            return _blank(other)
        case _:
            return True


def _same_number(number: Decimal | None, other: float) -> bool:
    ours = float(number or 0)
    return ours == other or abs(ours - other) <= _CLOSE * max(abs(ours), abs(other))


def _same_day(cell: RawCell, other: date) -> bool:
    if cell.day is None:
        return False
    ours = datetime.fromisoformat(cell.text)
    theirs = other if isinstance(other, datetime) else datetime(other.year, other.month, other.day)
    return abs(ours - theirs) <= _SECOND


def _settled(text: str) -> str:
    """Line ends, outer white space and unprintable characters do not count as a difference of reading."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(c for c in plain if c >= " " or c == "\n")


def shown(value: object) -> str:
    """The second reading as a person would quote it, cut at 60 characters."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = "空" if _blank(value) else str(value)
    return text if len(text) <= 60 else text[:60] + "…"
