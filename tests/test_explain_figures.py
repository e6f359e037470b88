"""`zwgk explain` for every figure of annual.json, tasks.json and scores.json of a run, down to the cell in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Office
from toolkit.builtin import annual_table
from toolkit.consolidating import result_of
from toolkit.desk import open_desk
from toolkit.model import Group, Period, PeriodResult, Task, Unit
from toolkit.reports.lineage import Explanation, explain
from toolkit.wording import explanation_json
from toolkit.workspace import open_workspace

NAME, DAY = "云溪区人民政府办公室", date(2025, 1, 20)
UNITS = ("区司法局", "东河街道办事处", "区：数据局")  # a colon in a name must not break an address
PERIODS = ("2024-11", "2024-12", "2024")
DUE = {1: date(2024, 11, 15), 2: date(2024, 12, 31), 3: None, 4: date(2024, 11, 29)}


def rows(*given: dict[str, Any]) -> dict[str, Any]:
    return {"lists": {"进展": [{"任务编号": f"2024-00{n}", **row} for n, row in enumerate(given, 1)]}}


DONE = {"完成情况": "已完成", "进展说明": "已全部完成。", "佐证": "见附件"}
GOING = {"完成情况": "进行中", "进展说明": "已按要求推进。"}
SAME = {"完成情况": "本期无新进展"}
NOVEMBER = {
    UNITS[0]: rows({**DONE, "完成日期": "2024-11-20"}, GOING, {**GOING, "完成情况": "持续推进"}, GOING),
    UNITS[1]: rows(GOING, GOING, GOING, {**DONE, "完成日期": "2024-11-08"}),
}
DECEMBER = {
    UNITS[0]: rows({}, {**DONE, "完成日期": "2024年12月5日"}, SAME, SAME),
    UNITS[1]: rows(SAME, SAME, {**GOING, "完成情况": "未启动", "进展说明": ""}, {}),
}


def figures(n: int) -> dict[str, Any]:
    """Reports of different numbers; the second one leaves cells blank and uses the mark for nothing."""
    cells: dict[str, Any] = {f.id: 0 for f in annual_table.fields() if "total" not in f.id}
    cells |= {f"t3.{row}.natural": n for row in ("new_received", "granted")}
    cells |= {"t2.fees.amount": 1.25 * n, "t2.normative.valid": n, "narrative.overview": "总体平稳。"}
    if n == 2:
        cells |= {"t2.coercion.processed": "/", "t3.carried_in.legal": ""}
    return cells


class World:
    def __init__(self, root: Path) -> None:
        self.office = office = Office.new(root, NAME, 2024)
        units = [Unit(f"{n:03d}", name, unit_class="政府部门") for n, name in enumerate(UNITS, 2)]
        office.roster(units, [Group("各单位", ("类别=政府部门",), True)])
        office.tasks(
            [
                Task(f"2024-00{n}", str(n), ("公开",), f"第{n}项", lead_units=(UNITS[0],) if n == 2 else (),
                     responsible_units=("各单位",), due_on=due)
                for n, due in DUE.items()
            ]
        )  # fmt: skip
        for period, day, given in (("2024-11", "2024-12-04", NOVEMBER), ("2024-12", "2025-01-06", DECEMBER)):
            office.issue(period, f"{period}-20", "--form", "任务进展")
            for unit, data in given.items():
                data["lists"]["进展"] = [r for r in data["lists"]["进展"] if len(r) > 1]  # accepted as done: locked
                self.fill(unit, "任务进展", period, data)
            office.run(day)
        office.issue("2024", "2025-01-02", "--form", "年报数据")
        for n, unit in enumerate((NAME, *UNITS[:2]), 1):
            notes = [{"规则": "all_cells_filled", "说明": "该项业务不由本机关办理。"}] if n == 2 else []
            self.fill(unit, "年报数据", "2024", {"cells": figures(n), "lists": {"情况说明": notes}})
        office.run(DAY.isoformat())
        self.desk = open_desk(open_workspace(root, root))

    def fill(self, unit: str, form: str, period: str, data: dict[str, Any]) -> None:
        self.office.fill(unit, form, period, data)

    @cache  # noqa: B019
    def result(self, period: Period) -> PeriodResult:
        return result_of(self.desk, period, DAY)

    def explained(self, address: str) -> dict[str, Any]:
        answer = explain(address, self.desk.forms, self.result)
        assert isinstance(answer, Explanation), f"{address}: {answer}"
        return explanation_json(answer)

    @cache  # noqa: B019
    def book(self, file: str) -> Any:
        return openpyxl.load_workbook(self.office.root / file, data_only=True)

    def look(self, cell: dict[str, Any]) -> Any:
        """The value of a cell as Excel shows it; a filing is a file as a whole and has none."""
        assert (self.office.root / cell["file"]).is_file() and cell["receipt_no"]
        if not cell["sheet"]:
            return None
        value = self.book(cell["file"])[cell["sheet"]][cell["cell"]].value
        return value.date().isoformat() if isinstance(value, datetime) else value

    def ends(self, address: str, seen: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
        """Every cell at the end of the way, following `from` as far as it goes."""
        assert address not in seen, address
        answer = self.explained(address)
        found = list(answer["cells"])
        for part in answer["from"]:
            found += self.ends(part, seen | {address})
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("explain") / "w")


def same(reported: Any, seen: Any) -> bool:
    if reported in ("", None):
        return seen in ("", None)
    if isinstance(seen, str) and isinstance(reported, str) and "年" in seen:  # a day as a clerk wrote it
        return reported == "-".join(
            p.zfill(2) for p in seen.replace("年", "-").replace("月", "-").rstrip("日").split("-")
        )
    if isinstance(seen, int | float) and not isinstance(reported, str):
        return Decimal(str(reported)) == Decimal(str(seen))
    return bool(reported == seen)


def annual_figures(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for who, report in (*body["units"].items(), ("汇总", body["consolidated"])):
        for table in ("t2", "t3", "t4"):
            for row, columns in report[table].items():
                for column, value in columns.items():
                    yield f"2024:年报数据:{who}:{table}.{row}.{column}", value


def test_every_figure_of_annual_json(world: World) -> None:
    body = world.office.data("2024", "annual.json")
    members = body["consolidated"]["members"]
    assert members == [NAME, *UNITS[:2]]
    count = 0
    for address, value in annual_figures(body):
        answer = world.explained(address)
        assert answer["value"] == value, address
        assert answer["address"] == address
        cells = answer["cells"]
        if ":汇总:" in address:
            assert len(cells) == len(members) and answer["from"]
            parts = [world.explained(p)["value"] for p in answer["from"]]
            total = sum(Decimal(str(p)) for p in parts if not isinstance(p, str))
            assert Decimal(str(value)) == total, address
        else:
            assert len(cells) == 1 and same(value, world.look(cells[0])), (address, cells)
            assert cells[0]["receipt_no"] == body["units"][address.split(":")[2]]["receipt_no"]
        for cell in cells:
            assert same(cell["value"], world.look(cell)), (address, cell)
        count += 1
    assert count == 800


@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_of_tasks_json(world: World, period: str) -> None:
    body = world.office.data(period, "tasks.json")
    for r in body["rows"]:
        base = f"{period}:任务:{r['unit']}:{r['task_id']}@{r['role']}"
        for key in ("status", "completed_on", "due_on", "overdue_days", "text"):
            answer = world.explained(f"{base}.{key}")
            assert answer["value"] == r[key], (base, key)
            for cell in answer["cells"]:
                assert same(cell["value"], world.look(cell)), (base, key, cell)
            if key in ("status", "completed_on", "text") and r["status"] != "未报送":
                (cell,) = answer["cells"]
                assert same(r[key], world.look(cell)), (base, key)
        if r["status"] == "未报送":
            assert r["where"]["file"] is None
        else:
            where = {k: r["where"][k] for k in ("receipt_no", "file", "sheet", "cell")}
            assert where == {k: world.explained(f"{base}.status")["cells"][0][k] for k in where}
    for t in body["tasks"]:
        answer = world.explained(f"{period}:任务:{t['task_id']}")
        assert answer["value"] == t["state"]
        statuses = [world.explained(p)["value"] for p in answer["from"]]
        assert statuses and (len(set(statuses)) > 1 or set(statuses) == {t["state"]} or t["state"] == "进行中")
    assert {r["unit"] for r in body["rows"]} == set(UNITS)
    assert {r["status"] for r in body["rows"]} >= {"已完成", "进行中", "持续推进", "未报送"}


@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_of_scores_json(world: World, period: str) -> None:
    body = world.office.data(period, "scores.json")
    assert set(body["units"]) == {NAME, *UNITS}
    reached = 0
    for unit, card in body["units"].items():
        address = f"{period}:得分:{unit}:total"
        answer = world.explained(address)
        assert answer["value"] == card["total"], address
        applying = {n for n, i in card["indicators"].items() if i["points"] is not None}
        assert set(answer["from"]) == {f"{period}:得分:{unit}:{n}" for n in applying}
        for no, indicator in card["indicators"].items():
            one = world.explained(f"{period}:得分:{unit}:{no}")
            assert one["value"] == indicator["points"]
            for loss in indicator["basis"]:
                assert loss["text"] in one["notes"]
                if loss["cell"]:
                    assert loss["cell"] in {c["cell"] for c in one["cells"]}
            for cell in one["cells"]:
                assert same(cell["value"], world.look(cell)), (unit, no, cell)
            if indicator["points"] and unit != UNITS[2]:
                ends = world.ends(f"{period}:得分:{unit}:{no}")
                assert ends, (unit, no)  # full marks come from somewhere, too
                reached += len(ends)
    assert reached


def test_the_command_says_the_same(world: World) -> None:
    addresses = (
        "2024:年报数据:汇总:t3.new_received.total", f"2024:年报数据:{UNITS[0]}:t2.fees.amount",
        "2024:年报数据:汇总:表三·本年新收·自然人", f"2024-12:任务:{UNITS[0]}:2024-002@牵头.completed_on",
        f"2024-12:得分:{UNITS[2]}:total", f"2024-12:得分:{UNITS[2].replace('：', ':')}:2", "2024:任务:2024-001",
        "IN-505", "t3_balance_natural", "进展-01",
    )  # fmt: skip
    for address in addresses:
        body = world.office("explain", address, "--as-of", DAY, "--json").json
        assert body == world.explained(address)
        assert {"address", "value", "rule", "from", "cells"} <= set(body)
        shown = world.office("explain", address, "--as-of", DAY).out
        assert address in shown and (len(address) < 20 or body["rule"] in shown)
    assert "出处 inbox/" in world.office("explain", addresses[0], "--as-of", DAY).out


def test_an_unknown_address_names_the_nearest(world: World) -> None:
    for address, near in (
        ("2024:年报数据:汇总:t3.new_recieved.total", "t3.new_received.total"),
        ("2024:年报数据:区司法:t2.fees.amount", "区司法局"),
        ("IN-50", "IN-50"),
    ):
        done = world.office("explain", address, "--as-of", DAY, code=2)
        assert near in done.err
    world.office("explain", "2019:年报数据:汇总:t2.fees.amount", code=2)
