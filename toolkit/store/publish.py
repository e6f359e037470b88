"""Putting a set of files into the outbox so that every file is whole at any instant and the manifest comes last.

Everything is staged on the same volume, then named in a redo record in state/, then replaced file by file. Whoever comes
next completes a swap that was cut. A file that somebody holds open (Windows) is retried, then left for the next run.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from toolkit.store.archive import digest_of, fsync_folder, is_held, make_folder, write_synced, write_whole

_STAGING = ".staging-run"
_PAUSES = (0.2, 0.4, 0.6, 0.8, 1.0)  # seconds before each further try of one file
_PATIENCE = 10.0  # seconds in all that one swap waits for others


@dataclass(frozen=True)
class Published:
    written: tuple[str, ...] = ()  # relative to the outbox
    removed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()  # open elsewhere: the redo record stays, the next run finishes


@dataclass(frozen=True)
class _Plan:
    """What is still to be done: (staged name, name in the outbox, digest) in order, and the names to take away."""

    files: tuple[tuple[str, str, str], ...] = ()
    remove: tuple[str, ...] = ()


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
        plan = self._pending()
        done = self._swap(plan) if plan.files or plan.remove else Published()
        if not done.held:
            self._clear()
        return done

    def publish(self, files: Mapping[str, bytes], remove: Iterable[str] = ()) -> Published:
        """Replaces what differs, in the given order (put the manifest last), and removes what is named.

        What an earlier swap could not replace is tried again, unless this one brings it anew.
        """
        before = self.complete()
        changed = [name for name, data in files.items() if name in before.held or not self._same(name, data)]
        gone = [name for name in remove if name not in files and (self.outbox / name).is_file()]
        if not changed and not gone:
            return before
        plan = self._planned({name: files[name] for name in changed}, gone)
        done = self._swap(plan)
        written = tuple(dict.fromkeys((*before.written, *done.written)))
        return Published(written, (*before.removed, *done.removed), done.held)

    def _same(self, name: str, data: bytes) -> bool:
        path = self.outbox / name
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data

    def _planned(self, files: Mapping[str, bytes], gone: Sequence[str]) -> _Plan:
        """Stages the files and writes the redo record; from here on the swap will be finished, come what may."""
        late = self._pending()
        staged = [(_staged_name(name, digest_of(data)), name, digest_of(data)) for name, data in files.items()]
        try:
            make_folder(self.staging)
            for (staged_name, _, _), data in zip(staged, files.values(), strict=True):
                write_synced(self.staging / staged_name, data)
            fsync_folder(self.staging)
            kept = [f for f in late.files if f[1] not in files and f[1] not in gone]
            plan = _Plan((*kept, *staged), tuple(dict.fromkeys((*(n for n in late.remove if n not in files), *gone))))
            body = json.dumps({"files": plan.files, "remove": plan.remove}, ensure_ascii=False).encode()
            write_whole(self._redo, body, self.state / "publish.tmp")
        except OSError:
            if not self._redo.exists():
                with contextlib.suppress(OSError):
                    self._clear()
            raise
        return plan

    def _pending(self) -> _Plan:
        """The redo record. One that cannot be read, or whose staged bytes are damaged, is given up: the manifest then
        does not match, and the run makes the set anew."""
        try:
            body = json.loads(self._redo.read_text(encoding="utf-8"))
            plan = _Plan(tuple((str(s), str(n), str(d)) for s, n, d in body["files"]), tuple(map(str, body["remove"])))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return _Plan()
        sources = ((self.staging / staged, digest) for staged, _, digest in plan.files)
        damaged = any(path.is_file() and digest_of(path.read_bytes()) != digest for path, digest in sources)
        return _Plan() if damaged else plan

    def _clear(self) -> None:
        self._redo.unlink(missing_ok=True)
        shutil.rmtree(self.staging, ignore_errors=True)

    def _swap(self, plan: _Plan) -> Published:
        written: list[str] = []
        held: list[str] = []
        folders: set[Path] = set()
        patience = [_PATIENCE]
        for staged, name, _ in plan.files:
            source, target = self.staging / staged, self.outbox / PurePosixPath(name)
            if not source.is_file():
                continue  # already swapped before the cut
            make_folder(target.parent)
            if self._patiently(partial(os.replace, source, target), patience):
                written.append(name)
                folders.add(target.parent)
            else:
                held.append(name)
        removed: list[str] = []
        for name in plan.remove:
            path = self.outbox / PurePosixPath(name)
            if path.is_file() and self._patiently(path.unlink, patience):
                folders.add(path.parent)
                removed.append(name)
            elif path.is_file():
                held.append(name)
        for folder in sorted(folders):
            fsync_folder(folder)
        if not held:
            self._clear()
        return Published(tuple(written), tuple(removed), tuple(held))

    def _patiently(self, act: Callable[[], None], patience: list[float]) -> bool:
        """Does it, waiting a little while somebody holds the file; False when they do not let go."""
        for pause in (*_PAUSES, None):
            try:
                act()
                return True
            except OSError as error:
                if not is_held(error):
                    raise
            if pause is None or pause > patience[0]:
                break
            patience[0] -= pause
            self.sleep(pause)
        return False


def _staged_name(name: str, digest: str) -> str:
    """One staged file for each name and content, so that what waits from an earlier swap is never overwritten."""
    return digest_of(f"{name}\n{digest}".encode())[:32]
