"""The made-up district: units of any number, groups, and the plan of sample_plan.txt in any year. No person appears."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from importlib import resources

from toolkit.model import Group, Roster, Task, Unit

OFFICE = "示例区人民政府办公室"
GOVERNMENT = "示例区人民政府"

_DEPARTMENTS = (
    ("发展和改革局", "区发改局"), ("财政局", "区财政局"), ("司法局", "区司法局"), ("住房和城乡建设局", "区住建局"),
    ("教育和体育局", "区教体局"), ("民政局", "区民政局"), ("人力资源和社会保障局", "区人社局"),
    ("卫生健康局", "区卫健局"), ("市场监督管理局", "区市场监管局"), ("行政审批服务局", "区行政审批局"),
    ("统计局", "区统计局"), ("工业和信息化局", "区工信局"), ("农业农村局", "区农业农村局"),
    ("应急管理局", "区应急局"), ("交通运输局", "区交通运输局"), ("商务局", "区商务局"), ("水利局", "区水利局"),
    ("医疗保障局", "区医保局"), ("退役军人事务局", "区退役军人局"), ("大数据中心", "区大数据中心"),
    ("融媒体中心", "区融媒体中心"), ("生态环境分局", "区生态环境分局"), ("自然资源分局", "区自然资源分局"),
)  # fmt: skip
_PLACES = (
    "东城",
    "西关",
    "南湖",
    "北苑",
    "新华",
    "和平",
    "建设",
    "文化",
    "滨河",
    "青山",
    "石桥",
    "柳林",
    "清泉",
    "高岭",
    "沙河",
)
_SYLLABLES = "安宁康泰兴盛永和平丰乐顺祥瑞福昌隆荣嘉"
_DEPARTMENT, _STREET, _TOWN = "政府部门", "街道办事处", "镇人民政府"


def roster(count: int) -> Roster:
    """`count` units, the office first; beyond the departments streets and towns alternate. Names never repeat."""
    units = [Unit("001", OFFICE, "区政府办", ("区政府办公室",), "政府办公室", phone="0000-12345000")]
    places = _places()
    departments = max(1, min(len(_DEPARTMENTS), (count - 1) * 3 // 5)) if count > 1 else 0
    for name, short in _DEPARTMENTS[:departments]:
        units.append(Unit(f"{len(units) + 1:03d}", f"示例区{name}", short, (), _DEPARTMENT, OFFICE))
    while len(units) < count:
        place = next(places)
        street = len(units) % 2 == 0
        kind = _STREET if street else _TOWN
        units.append(
            Unit(f"{len(units) + 1:03d}", f"{place}{kind}", f"{place}{'街道' if street else '镇'}", (), kind, OFFICE)
        )
    return Roster(tuple(units[:count]), _groups())


def _places() -> Iterator[str]:
    yield from _PLACES
    for a in _SYLLABLES:
        for b in _SYLLABLES:
            yield a + b
    number = 1
    while True:
        for a in _SYLLABLES:
            for b in _SYLLABLES:
                yield f"{a}{b}第{number}"
        number += 1


def _groups() -> tuple[Group, ...]:
    return (
        Group("各街道办事处", (f"类别={_STREET}",), True),
        Group("各镇街", (f"类别={_STREET}", f"类别={_TOWN}"), True),
        Group("区政府各部门", (f"类别={_DEPARTMENT}",), True),
        Group("区政府有关部门", (), False),
    )


def tasks(year: int, known: Roster) -> tuple[Task, ...]:
    """The 45 tasks of the plan. A unit that a small sample does not have is left out of a task."""
    text = resources.files("toolkit.builtin").joinpath("sample_plan.txt").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_task(year, number, row, known) for number, row in enumerate(rows, 1))


def _task(year: int, number: int, row: list[str], known: Roster) -> Task:
    first, second, requirement, lead, responsible, supporting, deadline, due, target = row
    month, _, day = due.partition("-")
    due_on = date(year, int(month), min(int(day), calendar.monthrange(year, int(month))[1])) if due else None
    return Task(
        task_id=f"{year}-{number:03d}", no=str(number), path=(first, second), requirement=requirement,
        lead_units=_known(lead, known), responsible_units=_known(responsible, known),
        supporting_units=_known(supporting, known), deadline=deadline, due_on=due_on, target=target,
        source=f"示例区{year}年政务公开工作方案 第{number}项",
    )  # fmt: skip


def _known(text: str, roster_: Roster) -> tuple[str, ...]:
    names = [n for n in text.split("、") if n]
    return tuple(n for n in names if roster_.group(n) is not None or roster_.resolve(n) is not None)
