"""数据/: the JSON of the contract to the letter, the CSV beside it."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_world import AS_OF, MONTH, PAYLOADS, UNITS, YEAR, annual_values, result, roster

from toolkit.builtin import annual_table
from toolkit.model import PeriodResult
from toolkit.reports.data import (
    annual_csv,
    annual_json,
    csv_bytes,
    scores_csv,
    scores_json,
    tasks_csv,
    tasks_json,
    to_json,
)


def load(data: bytes) -> dict[str, object]:
    return json.loads(data, parse_float=Decimal)  # type: ignore[no-any-return]


def table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\n") == data.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_annual_json_is_the_contract() -> None:
    body = load(annual_json(result(YEAR)))
    assert body["period"] == "2024"
    units = body["units"]
    assert isinstance(units, dict)
    assert list(units) == [UNITS[0], UNITS[1], UNITS[2], UNITS[3]]  # roster order
    head = {k: units[UNITS[3]][k] for k in ("kind", "verdict", "receipt_no")}
    assert head == {"kind": "单位", "verdict": "returned", "receipt_no": "20250113-0001"}
    assert units[UNITS[0]]["kind"] == "本级"
    values = annual_values(2)
    for field in annual_table.fields():
        t, row, column = field.id.split(".")
        assert units[UNITS[1]][t][row][column] == values.get(field.id)
    assert units[UNITS[1]]["t2"]["regulations"]["made"] == "/"
    assert units[UNITS[1]]["t2"]["regulations"]["valid"] == ""
    assert units[UNITS[1]]["t4"]["cases"]["after_other"] is None  # was not to be found in the file


def test_consolidated_is_every_cell_and_its_members() -> None:
    r = result(YEAR)
    assert r.consolidated is not None
    body = load(annual_json(r))["consolidated"]
    assert isinstance(body, dict)
    assert body["members"] == [UNITS[0], UNITS[1], UNITS[2]]
    got = {f"{t}.{row}.{c}": v for t in ("t2", "t3", "t4") for row, cs in body[t].items() for c, v in cs.items()}
    assert got == dict(r.consolidated.values) and len(got) == 200


def test_the_public_edition_names_no_receipt_and_nothing_returned() -> None:
    data = annual_json(result(YEAR), public=True)
    assert b"receipt" not in data and b"verdict" not in data
    units = load(data)["units"]
    assert isinstance(units, dict) and list(units) == [UNITS[0], UNITS[1], UNITS[2]]
    assert {r["单位"] for r in table(annual_csv(result(YEAR), public=True))} == {"汇总", *UNITS[:3]}


def test_tasks_json_is_the_contract() -> None:
    body = load(tasks_json(result()))
    rows = body["rows"]
    assert isinstance(rows, list) and len(rows) == 7
    keys = {"task_id", "no", "unit", "role", "status", "completed_on", "due_on", "overdue_days", "text", "where"}
    assert all(keys <= set(r) for r in rows)
    first = {k: rows[0][k] for k in keys}
    assert first == {
        "task_id": "2024-001", "no": "1", "unit": "区教育局", "role": "牵头", "status": "已完成",
        "completed_on": "2024-06-20", "due_on": "2024-06-28", "overdue_days": 0, "text": "按要求推进",
        "where": {"receipt_no": "20240702-0001", "file": "inbox/区教育局/区教育局-任务进展-2024-06.xlsx",
                  "sheet": "任务进展", "cell": "H8"},
    }  # fmt: skip
    absent = next(r for r in rows if r["status"] == "未报送")
    assert absent["where"] == {"receipt_no": None, "file": None, "sheet": None, "cell": None}
    tasks = body["tasks"]
    assert isinstance(tasks, list)
    assert [(t["task_id"], t["state"]) for t in tasks] == [
        ("2024-001", "已完成"), ("2024-002", "进行中"), ("2024-003", "持续推进"), ("2024-004", "未报送"), ("2024-005", "未启动"),
    ]  # fmt: skip


def test_scores_json_is_the_contract() -> None:
    units = load(scores_json(result()))["units"]
    assert isinstance(units, dict)
    card = units["区卫生健康局"]
    assert (card["total"], card["grade"], card["group"], card["rank"]) == (Decimal("28.25"), "良好", "政府部门", None)
    assert list(card["indicators"]) == ["1.1", "1.2"]  # order of 考核细则
    score = card["indicators"]["1.1"]
    assert (score["points"], score["out_of"], score["uncut"]) == (Decimal("18.75"), 25, Decimal("18.75"))
    assert score["facts"] == {"完成数": 3, "应完成数": 4}
    assert [b["cell"] for b in score["basis"]] == ["H12", None]
    assert units["北园街道办事处"]["indicators"]["1.1"]["points"] is None
    ranked = load(scores_json(result(ranking=True)))["units"]
    assert isinstance(ranked, dict) and ranked["区卫生健康局"]["rank"] == 2


def test_an_empty_result_keeps_the_shape() -> None:
    empty = PeriodResult(MONTH, AS_OF, "示例区", "办公室", "", False, None, roster())
    body = load(annual_json(empty))
    consolidated = body["consolidated"]
    assert body["units"] == {} and isinstance(consolidated, dict) and consolidated["members"] == []
    assert load(tasks_json(empty))["rows"] == [] and load(scores_json(empty))["units"] == {}


@pytest.mark.parametrize(
    "number", ["0.1", "10.50", "1E+3", "123456789012345678901234567890.12", "-0.07", "0E-9", "4E+80"]
)
def test_decimals_lose_nothing(number: str) -> None:
    text = to_json([Decimal(number)]).decode()
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == [Decimal(number)]


def test_whole_numbers_are_written_as_such() -> None:
    assert to_json([Decimal("3.00"), Decimal("1E+3"), 7, Decimal("-0")]).decode() == "[\n 3,\n 1000,\n 7,\n 0\n]\n"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, st.integers(0, 4))
def test_any_value_reads_back(value: object, depth: int) -> None:
    assert json.loads(to_json(value, depth)) == value


def test_equal_results_have_equal_bytes() -> None:
    for make in (annual_json, tasks_json, scores_json, annual_csv, tasks_csv, scores_csv):
        assert make(result(YEAR)) == make(result(YEAR))


# ---------------------------------------------------------------- CSV


def test_annual_csv_is_the_long_form_of_the_json() -> None:
    rows = table(annual_csv(result(YEAR)))
    assert len(rows) == 200 * 5 and list(rows[0]) == ["单位", "类型", "字段", "标题", "值"]
    own = {r["字段"]: r["值"] for r in rows if r["单位"] == "区教育局"}
    assert (own["t2.regulations.made"], own["t2.regulations.valid"], own["t2.fees.amount"]) == ("/", "", "0.2")
    assert next(r for r in rows if r["字段"] == "t3.new_received.natural")["标题"] == "表三·本年新收·自然人"


def test_tasks_and_scores_csv() -> None:
    rows = table(tasks_csv(result()))
    assert len(rows) == 7 and (rows[0]["完成日期"], rows[0]["单元格"], rows[4]["单元格"]) == ("2024-06-20", "H8", "")
    scores = table(scores_csv(result()))
    assert [(r["编号"], r["得分"]) for r in scores if r["单位"] == "北园街道办事处"] == [
        ("total", "9.5"), ("1.1", "不适用"), ("1.2", "9.5"),
    ]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_csv_text_starts_a_formula(payload: str) -> None:
    for make in (tasks_csv, annual_csv, scores_csv):
        for row in csv.reader(io.StringIO(make(result(payload=payload)).decode("utf-8-sig"), newline="")):
            assert not any(cell[:1] in "=+-@\t\r" for cell in row if cell)


def test_numbers_and_marks_for_nothing_are_left_alone() -> None:
    data = csv_bytes(("a",), [(-3, Decimal("-1.50"), "-", "—", "-3", "/")]).decode("utf-8-sig")
    assert data.split("\r\n")[1] == "-3,-1.5,-,—,'-3,/"
