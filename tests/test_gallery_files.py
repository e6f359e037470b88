"""The gallery of codes: what lies in the inbox, containers, packages, readers. See tests/gallery/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gallery_kit import family, hold


@pytest.mark.parametrize("name", family("IN-1", "IN-2", "IN-3", "IN-6"))
def test_the_case_says_exactly_this(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(name, tmp_path, monkeypatch)
