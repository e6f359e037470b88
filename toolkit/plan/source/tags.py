"""Tables written as HTML inside a text: what web pages copy and converters to Markdown keep, with the spans of their cells.

The text comes from other people: tags are found by one rule that looks at each character once, nothing is executed, and
neither spans nor missing ends can make a table larger than its text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from toolkit.plan.parts import SourceCell

_TABLE = re.compile(r"<(/?)table\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_SPAN = re.compile(r"\b(row|col)span\s*=\s*[\"']?\s*(\d{1,6})", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|h[1-6]|tr|td|th|table|center|section|article|hr))\b[^<>]*>", re.IGNORECASE
)
_ANY = re.compile(r"</?[a-zA-Z][^<>]*>")
_WRAPPED = re.compile(r"[ \t\r\f]*\n[ \t\r\n\f]*")
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = ("script", "style")
_WIDEST, _LONGEST, _DEEPEST = 64, 5_000, 20  # columns, rows, tables in tables; a plan has a tenth of that
_COVERED = SourceCell("", 1, 1, True)


@dataclass(frozen=True)
class Piece:
    """Lines of text, or the rows of a table; `numbers` are the 0-based lines of the source they begin on."""

    numbers: tuple[int, ...]
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[SourceCell, ...], ...] = ()


def has_table(text: str) -> bool:
    return bool(re.search(r"<table\b", text, re.IGNORECASE)) and bool(re.search(r"<t[dh]\b", text, re.IGNORECASE))


def pieces_of(text: str) -> Iterator[Piece]:
    """Text and tables in their order. A table without an end goes to the end of the text."""
    text = _spoken(text)
    done = depth = begun = 0
    line = 0  # of `done`
    for tag in _TABLE.finditer(text):
        if not tag[1]:
            depth += 1
            if depth == 1:
                begun = tag.start()
        elif depth:
            depth -= 1
            if not depth:
                yield from _around(text, done, begun, tag.end(), line)
                line += text.count("\n", done, tag.end())
                done = tag.end()
    yield from _around(text, done, begun if depth else len(text), len(text), line)


def _around(text: str, done: int, begun: int, end: int, line: int) -> Iterator[Piece]:
    yield _plain(text[done:begun], line)
    if begun < end:
        yield from _tables(text[begun:end], line + text.count("\n", done, begun))


def _spoken(text: str) -> str:
    """The text without scripts, styles and comments; their line breaks stay, so that lines keep their numbers."""
    for opened, closed in (*((f"<{name}", f"</{name}") for name in _SILENT), ("<!--", "-->")):
        low, parts, at = text.lower(), [], 0
        if len(low) != len(text):
            low = text
        while (start := low.find(opened, at)) >= 0 and (stop := low.find(closed, start)) >= 0:
            parts += [text[at:start], "\n" * text.count("\n", start, stop)]
            at = low.find(">", stop) + 1 or stop + len(closed)
        text = "".join([*parts, text[at:]])
    return text


def _plain(text: str, line: int) -> Piece:
    """Text between tables, block tags as line breaks, other tags taken off."""
    lines: list[str] = []
    numbers: list[int] = []
    for k, whole in enumerate(text.split("\n")):
        parts = [whole] if "|" in whole or "<" not in whole else _BLOCK.sub("\n", whole).split("\n")
        kept = [html.unescape(_ANY.sub("", part)) for part in parts] if "<" in whole and "|" not in whole else parts
        kept = [part for part in kept if part.strip()] or [""]
        lines += kept
        numbers += [line + k] * len(kept)
    return Piece(tuple(numbers), tuple(lines))


# ---------------------------------------------------------------- tables


@dataclass
class _Table:
    """A table while its tags go by: for each row its line and its cells as (text, rows, columns)."""

    rows: list[tuple[int, list[tuple[str, int, int]]]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)  # text outside its cells: the caption
    spans: tuple[int, int] = (1, 1)
    inside: bool = False  # a cell

    def close_cell(self) -> None:
        if self.inside and self.rows:
            self.rows[-1][1].append((_cell_text("".join(self.parts)), *self.spans))
        self.inside, self.parts = False, []

    def add(self, data: str) -> None:
        (self.parts if self.inside else self.beside).append(_joined(html.unescape(data)))

    def open_cell(self, attributes: str, line: int) -> None:
        self.close_cell()
        if not self.rows:
            self.rows.append((line, []))
        said = {kind.lower(): int(number) for kind, number in _SPAN.findall(attributes)}
        down = said.get("row", 1) or _LONGEST  # rowspan=0: to the end of the table
        self.spans, self.inside = (min(down, _LONGEST), max(1, min(said.get("col", 1), _WIDEST))), True

    def taken(self, line: int) -> list[Piece]:
        """What the table says so far, as lines: it only lays out the page around the table inside it."""
        self.close_cell()
        cells = [text for _, row in self.rows for text, _, _ in row]
        texts = [t for text in ("".join(self.beside), *cells) for t in text.split("\n") if t.strip()]
        self.rows, self.beside = [(line, [])], []
        return [Piece((line,) * len(texts), tuple(texts))] if texts else []


def _tables(text: str, line: int) -> Iterator[Piece]:
    """The tables of one outermost table; one that holds others is the page's layout, its own words are text."""
    stack: list[tuple[_Table, bool]] = []  # (table, whether it holds another one)
    at = 0
    for tag in _TAG.finditer(text):
        if stack:
            stack[-1][0].add(text[at : tag.start()])
        line += text.count("\n", at, tag.end())
        at = tag.end()
        name, closes = tag[2].lower(), bool(tag[1])
        if name == "table" and not closes and len(stack) < _DEEPEST:
            if stack:
                yield from stack[-1][0].taken(line)
                stack[-1] = (stack[-1][0], True)
            stack.append((_Table(), False))
        elif name == "table" and stack:
            yield from _finished(*stack.pop(), line)
            if stack:
                stack[-1][0].inside = True
        elif stack:
            _inside(stack[-1][0], name, closes, tag[3], line)
    if stack:
        stack[-1][0].add(text[at:])
    while stack:
        yield from _finished(*stack.pop(), line)


