"""The one pass over a worksheet: budgets, structure and values at the same time.

Rows and cells may stand in any order and may lack their reference, but each may stand only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.model import RawCell, RawSheet
from toolkit.office.cell_values import (
    MAX_COLUMN,
    MAX_ROW,
    area,
    column_number,
    day_of,
    iso_day,
    number_of,
    position,
    text_cell,
    unescape,
)
from toolkit.office.limits import Limits
from toolkit.office.number_formats import DAY, NUMBER
from toolkit.office.parts import SheetEntry
from toolkit.office.refusal import Refused
from toolkit.office.xml_pass import MAIN, Attributes, Pass, in_main


@dataclass
class Tally:
    """What all sheets of one workbook have used up together."""

    limits: Limits
    cells: int = 0
    box: int = 0
    merged: int = 0

    def add_box(self, rows: int, columns: int) -> None:
        self.box += rows * columns
        if self.box > self.limits.box:
            raise Refused("IN-404", f"已用区域 {self.box} 格，上限 {self.limits.box} 格")

    def add_merge(self, cells: int) -> None:
        self.merged += cells
        if self.merged > self.limits.merge_area:
            raise Refused("IN-404", f"合并区域 {self.merged} 格，上限 {self.limits.merge_area} 格")


@dataclass(frozen=True)
class Shared:
    """What the cells of every sheet refer to. `kinds` is None when the workbook has no styles part."""

    strings: Sequence[str] = ()
    kinds: Sequence[str] | None = None
    date1904: bool = False


@dataclass
class _Row:
    number: int = 0
    columns: set[int] = field(default_factory=set)
    last: int = 0


class SheetPass(Pass):
    """`result(entry)` after the run is the RawSheet; `timed` are the cells in day or time formats, by serial."""

    def __init__(self, limits: Limits, shared: Shared, tally: Tally) -> None:
        super().__init__(limits)
        self.shared = shared
        self.tally = tally
        self.cells: dict[tuple[int, int], RawCell] = {}
        self.timed: dict[tuple[int, int], Decimal] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_spans: list[tuple[int, int]] = []
        self.has_data = False
        self.filter_on = self.filter_active = False
        self._numbers: dict[str, tuple[Decimal, str] | None] = {}
        self._letters: dict[str, int] = {}
        self._rows: set[int] = set()
        self._row = _Row()
        self._row_text = ""
        self._in_row = False
        self._max_row = self._max_column = 0
        self._links = self.budget("链接", limits.links)
        self._columns_budget = self.budget("列设置", limits.column_entries)
        # the cell at hand
        self._at = 0
        self._type = self._style = ""
        self._value: str | None = None
        self._inline: list[str] = []
        self._formula = self._open = self._phonetic = False
        self._listen()

    def _listen(self) -> None:
        limits = self.limits
        self.roots = tuple(f"{uri} worksheet" for uri in MAIN)
        self.starts = in_main(
            {
                "c": self._cell,
                "v": self.drop,
                "t": self.drop,
                "f": self._has_formula,
                "row": self._begin_row,
                "rPh": self._begin_phonetic,
                "sheetData": self._begin_data,
                "col": self._column,
                "mergeCell": self._merge,
                "hyperlink": self._link,
                "sheetPr": self._settings,
                "autoFilter": self._filter,
                "filterColumn": self._filter_column,
                "dataValidation": self.budget("数据验证", limits.validations),
                "cfRule": self.budget("条件格式", limits.conditional_formats),
            }
        )
        self.ends = in_main(
            {
                "c": self._finish,
                "v": self._end_value,
                "t": self._end_text,
                "row": self._end_row,
                "rPh": self._end_phonetic,
            }
        )

    # ------------------------------------------------------------ rows and cells

    def _begin_data(self, attributes: Attributes) -> None:
        self.has_data = True

    def _begin_row(self, attributes: Attributes) -> None:
        text = attributes.get("r")
        number = self._row.number + 1
        if text is not None:
            number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
        if not 1 <= number <= MAX_ROW:
            raise Refused("IN-404", f"行号超出工作表范围（上限 {MAX_ROW} 行）")
        if number in self._rows:
            raise Refused("IN-302", f"第 {number} 行出现两次")
        self._rows.add(number)
        self._row = _Row(number)
        self._row_text = str(number)
        self._in_row = True
        if number > self._max_row:
            self._max_row = number
        if attributes.get("hidden", "0") in ("1", "true", "on") or attributes.get("ht") == "0":
            self.hidden_rows.add(number)

    def _end_row(self) -> None:
        self._in_row = False

    def _cell(self, attributes: Attributes) -> None:
        if not self._in_row or self._open:
            raise Refused("IN-302", "单元格不在行内")
        row = self._row
        reference = attributes.get("r")
        if reference is None:
            column = row.last + 1
        elif reference.endswith(self._row_text):
            letters = reference[: -len(self._row_text)]
            column = self._letters.get(letters, 0)
            if not column:
                column = self._letters[letters] = column_number(letters) or self._bad_reference(reference)
        else:
            column = self._bad_reference(reference)
        if column > MAX_COLUMN:
            raise Refused("IN-404", f"单元格超出工作表范围（上限 {MAX_COLUMN} 列）")
        if column in row.columns:
            raise Refused("IN-302", f"第 {row.number} 行有单元格出现两次")
        row.columns.add(column)
        row.last = column
        self._max_column = max(self._max_column, column)
        self.tally.cells += 1
        if self.tally.cells > self.limits.cells:
            raise Refused("IN-404", f"单元格超过上限 {self.limits.cells} 个")
        self._open = True
        self._at = column
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._value = None
        self._formula = False
        if self._inline:
            self._inline = []

    def _bad_reference(self, reference: str) -> int:
        """A reference that does not belong to its row: say whether it is outside the sheet or out of place."""
        if reference.rstrip("0123456789").isalpha() and position(reference) is None:
            raise Refused("IN-404", f"单元格 {reference[:20]} 超出工作表范围")
        raise Refused("IN-302", f"单元格位置“{reference[:20]}”与所在行不符")

    def _has_formula(self, attributes: Attributes) -> None:
        self._formula = self._open

    def _end_value(self) -> None:
        if self._open:
            self._value = self.taken()

    def _begin_phonetic(self, attributes: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_text(self) -> None:
        if self._open and not self._phonetic:
            self._inline.append(self.taken())

    def _finish(self) -> None:
        self._open = False
        stored = self._value
        if stored is None and not self._formula and not self._inline:
            return
        cell = self._raw(stored)
        if cell is not None:
            self.cells[self._row.number, self._at] = cell

    # ------------------------------------------------------------ values

    def _raw(self, stored: str | None) -> RawCell | None:
        """The cell at hand as a RawCell; None when it is blank."""
        kind, formula = self._type, self._formula
        if kind == "s" and stored is not None:
            text = self._shared_string(stored)
            return text_cell(text, formula) if text or formula else None
        if kind == "inlineStr" or (kind == "str" and stored is None and self._inline):
            text = unescape("".join(self._inline))
            return text_cell(text, formula) if text or formula else None
        if kind == "str":
            text = unescape(stored or "")
            return text_cell(text, formula) if text or formula else None
        if kind not in ("n", "b", "e", "d", "s"):
            raise Refused("IN-302", f"单元格类型“{kind[:20]}”不明")
        if stored is None or not stored.strip():
            return RawCell("f", "", formula=True) if formula else None
        if kind == "n":
            return self._number(stored, formula)
        return self._other(kind, stored.strip(), formula)

    def _shared_string(self, stored: str) -> str:
        index = stored.strip()
        if not (index.isascii() and index.isdigit()) or len(index) > 10 or int(index) >= len(self.shared.strings):
            raise Refused("IN-302", f"文字索引“{index[:20]}”不存在")
        return self.shared.strings[int(index)]

    def _number(self, stored: str, formula: bool) -> RawCell:
        try:
            pair = self._numbers[stored]
        except KeyError:
            pair = self._numbers[stored] = number_of(stored)
        if pair is None:
            return RawCell("e", stored.strip()[:100], formula=formula)
        number, text = pair
        kind = self._format()
        if kind != NUMBER:
            self.timed[self._row.number, self._at] = number
            day = day_of(number, self.shared.date1904) if kind == DAY else None
            if day is not None:
                return RawCell("d", day[1], day=day[0], formula=formula)
        return RawCell("n", text, number, formula=formula)

    def _format(self) -> str:
        """What the cell's format shows. A format that cannot be looked up would pass a day off as a number."""
        style, kinds = self._style, self.shared.kinds
        if kinds is None:
            if style != "0":
                raise Refused("IN-304", "缺少样式部分，无法分辨日期和数字")
            return NUMBER
        if not (style.isascii() and style.isdigit()) or len(style) > 10:
            raise Refused("IN-302", "单元格样式编号不明")
        if int(style) >= len(kinds):
            if style == "0":
                return NUMBER
            raise Refused("IN-302", "单元格样式不存在")
        return kinds[int(style)]

    def _other(self, kind: str, stored: str, formula: bool) -> RawCell:
        if kind == "e":
            return RawCell("e", stored[:100], formula=formula)
        if kind == "d":
            day = iso_day(stored)
            if day is None:
                return text_cell(stored, formula)
            return RawCell("d", day[1], day=day[0], formula=formula)
        true = stored.lower() in ("1", "true")
        if not true and stored.lower() not in ("0", "false"):
            return RawCell("e", stored[:100], formula=formula)
        return RawCell("b", "TRUE" if true else "FALSE", Decimal(int(true)), formula=formula)

    # ------------------------------------------------------------ the rest of the sheet

    def _column(self, attributes: Attributes) -> None:
        self._columns_budget(attributes)
        if attributes.get("hidden", "0") in ("1", "true", "on") or attributes.get("width") == "0":
            first, last = (attributes.get(key, "") for key in ("min", "max"))
            if all(x.isascii() and x.isdigit() and len(x) <= 6 for x in (first, last)):
                self.hidden_spans.append((int(first), int(last)))

    def _merge(self, attributes: Attributes) -> None:
        span = area(attributes.get("ref", ""))
        if span is None:
            raise Refused("IN-302", "合并区域位置不明")
        self.tally.add_merge((span[2] - span[0] + 1) * (span[3] - span[1] + 1))
        self.merges.append(span)

    def _link(self, attributes: Attributes) -> None:
        self._links(attributes)
        span = area(attributes.get("ref", ""))
        if span is None:
            raise Refused("IN-302", "链接位置不明")
        self.tally.add_box(span[2] - span[0] + 1, span[3] - span[1] + 1)

    def _settings(self, attributes: Attributes) -> None:
        self.filter_active |= attributes.get("filterMode", "0") in ("1", "true", "on")

    def _filter(self, attributes: Attributes) -> None:
        self.filter_on = True

    def _filter_column(self, attributes: Attributes) -> None:
        self.filter_active |= self.filter_on

    def result(self, entry: SheetEntry) -> RawSheet:
        """The sheet as read. A filter counts as set when it has a condition or rows are hidden beside it."""
        if not self.has_data:
            raise Refused("IN-402", expected="表格内容", value="空")
        self.tally.add_box(self._max_row, self._max_column)
        hidden = {
            column
            for first, last in self.hidden_spans
            for column in range(max(first, 1), min(last, self._max_column) + 1)
        }
        return RawSheet(
            name=entry.name,
            state=entry.state if entry.state in ("hidden", "veryHidden") else "visible",
            cells=self.cells,
            merges=tuple(self.merges),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(hidden),
            filtered=self.filter_active or (self.filter_on and bool(self.hidden_rows)),
        )
