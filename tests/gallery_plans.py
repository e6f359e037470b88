"""Plan documents of the gallery: text as it stands (→ is a tab), or Word and Excel files from a Markdown table with merge marks."""

from __future__ import annotations

from tests.gallery_case import Block
from tests.plan_kit import Sheet, excel, word


def plan_document(step: Block, name: str) -> bytes:
    if not name.endswith((".docx", ".xlsx")):
        return step.text.replace("→", "\t").encode()
    sheets = [_sheet(block) for block in (step, *step.inner.values()) if block.grid]
    return word(*sheets) if name.endswith(".docx") else excel(*sheets)


def _sheet(block: Block) -> Sheet:
    """`↑` continues the cell above, `←` the cell to the left; paragraphs stand before the table, items after it."""
    grid = block.grid
    merges = []
    for r, row in enumerate(grid):
        for c, text in enumerate(row):
            if text in ("↑", "←"):
                continue
            bottom, right = r, c
            while bottom + 1 < len(grid) and grid[bottom + 1][c] == "↑":
                bottom += 1
            while right + 1 < len(row) and row[right + 1] == "←":
                right += 1
            if (bottom, right) != (r, c):
                merges.append((r, c, bottom, right))
    rows = [["" if t in ("↑", "←") else t.replace("<br>", "\n") for t in row] for row in grid]
    return Sheet(rows, merges, above=block.plain, below=block.items)
