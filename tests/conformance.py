"""Random expressions over the whole function table, and what each of our two back ends and each referee makes of them.

A case is one formula over one set of values. The Python back end computes it from the values; the Excel back end
writes it over helper cells (value, state, cell as typed: `selfcheck_cells` says what they hold), and a referee computes
that text: LibreOffice, or the `formulas` package.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from tests.selfcheck_kit import CALENDAR
from toolkit.forms.form import NUMBER_TYPES, Field
from toolkit.forms.selfcheck_cells import normal, state_of
from toolkit.model import Value
from toolkit.office.references import column_letters
from toolkit.rules.excel import FAULT, Column, NotInSheet, Spot, Writer, bounded, over_cells, rule_code, states_of
from toolkit.rules.formula import parse
from toolkit.rules.functions import FUNCTIONS
from toolkit.rules.nodes import Call, Chain, Node, Operand, Schema, children, operands
from toolkit.rules.python import NOT_COMPUTED, Compiled, compile_formula
from toolkit.rules.values import serial

FIELDS = {
    "甲": "整数", "乙": "整数", "额": "金额", "比": "小数", "丁": "整数",
    "始": "日期", "终": "日期", "文": "文本", "词": "文本", "情": "选项",
}  # fmt: skip
COLUMNS = {"数": "整数", "钱": "金额", "日": "日期", "字": "文本", "类": "选项"}
SCHEMA = Schema(FIELDS, blocks={"块": ("甲", "乙", "额", "比", "丁")}, columns={"单": COLUMNS})
OTHER_TIMES = (Operand("previous", "甲", "整数"), Operand("previous", "文", "文本"), Operand("last_year", "额", "金额"))
TODAY = Operand("name", "今日", "日期")
ROWS = 6  # of the list
UNCOMPUTED = "#未计算"

# ---------------------------------------------------------------- values

_WHOLE: tuple[Value, ...] = (0, 1, 2, 3, 3, 5, 7, 12, 45, 100, -2, -7, "", "", "/", "无")
_MONEY: tuple[Value, ...] = (
    0, 1, 3, Decimal("0.1"), Decimal("0.3"), Decimal("2.5"), Decimal("2.675"), Decimal("-0.5"), Decimal("1234.56"), Decimal("99999.99"), 1000000, "", "—",
)  # fmt: skip
_DAYS: tuple[Value, ...] = (
    date(2024, 5, 8), date(2024, 5, 11), date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31), date(2024, 4, 30), date(2024, 6, 30), date(2000, 1, 1), "",
)  # fmt: skip
_TEXTS: tuple[Value, ...] = (
    "", "abc", "ABC", "aXbXc", "12", "-3.5", "1,200", "50%", "已印发", "中文Ab", "a b", "a  b", "1*", "?", ">0", "=x", "TRUE", "2024-05-08", "𠮷田", "ß", "1E3", "(5)", "￥5",
)  # fmt: skip
_CHOICES: tuple[Value, ...] = ("甲类", "乙类", "Abc", "abc", "")
_FAULTS: Mapping[str, tuple[Value, ...]] = {"number": ("12件", "１２", "x"), "日期": ("待定", 45000, "2024-05-08")}
_EARLY = (date(1900, 3, 1), date(2150, 1, 1))


def _value(rng: random.Random, kind: str, wild: float) -> Value:
    if kind in NUMBER_TYPES:
        good = _WHOLE if kind == "整数" else _MONEY
        return rng.choice(_FAULTS["number"]) if rng.random() < wild else rng.choice(good)
    if kind == "日期":
        return rng.choice((*_FAULTS["日期"], *_EARLY)) if rng.random() < wild else rng.choice(_DAYS)
    return rng.choice(_CHOICES if kind == "选项" else _TEXTS)


@dataclass(frozen=True)
class Values:
    """One set of values: single operands, list columns (used rows only), and which of the list's rows are used."""

    single: Mapping[Operand, Value]
    columns: Mapping[str, tuple[Value, ...]]
    used: tuple[bool, ...]

    def of(self, operand: Operand) -> Value | tuple[Value, ...]:
        return self.columns[operand.name] if operand.kind == "column" else self.single[operand]


