"""The gallery of codes: the office's own workbooks, scoring, runs, outputs, the index. See tests/gallery/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gallery_kit import family, hold


@pytest.mark.parametrize("name", family("FORM", "REF", "SCO", "RUN", "OUT", "DB", "PII"))
def test_the_case_says_exactly_this(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(name, tmp_path, monkeypatch)
