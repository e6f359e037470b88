"""Tables without ruled lines: columns by the white gaps that run down below the heading names, rows by where serials stand.

Only what is clean is read: every gap runs down the whole table, every row has its place. Anything else is refused, because
a table read wrongly is worse than one not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from toolkit.office.document_parts import CannotOpen
from toolkit.office.document_pdf_lines import Line, cell_text, groups_of, line_of, tail_of

_RUN_GAP = 0.6  # ems of white within one line from which on it is two cells
_HEADING = re.compile(
    r"序号|编号|(?:任务|要求|内容|措施|举措|单位|部门|科室|时限|时间|期限|事项|备注|领域|目录|主体|类别|项目|指标|领导|责任人|形式|渠道|依据)\Z"
)
_SERIAL = re.compile(r"[（(]?\d{1,3}[)）]?[.．、]?\Z")
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+[章部])"
)
_PAGE_NUMBER = re.compile(r"(?:[—－–-]\s*\d{1,4}\s*[—－–-]|第\s*\d+\s*页.*|\d{1,4}\s*/\s*\d{1,4})\Z")
_CLOSED = re.compile(r"[。；;！？)）]\Z")
_LONGEST_NAME = 10
_HEAD_LINES = 2  # printed above a table on each page
_UNCLEAR = "PDF 第 {} 页的表格没有框线，{}，请使用原始的 Word、Excel 文件"


_Printed = tuple[Line, ...]  # the runs of one printed line
Row = tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table part (points from the left), and how its rows stand.

    `centred`: the serial stands in the middle of its row. `running`: the column in which the last row of a page goes on.
    """

    parts: tuple[float, ...]
    left: tuple[float, ...]
    right: tuple[float, ...]
    numbered: bool = False
    centred: bool = False
    running: int | None = None


@dataclass(frozen=True)
class Unruled:
    """A table of one page: rows of texts, a section line as a row of one. `top` and `bottom` bound its characters."""

    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    columns: Columns
    top: float
    bottom: float
    to_end: bool  # nothing but the page number stands below it

    def text(self, row: int, column: int) -> str:
        return cell_text(self.rows[row][column], self.columns.left[column], self.columns.right[column])


def unruled_tables(chars: Sequence[Any], before: Columns | None, page: int) -> Iterator[Unruled]:
    """The tables of a page, top to bottom. `before`: the columns of a table that ran to the end of the page before."""
    printed = [p for p in map(_runs, groups_of(chars)) if not _PAGE_NUMBER.match(_text(p).strip())]
    heads = [k for k, p in enumerate(printed) if _is_heading(p)]
    carried = printed[: heads[0]] if heads else printed
    if before and (body := _going_on(carried, before)):
        yield _table((), body, before, page)
    for at, end in pairwise([*heads, len(printed)]):
        body = printed[at + 1 : end]
        if len(body) > 1:
            yield _table(printed[at], body, before if at == heads[0] and at < _HEAD_LINES else None, page)


def _going_on(printed: Sequence[_Printed], before: Columns) -> Sequence[_Printed]:
    """The lines of a page with which a table goes on: without the running head, and none where other text follows."""
    first = next((k for k, p in enumerate(printed) if _fits(p, before)), len(printed))
    if len(printed) > first + 1 and len(printed[first]) == 1 and _gap(printed[first], printed[first + 1]) > 1.2:
        first += 1
    body = printed[first:]
    several = any(len(p) > 1 and _fits(p, before) for p in body)
    rest = bool(body) and len(body[0]) == 1 and _fits(body[0], before) and _column(body[0][0], before) == before.running
    return body if several or rest else ()


def _gap(above: _Printed, below: _Printed) -> float:
    """The white between two lines in ems."""
    return (min(r.top for r in below) - max(r.bottom for r in above)) / above[0].size


