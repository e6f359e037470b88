"""校验 of a form workbook, and whether every formula in it compiles with the names of the form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from toolkit.findings import Level
from toolkit.forms.design_fields import OUTSIDE_KINDS, FieldRow
from toolkit.forms.design_tables import Mistakes, Row, day_of, suggestion
from toolkit.forms.form import Form, Rule
from toolkit.forms.schema import FACT_TYPES, schema_of
from toolkit.forms.totals import circular, formula_of

if TYPE_CHECKING:
    from toolkit.rules.formula import Schema

RULE_LEVELS = (Level.FIX, Level.EXPLAIN, Level.NOTE)
WHOLE = "整表"
BY_ROW = "逐行"
_NEEDED = ("编号", "级别", "范围", "公式", "提示", "改法")


def read_rules(rows: Sequence[Row], lists: Sequence[str], mistakes: Mistakes) -> tuple[Rule, ...]:
    """All rules that are complete; formulas are compiled later, when the whole form is known."""
    rules: list[Rule] = []
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        missing = [column for column in _NEEDED if not row.text(column)]
        if missing:
            no = row.text("编号") or f"第 {row.number} 行"
            mistakes.add("FORM-106", "校验", row.at(missing[0]), no=no, what="、".join(missing))
            continue
        for column in ("编号", "标识"):
            text = row.text(column)
            if text and (column, text) in seen:
                first = seen[column, text]
                mistakes.setting("校验", row.at(column), f"规则{column}“{text}”重复（另见 {first}）。", "请换一个。")
            seen.setdefault((column, text), row.at(column))
        level, scope = _level(row, mistakes), _scope(row, lists, mistakes)
        if level is not None and scope is not None:
            rules.append(_rule(row, level, scope, mistakes))
    return tuple(rules)


def _rule(row: Row, level: Level, scope: str, mistakes: Mistakes) -> Rule:
    trial, effective = _day(row, "试行起", mistakes), _day(row, "生效起", mistakes)
    if trial and effective and effective < trial:
        message = f"生效起（{effective}）早于试行起（{trial}）。"
        mistakes.setting("校验", row.at("生效起"), message, "请核对两个日期；不试行的，试行起空着。")
    return Rule(
        no=row.text("编号"),
        id=row.text("标识"),
        level=level,
        scope=scope,
        formula=row.text("公式").lstrip("=＝").strip(),
        message=row.text("提示"),
        remedy=row.text("改法"),
        basis=row.text("依据"),
        trial_from=trial,
        effective_from=effective,
        cell=row.at("公式"),
    )


def _level(row: Row, mistakes: Mistakes) -> Level | None:
    text = row.text("级别")
    found = next((level for level in RULE_LEVELS if level.value == text), None)
    if found is None:
        names = "、".join(level.value for level in RULE_LEVELS)
        mistakes.setting("校验", row.at("级别"), f"级别“{text}”无法识别。", f"请填写：{names} 之一。")
    return found


def _scope(row: Row, lists: Sequence[str], mistakes: Mistakes) -> str | None:
    """ "" for the whole form, else the list's name."""
    text = row.text("范围").replace("：", ":")
    if text == WHOLE:
        return ""
    kind, _, name = (part.strip() for part in text.partition(":"))
    if kind == BY_ROW and name in lists:
        return name
    mistakes.setting(
        "校验", row.at("范围"), f"范围“{row.text('范围')}”无法识别。{suggestion(name, lists)}",
        "请填写“整表”，或“逐行:清单名”。",
    )  # fmt: skip
    return None


def _day(row: Row, column: str, mistakes: Mistakes) -> date | None:
    try:
        return day_of(row.cells.get(column))
    except ValueError:
        text = row.text(column)
        mistakes.setting("校验", row.at(column), f"“{column}”不是日期：{text}。", "请填写日期，如 2024-05-08。")
        return None


# ---------------------------------------------------------------- do the formulas compile?


