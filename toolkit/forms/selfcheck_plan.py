"""What the check sheets of one form hold: helper cells for every operand, one item per thing that can be wrong.

Depends on the form, the calendar and the length of the lists, never on the unit: what a unit brings are values.
Columns of _检: A code, B open places, C running number, D kind, E label, F target, G weight, H explained, I state,
J value, K counts; L to O the kinds (level, message, remedy, number); Q what 情况说明 explains; lists from S on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from toolkit.findings import GRAVITY, Level
from toolkit.forms.form import CHECK_SHEETS, NUMBER_TYPES, Field, Form, Rule
from toolkit.forms.in_force import from_when
from toolkit.forms.layout import EXPLANATION_ROWS, ListPlace, list_places, locate
from toolkit.forms.schema import schema_of
from toolkit.forms.totals import formula_of, totals_of
from toolkit.rules.formula import parse
from toolkit.rules.nodes import Call, Compare, Literal, Node, Operand, Ref, children, operands
from toolkit.rules.python import Compiled, compile_formula

FIRST = 3  # first row of items, single operands and kinds
FIRST_LIST_COLUMN = 19
EXPLAINED = f"$Q${FIRST}:$Q${FIRST + EXPLANATION_ROWS - 1}"
ROW = "\0"
"""Stands for the row's number in formulas of list rows."""

PAGE_SHEET, PARAMETERS, CHECK_SHEET, _ = CHECK_SHEETS


@dataclass(frozen=True)
class Kind:
    """One thing that can be wrong: a rule, or what is asked of a type. `rule` decides the level on a day."""

    level: Level
    message: str
    remedy: str
    no: str = ""
    rule: Rule | None = None


@dataclass(frozen=True)
class Ready:
    """A formula of the form: tree and closure."""

    node: Node
    compiled: Compiled


@dataclass(frozen=True)
class Line:
    """One row of the list of items. `code` "" where the open places are counted at once; `target` is a text such as
    '表三'!C12, or (moving) a formula for one. `what` tells the Python side what it is about."""

    kind: int
    what: tuple[str, ...]
    open: str
    target: str
    code: str = ""
    explained: str = ""
    label: str = ""
    moving: bool = False


@dataclass(frozen=True)
class Single:
    """A helper row of one operand: a field, or (last_year) last year's figure."""

    name: str
    type: str
    state: str
    value: str
    last_year: bool = False


@dataclass(frozen=True)
class ListColumn:
    """One helper column of a list; `formula` with ROW for the row's number. what: used, open, state, value, previous,
    previous_state, required, rule, unexplained, rest."""

    letters: str
    what: str
    name: str = ""  # field or rule number
    formula: str = ""
    text: bool = False


@dataclass(frozen=True)
class ListPlan:
    name: str
    place: ListPlace
    columns: tuple[ListColumn, ...]


@dataclass(frozen=True)
class Plan:
    """Everything but the values."""

    form: Form
    kinds: tuple[Kind, ...]
    lines: tuple[Line, ...]
    singles: tuple[Single, ...]
    lists: tuple[ListPlan, ...]
    parameters: tuple[Operand, ...]  # rows of _参数 from 2 on
    ready: Mapping[str, Ready]  # rules by number, 必填 formulas by list|field
    targets: Mapping[str, str] = field(default_factory=dict)  # field → '表三'!C12
    whole_ruled: frozenset[str] = frozenset()
    batch_only: tuple[tuple[Rule, str], ...] = ()

    def parts(self, item: Field) -> tuple[str, ...]:
        return parts_of(self.form, item)


def parts_of(form: Form, item: Field) -> tuple[str, ...]:
    """The cells that people may write into and from which a cell with a formula is computed: when one of them is
    wrong, it is reported, and the error it makes here is not."""
    if not has_formula(item):
        return ()
    read = next((t.compiled.operands for t in totals_of(form) if t.name == item.name), ())
    free = {f.name for f in form.fields if f.locked == "否"}
    return tuple(o.name for o in read if o.kind == "field" and o.name in free)


@dataclass(frozen=True)
class Formulas:
    """The form's formulas, read once."""

    ready: Mapping[str, Ready]
    whole_ruled: frozenset[str]
    used: frozenset[tuple[str, str]]  # (list or "", field) that some formula looks at


def formulas_of(form: Form) -> Formulas:
    """Remembered by the form's digest."""
    return _remembered(_Key(form.digest, form.id, form)) if form.digest else _formulas(form)


@dataclass(frozen=True)
class _Key:
    digest: str
    id: str
    form: Form = field(compare=False)


@lru_cache(maxsize=64)
def _remembered(key: _Key) -> Formulas:
    return _formulas(key.form)


