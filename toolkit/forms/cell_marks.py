"""Colours on the very cell while people type: the hidden sheet _标 mirrors every sheet that is filled in, with a number
at the address of each input cell, and one conditional format per sheet shows it.

The format asks `INDEX(name, ROW(), COLUMN())`: the same formula in every cell, so that a cell copied elsewhere asks for
its new place. `name` stands for the mirror's block, because a conditional format that names another sheet outright is
refused by Excel 2007 and kept by later ones only in an extension that other programs do not read
(docs/decisions/0017-colours-on-the-cell.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from toolkit.findings import Level
from toolkit.forms.form import MARK_SHEET, Form
from toolkit.forms.selfcheck_answers import Answers
from toolkit.forms.selfcheck_plan import CHECK_SHEET, FIRST, ROW, Line, ListPlan, Plan, is_free
from toolkit.forms.selfcheck_sheets import COUNTED
from toolkit.model import Value
from toolkit.office.references import Rectangle, column_letters, column_number, sqref_text
from toolkit.rules.excel import BLANK, DOUBTFUL, MARK, over_cells
from toolkit.rules.nodes import Call, Compare, operands

NOTHING, FIX, EXPLAIN, FILL = range(4)
"""What a mirror's cell says: nothing; must be corrected; must be explained; still to be filled in."""

PAINT = {FIX: "FFC7CE", EXPLAIN: "FFE08A", FILL: "FFE9CC"}
_FIRST_BLOCK = 3  # column A: has anybody begun to fill the sheet; B stays empty


@dataclass(frozen=True)
class Block:
    """The mirror of one sheet: `name` is defined as the columns from `first` on; row and column are the sheet's own."""

    sheet: str
    name: str
    number: int  # from 1: its row in column A
    first: int
    width: int

    @property
    def range(self) -> str:
        return f"'{MARK_SHEET}'!${column_letters(self.first)}:${column_letters(self.first + self.width - 1)}"

    def address(self, row: int | str, column: int) -> str:
        return f"{column_letters(self.first + column - 1)}{row}"

    def formula(self, mark: int) -> str:
        return f"INDEX({self.name},ROW(),COLUMN())={mark}"


def blocks_of(form: Form) -> dict[str, Block]:
    """By sheet, for all sheets with inputs; the same whatever the lists' length."""
    widths: dict[str, int] = {}
    for item in [*form.fields, *(f for x in form.lists for f in x.fields)]:
        if item.place and item.is_input:
            widths[item.place.sheet] = max(widths.get(item.place.sheet, 0), item.place.column)
    found: dict[str, Block] = {}
    first = _FIRST_BLOCK
    for number, sheet in enumerate(widths, start=1):
        found[sheet] = Block(sheet, f"zwgk_mark_{number}", number, first, widths[sheet])
        first += widths[sheet] + 1
    return found


def input_cells(form: Form, sheet: str) -> str:
    """The sqref of a sheet's input cells at template addresses."""
    fields = [*form.fields, *(f for x in form.lists for f in x.fields)]
    cells = {(f.place.row, f.place.column) for f in fields if f.place and f.place.sheet == sheet and f.is_input}
    lines = _joined([(row, column, row, column) for row, column in sorted(cells)], across=True)
    return sqref_text(tuple(_joined(sorted(lines, key=lambda r: (r[1], r[3], r[0])), across=False)))


def _joined(blocks: Sequence[Rectangle], *, across: bool) -> list[Rectangle]:
    """Neighbours beside (or below) each other as one block, in the order given."""
    out: list[Rectangle] = []
    for top, left, bottom, right in blocks:
        last = out[-1] if out else (0, 0, 0, 0)
        beside = (last[0], last[2], last[3] + 1) == (top, bottom, left)
        below = (last[1], last[3], last[2] + 1) == (left, right, top)
        if beside if across else below:
            out[-1] = (last[0], last[1], bottom, right)
        else:
            out.append((top, left, bottom, right))
    return out


# ---------------------------------------------------------------- what makes a cell speak


class Sign(NamedTuple):
    """A line of _检 (by index) that makes a cell say `mark`. `test`: for which of the many cells that a rule looks at."""

    mark: int
    line: int
    dated: bool = False  # counts only where K says so: a rule on trial is no more than a note
    test: str = ""  # "", blank, nothing, odd


@dataclass(frozen=True)
class Spot:
    """A single input cell: where it stands in the mirror, its row on _检."""

    row: int
    column: int  # of the mirror
    begun: str  # address of the flag of its sheet
    state: int
    signs: tuple[Sign, ...]

    def formula(self) -> str:
        parts: dict[int, list[str]] = defaultdict(list)
        for sign in self.signs:
            parts[sign.mark].append(self._sign(sign))
        return _formula(parts, self.begun)

    def _sign(self, sign: Sign) -> str:
        row = FIRST + sign.line
        state, value = f"{CHECK_SHEET}!$I${self.state}", f"{CHECK_SHEET}!$J${self.state}"
        tests = {
            "blank": f"*({state}={BLANK})",
            "nothing": f"*({state}={MARK})",
            "odd": f"*(({value}<0)+({value}<>INT({value}))>0)",
        }
        return _counts(f"{CHECK_SHEET}!$B${row}>0", row if sign.dated else 0) + tests.get(sign.test, "")

    def speaks(self, sign: Sign, state: int, value: Value) -> bool:
        match sign.test:
            case "blank":
                return state == BLANK
            case "nothing":
                return state == MARK
            case "odd":
                return not isinstance(value, str | date) and value is not None and (value < 0 or value != int(value))
        return True


