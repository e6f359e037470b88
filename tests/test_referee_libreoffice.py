"""LibreOffice computes the check sheets of issued workbooks with random faults: the same verdict for every rule as the
batch, and the promise: where 自检 says 可以报送, the batch accepts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.conformance_page import PAGE, FormTally, workbook_lines
from tests.expressions import ROWS, expression_book
from tests.forms_kit import UNIT, assignments, form_book
from tests.libreoffice import SOFFICE, Referee
from tests.recalculated import errors, values
from tests.selfcheck_kit import CALENDAR, Case, Heard, Said, batch_says, filled_case, plan_for, sheet_says
from toolkit.builtin.forms import builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import ticket
from toolkit.forms.prepare import prepare
from toolkit.forms.selfcheck import batch_only
from toolkit.model import Draft, Filled, Period, Value
from toolkit.office.package import Package
from toolkit.office.workbook import sheet_entries

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
]

BOOKS, OTHER_BOOKS, EXPRESSION_BOOKS = 120, 12, 9
"""Of the built-in forms together, of a small form of one's own, of the form that is nothing but formulas."""
SEED = 7


def _form(data: bytes) -> Form:
    form, found = read_form(data, "表.xlsx")
    assert form is not None, found
    return form


def _past(form: Form, rng: random.Random, rows: int) -> Draft:
    """An accepted report of another time."""
    singles: dict[str, Value] = {
        f.name: rng.choice((0, 0, 1, 3, "", "/")) if f.type in ("整数", "金额") else "" for f in form.fields
    }
    lines = [
        {"任务编号": f"2024-{n:03d}", "角色": "牵头" if n % 2 else "责任", "完成情况": rng.choice(("进行中", "已完成", "持续推进")),
         "进展说明": rng.choice(("已起草", "本期开展培训两次", "")), "完成日期": "", "责任科室": "办公室"}
        for n in range(1, rows + 1) if rng.random() < 0.5
    ]  # fmt: skip
    cells = {k: Filled(v, "表", "A1") for k, v in singles.items()}
    return Draft(form.id, cells, {"进展": tuple({k: Filled(v, "表", "A1") for k, v in line.items()} for line in lines)})


def random_cases(form: Form, count: int, seed: int) -> list[Case]:
    """Issued workbooks of one form, filled by a careless person: every fourth without a fault."""
    rng = random.Random(f"{form.id} {seed}")
    master = compile_master(form, office="办", phone="1", calendar=CALENDAR)
    cases = []
    for n in range(count):
        rows = rng.choice((1, 2, 5, 9))
        period = Period("2024") if form.period_kind == "年" else Period("2024-06")
        before = _past(form, rng, rows) if rng.random() < 0.6 else None
        year_ago = _past(form, rng, 0) if rng.random() < 0.6 else None
        order = prepare(
            form, UNIT, period, ticket(form.id, 1, UNIT.name, period.text, str(n)), assignments(rows), before, year_ago
        )
        rate = (0, 0.01, 0.1, 0.4)[n % 4]
        cases.append(filled_case(rng, f"{form.id}-{n}", master, order, UNIT, period, rate))
    return cases


_NUMBERS = (0, 1, 1, 2, 3, 3, 5, -2, "", "/", 2.5, 0.3, 1234.5)
_DAYS = ("2024-05-08", "2024-05-20", "2024-06-08", "2024-04-26", "2024-05-31", "2024-01-31", "", "2024-02-29", "/")
_WORDS = ("", "abc", "ABC", "abcabc", "xbc", "12", "短", "已印发", "a b", "1*", "*", ">0", "=x")
"""Not among them: "TRUE", of which LibreOffice's VALUE makes 1 where Excel and the batch see an error."""


def expression_cases(count: int, seed: int) -> list[Case]:
    """Every function of the language over lists of sound and (in each third book) unsound values."""
    rng, form, period = random.Random(seed), _form(expression_book()), Period("2024-05")
    master = compile_master(form, office="办", phone="1", calendar=CALENDAR)
    cases = []
    for n in range(count):
        wild = n % 3 == 2

        def some(good: tuple[Value | float, ...], bad: tuple[Value, ...], wild: bool = wild) -> Value | float:
            return rng.choice(bad) if wild and rng.random() < 0.06 else rng.choice(good)

        whole = tuple(x for x in _NUMBERS if not isinstance(x, float))
        kinds = ("甲类", "乙类", "Abc", "")
        rows = [
            {"x": some(whole, ("12件",)), "y": some(_NUMBERS, ("1,2x",)), "d": some(_DAYS, ("待定",)), "e": some(_DAYS, ("x",)),
             "s": some(_WORDS, (" ",)), "t": some(_WORDS, ("",)), "o": some(kinds, ("丙类",)),
             "m": some((*kinds, "乙类、甲类"), ("丙",)), "f": some(("是", "否", ""), ("有",))} if rng.random() < 0.9 else {}
            for _ in range(ROWS)
        ]  # fmt: skip
        order = prepare(form, UNIT, period, ticket(form.id, 1, UNIT.name, period.text, str(n)))
        cells = {
            "n.a": rng.choice(whole),
            "n.b": rng.choice(_NUMBERS),
            "始": rng.choice(_DAYS),
            "词": rng.choice(_WORDS),
        }
        result = fill(stamp(master, order), form, {"cells": cells, "lists": {"清": rows}}, order)
        assert result.data is not None, result.errors
        cases.append(Case(f"e{n}", form, order, UNIT, period, result.data))
    return cases


