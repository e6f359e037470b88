"""Word bodies as paragraphs and tables with their true merges, in reading order; what is not seen is not read.

Raw XML on purpose: python-docx repeats merged cells and hides what is nested, and both matter here. Read as with all
changes accepted: deleted text is out, inserted text counts. Numerals of automatic numbering are put in, hidden text,
field codes, comments and tables of contents are left out; text boxes follow their paragraph, notes come last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from toolkit.findings import Finding, finding
from toolkit.office.document_numbers import Numbering, numbering_of
from toolkit.office.document_parts import CannotOpen, Opened, OpenedTable, OpenedText
from toolkit.office.document_word_table import Placed, laid_out, placed_rows

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
_SKIPPED = _DELETED | {f"{W}{name}" for name in (
    "instrText", "delText", "delInstrText", "footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef", "commentReference",
    "annotationRef", "pPr", "rPr", "sdtPr", "tcPr", "txbxContent", "p", "tbl", "rt",
)}  # fmt: skip
_THROUGH = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d?", re.IGNORECASE)
_FEW = 100  # characters: a title and a page number, no plan
_OFF = ("0", "false", "off")
Block = OpenedTable | OpenedText


@dataclass
class _Reader:
    """What reading one document needs and finds."""

    numbering: Numbering
    headings: Mapping[str, int] = field(default_factory=dict)  # paragraph style → heading level
    contents: frozenset[str] = frozenset()  # paragraph styles of tables of contents
    hidden: frozenset[str] = frozenset()  # styles whose text is hidden
    blocks: list[Block] = field(default_factory=list)
    count: int = 0
    hidden_rows: int = 0


def read_word(parts: Mapping[str, bytes], name: str, main: str = "word/document.xml") -> Opened:
    """The blocks of a document; `parts` are the XML parts of its package by name."""
    root = _parse(parts[main])
    body = root.find(f"{W}body")
    if body is None:
        return Opened(())
    folder = main.rpartition("/")[0]
    styles = _part(parts, f"{folder}/styles.xml")
    reader = _Reader(numbering_of(_part(parts, f"{folder}/numbering.xml"), styles), *_named_styles(styles))
    _walk(body, reader)
    for kind in ("footnotes", "endnotes"):
        _notes(_part(parts, f"{folder}/{kind}.xml"), root, kind, reader)
    if _is_picture_only(root, reader):
        raise CannotOpen("文件里只有图片，没有可读取的文字，请使用原始的 Word、Excel 文件")
    return Opened(tuple(reader.blocks), _said(root, reader, name))


def _is_picture_only(root: etree._Element, reader: _Reader) -> bool:
    """A scan put into a Word file: pictures, and hardly a word beside them."""
    if any(isinstance(b, OpenedTable) for b in reader.blocks) or sum(len(b.text) for b in _texts(reader)) > _FEW:
        return False
    return next(root.iter("{*}blip", "{*}imagedata"), None) is not None


def _texts(reader: _Reader) -> Iterator[OpenedText]:
    return (b for b in reader.blocks if isinstance(b, OpenedText))


def _part(parts: Mapping[str, bytes], name: str) -> etree._Element | None:
    return _parse(parts[name]) if name in parts else None


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    root = etree.fromstring(xml.replace(_STRICT, W[1:-1].encode()), parser)
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise CannotOpen("文件内部含有不应出现的声明")
    return root


def _named_styles(styles: etree._Element | None) -> tuple[dict[str, int], frozenset[str], frozenset[str]]:
    levels: dict[str, int] = {}
    contents: set[str] = set()
    hidden: set[str] = set()
    for style in styles.iter(f"{W}style") if styles is not None else ():
        identity = style.get(f"{W}styleId") or ""
        name = _value(style.find(f"{W}name"))
        found = _HEADING.match(name)
        if found:
            levels[identity] = int(found.group(1))
        if _CONTENTS.fullmatch(name):
            contents.add(identity)
        if _is_on(style.find(f"{W}rPr/{W}vanish")):
            hidden.add(identity)
    return levels, frozenset(contents), frozenset(hidden)


def _value(node: etree._Element | None) -> str:
    return (node.get(f"{W}val") or "") if node is not None else ""


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and _value(switch) not in _OFF


# ---------------------------------------------------------------- blocks


def _walk(parent: etree._Element, reader: _Reader) -> None:
    held = ""
    for child in parent:
        if child.tag == f"{W}p":
            reader.count += 1
            text = held + _paragraph(child, reader)
            held = text if _mark_deleted(child) else ""
            if not held:
                _add(text, child, reader)
            for box in _boxes(child):
                _walk(box, reader)
        elif child.tag == f"{W}tbl":
            _walk_table(child, reader)
        elif child.tag in _THROUGH and not _is_prompt(child):
            _walk(child, reader)
        elif child.tag == f"{_MC}AlternateContent":
            for choice in child.findall(f"{_MC}Choice")[:1]:
                _walk(choice, reader)
    if held.strip():
        reader.blocks.append(OpenedText(held, reader.count))


def _add(text: str, paragraph: etree._Element, reader: _Reader) -> None:
    style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
    if text.strip() and style not in reader.contents:
        reader.blocks.append(OpenedText(text, reader.count, reader.headings.get(style, 0)))


def _walk_table(table: etree._Element, reader: _Reader) -> None:
    """A table; frames are walked through, tables of their own inside cells follow."""
    rows = placed_rows(table)
    reader.hidden_rows += sum(r.hidden for r in rows)
    rows = [r for r in rows if not r.hidden]
    single = all(len(r.cells) == 1 for r in rows)
    if single and (len(rows) == 1 or any(c.node.find(f".//{W}tbl") is not None for r in rows for c in r.cells)):
        for row in rows:
            _walk(row.cells[0].node, reader)
        return
    nested: list[etree._Element] = []
    opened = laid_out(table, rows, lambda cell: _cell_text(cell, reader, nested))
    if opened.rows:
        reader.blocks.append(opened)
    for inner in nested:
        _walk_table(inner, reader)


def _cell_text(cell: Placed, reader: _Reader, nested: list[etree._Element]) -> str:
    return "\n".join(_lines(cell.node, reader, nested)).strip("\n")


def _lines(parent: etree._Element, reader: _Reader, nested: list[etree._Element]) -> Iterator[str]:
    """The lines of a cell, with those of text boxes and of small tables in it. Larger ones are tables of their own."""
    held = ""
    for child in parent:
        if child.tag == f"{W}p":
            text = held + _paragraph(child, reader)
            held = text if _mark_deleted(child) else ""
            if not held:
                yield text
            for box in _boxes(child):
                yield from _lines(box, reader, nested)
        elif child.tag == f"{W}tbl":
            rows = [r for r in placed_rows(child) if not r.hidden]
            if len(rows) >= 2 and max(len(r.cells) for r in rows) >= 3:
                nested.append(child)
                continue
            for row in rows:
                yield " ".join(filter(None, ("".join(_lines(c.node, reader, nested)).strip() for c in row.cells)))
        elif child.tag in _THROUGH and not _is_prompt(child):
            yield from _lines(child, reader, nested)
    if held.strip():
        yield held


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, each once: a drawing and its older twin hold the same text."""
    for box in paragraph.iter(f"{W}txbxContent"):
        above = box.getparent()
        while above is not None and above is not paragraph:
            if above.tag in (f"{_MC}Fallback", f"{W}txbxContent", *_DELETED):
                break
            above = above.getparent()
        if above is paragraph:
            yield box


