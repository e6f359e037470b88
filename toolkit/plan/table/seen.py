"""What a first reading of a table showed of its columns, and how well a text agrees with it.

A label that stands twice in a column is a label there; a column of laws holds laws; texts are as long as their column's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.words.channels import like_channel
from toolkit.plan.words.kinds import CATEGORY, OTHER, REQUIREMENT, like_basis, like_marks
from toolkit.plan.words.labels import level_of

_ENOUGH = 6  # cells of a column that tell of its kind and lengths
_MOST = 0.6  # the share of cells that makes a column one of laws, or of ticks
_SPREAD = 0.3  # lengths differ at least by so much (logarithm), however alike those seen are
_WEIGHT = 0.2
_AT_MOST = 0.5
_AGAIN = 0.5  # a remark, or a channel, that stands in the column more than once


@dataclass(frozen=True)
class Seen:
    """One column. `style`: the numbering level of its labels; `lengths`: mean and spread of the logarithms."""

    role: str
    style: int = 0
    kind: str = ""  # basis, marks, channel
    labels: frozenset[str] = frozenset()
    lengths: tuple[float, float] | None = None


def seen_of(roles: Sequence[str], cells: Sequence[Sequence[str]]) -> tuple[Seen, ...]:
    """`cells` are the filled cells of each column."""
    return tuple(
        Seen(role, kind=_kind(own), labels=_labels(own), lengths=_lengths(own))
        for role, own in zip(roles, cells, strict=True)
    )


def agrees(text: str, column: Seen, beside: Seen | None) -> float:
    """What the column says for (or against) the text. `beside` is the requirement of a category, or the other way round."""
    if column.role == OTHER:
        if not column.kind:
            return _AGAIN if text in column.labels else 0.0
        alike = {"basis": like_basis(text), "marks": like_marks(text)}.get(column.kind, like_channel(text))
        return (_AGAIN if column.kind == "channel" else 0.0) if alike else -1.2
    if column.role not in (CATEGORY, REQUIREMENT) or beside is None:
        return 0.0
    known = 0.5 if text in column.labels and column.role == CATEGORY else 0.0
    other = 0.5 if text in beside.labels and beside.role == CATEGORY else 0.0
    return known - other + _by_length(text, column, beside)


def _by_length(text: str, column: Seen, beside: Seen) -> float:
    if column.lengths is None or beside.lengths is None:
        return 0.0
    size = math.log(max(1, len(text)))
    gain = _WEIGHT * (_likely(size, column.lengths) - _likely(size, beside.lengths))
    return max(-_AT_MOST, min(_AT_MOST, gain))


def _likely(size: float, lengths: tuple[float, float]) -> float:
    mean, spread = lengths
    return -(((size - mean) / spread) ** 2) / 2 - math.log(spread)


def _kind(cells: Sequence[str]) -> str:
    for name, alike in (("basis", like_basis), ("marks", like_marks), ("channel", like_channel)):
        if len(cells) >= _ENOUGH and sum(map(alike, cells)) >= _MOST * len(cells):
            return name
    return ""


def _labels(cells: Sequence[str]) -> frozenset[str]:
    return frozenset(text for text, times in Counter(cells).items() if times > 1)


def _lengths(cells: Sequence[str]) -> tuple[float, float] | None:
    sizes = [math.log(len(text)) for text in cells if text]
    if len(sizes) < _ENOUGH:
        return None
    mean = sum(sizes) / len(sizes)
    return mean, max(_SPREAD, math.sqrt(sum((s - mean) ** 2 for s in sizes) / len(sizes)))


def style_of(cells: Sequence[str]) -> int:
    """The numbering level that most labels carry."""
    return Counter(map(level_of, cells)).most_common(1)[0][0] if cells else 0
