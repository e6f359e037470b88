"""可以报送 ⇒ accepted: what people may do to the cells of an issued workbook, what its 自检 then says, and the batch.

Cells are changed as a reader finds them (`RawCell`), so that kinds no data file can express occur too: truths, errors,
days in number cells, numbers in texts. What the sheet sees of them is computed by the product's own Python side of the
check sheets; test_referee_promise.py has LibreOffice confirm it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from tests.forms_kit import UNIT, assignments, form_book
from tests.selfcheck_kit import CALENDAR
from toolkit.builtin.forms import builtin_forms
from toolkit.findings import CODES, Finding, Level
from toolkit.forms import check, selfcheck
from toolkit.forms.check import CheckContext
from toolkit.forms.design import read_form
from toolkit.forms.form import NUMBER_TYPES, Field, Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.layout import locate, row_cell_locked, row_counts, single_locked
from toolkit.forms.order import Order, OrderRow, ticket
from toolkit.forms.parse import parse
from toolkit.forms.prepare import prepare
from toolkit.forms.selfcheck_cells import CHOICES, ERRORS
from toolkit.forms.selfcheck_page import PageLook
from toolkit.forms.selfcheck_plan import is_typed
from toolkit.forms.totals import Given, Total, compute, totals_of
from toolkit.model import Book, Draft, Filled, Period, RawCell, Value, Verdict
from toolkit.office.cell_xml import serial
from toolkit.office.excel_in import read_book
from toolkit.office.package import Part
from toolkit.office.references import address

Place = tuple[str, int, int]  # sheet, row, column
Changes = Mapping[Place, RawCell | None]
EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Blank:
    """An issued workbook nobody has touched, and where its cells stand."""

    form: Form
    order: Order
    period: Period
    data: bytes
    book: Book
    fields: Mapping[Place, tuple[Field, int]]  # the field of a cell, and the row of its list (-1: a single cell)

    def free(self) -> list[Place]:
        """Cells that people may write into."""
        return [p for p, (item, row) in self.fields.items() if not self.locked(item, row)]

    def locked(self, item: Field, row: int) -> bool:
        if row < 0:
            return single_locked(item, self.order)
        given = self.order.rows.get(item.list_name, ())
        return row_cell_locked(item, given[row] if row < len(given) else None)

    def locked_row(self, item: Field, row: int) -> bool:
        given = self.order.rows.get(item.list_name, ())
        return given[row].locked if row < len(given) else False


def _form(data: bytes) -> Form:
    form, found = read_form(data, "表.xlsx")
    assert form is not None, found
    return form


@lru_cache(maxsize=8)
def blanks() -> tuple[Blank, ...]:
    """The built-in forms and a small one, issued with something known of last period and last year."""
    return tuple(_blank(_form(data)) for data in (*builtin_forms().values(), form_book()))


def _blank(form: Form) -> Blank:
    period = Period("2024") if form.period_kind == "年" else Period("2024-06")
    past = _past(form)
    order = prepare(
        form, UNIT, period, ticket(form.id, 1, UNIT.name, period.text, "1"), assignments(4), past, past
    )  # fmt: skip
    data = stamp(compile_master(form, office="办", phone="1", calendar=CALENDAR), order)
    book, found = read_book(data, "a.xlsx")
    assert book is not None and not found, found
    counts = row_counts(form, order)
    fields: dict[Place, tuple[Field, int]] = {
        p: (f, -1) for f in form.fields if (p := locate(form, counts).get(f.name))
    }
    for form_list in form.lists:
        for item in form_list.fields:
            for n in range(counts[form_list.name]) if item.place else ():
                assert item.place is not None
                fields[form_list.sheet, form_list.tag_row + n, item.place.column] = (item, n)
    return Blank(form, order, period, data, book, fields)


def _past(form: Form) -> Draft:
    """An accepted report in which nothing happened, and two tasks under way."""
    cells = {f.name: Filled(0 if f.type in NUMBER_TYPES else "", "表", "A1") for f in form.fields}
    line = {"角色": "牵头", "完成情况": "进行中", "进展说明": "已起草初稿", "完成日期": "", "责任科室": "办公室"}
    rows = [{"任务编号": f"2024-{n:03d}", **line} for n in (1, 3)]
    return Draft(form.id, cells, {"进展": tuple({k: Filled(v, "表", "A1") for k, v in row.items()} for row in rows)})


# ---------------------------------------------------------------- cells


def text(content: str) -> RawCell:
    return RawCell("s", content)


def number(value: int | str) -> RawCell:
    return RawCell("n", str(value), Decimal(str(value)))


def day(value: date) -> RawCell:
    """A number in a cell that is formatted as a day."""
    return RawCell("d", value.isoformat(), day=value)


TRUE = RawCell("b", "TRUE", Decimal(1))
ERROR = RawCell("e", "#DIV/0!")


def sound(blank: Blank) -> dict[Place, RawCell | None]:
    """What a careful person fills in: nothing happened, all tasks under way, one line in any other list."""
    made: dict[Place, RawCell | None] = {}
    registers = {x.name for x in blank.form.lists if not x.by_task}
    for place, (item, row) in blank.fields.items():
        if blank.locked(item, row) or item.prefill.startswith(("=", "＝")):
            continue
        if item.list_name in registers and (row > 0 or item.required == "否"):
            continue
        options = [o.value for o in blank.form.options.get(item.options, ())]
        if item.type in NUMBER_TYPES:
            made[place] = number(0)
        elif item.type == "是否":
            made[place] = text("否")
        elif options and item.required != "否":
            made[place] = text("进行中" if "进行中" in options else options[0])
        elif item.name == "进展说明":
            made[place] = text(f"第{row + 1}项已印发通知")
        elif item.required == "是":
            made[place] = day(blank.period.end) if item.type == "日期" else text("示例内容")
    return made


# ---------------------------------------------------------------- the batch


def filled(blank: Blank, changes: Changes) -> Book:
    """The book as a reader finds it: changed cells, and what the computed ones give then."""
    results = {p: _stored(v) for p, v in _results(blank, changes).items()}
    sheets = []
    for sheet in blank.book.sheets:
        cells = dict(sheet.cells)
        for (name, row, column), cell in (*changes.items(), *results.items()):
            if name == sheet.name:
                cells.pop((row, column), None)
                if cell is not None:
                    cells[row, column] = cell
        sheets.append(replace(sheet, cells=cells))
    return replace(blank.book, sheets=tuple(sheets))


def _stored(value: Value) -> RawCell | None:
    if value in ("", None):
        return None
    if isinstance(value, int | Decimal):
        return RawCell("n", str(value), Decimal(value), formula=True)
    return RawCell("e" if value in ERRORS else "s", str(value), formula=True)


def judged(blank: Blank, changes: Changes) -> tuple[Verdict, tuple[Finding, ...]]:
    draft, found = parse(filled(blank, changes), blank.form, blank.order)
    context = CheckContext(
        UNIT, blank.period, blank.period.end, CALENDAR, blank.order, blank.order.previous, last_year=blank.order.last_year or None
    )  # fmt: skip
    more = () if any(f.code == "IN-416" for f in found) else check.check(draft, blank.form, context)
    findings = (*found, *more)
    return check.verdict(findings, draft), findings


# ---------------------------------------------------------------- the sheet


def seen(item: Field, cell: RawCell | None) -> Value:
    """A cell as the helper cells take it: no conversions, no formats."""
    if cell is None:
        return ""
    if cell.kind == "e":
        return "#VALUE!"
    if cell.kind == "b":
        return "TRUE"
    if cell.kind in "nd":
        value = Decimal(serial(cell.day)) if cell.day else cell.number or Decimal(0)
        if item.type == "日期":
            return EPOCH + timedelta(days=int(value)) if 60 < value < 2_958_466 else "无此日期"
        return str(value) if item.type in CHOICES else int(value) if value == int(value) else value
    if item.type in (*NUMBER_TYPES, "日期", *CHOICES):
        return _trim(cell.text)
    bare = re.sub("[\u3000\u00a0\n]", " ", cell.text)
    return _trim(bare) if bare != bare.strip(" ") else cell.text


def _trim(content: str) -> str:
    return " ".join(part for part in content.split(" ") if part)


def _values(blank: Blank, changes: Changes) -> dict[Place, Value]:
    """Every cell's value as the sheet sees it, without the computed ones that still are computed."""
    stored = {s.name: s.cells for s in blank.book.sheets}
    out: dict[Place, Value] = {}
    for place, (item, _) in blank.fields.items():
        sheet, row, column = place
        cell = changes[place] if place in changes else stored[sheet].get((row, column))
        if place in changes or not item.prefill.startswith(("=", "＝")):
            out[place] = seen(item, cell)
    return out


