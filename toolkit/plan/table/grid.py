"""A source table laid on its columns: headings and section lines taken off, every cell under a role.

For true tables the merges of the source are used as they are; flattened rows are placed by content (`align`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.plan.parts import SourceCell, SourceTable
from toolkit.plan.table.columns import Columns, body_width, plausible, understand_columns
from toolkit.plan.table.flattened import (
    ABSENT,
    ACROSS,
    BLANK,
    DOWN,
    OWN,
    Laid,
    again,
    flat_columns,
    manner_of,
    placed,
    ragged,
)
from toolkit.plan.table.headings import finer, one_row, refines, refines_only
from toolkit.plan.table.sections import chapters_of, is_section, sections_of, title_of
from toolkit.plan.words.channels import is_total
from toolkit.plan.words.kinds import (
    OTHER,
    heading_roles,
    is_heading_row,
    like_deadline,
    like_units,
    serial,
)
from toolkit.plan.words.labels import level_of, stacked, without_markup, without_numeral

__all__ = ["ABSENT", "ACROSS", "BLANK", "DOWN", "OWN", "Grid", "GridRow", "lay"]


@dataclass(frozen=True)
class GridRow:
    """One body row. `texts` and `states` per column; `section` is the path of section lines above it."""

    index: int  # 1-based row of the source table
    line: int
    texts: tuple[str, ...]
    states: tuple[str, ...]
    section: tuple[str, ...] = ()
    page: int = 0  # counts repeated headings: a page of the printed table
    block: int = 0  # counts section lines
    short: int = 0  # cells fewer than the table is wide
    shifted: bool = False
    wide: tuple[int, ...] = ()  # columns whose cell spans the next one too

    def own(self, column: int) -> str:
        return self.texts[column] if self.states[column] == OWN else ""


@dataclass
class Grid:
    """A table ready to be read. `columns` is None when it is no plan table."""

    table: SourceTable
    columns: Columns | None
    rows: list[GridRow] = field(default_factory=list)
    header: tuple[str, ...] = ()
    repeats: list[int] = field(default_factory=list)  # row numbers of repeated headings
    pieced: list[tuple[int, str]] = field(default_factory=list)  # section titles put together from several cells
    widths: tuple[int, ...] = ()
    title: str = ""  # the banner: one text in the rows above the heading
    sections: list[str] = field(default_factory=list)  # as printed, with numerals
    cut: dict[int, str] = field(default_factory=dict)  # rows put together from two: the words at the joint

    def place(self, row: GridRow) -> str:
        return f"{self.table.place} 第{row.index}行"


def lay(table: SourceTable, before: Columns | None = None) -> Grid:
    """Lay a table. `before` are the columns of the table in front: a table without headings may continue it."""
    texts = [[c.text for c in row] for row in table.rows]
    heads = [k for k, row in enumerate(texts) if is_heading_row(row)]
    grid = Grid(table, None)
    if not heads and before is None and _strange_heading(texts):
        heads = [0]
    first = heads[0] if heads else -1
    if first > 6 and first * 3 > len(texts):
        heads, first = [], -1
    header, used = _header(table, texts, heads)
    grid.header = tuple(header)
    banner = [t.strip() for row in texts[: max(first, 0)] for t in row if t.strip()]
    grid.title = banner[-1] if len(set(banner)) == 1 else ""
    grid.repeats = [k + 1 for k in heads if k > used]
    body = [k for k in range(used + 1, len(texts)) if k not in set(heads) and any(t.strip() for t in texts[k])]
    body = [k for k in body if not is_total(texts[k])]
    names = len(header) if table.spans_known else _named_width(header, [texts[k] for k in body])
    if not body:
        return grid
    trimmed = {k: _trim(texts[k], max(names, 1) if header else len(texts[k])) for k in body}
    chapters = chapters_of(trimmed)
    real = [k for k in body if k not in chapters and not is_section(table.rows[k], trimmed[k])]
    width = body_width([trimmed[k] for k in real], names) if real else names
    if table.spans_known:
        width = max((len(texts[k]) for k in body), default=names)
    grid.widths = tuple(sorted({len(texts[k]) for k in body if len(texts[k]) > 1}))  # a section line has one cell
    if not table.spans_known:
        trimmed = {k: _trim(texts[k], max(width, names)) for k in body}
    columns = _columns(table, header, [trimmed[k] for k in real], width, before)
    if header and not table.spans_known:
        columns = again(columns, header, [trimmed[k] for k in real])
    if not plausible(columns):
        return grid
    grid.columns = columns
    _fill(grid, body, trimmed, set(heads), chapters)
    return grid


def _strange_heading(texts: list[list[str]]) -> bool:
    """A first row of short, unknown names over longer rows: a heading row all the same, contents decide its roles."""
    if len(texts) < 3 or len(texts[0]) < 3:
        return False
    names = [t.strip() for t in texts[0]]
    plain = all(1 < len(n) <= 8 and serial(n) is None and not like_units(n) and not like_deadline(n) for n in names)
    return plain and any(len(t) > 12 for t in texts[1]) and any(len(t) > 12 for t in texts[2])


def _header(table: SourceTable, texts: list[list[str]], heads: list[int]) -> tuple[list[str], int]:
    """Heading names and the last row they use. A second heading row refines the first (工作任务 → 一级, 二级)."""
    if not heads:
        return [], -1
    at = heads[0]
    names = _names(table.rows[at])
    if not table.spans_known:
        used = at
        second = texts[at + 1] if at + 1 < len(texts) else []
        if (heads[1:2] == [at + 1] and refines(names, second)) or refines_only(names, second):
            names, used = finer(names, [without_markup(t) for t in second]), at + 1
        names = one_row([n for n in names if n.strip()])
        return names, used
    below = at + 1
    if below < len(texts) and any(c.continued for c in table.rows[below]) and _refines(table.rows[below]):
        fine = _names(table.rows[below])
        names = [f if f.strip() else n for n, f in zip(names, [*fine, *[""] * len(names)], strict=False)]
        return names, below
    return names, at


def _refines(row: Sequence[SourceCell]) -> bool:
    filled = [c.text for c in row if c.text.strip()]
    return bool(filled) and all(heading_roles(t) for t in filled)


def _names(row: Sequence[SourceCell]) -> list[str]:
    """Names per column; a name over several columns is repeated over them."""
    names: list[str] = []
    left = 0
    for cell in row:
        if cell.continued and left > 0:
            names.append(names[-1])
            left -= 1
        else:
            names.append(without_markup(cell.text))
            left = cell.column_span - 1
    return names


def _named_width(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How many columns the names stand over, at least: where time or units stand under a 备注 at the end and blank cells
    behind them, one of the names spans two columns and the remarks are the blank cells."""
    names = len([n for n in header if n.strip()])
    if not rows or not names or heading_roles(header[-1])[:1] != (OTHER,):
        return names
    usual = Counter(len(row) for row in rows).most_common(1)[0][0]
    under = [row[names - 1] for row in rows if len(row) == usual > names]
    odd = sum(1 for text in under if like_deadline(text) or like_units(text))
    blank = not any(row[-1].strip() for row in rows if len(row) == usual)
    return usual if usual == names + 1 and blank and odd * 4 >= len(under) > 0 else names


