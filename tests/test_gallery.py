"""The gallery is complete and says what the catalogue says: one folder per code, no other, every blank filled.

The cases themselves are played by test_gallery_files, _cells, _plans and _office.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.gallery_case import GALLERY, read_case
from toolkit.builtin.reference_docs import findings_page, shown_of
from toolkit.findings import CODES, Code

RESERVED = {"RUN-103", "TAB-102"}
"""Codes that nothing gives. Each states why; another one needs a reason as good."""

PACKAGE = GALLERY.parents[1] / "toolkit"
BLANK = re.compile(r"\{(\w+)\}")


def filled(words: str) -> str:
    """The catalogue's words as a pattern: each blank holds something, and never the … of a missing argument."""
    pieces = BLANK.split(words)
    return "".join(re.escape(p) if n % 2 == 0 else "((?!…)(?:.|\n)*?)" for n, p in enumerate(pieces))


def test_every_code_has_a_folder_and_no_folder_is_over() -> None:
    folders = {p.name for p in GALLERY.iterdir() if p.is_dir()}
    assert folders == set(CODES)
    played = "".join(p.read_text("utf-8") for p in Path(__file__).parent.glob("test_gallery_*.py"))
    prefixes = tuple(re.findall(r'"([A-Z]+(?:-\d)?)"', played))
    assert {c for c in CODES if not c.startswith(prefixes)} == set(), "no test plays this family"


@pytest.mark.parametrize("code", CODES.values(), ids=lambda c: c.code)
def test_a_case_is_whole(code: Code) -> None:
    folder = GALLERY / code.code
    case = read_case((folder / "case.md").read_text("utf-8"))
    assert case.heading == f"{code.code} {code.title}"
    assert case.when.endswith("。") and len(case.when) < 80
    files = {p.name for p in folder.iterdir()}
    assert bool(case.reserved) == (code.code in RESERVED)
    assert files == ({"case.md"} if case.reserved else {"case.md", "expected.txt"})


@pytest.mark.parametrize("code", [c for c in CODES.values() if c.code not in RESERVED], ids=lambda c: c.code)
def test_the_words_are_the_catalogues_with_every_blank_filled(code: Code) -> None:
    """Also where a command words its own stop: what a person reads and what `explain` says are one text."""
    text = (GALLERY / code.code / "expected.txt").read_text("utf-8")
    assert re.search(filled(code.message), text), text
    assert re.search(filled(code.remedy), text), text
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", text), f"nobody here speaks English: {text}"


def test_every_call_fills_every_blank() -> None:
    """finding(CODE, …) with a word missing would print …: each call in the package names all of them."""
    seen = 0
    for path in PACKAGE.rglob("*.py"):
        for call in (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            first = call.args[0] if call.args else None
            if name not in ("finding", "add") or not isinstance(first, ast.Constant) or first.value not in CODES:
                continue
            given = {k.arg for k in call.keywords}
            code = CODES[first.value]
            seen += 1
            assert None in given or set(BLANK.findall(code.message + code.remedy)) <= given, (
                f"{path.name}:{call.lineno}"
            )
    assert seen > 100


def test_the_page_shows_every_case(tmp_path: Path) -> None:
    page = findings_page()
    for code in CODES.values():
        shown = shown_of(code, GALLERY)
        assert shown.when and f"### {code.code} {code.title}" in page
        assert bool(shown.lines) == (code.code not in RESERVED)
    without = findings_page(tmp_path)  # where the tests were not handed out
    assert "“…”无法识别为日期" in without and "### PLN-101 " in without
