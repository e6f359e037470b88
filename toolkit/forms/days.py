"""Days as people write them in Chinese offices. Only a whole, unambiguous day is taken; the year is never supplied."""

from __future__ import annotations

import re
from datetime import date

FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050
"""2000-01-01 and 2099-12-31 as Excel counts days: a plain number outside is no day that a report can mean."""

_DIGITS = dict(zip("〇一二三四五六七八九零○Ｏ", "0123456789000", strict=True))
_CLOCK = r"(?:[T ]*(?:上午|下午)?\d{1,2}(?:[:：时点]\d{1,2}(?:[:：分]\d{1,2}(?:\.\d+)?秒?|分?)?|[时点])?)?"
_WEEKDAY = r"(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
_SIGN = r"[-./／—–~－・·、_]"
_FULL = re.compile(
    rf"(?P<y>\d{{4}})(?:年|{_SIGN})(?P<m>\d{{1,2}})(?:月|{_SIGN})(?P<d>\d{{1,2}})[日号.]?{_WEEKDAY}{_CLOCK}"
)
_EIGHT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})日?")
_NO_YEAR = re.compile(rf"\d{{1,2}}(?:月|{_SIGN})\d{{1,2}}[日号]?")
_NO_DAY = re.compile(rf"\d{{4}}(?:年|{_SIGN})(?:第?[一二三四1-4]季度|\d{{1,2}}月?[份底初]?)")
_ONLY_YEAR = re.compile(r"\d{4}年?")
_SHORT_YEAR = re.compile(rf"\d{{2}}(?:年|{_SIGN})\d{{1,2}}(?:月|{_SIGN})\d{{1,2}}[日号]?")
_FOREIGN = re.compile(rf"\d{{1,2}}{_SIGN}\d{{1,2}}{_SIGN}\d{{4}}")
_CHINESE = re.compile(r"[一二三四五六七八九十廿]+(?=[月日号])")
_YEAR = re.compile(r"[〇零○Ｏ一二三四五六七八九]{4}(?=年)")


class NotADay(Exception):
    """Looks like a date and is none that can be taken; `reason` is ready for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def day_from_text(text: str) -> date | None:
    """The day that a text names; None when it is no date at all.

    Takes half-width digits (full-width ones are folded by the caller). Raises NotADay where year or day is missing,
    where the order cannot be known, or where no such day exists.
    """
    squeezed = _arabic(re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", text.strip()))
    m = _FULL.fullmatch(squeezed) or _EIGHT.fullmatch(squeezed)
    if m is None:
        _refuse(squeezed)
        return None
    try:
        return date(int(m["y"]), int(m["m"]), int(m["d"]))
    except ValueError:
        raise NotADay("没有这一天。") from None


def _refuse(text: str) -> None:
    if _SHORT_YEAR.fullmatch(text):
        raise NotADay("年份请写四位。")
    if _FOREIGN.fullmatch(text):
        raise NotADay("无法判断月和日的先后。")
    if _NO_YEAR.fullmatch(text):
        raise NotADay("缺少年份。")
    if _NO_DAY.fullmatch(text):
        raise NotADay("缺少具体日期。")
    if _ONLY_YEAR.fullmatch(text):
        raise NotADay("缺少月份和日期。")


def _arabic(text: str) -> str:
    """二〇二四年五月二十八日 → 2024年5月28日; other Chinese numerals stay."""
    text = _YEAR.sub(lambda m: "".join(_DIGITS[c] for c in m[0]), text)
    return _CHINESE.sub(lambda m: _small_number(m[0]), text)


def _small_number(numeral: str) -> str:
    """一 … 九十九, 廿一; anything else comes back as it is."""
    numeral = re.sub("^廿", "二十", numeral)
    m = re.fullmatch(r"([一二三四五六七八九])?(十)?([一二三四五六七八九])?", numeral)
    if m is None or (not m[2] and m[1] and m[3]):
        return numeral
    tens = (int(_DIGITS[m[1]]) if m[1] else 1) if m[2] else 0
    ones = int(_DIGITS[m[3]]) if m[3] else (int(_DIGITS[m[1]]) if m[1] and not m[2] else 0)
    return str(tens * 10 + ones)
