"""What a rule of a form may name: fields, labels, blocks, list columns, and the facts of unit and period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.forms.form import EXPLANATION_LIST, Form
from toolkit.forms.layout import EXPLANATION_COLUMNS

if TYPE_CHECKING:
    from toolkit.rules.formula import Schema

FACT_TYPES = {
    "周期始": "日期",
    "周期末": "日期",
    "今日": "日期",
    "单位.名称": "文本",
    "单位.编码": "文本",
    "单位.简称": "文本",
    "单位.类别": "文本",
    "单位.可制定规章": "文本",
}
"""Names every rule may use beside the form's own fields; their values come from order.unit_facts and period_facts."""


def schema_of(form: Form, list_name: str = "") -> Schema:
    """The schema of the form's rules: of the whole form, or (with a list's name) of that list's row rules."""
    from toolkit.rules.formula import Schema

    fields = {**FACT_TYPES, **{f.name: f.type for f in form.fields}}
    labels = _unambiguous([(f.label, f.name) for f in form.fields])
    row_list = form.list(list_name) if list_name else None
    if row_list:
        fields |= {f.name: f.type for f in row_list.fields}
        labels |= _unambiguous([(f.label, f.name) for f in row_list.fields])
    elif list_name == EXPLANATION_LIST:
        fields |= dict.fromkeys(EXPLANATION_COLUMNS, "文本")
    columns = {x.name: {f.name: f.type for f in x.fields} for x in form.lists}
    columns[EXPLANATION_LIST] = dict.fromkeys(EXPLANATION_COLUMNS, "文本")
    labels = {label: name for label, name in labels.items() if label not in fields}
    return Schema(fields=fields, labels=labels, blocks=dict(form.blocks), columns=columns)


def _unambiguous(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Labels that stand for exactly one name; an empty or repeated label names nothing."""
    seen: dict[str, set[str]] = {}
    for label, name in pairs:
        seen.setdefault(label, set()).add(name)
    return {label: name for label, name in pairs if label and len(seen[label]) == 1}
