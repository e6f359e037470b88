"""Notes in cells of a workbook that somebody else made: the notes part and its drawing, added to or begun.

What people wrote stays: a cell that has a note gets our words below it, one with a conversation gets none. Our own
words of an earlier time are recognised by their first line and taken out again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from toolkit.office.cell_xml import legal_text
from toolkit.office.package import MAIN, OFFICE_RELS, Package, PackageError, add_relations, parse_xml, rels_name, to_xml
from toolkit.office.references import address, split_address
from toolkit.office.sheet_model import visible
from toolkit.office.sheet_read import tag

NOTE_HEAD = "【退回标注】"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

Place = tuple[int, int]

_V, _O, _X = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_MOST_CHARS = 8_000  # of the 32,767 that a note holds, with what people wrote themselves
_BLOCK = 1024  # shape numbers come in blocks of so many
_BEHIND = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
           "extLst", "AlternateContent")  # fmt: skip
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_OPENING = f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}">'
_NEW_DRAWING = f'{_OPENING}<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'


@dataclass
class NewParts:
    """Parts changed or begun while the sheets of one workbook are marked, and the content types of new ones."""

    package: Package
    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    last_shape: int = 0

    def free_name(self, pattern: str) -> str:
        """A part name that nobody has; `pattern` with {} for the number."""
        taken = {name.lower() for name in (*self.package.parts, *self.parts)}
        return next(name for n in range(1, 100_000) if (name := pattern.format(n)).lower() not in taken)

    def new_block(self) -> int:
        """The first shape number of a block that no drawing of the workbook uses."""
        if not self.last_shape:
            texts = [part.data for name, part in self.package.parts.items() if name.lower().endswith(".vml")]
            numbers = [int(n) for text in texts for n in re.findall(rb"_x0000_s(\d{1,7})\b", text)]
            blocks = [
                int(n)
                for text in texts
                for m in re.findall(rb'data="([\d, ]*)"', text)
                for n in re.findall(rb"\d{1,4}", m)
            ]
            self.last_shape = max([0, *numbers, *(n * _BLOCK + _BLOCK - 1 for n in blocks)])
        first = (self.last_shape // _BLOCK + 1) * _BLOCK
        self.last_shape = first + _BLOCK - 1
        return first


@dataclass
class SheetNotes:
    """The notes of one sheet under edit. `finish` puts what changed into the new parts."""

    new: NewParts
    sheet_part: str
    comments_part: str = ""
    drawing_part: str = ""
    comments: etree._Element | None = None
    drawing: etree._Element | None = None
    threaded: frozenset[Place] = frozenset()

    @classmethod
    def of(cls, new: NewParts, sheet_part: str) -> SheetNotes:
        relations = [r for r in new.package.relations(sheet_part) if not r.external and r.target in new.package]
        found = {r.kind: r.target for r in reversed(relations) if r.kind in ("comments", "vmlDrawing")}
        made = cls(new, sheet_part, found.get("comments", ""), "")
        if made.comments_part:
            made.comments = parse_xml(new.package.read(made.comments_part))
            if made.comments.tag != tag("comments"):
                raise PackageError("工作簿的批注不是通常的写法")
        made.threaded = frozenset(
            place
            for r in relations
            if r.kind == "threadedComment"
            for place in _places(parse_xml(new.package.read(r.target)))
        )
        return made

    def without_ours(self) -> bool:
        """Takes our earlier words out; True when there were some."""
        changed = False
        if self.comments is None:
            return False
        gone: set[Place] = set()
        for node in list(self.comments.iter(tag("comment"))):
            pieces = list(node.iter(tag("t")))
            before, ours, _ = "".join(t.text or "" for t in pieces).partition(NOTE_HEAD)
            if not ours:
                continue
            changed = True
            if before.strip():
                _cut(node, len(before.rstrip()))
            else:
                remove(node)
                gone.add(split_address(node.get("ref", "A1")))
        if gone:
            self._drop_shapes(gone)
        return changed

    def add(self, notes: Mapping[Place, str], author: str, root: etree._Element) -> None:
        """Our words at these cells; `root` is the sheet, which learns of a new drawing."""
        wanted = {place: text for place, text in sorted(notes.items()) if place not in self.threaded}
        if not wanted:
            return
        if self.comments is None:
            self.comments = parse_xml(f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode())
        number, listed = self._author(author), self._list()
        known = {node.get("ref", ""): node for node in listed.findall(tag("comment"))}
        bare = [] if self._has_drawing(root) else [split_address(ref) for ref in known]
        standing = [(split_address(ref), node) for ref, node in known.items()]
        fresh: list[Place] = []
        passed = 0
        for place, text in wanted.items():
            if (node := known.get(address(*place))) is not None:
                _append(node, text)
                continue
            fresh.append(place)
            while passed < len(standing) and standing[passed][0] < place:
                passed += 1
            if passed < len(standing):
                standing[passed][1].addprevious(_comment(place, text, number))
            else:
                listed.append(_comment(place, text, number))
        self._draw(sorted({*fresh, *bare}), wanted, root)

    def finish(self, root: etree._Element) -> None:
        """Parts, relations and types of what is new; the sheet gets its reference to the drawing."""
        assert self.comments is not None
        relations: list[tuple[str, str]] = []
        if not self.comments_part:
            self.comments_part = self.new.free_name("xl/comments{}.xml")
            self.new.types[self.comments_part] = COMMENTS_TYPE
            relations.append((f"{OFFICE_RELS}/comments", self.comments_part))
        self.new.parts[self.comments_part] = to_xml(self.comments)
        if self.drawing is not None:
            is_new = not self.drawing_part
            if is_new:
                self.drawing_part = self.new.free_name("xl/drawings/vmlDrawing{}.vml")
                self.new.types[self.drawing_part] = VML_TYPE
                relations.append((f"{OFFICE_RELS}/vmlDrawing", self.drawing_part))
            self.new.parts[self.drawing_part] = etree.tostring(self.drawing, encoding="UTF-8")
        if not relations:
            return
        rels, ids = add_relations(self.new.package, self.sheet_part, relations)
        self.new.parts[rels_name(self.sheet_part)] = rels
        if relations[-1][0].endswith("/vmlDrawing"):
            _refer(root, ids[-1])

    # ------------------------------------------------------------ the notes part

    def _author(self, name: str) -> int:
        assert self.comments is not None
        authors = self.comments.find(tag("authors"))
        if authors is None:
            authors = etree.Element(tag("authors"))
            self.comments.insert(0, authors)
        names = [node.text or "" for node in authors.findall(tag("author"))]
        if name not in names:
            etree.SubElement(authors, tag("author")).text = legal_text(visible(name))
            names.append(name)
        return names.index(name)

    def _list(self) -> etree._Element:
        assert self.comments is not None
        listed = self.comments.find(tag("commentList"))
        if listed is None:
            listed = etree.Element(tag("commentList"))
            authors = self.comments.find(tag("authors"))
            assert authors is not None
            authors.addnext(listed)
        return listed

    # ------------------------------------------------------------ the drawing

    def _has_drawing(self, root: etree._Element) -> bool:
        """Loads the drawing that the sheet refers to, if it has one."""
        if self.drawing is not None:
            return True
        reference = root.find(tag("legacyDrawing"))
        if reference is None:
            return False
        wanted = reference.get(f"{{{OFFICE_RELS}}}id", "")
        self._load(next((r.target for r in self.new.package.relations(self.sheet_part) if r.id == wanted), ""))
        return True

    def _load(self, part: str) -> None:
        self.drawing_part = part
        data = self.new.package.read(part)
        if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE) or b"\x00" in data:
            raise PackageError("工作簿的批注图形含有不应出现的声明")
        try:
            self.drawing = parse_xml(data)
        except PackageError:
            raise PackageError("工作簿的批注图形不是规范的 XML") from None
        if self.drawing.tag != "xml":
            raise PackageError("工作簿的批注图形不是通常的写法")

    def _draw(self, places: Sequence[Place], texts: Mapping[Place, str], root: etree._Element) -> None:
        if not places:
            return
        if not self._has_drawing(root):
            self.drawing = parse_xml(_NEW_DRAWING.encode())
        assert self.drawing is not None
        if not any(node.get("id") == "_x0000_t202" for node in self.drawing.iter(f"{{{_V}}}shapetype")):
            self.drawing.append(_pieces(_SHAPE_TYPE)[0])
        blocks: list[int] = []
        shapes: list[str] = []
        for n, place in enumerate(places):
            if n % (_BLOCK - 1) == 0:
                blocks.append(self.new.new_block())
            shapes.append(_shape(blocks[-1] + 1 + n % (_BLOCK - 1), place, texts.get(place, "")))
        self.drawing.extend(_pieces("".join(shapes)))
        self._claim([b // _BLOCK for b in blocks])

    def _claim(self, blocks: Sequence[int]) -> None:
        assert self.drawing is not None
        node = next(self.drawing.iter(f"{{{_O}}}idmap"), None)
        if node is None:
            layout = _pieces('<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>')[0]
            self.drawing.insert(0, layout)
            node = layout[0]
        node.set("data", ",".join(x for x in (node.get("data", ""), *map(str, blocks)) if x))

    def _drop_shapes(self, places: Collection[Place]) -> None:
        part = next((r.target for r in self.new.package.relations(self.sheet_part) if r.kind == "vmlDrawing"), "")
        if self.drawing is None and part in self.new.package:
            self._load(part)
        for shape in list(self.drawing.iter(f"{{{_V}}}shape")) if self.drawing is not None else ():
            row, column = (
                next((n.text or "" for n in shape.iter(f"{{{_X}}}{name}")), "").strip() for name in ("Row", "Column")
            )
            if row.isdecimal() and column.isdecimal() and (int(row) + 1, int(column) + 1) in places:
                remove(shape)


def remove(node: etree._Element) -> None:
    """Takes an element out of its parent."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _places(root: etree._Element) -> list[Place]:
    refs = [node.get("ref", "") for node in root.iter() if isinstance(node.tag, str)]
    return [split_address(ref) for ref in refs if re.fullmatch(r"[A-Z]{1,3}[1-9]\d{0,6}", ref)]


