"""Master + order → the workbook of one unit and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from toolkit.forms.form import Field, FormList
from toolkit.forms.generated import ticket_sheet
from toolkit.forms.layout import (
    growth,
    has_value,
    layout_text,
    row_cell_locked,
    row_counts,
    shown,
    single_locked,
    ticket_values,
)
from toolkit.forms.master import Master, Slot, compile_master
from toolkit.forms.order import Order, OrderRow
from toolkit.forms.selfcheck import check_parts
from toolkit.forms.totals import Given, Result, Total, compute
from toolkit.forms.validations import validations_xml
from toolkit.model import Value
from toolkit.office.cell_xml import cell_body, cell_xml, formula_xml, result_xml
from toolkit.office.package import Part
from toolkit.office.references import Growth, column_letters, grow, in_list_row
from toolkit.office.sheet_attached import moved
from toolkit.office.sheet_edit import Gap, SheetTemplate, put_together, text_height
from toolkit.office.workbook import custom_part, custom_properties, grown_workbook

__all__ = ["Master", "compile_master", "stamp"]


def stamp(master: Master, order: Order) -> bytes:
    """The issued workbook as bytes that depend on master and order alone.

    Parts that nothing touches are the template's own, byte for byte. Every computed field carries its value.
    """
    form = master.form
    counts = row_counts(form, order)
    grown = growth(form, counts)
    results = compute(master.totals, _given(order), _lookup(order)) if master.totals else {}
    lists = {x.sheet: x for x in form.lists}
    changes: dict[str, bytes | Part | None] = {}
    for sheet in master.sheets:
        form_list = lists.get(sheet.name)
        plan = master.plans.get(sheet.name)
        count = counts[form_list.name] if form_list else 0
        checks = validations_xml(plan, order, grown, count) if plan else ""
        writer = _Writer(master, order, sheet, form_list, grown, results)
        changes[sheet.part] = Part.joined(put_together(sheet, grown, checks, writer.write))
    for attached in master.attached:
        changes[attached.part] = moved(attached, grown[attached.sheet][1])
    workbook = master.package.workbook_part
    changes[workbook] = _workbook(master.package.read(workbook), tuple((s, *grown[s]) for s in sorted(grown)))
    changes[master.ticket_part] = ticket_sheet(order.ticket, counts, master.ticket_style)
    changes |= _checks(master, order, counts, results)
    properties = custom_part(master.package)
    changes[properties] = custom_properties(master.package.read(properties), ticket_values(order.ticket))
    return master.package.with_parts(changes).to_bytes()


def _checks(
    master: Master, order: Order, counts: Mapping[str, int], results: Mapping[str, Result]
) -> dict[str, bytes | Part]:
    """自检 and its helper sheets."""
    if master.checks is None:
        return {}

    def of_row(form_list: FormList, ordered: OrderRow | None) -> dict[str, Value]:
        totals = master.row_totals[form_list.name]
        values = {**_given(order), **(ordered.values if ordered else {})}
        found = compute(totals, values, _Lookup(order, ordered))
        return {t.name: _of(found[t.name]) if _reads_something(t, values) else "" for t in totals}

    totals = {name: _of(result) for name, result in results.items()}
    return check_parts(master.checks, master.form, order, counts, totals, of_row)


def _of(result: Result) -> Value:
    """A computed cell as it reads: a failed one holds an error value."""
    return "#VALUE!" if result.failed else result.value


@lru_cache(maxsize=256)
def _workbook(data: bytes, grown: tuple[tuple[str, int, int], ...]) -> bytes:
    return grown_workbook(data, {sheet: (tag_row, added) for sheet, tag_row, added in grown})


def _given(order: Order) -> dict[str, Value]:
    return {k: v for k, v in order.values.items() if has_value(v)}


@dataclass(frozen=True)
class _Lookup:
    """Operands of computed cells beside the fields that carry a value: blank fields, facts, other periods."""

    order: Order
    row: OrderRow | None = None

    def __call__(self, kind: str, name: str) -> Given:
        if kind == "previous":
            return self.row.previous.get(name) if self.row else self.order.previous.get(name)
        if kind == "last_year":
            return self.order.last_year.get(name)
        if kind == "column":
            return ()
        return self.order.tags.get(name, "")


def _lookup(order: Order) -> _Lookup:
    return _Lookup(order)


class _Writer:
    """Writes the gaps of one sheet."""

    def __init__(
        self, master: Master, order: Order, sheet: SheetTemplate, form_list: FormList | None, grown: Growth,
        results: Mapping[str, Result],
    ) -> None:  # fmt: skip
        self.master = master
        self.order = order
        self.sheet = sheet.name
        self.form_list = form_list
        self.grown = grown
        self.results = results
        self.slots = master.slots[sheet.name]
        self.rows = order.rows.get(form_list.name, ()) if form_list else ()
        self.wrapped = [(name, column, int(column.room // 2)) for name, column in master.wrapped.get(sheet.name, ())]
        self.lowest = max((text_height("", column) for _, column, _ in self.wrapped), default=0.0)
        self.plain = {
            column: (slot.field.name, column_letters(column), slot.open, slot.shut, slot.field.locked)
            for (row, column), slot in self.slots.items()
            if form_list and row == form_list.tag_row and slot.field and slot.field.list_name
            and not slot.shade and not slot.formula
        }  # fmt: skip
        self.tag_row = form_list.tag_row if form_list else 0

    def write(self, gap: Gap, row: int, copy: int) -> str:
        if gap.row == self.tag_row and (plain := self.plain.get(gap.column)):
            return self._plain_cell(*plain, row, self.rows[copy] if copy < len(self.rows) else None)
        if not gap.column:
            return self._height(copy)
        slot = self.slots[gap.row, gap.column]
        field = slot.field
        if field is None:
            return cell_xml(row, gap.column, slot.shut, self._layout(slot.tag))
        if field.list_name:
            return self._list_cell(slot, field, gap, row, copy)
        shut = single_locked(field, self.order)
        style = slot.shut if shut else slot.open
        if slot.shade:
            return cell_xml(row, gap.column, style, None)
        if slot.formula:
            result = self.results[field.name]
            formula = grow(slot.formula, self.sheet, self.grown)
            return formula_xml(row, gap.column, style, formula, result_xml(result.value, failed=result.failed))
        return cell_xml(row, gap.column, style, self.order.values.get(field.name))

    def _layout(self, tag: str) -> Value:
        """A cell that is one tag keeps a number a number; everything else is text."""
        value = self.order.tags.get(tag)
        if "{{" in tag or value is None or isinstance(value, str | date):
            return layout_text(tag, self.order.tags)
        return value

    def _plain_cell(
        self, name: str, letters: str, opened: int, shut: int, lock: str, row: int, ordered: OrderRow | None
    ) -> str:
        """A list cell that is no more than a value; the same as `_list_cell`, for the thousands there are."""
        if ordered is None:
            by_task = self.form_list is not None and self.form_list.by_task
            return f'<c r="{letters}{row}" s="{shut if lock == "是" or by_task else opened}"/>'
        value = ordered.values.get(name)
        locked = lock == "是" or ordered.locked or (lock == "有值时" and has_value(value))
        return f'<c r="{letters}{row}" s="{shut if locked else opened}"{cell_body(value)}'

    def _list_cell(self, slot: Slot, field: Field, gap: Gap, row: int, copy: int) -> str:
        assert self.form_list is not None
        ordered = self.rows[copy] if copy < len(self.rows) else None
        if ordered is None:
            shut, value = self.form_list.by_task or row_cell_locked(field, None), None
        else:
            shut, value = row_cell_locked(field, ordered), ordered.values.get(field.name)
        style = slot.shut if shut else slot.open
        if slot.shade:
            return cell_xml(row, gap.column, style, None)
        if slot.formula and not has_value(value):
            formula = in_list_row(slot.formula, self.sheet, self.grown, copy)
            result = self._row_result(field.name, ordered)
            return formula_xml(row, gap.column, style, formula, result_xml(result.value, failed=result.failed))
        return cell_xml(row, gap.column, style, value)

    def _height(self, copy: int) -> str:
        """As high as its longest wrapped text needs. Not fixed: it grows on while people type."""
        if not self.wrapped:
            return ""
        values = self.rows[copy].values if copy < len(self.rows) else {}
        highest = self.lowest
        for name, column, one_line in self.wrapped:
            value = values.get(name)
            text = value if isinstance(value, str) else shown(value)
            if len(text) > one_line or "\n" in text:
                highest = max(highest, text_height(text, column))
        return f' ht="{highest:.6g}"'

    def _row_result(self, name: str, ordered: OrderRow | None) -> Result:
        assert self.form_list is not None
        totals = self.master.row_totals[self.form_list.name]
        values = {**_given(self.order), **(ordered.values if ordered else {})}
        if not _reads_something(next(t for t in totals if t.name == name), values):
            return Result("")
        return compute(totals, values, _Lookup(self.order, ordered))[name]


def _reads_something(total: Total, values: Mapping[str, Value]) -> bool:
    return any(o.kind == "field" and has_value(values.get(o.name)) for o in total.compiled.operands)
