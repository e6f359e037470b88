"""For a file that could not be read at all: one page that says why, what to do, and whom to call."""

from __future__ import annotations

from toolkit.findings import Level
from toolkit.model import Submission, Verdict
from toolkit.office.excel_out import write_book
from toolkit.office.front_sheet import RETURN_SHEET
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import SAMPLE, contact, day_text, marked

_COLUMNS = (
    Column("序号", "center", 10),
    Column("原因", width=34),
    Column("怎样处理", width=34),
    Column("代码", "center", 10),
)
_NOTES = (
    "本文件的内容没有读取，其中的数据没有计入。同一张表此前已接收的版本继续有效。",
    "处理后请用原来的文件名保存，重新放入收件文件夹即可，不必另行说明。",
)
_NO_WORKBOOK = "IN-111"


def unread(s: Submission) -> bool:
    """True for a file of which nothing was read: it could not be, or it is no workbook at all."""
    return s.verdict is Verdict.REFUSED or any(f.code == _NO_WORKBOOK for f in s.findings)


def unread_notice(s: Submission, office: str, phone: str, *, sample: bool = False) -> bytes:
    """The page, as a workbook that the program which opens the form opens too."""
    marks = (SAMPLE,) if sample else ()
    grave = [f for f in s.findings if f.level is not Level.NOTE] or s.findings
    rows: list[Row] = [
        (str(n), Cell(f.message, "alert"), Cell(f.remedy, "strong"), f.code) for n, f in enumerate(grave, start=1)
    ]
    facts = (
        ("收到的文件", s.file.rpartition("/")[2]), ("报送单位", s.unit or "未能识别"),
        ("收件编号", s.receipt_no), ("收件日期", day_text(s.arrived_on)), ("联系", contact(office, phone)),
    )  # fmt: skip
    sheet = Sheet(
        RETURN_SHEET,
        marked("报送文件未能读取的说明", marks),
        _COLUMNS,
        rows,
        top=tuple((Cell(name, "head"), Cell(text, across=3, kind="text"), None, None) for name, text in facts),
        notes=_NOTES,
        freeze=False,
        filtered=False,
        landscape=False,
        one_page=True,
        mark=SAMPLE if sample else "",
    )
    title = marked(f"{s.unit or '报送文件'}未能读取的说明", marks)
    return write_book([sheet], title=title, made_on=s.arrived_on, office=office)
