"""What every helper cell of one unit's workbook holds when it is issued, computed by the Python back end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from toolkit.calendar import WorkCalendar
from toolkit.findings import Level
from toolkit.forms.form import NUMBER_TYPES, Field, FormList
from toolkit.forms.layout import has_value, row_cell_locked, single_locked
from toolkit.forms.order import Order, OrderRow
from toolkit.forms.scope import TYPED_LAST_YEAR
from toolkit.forms.selfcheck_cells import normal, state_of
from toolkit.forms.selfcheck_plan import Kind, Line, ListColumn, ListPlan, Plan, has_formula, is_free
from toolkit.model import NOTHING_MARKS, Value
from toolkit.rules.excel import BLANK, DOUBTFUL, FAULT, HOLDS, MARK, NOT_COMPUTED, SOUND, VIOLATED, over_cells
from toolkit.rules.nodes import Operand, operands
from toolkit.rules.python import NOT_COMPUTED as UNCOMPUTED

Known = Value | tuple[Value, ...]
_FILING_DAYS = 60
"""A rule that comes into force this soon after the period's end may be in force when the workbook is checked."""

RowTotals = Callable[[FormList, OrderRow | None], Mapping[str, Value]]


@dataclass(frozen=True)
class Answer:
    """One line of the list of items."""

    code: int = 0
    open: int = 0
    running: int = 0
    weight: int = 1
    target: str = ""


@dataclass
class Answers:
    """Values by place: singles (state, value), parameters (value, state), items, and list rows by column letters."""

    singles: list[tuple[int, Value]] = field(default_factory=list)
    parameters: list[tuple[Value, int]] = field(default_factory=list)
    lines: list[Answer] = field(default_factory=list)
    rows: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    levels: list[Level] = field(default_factory=list)


def level_for(kind: Kind, end: date) -> Level:
    """The weight of a rule in a sheet that knows no day: its own as soon as it may count, else a note."""
    rule = kind.rule
    if rule is None or (rule.effective_from is None and rule.trial_from is None):
        return kind.level
    soon = rule.effective_from is not None and rule.effective_from <= end + timedelta(days=_FILING_DAYS)
    return kind.level if soon else Level.NOTE