def _inside(table: _Table, name: str, closes: bool, attributes: str, line: int) -> None:
    if name in ("td", "th"):
        if closes:
            table.close_cell()
        else:
            table.open_cell(attributes, line)
    elif name == "tr":
        table.close_cell()
        if not closes and len(table.rows) < _LONGEST:
            table.rows.append((line, []))
    elif name in _BREAKS:
        (table.parts if table.inside else table.beside).append("\n")


def _finished(table: _Table, layout: bool, line: int) -> list[Piece]:
    if layout:
        return table.taken(line)
    table.close_cell()
    rows = [row for row in table.rows if row[1]]
    caption = [t.strip() for t in "".join(table.beside).split("\n") if t.strip()]
    said = [Piece((line,) * len(caption), tuple(caption))] if caption else []
    if not rows:
        return said
    return [*said, Piece(tuple(n for n, _ in rows), (), _laid([cells for _, cells in rows]))]


def _laid(rows: Sequence[Sequence[tuple[str, int, int]]]) -> tuple[tuple[SourceCell, ...], ...]:
    """Cells in their columns; those that a span from above or from the left covers are `continued`."""
    laid: list[tuple[SourceCell, ...]] = []
    below: dict[int, int] = {}  # column → rows still covered from above
    for k, cells in enumerate(rows):
        row: list[SourceCell] = []
        at = 0
        covered = max(below, default=-1)
        while len(row) < _WIDEST and (at < len(cells) or len(row) <= covered):
            column = len(row)
            if column in below:
                row.append(_COVERED)
                below[column] -= 1
            elif at < len(cells):
                text, down, across = cells[at]
                down, across, at = min(down, len(rows) - k), _free(below, column, across), at + 1
                row += [SourceCell(text, down, across), *[_COVERED] * (across - 1)]
                below |= dict.fromkeys(range(column, column + across), down - 1)
            else:
                row.append(SourceCell(""))
        below = {c: n for c, n in below.items() if n > 0}
        laid.append(tuple(row))
    return tuple(laid)


def _free(below: dict[int, int], column: int, across: int) -> int:
    """How many columns a cell can span before it meets one that is covered from above."""
    wide = 1
    while wide < across and column + wide < _WIDEST and column + wide not in below:
        wide += 1
    return wide


def _joined(data: str) -> str:
    """A line break of the source inside a cell is no break of its text."""

    def between(found: re.Match[str]) -> str:
        before, after = data[: found.start()][-1:], data[found.end() :][:1]
        return " " if before.isascii() and after.isascii() and before and after else ""

    return _WRAPPED.sub(between, data)


def _cell_text(text: str) -> str:
    return "\n".join(line for part in text.split("\n") if (line := part.strip(" \t\r\xa0")))
