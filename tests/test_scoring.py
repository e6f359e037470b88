from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference_books import book, places
from toolkit.builtin.reference import starter_scheme, write_scheme
from toolkit.model import AnnualReport, Filing, Period, Progress, Roster, Scorecard, Source, Task, Unit, Verdict
from toolkit.scoring.facts import UnitFacts, build_facts
from toolkit.scoring.scheme import Scheme, check_names, read_scheme
from toolkit.scoring.score import pending, score

JUNE = Period("2024-06")
ROSTER = Roster((
    Unit("1", "甲局", unit_class="政府部门"), Unit("2", "乙局", aliases=("乙委",), unit_class="政府部门"),
    Unit("3", "东街", unit_class="街道"), Unit("4", "西街", unit_class="街道"),
))  # fmt: skip
ZERO = dict.fromkeys(
    ("任务数", "应完成数", "完成数", "持续推进数", "逾期任务数", "任务逾期工作日", "应报送数", "已报送数", "按时报送数",
     "逾期报送数", "逾期工作日", "未报送数", "退回次数"), 0
)  # fmt: skip

HEAD = "| 编号 | 上级 | 名称 | 分值 | 下限 | 封顶 | 适用 | 方式 | 公式 | 扣分依据 | 说明 |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
STAGES = "| 顺序 | 阶段 | 条件 | 公式 |\n|---|---|---|---|\n"
GRADES = "| 等级 | 下限 | 说明 |\n|---|---|---|\n| 合格 | 60 | |\n| 优秀 | 90 | |\n| 不合格 | 0 | |\n"
MANUAL = "| 单位 | 周期 | 指标 | 得分 | 事由 | 评定人 | 日期 | 佐证 |\n|---|---|---|---|---|---|---|---|\n"


def read(indicators: str, stages: str = "", manual: str = "") -> tuple[Scheme, list[tuple[str, str, str]], str]:
    sheets = {"指标": HEAD + indicators, "阶段": STAGES + stages, "等级": GRADES, "人工评分": MANUAL + manual}
    scheme, findings = read_scheme(book(sheets), "考核细则.xlsx")
    assert all(f.code == "SCO-101" and f.file == "考核细则.xlsx" and f.remedy for f in findings)
    return scheme, places(findings), "\n".join(f.message for f in findings)


def scheme_of(indicators: str, stages: str = "", manual: str = "") -> Scheme:
    scheme, faults, words = read(indicators, stages, manual)
    assert faults == [], words
    return scheme


def facts(**numbers: int) -> UnitFacts:
    return UnitFacts({**ZERO, **numbers})


def card(scheme: Scheme, given_facts: UnitFacts | None = None, unit: str = "甲局", period: Period = JUNE) -> Scorecard:
    unit_facts = given_facts or facts()
    names = {"单位.名称": unit, "单位.类别": next(u.unit_class for u in ROSTER.units if u.name == unit)}
    filled = UnitFacts({**unit_facts.numbers, **names}, unit_facts.evidence)
    return score(scheme, ROSTER, {unit: filled}, period, False)[unit]


def points(scheme: Scheme, **numbers: int) -> dict[str, Decimal | None]:
    return {no: s.points for no, s in card(scheme, facts(**numbers)).indicators.items()}


# ---------------------------------------------------------------- the starter scheme


def test_the_starter_scheme_reads_back_and_scores() -> None:
    scheme, findings = read_scheme(write_scheme(), "考核细则.xlsx")
    assert findings == () and scheme == starter_scheme() and write_scheme() == write_scheme(scheme)
    found = card(scheme, facts(应完成数=3, 完成数=2, 应报送数=2, 逾期工作日=3, 未报送数=1))
    assert found.indicators["1"].points == Decimal("40") and found.indicators["2"].points == Decimal("24")
    assert (found.total, found.grade, found.rank) == (Decimal("64"), "合格", None)
    assert found.indicators["1"].facts == {"应完成数": 3, "完成数": 2}


