"""The Excel back end: the same tree as the Python back end's, written as formula text over cell addresses.

Operands are never the cells people type into but normalised ones on a helper sheet: a value (number, day, text; 0 or ""
where nothing stands) and a state. So the guard by declared type is one MAX over states, and no text is ever asked to be
a number. Nothing newer than Excel 2010, no array formulas, nothing volatile (今日() is a cell of the caller's).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from toolkit.rules.nodes import (
    Block,
    Call,
    Chain,
    Compare,
    Literal,
    Node,
    Operand,
    Ref,
    Unary,
    children,
    depth,
    is_empty_text,
    is_range,
    operands,
)

SOUND, BLANK, MARK, DOUBTFUL, FAULT = range(5)
"""States: a value; nothing there; a mark for nothing (/, —, 无); a value with a finding of its own; not of its type."""

HOLDS, VIOLATED, NOT_COMPUTED = range(3)
"""Codes of a rule in the sheet."""

MAX_FORMULA = 8_000  # Excel's limit is 8,192 characters
MAX_NESTING = 60  # levels of functions; Excel's limit is 64
_MAX_LITERAL = 250
_MAX_ARGUMENTS = 250
_SETTLED = frozenset({"ROUND", "ROUNDUP", "ROUNDDOWN", "MOD"})
_PER_CELL = frozenset({"非负整数", "空格数", "COUNTBLANK"})


class NotInSheet(Exception):
    """A formula of the language that cannot stand in a sheet; `reason` says why in Chinese."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Spot:
    """Addresses of one operand. `state` is "" where the value is always sound; `raw` is the cell as typed."""

    value: str
    state: str = ""
    raw: str = ""


@dataclass(frozen=True)
class Column:
    """Ranges of a whole list column; `used` holds 1 for the rows that the batch would read."""

    value: str
    state: str
    raw: str
    used: str


class Sheet(Protocol):
    """Where operands stand. Ranges of days are "" where the sheet has none."""

    @property
    def holidays(self) -> str: ...
    @property
    def makeup_days(self) -> str: ...
    @property
    def workdays(self) -> str: ...
    def spot(self, operand: Operand) -> Spot: ...
    def column(self, operand: Operand) -> Column: ...


def rule_code(node: Node, sheet: Sheet) -> str:
    """HOLDS, VIOLATED or NOT_COMPUTED as a formula without equals sign. Raises NotInSheet."""
    if node.type != "bool":
        raise NotInSheet("结果不是真或假。")
    test = Writer(sheet).truth(node)
    guarded = f"IFERROR(IF({test},{HOLDS},{VIOLATED}),{NOT_COMPUTED})"
    states = states_of(node, sheet)
    if states:
        worst = f"MIN({states})" if over_cells(node) else f"MAX({states})"
        guarded = f"IF({worst}={FAULT},{NOT_COMPUTED},{guarded})"
    return bounded(guarded, node)


def is_true(node: Node, sheet: Sheet) -> str:
    """1 where the formula is true, else 0 (false, or not computed). Raises NotInSheet."""
    states = states_of(node, sheet)
    test = f"IFERROR(IF({Writer(sheet).truth(node)},1,0),0)"
    return bounded(f"IF(MAX({states})={FAULT},0,{test})" if states else test, node)


def over_cells(node: Node) -> bool:
    """A rule that judges every cell by itself goes on without the faulty ones, as in the batch."""
    if isinstance(node, Compare) and isinstance(node.right, Literal):
        return over_cells(node.left)
    single = isinstance(node, Call) and node.name in _PER_CELL
    return single and not any(o.kind == "column" for o in operands(node))


def bounded(formula: str, node: Node) -> str:
    if len(formula) > MAX_FORMULA:
        raise NotInSheet("公式过长。")
    if depth(node) > MAX_NESTING // 2 or formula_depth(formula) > MAX_NESTING:
        raise NotInSheet("公式层次过多。")
    return formula


def formula_depth(formula: str) -> int:
    level = deepest = 0
    for character in re.sub(r'"(?:[^"]|"")*"', "", formula):
        level += (character == "(") - (character == ")")
        deepest = max(deepest, level)
    return deepest


def states_of(node: Node, sheet: Sheet) -> str:
    """The states of all operands as arguments of MAX, neighbours joined."""
    single: list[str] = []
    columns: list[str] = []
    for operand in dict.fromkeys(operands(node)):
        if operand.kind == "column":
            columns.append(sheet.column(operand).state)
        elif state := sheet.spot(operand).state:
            single.append(state)
    joined = [*runs(single), *columns]
    if len(joined) > _MAX_ARGUMENTS:
        raise NotInSheet("涉及的单元格过多。")
    return ",".join(joined)


_ABSOLUTE = re.compile(r"(.*?)\$([A-Z]+)\$(\d+)")


def runs(addresses: Iterable[str]) -> list[str]:
    """Absolute addresses with neighbours below each other joined into ranges, in the order given."""
    out: list[tuple[str, str, int, int]] = []
    for text in addresses:
        m = _ABSOLUTE.fullmatch(text)
        if m is None:
            out.append((text, "", 0, 0))
            continue
        sheet, letters, row = m[1], m[2], int(m[3])
        if out and out[-1][:2] == (sheet, letters) and out[-1][3] + 1 == row:
            out[-1] = (sheet, letters, out[-1][2], row)
        else:
            out.append((sheet, letters, row, row))
    return [
        prefix if not letters else f"{prefix}${letters}${a}" + (f":${letters}${b}" if b > a else "")
        for prefix, letters, a, b in out
    ]


