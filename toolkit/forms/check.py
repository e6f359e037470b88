"""A draft against its form: what must be filled and every rule, over the whole form and row by row.

Rules speak only where all their operands could be read: a cell with a type finding of its own is not judged twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial

from toolkit.findings import GRAVITY, Finding, Level, finding
from toolkit.forms.blame import OTHER_TIMES, Blame, blame, narrowed, written
from toolkit.forms.consequence import (
    Equation,
    Number,
    Relation,
    at_work,
    consequences,
    corrected,
    echoes,
    equation_of,
    may_fold,
    residual_of,
    root_of,
)
from toolkit.forms.form import EXPLANATION_LIST, Field, Form, Rule
from toolkit.forms.in_force import from_when, level_at
from toolkit.forms.layout import row_cell_locked, shown, single_locked
from toolkit.forms.schema import FACT_TYPES, schema_of
from toolkit.forms.scope import UNKNOWN, CheckContext, Known, Scope
from toolkit.forms.verdict import explained, verdict
from toolkit.model import NOTHING_MARKS, Draft, Filled, Value
from toolkit.rules.formula import FormulaError, Schema, parse
from toolkit.rules.nodes import Node, Operand, operands
from toolkit.rules.python import NOT_COMPUTED, Compiled, compile_formula

__all__ = ["CheckContext", "Tried", "check", "explained", "level_at", "tried", "verdict"]

_TYPED_LAST_YEAR = "（上年数为本单位自填）"
_LISTED = 6


@dataclass(frozen=True, eq=False)  # a key of `_compiled_part`, by identity
class _ReadyRule:
    rule: Rule
    node: Node
    compiled: Compiled
    schema: Schema
    equation: Equation | None


@dataclass(frozen=True)
class _Ready:
    """A form's formulas, compiled once."""

    whole: tuple[_ReadyRule, ...]
    by_list: tuple[tuple[str, tuple[_ReadyRule, ...]], ...]
    required: tuple[tuple[str, str, Compiled], ...]  # list or "", field name, formula
    echoes: tuple[Equation, ...]  # sums that hold in another year too, when its figures are known


class _ByDigest:
    """A form as a cache key: forms with the same bytes are the same."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __hash__(self) -> int:
        return hash((self.form.id, self.form.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByDigest) and (
            (self.form.id, self.form.digest) == (other.form.id, other.form.digest)
            if self.form.digest
            else self.form is other.form
        )


def check(draft: Draft, form: Form, context: CheckContext) -> tuple[Finding, ...]:
    """Findings IN-515, TAB-101 and ROW-101, consequences marked. Levels of rules on trial are lowered to 提示."""
    ready = _ready(_ByDigest(form))
    scope = Scope.of(draft, form, context)
    rows: list[Finding] = []
    for list_name, rules in ready.by_list:
        for row in draft.lists.get(list_name, ()):
            within = scope.within(list_name, row)
            if not (within.issued and within.issued.locked):  # a row carried over as a whole is nobody's to correct
                rows += [f for r in rules if (f := _row_finding(r, within)) is not None]
    return (*_required(ready, scope), *_under_rows(_whole(ready, scope), rows), *rows)


@dataclass(frozen=True)
class Tried:
    """One rule on one submission: where it is violated, how often it could be computed, what was missing where not.

    A rule over the form is computed once, a row rule once a row; a list without rows computes nothing and lacks nothing.
    """

    findings: tuple[Finding, ...]
    computed: int
    missing: tuple[str, ...]  # in words, each once: 上年(表三·结转下年度·自然人)没有数


def tried(draft: Draft, form: Form, rule: Rule, context: CheckContext) -> Tried:
    """The rule as if it were in force, whatever its 试行起 and 生效起 say. `rule` is one of the form's."""
    ready = _ready(_ByDigest(form))
    rules = dict(ready.by_list).get(rule.scope, ()) if rule.scope else ready.whole
    item = next(r for r in rules if r.rule.no == rule.no)
    whole = Scope.of(draft, form, context)
    rows = [whole.within(rule.scope, row) for row in draft.lists.get(rule.scope, ())] if rule.scope else [whole]
    code = "ROW-101" if rule.scope else "TAB-101"
    findings: list[Finding] = []
    missing: dict[str, None] = {}
    computed = 0
    for scope in rows:
        if scope.issued and scope.issued.locked:
            continue
        result, node = _verdict_of(item, scope)
        computed += result is not NOT_COMPUTED
        if result is NOT_COMPUTED:
            missing |= dict.fromkeys(_lacking(item, scope))
        elif result is False:
            findings.append(_finding(item, node, rule.level, scope, code))
    return Tried(tuple(findings), computed, tuple(missing))