class Computer:
    """Answers for one order. `singles`: values of the computed cells; `row_totals`: those of a list row."""

    def __init__(
        self,
        plan: Plan,
        order: Order,
        totals: Mapping[str, Value],
        row_totals: RowTotals,
        calendar: WorkCalendar | None,
    ) -> None:
        self.plan = plan
        self.order = order
        self.calendar = calendar
        self.row_totals = row_totals
        self.options = plan.form.options
        self.values: dict[str, Value] = {
            f.name: totals[f.name] if f.name in totals else order.values.get(f.name, "") for f in plan.form.fields
        }
        self.fields = {f.name: f for f in plan.form.fields}
        self.sound: dict[str, int] = {}
        self.columns: dict[str, tuple[Value, ...] | None] = {}
        self.memory: dict[tuple[object, ...], int] = {}
        self.rows: dict[str, list[tuple[OrderRow | None, dict[str, Value]]]] = {}
        self.own: dict[str, dict[str, Field]] = {x.name: {f.name: f for f in x.fields} for x in plan.form.lists}
        self.over = {no for no, r in plan.ready.items() if over_cells(r.node)}
        self.alike: dict[tuple[object, ...], dict[str, Value]] = {}

    # ------------------------------------------------------------ all of it

    def answers(self) -> Answers:
        out = Answers()
        end = self.order.tags.get("周期末")
        day = end if isinstance(end, date) else date(2000, 1, 1)
        out.levels = [level_for(kind, day) for kind in self.plan.kinds]
        for lists in self.plan.lists:
            self._take_rows(lists)
        out.singles = [self._single(s.name, s.type, s.last_year) for s in self.plan.singles]
        out.parameters = [self._parameter(o) for o in self.plan.parameters]
        for lists in self.plan.lists:
            out.rows[lists.name] = [self._row(lists, n) for n in range(lists.place.count)]
        running = 0
        for line in self.plan.lines:
            answer = self._line(line, out, running)
            running = answer.running
            out.lines.append(answer)
        return out

    def _take_rows(self, plan: ListPlan) -> None:
        form_list = self.plan.form.list(plan.name)
        assert form_list is not None
        ordered = self.order.rows.get(plan.name, ())
        rows: list[tuple[OrderRow | None, dict[str, Value]]] = []
        computed = any(has_formula(f) for f in form_list.fields)
        for n in range(plan.place.count):
            row = ordered[n] if n < len(ordered) else None
            values: dict[str, Value] = dict(row.values) if row else {}
            if computed:
                values = {**self.row_totals(form_list, row), **{k: v for k, v in values.items() if has_value(v)}}
            rows.append((row, values))
        self.rows[plan.name] = rows

    # ------------------------------------------------------------ operands

    def _state(self, item: Field, value: Value) -> int:
        return state_of(value, item, self.options, item.name in self.plan.whole_ruled, self.order.tags)

    def _state_of(self, item: Field) -> int:
        """Of a single field, asked many times."""
        if item.name not in self.sound:
            self.sound[item.name] = self._state(item, self.values.get(item.name, ""))
        return self.sound[item.name]

    def _single(self, name: str, kind: str, last_year: bool) -> tuple[int, Value]:
        if last_year:
            value = self._last_year(name.removeprefix("上年:"))
            state = FAULT if value is None and _strict(kind) else _plain_state(value, kind)
            return state, normal(value, kind)
        item = self.fields[name]
        value = self.values.get(name, "")
        state = self._state_of(item)
        return state, normal(value if state in (SOUND, DOUBTFUL) else "", kind)

    def _parameter(self, operand: Operand) -> tuple[Value, int]:
        if operand.kind == "previous":
            value = self.order.previous.get(operand.name)
        elif operand.kind == "last_year":
            value = self.order.last_year.get(operand.name)
        else:
            return self._fact(operand.name), SOUND
        state = FAULT if value is None and _strict(operand.type) else _plain_state(value, operand.type)
        if operand.kind == "last_year" and value is None:
            state = FAULT
        return normal(value, operand.type), state

    def _fact(self, name: str) -> Value:
        value = self.order.tags.get("周期末" if name == "今日" else name)
        return "" if value is None else value

    def _last_year(self, name: str) -> Value:
        known = self.order.last_year.get(name)
        if has_value(known):
            return known
        item = self.fields.get(TYPED_LAST_YEAR + name)
        typed = self.values.get(TYPED_LAST_YEAR + name, "")
        if item is None or not has_value(typed) or self._state(item, typed) == FAULT:
            return known
        return typed

    def _known(
        self, operand: Operand, scope: FormList | None, row: OrderRow | None, values: Mapping[str, Value]
    ) -> Known:
        """The operand's value, None where it is unknown or not of its type."""
        name = operand.name
        own = self.own[scope.name].get(name) if scope else None
        match operand.kind:
            case "column":
                return self._column(name)
            case "previous":
                before = (row.previous if row else {}) if own else self.order.previous
                value = before.get(name)
                return "" if value is None and not _strict(operand.type) else value
            case "last_year":
                return self._last_year(name)
        if own:
            value = values.get(name, "")
            return None if self._state(own, value) == FAULT else "" if value is None else value
        item = self.fields.get(name)
        if item is None:
            return self._fact(name)
        value = self.values.get(name, "")
        return None if self._state_of(item) == FAULT else "" if value is None else value

    def _column(self, full: str) -> tuple[Value, ...] | None:
        if full not in self.columns:
            list_name, _, name = full.rpartition(".")
            form_list = self.plan.form.list(list_name)
            item = form_list.field(name) if form_list else None
            assert form_list is not None and item is not None
            used = [v for r, v in self.rows[list_name] if _is_used(form_list, r, v)]
            found = tuple(v.get(name, "") for v in used)
            self.columns[full] = None if any(self._state(item, v) == FAULT for v in found) else found
        return self.columns[full]

    # ------------------------------------------------------------ rules

    def _code(self, no: str, scope: FormList | None, row: OrderRow | None, values: Mapping[str, Value]) -> int:
        ready = self.plan.ready[no]
        needed = [self._known(o, scope, row, values) for o in ready.compiled.operands]
        if no in self.over:
            if all(v is None for v in needed):
                return NOT_COMPUTED
            needed = [0 if v is None else v for v in needed]
        elif any(v is None for v in needed):
            return NOT_COMPUTED
        key = (no, *needed)
        if key not in self.memory:
            result = ready.compiled(needed, self.calendar)
            self.memory[key] = NOT_COMPUTED if result is UNCOMPUTED else VIOLATED if result is False else HOLDS
        return self.memory[key]

    def _asked(self, key: str, scope: FormList | None, row: OrderRow | None, values: Mapping[str, Value]) -> int:
        """1 where a field must be filled."""
        ready = self.plan.ready.get(key)
        if ready is None:
            return 1
        needed = [self._known(o, scope, row, values) for o in ready.compiled.operands]
        return 0 if any(v is None for v in needed) else int(ready.compiled(needed, self.calendar) is True)

    # ------------------------------------------------------------ list rows

    def _row(self, plan: ListPlan, number: int) -> dict[str, Value]:
        """Values by column letters; a column that is absent has no cell in this row."""
        form_list = self.plan.form.list(plan.name)
        assert form_list is not None
        row, values = self.rows[plan.name][number]
        shut = row.locked if row else form_list.by_task
        key = self._likeness(plan, row, values, shut)
        if key in self.alike:
            return self.alike[key]
        out = self.alike[key] = {}
        fields = self.own[plan.name]
        for column in plan.columns:
            if shut and column.what in ("required", "rule", "unexplained", "rest"):
                continue
            item = fields.get(column.name)
            if column.what == "required" and item and row_cell_locked(item, row):
                continue
            out[column.letters] = self._cell(column, item, form_list, row, values, shut, out)
        return out

    def _likeness(
        self, plan: ListPlan, row: OrderRow | None, values: Mapping[str, Value], shut: bool
    ) -> tuple[object, ...]:
        """Rows that agree in this have the same helper cells: most rows of a new workbook do."""
        told = [values.get(c.name, "") for c in plan.columns if c.what == "state"]
        past = [row.previous.get(c.name) for c in plan.columns if c.what == "previous"] if row else []
        form_list = self.plan.form.list(plan.name)
        assert form_list is not None
        locks = tuple(f.locked == "有值时" and has_value(values.get(f.name)) for f in form_list.fields)
        return plan.name, shut, row is None, _is_used(form_list, row, values), locks, *told, *past

    def _cell(
        self, column: ListColumn, item: Field | None, form_list: FormList, row: OrderRow | None,
        values: Mapping[str, Value], shut: bool, before: Mapping[str, Value],
    ) -> Value:  # fmt: skip
        value = values.get(column.name, "")
        match column.what:
            case "used":
                return int(_is_used(form_list, row, values))
            case "open":
                return int(not shut)
            case "state" if item:
                return self._state(item, value)
            case "value" if item:
                sound = self._state(item, value) in (SOUND, DOUBTFUL)
                return normal(value if sound else "", item.type)
            case "previous" if item:
                return normal(row.previous.get(column.name) if row else None, item.type)
            case "previous_state" if item:
                past = row.previous.get(column.name) if row else None
                return FAULT if past is None and _strict(item.type) else _plain_state(past, item.type)
            case "required" if item:
                state = self._state(item, value)
                blank = state == BLANK or (item.type == "日期" and state == MARK)
                used = _is_used(form_list, row, values)
                return self._asked(f"{form_list.name}|{item.name}", form_list, row, values) if blank and used else 0
            case "rule":
                return self._code(column.name, form_list, row, values) if _is_used(form_list, row, values) else 0
            case "unexplained":
                code = self._code(column.name, form_list, row, values) if _is_used(form_list, row, values) else 0
                return int(code == VIOLATED)
            case _:
                return 0

    # ------------------------------------------------------------ items

    def _line(self, line: Line, out: Answers, running: int) -> Answer:
        kind, *rest = line.what
        code, opened, weight, target = 0, 0, 1, line.target
        match kind:
            case "empty":
                opened, weight = int(not self._filled()), int(self._waits())
            case "type" | "required":
                item = self.fields[rest[0]]
                weight = int(not single_locked(item, self.order))
                state = self._state_of(item)
                if kind == "type":
                    parts = self.plan.parts(item) if state >= DOUBTFUL else ()
                    wrong = any(self._state_of(self.fields[n]) == FAULT for n in parts)
                    opened = int(state >= DOUBTFUL and not wrong)
                else:
                    blank = state == BLANK or (item.type == "日期" and state == MARK)
                    opened = self._asked(f"|{item.name}", None, None, {}) if blank else 0
            case "rule":
                code = self._code(rest[0], None, None, {})
                opened = int(code == VIOLATED)
                target = self._first_cell(rest[0]) if line.moving else target
            case _:
                opened, target = self._in_list(line, out)
        opened *= weight
        return Answer(
            code,
            opened,
            running + (opened > 0),
            weight,
            target if opened or code == VIOLATED or not line.moving else "",
        )

    def _in_list(self, line: Line, out: Answers) -> tuple[int, str]:
        kind, list_name, name = line.what
        plan = next(p for p in self.plan.lists if p.name == list_name)
        wanted = {"list-type": ("state",), "list-required": ("required",), "list-rest": ("rest",)}.get(
            kind, ("unexplained", "rule")
        )
        column = next(c for w in wanted for c in plan.columns if (c.what, c.name) == (w, name))
        hits = [
            n
            for n, row in enumerate(out.rows[list_name])
            if isinstance(v := row.get(column.letters, 0), int) and (v >= DOUBTFUL if kind == "list-type" else v == 1)
        ]
        if not hits:
            return 0, ""
        head = line.target.partition("&")[0].strip('"').replace('""', '"')
        return len(hits), f"{head}{plan.place.first_row + hits[0]}"

    def _first_cell(self, no: str) -> str:
        """The first cell with nothing in it, for a rule that counts them."""
        ready = self.plan.ready[no]
        wanted = (BLANK, MARK) if "空格数" in ready.compiled.text else (BLANK,)
        names = [o.name for o in dict.fromkeys(operands(ready.node)) if o.name in self.fields]
        nothing = [n for n in names if self._state(self.fields[n], self.values.get(n, "")) in wanted]
        return self.plan.targets[(nothing or names)[0]]

    def _filled(self) -> bool:
        """Has anybody written anything yet? Nobody has in a workbook as issued, unless rows came with values."""
        if any(is_free(f) and has_value(self.values.get(f.name)) for f in self.plan.form.fields):
            return True
        for form_list in self.plan.form.lists:
            for row, values in self.rows.get(form_list.name, ()):
                open_row = row is not None and not row.locked
                if open_row and any(is_free(f) and has_value(values.get(f.name)) for f in form_list.fields):
                    return True
        return False

    def _waits(self) -> bool:
        """Is there anything to fill in at all?"""
        form = self.plan.form
        if any(f.place and not has_formula(f) and not single_locked(f, self.order) for f in form.fields):
            return True
        return any(not (row.locked if row else x.by_task) for x in form.lists for row, _ in self.rows.get(x.name, ()))


def _strict(kind: str) -> bool:
    """Types of which an unknown value of another time is not taken for blank."""
    return kind in NUMBER_TYPES or kind == "日期"


def _plain_state(value: Value, kind: str) -> int:
    if value is None or value == "":
        return BLANK
    return MARK if _strict(kind) and isinstance(value, str) and value in NOTHING_MARKS else SOUND


def _is_used(form_list: FormList, row: OrderRow | None, values: Mapping[str, Value]) -> bool:
    """Would the batch read this row?"""
    if form_list.by_task and row is not None:
        return True
    return any(has_value(values.get(f.name)) for f in form_list.fields if not has_formula(f))


__all__ = ["Answer", "Answers", "Computer", "level_for"]
