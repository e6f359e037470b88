"""Doubts about the text around the tables: paragraphs that are no task, the notice's own deadline, where a table ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from toolkit.findings import Finding, finding
from toolkit.plan.document_head import is_title
from toolkit.plan.doubts.lost import lost_between
from toolkit.plan.parts import Plan, SourceDocument, SourceTable, SourceText
from toolkit.plan.prose.lines import whole_lines
from toolkit.plan.table.grid import Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.words.labels import squeeze
from toolkit.plan.words.marks import ends_page, ends_table, is_imprint, is_signing_date

Read = Sequence[tuple[Grid, list[TaskRow]]]
_LISTED = 12  # lines named one by one
_SHORT = 30  # characters; a shorter paragraph says nothing that could be a task
_REMARK = re.compile(r"[（(]?(?:备注|注|说明|注释)\s*\d*[:：]")
_HANDS_OUT = re.compile(
    r"现将[^。]{0,60}(?:印发|下发|转发|公布|予以公开|发给)|(?:现)?(?:印发|下发|转发|发)给你们|(?:制定|形成|编制)(?:了)?(?:本|如下)[^，。]{0,10}[。：:]?\Z|请(?:遵照|认真|结合)[^。]{0,30}(?:执行|落实|实施)。?\Z"
)
"""The paragraph that hands the plan out: no clerk would look for a task in it."""
_WITHOUT = re.compile(r"未(?:注明|明确|标明|写明|列明|规定)|没有(?:注明|明确|标明|写明|列明|规定)")


def about_around(document: SourceDocument, read: Read, plan: Plan, has_prose: bool) -> list[Finding]:
    found: list[Finding] = []
    blocks = document.blocks
    texts = [b for b in blocks if isinstance(b, SourceText)]
    if plan.year is None:
        found.append(finding("PLN-175"))
    if plan.default_deadline:
        found.append(finding("PLN-173", who=_who_says(texts, plan.default_deadline), text=plan.default_deadline))
    lost = lost_between(document, plan)
    found += [finding("PLN-180", place={"cell": where}, span=where, text=said) for where, said in lost]
    told = [list(_narrative(chunk)) for chunk in _chunks(document)]
    count = sum(map(len, told))
    whole = [re.sub(r"\s", "", t.text) for chunk in _chunks(document) for t in whole_lines(chunk)]
    only_notice = count <= sum(1 for text in whole if len(text) > _SHORT and _HANDS_OUT.search(text))
    if count and read and not has_prose and not only_notice:
        found.append(finding("PLN-170", count=count, span=_spans(told)))
    used = {id(grid.table) for grid, _ in read}
    for block in blocks:
        if isinstance(block, SourceTable) and id(block) not in used and len(block.rows) > 1:
            found.append(finding("PLN-174", place={"sheet": block.place}, where=block.place))
    return found + _ends(document, read, plan, texts, bool(count))


def _ends(
    document: SourceDocument, read: Read, plan: Plan, texts: Sequence[SourceText], has_body: bool
) -> list[Finding]:
    """Where the last table ends, and whether anything but tables is there."""
    blocks = document.blocks
    last = max((k for k, b in enumerate(blocks) if isinstance(b, SourceTable)), default=None)
    if last is None or not read:
        return []
    found: list[Finding] = []
    after = [b for b in blocks[last + 1 :] if isinstance(b, SourceText) and not b.text.strip().isdecimal()]
    if after and not _surely_ends(after[0].text, read[-1][0].table.spans_known):
        place = read[-1][0].table.place
        found.append(
            finding(
                "PLN-171", place={"sheet": place}, where=place, text=re.sub(r"\s+", " ", squeeze(after[0].text))[:30]
            )
        )
    if plan.doc_no is None and not has_body and not has_notice(texts):
        signed = any(is_signing_date(t.text) or is_imprint(squeeze(t.text)) for t in texts)
        found.append(finding("PLN-172", missing="通知正文和文号" if signed else "通知正文、文号和落款"))
    return found


def _surely_ends(text: str, spans_known: bool) -> bool:
    """The imprint, the date, what a web page prints below; behind a real table everything but a remark on it."""
    flat = squeeze(text)
    if _REMARK.match(text):
        return False
    return spans_known or is_imprint(flat) or is_signing_date(flat) or ends_page(flat) or flat.startswith("主题词")


def untold(left: Sequence[SourceText], tasks: Sequence[int]) -> list[Finding]:
    """Paragraphs among numbered ones that are no task, before the first and behind the last of the `tasks` (their lines).
    Those between the tasks are told one by one (`lost`)."""
    lines = [t.line for t in left if tasks and not min(tasks) <= t.line <= max(tasks)]
    if not lines:
        return []
    span = f"原文第 {'、'.join(map(str, lines[:_LISTED]))}{'…' if len(lines) > _LISTED else ''} 行"
    return [finding("PLN-170", count=len(lines), span=span)]


def has_notice(texts: Sequence[SourceText]) -> bool:
    """A line addresses somebody, or hands something out (现将…印发给你们)."""
    return any(re.search(r"印发给|现予|现将|请(?:遵照|认真|照此)|[:：]\s*\Z", t.text.strip()) for t in texts)


def _who_says(texts: Sequence[SourceText], deadline: str) -> str:
    """The notice speaks of all tasks, a remark at a table or a saving clause only of those without a time of their own."""
    flat = [re.sub(r"\s", "", t.text) for t in texts]
    line = next((t for t in flat if deadline in t), "")
    sentence = next((s for s in re.split(r"[。；;]", line) if deadline in s), "")
    who = "表注" if _REMARK.match(line) else "通知"
    return f"{who}规定没有写明时限的任务" if _WITHOUT.search(sentence) else f"{who}规定全部任务"


# ---------------------------------------------------------------- paragraphs


def _chunks(document: SourceDocument) -> Iterator[list[SourceText]]:
    """The texts before, between and behind the tables."""
    chunk: list[SourceText] = []
    for block in document.blocks:
        if isinstance(block, SourceText):
            chunk.append(block)
            continue
        yield chunk
        chunk = []
    yield chunk


def _is_end(text: str) -> bool:
    """抄送, imprint and the like."""
    return ends_table(text) or ends_table(squeeze(text))


def _narrative(texts: Sequence[SourceText]) -> Iterator[tuple[int, int]]:
    """First and last line of each paragraph of running text."""
    whole = whole_lines(texts)
    lines = [t.line for t in texts]
    for text in whole:
        flat = re.sub(r"\s", "", text.text)
        if len(flat) <= _SHORT or is_title(flat) or _is_end(text.text) or _REMARK.match(flat):
            continue
        at = bisect_left(lines, text.line)
        while at + 1 < len(texts) and re.sub(r"\s", "", texts[at + 1].text) in flat:
            at += 1
        yield text.line, lines[at]


def _spans(told: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Where paragraphs stand, by the lines of the source; a table between them parts them."""
    spans = [(chunk[0][0], chunk[-1][1]) for chunk in told if chunk]
    said = [f"第 {a} 行" if a == b else f"第 {a} 至 {b} 行" for a, b in spans]
    return "原文" + "、".join(said[:6])
