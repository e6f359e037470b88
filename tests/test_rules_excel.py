"""The Excel back end: what is written for a tree, what a sheet cannot hold, and what stays within Excel 2010."""

from __future__ import annotations

import re

import pytest

from tests.expressions import BY_ROW, OVER_LIST, expression_book
from toolkit.forms.design import read_form
from toolkit.forms.selfcheck import batch_only
from toolkit.rules.excel import Column, NotInSheet, Spot, formula_depth, quoted, rule_code, runs
from toolkit.rules.formula import Schema, parse
from toolkit.rules.nodes import Operand

FIELDS = {"a": "整数", "b": "整数", "m": "金额", "d": "日期", "s": "文本", "o": "选项"}
SCHEMA = Schema(FIELDS, blocks={"数": ("a", "b")}, columns={"清": {"x": "整数", "s": "文本"}})


class Grid:
    """a, b, m, d, s, o in rows 1 to 6: value in C, state in B, typed in A."""

    holidays, makeup_days, workdays = "P!$E$2:$E$9", "P!$F$2:$F$3", "P!$G$2:$G$99"

    def spot(self, operand: Operand) -> Spot:
        row = list(FIELDS).index(operand.name) + 1
        return Spot(f"$C${row}", f"$B${row}", f"A!$A${row}")

    def column(self, operand: Operand) -> Column:
        letter = operand.name[-1].upper()
        return Column(f"V{letter}", f"S{letter}", f"R{letter}", "U")


def code(text: str) -> str:
    return rule_code(parse(text, SCHEMA), Grid())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a+b=3", "IF(MAX($B$1:$B$2)=4,2,IFERROR(IF(($C$1+$C$2)=3,0,1),2))"),
        ("a>=m", "IF(MAX($B$1,$B$3)=4,2,IFERROR(IF($C$1>=$C$3,0,1),2))"),
        ('s=""', 'IF(MAX($B$5)=4,2,IFERROR(IF($C$5="",0,1),2))'),
        ('a=""', "IF(MAX($B$1)=4,2,IFERROR(IF($B$1=1,0,1),2))"),
        ("非负整数(数)", "IF(MIN($B$1:$B$2)=4,2,IFERROR(IF(SUMPRODUCT(($C$1:$C$2<0)+($C$1:$C$2<>INT($C$1:$C$2)))=0,0,1),2))"),
        ("空格数(数)=0", "IF(MIN($B$1:$B$2)=4,2,IFERROR(IF((COUNTIF($B$1:$B$2,1)+COUNTIF($B$1:$B$2,2))=0,0,1),2))"),
        ("出现次数(清.s,s)=1", "IF(MAX($B$5,SS)=4,2,IFERROR(IF(SUMPRODUCT(U*(VS=$C$5))=1,0,1),2))"),
    ],
)  # fmt: skip
def test_what_is_written(text: str, expected: str) -> None:
    assert code(text) == expected


def test_binary_dust_is_rounded_away_only_where_it_can_arise() -> None:
    assert "ROUND" not in code("a+b=3") and "ROUND(($C$3+$C$1),9)=3" in code("m+a=3")
    assert "ROUND(($C$1/$C$2),9)" in code("a/b=1")


@pytest.mark.parametrize(
    "text",
    [
        'IF(a>0,1,"x")=1',
        "IF(a>0,a,s)=s",
        'COUNTIF(数,">0")=1',
        "工作日后(d,a)>d",
        "工作日后(d,251)>d",
        "COUNT(IF(a>0,a,b))=1",
        "MIN(IFERROR(a,1))=1",
    ],
)
def test_what_a_sheet_cannot_hold_says_why(text: str) -> None:
    class Apart(Grid):
        def spot(self, operand: Operand) -> Spot:
            row = 3 * list(FIELDS).index(operand.name) + 1
            return Spot(f"$C${row}", f"$B${row}", f"A!$A${row}")

    with pytest.raises(NotInSheet) as no:
        rule_code(parse(text, SCHEMA), Apart())
    assert no.value.reason.endswith("。")


def test_a_choice_hands_on_what_is_wanted_of_it() -> None:
    """A blank field stays blank on its way through IF and IFERROR, as in the batch."""
    assert "IF($C$1>0,$B$1=1,$B$2=1)" in code("ISBLANK(IF(a>0,a,b))")
    shown = 'IF(OR($B${0}=0,$B${0}=3),$C${0}&"",TRIM(A!$A${0}))'
    assert f"IF(ISERROR($C$1),{shown.format(2)},{shown.format(1)})" in code('IFERROR(a,b)&"件"="1"')


def test_long_formulas_stay_in_the_batch() -> None:
    long = "+".join(['LEN(SUBSTITUTE(s,"' + "长" * 60 + '",""))'] * 22)
    assert code(f"{long}>0")
    with pytest.raises(NotInSheet, match="过长"):
        rule_code(parse(f"{long}>0", SCHEMA), Far())


class Far(Grid):
    """Operands on a sheet with a long name."""

    def spot(self, operand: Operand) -> Spot:
        near = super().spot(operand)
        return Spot(f"'{'远' * 300}'!{near.value}", near.state, near.raw)


def test_texts_cannot_leave_their_quotes() -> None:
    assert quoted('a"&A1&"b') == '"a""&A1&""b"'
    assert all(len(piece) <= 255 for piece in re.findall(r'"((?:[^"]|"")*)"', quoted("字" * 900)))


def test_neighbours_become_ranges() -> None:
    assert runs(["$C$1", "$C$2", "$C$3", "$D$4", "X!$D$5", "A1"]) == ["$C$1:$C$3", "$D$4", "X!$D$5", "A1"]


_NEW = re.compile(
    r"_xlfn|IFS\(|XLOOKUP|LET\(|CONCAT\(|TEXTJOIN|SWITCH|MAXIFS|MINIFS|ISFORMULA|UNICHAR|NUMBERVALUE|(?<![A-Z])DAYS\("
)
_VOLATILE = re.compile(r"\b(?:NOW|RAND|OFFSET|INDIRECT|CELL|INFO|TODAY)\(")


def test_every_expression_lives_in_a_sheet_of_excel_2010() -> None:
    from tests.selfcheck_kit import CALENDAR
    from toolkit.forms.selfcheck import checks_of
    from toolkit.forms.selfcheck_build import build
    from toolkit.forms.selfcheck_page import PageLook

    form, found = read_form(expression_book(), "算式表.xlsx")
    assert form is not None, found
    assert batch_only(form, CALENDAR) == ()
    assert {r.formula for r, _ in batch_only(form, None)} == {t for t in (*BY_ROW, *OVER_LIST) if "工作日" in t}
    plan = build(form, {"清": 24}, checks_of(form, {}, PageLook(0, 0, 0, 0, 0, 0, 0), CALENDAR).ranges)
    formulas = [f for line in plan.lines for f in (line.code, line.open) if f]
    formulas += [c.formula for lists in plan.lists for c in lists.columns]
    formulas += [f for s in plan.singles for f in (s.state, s.value)]
    for formula in formulas:
        assert len(formula) < 8192 and formula_depth(formula) <= 64
        assert not _NEW.search(formula.replace("SUMIFS(", "").replace("COUNTIFS(", "")), formula
        assert not _VOLATILE.search(formula), formula
