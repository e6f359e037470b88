from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference_books import progress_draft, submission
from toolkit.calendar import WorkCalendar
from toolkit.findings import finding
from toolkit.merge import filings, merge_annual, merge_progress, newest_counting, resolve_unchanged
from toolkit.merge.progress import state_of
from toolkit.model import Assignment, Draft, Filled, Period, Progress, Roster, Submission, Task, Unit, Value

CALENDAR = WorkCalendar({date(2024, 6, 10): False, date(2024, 6, 15): True})
JUNE = Period("2024-06")
JIA, YI = Unit("1", "甲局"), Unit("2", "乙局")
TASK = Task("2024-001", "1", ("公开",), "要求", due_on=date(2024, 6, 7))
OTHER = Task("2024-0011", "2", ("公开",), "要求")

HEAD = "| 任务编号 | 角色 | 完成情况 | 完成日期 | 进展说明 | 佐证 | 责任科室 | 责任人 |\n|---|---|---|---|---|---|---|---|\n"


def filed(unit: str, period: str, row: str, seq: int = 1, **more: object) -> Submission:
    return submission(unit, period, progress_draft(HEAD + row), seq=seq, **more)  # type: ignore[arg-type]


def one(
    *submissions: Submission,
    period: Period = JUNE,
    as_of: date = date(2024, 7, 5),
    task: Task = TASK,
    role: str = "牵头",
) -> Progress:
    rows, _ = merge_progress(period, as_of, CALENDAR, (Assignment(task, JIA, role),), submissions)
    (row,) = rows
    return row


# ---------------------------------------------------------------- progress


def test_a_line_of_the_month() -> None:
    row = one(
        filed("甲局", "2024-06", "| 2024-001 | 牵头 | 已完成 | 2024-06-14 | 已公开。 | 某文1号 | 办公室 | 经办人 |")
    )
    assert (row.status, row.completed_on, row.text, row.evidence, row.office, row.person, row.period) == (
        "已完成", date(2024, 6, 14), "已公开。", "某文1号", "办公室", "经办人", "2024-06",
    )  # fmt: skip
    # due Friday the 7th; Monday the 10th is a holiday: 11, 12, 13, 14
    assert row.overdue_days == 4
    where = row.sources["status"]
    assert (where.receipt_no, where.sheet, where.cell, where.value) == ("R0001", "进展", "C5", "已完成")
    assert row.sources["completed_on"].cell == "D5" and row.sources["text"].cell == "E5"


def test_without_an_accepted_line_it_is_not_filed() -> None:
    row = one(as_of=date(2024, 6, 14))
    assert (row.status, row.overdue_days, row.sources) == ("未报送", 4, {})
    other_role = filed("甲局", "2024-06", "| 2024-001 | 责任 | 进行中 | | | | | |")
    other_unit = filed("乙局", "2024-06", "| 2024-001 | 牵头 | 进行中 | | | | | |")
    other_month = filed("甲局", "2024-05", "| 2024-001 | 牵头 | 进行中 | | | | | |")
    later_month = filed("甲局", "2024-07", "| 2024-001 | 牵头 | 进行中 | | | | | |")
    assert one(other_role, other_unit, other_month, later_month).status == "未报送"


@pytest.mark.parametrize(
    ("status", "as_of", "days"),
    [
        ("进行中", "2024-06-07", 0),
        ("进行中", "2024-06-11", 1),
        ("进行中", "2024-06-17", 6),  # Saturday the 15th is a make-up working day
        ("进行中", "2025-01-20", 15),  # counted to the end of the period
        ("未启动", "2024-06-11", 1),
        ("申请调整", "2024-06-11", 1),
        ("持续推进", "2024-06-30", 0),
        ("不涉及", "2024-06-30", 0),
    ],
)
def test_overdue_days_up_to_the_earlier_of_as_of_and_period_end(status: str, as_of: str, days: int) -> None:
    row = one(
        filed("甲局", "2024-06", f"| 2024-001 | 牵头 | {status} | | 说明 | | | |"), as_of=date.fromisoformat(as_of)
    )
    assert (row.status, row.overdue_days) == (status, days)