def _runs(chars: Sequence[Any]) -> _Printed:
    """A printed line cut where white space is wide."""
    runs: list[list[Any]] = []
    for char in chars:
        if runs and char["x0"] - runs[-1][-1]["x1"] <= _RUN_GAP * char["size"]:
            runs[-1].append(char)
        else:
            runs.append([char])
    return tuple(map(line_of, runs))


def _text(printed: _Printed) -> str:
    return "".join(run.text for run in printed)


def _is_heading(printed: _Printed) -> bool:
    names = [re.sub(r"\s", "", run.text) for run in printed]
    short = all(len(n) <= _LONGEST_NAME and not re.search(r"[，。；]", n) for n in names)
    return len(names) >= 3 and short and sum(1 for n in names if _HEADING.search(n)) * 3 >= len(names) * 2


# ---------------------------------------------------------------- columns


def _columns(head: _Printed, body: Sequence[_Printed], page: int) -> Columns:
    """Between two heading names the columns part where the fewest runs stand in the way, at the widest such gap."""
    runs = [run for p in (head, *body) for run in p]
    parts = []
    for a, b in pairwise(head):
        places = range(round((a.left + a.right) / 2), round((b.left + b.right) / 2) + 1)
        crossed = [sum(1 for r in runs if r.left < x < r.right) for x in places]
        fewest = min(crossed)
        gap = max(_stretches(places, [c == fewest for c in crossed]), key=len)
        if len(gap) < 0.4 * a.size:
            raise CannotOpen(_UNCLEAR.format(page, "各栏之间的空白看不清"))
        behind = [r.left for r in runs if gap[-1] - 1 <= r.left <= b.right]
        flush = sum(1 for x in behind if x < gap[-1] + 3) * 3 >= len(behind) * 2  # texts begin at one edge: near it
        parts.append(gap[-1] - 1.0 if flush else (gap[0] + gap[-1]) / 2)
    columns = Columns(tuple(parts), (), ())
    fitting = [run for p in (head, *body) if _fits(p, columns) for run in p]
    own = [[run for run in fitting if _column(run, columns) == k] for k in range(len(head))]
    return replace(
        columns, left=tuple(min(r.left for r in o) for o in own), right=tuple(max(r.right for r in o) for o in own)
    )


def _stretches(places: Sequence[int], free: Sequence[bool]) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for place, is_free in zip(places, free, strict=True):
        if is_free:
            found[-1].append(place)
        elif found[-1]:
            found.append([])
    return found


def _fits(printed: _Printed, columns: Columns) -> bool:
    """No run of the line reaches over the gap between two columns."""
    return not any(run.left + 1 < part < run.right - 1 for run in printed for part in columns.parts)


def _column(run: Line, columns: Columns) -> int:
    return sum(1 for part in columns.parts if (run.left + run.right) / 2 > part)


# ---------------------------------------------------------------- rows


def _table(head: _Printed, body: Sequence[_Printed], before: Columns | None, page: int) -> Unruled:
    columns = _columns(head, body, page) if head else before
    assert columns is not None
    if before and head:
        columns = replace(columns, numbered=before.numbered, centred=before.centred, running=before.running)
    end = next((k for k, p in enumerate(body) if not _fits(p, columns) and not _is_section(p)), len(body))
    while end and _is_section(body[end - 1]):
        end -= 1
    if any(len(p) > 2 for p in body[end:]) or not end:
        raise CannotOpen(_UNCLEAR.format(page, "有的文字跨了几栏"))
    body, below = body[:end], body[end:]
    heads = [head] if head else []
    while head and body and not any(_serial(r, columns) for r in body[0]) and _goes_on(heads[-1], body[0], columns):
        heads.append(body[0])
        body = body[1:]
    rows = [_cells((run for p in heads for run in p), columns)] if head else []
    columns, cut = _rows(body, columns, page, carried=before is not None)
    rows += cut
    top = min(run.top for p in (*heads, *body) for run in p)
    bottom = max(run.bottom for p in (*heads, *body) for run in p)
    return Unruled(tuple(rows), replace(columns, running=_running(rows, columns)), top, bottom, not below)


