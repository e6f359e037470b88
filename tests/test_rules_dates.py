"""试行起 and 生效起: silent before, a note in between, in full after; in the batch by the day of arrival, in the issued
workbook by its period."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Office
from tests.rule_books import form_of, rule_line
from toolkit.model import Unit

FORM, UNIT = "接待登记", "甲局"
FIELDS = "| 来访 | 来访件数 | 整数 |\n| 备注 | 备注 | 长文本 |"
RULES = "\n".join(
    [
        rule_line("接-01", "须修改", "整表", "来访>10", trial="2024-07-02", effective="2024-07-04"),
        rule_line("接-02", "须说明", "整表", "来访>20", effective="2024-07-03"),
        rule_line("接-03", "须修改", "整表", "来访>30", trial="2024-07-03"),
        rule_line("接-04", "须修改", "整表", "来访>0"),
    ]
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office.new(tmp_path / "w", "云溪区人民政府办公室", 2024)
    made.roster([Unit("002", UNIT, unit_class="政府部门")], office=False)
    for built_in in (made.root / "templates" / "xlsx").glob("*.xlsx"):
        built_in.unlink()
    (made.root / "templates" / "xlsx" / f"{FORM}.xlsx").write_bytes(form_of(FORM, FIELDS, RULES))
    return made


def judged(office: Office, path: Path, day: str) -> tuple[str, dict[str, str]]:
    done = office("check", path, "--as-of", day, "--json", code=None)
    (line,) = done.json["files"]
    return line["verdict"], {f["rule"]: f["level"] for f in line["findings"]}


@pytest.mark.parametrize(
    ("day", "verdict", "levels"),
    [
        ("2024-07-01", "accepted", {}),
        ("2024-07-02", "accepted_with_notes", {"接-01": "提示"}),
        ("2024-07-03", "returned", {"接-01": "提示", "接-02": "须说明", "接-03": "提示"}),
        ("2024-07-04", "returned", {"接-01": "须修改", "接-02": "须说明", "接-03": "提示"}),
        ("2030-01-01", "returned", {"接-01": "须修改", "接-02": "须说明", "接-03": "提示"}),
    ],
)
def test_the_batch_goes_by_the_day_of_arrival(office: Office, day: str, verdict: str, levels: dict[str, str]) -> None:
    office.issue("2024-06", "2024-06-20")
    path = office.fill(UNIT, FORM, "2024-06", {"cells": {"来访": 5, "备注": "无"}})
    assert judged(office, path, day) == (verdict, levels)


def page(office: Office, period: str) -> dict[str, str]:
    """Rule number → level of the lines that 自检 shows in the workbook as issued (来访 is still empty, counts 0)."""
    book = openpyxl.load_workbook(io.BytesIO(office.waiting(UNIT, FORM, period).read_bytes()), data_only=True)
    rows: list[list[Any]] = [[c for c in row if c] for row in book["自检"].iter_rows(values_only=True)]
    return {c: row[row.index(c) - 1] for row in rows for c in row if re.fullmatch(r"接-\d+", str(c))}


@pytest.mark.parametrize(
    ("period", "levels"),
    [
        # Handed in until two months after the period's end at the latest: what then may count is said in full.
        ("2024-03", {"接-04": "须修改"}),
        ("2024-05", {"接-01": "须修改", "接-02": "须说明", "接-03": "提示", "接-04": "须修改"}),
        ("2024-06", {"接-01": "须修改", "接-02": "须说明", "接-03": "提示", "接-04": "须修改"}),
    ],
)
def test_the_issued_workbook_goes_by_its_period(office: Office, period: str, levels: dict[str, str]) -> None:
    office.issue(period, f"{period}-20")
    assert page(office, period) == levels


def test_between_the_two_dates_the_sheet_only_notes(office: Office) -> None:
    rules = rule_line("接-01", "须修改", "整表", "来访>10", trial="2024-04-01", effective="2024-12-01")
    path = office.root / "templates" / "xlsx" / f"{FORM}.xlsx"
    path.write_bytes(form_of(FORM, FIELDS, rules))
    for period, level in (("2024-01", None), ("2024-04", "提示"), ("2024-11", "须修改")):
        office.issue(period, f"{period}-20")
        assert page(office, period).get("接-01") == level, period


def test_people_read_from_which_day_a_rule_on_trial_counts(office: Office) -> None:
    office.issue("2024-06", "2024-06-20")
    path = office.fill(UNIT, FORM, "2024-06", {"cells": {"来访": 5, "备注": "无"}})
    (line,) = office("check", path, "--as-of", "2024-07-03", "--json", code=None).json["files"]
    said = {f["rule"]: f["message"] for f in line["findings"]}
    assert said["接-01"] == "接-01不符（自2024年7月4日起执行）。" and said["接-02"] == "接-02不符。"
    book = openpyxl.load_workbook(path, data_only=True)
    texts = [row[3] for row in book["自检"].iter_rows(values_only=True)]
    assert "接-01不符（自2024年7月4日起执行）。" in texts


def test_explain_tells_the_two_dates_of_a_rule_and_nothing_that_it_has_not(office: Office) -> None:
    said = office("explain", "接-01").out
    assert "试行起：2024-07-02" in said and "生效起：2024-07-04" in said
    assert "生效起" not in office("explain", "接-03").out and "试行起" not in office("explain", "接-04").out
