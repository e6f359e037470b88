"""`zwgk rules try`: a rule over what the archive holds, as if it had been in force. Writes nothing.

Each submission is judged in its own period and on the day it arrived, with the order it was issued under and with last
period's, last year's and the other forms' values as they stood then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.desk import Desk, read_form_file
from toolkit.findings import Level
from toolkit.forms.check import tried, verdict
from toolkit.forms.design_tables import nearest
from toolkit.forms.form import Form, Rule
from toolkit.forms.order import Order
from toolkit.forms.outside import outside_fields
from toolkit.history import History, order_of
from toolkit.judging import check_context
from toolkit.listing import office_of, write_book
from toolkit.model import VERDICT_NAMES, Period, Submission, Unit, Verdict, plain
from toolkit.reports.rulebook import EXPLAINED, NOTED, RETURNED, WAIVED, Hit, Trial, trial_book, verdict_line
from toolkit.workspace import USAGE, Halt

_LISTED = 20  # submissions on the screen; --output has them all
_PLACES = 5  # places of one submission on the screen


@dataclass(frozen=True)
class Wanted:
    """What to try on what. `form_file`: a form workbook that is not installed; `every`: all versions."""

    rule: str
    periods: tuple[Period, ...] = ()
    form: str = ""
    form_file: Path | None = None
    every: bool = False


def try_rule(desk: Desk, wanted: Wanted) -> Trial:
    """Halt(2) where there is no such rule, Halt(78) where the form workbook has mistakes."""
    forms = (read_form_file(wanted.form_file, desk.forms),) if wanted.form_file else desk.forms
    form, rule = _chosen(forms, wanted)
    history = desk.current
    trial = Trial(form, rule, (), every=wanted.every)
    order = {u.name: n for n, u in enumerate(desk.reference.roster.units)}
    chosen = sorted(
        _submissions(history, form, wanted),
        key=lambda s: (Period(s.period).end, order.get(s.unit, len(order)), s.unit, s.seq),
    )
    orders = {i.issue_no: i for i in history.issues if i.form == form.id}
    issued = {a["receipt_no"]: a.get("issue_no", "") for a in history.acts if a["act"] == "received"}
    mine: dict[str, list[Submission]] = {}
    for s in history.submissions:
        mine.setdefault(s.unit, []).append(s)
    looks_around = bool(outside_fields(form))
    for s in chosen:
        issue = orders.get(issued.get(s.receipt_no, ""))
        known = _as_it_was(history, s, mine[s.unit], looks_around)
        trial = _with(desk, trial, s, known, order_of(issue, desk.load) if issue else None)
    periods = {Period(s.period) for s in chosen}
    return replace(trial, periods=tuple(sorted(periods, key=lambda p: (p.end, p.start))))


def _as_it_was(history: History, s: Submission, own: Sequence[Submission], looks_around: bool) -> History:
    """What was there on the day a submission came (files of one run count for each other). A rule that looks at no other
    workbook needs no more than the unit's own submissions."""
    seen = history.submissions if looks_around else own
    known = replace(history, submissions=tuple(x for x in seen if x.arrived_on <= s.arrived_on and x is not s))
    if not looks_around:
        return known
    return replace(known, issues=tuple(i for i in history.issues if i.issued_on <= s.arrived_on))


def _with(desk: Desk, trial: Trial, s: Submission, known: History, order: Order | None) -> Trial:
    assert s.draft is not None
    form, rule, period = trial.form, trial.rule, Period(s.period)
    unit = desk.reference.roster.resolve(s.unit) or Unit("", s.unit)
    context = check_context(desk, known, form, unit, period, order, s.arrived_on)
    result = tried(s.draft, form, rule, context)
    if result.missing and not (result.computed or result.findings):
        return replace(trial, not_computed=(*trial.not_computed, (s, result.missing)))
    if result.missing:
        trial = replace(trial, partly=(*trial.partly, (s, result.missing)))
    if not result.findings:
        return replace(trial, held=trial.held + 1)
    return replace(trial, hits=(*trial.hits, Hit(s, result.findings, _outcome(s, rule, result.findings))))


def _outcome(s: Submission, rule: Rule, findings: Sequence[Any]) -> str:
    if rule.level is Level.NOTE:
        return NOTED
    if verdict(findings, s.draft) is Verdict.RETURNED:
        return RETURNED if verdict(findings, s.draft, s.waived) is Verdict.RETURNED else WAIVED
    return EXPLAINED


def _submissions(history: History, form: Form, wanted: Wanted) -> list[Submission]:
    """Accepted and returned ones that could be read; of each unit and period the newest accepted, else the newest
    returned, unless all are wanted."""
    found = [
        s
        for s in history.submissions
        if s.form == form.id and s.draft is not None and s.unit and s.period and not s.excluded
        and (s.verdict.counts or s.verdict is Verdict.RETURNED)
        and (not wanted.periods or any(p.holds(Period(s.period)) for p in wanted.periods))
    ]  # fmt: skip
    if wanted.every:
        return found
    newest: dict[tuple[str, str], Submission] = {}
    for s in found:
        key = s.unit, s.period
        if key not in newest or (s.counts, s.seq) > (newest[key].counts, newest[key].seq):
            newest[key] = s
    return list(newest.values())


