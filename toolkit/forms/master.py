"""Form → master, once per edition: the template's own package with tags turned into gaps, definition sheets out,
generated sheets in. `issue.stamp` then makes one unit's workbook from it in a few milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.calendar import WorkCalendar
from toolkit.forms import selfcheck
from toolkit.forms.form import (
    CHOICES_SHEET,
    DEFINITION_SHEETS,
    EXPLANATION_LIST,
    GUIDE_SHEET,
    NUMBER_TYPES,
    TICKET_SHEET,
    Field,
    Form,
    FormList,
    Rule,
)
from toolkit.forms.generated import (
    GIVEN_FILL,
    INPUT_FILL,
    REPEATED_ROWS,
    Look,
    choices_sheet,
    explanation_sheet,
    guide_sheet,
    ticket_sheet,
)
from toolkit.forms.order import ticket
from toolkit.forms.totals import Total, formula_of, totals_of
from toolkit.forms.validations import ValidationPlan, input_cells, plan_validations
from toolkit.office.package import Package, PackageError
from toolkit.office.references import address, column_letters, quoted_sheet, rectangles
from toolkit.office.shared_strings import without_unused_strings
from toolkit.office.sheet_attached import Attached, attached_parts
from toolkit.office.sheet_edit import (
    Gap,
    SheetTemplate,
    WrappedColumn,
    put_together,
    take_apart,
    wrapped_columns,
)
from toolkit.office.sheet_order import with_sheet_second
from toolkit.office.sheet_read import cell_styles
from toolkit.office.sheet_shell import TakeApart
from toolkit.office.styles import DATE_FORMAT, TEXT_FORMAT, Styles
from toolkit.office.workbook import NewSheet, SheetEntry, replace_sheets, sheet_entries, with_custom_part, with_names

Cell = tuple[int, int]


@dataclass(frozen=True)
class Slot:
    """What a gap becomes. `tag`: a layout text; else `field` of the form (`shade`: only its style, the rest of a
    merged block). `open` and `shut` are the styles for unlocked and locked."""

    open: int
    shut: int
    tag: str = ""
    field: Field | None = None
    shade: bool = False
    formula: str = ""  # of a computed field, at template addresses


@dataclass(frozen=True)
class Master:
    """Everything about a form's edition that does not depend on the unit."""

    form: Form
    package: Package
    sheets: tuple[SheetTemplate, ...]
    slots: Mapping[str, Mapping[Cell, Slot]]
    plans: Mapping[str, ValidationPlan]
    totals: tuple[Total, ...]
    row_totals: Mapping[str, tuple[Total, ...]]
    attached: tuple[Attached, ...]
    wrapped: Mapping[str, tuple[tuple[str, WrappedColumn], ...]]  # by list sheet: fields that make a row higher
    ticket_part: str
    ticket_style: int
    checks: selfcheck.Checks | None = None


