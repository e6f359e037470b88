"""What the office may get wrong in 校验: every class of mistake is refused when the form is read, with the cell and the words."""

from __future__ import annotations

import pytest

from tests.forms_kit import RULES, form_book
from toolkit.findings import Finding
from toolkit.forms.design import read_form

HEAD = "| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 | 依据 | 试行起 | 生效起 |"
WHOLE, ROW = "整表", "逐行:进展"
GOOD = "| 测-01 | | 须修改 | 整表 | n.a>=0 | 甲项为负。 | 请核对。 | | | |"


def found(rules: str) -> tuple[Finding, ...]:
    form, findings = read_form(form_book(rules=f"{HEAD}\n{rules}"), "测试表.xlsx")
    assert (form is None) == bool(findings)
    return findings


def one_rule(formula: str, scope: str = WHOLE) -> tuple[Finding, ...]:
    return found(f"{GOOD}\n| 测-02 | | 须修改 | {scope} | {formula} | 不符。 | 请核对。 | | | |")


# The class of mistake, the scope, the formula, and words of the message.
FORMULAS = [
    # names
    ("未知字段，给出最接近的", WHOLE, "n.aa>0", "没有名为“n.aa”的字段。是否为：n.a"),
    ("未知标题，给出最接近的", WHOLE, "甲项件>0", "甲项件数"),
    ("整表规则用了清单的栏目", WHOLE, "完成情况<>\"\"", "没有名为“完成情况”的字段"),
    ("清单中没有的栏目", WHOLE, "COUNTA(进展.完成)>0", "进展.完成情况"),
    ("单元格地址", WHOLE, "B3>0", "“B3”是单元格地址"),
    ("别的工作表", WHOLE, "统计!B3>0", "引用了工作表"),
    ("区域", WHOLE, "SUM(B3:B4)>0", "区域写法"),
    # writing
    ("括号没有成对", WHOLE, "SUM(n.a,n.b=1", "公式不完整"),
    ("引号没有成对", ROW, "完成情况=\"已完成", "引号没有成对"),
    ("末尾缺少内容", WHOLE, "n.a+", "公式不完整"),
    ("缺少运算符", WHOLE, "n.a n.b", "前面可能缺少运算符"),
    ("空着的参数", WHOLE, "IF(n.a>0,,TRUE)", "空着的参数"),
    ("分号", WHOLE, "IF(n.a>0;TRUE;FALSE)", "逗号分隔"),
    ("连写比较", WHOLE, "0<n.a<9", "不能连写比较"),
    ("文字没有引号", ROW, "完成情况=已完成", "没有名为“已完成”的字段"),
    ("错误值", WHOLE, "n.a=#N/A", "不能使用错误值"),
    ("数组", WHOLE, "OR(n.a={1,2})", "不支持数组常量"),
    ("表格写法", WHOLE, "SUM(表[n.a])>0", "不支持方括号"),
    ("通配符", WHOLE, "SUM(n.*)>0", "不支持通配符"),
    ("过长的嵌套", WHOLE, "(" * 60 + "n.a" + ")" * 60 + ">0", "层"),
    ("过长的公式", WHOLE, "+".join(["n.a"] * 9000) + ">0", "超过上限"),
    # functions
    ("没有的函数，给出最接近的", WHOLE, "SUMM(n.a)>0", "没有函数“SUMM”。是否为：SUM"),
    ("不用的函数，给出代替的", WHOLE, "TODAY()>周期末", "可用 今日 代替"),
    ("引用别处的函数", WHOLE, "INDIRECT(\"B3\")>0", "没有函数“INDIRECT”"),
    ("外部调用", WHOLE, "WEBSERVICE(\"http://x\")=\"\"", "没有函数“WEBSERVICE”"),
    ("参数个数", WHOLE, "ROUND(n.a)>0", "参数个数不对"),
    ("条件取自单元格", WHOLE, "COUNTIF(进展.完成情况,备注)>0", "请用 出现次数"),
    ("条件中的通配符", WHOLE, "COUNTIF(进展.完成情况,\"已*\")>0", "通配符"),
    # types
    ("结果不是判断", WHOLE, "n.a+n.b", "结果应为真或假"),
    ("文字作数字", WHOLE, "备注+1>0", "是文字"),
    ("数字比文字", WHOLE, "n.a=\"3\"", "不能与文字比较"),
    ("文字比大小", ROW, "完成情况>\"一\"", "文字不能比较大小"),
    ("日期写成文字", ROW, "完成日期>\"2024-01-01\"", "请写成 DATE"),
    ("是否作判断", WHOLE, "IF(公开,n.a>0,TRUE)", "请写成 公开=\"是\""),
    ("两个日期相加", WHOLE, "周期始+周期末>0", "两个日期不能相加"),
    ("整列作单个值", WHOLE, "进展.完成情况=\"已完成\"", "是一整列"),
    ("区块作单个值", WHOLE, "件数>0", "是一个区块"),
    ("文字求和", WHOLE, "SUM(进展.完成情况)>0", "不全是数字"),
    ("上期写了算式", WHOLE, "n.a>=上期(n.a+1)", "只能写一个字段名"),
    ("上年写了整列", WHOLE, "n.a>=上年(进展.完成情况)", "只能写一个字段名"),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "formula", "words"), [x[1:] for x in FORMULAS], ids=[x[0] for x in FORMULAS])
