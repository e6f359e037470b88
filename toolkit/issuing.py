"""Issuing: for each unit, form and period one pre-filled workbook into 待填, and the list of what was issued."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from toolkit.assignment import assign
from toolkit.desk import Desk, Progress
from toolkit.findings import Finding
from toolkit.forms.form import Form
from toolkit.forms.order import Order, order_to_json, ticket
from toolkit.history import History, Issue, order_of
from toolkit.model import Assignment, Draft, Period, Unit
from toolkit.workspace import USAGE, Halt, path_name


@dataclass(frozen=True)
class Issued:
    desk: Desk
    lines: tuple[IssueLine, ...]
    findings: tuple[Finding, ...]
    written: tuple[str, ...]  # relative to the outbox
    held: tuple[str, ...] = ()  # open elsewhere: the next command brings them


@dataclass(frozen=True)
class IssueLine:
    """One line of 下发清单."""

    issue: Issue
    form_title: str
    unit_class: str
    rows: int
    path: str  # relative to the outbox
    again: bool  # issued before with the same content: nothing was written


def due_on(form: Form, period: Period, desk: Desk) -> date | None:
    """The due day by 设置·报送期限, a formula over 周期始 and 周期末 (e.g. 工作日后(周期末,5)); None when there is none."""
    from toolkit.rules.formula import Schema
    from toolkit.rules.python import as_date, compile_formula

    if not form.due_rule.strip():
        return None
    compiled = compile_formula(form.due_rule, Schema(fields={"周期始": "日期", "周期末": "日期"}))
    values = [{"周期始": period.start, "周期末": period.end}[o.name] for o in compiled.operands]
    return as_date(compiled(values, desk.reference.calendar))


def default_periods(form: Form, desk: Desk, as_of: date) -> tuple[Period, ...]:
    """The period that holds the as-of date, and last year's where its due day has not passed (contract, `issue`)."""
    current = Period.holding(as_of, form.period_kind)
    due = due_on(form, current.last_year, desk)
    return (current.last_year, current) if due is not None and due >= as_of else (current,)


def filers(form: Form, desk: Desk, period: Period, assignments: Sequence[Assignment]) -> tuple[Unit, ...]:
    """Who files a form in a period, in roster order (设置·填报单位)."""
    units = [u for u in desk.reference.roster.units if u.active(period)]
    wanted = form.filers.strip()
    if wanted == "有任务的单位":
        charged = {a.unit.name for a in assignments}
        return tuple(u for u in units if u.name in charged)
    if wanted in ("", "全部"):
        return tuple(units)
    classes = {part.strip() for part in wanted.split("、")}
    return tuple(u for u in units if u.unit_class in classes or u.name in classes)


def previous_draft(history: History, form: Form, unit: str, period: Period) -> Draft | None:
    """What stands from before: the newest accepted draft of an earlier period of the same kind in the same year.

    本期无新进展 in it is already replaced by what it stood for.
    """
    from toolkit.merge import resolve_unchanged

    earlier = [
        s
        for s in history.submissions
        if s.form == form.id
        and s.unit == unit
        and s.counts
        and s.draft is not None
        and s.period
        and Period(s.period).end < period.start
        and Period(s.period).year == period.year
    ]
    newest: dict[str, tuple[int, Draft]] = {}
    for s in earlier:
        assert s.draft is not None
        if s.period not in newest or s.seq > newest[s.period][0]:
            newest[s.period] = (s.seq, s.draft)
    drafts = [newest[p][1] for p in sorted(newest, key=lambda p: Period(p).end)]
    return resolve_unchanged(drafts) if drafts else None


def last_year_draft(history: History, form: Form, unit: str, period: Period) -> Draft | None:
    submission = history.accepted(form.id, unit, period.last_year.text)
    return submission.draft if submission else None


def issue(
    desk: Desk,
    as_of: date,
    periods: Sequence[Period] = (),
    forms: Sequence[str] = (),
    units: Sequence[str] = (),
    progress: Progress | None = None,
) -> Issued:
    """Writes the workbooks that are new or changed. An unchanged order is not issued again."""
    from toolkit.forms.issue import compile_master, stamp

    lines: list[IssueLine] = []
    findings: list[Finding] = []
    files: dict[str, bytes] = {}
    acts: list[dict[str, object]] = []
    config = desk.workspace.config
    chosen = _chosen_units(desk, units)
    fresh = 0  # issue numbers run on from the history's, and are never given twice
    for form in _chosen_forms(desk, forms):
        current, edition_acts = _editioned(desk, form)
        acts += edition_acts
        master = None
        for period in [p for p in periods if p.kind == _kind(form)] or (
            default_periods(form, desk, as_of) if not periods else ()
        ):
            if desk.history.closed(period.text):
                continue
            assignments, found = assign(desk.reference.tasks, desk.reference.roster, period)
            if any(x.by_task for x in form.lists):
                findings += found
            due = due_on(form, period, desk)
            charged: dict[str, list[Assignment]] = {}
            for a in assignments:
                charged.setdefault(a.unit.name, []).append(a)
            for unit in filers(form, desk, period, assignments):
                if chosen and unit.name not in chosen:
                    continue
                mine = charged.get(unit.name, [])
                line, order, act = _one(desk, current, unit, period, mine, due, fresh, as_of)
                if act is not None or not (desk.workspace.outbox / line.path).is_file():
                    master = master or compile_master(
                        current, office=config.office, phone=config.phone, calendar=desk.reference.calendar
                    )
                    files[line.path] = stamp(master, order)
                if act is not None:
                    acts.append(act)
                    fresh += 1
                lines.append(line)
                if progress:
                    progress(len(lines))
    desk = desk.append(acts, as_of) if acts else desk
    files |= _issue_lists(desk, lines, tuple(dict.fromkeys(findings)))
    published = desk.publisher.publish(files)
    return Issued(desk, tuple(lines), tuple(dict.fromkeys(findings)), published.written, published.held)


