"""Differential formats (what conditional formatting paints) added to a styles part; existing ones keep their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from toolkit.office.package import MAIN, parse_xml, to_xml
from toolkit.office.sheet_read import tag

_BEFORE = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")


def font_colour(rgb: str) -> str:
    return f'<font><b/><color rgb="FF{rgb}"/></font>'


def solid_fill(rgb: str) -> str:
    """Excel takes the colour of a differential fill from bgColor, whatever the pattern."""
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{rgb}"/><bgColor rgb="FF{rgb}"/></patternFill></fill>'
    )


def thin_border(rgb: str) -> str:
    sides = "".join(f'<{s} style="thin"><color rgb="FF{rgb}"/></{s}>' for s in ("left", "right", "top", "bottom"))
    return f"<border>{sides}</border>"


def count(styles: bytes) -> int:
    """How many differential formats there are: the number of the next one."""
    group = parse_xml(styles).find(tag("dxfs"))
    return 0 if group is None else len(group)


def with_formats(styles: bytes, formats: Sequence[str]) -> tuple[bytes, int]:
    """The styles part with these formats (inner XML of <dxf>) added, and the number of the first of them."""
    root = parse_xml(styles)
    group = root.find(tag("dxfs"))
    if group is None:
        group = etree.Element(tag("dxfs"))
        root.insert(sum(1 for n in root if etree.QName(n).localname in _BEFORE), group)
    first = len(group)
    for inner in formats:
        group.append(parse_xml(f'<dxf xmlns="{MAIN}">{inner}</dxf>'.encode()))
    group.set("count", str(len(group)))
    return to_xml(root), first
