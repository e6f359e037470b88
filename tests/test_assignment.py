from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.assignment import assign, summary
from toolkit.model import ROLES, Group, Period, Roster, Task, Unit

SHARED = Path(__file__).resolve().parents[2] / "shared"
JUNE = Period("2024-06")


def unit(name: str, unit_class: str = "政府部门", **more: object) -> Unit:
    return Unit(code="", name=name, unit_class=unit_class, **more)  # type: ignore[arg-type]


ROSTER = Roster(
    (
        unit("甲局", aliases=("甲委",)),
        unit("乙局"),
        unit("东街街道办事处", "街道办事处"),
        unit("西街街道办事处", "街道办事处"),
        unit("老局", valid_to=date(2024, 3, 31), successor="乙局"),
        unit("散局", valid_to=date(2024, 3, 31)),
    ),
    (
        Group("各街道办事处", ("类别=街道办事处",), True),
        Group("各镇、街道", ("类别=街道办事处", "甲局"), True),
        Group("区政府相关部门", ("乙局",), False),
    ),
)


def task(number: int = 1, lead: str = "", responsible: str = "", supporting: str = "", **more: object) -> Task:
    lists = [tuple(filter(None, text.split("、"))) for text in (lead, responsible, supporting)]
    return Task(f"2024-{number:03d}", "", (), "要求", "", *lists, **more)  # type: ignore[arg-type]


def laid(*tasks: Task, period: Period = JUNE) -> list[tuple[str, str]]:
    found, _ = assign(tasks, ROSTER, period)
    return [(a.unit.name, a.role) for a in found]


def codes(*tasks: Task, period: Period = JUNE) -> list[tuple[str, str]]:
    _, findings = assign(tasks, ROSTER, period)
    return [(f.code, f.message) for f in findings]


def test_roles_in_order_and_units_in_roster_order() -> None:
    assert laid(task(lead="乙局", responsible="西街街道办事处、东街街道办事处、甲委", supporting="乙局")) == [
        ("乙局", "牵头"),
        ("甲局", "责任"), ("东街街道办事处", "责任"), ("西街街道办事处", "责任"),
        ("乙局", "配合"),
    ]  # fmt: skip


def test_two_spellings_are_one_unit() -> None:
    assert laid(task(responsible="甲局、甲委")) == [("甲局", "责任")]


def test_a_group_does_not_bring_a_unit_in_again_under_a_lower_role() -> None:
    assert laid(task(lead="东街街道办事处", responsible="各街道办事处")) == [
        ("东街街道办事处", "牵头"),
        ("西街街道办事处", "责任"),
    ]
    assert laid(task(lead="各街道办事处", supporting="各街道办事处")) == [
        ("东街街道办事处", "牵头"),
        ("西街街道办事处", "牵头"),
    ]


def test_a_role_that_is_written_out_stays() -> None:
    found = laid(task(responsible="各街道办事处", supporting="东街街道办事处"))
    assert found == [("东街街道办事处", "责任"), ("西街街道办事处", "责任"), ("东街街道办事处", "配合")]


def test_a_group_with_a_separator_in_its_name_is_found_whole() -> None:
    assert laid(task(responsible="乙局、各镇、街道")) == [
        ("甲局", "责任"), ("乙局", "责任"), ("东街街道办事处", "责任"), ("西街街道办事处", "责任"),
    ]  # fmt: skip
    assert codes(task(responsible="乙局、各镇、街道")) == []


def test_an_unconfirmed_group_is_issued_to_nobody_and_told_once() -> None:
    tasks = (task(1, responsible="区政府相关部门、甲局"), task(2, responsible="区政府相关部门"), task(3, lead="甲局"))
    assert laid(*tasks) == [("甲局", "责任"), ("甲局", "牵头")]
    found = codes(*tasks)
    assert [c for c, _ in found] == ["REF-103", "REF-102"]
    assert "区政府相关部门" in found[0][1] and "2 项" in found[0][1] and "2024-002" in found[1][1]
    assert summary(tasks, ROSTER, JUNE) == (("2024-002",), ("区政府相关部门",))


def test_a_phrase_for_several_units_waits_like_a_group() -> None:
    tasks = (task(1, responsible="其他有关单位、甲局"), task(2, responsible="其他有关单位、乙局"))
    assert [c for c, _ in codes(*tasks)] == ["REF-103"]
    assert summary(tasks, ROSTER, JUNE) == ((), ("其他有关单位",))


@pytest.mark.parametrize("address", ["区政府有关部门、单位", "各乡、社区", "市政府各部门、各有关单位"])
def test_an_address_that_the_roster_does_not_list_yet_waits_whole(address: str) -> None:
    laid, findings = assign([task(1, responsible=f"甲局、{address}、乙局")], ROSTER, JUNE)
    assert [a.unit.name for a in laid] == ["甲局", "乙局"]
    assert [f.code for f in findings] == ["REF-103"] and f"“{address}”" in findings[0].message
    assert summary([task(1, responsible=address)], ROSTER, JUNE) == (("2024-001",), (address,))


def test_a_phrase_beside_a_unit_stays_a_phrase() -> None:
    _, findings = assign([task(1, responsible="有关部门、甲局")], ROSTER, JUNE)
    assert [f.message.partition("”")[0] for f in findings] == ["分组“有关部门"]


def test_unknown_names_and_empty_tasks_are_told_with_the_task() -> None:
    found = codes(task(1, responsible="甲局、丁局"), task(2, responsible="丁局"), task(3))
    assert [c for c, _ in found] == ["REF-105", "REF-102", "REF-102"]
    assert "2024-001" in found[0][1] and "“丁局”" in found[0][1]
    assert "2024-002" in found[1][1] and "“丁局”不在单位名录中" in found[1][1]
    assert "未填写单位" in found[2][1]