def _lacking(item: _ReadyRule, scope: Scope) -> list[str]:
    """Why a rule could not be computed: operand by operand, in the words of the form."""
    found = []
    for operand in item.compiled.operands:
        value, own = scope.value(operand), scope.field(operand.name)
        name = own.label if own else operand.name
        if operand.kind in OTHER_TIMES:
            if value is UNKNOWN or value is None:
                found.append(f"{OTHER_TIMES[operand.kind]}({name})没有数")
        elif value is UNKNOWN:
            filled = scope.filled(operand.name)
            written = _quoted(filled.value) if filled is not None else ""
            place = f"{filled.sheet}!{filled.cell} " if filled is not None and written else ""
            found.append(f"{place}“{name}”填的“{written}”不能计算" if written else f"没有读到“{name}”")
    return found or ["算式没有结果（如除以0）"]


@lru_cache(maxsize=64)
def _ready(key: _ByDigest) -> _Ready:
    form = key.form
    schemas = {name: schema_of(form, name) for name in ("", *(x.name for x in form.lists), EXPLANATION_LIST)}
    by_scope: dict[str, list[_ReadyRule]] = {name: [] for name in schemas}
    for rule in form.rules:
        schema = schemas[rule.scope]
        compiled = compile_formula(rule.formula, schema)
        node = parse(rule.formula, schema)
        by_scope[rule.scope].append(_ReadyRule(rule, node, compiled, schema, None if rule.scope else equation_of(node)))
    fields = [("", f) for f in form.fields] + [(x.name, f) for x in form.lists for f in x.fields]
    required = [
        (where, f.name, compile_formula(f.required, schemas[where]))
        for where, f in fields
        if f.required not in ("是", "否", "")
    ]
    lists = tuple((name, tuple(rules)) for name, rules in by_scope.items() if name and rules)
    whole = tuple(by_scope[""])
    used = {o for r in whole for o in r.compiled.operands}
    return _Ready(whole, lists, tuple(required), echoes([r.equation for r in whole if r.equation], used))


# ---------------------------------------------------------------- computing


def _values(needed: Sequence[Operand], scope: Scope) -> list[Known] | None:
    """One value per operand; None where one cannot be known."""
    values: list[Known] = []
    for operand in needed:
        value = scope.value(operand)
        if value is UNKNOWN or (operand.kind == "last_year" and value is None):
            return None
        values.append(value)
    return values


def _compute(compiled: Compiled, scope: Scope) -> object:
    values = _values(compiled.operands, scope)
    return NOT_COMPUTED if values is None else compiled(values, scope.context.calendar)


def _part(node: Node, ready: _ReadyRule, scope: Scope) -> object:
    """A part of a rule's formula computed by itself."""
    compiled = _compiled_part(node, ready)
    return _compute(compiled, scope) if compiled else NOT_COMPUTED


@lru_cache(maxsize=4096)  # whoever breaks a rule is seldom the only one, and one finding asks for a part several times
def _compiled_part(node: Node, ready: _ReadyRule) -> Compiled | None:
    """None where the part is no formula by itself."""
    try:
        return compile_formula(written(node), ready.schema)
    except FormulaError:
        return None


def _verdict_of(ready: _ReadyRule, scope: Scope) -> tuple[object, Node]:
    """True, False or NOT_COMPUTED, and the tree that was judged (without unreadable cells where the rule allows it)."""
    values = _values(ready.compiled.operands, scope)
    if values is not None:
        return ready.compiled(values, scope.context.calendar), ready.node
    rest = narrowed(ready.node, lambda operand: scope.value(operand) is not UNKNOWN)
    return (_part(rest, ready, scope), rest) if rest is not None else (NOT_COMPUTED, ready.node)


