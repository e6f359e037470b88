"""Rows → 任务分解表.xlsx as bytes: sheet 任务 as the product reads it, and beside it what the office has to settle.

Written with xlsxwriter itself because the workbook needs comments and the office goes on editing it; its look is that of
the other reference workbooks. Equal content gives equal bytes. Every text goes in as text.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from toolkit.findings import Finding, Level
from toolkit.model import Task
from toolkit.office.sheet_model import visible, width
from toolkit.plan import task_rows as marks
from toolkit.plan.amend import Change, LookBack
from toolkit.plan.export_notes import NOTES
from toolkit.plan.task_rows import Mark, TaskRow
from toolkit.plan.units.resolve import GroupProposal, UnitMatch
from toolkit.reference import GROUP_COLUMNS, UNIT_COLUMNS
from toolkit.reference_tasks import TASK_COLUMNS, TASK_SHEET, task_cells

ORIGINALS = "_原文"
"""Hidden sheet: the tasks as the document had them, so that a later import can tell the office's corrections apart."""
GROUPS_SHEET, UNITS_SHEET, DOUBTS_SHEET = "单位分组建议", "单位名称核对", "方案疑问"
CHANGES_SHEET, REVIEW_SHEET, NOTES_SHEET = "调整建议", "回头看", "说明"

_CREATED = datetime(2024, 1, 1)
_LAST_ROW = 2_000
_MAX_TEXT = 32_000
_MAX_NOTE = 1_000
_WIDTHS = {
    "任务编号": 10, "序号": 6, "一级任务": 20, "二级任务": 20, "工作要求": 56, "工作举措": 36, "牵头单位": 20, "责任单位": 28, "配合单位": 20, "疑问": 38,
    "来源": 38, "调整依据": 24, "量化目标": 18,
}  # fmt: skip
_USUAL, _EMPTY = 14.0, 6.0
_HIDDEN_FROM_PAGE = ("PLN-201", "PLN-202", "PLN-203")
"""Names and groups have sheets of their own."""
COLOURS: Mapping[str, str] = {
    marks.INHERITED: "#DDEBF7", marks.DEFAULT: "#E4DFEC", marks.DOUBT: "#F8CBAD", marks.NOTED: "#FFF2CC",
    marks.ADDED: "#E2EFDA", marks.CHANGED: "#FFE699", marks.ENDED: "#D9D9D9", "": "",
}  # fmt: skip
COLOUR_NAMES: Mapping[str, str] = {
    marks.DOUBT: "橙红", marks.NOTED: "浅黄", marks.INHERITED: "浅蓝", marks.DEFAULT: "浅紫", marks.ADDED: "浅绿", marks.CHANGED: "黄",
    marks.ENDED: "灰",
}  # fmt: skip
"""How the manual and the sheet 说明 call the colours."""
Cell = str | int | date | None


@dataclass(frozen=True)
class Appendix:
    """What stands beside the tasks. `findings` are those of the document as a whole."""

    groups: Sequence[GroupProposal] = ()
    units: Sequence[UnitMatch] = ()
    has_roster: bool = False
    findings: Sequence[Finding] = ()
    changes: Sequence[Change] = ()
    reviews: Sequence[LookBack] = ()
    originals: Sequence[Task] = ()
    source: str = ""


@dataclass(frozen=True)
class _Page:
    name: str
    columns: Mapping[str, float]  # heading → width
    rows: Sequence[Sequence[Cell]]
    colours: Sequence[str] = ()  # kind of mark per row
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    coloured: int = 0  # the column that shows the colour


