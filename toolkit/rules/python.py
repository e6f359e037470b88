"""The Python back end: a formula becomes closures over the converted operand values, compiled once, called per row.

Semantics are Excel's, guarded by declared type. Evaluation never raises for any data: what Excel would show as an
error value, and operands that are not of their type, give NOT_COMPUTED.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from toolkit.calendar import WorkCalendar
from toolkit.model import Value
from toolkit.rules import calls
from toolkit.rules.formula import parse
from toolkit.rules.guarded import FAULTS, NOT_COMPUTED, Cells, Closure, NotComputed, Result, Run, Slot, guarded
from toolkit.rules.nodes import (
    TYPE_NAMES,
    Block,
    Call,
    Chain,
    Compare,
    FormulaError,
    Literal,
    Node,
    Operand,
    Ref,
    Schema,
    Type,
    Unary,
    is_empty_text,
    operands,
)
from toolkit.rules.operands import converter, sound_type
from toolkit.rules.values import (
    MAX_TEXT,
    Cell,
    Trouble,
    alike,
    canonical,
    day_of,
    divided,
    ordered,
    power,
    settled,
    times,
    to_number,
    to_text,
    to_truth,
    total,
)


@dataclass(frozen=True)
class Compiled:
    """A formula ready to be computed. Call it with one value per operand, in the order of `operands`.

    A value of kind `column` is the tuple of the whole column; hand the same tuple object to all rows of a list, then
    it is converted once. `result_type` is number, text, date (a serial number, see as_date), bool or any.
    """

    text: str
    operands: tuple[Operand, ...]
    result_type: Type
    run: Run = field(repr=False, compare=False)
    """What a call does, without the detour: for those who compute a rule on very many rows."""

    def __call__(self, values: Sequence[Value | tuple[Value, ...]], calendar: WorkCalendar | None = None) -> Result:
        return self.run(values, calendar)


def compile_formula(text: str, schema: Schema) -> Compiled:
    """Any formula: a rule, a score, a due day. Raises FormulaError."""
    node = parse(text, schema)
    needed = tuple(dict.fromkeys(operands(node)))
    compiler = _Compiler(needed)
    run = compiler.result(node)
    return Compiled(text, needed, node.type, guarded(compiler.plan, run))


def compile_rule(text: str, schema: Schema) -> Compiled:
    """A formula that is true or false. Raises FormulaError."""
    compiled = compile_formula(text, schema)
    if compiled.result_type != "bool":
        kind = TYPE_NAMES[compiled.result_type]
        raise FormulaError(f"规则的结果应为真或假（如比较、AND、OR），现在的结果是{kind}。")
    return compiled


def as_date(result: object) -> date | None:
    """The day of a serial result; None for NOT_COMPUTED, blank (0) and what is no day."""
    if isinstance(result, bool) or not isinstance(result, int | float):
        return None
    try:
        return day_of(result)
    except (Trouble, *FAULTS):
        return None


def names_used(compiled: Compiled) -> tuple[str, ...]:
    """The single fields a formula looks at, in order of appearance: the cells its finding points at."""
    return tuple(o.name for o in compiled.operands if o.kind == "field")


__all__ = [
    "NOT_COMPUTED",
    "Compiled",
    "NotComputed",
    "Result",
    "Run",
    "as_date",
    "compile_formula",
    "compile_rule",
    "names_used",
]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip

_SLOTS: dict[str, Callable[[int, int], Closure]] = {  # two operands: the commonest comparison, without calls
    "=": lambda i, j: lambda c: c[i] == c[j],
    "<>": lambda i, j: lambda c: c[i] != c[j],
    "<": lambda i, j: lambda c: c[i] < c[j],
    ">": lambda i, j: lambda c: c[i] > c[j],
    "<=": lambda i, j: lambda c: c[i] <= c[j],
    ">=": lambda i, j: lambda c: c[i] >= c[j],
}
_SLOT_AND_VALUE: dict[str, Callable[[int, Any], Closure]] = {
    "=": lambda i, v: lambda c: c[i] == v,
    "<>": lambda i, v: lambda c: c[i] != v,
    "<": lambda i, v: lambda c: c[i] < v,
    ">": lambda i, v: lambda c: c[i] > v,
    "<=": lambda i, v: lambda c: c[i] <= v,
    ">=": lambda i, v: lambda c: c[i] >= v,
}


class _Compiler:
    """Node → closure, by what is wanted of the node: number (days too), text, truth, or a cell of any kind.

    Types were checked by the parser; here they only choose the closure.
    """

    def __init__(self, needed: tuple[Operand, ...]) -> None:
        self.index = {operand: at for at, operand in enumerate(needed)}
        self.plan: list[Slot] = []
        self.slots: dict[tuple[Operand, str], int] = {}

    def slot(self, operand: Operand, mode: str) -> int:
        """Where among the converted values an operand stands in a given mode."""
        key = operand, mode
        if key not in self.slots:
            self.slots[key] = len(self.plan)
            self.plan.append((converter(operand, mode), self.index[operand], sound_type(operand, mode)))
        return self.slots[key]

    def getter(self, wanted: Iterable[Operand], mode: str) -> Closure:
        """Several operands at once, as a tuple."""
        slots = [self.slot(operand, mode) for operand in wanted]
        return itemgetter(*slots) if len(slots) > 1 else lambda c: (c[slots[0]],)

    def result(self, node: Node) -> Closure:
        if isinstance(node, Block) or (isinstance(node, Ref) and node.operand.kind == "column"):
            raise FormulaError("公式的结果应为单个值，不能是一个区块或一整列。")
        match node.type:
            case "number" | "date":
                return self.number(node)
            case "text":
                return self.text(node)
            case "bool":
                return self.truth(node)
            case "any":
                cell = self.cell(node)
                return lambda c: _finished(cell(c))

    # ------------------------------------------------------------ what is wanted

    def number(self, node: Node) -> Closure:
        if node.type == "bool":
            truth = self.truth(node)
            return lambda c: float(truth(c))
        if node.type == "any":
            cell = self.cell(node)
            return lambda c: to_number(cell(c))
        match node:
            case Literal():
                return _constant(node.value)
            case Ref():
                return itemgetter(self.slot(node.operand, "number"))
            case Chain() if node.ops[0] in "+-":
                return self.sum(node)
            case Unary() | Chain():
                rough = self.rough(node)
                return lambda c: canonical(rough(c))
            case _:
                return self.called(node, self.number)

    def rough(self, node: Node) -> Closure:
        """As `number`, but a product keeps all its binary digits while it is part of another product or of a sum:
        1/3*3 is 1."""
        match node:
            case Unary():
                return self.unary(node)
            case Chain() if node.ops[0] in "*/^":
                return self.product(node)
            case Call() if node.name in ("IF", "IFERROR") and node.type == "number":
                return self.called(node, self.rough)
            case _:
                return self.number(node)

    def text(self, node: Node) -> Closure:
        if node.type != "text":
            cell = self.cell(node)
            return lambda c: to_text(cell(c))
        match node:
            case Literal():
                return _constant(node.value)
            case Ref():
                return itemgetter(self.slot(node.operand, "text"))
            case Chain():
                return self.concatenation(node)
            case _:
                return self.called(node, self.text)

    def truth(self, node: Node) -> Closure:
        if node.type == "any":
            cell = self.cell(node)
            return lambda c: to_truth(cell(c))
        if node.type != "bool":
            number = self.number(node)
            return lambda c: number(c) != 0
        match node:
            case Literal():
                return _constant(node.value)
            case Compare():
                return self.comparison(node)
            case _:
                return self.called(node, self.truth)

    def cell(self, node: Node) -> Closure:
        """The value as it stands: a blank field is None, a mark for nothing stays a text."""
        if isinstance(node, Ref):
            return itemgetter(self.slot(node.operand, "cell"))
        if isinstance(node, Call) and node.name in ("IF", "IFERROR"):
            return self.called(node, self.cell)
        match node.type:
            case "text":
                return self.text(node)
            case "bool":
                return self.truth(node)
            case _:
                return self.number(node)

    def called(self, node: Node, wanted: Callable[[Node], Closure]) -> Closure:
        assert isinstance(node, Call)
        return calls.compiled(node, self, wanted)

    # ------------------------------------------------------------ operators

    def unary(self, node: Unary) -> Closure:
        number = self.rough(node.item)
        match node.op:
            case "-":
                return lambda c: 0.0 - number(c)  # never minus zero
            case "%":
                return lambda c: number(c) / 100
            case _:
                return number

    def sum(self, node: Chain) -> Closure:
        plain = all(isinstance(item, Ref) and item.type in ("number", "date") for item in node.items)
        if len(node.items) > 2 and plain and set(node.ops) == {"+"}:
            get = self.getter((item.operand for item in node.items if isinstance(item, Ref)), "number")
            return lambda c: total(get(c))
        terms = [self.rough(item) for item in node.items]
        if len(terms) == 2:
            return _plus(*terms) if node.ops[0] == "+" else _minus(*terms)
        signed = list(zip((1.0, *(1.0 if op == "+" else -1.0 for op in node.ops)), terms, strict=True))
        return lambda c: total([sign * term(c) for sign, term in signed])

    def product(self, node: Chain) -> Closure:
        steps = [(_STEPS[op], self.rough(item)) for op, item in zip(node.ops, node.items[1:], strict=True)]
        first = self.rough(node.items[0])

        def run(c: Cells) -> float:
            result: float = first(c)
            for step, term in steps:
                result = step(result, term(c))
            return result

        return run

    def concatenation(self, node: Chain) -> Closure:
        parts = [self.text(item) for item in node.items]

        def run(c: Cells) -> str:
            result = "".join([part(c) for part in parts])
            if len(result) > MAX_TEXT:
                raise Trouble
            return result

        return run

    def comparison(self, node: Compare) -> Closure:
        left, right = node.left, node.right
        for side, other in ((left, right), (right, left)):
            if is_empty_text(side) and isinstance(other, Ref):
                return self.blank(other, node.op == "=")
        kinds = {left.type, right.type}
        if kinds <= {"number", "date"}:
            return self.compared(node, "number", self.number)
        if kinds == {"text"}:
            return self.compared(node, "lower", self.lower)
        if kinds == {"bool"}:
            return self.compared(node, "", self.truth)
        f, g = self.cell(left), self.cell(right)
        if node.op == "=":
            return lambda c: alike(f(c), g(c))
        if node.op == "<>":
            return lambda c: not alike(f(c), g(c))
        compare = _ORDER[node.op]
        return lambda c: compare(*ordered(f(c), g(c)))

    def compared(self, node: Compare, mode: str, wanted: Callable[[Node], Closure]) -> Closure:
        """Both sides are of one kind, known beforehand."""
        left, right, compare = node.left, node.right, _ORDER[node.op]
        value = wanted(right)([]) if isinstance(right, Literal) else None
        if isinstance(left, Ref) and left.type != "any":
            at = self.slot(left.operand, mode)
            if isinstance(right, Ref):
                return _SLOTS[node.op](at, self.slot(right.operand, mode))
            if value is not None:
                return _SLOT_AND_VALUE[node.op](at, value)
        f, g = wanted(left), wanted(right)
        return lambda c: compare(f(c), g(c))

    def blank(self, node: Ref, wanted: bool) -> Closure:
        """x="" and x<>"" look at the cell itself: a number field is not taken as 0 first. No day is 0."""
        mode, empty = {"text": ("text", ""), "date": ("number", 0.0)}.get(node.type, ("cell", None))
        return _SLOT_AND_VALUE["=" if wanted else "<>"](self.slot(node.operand, mode), empty)

    def lower(self, node: Node) -> Closure:
        if isinstance(node, Ref):
            return itemgetter(self.slot(node.operand, "lower"))
        if isinstance(node, Literal):
            return _constant(str(node.value).lower())
        text = self.text(node)
        return lambda c: text(c).lower()


_STEPS: dict[str, Callable[[float, float], float]] = {
    "*": times, "/": divided, "^": power,
}  # fmt: skip


def _constant(value: float | str | bool) -> Closure:
    return lambda c: value


def _plus(f: Closure, g: Closure) -> Closure:
    def run(c: Cells) -> float:
        a, b = f(c), g(c)
        result: float = a + b
        return result if result.is_integer() else settled(result, (a, b))

    return run


def _minus(f: Closure, g: Closure) -> Closure:
    def run(c: Cells) -> float:
        a, b = f(c), g(c)
        result: float = a - b
        return result if result.is_integer() else settled(result, (a, b))

    return run


def _finished(cell: Cell) -> float | str | bool:
    """A result of any kind: a blank field shows as 0, as in a sheet."""
    if cell is None:
        return 0.0
    return str(cell) if isinstance(cell, str) else cell
