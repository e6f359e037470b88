"""One wrong cell is one error: which violated rules people see first and which stand under them, in many shapes of forms.

JSON lists every violated rule; what only follows names its cause in `consequence_of`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import form, rule

from toolkit.calendar import WorkCalendar
from toolkit.findings import Finding, Level
from toolkit.forms.check import CheckContext, check
from toolkit.forms.form import Form, Rule
from toolkit.model import Draft, Filled, Period, Unit, Value
from toolkit.wording import finding_json, shown_findings

UNIT = Unit("001", "区教育局")
NAMES = ("甲", "乙", "丙", "小计", "丁", "总计", "占比", "去年")
COLUMNS = ("类别", "件数")
PAGE = "\n".join(f"| {n} | {{{{{n}}}}} |" for n in NAMES)
LIST = "| 类别 | 件数 |\n| {{册.类别}} | {{册.件数}} |"


def form_with(rules: Sequence[Rule]) -> Form:
    fields = {n: {"type": "小数" if n == "占比" else "整数"} for n in NAMES}
    columns = {"册.类别": {"type": "文本"}, "册.件数": {"type": "整数"}}
    return form({"表": PAGE, "册": LIST}, {**fields, **columns}, lists=("册",), rules=rules)


def found(
    rules: Sequence[Rule], values: Mapping[str, Value], rows: Sequence[tuple[str, Value]] = (), **more: Any
) -> dict[str, str | None]:
    """Violated rule → what it follows from, in the order told. Cells not given are 0."""
    told = findings(rules, values, rows, **more)
    assert all(f.rule != f.consequence_of for f in told)
    return {f.rule: f.consequence_of for f in told}


def findings(
    rules: Sequence[Rule], values: Mapping[str, Value], rows: Sequence[tuple[str, Value]] = (), **more: Any
) -> tuple[Finding, ...]:
    what = form_with(rules)
    cells = {n: Filled(values.get(n, 0), "表", f"B{i}") for i, n in enumerate(NAMES, 1)}
    lists = tuple(
        {c: Filled(v, "册", f"{'AB'[k]}{i}") for k, (c, v) in enumerate(zip(COLUMNS, row, strict=True))}
        for i, row in enumerate(rows, 2)
    )
    context = CheckContext(UNIT, Period("2024-05"), date(2024, 6, 3), WorkCalendar(), **more)
    return check(Draft(what.id, cells, {"册": lists}), what, context)


SUB, ALL = rule("小计", "甲+乙+丙=小计"), rule("总计", "小计+丁=总计")
FLOOR, BAND = rule("不少于", "总计>=丁"), rule("区间", "AND(小计>=甲,小计<=100)")
LIST_SUM = rule("册计", "SUM(册.件数)=甲")
ROWS = rule("册行", 'IF(类别<>"",件数>0,TRUE)', scope="册")

SHAPES: list[tuple[str, list[Rule], dict[str, Value], list[tuple[str, Value]], dict[str, str | None]]] = [
    ("a typed subtotal is wrong, the total is right", [SUB, ALL], {"甲": 3, "丁": 1, "总计": 4, "小计": 2}, [],
     {"小计": None, "总计": "小计"}),
    ("a part is wrong, the totals are typed and agree", [SUB, ALL], {"甲": 2, "丁": 1, "小计": 3, "总计": 4}, [],
     {"小计": None}),
    ("two errors that have nothing in common", [SUB, ALL], {"甲": 2, "小计": 3, "丁": 1, "总计": 9}, [],
     {"小计": None, "总计": None}),
    ("a total left at 0 breaks a limit on it", [SUB, rule("不少于", "小计>=甲")], {"甲": 3, "乙": 1}, [],
     {"小计": None, "不少于": "小计"}),
    ("the limit stands before the sum", [rule("不少于", "小计>=甲"), SUB], {"甲": 3, "乙": 1}, [],
     {"不少于": "小计", "小计": None}),
    ("a limit in AND", [SUB, BAND], {"甲": 3}, [], {"小计": None, "区间": "小计"}),
    ("a limit on the total that would be broken all the same", [SUB, rule("上限", "小计<=5")], {"甲": 9, "小计": 7}, [],
     {"小计": None, "上限": None}),
    ("a limit of something else", [SUB, FLOOR], {"甲": 3, "丁": 4}, [], {"小计": None, "不少于": None}),
    ("a sum inside IF", [rule("若", "IF(甲>0,甲+乙=小计,TRUE)"), ALL], {"甲": 3, "总计": 3}, [], {"若": None, "总计": "若"}),
    ("one of several sums inside AND", [rule("并", "AND(甲+乙=小计,丁>=0)"), ALL], {"甲": 3, "总计": 3}, [],
     {"并": None, "总计": "并"}),
    ("the sum of a list is carried into the total", [LIST_SUM, SUB], {"甲": 5, "小计": 3}, [("来访", 3)],
     {"册计": None, "小计": "册计"}),
    ("SUMIF counts as one operand", [rule("分类", 'SUMIF(册.类别,"来访",册.件数)=甲'), SUB], {"甲": 5, "小计": 3},
     [("来访", 3), ("来信", 9)], {"分类": None, "小计": "分类"}),
    ("a row of the list is wrong by itself", [LIST_SUM, ROWS], {"甲": 5}, [("来访", 3), ("来信", 0)],
     {"册计": "册行", "册行": None}),
    ("a row that is wrong does not explain another sum", [LIST_SUM, ROWS, SUB], {"甲": 3, "小计": 9}, [("来访", 3), ("来信", 0)],
     {"小计": None, "册行": None}),
    ("a ratio made of a wrong total", [SUB, rule("比", "占比=ROUND(甲/小计,2)")], {"甲": 1, "小计": 4, "占比": 1}, [],
     {"小计": None, "比": "小计"}),
    ("a light rule never hides a heavy one",
     [rule("小计", "甲+乙+丙=小计", level=Level.NOTE), ALL], {"甲": 3, "丁": 1, "总计": 4, "小计": 2}, [],
     {"小计": "总计", "总计": None}),
    ("a total typed over its formula, in a table with totals of rows and of columns: its own row, not the other total",
     [rule("列", "小计+丙=总计"), rule("行", "甲+乙=小计"), rule("总行", "丁+乙=总计"), rule("首列", "甲+丙=丁")],
     {"甲": 6, "小计": 7, "丁": 6, "总计": 6}, [], {"列": "行", "行": None}),
    ("a text in a part: nothing is computed twice", [SUB, ALL], {"甲": "三", "丁": 1, "小计": 3, "总计": 4}, [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "values", "rows", "expected"), [s[1:] for s in SHAPES], ids=[s[0] for s in SHAPES])
def test_root_cause_first(
    rules: list[Rule], values: dict[str, Value], rows: list[tuple[str, Value]], expected: dict[str, str | None]
) -> None:
    assert found(rules, values, rows) == expected


def test_last_years_figure_and_a_balance_share_the_wrong_cell() -> None:
    rules = [rule("跨年", "甲=上年(甲)"), SUB]
    assert found(rules, {"甲": 3, "小计": 5}, last_year={"甲": 5}) == {"跨年": None, "小计": "跨年"}


def test_a_chain_leads_to_its_first_cause() -> None:
    rules = [SUB, ALL, rule("跨表", "总计=去年+丁")]
    told = found(rules, {"甲": 3, "小计": 2, "丁": 1, "总计": 4, "去年": 3})
    assert told == {"小计": None, "总计": "小计"}
    told = found(rules, {"甲": 3, "小计": 3, "丁": 1, "总计": 9, "去年": 3})
    assert told == {"总计": None, "跨表": "总计"}


@given(
    st.fixed_dictionaries({n: st.integers(0, 4) for n in NAMES}),
    st.lists(st.tuples(st.sampled_from(("", "来访", "来信")), st.integers(0, 4)), max_size=3),
)
def test_every_consequence_has_a_cause_that_is_seen_and_weighs_no_less(
    values: dict[str, Value], rows: list[tuple[str, Value]]
) -> None:
    light = rule("轻", "总计>=去年", level=Level.NOTE)
    rules = [SUB, ALL, FLOOR, BAND, LIST_SUM, ROWS, light, rule("比", "占比=ROUND(甲/小计,2)", level=Level.EXPLAIN)]
    levels = {r.no: r.level for r in rules}
    told = found(rules, values, rows)
    heavy = {Level.FIX: 0, Level.EXPLAIN: 1, Level.NOTE: 2}
    for effect, cause in told.items():
        if cause is not None:
            assert told[cause] is None, "a cause is nobody's consequence"
            assert heavy[levels[cause]] <= heavy[levels[effect]]
    assert not told or None in told.values()


@given(st.sampled_from(("甲", "乙", "丙", "丁")), st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_cell_of_a_right_form_is_one_error(cell: str, by: int, a: int, b: int) -> None:
    """Typed totals, everything right, then one part is changed: exactly one finding is left for people."""
    right: dict[str, Value] = {"甲": a, "乙": b, "丙": 1, "小计": a + b + 1, "丁": 2, "总计": a + b + 3}
    assert found([SUB, ALL, FLOOR], right) == {}
    old = right[cell]
    assert isinstance(old, int)
    told = found([SUB, ALL, FLOOR], {**right, cell: old + by})
    assert list(told.values()).count(None) == 1


def test_people_see_the_cause_with_the_number_of_what_follows_json_lists_all() -> None:
    told = findings([LIST_SUM, ROWS, SUB], {"甲": 5, "小计": 3}, [("来访", 0), ("来信", 0), ("来电", 3)])
    assert [(f["rule"], f["consequence_of"]) for f in map(finding_json, told)] == [
        ("册计", "册行"), ("小计", "册行"), ("册行", None), ("册行", None),
    ]  # fmt: skip
    lines = shown_findings(told)
    assert ["册!B2" in lines[0], "册!B3" in lines[1], len(lines)] == [True, True, 2]
    assert "（另有 2 条勾稽关系随之不符）" in lines[0] and "另有" not in lines[1]
