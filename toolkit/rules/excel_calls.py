"""The functions of the table as Excel text: most by their own names, the rest over values and states of helper cells."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeGuard

from toolkit.rules.excel import BLANK, DOUBTFUL, MARK, SOUND, Column, NotInSheet, addresses_of, quoted, runs, whole
from toolkit.rules.functions import MAX_DAYS_APART, MAX_MONTHS, Criterion, criterion
from toolkit.rules.nodes import Block, Call, Literal, Node, Ref, is_range

if TYPE_CHECKING:
    from toolkit.rules.excel import Writer

MAX_COUNT = 250
"""Working days that are sure to lie within a year."""


def written(node: Call, writer: Writer) -> str:
    if node.name in _PLAIN:
        return _plain(node, writer)
    return _SPECIAL[node.name](node, writer)


_PLAIN = {
    "NOT": "b", "ABS": "n", "ROUND": "nn", "LEN": "t", "LEFT": "tn", "RIGHT": "tn", "MID": "tnn", "TRIM": "t",
    "SEARCH": "ttn", "SUBSTITUTE": "tttn", "ROUNDUP": "sn", "ROUNDDOWN": "sn",
    "INT": "s", "YEAR": "d", "MONTH": "d", "DAY": "d",
}  # fmt: skip
"""What is wanted of each argument: n number, s number without binary dust, d day, t text, b truth."""


def _plain(node: Call, writer: Writer) -> str:
    wanted = {"n": writer.number, "s": writer.settled, "d": writer.day, "t": writer.text, "b": writer.truth}
    args = [wanted[kind](arg) for kind, arg in zip(_PLAIN[node.name], node.args, strict=False)]
    return f"{node.name}({','.join(args)})"


# ---------------------------------------------------------------- choices


def is_choice(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.name in ("IF", "IFERROR")


def chosen(node: Call, writer: Writer, wanted: Callable[[Node], str]) -> str:
    """IF and IFERROR want of their results what is wanted of them: a blank field stays blank on the way."""
    if node.name == "IFERROR":  # only an error of the first part itself leads to the second one
        return f"IF(ISERROR({writer.value(node.args[0])}),{wanted(node.args[1])},{wanted(node.args[0])})"
    otherwise = node.args[2] if len(node.args) == 3 else Literal(False, "bool")
    return f"IF({writer.truth(node.args[0])},{wanted(node.args[1])},{wanted(otherwise)})"


def _choice(node: Call, writer: Writer) -> str:
    if node.type == "any":
        raise NotInSheet(f"{node.name} 的两个结果类型不同。")
    wanted = writer.number if node.type in ("number", "date") else writer.value
    if node.name == "IFERROR":
        return f"IFERROR({wanted(node.args[0])},{wanted(node.args[1])})"
    return chosen(node, writer, wanted)


def _all(node: Call, writer: Writer) -> str:
    return f"{node.name}({','.join(writer.truth(arg) for arg in node.args)})"


# ---------------------------------------------------------------- many cells


def _is_column(node: Node) -> bool:
    return isinstance(node, Ref) and node.operand.kind == "column"


def _column(node: Node, writer: Writer) -> Column:
    assert isinstance(node, Ref)
    return writer.sheet.column(node.operand)


def _spots(node: Call, writer: Writer, part: str) -> list[str]:
    """Ranges of all fields and blocks among the arguments: their values, states or raw cells."""
    single = [a for a in node.args if isinstance(a, Ref | Block) and not _is_column(a)]
    return runs(getattr(s, part) for s in addresses_of(single, writer.sheet))


def _others(node: Call) -> list[Node]:
    """Arguments that are computed."""
    found: list[Node] = [a for a in node.args if not isinstance(a, Ref | Block)]
    if node.name != "SUM" and any(map(may_be_blank, found)):
        raise NotInSheet(f"{node.name} 中的 IF 可能得到空格。")
    return found


def may_be_blank(node: Node) -> bool:
    """A choice that may hand a field on as it stands."""
    parts = node.args[-2:] if is_choice(node) else ()
    return any(isinstance(part, Ref) or may_be_blank(part) for part in parts)


def _columns(node: Call, writer: Writer) -> list[Column]:
    return [_column(a, writer) for a in node.args if _is_column(a)]


def _added(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else "(" + "+".join(parts) + ")"


def _sum(node: Call, writer: Writer) -> str:
    parts = [
        *_spots(node, writer, "value"),
        *(c.value for c in _columns(node, writer)),
        *(writer.number(a) for a in _others(node)),
    ]
    return f"SUM({','.join(parts)})"


def _remainder(node: Call, writer: Writer) -> str:
    """MOD leaves dust of binary fractions in every sheet."""
    left = f"MOD({writer.settled(node.args[0])},{writer.number(node.args[1])})"
    return left if whole(node) else f"ROUND({left},9)"


def _extreme(node: Call, writer: Writer) -> str:
    """Over the cells as typed: there blanks and marks are passed over, and the guard has seen to all else."""
    parts = [
        *_spots(node, writer, "raw"),
        *(c.raw for c in _columns(node, writer)),
        *(writer.number(a) for a in _others(node)),
    ]
    return f"{node.name}({','.join(parts)})"


def _states(node: Call, writer: Writer) -> list[str]:
    found = _spots(node, writer, "state")
    if "" in found:
        raise NotInSheet(f"{node.name} 只能用于本表的字段。")
    return found


def _with_state(ranges: Sequence[str], states: Sequence[int]) -> list[str]:
    return [f"COUNTIF({r},{s})" for r in ranges for s in states]


def _count(node: Call, writer: Writer) -> str:
    """COUNT: numbers and days; texts are none."""
    parts: list[str] = []
    _others(node)
    for arg in node.args:
        if isinstance(arg, Block) and arg.type == "any":
            raise NotInSheet("COUNT 的区块类型不一。")
        if not isinstance(arg, Ref | Block):
            parts.append(f"(LEN({writer.value(arg)}){'>=' if arg.type in ('number', 'date') else '<'}0)*1")
        elif arg.type in ("number", "date"):
            one = Call("COUNT", (arg,), "number")
            parts += [f"COUNT({c.raw})" for c in _columns(one, writer)]
            parts += _with_state(_states(one, writer), (SOUND, DOUBTFUL)) if not _is_column(arg) else []
    return _added(parts or ["0"])


def _count_filled(node: Call, writer: Writer) -> str:
    parts = [f'COUNTIF({r},"<>{BLANK}")' for r in _states(node, writer)]
    parts += [f"SUMPRODUCT({c.used}*({c.state}<>{BLANK}))" for c in _columns(node, writer)]
    parts += [f"(LEN({writer.value(arg)})>=0)*1" for arg in _others(node)]  # an error stays one
    return _added(parts)


def _count_blank(node: Call, writer: Writer) -> str:
    parts = _with_state(_states(node, writer), (BLANK,))
    parts += [f"SUMPRODUCT({c.used}*({c.state}={BLANK}))" for c in _columns(node, writer)]
    return _added(parts)


def _nothings(node: Call, writer: Writer) -> str:
    parts = _with_state(_states(node, writer), (BLANK, MARK))
    parts += [f"SUMPRODUCT({c.used}*(({c.state}={BLANK})+({c.state}={MARK})))" for c in _columns(node, writer)]
    return _added(parts)


def _whole_numbers(node: Call, writer: Writer) -> str:
    ranges = [*_spots(node, writer, "value"), *(c.value for c in _columns(node, writer))]
    return _added([f"SUMPRODUCT(({r}<0)+({r}<>INT({r})))" for r in ranges]) + "=0"


def _occurrences(node: Call, writer: Writer) -> str:
    column, wanted = _column(node.args[0], writer), node.args[1]
    if node.args[0].type == "text":
        return f"SUMPRODUCT({column.used}*({column.value}={writer.text(wanted)}))"
    if isinstance(wanted, Ref) and wanted.type == node.args[0].type:
        spot = writer.sheet.spot(wanted.operand)
        if spot.state:
            return f'SUMPRODUCT({column.used}*({column.raw}&""={spot.raw}&""))'
    if wanted.type not in ("number", "date"):
        raise NotInSheet("出现次数 的两个参数类型不同。")
    there = f"({column.state}<>{BLANK})*({column.state}<>{MARK})"
    return f"SUMPRODUCT({column.used}*{there}*({column.value}={writer.number(wanted)}))"


# ---------------------------------------------------------------- criteria


def _condition(cells: Node, wanted: Node, writer: Writer) -> str:
    """A product of 1 and 0 over the cells of one range."""
    value, state, used = _one_range(cells, writer)
    test = _test(criterion(wanted, cells), cells.type, value, state)
    return f"{used}*{test}" if used else f"1*{test}"


def _one_range(cells: Node, writer: Writer) -> tuple[str, str, str]:
    if _is_column(cells):
        column = _column(cells, writer)
        return column.value, column.state, column.used
    spots = addresses_of([cells], writer.sheet)
    values, states = runs(s.value for s in spots), runs(s.state for s in spots)
    if len(values) != 1 or len(states) != 1 or not states[0]:
        raise NotInSheet("条件的范围不相连。")
    return values[0], states[0], ""


def _test(wanted: Criterion, kind: str, value: str, state: str) -> str:
    if wanted.value is None:
        return f"({state}{wanted.op}{BLANK})"
    if isinstance(wanted.value, str):
        return f"({value}{wanted.op}{quoted(wanted.value)})"
    number = f"{wanted.value:.15g}"
    there = f"({state}<>{BLANK})*({state}<>{MARK})"
    if wanted.op == "<>":
        return f"(1-{there}*({value}={number}))"
    return f"{there}*({value}{wanted.op}{number})"


def _count_if(node: Call, writer: Writer) -> str:
    pairs = zip(node.args[::2], node.args[1::2], strict=True)
    return f"SUMPRODUCT({'*'.join(_condition(c, w, writer) for c, w in pairs)})"


def _sum_if(node: Call, writer: Writer) -> str:
    if node.name == "SUMIFS":
        added, pairs = node.args[0], node.args[1:]
    else:
        added, pairs = node.args[-1] if len(node.args) == 3 else node.args[0], node.args[:2]
    tests = [_condition(c, w, writer) for c, w in zip(pairs[::2], pairs[1::2], strict=True)]
    return f"SUMPRODUCT({'*'.join(tests)}*{_one_range(added, writer)[0]})"


# ---------------------------------------------------------------- days


def _date(node: Call, writer: Writer) -> str:
    year, month, day = node.args
    known = isinstance(year, Literal) or (isinstance(year, Call) and year.name == "YEAR")
    y = writer.number(year)
    return f"DATE({y if known else f'IF({y}>1899,{y},NA())'},{writer.number(month)},{writer.number(day)})"


def _months_on(node: Call, writer: Writer) -> str:
    """EDATE, EOMONTH: LibreOffice would go on beyond the year 9999."""
    months = writer.number(node.args[1])
    written_out = _written_number(node.args[1])
    if written_out is None or abs(written_out) > MAX_MONTHS:
        months = f"IF(ABS({months})>{MAX_MONTHS},NA(),{months})"
    return f"{node.name}({writer.day(node.args[0])},{months})"


def _workdays_between(node: Call, writer: Writer) -> str:
    """NETWORKDAYS knows the holidays; the make-up days are counted on top. Reversed days give a negative number."""
    if not writer.sheet.holidays:
        raise NotInSheet("需要工作日历。")
    a, b = (f"INT({writer.number(arg)})" for arg in node.args)
    low, high, made = f"MIN({a},{b})", f"MAX({a},{b})", writer.sheet.makeup_days
    extra = f"IF({b}<{a},-1,1)*SUMPRODUCT(({made}>={low})*({made}<={high}))"
    known = f"AND({low}>60,{high}-{low}<={MAX_DAYS_APART})"
    return f"IF({known},NETWORKDAYS({a},{b},{writer.sheet.holidays})+{extra},NA())"


def _workday_after(node: Call, writer: Writer) -> str:
    """A place in the list of working days, counted on from the day. The list reaches a year and more beyond the days
    that the calendar knows; out there WORKDAY, which knows the week only, is right for a year's count."""
    days, count = writer.sheet.workdays, _written_number(node.args[1])
    if not days:
        raise NotInSheet("需要工作日历。")
    if count is None or abs(count) > MAX_COUNT:
        raise NotInSheet(f"工作日后 的天数不是写明的数，或超过 {MAX_COUNT}。")
    start, number = f"INT({writer.day(node.args[0])})", math.trunc(count)
    plain = f"WORKDAY({start},{number})"
    if number > 0:
        listed = f'IFERROR(INDEX({days},COUNTIF({days},"<="&{start})+{number}),{plain})'
        return f"IF({start}<MIN({days}),{plain},{listed})"
    before = f'COUNTIF({days},"<"&{start})'
    outside = f"OR({start}>MAX({days}),{before}<{-number})"
    return f"IF({outside},{plain},INDEX({days},{before}-{-number - 1}))" if number else start