def _running(rows: Sequence[Row], columns: Columns) -> int | None:
    """The column of the long texts, where the last line of the table is full and ends no sentence."""
    lengths = [sum(len(r.text) for row in rows for r in row[k]) for k in range(len(columns.left))]
    main = lengths.index(max(lengths))
    last = rows[-1][main][-1:]
    full = [r for r in last if r.right > columns.right[main] - 1.5 * r.size and not _CLOSED.search(r.text)]
    return main if full else None


def _goes_on(head: _Printed, below: _Printed, columns: Columns) -> bool:
    """The second line of heading names: close below, short, and nothing but words."""
    near = below[0].top - head[0].bottom < 0.8 * head[0].size
    return near and len(_text(below)) <= 3 * len(below) + 3 and all(len(r.text) <= 4 for r in below) and len(below) < 4


def _is_section(printed: _Printed) -> bool:
    return len(printed) == 1 and bool(_SECTION.match(printed[0].text)) and len(printed[0].text) <= 45


def _serial(run: Line, columns: Columns) -> bool:
    return _column(run, columns) == 0 and bool(_SERIAL.match(run.text))


def _cells(runs: Iterable[Line], columns: Columns) -> Row:
    cells: list[list[Line]] = [[] for _ in range(len(columns.parts) + 1)]
    for run in runs:
        cells[_column(run, columns)].append(run)
    return tuple(tuple(sorted(c, key=lambda r: (r.top, r.left))) for c in cells)


def _rows(body: Sequence[_Printed], columns: Columns, page: int, carried: bool) -> tuple[Columns, list[Row]]:
    """Rows and section lines in order. The places where rows begin are found between one section line and the next."""
    found: list[Row] = []
    stretch: list[_Printed] = []
    own = [p for p in body if not _is_section(p) or _fits(p, columns)]
    serials = [r for p in own for r in p if _serial(r, columns)]
    firsts = [r for p in own for r in p if _column(r, columns) == 0]
    if not carried:
        numbered = bool(serials) and len(serials) * 3 >= len(firsts) * 2
        columns = replace(columns, numbered=numbered, centred=numbered and not _beside(own, columns))
    for p in [*body, ()]:
        if p and (not _is_section(p) or _fits(p, columns)):
            stretch.append(p)
            continue
        if stretch:
            cut = _numbered if columns.numbered else _unnumbered
            found += cut(stretch, columns, page, carried and not found)
        stretch = []
        if p:
            found.append((tuple(p), *(() for _ in columns.parts)))
    return columns, found


def _beside(body: Sequence[_Printed], columns: Columns) -> bool:
    """Whether every serial stands beside the first line of its row: the long text begins there, and the line above ended."""
    main = _main(body, columns)
    texts = [(p[0].top, run) for p in body for run in p if _column(run, columns) == main]
    places = [k for k, p in enumerate(body) if any(_serial(r, columns) for r in p)]
    if places[0] or not texts:
        return False
    ended = 0
    for k in places:
        own = next((r for r in body[k] if _column(r, columns) == main), None)
        if own is None:
            return False
        above = [r for _, r in texts if r.top < own.top - 1]
        ended += (
            not above or bool(_CLOSED.search(above[-1].text)) or above[-1].right < columns.right[main] - above[-1].size
        )
    return ended >= 0.8 * len(places)


def _main(body: Sequence[_Printed], columns: Columns) -> int:
    """The column of the long texts."""
    lengths = [0] * (len(columns.parts) + 1)
    for p in body:
        for run in p:
            lengths[_column(run, columns)] += len(run.text)
    return lengths.index(max(lengths))


