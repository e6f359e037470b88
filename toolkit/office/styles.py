"""The styles part: new cell formats as copies of existing ones with one property changed, and a few made from nothing.

Existing entries are never altered, so every index that a sheet already carries keeps its meaning.
"""

from __future__ import annotations

import copy

from lxml import etree

from toolkit.office.package import MAIN, PackageError, parse_xml, to_xml

_GENERAL = 0
TEXT_FORMAT = 49
DATE_FORMAT = "yyyy-mm-dd"
_FIRST_CUSTOM = 164
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
          "colors", "extLst")  # fmt: skip


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class Styles:
    """A builder: ask for variants while composing, then take `to_bytes()`. Equal questions get the same index."""

    def __init__(self, data: bytes) -> None:
        self._root = parse_xml(data)
        found = self._root.find(_tag("cellXfs"))
        if found is None or not len(found):
            raise PackageError("工作簿缺少单元格格式定义")
        self._xfs = found
        self._known: dict[tuple[object, ...], int] = {}

    def to_bytes(self) -> bytes:
        for name in ("numFmts", "fonts", "fills", "borders", "cellXfs"):
            group = self._root.find(_tag(name))
            if group is not None:
                group.set("count", str(len(group)))
        return to_xml(self._root)

    def _xf(self, index: int) -> etree._Element:
        return self._xfs[index] if 0 <= index < len(self._xfs) else self._xfs[0]

    def locked(self, index: int) -> bool:
        """Protection of a cell format; locked unless it says otherwise."""
        protection = self._xf(index).find(_tag("protection"))
        return protection is None or protection.get("locked", "1") not in ("0", "false")

    def filled(self, index: int) -> bool:
        """True when the format paints its background."""
        fills = self._root.find(_tag("fills"))
        number = int(self._xf(index).get("fillId", "0"))
        if fills is None or number >= len(fills):
            return False
        pattern = fills[number].find(_tag("patternFill"))
        if pattern is None:
            return fills[number].find(_tag("gradientFill")) is not None
        return pattern.get("patternType", "none") != "none"

    def wraps(self, index: int) -> bool:
        alignment = self._xf(index).find(_tag("alignment"))
        return alignment is not None and alignment.get("wrapText", "0") in ("1", "true")

    def font_size(self, index: int) -> float:
        """In points."""
        fonts = self._root.find(_tag("fonts"))
        number = int(self._xf(index).get("fontId", "0"))
        size = fonts[number].find(_tag("sz")) if fonts is not None and number < len(fonts) else None
        return float(size.get("val", "11")) if size is not None else 11.0

    def number_format(self, index: int) -> int:
        return int(self._xf(index).get("numFmtId", "0"))

    def format_code(self, index: int) -> str:
        """The custom number format text of a cell format, "" for a built-in one."""
        wanted = str(self.number_format(index))
        formats = self._root.find(_tag("numFmts"))
        nodes = formats if formats is not None else ()
        return next((n.get("formatCode", "") for n in nodes if n.get("numFmtId") == wanted), "")

    def colour(self, index: int) -> str:
        """The colour of a solid fill as RRGGBB, "" where there is none of its own."""
        fills = self._root.find(_tag("fills"))
        number = int(self._xf(index).get("fillId", "0"))
        pattern = fills[number].find(_tag("patternFill")) if fills is not None and number < len(fills) else None
        front = pattern.find(_tag("fgColor")) if pattern is not None and pattern.get("patternType") == "solid" else None
        return (front.get("rgb") or "")[-6:].upper() if front is not None else ""

    def variant(
        self, base: int, *, locked: bool | None = None, fill: str | None = None, general_as: str | int | None = None,
        instead: tuple[str, str] | None = None,
    ) -> int:  # fmt: skip
        """The format `base` with protection set, with a solid fill (RRGGBB) where it has none, with one solid fill
        instead of another, and with a number format (a code, or the number of a built-in one) where it is General.
        Unchanged questions give `base`."""
        if locked is not None and self.locked(base) == locked:
            locked = None
        if fill is not None and self.filled(base):
            fill = None
        if instead is not None and self.colour(base) == instead[0]:
            fill = instead[1]
        if general_as is not None and self.number_format(base) != _GENERAL:
            general_as = None
        key = ("variant", base, locked, fill, general_as)
        if key[2:] == (None, None, None):
            return base
        if key not in self._known:
            xf = copy.deepcopy(self._xf(base))
            if locked is not None:
                _protect(xf, locked)
            if fill is not None:
                xf.set("fillId", str(self._solid(fill)))
                xf.set("applyFill", "1")
            if general_as is not None:
                xf.set("numFmtId", str(self._format_id(general_as)))
                xf.set("applyNumberFormat", "1")
            self._known[key] = self._append(xf)
        return self._known[key]

    def plain(
        self, *, bold: bool = False, size: int = 11, fill: str | None = None, border: bool = False,
        wrap: bool = False, centre: bool = False, top: bool = False, locked: bool = True, text: bool = False,
        colour: str | None = None, quoted: bool = False,
    ) -> int:  # fmt: skip
        """A format made from nothing in the workbook's own font; `border` is a thin line on all four sides; `quoted`:
        what is typed into the cell stays a text."""
        key = ("plain", bold, size, fill, border, wrap, centre, top, locked, text, colour, quoted)
        if key not in self._known:
            xf = etree.Element(_tag("xf"), numFmtId=str(TEXT_FORMAT if text else _GENERAL),
                               fontId=str(self._font(bold, size, colour)), fillId=str(self._solid(fill) if fill else 0),
                               borderId=str(self._thin() if border else 0), xfId="0")  # fmt: skip
            for name in ("applyNumberFormat", "applyFont", "applyFill", "applyBorder", "applyAlignment"):
                xf.set(name, "1")
            if quoted:
                xf.set("quotePrefix", "1")
            alignment = etree.SubElement(xf, _tag("alignment"), vertical="top" if top else "center")
            if centre:
                alignment.set("horizontal", "center")
            if wrap:
                alignment.set("wrapText", "1")
            _protect(xf, locked)
            self._known[key] = self._append(xf)
        return self._known[key]

    # ------------------------------------------------------------ parts of a format

    def _append(self, xf: etree._Element) -> int:
        self._xfs.append(xf)
        return len(self._xfs) - 1

    def _group(self, name: str) -> etree._Element:
        group = self._root.find(_tag(name))
        if group is None:
            group = etree.Element(_tag(name))
            rank = _ORDER.index(name)
            place = sum(1 for n in self._root if etree.QName(n).localname in _ORDER[:rank])
            self._root.insert(place, group)
        return group

    def _remembered(self, key: tuple[object, ...], group: str, node: etree._Element) -> int:
        if key not in self._known:
            parent = self._group(group)
            parent.append(node)
            self._known[key] = len(parent) - 1
        return self._known[key]

    def _solid(self, rgb: str) -> int:
        node = etree.Element(_tag("fill"))
        pattern = etree.SubElement(node, _tag("patternFill"), patternType="solid")
        etree.SubElement(pattern, _tag("fgColor"), rgb=f"FF{rgb}")
        etree.SubElement(pattern, _tag("bgColor"), indexed="64")
        return self._remembered(("solid", rgb), "fills", node)

    def _thin(self) -> int:
        node = etree.Element(_tag("border"))
        for side in ("left", "right", "top", "bottom"):
            line = etree.SubElement(node, _tag(side), style="thin")
            etree.SubElement(line, _tag("color"), rgb="FF808080")
        etree.SubElement(node, _tag("diagonal"))
        return self._remembered(("thin",), "borders", node)

    def _font(self, bold: bool, size: int, colour: str | None) -> int:
        fonts = self._group("fonts")
        first = fonts[0] if len(fonts) else None
        node = etree.Element(_tag("font"))
        if bold:
            etree.SubElement(node, _tag("b"))
        etree.SubElement(node, _tag("sz"), val=str(size))
        if colour:
            etree.SubElement(node, _tag("color"), rgb=f"FF{colour}")
        for name in ("name", "family", "charset", "scheme"):  # schema order
            old = first.find(_tag(name)) if first is not None else None
            if old is not None:
                node.append(copy.deepcopy(old))
        return self._remembered(("font", bold, size, colour), "fonts", node)

    def _format_id(self, wanted: str | int) -> int:
        if isinstance(wanted, int):
            return wanted
        formats = self._group("numFmts")
        for node in formats:
            if node.get("formatCode") == wanted:
                return int(node.get("numFmtId", "0"))
        number = max([_FIRST_CUSTOM - 1, *(int(n.get("numFmtId", "0")) for n in formats)]) + 1
        etree.SubElement(formats, _tag("numFmt"), numFmtId=str(number), formatCode=wanted)
        return number


def begins_alike(before: bytes, after: bytes) -> bool:
    """True when every group of the one styles part is how the same group of the other begins, entry by entry."""
    groups = {node.tag: node for node in parse_xml(after)}
    for old in parse_xml(before):
        if not isinstance(old.tag, str):
            continue
        new = groups.get(old.tag)
        if new is None or len(new) < len(old):
            return False
        if any(etree.tostring(a) != etree.tostring(b) for a, b in zip(old, new, strict=False)):
            return False
    return True


def _protect(xf: etree._Element, locked: bool) -> None:
    protection = xf.find(_tag("protection"))
    if protection is None:
        protection = etree.Element(_tag("protection"))
        alignment = xf.find(_tag("alignment"))
        xf.insert(0 if alignment is None else list(xf).index(alignment) + 1, protection)
    protection.set("locked", "1" if locked else "0")
    xf.set("applyProtection", "1")
