"""须说明 from the issued workbook to everything that is printed: returned, explained, accepted, and where it then stands."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.acceptance import Office, of_file, only
from toolkit.builtin import annual_table
from toolkit.findings import Finding, Level
from toolkit.model import Task, Unit, Verdict
from toolkit.receiving import FileResult
from toolkit.wording import file_lines

NAME, YEAR, MONTH, DAY = "云溪区人民政府办公室", "2024", "2024-12", "2025-01-20"
HALL, BUREAU, PRIVATE = "区行政审批局", "区司法局", "区档案馆"
PUBLIC_TEXT = "上年数含合并前机构的规范性文件"
TASK_TEXT = "本单位没有审批事项"
FREE_TEXT = "强制决定由区应急局统一统计"
INNER_TEXT = "结转数有一件移交区信访局"


def annual_cells(**changes: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {f.id: 0 for f in annual_table.fields() if "total" not in f.id}
    cells |= {f"narrative.{k}": "按要求开展。" for k in ("overview", "problems", "other_matters")}
    return cells | {k.replace("__", "."): v for k, v in changes.items()}


class World:
    """区行政审批局 explains a public figure, 区司法局 a task and (by the cell alone) a public figure, 区档案馆 a figure that
    the office does not publish."""

    def __init__(self, root: Path) -> None:
        self.office = office = Office.new(root, NAME, 2024)
        office.roster(
            [Unit(f"{n:03d}", name, unit_class="政府部门") for n, name in enumerate((HALL, BUREAU, PRIVATE), 2)]
        )
        office.tasks([Task("2024-001", "1", ("一", "深化审批公开"), "公开审批结果", responsible_units=(HALL, BUREAU))])
        office.edit(office.root / "templates" / "xlsx" / "年报数据.xlsx", self.keep_carried_out_inside)
        office.issue(YEAR, "2025-01-02")
        office.issue(MONTH, "2024-12-20")
        self.hall()
        self.task()
        office.fill(PRIVATE, "年报数据", YEAR, {"cells": self.private_cells()})
        self.first = office.run(DAY)
        self.hall([{"规则": "年报-跨年-09", "位置": "", "说明": PUBLIC_TEXT}])
        self.task([{"规则": "进展-05", "位置": "2024-001", "说明": TASK_TEXT}])
        lists = {"情况说明": [{"规则": "年报-内部-01", "说明": INNER_TEXT}]}
        office.fill(PRIVATE, "年报数据", YEAR, {"cells": self.private_cells(), "lists": lists})
        free = [{"规则": "", "位置": "表二·行政强制", "说明": FREE_TEXT}]
        office.fill(BUREAU, "年报数据", YEAR, {"cells": annual_cells(), "lists": {"情况说明": free}})
        self.second = office.run("2025-01-21")
        self.files = office.outbox()

    @staticmethod
    def keep_carried_out_inside(book: Any) -> None:
        """One figure is taken off the public ones, and a rule of the office asks about it."""
        sheet = book["字段"]
        head = [c.value for c in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "t3.carried_out.other":
                row[head.index("对外公开")].value = "否"
        book["校验"].append(
            [
                "年报-内部-01",
                "",
                "须说明",
                "整表",
                "t3.carried_out.other<=5",
                "结转件数偏多。",
                "请写明原因。",
                "本级制度",
            ]
        )

    def hall(self, notes: Any = ()) -> None:
        cells = annual_cells(t2__normative__valid=7, t2__normative__made=1)
        cells["prev.t2.normative.valid"] = 9
        self.office.fill(HALL, "年报数据", YEAR, {"cells": cells, "lists": {"情况说明": list(notes)}})

    def task(self, notes: Any = ()) -> None:
        row = {"任务编号": "2024-001", "完成情况": "不涉及"}
        self.office.fill(BUREAU, "任务进展", MONTH, {"lists": {"进展": [row], "情况说明": list(notes)}})

    @staticmethod
    def private_cells() -> dict[str, Any]:
        return annual_cells(t3__new_received__other=6, t3__carried_out__other=6)

    def sheet(self, path: str, name: str = "情况说明") -> list[dict[str, Any]]:
        """The rows of a table below its heading row, by heading."""
        rows = list(openpyxl.load_workbook(io.BytesIO(self.files[path]))[name].iter_rows(values_only=True))
        at = next(n for n, row in enumerate(rows) if "规则编号" in row)
        return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :] if row[1]]

    def words(self, path: str) -> str:
        document = docx.Document(io.BytesIO(self.files[path]))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        return "\n".join([p.text for p in document.paragraphs] + cells)

    def report(self, unit: str) -> str:
        return self.words(f"内部/{YEAR}/年度报告/单位/{unit}{YEAR}年政府信息公开工作年度报告.docx")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("explained") / "w")


FILES = {
    HALL: f"{HALL}-年报数据-{YEAR}.xlsx",
    BUREAU: f"{BUREAU}-任务进展-{MONTH}.xlsx",
    PRIVATE: f"{PRIVATE}-年报数据-{YEAR}.xlsx",
}
RULES = {HALL: "年报-跨年-09", BUREAU: "进展-05", PRIVATE: "年报-内部-01"}


@pytest.mark.parametrize("unit", FILES)
def test_without_an_explanation_it_is_returned_with_one_it_is_accepted(world: World, unit: str) -> None:
    before, after = of_file(world.first, FILES[unit]), of_file(world.second, FILES[unit])
    assert (before["verdict"], after["verdict"]) == ("returned", "accepted_with_notes")
    for line in (before, after):
        found = only(line, "ROW-101" if unit == BUREAU else "TAB-101")
        assert (found["rule_no"], found["level"]) == (RULES[unit], "须说明")


def test_the_ledger_of_all_lists_every_explanation(world: World) -> None:
    rows = {r["说明"]: r for r in world.sheet(f"内部/{YEAR}/总台账.xlsx")}
    assert set(rows) == {PUBLIC_TEXT, INNER_TEXT, FREE_TEXT, TASK_TEXT}  # a year holds its months
    hall = rows[PUBLIC_TEXT]
    assert (hall["单位"], hall["规则编号"], hall["对外公开"]) == (HALL, "年报-跨年-09", "是")
    assert hall["校验提示"].startswith("表二“行政规范性文件”") and hall["事项"] == "表二·行政规范性文件·现行有效件数"
    assert hall["收件编号"] == of_file(world.second, FILES[HALL])["receipt_no"]
    assert (rows[INNER_TEXT]["单位"], rows[INNER_TEXT]["对外公开"]) == (PRIVATE, "否")
    assert (rows[FREE_TEXT]["事项"], rows[FREE_TEXT]["对外公开"]) == ("表二·行政强制", "是")
    (month,) = world.sheet(f"内部/{MONTH}/总台账.xlsx")
    assert (month["单位"], month["规则编号"], month["说明"]) == (BUREAU, "进展-05", TASK_TEXT)
    assert month["事项"] == "2024-001 完成情况"
    lines = openpyxl.load_workbook(io.BytesIO(world.files[f"内部/{MONTH}/总台账.xlsx"]))["任务台账"]
    assert any(TASK_TEXT in row for row in lines.iter_rows(values_only=True))


def test_the_ledger_of_a_unit_lists_its_own(world: World) -> None:
    rows = world.sheet(f"单位/{HALL}/台账/{HALL}-工作台账-{YEAR}.xlsx")
    assert [(r["规则编号"], r["说明"]) for r in rows] == [("年报-跨年-09", PUBLIC_TEXT)]
    (task,) = world.sheet(f"单位/{BUREAU}/台账/{BUREAU}-工作台账-{MONTH}.xlsx")
    assert task["说明"] == TASK_TEXT
    for path, data in world.files.items():
        if path.startswith(f"单位/{HALL}/"):
            assert TASK_TEXT not in everything(data) and INNER_TEXT not in everything(data), path


def test_unit_ledgers_are_in_the_manifest(world: World) -> None:
    import json

    listed = json.loads(world.files["内部/manifest.json"])["files"]
    assert f"单位/{HALL}/台账/{HALL}-工作台账-{YEAR}.xlsx" in listed


def everything(data: bytes) -> str:
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(n).decode("utf-8", "replace") for n in parts.namelist())


def test_the_bulletins_annex_lists_them_by_unit(world: World) -> None:
    words = world.words(f"内部/{MONTH}/工作通报.docx")
    assert "情况说明" in words and TASK_TEXT in words and "深化审批公开" in words
    year = world.words(f"内部/{YEAR}/工作通报.docx")
    for text in (PUBLIC_TEXT, INNER_TEXT, FREE_TEXT):
        assert year.count(text) == 1


def test_the_annual_report_prints_what_is_public_and_nothing_else(world: World) -> None:
    assert f"说明：{PUBLIC_TEXT}。" in world.report(HALL)
    assert f"说明：{FREE_TEXT}。" in world.report(BUREAU)
    assert INNER_TEXT not in world.report(PRIVATE) and "说明：" not in world.report(PRIVATE)
    told = world.report(HALL)
    assert told.index(PUBLIC_TEXT) < told.index("三、收到和处理政府信息公开申请情况"), "under its own table"


def test_rules_are_shown_by_number_though_the_unit_wrote_the_identifier(world: World) -> None:
    """Whoever fills from another program knows the relation's id; people read the number."""
    office = world.office
    cells = annual_cells(t2__normative__valid=7, t2__normative__made=1)
    cells["prev.t2.normative.valid"] = 9
    lists = {"情况说明": [{"规则": "xy_valid_normative", "说明": "改写后的说明"}]}
    office.fill(HALL, "年报数据", YEAR, {"cells": cells, "lists": lists}, name="第三次.xlsx")
    line = of_file(office.run("2025-01-22"), "第三次.xlsx")
    assert line["verdict"] == "accepted_with_notes"
    world.files = office.outbox()
    rows = {r["单位"]: r for r in world.sheet(f"内部/{YEAR}/总台账.xlsx") if r["单位"] == HALL}
    assert (rows[HALL]["规则编号"], rows[HALL]["说明"]) == ("年报-跨年-09", "改写后的说明"), "the newest one alone"
    assert "说明：改写后的说明。" in world.report(HALL) and PUBLIC_TEXT not in world.report(HALL)


def test_on_the_screen_what_was_explained_is_said_to_be() -> None:
    f = Finding("TAB-101", Level.EXPLAIN, "比上年减少。", "请说明原因。", rule="年报-跨年-09")
    for verdict, said in ((Verdict.RETURNED, "[须说明]"), (Verdict.ACCEPTED_WITH_NOTES, "[已说明]")):
        _, line = file_lines([FileResult("inbox/甲.xlsx", verdict, findings=(f,))], details=True)
        assert said in line and "比上年减少" in line
