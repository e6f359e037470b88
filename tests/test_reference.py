from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference_books import book, places
from toolkit.builtin import reference as builtin
from toolkit.model import Group, Period, Roster, Task, Unit
from toolkit.reference import UNIT_COLUMNS, read_calendar, read_roster, read_tasks
from toolkit.reference_rows import day_of
from toolkit.reference_tasks import TASK_COLUMNS

FIX, NOTE = "须修改", "提示"

UNITS = """
| 名称 | 简称 | 别名 | 类别 | 纳入汇总 | 可制定规章 | 生效周期 | 失效周期 | 承接单位 | 单位编码 | 上级单位 | 联系人 | 电话 | 邮箱 |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| 某区住房城乡建设局 | 区住建局 | 区建局、区住房和城乡建设局 | 政府部门 | 是 | 否 | | | | 001 | | | 0530123 | |
| 东街街道办事处 | | | 街道办事处 | 是 | | 2023-02 | 2024Q1 | 西街街道办事处 | 002 | | | | |
| 西街街道办事处 | | | 街道办事处 | 否 | 是 | 2024 | | | 003 | | | | |
"""
GROUPS = """
| 组名 | 成员 | 已确认 |
|---|---|---|
| 各街道办事处 | 类别=街道办事处 | 是 |
| 区政府相关部门 | | 否 |
"""
TASKS = """
| 任务编号 | 序号 | 一级任务 | 二级任务 | 三级任务 | 工作要求 | 工作举措 | 牵头单位 | 责任单位 | 配合单位 | 责任科室 | 分管领导 | 完成时限 | 截止日期 | 量化目标 | 生效周期 | 失效周期 | 调整依据 | 来源 | 疑问 |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| 2024-001 | 1 | 一、公开 | | | 及时公开。 | | 甲局 | 乙局、丙局，丁局 | | | | 6月底前 | 2024-06-30 | | | | | | |
| 2024-002 | 2 | 一、公开 | 细目 | 子目 | 听取意见。 | 座谈 | | 各街道办事处 | 甲局 | 办公室 | | | | 不少于2次 | 2024-03 | 2024-09 | 某文 | 表1 第3行 | 时限待定 |
"""


def edited(table: str, old: str, new: str) -> str:
    assert old in table
    return table.replace(old, new)


def faulty_roster(units: str = UNITS, groups: str = GROUPS) -> tuple[Roster, list[tuple[str, str, str]]]:
    roster, findings = read_roster(book({"单位": units, "单位分组": groups}), "单位名录.xlsx")
    assert all(f.code == "REF-101" and f.file == "单位名录.xlsx" and f.message and f.remedy for f in findings)
    return roster, places(findings)


def test_roster_as_the_contract_lays_it_out() -> None:
    roster, faults = faulty_roster()
    assert faults == []
    first, east, west = roster.units
    assert first.code == "001" and first.phone == "0530123"
    assert first.aliases == ("区建局", "区住房和城乡建设局")
    assert (first.can_make_regulations, east.can_make_regulations, west.can_make_regulations) == (False, None, True)
    assert (first.consolidated, west.consolidated) == (True, False)
    assert (east.valid_from, east.valid_to) == (date(2023, 2, 1), date(2024, 3, 31))
    assert east.active(Period("2024-03")) and not east.active(Period("2024-04"))
    assert west.valid_from == date(2024, 1, 1)
    assert roster.groups == (Group("各街道办事处", ("类别=街道办事处",), True), Group("区政府相关部门", (), False))
    assert roster.resolve("区建局") is first


def test_columns_are_found_by_their_heading_wherever_they_stand() -> None:
    titled = "| 某区单位名录 | |\n| 自用 | 类别 |\n"
    table = (
        titled.replace("| 自用 | 类别 |", "| 自用 | 类 别 | 纳入汇总 | 名称 |")
        + "| x | 部门 | 是 | 甲局 |\n| | | | |\n| y | 部门 | 否 | 乙局 |"
    )
    roster, findings = read_roster(
        book({"其他": "| a |", "单位": table, "单位分组": GROUPS.replace("| 是 |", "| 否 |")}), "x"
    )
    assert [(u.name, u.unit_class, u.consolidated) for u in roster.units] == [
        ("甲局", "部门", True),
        ("乙局", "部门", False),
    ]
    assert {f.level for f in findings} == {NOTE}  # optional columns that are not there are told, not punished


