"""What the lines of a table without marks tell: whether cells were broken at a width, and whether a line goes on."""

from __future__ import annotations

from collections.abc import Sequence

_LEAST = 5  # so many different lines of the greatest width: the page broke them
_NEAR = 1.5  # marks that may not begin a line make the line before longer, or shorter, by as much


def width_of(line: str) -> float:
    """Columns of a line in Chinese characters; Latin letters and digits take half of one."""
    return sum(1.0 if ord(c) > 0x2E7F or c in "“”‘’—…·" else 0.5 for c in line.strip())


def broken_at(texts: Sequence[str]) -> float:
    """The width at which the longest cells were broken; 0.0 where the lines end because the cells end."""
    widths = sorted({line.strip(): width_of(line) for text in texts for line in text.splitlines()}.values())
    if not widths:
        return 0.0
    top = widths[-1]
    full = sum(1 for w in widths if w >= top - _NEAR)
    long = sum(1 for w in widths if w * 2 > top)
    return top if full >= _LEAST and full * 5 >= long * 2 else 0.0
