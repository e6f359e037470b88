"""A task that is added after the workbooks went out: the old workbook is returned with the reason, the new one is accepted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.acceptance import Office, of_file, only
from toolkit.model import Task, Unit

UNIT = "云溪区财政局"


def task(number: int, requirement: str) -> Task:
    return Task(
        f"2024-{number:03d}", no=str(number), path=("一、任务",), requirement=requirement, lead_units=(UNIT,),
        due_on=date(2024, 6, 30),
    )  # fmt: skip


def row(number: int) -> dict[str, str]:
    return {"任务编号": f"2024-{number:03d}", "完成情况": "进行中", "进展说明": "正在按计划推进。"}


def test_a_task_added_after_issue_is_asked_for(tmp_path: Path) -> None:
    office = Office.new(tmp_path / "云溪", "云溪区人民政府办公室", 2024)
    office.roster([Unit("002", UNIT, unit_class="政府部门")])
    office.tasks([task(1, "公布预算。")])
    office.issue("2024-06", "2024-06-20")
    office.fill(UNIT, "任务进展", "2024-06", {"lists": {"进展": [row(1)]}})
    office.tasks([task(1, "公布预算。"), task(2, "公布决算。")])
    issued = office.issue("2024-06", "2024-06-25")
    assert [(x["unit"], x["rows"], x["unchanged"]) for x in issued] == [(UNIT, 2, False)]
    old = only(of_file(office.run("2024-07-01"), f"{UNIT}-任务进展-2024-06.xlsx"), "IN-420")
    assert "2024-002" in old["message"] and issued[0]["issue_no"] in old["remedy"] and old["level"] == "须修改"
    office.fill(UNIT, "任务进展", "2024-06", {"lists": {"进展": [row(1), row(2)]}}, name="新.xlsx")
    assert of_file(office.run("2024-07-02"), "新.xlsx")["verdict"] == "accepted"


def test_issuing_again_without_change_writes_nothing(tmp_path: Path) -> None:
    office = Office.new(tmp_path / "云溪", "云溪区人民政府办公室", 2024)
    office.roster([Unit("002", UNIT, unit_class="政府部门")])
    office.tasks([task(1, "公布预算。")])
    office.issue("2024-06", "2024-06-20")
    before = office.outbox()
    assert all(x["unchanged"] for x in office.issue("2024-06", "2024-06-21"))
    assert office.outbox() == before
