"""Cell references inside formulas and `sqref` texts: rows inserted below a list, formulas copied down.

Texts in quotation marks, names, functions and structured references are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Growth = Mapping[str, tuple[int, int]]
"""By sheet name: (tag row of the list, rows added below it)."""

_PIECE = re.compile(
    r"""
    (?P<text>"(?:[^"]|"")*")
  | (?P<bracket>\[[^\]]*\](?![^'!()]*!))
  | (?P<prefix>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?
    (?:
        (?<![\w.$])(?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?[1-9]\d{0,6})
        (?: :(?P<c2>\$?[A-Za-z]{1,3})(?P<r2>\$?[1-9]\d{0,6}) )?(?![\w.(!])
      | (?<![\w.$])(?P<f1>\$?[1-9]\d{0,6}):(?P<f2>\$?[1-9]\d{0,6})(?![\w.(!])
    )
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def split_address(text: str) -> tuple[int, int]:
    """(row, column) of `D12` or `$D$12`."""
    m = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d+)", text)
    if not m:
        raise ValueError(text)
    return int(m[2]), column_number(m[1])


def quoted_sheet(name: str) -> str:
    """A sheet name as a formula writes it before the exclamation mark; always in quotes, which every program reads."""
    return "'" + name.replace("'", "''") + "'"


def _sheet_of(prefix: str | None, own: str) -> str:
    if not prefix:
        return own
    name = prefix[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _row(text: str) -> int:
    return int(text.lstrip("$"))


def moved_span(first: int, last: int, tag_row: int, added: int) -> tuple[int, int]:
    """A block of rows after the list has grown: what holds the tag row grows, what lies below moves."""
    return (first + added if first > tag_row else first), (last + added if last >= tag_row else last)


def _keep(text: str, row: int) -> str:
    return ("$" if text.startswith("$") else "") + str(row)


def grow(formula: str, own: str, growth: Growth) -> str:
    """The formula of a cell on sheet `own` after rows were inserted below the tag rows.

    A single reference to the tag row stays; a range that holds it grows with the list.
    """
    if not growth:
        return formula

    def change(m: re.Match[str]) -> str:
        if m["text"] or m["bracket"]:
            return m[0]
        where = growth.get(_sheet_of(m["prefix"], own))
        if where is None:
            return m[0]
        prefix = m["prefix"] or ""
        if m["f1"]:
            first, last = moved_span(_row(m["f1"]), _row(m["f2"]), *where)
            return f"{prefix}{_keep(m['f1'], first)}:{_keep(m['f2'], last)}"
        row = _row(m["r1"])
        if not m["r2"]:
            return f"{prefix}{m['c1']}{_keep(m['r1'], row + where[1] if row > where[0] else row)}"
        first, last = moved_span(row, _row(m["r2"]), *where)
        return f"{prefix}{m['c1']}{_keep(m['r1'], first)}:{m['c2']}{_keep(m['r2'], last)}"

    return _PIECE.sub(change, formula)


def copied(formula: str, rows: int, columns: int = 0) -> str:
    """The formula as if copied `rows` down and `columns` to the right: relative references move along."""
    if not rows and not columns:
        return formula

    def row(text: str | None) -> str:
        return "" if text is None else text if text.startswith("$") else str(int(text) + rows)

    def column(text: str | None) -> str:
        if text is None or text.startswith("$") or not columns:
            return text or ""
        return column_letters(column_number(text) + columns)

    def change(m: re.Match[str]) -> str:
        if m["text"] or m["bracket"]:
            return m[0]
        prefix = m["prefix"] or ""
        if m["f1"]:
            return f"{prefix}{row(m['f1'])}:{row(m['f2'])}"
        second = f":{column(m['c2'])}{row(m['r2'])}" if m["r2"] else ""
        return f"{prefix}{column(m['c1'])}{row(m['r1'])}{second}"

    return _PIECE.sub(change, formula)


def in_list_row(formula: str, own: str, growth: Growth, copy: int) -> str:
    """A formula of the tag row (or of a format or validation that covers it) in the list's copy number `copy`.

    Relative references to the tag row or above follow the row, as when a formula is filled down; absolute ranges
    that hold the tag row grow with the list; what lies below has moved.
    """
    tag_row, added = growth.get(own, (0, 0))

    def row(text: str, end_of_range: bool) -> str:
        number = _row(text)
        if number > tag_row:
            return _keep(text, number + added)
        if not text.startswith("$"):
            return str(number + copy)
        return _keep(text, number + added) if end_of_range and number == tag_row else text

    def change(m: re.Match[str]) -> str:
        if m["text"] or m["bracket"]:
            return m[0]
        if _sheet_of(m["prefix"], own) != own:
            return grow(m[0], own, growth)
        prefix = m["prefix"] or ""
        if m["f1"]:
            return f"{prefix}{row(m['f1'], False)}:{row(m['f2'], True)}"
        second = f":{m['c2']}{row(m['r2'], True)}" if m["r2"] else ""
        return f"{prefix}{m['c1']}{row(m['r1'], False)}{second}"

    return _PIECE.sub(change, formula)


def sheets_named(formula: str) -> frozenset[str]:
    """The sheets a formula refers to by name (in any kind of reference)."""
    bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
    quoted = {name.replace("''", "'") for name in re.findall(r"'((?:[^']|'')+)'!", bare)}
    plain = set(re.findall(r"([^\W\d][\w.]*)!", re.sub(r"'(?:[^']|'')+'!", "", bare)))
    return frozenset(quoted | plain)


Rectangle = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def rectangles(sqref: str) -> tuple[Rectangle, ...]:
    """The blocks of a `sqref`; whole columns and rows come with the largest bounds."""
    found = []
    for item in sqref.split():
        first, _, last = item.replace("$", "").partition(":")
        a, b = _corner(first, 1, 1), _corner(last or first, 1_048_576, 16_384)
        found.append((a[0], a[1], b[0], b[1]))
    return tuple(found)


def _corner(text: str, row: int, column: int) -> tuple[int, int]:
    m = re.fullmatch(r"([A-Za-z]*)(\d*)", text)
    if not m:
        raise ValueError(text)
    return int(m[2] or row), column_number(m[1]) if m[1] else column


def sqref_text(blocks: tuple[Rectangle, ...]) -> str:
    return " ".join(address(a, b) if (a, b) == (c, d) else f"{address(a, b)}:{address(c, d)}" for a, b, c, d in blocks)


def grown_sqref(sqref: str, tag_row: int, added: int) -> str:
    """A `sqref` after the list has grown; a block that holds the tag row grows with it."""
    blocks = []
    for first, left, last, right in rectangles(sqref):
        a, b = moved_span(first, last, tag_row, added)
        blocks.append((a, left, min(b, 1_048_576), right))
    return sqref_text(tuple(blocks))


def without_cells(sqref: str, cells: frozenset[tuple[int, int]]) -> str:
    """A `sqref` with single cells cut out; "" when nothing is left."""
    blocks = list(rectangles(sqref))
    for row, column in sorted(cells):
        cut: list[Rectangle] = []
        for block in blocks:
            cut += _without(block, row, column)
        blocks = cut
    return sqref_text(tuple(blocks))


def _without(block: Rectangle, row: int, column: int) -> list[Rectangle]:
    top, left, bottom, right = block
    if not (top <= row <= bottom and left <= column <= right):
        return [block]
    pieces = [
        (top, left, row - 1, right),
        (row, left, row, column - 1),
        (row, column + 1, row, right),
        (row + 1, left, bottom, right),
    ]
    return [p for p in pieces if p[0] <= p[2] and p[1] <= p[3]]
