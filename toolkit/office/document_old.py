"""Old files (.doc, .wps, .xls, .et, .rtf) saved in the present format by LibreOffice, where that is installed.

LibreOffice (7.4) loses a table that ends a .doc file without a paragraph behind it. Word always writes that paragraph,
other programs do not; so it is put in before the conversion, by pointing at a paragraph end that the text already has.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from toolkit.office.document_parts import CannotOpen

CONVERT_SECONDS = 90
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_SAVE_AS = "请用 WPS 或 Word 另存为 .docx（表格另存为 .xlsx）"
_PLACES = ("LibreOffice/program/soffice.exe", "LibreOffice/program/soffice.com")


def office_program() -> str | None:
    """The path of LibreOffice: on the search path, else where its Windows set-up puts it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return found
    for variable in ("ProgramFiles", "ProgramFiles(x86)"):
        for place in _PLACES:
            path = Path(os.environ.get(variable, ""), place)
            if os.environ.get(variable) and path.is_file():
                return str(path)
    return None


def converted(data: bytes, suffix: str, office: str | None = None) -> tuple[bytes, str]:
    """The file as .docx or .xlsx, and which. In a folder and a profile of its own, with a time limit."""
    if "EncryptedPackage".encode("utf-16-le") in data[: 4 * 1024 * 1024]:
        raise CannotOpen("文件设有打开密码")
    program = office or office_program()
    if not program:
        raise CannotOpen(f"这是旧版格式，本机没有安装 LibreOffice，{_SAVE_AS}")
    sheet = suffix in (".xls", ".et") or "Workbook".encode("utf-16-le") in data
    target = "xlsx" if sheet else "docx"
    ending = ".xls" if sheet else ".rtf" if data.startswith(b"{\\rtf") else ".doc"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder) / f"source{ending}"
        source.write_bytes(data if sheet else with_last_paragraph(data))
        result = Path(folder) / "out" / f"source.{target}"
        profile = (Path(folder) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", target]
        _run([*command, "--outdir", str(result.parent), str(source)])
        if not result.is_file():
            raise CannotOpen(f"旧版格式转换没有成功，{_SAVE_AS}")
        return result.read_bytes(), target


def _run(command: list[str]) -> None:
    """To its end or to the limit of time; then the program goes with all that it started."""
    late = CannotOpen(f"旧版格式转换没有完成，{_SAVE_AS}")
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except OSError as failed:
        raise late from failed
    try:
        process.wait(timeout=CONVERT_SECONDS)
    except subprocess.TimeoutExpired as failed:
        _end(process)
        raise late from failed
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """soffice is a starter with a child of its own: both go."""
    if os.name == "posix":
        os.killpg(process.pid, 9)
    else:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    process.wait()


# ---------------------------------------------------------------- the last paragraph of a .doc


def with_last_paragraph(data: bytes) -> bytes:
    """A .doc whose text ends with the mark of a table row, ended by a paragraph; every other file as it is."""
    try:
        return _ended(data) if data.startswith(_OLE) else data
    except (struct.error, IndexError, KeyError, ValueError):
        return data  # not laid out as Word files are: LibreOffice decides


def _ended(data: bytes) -> bytes:
    """The piece table (MS-DOC 2.8.35, 2.9.38) gets one more piece: a paragraph end that stands elsewhere in the text."""
    file = _Compound.of(data)
    text, table = file.stream("WordDocument"), file.stream("1Table" if _uses_second_table(file) else "0Table")
    words, tables = file.content(text), file.content(table)
    place, length = struct.unpack_from("<II", words, 0x1A2)  # fcClx, lcbClx
    pieces = tables[place : place + length]
    if not pieces or pieces[0] != 2:  # property runs stand before the pieces in files saved in haste
        return data
    size = struct.unpack_from("<I", pieces, 1)[0]
    count = (size - 4) // 12
    ends = list(struct.unpack_from(f"<{count + 1}I", pieces, 5))
    descriptions = [pieces[5 + 4 * (count + 1) + 8 * k :][:8] for k in range(count)]
    first, last = (struct.unpack_from("<I", descriptions[k], 2)[0] for k in (0, -1))
    if ends[-1] != struct.unpack_from("<I", words, 0x4C)[0] or _character(words, last, ends[-1] - ends[-2] - 1) != 7:
        return data  # notes or headers follow the text, or it does not end with a table
    spot = next(k for k in range(ends[1] - ends[0]) if _character(words, first, k) == 13)
    plain = bool(first & 0x40000000)
    target = (first & 0x3FFFFFFF) + 2 * spot
    descriptions.append(struct.pack("<HIH", 0, target | (0x40000000 if plain else 0), 0))
    ends.append(ends[-1] + 1)
    body = struct.pack(f"<{len(ends)}I", *ends) + b"".join(descriptions)
    longer = b"\x02" + struct.pack("<I", len(body)) + body
    at = struct.unpack_from("<I", file.data, table + 120)[0]  # behind all that is there
    head = bytearray(words)
    struct.pack_into("<II", head, 0x1A2, at, len(longer))
    struct.pack_into("<I", head, 0x4C, ends[-1])  # ccpText
    file.write(text, bytes(head))
    file.write(table, tables[:at] + longer, at + len(longer))
    return bytes(file.data)


def _uses_second_table(file: _Compound) -> bool:
    """fWhichTblStm: the table stream is 1Table."""
    return bool(struct.unpack_from("<H", file.content(file.stream("WordDocument")), 0x0A)[0] & 0x0200)


def _character(words: bytes, piece: int, index: int) -> int:
    """The character `index` of a piece: two bytes each, or one where the piece says so."""
    at = piece & 0x3FFFFFFF
    if piece & 0x40000000:
        return words[at // 2 + index]
    return int(struct.unpack_from("<H", words, at + 2 * index)[0])


@dataclass
class _Compound:
    """A compound file (MS-CFB), as far as needed: big streams, read whole and written back with little more."""

    data: bytearray
    sector: int
    fat: list[int]
    fat_at: list[int]  # where each entry of the table stands in the file
    entries: dict[str, int]  # stream name → where its directory entry stands

    @classmethod
    def of(cls, data: bytes) -> _Compound:
        sector = 1 << struct.unpack_from("<H", data, 30)[0]
        tables, first = struct.unpack_from("<II", data, 44)
        fat: list[int] = []
        fat_at: list[int] = []
        for k in range(min(tables, 109)):
            start = (struct.unpack_from("<I", data, 76 + 4 * k)[0] + 1) * sector
            fat += struct.unpack_from(f"<{sector // 4}I", data, start)
            fat_at += range(start, start + sector, 4)
        file = cls(bytearray(data), sector, fat, fat_at, {})
        for number in file.chain(first):
            for at in range((number + 1) * sector, (number + 2) * sector, 128):
                size = struct.unpack_from("<H", data, at + 64)[0]
                if 2 < size <= 64:
                    file.entries[data[at : at + size - 2].decode("utf-16-le")] = at
        return file

    def chain(self, first: int) -> list[int]:
        found: list[int] = []
        while first < _END - 3:
            found.append(first)
            if len(found) > len(self.fat):
                raise ValueError("a chain that bites its tail")
            first = self.fat[first]
        return found

    def stream(self, name: str) -> int:
        return self.entries[name]

    def content(self, entry: int) -> bytes:
        first, size = struct.unpack_from("<II", self.data, entry + 116)
        if size < 4096:
            raise ValueError("a small stream lives elsewhere")
        chain = self.chain(first)
        return b"".join(self.data[(n + 1) * self.sector : (n + 2) * self.sector] for n in chain)

    def write(self, entry: int, content: bytes, size: int | None = None) -> None:
        """Back to its sectors; one new sector is added at the end of the file where they do not suffice."""
        chain = self.chain(struct.unpack_from("<I", self.data, entry + 116)[0])
        if len(content) > len(chain) * self.sector:
            chain.append(self._added(chain[-1]))
        for k, number in enumerate(chain):
            part = content[k * self.sector : (k + 1) * self.sector]
            at = (number + 1) * self.sector
            self.data[at : at + len(part)] = part
        if size is not None:
            struct.pack_into("<I", self.data, entry + 120, size)

    def _added(self, last: int) -> int:
        fresh = len(self.data) // self.sector - 1
        if len(self.data) % self.sector or self.fat[fresh] != _FREE:
            raise ValueError("no room for another sector")
        struct.pack_into("<I", self.data, self.fat_at[last], fresh)
        struct.pack_into("<I", self.data, self.fat_at[fresh], _END)
        self.data += bytes(self.sector)
        return fresh
