"""Which cell a violated rule points at, and the numbers that disagree.

Works on the tree of the formula: the part that fails is looked for, and in it the cell that people would correct.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from toolkit.forms.schema import FACT_TYPES
from toolkit.rules.nodes import Block, Call, Chain, Compare, Literal, Node, Operand, Ref, Unary, operands

PER_CELL = frozenset({"非负整数", "空格数", "COUNTBLANK"})
"""Functions that judge every cell of a range by itself: the failing ones can be named."""

_MOST_CELLS = 400
OTHER_TIMES = {"previous": "上期", "last_year": "上年"}
"""How a formula asks for another time, by the kind of operand."""

Compute = Callable[[Node], object]
"""The value of a part of the formula with the values at hand (NOT_COMPUTED where it has none)."""


@dataclass(frozen=True)
class Blame:
    """Candidates in order of likelihood, and the disagreeing numbers in words ("" where there are none)."""

    operands: tuple[Operand, ...]
    detail: str = ""
    cells: int = 0  # for rules over many cells: how many of them fail


def blame(node: Node, compute: Compute, unseen: Collection[str] = ()) -> Blame:
    """What to say about a rule that is false. `unseen`: fields without a cell, whose values people cannot look up."""
    match node:
        case Call(name="AND"):
            return next((blame(a, compute, unseen) for a in node.args if compute(a) is False), _all_of(node))
        case Call(name="IF"):
            return _branch(node, compute, unseen)
        case Call(name="OR"):
            own = [a for a in node.args if any(o.name not in FACT_TYPES for o in operands(a))]
            return blame((own or list(node.args))[-1], compute, unseen)
        case Call() if node.name in PER_CELL:
            return _cells(node, compute, failing=lambda result: result is False)
        case Compare():
            return _comparison(node, compute, unseen)
        case _:
            return _all_of(node)


def _all_of(node: Node) -> Blame:
    return Blame(tuple(dict.fromkeys(operands(node))))


def _branch(node: Call, compute: Compute, unseen: Collection[str]) -> Blame:
    condition = compute(node.args[0])
    taken = node.args[1] if condition is True else node.args[2] if len(node.args) > 2 else node.args[0]
    if isinstance(taken, Literal):
        return _all_of(node.args[0])
    # A branch over last period's values alone has no cell of its own: the condition's stands in.
    found = blame(taken, compute, unseen)
    return replace(found, operands=tuple(dict.fromkeys((*found.operands, *operands(node.args[0])))))


def _comparison(node: Compare, compute: Compute, unseen: Collection[str]) -> Blame:
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(side, Call) and side.name in PER_CELL and isinstance(other, Literal):
            return _cells(side, compute, failing=lambda result: isinstance(result, float | int) and result > 0)
    order: list[Operand] = []
    left, right = node.left, node.right
    if _is_single(right) and not _is_single(left):
        order += operands(right)
    elif _is_single(left):
        order += operands(left)
    order += operands(node)
    return Blame(tuple(dict.fromkeys(order)), _numbers(node, compute, unseen))


def _is_single(node: Node) -> bool:
    return isinstance(node, Ref) and node.operand.kind == "field"


def _is_sum(node: Node) -> bool:
    added = isinstance(node, Chain) and set(node.ops) <= {"+", "-"}
    return added or (isinstance(node, Call) and node.name == "SUM")


def _numbers(node: Compare, compute: Compute, unseen: Collection[str]) -> str:
    """左边合计 12，右边 11: only where something was added up, or another year or workbook stands against this one."""
    sides = (node.left, node.right)
    elsewhere = any(o.kind in OTHER_TIMES or o.name in unseen for o in operands(node))
    if any(s.type != "number" for s in sides) or not (
        elsewhere or any(_is_sum(s) or isinstance(s, Chain) for s in sides)
    ):
        return ""
    words: list[str] = []
    for name, side in zip(("左边", "右边"), sides, strict=True):
        value = compute(side)
        if isinstance(value, bool) or not isinstance(value, float | int):
            return ""
        total = "合计" if _is_sum(side) else ""
        words.append(f"{name}{total} {value:.15g}")
    return "，".join(words)


def _cells(node: Call, compute: Compute, failing: Callable[[object], bool]) -> Blame:
    members = tuple(dict.fromkeys(operands(node)))
    if len(members) > _MOST_CELLS or any(o.kind == "column" for o in members):
        return Blame(members)
    bad = tuple(o for o in members if failing(compute(Call(node.name, (Ref(o, o.name),), node.type))))
    return Blame(bad or members, cells=len(bad))


# ---------------------------------------------------------------- trees


def narrowed(node: Node, known: Callable[[Operand], bool]) -> Node | None:
    """A rule over many cells without those that cannot be known; None for every other kind of rule, and when nothing
    is left: then the rule is not computed."""
    match node:
        case Call() if node.name in PER_CELL:
            args: list[Node] = []
            for arg in node.args:
                if isinstance(arg, Block):
                    args += [Ref(o, o.name) for o in arg.operands if known(o)]
                elif all(known(o) for o in operands(arg)):
                    args.append(arg)
            return replace(node, args=tuple(args)) if args else None
        case Compare(right=Literal()):
            left = narrowed(node.left, known)
            return replace(node, left=left) if left is not None else None
        case _:
            return None


def written(node: Node) -> str:
    """The tree as a formula again, every part in brackets where it could be doubtful."""
    match node:
        case Literal():
            return _literal(node.value)
        case Ref():
            name = node.operand.name
            return f"{OTHER_TIMES[node.operand.kind]}({name})" if node.operand.kind in OTHER_TIMES else name
        case Block():
            return node.name
        case Unary(op="%"):
            return f"({written(node.item)})%"
        case Unary():
            return f"({node.op}{written(node.item)})"
        case Chain():
            return "(" + _joined(node.ops, node.items) + ")"
        case Compare():
            return f"({written(node.left)}{node.op}{written(node.right)})"
        case Call():
            return f"{node.name}({','.join(written(a) for a in node.args)})"


def _joined(ops: Sequence[str], items: Sequence[Node]) -> str:
    return written(items[0]) + "".join(op + written(item) for op, item in zip(ops, items[1:], strict=True))


def _literal(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return f"({value:.15g})" if value < 0 else f"{value:.15g}"
