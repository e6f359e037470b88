"""总计 cells: fields with 预填自 = a formula. What they give for given values, in an order in which each is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.forms.form import Field, Form
from toolkit.forms.schema import schema_of
from toolkit.model import Value

if TYPE_CHECKING:
    from toolkit.rules.formula import Schema
    from toolkit.rules.nodes import Node
    from toolkit.rules.python import Compiled


@dataclass(frozen=True)
class Total:
    """One computed field. `reckoned`: the operands on which an operator works; what SUM adds up is not among them."""

    field: Field
    formula: str
    schema: Schema
    compiled: Compiled
    reckoned: frozenset[str]

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True)
class Result:
    """What a formula gives; `failed` where it cannot be computed (an operand that is no number)."""

    value: Value
    failed: bool = False


def formula_of(item: Field) -> str:
    """The formula of a computed field, "" for any other."""
    return item.prefill.lstrip("=＝").strip() if item.prefill.startswith(("=", "＝")) else ""


@dataclass(frozen=True)
class _Key:
    """A form by its digest: equal bytes, equal formulas."""

    digest: str
    list_name: str
    form: Form = field(compare=False)


def totals_of(form: Form, list_name: str = "") -> tuple[Total, ...]:
    """The computed single fields (or columns of a list), those first that others read."""
    key = _Key(form.digest, list_name, form)
    return _remembered(key) if form.digest else _totals(form, list_name)


@lru_cache(maxsize=64)
def _remembered(key: _Key) -> tuple[Total, ...]:
    return _totals(key.form, key.list_name)


def _totals(form: Form, list_name: str) -> tuple[Total, ...]:
    fields = form.fields
    if list_name:
        form_list = form.list(list_name)
        fields = form_list.fields if form_list else ()
    schema = schema_of(form, list_name)
    totals = {f.name: _total(f, text, schema) for f in fields if (text := formula_of(f))}
    ordered: dict[str, Total] = {}

    def take(name: str, above: tuple[str, ...]) -> None:
        if name in ordered or name in above:
            return
        for operand in totals[name].compiled.operands:
            if operand.kind == "field" and operand.name in totals:
                take(operand.name, (*above, name))
        ordered[name] = totals[name]

    for name in totals:
        take(name, ())
    return tuple(ordered.values())


def _total(item: Field, formula: str, schema: Schema) -> Total:
    from toolkit.rules.formula import parse
    from toolkit.rules.python import compile_formula

    return Total(item, formula, schema, compile_formula(formula, schema), frozenset(_reckoned(parse(formula, schema))))


def _reckoned(node: Node) -> Iterator[str]:
    """Operands of + - * / ^ and %."""
    from toolkit.rules.nodes import Chain, Ref, Unary, children

    arithmetic = isinstance(node, Unary) or (isinstance(node, Chain) and node.ops[0] != "&")
    for child in children(node):
        if arithmetic and isinstance(child, Ref):
            yield child.operand.name
        yield from _reckoned(child)


def circular(form: Form, list_name: str = "") -> tuple[str, ...]:
    """Computed fields that depend on themselves: Excel refuses such cells."""
    reads = {t.name: {o.name for o in t.compiled.operands if o.kind == "field"} for t in totals_of(form, list_name)}
    found = []
    for name in reads:
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            for other in reads.get(waiting.pop(), set()) - reached:
                reached.add(other)
                waiting.append(other)
        if name in reached:
            found.append(name)
    return tuple(found)


Given = Value | tuple[Value, ...]
Lookup = Callable[[str, str], Given]
"""(kind of operand, name) → its value, for a list column the tuple of the whole column."""


def compute(totals: Sequence[Total], values: Mapping[str, Value], lookup: Lookup) -> dict[str, Result]:
    """The results by field name, as Excel shows them: SUM passes over texts, other operators fail on them.

    `values`: what the other fields hold; `lookup` answers for every other operand.
    """
    known: dict[str, Value] = dict(values)
    results: dict[str, Result] = {}
    for total in totals:
        operands = [
            known[o.name] if o.kind == "field" and o.name in known else lookup(o.kind, o.name)
            for o in total.compiled.operands
        ]
        upstream = any(o.kind == "field" and o.name in results and results[o.name].failed
                       for o in total.compiled.operands)  # fmt: skip
        results[total.name] = Result(None, True) if upstream else _result(total, operands)
        known[total.name] = results[total.name].value
    return results


def _result(total: Total, operands: Sequence[Given]) -> Result:
    from toolkit.rules.python import NOT_COMPUTED, as_date

    pairs = list(zip(total.compiled.operands, operands, strict=True))
    if any(isinstance(x, str) and x and o.name in total.reckoned for o, x in pairs):
        return Result(None, True)
    got = total.compiled([0 if isinstance(x, str) and o.base == "number" else x for o, x in pairs])
    if got is NOT_COMPUTED:
        return Result(None, True)
    return Result(as_date(got) if total.field.type == "日期" else as_value(got))


def as_value(result: object) -> Value:
    """A formula's result as the product holds values: exact numbers, days, texts; truth as 是 and 否."""
    if isinstance(result, bool):
        return "是" if result else "否"
    if isinstance(result, float):
        number = Decimal(repr(result))
        return int(number) if number == number.to_integral_value() else number
    if isinstance(result, int | Decimal | str | date):
        return result
    return None
