"""From heading names and contents to the role of each column.

The heading may have fewer names than the body has columns, a leading name may be missing, and the same name means a
category here and the requirement there: names propose, contents decide (catalogue, 1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plan.table.headings import options
from toolkit.plan.words.kinds import (
    CATEGORY,
    DEADLINE,
    LEAD,
    MEASURE,
    OFFICE,
    OTHER,
    PERSON,
    REQUIREMENT,
    RESPONSIBLE,
    SERIAL,
    SUPPORTING,
    UNIT_ROLES,
    fit,
    heading_roles,
)
from toolkit.plan.words.labels import once, squeeze

_LEVELS = re.compile(r"\s*[一二三四五六七八1-8]\s*级")
_SAMPLE = 120  # rows are enough to judge a column by
_SPAN_COST = 0.25  # one name over one more column
_UNNAMED = -0.4  # a column that no name covers
_CONTRADICTED = 3.0  # contents against the names: a task of more than a label's length, a requirement of a word or two
_LABEL = 20  # characters of a label, on average
_ALL_ROLES = (SERIAL, CATEGORY, REQUIREMENT, RESPONSIBLE, DEADLINE, PERSON, OTHER)


@dataclass(frozen=True)
class Columns:
    """Roles from left to right. `spread` names cover several columns; `unsure` columns were decided by a hair."""

    roles: tuple[str, ...]
    names: tuple[str, ...]
    spread: tuple[str, ...] = ()
    unnamed: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        return len(self.roles)

    def of(self, role: str) -> tuple[int, ...]:
        return tuple(k for k, r in enumerate(self.roles) if r == role)


def body_width(rows: Sequence[Sequence[str]], names: int) -> int:
    """How many columns the body really has: the longest row length that is no exception.

    The first row of the body is whole even where merged cells are left out of the rows below it. Trailing blanks beyond the
    names are no cells.
    """
    lengths = [len(_trimmed(row, names)) for row in rows if any(c.strip() for c in row)]
    if not lengths:
        return names
    counts = Counter(lengths)
    usual = max(n for n, times in counts.items() if times == max(counts.values()))
    enough = max(2, len(lengths) // 25)
    longer = [n for n, times in counts.items() if n > usual and (times >= enough or n <= names)]
    first = [lengths[0]] if usual < lengths[0] <= names + 3 else []
    return max([usual, names, *longer, *first])


def _trimmed(row: Sequence[str], names: int) -> Sequence[str]:
    """Blank cells at the end are no columns as far as no heading name stands over them."""
    end = len(row)
    while end > names and not row[end - 1].strip():
        end -= 1
    return row[:end]


def understand_columns(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Columns:
    """Roles for `width` body columns. `rows` should be rows of full width; `header` may be shorter or empty."""
    sample = [[once(c)[0] for c in row[:width]] + [""] * (width - len(row)) for row in rows[:_SAMPLE]]
    columns = [[row[k] for row in sample] for k in range(width)]
    names = list(header)
    while names and not names[-1].strip():
        names.pop()
    covered = _cover(names, columns)
    roles: list[str] = []
    unsure: list[int] = []
    allowed = options(covered)
    for k, column in enumerate(columns):
        proposed = allowed[k]
        role, margin = _decide(proposed, column)
        roles.append(role)
        if margin < 0.15 and len(proposed) != 1 and any(c.strip() for c in column):
            unsure.append(k)
    roles = _as_named(roles, columns, covered, allowed)
    roles = _settle(roles, columns, covered)
    spread = tuple(n for n, times in Counter(c for c in covered if c).items() if times > names.count(n))
    unnamed = tuple(k for k, name in enumerate(covered) if not name and any(c.strip() for c in columns[k]))
    unsure = [k for k in unsure if not _only_one_named(k, roles, covered)]
    return Columns(tuple(roles), tuple(covered), spread, unnamed, tuple(unsure))


def _only_one_named(at: int, roles: Sequence[str], names: Sequence[str]) -> bool:
    """The requirement under its usual name (公开要素), where no other name says the same: short texts make it no doubt."""
    said = [k for k, name in enumerate(names) if heading_roles(name)[:1] == (REQUIREMENT,)]
    return roles[at] == REQUIREMENT and said == [at]


def _mean(column: Sequence[str], role: str) -> float:
    filled = [c for c in column if c.strip()]
    if not filled:
        return 0.0
    return sum(fit(c, role) for c in filled) / len(filled)


def _decide(proposed: tuple[str, ...], column: Sequence[str]) -> tuple[str, float]:
    """The role of one column and the lead over the second best."""
    if not any(c.strip() for c in column):
        return (proposed[0], 1.0) if proposed else (OTHER, 1.0)
    if len(proposed) == 1:
        return proposed[0], 1.0
    choices = proposed or _ALL_ROLES
    scored = sorted(((_judge(column, role), -k, role) for k, role in enumerate(choices)), reverse=True)
    return scored[0][2], scored[0][0] - scored[1][0]


def _judge(column: Sequence[str], role: str) -> float:
    """Mean fit, with what the whole column tells: labels repeat or leave gaps, requirements are long and filled."""
    score = _mean(column, role)
    filled = [c for c in column if c.strip()]
    blank = 1 - len(filled) / max(1, len(column))
    distinct = len(set(filled)) / max(1, len(filled))
    length = sum(len(c) for c in filled) / max(1, len(filled))
    if role == CATEGORY:
        return score + 0.8 * blank + 0.5 * (1 - distinct) - (1.0 if length > 45 else 0.0)
    if role == REQUIREMENT:
        return score - 1.2 * blank + (0.6 if length > 40 else 0.0) - (0.8 if length < 12 else 0.0)
    if role == SERIAL:
        return score + (0.5 if distinct > 0.7 else 0.0)
    return score


def _as_named(
    roles: list[str], columns: Sequence[Sequence[str]], names: Sequence[str], allowed: Sequence[tuple[str, ...]]
) -> list[str]:
    """工作任务 beside 工作要求: the names stand unless the contents contradict them strongly; few rows prove little."""
    tasks = [k for k, proposed in enumerate(allowed) if proposed[:1] == (CATEGORY,)]
    wanted = [k for k, proposed in enumerate(allowed) if proposed[:1] == (REQUIREMENT,) and "要求" in squeeze(names[k])]
    wanted = [k for k in wanted if any(c.strip() for c in columns[k])]
    if not tasks or not wanted or any(roles[k] == REQUIREMENT for k in wanted):
        return roles

    def leaning(k: int) -> float:
        return _judge(columns[k], REQUIREMENT) - _judge(columns[k], CATEGORY)

    chosen = max(wanted, key=leaning)
    if max(map(leaning, tasks)) - leaning(chosen) > _CONTRADICTED:
        return roles
    named = [CATEGORY if k in tasks and role == REQUIREMENT else role for k, role in enumerate(roles)]
    named[chosen] = REQUIREMENT
    return named


def _cover(names: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """Lay the names over the columns in order; each name over one or more neighbours, a column may stay unnamed."""
    h, w = len(names), len(columns)
    if h and h == w and not _displaced(names, columns):
        return list(names)
    if not h:
        return [""] * w
    lowest = float("-inf")
    best = [[lowest] * (w + 1) for _ in range(h + 1)]
    step: list[list[tuple[int, int, bool]]] = [[(0, 0, False)] * (w + 1) for _ in range(h + 1)]
    best[0][0] = 0.0
    for i in range(h + 1):
        for j in range(w + 1):
            if best[i][j] == lowest:
                continue
            _advance(i, j, names, columns, best, step)
    return _trace(names, best, step, w)


def _displaced(names: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Units, times or texts stand under a 备注 at the end: an empty column left nothing, and a name before spans two."""
    if not names or heading_roles(names[-1])[:1] != (OTHER,) or not any(c.strip() for c in columns[-1]):
        return False
    odd = max(_mean(columns[-1], role) for role in (RESPONSIBLE, DEADLINE, REQUIREMENT))
    return odd > 1.5 > _mean(columns[-1], OTHER) and _mean(columns[-2], CATEGORY) < 0.9


