"""The oddities of single documents of the catalogue (D01 to D18), each written out with invented content and read right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests import plan_layouts as kit
from tests.plan_kit import Sheet, codes, excel, read, word
from tests.plan_layouts import Rows
from tests.test_plan_round_trip import FORMS
from toolkit.plan.parts import Plan

REQUIREMENTS = (
    "公开机构名称、办公地址、办公时间和联系方式，做到信息准确、更新及时",
    "公开年度预算报告及附表，说明“三公”经费增减变化原因，不少于1次",
    "公开救助对象认定条件、申请程序和办理时限，2024年6月底前完成首轮梳理",
    "公开行政处罚决定书文号、违法事实、处罚依据和处罚结果（涉及个人隐私的除外）",
    "围绕一老一小服务，公开补贴标准、申报条件，同步公布12345热线等咨询渠道",
    "加强政策文件与解读材料的关联发布，比例不低于50%，由区政府办公室统筹",
    "组织开展政府开放日活动，邀请人大代表、政协委员和企业群众参加",
    "对涉及群众切身利益的重大决策，通过座谈会、听证会等方式广泛听取意见",
)
TAIL_FORMS = ("cells", "tabs", "pipes", "pipes_broken", "pipes_spread", "pipes_open")


def requirement(k: int) -> str:
    return f"{REQUIREMENTS[k % len(REQUIREMENTS)]}，落实第{k + 1}项要求。"


def summary(plan: Plan) -> list[tuple[str | None, tuple[str, ...], str, tuple[str, ...], str]]:
    return [
        (
            t.no,
            t.path,
            kit.one_line(t.requirement),
            (*t.units.lead, *t.units.responsible, *t.units.offices),
            t.deadline.raw,
        )
        for t in plan.tasks
    ]


def read_as(form: str, *tables: Sequence[Sequence[str]]) -> Plan:
    return read(kit.on_page("\n\n".join(FORMS[form](rows) for rows in tables)))


# ---------------------------------------------------------------- headings


TWO_ROWS = (
    ["序号", "公开事项", "", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体", "公开对象", "", "公开方式", "", "公开层级", ""],
    ["", "一级事项", "二级事项", "", "", "", "", "", "全社会", "特定群体", "主动", "依申请公开", "县级", "乡级"],
)  # fmt: skip
CATALOGUE = [
    [
        str(k + 1), "综合业务" if k == 0 else ("行政处罚" if k == 7 else ""), f"第{k // 2 + 1}组信息" if k % 2 == 0 or k == 7 else "",
        f"公开内容：\n1.对象和标准\n2.第{k + 1}批办理结果" if k % 5 == 2 else requirement(k),
        "《中华人民共和国政府信息公开条例》（国务院令第711号）", "信息形成或者变更之日起20个工作日内予以公开", "区应急管理局、镇级人民政府",
        "■政府网站 □政府公报\n■公开查阅点", "√", "", "√", "", "√", "√",
    ]
    for k in range(12)
]  # fmt: skip


@pytest.mark.parametrize("form", [f for f in FORMS if f != "spaced"])
@pytest.mark.parametrize("blanks", [True, False], ids=["with blanks", "names only"])
def test_a_heading_of_two_rows_and_columns_of_ticks(form: str, blanks: bool) -> None:
    """D13, D14: 公开对象 over 全社会 and 特定群体; neither basis, channels nor ticks are units or requirements."""
    heads = TWO_ROWS if blanks else tuple([name for name in row if name] for row in TWO_ROWS)
    plan = read_as(form, [*heads, *CATALOGUE])
    assert [t.no for t in plan.tasks] == [row[0] for row in CATALOGUE]
    assert [kit.one_line(t.requirement) for t in plan.tasks] == [kit.one_line(row[3]) for row in CATALOGUE]
    assert [t.path[0] for t in plan.tasks] == ["综合业务"] * 7 + ["行政处罚"] * 5
    assert {t.units.responsible for t in plan.tasks} == {("区应急管理局", "镇级人民政府")}
    assert {t.deadline.raw for t in plan.tasks} == {CATALOGUE[0][5]}


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "blank"])
def test_a_heading_of_two_rows_in_word_and_excel(merged: bool) -> None:
    rows = [list(TWO_ROWS[0]), list(TWO_ROWS[1]), *CATALOGUE]
    spans = [(0, 1, 0, 2), (0, 8, 0, 9), (0, 10, 0, 11), (0, 12, 0, 13), *((0, c, 1, c) for c in (0, 3, 4, 5, 6, 7))]
    sheet = Sheet(rows, [*spans, (2, 1, 8, 1), (9, 1, 13, 1)] if merged else [])
    for data, name in ((word(sheet), "a.docx"), (excel(sheet), "a.xlsx")):
        plan = read(data, name)
        assert [kit.one_line(t.requirement) for t in plan.tasks] == [kit.one_line(row[3]) for row in CATALOGUE]
        assert [t.path[0] for t in plan.tasks] == ["综合业务"] * 7 + ["行政处罚"] * 5
        assert {t.units.responsible for t in plan.tasks} == {("区应急管理局", "镇级人民政府")}


@pytest.mark.parametrize("form", ["cells", "tight", "tabs", "pipes", "pipes_spread", "pipes_open"])
def test_six_levels_of_different_depth(form: str) -> None:
    """D12: without a column for the content the deepest label of a row is the requirement, wherever it stands."""
    head = [*(f"{n}级目录" for n in "一二三四五六"), "公开主体", "公开时限"]
    rows, want = [], []
    for k in range(12):
        labels = [
            "法定主动公开内容",
            f"第{k // 4 + 1}类",
            f"第{k // 2 + 1}项信息",
            f"明细{k + 1}",
            f"要点{k + 1}",
            f"说明{k + 1}",
        ]
        labels = labels[: 4 + k % 3]
        shown = [labels[c] if k == 0 or labels[: c + 1] != want[-1][1][: c + 1] else "" for c in range(len(labels) - 1)]
        rows.append([*shown, labels[-1], *[""] * (6 - len(labels)), "区司法局", "1个月"])
        want.append((None, tuple(labels[:-1]), labels[-1], ("区司法局",), "1个月"))
    assert summary(read_as(form, [head, *rows])) == want


@pytest.mark.parametrize("form", ["cells", "tight", *TAIL_FORMS[1:]])
@pytest.mark.parametrize("head", [[], [["号数", "干什么", "谁来干", "啥时干"]]], ids=["none", "unknown"])
def test_without_a_heading_that_is_known_the_contents_decide(form: str, head: list[list[str]]) -> None:
    rows = [[str(k + 1), requirement(k), ("区司法局", "区财政局、各街道办事处")[k % 2], "年底前"] for k in range(8)]
    want = [(r[0], (), r[1], tuple(r[2].split("、")), r[3]) for r in rows]
    plan = read_as(form, [*head, *rows])
    assert summary(plan) == want
    assert "PLN-109" in codes(plan) or head


@pytest.mark.parametrize("form", [f for f in FORMS if f != "spaced"])
def test_a_name_of_the_offices_own_among_known_ones(form: str) -> None:
    """Neither requirement nor unit: the cells of 完成标志 are short texts of another kind."""
    rows = [[str(k + 1), requirement(k), "形成清单", "区司法局", "年底前"] for k in range(7)]
    plan = read_as(form, [["序号", "工作任务", "完成标志", "责任单位", "完成时限"], *rows])
    assert summary(plan) == [(r[0], (), r[1], (r[3],), r[4]) for r in rows]


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("form", list(FORMS))
def test_numbers_in_brackets_gaps_and_jumps(form: str) -> None:
    numbers = ["（一）", "（二）", "（三）", "（五）", "（六）", "（十一）", "（十二）", "（十三）"]
    rows = [[n, requirement(k), "区司法局", "年底前"] for k, n in enumerate(numbers)]
    plan = read_as(form, [["序号", "工作任务", "责任单位", "完成时限"], *rows])
    assert summary(plan) == [(r[0], (), r[1], (r[2],), r[3]) for r in rows]
    assert "PLN-110" in codes(plan)


@pytest.mark.parametrize("form", list(FORMS))
def test_codes_keep_their_leading_zeros(form: str) -> None:
    """D16."""
    rows = [[f"05{k + 1:02d}", "行政执法", requirement(k), "区司法局", "及时公开"] for k in range(7)]
    plan = read_as(form, [["编码", "公开事项", "公开内容", "公开主体", "公开时限"], *rows])
    assert [t.no for t in plan.tasks] == [r[0] for r in rows]
    assert summary(plan) == [(r[0], (r[1],), r[2], (r[3],), r[4]) for r in rows]


CHAPTERS = [["一", "聚焦重点领域公开"], ["二", "提升平台建设水平"]]
CHAPTERED = [[str(k + 1), requirement(k), "区司法局", "区财政局", "年底前"] for k in range(8)]


@pytest.mark.parametrize(
    "form", [f for f in FORMS if f not in ("tight", "bare", "bare_tight", "bare_spread", "spaced")]
)
def test_chapters_numbered_in_the_serials_column_are_no_tasks(form: str) -> None:
    """一 | 聚焦重点领域公开 above the rows 1, 2, 3; the serials run through the chapters."""
    rows = [CHAPTERS[0], *CHAPTERED[:4], CHAPTERS[1], *CHAPTERED[4:]]
    plan = read_as(form, [["序号", "重点任务", "牵头单位", "配合单位", "完成时限"], *rows])
    assert [(t.no, t.path, t.requirement) for t in plan.tasks] == [
        (r[0], (CHAPTERS[k // 4][1],), r[1]) for k, r in enumerate(CHAPTERED)
    ]


def test_chapters_merged_across_a_true_table() -> None:
    head = ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]
    rows = [head, [*CHAPTERS[0], "", "", ""], *CHAPTERED[:4], [*CHAPTERS[1], "", "", ""], *CHAPTERED[4:]]
    sheet = Sheet(rows, [(1, 1, 1, 4), (6, 1, 6, 4)])
    for data, name in ((word(sheet), "a.docx"), (excel(sheet), "a.xlsx")):
        assert [t.path for t in read(data, name).tasks] == [(CHAPTERS[k // 4][1],) for k in range(8)]


TITLES: dict[str, Callable[[str, str], str]] = {
    "numbered": lambda n, name: f"{n}、{name}", "bracketed": lambda n, name: f"（{n}）{name}基层政务公开标准目录",
    "plain": lambda _, name: f"{name}基层政务公开标准目录",
}  # fmt: skip


@pytest.mark.parametrize("form", ["cells", "tight", *TAIL_FORMS[1:], "tabs_broken"])
@pytest.mark.parametrize("kind", list(TITLES))
def test_titles_of_tables_are_categories_and_numbers_restart(form: str, kind: str) -> None:
    """D15."""
    head = ["序号", "公开事项", "公开内容(要素)", "责任科室", "公开时限"]
    text, want = "某街道办事处基层政务公开标准目录\n\n", []
    for n, name in zip("一二三", ("安全生产领域", "社会救助领域", "公共文化服务领域"), strict=True):
        title = TITLES[kind](n, name)
        rows = [
            [
                str(k + 1),
                "基本信息" if k == 0 else ("办理结果" if k == 3 else ""),
                requirement(k),
                "综合业务科",
                "及时公开",
            ]
            for k in range(5)
        ]
        text += f"{title}\n\n{FORMS[form]([head, *rows])}\n\n"
        label = title.removeprefix(f"{n}、").removeprefix(f"（{n}）")
        want += [
            (r[0], (label, "基本信息" if k < 3 else "办理结果"), r[2], ("综合业务科",), "及时公开")
            for k, r in enumerate(rows)
        ]
    assert summary(read(text)) == want


def test_banners_above_the_headings_of_several_sheets_are_categories() -> None:
    head = ["序号", "公开事项", "公开内容", "公开主体", "公开时限"]
    body = [[str(k + 1), "基本信息", requirement(k), "区民政局", "及时公开"] for k in range(4)]
    sheets = [
        Sheet([[title, "", "", "", ""], head, *body], [(0, 0, 0, 4)])
        for title in ("社会救助领域基层政务公开标准目录", "养老服务领域基层政务公开标准目录")
    ]
    for data, name in ((excel(*sheets), "a.xlsx"), (word(*sheets), "a.docx")):
        assert [t.path[0] for t in read(data, name).tasks] == [s.rows[0][0] for s in sheets for _ in range(4)]


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize("form", list(FORMS))
def test_same_as_above_and_alternatives(form: str) -> None:
    """D17: 同上 takes the row above; / parts alternatives."""
    units = ["镇级人民政府/街道办事处", "同上", "区民政局", "同上", "同上", "区司法局"]
    times = ["及时公开", "6个月", "同上", "1年", "同上", "同上"]
    rows = [
        ["机构信息", requirement(k), "《中华人民共和国政府信息公开条例》第二十条", u, d]
        for k, (u, d) in enumerate(zip(units, times, strict=True))
    ]
    plan = read_as(form, [["公开事项", "公开内容", "公开依据", "公开主体", "公开时限"], *rows])
    pair = ("镇级人民政府", "街道办事处")
    assert [t.units.responsible for t in plan.tasks] == [
        pair,
        pair,
        ("区民政局",),
        ("区民政局",),
        ("区民政局",),
        ("区司法局",),
    ]
    assert [t.deadline.raw for t in plan.tasks] == ["及时公开", "6个月", "6个月", "1年", "1年", "1年"]
    assert [t.requirement for t in plan.tasks] == [r[1] for r in rows]
    origins = [dict(t.inherited).get("responsible_units") for t in plan.tasks]
    assert origins[1] == plan.tasks[0].place and origins[3] == origins[4] == plan.tasks[2].place
    assert "PLN-137" in codes(plan)


@pytest.mark.parametrize("form", list(FORMS))
def test_the_deadline_may_stand_before_the_units(form: str) -> None:
    """D06."""
    rows = [[str(k + 1), requirement(k), "2024年年底前", "区发展改革局、区财政局", "各街道办事处"] for k in range(6)]
    plan = read_as(form, [["序号", "工作任务", "责任时限", "牵头单位", "责任单位"], *rows])
    assert {(t.units.lead, t.units.responsible, t.deadline.raw) for t in plan.tasks} == {
        (("区发展改革局", "区财政局"), ("各街道办事处",), "2024年年底前")
    }


@pytest.mark.parametrize("form", ["bare", "bare_tight", "bare_spread"])
def test_the_signature_below_a_table_without_marks_is_no_row(form: str) -> None:
    rows = [[str(k + 1), requirement(k), "区司法局", "年底前"] for k in range(6)]
    text = FORMS[form]([["序号", "工作任务", "责任单位", "完成时限"], *rows])
    plan = read(text + "\n青石区人民政府办公室\n2024年4月8日\n")
    assert summary(plan) == [(r[0], (), r[1], (r[2],), r[3]) for r in rows]


WIDTHS = (9, 8, 24, 12, 10)


def wrap(text: str, width: int) -> str:
    return "\n".join(text[k : k + width] for k in range(0, max(1, len(text)), width))


@pytest.mark.parametrize("form", ["cells", "tight", "bare_spread", "tabs_broken", "pipes_broken", "pipes_spread"])
def test_cells_wrapped_at_the_width_of_their_columns(form: str) -> None:
    rows = [
        [
            str(k + 1),
            "深化政民互动与公众参与",
            requirement(k),
            "区发展改革局、区财政局、区司法局、各街道办事处",
            "2024年第三季度",
        ]
        for k in range(9)
    ]
    shown = [[wrap(c, w) for c, w in zip(row, WIDTHS, strict=True)] for row in rows]
    plan = read_as(form, [["序号", "工作任务", "工作要求", "责任单位", "完成时限"], *shown])
    assert summary(plan) == [(r[0], (r[1],), r[2], tuple(r[3].split("、")), r[4]) for r in rows]


@pytest.mark.parametrize("form", ["cells", "bare", "bare_tight", "tabs", "pipes"])
def test_running_text_after_the_table_is_no_task(form: str) -> None:
    rows = [[str(k + 1), requirement(k), "区司法局", "年底前"] for k in range(6)]
    text = FORMS[form]([["序号", "工作任务", "责任单位", "完成时限"], *rows])
    after = "三、工作要求\n（一）加强组织领导。各单位要高度重视，明确分管领导，确保任务落实。\n（二）强化督促检查，定期通报进展。\n"
    assert summary(read(text + ("" if form.startswith("bare") else "\n") + after)) == [
        (r[0], (), r[1], (r[2],), r[3]) for r in rows
    ]


# ---------------------------------------------------------------- refusals


def run_together(between: str) -> str:
    text = between.join(["序号", "工作要点", "贯彻举措", "牵头单位", "配合单位"])
    for k in range(9):
        text += between.join(
            ["", str(k + 1), requirement(k), f"1.{REQUIREMENTS[k % 8]}2.逐项落实", "区司法局", "区财政局"]
        )
        text += f"{between}— {k // 3 + 1} —" if k % 3 == 2 else ""
    return text


def wrapped(text: str) -> str:
    return "\n".join(text[k : k + 38] for k in range(0, len(text), 38))


@pytest.mark.parametrize(
    "text", [run_together(""), run_together(" "), wrapped(run_together("")), wrapped(run_together(" "))]
)
def test_a_table_run_together_is_refused_with_its_reason(text: str) -> None:
    """D09: its page numbers and list numbers would pass for serials."""
    plan = read(kit.on_page(text))
    assert not plan.tasks
    assert {"PLN-101", "PLN-103"} <= codes(plan)


def rows_of_bars() -> Rows:
    return [["序号", "工作任务", "责任单位"], *([str(k + 1), requirement(k), "区司法局"] for k in range(4))]


def test_rows_of_nothing_but_bars_are_no_rows() -> None:
    lines = kit.pipes_broken(rows_of_bars()).splitlines()
    plan = read("\n|||\n".join(lines) + "\n|||\n")
    assert [t.requirement for t in plan.tasks] == [requirement(k) for k in range(4)]
