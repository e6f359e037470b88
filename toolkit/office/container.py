"""The container of a workbook: first bytes, the zip's own directory, and the inflated parts.

Nothing is believed that can be checked: the directory must describe the file exactly, and every member is inflated
with a count and compared with its checksum. Pure functions of bytes; a file that fails raises `Refused`.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from toolkit.office.limits import MIB, Limits
from toolkit.office.refusal import Refused

_LOCAL, _ENTRY, _END, _LOCATOR64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07"
_SECRET = 0x2041  # flag bits of encrypted members: 0, 6, 13
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (
    (b"%PDF", "PDF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"MZ", "可执行程序"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "快捷方式"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
)
_TABLE_SUFFIXES = frozenset({".xls", ".et", ".csv", ".tsv", ".txt", ".htm", ".html", ".mht", ".xml", ".ods", ".dbf"})
"""Names under which a department may well hand in a table of another kind: the advice is then to save it as .xlsx."""

_RENAMED = frozenset({"", ".xls", ".et", ".ett", ".xlsm", ".xlsb", ".xltx", ".xlt", ".csv"})
"""Wrong names under which a true .xlsx is still read, with a note. Any other name is refused."""

_MACRO_NAMES = (
    ("vbaproject", "宏"),
    ("macrosheets/", "宏表"),
    ("dialogsheets/", "对话框表"),
    ("activex/", "控件"),
    ("ctrlprops/", "控件"),
    ("embeddings/", "嵌入对象"),
    ("customui/", "自定义功能区"),
    ("connections.xml", "数据连接"),
    ("querytables/", "数据连接"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the zip directory, checked against its local header; `start` is where its packed bytes begin."""

    name: str
    method: int  # 0 stored, 8 deflated
    packed: int
    size: int
    crc: int
    offset: int
    start: int


def suffix(name: str) -> str:
    """The extension in lower case: `.xlsx`, or "" when there is none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def has_odd_name(name: str) -> bool:
    """True when a good workbook carries an extension that says something else; refuses names that are no table's."""
    ending = suffix(name)
    if ending == ".xlsx":
        return False
    if ending not in _RENAMED:
        raise Refused("IN-202", what="Excel 工作簿")
    return True


# ---------------------------------------------------------------- first bytes


def check_first_bytes(data: bytes, name: str, limits: Limits) -> None:
    """Return when the bytes begin as a zip; otherwise say what they are (IN-106, 107, 201, 203, 204, 209)."""
    if not data:
        raise Refused("IN-106")
    if len(data) > limits.file_bytes:
        raise Refused("IN-107", size=megabytes(len(data)), limit=megabytes(limits.file_bytes))
    if data.startswith(_LOCAL):
        return
    if len(data) < 4 and _LOCAL.startswith(data):
        raise Refused("IN-204", "只有文件开头的几个字节")
    if data.startswith(_END):
        raise Refused("IN-204", "压缩包内没有内容")
    if data.startswith(_OLE):
        raise _ole(data)
    if not data[:4096].strip(b"\x00"):
        raise Refused("IN-201", what="空白字节，可能没有复制完整")
    for magic, what in _BINARY:
        if data.startswith(magic):
            raise Refused("IN-201", what=what)
    raise _text(data[:4096], suffix(name))


