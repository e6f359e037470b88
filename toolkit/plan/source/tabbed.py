"""Rows of tab-separated cells, one per line; a line break inside a cell is mended, a section line is a row of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from toolkit.plan.source.quoted import quotes_joined, unquoted
from toolkit.plan.source.wrapped import read_wrapped
from toolkit.plan.table.course import ITEMS, chain, item_number
from toolkit.plan.words.kinds import (
    continues_list,
    is_heading_row,
    like_basis,
    like_deadline,
    like_marks,
    like_title,
    like_units,
    serial,
)
from toolkit.plan.words.marks import ends_table
from toolkit.plan.words.repeats import MOST_COPIES, copies_of

_BLANKS = 3  # more blank lines end the table
_TITLES = 4  # lines of titles above a heading row
_SENTENCE = 14  # characters of a text that can stand alone
_COPY_LINES = 3 * MOST_COPIES  # a cell of three lines, printed four times


def read_tabs(lines: Sequence[str], at: int) -> tuple[list[list[str]], list[int], int, bool]:
    """(rows, the 0-based line each begins on, the line after the table, whether the rows are certain)."""
    body = lines[at : at + _length(lines, at)]
    whole, places = _copies_joined(body) if not (quoted := quotes_joined(body)) else quoted
    rows, begun, end = _read(whole)
    even = {len(row) for row in rows} <= {1, len(rows[0])} if rows else True
    parted = even or _serials(lines, at) or _numbered(lines, at)  # by what they count themselves
    certain = bool(parted) or not _mostly_broken(whole[:end], rows)
    if not parted and (wrapped := read_wrapped(body)):
        rows, begun, end = wrapped
        places, certain = list(range(len(body) + 1)), True
    rows = [[unquoted(cell) for cell in row] for row in rows] if quoted else rows
    return rows, [at + places[k] for k in begun], at + places[end], certain


def _mostly_broken(lines: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Cells go on in lines of their own nearly row by row, and nothing counts the rows."""
    loose = sum(1 for line in lines if line.strip() and "\t" not in line and not like_title(line))
    return loose * 2 > len(rows) > 3


def _read(lines: Sequence[str], at: int = 0) -> tuple[list[list[str]], list[int], int]:
    rows: list[list[str]] = []
    begun: list[int] = []
    blank = 0
    width, numbered = _width(lines, at), _numbered(lines, at)
    begins = _serials(lines, at)
    if begins:
        width = max(width, _usual(lines, sorted(begins)))
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            blank += 1
            if blank > _BLANKS:
                break
        elif "\t" in line:
            cells = [c.strip(" \u3000") for c in line.split("\t")]
            if (
                rows
                and not blank
                and at not in numbered
                and _goes_on(rows[-1], cells, width, at not in begins and bool(begins))
            ):
                rows[-1][-1] = f"{rows[-1][-1]}\n{cells[0]}".strip()
                rows[-1] += cells[1:]
            else:
                rows.append(cells)
                begun.append(at)
            blank = 0
        elif ends_table(line) or not rows or _heads_next(lines, at):
            break
        elif like_title(line) and _tab_soon(lines, at):
            rows.append([line.strip()])
            begun.append(at)
            blank = 0
        elif not blank and (
            at in numbered or (not numbered and not begins and _begins_row(rows[-1], line.strip(), width))
        ):
            rows.append([line.strip()])
            begun.append(at)
        elif not blank and (len(rows[-1]) < width or begins or _tab_soon(lines, at)):
            rows[-1][-1] = f"{rows[-1][-1]}\n{line.strip()}".strip()
        else:
            break
        at += 1
    return rows, begun, at


def _copies_joined(lines: Sequence[str]) -> tuple[list[str], list[int]]:
    """Lines joined where a cell is printed several times, line by line (M3, M4); where each began, and the end."""
    whole: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(lines):
        places.append(at)
        line, at = lines[at], at + 1
        while (end := _copies_end(line.rpartition("\t")[2], lines, at)) > at:
            line, at = "\n".join([line, *lines[at:end]]), end
        whole.append(line)
    return whole, [*places, len(lines)]


