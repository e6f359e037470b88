"""Where the rows and columns of the issued sheet stand in the sheet that came back.

Labels are the anchors. They are matched by text (width, brackets and white space do not count), in order, so that an
inserted or deleted row moves what is below it and nothing else. A place between anchors that disagree is unknown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from toolkit.forms.form import SheetLayout
from toolkit.model import RawSheet, plain

_NEAREST = 6  # places tried for one label row or column: those nearest to where it was issued
_SAME_WORDS = 60  # likeness (0 … 100) from which on a changed label is still the same label
_WEIGHT = 4  # one more label in place outweighs up to four jumps


_folded = lru_cache(maxsize=16_384)(plain)


def folded(text: str) -> str:
    """`plain`, remembered for short texts: labels are the same in every workbook of a form."""
    return _folded(text) if len(text) <= 120 else plain(text)


@dataclass(frozen=True)
class Stretch:
    """A list's tag row and the rows added below it; None: nobody knows how many were issued."""

    tag_row: int
    added: int | None


@dataclass(frozen=True)
class Axis:
    """Template rows (or columns) → rows (columns) of the submitted sheet."""

    anchors: tuple[tuple[int, int], ...]  # (template, submitted), both rising
    stretch: Stretch | None = None
    lost: frozenset[int] = frozenset()  # template lines whose own labels are gone with the whole line
    doubtful: frozenset[int] = frozenset()  # lines where another label stands: perhaps another line, never read

    @cached_property
    def _expected(self) -> list[int]:
        return [e for e, _ in self.anchors]

    def find(self, line: int) -> int | None:
        """The submitted line for a template line, None where it cannot be known."""
        if line in self.lost:
            return None
        after = bisect_left(self._expected, line)
        if after < len(self.anchors) and self._expected[after] == line:
            return self.anchors[after][1]
        before = bisect_right(self._expected, line) - 1
        low = self.anchors[before] if before >= 0 else (0, 0)
        high = self.anchors[after] if after < len(self.anchors) else None
        below_tag = self.crosses(low[0], line)
        if high is None:
            if below_tag:
                added = self.stretch.added if self.stretch else 0
                return None if added is None else low[1] + line - low[0] + added
            return low[1] + line - low[0]
        if self.crosses(low[0], high[0]):
            chosen = high if below_tag else low
            return chosen[1] + line - chosen[0]
        if high[1] - high[0] != low[1] - low[0]:
            return None
        return low[1] + line - low[0]

    def crosses(self, low: int, high: int) -> bool:
        """True when the list's added rows lie between two template lines."""
        return self.stretch is not None and low <= self.stretch.tag_row < high


