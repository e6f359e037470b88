"""What the check sheet makes of one cell that people type into: a state and a normal value, as formulas and in Python.

The sheet is as strict as the batch or stricter: a number written as text is refused here and taken there with a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from toolkit.forms.convert import MAX_DIGITS, type_fault
from toolkit.forms.form import NUMBER_TYPES, Field, Option
from toolkit.model import NOTHING_MARKS, Value
from toolkit.office.cell_xml import serial
from toolkit.rules.excel import BLANK, DOUBTFUL, FAULT, MARK, SOUND

_MARKS = ",".join(f'"{m}"' for m in sorted(NOTHING_MARKS) if m)
_HUGE = "1E+15"
_NEAR = 400
"""Days before and after the period in which a whole number is taken for a day: 3-5, typed into a number cell, becomes
the fifth of March in Excel. The cell's format says so to the batch; a sheet sees the number only."""
_FIRST_DAY, _LAST_DAY = 36526, 73050  # 2000-01-01 to 2099-12-31
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
CHOICES = ("选项", "是否", "多选")


def bare(cell: str) -> str:
    """The text with ideographic and fixed spaces and line feeds as plain spaces."""
    return f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},"\u3000"," "),"\u00a0"," "),CHAR(10)," ")'


def state_formula(field: Field, cell: str, choices: str, whole_ruled: bool, period: tuple[str, str]) -> str:
    """The state (rules.excel) of a cell. `choices`: the range of a field's options, "" where it has none. `period`:
    the cells that hold its first and its last day."""
    if field.type in NUMBER_TYPES:
        start, end = period
        odd = f"ABS({cell})>={_HUGE},AND({cell}>={start}-{_NEAR},{cell}<={end}+{_NEAR},{cell}=INT({cell}))"
        if field.type == "整数" and not whole_ruled:
            odd += f",{cell}<>INT({cell})"
        return _typed(cell, f"IF(OR({odd}),{DOUBTFUL},{SOUND})")
    if field.type == "日期":
        strange = f"IF(AND({cell}>60,{cell}<2958466),{DOUBTFUL},{FAULT})"
        return _typed(cell, f"IF(AND({cell}>={_FIRST_DAY},{cell}<{_LAST_DAY + 1}),{SOUND},{strange})")
    if choices:
        text = f"TRIM({cell})"
        known = f"SUMPRODUCT(--EXACT({choices},{text}))>0"
        if field.type == "多选":
            parts = f'ISNUMBER(FIND("、"&{choices}&"、","、"&{text}&"、"))*(LEN({choices})+1)'
            known = f"OR({known},SUMPRODUCT({parts})=LEN({text})+1)"
        return f'IF(ISERROR({cell}),{FAULT},IF({text}="",{BLANK},IF({known},{SOUND},{FAULT})))'
    long = f"IF(ABS({cell})>={_HUGE},{DOUBTFUL},{SOUND})"
    blank = f'IF(TRIM({bare(cell)})="",{BLANK},{SOUND})'
    return f"IF(ISERROR({cell}),{FAULT},IF(ISNUMBER({cell}),{long},{blank}))"


def _typed(cell: str, number: str) -> str:
    other = f'IF(TRIM({cell})="",{BLANK},IF(OR(TRIM({cell})={{{_MARKS}}}),{MARK},{FAULT}))'
    odd = f"IF(ISERROR({cell}),{FAULT},IF(ISLOGICAL({cell}),{FAULT}"
    return f"{odd},IF(ISNUMBER({cell}),{number},{other})))"


def value_formula(field: Field, cell: str, state: str, choices: str) -> str:
    """The normal value: a number or the serial of a day (0 where there is none), or a text ("" likewise)."""
    there = f"OR({state}={SOUND},{state}={DOUBTFUL})"
    if field.type in NUMBER_TYPES:
        return f"IF({there},{cell},0)"
    if field.type == "日期":
        return f"IF({there},INT({cell}),0)"
    if choices:
        return f'IF({there},TRIM({cell}),"")'
    plain = bare(cell)
    edges = f'LEN(TRIM("x"&{plain}&"x"))=LEN(TRIM({plain}))+2'
    return f'IF({there},IF({edges},{cell}&"",TRIM({plain})),"")'


def state_of(
    value: Value,
    field: Field,
    options: Mapping[str, Sequence[Option]],
    whole_ruled: bool,
    facts: Mapping[str, Value] | None = None,
) -> int:
    """The state of a value as `issue` or `fill` writes it. `facts` hold the period's first and last day."""
    if value is None or value == "" or (isinstance(value, str) and not value.strip()):
        return BLANK
    if field.type in NUMBER_TYPES:
        if isinstance(value, int | Decimal):
            odd = abs(value) >= 10**MAX_DIGITS or like_a_day(value, facts or {})
            fraction = field.type == "整数" and not whole_ruled and value != int(value)
            return DOUBTFUL if odd or fraction else SOUND
        return MARK if value in NOTHING_MARKS else FAULT
    if field.type == "日期":
        if isinstance(value, date):
            return SOUND if 2000 <= value.year <= 2099 else DOUBTFUL
        return MARK if value in NOTHING_MARKS else FAULT
    if isinstance(value, int | Decimal) and abs(value) >= 10**MAX_DIGITS and field.type not in CHOICES:
        return DOUBTFUL
    return FAULT if value in ERRORS or type_fault(value, field, options) else SOUND


def like_a_day(number: int | Decimal, facts: Mapping[str, Value]) -> bool:
    """Is this the number of a day near the period?"""
    if not _FIRST_DAY <= number <= _LAST_DAY or number != int(number):
        return False
    start, end = facts.get("周期始"), facts.get("周期末")
    if not isinstance(start, date) or not isinstance(end, date):
        return False
    return serial(start) - _NEAR <= number <= serial(end) + _NEAR


def normal(value: Value, field_type: str) -> Value:
    """What `value_formula` gives for a sound value."""
    if field_type in NUMBER_TYPES:
        return value if isinstance(value, int | Decimal) else 0
    if field_type == "日期":
        return value if isinstance(value, date) else 0
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip()
