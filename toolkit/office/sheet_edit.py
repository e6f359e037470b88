"""A template sheet taken apart once, so that issued copies are put together from strings.

Rows become text with gaps (cells written at stamping); everything around them, the shell, stays XML whose references
follow when a list grows. Styles, widths, merges, print set-up and whatever else we do not know come along unchanged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from toolkit.office.cell_xml import formula_xml
from toolkit.office.package import parse_xml
from toolkit.office.references import Growth, address, column_number, grow, in_list_row
from toolkit.office.sheet_read import iter_cells, number_cells, spread_shared_formulas, tag
from toolkit.office.sheet_shell import TakeApart, grown_shell, make_shell, mentions
from toolkit.office.styles import Styles


@dataclass(frozen=True)
class Gap:
    """A cell that stamping writes: one the caller asked for, or (`formula` set) the template's own moving formula.

    Column 0 is no cell but the place of the list row's height, where the office has fixed none.
    """

    row: int  # template row
    column: int
    style: int
    formula: str | None = None


Segment = tuple[str, ...] | Gap
"""Either text to be joined by the row's number, or a gap."""


@dataclass(frozen=True)
class SheetTemplate:
    """One sheet, ready for stamping. `head` are the rows down to the tag row (all rows when there is no list)."""

    name: str
    part: str
    shell: bytes
    head: tuple[str | Gap, ...]
    tag_row: int  # 0: no list here
    list_row: tuple[Segment, ...]
    tail: tuple[tuple[int, tuple[Segment, ...]], ...]
    mentions: frozenset[str]  # list sheets whose growth changes the shell


# ---------------------------------------------------------------- taking apart


def take_apart(xml: bytes, wanted: TakeApart) -> SheetTemplate:
    """Rows as text with gaps, the rest as shell. The template's own formulas lose their stored result: it was
    computed over tags, and LibreOffice would go on showing it."""
    root = parse_xml(xml)
    number_cells(root)
    spread_shared_formulas(root)
    _ensure_cells(root, wanted)
    tag_row = wanted.tag_rows.get(wanted.name, 0)
    head: list[str | Gap] = []
    list_row: tuple[Segment, ...] = ()
    tail: list[tuple[int, tuple[Segment, ...]]] = []
    for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        number = int(row.get("r", "0"))
        segments = _row_segments(row, number, wanted)
        if tag_row and number == tag_row:
            list_row = segments
        elif tag_row and number > tag_row:
            tail.append((number, segments))
        else:
            head += [s if isinstance(s, Gap) else str(number).join(s) for s in segments]
    shell = make_shell(root, wanted)
    return SheetTemplate(
        wanted.name, wanted.part, shell, _merged(head), tag_row, list_row, tuple(tail), mentions(shell, wanted)
    )


def _merged(pieces: Sequence[str | Gap]) -> tuple[str | Gap, ...]:
    out: list[str | Gap] = []
    for piece in pieces:
        if out and isinstance(piece, str) and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def _ensure_cells(root: etree._Element, wanted: TakeApart) -> None:
    """Cells that get a style but are not stored (the rest of a merged block) are put in."""
    data = root.find(tag("sheetData"))
    assert data is not None
    rows = {int(row.get("r", "0")): row for row in data}
    for row_number, column in sorted(wanted.styles):
        row = rows.get(row_number)
        if row is None:
            row = etree.Element(tag("row"), r=str(row_number))
            data.insert(sum(1 for n in rows if n < row_number), row)
            rows[row_number] = row
        columns = [column_number(c.get("r", "").rstrip("0123456789")) for c in row]
        if column not in columns:
            row.insert(sum(1 for n in columns if n < column), etree.Element(tag("c"), r=address(row_number, column)))


def _qualified(name: str | bytes, node: etree._Element) -> str:
    text = name if isinstance(name, str) else name.decode()
    if not text.startswith("{"):
        return text
    uri, _, local = text[1:].partition("}")
    if uri == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{local}"
    return f"{next(p for p, u in node.nsmap.items() if u == uri and p)}:{local}"


def _attributes(node: etree._Element, skip: tuple[str, ...]) -> str:
    pairs = [(_qualified(k, node), v) for k, v in node.attrib.items() if k not in skip]
    return "".join(f" {name}={quoteattr(value if isinstance(value, str) else value.decode())}" for name, value in pairs)


def _bare(node: etree._Element) -> str:
    """An element without attributes, serialised without the namespace declarations it inherits."""
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    start, end, rest = text.partition(">")
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", start) + end + rest


def _row_segments(row: etree._Element, number: int, wanted: TakeApart) -> tuple[Segment, ...]:
    style = row.get("s")
    if style is not None:
        row.set("s", str(wanted.lock(int(style))))
    segments: list[Segment] = []
    text = ['<row r="', f'"{_attributes(row, ("r",))}>']
    if number == wanted.tag_rows.get(wanted.name) and row.get("customHeight", "0") not in ("1", "true"):
        segments = [('<row r="', f'"{_attributes(row, ("r", "ht"))}'), Gap(number, 0, 0)]
        text = [">"]
    for cell in row.iterfind(tag("c")):
        made = _cell_segment(cell, number, wanted)
        if isinstance(made, Gap):
            segments += [tuple(text), made]
            text = [""]
        else:
            text = [*text[:-1], text[-1] + made[0], *made[1:]]
    text[-1] += "</row>"
    return (*segments, tuple(text))


