"""Lines that belong to the page, not to the plan: page numbers, running heads, a web page's navigation and footer, enclosures,
copies to, imprints."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from toolkit.plan.words.kinds import heading_roles, like_deadline, like_units, serial
from toolkit.plan.words.labels import level_of, without_numeral

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


def ends_page(line: str) -> bool:
    """What a web page prints below a document (扫一扫, 打印本页, 上一篇)."""
    return bool(_PAGE_TAIL.match(line)) or bool(re.match(r"\s*[【\[（(]?(?:打印|关闭|字体|分享)", line))


def is_imprint(line: str) -> bool:
    return bool(_IMPRINT.match(line))


_PAGE = re.compile(
    r"\s*(?:[—－–―-]+\s*\d{1,4}\s*[—－–―-]+|第\s*\d{1,4}\s*页(?:[，,/\s]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|-\s*\d{1,4}\s*-)\s*\Z"
)


def is_page_number(line: str) -> bool:
    """— 3 —, 第3页, 3/10: printed by the page, not by the table."""
    return bool(_PAGE.match(line))


_CHINESE_DATE = r"[一二]\s*(?:[〇○◯ＯOo0０零一二三四五六七八九]\s*){3}年\s*[元一二三四五六七八九十]{1,2}\s*月\s*[一二三四五六七八九十]{1,3}\s*日"
_DATE = re.compile(rf"\s*(?:(?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|{_CHINESE_DATE})\s*\Z")


def is_signing_date(line: str) -> bool:
    """The date under an organ's name at the end of a document, in either script (二〇一二年五月二十二日)."""
    return bool(_DATE.match(line))


# ---------------------------------------------------------------- running heads

_LONGEST_HEAD = 40
_LETTERHEAD = re.compile(r"[\u4e00-\u9fff]{2,20}(?:政府|办公室|委员会|局|厅)(?:文件|公报)")
_OWN_NAME = re.compile(r"(?:19|20)\d\d年.*(?:政务公开|信息公开)|政务公开工作")


