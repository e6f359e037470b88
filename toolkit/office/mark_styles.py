"""The styles part of a workbook that somebody else made, with formats for our marks added at the end."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection
from typing import cast

from lxml import etree

from toolkit.office.front_sheet import LOOKS, QUOTED
from toolkit.office.package import MAIN, PackageError
from toolkit.office.styles import Styles

_MOST_FORMATS = 64_000  # Excel stops at 65,490
_SPEC = re.compile(r"rgb:([0-9A-Fa-f]{8})|(theme|indexed):(\d{1,3})(?::(-?[0-9.eE+-]{1,24}))?")


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class MarkStyles(Styles):
    """As Styles, but for strangers: groups that are missing get the entries that programs take for granted first."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        if self._root.tag != _tag("styleSheet"):
            raise PackageError("工作簿的格式定义不是通常的写法")
        for name in ("fonts", "fills", "borders", "cellXfs"):
            group = self._root.find(_tag(name))
            if group is not None and not all(isinstance(node.tag, str) for node in group):
                raise PackageError("工作簿的格式定义中夹有注释")
        if len(self._xfs) > _MOST_FORMATS:
            raise PackageError("工作簿的单元格格式过多")
        self._own_from = len(self._xfs)
        self._padded = False

    def painted(self, base: int, rgb: str) -> int:
        """The format `base` in another background colour; nothing else of it changes."""
        return self._with_fill(base, f"rgb:FF{rgb}")

    def repainted(self, base: int, spec: str) -> int:
        """The format `base` with a background that `fill_of` once described; what it could not describe is none."""
        return self._with_fill(base, spec if _SPEC.fullmatch(spec) else "")

    def fill_of(self, index: int) -> str:
        """A plain background as a short text (rgb:FFFFF2CC, theme:4:0.6, indexed:22), "" for none, ? for others."""
        pattern = self._pattern(index)
        if pattern is None:
            return "?" if self.filled(index) else ""
        kind = pattern.get("patternType", "none")
        colour = pattern.find(_tag("fgColor"))
        if kind == "none":
            return ""
        if kind != "solid" or colour is None:
            return "?"
        if colour.get("rgb"):
            return f"rgb:{colour.get('rgb')}"
        name = next((n for n in ("theme", "indexed") if colour.get(n)), "")
        tint = f":{colour.get('tint')}" if colour.get("tint") else ""
        return f"{name}:{colour.get(name)}{tint}" if name else "?"

    def in_colours(self, colours: Collection[str]) -> frozenset[int]:
        """The formats whose background is one of these (RRGGBB)."""
        wanted = {f"FF{c}" for c in colours}
        fills = self._root.find(_tag("fills"))
        shown = [fill.find(f"{_tag('patternFill')}/{_tag('fgColor')}") for fill in fills] if fills is not None else []
        ours = {
            str(n) for n, colour in enumerate(shown) if colour is not None and colour.get("rgb", "").upper() in wanted
        }
        return frozenset(n for n, xf in enumerate(self._xfs) if xf.get("fillId", "0") in ours) if ours else frozenset()

    def look(self, name: str) -> int:
        """A format for a cell of our own sheet."""
        self._pad()
        look = name.removesuffix(QUOTED)
        options = cast("dict[str, object]", LOOKS.get(look, LOOKS[""]))
        return self.plain(locked=False, quoted=look != name, **options)  # type: ignore[arg-type]

    def to_bytes(self) -> bytes:
        if self._root.find(_tag("cellStyleXfs")) is None:  # our formats must not point at what is not there
            for xf in list(self._xfs)[self._own_from :]:
                if "xfId" in xf.attrib:
                    del xf.attrib["xfId"]
        return super().to_bytes()

    # ------------------------------------------------------------ parts of a format

    def _pattern(self, index: int) -> etree._Element | None:
        fills = self._root.find(_tag("fills"))
        number = self._xf(index).get("fillId", "0")
        if fills is None or not number.isdigit() or int(number) >= len(fills):
            return None
        found: etree._Element | None = fills[int(number)].find(_tag("patternFill"))
        return found

    def _with_fill(self, base: int, spec: str) -> int:
        key = ("fill", base, spec)
        if key not in self._known:
            self._pad()
            xf = copy.deepcopy(self._xf(base))
            xf.set("fillId", str(self._fill(spec)))
            xf.set("applyFill", "1")
            self._known[key] = self._append(xf)
        return self._known[key]

    def _fill(self, spec: str) -> int:
        m = _SPEC.fullmatch(spec)
        if m is None:
            return 0
        node = etree.Element(_tag("fill"))
        pattern = etree.SubElement(node, _tag("patternFill"), patternType="solid")
        colour = etree.SubElement(pattern, _tag("fgColor"))
        if m[1]:
            colour.set("rgb", m[1])
        else:
            colour.set(m[2], m[3])
        if m[4]:
            colour.set("tint", m[4])
        etree.SubElement(pattern, _tag("bgColor"), indexed="64")
        return self._remembered(("spec", spec), "fills", node)

    def _pad(self) -> None:
        """Fills 0 and 1 are reserved, font 0 and border 0 belong to every cell: ours may never take their places."""
        if self._padded:
            return
        self._padded = True
        fills = self._group("fills")
        for kind in ("none", "gray125")[len(fills) :]:
            etree.SubElement(etree.SubElement(fills, _tag("fill")), _tag("patternFill"), patternType=kind)
        fonts = self._group("fonts")
        if not len(fonts):
            font = etree.SubElement(fonts, _tag("font"))
            etree.SubElement(font, _tag("sz"), val="11")
            etree.SubElement(font, _tag("name"), val="宋体")
        borders = self._group("borders")
        if not len(borders):
            border = etree.SubElement(borders, _tag("border"))
            for side in ("left", "right", "top", "bottom", "diagonal"):
                etree.SubElement(border, _tag(side))
