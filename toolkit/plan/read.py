"""From a file to a SourceDocument: blocks of text and tables in reading order, whatever the source was.

Word and Excel give real tables; text is read as the flattening it is: one cell per line, tabs, pipes, or prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.findings import Finding
from toolkit.office.document_in import Opened, OpenedTable, open_document
from toolkit.plan.course import BLANK, DAMAGED, NONE
from toolkit.plan.flat import Token, rows_of
from toolkit.plan.kinds import heading_roles, is_heading_row, like_units
from toolkit.plan.parts import SourceCell, SourceDocument, SourceTable, SourceText

_CELL = re.compile(r"([ \u3000]*)\t(.*)\Z", re.DOTALL)
_PIPE = re.compile(r"\s*\|.*")
_PIPE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-*:?\s*)*\|?\s*\Z")
_AFTER = re.compile(
    r"\s*(?:附件|附：|抄送|抄报|主送|注[:：]|备注[:：]|（此|\(此|联系人|主办|印发|[—－-]\s*\d+\s*[—－-]|#{1,6}\s|(?:公开方式|信息公开选项)[:：])"
)
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
Block = SourceTable | SourceText


def read_document(data: bytes, name: str) -> tuple[SourceDocument | None, tuple[Finding, ...]]:
    """Read .docx, .xlsx, .txt, .md, .pdf (and .doc, .wps, .xls through an office suite). None with a reason when it fails.

    Findings: PLN-102 (not opened, with the reason).
    """
    opened, findings = open_document(data, name)
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
            blocks.append(SourceTable(rows, block.name or f"表{tables}", True, tuple(range(1, len(rows) + 1))))
            kinds.append("tables")
        elif block.plain:
            read = read_text(block.text, block.line, tables)
            tables += sum(isinstance(b, SourceTable) for b in read.blocks)
            blocks += read.blocks
            kinds.append(read.layout)
        else:
            blocks.append(SourceText(block.text, block.line, block.level))
    layout = next((k for k in ("tables", "cells", "rows") if k in kinds), "prose")
    return SourceDocument(tuple(blocks), layout, name)


def read_text(text: str, first_line: int = 1, tables: int = 0) -> SourceDocument:
    """Plain text as blocks. `first_line` numbers the lines, `tables` those already counted."""
    lines = _spaced_columns([line.replace("\ufeff", "") for line in _LINE_BREAK.split(text)])
    reader = _Reader(lines, first_line, tables)
    reader.run()
    layout = "cells" if reader.cells else ("rows" if reader.rows else "prose")
    return SourceDocument(tuple(reader.blocks), layout)


def _spaced_columns(lines: list[str]) -> list[str]:
    """Columns parted by two or more spaces under a heading line of the same kind, rewritten with tabs."""
    result: list[str] = []
    names = 0
    for line in lines:
        parts = (
            [p for p in re.split(r"[ \u3000]{2,}", line.strip()) if p] if "\t" not in line and "|" not in line else []
        )
        if len(parts) >= 3 and is_heading_row(parts):
            names = len(parts)
        elif line.strip() and len(parts) < 2:
            names = 0
        result.append("\t".join(parts) if names and len(parts) >= 2 else line)
    return result


class _Reader:
    """One pass over the lines; each table layout is recognised where it begins."""

    def __init__(self, lines: Sequence[str], first_line: int, tables: int) -> None:
        self.lines = lines
        self.first = first_line
        self.tables = tables
        self.blocks: list[Block] = []
        self.cells = self.rows = 0

    def run(self) -> None:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line.strip(" \t\u3000\xa0") and not _CELL.match(line):
                at += 1
            elif self._is_pipe(at):
                at = self._pipes(at)
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
        stripped = line.strip(" \t\u3000\xa0")
        marks = re.match(r"(#{1,6})\s+(.*)", stripped)
        if marks:
            self.blocks.append(SourceText(marks.group(2).strip(), self.first + at, len(marks.group(1))))
        elif stripped:
            self.blocks.append(SourceText(re.sub(r"\A[-*+]\s+", "", stripped), self.first + at))

    def _table(self, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        kept = [(tuple(SourceCell(c) for c in row), n) for row, n in zip(rows, lines, strict=True) if row]
        if not kept:
            return
        self.tables += 1
        self.blocks.append(
            SourceTable(
                tuple(row for row, _ in kept), f"表{self.tables}", False, tuple(self.first + n for _, n in kept)
            )
        )

    # ------------------------------------------------------------ pipes

    def _is_pipe(self, at: int) -> bool:
        line = self.lines[at]
        if line.count("|") < 2:
            return False
        near = [k for k in self.lines[at + 1 : at + 8] if k.strip()]
        return bool(_PIPE.match(line)) or any(_PIPE_RULE.match(k) and "|" in k for k in near[:1])

    def _pipes(self, at: int) -> int:
        """Pipe rows; a line break inside a cell is joined until the row is as wide as its neighbours (M16)."""
        rows: list[list[str]] = []
        lines: list[int] = []
        width = 0
        open_text, open_at = "", at
        while at < len(self.lines):
            line = self.lines[at]
            if open_text:
                if not line.strip() and at + 1 < len(self.lines) and "|" not in self.lines[at + 1]:
                    break
                starts_row = bool(_PIPE.match(line)) and _pipe_width(open_text) >= width > 0
                if not starts_row:
                    open_text += "\n" + line
                    line = ""
                else:
                    rows.append(_pipe_cells(open_text))
                    lines.append(open_at)
                    open_text = ""
                    continue
            elif "|" not in line:
                if line.strip() or not self._pipe_follows(at):
                    break
                at += 1
                continue
            elif _PIPE_RULE.match(line):
                at += 1
                continue
            else:
                open_text, open_at = line, at
            done = open_text.rstrip().endswith("|") and (not width or _pipe_width(open_text) >= width)
            if (
                done
                or at + 1 >= len(self.lines)
                or (not _PIPE.match(open_text) and _pipe_width(open_text) >= (width or 2))
            ):
                rows.append(_pipe_cells(open_text))
                lines.append(open_at)
                width = width or len(rows[-1])
                open_text = ""
            at += 1
        if open_text:
            rows.append(_pipe_cells(open_text))
            lines.append(open_at)
        self.rows += len(rows)
        self._table(rows, lines)
        return at

    def _pipe_follows(self, at: int) -> bool:
        near = [k for k in self.lines[at : at + 3] if k.strip()]
        return bool(near) and near[0].count("|") >= 2

    # ------------------------------------------------------------ tabs

    def _is_tabbed(self, at: int) -> bool:
        """A row of tab-separated cells: a heading row, or another such line near it."""
        cells = self.lines[at].split("\t")
        if sum(1 for c in cells if heading_roles(c)) >= 2:
            return True
        near = [k for k in self.lines[at + 1 : at + 6] if k.strip()]
        return any(_inner_tabs(k) >= 1 for k in near[:2]) or _inner_tabs(self.lines[at]) >= 2

    def _tabbed(self, at: int) -> int:
        """One row per line; groups divided by blank lines only are one table, a line without tab continues a short row."""
        rows: list[list[str]] = []
        lines: list[int] = []
        blank = 0
        while at < len(self.lines):
            line = self.lines[at]
            if "\t" in line and line.strip():
                rows.append([c.strip(" \u3000") for c in line.split("\t")])
                lines.append(at)
                blank = 0
            elif not line.strip():
                blank += 1
                if blank > 3:
                    break
            elif blank or not rows or _AFTER.match(line) or len(rows[-1]) >= max(len(r) for r in rows):
                if blank == 0 and rows and not _AFTER.match(line) and self._tab_soon(at):
                    rows[-1][-1] = (rows[-1][-1] + "\n" + line.strip()).strip()
                else:
                    break
            else:
                rows[-1][-1] = (rows[-1][-1] + "\n" + line.strip()).strip()
            at += 1
        self.rows += len(rows)
        self._table(rows, lines)
        return at

    def _tab_soon(self, at: int) -> bool:
        return any("\t" in k for k in self.lines[at + 1 : at + 3])

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
        if not tokens or blanks >= 2 or (_AFTER.match(line) and blanks):
            return False
        if not blanks:
            return True
        more = [k for k in self.lines[at + 1 : at + 8] if k.strip()]
        if not more or not any(_CELL.match(k) for k in more):
            return like_units(line) and like_units(tokens[-1].text)
        following = next(k for k in more if _CELL.match(k))
        return not heading_roles(following) or like_units(line)

    def _tokens(self, tokens: list[Token], loose: bool = False) -> None:
        found = rows_of(tokens, loose)
        self.cells += len(tokens)
        self._table([_texts(row) for row in found.rows], [row[0].line for row in found.rows])

    # ------------------------------------------------------------ one cell per line without any mark

    def _is_bare(self, at: int) -> bool:
        """At least three heading names on lines of their own, of two kinds."""
        names: list[str] = []
        for line in self.lines[at : at + 24]:
            if not line.strip():
                continue
            roles = heading_roles(line)
            if not roles or "\t" in line:
                break
            names.append(roles[0])
        return len(names) >= 3 and len(set(names)) >= 3

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
            elif _AFTER.match(line) and tokens:
                break
            else:
                tokens.append(Token(line.strip(), at, gap))
                gap, blanks = NONE, 0
            at += 1
        every = len(tokens) > 1 and sum(1 for t in tokens[1:] if t.gap) * 10 >= 9 * (len(tokens) - 1)
        if every:  # a blank line after every line says nothing about rows
            tokens = [Token(t.text, t.line) for t in tokens]
        self._tokens(tokens, loose=True)
        return at


def _texts(row: Sequence[Token]) -> list[str]:
    """Cell texts; a blank line inside the row stays visible as a line break at the end of the cell before it."""
    return [t.text + ("\n" if k + 1 < len(row) and row[k + 1].gap == BLANK else "") for k, t in enumerate(row)]


def _inner_tabs(line: str) -> int:
    return line.strip(" \u3000").removeprefix("\t").rstrip("\t ").count("\t")


def _pipe_cells(text: str) -> list[str]:
    body = text.strip()
    body = body.removeprefix("|")
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    cells = re.split(r"(?<!\\)\|", body)
    return [re.sub(r"<br\s*/?>", "\n", c.replace("\\|", "|"), flags=re.IGNORECASE).strip() for c in cells]


def _pipe_width(text: str) -> int:
    return len(_pipe_cells(text))