def test_a_task_without_a_due_day_is_never_overdue() -> None:
    late = filed("甲局", "2024-06", "| 2024-0011 | 牵头 | 进行中 | | 说明 | | | |")
    assert one(late, task=replace(OTHER, deadline="5月底前")).overdue_days == 0


def test_an_unchanged_line_leaves_the_last_accepted_values_standing() -> None:
    april = filed("甲局", "2024-04", "| 2024-001 | 牵头 | 进行中 | | 已起草。 | 附件1 | 一科 | 甲 |", 1)
    may = filed("甲局", "2024-05", "| 2024-001 | 牵头 | 本期无新进展 | | 没有 | | | |", 2)
    june = filed("甲局", "2024-06", "| 2024-001 | 牵头 | 本期无新进展 | | | | 二科 | |", 3)
    row = one(april, may, june)
    assert (row.status, row.text, row.evidence, row.office, row.person) == ("进行中", "已起草。", "附件1", "二科", "甲")
    assert row.period == "2024-06"
    assert {k: s.receipt_no for k, s in row.sources.items() if k != "completed_on"} == {
        "status": "R0001", "text": "R0001", "evidence": "R0001",
    }  # fmt: skip
    assert one(june).status == "未报送"  # nothing stands
    assert one(april, may, june, period=Period("2024"), as_of=date(2024, 12, 31)).text == "已起草。"


def test_an_unchanged_line_never_stands_on_a_later_one() -> None:
    may = filed("甲局", "2024-05", "| 2024-001 | 牵头 | 未启动 | | 五月 | | | |", 1)
    june = filed("甲局", "2024-06", "| 2024-001 | 牵头 | 本期无新进展 | | | | | |", 2)
    quarter = filed("甲局", "2024Q2", "| 2024-001 | 牵头 | 进行中 | | 二季度 | | | |", 3)
    assert one(may, june, quarter).text == "五月"


def test_a_completed_line_keeps_its_day_when_nothing_is_new() -> None:
    may = filed("甲局", "2024-05", "| 2024-001 | 牵头 | 已完成 | 2024-05-20 | 已公开。 | | | |", 1)
    june = filed("甲局", "2024-06", "| 2024-001 | 牵头 | 本期无新进展 | | | | | |", 2)
    row = one(june, may)
    assert (row.status, row.completed_on, row.overdue_days) == ("已完成", date(2024, 5, 20), 0)


def test_a_year_takes_the_newest_line_of_its_periods() -> None:
    march = filed("甲局", "2024-03", "| 2024-001 | 牵头 | 已完成 | 2024-03-08 | 三月 | | | |", 9)  # corrected later
    may = filed("甲局", "2024-05", "| 2024-001 | 牵头 | 进行中 | | 五月 | | | |", 5)
    last_year = filed("甲局", "2023-12", "| 2024-001 | 牵头 | 未启动 | | 去年 | | | |", 1)
    row = one(march, may, last_year, period=Period("2024"), as_of=date(2024, 12, 31))
    assert (row.text, row.period) == ("五月", "2024-05")
    assert one(last_year, period=Period("2024")).status == "未报送"


EXPLANATIONS = "| 规则 | 位置 | 说明 |\n|---|---|---|\n"