# ---------------------------------------------------------------- rules


def _whole(ready: _Ready, scope: Scope) -> list[tuple[_ReadyRule, Finding]]:
    """Violated rules over the whole form with their findings, each consequence named after its cause."""
    relations: list[Relation] = []
    items: list[_ReadyRule] = []
    found: dict[int, Finding] = {}
    for item in ready.whole:
        level = level_at(item.rule, scope.context.as_of)
        if level is None:
            continue
        result, node = _verdict_of(item, scope)
        if result is NOT_COMPUTED:
            continue
        equation, residual = item.equation, None
        if result is False:
            found[len(relations)] = _finding(item, node, level, scope, "TAB-101")
            equation = equation or equation_of(at_work(node, partial(_part, ready=item, scope=scope)))
            residual = _residual(equation, item, scope) if equation else None
        items.append(item)
        relations.append(Relation(item.rule.name, level, node, result is False, equation, residual or 0))
    if len(found) > 1:
        held = [e for e in ready.echoes if _residual(e, ready.whole[0], scope) == 0]
        relations += [Relation("", Level.NOTE, None, False, e) for e in held]
    causes = consequences(relations)
    causes |= _repaired(relations, items, [n for n in found if n not in causes], scope)
    for effect in causes:
        found[effect] = replace(found[effect], consequence_of=relations[root_of(effect, causes)].name)
    return [(items[n], f) for n, f in found.items()]


def _repaired(
    relations: Sequence[Relation], items: Sequence[_ReadyRule], roots: Sequence[int], scope: Scope
) -> dict[int, int]:
    """What would hold if a wrong total were the sum of its parts, though it is no sum itself: total → its cause."""
    causes: dict[int, int] = {}
    for cause in roots:
        equation = relations[cause].equation
        value = scope.value(Operand("field", equation.total, "")) if equation and equation.total else None
        if equation is None or not isinstance(value, int | Decimal) or cause in causes:
            continue
        right = corrected(equation, relations[cause].residual, value)
        mended = replace(scope, known={**scope.known, str(equation.total): right}, seen={})
        for effect in roots:
            other = relations[effect].equation
            plain_sum = other is not None and not other.parts
            if effect == cause or effect in causes or plain_sum or not may_fold(relations[cause], relations[effect]):
                continue
            if _verdict_of(items[effect], mended)[0] is True:
                causes[effect] = cause
    return causes


def _under_rows(whole: Sequence[tuple[_ReadyRule, Finding]], rows: Sequence[Finding]) -> list[Finding]:
    """A sum over a column whose cell has a violated rule of its own is a consequence of that rule."""
    causes: dict[str, str] = {}
    for item, f in whole:
        columns = {o.name for o in item.compiled.operands if o.kind == "column"} if item.equation else set()
        cause = next((r for r in rows if r.field in columns and GRAVITY[r.level] <= GRAVITY[f.level]), None)
        if cause is not None and f.consequence_of is None:
            causes[f.rule] = cause.rule
    told = {f.rule: causes.get(f.consequence_of or f.rule, f.consequence_of) for _, f in whole}
    return [replace(f, consequence_of=told[f.rule]) for _, f in whole]


def _residual(equation: Equation, item: _ReadyRule, scope: Scope) -> Number | None:
    """Left minus right, marks for nothing as 0; None where an operand is no number."""
    values: dict[str, int | Decimal] = {}
    for name, operand in equation.named:
        value = scope.value(operand)
        numbers = [_number(v) for v in value] if isinstance(value, tuple) else [_number(value)]
        if any(n is None for n in numbers):
            return None
        values[name] = sum((n for n in numbers if n is not None), 0)
    for name, part in equation.parts:
        result = _part(part, item, scope)
        if isinstance(result, bool) or not isinstance(result, int | float):
            return None
        values[name] = Decimal(f"{result:.15g}")
    return residual_of(equation, values)


def _number(value: object) -> int | Decimal | None:
    if isinstance(value, int | Decimal):
        return value
    return 0 if isinstance(value, str) and value in NOTHING_MARKS else None


