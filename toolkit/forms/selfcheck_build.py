"""Form → plan of its check sheets: every operand gets its helper cells, every rule its formula, or 仅批处理."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.findings import Level
from toolkit.forms.form import Field, Form, FormList, Rule
from toolkit.forms.generated import choice_range
from toolkit.forms.layout import ListPlace
from toolkit.forms.selfcheck_operands import Builder, Days, Operands, list_operands, single_operands
from toolkit.forms.selfcheck_plan import (
    EMPTY_BOOK,
    EXPLAINED,
    REQUIRED,
    ROW,
    Kind,
    Line,
    ListColumn,
    ListPlan,
    Plan,
    all_places,
    by_gravity,
    formulas_of,
    is_free,
    likely,
    lists_of,
    parts_of,
    rule_kind,
    type_kind,
)
from toolkit.office.references import column_letters, quoted_sheet
from toolkit.rules.excel import (
    BLANK,
    DOUBTFUL,
    FAULT,
    MARK,
    NotInSheet,
    is_true,
    over_cells,
    rule_code,
    runs,
)
from toolkit.rules.nodes import Call, Compare, Node, operands

Found = list[tuple[Kind, Line]]
_MOST_BLOCKS = 30  # of helper cells that one formula looks through; 64 levels are the most a sheet takes


def build(form: Form, counts: Mapping[str, int], days: Days) -> Plan:
    """The plan for lists of these lengths."""
    formulas = formulas_of(form)
    b = Builder(form, counts, days, formulas, all_places(form, counts))
    single_operands(b)
    for form_list, place in zip(form.lists, lists_of(form, counts), strict=True):
        list_operands(b, form_list, place)
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
        targets={name: _target(b, name) for name in b.places}, whole_ruled=formulas.whole_ruled, batch_only=tuple(b.batch_only),
    )  # fmt: skip


# ---------------------------------------------------------------- what single cells must be


def _target(b: Builder, name: str) -> str:
    sheet, row, column = b.places[name]
    return f"{quoted_sheet(sheet)}!{column_letters(column)}{row}"


def _empty(b: Builder) -> Found:
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
    filled = f'{"+".join(parts)}+SUMPRODUCT(({EXPLAINED}<>"")*1)'
    return [(EMPTY_BOOK, Line(0, ("empty",), f"IF({filled}>0,0,1)", _first_input(b)))]


def _first_input(b: Builder) -> str:
    """Where people begin: the first single input, else the first one of the first list that has any."""
    single = next((f for f in b.form.fields if f.is_input and f.name in b.places), None)
    if single is not None:
        return _target(b, single.name)
    return next(
        f"{quoted_sheet(place.sheet)}!{column_letters(place.columns[f.name])}{place.first_row}"
        for form_list, place in zip(b.form.lists, lists_of(b.form, b.counts), strict=True)
        for f in form_list.fields
        if f.is_input and f.name in place.columns
    )


def _single_lines(b: Builder) -> Found:
    found: Found = []
    for item in b.form.fields:
        if item.name not in b.singles or not item.is_input:
            continue
        state, target = f"$I${b.rows[item.name]}", _target(b, item.name)
        kind = _kind_of(b, item)
        wrong = _parts_at_fault(b, item)
        opened = f"IF({state}<{DOUBTFUL},0,IF({wrong}>0,0,1))" if wrong else f"IF({state}>={DOUBTFUL},1,0)"
        found.append((kind, Line(0, ("type", item.name), opened, target, label=item.label)))
        if item.required != "否":
            asked = _required(b, item, Operands(b), f"|{item.name}")
            blank = _is_blank(item, state)
            line = Line(0, ("required", item.name), f"IF({blank},{asked},0)", target, label=item.label)
            found.append((REQUIRED, line))
    return found


def _parts_at_fault(b: Builder, item: Field) -> str:
    """How many of the cells that a computed one reads are wrong themselves; "" for any other cell."""
    states = runs(f"$I${b.rows[name]}" for name in parts_of(b.form, item) if name in b.rows)
    return "+".join(f"COUNTIF({r},{FAULT})" for r in states)


def _kind_of(b: Builder, item: Field) -> Kind:
    if item.type in ("选项", "多选", "是否") and not choice_range(b.form, item):
        return type_kind(Field(item.name, item.label, "文本"))
    return type_kind(item)


def _is_blank(item: Field, state: str) -> str:
    return f"OR({state}={BLANK},{state}={MARK})" if item.type == "日期" else f"{state}={BLANK}"


def _required(b: Builder, item: Field, sheet: Operands, key: str) -> str:
    """1 where the field must be filled. A condition that no sheet can hold is asked as if it were true."""
    ready = b.formulas.ready.get(key)
    if ready is None:
        return "1"
    try:
        return is_true(ready.node, sheet)
    except NotInSheet:
        return "1"


# ---------------------------------------------------------------- lists


def _list_lines(b: Builder, form_list: FormList, place: ListPlace) -> Found:
    name, sheet = form_list.name, quoted_sheet(place.sheet)
    rows = Operands(b, form_list, place)
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
            found.append(
                (REQUIRED, _counted(b, ("list-required", name, item.name), place, column, letters, item.label))
            )
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


def _counted(b: Builder, what: tuple[str, ...], place: ListPlace, column: ListColumn, letters: str, label: str) -> Line:
    block = b.stretch(place, column.letters)
    return _list_line(what, f"COUNTIF({block},1)", place, letters, f"MATCH(1,{block},0)", label)


def _row_rule(b: Builder, rule: Rule) -> Found:
    form_list = b.form.list(rule.scope)
    place = next(p for p in lists_of(b.form, b.counts) if p.name == rule.scope)
    assert form_list is not None
    ready, sheet = b.formulas.ready[rule.no], Operands(b, form_list, place)
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


def _unexplained(b: Builder, rule: Rule, place: ListPlace, column: ListColumn, letters: str) -> ListColumn:
    """A row counts until a line without place, with its task's number or with its cell explains it. The rule's own
    line of the items stands before the lists are written, so its place is looked up by the sheet itself."""
    here = [f'"{place.sheet.replace(chr(34), chr(34) * 2)}!{letters}"&{ROW}']
    if "任务编号" in place.columns:
        here.append(f"TRIM({quoted_sheet(place.sheet)}!${column_letters(place.columns['任务编号'])}{ROW})")
    said = "+".join([_explained(rule, ""), *(_explained(rule, h) for h in here)])
    return b.take(rule.scope, "unexplained", rule.no, f"IF(${column.letters}{ROW}=1,IF({said}>0,0,1),0)")


# ---------------------------------------------------------------- whole rules


def _whole_rule(b: Builder, rule: Rule) -> Found:
    ready, sheet = b.formulas.ready[rule.no], Operands(b)
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


def _whole_target(b: Builder, node: Node, sheet: Operands) -> tuple[str, bool, bool]:
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


def _first_blank(states: str, marks_too: bool) -> str:
    """The place of the first blank in a block of states, 9999 or more where there is none."""
    wanted = (BLANK, MARK) if marks_too else (BLANK,)
    first = ",".join(f"IFERROR(MATCH({state},{states},0),9999)" for state in wanted)
    return f"MIN({first})" if marks_too else first


def _first_odd(values: str) -> str:
    """The place of the first number below 0 or with a fraction in a block of values, 9999 or more where there is none."""
    before = int(values.partition(":")[0].rpartition("$")[2]) - 1
    return f"SUMPRODUCT(MIN(ROW({values})-{before}+9999*(({values}>=0)*({values}=INT({values})))))"


def _first_cell(b: Builder, node: Node) -> tuple[str, bool, bool]:
    """The first failing cell of a rule over cells, by the states of the fields in the rule's order."""
    call = node.left if isinstance(node, Compare) else node
    assert isinstance(call, Call)
    names = [o.name for o in dict.fromkeys(operands(node)) if o.name in b.places]
    odd = call.name == "非负整数"
    formula = f'"{_target(b, names[0])}"'
    blocks = runs(f"$I${b.rows[n]}" for n in names)
    if len(blocks) > _MOST_BLOCKS:
        return _target(b, names[0]), False, False
    for block in reversed(blocks):
        labels = block.replace("$I$", "$R$")
        first = _first_odd(block.replace("$I$", "$J$")) if odd else _first_blank(block, call.name == "空格数")
        formula = f"IF({first}<9999,INDEX({labels},{first}),{formula})"
    if odd:
        return formula, True, False
    sure = all((f := b.form.field(n)) is not None and f.locked == "否" for n in names)
    return formula, True, sure
