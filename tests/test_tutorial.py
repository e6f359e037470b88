"""The tutorial is run: every command in its order, every table typed into its workbook, the output compared."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.tutorial_script import Command, Edit, fits, steps
from toolkit.builtin.annual_table import TOTAL_FORMULAS, fields
from toolkit.filling import fill_workbook
from toolkit.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorial" / "README.md"
ZEROS = {label: "0" for name, label, _ in fields() if name not in TOTAL_FORMULAS}


def run(command: Command, folder: Path) -> Path:
    """Runs one line and compares; returns the folder that the next one starts in."""
    words = shlex.split(command.words)
    if words[0] == "cd":
        return folder / words[1]
    assert words[0] == "zwgk", f"line {command.line}: {command.words}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words[1:]],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    output = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 0, f"line {command.line}: {command.words}\n" + "\n".join(output)
    if command.shown:
        said, shown = "\n".join(output), "\n".join(command.shown)
        assert fits(command.shown, output), f"line {command.line}: {command.words}\nshown:\n{shown}\nsaid:\n{said}"
    return folder


def edit(step: Edit, folder: Path) -> None:
    """Does by program what the reader does by hand."""
    if step.kind == "settings":
        set_values(folder / step.places[0], step.rows)
    elif step.kind == "workbook":
        path, sheet = folder / step.places[0], step.places[1]
        type_in(path, sheet, step.rows, folder / step.places[-1] if len(step.places) > 2 else path)
    else:
        start = ZEROS if step.kind == "figures" else {}
        type_figures(folder, step.places[0], step.places[-1], {**start, **dict(step.rows[1:])})


def set_values(path: Path, values: tuple[tuple[str, ...], ...]) -> None:
    text = path.read_text(encoding="utf-8")
    for key, value in values:
        text, found = re.subn(rf"(?m)^{re.escape(key)} = .*$", lambda _, k=key, v=value: f"{k} = {v}", text)
        assert found == 1, f"{path.name} has no setting {key}"
    path.write_text(text, encoding="utf-8")


def type_in(path: Path, sheet_name: str, rows: tuple[tuple[str, ...], ...], to: Path) -> None:
    """Under the row that holds all headings: into the row that begins with the same key, else into the next free one."""
    book = load_workbook(path)
    sheet = book[sheet_name]
    head, columns = next(
        (cells[0].row, [texts.index(h) + 1 for h in rows[0]])
        for cells in sheet.iter_rows()
        if set(rows[0]) <= set(texts := [c.value for c in cells])
    )
    keys: list[object] = []
    while (key := sheet.cell(head + len(keys) + 1, columns[0]).value) is not None:
        keys.append(key)
    for row in rows[1:]:
        if row[0] not in keys:
            keys.append(row[0])
        at = head + keys.index(row[0]) + 1
        for column, text in zip(columns, row, strict=True):
            if text:
                sheet.cell(at, column).value = date.fromisoformat(text) if is_day(text) else text
    save(to, lambda target: book.save(target))


def type_figures(folder: Path, source: str, to: str, cells: Mapping[str, str]) -> None:
    """By the labels that people read; `fill` writes the values that a spreadsheet program would have stored."""
    body = {label: int(text) if text.isdigit() else text for label, text in cells.items()}
    data = folder / "state" / "figures.json"
    data.write_text(json.dumps({"cells": body}, ensure_ascii=False), encoding="utf-8")
    save(folder / to, lambda target: fill_workbook(open_workspace(folder, folder), folder / source, data, target))


def is_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def save(path: Path, write: Callable[[Path], object]) -> None:
    """A file that has lain there for a while: the run need not wait for it to settle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path)
    then = time.time() - 60
    os.utime(path, (then, then))


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    folder = tmp_path
    done = list(steps(PAGE.read_text(encoding="utf-8")))
    assert {type(s) for s in done} == {Command, Edit}
    for step in done:
        if isinstance(step, Command):
            folder = run(step, folder)
        else:
            edit(step, folder)


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        (["a … c"], ["a b c"], True),
        (["a … c"], ["a b d"], False),
        (["a"], ["a", "b"], False),
        (["a", "…"], ["a", "b", "c"], True),
        (["a", "…", "c"], ["a", "b", "c"], True),
        (["a", "b"], ["a"], False),
    ],
)
def test_output_is_compared_line_by_line(shown: list[str], output: list[str], same: bool) -> None:
    assert fits(shown, output) is same