def test_the_floor_holds_and_the_uncut_value_is_kept() -> None:
    late = card(starter_scheme(), facts(应完成数=1, 完成数=1, 应报送数=3, 逾期工作日=40, 未报送数=1)).indicators["2"]
    assert (late.points, late.uncut, late.out_of) == (Decimal(0), Decimal(-50), Decimal(40))


def test_what_does_not_apply_is_rescaled_only_where_a_stage_says_so() -> None:
    found = card(starter_scheme(), facts(应报送数=1, 逾期工作日=2))
    assert found.indicators["1"].points is None and found.indicators["1"].out_of == 60
    assert found.total == Decimal(90) and found.grade == "优秀"  # 36 of 40
    without = replace(starter_scheme(), stages=())
    assert card(without, facts(应报送数=1, 逾期工作日=2)).total == Decimal(36)
    nothing = card(starter_scheme())
    assert (nothing.total, nothing.grade) == (None, "")


def test_rounded_once_half_up() -> None:
    scheme = scheme_of("| 1 | | a | 100 | | | | 公式 | 完成数/应完成数*分值 | | |\n")
    third = card(scheme, facts(完成数=1, 应完成数=3))
    assert third.total == Decimal("33.33") and third.indicators["1"].points == Decimal("33.3333333333")
    assert card(scheme, facts(完成数=12345, 应完成数=1000000)).total == Decimal("1.23")
    assert card(scheme, facts(完成数=5005, 应完成数=100000)).total == Decimal("5.01")  # 5.005 up, whatever a float says


def test_division_by_nothing_due_does_not_apply() -> None:
    scheme = scheme_of("| 1 | | a | 100 | | | | 公式 | 完成数/应完成数*分值 | | |\n")
    assert card(scheme).indicators["1"].points is None and card(scheme).total is None


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 30), st.integers(0, 5))
def test_points_stay_between_floor_and_cap(due: int, extra: int, days: int, missing: int) -> None:
    numbers = {"应完成数": due + extra, "完成数": due, "应报送数": 5, "逾期工作日": days, "未报送数": missing}
    found = card(starter_scheme(), facts(**numbers))
    for indicator in found.indicators.values():
        assert indicator.points is None or 0 <= indicator.points <= indicator.out_of
    assert found.total is not None and 0 <= found.total <= 100
    assert found.total == found.total.quantize(Decimal("0.01"))


# ---------------------------------------------------------------- mechanisms of real documents

ONE = "| 1 | | 甲 | 100 | 0 | 100 | | 公式 | {} | | |\n"


@pytest.mark.parametrize(
    ("formula", "numbers", "expected"),
    [
        ("分值-退回次数*5", {"退回次数": 3}, "85"),  # base minus steps
        ("IF(退回次数>0,0,分值)", {"退回次数": 1}, "0"),  # one event empties it
        ("分值-退回次数*5-IF(退回次数>1,5,0)", {"退回次数": 2}, "85"),  # 再扣
        ("IF(已报送数>0,分值,-2)", {}, "0"),  # lack is a deduction, the floor holds
        ("MIN(已报送数*2,6)", {"已报送数": 9}, "6"),  # count × step with a cap
        ("分值*0.8+30*0.2", {}, "86"),
        ("退回次数=0", {}, "100"),  # true = full points
        ("退回次数=0", {"退回次数": 1}, "0"),
        ("分值*(1-逾期任务数/任务数)", {"逾期任务数": 1, "任务数": 8}, "87.5"),  # in proportion
        ("INT(MAX(0,已报送数-10)/2)+1", {"已报送数": 15}, "3"),  # steps
    ],
)
def test_mechanisms_of_one_indicator(formula: str, numbers: dict[str, int], expected: str) -> None:
    assert points(scheme_of(ONE.format(formula)), **numbers)["1"] == Decimal(expected)


