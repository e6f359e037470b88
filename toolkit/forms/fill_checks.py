"""自检 of a filled workbook: what its formulas will give, so that programs that show stored results show the right ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from toolkit.calendar import WorkCalendar
from toolkit.forms import selfcheck
from toolkit.forms.form import CHECK_SHEETS, NUMBER_TYPES, Field, Form
from toolkit.forms.order import Order, OrderRow
from toolkit.forms.selfcheck_cells import CHOICES
from toolkit.forms.selfcheck_page import PageLook
from toolkit.forms.selfcheck_values import RowTotals
from toolkit.model import Value
from toolkit.office.package import Part

_CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)>(<f>[^<]*</f>)(?:<v>([^<]*)</v>|<v/>)?</c>')
_KIND = re.compile(rb' t="[^"]*"')
_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 2_958_465  # 9999-12-31
_NO_TEXT_OF_ITS_TYPE = "〇"


@dataclass(frozen=True)
class Typed:
    """What stands in a filled workbook: values of single fields and of list rows, what computed cells give (those that
    are still computed), and the lines of 情况说明 as 规则, 位置, 说明."""

    cells: Mapping[str, Value]
    totals: Mapping[str, Value]
    rows: Mapping[str, Sequence[Mapping[str, Value]]]
    row_totals: Mapping[str, Sequence[Mapping[str, Value]]]
    lines: Sequence[tuple[str, str, str]]


def check_results(
    parts: Mapping[str, bytes], form: Form, order: Order, counts: Mapping[str, int], typed: Typed,
    calendar: WorkCalendar | None,
) -> dict[str, bytes] | None:  # fmt: skip
    """The check sheets with the results their formulas have now, by sheet name; None where the formulas are not those
    that `issue` writes today (an older edition of the product, or a program that wrote them anew), or where a day is
    beyond the calendar that a rule asks."""
    if set(parts) != set(CHECK_SHEETS):
        return None
    checks = selfcheck.checks_of(form, {name: name for name in CHECK_SHEETS}, PageLook(0, 0, 0, 0, 0, 0, 0), calendar)
    now, row_totals = _as_order(form, order, typed)
    if checks.days and not _within(checks.days[-1], now):
        return None
    made = selfcheck.check_parts(checks, form, now, counts, typed.totals, row_totals, _said(typed.lines))
    done = {name: _with_results(parts[name], _data(made[name])) for name in CHECK_SHEETS}
    return None if None in done.values() else {name: data for name, data in done.items() if data is not None}


def _within(workdays: Sequence[date], order: Order) -> bool:
    """Are all days among those whose working days the workbook lists? It computes nothing for others."""
    found = [*order.values.values(), *(v for rows in order.rows.values() for row in rows for v in row.values.values())]
    return all(workdays[0] <= v <= workdays[-1] for v in found if isinstance(v, date))


def _data(part: bytes | Part) -> bytes:
    return part.data if isinstance(part, Part) else part


def _with_results(stored: bytes, made: bytes) -> bytes | None:
    """The stored sheet with the results of a sheet of the same formulas."""
    results = {m[1]: (m[2], m[3], m[4]) for m in _CELL.finditer(made)}
    formulas = {m[1]: m[3] for m in _CELL.finditer(stored)}
    if formulas != {place: formula for place, (_, formula, _) in results.items()}:
        return None

    def change(m: re.Match[bytes]) -> bytes:
        kind, formula, value = results[m[1]]
        kind = b"".join(_KIND.findall(kind))
        rest = _KIND.sub(b"", m[2])
        return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (m[1], rest, kind, formula, value or b"")

    return _CELL.sub(change, stored)


# ---------------------------------------------------------------- values as the sheet sees them


def _as_order(form: Form, order: Order, typed: Typed) -> tuple[Order, RowTotals]:
    """The order as if it had been issued with what is filled in now."""
    fields = {f.name: f for f in form.fields}
    values = {name: _seen(fields[name], value) for name, value in typed.cells.items()}
    rows: dict[str, tuple[OrderRow, ...]] = {}
    computed: dict[int, Mapping[str, Value]] = {}
    for form_list in form.lists:
        own = {f.name: f for f in form_list.fields}
        given = order.rows.get(form_list.name, ())
        made: list[OrderRow] = []
        for n, found in enumerate(typed.rows[form_list.name]):
            before = given[n] if n < len(given) else OrderRow({}, {}, form_list.by_task)
            row = replace(before, values={k: _seen(own[k], v) for k, v in found.items()})
            computed[id(row)] = typed.row_totals[form_list.name][n]
            made.append(row)
        rows[form_list.name] = tuple(made)
    return replace(order, values=values, rows=rows), lambda _, row: computed[id(row)] if row else {}


def _trim(text: str) -> str:
    """TRIM: spaces at the ends go, several inside become one; no other white space counts."""
    return " ".join(part for part in text.split(" ") if part)


def _bare(text: str) -> str:
    return text.replace("\u3000", " ").replace("\u00a0", " ").replace("\n", " ")


def _seen(item: Field, value: Value) -> Value:
    """A value as the helper cells take it: see selfcheck_cells.state_formula and value_formula."""
    if item.type == "日期" and isinstance(value, int | Decimal):
        return _EPOCH + timedelta(days=int(value)) if 60 < value <= _LAST_SERIAL else _NO_TEXT_OF_ITS_TYPE
    if not isinstance(value, str):
        return value
    if item.type in NUMBER_TYPES or item.type in ("日期", *CHOICES):
        trimmed = _trim(value)
        return trimmed if not trimmed or trimmed.strip() else _NO_TEXT_OF_ITS_TYPE
    bare = _bare(value)
    return _trim(bare) if bare != bare.strip(" ") else value


def _said(lines: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(f"{_trim(no)}|{_trim(place)}" if _trim(_bare(text)) else "" for no, place, text in lines)