@pytest.mark.parametrize(
    ("old", "new", "cell"),
    [
        ("| 东街街道办事处 | |", "| 某区住房城乡建设局 | |", "A3"),
        ("| 东街街道办事处 | |", "| 东街街道办事处 | 区建局 |", "B3"),
        ("| 西街街道办事处 | | |", "| 西街街道办事处 | | 区住建局 |", "C4"),
        ("| 西街街道办事处 | | |", "| | | 西街 |", "A4"),
        ("| 否 | | | | 001 |", "| 不能 | | | | 001 |", "F2"),
        ("| 政府部门 | 是 |", "| 政府部门 | 对 |", "E2"),
        ("| 2023-02 | 2024Q1 |", "| 去年 | 2024Q1 |", "G3"),
        ("| 2023-02 | 2024Q1 |", "| 2024-06 | 2024Q1 |", "H3"),
        ("2024Q1 | 西街街道办事处", "2024Q1 | 南街街道办事处", "I3"),
    ],
)
def test_a_wrong_unit_is_reported_at_its_cell(old: str, new: str, cell: str) -> None:
    _, faults = faulty_roster(edited(UNITS, old, new))
    assert (FIX, "单位", cell) in faults


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("| 各部门 | 区建局、没有的局 | 是 |", "B4"),
        ("| 各部门 | | 是 |", "B4"),
        ("| 各街道办事处 | 区建局 | 是 |", "A4"),
        ("| 区建局 | 东街街道办事处 | 是 |", "A4"),
        ("| 各部门 | 区建局 | 大概 |", "C4"),
        ("| | 区建局 | 是 |", "A4"),
    ],
)
def test_a_wrong_group_is_reported_at_its_cell(row: str, cell: str) -> None:
    _, faults = faulty_roster(groups=GROUPS + row)
    assert faults == [(FIX, "单位分组", cell)]


def test_what_harms_nobody_is_told_and_stops_nothing() -> None:
    """A doubled code is no key of anything, and a class may be empty in a small district."""
    _, faults = faulty_roster(edited(UNITS, "| 003 |", "| 002 |"), groups=GROUPS + "| 各部门 | 类别=没有的类别 | 是 |")
    assert faults == [(NOTE, "单位", "J4"), (NOTE, "单位分组", "B4")]


def test_a_unit_that_does_not_say_whether_it_is_consolidated_is_not() -> None:
    roster, faults = faulty_roster(edited(UNITS, "| 政府部门 | 是 |", "| 政府部门 | |"))
    assert faults == [(NOTE, "单位", "E2")] and not roster.units[0].consolidated


def test_an_ambiguous_alias_stays_with_the_first_unit() -> None:
    roster, _ = faulty_roster(edited(UNITS, "| 西街街道办事处 | | |", "| 西街街道办事处 | | 区建局、西街 |"))
    unit = roster.resolve("区建局")
    assert unit is not None and unit.name == "某区住房城乡建设局"
    assert roster.units[2].aliases == ("西街",)


def test_an_unconfirmed_group_may_still_be_unfinished() -> None:
    _, faults = faulty_roster(groups=GROUPS + "| 各镇 | 类别=镇、以后再定 | 否 |")
    assert faults == []


def test_missing_sheet_column_and_broken_file_are_findings() -> None:
    roster, findings = read_roster(book({"表": "| a |"}), "x")
    assert roster == Roster() and (FIX, "单位", "") in places(findings)
    _, findings = read_roster(book({"单位": "| 名称 | 类别 |\n| 甲局 | 部门 |", "单位分组": GROUPS}), "x")
    assert (FIX, "单位", "A1") in places(findings) and "纳入汇总" in findings[0].message
    for data in (b"", b"PK\x03\x04", b"<html>"):
        assert read_roster(data, "x")[0] == Roster()
        assert [f.code for f in read_roster(data, "x")[1]] == ["REF-101"]
        assert [f.code for f in read_tasks(data, "x")[1]] == ["REF-101"]
        assert [f.code for f in read_calendar(data, "x")[1]] == ["REF-101"]


def test_error_values_and_formulas_without_a_value_are_never_taken_for_blank() -> None:
    data = book({"单位": UNITS, "单位分组": GROUPS}, {"单位": {"E2": '=IF(1,"是","否")', "H4": "#N/A"}})
    _, findings = read_roster(data, "x")
    assert {("单位", "E2"), ("单位", "H4")} <= {(f.sheet, f.cell) for f in findings if f.level == FIX}


def test_a_heading_that_stands_twice_is_reported() -> None:
    twice = edited(GROUPS, "| 已确认 |", "| 成员 |")
    _, faults = faulty_roster(groups=twice)
    assert (FIX, "单位分组", "C1") in faults


# ---------------------------------------------------------------- tasks


