"""Texts that will be published must hold no personal data: said at receipt, not only at the last gate."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.findings import Finding, finding
from toolkit.forms.form import EXPLANATION_LIST, TEXT_TYPES, Field, Form
from toolkit.model import Draft, Filled
from toolkit.personal import certain

_EXPLANATION = Field("说明", "情况说明", "长文本", public=True)


def personal_findings(draft: Draft, form: Form) -> tuple[Finding, ...]:
    """IN-509 for every text field 对外公开 that certainly holds personal data, and for 情况说明 of a form that has public fields
    (it is printed with them). The number itself is not repeated."""
    return tuple(
        finding("IN-509", what="、".join(f"{kind}（{shown}）" for kind, shown in found), place=place)
        for place, text in _public(draft, form)
        if (found := certain(text))
    )


def _public(draft: Draft, form: Form) -> Iterator[tuple[dict[str, str], str]]:
    for item in form.fields:
        yield from _text(item, item.name, draft.cells.get(item.name))
    for form_list in form.lists:
        for row in draft.lists.get(form_list.name, ()):
            for item in form_list.fields:
                yield from _text(item, f"{form_list.name}.{item.name}", row.get(item.name))
    if any(item.public for item in (*form.fields, *(f for x in form.lists for f in x.fields))):
        for row in draft.lists.get(EXPLANATION_LIST, ()):
            yield from _text(_EXPLANATION, f"{EXPLANATION_LIST}.说明", row.get("说明"))


def _text(item: Field, name: str, cell: Filled | None) -> Iterator[tuple[dict[str, str], str]]:
    if cell is not None and item.public and item.type in TEXT_TYPES and isinstance(cell.value, str):
        yield {"sheet": cell.sheet, "cell": cell.cell, "field": name, "label": item.label}, cell.value
