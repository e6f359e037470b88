"""总计 cells give what Excel shows: SUM passes over texts, every other operator fails on them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.forms_kit import FIELDS, form_book
from toolkit.forms.design import read_form
from toolkit.forms.form import Form
from toolkit.forms.totals import Result, compute, totals_of
from toolkit.model import Value


def form_with(formula: str) -> Form:
    form, found = read_form(form_book(fields=FIELDS.replace("=SUM(n.a,n.b)", formula)), "表.xlsx")
    assert form is not None, found
    return form


def results(formula: str, **cells: Value) -> dict[str, Result]:
    return compute(totals_of(form_with(formula)), {f"n.{k}": v for k, v in cells.items()}, lambda kind, name: "")


@pytest.mark.parametrize("typed", ["/", "无", "12件", " — "])
def test_sum_passes_over_what_an_operator_fails_on(typed: str) -> None:
    assert results("=SUM(n.a,n.b)", a=3, b=typed)["n.sum"] == Result(3)
    assert results("=n.a+n.b", a=3, b=typed)["n.sum"] == Result(None, failed=True)
    assert results("=SUM(n.a)-n.b", a=3, b=typed)["n.sum"] == Result(None, failed=True)
    assert results("=SUM(n.a,n.b)-1", a=3, b=typed)["n.sum"] == Result(2)


def test_a_failed_part_fails_what_reads_it() -> None:
    found = results("=n.a+n.b", a=3, b="/")
    assert found["n.twice"] == Result(None, failed=True)


def test_blank_cells_count_as_nothing() -> None:
    found = results("=n.a+n.b", a=Decimal("2.5"), b="")
    assert found["n.sum"] == Result(Decimal("2.5")) and found["n.twice"] == Result(5)