def _ole(data: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused("IN-203")
    if "WordDocument".encode("utf-16-le") in data:
        return Refused("IN-201", what="Word 97-2003 文档")
    if "PowerPoint".encode("utf-16-le") in data:
        return Refused("IN-201", what="PowerPoint 97-2003 文稿")
    return Refused("IN-209", what="旧版 Excel（.xls）")


def _text(head: bytes, ending: str) -> Refused:
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in plain:
        what = "XML 表格 2003"
    elif plain.startswith(b"mime-version:"):
        what = "单个文件网页"
    elif re.match(rb"<(!doctype html|html|head|body|table|meta|script|div)", plain):
        what = "网页表格"
    elif plain.startswith(b"<?xml"):
        what = "XML 文件"
    elif b"\t" in plain or b"," in plain:
        what = "文本表格（CSV）"
    else:
        what = "文本或其他内容"
    return Refused("IN-209" if ending in _TABLE_SUFFIXES else "IN-201", what=what)


def megabytes(size: int) -> str:
    """A size for people: `20 MB`, `0.3 MB`."""
    value = size / MIB
    return f"{value:.0f} MB" if value >= 10 or value == int(value) else f"{value:.1f} MB"


# ---------------------------------------------------------------- the directory


def read_directory(data: bytes, limits: Limits) -> tuple[Member, ...]:
    """Every member of the zip, in file order, when the directory describes the file exactly; else `Refused`."""
    begin, end, count = _end_record(data, limits)
    members: list[Member] = []
    offsets: set[int] = set()
    position = begin
    while position < end:
        if data[position : position + 4] != _ENTRY or position + 46 > end:
            raise Refused("IN-204", "压缩包目录不完整")
        offset = struct.unpack_from("<I", data, position + 42)[0]
        if offset in offsets:
            raise Refused("IN-206", "内部文件互相重叠")
        offsets.add(offset)
        member, position = _entry(data, position, begin)
        if member is not None:
            members.append(member)
        count -= 1
    if position != end or count:
        raise Refused("IN-204", "压缩包目录与记录的文件数不符")
    _check_sizes(members, limits)
    _check_layout(members, begin)
    return tuple(sorted(members, key=lambda m: m.offset))


def _end_record(data: bytes, limits: Limits) -> tuple[int, int, int]:
    """Where the directory begins and ends, and how many entries it has. The end record must be last and alone."""
    at = data.rfind(_END, max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        raise Refused("IN-204", "没有找到结尾，可能没有复制完整")
    disk, first_disk, here, total, size, offset, comment = struct.unpack_from("<HHHHIIH", data, at + 4)
    if at + 22 + comment != len(data):
        raise Refused("IN-204", "结尾之后还有多余内容")
    if disk or first_disk or here != total:
        raise Refused("IN-204", "是分卷压缩包的一部分")
    if data[at - 20 : at - 16] == _LOCATOR64 or 0xFFFFFFFF in (size, offset) or total == 0xFFFF:
        raise Refused("IN-206", "使用了超大压缩包格式")
    if total > limits.members:
        raise Refused("IN-205", f"内部文件 {total} 个，上限 {limits.members} 个")
    if total == 0:
        raise Refused("IN-204", "压缩包内没有内容")
    if offset + size != at:
        in_front = data[at - size : at - size + 4] == _ENTRY and offset + size < at
        raise Refused(*(("IN-206", "前面或中间夹有其他内容") if in_front else ("IN-204", "目录位置不符")))
    return offset, at, total


def _entry(data: bytes, position: int, directory: int) -> tuple[Member | None, int]:
    """One directory entry checked against its local header, and the position behind it; folders give None."""
    fields = struct.unpack_from("<HHHHHHIIIHHHHHII", data, position + 4)
    made_by, _, flags, method, _, _, crc, packed, size, n_name, n_extra, n_comment, disk, _, attributes, offset = fields
    raw = data[position + 46 : position + 46 + n_name]
    behind = position + 46 + n_name + n_extra + n_comment
    start = _local_header(data, offset, directory, raw, flags, method, (crc, packed, size))
    name = _member_name(raw, bool(flags & 0x800))
    if flags & _SECRET:
        raise Refused("IN-203")
    if method not in (0, 8):
        raise Refused("IN-208", f"压缩方式 {method}")
    mode = (attributes >> 16) & 0o170000
    if made_by >> 8 == 3 and mode not in (0, 0o100000, 0o040000):
        raise Refused(*(("IN-207", "内部含有链接") if mode == 0o120000 else ("IN-204", "内部文件属性不明")))
    if disk or 0xFFFFFFFF in (packed, size, offset):
        raise Refused("IN-206", "使用了超大或分卷格式")
    if name.endswith("/") and not size:
        return None, behind
    if method == 0 and packed != size:
        raise Refused("IN-204", "内部文件长度不符")
    return Member(name, method, packed, size, crc, offset, start), behind


def _local_header(
    data: bytes, offset: int, directory: int, raw: bytes, flags: int, method: int, sizes: tuple[int, int, int]
) -> int:
    """Where the packed bytes begin; the local header must tell the same story as the directory."""
    if offset + 30 > directory or data[offset : offset + 4] != _LOCAL:
        raise Refused("IN-204", "内部文件位置不符")
    _, own_flags, own_method, _, _, *own_sizes = struct.unpack_from("<HHHHHIII", data, offset + 4)
    n_name = int.from_bytes(data[offset + 26 : offset + 28], "little")
    n_extra = int.from_bytes(data[offset + 28 : offset + 30], "little")
    if data[offset + 30 : offset + 30 + n_name] != raw or own_method != method or (own_flags ^ flags) & _SECRET:
        raise Refused("IN-204", "两处记录的内部文件名或压缩方式不同")
    if not flags & 8 and tuple(own_sizes) != sizes and 0xFFFFFFFF not in own_sizes:
        raise Refused("IN-204", "两处记录的内部文件长度不同")
    return offset + 30 + n_name + n_extra


def _member_name(raw: bytes, declared_utf8: bool) -> str:
    try:
        name = raw.decode("utf-8" if declared_utf8 else "ascii")
    except UnicodeDecodeError:
        raise Refused("IN-207", "文件名编码不明") from None
    if not name or any(ord(c) < 32 or ord(c) == 127 for c in name):
        raise Refused("IN-207", "含有控制字符")
    if "\\" in name or ":" in name or name.startswith("/"):
        raise Refused("IN-207", "含有盘符、反斜杠或绝对路径")
    if any(step in ("", ".", "..") for step in name.rstrip("/").split("/")):
        raise Refused("IN-207", "含有上级目录")
    return name


def _check_sizes(members: list[Member], limits: Limits) -> None:
    total = 0
    for m in members:
        total += m.size
        if m.size > limits.member_bytes:
            raise Refused("IN-205", f"单个部分 {megabytes(m.size)}，上限 {megabytes(limits.member_bytes)}")
        if m.size >= limits.ratio_from and m.size > m.packed * limits.ratio:
            raise Refused("IN-205", f"压缩比 {m.size // max(m.packed, 1)} 倍，上限 {limits.ratio} 倍")
    if total > limits.total_bytes:
        raise Refused("IN-205", f"共 {megabytes(total)}，上限 {megabytes(limits.total_bytes)}")


def _check_layout(members: list[Member], directory: int) -> None:
    """No doubles, nothing in front, no member inside another."""
    names = {unicodedata.normalize("NFC", m.name).casefold() for m in members}
    if len(names) != len(members):
        raise Refused("IN-206", "内部文件重名")
    edge = 0
    for m in sorted(members, key=lambda m: m.offset):
        if m.offset < edge:
            raise Refused("IN-206", "内部文件互相重叠")
        if not edge and m.offset:
            raise Refused("IN-206", "压缩包之前夹有其他内容")
        edge = m.start + m.packed
    if edge > directory:
        raise Refused("IN-206", "内部文件与目录重叠")


# ---------------------------------------------------------------- what kind of package


def check_kind(members: tuple[Member, ...]) -> None:
    """Refuse by member names what is no workbook (IN-201), another format (IN-209) or holds macros (IN-305)."""
    names = [m.name.lower() for m in members]
    if "mimetype" in names and "content.xml" in names:
        raise Refused("IN-209", what="OpenDocument（.ods）")
    if "xl/workbook.bin" in names:
        raise Refused("IN-209", what="二进制工作簿（.xlsb）")
    if not any(n == "[content_types].xml" or n.startswith("xl/") for n in names):
        raise Refused("IN-201", what="普通压缩包")
    for folder, what in (("word/", "Word 文档"), ("ppt/", "PowerPoint 文稿"), ("visio/", "Visio 图")):
        if any(n.startswith(folder) for n in names) and not any(n.startswith("xl/") for n in names):
            raise Refused("IN-201", what=what)
    for name in names:
        for mark, what in _MACRO_NAMES:
            if mark in name:
                raise Refused("IN-305", what)


# ---------------------------------------------------------------- inflating


def inflate(data: bytes, member: Member) -> bytes:
    """The member's bytes. Inflated no further than one byte beyond what it claims; length and CRC must be right."""
    packed = data[member.start : member.start + member.packed]
    if member.method == 0:
        content = packed
    else:
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(packed, member.size + 1)
        except zlib.error:
            raise Refused("IN-204", "内部数据损坏") from None
        if len(content) == member.size and not unpacker.eof:  # the stream's last bits may still be waiting
            try:
                content += unpacker.decompress(unpacker.unconsumed_tail, 1)
            except zlib.error:
                raise Refused("IN-204", "内部数据损坏") from None
        if not unpacker.eof or unpacker.unused_data:
            raise Refused("IN-204", "内部数据长度不符")
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise Refused("IN-204", "内部数据校验不符")
    return content
