"""What a page prints between two parts of one table: its number, its running head, 续表. Without it the parts are one table.

Only what surely belongs to the page is left out; any other text between two parts stays in the document.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from toolkit.plan.document_head import is_title, numbered_title
from toolkit.plan.parts import SourceCell, SourceTable, SourceText
from toolkit.plan.words.kinds import is_heading_row, like_title, serial
from toolkit.plan.words.labels import squeeze
from toolkit.plan.words.marks import is_page_number, running_heads

Block = SourceTable | SourceText

_NO = r"[一二三四五六七八九十\d]*"
_CONTINUED = re.compile(
    rf"[（(【]?\s*(?:续\s*(?:上\s*)?(?:附\s*)?表\s*{_NO}|续\s*(?:附件)?\s*{_NO}|[接续]\s*上\s*[页表]|[转续接见]\s*下\s*页|附?(?:表|件)\s*{_NO}\s*[（(]\s*续\s*[）)])\s*[）)】]?\s*\Z"
)
_TAIL = re.compile(rf"[（(]\s*续\s*{_NO}\s*(?:表\s*{_NO})?\s*[）)]|第\s*\d+\s*页(?:\s*[，,/]?\s*共\s*\d+\s*页)?")
_COMMENT = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+\Z")
_DRAWN = re.compile(
    r"\s*(?:[-*_—=]{3,}|!\[[^\]]*\]\([^)]*\)|\{\d+\}-{3,}|\\(?:newpage|pagebreak)|</?(?:div|p|br|hr|a|span|center)\b[^<>]*>)+\s*\Z"
)
_LONE = re.compile(r"\s*\d{1,4}\s*\Z")
_LONGEST = 60  # characters of a running head
_NOTE = re.compile(r"(?:注|备注|说明)[:：]|.*[。；]\Z")


def is_furniture(text: str) -> bool:
    """A line that a page prints and no document says: its number, a comment of a converter, 续表."""
    return bool(is_page_number(text) or _COMMENT.match(text) or _CONTINUED.match(text))


# ---------------------------------------------------------------- lines


def without_furniture(lines: Sequence[str]) -> tuple[list[str], list[int]]:
    """Lines without the furniture of pages and the blank lines before each, and the 0-based number of each line kept."""
    gone = {k for k, line in enumerate(lines) if is_furniture(line)}
    gone |= running_heads(lines)
    gone |= _between_parts(lines, gone)
    kept: list[str] = []
    numbers: list[int] = []
    for k, line in enumerate(lines):
        if k in gone:
            while kept and not kept[-1].strip():
                kept.pop()
                numbers.pop()
            continue
        kept.append(line)
        numbers.append(k)
    return kept, numbers


def _between_parts(lines: Sequence[str], gone: set[int]) -> set[int]:
    """Running heads, lone numbers and drawn lines between two parts of a table with tabs or bars."""
    full = [k for k, line in enumerate(lines) if line.strip() and k not in gone]
    marked = [k for k in full if _marked(lines[k])]
    if not marked:
        return set()
    heads = {_running(lines[k]) for k in full if k < marked[0]} - {""}
    headings = {k: names for at, k in enumerate(full) if (names := _heading(lines, full[at : at + 3]))}
    found: set[int] = set()
    lone: list[int] = []
    for at, k in enumerate(full):
        if k < marked[0] or _marked(lines[k]) or not _stands_between(lines, full, at):
            continue
        following = next((j for j in full[at + 1 :] if _marked(lines[j])), None)
        names = headings.get(following, ()) if following is not None else ()
        again = bool(names) and any(names == seen for j, seen in headings.items() if j < k)
        if names and not again:
            continue
        apart = _apart(lines, k, gone | found)
        if _LONE.match(lines[k]):
            beside = [lines[j] for j in full[max(0, at - 1) : at + 2] if j != k]
            bars = any(not line.strip("|\t ") for line in beside)  # a cell between bars on lines of their own
            lone += [k] if (apart or again) and not bars else []
        elif _DRAWN.match(lines[k]) or (_running(lines[k]) in heads and not like_title(squeeze(lines[k]))):
            found.add(k)
        elif again and apart and sum(_running(line) == _running(lines[k]) for line in lines) > 1:
            found |= set() if like_title(squeeze(lines[k])) else {k}
    rising = all(int(lines[a]) < int(lines[b]) for a, b in itertools.pairwise(lone))
    return found | (set(lone) if rising else set())


def _marked(line: str) -> bool:
    return "\t" in line or "|" in line


def _stands_between(lines: Sequence[str], full: Sequence[int], at: int) -> bool:
    """A row of a table stands a few lines above, and one a few lines below or the end of the text."""
    below = full[at + 1 : at + 5]
    return any(_marked(lines[j]) for j in full[max(0, at - 4) : at]) and (
        not below or any(_marked(lines[j]) for j in below)
    )


def _apart(lines: Sequence[str], k: int, gone: set[int]) -> bool:
    """Blank lines on both sides, or the furniture of the page."""
    beside = (k - 1, k + 1)
    return all(j < 0 or j >= len(lines) or not lines[j].strip() or j in gone for j in beside)


def _running(text: str) -> str:
    """A line as a running head would repeat it; "" for what is too long or too short to be one."""
    flat = squeeze(_TAIL.sub("", text.strip().lstrip("#").strip("* ")))
    return flat if 4 <= len(flat) <= _LONGEST and not _marked(text) else ""


def _heading(lines: Sequence[str], near: Sequence[int]) -> tuple[str, ...]:
    """The names of a heading row that begins here: in one line, or the first of them one by one."""
    line = lines[near[0]]
    cells = re.split(r"[\t|]", line.strip(" |\t"))
    if len(cells) < 2:
        cells = [lines[k].strip(" |\t") for k in near]
    names = tuple(squeeze(c).strip("* ") for c in cells if c.strip())
    return names if is_heading_row(names) else ()


# ---------------------------------------------------------------- tables


@dataclass(frozen=True)
class _Shape:
    """What tells whether a table goes on in the next one."""

    head: int  # index of the heading row, -1 without one
    names: tuple[str, ...]
    above: tuple[str, ...]  # texts of the rows above the heading
    first: int | None  # serials of the first and the last row that have one
    last: int | None
    width: int


def joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks with the parts of one table put together. Text between them that is no furniture follows behind the table."""
    done: list[Block] = []
    said: set[str] = set()
    at = -1  # of the last table in `done`
    for block in blocks:
        if isinstance(block, SourceText):
            done.append(block)
            continue
        between = [b for b in done[at + 1 :] if isinstance(b, SourceText)]
        before = done[at] if at >= 0 else None
        if isinstance(before, SourceTable) and (whole := _one_table(before, block, between, said)):
            done[at : len(done)] = [whole, *(t for t in between if not _is_page(t, said))]
            said |= {_running(t.text) for t in between} - {""}
            continue
        said |= {_running(t.text) for t in between} - {""}
        done.append(block)
        at = len(done) - 1
    return tuple(done)


