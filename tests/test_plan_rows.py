"""Rows that came apart, or would run together: cut by a page, a cell short, blank in places, wider than their names say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.plan_kit import Sheet, cells, codes, piped, read, tabbed, word
from toolkit.plan.parts import Plan

Form = Callable[[Sequence[Sequence[str]]], str]

BARS = """| 序号 | 事项 | 工作要求 | 责任单位 | 完成时限 | 备注 |
|---|---|---|---|---|---|
"""


def test_a_bar_row_that_lost_its_last_cell_leaves_the_next_row_alone() -> None:
    """M16 joins up to the width of the table; a row that is closed before (M8) ends where another begins."""
    plan = read(
        BARS
        + "| 1 | 平台 | 完善网站检索功能并更新栏目 | 县大数据局 | 6月底前 |\n"
        + "| 2 | | 清理整合政务新媒体账号\n并按季度通报 | 县委网信办 | 9月底前 |\n\n二、加强解读\n\n"
        + BARS
        + "| 3 | 解读 | 制作图解材料并同步发布 | 县政府办 | 年底前 | |\n"
    )
    assert [(t.no, t.requirement, t.units.responsible, t.deadline.raw) for t in plan.tasks] == [
        ("1", "完善网站检索功能并更新栏目", ("县大数据局",), "6月底前"),
        ("2", "清理整合政务新媒体账号并按季度通报", ("县委网信办",), "9月底前"),
        ("3", "制作图解材料并同步发布", ("县政府办",), "年底前"),
    ]


def test_a_bar_row_without_serial_is_a_row_when_the_one_above_has_no_room_for_it() -> None:
    head, rule = (line.removeprefix("| 序号 ").removeprefix("|---") for line in BARS.splitlines())
    plan = read(
        f"{head}\n{rule}\n"
        "| 平台 | 完善网站检索功能并更新栏目 | 县大数据局 | 6月底前 |\n"
        "| 解读 |\n制作图解材料并同步发布 | 县政府办 | 年底前 | |\n"
        "| | 清理整合政务新媒体账号\n并按季度通报 | 县委网信办 | 9月底前 |\n"
    )
    assert [(t.path, t.requirement) for t in plan.tasks] == [
        (("平台",), "完善网站检索功能并更新栏目"),
        (("解读",), "制作图解材料并同步发布"),
        (("解读",), "清理整合政务新媒体账号并按季度通报"),
    ]


def test_one_row_with_blank_cells_in_place_leaves_the_manner_of_the_table() -> None:
    """Rows that lost their merged cells (M7) put one label under the merged upper one, whatever one damaged row prints."""
    rows = [
        "序号\t工作任务\t\t具体要求\t责任单位\t完成时限",
        "1\t重点领域\t财政信息\t公开本级预算决算和绩效评价结果\t区财政局\t全年",
        "2\t分批公布政府债务限额和偿还情况\t区财政局\t6月底前\t\t",
        "3\t就业创业\t编发就业政策明白纸并在村头张贴\t区人社局\t年底前\t",
        "\t\t\t按月发布岗位信息并开展专场招聘\t区人社局\t每月",
        "5\t生态环境\t公布执法处罚和信访举报办理情况\t区生态环境分局\t全年\t",
        "6\t监测结果按月在网站专栏集中发布\t区生态环境分局\t每月\t\t",
        "7\t平台建设\t政府网站\t改版信息公开专栏并压缩目录层级\t区政府办公室\t年底前",
    ]
    plan = read("\n".join(rows) + "\n")
    assert [t.path for t in plan.tasks] == [
        *[("重点领域", "财政信息")] * 2,
        *[("重点领域", "就业创业")] * 2,
        *[("重点领域", "生态环境")] * 2,
        ("平台建设", "政府网站"),
    ]


HEAD = ["序号", "工作任务", "工作要求", "责任单位", "完成时限"]
WHOLE = [
    ["1", "主动公开", "及时公开重大建设项目批准和实施信息。", "市发展改革委", "6月底前"],
    ["2", "", "公布义务教育划片招生范围和学籍管理办法。", "市教育局", "8月底前"],
    ["4", "政策解读", "主要负责同志带头解读重要政策文件。", "市政府办公室", "长期坚持"],
    ["5", "", "制作图解视频等多种形式的解读材料。", "各县区政府", "长期坚持"],
]
CUT = {
    "text": (["3", "环境保护", "推进信息公开，发布细颗粒物", "市环保局", "年底前"], ["", "", "实时监测数据。", "", ""]),
    "text and units": (
        ["3", "环境保护", "推进信息公开，发布细颗粒物", "市环", "年底前"],
        ["", "", "实时监测数据。", "保局", ""],
    ),
    "text and time": (
        ["3", "环境保护", "推进信息公开，发布细颗粒物", "市环保局", "年底"],
        ["", "", "实时监测数据。", "", "前"],
    ),
    "text and label": (
        ["3", "环境保", "推进信息公开，发布细颗粒物", "市环保局", "年底前"],
        ["", "护", "实时监测数据。", "", ""],
    ),
    "units": (
        ["3", "环境保护", "推进信息公开，发布细颗粒物实时监测数据。", "市环", "年底前"],
        ["", "", "", "保局", ""],
    ),
    "time": (["3", "环境保护", "推进信息公开，发布细颗粒物实时监测数据。", "市环保局", "年底"], ["", "", "", "", "前"]),
}


def table(form: str, upper: list[list[str]], lower: list[list[str]]) -> Plan:
    if form == "word":
        return read(word(Sheet([HEAD, *upper, *lower])), "a.docx")
    if form == "pages of cells":
        return read(f"{cells([HEAD, *upper])}\n— 2 —\n\n{cells([HEAD, *lower])}")
    shape = {"tabs": tabbed, "bars": piped, "cells": cells}[form]
    return read(shape([HEAD, *upper, *lower]))


@pytest.mark.parametrize("form", ["word", "tabs", "bars", "cells", "pages of cells"])
@pytest.mark.parametrize("cut", list(CUT))
def test_the_rest_of_a_row_that_a_page_cut_goes_to_the_row_above(form: str, cut: str) -> None:
    """It has no serial of its own, and the sentence, the name or the time above it has not ended."""
    above, below = CUT[cut]
    plan = table(form, [*WHOLE[:2], above], [below, *WHOLE[2:]])
    assert [t.no for t in plan.tasks] == ["1", "2", "3", "4", "5"]
    task = plan.tasks[2]
    assert (task.path, task.requirement) == (("环境保护",), "推进信息公开，发布细颗粒物实时监测数据。")
    assert (task.units.responsible, task.deadline.raw) == (("市环保局",), "年底前")
    assert ("PLN-161" in codes(plan)) == cut.startswith("text")


@pytest.mark.parametrize("form", ["word", "tabs", "bars", "cells", "pages of cells"])
def test_a_text_in_a_row_of_its_own_behind_a_whole_sentence_is_a_task(form: str) -> None:
    row = ["3", "环境保护", "推进信息公开，发布监测数据。", "市环保局", "年底前"]
    plan = table(form, [*WHOLE[:2], row], [["", "", "公开建设项目环评受理和验收情况。", "", ""], *WHOLE[2:]])
    assert len(plan.tasks) == 6
    assert plan.tasks[3].requirement == "公开建设项目环评受理和验收情况。"
    assert "PLN-111" in {f.code for f in plan.tasks[3].findings}


@pytest.mark.parametrize("form", ["word", "tabs", "cells", "pages of cells"])
def test_a_page_number_in_a_cell_is_no_task(form: str) -> None:
    row = ["3", "环境保护", "推进信息公开，发布监测数据。", "市环保局", "年底前"]
    plan = table(form, [*WHOLE[:2], row, ["7", "", "", "", ""]], WHOLE[2:])
    assert [t.no for t in plan.tasks] == ["1", "2", "3", "4", "5"]
    assert "PLN-113" not in codes(plan)
    assert ("PLN-119" in codes(plan)) == (form != "pages of cells")  # named, unless a heading shows that a page ends
    merged = table(
        form, [*WHOLE[:2], ["3", "", "", "", ""]], WHOLE[2:]
    )  # a serial in its place is a row of merged cells
    assert [t.no for t in merged.tasks] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("cell", "leads"),
    [
        ("各街道办事处，区政府各部门", ()),
        ("各县（市、区）政府，市直各部门", ()),
        ("市直各部门，各县（市、区）政府", ()),
        ("各镇、街道，市直各部门", ()),
        ("区直各部门、各驻区单位，区政府各部门", ()),
        ("各县（市、区）政 府，市直各部门", ()),
        ("市司法局", ("市司法局",)),
        ("市司法局、市财政局", ("市司法局", "市财政局")),
        ("各项目牵头单 位", ("各项目牵头单位",)),
        ("市司法局牵头，各县区", ("市司法局",)),
    ],
)
def test_groups_over_both_merged_unit_columns_do_not_lead_in_any_order(cell: str, leads: tuple[str, ...]) -> None:
    """M11: all units land in the lead column and leave the other one blank; a bureau by itself leads."""
    rows = [
        ["重点任务", "主要举措", "牵头单位", "责任单位", "完成时间"],
        ["平台建设", "改版信息公开专栏并压缩目录层级", "市政府办公室", "市财政局", "6月底"],
        ["", "按季度通报政务新媒体运行情况", cell, "", "每季度"],
        ["政策解读", "制作图解材料并与文件同步发布", "市司法局", "市直有关部门", "全年"],
    ]
    plan = read(tabbed(rows))
    assert plan.tasks[1].units.lead == leads
    assert bool(plan.tasks[1].units.responsible) == (not leads or "，" in cell)
    assert ("PLN-140" in {f.code for f in plan.tasks[1].findings}) == (not leads)


@pytest.mark.parametrize("cell", ["各民生实事牵头单 位", "各民生实事牵头单\n位", "各民生实事牵头 单位"])
def test_a_role_word_inside_the_name_of_a_group_is_none_however_the_line_was_broken(cell: str) -> None:
    rows = [HEAD, ["1", "平台建设", "按季度公布民生实事项目推进情况", cell, "每季度"], *WHOLE[1:]]
    plan = read(piped([[c.replace("\n", "<br>") for c in row] for row in rows]))
    assert plan.tasks[0].units.responsible == ("各民生实事牵头单位",)
    assert "PLN-144" not in codes(plan)


@pytest.mark.parametrize("form", [tabbed, piped, cells])
@pytest.mark.parametrize(
    "title", [["二、着力回应", "群众关切"], ["二、", "着力回应群众关切"], ["", "二、着力回应群众关切"]]
)
def test_a_section_line_cut_over_two_cells_is_no_task(form: Form, title: list[str]) -> None:
    """Its number goes on with those of the section lines in one cell; labels of tasks are numbered otherwise."""
    rows = [
        ["重点任务", "主要举措", "牵头单位", "责任单位", "完成时间"],
        ["一、着力服务发展", "", "", "", ""],
        ["（一）平台建设", "改版信息公开专栏并压缩目录层级", "市政府办公室", "市财政局", "6月底"],
        [*title, "", "", ""],
        ["（二）政策解读", "制作图解材料并与文件同步发布", "市司法局", "市直有关部门", "全年"],
        ["", "主要负责人带头宣讲解读重要政策", "市司法局", "市直有关部门", "全年"],
    ]
    plan = read(form(rows))
    assert [t.path for t in plan.tasks] == [
        ("着力服务发展", "平台建设"),
        ("着力回应群众关切", "政策解读"),
        ("着力回应群众关切", "政策解读"),
    ]
    assert ("PLN-126" in codes(plan)) == (title[0] == "二、着力回应")


@pytest.mark.parametrize("form", [tabbed, piped])
def test_a_numbered_label_with_a_short_requirement_is_a_task_where_labels_are_numbered_so(form: Form) -> None:
    rows = [
        ["重点任务", "主要举措", "牵头单位", "责任单位", "完成时间"],
        ["一、平台建设", "改版信息公开专栏并压缩目录层级", "市政府办公室", "市财政局", "6月底"],
        ["二、队伍建设", "举办培训", "", "", ""],
        ["三、政策解读", "制作图解材料并与文件同步发布", "市司法局", "市直有关部门", "全年"],
    ]
    plan = read(form(rows))
    assert [(t.path, t.requirement) for t in plan.tasks][1] == (("队伍建设",), "举办培训")
