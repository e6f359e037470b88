"""Writing values into the cells of a sheet that `issue` made (or an office program has saved since)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from toolkit.office.cell_xml import CellValue, result_xml, value_xml
from toolkit.office.package import MAIN, parse_xml, to_xml
from toolkit.office.references import address, column_number
from toolkit.office.sheet_read import SheetCell, cell_of, iter_cells, number_cells, spread_shared_formulas, tag

Cell = tuple[int, int]


class SheetFiller:
    """One sheet under edit. Styles stay; a formula goes when a value is put in its place."""

    def __init__(self, xml: bytes, strings: Sequence[str]) -> None:
        self._root = parse_xml(xml)
        self._strings = strings
        number_cells(self._root)
        spread_shared_formulas(self._root)
        data = self._root.find(tag("sheetData"))
        if data is None:
            data = etree.SubElement(self._root, tag("sheetData"))
        self._data = data
        self._rows = {int(row.get("r", "0")): row for row in self._data.findall(tag("row"))}
        self._cells = {(row, column): node for row, column, node in iter_cells(self._root)}
        self._changed = False

    @property
    def changed(self) -> bool:
        return self._changed

    def read(self, place: Cell) -> SheetCell | None:
        node = self._cells.get(place)
        return None if node is None else cell_of(node, self._strings)

    def formulas(self) -> Iterator[Cell]:
        """Cells that hold a formula."""
        for place, node in self._cells.items():
            if node.find(tag("f")) is not None:
                yield place

    def put(self, place: Cell, value: CellValue) -> None:
        """A value in place of whatever was there; None or "" empties the cell."""
        attributes, inner = value_xml(value)
        self._set(self._node(place), attributes, inner, keep_formula=False)

    def put_result(self, place: Cell, result: CellValue, *, failed: bool) -> None:
        """What a formula gives, beside the formula."""
        attributes, inner = result_xml(result, failed=failed)
        self._set(self._node(place), attributes, inner, keep_formula=True)

    def drop_result(self, place: Cell) -> None:
        """Takes a formula's stored result away, so that every program computes it anew."""
        self._set(self._node(place), "", "", keep_formula=True)

    def to_bytes(self) -> bytes:
        return to_xml(self._root)

    def _set(self, node: etree._Element, attributes: str, inner: str, *, keep_formula: bool) -> None:
        self._changed = True
        for child in list(node):
            if not (keep_formula and child.tag == tag("f")):
                node.remove(child)
        if "t" in node.attrib:
            del node.attrib["t"]
        made = parse_xml(f'<c xmlns="{MAIN}"{attributes}>{inner}</c>'.encode())
        if made.get("t"):
            node.set("t", made.get("t", ""))
        for child in list(made):
            node.append(child)

    def _node(self, place: Cell) -> etree._Element:
        if place in self._cells:
            return self._cells[place]
        number, column = place
        row = self._rows.get(number)
        if row is None:
            row = etree.Element(tag("row"), r=str(number))
            self._data.insert(sum(1 for n in self._rows if n < number), row)
            self._rows[number] = row
        columns = [column_number(c.get("r", "").rstrip("0123456789")) for c in row.findall(tag("c"))]
        node = etree.Element(tag("c"), r=address(number, column))
        row.insert(sum(1 for n in columns if n < column), node)
        self._cells[place] = node
        return node
