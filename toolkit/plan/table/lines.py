"""What the lines of a table without marks tell: whether cells were broken at a width, and whether a line goes on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

_LEAST = 5  # so many different lines of the greatest width: the page broke them
_RUNS = 3  # so many of them go on in another such line
_ENDS = ("。", "；", "！")
_NEAR = 1.5  # marks that may not begin a line make the line before longer, or shorter, by as much


def width_of(line: str) -> float:
    """Columns of a line in Chinese characters; Latin letters and digits take half of one."""
    return sum(1.0 if ord(c) > 0x2E7F or c in "“”‘’—…·" else 0.5 for c in line.strip())


def broken_at(texts: Sequence[str]) -> float:
    """The width at which the longest cells were broken; 0.0 where the lines end because the cells end.

    Cells of like length (tasks of a few words each) have other cells between them; lines of one cell follow each other.
    """
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    sizes = [width_of(line) for line in lines]
    top = max(sizes, default=0.0)
    full = {line for line, size in zip(lines, sizes, strict=True) if size >= top - _NEAR}
    long = {line for line, size in zip(lines, sizes, strict=True) if size * 2 > top}
    runs = {a for a, b in itertools.pairwise(lines) if a in full and b in full and a != b and not a.endswith(_ENDS)}
    return top if len(full) >= _LEAST and len(runs) >= _RUNS and len(full) * 5 >= len(long) * 2 else 0.0
