"""The journal: an append-only record of every act, one JSON line each, chained by digest.

Acts are written in batches; the last line of a batch carries `"end": true`. A batch that was cut by a crash is no batch:
readers stop at the last end, and the next append removes the rest. So a set of receipts is recorded wholly or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.store.archive import fsync_folder, make_folder

Act = dict[str, Any]

_NAME = "journal.jsonl"
START = "0" * 64


@dataclass(frozen=True)
class JournalFault:
    """A line that does not continue the chain: damage or alteration."""

    line: int
    reason: str


@dataclass(frozen=True)
class _Loaded:
    acts: tuple[Act, ...] = ()
    faults: tuple[JournalFault, ...] = ()
    tail: str = START  # digest of the last line of the last whole batch
    whole: int = 0  # bytes up to its end


def _act(line: bytes) -> Act | None:
    """One line as an act with everything that every act has; None when it is not one."""
    try:
        act = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(act, dict) and isinstance(act.get("seq"), int)
    return act if whole and all(isinstance(act.get(k), str) for k in ("act", "as_of", "chain")) else None


@dataclass(frozen=True)
class Journal:
    root: Path

    @property
    def path(self) -> Path:
        return self.root / _NAME

    def read(self) -> tuple[tuple[Act, ...], tuple[JournalFault, ...]]:
        """All whole batches, and what is wrong with the chain. A cut batch at the end is no fault, however it was cut."""
        loaded = self._load()
        return loaded.acts, loaded.faults

    def _load(self) -> _Loaded:
        if not self.path.is_file():
            return _Loaded()
        acts: list[Act] = []
        pending: list[Act] = []
        faults: list[JournalFault] = []
        previous, tail, whole, sound, position = START, START, 0, 0, 0
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                position += len(line)
                if not line.endswith(b"\n"):
                    break
                act = _act(line)
                if act is None:
                    faults.append(JournalFault(number, "不是完整的记录"))
                    continue
                if act.pop("chain") != previous[:16]:
                    reason = f"与第 {number - 1} 行不衔接（其中一行被改动，或两行之间有增删）"
                    faults.append(JournalFault(number, reason if number > 1 else "不是日志的开头"))
                previous = hashlib.sha256(line).hexdigest()
                pending.append(act)
                if act.pop("end", False):
                    acts += pending
                    pending, tail, whole, sound = [], previous, position, len(faults)
        return _Loaded(tuple(acts), tuple(faults[:sound]), tail, whole)

    @property
    def tail(self) -> str:
        """The digest of the last whole line: stands for the whole journal."""
        return self._load().tail

    def append(self, acts: Iterable[Mapping[str, Any]], as_of: date) -> None:
        """One batch. Flushed and synced before it returns."""
        batch = list(acts)
        if not batch:
            return
        loaded = self._load()
        previous, whole = loaded.tail, loaded.whole
        seq = max((a["seq"] for a in loaded.acts), default=0)
        lines = []
        for number, act in enumerate(batch, 1):
            body = {**act, "seq": seq + number, "as_of": as_of.isoformat(), "chain": previous[:16]}
            if number == len(batch):
                body["end"] = True
            line = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
            previous = hashlib.sha256(line).hexdigest()
            lines.append(line)
        make_folder(self.root)
        with self.path.open("r+b" if self.path.exists() else "x+b") as out:
            out.truncate(whole)
            out.seek(whole)
            out.write(b"".join(lines))
            out.flush()
            os.fsync(out.fileno())
        fsync_folder(self.root)
