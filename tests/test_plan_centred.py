"""Merged cells printed in their vertical middle (M5): labels in pieces, units and deadlines of the same block."""

from __future__ import annotations

from random import Random

import pytest

from tests.plan_kit import SHARED, codes, read, truth
from tests.plan_layouts import Drawn, Profile, bare_label, middle, paper, tabs
from toolkit.plan.parts import Plan

HEAD = ["重点工作", "主要内容", "牵头单位", "责任单位", "完成时限"]
TEXTS = [
    "编制目录并在门户网站公布", "梳理规定并逐项明确公开主体", "更新目录并说明调整的理由",
    "汇总政策明白卡并及时更新", "设立政策专员并上门宣讲", "完善政策知识库并按月更新",
]  # fmt: skip


def table(labels: list[str], leads: list[str], units: list[str], dates: list[str]) -> Plan:
    rows = [HEAD, *[list(r) for r in zip(labels, TEXTS, leads, units, dates, strict=True)]]
    return read("2024年政务公开重点任务清单\n\n" + tabs(rows))


def test_units_and_deadlines_in_the_middle_of_the_block_hold_for_the_rows_above_too() -> None:
    plan = table(
        ["", "推进目录建设", "", "", "提高服务能力", ""],
        ["", "区政府办公室", "", "", "区工信局", ""],
        ["", "区司法局", "", "", "区财政局", ""],
        ["", "9月底前", "", "", "10月底前", ""],
    )
    assert [t.path for t in plan.tasks] == [("推进目录建设",)] * 3 + [("提高服务能力",)] * 3
    assert [t.units.lead for t in plan.tasks] == [("区政府办公室",)] * 3 + [("区工信局",)] * 3
    assert [t.deadline.raw for t in plan.tasks] == ["9月底前"] * 3 + ["10月底前"] * 3
    assert dict(plan.tasks[3].inherited)["deadline"] == "表1 第6行"
    assert "PLN-138" in {f.code for f in plan.tasks[3].findings}
    assert "PLN-124" in codes(plan)


def test_units_on_neighbouring_rows_of_the_block_hold_for_all_its_rows() -> None:
    plan = read(
        "2024年政务公开重点任务清单\n\n"
        + tabs(
            [
                HEAD,
                *[
                    list(r)
                    for r in zip(
                        ["", "推进目录建设", "", "", "提高政策服务", "能力", ""],
                        [*TEXTS, "通报兑现情况并公布结果"],
                        ["", "区政府办公室", "", "", "区工信局", "区商务局", ""],
                        ["", "区司法局", "", "", "区财政局", "区税务局", ""],
                        ["", "9月底前", "", "", "", "10月底前", ""],
                        strict=True,
                    )
                ],
            ]
        )
    )
    assert [t.units.lead for t in plan.tasks] == [("区政府办公室",)] * 3 + [("区工信局", "区商务局")] * 4
    assert [t.units.responsible for t in plan.tasks[3:]] == [("区财政局", "区税务局")] * 4
    assert [t.deadline.raw for t in plan.tasks] == ["9月底前"] * 3 + ["10月底前"] * 4


@pytest.mark.parametrize(
    ("pieces", "wanted"),
    [
        (["", "聚焦市场主体， 加强涉企信息公", "开", "", "聚焦民生关切，", "加强公共服务 信息公开"], ["聚焦市场主体，加强涉企信息公开", "聚焦民生关切，加强公共服务信息公开"]),
        (["", "规范政务新媒", "体运营", "", "办好政府公报", "和政务公开专 区"], ["规范政务新媒体运营", "办好政府公报和政务公开专区"]),
    ],
)  # fmt: skip
def test_labels_without_numerals_are_joined_over_rows(pieces: list[str], wanted: list[str]) -> None:
    plan = table(pieces, ["区政府办公室"] * 6, ["各街道"] * 6, ["全年"] * 6)
    assert list(dict.fromkeys(t.path[0] for t in plan.tasks)) == wanted


def test_where_the_print_leaves_a_row_open_its_words_decide() -> None:
    texts = [
        "公开年度预算和决算，说明财政资金的使用", "公开政府采购项目，说明采购资金的来源", "公开财政补贴发放结果，接受群众监督",
        "整理依申请公开的答复文书，规范答复格式", "办理依申请公开的复议案件，总结答复问题", "对依申请公开的工作开展业务培训，提升能力",
    ]  # fmt: skip
    labels = ["", "财政资金公开", "", "", "依申请公开答复", ""]
    rows = [[label, text, "区财政局", "各街道", "全年"] for label, text in zip(labels, texts, strict=True)]
    for turned, limit in ((rows, 3), ([*rows[:2], ["", texts[3], *rows[2][2:]], *rows[3:]], 2)):
        plan = read("2024年政务公开重点任务清单\n\n" + tabs([HEAD, *turned]))
        assert [t.path[0] for t in plan.tasks] == ["财政资金公开"] * limit + ["依申请公开答复"] * (6 - limit)


