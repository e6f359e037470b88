"""Rows out of flattened tables: one cell per line, with or without separators.

A row boundary is a serial or a change of the cell pattern, never a blank line alone (catalogue M10, M12, M14).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.plan.source.even import Cut, even_rows
from toolkit.plan.table.course import BLANK, DAMAGED, NONE, chain
from toolkit.plan.table.guess import read_course, readings
from toolkit.plan.table.headings import one_row, refines, refines_only
from toolkit.plan.table.lines import broken_at
from toolkit.plan.table.unbroken import cells_of
from toolkit.plan.words.kinds import (
    SERIAL,
    heading_roles,
    like_deadline,
    like_marks,
    like_title,
    like_units,
    ordinal,
    serial,
)
from toolkit.plan.words.labels import level_of, once
from toolkit.plan.words.repeats import MOST_COPIES

_WIDEST = 48.0  # no column of a page is wider
_READINGS = 6  # of the heading, tried on broken lines
_NUMBERS = re.compile(r"[分值数量比重]")
_FEW = 3  # fewer numbers one after the other are no serials


@dataclass(frozen=True)
class Token:
    """One flattened cell. `gap` is what the source printed before it."""

    text: str
    line: int
    gap: int = NONE


@dataclass(frozen=True)
class Rows:
    """Rows of tokens, heading rows included. `certain` is False when nothing in the source parts the rows (M14)."""

    rows: tuple[tuple[Token, ...], ...]
    certain: bool


def rows_of(tokens: Sequence[Token], loose: bool = False) -> Rows:
    """Cut a run of cells into rows. `loose`: a cell may stand on several lines (nothing marks where it begins)."""
    pieces = _split_headings(_copies_together(tokens) if loose else list(tokens))
    if loose:
        pieces = _unbroken(pieces)
    names = max((len([t for t in p if t.text.strip()]) for p, is_head in pieces if is_head), default=0)
    bodies = [p for p, is_head in pieces if not is_head]
    with_serials = _has_serials(bodies, [p for p, is_head in pieces if is_head])
    separated = any(b.gap and "\n" not in a.text for body in bodies for a, b in itertools.pairwise(body))
    header = _heading_of(pieces)
    certain = separated or sum(len(b) for b in bodies) <= max(names, 1) + 2
    if not (with_serials and separated) or loose:
        rows = _by_course(pieces, header, loose)
        certain = certain and (not loose or not separated or _parted(rows))
        joined = sum(1 for row in rows for cell in row if "\n" in cell.text) if loose else 0
        return Rows(tuple(r for r in rows if r), certain and joined * 2 < max(len(rows), 4))
    rows = []
    for piece, is_head in pieces:
        if is_head:
            rows.append(tuple(piece))
        else:
            rows += _by_serial(piece, names)
    return Rows(tuple(r for r in rows if r), certain)


def _parted(rows: Sequence[Sequence[Token]]) -> bool:
    """Whether blank lines part the rows: at least every other row begins behind one, not a page here and there."""
    begins = [next((t.gap for t in row if t.text.strip()), NONE) for row in rows if len(row) > 1][2:]
    return not begins or sum(1 for gap in begins if gap) * 2 >= len(begins)


# ---------------------------------------------------------------- texts printed several times


def _copies_together(tokens: Sequence[Token]) -> list[Token]:
    """Texts that stand two to four times below each other made one cell (M3, M4), where the document prints texts so.

    Two neighbouring unit columns may well say the same; a label or a sentence said twice, or anything thrice, may not.
    """
    runs = _copied(tokens)
    if not any(times > 2 or not _may_stand_twice(tokens[k].text) for k, (_, times) in runs.items()):
        return list(tokens)
    together: list[Token] = []
    k = 0
    while k < len(tokens):
        size, times = runs.get(k, (1, 1))
        text = "\n".join(t.text for t in tokens[k : k + size * times])
        together.append(Token(text, tokens[k].line, tokens[k].gap))
        k += size * times
    return together


def _copied(tokens: Sequence[Token]) -> dict[int, tuple[int, int]]:
    """Where a run of copies begins → (tokens of a copy, copies)."""
    texts = ["".join(t.text.split()) for t in tokens]
    found: dict[int, tuple[int, int]] = {}
    k = 0
    while k < len(texts):
        size, times = next(((s, n) for s in (1, 2, 3) if (n := _times(texts, k, s)) > 1), (1, 1))
        if times > 1 and not like_marks(texts[k]) and (size > 1 or ordinal(texts[k]) is None):
            found[k] = (size, times)
            k += size * times
        else:
            k += 1
    return found


def _times(texts: Sequence[str], at: int, size: int) -> int:
    copy = texts[at : at + size]
    times = 1
    while times < MOST_COPIES and texts[at + times * size : at + (times + 1) * size] == copy:
        times += 1
    return times if all(copy) else 1


def _may_stand_twice(text: str) -> bool:
    return like_units(text) or like_deadline(text)


def _unbroken(pieces: list[tuple[list[Token], bool]]) -> list[tuple[list[Token], bool]]:
    """The pieces with lines joined to the cells they were broken from, where the page broke cells at all."""
    names = one_row([t.text for t in _heading_of(pieces) if t.text.strip()])
    body = [t for piece, is_head in pieces if not is_head for t in piece]
    width = broken_at([t.text for t in body])
    found = readings(names, [t.text for t in body]) if names and 0 < width <= _WIDEST else []
    if not found:
        return pieces
    joined = iter(cells_of([t.text for t in body], [t.gap for t in body], found[:_READINGS]))
    return [
        (piece if is_head else [replace(t, text=text) for t in piece if (text := next(joined))], is_head)
        for piece, is_head in pieces
    ]


# ---------------------------------------------------------------- headings


def _split_headings(tokens: list[Token]) -> list[tuple[list[Token], bool]]:
    """Runs of heading names apart from the body. A run has at least two names of different kinds."""
    pieces: list[tuple[list[Token], bool]] = []
    body: list[Token] = []
    k = 0
    while k < len(tokens):
        end = _heading_run(tokens, k)
        if end:
            if pieces and body and _is_page_number(body[-1], tokens[k:end], tokens[end : end + 1]):
                body.pop()
            if body:
                pieces.append((body, False))
                body = []
            pieces.append((tokens[k:end], True))
            k = end
            if finer := _finer_run(tokens, pieces[-1][0], k):
                pieces.append((tokens[k:finer], True))
                k = finer
        else:
            body.append(tokens[k])
            k += 1
    if body:
        pieces.append((body, False))
    return pieces


def _heading_of(pieces: list[tuple[list[Token], bool]]) -> list[Token]:
    """The first heading, with a second row of finer names that follows it at once."""
    found: list[Token] = []
    for piece, is_head in pieces:
        if is_head and (not found or refines([t.text for t in found], [t.text for t in piece])):
            found = found + piece
        elif found:
            break
    return found


def _heading_run(tokens: list[Token], start: int) -> int:
    """The end of the run of heading names that begins at `start`, or 0."""
    kinds: list[str] = []
    k = start
    while k < len(tokens) and k - start < 48:
        if k > start and tokens[k].gap and (len(kinds) >= 3 or not heading_roles(tokens[k].text)):
            break
        if not tokens[k].text.strip() and kinds:
            named = next((j for j in range(k, min(k + 12, len(tokens))) if tokens[j].text.strip()), k)
            if heading_roles(tokens[named].text) and not any(t.gap for t in tokens[k : named + 1]):
                k = named
                continue
        roles = heading_roles(tokens[k].text)
        if not roles and not (kinds and _unknown_name(tokens, k)):
            break
        kinds += roles[:1]
        k += 1
    distinct = len(set(kinds))
    return (
        k
        if (len(kinds) >= 3 and distinct >= 2) or (len(kinds) == 2 and distinct == 2 and _ends_clean(tokens, k))
        else 0
    )


def _is_page_number(token: Token, heading: list[Token], behind: list[Token]) -> bool:
    """A lone number right before a repeated heading, in a table without a column of numbers at its end, that is not the
    serial before the one behind the heading."""
    counted = heading_roles(heading[-1].text)[:1] == (SERIAL,) or bool(_NUMBERS.search(heading[-1].text))
    number = serial(token.text)
    goes_on = bool(behind) and number is not None and serial(behind[0].text) == number + 1
    return token.text.strip().isdecimal() and token.text.strip()[0] != "0" and not counted and not goes_on


def _finer_run(tokens: list[Token], heading: list[Token], start: int) -> int:
    """The end of a second row of finer names right behind the heading (一级事项, 二级事项), or 0."""
    end = start
    above = [t.text for t in heading]
    while end < len(tokens) and refines_only(above, [tokens[end].text] * 2):
        end += 1
    return end if end - start > 1 and refines_only(above, [t.text for t in tokens[start:end]]) else 0


def _unknown_name(tokens: list[Token], k: int) -> bool:
    """A short text between two heading names: a name of the office's own."""
    follows = k + 1 < len(tokens) and not tokens[k].gap and not tokens[k + 1].gap
    return follows and 1 < len(tokens[k].text.strip()) <= 8 and bool(heading_roles(tokens[k + 1].text))


