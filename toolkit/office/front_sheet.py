"""The sheet 退回说明 that is put in front of a workbook of somebody else: rows of texts and jumps as worksheet XML.

Texts are always inline strings, so the workbook's own shared strings stay as they are and nothing becomes a formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.office.cell_xml import attribute, escape, legal_text
from toolkit.office.references import address, quoted_sheet
from toolkit.office.sheet_model import visible
from toolkit.office.xml_pass import MAIN

RETURN_SHEET = "退回说明"
RED, AMBER = "FFB8B0", "FFD465"
"""Backgrounds of cells that must be mended and that need a word: unlike any in the office's own forms."""

RECORD_HEAD = "zwgk.marks"
"""First words of the hidden cells that remember which cells were coloured, and what they looked like before."""

DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
QUOTED = "'"
"""Behind the name of a look: the same, and the text stays a text when somebody edits the cell."""

_MOST_CHARS = 32_000
_FOOTER_CHARS = 120  # Excel keeps 255 of a footer, codes and all
_RECORD_CHARS = 30_000  # of the 32,767 that a cell holds
_MOST_LINKS = 6_000
_TALLEST = 400.0


@dataclass(frozen=True)
class FrontCell:
    """look: one of LOOKS. `jump` = (sheet, D12) to go to; where that cannot be reached the cell is a text like others."""

    text: str
    look: str = ""
    across: int = 1
    jump: tuple[str, str] | None = None


FrontRow = tuple[FrontCell | None, ...]


@dataclass(frozen=True)
class FrontPage:
    """Rows from the top; a cell that covers several columns is followed by None. `widths` in characters.

    `when_signed`: a row, and its place among the others, that is there only when a digital signature had to go.
    """

    widths: tuple[float, ...]
    rows: Sequence[FrontRow]
    footer: str = ""
    when_signed: tuple[int, FrontRow] | None = None


LOOKS: Mapping[str, Mapping[str, object]] = {
    "": {"border": True, "wrap": True, "top": True},
    "centre": {"border": True, "wrap": True, "top": True, "centre": True},
    "title": {"bold": True, "size": 16, "centre": True},
    "strong": {"bold": True, "wrap": True, "size": 12},
    "plain": {"wrap": True},
    "head": {"bold": True, "border": True, "fill": "D9E2EC", "centre": True, "wrap": True},
    "fact": {"border": True, "wrap": True},
    "label": {"bold": True, "border": True, "fill": "F0F3F6", "wrap": True},
    "section": {"bold": True, "size": 12},
    "alert": {"border": True, "fill": RED, "centre": True, "top": True, "wrap": True},
    "warn": {"border": True, "fill": AMBER, "centre": True, "top": True, "wrap": True},
    "muted": {"border": True, "wrap": True, "top": True, "colour": "6B6B6B"},
    "aside": {"border": True, "wrap": True, "top": True, "centre": True, "colour": "6B6B6B"},
    "jump": {"border": True, "wrap": True, "top": True, "colour": "0B5394"},
}
_SIZES = {"title": 16.0, "strong": 12.0, "section": 12.0}


def front_sheet_xml(
    page: FrontPage, style_of: Callable[[str], int], records: Sequence[str], reachable: Collection[str], signed: bool
) -> bytes:
    """The worksheet. `style_of` gives a cell format of the workbook for a look; `records` go into a hidden column;
    `reachable` are the sheets that a jump can lead to; `signed`: a digital signature was taken out of the file."""
    hidden = len(page.widths) + 2
    kept = _record_cells(records)
    shown = _rows_shown(page, reachable, signed)
    rows: list[str] = []
    merges: list[str] = []
    links: list[str] = []
    for number in range(1, max(len(shown), len(kept)) + 1):
        cells = shown[number - 1] if number <= len(shown) else ()
        parts = _row_cells(number, cells, style_of, merges, links)
        if number <= len(kept):
            parts.append(f'<c r="{address(number, hidden)}" t="inlineStr"><is>{_text(kept[number - 1])}</is></c>')
        rows.append(f'<row r="{number}" ht="{_height(cells, page.widths):.1f}" customHeight="1">{"".join(parts)}</row>')
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(page.widths, start=1)
    )
    footer = escape(legal_text(_shown(page.footer)[:_FOOTER_CHARS].replace("&", "&&")))
    merged = f'<mergeCells count="{len(merges)}">{"".join(merges)}</mergeCells>' if merges else ""
    jumps = f"<hyperlinks>{''.join(links[:_MOST_LINKS])}</hyperlinks>" if links else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN[0]}"><sheetPr><tabColor rgb="FFD93025"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="18"/>'
        f'<cols>{columns}<col min="{hidden}" max="{hidden}" width="9" hidden="1" customWidth="1"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData>{merged}{jumps}"
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;L{footer}&amp;R第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>"
        "</worksheet>"
    ).encode()


