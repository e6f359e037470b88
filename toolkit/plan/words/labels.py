"""Labels of categories and headings: numerals off, wrap spaces out, text printed several times kept once."""

from __future__ import annotations

import re
from functools import lru_cache

from toolkit.plan.words.repeats import copies_of

_CN = "一二三四五六七八九十百"
_DATED = r"(?=\d{1,2}月|(?:19|20)\d\d年|12345)"  # 3.6月底前…, 4.12345热线…: the numeral ends at the point
_NUMERAL = re.compile(
    rf"\s*(?:第[{_CN}\d]+(?:(?:[章节编篇]|部分)[、.．:：\s]*|[条项]?[、.．:：\s]+)|[{_CN}]+\s*[、.．,]|[（(]\s*[{_CN}\d]+\s*[)）][、.．]?|\d{{1,3}}(?:[.．]\d{{1,2}})*\s*[、.．,)）](?:(?!\d)|{_DATED})|[①-⑳㈠-㈩])\s*"
)
_LEVEL = (
    (1, re.compile(rf"\s*(?:第[{_CN}\d]+[章部]|[{_CN}]+\s*[、.．,])")),
    (2, re.compile(rf"\s*[（(]\s*[{_CN}]+\s*[)）]")),
    (3, re.compile(rf"\s*\d{{1,3}}\s*[、.．,](?:(?!\d)|{_DATED})")),
    (4, re.compile(r"\s*(?:[（(]\s*\d{1,3}\s*[)）]|[①-⑳])")),
)
_STACKED = {
    1: re.compile(
        r"[ \t\u3000\xa0]*(?=[（(]\s*一\s*[)）]\s*(?![项款条目至到])[\u4e00-\u9fff“《])|[ \t\u3000\xa0]+(?=1[.．、](?!\d))"
    ),
    2: re.compile(r"[ \t\u3000\xa0]+(?=1[.．、](?!\d))|(?<=[\u4e00-\u9fff])(?=1[.．、](?=[\u4e00-\u9fff]))"),
}
_ENUMERATED = re.compile(r"(?<![)）】\]])\s*(?:[（(]\s*二\s*[)）]|(?<!\d)2[.．、](?!\d))")
_LONGEST_STACKED = 45
_CJK = r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef“”‘’·]"
_WRAP = re.compile(rf"(?<={_CJK})[ \t\u3000\xa0]+(?={_CJK})")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,40}>|\*\*|__|\*(?=[（(【])|(?<=[）)】])\*")
_PUNCTUATION = re.compile(r"[\s\u3000\xa0，,。.、；;：:！!？?“”\"'‘’（）()《》〈〉【】\[\]—\-…·]+")


def without_markup(text: str) -> str:
    """The text without tags and emphasis marks that a converter left behind."""
    return _MARKUP.sub("", text)


def squeeze(text: str) -> str:
    """Wrap spaces inside Chinese text taken out; spaces beside Latin letters and digits stay."""
    return _WRAP.sub("", text.replace("\xa0", " ")).strip()


def join_lines(lines: list[str]) -> str:
    """Lines of one cell joined: without a space between Chinese characters, with one elsewhere."""
    text = ""
    for line in lines:
        piece = line.strip(" \t\u3000\xa0")
        if not piece:
            continue
        latin = text and text[-1].isascii() and text[-1].isalnum() and piece[0].isascii() and piece[0].isalnum()
        text += (" " if latin else "") + piece
    return text


def level_of(text: str) -> int:
    """Depth of the numbering a line starts with: 一、=1 （一）=2 1.=3 （1）=4; 0 without numeral."""
    for level, rule in _LEVEL:
        if rule.match(text):
            return level
    return 0


def stacked(line: str) -> list[str]:
    """一、提升质量　（一）深化财政公开: the headings that stand on one line, each with its numeral; [line] for any other line.

    A list inside a sentence (…：（一）…；（二）…) and a reference (第五条（一）项) part nothing.
    """
    rule = _STACKED.get(level_of(line))
    found = rule.search(line, len(line) - len(without_numeral(line))) if rule else None
    if found is None or not line[found.end() :]:
        return [line]
    above, below = line[: found.start()], line[found.end() :]
    name = re.sub(r"[（(【\[][^（(【\[]{6,}[）)】\]]\Z", "", without_numeral(above))
    if not 2 <= len(name) <= _LONGEST_STACKED or re.search(r"[。；;：:]|[条款项第至到据照，、]\Z", name.rstrip("。")):
        return [line]
    if above.count("“") != above.count("”") or above.count("《") != above.count("》"):
        return [line]
    first = 3 if level_of(below) == 2 else 2
    return [line] if _ENUMERATED.search(below, first) else [above.strip(), *stacked(below)]


_SECOND = tuple(
    re.compile(rf"(?<=[；;。，,：:\s])(?:{second})")
    for second in (r"二[、.．]", r"[（(]\s*二\s*[)）]", r"2[.．、](?!\d)", r"[（(]\s*2\s*[)）]|②")
)


def enumerates(text: str) -> bool:
    """1.…；2.…：a list inside one text, its first number in front of it."""
    level = level_of(text)
    first = numeral_of(text) == 1 or text.lstrip().startswith("①")
    return bool(level and first and _SECOND[level - 1].search(text))


def numeral_of(text: str) -> int | None:
    """The number a label starts with (（十一） → 11), None without numeral."""
    found = re.match(rf"\s*[（(]?\s*(?:第)?([{_CN}]+|\d{{1,3}})\s*(?:[)）]|[、.．,])", text)
    if not found:
        return None
    word = found.group(1)
    return int(word) if word.isdigit() else chinese_number(word)


def chinese_number(word: str) -> int | None:
    """一 … 九十九; None for anything else."""
    digits = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
    if not word:
        return None
    head, ten, tail = word.partition("十")
    if not ten:
        return digits.get(word)
    if (head and head not in digits) or (tail and tail not in digits):
        return None
    return (digits[head] if head else 1) * 10 + (digits[tail] if tail else 0)


def without_numeral(text: str) -> str:
    shorter = _NUMERAL.sub("", text, count=1) if _NUMERAL.match(text) else text
    return shorter or text


def bare(text: str) -> str:
    """For comparison only: no numeral, no spaces, no punctuation."""
    return _PUNCTUATION.sub("", without_numeral(without_markup(text).strip()))


@lru_cache(maxsize=16384)
def once(text: str) -> tuple[str, bool, bool]:
    """A cell whose text is printed two to four times, kept once: (text on one line, was repeated, copies differed).

    Source: catalogue M3, M4.
    """
    copies = copies_of(text)
    lines = (copies.kept if copies else text).splitlines()
    kept = join_lines([line.strip(" \t\u3000\xa0") for line in lines if line.strip(" \t\u3000\xa0")])
    return kept, copies is not None, bool(copies and copies.differed)


@lru_cache(maxsize=8192)
def label(text: str) -> str:
    """A category label as it goes into the path: once, without markup, numeral, wrap spaces and closing full stop."""
    kept, _, _ = once(without_markup(text))
    return squeeze(without_numeral(squeeze(kept))).rstrip("。；;：: ")