def _written_number(node: Node) -> float | None:
    """The number that a formula gives in so many words."""
    return node.value if isinstance(node, Literal) and isinstance(node.value, float) else None


# ---------------------------------------------------------------- texts and kinds


def _value(node: Call, writer: Writer) -> str:
    """Of no text there is no number, nor of a truth: LibreOffice would say 0 and 1."""
    text = writer.text(node.args[0])
    return f'IF(OR({text}={{"","TRUE","FALSE"}}),NA(),VALUE({text}))'


def _find(node: Call, writer: Writer) -> str:
    """Nothing is found where the search begins; LibreOffice would call it an error."""
    needle, text = writer.text(node.args[0]), writer.text(node.args[1])
    start = writer.number(node.args[2]) if len(node.args) == 3 else ""
    found = f"FIND({needle},{text}{',' if start else ''}{start})"
    if isinstance(node.args[0], Literal) and node.args[0].value:
        return found
    at_once = f"IF(AND({start}>=1,{start}<=LEN({text})+1),TRUNC({start}),NA())" if start else "1"
    return f'IF({needle}="",{at_once},{found})'


def _text_by_format(node: Call, writer: Writer) -> str:
    arg, pattern = node.args
    assert isinstance(pattern, Literal)
    if is_choice(arg):
        return chosen(arg, writer, lambda part: _text_by_format(Call("TEXT", (part, pattern), "text"), writer))
    if arg.type in ("text", "bool"):
        if arg.type == "bool":
            raise NotInSheet("TEXT 不能用于判断结果。")
        return writer.text(arg)
    if str(pattern.value).lower() in ("general", "@", "g/通用格式"):
        number = f'{writer.settled(arg)}&""'
    else:
        day = bool(re.search("[ymd]", re.sub('"[^"]*"', "", str(pattern.value).lower())))
        number = f"TEXT({writer.day(arg) if day else writer.settled(arg)},{quoted(str(pattern.value))})"
    if isinstance(arg, Ref) and arg.type == "number" and (spot := writer.sheet.spot(arg.operand)).state:
        return f"IF({spot.state}={MARK},TRIM({spot.raw}),{number})"
    return number


