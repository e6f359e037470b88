"""The text of a gallery case: its heading, when the code appears, and the steps with their tables, items and texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

GALLERY = Path(__file__).parent / "gallery"

Grid = list[list[str]]


@dataclass
class Block:
    """What stands under one heading: a Markdown table, `- ` items, a fenced text, and the blocks of its own headings."""

    words: list[str]
    grid: Grid = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    text: str = ""
    plain: list[str] = field(default_factory=list)
    inner: dict[str, Block] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The table's rows by its heading."""
        head, *body = self.grid or [[]]
        return [dict(zip(head, row, strict=True)) for row in body]

    @property
    def table(self) -> str:
        """The table as tests.forms_kit takes it: without the line of dashes."""
        return "\n".join(f"| {' | '.join(row)} |" for row in self.grid)


@dataclass(frozen=True)
class Case:
    heading: str
    when: str
    steps: tuple[Block, ...]

    @property
    def reserved(self) -> str:
        """Why nothing gives this code; "" for a code with a case."""
        return next((" ".join(s.plain) for s in self.steps if s.words[0] == "保留"), "")


def read_case(text: str) -> Case:
    top = blocks(text)
    heading, block = next(iter(top.items()))
    return Case(heading, " ".join(block.plain), tuple(block.inner.values()))


def blocks(text: str) -> dict[str, Block]:
    """Blocks by heading; equal headings of one level keep their order by a mark that no heading has."""
    root: dict[str, Block] = {}
    path: list[tuple[int, Block]] = []
    current = Block([])
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            current.text += line + "\n"
        elif m := re.match(r"(#{1,3}) (.*)", line):
            level, title = len(m[1]), m[2].strip()
            path = [(n, b) for n, b in path if n < level]
            home = path[-1][1].inner if path else root
            current = Block(title.split())
            home[title if title not in home else f"{title}\0{len(home)}"] = current
            path.append((level, current))
        elif line.startswith("|"):
            cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
            if len(current.grid) != 1 or not all(re.fullmatch(r":?-+:?", c) for c in cells):
                current.grid.append(cells)
        elif line.startswith("- "):
            current.items.append(line[2:].strip())
        elif line.strip():
            current.plain.append(line.strip())
    return root


@cache
def start() -> Mapping[str, Block]:
    """README.md: the position from which every case starts."""
    page = next(iter(blocks((GALLERY / "README.md").read_text("utf-8")).values()))
    return {**page.inner["起点"].inner, "填好的小表": page.inner["填好的小表"]}


def unescaped(text: str) -> str:
    r"""␣ as a space, \u200b and \n as the character, 字*9 as nine of them."""
    if m := re.fullmatch(r"(.+)\*(\d{2,})", text):
        return m[1] * int(m[2])
    shown = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text.replace("␣", " "))
    return shown.replace("\\n", "\n").replace("\\|", "|")
