"""PDF pages with a text layer as text and tables; a table that runs over several pages comes out as one.

Page breaks cut rows and merged cells: a first row without serial is the rest of the row before, a blank first cell is
the merge of the page before going on. A scanned page has no text.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from toolkit.office.document_parts import CannotOpen, Opened, OpenedCell, OpenedTable, OpenedText

MAX_PAGES = 300
_PAGE_NUMBER = re.compile(r"\s*[—－\-–]*\s*\d{1,4}\s*[—－\-–]*\s*(?:/\s*\d+)?\s*\Z")
_NEAR = 2.0  # points within which two rules are one
Block = OpenedTable | OpenedText
Row = tuple[OpenedCell, ...]


def read_pdf(data: bytes) -> Opened:
    """Blocks in reading order; a file without any text is refused."""
    import pdfplumber

    blocks: list[Block] = []
    line = 1
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages[:MAX_PAGES]:
            top = 0.0
            for table in sorted(page.find_tables(), key=lambda t: float(t.bbox[1])):
                line = _text(page, top, table.bbox[1], blocks, line)
                rows = _rows(table)
                top = max(top, float(table.bbox[3]))
                if not rows:
                    continue
                if blocks and isinstance(blocks[-1], OpenedTable) and _width(blocks[-1].rows) == _width(rows):
                    blocks[-1] = OpenedTable(_joined(blocks[-1].rows, rows))
                else:
                    blocks.append(OpenedTable(rows))
            line = _text(page, top, float(page.height), blocks, line)
    if not blocks:
        raise CannotOpen("PDF 为扫描件，没有文字，请使用原始的 Word、Excel 文件")
    return Opened(tuple(blocks))


def _text(page: Any, top: float, bottom: float, blocks: list[Block], line: int) -> int:
    """Text of a band of the page, page numbers left out; returns the next line number."""
    if bottom - top < 4:
        return line
    text = page.within_bbox((0, max(0.0, top), page.width, bottom), strict=False).extract_text() or ""
    lines = [part for part in text.split("\n") if part.strip() and not _PAGE_NUMBER.match(part)]
    if lines:
        blocks.append(OpenedText("\n".join(lines), line, plain=True))
    return line + len(lines)


def _width(rows: Sequence[Row]) -> int:
    return max((len(row) for row in rows), default=0)


def _rows(table: Any) -> tuple[Row, ...]:
    """Cells with their horizontal spans, measured at the rules of the table; covered cells are `continued`."""
    boxes = [cell for row in table.rows for cell in row.cells if cell]
    edges: list[float] = []
    for x in sorted({round(float(b[0]), 1) for b in boxes} | {round(float(b[2]), 1) for b in boxes}):
        if not edges or x - edges[-1] > _NEAR:
            edges.append(x)
    result: list[Row] = []
    for row, texts in zip(table.rows, table.extract(), strict=True):
        cells: list[OpenedCell] = []
        for box, text in zip(row.cells, texts, strict=True):
            if box is None:
                cells.append(OpenedCell("", continued=True))
            else:
                across = bisect_left(edges, float(box[2]) - _NEAR) - bisect_left(edges, float(box[0]) - _NEAR)
                cells.append(OpenedCell(_unwrapped(text or ""), 1, max(1, across)))
        result.append(tuple(cells))
    return tuple(result)


def _unwrapped(text: str) -> str:
    """Lines that end at the cell's edge are wraps and joined; a shorter line ends where its writer ended it."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    full = max((len(line) for line in lines), default=0) - 1
    joined = ""
    for k, line in enumerate(lines):
        joined += line + ("" if k + 1 == len(lines) or len(line) >= full else "\n")
    return joined


def _joined(before: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[Row, ...]:
    """Two page parts of one table."""
    first = list(after[0])
    numbered = sum(1 for row in before if row[0].text.strip().isdigit()) * 2 >= len(before)
    if numbered and not first[0].text.strip() and any(c.text.strip() for c in first):
        return (*_appended(before, first), *after[1:])
    first = [c if c.text.strip() else replace(c, continued=True) for c in first]
    return (*before, tuple(first), *after[1:])


def _appended(rows: tuple[Row, ...], rest: Sequence[OpenedCell]) -> tuple[Row, ...]:
    """The rest of a row that the page break cut, added to the cells it belongs to."""
    grid = [list(row) for row in rows]
    for c, cell in enumerate(rest):
        if not cell.text.strip():
            continue
        r = len(grid) - 1
        while r > 0 and grid[r][c].continued:
            r -= 1
        held = grid[r][c]
        grid[r][c] = replace(held, text=held.text + cell.text, continued=False)
    return tuple(tuple(row) for row in grid)
