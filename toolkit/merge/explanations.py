"""情况说明 of what counts, line by line, each with the rule and the field that it speaks about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.findings import Finding
from toolkit.forms.form import Form, Rule
from toolkit.forms.schema import schema_of
from toolkit.forms.verdict import names_in, speaks_of
from toolkit.merge.submissions import newest_counting
from toolkit.model import Explanation, Roster, Submission, plain
from toolkit.rules.formula import FormulaError, parse
from toolkit.rules.nodes import operands


def explanations(
    submissions: Iterable[Submission], forms: Mapping[str, Form], roster: Roster
) -> tuple[Explanation, ...]:
    """Those of the newest accepted submission of each form, unit and period, in roster order."""
    order = {u.name: n for n, u in enumerate(roster.units)}
    chosen = newest_counting(submissions).values()
    found = [e for s in chosen for e in explanations_of(s, forms.get(s.form))]
    return tuple(sorted(found, key=lambda e: (order.get(e.unit, len(order)), e.period)))


def explanations_of(s: Submission, form: Form | None) -> tuple[Explanation, ...]:
    """`form` None: it is no longer defined; then nothing of it is public."""
    if s.draft is None or not s.draft.explanations:
        return ()
    spoken = [(f, speaks_of(s.draft, f)) for f in s.findings]
    found = []
    for rule, place, text in s.draft.explanations:
        about = _about(s, form, rule, place, [f for f, speaks in spoken if speaks(rule, place)])
        found.append(
            Explanation(
                s.unit, form.title if form else s.form, s.period, about.rule, about.said, about.matter or place, text,
                s.receipt_no, about.public,
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True)
class _About:
    rule: str
    said: str
    matter: str
    public: bool


def _about(s: Submission, form: Form | None, rule: str, place: str, mine: Sequence[Finding]) -> _About:
    """What a line is about: the findings it explains (`mine`), else the cell it names, else what the named rules look
    at."""
    assert s.draft is not None
    named = names_in(rule)
    rules = [r for r in form.rules if {plain(r.no).casefold(), plain(r.id).casefold()} & named] if form else []
    numbers = [r.no for r in rules] or [f.rule_no or f.code for f in mine] or [rule]
    said = [r.message for r in rules] or [f.message for f in mine]
    in_list = place and any("." in f.field and f.field not in s.draft.cells for f in mine)
    labels = [f"{place} {f.label}" if in_list else f.label for f in mine if f.label]
    fields = {f.field for f in mine if f.field} or _named_fields(s, form, place)
    if not fields and form:
        fields = {name for r in rules for name in _used(form, r)}
    public = bool(fields) and form is not None and fields <= _public(form)
    label = _label(form, fields) if not labels and len(fields) == 1 else ""
    return _About(_joined(numbers), _joined(said), _joined(labels or [label]), public)


def _joined(texts: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(texts))


def _public(form: Form) -> set[str]:
    names = {f.name for f in form.fields if f.public}
    return names | {f"{x.name}.{f.name}" for x in form.lists for f in x.fields if f.public}


def _label(form: Form | None, fields: set[str]) -> str:
    known = {f.name: f.label for f in form.fields} if form else {}
    return next((known.get(name, "") for name in fields), "")


def _named_fields(s: Submission, form: Form | None, place: str) -> set[str]:
    """Fields whose cell, name or label the place is."""
    assert s.draft is not None
    wanted = {_folded(p) for p in (place, *re.split(r"[、,，;；\n]", place)) if p.strip()}
    labels = {f.name: f.label for f in form.fields} if form else {}
    cells = [(name, c) for name, c in s.draft.cells.items()]
    cells += [(f"{x}.{name}", c) for x, rows in s.draft.lists.items() for row in rows for name, c in row.items()]
    sheets = {c.sheet for _, c in cells}
    return {
        name
        for name, c in cells
        if {_folded(f"{c.sheet}!{c.cell}"), *([_folded(c.cell)] if len(sheets) == 1 else [])} & wanted
        or {_folded(name), _folded(labels.get(name, name))} & wanted
    }


def _folded(text: str) -> str:
    return plain(text).replace("'", "").replace("$", "").casefold()


def _used(form: Form, rule: Rule) -> set[str]:
    """The form's own fields that a rule looks at."""
    try:
        node = parse(rule.formula, schema_of(form, rule.scope))
    except FormulaError:
        return set()
    own = {f.name for f in form.fields}
    rows = {f.name for x in form.lists if x.name == rule.scope for f in x.fields}
    names = {o.name for o in operands(node)}
    return {f"{rule.scope}.{n}" if n in rows else n for n in names if n in rows or n in own or "." in n}
