"""Putting a set of files into the outbox so that every file is whole at any instant and the manifest comes last.

Everything is staged on the same volume, then named in a redo record in state/, then replaced file by file. Whoever comes
next completes a swap that was cut. A file that somebody holds open (Windows) is retried, then left for the next run.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from toolkit.store.archive import digest_of, fsync_folder, write_whole

_SHARING_VIOLATIONS = frozenset({5, 32, 33})
_STAGING = ".staging-run"


@dataclass(frozen=True)
class Published:
    written: tuple[str, ...]  # relative to the outbox
    removed: tuple[str, ...]
    held: tuple[str, ...]  # open elsewhere: the redo record stays, the next run finishes


@dataclass(frozen=True)
class Publisher:
    outbox: Path
    state: Path
    sleep: Callable[[float], None] = time.sleep

    @property
    def _redo(self) -> Path:
        return self.state / "publish.json"

    @property
    def staging(self) -> Path:
        return self.outbox / _STAGING

    def complete(self) -> Published:
        """Finishes a swap that was cut; removes staged files that were never named in a redo record."""
        done = Published((), (), ())
        if self._redo.is_file():
            done = self._swap(json.loads(self._redo.read_text(encoding="utf-8")))
        if not done.held and self.staging.exists():
            shutil.rmtree(self.staging)
        return done

    def publish(self, files: Mapping[str, bytes], remove: Iterable[str] = ()) -> Published:
        """Replaces what differs, in the given order (put the manifest last), and removes what is named."""
        self.complete()
        changed = [name for name, data in files.items() if not self._same(name, data)]
        gone = [name for name in remove if name not in files and (self.outbox / name).is_file()]
        if not changed and not gone:
            return Published((), (), ())
        for number, name in enumerate(changed):
            self._stage(number, files[name])
        if changed:
            fsync_folder(self.staging)
        plan = {"files": [[str(n), name, digest_of(files[name])] for n, name in enumerate(changed)], "remove": gone}
        data = json.dumps(plan, ensure_ascii=False).encode()
        write_whole(self._redo, data, self.state / "publish.tmp")
        return self._swap(plan)

    def _same(self, name: str, data: bytes) -> bool:
        path = self.outbox / name
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data

    def _stage(self, number: int, data: bytes) -> None:
        self.staging.mkdir(parents=True, exist_ok=True)
        with (self.staging / str(number)).open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())

    def _swap(self, plan: Mapping[str, Any]) -> Published:
        held: list[str] = []
        folders: set[Path] = set()
        for staged, name, digest in plan["files"]:
            source, target = self.staging / staged, self.outbox / PurePosixPath(name)
            if not source.is_file():
                continue  # already swapped before the cut
            if digest_of(source.read_bytes()) != digest:
                raise OSError(f"staged file {name} is damaged")
            target.parent.mkdir(parents=True, exist_ok=True)
            if self._replace(source, target):
                folders.add(target.parent)
            else:
                held.append(name)
        for name in plan["remove"]:
            path = self.outbox / str(name)
            if path.is_file():
                path.unlink()
                folders.add(path.parent)
        for folder in sorted(folders):
            fsync_folder(folder)
        if not held:
            self._redo.unlink(missing_ok=True)
            shutil.rmtree(self.staging, ignore_errors=True)
        return Published(
            tuple(name for _, name, _ in plan["files"] if name not in held),
            tuple(map(str, plan["remove"])),
            tuple(held),
        )

    def _replace(self, source: Path, target: Path) -> bool:
        for attempt in range(6):
            try:
                os.replace(source, target)  # noqa: PTH105
                return True
            except OSError as error:
                if getattr(error, "winerror", None) not in _SHARING_VIOLATIONS:
                    raise
                if attempt < 5:
                    self.sleep(0.2 * (attempt + 1))
        return False
