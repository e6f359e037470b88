"""Where things stand in an issued workbook: template addresses moved by the rows that the lists have grown.

One truth for whoever writes into an issued workbook (issue, fill) and whoever reads it (parse, identify, annotate).
Rows and columns count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from toolkit.forms.form import EXPLANATION_LIST, STAND_IN_FIELDS, Field, Form, FormList
from toolkit.forms.order import Order, OrderRow
from toolkit.model import Ticket, Value

EXPLANATION_COLUMNS = ("规则", "位置", "说明")
EXPLANATION_HEADER_ROW = 7
EXPLANATION_FIRST_ROW = 8
EXPLANATION_ROWS = 30
STAND_IN_PLACES = {name: (EXPLANATION_LIST, 3 + n, 2) for n, name in enumerate(STAND_IN_FIELDS)}
"""代填.填报人, 代填.来源, 代填.日期: B3 to B5 of the sheet 情况说明."""

TICKET_KEYS = ("zwgk.form", "zwgk.edition", "zwgk.unit", "zwgk.period", "zwgk.issue", "zwgk.check")
"""Names of the ticket, the same in the custom document properties and in column A of the sheet _票."""

ROWS_KEY = "zwgk.rows."
"""`zwgk.rows.<list>` on _票: how many rows that list was stamped with."""

_TAG = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True)
class ListPlace:
    """One list in an issued workbook: its rows are first_row … last_row."""

    name: str
    sheet: str
    header_row: int
    first_row: int
    count: int
    columns: Mapping[str, int]  # column number by field name, in column order

    @property
    def last_row(self) -> int:
        return self.first_row + self.count - 1

    @property
    def rows(self) -> range:
        return range(self.first_row, self.first_row + self.count)


def stamped_rows(form_list: FormList, order: Order | None) -> int:
    """How many rows `issue` gives a list: one per task row of the order, else the blank rows; never less than one."""
    ordered = len(order.rows.get(form_list.name, ())) if order else 0
    return max(1, ordered if form_list.by_task else max(ordered, form_list.blank_rows))


def row_counts(form: Form, order: Order | None) -> dict[str, int]:
    """Stamped rows by list name, as `locate` and `list_places` take them."""
    return {x.name: stamped_rows(x, order) for x in form.lists}


def _count(form_list: FormList, rows: Mapping[str, int]) -> int:
    default = 1 if form_list.by_task else form_list.blank_rows
    return max(1, rows.get(form_list.name, default))


def growth(form: Form, rows: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """By sheet: (tag row of its list, rows added below that row)."""
    return {x.sheet: (x.tag_row, _count(x, rows) - 1) for x in form.lists}


def moved_row(sheet: str, row: int, grown: Mapping[str, tuple[int, int]]) -> int:
    """A template row's number in the issued workbook (the tag row itself becomes the list's first row)."""
    tag_row, added = grown.get(sheet, (0, 0))
    return row + added if row > tag_row else row


def locate(form: Form, rows: Mapping[str, int]) -> dict[str, tuple[str, int, int]]:
    """Every single field's (sheet, row, column) in a workbook whose lists have that many stamped rows.

    Holds the 代填 cells too; a field without a place is absent. A list not in `rows` counts with its blank rows
    (a task list with one).
    """
    grown = growth(form, rows)
    places = {
        f.name: (f.place.sheet, moved_row(f.place.sheet, f.place.row, grown), f.place.column)
        for f in form.fields
        if f.place
    }
    return {**places, **STAND_IN_PLACES}


def list_places(form: Form, rows: Mapping[str, int]) -> dict[str, ListPlace]:
    """Where every list stands, 情况说明 included, by list name."""
    places = {
        x.name: ListPlace(
            x.name,
            x.sheet,
            x.header_row,
            x.tag_row,
            _count(x, rows),
            {f.name: f.place.column for f in x.fields if f.place},
        )
        for x in form.lists
    }
    columns = {name: n for n, name in enumerate(EXPLANATION_COLUMNS, start=1)}
    places[EXPLANATION_LIST] = ListPlace(
        EXPLANATION_LIST, EXPLANATION_LIST, EXPLANATION_HEADER_ROW, EXPLANATION_FIRST_ROW, EXPLANATION_ROWS, columns
    )
    return places


def has_value(value: Value) -> bool:
    return value is not None and value != ""


def single_locked(field: Field, order: Order | None) -> bool:
    """Is this single cell locked in the workbook of this order?"""
    return field.locked == "是" or (order is not None and field.name in order.locked)


def row_cell_locked(field: Field, row: OrderRow | None) -> bool:
    """Is this list cell locked in a row as ordered (None: a blank row)?"""
    if field.locked == "是":
        return True
    if row is None:
        return False
    return row.locked or (field.locked == "有值时" and has_value(row.values.get(field.name)))


def shown(value: Value) -> str:
    """A value as text inside a sentence: days as 2024-05-08, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def tag_names(text: str) -> tuple[str, ...]:
    """The names of all {{tags}} in a cell text, in order."""
    return tuple(_TAG.findall(text))


def whole_tag(text: str) -> str | None:
    """The name when the whole cell text is one tag, else None."""
    m = _TAG.fullmatch(text.strip())
    return m[1] if m else None


def layout_text(layout_tag: str, tags: Mapping[str, Value]) -> str:
    """What `issue` writes for a layout tag of SheetLayout.tags.

    There a cell that holds nothing but a tag stands as the bare name (单位.名称), a cell with other text around it
    as the whole text (填报单位：{{单位.名称}}).
    """
    if "{{" not in layout_tag:
        return shown(tags.get(layout_tag))
    return _TAG.sub(lambda m: shown(tags.get(m[1])), layout_tag)


def ticket_values(ticket: Ticket) -> dict[str, str]:
    """The ticket by the names of TICKET_KEYS."""
    parts = (ticket.form, str(ticket.edition), ticket.unit, ticket.period, ticket.issue_no, ticket.checksum)
    return dict(zip(TICKET_KEYS, parts, strict=True))
