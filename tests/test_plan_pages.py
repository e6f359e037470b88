"""Parts of one table with a page between them, cells of programs that know no merges, and tables written as HTML."""

from __future__ import annotations

import pytest

from tests.plan_kit import Sheet, cells, codes, piped, read, tabbed, word
from toolkit.plan.parts import Plan
from toolkit.plan.source.tags import pieces_of

HEAD = ["序号", "重点任务", "具体要求", "责任单位", "完成时限"]
ONE = [
    ["1", "做好政策公开", "集中发布惠企政策并说明办理条件和联系方式", "区发展改革局", "6月底前"],
    ["2", "", "对实施满三年的惠企政策开展评估并公布结论", "区司法局", "9月底前"],
]
TWO = [
    ["3", "", "梳理行政许可事项清单并公开办事流程", "区行政审批服务局", "全年"],
    ["4", "加强平台建设", "清理门户网站空白栏目并按月形成整改台账", "区政府办公室", "持续推进"],
]
TITLE = "云河区2024年政务公开任务分解表"
SEEN = [(row[0], ("做好政策公开" if k < 3 else "加强平台建设",), row[2]) for k, row in enumerate([*ONE, *TWO])]


def seen(plan: Plan) -> list[tuple[str | None, tuple[str, ...], str]]:
    return [(t.no, t.path, t.requirement) for t in plan.tasks]


BETWEEN = [
    "续表",
    "（续表）",
    "续表1",
    "5",
    "<!-- page 5 -->",
    TITLE,
    f"{TITLE}（续）",
    "第 2 页 共 3 页",
    "5\n\n续表",
    "---",
]


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("form", [tabbed, piped, cells])
def test_a_page_between_two_parts_does_not_end_the_table(form: object, between: str) -> None:
    assert callable(form)
    for second in ([HEAD, *TWO], TWO):
        if form is piped and second is TWO:
            continue  # bars with a rule below always have a heading
        plan = read(f"{TITLE}\n\n{form([HEAD, *ONE])}\n{between}\n\n{form(second)}")
        assert seen(plan) == SEEN, (between, len(second))
        assert "PLN-110" not in codes(plan)


@pytest.mark.parametrize("between", ["续表", TITLE, "— 2 —"])
def test_parts_of_a_table_of_word_are_one_table(between: str) -> None:
    data = word(Sheet([HEAD, *ONE], above=(TITLE,), below=(between,)), Sheet([HEAD, *TWO]))
    assert seen(read(data, "计划.docx")) == SEEN


def test_text_between_two_parts_stays_where_serials_go_on() -> None:
    data = word(Sheet([HEAD, *ONE], below=("注：责任单位排在首位的为牵头单位。",)), Sheet([HEAD, *TWO]))
    plan = read(data, "计划.docx")
    assert seen(plan) == SEEN
    assert any("注：责任单位" in f.message for f in plan.findings if f.code == "PLN-171")


def test_a_table_that_counts_anew_or_has_a_title_of_its_own_stands_alone() -> None:
    again = [[str(k), *row[1:]] for k, row in enumerate(TWO, 1)]
    plan = read(word(Sheet([HEAD, *ONE], below=("续表",)), Sheet([HEAD, *again])), "计划.docx")
    assert [t.place.split()[0] for t in plan.tasks] == ["表1", "表1", "表2", "表2"]
    titled = read(f"一、重点公开\n{tabbed([HEAD, *ONE])}\n二、平台建设\n{tabbed([HEAD, *TWO[1:]])}")
    assert [t.path[0] for t in titled.tasks] == ["重点公开", "重点公开", "平台建设"]


def test_a_serial_between_bars_on_lines_of_their_own_is_no_page_number() -> None:
    text = "\n\n||\n\n".join("\n\n|\n\n".join(c for c in row if c) for row in [HEAD, *ONE, *TWO])
    assert [t.no for t in read(f"分解表\n\n|\n{text}\n\n|\n").tasks] == ["1", "2", "3", "4"]


