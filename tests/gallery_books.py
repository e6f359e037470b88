"""Workbooks of the gallery: single cells put into an issued workbook as they are stored, and what people do to its sheets."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import column_index_from_string

from tests.forms_kit import members, zipped
from tests.gallery_case import Block, unescaped
from tests.raw_workbook import MAIN as NAMES
from tests.raw_workbook import in_row, packed, raw_parts

MAIN = f"{{{NAMES}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


# ---------------------------------------------------------------- single cells


def with_cells(data: bytes, cells: Sequence[tuple[str, str]]) -> bytes:
    """The workbook with (小表!B3, content) pairs put in, every other part untouched; content as README.md says."""
    parts = members(data)
    for place, text in cells:
        sheet, _, ref = place.rpartition("!")
        name = _part_of(parts, sheet)
        tree = etree.fromstring(parts[name])
        _put(tree, ref, text)
        parts[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return zipped(parts)


def _part_of(parts: dict[str, bytes], sheet: str) -> str:
    book = etree.fromstring(parts["xl/workbook.xml"])
    rid = next(s.get(_R) for s in book.iter(f"{MAIN}sheet") if s.get("name") == sheet)
    relations = etree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    target = next(r.get("Target") for r in relations if r.get("Id") == rid)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _put(tree: Any, ref: str, text: str) -> None:
    letters, row_no = re.fullmatch(r"([A-Z]+)(\d+)", ref).groups()  # type: ignore[union-attr]
    data = tree.find(f"{MAIN}sheetData")
    row = next((r for r in data if r.get("r") == row_no), None)
    if row is None:
        row = etree.Element(f"{MAIN}row", r=row_no)
        data.insert(sum(int(r.get("r")) < int(row_no) for r in data), row)
    cell = next((c for c in row if c.get("r") == ref), None)
    if cell is None:
        cell = etree.Element(f"{MAIN}c", r=ref)
        at = column_index_from_string(letters)
        row.insert(sum(column_index_from_string(re.sub(r"\d", "", c.get("r"))) < at for c in row), cell)
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    _fill(cell, text)


def _fill(cell: Any, text: str) -> None:
    if text == "":
        return
    formula = text.startswith("=")
    bare = text[1:] if formula else text
    if formula:
        etree.SubElement(cell, f"{MAIN}f").text = "B3"
        if bare == "?":
            return
    if re.fullmatch(r"-?\d+(\.\d+)?(E[+-]?\d+)?", bare):
        value = bare
    elif m := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?: (\d\d):(\d\d))?", bare):
        days = (date.fromisoformat(m[1]) - date(1899, 12, 30)).days
        value = str(days + (int(m[2]) * 60 + int(m[3])) / 1440) if m[2] else str(days)
    elif re.fullmatch(r"#[A-Z/0]+[!?A]", bare):
        cell.set("t", "e")
        value = bare
    else:
        cell.set("t", "str")
        value = unescaped(bare.removeprefix("'"))
        value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", lambda m: f"_x{ord(m[0]):04X}_", value)
    etree.SubElement(cell, f"{MAIN}v").text = value


# ---------------------------------------------------------------- what people do to the sheets

Deed = Callable[..., None]


def _deed(pattern: str) -> Callable[[Deed], Deed]:
    def keep(deed: Deed) -> Deed:
        _DEEDS.append((re.compile(pattern), deed))
        return deed

    return keep


_DEEDS: list[tuple[re.Pattern[str], Deed]] = []


@_deed(r"工作表“(.+)”改名为“(.+)”")
def _renamed(book: Any, old: str, new: str) -> None:
    book[old].title = new


@_deed(r"在“(.+)”第 (\d+) 行前插入一行")
def _row_in(book: Any, sheet: str, row: str) -> None:
    book[sheet].insert_rows(int(row))


@_deed(r"删除“(.+)”第 (\d+) 行")
def _row_out(book: Any, sheet: str, row: str) -> None:
    book[sheet].delete_rows(int(row))


@_deed(r"隐藏“(.+)”第 (\d+) 行")
def _row_hidden(book: Any, sheet: str, row: str) -> None:
    book[sheet].row_dimensions[int(row)].hidden = True


@_deed(r"在“(.+)”筛选 ([A-Z]+\d+:[A-Z]+\d+)，第 (\d+) 行被筛掉")
def _filtered(book: Any, sheet: str, block: str, row: str) -> None:
    book[sheet].auto_filter.ref = block
    book[sheet].row_dimensions[int(row)].hidden = True


@_deed(r"删除工作表“(.+)”")
def _sheet_out(book: Any, sheet: str) -> None:
    del book[sheet]


@_deed(r"隐藏工作表“(.+)”")
def _sheet_hidden(book: Any, sheet: str) -> None:
    book[sheet].sheet_state = "hidden"


@_deed(r"隐藏“(.+)”的 ([A-Z]) 列")
def _column_hidden(book: Any, sheet: str, column: str) -> None:
    book[sheet].column_dimensions[column].hidden = True


@_deed(r"在“(.+)”([A-Z]) 列前插入一列")
def _column_in(book: Any, sheet: str, column: str) -> None:
    book[sheet].insert_cols(column_index_from_string(column))


@_deed(r"删除“(.+)”的 ([A-Z]) 列")
def _column_out(book: Any, sheet: str, column: str) -> None:
    book[sheet].delete_cols(column_index_from_string(column))


@_deed(r"“(.+)”的 ([A-Z]) 列和 ([A-Z]) 列对调")
def _columns_changed(book: Any, sheet: str, one: str, other: str) -> None:
    for row in range(1, book[sheet].max_row + 1):
        first, second = book[sheet][f"{one}{row}"], book[sheet][f"{other}{row}"]
        first.value, second.value = second.value, first.value
        first.number_format, second.number_format = second.number_format, first.number_format


@_deed(r"合并“(.+)”的 ([A-Z]+\d+:[A-Z]+\d+)")
def _merged(book: Any, sheet: str, block: str) -> None:
    book[sheet].merge_cells(block)


@_deed(r"去掉下发凭证")
def _no_ticket(book: Any) -> None:
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    for sheet in [s for s in book.sheetnames if s.startswith("_") or s in ("自检", "情况说明", "填报说明")]:
        del book[sheet]


@_deed(r"下发凭证中的单位改为“(.+)”")
def _ticket_unit(book: Any, unit: str) -> None:
    sheet = book["_票"]
    next(row for row in sheet.iter_rows() if row[0].value == "单位" or row[0].value == "zwgk.unit")[1].value = unit


def changed(data: bytes, items: Sequence[str]) -> bytes:
    """The workbook opened, changed as the items say, and saved."""
    said = [m[1] for item in items if (m := re.fullmatch(r"保存时间为 (\S+)", item))]
    items = [item for item in items if not item.startswith("保存时间为")]
    if not items:
        return _saved(data, said[-1]) if said else data
    book = openpyxl.load_workbook(io.BytesIO(data))
    for item in items:
        found = [(m, deed) for pattern, deed in _DEEDS if (m := pattern.fullmatch(item))]
        assert len(found) == 1, f"no such deed: {item}"
        found[0][1](book, *found[0][0].groups())
    out = io.BytesIO()
    book.save(out)
    return _saved(out.getvalue(), said[-1]) if said else out.getvalue()


def _saved(data: bytes, when: str) -> bytes:
    """The workbook with another day and time of saving in its own properties."""
    parts = members(data)
    core = parts["docProps/core.xml"].decode()
    assert "dcterms:modified" in core
    parts["docProps/core.xml"] = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{when}", core).encode()
    return zipped(parts)


# ---------------------------------------------------------------- a workbook written by hand, and what was done to it


def hand_made(step: Block) -> bytes:
    """台账 with one cell; parts replaced, then the items in order."""
    parts: dict[str, str | bytes] = {**raw_parts(in_row('<c r="A1"><v>1</v></c>'))}
    for title, block in step.inner.items():
        parts[title.removeprefix("部件 ")] = block.text
    data: bytes | None = None
    for item in step.items:
        if m := re.fullmatch(r"没有部件 (\S+)", item):
            del parts[m[1]]
        elif m := re.fullmatch(r"多一个部件 (\S+)", item):
            parts[m[1]] = "<a/>"
        elif m := re.fullmatch(r"部件 (\S+) 中“(.+)”换成“(.*)”", item):
            text = str(parts[m[1]])
            assert m[2] in text, item
            parts[m[1]] = text.replace(m[2], m[3])
        else:
            data = _TRICKS[item](parts)
    return packed(parts) if data is None else data


def _doubled(parts: dict[str, str | bytes]) -> bytes:
    data = packed(parts)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo("XL/workbook.xml"), "<a/>")
    return out.getvalue()


def _squeezed(method: int) -> Callable[[dict[str, str | bytes]], bytes]:
    def pack(parts: dict[str, str | bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name), content, method)
        return out.getvalue()

    return pack


def _puffed(parts: dict[str, str | bytes]) -> bytes:
    return packed({**parts, "xl/media/image1.bin": bytes(81 << 20)})


def _deep(parts: dict[str, str | bytes]) -> bytes:
    return packed({**parts, "xl/sharedStrings.xml": f'<sst xmlns="{NAMES}">{"<a>" * 50}{"</a>" * 50}</sst>'})


def _wordy(parts: dict[str, str | bytes], count: int = 140_000) -> bytes:
    strings = "".join(f"<si><t>{n}</t></si>" for n in range(count))
    return packed({**parts, "xl/sharedStrings.xml": f'<sst xmlns="{NAMES}">{strings}</sst>'})


def _locked(_: dict[str, str | bytes]) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + "EncryptedPackage".encode("utf-16-le") + bytes(480)


_TRICKS: dict[str, Callable[[dict[str, str | bytes]], bytes]] = {
    "只有前一半": lambda parts: packed(parts)[: len(packed(parts)) // 2],
    "两个部件同名（大小写不同）": _doubled,
    "后面接上了别的内容": lambda parts: packed(parts) + b"...",
    "二十万零一段文字": lambda parts: _wordy(parts, 200_001),
    "以 bzip2 压缩": _squeezed(zipfile.ZIP_BZIP2),
    "一张图片展开后有 81 MB": _puffed,
    "元素套了 50 层": _deep,
    "十四万段互不相同的文字": _wordy,
    "设有打开密码": _locked,
}


def noise(size: int) -> bytes:
    """Bytes that do not shrink, the same every time."""
    out, seed = bytearray(), b"zwgk"
    while len(out) < size:
        seed = zlib.crc32(seed).to_bytes(4, "big") + seed[:12]
        out += seed
    return bytes(out[:size])
