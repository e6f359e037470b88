"""Which violated relations only follow from another violated one, so that one wrong cell reads as one error.

Relations of the form "sum = sum" are compared with one another, by linear algebra over their operands:

* A relation that can be added up from others says nothing of its own: when it fails, one of those others fails too,
  and that is its cause. (If all row totals of 表三 hold, its 总计 column balances when the other columns do.)
* Two relations that fail by the same amount through a cell that both contain, while nothing that holds contradicts
  the suspicion, are one error: the one with fewer operands is the cause.

Where a total is right, it is replaced by its parts first: a total that a formula keeps right is never to blame. What is no
plain sum (SUMIF, ROUND, a product) counts as one operand that is known by its value.
Beside that, an inequality and an equality over all its operands and more: the equality is the consequence. And whatever
would hold if a wrong total were its parts' sum (`corrected`) follows from that total.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from toolkit.findings import GRAVITY, Level
from toolkit.forms.blame import written
from toolkit.rules.nodes import Block, Call, Chain, Compare, Literal, Node, Operand, Ref, Unary, operands

Number = int | Fraction
Sum = dict[str, Number]
"""Coefficient by operand (see `_name`)."""

_Key = TypeVar("_Key", str, int)
_MOST = 400  # relations of one form that are compared


@dataclass(frozen=True)
class Equation:
    """A relation as sum of `terms` + `constant` = 0. `total`: the single operand that the others add up to."""

    terms: Mapping[str, Number]
    constant: Number
    total: str | None
    named: tuple[tuple[str, Operand], ...]  # its operands, to fetch their values
    parts: tuple[tuple[str, Node], ...] = ()  # what counts as one operand and has to be computed


@dataclass(frozen=True)
class Relation:
    """One evaluated rule over the whole form (`node` None: not a rule of the form, only known to hold).

    `residual`: left minus right, known where it is violated.
    """

    name: str
    level: Level
    node: Node | None
    violated: bool
    equation: Equation | None = None
    residual: Number = 0

    @cached_property
    def operands(self) -> frozenset[Operand]:
        return frozenset(operands(self.node)) if self.node else frozenset()


def equation_of(node: Node) -> Equation | None:
    """The linear equation that a formula is, None for every other formula."""
    if not isinstance(node, Compare) or node.op != "=":
        return None
    both = _sum((node.left, node.right), (1, -1))
    if both is None:
        return None
    terms, constant, atoms = both
    named = {_name(o): o for n in _plain((node.left, node.right)) for o in operands(n)}
    if not set(terms) & set(named):
        return None
    total = _total(node.left, node.right) or _total(node.right, node.left)
    return Equation(terms, constant, total if total in terms else None, tuple(named.items()), tuple(atoms.items()))


def at_work(node: Node, compute: Callable[[Node], object]) -> Node:
    """The part of a violated formula that fails: the branch that IF takes, the only part of AND that is false."""
    match node:
        case Call(name="IF"):
            condition = compute(node.args[0])
            taken = node.args[1] if condition is True else node.args[2] if len(node.args) > 2 else node
            return node if taken is node or isinstance(taken, Literal) else at_work(taken, compute)
        case Call(name="AND"):
            failing = [a for a in node.args if compute(a) is False]
            return at_work(failing[0], compute) if len(failing) == 1 else node
        case _:
            return node


def corrected(equation: Equation, residual: Number, value: int | Decimal) -> int | Decimal | None:
    """What the total (now `value`) would have to be for the equation to hold; None where it has no total."""
    if equation.total is None:
        return None
    right = Fraction(value) - Fraction(residual) / Fraction(equation.terms[equation.total])
    return right.numerator if right.denominator == 1 else Decimal(right.numerator) / Decimal(right.denominator)


def residual_of(equation: Equation, values: Mapping[str, int | Decimal]) -> Number:
    """Left minus right with the values at hand (by operand name as in `named`)."""
    result: Number = equation.constant
    for name, factor in equation.terms.items():
        value = values[name]
        result += factor * (value if isinstance(value, int) else Fraction(value))
    return result


def echoes(equations: Sequence[Equation], used: Collection[Operand]) -> tuple[Equation, ...]:
    """The sums that define totals, said of last year or last period: where all their operands are asked for there too
    (`used`), the total asked for is no news beside its parts."""
    found: list[Equation] = []
    for e in equations:
        if e.total is None or e.parts or any(o.kind != "field" for _, o in e.named):
            continue
        for kind in ("last_year", "previous"):
            moved = {name: Operand(kind, o.name, o.type) for name, o in e.named}
            if set(moved.values()) <= set(used):
                terms = {_name(moved[n]): f for n, f in e.terms.items()}
                total = _name(moved[e.total])
                found.append(Equation(terms, e.constant, total, tuple((_name(o), o) for o in moved.values())))
    return tuple(found)


def _name(operand: Operand) -> str:
    return operand.name if operand.kind == "field" else f"{operand.kind}:{operand.name}"


_Sums = tuple[Sum, Number, dict[str, Node]]
"""Terms, constant, and what stands behind those terms that are no operands."""


def _linear(node: Node) -> _Sums | None:
    match node:
        case Literal(type="number"):
            number = Fraction(str(node.value))
            return {}, number.numerator if number.denominator == 1 else number, {}
        case Ref() if node.type == "number":
            return {_name(node.operand): 1}, 0, {}
        case Block() if node.type == "number":
            return {_name(o): 1 for o in node.operands}, 0, {}
        case Unary(op="-" | "+"):
            return _sum((node.item,), (-1 if node.op == "-" else 1,))
        case Chain() if set(node.ops) <= {"+", "-"}:
            return _sum(node.items, (1, *(1 if op == "+" else -1 for op in node.ops)))
        case Call(name="SUM"):
            return _sum(node.args, (1,) * len(node.args))
        case Call() | Chain() if node.type == "number":
            text = written(node)
            return {text: 1}, 0, {text: node}
        case _:
            return None


def _sum(items: Sequence[Node], signs: Sequence[int]) -> _Sums | None:
    terms: Sum = {}
    constant: Number = 0
    atoms: dict[str, Node] = {}
    for item, sign in zip(items, signs, strict=True):
        part = _linear(item)
        if part is None:
            return None
        constant += sign * part[1]
        _add(terms, part[0], sign)
        atoms |= part[2]
    return terms, constant, atoms


def _plain(items: Sequence[Node]) -> list[Node]:
    """The operands of a sum, without what `_linear` takes as one."""
    found: list[Node] = []
    for item in items:
        match item:
            case Ref() | Block():
                found.append(item)
            case Unary(op="-" | "+"):
                found += _plain((item.item,))
            case Chain() if set(item.ops) <= {"+", "-"}:
                found += _plain(item.items)
            case Call(name="SUM"):
                found += _plain(item.args)
    return found


def _total(parts: Node, single: Node) -> str | None:
    is_sum = isinstance(parts, Call | Chain) and not (isinstance(parts, Chain) and "-" in parts.ops)
    return single.operand.name if is_sum and isinstance(single, Ref) and single.operand.kind == "field" else None


def _add(target: dict[_Key, Number], other: Mapping[_Key, Number], factor: Number) -> None:
    for key, value in other.items():
        new = target.get(key, 0) + factor * value
        if new:
            target[key] = new
        else:
            target.pop(key, None)


def _ratio(a: Number, b: Number) -> Number:
    exact = Fraction(a) / Fraction(b)
    return exact.numerator if exact.denominator == 1 else exact


# ---------------------------------------------------------------- comparing


@dataclass(frozen=True)
class _Row:
    """An equation in parts. `at`: index of its relation."""

    at: int
    terms: Mapping[str, Number]
    total: str | None
    relation: Relation


def consequences(relations: Sequence[Relation]) -> dict[int, int]:
    """Index of a violated relation → index of the violated relation it follows from (never itself a consequence)."""
    violated = [n for n, r in enumerate(relations) if r.violated]
    if len(violated) < 2 or len(relations) > _MOST:
        return {}
    causes: dict[int, int] = {}
    if sum(relations[n].equation is not None for n in violated) > 1:
        rows = _in_parts(relations)
        causes |= _added_up(_ordered(rows))
        causes |= _same_cell(rows, causes)
    causes |= _wider(relations, violated, causes)
    return {at: root_of(at, causes) for at in causes}


def root_of(at: int, causes: Mapping[int, int]) -> int:
    while at in causes:
        at = causes[at]
    return at


def may_fold(cause: Relation, effect: Relation) -> bool:
    """What is folded away must not weigh more than what people then see."""
    return GRAVITY[cause.level] <= GRAVITY[effect.level]


def _in_parts(relations: Sequence[Relation]) -> list[_Row]:
    """Every total that is right replaced by its parts, until only parts are left."""
    parts: dict[str, Sum] = {}
    for relation in relations:
        e = relation.equation
        if e and e.total and not relation.violated and not e.constant and e.total not in parts:
            factor = e.terms[e.total]
            parts[e.total] = {n: _ratio(-f, factor) for n, f in e.terms.items() if n != e.total}
    rows: list[_Row] = []
    for at, relation in enumerate(relations):
        e = relation.equation
        if e is None:
            continue
        terms = dict(e.terms)
        own = e.total if not relation.violated else None
        for _ in range(4):  # totals of totals; deeper nesting is left as it is
            replaceable = [n for n in terms if n in parts and n != own]
            if not replaceable:
                break
            for name in replaceable:
                factor = terms.pop(name, 0)
                _add(terms, parts[name], factor)
        rows.append(_Row(at, terms, e.total, relation))
    return rows


def _ordered(rows: Sequence[_Row]) -> list[_Row]:
    """What defines a total comes before what uses it, fewer totals before more, then the order of the form. A total that
    another relation keeps right is no longer there to be defined."""
    totals = {r.total for r in rows if r.total is not None}

    def rank(r: _Row) -> tuple[int, int, int]:
        return sum(n in totals for n in r.terms), 0 if r.total in r.terms else 1, r.at

    return sorted(rows, key=rank)


def _added_up(rows: Sequence[_Row]) -> dict[int, int]:
    """Gauss: a row that vanishes against earlier ones is their sum; its cause is the first violated of them."""
    causes: dict[int, int] = {}
    pivots: dict[str, tuple[Sum, dict[int, Number]]] = {}
    for row in rows:
        terms: Sum = dict(row.terms)
        made_of: dict[int, Number] = {row.at: 1}
        while pivot := next((n for n in terms if n in pivots), None):
            other, others = pivots[pivot]
            factor = -_ratio(terms[pivot], other[pivot])
            _add(terms, other, factor)
            _add(made_of, others, factor)
        if terms:
            pivots[next(iter(terms))] = (terms, made_of)
        elif row.relation.violated:
            of = [r for r in rows if r.at in made_of and r.at != row.at and r.relation.violated]
            cause = next((r.at for r in of if may_fold(r.relation, row.relation)), None)
            if cause is not None:
                causes[row.at] = cause
    return causes


def _same_cell(rows: Sequence[_Row], known: Mapping[int, int]) -> dict[int, int]:
    """Violated equations that one corrected cell would put right together. The one that says what the cell must be (its
    sum) is the cause, else the one with fewer operands."""
    causes: dict[int, int] = {}
    wrong = [r for r in rows if r.relation.violated and r.at not in known and r.relation.residual]
    wrong.sort(key=lambda r: (len(r.relation.operands), r.at))
    for n, later in enumerate(wrong):
        for earlier in wrong[:n]:
            shared = [c for c in earlier.terms if c in later.terms and _explains(c, earlier, later, rows)]
            if not shared or earlier.at in causes:
                continue
            defined = later.total in shared and earlier.total not in shared
            pairs = ((later, earlier), (earlier, later)) if defined else ((earlier, later), (later, earlier))
            cause, effect = next((p for p in pairs if may_fold(p[0].relation, p[1].relation)), (earlier, earlier))
            if cause is not effect and cause.at not in causes:
                causes[effect.at] = cause.at
            if effect is later:
                break
    return causes


def _explains(cell: str, cause: _Row, effect: _Row, rows: Sequence[_Row]) -> bool:
    if cause.relation.residual * effect.terms[cell] != effect.relation.residual * cause.terms[cell]:
        return False
    return not any(not r.relation.violated and r.total is None and cell in r.terms for r in rows)


def _wider(relations: Sequence[Relation], violated: Sequence[int], known: Mapping[int, int]) -> dict[int, int]:
    """A violated inequality explains the violated equality over the same operands and more."""
    causes: dict[int, int] = {}
    for cause in violated:
        node = relations[cause].node
        if cause in known or not isinstance(node, Compare) or node.op in ("=", "<>"):
            continue
        for effect in violated:
            equation = relations[effect].equation
            if effect in known or effect in causes or equation is None or equation.total is not None:
                continue
            own, others = relations[cause].operands, relations[effect].operands
            if own < others and may_fold(relations[cause], relations[effect]):
                causes[effect] = cause
    return causes
