"""The table builder: Word tables as ready XML, from cells with spans, for documents that docxtpl places them in.

A template holds one tag (`{{p 表三 }}`); everything inside the table comes from here. A table's shape (grid, labels,
fonts, spans) is written once and filled many times: `compile_table` makes the text around the values, `Shape.fill`
puts the values in. Rows never split over pages, heading rows repeat, widths are fixed.

Lengths are twips (1/20 pt; 1 mm = 56.7), font sizes half-points (五号 = 21).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

TEXT_WIDTH = 8844
"""156 mm, the 版心 of GB/T 9704."""

_PAD = 28  # 0.5 mm between a rule and the text
_SMALLEST = 13  # half-points; below 6.5 pt nobody reads a figure

_NOT_PRINTED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """A text without what XML 1.0 cannot hold (control characters, lone surrogates) and without the marks that turn
    the direction of writing, by which a text could be made to read otherwise than it is stored."""
    return _NOT_PRINTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Font:
    """East Asian and Latin font of a text; digits take the Latin one."""

    east: str = "仿宋_GB2312"
    latin: str = "Times New Roman"


@dataclass(frozen=True)
class Cell:
    """One cell, row and column from 1. `slot` names a value that `fill` puts in; else `text` is printed.

    `pad`: extra room left and right, which makes labels of four characters stack in twos.
    """

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    slot: str = ""
    align: str = "center"  # center, left, right
    bold: bool = False
    pad: int = _PAD
    size: int = 0  # 0 = the table's
    font: Font | None = None


@dataclass(frozen=True)
class Table:
    """The cells must tile rows × columns without gap or overlap; `compile_table` refuses anything else."""

    widths: tuple[int, ...]
    rows: int
    cells: tuple[Cell, ...]
    header_rows: int = 0
    size: int = 21
    row_height: int = 400  # at least; a row grows with its text
    heights: Mapping[int, int] = field(default_factory=dict)  # row → at least, where it differs
    font: Font = Font()
    whole: bool = False  # keep all rows on one page where they fit on one


class BadTable(ValueError):
    """Our own fault: cells that leave a gap, overlap or lie outside."""


@dataclass(frozen=True)
class Shape:
    """A compiled table: fixed XML between the slots. `slots[n]` stands between `pieces[n]` and `pieces[n + 1]`."""

    pieces: tuple[str, ...]
    slots: tuple[tuple[str, int, int], ...]  # name, width left for the text, size

    def fill(self, values: Mapping[str, str]) -> str:
        """The table's XML; a slot without a value is our own fault (KeyError). Long figures get a smaller size."""
        out = [self.pieces[0]]
        for (name, room, size), piece in zip(self.slots, self.pieces[1:], strict=True):
            out.append(_run_text(values[name], room, size))
            out.append(piece)
        return "".join(out)


def compile_table(table: Table) -> Shape:
    """The shape of a table. Raises BadTable when the cells do not tile it."""
    owner = _tiling(table)
    parts: list[str] = [_opening(table)]
    slots: list[tuple[str, int, int]] = []
    pieces: list[str] = []
    for row in range(1, table.rows + 1):
        parts.append(_row_opening(table, row))
        column = 1
        while column <= len(table.widths):
            cell = owner[row, column]
            parts.append(_cell_opening(table, cell, row))
            if row == cell.row and cell.slot:
                pieces.append("".join(parts))
                parts = []
                slots.append((cell.slot, _room(table, cell), cell.size or table.size))
            elif row == cell.row:
                parts.append(_lines(cell.text))
            parts.append(_RUN_END if row == cell.row else "</w:p></w:tc>")
            column += cell.colspan
        parts.append("</w:tr>")
    parts.append("</w:tbl>")
    return Shape((*pieces, "".join(parts)), tuple(slots))


def build(table: Table) -> str:
    """A table without slots, ready at once."""
    return compile_table(table).fill({})


def listing(
    heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], left: frozenset[int] = frozenset()
) -> Table:
    """An ordinary list: one repeated heading row in 黑体, then `rows`; columns in `left` (from 1) are set flush left.

    `widths` are shares; they are stretched to the 版心.
    """
    shares = [round(TEXT_WIDTH * w / sum(widths)) for w in widths]
    shares[-1] += TEXT_WIDTH - sum(shares)
    head_font = Font("黑体", "Times New Roman")
    cells = [
        Cell(1, n, text=text, font=head_font, pad=stacking(text, shares[n - 1]))
        for n, text in enumerate(heads, start=1)
    ]
    for line, row in enumerate(rows, start=2):
        for n, text in enumerate(row, start=1):
            pad, align = (85, "left") if n in left and text != "合计" else (_PAD, "center")
            cells.append(Cell(line, n, text=text, align=align, pad=pad))
    return Table(tuple(shares), 1 + len(rows), tuple(cells), header_rows=1)


