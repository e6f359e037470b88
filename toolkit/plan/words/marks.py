"""Lines that end a table in running text: enclosures, copies to, contacts, page numbers."""

from __future__ import annotations

import re

_AFTER = re.compile(
    r"\s*(?:附件|附：|抄送|抄报|主送|注[:：]|备注[:：]|（此|\(此|联系人\s*(?:[:：]|\Z)|主办\s*(?:[:：]|单位\s*[:：]|\Z)|印发(?:\s|[:：]|日期|单位|机关|\Z)"
    r"|[—－-]\s*\d+\s*[—－-]|#{1,6}\s|(?:公开方式|信息公开选项)[:：])"
)
_PAGE_TAIL = re.compile(
    r"\s*[【\[（(]?(?:扫一扫|扫描二维码|手机扫码|打印(?:本页|本文|此页|\s|[】\]）)]|\Z)|关闭(?:窗口|本页|此页|[】\]）)]|\Z)|返回(?:顶部|首页|列表)|上一[篇条页]|下一[篇条页]|分享(?:到|至|[:：]|\Z)"
    r"|相关(?:文件|链接|附件|阅读|解读|文章|新闻)(?:[:：]|\Z)|(?:主办|承办|维护|开发|建设|技术支持)(?:单位)?\s*[:：]|版权所有|网站(?:标识码|地图|声明|支持)|(?:ICP\s*)?备案(?:编)?号|[一-鿿]?ICP备"
    r"|[一-鿿]公网安备|政府网站标识码|责任编辑|信息来源[:：]|来源[:：]|编辑[:：]|浏览次数|访问量|您是第|关于我们|联系我们|Copyright|©)"
)
"""What a web page prints below a document."""


_IMPRINT = re.compile(
    r"\s*(?:[\u4e00-\u9fff]{2,30}\s*)?(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印(?:发|制)\s*\Z"
)


def ends_table(line: str) -> bool:
    """Also the imprint of GB/T 9704 on the last page: the organ that printed the document and the day (…年…月…日印发)."""
    return bool(_AFTER.match(line) or _PAGE_TAIL.match(line) or _IMPRINT.match(line))


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