def test_a_chapter_and_a_finer_title_are_both_in_the_path() -> None:
    text = f"一、平台\n{tabbed([HEAD, *ONE])}\n二、领域\n（一）住房\n{tabbed([HEAD, TWO[0]])}\n（二）食品\n{tabbed([HEAD, TWO[1]])}"
    paths = [t.path[:-1] if t.no != "3" else t.path for t in read(text).tasks]
    assert paths == [("平台",), ("平台",), ("领域", "住房"), ("领域", "食品")]


# ---------------------------------------------------------------- programs that know no merges


def test_a_section_line_repeated_in_every_cell() -> None:
    banner = ["一、聚焦经济发展"] * 5
    full = [[*ONE[1][:1], "做好政策公开", *ONE[1][2:]], [*TWO[0][:1], "做好政策公开", *TWO[0][2:]]]
    plan = read(piped([HEAD, banner, ONE[0], *full, ["二、加强平台"] * 5, TWO[1]]))
    assert [(t.no, t.path) for t in plan.tasks] == [
        *((str(n), ("聚焦经济发展", "做好政策公开")) for n in (1, 2, 3)),
        ("4", ("加强平台", "加强平台建设")),
    ]


@pytest.mark.parametrize("blank", ["NaN", "nan", "None"])
def test_blank_cells_of_a_data_frame(blank: str) -> None:
    rows = [[c or blank for c in row] for row in [*ONE, *TWO]]
    rows = [[f"{row[0]}.0", *row[1:]] for row in rows]
    above = [TITLE, *(f"Unnamed: {k}" for k in range(1, 5))]
    plan = read(piped([above, HEAD, *rows]))
    assert seen(plan) == SEEN
    assert plan.title == TITLE


def test_ditto_in_the_category_column() -> None:
    rows = [[c or "同上" for c in row] for row in [*ONE, *TWO]]
    plan = read(tabbed([HEAD, *rows]))
    assert seen(plan) == SEEN
    assert not codes(plan) & {"PLN-121", "PLN-122", "PLN-131"}
    assert dict(plan.tasks[1].inherited)["path"] == plan.tasks[0].place


def test_a_requirement_printed_twice_is_kept_once() -> None:
    rows = [[*row[:2], f"{row[2]}；{joint}{row[2]}；", *row[3:]] for row, joint in zip(ONE, ("\n", " "), strict=True)]
    plan = read(cells([HEAD, *rows]))
    assert [t.requirement for t in plan.tasks] == [f"{row[2]}；" for row in ONE]
    assert "PLN-160" in codes(plan)


# ---------------------------------------------------------------- rows shifted left

WIDE = ["序号", "公开类别", "公开事项", "公开内容", "公开时限", "公开主体", "备注"]


def shifted(rows: list[list[str]]) -> str:
    """Merged labels left out, the row moved left and filled with blanks (M7)."""
    return tabbed([r if r[1] else [r[0], *r[2:], ""] for r in rows])


def test_columns_of_shifted_rows_under_an_almost_empty_last_column() -> None:
    rows = [
        ["1", "征地补偿", "管理政策", "有关征地的法律法规和补偿安置标准", "20个工作日内", "县自然资源局", ""],
        ["2", "", "启动公告", "征收范围、征收目的、土地现状调查的安排", "10个工作日内", "县自然资源局", ""],
        ["3", "", "调查结果", "地类、面积，地上附着物权属和数量确认表", "及时", "县自然资源局", "依申请公开"],
        ["4", "", "安置公告", "补偿安置方案、异议反馈渠道及其后果", "30日内", "县人民政府", ""],
        ["5", "宅基地", "审批结果", "申请人姓名、批准面积、批准位置、文号", "每月", "各乡镇人民政府", ""],
        ["6", "", "审批程序", "申请条件、申请材料、审批流程图和时限", "1个月", "各乡镇人民政府", ""],
    ]
    plan = read(shifted([WIDE, *rows]))
    assert seen(plan) == [(r[0], ("征地补偿" if k < 4 else "宅基地", r[2]), r[3]) for k, r in enumerate(rows)]


