"""The category path of each row: labels filled down, kept at page breaks, or spread around where they stand in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.plan.table.centred import is_centred, labels_of
from toolkit.plan.table.grid import Grid, GridRow
from toolkit.plan.table.print_model import LabelRow
from toolkit.plan.words.kinds import CATEGORY, MEASURE, REQUIREMENT, UNIT_ROLES, is_same_as_above
from toolkit.plan.words.labels import bare, label, level_of, once, squeeze, stacked, without_markup, without_numeral

_UNDER = "\x1f"  # between two labels printed in one cell
PathOf = tuple[tuple[str, ...], str, tuple[str, ...]]


def paths_of(grid: Grid) -> list[PathOf]:
    """For each row its path, the place it was inherited from ("" = its deepest label is its own), the printed cells."""
    columns = grid.columns
    assert columns is not None
    categories = columns.of(CATEGORY)
    if categories and not grid.table.spans_known:
        rows = {c: [label_row(grid, row, c) for row in grid.rows] for c in categories}
        centred = [c for c in categories if is_centred(rows[c], c == categories[0])]
        if centred:  # one table prints all its merged cells alike
            centred = [c for c in categories if c in centred or not all(row.text.strip() for row in rows[c])]
        if centred:
            return _centred_paths(grid, rows, centred)
    found: list[PathOf] = []
    current: list[tuple[str, str]] = []  # (label, place)
    section: tuple[str, ...] = ()
    for row in grid.rows:
        if row.section != section:
            section, current = row.section, []
        printed = [(level, row.own(c)) for level, c in enumerate(categories) if row.own(c).strip("\xa0 \t\n\u3000")]
        current = _step(grid, row, current, printed, categories)
        path = (*section, *_parted(name for name, _ in current))
        deepest = next((where for name, where in reversed(current) if name), "")
        said = tuple(text for _, text in printed if not is_same_as_above(text))
        origin = deepest if deepest and deepest != grid.place(row) and not said else ""
        found.append((path, origin, said))
    return found


def _step(
    grid: Grid, row: GridRow, current: list[tuple[str, str]], printed: list[tuple[int, str]], categories: Sequence[int]
) -> list[tuple[str, str]]:
    """The path after one row. A label printed again at a page break is no new one and keeps what is below it."""
    here = grid.place(row)
    levels = list(current)
    for level, text in printed:
        name = _name(text, current[level][0] if level < len(current) else "")
        if is_same_as_above(text):
            levels = (
                levels if level < len(levels) or level >= len(current) else [*levels, *current[len(levels) : level + 1]]
            )
            continue
        if level < len(levels) and bare(levels[level][0]) == bare(name):
            wider = level == 0 and len(levels) > 1 and not any(k > level for k, _ in printed)
            if wider and grid.table.spans_known and categories[level] in row.wide:
                levels = levels[: level + 1]
            continue
        levels = levels[:level] + [("", here)] * (level - len(levels)) + [(name, here)]
    return levels


def _name(text: str, before: str) -> str:
    """The label of a cell. 一、提升质量（一）深化财政公开 in one cell is two; a cell （二）… below it goes on under the first."""
    flat = squeeze(without_markup(once(text)[0]))
    parts = stacked(flat)
    above, under, _ = before.partition(_UNDER)
    if len(parts) == 1 and under and level_of(flat) == 2:
        return f"{above}{_UNDER}{label(text)}"
    return _UNDER.join(map(label, parts)) if len(parts) > 1 else label(text)


def _parted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for name in names for part in name.split(_UNDER) if part)


def label_row(grid: Grid, row: GridRow, category: int) -> LabelRow:
    """A row as the placing of centred texts in column `category` needs it."""
    roles = grid.columns.roles if grid.columns else ()
    others = tuple(
        (row.texts[c], 28 if role in (REQUIREMENT, MEASURE) else (11 if role in UNIT_ROLES else 9))
        for c, role in enumerate(roles)
        if c != category
    )
    text = row.own(category)
    return LabelRow("" if is_same_as_above(text) else once(text)[0], others, row.page, row.block)


def _centred_paths(grid: Grid, rows: dict[int, list[LabelRow]], centred: Sequence[int]) -> list[PathOf]:
    """Column by column: centred labels govern the rows around them, the others those below them."""
    columns: dict[int, list[LabelOf]] = {}
    limits: frozenset[int] = frozenset()
    for c in sorted(rows, reverse=True):
        columns[c], limits = _around(grid, rows[c], c, limits) if c in centred else (_below(grid, c), frozenset())
    found: list[PathOf] = []
    for k, row in enumerate(grid.rows):
        cells = [entries[k] for _, entries in sorted(columns.items())]
        names = _parted(name for name, _, _ in cells)
        origin = next((where for name, where, _ in reversed(cells) if name), "")
        found.append(((*row.section, *names), origin, tuple(text for _, _, text in cells if text)))
    return found


LabelOf = tuple[str, str, str]  # name, place it is taken from ("" = its own), text printed in the row


def _around(
    grid: Grid, rows: list[LabelRow], category: int, limits: frozenset[int]
) -> tuple[list[LabelOf], frozenset[int]]:
    """The label of each row, and the rows with which blocks begin."""
    labels, scraps = labels_of(rows, limits)
    damaged = dict(scraps)
    found: list[LabelOf] = []
    at = 0
    for k, row in enumerate(grid.rows):
        while at + 1 < len(labels) and labels[at].end < k:
            at += 1
        mine = labels[at] if labels and labels[at].start <= k <= labels[at].end else None
        own = bool(mine and mine.first <= k <= mine.last)
        name = squeeze(without_numeral(mine.text)).rstrip("。") if mine else ""
        origin = grid.place(grid.rows[mine.first]) if mine and not own else ""
        found.append((name, origin, row.own(category) if k not in damaged and row.own(category).strip() else ""))
    return found, frozenset(entry.start for entry in labels)


def _below(grid: Grid, category: int) -> list[LabelOf]:
    found: list[LabelOf] = []
    name = where = ""
    block = -1
    for row in grid.rows:
        text = row.own(category)
        if row.block != block:
            name, where, block = "", "", row.block
        if text.strip("\xa0 \t\n\u3000"):
            name, where = _name(text, name), grid.place(row)
        found.append((name, "" if where == grid.place(row) else where, text if text.strip() else ""))
    return found