def _results(blank: Blank, changes: Changes) -> dict[Place, Value]:
    """What the computed cells give, by place; an error among their operands is their error."""
    values = _values(blank, changes)
    single = {blank.fields[p][0].name: v for p, v in values.items() if blank.fields[p][1] < 0}
    out = _computed(blank, totals_of(blank.form), single, -1, values)
    for form_list in blank.form.lists:
        totals = totals_of(blank.form, form_list.name)
        for n in range(row_counts(blank.form, blank.order)[form_list.name]) if totals else ():
            row = {blank.fields[p][0].name: v for p, v in values.items()
                   if blank.fields[p][1] == n and blank.fields[p][0].list_name == form_list.name}  # fmt: skip
            read = any(row.get(o.name) not in ("", None) for t in totals for o in t.compiled.operands)
            out |= _computed(blank, totals, {**single, **row}, n, values) if read else {}
    return out


def _computed(
    blank: Blank, totals: tuple[Total, ...], values: Mapping[str, Value], row: int, typed: Mapping[Place, Value]
) -> dict[Place, Value]:
    live = [t for t in totals if t.name not in values]
    broken = {name for name, value in values.items() if value in ERRORS}
    for total in live:
        if broken & {o.name for o in total.compiled.operands}:
            broken.add(total.name)

    def lookup(kind: str, name: str) -> Given:
        known = {"previous": blank.order.previous, "last_year": blank.order.last_year}.get(kind, blank.order.tags)
        return () if kind == "column" else known.get(name, "")

    results = compute(live, {k: v for k, v in values.items() if v not in ("", None)}, lookup)
    where = {f.name: p for p, (f, n) in blank.fields.items() if n == row}
    return {
        where[t.name]: "#VALUE!" if t.name in broken or results[t.name].failed else results[t.name].value
        for t in live if t.name in where and where[t.name] not in typed
    }  # fmt: skip