def value_sets(count: int, seed: int) -> list[Values]:
    rng = random.Random(seed)
    out = []
    for n in range(count):
        wild = (0.0, 0.0, 0.04)[n % 3]
        single: dict[Operand, Value] = {Operand("field", f, t): _value(rng, t, wild) for f, t in FIELDS.items()}
        single |= {o: None if rng.random() < 0.1 else _value(rng, o.type, 0) for o in OTHER_TIMES}
        single[TODAY] = rng.choice([d for d in _DAYS if d])
        used = tuple(rng.random() < 0.8 for _ in range(ROWS))
        columns = {f"单.{c}": tuple(_value(rng, t, wild / 4) for u in used if u) for c, t in COLUMNS.items()}
        out.append(Values(single, columns, used))
    return out


# ---------------------------------------------------------------- helper cells, as the check sheet has them

SINGLES = (*(Operand("field", f, t) for f, t in FIELDS.items()), *OTHER_TIMES, TODAY)
STRIDE = 24  # rows per set of values; days stand once, from column Z on
Cell = float | str | None


@dataclass(frozen=True)
class Grid:
    """Where the operands of one set stand. A typed, B state, C value; lists: used E, then three columns each."""

    base: int

    holidays = f"$Z$1:$Z${sum(not w for w in CALENDAR.entries.values())}"
    makeup_days = f"$AA$1:$AA${sum(CALENDAR.entries.values())}"

    @property
    def workdays(self) -> str:
        return f"$AB$1:$AB${len(work_days())}"

    def spot(self, operand: Operand) -> Spot:
        row = self.base + SINGLES.index(operand)
        return Spot(f"$C${row}", "" if operand.kind == "name" else f"$B${row}", f"$A${row}")

    def column(self, operand: Operand) -> Column:
        at = list(COLUMNS).index(operand.name.partition(".")[2])
        raw, state, value = (column_letters(6 + 3 * at + n) for n in range(3))
        return Column(*(self._stretch(x) for x in (value, state, raw, "E")))

    def _stretch(self, letters: str) -> str:
        return f"${letters}${self.base}:${letters}${self.base + ROWS - 1}"


@lru_cache(maxsize=1)
def work_days() -> tuple[date, ...]:
    days = (date(2023, 1, 1) + timedelta(days=n) for n in range(3 * 366))
    return tuple(d for d in days if CALENDAR.is_workday(d))


def _as_typed(value: Value) -> Cell:
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, int | Decimal):
        return float(value)
    return value or None


def _normal(value: Value, kind: str) -> Cell:
    found = _as_typed(normal(value, kind))
    return found if found is not None else "" if kind not in (*NUMBER_TYPES, "日期") else 0.0


def _state(operand_kind: str, value: Value, kind: str) -> int:
    if value is None:
        return FAULT if operand_kind != "field" and kind in (*NUMBER_TYPES, "日期") else 1
    field = Field("x", "x", "文本" if kind == "选项" else kind)
    return state_of(value, field, {}, True)


def helper_cells(number: int, values: Values) -> dict[str, Cell]:
    """Addresses → contents of one set of values."""
    base = 1 + number * STRIDE
    cells: dict[str, Cell] = {}
    for n, operand in enumerate(SINGLES):
        value = values.single[operand]
        state = _state(operand.kind, value, operand.type)
        cells |= {f"A{base + n}": _as_typed(value), f"B{base + n}": float(state),
                  f"C{base + n}": _normal(value if state != FAULT else "", operand.type)}  # fmt: skip
    places = [n for n, u in enumerate(values.used) if u]
    for at, (name, kind) in enumerate(COLUMNS.items()):
        for n in range(ROWS):
            value = values.columns[f"单.{name}"][places.index(n)] if n in places else ""
            state = _state("field", value, kind)
            raw, state_at, value_at = (f"{column_letters(6 + 3 * at + k)}{base + n}" for k in range(3))
            cells |= {
                raw: _as_typed(value),
                state_at: float(state),
                value_at: _normal(value if state != FAULT else "", kind),
            }
    return cells | {f"E{base + n}": float(u) for n, u in enumerate(values.used)}


def day_cells() -> dict[str, Cell]:
    lists = {
        "Z": sorted(d for d, w in CALENDAR.entries.items() if not w), "AA": sorted(d for d, w in CALENDAR.entries.items() if w),
        "AB": work_days(),
    }  # fmt: skip
    return {f"{x}{n}": serial(d) for x, days in lists.items() for n, d in enumerate(days, start=1)}


