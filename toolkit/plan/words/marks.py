"""Lines that end a table in running text: enclosures, copies to, contacts, page numbers."""

from __future__ import annotations

import re

_AFTER = re.compile(
    r"\s*(?:附件|附：|抄送|抄报|主送|注[:：]|备注[:：]|（此|\(此|联系人|主办|印发|[—－-]\s*\d+\s*[—－-]|#{1,6}\s|(?:公开方式|信息公开选项)[:：])"
)


_IMPRINT = re.compile(
    r"\s*(?:[\u4e00-\u9fff]{2,30}\s*)?(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印(?:发|制)\s*\Z"
)


def ends_table(line: str) -> bool:
    """Also the imprint of GB/T 9704 on the last page: the organ that printed the document and the day (…年…月…日印发)."""
    return bool(_AFTER.match(line) or _IMPRINT.match(line))


def is_imprint(line: str) -> bool:
    return bool(_IMPRINT.match(line))


_PAGE = re.compile(
    r"\s*(?:[—－–―-]+\s*\d{1,4}\s*[—－–―-]+|第\s*\d{1,4}\s*页(?:[，,/\s]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|-\s*\d{1,4}\s*-)\s*\Z"
)


def is_page_number(line: str) -> bool:
    """— 3 —, 第3页, 3/10: printed by the page, not by the table."""
    return bool(_PAGE.match(line))


_DATE = re.compile(r"\s*(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*\Z")


def is_signing_date(line: str) -> bool:
    """The date under an organ's name at the end of a document."""
    return bool(_DATE.match(line))