def test_tasks_as_the_contract_lays_them_out() -> None:
    values = {"任务": {"N3": datetime(2024, 9, 30), "B3": 2, "P3": datetime(2024, 3, 1)}}
    tasks, findings = read_tasks(book({"任务": TASKS}, values), "任务分解表.xlsx")
    assert findings == ()
    first, second = tasks
    assert first.task_id == "2024-001" and first.path == ("一、公开",) and first.due_on == date(2024, 6, 30)
    assert (first.lead_units, first.responsible_units) == (("甲局",), ("乙局", "丙局", "丁局"))
    assert second.no == "2" and second.path == ("一、公开", "细目", "子目") and second.due_on == date(2024, 9, 30)
    assert (second.valid_from, second.valid_to) == (date(2024, 3, 1), date(2024, 9, 30))
    assert second.active(Period("2024-09")) and not second.active(Period("2024-10"))


@pytest.mark.parametrize(
    ("old", "new", "cell"),
    [
        ("| 2024-002 |", "| 2024-001 |", "A3"),
        ("| 2024-002 |", "| |", "A3"),
        ("| 2024-002 |", "| 45 |", "A3"),
        ("| 2024-06-30 |", "| 六月底 |", "N2"),
        ("| 2024-06-30 |", "| 2024-06-31 |", "N2"),
        ("| 2024-03 | 2024-09 |", "| 2024-10 | 2024-09 |", "Q3"),
    ],
)
def test_a_wrong_task_is_reported_at_its_cell(old: str, new: str, cell: str) -> None:
    _, findings = read_tasks(book({"任务": edited(TASKS, old, new)}), "任务分解表.xlsx")
    assert places(findings) == [(FIX, "任务", cell)]


def test_a_missing_task_column_stops_the_reader() -> None:
    tasks, findings = read_tasks(book({"任务": edited(TASKS, "| 截止日期 |", "| 完成日 |")}), "x")
    assert tasks == () and (FIX, "任务", "A1") in places(findings)


# ---------------------------------------------------------------- calendar


def test_calendar_and_its_faults() -> None:
    table = "| 日期 | 类型 | 名称 | 依据 |\n| 2024-05-11 | 工作日 | 劳动节调休 | |\n| 2024年6月10日 | 休息日 | | |\n"
    calendar, findings = read_calendar(book({"工作日历": table}), "x")
    assert findings == () and calendar.entries == {date(2024, 5, 11): True, date(2024, 6, 10): False}
    bad = (
        table + "| 2024-05-11 | 工作日 | | |\n| 2024-13-01 | 工作日 | | |\n| 2024-05-12 | 上班 | | |\n| | 工作日 | | |"
    )
    _, findings = read_calendar(book({"工作日历": bad}), "x")
    assert places(findings) == [(FIX, "工作日历", c) for c in ("A4", "A5", "B6", "A7")]


def test_the_holidays_that_come_with_the_product() -> None:
    calendar, findings = read_calendar(builtin.write_calendar(), "工作日历.xlsx")
    assert findings == () and calendar.years == {2023, 2024, 2025, 2026}
    known_rest = ("2023-10-06", "2024-02-16", "2024-10-07", "2025-01-28", "2025-10-08", "2026-02-23", "2026-10-07")
    known_work = ("2023-10-08", "2024-02-18", "2024-10-12", "2025-02-08", "2025-09-28", "2026-02-28", "2026-09-20")
    assert not any(calendar.is_workday(date.fromisoformat(d)) for d in known_rest)
    assert all(calendar.is_workday(date.fromisoformat(d)) for d in known_work)
    # make-up days are weekend days, and every holiday notice moves as many days as it makes up
    entries = builtin.calendar_entries()
    assert all(e.day.weekday() >= 5 for e in entries if e.workday)
    days = {
        y: sum(
            calendar.is_workday(date.fromordinal(n))
            for n in range(date(y, 1, 1).toordinal(), date(y + 1, 1, 1).toordinal())
        )
        for y in (2023, 2024, 2025, 2026)
    }
    assert days == {2023: 249, 2024: 251, 2025: 248, 2026: 248}
    assert all(e.name and e.basis.startswith("国办发明电〔20") for e in entries)