def test_a_tree_with_a_floor_at_the_higher_level() -> None:
    scheme = scheme_of(
        "| 1 | | 总 | 100 | 0 | | | 汇总 | | | |\n"
        "| 1.1 | 1 | 甲 | 40 | | | | 公式 | 分值-退回次数*30 | | |\n"
        "| 1.2 | 1 | 乙 | 60 | 0 | | | 公式 | 分值-未报送数*60 | | |\n"
    )
    found = card(scheme, facts(退回次数=4, 未报送数=2))
    assert {n: (s.points, s.uncut) for n, s in found.indicators.items()} == {
        "1": (Decimal(0), Decimal(-80)), "1.1": (Decimal(-80), Decimal(-80)), "1.2": (Decimal(0), Decimal(-60)),
    }  # fmt: skip


def test_weights_of_two_examinations_and_points_of_others() -> None:
    scheme = scheme_of(
        "| 1 | | 总 | 100 | | | | 公式 | 得分.1.1*0.8+得分.1.2*0.2 | | |\n"
        "| 1.1 | 1 | 网上 | 100 | | | | 公式 | 分值-退回次数*10 | | |\n"
        "| 1.2 | 1 | 现场 | 100 | | | | 人工 | | | |\n",
        manual="| 乙委 | 2024年6月 | 1.2 | 70.5 | 现场检查 | 检查组 | 2024-07-01 | 记录1 |\n",
    )
    found = card(scheme, facts(退回次数=1), "乙局")
    assert found.total == Decimal("86.1") and found.indicators["1.2"].points == Decimal("70.5")
    assert found.indicators["1.2"].basis == (("现场检查（检查组，2024-07-01，佐证：记录1）", None),)


def test_maxima_and_forms_that_differ_by_class() -> None:
    two_forms = scheme_of(
        "| A | | 街道 | 100 | | | 街道 | 公式 | 分值-退回次数 | | |\n| B | | 部门 | 100 | | | 政府部门 | 公式 | 分值-退回次数*2 | | |\n",
        "| 1 | 折算 | | |\n",
    )
    assert card(two_forms, facts(退回次数=10), "东街").total == 90
    assert card(two_forms, facts(退回次数=10), "甲局").total == 80
    assert card(two_forms, facts(), "甲局").indicators["A"].points is None
    service = scheme_of(
        "| 1 | | 公开 | 75 | | | | 公式 | 分值-退回次数*15 | | |\n| 2 | | 服务 | 25 | | | 街道 | 公式 | 分值 | | |\n",
        "| 1 | 折算 | | |\n",
    )
    assert card(service, facts(退回次数=1), "甲局").total == 80  # 60 of 75, times 4/3
    assert card(service, facts(退回次数=1), "东街").total == 85
    inside = (
        "| 1 | | 总 | 100 | | | | 汇总 | | | |\n| 1.1 | 1 | 甲 | 60 | | | | 公式 | 分值 | | |\n"
        "| 1.2 | 1 | 乙 | 40 | | | 街道 | 公式 | 分值 | | |\n| 1.3 | 1 | 丙 | {} | | | 政府部门 | 公式 | 分值-退回次数 | | |\n"
    )
    assert card(scheme_of(inside.format(40)), facts(退回次数=1), "甲局").total == 99
    _, faults, words = read(inside.format(39))
    assert faults == [("须修改", "指标", "D2")] and "政府部门" in words and "99" in words


BLOCKS = (
    "| 1 | | 基础 | 100 | 0 | | | 公式 | 分值-退回次数*5 | | |\n"
    "| J | | 表扬 | 10 | | 10 | | 加分 | | | |\n"
    "| K | | 通报 | 20 | | | | 倒扣 | 逾期任务数*3 | | |\n"
    "| V | | 否决项 | 1 | | | | 人工 | | | |\n"
)