def test_the_numeral_of_a_label_decides_its_level_in_a_shifted_row() -> None:
    head = ["序号", "工作任务", "工作任务", "工作要求", "责任单位", "完成时限"]
    rows = [
        ["1", "一、聚焦经济", "扩大有效投资", "集中展示重点项目开工和竣工情况并按月更新", "区发展改革局", "3月底前"],
        ["2", "公开政府投资项目年度计划及批准结果信息", "区供销社", "", "", ""],
        ["3", "优化环境", "编制惠企政策清单，逐条标明申报条件和流程", "区司法局", "", ""],
        ["4", "二、强化民生", "生态环境", "每月公开空气质量和水源水质监测信息", "区水利局", "实时"],
        ["5", "三、组织保障", "将政务公开经费列入本级预算并及时办理交接", "区财政局", "", ""],
        ["6", "培训考核", "年内组织业务培训，新任人员培训全部覆盖", "区人社局", "", ""],
    ]
    assert [t.path for t in read(tabbed([head, *rows])).tasks] == [
        ("聚焦经济", "扩大有效投资"), ("聚焦经济", "扩大有效投资"), ("聚焦经济", "优化环境"), ("强化民生", "生态环境"),
        ("组织保障",), ("组织保障", "培训考核"),
    ]  # fmt: skip


def test_a_name_alone_in_a_shifted_row_is_its_requirement() -> None:
    head = ["公开类别", "公开内容", "责任科室", "时限要求", ""]
    rows = [
        ["1", "权责清单", "行政许可", "审批服务科", "20个工作日内"],
        ["2", "行政处罚", "执法支队", "7个工作日内", ""],
        ["3", "行政强制", "", "", ""],
        ["4", "财政资金", "年度预算", "计划财务科", "20日内"],
        ["5", "政府采购", "计划财务科", "及时", ""],
    ]
    plan = read(tabbed([head, *rows]))
    assert [t.requirement for t in plan.tasks] == ["行政许可", "行政处罚", "行政强制", "年度预算", "政府采购"]
    assert plan.tasks[2].units == plan.tasks[1].units


def test_a_row_of_full_width_is_not_moved() -> None:
    head = ["序号", "重点任务", "公开内容", "具体要求", "责任单位", "完成时限"]
    rows = [
        ["1", "提升能力", "业务培训", "举办1期政务公开工作培训班并开展观摩交流", "县政府办公室", "9月底前"],
        ["2", "", "考核评估", "委托第三方对各部门开展评估，结果全县通报", "", "12月底前"],
    ]
    assert read(cells([head, *rows])).tasks[1].requirement == rows[1][3]


@pytest.mark.parametrize("rule", ["|:-:|:-:|:-|:-|:-|", "|-|-|-|-|-|", "|:—:|:—:|:—|:—|:—|", "|---|---|---|---|---|"])
def test_rule_lines_of_one_dash(rule: str) -> None:
    lines = piped([HEAD, *ONE, *TWO]).splitlines()
    assert seen(read("\n".join([lines[0], rule, *lines[2:]]))) == SEEN


# ---------------------------------------------------------------- every cell broken at the edge of its column


def hard_wrapped(rows: list[list[str]], widths: list[int]) -> str:
    """Cells broken after so many characters, one after the other, as a converter that keeps tabs prints them."""
    broken = [
        ["\n".join(c[k : k + w] for k in range(0, len(c), w)) for c, w in zip(r, widths, strict=True)] for r in rows
    ]
    return "\n".join("\t".join(row) for row in broken) + "\n"


LABELS = ["重点任务", "具体要求", "牵头单位", "配合单位", "完成时限"]
LONG = [
    ["持续优化政策公开", "集中发布惠企政策，说明办理条件、联系方式和兑现流程，每季度更新一次。", "区发展改革局", "区财政局、区工业和信息化局", "6月底前"],
    ["", "对实施满三年的惠企政策开展评估并公布评估结论。", "区司法局", "区审计局", "2024年12月20日前"],
    ["", "梳理行政许可事项清单，公开办事流程", "区行政审批服务局", "", "长期坚持"],
    ["加强政府网站建设", "清理门户网站空白栏目，按月形成整改台账并通报。", "区政府办公室", "区大数据中心、各街道办事处", "年底前"],
]  # fmt: skip


