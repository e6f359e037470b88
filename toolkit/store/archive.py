"""The archive: every byte ever taken in or issued, by digest, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fsync_folder(folder: Path) -> None:
    """Makes a rename in a folder last through a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes, temporary: Path) -> None:
    """`path` is either as before or wholly the new bytes: temporary → fsync → rename → fsync of the folder."""
    temporary.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)  # noqa: PTH105 - Path.replace is the same call; the name says what it promises
    fsync_folder(path.parent)


@dataclass(frozen=True)
class Archive:
    """`<root>/<sha256[:2]>/<sha256><ext>`."""

    root: Path

    def put(self, data: bytes, suffix: str = "") -> str:
        """Stores bytes (once) and returns their digest. The suffix is for people only and taken from the first name."""
        digest = digest_of(data)
        if self.find(digest) is None:
            clean = suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ""
            target = self.root / digest[:2] / f"{digest}{clean}"
            write_whole(target, data, self.root / "tmp" / digest)
        return digest

    def find(self, digest: str) -> Path | None:
        folder = self.root / digest[:2]
        if not folder.is_dir():
            return None
        return next(iter(sorted(folder.glob(f"{digest}*"))), None)

    def get(self, digest: str) -> bytes | None:
        """The bytes, or None when they are not there (expunged or damaged: `verify` tells which)."""
        path = self.find(digest)
        return path.read_bytes() if path else None

    def remove(self, digest: str) -> bool:
        """Only `expunge` calls this."""
        path = self.find(digest)
        if path is None:
            return False
        path.unlink()
        fsync_folder(path.parent)
        return True

    def files(self) -> Iterator[Path]:
        if self.root.is_dir():
            for folder in sorted(p for p in self.root.iterdir() if p.is_dir() and p.name != "tmp"):
                yield from sorted(p for p in folder.iterdir() if p.is_file())
