"""Rows that came apart, or would run together: cut by a page, a cell short, blank in places, wider than their names say."""

from __future__ import annotations

from tests.plan_kit import read

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
