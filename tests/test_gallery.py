"""The gallery is complete and says what the catalogue says: one folder per code, no other, every blank filled.

The cases themselves are played by test_gallery_files, _cells, _plans and _office.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.gallery_case import GALLERY, read_case
from tests.gallery_kit import Stage, expected_of
from tests.gallery_troubles import TROUBLES
from toolkit.builtin.reference_docs import findings_page, shown_of
from toolkit.findings import CODES

RESERVED = {"RUN-103", "TAB-102"}
"""Codes that nothing gives. Each states why; another one needs a reason as good."""

OWN_WORDS = {
    "IN-410/case-2": "nobody says which unit, so there is no name to show",
    "IN-411/case-2": "nobody says which period",
}
"""Cases whose message is not the catalogue's."""

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


CASES = sorted(GALLERY.glob("*/case*.md"))
SPOKEN = [path for path in CASES if path.parent.name not in RESERVED]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_a_case_is_whole(path: Path) -> None:
    code = CODES[path.parent.name]
    case = read_case(path.read_text("utf-8"))
    assert case.heading == f"{code.code} {code.title}"
    assert case.when.endswith("。") and len(case.when) < 80
    assert bool(case.reserved) == (code.code in RESERVED)
    assert expected_of(path).exists() != bool(case.reserved)


def test_every_step_is_explained_and_used() -> None:
    page = (GALLERY / "README.md").read_text("utf-8")
    verbs = {name[1:] for name in vars(Stage) if name.startswith("_") and not name[1:2].isascii()}
    used = {step.words[0] for path in SPOKEN for step in read_case(path.read_text("utf-8")).steps}
    assert verbs == used
    assert not [verb for verb in verbs if f"`## {verb}" not in page]
    troubles = {
        "".join(s.words[1:]) for p in SPOKEN for s in read_case(p.read_text("utf-8")).steps if s.words[0] == "做"
    }
    assert troubles == set(TROUBLES)


@pytest.mark.parametrize("folder", sorted(p for p in GALLERY.iterdir() if p.is_dir()), ids=lambda p: p.name)
def test_nothing_lies_about(folder: Path) -> None:
    cases = sorted(folder.glob("case*.md"))
    assert folder / "case.md" in cases
    known = {*cases, *(expected_of(c) for c in cases)}
    assert set(folder.iterdir()) <= known


@pytest.mark.parametrize("path", SPOKEN, ids=name_of)
def test_the_words_are_the_catalogues_with_every_blank_filled(path: Path) -> None:
    """Also where a command words its own stop: what a person reads and what `explain` says are one text."""
    code, text = CODES[path.parent.name], expected_of(path).read_text("utf-8")
    lowered = not text.startswith(code.level)  # a mere note of a code that else returns a workbook advises less
    if name_of(path) not in OWN_WORDS:
        assert re.search(filled(code.message), text), text
        assert lowered or re.search(filled(code.remedy), text), text
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", text), f"nobody here speaks English: {text}"


ADDED = {"finding": (), "add": (), "note": (), "_note": ("where",), "Refused": ("name",)}
"""Ways to say a code by its name, and the words that each adds by itself."""


def test_every_call_fills_every_blank() -> None:
    """finding(CODE, …) with a word missing would print …: each call in the package names all of them."""
    seen = 0
    for path in PACKAGE.rglob("*.py"):
        for call in (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            said = [a.value for a in call.args if isinstance(a, ast.Constant) and a.value in CODES]
            if name not in ADDED or not said:
                continue
            given = {k.arg for k in call.keywords} | set(ADDED[name])
            given |= {"reason"} if name == "Refused" and len(call.args) > 1 else set()
            words = CODES[str(said[0])]
            seen += 1
            assert None in given or set(BLANK.findall(words.message + words.remedy)) <= given, (
                f"{path.name}:{call.lineno}"
            )
    assert seen > 200


def test_the_page_shows_every_case(tmp_path: Path) -> None:
    page = findings_page()
    for code in CODES.values():
        shown = shown_of(code, GALLERY)
        assert shown.when and f"### {code.code} {code.title}" in page
        assert bool(shown.lines) == (code.code not in RESERVED)
    without = findings_page(tmp_path)  # where the tests were not handed out
    assert "“…”无法识别为日期" in without and "### PLN-101 " in without
