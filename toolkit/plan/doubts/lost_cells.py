"""Text of a table that went into no task: whole rows passed over, and cells that are longer than what the task has of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from toolkit.plan.document_head import is_title
from toolkit.plan.parts import Plan
from toolkit.plan.table.grid import Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.words.kinds import OTHER, SERIAL, heading_roles, is_heading_row
from toolkit.plan.words.labels import bare, once, without_markup
from toolkit.plan.words.marks import ends_table, is_page_number, is_signing_date

_IGNORED = re.compile(r"[\s\u3000\xa0，,。.、；;：:！!？?“”\"'‘’（）()《》〈〉【】\[\]〔〕\-—…·*#/|]+")
_TICKS = re.compile(r"[■□☑√]")  # ways of publication, ticked
_LEAST = 8
_TOLD = (SERIAL, OTHER)


def key_of(text: str) -> str:
    """For comparison only: no spaces, marks and emphasis."""
    return _IGNORED.sub("", without_markup(text))


def lost_cells(grid: Grid, rows: Sequence[TaskRow], plan: Plan) -> Iterator[tuple[int, str]]:
    """(row, words) of each text of the table that no task and no heading of it has."""
    held = _held(grid, rows, plan)
    laid = {row.index: row for row in grid.rows}
    columns = grid.columns
    assert columns is not None
    others = {c for c, role in enumerate(columns.roles) if role in _TOLD}
    widths = Counter(len(grid.table.rows[k - 1]) for k in laid)
    usual = max(widths.most_common(1)[0][0], 4) if widths else 4
    glued = {row.row.index for row in rows if "glued" in row.flags}  # told with both texts (PLN-115)
    first = min((row.index for row in grid.rows), default=0)
    for index, cells in enumerate(grid.table.rows, 1):
        if index < first or index in glued or index in grid.repeats or is_heading_row([c.text for c in cells]):
            continue
        row = laid.get(index)
        texts = [t for c, t in enumerate(row.texts) if c not in others] if row else [c.text for c in cells]
        if len(cells) >= 2 * usual - 2:  # the cells of two rows
            texts += [c.text for c in cells[usual:]]
        lost = next((t for t in texts if _is_lost(t, held)), None)
        if lost is not None:
            yield index, once(lost)[0]


def _held(grid: Grid, rows: Sequence[TaskRow], plan: Plan) -> str:
    parts = [grid.title, *grid.sections, *grid.header, *(text for _, text in grid.pieced), plan.title]
    for row in rows:
        parts += [
            row.requirement,
            row.measure or "",
            row.person or "",
            row.deadline,
            *row.path,
            *row.raw_path,
            *row.units.values(),
        ]
    for task in plan.tasks:
        parts += [task.requirement, *task.path, *task.units.notes]
    return "\n".join(key_of(part) for part in parts)


def _is_lost(text: str, held: str) -> bool:
    kept = once(text)[0]
    key = key_of(kept)
    if len(key) < _LEAST or key in held or bare(kept) in held or heading_roles(kept) or _TICKS.search(kept):
        return False
    if is_title(kept) or ends_table(kept) or is_page_number(kept) or is_signing_date(kept):
        return False
    sentences = [k for s in re.split(r"[。；;！!？?\n]", text) if len(k := key_of(s)) >= _LEAST]
    return any(s not in held and bare(s) not in held for s in sentences)
