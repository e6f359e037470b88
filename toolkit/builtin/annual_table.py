"""The statutory tables of the annual report (政府信息公开工作年度报告) as data.

Source: 国办公开办函〔2021〕30号, annex. This is the one place that knows their rows, columns, labels and spans;
the form 年报数据, the Word grids, the CSV labels and the JSON keys are all made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

COUNT, MONEY = "整数", "金额"


@dataclass(frozen=True)
class Section:
    """One of the six sections; `table` is "" where the section is running text."""

    no: str
    id: str
    title: str
    table: str = ""


@dataclass(frozen=True)
class Column:
    """A column or, with `group`, a heading over `span` columns. `parents`: headings or blocks above, by id or text.

    `short` is the label in the names people read.
    """

    id: str
    label: str
    parents: tuple[str, ...] = ()
    type: str = COUNT
    unit: str = "件"
    group: bool = False
    span: int = 1
    short: str = ""


@dataclass(frozen=True)
class Row:
    """A row, or with `data` False a heading beside its rows. `columns` only where a row has not all of them (表二)."""

    id: str
    label: str
    parent: str = ""
    data: bool = True
    columns: tuple[str, ...] = ()
    short: str = ""


@dataclass(frozen=True)
class Block:
    """表二 is four small tables under each other, one per item of 《条例》第二十条."""

    id: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    id: str
    label: str  # 表二
    title: str
    grid_rows: int
    grid_columns: int
    header_rows: int
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...] = ()

    def row(self, row_id: str) -> Row:
        return next(r for r in self.rows if r.id == row_id)

    def column(self, column_id: str) -> Column:
        return next(c for c in self.columns if c.id == column_id)

    @property
    def data_rows(self) -> tuple[Row, ...]:
        return tuple(r for r in self.rows if r.data)

    @property
    def value_columns(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if not c.group)


@dataclass(frozen=True)
class GridCell:
    """One cell of the printed grid, row and column from 1; either a printed `text` or the `field` that stands there."""

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    field: str = ""


@dataclass(frozen=True)
class Grid:
    """The exact national grid: the cells tile rows × columns without gap or overlap, in reading order.

    `header_rows` is how many rows to repeat on a new page (0 for 表二, whose headings stand inside).
    """

    table: str
    rows: int
    columns: int
    header_rows: int
    cells: tuple[GridCell, ...]


class CellField(NamedTuple):
    """A value cell: the id that programs use, the label that people read, the declared type."""

    id: str
    label: str
    type: str


SECTIONS: tuple[Section, ...] = (
    Section("一", "overview", "总体情况"),
    Section("二", "proactive", "主动公开政府信息情况", "t2"),
    Section("三", "requests", "收到和处理政府信息公开申请情况", "t3"),
    Section("四", "review_litigation", "政府信息公开行政复议、行政诉讼情况", "t4"),
    Section("五", "problems", "存在的主要问题及改进情况"),
    Section("六", "other_matters", "其他需要报告的事项"),
)

# ---------------------------------------------------------------- 表二

T2_ROW_HEADER = "信息内容"
_ART1, _ART5, _ART6, _ART8 = "art20_1", "art20_5", "art20_6", "art20_8"
_THREE = ("made", "repealed", "valid")

_T2 = Table(
    "t2", "表二", "主动公开政府信息情况", 14, 4, 0,
    rows=(
        Row("regulations", "规章", _ART1, columns=_THREE),
        Row("normative", "行政规范性文件", _ART1, columns=_THREE),
        Row("licensing", "行政许可", _ART5, columns=("processed",)),
        Row("punishment", "行政处罚", _ART6, columns=("processed",)),
        Row("coercion", "行政强制", _ART6, columns=("processed",)),
        Row("fees", "行政事业性收费", _ART8, columns=("amount",)),
    ),
    columns=(
        Column("made", "本年制发件数", (_ART1,)),
        Column("repealed", "本年废止件数", (_ART1,)),
        Column("valid", "现行有效件数", (_ART1,)),
        Column("processed", "本年处理决定数量", (_ART5, _ART6)),
        Column("amount", "本年收费金额（单位：万元）", (_ART8,), MONEY, "万元"),
    ),
    blocks=(
        Block(_ART1, "第二十条第（一）项", _THREE, ("regulations", "normative")),
        Block(_ART5, "第二十条第（五）项", ("processed",), ("licensing",)),
        Block(_ART6, "第二十条第（六）项", ("processed",), ("punishment", "coercion")),
        Block(_ART8, "第二十条第（八）项", ("amount",), ("fees",)),
    ),
)  # fmt: skip

# ---------------------------------------------------------------- 表三

T3_CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
T3_SUPER_HEADER = "申请人情况"

_T3 = Table(
    "t3", "表三", "收到和处理政府信息公开申请情况", 28, 10, 3,
    rows=(
        Row("new_received", "一、本年新收政府信息公开申请数量", short="本年新收"),
        Row("carried_in", "二、上年结转政府信息公开申请数量", short="上年结转"),
        Row("results", "三、本年度办理结果", data=False),
        Row("granted", "（一）予以公开", "results", short="予以公开"),
        Row("partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "results", short="部分公开"),
        Row("denied", "（三）不予公开", "results", data=False, short="不予公开"),
        Row("denied_secret", "1.属于国家秘密", "denied", short="属于国家秘密"),
        Row("denied_law", "2.其他法律行政法规禁止公开", "denied", short="其他法律行政法规禁止公开"),
        Row("denied_safety", "3.危及“三安全一稳定”", "denied", short="危及三安全一稳定"),
        Row("denied_third_party", "4.保护第三方合法权益", "denied", short="保护第三方合法权益"),
        Row("denied_internal", "5.属于三类内部事务信息", "denied", short="属于三类内部事务信息"),
        Row("denied_process", "6.属于四类过程性信息", "denied", short="属于四类过程性信息"),
        Row("denied_enforcement", "7.属于行政执法案卷", "denied", short="属于行政执法案卷"),
        Row("denied_query", "8.属于行政查询事项", "denied", short="属于行政查询事项"),
        Row("unable", "（四）无法提供", "results", data=False, short="无法提供"),
        Row("unable_not_held", "1.本机关不掌握相关政府信息", "unable", short="本机关不掌握"),
        Row("unable_need_creation", "2.没有现成信息需要另行制作", "unable", short="需要另行制作"),
        Row("unable_unclear", "3.补正后申请内容仍不明确", "unable", short="补正后仍不明确"),
        Row("rejected", "（五）不予处理", "results", data=False, short="不予处理"),
        Row("rejected_petition", "1.信访举报投诉类申请", "rejected", short="信访举报投诉类申请"),
        Row("rejected_repeat", "2.重复申请", "rejected", short="重复申请"),
        Row("rejected_publication", "3.要求提供公开出版物", "rejected", short="要求提供公开出版物"),
        Row("rejected_massive", "4.无正当理由大量反复申请", "rejected", short="无正当理由大量反复申请"),
        Row("rejected_confirm", "5.要求行政机关确认或重新出具已获取信息", "rejected", short="要求确认或重新出具"),
        Row("other_result", "（六）其他处理", "results", data=False, short="其他处理"),
        Row("other_no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "other_result",
            short="逾期不补正"),
        Row("other_no_payment", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "other_result", short="逾期不缴费"),
        Row("other_misc", "3.其他", "other_result", short="其他"),
        Row("result_total", "（七）总计", "results", short="办理结果总计"),
        Row("carried_out", "四、结转下年度继续办理", short="结转下年度"),
    ),
    columns=(
        Column("legal_person", "法人或其他组织", (T3_SUPER_HEADER,), group=True, span=5),
        Column("natural", "自然人", (T3_SUPER_HEADER,)),
        Column("commercial", "商业企业", ("legal_person",)),
        Column("research", "科研机构", ("legal_person",)),
        Column("social", "社会公益组织", ("legal_person",)),
        Column("legal", "法律服务机构", ("legal_person",)),
        Column("other", "其他", ("legal_person",)),
        Column("total", "总计", (T3_SUPER_HEADER,)),
    ),
)  # fmt: skip

# ---------------------------------------------------------------- 表四

_STAGES = (("review", "行政复议"), ("direct", "未经复议直接起诉"), ("after", "复议后起诉"))
_OUTCOMES = (
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("other", "其他结果"),
    ("pending", "尚未审结"),
    ("total", "总计"),
)

_T4 = Table(
    "t4", "表四", "政府信息公开行政复议、行政诉讼情况", 4, 15, 3,
    rows=(Row("cases", "（数据行，无行标签）"),),
    columns=(
        Column("review", "行政复议", group=True, span=5),
        Column("litigation", "行政诉讼", group=True, span=10),
        Column("direct", "未经复议直接起诉", ("litigation",), group=True, span=5),
        Column("after", "复议后起诉", ("litigation",), group=True, span=5),
        *(
            Column(f"{stage}_{outcome}", label, (stage,), short=f"{stage_label}·{label}")
            for stage, stage_label in _STAGES
            for outcome, label in _OUTCOMES
        ),
    ),
)  # fmt: skip

TABLES: tuple[Table, ...] = (_T2, _T3, _T4)

PARTS = ("natural", "commercial", "research", "social", "legal", "other")
"""The six value columns of 表三 that add up to 总计."""

RESULT_ROWS: tuple[str, ...] = tuple(
    r.id for r in _T3.data_rows if r.parent not in ("", "results") or r.id in ("granted", "partial")
)
"""The 21 rows of 表三 that add up to （七）总计."""


def table(table_id: str) -> Table:
    return next(t for t in TABLES if t.id == table_id)


def section_of(table_id: str) -> Section:
    return next(s for s in SECTIONS if s.table == table_id)


# ---------------------------------------------------------------- value cells


def fields() -> tuple[CellField, ...]:
    """All 200 value cells in printing order: 10 of 表二, 175 of 表三, 15 of 表四."""
    return tuple(
        CellField(f"{t.id}.{row.id}.{column.id}", _label(t, row, column), column.type)
        for t in TABLES
        for row in t.data_rows
        for column in t.value_columns
        if not row.columns or column.id in row.columns
    )


def row_name(t: Table, row: Row) -> str:
    """A row in one short, unambiguous phrase: 不予公开·属于国家秘密."""
    heads = [p.short for p in t.rows if p.id == row.parent and p.short]
    return "·".join([*heads, row.short or row.label])


def _label(t: Table, row: Row, column: Column) -> str:
    if t.id == "t4":
        return f"{t.label}·{column.short}"
    if len(row.columns) == 1:
        return f"{t.label}·{row_name(t, row)}"
    return f"{t.label}·{row_name(t, row)}·{column.short or column.label}"


def _sum(names: list[str]) -> str:
    return f"SUM({','.join(names)})"


def _total_formulas() -> dict[str, str]:
    formulas: dict[str, str] = {}
    for row in _T3.data_rows:
        if row.id == "result_total":
            for part in PARTS:
                formulas[f"t3.result_total.{part}"] = results_sum(part)
        formulas[f"t3.{row.id}.total"] = row_sum(row.id)
    for stage, _ in _STAGES:
        formulas[f"t4.cases.{stage}_total"] = stage_sum(stage)
    return formulas


def row_sum(row_id: str) -> str:
    """The six kinds of applicants of one row of 表三, as a formula."""
    return _sum([f"t3.{row_id}.{part}" for part in PARTS])


def results_sum(column_id: str) -> str:
    """（一） to （六） of one column of 表三, as a formula."""
    return _sum([f"t3.{row_id}.{column_id}" for row_id in RESULT_ROWS])


def stage_sum(stage: str) -> str:
    """The four outcomes of one stage of 表四 (review, direct, after), as a formula."""
    return _sum([f"t4.cases.{stage}_{outcome}" for outcome, _ in _OUTCOMES if outcome != "total"])


TOTAL_FORMULAS: Mapping[str, str] = _total_formulas()
"""The 34 cells that add up others: every 总计 of 表三, the other six of （七）总计, the three of 表四."""


# ---------------------------------------------------------------- grids


def grid(table_id: str) -> Grid:
    """The grid of `t2` (14 × 4), `t3` (28 × 10) or `t4` (4 × 15) as the national format prints it."""
    t = table(table_id)
    cells = {"t2": _grid_t2, "t3": _grid_t3, "t4": _grid_t4}[table_id](t)
    ordered = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
    return Grid(table_id, t.grid_rows, t.grid_columns, t.header_rows, ordered)


def _grid_t2(t: Table) -> list[GridCell]:
    cells: list[GridCell] = []
    row = 1
    for block in t.blocks:
        span = 3 // len(block.columns)  # one value column spreads over the three of the first block
        cells.append(GridCell(row, 1, colspan=4, text=block.label))
        cells.append(GridCell(row + 1, 1, text=T2_ROW_HEADER))
        for n, column_id in enumerate(block.columns):
            cells.append(GridCell(row + 1, 2 + n, colspan=span, text=t.column(column_id).label))
        for below, row_id in enumerate(block.rows):
            line = row + 2 + below
            cells.append(GridCell(line, 1, text=t.row(row_id).label))
            for n, column_id in enumerate(block.columns):
                cells.append(GridCell(line, 2 + n, colspan=span, field=f"t2.{row_id}.{column_id}"))
        row += 2 + len(block.rows)
    return cells


def _grid_t3(t: Table) -> list[GridCell]:
    cells = [
        GridCell(1, 1, 3, 3, T3_CORNER),
        GridCell(1, 4, 1, 7, T3_SUPER_HEADER),
        GridCell(2, 4, 2, 1, t.column("natural").label),
        GridCell(2, 5, 1, 5, t.column("legal_person").label),
        GridCell(2, 10, 2, 1, t.column("total").label),
        *(GridCell(3, 4 + n, text=t.column(part).label) for n, part in enumerate(PARTS) if n > 0),
    ]
    line = 4
    for row in t.rows:
        depth = _depth(t, row)
        if not row.data:
            members = sum(1 for r in t.data_rows if row.id in _ancestors(t, r))
            cells.append(GridCell(line, 1 + depth, members, 1, row.label))
            continue
        cells.append(GridCell(line, 1 + depth, 1, 3 - depth, row.label))
        for n, column in enumerate(t.value_columns):
            cells.append(GridCell(line, 4 + n, field=f"t3.{row.id}.{column.id}"))
        line += 1
    return cells


def _ancestors(t: Table, row: Row) -> tuple[str, ...]:
    return (row.parent, *_ancestors(t, t.row(row.parent))) if row.parent else ()


def _depth(t: Table, row: Row) -> int:
    return len(_ancestors(t, row))


def _grid_t4(t: Table) -> list[GridCell]:
    cells = [GridCell(1, 1, 1, 5, "行政复议"), GridCell(1, 6, 1, 10, "行政诉讼")]
    cells += [GridCell(2, 6 + 5 * n, 1, 5, label) for n, (_, label) in enumerate(_STAGES[1:])]
    for n, column in enumerate(t.value_columns, start=1):
        under_review = n <= len(_OUTCOMES)  # these labels stand two rows high
        cells.append(GridCell(2 if under_review else 3, n, 2 if under_review else 1, 1, column.label))
        cells.append(GridCell(4, n, field=f"t4.cases.{column.id}"))
    return cells
