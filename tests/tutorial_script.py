"""The tutorial as a script: its console blocks are commands, its marked tables and settings are what people type.

    <!-- workbook PATH SHEET [TO] -->   the table below is written into the sheet (by its first column); saved as TO
    <!-- settings PATH -->              the `key = value` lines of the block below replace those of the file
    <!-- figures FROM TO -->            0 in every cell of the annual tables, then the table below; saved as TO
    <!-- correction PATH -->            the cells of the table below, in the file itself

In the output shown `…` stands for anything on a line, and for any number of lines where it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARK = re.compile(r"<!-- (workbook|settings|figures|correction) (.+?) -->")


@dataclass(frozen=True)
class Command:
    """One `$ ` line and the output that the tutorial shows for it."""

    words: str
    shown: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Edit:
    """What the reader does by hand: `kind` and its places as marked, `rows` of the table or lines of the block."""

    kind: str
    places: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int


def steps(text: str) -> Iterator[Command | Edit]:
    """Commands and edits in the order of the page."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line == "```console":
            yield from _commands(lines, number + 1)
        elif mark := _MARK.fullmatch(line):
            below = [row for row in lines[number + 1 :] if row]
            rows = _block(below) if mark[1] == "settings" else _table(below)
            yield Edit(mark[1], tuple(mark[2].split(" ")), rows, number + 1)


def _commands(lines: Sequence[str], start: int) -> Iterator[Command]:
    words, shown, at = "", [], start
    for number in range(start, len(lines)):
        line = lines[number]
        if line == "```" or line.startswith("$ "):
            if words:
                yield Command(words, tuple(shown), at)
            words, shown, at = line[2:], [], number + 1
            if line == "```":
                return
        else:
            shown.append(line)
    raise ValueError(f"the console block of line {start} is not closed")


def _block(below: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    end = below.index("```")
    return tuple(tuple(part.strip() for part in line.split("=", 1)) for line in below[1:end])


def _table(below: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    rows = []
    for line in below:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
    return (rows[0], *rows[2:])


def fits(shown: Sequence[str], output: Sequence[str]) -> bool:
    """Whether the output reads as shown, from the first line to the last."""
    if not shown:
        return not output
    if shown[0] == "…":
        return any(fits(shown[1:], output[n:]) for n in range(len(output) + 1))
    pattern = ".*".join(re.escape(part) for part in shown[0].split("…"))
    return bool(output) and re.fullmatch(pattern, output[0]) is not None and fits(shown[1:], output[1:])
