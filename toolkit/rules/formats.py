"""The number formats that TEXT accepts: a constant format becomes a function once, when the rule is compiled."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date

from toolkit.rules.values import day_of, number_text, rounded

EXAMPLES = '"0"、"0.00"、"#,##0"、"#,##0.00"、"0%"、"0.00%"、"000"、"yyyy-mm-dd"、"yyyy年m月d日"、"yyyymmdd"'

_NUMERIC = re.compile(r"(?P<group>#,##)?(?P<whole>0+|#)(?:\.(?P<part>0+))?(?P<percent>%)?")
_DAY_PART = re.compile(r"yyyy|yy|mmmm|mm?|dd?|[-/.年月日\s]|\"[^\"]*\"")
_PADDED = {"yyyy": 4, "mm": 2, "dd": 2}


def formatter(pattern: str) -> Callable[[float], str] | None:
    """The function that writes a number by a format, None for a format that is not supported."""
    if pattern.lower() in ("general", "@", "g/通用格式"):
        return number_text
    if m := _NUMERIC.fullmatch(pattern):
        whole = 0 if m["whole"] == "#" else len(m["whole"])
        return _numeric(whole, len(m["part"] or ""), bool(m["group"]), bool(m["percent"]))
    parts = _DAY_PART.findall(pattern.lower())
    if "".join(parts) == pattern.lower() and any(p[0] in "ymd" for p in parts) and "mmmm" not in parts:
        return lambda number: "".join(_day_part(p, day_of(number)) for p in parts)
    return None


def _numeric(whole: int, places: int, group: bool, percent: bool) -> Callable[[float], str]:
    def write(number: float) -> str:
        value = rounded(number * 100 if percent else number, places)
        digits, _, part = f"{abs(value):.{places}f}".partition(".")
        digits = digits.lstrip("0").rjust(whole, "0")
        if group:
            digits = f"{int(digits or 0):,}" if len(digits) < 4000 else digits
        sign = "-" if value < 0 and not math.isclose(value, 0) else ""
        return f"{sign}{digits}{'.' if places else ''}{part}{'%' if percent else ''}"

    return write


def _day_part(part: str, day: date) -> str:
    match part[0]:
        case "y":
            return f"{day.year:04d}" if part == "yyyy" else f"{day.year % 100:02d}"
        case "m":
            return str(day.month).rjust(_PADDED.get(part, 1), "0")
        case "d":
            return str(day.day).rjust(_PADDED.get(part, 1), "0")
        case '"':
            return part[1:-1]
        case _:
            return part
