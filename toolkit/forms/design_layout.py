"""The visible sheets of a form workbook: where every tag stands, which texts are constant, where lists grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.forms.design_fields import OFFICE_NAMES, PERIOD_NAMES, UNIT_NAMES, FieldRow, is_name
from toolkit.forms.design_tables import Cells, Mistakes, suggestion
from toolkit.forms.form import DEFINITION_SHEETS, Place, SheetLayout
from toolkit.forms.layout import tag_names, whole_tag
from toolkit.office.references import address, rectangles, sheets_named


@dataclass(frozen=True)
class SheetSource:
    """One visible sheet as read: its cells and merged blocks."""

    name: str
    cells: Cells
    merges: Sequence[str]


@dataclass
class Placement:
    """What the walk over the sheets found."""

    singles: dict[str, Place] = field(default_factory=dict)
    columns: dict[str, dict[str, Place]] = field(default_factory=dict)  # list → field → place
    layouts: list[SheetLayout] = field(default_factory=list)


@dataclass(frozen=True)
class Names:
    """The names a tag may carry."""

    singles: frozenset[str]
    columns: Mapping[str, frozenset[str]]  # list → its fields

    @classmethod
    def of(cls, rows: Sequence[FieldRow], lists: Sequence[str]) -> Names:
        singles = frozenset(r.field.name for r in rows if not r.field.list_name)
        columns = {n: frozenset(r.field.name for r in rows if r.field.list_name == n) for n in lists}
        return cls(singles, columns)

    def all(self) -> list[str]:
        listed = [f"{name}.{column}" for name, columns in self.columns.items() for column in sorted(columns)]
        return [*sorted(self.singles), *listed, *UNIT_NAMES, *PERIOD_NAMES, *OFFICE_NAMES]

    def is_layout(self, tag: str) -> bool:
        """A tag that `issue` replaces by text: unit, period, office, or a single value of last period or last year."""
        if tag in UNIT_NAMES or tag in PERIOD_NAMES or tag in OFFICE_NAMES:
            return True
        prefix, _, rest = tag.partition(".")
        return prefix in ("上期", "上年") and rest in self.singles


def place_tags(sheets: Sequence[SheetSource], names: Names, mistakes: Mistakes) -> Placement:
    found = Placement()
    for sheet in sheets:
        labels: dict[tuple[int, int], str] = {}
        tags: dict[tuple[int, int], str] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            place = Place(sheet.name, row, column)
            if cell.formula is not None:
                _check_formula(cell.formula, place, mistakes)
            elif "{{" in cell.text or "}}" in cell.text:
                tag = _take(cell.text, place, names, found, mistakes)
                if tag:
                    tags[row, column] = tag
            elif cell.text.strip():
                labels[row, column] = cell.text
        found.layouts.append(SheetLayout(sheet.name, labels, tags))
    return found


def _check_formula(formula: str, place: Place, mistakes: Mistakes) -> None:
    lost = sheets_named(formula) & set(DEFINITION_SHEETS)
    if lost:
        mistakes.setting(
            place.sheet, address(place.row, place.column),
            f"单元格公式引用了“{'、'.join(sorted(lost))}”表，下发时该表会被移除。", "请改为引用填报页或另建的工作表。",
        )  # fmt: skip


def _take(text: str, place: Place, names: Names, found: Placement, mistakes: Mistakes) -> str:
    """Books one tag; what comes back (not empty) is the layout tag to keep in SheetLayout.tags."""
    cell = address(place.row, place.column)
    whole = whole_tag(text)
    if whole is None:
        return _mixed(text, place.sheet, cell, names, mistakes)
    prefix, _, rest = whole.partition(".")
    if rest and prefix in names.columns and rest in names.columns[prefix]:
        _book(found.columns.setdefault(prefix, {}), rest, whole, place, mistakes)
    elif whole in names.singles:
        _book(found.singles, whole, whole, place, mistakes)
    elif names.is_layout(whole):
        return whole
    else:
        _unknown(whole, place.sheet, cell, names, mistakes)
    return ""


def _mixed(text: str, sheet: str, cell: str, names: Names, mistakes: Mistakes) -> str:
    tags = tag_names(text)
    if not tags or text.count("{{") != len(tags) or text.count("}}") != len(tags):
        mistakes.add("FORM-102", sheet, cell, tag=text.strip(), suggestion="标签应写成 {{名称}}，括号成对。")
        return ""
    wrong = [tag for tag in tags if not names.is_layout(tag)]
    for tag in wrong:
        prefix, _, rest = tag.partition(".")
        if tag in names.singles or rest in names.columns.get(prefix, frozenset()):
            mistakes.setting(
                sheet, cell, f"填写标签“{{{{{tag}}}}}”与其他文字在同一单元格。", "请让填写标签单独占一个单元格。"
            )
        else:
            _unknown(tag, sheet, cell, names, mistakes)
    return "" if wrong else text


def _unknown(tag: str, sheet: str, cell: str, names: Names, mistakes: Mistakes) -> None:
    if not is_name(tag):
        mistakes.add("FORM-104", sheet, cell, name=tag)
    else:
        mistakes.add("FORM-102", sheet, cell, tag=f"{{{{{tag}}}}}", suggestion=suggestion(tag, names.all()))


def _book(places: dict[str, Place], key: str, tag: str, place: Place, mistakes: Mistakes) -> None:
    if key in places:
        first = places[key]
        mistakes.setting(
            place.sheet, address(place.row, place.column),
            f"标签“{{{{{tag}}}}}”出现两次（另见“{first.sheet}”{address(first.row, first.column)}）。",
            "一个字段只能有一个填写位置，请删除一处。",
        )  # fmt: skip
    else:
        places[key] = place


# ---------------------------------------------------------------- lists


def list_row(name: str, places: Mapping[str, Place], mistakes: Mistakes) -> tuple[str, int] | None:
    """(sheet, tag row) of a list; all its tags must stand in one row, below a heading row."""
    ordered = sorted(places.values(), key=lambda p: (p.sheet, p.row, p.column))
    if not ordered:
        return None
    first = next(iter(places.values()))
    for place in ordered:
        if (place.sheet, place.row) != (first.sheet, first.row):
            mistakes.setting(
                place.sheet, address(place.row, place.column), f"清单“{name}”的标签不在同一行。",
                f"请把该清单的标签都放在“{first.sheet}”第 {first.row} 行。",
            )  # fmt: skip
    if first.row < 2:
        cell = address(first.row, first.column)
        mistakes.setting(first.sheet, cell, f"清单“{name}”的上方没有表头。", "请在标签行上方留出表头行。")
    return first.sheet, first.row


def check_list_rows(
    rows: Mapping[str, tuple[str, int]], found: Placement, sheets: Sequence[SheetSource], mistakes: Mistakes
) -> None:
    """One list to a sheet; nothing in its row but its own tags and constants; no merged block reaches across it."""
    by_sheet: dict[str, str] = {}
    for name, (sheet, row) in rows.items():
        if sheet in by_sheet:
            mistakes.setting(
                sheet, address(row, 1), f"“{sheet}”上有两个清单（{by_sheet[sheet]}、{name}）。",
                "每张工作表只能放一个清单，请分到两张工作表。",
            )  # fmt: skip
        by_sheet.setdefault(sheet, name)
        for field_name, place in found.singles.items():
            if (place.sheet, place.row) == (sheet, row):
                mistakes.setting(
                    sheet, address(row, place.column), f"字段“{field_name}”放在清单“{name}”的行中。",
                    "请移到清单以外的行。",
                )  # fmt: skip
        merges = next((s.merges for s in sheets if s.name == sheet), ())
        for block in merges:
            top, left, bottom, _ = rectangles(block)[0]
            if top <= row <= bottom and top != bottom:
                mistakes.setting(
                    sheet, address(top, left), f"合并单元格 {block} 跨过清单“{name}”的标签行。",
                    "清单的标签行只能左右合并，请取消上下合并。",
                )  # fmt: skip