def _formulas(form: Form) -> Formulas:
    schemas = {name: schema_of(form, name) for name in ("", *(x.name for x in form.lists))}
    ready: dict[str, Ready] = {}
    used: set[tuple[str, str]] = set()
    whole: set[str] = set()

    def take(key: str, scope: str, formula: str) -> None:
        node = parse(formula, schemas[scope])
        ready[key] = Ready(node, compile_formula(formula, schemas[scope]))
        own = {f.name for x in form.lists if x.name == scope for f in x.fields}
        for operand in operands(node):
            list_name, _, column = operand.name.rpartition(".") if operand.kind == "column" else ("", "", "")
            used.add((list_name, column) if list_name else (scope if operand.name in own else "", operand.name))
        whole.update(o.name for o in _judged_whole(node))

    for rule in form.rules:
        if rule.scope in schemas:
            take(rule.no, rule.scope, rule.formula)
    for scope, f in [("", f) for f in form.fields] + [(x.name, f) for x in form.lists for f in x.fields]:
        if f.required not in ("是", "否", ""):
            take(f"{scope}|{f.name}", scope, f.required)
    return Formulas(ready, frozenset(whole), frozenset(used))


def _judged_whole(node: Node) -> list[Operand]:
    if isinstance(node, Call) and node.name == "非负整数":
        return list(operands(node))
    return [o for child in children(node) for o in _judged_whole(child)]


# ---------------------------------------------------------------- kinds

_NUMBER = (
    "请只填数字；没有的填0。看着是数字的，可能存成了文字，请重新键入。数量确为四万多、被疑为日期的，可以直接报送。"
)
_TYPES = {
    "整数": ("此格应填整数，不带单位和文字，不超过15位，也不能是日期。", _NUMBER),
    "小数": ("此格应填数字，不带单位和文字，不超过15位，也不能是日期。", _NUMBER),
    "日期": ("此格应填日期，年份在2000年至2099年之间。", "请按“2024-05-08”的样式填写。"),
    "选项": ("此格内容不在可选范围内。", "请从下拉列表中选择。"),
    "多选": ("此格内容不在可选范围内。", "请从可选内容中选择，多项用“、”隔开。"),
    "文本": ("此格是错误值，或是超过15位的数字。", "请改正公式或重新填写；编号、证件号等请按文本填写。"),
}
EMPTY_BOOK = Kind(Level.FIX, "工作簿中还没有填写内容。", "请在着色的格内填写。")
REQUIRED = Kind(Level.FIX, "应填写，现为空。", "请补充填写。")


def type_kind(item: Field) -> Kind:
    name = {"金额": "小数", "是否": "选项"}.get(item.type, item.type)
    message, remedy = _TYPES.get(name, _TYPES["文本"])
    if name == "日期" and item.required != "是":
        remedy = f"{remedy.removesuffix('。')}；没有的空着。"
    return Kind(Level.FIX, message, remedy)


def rule_kind(rule: Rule) -> Kind:
    return Kind(rule.level, from_when(rule), rule.remedy, rule.no, rule)


def by_gravity(lines: list[tuple[Kind, Line]]) -> list[tuple[Kind, Line]]:
    return sorted(lines, key=lambda pair: GRAVITY[pair[0].level])


# ---------------------------------------------------------------- where a violated rule points


def likely(node: Node) -> list[Operand]:
    """Operands in the order in which people would look at them, without computing anything."""
    match node:
        case Call(name="IF"):
            branches = [a for a in node.args[1:] if not isinstance(a, Literal)]
            return [o for a in (*branches, node.args[0]) for o in likely(a)]
        case Call(name="OR"):
            return [o for a in reversed(node.args) for o in likely(a)]
        case Compare():
            single = [_is_field(node.left), _is_field(node.right)]
            first = node.right if single[1] and not single[0] else node.left if single[0] else None
            return [*(operands(first) if first is not None else ()), *operands(node)]
        case _:
            return list(operands(node))


def _is_field(node: Node) -> bool:
    return isinstance(node, Ref) and node.operand.kind == "field"


# ---------------------------------------------------------------- fields


def all_places(form: Form, counts: Mapping[str, int]) -> dict[str, tuple[str, int, int]]:
    return locate(form, counts)


def lists_of(form: Form, counts: Mapping[str, int]) -> list[ListPlace]:
    found = list_places(form, counts)
    return [found[x.name] for x in form.lists]


def is_free(item: Field) -> bool:
    """An input that comes empty: what stands there the department has put there."""
    return item.is_input and not item.prefill


def is_typed(item: Field) -> bool:
    """A column whose cells are looked at one by one even if no rule does."""
    return item.is_input and (
        item.type in NUMBER_TYPES or item.type in ("日期", "选项", "是否", "多选") or is_free(item)
    )


def has_formula(item: Field) -> bool:
    return bool(formula_of(item))
