"""Where every operand of a form's formulas stands in the check sheets: helper cells that formulas ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.forms.form import Form, FormList, Rule
from toolkit.forms.generated import choice_range
from toolkit.forms.layout import ListPlace
from toolkit.forms.schema import FACT_TYPES
from toolkit.forms.scope import TYPED_LAST_YEAR
from toolkit.forms.selfcheck_cells import state_formula, value_formula
from toolkit.forms.selfcheck_plan import (
    FIRST,
    FIRST_LIST_COLUMN,
    PARAMETERS,
    ROW,
    Formulas,
    ListColumn,
    Single,
    has_formula,
    is_typed,
    lists_of,
)
from toolkit.office.references import column_letters, quoted_sheet
from toolkit.rules.excel import (
    BLANK,
    FAULT,
    MARK,
    Column,
    NotInSheet,
    Spot,
)
from toolkit.rules.nodes import Operand, base_type


@dataclass(frozen=True)
class Days:
    """Ranges on _参数, "" where the calendar is not known."""

    holidays: str = ""
    makeup_days: str = ""
    workdays: str = ""


@dataclass
class Builder:
    """Grows while formulas ask for operands."""

    form: Form
    counts: Mapping[str, int]
    days: Days
    formulas: Formulas
    places: Mapping[str, tuple[str, int, int]]
    singles: dict[str, Single] = field(default_factory=dict)
    parameters: dict[Operand, int] = field(default_factory=dict)
    columns: dict[str, list[ListColumn]] = field(default_factory=dict)
    next_column: int = FIRST_LIST_COLUMN
    batch_only: list[tuple[Rule, str]] = field(default_factory=list)

    # ------------------------------------------------------------ addresses

    def raw(self, name: str) -> str:
        sheet, row, column = self.places[name]
        return f"{quoted_sheet(sheet)}!${column_letters(column)}${row}"

    def line_of(self, name: str) -> int:
        return FIRST + list(self.singles).index(name)

    def parameter(self, operand: Operand) -> Spot:
        row = self.parameters.setdefault(operand, len(self.parameters) + 2)
        value, state = f"{PARAMETERS}!$B${row}", f"{PARAMETERS}!$C${row}"
        return Spot(value, "" if operand.kind in ("field", "name") else state, value)

    @property
    def period(self) -> tuple[str, str]:
        """The cells of its first and last day."""
        start, end = (self.parameter(Operand("field", name, "日期")).value for name in ("周期始", "周期末"))
        return start, end

    def single(self, name: str) -> Spot:
        row = self.rows[name]
        return Spot(f"$J${row}", f"$I${row}", self.raw(name) if name in self.places else f"$J${row}")

    @property
    def rows(self) -> dict[str, int]:
        if len(self._rows) != len(self.singles):
            self._rows = {name: FIRST + n for n, name in enumerate(self.singles)}
        return self._rows

    _rows: dict[str, int] = field(default_factory=dict)

    def take(self, list_name: str, what: str, name: str, formula: str, text: bool = False) -> ListColumn:
        column = ListColumn(column_letters(self.next_column), what, name, formula, text)
        self.next_column += 1
        self.columns.setdefault(list_name, []).append(column)
        return column

    def letters(self, list_name: str, what: str, name: str = "") -> str:
        found = (c for c in self.columns.get(list_name, ()) if (c.what, c.name) == (what, name))
        column = next(found, None)
        if column is None:
            raise NotInSheet(f"“{name}”没有辅助列。")
        return column.letters

    def stretch(self, where: ListPlace, letters: str) -> str:
        return f"${letters}${where.first_row}:${letters}${where.last_row}"


@dataclass(frozen=True)
class Operands:
    """Operands as a formula sees them: of the whole form, or (list set) of one row."""

    builder: Builder
    list: FormList | None = None
    place: ListPlace | None = None

    @property
    def holidays(self) -> str:
        return self.builder.days.holidays

    @property
    def makeup_days(self) -> str:
        return self.builder.days.makeup_days

    @property
    def workdays(self) -> str:
        return self.builder.days.workdays

    def spot(self, operand: Operand) -> Spot:
        b, name = self.builder, operand.name
        own = self.list.field(name) if self.list else None
        if operand.kind == "previous" and own and self.list:
            value, state = (b.letters(self.list.name, w, name) for w in ("previous", "previous_state"))
            return Spot(f"${value}{ROW}", f"${state}{ROW}", f"${value}{ROW}")
        if operand.kind == "previous":
            return b.parameter(operand)
        if operand.kind == "last_year":
            return b.single(f"上年:{name}") if f"上年:{name}" in b.singles else b.parameter(operand)
        if own and self.list and self.place and own.place:
            value, state = (b.letters(self.list.name, w, name) for w in ("value", "state"))
            raw = f"{quoted_sheet(self.place.sheet)}!${column_letters(self.place.columns[name])}{ROW}"
            return Spot(f"${value}{ROW}", f"${state}{ROW}", raw)
        if name in b.singles:
            return b.single(name)
        if name in FACT_TYPES:
            return b.parameter(operand)
        raise NotInSheet(f"“{name}”不在本工作簿中。")

    def column(self, operand: Operand) -> Column:
        b = self.builder
        list_name, _, name = operand.name.rpartition(".")
        where = next((p for p in lists_of(b.form, b.counts) if p.name == list_name), None)
        if where is None or name not in where.columns:
            raise NotInSheet(f"“{operand.name}”不能在表中整列引用。")
        value, state, used = (
            b.stretch(where, b.letters(list_name, *what)) for what in (("value", name), ("state", name), ("used",))
        )
        letters = column_letters(where.columns[name])
        raw = f"{quoted_sheet(where.sheet)}!${letters}${where.first_row}:${letters}${where.last_row}"
        return Column(value, state, raw, used)


# ---------------------------------------------------------------- helper cells


def single_operands(b: Builder) -> None:
    for item in b.form.fields:
        if item.place is None or not (item.is_input or ("", item.name) in b.formulas.used):
            continue
        raw, row = b.raw(item.name), FIRST + len(b.singles)
        choices = choice_range(b.form, item)
        state = state_formula(item, raw, choices, item.name in b.formulas.whole_ruled, b.period)
        value = value_formula(item, raw, f"$I${row}", choices) if ("", item.name) in b.formulas.used else ""
        b.singles[item.name] = Single(item.name, item.type, state, value)
    needed = [o for r in b.formulas.ready.values() for o in r.compiled.operands if o.kind == "last_year"]
    for operand in dict.fromkeys(needed):
        typed = b.singles.get(TYPED_LAST_YEAR + operand.name)
        if typed is None:
            continue
        row = b.rows[typed.name]
        if not typed.value:
            own = b.form.field(typed.name)
            assert own is not None
            value = value_formula(own, b.raw(typed.name), f"$I${row}", choice_range(b.form, own))
            typed = b.singles[typed.name] = Single(typed.name, typed.type, typed.state, value)
        p = b.parameter(operand)
        known = f"OR({p.state}=0,{p.state}={MARK})"
        state = f"IF(OR({known},$I${row}={BLANK}),{p.state},$I${row})"
        nothing = '""' if operand.base == "text" else "0"
        value = f"IF({known},{p.value},IF(OR($I${row}={BLANK},$I${row}={FAULT}),{nothing},$J${row}))"
        b.singles[f"上年:{operand.name}"] = Single(f"上年:{operand.name}", operand.type, state, value, last_year=True)


def list_operands(b: Builder, form_list: FormList, place: ListPlace) -> None:
    name, sheet = form_list.name, quoted_sheet(place.sheet)
    cells = {f.name: f"{sheet}!${column_letters(place.columns[f.name])}{ROW}" for f in form_list.fields if f.place}
    telling = [cells[f.name] for f in form_list.fields if f.place and not has_formula(f)]
    errors = ",".join(f"ISERROR({c})" for c in telling)
    b.take(name, "used", "", f'IF(OR({errors}),1,IF(TRIM({"&".join(telling)})="",0,1))')
    b.take(name, "open", "", "")
    for item in form_list.fields:
        used = (name, item.name) in b.formulas.used
        if not item.place or not (used or is_typed(item)):
            continue
        choices = choice_range(b.form, item)
        formula = state_formula(item, cells[item.name], choices, item.name in b.formulas.whole_ruled, b.period)
        state = b.take(name, "state", item.name, formula)
        if used:
            value = value_formula(item, cells[item.name], f"${state.letters}{ROW}", choices)
            b.take(name, "value", item.name, value, text=base_type(item.type) == "text")
    scoped = [b.formulas.ready[r.no] for r in b.form.rules if r.scope == name and r.no in b.formulas.ready]
    scoped += [r for key, r in b.formulas.ready.items() if key.startswith(f"{name}|")]
    asked = [o for r in scoped for o in r.compiled.operands if o.kind == "previous" and form_list.field(o.name)]
    for operand in dict.fromkeys(asked):
        b.take(name, "previous", operand.name, "", text=operand.base == "text")
        b.take(name, "previous_state", operand.name, "")
