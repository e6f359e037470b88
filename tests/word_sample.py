"""Results made by hand and a reader of finished Word documents, for the tests of the Word room."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lxml import etree

from toolkit.builtin import annual_table
from toolkit.model import (
    AnnualReport,
    Approval,
    Consolidated,
    Filing,
    Period,
    PeriodResult,
    Progress,
    Roster,
    Task,
    TaskState,
    Unit,
    Value,
    Verdict,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE, BUREAU, STREET = "云溪区人民政府办公室", "云溪区教育局", "云溪区长河街道办事处"
UNITS = (
    Unit("001", OFFICE, "区政府办", unit_class="政府部门", phone="0530-1234567"),
    Unit("002", BUREAU, "区教育局", unit_class="政府部门", phone="13800138000"),
    Unit("003", STREET, "长河街道", unit_class="街道办事处"),
)
APPROVAL = Approval("主任办公会", "云政公开〔2025〕3号", date(2025, 1, 28))


def distinct() -> dict[str, Value]:
    """200 different figures, so that one in a wrong cell is seen; the fee has places."""
    values: dict[str, Value] = {f.id: 1000 + n for n, f in enumerate(annual_table.fields())}
    values["t2.fees.amount"] = Decimal("0.0920")
    return values


def report(unit: str, values: Mapping[str, Value], **more: object) -> AnnualReport:
    given: dict[str, object] = {
        "kind": "单位",
        "verdict": Verdict.ACCEPTED,
        "receipt_no": "R1",
        "waived": False,
        **more,
    }
    return AnnualReport(unit=unit, values=values, sources={}, **given)  # type: ignore[arg-type]


def year(annual: Mapping[str, AnnualReport], **more: object) -> PeriodResult:
    total = Consolidated((OFFICE, BUREAU), (STREET,), {f.id: Decimal(n) for n, f in enumerate(annual_table.fields())})
    return result("2024", date(2025, 1, 20), annual=annual, consolidated=total, **more)


def result(period: str = "2024-06", as_of: date = date(2024, 7, 8), **more: object) -> PeriodResult:
    given: dict[str, object] = {
        "government": "云溪区", "office": OFFICE, "phone": "0530-7654321", "sample": False, "approval": None,
        "roster": Roster(UNITS), **more,
    }  # fmt: skip
    return PeriodResult(Period(period), as_of, **given)  # type: ignore[arg-type]


def state(n: int, status: str, unit: str = BUREAU, overdue: int = 0, **more: str) -> TaskState:
    task = Task(f"2024-{n:03d}", str(n), ("重点领域", f"第{n}项任务"), f"要求{n}", lead_units=(unit,))
    return TaskState(task, status, (Progress(task, unit, "牵头", status, overdue_days=overdue, **more),))  # type: ignore[arg-type]


def filed(unit: str, status: str = "已接收", **more: object) -> Filing:
    return Filing("任务进展", "任务进展", "2024-06", unit, "", date(2024, 7, 5), status, **more)  # type: ignore[arg-type]


# ---------------------------------------------------------------- reading documents


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def root(data: bytes, part: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(parts(data)[part])


def text_of(node: etree._Element) -> str:
    return "".join("\n" if n.tag == f"{W}br" else n.text or "" for n in node.iter(f"{W}t", f"{W}br"))


def lines(data: bytes) -> list[str]:
    """The text of every paragraph outside tables."""
    body = root(data).find(f"{W}body")
    assert body is not None
    return [text_of(p) for p in body.findall(f"{W}p")]


def headers(data: bytes) -> list[str]:
    found = parts(data)
    return [text_of(etree.fromstring(found[n])) for n in sorted(found) if n.startswith("word/header")]


Grid = list[list[tuple[int, str]]]


def grids(data: bytes) -> list[Grid]:
    """Every table as a full grid: for each row and column the number of the cell that covers it, and its text.

    Spans are followed as Word does: gridSpan to the right, vMerge downwards.
    """
    found = []
    for table in root(data).iter(f"{W}tbl"):
        above: list[tuple[int, str]] = []
        grid: Grid = []
        serial = 0
        for row in table.findall(f"{W}tr"):
            current: list[tuple[int, str]] = []
            for cell in row.findall(f"{W}tc"):
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                width = int(span.get(f"{W}val", "1")) if span is not None else 1
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(f"{W}val") != "restart":
                    current += above[len(current) : len(current) + width]
                else:
                    serial += 1
                    current += [(serial, text_of(cell))] * width
            grid.append(current)
            above = current
        found.append(grid)
    return found
