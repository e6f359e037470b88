"""Title, document number and year of an official document, from the text around its tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.plan.parts import SourceDocument, SourceTable, SourceText
from toolkit.plan.words.figures import number_of
from toolkit.plan.words.labels import label, level_of, squeeze, without_markup
from toolkit.plan.words.marks import is_signing_date

_DOC_NO = re.compile(r"[\u4e00-\u9fff]{2,14}[〔\[［（(【]\s*(\d{4})\s*[〕\]］）)】]\s*第?\d{1,4}\s*号")
_KIND = r"要点|方案|分解表|清单|台账|任务表|计划|分工表?|配档表|安排|目录|责任表|一览表|任务书|通知|实施意见|意见|任务分解|责任分解|明细表|推进表|作战图|施工图|措施|举措|指引|办法|细则"
_MARK = r"(?:（.{1,16}）|\(.{1,16}\)|〔.{1,8}〕)?"
_TITLE = re.compile(rf"(?:{_KIND}){_MARK}\Z")
_DATED_TITLE = re.compile(rf"(?:19|20)\d\d年.{{4,}}(?:任务|工作|事项){_MARK}\Z")
_NOTICE = re.compile(r"(?:通知|意见|函)》?(?:的通知)?\Z")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|版|(?=[）)]\Z))")
_CHINESE_YEAR = re.compile(r"([一二][〇○◯ＯOo0０零一二三四五六七八九]{3})年")
_ZEROS = str.maketrans("○◯ＯOo0０零", "〇" * 8)
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})年?\s*[-—–~～至到]\s*(?:19|20)\d{2}年?")
_HANDED_OUT = re.compile(r"关于(?:印发|下发|转发|公布|发布)《?(?P<what>.+?)》?的通知\Z")
_CAPTION = re.compile(r"^(?:标题|名称|信息名称|文件名称|题名|文件标题)[:：]")
_NO_PART = re.compile(
    r"^(?:附件|附：|抄送|主送|[（(]此件|索引号|发布|来源|签发人)|[。；;：:，,]|(?:文件|人民政府)\Z|^[^\d]*政府\Z|号\Z|^[—－\-\d\s]+\Z|[\d一二三四五六七八九十]日\Z"
)
_LONGEST, _LINES = 70, 4
_QUOTED_YEAR = re.compile(
    r"《[^》]{0,60}》|[〔\[［（(【]\d{4}[〕\]］）)】]|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:修订|修正|施行|实施|起|公布|印发|发布|以来|底?前)"
)


def doc_no_of(texts: Sequence[SourceText]) -> str | None:
    """The document's own number: the first line that is little else. Numbers quoted in sentences are other documents."""
    for text in texts[:40]:
        flat = _flat(text.text)
        found = _DOC_NO.search(flat)
        if found and len(flat) <= len(found.group()) + 12 and "，" not in flat and "《" not in flat:
            return found.group()
    return None


def title_of(texts: Sequence[SourceText], document: SourceDocument) -> str:
    """The title of the plan itself; of a notice that stands alone what it hands out (关于印发《…》的通知)."""
    title = _title_of(texts, document)
    handed = _HANDED_OUT.search(title)
    return handed["what"] if handed and len(handed["what"]) >= 8 else title


def _title_of(texts: Sequence[SourceText], document: SourceDocument) -> str:
    """The lines above the first table, else the best titled lines. Over several lines or one."""
    first = next((k for k, b in enumerate(document.blocks) if isinstance(b, SourceTable)), None)
    if first is not None:
        above = [_flat(b.text) for b in document.blocks[max(0, first - 8) : first] if isinstance(b, SourceText)]
        above += _banner(document.blocks[first])
        for at in range(len(above) - 1, max(-1, len(above) - 5), -1):
            if (found := _title_ending(above, at)) and not level_of(found):  # 一、…目录: one table of several
                return found
    lines = [_flat(t.text) for t in texts[:60]]
    titled = [found for k in range(len(lines)) if (found := _title_ending(lines, k))]
    whole = [t for t in titled if year_in(t) and not _NOTICE.search(t)]
    return next(iter(whole or [t for t in titled if year_in(t)] or titled), "")


def _banner(block: SourceTable | SourceText) -> list[str]:
    """Rows at the top of a table that hold one text only: a sheet's title stands in its first row."""
    found: list[str] = []
    for row in block.rows[:4] if isinstance(block, SourceTable) else ():
        filled = {flat for cell in row if (flat := _flat(cell.text))}
        if len(filled) > 1:
            break
        found += filled
    return found


def _flat(text: str) -> str:
    return _CAPTION.sub("", re.sub(r"[\s\u3000\xa0]", "", without_markup(text)))


def _title_ending(lines: Sequence[str], at: int) -> str:
    """The title whose last line is this one, "" where the line ends none."""
    line = lines[at]
    following = lines[at + 1] if at + 1 < len(lines) else ""
    if _is_title(line) and _goes_on(line, following):
        return ""  # …要点 ⏎ 任务分解表 is found at its last line
    parts = [line]
    for before in reversed(lines[max(0, at - _LINES + 1) : at]):
        whole = before + "".join(parts)
        if len(whole) > _LONGEST + 20 or not _goes_on(before, parts[0]):
            break
        parts.insert(0, before)
    whole = "".join(parts)
    if not (_is_title(whole) or (_is_title(line) and len(parts) == 1)):
        return ""
    return whole + (following if re.fullmatch(r"[（(](?:\d{4}年?(?:版|度)?|试行|征求意见稿)[）)]", following) else "")