def _numbered(body: Sequence[_Printed], columns: Columns, page: int, carried: bool) -> list[Row]:
    """A row with its serial in the middle must be whole: of a part of it nobody can tell where it stands."""
    marks = [r for p in body for r in p if _serial(r, columns)]
    numbers = [int(re.sub(r"\D", "", r.text)) for r in marks]
    if any(b <= a and b != 1 for a, b in pairwise(numbers)):
        raise CannotOpen(_UNCLEAR.format(page, "序号看不清"))
    if not columns.centred:
        return _cut(body, [r.top - 0.5 * r.size for r in marks], columns)
    if carried and (columns.running is not None or not marks):
        raise CannotOpen(_UNCLEAR.format(page, "有的行跨页，起止看不清"))
    edges = _edges(min(r.top for p in body for r in p) - 1, marks, body) if marks else []
    if not edges:
        raise CannotOpen(_UNCLEAR.format(page, "各行的起止看不清"))
    return _cut(body, edges, columns)


def _edges(top: float, marks: Sequence[Line], body: Sequence[_Printed]) -> list[float]:
    """Where rows begin when the first begins at `top`: each reaches as far below the middle of its serial as above it.

    Nothing where that tears a line or does not end with the last line."""
    edges = []
    for mark in marks:
        edges.append(top)
        top = mark.top + mark.bottom - top
    size, bottom = marks[0].size, max(r.bottom for p in body for r in p)
    torn = any(abs((r.top + r.bottom) / 2 - e) < 0.25 * size for p in body for r in p for e in edges)
    late = any(e > m.top for e, m in zip(edges, marks, strict=True))
    return [] if torn or late or abs(top - bottom) > size else edges


def _unnumbered(body: Sequence[_Printed], columns: Columns, page: int, carried: bool) -> list[Row]:
    """Rows by the white between them; else by a column whose texts have one line each, beside the first of the long text."""
    gaps = [_gap(a, b) for a, b in pairwise(body)]
    usual = median(gaps) if gaps else 0.0
    main = _main(body, columns)
    wide = [k + 1 for k, gap in enumerate(gaps) if gap > max(1.4 * usual, usual + 0.25)]
    if wide and all(len(body[k]) > 1 for k in wide):
        return _cut(body, [min(r.top for r in body[k]) - 1 for k in (0, *wide)], columns)
    for column in reversed(range(len(columns.parts) + 1)):
        lines = [p for p in body if any(_column(r, columns) == column for r in p)]
        beside = all(any(_column(r, columns) == main for r in p) for p in lines)
        if (
            column != main
            and lines
            and (carried or lines[0] is body[0])
            and beside
            and _begun(lines, body, columns, main)
        ):
            return _cut(body, [p[0].top - 1 for p in lines], columns)
    raise CannotOpen(_UNCLEAR.format(page, "各行的起止看不清"))


def _begun(lines: Sequence[_Printed], body: Sequence[_Printed], columns: Columns, main: int) -> bool:
    """Above each of the lines the long text has ended, and everywhere else it runs on."""
    texts = [(p in lines, r) for p in body for r in p if _column(r, columns) == main]
    full = [r.right > columns.right[main] - 1.5 * r.size and not r.text.endswith("。") for _, r in texts]
    return all(fresh != before for (fresh, _), before in zip(texts[1:], full, strict=False))


def _cut(body: Sequence[_Printed], edges: Sequence[float], columns: Columns) -> list[Row]:
    """Runs by the edge above them; what stands above the first edge is a row of its own, the rest of a cut one."""
    rows: list[list[Line]] = [[] for _ in range(len(edges) + 1)]
    for p in body:
        for run in p:
            rows[sum(1 for e in edges if (run.top + run.bottom) / 2 > e)].append(run)
    return [_cells(r, columns) for r in rows if r]


def tails_of(table: Unruled) -> dict[int, Any]:
    """How the filled cells of the last row end."""
    columns, last = table.columns, table.rows[-1]
    return {k: tail_of(c, columns.left[k], columns.right[k]) for k, c in enumerate(last) if c}
