"""Drop-downs, gentle type hints and input messages of an issued workbook, made from 字段."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.forms.form import NUMBER_TYPES, Field, Form
from toolkit.forms.generated import choice_range, prompt_text, prompt_title
from toolkit.forms.layout import has_value, moved_row, row_cell_locked, shown
from toolkit.forms.order import Order
from toolkit.model import Value
from toolkit.office.cell_xml import legal_text
from toolkit.office.references import Growth, Rectangle, sqref_text

_FIRST_DAY, _LAST_DAY = 36526, 73050  # 2000-01-01 to 2099-12-31 as serials
_LIMIT = 999_999_999_999
_MOST_AREAS = 200  # areas of one sqref; Excel's own limit is far higher, older programs are slow with more


@dataclass(frozen=True)
class ValidationPlan:
    """What one sheet needs: `checks` by field name (already XML), fields with their template cells."""

    sheet: str
    singles: tuple[tuple[Field, int, int, tuple[str, str]], ...]  # field, row, column, (attributes, formulas)
    list_name: str = ""
    columns: tuple[tuple[Field, int, tuple[str, str]], ...] = ()  # field, column, (attributes, formulas)
    by_task: bool = False


def plan_validations(form: Form, sheet: str) -> ValidationPlan:
    singles = tuple(
        (f, f.place.row, f.place.column, _check(form, f))
        for f in form.fields
        if f.place and f.place.sheet == sheet and f.is_input
    )
    form_list = next((x for x in form.lists if x.sheet == sheet), None)
    if form_list is None:
        return ValidationPlan(sheet, singles)
    columns = tuple((f, f.place.column, _check(form, f)) for f in form_list.fields if f.place and f.is_input)
    return ValidationPlan(sheet, singles, form_list.name, columns, form_list.by_task)


def _check(form: Form, field: Field) -> tuple[str, str]:
    """(attributes, formulas) of the check itself. Only drop-downs may stop; numbers and days warn and can be kept."""
    choices = choice_range(form, field)
    if choices:
        strict = field.type in ("选项", "是否")
        error = _error("请从下拉列表中选择。") if strict else ' showErrorMessage="0"'
        return f' type="list"{error}', f"<formula1>{legal_text(choices)}</formula1>"
    if field.type in NUMBER_TYPES:
        kind = "whole" if field.type == "整数" else "decimal"
        wanted = "整数" if kind == "whole" else "数字"
        error = _error(f"此处应填{wanted}，单位和文字请不要写在数字里。确需保留请选“是”。")
        bounds = f"<formula1>-{_LIMIT}</formula1><formula2>{_LIMIT}</formula2>"
        return f' type="{kind}" errorStyle="warning"{error}', bounds
    if field.type == "日期":
        error = _error("此处应填日期，如2024-05-08。确需保留请选“是”。")
        bounds = f"<formula1>{_FIRST_DAY}</formula1><formula2>{_LAST_DAY}</formula2>"
        return f' type="date" errorStyle="warning"{error}', bounds
    return "", ""


def _error(text: str) -> str:
    return f' showErrorMessage="1" errorTitle="请核对" error="{prompt_text(text)}"'


def validations_xml(plan: ValidationPlan, order: Order, growth: Growth, count: int) -> str:
    """The <dataValidation> elements of one sheet at issued addresses; cells that need the same share one."""
    cells: dict[tuple[str, str], list[Rectangle]] = {}
    for field, row, column, check in plan.singles:
        if field.name not in order.locked:
            at = moved_row(plan.sheet, row, growth)
            key = _key(check, field, order.previous.get(field.name))
            cells.setdefault(key, []).append((at, column, at, column))
    if plan.list_name and (order.rows.get(plan.list_name) or not plan.by_task):
        _list_cells(plan, order, growth[plan.sheet][0], count, cells)
    return "".join(
        f'<dataValidation{attributes} allowBlank="1" sqref="{sqref_text(tuple(part))}">{formulas}</dataValidation>'
        for (attributes, formulas), blocks in cells.items()
        if attributes
        for part in _parts(_joined(blocks))
    )


def _list_cells(
    plan: ValidationPlan, order: Order, tag_row: int, count: int, cells: dict[tuple[str, str], list[Rectangle]]
) -> None:
    rows = order.rows.get(plan.list_name, ())
    for field, column, check in plan.columns:
        for copy in range(count):
            row = rows[copy] if copy < len(rows) else None
            if row_cell_locked(field, row):
                continue
            before = row.previous.get(field.name) if row else None
            at = tag_row + copy
            cells.setdefault(_key(check, field, before), []).append((at, column, at, column))


def _key(check: tuple[str, str], field: Field, before: Value) -> tuple[str, str]:
    """Attributes with the input message, and formulas; ("", "") when a cell needs nothing."""
    text = field.guide
    if field.compare and has_value(before):
        text = f"{text}\n上期：{shown(before)}".strip()
    if not text:
        return check
    return check[0] + _message(field.label, text), check[1]


@lru_cache(maxsize=4096)
def _message(title: str, text: str) -> str:
    return f' showInputMessage="1" promptTitle="{prompt_title(title)}" prompt="{prompt_text(text)}"'


def _joined(blocks: Sequence[Rectangle]) -> list[Rectangle]:
    """Cells below each other as one block."""
    out: list[Rectangle] = []
    for block in blocks:
        last = out[-1] if out else None
        if last and last[1] == block[1] and last[3] == block[3] and last[2] + 1 == block[0]:
            out[-1] = (last[0], last[1], block[2], last[3])
        else:
            out.append(block)
    return out


def _parts(blocks: list[Rectangle]) -> list[list[Rectangle]]:
    return [blocks[n : n + _MOST_AREAS] for n in range(0, len(blocks), _MOST_AREAS)]


def input_cells(plan: ValidationPlan, tag_row: int) -> frozenset[tuple[int, int]]:
    """Template cells whose validation is ours."""
    singles = {(row, column) for _, row, column, _ in plan.singles}
    return frozenset(singles | {(tag_row, column) for _, column, _ in plan.columns})
