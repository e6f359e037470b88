"""The numerals that Word prints in front of numbered paragraphs; they stand in no text run, yet people see and quote them.

Source: WordprocessingML numbering (w:num → w:abstractNum → w:lvl), with start values, overrides and styles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_MOST_LEVELS, _MOST_STYLES = 9, 12


@dataclass(frozen=True)
class Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    plain: bool = False  # isLgl: higher levels are shown in Arabic digits
    restart: int = _MOST_LEVELS  # begins anew behind levels above this one; 0 = runs through


@dataclass
class Numbering:
    """Counts as the paragraphs go by. `abstract` by w:num id; definitions of one list share their counters."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # abstract id → level → definition
    lists: dict[str, str] = field(default_factory=dict)  # num id → abstract id
    overrides: dict[str, dict[int, Level]] = field(default_factory=dict)  # num id → level → definition of its own
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)  # num id → level → start value of its own
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # paragraph style → (num id, level)
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def numeral(self, paragraph: etree._Element) -> str:
        """The numeral of this paragraph, "" for none; to be asked once for each paragraph, in order."""
        number, level = self._of(paragraph)
        abstract = self.lists.get(number, "")
        known = self.levels.get(abstract)
        if not known:
            return ""
        own = {**known, **self.overrides.get(number, {})}
        counts = self.counts.setdefault(abstract, [None] * _MOST_LEVELS)
        self._count(counts, own, number, level)
        return _written(own, counts, level)

    def _count(self, counts: list[int | None], own: dict[int, Level], number: str, level: int) -> None:
        restart = self.restarts.get(number, {}).get(level)
        before = counts[level]
        if restart is not None and (number, level) not in self.begun:
            counts[level] = restart
        else:
            counts[level] = own.get(level, Level()).start if before is None else before + 1
        self.begun.add((number, level))
        for above in range(level):
            if counts[above] is None:
                counts[above] = own.get(above, Level()).start
        for below in range(level + 1, _MOST_LEVELS):
            if level < own.get(below, Level()).restart:
                counts[below] = None

    def _of(self, paragraph: etree._Element) -> tuple[str, int]:
        """(num id, level) of a paragraph: its own, else that of its style; ("", 0) for none."""
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
        from_style = self.styles.get(style, ("", 0))
        own = paragraph.find(f"{W}pPr/{W}numPr")
        if own is None:
            return from_style
        number = _value(own.find(f"{W}numId")) or from_style[0]
        return number, _whole(own.find(f"{W}ilvl"), from_style[1], _MOST_LEVELS - 1)


