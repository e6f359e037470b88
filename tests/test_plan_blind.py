"""Shapes that documents written without a look at the reader brought up: bars, unit columns, unit words."""

from __future__ import annotations

import pytest

from tests.plan_kit import read
from toolkit.plan.parts import Plan
from toolkit.plan.words.kinds import like_deadline, like_units, unit_share

HEAD = ["序号", "重点任务", "具体要求", "牵头单位", "配合单位", "完成时限"]
ROWS = [
    ["1", "做好政策公开", "集中发布惠企政策并说明办理条件和联系方式", "区发展改革局", "区财政局、区商务局", "6月底前"],
    ["2", "", "对实施满三年的惠企政策开展评估并公布结论", "区司法局", "", "9月底前"],
    ["3", "", "梳理行政许可事项清单并公开办事流程", "区行政审批服务局", "区司法局", "全年"],
    ["4", "加强平台建设", "清理门户网站空白栏目并按月形成整改台账", "区政府办公室", "", "持续推进"],
]


def bare(rows: list[list[str]]) -> str:
    return "\n".join("".join(f"{c}\n" for c in row if c) for row in rows)


def ended(rows: list[list[str]]) -> str:
    return "\n".join("".join(f"{c} |\n" for c in row if c) for row in rows)


def begun(rows: list[list[str]]) -> str:
    return "\n".join("".join(f"| {c}\n" for c in row) for row in rows)


def unclosed(rows: list[list[str]]) -> str:
    return "\n".join("\n|\n".join(row) + "\n" for row in rows)


def unclosed_ended(rows: list[list[str]]) -> str:
    return "\n\n".join(" |\n".join(c for c in row if c) for row in rows) + "\n"


def doubled(rows: list[list[str]]) -> str:
    return "|\n\n" + "\n\n||\n\n".join("\n\n|\n\n".join(c for c in row if c) for row in rows) + "\n\n|\n"


def tabbed(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(c for c in row if c) for row in rows) + "\n"


def seen(plan: Plan) -> list[list[str]]:
    return [
        [t.no or "", t.path[0], t.requirement, "、".join(t.units.lead), "、".join(t.units.supporting), t.deadline.raw]
        for t in plan.tasks
    ]


WANTED = [[row[0], ROWS[0 if k < 3 else 3][1], *row[2:]] for k, row in enumerate(ROWS)]


@pytest.mark.parametrize("form", [bare, ended, begun, unclosed, unclosed_ended, doubled, tabbed])
def test_a_row_with_one_unit_cell_has_a_lead(form: object) -> None:
    """Of two unit columns the lead is filled first, however the blank cells of the table came out."""
    assert callable(form)
    assert seen(read("2024年工作要点任务分解表\n\n" + form([HEAD, *ROWS]) + "\n抄送：区委办公室。\n")) == WANTED


def test_a_cell_that_names_roles_stands_in_the_first_unit_column() -> None:
    rows = [[*row[:3], f"{row[3]}牵头，区统计局配合", "", row[5]] for row in ROWS]
    for task, row in zip(read("分解表\n\n" + bare([HEAD, *rows])).tasks, ROWS, strict=True):
        assert (task.units.lead, task.units.supporting) == ((row[3],), ("区统计局",))


@pytest.mark.parametrize(
    "text",
    [
        "市教育和体育局",
        "区教育和体育局牵头抓总",
        "各镇街",
        "各镇办场",
        "市海关",
        "人民银行东市分行",
        "区级各部门，各镇街",
        "区科技局牵头，各镇街配合做好相关工作",
        "民政、人社、医保等部门",
    ],
)
def test_names_groups_and_role_phrases_are_units(text: str) -> None:
    assert unit_share(text) == 1.0


@pytest.mark.parametrize("text", ["区政府门户网站", "区级政务公开专区", "市政府常务会议", "乡村振兴", "各领域公开平台"])
def test_places_and_fields_are_no_units(text: str) -> None:
    assert not like_units(text)


def test_a_sentence_with_days_in_it_is_no_deadline() -> None:
    assert not like_deadline("针对群众关注的热点问题，在5个工作日内发布权威信息，做好舆情回应。")
    assert like_deadline("与政策文件同步发布，时间跨度不超过5个工作日")
    assert like_deadline("信息形成后，7个工作日内")


SHORT = [
    ["1", "一、深化重点领域信息公开", "公开年度预算决算", "区财政局", "全年"],
    ["2", "", "12月底前完成年度目录更新", "", ""],
    ["3", "", "公布救助标准", "区民政局", "6月底前"],
    ["4", "二、提升政策解读回应质效", "每季度通报一次进展情况", "", ""],
    ["5", "", "举办政府开放日", "区政府办公室", ""],
]
SHORT_HEAD = ["序号", "重点工作", "工作要求", "责任单位", "完成时限"]


def kept_tabs(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows) + "\n"


def cell_lines(rows: list[list[str]]) -> str:
    return "\n".join("".join(f"\t{c}\n" for c in row) for row in rows)


def piped(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


@pytest.mark.parametrize("form", [kept_tabs, cell_lines, piped, ended, bare])
def test_requirements_shorter_than_their_labels_stay_requirements(form: object) -> None:
    """A text with a time in it too; what is merged behind a short text leaves it a task."""
    assert callable(form)
    tasks = read("分解表\n\n" + form([SHORT_HEAD, *SHORT])).tasks
    assert [t.requirement for t in tasks] == [row[2] for row in SHORT]
    assert [t.no for t in tasks] == ["1", "2", "3", "4", "5"]
    assert [t.path for t in tasks] == [("深化重点领域信息公开",)] * 3 + [("提升政策解读回应质效",)] * 2
    assert [t.deadline.raw for t in tasks] == ["全年", "全年", "6月底前", "6月底前", "6月底前"]


def test_a_label_with_a_short_task_is_no_section_line() -> None:
    rows = [[*row[1:4], ""] for row in SHORT]
    tasks = read("分解表\n\n" + kept_tabs([["重点工作", "工作要求", "责任单位", "备注"], *rows])).tasks
    assert [t.requirement for t in tasks] == [row[2] for row in SHORT]


@pytest.mark.parametrize("form", [kept_tabs, cell_lines, piped])
def test_a_name_over_two_columns_beside_empty_remarks(form: object) -> None:
    """As many names as filled columns, yet the last name stands over the empty one."""
    assert callable(form)
    head = ["序号", "重点工作", "工作要求", "责任单位", "完成时限", "备注"]
    rows = [[row[0], row[1], "（一）公开重点信息" if row[1] else "", *row[2:], ""] for row in SHORT]
    tasks = read("分解表\n\n" + form([head, *rows])).tasks
    assert [t.requirement for t in tasks] == [row[2] for row in SHORT]
    assert {t.path[1:] for t in tasks} == {("公开重点信息",)}
    assert tasks[0].deadline.raw == "全年"
