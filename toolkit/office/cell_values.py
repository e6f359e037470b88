"""Stored texts of cells → exact values: numbers, days, escapes, references. Pure, no XML here."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from toolkit.model import RawCell

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[])
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?Z?)?")
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LAST_SERIAL, _LAST_SERIAL_1904 = 2_958_465, 2_957_003  # 31 December 9999


def number_of(stored: str) -> tuple[Decimal, str] | None:
    """A stored number as (value to 15 digits, text as people quote it); None when Excel could not hold it."""
    stored = stored.strip()
    if len(stored) <= 15 and stored.isascii() and stored.isdigit():
        value = Decimal(stored)
        return value, str(value)
    if not _NUMBER.fullmatch(stored):
        return None
    value = _FIFTEEN.create_decimal(stored)
    if not value.is_finite() or value.adjusted() > 307:
        return None
    if value.is_zero() or value.adjusted() < -330:
        return Decimal(0), "0"
    if value.adjusted() <= 20:
        value = value.normalize(_FIFTEEN)
        if value == value.to_integral_value():
            value = Decimal(int(value))
        if value.adjusted() >= -10:
            return value, format(value, "f")
    return value, str(value)


def day_of(serial: Decimal, date1904: bool) -> tuple[date, str] | None:
    """A serial in a day format as (day, text); None where readers disagree or no day is meant (up to serial 60)."""
    first, last = (Decimal(1), _LAST_SERIAL_1904) if date1904 else (Decimal(61), _LAST_SERIAL)
    if not first <= serial < last + 1:
        return None
    whole = int(serial)
    seconds = round((serial - whole) * 86_400)
    day = (_DAY_ZERO_1904 if date1904 else _DAY_ZERO) + timedelta(days=whole)
    if seconds >= 86_400:
        if day == date.max:
            return None
        day, seconds = day + timedelta(days=1), 0
    return day, _with_time(day, seconds)


def iso_day(stored: str) -> tuple[date, str] | None:
    """The content of a `t="d"` cell as (day, text)."""
    m = _ISO.fullmatch(stored.strip())
    if not m:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in m.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return moment.date(), _with_time(moment.date(), hour * 3600 + minute * 60 + second)


def _with_time(day: date, seconds: int) -> str:
    if not seconds:
        return day.isoformat()
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{day.isoformat()} {hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def unescape(text: str) -> str:
    """`_x000D_` and its kind as the characters they stand for; line ends become \\n, lone surrogates U+FFFD."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
        if any("\ud800" <= c <= "\udfff" for c in text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def column_number(letters: str) -> int:
    """A → 1, XFD → 16384; 0 for anything else."""
    number = 0
    if not (1 <= len(letters) <= 3):
        return 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number if number <= MAX_COLUMN else 0


def column_letters(number: int) -> str:
    """1 → A, 16384 → XFD."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """As Excel shows it: D12."""
    return f"{column_letters(column)}{row}"


def position(reference: str) -> tuple[int, int] | None:
    """`D12` (also `$D$12`) as (12, 4); None when it lies outside the sheet or is no reference."""
    m = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", reference)
    if not m:
        return None
    column, row = column_number(m[1]), int(m[2])
    return (row, column) if column and row <= MAX_ROW else None


def area(reference: str) -> tuple[int, int, int, int] | None:
    """`A1:D12` or `A1` as first row, first column, last row, last column (whole columns and rows too); else None."""
    if m := re.fullmatch(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})", reference):
        left, right = column_number(m[1]), column_number(m[2])
        return (1, left, MAX_ROW, right) if left and right else None
    if m := re.fullmatch(r"\$?([1-9][0-9]{0,6}):\$?([1-9][0-9]{0,6})", reference):
        return int(m[1]), 1, int(m[2]), MAX_COLUMN
    first, _, last = reference.partition(":")
    top, bottom = position(first), position(last or first)
    if top is None or bottom is None:
        return None
    return min(top[0], bottom[0]), min(top[1], bottom[1]), max(top[0], bottom[0]), max(top[1], bottom[1])


def text_cell(text: str, formula: bool) -> RawCell:
    return RawCell("s", text, formula=formula)
