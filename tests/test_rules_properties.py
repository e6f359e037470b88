"""What must hold for any text and any value: a formula compiles or is refused, and computing never raises."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.calendar import WorkCalendar
from toolkit.rules.formula import FormulaError, Schema, addressed
from toolkit.rules.functions import FUNCTIONS
from toolkit.rules.python import NOT_COMPUTED, as_date, compile_formula, compile_rule
from toolkit.rules.values import number_text

SCHEMA = Schema(
    fields={"甲": "整数", "乙.a": "金额", "文": "文本", "是": "是否", "日": "日期", "未知": "别的"},
    labels={"表·（一）数": "甲"},
    blocks={"块": ("甲", "乙.a"), "杂": ("甲", "文", "日")},
    columns={"单": {"数": "整数", "文": "文本", "日": "日期"}},
)
PIECES = [
    *SCHEMA.fields, *SCHEMA.labels, *SCHEMA.blocks, "单.数", "单.文", "单.日", "生人", "0", "1", "-3", "2.5", "1E300", "1E-300",
    '"x"', '""', '">=1"', '"*"', '"0.00"', '"yyyy-mm-dd"', "“是”", "TRUE", "FALSE", *[f"{name}(" for name in FUNCTIONS],
    "上期(", "上年(", "今日()", "(", ")", ")", ")", ",", ",", "+", "-", "*", "/", "^", "&", "=", "<>", "<", ">=", "%", " ",
    "＝", "（", "）", "，", "A1:B2", "{", "}", "[", "]", ";", "#N/A", "'", "!", "“", "”", '"', "\ue000", "\n", "$", "@", "：",
]  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.decimals(allow_nan=True), st.dates(),
    st.sampled_from(["", "/", "无", "12件", "是", "１２", " ", "x" * 50]), st.text(max_size=5),
)  # fmt: skip
CALENDAR = WorkCalendar({date(2024, 5, 1): False})


def computed(formula: str, data: st.DataObject) -> None:
    compiled = compile_formula(formula, SCHEMA)
    values = [
        data.draw(st.lists(VALUES, max_size=4).map(tuple)) if o.kind == "column" else data.draw(VALUES)
        for o in compiled.operands
    ]
    for calendar in (CALENDAR, None):
        result = compiled(values, calendar)
        kinds = {"number": float, "date": float, "text": str, "bool": bool}
        if result is not NOT_COMPUTED:
            assert isinstance(result, kinds.get(compiled.result_type, (float, str, bool)))
            assert not isinstance(result, float) or math.isfinite(result)
            as_date(result)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_token_soup_compiles_or_is_refused_and_never_fails(data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=25)))
    try:
        computed(text, data)
        addressed(text, SCHEMA, lambda name: "A1")
    except FormulaError as error:
        assert error.reason.endswith(("。", "？"))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        compile_formula(text, SCHEMA)
    except FormulaError as error:
        assert error.reason


def numbers() -> st.SearchStrategy[str]:
    return st.sampled_from(
        ["甲", "乙.a", "0", "1", "-2.5", "7", "SUM(块)", "SUM(单.数)", "日-日", "LEN(文)", "上期(甲)", "1E9"]
    )


def formulas() -> st.SearchStrategy[str]:
    """Well-formed formulas, so that computing itself is exercised."""

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        one = st.sampled_from(
            ["ABS({})", "INT({})", "-({})", "({})%", 'VALUE(TEXT({},"0.00"))', "YEAR({})", "LEN({}&文)"]
        )
        two = st.sampled_from(
            ["({})+({})", "({})-({})", "({})*({})", "({})/({})", "({})^({})", "ROUND({},{})", "ROUNDUP({},{})", "MOD({},{})",
             "IF(({0})>({1}),{0},{1})", "IFERROR({},{})", "MIN({},{})", "MAX(块,{},{})", "(EDATE({},{})-日)", "工作日数({},{})",
             "(工作日后({},{})-日)", "(DATE(2024,{},{})-日)", "LEN(LEFT(文,{})&MID(文,{},3))", "IF(文=\"\",{},{})"]
        )  # fmt: skip
        return st.one_of(
            st.builds(lambda f, a: f.format(a), one, inner),
            st.builds(lambda f, a, b: f.format(a, b), two, inner, inner),
        )

    return st.recursive(numbers(), grow, max_leaves=8)


@settings(max_examples=400, deadline=None)
@given(formulas(), formulas(), st.sampled_from(["=", "<>", "<", ">="]), st.data())
def test_well_formed_rules_compute_or_say_that_they_cannot(a: str, b: str, op: str, data: st.DataObject) -> None:
    computed(f"{a}{op}{b}", data)


@given(st.lists(st.decimals(-10_000, 10_000, places=2), min_size=1, max_size=60))
def test_money_adds_up_whatever_the_order(amounts: list[Decimal]) -> None:
    schema = Schema(fields={f"n{i}": "金额" for i in range(len(amounts))} | {"合计": "金额"})
    rule = compile_rule("SUM(" + ",".join(f"n{i}" for i in range(len(amounts))) + ")=合计", schema)
    assert rule([*amounts, sum(amounts, Decimal(0))]) is True
    assert rule([*amounts, sum(amounts, Decimal("0.01"))]) is False
    minus = compile_rule("合计-" + "-".join(f"n{i}" for i in range(len(amounts))) + "=0", schema)
    assert minus([sum(amounts, Decimal(0)), *amounts]) is True


@given(st.decimals(-100_000, 100_000, places=4), st.integers(-3, 4))
def test_round_is_half_away_from_zero(number: Decimal, places: int) -> None:
    rule = compile_formula("ROUND(数,位)", Schema(fields={"数": "小数", "位": "整数"}))
    exact = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert rule([number, places]) == float(exact)


@given(st.lists(st.text(alphabet="aA1/ 无", max_size=3), max_size=8))
def test_occurrences_are_counted_as_text_without_case(column: list[str]) -> None:
    rule = compile_formula("出现次数(单.文,文)", SCHEMA)
    cells = tuple(column)
    tally = Counter(x.lower() for x in column)
    assert [rule([cells, x]) for x in column] == [tally[x.lower()] for x in column]


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_a_day_survives_the_way_through_its_serial(day: date) -> None:
    assert as_date(compile_formula("日+0", SCHEMA)([day])) == day
    assert compile_formula('TEXT(日,"yyyy-mm-dd")', SCHEMA)([day]) == day.isoformat()


@given(st.decimals(-(10**14), 10**14, allow_nan=False, places=1))
def test_a_number_in_a_text_reads_back_as_itself(number: Decimal) -> None:
    assert float(number_text(float(number))) == float(f"{float(number):.15g}")
