"""Tables of the office's own workbooks: headings found by their text, cells turned into typed values, faults with a place.

Pure: the cells come as values (toolkit.reference opens the file). Every reader of a reference workbook stands on this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from toolkit.findings import Finding, Level, finding
from toolkit.model import Period, plain

Stored = str | int | float | bool | datetime | date | None
"""A cell as stored. Times without a day come as text."""

ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
UNCOMPUTED = "\x00uncomputed"
"""Stands for a formula without a stored value: blank would be a silent loss."""

_SEARCHED_ROWS = 15
_DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SEPARATORS = re.compile(r"[、，,；;\n]")


@dataclass(frozen=True)
class Grid:
    """One sheet: rows from row 1, cells from column A; trailing blanks may be missing."""

    name: str
    rows: tuple[tuple[Stored, ...], ...]


def address(row: int, column: int) -> str:
    """D12 for row 12, column 4."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass
class Faults:
    """Collects what is wrong in one workbook. `code` is REF-101 or SCO-101: both say {message} and {remedy}."""

    code: str
    file: str
    found: list[Finding] = field(default_factory=list)

    def add(
        self, sheet: str, cell: str, message: str, remedy: str, value: str = "", level: Level | None = None
    ) -> None:
        place = {"file": self.file, "sheet": sheet, "cell": cell, "value": value}
        self.found.append(finding(self.code, level=level, place=place, message=message, remedy=remedy))

    @property
    def all(self) -> tuple[Finding, ...]:
        """In the order found, each once (a cell may be converted more than once)."""
        return tuple(dict.fromkeys(self.found))


@dataclass(frozen=True)
class Row:
    """One filled row under the headings; converters report to `faults` at the cell and give the empty value."""

    sheet: str
    number: int
    columns: Mapping[str, int]  # heading → column
    cells: Mapping[str, Stored]
    faults: Faults

    def cell(self, heading: str) -> str:
        """The address of a column's cell in this row; of the row's first cell where the column is missing."""
        return address(self.number, self.columns.get(heading, 1))

    def fault(self, heading: str, message: str, remedy: str, level: Level | None = None) -> None:
        self.faults.add(self.sheet, self.cell(heading), message, remedy, self.text(heading), level)

    def text(self, heading: str) -> str:
        """The cell as a person would quote it, without white space around it."""
        return shown(self.cells.get(heading))

    def names(self, heading: str) -> tuple[str, ...]:
        """Names joined by 、 ， ； or line breaks, each once, in the order written."""
        return tuple(dict.fromkeys(part.strip() for part in _SEPARATORS.split(self.text(heading)) if part.strip()))

    def day(self, heading: str) -> date | None:
        stored = self.cells.get(heading)
        if isinstance(stored, datetime | date):
            found: date | None = stored.date() if isinstance(stored, datetime) else stored
        else:
            found = day_of(self.text(heading))
        if found is None and self.text(heading):
            self.fault(heading, f"“{self.text(heading)}”无法识别为日期。", "请按“2024-05-08”的样式填写。")
        return found

    def period(self, heading: str) -> Period | None:
        """A period; a day (Excel makes one of 2024-06) stands for its month."""
        stored = self.cells.get(heading)
        if isinstance(stored, datetime | date):
            return Period.holding(stored, "月")
        text = self.text(heading)
        day = day_of(text)
        found = Period.holding(day, "月") if day else Period.parse(text)
        if found is None and text:
            self.fault(heading, f"“{text}”不是周期。", "请按“2024-06”“2024Q3”或“2024”的样式填写。")
        return found

    def span(self, first: str, last: str) -> tuple[date | None, date | None]:
        """The first day of one period and the last day of another: 生效周期, 失效周期."""
        start, end = self.period(first), self.period(last)
        if start and end and end.end < start.start:
            self.fault(last, f"“{last}”早于“{first}”。", "请核对两个周期的先后。")
            return start.start, None
        return (start.start if start else None), (end.end if end else None)

    def yes(self, heading: str) -> bool | None:
        """是 → True, 否 → False, blank → None."""
        text = self.text(heading)
        if text in ("是", "否"):
            return text == "是"
        if text:
            self.fault(heading, f"“{heading}”应填“是”或“否”，现为“{text}”。", "请从下拉列表中选择。")
        return None

    def figure(self, heading: str) -> Decimal | None:
        text = self.text(heading)
        if not text:
            return None
        try:
            found = Decimal(plain(text))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            self.fault(heading, f"“{heading}”应填数字，现为“{text}”。", "请只填数字，单位和说明不要写在格内。")
            return None
        return found