def compile_master(form: Form, *, office: str, phone: str, calendar: WorkCalendar | None = None) -> Master:
    """The master of a form that read_form has passed. `office` and `phone` stand on the sheet 填报说明; without
    `calendar` rules about working days are left to the batch."""
    template = Package.open(form.source)
    styles_part = template.related(template.workbook_part, "styles")
    if styles_part is None:
        raise PackageError("工作簿缺少单元格格式定义")
    styles = Styles(template.read(styles_part))
    look = Look.of(styles)
    page = selfcheck.look_of(styles) if selfcheck.ENABLED else None
    added = selfcheck.new_sheets() if page else ()
    left = tuple(rule for rule, _ in selfcheck.batch_only(form, calendar)) if page else ()
    package = replace_sheets(template, DEFINITION_SHEETS, (*added, *_generated(form, office, phone, look, left)))
    package = with_custom_part(package)
    entries = sheet_entries(package)
    plans = {s.name: plan_validations(form, s.name) for s in form.sheets}
    slots: dict[str, dict[Cell, Slot]] = {}
    wrapped: dict[str, tuple[tuple[str, WrappedColumn], ...]] = {}
    sheets: list[SheetTemplate] = []
    first = next(e.name for e in entries if e.state == "visible")
    for entry in entries[: len(entries) - len(_GENERATED) - len(added)]:
        if entry.kind != "worksheet" or (entry.state != "visible" and b"<f" not in package.read(entry.part)):
            continue
        slots[entry.name] = _slots(form, entry.name, package.read(entry.part), styles)
        wrapped |= {x.sheet: _wrapped(x, package.read(entry.part), styles) for x in form.lists if x.sheet == entry.name}
        xml = package.read(entry.part)
        xml = selfcheck.with_colours(xml, form, entry.name, template.read(styles_part)) if page else xml
        sheets.append(_taken_apart(form, entry, xml, slots[entry.name], plans.get(entry.name), styles, first))
    fixed = {s.part: b"".join(put_together(s, {}, "", _no_gap)) for s in sheets if _is_fixed(s)}
    moving = tuple(s for s in sheets if s.part not in fixed)
    painted = styles.to_bytes()
    if page:
        painted, page = selfcheck.painted(painted, page)
        package = with_sheet_second(package, selfcheck.PAGE_SHEET)
    package = with_names(package, selfcheck.names_of(form) if page else {}, REPEATED_ROWS)
    package = package.with_parts({styles_part: painted, **fixed})
    package = without_unused_strings(
        package, {s.part: b"".join(put_together(s, _grown(form), "", _blank)) for s in moving}
    )
    return Master(
        form=form,
        package=package,
        sheets=moving,
        slots=slots,
        plans=plans,
        totals=totals_of(form),
        row_totals={x.name: totals_of(form, x.name) for x in form.lists},
        attached=_attached(form, package, entries),
        wrapped=wrapped,
        ticket_part=entries[-1].part,
        ticket_style=look.hidden,
        checks=selfcheck.checks_of(form, {e.name: e.part for e in entries}, page, calendar) if page else None,
    )


_GENERATED = (GUIDE_SHEET, EXPLANATION_LIST, CHOICES_SHEET, TICKET_SHEET)


def _generated(form: Form, office: str, phone: str, look: Look, batch_only: tuple[Rule, ...]) -> tuple[NewSheet, ...]:
    """The sheets of _GENERATED, in that order."""
    empty = ticket(form.id, form.edition, "", "", "")
    return (
        NewSheet(GUIDE_SHEET, guide_sheet(form, office, phone, look, batch_only)),
        NewSheet(EXPLANATION_LIST, explanation_sheet(look)),
        NewSheet(CHOICES_SHEET, choices_sheet(form, look), hidden=True),
        NewSheet(TICKET_SHEET, ticket_sheet(empty, {}, look.hidden), hidden=True),
    )


def _no_gap(gap: Gap, row: int, copy: int) -> str:
    raise AssertionError(f"{gap} in a sheet that has none")


def _blank(gap: Gap, row: int, copy: int) -> str:
    if not gap.column:
        return ""
    return f'<c r="{address(row, gap.column)}"/>'


def _grown(form: Form) -> dict[str, tuple[int, int]]:
    return {x.sheet: (x.tag_row, 0) for x in form.lists}


def _is_fixed(sheet: SheetTemplate) -> bool:
    return not sheet.tag_row and not sheet.mentions and not any(isinstance(p, Gap) for p in sheet.head)


def _attached(form: Form, package: Package, entries: Sequence[SheetEntry]) -> tuple[Attached, ...]:
    parts = {entry.name: entry.part for entry in entries}
    return tuple(a for x in form.lists for a in attached_parts(package, parts[x.sheet], x.sheet, x.tag_row))


# ---------------------------------------------------------------- one sheet


