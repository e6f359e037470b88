"""A submitted book → what it says, by declared type and with the address of every value.

What cannot be located for certain is absent from the draft and named in a finding; reading goes on with the rest, so
that one pass finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.findings import Finding, finding
from toolkit.forms.convert import clean, convert
from toolkit.forms.form import (
    CHOICES_SHEET,
    DEFINITION_SHEETS,
    EXPLANATION_LIST,
    GUIDE_SHEET,
    STAND_IN_FIELDS,
    TICKET_SHEET,
    Field,
    Form,
    SheetLayout,
)
from toolkit.forms.layout import (
    EXPLANATION_COLUMNS,
    EXPLANATION_HEADER_ROW,
    STAND_IN_PLACES,
    has_value,
    single_locked,
    stamped_rows,
)
from toolkit.forms.match import Grid, Stretch, grid_of, label_share
from toolkit.forms.order import Order
from toolkit.forms.rows import ListSource, Place, Reading, is_computed, kept, read_list, same
from toolkit.forms.surroundings import label_findings, surroundings
from toolkit.model import Book, Draft, Filled, RawCell, RawSheet, plain
from toolkit.office.front_sheet import RETURN_SHEET
from toolkit.office.references import address

GENERATED_SHEETS = frozenset(
    {GUIDE_SHEET, EXPLANATION_LIST, TICKET_SHEET, CHOICES_SHEET, "自检", RETURN_SHEET, *DEFINITION_SHEETS}
)
_ENOUGH_LABELS = 1 / 3
_WHOLE = re.compile(r"非负整数\s*[(（]([^()（）]*)[)）]")


@dataclass(frozen=True)
class _Page:
    """One template sheet found in the book."""

    layout: SheetLayout
    sheet: RawSheet
    grid: Grid


@dataclass
class _Tally:
    """Was anything filled in at all, and was there anything to fill?"""

    filled: int = 0
    inputs: bool = False
    first: str = ""  # the first cell that waits for something


def parse(book: Book, form: Form, order: Order | None) -> tuple[Draft, tuple[Finding, ...]]:
    """The draft, and findings with their place. `order`: what was issued, None when nobody knows (no ticket)."""
    found: list[Finding] = []
    cells: dict[str, Filled] = {}
    lists: dict[str, tuple[Mapping[str, Filled], ...]] = {}
    tally = _Tally()
    whole_ruled = _whole_ruled(form)
    pages, missing = _pages(book, form, order)
    found += missing
    for page in pages:
        single, more, read = _singles(page, form, order, whole_ruled, tally)
        cells |= single
        reading = _list(page, form, order, whole_ruled)
        form_list = next((x for x in form.lists if x.sheet == page.layout.name), None)
        if form_list is not None:
            lists[form_list.name] = reading.rows
            tally.filled += reading.filled
            tally.inputs |= reading.inputs
            read |= reading.read
        waiting = sorted(at for at, free in read.items() if free)
        tally.first = tally.first or (address(*waiting[0]) if waiting and page is pages[0] else "")
        found += label_findings(page.layout, page.sheet, page.grid, form_list)
        found += [*more, *reading.findings]
        found += surroundings(page.layout, page.sheet, page.grid, read)
    stand_in, explanations, more = _explanations(book)
    found += more
    if not tally.filled and tally.inputs and not explanations and not missing and pages:
        found.append(finding("IN-416", place={"sheet": pages[0].sheet.name, "cell": tally.first}))
    return Draft(form.id, {**cells, **stand_in}, {**lists, EXPLANATION_LIST: explanations}), tuple(found)


def _whole_ruled(form: Form) -> frozenset[str]:
    """The 整数 fields about whose fractions a rule of the form speaks (非负整数)."""
    by_label = {plain(f.label): f.name for f in (*form.fields, *(f for x in form.lists for f in x.fields))}
    names: set[str] = set()
    for rule in form.rules:
        for arguments in _WHOLE.findall(rule.formula):
            for word in re.split(r"[,，]", arguments):
                names |= set(form.blocks.get(word.strip(), (by_label.get(plain(word), word.strip()),)))
    return frozenset(names)


# ---------------------------------------------------------------- sheets


def _pages(book: Book, form: Form, order: Order | None) -> tuple[list[_Page], list[Finding]]:
    pages: list[_Page] = []
    found: list[Finding] = []
    named = {layout.name: _named(book, layout.name) for layout in form.sheets}
    taken = {sheet.name for sheet in named.values() if sheet}
    for layout in form.sheets:
        sheet = named[layout.name]
        if sheet is None:
            present = "、".join(s.name for s in book.sheets if s.state == "visible" and s.name not in GENERATED_SHEETS)
            sheet = _renamed(book, layout, taken)
            place = {"sheet": sheet.name, "cell": "A1"} if sheet else {"sheet": layout.name}
            found.append(finding("IN-401", sheet=layout.name, present=present or "无", place=place))
            if sheet is None:
                continue
            taken.add(sheet.name)
        if layout.labels and label_share(layout, sheet) < _ENOUGH_LABELS:
            what = f"“{sheet.name}”的栏目与下发的表大多不符，未能读取。"
            found.append(finding("IN-403", what=what, place={"sheet": sheet.name, "cell": "A1"}))
            continue
        pages.append(_Page(layout, sheet, grid_of(layout, sheet, _stretch(form, layout, order))))
    return pages, found


def _named(book: Book, name: str) -> RawSheet | None:
    """By exact name, then by a name that differs only in width, brackets, white space or case."""
    exact = book.sheet(name)
    if exact is not None:
        return exact
    alike = [s for s in book.sheets if plain(s.name).casefold() == plain(name).casefold()]
    return alike[0] if len(alike) == 1 else None


def _renamed(book: Book, layout: SheetLayout, taken: set[str]) -> RawSheet | None:
    """The one visible sheet nobody knows that carries every label of the missing one."""
    unknown = [s for s in book.sheets if s.state == "visible" and s.name not in taken | GENERATED_SHEETS]
    full = [s for s in unknown if layout.labels and label_share(layout, s) == 1.0]
    return full[0] if len(full) == 1 else None


def _stretch(form: Form, layout: SheetLayout, order: Order | None) -> Stretch | None:
    form_list = next((x for x in form.lists if x.sheet == layout.name), None)
    if form_list is None:
        return None
    known = order is not None or not form_list.by_task
    return Stretch(form_list.tag_row, stamped_rows(form_list, order) - 1 if known else None)


# ---------------------------------------------------------------- values


def _singles(
    page: _Page, form: Form, order: Order | None, whole_ruled: frozenset[str], tally: _Tally
) -> tuple[dict[str, Filled], list[Finding], dict[Place, bool]]:
    """Single fields of one sheet: values, findings, and every cell looked at (True = input)."""
    cells: dict[str, Filled] = {}
    found: list[Finding] = []
    read: dict[Place, bool] = {}
    for item in form.fields:
        if item.place is None or item.place.sheet != page.layout.name:
            continue
        at = page.grid.place(item.place.row, item.place.column)
        if at is None:
            continue
        raw = page.sheet.cells.get(at)
        locked = single_locked(item, order)
        issued = order.values.get(item.name) if order else None
        if locked and has_value(issued):
            value, more = kept(raw, item, issued, page.sheet.name, at)
        else:
            value, more = convert(raw, item, form.options, whole_ruled=item.name in whole_ruled)
        found += [f.at(page.sheet.name, address(*at)) for f in more]
        cells[item.name] = Filled(value, page.sheet.name, address(*at))
        read[at] = not locked
        if not locked:
            tally.inputs |= not is_computed(item)
            tally.filled += value != "" and _own(raw, item, order)
    return cells, found, read


def _own(raw: RawCell | None, item: Field, order: Order | None) -> bool:
    """Did the department put this there itself? Not what was prefilled, not what a 总计 formula computed."""
    if is_computed(item) and raw is not None and (raw.formula or raw.kind == "f"):
        return False
    return not same(raw, order.values.get(item.name)) if order else not item.prefill


def _list(page: _Page, form: Form, order: Order | None, whole_ruled: frozenset[str]) -> Reading:
    form_list = next((x for x in form.lists if x.sheet == page.layout.name), None)
    if form_list is None:
        return Reading()
    return read_list(ListSource(form_list, page.layout, page.sheet, page.grid, form.options, order, whole_ruled))


# ---------------------------------------------------------------- 情况说明 and 代填

_TEXT = {name: Field(name, name, "长文本") for name in EXPLANATION_COLUMNS}
_STAND_IN = {
    "代填.填报人": Field("代填.填报人", "代填填报人", "文本"),
    "代填.来源": Field("代填.来源", "代填来源", "文本"),
    "代填.日期": Field("代填.日期", "代填日期", "日期"),
}


def _explanations(book: Book) -> tuple[dict[str, Filled], tuple[Mapping[str, Filled], ...], list[Finding]]:
    """代填 by the labels beside its cells, 情况说明 by its headings; a book without that sheet explains nothing."""
    sheet = _named(book, EXPLANATION_LIST)
    if sheet is None:
        return {}, (), []
    found: list[Finding] = []
    cells: dict[str, Filled] = {}
    for name in STAND_IN_FIELDS:
        at = _beside(sheet, _STAND_IN[name].label) or (STAND_IN_PLACES[name][1], STAND_IN_PLACES[name][2])
        value, more = convert(sheet.cells.get(at), _STAND_IN[name], {})
        found += [f.at(sheet.name, address(*at)) for f in more]
        cells[name] = Filled(value, sheet.name, address(*at))
    header, columns = _heading(sheet)
    rows: list[Mapping[str, Filled]] = []
    for number in sorted({r for r, c in sheet.cells if r > header and c in columns.values()}):
        row: dict[str, Filled] = {}
        for name, column in columns.items():
            value, more = convert(sheet.cells.get((number, column)), _TEXT[name], {})
            found += [f.at(sheet.name, address(number, column)) for f in more]
            row[name] = Filled(value, sheet.name, address(number, column))
        if any(has_value(cell.value) for cell in row.values()):
            rows.append(row)
    return cells, tuple(rows), found


def _beside(sheet: RawSheet, label: str) -> Place | None:
    places = [at for at in sorted(sheet.cells) if plain(str(clean(sheet.cells[at].text)[0])).rstrip(":") == label]
    return (places[0][0], places[0][1] + 1) if places else None


def _heading(sheet: RawSheet) -> tuple[int, dict[str, int]]:
    """(heading row, column by name); the issued place where no row carries all three headings."""
    rows: dict[int, dict[str, int]] = {}
    for (number, column), cell in sorted(sheet.cells.items()):
        rows.setdefault(number, {}).setdefault(plain(cell.text), column)
    for number, texts in rows.items():
        if all(name in texts for name in EXPLANATION_COLUMNS):
            return number, {name: texts[name] for name in EXPLANATION_COLUMNS}
    return EXPLANATION_HEADER_ROW, {name: n for n, name in enumerate(EXPLANATION_COLUMNS, start=1)}
