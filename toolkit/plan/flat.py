"""Rows out of flattened tables: one cell per line, with or without separators.

A row boundary is a serial or a change of the cell pattern, never a blank line alone (catalogue M10, M12, M14).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.align import quality
from toolkit.plan.columns import Columns, understand_columns
from toolkit.plan.kinds import REQUIREMENT, SERIAL, fit, heading_roles, serial
from toolkit.plan.labels import level_of

NONE, BLANK, DAMAGED = 0, 1, 2  # what stands before a cell: nothing, blank lines, a separator that lost its row


@dataclass(frozen=True)
class Token:
    """One flattened cell. `gap` is what the source printed before it."""

    text: str
    line: int
    gap: int = NONE


@dataclass(frozen=True)
class Rows:
    """Rows of tokens, heading rows included. `certain` is False when nothing in the source marks the rows."""

    rows: tuple[tuple[Token, ...], ...]
    certain: bool


def rows_of(tokens: Sequence[Token]) -> Rows:
    """Cut a run of cells into rows."""
    pieces, marked = _split_headings(list(tokens))
    names = max((len([t for t in p if t.text.strip()]) for p, is_head in pieces if is_head), default=0)
    bodies = [p for p, is_head in pieces if not is_head]
    with_serials = _has_serials(bodies, [p for p, is_head in pieces if is_head])
    separated = any(t.gap for body in bodies for t in body[1:])
    header = next((p for p, is_head in pieces if is_head), [])
    certain = marked and (separated or sum(len(b) for b in bodies) <= max(names, 1) + 2 or with_serials)
    rows: list[tuple[Token, ...]] = []
    for piece, is_head in pieces:
        if is_head:
            rows.append(tuple(piece))
        elif with_serials:
            rows += _by_serial(piece, names)
        elif separated:
            rows += _by_gaps(piece, header)
        else:
            rows += _by_pattern(piece, header)
    return Rows(tuple(r for r in rows if r), certain and (separated or with_serials))


# ---------------------------------------------------------------- headings


def _split_headings(tokens: list[Token]) -> tuple[list[tuple[list[Token], bool]], bool]:
    """Runs of heading names apart from the body. A run has at least two names of different kinds."""
    pieces: list[tuple[list[Token], bool]] = []
    body: list[Token] = []
    k = 0
    found = False
    while k < len(tokens):
        end = _heading_run(tokens, k)
        if end:
            if body:
                pieces.append((body, False))
                body = []
            pieces.append((tokens[k:end], True))
            found = True
            k = end
        else:
            body.append(tokens[k])
            k += 1
    if body:
        pieces.append((body, False))
    return pieces, found


def _heading_run(tokens: list[Token], start: int) -> int:
    """The end of the run of heading names that begins at `start`, or 0."""
    kinds: list[str] = []
    k = start
    while k < len(tokens) and k - start < 24:
        if k > start and tokens[k].gap and (len(kinds) >= 3 or not heading_roles(tokens[k].text)):
            break
        if not tokens[k].text.strip() and kinds and k + 1 < len(tokens) and heading_roles(tokens[k + 1].text):
            k += 1
            continue
        roles = heading_roles(tokens[k].text)
        if not roles:
            break
        kinds.append(roles[0])
        k += 1
    distinct = len(set(kinds))
    return (
        k
        if (len(kinds) >= 3 and distinct >= 2) or (len(kinds) == 2 and distinct == 2 and _ends_clean(tokens, k))
        else 0
    )


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
    if token.gap or not row:
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


# ---------------------------------------------------------------- rows by gaps


def _by_gaps(tokens: list[Token], header: list[Token]) -> list[tuple[Token, ...]]:
    """Groups between blank lines; a group too short to be a row joins its neighbour when the two read better so."""
    groups: list[list[Token]] = []
    for token in tokens:
        if token.gap or not groups:
            groups.append([])
        groups[-1].append(token)
    names = [t.text for t in header]
    lengths = Counter(len(g) for g in groups)
    most = max(lengths.values())
    width = max([n for n, times in lengths.items() if times == most] + ([len(names)] if len(names) in lengths else []))
    full = [[t.text for t in g] for g in groups if len(g) == width]
    roles = understand_columns(names, full, width).roles
    joined: list[list[Token]] = []
    for group in groups:
        if joined and group[0].gap != DAMAGED and _belongs(joined[-1], group, roles):
            joined[-1] = joined[-1] + group
        else:
            joined.append(group)
    return [tuple(g) for g in joined]


def _belongs(row: list[Token], group: list[Token], roles: tuple[str, ...]) -> bool:
    """True when the group continues the row: together they fit the columns, apart one of them is no row."""
    if len(row) + len(group) > len(roles):
        return False
    first, second = [t.text for t in row], [t.text for t in group]
    if _can_stand(first, roles) and _can_stand(second, roles):
        return False
    return quality(first + second, roles) > max(quality(first, roles), quality(second, roles))


def _can_stand(texts: list[str], roles: tuple[str, ...]) -> bool:
    """A row of its own: it holds something that can be required, in a row at least half as wide as the table."""
    return len(texts) * 2 >= len(roles) and any(fit(t, REQUIREMENT) > 0.5 for t in texts)


# ---------------------------------------------------------------- rows by pattern alone


def _by_pattern(tokens: list[Token], header: list[Token]) -> list[tuple[Token, ...]]:
    """No mark at all (M14): the cut into rows whose cells suit the columns best."""
    names = [t.text for t in header if t.text.strip()]
    texts = [t.text for t in tokens]
    if len(names) < 2:
        return [tuple(tokens)]
    columns = _guess(names, texts)
    cuts = _best_cuts(texts, columns.roles)
    return [tuple(tokens[a:b]) for a, b in zip([0, *cuts[:-1]], cuts, strict=True)]


def _guess(names: list[str], texts: list[str]) -> Columns:
    """Columns from a first, regular cut: as many cells per row as names, or one more."""
    best: tuple[float, Columns] | None = None
    for width in (len(names), len(names) + 1):
        rows = [texts[k : k + width] for k in range(0, len(texts) - width + 1, width)][:60]
        if not rows:
            continue
        columns = understand_columns(names, rows, width)
        score = sum(quality(r, columns.roles) for r in rows) / len(rows) / width
        score -= 0.3 if len(texts) % width else 0.0
        if best is None or score > best[0]:
            best = (score, columns)
    return best[1] if best else understand_columns(names, [], len(names))


def _best_cuts(texts: list[str], roles: tuple[str, ...]) -> list[int]:
    """Row ends that maximise the summed quality; a row has one to `width` cells, full rows are preferred."""
    width = len(roles)
    n = len(texts)
    best = [float("-inf")] * (n + 1)
    came = [0] * (n + 1)
    best[0] = 0.0
    for end in range(1, n + 1):
        for size in range(1, min(width, end) + 1):
            start = end - size
            score = best[start] + quality(texts[start:end], roles) - 1.5 - (0.25 * (width - size))
            if score > best[end]:
                best[end], came[end] = score, start
    cuts: list[int] = []
    at = n
    while at > 0:
        cuts.append(at)
        at = came[at]
    return cuts[::-1]