def running_heads(lines: Sequence[str]) -> frozenset[int]:
    """Numbers of the lines that print the same short text beside most page numbers, with nothing but blank lines between.

    A cell of a table may stand there as well: what looks like one (a unit, a time, a heading name) is left alone.
    """
    pages = [k for k, line in enumerate(lines) if is_page_number(line)]
    found: set[int] = set()
    everywhere = Counter(line.strip() for line in lines)
    for step in (1, -1):
        beside = {k: at for k in pages if (at := _neighbour(lines, k, step)) is not None}
        times = Counter(lines[at].strip() for at in beside.values())
        for at in beside.values():
            text = lines[at].strip()
            often = times[text] >= max(2, (len(beside) + 1) // 2)
            again = everywhere[text] > times[text] and bool(_OWN_NAME.search(text))
            if _head_like(lines[at]) and (often or again or (step > 0 and _LETTERHEAD.fullmatch(text))):
                found.add(at)
    return frozenset(found)


def _neighbour(lines: Sequence[str], page: int, step: int) -> int | None:
    at = page + step
    while 0 <= at < len(lines):
        if lines[at].strip():
            return None if is_page_number(lines[at]) else at
        at += step
    return None


def _head_like(line: str) -> bool:
    text = line.strip()
    if not 4 <= len(text) <= _LONGEST_HEAD or "\t" in line or "|" in line or re.search(r"[。；;：:]", text):
        return False
    if level_of(text) or heading_roles(text) or serial(text) is not None:
        return False
    return bool(_OWN_NAME.search(text) or _LETTERHEAD.fullmatch(text)) or not (like_deadline(text) or like_units(text))


# ---------------------------------------------------------------- a web page around the document

_NAVIGATION = re.compile(
    r"\s*(?:(?:当前|您(?:现在)?(?:所在)?的?)(?:位置|所在位置)|首\s*页\s*(?:[>＞»|/]|\Z)|(?:来源|信息来源|发布机构|索\s*引\s*号|发布(?:时间|日期)|浏览(?:次数|量)|阅读(?:次数|量)?|访问量|责任编辑|编辑|作者)\s*[:：]"
    r"|[【\[（(]?\s*(?:字体|字号|打印(?:本页|页面)?|关闭(?:窗口|本页)?|分享(?:到)?|收藏|我要纠错)\s*(?:[:：]|[】\]）)]|\s|\Z)|扫一扫|上一篇|下一篇|返回(?:顶部|首页|列表))"
)
_FOOTER = re.compile(
    r"网站标识码|政府网站标识|公安?网安?备|ICP备|备案号|备案序号|版权所有|技术支持|网站地图|网站声明|访问量统计"
)
_TURN = re.compile(r"\s*[【\[]?(?:上一篇|下一篇)")
_FOOT_LABEL = re.compile(
    r"\s*(?:主办(?:单位)?|承办(?:单位)?|联系电话|联系方式|联系人|地址|邮编|邮政编码|运维(?:单位)?)\s*[:：]"
)


def furniture(lines: Sequence[str]) -> tuple[frozenset[int], int]:
    """(numbers of the lines that a web page prints around the document, number of the line from which on there is nothing
    else). 主办单位：… is one of them only beside 网站标识码, 备案号 and the like: a task may name its 主办单位 too."""
    feet = [k for k, line in enumerate(lines) if _FOOTER.search(line) and len(line) < 200]
    around = {k for k, line in enumerate(lines) if _NAVIGATION.match(line)} | set(feet)
    end = next((k for k, line in enumerate(lines) if _TURN.match(line)), len(lines))
    if feet:
        first = feet[0]
        while first > 0 and feet[0] - first < 4 and _foot_like(lines[first - 1]):
            first -= 1
        end = min(end, first)
    return frozenset(around), end


def _foot_like(line: str) -> bool:
    return bool(_FOOT_LABEL.match(line) or _NAVIGATION.match(line) or _FOOTER.search(line))


_CLOSE = re.compile(
    r"(?:附件\s*[\d一二三四五六七八九十]*\s*(?:[:：.．、《（(]|\s|\Z)|附[:：]|抄送|抄报|主送|印发(?=[\s:：]|日期|单位|机关|\Z)|[（(]此件"
    r"|(?:公开方式|信息公开(?:选项|类型|属性)|公开属性|公开类别|主题词|校对|联系人|联系电话|解读机构|解读人)(?=[\s:：]|\Z))"
)


def ends_text(line: str) -> bool:
    """What stands below the last paragraph of an official document: enclosures, copies to, imprint, date, contacts."""
    flat = line.strip()
    return bool(_CLOSE.match(flat) or _IMPRINT.match(line) or is_signing_date(line))


_CONTACT_LABEL = r"(?:(?:政策)?解读(?:机构|人|单位|科室|部门)|联系(?:方式|电话|人)|(?:政策|业务)?咨询(?:电话|方式))"
_CONTACT = re.compile(rf"{_CONTACT_LABEL}(?:(?:[、，,]|以?及|和|与)?{_CONTACT_LABEL})*\s*(?:[:：]|\Z)")


def speaks_of_contact(line: str) -> bool:
    """A label of a contact block at the head of a short line (解读机构：…, 五、解读机构及联系方式): the unit beside it does no
    task. 公开机构职能、联系方式 is a task."""
    flat = without_numeral(line.strip())
    return len(flat) <= 60 and not flat.endswith("。") and bool(_CONTACT.match(flat))


_LAST_WORDS = re.compile(
    r"各[^，。；：]{1,24}(?:[，、]?[^，。；：]{1,24}){0,4}?(?:要|应|须|请)[^。；]{0,30}?"
    r"(?:本(?:要点|方案|计划|分工|清单|安排|通知|分解表)|上述|以上|任务分工|职责分工|抓好(?:贯彻)?落实|贯彻落实|认真(?:抓好|组织)|细化(?:措施|分解|任务)|明确专人|高度重视)"
)


def is_last_word(line: str) -> bool:
    """各镇、各部门要对照本要点逐项细化措施…: the paragraph that closes a plan, said to all, part of no item."""
    return bool(_LAST_WORDS.match(line.strip()))


def asks_something(line: str) -> bool:
    """A closing paragraph that has a duty of its own: until when, how often, or what is to be sent in."""
    return bool(
        re.search(
            r"\d+\s*[月日年]|[每各]季度|每[年月周]|[月季年]度?[底末]前|报送|上报|反馈至|保密审查|不少于|至少", line
        )
    )