def stacking(label: str, width: int, size: int = 21) -> int:
    """The pad that makes a label too long for its column stand in lines of two (four characters) or three (a longer
    one that has room for it), instead of leaving one character over. Line breaks inside would change the text."""
    character = size * 10
    if len(label) * character <= width - 2 * _PAD:
        return _PAD
    if len(label) <= 3:
        return 0
    in_line = 2 if width < 3 * character + 2 * _PAD or len(label) <= 4 else 3
    return max(0, (width - round((in_line + 0.3) * character)) // 2)


# ---------------------------------------------------------------- writing XML

_RUN_END = "</w:t></w:r></w:p></w:tc>"


def _tiling(table: Table) -> dict[tuple[int, int], Cell]:
    owner: dict[tuple[int, int], Cell] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                if (row, column) in owner or row > table.rows or column > len(table.widths):
                    raise BadTable(f"cell {cell.row},{cell.column} overlaps or lies outside at {row},{column}")
                owner[row, column] = cell
    if len(owner) != table.rows * len(table.widths):
        raise BadTable("cells leave a gap")
    return owner


def _opening(table: Table) -> str:
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in table.widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(table.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{rules}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
        '<w:bottom w:w="20" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )


def _row_opening(table: Table, row: int) -> str:
    height = table.heights.get(row, table.row_height)
    repeat = "<w:tblHeader/>" if row <= table.header_rows else ""
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>{repeat}</w:trPr>'


def _cell_opening(table: Table, cell: Cell, row: int) -> str:
    width = sum(table.widths[cell.column - 1 : cell.column - 1 + cell.colspan])
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    first = row == cell.row
    merge = "" if cell.rowspan == 1 else '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
    margins = (
        f'<w:tcMar><w:left w:w="{cell.pad}" w:type="dxa"/><w:right w:w="{cell.pad}" w:type="dxa"/></w:tcMar>'
        if cell.pad
        else ""
    )
    keep = "<w:keepNext/>" if table.whole and row < table.rows else ""
    opening = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{margins}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{keep}<w:widowControl/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{_line(cell.size or table.size)}" w:lineRule="exact"/>'
        '<w:ind w:left="0" w:right="0" w:firstLineChars="0" w:firstLine="0"/>'
        f'<w:jc w:val="{cell.align}"/></w:pPr>'
    )
    return opening + _run_opening(table, cell) if first else opening


def _run_opening(table: Table, cell: Cell) -> str:
    """A value's size is written by `fill`, which knows how long the figure is."""
    font = cell.font or table.font
    east, latin = escape(font.east), escape(font.latin)
    bold = "<w:b/>" if cell.bold else ""
    fonts = (
        f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}"/>{bold}'
    )
    if cell.slot:
        return f"<w:r><w:rPr>{fonts}"
    return f"<w:r><w:rPr>{fonts}{_size(cell.size or table.size)}</w:rPr>{_TEXT}"


_TEXT = '<w:t xml:space="preserve">'


def _line(size: int) -> int:
    """A fixed pitch of 1.24 of the size: the same page breaks whatever the font (their own heights differ by a third)."""
    return round(size * 10 * 1.24)


def _size(size: int) -> str:
    return f'<w:spacing w:val="0"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _room(table: Table, cell: Cell) -> int:
    return sum(table.widths[cell.column - 1 : cell.column - 1 + cell.colspan]) - 2 * cell.pad


def _run_text(text: str, room: int, size: int) -> str:
    """The rest of a value's run: a figure must stay in one line, so it shrinks until it fits."""
    if text.isascii():
        while size > _SMALLEST and len(text) * size * 6.5 > room:  # size/2 pt high, 20 twips a pt, 0.65 wide
            size -= 1
    return f"{_size(size)}</w:rPr>{_TEXT}{_lines(text)}"


def _lines(text: str) -> str:
    return escape(printable(text), quote=False).replace("\n", f"</w:t><w:br/>{_TEXT}")