def _kind(form: Form) -> str:
    return "年" if form.period_kind == "常年" else form.period_kind


def _chosen_forms(desk: Desk, names: Sequence[str]) -> tuple[Form, ...]:
    known = {f.id: f for f in desk.forms}
    for name in names:
        if name not in known:
            raise Halt(USAGE, "RUN-105", f"没有名为“{name}”的表单。", f"现有表单：{'、'.join(known)}。")
    return tuple(known[n] for n in names) if names else desk.forms


def _chosen_units(desk: Desk, names: Sequence[str]) -> frozenset[str]:
    import difflib

    chosen = set()
    for name in names:
        unit = desk.reference.roster.resolve(name)
        if unit is None:
            near = difflib.get_close_matches(name, [u.name for u in desk.reference.roster.units], 3, 0.3)
            raise Halt(
                USAGE,
                "IN-410",
                f"单位名录中没有“{name}”。",
                f"是否为：{'、'.join(near)}？" if near else "请核对单位名称。",
            )
        chosen.add(unit.name)
    return frozenset(chosen)


def _editioned(desk: Desk, form: Form) -> tuple[Form, list[dict[str, object]]]:
    """The form with its edition number; a new edition is archived and gets an act."""
    if form.edition:
        return form, []
    newest = desk.history.edition_of(form.id)
    number = newest.edition + 1 if newest else 1
    desk.archive.put(form.source, ".xlsx")
    act: dict[str, object] = {"act": "edition", "form": form.id, "edition": number, "digest": form.digest}
    return replace(form, edition=number), [act]


def workbook_path(unit: str, form: str, period: str) -> str:
    folder = path_name(unit)
    return f"单位/{folder}/待填/{folder}-{path_name(form)}-{period}.xlsx"


def _one(
    desk: Desk,
    form: Form,
    unit: Unit,
    period: Period,
    mine: Sequence[Assignment],
    due: date | None,
    fresh: int,
    as_of: date,
) -> tuple[IssueLine, Order, dict[str, object] | None]:
    """The line, the order and, unless the same was issued before, the act. The issue number is the order's own digest
    counted on: two runs over the same state give the same number."""
    from toolkit.forms.prepare import prepare

    config = desk.workspace.config
    facts = {"政府": config.government, "办公室": config.office, "电话": config.phone}
    previous = previous_draft(desk.current, form, unit.name, period)
    last_year = last_year_draft(desk.current, form, unit.name, period)
    before = next(
        (i for i in reversed(desk.current.issues) if (i.form, i.unit, i.period) == (form.id, unit.name, period.text)),
        None,
    )
    if before is not None and before.edition == form.edition:
        same = ticket(form.id, form.edition, unit.name, period.text, before.issue_no)
        order = prepare(form, unit, period, same, mine, previous, last_year, facts)
        if hashlib.sha256(order_to_json(order)).hexdigest() == before.record and before.due_on == due:
            return _line(form, unit, before, order, True), order, None
    issue_no = f"{period.text}-{desk.history.issue_count + fresh + 1:05d}"
    order = prepare(
        form,
        unit,
        period,
        ticket(form.id, form.edition, unit.name, period.text, issue_no),
        mine,
        previous,
        last_year,
        facts,
    )
    record = desk.archive.put(order_to_json(order), ".json")
    act: dict[str, object] = {
        "act": "issued",
        "issue_no": issue_no,
        "form": form.id,
        "edition": form.edition,
        "unit": unit.name,
        "period": period.text,
        "record": record,
        "due_on": due.isoformat() if due else None,
    }
    issue = Issue(issue_no, form.id, form.edition, unit.name, period.text, record, due, as_of, 0)
    return _line(form, unit, issue, order, False), order, act


def _line(form: Form, unit: Unit, issue: Issue, order: Order, again: bool) -> IssueLine:
    rows = sum(len(r) for r in order.rows.values())
    return IssueLine(issue, form.title, unit.unit_class, rows, workbook_path(unit.name, form.id, issue.period), again)


def _issue_lists(desk: Desk, lines: Sequence[IssueLine], findings: Sequence[Finding]) -> dict[str, bytes]:
    """下发清单 of every period touched: always over all that was issued for it, not only this call."""
    from toolkit.reports.issue_list import Issued as Listed
    from toolkit.reports.issue_list import issue_list

    files: dict[str, bytes] = {}
    classes = {u.name: u.unit_class for u in desk.reference.roster.units}
    forms = {f.id: f for f in desk.forms}
    config = desk.workspace.config
    for period in dict.fromkeys(line.issue.period for line in lines):
        listed = []
        for i in desk.current.newest_issues():
            if i.period == period:
                order, form = order_of(i, desk.load), forms.get(i.form)
                count = sum(len(r) for r in order.rows.values()) if order else 0
                path = workbook_path(i.unit, i.form, i.period)
                listed.append(
                    Listed(
                        i.unit, classes.get(i.unit, ""), form.title if form else i.form, i.period, i.edition, count,
                        i.due_on, form.filed_by if form else "", path, i.issue_no,
                    )
                )  # fmt: skip
        files[f"内部/下发清单-{period}.xlsx"] = issue_list(
            Period(period), listed, findings, government=config.government, office=config.office, phone=config.phone,
            as_of=max(i.issued_on for i in desk.history.issues if i.period == period), sample=config.sample,
        )  # fmt: skip
    return files
