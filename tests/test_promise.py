"""Where 自检 says 可以报送, the batch accepts: for anything that people may do to the cells of an issued workbook."""

from __future__ import annotations

import random
from datetime import date
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conformance_page import PAGE
from tests.libreoffice import SOFFICE, Referee
from tests.promise import (
    ERROR,
    OUTSIDE,
    TRUE,
    Blank,
    Changes,
    Place,
    blanks,
    blocking_codes,
    breaks_the_rest,
    day,
    is_outside,
    judged,
    number,
    outside_lines,
    page,
    ready,
    sound,
    surprises,
    text,
)
from tests.promise_files import as_file, shown_lines
from tests.recalculated import errors, values
from toolkit.findings import CODES, Level
from toolkit.forms.form import NUMBER_TYPES, Field
from toolkit.model import RawCell, Verdict

NUMBERS = [
    0,
    0,
    0,
    1,
    1,
    2,
    3,
    -1,
    -3,
    "2.5",
    "0.1",
    1234567,
    "1E+15",
    "99999999999999999999",
    45_420,
    45_292,
    60,
    73_051,
    "45420.5",
]
TEXTS = [
    "12", "１２", " 12 ", "12件", "1,200", "约20", "12（含上年2件）", "/", "—", "-", "无", " / ", "　", " ", "\n", "第一行\n第二行", "=1+1", "*", "TRUE",
    "2024-05-08", "2024年5月8日", "2024.5.8", "20240508", "五月八日", "5月8日", "2024-13-01", "待定", "1999-05-01", "２０２４－０５－０８",
    "进行中", "已完成", " 已完成 ", "已完成。", "办理中", "进行中、已完成", "本期无新进展", "不涉及", "是", "否", "有", "√", "Abc", "x" * 500, "长" * 3000,
    "已印发通知，办理完毕", "短", "\u200b", "a\u00a0b", "第1项已印发通知", "<b>", "13800138000",
]  # fmt: skip
DAYS = st.one_of(
    st.dates(date(2023, 1, 1), date(2025, 12, 31)), st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from([date(1999, 12, 31), date(2100, 1, 1), date(1900, 3, 1)]),
)  # fmt: skip


def fitting(item: Field) -> list[RawCell | None]:
    """What fits the field, more or less."""
    if item.type in NUMBER_TYPES:
        return [number(0), number(0), number(1), text("/"), text("无"), text(" — "), None]
    if item.type == "日期":
        return [day(date(2024, 1, 1)), day(date(2024, 5, 8)), day(date(2024, 6, 30)), number(45_420), None, text("/")]
    if item.type in ("选项", "多选", "是否"):
        return [text(word) for word in ("进行中", "已完成", "持续推进", " 进行中", "是", "否")]
    return [text(word) for word in TEXTS]


ANYTHING: list[RawCell | None] = [*map(number, NUMBERS), *map(text, TEXTS), TRUE, ERROR, None]


def cells(item: Field) -> st.SearchStrategy[RawCell | None]:
    """Mostly what fits the field, so that many workbooks stay ready."""
    good = st.sampled_from(fitting(item))
    return st.one_of(good, good, st.sampled_from(ANYTHING), DAYS.map(day))


@st.composite
def changes(draw: st.DrawFn, blank: Blank) -> dict[Place, RawCell | None]:
    """A careful workbook with some cells changed, one in eight of them a locked one."""
    made = sound(blank)
    every, free = list(blank.fields), blank.free()
    for _ in range(draw(st.integers(0, 6))):
        among = every if draw(st.integers(0, 7)) == 0 else free
        place = among[draw(st.integers(0, len(among) - 1))]
        made[place] = draw(cells(blank.fields[place][0]))
    return made


WHICH = st.integers(0, len(blanks()) - 1)
NAMES = [b.form.id for b in blanks()]


