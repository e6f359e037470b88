"""`zwgk list`: what is defined. One function per kind of thing, each giving lines for people and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.desk import Desk, open_desk
from toolkit.findings import Finding
from toolkit.forms.check import explained, verdict
from toolkit.forms.form import Form
from toolkit.model import Submission, Verdict
from toolkit.reports.rulebook import BATCH_ONLY, Office, RuleUse, rule_book
from toolkit.store.archive import write_whole
from toolkit.wording import fields_json, forms_json, rule_json
from toolkit.workspace import Workspace


def listing(
    workspace: Workspace, what: str, target: Path | None = None, today: date = date.min
) -> tuple[list[str], list[dict[str, Any]]]:
    """Lines and JSON. With `target` the rules also go there as a workbook, which stands for the journal's newest day."""
    desk = open_desk(workspace)
    if what == "forms":
        body = forms_json(desk.forms)
        return [
            f"{b['form']}  {b['title']}  周期：{b['period_kind']}  字段 {b['fields']}  规则 {b['rules']}" for b in body
        ], body
    if what == "fields":
        body = fields_json(desk.forms)
        return [f"{b['form']}  {b['field']}  {b['label']}  {b['type']}" for b in body], body
    if what == "rules":
        uses = rule_uses(desk)
        lines, body = _rules(uses)
        if target is not None:
            write_book(target, rule_book(uses, office_of(desk), desk.history.latest or today))
            lines = [f"已写入 {target}（{len(uses)} 条规则）"]
        return lines, body
    if what == "indicators":
        body = [
            {
                "no": i.no, "name": i.name, "points": str(i.points), "method": i.method, "formula": i.formula,
                "applies": i.applies, "basis": i.basis,
            }
            for i in desk.reference.scheme.indicators
        ]  # fmt: skip
        return [f"{b['no']}  {b['name']}  {b['points']} 分  {b['formula'] or b['method']}" for b in body], body
    return _reports(workspace)


def _reports(workspace: Workspace) -> tuple[list[str], list[dict[str, Any]]]:
    fixed = [("总台账.xlsx", "周期"), ("报送情况.xlsx", "周期"), ("考核评分.xlsx", "周期"), ("index.html", "全部")]
    body = [{"report": name, "scope": scope, "template": ""} for name, scope in fixed]
    for path in sorted(workspace.documents.glob("*@*.docx")):
        name, _, scope = path.stem.rpartition("@")
        body.append({"report": name, "scope": scope, "template": f"templates/docx/{path.name}"})
    return [f"{b['report']}  按{b['scope']}  {b['template']}".rstrip() for b in body], body


# ---------------------------------------------------------------- rules, with what they have hit


def rule_uses(desk: Desk) -> tuple[RuleUse, ...]:
    """Every rule of every form with its record over the archive, in the order of the forms."""
    from toolkit.forms.selfcheck import batch_only

    found: list[RuleUse] = []
    for form in desk.forms:
        only_batch = {rule.no: reason for rule, reason in batch_only(form, desk.reference.calendar)}
        spoken = _by_rule(form, desk.current.submissions)
        for rule in form.rules:
            said = spoken.get(rule.no, [])
            found.append(
                RuleUse(
                    form, rule, live=rule.no not in only_batch, reason=only_batch.get(rule.no, ""), submissions=len(said),
                    places=sum(len(findings) for _, findings in said),
                    returned=sum(_returned(s, findings) for s, findings in said),
                    explained=sum(any(explained(s.draft, f) for f in findings) for s, findings in said),
                    last=max((s.arrived_on for s, _ in said), default=None),
                )
            )  # fmt: skip
    return tuple(found)


def _by_rule(form: Form, submissions: Iterable[Submission]) -> dict[str, list[tuple[Submission, list[Finding]]]]:
    """Rule number → the submissions of this form in which the rule has findings, with these findings."""
    numbers = {r.name: r.no for r in form.rules}
    found: dict[str, list[tuple[Submission, list[Finding]]]] = {}
    for s in (s for s in submissions if s.form == form.id):
        mine: dict[str, list[Finding]] = {}
        for f in s.findings:
            if f.rule and (no := f.rule_no or numbers.get(f.rule, "")):
                mine.setdefault(no, []).append(f)
        for no, findings in mine.items():
            found.setdefault(no, []).append((s, findings))
    return found


def _returned(s: Submission, findings: list[Finding]) -> bool:
    """True when these findings by themselves returned the submission."""
    return s.verdict is Verdict.RETURNED and verdict(findings, s.draft, s.waived) is Verdict.RETURNED


def _rules(uses: Iterable[RuleUse]) -> tuple[list[str], list[dict[str, Any]]]:
    lines, body = [], []
    for u in uses:
        r = u.rule
        only = "" if u.live else f"（{BATCH_ONLY}）"
        hits = f"  触发 {u.submissions} 份、退回 {u.returned} 份" if u.submissions else ""
        lines.append(f"{r.no}  [{r.level}]{only}  {r.message}  {r.formula}{hits}")
        body.append(
            {
                **rule_json(u.form, r),
                "trial_from": r.trial_from, "effective_from": r.effective_from, "live": u.live, "batch_only_reason": u.reason,
                "hits": {
                    "submissions": u.submissions, "places": u.places, "returned": u.returned, "explained": u.explained,
                    "last": u.last,
                },
            }
        )  # fmt: skip
    return lines, body


def office_of(desk: Desk) -> Office:
    c = desk.workspace.config
    return Office(c.government, c.office, c.phone, c.sample)


def write_book(target: Path, data: bytes) -> None:
    """Whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data, target.with_name(f".{target.name}.tmp"))
