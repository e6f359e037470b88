"""The door for official documents: Word, Excel, PDF and plain text in, paragraphs and tables out in reading order.

The bytes come from other people: sizes are bounded, XML is parsed without entities or network, nothing is executed.
An old .doc, .wps or .xls is converted by LibreOffice where that is installed; elsewhere a finding says what to do.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from toolkit.findings import Finding, Level, finding
from toolkit.office.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_CELLS = 200_000
MAX_SHEET = 8 * 1024 * 1024  # bytes of one worksheet; a plan of a thousand tasks has a tenth of that
CONVERT_SECONDS = 90


_T = TypeVar("_T")


@dataclass(frozen=True)
class OpenedCell:
    """`continued`: covered by a merge from above or from the left; its text is empty."""

    text: str
    row_span: int = 1
    column_span: int = 1
    continued: bool = False


@dataclass(frozen=True)
class OpenedTable:
    rows: tuple[tuple[OpenedCell, ...], ...]
    name: str = ""  # the sheet, where the source names its tables


@dataclass(frozen=True)
class OpenedText:
    """A paragraph, or with `plain` a whole text whose layout is still to be found."""

    text: str
    line: int = 1
    level: int = 0
    plain: bool = False


@dataclass(frozen=True)
class Opened:
    blocks: tuple[OpenedTable | OpenedText, ...]


class CannotOpen(Exception):
    """Raised inside this module only; the reason is a Chinese clause for PLN-102."""


def open_document(
    data: bytes, name: str, limits: Limits = DEFAULT, office: str | None = None
) -> tuple[Opened | None, tuple[Finding, ...]]:
    """Open by content first, by name second. `office` is the path of a LibreOffice program (None: look for it)."""
    try:
        return _open(data, name, limits, office), ()
    except CannotOpen as stop:
        return None, (finding("PLN-102", level=Level.UNREADABLE, name=PurePosixPath(name).name, reason=str(stop)),)


def _open(data: bytes, name: str, limits: Limits, office: str | None) -> Opened:
    if not data.strip(b"\x00 \r\n\t"):
        raise CannotOpen("文件没有内容")
    if len(data) > limits.file_bytes:
        raise CannotOpen(f"文件超过 {limits.file_bytes // (1024 * 1024)} MB")
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if data.startswith(b"PK\x03\x04"):
        return _package(data, limits)
    if data.startswith(b"%PDF"):
        return _guarded(lambda: _pdf(data), "PDF 文件已损坏或设有密码")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _converted(data, suffix, limits, office)
    if data.startswith(b"{\\rtf"):
        return _converted(data, ".rtf", limits, office)
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM6")):
        raise CannotOpen("这是图片，没有可读取的文字，请使用原始的 Word、Excel 文件")
    return Opened((OpenedText(_decode(data), plain=True),))


def _guarded(read: Callable[[], _T], reason: str) -> _T:
    """Third-party readers raise anything on damaged files; here every such failure becomes one reason."""
    try:
        return read()
    except CannotOpen:
        raise
    except Exception as broken:  # the readers document no closed set of exceptions
        raise CannotOpen(reason) from broken


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.count("\x00") * 20 > len(text):
            break
        return text.replace("\x00", "")
    text = data.decode("utf-8", errors="replace")
    if text.count("\ufffd") * 10 > len(text):
        raise CannotOpen("不是文字文件")
    return text.replace("\x00", "")


# ---------------------------------------------------------------- zip packages


def _package(data: bytes, limits: Limits) -> Opened:
    names = _guarded(lambda: _checked_names(data, limits), "文件已损坏或没有复制完整")
    if "word/document.xml" in names:
        from toolkit.office.document_word import read_word

        return _guarded(lambda: Opened(read_word(data)), "Word 文件已损坏")
    if "xl/workbook.xml" in names:
        if any(size > MAX_SHEET for part, size in names.items() if part.startswith("xl/")):
            raise CannotOpen("工作表过大，请删除多余的格式和空白行列")
        return _guarded(lambda: _excel(data), "Excel 文件已损坏")
    raise CannotOpen("不是 Word 或 Excel 文件")


def _checked_names(data: bytes, limits: Limits) -> Mapping[str, int]:
    """Names and inflated sizes of the parts, after the sizes were judged by the directory."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        infos = package.infolist()
        if len(infos) > limits.members * 5:
            raise CannotOpen("文件内部结构异常")
        if sum(i.file_size for i in infos) > limits.total_bytes * 2:
            raise CannotOpen("展开后的内容过大")
        if any(i.flag_bits & 1 for i in infos):
            raise CannotOpen("文件设有密码")
        xml = [i for i in infos if i.filename.endswith((".xml", ".rels"))]
        if any(i.file_size > limits.member_bytes for i in xml):
            raise CannotOpen("展开后的内容过大")
        for info in xml:
            with package.open(info) as part:
                if b"<!DOCTYPE" in part.read(2048):
                    raise CannotOpen("文件内部含有不应出现的声明")
        return {i.filename: i.file_size for i in infos}


