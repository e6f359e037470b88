"""Cells that say only where something is published, and rows that only count: no labels, no organs, no tasks."""

from __future__ import annotations

import re
from functools import lru_cache

_BRACKETS = re.compile(r"[（(〔\[【][^（()）〔〕\[\]【】]*[)）〕\]】]")


def without_brackets(text: str) -> str:
    """The text without what stands in brackets, nested ones too."""
    for _ in range(3):
        shorter = _BRACKETS.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


_CHANNEL = re.compile(
    r"(?:(?:各级|本级|政府|部门|门户|官方|单位|本?[省市县区镇乡]级?|局|委|区县|村|社区|机关|政务|媒体)*(?:网站|网|微信公众号|微信|公众号|微博|政务新媒体|新媒体|公示栏|公告栏|公开栏|宣传栏|信息栏|电子屏|显示屏|政府公报|公报"
    r"|报刊|报纸|广播|电视|客户端|发布会|听证会|入户|现场|信函|电话)|两微一端|政务服务网|信用平台|政务服务平台|精准推送|APP|app|其他|其它|等)+\Z"
)
_CHANNEL_SPLIT = re.compile(r"[、，,；;/／\s]+|(?<=[站号报网端栏屏])[及和与](?=.)")


@lru_cache(maxsize=8192)
def like_channel(text: str) -> bool:
    """A cell that says only where something is published: 网站, 公示栏, 网站、微信公众号. A lone 其他 may be anything."""
    parts = [p for p in _CHANNEL_SPLIT.split(without_brackets(text).strip()) if p]
    return bool(parts) and len(text) <= 60 and all(map(_CHANNEL.match, parts)) and parts not in (["其他"], ["其它"])


_TOTAL = re.compile(r"(?:合|小|总|共)计[:：]?\Z")


def is_total(texts: list[str] | tuple[str, ...]) -> bool:
    """A row that counts the rows above it: 合计."""
    first = next((t for t in texts if t.strip()), "")
    return bool(_TOTAL.match("".join(first.split()))) and all(len(t) < 8 for t in texts)