def _advance(
    i: int,
    j: int,
    names: Sequence[str],
    columns: Sequence[Sequence[str]],
    best: list[list[float]],
    step: list[list[tuple[int, int, bool]]],
) -> None:
    h, w = len(names), len(columns)
    if j < w:
        # an unnamed column is likeliest in front, over the serials
        cost = _UNNAMED - (0.0 if j == 0 and _mean(columns[0], SERIAL) > 2 else 1.0)
        gain = max(_mean(columns[j], SERIAL), 0.0) if j == 0 else 0.0
        _offer(best, step, (i, j + 1), best[i][j] + cost + gain, (i, j, False))
    if i >= h:
        return
    _offer(best, step, (i + 1, j), best[i][j] - 2.0, (i, j, False))  # a name without column
    roles = heading_roles(names[i]) or (OTHER, CATEGORY)
    total = 0.0
    for k in range(j, w):
        total += max(_judge(columns[k], r) if any(c.strip() for c in columns[k]) else 0.0 for r in roles)
        if k > j:
            total -= _SPAN_COST if roles[0] == CATEGORY else 3 * _SPAN_COST
            if roles[0] in (SERIAL, DEADLINE, PERSON):
                total -= 2.0
        _offer(best, step, (i + 1, k + 1), best[i][j] + total, (i, j, True))


