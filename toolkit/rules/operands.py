"""How a value handed in becomes a cell of the computation, guarded by its declared type.

A number field holds a number or a mark for nothing, a date field a day or nothing: anything else makes the whole rule
"not computed" (Trouble), and only the type finding speaks. Each operand is converted once per call and mode.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from toolkit.model import NOTHING_MARKS
from toolkit.rules.nodes import Operand
from toolkit.rules.values import Cell, Mark, Trouble, canonical, is_nothing, number_text, serial, to_text

Convert = Callable[[Any], Any]


def _number(value: object) -> float:
    """As a number: marks for nothing count as 0."""
    if type(value) is int:
        return float(value)
    if value is None or (isinstance(value, str) and (value in NOTHING_MARKS or value.strip() in NOTHING_MARKS)):
        return 0.0
    if isinstance(value, (Decimal, float)):  # a union would be built anew for every cell
        return canonical(float(value))
    raise Trouble


def _number_cell(value: object) -> Cell:
    """As it stands in the cell: blank stays blank, a mark for nothing stays a text."""
    if value is None or value == "":
        return None
    return Mark(value) if isinstance(value, str) and value.strip() in NOTHING_MARKS else _number(value)


_serial = lru_cache(maxsize=4096)(serial)  # the days of a list are few


def _day(value: object) -> float:
    if isinstance(value, date):
        return _serial(value)
    if value is None or value == "":
        return 0.0
    raise Trouble


def _day_cell(value: object) -> Cell:
    return None if value is None or value == "" else _day(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return number_text(_number(value))


def _lower(value: object) -> str:
    if isinstance(value, str):
        return value.lower()
    return _text(value).lower()


def _text_cell(value: object) -> Cell:
    return _text(value) or None


def _any_cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value or None
    return _day(value) if isinstance(value, date) else _number(value)


_SCALARS: dict[tuple[str, str], Convert] = {
    ("number", "number"): _number, ("number", "cell"): _number_cell,
    ("date", "number"): _day, ("date", "cell"): _day_cell,
    ("text", "text"): _text, ("text", "lower"): _lower, ("text", "cell"): _text_cell,
    ("any", "cell"): _any_cell,
}  # fmt: skip


def converter(operand: Operand, mode: str) -> Convert:
    """The conversion of an operand for one use of it.

    Modes of single values: number, text, lower (text without case), cell (a Cell), nothing (is it blank or a mark;
    the only mode without guard). Of whole columns: cells (tuple of Cell), figures (the numbers among them), tally
    (text without case → how often), nothings (how many).
    """
    if operand.kind == "column":
        return _Column(_column_mode(operand, mode))
    if mode == "nothing":
        return is_nothing
    convert = _SCALARS[operand.base, mode]
    unknowable = operand.kind in ("previous", "last_year", "name") and operand.base != "text"
    return _known(convert) if unknowable else convert


def sound_type(operand: Operand, mode: str) -> type | None:
    """The type of values that the conversion would give back as they are, None where there is no such type."""
    return str if operand.base == "text" and mode == "text" and operand.kind != "column" else None


def _known(convert: Convert) -> Convert:
    """A value of another time that nobody knows (None) is no blank: the rule cannot be computed."""

    def guarded(value: object) -> Any:
        if value is None:
            raise Trouble
        return convert(value)

    return guarded


def _column_mode(operand: Operand, mode: str) -> Convert:
    cell = _SCALARS[operand.base, "cell"]
    match mode:
        case "cells":
            return lambda values: tuple(map(cell, values))
        case "figures":
            return lambda values: [c for c in map(cell, values) if isinstance(c, float)]
        case "tally":
            return lambda values: Counter(to_text(c).lower() for c in map(cell, values))
        case _:
            return lambda values: float(sum(map(is_nothing, values)))


class _Column:
    """Row rules see the same column once per row: the last conversion is kept, known by the identity of the tuple.

    The tuple is held, so that its identity cannot pass to another one. A guard's refusal is kept too.
    """

    def __init__(self, convert: Convert) -> None:
        self.convert = convert
        self.last: tuple[object, Any] = (None, None)

    def __call__(self, values: Sequence[object]) -> Any:
        seen, result = self.last
        if seen is not values:
            try:
                result = self.convert(values)
            except (Trouble, ArithmeticError, ValueError):
                result = Trouble
            if isinstance(values, tuple):  # a list may change under our eyes
                self.last = (values, result)
        if result is Trouble:
            raise Trouble
        return result
