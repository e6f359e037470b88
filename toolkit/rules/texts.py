"""The text functions of the rule language. Positions count from 1, results never outgrow a cell of Excel."""

from __future__ import annotations

import math
import re

from toolkit.rules.values import MAX_TEXT, Trouble, canonical


def _count_of(number: float) -> int:
    if number < 0:
        raise Trouble
    return math.trunc(min(number, MAX_TEXT))


def left(text: str, count: float = 1.0) -> str:
    return text[: _count_of(count)]


def right(text: str, count: float = 1.0) -> str:
    wanted = _count_of(count)
    return text[-wanted:] if wanted else ""


def mid(text: str, start: float, count: float) -> str:
    if start < 1:
        raise Trouble
    first = _count_of(start) - 1
    return text[first : first + _count_of(count)]


def trim(text: str) -> str:
    return re.sub(" +", " ", text.strip(" "))


def find(needle: str, text: str, start: float = 1.0) -> float:
    if start < 1:
        raise Trouble
    at = text.find(needle, math.trunc(min(start, MAX_TEXT + 1)) - 1)
    if at < 0:
        raise Trouble
    return float(at + 1)


def search(needle: str, text: str, start: float = 1.0) -> float:
    return find(needle.lower(), text.lower(), start)


def substitute(text: str, old: str, new: str, instance: float = 0.0) -> str:
    if instance and instance < 1:
        raise Trouble
    if not old:
        return text
    if not instance:
        if len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
            raise Trouble
        return text.replace(old, new)
    at = -len(old)
    for _ in range(math.trunc(min(instance, MAX_TEXT))):
        at = text.find(old, at + len(old))
        if at < 0:
            return text
    if len(text) + len(new) > MAX_TEXT:
        raise Trouble
    return text[:at] + new + text[at + len(old) :]


_PLAIN_NUMBER = re.compile(
    r"([+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)(%?)"
)


def value(text: str) -> float:
    m = _PLAIN_NUMBER.fullmatch(text.strip(" "))
    if m is None:
        raise Trouble
    number = float(m[1].replace(",", ""))
    return canonical(number / 100 if m[2] else number)
