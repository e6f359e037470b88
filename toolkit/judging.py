"""One file's way from bytes to a verdict: read → identify → parse → check. Pure but for the archive's older editions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from toolkit.assignment import assign
from toolkit.desk import Desk
from toolkit.elsewhere import outside_values
from toolkit.findings import Finding, by_gravity, finding
from toolkit.forms.check import CheckContext, check, verdict
from toolkit.forms.form import Form
from toolkit.forms.order import Order
from toolkit.forms.parse import parse
from toolkit.forms.public_texts import personal_findings
from toolkit.forms.uncounted import retype_first
from toolkit.history import History, order_of
from toolkit.intake.claims import PERIOD_TAGS, UNIT_TAGS, cell_claims
from toolkit.intake.identify import Identity, identify
from toolkit.issuing import filers, last_year_draft, previous_draft
from toolkit.model import Book, Draft, Period, Ticket, Unit, Value, Verdict


@dataclass(frozen=True)
class Judged:
    """What came of one file, before it has a receipt."""

    file: str
    digest: str
    form: str = ""
    unit: str = ""
    period: str = ""
    edition: int = 0
    issue_no: str = ""
    saved_at: str = ""
    verdict: Verdict = Verdict.REFUSED
    findings: tuple[Finding, ...] = ()
    draft: Draft | None = None


def identified(desk: Desk, book: Book, file: str) -> Identity:
    current = {f.id: f for f in desk.forms}

    def editions(form_id: str, edition: int) -> Form | None:
        return desk.form_edition(form_id, edition)

    def orders(t: Ticket) -> Order | None:
        issue = next((i for i in reversed(desk.history.issues) if i.issue_no == t.issue_no and i.form == t.form), None)
        return order_of(issue, desk.load) if issue else None

    return identify(book, file, tuple(current.values()), desk.reference.roster, orders, editions)


def judge(
    desk: Desk,
    history: History,
    book: Book,
    identity: Identity,
    file: str,
    digest: str,
    reading: tuple[Finding, ...],
    as_of: date,
) -> Judged:
    """The verdict on a readable book. `history` may be further than the desk's: it holds this run's earlier files."""
    known = Judged(
        file,
        digest,
        form=identity.form.id if identity.form else "",
        unit=identity.unit.name if identity.unit else "",
        period=identity.period.text if identity.period else "",
        edition=identity.form.edition if identity.form else 0,
        issue_no=identity.ticket.issue_no if identity.ticket else "",
        saved_at=book.saved_at,
    )
    findings = [*reading, *identity.findings]
    if identity.form is None:
        return _done(known, findings, None)
    order = identity.order or _order_for(desk, identity)
    draft, found = parse(book, identity.form, order)
    findings += [*found, *personal_findings(draft, identity.form), *_saved_before(desk, history, known)]
    if identity.unit is not None and identity.period is not None:
        findings += _since_issued(desk, identity, order)
        for f in _expected(desk, history, identity.form, identity.unit, identity.period, as_of):
            tags = UNIT_TAGS if f.code == "IN-417" else PERIOD_TAGS
            said = next(cell_claims(identity.form, book, order, tags), None)
            findings.append(f.at(said.sheet, said.cell) if said else f)
        context = check_context(desk, history, identity.form, identity.unit, identity.period, order, as_of)
        if not any(f.code == "IN-416" for f in found):
            findings += retype_first(check(draft, identity.form, context), found, identity.form)
    return _done(known, findings, draft)


def _order_for(desk: Desk, identity: Identity) -> Order | None:
    """Without a ticket the newest order for the same form, unit and period still says what was issued."""
    if identity.form is None or identity.unit is None or identity.period is None:
        return None
    key = (identity.form.id, identity.unit.name, identity.period.text)
    issue = next((i for i in reversed(desk.current.issues) if (i.form, i.unit, i.period) == key), None)
    return order_of(issue, desk.load) if issue and issue.edition == identity.form.edition else None


def _since_issued(desk: Desk, identity: Identity, order: Order | None) -> list[Finding]:
    """Tasks that were issued to the unit after this workbook was: a workbook that cannot hold them does not do."""
    newest = _order_for(desk, identity)
    if order is None or newest is None or identity.form is None or newest.ticket.issue_no == order.ticket.issue_no:
        return []
    found = []
    for form_list in identity.form.lists:
        have = {row.key for row in order.rows.get(form_list.name, ())}
        added = [row.key[0] for row in newest.rows.get(form_list.name, ()) if row.key not in have]
        if added:
            tasks = "、".join(dict.fromkeys(added))
            found.append(
                finding("IN-420", tasks=tasks, issue_no=newest.ticket.issue_no, place={"sheet": form_list.sheet})
            )
    return found


def _saved_before(desk: Desk, history: History, known: Judged) -> list[Finding]:
    """A file that was saved before the one that counts now may be an old copy. Arrival decides; this is only said."""
    newest = history.accepted(known.form, known.unit, known.period)
    if newest is None or not newest.receipt_no or newest.digest == known.digest or not known.saved_at:
        return []
    from toolkit.office.excel_in import saved_at

    before = desk.load(newest.digest) if newest.digest not in history.expunged else None
    if before is None or known.saved_at >= saved_at(before):
        return []
    return [finding("IN-109", receipt_no=newest.receipt_no)]


def _done(known: Judged, findings: list[Finding], draft: Draft | None) -> Judged:
    placed = by_gravity(tuple(replace(f, file=known.file) for f in dict.fromkeys(findings)))
    return replace(known, findings=placed, draft=draft, verdict=verdict(placed, draft))


def _expected(desk: Desk, history: History, form: Form, unit: Unit, period: Period, as_of: date) -> list[Finding]:
    """Is this unit to file this form for this period at all, and is the period open?"""
    if period.start > as_of:
        return [finding("IN-411", value=period.title, reason="该周期尚未开始。", place={"value": period.title})]
    if history.closed(period.text):
        return [finding("IN-418", period=period.title)]
    if any((i.form, i.unit, i.period) == (form.id, unit.name, period.text) for i in history.issues):
        return []
    assignments, _ = assign(desk.reference.tasks, desk.reference.roster, period)
    if unit.name in {u.name for u in filers(form, desk, period, assignments)}:
        return []
    return [finding("IN-417", unit=unit.name, period=period.title, form=form.title)]


def check_context(
    desk: Desk, history: History, form: Form, unit: Unit, period: Period, order: Order | None, as_of: date
) -> CheckContext:
    previous = previous_draft(history, form, unit.name, period)
    last_year = last_year_draft(history, form, unit.name, period)
    return CheckContext(
        unit=unit,
        period=period,
        as_of=as_of,
        calendar=desk.reference.calendar,
        order=order,
        previous=values_of(previous),
        previous_rows=rows_of(previous, form),
        last_year=values_of(last_year) if last_year else None,
        outside=outside_values(desk, history, form, unit, period),
    )


def values_of(draft: Draft | None) -> dict[str, Value]:
    return {name: cell.value for name, cell in draft.cells.items()} if draft else {}


def rows_of(draft: Draft | None, form: Form) -> dict[str, dict[tuple[str, str], dict[str, Value]]]:
    """Last period's rows by (任务编号, 角色)."""
    if draft is None:
        return {}
    found: dict[str, dict[tuple[str, str], dict[str, Value]]] = {}
    for form_list in form.lists:
        rows = {}
        for row in draft.lists.get(form_list.name, ()):
            values = {name: cell.value for name, cell in row.items()}
            rows[str(values.get("任务编号") or ""), str(values.get("角色") or "")] = values
        found[form_list.name] = rows
    return found


Reader = Callable[[list[tuple[str, bytes]]], list[tuple[Book | None, tuple[Finding, ...]]]]