def quoted(text: str) -> str:
    """A text constant; a long one in pieces, since Excel takes at most 255 characters at once."""
    pieces = [text[n : n + _MAX_LITERAL] for n in range(0, len(text), _MAX_LITERAL)] or [""]
    written = ['"' + p.replace('"', '""') + '"' for p in pieces]
    return written[0] if len(written) == 1 else "(" + "&".join(written) + ")"


def whole(node: Node) -> bool:
    """True when binary fractions cannot arise: whole numbers and days, added and multiplied only."""
    match node:
        case Literal():
            return isinstance(node.value, float) and node.value.is_integer()
        case Ref():
            return node.operand.type in ("整数", "日期")
        case Unary():
            return node.op != "%" and whole(node.item)
        case Chain():
            return not {"/", "^", "&"} & set(node.ops) and all(map(whole, node.items))
        case Block():
            return all(o.type in ("整数", "日期") for o in node.operands)
        case Call():
            return node.type in ("number", "date") and all(whole(c) for c in children(node) if c.type != "text")
        case _:
            return False


class Writer:
    """Node → formula text, by what is wanted of the node, as the Python back end chooses its closures."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    # ------------------------------------------------------------ what is wanted

    def number(self, node: Node) -> str:
        if node.type == "bool":
            return f"({self.truth(node)})*1"
        match node:
            case Literal():
                assert isinstance(node.value, float)
                return f"({node.value:.15g})" if node.value < 0 else f"{node.value:.15g}"
            case Ref() if node.type in ("number", "date") and not is_range(node):
                return self.sheet.spot(node.operand).value
            case Unary(op="%"):
                return f"({self.number(node.item)}/100)"
            case Unary():
                return f"({node.op}{self.number(node.item)})"
            case Chain() if node.type in ("number", "date"):
                return self._chain(node, self.number)
            case Call() if node.type in ("number", "date"):
                return self._call(node)
            case _:
                raise NotInSheet("有一部分的类型要到计算时才能确定。")

    def text(self, node: Node) -> str:
        if isinstance(node, Ref) and not is_range(node) and node.type in ("number", "date"):
            spot = self.sheet.spot(node.operand)
            plain = f'{spot.value}&""'
            return f"IF(OR({spot.state}=0,{spot.state}=3),{plain},TRIM({spot.raw}))" if spot.state else plain
        if node.type in ("number", "date"):
            from toolkit.rules.excel_calls import chosen, is_choice

            return chosen(node, self, self.text) if is_choice(node) else f'{self.number(node)}&""'
        match node:
            case Literal() if node.type == "text":
                return quoted(str(node.value))
            case Ref() if node.type == "text" and not is_range(node):
                return self.sheet.spot(node.operand).value
            case Chain() if node.type == "text":
                return self._chain(node, self.text)
            case Call() if node.type == "text":
                return self._call(node)
            case _:
                raise NotInSheet("有一部分的类型要到计算时才能确定。")

    def truth(self, node: Node) -> str:
        if node.type in ("number", "date"):
            return f"{self.number(node)}<>0"
        match node:
            case Literal() if node.type == "bool":
                return "TRUE" if node.value else "FALSE"
            case Compare():
                return self._compare(node)
            case Call() if node.type == "bool":
                return self._call(node)
            case _:
                raise NotInSheet("有一部分的类型要到计算时才能确定。")

    def value(self, node: Node) -> str:
        """By the node's own type."""
        match node.type:
            case "number" | "date":
                return self.number(node)
            case "bool":
                return self.truth(node)
            case _:
                return self.text(node)

    def day(self, node: Node) -> str:
        """A day that must be one: what Excel would take for a day of 1900 is an error."""
        written = self.number(node)
        if isinstance(node, Call) and node.name in ("DATE", "EDATE", "EOMONTH"):
            return written
        return f"IF({written}>60,{written},NA())"

    def settled(self, node: Node) -> str:
        """A number without the dust of binary fractions."""
        written = self.number(node)
        simple = isinstance(node, Literal | Ref) or (isinstance(node, Call) and node.name in _SETTLED)
        return written if simple or whole(node) else f"ROUND({written},9)"

    # ------------------------------------------------------------ operators and calls

    def _chain(self, node: Chain, wanted: object) -> str:
        assert callable(wanted)
        parts = [str(wanted(item)) for item in node.items]
        return "(" + parts[0] + "".join(op + part for op, part in zip(node.ops, parts[1:], strict=True)) + ")"

    def _compare(self, node: Compare) -> str:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if is_empty_text(side) and isinstance(other, Ref):
                return self._blank(other, node.op)
        kinds = {node.left.type, node.right.type}
        if kinds <= {"number", "date"}:
            return f"{self.settled(node.left)}{node.op}{self.settled(node.right)}"
        if kinds == {"text"}:
            return f"{self.text(node.left)}{node.op}{self.text(node.right)}"
        if kinds == {"bool"}:
            return f"({self.truth(node.left)}){node.op}({self.truth(node.right)})"
        raise NotInSheet("比较的两边类型不同。")

    def _blank(self, node: Ref, op: str) -> str:
        spot = self.sheet.spot(node.operand)
        if node.type == "text":
            return f'{spot.value}{op}""'
        if node.type == "date":
            return f"{spot.value}{op}0"
        if not spot.state:
            return "FALSE" if op == "=" else "TRUE"
        return f"{spot.state}{op}{BLANK}"

    def _call(self, node: Call) -> str:
        from toolkit.rules.excel_calls import written

        return written(node, self)


def addresses_of(nodes: Sequence[Node], sheet: Sheet) -> list[Spot]:
    """The single operands of fields and blocks, in order."""
    return [sheet.spot(o) for node in nodes for o in operands(node)]