def _kind(node: Call, writer: Writer) -> str:
    """ISBLANK, ISNUMBER, ISTEXT: by the state of a field; what is computed has its kind, or is an error."""
    (arg,) = node.args
    if is_range(arg) or arg.type == "any":
        raise NotInSheet("类型要到计算时才能确定。")
    if is_choice(arg):
        return chosen(arg, writer, lambda part: _kind(Call(node.name, (part,), "bool"), writer))
    if not isinstance(arg, Ref):
        yes = {"ISNUMBER": ("number", "date"), "ISTEXT": ("text",)}.get(node.name, ())
        return f"(LEN({writer.value(arg)}){'>=' if arg.type in yes else '<'}0)"
    spot = writer.sheet.spot(arg.operand)
    if arg.type == "text":
        return {"ISBLANK": f'{spot.value}=""', "ISTEXT": f'{spot.value}<>""', "ISNUMBER": "FALSE"}[node.name]
    if not spot.state:
        return "TRUE" if node.name == "ISNUMBER" else "FALSE"
    there = f"OR({spot.state}={SOUND},{spot.state}={DOUBTFUL})"
    return {"ISBLANK": f"{spot.state}={BLANK}", "ISNUMBER": there, "ISTEXT": f"{spot.state}={MARK}"}[node.name]


_SPECIAL: dict[str, Callable[[Call, Writer], str]] = {
    "IF": _choice, "IFERROR": _choice, "AND": _all, "OR": _all, "SUM": _sum, "MIN": _extreme, "MAX": _extreme,
    "COUNT": _count, "COUNTA": _count_filled, "COUNTBLANK": _count_blank, "COUNTIF": _count_if, "COUNTIFS": _count_if,
    "MOD": _remainder, "EDATE": _months_on, "EOMONTH": _months_on, "VALUE": _value, "FIND": _find, "SUMIF": _sum_if, "SUMIFS": _sum_if, "DATE": _date, "TEXT": _text_by_format, "ISBLANK": _kind,
    "ISNUMBER": _kind, "ISTEXT": _kind, "工作日数": _workdays_between, "工作日后": _workday_after,
    "出现次数": _occurrences, "非负整数": _whole_numbers, "空格数": _nothings,
}  # fmt: skip