def page(blank: Blank, changes: Changes) -> bytes:
    """自检 as XML, with the values that its formulas have for these cells."""
    values, results = _values(blank, changes), _results(blank, changes)
    by_row: dict[str, list[dict[str, Value]]] = {
        x.name: [{} for _ in range(row_counts(blank.form, blank.order)[x.name])] for x in blank.form.lists
    }
    singles: dict[str, Value] = {}
    computed: dict[str, Value] = {}
    for place, value in (*values.items(), *results.items()):
        item, row = blank.fields[place]
        if row >= 0:
            by_row[item.list_name][row][item.name] = value
        elif place in results:
            computed[item.name] = value
        else:
            singles[item.name] = value
    rows: dict[str, tuple[OrderRow, ...]] = {}
    for x in blank.form.lists:
        given = blank.order.rows.get(x.name, ())
        before = [given[n] if n < len(given) else OrderRow({}, {}, x.by_task) for n in range(len(by_row[x.name]))]
        rows[x.name] = tuple(replace(b, values=v) for b, v in zip(before, by_row[x.name], strict=True))
    now = replace(blank.order, values=singles, rows=rows)
    checks = selfcheck.checks_of(
        blank.form, {n: n for n in selfcheck.CHECK_SHEETS}, PageLook(0, 0, 0, 0, 0, 0, 0), CALENDAR
    )
    parts = selfcheck.check_parts(
        checks, blank.form, now, row_counts(blank.form, blank.order), computed, lambda _, row: {}
    )
    made = parts[selfcheck.PAGE_SHEET]
    return made.data if isinstance(made, Part) else made


def breaks_the_rest(blank: Blank, changes: Changes) -> bool:
    """An error or an endless number in a prefilled text column of a list, which the check sheet looks at in one sweep.
    Our side of the check sheets, made for what `issue` writes, does not reckon with that; the sheet's formula does."""
    for place, cell in changes.items():
        item, row = blank.fields[place]
        swept = row >= 0 and item.is_input and not is_typed(item) and not blank.locked_row(item, row)
        huge = cell is not None and cell.number is not None and cell.number >= 10**15
        if swept and cell is not None and (cell.kind == "e" or huge):
            return True
    return False


def ready(blank: Blank, changes: Changes) -> bool:
    if breaks_the_rest(blank, changes):
        return False
    m = re.search(rb'<c r="A2"[^>]*><f>[^<]*</f><v>([^<]*)</v>', page(blank, changes))
    assert m is not None
    return m[1].decode().startswith("√")


# ---------------------------------------------------------------- what a sheet cannot know

