"""_标 as XML: the mirror of every sheet, each cell a formula with what it gives now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from toolkit.forms.cell_marks import FILL, NOTHING, Block, Sign, Spot, columns_of, signs_of, weight_of
from toolkit.forms.selfcheck_answers import Answers
from toolkit.forms.selfcheck_plan import CHECK_SHEET, FIRST, ROW, Plan, is_free
from toolkit.model import Value
from toolkit.office.package import MAIN
from toolkit.office.references import column_letters, column_number
from toolkit.rules.excel import BLANK, runs

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
        signs = signs_of(plan)
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
            x.name: columns_of(plan, x, self.blocks[x.place.sheet]) for x in plan.lists if x.place.sheet in self.blocks
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
                if (sign.dated and not weight_of(self.plan, answers, line)) or (
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
