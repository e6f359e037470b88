"""Five published annual reports, filled exactly as printed: the same relations fail, the same figures come out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.acceptance import Office
from toolkit.model import NOTHING_MARKS, Unit

pytestmark = pytest.mark.shared

MERGED = "other_result"  # row （六） of an old layout: one line where the national form has three
SPLIT = ("other_no_correction", "other_no_payment")
FORM = "年报数据"
DAY = "2025-01-20"


def published(sample: dict[str, Any]) -> dict[str, Any]:
    """Field name → value as printed; what nobody saw (null) is not there."""
    cells: dict[str, Any] = {}
    for table, rows in sample["tables"].items():
        for row, columns in rows.items():
            for column, value in columns.items():
                if value is None:
                    continue
                if row == MERGED:
                    cells[f"{table}.other_misc.{column}"] = value
                    cells |= {f"{table}.{other}.{column}": 0 for other in SPLIT}
                else:
                    cells[f"{table}.{row}.{column}"] = value
    return cells


def regulations(sample: dict[str, Any]) -> bool | None:
    """可制定规章 as the sample's own check knows it; a city with districts may make them."""
    check = next((c for c in sample["checks"] if c["id"] == "t2_regulations_authority"), {})
    known: bool | None = check.get("agency_can_make_regulations")
    return known


class World:
    def __init__(self, root: Path, shared: Path) -> None:
        self.samples = {}
        for path in sorted((shared / "samples" / "annual").glob("*.json")):
            sample = json.loads(path.read_text(encoding="utf-8"))
            self.samples[sample["agency"]] = sample
        self.office = Office.new(root, "年报测试办公室", 2023)
        self.office.roster(
            [
                Unit(f"{n:03d}", name, unit_class="政府", can_make_regulations=regulations(s), consolidated=n % 2 == 0)
                for n, (name, s) in enumerate(self.samples.items(), 2)
            ]
        )
        for year in sorted({s["year"] for s in self.samples.values()}):
            self.office.issue(str(year), f"{year + 1}-01-05", "--form", FORM)
        self.filled = {name: published(s) for name, s in self.samples.items()}
        for name, sample in self.samples.items():
            self.office.fill(name, FORM, str(sample["year"]), {"cells": self.filled[name]})
        self.first = {f["unit"]: f for f in self.office.run(DAY)["files"]}
        self.before = self.documents()
        self.annual_before = self.annual()
        for line in self.first.values():
            if line["verdict"] == "returned":
                for rule in sorted({f["rule"] or f["code"] for f in line["findings"] if heavy(f)}):
                    self.office(
                        "waive", line["receipt_no"], "--rule", rule, "--reason", "照已公布年报录入", "--by", "测试",
                        "--as-of", DAY,
                    )  # fmt: skip
        self.office.run(DAY)
        self.after = self.documents()

    def documents(self) -> dict[str, bytes]:
        """Rendered reports of units, by unit."""
        found = {n: d for n, d in self.office.outbox().items() if "/年度报告/单位/" in n}
        return {name: data for name in self.samples for path, data in found.items() if Path(path).name.startswith(name)}

    def annual(self) -> dict[str, dict[str, Any]]:
        years = {str(s["year"]) for s in self.samples.values()}
        return {year: self.office.data(year, "annual.json") for year in sorted(years)}


def heavy(f: dict[str, Any]) -> bool:
    return f["level"] in ("须修改", "须说明")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> World:
    return World(tmp_path_factory.mktemp("annual") / "w", shared)


def test_the_violated_relations_are_exactly_the_published_ones(world: World) -> None:
    assert len(world.first) == len(world.samples) == 5
    for name, sample in world.samples.items():
        status = {c["id"]: c["status"] for c in sample["checks"]}
        unknown = any(v is None for rows in sample["tables"].values() for row in rows.values() for v in row.values())
        ignored = {i for i, s in status.items() if s == "not_evaluable"} | ({"all_cells_filled"} if unknown else set())
        want = {i for i, s in status.items() if s == "violated"}
        got = {f["rule"] for f in world.first[name]["findings"] if f["rule"]}
        got -= {r for r in got if r.startswith(("txt_", "年报-文字"))}
        assert got - ignored == want, name


