"""The sheets of the yearly ledger that hold the statutory tables: consolidated grids, and every unit beside the sum."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.builtin import annual_table
from toolkit.model import AnnualReport, PeriodResult, Value
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import caption, estimates, marked, marks, names_text, unit_order

TOTAL = "汇总"
UNITS_PER_SHEET = 400  # beyond that a sheet is no longer handled comfortably by office programs
_WIDTHS = {"t2": (24, 18, 18, 18), "t3": (8, 14, 46, *(9,) * 7), "t4": (8.5,) * 15}


def annual_sheets(result: PeriodResult) -> list[Sheet]:
    """年报汇总表二/三/四 when there is a consolidation, 年报分单位 when there are reports."""
    sheets = [] if result.consolidated is None else [_grid_sheet(result, t.id) for t in annual_table.TABLES]
    units = ordered_reports(result)
    for n, start in enumerate(range(0, len(units), UNITS_PER_SHEET)):
        name = "年报分单位" if n == 0 else f"年报分单位{n + 1}"
        sheets.append(_columns_sheet(result, name, units[start : start + UNITS_PER_SHEET]))
    return sheets


def unit_sheet(result: PeriodResult, unit: str) -> Sheet:
    """年报数据 of one unit alone."""
    return _columns_sheet(result, "年报数据", [(unit, result.annual[unit])], total=False)


def ordered_reports(result: PeriodResult) -> list[tuple[str, AnnualReport]]:
    """本级 first, then roster order."""
    order = unit_order(result.roster, result.annual)
    return sorted(result.annual.items(), key=lambda item: (item[1].kind != "本级", order[item[0]]))


# ---------------------------------------------------------------- consolidated grids


def _grid_sheet(result: PeriodResult, table_id: str) -> Sheet:
    total = result.consolidated
    assert total is not None
    table, grid = annual_table.table(table_id), annual_table.grid(table_id)
    lines: list[list[Value | Cell]] = [[None] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        if cell.field:
            given = Cell(total.values.get(cell.field, ""), across=cell.colspan, down=cell.rowspan, kind="center")
        else:
            look = "head" if _is_heading(table_id, cell.row, cell.column) else ""
            given = Cell(cell.text, look, across=cell.colspan, down=cell.rowspan, kind="text" if not look else "")
        lines[cell.row - 1][cell.column - 1] = given
    members = f"汇总单位 {len(total.members)} 家：{names_text(total.members, 40)}。"
    missing = (f"尚未纳入：{names_text(total.missing, 40)}。",) if total.missing else ()
    return Sheet(
        f"年报汇总{table.label}",
        marked(f"{result.government}{result.period.title}{table.title}汇总", marks(result)),
        tuple(Column("", width=w) for w in _WIDTHS[table_id]),
        lines[grid.header_rows :],
        lines=(caption(result),),
        head=tuple(lines[: grid.header_rows]),
        headed=grid.header_rows > 0,
        notes=(members, *missing, "未填写或填“/”的，汇总时按 0 计。"),
        filtered=False,
        landscape=table_id == "t4",
        mark="·".join(marks(result)),
    )


def _is_heading(table_id: str, row: int, column: int) -> bool:
    """Heading cells of the grid: the rows to repeat, and in 表二 the lines that open each of its four blocks."""
    header_rows = annual_table.table(table_id).header_rows
    return row <= header_rows or (table_id == "t2" and row in _t2_heading_rows())


def _t2_heading_rows() -> frozenset[int]:
    rows: set[int] = set()
    line = 1
    for block in annual_table.table("t2").blocks:
        rows |= {line, line + 1}
        line += 2 + len(block.rows)
    return frozenset(rows)


# ---------------------------------------------------------------- units side by side


def _columns_sheet(
    result: PeriodResult, name: str, units: Sequence[tuple[str, AnnualReport]], *, total: bool = True
) -> Sheet:
    """Rows are the 200 value cells, columns are 汇总 and the units."""
    sums = result.consolidated if total else None
    with_total = sums is not None
    columns = [Column("指标", width=52), *([Column(TOTAL, "number", 10)] if with_total else [])]
    columns += [Column(f"{unit}（本级）" if r.kind == "本级" else unit, "number", 11) for unit, r in units]
    rows: list[Row] = [_verdict_row(units, with_total)]
    for field in annual_table.fields():
        row: list[Value | Cell] = [Cell(field.label, "strong" if field.id.endswith("total") else "")]
        if sums is not None:
            row.append(Cell(sums.values.get(field.id, ""), "strong"))
        row += [_value_cell(report, field.id) for _, report in units]
        rows.append(row)
    title = "年度报告数据（分单位）" if total else "年度报告数据"
    return Sheet(
        name,
        marked(f"{'' if total else units[0][0]}{result.period.title}{title}", marks(result)),
        tuple(columns),
        rows,
        lines=(caption(result),),
        notes=(
            "单元格内容照原表列示；空白、“/”在汇总时按 0 计。底色为浅黄色的，为已退回、尚待修改的数据，不纳入汇总。",
            *estimates(result),
        ),
        freeze_columns=2 if with_total else 1,
        fit_width=len(columns) <= 12,
        landscape=len(columns) > 5,
        mark="·".join(marks(result)),
    )


def _verdict_row(units: Sequence[tuple[str, AnnualReport]], with_total: bool) -> Row:
    states = [Cell(_state(report), "muted", kind="center") for _, report in units]
    return (Cell("报送状态", "muted"), *([Cell("", "muted")] if with_total else []), *states)


def _state(report: AnnualReport) -> str:
    if report.verdict.counts:
        return "已接收"
    return "豁免接收" if report.waived else "已退回"


def _value_cell(report: AnnualReport, name: str) -> Cell:
    value = report.values.get(name)
    return Cell("" if value is None else value, "" if report.renderable else "warn")