@pytest.mark.parametrize("widths", [[5, 14, 8, 8, 20], [7, 17, 9, 7, 8], [6, 20, 6, 10, 9]])
def test_rows_whose_every_cell_is_broken(widths: list[int]) -> None:
    text = "\t".join(LABELS) + "\n" + "一、推动高质量发展\n" + hard_wrapped(LONG, widths)
    plan = read(text + "\n抄送：区委办公室。\n")
    tops = ["持续优化政策公开"] * 3 + ["加强政府网站建设"]
    assert [(t.path, t.requirement, t.deadline.raw) for t in plan.tasks] == [
        (("推动高质量发展", top), row[1], row[4]) for top, row in zip(tops, LONG, strict=True)
    ]
    assert plan.tasks[0].units.supporting == ("区财政局", "区工业和信息化局")
    assert "PLN-104" not in codes(plan)


def test_broken_rows_that_cannot_be_cut_are_told_once() -> None:
    short = [[c for c in row if c] for row in LONG]  # blank cells left nothing: the tabs do not come out even
    broken = ["\t".join("\n".join(c[k : k + 9] for k in range(0, len(c), 9)) for c in row) for row in short]
    assert "PLN-104" in codes(read("\t".join(LABELS) + "\n" + "\n".join(broken) + "\n"))


def test_the_number_of_a_document_in_a_bracket_is_no_unit() -> None:
    plan = read(f"江浦市2024年政务公开工作责任分工\n\n（江浦政办〔2024〕9号附件）\n\n{tabbed([HEAD, *ONE])}")
    assert [t.no for t in plan.tasks] == ["1", "2"]


# ---------------------------------------------------------------- HTML

TABLE = """<table border="1"><caption>分解表</caption>
<thead><tr><th>序号</th><th colspan="2">重点任务</th><th>具体要求</th><th>责任单位</th><th>完成时限</th></tr></thead>
<tr><td colspan=6><b>一、深化公开</b></td></tr>
<tr><td>1</td><td rowspan=3>做好政策
公开</td><td rowspan='2'>解读</td><td>集中发布惠企政策并说明
办理条件</td><td rowspan="2">区发展改革局<br/>区商务局</td><td>6月底前</td></tr>
<tr><td>2</td><td>对实施满三年的惠企政策开展评估</td><td>9月底前
<tr><td>3<td>清单<td>梳理行政许可事项&amp;公开办事流程<td>区行政审批服务局<td>全年
<tr><td>4</td><td colspan=2>平台</td><td><p>清理门户网站空白栏目</p></td><td>区政府办公室</td><td>持续推进</td></tr>
</table>"""


@pytest.mark.parametrize(
    "page",
    ["{}", "<div>首页</div><table><tr><td>导航</td><td>{}</td></tr></table>", "<p>附件</p>{}<p>联系人：张三</p>"],
)
def test_a_table_written_as_html(page: str) -> None:
    plan = read("# 2024年工作要点任务分解表\n<script>var a='<td>9</td>';</script>\n" + page.format(TABLE), "网页.md")
    assert [(t.no, t.path, t.requirement, t.units.responsible, t.deadline.raw) for t in plan.tasks] == [
        ("1", ("深化公开", "做好政策公开", "解读"), "集中发布惠企政策并说明办理条件", ("区发展改革局", "区商务局"), "6月底前"),
        ("2", ("深化公开", "做好政策公开", "解读"), "对实施满三年的惠企政策开展评估", ("区发展改革局", "区商务局"), "9月底前"),
        ("3", ("深化公开", "做好政策公开", "清单"), "梳理行政许可事项&公开办事流程", ("区行政审批服务局",), "全年"),
        ("4", ("深化公开", "平台"), "清理门户网站空白栏目", ("区政府办公室",), "持续推进"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    [
        "<table>" * 20000 + "<td>a",
        "<table><tr>" + "<td rowspan=999999 colspan=999999>a" * 2000,
        "<table>" + "<tr><td rowspan=0 colspan=64>a" * 20000,
        "<td><table" * 5000,
        "<script" * 20000 + "<table><td>a",
        "<!--" * 20000 + "<table><td>a",
        "</table></table><table><td rowspan=-1 colspan=x>a</table></table>",
        "<table><td>&#xffffff;&#0;&" * 3000,
    ],
)
def test_hostile_html_neither_raises_nor_grows(hostile: str) -> None:
    size = sum(len(row) for piece in pieces_of(hostile) for row in piece.rows)
    assert size <= 5000 * 64
    read(hostile, "网页.txt")
