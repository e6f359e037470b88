"""退回通知: what the Word document says that tells a unit, for the files of both offices, why its filing goes back.

One page: the causes that fit are listed with their counts, the gravest first; the workbook that goes back has them all.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from toolkit.findings import Finding, Level
from toolkit.forms.verdict import explained
from toolkit.model import Period, Submission
from toolkit.office.sheet_model import width
from toolkit.reports.returned import Entry, arranged, cells_text, what_text
from toolkit.reports.unread import unread
from toolkit.reports.wording import SAMPLE, day_text

NAME = "退回通知"

KEYS: Mapping[str, str] = {
    "标题": "通知标题；一行排不下时分为两行",
    "单位": "报送单位，未能识别的为空",
    "主送": "主送机关，未能识别单位的为“有关单位”",
    "表单": "表单名称，未能识别的为空",
    "周期": "周期，如 2024年6月；未能识别的为空",
    "收件编号": "收件编号",
    "收件日期": "收件日期，如 2024年7月3日，也是通知的日期",
    "文件": "收到的文件名",
    "版次": "第几版",
    "开头段": "第一段：收到了什么，核对的结果",
    "原因": "退回原因的段落列表，按轻重归类并注明格数；一页排不下的并为一段",
    "要求": "办理要求的段落列表：怎样修改，何时前重新报送",
    "期限": "报送期限，如 2024年7月5日；表单没有规定的为空",
    "政府": "政府名称",
    "办公室": "政务公开办名称",
    "电话": "政务公开办电话",
    "示例标记": "示例工作区为“示例数据”，否则为空",
}
"""Names of a template 名称@收件.docx, with what they hold."""

_LINE = 56  # half-width characters in a line of the 版心
_TITLE_LINE = 38  # of the title's size; 40 fill it to the last point, and fonts differ
_PAGE, _PITCH, _TITLE_PITCH, _TITLE_GAP = 638, 26, 34, 29  # points, as the built-in template has them
_NAME, _MESSAGE, _REMEDY, _PLACES = 60, 90, 80, 36  # half-width characters of a quoted text


def view(
    s: Submission,
    *,
    government: str,
    office: str,
    phone: str,
    form_title: str = "",
    due_on: date | None = None,
    sample: bool = False,
) -> dict[str, object]:
    """The data of a notice."""
    form, period = form_title or s.form, Period.parse(s.period) if s.period else None
    when = period.title if period else ""
    title = _title(when, form)
    opening = _opening(s, when, form)
    wanted = _wanted(s, office, phone, due_on)
    height = _PAGE - _TITLE_GAP - _TITLE_PITCH * len(title.split("\n"))
    # Two heads, the addressee, an empty line, two of the signature, the telephone; one to spare for other fonts.
    room = height // _PITCH - 8 - sum(map(_lines, (opening, *wanted)))
    return {
        "标题": title,
        "单位": s.unit,
        "主送": s.unit or "有关单位",
        "表单": form,
        "周期": when,
        "收件编号": s.receipt_no,
        "收件日期": day_text(s.arrived_on),
        "文件": _short(s.file.rpartition("/")[2], 4 * _NAME),
        "版次": f"第{s.version}版" if s.version else "",
        "开头段": opening,
        "原因": _causes(s, room),
        "要求": wanted,
        "期限": day_text(due_on),
        "政府": government,
        "办公室": office,
        "电话": phone,
        "示例标记": SAMPLE if sample else "",
    }


def _title(when: str, form: str) -> str:
    whole = f"关于退回{when}{form or '报送文件'}的通知"
    return whole if width(whole) <= _TITLE_LINE or not when else f"关于退回{when}\n{form or '报送文件'}的通知"


def _opening(s: Submission, when: str, form: str) -> str:
    sender = "你单位" if s.unit else ""
    name = s.file.rpartition("/")[2]
    number = f"收件编号：{s.receipt_no}" + (f"，第{s.version}版" if s.version and s.form else "")
    if unread(s):
        return f"{sender}{day_text(s.arrived_on)}报送的文件“{_short(name, _NAME)}”（{number}）收悉。该文件未能读取，现予退回。"
    what = f"{when}{form}" if form else f"文件“{_short(name, _NAME)}”"
    counts = Counter(f.level for f in _due(s))
    said = "、".join(f"{counts[level]}处{level.value}" for level in (Level.FIX, Level.EXPLAIN) if counts[level])
    result = f"经核对，有{said}，" if said else ""
    return f"{sender}{day_text(s.arrived_on)}报送的{what}（{number}）收悉。{result}现予退回。"


def _due(s: Submission) -> list[Finding]:
    """What has to be done: hints, consequences and what 情况说明 explains already are left out."""
    return [
        f
        for f in s.findings
        if f.level is not Level.NOTE
        and f.consequence_of is None
        and not (f.level is Level.EXPLAIN and explained(s.draft, f))
    ]


# ---------------------------------------------------------------- the causes


def _causes(s: Submission, room: int) -> list[str]:
    """The causes in so many lines, one paragraph each: with what to do about them, else without, else as many as fit and
    the others counted."""
    entries = _by_cause(_due(s))
    for remedied in (True, False):
        texts = [_cause(n, e, len(entries), remedied) for n, e in enumerate(entries, start=1)]
        if sum(map(_lines, texts)) <= room:
            return texts
    shown = 1
    while sum(map(_lines, texts[: shown + 1])) + 1 <= room:
        shown += 1
    left = [f for e in entries[shown:] for f in e.findings]
    rest = f"另有{len(entries) - shown}类{len(left)}处，见随本通知退回的工作簿。"
    return [*texts[:shown], rest] if left else texts


def _by_cause(findings: Sequence[Finding]) -> tuple[Entry, ...]:
    """Findings of one rule or code are one cause here, however few; most cells first within a level."""
    entries = arranged(findings)
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for e in entries:
        f = e.first
        groups.setdefault((f.level, f.code, f.rule, f.remedy if f.cell else f.message), []).extend(e.findings)
    causes = [Entry(tuple(found)) for found in groups.values()]
    level = {lv: n for n, lv in enumerate((Level.UNREADABLE, Level.FIX, Level.EXPLAIN))}
    return tuple(sorted(causes, key=lambda e: (level[e.first.level], -len(e.findings))))


def _cause(number: int, entry: Entry, count: int, remedied: bool) -> str:
    f = entry.first
    sheets = dict.fromkeys(x.sheet for x in entry.findings if x.sheet)
    places = [f"{sheet}!{cells_text([x for x in entry.findings if x.sheet == sheet])}".rstrip("!") for sheet in sheets]
    where = f"（{_short('、'.join(places), _PLACES)}）" if places else ""
    many = len(entry.findings)
    what = what_text(entry.findings).partition("：")[2] if many > 1 else f.message
    level = "须说明：" if f.level is Level.EXPLAIN else ""
    said = _short(what, _MESSAGE * (2 if count == 1 else 1)).rstrip("。？") + (f"，共{many}格" if many > 1 else "")
    remedy = (
        f.remedy if remedied and width(f.remedy) <= _REMEDY else _short(f.remedy, 2 * _REMEDY) if count == 1 else ""
    )
    text = f"{level}{said}{where}。{remedy}"
    return f"{number}．{text}" if count > 1 else text


# ---------------------------------------------------------------- what to do


def _wanted(s: Submission, office: str, phone: str, due_on: date | None) -> list[str]:
    due = _due(s)
    if due_on is None:
        when = "，尽快重新报送。"
    elif s.arrived_on <= due_on:
        when = f"，于{day_text(due_on)}（含当日）前重新报送。"
    else:
        when = f"，尽快重新报送（报送期限为{day_text(due_on)}，已经超过）。"
    how = "上述办法处理" if unread(s) else "随本通知退回的工作簿首页“退回说明”逐项修改"
    lines = [f"请按{how}，用原文件名保存后放入收件文件夹{when}"]
    if any(f.level is Level.EXPLAIN for f in due):
        lines.append("须说明的事项，属实的请在“情况说明”工作表写明原因。")
    if not phone:
        lines.append(f"如有疑问，请与{office}联系。")
    return lines


def _short(text: str, most: int) -> str:
    """A quoted text in one line, and not more of it than a page can bear."""
    text = " ".join(text[: 8 * most].split())
    if width(text) <= most:
        return text
    room, kept = most - 4, ""
    for letter in text:
        room -= width(letter)
        if room < 0:
            break
        kept += letter
    whole = kept[: kept.rfind("（")] if kept.count("（") > kept.count("）") else kept  # a remark is quoted whole or not
    return f"{whole or kept}……"


def _lines(text: str) -> int:
    """Lines of the 版心 that a paragraph takes, its indent of two characters included."""
    return max(1, math.ceil((width(text) + 4) / _LINE))
