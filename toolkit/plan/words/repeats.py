"""Text that a merged cell printed two to four times, taken back to one copy (plan shapes M3 and M4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.model import plain

MOST_COPIES = 4
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_NUMERAL = re.compile(r"^[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．](?!\d)")
_MARKS = re.compile(r"[\s。．.，,、；;：:！!？?“”\"'‘’（）()〔〕《》·-]")
_SHORTEST = 4  # a shorter text said again without a gap (试行试行) may be meant so


@dataclass(frozen=True)
class Copies:
    """The copy to keep, its line breaks as printed; whether the copies differed by more than white space."""

    kept: str
    differed: bool


def copies_of(text: str) -> Copies | None:
    """What a text repeats two to four times: line by line, one after the other with white space between, or without a gap.

    Copies count as equal when they differ only in white space, in their numeral (5、 and 五、) or in punctuation. Of
    copies with different numerals one with a Chinese numeral is kept (5、 beside 五、 is a damaged 五、), then the first
    without a closing full stop. None: nothing is repeated.
    """
    lines = [line.strip() for line in _BREAKS.split(text) if line.strip()]
    return _in_pieces(lines, "\n") or _in_pieces(text.split(), " ") or _in_one(lines)


def unrepeated(text: str) -> str:
    """One copy of a text that stands several times, line breaks inside the copy kept; any other text as it comes."""
    copies = copies_of(text)
    return copies.kept if copies else text


def _in_pieces(pieces: list[str], gap: str) -> Copies | None:
    for times in range(MOST_COPIES, 1, -1):
        size, rest = divmod(len(pieces), times)
        if rest or not size:
            continue
        copies = [pieces[n * size : (n + 1) * size] for n in range(times)]
        keys = {_key("".join(copy)) for copy in copies}
        if any(copy[-1].endswith(("、", "，", ",")) for copy in copies[:-1]):
            continue  # a list that goes on: 各镇、街道、 ⏎ 各镇（街道）
        if len(keys) == 1 and keys != {""}:
            texts = [gap.join(copy) for copy in copies]
            return Copies(_best(texts), len({plain(t) for t in texts}) > 1)
    return None


def _in_one(lines: list[str]) -> Copies | None:
    """Copies without a gap, or broken over lines anywhere (全年，长期 / 坚持全年，长期 / 坚持)."""
    joined = re.sub(r"\s", "", "".join(lines))
    single = halved(joined, 2 if len(lines) > 1 else _SHORTEST)
    return Copies(single, False) if single != joined else None


def halved(text: str, shortest: int = 2) -> str:
    """The part of at least `shortest` characters that a text repeats two to four times without a gap, else the text."""
    for times in range(MOST_COPIES, 1, -1):
        size, rest = divmod(len(text), times)
        if not rest and size >= shortest and text == text[:size] * times:
            return text[:size]
    return text


def broken_twice(upper: str, lower: str) -> str | None:
    """The text that two cells below each other print twice together, white space between the copies, the second copy broken
    off in the upper cell (M13)."""
    above, below = re.sub(r"\s", "", upper), re.sub(r"\s", "", lower)
    size, rest = divmod(len(above) + len(below), 2)
    if rest or not 0 < len(below) < size or (above + below)[:size] != (above + below)[size:]:
        return None
    ends = [m.end() for m in re.finditer(r"\S", upper)]
    return above[:size] if re.match(r"\s", upper[ends[size - 1] :]) else None


def _key(text: str) -> str:
    return _MARKS.sub("", _NUMERAL.sub("", plain(text)))


def _best(copies: list[str]) -> str:
    chinese = [c for c in copies if re.match(r"[（(]?[一二三四五六七八九十]", c)]
    return min(chinese or copies, key=lambda c: c.endswith("。"))
