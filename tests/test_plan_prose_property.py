"""A random plan in running text, however its page comes out of a document, is read back as the same plan."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import plan_prose_layouts as kit
from tests.plan_kit import codes, read

quiet = settings(
    max_examples=14,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)


@pytest.mark.parametrize("page", sorted(kit.PAGES))
@quiet
@given(seed=st.integers(0, 250))
def test_every_page_gives_the_same_plan(page: str, seed: int) -> None:
    chance = Random(seed)
    lines, wanted = kit.draw(chance, kit.manner(chance))
    plan = read(kit.PAGES[page](chance, lines), year=None)
    assert kit.found(plan) == wanted
    assert (plan.title, plan.year) == ("2024年青石区政务公开工作要点", 2024)
    assert ("PLN-135" in codes(plan)) == any(not w.lead | w.others for w in wanted)