def _cell_segment(cell: etree._Element, row: int, wanted: TakeApart) -> Segment:
    letters = cell.get("r", "").rstrip("0123456789")
    place = row, column_number(letters)
    style = wanted.styles.get(place)
    if style is None:
        style = wanted.lock(int(cell.get("s", "0")))
    if place in wanted.gaps:
        return Gap(*place, style)
    formula = cell.find(tag("f"))
    if formula is not None and formula.text:
        moved = _trial(formula.text, wanted, place[0])
        if moved != formula.text and formula.get("t") != "array":
            return Gap(*place, style, formula.text)
        inner = f"<f{_attributes(formula, ())}>{escape(formula.text)}</f>"
        return (f'<c r="{letters}', f'" s="{style}">{inner}</c>')
    inner = "".join(_inner(child) for child in cell)
    kind = _attributes(cell, ("r", "s")) if inner else ""
    return (f'<c r="{letters}', f'" s="{style}"{kind}>{inner}</c>' if inner else f'" s="{style}"/>')


def _inner(child: etree._Element) -> str:
    if child.tag == tag("v"):
        return f"<v>{escape(child.text or '')}</v>" if child.text else ""
    return _bare(child) if child.tag in (tag("is"), tag("extLst")) else ""


def _trial(formula: str, wanted: TakeApart, row: int) -> str:
    """The formula after every list has grown by one row: does it move at all?"""
    growth = {sheet: (tag_row, 1) for sheet, tag_row in wanted.tag_rows.items()}
    if wanted.tag_rows.get(wanted.name) == row:
        return in_list_row(formula, wanted.name, growth, 1)
    return grow(formula, wanted.name, growth)


# ---------------------------------------------------------------- putting together


Write = Callable[[Gap, int, int], str]
"""(gap, its row in the issued workbook, copy number of the list row) → the cell's XML (of column 0: row attributes)."""


_PIECES_TOGETHER = 64
_ROWS_TOGETHER = 16


def put_together(template: SheetTemplate, growth: Growth, validations: str, write: Write) -> list[bytes]:
    """One issued sheet, in pieces: what many workbooks share is a piece of its own more often than not.
    `validations`: our own <dataValidation> elements, already at issued addresses."""

    def cell(gap: Gap, row: int, copy: int) -> str:
        if gap.formula is None:
            return write(gap, row, copy)
        if gap.row == template.tag_row:
            return formula_xml(row, gap.column, gap.style, in_list_row(gap.formula, template.name, growth, copy))
        return formula_xml(row, gap.column, gap.style, grow(gap.formula, template.name, growth))

    relevant = tuple((s, *growth[s]) for s in sorted(template.mentions) if s in growth)
    head, middle, tail = grown_shell(template.shell, template.name, relevant)
    out = [head]
    for start in range(0, len(template.head), _PIECES_TOGETHER):
        pieces = template.head[start : start + _PIECES_TOGETHER]
        out.append("".join([piece if isinstance(piece, str) else cell(piece, piece.row, 0) for piece in pieces]))
    added = growth[template.name][1] if template.tag_row else 0
    rows: list[str] = []
    for copy in range(added + 1 if template.tag_row else 0):
        row = template.tag_row + copy
        number = str(row)
        rows += [
            number.join(s) if isinstance(s, tuple) else write(s, row, copy) if s.formula is None else cell(s, row, copy)
            for s in template.list_row
        ]
        if copy % _ROWS_TOGETHER == _ROWS_TOGETHER - 1:
            out.append("".join(rows))
            rows = []
    for row, segments in template.tail:
        number = str(row + added)
        rows += [cell(s, row + added, 0) if isinstance(s, Gap) else number.join(s) for s in segments]
    out += ["".join(rows), (middle + validations + tail).replace("<dataValidations></dataValidations>", "")]
    return [piece.encode() for piece in out if piece]


# ---------------------------------------------------------------- how high a row must be


@dataclass(frozen=True)
class WrappedColumn:
    """A column of the list row whose text wraps: its width in half-width characters, its font in points."""

    column: int
    width: float
    size: float

    @cached_property
    def room(self) -> float:
        """Half-width characters of one line."""
        return max(2.0, (self.width - 1) * 11 / self.size)


def wrapped_columns(xml: bytes, tag_row: int, styles: Styles) -> tuple[WrappedColumn, ...]:
    """The columns that decide how high a list row grows."""
    root = parse_xml(xml)
    number_cells(root)
    widths: dict[int, float] = {}
    for node in root.iterfind(f"{tag('cols')}/{tag('col')}"):
        for column in range(int(node.get("min", "1")), min(int(node.get("max", "1")), 256) + 1):
            widths[column] = float(node.get("width", "8.43"))
    cells = [(c, int(node.get("s", "0"))) for r, c, node in iter_cells(root) if r == tag_row]
    return tuple(
        WrappedColumn(column, widths.get(column, 8.43), styles.font_size(style))
        for column, style in cells
        if styles.wraps(style)
    )


def text_height(text: str, column: WrappedColumn) -> float:
    """Points that a wrapped text needs; a Chinese character is as wide as two letters, and as its font is high."""
    return _text_height(text, column.room, column.size)


@lru_cache(maxsize=8192)
def _text_height(text: str, room: float, size: float) -> float:
    if not text:
        return size * 1.36 + 3
    lines = sum(max(1, math.ceil(len(part.encode("gbk", "replace")) / room)) for part in text.split("\n"))
    return min(409.0, lines * size * 1.36 + 3)