# ---------------------------------------------------------------- expressions

_NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "10",
    "0.1",
    "0.5",
    "-2",
    "2.5",
    "甲",
    "乙",
    "额",
    "比",
    "丁",
    "上期(甲)",
    "上年(额)",
    "甲",
    "额",
)
_WORDS = ('""', '"a"', '"b"', '"已"', '"Ab"', '"X"', '"12"', "文", "词", "情", "上期(文)", "文", "词")
_DATES = ("始", "终", "今日()", "DATE(2024,5,8)", "始", "终")
_CRITERIA = {
    "数": ("0", "3", '">1"', '"<>3"', '"<=5"', '"<0"', '""', '"<>"'), "钱": ("0.1", '">=2.5"', '"<>0"'),
    "字": ('"abc"', '"<>abc"', '""', '"<>"'), "类": ('"甲类"', '"<>乙类"', '"abc"', '"<>"'), "日": ('""', '"<>"'),
}  # fmt: skip
_FORMATS = ("0", "0.00", "#,##0", "#,##0.00", "0%", "0.00%", "000", "General")
_DAY_FORMATS = ("yyyy-mm-dd", "yyyy年m月d日", "yyyymmdd", "yyyy/m/d", "m月d日", "yy.mm.dd")
_NEEDLES = ('"b"', '"B"', '"已"', '"2"')
_BLANKABLE = ("甲", "额", "文", "始", "上期(文)")
_KINDS = ("number", "text", "date", "bool")


