"""Parts that hang on a sheet and name its rows: drawings, notes, tables. They follow when a list grows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from toolkit.office.package import Package, parse_xml, to_xml
from toolkit.office.references import address, grown_sqref, split_address

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_KINDS = ("drawing", "comments", "vmlDrawing", "table")


@dataclass(frozen=True)
class Attached:
    """A part whose bytes depend on how far the list of its sheet has grown."""

    part: str
    kind: str
    sheet: str
    tag_row: int
    data: bytes


def attached_parts(package: Package, sheet_part: str, sheet: str, tag_row: int) -> tuple[Attached, ...]:
    """Those that something below (or in) the tag row would change; the others stay the template's own bytes."""
    found = [
        Attached(r.target, r.kind, sheet, tag_row, package.read(r.target))
        for r in package.relations(sheet_part)
        if not r.external and r.kind in _KINDS and r.target in package
    ]
    return tuple(a for a in found if moved(a, 1) != a.data)


def moved(attached: Attached, added: int) -> bytes:
    """The part's bytes after the list has grown by that many rows; its own when it has not."""
    if not added:
        return attached.data
    return _moved(attached.kind, attached.data, attached.tag_row, added)


@lru_cache(maxsize=256)
def _moved(kind: str, data: bytes, tag_row: int, added: int) -> bytes:
    if kind == "vmlDrawing":
        return _moved_vml(data, tag_row, added)
    root = parse_xml(data)
    if kind == "drawing":
        changed = _move_anchors(root, tag_row, added)
    elif kind == "comments":
        changed = _move_notes(root, tag_row, added)
    else:
        changed = _move_table(root, tag_row, added)
    return to_xml(root) if changed else data


def _move_anchors(root: etree._Element, tag_row: int, added: int) -> bool:
    """Anchors count rows from 0. One that begins above stretches only if it is tied to cells at both ends."""
    changed = False
    for anchor in root:
        rows = [anchor.find(f"{{{_DRAWING}}}{end}/{{{_DRAWING}}}row") for end in ("from", "to")]
        below = [node is not None and int(node.text or "0") >= tag_row for node in rows]
        if not below[0] and anchor.get("editAs", "twoCell") != "twoCell":
            continue
        for node, moves in zip(rows, below, strict=True):
            if node is not None and moves:
                node.text = str(int(node.text or "0") + added)
                changed = True
    return changed


def _move_notes(root: etree._Element, tag_row: int, added: int) -> bool:
    changed = False
    for node in root.iter():
        if isinstance(node.tag, str) and etree.QName(node).localname == "comment":
            row, column = split_address(node.get("ref", "A1"))
            if row > tag_row:
                node.set("ref", address(row + added, column))
                changed = True
    return changed


def _move_table(root: etree._Element, tag_row: int, added: int) -> bool:
    changed = False
    for node in root.iter():
        if isinstance(node.tag, str) and node.get("ref"):
            after = grown_sqref(node.get("ref", ""), tag_row, added)
            changed = changed or after != node.get("ref")
            node.set("ref", after)
    return changed


def _moved_vml(data: bytes, tag_row: int, added: int) -> bytes:
    """VML is not always well-formed XML, so its two row texts are replaced in place."""

    def row(m: re.Match[bytes]) -> bytes:
        number = int(m[2])
        return m[1] + str(number + added if number >= tag_row else number).encode() + m[3]

    def anchor(m: re.Match[bytes]) -> bytes:
        parts = [p.strip() for p in m[2].split(b",")]
        if len(parts) == 8 and int(parts[2]) >= tag_row:
            parts[2], parts[6] = (str(int(parts[n]) + added).encode() for n in (2, 6))
            return m[1] + b", ".join(parts) + m[3]
        return m[0]

    data = re.sub(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)", row, data)
    return re.sub(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)", anchor, data)
