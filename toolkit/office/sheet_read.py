"""Reading the cells of a workbook that we trust: the office's form workbook, or one that `issue` made.

Submitted files are never read with this (toolkit.office.excel_in does that, with budgets and checks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from toolkit.office.package import MAIN, Package, parse_xml
from toolkit.office.references import address, column_number, copied, split_address

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One stored cell. `text` is what a person would quote; `number` only for numbers; `formula` without the sign."""

    text: str
    number: Decimal | None = None
    formula: str | None = None
    style: int = 0
    kind: str = "s"  # n number, s text, b boolean, e error, "" blank


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def unescape(text: str) -> str:
    """`_x000D_` and its kin as the characters they stand for."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def rich_text(node: etree._Element) -> str:
    """The text of an `si` or `is` element: plain or all runs joined, without phonetic hints."""
    parts: list[str] = []
    for child in node:
        if child.tag == tag("t"):
            parts.append(child.text or "")
        elif child.tag == tag("r"):
            parts += [t.text or "" for t in child.findall(tag("t"))]
    return unescape("".join(parts))


def shared_strings(package: Package) -> tuple[str, ...]:
    part = package.related(package.workbook_part, "sharedStrings")
    if part is None or part not in package:
        return ()
    return tuple(rich_text(node) for node in parse_xml(package.read(part)).findall(tag("si")))


def number_cells(root: etree._Element) -> None:
    """Gives every row and cell its `r`: leaving them out is legal and means "the next one"."""
    row_number = 0
    for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        row_number = int(row.get("r") or row_number + 1)
        row.set("r", str(row_number))
        column = 0
        for cell in row.iterfind(tag("c")):
            given = cell.get("r")
            column = split_address(given)[1] if given else column + 1
            if not given:
                cell.set("r", address(row_number, column))


def iter_cells(root: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """(row, column, element) of every cell of a numbered sheet, in document order."""
    for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        number = int(row.get("r", "0"))
        for cell in row.iterfind(tag("c")):
            yield number, column_number(cell.get("r", "").rstrip("0123456789")), cell


def cell_of(node: etree._Element, strings: Sequence[str]) -> SheetCell:
    kind = node.get("t", "n")
    style = int(node.get("s", "0"))
    formula_node, value_node = node.find(tag("f")), node.find(tag("v"))
    formula = formula_node.text or "" if formula_node is not None else None
    stored = (value_node.text or "") if value_node is not None else ""
    inline = node.find(tag("is"))
    if kind == "inlineStr" and inline is not None:
        return SheetCell(rich_text(inline), None, formula, style)
    if kind == "s" and stored.strip().isdigit():
        index = int(stored)
        return SheetCell(strings[index] if index < len(strings) else "", None, formula, style)
    if kind == "b":
        return SheetCell("TRUE" if stored.strip() == "1" else "FALSE", None, formula, style, "b")
    if kind == "e":
        return SheetCell(stored, None, formula, style, "e")
    if kind in ("str", "d", "inlineStr"):
        return SheetCell(unescape(stored), None, formula, style)
    number = _number(stored)
    if number is None:
        return SheetCell("", None, formula, style, "")
    return SheetCell(number_text(number), number, formula, style, "n")


def _number(stored: str) -> Decimal | None:
    if not stored.strip():
        return None
    try:
        number = Decimal(stored.strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    rounded = Decimal(f"{number:.15g}")  # what Excel shows of a binary fraction such as 0.30000000000000004
    return rounded if abs(number) < Decimal("1e15") else number


def number_text(number: Decimal) -> str:
    """12, 3.5: without exponent or trailing zeros."""
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize(), "f")


def read_cells(root: etree._Element, strings: Sequence[str]) -> Mapping[tuple[int, int], SheetCell]:
    """All cells that hold a value or a formula, by (row, column)."""
    number_cells(root)
    cells = {(row, column): cell_of(node, strings) for row, column, node in iter_cells(root)}
    return {place: cell for place, cell in cells.items() if cell.text != "" or cell.formula is not None}


def merged_blocks(root: etree._Element) -> tuple[str, ...]:
    return tuple(node.get("ref", "") for node in root.iterfind(f"{tag('mergeCells')}/{tag('mergeCell')}"))


def cell_styles(xml: bytes) -> tuple[dict[tuple[int, int], int], tuple[str, ...]]:
    """The style number of every stored cell, and the merged blocks."""
    root = parse_xml(xml)
    number_cells(root)
    styles = {(row, column): int(node.get("s", "0")) for row, column, node in iter_cells(root)}
    return styles, merged_blocks(root)


def spread_shared_formulas(root: etree._Element) -> None:
    """Writes every shared formula out in its own cell, so that rows can be moved one by one."""
    masters: dict[str, tuple[int, int, str]] = {}
    for row, column, cell in iter_cells(root):
        node = cell.find(tag("f"))
        if node is None or node.get("t") != "shared":
            continue
        group = node.get("si", "")
        if node.text:
            masters.setdefault(group, (row, column, node.text))
        elif group in masters:
            first_row, first_column, text = masters[group]
            node.text = copied(text, row - first_row, column - first_column)
        for name in ("t", "si", "ref"):
            if name in node.attrib:
                del node.attrib[name]
