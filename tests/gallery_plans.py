"""Plan documents of the gallery: text as it stands (→ is a tab), or Word and Excel files from a Markdown table with merge marks."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from lxml import etree

from tests.forms_kit import members, zipped
from tests.gallery_books import changed
from tests.gallery_case import Block
from tests.plan_kit import Sheet, excel, word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TRACKED = re.compile(r"\{([+-])(.*?)\1\}")


def plan_document(step: Block, name: str) -> bytes:
    if not name.endswith((".docx", ".xlsx")):
        return step.text.replace("→", "\t").encode()
    sheets = [_sheet(block) for block in (step, *step.inner.values()) if block.grid]
    if name.endswith(".docx"):
        return _with_changes(word(*sheets))
    return changed(excel(*sheets), step.items)


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
    rows = [[_content(text) for text in row] for row in grid]
    return Sheet(rows, merges, above=block.plain, below=block.items)


def _content(text: str) -> str:
    """`=?` is a formula, which a book that Excel never saved holds without result."""
    return {"↑": "", "←": "", "=?": "=1+1"}.get(text, text.replace("<br>", "\n"))


def _with_changes(data: bytes) -> bytes:
    """`{+…+}` becomes a tracked insertion, `{-…-}` a tracked deletion."""
    parts = members(data)
    root = etree.fromstring(parts["word/document.xml"])
    for text in [t for t in root.iter(f"{W}t") if _TRACKED.search(t.text or "")]:
        run = text.getparent()
        place = run.getparent()
        for piece in _pieces(run, text.text):
            run.addprevious(piece)
        place.remove(run)
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return zipped(parts)


def _pieces(run: Any, words: str) -> list[Any]:
    """The run as plain, inserted and deleted runs."""
    found, at = [], 0
    for m in _TRACKED.finditer(words):
        found += [_run(run, words[at : m.start()], "t")] if m.start() > at else []
        change = etree.Element(f"{W}ins" if m[1] == "+" else f"{W}del", {f"{W}id": str(m.start())})
        change.append(_run(run, m[2], "t" if m[1] == "+" else "delText"))
        found.append(change)
        at = m.end()
    return [*found, *([_run(run, words[at:], "t")] if words[at:] else [])]


def _run(run: Any, words: str, tag: str) -> Any:
    copy = deepcopy(run)
    text = copy.find(f"{W}t")
    text.tag, text.text = f"{W}{tag}", words
    return copy
