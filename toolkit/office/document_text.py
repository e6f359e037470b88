"""Bytes of a text file as text: UTF-8 with or without mark, GBK and GB 18030, UTF-16 of either order."""

from __future__ import annotations

import codecs

from toolkit.office.document_parts import CannotOpen

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_GUESSES = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_SAMPLE = 20_000  # characters are enough to tell one encoding from another
_READABLE = 0.7  # share of usual characters below which bytes are no text
_SHORT = 40  # so few characters prove nothing either way


def decoded(data: bytes) -> str:
    """The text, by its mark, else by what reads most like Chinese text. A character cut at an end is dropped."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _clean(data[len(mark) :].decode(encoding, errors="replace"))
    try:
        whole = data.decode("utf-8")
        if "\x00" not in whole:
            return whole
    except UnicodeDecodeError:
        pass
    best, text = max(((_usual(t), -k, t) for k, t in enumerate(map(data.decode, _GUESSES, ["replace"] * 4))))[::2]
    if best < _READABLE and len(text) > _SHORT:
        raise CannotOpen("不是文字文件")
    return _clean(text)


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip("\ufffd").removeprefix("\ufeff")


def _usual(text: str) -> float:
    """The share of characters that Chinese official texts are made of: those of GB 2312 and ASCII."""
    sample = text[:_SAMPLE]
    if not sample:
        return 0.0
    return sum(map(_is_usual, sample)) / len(sample)


def _is_usual(c: str) -> bool:
    if c < "\x80":
        return c >= " " or c in "\t\r\n"
    if not ("\u4e00" <= c <= "\u9fff" or "\u2010" <= c <= "\u33ff" or "\uff00" <= c <= "\uffef"):
        return c in "\xa0·×\ufeff"
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
