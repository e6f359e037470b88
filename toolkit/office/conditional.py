"""Conditional formats added to a sheet in front of those it has."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from toolkit.office.package import parse_xml, to_xml
from toolkit.office.sheet_read import tag

_BEFORE = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
           "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
           "phoneticPr")  # fmt: skip


def with_conditions(xml: bytes, sqref: str, conditions: Sequence[tuple[str, int]]) -> bytes:
    """The sheet with (formula, number of the differential format) over these cells. They come first: where the
    office's own formats, extended ones too, paint the same cell, ours show."""
    root = parse_xml(xml)
    for node in root.iter("{*}cfRule"):
        if node.get("priority", "").isdigit():
            node.set("priority", str(int(node.get("priority", "0")) + len(conditions)))
    made = etree.Element(tag("conditionalFormatting"), sqref=sqref)
    for number, (formula, paint) in enumerate(conditions, start=1):
        rule = etree.SubElement(made, tag("cfRule"), type="expression", dxfId=str(paint), priority=str(number))
        etree.SubElement(rule, tag("formula")).text = formula
    names = [etree.QName(child).localname if isinstance(child.tag, str) else "" for child in root]
    root.insert(max((n + 1 for n, name in enumerate(names) if name in _BEFORE), default=0), made)
    return to_xml(root)
