"""The two referees of single expressions. Each gets the text that the Excel back end wrote, and the cells it reads."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.conformance import STRIDE, Cell, Expression, Grid, Values, day_cells, helper_cells, written
from tests.libreoffice import Referee
from toolkit.office.references import column_letters

Answers = list[list[float | str]]
"""By expression, then by set of values."""

_RESULTS = 40  # first column of results


def by_libreoffice(home: Path, expressions: Sequence[Expression], sets: Sequence[Values]) -> Answers:
    """All of them on one sheet, computed by one LibreOffice."""
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for n, values in enumerate(sets):
        for address, cell in helper_cells(n, values).items():
            _put(sheet, address, cell)
    for address, cell in day_cells().items():
        _put(sheet, address, cell)
    for row, expression in enumerate(expressions, start=1):
        for n in range(len(sets)):
            address = f"{column_letters(_RESULTS + n)}{row}"
            _put(sheet, address, "=" + written(expression.node, Grid(1 + n * STRIDE)), formula=True)
    data = io.BytesIO()
    book.save(data)
    out = Referee(home).recalculate({"cases": data.getvalue()})["cases"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(out)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[_plain(rows[r][_RESULTS - 1 + n]) for n in range(len(sets))] for r in range(len(expressions))]


def _put(sheet: Any, address: str, cell: Cell, formula: bool = False) -> None:
    if cell is None:
        return
    sheet[address] = cell or ('=""' if cell == "" else 0)  # a formula's empty text is no blank cell
    if cell and isinstance(cell, str) and not formula:
        sheet[address].data_type = "s"  # a text that starts with = stays a text


def by_package(expressions: Sequence[Expression], sets: Sequence[Values]) -> Answers:
    """Each expression compiled once by the `formulas` package, over the addresses of the first set."""
    import formulas

    grids = [helper_cells(0, values) | day_cells() for values in sets]
    out: Answers = []
    for expression in expressions:
        function = formulas.Parser().ast("=" + written(expression.node, Grid(1)))[1].compile()
        names = list(function.inputs or ())
        answers: list[float | str] = []
        for cells in grids:
            result = np.asarray(function(*(_block(name, cells) for name in names)), object).ravel()[0]
            answers.append(_plain(result))
        out.append(answers)
    return out


_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def _block(name: str, cells: Mapping[str, Cell]) -> Any:
    m = _RANGE.fullmatch(name.rpartition("!")[2].replace("$", ""))
    assert m is not None, name
    from schedula import EMPTY

    found = [cells.get(f"{m[1]}{n}") for n in range(int(m[2]), int(m[4] or m[2]) + 1)]
    made = np.empty((len(found), 1), object)
    for n, cell in enumerate(found):
        made[n, 0] = EMPTY if cell is None else cell
    return made


def _plain(result: object) -> float | str:
    if isinstance(result, bool | np.bool_ | int | float | np.number):
        return float(result)
    return str(result)
