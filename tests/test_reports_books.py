"""总台账, 报送情况, 考核评分, 下发清单: read back with openpyxl and held against the result they were made from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from reports_world import AS_OF, MONTH, PAYLOADS, UNITS, YEAR, result, roster

from toolkit.builtin import annual_table
from toolkit.findings import finding
from toolkit.model import Approval, PeriodResult
from toolkit.office.sheet_model import visible
from toolkit.reports.filing import filing
from toolkit.reports.issue_list import Issued, issue_list
from toolkit.reports.ledger import ledger, unit_ledger
from toolkit.reports.scorebook import scorebook

BOOKS = {"总台账": ledger, "报送情况": filing, "考核评分": scorebook, "单位台账": lambda r: unit_ledger(r, UNITS[1])}


def read(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(sheet: Worksheet, first: str) -> list[dict[str, object]]:
    """The rows below the heading whose first cell is `first`, up to the first row that the table does not border."""
    rows = list(sheet.iter_rows())
    start = next(n for n, row in enumerate(rows) if row[0].value == first)
    heads = [str(c.value).split("\n")[0] for c in rows[start]]
    body = [row for row in rows[start + 1 :] if row[0].border.left.style]
    return [dict(zip(heads, (c.value for c in row), strict=True)) for row in body]


def titles(data: bytes) -> list[str]:
    return [str(sheet["A1"].value) for sheet in read(data).worksheets]


@pytest.mark.parametrize("name", BOOKS)
def test_every_book_twice_has_the_same_bytes(name: str) -> None:
    make = BOOKS[name]
    assert make(result(YEAR)) == make(result(YEAR))


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", BOOKS)
def test_no_text_acts_in_any_book(name: str, payload: str) -> None:
    data = BOOKS[name](result(MONTH, payload=payload))
    book = read(data)
    cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} <= {"s", "n", "d"}
    links = [c.hyperlink for c in cells if c.hyperlink]
    assert all(h.target is None and h.location for h in links)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not any(b'TargetMode="External"' in package.read(n) for n in package.namelist())
        assert not any(b"<f>" in package.read(n) for n in package.namelist() if "worksheets/" in n)
    if name != "考核评分" and name != "报送情况":
        assert any(c.value == visible(payload) for c in cells)


def test_marks_stand_until_approval_and_only_in_the_sample() -> None:
    draft, closed = result(MONTH), result(MONTH, sample=False, approval=Approval("", "示政办〔2024〕1号", AS_OF))
    for make in (ledger, filing):
        assert all("送审稿" in t and "示例数据" in t for t in titles(make(draft)))
        assert not any("送审稿" in t or "示例数据" in t for t in titles(make(closed)))
    assert all("征求意见稿" in t for t in titles(scorebook(draft)))
    assert not any("征求意见稿" in t for t in titles(scorebook(closed)))


# ---------------------------------------------------------------- 总台账


def test_one_line_per_task_unit_and_role_with_its_source() -> None:
    rows = table(read(ledger(result()))["任务台账"], "任务编号")
    assert [(r["任务编号"], r["单位"], r["角色"], r["完成情况"]) for r in rows] == [
        ("2024-001", "区教育局", "牵头", "已完成"),
        ("2024-001", "北园街道办事处", "责任", "进行中"),
        ("2024-002", "区卫生健康局", "牵头", "进行中"),
        ("2024-003", "区政府办公室", "牵头", "持续推进"),
        ("2024-004", "南营街道办事处", "责任", "未报送"),
        ("2024-004", "北园街道办事处", "配合", "未报送"),
        ("2024-005", "区市场监督管理局", "牵头", "未启动"),
    ]
    first, last = rows[0], rows[-1]
    assert (first["收件编号"], first["出处"], first["完成日期"].date()) == (  # type: ignore[union-attr, attr-defined]
        "20240702-0001",
        "任务进展!H8",
        date(2024, 6, 20),
    )
    assert (last["逾期工作日"], last["代填"], first["逾期工作日"]) == (3, "代填：电话记录", None)


def test_task_states_lead_to_their_first_line() -> None:
    book = read(ledger(result()))
    states, lines = book["任务状态"], book["任务台账"]
    rows = table(states, "任务编号")
    assert [(r["任务编号"], r["状态"], r["责任单位数"], r["未报送单位"]) for r in rows] == [
        ("2024-001", "已完成", 2, None),
        ("2024-002", "进行中", 1, None),
        ("2024-003", "持续推进", 1, None),
        ("2024-004", "未报送", 1, "南营街道办事处"),
        ("2024-005", "未启动", 1, None),
    ]
    linked = [c for row in states.iter_rows() for c in row if c.hyperlink]
    assert len(linked) == 5
    for cell in linked:
        assert lines[cell.hyperlink.location.rpartition("!")[2]].value == cell.value


def test_overview_counts_and_chart() -> None:
    sheet = read(ledger(result()))["概况"]
    values = {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value}
    assert (values["已完成"], values["承办条目"], values["其中：已报送"], values["逾期"]) == (1, 6, 5, 2)
    assert values["任务进展（2024-06）"] == 3
    assert len(sheet._charts) == 1
    text = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    assert "各镇办" in text and "估算" in text


def test_a_month_has_no_annual_sheets_and_an_empty_result_still_makes_a_book() -> None:
    assert read(ledger(result())).sheetnames == ["概况", "任务状态", "任务台账"]
    empty = PeriodResult(MONTH, AS_OF, "示例区", "办公室", "", False, None, roster())
    assert read(ledger(empty)).sheetnames == ["概况", "任务状态", "任务台账"]
    assert read(filing(empty)).sheetnames and read(scorebook(empty)).sheetnames


def test_consolidated_grids_show_every_sum_in_its_cell() -> None:
    r = result(YEAR)
    assert r.consolidated is not None
    book = read(ledger(r))
    for table_id, label in (("t2", "二"), ("t3", "三"), ("t4", "四")):
        sheet, grid = book[f"年报汇总表{label}"], annual_table.grid(table_id)
        top = 3  # title and caption
        for cell in grid.cells:
            got = sheet.cell(cell.row + top - 1, cell.column).value
            want = r.consolidated.values[cell.field] if cell.field else cell.text
            assert (Decimal(str(got)) if cell.field else got) == want, (table_id, cell)
            if cell.rowspan > 1 or cell.colspan > 1:
                area = (
                    f"{sheet.cell(cell.row + top - 1, cell.column).coordinate}:"
                    + sheet.cell(cell.row + top + cell.rowspan - 2, cell.column + cell.colspan - 1).coordinate
                )
                assert area in {str(m) for m in sheet.merged_cells.ranges}


def test_units_stand_side_by_side_as_filled() -> None:
    rows = table(read(ledger(result(YEAR)))["年报分单位"], "指标")
    assert list(rows[0]) == ["指标", "汇总", "区政府办公室（本级）", "区教育局", "区卫生健康局", "北园街道办事处"]
    assert list(rows[0].values()) == ["报送状态", None, "已接收", "已接收", "豁免接收", "已退回"]
    assert len(rows) == 201
    by_label = {r["指标"]: r for r in rows}
    made, fees = by_label["表二·规章·本年制发件数"], by_label["表二·行政事业性收费"]
    assert (made["区教育局"], made["汇总"], fees["区教育局"], fees["汇总"]) == ("/", 0, 0.2, 0.6)


def test_a_unit_ledger_holds_nothing_of_another_unit() -> None:
    data = unit_ledger(result(YEAR), "区教育局")
    text = "\n".join(
        str(c.value) for sheet in read(data).worksheets for row in sheet.iter_rows() for c in row if c.value is not None
    )
    assert read(data).sheetnames == ["任务台账", "年报数据"]
    assert "区教育局" in text and not any(u in text for u in UNITS[2:])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        whole = "".join(package.read(n).decode() for n in package.namelist() if n.endswith(".xml"))
    assert not any(u in whole for u in UNITS[2:])


# ---------------------------------------------------------------- 报送情况


def test_filings_stand_in_roster_order() -> None:
    rows = table(read(filing(result()))["报送情况"], "单位")
    assert [r["单位"] for r in rows] == list(UNITS)
    assert [r["状态"] for r in rows] == ["已接收", "已接收（有提示）", "已退回", "未报送", "未能读取", "豁免接收"]
    assert [r["逾期工作日"] for r in rows] == [None, None, None, 1, None, 2]
    assert rows[3]["收件编号"] is None and rows[5]["代填"] == "代填：电话记录"


def test_filing_sums_add_up() -> None:
    rows = table(read(filing(result()))["汇总"], "表单")
    keys = ("应报", "已接收", "其中逾期", "待修改", "未报送")
    total, *classes = rows
    assert [total[k] for k in keys] == [6, 3, 1, 2, 1]
    assert [total[k] for k in keys] == [sum(int(str(c[k])) for c in classes) for k in keys]
    assert total["报送率"] == "50%" and "未报送：北园街道办事处" in str(total["未报送、待修改的单位"])


# ---------------------------------------------------------------- 考核评分


def test_scores_stand_in_roster_order_and_what_does_not_apply_says_so() -> None:
    rows = table(read(scorebook(result()))["得分汇总"], "单位")
    assert [r["单位"] for r in rows] == ["区教育局", "区卫生健康局", "北园街道办事处"]
    assert [r["总分"] for r in rows] == [34.5, 28.25, 9.5]
    assert [r["1.1 任务完成"] for r in rows] == [25, 18.75, "不适用"]


@pytest.mark.parametrize("ranking", [False, True])
def test_ranks_appear_only_when_turned_on(ranking: bool) -> None:
    rows = table(read(scorebook(result(ranking=ranking)))["得分汇总"], "单位")
    assert ("组内名次" in rows[0]) is ranking
    if ranking:
        assert [r["组内名次"] for r in rows] == [1, 2, 1]


def test_every_lost_point_names_its_cells() -> None:
    rows = table(read(scorebook(result()))["失分依据"], "单位")
    own = [r for r in rows if r["单位"] == "区卫生健康局"]
    assert [(r["编号"], r["失分"], r["收件编号"], r["工作表"], r["单元格"], r["内容"]) for r in own] == [
        ("1.1", 6.25, "20240703-0001", "任务进展", "H12", "未启动"),
        ("1.1", None, None, None, None, None),
        ("1.2", 0.5, None, None, None, None),
    ]


# ---------------------------------------------------------------- 下发清单


def _issued(unit: str) -> Issued:
    file = f"单位/{unit}/待填/{unit}-任务进展-2024-06.xlsx"
    return Issued(unit, "政府部门", "任务进展", "2024-06", 1, 3, date(2024, 7, 5), "单位", file, "2024-06-0001")


@pytest.fixture
def issue() -> Callable[..., bytes]:
    def make(*findings: object) -> bytes:
        return issue_list(
            MONTH, [_issued("=区教育局"), _issued("区卫生健康局")], findings,  # type: ignore[arg-type]
            government="示例区", office="办公室", phone="0000-1", as_of=AS_OF, sample=False,
        )  # fmt: skip

    return make


def test_what_could_not_be_issued_comes_first(issue: Callable[..., bytes]) -> None:
    book = read(issue(finding("REF-103", group="各镇办", count=3)))
    assert book.sheetnames == ["待办理", "下发清单"]
    assert "各镇办" in str(table(book["待办理"], "代码")[0]["未能下发的事项"])
    assert read(issue()).sheetnames == ["下发清单"]


def test_the_issue_list_names_every_workbook(issue: Callable[..., bytes]) -> None:
    rows = table(read(issue())["下发清单"], "单位")
    assert [r["单位"] for r in rows] == ["=区教育局", "区卫生健康局"]
    assert rows[1]["文件"] == "单位/区卫生健康局/待填/区卫生健康局-任务进展-2024-06.xlsx"


def test_reports_do_not_change_with_the_order_of_the_result() -> None:
    r = result(YEAR)
    turned = replace(
        r,
        progress=r.progress[::-1],
        filings=r.filings[::-1],
        annual=dict(reversed(list(r.annual.items()))),
        scores=dict(reversed(list(r.scores.items()))),
    )
    for make in (ledger, filing, scorebook):
        assert make(r) == make(turned)
