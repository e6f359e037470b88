"""The one door to xlsxwriter: sheets described as data, workbooks as bytes.

Every text goes in as text (never formula, link or number), every byte depends on the arguments alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from toolkit.model import Value
from toolkit.office.sheet_model import Cell, Chart, Row, Sheet, parts, visible, width

MAX_TEXT = 32_000  # Excel keeps 32,767 characters a cell and xlsxwriter writes nothing at all beyond that
MAX_LINKS = 60_000  # Excel keeps 65,530 links a sheet
STREAM_FROM = 400_000  # cells from which rows are streamed to disk; merges over several rows are left out then
EXACT_DIGITS = 15
BODY_FONT, HEAD_FONT = "宋体", "黑体"
_TALLEST = 400.0  # Excel stops at 409 points
_LINE = 13.5  # height in points of one printed line at 10 pt

# ---------------------------------------------------------------- looks

_BASE: Mapping[str, object] = {"font_name": BODY_FONT, "font_size": 10, "valign": "vcenter"}
_LOOKS: Mapping[str, Mapping[str, object]] = {
    "": {"border": 1, "border_color": "#A6A6A6", "text_wrap": True},
    "strong": {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "bold": True},
    "head": {
        "border": 1, "border_color": "#7F7F7F", "text_wrap": True, "font_name": HEAD_FONT,
        "align": "center", "bg_color": "#DCE6F1",
    },
    "warn": {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "bg_color": "#FFF2CC"},
    "alert": {
        "border": 1, "border_color": "#A6A6A6", "text_wrap": True, "bg_color": "#FBE5D6", "font_color": "#9C2A00",
    },
    "muted": {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "font_color": "#7F7F7F"},
    "section": {"border": 1, "border_color": "#A6A6A6", "font_name": HEAD_FONT, "bg_color": "#F2F2F2", "align": "left"},
    "title": {"font_name": HEAD_FONT, "font_size": 16, "align": "center", "text_wrap": True},
    "line": {"align": "center", "font_color": "#595959", "text_wrap": True},
    "note": {"align": "left", "font_color": "#595959", "text_wrap": True, "valign": "top"},
}  # fmt: skip
_KINDS: Mapping[str, Mapping[str, object]] = {
    "text": {"align": "left"},
    "center": {"align": "center"},
    "number": {"align": "right"},
    "date": {"align": "center", "num_format": "yyyy-mm-dd"},
}
_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass
class _Formats:
    """Formats are made once for each combination, in order of first use (so that equal books have equal bytes)."""

    book: Any
    made: dict[tuple[str, str, int, bool, bool], Any] = field(default_factory=dict)

    def get(self, look: str, kind: str = "", indent: int = 0, quoted: bool = False, link: bool = False) -> Any:
        key = (look, kind, indent, quoted, link)
        if key not in self.made:
            properties = {**_BASE, **_KINDS.get(kind, {}), **_LOOKS[look]}
            if indent:
                properties["indent"] = indent
            if quoted:
                properties["quote_prefix"] = True  # editing the cell in Excel must not turn it into a formula
            if link:
                properties.update(font_color="#1F4E79", underline=1)
            self.made[key] = self.book.add_format(properties)
        return self.made[key]


# ---------------------------------------------------------------- writing


def write_book(sheets: Sequence[Sheet], *, title: str, made_on: date, office: str = "") -> bytes:
    """The workbook's bytes. `made_on` is the day the content stands for: it goes into the document properties,
    no clock does. Raises only for our own faults (two sheets of one name, no sheet at all)."""
    import xlsxwriter

    pieces = tuple(p for sheet in sheets for p in parts(sheet))
    stream = sum(len(s.rows) * len(s.columns) for s in pieces) >= STREAM_FROM
    out = io.BytesIO()
    options = {
        "in_memory": not stream,
        "constant_memory": stream,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        created = datetime.combine(made_on, time())
        book.set_properties({"title": visible(title), "author": visible(office), "created": created})
        formats = _Formats(book)
        for sheet in pieces:
            _Writer(book, book.add_worksheet(sheet.name), sheet, formats, stream).write()
    return out.getvalue()


@dataclass
class _Writer:
    book: Any
    out: Any
    sheet: Sheet
    formats: _Formats
    stream: bool
    links: int = 0
    covered: set[tuple[int, int]] = field(default_factory=set)  # cells that a merge has taken

    def write(self) -> None:
        sheet = self.sheet
        widths = _widths(sheet)
        for n, size in enumerate(widths):
            self.out.set_column(n, n, size)
        self.out.hide_gridlines(2)
        span = max(1, sheet.printed or len(widths))
        self._banner(0, sheet.title, "title", widths, span, least=30)
        for n, line in enumerate(sheet.lines, start=1):
            self._banner(n, line, "line", widths, span, least=18)
        for n, cells in enumerate(sheet.top, start=1 + len(sheet.lines)):
            self._row(n, cells, widths)
        for n, cells in enumerate(sheet.head_rows, start=sheet.first_head):
            self._row(n, cells, widths, look="head")
        for n, cells in enumerate(sheet.rows, start=sheet.first_row):
            self._row(n, cells, widths)
        end = sheet.first_row + len(sheet.rows)
        for n, note in enumerate(sheet.notes, start=end):
            self._banner(n, note, "note", widths, span, least=15)
        self._view(end)
        self._print_setup(end + len(sheet.notes), span)
        for chart in sheet.charts:
            self._chart(chart)

    def _banner(self, row: int, text: str, look: str, widths: Sequence[float], span: int, least: float) -> None:
        """A text over the whole printed width; merged cells have no automatic height, so it is set."""
        room = sum(widths[:span])
        scale = 1.6 if look == "title" else 1.0
        lines = sum(max(1, -(-int(width(line) * scale) // max(1, int(room)))) for line in text.split("\n"))
        self.out.set_row(row, max(least, lines * _LINE * scale + 3))
        form = self.formats.get(look)
        if span > 1:
            self.out.merge_range(row, 0, row, span - 1, "", form)
        self.out.write_string(row, 0, _clipped(text), form)

    def _row(self, row: int, cells: Row, widths: Sequence[float], look: str = "") -> None:
        height = _height(cells, widths)
        if height:
            self.out.set_row(row, height)
        columns = self.sheet.columns
        for column, given in enumerate(cells):
            if self.covered and (row, column) in self.covered:
                continue
            kind = columns[column].kind if column < len(columns) else "text"
            if isinstance(given, Cell):
                self._cell(row, column, given, given.kind or kind)
            else:
                self._value(row, column, given, look, kind)

    def _cell(self, row: int, column: int, cell: Cell, kind: str) -> None:
        down = 1 if self.stream else cell.down
        if cell.across > 1 or down > 1:
            form = self.formats.get(cell.look, kind, cell.indent)
            self.out.merge_range(row, column, row + down - 1, column + cell.across - 1, "", form)
            area = ((r, c) for r in range(row, row + down) for c in range(column, column + cell.across))
            self.covered.update(area)
        self._value(row, column, cell.value, cell.look, kind, cell.indent, cell.link)

    def _value(
        self, row: int, column: int, given: Value, look: str, kind: str, indent: int = 0, link: str = ""
    ) -> None:
        value = _writable(given)
        if isinstance(value, str):
            if kind == "number":
                kind = "center"  # “/”, “不适用” and the like in a number column
            quoted = value.startswith(_DANGEROUS)
            linked = bool(link) and self.links < MAX_LINKS
            form = self.formats.get(look, kind, indent, quoted, linked)
            if linked:
                self.links += 1
                self.out.write_url(row, column, f"internal:{link}", form, value)
            elif value:
                self.out.write_string(row, column, value, form)
            else:
                self.out.write_blank(row, column, None, form)
        elif isinstance(value, date):  # always as a day: without the format people would see a serial number
            form = self.formats.get(look, "date", indent)
            self.out.write_datetime(row, column, datetime.combine(value, time()), form)
        else:
            self.out.write_number(row, column, value, self.formats.get(look, kind, indent))

    def _view(self, end: int) -> None:
        sheet, out = self.sheet, self.out
        if sheet.freeze and sheet.head_rows:
            out.freeze_panes(sheet.first_row, sheet.freeze_columns)
        if sheet.filtered and sheet.rows and sheet.head_rows:
            out.autofilter(sheet.first_row - 1, 0, end - 1, len(sheet.columns) - 1)
        out.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _print_setup(self, end: int, span: int) -> None:
        sheet, out = self.sheet, self.out
        if sheet.landscape:
            out.set_landscape()
        out.set_paper(9)  # A4
        out.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        out.center_horizontally()
        if sheet.fit_width:
            out.fit_to_pages(1, 1 if sheet.one_page else 0)
        else:
            out.repeat_columns(0, max(0, sheet.freeze_columns - 1))
        if sheet.head_rows:
            out.repeat_rows(sheet.first_head, sheet.first_row - 1)
        if sheet.printed:
            out.print_area(0, 0, max(end - 1, 0), span - 1)
        name, mark = (visible(t).replace("&", "&&")[:60] for t in (sheet.name, sheet.mark))
        out.set_footer(f"&L{name}&C第 &P 页，共 &N 页&R{mark}")

    def _chart(self, chart: Chart) -> None:
        drawn = self.book.add_chart({"type": chart.kind})
        first, last = self.sheet.first_row + chart.first, self.sheet.first_row + chart.last
        font = {"name": BODY_FONT, "size": 9}
        heads = [c.title for c in self.sheet.columns]
        for n, column in enumerate(chart.value_columns):
            drawn.add_series(
                {
                    "name": heads[column],
                    "categories": [self.sheet.name, first, chart.label_column, last, chart.label_column],
                    "values": [self.sheet.name, first, column, last, column],
                    "fill": {"color": _SERIES[n % len(_SERIES)]},
                    "gap": 60,
                    "data_labels": {"value": True, "font": font},
                }
            )
        drawn.set_title({"name": chart.title, "name_font": {"name": HEAD_FONT, "size": 11, "bold": False}})
        if len(chart.value_columns) == 1:
            drawn.set_legend({"none": True})
        labels = {"num_font": font, "major_gridlines": {"visible": False}, "reverse": chart.kind == "bar"}
        amounts = {"num_font": font, "major_gridlines": {"visible": False}, "min": 0, "visible": False}
        across = chart.kind == "bar"  # xlsxwriter calls the horizontal axis x, whatever it carries
        drawn.set_x_axis(amounts if across else labels)
        drawn.set_y_axis(labels if across else amounts)
        drawn.set_size({"width": chart.size[0], "height": chart.size[1]})
        self.out.insert_chart(
            self.sheet.first_row + chart.at_row, chart.at_column, drawn, {"x_offset": 12, "object_position": 3}
        )


_SERIES = ("#5B86B5", "#C98B3C", "#7A9A6B", "#A65E5E")


def _clipped(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= MAX_TEXT else shown[: MAX_TEXT - 1] + "…"


def _writable(value: Value) -> Value:
    """Text made visible and short enough; a number with more digits than Excel keeps becomes text; a day that
    Excel has no number for becomes text."""
    if isinstance(value, str):
        return _clipped(value)
    if isinstance(value, bool) or value is None:
        return "" if value is None else ("是" if value else "否")
    if isinstance(value, date):
        return value if value.year >= 1901 else value.isoformat()
    exact = Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > 60:
        return f"{exact:E}" if exact.is_finite() else str(exact)
    return value if len(exact.normalize().as_tuple().digits) <= EXACT_DIGITS else format(exact, "f")


def _shown(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _widths(sheet: Sheet) -> tuple[float, ...]:
    """Width of each column: what its widest single line needs, at least its title, at most its cap."""
    sizes = []
    for n, column in enumerate(sheet.columns):
        if column.width:
            sizes.append(column.width)
            continue
        widest = max((width(line) for line in column.title.split("\n")), default=0) if sheet.headed else 0
        for row in sheet.rows[:5000]:  # enough to know; a later, longer text wraps
            given = row[n] if n < len(row) else None
            if isinstance(given, Cell) and given.across > 1:
                continue
            text = _shown(given.value if isinstance(given, Cell) else given)
            widest = max(widest, max((width(line) for line in text.split("\n")), default=0))
        sizes.append(float(min(max(widest + 2, 5), column.cap)))
    return tuple(sizes)


def _height(cells: Row, widths: Sequence[float]) -> float:
    """Height of a row whose texts need more than one line, else 0. Excel would fit most rows by itself, but not
    those with merged cells, and LibreOffice and some versions of WPS fit none."""
    most = 1
    for column, given in enumerate(cells):
        across = down = 1
        indent = 0
        text: Value | Cell = given
        if isinstance(given, Cell):
            text, across, down, indent = given.value, given.across, given.down, given.indent
        if down > 1 or not isinstance(text, str):
            continue
        size = widths[column] if across == 1 else sum(widths[column : column + across])
        room = max(4, int(size) - 1 - 2 * indent)
        if 2 * len(text) > room or "\n" in text:
            most = max(most, sum(_lines(line, room) for line in text.split("\n")))
    return min(most * _LINE + 3, _TALLEST) if most > 1 else 0


def _lines(text: str, room: int) -> int:
    """Printed lines of a text in a column that takes `room` half-width characters; a wide one is never cut in two."""
    size = width(text)
    return max(1, -(-size // (room if size == len(text) else room - room % 2)))
