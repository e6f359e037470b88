"""Who says what about form, unit and period: the ticket, the cells, the file's name and its folder. No judgement here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.forms.form import TICKET_SHEET, Form, SheetLayout
from toolkit.forms.layout import TICKET_KEYS, stamped_rows
from toolkit.forms.match import Stretch, grid_of, label_share, text_at
from toolkit.forms.order import Order, ticket_is_whole
from toolkit.model import Book, Period, RawSheet, Roster, Ticket, plain
from toolkit.office.references import address

UNIT_TAGS = ("单位.名称", "单位.简称")
PERIOD_TAGS = ("周期", "周期.编号")

_LONGEST = 200  # characters of a cell that may name a unit or a period

_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_PERIOD_TEXT = r"20\d\d(?:H[12]|Q[1-4]|-(?:0[1-9]|1[0-2])|年度?(?:\d{1,2}月|第?[1-4一二三四]季度|[上下]半年)?)?"
_PERIOD_AT_END = re.compile(rf"(?:^|[-_—－\s])({_PERIOD_TEXT})$")
_COPY = re.compile(r"(?:\s*[-－]?\s*副本|\s*[(（]\d+[)）]|\s*的副本|\s*- ?copy)+$", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """One statement. `source` as people read it (下发凭证, 表内, 文件名, 文件夹); `text` as it stands there."""

    source: str
    text: str
    sheet: str = ""
    cell: str = ""


# ---------------------------------------------------------------- the ticket


@dataclass(frozen=True)
class TicketRead:
    """The ticket, None where there is none or it is damaged."""

    ticket: Ticket | None
    damaged: bool = False


def read_ticket(book: Book) -> TicketRead:
    """From the custom document properties and from the sheet _票: either is enough, two must say the same."""
    stored = [values for values in (_from_properties(book), _from_sheet(book)) if values]
    if not stored:
        return TicketRead(None)
    tickets = [_ticket(values) for values in stored]
    first = tickets[0]
    if first is None or any(t != first for t in tickets) or not ticket_is_whole(first):
        return TicketRead(None, damaged=True)
    return TicketRead(first)


def _from_properties(book: Book) -> dict[str, str]:
    return {key: book.properties[key].strip() for key in TICKET_KEYS if book.properties.get(key, "").strip()}


def _from_sheet(book: Book) -> dict[str, str]:
    sheet = book.sheet(TICKET_SHEET)
    if sheet is None:
        return {}
    pairs = ((text_at(sheet, r, 1).strip(), text_at(sheet, r, 2).strip()) for r, c in sorted(sheet.cells) if c == 1)
    return {key: value for key, value in pairs if key in TICKET_KEYS and value}


def _ticket(values: dict[str, str]) -> Ticket | None:
    if set(values) != set(TICKET_KEYS):
        return None
    form, edition, unit, period, issue_no, check = (values[key] for key in TICKET_KEYS)
    edition = edition.removesuffix(".0")
    return Ticket(form, int(edition), unit, period, issue_no, check) if re.fullmatch(r"\d{1,6}", edition) else None


# ---------------------------------------------------------------- the sheets


def form_share(form: Form, book: Book) -> float:
    """How much of a form's sheets and labels a book has: 0 … 1."""
    if not form.sheets:
        return 0.0
    sheets = {plain(s.name).casefold(): s for s in reversed(book.sheets)}
    shares = [_share(layout, sheets.get(plain(layout.name).casefold())) for layout in form.sheets]
    return sum(shares) / len(shares)


def _share(layout: SheetLayout, sheet: RawSheet | None) -> float:
    if sheet is None:
        return 0.0
    return label_share(layout, sheet) if layout.labels else 1.0


def cell_claims(form: Form, book: Book, order: Order | None, tags: Sequence[str]) -> Iterator[Claim]:
    """What the cells say that `issue` filled with one of these tags."""
    for layout in form.sheets:
        wanted = {at: text for at, text in sorted(layout.tags.items()) if _mentions(text, tags)}
        sheet = next((s for s in book.sheets if plain(s.name).casefold() == plain(layout.name).casefold()), None)
        if not wanted or sheet is None:
            continue
        form_list = next((x for x in form.lists if x.sheet == layout.name), None)
        known = form_list is None or order is not None or not form_list.by_task
        added = (stamped_rows(form_list, order) - 1 if known else None) if form_list else 0
        grid = grid_of(layout, sheet, Stretch(form_list.tag_row, added) if form_list else None)
        for (row, column), text in wanted.items():
            at = grid.label_place(row, column)
            for place in [at] if at is not None else _elsewhere(text, sheet):
                for found in _said(text, text_at(sheet, *place), tags):
                    yield Claim("表内", found, sheet.name, address(*place))


def _elsewhere(template: str, sheet: RawSheet) -> list[tuple[int, int]]:
    """Where a text such as 填报单位：… stands when the rows around it were moved; its own words must be there."""
    words = [w for w in (plain(piece) for piece in _TAG.split(template)[::2]) if len(w) > 1]
    if "{{" not in template or not words:
        return []
    texts = {at: plain(c.text) for at, c in sorted(sheet.cells.items()) if c.kind == "s" and len(c.text) <= _LONGEST}
    return [at for at, text in texts.items() if all(w in text for w in words)]


def _mentions(text: str, tags: Sequence[str]) -> bool:
    names = [n.strip() for n in _TAG.findall(text)] or [text.strip()]
    return any(n in tags for n in names)


def _said(template: str, text: str, tags: Sequence[str]) -> list[str]:
    """The parts of a cell text that stand where the template has one of the tags; nothing where it does not fit."""
    if "{{" not in template:
        return [text.strip()] if text.strip() else []
    pattern = ""
    names: list[str] = []
    for n, piece in enumerate(_TAG.split(template)):
        if n % 2 == 0:
            pattern += re.escape(plain(piece))
        else:
            names.append(piece.strip())
            pattern += f"({_PERIOD_TEXT})" if piece.strip() in PERIOD_TAGS else "(.*?)"
    m = re.fullmatch(pattern, plain(text))
    if m is None:
        return []
    return [m[i] for i, name in enumerate(names, start=1) if name in tags and m[i]]


# ---------------------------------------------------------------- the file's name and folder


@dataclass(frozen=True)
class NameClaims:
    """What the parts of 单位-表单-周期.xlsx say, as far as they resolve; a part that does not says nothing."""

    unit: str = ""
    form: str = ""
    period: str = ""


def name_claims(file_name: str, forms: Sequence[Form], roster: Roster) -> NameClaims:
    stem = re.sub(r"\.[A-Za-z]{2,5}$", "", file_name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    stem = _COPY.sub("", stem)
    period = ""
    if m := _PERIOD_AT_END.search(stem):
        period = m[1]
        stem = stem[: m.start()]
    parts = [p for p in re.split(r"[-_—－\s]+", stem) if p]
    joined = (
        ["-".join(parts[i:j]) for i in range(len(parts)) for j in range(len(parts), i, -1)] if len(parts) < 8 else parts
    )
    unit = next((p for p in joined if roster.resolve(p)), "")
    form = next((f.id for p in joined for f in forms if plain(p) in (plain(f.id), plain(f.title))), "")
    return NameClaims(unit, form, period if Period.parse(period) else "")


def folder_unit(file_name: str, roster: Roster) -> str:
    """The unit whose folder below the inbox the file lies in: the nearest folder that resolves."""
    parts = file_name.replace("\\", "/").split("/")[:-1]
    below = parts[len(parts) - parts[::-1].index("inbox") :] if "inbox" in parts else []
    return next((p for p in reversed(below) if roster.resolve(p)), "")
