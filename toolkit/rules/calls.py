"""The functions of the table as closures. Names, arguments and types are checked already (functions.py)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any, Protocol

from toolkit.calendar import WorkCalendar
from toolkit.rules import formats, texts
from toolkit.rules.functions import MAX_DAYS_APART, MAX_MONTHS, MAX_WORKDAYS, Criterion, criterion
from toolkit.rules.nodes import Block, Call, Literal, Node, Operand, Ref
from toolkit.rules.values import (
    Cell,
    Mark,
    Trouble,
    day_of,
    month_day,
    remainder,
    rounded,
    rounded_down,
    rounded_up,
    serial,
    to_text,
    total,
)

Cells = Sequence[Any]
Closure = Callable[[Cells], Any]

_FAULTS = (Trouble, ArithmeticError, ValueError)


class Compiler(Protocol):
    """What this module needs of the compiler in python.py."""

    def number(self, node: Node) -> Closure: ...
    def text(self, node: Node) -> Closure: ...
    def truth(self, node: Node) -> Closure: ...
    def cell(self, node: Node) -> Closure: ...
    def slot(self, operand: Operand, mode: str) -> int: ...
    def getter(self, wanted: Iterable[Operand], mode: str) -> Closure: ...


def compiled(node: Call, compiler: Compiler, wanted: Callable[[Node], Closure]) -> Closure:
    """The closure of a call; `wanted` says what the caller wants of it (only IF and IFERROR hand that on)."""
    if node.name == "IF":
        return _if(node, compiler, wanted)
    if node.name == "IFERROR":
        return _iferror(wanted(node.args[0]), wanted(node.args[1]))
    if node.name in _SIMPLE:
        modes, function = _SIMPLE[node.name]
        return _applied(function, [_MODES[m](compiler, arg) for m, arg in zip(modes, node.args, strict=False)])
    return _BUILDERS[node.name](node, compiler)


# ---------------------------------------------------------------- choices


def _if(node: Call, compiler: Compiler, wanted: Callable[[Node], Closure]) -> Closure:
    if_true, if_false = node.args[1], node.args[2] if len(node.args) == 3 else Literal(False, "bool")
    condition, yes, no = compiler.truth(node.args[0]), wanted(if_true), wanted(if_false)
    if isinstance(if_false, Literal):  # "… else TRUE": the commonest of all, without a call
        otherwise = no(())
        return lambda c: yes(c) if condition(c) else otherwise
    if isinstance(if_true, Literal):
        then = yes(())
        return lambda c: then if condition(c) else no(c)
    return lambda c: yes(c) if condition(c) else no(c)


def _iferror(tried: Closure, otherwise: Closure) -> Closure:
    def run(c: Cells) -> Any:
        try:
            return tried(c)
        except _FAULTS:
            return otherwise(c)

    return run


def _and(node: Call, compiler: Compiler) -> Closure:
    """All parts are computed, as in Excel: an error in any of them is an error of the whole."""
    parts = [compiler.truth(arg) for arg in node.args]
    if len(parts) == 2:
        f, g = parts
        return lambda c: f(c) & g(c)
    if len(parts) == 3:
        f, g, h = parts
        return lambda c: f(c) & g(c) & h(c)
    return lambda c: False not in [part(c) for part in parts]


def _or(node: Call, compiler: Compiler) -> Closure:
    """All parts are computed, see _and."""
    parts = [compiler.truth(arg) for arg in node.args]
    if len(parts) == 2:
        f, g = parts
        return lambda c: f(c) | g(c)
    if len(parts) == 3:
        f, g, h = parts
        return lambda c: f(c) | g(c) | h(c)
    return lambda c: True in [part(c) for part in parts]


# ---------------------------------------------------------------- many cells


def _spread(args: tuple[Node, ...], compiler: Compiler, mode: str, column_mode: str) -> Closure:
    """All arguments as one flat sequence: neighbouring fields and blocks in one grip, columns, computed values."""
    parts: list[Closure] = []  # each gives a sequence
    fields: list[Operand] = []

    def grip() -> None:
        if fields:
            parts.append(compiler.getter(tuple(fields), mode))
            fields.clear()

    for arg in args:
        if isinstance(arg, Ref) and arg.operand.kind == "column":
            grip()
            parts.append(_slot(compiler.slot(arg.operand, column_mode)))
        elif isinstance(arg, Block):
            fields.extend(arg.operands)
        elif isinstance(arg, Ref) and not (mode == "number" and arg.type == "any"):
            fields.append(arg.operand)
        else:
            grip()
            parts.append(_alone(compiler.number(arg) if mode == "number" else compiler.cell(arg)))
    grip()
    if len(parts) == 1:
        return parts[0]
    return lambda c: [x for part in parts for x in part(c)]


def _slot(at: int) -> Closure:
    return itemgetter(at)


def _alone(get: Closure) -> Closure:
    return lambda c: (get(c),)


def _sum(node: Call, compiler: Compiler) -> Closure:
    terms = _spread(node.args, compiler, "number", "figures")
    return lambda c: total(terms(c))


def _extreme(pick: Callable[[list[float]], float]) -> Callable[[Call, Compiler], Closure]:
    """MIN and MAX leave out blank cells and marks; of nothing they are 0."""

    def build(node: Call, compiler: Compiler) -> Closure:
        cells = _spread(node.args, compiler, "cell", "figures")

        def run(c: Cells) -> float:
            numbers = [float(x) for x in map(_figure, cells(c)) if x is not None]
            return pick(numbers) if numbers else 0.0

        return run

    return build


def _figure(cell: Cell) -> float | None:
    if cell is None or isinstance(cell, Mark):
        return None
    if isinstance(cell, str):
        raise Trouble
    return float(cell)


def _counted(counts: Callable[[Cell], bool]) -> Callable[[Call, Compiler], Closure]:
    def build(node: Call, compiler: Compiler) -> Closure:
        cells = _spread(node.args, compiler, "cell", "cells")
        return lambda c: float(sum(map(counts, cells(c))))

    return build


def _whole_numbers(node: Call, compiler: Compiler) -> Closure:
    figures = _spread(node.args, compiler, "number", "figures")
    return lambda c: all(x >= 0 and x.is_integer() for x in figures(c))


def _nothings(node: Call, compiler: Compiler) -> Closure:
    columns = tuple(a for a in node.args if isinstance(a, Ref) and a.operand.kind == "column")
    singles = _spread(tuple(a for a in node.args if a not in columns), compiler, "nothing", "")
    counts = [_slot(compiler.slot(a.operand, "nothings")) for a in columns]
    return lambda c: float(sum(singles(c)) + sum(count(c) for count in counts))


def _occurrences(node: Call, compiler: Compiler) -> Closure:
    column = node.args[0]
    assert isinstance(column, Ref)
    at, wanted = compiler.slot(column.operand, "tally"), compiler.cell(node.args[1])
    return lambda c: float(c[at][to_text(wanted(c)).lower()])


# ---------------------------------------------------------------- criteria


def _test(wanted: Criterion) -> Callable[[Cell], bool]:
    """One cell against a criterion. <> holds for every cell that is not the value, blank ones too."""
    value, op = wanted.value, wanted.op
    if value is None:
        return (lambda x: x is None) if op == "=" else (lambda x: x is not None)
    if isinstance(value, str):
        if op == "=":
            return lambda x: isinstance(x, str) and x.lower() == value
        return lambda x: not (isinstance(x, str) and x.lower() == value)
    match op:
        case "=":
            return lambda x: isinstance(x, float) and x == value
        case "<>":
            return lambda x: not (isinstance(x, float) and x == value)
        case "<":
            return lambda x: isinstance(x, float) and x < value
        case ">":
            return lambda x: isinstance(x, float) and x > value
        case "<=":
            return lambda x: isinstance(x, float) and x <= value
        case _:
            return lambda x: isinstance(x, float) and x >= value


def _matching(ranges: list[Node], criteria: list[Node], compiler: Compiler) -> Closure:
    """A list of truths: the places where every criterion holds."""
    tests = [
        (_spread((cells,), compiler, "cell", "cells"), _test(criterion(wanted, cells)))
        for cells, wanted in zip(ranges, criteria, strict=True)
    ]

    def run(c: Cells) -> list[bool]:
        marks = [[test(x) for x in cells(c)] for cells, test in tests]
        if any(len(m) != len(marks[0]) for m in marks):
            raise Trouble
        return [all(m) for m in zip(*marks, strict=True)]

    return run


def _count_if(node: Call, compiler: Compiler) -> Closure:
    hits = _matching(list(node.args[::2]), list(node.args[1::2]), compiler)
    return lambda c: float(sum(hits(c)))


def _sum_if(node: Call, compiler: Compiler) -> Closure:
    if node.name == "SUMIFS":
        added, pairs = node.args[0], node.args[1:]
    else:
        added, pairs = node.args[-1] if len(node.args) == 3 else node.args[0], node.args[:2]
    hits = _matching(list(pairs[::2]), list(pairs[1::2]), compiler)
    cells = _spread((added,), compiler, "cell", "cells")

    def run(c: Cells) -> float:
        marks, values = hits(c), cells(c)
        if len(marks) != len(values):
            raise Trouble
        return total([x for x, hit in zip(values, marks, strict=True) if hit and isinstance(x, float)])

    return run


# ---------------------------------------------------------------- working days


def _workday(node: Call, compiler: Compiler) -> Closure:
    first, second = compiler.number(node.args[0]), compiler.number(node.args[1])
    between = node.name == "工作日数"

    def run(c: Cells) -> float:
        a, b = first(c), second(c)
        calendar: WorkCalendar | None = c[-1]
        if calendar is None:
            raise Trouble
        if between:
            start, end = day_of(a), day_of(b)
            if abs((end - start).days) > MAX_DAYS_APART:
                raise Trouble
            return float(calendar.workdays_between(start, end))
        if abs(b) > MAX_WORKDAYS:
            raise Trouble
        return serial(calendar.add_workdays(day_of(a), math.trunc(b)))

    return run


# ---------------------------------------------------------------- texts by a format


def _text_by_format(node: Call, compiler: Compiler) -> Closure:
    pattern = node.args[1]
    assert isinstance(pattern, Literal)
    write = formats.formatter(str(pattern.value))
    assert write is not None
    formatted, cell = write, compiler.cell(node.args[0])

    def run(c: Cells) -> str:
        x = cell(c)
        if isinstance(x, str):
            return str(x)
        if isinstance(x, bool):
            return to_text(x)
        return formatted(0.0 if x is None else x)

    return run


# ---------------------------------------------------------------- the table


def _applied(function: Callable[..., Any], args: list[Closure]) -> Closure:
    if len(args) == 1:
        f = args[0]
        return lambda c: function(f(c))
    if len(args) == 2:
        f, g = args
        return lambda c: function(f(c), g(c))
    return lambda c: function(*[arg(c) for arg in args])


def _months_on(start: float, months: float, end: bool) -> float:
    day = day_of(start)
    if abs(months) > MAX_MONTHS:
        raise Trouble
    shift = math.trunc(months)
    first = month_day(day.year, day.month + shift, 1)
    last = serial(day_of(month_day(day.year, day.month + shift + 1, 1)) - timedelta(days=1))
    return last if end else min(first + day.day - 1, last)


_MODES: dict[str, Callable[[Compiler, Node], Closure]] = {
    "n": lambda compiler, node: compiler.number(node),
    "t": lambda compiler, node: compiler.text(node),
    "b": lambda compiler, node: compiler.truth(node),
    "c": lambda compiler, node: compiler.cell(node),
}

_SIMPLE: dict[str, tuple[str, Callable[..., Any]]] = {
    "NOT": ("b", lambda a: not a),
    "ABS": ("n", abs),
    "ROUND": ("nn", rounded),
    "ROUNDUP": ("nn", rounded_up),
    "ROUNDDOWN": ("nn", rounded_down),
    "INT": ("n", lambda a: float(math.floor(a))),
    "MOD": ("nn", remainder),
    "LEN": ("t", lambda a: float(len(a))),
    "LEFT": ("tn", texts.left),
    "RIGHT": ("tn", texts.right),
    "MID": ("tnn", texts.mid),
    "TRIM": ("t", texts.trim),
    "FIND": ("ttn", texts.find),
    "SEARCH": ("ttn", texts.search),
    "SUBSTITUTE": ("tttn", texts.substitute),
    "VALUE": ("t", texts.value),
    "DATE": ("nnn", lambda y, m, d: month_day(math.trunc(y), math.trunc(m), math.trunc(d))),
    "YEAR": ("n", lambda a: float(day_of(a).year)),
    "MONTH": ("n", lambda a: float(day_of(a).month)),
    "DAY": ("n", lambda a: float(day_of(a).day)),
    "EDATE": ("nn", lambda a, n: _months_on(a, n, False)),
    "EOMONTH": ("nn", lambda a, n: _months_on(a, n, True)),
    "ISBLANK": ("c", lambda x: x is None),
    "ISNUMBER": ("c", lambda x: isinstance(x, float)),
    "ISTEXT": ("c", lambda x: isinstance(x, str)),
}

_BUILDERS: dict[str, Callable[[Call, Compiler], Closure]] = {
    "AND": _and,
    "OR": _or,
    "SUM": _sum,
    "MIN": _extreme(min),
    "MAX": _extreme(max),
    "COUNT": _counted(lambda x: isinstance(x, float)),
    "COUNTA": _counted(lambda x: x is not None),
    "COUNTBLANK": _counted(lambda x: x is None),
    "COUNTIF": _count_if,
    "COUNTIFS": _count_if,
    "SUMIF": _sum_if,
    "SUMIFS": _sum_if,
    "工作日数": _workday,
    "工作日后": _workday,
    "出现次数": _occurrences,
    "非负整数": _whole_numbers,
    "空格数": _nothings,
    "TEXT": _text_by_format,
}
