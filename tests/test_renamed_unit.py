"""A bureau gets another name in the middle of the year; and the office fills in for a unit that cannot."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl

from tests.acceptance import Office
from toolkit.model import Task, Unit

OLD, NEW, OTHER = "区科技局", "区科学技术和工业局", "区司法局"
ROW = {"任务编号": "2024-001", "完成情况": "进行中", "进展说明": "已按要求推进。"}


def started(office: Office) -> None:
    office.roster([Unit("002", OLD, unit_class="政府部门"), Unit("003", OTHER, unit_class="政府部门")])
    office.tasks([Task("2024-001", "1", ("公开",), "做好公开工作", responsible_units=(OLD, OTHER))])
    office.issue("2024-06", "2024-06-20", "--form", "任务进展")


def renamed(office: Office) -> None:
    units = [Unit("002", NEW, aliases=(OLD,), unit_class="政府部门"), Unit("003", OTHER, unit_class="政府部门")]
    office.roster(units)


def test_a_renamed_unit_keeps_what_it_handed_in(office: Office) -> None:
    started(office)
    office.fill(OLD, "任务进展", "2024-06", {"lists": {"进展": [ROW]}})
    office.run("2024-07-02")
    renamed(office)
    office.run("2024-07-03")
    rows = {r["unit"]: r["status"] for r in office.data("2024-06", "tasks.json")["rows"]}
    assert rows == {NEW: "进行中", OTHER: "未报送"}
    month = next(
        p for p in office("status", "--as-of", "2024-07-03", "--json").json["periods"] if p["period"] == "2024-06"
    )
    assert [m["unit"] for m in month["missing"]] == [OTHER] and sum(month["filings"].values()) == 2
    office.issue("2024-07", "2024-07-20", "--form", "任务进展")
    sheet = openpyxl.load_workbook(office.waiting(NEW, "任务进展", "2024-07"))["进展"]
    assert "已按要求推进" in sheet["G4"].value  # last month's line stands beside the inputs
    office.fill(NEW, "任务进展", "2024-07", {"lists": {"进展": [{**ROW, "完成情况": "本期无新进展", "进展说明": ""}]}})
    assert {f["verdict"] for f in office.run("2024-08-02")["files"]} == {"seen", "accepted"}
    rows = {r["unit"]: (r["status"], r["text"]) for r in office.data("2024-07", "tasks.json")["rows"]}
    assert rows[NEW] == ("进行中", ROW["进展说明"])


def test_a_workbook_under_the_old_name_is_still_read(office: Office) -> None:
    started(office)
    renamed(office)
    office.fill(OLD, "任务进展", "2024-06", {"lists": {"进展": [ROW]}})
    (line,) = office.run("2024-07-02")["files"]
    assert (line["unit"], line["verdict"]) == (NEW, "accepted")


def test_代填_is_shown_wherever_the_filing_is_listed(office: Office) -> None:
    started(office)
    given = {"代填.填报人": "办公室代填标记", "代填.来源": "电话报送标记", "代填.日期": "2024-07-01"}
    office.fill(OTHER, "任务进展", "2024-06", {"cells": given, "lists": {"进展": [ROW]}})
    office.run("2024-07-02")
    shown = []
    for name, data in office.outbox().items():
        text = data.decode("utf-8-sig", "replace")
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                text = re.sub(
                    "<[^>]+>", "", "".join(package.read(n).decode("utf-8", "replace") for n in package.namelist())
                )
        if "办公室代填标记" in text:
            assert "电话报送标记" in text and "2024-07-01" in text, name
            shown.append(name.rsplit("/", 1)[1].split("-20")[0])
    wanted = {
        "总台账.xlsx",
        "报送情况.xlsx",
        "回执.csv",
        "tasks.json",
        "tasks.csv",
        "填报汇总-政务公开工作任务进展情况.xlsx",
    }
    assert wanted <= set(shown)
    assert any(n.startswith("单位/区司法局/回执/") for n in office.outbox())