OUTSIDE: Mapping[str, str] = {
    "IN-1": "文件本身（路径、大小、权限），工作簿打开前的事。",
    "IN-2": "文件容器（加密、损坏、扩展名），工作簿打开前的事。",
    "IN-3": "文件内部结构（宏、实体声明、损坏），公式看不到。",
    "IN-401": "工作表被删除：指向它的公式随之失效。",
    "IN-402": "栏目名称被改动：公式按位置取数，不读栏目名称。",
    "IN-403": "插入或删除行列：公式随表移动，不知道原来的样子。",
    "IN-404": "行数或单元格过多：公式只看下发的区域。",
    "IN-409": "无法确定表单：公式不知道文件从哪里来。",
    "IN-410": "无法确定单位：同上。",
    "IN-411": "周期不符：同上。",
    "IN-412": "单位、周期、表单前后不一致：文件名等公式看不到。",
    "IN-414": "下发凭证被改动：凭证在隐藏表中，正常填报不会改动。",
    "IN-415": "旧版表单：公式不知道后来又下发了新版。",
    "IN-417": "不是应填报的单位：公式没有单位名录。",
    "IN-419": "下发的任务行被改动或删除：任务编号、角色是锁定的格，撤销保护后才能改。",
    "IN-420": "下发后又有新任务：公式不知道。",
    "IN-502": "公式没有结果：文件由不计算的程序保存；在 Excel、WPS 中打开保存即有结果。",
    "IN-508": "文字过长：单元格本身放不下这么多字。",
    "IN-509": "个人信息：由批处理按规则查找。",
    "IN-519": "两种读取方式结果不一致：公式只看到一种。",
    "IN-6": "读取超时等，批处理自身的限制。",
    "PII-": "只在公开前检查。",
}
"""Codes (or their beginnings) that return or refuse a workbook although its 自检 says 可以报送, and why no formula can
know. Everything else that blocks is the sheet's business too."""
FORMATTED_DAY = "数字格设成日期格式、且日子在报告期前后 400 天之外：公式看不到格式，只看到四万左右的数。400 天之内的，自检按疑似日期列出。"
"""IN-505 of a day far from the period is the one case of a code that the sheet otherwise knows."""


INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\ufeff]")
INVISIBLE_TEXT = (
    "格内有看不见的字符（零宽空格、制表符等）：批处理先去掉再判定，公式去不掉，因此可能把只有这类字符的格当作已填。"
)


def blocking_codes() -> list[str]:
    """Codes of submissions that do more than note."""
    families = ("IN-", "ROW-", "TAB-", "PII-")
    return [c for c, entry in CODES.items() if entry.level is not Level.NOTE and c.startswith(families)]


def is_outside(code: str) -> bool:
    return any(code.startswith(known) for known in OUTSIDE)


def outside_lines() -> list[str]:
    rows = []
    for known, reason in OUTSIDE.items():
        titles = "、".join(CODES[c].title for c in blocking_codes() if c.startswith(known))
        rows.append(f"| {known if known in CODES else known + '…'} | {titles} | {reason} |")
    inside = "、".join(f"{c} {CODES[c].title}" for c in blocking_codes() if not is_outside(c))
    return [
        "", "## 五、“可以报送”与接收", "",
        "自检显示“可以报送”的，批处理予以接收；批处理可以更宽，不会更严。由性质测试（`tests/test_promise.py`）和 LibreOffice 核对。",
        f"自检与批处理都看的退回原因：{inside}。", "",
        "以下原因公式无从知道，自检显示“可以报送”的也可能因此退回：", "",
        "| 代码 | 名称 | 为什么 |", "| --- | --- | --- |", *rows, f"| IN-505 | 应填数字 | {FORMATTED_DAY} |",
        f"| IN-515 等 | {CODES['IN-515'].title} 等 | {INVISIBLE_TEXT} |",
    ]  # fmt: skip


def is_far_day(blank: Blank, place: Place, changes: Changes) -> bool:
    """A day in a number cell that the sheet takes for a plain number."""
    cell = changes.get(place)
    start, end = blank.period.start - timedelta(days=400), blank.period.end + timedelta(days=400)
    return cell is not None and cell.kind == "d" and cell.day is not None and not start <= cell.day <= end


def surprises(blank: Blank, changes: Changes) -> list[str]:
    """Where the promise does not hold, for no reason that is written down."""
    if any(cell is not None and INVISIBLE.search(cell.text) for cell in changes.values()) or not ready(blank, changes):
        return []
    verdict, findings = judged(blank, changes)
    if verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_NOTES):
        return []
    by_cell = {(p[0], address(p[1], p[2])): p for p in changes}
    bad = []
    for f in findings:
        if f.level is Level.NOTE or is_outside(f.code):
            continue
        place = by_cell.get((f.sheet, f.cell))
        if f.code == "IN-505" and place is not None and is_far_day(blank, place, changes):
            continue
        bad.append(f"{f.code} {f.rule} {f.sheet}!{f.cell} {f.message}")
    return bad
