"""CPU time of this process: other work on the machine then counts little; the best of several rounds counts least."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Seconds of CPU time of the quickest round."""
    times = []
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        start = process_time()
        work()
        times.append(process_time() - start)
        gc.enable()
    return min(times)
