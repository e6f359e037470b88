"""Every scope of the rule language, written by the office as rows of 校验 and 字段 and nothing else: a sheet, each row of a
list, across sheets, against last period and last year, across forms of one unit, across units."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Office, of_file
from tests.rule_books import form_of, rule_line
from toolkit.model import Unit

NAME = "云溪区人民政府办公室"
MONTHLY, YEARLY, WHOLE = "接待登记", "年度接待", "全区接待"
A, B = "甲局", "乙局"

MONTH_FORM = form_of(
    MONTHLY,
    "| 来访 | 来访件数 | 整数 |\n| 办结 | 办结件数 | 整数 |\n| 备注 | 备注 | 长文本 |\n"
    "| 明细.事项 | 事项 | 文本 |\n| 明细.件数 | 件数 | 整数 |",
    "\n".join(
        [
            rule_line("月-表", "须修改", "整表", "办结<=来访"),
            rule_line("月-行", "须修改", "逐行:明细", 'IF(事项<>"",件数>0,TRUE)'),
            rule_line("月-跨表", "须修改", "整表", "来访=SUM(明细.件数)"),
            rule_line("月-上期", "须修改", "整表", "来访>=上期(来访)"),
        ]
    ),
    filers=f"{A}、{B}",
)
YEAR_FORM = form_of(
    YEARLY,
    "| 年来访 | 全年来访件数 | 整数 |\n| 备注 | 备注 | 长文本 |\n"
    "| 各月来访 | 各月登记的来访件数 | 整数 | 他表.接待登记=来访 |\n"
    "| 各月明细 | 各月登记的明细条数 | 整数 | 他表.接待登记=COUNTA(明细.事项) |",
    "\n".join(
        [
            rule_line("年-上年", "须修改", "整表", "年来访>=上年(年来访)"),
            rule_line("年-他表", "须修改", "整表", "年来访=各月来访"),
            rule_line("年-他表清单", "提示", "整表", "各月明细>=3"),
        ]
    ),
    kind="年",
    filers=f"{A}、{B}",
)
WHOLE_FORM = form_of(
    WHOLE,
    "| 汇来访 | 全区来访件数 | 整数 |\n| 备注 | 备注 | 长文本 |\n"
    "| 合计 | 各单位来访之和 | 整数 | 成员合计.年度接待=年来访 |\n"
    "| 最多 | 来访最多的单位的件数 | 整数 | 成员最大.年度接待=年来访 |",
    "\n".join(
        [
            rule_line("汇-合计", "须修改", "整表", "汇来访=合计", id="con_sum"),
            rule_line("汇-界限", "须修改", "整表", "汇来访>=最多", id="con_bound"),
        ]
    ),
    kind="年",
    filers=NAME,
)


class World:
    def __init__(self, root: Path) -> None:
        self.office = office = Office.new(root, NAME, 2024)
        office.roster([Unit(f"{n:03d}", name, unit_class="政府部门") for n, name in enumerate((A, B), 2)])
        forms = office.root / "templates" / "xlsx"
        for built_in in forms.glob("*.xlsx"):
            built_in.unlink()
        for name, data in ((MONTHLY, MONTH_FORM), (YEARLY, YEAR_FORM), (WHOLE, WHOLE_FORM)):
            (forms / f"{name}.xlsx").write_bytes(data)

    def month(self, unit: str, period: str, came: int, rows: Any = None, done: int = 0) -> None:
        listed = [{"事项": "咨询", "件数": came}] if rows is None else rows
        data = {"cells": {"来访": came, "办结": done, "备注": "无"}, "lists": {"明细": listed}}
        self.office.fill(unit, MONTHLY, period, data)

    def year(
        self, unit: str, period: str, came: int, form: str = YEARLY, field: str = "年来访", name: str = ""
    ) -> None:
        self.office.fill(unit, form, period, {"cells": {field: came, "备注": "无"}}, name=name)

    def whole(self, came: int, name: str = "") -> None:
        self.year(NAME, "2024", came, WHOLE, "汇来访", name)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "w")


def violated(body: dict[str, Any], name: str) -> tuple[str, dict[str, str]]:
    """The verdict, and rule → cell of what is wrong."""
    line = of_file(body, name)
    return line["verdict"], {f["rule"]: f["cell"] for f in line["findings"] if f["rule"]}


# ---------------------------------------------------------------- inside one workbook


@pytest.mark.parametrize(
    ("figures", "verdict", "wrong"),
    [
        ({"came": 5}, "accepted", {}),
        ({"came": 5, "done": 6}, "returned", {"月-表": "B3"}),
        ({"came": 5, "rows": [{"事项": "咨询", "件数": 5}, {"事项": "投诉", "件数": 0}]}, "returned", {"月-行": "B4"}),
        ({"came": 5, "rows": [{"事项": "咨询", "件数": 4}]}, "returned", {"月-跨表": "B2"}),
    ],
)
def test_a_sheet_a_row_and_across_sheets(world: World, figures: Any, verdict: str, wrong: dict[str, str]) -> None:
    world.office.issue("2024-05", "2024-05-20")
    world.month(A, "2024-05", **figures)
    assert violated(world.office.run("2024-06-03"), f"{A}-{MONTHLY}-2024-05.xlsx") == (verdict, wrong)


def test_against_last_period_and_last_year(world: World) -> None:
    office = world.office
    office.issue("2023", "2024-01-05")
    world.year(A, "2023", 9)
    office.issue("2024-05", "2024-05-20")
    world.month(A, "2024-05", 5)
    office.run("2024-06-03")
    office.issue("2024-06", "2024-06-20")
    world.month(A, "2024-06", 3)
    assert violated(office.run("2024-07-03"), f"{A}-{MONTHLY}-2024-06.xlsx") == ("returned", {"月-上期": "B2"})
    office.issue("2024", "2025-01-05")
    world.year(A, "2024", 8)
    verdict, wrong = violated(office.run("2025-01-10"), f"{A}-{YEARLY}-2024.xlsx")
    assert verdict == "returned" and "年-上年" in wrong
    tried = office("rules", "try", "年-上年", "--json").json
    assert [(x["period"], x["outcome"]) for x in tried["submissions"]] == [("2024", "returned")]
    assert [(x["period"], x["missing"]) for x in tried["missing"]] == [("2023", ["上年(全年来访件数)没有数"])]


# ---------------------------------------------------------------- across forms of one unit


def two_months(world: World, second: int = 4) -> None:
    for period, came in (("2024-05", 3), ("2024-06", second)):
        world.office.issue(period, f"{period}-20")
        world.month(A, period, came)
    world.office.issue("2024", "2025-01-05")


@pytest.mark.parametrize(
    ("came", "verdict", "wrong"), [(7, "accepted_with_notes", {}), (8, "returned", {"年-他表": "B2"})]
)
def test_a_years_figure_against_the_months_in_one_run(
    world: World, came: int, verdict: str, wrong: dict[str, str]
) -> None:
    """All three files arrive together: the months are judged before the year that looks at them."""
    two_months(world)
    world.year(A, "2024", came)
    line = of_file(world.office.run("2025-01-10"), f"{A}-{YEARLY}-2024.xlsx")
    assert (line["verdict"], {f["rule"]: f["cell"] for f in line["findings"]}) == (
        verdict,
        {**wrong, "年-他表清单": ""},
    )
    # What stands elsewhere cannot be looked up in the sheet, so the message says it.
    said = [f["message"] for f in line["findings"] if f["rule"] == "年-他表"]
    assert said == (["年-他表不符（左边 8，右边 7）。"] if wrong else [])


def test_while_a_month_is_missing_nothing_is_said(world: World) -> None:
    two_months(world)
    (world.office.root / "inbox" / A / f"{A}-{MONTHLY}-2024-06.xlsx").unlink()
    world.year(A, "2024", 99)
    assert violated(world.office.run("2025-01-10"), f"{A}-{YEARLY}-2024.xlsx") == ("accepted", {})
    tried = world.office("rules", "try", "年-他表", "--json").json
    assert tried["not_computed"] == 1 and tried["missing"][0]["missing"] == ["没有读到“各月登记的来访件数”"]


def test_what_stops_agreeing_later_is_told_to_the_office(world: World) -> None:
    two_months(world)
    world.year(A, "2024", 7)
    world.office.run("2025-01-10")
    world.month(A, "2024-06", 5)  # corrected after the year was accepted
    world.office.edit(world.office.files[-1], lambda book: setattr(book["表"]["B4"], "value", "更正"))
    world.office.run("2025-01-11")
    assert "与之后收到的其他报送不一致" in overview(world)
    tried = world.office("rules", "try", "年-他表", "--json").json
    assert (tried["judged"], tried["held"]) == (1, 1), "judged with what was there when it came"


def overview(world: World) -> str:
    book = openpyxl.load_workbook(io.BytesIO(world.office.outbox()["内部/2024/总台账.xlsx"]))
    return "\n".join(str(c) for row in book["概况"].iter_rows(values_only=True) for c in row if c)


# ---------------------------------------------------------------- across units


@pytest.mark.parametrize(
    ("came", "wrong"),
    [(12, set()), (11, {"汇-合计"}), (6, {"汇-合计", "汇-界限"})],
)
def test_the_whole_is_the_sum_of_its_members_and_no_less_than_any(world: World, came: int, wrong: set[str]) -> None:
    world.office.issue("2024", "2025-01-05")
    world.year(A, "2024", 7)
    world.year(B, "2024", 5)
    world.whole(came)
    verdict, found = violated(world.office.run("2025-01-10"), f"{NAME}-{WHOLE}-2024.xlsx")
    assert (verdict, set(found)) == ("returned" if wrong else "accepted", {_id(w) for w in wrong})
    assert set(found.values()) <= {"B2"}


def _id(no: str) -> str:
    return {"汇-合计": "con_sum", "汇-界限": "con_bound"}[no]


def test_with_some_members_only_the_bound_can_be_judged(world: World) -> None:
    world.office.issue("2024", "2025-01-05")
    world.year(A, "2024", 7)
    world.whole(6)
    assert violated(world.office.run("2025-01-10"), f"{NAME}-{WHOLE}-2024.xlsx") == ("returned", {"con_bound": "B2"})


def test_members_are_those_below_a_unit(tmp_path: Path) -> None:
    """乙局 and 丙站 stand under 甲局, which files the whole; the office has no part in it."""
    world = World(tmp_path / "w")
    world.office.roster([
        Unit("002", A, unit_class="政府部门"), Unit("003", B, unit_class="政府部门", parent=A),
        Unit("004", "丙站", unit_class="政府部门", parent="别处"), Unit("005", "丁站", unit_class="政府部门", parent=A),
    ])  # fmt: skip
    forms = world.office.root / "templates" / "xlsx"
    (forms / f"{WHOLE}.xlsx").write_bytes(
        form_of(
            WHOLE, "| 汇来访 | 件数 | 整数 |\n| 备注 | 备注 | 长文本 |\n| 合计 | 下属之和 | 整数 | 成员合计.年度接待=年来访 |",
            rule_line("汇-合计", "须修改", "整表", "汇来访=合计"), kind="年", filers=A,
        )
    )  # fmt: skip
    world.office.issue("2024", "2025-01-05")
    world.year(A, "2024", 100)
    world.year(B, "2024", 5)
    world.year(A, "2024", 6, WHOLE, "汇来访")
    assert violated(world.office.run("2025-01-10"), f"{A}-{WHOLE}-2024.xlsx") == ("returned", {"汇-合计": "B2"})


# ---------------------------------------------------------------- what no sheet can hold


def test_batch_only_rules_are_marked_and_stand_in_the_guide(world: World) -> None:
    rules = {r["no"]: r for r in world.office("list", "rules", "--json").json["rules"]}
    assert {no for no, r in rules.items() if not r["live"]} == {"年-他表", "年-他表清单", "汇-合计", "汇-界限"}
    assert all(r["batch_only_reason"] for r in rules.values() if not r["live"])
    assert "年-他表  [须修改]（仅批处理）" in world.office("list", "rules").out
    world.office.issue("2024", "2025-01-05")
    guide = openpyxl.load_workbook(world.office.waiting(A, YEARLY, "2024"))["填报说明"]
    rows = [[c for c in row if c] for row in guide.iter_rows(values_only=True)]
    assert ["年-他表", "须修改", "年-他表不符。", "请核对年-他表。"] in rows
    at = next(n for n, row in enumerate(rows) if "仅批处理" in str(row))
    assert rows[at + 1] == ["规则编号", "级别", "核对什么", "不符时怎样做"]
    assert not [row for row in rows if "各月登记的来访件数" in row], "nobody is asked to fill it"
    page = openpyxl.load_workbook(world.office.waiting(A, YEARLY, "2024"), data_only=True)["自检"]
    assert not [c for row in page.iter_rows(values_only=True) for c in row if c == "年-他表"]


def test_a_source_that_leads_nowhere_is_refused_at_its_cell(world: World) -> None:
    path = world.office.root / "templates" / "xlsx" / f"{YEARLY}.xlsx"
    for wrong, words in (
        ("他表.接待登计=来访", "没有表单“接待登计”。是否为“接待登记”"),
        ("他表.接待登记=来仿", "没有名为“来仿”的字段。是否为：来访"),
        ("他表.接待登记=备注", "算出的是文字"),
        ("他表.接待登记=上期(来访)", "不能使用 上期"),
        ("他表.接待登记", "写法不完整"),
    ):
        fields = f"| 年来访 | 件数 | 整数 |\n| 备注 | 备注 | 长文本 |\n| 各月来访 | 各月 | 整数 | {wrong} |"
        path.write_bytes(form_of(YEARLY, fields, rule_line("年-他表", "须修改", "整表", "年来访=各月来访"), kind="年"))
        done = world.office("list", "rules", code=78)
        assert f"{YEARLY}.xlsx 字段!F4：" in done.err and words in done.err, done.err


def test_a_cell_cannot_compute_with_what_has_no_cell_nor_be_filled(world: World) -> None:
    path = world.office.root / "templates" / "xlsx" / f"{YEARLY}.xlsx"
    before = path.read_bytes()
    fields = "| 年来访 | 件数 | 整数 |\n| 备注 | 备注 | 长文本 |\n| 各月 | 各月 | 整数 | 他表.接待登记=来访 |\n| 差 | 差数 | 整数 | =年来访-各月 |"
    path.write_bytes(form_of(YEARLY, fields, rule_line("年-他表", "须修改", "整表", "年来访=各月"), kind="年"))
    assert f"{YEARLY}.xlsx 字段!F5：" in world.office("list", "rules", code=78).err
    path.write_bytes(before)
    world.office.issue("2024", "2025-01-05")
    data = world.office.root / "state" / "data.json"
    data.write_text('{"cells": {"各月来访": 3}}', encoding="utf-8")
    source = world.office.waiting(A, YEARLY, "2024")
    done = world.office("fill", source, "--data", data, "--output", data.with_name("x.xlsx"), code=2)
    assert "没有字段“各月来访”" in done.err