PLAIN = Profile((("category", "工作任务"), ("responsible", "责任单位"), ("requirement", "具体要求")))


def of_seed(seed: str, numerals: bool) -> Drawn:
    """The texts of a published plan with one level of labels, merged cells everywhere the label goes on."""
    rows: list[tuple[str, str, str]] = []
    for row in truth(seed)["tasks"]:
        label = row.get("category") or row.get("category_path") or row.get("path") or ""
        name = bare_label((label if isinstance(label, str) else label[-1]).replace("(", "（").replace(")", "）"))
        unit = row.get("lead_cell") or row.get("unit_cell") or "各街道"
        rows.append((name, unit, row["requirement"].replace(" ", "")))
    same = [bool(k) and row[0] == rows[k - 1][0] for k, row in enumerate(rows)]
    if numerals:
        counts = [k - sum(same[: k + 1]) for k in range(len(rows))]
        rows = [(f"（{'一二三四五六七八九十'[n % 10]}）{r[0]}", *r[1:]) for n, r in zip(counts, rows, strict=True)]
    return Drawn(PLAIN, tuple(rows), tuple((s, False, False) for s in same))


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the folder ../shared is not here")
@pytest.mark.parametrize("numerals", [True, False])
@pytest.mark.parametrize("seed", ["000", "003", "004"])
def test_texts_of_published_plans_printed_with_centred_labels(seed: str, numerals: bool) -> None:
    """On paper of unknown widths, whatever the estimate of heights: nearly every row goes to its label."""
    drawn = of_seed(seed, numerals)
    right = rows = 0
    for chance in range(6):
        sheet = paper(Random(f"{seed}{chance}"))
        plan = read(
            "2024年政务公开工作任务分解表\n\n" + tabs([["工作任务", "责任单位", "具体要求"], *middle(sheet, drawn)])
        )
        assert len(plan.tasks) == len(drawn.rows)
        right += sum(t.path[-1:] == (bare_label(row[0]),) for t, row in zip(plan.tasks, drawn.rows, strict=True))
        rows += len(drawn.rows)
    assert right >= (0.95 if numerals else 0.9) * rows
    assert "PLN-124" in codes(plan)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("区直有关部门、单位, 各街道 区直有关部门、单", "位, 各街道"),
        ("区直有关部门、单位, 各街道 区直有关部门、单位,", "各街道"),
    ],
)
def test_two_rows_run_together_print_their_units_twice(upper: str, lower: str) -> None:
    """M13: the units are those of both rows, and what the two tasks probably are is proposed."""
    rows = [
        ["工作任务", "牵头部门", "责任单位", "具体要求"],
        ["专区建设", "区政府办公室", upper, "打造一批品牌专区。 积极拓展专区功能，开展现场解读、综合"],
        ["", "", lower, "政策咨询等活动，推动公开与服务融合。"],
        ["队伍建设", "区委编办", "各街道", "配齐专职人员，保持队伍稳定。"],
    ]
    plan = read("2024年政务公开工作任务分解表\n\n" + tabs(rows))
    assert [t.units.responsible for t in plan.tasks[:2]] == [("区直有关部门、单位", "各街道")] * 2
    for task in plan.tasks[:2]:
        (doubt,) = [f for f in task.findings if f.code == "PLN-115"]
        assert "积极拓展专区功能，开展现场解读、综合政策咨询等活动" in doubt.message
    assert not [f for f in plan.tasks[2].findings if f.code == "PLN-115"]


def test_a_label_that_a_page_cuts_is_one_label() -> None:
    """（一）抓 at the foot of a page, 好民生实 / 事公开 at the head of the next: in the middle of its whole block."""
    head = "\t".join(HEAD)
    labels = ["", "（一）抓", "好民生实", "事公开", "", "", "（二）做好", "互动交流", ""]
    texts = [*TEXTS, "办好市长信箱并按时答复来信", "举办政府开放日并公布安排", "修订公开指南并更新联系方式"]
    rows = [f"{name}\t{text}\t市教育局\t市财政局\t10月底前" for name, text in zip(labels, texts, strict=True)]
    plan = read("\n".join([head, *rows[:2], "", "— 3 —", "", head, *rows[2:]]) + "\n")
    assert [t.path for t in plan.tasks] == [("抓好民生实事公开",)] * 5 + [("做好互动交流",)] * 4
