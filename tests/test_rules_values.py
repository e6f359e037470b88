"""The rule language as a table: formula → value. Numbers in formulas stand for themselves, fields for what `VALUES` says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from toolkit.calendar import WorkCalendar
from toolkit.model import Value
from toolkit.rules.formula import FormulaError, Schema
from toolkit.rules.python import NOT_COMPUTED, as_date, compile_formula, compile_rule, names_used

SCHEMA = Schema(
    fields={
        "甲": "整数", "乙": "整数", "空数": "整数", "斜杠": "整数", "坏数": "整数", "金额": "金额", "金额二": "金额",
        "名称": "文本", "空文": "文本", "状态": "选项", "有权": "是否",
        "开始": "日期", "结束": "日期", "空日": "日期",
    },
    blocks={"全部": ("甲", "乙", "空数", "斜杠"), "有坏": ("甲", "坏数"), "混合": ("甲", "名称")},
    columns={
        "进展": {"编号": "文本", "情况": "选项", "件数": "整数", "日子": "日期"},
        "其他": {"件数": "整数"},
    },
)  # fmt: skip
VALUES: dict[tuple[str, str], Value | tuple[Value, ...]] = {
    ("field", "甲"): 3, ("field", "乙"): 5, ("field", "空数"): "", ("field", "斜杠"): "/", ("field", "坏数"): "12件",
    ("field", "金额"): Decimal("0.1"), ("field", "金额二"): Decimal("0.2"),
    ("field", "名称"): "Zhang店区", ("field", "空文"): "", ("field", "状态"): "已完成", ("field", "有权"): "是",
    ("field", "开始"): date(2024, 5, 8), ("field", "结束"): date(2024, 6, 30), ("field", "空日"): "",
    ("name", "今日"): date(2024, 7, 1),
    ("previous", "甲"): 2, ("previous", "乙"): None, ("previous", "状态"): None, ("previous", "开始"): None,
    ("last_year", "甲"): 4, ("last_year", "乙"): "",
    ("column", "进展.编号"): ("001", "1", "a-1", "A-1", ""),
    ("column", "进展.情况"): ("已完成", "进行中", "已完成", "", "无"),
    ("column", "进展.件数"): (1, 2, 3, "", "/"),
    ("column", "进展.日子"): (date(2024, 5, 8), "", date(2024, 5, 9), "", ""),
    ("column", "其他.件数"): (7,),
}  # fmt: skip
# 2024-05-01 is a holiday, 2024-05-11 (Saturday) a make-up working day
CALENDAR = WorkCalendar({date(2024, 5, 1): False, date(2024, 5, 11): True})


def value_of(formula: str) -> object:
    compiled = compile_formula(formula, SCHEMA)
    return compiled([VALUES[o.kind, o.name] for o in compiled.operands], CALENDAR)


def rows(table: str) -> list[tuple[str, str]]:
    """`formula → value` lines; the value is Python, or … for NOT_COMPUTED."""
    pairs = [line.split(" → ") for line in table.splitlines() if line]
    return [(formula.strip(), value.strip()) for formula, value in pairs]


ARITHMETIC = """
1+2*3 → 7.0
（1＋2）×3÷2 → 4.5
-2^2 → 4.0
2^3^2 → 64.0
-甲% → -0.03
10-3-2 → 5.0
100/10/2 → 5.0
1/0 → …
0^0 → …
(-8)^0.5 → …
9E299*9E299 → …
=甲+乙 → 8.0
甲+空数+斜杠 → 3.0
甲+坏数 → …
(甲>1)*2+TRUE → 3.0
0.1+0.2-0.3 → 0.0
1000000.1-1000000 → 0.1
4.35*100 → 435.0
1/3*3 → 1.0
0-0 → 0.0
-空数 → 0.0
ROUND(2.675,2) → 2.68
ROUND(-2.5,0) → -3.0
ROUND(1234,-2) → 1200.0
ROUND(0.5,400) → 0.5
ROUND(5,-400) → 0.0
ROUNDUP(2.001,0) → 3.0
ROUNDUP(-2.1,0) → -3.0
ROUNDDOWN(-2.9,0) → -2.0
ROUNDDOWN(0.15+0.15,1) → 0.3
INT(-2.5) → -3.0
INT(4.35*100) → 435.0
MOD(-3,2) → 1.0
MOD(3,-2) → -1.0
MOD(0.3,0.1) → 0.0
MOD(3,0) → …
ABS(-甲) → 3.0
SUM(甲,乙,1.5) → 9.5
SUM(全部) → 8.0
SUM(进展.件数,甲) → 9.0
SUM(有坏) → …
MIN(全部) → 3.0
MAX(全部,10) → 10.0
MIN(空数,斜杠) → 0.0
MAX(进展.件数) → 3.0
COUNT(全部) → 2.0
COUNT(进展.件数) → 3.0
COUNT(名称,甲,开始,空日) → 2.0
COUNTA(全部) → 3.0
COUNTA(进展.情况) → 4.0
COUNTBLANK(进展.情况) → 1.0
COUNTBLANK(全部) → 1.0
空格数(全部) → 2.0
空格数(有坏) → 0.0
空格数(进展.情况,空文,空日,名称) → 4.0
非负整数(全部) → True
非负整数(全部,金额) → False
非负整数(甲) → True
非负整数(有坏) → …
"""

COMPARISONS = """
0.1+0.2=0.3 → True
金额+金额二=0.3 → True
甲=3 → True
甲＜乙 → True
甲≥乙 → False
甲≠乙 → True
空数=0 → True
空数="" → True
空数<>"" → False
""=空数 → True
斜杠="" → False
斜杠=0 → True
甲="" → False
坏数="" → …
空文="" → True
名称="zhang店区" → True
名称=“ZHANG店区” → True
名称<>"张店" → True
状态=“已完成” → True
空日="" → True
空日=0 → True
开始<>"" → True
开始=DATE(2024,5,8) → True
开始<=结束 → True
空日<=结束 → True
(甲=3)=(乙=5) → True
(甲=3)=FALSE → False
IF(甲=3,"",0)="" → True
IF(甲=3,空数,"")="" → True
IF(甲=3,空数,"x")=0 → True
IF(甲=3,斜杠,"x")=0 → True
IF(甲=3,"x",0)=0 → False
IF(甲=3,"x",0)>0 → …
IF(甲=3,5,"x")>4 → True
ISBLANK(空数) → True
ISBLANK(斜杠) → False
ISBLANK(空文) → True
ISBLANK(空日) → True
ISNUMBER(甲) → True
ISNUMBER(空数) → False
ISNUMBER(斜杠) → False
ISTEXT(斜杠) → True
ISTEXT(名称) → True
ISTEXT(空文) → False
"""

LOGIC = """
IF(甲>2,"大","小") → '大'
IF(甲>9,1) → False
IF(甲,1,2) → 1.0
IF(空数,1,2) → 2.0
IF(甲>2,1,1/0) → 1.0
IF(FALSE,1/0,2) → 2.0
IF(甲>2,空数,"") → 0.0
IFERROR(1/0,-1) → -1.0
IFERROR(甲/乙,-1) → 0.6
IFERROR(VALUE(名称),"不是数") → '不是数'
IFERROR(坏数,-1) → …
AND(甲=3,乙=5) → True
AND(甲=3,乙=5,空数=1) → False
AND(FALSE,1/0=1) → …
OR(TRUE,1/0=1) → …
OR(甲=4,乙=4,空数=0) → True
OR(甲,空数) → True
NOT(有权="是") → False
"""

TEXTS = '''
甲&"件" → '3件'
空数&"" → ''
斜杠&"" → '/'
0.1+0.2&"" → '0.3'
1E15&"" → '1E+15'
0.00001&"" → '0.00001'
"他说""好""" → '他说"好"'
LEN(名称) → 7.0
LEN(甲*100) → 3.0
LEN(空数) → 0.0
LEFT(名称,5) → 'Zhang'
LEFT(名称) → 'Z'
LEFT(名称,-1) → …
RIGHT(名称,2) → '店区'
RIGHT(名称,0) → ''
MID(名称,6,1) → '店'
MID(名称,0,1) → …
MID(名称,99,1) → ''
TRIM("  a   b ") → 'a b'
FIND("店",名称) → 6.0
FIND("z",名称) → …
FIND(空文,名称,3) → 3.0
FIND(空文,空文) → 1.0
FIND(空文,空文,2) → …
SEARCH("z",名称) → 1.0
SEARCH("z",名称,2) → …
SUBSTITUTE("a-b-c","-","") → 'abc'
SUBSTITUTE("a-b-c","-","+",2) → 'a-b+c'
SUBSTITUTE("a-b","-","+",5) → 'a-b'
SUBSTITUTE(SUBSTITUTE(SUBSTITUTE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","a","aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),"a","aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),"a","aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") → …
VALUE("12") → 12.0
VALUE(" 1,200.5 ") → 1200.5
VALUE("50%") → 0.5
VALUE(".30") → 0.3
VALUE("0.") → 0.0
VALUE(".") → …
VALUE("TRUE") → …
VALUE("1,20") → …
VALUE("") → …
VALUE("12件") → …
TEXT(0.125,"0.00") → '0.13'
TEXT(-0.001,"0.00") → '0.00'
TEXT(1234567.5,"#,##0.00") → '1,234,567.50'
TEXT(0,"#,##0") → '0'
TEXT(0.5,"0%") → '50%'
TEXT(7,"000") → '007'
TEXT(开始,"yyyy-mm-dd") → '2024-05-08'
TEXT(开始,"yyyy年m月d日") → '2024年5月8日'
TEXT(开始,"yyyymmdd") → '20240508'
TEXT(空日,"yyyy-mm-dd") → …
TEXT(名称,"0") → 'Zhang店区'
'''

DAYS = """
YEAR(开始)*10000+MONTH(开始)*100+DAY(开始) → 20240508.0
YEAR(空日) → …
结束-开始 → 53.0
DATE(2024,1,1)=45292 → True
DATE(2024,13,1)=DATE(2025,1,1) → True
DATE(2024,3,0)=DATE(2024,2,29) → True
DATE(1,1,1) → …
DATE(9999,12,32) → …
EDATE(DATE(2024,1,31),1)=DATE(2024,2,29) → True
EDATE(DATE(2024,3,31),-1)=DATE(2024,2,29) → True
EOMONTH(开始,0)=DATE(2024,5,31) → True
EOMONTH(开始,-3)=DATE(2024,2,29) → True
EDATE(开始,999999) → …
EDATE(开始,-1000)=DATE(1941,1,8) → True
EDATE(开始,1001) → …
DATE(2024,1,40000) → …
MAX(开始,结束,空日)=结束 → True
MIN(进展.日子)=开始 → True
今日()>结束 → True
今日-结束 → 1.0
工作日数(DATE(2024,4,30),DATE(2024,5,2)) → 2.0
工作日数(DATE(2024,5,2),DATE(2024,4,30)) → -2.0
工作日数(DATE(2024,5,10),DATE(2024,5,13)) → 3.0
工作日数(空日,结束) → …
工作日后(DATE(2024,4,30),1)=DATE(2024,5,2) → True
工作日后(DATE(2024,5,10),1)=DATE(2024,5,11) → True
工作日后(DATE(2024,5,2),-1)=DATE(2024,4,30) → True
工作日后(开始,1E9) → …
"""

COLUMNS = """
COUNTIF(进展.情况,"已完成") → 2.0
COUNTIF(进展.情况,"<>已完成") → 3.0
COUNTIF(进展.情况,"") → 1.0
COUNTIF(进展.情况,"<>") → 4.0
COUNTIF(进展.编号,"A-1") → 2.0
COUNTIF(进展.件数,2) → 1.0
COUNTIF(进展.件数,">=2") → 2.0
COUNTIF(进展.件数,"<2") → 1.0
COUNTIF(进展.件数,"<>2") → 4.0
COUNTIF(进展.件数,0) → 0.0
COUNTIF(全部,">0") → 2.0
COUNTIF(甲,3) → 1.0
COUNTIF(进展.日子,"<>") → 2.0
COUNTIFS(进展.情况,"已完成",进展.件数,">1") → 1.0
SUMIF(进展.件数,">1") → 5.0
SUMIF(进展.情况,"已完成",进展.件数) → 4.0
SUMIFS(进展.件数,进展.情况,"<>已完成",进展.编号,"<>") → 2.0
出现次数(进展.编号,"001") → 1.0
出现次数(进展.编号,"a-1") → 2.0
出现次数(进展.编号,空文) → 1.0
出现次数(进展.编号,名称) → 0.0
出现次数(进展.件数,甲) → 1.0
"""

OTHER_TIMES = """
上期(甲)+1=甲 → True
上年(甲) → 4.0
上期(乙)=乙 → …
上年(乙)=0 → True
上期(状态)="" → True
上期(状态)<>状态 → True
上期(开始)<=开始 → …
ISBLANK(上期(乙)) → …
"""


@pytest.mark.parametrize(("formula", "expected"), rows(ARITHMETIC + COMPARISONS + LOGIC + TEXTS))
def test_values(formula: str, expected: str) -> None:
    assert shown(value_of(formula)) == expected


@pytest.mark.parametrize(("formula", "expected"), rows(DAYS + COLUMNS + OTHER_TIMES))
def test_days_columns_and_other_times(formula: str, expected: str) -> None:
    assert shown(value_of(formula)) == expected


def shown(value: object) -> str:
    return "…" if value is NOT_COMPUTED else repr(value)


def test_a_day_comes_back_as_a_day() -> None:
    assert as_date(value_of("工作日后(结束,5)")) == date(2024, 7, 5)
    assert value_of("DATE(2023,3,15)") == 45000.0
    assert as_date(45000.0) == date(2023, 3, 15)


@pytest.mark.parametrize("result", [NOT_COMPUTED, 0.0, True, "2024-05-08", -5.0, 1e300])
def test_what_is_no_day_gives_none(result: object) -> None:
    assert as_date(result) is None


def test_working_days_without_a_calendar_are_not_computed() -> None:
    assert compile_formula("工作日后(DATE(2024,6,30),5)", SCHEMA)([]) is NOT_COMPUTED


def test_operands_are_asked_for_once_and_in_order() -> None:
    compiled = compile_rule("IF(乙>0,甲+乙=上期(甲),甲=SUM(进展.件数))", SCHEMA)
    found = [(o.kind, o.name, o.type) for o in compiled.operands]
    assert found == [
        ("field", "乙", "整数"), ("field", "甲", "整数"), ("previous", "甲", "整数"), ("column", "进展.件数", "整数"),
    ]  # fmt: skip
    assert names_used(compiled) == ("乙", "甲")
    assert compiled.result_type == "bool"


@pytest.mark.parametrize(
    "bad", ["12件", "１２", " x ", date(2024, 1, 1), True, float("nan"), Decimal("Infinity"), 10**400]
)
def test_a_number_field_that_holds_something_else_stops_the_rule(bad: Value) -> None:
    assert compile_rule("OR(甲=0,甲>=0)", SCHEMA)([bad]) is NOT_COMPUTED


@pytest.mark.parametrize("nothing", ["", "/", "／", "—", "——", "-", "－", "无", " / ", None])
def test_marks_for_nothing_count_as_zero(nothing: Value) -> None:
    assert compile_rule("甲+乙=5", SCHEMA)([nothing, 5]) is True
    assert compile_rule("空格数(甲)=1", SCHEMA)([nothing]) is True


@pytest.mark.parametrize("bad", ["2024-05-08", 45000, date(1899, 1, 1)])
def test_a_date_field_that_holds_something_else_stops_the_rule(bad: Value) -> None:
    assert compile_rule("开始<=结束", SCHEMA)([bad, date(2024, 6, 30)]) is NOT_COMPUTED


def test_one_bad_cell_of_a_column_stops_the_rule_for_every_row() -> None:
    rule = compile_rule("出现次数(进展.件数,甲)=1", SCHEMA)
    column = (1, "12件", 2)
    assert [rule([column, x]) for x in (1, 2)] == [NOT_COMPUTED, NOT_COMPUTED]
    assert rule([(1, 2), 1]) is True


def test_a_list_handed_in_as_a_column_may_change_between_rows() -> None:
    rule = compile_formula("SUM(进展.件数)", SCHEMA)
    column: list[Value] = [1, 2]
    first = rule([column])  # type: ignore[list-item]
    column.append(4)
    assert (first, rule([column])) == (3.0, 7.0)  # type: ignore[list-item]


def test_ranges_of_different_length_are_not_computed() -> None:
    rule = compile_formula('SUMIF(进展.情况,"已完成",进展.件数)', SCHEMA)
    assert rule([("已完成",), (1, 2)]) is NOT_COMPUTED


@pytest.mark.parametrize("formula", ["甲+乙", "开始", '名称&""', 'IF(甲>0,1,"")'])
def test_a_rule_must_be_true_or_false(formula: str) -> None:
    with pytest.raises(FormulaError, match="真或假"):
        compile_rule(formula, SCHEMA)


def test_a_long_sum_of_money_is_exact_to_the_cent() -> None:
    schema = Schema(
        fields={f"n{i}": "金额" for i in range(200)} | {"合计": "金额"},
        blocks={"各项": tuple(f"n{i}" for i in range(200))},
    )
    values = [Decimal(i * 7919 % 100_000) / 100 for i in range(200)]
    rule = compile_rule("SUM(各项)=合计", schema)
    assert rule([*values, sum(values, Decimal(0))]) is True
    assert rule([*values, sum(values, Decimal("0.01"))]) is False
    plus = compile_rule("+".join(f"n{i}" for i in range(200)) + "=合计", schema)
    assert plus([*values, sum(values, Decimal(0))]) is True
