"""Which form, unit and period a book is for. Whatever speaks must agree; nothing is guessed, likeness only suggests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from toolkit.findings import Finding, Level, finding
from toolkit.forms.form import Form
from toolkit.forms.order import Order
from toolkit.intake.claims import (
    PERIOD_TAGS,
    UNIT_TAGS,
    Claim,
    NameClaims,
    cell_claims,
    folder_unit,
    form_share,
    name_claims,
    read_ticket,
)
from toolkit.model import Book, Period, Roster, Ticket, Unit, plain
from toolkit.office.front_sheet import RETURN_SHEET

_IS_THE_FORM = 0.6  # share of sheets and labels from which on a book is taken for a form
_LIKE = 60  # least likeness (0 … 100) of a unit's name that is worth suggesting
_NEWEST = 50  # editions looked for beyond the ticket's


@dataclass(frozen=True)
class Identity:
    """What is certain; None where nothing speaks or two disagree (the findings say who says what)."""

    form: Form | None
    unit: Unit | None
    period: Period | None
    ticket: Ticket | None
    order: Order | None
    findings: tuple[Finding, ...] = ()


Editions = Callable[[str, int], Form | None]


def identify(
    book: Book,
    file_name: str,
    forms: Sequence[Form],
    roster: Roster,
    order_of: Callable[[Ticket], Order | None],
    editions: Editions | None = None,
) -> Identity:
    """`file_name`: as in the receipt (inbox/…/单位-表单-周期.xlsx). `forms`: current editions; `editions` older ones."""
    read = read_ticket(book)
    ticket = read.ticket
    found: list[Finding] = [finding("IN-414")] if read.damaged else []
    named = name_claims(file_name, forms, roster)
    form, more = _form(book, ticket, named, forms, editions)
    found += more
    if form is None:
        return Identity(None, *_without_form(ticket, named, file_name, roster), ticket, None, _placed(found, book))
    order = order_of(ticket) if ticket and ticket.form == form.id else None
    unit, more = _unit([*_unit_claims(form, book, order, ticket, named, file_name, roster)], roster)
    found += more
    period, more = _period([*_period_claims(form, book, order, ticket, named)], form)
    found += more
    if ticket is None and not read.damaged:
        what = f"{unit.name if unit else ''}{period.title if period else ''}“{form.title}”"
        found.append(finding("IN-413", what=what))
    return Identity(form, unit, period, ticket, order, _placed(found, book))


def _placed(found: Sequence[Finding], book: Book) -> tuple[Finding, ...]:
    """What is about the workbook as a whole stands at the top of its first visible sheet."""
    first = next((s.name for s in book.sheets if s.state == "visible" and s.name != RETURN_SHEET), "")
    return tuple(f if f.sheet or not first else f.at(first, "A1") for f in found)


def _without_form(
    ticket: Ticket | None, named: NameClaims, file_name: str, roster: Roster
) -> tuple[Unit | None, Period | None]:
    """Unit and period of a book of no known form, as far as all who speak agree: the answer needs an address."""
    says = [ticket.unit if ticket else "", named.unit, folder_unit(file_name, roster)]
    units = {u.name: u for text in says if text and (u := roster.resolve(text))}
    text = (ticket.period if ticket else "") or named.period
    return (next(iter(units.values())) if len(units) == 1 else None), (Period.parse(text) if text else None)


# ---------------------------------------------------------------- form


def _form(
    book: Book, ticket: Ticket | None, named: NameClaims, forms: Sequence[Form], editions: Editions | None
) -> tuple[Form | None, list[Finding]]:
    shares = [(form_share(f, book), f) for f in forms]
    best = max((s for s, _ in shares), default=0.0)
    like = next((f for s, f in shares if s == best and s >= _IS_THE_FORM), None)
    found: list[Finding] = []
    form = like
    if ticket is not None:
        own, found = _edition(ticket, forms, editions)
        if own is None and like is None:
            return None, [_no_form(f"下发凭证中的表单“{ticket.form}”不在现行表单之中。")]
        if own is not None and (like is None or like.id == own.id or form_share(own, book) >= best):
            form = own
    if form is None:
        present = "、".join(s.name for s in book.sheets if s.state == "visible" and s.name != RETURN_SHEET)[:80]
        return None, [_no_form(f"工作表和栏目与现有表单都不相符（现有工作表：{present or '无'}）。")]
    claims = [
        Claim("下发凭证", _title(ticket.form, forms)) if ticket else None,
        Claim("表内", form.title),
        Claim("文件名", _title(named.form, forms)) if named.form else None,
    ]
    spoken = [c for c in claims if c is not None]
    if len({plain(c.text) for c in spoken}) > 1:
        found.append(_disagreement("表单", spoken))
    return form, found


def _title(form_id: str, forms: Sequence[Form]) -> str:
    return next((f.title for f in forms if f.id == form_id), form_id)


def _no_form(reason: str) -> Finding:
    return finding("IN-409", reason=reason)


def _edition(ticket: Ticket, forms: Sequence[Form], editions: Editions | None) -> tuple[Form | None, list[Finding]]:
    """The form as it was issued with this ticket; an older edition says so."""
    current = next((f for f in forms if f.id == ticket.form), None)
    if current is not None and ticket.edition == current.edition:
        return current, []
    issued = editions(ticket.form, ticket.edition) if editions else None
    if current is None:
        return issued, []
    newest = current.edition or _newest(ticket, editions)  # 0: the template was changed and not issued since
    if issued is None:
        difference = "系统中没有该版本，已按现行版本读取。"
        return current, [finding("IN-415", edition=ticket.edition, current=newest or "新", difference=difference)]
    if newest <= ticket.edition:
        return issued, []
    lacking = [label for name, label in _required(current).items() if name not in _inputs(issued)]
    if lacking:
        difference = f"现行版新增了必填内容：{'、'.join(lacking[:8])}{'等' if len(lacking) > 8 else ''}。"
        return issued, [finding("IN-415", edition=ticket.edition, current=newest, difference=difference)]
    difference = "必填内容没有变化，本次按旧版读取。"
    note = finding("IN-415", level=Level.NOTE, edition=ticket.edition, current=newest, difference=difference)
    return issued, [replace(note, remedy="无需重报；下次请取用“待填”文件夹中的现行版本。")]


def _newest(ticket: Ticket, editions: Editions | None) -> int:
    """The newest issued edition, from the ticket's on."""
    newest = ticket.edition
    while editions and newest < ticket.edition + _NEWEST and editions(ticket.form, newest + 1) is not None:
        newest += 1
    return newest


