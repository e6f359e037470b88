"""The sheet 情况说明 of a ledger: what units explained, with the rule, the place and the receipt."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.forms.form import EXPLANATION_LIST
from toolkit.model import Explanation, Period, PeriodResult
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import caption, marked, marks

_COLUMNS = (
    Column("单位", cap=22),
    Column("表单", cap=22),
    Column("周期", "center", cap=12),
    Column("规则编号", "center", cap=16),
    Column("校验提示", cap=40),
    Column("事项", cap=24),
    Column("说明", cap=52),
    Column("对外公开", "center", 9),
    Column("收件编号", "center", cap=18),
)


def notes_sheet(result: PeriodResult, explanations: Sequence[Explanation], unit: str = "") -> Sheet:
    """`unit`: the explanations are all of this one, which then has no column."""
    return Sheet(
        EXPLANATION_LIST,
        marked(f"{unit}{result.period.title}情况说明", marks(result)),
        _COLUMNS[1:] if unit else _COLUMNS,
        _rows(explanations, not unit),
        lines=(caption(result),),
        notes=("年报数据中所在栏目对外公开的，刊入本单位年度报告；其余只在台账和通报附件中列示。",),
        freeze_columns=0 if unit else 1,
        mark="·".join(marks(result)),
    )


def _rows(explanations: Sequence[Explanation], with_unit: bool) -> list[Row]:
    rows: list[Row] = []
    for e in explanations:
        public = Cell("是", "strong") if e.public else "否"
        row = (e.form, Period(e.period).title, e.rule, e.said, e.matter, e.text, public, e.receipt_no)
        rows.append((e.unit, *row) if with_unit else row)
    return rows
