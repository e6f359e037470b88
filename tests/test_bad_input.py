"""What real clerks hand in: each mistake its own finding, at its sheet and cell, with what to do; the others go through."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Change, Office, only
from tests.forms_kit import members, zipped
from toolkit.builtin import annual_table
from toolkit.model import Task, Unit

MONTH, YEAR = "2024-06", "2024"
DAY = "2024-07-10"
PHONE = "0517-83000000"
NAME = "云溪区人民政府办公室"
ROWS = ("2024-001", "2024-002", "2024-003")
GONE, OLD = "撤并局", "旧版局"


# ---------------------------------------------------------------- what clerks do to a sheet


def at(sheet: str, cell: str, value: object, number_format: str = "") -> Change:
    def change(book: Any) -> None:
        book[sheet][cell].value = value
        if number_format:
            book[sheet][cell].number_format = number_format

    return change


def both(*changes: Change) -> Change:
    def change(book: Any) -> None:
        for one in changes:
            one(book)

    return change


def done_on(value: object, number_format: str = "") -> Change:
    """The first task, done on a day that is written in some way."""
    return both(at("进展", "H4", "已完成"), at("进展", "I4", value, number_format))


def on(sheet: str, act: Callable[[Any], object]) -> Change:
    def change(book: Any) -> None:
        act(book[sheet])

    return change


def hide(sheet: Any) -> None:
    sheet.row_dimensions[5].hidden = True


@dataclass(frozen=True)
class Case:
    """One mistake, and what must come of it. `cells` goes into 年报数据, `change` into the saved workbook."""

    name: str
    form: str
    code: str
    sheet: str
    cell: str
    verdict: str = "returned"
    level: str = "须修改"
    change: Change | None = None
    cells: dict[str, Any] = field(default_factory=dict)
    file: str = ""
    value: str | None = None
    says: str = ""


P, A = "任务进展", "年报数据"
NOTED = {"verdict": "accepted_with_notes", "level": "提示"}
B10, B17 = "t2.licensing.processed", "t2.fees.amount"
CASES = (
    Case("单位写成别的", P, "IN-412", "进展", "A2", change=at("进展", "A2", "填报单位：不存在局"), value="不存在局"),
    Case("周期写成别的", P, "IN-412", "进展", "E2", change=at("进展", "E2", "周期：2024年5月"), value="2024年5月"),
    Case("文件名写成别的周期", P, "IN-412", "进展", "A1", file="任务进展-2024-05.xlsx"),
    Case("文件名写成别的表", A, "IN-412", "表二", "A1", file="任务进展-2024.xlsx", says="表单"),
    Case("数字格里写文字", A, "IN-505", "表二", "B10", cells={B10: "若干"}, value="若干"),
    Case("数字带单位", A, "IN-505", "表二", "B10", cells={B10: "12件"}, value="12件"),
    Case("金额带单位", A, "IN-505", "表二", "B17", cells={B17: "3万元"}, value="3万元"),
    Case("全角数字", A, "IN-512", "表二", "B10", cells={B10: "１２"}, value="１２", says="12", **NOTED),
    Case("负数", A, "TAB-101", "表二", "B10", cells={B10: -3}, value="-3", says="负数"),
    Case("日期写成年月日", P, "IN-513", "进展", "I4", change=done_on("2024年6月5日"), says="2024-06-05", **NOTED),
    Case("日期用点隔开", P, "IN-513", "进展", "I4", change=done_on("2024.6.5"), says="2024-06-05", **NOTED),
    Case("日期用汉字", P, "IN-513", "进展", "I4", change=done_on("二〇二四年六月五日"), says="2024-06-05", **NOTED),
    Case("日期全角", P, "IN-513", "进展", "I4", change=done_on("２０２４／６／５"), says="2024-06-05", **NOTED),
    Case("日期没有年份", P, "IN-504", "进展", "I4", change=done_on("6月5日"), says="年份"),
    Case("没有这一天", P, "IN-504", "进展", "I4", change=done_on("2024-6-31")),
    Case("日期存成数字", P, "IN-521", "进展", "I4", change=done_on(45448, "General"), says="2024-06-05", **NOTED),
    Case("日期晚于周期", P, "ROW-101", "进展", "I4", change=done_on(date(2024, 7, 3)), value="2024-07-03"),
    Case("日期早于本年", P, "ROW-101", "进展", "I4", level="须说明", change=done_on(date(2023, 6, 3))),
    Case("删了一列", P, "IN-403", "进展", "I3", change=on("进展", lambda s: s.delete_cols(9)), says="完成日期"),
    Case("表三删了一列", A, "IN-403", "表三", "F1", change=on("表三", lambda s: s.delete_cols(6)), says="科研机构"),
    Case("删了一行", P, "IN-419", "进展", "A5", change=on("进展", lambda s: s.delete_rows(5)), says="2024-002"),
    Case("工作表改名", P, "IN-401", "进展表", "A1", change=on("进展", lambda s: setattr(s, "title", "进展表")), says="“进展”"),
    Case("表三改名", A, "IN-401", "附表", "A1", change=on("表三", lambda s: setattr(s, "title", "附表")), says="“表三”"),
    Case("插入空行", P, "IN-403", "进展", "A5", change=on("进展", lambda s: s.insert_rows(5)), **NOTED),
    Case("表三插入一行", A, "IN-403", "表三", "A8", change=on("表三", lambda s: s.insert_rows(8))),
    Case("公式没有结果", P, "IN-502", "进展", "J4", change=at("进展", "J4", "=1+1")),
    Case("数字格公式没有结果", A, "IN-502", "表二", "B10", change=at("表二", "B10", "=1+1")),
    Case("错误值", P, "IN-503", "进展", "H4", change=at("进展", "H4", "#REF!"), value="#REF!"),
    Case("数字格错误值", A, "IN-503", "表二", "B10", change=at("表二", "B10", "#DIV/0!"), value="#DIV/0!"),
    Case("隐藏了一行", P, "IN-405", "进展", "A5", change=on("进展", hide), says="第 5 行", **NOTED),
)  # fmt: skip
assert len({c.name for c in CASES}) == len(CASES)
GOOD = ("好局甲", "好局乙")


def unit_of(case: Case) -> str:
    return f"{case.name}局"


# ---------------------------------------------------------------- one inbox with all of it


def figures() -> dict[str, Any]:
    """An annual report without fault: nothing happened, everything said."""
    numbers = {f.id: 0 for f in annual_table.fields() if "total" not in f.id}
    texts = {f"narrative.{k}": "本年度无需要说明的事项。" for k in ("overview", "problems", "other_matters")}
    before = {f"prev.t3.carried_out.{c}": 0 for c in ("natural", "commercial", "research", "social", "legal", "other")}
    return {**numbers, **texts, **before, "prev.t3.carried_out.total": 0, "prev.t2.regulations.valid": 0,
            "prev.t2.normative.valid": 0}  # fmt: skip


def with_values(path: Path, change: Change) -> Change:
    """openpyxl saves formulas without their results: put the results in, as Excel would have."""
    shown = openpyxl.load_workbook(path, data_only=True)

    def changed(book: Any) -> None:
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        cell.value = shown[sheet.title][cell.coordinate].value
        change(book)

    return changed


def saved_at(data: bytes, moment: str) -> bytes:
    parts = members(data)
    core = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment.encode(), parts["docProps/core.xml"])
    return zipped({**parts, "docProps/core.xml": core})


def new_column(book: Any) -> None:
    """The office adds a column that must be filled: a new edition of the form."""
    sheet = book["进展"]
    sheet["N3"].value, sheet["N4"].value = "经办日期说明", "{{进展.经办说明}}"
    book["字段"].append(["进展.经办说明", "经办日期说明", "文本", "是", "", "", "否", "否", "", "否"])


class World:
    def __init__(self, root: Path) -> None:
        self.office = Office.new(root, NAME, 2024)
        self.office.setting("phone", f'"{PHONE}"')
        names = [*GOOD, *map(unit_of, CASES), "两份局", "先后局", "早报局", "没填局", OLD]
        units = [Unit(f"{n:03d}", name, unit_class="政府部门") for n, name in enumerate(names, 2)]
        self.office.roster([*units, Unit("900", GONE, unit_class="政府部门")])
        everyone = (*names, GONE)
        self.office.tasks([Task(i, i[-1], ("一", "二"), f"第{i}项工作", responsible_units=everyone) for i in ROWS])
        self.office.issue(MONTH, "2024-06-20", "--unit", OLD, "--form", P)
        old = self.office.waiting(OLD, P, MONTH).read_bytes()
        self.office.edit(self.office.root / "templates" / "xlsx" / f"{P}.xlsx", new_column)
        for period in (MONTH, YEAR):
            self.office.issue(period, "2024-06-20")
        for unit in GOOD:
            self.progress(unit)
            self.annual(unit)
        for case in CASES:
            self.put(case)
        self.others(old)
        self.office.roster(units)  # one unit is gone when its file arrives
        self.body = self.office.run(DAY)
        self.lines = {f["file"].removeprefix("inbox/"): f for f in self.body["files"]}

    def progress(self, unit: str, period: str = MONTH, name: str = "") -> Path:
        rows = [{"任务编号": i, "完成情况": "进行中", "进展说明": "已按要求推进。", "经办说明": "无"} for i in ROWS]
        return self.office.fill(unit, P, period, {"lists": {"进展": rows}}, name)

    def annual(self, unit: str, cells: dict[str, Any] | None = None, name: str = "") -> Path:
        return self.office.fill(unit, A, YEAR, {"cells": {**figures(), **(cells or {})}}, name)

    def put(self, case: Case) -> None:
        unit = unit_of(case)
        name = f"{unit}-{case.file}" if case.file else ""
        path = self.progress(unit, name=name) if case.form == P else self.annual(unit, case.cells, name)
        if case.change:
            self.office.edit(path, with_values(path, case.change) if case.form == A else case.change)

    def others(self, old: bytes) -> None:
        office = self.office
        self.progress(GONE)
        self.annual("两份局", name="甲.xlsx")
        self.annual("两份局", {B10: 5}, name="乙.xlsx")
        for n, figure in enumerate((7, 8), 1):
            path = self.annual("先后局", {B10: figure}, name=f"第{n}份.xlsx")
            office.drop(f"先后局/第{n}份.xlsx", saved_at(path.read_bytes(), f"2024-07-0{n}T08:00:00Z"))
        office.issue("2024-12", "2024-06-20", "--unit", "早报局", "--form", P)
        self.progress("早报局", "2024-12")
        office.drop("没填局/没填局-任务进展-2024-06.xlsx", office.waiting("没填局", P, MONTH).read_bytes())
        issued = office.waiting(OLD, P, MONTH)
        newest = issued.read_bytes()
        issued.write_bytes(old)
        rows = [{"任务编号": i, "完成情况": "进行中", "进展说明": "已按要求推进。"} for i in ROWS]
        office.fill(OLD, P, MONTH, {"lists": {"进展": rows}})
        issued.write_bytes(newest)
        office.drop("扫描件.pdf", b"%PDF-1.4\n")
        office.drop("好局甲/文字.xlsx", b"hello")
        office.drop("好局甲/空.xlsx", b"")
        book = openpyxl.Workbook()
        office.drop("好局甲/空白.xlsx", as_bytes(book))
        book["Sheet"]["A1"].value = "通讯录"
        office.drop("好局甲/通讯录.xlsx", as_bytes(book))


def as_bytes(book: Any) -> bytes:
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("bad") / "w")


def line_of(world: World, case: Case) -> dict[str, Any]:
    period = MONTH if case.form == P else YEAR
    name = case.file or f"{case.form}-{period}.xlsx"
    line: dict[str, Any] = world.lines[f"{unit_of(case)}/{unit_of(case)}-{name}"]
    return line


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_each_mistake_is_a_finding_of_its_own(world: World, case: Case) -> None:
    line = line_of(world, case)
    assert line["verdict"] == case.verdict, [f["message"] for f in line["findings"]]
    found = [f for f in line["findings"] if f["code"] == case.code and f["level"] == case.level]
    assert found, [(f["code"], f["level"], f["message"]) for f in line["findings"]]
    (f,) = [x for x in found if (x["sheet"], x["cell"]) == (case.sheet, case.cell)]
    assert case.says in f["message"]
    assert case.value is None or f["value"] == case.value
    heavy = [x for x in line["findings"] if x["level"] in ("须修改", "须说明") and not x["consequence_of"]]
    if case.code not in ("IN-412", "IN-403"):  # moved rows may hide more than one thing
        assert len(heavy) == (case.level != "提示"), [(x["code"], x["cell"], x["message"]) for x in heavy]


def test_good_files_beside_them_are_accepted(world: World) -> None:
    for unit in GOOD:
        for form, period in ((P, MONTH), (A, YEAR)):
            line = world.lines[f"{unit}/{unit}-{form}-{period}.xlsx"]
            assert (line["verdict"], line["findings"]) == ("accepted", [])


def test_every_finding_says_what_to_do(world: World) -> None:
    for name, line in world.lines.items():
        for f in line["findings"]:
            assert "！" not in f["message"] + f["remedy"] and f["message"].endswith("。"), name
            polite = "请" if f["level"] in ("须修改", "未能读取") else "请|建议|无需处理"
            assert re.search(polite, f["remedy"]), f"{name} {f['code']} {f['remedy']}"


def test_every_finding_of_a_workbook_has_its_place(world: World) -> None:
    whole_file = {"IN-106", "IN-110", "IN-111", "IN-201"}
    for name, line in world.lines.items():
        for f in line["findings"]:
            assert f["code"] in whole_file or (f["sheet"] and re.fullmatch("[A-Z]+[0-9]+", f["cell"])), (name, f)


OTHERS = """
| 文件 | 结论 | 代码 | 工作表 | 单元格 |
| 扫描件.pdf | returned | IN-111 | | |
| 好局甲/文字.xlsx | refused | IN-201 | | |
| 好局甲/空.xlsx | refused | IN-106 | | |
| 好局甲/空白.xlsx | returned | IN-409 | Sheet | A1 |
| 好局甲/通讯录.xlsx | returned | IN-409 | Sheet | A1 |
| 没填局/没填局-任务进展-2024-06.xlsx | returned | IN-416 | 进展 | H4 |
| 早报局/早报局-任务进展-2024-12.xlsx | returned | IN-411 | 进展 | A1 |
| 撤并局/撤并局-任务进展-2024-06.xlsx | returned | IN-410 | 进展 | A1 |
| 旧版局/旧版局-任务进展-2024-06.xlsx | returned | IN-415 | 进展 | A1 |
| 两份局/甲.xlsx | deferred | IN-110 | | |
| 两份局/乙.xlsx | deferred | IN-110 | | |
| 先后局/第2份.xlsx | accepted_with_notes | IN-110 | | |
"""


@pytest.mark.parametrize(
    "row", [r.split("|")[1:-1] for r in OTHERS.strip().splitlines()[1:]], ids=lambda r: r[0].strip()
)
def test_files_that_are_no_proper_answer(world: World, row: list[str]) -> None:
    name, verdict, code, sheet, cell = (t.strip() for t in row)
    line = world.lines[name]
    assert line["verdict"] == verdict
    f = only(line, code)
    assert (f["sheet"], f["cell"]) == (sheet, cell)


def test_two_files_name_each_other(world: World) -> None:
    for one, other in (("甲", "乙"), ("乙", "甲")):
        message = only(world.lines[f"两份局/{one}.xlsx"], "IN-110")["message"]
        assert f"{one}.xlsx" in message and f"{other}.xlsx" in message
    annual = world.office.data(YEAR, "annual.json")["units"]
    assert "两份局" not in annual
    assert annual["先后局"]["t2"]["licensing"]["processed"] == 8


def test_every_file_has_a_receipt_and_the_returned_ones_a_list_with_the_telephone(world: World) -> None:
    outbox = world.office.outbox()
    numbers = [line["receipt_no"] for line in world.lines.values()]
    assert all(numbers) and len(set(numbers)) == len(world.lines)
    for name, line in world.lines.items():
        mine = {p: d for p, d in outbox.items() if line["receipt_no"] in p}
        receipt = next(d for p, d in mine.items() if p.endswith(".txt"))
        assert receipt.startswith(b"\xef\xbb\xbf") and PHONE in receipt.decode(), name
        lists = [d for p, d in mine.items() if p.endswith(".xlsx")]
        assert len(lists) == (line["verdict"] in ("returned", "refused")), name
        for data in lists:
            text = all_text(data)
            assert PHONE in text, name
            for f in line["findings"]:
                assert f["level"] == "提示" or f["message"] in text or f["consequence_of"], (name, f["message"])


def all_text(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None)


def test_what_was_accepted_is_consolidated(world: World) -> None:
    rows = world.office.data(MONTH, "tasks.json")["rows"]
    filed = {r["unit"] for r in rows if r["status"] != "未报送"}
    want = {unit_of(c) for c in CASES if c.form == P and c.verdict != "returned"}
    assert filed == want | set(GOOD)
    done = {r["unit"]: r["completed_on"] for r in rows if r["task_id"] == ROWS[0] and r["status"] == "已完成"}
    assert done == {unit_of(c): "2024-06-05" for c in CASES if c.says == "2024-06-05"}
    annual = world.office.data(YEAR, "annual.json")["units"]
    assert annual["全角数字局"]["t2"]["licensing"]["processed"] == 12