def numbering_of(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """The numberings of one document, from its parts numbering.xml and styles.xml."""
    result = Numbering(styles=_style_numbers(styles))
    if numbering is None:
        return result
    linked: dict[str, str] = {}
    for abstract in numbering.iter(f"{W}abstractNum"):
        identity = abstract.get(f"{W}abstractNumId") or ""
        result.levels[identity] = {_whole_of(x, "ilvl"): _level(x) for x in abstract.findall(f"{W}lvl")}
        for at in abstract.findall(f"{W}lvl"):
            style = _value(at.find(f"{W}pStyle"))
            if style and style in result.styles:
                result.styles[style] = (result.styles[style][0], _whole_of(at, "ilvl"))
        link = _value(abstract.find(f"{W}numStyleLink"))
        if link:
            linked[identity] = link
    for number in numbering.iter(f"{W}num"):
        _take_list(number, result)
    for identity, style in linked.items():
        home = result.lists.get(result.styles.get(style, ("", 0))[0], "")
        result.levels[identity] = result.levels.get(home, {})
    return result


def _take_list(number: etree._Element, result: Numbering) -> None:
    identity = number.get(f"{W}numId") or ""
    result.lists[identity] = _value(number.find(f"{W}abstractNumId"))
    for change in number.findall(f"{W}lvlOverride"):
        level = _whole_of(change, "ilvl")
        start, own = change.find(f"{W}startOverride"), change.find(f"{W}lvl")
        if own is not None:
            result.overrides.setdefault(identity, {})[level] = _level(own)
        if start is not None:
            result.restarts.setdefault(identity, {})[level] = _whole(start, 1)


def _style_numbers(styles: etree._Element | None) -> dict[str, tuple[str, int]]:
    """Style → (num id, level), through the styles it is based on."""
    if styles is None:
        return {}
    known = {s.get(f"{W}styleId") or "": s for s in styles.iter(f"{W}style")}
    found: dict[str, tuple[str, int]] = {}
    for identity, first in known.items():
        style: etree._Element | None = first
        for _ in range(_MOST_STYLES):
            if style is None:
                break
            number = style.find(f"{W}pPr/{W}numPr")
            if number is not None:
                level = _whole(number.find(f"{W}ilvl"), 0, _MOST_LEVELS - 1)
                found[identity] = (_value(number.find(f"{W}numId")), level)
                break
            style = known.get(_value(style.find(f"{W}basedOn")))
    return found


def _level(node: etree._Element) -> Level:
    legal = node.find(f"{W}isLgl")
    return Level(
        start=_whole(node.find(f"{W}start"), 1),
        form=_value(node.find(f"{W}numFmt")) or "decimal",
        text=_value(node.find(f"{W}lvlText")),
        plain=legal is not None and _value(legal) not in ("0", "false"),
        restart=_whole(node.find(f"{W}lvlRestart"), _MOST_LEVELS, _MOST_LEVELS),
    )


def _value(node: etree._Element | None) -> str:
    return (node.get(f"{W}val") or "") if node is not None else ""


def _whole(node: etree._Element | None, fallback: int, most: int = 9_999) -> int:
    text = _value(node)
    return min(most, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else fallback


def _whole_of(node: etree._Element, name: str) -> int:
    text = node.get(f"{W}{name}") or "0"
    return min(_MOST_LEVELS - 1, int(text)) if text.isascii() and text.isdigit() and len(text) < 3 else 0


# ---------------------------------------------------------------- how numbers are written


def _written(levels: dict[int, Level], counts: list[int | None], level: int) -> str:
    """（%1） with the counts put in; bullets and levels without text give nothing."""
    own = levels.get(level, Level())
    if own.form in ("bullet", "none"):
        return ""
    text = own.text
    for k in range(level + 1):
        if f"%{k + 1}" in text:
            form = "decimal" if own.plain else levels.get(k, Level()).form
            text = text.replace(f"%{k + 1}", number_text(counts[k] or 0, form))
    return text


def number_text(number: int, form: str) -> str:
    """A number as Word writes it in one of its formats; unknown formats in Arabic digits."""
    write = _FORMS.get(form)
    return write(number) if write else str(number)


def _chinese(number: int) -> str:
    """1 to 9999 as 一, 十, 十一, 二十一, 一百零五; other numbers in digits."""
    if not 0 < number < 10_000:
        return str(number)
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return text.removeprefix("一") if text.startswith("一十") else text


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26) if 0 < number <= 780 else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
                        (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):  # fmt: skip
        while number >= value:
            text, number = text + sign, number - value
    return text


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda n: signs[n - 1] if 0 < n <= len(signs) else str(n)


_CHINESE = (
    "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "japaneseDigitalTenThousand",
    "taiwaneseCounting", "taiwaneseCountingThousand", "koreanDigital2",
)  # fmt: skip
_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(_CHINESE, _chinese),
    "decimalZero": lambda n: f"{n:02d}",
    "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: f"({n})", "decimalEnclosedFullstop": lambda n: f"{n}.",
    "decimalFullWidth": lambda n: "".join(chr(ord(c) + 0xFEE0) for c in str(n)),
    "lowerLetter": _letters, "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": _roman, "upperRoman": lambda n: _roman(n).upper(),
    "ideographTraditional": _cycle(_STEMS), "ideographZodiac": _cycle(_BRANCHES),
}  # fmt: skip
