"""Worksheets as tables with their merges: what people see is read, what is hidden is named.

The workbook comes in through the door for submissions, which bounds and checks everything. Rows that a filter hides are
read all the same: whoever saved the file last only looked at a part of it.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.findings import Finding, Level, finding
from toolkit.model import RawCell, RawSheet
from toolkit.office.cell_values import address
from toolkit.office.document_parts import CannotOpen, Opened, OpenedCell, OpenedTable, OpenedText
from toolkit.office.excel_in import read_book
from toolkit.office.limits import Limits

_MOST_CELLS = 2_000_000  # visible rows × columns of one sheet
_NAMED = 20  # so many hidden rows are named one by one
_YEAR_MONTH, _MONTH_DAY = frozenset((17, 27, 36, 50, 52, 57)), frozenset((16, 28, 29, 51, 53, 54, 58))
"""Built-in formats of Chinese Excel that show a day without its day or without its year."""
Spans = dict[tuple[int, int], tuple[int, int, tuple[int, int]]]
Codes = Mapping[tuple[str, int, int], str]


def read_excel(data: bytes, limits: Limits) -> Opened:
    """Visible sheets in order: title rows as texts, the rest of each sheet as one table."""
    book, said = read_book(data, "工作簿.xlsx", limits, unread=frozenset())
    if book is None:
        raise CannotOpen(said[0].message.removeprefix("“工作簿.xlsx”").rstrip("。"))
    shown = [s for s in book.sheets if s.state == "visible"]
    codes = _formats(data) if any(c.kind == "d" for s in shown for c in s.cells.values()) else {}
    blocks: list[OpenedTable | OpenedText] = []
    found = [f for f in said if f.level != Level.NOTE]
    for sheet in book.sheets:
        if sheet.state != "visible":
            if len({row for row, _ in sheet.cells}) > 1:
                found.append(finding("PLN-177", where="工作簿", what="工作表", which=f"“{sheet.name}”"))
            continue
        found += _hidden(sheet)
        found += _uncomputed(sheet)
        rows, numbers = _rows(sheet, codes)
        tables = 0
        while rows:
            banner, first = _banner(rows, numbers)
            blocks += banner
            end = _next_table(rows, first)
            if first < end:
                tables += 1
                name = "" if len(shown) == 1 else f"{sheet.name}（{tables}）" if tables > 1 else sheet.name
                blocks.append(OpenedTable(tuple(rows[first:end]), name, tuple(numbers[first:end])))
            rows, numbers = rows[end:], numbers[end:]
    return Opened(tuple(blocks), tuple(found))


def _hidden(sheet: RawSheet) -> list[Finding]:
    filled_rows = sorted({row for row, _ in sheet.cells} & sheet.hidden_rows)
    filled_columns = sorted({column for _, column in sheet.cells} & sheet.hidden_columns)
    where, found = f"工作表“{sheet.name}”", []
    if filled_rows and sheet.filtered:
        found.append(finding("PLN-178", where=where, which=_listed(filled_rows)))
    elif filled_rows:
        found.append(finding("PLN-177", where=where, what="行", which=f"第{_listed(filled_rows)}行"))
    if filled_columns:
        letters = "、".join(address(1, c).rstrip("1") for c in filled_columns[:_NAMED])
        found.append(finding("PLN-177", where=where, what="列", which=letters))
    return found


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:_NAMED])) + ("…" if len(numbers) > _NAMED else "")


def _uncomputed(sheet: RawSheet) -> list[Finding]:
    cells = sorted(at for at, cell in sheet.cells.items() if cell.kind == "f")
    if not cells:
        return []
    return [finding("PLN-179", where=f"工作表“{sheet.name}”", count=len(cells), cell=address(*cells[0]))]


# ---------------------------------------------------------------- rows and merges


@dataclass(frozen=True)
class _Seen:
    """The rows and columns of a sheet that are read, and the merges laid on them."""

    rows: list[int]
    columns: list[int]
    spans: Spans
    covered: set[tuple[int, int]]


def _rows(sheet: RawSheet, codes: Codes) -> tuple[list[tuple[OpenedCell, ...]], list[int]]:
    """Filled rows with all their columns, and the numbers that the sheet gives them."""
    seen = _seen(sheet)
    rows: list[tuple[OpenedCell, ...]] = []
    for r in seen.rows:
        cells = []
        for c in seen.columns:
            down, across, origin = seen.spans.get((r, c), (1, 1, (r, c)))
            hidden = (r, c) in seen.covered
            text = "" if hidden else _shown(sheet.cells.get(origin), codes.get((sheet.name, *origin), ""))
            cells.append(OpenedCell(text, down, across, hidden))
        rows.append(tuple(cells))
    return rows, seen.rows


def _seen(sheet: RawSheet) -> _Seen:
    hidden_rows = frozenset() if sheet.filtered else sheet.hidden_rows
    filled = {at for at, cell in sheet.cells.items() if _shown(cell, "").strip()}
    rows = {r for r, _ in filled if r not in hidden_rows}
    last = max((c for _, c in filled), default=0)
    columns = [c for c in range(1, last + 1) if c not in sheet.hidden_columns]
    if len(rows) * len(columns) > _MOST_CELLS:
        raise CannotOpen(f"工作表“{sheet.name}”范围过大，请删除多余的空白行列")
    for top, left, bottom, right in sheet.merges:  # the lower rows of a merge belong to the table
        if (top, left) in filled and right > left and bottom > top:
            rows |= {top}
    ordered = sorted(rows)
    spans: Spans = {}
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merges:
        down = [r for r in ordered if top <= r <= bottom]
        across = [c for c in columns if left <= c <= right]
        if not down or not across or len(down) * len(across) < 2:
            if down and across:
                spans[(down[0], across[0])] = (1, 1, (top, left))
            continue
        spans[(down[0], across[0])] = (len(down), len(across), (top, left))
        covered |= {(r, c) for r in down for c in across}
        covered.discard((down[0], across[0]))
    return _Seen(ordered, columns, spans, covered)


def _banner(rows: Sequence[tuple[OpenedCell, ...]], numbers: Sequence[int]) -> tuple[list[OpenedText], int]:
    """Title rows above the table: rows with one filled cell before the first row with several; and where that is."""
    banner: list[OpenedText] = []
    for k, row in enumerate(rows):
        filled = [c for c in row if c.text.strip()]
        if len(filled) > 1:
            return banner, k
        banner += [OpenedText(c.text, numbers[k]) for c in filled]
    return banner, len(rows)


def _next_table(rows: Sequence[tuple[OpenedCell, ...]], first: int) -> int:
    """Where the title rows of the next table on the sheet begin: rows with one text, then headings unlike the first ones."""
    heads = _texts(rows[first]) if first < len(rows) else []
    at = first + 1
    while at < len(rows):
        end = at
        while end < len(rows) and len(_texts(rows[end])) == 1:
            end += 1
        if end > at and end < len(rows) and _like_headings(_texts(rows[end])) and _texts(rows[end]) != heads:
            return at
        at = max(end, at + 1)
    return len(rows)


def _texts(row: Sequence[OpenedCell]) -> list[str]:
    return [re.sub(r"\s+", "", c.text) for c in row if c.text.strip()]


def _like_headings(texts: Sequence[str]) -> bool:
    return len(texts) >= 3 and all(len(t) <= 12 and not t.isdigit() and not re.search(r"[。；，]", t) for t in texts)


# ---------------------------------------------------------------- values as people see them


def _shown(cell: RawCell | None, code: str) -> str:
    if cell is None or cell.kind in ("f", "e"):
        return ""
    if cell.kind == "b":
        return "是" if cell.number else "否"
    if cell.kind == "d" and cell.day is not None:
        day = cell.day
        year, month = f"{day.year}年", f"{day.month}月"
        return {"ym": year + month, "md": f"{month}{day.day}日", "y": year}.get(code, f"{year}{month}{day.day}日")
    return cell.text


def _formats(data: bytes) -> dict[tuple[str, int, int], str]:
    """Cells whose format leaves out the day (ym), the year (md) or both day and month (y): 2024年6月 is no first of June."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they speak of parts that are not looked at
        book: Any = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    found = {}
    for sheet in book.worksheets:
        for cell in (c for row in sheet.iter_rows() for c in row if c.has_style and c.value is not None):
            code = _parts_shown(cell.number_format if cell.is_date else "", cell._style.numFmtId)
            if code:
                found[(sheet.title, cell.row, cell.column)] = code
    book.close()
    return found


def _parts_shown(code: str, built_in: int) -> str:
    if built_in in _YEAR_MONTH:
        return "ym"
    if built_in in _MONTH_DAY:
        return "md"
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).split(";")[0].lower()
    if "d" in bare and "y" not in bare:
        return "md"
    if "y" in bare and "d" not in bare:
        return "ym" if "m" in bare else "y"
    return ""