def test_stages_in_order_veto_gate_bonus_and_negative_block() -> None:
    blocks = BLOCKS.replace("| V | | 否决项 | 1 | | | | 人工 | | | |\n", "")
    stages = "| 10 | 否决 | 未报送数>=3 | 不合格 |\n| 20 | 基础分 | | |\n| 30 | 加分 | 总分>80 | |\n| 40 | 倒扣 | | |\n| 50 | 门槛 | 逾期任务数>=5 | MIN(总分,59) |\n| 60 | 等级 | | |\n"
    awards = (
        "| 甲局 | 2024-06 | J | 3 | 市级表扬 | 办公室 | 2024-06-01 | |\n| 甲局 | 2024-06 | J | 9 | 省级表扬 | 办公室 | 2024-06-02 | |\n"
        "| 甲局 | 2024-05 | J | 5 | 上月 | 办公室 | 2024-05-02 | |\n"
    )
    scheme = scheme_of(blocks, stages, awards)
    good = card(scheme)
    assert good.indicators["J"].points == 10 and good.indicators["J"].uncut == 12
    assert (good.total, good.grade) == (Decimal(110), "优秀")  # above 100 by the bonus block
    assert card(scheme, facts(退回次数=4)).total == 80  # not above 80: no bonus
    assert card(scheme, facts(逾期任务数=2)).total == 104
    assert (card(scheme, facts(逾期任务数=5)).total, card(scheme, facts(逾期任务数=5)).grade) == (Decimal(59), "不合格")
    veto = card(scheme, facts(未报送数=3))
    assert (veto.total, veto.grade) == (None, "不合格")
    assert list(good.indicators) == ["1", "J", "K"]


def test_a_formula_of_a_stage_may_set_the_scale() -> None:
    scheme = scheme_of(ONE.format("分值-退回次数*10"), "| 1 | 折算 | | 总分*120/满分 |\n")
    assert card(scheme, facts(退回次数=5)).total == 60


def test_evidence_is_named_only_where_points_were_lost() -> None:
    where = Source("R1", "inbox/a.xlsx", "进展", "C5", "进行中")
    given_facts = UnitFacts({**ZERO, "应完成数": 2, "完成数": 1}, {"未完成任务": (("2024-001 未完成", where),)})
    scheme = replace(starter_scheme(), stages=())
    assert card(scheme, given_facts).indicators["1"].basis == (("2024-001 未完成", where),)
    done = UnitFacts({**ZERO, "应完成数": 2, "完成数": 2}, given_facts.evidence)
    assert card(scheme, done).indicators["1"].basis == ()


def test_ranking_is_inside_the_class_and_equals_share_a_place() -> None:
    scheme = scheme_of(ONE.format("分值-退回次数"))
    roster = Roster((*ROSTER.units, Unit("5", "丙局", unit_class="政府部门"), Unit("6", "丁局", unit_class="政府部门")))
    numbers = {"甲局": 3, "乙局": 1, "丙局": 1, "丁局": 9, "东街": 50, "西街": 40}
    given_facts = {n: facts(退回次数=v) for n, v in numbers.items()}
    ranks = {n: c.rank for n, c in score(scheme, roster, given_facts, JUNE, True).items()}
    assert ranks == {"甲局": 3, "乙局": 1, "东街": 2, "西街": 1, "丙局": 1, "丁局": 4}
    assert {c.rank for c in score(scheme, roster, given_facts, JUNE, False).values()} == {None}


def test_manual_scores_that_are_due_and_not_given() -> None:
    scheme = scheme_of(
        "| 1 | | 甲 | 50 | | | | 公式 | 分值 | | |\n| 2 | | 乙 | 50 | | | 政府部门 | 人工 | | | |\n", "| 1 | 折算 | | |\n",
        "| 甲局 | 2024-06 | 2 | 40 | 检查 | 检查组 | 2024-07-01 | |\n",
    )  # fmt: skip
    given_facts = {u.name: facts() for u in ROSTER.units}
    assert [(f.code, "乙局" in f.message) for f in pending(scheme, ROSTER, given_facts, JUNE)] == [("SCO-102", True)]
    cards = score(scheme, ROSTER, given_facts, JUNE, False)
    assert (cards["甲局"].total, cards["乙局"].total, cards["东街"].total) == (90, 100, 100)


