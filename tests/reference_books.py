"""Workbooks of the office from Markdown tables: what the tests of the reference readers are written in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

import openpyxl

from toolkit.findings import Finding
from toolkit.model import Draft, Filled, Submission, Value, Verdict


def cells(table: str) -> list[list[str]]:
    """The cells of a Markdown table, the dashed line left out."""
    lines = [line.strip() for line in table.strip().splitlines()]
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line]
    return [row for row in rows if not all(set(c) <= set("-: ") and c for c in row)]


def book(sheets: Mapping[str, str], values: Mapping[str, Mapping[str, object]] | None = None) -> bytes:
    """A workbook with one sheet per table, all cells as text; `values` sets single cells by sheet and address."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, table in sheets.items():
        sheet = made.create_sheet(name)
        for row in cells(table):
            sheet.append([c or None for c in row])
    for name, given in (values or {}).items():
        for address, value in given.items():
            made[name][address] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def places(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    """(level, sheet, cell) of findings."""
    return [(str(f.level), f.sheet, f.cell) for f in findings]


def progress_draft(table: str, explanations: str = "", stand_in: tuple[str, str, str] = ("", "", "")) -> Draft:
    """A draft of 任务进展 from a table; row n of the table stands in row n+4 of sheet 进展, columns from A."""
    head, *rows = cells(table)
    lines = []
    for number, row in enumerate(rows, start=5):
        line: dict[str, Filled] = {}
        for column, (name, text) in enumerate(zip(head, row, strict=True)):
            value: Value = date.fromisoformat(text) if name == "完成日期" and text else text
            line[name] = Filled(value, "进展", f"{chr(65 + column)}{number}")
        lines.append(line)
    told = []
    if explanations:
        head, *rows = cells(explanations)
        told = [
            {n: Filled(t, "情况说明", f"A{i}") for n, t in zip(head, r, strict=True)} for i, r in enumerate(rows, 8)
        ]
    names = ("代填.填报人", "代填.来源", "代填.日期")
    filled = {n: Filled(v, "情况说明", "B3") for n, v in zip(names, stand_in, strict=True)}
    return Draft("任务进展", filled, {"进展": tuple(lines), "情况说明": tuple(told)})


def submission(
    unit: str,
    period: str,
    draft: Draft | None = None,
    *,
    form: str = "任务进展",
    seq: int = 1,
    verdict: str = "accepted",
    arrived: str = "2024-07-01",
    **more: object,
) -> Submission:
    given: dict[str, object] = {"findings": (), **more}
    return Submission(
        receipt_no=f"R{seq:04d}",
        digest=f"{seq:064x}",
        file=f"inbox/{unit}-{period}-{seq}.xlsx",
        arrived_on=date.fromisoformat(arrived),
        form=form,
        unit=unit,
        period=period,
        version=seq,
        verdict=Verdict(verdict),
        draft=draft,
        seq=seq,
        **given,  # type: ignore[arg-type]
    )
