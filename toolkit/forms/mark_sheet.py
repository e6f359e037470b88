"""_标 as XML: the mirror of every sheet, each cell a formula with what it gives now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from toolkit.forms.cell_marks import FILL, NOTHING, Block, ColumnSign, Sign, Spot, columns_of, signs_of, weight_of
from toolkit.forms.selfcheck_answers import Answers, RowCells
from toolkit.forms.selfcheck_plan import CHECK_SHEET, FIRST, ROW, Plan, is_free
from toolkit.office.package import MAIN
from toolkit.office.references import column_letters, column_number
from toolkit.rules.excel import BLANK, runs

_ROWS_TOGETHER = 16
_SLOT = "\1"


@dataclass
class Mirror:
    """_标 of one plan: cells row by row with slots for what they say. Remembers what it wrote last."""

    plan: Plan
    blocks: Mapping[str, Block]
    spots: list[Spot] = field(default_factory=list)
    written: dict[int, tuple[tuple[object, ...], bytes]] = field(default_factory=dict)

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
        self.by_hit = {
            s.line: (k, s) for columns in self.lists.values() for k, c in enumerate(columns) for s in c.signs
        }
        self.free = {
            sheet: [state_row[f.name] for f in plan.form.fields
                    if is_free(f) and f.name in state_row and _place(plan.targets[f.name])[0] == sheet]
            for sheet in self.blocks
        }  # fmt: skip
        self._lay_out()

    def _lay_out(self) -> None:
        """`rows`: by row number the texts with slots; `sources`: for every slot in sheet order its place in the list
        of all marks (flags of the sheets, then single cells, then lists row by row)."""
        cells: list[tuple[int, int, str]] = []  # row, column, text
        for block in self.blocks.values():
            states = runs(f"{CHECK_SHEET}!$I${n}" for n in self.free[block.sheet])
            count = "+".join(f"ROWS({r})-COUNTIF({r},{BLANK})" for r in states)
            formula = f"IF({count}>0,1,0)" if count else "0"
            cells.append((block.number, 1, _cell(f"A{block.number}", formula)))
        for spot in self.spots:
            cells.append((spot.row, spot.column, _cell(f"{column_letters(spot.column)}{spot.row}", spot.formula())))
        for lists in self.plan.lists:
            texts = [
                (c.column, _cell(f"{column_letters(c.column)}{ROW}", c.formula()))
                for c in self.lists.get(lists.name, ())
            ]
            cells += [(row, c, text.replace(ROW, str(row))) for row in lists.place.rows for c, text in texts]
        order = sorted(range(len(cells)), key=lambda n: cells[n][:2])
        self.rows: dict[int, list[str]] = defaultdict(list)
        self.sources: dict[int, list[int]] = defaultdict(list)
        for n in order:
            self.rows[cells[n][0]].append(cells[n][2])
            self.sources[cells[n][0]].append(n)

    # ------------------------------------------------------------ values

    def sheet(self, answers: Answers) -> list[bytes]:
        """_标 with what its formulas give now, in pieces."""
        begun = {s: any(answers.singles[n - FIRST][0] != BLANK for n in self.free[s]) for s in self.blocks}
        marks = [*map(int, begun.values()), *self._spots(answers, begun)]
        for lists in self.plan.lists:
            if lists.name in self.lists:
                for cells in answers.rows[lists.name]:
                    marks += self._row(lists.name, answers, cells)
        pieces = [_HEAD]
        numbers = list(self.rows)
        for start in range(0, len(numbers), _ROWS_TOGETHER):
            together = numbers[start : start + _ROWS_TOGETHER]
            values = tuple([marks[n] for number in together for n in self.sources[number]])
            known = self.written.get(start)
            if known is None or known[0] != values:
                known = self.written[start] = values, self._write(together, values)
            pieces.append(known[1])
        return [*pieces, _TAIL]

    def _write(self, numbers: Sequence[int], values: Sequence[int]) -> bytes:
        left = iter(values)
        out = []
        for number in numbers:
            cells = "".join(text.replace(_SLOT, str(next(left))) for text in self.rows[number])
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

    def _row(self, name: str, answers: Answers, cells: RowCells) -> list[int]:
        columns = self.lists[name]
        found = [NOTHING] * len(columns)
        begun: bool | None = None
        for line in cells.hits:
            k, sign = self.by_hit.get(line, _SILENT)
            if k < 0 or (sign.dated and not weight_of(self.plan, answers, line)):
                continue
            if sign.mark == FILL:
                if begun is None:
                    begun = any(cells.get(letters) != BLANK for letters in columns[k].free)
                if not begun:
                    continue
            found[k] = min(found[k] or sign.mark, sign.mark)
        return found


_SILENT = (-1, ColumnSign(NOTHING, "", 0, False, False))


def _cell(ref: str, formula: str) -> str:
    return f'<c r="{ref}"><f>{escape(formula)}</f><v>{_SLOT}</v></c>'


def _place(target: str) -> tuple[str, int, int]:
    """'表三'!C12 → sheet, row, column."""
    sheet, _, cell = target.rpartition("!")
    letters = cell.rstrip("0123456789")
    return sheet[1:-1].replace("''", "'"), int(cell[len(letters) :]), column_number(letters)


_HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetData>'.encode()
_TAIL = b'</sheetData><sheetProtection sheet="1" objects="1" scenarios="1"/></worksheet>'
