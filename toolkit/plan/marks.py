"""Lines that end a table in running text: enclosures, copies to, contacts, page numbers."""

from __future__ import annotations

import re

_AFTER = re.compile(
    r"\s*(?:附件|附：|抄送|抄报|主送|注[:：]|备注[:：]|（此|\(此|联系人|主办|印发|[—－-]\s*\d+\s*[—－-]|#{1,6}\s|(?:公开方式|信息公开选项)[:：])"
)


def ends_table(line: str) -> bool:
    return bool(_AFTER.match(line))
