"""The tables of a document, laid one after the other; titles above tables of one kind are categories (catalogue, 1: D15)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from toolkit.plan.document_head import numbered_title
from toolkit.plan.parts import SourceDocument, SourceText
from toolkit.plan.table.columns import Columns
from toolkit.plan.table.cut import mend
from toolkit.plan.table.grid import Grid, lay
from toolkit.plan.words.labels import label, level_of, squeeze, stacked

_NO_TITLE = re.compile(
    r"附件|20\d\d\s*年|分解表|台账|方案|要点|任务表|续表|（续）|单位[:：]|填报|填表|[。；]|日期|此页"
)
_LONGEST = 40
Titles = tuple[tuple[int, str], ...]  # (level of the numeral, label)


def tables_of(document: SourceDocument) -> list[Grid]:
    """Tables that can be plans. A table without headings right after one with them may be its next page."""
    grids: list[Grid] = []
    before: Columns | None = None
    numbered: list[Titles] = []
    named: list[str] = []
    over: Titles = ()  # numbered titles right above, outermost first
    plain = ""
    for block in document.blocks:
        if isinstance(block, SourceText):
            over, plain = _below(over, block.text), _plain_title(block.text)
            continue
        grid = lay(block, before)
        mend(grid)
        grids.append(grid)
        over = _below(over, grid.title) or over
        numbered.append(_with_chapter(over, numbered))
        named.append(_plain_title(grid.title) or plain)
        over, plain = (), ""
        if grid.columns is not None:
            before = grid.columns
    paths = [tuple(name for _, name in titles) for titles in numbered]
    _go_on(grids, paths)
    single = [(title,) if title else () for title in _of_one_kind(grids, named)]
    _under_titles(grids, paths if sum(1 for path in paths if path) >= 2 else single)
    return grids


def _below(over: Titles, text: str) -> Titles:
    """The numbered titles after one more line: it closes those of its own level and finer ones, any other line all."""
    for part in stacked(squeeze(text)):
        name, level = numbered_title(part), level_of(part)
        over = (*(entry for entry in over if entry[0] < level), (level, name)) if name else ()
    return over


def _with_chapter(over: Titles, before: Sequence[Titles]) -> Titles:
    """（二） above a table stands in the chapter of （一） above the table in front."""
    if not over or not before:
        return over
    return (*(entry for entry in before[-1] if entry[0] < over[0][0]), *over)


def _go_on(grids: list[Grid], paths: list[tuple[str, ...]]) -> None:
    """A title between two pages of one table is a section line like those inside it: it holds until the next one."""
    for k in range(1, len(grids)):
        before, grid = grids[k - 1], grids[k]
        if paths[k] and before.header == grid.header and any(row.section for row in before.rows):
            grid.rows = [row if row.section else replace(row, section=paths[k]) for row in grid.rows]
            paths[k] = ()


def _under_titles(grids: list[Grid], paths: Sequence[tuple[str, ...]]) -> None:
    """One title may be the heading of a chapter; several are categories."""
    for grid, path in zip(grids, paths, strict=True):
        if path:
            grid.rows = [replace(row, section=(*path, *row.section)) for row in grid.rows]


def _of_one_kind(grids: list[Grid], titles: list[str]) -> list[str]:
    """The titles of those tables that share their heading with another one under a different title."""
    alike = Counter(grid.header for grid in grids if grid.header)
    kept = [title if grid.header and alike[grid.header] >= 2 else "" for grid, title in zip(grids, titles, strict=True)]
    return kept if len({title for title in kept if title}) >= 2 else [""] * len(grids)


def _plain_title(text: str) -> str:
    flat = squeeze(text)
    return "" if len(flat) > _LONGEST or _NO_TITLE.search(flat) else label(flat)
