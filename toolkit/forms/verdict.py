"""From findings to a verdict: what 情况说明 explains, what the office waived, what remains."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from toolkit.findings import Finding, Level
from toolkit.forms.layout import shown
from toolkit.model import Draft, Filled, Verdict, plain

_SEPARATORS = re.compile(r"[、,，;；\n]")


def verdict(findings: Sequence[Finding], draft: Draft | None, waived: Collection[str] = ()) -> Verdict:
    """The contract's table. `waived`: rules (relation id or number) or codes that the office set aside; what only
    follows from a waived rule is set aside with it. 未能读取 cannot be waived."""
    if any(f.level is Level.UNREADABLE for f in findings):
        return Verdict.REFUSED
    counted = [f for f in findings if not _is_waived(f, findings, waived)]
    if any(f.level is Level.FIX for f in counted):
        return Verdict.RETURNED
    if any(f.level is Level.EXPLAIN and not _is_explained(draft, f, findings) for f in counted):
        return Verdict.RETURNED
    return Verdict.ACCEPTED_WITH_NOTES if counted else Verdict.ACCEPTED


def explained(draft: Draft | None, finding: Finding) -> str:
    """The text of 情况说明 that speaks about a finding, "" where none does.

    The rule must be named by its number or relation id. A place may be left empty, else it must be the finding's:
    D12, 表三!D12, the field's label, or the number of the task whose row it is (with or without the role).
    """
    if draft is None:
        return ""
    speaks = speaks_of(draft, finding)
    return "；".join(dict.fromkeys(text for rule, place, text in draft.explanations if speaks(rule, place)))


def names_in(rule: str) -> set[str]:
    """The rules that one line names in its column 规则, folded for comparison."""
    return {plain(r).casefold() for r in _SEPARATORS.split(rule) if r.strip()}


def speaks_of(draft: Draft, finding: Finding) -> Callable[[str, str], bool]:
    """Whether a line of 情况说明 (rule, place) speaks about the finding. The places are gathered once, when asked for."""
    rules = {plain(r).casefold() for r in (finding.rule, finding.rule_no, finding.code) if r}
    known: list[set[str]] = []

    def speaks(rule: str, place: str) -> bool:
        if not names_in(rule) & rules:
            return False
        if place and not known:
            known.append(_places(draft, finding))
        return not place or any(_place(p) in known[0] for p in (place, *_SEPARATORS.split(place)))

    return speaks


def _is_explained(draft: Draft | None, f: Finding, findings: Iterable[Finding]) -> bool:
    """A consequence is explained with its cause: people see only the cause."""
    return any(explained(draft, x) for x in (f, *_causes(f, findings)))


def _is_waived(f: Finding, findings: Iterable[Finding], waived: Collection[str]) -> bool:
    if not waived:
        return False
    names = {plain(w).casefold() for w in waived}
    mine = [n for x in (f, *_causes(f, findings)) for n in (x.rule, x.rule_no, x.code if not x.rule else "")]
    return any(plain(n).casefold() in names for n in mine if n)


def _causes(f: Finding, findings: Iterable[Finding]) -> list[Finding]:
    return [x for x in findings if x.rule == f.consequence_of] if f.consequence_of else []


def _place(text: str) -> str:
    return plain(text).replace("'", "").replace("$", "").replace("！", "!").casefold()


def _places(draft: Draft, finding: Finding) -> set[str]:
    """Every way to name the finding's place."""
    names = {finding.cell, f"{finding.sheet}!{finding.cell}", finding.label, finding.field}
    row = _row_of(draft, finding)
    if row is not None:
        task, role = (shown(row[k].value) if k in row else "" for k in ("任务编号", "角色"))
        if task:
            names |= {task, f"{task}@{role}", f"{task}{role}", f"{task}({role})", f"{task}/{role}", f"{task}、{role}"}
        number = re.sub(r"\D", "", finding.cell)
        names |= {f"第{number}行", *(c.cell for c in row.values()), *(f"{c.sheet}!{c.cell}" for c in row.values())}
    return {_place(n) for n in names if n.strip("!")}


def _row_of(draft: Draft, finding: Finding) -> Mapping[str, Filled] | None:
    for rows in draft.lists.values():
        for row in rows:
            if any(c.sheet == finding.sheet and c.cell == finding.cell for c in row.values()):
                return row
    return None
