"""The shared strings of a workbook after sheets have been taken out or rewritten."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from toolkit.office.package import Package, parse_xml, to_xml
from toolkit.office.sheet_read import tag
from toolkit.office.workbook import sheet_entries


def without_unused_strings(package: Package, rewritten: Mapping[str, bytes]) -> Package:
    """The package with the texts emptied that no cell uses any more (indexes stay), so that definitions and tags do
    not travel along unseen. `rewritten`: sheets whose parts will be replaced later, as they will be."""
    part = package.related(package.workbook_part, "sharedStrings")
    if part is None or part not in package:
        return package
    used: set[int] = set()
    for entry in sheet_entries(package):
        if entry.kind == "worksheet":
            used |= _used(parse_xml(rewritten.get(entry.part) or package.read(entry.part)))
    root = parse_xml(package.read(part))
    items = root.findall(tag("si"))
    last = max(used, default=-1)
    for index, item in enumerate(items):
        if index > last:
            root.remove(item)
        elif index not in used:
            for child in list(item):
                item.remove(child)
            etree.SubElement(item, tag("t"))
    for name in ("count", "uniqueCount"):
        if name in root.attrib:
            del root.attrib[name]
    return package.with_parts({part: to_xml(root)})


def _used(root: etree._Element) -> set[int]:
    found = set()
    for cell in root.iter(tag("c")):
        if cell.get("t") == "s":
            value = cell.find(tag("v"))
            if value is not None and (value.text or "").strip().isdigit():
                found.add(int((value.text or "").strip()))
    return found
