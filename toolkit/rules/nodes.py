"""What a formula is once it has been read: a small typed tree over named operands. Data only; nothing here computes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal as Lit

from toolkit.model import plain

Type = Lit["number", "text", "date", "bool", "any"]
"""What a part of a formula yields. `date` is a day as a serial number; `any` is settled only while computing."""

_BASE: dict[str, Type] = {
    "文本": "text", "长文本": "text", "选项": "text", "多选": "text", "网址": "text", "单位": "text", "是否": "text",
    "整数": "number", "小数": "number", "金额": "number", "日期": "date",
}  # fmt: skip

TYPE_NAMES: dict[Type, str] = {
    "number": "数字", "text": "文字", "date": "日期", "bool": "判断结果（真或假）", "any": "不定类型",
}  # fmt: skip

TODAY = "今日"

_FALLS_APART = re.compile(r"[()（）“”\"\s]")  # signs that would split a label into several tokens
_OPERATORS = re.compile(r"[-+*/^&=<>%,＋－−×÷＊／＾＆＝＜＞％，≤≥≠]")


class FormulaError(Exception):
    """A formula that cannot be used; `reason` says why in Chinese, ready for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def base_type(declared: str) -> Type:
    """The type a field of a declared type has inside formulas; a type the forms do not know is `any`."""
    return _BASE.get(declared, "any")


@dataclass(frozen=True)
class Operand:
    """A value that a formula needs from outside.

    kind: `field` (a single field, or the row's column in a row rule), `previous` 上期(x), `last_year` 上年(x),
    `column` (the value is the tuple of a whole list column, name 进展.完成情况), `name` (今日).
    `type` is the declared type (整数, 日期 …).
    """

    kind: str
    name: str
    type: str

    @property
    def base(self) -> Type:
        return base_type(self.type)


@dataclass(frozen=True)
class Schema:
    """The names a formula may use.

    fields: name → declared type; labels: what people read → name; blocks: name → its fields;
    columns: list → its columns with their types; last_year: the fields that 上年(x) may ask for (None = every field).
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    last_year: frozenset[str] | None = None

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Every accepted spelling → (field | block | column, name). Exact spellings win over labels, and a spelling
        that differs only in width or brackets comes last."""
        known: dict[str, tuple[str, str]] = {name: ("field", name) for name in self.fields}
        columns = {f"{li}.{c}": ("column", f"{li}.{c}") for li, cs in self.columns.items() for c in cs}
        for spelling, meaning in columns.items():
            known.setdefault(spelling, meaning)
        for block in self.blocks:
            known.setdefault(block, ("block", block))
        for label, name in self.labels.items():
            if name in known:
                known.setdefault(label, known[name])
        for spelling, meaning in list(known.items()):
            known.setdefault(plain(spelling), meaning)
        return known

    @cached_property
    def bracketed_labels(self) -> re.Pattern[str] | None:
        """Labels with brackets, quotes or spaces, longest first, in either width of bracket. A label that holds an
        operator is left out: it would change the meaning of honest formulas, so only its field name is accepted."""
        special = [x for x in self.labels if _FALLS_APART.search(x.strip()) and not _OPERATORS.search(x)]
        ordered = sorted({x.strip() for x in special}, key=lambda x: (-len(x), x))
        escaped = [re.sub(r"\\\(|（", "[(（]", re.sub(r"\\\)|）", "[)）]", re.escape(x))) for x in ordered]
        return re.compile("|".join(escaped)) if escaped else None

    def column_type(self, name: str) -> str:
        """The declared type of `list.column`; the list is the longest one that fits."""
        for cut in range(len(name) - 1, 0, -1):
            if name[cut] == "." and name[cut + 1 :] in self.columns.get(name[:cut], ()):
                return self.columns[name[:cut]][name[cut + 1 :]]
        raise KeyError(name)


# ---------------------------------------------------------------- the tree


@dataclass(frozen=True)
class Literal:
    """A constant of the formula: number, text or TRUE/FALSE."""

    value: float | str | bool
    type: Type


@dataclass(frozen=True)
class Ref:
    """One operand: a field, 上期(x), 上年(x), 今日(), or a whole column (type is then that of its cells)."""

    operand: Operand
    label: str  # as written in the formula, for messages

    @property
    def type(self) -> Type:
        return self.operand.base


@dataclass(frozen=True)
class Block:
    """A named block (表三): its fields in order. `type` is theirs where they agree, else `any`."""

    name: str
    operands: tuple[Operand, ...]
    type: Type


@dataclass(frozen=True)
class Unary:
    """op: `-`, `+` (before), `%` (behind)."""

    op: str
    item: Node
    type: Type


@dataclass(frozen=True)
class Chain:
    """Operators of one rank in a row, taken from left to right: `+ -`, `* /`, `^` or `&`."""

    ops: tuple[str, ...]  # one fewer than items
    items: tuple[Node, ...]
    type: Type


@dataclass(frozen=True)
class Compare:
    op: str  # = <> < > <= >=
    left: Node
    right: Node
    type: Type = "bool"


@dataclass(frozen=True)
class Call:
    name: str
    args: tuple[Node, ...]
    type: Type


Node = Literal | Ref | Block | Unary | Chain | Compare | Call


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Unary():
            return (node.item,)
        case Chain():
            return node.items
        case Compare():
            return node.left, node.right
        case Call():
            return node.args
        case _:
            return ()


def depth(node: Node) -> int:
    """Levels of the tree, counted without recursion: the guard of everything that does recurse."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for parent in level for child in children(parent)]
    return deepest


def operands(node: Node) -> Iterator[Operand]:
    """Operands in order of appearance, repeated ones too."""
    if isinstance(node, Ref):
        yield node.operand
    elif isinstance(node, Block):
        yield from node.operands
    for child in children(node):
        yield from operands(child)


def is_range(node: Node) -> bool:
    """Several cells at once: a block or a whole column."""
    return isinstance(node, Block) or (isinstance(node, Ref) and node.operand.kind == "column")


def is_empty_text(node: Node) -> bool:
    return isinstance(node, Literal) and node.value == "" and node.type == "text"


def subject(node: Node) -> str:
    """How a message names a part of the formula."""
    match node:
        case Ref() if node.operand.kind == "previous":
            return f"上期({node.label})"
        case Ref() if node.operand.kind == "last_year":
            return f"上年({node.label})"
        case Ref():
            return f"“{node.label}”"
        case Block():
            return f"区块“{node.name}”"
        case Literal() if node.type == "text":
            return f"文字“{node.value}”"
        case Literal() if node.type == "number":
            return f"数字 {node.value:.15g}"
        case Call():
            return f"{node.name}(…)"
        case Compare():
            return "比较的结果"
        case _:
            return "算式的结果"
