"""A spreadsheet package as raw zip parts: change a few, keep all others byte for byte, write a deterministic zip.

For workbooks we trust (the office's templates and what `issue` made of them) and for copies of files that already
passed the intake checks. Nothing here knows what a worksheet means.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
TYPES_PART = "[Content_Types].xml"
WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

_DOS_TIME = 0
_DOS_DATE = (1 << 5) | 1  # 1980-01-01, the first day a zip can hold
_LEVEL = 6


class PackageError(Exception):
    """The bytes are no package we can patch; the text says why, in Chinese."""


@dataclass(frozen=True)
class Part:
    """One member as it lies in the zip: compressed bytes with method, check sum and size."""

    packed: bytes
    method: int
    crc: int
    size: int

    @cached_property
    def data(self) -> bytes:
        if self.method == zipfile.ZIP_STORED:
            return self.packed
        return zlib.decompress(self.packed, -15)

    @classmethod
    def of(cls, data: bytes, level: int = _LEVEL) -> Part:
        squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
        packed = squeeze.compress(data) + squeeze.flush()
        return cls(packed, zipfile.ZIP_DEFLATED, zlib.crc32(data), len(data))

    @classmethod
    def joined(cls, pieces: Sequence[bytes], level: int = _LEVEL) -> Part:
        """Of pieces compressed one by one: a piece that many workbooks share is compressed once. The bytes depend on
        the pieces alone, never on what has been compressed before."""
        crc = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
        packed = b"".join([*(_squeezed(piece, level) for piece in pieces), _LAST_BLOCK])
        return cls(packed, zipfile.ZIP_DEFLATED, crc, sum(map(len, pieces)))


_LAST_BLOCK = b"\x03\x00"  # an empty deflate block that says: the end


@lru_cache(maxsize=1024)
def _squeezed(piece: bytes, level: int) -> bytes:
    """Deflate blocks that end on a byte and look back at nothing before them, so that they may stand anywhere."""
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
    return squeeze.compress(piece) + squeeze.flush(zlib.Z_FULL_FLUSH)


@dataclass(frozen=True)
class Relation:
    id: str
    type: str
    target: str  # part name, or the address as written when external
    external: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type: worksheet, styles, drawing …"""
        return self.type.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Package:
    """An immutable set of parts; `with_parts` shares everything it does not replace."""

    parts: Mapping[str, Part] = field(repr=False)

    @classmethod
    def open(cls, data: bytes) -> Package:
        """Raises PackageError when the bytes are no readable, unencrypted zip of stored and deflated members."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = {info.filename: _raw(data, info) for info in archive.infolist() if not info.is_dir()}
                if archive.testzip() is not None:
                    raise PackageError("文件已损坏")
        except (zipfile.BadZipFile, struct.error, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise PackageError("不是完整的 Excel 工作簿（.xlsx）") from error
        if TYPES_PART not in parts:
            raise PackageError("不是 Excel 工作簿（.xlsx）")
        return cls(parts)

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def read(self, name: str) -> bytes:
        try:
            return self.parts[name].data
        except KeyError:
            raise PackageError(f"工作簿缺少内部文件 {name}") from None

    def with_parts(self, changes: Mapping[str, bytes | Part | None]) -> Package:
        """The package with parts replaced or added (bytes) or taken out (None); new ones come last, in given order."""
        parts = dict(self.parts)
        for name, data in changes.items():
            if data is None:
                parts.pop(name, None)
            else:
                parts[name] = data if isinstance(data, Part) else Part.of(data)
        return Package(parts)

    def to_bytes(self) -> bytes:
        """A zip that depends on the parts alone: fixed time stamps, no attributes, content types first."""
        names = sorted(self.parts, key=lambda name: name != TYPES_PART)  # sorted() keeps the order otherwise
        body: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for name in names:
            part = self.parts[name]
            raw_name = name.encode()
            flags = 0 if name.isascii() else 0x800
            shared = struct.pack(
                "<HHHHHIIIHH", 20, flags, part.method, _DOS_TIME, _DOS_DATE, part.crc,
                len(part.packed), part.size, len(raw_name), 0,
            )  # fmt: skip
            local = b"PK\x03\x04" + shared + raw_name
            directory.append(
                b"PK\x01\x02" + struct.pack("<H", 20) + shared + struct.pack("<HHHII", 0, 0, 0, 0, offset) + raw_name
            )
            body += (local, part.packed)
            offset += len(local) + len(part.packed)
        central = b"".join(directory)
        end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(central), offset, 0)
        return b"".join([*body, central, b"PK\x05\x06", end])

    # ------------------------------------------------------------ relations

    def relations(self, part: str) -> tuple[Relation, ...]:
        """The relations of a part ("" = of the package), targets resolved to part names."""
        name = rels_name(part)
        if name not in self.parts:
            return ()
        found = []
        for node in parse_xml(self.read(name)):
            external = node.get("TargetMode") == "External"
            target = node.get("Target", "")
            found.append(
                Relation(
                    node.get("Id", ""), node.get("Type", ""), target if external else resolve(part, target), external
                )
            )
        return tuple(found)

    def related(self, part: str, kind: str) -> str | None:
        """The first part that `part` points to with that kind of relation."""
        return next((r.target for r in self.relations(part) if r.kind == kind and not r.external), None)

    @cached_property
    def workbook_part(self) -> str:
        target = self.related("", "officeDocument")
        if target is None or target not in self.parts:
            raise PackageError("工作簿缺少主文件")
        return target

    def reachable(self) -> frozenset[str]:
        """All parts that some chain of relations leads to."""
        seen: set[str] = set()
        waiting = [""]
        while waiting:
            for relation in self.relations(waiting.pop()):
                if not relation.external and relation.target in self.parts and relation.target not in seen:
                    seen.add(relation.target)
                    waiting.append(relation.target)
        return frozenset(seen)


def _raw(data: bytes, info: zipfile.ZipInfo) -> Part:
    if info.flag_bits & 0x1:
        raise PackageError("工作簿设有打开密码")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageError("工作簿的压缩方式不支持")
    name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name_length + extra_length
    return Part(data[start : start + info.compress_size], info.compress_type, info.CRC, info.file_size)


def parse_xml(data: bytes) -> etree._Element:
    """The root element. Never resolves entities, never loads anything; raises PackageError on bad XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise PackageError("工作簿内部格式有误") from error


