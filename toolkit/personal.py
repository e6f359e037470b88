"""Personal data in a text: identity numbers, mobile numbers, bank cards, mail addresses. The one detector of the house.

Two measures. `certain` speaks at receipt, where a wrong word sends somebody's workbook back: only what its own check
digits or its form prove. `likely` speaks at the last gate before publication, where a wrong word costs one look.
"""

from __future__ import annotations

import re
from datetime import date

ID, MOBILE, CARD, MAIL = "身份证号", "手机号码", "银行卡号", "电子邮箱"

_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")
_MOBILE_ALONE = re.compile(
    r"(?<![0-9A-Za-z.,_+\-/])1[3-9]\d{9}(?![0-9A-Za-z_\-/]|[.,]\d|\s*[元件次条人个户份篇项宗笔万亿%号])"
)
_THINGS = ("编号", "单号", "文号", "案号", "账号", "帐号", "序号", "流水号", "代码", "条码", "金额", "总额", "合计")
_CARD = re.compile(r"(?<![0-9A-Za-z.])\d{16,19}(?![0-9A-Za-z])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|net|org)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def certain(text: str) -> tuple[tuple[str, str], ...]:
    """(kind, the number with its middle hidden) of what can be nothing else: an identity number with a day of the calendar and its
    check digit, a mobile number that stands alone and counts nothing, a UnionPay card (62…) with its check digit."""
    narrow = _narrow(text)
    squeezed = _squeezed(narrow)
    found = [(ID, m[0]) for m in _ID.finditer(squeezed) if _is_id(m[0]) and _is_day(m[0][6:14])]
    found += [
        (MOBILE, m[0])
        for m in _MOBILE_ALONE.finditer(narrow)
        if not _numbers(narrow[max(0, m.start() - 12) : m.start()])
    ]
    found += [
        (CARD, m[0])
        for m in _CARD.finditer(squeezed)
        if m[0].startswith("62") and _is_card(m[0]) and not _ID.fullmatch(m[0])
    ]
    return tuple(dict.fromkeys((kind, f"{number[:3]}…{number[-2:]}") for kind, number in found))


def likely(text: str) -> tuple[str, ...]:
    """Kinds of personal data that a text seems to hold, in a fixed order."""
    narrow = _narrow(text)
    squeezed = _squeezed(narrow)
    found = []
    if any(_is_id(m[0]) for m in _ID.finditer(squeezed)):
        found.append(ID)
    if _MOBILE.search(narrow):
        found.append(MOBILE)
    if any(_is_card(m[0]) and not _is_id(m[0][:18].ljust(18, "0")) for m in _CARD.finditer(squeezed)):
        found.append(CARD)
    if _MAIL.search(narrow):
        found.append(MAIL)
    return tuple(found)


def _numbers(before: str) -> bool:
    """Does the text in front say that what follows is the number of a thing?"""
    return before.rstrip(":为是 第").endswith(_THINGS)


def _narrow(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def _squeezed(narrow: str) -> str:
    """Digits that were typed in groups, joined."""
    return re.sub(r"(?<=\d)[ \u3000](?=[\dXx])", "", narrow)


def _is_id(text: str) -> bool:
    """GB 11643-1999: the last character checks the other seventeen."""
    total = sum(int(c) * w for c, w in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_card(text: str) -> bool:
    """Luhn's check; a run of one digit is no card."""
    digits = [int(c) for c in reversed(text)]
    doubled = [d if i % 2 == 0 else sum(divmod(d * 2, 10)) for i, d in enumerate(digits)]
    return len(set(text)) > 1 and sum(doubled) % 10 == 0