@pytest.mark.parametrize(
    ("rule", "place", "meant"),
    [
        ("进展-05", "2024-001", True),
        ("进展-05", "任务2024-001", True),
        ("", "进展!C5", True),
        ("", "c5", True),
        ("", "第5行", True),
        ("进展-05", "", True),
        ("进展-06", "", False),
        ("进展-05", "2024-0011", False),
        ("", "2024-001@责任", False),
        ("", "2024-001@牵头", True),
        ("", "进展!C50", False),
        ("", "AC5", False),
        ("", "别的表!C5", False),
        ("", "第15行", False),
    ],
)
def test_an_explanation_belongs_to_the_row_that_its_place_names(rule: str, place: str, meant: bool) -> None:
    table = EXPLANATIONS + f"| {rule} | {place} | 职责已调整。 |"
    draft = progress_draft(HEAD + "| 2024-001 | 牵头 | 不涉及 | | | | | |", table)
    found = finding("ROW-101", place={"rule": "进展-05", "sheet": "进展", "cell": "C5"}, message="x", remedy="y")
    row = one(submission("甲局", "2024-06", draft, findings=(found,)))
    assert row.explanation == ("职责已调整。" if meant else "")


def test_who_stood_in_is_said_in_one_line() -> None:
    draft = progress_draft(
        HEAD + "| 2024-001 | 牵头 | 进行中 | | x | | | |", stand_in=("办公室", "电话记录", "2024-07-01")
    )
    assert one(submission("甲局", "2024-06", draft)).stand_in == "代填：办公室，来源：电话记录，2024-07-01"
    draft = progress_draft(HEAD + "| 2024-001 | 牵头 | 进行中 | | x | | | |", stand_in=("", "电话记录", ""))
    assert one(submission("甲局", "2024-06", draft)).stand_in == "代填：来源：电话记录"


def state(*lines: tuple[str, str]) -> str:
    return state_of([Progress(TASK, f"单位{n}", role, status) for n, (role, status) in enumerate(lines)])


def test_a_task_has_the_state_of_its_lead() -> None:
    assert state(("牵头", "申请调整"), ("责任", "已完成"), ("配合", "已完成")) == "申请调整"
    assert state(("责任", "持续推进"), ("配合", "已完成")) == "持续推进"
    assert state(("牵头", "已完成"), ("牵头", "已完成")) == "已完成"
    assert state(("牵头", "已完成"), ("牵头", "未报送")) == "进行中"
    assert state(("牵头", "未报送"), ("牵头", "未报送")) == "未报送"
    assert state(("牵头", "未启动"), ("牵头", "未启动"), ("责任", "已完成")) == "未启动"
    assert state(("责任", "未启动"), ("责任", "未报送")) == "进行中"
    assert state(("配合", "已完成")) == "未报送"


def test_states_come_in_the_order_of_tasks_with_their_lines() -> None:
    assignments = (Assignment(OTHER, JIA, "牵头"), Assignment(OTHER, YI, "责任"), Assignment(TASK, YI, "责任"))
    rows, states = merge_progress(JUNE, date(2024, 7, 1), CALENDAR, assignments, ())
    assert [(s.task.task_id, s.state, len(s.lines)) for s in states] == [
        ("2024-0011", "未报送", 2),
        ("2024-001", "未报送", 1),
    ]
    assert tuple(x for s in states for x in s.lines) == rows


STATUS = st.sampled_from(["未启动", "进行中", "已完成", "持续推进", "不涉及", "申请调整", "本期无新进展"])


