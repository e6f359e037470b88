"""Single expressions: both back ends against two referees, every function of the table, every difference with its cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import test_rules_values
from tests.conformance import (
    DIFFERENCES,
    LIBREOFFICE,
    PACKAGE,
    SCHEMA,
    Expression,
    Tally,
    Values,
    corpus,
    table_names,
    tally,
)
from tests.conformance_page import PAGE, difference_lines, function_lines, referee_line
from tests.libreoffice import SOFFICE
from tests.test_rules_values import rows
from toolkit.rules.formula import parse

Corpus = tuple[list[Expression], list[Values]]
ENOUGH = 20  # expressions in which a function must occur


@pytest.fixture(scope="module")
def asked() -> Corpus:
    return corpus()


def test_every_function_of_the_table_has_conformance_cases(asked: Corpus) -> None:
    counts = {name: sum(name in case.functions for case in asked[0]) for name in table_names()}
    assert {name: n for name, n in counts.items() if n < ENOUGH} == {}


def test_every_function_of_the_table_has_cases_with_a_written_result() -> None:
    tables = [
        getattr(test_rules_values, t)
        for t in ("ARITHMETIC", "COMPARISONS", "LOGIC", "TEXTS", "DAYS", "COLUMNS", "OTHER_TIMES")
    ]
    formulas = [formula for table in tables for formula, _ in rows(table)]
    assert {name for name in table_names() if not any(f"{name}(" in f for f in formulas)} == set()


def test_operators_and_blocks_are_asked_about_too(asked: Corpus) -> None:
    texts = [case.text for case in asked[0]]
    for sign in ("+", "-", "*", "/", "^", "%", "&", "=", "<>", "<", ">", "<=", ">=", "块"):
        assert sum(sign in text for text in texts) >= ENOUGH, sign


def check(referee: str, found: Tally) -> None:
    assert found.strange == ()
    stale = [d.reason for d, n in zip(DIFFERENCES[referee], found.known, strict=True) if not n]
    assert stale == [], "a written difference that no longer occurs"
    page = PAGE.read_text(encoding="utf-8")
    lines = [referee_line(referee, found), *difference_lines(referee, found)]
    assert [line for line in lines if line not in page] == [], "make conformance"


@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_computes_what_the_batch_computes(asked: Corpus, tmp_path: Path) -> None:
    from tests.referees import by_libreoffice

    check(LIBREOFFICE, tally(LIBREOFFICE, *asked, by_libreoffice(tmp_path, *asked)))


def test_the_formulas_package_computes_what_the_batch_computes(asked: Corpus) -> None:
    pytest.importorskip("formulas", reason="the test extra is not installed")
    from tests.referees import by_package

    check(PACKAGE, tally(PACKAGE, *asked, by_package(*asked)))


def test_the_page_lists_every_function(asked: Corpus) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [line for line in function_lines(asked[0]) if line not in page] == [], "make conformance"


def test_the_generator_stays_within_the_language() -> None:
    """A formula that the parser refuses would end the corpus with an exception: none of these does."""
    for text in ('COUNTIF(块,">0")', "工作日后(始,-3)", "出现次数(单.日,始)", 'TEXT(始,"m月d日")'):
        assert parse(text, SCHEMA)
