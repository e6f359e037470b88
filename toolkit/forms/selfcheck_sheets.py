"""The check sheets as XML: _检 and _参数 from a plan and its answers, every formula with its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from xml.sax.saxutils import escape

from toolkit.findings import Level
from toolkit.forms.form import EXPLANATION_LIST
from toolkit.forms.layout import EXPLANATION_FIRST_ROW, EXPLANATION_ROWS
from toolkit.forms.selfcheck_answers import Answers, RowCells
from toolkit.forms.selfcheck_cells import bare
from toolkit.forms.selfcheck_plan import FIRST, ROW, Kind, Line, ListColumn, Plan
from toolkit.model import Value
from toolkit.office.cell_xml import legal_text, serial
from toolkit.office.package import MAIN
from toolkit.office.references import quoted_sheet
from toolkit.rules.nodes import Operand, base_type

_SLOT = "\1"
COUNTED = {Level.FIX: 1, Level.EXPLAIN: 2}
"""K: what an item counts as; a note counts as nothing (0)."""


def text_xml(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(legal_text(text))}</t></is></c>'


def formula_cell(ref: str, formula: str, *, text: bool = False) -> str:
    """With a slot for its value."""
    kind = ' t="str"' if text else ""
    return f'<c r="{ref}"{kind}><f>{escape(legal_text(formula))}</f><v>{_SLOT}</v></c>'


def _number(ref: str) -> str:
    return f'<c r="{ref}"><v>{_SLOT}</v></c>'


def shown(value: Value) -> str:
    """A value between <v> and </v>."""
    if isinstance(value, str):
        return escape(legal_text(value))
    if isinstance(value, date):
        return str(serial(value))
    return format(value, "f") if isinstance(value, Decimal) else str(value or 0)


@dataclass(frozen=True)
class Frame:
    """A plan as text with slots. `rows`: by row number the pieces around the slots; `lists`: by list and column
    letters a cell up to its value, with ROW for the row's number. `written` remembers what was written last: what
    comes from the same answers is not written again."""

    plan: Plan
    rows: dict[int, tuple[str, ...]]
    lists: dict[str, dict[str, str]]
    last: int
    written: Written = field(default_factory=lambda: Written(), compare=False)


@dataclass
class Written:
    """Texts beside the very objects they were written from."""

    rows: dict[int, tuple[tuple[object, ...], str]] = field(default_factory=dict)
    templates: dict[tuple[str | int, ...], str] = field(default_factory=dict)
    pieces: dict[int, tuple[tuple[str, ...], bytes]] = field(default_factory=dict)


def frame(plan: Plan) -> Frame:
    last = FIRST + len(plan.lines) - 1
    single_targets = [plan.targets.get(s.name, "") for s in plan.singles]
    rows: dict[int, str] = {1: _totals(FIRST, max(FIRST, last)), 2: '<c r="C2"><v>0</v></c>'}
    depth = max(len(plan.lines), len(plan.singles), len(plan.kinds), EXPLANATION_ROWS)
    for n in range(depth):
        row = FIRST + n
        cells = ""
        if n < len(plan.lines):
            cells += _line(row, plan.lines[n])
        if n < len(plan.singles):
            s = plan.singles[n]
            cells += formula_cell(f"I{row}", s.state)
            cells += formula_cell(f"J{row}", s.value, text=base_type(s.type) == "text") if s.value else ""
        if n < len(plan.lines):
            cells += _number(f"K{row}")
        if n < len(plan.kinds):
            kind = plan.kinds[n]
            cells += f'<c r="L{row}" t="str"><v>{_SLOT}</v></c>' + _kind(row, kind)
        if n < EXPLANATION_ROWS:
            cells += formula_cell(f"Q{row}", _explanation(EXPLANATION_FIRST_ROW + n), text=True)
        if n < len(single_targets) and single_targets[n]:
            cells += text_xml(f"R{row}", single_targets[n])
        rows[row] = cells
    lists = {x.name: {c.letters: _column(c) for c in x.columns} for x in plan.lists}
    return Frame(plan, {n: tuple(text.split(_SLOT)) for n, text in rows.items()}, lists, last)


def _totals(first: int, last: int) -> str:
    b, k = f"$B${first}:$B${last}", f"$K${first}:$K${last}"
    total = [f"SUMPRODUCT(({k}>0)*{b})", f"MAX($C${first}:$C${last})"]
    total += [f"SUMPRODUCT(({k}={n})*{b})" for n in (1, 2, 0)]
    return "".join(formula_cell(f"{letters}1", f) for letters, f in zip("ABCDE", total, strict=True))


def _line(row: int, line: Line) -> str:
    cells = formula_cell(f"A{row}", line.code) if line.code else ""
    opened = line.open or (f"IF(A{row}=1,IF(H{row}>0,0,1),0)" if line.explained else f"IF(A{row}=1,1,0)")
    cells += formula_cell(f"B{row}", f"({opened})*G{row}")
    cells += formula_cell(f"C{row}", f"C{row - 1}+(B{row}>0)*1")
    cells += f'<c r="D{row}"><v>{line.kind}</v></c>'
    cells += text_xml(f"E{row}", line.label) if line.label else ""
    if line.moving:
        wrong = f"A{row}=1" if line.code else f"B{row}>0"
        cells += formula_cell(f"F{row}", f'IF({wrong},{line.target},"")', text=True)
    else:
        cells += text_xml(f"F{row}", line.target)
    cells += _number(f"G{row}")
    return cells + (formula_cell(f"H{row}", line.explained.replace("@", str(row))) if line.explained else "")


def _kind(row: int, kind: Kind) -> str:
    number = text_xml(f"O{row}", kind.no) if kind.no else ""
    return text_xml(f"M{row}", kind.message) + text_xml(f"N{row}", kind.remedy) + number


def _explanation(row: int) -> str:
    sheet = quoted_sheet(EXPLANATION_LIST)
    said = f'TRIM({bare(f"{sheet}!$C${row}")})=""'
    return f'IFERROR(IF({said},"",TRIM({sheet}!$A${row})&"|"&TRIM({sheet}!$B${row})),"")'


def _column(column: ListColumn) -> str:
    """A cell up to its value."""
    start = f'<c r="{column.letters}{ROW}"' + (' t="str">' if column.text else ">")
    return f"{start}<f>{escape(column.formula)}</f><v>" if column.formula else f"{start}<v>"


# ---------------------------------------------------------------- with values


_ROWS_TOGETHER = 16


def check_sheet(ready: Frame, answers: Answers) -> list[bytes]:
    """_检, in pieces of some rows each."""
    rows = {number: _item_row(ready, answers, number) for number in ready.rows}
    for lists in ready.plan.lists:
        for number, cells in zip(lists.place.rows, answers.rows[lists.name], strict=True):
            rows[number] = rows.get(number, "") + _list_row(ready, lists.name, number, cells)
    texts = [f'<row r="{n}">{rows[n]}</row>' if rows[n] else "" for n in sorted(rows)]
    pieces = [_HIDDEN_HEAD]
    for start in range(0, len(texts), _ROWS_TOGETHER):
        together = tuple(texts[start : start + _ROWS_TOGETHER])
        known = ready.written.pieces.get(start)
        if known is None or known[0] != together:
            known = ready.written.pieces[start] = together, "".join(together).encode()
        pieces.append(known[1])
    return [*pieces, _HIDDEN_TAIL]


def _item_row(ready: Frame, answers: Answers, number: int) -> str:
    """The part of a row that is about items, single operands and kinds."""
    pieces, n = ready.rows[number], number - FIRST
    if len(pieces) == 1:
        return pieces[0]
    made_of: tuple[object, ...] = (
        answers.lines[n] if 0 <= n < len(answers.lines) else None,
        answers.singles[n] if 0 <= n < len(answers.singles) else None,
        answers.levels,
        answers.said,
    )
    known = ready.written.rows.get(number)
    if known is not None and n >= 0 and all(a is b for a, b in zip(known[0], made_of, strict=True)):
        return known[1]
    values = _values(ready.plan, answers, number)
    text = pieces[0] + "".join([v + p for v, p in zip(values, pieces[1:], strict=True)])
    ready.written.rows[number] = made_of, text
    return text


def _list_row(ready: Frame, name: str, number: int, cells: RowCells) -> str:
    """The helper cells of one list row."""
    key = (name, number, *cells)
    templates = ready.written.templates
    if key not in templates:
        columns = ready.lists[name]
        text = "".join(columns[letters].replace("%", "%%") + "%s</v></c>" for letters in cells)
        templates[key] = text.replace(ROW, str(number))
    if not cells.shown:
        cells.shown = tuple(
            v if v.__class__ is int else _text_shown(v) if isinstance(v, str) else shown(v) for v in cells.values()
        )
    return templates[key] % cells.shown


@lru_cache(maxsize=4096)
def _text_shown(text: str) -> str:
    return shown(text)


def _values(plan: Plan, answers: Answers, row: int) -> Sequence[str]:
    n = row - FIRST
    if row == 1:
        return [str(x) for x in totals(plan, answers)]
    out: list[str] = []
    if n < len(plan.lines):
        line, answer = plan.lines[n], answers.lines[n]
        out += [str(answer.code)] if line.code else []
        out += [str(answer.open), str(answer.running)]
        out += [shown(answer.target)] if line.moving else []
        out += [str(answer.weight)] + ([str(answer.explained)] if line.explained else [])
    if n < len(plan.singles):
        state, value = answers.singles[n]
        out += [str(state)] + ([shown(value)] if plan.singles[n].value else [])
    if n < len(plan.lines):
        out.append(str(COUNTED.get(answers.levels[plan.lines[n].kind - 1], 0)))
    if n < len(plan.kinds):
        out.append(answers.levels[n].value)
    return [*out, shown(answers.said[n])] if 0 <= n < EXPLANATION_ROWS else out


def totals(plan: Plan, answers: Answers) -> tuple[int, int, int, int, int]:
    """Open places, lines, and the open places by level: 须修改, 须说明, 提示."""
    by_level = {1: 0, 2: 0, 0: 0}
    for line, answer in zip(plan.lines, answers.lines, strict=True):
        by_level[COUNTED.get(answers.levels[line.kind - 1], 0)] += answer.open
    lines = answers.lines[-1].running if answers.lines else 0
    return by_level[1] + by_level[2], lines, by_level[1], by_level[2], by_level[0]


def parameter_sheet(
    parameters: Sequence[Operand], answers: Answers, days: tuple[tuple[date, ...], ...]
) -> bytes:  # fmt: skip
    """_参数: names, values and states of what comes from outside the workbook; holidays, make-up and working days."""
    names = {"previous": "上期", "last_year": "上年"}
    rows = [text_xml("A1", "名称") + text_xml("B1", "取值") + text_xml("C1", "状态")]
    for n, (operand, (value, state)) in enumerate(zip(parameters, answers.parameters, strict=True), start=2):
        prefix = names.get(operand.kind, "")
        cells = [text_xml(f"A{n}", f"{prefix}({operand.name})" if prefix else operand.name)]
        if operand.name == "今日":
            cells.append(f'<c r="B{n}"><f>TODAY()</f><v>{shown(value)}</v></c>')
        elif isinstance(value, str):
            cells.append(text_xml(f"B{n}", value) if value else "")
        else:
            cells.append(f'<c r="B{n}"><v>{shown(value)}</v></c>')
        rows.append("".join([*cells, f'<c r="C{n}"><v>{state}</v></c>']))
    beside = _day_cells(days)
    texts = [cells + day for cells, day in zip_longest(rows, beside, fillvalue="")]
    return b"".join(
        [_HIDDEN_HEAD, "".join(f'<row r="{n}">{t}</row>' for n, t in enumerate(texts, start=1)).encode(), _HIDDEN_TAIL]
    )


@lru_cache(maxsize=8)
def _day_cells(days: tuple[tuple[date, ...], ...]) -> tuple[str, ...]:
    """By row from 1 on: the cells of the lists of days in columns E to G."""
    rows = [""] * (max(map(len, days), default=0) + 1)
    for letters, column in zip("EFG", days, strict=False):
        for n, day in enumerate(column, start=2):
            rows[n - 1] += f'<c r="{letters}{n}"><v>{serial(day)}</v></c>'
    return tuple(rows)


_HIDDEN_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetData>'
).encode()
_HIDDEN_TAIL = b'</sheetData><sheetProtection sheet="1" objects="1" scenarios="1"/></worksheet>'