def _trim(row: Sequence[str], keep: int) -> list[str]:
    end = len(row)
    while end > keep and not row[end - 1].strip():
        end -= 1
    return list(row[:end])


def _columns(
    table: SourceTable, header: list[str], rows: list[list[str]], width: int, before: Columns | None
) -> Columns:
    full = [r for r in rows if len(r) == width]
    if not full and header and not table.spans_known:
        return ragged(header, rows, width)
    full = full or rows
    if not header and before is not None and before.width == width:
        return before
    if not table.spans_known:
        return flat_columns(header, full, width)
    if table.spans_known and header:
        header = (header + [""] * width)[:width]
        filled = [k for k in range(width) if header[k].strip() or any(k < len(r) and r[k].strip() for r in full)]
        if len(filled) < width:
            inner = understand_columns(
                [header[k] for k in filled], [[_at(r, k) for k in filled] for r in full], len(filled)
            )
            return _widen(inner, filled, width)
    return understand_columns(header, full, width)


def _at(row: Sequence[str], k: int) -> str:
    return row[k] if k < len(row) else ""


def _widen(columns: Columns, kept: list[int], width: int) -> Columns:
    """Columns without any content put back as `other`."""
    roles, names = ["other"] * width, [""] * width
    for k, role, name in zip(kept, columns.roles, columns.names, strict=True):
        roles[k], names[k] = role, name
    return Columns(tuple(roles), tuple(names), columns.spread, (), ())


# ---------------------------------------------------------------- rows


def _fill(
    grid: Grid, body: list[int], trimmed: dict[int, list[str]], heads: set[int], chapters: dict[int, str]
) -> None:
    table, columns = grid.table, grid.columns
    assert columns is not None
    section: list[tuple[int, str]] = []
    page = block = 0
    manner = manner_of(list(trimmed.values()), columns)
    sections = sections_of(table, trimmed, columns)
    last = max(body)
    for k in range(min([*heads, *body], default=0), last + 1):
        if k in heads:
            page += 1
            continue
        if k not in trimmed:
            continue
        if k in chapters or k in sections:
            title, pieced = (chapters[k], False) if k in chapters else title_of(trimmed[k])
            for part in stacked(title):
                level = level_of(part) or 1
                section = [*[(n, t) for n, t in section if n < level], (level, part)]
            grid.sections.append(title)
            if pieced:
                grid.pieced.append((k + 1, title))
            block += 1
            continue
        path = tuple(without_numeral(t).rstrip("。：:") for _, t in section)
        row = _true_row(table, k, columns) if table.spans_known else placed(trimmed[k], columns, manner)
        texts, states, short, shifted, wide = row
        line = table.lines[k] if k < len(table.lines) else k + 1
        grid.rows.append(GridRow(k + 1, line, texts, states, path, page, block, short, shifted, wide))


def _true_row(table: SourceTable, k: int, columns: Columns) -> Laid:
    """Texts and states by the merges of the source."""
    cells = table.rows[k]
    texts: list[str] = []
    states: list[str] = []
    wide: list[int] = []
    across = 0
    for c in range(columns.width):
        if c >= len(cells):
            texts.append("")
            states.append(ABSENT)
            continue
        cell = cells[c]
        if cell.continued:
            states.append(ACROSS if across > 0 else DOWN)
            across -= 1
        else:
            across = cell.column_span - 1
            states.append(OWN if cell.text.strip() else BLANK)
            if cell.column_span > 1 and cell.text.strip():
                wide.append(c)
        texts.append(cell.text)
    return tuple(texts), tuple(states), 0, False, tuple(wide)
