"""The inbox as it lies there: what is in it, what has come to rest, and one read of each file.

Nothing in the inbox is ever moved, changed or deleted, and no link is followed. Clocks and sleeping are arguments.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.findings import Finding, finding
from toolkit.office.container import megabytes, suffix
from toolkit.office.limits import DEFAULT, Limits

WORKBOOK, EVIDENCE, IGNORED, OTHER = "workbook", "evidence", "ignored", "other"
EVIDENCE_FOLDER = "佐证"

_SILENT = frozenset({".gitkeep", "thumbs.db", "desktop.ini", ".ds_store"})
_EVIDENCE_SUFFIXES = frozenset(
    {".pdf", ".ofd", ".doc", ".wps", ".ppt", ".pptx", ".dps"}
    | {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"}
    | {".mp3", ".mp4", ".mov", ".avi", ".wav"}
)
"""Certainly no table and hardly ever a mistake of name: told to go into 佐证. Anything else is judged by its content."""

_POLL_SECONDS = 0.25
_REPARSE_JUNCTION = 0xA0000003
_READ_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(frozen=True)
class Entry:
    """One directory entry. `path` is `inbox/…` with forward slashes, exactly as on disk (undecodable bytes as lone
    surrogates); `shown` is the same for people, every character printable. `findings` is what the name and kind
    already say; entries of kind ignored and other are thereby answered and are not read."""

    path: str
    absolute: Path
    size: int
    mtime_ns: int
    kind: str
    shown: str
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The file's own name, for people."""
        return self.shown.rpartition("/")[2]


@dataclass(frozen=True)
class Scan:
    """`findings` are about the inbox or a folder in it (RUN-104, IN-102), not about an entry."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()


# ---------------------------------------------------------------- scanning


def scan(inbox: Path) -> Scan:
    """Every entry below the inbox, sorted by path. An inbox that cannot be read gives RUN-104 and no entries:
    unreachable must never look like empty."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    folders = [("inbox", inbox)]
    while folders:
        prefix, folder = folders.pop()
        try:
            for found in _listed(folder):
                path = f"{prefix}/{found.name}"
                entry = _entry(path, found)
                if entry is None:
                    folders.append((path, Path(found.path)))
                elif found.name.lower() not in _SILENT or entry.kind == OTHER:
                    entries.append(entry)
        except OSError as error:
            if folder == inbox or not isinstance(error, PermissionError | FileNotFoundError):
                return Scan((), (finding("RUN-104", reason=_gone(error)),))
            if isinstance(error, PermissionError):
                shown = printable(prefix)
                findings.append(finding("IN-102", place={"file": shown}, name=shown, reason="没有读取权限"))
    return Scan(tuple(sorted(entries, key=lambda e: e.path)), tuple(findings))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return list(found)