def write_plan(rows: Sequence[TaskRow], appendix: Appendix) -> bytes:
    """The workbook. Readable by toolkit.reference.read_tasks; the other sheets are for people."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _CREATED})
    looks = _Looks(book)
    _tasks_sheet(book, looks, rows)
    _notes_sheet(book, looks, appendix.source)
    for page in _pages(appendix):
        _page_sheet(book, looks, page)
    _originals_sheet(book, looks, appendix.originals or [r.task for r in rows])
    book.close()
    return out.getvalue()


# ---------------------------------------------------------------- looks


@dataclass
class _Looks:
    """Formats by (kind, colour), made in order of first use."""

    book: Any
    made: dict[tuple[str, str], Any] = field(default_factory=dict)

    def get(self, kind: str = "text", colour: str = "", boxed: bool = True) -> Any:
        key = (f"{kind}{boxed}", colour)
        if key not in self.made:
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
            if boxed:
                base |= {"border": 1, "border_color": "#A6A6A6"}
            if kind == "head":
                base |= {"font_name": "黑体", "font_size": 10.5, "align": "center", "bg_color": "#DCE6F1"}
            elif kind == "date":
                base |= {"num_format": "yyyy-mm-dd", "align": "center"}
            elif kind == "text":
                base |= {"num_format": "@"}
            elif kind == "title":
                base |= {"font_name": "黑体", "font_size": 14}
            if colour:
                base["bg_color"] = colour
            self.made[key] = self.book.add_format(base)
        return self.made[key]


# ---------------------------------------------------------------- the tasks


def _tasks_sheet(book: Any, looks: _Looks, rows: Sequence[TaskRow]) -> None:
    sheet = book.add_worksheet(TASK_SHEET)
    listed = [task_cells(row.task) for row in rows]
    widths = _task_widths(listed)
    _set_up(sheet, looks, widths, frozen=2)
    for number, (row, cells) in enumerate(zip(rows, listed, strict=True), start=1):
        _set_height(sheet, number, cells, list(widths.values()))
        for column, (heading, value) in enumerate(zip(TASK_COLUMNS, cells, strict=True)):
            mark = row.marks.get(heading)
            if heading == "任务编号" and row.state:
                mark = Mark(row.state)
            colour = COLOURS.get(mark.kind, "") if mark else ""
            _put(sheet, looks, number, column, value, "date" if heading == "截止日期" else "text", colour)
            if mark and mark.note:
                sheet.write_comment(number, column, _clipped(mark.note, _MAX_NOTE), {"x_scale": 1.6})
    if rows:
        sheet.autofilter(0, 0, len(rows), len(TASK_COLUMNS) - 1)


def _task_widths(listed: Sequence[Sequence[Cell]]) -> dict[str, float]:
    """Columns that the plan leaves empty are narrow, so that the others can be read on paper."""
    widths = {}
    for column, heading in enumerate(TASK_COLUMNS):
        filled = any(cells[column] not in (None, "") for cells in listed) or not listed
        widths[heading] = float(_WIDTHS.get(heading, _USUAL)) if filled else _EMPTY
    return widths


def _originals_sheet(book: Any, looks: _Looks, tasks: Sequence[Task]) -> None:
    sheet = book.add_worksheet(ORIGINALS)
    for column, heading in enumerate(TASK_COLUMNS):
        sheet.write_string(0, column, heading)
    for number, task in enumerate(tasks, start=1):
        for column, value in enumerate(task_cells(task)):
            if value:
                _put(sheet, looks, number, column, value, "date" if isinstance(value, date) else "text", "")
    sheet.hide()


# ---------------------------------------------------------------- what the office has to settle


def _pages(a: Appendix) -> list[_Page]:
    pages = []
    if a.changes:
        pages.append(_changes_page(a.changes))
    if a.reviews:
        pages.append(_review_page(a.reviews))
    doubts = [f for f in a.findings if f.code not in _HIDDEN_FROM_PAGE]
    if doubts:
        columns = {"级别": 8.0, "位置": 14.0, "问题": 70.0, "请怎样处理": 50.0, "编号": 10.0}
        doubts.sort(
            key=lambda f: (f.level == Level.NOTE, f.remedy.startswith("无需处理"))
        )  # what asks for nothing last
        rows = [(str(f.level), f"{f.sheet} {f.cell}".strip(), f.message, f.remedy, f.code) for f in doubts]
        colours = [marks.DOUBT if f.level != Level.NOTE else "" for f in doubts]
        pages.append(_Page(DOUBTS_SHEET, columns, rows, colours))
    pages.append(_groups_page(a.groups))
    pages.append(_units_page(a.units, a.has_roster))
    return pages


def _groups_page(groups: Sequence[GroupProposal]) -> _Page:
    """First the columns of 单位名录·单位分组, so that they can be copied there as they are."""
    columns = {**dict(zip(GROUP_COLUMNS, (30.0, 50.0, 9.0), strict=True)), "涉及任务": 10.0, "说明": 50.0}
    rows = [
        (g.name, "、".join(g.members), "是" if g.known and g.known.confirmed else "否", g.count, g.reason)
        for g in groups
    ]
    colours = ["" if g.known and g.known.confirmed else marks.DOUBT if g.undetermined else marks.NOTED for g in groups]
    return _Page(GROUPS_SHEET, columns, rows, colours, {GROUP_COLUMNS[2]: ("是", "否")})


def _units_page(units: Sequence[UnitMatch], has_roster: bool) -> _Page:
    """First the columns of 单位名录·单位: a row that is a new unit can be copied there as it is. Unknown names come first."""
    columns = {**dict(zip(UNIT_COLUMNS[:5], (10.0, 30.0, 12.0, 20.0, 14.0), strict=True)), "核对结果": 16.0}
    columns |= {"涉及任务": 9.0, "名录中的单位": 28.0, "建议一": 28.0, "建议二": 28.0, "建议三": 28.0}
    rows: list[Sequence[Cell]] = []
    colours = []
    for m in sorted(units, key=lambda m: m.unit is not None):
        result = {"exact": "名录中有", "alias": "按别名识别"}.get(
            m.how, "不在名录中" if has_roster else "没有名录可核对"
        )
        near = [f"{s.name}（{s.score}）" for s in m.suggestions] + [""] * 3
        rows.append(("", m.name, "", "", "", result, m.count, m.unit.name if m.unit else "", *near[:3]))
        colours.append("" if m.unit else marks.DOUBT if has_roster else marks.NOTED)
    return _Page(UNITS_SHEET, columns, rows, colours, coloured=1)


def _changes_page(changes: Sequence[Change]) -> _Page:
    columns = {
        "建议": 8.0,
        "任务编号": 11.0,
        "栏目": 12.0,
        "现为": 56.0,
        "新方案": 56.0,
        "相似度": 8.0,
        "调整依据": 36.0,
    }
    rows = [(c.kind, c.task_id, c.column, c.before, c.after, c.score or None, f"依据{c.basis}") for c in changes]
    return _Page(CHANGES_SHEET, columns, rows, [c.kind for c in changes])


def _review_page(reviews: Sequence[LookBack]) -> _Page:
    columns = {"上年任务编号": 13.0, "上年工作要求": 50.0, "上年单位": 26.0, "上年状态": 10.0}
    columns |= {"相近的本年度任务": 50.0, "相似度": 8.0, "其他相近任务": 22.0, "处理意见": 14.0}
    rows: list[Sequence[Cell]] = []
    for r in reviews:
        first = r.nearest[0] if r.nearest else ("", "", 0)
        others = "、".join(f"{i}（{s}）" for i, _, s in r.nearest[1:])
        units = "、".join((*r.task.lead_units, *r.task.responsible_units))
        text = f"{first[0]} {first[1]}".strip()
        rows.append((r.task.task_id, r.task.requirement, units, r.state, text, first[2] or None, others, ""))
    choices = ("已并入本年度任务", "转入本年度", "不再办理")
    return _Page(REVIEW_SHEET, columns, rows, [marks.NOTED] * len(rows), {"处理意见": choices})


# ---------------------------------------------------------------- writing


def _set_up(sheet: Any, looks: _Looks, columns: Mapping[str, float], frozen: int = 0) -> None:
    sheet.freeze_panes(1, frozen)
    sheet.set_row(0, 24 if min(columns.values()) > _EMPTY else 30)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.set_landscape()
    sheet.set_paper(8 if sum(columns.values()) > 200 else 9)  # A3 for the widest, else A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, (heading, size) in enumerate(columns.items()):
        kind = "date" if heading == "截止日期" else "text"
        sheet.set_column(column, column, size, looks.get(kind, boxed=False))  # what is typed later stays text
        sheet.write_string(0, column, heading, looks.get("head"))


def _page_sheet(book: Any, looks: _Looks, page: _Page) -> None:
    sheet = book.add_worksheet(page.name)
    _set_up(sheet, looks, page.columns)
    headings = tuple(page.columns)
    for heading, choices in page.choices.items():
        at = headings.index(heading)
        options = {
            "validate": "list",
            "source": list(choices),
            "error_title": heading,
            "error_message": "请从下拉列表中选择。",
        }
        sheet.data_validation(1, at, _LAST_ROW, at, options)
    for number, row in enumerate(page.rows, start=1):
        colour = COLOURS.get(page.colours[number - 1], "") if page.colours else ""
        _set_height(sheet, number, row, list(page.columns.values()))
        for column, value in enumerate(row):
            _put(sheet, looks, number, column, value, "text", colour if column == page.coloured else "")
    if page.rows:
        sheet.autofilter(0, 0, len(page.rows), len(page.columns) - 1)


def _notes_sheet(book: Any, looks: _Looks, source: str) -> None:
    """What the colours mean, each line beside its colour."""
    sheet = book.add_worksheet(NOTES_SHEET)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 92)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 1, "这份任务分解表怎样核对", looks.get("title", boxed=False))
    sheet.set_row(0, 30)
    lines = [*([("", f"来源：{source}")] if source else []), *NOTES]
    for number, (kind, text) in enumerate(lines, start=1):
        if kind:
            sheet.write_string(number, 0, f"{kind}（{COLOUR_NAMES[kind]}）", looks.get("mark", COLOURS[kind]))
        sheet.write_string(number, 1, _clipped(text), looks.get("note", boxed=False))
        sheet.set_row(number, 4 + 15 * _lines(text, 90))


def _put(sheet: Any, looks: _Looks, row: int, column: int, value: Cell, kind: str, colour: str) -> None:
    form = looks.get("date" if isinstance(value, date) else kind, colour)
    if value is None or value == "":
        code = sheet.write_blank(row, column, None, form)
    elif isinstance(value, date):
        code = sheet.write_datetime(row, column, datetime.combine(value, time()), form)
    elif isinstance(value, int):
        code = sheet.write_number(row, column, value, looks.get("number", colour))
    else:
        code = sheet.write_string(row, column, _clipped(value), form)
    if code:  # xlsxwriter drops what it cannot write and only returns a number: never let that pass
        raise ValueError(f"a cell could not be written: {code}")


def _clipped(text: str, most: int = _MAX_TEXT) -> str:
    shown = visible(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _set_height(sheet: Any, row: int, cells: Sequence[Cell], widths: Sequence[float]) -> None:
    lines = max((_lines(str(v), w - 1) for v, w in zip(cells, widths, strict=True) if v is not None), default=1)
    sheet.set_row(row, min(400, 4 + 13.5 * lines))  # LibreOffice grows no row by itself


def _lines(text: str, room: float) -> int:
    return sum(1 + int(max(0, width(part) - 1) // max(room, 4)) for part in text.split("\n"))
