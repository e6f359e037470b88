"""A workspace used from the outside: the commands of the contract in, files and JSON out. Nothing here looks inside."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from toolkit.builtin import reference
from toolkit.cli import main
from toolkit.model import Group, Roster, Task, Unit
from toolkit.workspace import Config, config_text

_MADE: dict[Path, bytes] = {}

SHARED = Path(__file__).resolve().parents[2] / "shared"

Change = Callable[[Any], None]
"""What a clerk does to an open workbook (openpyxl)."""


@dataclass(frozen=True)
class Done:
    """One command, over."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; anything else there is an error of its own."""
        return json.loads(self.out)


def zwgk(*words: object, code: int | None = 0) -> Done:
    """Runs one command in this process. `code` is the exit code that must come; None takes any."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(w) for w in words])
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1 if left.code else 0
    done = Done(status, out.getvalue(), err.getvalue())
    shown = " ".join(map(str, words))
    assert "Traceback" not in done.out + done.err, f"{shown}\n{done.err}"
    assert code is None or status == code, f"{shown} → {status}\n{done.out[-3000:]}\n{done.err[-3000:]}"
    return done


@dataclass
class Office:
    """One workspace and the people around it."""

    root: Path
    name: str
    files: list[Path] = field(default_factory=list)

    @classmethod
    def new(cls, root: Path, name: str, year: int) -> Office:
        """What `zwgk init --office NAME --year YEAR` makes; forms and templates are made once a process."""
        if not _MADE:
            zwgk("init", root, "--office", name, "--year", year)
            _MADE.update({p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()})
            return cls(root, name)
        for path, data in _MADE.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        for folder in ("inbox", "outbox", "archive", "journal", "state"):
            (root / folder).mkdir()
        (root / "zwgk.toml").write_text(config_text(Config(government=name, office=name, year=year)), encoding="utf-8")
        made = cls(root, name)
        made.roster([])
        return made

    def __call__(self, *words: object, code: int | None = 0) -> Done:
        return zwgk("-w", self.root, *words, code=code)

    # ------------------------------------------------------------ what the office edits

    def roster(self, units: Sequence[Unit], groups: Sequence[Group] = (), office: bool = True) -> None:
        own = reference.starter_roster(self.name).units if office else ()
        data = reference.write_roster(Roster((*own, *units), tuple(groups)))
        (self.root / "reference" / "单位名录.xlsx").write_bytes(data)

    def tasks(self, tasks: Sequence[Task]) -> None:
        (self.root / "reference" / "任务分解表.xlsx").write_bytes(reference.write_tasks(tasks))

    def setting(self, key: str, value: str) -> None:
        """Changes one line of zwgk.toml."""
        path = self.root / "zwgk.toml"
        lines = [f"{key} = {value}" if x.startswith(f"{key} =") else x for x in path.read_text("utf-8").splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # ------------------------------------------------------------ what goes out and comes back

    def issue(self, period: str, as_of: str, *more: object) -> list[dict[str, Any]]:
        issued: list[dict[str, Any]] = self("issue", "--period", period, "--as-of", as_of, *more, "--json").json[
            "issued"
        ]
        return issued

    def waiting(self, unit: str, form: str, period: str) -> Path:
        """The workbook in 待填."""
        return self.root / "outbox" / "单位" / unit / "待填" / f"{unit}-{form}-{period}.xlsx"

    def fill(self, unit: str, form: str, period: str, data: Mapping[str, Any], name: str = "", code: int = 0) -> Path:
        """Fills the issued workbook and drops it into the unit's folder of the inbox."""
        path = self.root / "inbox" / unit / (name or f"{unit}-{form}-{period}.xlsx")
        path.parent.mkdir(parents=True, exist_ok=True)
        given = self.root / "state" / "data.json"
        given.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        self("fill", self.waiting(unit, form, period), "--data", given, "--output", path, code=code)
        return self.settled(path)

    def drop(self, name: str, data: bytes) -> Path:
        path = self.root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return self.settled(path)

    def edit(self, path: Path, change: Change) -> Path:
        """Opens a workbook as a clerk would, changes something and saves."""
        rewrite(path, path, change)
        return self.settled(path)

    def settled(self, path: Path) -> Path:
        """A file that was saved a while ago: a run does not wait for it."""
        os.utime(path, (1_700_000_000, 1_700_000_000))
        self.files.append(path)
        return path

    def run(self, as_of: str, *more: object, code: int = 0) -> dict[str, Any]:
        body: dict[str, Any] = self("run", "--as-of", as_of, *more, "--json", code=code).json
        return body

    # ------------------------------------------------------------ what is found in the outbox

    def data(self, period: str, name: str) -> Any:
        path = self.root / "outbox" / "内部" / period / "数据" / name
        return json.loads(path.read_text(encoding="utf-8"))

    def outbox(self) -> dict[str, bytes]:
        """Every file below outbox, by path."""
        folder = self.root / "outbox"
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rewrite(source: Path, target: Path, change: Change) -> None:
    book = openpyxl.load_workbook(source)
    change(book)
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    book.close()


def of_file(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The line of `run --json` for the file whose path ends so."""
    found = [f for f in body["files"] if f["file"].endswith(name)]
    assert len(found) == 1, f"{name}: {[f['file'] for f in body['files']]}"
    line: dict[str, Any] = found[0]
    return line


def codes(line: Mapping[str, Any]) -> set[str]:
    return {f["code"] for f in line["findings"]}


def only(line: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The one finding of a code."""
    found = [f for f in line["findings"] if f["code"] == code]
    assert len(found) == 1, f"{code} in {[(f['code'], f['cell'], f['message']) for f in line['findings']]}"
    one: dict[str, Any] = found[0]
    return one


def spelled(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