def test_a_fact_that_is_not_known_is_not_nought() -> None:
    field = "t3.new_received.total"
    indicators = HEAD + ONE.format("表三新收*2")
    sheets = {"指标": indicators, "阶段": STAGES, "等级": GRADES, "人工评分": MANUAL}
    extra, labels = {field: "整数"}, {"表三新收": field}
    scheme, findings = read_scheme(book(sheets), "x", extra, labels)
    assert findings == ()
    known = {"甲局": UnitFacts({field: 7}), "乙局": UnitFacts({})}
    cards = score(scheme, ROSTER, known, JUNE, False, extra, labels)
    assert cards["甲局"].total == 14 and cards["乙局"].total is None


# ---------------------------------------------------------------- what is wrong is asked about


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ("| 1 | | 甲 | 100 | | | | 公式 | | | |", "I2"),
        ("| 1 | | 甲 | 100 | | | | 公式 | 完成数/应完成 | | |", "I2"),
        ("| 1 | | 甲 | 100 | | | | 公式 | 周期末 | | |", "I2"),
        ("| 1 | | 甲 | 100 | | | | | 完成数 | | |", "H2"),
        ("| 1 | | 甲 | 100 | | | | 视情况 | 完成数 | | |", "H2"),
        ("| 1 | | 甲 | 100 | | | | 人工 | 完成数 | | |", "H2"),
        ("| 1 | | 甲 | 100 | | | | 汇总 | | | |", "H2"),
        ("| 1 | | 甲 | 0 | | | | 公式 | 完成数 | | |", "D2"),
        ("| 1 | | 甲 | 十分 | | | | 公式 | 完成数 | | |", "D2"),
        ("| 1 | | 甲 | 100 | 60 | 50 | | 公式 | 完成数 | | |", "E2"),
        ("| 1 | | 甲(10.5分) | 100 | | | | 公式 | 完成数 | | |", "D2"),
        ("| 1 | | | 100 | | | | 公式 | 完成数 | | |", "C2"),
        ("| | | 甲 | 100 | | | | 公式 | 完成数 | | |", "A2"),
        ("| 1 | | 甲 | 100 | | | 应完成 > 0 | 公式 | 完成数 | | |", "G2"),
        ("| 1 | | 甲 | 100 | | | | 公式 | 完成数 | 不认真 | |", "J2"),
        ("| 1 | 9 | 甲 | 100 | | | | 公式 | 完成数 | | |", "B2"),
        ("| 1 | 1 | 甲 | 100 | | | | 公式 | 完成数 | | |", "B2"),
        ("| 1 | | 甲 | 100 | | | | 公式 | 1 | | |\n| 1 | | 乙 | 100 | | | | 公式 | 1 | | |", "A3"),
        ("| 1 | 2 | 甲 | 100 | | | | 公式 | 1 | | |\n| 2 | 1 | 乙 | 100 | | | | 公式 | 1 | | |", "B2"),
        ("| 1 | | 甲 | 100 | | | | 汇总 | | | |\n| 2 | 1 | 乙 | 99 | | | | 公式 | 1 | | |", "D2"),
        ("| 1 | | 甲 | 100 | | | | 汇总 | 1 | | |\n| 2 | 1 | 乙 | 100 | | | | 公式 | 1 | | |", "I2"),
        ("| 1 | | 甲 | 100 | | | | 公式 | 得分.2 | | |\n| 2 | | 乙 | 100 | | | | 公式 | 1 | | |", "I2"),
        ("| 1 | | 甲 | 100 | | | | 公式 | 1 | | |\n| 2 | | 乙 | 10 | | | | 加分 | | | |", "H3"),
    ],
)
def test_a_wrong_indicator_is_reported_at_its_cell(rows: str, cell: str) -> None:
    _, faults, _ = read(rows)
    assert ("须修改", "指标", cell) in faults


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ("| 1 | 加扣 | | |", "B2"),
        ("| | 折算 | | |", "A2"),
        ("| 一 | 折算 | | |", "A2"),
        ("| 1 | 折算 | | |\n| 1 | 等级 | | |", "A3"),
        ("| 1 | 否决 | | 不合格 |", "C2"),
        ("| 1 | 门槛 | 总分>1 | |", "D2"),
        ("| 1 | 门槛 | 总分 | 59 |", "C2"),
        ("| 1 | 折算 | | 总分*满 |", "D2"),
        ("| 1 | 加分 | | |", "B2"),
        ("| 1 | 基础分 | 总分>1 | |", "C2"),
    ],
)
def test_a_wrong_stage_is_reported_at_its_cell(rows: str, cell: str) -> None:
    _, faults, _ = read(ONE.format("1"), rows)
    assert faults == [("须修改", "阶段", cell)]


