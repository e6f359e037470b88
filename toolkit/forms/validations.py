"""Drop-downs, gentle type hints and input messages of an issued workbook, made from 字段."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from toolkit.forms.form import NUMBER_TYPES, Field, Form
from toolkit.forms.generated import PROMPT_LIMIT, choice_range, clipped, how, prompt_text, prompt_title
from toolkit.forms.layout import has_value, moved_row, row_cell_locked, shown
from toolkit.forms.order import Order
from toolkit.model import Value
from toolkit.office.cell_xml import legal_text
from toolkit.office.references import Growth, Rectangle, sqref_text

_FIRST_DAY, _LAST_DAY = 36526, 73050  # 2000-01-01 to 2099-12-31 as serials
_LIMIT = 999_999_999_999
_MOST_PAST = 100  # characters of last period's value in a message
_MOST_WRITTEN = 64
_MOST_AREAS = 200  # areas of one sqref; Excel's own limit is far higher, older programs are slow with more


@dataclass(frozen=True)
class ValidationPlan:
    """What one sheet needs: `checks` by field name (already XML), fields with their template cells."""

    sheet: str
    singles: tuple[tuple[Field, int, int, tuple[str, str]], ...]  # field, row, column, (attributes, formulas)
    list_name: str = ""
    columns: tuple[tuple[Field, int, tuple[str, str]], ...] = ()  # field, column, (attributes, formulas)
    by_task: bool = False
    written: dict[tuple[object, ...], str] = field(default_factory=dict, compare=False)  # of singles, as last asked for


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
    shut = frozenset(f.name for f, *_ in plan.singles if f.name in order.locked)
    before = tuple(shown(order.previous.get(f.name)) for f, *_ in plan.singles if f.compare)
    key = (shut, before, growth.get(plan.sheet))
    if key not in plan.written:
        if len(plan.written) >= _MOST_WRITTEN:
            plan.written.clear()
        plan.written[key] = _xml(_single_cells(plan, order, growth))
    if not plan.list_name or not (order.rows.get(plan.list_name) or not plan.by_task):
        return plan.written[key]
    return plan.written[key] + _xml(_list_cells(plan, order, growth[plan.sheet][0], count))


Cells = dict[tuple[str, str], list[Rectangle]]
"""Blocks by (attributes, formulas)."""


def _xml(cells: Cells) -> str:
    return "".join(
        f'<dataValidation{attributes} allowBlank="1" sqref="{sqref_text(tuple(part))}">{formulas}</dataValidation>'
        for (attributes, formulas), blocks in cells.items()
        for part in _parts(_joined(blocks))
    )


def _single_cells(plan: ValidationPlan, order: Order, growth: Growth) -> Cells:
    cells: Cells = {}
    for item, row, column, check in plan.singles:
        if item.name not in order.locked:
            at = moved_row(plan.sheet, row, growth)
            key = _key(check, item, order.previous.get(item.name))
            cells.setdefault(key, []).append((at, column, at, column))
    return cells


def _list_cells(plan: ValidationPlan, order: Order, tag_row: int, count: int) -> Cells:
    cells: Cells = {}
    ordered = order.rows.get(plan.list_name, ())
    rows = [*ordered[:count], *((None,) * (count - len(ordered)))]
    for item, column, check in plan.columns:
        same = _key(check, item, None)
        for at, row in enumerate(rows, start=tag_row):
            if row_cell_locked(item, row):
                continue
            before = row.previous.get(item.name) if row and item.compare else None
            key = _key(check, item, before) if has_value(before) else same
            cells.setdefault(key, []).append((at, column, at, column))
    return cells


def _key(check: tuple[str, str], item: Field, before: Value) -> tuple[str, str]:
    """Attributes with the input message, and formulas. Every input says how it is filled; last period's value keeps its
    place however long the instruction is."""
    text = how(item)
    if item.compare and has_value(before):
        past = clipped(f"上期：{shown(before)}", _MOST_PAST)
        text = f"{clipped(text, PROMPT_LIMIT - _MOST_PAST - 1)}\n{past}".strip()
    return check[0] + _message(item.label, text), check[1]


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