@given(st.lists(STATUS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_submissions_does_not_matter(statuses: list[str], random: object) -> None:
    given_ones = [
        filed("甲局", f"2024-{n:02d}", f"| 2024-001 | 牵头 | {s} | | 第{n}月 | | | |", n)
        for n, s in enumerate(statuses, 1)
    ]
    year, day = Period("2024"), date(2024, 12, 31)
    row = one(*given_ones, period=year, as_of=day)
    shuffled = list(given_ones)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert one(*shuffled, period=year, as_of=day) == row
    said = [s for s in statuses if s != "本期无新进展"]
    assert row.status == (said[-1] if said else "未报送")
    drafts = [s.draft for s in given_ones if s.draft]
    if drafts and said:
        resolved = resolve_unchanged(drafts).lists["进展"][0]
        assert (resolved["完成情况"].value, resolved["进展说明"].value) == (row.status, row.text)


def test_resolving_leaves_what_has_nothing_before_it() -> None:
    draft = progress_draft(HEAD + "| 2024-001 | 牵头 | 本期无新进展 | | | | | |")
    assert resolve_unchanged([draft]) == draft
    assert resolve_unchanged([Draft("年报数据")]) == Draft("年报数据")


# ---------------------------------------------------------------- which counts


def test_the_newest_accepted_counts_and_a_returned_one_displaces_nothing() -> None:
    first = submission("甲局", "2024-06", seq=1)
    second = submission("甲局", "2024-06", seq=2, verdict="accepted_with_notes")
    returned = submission("甲局", "2024-06", seq=3, verdict="returned")
    excluded = submission("甲局", "2024-06", seq=4, excluded=True)
    other = submission("甲局", "2024-05", seq=5)
    key = ("任务进展", "甲局", "2024-06")
    assert newest_counting([second, first, returned, excluded, other])[key] is second
    assert newest_counting([returned, excluded]) == {}


# ---------------------------------------------------------------- annual report

OFFICE = Unit("0", "某区政府办公室", consolidated=True)
ROSTER = Roster(
    (
        JIA,
        OFFICE,
        YI,
        Unit("3", "丙站", consolidated=False),
        Unit("4", "旧局", valid_to=date(2023, 12, 31)),
        Unit("5", "丁局"),
    )
)
YEAR = Period("2024")


def annual(unit: str, seq: int, verdict: str = "accepted", waived: tuple[str, ...] = (), **values: Value) -> Submission:
    cells = {k.replace("__", "."): Filled(v, "表三", "C5") for k, v in values.items()}
    return submission(unit, "2024", Draft("年报数据", cells), form="年报数据", seq=seq, verdict=verdict, waived=waived)


def test_consolidation_adds_the_members_once_and_exactly() -> None:
    reports, total = merge_annual(YEAR, ROSTER, "某区政府办公室", [
        annual("乙局", 1, t3__new_received__natural=3, t2__fees__amount=Decimal("0.1"), narrative__overview="文字"),
        annual("甲局", 2, t3__new_received__natural="/", t2__fees__amount=Decimal("0.2"), t4__cases__x=1),
        annual("某区政府办公室", 3, t3__new_received__natural=2, t2__fees__amount="", prev__t3__carried_out__natural=9),
        annual("丙站", 4, t3__new_received__natural=100),
        annual("旧局", 5, t3__new_received__natural=1000),
        annual("丁局", 6, "returned", t3__new_received__natural=50),
    ])  # fmt: skip
    assert list(reports) == ["甲局", "某区政府办公室", "乙局", "丙站", "旧局", "丁局"]
    assert [r.kind for r in reports.values()] == ["单位", "本级", "单位", "单位", "单位", "单位"]
    assert total.members == ("甲局", "某区政府办公室", "乙局") and total.missing == ("丁局",)
    assert total.values == {
        "t3.new_received.natural": Decimal(5), "t2.fees.amount": Decimal("0.3"), "t4.cases.x": Decimal(1),
    }  # fmt: skip
    assert all(isinstance(v, Decimal) for v in total.values.values())
    assert reports["甲局"].values["t3.new_received.natural"] == "/"
    assert reports["丁局"].renderable is False and reports["甲局"].sources["t4.cases.x"].cell == "C5"


def test_newest_accepted_else_newest_returned() -> None:
    reports, total = merge_annual(YEAR, ROSTER, "", [
        annual("甲局", 1, t3__a__b=1), annual("甲局", 2, t3__a__b=2), annual("甲局", 3, "returned", t3__a__b=9),
        annual("乙局", 4, "returned", t3__a__b=7), annual("乙局", 5, "returned", t3__a__b=8),
        replace(annual("丁局", 6, t3__a__b=4), excluded=True), replace(annual("丁局", 7, "returned"), excluded=True),
    ])  # fmt: skip
    assert {u: r.values["t3.a.b"] for u, r in reports.items()} == {"甲局": 2, "乙局": 8}
    assert total.members == ("甲局",) and total.values == {"t3.a.b": Decimal(2)}
    assert total.missing == ("某区政府办公室", "乙局", "丁局")


def test_a_waived_report_counts_and_its_texts_count_nothing() -> None:
    reports, total = merge_annual(YEAR, ROSTER, "", [
        annual("甲局", 1, "accepted_with_notes", ("t3_balance_natural",), t3__a__b="约3件"), annual("乙局", 2, t3__a__b=2),
    ])  # fmt: skip
    assert reports["甲局"].waived and reports["甲局"].renderable and reports["甲局"].values["t3.a.b"] == "约3件"
    assert total.values == {"t3.a.b": Decimal(2)} and total.members == ("甲局", "乙局")


def test_a_year_without_reports() -> None:
    reports, total = merge_annual(YEAR, ROSTER, "某区政府办公室", [annual("甲局", 1, t3__a__b=1)][:0])
    assert reports == {} and total.values == {} and total.members == ()
    assert total.missing == ("甲局", "某区政府办公室", "乙局", "丁局")


@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=1, max_size=4))
def test_sums_are_exact(amounts: list[Decimal]) -> None:
    names = ["甲局", "某区政府办公室", "乙局", "丁局"]
    given_ones = [annual(n, i, t2__fees__amount=a) for i, (n, a) in enumerate(zip(names, amounts, strict=False), 1)]
    _, total = merge_annual(YEAR, ROSTER, "某区政府办公室", given_ones)
    assert total.values["t2.fees.amount"] == sum(amounts, Decimal(0))


