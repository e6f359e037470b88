"""Catalogues with one marked cell on a line, blank cells kept: rows are as wide as the table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.plan_kit import codes, read
from toolkit.plan.parts import Plan
from toolkit.plan.words.channels import like_channel
from toolkit.plan.words.kinds import like_units

HEAD = ("一级目录", "二级目录", "三级目录", "公开内容", "公开主体", "公开时限", "公开渠道")
ROWS = (
    ("机构职能", "机构概况", "", "机构名称、办公地址、联系方式", "区委编办", "及时公开", "网站"),
    ("", "内设机构", "", "内设机构名称、职责", "区政府各部门", "1年", "网站"),
    ("政策法规", "规范性文件", "现行有效", "文件标题、文号、正文", "区司法局", "信息形成20个工作日内", "政务服务网"),
    ("", "", "废止失效", "文件清理结果", "区司法局", "", "公示栏"),
    ("", "政策解读", "", "出台背景、目标任务", "文件起草部门", "与文件同步", "微信公众号"),
    ("规划计划", "", "", "规划文本", "区发展改革局", "6月底前", "网站"),
    ("行政执法", "行政许可", "", "许可条件、流程", "各行政执法部门", "实时", "网站、公示栏"),
    ("", "行政处罚", "", "处罚决定书文号", "各行政执法部门", "实时", "网站"),
    ("公开年报", "", "", "上一年度报告", "区政府办公室", "1月31日前", "其他"),
)
PATHS = [
    ("机构职能", "机构概况"), ("机构职能", "内设机构"), ("政策法规", "规范性文件", "现行有效"), ("政策法规", "规范性文件", "废止失效"),
    ("政策法规", "政策解读"), ("规划计划",), ("行政执法", "行政许可"), ("行政执法", "行政处罚"), ("公开年报",),
]  # fmt: skip


def catalogue(rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Plan:
    return read("西岭区政府信息公开目录\n\n" + "".join(f"\t{cell}\n" for row in (head, *rows) for cell in row))


def seen(plan: Plan) -> list[tuple[tuple[str, ...], str]]:
    return [(t.path, t.requirement) for t in plan.tasks]


TRUTH = [(path, row[3]) for path, row in zip(PATHS, ROWS, strict=True)]


def test_rows_are_cut_by_the_width_of_the_table() -> None:
    plan = catalogue(ROWS)
    assert seen(plan) == TRUTH
    assert not codes(plan) & {"PLN-106", "PLN-121", "PLN-122"}


@pytest.mark.parametrize(
    "head",
    [
        ("公开目录", "", "", *HEAD[3:], *HEAD[:3], "", "", "", ""),
        ("公开目录", *HEAD[3:], *HEAD[:3]),
        ("公开目录", "", "", *HEAD[3:], *HEAD[:3]),
    ],
)
def test_a_heading_of_two_rows(head: tuple[str, ...]) -> None:
    assert seen(catalogue(ROWS, head)) == TRUTH


@pytest.mark.parametrize("row, column", [(3, 5), (4, 2), (7, 0), (7, 2)])
def test_a_lost_blank_cell_puts_no_other_row_out_of_step(row: int, column: int) -> None:
    rows = [list(cells) for cells in ROWS]
    del rows[row][column]
    assert [s for k, s in enumerate(seen(catalogue(rows))) if k != row] == [s for k, s in enumerate(TRUTH) if k != row]


def test_section_lines_between_the_rows() -> None:
    rows = [("一、基础信息",), *ROWS[:5], ("二、业务信息",), *ROWS[5:]]
    names = ["基础信息"] * 5 + ["业务信息"] * 4
    assert seen(catalogue(rows)) == [((name, *path), what) for name, (path, what) in zip(names, TRUTH, strict=True)]


def test_where_blank_cells_left_nothing_a_channel_still_ends_its_row() -> None:
    rows = [[cell for cell in row if cell] for row in ROWS]
    found = seen(catalogue(rows))
    assert [what for _, what in found] == [what for _, what in TRUTH]
    assert not any(like_channel(name) for path, _ in found for name in path)


@pytest.mark.parametrize(
    "text, channel",
    [
        ("网站、微信公众号", True),
        ("政务服务网", True),
        ("公示栏", True),
        ("其他", False),
        ("区电视台", False),
        ("公开平台建设", False),
    ],
)
def test_what_a_channel_is(text: str, channel: bool) -> None:
    assert like_channel(text) is channel
    assert not (channel and like_units(text))


def test_a_second_heading_row_of_one_kind_is_no_task() -> None:
    head = "".join(f"\t{n}\n" for n in ("序号", "公开事项", "公开内容（要素）", "公开时限", "公开主体"))
    below = "\t一级事项\n\t二级事项\n"
    rows = "".join(
        f"\n\t{k}\n\t{a}\n\t{b}\n\t{what}\n\t及时公开\n\t镇政府\n"
        for k, a, b, what in (
            (1, "机构信息", "机构职能", "机构设置、电话"),
            (2, "", "领导信息", "姓名、分工"),
            (3, "财政信息", "预算", "收支总表"),
        )
    )
    plan = read(f"北坪镇政务公开标准目录\n\n{head}\n{below}{rows}")
    assert [(t.no, t.path) for t in plan.tasks] == [
        ("1", ("机构信息", "机构职能")), ("2", ("机构信息", "领导信息")), ("3", ("财政信息", "预算")),
    ]  # fmt: skip
    assert not codes(plan) & {"PLN-105", "PLN-106", "PLN-119"}


def test_units_on_a_second_marked_line_stay_in_their_cell() -> None:
    head = "".join(f"\t{n}\n" for n in ("工作任务", "具体要求", "责任科室", "时限要求"))
    rows = (
        ("1", "依申请公开", "修订本局依申请公开工作规程，统一各环节文书格式。", "办公室", "6月底前"),
        ("2", "", "答复意见一律经法制审核，由业务科室提出初步意见。", "政策法规科\n\n\t办公室", "长期坚持"),
        ("3", "平台建设", "清查局网站信息公开专栏，对空白栏目限期整改。", "信息中心", "5月底前"),
    )
    body = "".join("\n" + "".join(f"\t{c}\n" for c in row) for row in rows)
    plan = read(f"2023年市水务局政务公开任务分解表\n\n{head}{body}")
    assert [(t.path, t.requirement, t.units.offices) for t in plan.tasks] == [
        (("依申请公开",), rows[0][2], ("办公室",)),
        (("依申请公开",), rows[1][2], ("政策法规科", "办公室")),
        (("平台建设",), rows[2][2], ("信息中心",)),
    ]


def test_a_page_number_between_marked_cells_is_no_cell() -> None:
    head = "".join(f"\t{n}\n" for n in ("事项编码", "一级事项", "公开内容（要素）", "公开主体", "公开层级"))
    rows = [
        ("0101", "机构信息", "机构设置、电话", "区民政局", "区级"),
        ("0102", "领导信息", "姓名、分工", "区民政局", "区级"),
    ]
    more = [
        ("0201", "财政信息", "收支总表", "区财政局", "区级"),
        ("0202", "债务信息", "限额、余额", "区财政局", "区级"),
    ]
    body, rest = ("".join(f"\t{c}\n" for row in part for c in row) for part in (rows, more))
    plan = read(f"西岭区政务公开标准目录\n\n{head}{body}\t6\n{head}{rest}")
    assert [t.no for t in plan.tasks] == ["0101", "0102", "0201", "0202"]


def test_two_whole_sentences_on_two_lines_are_two_rows() -> None:
    plan = read(
        "西岭区政务公开任务分解表\n\n工作任务\t具体事项\t工作要求\t责任单位\n"
        "一、推进主动公开\t政策发布\t集中公开现行有效的规范性文件，逐件标注效力。\t区司法局\n"
        "二、深化互动\t意见征集\t按照“谁起草、谁解读”的原则做好政策解读工作。\n"
        "加强政府网站日常监测，确保信息更新及时。\t区政府办公室\n"
        "三、强化保障\t培训\t组织开展业务培训，全年不少于两次。\t区政府办公室\n"
    )
    assert [(t.path[0], t.requirement[:4]) for t in plan.tasks] == [
        ("推进主动公开", "集中公开"), ("深化互动", "按照“谁"), ("深化互动", "加强政府"), ("强化保障", "组织开展"),
    ]  # fmt: skip


def test_a_time_broken_behind_its_year_and_printed_twice() -> None:
    rows = "工作任务\t工作要求\t完成时限\t公开渠道\n"
    for label, time in (("甲项", "2024\n年第三季度\n2024\n年第三季度"), ("乙项", "6月底前"), ("丙项", "年底前")):
        rows += f"{label}\t做好{label}有关信息的主动公开和动态更新工作。\t{time}\t■政府网站\n"
    plan = read(f"西岭区2024年政务公开任务分解表\n\n{rows}")
    assert [t.deadline.raw for t in plan.tasks] == ["2024年第三季度", "6月底前", "年底前"]