MANUAL_TREE = "| 1 | | 甲 | 50 | | | | 人工 | | | |\n| 2 | | 乙 | 50 | | | | 公式 | 1 | | |\n"


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("| 甲局 | 2024-06 | 2 | 40 | 检查 | 检查组 | 2024-07-01 | |", "C2"),
        ("| 甲局 | 2024-06 | 3 | 40 | 检查 | 检查组 | 2024-07-01 | |", "C2"),
        ("| 甲局 | 六月 | 1 | 40 | 检查 | 检查组 | 2024-07-01 | |", "B2"),
        ("| 甲局 | 2024-06 | 1 | 51 | 检查 | 检查组 | 2024-07-01 | |", "D2"),
        ("| 甲局 | 2024-06 | 1 | -1 | 检查 | 检查组 | 2024-07-01 | |", "D2"),
        ("| 甲局 | 2024-06 | 1 | 40 | | 检查组 | 2024-07-01 | |", "E2"),
        ("| 甲局 | 2024-06 | 1 | 40 | 检查 | | 2024-07-01 | |", "F2"),
        ("| 甲局 | 2024-06 | 1 | 40 | 检查 | 检查组 | 昨天 | |", "G2"),
        (
            "| 甲局 | 2024-06 | 1 | 40 | a | b | 2024-07-01 | |\n| 甲局 | 2024-06 | 1 | 41 | a | b | 2024-07-01 | |",
            "C3",
        ),
    ],
)
def test_a_wrong_judgement_is_reported_at_its_cell(row: str, cell: str) -> None:
    _, faults, _ = read(MANUAL_TREE, manual=row)
    assert faults == [("须修改", "人工评分", cell)]


def test_names_that_the_roster_does_not_know() -> None:
    scheme = scheme_of(
        "| 1 | | 甲 | 50 | | | 街道、乙委、开发区 | 人工 | | | |\n| 2 | | 乙 | 50 | | | 应报送数>0 | 公式 | 1 | | |\n",
        manual="| 丙局 | 2024-06 | 1 | 40 | a | b | 2024-07-01 | |\n| 乙委 | 2024-06 | 1 | 40 | a | b | 2024-07-01 | |\n",
    )
    assert [(f.sheet, f.cell, f.value) for f in check_names(scheme, ROSTER)] == [
        ("指标", "", "开发区"),
        ("人工评分", "A2", "丙局"),
    ]


def test_sheets_other_than_the_indicators_may_be_missing() -> None:
    scheme, findings = read_scheme(book({"指标": HEAD + ONE.format("1")}), "x")
    assert len(scheme.indicators) == 1 and {str(f.level) for f in findings} == {"提示"}
    scheme, findings = read_scheme(book({"别的": "| a |"}), "x")
    assert scheme == Scheme() and ("须修改", "指标", "") in places(findings)
    assert score(Scheme(), ROSTER, {"甲局": facts()}, JUNE, True) == {}


# ---------------------------------------------------------------- facts


def line(number: int, status: str, due: str = "", role: str = "责任", late: int = 0, unit: str = "甲局") -> Progress:
    task = Task(f"2024-{number:03d}", path=("事项",), due_on=date.fromisoformat(due) if due else None)
    where = {"status": Source("R1", "a.xlsx", "进展", f"C{number}", status)} if status != "未报送" else {}
    return Progress(task, unit, role, status, overdue_days=late, sources=where)