# ---------------------------------------------------------------- one note


def _run(text: str, *, bold: bool = False) -> etree._Element:
    run = etree.Element(tag("r"))
    look = etree.SubElement(run, tag("rPr"))
    if bold:
        etree.SubElement(look, tag("b"))
    for name, key, value in (
        ("sz", "val", "9"),
        ("color", "indexed", "81"),
        ("rFont", "val", "宋体"),
        ("charset", "val", "134"),
    ):
        etree.SubElement(look, tag(name)).set(key, value)
    words = etree.SubElement(run, tag("t"))
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = legal_text(visible(text)[:_MOST_CHARS])
    return run


def _comment(place: Place, text: str, author: int) -> etree._Element:
    node = etree.Element(tag("comment"), ref=address(*place), authorId=str(author), shapeId="0")
    body = etree.SubElement(node, tag("text"))
    body.append(_run(f"{NOTE_HEAD}\n", bold=True))
    body.append(_run(text))
    return node


def _append(node: etree._Element, text: str) -> None:
    """Our words below what is there; a plain text becomes a run first, since the two may not stand side by side."""
    body = node.find(tag("text"))
    if body is None:
        body = etree.Element(tag("text"))
        node.insert(0, body)
    plain = body.find(tag("t"))
    if plain is not None:
        run = etree.Element(tag("r"))
        plain.addprevious(run)
        run.append(plain)
    runs = body.findall(tag("r"))
    at = list(body).index(runs[-1]) + 1 if runs else 0
    body.insert(at, _run(f"\n{NOTE_HEAD}\n" if runs else f"{NOTE_HEAD}\n", bold=True))
    body.insert(at + 1, _run(text))