def _mark_deleted(paragraph: etree._Element) -> bool:
    """A tracked deletion of the paragraph's end: it runs on into the next one."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None


def _is_prompt(node: etree._Element) -> bool:
    """A content control that still shows its prompt (单击此处输入文字)."""
    return node.tag == f"{W}sdt" and node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


# ---------------------------------------------------------------- text


def _paragraph(paragraph: etree._Element, reader: _Reader) -> str:
    """The text people see, behind the numeral of automatic numbering; a break is a line break, a tab a tab."""
    text = "".join(_pieces(paragraph, reader, []))
    numeral = reader.numbering.numeral(paragraph)
    if not numeral:
        return text
    gap = " " if text.strip() and numeral[-1].isalnum() else ""
    return f"{numeral}{gap}{text.lstrip() if text.strip() else ''}"


def _pieces(node: etree._Element, reader: _Reader, fields: list[bool]) -> Iterator[str]:
    """`fields`: the open fields, each True once its result has begun; what stands before that is its code."""
    for child in node:
        tag = child.tag
        if tag in _SKIPPED or tag == f"{_MC}Fallback" or not isinstance(tag, str) or _is_prompt(child):
            continue
        if tag == f"{W}fldChar":
            _field(child.get(f"{W}fldCharType"), fields)
        elif tag == f"{W}t":
            yield (child.text or "") if all(fields) else ""
        elif tag == f"{W}tab":
            yield "\t"
        elif tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag != f"{W}r" or not _is_hidden(child, reader):
            yield from _pieces(child, reader, fields)


def _field(kind: str | None, fields: list[bool]) -> None:
    if kind == "begin":
        fields.append(False)
    elif fields and kind == "separate":
        fields[-1] = True
    elif fields and kind == "end":
        fields.pop()


def _is_hidden(run: etree._Element, reader: _Reader) -> bool:
    own = run.find(f"{W}rPr/{W}vanish")
    if own is not None:
        return _is_on(own)
    return bool(reader.hidden) and _value(run.find(f"{W}rPr/{W}rStyle")) in reader.hidden


# ---------------------------------------------------------------- notes, and what is to be said


def _notes(notes: etree._Element | None, root: etree._Element, kind: str, reader: _Reader) -> None:
    """Foot- or endnotes behind everything else, in the order in which the text refers to them."""
    if notes is None:
        return
    singular = kind.removesuffix("s")
    by_id = {n.get(f"{W}id"): n for n in notes.findall(f"{W}{singular}") if n.get(f"{W}type") in (None, "normal")}
    for mark in root.iter(f"{W}{singular}Reference"):
        note = by_id.pop(mark.get(f"{W}id"), None)
        text = "".join(_lines(note, reader, [])).strip() if note is not None else ""
        if text:
            reader.count += 1
            reader.blocks.append(OpenedText(f"注：{text}", reader.count))


def _said(root: etree._Element, reader: _Reader, name: str) -> tuple[Finding, ...]:
    found: list[Finding] = []
    inserted = sum(1 for tag in ("ins", "moveTo") for n in root.iter(f"{W}{tag}") if n.find(f".//{W}t") is not None)
    deleted = sum(1 for tag in _DELETED for n in root.iter(tag) if n.find(f".//{W}delText") is not None)
    rows = {k: sum(1 for _ in root.iterfind(f".//{W}trPr/{W}{k}")) for k in ("ins", "del")}
    if inserted or deleted or any(rows.values()):
        changes = (inserted + rows["ins"], deleted + rows["del"])
        found.append(finding("PLN-176", name=name, inserted=changes[0], deleted=changes[1]))
    hidden = [r for r in root.iter(f"{W}r") if _is_hidden(r, reader) and r.find(f"{W}t") is not None]
    if hidden:
        found.append(finding("PLN-177", where="文件", what="文字", which=f"{len(hidden)} 处"))
    if reader.hidden_rows:
        found.append(finding("PLN-177", where="表格", what="行", which=f"{reader.hidden_rows} 行"))
    return tuple(found)
