"""Rows that a flattening left: which columns they have, how they came out of merged cells, and every cell under its column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from toolkit.plan.table.align import Manner, place, suits
from toolkit.plan.table.columns import Columns, understand_columns
from toolkit.plan.table.course import BLANK as BEFORE_ROW
from toolkit.plan.table.guess import read_course
from toolkit.plan.words.kinds import CATEGORY, OTHER, REQUIREMENT, SERIAL, fit, heading_roles
from toolkit.plan.words.labels import level_of, squeeze, without_markup

OWN, BLANK, ABSENT, DOWN, ACROSS = "own", "blank", "absent", "down", "across"
Laid = tuple[tuple[str, ...], tuple[str, ...], int, bool, tuple[int, ...]]
_SAMPLE = 120  # rows are enough to judge columns by

# ---------------------------------------------------------------- columns


def flat_columns(header: list[str], rows: list[list[str]], width: int) -> Columns:
    """The columns of rows of full width, judged by the rows that fill their last column: one shifted left has blanks there.

    Under a 备注 hardly filled all rows have: then each group of rows that are filled equally far proposes columns, and those
    that suit all rows best are taken; the shifted ones may be most."""
    ended = [r for r in rows if r[-1].strip() and r[0].strip()]
    first = understand_columns(header, ended or rows, width)
    remarks = bool(header) and heading_roles(header[-1])[:1] == (OTHER,)
    if not header or len(ended) * 10 > len(rows) * 7 or (ended and not remarks):
        return first
    groups: dict[int, list[list[str]]] = {}
    for row in rows:
        if row[0].strip():
            groups.setdefault(max(k for k, c in enumerate(row) if c.strip()), []).append(row)
    tried = [first, *(understand_columns(header, groups[far], width) for far in sorted(groups, reverse=True))]
    different = list({columns.roles: columns for columns in reversed(tried)}.values())[::-1]
    if len(different) < 2:
        return first
    return max(different, key=lambda columns: round(sum(suits(r, columns.roles) for r in rows[:_SAMPLE]), 3))


def ragged(header: list[str], rows: list[list[str]], width: int) -> Columns:
    """No row is whole (blank cells left nothing): the course of the cells tells the roles."""
    sample = rows[:_SAMPLE]
    texts = [t for row in sample for t in row]
    gaps = [BEFORE_ROW if k == 0 else 0 for row in sample for k in range(len(row))]
    reading = read_course(header, texts, gaps, loose=False)
    if reading is None or len(reading.roles) != width or len(header) != width:
        return understand_columns(header, rows, width)
    return Columns(reading.roles, tuple(header))


def again(columns: Columns, header: list[str], rows: list[list[str]]) -> Columns:
    """The columns judged once more by all rows, each laid as the first judgement has it: few rows may be whole."""
    odd = sum(1 for row in rows if len(row) != columns.width or not row[-1].strip())
    if odd * 10 < len(rows) * 3:
        return columns
    for _ in range(2):
        laid = [_spread_out(row, columns) for row in rows[:_SAMPLE]]
        better = understand_columns(header, laid, columns.width)
        if better.roles == columns.roles:
            break
        columns = better
    return columns


def _spread_out(row: list[str], columns: Columns) -> list[str]:
    texts = [""] * columns.width
    for cell, spot in zip(row, place(row, columns.roles), strict=True):
        if spot is not None:
            texts[spot] = cell
    return texts


# ---------------------------------------------------------------- rows


def manner_of(rows: Sequence[Sequence[str]], columns: Columns) -> Manner:
    """Whether cells below a merged label come out blank (else they are left out of their rows), how labels are numbered, and
    whether rows are shifted left."""
    end = max(columns.of(CATEGORY), default=-1) + 1
    blank = sum(1 for row in rows if any(not text.strip() and any(row[c + 1 :]) for c, text in enumerate(row[:end])))
    upper = blank > sum(1 for row in rows if _left_out(row, columns))  # the commoner way: a row or two may be damaged
    full = [row for row in rows if len(row) == columns.width and not row[-1].strip()]
    moved = sum(1 for row in full if place(row, columns.roles) != tuple(range(len(row))))
    return Manner(upper, _styles(rows, columns), moved >= 2)


def _left_out(row: Sequence[str], columns: Columns) -> bool:
    """A row without any cell for its merged labels: the requirement stands right behind the serial."""
    if not columns.of(CATEGORY):
        return False
    first = 1 if columns.roles[:1] == (SERIAL,) else 0
    size = max((k + 1 for k, text in enumerate(row) if text.strip()), default=0)
    if not first < size <= columns.width - len(columns.of(CATEGORY)) or not all(
        text.strip() for text in row[: first + 1]
    ):
        return False
    return fit(row[first], REQUIREMENT) > fit(row[first], CATEGORY)


def _styles(rows: Sequence[Sequence[str]], columns: Columns) -> tuple[int, ...]:
    """The numbering level that the labels of each category column carry, where it is that column's alone."""
    categories = columns.of(CATEGORY)
    if len(categories) < 2:
        return ()
    seen: list[Counter[int]] = [Counter() for _ in columns.roles]
    for row in rows:
        if len(row) == columns.width and place(row, columns.roles) == tuple(range(len(row))):
            for c in categories:
                seen[c][level_of(squeeze(without_markup(row[c])))] += 1
    styles = [counter.most_common(1)[0][0] if counter else 0 for counter in seen]
    return tuple(style if styles.count(style) == 1 else 0 for style in styles) if any(styles) else ()


def placed(cells: list[str], columns: Columns, manner: Manner) -> Laid:
    """Texts and states of a flattened row, by content."""
    while len(cells) > columns.width and not cells[-1].strip():
        cells = cells[:-1]
    spots = place(cells, columns.roles, manner)
    texts = [""] * columns.width
    states = [ABSENT] * columns.width
    for cell, spot in zip(cells, spots, strict=True):
        if spot is not None:
            joined = f"{texts[spot]}\n{cell}".strip("\n") if texts[spot] else cell
            texts[spot], states[spot] = joined, OWN if joined.strip("\xa0 \t\u3000\n") else BLANK
    shifted = len(cells) >= columns.width and spots != tuple(range(len(cells)))
    return tuple(texts), tuple(states), max(0, columns.width - len(cells)), shifted, ()
