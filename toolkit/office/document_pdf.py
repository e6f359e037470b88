"""PDF pages with a text layer as text and tables; a table that runs over several pages comes out as one.

Page breaks cut rows and merged cells and print the heading again: the heading is taken once, the rest of a cut row goes
to its row, a blank first cell is the merge of the page before going on. A scanned page has no text.
"""

from __future__ import annotations

import io
import logging
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from toolkit.office.document_parts import CannotOpen, Opened, OpenedCell, OpenedTable, OpenedText
from toolkit.office.document_pdf_columns import Columns, Unruled, tails_of, unruled_tables
from toolkit.office.document_pdf_lines import (
    Line,
    Tail,
    begins_anew,
    cell_text,
    lines_of,
    paragraphs_of,
    tail_of,
    two_names,
)

MAX_PAGES = 300
_MOST_MARKS = 60_000  # characters and rules of one page; a printed page has a tenth of that
_PAGE_NUMBER = re.compile(
    r"\s*(?:第\s*)?[—－\-–·]*\s*\d{1,4}\s*[—－\-–·]*\s*(?:页)?\s*(?:[/，,共]\s*共?\s*\d+\s*页?)?\s*\Z"
)
_CLOSED = re.compile(r"[。；;！？!?.）)”]\s*\Z")
_NEAR = 2.0  # points within which two rules are one
Block = OpenedTable | OpenedText
Row = tuple[OpenedCell, ...]


@dataclass(frozen=True)
class _Part:
    """The part of a table on one page. `full`: columns whose merged last cell is filled down to the page's end; `tails`:
    how the filled cells of the last row end; `merged`: columns with cells that are several rows high."""

    rows: tuple[Row, ...]
    full: frozenset[int] = frozenset()
    tails: Mapping[int, Tail] = field(default_factory=dict)
    merged: frozenset[int] = frozenset()
    ruled: bool = True


@dataclass(frozen=True)
class _Page:
    """What stands on one page, from top to bottom: lines of text and parts of tables."""

    items: tuple[Line | _Part, ...]
    right: float  # where its longest line ends
    open_columns: Columns | None = None  # of a table without rules that reaches to the end of the page


