"""The last gate before publication: personal data in finished bytes. Looks at the texts inside zips as well."""

from __future__ import annotations

import io
import re
import zipfile

_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z.])\d{16,19}(?![0-9A-Za-z])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|net|org)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_id(text: str) -> bool:
    """GB 11643-1999: the last character checks the other seventeen."""
    total = sum(int(c) * w for c, w in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _is_card(text: str) -> bool:
    """Luhn's check; a run of one digit is no card."""
    digits = [int(c) for c in reversed(text)]
    doubled = [d if i % 2 == 0 else sum(divmod(d * 2, 10)) for i, d in enumerate(digits)]
    return len(set(text)) > 1 and sum(doubled) % 10 == 0


def in_text(text: str) -> tuple[str, ...]:
    """Kinds of personal data a text seems to hold, in a fixed order."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    squeezed = re.sub(r"(?<=\d)[ \u3000](?=[\dXx])", "", narrow)
    found = []
    if any(_is_id(m[0]) for m in _ID.finditer(squeezed)):
        found.append("身份证号")
    if _MOBILE.search(narrow):
        found.append("手机号码")
    if any(_is_card(m[0]) and not _is_id(m[0][:18].ljust(18, "0")) for m in _CARD.finditer(squeezed)):
        found.append("银行卡号")
    if _MAIL.search(narrow):
        found.append("电子邮箱")
    return tuple(found)


def personal_data(name: str, data: bytes) -> tuple[str, ...]:
    """The same over a finished file: texts of a Word or Excel package part by part, other files as UTF-8."""
    texts: list[str] = []
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.namelist():
                if member.endswith((".xml", ".rels")) and "theme" not in member:
                    xml = package.read(member).decode("utf-8", "replace")
                    # Runs of one paragraph are one text; cells and paragraphs stay apart.
                    for paragraph in re.split(r"</w:p>|</c>|</si>|</row>", xml):
                        texts.append("".join(re.findall(r">([^<>]+)<", paragraph)))
    else:
        texts.append(data.decode("utf-8", "replace"))
    return tuple(dict.fromkeys(kind for text in texts for kind in in_text(text)))
