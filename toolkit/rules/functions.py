"""The closed table of functions: names, numbers and kinds of arguments, result. Both back ends build on it.

Parameter kinds
    number, text, date, truth, scalar   one value of that kind (a day is a number; a truth counts as 0 or 1)
    numbers, cells                      one value, or many: blocks (表三) and columns (进展.完成情况)
    figures                             fields, blocks or columns of numbers only
    range                               fields, blocks or columns, whatever they hold
    column                              a whole column
    criterion, constant                 written out in the formula
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from toolkit.rules import formats
from toolkit.rules.nodes import TYPE_NAMES, Block, Call, FormulaError, Literal, Node, Ref, Type, is_range, subject

MAX_ARGUMENTS = 255
MAX_WORKDAYS = 10_000  # about forty years: working days are counted one by one
MAX_MONTHS = 1_000  # forwards or back in EDATE and EOMONTH
MAX_DAYS_APART = 4 * MAX_WORKDAYS


@dataclass(frozen=True)
class Function:
    """`repeat` are the kinds that may go on after `params`; `optional` of the last params may be left out."""

    name: str
    params: tuple[str, ...]
    result: Type | None  # None: that of the arguments (IF, MIN …)
    optional: int = 0
    repeat: tuple[str, ...] = ()

    def kinds(self, count: int) -> tuple[str, ...] | None:
        """The kinds of `count` arguments, None when a call cannot have that many."""
        more = count - len(self.params)
        if more <= 0:
            return self.params[:count] if -more <= self.optional else None
        if not self.repeat or more % len(self.repeat) or count > MAX_ARGUMENTS:
            return None
        return self.params + self.repeat * (more // len(self.repeat))


def _f(name: str, params: str, result: Type | None, optional: int = 0, repeat: str = "") -> Function:
    return Function(name, tuple(params.split()), result, optional, tuple(repeat.split()))


_TABLE = (
    _f("IF", "truth scalar scalar", None, 1),
    _f("IFERROR", "scalar scalar", None),
    _f("AND", "truth", "bool", 0, "truth"),
    _f("OR", "truth", "bool", 0, "truth"),
    _f("NOT", "truth", "bool"),
    _f("SUM", "numbers", "number", 0, "numbers"),
    _f("MIN", "numbers", None, 0, "numbers"),
    _f("MAX", "numbers", None, 0, "numbers"),
    _f("COUNT", "cells", "number", 0, "cells"),
    _f("COUNTA", "cells", "number", 0, "cells"),
    _f("COUNTBLANK", "range", "number"),
    _f("COUNTIF", "range criterion", "number"),
    _f("COUNTIFS", "range criterion", "number", 0, "range criterion"),
    _f("SUMIF", "range criterion figures", "number", 1),
    _f("SUMIFS", "figures range criterion", "number", 0, "range criterion"),
    _f("ABS", "number", "number"),
    _f("ROUND", "number number", "number"),
    _f("ROUNDUP", "number number", "number"),
    _f("ROUNDDOWN", "number number", "number"),
    _f("INT", "number", "number"),
    _f("MOD", "number number", "number"),
    _f("LEN", "text", "number"),
    _f("LEFT", "text number", "text", 1),
    _f("RIGHT", "text number", "text", 1),
    _f("MID", "text number number", "text"),
    _f("TRIM", "text", "text"),
    _f("FIND", "text text number", "number", 1),
    _f("SEARCH", "constant text number", "number", 1),
    _f("SUBSTITUTE", "text text text number", "text", 1),
    _f("VALUE", "text", "number"),
    _f("TEXT", "scalar constant", "text"),
    _f("DATE", "number number number", "date"),
    _f("YEAR", "date", "number"),
    _f("MONTH", "date", "number"),
    _f("DAY", "date", "number"),
    _f("EDATE", "date number", "date"),
    _f("EOMONTH", "date number", "date"),
    _f("ISBLANK", "scalar", "bool"),
    _f("ISNUMBER", "scalar", "bool"),
    _f("ISTEXT", "scalar", "bool"),
    # our own
    _f("工作日数", "date date", "number"),
    _f("工作日后", "date number", "date"),
    _f("出现次数", "column scalar", "number"),
    _f("非负整数", "figures", "bool", 0, "figures"),
    _f("空格数", "range", "number", 0, "range"),
)
FUNCTIONS = {function.name: function for function in _TABLE}
OF_ANOTHER_TIME = {"上期": "previous", "上年": "last_year"}
"""上期(x) and 上年(x) are operands, not computations: the parser turns them into a Ref."""

_HINTS = {
    "TODAY": "今日", "NOW": "今日", "NETWORKDAYS": "工作日数", "WORKDAY": "工作日后", "SUMPRODUCT": "SUMIFS",
    "EXACT": "出现次数", "INDIRECT": "", "OFFSET": "", "IFS": "IF", "AVERAGE": "SUM、COUNT", "DATEDIF": "工作日数",
}  # fmt: skip


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence with up to three names like the given one, or nothing."""
    found = difflib.get_close_matches(name[:60], list(known), n=3, cutoff=0.5)
    return f"是否为：{'、'.join(found)}？" if found else ""


