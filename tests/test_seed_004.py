"""A real task breakdown of 46 tasks, from the roster to the states of the tasks; counted again by logic of its own."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import toolkit.builtin
from tests.acceptance import Office, zwgk
from toolkit.model import Group, Task, Unit

pytestmark = pytest.mark.shared

STREETS = ("青石街道办事处", "柳泉街道办事处", "南桥街道办事处")
BUREAU, ALIAS = "区住房和城乡建设局", "区住房城乡建设局"
GROUPS = {"各街道办事处": "街道办事处", "区政府各部门": "区政府部门"}  # confirmed, by 类别
OPEN_GROUP = "区政府相关部门"
DUE = {
    "2023年6月底前": date(2023, 6, 30),
    "2023年7月底前": date(2023, 7, 31),
    "2023年年底前": date(2023, 12, 31),
}
OFFICE = "区政府办公室"
SILENT, SPOILT = "南桥街道办事处", "柳泉街道办事处"  # hands in nothing; hands in something that is returned
JUNE, AUGUST, YEAR = "2023-06", "2023-08", "2023"
CHOICES = ("未启动", "进行中", "已完成", "持续推进")


# ---------------------------------------------------------------- what must come out, worked out here


def task_id(t: dict[str, Any]) -> str:
    return f"2023-{int(t['no']):03d}"


def workdays_after(start: date, end: date) -> int:
    """Counted from the published list of holidays alone."""
    path = Path(toolkit.builtin.__file__).with_name("workdays.csv")
    with path.open(encoding="utf-8") as file:
        special = {r["日期"]: r["类型"] == "工作日" for r in csv.DictReader(file)}
    days = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    return sum(special.get(d.isoformat(), d.weekday() < 5) for d in days)


def status_of(unit: int, task: int) -> str:
    """What the clerk of a unit reports on a task in June: all four kinds, in turn."""
    return CHOICES[(unit * 3 + task) % 4] if task not in (17, 45) else ("已完成", "未启动")[task == 45]


class World:
    def __init__(self, root: Path, shared: Path) -> None:
        truth = json.loads((shared / "samples" / "plan-truth" / "seed-004.json").read_text(encoding="utf-8"))
        self.truth = truth["tasks"]
        named = dict.fromkeys(n for t in self.truth for n in t["responsible_units"])
        self.single = [n for n in named if n not in (*GROUPS, OPEN_GROUP, ALIAS)]
        self.office = Office.new(root, OFFICE, 2023)
        self.office.setting("government", '"槐荫区人民政府"')
        units = [
            Unit(f"{n:03d}", name, aliases=(ALIAS,) if name == BUREAU else (), unit_class="区政府部门")
            for n, name in enumerate(self.single, 1)
        ]
        units += [Unit(f"{n:03d}", name, unit_class="街道办事处") for n, name in enumerate(STREETS, 101)]
        groups = [Group(name, (f"类别={kind}",), True) for name, kind in GROUPS.items()]
        self.office.roster(units, [*groups, Group(OPEN_GROUP, ("类别=区政府部门",), False)], office=False)
        self.office.tasks([self.task(t) for t in self.truth])
        self.units = [u.name for u in units]
        self.first_line = zwgk("-w", self.office.root, "run", "--as-of", "2023-06-01").out.splitlines()[0]
        self.issued_june = self.office.issue(JUNE, "2023-06-20")
        self.issued_year = self.office.issue(YEAR, "2023-06-20")
        for name in self.units:
            if name != SILENT:
                data = {"lists": {"进展": [self.row(name, t) for t in self.tasks_of(name)]}}
                if name == SPOILT:
                    data["lists"]["进展"][0] = {**data["lists"]["进展"][0], "完成情况": "已完成", "完成日期": ""}
                self.office.fill(name, "任务进展", JUNE, data)
                self.office.fill(name, "年报数据", YEAR, {"cells": {"t2.normative.made": 2, "t2.fees.amount": "0.5"}})
        self.june = self.office.run("2023-07-05", "--period", JUNE)
        self.tasks_june = self.office.data(JUNE, "tasks.json")
        self.late = ("区司法局", "区教育和体育局")
        self.office.issue(AUGUST, "2023-08-20", *(w for u in self.late for w in ("--unit", u)), "--form", "任务进展")
        self.fill_august()
        self.august = self.office.run("2023-09-04", "--period", AUGUST)
        self.tasks_august = self.office.data(AUGUST, "tasks.json")
        self.year = self.office.run("2024-01-10", "--period", YEAR)
        self.tasks_year = self.office.data(YEAR, "tasks.json")

    def task(self, t: dict[str, Any]) -> Task:
        path = tuple(label.split("、", 1)[1] if "、" in label[:3] else label for label in t["category_path"])
        return Task(
            task_id(t), str(t["no"]), path, t["requirement"], responsible_units=tuple(t["responsible_units"]),
            lead_units=tuple(t["lead_units"]), deadline=t["deadline"], due_on=DUE.get(t["deadline"]),
        )  # fmt: skip

    def tasks_of(self, unit: str) -> list[dict[str, Any]]:
        """The tasks that must reach a unit: its own name, its other spelling, or a confirmed group of its class."""
        mine = {unit} | ({ALIAS} if unit == BUREAU else set())
        mine.add("各街道办事处" if unit in STREETS else "区政府各部门")
        return [t for t in self.truth if mine & set(t["responsible_units"])]

    def row(self, unit: str, t: dict[str, Any]) -> dict[str, Any]:
        status = status_of(self.units.index(unit), int(t["no"]))
        row = {"任务编号": task_id(t), "完成情况": status, "进展说明": f"{unit}已按要求推进第{t['no']}项工作。"}
        return {**row, "完成日期": "2023-06-15", "佐证": "见附件"} if status == "已完成" else row

    def fill_august(self) -> None:
        """区司法局 finishes task 21 late and has nothing new elsewhere; 区教育和体育局 has nothing new at all."""
        for unit in self.late:
            rows = []
            for t in self.tasks_of(unit):
                if status_of(self.units.index(unit), int(t["no"])) == "已完成":
                    continue  # accepted as done: locked, owes nothing
                row = {"任务编号": task_id(t), "完成情况": "本期无新进展"}
                if unit == "区司法局" and t["no"] == 21:
                    row = {**row, "完成情况": "已完成", "完成日期": "2023-08-15", "进展说明": "制度已印发并公开。"}
                rows.append(row)
            self.office.fill(unit, "任务进展", AUGUST, {"lists": {"进展": rows}})

    def filed(self, unit: str) -> bool:
        return unit not in (SILENT, SPOILT)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> World:
    return World(tmp_path_factory.mktemp("seed") / "槐荫 工作区", shared)


def test_the_sample_is_what_the_issue_says(world: World) -> None:
    assert len(world.truth) == 46
    assert {"区住房城乡建设局", "区住房和城乡建设局"} <= {n for t in world.truth for n in t["responsible_units"]}
    assert ALIAS not in world.units and BUREAU in world.units
    assert status_of(world.units.index("区司法局"), 21) != "已完成"


def test_every_unit_is_issued_its_own_rows(world: World) -> None:
    rows = {line["unit"]: line["rows"] for line in world.issued_june if line["form"] == "任务进展"}
    assert rows == {u: len(world.tasks_of(u)) for u in world.units if world.tasks_of(u)}
    assert sum(rows.values()) > 300  # a table of nothing would agree as well
    annual = {line["unit"] for line in world.issued_year if line["form"] == "年报数据"}
    assert annual == set(world.units)


def test_run_says_first_what_waits_for_the_office(world: World) -> None:
    homeless = [t for t in world.truth if set(t["responsible_units"]) == {OPEN_GROUP}]
    assert "0 项" in world.first_line and "1 个" in world.first_line
    assert world.june["tasks_without_unit"] == len(homeless) == 0
    assert world.june["groups_unconfirmed"] == 1


def test_a_group_not_confirmed_is_issued_to_nobody(world: World) -> None:
    only_open = {task_id(t) for t in world.truth if OPEN_GROUP in t["responsible_units"]}
    assert only_open == {"2023-022", "2023-023", "2023-024", "2023-030"}
    got = {(r["unit"]) for r in world.tasks_june["rows"] if r["task_id"] in only_open}
    assert got == set(STREETS)


def test_the_rows_of_june(world: World) -> None:
    rows = {(r["task_id"], r["unit"], r["role"]): r for r in world.tasks_june["rows"]}
    want = {(task_id(t), u, "责任"): (world.units.index(u), t) for u in world.units for t in world.tasks_of(u)}
    assert set(rows) == set(want)
    assert len(world.tasks_june["rows"]) == len(want)
    for (number, unit, _), (index, t) in want.items():
        row = rows[number, unit, "责任"]
        status = status_of(index, int(t["no"])) if world.filed(unit) else "未报送"
        assert row["status"] == status, (number, unit)
        assert row["completed_on"] == ("2023-06-15" if status == "已完成" else None)
        due = DUE.get(t["deadline"])
        assert row["due_on"] == (due.isoformat() if due else None)
        assert row["overdue_days"] == 0  # the period ends on the first due day
        assert row["no"] == str(t["no"])
        if world.filed(unit):
            assert row["text"] == f"{unit}已按要求推进第{t['no']}项工作。"
            assert row["where"]["file"] == f"inbox/{unit}/{unit}-任务进展-{JUNE}.xlsx"
            assert row["where"]["sheet"] == "进展" and row["where"]["cell"]
        else:
            assert row["where"] == {"receipt_no": None, "file": None, "sheet": None, "cell": None}


def state_of(found: list[str]) -> str:
    if len(found) == 1:
        return found[0]
    kinds = set(found)
    return kinds.pop() if kinds in ({"已完成"}, {"未报送"}, {"未启动"}) else "进行中"


@pytest.mark.parametrize("month", ["tasks_june", "tasks_august", "tasks_year"])
def test_a_tasks_state_follows_its_responsible_units(world: World, month: str) -> None:
    body = getattr(world, month)
    lines: dict[str, list[str]] = {}
    for r in body["rows"]:
        lines.setdefault(r["task_id"], []).append(r["status"])
    assert {t["task_id"]: t["state"] for t in body["tasks"]} == {n: state_of(found) for n, found in lines.items()}
    assert len(body["tasks"]) == 46


def test_a_returned_file_leaves_the_unit_as_not_filed(world: World) -> None:
    verdicts = Counter(f["verdict"] for f in world.june["files"] if f["form"] == "任务进展")
    assert verdicts["returned"] == 1
    assert verdicts["accepted"] + verdicts["accepted_with_notes"] == len(world.units) - 2


def test_august_carries_over_what_has_not_changed(world: World) -> None:
    rows = {(r["task_id"], r["unit"]): r for r in world.tasks_august["rows"]}
    for unit in world.late:
        for t in world.tasks_of(unit):
            row = rows[task_id(t), unit]
            if unit == "区司法局" and t["no"] == 21:
                assert (row["status"], row["completed_on"]) == ("已完成", "2023-08-15")
                assert row["overdue_days"] == workdays_after(date(2023, 6, 30), date(2023, 8, 15)) > 0
            else:
                assert row["status"] == status_of(world.units.index(unit), int(t["no"])), (unit, t["no"])
                assert row["text"] == f"{unit}已按要求推进第{t['no']}项工作。"
    june = {(r["task_id"], r["unit"]): r["status"] for r in world.tasks_june["rows"]}
    others = {key: r["status"] for key, r in rows.items() if key[1] not in world.late}
    # Accepted as done in June: locked since, owing nothing. Everything else was not handed in.
    assert others == {key: "已完成" if june.get(key) == "已完成" else "未报送" for key in others}
    assert set(others.values()) == {"已完成", "未报送"}


def test_the_year_takes_the_newest_line_of_every_task_and_unit(world: World) -> None:
    june = {(r["task_id"], r["unit"]): r for r in world.tasks_june["rows"]}
    august = {(r["task_id"], r["unit"]): r for r in world.tasks_august["rows"]}
    end = date(2023, 12, 31)
    for r in world.tasks_year["rows"]:
        key = (r["task_id"], r["unit"])
        newest = august[key] if r["unit"] in world.late else june[key]
        assert (r["status"], r["completed_on"], r["text"]) == (
            newest["status"], newest["completed_on"], newest["text"],
        )  # fmt: skip
        due = date.fromisoformat(r["due_on"]) if r["due_on"] else None
        until = date.fromisoformat(r["completed_on"]) if r["status"] == "已完成" else end
        want = 0 if due is None or r["status"] == "持续推进" else workdays_after(due, until)
        assert r["overdue_days"] == want, key
    overdue = {r["task_id"] for r in world.tasks_year["rows"] if r["overdue_days"]}
    assert overdue == {"2023-021", "2023-038"}


def test_tasks_that_go_on_are_never_overdue(world: World) -> None:
    going = [r for r in world.tasks_year["rows"] if r["status"] == "持续推进"]
    assert going and not any(r["overdue_days"] for r in going)
    assert any(r["due_on"] and r["due_on"] < "2023-12-31" for r in going)


def test_annual_figures_of_the_year(world: World) -> None:
    body = world.office.data(YEAR, "annual.json")
    members = [u for u in world.units if u != SILENT]
    assert set(body["units"]) == set(members)
    kinds = {u: r["kind"] for u, r in body["units"].items()}
    assert kinds.pop(OFFICE) == "本级" and set(kinds.values()) == {"单位"}


# ---------------------------------------------------------------- roles, in a plan of our own

ROLES = """
| 任务 | 牵头 | 责任 | 配合 | 甲局 | 乙局 | 丙局 | 状态 |
| 1 | 甲局 | 乙局 | 丙局 | 已完成 | 未启动 | 未启动 | 已完成 |
| 2 | 甲局、乙局 | 丙局 | | 已完成 | 进行中 | 已完成 | 进行中 |
| 3 | 甲局、乙局 | | 丙局 | 已完成 | 已完成 | 未启动 | 已完成 |
| 4 | 甲局、乙局 | | 丙局 | 未启动 | 未启动 | 已完成 | 未启动 |
| 5 | | 甲局、乙局 | 丙局 | 已完成 | 持续推进 | 已完成 | 进行中 |
| 6 | | 甲局 | 丙局 | 持续推进 | | 已完成 | 持续推进 |
| 7 | 丁局、戊局 | 甲局 | | 已完成 | | | 未报送 |
| 8 | 丁局、甲局 | | | 已完成 | | | 进行中 |
| 9 | 丁局 | 甲局 | 乙局 | 已完成 | 已完成 | | 未报送 |
| 10 | | | 甲局 | 已完成 | | | 未报送 |
"""


def test_states_by_role(tmp_path: Path) -> None:
    lines = [[c.strip() for c in line.split("|")[1:-1]] for line in ROLES.strip().splitlines()]
    heading, table = lines[0], [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    assert heading[4:7] == ["甲局", "乙局", "丙局"]
    office = Office.new(tmp_path / "w", "测试区政府办公室", 2023)
    office.roster(
        [
            Unit(f"{n:03d}", name, unit_class="政府部门")
            for n, name in enumerate("甲乙丙丁戊", 2)
            for name in [f"{name}局"]
        ]
    )

    def names(text: str) -> tuple[str, ...]:
        return tuple(n for n in text.split("、") if n)

    office.tasks(
        [
            Task(
                f"2023-{int(t['任务']):03d}", t["任务"], ("一",), f"第{t['任务']}项", lead_units=names(t["牵头"]),
                responsible_units=names(t["责任"]), supporting_units=names(t["配合"]), due_on=date(2023, 6, 1),
            )
            for t in table
        ]
    )  # fmt: skip
    office.issue("2023-06", "2023-06-20", "--form", "任务进展")
    for unit in ("甲局", "乙局", "丙局"):
        rows = []
        for t in (t for t in table if t[unit]):
            row = {"任务编号": f"2023-{int(t['任务']):03d}", "完成情况": t[unit], "进展说明": "已按要求推进。"}
            rows.append({**row, "完成日期": "2023-06-08"} if t[unit] == "已完成" else row)
        office.fill(unit, "任务进展", "2023-06", {"lists": {"进展": rows}})
    body = office.run("2023-07-05")
    assert {f["verdict"] for f in body["files"]} == {"accepted_with_notes"}
    tasks = office.data("2023-06", "tasks.json")
    assert {t["task_id"]: t["state"] for t in tasks["tasks"]} == {
        f"2023-{int(t['任务']):03d}": t["状态"] for t in table
    }
    for r in tasks["rows"]:
        until = {"已完成": date(2023, 6, 8), "持续推进": date(2023, 6, 1)}.get(r["status"], date(2023, 6, 30))
        assert r["overdue_days"] == workdays_after(date(2023, 6, 1), until), r
