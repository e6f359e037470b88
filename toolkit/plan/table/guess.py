"""Roles of the columns while the rows are not known yet: what the heading names allow, judged by how the cells run.

A name may mean two things, a leading serial may have no name, one name may span two columns; each reading of the heading
is tried on the first cells and the one that the contents follow best is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.plan.table.course import Course, course, whole
from toolkit.plan.table.headings import options
from toolkit.plan.table.seen import Seen, seen_of, style_of
from toolkit.plan.words.kinds import CATEGORY, MEASURE, OTHER, REQUIREMENT, SERIAL, ordinal

_SAMPLE = 240  # cells are enough to judge a reading of the heading by
_MOST = 24  # readings tried
_SPAN_COST = 0.02  # per cell: one name over two columns needs a reason


@dataclass(frozen=True)
class Reading:
    """Roles left to right with the course of all cells through them."""

    roles: tuple[str, ...]
    course: Course


def read_course(names: Sequence[str], texts: Sequence[str], gaps: Sequence[int], loose: bool) -> Reading | None:
    """The best reading of the heading `names` over the cells; None when no reading has a requirement."""
    texts, gaps = whole(texts, gaps)
    few = min(len(texts), _SAMPLE)
    tried: list[tuple[float, tuple[str, ...]]] = []
    for roles, cost in itertools.islice(_readings(names, texts), _MOST):
        score = course(texts[:few], gaps[:few], roles, loose).score / max(1, few)
        tried.append((score - cost, roles))
    if not tried:
        return None
    roles = max(tried, key=lambda entry: entry[0])[1]
    first = course(texts, gaps, roles, loose)
    return Reading(roles, course(texts, gaps, roles, loose, _seen(texts, roles, first)))


def readings(names: Sequence[str], texts: Sequence[str]) -> list[tuple[str, ...]]:
    """What the heading may mean, likeliest first."""
    return [roles for roles, _ in itertools.islice(_readings(names, texts), _MOST)]


def _readings(names: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Roles and the cost of what they assume beyond the names."""
    numbered = sum(1 for t in texts[:_SAMPLE] if ordinal(t) is not None)
    for roles in _named(names):
        fronts: list[tuple[str, ...]] = [()]
        if SERIAL not in roles and numbered >= 3:
            fronts = [(SERIAL,), ()]
        for front in fronts:
            yield front + roles, 0.0
            for k, role in enumerate(roles):
                if role == CATEGORY and (k + 1 == len(roles) or roles[k + 1] != CATEGORY):
                    yield front + roles[:k] + (CATEGORY,) + roles[k:], _SPAN_COST
    return


def _named(names: Sequence[str]) -> list[tuple[str, ...]]:
    """What the names can mean together: one requirement, a measure only after it."""
    allowed = [roles or (OTHER,) for roles in options(names)]
    found: list[tuple[str, ...]] = []
    for roles in itertools.islice(itertools.product(*allowed), 512):
        if roles.count(REQUIREMENT) == 1 and (MEASURE not in roles or roles.index(MEASURE) > roles.index(REQUIREMENT)):
            found.append(roles)
    if found:
        return found
    first = tuple(roles[0] for roles in allowed)
    for substitute in (MEASURE, CATEGORY, OTHER):
        if substitute in first:
            at = len(first) - 1 - first[::-1].index(substitute)
            return [(*first[:at], REQUIREMENT, *first[at + 1 :])]
    return []


def _seen(texts: Sequence[str], roles: Sequence[str], way: Course) -> tuple[Seen, ...]:
    """What the first course shows of the columns; a numbering level that two columns share tells nothing."""
    cells: list[list[str]] = [[] for _ in roles]
    for text, step in zip(texts, way.steps, strict=True):
        if step.column is None or step.column >= len(roles) or not text.strip():
            continue
        if step.joined and cells[step.column]:
            cells[step.column][-1] += text
        else:
            cells[step.column].append(text)
    styles = [style_of(own) if role == CATEGORY else 0 for role, own in zip(roles, cells, strict=True)]
    return tuple(
        replace(column, style=style if styles.count(style) == 1 else 0)
        for column, style in zip(seen_of(roles, cells), styles, strict=True)
    )
