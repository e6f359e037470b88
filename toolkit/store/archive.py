"""The archive: every byte ever taken in or issued, by digest, written once and never changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SHARING_VIOLATIONS = frozenset({5, 32, 33})
_MOMENTS = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.EBADF, errno.ENOTSUP})


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fsync_folder(folder: Path) -> None:
    """Makes a rename in a folder last through a power cut; Windows and some network folders have no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Makes a folder and its parents; each new one is synced into the folder above it, else its files could go with it."""
    missing = []
    while not folder.is_dir() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        fsync_folder(new.parent)


def write_synced(path: Path, data: bytes) -> None:
    """The bytes of a file that nobody looks at yet, on the disk when this returns; a half one is not left behind."""
    try:
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def is_held(error: OSError) -> bool:
    """Windows: somebody has the file open. Virus scanners and indexers let go within a moment."""
    return getattr(error, "winerror", None) in _SHARING_VIOLATIONS


def replace_held(source: Path, target: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """os.replace for files of our own, with a little patience for whoever looks at them; then the error stands."""
    for pause in _MOMENTS:
        try:
            os.replace(source, target)  # noqa: PTH105 - Path.replace is the same call; the name says what it promises
            return
        except OSError as error:
            if not is_held(error):
                raise
            sleep(pause)
    os.replace(source, target)  # noqa: PTH105


def write_whole(path: Path, data: bytes, temporary: Path) -> None:
    """`path` is either as before or wholly the new bytes: temporary → fsync → rename → fsync of the folder."""
    make_folder(temporary.parent)
    make_folder(path.parent)
    write_synced(temporary, data)
    replace_held(temporary, path)
    fsync_folder(path.parent)


@dataclass(frozen=True)
class Archive:
    """`<root>/<sha256[:2]>/<sha256><ext>`."""

    root: Path

    def put(self, data: bytes, suffix: str = "") -> str:
        """Stores bytes (once) and returns their digest. The suffix is for people only and taken from the first name.

        An object that is there but damaged is made whole again: these are the bytes that it stands for.
        """
        digest = digest_of(data)
        target = self.find(digest)
        if target is None or digest_of(target.read_bytes()) != digest:
            clean = suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ""
            target = target or self.root / digest[:2] / f"{digest}{clean}"
            write_whole(target, data, self.root / "tmp" / digest)
        return digest

    def find(self, digest: str) -> Path | None:
        folder = self.root / digest[:2]
        if not folder.is_dir():
            return None
        return next(iter(sorted(folder.glob(f"{digest}*"))), None)

    def get(self, digest: str) -> bytes | None:
        """The bytes, or None when they are not there or no longer what they were (`verify` tells which)."""
        path = self.find(digest)
        data = path.read_bytes() if path else None
        return data if data is not None and digest_of(data) == digest else None

    def remove(self, digest: str) -> bool:
        """Only `expunge` calls this."""
        path = self.find(digest)
        if path is None:
            return False
        path.unlink()
        fsync_folder(path.parent)
        return True

    def sweep(self) -> None:
        """Drops what a cut run left half written. Only whoever holds the run lock may call this."""
        shutil.rmtree(self.root / "tmp", ignore_errors=True)

    def files(self) -> Iterator[Path]:
        if self.root.is_dir():
            for folder in sorted(p for p in self.root.iterdir() if p.is_dir() and p.name != "tmp"):
                yield from sorted(p for p in folder.iterdir() if p.is_file())
