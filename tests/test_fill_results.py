"""`fill` leaves 自检 with the results that a program would compute: what LibreOffice shows without computing is true."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.expressions import expression_book
from tests.forms_kit import UNIT, assignments, form_book
from tests.libreoffice import SOFFICE, Referee, values
from tests.selfcheck_kit import CALENDAR, random_fill
from tests.test_referee_libreoffice import _past
from toolkit.builtin.forms import builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.fill import fill
from toolkit.forms.form import CHECK_SHEETS, Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import ticket
from toolkit.forms.prepare import prepare
from toolkit.model import Period

BOOKS = 16


def _form(data: bytes) -> Form:
    form, found = read_form(data, "表.xlsx")
    assert form is not None, found
    return form


def random_books(count: int, seed: int) -> dict[str, bytes]:
    rng = random.Random(seed)
    forms = [_form(d) for d in (*builtin_forms().values(), form_book(), expression_book())]
    masters = [compile_master(f, office="办", phone="1", calendar=CALENDAR) for f in forms]
    books = {}
    for n in range(count):
        master = masters[n % len(masters)]
        form, rows = master.form, rng.choice((1, 2, 5))
        period = Period("2024") if form.period_kind == "年" else Period("2024-06")
        made = ticket(form.id, 1, UNIT.name, period.text, str(n))
        before, year = (_past(form, rng, rows) if rng.random() < 0.6 else None for _ in range(2))
        order = prepare(form, UNIT, period, made, assignments(rows), before, year)
        typed = random_fill(rng, form, order, rng.choice((0.05, 0.3, 1.0)))
        if form.id == "算式表":  # beyond its calendar the sheet computes no working days, and fill no results
            typed = json.loads(
                json.dumps(typed).replace("1999-05-01", "2024-02-29").replace("2150-01-01", "2024-12-31")
            )
        result = fill(stamp(master, order), form, typed, order, CALENDAR)
        assert result.data is not None, result.errors
        books[f"b{n}"] = result.data
    return books


def shown(data: bytes, sheet: str) -> dict[str, object]:
    """By address; a text of nothing and a blank cell show the same."""
    return {cell: value for cell, value in values(data, sheet).items() if value != ""}


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_stored_results_are_what_libreoffice_computes(tmp_path: Path) -> None:
    books = random_books(BOOKS, 5)
    computed = Referee(tmp_path).recalculate(books)
    for name, data in books.items():
        for sheet in CHECK_SHEETS:
            stored, now = shown(data, sheet), shown(computed[name], sheet)
            differ = {c: (stored.get(c), now.get(c)) for c in stored.keys() | now.keys() if stored.get(c) != now.get(c)}
            assert not differ, (name, sheet, differ)
    verdicts = [str(shown(data, "自检")["A2"])[0] for data in books.values()]
    assert len(verdicts) == BOOKS and set(verdicts) == {"×", "√"}, "both verdicts, or this shows little"
