"""What stands in a workbook after LibreOffice has computed it."""

from __future__ import annotations

import io
import re

from python_calamine import CalamineWorkbook

from toolkit.office.package import Package
from toolkit.office.references import column_letters
from toolkit.office.workbook import sheet_entries


def values(data: bytes, sheet: str) -> dict[str, object]:
    """The stored values of one sheet by address, blank cells left out; an error cell reads as blank, see `errors`."""
    found = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet)
    rows = found.to_python(skip_empty_area=False)
    return {
        f"{column_letters(c)}{r}": value
        for r, row in enumerate(rows, start=1) for c, value in enumerate(row, start=1) if value != ""
    }  # fmt: skip


def errors(data: bytes, sheet: str) -> int:
    """How many cells of a sheet hold an error value."""
    package = Package.open(data)
    part = next(e.part for e in sheet_entries(package) if e.name == sheet)
    return len(re.findall(rb'<c [^>]*t="e"', package.read(part)))
