"""Word bodies as paragraphs and tables with their true merges, in reading order; nested tables after their row's table.

Raw XML on purpose: python-docx repeats merged cells and hides what is nested, and both matter here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from zipfile import ZipFile

from lxml import etree

from toolkit.office.document_in import OpenedCell, OpenedTable, OpenedText

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}footnoteReference"})
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
Block = OpenedTable | OpenedText


def read_word(data: bytes) -> tuple[Block, ...]:
    """All body blocks. Deleted text of tracked changes is left out, inserted text counts."""
    with ZipFile(io.BytesIO(data)) as package:
        body = _parse(package.read("word/document.xml")).find(f"{_W}body")
        styles = _heading_styles(package)
    if body is None:
        return ()
    blocks: list[Block] = []
    _walk(body, blocks, styles, [0])
    return tuple(blocks)


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    return etree.fromstring(xml, parser)


def _heading_styles(package: ZipFile) -> dict[str, int]:
    """Style id → heading level, from the style's own name or outline level."""
    if "word/styles.xml" not in package.namelist():
        return {}
    levels: dict[str, int] = {}
    for style in _parse(package.read("word/styles.xml")).iter(f"{_W}style"):
        identity = style.get(f"{_W}styleId") or ""
        name = style.find(f"{_W}name")
        found = _HEADING.match(name.get(f"{_W}val") or "") if name is not None else None
        if found:
            levels[identity] = int(found.group(1))
    return levels


def _walk(parent: etree._Element, blocks: list[Block], styles: dict[str, int], count: list[int]) -> None:
    for child in parent:
        if child.tag == f"{_W}p":
            count[0] += 1
            text = paragraph_text(child)
            if text.strip():
                blocks.append(OpenedText(text, count[0], _level(child, styles)))
        elif child.tag == f"{_W}tbl":
            nested: list[etree._Element] = []
            table = _table(child, nested)
            if _is_frame(table):
                for cell in child.iter(f"{_W}tc"):
                    _walk(cell, blocks, styles, count)
                    break
                continue
            if table.rows:
                blocks.append(table)
            for inner in nested:
                deeper = _table(inner, [])
                if deeper.rows:
                    blocks.append(deeper)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            _walk(child, blocks, styles, count)


def _is_frame(table: OpenedTable) -> bool:
    """A table of one cell is a frame around text, not a table."""
    return len(table.rows) == 1 and len(table.rows[0]) == 1


def _level(paragraph: etree._Element, styles: dict[str, int]) -> int:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return styles.get(style.get(f"{_W}val") or "", 0) if style is not None else 0


def paragraph_text(paragraph: etree._Element) -> str:
    """Visible text of one paragraph; a break is a line break, a tab a tab."""
    return "".join(_pieces(paragraph))


def _pieces(node: etree._Element) -> Iterator[str]:
    for child in node:
        if child.tag in _SKIPPED or child.tag == _MC_FALLBACK:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in (f"{_W}pPr", f"{_W}rPr", f"{_W}txbxContent", f"{_W}p", f"{_W}tbl"):
            yield from _pieces(child)


# ---------------------------------------------------------------- tables


def _own(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, through content controls, not into nested tables."""
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _own(child, tag)


def _number(node: etree._Element | None, fallback: int) -> int:
    value = node.get(f"{_W}val") if node is not None else None
    return int(value) if value and value.isdigit() and int(value) < 1000 else fallback


def _table(table: etree._Element, nested: list[etree._Element]) -> OpenedTable:
    """Rows on the grid: every row has a cell for each grid column, covered ones marked."""
    grid: list[list[OpenedCell]] = []
    starts: dict[int, tuple[int, int]] = {}  # grid column → (row, index) of the open vertical merge
    for row in _own(table, f"{_W}tr"):
        cells: list[OpenedCell] = []
        properties = row.find(f"{_W}trPr")
        before = _number(properties.find(f"{_W}gridBefore") if properties is not None else None, 0)
        cells += [OpenedCell("")] * before
        for cell in _own(row, f"{_W}tc"):
            _place_cell(cell, cells, grid, starts, nested)
        grid.append(cells)
    return OpenedTable(tuple(tuple(row) for row in grid if row))


def _place_cell(
    cell: etree._Element,
    cells: list[OpenedCell],
    grid: list[list[OpenedCell]],
    starts: dict[int, tuple[int, int]],
    nested: list[etree._Element],
) -> None:
    properties = cell.find(f"{_W}tcPr")
    across = _number(properties.find(f"{_W}gridSpan") if properties is not None else None, 1)
    merge = properties.find(f"{_W}vMerge") if properties is not None else None
    column = len(cells)
    if merge is not None and (merge.get(f"{_W}val") or "continue") == "continue":
        origin = starts.get(column)
        if origin is not None:
            first = grid[origin[0]][origin[1]]
            grid[origin[0]][origin[1]] = OpenedCell(first.text, first.row_span + 1, first.column_span)
            cells += [OpenedCell("", continued=True)] * across
            return
    starts.pop(column, None)
    if merge is not None:
        starts[column] = (len(grid), column)
    paragraphs = [paragraph_text(p) for p in cell.iter(f"{_W}p") if _cell_of(p) is cell]
    nested += [t for t in cell.iter(f"{_W}tbl") if _cell_of(t) is cell]
    cells.append(OpenedCell("\n".join(paragraphs).strip("\n"), 1, across))
    cells += [OpenedCell("", continued=True)] * (across - 1)


def _cell_of(node: etree._Element) -> etree._Element | None:
    parent = node.getparent()
    while parent is not None and parent.tag != f"{_W}tc":
        parent = parent.getparent()
    return parent