def _cut(node: etree._Element, keep: int) -> None:
    """Only the first `keep` characters of a note stay; runs that become empty go."""
    for piece in list(node.iter(tag("t"))):
        text = piece.text or ""
        piece.text = text[:keep]
        keep -= len(piece.text)
        run = piece.getparent()
        if not piece.text and run is not None and run.tag == tag("r"):
            remove(run)


# ---------------------------------------------------------------- one shape


def _pieces(xml: str) -> list[etree._Element]:
    return list(parse_xml(f"{_OPENING}{xml}</xml>".encode()))


def _shape(number: int, place: Place, text: str) -> str:
    row, column = place[0] - 1, place[1] - 1
    lines = sum(1 + sum(1 if c < "\x7f" else 2 for c in part) // 40 for part in text.split("\n")) + 2
    left = min(column + 1, 16_380)
    anchor = f"{left}, 15, {max(row - 1, 0)}, 4, {left + 3}, 15, {max(row - 1, 0) + min(max(lines, 4), 14)}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:90pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _refer(root: etree._Element, rid: str) -> None:
    """The sheet's reference to its drawing, at its place in the order of elements."""
    if root.find(tag("legacyDrawing")) is not None:
        return
    node = etree.Element(tag("legacyDrawing"), nsmap={"r": OFFICE_RELS})
    node.set(f"{{{OFFICE_RELS}}}id", rid)
    children = [n for n in root if isinstance(n.tag, str)]
    front = [n for n in children if etree.QName(n).localname not in _BEHIND]
    front[-1].addnext(node)
