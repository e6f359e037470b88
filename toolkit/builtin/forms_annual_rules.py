"""The rules of 年报数据 in words and formulas: the relations inside one report and between two years.

标识 carries the relation ids that other programs use; the sentences are ours. Relations between units (汇总) belong to
`merge`, those between text and table to the documents.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.builtin import annual_table as at
from toolkit.builtin.form_book import RuleRow

_FIX, _EXPLAIN, _NOTE = "须修改", "须说明", "提示"
_FORMAT = "国办公开办函〔2021〕30号"
_CORNER = f"{_FORMAT}附件，表三表头所列勾稽关系"
_TOTALS = f"{_FORMAT}附件，“总计”栏的含义"
_COUNTS = f"{_FORMAT}附件，各栏以“件”计数"
_CONTINUITY = f"{_FORMAT}附件，上下年度同一数字前后衔接"
_REGULATION = "《中华人民共和国政府信息公开条例》第五十条"
_WHERE_TO_EXPLAIN = "请在“情况说明”中写明原因"

_STAGE_NAMES = {"review": "行政复议", "direct": "未经复议直接起诉", "after": "复议后起诉"}


def rules() -> tuple[RuleRow, ...]:
    """57 relations, then the three notes on empty text parts."""
    return (*_table3(), *_table2(), *_table4(), *_general(), *_across_years(), *_texts())


def _rule(no: str, rule_id: str, level: str, formula: str, message: str, remedy: str, basis: str) -> RuleRow:
    return RuleRow(no, rule_id, level, "整表", formula, message, remedy, basis)


def _table3() -> Iterator[RuleRow]:
    t3 = at.table("t3")
    number = iter(range(1, 100))
    for column in t3.value_columns:
        c = column.id
        yield _rule(
            f"年报-表三-{next(number):02d}", f"t3_balance_{c}", _FIX,
            f"t3.new_received.{c}+t3.carried_in.{c}=t3.result_total.{c}+t3.carried_out.{c}",
            f"表三“{column.label}”列不平衡：本年新收加上年结转，与办理结果总计加结转下年度不相等。",
            "请核对本列这四个数：年内办结的计入第三项，到12月31日仍未办结的计入第四项，每件申请只计一次。",
            _CORNER,
        )  # fmt: skip
    for column in t3.value_columns:
        c = column.id
        yield _rule(
            f"年报-表三-{next(number):02d}", f"t3_results_sum_{c}", _FIX,
            f"{at.results_sum(c)}=t3.result_total.{c}",
            f"表三“{column.label}”列：（一）至（六）各项相加，与（七）总计不相等。",
            "请核对本列各项办理结果；（七）总计原有求和公式，改写过的请改为正确的合计数。",
            _TOTALS,
        )  # fmt: skip
    for row in t3.data_rows:
        yield _rule(
            f"年报-表三-{next(number):02d}", f"t3_row_total_{row.id}", _FIX,
            f"{at.row_sum(row.id)}=t3.{row.id}.total",
            f"表三“{at.row_name(t3, row)}”行：自然人与五类法人或其他组织相加，与总计不相等。",
            "请核对本行各数；总计原有求和公式，改写过的请改为正确的合计数。",
            _TOTALS,
        )  # fmt: skip


def _table2() -> Iterator[RuleRow]:
    for n, (row, label) in enumerate((("regulations", "规章"), ("normative", "行政规范性文件")), start=1):
        yield _rule(
            f"年报-表二-{n:02d}", f"t2_valid_floor_{row}", _FIX,
            f"t2.{row}.valid>=t2.{row}.made-t2.{row}.repealed",
            f"表二“{label}”：现行有效件数少于本年制发减去本年废止的件数，由此推算上年末的有效件数会成为负数。",
            "请核对本行三个数；现行有效件数应填截至12月31日有效的全部件数，不只是本年制发的。",
            f"{_FORMAT}附件，表二“现行有效件数”的含义",
        )  # fmt: skip
    yield _rule(
        "年报-表二-03", "t2_regulations_authority", _EXPLAIN,
        'OR(单位.可制定规章="是",单位.可制定规章="",'
        "AND(t2.regulations.made=0,t2.regulations.repealed=0,t2.regulations.valid=0))",
        "按单位名录，本单位没有规章制定权，而表二“规章”一行填有数字。",
        f"规章不包括行政规范性文件，请核对是否应填入下一行；没有规章的填0。确需保留的，{_WHERE_TO_EXPLAIN}。",
        "《中华人民共和国立法法》关于规章制定权限的规定",
    )  # fmt: skip
    yield _rule(
        "年报-表二-04", "t2_fees_nonneg", _FIX,
        "t2.fees.amount>=0",
        "表二“行政事业性收费”的金额小于0。",
        "请填写本年实际收费金额，以万元为单位，可以带小数；没有收费的填0。",
        f"{_FORMAT}附件，表二“本年收费金额（单位：万元）”",
    )  # fmt: skip


def _table4() -> Iterator[RuleRow]:
    for n, (stage, label) in enumerate(_STAGE_NAMES.items(), start=1):
        yield _rule(
            f"年报-表四-{n:02d}", f"t4_total_{stage}", _FIX,
            f"{at.stage_sum(stage)}=t4.cases.{stage}_total",
            f"表四“{label}”：结果维持、结果纠正、其他结果、尚未审结相加，与总计不相等。",
            "请核对这一组的五个数；总计原有求和公式，改写过的请改为正确的合计数。",
            _TOTALS,
        )  # fmt: skip


def _general() -> Iterator[RuleRow]:
    yield _rule(
        "年报-通用-01", "all_counts_nonneg_int", _FIX,
        "非负整数(表二件数,表三,表四)",
        "表中有的件数是负数或带有小数。",
        "件数请填0或正整数；金额只填在“行政事业性收费”一格。",
        _COUNTS,
    )  # fmt: skip
    yield _rule(
        "年报-通用-02", "all_cells_filled", _EXPLAIN,
        "空格数(表二,表三,表四)=0",
        "表中还有空着或填了“/”“—”的格子。",
        f"没有发生的请填0；确实无法统计的，{_WHERE_TO_EXPLAIN}。",
        "各地填报惯例：没有发生的填0，以区别于漏填",
    )  # fmt: skip


def _across_years() -> Iterator[RuleRow]:
    columns = at.table("t3").value_columns
    for n, column in enumerate(columns, start=1):
        c = column.id
        yield _rule(
            f"年报-跨年-{n:02d}", f"xy_carry_{c}", _FIX,
            f"t3.carried_in.{c}=上年(t3.carried_out.{c})",
            f"表三“{column.label}”列：本年填的上年结转件数，与上年年报的结转下年度件数不一致。",
            "请对照上年已公布的年度报告填写；上年数字本身有误的，请先致电政务公开办。",
            _CONTINUITY,
        )  # fmt: skip
    pairs = (("regulations", "规章"), ("normative", "行政规范性文件"))
    for n, (row, label) in enumerate(pairs, start=len(columns) + 1):
        yield _rule(
            f"年报-跨年-{n:02d}", f"xy_valid_{row}", _EXPLAIN,
            f"t2.{row}.valid=上年(t2.{row}.valid)+t2.{row}.made-t2.{row}.repealed",
            f"表二“{label}”：现行有效件数，与上年现行有效件数加本年制发、减本年废止后的数不一致。",
            f"请核对三个数；因文件清理、自动失效或修订计法不同造成的，{_WHERE_TO_EXPLAIN}。",
            _CONTINUITY,
        )  # fmt: skip


def _texts() -> Iterator[RuleRow]:
    parts = [s for s in at.SECTIONS if not s.table]
    for n, section in enumerate(parts, start=1):
        yield _rule(
            f"年报-文字-{n:02d}", "", _NOTE,
            f"LEN(narrative.{section.id})>0",
            f"{section.no}、{section.title}还没有填写，送审稿中此处印“（待补充）”。",
            "请在“文字部分”补充；确无内容的写“无”。",
            _REGULATION,
        )  # fmt: skip