def _excel(data: bytes) -> Opened:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    blocks: list[OpenedTable | OpenedText] = []
    for number, sheet in enumerate(book.worksheets, 1):
        if sheet.sheet_state != "visible":
            continue
        if sheet.max_row * sheet.max_column > MAX_CELLS * 10:
            raise CannotOpen(f"工作表“{sheet.title}”范围过大，请删除多余的空白行列")
        rows = _sheet_rows(sheet)
        banner, rest = _banner(rows)
        blocks += [OpenedText(text, line) for text, line in banner]
        if rest:
            blocks.append(OpenedTable(tuple(rest), f"表{number}" if len(book.worksheets) > 1 else ""))
    book.close()
    return Opened(tuple(blocks))


def _sheet_rows(sheet: Worksheet) -> list[tuple[OpenedCell, ...]]:
    covered: set[tuple[int, int]] = set()
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for area in list(sheet.merged_cells.ranges):
        if area.size["rows"] * area.size["columns"] > MAX_CELLS:
            raise CannotOpen(f"工作表“{sheet.title}”的合并区域过大")
        spans[(area.min_row, area.min_col)] = (area.size["rows"], area.size["columns"])
        covered |= {
            (r, c) for r in range(area.min_row, area.max_row + 1) for c in range(area.min_col, area.max_col + 1)
        }
        covered.discard((area.min_row, area.min_col))
    rows: list[tuple[OpenedCell, ...]] = []
    for r, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells: list[OpenedCell] = []
        for c, value in enumerate(row, 1):
            down, across = spans.get((r, c), (1, 1))
            hidden = (r, c) in covered
            cells.append(OpenedCell("" if hidden else _shown(value), down, across, hidden))
        rows.append(tuple(cells))
    while rows and not any(c.text.strip() or c.continued for c in rows[-1]):
        rows.pop()
    return rows


def _shown(value: object) -> str:
    from datetime import date, datetime

    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)


def _banner(
    rows: list[tuple[OpenedCell, ...]],
) -> tuple[list[tuple[str, int]], list[tuple[OpenedCell, ...]]]:
    """Title rows above the table: rows with one filled cell before the first row with several."""
    banner: list[tuple[str, int]] = []
    for k, row in enumerate(rows):
        filled = [c for c in row if c.text.strip()]
        if len(filled) > 1:
            return banner, rows[k:]
        banner += [(c.text, k + 1) for c in filled]
    return banner, []


# ---------------------------------------------------------------- PDF


def _pdf(data: bytes) -> Opened:
    from toolkit.office.document_pdf import read_pdf

    blocks = read_pdf(data)
    if not blocks:
        raise CannotOpen("PDF 为扫描件，没有文字，请使用原始的 Word、Excel 文件")
    return Opened(blocks)


# ---------------------------------------------------------------- old formats


def _converted(data: bytes, suffix: str, limits: Limits, office: str | None) -> Opened:
    """Have LibreOffice save an old file in the present format, in a folder and profile of its own, with a time limit."""
    import shutil

    if "EncryptedPackage".encode("utf-16-le") in data[: 4 * 1024 * 1024]:
        raise CannotOpen("文件设有打开密码")
    program = office or shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise CannotOpen("这是旧版格式，本机没有安装 LibreOffice，请用 WPS 或 Word 另存为 .docx（表格另存为 .xlsx）")
    sheet = suffix in (".xls", ".et") or "Workbook".encode("utf-16-le") in data
    target = "xlsx" if sheet else "docx"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"source{'.xls' if sheet else ('.rtf' if suffix == '.rtf' else '.doc')}"
        source.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", target]
        try:
            subprocess.run(
                [*command, "--outdir", folder, str(source)], capture_output=True, timeout=CONVERT_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise CannotOpen("旧版格式转换没有完成，请用 WPS 或 Word 另存为 .docx") from failed
        result = source.with_suffix(f".{target}")
        if not result.is_file():
            raise CannotOpen("旧版格式转换没有成功，请用 WPS 或 Word 另存为 .docx")
        return _package(result.read_bytes(), limits)
