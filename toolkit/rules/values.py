"""Values inside a computation: canonical floats, texts, truth, days as serial numbers, and how one becomes another.

Every number that is compared, rounded, shown or added up is canonical: the float nearest to a decimal of at most 15
significant digits. Then 0.1+0.2 equals 0.3, sums of money compare equal, and a comparison is the plain one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from functools import lru_cache

from toolkit.model import NOTHING_MARKS

MAX_TEXT = 32_767  # a cell of Excel holds no more characters
FIRST_SERIAL, LAST_SERIAL = 61, 2_958_465  # 1900-03-01 (before it Excel and LibreOffice differ by a day) to 9999-12-31
_EPOCH = date(1899, 12, 30).toordinal()
_WIDE_CONTEXT = Context(prec=400)
_TENS = tuple(10.0**n for n in range(7))


class Trouble(Exception):
    """An Excel error value (#DIV/0!, #VALUE!, #NUM! …) or an operand that is not of its declared type."""


class Mark(str):
    """What stands in a number cell to say "nothing" (/, —, 无): a text that counts as 0."""

    __slots__ = ()


Cell = float | str | bool | None
"""A value before it is known what is wanted of it; None is a blank cell, a Mark counts as 0."""


# ---------------------------------------------------------------- numbers


def canonical(number: float) -> float:
    """The number to 15 significant digits; raises Trouble when it is none."""
    if number.is_integer():
        return number + 0.0  # no minus zero
    if number - number != 0:  # infinite, or not a number
        raise Trouble
    return float(f"{number:.15g}")


def settled(total: float, terms: Iterable[float]) -> float:
    """A sum to 15 significant digits of its largest term, so that what should cancel out does."""
    if total.is_integer():
        return total
    if total - total != 0:
        raise Trouble
    scale = max(abs(total), *map(abs, terms))
    return round(total, 14 - math.floor(math.log10(scale))) + 0.0


def total(terms: Sequence[float]) -> float:
    """The sum of any number of canonical numbers."""
    result = sum(terms, 0.0)
    if result.is_integer():
        return result
    if result - result != 0:
        raise Trouble
    return settled(math.fsum(terms), terms)


def rounded(number: float, digits: float, how: str = ROUND_HALF_UP) -> float:
    """Rounding of the decimal that people see: half away from zero, up (away from) or down (towards zero)."""
    places = math.trunc(digits)
    if number == 0 or (places >= 0 and number.is_integer()):
        return number
    if 0 <= places < len(_TENS) and round(number * (ten := _TENS[places])) / ten == number:
        return number  # the float of a decimal that has no more places than that
    if places > 330:
        return number
    if places < -310:
        if how == ROUND_UP:
            raise Trouble
        return 0.0
    return canonical(float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), how, _WIDE_CONTEXT)))


def rounded_up(number: float, digits: float) -> float:
    return rounded(number, digits, ROUND_UP)


def rounded_down(number: float, digits: float) -> float:
    return rounded(number, digits, ROUND_DOWN)


def times(a: float, b: float) -> float:
    result = a * b
    if result - result != 0:
        raise Trouble
    return result


def divided(a: float, b: float) -> float:
    if b == 0:
        raise Trouble
    return a / b


def power(a: float, b: float) -> float:
    if a == 0 and b <= 0:
        raise Trouble
    return math.pow(a, b)


def remainder(a: float, b: float) -> float:
    """MOD: the sign of the divisor."""
    if b == 0:
        raise Trouble
    return settled(a - b * math.floor(canonical(a / b)), (a, b))


# ---------------------------------------------------------------- days


def serial(day: date) -> float:
    number = day.toordinal() - _EPOCH
    if number < FIRST_SERIAL:
        raise Trouble
    return float(number)


@lru_cache(maxsize=4096)  # the days of a list are few
def day_of(number: float) -> date:
    """The day of a serial number; raises Trouble outside 1900-03-01 … 9999-12-31 (a blank day is 0)."""
    whole = math.floor(number)
    if not FIRST_SERIAL <= whole <= LAST_SERIAL:
        raise Trouble
    return date.fromordinal(whole + _EPOCH)


@lru_cache(maxsize=4096)
def month_day(year: int, month: int, day: int) -> float:
    """DATE: months and days beyond their range carry over, as far as LibreOffice follows."""
    if not (1900 <= year <= 9999 and abs(month) < 32_768 and abs(day) < 32_768):
        raise Trouble
    months = year * 12 + month - 1
    if not 1900 <= months // 12 <= 9999:
        raise Trouble
    number = date(months // 12, months % 12 + 1, 1).toordinal() - _EPOCH + day - 1
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Trouble
    return float(number)


# ---------------------------------------------------------------- from one kind to another


def to_number(cell: Cell) -> float:
    if isinstance(cell, float):
        return cell
    if cell is None or isinstance(cell, Mark):
        return 0.0
    if isinstance(cell, bool):
        return float(cell)
    raise Trouble


def to_text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return number_text(cell)


def to_truth(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        return cell != 0
    if cell is None or isinstance(cell, Mark):
        return False
    raise Trouble


def number_text(number: float) -> str:
    """A number as Excel's General writes it into a text."""
    if number == 0:
        return "0"
    text = f"{number:.15g}"
    if "e" not in text:
        return text
    digits, exponent = text.split("e")
    if -10 < int(exponent) < 0:
        return format(Decimal(text), "f")
    return f"{digits}E{'-' if exponent[0] == '-' else '+'}{abs(int(exponent)):02d}"


def is_nothing(value: object) -> bool:
    """Blank, or a mark for nothing."""
    return value is None or (isinstance(value, str) and (value in NOTHING_MARKS or value.strip() in NOTHING_MARKS))


# ---------------------------------------------------------------- comparison of what is known only now


def alike(a: Cell, b: Cell) -> bool:
    """Excel's = : letters without case; a blank equals 0, "" and FALSE; different kinds are never equal."""
    if a is None or b is None:
        other = a if b is None else b
        return other is None or other is False or other == "" or other == 0.0
    if isinstance(a, Mark) and isinstance(b, float):
        return b == 0
    if isinstance(b, Mark) and isinstance(a, float):
        return a == 0
    if isinstance(a, str) and isinstance(b, str):
        return a.lower() == b.lower()
    return type(a) is type(b) and a == b


def ordered(a: Cell, b: Cell) -> tuple[float, float]:
    """Two values as numbers for < and >; texts and truths have no order here."""
    if isinstance(a, bool) or isinstance(b, bool):
        raise Trouble
    return to_number(a), to_number(b)
