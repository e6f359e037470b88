"""考核评分.xlsx: points of every unit and, cell by cell, what cost them. 征求意见稿 until the period is closed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from toolkit.model import IndicatorScore, PeriodResult, Scorecard, Value
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import (
    CONSULTATION,
    NOT_APPLICABLE,
    caption,
    estimates,
    made_on,
    marked,
    marks,
    number_text,
    ordered_scores,
    unit_order,
    value_text,
)

TOTALS, DETAILS, LOST = "得分汇总", "指标明细", "失分依据"


def scorebook(result: PeriodResult) -> bytes:
    """The workbook: 得分汇总 (a line per unit), 指标明细 (a line per unit and indicator), 失分依据."""
    title = marked(f"{result.government}{result.period.title}考核评分", _marks(result))
    pages = [_totals(result, title), _details(result), _lost(result)]
    return write_book(pages, title=title, made_on=made_on(result), office=result.office)


def _marks(result: PeriodResult) -> tuple[str, ...]:
    return marks(result, CONSULTATION)


def ordered_cards(result: PeriodResult) -> list[Scorecard]:
    order = unit_order(result.roster, result.scores)
    return [result.scores[name] for name in sorted(result.scores, key=order.__getitem__)]


def _indicators(result: PeriodResult) -> dict[str, list[IndicatorScore]]:
    """Every indicator that somebody was scored by → its scores, in the order of 考核细则."""
    found: dict[str, list[IndicatorScore]] = {}
    for card in result.scores.values():
        for score in card.indicators.values():
            found.setdefault(score.no, []).append(score)
    order = {indicator.no: rank for rank, indicator in enumerate(result.indicators)}
    return {no: found[no] for no in sorted(found, key=lambda no: (order.get(no, len(order)), no))}


def points_text(points: Decimal | None) -> Value:
    """Points for a number cell; what does not apply says so."""
    return NOT_APPLICABLE if points is None else shown_points(points)


def shown_points(points: Decimal) -> Decimal:
    """As printed: two places at most. The exact figure stands in scores.json; only totals are rounded for good."""
    rounded = points.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return rounded.normalize() if rounded != rounded.to_integral_value() else rounded.quantize(Decimal(1))


def _totals(result: PeriodResult, title: str) -> Sheet:
    indicators = _indicators(result)
    fixed = [Column("单位", cap=26), Column("类别", "center", cap=14), Column("考核组", "center", cap=14)]
    fixed += [Column("总分", "number", 9), Column("等级", "center", 9)]
    fixed += [Column("组内名次", "number", 8)] if result.ranking else []
    columns = [*fixed, *(Column(_heading(no, scores), "number", 11) for no, scores in indicators.items())]
    classes = {u.name: u.unit_class for u in result.roster.units}
    return Sheet(
        TOTALS,
        title,
        tuple(columns),
        tuple(_total_row(result, card, tuple(indicators), classes) for card in ordered_cards(result)),
        lines=(caption(result),),
        notes=(
            "括号内为该指标分值；不同类别分值不同的，见“指标明细”。不适用的指标不计分，按考核细则折算。",
            "按单位名录顺序排列。" if not result.ranking else "名次在考核组内排列，得分相同的名次并列。",
            f"如有不同意见，请于规定期限内与{result.office}联系，电话：{result.phone}。" if result.phone else "",
            *estimates(result),
        ),
        freeze_columns=1,
        fit_width=len(columns) <= 16,
        mark="·".join(_marks(result)),
    )


def _heading(no: str, scores: list[IndicatorScore]) -> str:
    full = {s.out_of for s in scores}
    points = f"\n（{number_text(next(iter(full)))}分）" if len(full) == 1 else "\n（分类别）"
    return f"{no} {scores[0].name}{points}"


def _total_row(result: PeriodResult, card: Scorecard, numbers: tuple[str, ...], classes: Mapping[str, str]) -> Row:
    rank: tuple[Value | Cell, ...] = (card.rank,) if result.ranking else ()
    points: list[Value | Cell] = []
    for no in numbers:
        score = card.indicators.get(no)
        points.append(_points_cell(score.points if score else None))
    total = Cell(points_text(card.total), "strong")
    return (card.unit, classes.get(card.unit, ""), card.group, total, card.grade, *rank, *points)


def _points_cell(points: Decimal | None) -> Cell:
    return Cell(points_text(points), "muted" if points is None else "")


_DETAIL_COLUMNS = (
    Column("单位", cap=24),
    Column("编号", "center", cap=10),
    Column("指标", cap=32),
    Column("分值", "number", 8),
    Column("得分", "number", 8),
    Column("失分", "number", 8),
    Column("未封顶保底得分", "number", 9),
    Column("计分事实", cap=48),
    Column("依据条数", "number", 7),
)


def _details(result: PeriodResult) -> Sheet:
    rows = [_detail_row(card.unit, s) for card in ordered_cards(result) for s in ordered_scores(result, card)]
    return Sheet(
        DETAILS,
        marked(f"{result.period.title}考核评分指标明细", _marks(result)),
        _DETAIL_COLUMNS,
        rows,
        lines=(caption(result),),
        notes=(
            "未封顶保底得分：按公式算出、未受上限和下限约束的得分，供核对。",
            "计分事实为公式所用的数，出处见“失分依据”。",
            *estimates(result),
        ),
        freeze_columns=1,
        mark="·".join(_marks(result)),
    )


def _detail_row(unit: str, score: IndicatorScore) -> Row:
    if score.points is None:
        return (unit, score.no, score.name, score.out_of, Cell(NOT_APPLICABLE, "muted"), "", "", _facts(score), "")
    lost = score.out_of - score.points
    lost_cell = Cell(shown_points(lost) if lost > 0 else "", "alert" if lost > 0 else "")
    uncut = "" if score.uncut is None else shown_points(score.uncut)
    basis = len(score.basis) or ""
    return (
        unit,
        score.no,
        score.name,
        score.out_of,
        shown_points(score.points),
        lost_cell,
        uncut,
        _facts(score),
        basis,
    )


def _facts(score: IndicatorScore) -> str:
    return "；".join(f"{name} {value_text(value)}" for name, value in score.facts.items())


_LOST_COLUMNS = (
    Column("单位", cap=24),
    Column("编号", "center", cap=10),
    Column("指标", cap=24),
    Column("失分", "number", 7),
    Column("事由", cap=46),
    Column("收件编号", cap=20),
    Column("文件", cap=34),
    Column("工作表", cap=14),
    Column("单元格", "center", 9),
    Column("内容", cap=22),
)


def _lost(result: PeriodResult) -> Sheet:
    rows: list[Row] = []
    for card in ordered_cards(result):
        for score in ordered_scores(result, card):
            rows += _lost_rows(card.unit, score)
    return Sheet(
        LOST,
        marked(f"{result.period.title}考核评分失分依据", _marks(result)),
        _LOST_COLUMNS,
        rows,
        lines=(caption(result),),
        notes=("每一行为一处失分依据；“失分”为该指标合计失分，列在首行。未报送的没有单元格。", *estimates(result)),
        freeze_columns=1,
        mark="·".join(_marks(result)),
    )


def _lost_rows(unit: str, score: IndicatorScore) -> list[Row]:
    lost = score.out_of - score.points if score.points is not None else Decimal(0)
    basis = score.basis or ((("依据见“指标明细”中的计分事实", None),) if lost > 0 else ())
    rows: list[Row] = []
    for n, (what, source) in enumerate(basis):
        amount: Value = lost if n == 0 and lost > 0 else ""
        where: tuple[Value, ...] = ("", "", "", "", "")
        if source is not None:
            where = (source.receipt_no, source.file, source.sheet, source.cell, value_text(source.value))
        rows.append((unit, score.no, score.name, amount, what, *where))
    return rows
