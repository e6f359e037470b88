"""What the check sheets of one workbook share with those of the last: whatever depends on nothing that has changed.

Most of a new workbook is as blank as the one before it. So the answers of the last order are kept together with what
they were computed from, and a stamp computes anew only those that read something else. The result is the same as if
everything had been computed (tests/test_selfcheck_memory.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from toolkit.findings import Level
from toolkit.forms.layout import has_value
from toolkit.forms.order import Order
from toolkit.forms.scope import TYPED_LAST_YEAR
from toolkit.forms.selfcheck_answers import Answers, RowCells
from toolkit.forms.selfcheck_plan import ListPlan, Plan, is_free
from toolkit.model import Value
from toolkit.rules.nodes import Operand

_MOST_ROWS = 4096
Input = tuple[str, str]
"""(where it comes from, its name): what an answer may depend on."""

_PERIOD: tuple[Input, ...] = (("tag", "周期始"), ("tag", "周期末"))
"""What a day typed into a number cell is told by (selfcheck_operands)."""


def exact(value: object) -> object:
    """Equal only for values that also read alike: 1 and 1.0 are not the same in a cell."""
    return value if value is None or isinstance(value, str) else (type(value).__name__, str(value))


@dataclass(frozen=True)
class _Last:
    inputs: Mapping[Input, object]
    answers: Answers


@dataclass
class Memory:
    """Of one plan. `rows`: helper cells of list rows by everything they depend on."""

    plan: Plan
    rows: dict[tuple[object, ...], RowCells] = field(default_factory=dict)
    levels: dict[date, list[Level]] = field(default_factory=dict)
    last: _Last | None = None

    def __post_init__(self) -> None:
        plan = self.plan
        self.fields = {f.name: f for f in plan.form.fields}
        self.free = [f.name for f in plan.form.fields if is_free(f)]
        self.own = {x.name: {f.name: f for f in x.fields} for x in plan.form.lists}
        self.always: list[int] = []  # lines that look at lists, or at everything
        self.singles: dict[Input, list[int]] = defaultdict(list)
        self.lines: dict[Input, list[int]] = defaultdict(list)
        for n, single in enumerate(plan.singles):
            for key in self._of_single(single.name, single.last_year):
                self.singles[key].append(n)
        for n, line in enumerate(plan.lines):
            keys = self._of_line(line.what)
            if keys is None:
                self.always.append(n)
            for key in keys or ():
                self.lines[key].append(n)
        self.asked = tuple(dict.fromkeys((*self.singles, *self.lines)))
        self.counted = {lists.name: self._counted(lists) for lists in plan.lists}
        self.free_columns = {x.name: [f.name for f in x.fields if is_free(f)] for x in plan.form.lists}
        self.locking = {x.name: [f.name for f in x.fields if f.locked == "有值时"] for x in plan.form.lists}
        self.outer = {lists.name: self._outer(lists) for lists in plan.lists}

    # ------------------------------------------------------------ what depends on what

    def _of_single(self, name: str, last_year: bool) -> set[Input]:
        if not last_year:
            return {("field", name), *_PERIOD}
        name = name.removeprefix("上年:")
        return {("last_year", name), ("field", TYPED_LAST_YEAR + name)}

    def _of_line(self, what: tuple[str, ...]) -> set[Input] | None:
        match what[0]:
            case "type":
                parts = {("field", part) for part in self.plan.parts(self.fields[what[1]])}
                return {("field", what[1]), ("locked", what[1]), *parts, *_PERIOD}
            case "required":
                asked = self._of_rule(f"|{what[1]}")
                return None if asked is None else asked | {("field", what[1]), ("locked", what[1])}
            case "rule":
                return self._of_rule(what[1])
            case _:
                return None

    def _of_rule(self, key: str) -> set[Input] | None:
        ready = self.plan.ready.get(key)
        found: set[Input] = set()
        for operand in ready.compiled.operands if ready else ():
            if operand.kind == "column":
                return None
            found |= self._of_operand(operand)
        return found

    def _of_operand(self, operand: Operand) -> set[Input]:
        name = operand.name
        match operand.kind:
            case "previous":
                return {("previous", name)}
            case "last_year":
                return {("last_year", name), ("field", TYPED_LAST_YEAR + name)}
            case _:
                return {("field", name)} if name in self.fields else {("tag", "周期末" if name == "今日" else name)}

    def _counted(self, lists: ListPlan) -> list[tuple[int, str, bool]]:
        """Lines that count rows of a list: index, letters of the helper column, whether that is a state."""
        found = []
        for n, line in enumerate(self.plan.lines):
            if line.what[0].startswith("list-") and line.what[1] == lists.name:
                wanted = {"list-type": ("state",), "list-required": ("required",), "list-rest": ("rest",)}.get(
                    line.what[0], ("unexplained", "rule")
                )
                own = (c.letters for w in wanted for c in lists.columns if (c.what, c.name) == (w, line.what[2]))
                found.append((n, next(own), line.what[0] == "list-type"))
        return found

    def _outer(self, lists: ListPlan) -> tuple[Operand, ...]:
        """What the formulas of a list's rows read outside the row."""
        own = self.own[lists.name]
        asked = {c.name for c in lists.columns if c.what == "rule"}
        ready = [r for key, r in self.plan.ready.items() if key in asked or key.startswith(f"{lists.name}|")]
        found = dict.fromkeys(o for r in ready for o in r.compiled.operands)
        found |= dict.fromkeys(Operand("field", name, "日期") for _, name in _PERIOD)
        return tuple(o for o in found if o.kind in ("column", "last_year") or o.name not in own)

    def written(self, values: Mapping[str, Value]) -> list[str]:
        """The free single fields that hold something."""
        return [name for name in self.free if has_value(values.get(name))]

    # ------------------------------------------------------------ what has changed

    def inputs(self, order: Order, values: Mapping[str, Value]) -> dict[Input, object]:
        """Everything an answer may depend on beside the lists."""
        found: dict[Input, object] = {}
        for key in self.asked:
            source, name = key
            match source:
                case "field":
                    value = values.get(name, "")
                    found[key] = value if value == "" else exact(value)
                case "locked":
                    found[key] = name in order.locked
                case "previous":
                    found[key] = exact(order.previous.get(name))
                case "last_year":
                    found[key] = exact(order.last_year.get(name))
                case _:
                    found[key] = exact(order.tags.get(name))
        return found

    def stale(self, inputs: Mapping[Input, object]) -> tuple[Iterable[int], Iterable[int]]:
        """The singles and the lines that read something that differs from the last order."""
        if self.last is None:
            return range(len(self.plan.singles)), range(len(self.plan.lines))
        before = self.last.inputs
        changed = [key for key, value in inputs.items() if before[key] != value]
        singles = {n for key in changed for n in self.singles.get(key, ())}
        lines = {n for key in changed for n in self.lines.get(key, ())}
        return sorted(singles), sorted({*lines, *self.always})

    def keep(self, inputs: Mapping[Input, object], answers: Answers) -> None:
        self.last = _Last(inputs, answers)
        if len(self.rows) > _MOST_ROWS:
            self.rows.clear()