def call(written: str, args: tuple[Node, ...]) -> Call:
    """A checked call. Raises FormulaError for an unknown function, a wrong number or kind of arguments."""
    name = written.upper()
    function = FUNCTIONS.get(name)
    if function is None:
        hint = _HINTS.get(name)
        if hint is None:
            like = nearest(name, [*FUNCTIONS, *OF_ANOTHER_TIME, "今日"])
        else:
            like = f"可用 {hint} 代替。" if hint else ""
        raise FormulaError(f"没有函数“{written[:40]}”。{like}")
    kinds = function.kinds(len(args))
    if kinds is None:
        raise FormulaError(f"{name} 的参数个数不对：{_arity(function)}，现为 {len(args)} 个。")
    for position, (kind, arg) in enumerate(zip(kinds, args, strict=True), start=1):
        if problem := _KINDS[kind](arg):
            raise FormulaError(f"{name} 的第 {position} 个参数{problem}")
    _check_more(name, args)
    return Call(name, args, function.result or _result(name, args))


def _arity(function: Function) -> str:
    most, least = len(function.params), len(function.params) - function.optional
    if function.repeat:
        return f"应有 {least} 个或更多" if len(function.repeat) == 1 else f"应有 {least} 个，其后成对增加"
    return f"应有 {least} 个" if least == most else f"应有 {least} 至 {most} 个"


# ---------------------------------------------------------------- kinds of arguments: the rest of a sentence, or ""


def scalar_problem(node: Node) -> str:
    if is_range(node):
        what = "一个区块" if isinstance(node, Block) else "一整列"
        return f"应为单个值，{subject(node)}是{what}，只能用于 SUM、COUNTIF 等函数。"
    return ""


def number_problem(node: Node) -> str:
    if scalar := scalar_problem(node):
        return scalar
    if node.type == "text":
        return f"应为数字，{subject(node)}是文字，确需换算请用 VALUE。"
    return ""


def text_problem(node: Node) -> str:
    if scalar := scalar_problem(node):
        return scalar
    if node.type == "date":
        return f'应为文字，{subject(node)}是日期，请先用 TEXT(…,"yyyy-mm-dd")。'
    return f"应为文字，{subject(node)}是判断结果。" if node.type == "bool" else ""


def date_problem(node: Node) -> str:
    if scalar := scalar_problem(node):
        return scalar
    bad = node.type in ("text", "bool")
    return f"应为日期，{subject(node)}是{TYPE_NAMES[node.type]}，日期请写成 DATE(年,月,日)。" if bad else ""


def truth_problem(node: Node) -> str:
    if scalar := scalar_problem(node):
        return scalar
    if isinstance(node, Ref) and node.operand.type == "是否":
        return f'应为判断，{subject(node)}填的是“是”或“否”，请写成 {node.label}="是"。'
    if node.type in ("text", "date"):
        return f"应为判断，{subject(node)}是{TYPE_NAMES[node.type]}，请写成比较（如 =、<>）。"
    return ""


def _numbers_problem(node: Node) -> str:
    if node.type == "text" or (is_range(node) and node.type not in ("number", "date")):
        return f"应为数字，{subject(node)}不全是数字。" if is_range(node) else number_problem(node)
    return ""


def _range_problem(node: Node) -> str:
    if isinstance(node, Ref | Block):
        return ""
    return f"应为字段、区块或列，{subject(node)}不是。"


def _figures_problem(node: Node) -> str:
    return _range_problem(node) or ("" if node.type == "number" else f"应为数字字段，{subject(node)}不是。")


def _column_problem(node: Node) -> str:
    whole = isinstance(node, Ref) and node.operand.kind == "column"
    return "" if whole else f"应为一整列（写成 清单.列名），{subject(node)}不是。"


def _constant_problem(node: Node) -> str:
    return "" if isinstance(node, Literal) and isinstance(node.value, str) else "应为写明的文字。"


def _criterion_problem(node: Node) -> str:
    fits = isinstance(node, Literal) and node.type in ("number", "text")
    return "" if fits else "应为写明的条件（数字或文字）；与字段比较请用 出现次数。"


_KINDS: dict[str, Callable[[Node], str]] = {
    "scalar": scalar_problem, "number": number_problem, "text": text_problem, "date": date_problem,
    "truth": truth_problem, "numbers": _numbers_problem, "cells": lambda node: "", "range": _range_problem,
    "figures": _figures_problem, "column": _column_problem, "constant": _constant_problem,
    "criterion": _criterion_problem,
}  # fmt: skip


