"""Title, document number and year of an official document, from the text around its tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.plan.labels import label, level_of, squeeze
from toolkit.plan.parts import SourceDocument, SourceTable, SourceText

_DOC_NO = re.compile(r"[\u4e00-\u9fff]{2,14}[〔\[［（(【]\s*((?:19|20)\d{2})\s*[〕\]］）)】]\s*\d{1,4}\s*号")
_TITLE = re.compile(
    r"(?:要点|方案|分解表|清单|台账|任务表|计划|分工|配档表|安排|目录|责任表|一览表|任务书|通知|实施意见|意见)(?:（.{1,14}）|\(.{1,14}\))?\Z"
)
_YEAR = re.compile(r"((?:19|20)\d{2})\s*年")
_LONGEST = 70


def doc_no_of(texts: Sequence[SourceText]) -> str | None:
    """The document's own number: the first line that is little else. Numbers quoted in sentences are other documents."""
    for text in texts[:40]:
        flat = re.sub(r"[\s\u3000]", "", text.text)
        found = _DOC_NO.search(flat)
        if found and len(flat) <= len(found.group()) + 12 and "，" not in flat and "《" not in flat:
            return found.group()
    return None


def title_of(texts: Sequence[SourceText], document: SourceDocument) -> str:
    """The title of the plan itself: the line above the first table, else the best titled line."""
    first = next((k for k, b in enumerate(document.blocks) if isinstance(b, SourceTable)), None)
    if first is not None:
        above = [b for b in document.blocks[max(0, first - 4) : first] if isinstance(b, SourceText)]
        for text in reversed(above):
            flat = squeeze(text.text)
            if _is_title(flat):
                return flat
    titled = [squeeze(t.text) for t in texts[:60] if _is_title(squeeze(t.text))]
    whole = [t for t in titled if _YEAR.search(t) and "通知" not in t]
    return next(iter(whole or titled), "")


def _is_title(text: str) -> bool:
    return 6 <= len(text) <= _LONGEST and bool(_TITLE.search(text)) and not re.search(r"[。；：:]", text)


def is_title(text: str) -> bool:
    """A line that names a document or a table (…要点, …分解表), not a heading inside it."""
    return _is_title(squeeze(text))


def numbered_title(text: str) -> str:
    """The label of a numbered heading line (一、…), as it goes into a path; "" for any other line."""
    flat = squeeze(text)
    if level_of(flat) not in (1, 2) or len(flat) > 45 or re.search(r"[。；：:]", flat):
        return ""
    return label(flat)


def year_of(texts: Sequence[SourceText], document: SourceDocument) -> int | None:
    """The plan's year: of its title, of any titled line, of the document number, else the year named most often."""
    title = title_of(texts, document)
    for line in (title, *(squeeze(t.text) for t in texts if _is_title(squeeze(t.text)))):
        found = _YEAR.search(line)
        if found:
            return int(found.group(1))
    for text in texts[:40]:
        number = _DOC_NO.search(re.sub(r"\s", "", text.text))
        if number and len(text.text) < 40:
            return int(number.group(1))
    counts: dict[int, int] = {}
    for text in texts:
        for year in _YEAR.findall(text.text):
            counts[int(year)] = counts.get(int(year), 0) + 1
    return max(counts, key=lambda y: (counts[y], y)) if counts else None