def filing(state: str, due: str = "2024-07-05", late: int = 0, returned: int = 0, receipt: str = "") -> Filing:
    arrived = date(2024, 7, 8) if "接收" in state else None
    return Filing("任务进展", "任务进展", "2024-06", "甲局", "政府部门", date.fromisoformat(due), state, receipt, arrived, late,
                  returned=returned)  # fmt: skip


def test_facts_of_tasks_and_filings() -> None:
    progress = (
        line(1, "已完成", "2024-05-31"), line(2, "进行中", "2024-06-28", late=0), line(3, "进行中", "2024-06-30", "牵头"),
        line(4, "未报送", "2024-06-07", late=9), line(5, "不涉及", "2024-06-07"), line(6, "申请调整", "2024-06-07", late=9),
        line(7, "持续推进", "2024-06-07"), line(8, "进行中"), line(9, "进行中", "2024-06-07", "配合", late=9),
        line(10, "已完成", "2024-12-31"), line(11, "未启动", "2024-06-07", unit="乙局"),
    )  # fmt: skip
    sent = (
        filing("已接收"), filing("已接收（有提示）", late=1, returned=2), filing("已退回", late=3, returned=1, receipt="R9"),
        filing("未报送", "2024-07-09"), filing("豁免接收", "2024-08-01"),
    )  # fmt: skip
    found = build_facts(ROSTER, JUNE, date(2024, 7, 9), progress, sent)
    mine = found["甲局"]
    assert {k: v for k, v in mine.numbers.items() if isinstance(v, int)} == {
        "任务数": 9, "应完成数": 5, "完成数": 1, "持续推进数": 1, "逾期任务数": 2, "任务逾期工作日": 18,
        "应报送数": 4, "已报送数": 3, "按时报送数": 2, "逾期报送数": 1, "逾期工作日": 4, "未报送数": 1, "退回次数": 3,
    }  # fmt: skip
    assert [w[:8] for w, _ in mine.evidence["未完成任务"]] == ["2024-002", "2024-003", "2024-004", "2024-007"]
    assert [s.cell if s else None for _, s in mine.evidence["未完成任务"]] == ["C2", "C3", None, "C7"]
    assert [w[:8] for w, _ in mine.evidence["逾期任务"]] == ["2024-004", "2024-006"]
    assert len(mine.evidence["逾期报送"]) == 1 and "逾期 1 个工作日" in mine.evidence["逾期报送"][0][0]
    assert len(mine.evidence["退回"]) == 2 and "已退回" in mine.evidence["未报送"][0][0]
    assert list(found) == [u.name for u in ROSTER.units] and found["乙局"].numbers["应完成数"] == 1
    early = build_facts(ROSTER, JUNE, date(2024, 6, 20), progress, ())["甲局"].numbers
    assert (early["应完成数"], early["应报送数"]) == (3, 0)


def test_figures_of_accepted_annual_reports_are_facts() -> None:
    values = {"t3.a.b": 3, "t3.a.c": "/", "t2.a.b": "约2", "narrative.overview": "文字"}
    accepted = AnnualReport("甲局", "单位", Verdict.ACCEPTED, "R1", False, values, {})
    returned = replace(accepted, unit="乙局", verdict=Verdict.RETURNED)
    found = build_facts(ROSTER, Period("2024"), date(2025, 1, 31), (), (), {"甲局": accepted, "乙局": returned})
    assert {k: v for k, v in found["甲局"].numbers.items() if k.startswith("t")} == {
        "t3.a.b": 3,
        "t3.a.c": 0,
        "t2.a.b": 0,
    }
    assert not [k for k in found["乙局"].numbers if k.startswith("t")]


def test_every_fact_is_a_name_that_formulas_know() -> None:
    from toolkit.scoring.facts import EVIDENCE, FACTS

    found = build_facts(ROSTER, JUNE, date(2024, 7, 1), (), ())["甲局"]
    assert set(found.numbers) == set(FACTS) and set(found.evidence) == set(EVIDENCE)
