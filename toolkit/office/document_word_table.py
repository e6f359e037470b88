"""Tables of Word on their grid: spans, vertical merges, left-out cells, and the grid itself cleaned of slivers.

Rows that people drew by hand have edges that miss each other by a millimetre or two; on Word's grid each such miss is a
column of its own. Edges between which no cell stands are one edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.office.document_parts import OpenedCell, OpenedTable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_THROUGH = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml"))
_NEAR = 850  # twips (1.5 cm): edges farther apart are meant to be two
_MOST_COLUMNS = 200


@dataclass(frozen=True)
class Placed:
    """A cell between two lines of the grid. `merge`: "" none, restart or continue of a vertical merge."""

    node: etree._Element
    start: int
    end: int
    merge: str = ""


@dataclass(frozen=True)
class PlacedRow:
    cells: tuple[Placed, ...]
    hidden: bool = False


def placed_rows(table: etree._Element) -> list[PlacedRow]:
    """Rows with the grid lines of their cells; rows that a tracked change deleted are left out."""
    rows: list[PlacedRow] = []
    for row in _own(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            continue
        hidden = properties is not None and _is_on(properties.find(f"{W}hidden"))
        at = _whole(properties.find(f"{W}gridBefore") if properties is not None else None, 0)
        cells: list[Placed] = []
        for cell in _own(row, f"{W}tc"):
            at = _place(cell, cells, at)
        if cells:
            rows.append(PlacedRow(tuple(cells), hidden))
    return rows


def _place(cell: etree._Element, cells: list[Placed], at: int) -> int:
    properties = cell.find(f"{W}tcPr")
    across = _whole(properties.find(f"{W}gridSpan") if properties is not None else None, 1) or 1
    wide = _merge(properties, "hMerge")
    if properties is not None and properties.find(f"{W}cellDel") is not None:
        return at
    if wide == "continue" and cells:  # the older way to write a horizontal merge
        last = cells.pop()
        cells.append(Placed(last.node, last.start, last.end + across, last.merge))
    else:
        cells.append(Placed(cell, at, at + across, _merge(properties, "vMerge")))
    return at + across


def _merge(properties: etree._Element | None, name: str) -> str:
    mark = properties.find(f"{W}{name}") if properties is not None else None
    return (mark.get(f"{W}val") or "continue") if mark is not None else ""


def _own(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, through content controls, not into nested tables."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in _THROUGH:
            yield from _own(child, tag)


def _whole(node: etree._Element | None, fallback: int) -> int:
    text = (node.get(f"{W}val") or "") if node is not None else ""
    return min(int(text), _MOST_COLUMNS) if text.isascii() and text.isdigit() and len(text) < 5 else fallback


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and (switch.get(f"{W}val") or "") not in ("0", "false", "off")


# ---------------------------------------------------------------- the grid


def laid_out(table: etree._Element, rows: Sequence[PlacedRow], text_of: Callable[[Placed], str]) -> OpenedTable:
    """Every row with a cell for each column up to its own end, covered ones marked; `text_of` is asked in order."""
    column = _columns(table, rows)
    grid: list[list[OpenedCell]] = []
    starts: dict[int, int] = {}  # column → row of the open vertical merge
    for row in rows:
        cells: list[OpenedCell] = []
        for cell in row.cells:
            start, end = column[cell.start], max(column[cell.start] + 1, column[cell.end])
            cells += [OpenedCell("")] * (start - len(cells))
            origin = starts.get(start)
            if cell.merge == "continue" and origin is not None:
                first = grid[origin][start]
                grid[origin][start] = OpenedCell(first.text, first.row_span + 1, first.column_span)
                cells += [OpenedCell("", continued=True)] * (end - start)
                continue
            starts = {c: r for c, r in starts.items() if not start <= c < end}
            if cell.merge:
                starts[start] = len(grid)
            cells.append(OpenedCell(text_of(cell), 1, end - start))
            cells += [OpenedCell("", continued=True)] * (end - start - 1)
        grid.append(cells)
    return OpenedTable(tuple(tuple(row) for row in grid if row))


def _columns(table: etree._Element, rows: Sequence[PlacedRow]) -> list[int]:
    """Grid line → column that begins there."""
    spans = {(c.start, c.end) for r in rows for c in r.cells}
    used = sorted({line for span in spans for line in span})
    clusters = [[line] for line in used]
    where = _positions(table, used[-1] if used else 0)
    while True:
        home = {line: k for k, lines in enumerate(clusters) for line in lines}
        taken = {(home[a], home[b]) for a, b in spans}
        near = [
            (where[clusters[k + 1][-1]] - where[clusters[k][0]], k)
            for k in range(len(clusters) - 1)
            if (k, k + 1) not in taken
        ]
        if not near or min(near)[0] > _NEAR:
            break
        k = min(near)[1]
        clusters[k : k + 2] = [clusters[k] + clusters[k + 1]]
    result, at = [], 0
    starts = {line: k for k, lines in enumerate(clusters) for line in lines}
    for line in range((used[-1] if used else 0) + 1):
        at = starts.get(line, at)
        result.append(at)
    return result


def _positions(table: etree._Element, lines: int) -> list[int]:
    """How far each grid line is from the left edge, in twips; columns of unknown width count as wide ones."""
    widths = []
    for column in table.findall(f"{W}tblGrid/{W}gridCol"):
        text = column.get(f"{W}w") or ""
        widths.append(int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 99_999 else 2 * _NEAR)
    widths += [2 * _NEAR] * (lines - len(widths))
    result = [0]
    for width in widths[:lines]:
        result.append(result[-1] + width)
    return result
