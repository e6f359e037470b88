"""Reading formulas: what they may say, what is refused and in which words, and formulas with cell addresses."""

from __future__ import annotations

import pytest

from toolkit.rules.formula import FormulaError, Schema, addressed, parse
from toolkit.rules.nodes import Chain, Compare, Literal, Operand, Ref
from toolkit.rules.python import compile_formula

SCHEMA = Schema(
    fields={
        "t3.granted.natural": "整数", "t3.granted.total": "整数", "件数": "整数", "2024年件数": "整数", "金额": "金额",
        "名称": "文本", "状态": "选项", "有权": "是否", "开始": "日期", "结束": "日期", "事实": "未知类型",
    },
    labels={
        "表三·予以公开·自然人": "t3.granted.natural",
        "表三·（一）予以公开·总计": "t3.granted.total",
        "危及“三安全一稳定”": "件数",
        "其中：新增": "金额",
        "甲-乙": "金额",
        "指向不明": "没有这个字段",
    },
    blocks={"表三": ("t3.granted.natural", "t3.granted.total"), "混合": ("件数", "名称"), "空的": (), "缺的": ("没有",)},
    columns={"进展": {"情况": "选项", "件数": "整数", "编号": "文本"}, "其他": {"件数": "整数"}},
    last_year=frozenset({"件数"}),
)  # fmt: skip
JIA = Ref(Operand("field", "件数", "整数"), "件数")


def names(formula: str) -> list[str]:
    return [o.name for o in compile_formula(formula, SCHEMA).operands]


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("表三·予以公开·自然人+1", ["t3.granted.natural"]),
        ("表三·（一）予以公开·总计+1", ["t3.granted.total"]),
        ("表三·(一)予以公开·总计*2", ["t3.granted.total"]),
        ("危及“三安全一稳定”>0", ["件数"]),
        ("其中：新增>0", ["金额"]),
        ("２０２４年件数>0", ["2024年件数"]),
        ("SUM(表三)", ["t3.granted.natural", "t3.granted.total"]),
        ("sum(表三)=Sum(件数)", ["t3.granted.natural", "t3.granted.total", "件数"]),
        ('COUNTIF(进展.情况,"已完成")', ["进展.情况"]),
        ("今日()>=开始", ["今日", "开始"]),
        ("=\n 件数\t+\u3000金额 ", ["件数", "金额"]),
        ("true", []),
    ],
)
def test_names_and_labels(formula: str, found: list[str]) -> None:
    assert names(formula) == found


def test_signs_are_made_plain_outside_of_texts_only() -> None:
    node = parse("名称＝“（＋，＝”", SCHEMA)
    assert isinstance(node, Compare)
    assert (node.op, node.right) == ("=", Literal("（＋，＝", "text"))
    assert parse('"a＝“b”"', SCHEMA) == Literal("a＝“b”", "text")


@pytest.mark.parametrize("text", ['“完成"', "”完成”", "“完成“", "＂完成＂", '"完成"'])
def test_quotes_of_any_input_method(text: str) -> None:
    assert parse(text, SCHEMA) == Literal("完成", "text")


def test_operators_of_one_rank_become_one_flat_chain() -> None:
    assert parse("件数+1-件数", SCHEMA) == Chain(("+", "-"), (JIA, Literal(1.0, "number"), JIA), "number")
    assert len(compile_formula("+".join(["件数"] * 2000), SCHEMA).operands) == 1


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("开始+5", "date"), ("5+开始", "date"), ("结束-开始", "number"), ("结束-开始+开始", "date"), ("MAX(开始,结束)", "date"),
        ('IF(件数>0,"a","b")', "text"), ('IF(件数>0,1,"b")', "any"), ("IF(件数>0,开始,0)", "number"), ("事实", "any"),
        ('事实="x"', "bool"), ("事实>3", "bool"), ("-5%", "number"), ("件数&名称", "text"), ("EDATE(开始,1)", "date"),
    ],
)  # fmt: skip
def test_types(formula: str, kind: str) -> None:
    assert compile_formula(formula, SCHEMA).result_type == kind