def test_the_holidays_agree_with_another_source() -> None:
    other = pytest.importorskip("chinese_calendar", reason="chinesecalendar is not installed")
    calendar, _ = read_calendar(builtin.write_calendar(), "x")
    for n in range(date(2023, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(n)
        assert calendar.is_workday(day) == other.is_workday(day), day


# ---------------------------------------------------------------- written and read back

_NAME = st.text(st.sampled_from("甲乙丙丁戊己庚辛局处科办123AZ（）"), min_size=2, max_size=8)
_TEXT = st.text(st.sampled_from("甲乙。=+-@<>&{}'\"0123 \n"), max_size=20).map(lambda s: s.strip())
_MONTH = st.none() | st.dates(date(2023, 1, 1), date(2026, 12, 1)).map(lambda d: d.replace(day=1))


def _last(day: date | None) -> date | None:
    return Period.holding(day, "月").end if day else None


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    names = draw(st.lists(_NAME, min_size=1, max_size=12, unique_by=lambda n: n.replace("（", "(").replace("）", ")")))
    units = []
    while names:
        own, names = names[:3], names[3:]
        start = draw(_MONTH)
        units.append(
            Unit(
                code=f"{len(units):03d}",
                name=own[0],
                aliases=tuple(own[1:]),
                unit_class=draw(_NAME),
                phone=draw(_TEXT),
                can_make_regulations=draw(st.sampled_from([None, True, False])),
                consolidated=draw(st.booleans()),
                valid_from=start,
                valid_to=draw(st.sampled_from([None, _last(start)])),
                contact=draw(_TEXT),
            )
        )
    groups = (Group("各单位们", tuple(u.name for u in units), True), Group("待定的组", (), False))
    return Roster(tuple(units), groups)


@settings(max_examples=30, deadline=None)
@given(rosters())
def test_roster_written_and_read_back_is_the_same(roster: Roster) -> None:
    data = builtin.write_roster(roster)
    assert read_roster(data, "x") == (roster, ())
    assert data == builtin.write_roster(roster)


@st.composite
def tasks(draw: st.DrawFn) -> tuple[Task, ...]:
    count = draw(st.integers(0, 4))
    made = []
    for n in range(count):
        start = draw(_MONTH)
        units = [tuple(draw(st.lists(_NAME, max_size=3, unique=True))) for _ in range(3)]
        path = tuple(p for p in (draw(_TEXT), draw(_TEXT), draw(_TEXT)) if p)
        made.append(
            Task(
                task_id=f"2024-{n + 1:03d}",
                no=draw(_TEXT),
                path=path,
                requirement=draw(_TEXT) or "要求",
                measure=draw(_TEXT),
                lead_units=units[0],
                responsible_units=units[1],
                supporting_units=units[2],
                offices=draw(_TEXT),
                deadline=draw(_TEXT),
                due_on=draw(st.none() | st.dates(date(2023, 1, 1), date(2026, 12, 31))),
                target=draw(_TEXT),
                valid_from=start,
                valid_to=_last(start),
                amendment=draw(_TEXT),
                source=draw(_TEXT),
                doubt=draw(_TEXT),
                person=draw(_TEXT),
            )
        )
    return tuple(made)


@settings(max_examples=30, deadline=None)
@given(tasks())
def test_tasks_written_and_read_back_are_the_same(given_tasks: tuple[Task, ...]) -> None:
    data = builtin.write_tasks(given_tasks)
    assert read_tasks(data, "x") == (given_tasks, ())
    assert data == builtin.write_tasks(given_tasks)


def test_written_workbooks_have_all_columns_and_plain_texts() -> None:
    import io

    import openpyxl

    evil = Unit(code="1", name="=1+1", contact="@SUM(A1)", unit_class="部门")
    workbook = openpyxl.load_workbook(io.BytesIO(builtin.write_roster(Roster((evil,)))))
    sheet = workbook["单位"]
    assert tuple(c.value for c in sheet[1]) == UNIT_COLUMNS and sheet.freeze_panes == "A2"
    assert sheet["B2"].data_type == "s" and sheet["L2"].data_type == "s"
    sources = [v.formula1 for v in sheet.data_validations.dataValidation]
    assert len(sources) == 3 and all("_选项" in s for s in sources)
    assert workbook["_选项"].sheet_state == "hidden" and workbook["说明"]["A1"].value
    tasks_sheet = openpyxl.load_workbook(io.BytesIO(builtin.write_tasks(())))["任务"]
    assert tuple(c.value for c in tasks_sheet[1]) == TASK_COLUMNS


def test_a_deep_path_ends_in_one_cell() -> None:
    task = Task("2024-001", path=("a", "b", "c", "d"), requirement="x")
    (back,), _ = read_tasks(builtin.write_tasks((task,)), "x")
    assert back == replace(task, path=("a", "b", "c／d"))


def test_starter_roster_is_the_office_alone() -> None:
    roster, findings = read_roster(builtin.write_roster(builtin.starter_roster("某区人民政府办公室")), "x")
    assert findings == () and [(u.name, u.unit_class, u.consolidated) for u in roster.units] == [
        ("某区人民政府办公室", "政府办公室", True)
    ]


@pytest.mark.parametrize("text", ["2024-05-08", "2024/5/8", "2024.5.8", "2024年5月8日", "２０２４－０５－０８"])
def test_days_in_the_spellings_of_an_office(text: str) -> None:
    assert day_of(text) == date(2024, 5, 8)
