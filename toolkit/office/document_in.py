"""The door for official documents: Word, Excel, PDF and plain text in, paragraphs and tables out in reading order.

The bytes come from other people: packages pass the checks of submissions, sizes are bounded, XML is parsed without
entities or network, nothing is executed. Old formats are converted first (`modern`), which starts LibreOffice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from toolkit.findings import Finding, Level, finding
from toolkit.office.container import Member, inflate, megabytes, read_directory
from toolkit.office.document_parts import CannotOpen, Opened, OpenedCell, OpenedTable, OpenedText, guarded
from toolkit.office.limits import DEFAULT, MIB, Limits
from toolkit.office.refusal import Refused

__all__ = ["Opened", "OpenedCell", "OpenedTable", "OpenedText", "modern", "open_document"]

_MOST_BODY = 24 * MIB  # bytes of one XML part of a Word file; a plan of a thousand tasks has a tenth of that
_MOST_TEXT = 3 * MIB  # bytes of a text file; the text of a plan of a thousand tasks has a tenth of that
_OLE, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM6")
_WEB_PAGES = (b"<!doctype html", b"<html", b"mime-version:", b"<?xml", b"<?mso-application")
_SAVE_AS = "请用 WPS 或 Word 打开后另存为 .docx（表格另存为 .xlsx）"


def open_document(
    data: bytes, name: str, limits: Limits = DEFAULT, office: str | None = None
) -> tuple[Opened | None, tuple[Finding, ...]]:
    """Open by content first, by name second. `office` is the path of a LibreOffice program (None: look for it).

    None with PLN-102 and its reason when the file cannot be opened; else what was opened, with its own findings in it.
    """
    try:
        return _open(*_modern(data, name, office, limits), limits), ()
    except CannotOpen as stop:
        return None, (_refusal(name, str(stop)),)


def modern(
    data: bytes, name: str, limits: Limits = DEFAULT, office: str | None = None
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """The file in a present format: old ones through LibreOffice, all others as they are. None with PLN-102."""
    try:
        return _modern(data, name, office, limits)[0], ()
    except CannotOpen as stop:
        return None, (_refusal(name, str(stop)),)


def _refusal(name: str, reason: str) -> Finding:
    return finding("PLN-102", level=Level.UNREADABLE, name=_base(name), reason=reason)


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _modern(data: bytes, name: str, office: str | None, limits: Limits) -> tuple[bytes, str]:
    if len(data) > limits.file_bytes:
        raise CannotOpen(f"文件有 {megabytes(len(data))}，上限 {megabytes(limits.file_bytes)}")
    if data.startswith((_OLE, _RTF)):
        from toolkit.office.document_old import converted

        suffix = PurePosixPath(_base(name)).suffix.lower()
        data, kind = converted(data, suffix, office)
        return data, f"{_base(name)}.{kind}"
    return data, name


def _open(data: bytes, name: str, limits: Limits) -> Opened:
    if not data.strip(b"\x00 \r\n\t"):
        raise CannotOpen("文件没有内容")
    if data.startswith(b"PK\x03\x04"):
        return _package(data, name, limits)
    if data.startswith(b"%PDF"):
        from toolkit.office.document_pdf import read_pdf

        return guarded(lambda: read_pdf(data), "PDF 文件已损坏或设有密码")
    if data.startswith(_PICTURES):
        raise CannotOpen("这是图片，没有可读取的文字，请使用原始的 Word、Excel 文件")
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGES):
        raise CannotOpen(f"这是网页或 XML 格式，{_SAVE_AS}")
    if len(data) > _MOST_TEXT:
        raise CannotOpen(f"文字有 {megabytes(len(data))}，上限 {megabytes(_MOST_TEXT)}")
    from toolkit.office.document_text import decoded

    return Opened((OpenedText(decoded(data), plain=True),))


# ---------------------------------------------------------------- zip packages


def _package(data: bytes, name: str, limits: Limits) -> Opened:
    try:
        members = {m.name: m for m in read_directory(data, replace(limits, members=limits.members * 5))}
        mains = [n for n in members if n.startswith("word/document") and n.endswith(".xml")]
        main = min(mains, key=len, default="")
        if main:
            parts = _parts(data, members, main)
    except Refused as refusal:
        raise CannotOpen(_words(refusal)) from refusal
    if main:
        from toolkit.office.document_word import read_word

        return guarded(lambda: read_word(parts, _base(name), main), "Word 文件已损坏")
    if any(n.startswith("xl/") for n in members):
        from toolkit.office.document_excel import read_excel

        return guarded(lambda: read_excel(data, limits), "Excel 文件已损坏")
    if "content.xml" in members or any(n.endswith(".ofd") or n == "OFD.xml" for n in members):
        raise CannotOpen(f"不是 Word 或 Excel 文件，{_SAVE_AS}")
    raise CannotOpen("不是 Word 或 Excel 文件")


def _words(refusal: Refused) -> str:
    """A refusal of the container as a clause: its message without the name in front and the full stop behind."""
    return refusal.finding("").message.removeprefix("“”").rstrip("。")


def _parts(data: bytes, members: Mapping[str, Member], main: str) -> dict[str, bytes]:
    """The parts of a Word file that are read; every one is bounded and free of declarations of its own."""
    folder = main.rpartition("/")[0]
    wanted = (main, *(f"{folder}/{n}.xml" for n in ("styles", "numbering", "footnotes", "endnotes")))
    parts: dict[str, bytes] = {}
    for part in wanted:
        member = members.get(part)
        if member is None:
            continue
        if member.size > _MOST_BODY:
            raise CannotOpen(f"正文有 {megabytes(member.size)}，上限 {megabytes(_MOST_BODY)}")
        parts[part] = inflate(data, member)
        if b"<!DOCTYPE" in parts[part]:
            raise CannotOpen("文件内部含有不应出现的声明")
    return parts