def test_after_its_end_a_unit_is_followed_by_the_one_that_took_over() -> None:
    assert laid(task(lead="老局"), period=Period("2024-03")) == [("老局", "牵头")]
    assert laid(task(lead="老局")) == [("乙局", "牵头")]
    assert [c for c, _ in codes(task(lead="散局", responsible="甲局"))] == ["REF-105"]
    assert [c for c, _ in codes(task(lead="散局"))] == ["REF-102"]
    circle = Roster(tuple(replace(u, successor={"老局": "散局", "散局": "老局"}.get(u.name, "")) for u in ROSTER.units))
    assert assign((task(lead="老局"),), circle, JUNE)[0] == ()


def test_ended_tasks_and_units_are_left_out() -> None:
    ended = task(lead="甲局", valid_to=date(2024, 5, 31))
    assert laid(ended) == [] and codes(ended) == [] and summary((ended,), ROSTER, JUNE) == ((), ())
    assert laid(ended, period=Period("2024")) == [("甲局", "牵头")]
    group = Roster(ROSTER.units, (Group("各部门", ("类别=政府部门",), True),))
    found, _ = assign((task(responsible="各部门"),), group, JUNE)
    assert [a.unit.name for a in found] == ["甲局", "乙局"]


NAMES = [
    "甲局",
    "甲委",
    "乙局",
    "东街街道办事处",
    "各街道办事处",
    "各镇、街道",
    "区政府相关部门",
    "丁局",
    "老局",
    "散局",
]


@given(st.lists(st.tuples(*(st.lists(st.sampled_from(NAMES), max_size=3) for _ in ROLES)), max_size=4))
def test_whatever_is_written_nothing_is_laid_twice_and_nothing_is_lost(columns: list[tuple[list[str], ...]]) -> None:
    tasks = tuple(task(n, *("、".join(c) for c in three)) for n, three in enumerate(columns, 1))
    found, findings = assign(tasks, ROSTER, JUNE)
    keys = [(a.task.task_id, ROLES.index(a.role), [u.name for u in ROSTER.units].index(a.unit.name)) for a in found]
    assert keys == sorted(set(keys))
    without, waiting = summary(tasks, ROSTER, JUNE)
    assert {t.task_id for t in tasks} - {a.task.task_id for a in found} == set(without)
    assert [f.code for f in findings].count("REF-102") == len(without)
    assert [f.code for f in findings].count("REF-103") == len(waiting)


# ---------------------------------------------------------------- a real plan

DEPARTMENTS, OFFICES, RELATED = "区政府各部门", "各街道办事处", "区政府相关部门"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the material beside the project is not here")
def test_the_plan_of_a_district() -> None:
    plan = json.loads((SHARED / "samples" / "plan-truth" / "seed-004.json").read_text(encoding="utf-8"))
    tasks = tuple(
        Task(f"2023-{t['no']:03d}", requirement=t["requirement"], responsible_units=tuple(t["responsible_units"]))
        for t in plan["tasks"]
    )
    single = {n for t in tasks for n in t.responsible_units} - {DEPARTMENTS, OFFICES, RELATED}
    housing = unit("区住房和城乡建设局", aliases=("区住房城乡建设局",))
    assert set(housing.aliases) < single and housing.name in single
    departments = tuple(unit(n) for n in sorted(single - {housing.name, *housing.aliases}))
    streets = tuple(unit(f"{n}街道办事处", "街道办事处") for n in ("东", "中", "西"))
    groups = (
        Group(OFFICES, ("类别=街道办事处",), True), Group(DEPARTMENTS, ("类别=政府部门",), True), Group(RELATED, (), False),
    )  # fmt: skip
    roster = Roster((*departments, housing, *streets), groups)
    found, findings = assign(tasks, roster, Period("2023"))

    # by hand: the table of the document read off row by row
    both = {
        12,
        13,
        14,
        15,
        16,
        17,
        20,
        25,
        26,
        28,
        29,
        31,
        32,
        35,
        36,
        *range(39, 47),
    }  # every department, every street
    related = {22, 23, 24, 30}  # a group that nobody may expand, and every street
    streets_too = {1, 2, 3, 4, 7, 8, 9, 10}  # named departments, and every street
    count = Counter(int(a.task.task_id[-3:]) for a in found)
    n = len(departments) + 1
    assert n == 19
    assert {i for i in count if count[i] == n + 3} == both
    assert {i for i in count if count[i] == 3} == related | {37, 38}  # 37 and 38 name three departments
    named = {
        1: 4,
        2: 4,
        3: 3,
        4: 3,
        5: 5,
        6: 1,
        7: 2,
        8: 3,
        9: 5,
        10: 3,
        11: 2,
        18: 2,
        19: 2,
        21: 1,
        27: 1,
        33: 1,
        34: 1,
    }
    for number, units in named.items():
        assert count[number] == units + (3 if number in streets_too else 0), number
    assert len(found) == len(both) * (n + 3) + 4 * 3 + 2 * 3 + sum(named.values()) + len(streets_too) * 3
    of_housing = {int(a.task.task_id[-3:]) for a in found if a.unit.name == housing.name}
    assert of_housing == both | {3, 9}  # one spelling in 3, the other in 9
    assert [(f.code, RELATED in f.message, "4 项" in f.message) for f in findings] == [("REF-103", True, True)]
    assert summary(tasks, roster, Period("2023")) == ((), (RELATED,))
