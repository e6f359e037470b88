"""Serial numbers of a table: gaps and jumps, codes by chapter (0103, 0201), tables that count on from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from toolkit.findings import Finding
from toolkit.plan.doubts.said import about_table as _note
from toolkit.plan.table.grid import Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.words.kinds import SERIAL

_NEAR = 50  # a first number farther on than this begins an excerpt, not a gap
_LISTED = 60


def goes_on_from(tables: Sequence[Sequence[TaskRow]]) -> list[int]:
    """For each table the last number of the tables before it where its serials run on from there, else 0."""
    result, last = [], 0
    for rows in tables:
        numbers = [r.no for r in rows if r.no is not None]
        result.append(last if numbers and last < numbers[0] <= last + _NEAR else 0)
        last = numbers[-1] if numbers else last
    return result


def about_serials(grid: Grid, rows: Sequence[TaskRow], start: int) -> list[Finding]:
    """PLN-110 numbers left out, PLN-113 numbers that come again or go back; as they are printed."""
    numbered = [r for r in rows if r.no is not None]
    if not numbered or SERIAL not in (grid.columns.roles if grid.columns else ()):
        return []
    found: list[Finding] = []
    missing: list[str] = []
    there: list[str] = []  # of these the numbers at whose places rows without serial stand
    width = _chapter_width([str(r.printed_no) for r in numbered])
    before: TaskRow | None = None
    unprinted = 0
    for row in rows:
        code = str(row.printed_no)
        if row.no is None or (width and not (len(code) == width and code.isdecimal())):
            unprinted += 1
            continue
        last = _last(before, row, bool(width), start)
        number = _inside(row, bool(width))
        if before is not None and number <= last and not _new_part(before, row, number):
            found.append(_note(grid, "PLN-113", no=str(row.printed_no), before=str(before.printed_no)))
        elif last < number and (last or number <= _NEAR):
            out = [*_between(last, number, row, bool(width))]
            missing += out
            there += out[:unprinted]
        before, unprinted = row, 0
    if missing:
        listed = "、".join(missing[:_LISTED])
        found.append(_note(grid, "PLN-110", missing=listed, how=_there(missing, there)))
    return found


def _there(missing: Sequence[str], there: Sequence[str]) -> str:
    if not there:
        return ""
    every = "该处" if len(missing) == 1 else "这些位置"
    which = every if len(there) == len(missing) else f"其中 {'、'.join(there[:_LISTED])} 处"
    return f"（{which}有任务，只是没有序号）"


def _chapter_width(printed: Sequence[str]) -> int:
    """How many digits the codes have where they are those of a chapter and a number in it (0103, 0201), else 0: nearly all
    of one width, and each new chapter begins with 00, 01 or 02 without being the next number of a running series."""
    width = max({len(p) for p in printed}, key=lambda n: sum(len(p) == n for p in printed))
    codes = [p for p in printed if len(p) == width and p.isdecimal()]
    if width < 3 or len(codes) * 5 < len(printed) * 4:
        return 0
    steps = [(a, b) for a, b in pairwise(codes) if a[:-2] != b[:-2]]
    chapters = all(int(b[:-2]) > int(a[:-2]) and int(b[-2:]) <= 2 for a, b in steps)
    return width if chapters and any(int(b) != int(a) + 1 for a, b in steps) else 0


def _inside(row: TaskRow, by_chapter: bool) -> int:
    return int(str(row.printed_no)[-2:]) if by_chapter else row.no or 0


def _last(before: TaskRow | None, row: TaskRow, by_chapter: bool, start: int) -> int:
    """The number that this one follows; 0 at the beginning of a table or a chapter."""
    if before is None:
        return start
    if by_chapter:
        same = str(before.printed_no)[:-2] == str(row.printed_no)[:-2]
        return _inside(before, by_chapter) if same else 0
    return before.no or 0


def _new_part(before: TaskRow, row: TaskRow, number: int) -> bool:
    """Numbers begin again under a heading line of their own: ordinary."""
    return number == 1 and before.row.block != row.row.block


def _between(last: int, number: int, row: TaskRow, by_chapter: bool) -> Iterator[str]:
    """The numbers left out, as the table would print them."""
    printed = str(row.printed_no)
    chapter = printed[:-2] if by_chapter else ""
    width = len(printed) - len(chapter) if printed.startswith("0") or by_chapter else 0
    if number - last > _NEAR:
        yield f"{last + 1} 至 {number - 1}"
        return
    yield from (f"{chapter}{n:0{width}d}" if width else str(n) for n in range(last + 1, number))