def _taken_apart(
    form: Form, entry: SheetEntry, xml: bytes, slots: Mapping[Cell, Slot], plan: ValidationPlan | None,
    styles: Styles, first: str,
) -> SheetTemplate:  # fmt: skip
    tag_rows = {x.sheet: x.tag_row for x in form.lists}
    wanted = TakeApart(
        name=entry.name,
        part=entry.part,
        tag_rows=tag_rows,
        gaps=frozenset(slots),
        inputs=input_cells(plan, tag_rows.get(entry.name, 0)) if plan else frozenset(),
        styles={place: slot.shut for place, slot in slots.items()},
        lock=lambda style: styles.variant(style, locked=True),
        gone=frozenset(DEFINITION_SHEETS),
        active=entry.name == first,
    )
    return take_apart(xml, wanted)


def _wrapped(form_list: FormList, xml: bytes, styles: Styles) -> tuple[tuple[str, WrappedColumn], ...]:
    names = {f.place.column: f.name for f in form_list.fields if f.place}
    found = wrapped_columns(xml, form_list.tag_row, styles)
    return tuple((names[c.column], c) for c in found if c.column in names)


def _slots(form: Form, sheet: str, xml: bytes, styles: Styles) -> dict[Cell, Slot]:
    """Every cell of the sheet that stamping writes."""
    stored, merges = cell_styles(xml)
    layout = next((s for s in form.sheets if s.name == sheet), None)
    slots: dict[Cell, Slot] = {}
    for place, tag in (layout.tags if layout else {}).items():
        shut = styles.variant(stored.get(place, 0), locked=True)
        slots[place] = Slot(shut, shut, tag=tag)
    fields = [*form.fields, *(f for x in form.lists for f in x.fields)]
    own = {(f.place.row, f.place.column): f for f in fields if f.place and f.place.sheet == sheet}
    for place, field in own.items():
        slots[place] = _input_slot(field, stored.get(place, 0), styles, _address_formula(form, field))
    for block in merges:
        top, left, bottom, right = rectangles(block)[0]
        if (top, left) in own:
            rest = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1) if (r, c) != (top, left)]
            for place in rest:
                slot = _input_slot(own[top, left], stored.get(place, stored.get((top, left), 0)), styles, "")
                slots[place] = Slot(slot.open, slot.shut, field=slot.field, shade=True)
    return slots


def _input_slot(field: Field, base: int, styles: Styles, formula: str) -> Slot:
    """Open: unlocked, with a light fill where the office gave none. Shut: what looks like an input looks so no more.
    Both ways General becomes the type's format."""
    general = DATE_FORMAT if field.type == "日期" else None if field.type in NUMBER_TYPES else TEXT_FORMAT
    return Slot(
        open=styles.variant(base, locked=False, fill=INPUT_FILL, general_as=general),
        shut=styles.variant(base, locked=True, general_as=general, instead=(INPUT_FILL, GIVEN_FILL)),
        field=field,
        formula=formula,
    )


def _address_formula(form: Form, field: Field) -> str:
    """A computed field's formula at template addresses; "" for any other field.

    In a list row it stays blank while nothing that it reads is filled.
    """
    from toolkit.rules.formula import addressed

    text = formula_of(field)
    if not text or field.place is None:
        return ""
    total = next(t for t in totals_of(form, field.list_name) if t.name == field.name)
    read: list[str] = []

    def where(name: str) -> str:
        read.append(_place_text(form, field, name))
        return read[-1]

    written = addressed(text, total.schema, where)
    return f'IF(COUNTA({",".join(dict.fromkeys(read))})=0,"",{written})' if field.list_name and read else written


def _place_text(form: Form, field: Field, name: str) -> str:
    form_list = form.list(field.list_name) if field.list_name else None
    column = form_list.field(name) if form_list else None
    target = column or form.field(name)
    assert target is not None and target.place is not None and field.place is not None  # read_form has seen to it
    letters = column_letters(target.place.column)
    cell = f"{letters}{target.place.row}" if column or not form_list else f"${letters}${target.place.row}"
    return cell if target.place.sheet == field.place.sheet else f"{quoted_sheet(target.place.sheet)}!{cell}"