def _gone(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "不存在"
    if isinstance(error, NotADirectoryError):
        return "不是文件夹"
    if isinstance(error, PermissionError):
        return "没有读取权限"
    return "读取中断"


def _entry(path: str, found: os.DirEntry[str]) -> Entry | None:
    """The entry, or None for a folder to descend into."""
    try:
        # what a Windows folder listing says about a file may be stale; elsewhere the entry asks the file itself
        info = os.lstat(found.path) if os.name == "nt" else found.stat(follow_symlinks=False)
    except FileNotFoundError:  # gone since the folder was listed: settle() will see that
        return _made(path, found, None, WORKBOOK)
    mode = info.st_mode
    if getattr(info, "st_reparse_tag", 0) == _REPARSE_JUNCTION or stat.S_ISLNK(mode):
        return _made(path, found, info, OTHER, "IN-101", "链接")
    if stat.S_ISDIR(mode):
        return _made(path, found, info, IGNORED, "IN-104") if _temporary(found.name) else None
    if not stat.S_ISREG(mode):
        return _made(path, found, info, OTHER, "IN-101", "管道或设备")
    if _temporary(found.name):
        return _made(path, found, info, IGNORED, "IN-104")
    if EVIDENCE_FOLDER in path.split("/")[1:-1]:
        return _made(path, found, info, EVIDENCE)
    if suffix(found.name) in _EVIDENCE_SUFFIXES:
        return _made(path, found, info, OTHER, "IN-111")
    return _made(path, found, info, WORKBOOK)


def _temporary(name: str) -> bool:
    """Owner files, half copies and hidden files of programs."""
    return name.startswith(("~$", ".")) or name.lower().endswith((".tmp", ".crdownload", ".part"))


def _made(
    path: str, found: os.DirEntry[str], info: os.stat_result | None, kind: str, code: str = "", what: str = ""
) -> Entry:
    shown = printable(path)
    findings = []
    if code:
        findings.append(finding(code, place={"file": shown}, name=shown.rpartition("/")[2], what=what))
    if printable(found.name) != found.name:
        findings.append(finding("IN-105", place={"file": shown}, name=shown))
    size, mtime = (info.st_size, info.st_mtime_ns) if info else (0, 0)
    return Entry(path, Path(found.path), size, mtime, kind, shown, tuple(findings))


def printable(text: str) -> str:
    """Every character that cannot be seen or turns the line around as \\uXXXX; undecodable bytes as \\xXX."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(c) for c in text)


def _visible(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


# ---------------------------------------------------------------- coming to rest


def settle(
    entries: Sequence[Entry],
    settle_seconds: float,
    sleep: Callable[[float], None],
    monotonic: Callable[[], float],
    now: float,
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Split into entries at rest and entries still moving (these carry IN-103), both in the given order.

    `now` is the wall clock in seconds. A file last written more than `settle_seconds` ago is at rest; a younger one,
    also one from the future, is watched for `settle_seconds` of `monotonic` time and is at rest when neither size nor
    time changed. Waits once, at most `settle_seconds` in all, and not at all when no file is young.
    """
    young = [e for e in entries if _readable(e) and not 0 <= now - e.mtime_ns / 1e9 >= settle_seconds]
    moving = {e.path for e in young if _state(e.absolute) != (e.size, e.mtime_ns)}
    begin = monotonic()
    while len(moving) < len(young) and (left := settle_seconds - (monotonic() - begin)) > 0:
        sleep(min(_POLL_SECONDS, left))
        moving |= {e.path for e in young if e.path not in moving and _state(e.absolute) != (e.size, e.mtime_ns)}
    still = tuple(e for e in entries if e.path not in moving)
    return still, tuple(_moving(e) for e in entries if e.path in moving)


def _readable(entry: Entry) -> bool:
    return entry.kind in (WORKBOOK, EVIDENCE)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        info = path.lstat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns


def _moving(entry: Entry) -> Entry:
    return replace(entry, findings=(*entry.findings, _changing(entry)))


def _changing(entry: Entry) -> Finding:
    return finding("IN-103", place={"file": entry.shown}, name=entry.name)


# ---------------------------------------------------------------- one read


def read_once(entry: Entry, limits: Limits = DEFAULT) -> bytes | Finding:
    """The file's bytes, read once; a Finding when it is no regular file (IN-101), cannot be read (IN-102), is
    changing (IN-103), empty (IN-106) or too large (IN-107)."""
    most = limits.evidence_bytes if entry.kind == EVIDENCE else limits.file_bytes
    place = {"file": entry.shown}
    try:
        found = entry.absolute.lstat()
        if not stat.S_ISREG(found.st_mode):
            return finding("IN-101", place=place, name=entry.name, what="链接、文件夹或设备")
        if (found.st_size, found.st_mtime_ns) != (entry.size, entry.mtime_ns):
            return _changing(entry)
        if found.st_size == 0:
            return finding("IN-106", place=place, name=entry.name)
        if found.st_size > most:
            size, limit = megabytes(found.st_size), megabytes(most)
            return finding("IN-107", place=place, name=entry.name, size=size, limit=limit)
        content, same = _one_read(entry.absolute, found, most)
    except OSError as error:
        return finding("IN-102", place=place, name=entry.name, reason=_why(error))
    return content if same else _changing(entry)


def _one_read(path: Path, found: os.stat_result, most: int) -> tuple[bytes, bool]:
    """The bytes, and whether they are all of one unchanged file."""
    descriptor = os.open(path, _READ_FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode) or not _same(found, before):
            return b"", False
        content = b"".join(_pieces(descriptor, most + 1))
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return content, _same(before, after) and len(content) == before.st_size


def _pieces(descriptor: int, most: int) -> Iterator[bytes]:
    while most > 0 and (piece := os.read(descriptor, min(most, 1 << 20))):
        most -= len(piece)
        yield piece


def _same(first: os.stat_result, second: os.stat_result) -> bool:
    """The same file, untouched. Windows shares give no stable inode through both ways, so it counts elsewhere only."""
    if os.name != "nt" and (first.st_ino, first.st_dev) != (second.st_ino, second.st_dev):
        return False
    return (first.st_size, first.st_mtime_ns) == (second.st_size, second.st_mtime_ns)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件已被移走"
    if isinstance(error, PermissionError):
        return "没有读取权限或正被其他程序占用"
    return "读取出错"
