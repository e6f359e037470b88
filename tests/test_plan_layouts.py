"""Each shape of the catalogue by itself, each column synonym, and random plans drawn into every layout and read back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plan_kit import Sheet, cells, codes, excel, piped, read, tabbed, word
from toolkit.plan.parts import Plan
from toolkit.plan.words.kinds import heading_roles

HEAD = ["序号", "工作任务", "工作要求", "责任单位", "完成时限"]
ROWS = [
    [
        "1",
        "推进重点领域公开",
        "及时公开重点建设项目的批准和实施信息，做好政策解读",
        "区发展改革局、区财政局",
        "6月底前",
    ],
    ["2", "", "围绕稳就业促增收，分类梳理并公开就业创业政策清单", "区人力资源社会保障局", "年底前"],
    ["3", "规范依申请公开", "畅通申请渠道，规范办理流程，提高答复质量和办理效率", "区司法局", "全年"],
    ["4", "", "加强对复议诉讼案件的分析研究，采取针对性措施加以改进", "区政府办公室", "持续推进"],
    ["5", "加强平台建设", "强化政府网站和政务新媒体管理，及时更新发布信息内容", "区融媒体中心", "全年"],
]


def requirements(plan: Plan) -> list[str]:
    return [t.requirement for t in plan.tasks]


def units(plan: Plan) -> list[tuple[str, ...]]:
    return [(*t.units.responsible, *t.units.offices) for t in plan.tasks]


def paths(plan: Plan) -> list[tuple[str, ...]]:
    return [t.path for t in plan.tasks]


WANTED = [r[2] for r in ROWS]
WANTED_PATHS = [
    (p,) for p in ("推进重点领域公开", "推进重点领域公开", "规范依申请公开", "规范依申请公开", "加强平台建设")
]

# ---------------------------------------------------------------- shapes M1 to M17


def test_m1_blank_below_inherits_and_says_from_where() -> None:
    rows = [list(r) for r in ROWS]
    rows[1][3] = rows[1][4] = ""
    plan = read(cells([HEAD, *rows]))
    assert units(plan)[1] == ("区发展改革局", "区财政局")
    assert plan.tasks[1].deadline.raw == "6月底前"
    assert dict(plan.tasks[1].inherited)["responsible_units"] == "表1 第2行"


def test_m2_a_new_category_does_not_reset_the_units() -> None:
    rows = [list(r) for r in ROWS]
    rows[2][3] = ""
    plan = read(cells([HEAD, *rows]))
    assert units(plan)[2] == ("区人力资源社会保障局",)
    assert "PLN-131" in codes(plan)


def test_m3_m4_repeated_and_broken_texts_are_kept_once() -> None:
    rows = [list(r) for r in ROWS]
    rows[0][1] = "一、推进重点领域公开\n1、 推进重点领域公开\n一、推进重点领域公开"
    rows[0][3] = "区发展改革局、区财政局\n区发展改革局、区财政局"
    rows[0][4] = "全年，长期\n坚持\n全年，长期\n坚持"
    plan = read(cells([HEAD, *rows]))
    assert paths(plan) == WANTED_PATHS
    assert units(plan)[0] == ("区发展改革局", "区财政局")
    assert plan.tasks[0].deadline.raw == "全年，长期坚持"
    assert {"PLN-160", "PLN-161", "PLN-162"} <= codes(plan)


def test_m5_rows_above_a_centred_label_belong_to_it() -> None:
    head = ["工作任务", "牵头部门", "责任单位", "具体要求"]
    text = "围绕第{}个重点领域做好政策发布和解读工作，及时回应社会关切。"
    labels = ["", "(一)推进重点", "领域公开", "", "", "(二)规范申请", "公开办理", ""]
    body = [[label, "区司法局", "各街道", text.format(k)] for k, label in enumerate(labels)]
    plan = read(tabbed([head, *body]))
    assert paths(plan) == [("推进重点领域公开",)] * 4 + [("规范申请公开办理",)] * 4
    assert "PLN-124" in codes(plan)


def test_m6_a_category_printed_again_after_a_page_break_is_no_new_one() -> None:
    head = ["序号", "工作任务", "工作要求", "责任单位"]
    body = [
        ["1", "加强公开", "重点领域", WANTED[0], "区财政局"],
        ["2", "加强公开", "", WANTED[1], "区民政局"],
        ["3", "加强公开", "网站建设", WANTED[2], "区司法局"],
        ["4", "", "", WANTED[3], "区教体局"],
    ]
    plan = read(cells([head, *body]))
    assert paths(plan) == [("加强公开", "重点领域")] * 2 + [("加强公开", "网站建设")] * 2
    assert {"PLN-106", "PLN-122"} <= codes(plan)


def test_m7_a_continuation_row_that_shifted_left_is_aligned_from_the_right() -> None:
    rows = [HEAD, ROWS[0], [*ROWS[1][2:], "", ""], ROWS[2], [*ROWS[3][2:], "", ""], ROWS[4]]
    plan = read(piped(rows))
    assert requirements(plan) == WANTED
    assert units(plan)[1] == ("区人力资源社会保障局",)
    assert [t.deadline.raw for t in plan.tasks] == [r[4] for r in ROWS]
    assert "PLN-116" in codes(plan)


def test_m8_lost_trailing_blanks_and_links_without_units() -> None:
    head = ["一级指标", "二级指标", "公开内容及要求", "责任主体", "公开时限"]
    body = [
        ["机构职能", "职能配置", "机构职能信息，包括单位地址、联系方式和内设机构职责", "办公室", "及时公开"],
        ["优化服务", "好差评", "链接山东政务服务网门户网站-好差评栏目"],
        ["", "办事指南", "公开本单位全部办事指南，与政务服务平台保持一致"],
        ["财政信息", "预算公开", "公开财政预算和决算信息并附说明材料", "财务科", "及时公开"],
        ["财政信息", "采购公开", "公开政府采购项目的实施和验收情况", "财务科", "及时公开"],
    ]
    plan = read(cells([head, *body]))
    assert len(plan.tasks) == 5
    assert units(plan)[1] == () and plan.tasks[1].deadline.kind == "none"
    assert "PLN-136" in {f.code for f in plan.tasks[1].findings}
    assert units(plan)[3] == ("财务科",)


def test_m9_a_category_over_two_columns_gives_one_level() -> None:
    head = ["序号", "工作任务", "工作要求", "责任单位"]
    body = [
        ["1", "加强公开", "重点领域", WANTED[0], "区财政局"],
        ["2", "加强公开", "网站建设", WANTED[1], "区民政局"],
        ["3", "规范依申请公开", WANTED[2], "区司法局"],
        ["4", "", WANTED[3], "区教体局"],
        ["5", "强化保障", "组织领导", WANTED[4], "区政府办公室"],
    ]
    plan = read(cells([head, *body]))
    assert paths(plan)[2:4] == [("规范依申请公开",)] * 2
    assert paths(plan)[4] == ("强化保障", "组织领导")


def test_m10_a_damaged_separator_starts_a_row_without_serial() -> None:
    text = cells([HEAD, *ROWS[:2]]) + "\n".join(f"{' ' if k == 0 else ''}\t{c}" for k, c in enumerate(ROWS[2][1:]))
    text += "\n\n" + cells([["4", *ROWS[3][1:]], ROWS[4]])
    plan = read(text)
    assert requirements(plan) == WANTED
    assert plan.tasks[2].no is None
    assert {"PLN-110", "PLN-111"} <= codes(plan)


def test_m11_two_merged_unit_columns_are_no_lead() -> None:
    head = ["序号", "牵头单位", "责任单位", "具体要求"]
    body = [
        ["1", "区司法局", "各街道", WANTED[0]],
        ["2", "区直各部门、各驻区单位，各街道", "", WANTED[1]],
        ["3", "区财政局", "各街道", WANTED[2]],
    ]
    plan = read(tabbed([head, *body]))
    assert [t.units.lead for t in plan.tasks] == [("区司法局",), (), ("区财政局",)]
    assert plan.tasks[1].units.responsible == ("区直各部门、各驻区单位", "各街道")
    merged = read(word(Sheet([head, *body], [(2, 1, 2, 2)])), "a.docx")
    assert merged.tasks[1].units == plan.tasks[1].units


def test_m12_a_blank_line_inside_a_row_does_not_end_it() -> None:
    text = (
        cells([HEAD, ROWS[0]])
        + "\n\t2\n\n\t\n\t"
        + WANTED[1]
        + "\n\t办公室\n\n组织人事科\n\n\t年底前\n\n"
        + cells(ROWS[2:])
    )
    plan = read(text)
    assert requirements(plan) == WANTED
    assert units(plan)[1] == ("办公室", "组织人事科")
    assert plan.tasks[1].deadline.raw == "年底前"


def test_m13_rows_that_run_into_each_other_are_reported_with_a_proposal() -> None:
    body = [[k, c, f"{r}。", u] for k, c, r, u, _ in ROWS] * 2
    body = [[str(n), *row[1:]] for n, row in enumerate(body, 1)]
    body[3][2] = "完善公开机制，提高公开质量。积极拓展专区功能，有序开展政策现场解读、综合"
    body[4][2] = "政策咨询等活动，推动公开与服务深度融合。"
    plan = read(tabbed([HEAD[:4], *body]))
    doubt = next(f for f in plan.tasks[3].findings if f.code == "PLN-115")
    assert "综合政策咨询等活动" in doubt.message
    assert len(plan.tasks) == 10


def test_m14_no_separator_at_all_is_read_by_pattern_and_warned_of() -> None:
    body = [
        [f"公开事项{k}", f"公开第{k}类信息并按要求及时更新，确保准确完整", "办公室", "及时公开"] for k in range(1, 8)
    ]
    head = ["公开事项", "公开内容", "公开主体", "公开时限"]
    plan = read(cells([head, *body], gap=""))
    assert requirements(plan) == [r[1] for r in body]
    assert paths(plan) == [(r[0],) for r in body]
    assert "PLN-104" in codes(plan)


def test_m15_a_table_in_one_string_is_refused() -> None:
    text = "序号工作要点贯彻举措牵头单位配合单位" + "".join("".join(r) for r in ROWS * 3)
    plan = read(text)
    assert not plan.tasks
    assert codes(plan) == {"PLN-101", "PLN-103"}


def test_m16_a_line_break_inside_a_pipe_cell_does_not_break_the_row() -> None:
    text = piped([HEAD, *ROWS]).replace("分类梳理", "\n分类梳理").replace("区发展改革局、", "区发展改革局、\n")
    plan = read(text)
    assert requirements(plan) == WANTED
    assert units(plan)[0] == ("区发展改革局", "区财政局")


def test_m17_same_as_above_is_resolved() -> None:
    rows = [list(r) for r in ROWS]
    rows[1][3], rows[1][4] = "同上", "同上"
    plan = read(cells([HEAD, *rows]))
    assert units(plan)[1] == ("区发展改革局", "区财政局")
    assert plan.tasks[1].deadline.raw == "6月底前"
    assert "PLN-137" in codes(plan)


# ---------------------------------------------------------------- columns


SYNONYMS = {
    "serial": ["序号", "编号", "序 号"],
    "category": ["工作任务", "一级指标", "公开事项", "一级目录", "六级目录", "重点任务", "主要任务", "一级事项", "类别"],
    "requirement": ["工作要求", "具体要求", "维护内容及要求", "公开内容", "公开内容（要素）", "公开内容(要素)", "贯彻举措", "工作任务"],
    "measure": ["工作举措"],
    "lead": ["牵头部门", "牵头单位"],
    "responsible": ["责任单位", "责任主体", "责任部门", "公开主体"],
    "supporting": ["配合单位"],
    "office": ["责任科室", "责任 科室", "责任处室", "责任股室"],
    "person": ["单位分管领导", "责任人", "牵头领导"],
    "deadline": ["完成时限", "时限要求", "时限要求及方式", "责任时限", "公开时限"],
    "other": ["备注", "公开形式", "公开渠道和载体", "公开依据", "公开对象", "公开方式", "公开层级"],
}  # fmt: skip


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in SYNONYMS.items() for name in names])
def test_every_heading_of_the_catalogue_is_known(role: str, name: str) -> None:
    roles = heading_roles(name)
    assert roles, name
    assert role in roles or (role == "requirement" and "measure" in roles)


@pytest.mark.parametrize("name", SYNONYMS["responsible"] + SYNONYMS["office"])
def test_a_unit_column_under_any_name(name: str) -> None:
    rows = [r[:4] for r in ROWS]
    plan = read(tabbed([["序号", "工作任务", "工作要求", name], *rows]))
    assert [set(u) for u in units(plan)] == [set(r[3].split("、")) for r in ROWS]


@pytest.mark.parametrize("name", SYNONYMS["deadline"])
def test_a_deadline_column_under_any_name(name: str) -> None:
    plan = read(tabbed([[*HEAD[:4], name], *ROWS]))
    assert [t.deadline.raw for t in plan.tasks] == [r[4] for r in ROWS]


def test_the_same_heading_means_the_requirement_where_its_cells_are_long() -> None:
    head = ["序号", "工作任务", "工作举措", "时限要求", "单位分管领导", "责任科室"]
    body = [[r[0], r[2], f"本单位{r[2]}", r[4], "王一", "办公室"] for r in ROWS]
    plan = read(cells([head, *body]))
    assert requirements(plan) == WANTED
    assert [t.measure for t in plan.tasks] == [f"本单位{w}" for w in WANTED]
    assert {t.person for t in plan.tasks} == {"王一"}
    assert {t.units.offices for t in plan.tasks} == {("办公室",)}


FEW = [
    [["1", "重点领域公开", "及时公开有关信息。", "区财政局", "6月底前"], ["2", "规范依申请公开", "", "区司法局", "年底前"],
     ["3", "平台建设", "加强日常管理。", "区民政局", "全年"]],
    [["1", "加强财政预决算公开", "按时公开", "区财政局", "6月底前"], ["2", "规范依申请公开办理工作", "依法答复", "区司法局", "年底前"]],
    [["1", "加强财政预决算公开", "按时公开", "区财政局", "6月底前"], ["2", "规范依申请公开办理工作", "", "区司法局", "年底前"]],
]  # fmt: skip


@pytest.mark.parametrize("name", ["工作要求", "具体要求"])
@pytest.mark.parametrize("rows", FEW, ids=["one blank", "short", "short and one blank"])
def test_task_and_requirement_named_side_by_side_are_what_they_are_named(rows: list[list[str]], name: str) -> None:
    """In a table of two or three rows a short requirement looks like a label, and a label without repeats like a text."""
    for layout in (piped, tabbed):
        plan = read(layout([["序号", "工作任务", name, "责任单位", "完成时限"], *rows]))
        assert paths(plan) == [(row[1],) for row in rows], layout
        said = [row[2] or rows[k - 1][2] for k, row in enumerate(rows)]
        assert requirements(plan) == said, layout


def test_long_tasks_beside_a_word_or_two_of_requirement_are_the_requirement_whatever_the_names() -> None:
    words = ["按规定", "", "每季度一次"]
    rows = [
        [r[0], f"{r[2]}，并按季通报有关情况，切实回应社会关切", w, *r[3:]] for r, w in zip(ROWS, words, strict=False)
    ]
    plan = read(piped([HEAD, *rows]))
    assert requirements(plan) == [row[1] for row in rows]


def test_serials_without_a_heading() -> None:
    plan = read(cells([HEAD[1:], *ROWS]))
    assert [t.no for t in plan.tasks] == [r[0] for r in ROWS]
    assert requirements(plan) == WANTED


def test_units_before_the_requirement_and_deadline_before_units() -> None:
    order = [0, 4, 3, 1, 2]
    plan = read(tabbed([[HEAD[k] for k in order], *[[r[k] for k in order] for r in ROWS]]))
    assert requirements(plan) == WANTED
    assert [t.deadline.raw for t in plan.tasks] == [r[4] for r in ROWS]


def test_a_heading_row_repeated_on_each_page_is_skipped() -> None:
    plan = read(word(Sheet([HEAD, *ROWS[:2], HEAD, *ROWS[2:]])), "a.docx")
    assert requirements(plan) == WANTED
    assert "PLN-107" in codes(plan)


def test_two_level_headings_and_several_sheets() -> None:
    head = [["序号", "工作任务", "", "责任单位"], ["", "一级指标", "工作要求", ""]]
    body = [r[:4] for r in ROWS]
    sheet = Sheet([*head, *body], [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)], above=["某区政务公开重点工作任务分解表"])
    plan = read(excel(sheet, sheet), "a.xlsx")
    assert requirements(plan) == WANTED * 2
    assert plan.tasks[5].place.startswith("表2")
    assert plan.title == "某区政务公开重点工作任务分解表"


def test_a_nested_table_is_read_as_a_table_of_its_own() -> None:
    import io

    from docx import Document

    document = Document()
    outer = document.add_table(rows=2, cols=2)
    outer.cell(0, 0).text = "附件"
    outer.cell(0, 1).text = "任务分解表"
    inner = outer.cell(1, 1).add_table(rows=6, cols=5)
    for r, row in enumerate([HEAD, *ROWS]):
        for c, text in enumerate(row):
            inner.cell(r, c).text = text
    buffer = io.BytesIO()
    document.save(buffer)
    assert requirements(read(buffer.getvalue(), "a.docx")) == WANTED


# ---------------------------------------------------------------- prose


def test_prose_one_task_per_bracket_with_headings_as_path() -> None:
    text = (
        "2024年某区政务公开工作要点\n一、加强公开\n（一）重点领域公开。做好项目信息公开。（责任单位：区财政局，各镇、街道）"
        "加强执法信息公开，村（居）务公开同步推进。（牵头单位：区司法局；配合单位：各行政执法主体；完成时限：6月底前）\n"
        "（二）政策解读。做好解读工作。（区政府办公室牵头，区政府各部门配合）\n各单位要认真落实。\n"
    )
    plan = read(text)
    assert paths(plan) == [("加强公开", "重点领域公开")] * 2 + [("加强公开", "政策解读")]
    assert requirements(plan) == ["做好项目信息公开。", "加强执法信息公开，村（居）务公开同步推进。", "做好解读工作。"]
    assert units(plan)[0] == ("区财政局", "各镇、街道")
    assert plan.tasks[1].units.lead == ("区司法局",) and plan.tasks[1].units.supporting == ("各行政执法主体",)
    assert plan.tasks[1].deadline.raw == "6月底前"
    assert plan.tasks[2].units.lead == ("区政府办公室",)


def test_a_line_with_units_closes_the_paragraph_before_it() -> None:
    text = "一、加强公开\n1.做好重点领域信息公开，及时更新。\n牵头单位：区财政局\n完成时限：年底前\n2.做好政策解读。\n责任单位：区司法局\n"
    plan = read(text)
    assert requirements(plan)[0].endswith("做好重点领域信息公开，及时更新。")
    assert [t.units.lead for t in plan.tasks] == [("区财政局",), ()]
    assert plan.tasks[0].deadline.raw == "年底前"


def test_units_in_brackets_inside_a_requirement_cell() -> None:
    head = ["序号", "工作任务", "工作要求"]
    body = [[r[0], r[1], f"{r[2]}。（责任单位：{r[3]}）"] for r in ROWS]
    plan = read(cells([head, *body]))
    assert [set(u) for u in units(plan)] == [set(r[3].split("、")) for r in ROWS]
    assert requirements(plan) == [f"{w}。" for w in WANTED]


def test_what_is_no_plan_is_refused_with_a_reason() -> None:
    plan = read("关于召开会议的通知\n各单位：请于明日参加会议。\n")
    assert not plan.tasks
    assert [f.code for f in plan.findings] == ["PLN-101"]
    roster = read(tabbed([["姓名", "电话"], ["王一", "123"], ["李二", "456"]]))
    assert not roster.tasks


# ---------------------------------------------------------------- random plans in every layout


@dataclass(frozen=True)
class Wanted:
    category: str
    requirement: str
    units: tuple[str, ...]
    deadline: str


CATEGORIES = ("推进重点领域公开", "做好政策解读回应", "规范依申请公开工作", "拓展公开平台渠道", "强化组织领导保障")
VERBS = ("及时公开", "全面梳理", "持续完善", "规范发布", "加强管理")
OBJECTS = (
    "重大建设项目批准和实施信息",
    "就业创业政策清单及办理流程",
    "行政执法公示信息和结果",
    "政府网站集约化建设情况",
    "公共企事业单位信息",
)
NAMES = (
    "区财政局",
    "区司法局",
    "区民政局",
    "区教育体育局",
    "区卫生健康局",
    "区政府办公室",
    "区融媒体中心",
    "各镇、街道",
    "区政府各部门",
)
TIMES = ("6月底前", "年底前", "全年", "长期坚持", "每季度", "2024年9月底前")


@st.composite
def plans(draw: st.DrawFn) -> list[Wanted]:
    count = draw(st.integers(3, 14))
    wanted: list[Wanted] = []
    category = 0
    for k in range(count):
        if k and draw(st.integers(0, 2)) == 0:
            category = min(category + 1, len(CATEGORIES) - 1)
        text = f"{draw(st.sampled_from(VERBS))}{draw(st.sampled_from(OBJECTS))}，第{k + 1}批次按要求落实到位并做好总结"
        names = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)))
        wanted.append(Wanted(CATEGORIES[category], text, names, draw(st.sampled_from(TIMES))))
    return wanted


def grid(wanted: list[Wanted], blanks: bool) -> list[list[str]]:
    rows, before = [], ""
    for k, w in enumerate(wanted, 1):
        label = "" if blanks and w.category == before else w.category
        rows.append([str(k), label, w.requirement, "，".join(w.units), w.deadline])
        before = w.category
    return rows


def merged(wanted: list[Wanted]) -> Sheet:
    rows = grid(wanted, True)
    merges, start = [], 1
    for k in range(2, len(rows) + 2):
        if k == len(rows) + 1 or rows[k - 1][1]:
            if k - start > 1:
                merges.append((start, 1, k - 1, 1))
            start = k
    return Sheet([HEAD, *rows], merges)


def doubled(rows: list[list[str]]) -> list[list[str]]:
    return [[r[0], "\n".join([r[1]] * 3) if r[1] else "", r[2], f"{r[3]}\n{r[3]}", f"{r[4]}\n{r[4]}"] for r in rows]


LAYOUTS = {
    "word": lambda w: (word(merged(w)), "a.docx"),
    "excel": lambda w: (excel(merged(w)), "a.xlsx"),
    "cells": lambda w: (cells([HEAD, *grid(w, True)]), "a.txt"),
    "cells without separators": lambda w: (cells([HEAD, *grid(w, True)], gap=""), "a.txt"),
    "cells, texts repeated": lambda w: (cells([HEAD, *doubled(grid(w, True))]), "a.txt"),
    "cells, no serials": lambda w: (cells([HEAD[1:], *[r[1:] for r in grid(w, True)]]), "a.txt"),
    "cells, serials unnamed": lambda w: (cells([HEAD[1:], *grid(w, True)]), "a.txt"),
    "tabs": lambda w: (tabbed([HEAD, *grid(w, True)]), "a.txt"),
    "pipes": lambda w: (piped([HEAD, *grid(w, True)]), "a.md"),
    "pipes, broken lines": lambda w: (piped([HEAD, *grid(w, False)]).replace("按要求", "\n按要求"), "a.md"),
    "bare lines": lambda w: ("\n".join([*HEAD, *[c for r in grid(w, False) for c in r]]), "a.txt"),
}


def as_wanted(plan: Plan) -> list[Wanted]:
    return [Wanted("".join(t.path), t.requirement, t.units.responsible, t.deadline.raw) for t in plan.tasks]


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wanted=plans())
def test_a_random_plan_reads_back_the_same(layout: str, wanted: list[Wanted]) -> None:
    data, name = LAYOUTS[layout](wanted)
    assert as_wanted(read(data, name)) == wanted


@settings(max_examples=40, deadline=None)
@given(wanted=plans())
def test_a_random_prose_plan_reads_back_the_same(wanted: list[Wanted]) -> None:
    lines, before = ["2024年某区政务公开工作要点"], ""
    for w in wanted:
        if w.category != before:
            lines.append(f"{'一二三四五'[CATEGORIES.index(w.category)]}、{w.category}")
        lines.append(f"{w.requirement}。（责任单位：{'，'.join(w.units)}；完成时限：{w.deadline}）")
        before = w.category
    read_back = as_wanted(read("\n".join(lines)))
    assert read_back == [Wanted(w.category, f"{w.requirement}。", w.units, w.deadline) for w in wanted]
