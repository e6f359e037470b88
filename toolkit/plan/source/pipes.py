"""Tables drawn with bars: one row per line, rows broken by line breaks inside their cells, or one cell per line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from toolkit.plan.source.flat import Token
from toolkit.plan.table.course import BLANK, NONE
from toolkit.plan.words.kinds import heading_roles, is_heading_row, serial
from toolkit.plan.words.marks import ends_table

_RULE = re.compile(
    r"\s*[|+]?\s*(?::?[-=—]{2,}:?|:[-—]:?|[-—]:|[-—](?=\s*\|\s*[:—-]))\s*(?:[|+]\s*:?[-=—]*:?\s*)*[|+]?\s*\Z"
)
_LONE = re.compile(r"\s*\|[|\s]*\Z")
_SINGLE = re.compile(r"\s*(?:[^|\s][^|]*\||\|[^|]*[^|\s][^|]*)\s*\Z")  # one cell, a bar at one end of it
_FAR = 15  # lines without a bar inside one cell


@dataclass(frozen=True)
class Bars:
    """Rows of cell texts with the line (0-based) each begins on, and the line after the table.

    `tokens` instead of rows where the bars part the cells but not the rows.
    """

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    end: int
    tokens: tuple[Token, ...] = ()


def begins(lines: Sequence[str], at: int) -> bool:
    """A table begins here: bars at both ends of cells, a rule below, heading names between bars or each with its bar, or bars
    on lines of their own."""
    line = lines[at]
    near = [k for k in lines[at + 1 : at + 24] if k.strip()]
    if _LONE.match(line) or (heading_roles(line) and near and _LONE.match(near[0])):
        return sum(1 for k in near if _LONE.match(k)) >= 3
    if _SINGLE.match(line):
        return (
            len(near) > 2
            and all(map(_SINGLE.match, near[:2]))
            and is_heading_row([_bare(k) for k in [line, *near[:2]]])
        )
    if line.count("|") < 2:
        return False
    return (
        line.lstrip().startswith("|")
        or any(_RULE.match(k) and "|" in k for k in near[:1])
        or is_heading_row(cells_of(line))
        or any(k.count("|") == line.count("|") for k in near[:1])
    )


def read_bars(lines: Sequence[str], at: int) -> Bars:
    if _spread(lines, at):
        return _stream(lines, at)
    return _by_rows(lines, at)


def cells_of(text: str, outer: bool = True) -> list[str]:
    """The cells of a row. Without `outer` bars, a bar at the end stands beside an empty cell."""
    body = text.strip()
    if outer:
        body = body.removeprefix("|")
        if body.endswith("|") and not body.endswith("\\|"):
            body = body[:-1]
    cells = re.split(r"(?<!\\)\|", body)
    return [re.sub(r"<br\s*/?>", "\n", c.replace("\\|", "|"), flags=re.IGNORECASE).strip() for c in cells]


# ---------------------------------------------------------------- a row on a line, or on several


def _by_rows(lines: Sequence[str], at: int) -> Bars:
    """A line break inside a cell is joined until the row is as wide as its neighbours (M16)."""
    rows: list[list[str]] = []
    begun: list[int] = []
    width = 0
    outer = lines[at].lstrip().startswith("|")
    open_text, open_at = "", at
    while at < len(lines):
        line = lines[at]
        if open_text:
            if not line.strip() and not any("|" in k for k in lines[at + 1 : at + 1 + (_FAR if outer and rows else 1)]):
                break
            if outer and width and _row_ends(open_text, lines, at, width):
                rows.append(cells_of(open_text, outer))
                begun.append(open_at)
                open_text = ""
                continue
            open_text += "\n" + line
        elif "|" not in line:
            if line.strip() or not _follows(lines, at):
                break
            at += 1
            continue
        elif _RULE.match(line):
            at += 1
            continue
        else:
            open_text, open_at = line, at
        if _whole(open_text, width, outer) or at + 1 >= len(lines):
            rows.append(cells_of(open_text, outer))
            begun.append(open_at)
            width = width or len(rows[-1])
            open_text = ""
        at += 1
    if open_text:
        rows.append(cells_of(open_text, outer))
        begun.append(open_at)
    return Bars(tuple(map(tuple, rows)), tuple(begun), at)


def _row_ends(text: str, lines: Sequence[str], at: int, width: int) -> bool:
    """The row `text` ends before the line `at`, where another begins: it has its cells, or it is closed and lost some of them
    (M8), for with the next ones it would have too many, or a serial begins them."""
    closed, own = text.rstrip().endswith("|"), len(cells_of(text))
    following = at if lines[at].strip() else next((k for k in range(at, len(lines)) if "|" in lines[k]), at)
    if not lines[following].lstrip().startswith("|") or not (closed or own >= width):
        return False
    return (
        own >= width
        or serial(cells_of(lines[following])[0]) is not None
        or own + 1 + _cells_ahead(lines, following) > width
    )


def _cells_ahead(lines: Sequence[str], at: int) -> int:
    """The cells from the line `at` on to where a line is closed by a bar and the next one begins with one."""
    end = at
    while end + 1 < len(lines) and end - at < _FAR:
        if lines[end].rstrip().endswith("|") and not (lines[end + 1].strip() and lines[end + 1].strip()[0] != "|"):
            break
        end += 1
    return len(cells_of("\n".join(lines[at : end + 1])))


def _whole(text: str, width: int, outer: bool) -> bool:
    """The row has all its cells. With bars between the cells only, nothing closes the last one."""
    closed = not outer or text.rstrip().endswith("|")
    return closed and len(cells_of(text, outer)) >= (width or 2)


def _follows(lines: Sequence[str], at: int) -> bool:
    near = [k for k in lines[at : at + 3] if k.strip()]
    return bool(near) and near[0].count("|") >= 2


# ---------------------------------------------------------------- a cell on a line


def _spread(lines: Sequence[str], at: int) -> bool:
    """Bars stand on lines of their own, or each name of the heading with its bar on one."""
    if _SINGLE.match(lines[at]):
        return True
    near = [k for k in lines[at : at + 40] if "|" in k]
    lone = sum(1 for k in near if _LONE.match(k))
    full = sum(1 for k in near if len([c for c in cells_of(k) if c]) >= 2 and not _RULE.match(k))
    return lone >= 3 and lone > full


def _stream(lines: Sequence[str], at: int) -> Bars:
    """All cells between bars in order; a row is as long as the first repetition of an empty cell says (||)."""
    end, last = at, at
    while end < len(lines) and end - last <= _FAR and not (end > at and _heads_next(lines, end)):
        last = end if "|" in lines[end] else last
        end += 1
    tokens = _tokens(lines[at : last + 1], at)
    if len(tokens) > sum(line.count("|") for line in lines[at : last + 1]):  # no bar closes a row, nor the last one
        while last + 1 < len(lines) and lines[last + 1].strip() and not ends_table(lines[last + 1]):
            last += 1
        tokens = _tokens(lines[at : last + 1], at)
    cells = [(t.text, t.line) for t in tokens]
    width = _period([c for c, _ in cells])
    if width:
        rows = [cells[k : k + width] for k in range(0, len(cells), width)]
        kept = [row[: width - 1] for row in rows if any(c for c, _ in row)]
        return Bars(tuple(tuple(c for c, _ in row) for row in kept), tuple(_first(row, at) for row in kept), last + 1)
    return Bars((), (), last + 1, tuple(_with_gaps(_ended(tokens))))


def _tokens(lines: Sequence[str], at: int) -> list[Token]:
    """The cells between the bars; `gap` says that blank lines part the text of a cell from the one before it."""
    tokens: list[Token] = []
    text, begun, gap = "", at, NONE
    single = bool(_SINGLE.match(lines[0]))
    for k, line in enumerate(lines, at):
        first, *others = line.split("|")
        if not line.strip() and not text:
            gap = BLANK
        if first.strip():
            text, begun = (f"{text}\n{first}".strip(), begun) if text else (first.strip(), k)
        for other in others:
            parts = bool(tokens) and (bool(text) or single)  # between lone bars a blank line is a blank cell
            tokens += _parted(Token(text, begun, gap if parts else NONE), lines[begun - at : k + 1])
            text, begun, gap = other.strip(), k, NONE
    if text:
        tokens.append(Token(text, begun, gap))
    return tokens[1:] if tokens and not tokens[0].text else tokens


def _parted(token: Token, lines: Sequence[str]) -> list[Token]:
    """Where no bar closes a row, its last cell and the serial of the next row stand between the same two bars."""
    before, _, number = token.text.rpartition("\n")
    if not before.strip() or serial(number) is None:
        return [token]
    return [Token(before.strip(), token.line, token.gap), Token(number.strip(), token.line + len(lines) - 1, BLANK)]


def _ended(tokens: list[Token]) -> list[Token]:
    """Empty cells (||) that close the heading and never come twice close the rows, whatever was left out of them."""
    names = sum(1 for _ in takewhile(lambda t: heading_roles(t.text), tokens))
    blank = [not t.text for t in tokens]
    if names < 3 or names == len(tokens) or not blank[names] or any(map(all, pairwise(blank))):
        return tokens
    return [Token(t.text, t.line, BLANK if k and blank[k - 1] else NONE) for k, t in enumerate(tokens) if not blank[k]]


def _with_gaps(tokens: Sequence[Token]) -> list[Token]:
    """Blank lines between most cells say nothing about rows."""
    if sum(1 for t in tokens if t.gap) * 5 > len(tokens) * 2:
        return [Token(t.text, t.line) for t in tokens]
    return list(tokens)


def _bare(line: str) -> str:
    return line.strip().strip("|").strip()


def _heads_next(lines: Sequence[str], at: int) -> bool:
    """A line between two tables: no bar in it, no heading name itself, blank lines before it, and heading names follow."""
    if "|" in lines[at] or heading_roles(lines[at]) or not lines[at].strip() or lines[at - 1].strip():
        return False
    names = [k for k in lines[at + 1 : at + 12] if k.strip() and not _LONE.match(k)]
    return is_heading_row(names[:3])


def _first(row: Sequence[tuple[str, int]], at: int) -> int:
    return next((line for c, line in row if c), at)


def _period(cells: Sequence[str]) -> int:
    """The length of a row with the empty cell that closes it, 0 when the empty cells do not come regularly."""
    names = sum(1 for _ in takewhile(heading_roles, cells))
    heading = sum(
        1 for _ in takewhile(lambda c: not c or heading_roles(c), cells)
    )  # a name over two columns leaves a blank
    most = heading + 3 if heading >= 3 else 40
    for size in range(max(2, names) + 1, most):
        ends = cells[size - 1 :: size]
        if len(ends) >= 2 and not any(ends):
            return size
    return 0
