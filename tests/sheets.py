"""Sheets, books and forms from Markdown tables, so that a test shows what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from toolkit.findings import Finding, Level
from toolkit.forms.form import Field, Form, FormList, Option, Place, Rule, SheetLayout
from toolkit.model import Book, RawCell, RawSheet

Cells = dict[tuple[int, int], str]


def table(markdown: str) -> Cells:
    """Texts by (row, column) from 1; the line of dashes is no row, empty cells are absent."""
    lines = [line.strip() for line in markdown.strip().splitlines() if line.strip()]
    rows = [line.strip("|").split("|") for line in lines if not re.fullmatch(r"[|\s:-]+", line) or "-" not in line]
    return {(r, c): text.strip() for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1) if text.strip()}


def cell(text: str) -> RawCell:
    """`12` number, `'12` text, `2024-05-08` day, `=3` number of a formula, `=?` formula without a value, `#REF!` error,
    `TRUE` boolean, anything else text; `␣` stands for a space."""
    formula = text.startswith("=")
    bare = text.removeprefix("=").replace("␣", " ")
    if formula and bare == "?":
        return RawCell("f", "", formula=True)
    if bare.startswith("'"):
        return RawCell("s", bare[1:], formula=formula)
    if re.fullmatch(r"-?\d+(\.\d+)?", bare):
        return RawCell("n", bare, number=Decimal(bare), formula=formula)
    if re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", bare):
        return RawCell("d", bare, day=date.fromisoformat(bare[:10]), formula=formula)
    if bare in ("TRUE", "FALSE"):
        return RawCell("b", bare, number=Decimal(bare == "TRUE"), formula=formula)
    if bare.startswith("#") and bare.endswith(("!", "?", "A")):
        return RawCell("e", bare, formula=formula)
    return RawCell("s", bare, formula=formula)


def sheet(name: str, markdown: str, **more: Any) -> RawSheet:
    cells = {at: cell(text) for at, text in table(markdown).items()}
    return RawSheet(name, more.pop("state", "visible"), cells, **more)


def book(*sheets: RawSheet, **more: Any) -> Book:
    return Book(sheets, **more)


def rule(no: str, formula: str, *, level: Level = Level.FIX, scope: str = "", **more: Any) -> Rule:
    given = {"id": "", "message": f"{no}不成立。", "remedy": "请核对。", **more}
    return Rule(no=no, level=level, scope=scope, formula=formula, **given)


def form(
    pages: Mapping[str, str],
    fields: Mapping[str, Mapping[str, str]],
    *,
    lists: Sequence[str] = (),
    by_task: bool = False,
    blank_rows: int = 5,
    options: Mapping[str, Sequence[str]] | None = None,
    rules: Sequence[Rule] = (),
    blocks: Mapping[str, tuple[str, ...]] | None = None,
    **more: Any,
) -> Form:
    """A form from its template sheets. `fields`: full name → type and whatever else Field takes; a field without
    `label` is called by its name."""
    singles: dict[str, Place] = {}
    columns: dict[str, dict[str, Place]] = {name: {} for name in lists}
    layouts: list[SheetLayout] = []
    for name, markdown in pages.items():
        labels: Cells = {}
        tags: Cells = {}
        for (r, c), text in table(markdown).items():
            tag = text[2:-2] if re.fullmatch(r"\{\{[^{}]+\}\}", text) else ""
            prefix, _, rest = tag.partition(".")
            if prefix in lists:
                columns[prefix][rest] = Place(name, r, c)
            elif tag in fields:
                singles[tag] = Place(name, r, c)
            elif "{{" in text:
                tags[r, c] = tag or text
            else:
                labels[r, c] = text
        layouts.append(SheetLayout(name, labels, tags))

    def declared(full: str, place: Place | None, list_name: str = "") -> Field:
        name = full.removeprefix(f"{list_name}.") if list_name else full
        return Field(**{"name": name, "label": name, "list_name": list_name, "place": place, **fields[full]})

    form_lists = [
        FormList(
            name=name,
            sheet=next(iter(places.values())).sheet,
            header_row=next(iter(places.values())).row - 1,
            tag_row=next(iter(places.values())).row,
            fields=tuple(declared(f"{name}.{column}", place, name) for column, place in places.items()),
            by_task=by_task,
            blank_rows=blank_rows,
        )
        for name, places in columns.items()
    ]
    settled = {"id": "试表", "title": "试用表", "period_kind": "月", "edition": 1, **more}
    return Form(
        **settled,
        due_rule="",
        filers="全部",
        filed_by="单位",
        fields=tuple(declared(name, place) for name, place in singles.items()),
        lists=tuple(form_lists),
        options={k: tuple(Option(v) for v in values) for k, values in (options or {}).items()},
        rules=tuple(rules),
        blocks=blocks or {},
        sheets=tuple(layouts),
    )


def codes(findings: Sequence[Finding]) -> list[str]:
    return [f.code for f in findings]


def told(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """(code, cell) of every finding."""
    return [(f.code, f.cell) for f in findings]
