"""Everything of a sheet but its rows: made ready once, then moved along when lists grow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from toolkit.office.package import parse_xml
from toolkit.office.references import (
    Growth,
    grow,
    grown_sqref,
    in_list_row,
    rectangles,
    sheets_named,
    sqref_text,
    without_cells,
)
from toolkit.office.sheet_read import tag

_ROWS_MARK = "<!--zwgk rows-->"
_VALIDATIONS_MARK = "<!--zwgk validations-->"
_BEFORE_PROTECTION = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr")
_BEFORE_VALIDATIONS = (*_BEFORE_PROTECTION, "sheetProtection", "protectedRanges", "scenarios", "autoFilter",
                       "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr",
                       "conditionalFormatting")  # fmt: skip
_PROTECTION = {"sheet": "1", "objects": "1", "scenarios": "1", "formatColumns": "0", "formatRows": "0",
               "autoFilter": "0"}  # fmt: skip
"""No password; widths, heights and filters may be changed, every cell may be selected."""

_FORMULAS = ("formula", "formula1", "formula2", "f")


@dataclass(frozen=True)
class TakeApart:
    """What `take_apart` needs to know beside the XML."""

    name: str
    part: str
    tag_rows: Mapping[str, int]  # of all list sheets of the workbook
    gaps: frozenset[tuple[int, int]]  # cells to be written at stamping
    inputs: frozenset[tuple[int, int]]  # cells whose validation is ours
    styles: Mapping[tuple[int, int], int]  # style of single cells, where it is not `lock(style)`
    lock: Callable[[int], int]  # the locked variant of a style
    gone: frozenset[str]  # sheets that will not be there any more
    active: bool = False  # the tab that shows when the workbook opens


def make_shell(root: etree._Element, wanted: TakeApart) -> bytes:
    data = root.find(tag("sheetData"))
    assert data is not None
    for child in list(data):
        data.remove(child)
    data.append(etree.Comment("zwgk rows"))
    for name in ("dimension", "sheetProtection", "protectedRanges"):
        for node in root.findall(tag(name)):
            root.remove(node)
    for column in root.iterfind(f"{tag('cols')}/{tag('col')}"):
        if column.get("style"):
            column.set("style", str(wanted.lock(int(column.get("style", "0")))))
    for view in root.iterfind(f"{tag('sheetViews')}/{tag('sheetView')}"):
        if wanted.active:
            view.set("tabSelected", "1")
        elif "tabSelected" in view.attrib:
            del view.attrib["tabSelected"]
    _insert(root, etree.Element(tag("sheetProtection"), _PROTECTION), _BEFORE_PROTECTION)
    _own_validations(root, wanted)
    return etree.tostring(root, encoding="UTF-8")


def _insert(root: etree._Element, node: etree._Element, before: tuple[str, ...]) -> None:
    """Puts an element behind those that the schema wants in front of it."""
    names = [etree.QName(child).localname if isinstance(child.tag, str) else "" for child in root]
    root.insert(max((n + 1 for n, name in enumerate(names) if name in before), default=0), node)


def _own_validations(root: etree._Element, wanted: TakeApart) -> None:
    """The office's validations stay, except on input cells (ours come from 字段) and where a sheet has gone."""
    holder = root.find(tag("dataValidations"))
    if holder is None:
        holder = etree.Element(tag("dataValidations"))
        _insert(root, holder, _BEFORE_VALIDATIONS)
    if "count" in holder.attrib:
        del holder.attrib["count"]
    for node in list(holder):
        sqref = without_cells(node.get("sqref", ""), wanted.inputs)
        if not sqref or any(sheets_named(part.text or "") & wanted.gone for part in node):
            holder.remove(node)
        else:
            node.set("sqref", sqref)
    holder.append(etree.Comment("zwgk validations"))


def mentions(shell: bytes, wanted: TakeApart) -> frozenset[str]:
    root = parse_xml(shell)
    found = {wanted.name} & set(wanted.tag_rows)
    for node in root.iter():
        if isinstance(node.tag, str) and node.text and etree.QName(node).localname in _FORMULAS:
            found |= sheets_named(node.text) & set(wanted.tag_rows)
    for node in root.iter(tag("hyperlink")):
        found |= sheets_named(node.get("location", "")) & set(wanted.tag_rows)
    return frozenset(found)


@lru_cache(maxsize=512)
def grown_shell(shell: bytes, name: str, growth: tuple[tuple[str, int, int], ...]) -> tuple[str, str, str]:
    """The shell around the rows and around our validations, after lists have grown."""
    grown = {sheet: (tag_row, added) for sheet, tag_row, added in growth}
    root = parse_xml(shell)
    _move_formulas(root, name, grown)
    if name in grown:
        _move_blocks(root, *grown[name])
    text = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + etree.tostring(root, encoding="unicode")
    head, _, rest = text.partition(_ROWS_MARK)
    middle, _, tail = rest.partition(_VALIDATIONS_MARK)
    return head, middle, tail


def _move_formulas(root: etree._Element, name: str, growth: Growth) -> None:
    for node in root.iter():
        if isinstance(node.tag, str) and node.text and etree.QName(node).localname in _FORMULAS:
            node.text = in_list_row(node.text, name, growth, 0)
    for node in root.iter(tag("hyperlink")):
        if node.get("location"):
            node.set("location", grow(node.get("location", ""), name, growth))


def _move_blocks(root: etree._Element, tag_row: int, added: int) -> None:
    for node in list(root.iter()):
        if not isinstance(node.tag, str):
            continue
        local = etree.QName(node).localname
        for key in ("ref", "sqref"):
            if node.get(key) and local not in ("mergeCell", "selection"):
                node.set(key, grown_sqref(node.get(key, ""), tag_row, added))
        if local == "sqref" and node.text:
            node.text = grown_sqref(node.text, tag_row, added)
    for node in root.iterfind(f"{tag('rowBreaks')}/{tag('brk')}"):
        if int(node.get("id", "0")) >= tag_row:  # a break stands behind the row it names
            node.set("id", str(int(node.get("id", "0")) + added))
    for holder in root.findall(tag("mergeCells")):
        _move_merges(holder, tag_row, added)


def _move_merges(holder: etree._Element, tag_row: int, added: int) -> None:
    if "count" in holder.attrib:
        del holder.attrib["count"]
    for node in list(holder):
        top, left, bottom, right = rectangles(node.get("ref", ""))[0]
        if top == bottom == tag_row:
            for copy in range(1, added + 1):
                etree.SubElement(holder, tag("mergeCell"), ref=sqref_text(((top + copy, left, top + copy, right),)))
        else:
            node.set("ref", grown_sqref(node.get("ref", ""), tag_row, added))