def _ends_clean(tokens: list[Token], k: int) -> bool:
    return k < len(tokens) and tokens[k].gap > NONE


# ---------------------------------------------------------------- rows by serial


def _has_serials(bodies: list[list[Token]], heads: list[list[Token]]) -> bool:
    if any(heading_roles(t.text)[:1] == (SERIAL,) for head in heads for t in head):
        return True
    numbers = [n for body in bodies for t in body if (n := serial(t.text)) is not None]
    rising = sum(1 for a, b in itertools.pairwise(numbers) if b == a + 1)
    return len(numbers) >= 3 and rising >= len(numbers) - 1 - len(numbers) // 4


def _by_serial(tokens: list[Token], names: int) -> list[tuple[Token, ...]]:
    """A new row at each plausible serial, at each damaged separator, and at a gap once the row is full."""
    width = _usual_width(tokens, names)
    rows: list[list[Token]] = []
    row: list[Token] = []
    last = 0
    for k, token in enumerate(tokens):
        number = serial(token.text)
        fresh = not row or token.gap == DAMAGED
        if number is not None and _follows(number, last, token, row, width):
            fresh = True
            last = number
        elif (token.gap == BLANK and row and (len(row) >= width or _is_section(tokens, k))) or (
            row and _is_section(tokens, k) and len(row) >= width - 1 and serial(row[0].text) is not None
        ):
            fresh = True
        if fresh and row:
            rows.append(row)
            row = []
        row.append(token)
    if row:
        rows.append(row)
    return [tuple(r) for r in rows]