def read_pdf(data: bytes) -> Opened:
    """Blocks in reading order; a file without any text is refused."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts that nobody needs
    pages: list[_Page] = []
    with pdfplumber.open(io.BytesIO(data)) as document:
        if len(document.pages) > MAX_PAGES:
            raise CannotOpen(f"PDF 有 {len(document.pages)} 页，上限 {MAX_PAGES} 页")
        for page in document.pages:
            pages.append(_page(page, pages[-1].open_columns if pages else None))
            page.close()
    blocks = [
        b if isinstance(b, OpenedText) else OpenedTable(_put_together(b), certain=b[0].ruled) for b in _in_order(pages)
    ]
    written = "".join(b.text if isinstance(b, OpenedText) else _all(b.rows) for b in blocks)
    if not written.strip():
        raise CannotOpen("PDF 为扫描件，没有文字，请使用原始的 Word、Excel 文件")
    if written.count("(cid:") * 20 > len(written):
        raise CannotOpen("PDF 的字体不能还原为文字，请使用原始的 Word、Excel 文件")
    return Opened(tuple(blocks))


def _in_order(pages: Sequence[_Page]) -> list[OpenedText | list[_Part]]:
    """Texts, and tables as the parts that the pages show of them. A table goes on when no text stands between its parts
    and they are equally wide."""
    running = _running(pages)
    blocks: list[OpenedText | list[_Part]] = []
    line = 1
    tail: Tail | None = None  # of the last line of text on the page before
    for printed in pages:
        texts: list[Line] = []
        for item in printed.items:
            if isinstance(item, Line):
                texts += [item] if item.text not in running and not _PAGE_NUMBER.match(item.text) else []
                continue
            line = _add_text(texts, printed.right, blocks, line, tail)
            texts, tail = [], None
            before = blocks[-1] if blocks else None
            if isinstance(before, list) and _alike(before[-1], item):
                before.append(item)
            else:
                blocks.append([item])
        line = _add_text(texts, printed.right, blocks, line, tail)
        tail = Tail(printed.right - texts[-1].right, texts[-1].size) if texts else tail
    return blocks


def _alike(before: _Part, part: _Part) -> bool:
    return before.ruled == part.ruled and _width(before.rows) == _width(part.rows)


def _all(rows: Sequence[Row]) -> str:
    return "".join(c.text for row in rows for c in row)


def _page(page: Any, before: Columns | None) -> _Page:
    if len(page.chars) + len(page.rects) + len(page.lines) + len(page.curves) > _MOST_MARKS:
        raise CannotOpen(f"PDF 第 {page.page_number} 页内容过多")
    chars = _once_each(c for c in page.chars if c["text"].strip() and c.get("upright", True))
    items: list[tuple[float, Line | _Part]] = []
    boxes = []
    for table in page.find_tables() if len(page.rects) + len(page.lines) + len(page.curves) else ():
        part = _part(table, chars)
        if part.rows:
            items.append((float(table.bbox[1]), part))
            boxes.append(table.bbox)
    outside = [c for c in chars if not any(_inside(c, box) for box in boxes)]
    columns: Columns | None = None
    for unruled in unruled_tables(outside, before, page.page_number):
        items.append((unruled.top, _unruled_part(unruled)))
        outside = [c for c in outside if not unruled.top - 1 < (c["top"] + c["bottom"]) / 2 < unruled.bottom + 1]
        columns = unruled.columns if unruled.to_end else None
    lines = lines_of(outside)
    items += [(line.top, line) for line in lines]
    items.sort(key=lambda item: item[0])
    return _Page(tuple(item for _, item in items), max((line.right for line in lines), default=0.0), columns)


def _unruled_part(table: Unruled) -> _Part:
    """A row with nothing but a first cell that reaches over the others is a section line."""
    rows = tuple(tuple(OpenedCell(table.text(r, c)) for c in range(len(row))) for r, row in enumerate(table.rows))
    return _Part(rows, tails=tails_of(table), ruled=False)


def _once_each(chars: Iterable[Any]) -> list[Any]:
    """Bold by printing twice, a hair apart: one character all the same."""
    kept: dict[tuple[str, int, int], Any] = {}
    for char in chars:
        x, y = round(float(char["x0"])), round(float(char["top"]))
        if not any((char["text"], x + dx, y + dy) in kept for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            kept[char["text"], x, y] = char
    return list(kept.values())


def _inside(char: Any, box: Sequence[float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _running(pages: Sequence[_Page]) -> frozenset[str]:
    """Headers and footers: the first or last line of most pages, letter for letter."""
    if len(pages) < 3:
        return frozenset()
    ends: Counter[str] = Counter()
    for page in pages:
        lines = [i.text for i in page.items[:1] + page.items[-1:] if isinstance(i, Line)]
        ends.update(set(lines))
    return frozenset(text for text, times in ends.items() if times * 2 > len(pages))


def _add_text(
    lines: Sequence[Line], right: float, blocks: list[OpenedText | list[_Part]], line: int, tail: Tail | None
) -> int:
    """Lines put together to paragraphs; returns the next line number."""
    if lines:
        paragraphs = paragraphs_of(lines, right)
        if blocks and isinstance(blocks[-1], OpenedText):
            blocks[-1] = replace(blocks[-1], text=_continued(blocks[-1].text, paragraphs, tail))
        else:
            blocks.append(OpenedText("\n".join(paragraphs), line, plain=True))
    return line + len(lines)


def _continued(text: str, paragraphs: Sequence[str], tail: Tail | None) -> str:
    """Text of the page before goes on: within its last sentence, or as new paragraphs."""
    last = text.rpartition("\n")[2]
    over = tail is None or tail.runs_into(paragraphs[0])
    joint = "" if over and len(last) > 15 and not _CLOSED.search(last) and not begins_anew(paragraphs[0]) else "\n"
    return text + joint + "\n".join(paragraphs)


# ---------------------------------------------------------------- one part of a table


def _part(table: Any, chars: Sequence[Any]) -> _Part:
    """Cells with their horizontal spans, measured at the rules of the table; covered cells are `continued`."""
    boxes = [cell for row in table.rows for cell in row.cells if cell]
    edges: list[float] = []
    for x in sorted({round(float(b[0]), 1) for b in boxes} | {round(float(b[2]), 1) for b in boxes}):
        if not edges or x - edges[-1] > _NEAR:
            edges.append(x)
    inside = sorted((c for c in chars if _inside(c, table.bbox)), key=lambda c: float(c["top"]))
    tops = [float(c["top"]) for c in inside]
    rows: list[Row] = []
    full: set[int] = set()
    high: set[int] = set()
    tails: dict[int, Tail] = {}
    for row in table.rows:
        cells: list[OpenedCell] = []
        tails = {}
        end = min((b[3] for b in row.cells if b), default=0.0)  # the row's own; merged cells reach farther down
        for column, box in enumerate(row.cells):
            if box is None:
                cells.append(OpenedCell("", continued=True))
                continue
            near = inside[bisect_left(tops, box[1] - 20) : bisect_left(tops, box[3])]
            lines = lines_of([c for c in near if _inside(c, box)])
            across = bisect_left(edges, float(box[2]) - _NEAR) - bisect_left(edges, float(box[0]) - _NEAR)
            cells.append(OpenedCell(cell_text(lines, float(box[0]), float(box[2])), 1, max(1, across)))
            if lines:
                tails[column] = tail_of(lines, float(box[0]), float(box[2]))
            if box[3] <= end + _NEAR:
                continue
            high.add(column)
            if box[3] > table.bbox[3] - _NEAR and lines and lines[-1].bottom > box[3] - 1.5 * lines[-1].size:
                full.add(column)
        rows.append(tuple(cells))
    return _Part(tuple(rows), frozenset(full), tails, frozenset(high))


# ---------------------------------------------------------------- parts of one table put together


def _put_together(parts: Sequence[_Part]) -> tuple[Row, ...]:
    """One table. A blank cell at the top of a page goes on with the merge above it in columns that have merges at all."""
    merged = frozenset(k for part in parts for k in part.merged)
    rows = parts[0].rows
    for above, part in pairwise(parts):
        rows = _joined(rows, part.rows, above, merged)
    return rows


def _width(rows: Sequence[Row]) -> int:
    return max((len(row) for row in rows), default=0)


def _joined(before: tuple[Row, ...], after: tuple[Row, ...], above: _Part, merged: frozenset[int]) -> tuple[Row, ...]:
    """A table and its part on the next page; `above` is the part before as it stood on its page."""
    head = 0
    while head < min(2, len(before), len(after)) and _same(before[head], after[head]):
        head += 1
    after = after[head:]
    if not after:
        return before
    first = list(after[0])
    if _cut(before, first, above.tails):
        return (*_appended(before, first), *after[1:])
    over = [c if k in above.full else OpenedCell("") for k, c in enumerate(first)]
    if any(c.text for c in over):
        before = _appended(before, over)
        first = [replace(c, text="") if k in above.full else c for k, c in enumerate(first)]
    first = [replace(c, continued=True) if k in merged and not c.text.strip() else c for k, c in enumerate(first)]
    return (*before, tuple(first), *after[1:])


def _same(a: Row, b: Row) -> bool:
    """The heading printed again: the same words in every cell."""
    words = [re.sub(r"\s+", "", c.text) for c in a]
    return len([w for w in words if w]) > 1 and words == [re.sub(r"\s+", "", c.text) for c in b]


def _cut(before: Sequence[Row], first: Sequence[OpenedCell], tails: Mapping[int, Tail]) -> bool:
    """The first row of a page is the rest of the last row of the page before.

    In a numbered table it has no number. Elsewhere the texts run on: the last line above is full. The column of the long
    texts decides, where it goes on at all; else every column that does, and every one where none is blank. A heading alone at the foot of a page is whole.
    """
    filled = [k for k, c in enumerate(first) if c.text.strip()]
    if not filled or len(before) == 1 or first[0].text.strip().isdigit():
        return False
    if sum(1 for row in before if row[0].text.strip().isdigit()) * 2 >= len(before):
        return not first[0].text.strip()
    lengths = [sum(len(row[k].text) for row in before if k < len(row)) for k in range(len(first))]
    main = lengths.index(max(lengths))
    running = [k for k in filled if k in tails and tails[k].runs_into(first[k].text)]
    if main in filled and (len(filled) < len(first) or len(running) == len(filled)):
        return main in running
    return len(running) == len(filled)


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
        joint = "\n" if two_names(held.text, cell.text) else ""
        grid[r][c] = replace(held, text=held.text + joint + cell.text, continued=False)
    return tuple(tuple(row) for row in grid)
