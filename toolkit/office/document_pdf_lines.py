"""Characters of a PDF page as lines, and lines as the text that was typed: a wrap is undone, a typed break is kept.

A line was wrapped when what begins the next one would not have fitted behind it; Chinese lines do not begin with a closing
mark, so such a mark takes the character before it along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_GAP = 3.0  # points between two characters from which on a space stands between them
_PADDING = 8.0  # a cell's text keeps at most so many points from its edge
_FIRST_WORD = re.compile(r"[A-Za-z0-9.%／/：:~-]+|.")
_NO_START = re.compile(r"[，。、；：！？）》〉」』”’,.;:!?)%]+")
_NAME_ENDS = re.compile(r"(?:局|厅|委|委员会|办|办公室|中心|公司|集团)\Z")
_NAME_BEGINS = re.compile(r"[省市区县州旗](?![分级直域长])[\u4e00-\u9fff]{2}")
_DAY = re.compile(r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")  # under a notice, set to the right
_NEW_PARAGRAPH = re.compile(
    r"(?:第[一二三四五六七八九十]+[章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|附件|附：|抄送)"
)


@dataclass(frozen=True)
class Line:
    """One printed line. Coordinates in points from the top left; `size` is the height of its largest character."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


def lines_of(chars: Sequence[Any]) -> list[Line]:
    """Characters (as pdfplumber gives them) as lines from top to bottom."""
    groups: list[list[Any]] = []
    for char in sorted(chars, key=lambda c: (float(c["bottom"]), float(c["x0"]))):
        if groups and char["bottom"] - groups[-1][0]["bottom"] < 0.5 * max(4.0, char["size"]):
            groups[-1].append(char)
        else:
            groups.append([char])
    return [_line(sorted(g, key=lambda c: float(c["x0"]))) for g in groups]


def _line(chars: Sequence[Any]) -> Line:
    text, edge = "", float(chars[0]["x0"])
    for char in chars:
        text += (" " if char["x0"] - edge > _GAP else "") + str(char["text"])
        edge = float(char["x1"])
    return Line(
        text, float(chars[0]["x0"]), edge, min(float(c["top"]) for c in chars), max(float(c["bottom"]) for c in chars),
        max(float(c["size"]) for c in chars),
    )  # fmt: skip


@dataclass(frozen=True)
class Tail:
    """The room behind the last line of a cell."""

    room: float
    size: float

    def runs_into(self, text: str) -> bool:
        """The text goes on with the next line: it would not have fitted behind this one."""
        return self.room < _first_width(text.strip(), self.size)


def tail_of(lines: Sequence[Line], left: float, right: float) -> Tail:
    last = lines[-1]
    return Tail(_room(lines, left, right) - (last.right - last.left), last.size)


def cell_text(lines: Sequence[Line], left: float, right: float) -> str:
    """The text of a cell between two rules."""
    return "\n".join(_unwrapped(lines, _room(lines, left, right))) if lines else ""


def _room(lines: Sequence[Line], left: float, right: float) -> float:
    padding = min(_PADDING, min(n.left for n in lines) - left, right - max(n.right for n in lines))
    return right - left - 2 * max(0.0, padding)


def paragraphs_of(lines: Sequence[Line], right: float) -> list[str]:
    """Lines outside tables as paragraphs. `right`: where the longest line of the page ends."""
    if not lines:
        return []
    left = min(n.left for n in lines)
    return _unwrapped([_moved(n, left) for n in lines], right - left, _NEW_PARAGRAPH)


def _moved(line: Line, left: float) -> Line:
    """The indent of a first line takes room as text does."""
    return Line(line.text, left, line.right, line.top, line.bottom, line.size)


def _unwrapped(lines: Sequence[Line], room: float, start: re.Pattern[str] | None = None) -> list[str]:
    texts: list[str] = []
    before: Line | None = None
    for line in lines:
        text = line.text.strip()
        own = bool(start.match(text)) if start is not None else _next_unit(texts, text)
        own = own or bool(_DAY.fullmatch(text) or (before is not None and _DAY.fullmatch(before.text.strip())))
        if before is not None and not own and room - (before.right - before.left) < _first_width(text, line.size):
            latin = texts[-1][-1:].isascii() and text[:1].isascii() and texts[-1][-1:].isalpha() and text[:1].isalpha()
            texts[-1] += (" " if latin else "") + text
        else:
            texts.append(text)
        before = line
    return texts


def _next_unit(texts: Sequence[str], text: str) -> bool:
    """In a cell a line that ends one institution's name stands above one that begins another's: a paragraph each."""
    return bool(texts and _NAME_ENDS.search(texts[-1]) and _NAME_BEGINS.match(text))


def _first_width(text: str, size: float) -> float:
    """How much room the beginning of a line needs that cannot be parted from it."""
    word = _FIRST_WORD.match(text)
    begin = word.group() if word else ""
    behind = _NO_START.match(text, len(begin))
    begin += behind.group() if behind else ""
    return sum(size if ord(c) > 0x2000 else 0.55 * size for c in begin) + 0.3 * size
