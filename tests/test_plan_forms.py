"""Tables in manners of office programs: cards one under the other, cells quoted by a spreadsheet, a column of starting times."""

from __future__ import annotations

import pytest

from tests.plan_kit import codes, read

HEAD = "北山区2024年政务公开工作任务分解表\n\n"
CARDS = (
    ("政策解读", "及时发布惠企政策，做好解读推送。", "区发展改革局", "6月底前"),
    ("依申请公开", "规范办理依申请公开，提升答复质量。", "区司法局", "年底前"),
    ("平台建设", "加强网站栏目维护，每周检查一次。", "区政府办公室", "长期坚持"),
)
NAMES = ("任务名称", "任务内容", "责任单位", "完成时限")


@pytest.mark.parametrize("mark", ["：", ":", "\t", "： "])
@pytest.mark.parametrize("gap", ["\n", ""])
def test_cards_are_a_table_turned_on_its_side(mark: str, gap: str) -> None:
    body = gap.join("".join(f"{n}{mark}{v}\n" for n, v in zip(NAMES, card, strict=True)) for card in CARDS)
    plan = read(f"{HEAD}{body}\n抄送：区委办公室。\n")
    assert [(t.path, t.requirement, t.units.responsible, t.deadline.raw) for t in plan.tasks] == [
        ((label,), what, (unit,), time) for label, what, unit, time in CARDS
    ]


def test_a_line_goes_on_in_its_card() -> None:
    cards = "".join(f"任务名称：{a}\n任务内容：{b[:9]}\n{b[9:]}\n责任单位：{c}\n\n" for a, b, c, _ in CARDS)
    assert [t.requirement for t in read(HEAD + cards).tasks] == [card[1] for card in CARDS]


def test_one_card_alone_is_no_table() -> None:
    text = "工作目标：提升公开质量。\n责任单位：各部门\n完成时限：年底前\n"
    assert not any(t.path == ("提升公开质量",) for t in read(HEAD + text).tasks)


def test_cells_of_several_lines_quoted_by_a_spreadsheet() -> None:
    plan = read(
        HEAD + "序号\t任务\t要求\t责任单位\t时限\n"
        '1\t政策解读\t"1.编制清单；\n2.同步解读。"\t"区发展改革局\n区财政局"\t6月底前\n'
        "2\t依申请公开\t规范办理依申请公开，提升答复质量。\t区司法局\t全年\n"
        '3\t平台建设\t"加强""网站""栏目维护，\n每周检查一次。"\t区政府办公室\t长期坚持\n'
    )
    assert [(t.no, t.path, t.units.responsible, t.deadline.raw) for t in plan.tasks] == [
        ("1", ("政策解读",), ("区发展改革局", "区财政局"), "6月底前"),
        ("2", ("依申请公开",), ("区司法局",), "全年"),
        ("3", ("平台建设",), ("区政府办公室",), "长期坚持"),
    ]
    assert plan.tasks[2].requirement == '加强"网站"栏目维护，每周检查一次。'


def test_the_time_a_task_begins_is_no_deadline() -> None:
    rows = "".join(f"{k}\t{what}\t{unit}\t{k}月\t{time}\n" for k, (_, what, unit, time) in enumerate(CARDS, 1))
    plan = read(f"{HEAD}序号\t工作任务\t责任单位\t启动时间\t完成时间\n{rows}")
    assert [t.deadline.raw for t in plan.tasks] == [card[3] for card in CARDS]


def test_a_row_of_totals_is_no_task() -> None:
    rows = "".join(f"| {k} | {a} | {b} | {c} | {d} |\n" for k, (a, b, c, d) in enumerate(CARDS, 1))
    plan = read(
        f"{HEAD}| 序号 | 工作任务 | 工作要求 | 责任单位 | 时限 |\n|---|---|---|---|---|\n{rows}| 合计 | 3项 | | | |\n"
    )
    assert [t.no for t in plan.tasks] == ["1", "2", "3"]


def test_the_field_of_a_task_may_stand_behind_it() -> None:
    rows = "".join(f"{k}\t{b}\t{a}\t{c}\t{d}\n" for k, (a, b, c, d) in enumerate(CARDS, 1))
    plan = read(f"{HEAD}序号\t具体要求\t所属领域\t责任单位\t时限\n{rows}")
    assert [(t.path, t.requirement) for t in plan.tasks] == [((card[0],), card[1]) for card in CARDS]


def test_a_second_heading_row_under_a_first_one_that_left_no_blank_cells() -> None:
    head = "序号\t公开事项\t公开内容\t公开主体\t公开时限\n\t一级事项\t二级事项\n"
    rows = "".join(f"{k}\t{a}\t公示\t{b}\t{c}\t{d}\n" for k, (a, b, c, d) in enumerate(CARDS, 1))
    plan = read(HEAD + head + rows)
    assert [(t.path, t.requirement) for t in plan.tasks] == [((card[0], "公示"), card[1]) for card in CARDS]
    assert not codes(plan) & {"PLN-105", "PLN-106", "PLN-119"}