def _follows(number: int, last: int, token: Token, row: list[Token], width: int) -> bool:
    """Whether a number is the serial of a next row and not a figure that stands in a cell."""
    near = (
        number == last + 1
        or (last < number <= last + 12)
        or (number == 1 and last >= 1)
        or (not last and number < 2000)
    )
    code = token.text.strip().startswith("0") and len(token.text.strip()) >= 3 and number > last
    if not near and not code:
        return False
    if token.gap or not row or (len(row) == 1 and like_title(row[0].text)):
        return True
    filled = sum(1 for t in row if t.text.strip())
    return (number == last + 1 or code) and (len(row) >= max(2, width - 2)) and filled >= 2


def _is_section(tokens: list[Token], k: int) -> bool:
    """A lone heading line (一、…) between two rows: the next cell starts a numbered row."""
    if level_of(tokens[k].text) not in (1, 2) or k + 1 >= len(tokens):
        return False
    return serial(tokens[k + 1].text) is not None


def _usual_width(tokens: list[Token], names: int) -> int:
    """The commonest distance between one serial and the next."""
    starts = [k for k, t in enumerate(tokens) if serial(t.text) is not None]
    steps = Counter(b - a for a, b in itertools.pairwise(starts) if b - a > 1)
    if not steps:
        return max(names, 2)
    most = max(steps.values())
    return max(step for step, times in steps.items() if times == most)


