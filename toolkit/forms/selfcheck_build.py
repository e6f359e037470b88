"""Form → plan of its check sheets: every operand gets its helper cells, every rule its formula, or 仅批处理."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.findings import Level
from toolkit.forms.form import Field, Form, FormList, Rule
from toolkit.forms.generated import choice_range
from toolkit.forms.layout import ListPlace
from toolkit.forms.schema import FACT_TYPES
from toolkit.forms.scope import TYPED_LAST_YEAR
from toolkit.forms.selfcheck_cells import state_formula, value_formula
from toolkit.forms.selfcheck_plan import (
    EMPTY_BOOK,
    EXPLAINED,
    FIRST,
    FIRST_LIST_COLUMN,
    PARAMETERS,
    REQUIRED,
    ROW,
    Formulas,
    Kind,
    Line,
    ListColumn,
    ListPlan,
    Plan,
    Single,
    all_places,
    by_gravity,
    formulas_of,
    has_formula,
    is_free,
    is_typed,
    likely,
    lists_of,
    rule_kind,
    type_kind,
)
from toolkit.office.references import column_letters, quoted_sheet
from toolkit.rules.excel import (
    BLANK,
    DOUBTFUL,
    FAULT,
    MARK,
    Column,
    NotInSheet,
    Spot,
    is_true,
    over_cells,
    rule_code,
    runs,
)
from toolkit.rules.nodes import Call, Compare, Node, Operand, base_type, operands

Found = list[tuple[Kind, Line]]


@dataclass(frozen=True)
class Days:
    """Ranges on _参数, "" where the calendar is not known."""

    holidays: str = ""
    makeup_days: str = ""
    workdays: str = ""


@dataclass
class _Builder:
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
class _Sheet:
    """Operands as a formula sees them: of the whole form, or (list set) of one row."""

    builder: _Builder
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
        raise NotInSheet(f"“{name}”不在表中。")

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


def build(form: Form, counts: Mapping[str, int], days: Days) -> Plan:
    """The plan for lists of these lengths."""
    formulas = formulas_of(form)
    b = _Builder(form, counts, days, formulas, all_places(form, counts))
    _singles(b)
    for form_list, place in zip(form.lists, lists_of(form, counts), strict=True):
        _list_operands(b, form_list, place)
    found: Found = [*_empty(b), *_single_lines(b)]
    for form_list, place in zip(form.lists, lists_of(form, counts), strict=True):
        found += _list_lines(b, form_list, place)
    for rule in form.rules:
        if rule.no in formulas.ready:
            found += _whole_rule(b, rule) if not rule.scope else _row_rule(b, rule)
    ordered = by_gravity(found)
    kinds = tuple(dict.fromkeys(kind for kind, _ in ordered))
    number = {kind: n for n, kind in enumerate(kinds, start=1)}
    lines = tuple(Line(**{**line.__dict__, "kind": number[kind]}) for kind, line in ordered)
    lists = tuple(ListPlan(p.name, p, tuple(b.columns.get(p.name, ()))) for p in lists_of(form, counts))
    return Plan(
        form, kinds, lines, tuple(b.singles.values()), lists, tuple(b.parameters), formulas.ready,
        whole_ruled=formulas.whole_ruled, batch_only=tuple(b.batch_only),
    )  # fmt: skip


# ---------------------------------------------------------------- operands


def _singles(b: _Builder) -> None:
    for item in b.form.fields:
        if item.place is None or not (item.is_input or ("", item.name) in b.formulas.used):
            continue
        raw, row = b.raw(item.name), FIRST + len(b.singles)
        choices = choice_range(b.form, item)
        state = state_formula(item, raw, choices, item.name in b.formulas.whole_ruled)
        value = value_formula(item, raw, f"$I${row}", choices) if ("", item.name) in b.formulas.used else ""
        b.singles[item.name] = Single(item.name, item.type, state, value)
    needed = [o for r in b.formulas.ready.values() for o in r.compiled.operands if o.kind == "last_year"]
    for operand in dict.fromkeys(needed):
        typed = b.singles.get(TYPED_LAST_YEAR + operand.name)
        if typed is None:
            continue
        row = b.rows[typed.name]
        if not typed.value:
            item = b.form.field(typed.name)
            assert item is not None
            value = value_formula(item, b.raw(typed.name), f"$I${row}", choice_range(b.form, item))
            typed = b.singles[typed.name] = Single(typed.name, typed.type, typed.state, value)
        p = b.parameter(operand)
        known = f"OR({p.state}=0,{p.state}={MARK})"
        state = f"IF(OR({known},$I${row}={BLANK},$I${row}={FAULT}),{p.state},$I${row})"
        nothing = '""' if operand.base == "text" else "0"
        value = f"IF({known},{p.value},IF(OR($I${row}={BLANK},$I${row}={FAULT}),{nothing},$J${row}))"
        b.singles[f"上年:{operand.name}"] = Single(f"上年:{operand.name}", operand.type, state, value, last_year=True)


def _list_operands(b: _Builder, form_list: FormList, place: ListPlace) -> None:
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
        formula = state_formula(item, cells[item.name], choices, item.name in b.formulas.whole_ruled)
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


# ---------------------------------------------------------------- what single cells must be


def _target(b: _Builder, name: str) -> str:
    sheet, row, column = b.places[name]
    return f"{quoted_sheet(sheet)}!{column_letters(column)}{row}"


def _empty(b: _Builder) -> Found:
    """One item for a workbook in which nobody has written anything."""
    free = [f for f in b.form.fields if f.name in b.singles and is_free(f)]
    parts = [f"ROWS({r})-COUNTIF({r},{BLANK})" for r in runs(f"$I${b.rows[f.name]}" for f in free)]
    for form_list, place in zip(b.form.lists, lists_of(b.form, b.counts), strict=True):
        opened = b.stretch(place, b.letters(form_list.name, "open"))
        for item in form_list.fields:
            if item.place and is_free(item):
                states = b.stretch(place, b.letters(form_list.name, "state", item.name))
                parts.append(f"SUMPRODUCT({opened}*({states}<>{BLANK}))")
    if not parts:
        return []
    first = next((f for f in b.form.fields if f.is_input and f.name in b.places), None)
    place0 = lists_of(b.form, b.counts)
    target = _target(b, first.name) if first else f"{quoted_sheet(place0[0].sheet)}!A{place0[0].first_row}"
    filled = f'{"+".join(parts)}+SUMPRODUCT(({EXPLAINED}<>"")*1)'
    return [(EMPTY_BOOK, Line(0, ("empty",), f"IF({filled}>0,0,1)", target))]


def _single_lines(b: _Builder) -> Found:
    found: Found = []
    for item in b.form.fields:
        if item.name not in b.singles or not item.is_input:
            continue
        state, target = f"$I${b.rows[item.name]}", _target(b, item.name)
        kind = _kind_of(b, item)
        found.append((kind, Line(0, ("type", item.name), f"IF({state}>={DOUBTFUL},1,0)", target, label=item.label)))
        if item.required != "否":
            asked = _required(b, item, _Sheet(b), f"|{item.name}")
            blank = _is_blank(item, state)
            line = Line(0, ("required", item.name), f"IF({blank},{asked},0)", target, label=item.label)
            found.append((REQUIRED, line))
    return found


def _kind_of(b: _Builder, item: Field) -> Kind:
    if item.type in ("选项", "多选", "是否") and not choice_range(b.form, item):
        return type_kind(Field(item.name, item.label, "文本"))
    return type_kind(item)


def _is_blank(item: Field, state: str) -> str:
    return f"OR({state}={BLANK},{state}={MARK})" if item.type == "日期" else f"{state}={BLANK}"


def _required(b: _Builder, item: Field, sheet: _Sheet, key: str) -> str:
    """1 where the field must be filled. A condition that no sheet can hold is asked as if it were true."""
    ready = b.formulas.ready.get(key)
    if ready is None:
        return "1"
    try:
        return is_true(ready.node, sheet)
    except NotInSheet:
        return "1"


# ---------------------------------------------------------------- lists


def _list_lines(b: _Builder, form_list: FormList, place: ListPlace) -> Found:
    name, sheet = form_list.name, quoted_sheet(place.sheet)
    rows = _Sheet(b, form_list, place)
    found: Found = []
    rest: list[str] = []
    for item in form_list.fields:
        if not item.place or not item.is_input:
            continue
        letters = column_letters(place.columns[item.name])
        states = next((c for c in b.columns[name] if (c.what, c.name) == ("state", item.name)), None)
        if states is None:
            rest.append(f"{sheet}!${letters}{ROW}")
            continue
        block = b.stretch(place, states.letters)
        first = f"MIN(IFERROR(MATCH({DOUBTFUL},{block},0),9999),IFERROR(MATCH({FAULT},{block},0),9999))"
        found.append((_kind_of(b, item), _list_line(("list-type", name, item.name), f'COUNTIF({block},">={DOUBTFUL}")',
                                                    place, letters, first, item.label)))  # fmt: skip
        if item.required != "否":
            asked = _required(b, item, rows, f"{name}|{item.name}")
            blank = _is_blank(item, f"${states.letters}{ROW}")
            used = b.letters(name, "used")
            column = b.take(name, "required", item.name, f"IF(AND(${used}{ROW}=1,{blank}),{asked},0)")
            found.append((REQUIRED, _counted(b, ("list-required", name, item.name), place, column, letters, item.label)))
    if rest:
        errors = ",".join(f"ISERROR({c})" for c in rest)
        column = b.take(name, "rest", "", f"IF(OR({errors}),1,IF(MAX({','.join(rest)})>=1E+15,1,0))")
        letters = rest[0].rpartition("$")[2].removesuffix(ROW)
        kind = type_kind(Field("", "", "文本"))
        found.append((kind, _counted(b, ("list-rest", name, ""), place, column, letters, "")))
    return found


def _list_line(
    what: tuple[str, ...], opened: str, place: ListPlace, letters: str, first: str, label: str
) -> Line:  # fmt: skip
    head = f"{quoted_sheet(place.sheet)}!{letters}".replace('"', '""')
    return Line(0, what, opened, f'"{head}"&({place.first_row - 1}+{first})', label=label, moving=True)


def _counted(
    b: _Builder, what: tuple[str, ...], place: ListPlace, column: ListColumn, letters: str, label: str
) -> Line:
    block = b.stretch(place, column.letters)
    return _list_line(what, f"COUNTIF({block},1)", place, letters, f"MATCH(1,{block},0)", label)


def _row_rule(b: _Builder, rule: Rule) -> Found:
    form_list = b.form.list(rule.scope)
    place = next(p for p in lists_of(b.form, b.counts) if p.name == rule.scope)
    assert form_list is not None
    ready, sheet = b.formulas.ready[rule.no], _Sheet(b, form_list, place)
    try:
        code = rule_code(ready.node, sheet)
    except NotInSheet as no:
        b.batch_only.append((rule, no.reason))
        return []
    used = b.letters(rule.scope, "used")
    column = b.take(rule.scope, "rule", rule.no, f"IF(${used}{ROW}=0,0,{code})")
    names = [o.name for o in likely(ready.node) if o.kind == "field"]
    inputs = [n for n in names if (f := form_list.field(n)) and f.is_input and n in place.columns]
    inputs += [f.name for f in form_list.fields if f.is_input and f.name in place.columns]
    letters = column_letters(place.columns[(inputs or list(place.columns))[0]])
    explained = ""
    if rule.level is Level.EXPLAIN:
        explained = _explained(rule, "")
        column = _unexplained(b, rule, place, column, letters)
    line = _counted(b, ("list-rule", rule.scope, rule.no), place, column, letters, "")
    return [(rule_kind(rule), Line(**{**line.__dict__, "explained": explained}))]


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _explained(rule: Rule, place: str) -> str:
    """How many lines of 情况说明 speak about the rule: at that place (a formula for a text), or at no place."""
    return f"SUMPRODUCT(({EXPLAINED}={_text(rule.no + '|')}{'&' + place if place else ''})*1)"


def _unexplained(b: _Builder, rule: Rule, place: ListPlace, column: ListColumn, letters: str) -> ListColumn:
    """A row counts until a line without place, with its task's number or with its cell explains it. The rule's own
    line of the items stands before the lists are written, so its place is looked up by the sheet itself."""
    here = [f'"{place.sheet.replace(chr(34), chr(34) * 2)}!{letters}"&{ROW}']
    if "任务编号" in place.columns:
        here.append(f"TRIM({quoted_sheet(place.sheet)}!${column_letters(place.columns['任务编号'])}{ROW})")
    said = "+".join([_explained(rule, ""), *(_explained(rule, h) for h in here)])
    return b.take(rule.scope, "unexplained", rule.no, f"IF(${column.letters}{ROW}=1,IF({said}>0,0,1),0)")


# ---------------------------------------------------------------- whole rules


def _whole_rule(b: _Builder, rule: Rule) -> Found:
    ready, sheet = b.formulas.ready[rule.no], _Sheet(b)
    try:
        code = rule_code(ready.node, sheet)
    except NotInSheet as no:
        b.batch_only.append((rule, no.reason))
        return []
    target, moving, sure = _whole_target(b, ready.node, sheet)
    explained = ""
    if rule.level is Level.EXPLAIN:
        explained = _explained(rule, "")
        if sure:
            explained += "+" + _explained(rule, 'SUBSTITUTE($F@,"\'","")')
    return [(rule_kind(rule), Line(0, ("rule", rule.no), "", target, code, explained, moving=moving))]


def _whole_target(b: _Builder, node: Node, sheet: _Sheet) -> tuple[str, bool, bool]:
    """Text or formula, whether it is a formula, and whether the batch is sure to point at the same cell."""
    if over_cells(node):
        return _first_cell(b, node)
    order = [o.name for o in likely(node) if o.kind == "field" and o.name in b.places]
    writable = [n for n in order if (f := b.form.field(n)) and f.is_input]
    if not order:
        first = next(iter(b.places))
        return _target(b, first), False, False
    sure = isinstance(node, Compare) and all((f := b.form.field(n)) is None or f.locked == "否" for n in order)
    return _target(b, (writable or order)[0]), False, sure


def _first_cell(b: _Builder, node: Node) -> tuple[str, bool, bool]:
    """The first failing cell of a rule over cells, by the states of the fields in the rule's order."""
    call = node.left if isinstance(node, Compare) else node
    assert isinstance(call, Call)
    names = [o.name for o in dict.fromkeys(operands(node)) if o.name in b.places]
    if call.name == "非负整数":
        return _target(b, names[0]), False, False
    wanted = (BLANK, MARK) if call.name == "空格数" else (BLANK,)
    formula = f'"{_target(b, names[0])}"'
    blocks = runs(f"$I${b.rows[n]}" for n in names)
    for block in reversed(blocks):
        first = ",".join(f"IFERROR(MATCH({state},{block},0),9999)" for state in wanted)
        labels = block.replace("$I$", "$R$")
        found = f"MIN({first})" if len(wanted) > 1 else first
        formula = f"IF({found}<9999,INDEX({labels},{found}),{formula})"
    sure = all((f := b.form.field(n)) is not None and f.locked == "否" for n in names)
    return formula, True, sure