def _required(form: Form) -> dict[str, str]:
    fields = [(f.name, f) for f in form.fields] + [(f"{x.name}.{f.name}", f) for x in form.lists for f in x.fields]
    return {name: f.label for name, f in fields if f.required not in ("否", "") and f.is_input}


def _inputs(form: Form) -> frozenset[str]:
    singles = {f.name for f in form.fields if f.is_input}
    return frozenset(singles | {f"{x.name}.{f.name}" for x in form.lists for f in x.fields if f.is_input})


# ---------------------------------------------------------------- unit


def _unit_claims(
    form: Form,
    book: Book,
    order: Order | None,
    ticket: Ticket | None,
    named: NameClaims,
    file_name: str,
    roster: Roster,
) -> list[Claim]:
    claims = [Claim("下发凭证", ticket.unit)] if ticket else []
    claims += cell_claims(form, book, order, UNIT_TAGS)
    claims += [Claim("文件名", named.unit)] if named.unit else []
    folder = folder_unit(file_name, roster)
    return [*claims, Claim("文件夹", folder)] if folder else claims


def _unit(claims: Sequence[Claim], roster: Roster) -> tuple[Unit | None, list[Finding]]:
    units = [roster.resolve(c.text) for c in claims]
    meant = {u.name if u else plain(c.text) for u, c in zip(units, claims, strict=True)}
    if len(meant) > 1:
        return None, [_disagreement("单位", claims)]
    if not claims:
        nothing = finding("IN-410", value="", suggestion="")
        message = "表内、文件名和文件夹都没有写明填报单位。"
        return None, [replace(nothing, message=message, remedy="请在表内写明单位全称，或把文件放入本单位的文件夹。")]
    if units[0] is None:
        return None, [_unknown_unit(_seen(claims), roster)]
    return units[0], []


def _seen(claims: Sequence[Claim]) -> Claim:
    """Of claims that say the same the one that people can look at."""
    return next((c for c in claims if c.cell), claims[0])


def _unknown_unit(claim: Claim, roster: Roster) -> Finding:
    from rapidfuzz import fuzz, process

    names = {plain(n): u.name for u in roster.units for n in (*u.aliases, u.short, u.name) if n}
    near = process.extract(plain(claim.text), list(names), scorer=fuzz.WRatio, limit=9, score_cutoff=_LIKE)
    suggested = list(dict.fromkeys(names[n] for n, _, _ in near))[:3]
    suggestion = f"名称相近的有：{'、'.join(suggested)}。" if suggested else ""
    place = {"sheet": claim.sheet, "cell": claim.cell, "value": claim.text[:60], "label": "填报单位"}
    return finding("IN-410", value=claim.text[:60], suggestion=suggestion, place=place)


# ---------------------------------------------------------------- period


def _period_claims(
    form: Form, book: Book, order: Order | None, ticket: Ticket | None, named: NameClaims
) -> list[Claim]:
    claims = [Claim("下发凭证", ticket.period)] if ticket else []
    claims += cell_claims(form, book, order, PERIOD_TAGS)
    return [*claims, Claim("文件名", named.period)] if named.period else claims


def _period(claims: Sequence[Claim], form: Form) -> tuple[Period | None, list[Finding]]:
    periods = [Period.parse(c.text) for c in claims]
    meant = {p.text if p else plain(c.text) for p, c in zip(periods, claims, strict=True)}
    if len(meant) > 1:
        shown = [replace(c, text=p.title) if p else c for p, c in zip(periods, claims, strict=True)]
        return None, [_disagreement("周期", shown)]
    if not claims:
        return None, [replace(finding("IN-411", value="", reason=""), message="表内和文件名都没有写明填报周期。")]
    claim, period = _seen(claims), periods[0]
    place = {"sheet": claim.sheet, "cell": claim.cell, "value": claim.text[:60], "label": "周期"}
    if period is None:
        return None, [finding("IN-411", value=claim.text[:60], reason="无法识别为周期。", place=place)]
    kind = "年" if form.period_kind == "常年" else form.period_kind
    if kind and period.kind != kind:
        return None, [finding("IN-411", value=period.title, reason=f"而“{form.title}”按{kind}填报。", place=place)]
    return period, []


def _disagreement(what: str, claims: Sequence[Claim]) -> Finding:
    says = "；".join(dict.fromkeys(f"{c.source}为“{c.text[:60]}”" for c in claims))
    spot = next((c for c in claims if c.cell and plain(c.text) != plain(claims[0].text)), None)
    spot = spot or next((c for c in claims if c.cell), claims[0])
    value = {"value": spot.text[:60]} if spot.cell else {}
    return finding("IN-412", what=what, says=says, place={"sheet": spot.sheet, "cell": spot.cell, **value})
