"""Which cell formats show a day, a time of day or a plain number, from xl/styles.xml."""

from __future__ import annotations

import re

from toolkit.office.limits import Limits
from toolkit.office.refusal import Refused
from toolkit.office.xml_pass import Attributes, Pass, in_main

NUMBER, DAY, TIME = "n", "d", "t"

_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, 22), DAY),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), TIME),
    # East Asian built-ins as Chinese Excel shows them; they never appear in numFmts
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), DAY),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), TIME),
}
_QUIET = re.compile(
    r'"[^"]*"?'  # quoted text
    r"|\\."  # an escaped character
    r"|[_*]."  # padding and filling
    r"|\[(?!h+\]|m+\]|s+\])[^\]]*\]"  # colour, condition, locale; not elapsed time
    r"|E[+-]"  # exponent
    r"|general|g/通用格式|am/pm|a/p|上午/下午",
    re.IGNORECASE,
)


def kind_of(code: str) -> str:
    """NUMBER, DAY or TIME for a format code; the first section decides."""
    bare = _QUIET.sub("", code).split(";", 1)[0].lower()
    if re.search(r"[yde]", bare):
        return DAY
    if re.search(r"[hs]", bare) or "[m" in bare:
        return TIME
    return DAY if "m" in bare else NUMBER


class StylesPass(Pass):
    """`kinds`: one of NUMBER, DAY, TIME per cell format, by the index that cells carry in `s`."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.kinds: list[str] = []
        self._codes: dict[str, str] = {}
        self._inside = False
        self._budget = self.budget("单元格格式", limits.xfs)
        self.roots = tuple(in_main({"styleSheet": 0}))
        self.starts = in_main({"numFmt": self._format, "cellXfs": self._enter, "xf": self._xf})
        self.ends = in_main({"cellXfs": self._leave})

    def _format(self, attributes: Attributes) -> None:
        self._codes[attributes.get("numFmtId", "")] = kind_of(attributes.get("formatCode", ""))

    def _enter(self, attributes: Attributes) -> None:
        check_count(attributes, "count", self.limits.xfs, "单元格格式")
        self._inside = True

    def _leave(self) -> None:
        self._inside = False

    def _xf(self, attributes: Attributes) -> None:
        self._budget(attributes)
        if self._inside:
            number = attributes.get("numFmtId", "0")
            built_in = _BUILT_IN.get(int(number), NUMBER) if number.isascii() and number.isdigit() else NUMBER
            self.kinds.append(self._codes.get(number, built_in))


def check_count(attributes: Attributes, name: str, limit: int, what: str) -> None:
    """A declared count that some readers reserve memory by must be a number within the limit."""
    text = attributes.get(name, "0").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > limit:
        raise Refused("IN-404", f"声明的{what}数为 {text[:20]}，上限 {limit}")