def check_formulas(form: Form, fields: Sequence[FieldRow], places: Mapping[str, str], mistakes: Mistakes) -> None:
    """Rules (FORM-105), 必填 and 预填自 formulas, 报送期限 and 锁定行 (FORM-101)."""
    schemas = {name: schema_of(form, name) for name in ("", *(x.name for x in form.lists))}
    for rule in form.rules:
        fault = rule_fault(rule.formula, schemas.get(rule.scope, schemas[""]))
        if fault:
            mistakes.add("FORM-105", "校验", rule.cell, no=rule.no, reason=fault)
    before = len(mistakes.found)
    outside = {item.field.name for item in fields if item.field.prefill.startswith(OUTSIDE_KINDS)}
    for item in fields:
        schema = schemas.get(item.field.list_name)
        if schema is not None:  # else a list that could not be placed: said already
            _check_field(item, schema, outside, mistakes)
    if len(mistakes.found) == before:
        _check_circles(form, fields, schemas, mistakes)
    for form_list in form.lists:
        fault = rule_fault(form_list.lock_when, schemas[form_list.name]) if form_list.lock_when else ""
        _setting_fault(f"锁定行.{form_list.name}", fault, places, mistakes)
    fault = _fault(form.due_rule, _due_schema(), "date") if form.due_rule else ""
    _setting_fault("报送期限", fault, places, mistakes)


def _check_field(item: FieldRow, schema: Schema, outside: Collection[str], mistakes: Mistakes) -> None:
    required = item.field.required
    computed = formula_of(item.field)
    faults = {
        "必填": rule_fault(required, schema) if required not in ("是", "否", "") else "",
        "预填自": _total_fault(computed, schema) or _outside_fault(computed, schema, outside),
    }
    for column, fault in faults.items():
        if fault:
            message = f"字段“{item.full}”的“{column}”公式有误：{fault}"
            mistakes.setting("字段", item.row.at(column), message, "请改正公式。")


def _check_circles(form: Form, fields: Sequence[FieldRow], schemas: Mapping[str, Schema], mistakes: Mistakes) -> None:
    """Computed cells that depend on themselves: Excel refuses to compute them."""
    for list_name in schemas:
        names = circular(form, list_name)
        for item in fields:
            if item.field.list_name == list_name and item.field.name in names:
                mistakes.setting(
                    "字段",
                    item.row.at("预填自"),
                    f"字段“{item.full}”的公式最终引用了它自己。",
                    "请改正公式，避免循环。",
                )


def _setting_fault(item: str, fault: str, places: Mapping[str, str], mistakes: Mistakes) -> None:
    if fault:
        mistakes.setting("设置", places.get(item, "A1"), f"“{item}”的公式有误：{fault}", "请改正公式。")


def _due_schema() -> Schema:
    from toolkit.rules.formula import Schema

    return Schema(fields={name: FACT_TYPES[name] for name in ("周期始", "周期末")})


def rule_fault(formula: str, schema: Schema) -> str:
    """What is wrong with a formula that should be true or false, in Chinese; "" when it compiles."""
    return _fault(formula, schema, "bool")


def _fault(formula: str, schema: Schema, wanted: str) -> str:
    from toolkit.rules.formula import FormulaError
    from toolkit.rules.python import compile_formula, compile_rule

    try:
        if wanted == "bool":
            compile_rule(formula, schema)
        else:
            compiled = compile_formula(formula, schema)
            if wanted == "date" and compiled.result_type not in ("date", "any", "number"):
                return "结果应为日期。"
    except FormulaError as error:
        return str(error.reason)
    return ""


def _outside_fault(formula: str, schema: Schema, outside: Collection[str]) -> str:
    """A cell cannot compute with what has no cell."""
    from toolkit.rules.python import compile_formula

    names = [o.name for o in compile_formula(formula, schema).operands if o.name in outside] if formula else []
    return f"“{names[0]}”取自别的工作簿，不占单元格，不能写在单元格的公式里。" if names else ""


def _total_fault(formula: str, schema: Schema) -> str:
    """A computed cell must also be expressible with cell addresses."""
    from toolkit.rules.formula import FormulaError, addressed

    if not formula:
        return ""
    fault = _fault(formula, schema, "value")
    try:
        return fault or (addressed(formula, schema, lambda name: "A1") and "")
    except FormulaError as error:
        return str(error.reason)
