"""The manual of plan import: one page, pictures of a real output, and the colours that the workbook really has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.importing import import_plan
from toolkit.plan.export import (
    CHANGES_SHEET,
    COLOUR_NAMES,
    COLOURS,
    DOUBTS_SHEET,
    GROUPS_SHEET,
    REVIEW_SHEET,
    UNITS_SHEET,
)
from toolkit.plan.task_rows import ADDED, CHANGED, DEFAULT, DOUBT, ENDED, INHERITED, NOTED

DOCS = Path(__file__).resolve().parents[1] / "docs"
MANUAL = (DOCS / "manual-plan-import.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"!\[([^\]]+)\]\((../docs/images/[^)]+\.png)\)", MANUAL)
SHOWN = {
    "../docs/images/plan-tasks.png": (DOUBT, NOTED, INHERITED, DEFAULT),
    "../docs/images/plan-units.png": (DOUBT, NOTED),
    "../docs/images/plan-amended.png": (ADDED, CHANGED, ENDED, INHERITED),
}


def test_the_table_of_colours_is_that_of_the_workbook() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|[^|]+\|[^|]+\|$", MANUAL, re.MULTILINE)
    named = {kind: name for name, kind in rows if kind in COLOURS}
    assert named == dict(COLOUR_NAMES)
    assert set(COLOUR_NAMES) == {kind for kind in COLOURS if kind}


def test_each_picture_is_there_small_and_described() -> None:
    assert {path for _, path in PICTURES} == set(SHOWN)
    for words, path in PICTURES:
        assert len(words) > 8
        data = (DOCS / path).read_bytes()
        assert data.startswith(b"\x89PNG") and 10_000 < len(data) < 250_000


@pytest.mark.parametrize("path", sorted(SHOWN))
def test_the_pictures_show_the_colours_of_today(path: str) -> None:
    """A colour changed in the workbook makes the pictures wrong: they are to be taken again."""
    image = pytest.importorskip("PIL.Image").open(DOCS / path).convert("RGB")
    seen = {colour: count for count, colour in image.getcolors(1 << 24)}
    for kind in SHOWN[path]:
        wanted = tuple(int(COLOURS[kind][k : k + 2], 16) for k in (1, 3, 5))
        assert seen.get(wanted, 0) > 1_000, (path, kind)


def test_the_sample_plan_gives_what_the_pictures_show(tmp_path: Path) -> None:
    made = import_plan(None, DOCS / "sample-plan.txt", None, tmp_path / "任务分解表.xlsx")
    assert made.plan is not None and made.amended is not None
    assert [t.task_id for t in made.plan.tasks] == [f"2024-{n:03d}" for n in range(1, 11)]
    kinds = {mark.kind for row in made.amended.rows for mark in row.marks.values()} | {
        r.state for r in made.amended.rows
    }
    assert {DOUBT, NOTED, INHERITED, DEFAULT} <= kinds
    doubtful = [row.task.task_id for row in made.amended.rows if row.state == DOUBT]
    assert doubtful == ["2024-006", "2024-010"], "the task that lost its serial, and a day in January without a year"


@pytest.mark.parametrize("sheet", [CHANGES_SHEET, REVIEW_SHEET, DOUBTS_SHEET, GROUPS_SHEET, UNITS_SHEET])
def test_every_sheet_of_the_workbook_is_in_the_manual(sheet: str) -> None:
    assert sheet in MANUAL
