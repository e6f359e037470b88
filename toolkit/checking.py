"""`zwgk check`: what a run would say of some files. Writes nothing, registers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from toolkit.desk import Desk, open_desk
from toolkit.disk_words import disk_words
from toolkit.findings import finding
from toolkit.intake.sandbox import read_all
from toolkit.judging import identified, judge
from toolkit.model import Verdict
from toolkit.receiving import FileResult, limits_of
from toolkit.store.archive import digest_of
from toolkit.workspace import Workspace


def check_files(workspace: Workspace, files: Sequence[Path], as_of: date) -> list[FileResult]:
    """One result per file, in the order given; a folder stands for the workbooks in it."""
    desk = open_desk(workspace)
    paths = [p for f in files for p in (sorted(f.rglob("*.xlsx")) if f.is_dir() else [f])]
    items: list[tuple[str, bytes]] = []
    results: dict[int, FileResult] = {}
    for number, path in enumerate(paths):
        try:
            items.append((path.name, path.read_bytes()))
        except OSError as error:
            items.append((path.name, b""))
            note = finding("IN-102", name=path.name, reason=disk_words(error))
            results[number] = FileResult(_shown(desk, path), Verdict.REFUSED, findings=(note,))
    books = read_all(items, 1, limits_of(workspace))
    for number, (path, (_, data), (book, findings)) in enumerate(zip(paths, items, books, strict=True)):
        if number in results:
            continue
        file, digest = _shown(desk, path), digest_of(data)
        if book is None:
            results[number] = FileResult(file, Verdict.REFUSED, digest, findings=findings)
            continue
        j = judge(desk, desk.current, book, identified(desk, book, file), file, digest, findings, as_of)
        results[number] = FileResult(file, j.verdict, digest, "", j.form, j.unit, j.period, j.findings)
    return [results[n] for n in range(len(paths))]


def _shown(desk: Desk, path: Path) -> str:
    try:
        return path.absolute().relative_to(desk.workspace.root).as_posix()
    except ValueError:
        return path.name
