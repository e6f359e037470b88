"""Doubts about unit names in one table: roles, open lists, mixed separators, brackets, spaces, spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise
from typing import Any

from toolkit.findings import Finding, finding
from toolkit.plan.grid import Grid
from toolkit.plan.kinds import CATEGORY, UNIT_ROLES, unit_share
from toolkit.plan.labels import once, squeeze, without_markup
from toolkit.plan.table import TaskRow

Namer = Callable[[Iterable[TaskRow]], str]
_ROLE_WORDS = re.compile(r"按(?:各自)?职责分工负责|分工负责|具体落实|负责落实|牵头|配合|协助|负责(?!人)")
_OPEN = re.compile(r"等(?:相关|有关)?(?:部门、单位|部门|单位|科室|部门和单位)?(?=[，,；;。牵负配分具按]|\Z)")
_BRACKET = re.compile(r"[\u4e00-\u9fff]{3,20}\s*[（(〔][\u4e00-\u9fff]{2,12}[)）〕]")
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,20}?(?:办公室|分局|局|委员会|委|中心|厅|院|办事处|指挥部|科|处)(?![\u4e00-\u9fff])"
)
_PREFIX = re.compile(r"\A(?:省|市|区|县|州)")
_SPACED_UNITS = re.compile(r"(?:局|委|办|室|部|中心|部门|单位|[)）])[ \u3000]+(?=[区市县省州各])")
_SPACED_WORD = re.compile(r"[\u4e00-\u9fff]{1,4} +[\u4e00-\u9fff]+")


def about_names(grid: Grid, rows: list[TaskRow], named: Namer) -> list[Finding]:
    """Findings on the unit columns of one table, in a fixed order."""
    own = [(row, text) for row in rows if (text := _own(row))]
    found: list[Finding] = []
    found += _roles(grid, own, named)
    found += _open_lists(grid, own, named)
    if any("、" in t for _, t in own) and any(_comma_between_units(t) for _, t in own):
        found.append(_note(grid, "PLN-146"))
    brackets = list(dict.fromkeys(squeeze(m.group()) for _, t in own for m in _BRACKET.finditer(t)))
    if brackets:
        found.append(_note(grid, "PLN-147", names="、".join(brackets[:8])))
    spaced = [row for row, t in own if _SPACED_UNITS.search(t)]
    if spaced:
        found.append(_note(grid, "PLN-148", rows=named(spaced)))
    found += _spaces(grid, rows)
    found += _shared(grid, rows, named)
    found += _spellings(grid, own)
    return found


def _own(row: TaskRow) -> str:
    columns = row.grid.columns
    assert columns is not None
    return "\n".join(
        once(row.row.own(c))[0]
        for c in range(columns.width)
        if columns.roles[c] in UNIT_ROLES and row.row.own(c).strip()
    )


def _note(grid: Grid, code: str, **arguments: str | int) -> Finding:
    words: dict[str, Any] = {"where": grid.table.place, **arguments}
    return finding(code, place={"sheet": grid.table.place}, **words)


def _roles(grid: Grid, own: list[tuple[TaskRow, str]], named: Namer) -> list[Finding]:
    hits = [(row, _ROLE_WORDS.findall(text)) for row, text in own]
    hits = [(row, words) for row, words in hits if words]
    if not hits:
        return []
    words = "、".join(dict.fromkeys(f"“{w}”" for _, ws in hits for w in ws))
    return [_note(grid, "PLN-144", words=words, rows=named(row for row, _ in hits))]


def _open_lists(grid: Grid, own: list[tuple[TaskRow, str]], named: Namer) -> list[Finding]:
    hits = [(row, m.group()) for row, text in own if (m := _OPEN.search(text)) and m.start() > 0]
    if not hits:
        return []
    words = "、".join(dict.fromkeys(w for _, w in hits))
    return [_note(grid, "PLN-145", words=words, rows=named(row for row, _ in hits))]


def _comma_between_units(text: str) -> bool:
    """A comma between two single units, beside its usual place before a group."""
    parts = re.split(r"[，,]", text)
    return any(
        unit_share(a) >= 0.6 and b.strip() and unit_share(b) >= 0.6 and not b.strip().startswith("各")
        for a, b in pairwise(parts)
    )


def _spaces(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """Line-wrap spaces inside words."""
    columns = grid.columns
    assert columns is not None
    examples: list[str] = []
    for row in rows:
        for c in range(columns.width):
            if columns.roles[c] in (*UNIT_ROLES, CATEGORY, "requirement"):
                found = _SPACED_WORD.search(without_markup(row.row.own(c)))
                if found:
                    examples.append(found.group()[:12])
    if not examples:
        return []
    return [_note(grid, "PLN-163", examples="、".join(f"“{e}”" for e in dict.fromkeys(examples[:4])))]


def _shared(grid: Grid, rows: list[TaskRow], named: Namer) -> list[Finding]:
    """Lists of several units printed in full again although rows in between inherited the same list."""
    origins = {row.inherited["responsible_units"] for row in rows if "responsible_units" in row.inherited}
    inherited = {_own(row) for row in rows if row.place in origins}
    again: list[TaskRow] = []
    seen: set[str] = set()
    for row in rows:
        text = _own(row)
        if text and text in seen and text in inherited and text.count("、") + text.count("，") >= 2:
            again.append(row)
        seen.add(text)
    return [_note(grid, "PLN-134", rows=named(again))] if again else []


# ---------------------------------------------------------------- spellings


def _spellings(grid: Grid, own: list[tuple[TaskRow, str]]) -> list[Finding]:
    """Names that may be one unit written in two ways, and names that a scanner may have damaged."""
    counts: dict[str, int] = {}
    for _, text in own:
        for name in _names(text):
            counts[name] = counts.get(name, 0) + 1
    found: list[Finding] = []
    for group in _alike(list(counts)):
        found.append(_note(grid, "PLN-142", names="、".join(f"“{n}”" for n in group)))
    for odd, right in _damaged(counts):
        found.append(_note(grid, "PLN-149", text=odd, suggestion=f"可能是“{right}”。"))
    return found


def _names(text: str) -> list[str]:
    flat = re.sub(r"[（(〔][^（()）〕]*[)）〕]", " ", once(text)[0])
    flat = _ROLE_WORDS.sub(" ", flat)
    return [part for part in re.split(r"[、，,；;\s]+", flat) if _NAME.fullmatch(part)]


def _alike(names: list[str]) -> list[list[str]]:
    """Groups of names of which one is the other shortened, or the same without 市 or 区 in front."""
    groups: list[list[str]] = []
    for a, b in combinations(names[:150], 2):
        short, long = sorted((a, b), key=len)
        if short == long or not _same(short, long):
            continue
        home = next((g for g in groups if a in g or b in g), None)
        if home is None:
            groups.append([a, b])
        else:
            home += [n for n in (a, b) if n not in home]
    return groups


def _same(short: str, long: str) -> bool:
    if _PREFIX.sub("", long) == short or _PREFIX.sub("", long) == _PREFIX.sub("", short):
        return True
    if (
        "政府" in short
        or len(short) == len(long)
        or short[0] != long[0]
        or short[-1] != long[-1]
        or (len(short) < 4 and short[1:-1] not in long)
    ):
        return False
    at = 0
    for char in long:
        if at < len(short) and short[at] == char:
            at += 1
    return at == len(short) and _first_word(short) in long[:6]


def _first_word(name: str) -> str:
    """The first character of the proper part: 区住建局 and 区住房和城乡建设局 share 住, 区建局 has 建."""
    return name[1:2]


def _damaged(counts: dict[str, int]) -> list[tuple[str, str]]:
    """Rare long names that differ by one or two characters from a common one of the same document."""
    from rapidfuzz import fuzz

    common = [n for n, times in counts.items() if times >= 3]
    result: list[tuple[str, str]] = []
    for name, times in counts.items():
        if times > 2 or len(name) < 6:
            continue
        best = max(
            ((fuzz.ratio(name, other), other) for other in common if abs(len(other) - len(name)) <= 1), default=None
        )
        if best and 75 <= best[0] < 100 and len(best[1]) >= 6 and name[-1] == best[1][-1]:
            result.append((name, best[1]))
    return result