class Maker:
    """A random formula of a wanted type. `number(2)` is a number of at most two levels of functions."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.makers = {"number": self.number, "text": self.text, "date": self.date, "bool": self.bool}

    def pick(self, *options: str) -> str:
        return self.rng.choice(options)

    def number(self, d: int) -> str:
        if d <= 0 or self.rng.random() < 0.12:
            return self.pick(*_NUMBERS)
        n, t, day = (lambda: self.number(d - 1)), (lambda: self.text(d - 1)), (lambda: self.date(d - 1))
        digits = self.pick("0", "1", "2", "-1", "3")
        made: dict[str, Callable[[], str]] = {
            "+": lambda: f"({n()}{self.pick('+', '-')}{n()}{self.pick('+', '-')}{n()})", "*": lambda: f"({n()}{self.pick('*', '/')}{n()})",
            "^": lambda: f"({n()}^{self.pick('2', '3', '0.5', '-1')})", "-": lambda: f"(-{n()})", "%": lambda: f"({n()})%",
            "ABS": lambda: f"ABS({n()})", "ROUND": lambda: f"ROUND({n()},{digits})", "ROUNDUP": lambda: f"ROUNDUP({n()},{digits})",
            "ROUNDDOWN": lambda: f"ROUNDDOWN({n()},{digits})", "INT": lambda: f"INT({n()})", "MOD": lambda: f"MOD({n()},{n()})",
            "SUM": lambda: f"SUM({self.many(d)})", "MIN": lambda: f"MIN({self.many(d)})", "MAX": lambda: f"MAX({self.many(d)})",
            "COUNT": lambda: f"COUNT({self.some(d)})", "COUNTA": lambda: f"COUNTA({self.some(d)})",
            "COUNTBLANK": lambda: f"COUNTBLANK({self.pick('块', '甲', '文', *(f'单.{c}' for c in COLUMNS))})",
            "空格数": lambda: f"空格数({self.pick('块', '甲,乙', '单.数', '单.字,甲')})",
            "COUNTIF": lambda: f"COUNTIF({','.join(self.criterion())})",
            "COUNTIFS": lambda: f"COUNTIFS({','.join((*self.criterion('单'), *self.criterion('单')))})",
            "SUMIF": lambda: f"SUMIF({','.join(self.criterion('单'))},单.{self.pick('数', '钱')})",
            "SUMIFS": lambda: f"SUMIFS(单.{self.pick('数', '钱')},{','.join((*self.criterion('单'), *self.criterion('单')))})",
            "LEN": lambda: f"LEN({t()})", "FIND": lambda: f"FIND({t()},{t()}{self.pick('', '', ',2')})",
            "SEARCH": lambda: f"SEARCH({self.pick(*_NEEDLES)},{t()}{self.pick('', ',2')})",
            "VALUE": lambda: f"VALUE({self.pick(t(), self.shown(n()), f'LEFT({t()},2)')})", "YEAR": lambda: f"YEAR({day()})",
            "MONTH": lambda: f"MONTH({day()})", "DAY": lambda: f"DAY({day()})", "工作日数": lambda: f"工作日数({day()},{day()})",
            "出现次数": self.occurrences, "IF": lambda: f"IF({self.bool(d - 1)},{n()},{n()})", "IFERROR": lambda: f"IFERROR({n()},{n()})",
            "days": lambda: f"({day()}-{day()})", "truth": lambda: f"({self.bool(d - 1)})*1",
        }  # fmt: skip
        return made[self.pick(*made)]()

    def text(self, d: int) -> str:
        if d <= 0 or self.rng.random() < 0.2:
            return self.pick(*_WORDS)
        t, n = (lambda: self.text(d - 1)), (lambda: self.number(d - 1))
        small = self.pick("0", "1", "2", "3", "甲", n())
        made: dict[str, Callable[[], str]] = {
            "&": lambda: f"({t()}&{self.pick(t(), n())}&{t()})", "LEFT": lambda: f"LEFT({t()},{small})", "RIGHT": lambda: f"RIGHT({t()},{small})",
            "LEFT1": lambda: f"{self.pick('LEFT', 'RIGHT')}({t()})", "MID": lambda: f"MID({t()},{self.pick('1', '2', n())},{small})",
            "TRIM": lambda: f"TRIM({t()})", "SUBSTITUTE": lambda: f"SUBSTITUTE({t()},{t()},{t()}{self.pick('', ',1', ',2')})",
            "TEXT": lambda: self.shown(n()), "TEXTD": lambda: self.shown(self.date(d - 1), _DAY_FORMATS),
            "IF": lambda: f"IF({self.bool(d - 1)},{t()},{t()})", "IFERROR": lambda: f"IFERROR({t()},{t()})",
        }  # fmt: skip
        return made[self.pick(*made)]()

    def date(self, d: int) -> str:
        if d <= 0 or self.rng.random() < 0.3:
            return self.pick(*_DATES)
        day, n = (lambda: self.date(d - 1)), (lambda: self.pick("1", "-1", "5", "甲", self.number(d - 1)))
        made: dict[str, Callable[[], str]] = {
            "DATE": lambda: f"DATE({self.pick('2024', '2023', f'YEAR({day()})')},{n()},{n()})", "EDATE": lambda: f"EDATE({day()},{n()})",
            "EOMONTH": lambda: f"EOMONTH({day()},{n()})", "工作日后": lambda: f"工作日后({day()},{self.pick('0', '1', '5', '-3', '20')})",
            "+": lambda: f"({day()}{self.pick('+', '-')}{n()})", "MAX": lambda: f"{self.pick('MIN', 'MAX')}({day()},{day()})",
            "MAXC": lambda: f"{self.pick('MIN', 'MAX')}(单.日)", "IF": lambda: f"IF({self.bool(d - 1)},{day()},{day()})",
            "IFERROR": lambda: f"IFERROR({day()},{day()})",
        }  # fmt: skip
        return made[self.pick(*made)]()

    def bool(self, d: int) -> str:
        kind = self.pick("number", "number", "date", "text")
        same = self.makers[kind]
        op = self.pick("=", "<>") if kind == "text" else self.pick("=", "<>", "<", ">", "<=", ">=")
        if d <= 0:
            return f"{same(0)}{op}{same(0)}"
        b = lambda: self.bool(d - 1)  # noqa: E731 - as its neighbours
        made: dict[str, Callable[[], str]] = {
            "compare": lambda: f"{same(d - 1)}{op}{same(d - 1)}", "compare2": lambda: f"{same(d)}{op}{same(d - 1)}",
            "blank": lambda: self.pick(*_BLANKABLE) + self.pick("=", "<>") + '""',
            "AND": lambda: f"AND({b()},{b()}{self.pick('', ',' + b())})", "OR": lambda: f"OR({b()},{b()}{self.pick('', ',' + b())})",
            "NOT": lambda: f"NOT({b()})", "IS": lambda: f"{self.pick('ISBLANK', 'ISNUMBER', 'ISTEXT')}({self.anything(d - 1)})",
            "IS0": lambda: f"{self.pick('ISBLANK', 'ISNUMBER', 'ISTEXT')}({self.pick(*FIELDS, '上期(甲)')})",
            "非负整数": lambda: f"非负整数({self.pick('块', '甲,乙', '单.数', '额')})", "IF": lambda: f"IF({b()},{b()},{b()})",
            "IFERROR": lambda: f"IFERROR({b()},{b()})", "same": lambda: f"({b()})={self.pick('TRUE', 'FALSE', f'({b()})')}",
        }  # fmt: skip
        return made[self.pick(*made)]()

    # ------------------------------------------------------------ arguments

    def shown(self, argument: str, formats: Sequence[str] = _FORMATS) -> str:
        return f'TEXT({argument},"{self.pick(*formats)}")'

    def anything(self, d: int) -> str:
        return self.makers[self.pick(*_KINDS)](d)

    def many(self, d: int) -> str:
        parts = [
            self.pick("块", "单.数", "单.钱", "甲,乙", self.number(d - 1), self.number(d - 1))
            for _ in range(self.rng.randrange(1, 3))
        ]
        return ",".join(parts)

    def some(self, d: int) -> str:
        parts = [
            self.pick("块", "文", "甲", "始", *(f"单.{c}" for c in COLUMNS), self.number(d - 1))
            for _ in range(self.rng.randrange(1, 3))
        ]
        return ",".join(parts)

    def criterion(self, where: str = "") -> tuple[str, str]:
        if not where and self.rng.random() < 0.3:
            return "块", self.pick('">0"', '"<>0"', "3", '""')
        column = self.pick(*_CRITERIA)
        return f"单.{column}", self.pick(*_CRITERIA[column])

    def occurrences(self) -> str:
        return self.pick(
            "出现次数(单.字,文)",
            "出现次数(单.类,情)",
            "出现次数(单.数,甲)",
            "出现次数(单.字,词)",
            '出现次数(单.类,"甲类")',
            "出现次数(单.日,始)",
        )


@dataclass(frozen=True)
class Expression:
    text: str
    node: Node
    compiled: Compiled

    @property
    def functions(self) -> frozenset[str]:
        return frozenset(_names(self.node))


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Call):
        yield node.name
    if isinstance(node, Chain) and node.ops[0] == "^":
        yield "^"
    yield from (n for child in children(node) for n in _names(child))
    for operand in operands(node):
        yield {"previous": "上期", "last_year": "上年", "name": operand.name}.get(operand.kind, "")


def expressions(count: int, seed: int) -> list[Expression]:
    """Different formulas that a sheet can hold, of every type in turn."""
    maker = Maker(random.Random(seed))
    found: dict[str, Expression] = {}
    number = 0
    while len(found) < count:
        number += 1
        text = maker.makers[("bool", "number", "text", "date")[number % 4]](1 + number % 3)
        if text in found:
            continue
        node = parse(text, SCHEMA)
        try:
            written(node, Grid(1))
        except NotInSheet:
            continue
        found[text] = Expression(text, node, compile_formula(text, SCHEMA))
    return list(found.values())


# ---------------------------------------------------------------- what the back ends say

EXPRESSIONS, SETS, SEED = 2_500, 4, 20_241_231


def written(node: Node, grid: Grid) -> str:
    """The Excel back end's text: a rule's code, or a value behind the same guard."""
    if node.type == "bool":
        return rule_code(node, grid)
    plain = "" if node.type == "text" else "1*"  # a day as its number
    value = f'IFERROR({plain}{Writer(grid).value(node)},"{UNCOMPUTED}")'
    states = states_of(node, grid)
    return bounded(f'IF(MAX({states})={FAULT},"{UNCOMPUTED}",{value})' if states else value, node)


def computed(case: Expression, values: Values) -> float | str:
    """What the Python back end says: a code, a number, a text, or UNCOMPUTED."""
    given = [values.of(o) for o in case.compiled.operands]
    judges_cells = case.node.type == "bool" and over_cells(case.node)
    if "空格数" in case.functions and not judges_cells and _has_fault(case, values):
        return 2.0 if case.node.type == "bool" else UNCOMPUTED  # the batch does not ask: see forms.scope
    if judges_cells:  # a rule that judges every cell by itself goes on without the faulty ones
        faults = [_state(o.kind, v, o.type) == FAULT for o, v in zip(case.compiled.operands, given, strict=True)]  # type: ignore[arg-type]
        if not all(faults):
            given = [0 if bad else v for bad, v in zip(faults, given, strict=True)]
    result = case.compiled(given, CALENDAR)
    if case.node.type == "bool":
        return 2.0 if result is NOT_COMPUTED else float(result is False)
    if result is NOT_COMPUTED:
        return UNCOMPUTED
    assert isinstance(result, float | str)
    return result


def _has_fault(case: Expression, values: Values) -> bool:
    for operand in case.compiled.operands:
        given = values.of(operand)
        cells = given if isinstance(given, tuple) else (given,)
        if any(_state(operand.kind, x, operand.type) == FAULT for x in cells):
            return True
    return False


def same(a: float | str, b: float | str) -> bool:
    """Comparisons in the sheet look at nine places, so do we."""
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=5e-10)


def table_names() -> frozenset[str]:
    """Every name a formula may call."""
    return frozenset(FUNCTIONS) | {"上期", "上年", "今日"}


# ---------------------------------------------------------------- where a referee and we differ


@dataclass(frozen=True)
class Difference:
    """A cause of disagreement that is known: the functions it comes from, and why we stay as we are."""

    functions: frozenset[str]
    reason: str


LIBREOFFICE, PACKAGE = "LibreOffice", "formulas"
DIFFERENCES: Mapping[str, tuple[Difference, ...]] = {
    LIBREOFFICE: (
        Difference(
            frozenset({"VALUE"}),
            "VALUE 遇到日期（2024-05-08）、带括号的数（(5)）等文字：表内换算成数，随软件和地区设置而变；批处理只认数字、千分位、小数点、百分号和科学计数，其余视为未计算。",
        ),
    ),
    PACKAGE: (
        Difference(frozenset({"工作日后"}), "该软件包没有 WORKDAY 函数，日历所列年份以外的日子无法计算。"),
        Difference(
            frozenset({"TEXT"}),
            "该软件包的 TEXT：逢五取偶而不是四舍五入；“#,##0”遇 0 写成“0,”；日期的末位 0 丢失（30日写成3日）。",
        ),
        Difference(frozenset({"SUBSTITUTE"}), "该软件包的 SUBSTITUTE：被替换的文字为空、或要求第几处时出错。"),
        Difference(frozenset({"TRIM"}), "该软件包的 TRIM 不合并文字中间的连续空格。"),
        Difference(frozenset({"VALUE"}), "该软件包的 VALUE 不认百分号，并把带千分位的数当作日期。"),
        Difference(
            frozenset({"MOD", "ROUNDUP", "ROUNDDOWN"}), "该软件包按二进制小数计算，2 除以 0.1 的余数不是 0，1236.66 进位成 1236.67。"
        ),
        Difference(
            frozenset({"^"}), "乘方的结果超过 15 位时，该软件包写成文字的位数更多；电子表格和批处理都只到 15 位。"
        ),
        Difference(
            frozenset({"DATE", "LEFT", "RIGHT", "MID"}), "该软件包对负的小数（-0.5 个字、-0.5 个月）向下取整或当作 0，表内和批处理向 0 取整或视为未计算。"
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """What one referee said. `known`: disagreements by their cause; `strange`: those without one, ready to be read."""

    verdicts: int
    known: tuple[int, ...]
    strange: tuple[str, ...]

    @property
    def agreed(self) -> int:
        return self.verdicts - sum(self.known) - len(self.strange)


def tally(
    referee: str, cases: Sequence[Expression], sets: Sequence[Values], answers: Sequence[Sequence[float | str]]
) -> Tally:
    causes = DIFFERENCES[referee]
    known = [0] * len(causes)
    strange: list[str] = []
    for case, line in zip(cases, answers, strict=True):
        for values, answer in zip(sets, line, strict=True):
            ours = computed(case, values)
            if same(ours, answer):
                continue
            cause = next((n for n, c in enumerate(causes) if c.functions & case.functions), None)
            if cause is None:
                given = {o.name: values.of(o) for o in case.compiled.operands}
                strange.append(f"{case.text} | {ours!r} | {referee} {answer!r} | {given}")
            else:
                known[cause] += 1
    return Tally(len(cases) * len(sets), tuple(known), tuple(strange))


def corpus() -> tuple[list[Expression], list[Values]]:
    """The expressions and sets of values that the referees are asked about."""
    return expressions(EXPRESSIONS, SEED), value_sets(SETS, SEED)