# ---------------------------------------------------------------- filings

DUE = date(2024, 7, 5)


def filing_of(*submissions: Submission, as_of: date = date(2024, 7, 9), due: date | None = DUE) -> tuple[object, ...]:
    expected = [("任务进展", "任务进展表", "2024-06", "甲局", due), ("任务进展", "任务进展表", "2024-07", "甲局", due)]
    (f,) = filings(JUNE, as_of, CALENDAR, Roster((replace(JIA, unit_class="政府部门"),)), expected, submissions)
    assert (f.form_title, f.unit_class, f.period) == ("任务进展表", "政府部门", "2024-06")
    return f.state, f.receipt_no, f.arrived_on, f.late_days, f.versions, f.returned


def sent(seq: int, verdict: str, day: int, **more: object) -> Submission:
    return submission("甲局", "2024-06", seq=seq, verdict=verdict, arrived=f"2024-07-{day:02d}", **more)  # type: ignore[arg-type]


def test_filings_tell_state_lateness_and_versions() -> None:
    day = date(2024, 7, 4)
    assert filing_of() == ("未报送", "", None, 2, 0, 0)
    assert filing_of(due=None) == ("未报送", "", None, 0, 0, 0)
    assert filing_of(sent(1, "accepted", 4)) == ("已接收", "R0001", day, 0, 1, 0)
    assert filing_of(sent(1, "accepted", 4), sent(2, "accepted_with_notes", 9)) == (
        "已接收（有提示）",
        "R0002",
        day,
        0,
        2,
        0,
    )
    assert filing_of(sent(1, "returned", 4)) == ("已退回", "R0001", None, 2, 1, 1)
    assert filing_of(sent(1, "returned", 4), sent(2, "accepted", 8)) == ("已接收", "R0002", date(2024, 7, 8), 1, 2, 1)
    assert filing_of(sent(1, "accepted", 4), sent(2, "returned", 8)) == ("已接收", "R0001", day, 0, 2, 1)
    assert filing_of(sent(1, "returned", 3), sent(2, "refused", 4)) == ("未能读取", "R0002", None, 2, 2, 1)
    assert filing_of(sent(1, "accepted", 4, excluded=True)) == ("未报送", "", None, 2, 0, 0)
    assert filing_of(sent(1, "accepted_with_notes", 4, waived=("x",))) == ("豁免接收", "R0001", day, 0, 1, 0)
    assert filing_of(sent(1, "deferred", 4)) == ("未报送", "", None, 2, 0, 0)
