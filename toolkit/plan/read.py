"""From a file to a SourceDocument: blocks of text and tables in reading order, whatever the source was.

Word and Excel give real tables; text is read as the flattening it is: one cell per line, tabs, pipes, or prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from toolkit.findings import Finding
from toolkit.office.document_in import Opened, OpenedTable, open_document
from toolkit.office.limits import DEFAULT, Limits
from toolkit.plan.parts import SourceCell, SourceDocument, SourceTable, SourceText
from toolkit.plan.source.cards import read_cards
from toolkit.plan.source.expanded import merged_again
from toolkit.plan.source.flat import Token, rows_of
from toolkit.plan.source.pages import joined, without_furniture
from toolkit.plan.source.pipes import begins, read_bars
from toolkit.plan.source.tabbed import read_tabs
from toolkit.plan.source.tags import has_table, pieces_of
from toolkit.plan.table.course import BLANK, DAMAGED, NONE
from toolkit.plan.table.lines import width_of
from toolkit.plan.words.kinds import heading_roles, is_heading_row, like_deadline, like_title, like_units, ordinal
from toolkit.plan.words.labels import level_of, numeral_of
from toolkit.plan.words.marks import ends_table, is_signing_date

_CELL = re.compile(r"([ \u3000]*)\t(.*)\Z", re.DOTALL)
_NARROW = 26.0
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ESCAPED = re.compile(r"\\(?:([!-/:-@\[-`{-~])|[ \t]*\Z)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_QUOTED = re.compile(r"\A {0,3}(?:> ?)+")
_BAR = "\ue07c"  # stands for a bar inside a cell until the cells are parted
Block = SourceTable | SourceText


def read_document(
    data: bytes, name: str, limits: Limits = DEFAULT
) -> tuple[SourceDocument | None, tuple[Finding, ...]]:
    """Read .docx, .xlsx, .txt, .md, .pdf (and .doc, .wps, .xls through an office suite). None with a reason when it fails.

    Findings: PLN-102 (not opened, with the reason).
    """
    opened, findings = open_document(data, name, limits)
    if opened is None:
        return None, findings
    return document_of(opened, name), findings


def document_of(opened: Opened, name: str = "") -> SourceDocument:
    """Blocks of an opened file as a SourceDocument."""
    blocks: list[Block] = []
    tables = 0
    kinds: list[str] = []
    for block in opened.blocks:
        if isinstance(block, OpenedTable):
            tables += 1
            rows = tuple(
                tuple(SourceCell(c.text, c.row_span, c.column_span, c.continued) for c in row) for row in block.rows
            )
            blocks.append(
                SourceTable(
                    rows,
                    block.name or f"表{tables}",
                    True,
                    block.numbers or tuple(range(1, len(rows) + 1)),
                    block.certain,
                )
            )
            kinds.append("tables")
        elif block.plain:
            read = read_text(block.text, block.line, tables)
            tables += sum(isinstance(b, SourceTable) for b in read.blocks)
            blocks += read.blocks
            kinds.append(read.layout)
        else:
            blocks.append(SourceText(block.text, block.line, block.level))
    layout = next((k for k in ("tables", "cells", "rows") if k in kinds), "prose")
    whole = [merged_again(b) if isinstance(b, SourceTable) else b for b in blocks]
    sheets = any(isinstance(b, OpenedTable) and b.name for b in opened.blocks)  # a sheet is no page
    return SourceDocument(tuple(whole) if sheets else joined(whole), layout, name, opened.findings)


def read_text(text: str, first_line: int = 1, tables: int = 0) -> SourceDocument:
    """Plain text as blocks. `first_line` numbers the lines, `tables` those already counted."""
    if not has_table(text):
        lines = [line.replace("\ufeff", "") for line in _LINE_BREAK.split(text)]
        return _read_lines(lines, range(first_line, first_line + len(lines)), tables)
    blocks: list[Block] = []
    layouts = ["prose"]
    for piece in pieces_of("\n".join(_LINE_BREAK.split(text.replace("\ufeff", "")))):
        numbers = [first_line + n for n in piece.numbers]
        if piece.rows:
            tables += 1
            blocks.append(SourceTable(piece.rows, f"表{tables}", True, tuple(numbers)))
            layouts.append("tables")
        else:
            read = _read_lines(piece.lines, numbers, tables)
            tables += sum(isinstance(b, SourceTable) for b in read.blocks)
            blocks += read.blocks
            layouts.append(read.layout)
    layout = next(k for k in ("tables", "cells", "rows", "prose") if k in layouts)
    return SourceDocument(tuple(blocks), layout)


def _read_lines(lines: Sequence[str], numbers: Sequence[int], tables: int) -> SourceDocument:
    kept, places = without_furniture([_unescaped(line) for line in lines])
    reader = _Reader(_spaced_columns(kept), [numbers[n] for n in places], tables)
    reader.run()
    layout = "cells" if reader.cells else ("rows" if reader.rows else "prose")
    return SourceDocument(tuple(reader.blocks), layout)


def _unescaped(line: str) -> str:
    """A line as Markdown means it: 1\\. and （\\*） are what a converter writes for 1. and （*）, a backslash at the end is a line
    break, &nbsp; a space, > a quotation. A bar of the text is no bar between cells."""
    line = _ENTITY.sub(lambda found: unescape(found[0]), _QUOTED.sub("", line))
    if "\\" not in line:
        return line
    return _ESCAPED.sub(lambda found: _BAR if found[1] == "|" else found[1] or "", line)


def _spaced_columns(lines: list[str]) -> list[str]:
    """Columns parted by two or more spaces under a heading line of the same kind, rewritten with tabs."""
    result: list[str] = []
    inside = False
    for k, line in enumerate(lines):
        parts = _spaced(line)
        if len(parts) >= 3 and is_heading_row(parts):
            inside = True
        elif line.strip() and len(parts) < 2:
            inside = inside and any(len(_spaced(near)) >= 2 for near in lines[k + 1 : k + 4])
        result.append("\t".join(parts) if inside and len(parts) >= 2 else line)
    return result


def _spaced(line: str) -> list[str]:
    if "\t" in line or "|" in line:
        return []
    return [p for p in re.split(r"[ \u3000]{2,}", line.strip()) if p]


class _Reader:
    """One pass over the lines; each table layout is recognised where it begins."""

    def __init__(self, lines: Sequence[str], numbers: Sequence[int], tables: int) -> None:
        self.lines = lines
        self.numbers = numbers  # of each line in the source
        self.tables = tables
        self.blocks: list[Block] = []
        self.cells = self.rows = 0

    def run(self) -> None:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line.strip(" \t\u3000\xa0") and not _CELL.match(line):
                at += 1
            elif cards := read_cards(self.lines, at):
                self.rows += len(cards.rows)
                self._table(cards.rows, cards.lines)
                at = cards.end
            elif begins(self.lines, at):
                at = self._bars(at)
            elif _inner_tabs(line) >= 1 and self._is_tabbed(at):
                at = self._tabbed(at)
            elif _CELL.match(line) and not _inner_tabs(line) and self._is_cells(at):
                at = self._cells(at)
            elif self._is_bare(at):
                at = self._bare(at)
            else:
                self._text(line, at)
                at += 1

    # ------------------------------------------------------------ text

    def _text(self, line: str, at: int) -> None:
        stripped = line.strip(" \t\u3000\xa0").replace(_BAR, "|")
        marks = re.match(r"(#{1,6})\s+(.*)", stripped)
        if marks:
            self.blocks.append(SourceText(marks.group(2).strip(), self.numbers[at], len(marks.group(1))))
        elif stripped:
            indented = line.lstrip("\t")[:1] in (" ", "\u3000", "\xa0")
            self.blocks.append(SourceText(re.sub(r"\A[-*+]\s+", "", stripped), self.numbers[at], indented=indented))

    def _table(self, rows: Sequence[Sequence[str]], lines: Sequence[int], certain: bool = True) -> None:
        kept = [
            (tuple(SourceCell(c.replace(_BAR, "|")) for c in row), n) for row, n in zip(rows, lines, strict=True) if row
        ]
        if not kept:
            return
        self.tables += 1
        self.blocks.append(
            SourceTable(
                tuple(row for row, _ in kept),
                f"表{self.tables}",
                False,
                tuple(self.numbers[n] for _, n in kept),
                certain,
            )
        )

    # ------------------------------------------------------------ bars

    def _bars(self, at: int) -> int:
        found = read_bars(self.lines, at)
        if found.tokens:
            self._tokens(list(found.tokens))
        else:
            self.rows += len(found.rows)
            self._table(found.rows, found.lines)
        return max(found.end, at + 1)

    # ------------------------------------------------------------ tabs

    def _is_tabbed(self, at: int) -> bool:
        """A row of tab-separated cells: a heading row, or another such line near it."""
        cells = self.lines[at].split("\t")
        if sum(1 for c in cells if heading_roles(c)) >= 2:
            return True
        near = [k for k in self.lines[at + 1 : at + 6] if k.strip()]
        return any(_inner_tabs(k) >= 1 for k in near[:2]) or _inner_tabs(self.lines[at]) >= 2

    def _tabbed(self, at: int) -> int:
        rows, lines, end, certain = read_tabs(self.lines, at)
        if end <= at:  # the table ends where it would begin: a line of text with a tab in it
            self._text(self.lines[at], at)
            return at + 1
        self.rows += len(rows)
        self._table(rows, lines, certain)
        return end

    # ------------------------------------------------------------ one cell per line

    def _is_cells(self, at: int) -> bool:
        near = [k for k in self.lines[at : at + 12] if k.strip()]
        return sum(1 for k in near if _CELL.match(k)) >= 2

    def _cells(self, at: int) -> int:
        """`\\t` starts a cell; lines without it continue the cell; blank lines are noted, never believed."""
        tokens: list[Token] = []
        gap, blanks = BLANK, 0
        while at < len(self.lines):
            line = self.lines[at]
            cell = _CELL.match(line)
            if cell and not (blanks and tokens and _inner_tabs(line)):
                gap = DAMAGED if cell.group(1) and tokens else gap
                tokens.append(Token(cell.group(2).strip(" \u3000"), at, gap if tokens else NONE))
                gap, blanks = NONE, 0
            elif not line.strip(" \t\u3000\xa0"):
                blanks += 1
                gap = BLANK
            elif self._continues(line, at, tokens, blanks):
                last = tokens[-1]
                breaks = "\n\n" if blanks else "\n"
                tokens[-1] = Token(f"{last.text}{breaks}{line.strip()}", last.line, last.gap)
                blanks, gap = 0, NONE
            else:
                break
            at += 1
        self._tokens(tokens)
        return at

    def _continues(self, line: str, at: int, tokens: list[Token], blanks: int) -> bool:
        """Whether a line without tab still belongs to the last cell."""
        if not tokens or blanks >= 2 or (ends_table(line) and blanks):
            return False
        if not blanks:
            return True
        more = [k for k in self.lines[at + 1 : at + 8] if k.strip(" \u3000\xa0")]  # a tab alone is a blank cell
        if not more or not any(_CELL.match(k) for k in more):
            return like_units(line) and like_units(tokens[-1].text)
        following = next(k for k in more if _CELL.match(k))
        return not heading_roles(following) or like_units(line)

    def _tokens(self, tokens: list[Token], loose: bool = False) -> None:
        found = rows_of(tokens, loose)
        self.cells += len(tokens)
        self._table([_texts(row) for row in found.rows], [row[0].line for row in found.rows], found.certain)

    # ------------------------------------------------------------ one cell per line without any mark

    def _is_bare(self, at: int) -> bool:
        """At least three heading names on lines of their own, of two kinds."""
        names: list[str] = []
        near = [line for line in self.lines[at : at + 24] if line.strip()]
        for k, line in enumerate(near):
            roles = heading_roles(line)
            own = names and len(line.strip()) <= 8 and k + 1 < len(near) and heading_roles(near[k + 1])
            if "\t" in line or not (roles or own):  # one name between two others may be the office's own
                break
            names += roles[:1]
        return len(names) >= 3 and len(set(names)) >= 3

    def _leaves(self, at: int) -> bool:
        """A chapter of running text begins: nothing that stands in a cell of its own follows."""
        if not like_title(self.lines[at]):
            return False
        near = dict.fromkeys(
            line for line in self.lines[at + 1 : at + 30] if line.strip()
        )  # labels may be printed twice
        narrow = all(width_of(line) <= _NARROW for line in list(near)[:8])  # cells broken at the width of a column
        return not any(_cell_like(line) for line in list(near)[: 24 if narrow else 8])

    def _bare(self, at: int) -> int:
        tokens: list[Token] = []
        gap, blanks = NONE, 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line.strip(" \t\u3000\xa0"):
                blanks += 1
                gap = BLANK
                if blanks >= 4:
                    break
            elif (
                tokens
                and not heading_roles(line)
                and (ends_table(line) or (self._leaves(at) and not _next_label(line, tokens)))
            ):
                break
            else:
                tokens.append(Token(line.strip(), at, gap))
                gap, blanks = NONE, 0
            at += 1
        if len(tokens) > 1 and is_signing_date(tokens[-1].text):
            tokens = tokens[: -2 if like_units(tokens[-2].text) else -1]
        every = len(tokens) > 3 and all(t.gap for t in tokens[1:3])  # heading names stand apart from each other
        if every:  # a blank line after every cell says nothing about rows, but where a cell ends
            tokens = _whole_cells(tokens)
        self._tokens(tokens, loose=True)
        return at


def _next_label(line: str, tokens: Sequence[Token]) -> bool:
    """A title whose number follows the last one of its level in the table: a label of the next rows."""
    level, number = level_of(line), numeral_of(line)
    if number is None:
        return False
    titles = [(level_of(t.text), numeral_of(t.text), t.text) for t in tokens if like_title(t.text)]
    alike = [title for title in titles if title[0] == level]
    if not alike or alike[-1][2] == line.strip():  # printed once more
        return bool(alike)
    return number == (alike[-1][1] or 0) + 1 or (number == 1 and any(0 < t[0] < level for t in titles))


def _cell_like(line: str) -> bool:
    return ordinal(line) is not None or like_units(line) or like_deadline(line)


def _whole_cells(tokens: Sequence[Token]) -> list[Token]:
    """Lines without a blank line between them as one cell."""
    cells: list[Token] = []
    for token in tokens:
        if token.gap or not cells:
            cells.append(Token(token.text, token.line))
        else:
            cells[-1] = Token(f"{cells[-1].text}\n{token.text}", cells[-1].line)
    return cells


def _texts(row: Sequence[Token]) -> list[str]:
    """Cell texts; a blank line inside the row stays visible as a line break at the end of the cell before it."""
    return [t.text + ("\n" if k + 1 < len(row) and row[k + 1].gap == BLANK else "") for k, t in enumerate(row)]


def _inner_tabs(line: str) -> int:
    return line.strip(" \u3000").removeprefix("\t").rstrip("\t ").count("\t")
