"""Sheets described as data: what office/excel_out writes. Pure, no library behind it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from toolkit.model import Value

MAX_ROWS = 1_000_000  # of the 1,048,576 of a sheet; `parts` splits what is longer


@dataclass(frozen=True)
class Column:
    """A table column. kind: text, center, number or date. `width` in characters (wide ones = 2); 0 = by content."""

    title: str
    kind: str = "text"
    width: float = 0
    cap: float = 40


@dataclass(frozen=True)
class Cell:
    """A cell with more than a value. look: "", strong, head, warn, alert, muted, section.

    `link`: a place in the same workbook (`place("任务状态", 4, 0)`). `across`/`down`: how many cells it covers;
    whatever a row gives for a covered cell is left out (None fills the place). `kind` overrides the column's.
    """

    value: Value = ""
    look: str = ""
    link: str = ""
    across: int = 1
    down: int = 1
    indent: int = 0
    kind: str = ""


Row = Sequence["Value | Cell"]


@dataclass(frozen=True)
class Chart:
    """A native chart of data rows `first`..`last` (from 0) of the sheet's table; kind: column, bar or pie."""

    kind: str
    title: str
    first: int
    last: int
    label_column: int
    value_columns: tuple[int, ...]
    at_column: int  # where its left upper corner stands
    at_row: int = 0  # data row
    size: tuple[int, int] = (460, 300)


@dataclass(frozen=True)
class Sheet:
    """From the top: title, `lines`, `top` rows, a heading (`head`, else the column titles), `rows`, `notes`.

    `printed`: number of columns that go to paper (0 = all). `mark`: right end of the footer (送审稿 …).
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    lines: tuple[str, ...] = ()
    top: tuple[Row, ...] = ()
    head: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    headed: bool = True
    freeze: bool = True
    freeze_columns: int = 0
    filtered: bool = True
    landscape: bool = True
    fit_width: bool = True
    one_page: bool = False
    printed: int = 0
    mark: str = ""
    charts: tuple[Chart, ...] = ()

    @property
    def head_rows(self) -> tuple[Row, ...]:
        if not self.headed:
            return ()
        return self.head or (tuple(Cell(c.title, "head") for c in self.columns),)

    @property
    def first_head(self) -> int:
        """Row (from 0) of the first heading row."""
        return 1 + len(self.lines) + (len(self.top) + 1 if self.top else 0)

    @property
    def first_row(self) -> int:
        """Row (from 0) of the first data row."""
        return self.first_head + len(self.head_rows)


# ---------------------------------------------------------------- text

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """A text that hides nothing: control, zero-width and direction characters are spelled out as 〔U+202E〕."""
    if text.isprintable():  # true for nearly every text, and all that _UNSEEN knows is not printable
        return text
    return _UNSEEN.sub(lambda m: f"〔U+{ord(m[0]):04X}〕", text.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=8192)  # ledgers repeat the same few texts on thousands of lines
def width(text: str) -> int:
    """Printed width of one line in half-width characters: Chinese and other wide characters count 2."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def sheet_name(text: str, taken: Iterable[str] = ()) -> str:
    """A name that Excel accepts: at most 31 characters, none of []:*?/\\ and not used yet (case does not count)."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text).strip().strip("'")[:31] or "表"
    used = {t.casefold() for t in taken}
    name, n = base, 2
    while name.casefold() in used:
        name = f"{base[: 31 - len(str(n))]}{n}"
        n += 1
    return name


def column_letter(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place(sheet: str, row: int, column: int) -> str:
    """Link target of a cell, row and column from 0: '任务状态'!A5."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{column_letter(column)}{row + 1}"


def parts(sheet: Sheet, limit: int = MAX_ROWS) -> tuple[Sheet, ...]:
    """A sheet longer than Excel allows as several: 任务台账, 任务台账2 …; only the first keeps its charts."""
    if len(sheet.rows) <= limit:
        return (sheet,)
    cuts = range(0, len(sheet.rows), limit)
    return tuple(
        replace(
            sheet,
            name=sheet.name if n == 0 else f"{sheet.name}{n + 1}",
            rows=sheet.rows[cut : cut + limit],
            charts=sheet.charts if n == 0 else (),
        )
        for n, cut in enumerate(cuts)
    )
