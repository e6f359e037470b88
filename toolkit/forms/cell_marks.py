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
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape

from toolkit.findings import Level
from toolkit.forms.form import MARK_SHEET, Form
from toolkit.forms.selfcheck_plan import CHECK_SHEET, FIRST, ROW, Line, ListPlan, Plan, is_free
from toolkit.forms.selfcheck_sheets import COUNTED
from toolkit.forms.selfcheck_values import Answers
from toolkit.model import Value
from toolkit.office.package import MAIN
from toolkit.office.references import Rectangle, column_letters, column_number, sqref_text
from toolkit.rules.excel import BLANK, DOUBTFUL, FAULT, MARK, over_cells, runs
from toolkit.rules.nodes import Call, Compare, operands

NOTHING, FIX, EXPLAIN, FILL = range(4)
"""What a mirror's cell says: nothing; must be corrected; must be explained; still to be filled in."""

PAINT = {FIX: "FFC7CE", EXPLAIN: "FFE08A", FILL: "FCE4D6"}
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
    for number, sheet in enumerate((s.name for s in form.sheets if s.name in widths), start=1):
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

    def speaks(self, cells: Mapping[str, Value]) -> bool:
        value = cells.get(self.letters, 0)
        return isinstance(value, int) and (DOUBTFUL <= value <= FAULT if self.state else value == 1)


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

    def mark(self, plan: Plan, answers: Answers, cells: Mapping[str, Value]) -> int:
        said = [s.mark for s in self.signs if s.speaks(cells) and not (s.dated and not _weight(plan, answers, s.line))]
        begun = any(cells.get(x, BLANK) != BLANK for x in self.free)
        return min((m for m in said if m != FILL or begun), default=NOTHING)


def _counts(wrong: str, level_row: int) -> str:
    return f"({wrong})*({CHECK_SHEET}!$K${level_row}>0)" if level_row else f"({wrong})"


def _formula(parts: Mapping[int, Sequence[str]], begun: str) -> str:
    out = str(NOTHING)
    for mark in (FILL, EXPLAIN, FIX):
        if parts.get(mark):
            found = "+".join(parts[mark])
            out = f"IF({f'({found})*{begun}' if mark == FILL else found}>0,{mark},{out})"
    return out


def _weight(plan: Plan, answers: Answers, line: int) -> int:
    return COUNTED.get(answers.levels[plan.lines[line].kind - 1], 0)


# ---------------------------------------------------------------- from a plan


def _mark_of(plan: Plan, line: Line) -> tuple[int, bool]:
    """The mark of a rule's line (0: a note, no colour) and whether it depends on the day."""
    kind = plan.kinds[line.kind - 1]
    dated = kind.rule is not None and not (kind.rule.effective_from is None and kind.rule.trial_from is None)
    return {Level.FIX: FIX, Level.EXPLAIN: EXPLAIN}.get(kind.level, NOTHING), dated


def _signs(plan: Plan) -> dict[str, list[Sign]]:
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


def _columns(plan: Plan, lists: ListPlan, block: Block) -> list[Column]:
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


# ---------------------------------------------------------------- the sheet


_ROWS_TOGETHER = 16
_MOST_LIST_ROWS = 1024
_SLOT = "\1"


