"""What every helper cell of one unit's workbook holds when it is issued, computed by the Python back end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from toolkit.calendar import WorkCalendar
from toolkit.findings import Level
from toolkit.forms.form import Field, FormList
from toolkit.forms.layout import has_value, row_cell_locked, single_locked
from toolkit.forms.order import Order, OrderRow
from toolkit.forms.scope import TYPED_LAST_YEAR
from toolkit.forms.selfcheck_answers import (
    NOTHING_SAID,
    Answer,
    Answers,
    Row,
    RowCells,
    as_operand,
    is_strict,
    is_used,
    level_for,
    objects,
    plain_state,
)
from toolkit.forms.selfcheck_cells import normal, state_of
from toolkit.forms.selfcheck_memory import Memory, exact
from toolkit.forms.selfcheck_plan import Line, ListColumn, ListPlan, has_formula
from toolkit.model import Value
from toolkit.rules.excel import BLANK, DOUBTFUL, FAULT, HOLDS, MARK, NOT_COMPUTED, SOUND, VIOLATED, over_cells
from toolkit.rules.nodes import Operand, operands
from toolkit.rules.python import NOT_COMPUTED as UNCOMPUTED

Known = Value | tuple[Value, ...]
RowTotals = Callable[[FormList, OrderRow | None], Mapping[str, Value]]


class Computer:
    """Answers for one order. `totals`: values of the computed cells; `row_totals`: those of a list row; `said`: what
    the lines of 情况说明 explain (nothing, when a workbook is issued)."""

    def __init__(
        self,
        memory: Memory,
        order: Order,
        totals: Mapping[str, Value],
        row_totals: RowTotals,
        calendar: WorkCalendar | None,
        said: tuple[str, ...] = NOTHING_SAID,
    ) -> None:
        self.memory = memory
        self.plan = plan = memory.plan
        self.order = order
        self.calendar = calendar
        self.said = said
        self.told = Counter(text.casefold() for text in said if text)
        self.row_totals = row_totals
        self.options = plan.form.options
        self.values: dict[str, Value] = {
            name: totals[name] if name in totals else order.values.get(name, "") for name in memory.fields
        }
        self.fields = memory.fields
        self.own = memory.own
        self.sound: dict[str, int] = {}
        self.columns: dict[str, tuple[Value, ...] | None] = {}
        self.codes: dict[tuple[object, ...], int] = {}
        self.rows: dict[str, list[tuple[OrderRow | None, dict[str, Value]]]] = {}
        self.over = {no for no, r in plan.ready.items() if over_cells(r.node)}

    # ------------------------------------------------------------ all of it

    def answers(self) -> Answers:
        """What is as in the last order is taken from there."""
        memory, plan = self.memory, self.plan
        inputs = memory.inputs(self.order, self.values)
        stale_singles, stale_lines = memory.stale(inputs)
        before = memory.last.answers if memory.last else Answers()
        out = Answers(levels=self._levels(), said=self.said)
        for lists in plan.lists:
            self._take_rows(lists)
        out.singles = before.singles[:] or [(BLANK, "")] * len(plan.singles)
        for n in stale_singles:
            single = plan.singles[n]
            out.singles[n] = self._single(single.name, single.type, single.last_year)
        out.parameters = [self._parameter(o) for o in plan.parameters]
        for lists in plan.lists:
            context = tuple(exact(self._known(o, None)) for o in memory.outer[lists.name])
            out.rows[lists.name] = [self._row(lists, n, context) for n in range(lists.place.count)]
        out.lines = before.lines[:] or [Answer()] * len(plan.lines)
        counted: dict[int, list[int]] = {}  # rows (from 0) by line
        for found in out.rows.values():
            for number, cells in enumerate(found):
                for n in cells.hits:
                    counted.setdefault(n, []).append(number)
        for n in stale_lines:
            out.lines[n] = self._line(plan.lines[n], counted.get(n, ()))
        running = 0
        for n, answer in enumerate(out.lines):
            running += answer.open > 0
            if answer.running != running:
                out.lines[n] = answer._replace(running=running)
        memory.keep(inputs, out)
        return out

    def _levels(self) -> list[Level]:
        end = self.order.tags.get("周期末")
        day = end if isinstance(end, date) else date(2000, 1, 1)
        if day not in self.memory.levels:
            self.memory.levels[day] = [level_for(kind, day) for kind in self.plan.kinds]
        return self.memory.levels[day]

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
            return self._last_year_state(name.removeprefix("上年:"), kind)
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
        state = FAULT if value is None and is_strict(operand.type) else plain_state(value, operand.type)
        if operand.kind == "last_year" and value is None:
            state = FAULT
        return normal(value, operand.type), state

    def _fact(self, name: str) -> Value:
        value = self.order.tags.get("周期末" if name == "今日" else name)
        return "" if value is None else value

    def _last_year(self, name: str) -> Value:
        """Last year's figure: as accepted then, else as typed; None where what is typed is not of its type."""
        known = self.order.last_year.get(name)
        typed = self._typed_last_year(name)
        if has_value(known) or typed in (None, BLANK):
            return known
        return None if typed == FAULT else self.values[TYPED_LAST_YEAR + name]

    def _typed_last_year(self, name: str) -> int | None:
        """The state of the cell where last year's figure may be typed; None where there is none."""
        item = self.fields.get(TYPED_LAST_YEAR + name)
        return None if item is None else self._state_of(item)

    def _last_year_state(self, name: str, kind: str) -> tuple[int, Value]:
        known, typed = self.order.last_year.get(name), self._typed_last_year(name)
        if has_value(known) or typed in (None, BLANK):
            return (FAULT if known is None and is_strict(kind) else plain_state(known, kind)), normal(known, kind)
        return typed or SOUND, normal(self._last_year(name), kind)

    def _known(self, operand: Operand, within: Row | None) -> Known:
        """The operand's value, None where it is unknown or not of its type."""
        name = operand.name
        own = within.fields.get(name) if within else None
        match operand.kind:
            case "column":
                return self._column(name)
            case "previous":
                before = (within.previous if within else {}) if own else self.order.previous
                value = before.get(name)
                return "" if value is None and not is_strict(operand.type) else value
            case "last_year":
                return self._last_year(name)
        if own and within:
            return as_operand(own, within.values.get(name, ""), self._row_state(within, own))
        item = self.fields.get(name)
        if item is None:
            return self._fact(name)
        return as_operand(item, self.values.get(name, ""), self._state_of(item))

    def _column(self, full: str) -> tuple[Value, ...] | None:
        if full not in self.columns:
            list_name, _, name = full.rpartition(".")
            form_list = self.plan.form.list(list_name)
            item = form_list.field(name) if form_list else None
            assert form_list is not None and item is not None
            used = [v.get(name, "") for r, v in self.rows[list_name] if is_used(form_list, r, v)]
            found = tuple(as_operand(item, v, self._state(item, v)) for v in used)
            self.columns[full] = None if None in found else found
        return self.columns[full]

    # ------------------------------------------------------------ rules

    def _code(self, no: str, within: Row | None = None) -> int:
        ready = self.plan.ready[no]
        needed = [self._known(o, within) for o in ready.compiled.operands]
        if None in needed:
            if no not in self.over or all(v is None for v in needed):
                return NOT_COMPUTED
            needed = [0 if v is None else v for v in needed]
        key = (no, *needed)
        if key not in self.codes:
            result = ready.compiled(needed, self.calendar)
            self.codes[key] = NOT_COMPUTED if result is UNCOMPUTED else VIOLATED if result is False else HOLDS
        return self.codes[key]

    def _asked(self, key: str, within: Row | None = None) -> int:
        """1 where a field must be filled."""
        ready = self.plan.ready.get(key)
        if ready is None:
            return 1
        needed = [self._known(o, within) for o in ready.compiled.operands]
        return 0 if None in needed else int(ready.compiled(needed, self.calendar) is True)

    # ------------------------------------------------------------ list rows

    def _row(self, plan: ListPlan, number: int, context: tuple[object, ...]) -> RowCells:
        """Values by column letters; a column that is absent has no cell in this row. `context`: what the formulas of
        the list's rows see outside the row."""
        form_list = self.plan.form.list(plan.name)
        assert form_list is not None
        row, values = self.rows[plan.name][number]
        shut = row.locked if row else form_list.by_task
        used = is_used(form_list, row, values)
        key = (context, number if self.told else -1, shut, used, *self._likeness(plan, row, values))
        known = self.memory.rows.get(key)
        if known is not None:
            return known
        within = Row(form_list, self.own[plan.name], row, values, row.previous if row else {}, used)
        out = RowCells()
        for column in plan.columns:
            if shut and column.what in ("required", "rule", "unexplained", "rest"):
                continue
            item = within.fields.get(column.name)
            if column.what == "required" and item and row_cell_locked(item, row):
                continue
            if column.what == "open":
                out[column.letters] = int(not shut)
                continue
            out[column.letters] = found = self._cell(column, item, within)
            if column.what == "unexplained" and found:
                out[column.letters] = int(not self._explained_in(plan, column, number, values))
        out.hits = tuple(
            n for n, letters, state in self.memory.counted[plan.name]
            if isinstance(v := out.get(letters), int) and (DOUBTFUL <= v <= FAULT if state else v == 1)
        )  # fmt: skip
        self.memory.rows[key] = out
        return out

    def _likeness(self, plan: ListPlan, row: OrderRow | None, values: Mapping[str, Value]) -> tuple[object, ...]:
        """Rows that agree in this have the same helper cells: most rows of a new workbook do."""
        told = [exact(values.get(c.name, "")) for c in plan.columns if c.what == "state"]
        past = [exact(row.previous.get(c.name)) for c in plan.columns if c.what == "previous"] if row else []
        locks = [has_value(values.get(name)) for name in self.memory.locking[plan.name]]
        return plan.name, row is None, *locks, *told, *past

    def _row_state(self, within: Row, item: Field) -> int:
        """Of a field of the row, asked many times."""
        state = within.states.get(item.name)
        if state is None:
            state = within.states[item.name] = self._state(item, within.values.get(item.name, ""))
        return state

    def _cell(self, column: ListColumn, item: Field | None, within: Row) -> Value:
        value = within.values.get(column.name, "")
        match column.what:
            case "used":
                return int(within.used)
            case "state" if item:
                return self._row_state(within, item)
            case "value" if item:
                return normal(value if self._row_state(within, item) in (SOUND, DOUBTFUL) else "", item.type)
            case "previous" if item:
                return normal(within.previous.get(column.name), item.type)
            case "previous_state" if item:
                past = within.previous.get(column.name)
                return FAULT if past is None and is_strict(item.type) else plain_state(past, item.type)
            case "required" if item:
                state = self._row_state(within, item)
                blank = state == BLANK or (item.type == "日期" and state == MARK)
                return self._asked(f"{within.form_list.name}|{item.name}", within) if blank and within.used else 0
            case "rule":
                within.codes[column.name] = code = self._code(column.name, within) if within.used else 0
                return code
            case "unexplained":
                return int(within.codes[column.name] == VIOLATED)
            case _:
                return 0

    # ------------------------------------------------------------ items

    def _line(self, line: Line, rows: Sequence[int]) -> Answer:
        kind, *rest = line.what
        code, opened, weight, target, explained = 0, 0, 1, line.target, 0
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
                    opened = self._asked(f"|{item.name}") if blank else 0
            case "rule":
                code = self._code(rest[0])
                target = self._first_cell(rest[0]) if line.moving else target
                explained = self._explained(rest[0], target if "$F@" in line.explained else None)
                opened = int(code == VIOLATED and not (line.explained and explained))
            case _:
                opened = len(rows)
                target = self._in_list(line, rows[0]) if rows else ""
                explained = self._explained(rest[-1], None)
        opened *= weight
        return Answer(
            code,
            opened,
            0,
            weight,
            target if opened or code == VIOLATED or not line.moving else "",
            explained,
        )

    def _explained(self, no: str, target: str | None) -> int:
        """How many lines of 情况说明 speak about a rule: at no place, or (target given) at that cell."""
        told = self.told[f"{no}|".casefold()]
        return told + (self.told[f"{no}|{target}".replace("'", "").casefold()] if target is not None else 0)

    def _explained_in(self, plan: ListPlan, column: ListColumn, number: int, values: Mapping[str, Value]) -> bool:
        """Does a line speak about the rule at no place, at the row's task or at its cell?"""
        line = next(x for x in self.plan.lines if x.what == ("list-rule", plan.name, column.name))
        letters = line.target.partition('"&')[0].rpartition("!")[2]
        places = (
            "",
            f"{plan.place.sheet}!{letters}{plan.place.first_row + number}",
            str(values.get("任务编号") or "").strip(),
        )
        return any(self.told[f"{column.name}|{place}".casefold()] for place in places)

    def _in_list(self, line: Line, number: int) -> str:
        """The address of the cell that a line about a list points at."""
        place = next(p.place for p in self.plan.lists if p.name == line.what[1])
        head = line.target.partition("&")[0].strip('"').replace('""', '"')
        return f"{head}{place.first_row + number}"

    def _first_cell(self, no: str) -> str:
        """The first cell that a rule over cells complains about."""
        ready = self.plan.ready[no]
        names = [o.name for o in dict.fromkeys(operands(ready.node)) if o.name in self.fields]
        states = {n: self._state_of(self.fields[n]) for n in names}
        bad = (n for n in names if objects(ready.compiled.text, states[n], self.values.get(n, "")))
        return self.plan.targets[next(bad, names[0])]

    def _filled(self) -> bool:
        """Has anybody written anything yet? Nobody has in a workbook as issued, unless rows came with values."""
        if self.told or any(self._state_of(self.fields[name]) != BLANK for name in self.memory.written(self.values)):
            return True
        for form_list in self.plan.form.lists:
            for row, values in self.rows.get(form_list.name, ()):
                written = [name for name in self.memory.free_columns[form_list.name] if has_value(values.get(name))]
                shut = row.locked if row else form_list.by_task
                own = self.own[form_list.name]
                if not shut and any(self._state(own[name], values.get(name)) != BLANK for name in written):
                    return True
        return False

    def _waits(self) -> bool:
        """Is there anything to fill in at all?"""
        form = self.plan.form
        if any(f.place and not has_formula(f) and not single_locked(f, self.order) for f in form.fields):
            return True
        return any(not (row.locked if row else x.by_task) for x in form.lists for row, _ in self.rows.get(x.name, ()))


__all__ = ["NOTHING_SAID", "Answer", "Answers", "Computer", "level_for"]