def _one_table(
    first: SourceTable, second: SourceTable, between: Sequence[SourceText], said: set[str]
) -> SourceTable | None:
    """Both as one where the second goes on with the first: the same heading or none, the next serial, only the page between."""
    a, b = _shape(first), _shape(second)
    if first.spans_known != second.spans_known or a.head < 0 or any(numbered_title(t.text) for t in between):
        return None
    goes_on = a.last is not None and b.first == a.last + 1
    if any(not _is_page(t, said) for t in between) and not (goes_on and all(_is_note(t, said) for t in between)):
        return None
    if b.head < 0:
        return _put_together(first, second, 0) if goes_on and a.width == b.width else None
    if b.names != a.names or any(t not in a.above and not is_furniture(t) and _running(t) not in said for t in b.above):
        return None
    restarts = a.last is not None and b.first is not None and b.first <= a.last
    return None if restarts else _put_together(first, second, b.head)


def _is_page(text: SourceText, said: set[str]) -> bool:
    return (
        is_furniture(text.text)
        or bool(_DRAWN.match(text.text) or _LONE.match(text.text))
        or _running(text.text) in said
    )


def _is_note(text: SourceText, said: set[str]) -> bool:
    return _is_page(text, said) or (not text.level and bool(_NOTE.match(text.text.strip())) and not is_title(text.text))


def _shape(table: SourceTable) -> _Shape:
    texts = [[c.text for c in row] for row in table.rows]
    head = next((k for k, row in enumerate(texts[:7]) if is_heading_row(row)), -1)
    names = tuple(squeeze(t) for t in texts[head] if t.strip()) if head >= 0 else ()
    above = tuple(t.strip() for row in texts[: max(head, 0)] for t in row if t.strip())
    numbers = [
        n for row in texts[head + 1 :] if row and (n := serial(row[0])) is not None and row[0].strip().isdecimal()
    ]
    width = max((len(row) for row in texts[head + 1 :]), default=0)
    return _Shape(head, names, above, numbers[0] if numbers else None, numbers[-1] if numbers else None, width)


def _put_together(first: SourceTable, second: SourceTable, start: int) -> SourceTable:
    """The rows of both; the second's from its heading row on, which counts the page."""
    size = len(first.rows)
    own = second.lines and second.lines == tuple(range(1, len(second.rows) + 1))
    lines = tuple(size + k + 1 for k in range(len(second.rows) - start)) if own else second.lines[start:]
    rows: tuple[tuple[SourceCell, ...], ...] = (*first.rows, *second.rows[start:])
    return replace(first, rows=rows, lines=(*first.lines, *lines), certain=first.certain and second.certain)
