"""How much two texts speak of the same thing: pairs of characters they share, rare ones weighing more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_OTHER = re.compile(r"[\W_0-9]+")


@lru_cache(maxsize=8192)
def _pairs(text: str) -> frozenset[str]:
    kept = _OTHER.sub("", text)
    return frozenset(kept[k : k + 2] for k in range(len(kept) - 1))


class Likeness:
    """Cosine of pair sets, weighted by how few of the texts have a pair: 0 nothing in common, 1 the same."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sets = [_pairs(text) for text in texts]
        count = Counter(pair for pairs in self._sets for pair in pairs)
        self._weight = {pair: math.log((len(texts) + 1) / n) ** 2 for pair, n in count.items()}
        self._rare = math.log(len(texts) + 1) ** 2
        self._norms = [self._norm(pairs) for pairs in self._sets]
        self._known: dict[tuple[str | int, int], float] = {}

    def of_rows(self, a: int, b: int) -> float:
        key = (a, b)
        if key not in self._known:
            self._known[key] = self._cosine(self._sets[a], self._norms[a], b)
        return self._known[key]

    def of_text(self, text: str, row: int) -> float:
        key = (text, row)
        if key not in self._known:
            pairs = _pairs(text)
            self._known[key] = self._cosine(pairs, self._norm(pairs), row)
        return self._known[key]

    def _norm(self, pairs: frozenset[str]) -> float:
        return math.sqrt(sum(self._weight.get(p, self._rare) for p in pairs))

    def _cosine(self, pairs: frozenset[str], norm: float, row: int) -> float:
        both = norm * self._norms[row]
        return sum(self._weight[p] for p in pairs & self._sets[row]) / both if both else 0.0
