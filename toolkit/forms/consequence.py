"""Which violated relations only follow from another violated one, so that one wrong cell reads as one error.

Only relations of the form "sum = sum" are compared with one another, by linear algebra over their operands:

* A relation that can be added up from others says nothing of its own: when it fails, one of those others fails too,
  and that is its cause. (If all row totals of 表三 hold, its 总计 column balances when the other columns do.)
* Two relations that fail by the same amount through a cell that both contain, while nothing that holds contradicts
  the suspicion, are one error: the one with fewer operands is the cause.

Where a total is right, it is replaced by its parts first: a total that a formula keeps right is never to blame.
Beside that, an inequality and an equality over all its operands and more: the equality is the consequence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from toolkit.findings import GRAVITY, Level
from toolkit.rules.nodes import Block, Call, Chain, Compare, Literal, Node, Operand, Ref, Unary, operands

Form = dict[Operand, Fraction]
_Key = TypeVar("_Key", Operand, int)
_MOST = 400  # relations of one form that are compared


@dataclass(frozen=True)
class Relation:
    """One evaluated rule over the whole form. `values`: those of its operands, marks for nothing as 0."""

    name: str
    level: Level
    node: Node
    violated: bool
    values: Mapping[Operand, Fraction]


@dataclass(frozen=True)
class _Equation:
    at: int  # index of its relation
    form: Mapping[Operand, Fraction]
    residual: Fraction
    total: Operand | None  # the single operand that the others add up to
    violated: bool


def linear(node: Node) -> tuple[Form, Fraction] | None:
    """Coefficients by operand and the constant of a sum; None for anything that is no plain sum."""
    match node:
        case Literal(type="number"):
            return {}, Fraction(str(node.value))
        case Ref() if node.type == "number" and node.operand.kind != "column":
            return {node.operand: Fraction(1)}, Fraction(0)
        case Block() if node.type == "number":
            return _added([({o: Fraction(1)}, Fraction(0)) for o in node.operands], [1] * len(node.operands))
        case Unary(op="-" | "+"):
            return _sum((node.item,), (-1 if node.op == "-" else 1,))
        case Chain() if set(node.ops) <= {"+", "-"}:
            return _sum(node.items, (1, *(1 if op == "+" else -1 for op in node.ops)))
        case Call(name="SUM"):
            return _sum(node.args, (1,) * len(node.args))
        case _:
            return None


def _sum(items: Sequence[Node], signs: Sequence[int]) -> tuple[Form, Fraction] | None:
    parts = [linear(item) for item in items]
    return None if any(p is None for p in parts) else _added([p for p in parts if p is not None], signs)


def _added(parts: Sequence[tuple[Form, Fraction]], signs: Sequence[int]) -> tuple[Form, Fraction]:
    form: Form = {}
    constant = Fraction(0)
    for (coefficients, more), sign in zip(parts, signs, strict=True):
        constant += sign * more
        for operand, factor in coefficients.items():
            form[operand] = form.get(operand, Fraction(0)) + sign * factor
    return {o: f for o, f in form.items() if f}, constant


def consequences(relations: Sequence[Relation]) -> dict[int, int]:
    """Index of a violated relation → index of the violated relation it follows from (never itself a consequence)."""
    violated = [n for n, r in enumerate(relations) if r.violated]
    if len(violated) < 2 or len(relations) > _MOST:
        return {}
    equations = _equations(relations)
    causes = _added_up(_ordered(_substituted(equations)), relations)
    causes |= _same_cell(_substituted(equations), relations, causes)
    causes |= _wider(relations, violated, causes)
    return {at: _root(at, causes) for at in causes}


def _root(at: int, causes: Mapping[int, int]) -> int:
    while at in causes:
        at = causes[at]
    return at


def _may_fold(cause: Relation, effect: Relation) -> bool:
    """What is folded away must not weigh more than what people then see."""
    return GRAVITY[cause.level] <= GRAVITY[effect.level]


def _equations(relations: Sequence[Relation]) -> list[_Equation]:
    found: list[_Equation] = []
    for at, relation in enumerate(relations):
        node = relation.node
        if not isinstance(node, Compare) or node.op != "=" or not set(operands(node)) <= set(relation.values):
            continue
        both = _sum((node.left, node.right), (1, -1))
        if both is None or not both[0]:
            continue
        form, constant = both
        residual = constant + sum((f * relation.values[o] for o, f in form.items()), Fraction(0))
        total = _total(node.left, node.right) or _total(node.right, node.left)
        found.append(_Equation(at, form, residual, total, relation.violated))
    return found


def _total(parts: Node, single: Node) -> Operand | None:
    is_sum = isinstance(parts, Call) or (isinstance(parts, Chain) and set(parts.ops) == {"+"})
    return single.operand if is_sum and isinstance(single, Ref) and single.operand.kind == "field" else None


def _substituted(equations: Sequence[_Equation]) -> list[_Equation]:
    """Every total that is right replaced by its parts, until only parts are left."""
    parts: dict[Operand, Form] = {}
    for e in equations:
        if e.total is not None and not e.violated and e.total not in parts:
            factor = e.form[e.total]
            parts[e.total] = {o: -f / factor for o, f in e.form.items() if o != e.total}
    result: list[_Equation] = []
    for e in equations:
        form = dict(e.form)
        for _ in range(4):  # totals of totals; deeper nesting is left as it is
            open_totals = [o for o in form if o in parts and not (o == e.total and not e.violated)]
            if not open_totals:
                break
            for total in open_totals:
                factor = form.pop(total)
                for operand, f in parts[total].items():
                    form[operand] = form.get(operand, Fraction(0)) + factor * f
        form = {o: f for o, f in form.items() if f}
        result.append(_Equation(e.at, form, e.residual, e.total, e.violated))
    return result


def _ordered(equations: Sequence[_Equation]) -> list[_Equation]:
    """What defines a total comes before what uses it, fewer totals before more, then the order of the form."""
    totals = {e.total for e in equations if e.total is not None}

    def rank(e: _Equation) -> tuple[int, int, int]:
        return sum(o in totals for o in e.form), 0 if e.total is not None else 1, e.at

    return sorted(equations, key=rank)


def _added_up(equations: Sequence[_Equation], relations: Sequence[Relation]) -> dict[int, int]:
    """Gauss: an equation that vanishes against earlier ones is their sum; its cause is the first violated of them."""
    causes: dict[int, int] = {}
    pivots: dict[Operand, tuple[Form, dict[int, Fraction]]] = {}
    for e in equations:
        form, made_of = dict(e.form), {e.at: Fraction(1)}
        while pivot := next((o for o in form if o in pivots), None):
            other, others = pivots[pivot]
            factor = form[pivot] / other[pivot]
            _subtract(form, other, factor)
            _subtract(made_of, others, factor)
        if form:
            pivots[next(iter(form))] = (form, made_of)
        elif e.violated:
            of = [other.at for other in equations if other.at in made_of and other.at != e.at and other.violated]
            cause = next((n for n in of if _may_fold(relations[n], relations[e.at])), None)
            if cause is not None:
                causes[e.at] = cause
    return causes


def _subtract(target: dict[_Key, Fraction], other: Mapping[_Key, Fraction], factor: Fraction) -> None:
    for key, value in other.items():
        target[key] = target.get(key, Fraction(0)) - factor * value
        if not target[key]:
            del target[key]


def _same_cell(
    equations: Sequence[_Equation], relations: Sequence[Relation], known: Mapping[int, int]
) -> dict[int, int]:
    """Violated equations that one corrected cell would put right together."""
    causes: dict[int, int] = {}
    wrong = [e for e in equations if e.violated and e.at not in known and e.residual]
    wrong.sort(key=lambda e: (len(relations[e.at].values), e.at))
    for n, effect in enumerate(wrong):
        for cause in wrong[:n]:
            if cause.at in causes or not _may_fold(relations[cause.at], relations[effect.at]):
                continue
            shared = [o for o in cause.form if o in effect.form]
            if any(_explains(o, cause, effect, equations) for o in shared):
                causes[effect.at] = cause.at
                break
    return causes


def _explains(cell: Operand, cause: _Equation, effect: _Equation, equations: Sequence[_Equation]) -> bool:
    error = cause.residual / cause.form[cell]
    if effect.residual / effect.form[cell] != error:
        return False
    return not any(not e.violated and e.total is None and cell in e.form for e in equations)


def _wider(relations: Sequence[Relation], violated: Sequence[int], known: Mapping[int, int]) -> dict[int, int]:
    """A violated inequality explains the violated equality over the same operands and more."""
    causes: dict[int, int] = {}
    for cause in violated:
        node = relations[cause].node
        if cause in known or not isinstance(node, Compare) or node.op in ("=", "<>"):
            continue
        own = set(operands(node))
        for effect in violated:
            other = relations[effect].node
            wider = isinstance(other, Compare) and other.op == "=" and own < set(operands(other))
            if wider and effect not in known and effect not in causes and _may_fold(relations[cause], relations[effect]):
                causes[effect] = cause
    return causes
