"""A number typed as text: the batch counts it, SUM in a sheet passes over it. Whoever breaks a relation over such a cell
and a total that a formula adds up is told to type that number again, before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.findings import Finding
from toolkit.forms.form import Form
from toolkit.forms.schema import schema_of
from toolkit.forms.totals import formula_of
from toolkit.rules.formula import parse
from toolkit.rules.nodes import operands


def retype_first(broken: Sequence[Finding], read: Sequence[Finding], form: Form) -> list[Finding]:
    """`broken`: what the rules say; `read`: what was said while the cells were read."""
    singles = {f.name for f in form.fields}
    texts = {f.field: f"{f.sheet}!{f.cell}" for f in read if f.code == "IN-512" and f.field in singles}
    if not texts:
        return list(broken)
    rules = {r.name: r for r in form.rules if not r.scope}
    schema = schema_of(form, "")
    computed = {f.name for f in form.fields if formula_of(f)}
    out: list[Finding] = []
    for f in broken:
        names = {o.name for o in operands(parse(rules[f.rule].formula, schema))} if f.rule in rules else set()
        places = [place for name, place in texts.items() if name in names]
        if places and names & computed:
            where = "、".join(places[:3]) + ("等" if len(places) > 3 else "")
            f = replace(f, remedy=f"{where}的数字是文字形式，表内的求和公式不计，请先重新键入。{f.remedy}")
        out.append(f)
    return out
