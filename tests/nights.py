"""A small sample workspace and whole runs over it, for the tests of what a night promises.

The sample is made once per session (also across the workers of a parallel session) and copied for each test.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from toolkit import consolidating
from toolkit.builtin.starter import create_workspace
from toolkit.cli import main
from toolkit.desk import Desk
from toolkit.forms.annotate import Marked, annotate
from toolkit.intake import sandbox
from toolkit.model import PeriodResult
from toolkit.reports import marked
from toolkit.sample import make_sample
from toolkit.workspace import open_workspace

OFFICE = "某某区人民政府办公室"
DAY = "2026-01-08"
LONG_AGO = 1_700_000_000  # seconds: nothing has to settle


def sample(factory: pytest.TempPathFactory, units: int, faults: int | None = None) -> Path:
    """A workspace with a filled inbox, never to be touched itself."""
    base = factory.getbasetemp()
    root = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = root / f"sample-{units}-{faults}"
    with FileLock(root / f"{folder.name}.lock"):
        if not (folder / "made").exists():
            create_workspace(folder, OFFICE, 2025, None)
            make_sample(open_workspace(folder, folder), units, 3, (), faults)
            age(folder)
            (folder / "made").touch()
    return folder


def age(workspace: Path, seconds: int = LONG_AGO) -> None:
    """Makes the files of the inbox old, so that a run need not watch them settle."""
    for path in workspace.joinpath("inbox").rglob("*"):
        if path.is_file():
            os.utime(path, (seconds, seconds))


def copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    (target / "made").unlink(missing_ok=True)
    return target


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def zwgk(workspace: Path, *words: str) -> Said:
    """One command in this process; no traceback may ever be among what it says."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(["-w", str(workspace), *words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Said(code, out.getvalue(), err.getvalue())


def run(workspace: Path, *words: str, day: str = DAY) -> Said:
    return zwgk(workspace, "run", "--as-of", day, "--jobs", "2", *words)


def digests(folder: Path, *skipped: str) -> dict[str, str]:
    """Every file below a folder → sha256, without those whose path starts with a skipped text."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(skipped or ("\0",)):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def outbox(workspace: Path) -> dict[str, str]:
    return digests(workspace / "outbox")


def records(workspace: Path) -> dict[str, str]:
    """What must survive anything: archive and journal."""
    whole = digests(workspace, "state", "outbox", "inbox", "reference", "templates", "zwgk.toml", "made")
    return {n: d for n, d in whole.items() if not n.startswith("archive/tmp/")}


def results(said: Said) -> dict[str, dict[str, Any]]:
    """file → its one result line of `run --json`."""
    files = said.json["files"]
    by_name = {f["file"]: f for f in files}
    assert len(by_name) == len(files), "an entry has more than one result line"
    return by_name


def quicken(patch: pytest.MonkeyPatch) -> None:
    """For tests in which what a file says and what a document looks like is not at stake: each is made once and kept."""
    books: dict[tuple[str, bytes], sandbox.Outcome] = {}

    def read_all(items: Any, workers: int, limits: Any = None, progress: Any = None) -> list[sandbox.Outcome]:
        for item in items:
            if item not in books:
                books[item] = sandbox.resolve(sandbox.READER)(item[1], item[0], limits)
        return [books[item] for item in items]

    def render(desk: Desk, result: PeriodResult, folder: str) -> tuple[dict[str, bytes], tuple[()]]:
        numbers = " ".join(f"{s.receipt_no} {s.digest} {s.verdict}" for s in result.submissions)
        text = f"{result.period.text} {numbers}".encode()
        return {f"{folder}/总台账.txt": text * 9, f"{folder}/数据/scores.json": text}, ()

    copies: dict[bytes, Marked] = {}

    def mark_all(tasks: Any, workers: int, limits: Any = None) -> list[Marked]:
        keys = [pickle.dumps(task) for _, task in tasks]
        for key, (_, task) in zip(keys, tasks, strict=True):
            if key not in copies:
                copies[key] = annotate(task)
        return [copies[key] for key in keys]

    patch.setattr(marked, "mark_all", mark_all)
    patch.setattr("toolkit.intake.sandbox.read_all", read_all)
    patch.setattr(consolidating, "render", render)