def shown(stored: Stored) -> str:
    """Whole numbers without a decimal point, days as 2024-05-08, no truth values but 是 and 否."""
    if stored is None or stored == UNCOMPUTED:
        return ""
    if isinstance(stored, bool):
        return "是" if stored else "否"
    if isinstance(stored, float):
        return f"{Decimal(repr(stored)).normalize():f}" if stored.is_integer() else f"{stored:.15g}"
    if isinstance(stored, datetime):
        return stored.date().isoformat()
    if isinstance(stored, date):
        return stored.isoformat()
    return str(stored).replace("\r\n", "\n").strip()


def day_of(text: str) -> date | None:
    """2024-05-08, 2024/5/8, 2024.5.8 or 2024年5月8日, in any width of digits; else None."""
    m = _DAY.fullmatch(plain(text))
    if m is None:
        return None
    try:
        return date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        return None


def table(grid: Grid, required: Sequence[str], optional: Sequence[str], faults: Faults) -> tuple[Row, ...]:
    """The filled rows under the heading row (the row that knows most headings). Columns stand in any order, others are
    ignored. A missing required column is a fault and gives no rows; a missing optional one is a note."""
    known = {plain(h): h for h in (*required, *optional)}
    at, columns = _heading_row(grid, known, faults)
    missing = [h for h in required if h not in columns]
    if missing:
        words = "、".join(f"“{h}”" for h in missing)
        place = address(at, 1)
        faults.add(
            grid.name, place, f"工作表“{grid.name}”缺少栏目{words}。", "请恢复栏目名称；可对照 zwgk init 生成的工作簿。"
        )
        return ()
    for heading in optional:
        if heading not in columns:
            message = f"工作表“{grid.name}”没有栏目“{heading}”，按空处理。"
            faults.add(grid.name, address(at, 1), message, "如需使用，请补上该栏目。", level=Level.NOTE)
    rows = []
    for number, stored in enumerate(grid.rows[at:], start=at + 1):
        cells = {h: stored[c - 1] for h, c in columns.items() if c <= len(stored)}
        if any(v is not None and (not isinstance(v, str) or v.strip()) for v in cells.values()):
            rows.append(_checked(Row(grid.name, number, columns, cells, faults)))
    return tuple(rows)


def _heading_row(grid: Grid, known: Mapping[str, str], faults: Faults) -> tuple[int, dict[str, int]]:
    """The row's number and heading → column. A heading that stands twice is a fault; the first one holds."""
    best, best_row = -1, 1
    for number, stored in enumerate(grid.rows[:_SEARCHED_ROWS], start=1):
        hits = len({plain(shown(v)) for v in stored} & known.keys())
        if hits > max(best, 0):
            best, best_row = hits, number
    columns: dict[str, int] = {}
    for column, value in enumerate(grid.rows[best_row - 1] if grid.rows else (), start=1):
        heading = known.get(plain(shown(value)))
        if heading is None:
            continue
        if heading in columns:
            faults.add(grid.name, address(best_row, column), f"栏目“{heading}”出现了两次。", "请删除或改名其中一栏。")
        else:
            columns[heading] = column
    return best_row, columns


def _checked(row: Row) -> Row:
    """The row with error values and formulas without a value taken out and reported."""
    cells = dict(row.cells)
    for heading, stored in row.cells.items():
        if stored == UNCOMPUTED:
            row.fault(heading, "此格为公式，但没有保存计算结果。", "请用 Excel 或 WPS 打开并保存一次，或粘贴为数值。")
            cells[heading] = None
        elif isinstance(stored, str) and stored.strip() in ERRORS:
            row.fault(heading, f"此格为错误值“{stored.strip()}”。", "请改正公式或直接填写内容。")
            cells[heading] = None
    return Row(row.sheet, row.number, row.columns, cells, row.faults)
