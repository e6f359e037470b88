"""The rule language: Excel formula syntax over field names → a typed tree. Reading and checking only, no computing.

A formula from a stranger's workbook can do nothing but compute: closed table of functions, bounded length and depth,
no attribute, no recursion. Whatever it cannot mean is refused by name, with a reason for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from toolkit.model import plain
from toolkit.rules.functions import (
    OF_ANOTHER_TIME,
    call,
    nearest,
    number_problem,
    scalar_problem,
    text_problem,
)
from toolkit.rules.nodes import (
    TODAY,
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
    depth,
    is_empty_text,
    subject,
)
from toolkit.rules.tokens import Token, shown, tokens

__all__ = ["FormulaError", "Node", "Operand", "Schema", "addressed", "parse"]

MAX_NESTING = 40
MAX_DEPTH = 120

_RANKS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
_CELL = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}")


def parse(text: str, schema: Schema) -> Node:
    """The typed tree of a formula (a leading = is optional). Raises FormulaError, and nothing else, for any text."""
    parser = _Parser(tokens(text, schema), schema)
    node = parser.expression()
    if parser.token.kind != "end":
        raise FormulaError(_unexpected(parser.token))
    if depth(node) > MAX_DEPTH:
        raise FormulaError(f"公式层次过多，超过 {MAX_NESTING} 层，请拆成几条规则。")
    return node


class _Parser:
    """Recursive descent. Operators of one rank become one Chain, so long sums do not make deep trees."""

    def __init__(self, stream: tuple[Token, ...], schema: Schema) -> None:
        self.stream = stream
        self.schema = schema
        self.position = 0
        self.nesting = 0

    @property
    def token(self) -> Token:
        return self.stream[self.position]

    def take(self) -> Token:
        taken = self.token
        self.position += taken.kind != "end"
        return taken

    def expression(self, rank: int = 0) -> Node:
        if rank == len(_RANKS):
            return self.prefixed()
        first = self.expression(rank + 1)
        ops: list[str] = []
        items = [first]
        while self.token.kind == "op" and self.token.value in _RANKS[rank]:
            ops.append(self.take().value)
            items.append(self.expression(rank + 1))
        if not ops:
            return first
        return _compared(ops, items) if rank == 0 else _chained(ops, items)

    def prefixed(self) -> Node:
        if self.token.kind == "op" and self.token.value in "+-":
            op = self.take().value
            self.deeper()
            item = self.prefixed()
            self.nesting -= 1
            return _signed(op, item)
        node = self.primary()
        if self.token == Token("op", "%"):
            self.take()
            if problem := number_problem(node):
                raise FormulaError(f"% 前{problem}")
            if self.token == Token("op", "%"):
                raise FormulaError("不能连写两个 %。")
            node = Unary("%", node, "number")
        return node

    def deeper(self) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise FormulaError(f"公式层次过多，超过 {MAX_NESTING} 层，请拆成几条规则。")

    def primary(self) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                value = float(token.value)
                if value > 1e300:
                    raise FormulaError(f"数字“{shown(token.value)}”过大。")
                return Literal(float(f"{value:.15g}"), "number")
            case "text":
                return Literal(token.value, "text")
            case "name":
                return self.named(token.value)
            case "open":
                self.deeper()
                node = self.expression()
                self.close()
                return node
            case "call":
                self.deeper()
                args = self.arguments()
                return self.called(token.value, args)
            case _:
                raise FormulaError(_unexpected(token))

    def close(self) -> None:
        if (token := self.take()).kind != "close":
            raise FormulaError(_unexpected(token))
        self.nesting -= 1

    def arguments(self) -> tuple[Node, ...]:
        args: list[Node] = []
        if self.token.kind == "close":
            self.close()
            return ()
        while True:
            if self.token.kind in ("comma", "close"):
                raise FormulaError("函数中有空着的参数，请补写或删除多余的逗号。")
            args.append(self.expression())
            if self.token.kind != "comma":
                self.close()
                return tuple(args)
            self.take()

    def called(self, written: str, args: tuple[Node, ...]) -> Node:
        if written == TODAY:
            if args:
                raise FormulaError("今日() 没有参数。")
            return Ref(Operand("name", TODAY, "日期"), TODAY)
        if written in OF_ANOTHER_TIME:
            return self.other_time(written, args)
        return call(written, args)

    def other_time(self, written: str, args: tuple[Node, ...]) -> Node:
        arg = args[0] if len(args) == 1 else None
        if not isinstance(arg, Ref) or arg.operand.kind != "field":
            raise FormulaError(f"{written}(…) 中只能写一个字段名。")
        name = arg.operand.name
        if written == "上年" and self.schema.last_year is not None and name not in self.schema.last_year:
            raise FormulaError(f"“{arg.label}”没有上年数，不能写在 上年(…) 中。")
        return Ref(Operand(OF_ANOTHER_TIME[written], name, arg.operand.type), arg.label)

    def named(self, written: str) -> Node:
        known = self.schema.names
        if written == TODAY:
            return Ref(Operand("name", TODAY, "日期"), TODAY)
        meaning = known.get(written) or known.get(plain(written))
        if meaning is None and written.upper() in ("TRUE", "FALSE"):
            return Literal(written.upper() == "TRUE", "bool")
        if meaning is None:
            raise FormulaError(self.unknown(written))
        kind, name = meaning
        if kind == "field":
            return Ref(Operand("field", name, self.schema.fields[name]), written)
        if kind == "column":
            return Ref(Operand("column", name, self.schema.column_type(name)), written)
        return self.block(name)

    def block(self, name: str) -> Node:
        members = self.schema.blocks[name]
        missing = next((m for m in members if m not in self.schema.fields), None)
        if missing is not None or not members:
            raise FormulaError(f"区块“{name}”" + (f"中的“{shown(missing)}”不是字段。" if missing else "中没有字段。"))
        operands = tuple(Operand("field", m, self.schema.fields[m]) for m in members)
        types: set[Type] = {o.base for o in operands}
        return Block(name, operands, types.pop() if len(types) == 1 else "any")

    def unknown(self, written: str) -> str:
        if _CELL.fullmatch(written):
            return f"“{written}”是单元格地址，规则中请写字段名。"
        return f"没有名为“{shown(written)}”的字段。{nearest(written, self.schema.names)}"


def _unexpected(token: Token) -> str:
    match token.kind:
        case "end":
            return "公式不完整，末尾缺少内容或括号。"
        case "comma":
            return "逗号的位置不对：逗号只能用来分隔函数的参数。"
        case "op":
            return f"运算符“{token.value}”的位置不对。"
        case _:
            return f"“{shown(token.value)}”的位置不对，前面可能缺少运算符。"


# ---------------------------------------------------------------- types of operators


def _signed(op: str, item: Node) -> Node:
    if problem := number_problem(item):
        raise FormulaError(f"“{op}”后{problem}")
    if isinstance(item, Literal) and isinstance(item.value, float):
        return Literal(-item.value if op == "-" else item.value, "number")
    return Unary(op, item, "number")


def _chained(ops: list[str], items: list[Node]) -> Node:
    check = text_problem if ops[0] == "&" else number_problem
    for op, item in zip([ops[0], *ops], items, strict=True):
        if problem := check(item):
            raise FormulaError(f"“{op}”的一边{problem}")
    kind: Type = "text" if ops[0] == "&" else _sum_type(ops, items) if ops[0] in "+-" else "number"
    return Chain(tuple(ops), tuple(items), kind)


def _sum_type(ops: list[str], items: list[Node]) -> Type:
    """Day + number = day, day − day = number; two days added mean nothing."""
    net = sum((1 if op == "+" else -1) for op, item in zip(["+", *ops], items, strict=True) if item.type == "date")
    if net not in (0, 1):
        raise FormulaError("两个日期不能相加，日期只能加减天数或相减。")
    return "date" if net else "number"


def _compared(ops: list[str], items: list[Node]) -> Node:
    if len(ops) > 1:
        raise FormulaError("不能连写比较，如 a<b<c 请写成 AND(a<b,b<c)。")
    op, (left, right) = ops[0], items
    for side in items:
        if problem := scalar_problem(side):
            raise FormulaError(f"“{op}”的一边{problem}")
    if problem := _comparison_problem(op, left, right):
        raise FormulaError(problem)
    return Compare(op, left, right)


def _comparison_problem(op: str, left: Node, right: Node) -> str:
    for node, other in ((left, right), (right, left)):
        if isinstance(node, Ref) and node.operand.type == "是否" and other.type == "bool":
            return f'{subject(node)}填的是“是”或“否”，请写成 {node.label}="是"。'
    kinds = {left.type, right.type}
    equality = op in ("=", "<>")
    if not equality and "text" in kinds and kinds != {"date", "text"}:
        return f"文字不能比较大小：{subject(left if left.type == 'text' else right)}是文字，请改用 = 或 <>。"
    if not equality and "bool" in kinds:
        return f"{TYPE_NAMES['bool']}不能比较大小。"
    if "any" in kinds or len(kinds) == 1 or kinds == {"number", "date"}:
        return ""
    if equality and "bool" not in kinds and (is_empty_text(left) or is_empty_text(right)):
        return ""
    first, second = (right, left) if isinstance(left, Literal) else (left, right)
    hint = ""
    if kinds == {"date", "text"}:
        hint = "，日期请写成 DATE(年,月,日)"
    elif kinds == {"number", "text"} and isinstance(second, Literal) and second.type == "number":
        hint = "，请给数字加上引号"
    return f"{subject(first)}是{TYPE_NAMES[first.type]}，不能与{TYPE_NAMES[second.type]}比较{hint}。"


# ---------------------------------------------------------------- formulas that stay formulas


def addressed(text: str, schema: Schema, address: Callable[[str], str]) -> str:
    """The formula with cell addresses in place of field names, without a leading =.

    Only number fields, blocks inside SUM, numbers, + - * / and brackets: what a 总计 cell holds. `address` gives the address
    of a field name (B3, or 表三!B3). Raises FormulaError for anything else.
    """
    return _addressed(parse(text, schema), address, 0)


def _addressed(node: Node, address: Callable[[str], str], rank: int) -> str:
    match node:
        case Literal() if node.type == "number" and isinstance(node.value, float):
            return f"{node.value:.15g}"
        case Ref() if node.operand.kind == "field" and node.type in ("number", "any"):
            return address(node.operand.name)
        case Unary() if node.op in "+-":
            return node.op + _addressed(node.item, address, 3)
        case Chain() if node.ops[0] in "+-*/":
            own = 1 if node.ops[0] in "+-" else 2
            parts = [_addressed(item, address, own if n == 0 else own + 1) for n, item in enumerate(node.items)]
            written = parts[0] + "".join(op + part for op, part in zip(node.ops, parts[1:], strict=True))
            return f"({written})" if own < rank else written
        case Call() if node.name == "SUM":
            return f"SUM({','.join(_members(arg, address) for arg in node.args)})"
        case _:
            raise FormulaError(f"此处的公式只能用字段、数字、+ - * /、括号和 SUM，不能用{subject(node)}。")


def _members(arg: Node, address: Callable[[str], str]) -> str:
    if isinstance(arg, Block):
        return ",".join(address(operand.name) for operand in arg.operands)
    return _addressed(arg, address, 0)