@dataclass(frozen=True)
class Grid:
    rows: Axis
    columns: Axis

    def place(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a template cell stands now, None where that is not certain."""
        if row in self.rows.doubtful or column in self.columns.doubtful:
            return None
        return self.label_place(row, column)

    def label_place(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a label should stand, even if something else does."""
        r, c = self.rows.find(row), self.columns.find(column)
        return (r, c) if r is not None and c is not None else None


def text_at(sheet: RawSheet, row: int, column: int) -> str:
    cell = sheet.cells.get((row, column))
    return cell.text if cell else ""


def alike(text: str, label: str) -> bool:
    """Exact, then but for width, brackets and white space."""
    return text == label or folded(text) == folded(label)


def reworded(text: str, label: str, known: Collection[str]) -> bool:
    """The label itself or recognisably the same in other words; never another label of the form."""
    if alike(text, label):
        return True
    if not text or folded(text) in known:
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(folded(text), folded(label)) >= _SAME_WORDS


def label_share(layout: SheetLayout, sheet: RawSheet) -> float:
    """How many of a template sheet's labels occur anywhere in a sheet: 0 … 1."""
    wanted = Counter(folded(text) for text in layout.labels.values())
    if not wanted:
        return 0.0
    present = Counter(folded(cell.text) for cell in sheet.cells.values() if cell.kind == "s")
    return sum((wanted & present).values()) / sum(wanted.values())


def planned_row(row: int, stretch: Stretch | None) -> int:
    """The row's number in the workbook as issued."""
    return row + (stretch.added or 0) if stretch and row > stretch.tag_row else row


def grid_of(layout: SheetLayout, sheet: RawSheet, stretch: Stretch | None) -> Grid:
    """The alignment of a template sheet with a submitted one; a sheet as issued costs one comparison per label."""
    if all(alike(text_at(sheet, planned_row(r, stretch), c), text) for (r, c), text in layout.labels.items()) and not (
        stretch and stretch.added is None
    ):
        rows = sorted({r for r, _ in layout.labels})
        columns = sorted({c for _, c in layout.labels})
        return Grid(
            Axis(tuple((r, planned_row(r, stretch)) for r in rows), stretch), Axis(tuple((c, c) for c in columns))
        )
    by_text: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (r, c), cell in sorted(sheet.cells.items()):
        by_text[folded(cell.text)].append((r, c))
    rows_axis = _row_axis(layout, sheet, stretch, by_text)
    return _with_doubts(layout, sheet, Grid(rows_axis, _column_axis(layout, sheet, rows_axis)))


def _with_doubts(layout: SheetLayout, sheet: RawSheet, grid: Grid) -> Grid:
    """Lines none of whose labels is in place, not even in other words, may be other lines: their cells are not read."""
    known = frozenset(folded(text) for text in layout.labels.values())
    sure_rows, sure_columns = ({e for e, _ in axis.anchors} for axis in (grid.rows, grid.columns))
    for (row, column), text in layout.labels.items():
        at = grid.label_place(row, column)
        if at is not None and reworded(text_at(sheet, *at), text, known):
            sure_rows.add(row)
            sure_columns.add(column)
    rows = frozenset(r for r, _ in layout.labels if r not in sure_rows)
    columns = frozenset(c for _, c in layout.labels if c not in sure_columns)
    return Grid(replace(grid.rows, doubtful=rows), replace(grid.columns, doubtful=columns))


def _row_axis(
    layout: SheetLayout, sheet: RawSheet, stretch: Stretch | None, by_text: Mapping[str, Sequence[tuple[int, int]]]
) -> Axis:
    wanted: dict[int, Counter[str]] = defaultdict(Counter)
    for (r, _), text in layout.labels.items():
        wanted[r][folded(text)] += 1
    scores: dict[int, Counter[int]] = {}
    for row, texts in wanted.items():
        scores[row] = Counter()
        for text, times in texts.items():
            for actual, count in Counter(r for r, _ in by_text.get(text, ())).items():
                scores[row][actual] += min(times, count)
    planned = _planner(sheet, stretch, max(wanted, default=0))
    axis = Axis(_align(scores, planned, stretch), stretch)
    used = {r for r, _ in sheet.cells}
    return _without_lost(axis, sorted(wanted), used)


def _planner(sheet: RawSheet, stretch: Stretch | None, last_label: int) -> Callable[[int], int]:
    if stretch is None or stretch.added is not None:
        return lambda row: planned_row(row, stretch)
    last_used = max((r for r, _ in sheet.cells), default=0)
    tag_row = stretch.tag_row  # below a list of unknown length rows are counted from the bottom
    return lambda row: row if row <= tag_row else max(row, last_used - (last_label - row))


def _column_axis(layout: SheetLayout, sheet: RawSheet, rows: Axis) -> Axis:
    by_row: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (r, c), cell in sorted(sheet.cells.items()):
        by_row[r][folded(cell.text)].append(c)
    scores: dict[int, Counter[int]] = defaultdict(Counter)
    for (r, c), text in layout.labels.items():
        actual = rows.find(r)
        for column in by_row[actual].get(folded(text), ()) if actual is not None else ():
            scores[c][column] += 1
    axis = Axis(_align(scores, lambda column: column, None))
    used = {c for _, c in sheet.cells}
    return _without_lost(axis, sorted({c for _, c in layout.labels}), used)


def _without_lost(axis: Axis, labelled: Sequence[int], used: set[int]) -> Axis:
    """A labelled line that matched nowhere and would fall on an empty line is gone, not renamed."""
    anchored = {e for e, _ in axis.anchors}
    lost = frozenset(x for x in labelled if x not in anchored and axis.find(x) not in used)
    return Axis(axis.anchors, axis.stretch, lost)


def _align(
    scores: Mapping[int, Mapping[int, int]], planned: Callable[[int], int], stretch: Stretch | None
) -> tuple[tuple[int, int], ...]:
    """The rising pairing with most labels in place and, among those, fewest jumps."""
    pairs: list[tuple[int, int, int]] = []
    for line in sorted(scores):
        nearest = sorted(scores[line].items(), key=lambda item: (abs(item[0] - planned(line)), item[0]))[:_NEAREST]
        pairs += sorted((line, actual, score) for actual, score in nearest)
    bridge = Axis((), stretch)

    def jump(low: tuple[int, int], high: tuple[int, int]) -> int:
        return 0 if bridge.crosses(low[0], high[0]) or high[1] - high[0] == low[1] - low[0] else 1

    best: list[tuple[int, int]] = []  # (worth, index of the pair before or -1)
    for n, (line, actual, score) in enumerate(pairs):
        here = (line, actual)
        worth, before = -jump((0, 0), here), -1
        for k in range(n):
            if pairs[k][0] < line and pairs[k][1] < actual:
                candidate = best[k][0] - jump((pairs[k][0], pairs[k][1]), here)
                if candidate > worth:
                    worth, before = candidate, k
        best.append((worth + score * _WEIGHT, before))
    chain: list[tuple[int, int]] = []
    at = max(range(len(best)), key=lambda n: best[n][0], default=-1)
    while at >= 0:
        chain.append((pairs[at][0], pairs[at][1]))
        at = best[at][1]
    return tuple(reversed(chain))


# ---------------------------------------------------------------- what was inserted or deleted


@dataclass(frozen=True)
class Shift:
    """Lines inserted (`count` > 0) or deleted (< 0) between two anchors.

    `first` … `last`: for an insertion the submitted lines between the anchors, for a deletion the template lines;
    exact when they are as many as `count` says.
    """

    count: int
    first: int
    last: int

    @property
    def exact(self) -> bool:
        return self.last - self.first + 1 == abs(self.count)


def shifts(axis: Axis) -> tuple[Shift, ...]:
    """Every place where the distance between neighbouring anchors changed; growth of the list itself is none."""
    found: list[Shift] = []
    low = (0, 0)
    for high in axis.anchors:
        change = (high[1] - low[1]) - (high[0] - low[0])
        if change > 0 and not axis.crosses(low[0], high[0]):
            found.append(Shift(change, low[1] + 1, high[1] - 1))
        elif change < 0 and not axis.crosses(low[0], high[0]):
            found.append(Shift(change, low[0] + 1, high[0] - 1))
        low = high
    covered = {n for s in found if s.count < 0 for n in range(s.first, s.last + 1)}
    found += [Shift(-1, line, line) for line in sorted(axis.lost) if line not in covered]
    return tuple(found)
