"""Section lines inside a table: a title over the whole width, in one cell or cut over two of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from toolkit.plan.parts import SourceCell, SourceTable
from toolkit.plan.table.columns import Columns
from toolkit.plan.words.kinds import CATEGORY, REQUIREMENT, SERIAL, fit, like_units, serial
from toolkit.plan.words.labels import level_of, numeral_of, squeeze, without_markup, without_numeral

_REST = 11  # characters that end a title in the cell beside it; more of them are a task of their own


def is_section(cells: Sequence[SourceCell], texts: Sequence[str]) -> bool:
    """A heading inside the table: one text over the whole width, or a numbered title in the first cell or two."""
    filled = [(k, t) for k, t in enumerate(texts) if t.strip()]
    if not filled or len(filled) > 2:
        return False
    k, first = filled[0]
    if len(cells) < 2 and level_of(squeeze(without_markup(first))) not in (1, 2):
        return False
    flat = squeeze(without_markup("".join(t for _, t in filled)))
    if len(flat) > 60 or serial(first) is not None or any(like_units(t) and k for k, t in filled):
        return False
    if len(filled) == 1 and k == 0 and cells[0].column_span >= max(3, len(cells) - 1):
        return True
    if k > 1 or level_of(squeeze(without_markup(first))) not in (1, 2) or flat.endswith("。"):
        return False
    if any(c.continued for c in cells) and cells[0].column_span == 1:
        return False
    return len(filled) == 1 or fit(filled[1][1], REQUIREMENT) < 2.4


_CHAPTER = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?\Z")
_MARKED = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\Z|[一二三四五六七八九十]{1,3}、\Z")


def chapters_of(rows: dict[int, list[str]]) -> dict[int, str]:
    """Section lines whose numeral stands in a cell of its own (一 | 聚焦重点领域公开): above rows numbered 1, 2, 3, or with its
    mark (一、) where no row of more cells begins so."""
    counted = sum(1 for row in rows.values() if row and row[0].strip().isdecimal()) >= 2
    if not counted and any(
        _CHAPTER.match(row[0].strip()) and sum(map(_filled, row)) > 2 for row in rows.values() if row
    ):
        return {}
    found: dict[int, str] = {}
    for k, row in rows.items():
        filled = [t.strip() for t in row if t.strip()]
        alone = len(filled) == 2 and row[0].strip() == filled[0] and len(filled[1]) <= 45
        if alone and (_CHAPTER if counted else _MARKED).match(filled[0]) and not filled[1].endswith("。"):
            joint = "" if filled[0].endswith(("、", "）", ")", ".", "．")) else "、"
            found[k] = f"{filled[0]}{joint}{squeeze(filled[1])}"
    return found if counted or len(found) * 2 <= len(rows) else {}


def title_of(texts: Sequence[str]) -> tuple[str, bool]:
    """The title of a section line, and whether it was put together from two cells."""
    parts = [squeeze(without_markup(t)) for t in texts if t.strip()]
    if len(parts) == 1:
        return parts[0], False
    first, second = parts[0], parts[1]
    if without_numeral(second).startswith(without_numeral(first)):
        return second, True
    for size in range(min(len(first), len(second)), 0, -1):
        if first.endswith(second[:size]):
            return first + second[size:], True
    return first + second, True


def has_task(cells: Sequence[SourceCell], texts: Sequence[str], columns: Columns) -> bool:
    """A numbered text may be the requirement itself: then it stands in the requirement's column, not in the first. A label
    with a short requirement in its column, the merged cells behind it blank, is a task and no title in two pieces."""
    filled = [k for k, t in enumerate(texts) if t.strip()]
    if len(texts) < columns.width or max(filled) >= columns.width or cells[filled[0]].column_span > 1:
        return False
    roles = [columns.roles[k] for k in filled]
    if roles == [CATEGORY, REQUIREMENT]:
        return texts[filled[1]] == without_markup(texts[filled[1]])
    return REQUIREMENT in roles and columns.roles[0] != CATEGORY and filled[0] > 0


def sections_of(table: SourceTable, rows: Mapping[int, Sequence[str]], columns: Columns) -> frozenset[int]:
    """The rows that are section lines. A title cut over two cells looks like a label with a short requirement: it is none where
    it goes on with the numbers of titles in one cell, where rows have serials and it has not, or where it is one of several;
    and where no row of a task has a label numbered like it."""
    found = {k for k, texts in rows.items() if is_section(table.rows[k], texts)}
    sure = {k for k in found if not has_task(table.rows[k], rows[k], columns)}
    tasks = [rows[k] for k in rows if k not in found]
    taken = {_numbered(text)[0] for texts in tasks for text in texts[: max(columns.of(CATEGORY), default=-1) + 1]} - {0}
    serials = columns.of(SERIAL)
    counted = bool(serials) and sum(1 for texts in tasks if _at(texts, serials[0])) * 10 >= len(tasks) * 8 > 0
    cut = {k: at for k in found - sure if (at := _cut_title(table.rows[k], rows[k], columns))[0] not in (0, *taken)}
    known = {_numbered(_first(rows[k])) for k in sure} | set(cut.values())
    for k, (level, number) in cut.items():
        beside = {(level, number - 1), (level, number + 1)} & known
        if beside or counted:
            sure.add(k)
    return frozenset(sure)


def _cut_title(cells: Sequence[SourceCell], texts: Sequence[str], columns: Columns) -> tuple[int, int]:
    """Level and number of a title that may be cut into a label and a few words beside it; level 0 for another row."""
    filled = [k for k, t in enumerate(texts) if t.strip()]
    if [columns.roles[k] for k in filled if k < columns.width] != [CATEGORY, REQUIREMENT] or filled[1] != filled[0] + 1:
        return 0, 0
    if any(c.continued for c in cells) or len(squeeze(without_markup(texts[filled[1]]))) > _REST:
        return 0, 0
    return _numbered(texts[filled[0]])


def _numbered(text: str) -> tuple[int, int]:
    flat = squeeze(without_markup(text))
    return level_of(flat), numeral_of(flat) or 0


def _first(texts: Sequence[str]) -> str:
    return next((t for t in texts if t.strip()), "")


def _at(texts: Sequence[str], k: int) -> bool:
    return k < len(texts) and bool(texts[k].strip())


def _filled(text: str) -> bool:
    return bool(text.strip())
