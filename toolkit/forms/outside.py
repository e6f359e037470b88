"""Fields whose value stands in other workbooks: 预填自 = 他表.<表单>=<公式> (another form of the same unit), 成员合计.…,
成员最大.…, 成员最小.… (over the members of a unit that consolidates).

Such a field has no cell: the batch fetches its value from the newest accepted workbooks when it judges, and every rule over
it is 仅批处理. What is not known yet (nothing accepted, a month or a member missing) leaves the rule not computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.findings import Finding, finding
from toolkit.forms.design_fields import OUTSIDE, OUTSIDE_KINDS
from toolkit.forms.design_tables import suggestion
from toolkit.forms.form import NUMBER_TYPES, Field, Form
from toolkit.forms.schema import schema_of
from toolkit.forms.scope import UNKNOWN, CheckContext, Scope
from toolkit.model import Draft, Value
from toolkit.rules.formula import FormulaError
from toolkit.rules.nodes import TYPE_NAMES, base_type
from toolkit.rules.python import NOT_COMPUTED, as_date, compile_formula

OTHER_FORM, TOTAL, MOST, LEAST = OUTSIDE_KINDS
OVER_MEMBERS = (TOTAL, MOST, LEAST)


@dataclass(frozen=True)
class Outside:
    """kind: one of OUTSIDE_KINDS; form: the id of the form asked; formula: over that form's own fields and lists."""

    kind: str
    form: str
    formula: str


def outside_of(prefill: str) -> Outside | None:
    """What 预填自 says, None for every other source."""
    m = OUTSIDE.fullmatch(prefill.strip()) if prefill.startswith(OUTSIDE_KINDS) else None
    return Outside(m[1], m[2], m[3]) if m else None


def is_outside(field: Field) -> bool:
    return outside_of(field.prefill) is not None


def outside_fields(form: Form) -> tuple[tuple[Field, Outside], ...]:
    return tuple((f, o) for f in form.fields if (o := outside_of(f.prefill)) is not None)


# ---------------------------------------------------------------- values


def value_of(drafts: Sequence[Draft], form: Form, formula: str, context: CheckContext) -> Value:
    """The formula over each draft of `form` (periods in order): numbers are added up, of anything else the newest counts.
    None where it cannot be computed over one of them."""
    try:
        compiled = compile_formula(formula, schema_of(form))
    except FormulaError:  # the other form is no longer what it was
        return None
    values: list[Value] = []
    for draft in drafts:
        scope = Scope.of(draft, form, context)
        known = [v for o in compiled.operands if (v := scope.value(o)) is not UNKNOWN and v is not None]
        result = compiled(known, context.calendar) if len(known) == len(compiled.operands) else NOT_COMPUTED
        if result is NOT_COMPUTED:
            return None
        values.append(as_date(result) if compiled.result_type == "date" else _value(result))
    if compiled.result_type == "number":
        return combined(values, TOTAL)
    return values[-1] if values else None


def _value(result: object) -> Value:
    """A number of the computation as an exact one, a text as it is."""
    if isinstance(result, bool) or not isinstance(result, int | float):
        return result if isinstance(result, str) else None
    exact = Decimal(f"{result:.15g}")
    return int(exact) if exact == exact.to_integral_value() else exact


def combined(values: Sequence[Value], kind: str) -> Value:
    """成员合计, 成员最大 or 成员最小 of numbers; None where there is none, or one that is no number."""
    numbers = [Decimal(v) for v in values if isinstance(v, int | Decimal)]
    if not numbers or len(numbers) < len(values):
        return None
    exact = sum(numbers, Decimal(0)) if kind == TOTAL else max(numbers) if kind == MOST else min(numbers)
    return int(exact) if exact == exact.to_integral_value() else exact


# ---------------------------------------------------------------- mistakes


def outside_faults(forms: Iterable[tuple[str, Form]]) -> tuple[Finding, ...]:
    """Sources that lead nowhere, by (file, form): an unknown form, a formula that its fields do not bear out, another type."""
    named = tuple(forms)
    known = {f.id: f for _, f in named}
    found: list[Finding] = []
    for file, form in named:
        for field, source in outside_fields(form):
            if fault := _fault(field, source, known):
                message = f"字段“{field.name}”的预填来源有误：{fault}"
                place = {"file": file, "sheet": "字段", "cell": field.cell}
                found.append(finding("FORM-101", message=message, remedy="请改正“预填自”。", place=place))
    return tuple(found)


def _fault(field: Field, source: Outside, known: dict[str, Form]) -> str:
    other = known.get(source.form)
    if other is None:
        return f"没有表单“{source.form}”。{suggestion(source.form, known)}"
    try:
        compiled = compile_formula(source.formula, schema_of(other))
    except FormulaError as error:
        return error.reason
    if any(o.kind in ("previous", "last_year") for o in compiled.operands):
        return "此处不能使用 上期、上年。"
    wanted, given = base_type(field.type), compiled.result_type
    if given not in (wanted, "any"):
        return f"算出的是{TYPE_NAMES[given]}，而字段的类型是{field.type}。"
    if source.kind in OVER_MEMBERS and field.type not in NUMBER_TYPES:
        return f"{source.kind}只能用于数字。"
    return ""
