"""Rows of tab-separated cells whose every cell was broken at the edge of its column: one physical line holds the end of a cell,
whole cells and the beginning of another. As many tabs as columns part the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from toolkit.plan.words.kinds import (
    is_heading_row,
    like_basis,
    like_deadline,
    like_marks,
    like_title,
    like_units,
    serial,
)
from toolkit.plan.words.labels import join_lines, level_of
from toolkit.plan.words.marks import ends_table

_OPEN = re.compile(r"[、，,：:；（(“《]\s*\Z")
_ENDED = re.compile(r"[。；;]\s*\Z")
_NAMES = re.compile(r"[、，,；;\s]+")
_SHORTEST_NAME = 3
Rows = tuple[list[list[str]], list[int], int]


def read_wrapped(lines: Sequence[str]) -> Rows | None:
    """(rows, the line each begins on, the line after the table), the heading in `lines[0]`; None where the tabs do not come out
    even, where nothing is broken, or where cells are broken that were whole."""
    names = [c.strip() for c in lines[0].split("\t")]
    width = len(names)
    if width < 3 or not all(names) or not is_heading_row(names):
        return None
    groups = _groups(lines, width)
    if groups is None:
        return None
    joints = [(a, b) for _, group in groups for a, b in _joints([lines[k] for k in group])]
    if not joints or sum(1 for a, b in joints if not _broken(a, b)) * 4 > len(joints):
        return None
    styles = {level_of(lines[group[0]].split("\t")[0]) for _, group in groups} - {0}
    rows, begun = [names], [0]
    for loose, group in groups:
        first = lines[group[0]]
        ahead = _ahead(rows[-1][-1], [lines[k].strip() for k in loose], first, styles)
        for k in loose[: len(loose) - ahead]:
            if _section(lines[k], styles):
                rows.append([lines[k].strip()])
                begun.append(k)
            else:
                rows[-1][-1] = _joined(rows[-1][-1], lines[k].strip())
        begun.append(loose[-ahead] if ahead else group[0])
        rows.append(_cells([lines[k] for k in (*(loose[len(loose) - ahead :] if ahead else ()), *group)]))
    return rows, begun, _end(lines, groups[-1][1][-1] + 1, rows)


def _groups(lines: Sequence[str], width: int) -> list[tuple[list[int], list[int]]] | None:
    """For each row the lines without tab before it and the lines from its first tab to its last one."""
    groups: list[tuple[list[int], list[int]]] = []
    loose: list[int] = []
    group: list[int] = []
    tabs = 0
    for k in range(1, len(lines)):
        line = lines[k]
        if not line.strip() or ends_table(line):
            if tabs:
                return None
            if ends_table(line):
                break
            continue
        if "\t" not in line and not group:
            loose.append(k)
            continue
        group.append(k)
        tabs += line.count("\t")
        if tabs > width - 1:
            return None
        if tabs == width - 1:
            groups.append((loose, group))
            loose, group, tabs = [], [], 0
    return groups if len(groups) >= 2 and not tabs else None


def _joints(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Where a line of a row ends and the next one goes on with the same cell."""
    return [(a.split("\t")[-1].strip(), b.split("\t")[0].strip()) for a, b in pairwise(lines)]


def _broken(before: str, after: str) -> bool:
    """The two can be one cell, broken at the edge of its column; a cell that is whole goes on in no other."""
    if not before or not after or serial(after) is not None:
        return False
    whole = (_closes(before) and "，" not in before) or bool(
        _ENDED.search(before)
    )  # …，每季: the time stands in a sentence
    return bool(_OPEN.search(before)) or not whole or like_units(after)


def _closes(cell: str) -> bool:
    return like_units(cell) or like_deadline(cell) or like_basis(cell) or serial(cell) is not None


def _section(line: str, styles: set[int]) -> bool:
    """A title over the rows below it: numbered otherwise than the labels in the first cells."""
    return like_title(line) and level_of(line.strip()) not in styles


def _goes_on(last: str, line: str) -> bool:
    """A line without tab is the rest of the cell that ends a row."""
    dated = like_deadline(last + line) and not _closes(last)
    return bool(_OPEN.search(last)) or dated or (like_marks(last) and like_marks(line))


def _ahead(last: str, loose: Sequence[str], first: str, styles: set[int]) -> int:
    """How many of the lines between two rows begin the first cell of the second one; the others end the last cell."""
    if not first.split("\t")[0].strip():
        return 0  # its first cell is blank
    for k, line in enumerate(loose):
        if _section(line, styles):
            last = ""
        elif last and _goes_on(last, line):
            last += line
        else:
            return len(loose) - k
    return 0


def _cells(lines: Sequence[str]) -> list[str]:
    cells = [""]
    for k, line in enumerate(lines):
        pieces = [p.strip(" \u3000") for p in line.split("\t")]
        cells[-1] = _joined(cells[-1], pieces[0]) if k else pieces[0]
        cells += pieces[1:]
    return cells


def _joined(before: str, after: str) -> str:
    """A cell and its next line: a name of its own on each line stays apart, anything else was broken."""
    names = _NAMES.split(after)
    whole = like_units(before.split("\n")[-1]) and like_units(after) and len(names[0]) >= _SHORTEST_NAME
    if whole and not _OPEN.search(before):
        return f"{before}\n{after}"
    return join_lines([before, after]) if before else after


def _end(lines: Sequence[str], at: int, rows: list[list[str]]) -> int:
    """The line behind the table; lines that go on with its last cell belong to it."""
    while at < len(lines) and lines[at].strip() and not ends_table(lines[at]):
        last = rows[-1][-1]
        if not _goes_on(last, lines[at]):
            break
        rows[-1][-1] = _joined(last, lines[at].strip())
        at += 1
    return at
