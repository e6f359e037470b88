"""The workbooks of the promise as files, for LibreOffice, and the lines that their 自检 shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from tests.promise import Blank, Changes
from toolkit.model import RawCell
from toolkit.office.cell_xml import serial
from toolkit.office.package import MAIN, Package
from toolkit.office.references import address
from toolkit.office.workbook import sheet_entries


def as_file(blank: Blank, changes: Changes) -> bytes:
    """The issued workbook with these cells; formats stay as issued, since no formula sees them."""
    package = Package.open(blank.data)
    parts = {e.name: e.part for e in sheet_entries(package)}
    changed: dict[str, bytes] = {}
    for name in {sheet for sheet, _, _ in changes}:
        root = etree.fromstring(package.read(parts[name]))
        cells = {c.get("r"): c for c in root.iter(f"{{{MAIN}}}c")}
        for (sheet, row, column), cell in changes.items():
            if sheet == name:
                _put(cells[address(row, column)], cell)
        changed[parts[name]] = etree.tostring(root)
    return package.with_parts(changed).to_bytes()


def _put(node: etree._Element, cell: RawCell | None) -> None:
    for child in list(node):
        node.remove(child)
    node.attrib.pop("t", None)
    if cell is None:
        return
    if cell.kind == "s":
        node.set("t", "inlineStr")
        inside = etree.SubElement(etree.SubElement(node, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        inside.text = cell.text
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return
    if cell.kind in "be":
        node.set("t", cell.kind)
    stored = {"b": "1", "e": cell.text}.get(cell.kind) or str(serial(cell.day) if cell.day else cell.number)
    etree.SubElement(node, f"{{{MAIN}}}v").text = stored


def shown_lines(page: bytes | Mapping[str, object]) -> list[tuple[str, str]]:
    """Verdict, counts, and (problem, place) of every line of 自检."""
    if isinstance(page, bytes):
        found = re.findall(r'<c r="([A-Z]+\d+)"[^>]*>(?:<f>[^<]*</f>)?<v>([^<]*)</v>', page.decode())
        page = {place: re.sub("&lt;", "<", re.sub("&amp;", "&", value)) for place, value in found}
    said = [(str(page.get("A2", "")), str(page.get("A3", "")))]
    lines = [(str(page.get(f"D{n}", "")), str(page.get(f"E{n}", ""))) for n in range(6, 36)]
    return [*said, *(line for line in lines if line != ("", ""))]
