"""The deadline that a notice sets for all tasks at once. A wrong one would be wrong for every task: only its own sentences count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.plan.words import deadlines as words


def default_deadline(texts: Sequence[str], of_tasks: Sequence[str] = ()) -> str | None:
    """The notice's own deadline for all tasks (所有工作任务于12月底前完成), as written; None where it says none.

    What stands in brackets is said of one task, and so is a sentence that is part of one (`of_tasks`: their texts)."""
    joined = ""
    for text in texts:
        line = re.sub(r"\s", "", text)
        joined += line if line and line[-1] in "。！!？?；;：:" else line + "\x00"
    joined = _out_of_brackets(re.sub(r"(?<=[一-鿿\d，,、])\x00(?=[一-鿿\d])", "", joined))
    held = "\n".join(re.sub(r"\s", "", text) for text in of_tasks)
    for pattern in words.FOR_ALL:
        for m in pattern.finditer(joined):
            if "已" in m[0] or re.search(r"(?:截至|去年|上年)[^，。；,;]{0,12}\Z", joined[: m.start("by")]):
                continue
            said = m["by"].removesuffix("完成")
            if re.search(r"[底末终前]|半年|季度|\d日", said) and m[0].strip("\x00") not in held:
                return said
    return None


_BRACKET = re.compile(r"[（(][^（()）]{0,400}[)）]")
_HALF = re.compile(r"(?<![^\x00。])[^（()）\x00。]*[)）]|[（(][^（()）\x00]*(?=\x00|\Z)")
"""A bracket of which a wrapped line kept one half only."""


def _out_of_brackets(text: str) -> str:
    """The text without what stands in brackets, unless a bracket is a whole paragraph (（未注明时限的，均于年底前完成）)."""

    def kept(m: re.Match[str]) -> str:
        whole = (m.start() == 0 or text[m.start() - 1] == "\x00") and text[m.end() : m.end() + 1] in ("", "\x00")
        return m[0][1:-1] if whole and not re.search(r"(?:单位|部门|时限)[:：]", m[0]) else ""

    for _ in range(3):  # brackets inside brackets
        text = _BRACKET.sub(kept, text)
    return _HALF.sub("", text)