def test_a_formula_that_cannot_be_meant_is_refused_at_its_cell(scope: str, formula: str, words: str) -> None:
    (f,) = one_rule(formula, scope)
    assert (f.code, f.file, f.sheet, f.cell) == ("FORM-105", "测试表.xlsx", "校验", "E3")
    assert words in f.message and "测-02" in f.message and f.remedy


ROWS = [
    ("没有编号", "| | | 须修改 | 整表 | n.a>0 | 不符。 | 请核对。 |", "FORM-106", "A3", "编号"),
    ("没有级别", "| 测-02 | | | 整表 | n.a>0 | 不符。 | 请核对。 |", "FORM-106", "C3", "级别"),
    ("没有范围", "| 测-02 | | 须修改 | | n.a>0 | 不符。 | 请核对。 |", "FORM-106", "D3", "范围"),
    ("没有公式", "| 测-02 | | 须修改 | 整表 | | 不符。 | 请核对。 |", "FORM-106", "E3", "公式"),
    ("没有提示", "| 测-02 | | 须修改 | 整表 | n.a>0 | | 请核对。 |", "FORM-106", "F3", "提示"),
    ("没有改法", "| 测-02 | | 须修改 | 整表 | n.a>0 | 不符。 | |", "FORM-106", "G3", "改法"),
    ("提示改法都没有", "| 测-02 | | 须修改 | 整表 | n.a>0 | | |", "FORM-106", "F3", "提示、改法"),
    ("编号重复", "| 测-01 | | 须修改 | 整表 | n.a>0 | 不符。 | 请核对。 |", "FORM-101", "A3", "A2"),
    ("级别写错", "| 测-02 | | 必改 | 整表 | n.a>0 | 不符。 | 请核对。 |", "FORM-101", "C3", "必改"),
    ("未能读取不是规则的级别", "| 测-02 | | 未能读取 | 整表 | n.a>0 | 不符。 | 请核对。 |", "FORM-101", "C3", "未能读取"),
    ("范围写错", "| 测-02 | | 须修改 | 全表 | n.a>0 | 不符。 | 请核对。 |", "FORM-101", "D3", "全表"),
    ("没有这个清单", "| 测-02 | | 须修改 | 逐行:进度 | n.a>0 | 不符。 | 请核对。 |", "FORM-101", "D3", "是否为“进展”"),
    ("试行起不是日期", "| 测-02 | | 须修改 | 整表 | n.a>0 | 不符。 | 请核对。 | | 明年 | |", "FORM-101", "I3", "试行起"),
    ("生效起不是日期", "| 测-02 | | 须修改 | 整表 | n.a>0 | 不符。 | 请核对。 | | | 下月 |", "FORM-101", "J3", "生效起"),
    (
        "生效起早于试行起",
        "| 测-02 | | 须修改 | 整表 | n.a>0 | 不符。 | 请核对。 | | 2025-02-01 | 2025-01-01 |", "FORM-101", "J3", "早于",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("row", "code", "cell", "words"), [x[1:] for x in ROWS], ids=[x[0] for x in ROWS])
def test_a_row_that_is_not_whole_is_refused_at_its_cell(row: str, code: str, cell: str, words: str) -> None:
    (f,) = found(f"{GOOD}\n{row}")
    assert (f.code, f.sheet, f.cell) == (code, "校验", cell)
    assert words in f.message + f.remedy and f.remedy


def test_all_mistakes_are_listed_at_once() -> None:
    rows = "\n".join(row.replace("测-02", f"测-{n:02d}") for n, (_, row, *_) in enumerate(ROWS, start=2))
    assert len(found(f"{GOOD}\n{rows}")) == len(ROWS)


@pytest.mark.parametrize("column", ["提示", "改法", "公式", "级别"])
def test_a_missing_column_is_refused(column: str) -> None:
    form, findings = read_form(form_book(rules=RULES.replace(f"| {column} |", "| |", 1)), "测试表.xlsx")
    assert form is None and any(column in f.message and f.sheet == "校验" for f in findings)
