"""Filling an issued workbook from data: what a department would type, for tests, samples and stand-in filing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.calendar import WorkCalendar
from toolkit.forms.fill_checks import Typed, check_results
from toolkit.forms.fill_data import ListRow, Request, read_request
from toolkit.forms.form import CHECK_SHEETS, EXPLANATION_LIST, NUMBER_TYPES, TICKET_SHEET, Field, Form
from toolkit.forms.layout import EXPLANATION_COLUMNS, ROWS_KEY, ListPlace, list_places, locate, row_counts
from toolkit.forms.order import Order
from toolkit.forms.totals import Given, Result, Total, compute, totals_of
from toolkit.model import Value
from toolkit.office.package import Package, PackageError, parse_xml
from toolkit.office.sheet_fill import SheetFiller
from toolkit.office.sheet_read import SheetCell, read_cells, shared_strings
from toolkit.office.workbook import SheetEntry, recalculated, sheet_entries

Place = tuple[str, int, int]
_HUGE = 10**15  # programs keep 15 digits


@dataclass(frozen=True)
class FillResult:
    """The filled workbook, or None with what is wrong with the data, in Chinese."""

    data: bytes | None
    errors: tuple[str, ...] = ()


def fill(
    workbook: bytes, form: Form, data: Mapping[str, object], order: Order | None = None,
    calendar: WorkCalendar | None = None,
) -> FillResult:  # fmt: skip
    """Writes `{"cells": {...}, "lists": {...}}` into a workbook of that form.

    null leaves a cell as it is, "" empties it (a 总计 formula too), any other text is written as it stands, numbers as
    numbers, ISO days of 日期 fields as days. Rows of a task list are found by 任务编号 (and 角色 where given), other
    rows by position. Nothing is written when anything is wrong. The 总计 formulas that remain get their new values, and
    so does 自检 where the order is known (`calendar`: the one it was issued with); else its results are taken out.
    """
    request, errors = read_request(form, data)
    if request is None:
        return FillResult(None, errors)
    try:
        book = _Book.open(workbook)
    except PackageError as error:
        return FillResult(None, (f"工作簿无法读取：{error}。",))
    counts = row_counts(form, order) if order else _stored_counts(book, form)
    writes, wrong = _writes(book, form, request, counts)
    missing = sorted({sheet for sheet, _, _ in writes if sheet not in book.fillers})
    wrong += [f"工作簿中没有工作表“{sheet}”。" for sheet in missing]
    if wrong:
        return FillResult(None, tuple(wrong))
    for (sheet, row, column), value in writes.items():
        book.fillers[sheet].put((row, column), value)
    if not any(f.changed for f in book.fillers.values()):
        return FillResult(book.package.to_bytes())
    typed = _recompute(book, form, counts, order)
    checks = check_results(book.check_parts(), form, order, counts, typed, calendar) if typed and order else None
    return FillResult(book.to_bytes(checks))


# ---------------------------------------------------------------- the workbook under edit


@dataclass(frozen=True)
class _Book:
    package: Package
    entries: tuple[SheetEntry, ...]
    fillers: Mapping[str, SheetFiller]  # by sheet name

    @classmethod
    def open(cls, data: bytes) -> _Book:
        package = Package.open(data)
        strings = shared_strings(package)
        entries = tuple(e for e in sheet_entries(package) if e.kind == "worksheet")
        typed = [e for e in entries if e.name not in CHECK_SHEETS]
        return cls(package, entries, {e.name: SheetFiller(package.read(e.part), strings) for e in typed})

    def cell(self, place: Place) -> SheetCell | None:
        sheet, row, column = place
        filler = self.fillers.get(sheet)
        return filler.read((row, column)) if filler else None

    def text(self, place: Place) -> str:
        cell = self.cell(place)
        return cell.text.strip() if cell else ""

    def check_parts(self) -> dict[str, bytes]:
        return {e.name: self.package.read(e.part) for e in self.entries if e.name in CHECK_SHEETS}

    def to_bytes(self, checks: Mapping[str, bytes] | None) -> bytes:
        """`checks`: the check sheets with their results. Stale ones would be shown by programs that do not compute on
        opening, so without them the results go."""
        changed = {e.part: f.to_bytes() for e in self.entries if (f := self.fillers.get(e.name)) and f.changed}
        for entry in self.entries:
            if entry.name in CHECK_SHEETS:
                changed[entry.part] = checks[entry.name] if checks else _uncomputed(self.package.read(entry.part))
        return recalculated(self.package.with_parts(changed)).to_bytes()


_RESULT = re.compile(rb"(<f\b[^>]*(?:/>|>[^<]*</f>))<v>[^<]*</v>")


def _uncomputed(xml: bytes) -> bytes:
    """A check sheet without the results of its formulas: every program computes them when it opens the workbook."""
    return _RESULT.sub(rb"\1", xml)


def _stored_counts(book: _Book, form: Form) -> dict[str, int]:
    """Rows of every list as _票 tells them; where it does not, as many as carry a 任务编号."""
    entry = next((e for e in book.entries if e.name == TICKET_SHEET), None)
    stored: dict[str, str] = {}
    if entry is not None:
        cells = read_cells(parse_xml(book.package.read(entry.part)), shared_strings(book.package))
        stored = {cell.text: cells[row, 2].text for (row, column), cell in cells.items()
                  if column == 1 and (row, 2) in cells}  # fmt: skip
    counts = row_counts(form, None)
    for form_list in form.lists:
        text = stored.get(ROWS_KEY + form_list.name, "")
        if text.isdigit():
            counts[form_list.name] = int(text)
        elif form_list.by_task and (key := form_list.field("任务编号")) and key.place:
            row = form_list.tag_row
            while book.text((form_list.sheet, row, key.place.column)):
                row += 1
            counts[form_list.name] = max(1, row - form_list.tag_row)
    return counts


# ---------------------------------------------------------------- what goes where


def _writes(
    book: _Book, form: Form, request: Request, counts: Mapping[str, int]
) -> tuple[dict[Place, Value], list[str]]:
    places = locate(form, counts)
    writes: dict[Place, Value] = {places[name]: value for name, value in request.cells.items()}
    errors: list[str] = []
    lists = list_places(form, counts)
    for name, rows in request.lists.items():
        where = lists[name]
        form_list = form.list(name)
        for row in rows:
            numbers, error = _rows_of_task(book, where, row) if form_list and form_list.by_task else _row_at(where, row)
            errors += [error] if error else []
            for number in numbers:
                for column, value in row.values.items():
                    writes[where.sheet, number, where.columns[column]] = value
    return writes, errors


def _row_at(where: ListPlace, row: ListRow) -> tuple[Sequence[int], str]:
    if row.index < where.count:
        return [where.first_row + row.index], ""
    return [], f"清单“{where.name}”只有 {where.count} 行，数据有更多行。"


def _rows_of_task(book: _Book, where: ListPlace, row: ListRow) -> tuple[Sequence[int], str]:
    """The rows with that 任务编号, in that 角色 where one is given."""
    from toolkit.forms.design_tables import suggestion

    at = where.columns
    numbers = {n: book.text((where.sheet, n, at["任务编号"])) for n in where.rows}
    found = [n for n, task in numbers.items() if task == row.task_id]
    if row.role and "角色" in at:
        with_role = [n for n in found if book.text((where.sheet, n, at["角色"])) == row.role]
        if found and not with_role:
            return [], f"清单“{where.name}”中任务 {row.task_id} 没有角色“{row.role}”的行。"
        found = with_role
    if found:
        return found, ""
    near = suggestion(row.task_id, [task for task in numbers.values() if task])
    return [], f"清单“{where.name}”中没有任务 {row.task_id or '（未写任务编号）'}。{near}"


# ---------------------------------------------------------------- formulas that remain


def _recompute(book: _Book, form: Form, counts: Mapping[str, int], order: Order | None) -> Typed | None:
    """New values beside the form's own formulas; the office's other formulas lose theirs and are computed on opening.

    Gives what now stands in the workbook; None where an input cell holds something that only a program can value.
    """
    known: set[Place] = set()
    places = locate(form, counts)
    values = {f.name: _value(f, book.cell(places[f.name])) for f in form.fields if f.name in places}
    totals = _put_results(book, totals_of(form), places, values, order, known)
    rows: dict[str, list[Mapping[str, Value]]] = {}
    row_totals: dict[str, list[Mapping[str, Value]]] = {}
    inputs = [places[f.name] for f in form.fields if f.name in places]
    lists = list_places(form, counts)
    for form_list in form.lists:
        where = lists[form_list.name]
        rows[form_list.name], row_totals[form_list.name] = [], []
        for number in where.rows:
            row_places = {name: (where.sheet, number, column) for name, column in where.columns.items()}
            row = {f.name: _value(f, book.cell(row_places[f.name])) for f in form_list.fields if f.place}
            found = _put_results(
                book, totals_of(form, form_list.name), row_places, {**values, **row}, order, known, in_row=True
            )
            rows[form_list.name].append({k: v for k, v in row.items() if k not in found})
            row_totals[form_list.name].append(found)
            inputs += row_places.values()
    for sheet, filler in book.fillers.items():
        for place in tuple(filler.formulas()):
            if (sheet, *place) not in known:
                filler.drop_result(place)
    cells = [cell for place in inputs if place not in known and (cell := book.cell(place))]
    if any(
        c.formula is not None or c.kind in ("b", "e") or (c.number is not None and abs(c.number) >= _HUGE)
        for c in cells
    ):
        return None
    said = lists[EXPLANATION_LIST]
    read = [[book.cell((said.sheet, n, said.columns[c])) for c in EXPLANATION_COLUMNS] for n in said.rows]
    lines = [tuple(cell.text if cell else "" for cell in line) for line in read]
    single = {k: v for k, v in values.items() if k not in totals}
    return Typed(single, totals, rows, row_totals, [(a, b, c) for a, b, c in lines])


def _put_results(
    book: _Book, totals: Sequence[Total], places: Mapping[str, Place], values: Mapping[str, Value],
    order: Order | None, known: set[Place], *, in_row: bool = False,
) -> dict[str, Value]:  # fmt: skip
    """Writes and gives what the computed cells show."""
    live = [t for t in totals if (cell := book.cell(places[t.name])) and cell.formula is not None]
    names = {t.name for t in live}
    given = {name: value for name, value in values.items() if name not in names and value not in (None, "")}

    def lookup(kind: str, name: str) -> Given:
        if kind == "previous":
            return order.previous.get(name) if order else None
        if kind == "last_year":
            return order.last_year.get(name) if order else None
        return () if kind == "column" else (order.tags.get(name, "") if order else "")

    results = compute(live, given, lookup) if live else {}
    shown: dict[str, Value] = {}
    for total in live:
        sheet, row, column = places[total.name]
        reads = any(o.kind == "field" and o.name in given for o in total.compiled.operands)
        result = results[total.name] if reads or not in_row else Result("")
        book.fillers[sheet].put_result((row, column), result.value, failed=result.failed)
        known.add((sheet, row, column))
        shown[total.name] = "#VALUE!" if result.failed else result.value
    return shown


def _value(field: Field, cell: SheetCell | None) -> Value:
    """A stored cell as a value of the field's type, without any repair."""
    if cell is None or cell.text == "":
        return ""
    if cell.number is None:
        return cell.text
    if field.type == "日期" and 61 <= cell.number <= 73050:
        return date(1899, 12, 30) + timedelta(days=int(cell.number))
    return cell.number if field.type in NUMBER_TYPES or field.type == "日期" else cell.text
