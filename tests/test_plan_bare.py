"""Tables that came out one cell on a line without any mark: deadlines, codes, laws, labels, copies and broken lines."""

from __future__ import annotations

import pytest

from tests.plan_kit import codes, read
from toolkit.findings import Level
from toolkit.plan.parts import Plan
from toolkit.plan.words.kinds import like_deadline, ordinal
from toolkit.plan.words.times import says_time

HEAD = ("编号", "一级事项", "二级事项", "公开内容（要素）", "公开依据", "公开时限", "公开主体")
LAW = "《中华人民共和国政府信息公开条例》"


def bare(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD, below: str = "") -> Plan:
    lines = "".join(f"{cell}\n" for row in (head, *rows) for cell in row if cell)
    return read(f"沧源县公开事项目录\n\n{lines}{below}")


def seen(plan: Plan) -> list[tuple[str | None, tuple[str, ...], str, str]]:
    return [(t.no, t.path, t.requirement, t.deadline.raw) for t in plan.tasks]


def wanted(*rows: tuple[str, ...]) -> list[tuple[str | None, tuple[str, ...], str, str]]:
    found, first = [], ""
    for row in rows:
        first = row[1] or first
        found.append((row[0], (first, row[2]), row[3], row[5]))
    return found


ROWS = (
    ("1-1", "就业服务", "岗位信息", "招聘单位、岗位要求、福利待遇", LAW, "活动开始前5个工作日", "县人社局"),
    ("1-2", "", "求职登记", "服务对象、提交材料、办理流程、咨询电话", LAW, "公示期不少于5个工作日", "县就业中心"),
    ("2-1", "创业服务、担保贷款和补贴", "创业补贴", "补贴标准及申请条件", LAW, "按进度公开", "县财政局"),
    ("2-2", "", "担保贷款", "贷款额度", LAW, "每学期末", "县财政局"),
)  # fmt: skip


def test_deadlines_codes_and_short_requirements_stand_in_their_columns() -> None:
    assert seen(bare(*ROWS)) == wanted(*ROWS)


@pytest.mark.parametrize(
    "text",
    [
        "活动开始前5个工作日", "公示期不少于5个工作日", "公告时间不少于30日", "按进度公开", "每学期末", "按月公开", "开学前", "招生结束后",
        "季末", "视情公开", "24小时内", "一次性公开", "项目竣工验收后", "提前3个工作日", "按规定时限公开", "春节前", "1-3月", "2024.6",
        "常规性工作定期公开，临时性工作随时公开", "6月底前完成，并长期坚持", "与政策文件同步公开", "批准后20日内",
    ],
)  # fmt: skip
def test_what_a_deadline_cell_says(text: str) -> None:
    assert says_time(text) and like_deadline(text)


@pytest.mark.parametrize(
    "text",
    [
        "长期护理保险", "政策动态", "日常监管信息", "年度预算", "按月公开水质数据", "活动时间", "审批时限", "三年行动计划", "征收决定",
        "公示结果", "及时回应群众关切", "持续优化营商环境", "项目实施情况", "会议公开", "执法检查", "动态调整机制",
    ],
)  # fmt: skip
def test_labels_and_tasks_with_a_word_of_time_say_no_time(text: str) -> None:
    assert not says_time(text)


@pytest.mark.parametrize(
    ("text", "after"), [("1-9", "1-10"), ("1-10", "2-1"), ("1.9", "2.1"), ("A01", "B01"), ("0103", "0201")]
)
def test_codes_stand_in_order(text: str, after: str) -> None:
    first, second = ordinal(text), ordinal(after)
    assert first is not None and second is not None and first < second


@pytest.mark.parametrize("text", ["2024.6", "12345热线", "A", "GB/T 1", "1-", "区财政局"])
def test_no_codes(text: str) -> None:
    assert ordinal(text) is None


def test_lines_of_laws_are_the_basis_and_no_end_of_the_requirement() -> None:
    laws = f"{LAW}\n《养老机构管理办法》（民政部令第66号）\n《养老机构等级划分与评定》（GB/T 37276—2018）\n《老年法》"
    rows = tuple((*row[:4], laws, *row[5:]) for row in ROWS)
    assert seen(bare(*rows)) == wanted(*ROWS)


def test_a_long_label_before_a_list_of_contents_is_a_label() -> None:
    first = (
        "1-1",
        "养老服务",
        "国家和地方层面养老服务相关法律、法规、政策文件",
        "文件名称、文号、发文部门、发布时间",
        *ROWS[0][4:],
    )
    assert seen(bare(first, *ROWS[1:])) == wanted(first, *ROWS[1:])


@pytest.mark.parametrize(
    "tail",
    [
        "扫一扫在手机打开当前页",
        "打印本页 关闭窗口",
        "上一篇：某通知",
        "备案号：琼ICP备05000041号",
        "网站标识码：1234567890",
    ],
)
def test_what_a_web_page_prints_below_ends_the_table(tail: str) -> None:
    plan = bare(*ROWS, below=f"\n{tail}\n")
    assert seen(plan) == wanted(*ROWS)
    assert "PLN-104" in codes(plan)  # a blank line behind the table parts no rows


