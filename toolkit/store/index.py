"""The index: a SQLite file that only repeats what archive and journal say, for speed. `rebuild` makes it anew.

It holds the acts, the records that acts name (what was read from each file), and what the inbox looked like last time
(path, size, time → digest), so that a night in which nothing changed costs a directory listing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from toolkit.store.journal import Act

SCHEMA = 1

_CREATE = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE acts (seq INTEGER PRIMARY KEY, act TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE records (digest TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE entries (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL);
"""


class IndexFault(Exception):
    """code DB-301 (locked), DB-302 (damaged), DB-303 (newer schema); the file is left as it is."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Index:
    connection: sqlite3.Connection

    @classmethod
    def open(cls, path: Path, must_exist: bool) -> Index:
        """Opens or creates. `must_exist`: archive or journal hold something, so an empty file counts as damaged."""
        fresh = not path.exists()
        if not fresh and path.stat().st_size == 0 and must_exist:
            raise IndexFault("DB-302", "文件为空")
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            if not tables and (fresh or not must_exist):
                connection.executescript(f"BEGIN IMMEDIATE;{_CREATE}COMMIT;")
                connection.execute("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA),))
            elif tables < {"meta", "acts", "records", "entries"}:
                raise IndexFault("DB-302", "缺少数据表")
            row = connection.execute("SELECT value FROM meta WHERE key='schema'").fetchone()
            if row is None:
                raise IndexFault("DB-302", "没有版本号")
            if int(row[0]) > SCHEMA:
                raise IndexFault("DB-303")
            if not fresh and connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise IndexFault("DB-302", "结构校验不通过")
        except IndexFault:
            connection.close()
            raise
        except sqlite3.OperationalError as error:
            connection.close()
            raise IndexFault("DB-301" if "locked" in str(error) else "DB-302", str(error)) from None
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            connection.close()
            raise IndexFault("DB-302", str(error)) from None
        return cls(connection)

    def sync(self, acts: Iterable[Act], load: Callable[[str], bytes | None]) -> None:
        """Brings the index up to the journal: acts that are missing, and the records they name."""
        try:
            known = {row[0]: row[1] for row in self.connection.execute("SELECT seq, body FROM acts")}
            rows = {a["seq"]: json.dumps(a, ensure_ascii=False, sort_keys=True) for a in acts}
            if known == rows:
                return
            self.connection.execute("BEGIN IMMEDIATE")
            if any(rows.get(seq) != body for seq, body in known.items()):
                self.connection.execute("DELETE FROM acts")
                known = {}
            for seq, body in rows.items():
                if seq in known:
                    continue
                act = json.loads(body)
                self.connection.execute("INSERT INTO acts VALUES (?, ?, ?)", (seq, act["act"], body))
                record = act.get("record")
                if record and (data := load(record)) is not None:
                    self.connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", (record, data))
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise IndexFault("DB-301" if "locked" in str(error) else "DB-302", str(error)) from None
        except sqlite3.DatabaseError as error:
            raise IndexFault("DB-302", str(error)) from None

    def records(self) -> dict[str, bytes]:
        return {row[0]: bytes(row[1]) for row in self.connection.execute("SELECT digest, body FROM records")}

    def acts(self) -> set[str]:
        return {row[0] for row in self.connection.execute("SELECT body FROM acts")}

    def forget(self, digests: Iterable[str]) -> None:
        """Drops records that `expunge` took out of the archive."""
        self.connection.executemany("DELETE FROM records WHERE digest=?", [(d,) for d in digests])

    def entries(self) -> dict[str, tuple[int, int, str]]:
        rows = self.connection.execute("SELECT path, size, mtime_ns, digest FROM entries")
        return {path: (size, mtime, digest) for path, size, mtime, digest in rows}

    def remember(self, entries: Iterable[tuple[str, int, int, str]]) -> None:
        """What the inbox looks like now; only real changes are written."""
        wanted = {row[0]: row for row in entries}
        known = {path: (path, *rest) for path, rest in self.entries().items()}
        if wanted == known:
            return
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany("DELETE FROM entries WHERE path=?", [(p,) for p in known if p not in wanted])
            changed = [row for path, row in wanted.items() if known.get(path) != row]
            self.connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", changed)
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise IndexFault("DB-301" if "locked" in str(error) else "DB-302", str(error)) from None

    def close(self) -> None:
        self.connection.close()
