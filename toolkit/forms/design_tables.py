"""The four definition sheets 设置, 字段, 选项, 校验 as plain tables: rows with the address of every cell."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from toolkit.findings import Finding, finding
from toolkit.model import plain
from toolkit.office.references import address
from toolkit.office.sheet_read import SheetCell

COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "设置": (("项", "值"), ("说明",)),
    "字段": (
        ("字段", "标题", "类型"),
        ("必填", "选项", "预填自", "上期对照", "对外公开", "填写说明", "锁定", "说明", "备注"),
    ),
    "选项": (("选项集", "值"), ("说明",)),
    "校验": (
        ("编号", "标识", "级别", "范围", "公式", "提示", "改法"),
        ("依据", "试行起", "生效起", "说明", "备注"),
    ),
}
"""By definition sheet: the columns that must be there, and those that may be."""

Cells = Mapping[tuple[int, int], SheetCell]


@dataclass
class Mistakes:
    """Collects what is wrong with a form workbook, each with its place."""

    found: list[Finding] = field(default_factory=list)

    def add(self, code: str, sheet: str, cell: str, **arguments: object) -> None:
        texts: Mapping[str, Any] = arguments
        self.found.append(finding(code, place={"sheet": sheet, "cell": cell}, **texts))

    def setting(self, sheet: str, cell: str, message: str, remedy: str) -> None:
        """FORM-101, the code whose wording is given on the spot."""
        self.add("FORM-101", sheet, cell, message=message, remedy=remedy)


@dataclass(frozen=True)
class Row:
    """One filled row of a definition sheet."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: Mapping[str, SheetCell]

    def text(self, column: str) -> str:
        """The cell as text; what Excel took for a formula comes with its equals sign."""
        cell = self.cells.get(column)
        if cell is None:
            return ""
        return ("=" + cell.formula if cell.formula else cell.text).strip()

    def at(self, column: str) -> str:
        return address(self.number, self.columns.get(column, min(self.columns.values(), default=1)))


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three names that look like the given one, best first."""
    return tuple(difflib.get_close_matches(name, list(dict.fromkeys(names)), n=3, cutoff=0.5))


def suggestion(name: str, names: Iterable[str]) -> str:
    near = nearest(name, names)
    return f"是否为“{'”或“'.join(near)}”？" if near else ""


def read_table(sheet: str, cells: Cells, mistakes: Mistakes) -> tuple[Row, ...]:
    """The rows below the heading row; columns are found by heading, in any order."""
    needed, optional = COLUMNS[sheet]
    heading = _heading_row(cells, needed[0])
    if heading is None:
        mistakes.setting(sheet, "A1", f"“{sheet}”表缺少表头。", f"请在首行填写栏目名：{'、'.join(needed + optional)}。")
        return ()
    columns = _columns(sheet, cells, heading, needed + optional, mistakes)
    missing = [name for name in needed if name not in columns]
    if missing:
        mistakes.setting(
            sheet, address(heading, 1), f"“{sheet}”表缺少栏目：{'、'.join(missing)}。", "请补充栏目后重新检查。"
        )
        return ()
    numbers = sorted({row for row, _ in cells if row > heading})
    return tuple(row for row in _rows(sheet, cells, columns, numbers) if row.cells)


def _heading_row(cells: Cells, first: str) -> int | None:
    rows = sorted(row for (row, _), cell in cells.items() if plain(cell.text) == plain(first))
    return rows[0] if rows else None


def _columns(sheet: str, cells: Cells, heading: int, known: Sequence[str], mistakes: Mistakes) -> dict[str, int]:
    by_text = {plain(name): name for name in known}
    columns: dict[str, int] = {}
    for (row, column), cell in sorted(cells.items()):
        if row != heading or not cell.text.strip():
            continue
        name = by_text.get(plain(cell.text))
        place = address(row, column)
        if name is None:
            mistakes.setting(
                sheet, place, f"“{sheet}”表的栏目“{cell.text.strip()}”无法识别。{suggestion(cell.text.strip(), known)}",
                f"可用的栏目：{'、'.join(known)}。",
            )  # fmt: skip
        elif name in columns:
            mistakes.setting(sheet, place, f"“{sheet}”表的栏目“{name}”重复。", "请只保留一列。")
        else:
            columns[name] = column
    return columns


def _rows(sheet: str, cells: Cells, columns: Mapping[str, int], numbers: Sequence[int]) -> Iterator[Row]:
    for number in numbers:
        found = {name: cells[number, column] for name, column in columns.items() if (number, column) in cells}
        yield Row(sheet, number, columns, {k: v for k, v in found.items() if v.text.strip() or v.formula})


def day_of(cell: SheetCell | None) -> date | None:
    """A day from a real date or from a text such as 2024-05-08, 2024/5/8, 2024年5月8日; else ValueError."""
    if cell is None or not cell.text.strip():
        return None
    if cell.number is not None:
        if not 36526 <= cell.number <= 73050:
            raise ValueError(cell.text)
        return date(1899, 12, 30) + timedelta(days=int(cell.number))
    folded = cell.text.strip().rstrip("日").replace("年", "-").replace("月", "-").replace("/", "-").replace(".", "-")
    year, month, day = (int(part) for part in folded.split("-"))
    return date(year, month, day)