def test_a_heading_name_ends_no_table() -> None:
    plan = bare(*((row[0], row[3], row[6], row[5]) for row in ROWS), head=("编号", "工作内容", "主办单位", "完成时限"))
    assert [t.units.lead for t in plan.tasks] == [(row[6],) for row in ROWS]


def test_a_numbered_label_behind_a_blank_line_stays_in_the_table() -> None:
    text = "".join(f"全面梳理现行有效的第{k}批规范性文件并逐件公开。\n\n" for k in range(9))
    plan = read(
        f"分解表\n\n工作任务\n具体要求\n责任单位\n\n（一）加强公开\n集中公开规划文件。\n区司法局\n\n（二）加强解读\n{text}"
    )
    assert [t.path for t in plan.tasks][-1] == ("加强解读",) and len(plan.tasks) == 10


@pytest.mark.parametrize("gap", ["", "\n"])
def test_copies_are_one_text_and_a_blank_line_behind_them_parts_nothing(gap: str) -> None:
    rows = tuple(
        (row[0], f"{row[1]}\n{row[1]}\n{row[1]}\n{gap}".strip("\n") + gap if row[1] else "", *row[2:]) for row in ROWS
    )
    assert seen(bare(*rows)) == wanted(*ROWS)


def test_a_level_that_no_row_fills_is_a_doubt() -> None:
    head = ("一级目录", "二级目录", "三级目录", "公开内容", "公开时限", "公开主体")
    rows = (("主动公开", "机构职能", "机构名称、地址、办公时间、联系方式", "1年", "市交通运输局办公室"),
            ("", "权责清单", "行政权力事项和责任事项清单及其依据", "1年", "市交通运输局法规科"),
            ("行政许可", "道路运输", "许可条件、申请材料、办理流程、许可结果", "及时公开", "市交通运输局运输科"))  # fmt: skip
    plan = bare(*rows, head=head)
    doubt = next(f for f in plan.findings if f.code == "PLN-106")
    assert "“一级目录”一栏各行都没有内容" in doubt.message and doubt.level == Level.EXPLAIN


def broken(text: str, width: int) -> str:
    return "\n".join(text[k : k + width] for k in range(0, len(text), width))


def test_lines_broken_at_the_width_of_their_column_are_cells_again() -> None:
    head = ("序号", "重点任务", "具体要求", "责任单位", "完成时限")
    texts = ("集中公开现行有效的行政规范性文件，建立制发、修改、废止联动更新机制，做好有效性标注。",
             "坚持政策性文件与解读方案、解读材料同步组织、同步审签、同步部署，逐步提高多元化解读的比例，把专业术语说明白。",
             "编制并公布年度重大行政决策事项目录，明确承办单位、决策时间和公众参与方式，及时公布意见采纳情况。",
             "围绕社会关注度高的领域，组织开展政府开放日活动，邀请群众代表参加并当面听取意见，整改结果在月底前向社会公布。")  # fmt: skip
    units = ("区发展改革局、区人力资源和社会保障局", "区政府办公室", "区司法局、区政府各部门", "区发展改革局")
    labels = ("规范政策文件集中公开", "提升政策解读实效", "推进重大行政决策公开", "开展政府开放日和评价")
    rows = [(str(k + 1), labels[k], texts[k], units[k], "2024年6月底前") for k in range(4)]
    widths = (4, 8, 20, 8, 6)
    plan = bare(*(tuple(map(broken, row, widths)) for row in rows), head=head)
    assert [
        (t.no, *t.path, t.requirement, "、".join((*t.units.lead, *t.units.responsible)), t.deadline.raw)
        for t in plan.tasks
    ] == rows


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("gap", ["", "\n"])
def test_tasks_of_like_length_are_no_broken_lines(numbered: bool, gap: str) -> None:
    texts = ["公开年度预算和决算报告全文", "公布救助标准和申请的条件", "举办政府开放日活动若干场", "更新权责清单和办事的指南",
             "发布规划文件及其解读材料", "公示采购意向和中标的结果", "公布河湖水质监测月度数据", "开展政务公开工作业务培训"]  # fmt: skip
    labels = ["财政信息公开", "", "政民互动活动", "", "政策文件公开", "", "重点领域公开", ""]
    head = ["序号", "重点任务", "具体要求", "责任单位", "完成时限"]
    rows = [[str(k + 1), labels[k], texts[k], "区民政局", "6月底前"] for k in range(8)]
    cells = [[cell for cell in row[0 if numbered else 1 :] if cell] for row in (head, *rows)]
    plan = read("分解表\n\n" + ("\n" + gap).join("\n".join(row) for row in cells) + "\n")
    assert [t.requirement for t in plan.tasks] == texts
