"""Formulas of 考核细则: which names they may use, and how a result becomes points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.model import Indicator, Value
from toolkit.scoring.facts import FACTS

if TYPE_CHECKING:
    from toolkit.rules.formula import Schema
    from toolkit.rules.python import Compiled
    from toolkit.scoring.scheme import Scheme

FULL = "分值"
POINTS = "得分."
STAGE_NAMES: Mapping[str, str] = {"总分": "小数", "满分": "小数", "适用满分": "小数"}


def indicator_schema(scheme: Scheme, of: Indicator, extra: Mapping[str, str], labels: Mapping[str, str]) -> Schema:
    """Facts, 分值, and 得分.<编号> of whatever is computed before: its children, and what stands above in the sheet."""
    from toolkit.rules.formula import Schema

    before = []
    for i in scheme.in_order():
        if i.no == of.no:
            break
        before.append(i.no)
    points = {f"{POINTS}{no}": "小数" for no in before}
    return Schema(fields={**FACTS, FULL: "小数", **points, **extra}, labels=labels)


def stage_schema(scheme: Scheme, extra: Mapping[str, str], labels: Mapping[str, str]) -> Schema:
    """Facts, 总分, 满分, 适用满分 and the points of every indicator."""
    from toolkit.rules.formula import Schema

    points = {f"{POINTS}{i.no}": "小数" for i in scheme.indicators}
    return Schema(fields={**FACTS, **STAGE_NAMES, **points, **extra}, labels=labels)


def compute(compiled: Compiled, values: Mapping[str, Value]) -> object:
    """The result, None where a fact is not known for the unit (what is not known is not 0) or nothing comes out."""
    from toolkit.rules.python import NOT_COMPUTED

    if any(o.name not in values or values[o.name] is None for o in compiled.operands):
        return None
    result = compiled([values[o.name] for o in compiled.operands])
    return None if result is NOT_COMPUTED else result


def holds(compiled: Compiled, values: Mapping[str, Value]) -> bool:
    return compute(compiled, values) is True


def to_points(result: object, full: Decimal) -> Decimal | None:
    """A number as an exact decimal of at most ten places; true = full points, false = none; anything else = None."""
    if isinstance(result, bool):
        return full if result else Decimal(0)
    if isinstance(result, int | float):
        return tidy(Decimal(str(round(result, 10))))
    return None


def tidy(number: Decimal) -> Decimal:
    """60, not 60.0 and not 6E+1."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def used(compiled: Compiled, values: Mapping[str, Value]) -> dict[str, Value]:
    """The facts a formula looked at, in order of appearance; 分值 is no fact."""
    return {o.name: values.get(o.name) for o in compiled.operands if o.name != FULL}