def _goes_on(line: str, following: str) -> bool:
    """Whether a line is the upper part of a title that the next line ends."""
    if not line or not following or len(line) > 45 or len(following) > _LONGEST or _NO_PART.search(following):
        return False
    if re.search(r"办公室\Z|委员会\Z|局\Z|厅\Z|政府\Z", line) and not year_in(line):
        return following.startswith("关于") and not _NO_PART.search(line.removesuffix("政府"))
    if _NO_PART.search(line) or level_of(line) or _DOC_NO.search(line) or level_of(following):
        return False
    if not _is_title(line):
        return "关于" in line or bool(_is_title(line + following) and not _is_title(following)) or _cut(line, following)
    unfinished = "关于" in line and not _NOTICE.search(line)
    return unfinished or (not _NOTICE.search(line) and len(following) <= 10 and bool(_TITLE.search(following)))


def _cut(line: str, following: str) -> bool:
    """2024年某区推进政务公开标准化规范化工作 ⏎ 任务分解一览表."""
    return (
        len(line) >= 8
        and bool(year_in(line) or "政务公开" in line)
        and not year_in(following)
        and _is_title(line + following)
    )


def _is_title(text: str) -> bool:
    if not 6 <= len(text) <= _LONGEST or re.search(r"[。；：:]", text):
        return False
    return bool(_TITLE.search(text) or _DATED_TITLE.search(text))


def is_title(text: str) -> bool:
    """A line that names a document or a table (…要点, …分解表), not a heading inside it."""
    return _is_title(squeeze(text))


def numbered_title(text: str) -> str:
    """The label of a numbered heading line (一、…), as it goes into a path; "" for any other line."""
    flat = squeeze(text)
    if level_of(flat) not in (1, 2) or len(flat) > 45 or re.search(r"[。；：:]", flat):
        return ""
    return label(flat)


def year_in(text: str) -> int | None:
    """The year a title names, in either script; of a span (2023—2025年) its first."""
    if span := _SPAN.search(text):
        return int(span[1])
    if found := _YEAR.search(text):
        return int(found[1])
    chinese = _CHINESE_YEAR.search(text)
    return int(number_of(chinese[1].translate(_ZEROS)) or 0) or None if chinese else None


def year_of(texts: Sequence[SourceText], document: SourceDocument) -> int | None:
    """The plan's year: of its title, of any titled line, of the document number, of the date below the notice, else the
    year named most often outside quoted titles and numbers."""
    title = title_of(texts, document)
    if not _SPAN.search(title):
        for line in (title, *(f for t in texts if _is_title(f := _flat(t.text)))):
            if year := year_in(line):
                return year
    if (number := doc_no_of(texts)) and (found := _DOC_NO.search(number)) and 1949 <= int(found[1]) <= 2199:
        return int(found[1])
    if year := year_in(title):
        return year
    for text in texts:
        if is_signing_date(flat := _flat(text.text)):
            return year_in(flat)
    counts: dict[int, int] = {}
    for text in texts:
        for said in _YEAR.findall(_QUOTED_YEAR.sub("", text.text)):
            counts[int(said)] = counts.get(int(said), 0) + 1
    return max(counts, key=lambda y: (counts[y], y)) if counts else None


_REPORTS = (
    (re.compile(r"》(?:的)?(?:政策|图文|文字|专家|一图)?解读\Z|(?:政策|图文|文字|专家|一图)解读(?:之[一二三四五])?\Z|解读[:：]|\A(?:政策|图文|一图)解读|\A一图读懂|\A图解|图解\Z|问答\Z"), "政策解读"),
    (re.compile(r"年度报告\Z|工作总结\Z|情况(?:的)?(?:报告|通报|总结)\Z"), "工作报告"),
    (re.compile(r"(?:召开|举办|举行|开展|参加|赴).{2,30}(?:会|会议|培训班?|活动|调研|讲座)\Z|(?:推进会|座谈会|培训班).{0,6}(?:召开|举行|举办|开班)"), "新闻报道"),
)  # fmt: skip
_DUTY = re.compile(
    r"(?:做好|加强|强化|深化|推进|规范|提升|提高|优化|完善|健全|抓好|落实|加大|拓展|开展|组织|创新|丰富|注重|严格|全面|持续|进一步)"
)


def kind_of_report(texts: Sequence[SourceText]) -> tuple[str, str] | None:
    """(title, kind) of a document that tells of plans without being one: an interpretation, a report, news.

    A heading inside a plan (（二）做好政策解读, 加强政策解读) names a duty: no title."""
    for text in texts[:6]:
        line = _flat(text.text)
        if not 6 <= len(line) <= _LONGEST or re.search(r"[。；]", line):
            continue
        if _is_title(line) and not re.match(r"一图读懂|图解|(?:政策|图文)解读", line):
            continue
        if level_of(line) or _DUTY.match(line):
            continue
        for rule, kind in _REPORTS:
            if rule.search(line):
                return line, kind
    return None
