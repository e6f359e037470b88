"""Tasks written one under the other, each as a card of lines `任务名称：…`, `责任单位：…`: a table turned on its side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.words.kinds import CATEGORY, DEADLINE, REQUIREMENT, SERIAL, UNIT_ROLES, heading_roles
from toolkit.plan.words.marks import ends_table

_LINE = re.compile(r"\s*([^：:\t，。；]{2,12}|序号)\s*(?:[：:]\s*|\t)(.*)\Z", re.DOTALL)
_FEWEST = 3  # names of a card
_BEGINS = (SERIAL, CATEGORY, REQUIREMENT)


@dataclass(frozen=True)
class Cards:
    """The heading and the rows, the 0-based line each begins on, and the line after the last card."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    end: int


def read_cards(lines: Sequence[str], at: int) -> Cards | None:
    """Two cards or more with the same names in the same order, nothing but blank lines between them; None for anything else."""
    first = _named(lines[at])
    if not first or not set(heading_roles(first[0])[:1]) & set(_BEGINS):
        return None
    cards: list[dict[str, str]] = []
    begun: list[int] = []
    end = last = at
    name = ""
    while end < len(lines):
        found = _named(lines[end])
        if found and found[0] == first[0]:
            cards.append({})
            begun.append(end)
        if found:
            name = found[0]
            if name in cards[-1]:
                return None
            cards[-1][name] = found[1].strip()
        elif lines[end].strip() and end - 1 == last and not ends_table(lines[end]):
            cards[-1][name] = f"{cards[-1][name]}\n{lines[end].strip()}".strip()
        elif lines[end].strip():
            break
        last = end if lines[end].strip() else last
        end += 1
    names = tuple(cards[0])
    if len(cards) < 2 or len(names) < _FEWEST or not _is_plan(names) or any(tuple(c) != names for c in cards):
        return None
    rows = (names, *(tuple(card.values()) for card in cards))
    return Cards(rows, (at, *begun), last + 1)


def _named(line: str) -> tuple[str, str] | None:
    """The name in front of a line and what it says; None for a line without a heading name."""
    found = _LINE.match(line)
    if not found or not heading_roles(found.group(1)) or "\t" in found.group(2):
        return None
    return re.sub(r"\s", "", found.group(1)), found.group(2)


def _is_plan(names: Sequence[str]) -> bool:
    roles = {heading_roles(name)[0] for name in names}
    return bool(roles & {REQUIREMENT, CATEGORY}) and bool(roles & {*UNIT_ROLES, DEADLINE})
