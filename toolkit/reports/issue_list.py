"""下发清单-<周期>.xlsx: which workbook went to whom, and first of all what could not be issued to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from toolkit.findings import Finding
from toolkit.model import Period
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import SAMPLE, contact, day_text, marked

_COLUMNS = (
    Column("单位", cap=26),
    Column("类别", "center", cap=14),
    Column("表单", cap=16),
    Column("周期", "center", cap=12),
    Column("版次", "number", 6),
    Column("任务条数", "number", 7),
    Column("报送期限", "date", 11.5),
    Column("填报方", cap=16),
    Column("文件", cap=60),
    Column("下发编号", cap=22),
)
_OPEN_COLUMNS = (Column("代码", "center", 10), Column("未能下发的事项", width=64), Column("请办理", width=56))


@dataclass(frozen=True)
class Issued:
    """One workbook that was made for a unit. `file` is relative to outbox/, with forward slashes."""

    unit: str
    unit_class: str
    form_title: str
    period: str
    edition: int
    tasks: int  # rows of its task list; 0 where the form has none
    due_on: date | None
    filed_by: str  # 单位 or 主管部门逐单位
    file: str
    issue_no: str


def issue_list(
    period: Period,
    issued: Sequence[Issued],
    findings: Sequence[Finding],
    *,
    government: str,
    office: str,
    phone: str,
    as_of: date,
    sample: bool,
) -> bytes:
    """The workbook: sheet 待办理 first when something could not be issued (groups not confirmed …), then 下发清单.
    `issued` comes in roster order; one line per unit and form."""
    title = marked(f"{government}{period.title}下发清单", (SAMPLE,) if sample else ())
    caption = "　　".join((f"周期：{period.title}", f"下发日期：{day_text(as_of)}", contact(office, phone)))
    units = len({i.unit for i in issued})
    summary = f"共向 {units} 家单位下发 {len(issued)} 份工作簿。"
    if findings:
        summary += f"另有 {len(findings)} 项未能下发，见“待办理”。"
    rows = tuple(_row(i) for i in issued)
    pages = [_open_sheet(findings, caption, sample)] if findings else []
    pages.append(
        Sheet(
            "下发清单",
            title,
            _COLUMNS,
            rows,
            lines=(caption, summary),
            notes=("文件位置从输出文件夹（outbox）算起。报送期限为空的，见表单说明。",),
            freeze_columns=1,
            mark=SAMPLE if sample else "",
        )
    )
    return write_book(pages, title=title, made_on=as_of, office=office)


def _open_sheet(findings: Sequence[Finding], caption: str, sample: bool) -> Sheet:
    rows: list[Row] = [(f.code, f.message, f.remedy) for f in findings]
    return Sheet(
        "待办理",
        marked("未能下发的事项", (SAMPLE,) if sample else ()),
        _OPEN_COLUMNS,
        rows,
        lines=(caption, "以下事项办理后重新下发即可，已下发的工作簿不受影响。"),
        filtered=False,
        mark=SAMPLE if sample else "",
    )


def _row(i: Issued) -> Row:
    return (
        i.unit,
        i.unit_class,
        i.form_title,
        i.period,
        i.edition,
        Cell(i.tasks or ""),
        i.due_on,
        i.filed_by,
        i.file,
        i.issue_no,
    )