REFUSED = [
    # names
    ("件书+1", "没有名为“件书”的字段。是否为：件数"),
    ("t3.granted.naturel", "t3.granted.natural"),
    ("指向不明", "没有名为“指向不明”的字段"),
    ("B12+1", "“B12”是单元格地址"),
    ("$B$12", "单元格地址"),
    ("甲-乙", "没有名为“甲”的字段"),
    # Excel that the language leaves out
    ("A1:B2", "不支持区域写法“A1:B2”"),
    ("SUM(件数:金额)", "不支持区域写法"),
    ("表!A1", "引用了工作表"),
    ("'表 一'!A1", "引用了工作表"),
    ("OR(状态={1,2})", "不支持数组常量"),
    ("进展[编号]", "不支持方括号"),
    ("[编号", "不支持方括号"),
    ("SUM(t3.*.*)", "不支持通配符"),
    ("IF(件数>0,,1)", "空着的参数"),
    ("SUM(,件数)", "空着的参数"),
    ("SUM(件数,)", "空着的参数"),
    ("IF(件数>0;1;2)", "逗号分隔"),
    ("件数,金额", "逗号的位置"),
    ("#N/A", "不能使用错误值"),
    ("件数=#REF!", "不能使用错误值"),
    ("件数 金额", "“金额”的位置不对"),
    ("{件数}", "不支持数组常量"),
    # writing
    ("", "公式是空的"),
    (" = ", "公式是空的"),
    ("件数+", "公式不完整"),
    ("(件数", "公式不完整"),
    ("件数)", "括号没有成对"),
    ("件数<>", "公式不完整"),
    ("*件数", "运算符“*”的位置不对"),
    ("件数=>3", "运算符“>”的位置不对"),
    ('名称="', "引号没有成对"),
    ("名称=已完成", "没有名为“已完成”的字段"),
    ("1<件数<3", "不能连写比较"),
    ("件数%%", "连写两个 %"),
    ("1E400", "过大"),
    ("\ue000", "不能使用的字符"),
    # functions
    ("VLOOKUP(件数,金额)", "没有函数“VLOOKUP”"),
    ("SUMM(件数)", "没有函数“SUMM”。是否为：SUM"),
    ("TODAY()", "可用 今日 代替"),
    ("件数(3)", "没有函数“件数”"),
    ("今日(3)", "今日() 没有参数"),
    ("ROUND(件数)", "ROUND 的参数个数不对：应有 2 个，现为 1 个"),
    ("IF(件数>0)", "应有 2 至 3 个"),
    ("SUM()", "应有 1 个或更多"),
    ('COUNTIFS(进展.情况,"a",进展.件数)', "成对"),
    ("SUM(" + ",".join(["1"] * 256) + ")", "参数个数不对"),
    # types
    ("开始>“2024-01-01”", "“开始”是日期，不能与文字比较，日期请写成 DATE"),
    ("状态>“一”", "文字不能比较大小"),
    ("名称=3", "“名称”是文字，不能与数字比较，请给数字加上引号"),
    ('件数="3"', "“件数”是数字，不能与文字比较"),
    ('件数>""', "文字不能比较大小"),
    ("件数=TRUE", "不能与判断结果"),
    ("有权=TRUE", "请写成 有权=\"是\""),
    ("IF(有权,1,2)", "请写成 有权=\"是\""),
    ("AND(名称)", "请写成比较"),
    ("NOT(开始)", "请写成比较"),
    ("(件数>1)>(金额>1)", "不能比较大小"),
    ("名称+1", "“名称”是文字，确需换算请用 VALUE"),
    ("-名称", "确需换算请用 VALUE"),
    ("名称%", "确需换算请用 VALUE"),
    ("开始+结束", "两个日期不能相加"),
    ("5-开始", "日期只能加减天数"),
    ('开始&"前"', "TEXT("),
    ('LEN(件数>1)', "判断结果"),
    ("LEFT(开始,4)", "TEXT("),
    ("YEAR(名称)", "应为日期"),
    ("YEAR(TRUE)", "应为日期"),
    # blocks and columns
    ("表三=1", "只能用于 SUM"),
    ("进展.件数>1", "是一整列"),
    ("表三", "不能是一个区块或一整列"),
    ("进展.件数", "不能是一个区块或一整列"),
    ("IF(TRUE,表三,1)", "是一个区块"),
    ("SUM(混合)", "不全是数字"),
    ("SUM(进展.情况)", "不全是数字"),
    ("SUM(空的)", "没有字段"),
    ("SUM(缺的)", "“没有”不是字段"),
    ("非负整数(名称)", "应为数字字段"),
    ("非负整数(件数+1)", "应为字段、区块或列"),
    ("空格数(1)", "应为字段、区块或列"),
    ("出现次数(件数,件数)", "应为一整列"),
    ("COUNTIF(进展.情况,状态)", "请用 出现次数"),
    ('COUNTIF(进展.情况,"已*")', "通配符"),
    ('COUNTIF(进展.情况,">一")', "文字不能比较大小"),
    ('COUNTIF(进展.编号,"001")', "当作数字或日期"),
    ('COUNTIF(进展.编号,"2024-05")', "当作数字或日期"),
    ('COUNTIF(进展.编号,"50%")', "当作数字或日期"),
    ('COUNTIF(进展.件数,"多")', "不是数字"),
    ('COUNTIF(进展.件数,">")', "不完整"),
    ("COUNTIF(进展.件数,TRUE)", "应为写明的条件"),
    ('COUNTIF(混合,"a")', "只能用"),
    ('SUMIF(进展.情况,"a",其他.件数)', "同一清单"),
    ('SUMIF(进展.情况,"a")', "第 1 个参数应为数字"),
    ('COUNTIFS(进展.件数,1,表三,1)', "同一清单"),
    # our own
    ("上期(件数+1)", "只能写一个字段名"),
    ("上期(表三)", "只能写一个字段名"),
    ("上期(进展.件数)", "只能写一个字段名"),
    ("上期(上期(件数))", "只能写一个字段名"),
    ("上期()", "只能写一个字段名"),
    ("上年(金额)", "“金额”没有上年数"),
    ('SEARCH("a*",名称)', "通配符"),
    ("SEARCH(名称,名称)", "应为写明的文字"),
    ('TEXT(件数,"[红色]0")', "暂不支持"),
    ("TEXT(件数,名称)", "应为写明的文字"),
    # size
    ("件数+" * 3000 + "件数", "超过上限 8000"),
    ("(" * 41 + "件数" + ")" * 41, "层次过多"),
    ("-" * 41 + "件数", "层次过多"),
    ("ABS(" * 41 + "件数" + ")" * 41, "层次过多"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "reason"), REFUSED, ids=[f[:24] for f, _ in REFUSED])