def _row_finding(item: _ReadyRule, scope: Scope) -> Finding | None:
    level = level_at(item.rule, scope.context.as_of)
    if level is None:
        return None
    result, node = _verdict_of(item, scope)
    return _finding(item, node, level, scope, "ROW-101") if result is False else None


def _finding(item: _ReadyRule, node: Node, level: Level, scope: Scope, code: str) -> Finding:
    rule = item.rule
    blamed = blame(node, lambda part: _part(part, item, scope), scope.context.outside)
    typed = any(scope.typed_last_year(o) for o in operands(node))
    detail = _detail(blamed, scope) + (_TYPED_LAST_YEAR if typed else "")
    said = from_when(rule) if level is not rule.level else rule.message
    message = f"{said.removesuffix('。')}{detail}。" if detail else said
    place = {**_place(blamed, scope), "rule": rule.name, "rule_no": rule.no, "basis": rule.basis}
    return finding(code, level=level, place=place, message=message, remedy=rule.remedy)


def _detail(blamed: Blame, scope: Scope) -> str:
    if blamed.detail:
        return f"（{blamed.detail}）"
    if not blamed.cells:
        return ""
    cells = [c for o in blamed.operands[:_LISTED] if (c := scope.filled(o.name)) is not None]
    listed = "、".join(c.cell for c in cells) + ("等" if blamed.cells > len(cells) else "")
    return f"（{listed}，共 {blamed.cells} 格）"


def _place(blamed: Blame, scope: Scope) -> dict[str, str]:
    """The blamed cell: the first candidate that people may write into, else the first that stands anywhere."""
    candidates = [(o, c) for o in blamed.operands if o.kind == "field" and (c := scope.filled(o.name)) is not None]
    candidates = [(o, c) for o, c in candidates if o.name not in FACT_TYPES or scope.field(o.name)]
    if not candidates and scope.row:
        candidates = [(Operand("field", name, "文本"), c) for name, c in list(scope.row.items())[:1]]
    if not candidates:
        return {}
    writable = [(o, c) for o, c in candidates if not _is_locked(scope.field(o.name), scope)]
    operand, cell = (writable or candidates)[0]
    return _address(operand.name, cell, scope)


def _is_locked(item: Field | None, scope: Scope) -> bool:
    if item is None:
        return False
    if scope.list_name and item.list_name == scope.list_name:
        return row_cell_locked(item, scope.issued)
    return single_locked(item, scope.context.order)


def _address(name: str, cell: Filled, scope: Scope) -> dict[str, str]:
    item = scope.field(name)
    in_row = bool(scope.list_name) and name in scope.row
    return {
        "sheet": cell.sheet,
        "cell": cell.cell,
        "field": f"{scope.list_name}.{name}" if in_row else name,
        "label": item.label if item else name,
        "value": _quoted(cell.value),
    }


def _quoted(value: Value) -> str:
    if isinstance(value, Decimal):
        return shown(value)
    return shown(value)[:60]


# ---------------------------------------------------------------- what must be filled


def _required(ready: _Ready, scope: Scope) -> list[Finding]:
    found: list[Finding] = []
    formulas = {(where, name): compiled for where, name, compiled in ready.required}
    for item in scope.form.fields:
        if _missing(item, scope, formulas.get(("", item.name))):
            found.append(_unfilled(item, scope))
    for form_list in scope.form.lists:
        for row in scope.draft.lists.get(form_list.name, ()):
            within = scope.within(form_list.name, row)
            for item in form_list.fields:
                if _missing(item, within, formulas.get((form_list.name, item.name))):
                    found.append(_unfilled(item, within))
    return found


def _missing(item: Field, scope: Scope, formula: Compiled | None) -> bool:
    cell = scope.filled(item.name)
    if cell is None or cell.value != "" or _is_locked(item, scope):
        return False
    if formula is not None:
        return _compute(formula, scope) is True
    return item.required == "是"


def _unfilled(item: Field, scope: Scope) -> Finding:
    cell = scope.filled(item.name)
    assert cell is not None
    return finding("IN-515", label=item.label, place=_address(item.name, cell, scope))
