"""The index: a SQLite file that only repeats what archive and journal say, for speed. `rebuild` makes it anew.

It holds the acts, the records that acts name (what was read from each file), and what the inbox looked like last time
(path, size, time → digest), so that a night in which nothing changed costs a directory listing.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.store.archive import digest_of, fsync_folder, make_folder, replace_held
from toolkit.store.journal import Act

SCHEMA = 1

_CREATE = f"""
BEGIN IMMEDIATE;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE acts (seq INTEGER PRIMARY KEY, act TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE records (digest TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE entries (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL);
INSERT INTO meta VALUES ('schema', '{SCHEMA}');
COMMIT;
"""
_TABLES = frozenset({"meta", "acts", "records", "entries"})
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NOT_WRITABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})
_DISK = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


class IndexFault(Exception):
    """code DB-301 (locked), DB-302 (damaged), DB-303 (newer schema), DB-305 (journal and index disagree),
    OUT-201 (disk), OUT-202 (not writable); the file is left as it is."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """SQLite's own failures as an IndexFault; a full disk or a foreign lock must not read as damage."""
    try:
        yield
    except sqlite3.Error as error:
        kind = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        codes = (
            (_LOCKED, "DB-301", ""),
            (_DISK, "OUT-201", "索引无法写入"),
            (_NOT_WRITABLE, "OUT-202", "索引无法打开或写入"),
        )
        for kinds, code, reason in codes:
            if kind in kinds:
                raise IndexFault(code, reason) from None
        reason = {sqlite3.SQLITE_NOTADB: "不是索引文件", sqlite3.SQLITE_CORRUPT: "内容损坏"}.get(kind, "内容无法识别")
        raise IndexFault("DB-302", reason) from None
    except (ValueError, TypeError) as error:  # a value of the wrong kind in a row: nothing we wrote
        raise IndexFault("DB-302", "内容无法识别") from error


def _body(act: Act) -> str:
    return json.dumps(act, ensure_ascii=False, sort_keys=True)


@dataclass
class Index:
    connection: sqlite3.Connection

    @classmethod
    def open(cls, path: Path, must_exist: bool) -> Index:
        """Opens or creates. `must_exist`: archive or journal hold something, so an empty file counts as damaged."""
        if not path.exists() or (path.stat().st_size == 0 and not must_exist):
            _create(path)
        elif path.stat().st_size == 0:
            raise IndexFault("DB-302", "文件为空")
        with _said():
            connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        try:
            _examine(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def sync(self, acts: Iterable[Act], load: Callable[[str], bytes | None]) -> None:
        """Brings the index up to the journal: acts that are missing, and the records they name.

        An act that the index has and the journal has not, or has otherwise, means that the journal was altered or is an
        older copy: DB-305, for going on would give receipt numbers a second time.
        """
        rows = {a["seq"]: _body(a) for a in acts}
        with _said():
            if dict(self._acts()) == rows:
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                known = dict(self._acts())  # again, now that nobody else writes
                odd = sorted(seq for seq, body in known.items() if rows.get(seq) != body)
                if odd:
                    raise IndexFault("DB-305", f"日志第 {odd[0]} 条记录与索引不符，共 {len(odd)} 条")
                for seq, body in rows.items():
                    if seq not in known:
                        self._add(seq, json.loads(body), body, load)
                self.connection.execute("COMMIT")
            except BaseException:
                self._back()
                raise

    def _acts(self) -> Iterator[tuple[int, str]]:
        yield from self.connection.execute("SELECT seq, body FROM acts")

    def _add(self, seq: int, act: Act, body: str, load: Callable[[str], bytes | None]) -> None:
        self.connection.execute("INSERT INTO acts VALUES (?, ?, ?)", (seq, act["act"], body))
        record = act.get("record")
        if record and (data := load(record)) is not None:
            self.connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?)", (record, data))

    def _back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.execute("ROLLBACK")

    def records(self) -> dict[str, bytes]:
        """Every record that is still what its digest says; another one is read from the archive instead."""
        with _said():
            rows = self.connection.execute("SELECT digest, body FROM records")
            return {digest: body for digest, body in rows if digest_of(body) == digest}

    def record(self, digest: str) -> bytes | None:
        with _said():
            row = self.connection.execute("SELECT body FROM records WHERE digest=?", (digest,)).fetchone()
            return row[0] if row and digest_of(row[0]) == digest else None

    def differences(self, acts: Iterable[Act]) -> list[str]:
        """What the index has that journal and digests do not bear out, in words. Nothing is changed."""
        known = {_body(a) for a in acts}
        with _said():
            stale = sorted(seq for seq, body in self._acts() if body not in known)
            rows = self.connection.execute("SELECT digest, body FROM records ORDER BY digest")
            wrong = [digest for digest, body in rows if digest_of(body) != digest]
        problems = [f"索引中的第 {seq} 条记录与日志不符。" for seq in stale]
        return problems + [f"索引中的记录 {digest} 与其校验值不符。" for digest in wrong]

    def forget(self, digests: Iterable[str]) -> None:
        """Drops records that `expunge` took out of the archive."""
        with _said():
            self.connection.executemany("DELETE FROM records WHERE digest=?", [(d,) for d in digests])

    def entries(self) -> dict[str, tuple[int, int, str]]:
        with _said():
            rows = self.connection.execute("SELECT path, size, mtime_ns, digest FROM entries")
            return {path: (size, mtime, digest) for path, size, mtime, digest in rows}

    def remember(self, entries: Iterable[tuple[str, int, int, str]]) -> None:
        """What the inbox looks like now; only real changes are written."""
        wanted = {row[0]: row for row in entries}
        known = {path: (path, *rest) for path, rest in self.entries().items()}
        if wanted == known:
            return
        changed = [row for path, row in wanted.items() if known.get(path) != row]
        with _said():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                gone = [(p,) for p in known if p not in wanted]
                self.connection.executemany("DELETE FROM entries WHERE path=?", gone)
                self.connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", changed)
                self.connection.execute("COMMIT")
            except BaseException:
                self._back()
                raise

    def close(self) -> None:
        self.connection.close()


def _create(path: Path) -> None:
    """A new index beside its place, then renamed: a cut start never leaves an empty file that would count as damaged."""
    make_folder(path.parent)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with _said():
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(_CREATE)
        finally:
            connection.close()
    replace_held(new, path)
    fsync_folder(path.parent)


def _examine(connection: sqlite3.Connection) -> None:
    """Is this file ours, whole and of a version that we know?"""
    with _said():
        connection.execute("PRAGMA synchronous=FULL")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        if not tables >= _TABLES:
            raise IndexFault("DB-302", "缺少数据表")
        row = connection.execute("SELECT value FROM meta WHERE key='schema'").fetchone()
        if row is None:
            raise IndexFault("DB-302", "没有版本号")
        if int(row[0]) > SCHEMA:
            raise IndexFault("DB-303")
        if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise IndexFault("DB-302", "结构校验不通过")
