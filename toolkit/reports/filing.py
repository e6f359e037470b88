"""报送情况.xlsx: one line per form and unit that is due, and the sums a leader asks for. Roster order, no ranking."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.model import Filing, PeriodResult
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import (
    RECEIVED,
    caption,
    estimates,
    made_on,
    marked,
    marks,
    names_text,
    percent,
    unit_order,
)

SUMMARY, LIST = "汇总", "报送情况"

_LIST_COLUMNS = (
    Column("单位", cap=26),
    Column("类别", "center", cap=14),
    Column("表单", cap=14),
    Column("周期", "center", cap=12),
    Column("报送期限", "date", 11.5),
    Column("状态", "center", 17),
    Column("报送日期", "date", 11.5),
    Column("逾期工作日", "number", 7.5),
    Column("版本数", "number", 7),
    Column("退回次数", "number", 7),
    Column("代填", cap=24),
    Column("收件编号", cap=22),
)
_SUMMARY_COLUMNS = (
    Column("表单", cap=16),
    Column("周期", "center", cap=12),
    Column("类别", "center", cap=14),
    Column("应报", "number", 7),
    Column("已接收", "number", 8),
    Column("其中逾期", "number", 7),
    Column("待修改", "number", 8),
    Column("未报送", "number", 8),
    Column("报送率", "center", 8),
    Column("未报送、待修改的单位", width=52),
)
_WORDS = (
    "待修改：已报送但未能接收（已退回或未能读取），修改后重报即可。豁免接收的计入已接收。",
    "报送日期为首次被接收的版本的收件日期；尚未报送的，逾期工作日计至截至日期。",
    "代填：由政务公开工作主管部门或其他单位代为填报，栏内为填报人、来源和日期。",
)


def filing(result: PeriodResult) -> bytes:
    """The workbook: sheets 汇总 and 报送情况."""
    title = marked(f"{result.government}{result.period.title}报送情况", marks(result))
    pages = [_summary(result, title), _list(result)]
    return write_book(pages, title=title, made_on=made_on(result), office=result.office)


def ordered_filings(result: PeriodResult) -> tuple[Filing, ...]:
    """Forms in the order in which they first appear, then periods, then roster order."""
    forms: dict[str, int] = {}
    for f in result.filings:
        forms.setdefault(f.form, len(forms))
    units = unit_order(result.roster, (f.unit for f in result.filings))
    return tuple(sorted(result.filings, key=lambda f: (forms[f.form], f.period, units[f.unit])))


def groups(filings: Iterable[Filing]) -> dict[tuple[str, str], list[Filing]]:
    """Filings by (form title, period), in the order given."""
    found: dict[tuple[str, str], list[Filing]] = {}
    for f in filings:
        found.setdefault((f.form_title or f.form, f.period), []).append(f)
    return found


def _summary(result: PeriodResult, title: str) -> Sheet:
    rows: list[Row] = []
    for (form, period), filings in groups(ordered_filings(result)).items():
        classes = dict.fromkeys(f.unit_class for f in filings)
        rows.append(_sums(form, period, "合计", filings, "strong"))
        if len(classes) > 1:
            rows += [_sums("", "", c or "未分类", [f for f in filings if f.unit_class == c]) for c in classes]
    return Sheet(
        SUMMARY,
        title,
        _SUMMARY_COLUMNS,
        rows,
        lines=(caption(result),),
        notes=(*_WORDS, *estimates(result)),
        filtered=False,
        mark="·".join(marks(result)),
    )


def _sums(form: str, period: str, unit_class: str, filings: list[Filing], look: str = "") -> Row:
    received = [f for f in filings if f.state in RECEIVED]
    missing = [f for f in filings if f.state == "未报送"]
    pending = [f for f in filings if f.state not in RECEIVED and f.state != "未报送"]
    words = []
    if missing:
        words.append(f"未报送：{names_text((f.unit for f in missing), 40)}")
    if pending:
        words.append(f"待修改：{names_text((f.unit for f in pending), 40)}")
    values = (
        form,
        period,
        unit_class,
        len(filings),
        len(received),
        sum(f.late_days > 0 for f in received),
        len(pending),
        len(missing),
        percent(len(received), len(filings)),
        "\n".join(words) if look else "",  # the names stand once, beside the sum of the form
    )
    return tuple(Cell(v, look) for v in values)


def _list(result: PeriodResult) -> Sheet:
    return Sheet(
        LIST,
        marked(f"{result.period.title}报送情况", marks(result)),
        _LIST_COLUMNS,
        tuple(_row(f) for f in ordered_filings(result)),
        lines=(caption(result),),
        notes=("按单位名录顺序排列；可用表头的筛选查看某一状态或类别。", *_WORDS[1:], *estimates(result)),
        freeze_columns=1,
        mark="·".join(marks(result)),
    )


_LOOKS = {"未报送": "alert", "已退回": "warn", "未能读取": "warn"}


def _row(f: Filing) -> Row:
    return (
        f.unit,
        f.unit_class,
        f.form_title or f.form,
        f.period,
        f.due_on,
        Cell(f.state, _LOOKS.get(f.state, "")),
        f.arrived_on,
        Cell(f.late_days or "", "alert" if f.late_days > 0 else ""),
        f.versions,
        f.returned,
        f.stand_in,
        f.receipt_no,
    )
