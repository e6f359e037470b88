"""The tables of a document, laid one after the other; titles above tables of one kind are categories (catalogue, 1: D15)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from toolkit.plan.document_head import numbered_title
from toolkit.plan.parts import SourceDocument, SourceText
from toolkit.plan.table.columns import Columns
from toolkit.plan.table.grid import Grid, lay
from toolkit.plan.words.labels import label, squeeze

_NO_TITLE = re.compile(
    r"附件|20\d\d\s*年|分解表|台账|方案|要点|任务表|续表|（续）|单位[:：]|填报|填表|[。；]|日期|此页"
)
_LONGEST = 40


def tables_of(document: SourceDocument) -> list[Grid]:
    """Tables that can be plans. A table without headings right after one with them may be its next page."""
    grids: list[Grid] = []
    before: Columns | None = None
    numbered: list[str] = []
    named: list[str] = []
    title = plain = ""
    for block in document.blocks:
        if isinstance(block, SourceText):
            title, plain = numbered_title(block.text), _plain_title(block.text)
            continue
        grid = lay(block, before)
        grids.append(grid)
        numbered.append(numbered_title(grid.title) or title)
        named.append(_plain_title(grid.title) or plain)
        title = plain = ""
        if grid.columns is not None:
            before = grid.columns
    _go_on(grids, numbered)
    _under_titles(grids, numbered if sum(1 for t in numbered if t) >= 2 else _of_one_kind(grids, named))
    return grids


def _go_on(grids: list[Grid], titles: list[str]) -> None:
    """A title between two pages of one table is a section line like those inside it: it holds until the next one."""
    for k in range(1, len(grids)):
        before, grid = grids[k - 1], grids[k]
        if titles[k] and before.header == grid.header and any(row.section for row in before.rows):
            grid.rows = [row if row.section else replace(row, section=(titles[k],)) for row in grid.rows]
            titles[k] = ""


def _under_titles(grids: list[Grid], titles: list[str]) -> None:
    """One title may be the heading of a chapter; several are categories."""
    for grid, title in zip(grids, titles, strict=True):
        if title:
            grid.rows = [replace(row, section=(title, *row.section)) for row in grid.rows]


def _of_one_kind(grids: list[Grid], titles: list[str]) -> list[str]:
    """The titles of those tables that share their heading with another one under a different title."""
    alike = Counter(grid.header for grid in grids if grid.header)
    kept = [title if grid.header and alike[grid.header] >= 2 else "" for grid, title in zip(grids, titles, strict=True)]
    return kept if len({title for title in kept if title}) >= 2 else [""] * len(grids)


def _plain_title(text: str) -> str:
    flat = squeeze(text)
    return "" if len(flat) > _LONGEST or _NO_TITLE.search(flat) else label(flat)