def test_returned_are_exactly_those_with_something_to_mend_or_explain(world: World) -> None:
    for name, line in world.first.items():
        want = "returned" if any(heavy(f) for f in line["findings"]) else "accepted"
        assert line["verdict"].startswith(want), name
    assert {f["verdict"] for f in world.first.values()} == {"returned", "accepted_with_notes"}


def test_a_returned_report_is_rendered_only_after_waive(world: World) -> None:
    returned = {n for n, f in world.first.items() if f["verdict"] == "returned"}
    assert returned
    assert set(world.before) == set(world.samples) - returned
    assert set(world.after) == set(world.samples)


def as_number(value: Any) -> float:
    text = str(value).strip()
    return 0.0 if value is None or text in NOTHING_MARKS else float(text)


def grid(table: Any) -> list[list[str]]:
    """A Word table as texts by grid column: a merged cell repeats in each of its columns, as Word counts."""
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def printed(data: bytes) -> dict[str, float]:
    """All 200 figures of a rendered report by field name, read by their place in the national grid."""
    t2, t3, t4 = (grid(t) for t in Document(io.BytesIO(data)).tables)
    figures: dict[str, float] = {}
    t2_rows = {row[0]: row[1:] for row in t2 if number(row[-1])}
    for label, row, columns in (
        ("规章", "regulations", ("made", "repealed", "valid")),
        ("行政规范性文件", "normative", ("made", "repealed", "valid")),
        ("行政许可", "licensing", ("processed",)),
        ("行政处罚", "punishment", ("processed",)),
        ("行政强制", "coercion", ("processed",)),
        ("行政事业性收费", "fees", ("amount",)),
    ):
        figures |= {f"t2.{row}.{c}": float(t) for c, t in zip(columns, t2_rows[label], strict=False)}
    applicants = ("natural", "commercial", "research", "social", "legal", "other", "total")
    lines = [row[-7:] for row in t3 if all(number(t) for t in row[-7:])]
    assert len(lines) == len(T3_ROWS)
    for row, texts in zip(T3_ROWS, lines, strict=True):
        figures |= {f"t3.{row}.{c}": float(t) for c, t in zip(applicants, texts, strict=True)}
    (cases,) = [row for row in t4 if all(number(t) for t in row)]
    kinds = ("review", "direct", "after")
    results = ("upheld", "corrected", "other", "pending", "total")
    names = [f"t4.cases.{k}_{r}" for k in kinds for r in results]
    return figures | {n: float(t) for n, t in zip(names, cases, strict=True)}


T3_ROWS = (
    "new_received", "carried_in", "granted", "partial", "denied_secret", "denied_law", "denied_safety",
    "denied_third_party", "denied_internal", "denied_process", "denied_enforcement", "denied_query", "unable_not_held",
    "unable_need_creation", "unable_unclear", "rejected_petition", "rejected_repeat", "rejected_publication",
    "rejected_massive", "rejected_confirm", "other_no_correction", "other_no_payment", "other_misc", "result_total",
    "carried_out",
)  # fmt: skip


def test_the_rendered_report_prints_the_published_figures(world: World) -> None:
    for name, data in world.after.items():
        found = printed(data)
        assert len(found) == 200
        wrong = {k: (v, found.get(k)) for k, v in world.filled[name].items() if found.get(k) != as_number(v)}
        assert not wrong, name


def test_annual_json_equals_what_was_filled(world: World) -> None:
    for name, sample in world.samples.items():
        report = world.annual_before[str(sample["year"])]["units"][name]
        assert report["kind"] == "单位"
        assert report["verdict"] == world.first[name]["verdict"]
        assert report["receipt_no"] == world.first[name]["receipt_no"]
        assert sum(len(row) for t in ("t2", "t3", "t4") for row in report[t].values()) == 200
        for field, value in world.filled[name].items():
            table, row, column = field.split(".")
            assert report[table][row][column] == value, f"{name} {field}"


def test_汇总_is_the_sum_of_the_members_whose_reports_count(world: World) -> None:
    for year, body in world.annual().items():
        members = body["consolidated"]["members"]
        due = [n for n, s in world.samples.items() if str(s["year"]) == year and list(world.samples).index(n) % 2 == 0]
        assert members == due
        for table in ("t2", "t3", "t4"):
            for row, columns in body["consolidated"][table].items():
                for column, value in columns.items():
                    parts = [as_number(body["units"][m][table][row][column]) for m in members]
                    assert value == pytest.approx(sum(parts), abs=1e-9), f"{year} {table}.{row}.{column}"
