"""Numbers as plans write them: 2, ２, 三, 十五, 二〇二四, 1万, 百分之五十."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

CHINESE = r"[零〇○一二两三四五六七八九十百千]{1,7}"
FIGURE = rf"(?:\d{{1,9}}(?:\.\d{{1,4}})?|{CHINESE})[万亿]?"
"""A number in either script; text should be folded to half width first."""


def number_of(text: str) -> int | float | None:
    """The value of a FIGURE, None where it is none (一一〇 is a row of digits: 110)."""
    body, factor = text.strip(), 1
    if body and body[-1] in _LARGE:
        body, factor = body[:-1], _LARGE[body[-1]]
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", body):
        try:
            value = Decimal(body) * factor
        except InvalidOperation:
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    whole = _chinese(body)
    return None if whole is None else whole * factor


def _chinese(text: str) -> int | None:
    if not text or any(c not in _DIGITS and c not in _STEPS for c in text):
        return None
    if not any(c in _STEPS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _STEPS:
            total += (digit or (1 if c == "十" else 0)) * _STEPS[c]
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit
