"""Writers of the office's four reference workbooks, and what a new workspace starts with.

What is written here reads back the same through toolkit.reference and toolkit.scoring.scheme.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.builtin import reference_notes as notes
from toolkit.model import Roster, Task, Unit, Value
from toolkit.reference import CALENDAR_COLUMNS, CALENDAR_SHEET, GROUP_COLUMNS, GROUP_SHEET, UNIT_COLUMNS, UNIT_SHEET
from toolkit.reference_tasks import TASK_COLUMNS, TASK_SHEET, month_text, task_cells

if TYPE_CHECKING:
    from toolkit.scoring.scheme import Scheme

OFFICE_CLASS = "政府办公室"
CLASSES = (OFFICE_CLASS, "政府部门", "直属机构", "垂直管理单位", "街道办事处", "镇人民政府", "公共企事业单位")
YES_NO = ("是", "否")

_CREATED = datetime(2024, 1, 1)  # equal content gives equal bytes
_LAST_ROW = 2_000  # drop-downs and text formats reach so far down
_CHOICES, _NOTES = "_选项", "说明"
_MAX_TEXT = 32_767


@dataclass(frozen=True)
class CalendarEntry:
    """One line of 工作日历."""

    day: date
    workday: bool
    name: str = ""
    basis: str = ""


@dataclass(frozen=True)
class _Column:
    """kind: text (stored as text, so that 2024-06 stays what it is), date or number. `choices` become a drop-down;
    `free` lets people type something else."""

    heading: str
    width: float = 14
    kind: str = "text"
    choices: tuple[str, ...] = ()
    free: bool = False


@dataclass(frozen=True)
class _Page:
    name: str
    columns: tuple[_Column, ...]
    rows: Sequence[Sequence[Value]]


def write_roster(roster: Roster) -> bytes:
    """单位名录.xlsx: sheets 单位, 单位分组, 说明."""
    special = {
        "名称": _Column("名称", 26), "别名": _Column("别名", 26), "类别": _Column("类别", 14, choices=CLASSES, free=True),
        "可制定规章": _Column("可制定规章", 11, choices=YES_NO), "纳入汇总": _Column("纳入汇总", 10, choices=YES_NO),
        "邮箱": _Column("邮箱", 22),
    }  # fmt: skip
    regulations = {True: "是", False: "否", None: ""}
    rows = [
        (
            u.code, u.name, u.short, "、".join(u.aliases), u.unit_class, u.parent, regulations[u.can_make_regulations],
            "是" if u.consolidated else "否", month_text(u.valid_from), month_text(u.valid_to), u.successor, u.contact, u.phone,
            u.email,
        )
        for u in roster.units
    ]  # fmt: skip
    group_columns = (_Column("组名", 26), _Column("成员", 60), _Column("已确认", 9, choices=YES_NO))
    group_rows = [(g.name, "、".join(g.members), "是" if g.confirmed else "否") for g in roster.groups]
    assert tuple(c.heading for c in group_columns) == GROUP_COLUMNS
    unit_page = _Page(UNIT_SHEET, tuple(special.get(h, _Column(h, 12)) for h in UNIT_COLUMNS), rows)
    return _book((unit_page, _Page(GROUP_SHEET, group_columns, group_rows)), notes.ROSTER)


def write_tasks(tasks: Sequence[Task]) -> bytes:
    """任务分解表.xlsx: sheets 任务, 说明. A path deeper than three levels ends in one cell, joined by ／."""
    wide = {
        "工作要求": 60.0,
        "工作举措": 36.0,
        "一级任务": 20.0,
        "二级任务": 20.0,
        "责任单位": 28.0,
        "疑问": 28.0,
        "来源": 16.0,
    }
    narrow = {"序号": 6.0, "任务编号": 10.0, "生效周期": 9.5, "失效周期": 9.5}
    columns = tuple(
        _Column(h, {**wide, **narrow}.get(h, 14), "date" if h == "截止日期" else "text") for h in TASK_COLUMNS
    )
    return _book((_Page(TASK_SHEET, columns, [task_cells(t) for t in tasks]),), notes.TASKS)


def write_scheme(scheme: Scheme | None = None) -> bytes:
    """考核细则.xlsx: sheets 指标, 阶段, 等级, 人工评分, 说明. Without an argument the starter scheme."""
    from toolkit.scoring import scheme as s

    scheme = scheme or starter_scheme()
    indicator_columns = _columns(
        s.INDICATOR_COLUMNS,
        {"名称": 24, "公式": 44, "适用": 22, "扣分依据": 24, "说明": 44},
        numbers=("分值", "下限", "封顶"),
        choices={"方式": s.METHODS},
    )
    indicator_rows = [
        (i.no, i.parent, i.name, i.points, i.floor, i.cap, i.applies, i.method, i.formula, i.basis, i.note)
        for i in scheme.indicators
    ]
    stage_columns = _columns(s.STAGE_COLUMNS, {"条件": 30, "公式": 40}, numbers=("顺序",), choices={"阶段": s.STAGES})
    grade_columns = _columns(s.GRADE_COLUMNS, {"说明": 40}, numbers=("下限",))
    manual_columns = _columns(
        s.MANUAL_COLUMNS, {"单位": 24, "事由": 40, "佐证": 30}, numbers=("得分",), dates=("日期",)
    )
    pages = (
        _Page(s.INDICATOR_SHEET, indicator_columns, indicator_rows),
        _Page(s.STAGE_SHEET, stage_columns, [(x.order, x.name, x.condition, x.formula) for x in scheme.stages]),
        _Page(s.GRADE_SHEET, grade_columns, [(g.name, g.floor, g.note) for g in scheme.grades]),
        _Page(s.MANUAL_SHEET, manual_columns, [
            (m.unit, m.period, m.indicator, m.points, m.reason, m.by, m.day, m.evidence) for m in scheme.manual
        ]),
    )  # fmt: skip
    return _book(pages, notes.SCHEME)


def write_calendar(entries: Sequence[CalendarEntry] | None = None) -> bytes:
    """工作日历.xlsx: sheets 工作日历, 说明. Without an argument the holidays that come with the product."""
    columns = (
        _Column("日期", 12, "date"), _Column("类型", 10, choices=("工作日", "休息日")), _Column("名称", 18), _Column("依据", 30),
    )  # fmt: skip
    assert tuple(c.heading for c in columns) == CALENDAR_COLUMNS
    given = calendar_entries() if entries is None else entries
    rows = [(e.day, "工作日" if e.workday else "休息日", e.name, e.basis) for e in given]
    return _book((_Page(CALENDAR_SHEET, columns, rows),), notes.CALENDAR)


# ---------------------------------------------------------------- what a new workspace starts with


def starter_roster(office: str) -> Roster:
    """The office alone: it files 年报数据 too, as the government's own level."""
    return Roster((Unit(code="001", name=office, unit_class=OFFICE_CLASS),) if office else ())


def starter_scheme() -> Scheme:
    """Two indicators of different mechanisms: a share of what was due, and deductions from a base."""
    from toolkit.model import Indicator
    from toolkit.scoring.scheme import Grade, Scheme, Stage

    zero, sixty, forty = Decimal(0), Decimal(60), Decimal(40)
    return Scheme(
        indicators=(
            Indicator("1", "", "任务完成情况", sixty, zero, sixty, "应完成数>0", "公式", "完成数/应完成数*分值", "未完成任务",
                      "截止日期已到的牵头、责任任务中，已完成的占比；不涉及、申请调整的不计。"),
            Indicator("2", "", "报送及时性", forty, zero, forty, "应报送数>0", "公式", "分值-逾期工作日*2-未报送数*10",
                      "逾期报送、未报送", "每逾期一个工作日扣2分，未报送的每份另扣10分，扣完为止。"),
        ),
        stages=(Stage(Decimal(1), "基础分"), Stage(Decimal(2), "折算"), Stage(Decimal(3), "等级")),
        grades=(
            Grade("优秀", Decimal(90)), Grade("良好", Decimal(75)), Grade("合格", Decimal(60)), Grade("待提升", Decimal(0)),
        ),
    )  # fmt: skip


def calendar_entries() -> tuple[CalendarEntry, ...]:
    """The holidays and make-up working days of the State Council's notices (workdays.csv)."""
    from importlib.resources import files

    text = files("toolkit.builtin").joinpath("workdays.csv").read_text(encoding="utf-8")
    return tuple(
        CalendarEntry(date.fromisoformat(r["日期"]), r["类型"] == "工作日", r["名称"], r["依据"])
        for r in csv.DictReader(io.StringIO(text))
    )


# ---------------------------------------------------------------- writing


def _columns(
    headings: Sequence[str],
    widths: Mapping[str, float],
    *,
    numbers: Sequence[str] = (),
    dates: Sequence[str] = (),
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[_Column, ...]:
    kinds = {**dict.fromkeys(numbers, "number"), **dict.fromkeys(dates, "date")}
    offered = choices or {}
    return tuple(_Column(h, widths.get(h, 12), kinds.get(h, "text"), offered.get(h, ())) for h in headings)


def _book(pages: Sequence[_Page], note: Sequence[str]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _CREATED})
    lists = list(dict.fromkeys(c.choices for p in pages for c in p.columns if c.choices))
    for page in pages:
        _write_page(book, page, lists)
    _write_notes(book, note)
    if lists:
        sheet = book.add_worksheet(_CHOICES)
        for column, choices in enumerate(lists):
            for row, choice in enumerate(choices):
                sheet.write_string(row, column, choice)
        sheet.hide()
    book.close()
    return out.getvalue()


def _write_page(book: Any, page: _Page, lists: Sequence[tuple[str, ...]]) -> None:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    kinds = {"text": {"num_format": "@"}, "date": {"num_format": "yyyy-mm-dd", "align": "center"}, "number": {}}
    looks = {kind: book.add_format({**base, **more}) for kind, more in kinds.items()}
    boxed = {
        kind: book.add_format({**base, **more, "border": 1, "border_color": "#A6A6A6"}) for kind, more in kinds.items()
    }
    head = book.add_format({"font_name": "黑体", "font_size": 10.5, "align": "center", "valign": "vcenter", "border": 1,
                            "bg_color": "#DCE6F1", "text_wrap": True})  # fmt: skip
    sheet = book.add_worksheet(page.name)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 24)
    sheet.set_landscape()
    sheet.set_paper(8 if sum(c.width for c in page.columns) > 200 else 9)  # A3 for the widest, else A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for number, column in enumerate(page.columns):
        sheet.set_column(number, number, column.width, looks[column.kind])
        sheet.write_string(0, number, column.heading, head)
        if column.choices:
            _drop_down(sheet, number, column, lists)
    for row, values in enumerate(page.rows, start=1):
        lines = max(_lines(str(v), c.width - 1) for c, v in zip(page.columns, values, strict=True) if v is not None)
        sheet.set_row(row, min(400, 4 + 13.5 * lines))  # LibreOffice grows no row by itself
        for number, (column, value) in enumerate(zip(page.columns, values, strict=True)):
            _put(sheet, row, number, value, boxed[column.kind])
    if page.rows:
        sheet.autofilter(0, 0, len(page.rows), len(page.columns) - 1)


def _drop_down(sheet: Any, number: int, column: _Column, lists: Sequence[tuple[str, ...]]) -> None:
    """By a range on the hidden sheet: Excel cuts a literal list at 255 characters."""
    letter = chr(65 + lists.index(column.choices))
    options = {
        "validate": "list",
        "source": f"='{_CHOICES}'!${letter}$1:${letter}${len(column.choices)}",
        "error_type": "warning" if column.free else "stop",
        "error_title": column.heading,
        "error_message": "不在下拉列表中。" if column.free else "请从下拉列表中选择。",
    }
    _written(sheet.data_validation(1, number, _LAST_ROW, number, options))


def _lines(text: str, width: float) -> int:
    """Printed lines of a text in a column; a Chinese sign is two letters wide."""
    return sum(1 + int((len(part) + sum(ord(c) > 0x2E7F for c in part) - 1) // width) for part in text.split("\n"))


def _put(sheet: Any, row: int, number: int, value: Value, look: Any) -> None:
    if value is None or value == "":
        _written(sheet.write_blank(row, number, None, look))
    elif isinstance(value, date):
        _written(sheet.write_datetime(row, number, datetime.combine(value, time()), look))
    elif isinstance(value, int | Decimal):
        _written(sheet.write_number(row, number, float(value), look))
    else:
        _written(sheet.write_string(row, number, value, look))


def _written(code: int) -> None:
    """xlsxwriter drops what it cannot write and only returns a number: never let that pass."""
    if code:
        raise ValueError(f"a cell or drop-down could not be written (longer than {_MAX_TEXT} characters?): {code}")


def _write_notes(book: Any, lines: Sequence[str]) -> None:
    sheet = book.add_worksheet(_NOTES)
    title = book.add_format({"font_name": "黑体", "font_size": 14, "valign": "vcenter"})
    body = book.add_format({"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 74)
    sheet.set_row(0, 30)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, body if row else title)
        if row:
            sheet.set_row(row, 17 * _lines(line, 76))
    sheet.hide_gridlines(2)


def same_parts(one: bytes, other: bytes) -> bool:
    """Equal but for the packing: another zlib may deflate the same parts into different bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(one)) as a, zipfile.ZipFile(io.BytesIO(other)) as b:
            return a.namelist() == b.namelist() and all(a.read(n) == b.read(n) for n in a.namelist())
    except zipfile.BadZipFile:
        return False