def differences(case: Case, said: Said, heard: Heard) -> list[str]:
    """Rules on which the two disagree. The sheet may refuse to compute where a cell of the rule is faulty for it and
    the batch could convert the cell with a note; nothing else."""
    plan = plan_for(case)
    found = [] if not said.ready or heard.verdict.counts else [f"{case.name}: promised, {heard.verdict}"]
    for (no, row), code in said.codes.items():
        got = heard.codes.get((no, row))
        if got == code or (got is None and code == 0):
            continue
        rule = next(r for r in case.form.rules if r.no == no)
        names = {o.name for o in plan.ready[no].compiled.operands}
        names |= {f"prev.{o.name}" for o in plan.ready[no].compiled.operands if o.kind == "last_year"}
        faulty = {f.rpartition("|")[2] for f in said.faults if "|" not in f or f.split("|")[1] == row}
        faulty |= {f"{f.split('|')[0]}.{f.split('|')[2]}" for f in said.faults if "|" in f}
        if code != 2 or not names & faulty:
            found.append(f"{case.name} {no} row {row or '-'}: sheet {code}, batch {got}: {rule.formula}")
    return found


def workbooks() -> list[Case]:
    """All issued workbooks that LibreOffice is asked about."""
    forms = [_form(data) for data in builtin_forms().values()]
    cases = [c for form in forms for c in random_cases(form, -(-BOOKS // len(forms)), SEED)]
    return [*cases, *random_cases(_form(form_book()), OTHER_BOOKS, SEED), *expression_cases(EXPRESSION_BOOKS, SEED)]


def refereed(home: Path) -> dict[str, FormTally]:
    """By form: what sheet and batch said. One LibreOffice computes all workbooks."""
    cases = workbooks()
    out = Referee(home).recalculate({c.name: c.data for c in cases})
    return {
        form: _tally([c for c in cases if c.form.id == form], out) for form in dict.fromkeys(c.form.id for c in cases)
    }


def _tally(cases: Sequence[Case], out: Mapping[str, bytes]) -> FormTally:
    verdicts = violated = refused = ready = 0
    rules: set[str] = set()
    found: list[str] = []
    for case in cases:
        said, heard = sheet_says(case, out[case.name]), batch_says(case)
        verdicts += len(said.codes)
        violated += sum(code == 1 for code in said.codes.values())
        refused += sum(code == 2 != heard.codes.get(key, 2) for key, code in said.codes.items())
        ready += said.ready
        rules |= {no for no, _ in said.codes}
        found += differences(case, said, heard)
        found += [f"{case.name} {sheet}: error values" for sheet in ("自检", "_检") if errors(out[case.name], sheet)]
    return FormTally(len(cases), len(rules), verdicts, violated, refused, ready, tuple(found))


@pytest.fixture(scope="module")
def tallies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FormTally]:
    return refereed(tmp_path_factory.mktemp("referee"))


def test_the_referee_does_recalculate(tmp_path: Path) -> None:
    """Stale results must not survive: else nothing would be refereed."""
    case = random_cases(_form(form_book()), 1, 3)[0]
    package = Package.open(case.data)
    part = next(e.part for e in sheet_entries(package) if e.name == "自检")
    stale = package.read(part).replace(b"</f>", b"</f><v>STALE</v>")
    assert b"STALE" in stale
    out = Referee(tmp_path).recalculate({"a": package.with_parts({part: stale}).to_bytes()})
    page = values(out["a"], "自检")
    assert "STALE" not in page.values() and str(page["A2"]).startswith(("√", "×"))


def test_sheet_and_batch_give_the_same_verdict_on_every_rule(tallies: Mapping[str, FormTally]) -> None:
    assert [d for t in tallies.values() for d in t.differences] == []
    assert sum(t.workbooks for t in tallies.values()) >= 120
    assert all(t.violated and t.ready for form, t in tallies.items() if form != "算式表")


def test_every_rule_that_a_sheet_can_hold_was_asked(tallies: Mapping[str, FormTally]) -> None:
    for data in (*builtin_forms().values(), form_book(), expression_book()):
        form = _form(data)
        in_batch_only = {rule.no for rule, _ in batch_only(form, CALENDAR)}
        assert tallies[form.id].rules == len({r.no for r in form.rules} - in_batch_only), form.id


def test_the_page_states_the_figures(tallies: Mapping[str, FormTally]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in workbook_lines(tallies) if line not in page] == [], "make conformance"


def test_the_page_leads_to_the_first_cell_that_a_rule_over_cells_complains_about(tmp_path: Path) -> None:
    form = _form(builtin_forms()["年报数据.xlsx"])
    order = prepare(form, UNIT, Period("2024"), ticket(form.id, 1, UNIT.name, "2024", "1"), assignments(1))
    data = stamp(compile_master(form, office="办", phone="1", calendar=CALENDAR), order)
    zeros = {f.name: 0 for f in form.fields if f.type == "整数" and f.is_input and f.place and not f.prefill}
    wrong = {"negative": ("t3.granted.social", -1, "表三!G9"), "fraction": ("t4.cases.after_other", 1.5, "表四!M7")}
    books: dict[str, bytes] = {}
    for name, (cell, value, _) in wrong.items():
        result = fill(data, form, {"cells": {**zeros, cell: value}}, order)
        assert result.data is not None, result.errors
        books[name] = result.data
    for out in (books, Referee(tmp_path).recalculate(books)):
        for name, (_, _, place) in wrong.items():
            page = values(out[name], "自检")
            row = next(a[1:] for a, v in page.items() if v == "年报-通用-01")
            assert page[f"E{row}"] == place, name
