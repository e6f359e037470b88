"""One stored cell → a value of the declared type. Whatever could surprise the filler is said; nothing is guessed.

The findings carry field, label and value; the reader adds sheet and cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from toolkit.findings import Finding, finding
from toolkit.forms.days import FIRST_SERIAL, LAST_SERIAL, NotADay, day_from_text
from toolkit.forms.form import NUMBER_TYPES, Field, Option
from toolkit.forms.layout import shown
from toolkit.model import NOTHING_MARKS, RawCell, Value, plain

Converted = tuple[Value, tuple[Finding, ...]]

MAX_TEXT = 32_767
"""Characters that a cell may hold (limit of the .xlsx format)."""

MAX_DIGITS = 15
"""Digits that Excel keeps; what stands behind them has become 0 before we read it."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_CODE_LIKE = re.compile(
    r"</?\s*(?:script|iframe|img|svg|object|embed|style|link|meta|form|input|html|body|a|div|span|w:\w+)\b"
    r"|javascript\s*:|\bon(?:error|load|click|mouseover)\s*=|\{\{|\{%|<\?xml|<!(?:doctype|entity|--)"
    r"|^\s*[=@]\s*\S|^\s*[+\-]\s*[a-z]\w*[(!|]|\bcmd\s*\|",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[,，' ]\d{3})+)(?:\.\d+)?")
_WITH_NOTE = re.compile(r"(?P<number>[^()（）]+?)\s*[（(](?P<note>[^()（）]*)[)）]", re.DOTALL)
_SEPARATORS = re.compile(r"[,，' ]")
_YES = frozenset({"√", "✓", "✔", "y", "yes", "true", "对", "有"})
_NO = frozenset({"×", "✗", "✘", "n", "no", "false", "没有"})
_WIDTHS = str.maketrans("０１２３４５６７８９．＋－−　\u00a0\u2007\u202f", "0123456789.+--    ")
_WHAT = {"整数": "整数", "小数": "数字", "金额": "金额（只写数字）"}
_SHOWN_OPTIONS = 12


def convert(
    raw: RawCell | None, field: Field, options: Mapping[str, Sequence[Option]], *, whole_ruled: bool = False
) -> Converted:
    """The value of a cell by the field's declared type; a blank cell is "", None means that nothing can be known.

    `options`: the form's option sets. `whole_ruled`: a rule of the form already speaks about fractions in this 整数
    field, so no type finding is added to it.
    """
    if raw is None:
        return "", ()
    place = {"field": field.name, "label": field.label, "value": raw.text}
    if raw.kind == "e":
        return None, (finding("IN-503", value=raw.text, place=place),)
    if raw.kind == "f":
        return None, (finding("IN-502", place=place),)
    value, found = _by_type(raw, field, options, place, whole_ruled)
    if raw.formula and value != "" and not field.prefill.startswith(("=", "＝")):
        found = (*found, finding("IN-501", value=raw.text, place=place))
    return value, found


def _by_type(
    raw: RawCell, field: Field, options: Mapping[str, Sequence[Option]], place: dict[str, str], whole_ruled: bool
) -> Converted:
    if field.type in NUMBER_TYPES:
        return _number(raw, field, place, whole_ruled)
    if field.type == "日期":
        return _day(raw, place)
    text, found = clean(raw.text, place)
    if raw.kind == "n" and _too_long(raw.number):
        found = (*found, finding("IN-506", value=raw.text, place=place))
    if field.type == "是否":
        more: Converted = _yes_no(text, place)
    elif field.type in ("选项", "多选"):
        more = _choice(text, field, options.get(field.options, ()), place)
    else:
        more = text, ()
    return more[0], (*found, *more[1])


# ---------------------------------------------------------------- texts


def clean(text: str, place: Mapping[str, str] | None = None) -> Converted:
    """The text without what nobody can see: control and zero-width characters, white space around it."""
    found: list[Finding] = []
    result = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(result):
        result = _CONTROL.sub("", result)
        found.append(finding("IN-507", place=place))
    if _UNSEEN.search(result):
        result = _UNSEEN.sub("", result)
        found.append(finding("IN-510", place=place))
    result = result.strip()
    if len(result) > MAX_TEXT:
        found.append(
            finding("IN-508", length=len(result), limit=MAX_TEXT, place={**(place or {}), "value": result[:40]})
        )
        result = result[:MAX_TEXT]
    if _CODE_LIKE.search(result):
        found.append(finding("IN-511", place=place))
    return result, tuple(found)


def _bare(text: str) -> str:
    """Half-width digits and signs, nothing invisible, no white space around."""
    return _UNSEEN.sub("", _CONTROL.sub("", text)).translate(_WIDTHS).strip()


# ---------------------------------------------------------------- numbers


def _too_long(number: Decimal | None) -> bool:
    return number is not None and number.is_finite() and number != 0 and number.adjusted() >= MAX_DIGITS


def _number(raw: RawCell, field: Field, place: dict[str, str], whole_ruled: bool) -> Converted:
    if raw.kind == "n" and raw.number is not None and raw.number.is_finite():
        return _checked(raw.number, field, place, (), whole_ruled)
    text, _ = clean(raw.text)
    assert isinstance(text, str)
    if text in NOTHING_MARKS:
        return text, ()
    if raw.kind == "s":
        bare = _bare(raw.text)
        number = _plain_number(bare)
        if number is not None:
            note = finding("IN-512", value=raw.text.strip(), number=shown(number), place=place)
            return _checked(number, field, place, (note,), whole_ruled)
        m = _WITH_NOTE.fullmatch(bare)
        number = _plain_number(m["number"]) if m else None
        if number is not None:
            note = finding("IN-518", value=raw.text.strip(), number=shown(number), place=place)
            return _checked(number, field, place, (note,), whole_ruled)
    return text, (_no_number(field, text, place),)


def _plain_number(bare: str) -> Decimal | None:
    """12, 1,200, -3.50; None for anything with a word, a unit or a doubtful separator in it."""
    return Decimal(_SEPARATORS.sub("", bare)) if _NUMBER.fullmatch(bare) else None


def _checked(
    number: Decimal, field: Field, place: dict[str, str], found: tuple[Finding, ...], whole_ruled: bool
) -> Converted:
    if _too_long(number):
        found = (*found, finding("IN-506", value=place["value"], place=place))
    if field.type != "整数":
        return number, found
    if number == number.to_integral_value():
        return int(number), found
    if not whole_ruled:
        found = (*found, _no_number(field, place["value"], place))
    return number, found


def _no_number(field: Field, text: str, place: Mapping[str, str]) -> Finding:
    return finding("IN-505", what=_WHAT[field.type], value=text[:60], place=place)


# ---------------------------------------------------------------- days


def _day(raw: RawCell, place: dict[str, str]) -> Converted:
    if raw.kind == "d":
        if raw.day is None:
            return raw.text, (finding("IN-504", value=raw.text, reason="", place=place),)
        timed = len(raw.text) > len("2024-05-08")
        note = (finding("IN-522", value=raw.text, day=raw.day.isoformat(), place=place),) if timed else ()
        return _within(raw.day, place, note)
    if raw.kind == "n" and raw.number is not None:
        return _serial(raw.number, raw.text, place)
    text, _ = clean(raw.text)
    assert isinstance(text, str)
    if text == "":
        return "", ()
    if text in NOTHING_MARKS:
        return "", (finding("IN-523", value=text, place=place),)
    try:
        day = day_from_text(_bare(raw.text)) if raw.kind == "s" else None
    except NotADay as no:
        return text, (finding("IN-504", value=text[:60], reason=no.reason, place=place),)
    if day is None:
        return text, (finding("IN-504", value=text[:60], reason="", place=place),)
    reading = finding("IN-513", value=text[:60], day=day.isoformat(), place=place)
    return _within(day, place, (reading,))


def _serial(number: Decimal, text: str, place: dict[str, str]) -> Converted:
    """A plain number in a date cell: a serial of this century, or the eight digits of a day typed without signs."""
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        day = date(1899, 12, 30) + timedelta(days=int(number))
        return day, (finding("IN-521", value=text, day=day.isoformat(), place=place),)
    if number == number.to_integral_value() and len(str(int(number))) == 8:
        try:
            day_or_none = day_from_text(str(int(number)))
        except NotADay as no:
            return text, (finding("IN-504", value=text, reason=no.reason, place=place),)
        if day_or_none is not None:
            note = finding("IN-521", value=text, day=day_or_none.isoformat(), place=place)
            return _within(day_or_none, place, (note,))
    return text, (finding("IN-504", value=text, reason="", place=place),)


def _within(day: date, place: dict[str, str], found: tuple[Finding, ...]) -> Converted:
    if 2000 <= day.year <= 2099:
        return day, found
    return day, (*found, finding("IN-516", value=place["value"], reason="的年份不在2000年至2099年之间。", place=place))


# ---------------------------------------------------------------- choices


def _yes_no(text: Value, place: dict[str, str]) -> Converted:
    word = str(text)
    for option, others in (("是", _YES), ("否", _NO)):
        if plain(word) == option:
            return option, ()
        if plain(word).lower() in others:
            return option, (finding("IN-520", value=word, option=option, place=place),)
    if word == "":
        return "", ()
    return word, (finding("IN-514", value=word[:60], suggestion="", options="是、否", place=place),)


def _choice(text: Value, field: Field, options: Sequence[Option], place: dict[str, str]) -> Converted:
    word = str(text)
    if word == "" or not options:
        return word, ()
    known = {plain(o.value): o.value for o in options}
    parts = [p.strip() for p in re.split(r"[、,，;；\n]", word) if p.strip()] if field.type == "多选" else [word]
    if field.type == "多选" and plain(word) in known:
        parts = [word]
    wrong = [p for p in parts if plain(p) not in known]
    if wrong:
        return word, (_no_choice("、".join(wrong), [o.value for o in options], place),)
    return "、".join(dict.fromkeys(known[plain(p)] for p in parts)), ()


def _no_choice(word: str, options: Sequence[str], place: Mapping[str, str]) -> Finding:
    from rapidfuzz import fuzz, process

    near = process.extractOne(plain(word), options, scorer=fuzz.ratio, processor=plain, score_cutoff=50)
    listed = "、".join(options[:_SHOWN_OPTIONS])
    if len(options) > _SHOWN_OPTIONS:
        listed += f"等{len(options)}项"
    suggestion = f"是否为“{near[0]}”？" if near else ""
    return finding("IN-514", value=word[:60], suggestion=suggestion, options=listed, place=place)


# ---------------------------------------------------------------- afterwards


def type_fault(value: Value, field: Field, options: Mapping[str, Sequence[Option]]) -> bool:
    """True when a value kept in a draft is not of its declared type: its own finding speaks, no rule needs to."""
    if value is None:
        return True
    if value == "":
        return False
    if field.type in NUMBER_TYPES:
        return not (isinstance(value, int | Decimal) or value in NOTHING_MARKS)
    if field.type == "日期":
        return not isinstance(value, date)
    if field.type == "是否":
        return value not in ("是", "否")
    if field.type in ("选项", "多选") and options.get(field.options):
        known = {o.value for o in options[field.options]}
        parts = str(value).split("、") if field.type == "多选" and value not in known else [value]
        return any(p not in known for p in parts)
    return False