@pytest.mark.parametrize("name", NAMES)
def test_a_carefully_filled_workbook_is_ready_and_accepted(name: str) -> None:
    blank = next(b for b in blanks() if b.form.id == name)
    assert ready(blank, sound(blank))
    assert judged(blank, sound(blank))[0] in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_NOTES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_what_the_sheet_calls_ready_is_accepted(name: str, data: st.DataObject) -> None:
    blank = next(b for b in blanks() if b.form.id == name)
    assert surprises(blank, data.draw(changes(blank))) == []


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_number_cell_whatever_it_holds(data: st.DataObject) -> None:
    """Alone, so that no relation hides what the cell's own check lets pass."""
    blank = blanks()[0]
    place = next(p for p in blank.free() if blank.fields[p][0].name == "t2.fees.amount")
    kind = st.one_of(st.sampled_from(NUMBERS).map(number), st.sampled_from(TEXTS).map(text), DAYS.map(day))
    made: Changes = sound(blank) | {place: data.draw(kind)}
    assert surprises(blank, made) == []


@example(typed=date(2024, 3, 5))
@given(typed=st.dates(date(2023, 1, 1), date(2025, 12, 31)))
@settings(max_examples=30, deadline=None)
def test_a_day_typed_into_a_number_cell_is_seen_by_both(typed: date) -> None:
    """3-5 in a cell without format becomes the fifth of March: the sheet sees 45356, the batch a day."""
    blank = blanks()[0]
    place = next(p for p in blank.free() if blank.fields[p][0].name == "t2.fees.amount")
    made: Changes = sound(blank) | {place: day(typed)}
    assert not ready(blank, made)
    assert [f.code for f in judged(blank, made)[1] if f.level is Level.FIX] == ["IN-505"]


def test_a_count_that_looks_like_a_day_is_accepted_all_the_same() -> None:
    blank = blanks()[0]
    place = next(p for p in blank.free() if blank.fields[p][0].name == "t2.fees.amount")
    made: Changes = sound(blank) | {place: number(45_420)}
    assert not ready(blank, made) and judged(blank, made)[0] is Verdict.ACCEPTED_WITH_NOTES
    assert "可以直接报送" in page(blank, made).decode()


def test_the_property_is_not_empty() -> None:
    """Enough of the workbooks are ready, and enough are not."""
    counts = {True: 0, False: 0}

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        blank = blanks()[data.draw(WHICH)]
        counts[ready(blank, data.draw(changes(blank)))] += 1

    run()
    assert min(counts.values()) >= 25, counts


# ---------------------------------------------------------------- what a sheet cannot know


def test_every_code_that_blocks_is_the_sheet_s_business_or_written_down() -> None:
    inside = [c for c in blocking_codes() if not is_outside(c)]
    assert inside == [
        "IN-416",
        "IN-503",
        "IN-504",
        "IN-505",
        "IN-506",
        "IN-514",
        "IN-515",
        "IN-516",
        "ROW-101",
        "TAB-101",
    ]
    assert [known for known in OUTSIDE if not any(c.startswith(known) for c in CODES)] == []


def test_the_page_lists_what_a_sheet_cannot_know() -> None:
    text_of_page = PAGE.read_text(encoding="utf-8")
    assert [line for line in outside_lines() if line not in text_of_page] == [], "make conformance"


# ---------------------------------------------------------------- LibreOffice says the same


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_shows_the_page_that_we_reckon_with(tmp_path: Path) -> None:
    """The property rests on our own reckoning of the sheet; here LibreOffice computes the same workbooks."""
    rng, cases = random.Random(11), {}
    for n in range(48):
        blank = blanks()[n % len(blanks())]
        made, places = sound(blank), rng.sample(blank.free(), rng.randrange(7))
        for place in places:
            item = blank.fields[place][0]
            made[place] = rng.choice(
                fitting(item) if rng.random() < 0.7 else [*ANYTHING, day(date(2024, 3, 5)), day(date(2019, 3, 5))]
            )
        cases[f"p{n:02d}"] = blank, made
    out = Referee(tmp_path).recalculate({name: as_file(blank, made) for name, (blank, made) in cases.items()})
    wrong = []
    for name, (blank, made) in cases.items():
        theirs = values(out[name], "自检")
        if errors(out[name], "自检"):
            wrong.append(f"{name}: error values")
        alike = breaks_the_rest(blank, made) or shown_lines(theirs) == shown_lines(page(blank, made))
        if str(theirs["A2"]).startswith("√") is not ready(blank, made) or not alike:
            ours = shown_lines(page(blank, made))
            wrong += [f"{name} {blank.form.id}: {a} | {b}" for a, b in zip_longest(shown_lines(theirs), ours) if a != b]
    assert wrong == [], "\n".join(wrong)
    assert sum(ready(*case) for case in cases.values()) >= 10