def _copies_end(cell: str, lines: Sequence[str], at: int) -> int:
    """The line behind the copies of `cell` that follow it from line `at` on; `at` where there are none."""
    pieces, end = [cell], at
    year = len(cell.strip()) == 4 and at < len(lines) and lines[at].startswith("年")  # a time broken behind its year
    if len(cell.strip()) < 2 or (serial(cell) is not None and not year):
        return at
    for k in range(at, min(at + _COPY_LINES, len(lines))):
        pieces.append(lines[k].partition("\t")[0])
        if not pieces[-1].strip():
            break
        if copies_of("\n".join(pieces)):
            end = k + 1
        if "\t" in lines[k]:
            break
    return end


def _length(lines: Sequence[str], at: int) -> int:
    """How many lines the table can have."""
    blank = 0
    for k in range(at, len(lines)):
        blank = 0 if lines[k].strip() else blank + 1
        if blank > _BLANKS or ends_table(lines[k]):
            return k - at
    return len(lines) - at


def _width(lines: Sequence[str], at: int) -> int:
    """The cells of the widest line of this table."""
    return max((line.count("\t") + 1 for line in lines[at : at + _length(lines, at)]), default=1)


def _tab_soon(lines: Sequence[str], at: int) -> bool:
    return any("\t" in line for line in lines[at + 1 : at + 4])


def _heads_next(lines: Sequence[str], at: int) -> bool:
    """The line is the title of a next table: a heading row follows, finer titles between."""
    near = [line for line in lines[at + 1 : at + 9] if line.strip()]
    following = next((line for line in near[:_TITLES] if "\t" in line or not like_title(line)), "")
    return "\t" in following and is_heading_row(following.split("\t"))


def _serials(lines: Sequence[str], at: int) -> frozenset[int]:
    """Lines that begin with the serial of their row; none where few do."""
    end = at + _length(lines, at)
    found = chain([serial(line.split("\t")[0]) if "\t" in line else None for line in lines[at:end]])
    return frozenset(at + k for k in found) if len(found) >= ITEMS else frozenset()


def _usual(lines: Sequence[str], begins: Sequence[int]) -> int:
    """The commonest number of cells from one serial to the next."""
    totals = Counter(sum(line.count("\t") for line in lines[a:b]) + 1 for a, b in pairwise(begins))
    most = max(totals.values(), default=0)
    return max((n for n, times in totals.items() if times == most), default=1)


def _goes_on(row: list[str], cells: list[str], width: int, inner: bool) -> bool:
    """Whether the line is the rest of the row before it, broken inside a cell. `inner`: rows have serials, this line none."""
    last, first = row[-1], cells[0]
    if len(row) >= width or len(row) + len(cells) - 1 > width or not last.strip() or not first.strip():
        return False
    if serial(first) is not None or like_title(first) or (len(row) == 1 and like_title(last)):
        return False
    if inner:
        return True
    if like_marks(last):
        return like_marks(first)
    if _closes(last) or like_units(first) or _two_sentences(last, first):
        return False
    return continues_list(last, first) or len(row) + len(cells) - 1 == width


def _two_sentences(last: str, first: str) -> bool:
    """Two whole texts: the row in front has lost the blank cells behind its own."""
    return last.endswith("。") and first.endswith("。") and len(first) >= _SENTENCE and not continues_list(last, first)


def _begins_row(row: list[str], line: str, width: int) -> bool:
    """A line without tab that is the first cell of a row: its first cell is broken, or only its requirement is left."""
    last = row[-1]
    if (like_marks(last) and like_marks(line)) or like_units(line) or like_deadline(line):
        return False
    ended = last.rstrip().endswith("。") and len(line) > 25
    return len(line) > 12 and (ended or _closes(last) or (len(row) >= width and not last.strip()))


def _numbered(lines: Sequence[str], at: int) -> frozenset[int]:
    """Lines that carry the serial of their row inside a cell (3.…); none where such numbers are too few."""
    end = at + _length(lines, at)
    numbers = [next((n for c in line.split("\t") if (n := item_number(c.strip()))), None) for line in lines[at:end]]
    found = chain(numbers)
    return frozenset(at + k for k in found) if len(found) >= ITEMS else frozenset()


def _closes(cell: str) -> bool:
    """A cell of units, time or references: it ends a row, or at least no sentence goes on behind it."""
    return like_units(cell) or like_deadline(cell) or like_basis(cell) or serial(cell) is not None
