"""Lines of running text put together again: what a page's width or a bracket over two lines had parted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from toolkit.plan.document_head import is_title
from toolkit.plan.parts import SourceText
from toolkit.plan.prose.brackets import OPENING, is_statement, label_alone, unclosed
from toolkit.plan.words.labels import level_of

_NARROWEST, _WIDEST = 20, 60  # characters of a printed line
_ENDED = re.compile(r"[。！!？?；;：:）)】\]〕]\s*\Z")
_GOES_ON = re.compile(r"\s*[\u4e00-\u9fff“《\d，,、。；;）)]")


def whole_lines(texts: Sequence[SourceText]) -> list[SourceText]:
    """Paragraphs as they were written. A heading that stands alone, a title and a 责任单位： line never swallow the next."""
    width = _page_width(texts)
    found: list[SourceText] = []
    for text in texts:
        last = found[-1] if found else None
        if last is not None and _continues(last.text, text.text, width):
            found[-1] = replace(last, text=last.text.rstrip() + text.text.strip())
        else:
            found.append(text)
    return found


def _page_width(texts: Sequence[SourceText]) -> int:
    """Length of a full line where lines are cut at the page's width; 0 where paragraphs stand on one line each."""
    lengths = sorted(len(t.text.strip()) for t in texts if t.text.strip())
    if len(lengths) < 8 or lengths[-1] > _WIDEST + 8:
        return 0
    full = lengths[-max(1, len(lengths) // 10)]
    return full if full >= _NARROWEST else 0


def _continues(last: str, line: str, width: int) -> bool:
    last, line = last.rstrip(), line.strip()
    if not last or not line:
        return False
    if label_alone(last) or unclosed(last):
        return not level_of(line) and not is_statement(line)
    if not width or _ENDED.search(last) or (len(last) < width - 6 and len(last) < _WIDEST):
        return False
    if level_of(line) or line[0] in OPENING or is_statement(line) or is_title(line) or is_title(last):
        return False
    return bool(_GOES_ON.match(line)) and (not level_of(last) or "。" in last or len(last) >= width - 2)
