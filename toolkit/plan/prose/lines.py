"""Lines of running text put together again: what a page's width or a bracket over two lines had parted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from toolkit.plan.document_head import is_title
from toolkit.plan.parts import SourceText
from toolkit.plan.prose.brackets import (
    CLOSING,
    OPENING,
    first_bracket,
    is_statement,
    label_alone,
    only_units,
    unclosed,
    with_colon,
)
from toolkit.plan.words.kinds import like_deadline
from toolkit.plan.words.labels import level_of, stacked, without_markup
from toolkit.plan.words.marks import ends_text, furniture, is_last_word

_NARROWEST, _WIDEST = 20, 68  # characters of a printed line
_STRETCH = 60  # lines that are looked at together: a notice and its enclosure may have other widths
_ENDED = re.compile(r"[。！!？?]\s*\Z")
_PAUSED = re.compile(r"[。！!？?；;：:）)】\]〕]\s*\Z")
_CLOSED = re.compile(r"[。）)】\]〕]\s*\Z")
_UNFINISHED = re.compile(r"[、，,；;：:]\s*\Z|(?:牵头|责任|配合|完成)(?:单|部|时)?\Z")
_GOES_ON = re.compile(r"\s*[\u4e00-\u9fff“”‘’《》〈〉\dA-Za-z，,、。；;：:）)】〕％%（(〔【\[—…·]")


@dataclass(frozen=True)
class _Page:
    """How lines were cut: the length of a full one, 0 where paragraphs stand on one line each; `indents` tell paragraphs."""

    width: int = 0
    indents: bool = False


def whole_lines(texts: Sequence[SourceText]) -> list[SourceText]:
    """Paragraphs as they were written. A heading that stands alone, a title and a 责任单位： line never swallow the next."""
    texts = _without_furniture([replace(t, text=with_colon(t.text)) for t in texts if t.text.strip()])
    found: list[SourceText] = []
    for k, text in enumerate(texts):
        if k % (_STRETCH // 2) == 0:
            page = _page_of(texts[max(0, k - _STRETCH // 4) : k + _STRETCH * 3 // 4]) or _page_of(texts) or _Page()
        if (
            found
            and not page.width
            and _one_more(found[-1].text, texts[k - 1], text, texts[k + 1].text if k + 1 < len(texts) else "")
        ):
            found[-1] = replace(found[-1], text=f"{found[-1].text.rstrip()}、{text.text.strip()}")
        elif found and _continues(texts[k - 1], found[-1].text, text, page):
            found[-1] = replace(found[-1], text=_joined(found[-1].text, text.text))
        else:
            found.append(text)
    return [part for text in found for part in _headings_apart(text)]


_BULLET = re.compile(r"\A(?:[●■◆○□▪•·◦➢]+|[—–]{1,2})\s*(?=\S)")


def without_bullet(line: str) -> str:
    return line if is_statement(line) else _BULLET.sub("", line)


def doers_behind(lines: Sequence[SourceText]) -> list[SourceText]:
    """责任单位：…⏎1.…⏎责任单位：…⏎2.…: below a heading where each line of doers stands above its item, it is put behind it."""
    found: list[SourceText] = []
    group: list[SourceText] = []
    for text in (*lines, None):
        if text is None or level_of(text.text) in (1, 2) or text.level:
            found += _turned(group)
            group = []
            found += [text] if text else []
        else:
            group.append(text)
    return found


def _turned(group: list[SourceText]) -> list[SourceText]:
    kinds = "".join("S" if is_statement(t.text) else "N" if level_of(t.text) else "-" for t in group)
    if not re.fullmatch(r"-*(?:S+N-*){2,}", kinds):
        return group
    found = group[: kinds.index("S")]
    for block in re.finditer(r"S+N-*", kinds):
        said = kinds.index("N", block.start())
        found += [*group[said : block.end()], *group[block.start() : said]]
    return found


def _headings_apart(text: SourceText) -> list[SourceText]:
    """一、…　（一）… on one line are two headings."""
    above, *below = stacked(without_markup(text.text).strip())
    return [replace(text, text=above), *(SourceText(part, text.line) for part in below)] if below else [text]


def _one_more(before: str, last: SourceText, text: SourceText, following: str) -> bool:
    """责任单位：区财政局⏎区审计局: a list with one name on a line. A signature stands above its date, or at the very end."""
    if text.line != last.line + 1 or level_of(text.text) or is_statement(text.text) or not is_statement(before):
        return False
    above = re.split(r"[：:]", last.text)[-1]
    if (
        before.rstrip()[-1:] in "、，,；;。）)"
        or re.search("[：:]", text.text)
        or not (only_units(text.text) and only_units(above))
    ):
        return False
    return not is_statement(last.text) or bool(following and not ends_text(following))


def _joined(before: str, line: str) -> str:
    before, line = before.rstrip(), line.strip()
    if is_statement(line) and line[0] not in OPENING and not _UNFINISHED.search(before) and before[-1:] not in OPENING:
        return f"{before}；{line}"  # the line's end stood for the mark between two labels
    latin = before[-1:].isascii() and before[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha()
    return before + (" " if latin else "") + line


def _without_furniture(texts: list[SourceText]) -> list[SourceText]:
    """What a web page prints around the document is left out; its foot ends the text where no task follows."""
    around, end = furniture([t.text for t in texts])
    if any(level_of(t.text) or first_bracket(t.text) for t in texts[end:]):
        end = len(texts)
    return [t for k, t in enumerate(texts[:end]) if k not in around or is_title(t.text)]


def _length(text: str) -> int:
    """Width in Chinese characters: two Latin letters or digits take the room of one."""
    flat = text.strip()
    narrow = sum(c.isascii() for c in flat)
    return len(flat) - narrow // 2


def _page_of(texts: Sequence[SourceText]) -> _Page | None:
    """The page's width is where the lengths of lines cluster that end in the middle of a sentence. A few longer lines (a web
    page's navigation) change nothing."""
    if len(texts) < 6:
        return None
    following = [*(t.text for t in texts[1:]), ""]
    long = [(n, not _cut_off(t.text, f)) for t, f in zip(texts, following, strict=True) if (n := _length(t.text)) >= 16]
    best, cut = 0, 0
    for width in {n for n, _ in long if _NARROWEST <= n <= _WIDEST}:
        near = [paused for n, paused in long if width - 3 <= n <= width]
        open_ended = len(near) - sum(near)
        if (open_ended, width) > (cut, best):
            best, cut = width, open_ended
    if cut < 2:
        return None
    near = [paused for n, paused in long if best - 3 <= n <= best]
    longer = sum(n > best + 2 for n, _ in long)
    if longer > max(2, len(near) // 2) or cut * 3 < len(near) or len(near) * 6 < len(long):
        return None
    continuing = [not b.indented for a, b in pairwise(texts) if _length(a.text) >= best - 3]
    numbered = [t.indented for t in texts if level_of(t.text)]
    indents = sum(numbered) * 4 >= len(numbered) * 3 > 0 and sum(continuing) * 2 >= len(continuing)
    return _Page(best, indents and any(numbered))


def _cut_off(line: str, following: str) -> bool:
    """The line ends in the middle of a sentence, and what follows is no heading, no 责任单位： line, no end."""
    if _PAUSED.search(line) or not following or is_statement(line) or is_title(line) or ends_text(line):
        return False
    if 0 < level_of(line) <= 2 and "。" not in line and _length(line) <= 22 and not _opened(line):
        return False
    return not (level_of(following) or is_statement(following) or is_title(following) or ends_text(following))


def _continues(last: SourceText, before: str, text: SourceText, page: _Page) -> bool:
    """`last` is the line above as printed, `before` the paragraph that it ends so far."""
    line = text.text.strip()
    length = _length(last.text) + 2 * (last.indented and page.indents and before.startswith(last.text.strip()[:12]))
    full = bool(page.width) and length >= page.width - 2
    cut = full and not (page.indents and text.indented)
    if label_alone(before) or unclosed(before):
        return not level_of(line) and (not is_statement(line) or cut or (_closes(line) and not label_alone(before)))
    if before.rstrip()[-1:] in OPENING or (not level_of(line) and is_statement(before) and _mends(before, line)):
        return True
    if is_statement(before) and before.rstrip()[-1:] in "、，," and not level_of(line) and only_units(line):
        return True
    if not page.width and not _too_long_for_heading(before):
        return False
    if level_of(line):
        return False
    if cut and _opened(before):
        return True
    if ends_text(line) or is_last_word(line):
        return False
    if is_statement(before) or is_statement(line):
        goes_on = page.indents or _UNFINISHED.search(before) or (not is_statement(line) and _lists_on(before, line))
        return cut and not _CLOSED.search(before) and bool(goes_on)
    if ends_text(before) or is_title(line) or is_title(before) or not _GOES_ON.match(line):
        return False
    if page.indents:
        return cut or (not text.indented and length >= page.width - 4 and not _ENDED.search(before))
    if line[0] in OPENING and first_bracket(line) is not None:
        return True  # …做好清单。⏎（责任单位：…）持续公开…: the bracket closes what stands before it
    if _PAUSED.search(before):
        return bool(page.width) and length >= page.width - 1 and not before.rstrip().endswith(("：", ":"))
    if page.width and length < page.width - 6:
        return False
    return not level_of(before) or "。" in before or length >= page.width - 4


def _too_long_for_heading(before: str) -> bool:
    """A numbered line that ends in the middle of a sentence, on a page with few cut lines."""
    return (
        level_of(before) > 0 and not _PAUSED.search(before) and _length(before) >= (40 if level_of(before) > 2 else 46)
    )


def _mends(before: str, line: str) -> bool:
    """责任单位：…、各镇人民政府、街道办⏎事处: half a name above, a unit with the line."""
    half = re.split(r"[：:；;、，,]", before)[-1].strip()
    rest = re.split(r"[、，,；;。（(]", line)[0]
    if (
        len(before) < 20
        or not half
        or (len(half) > 1 and only_units(half))
        or like_deadline(half)
        or is_last_word(line)
    ):
        return False
    return only_units(half + rest)


def _lists_on(before: str, line: str) -> bool:
    """责任单位：区财政局、区人力资源和社会⏎保障局: with the line it is still a list of units, or a time."""
    above = re.split(r"[：:；;]", before)[-1]
    whole = above + re.split(r"[；;。（(]", line)[0]
    over = re.split(r"[、，,]", whole)[len(re.split(r"[、，,]", above)) - 1]  # the name that the line's end cut
    if only_units(over) or (len(line) <= 6 and not _ENDED.search(line)):
        return True
    return len(whole) <= 15 and like_deadline(whole)


def _opened(text: str) -> bool:
    """A bracket was opened near the end and not closed: …。（责任⏎单位：…."""
    opened: list[int] = []
    for at, c in enumerate(text):
        if c in OPENING:
            opened.append(at)
        elif c in CLOSING and opened:
            opened.pop()
    return bool(opened) and len(text) - opened[-1] < 400


def _closes(line: str) -> bool:
    """The line closes a bracket that it did not open."""
    depth = 0
    for c in line:
        depth += (c in OPENING) - (c in CLOSING)
        if depth < 0:
            return True
    return False