def test_what_is_refused_and_why(formula: str, reason: str) -> None:
    with pytest.raises(FormulaError) as error:
        compile_formula(formula, SCHEMA)
    assert reason in error.value.reason
    assert len(error.value.reason) < 200


def test_forty_levels_are_enough_for_anyone() -> None:
    assert compile_formula("(" * 40 + "件数" + ")" * 40, SCHEMA)([3]) == 3.0
    assert compile_formula("-" * 40 + "件数", SCHEMA)([3]) == 3.0
    assert compile_formula("IF(件数>0,IF(件数>1," * 15 + "1" + ",2),3)" * 15, SCHEMA)([3]) == 1.0


# ---------------------------------------------------------------- formulas with addresses

CELLS = {"t3.granted.natural": "B3", "t3.granted.total": "C3", "件数": "D3", "金额": "表二!E3"}


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("t3.granted.natural+t3.granted.total", "B3+C3"),
        ("=表三·予以公开·自然人＋件数", "B3+D3"),
        ("SUM(表三,件数)", "SUM(B3,C3,D3)"),
        ("(件数+金额)*2", "(D3+表二!E3)*2"),
        ("件数-(金额-1)", "D3-(表二!E3-1)"),
        ("件数+(金额+1)", "D3+(表二!E3+1)"),
        ("件数/(金额*2)", "D3/(表二!E3*2)"),
        ("件数*金额-1.50", "D3*表二!E3-1.5"),
        ("-(件数+1)", "-(D3+1)"),
        ("2*-件数", "2*-D3"),
        ("SUM(件数*2,-1)", "SUM(D3*2,-1)"),
    ],
)
def test_addressed(formula: str, text: str) -> None:
    assert addressed(formula, SCHEMA, CELLS.__getitem__) == text


@pytest.mark.parametrize(
    "formula",
    ["件数=1", "ROUND(件数,2)", "名称", "开始", '"x"', "件数^2", "件数%", "上期(件数)", "SUM(进展.件数)", "今日()", "TRUE", '件数&""', "表三"],
)  # fmt: skip
def test_addressed_takes_sums_only(formula: str) -> None:
    with pytest.raises(FormulaError):
        addressed(formula, SCHEMA, lambda name: "A1")
