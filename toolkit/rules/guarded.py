"""The way into a compiled formula: operands are converted, guarded by their type, and handed to the closure.

Made for very many rows: what a rule costs beside its closure is what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Final
from typing import Literal as Lit

from toolkit.calendar import WorkCalendar
from toolkit.rules.operands import Convert
from toolkit.rules.values import Trouble

Cells = Sequence[Any]
Closure = Callable[[Cells], Any]


class NotComputed(Enum):
    """The type of NOT_COMPUTED; compare with `is`."""

    NOT_COMPUTED = "未计算"


NOT_COMPUTED: Final = NotComputed.NOT_COMPUTED
Result = bool | float | str | Lit[NotComputed.NOT_COMPUTED]
Run = Callable[[Sequence[Any], WorkCalendar | None], Result]

FAULTS = (Trouble, ArithmeticError, ValueError)

Slot = tuple[Convert, int, type | None]
"""How an operand is converted, where among the values it stands, and the type of values that need no conversion."""


def guarded(plan: Sequence[Slot], run: Closure) -> Run:
    """Conversion of all operands, then the computation; the calendar stands behind the cells. Up to three operands,
    the commonest rules, go without a loop."""
    if len(plan) == 1:
        return _guarded_one(*plan[0], run)
    if len(plan) == 2:
        return _guarded_two(*plan[0], *plan[1], run)
    if len(plan) == 3:
        return _guarded_three(plan, run)

    def guarded(values: Sequence[Any], calendar: WorkCalendar | None) -> Result:
        try:
            cells = [x if (x := values[at]).__class__ is sound else convert(x) for convert, at, sound in plan]
            cells.append(calendar)
            result: Result = run(cells)
        except FAULTS:
            return NOT_COMPUTED
        return result

    return guarded


def _guarded_one(convert: Convert, at: int, sound: type | None, run: Closure) -> Run:
    def guarded(values: Sequence[Any], calendar: WorkCalendar | None) -> Result:
        try:
            x = values[at]
            result: Result = run((x if x.__class__ is sound else convert(x), calendar))
        except FAULTS:
            return NOT_COMPUTED
        return result

    return guarded


def _guarded_two(f: Convert, i: int, a: type | None, g: Convert, j: int, b: type | None, run: Closure) -> Run:
    def guarded(values: Sequence[Any], calendar: WorkCalendar | None) -> Result:
        try:
            x, y = values[i], values[j]
            if x.__class__ is not a:
                x = f(x)
            if y.__class__ is not b:
                y = g(y)
            result: Result = run((x, y, calendar))
        except FAULTS:
            return NOT_COMPUTED
        return result

    return guarded


def _guarded_three(plan: Sequence[Slot], run: Closure) -> Run:
    (f, i, a), (g, j, b), (h, k, d) = plan

    def guarded(values: Sequence[Any], calendar: WorkCalendar | None) -> Result:
        try:
            x, y, z = values[i], values[j], values[k]
            if x.__class__ is not a:
                x = f(x)
            if y.__class__ is not b:
                y = g(y)
            if z.__class__ is not d:
                z = h(z)
            result: Result = run((x, y, z, calendar))
        except FAULTS:
            return NOT_COMPUTED
        return result

    return guarded
