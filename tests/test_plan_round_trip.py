"""A random plan rendered into each layout of the catalogue and read back is the same plan.

Every table of the catalogue (plan_profiles) in every flattening (plan_layouts): which merged cells come out blank, filled,
left out, shifted or printed several times is the style; how rows become text is the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import plan_layouts as kit
from tests.plan_kit import codes, read
from tests.plan_layouts import Drawn, Rows, draw, found, wanted, without_marks
from tests.plan_profiles import PROFILES

FORMS: dict[str, Callable[[Rows], str]] = {
    "cells": kit.cells, "tight": kit.tight, "bare": kit.bare, "bare_tight": kit.bare_tight, "bare_spread": kit.bare_spread,
    "tabs": kit.tabs, "tabs_broken": kit.tabs_broken, "pipes": kit.pipes, "pipes_broken": kit.pipes_broken,
    "pipes_spread": kit.pipes_spread, "pipes_open": kit.pipes_open, "spaced": kit.spaced,
    "pipes_single": kit.pipes_single, "pipes_single_kept": kit.pipes_single_kept,
}  # fmt: skip
STYLES: dict[str, Callable[[Random, Drawn], list[list[str]]]] = {
    "blank": lambda _, d: kit.blank(d), "filled": lambda _, d: kit.filled(d), "dropped": lambda _, d: kit.dropped(d),
    "shifted": lambda _, d: kit.shifted(d), "copies": kit.copies,
}  # fmt: skip
# What a flattening that leaves no trace of a blank cell cannot show is left to the tests further below.
EXACT = {
    "cells": ("blank", "filled", "dropped", "shifted", "copies"), "tight": ("blank", "filled", "copies"),
    "bare": ("filled",), "bare_tight": ("filled",), "bare_spread": ("filled",), "tabs": ("blank", "filled", "shifted", "copies"),
    "tabs_broken": ("blank", "filled", "copies"), "pipes": ("blank", "filled", "dropped", "shifted", "copies"),
    "pipes_broken": ("blank", "copies", "shifted"), "pipes_spread": ("blank", "shifted"), "pipes_open": ("blank", "dropped", "copies"),
    "spaced": ("filled",), "pipes_single": ("filled",), "pipes_single_kept": ("blank", "filled"),
}  # fmt: skip
quiet = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.differing_executors],
)
profiles = st.sampled_from(sorted(PROFILES))
seeds = st.integers(0, 9999)


def drawn(profile: str, seed: int, least: int = 12, lists: bool = True) -> tuple[Random, Drawn]:
    chance = Random(f"{profile}{seed}")
    return chance, draw(chance, PROFILES[profile], chance.randint(least, 30), lists)


def text_of(form: str, style: str, chance: Random, table: Drawn) -> str:
    return kit.on_page(FORMS[form]([table.header, *STYLES[style](chance, table)]))


@pytest.mark.parametrize(("form", "style"), [(form, style) for form, styles in EXACT.items() for style in styles])
@quiet
@given(profile=profiles, seed=seeds)
def test_text_in_every_flattening(form: str, style: str, profile: str, seed: int) -> None:
    chance, table = drawn(profile, seed)
    plan = read(text_of(form, style, chance, table))
    assert found(plan) == wanted(table, blank=style != "filled")


@pytest.mark.parametrize("form", ["cells", "tight", "bare_spread", "pipes_broken", "pipes_spread"])
@quiet
@given(profile=profiles, seed=seeds)
def test_cells_of_several_paragraphs(form: str, profile: str, seed: int) -> None:
    """M12: blank lines inside a cell, as the paragraphs of a list come out, do not end it."""
    _, table = drawn(profile, seed)
    blanks = form != "bare_spread"
    rows = kit.blank(table) if blanks else kit.filled(table)
    parted = [[cell.replace("\n", "\n\n") for cell in row] for row in rows]
    assert found(read(kit.on_page(FORMS[form]([table.header, *parted])))) == wanted(table, blank=blanks)


@pytest.mark.parametrize("render", [kit.as_word, kit.as_excel])
@quiet
@given(profile=profiles, seed=seeds)
def test_true_tables(render: Callable[[Drawn], tuple[bytes, str]], profile: str, seed: int) -> None:
    _, table = drawn(profile, seed)
    data, name = render(table)
    assert found(read(data, name)) == wanted(table)


@pytest.mark.parametrize("form", ["cells", "bare_tight", "tabs", "pipes", "spaced"])
@pytest.mark.parametrize("repeat", [True, False])
@quiet
@given(profile=profiles, seed=seeds)
def test_pages_with_numbers_and_repeated_headings(form: str, repeat: bool, profile: str, seed: int) -> None:
    if form == "pipes" and not repeat:
        return  # a row of bars without a heading above it is another table, read with the columns of the one before
    _, table = drawn(profile, seed)
    blanks = form in ("cells", "tabs", "pipes")
    rows = kit.blank(table) if blanks else kit.filled(table)
    plan = read(kit.ABOVE + kit.paged(FORMS[form], table.header, rows, 9, repeat) + kit.BELOW)
    assert found(plan) == wanted(table, blank=blanks)


# ---------------------------------------------------------------- what a flattening leaves open is said, and little is lost


@pytest.mark.parametrize("form", ["tight", "bare_tight", "bare_spread"])
@quiet
@given(profile=profiles, seed=seeds)
def test_rows_without_separator_are_said_to_be_uncertain(form: str, profile: str, seed: int) -> None:
    """M14: read by the pattern of the cells, and warned of."""
    chance, table = drawn(profile, seed)
    assert "PLN-104" in codes(read(text_of(form, "filled", chance, table)))


@pytest.mark.parametrize("form", ["bare", "bare_tight", "bare_spread", "spaced", "tabs", "tabs_broken"])
@quiet
@given(profile=profiles, seed=seeds)
def test_where_blank_cells_leave_no_trace_nearly_every_task_is_found(form: str, profile: str, seed: int) -> None:
    """Cells left out without a trace: a lone text may be a label or a task, and two rows may be one."""
    chance, table = drawn(profile, seed)
    plan = read(text_of(form, "dropped", chance, table))
    truth = {t.requirement for t in wanted(table)}
    read_back = {t.requirement for t in found(plan)}
    assert len(truth & read_back) >= 0.8 * len(truth)
    assert len(plan.tasks) <= len(truth) + 2


@pytest.mark.parametrize("form", ["tabs", "cells", "pipes"])
@quiet
@given(profile=st.sampled_from(("S003", "D02", "D03", "D18")), seed=seeds)
def test_labels_in_the_vertical_middle(form: str, profile: str, seed: int) -> None:
    """M5: rows above a label belong to a label too, everything else of a task is exact, and that limits are a guess is said."""
    chance, table = drawn(profile, seed, lists=False)
    rows = kit.middle(kit.paper(chance), table)
    assume(_begins_blank(table, rows))
    plan = read(kit.on_page(FORMS[form]([table.header, *rows])))
    truth = wanted(table)
    assert [replace(t, path=()) for t in without_marks(found(plan))] == [
        replace(t, path=()) for t in without_marks(truth)
    ]
    assert all(t.path for t in plan.tasks)
    wrong = [t for t, w in zip(plan.tasks, truth, strict=True) if t.path != w.path]
    assert not wrong or "PLN-124" in codes(plan)


def _begins_blank(table: Drawn, rows: list[list[str]]) -> bool:
    """The first row prints no label: only then can anybody see that labels stand in the middle."""
    return not next(row for row in rows if len(row) > 1)[table.profile.roles.index("category")]


def test_most_labels_in_the_vertical_middle_find_their_rows() -> None:
    """What the paper leaves open by a line is a guess; it is right for nearly all rows."""
    right = rows = 0
    for profile in ("S003", "D02", "D03"):
        for seed in range(24):
            chance, table = drawn(profile, seed, lists=False)
            printed = kit.middle(kit.paper(chance), table)
            if not _begins_blank(table, printed):
                continue
            plan = read(kit.on_page(kit.tabs([table.header, *printed])))
            right += sum(t.path == w.path for t, w in zip(plan.tasks, wanted(table), strict=True))
            rows += len(table.rows)
    assert right >= 0.92 * rows


@quiet
@given(profile=profiles, seed=seeds, where=st.integers(1, 8))
def test_two_rows_run_together_are_reported(profile: str, seed: int, where: int) -> None:
    """M13: the end of one requirement and the beginning of the next in the wrong row; every other task stays as it is."""
    _, table = drawn(profile, seed, lists=False)
    column = table.profile.roles.index("requirement")
    rows = [[*row[:column], f"{row[column].rstrip('。，')}。", *row[column + 1 :]] for row in kit.filled(_flat(table))]
    for k, row in enumerate(rows):
        row[column] = f"{row[column].rstrip('。')}，按第{k + 1}批要求落实到位。"
    rows[where][column] += "积极拓展服务功能，有序开展政策现场解读、综合"
    rows[where + 1][column] = "政策咨询等活动，推动公开与服务深度融合。"
    plan = read(kit.tabs([table.header, *rows]))
    assert len(plan.tasks) == len(rows)
    assert {"PLN-115"} <= {f.code for f in plan.tasks[where].findings} & {
        f.code for f in plan.tasks[where + 1].findings
    }


def _flat(table: Drawn) -> Drawn:
    """Without section lines."""
    return Drawn(table.profile, table.rows, table.covered)