def _chosen(forms: Iterable[Form], wanted: Wanted) -> tuple[Form, Rule]:
    known = [f for f in forms if not wanted.form or plain(wanted.form) in (plain(f.id), plain(f.title))]
    if not known:
        names = "、".join(f.id for f in forms)
        raise Halt(USAGE, "RUN-105", f"没有名为“{wanted.form}”的表单。", f"现有表单：{names}。")
    name = plain(wanted.rule).casefold()
    pairs = [(f, r) for f in known for r in f.rules if name in (plain(r.no).casefold(), plain(r.id).casefold())]
    if len(pairs) == 1:
        return pairs[0]
    if pairs:
        names = "、".join(f.id for f, _ in pairs)
        raise Halt(USAGE, "RUN-105", f"编号“{wanted.rule}”在几张表单中都有：{names}。", "请用 --form 指定其中一张。")
    near = nearest(wanted.rule, [n for f in known for r in f.rules for n in (r.no, r.id) if n])
    remedy = f"最接近的有：{'、'.join(near)}。" if near else "现有规则见 zwgk list rules。"
    raise Halt(USAGE, "RUN-105", f"没有规则“{wanted.rule}”。", remedy)


def write_trial(desk: Desk, trial: Trial, target: Path, today: date) -> None:
    """The whole list as a workbook; it stands for the newest day of the journal."""
    write_book(target, trial_book(trial, office_of(desk), desk.history.latest or today))


# ---------------------------------------------------------------- words


def trial_lines(trial: Trial) -> list[str]:
    """For people: the rule, the answer, then submission by submission, the first ones with the number of the rest."""
    rule = trial.rule
    scope = f"逐行:{rule.scope}" if rule.scope else "整表"
    lines = [
        f"{rule.no}（{rule.level}，{scope}）　表单：{trial.form.title}",
        f"公式：{rule.formula}",
        f"提示：{rule.message}",
        *_in_force(rule),
        verdict_line(trial),
    ]
    for hit in trial.hits[:_LISTED]:
        s = hit.submission
        lines.append(
            f"　{hit.outcome}　{s.unit}　{Period(s.period).title}　收件编号 {s.receipt_no}　当时{VERDICT_NAMES[s.verdict]}"
        )
        for f in hit.findings[:_PLACES]:
            place = f"{f.sheet}!{f.cell}" if f.cell else f.sheet
            lines.append(f"　　{place} {f.label}“{f.value}”　{f.message}")
        if len(hit.findings) > _PLACES:
            lines.append(f"　　（本份另有 {len(hit.findings) - _PLACES} 处）")
    if len(trial.hits) > _LISTED:
        lines.append(f"　（另有 {len(trial.hits) - _LISTED} 份未列出，加 --output 试算结果.xlsx 可写成工作簿）")
    return [*lines, *_lacking("未能计算", trial.not_computed), *_lacking("其中有的行未能计算", trial.partly)]


def _in_force(rule: Rule) -> list[str]:
    days = [
        f"试行起 {rule.trial_from}" if rule.trial_from else "",
        f"生效起 {rule.effective_from}" if rule.effective_from else "",
    ]
    said = "，".join(d for d in days if d)
    return [f"{said}（试算时视为已经生效）"] if said else []


def _lacking(title: str, entries: Sequence[tuple[Submission, tuple[str, ...]]]) -> list[str]:
    lines = [
        f"　{title}　{s.unit}　{Period(s.period).title}　收件编号 {s.receipt_no}　{'；'.join(words[:3])}"
        + (f"等 {len(words)} 项" if len(words) > 3 else "")
        for s, words in entries[:_LISTED]
    ]
    return [*lines, *([f"　（{title}的另有 {len(entries) - _LISTED} 份）"] if len(entries) > _LISTED else [])]


_OUTCOMES = {RETURNED: "returned", EXPLAINED: "explained", NOTED: "noted", WAIVED: "waived"}


def trial_json(trial: Trial) -> dict[str, Any]:
    from toolkit.wording import finding_json

    rule = trial.rule
    return {
        "form": trial.form.id, "rule": rule.no, "id": rule.id, "level": str(rule.level), "formula": rule.formula,
        "periods": [p.text for p in trial.periods],
        "judged": trial.judged, "held": trial.held, "not_computed": len(trial.not_computed),
        **{key: sum(h.outcome == name for h in trial.hits) for name, key in _OUTCOMES.items()},
        "returned_of_accepted": trial.newly,
        "submissions": [
            {**_submission_json(h.submission), "outcome": _OUTCOMES[h.outcome], "findings": [finding_json(f) for f in h.findings]}
            for h in trial.hits
        ],
        "missing": [{**_submission_json(s), "missing": list(words), "whole": True} for s, words in trial.not_computed]
        + [{**_submission_json(s), "missing": list(words), "whole": False} for s, words in trial.partly],
    }  # fmt: skip


def _submission_json(s: Submission) -> dict[str, Any]:
    return {
        "receipt_no": s.receipt_no, "unit": s.unit, "period": s.period, "file": s.file, "verdict": str(s.verdict),
        "arrived_on": s.arrived_on.isoformat(),
    }  # fmt: skip
