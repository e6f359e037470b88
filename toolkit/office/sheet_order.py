"""Moving a sheet to another place among the tabs."""

from __future__ import annotations

from toolkit.office.package import Package, parse_xml, to_xml
from toolkit.office.sheet_read import tag


def with_sheet_second(package: Package, name: str) -> Package:
    """The package with a sheet right behind the first visible one. Local names follow their sheets."""
    root = parse_xml(package.read(package.workbook_part))
    sheets = root.find(tag("sheets"))
    if sheets is None:
        return package
    before = list(sheets)
    moving = next((n for n in before if n.get("name") == name), None)
    others = [n for n in before if n is not moving]
    if moving is None or not others:
        return package
    first = next((n for n, node in enumerate(others) if node.get("state", "visible") == "visible"), 0)
    after = [*others[: first + 1], moving, *others[first + 1 :]]
    for node in after:
        sheets.remove(node)
        sheets.append(node)
    place = {id(node): n for n, node in enumerate(after)}
    moved = {old: place[id(node)] for old, node in enumerate(before)}
    for node in root.iterfind(f"{tag('definedNames')}/{tag('definedName')}"):
        local = node.get("localSheetId")
        if local is not None and int(local) in moved:
            node.set("localSheetId", str(moved[int(local)]))
    for view in root.iterfind(f"{tag('bookViews')}/{tag('workbookView')}"):
        view.set("activeTab", str(moved.get(int(view.get("activeTab", "0")), 0)))
    return package.with_parts({package.workbook_part: to_xml(root)})
