"""One cell as XML text: numbers and days as numbers, texts inline, formulas with what they give."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from toolkit.office.references import column_letters

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH = date(1899, 12, 30)
_FIRST_SAFE_DAY = date(1900, 3, 1)

CellValue = str | int | Decimal | date | None


def escape(text: str) -> str:
    """A text as the content of an element. (The standard library's own loads a web client, in every child process.)"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """A text as the value of an attribute, quotes included."""
    text = escape(text).replace('"', "&quot;")
    for letter in "\n\r\t":
        text = text.replace(letter, f"&#{ord(letter)};")
    return f'"{text}"'


def legal_text(text: str) -> str:
    """A text that XML can hold and Excel reads back as it is; line ends become one line feed."""
    if text.isprintable() and "_x" not in text:  # nearly every text
        return text
    clean = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LOOKS_ESCAPED.sub("_x005F_", clean) if "_x" in clean else clean


def serial(day: date) -> int:
    return (day - _EPOCH).days


def value_xml(value: CellValue) -> tuple[str, str]:
    """(attributes, inner XML) of a cell that holds a value; numbers as such, text always inline and never a formula."""
    if isinstance(value, date) and value >= _FIRST_SAFE_DAY:
        return "", f"<v>{serial(value)}</v>"
    if isinstance(value, int | Decimal):
        return "", f"<v>{format(value, 'f') if isinstance(value, Decimal) else int(value)}</v>"
    text = legal_text(value.isoformat() if isinstance(value, date) else value or "")
    if not text:
        return "", ""
    return ' t="inlineStr"', f'<is><t xml:space="preserve">{escape(text)}</t></is>'


def cell_xml(row: int, column: int, style: int, value: CellValue) -> str:
    return f'<c r="{column_letters(column)}{row}" s="{style}"{cell_body(value)}'


def cell_body(value: CellValue) -> str:
    """What follows a cell's address and style."""
    if value is None or value == "":
        return "/>"
    return _text_body(value) if isinstance(value, str) else _body(value)


@lru_cache(maxsize=8192)  # names of units, roles, tasks: the same few texts in hundreds of workbooks
def _text_body(text: str) -> str:
    return _body(text)


def _body(value: CellValue) -> str:
    attributes, inner = value_xml(value)
    return f"{attributes}>{inner}</c>" if inner else f"{attributes}/>"


def result_xml(result: CellValue, *, failed: bool = False) -> tuple[str, str]:
    """(attributes, value) beside a formula: what it gives, or #VALUE! where it cannot be computed."""
    if failed:
        return ' t="e"', "<v>#VALUE!</v>"
    if isinstance(result, str) or result is None:
        return ' t="str"', f"<v>{escape(legal_text(result or ''))}</v>"
    return value_xml(result)


def formula_xml(row: int, column: int, style: int, formula: str, stored: tuple[str, str] = ("", "")) -> str:
    """A formula cell; `formula` without the equals sign, `stored` from result_xml."""
    attributes, value = stored
    start = f'<c r="{column_letters(column)}{row}" s="{style}"{attributes}'
    return f"{start}><f>{escape(legal_text(formula))}</f>{value}</c>"
