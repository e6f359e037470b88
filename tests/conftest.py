"""Fixtures that several acceptance tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.acceptance import SHARED, Office

# How long an example takes says something about the machine, nothing about the product.
settings.register_profile("zwgk", deadline=None)
settings.load_profile("zwgk")


@pytest.fixture(scope="module")
def shared() -> Path:
    """The material beside the project; a clone elsewhere has none."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared is not here")
    return SHARED


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A new workspace of an office alone, for 2024."""
    return Office.new(tmp_path / "政务 公开", "云溪区人民政府办公室", 2024)