def _offer(
    best: list[list[float]],
    step: list[list[tuple[int, int, bool]]],
    at: tuple[int, int],
    score: float,
    origin: tuple[int, int, bool],
) -> None:
    if score > best[at[0]][at[1]]:
        best[at[0]][at[1]] = score
        step[at[0]][at[1]] = origin


def _trace(
    names: Sequence[str], best: list[list[float]], step: list[list[tuple[int, int, bool]]], width: int
) -> list[str]:
    covered = [""] * width
    i, j = len(names), width
    while i or j:
        before_i, before_j, named = step[i][j]
        if named:
            for k in range(before_j, j):
                covered[k] = names[before_i]
        if (before_i, before_j) == (i, j):
            break
        i, j = before_i, before_j
    return covered


def _settle(roles: list[str], columns: Sequence[Sequence[str]], names: Sequence[str]) -> list[str]:
    """One requirement per table, one serial, one deadline; offices and leads told from their contents."""
    roles = list(roles)
    _one_requirement(roles, columns, names)
    for single in (SERIAL, DEADLINE):
        extra = [k for k, r in enumerate(roles) if r == single]
        if len(extra) > 1:
            keep = max(extra, key=lambda k: (_judge(columns[k], single), -k))
            for k in extra:
                if k != keep:
                    roles[k] = OTHER
    last = max((k for k, r in enumerate(roles) if r == REQUIREMENT), default=len(roles))
    for k, role in enumerate(roles):
        filled = [c for c in columns[k] if c.strip()]
        if role == CATEGORY and k > last and names[k] and not heading_roles(names[k]):
            roles[k] = OTHER  # a label behind the requirement under a name of the office's own
        if role == RESPONSIBLE and filled and not names[k] and _mean(columns[k], RESPONSIBLE) < 0:
            roles[k] = OTHER
        if role in UNIT_ROLES and filled and _mean(columns[k], PERSON) > 2.0:
            roles[k] = PERSON
        elif role == PERSON and filled and _mean(columns[k], RESPONSIBLE) > 2.0 and _mean(columns[k], PERSON) < 0:
            roles[k] = RESPONSIBLE
    return roles


def _one_requirement(roles: list[str], columns: Sequence[Sequence[str]], names: Sequence[str]) -> None:
    """The requirement is the one the superior wrote; a second text beside it is the unit's own measure."""
    wanted = [k for k, r in enumerate(roles) if r == REQUIREMENT and any(c.strip() for c in columns[k])]
    if not wanted:
        for substitute in (MEASURE, CATEGORY, OTHER):
            choices = [k for k, r in enumerate(roles) if r == substitute and any(c.strip() for c in columns[k])]
            if substitute == OTHER:
                choices = [k for k in choices if not names[k] and _mean(columns[k], REQUIREMENT) > 0.2]
            if choices and substitute == CATEGORY and all(_LEVELS.match(names[k]) for k in choices):
                roles[choices[-1]] = REQUIREMENT
                return
            named = [k for k in choices if heading_roles(names[k])[:1] == (REQUIREMENT,)]  # short texts under 工作要求
            if choices := named or choices:
                best = max(choices, key=lambda k: (round(_judge(columns[k], REQUIREMENT), 3), k))
                roles[best] = REQUIREMENT
                return
        return
    strong = [k for k in wanted if heading_roles(names[k])[:1] == (REQUIREMENT,)] if any(names) else []
    keep = (strong or wanted)[0]
    for k in wanted:
        if k == keep:
            continue
        roles[k] = MEASURE if k > keep else CATEGORY
    _label_beside_measure(keep, roles, columns, names)


def _label_beside_measure(at: int, roles: list[str], columns: Sequence[Sequence[str]], names: Sequence[str]) -> None:
    """工作要点 of a line beside 贯彻举措 of several: the point is a label, what it says to do stands in the measures."""
    longer = [k for k, r in enumerate(roles) if r == MEASURE and k > at]
    if len(longer) != 1 or heading_roles(names[at])[:1] != (CATEGORY,) or _length(columns[at]) > _LABEL:
        return
    if _length(columns[longer[0]]) >= 2 * _length(columns[at]):
        roles[at], roles[longer[0]] = CATEGORY, REQUIREMENT


def _length(column: Sequence[str]) -> float:
    filled = [c for c in column if c.strip()]
    return sum(map(len, filled)) / max(1, len(filled))


def plausible(columns: Columns) -> bool:
    """True when a table with these columns can be a plan: something to do, and somebody or some time to do it."""
    has = set(columns.roles)
    return REQUIREMENT in has and bool(has & {LEAD, RESPONSIBLE, SUPPORTING, OFFICE, DEADLINE, SERIAL})
