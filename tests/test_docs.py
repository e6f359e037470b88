"""What the documents say is what the program does: generated pages are current, commands named exist, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.builtin.reference_docs import commands_page, findings_page, help_pages
from toolkit.findings import CODES, finding

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")})
FOR_PEOPLE = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "docs" / "tutorial" / "README.md"]
# Commands that are planned and named as such; each goes as soon as it exists.
PLANNED: set[str] = set()


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    return help_pages()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# ---------------------------------------------------------------- generated pages


def test_the_page_of_findings_is_current() -> None:
    assert text_of(REFERENCE / "findings.md") == findings_page(), "make docs"


def test_the_page_of_commands_is_current(helps: dict[str, str]) -> None:
    assert text_of(REFERENCE / "commands.md") == commands_page(helps), "make docs"


def test_every_command_is_documented(helps: dict[str, str]) -> None:
    declared = set(re.findall(r"(?m)^@cli\.command\((?:\"(\w+)\")?\)", text_of(ROOT / "toolkit" / "cli.py")))
    assert len(helps) > 15
    assert {name for name in declared if name} <= set(helps)
    headings = re.findall(r"(?m)^### zwgk (\S+)$", text_of(REFERENCE / "commands.md"))
    assert sorted(headings) == sorted(name for name in helps if name)
    assert "## 其他" not in text_of(REFERENCE / "commands.md"), "name the new command in a group of reference_docs"


def test_every_help_page_has_an_example_and_speaks_chinese(helps: dict[str, str]) -> None:
    for name, page in helps.items():
        assert re.search(rf"(?m)^  例：zwgk (?:.+ && zwgk )?{name}", page), f"{name or 'zwgk'} has no example"
        for english in ("Usage:", "Options:", "Commands:", "Show ", "[required]", " TEXT", "INTEGER"):
            assert english not in page, f"{name}: {english}"


# ---------------------------------------------------------------- codes


def test_no_code_vanishes_or_is_renumbered() -> None:
    golden = (ROOT / "tests" / "golden" / "codes.txt").read_text(encoding="utf-8").split()
    assert not set(golden) - set(CODES), "a code once given out stays"
    assert not set(CODES) - set(golden), "add the new code to tests/golden/codes.txt"


@pytest.mark.parametrize("code", CODES.values(), ids=lambda c: c.code)
def test_every_code_has_its_words(code) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"(IN-[1-6]|ROW-|TAB-|FORM-|PLN-|REF-|SCO-|RUN-|OUT-|DB-|PII-)\d{2,3}", code.code)
    assert code.title and code.message and code.remedy
    assert "！" not in code.message + code.remedy
    assert f"| {code.code} | {code.level} | {code.title} |" in text_of(REFERENCE / "findings.md")
    said = finding(code.code)
    assert "{" not in said.message + said.remedy, "a missing argument prints as …"


# ---------------------------------------------------------------- written pages


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_commands_that_exist_are_named(page: Path, helps: dict[str, str]) -> None:
    named = set(re.findall(r"(?m)(?:`|^\$ |^)zwgk ([a-z]+)", text_of(page)))
    assert named
    assert not named - set(helps) - PLANNED
    assert not PLANNED & set(helps), "the command exists now: take it out of PLANNED and mend the pages"


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_options_that_exist_are_named(page: Path, helps: dict[str, str]) -> None:
    for name, rest in re.findall(r"(?m)(?:`|^\$ |^)zwgk ([a-z]+)([^`\n]*)", text_of(page)):
        for option in re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", rest):
            assert option in helps.get(name, ""), f"zwgk {name} has no {option}"


def test_make_targets_named_in_the_documents_exist() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", text_of(ROOT / "Makefile")))
    for page in PAGES:
        for target in re.findall(r"`make ([a-z-]+)`", text_of(page)):
            assert target in targets, f"{page.name}: make {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", text_of(page)):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_pictures_are_small_and_used() -> None:
    pictures = [p for p in (ROOT / "docs" / "images").iterdir() if not p.name.startswith(".")]
    words = "".join(text_of(p) for p in PAGES)
    assert len(pictures) >= 5
    for picture in pictures:
        assert picture.stat().st_size <= 200 * 1024, picture.name
        assert f"docs/images/{picture.name}" in words, f"{picture.name} is shown nowhere"