# ---------------------------------------------------------------- rows by their contents


def _by_course(pieces: list[tuple[list[Token], bool]], header: list[Token], loose: bool) -> list[tuple[Token, ...]]:
    """Rows whose cells follow the columns best; every row comes out as wide as the table, a section line alone.

    The pages of a table, parted by repeated headings, are read in one go: a row may run over the page.
    """
    names = one_row([t.text for t in header if t.text.strip()])
    tokens = [t for piece, is_head in pieces if not is_head for t in piece]
    texts, gaps = [t.text for t in tokens], [t.gap for t in tokens]
    if names and tokens and not loose and (cut := even_rows(names, texts, gaps)):
        return _by_width(pieces, tokens, cut)
    reading = read_course(names, texts, gaps, loose) if names and tokens else None
    if reading is None:
        return [row for piece, is_head in pieces for row in ([tuple(piece)] if is_head else _by_lines(piece))]
    heads = _heads_by_place(pieces)
    width = len(reading.roles)
    rows: list[list[Token]] = []
    for k, (token, step) in enumerate(zip(tokens, reading.course.steps, strict=True)):
        begins = step.fresh or step.column == width or not rows
        for place in [p for p in heads if p <= k and begins]:
            rows += [list(head) for head in heads.pop(place)]
        if step.column == width:
            rows.append([replace(token, text=once(token.text)[0])])  # a title of sections, however often printed
        elif step.column is not None:
            if begins or len(rows[-1]) == 1:
                rows.append([Token("", token.line)] * width)
            cell = rows[-1][step.column]
            text = f"{cell.text}\n{token.text}" if step.joined else token.text
            rows[-1][step.column] = Token(text, cell.line if step.joined else token.line, token.gap)
    return [tuple(r) for r in [*rows, *(head for left in heads.values() for head in left)]]


def _heads_by_place(pieces: list[tuple[list[Token], bool]]) -> dict[int, list[tuple[Token, ...]]]:
    """Headings by the number of cells before them."""
    heads: dict[int, list[tuple[Token, ...]]] = {}
    before = 0
    for piece, is_head in pieces:
        if is_head:
            heads.setdefault(before, []).append(tuple(piece))
        else:
            before += len(piece)
    return heads


def _by_width(pieces: list[tuple[list[Token], bool]], tokens: list[Token], cut: Cut) -> list[tuple[Token, ...]]:
    heads = _heads_by_place(pieces)
    rows: list[tuple[Token, ...]] = []
    for piece in cut.pieces:
        for place in [p for p in heads if p <= piece.start]:
            rows += heads.pop(place)
        if any(t.text.strip() for t in tokens[piece.start : piece.end]):
            rows.append(tuple(tokens[piece.start : piece.end]))
    return [*rows, *(head for left in heads.values() for head in left)]


def _by_lines(tokens: list[Token]) -> list[tuple[Token, ...]]:
    """Without a heading only the serials are left, or else the blank lines."""
    rows: list[list[Token]] = []
    numbered = chain([ordinal(t.text) for t in tokens])
    numbered = numbered if len(numbered) >= _FEW else frozenset()
    for k, token in enumerate(tokens):
        if k in numbered or (token.gap and not numbered) or not rows:
            rows.append([])
        rows[-1].append(token)
    return [tuple(r) for r in rows]