class ColumnSign(NamedTuple):
    """A helper column of a list that makes the row's cell say `mark`: by a fault of its state, or by a 1."""

    mark: int
    letters: str
    line: int
    dated: bool
    state: bool

    def formula(self) -> str:
        wrong = f"{CHECK_SHEET}!${self.letters}{ROW}{f'>={DOUBTFUL}' if self.state else '=1'}"
        return _counts(wrong, FIRST + self.line if self.dated else 0)


@dataclass(frozen=True)
class Column:
    """An input column of a list; `free`: the state columns that tell whether a row is begun."""

    column: int  # of the mirror
    signs: tuple[ColumnSign, ...]
    free: tuple[str, ...]

    def formula(self) -> str:
        parts: dict[int, list[str]] = defaultdict(list)
        for sign in self.signs:
            parts[sign.mark].append(sign.formula())
        begun = "+".join(f"({CHECK_SHEET}!${x}{ROW}<>{BLANK})" for x in self.free)
        return _formula(parts, f"({begun}>0)" if begun else "0")


def _counts(wrong: str, level_row: int) -> str:
    return f"({wrong})*({CHECK_SHEET}!$K${level_row}>0)" if level_row else f"({wrong})"


def _formula(parts: Mapping[int, Sequence[str]], begun: str) -> str:
    out = str(NOTHING)
    for mark in (FILL, EXPLAIN, FIX):
        if parts.get(mark):
            found = "+".join(parts[mark])
            out = f"IF({f'({found})*{begun}' if mark == FILL else found}>0,{mark},{out})"
    return out


def weight_of(plan: Plan, answers: Answers, line: int) -> int:
    return COUNTED.get(answers.levels[plan.lines[line].kind - 1], 0)


# ---------------------------------------------------------------- from a plan


def _mark_of(plan: Plan, line: Line) -> tuple[int, bool]:
    """The mark of a rule's line (0: a note, no colour) and whether it depends on the day."""
    kind = plan.kinds[line.kind - 1]
    dated = kind.rule is not None and not (kind.rule.effective_from is None and kind.rule.trial_from is None)
    return {Level.FIX: FIX, Level.EXPLAIN: EXPLAIN}.get(kind.level, NOTHING), dated


def signs_of(plan: Plan) -> dict[str, list[Sign]]:
    """By single field."""
    found: dict[str, list[Sign]] = defaultdict(list)
    at = {target: name for name, target in plan.targets.items()}
    for n, line in enumerate(plan.lines):
        match line.what[0]:
            case "type":
                found[line.what[1]].append(Sign(FIX, n))
            case "required":
                found[line.what[1]].append(Sign(FILL, n))
            case "rule":
                mark, dated = _mark_of(plan, line)
                node = plan.ready[line.what[1]].node
                if mark and over_cells(node):
                    call = node.left if isinstance(node, Compare) else node
                    assert isinstance(call, Call)
                    for name in dict.fromkeys(o.name for o in operands(node)):
                        found[name] += _cell_signs(call.name, Sign(mark, n, dated))
                elif mark and line.target in at:
                    found[at[line.target]].append(Sign(mark, n, dated))
    return found


def _cell_signs(call: str, sign: Sign) -> list[Sign]:
    """A rule that looks at many cells one by one speaks at those that break it; blank ones are only still to be filled,
    whatever the rule's level: no sheet that nobody has begun is full of colours."""
    if call == "非负整数":
        return [sign._replace(test="odd")]
    blank = sign._replace(test="blank", mark=FILL)
    return [blank, sign._replace(test="nothing")] if call == "空格数" else [blank]


def columns_of(plan: Plan, lists: ListPlan, block: Block) -> list[Column]:
    form_list = plan.form.list(lists.name)
    assert form_list is not None
    found: dict[str, list[ColumnSign]] = defaultdict(list)
    for n, line in enumerate(plan.lines):
        if not line.what[0].startswith("list-") or line.what[1] != lists.name:
            continue
        mark, dated = _mark_of(plan, line) if line.what[0] == "list-rule" else (FIX, False)
        mark = FILL if line.what[0] == "list-required" else mark
        wanted = ("state",) if line.what[0] == "list-type" else ("required", "rest", "unexplained", "rule")
        own = [c for w in wanted for c in lists.columns if (c.what, c.name) == (w, line.what[2])]
        letters = line.target.partition('"&')[0].rpartition("!")[2]
        if mark:
            found[letters].append(ColumnSign(mark, own[0].letters, n, dated, line.what[0] == "list-type"))
    free = {f.name for f in form_list.fields if is_free(f)}
    states = tuple(c.letters for c in lists.columns if c.what == "state" and c.name in free)
    return [
        Column(block.first + column_number(letters) - 1, tuple(signs), states)
        for letters, signs in sorted(found.items(), key=lambda pair: column_number(pair[0]))
    ]
