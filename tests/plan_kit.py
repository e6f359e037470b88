"""Builders for plan documents: the same task rows as text, Word and Excel, with true merged cells."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.plan.parts import Plan
from toolkit.plan.plan import understand
from toolkit.plan.read import read_document

SHARED = Path(__file__).resolve().parents[2] / "shared"
SEEDS = ("000", "001", "002", "003", "004")


@dataclass
class Sheet:
    """Rows of texts, and merges as (first row, first column, last row, last column), 0-based."""

    rows: list[list[str]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    above: Sequence[str] = ()
    below: Sequence[str] = ()


def word(*sheets: Sheet) -> bytes:
    from docx import Document

    document = Document()
    for sheet in sheets:
        for text in sheet.above:
            document.add_paragraph(text)
        table = document.add_table(rows=len(sheet.rows), cols=max(len(r) for r in sheet.rows))
        table.style = "Table Grid"
        cells = [list(row.cells) for row in table.rows]
        for r, row in enumerate(sheet.rows):
            for c, text in enumerate(row):
                if text:
                    cells[r][c].text = text
        for top, left, bottom, right in sheet.merges:
            kept = cells[top][left].text
            merged = cells[top][left].merge(cells[bottom][right])
            merged.text = kept
        for text in sheet.below:
            document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def excel(*sheets: Sheet) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets, 1):
        page = book.create_sheet(f"表{number}")
        top = 0
        for text in sheet.above:
            top += 1
            page.cell(top, 1, text)
        for r, row in enumerate(sheet.rows, 1):
            for c, text in enumerate(row, 1):
                if text:
                    page.cell(top + r, c, text)
        for a, b, c, d in sheet.merges:
            page.merge_cells(start_row=top + a + 1, start_column=b + 1, end_row=top + c + 1, end_column=d + 1)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(data: bytes | str, name: str = "计划.txt", year: int | None = 2024) -> Plan:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    document, findings = read_document(raw, name)
    assert document is not None, findings
    return understand(document, year)


def cells(rows: Sequence[Sequence[str]], gap: str = "\n") -> str:
    """One cell per line; `gap` between rows ("" for none)."""
    return ("\n" + gap).join("\n".join(f"\t{c}" for c in row) for row in rows) + "\n"


def piped(rows: Sequence[Sequence[str]]) -> str:
    head, *body = [f"| {' | '.join(c or ' ' for c in row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body]) + "\n"


def tabbed(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows) + "\n"


def codes(plan: Plan) -> set[str]:
    return {f.code for f in plan.findings} | {f.code for t in plan.tasks for f in t.findings}


def seed_text(seed: str) -> bytes:
    return next((SHARED / "seeds").glob(f"{seed}_*.txt")).read_bytes()


def truth(seed: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SHARED / "samples" / "plan-truth" / f"seed-{seed}.json").read_text("utf-8"))
    return loaded
