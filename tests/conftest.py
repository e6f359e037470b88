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


_LONGEST = ("test_referee_libreoffice", "test_conformance", "test_plan_round_trip", "test_plan_seeds", "test_robust")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no worker is left alone with one at the end. Their order says nothing else."""
    rank = {name: n for n, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))