# ---------------------------------------------------------------- results and what concerns several arguments


def joined(a: Type, b: Type) -> Type:
    """The type of a value that is one or the other."""
    if a == b:
        return a
    return "number" if {a, b} == {"number", "date"} else "any"


def _result(name: str, args: tuple[Node, ...]) -> Type:
    if name == "IF":
        return joined(args[1].type, args[2].type if len(args) == 3 else "bool")
    if name == "IFERROR":
        return joined(args[0].type, args[1].type)
    return "date" if all(a.type == "date" for a in args) else "number"  # MIN, MAX


def _check_more(name: str, args: tuple[Node, ...]) -> None:
    if name in ("COUNTIF", "SUMIF"):
        criterion(args[1], args[0])
        _same_length(name, [args[0], *args[2:]])
    elif name in ("COUNTIFS", "SUMIFS"):
        pairs = args[1:] if name == "SUMIFS" else args
        for cells, wanted in zip(pairs[::2], pairs[1::2], strict=True):
            criterion(wanted, cells)
        _same_length(name, [*args[: len(args) - len(pairs)], *pairs[::2]])
        if name == "SUMIFS" and args[0].type != "number":
            raise FormulaError("SUMIFS 的第 1 个参数应为数字。")
    elif name == "SEARCH" and re.search(r"[*?~]", _text_of(args[0])):
        raise FormulaError("SEARCH 不支持通配符 * ? ~，请写明要找的文字。")
    elif name == "TEXT" and formats.formatter(_text_of(args[1])) is None:
        raise FormulaError(f"TEXT 的格式“{_text_of(args[1])[:40]}”暂不支持，可用：{formats.EXAMPLES}。")
    if name == "SUMIF" and len(args) == 2 and args[0].type != "number":
        raise FormulaError("SUMIF 只有两个参数时，第 1 个参数应为数字；否则请写明求和的列。")


def _text_of(node: Node) -> str:
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else ""


def _same_length(name: str, nodes: list[Node]) -> None:
    def shape(node: Node) -> str:
        if isinstance(node, Block):
            return f"{len(node.operands)} 格"
        if isinstance(node, Ref) and node.operand.kind == "column":
            return f"清单“{node.operand.name.partition('.')[0]}”"
        return "1 格"

    shapes = {shape(node) for node in nodes}
    if len(shapes) > 1:
        raise FormulaError(f"{name} 的各个范围应为同一清单的列，或格数相同的区块。")


# ---------------------------------------------------------------- criteria of COUNTIF and its like


@dataclass(frozen=True)
class Criterion:
    """op: = <> < > <= >= ; value: a number, a text (lower case), or None for blank (op is then = or <>)."""

    op: str
    value: float | str | None


_PARTS = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)
_FIGURE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_READ_AS_NUMBER = re.compile(r"[\s(+-]*[¥￥$]?[0-9][0-9,.\s]*(?:[eE][+-]?[0-9]+)?[%)]*|true|false", re.IGNORECASE)
_READ_AS_DAY = re.compile(r"[0-9]{1,4}\s*[-/.年:]\s*[0-9]{1,2}(?:\s*[-/.月:]\s*[0-9]{0,4}日?)?", re.IGNORECASE)


def criterion(wanted: Node, cells: Node) -> Criterion:
    """The criterion as Excel would read it, refused where Excel's reading depends on locale or guesses."""
    assert isinstance(wanted, Literal)
    if isinstance(wanted.value, float):
        op, rest = "=", f"{wanted.value:.15g}"
    else:
        m = _PARTS.fullmatch(str(wanted.value))
        assert m is not None
        op, rest = m[1] or "=", m[2]
    if rest == "":
        if op in ("=", "<>"):
            return Criterion(op, None)
        raise FormulaError(f"条件“{op}”不完整。")
    if re.search(r"[*?~]", rest):
        raise FormulaError(f"条件“{rest[:40]}”中不支持通配符 * ? ~。")
    if cells.type == "number":
        if _FIGURE.fullmatch(rest) and abs(number := float(rest)) < 1e300:
            return Criterion(op, float(f"{number:.15g}"))
        raise FormulaError(f"{subject(cells)}是数字，条件“{rest[:40]}”不是数字。")
    if cells.type != "text":
        raise FormulaError(f'{subject(cells)}不是同一种文字或数字，条件只能用 "" 或 "<>"。')
    if op not in ("=", "<>"):
        raise FormulaError(f"文字不能比较大小，条件“{op}{rest[:40]}”请改用 = 或 <>。")
    if _READ_AS_NUMBER.fullmatch(rest) or _READ_AS_DAY.fullmatch(rest):
        raise FormulaError(f"条件“{rest[:40]}”会被当作数字或日期，请改用 出现次数。")
    return Criterion(op, rest.lower())
