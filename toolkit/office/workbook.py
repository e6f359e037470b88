"""The workbook part: its sheets, defined names, calculation flag; and the custom document properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.office.cell_xml import attribute, escape
from toolkit.office.package import (
    OFFICE_RELS,
    TYPES_PART,
    WORKSHEET_TYPE,
    Package,
    PackageError,
    add_relations,
    content_types,
    drop_relations,
    orphans,
    parse_xml,
    rels_name,
    to_xml,
)
from toolkit.office.references import Growth, grow, quoted_sheet, sheets_named
from toolkit.office.sheet_read import tag

CUSTOM_PART = "docProps/custom.xml"
_CUSTOM_NS = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VT_NS = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_RID = f"{{{OFFICE_RELS}}}id"
_AFTER_NAMES = ("calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
                "fileRecoveryPr", "webPublishObjects", "extLst")  # fmt: skip
_AFTER_CALC = _AFTER_NAMES[1:]


@dataclass(frozen=True)
class SheetEntry:
    name: str
    state: str  # visible, hidden, veryHidden
    part: str
    kind: str  # worksheet, chartsheet …


@dataclass(frozen=True)
class NewSheet:
    name: str
    xml: bytes
    hidden: bool = False


def sheet_entries(package: Package) -> tuple[SheetEntry, ...]:
    """The sheets in tab order. Raises PackageError for a workbook of the strict kind or without sheets."""
    root = parse_xml(package.read(package.workbook_part))
    if root.tag != tag("workbook"):
        raise PackageError("工作簿以“严格的 Open XML”格式保存，请另存为普通的“Excel 工作簿（.xlsx）”")
    relations = {r.id: r for r in package.relations(package.workbook_part)}
    entries = []
    for node in root.iterfind(f"{tag('sheets')}/{tag('sheet')}"):
        relation = relations.get(node.get(_RID, ""))
        if relation is None or relation.target not in package:
            raise PackageError(f"工作表“{node.get('name', '')}”没有内容")
        entries.append(SheetEntry(node.get("name", ""), node.get("state", "visible"), relation.target, relation.kind))
    if not entries:
        raise PackageError("工作簿没有工作表")
    return tuple(entries)


def uses_1904(package: Package) -> bool:
    root = parse_xml(package.read(package.workbook_part))
    node = root.find(tag("workbookPr"))
    return node is not None and node.get("date1904", "0") in ("1", "true")


def replace_sheets(package: Package, gone: Iterable[str], new: Sequence[NewSheet]) -> Package:
    """The package without some sheets (their parts, relations, names) and with new ones as the last tabs.

    Local names move with their sheet, names that speak of a removed sheet go, the first visible sheet becomes the
    active one, stored calculation order goes and a full calculation on load is asked for.
    """
    removed = {entry.name: entry.part for entry in sheet_entries(package) if entry.name in set(gone)}
    workbook = package.workbook_part
    chain = package.related(workbook, "calcChain")
    targets = [*removed.values(), *([chain] if chain else [])]
    out = package.with_parts({rels_name(workbook): drop_relations(package, workbook, targets)}) if targets else package
    out = out.with_parts(dict.fromkeys(orphans(package, out)))
    parts = _new_names(out, workbook, len(new))
    rels, ids = add_relations(out, workbook, [(f"{OFFICE_RELS}/worksheet", part) for part in parts])
    root = parse_xml(out.read(workbook))
    _edit_workbook(root, set(removed), [(sheet, rid) for sheet, rid in zip(new, ids, strict=True)])
    left = set(package.parts) - set(out.parts)
    return out.with_parts(
        {
            TYPES_PART: content_types(out, dict.fromkeys(parts, WORKSHEET_TYPE), left),
            rels_name(workbook): rels,
            workbook: to_xml(root),
            **{part: sheet.xml for part, sheet in zip(parts, new, strict=True)},
            **_app_without_titles(out),
        }
    )


def _new_names(package: Package, workbook: str, count: int) -> list[str]:
    folder = workbook.rsplit("/", 1)[0] + "/" if "/" in workbook else ""
    taken = {name.lower() for name in package.parts}
    names: list[str] = []
    number = 0
    while len(names) < count:
        number += 1
        name = f"{folder}worksheets/sheet{number}.xml"
        if name.lower() not in taken:
            names.append(name)
    return names


def _edit_workbook(root: etree._Element, removed: set[str], new: list[tuple[NewSheet, str]]) -> None:
    sheets = root.find(tag("sheets"))
    assert sheets is not None  # sheet_entries() has seen it
    moved: dict[int, int] = {}
    for index, node in enumerate(list(sheets)):
        if node.get("name") in removed:
            sheets.remove(node)
        else:
            moved[index] = len(moved)
    free = max((int(node.get("sheetId", "0")) for node in sheets), default=0)
    for number, (sheet, rid) in enumerate(new, start=free + 1):
        node = etree.SubElement(sheets, tag("sheet"), name=sheet.name, sheetId=str(number))
        if sheet.hidden:
            node.set("state", "hidden")
        node.set(_RID, rid)
    _edit_names(root, removed, moved)
    active = next((n for n, node in enumerate(sheets) if node.get("state", "visible") == "visible"), 0)
    for view in root.iterfind(f"{tag('bookViews')}/{tag('workbookView')}"):
        view.set("activeTab", str(active))
        if "firstSheet" in view.attrib:
            del view.attrib["firstSheet"]
    _calculate_on_load(root)


def _edit_names(root: etree._Element, removed: set[str], moved: Mapping[int, int]) -> None:
    names = root.find(tag("definedNames"))
    if names is None:
        return
    for node in list(names):
        local = node.get("localSheetId")
        if (local is not None and int(local) not in moved) or sheets_named(node.text or "") & removed:
            names.remove(node)
        elif local is not None:
            node.set("localSheetId", str(moved[int(local)]))
    if not len(names):
        root.remove(names)


def with_names(package: Package, names: Mapping[str, str], titles: Mapping[str, int]) -> Package:
    """The package with hidden defined names (name → what it refers to) and with a row of each of these sheets repeated
    on every printed page."""
    root = parse_xml(package.read(package.workbook_part))
    sheets = [node.get("name", "") for node in root.iterfind(f"{tag('sheets')}/{tag('sheet')}")]
    holder = root.find(tag("definedNames"))
    if holder is None:
        holder = etree.Element(tag("definedNames"))
        later = [n for n in root if etree.QName(n).localname in _AFTER_NAMES]
        root.insert(list(root).index(later[0]) if later else len(root), holder)
    for name, refers_to in names.items():
        etree.SubElement(holder, tag("definedName"), name=name, hidden="1").text = refers_to
    for sheet, row in titles.items():
        local = str(sheets.index(sheet))
        node = etree.SubElement(holder, tag("definedName"), name="_xlnm.Print_Titles", localSheetId=local)
        node.text = f"{quoted_sheet(sheet)}!${row}:${row}"
    return package.with_parts({package.workbook_part: to_xml(root)})


def recalculated(package: Package) -> Package:
    """The package without the stored order of calculation, asking for a full calculation when it is opened."""
    workbook = package.workbook_part
    root = parse_xml(package.read(workbook))
    _calculate_on_load(root)
    out = package.with_parts({workbook: to_xml(root)})
    chain = package.related(workbook, "calcChain")
    if chain is None:
        return out
    out = out.with_parts({rels_name(workbook): drop_relations(package, workbook, [chain]), chain: None})
    return out.with_parts({TYPES_PART: content_types(out, {}, [chain])})


def _calculate_on_load(root: etree._Element) -> None:
    node = root.find(tag("calcPr"))
    if node is None:
        node = etree.Element(tag("calcPr"))
        later = [n for n in root if etree.QName(n).localname in _AFTER_CALC]
        root.insert(list(root).index(later[0]) if later else len(root), node)
    node.set("fullCalcOnLoad", "1")


def _app_without_titles(package: Package) -> dict[str, bytes | None]:
    """docProps/app.xml lists the sheets by name; the list is optional and would be wrong."""
    part = package.related("", "extended-properties")
    if part is None or part not in package:
        return {}
    root = parse_xml(package.read(part))
    stale = [node for node in root if etree.QName(node).localname in ("HeadingPairs", "TitlesOfParts")]
    for node in stale:
        root.remove(node)
    return {part: to_xml(root)} if stale else {}


def grown_workbook(data: bytes, growth: Growth) -> bytes:
    """The workbook part with its defined names (print areas, titles, the office's own) after lists have grown."""
    root = parse_xml(data)
    names = root.find(tag("definedNames"))
    if names is None:
        return data
    changed = False
    for node in names:
        after = grow(node.text or "", "", growth)
        changed = changed or after != (node.text or "")
        node.text = after
    return to_xml(root) if changed else data


# ---------------------------------------------------------------- custom document properties


def with_custom_part(package: Package) -> Package:
    """The package with a (possibly empty) custom properties part, its relation and content type."""
    part = package.related("", "custom-properties")
    if part is not None and part in package:
        return package
    rels, _ = add_relations(package, "", [(f"{OFFICE_RELS}/custom-properties", CUSTOM_PART)])
    empty = custom_properties(b"", {})
    types = content_types(package, {CUSTOM_PART: _CUSTOM_TYPE})
    return package.with_parts({TYPES_PART: types, rels_name(""): rels, CUSTOM_PART: empty})


def custom_part(package: Package) -> str:
    return package.related("", "custom-properties") or CUSTOM_PART


def custom_properties(existing: bytes, values: Mapping[str, str]) -> bytes:
    """The custom properties part with our values as texts; others stay, same names are replaced."""
    kept: list[str] = []
    if existing:
        for node in parse_xml(existing):
            if node.get("name") not in values and len(node):
                kind = etree.QName(node[0]).localname
                kept.append(_property(len(kept) + 2, node.get("name", ""), kind, node[0].text or ""))
    ours = [_property(len(kept) + 2 + n, name, "lpwstr", text) for n, (name, text) in enumerate(values.items())]
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_CUSTOM_NS}" xmlns:vt="{_VT_NS}">{"".join(kept + ours)}</Properties>'
    ).encode()


def _property(number: int, name: str, kind: str, text: str) -> str:
    body = f"<vt:{kind}>{escape(_legal(text))}</vt:{kind}>"
    return f'<property fmtid="{_FMTID}" pid="{number}" name={attribute(_legal(name))}>{body}</property>'


def read_custom_properties(package: Package) -> dict[str, str]:
    part = custom_part(package)
    if part not in package:
        return {}
    return {node.get("name", ""): (node[0].text or "") for node in parse_xml(package.read(part)) if len(node)}


def _legal(text: str) -> str:
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
