"""Text that a merged cell printed two to four times, taken back to one copy (plan shapes M3 and M4)."""

from __future__ import annotations

import re

from toolkit.model import plain

MOST_COPIES = 4
_NUMERAL = re.compile(r"^[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．](?!\d)")
_CLOSING = "。．.；;，,、"


def unrepeated(text: str) -> str:
    """One copy of a text that stands several times below each other; line breaks inside the copy stay.

    Copies count as equal when they differ only in white space, in their numeral (5、 and 五、) or in a closing mark; the
    last copy with a numeral in Chinese figures is kept, else the first. A text without copies comes back as it is.
    """
    lines = [line.strip() for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text) if line.strip()]
    for copies in range(MOST_COPIES, 1, -1):
        size, rest = divmod(len(lines), copies)
        if rest or not size:
            continue
        blocks = [lines[n * size : (n + 1) * size] for n in range(copies)]
        keys = {_key("".join(block)) for block in blocks}
        if len(keys) == 1 and keys != {""}:
            return "\n".join(_best(blocks))
    if len(lines) > 1:
        joined = "".join(plain(line) for line in lines)
        single = halved(joined)
        if single != joined:
            return single
    return text


def halved(text: str) -> str:
    """The part that a text repeats two to four times without a gap (全年，长期坚持全年，长期坚持), else the text."""
    for copies in range(MOST_COPIES, 1, -1):
        size, rest = divmod(len(text), copies)
        if not rest and size >= 2 and text == text[:size] * copies:
            return text[:size]
    return text


def _key(text: str) -> str:
    return _NUMERAL.sub("", plain(text)).strip(_CLOSING)


def _best(blocks: list[list[str]]) -> list[str]:
    """Of copies with different numerals the one whose numeral is Chinese: 5、 beside 五、 is a damaged 五、."""
    return next((b for b in reversed(blocks) if re.match(r"[一二三四五六七八九十]", b[0])), blocks[0])