@dataclass
class Mirror:
    """_标 of one plan: cells row by row with slots for what they say. Remembers what it wrote last."""

    plan: Plan
    blocks: Mapping[str, Block]
    spots: list[Spot] = field(default_factory=list)
    written: dict[int, tuple[tuple[object, ...], bytes]] = field(default_factory=dict)
    said: dict[int, tuple[object, object, tuple[int, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        state_row = {s.name: FIRST + n for n, s in enumerate(plan.singles)}
        signs = _signs(plan)
        fields = [f for f in plan.form.fields if f.is_input and f.name in state_row and signs.get(f.name)]
        for item in fields:
            sheet, row, column = _place(plan.targets[item.name])
            block = self.blocks[sheet]
            begun = f"$A${block.number}"
            spot = Spot(row, block.first + column - 1, begun, state_row[item.name], tuple(signs[item.name]))
            self.spots.append(spot)
        self.by_line: dict[int, list[tuple[int, Sign]]] = defaultdict(list)
        for n, spot in enumerate(self.spots):
            for sign in spot.signs:
                self.by_line[sign.line].append((n, sign))
        self.lists = {
            x.name: _columns(plan, x, self.blocks[x.place.sheet]) for x in plan.lists if x.place.sheet in self.blocks
        }
        self.free = {
            sheet: [state_row[f.name] for f in plan.form.fields
                    if is_free(f) and f.name in state_row and _place(plan.targets[f.name])[0] == sheet]
            for sheet in self.blocks
        }  # fmt: skip
        self._lay_out()

    def _lay_out(self) -> None:
        """By row: (column, text with a slot, where its value comes from)."""
        rows: dict[int, list[tuple[int, str, tuple[object, ...]]]] = defaultdict(list)
        for block in self.blocks.values():
            states = runs(f"{CHECK_SHEET}!$I${n}" for n in self.free[block.sheet])
            count = "+".join(f"ROWS({r})-COUNTIF({r},{BLANK})" for r in states)
            formula = f"IF({count}>0,1,0)" if count else "0"
            rows[block.number].append((1, _cell(f"A{block.number}", formula), ("begun", block.sheet)))
        for n, spot in enumerate(self.spots):
            at = f"{column_letters(spot.column)}{spot.row}"
            rows[spot.row].append((spot.column, _cell(at, spot.formula()), ("spot", n)))
        for lists in self.plan.lists:
            texts = [
                (c.column, _cell(f"{column_letters(c.column)}{ROW}", c.formula()))
                for c in self.lists.get(lists.name, ())
            ]
            for n, row in enumerate(lists.place.rows):
                rows[row] += [
                    (column, text.replace(ROW, str(row)), ("list", lists.name, n, k))
                    for k, (column, text) in enumerate(texts)
                ]
        self.rows = {number: sorted(cells, key=lambda cell: cell[0]) for number, cells in sorted(rows.items())}

    # ------------------------------------------------------------ values

    def sheet(self, answers: Answers) -> list[bytes]:
        """_标 with what its formulas give now, in pieces."""
        begun = {sheet: any(answers.singles[n - FIRST][0] != BLANK for n in rows) for sheet, rows in self.free.items()}
        spots = self._spots(answers, begun)
        lists = {name: [self._row(name, answers, cells) for cells in answers.rows[name]] for name in self.lists}

        def value(source: tuple[object, ...]) -> int:
            match source:
                case ("begun", str(sheet)):
                    return int(begun[sheet])
                case ("spot", int(n)):
                    return spots[n]
                case ("list", str(name), int(n), int(k)):
                    return lists[name][n][k]
            raise AssertionError(source)

        pieces = [_HEAD]
        numbers = list(self.rows)
        for start in range(0, len(numbers), _ROWS_TOGETHER):
            together = numbers[start : start + _ROWS_TOGETHER]
            values = tuple([value(source) for n in together for _, _, source in self.rows[n]])
            known = self.written.get(start)
            if known is None or known[0] != values:
                known = self.written[start] = values, self._write(together, values)
            pieces.append(known[1])
        return [*pieces, _TAIL]

    def _write(self, numbers: Sequence[int], values: Sequence[int]) -> bytes:
        left = iter(values)
        out = []
        for number in numbers:
            cells = "".join(text.replace(_SLOT, str(next(left))) for _, text, _ in self.rows[number])
            out.append(f'<row r="{number}">{cells}</row>')
        return "".join(out).encode()

    def _spots(self, answers: Answers, begun: Mapping[str, bool]) -> list[int]:
        out = [NOTHING] * len(self.spots)
        flags = {f"$A${block.number}": begun[sheet] for sheet, block in self.blocks.items()}
        for line, signs in self.by_line.items():
            if not answers.lines[line].open:
                continue
            for n, sign in signs:
                spot = self.spots[n]
                if (sign.dated and not _weight(self.plan, answers, line)) or (
                    sign.mark == FILL and not flags[spot.begun]
                ):
                    continue
                if spot.speaks(sign, *answers.singles[spot.state - FIRST]):
                    out[n] = min(out[n] or sign.mark, sign.mark)
        return out

    def _row(self, name: str, answers: Answers, cells: dict[str, Value]) -> tuple[int, ...]:
        known = self.said.get(id(cells))
        if known is not None and known[0] is cells and known[1] is answers.levels:
            return known[2]
        marks = tuple(column.mark(self.plan, answers, cells) for column in self.lists[name])
        if len(self.said) >= _MOST_LIST_ROWS:
            self.said.clear()
        self.said[id(cells)] = cells, answers.levels, marks
        return marks


def _cell(ref: str, formula: str) -> str:
    return f'<c r="{ref}"><f>{escape(formula)}</f><v>{_SLOT}</v></c>'


def _place(target: str) -> tuple[str, int, int]:
    """'表三'!C12 → sheet, row, column."""
    sheet, _, cell = target.rpartition("!")
    letters = cell.rstrip("0123456789")
    return sheet[1:-1].replace("''", "'"), int(cell[len(letters) :]), column_number(letters)


_HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetData>'.encode()
_TAIL = b'</sheetData><sheetProtection sheet="1" objects="1" scenarios="1"/></worksheet>'