def _rows_shown(page: FrontPage, reachable: Collection[str], signed: bool) -> list[FrontRow]:
    rows = list(page.rows)
    if signed and page.when_signed is not None:
        rows.insert(*page.when_signed)
    return [tuple(_led(cell, reachable) for cell in row) for row in rows]


def _led(cell: FrontCell | None, reachable: Collection[str]) -> FrontCell | None:
    """A cell whose jump leads somewhere looks like a jump; one whose jump leads nowhere has none."""
    if cell is None or cell.jump is None:
        return cell
    return replace(cell, look="jump") if cell.jump[0] in reachable else replace(cell, jump=None)


def _text(text: str) -> str:
    return f'<t xml:space="preserve">{escape(legal_text(text))}</t>'


def _shown(text: str) -> str:
    """What hides or turns the writing is spelled out; a cell holds so much and no more."""
    return visible(text)[:_MOST_CHARS]


def _row_cells(
    number: int, cells: FrontRow, style_of: Callable[[str], int], merges: list[str], links: list[str]
) -> list[str]:
    parts: list[str] = []
    column = 0
    while column < len(cells):
        cell = cells[column]
        column += 1
        if cell is None:
            continue
        text = _shown(cell.text)
        at, style = address(number, column), style_of(cell.look + (QUOTED if text.startswith(DANGEROUS) else ""))
        inner = f' t="inlineStr"><is>{_text(text)}</is></c>' if text else "/>"
        parts.append(f'<c r="{at}" s="{style}"{inner}')
        parts += [f'<c r="{address(number, column + n)}" s="{style}"/>' for n in range(1, cell.across)]
        if cell.across > 1:
            merges.append(f'<mergeCell ref="{at}:{address(number, column + cell.across - 1)}"/>')
        if cell.jump is not None:
            place = attribute(legal_text(f"{quoted_sheet(cell.jump[0])}!{cell.jump[1]}"))
            links.append(f'<hyperlink ref="{at}" location={place} display={attribute(legal_text(text[:200]))}/>')
        column += cell.across - 1
    return parts


def _height(cells: FrontRow, widths: Sequence[float]) -> float:
    """Points: rows with merged cells do not grow by themselves, and previews grow no row at all."""
    tallest = 18.0
    for column, cell in enumerate(cells):
        if cell is None or not cell.text:
            continue
        size = _SIZES.get(cell.look, 11.0)
        room = max(2.0, (sum(widths[column : column + cell.across]) - 1.5) * 11 / size)
        lines = sum(max(1, math.ceil(_wide(part) / room)) for part in cell.text[:_MOST_CHARS].split("\n"))
        tallest = max(tallest, lines * size * 1.42 + 5)
    return min(tallest, _TALLEST)


def _wide(text: str) -> int:
    return sum(1 if c < "\x7f" else 2 for c in text)


def _record_cells(records: Sequence[str]) -> list[str]:
    cells = [RECORD_HEAD]
    for record in records:
        if len(cells[-1]) + len(record) >= _RECORD_CHARS:
            cells.append(RECORD_HEAD)
        cells[-1] += f"\n{record}"
    return cells