def to_xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def rels_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolve(part: str, target: str) -> str:
    """A relation's target as a part name; absolute (/xl/…) and relative (../media/…) spellings alike."""
    if target.startswith("/"):
        return posixpath.normpath(target[1:])
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def add_relations(package: Package, part: str, wanted: Iterable[tuple[str, str]]) -> tuple[bytes, tuple[str, ...]]:
    """The .rels bytes of a part with (type, target part name) pairs added, and the ids they got, in order."""
    name = rels_name(part)
    empty = f'<Relationships xmlns="{PACKAGE_RELS}"/>'.encode()
    root = parse_xml(package.read(name) if name in package else empty)
    numbers = [int(m[1]) for node in root if (m := re.fullmatch(r"rId(\d+)", node.get("Id", "")))]
    free = max(numbers, default=0) + 1
    ids = []
    for number, (type_, target) in enumerate(wanted, start=free):
        ids.append(f"rId{number}")
        etree.SubElement(root, f"{{{PACKAGE_RELS}}}Relationship", Id=ids[-1], Type=type_, Target=f"/{target}")
    return to_xml(root), tuple(ids)


def drop_relations(package: Package, part: str, targets: Iterable[str]) -> bytes:
    """The .rels bytes of a part without the relations to these parts."""
    gone = set(targets)
    root = parse_xml(package.read(rels_name(part)))
    for node in list(root):
        if node.get("TargetMode") != "External" and resolve(part, node.get("Target", "")) in gone:
            root.remove(node)
    return to_xml(root)


def content_types(package: Package, added: Mapping[str, str], removed: Iterable[str] = ()) -> bytes:
    """[Content_Types].xml with overrides set for the added parts (name → type) and dropped for the removed ones."""
    root = parse_xml(package.read(TYPES_PART))
    gone = {f"/{name}".lower() for name in (*removed, *added)}
    for node in root.findall(f"{{{CONTENT_TYPES}}}Override"):
        if node.get("PartName", "").lower() in gone:
            root.remove(node)
    for name, type_ in added.items():
        etree.SubElement(root, f"{{{CONTENT_TYPES}}}Override", PartName=f"/{name}", ContentType=type_)
    return to_xml(root)


def orphans(before: Package, after: Package) -> tuple[str, ...]:
    """Parts that could be reached before and cannot now, with their .rels: they left with what was taken out."""
    gone = before.reachable() - after.reachable()
    lost = [name for name in before.parts if name in gone and name in after]
    return tuple(name for part in lost for name in (part, rels_name(part)) if name in after)
