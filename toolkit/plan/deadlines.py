"""A deadline as written → its normal form, with the raw text always kept (plan shapes §5).

Texts are folded to half width and freed of white space before anything is matched; `raw` is the repaired cell.
How the form is used beyond the contract's words:
`date` is the last day; for a period its last day; for a yearly recurrence this year's day.
`every` is 年, 半年, 季度, 月, 周, 日 or a number of months; a day of the month stands in `offset` with unit 日.
`event` 即时 means at once, 即时并动态更新 at once and kept current: neither has a number of days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from toolkit.model import plain
from toolkit.plan.parts import Deadline
from toolkit.plan.words import deadlines as words
from toolkit.plan.words.figures import number_of
from toolkit.plan.words.repeats import halved, unrepeated

AT_ONCE, AT_ONCE_KEPT = "即时", "即时并动态更新"
_NOTHING = frozenset({"", "/", "-", "—", "——", "–", "无", "…"})
_CLAUSE = re.compile(r"[，。；,;：:!！?？]")
_HOURS = 24
_NEAR = 40  # characters around a date that tell what it is


def repair(cell: str) -> str:
    """One line out of a deadline cell: copies dropped, wrapped lines joined, inner white space taken out.

    Lines that are a deadline each (6月底前 / 12月底前) are joined by ；.
    """
    text = unrepeated(cell)
    lines = [
        squeezed
        for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text)
        if (squeezed := re.sub(r"\s", "", line))
    ]
    out = ""
    for line in lines:
        whole = bool(out) and _whole(out.rpartition("；")[2]) and _whole(line) and out[-1] not in "、，,；;（(："
        out += ("；" if whole else "") + line
    return halved(out)


def _whole(text: str) -> bool:
    """A line that is a date, a recurrence or a span with its end: two of them are two deadlines, not one broken in two."""
    return bool(re.search(r"(?:前|内|底|末|坚持|推进|公开|完成|全年|当日|起)$", text)) and _form(
        plain(text), 2024
    ).kind not in ("text", "none")


def parse_deadline(cell: str, year: int | None) -> Deadline:
    """The normal form of a cell. `year` is the plan's; without one a date without a year is kept as text.

    A January date without a year is of the following year (annual reports and statistics): the caller can see that by
    `date.year` and ask. Of several dates the last one counts. 同上 comes back as text: the caller resolves it.
    """
    raw = repair(cell)
    folded = plain(raw)
    if folded in _NOTHING:
        return Deadline(raw=raw)
    return replace(_form(folded, year), raw=raw)


def deadlines_inside(text: str, year: int | None) -> tuple[Deadline, ...]:
    """The deadlines written into a requirement, in order. Words of diligence (及时, 持续) are none, nor are minimum
    lengths (不少于30日) or the start of something (自2024年1月1日起); a frequency (每年至少2次) is recurring."""
    found: list[tuple[int, int, Deadline]] = []
    offset = 0
    for sentence in re.split(r"(?<=[。；;!！])", plain(text)):
        for start, end, form in _inside(sentence, year) if words.TELLING.search(sentence) else ():
            found.append((offset + start, offset + end, form))
        offset += len(sentence)
    kept: list[tuple[int, int, Deadline]] = []
    for start, end, form in sorted(found, key=lambda x: (x[0], -x[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, form))
    return tuple(form for _, _, form in kept)


# ---------------------------------------------------------------- one cell


def _form(text: str, year: int | None) -> Deadline:
    if words.DITTO.match(text):
        return Deadline(kind="text")
    if m := words.YEARS.search(text):
        return Deadline(kind="period", date=date(int(m["last"]), 12, 31))
    for reader in (_recurring, _dated, _endless, _event, _span):
        form = reader(text, year)
        if form is not None:
            return form
    if words.OPEN.search(text):
        return Deadline(kind="open")
    if words.WHOLE_YEAR.search(text):
        said = re.search(r"20\d\d", text)
        own = int(said[0]) if said else year
        return Deadline(kind="period", date=date(own, 12, 31) if own else None)
    return Deadline(kind="text")


def _recurring(text: str, year: int | None) -> Deadline | None:
    if span := words.EVERY_SPAN.search(text):
        every = {"工作日": "个工作日", "小时": "小时"}.get(span["unit"], "日")
        return Deadline(kind="recurring", every=f"{number_of(span['n'])}{every}")
    m = words.RECURRING.search(text)
    if m is None or (m["by"] and re.match(r"度?(?:计划|要求|期|程)", text[m.end() :])):
        return _once_per(text)
    every = words.CYCLES[m["cycle"] or m["by"]]
    if m["several"]:
        every = f"{number_of(m['several'])}{every}"
    if after := words.AFTER_CYCLE.search(text, m.end()):
        count, unit = number_of(after["n"]), words.UNITS[after["unit"]][0]
        return Deadline(kind="recurring", every=every, offset=int(count or 0), unit=unit, direction="after")
    when = m["when"] or ""
    if every == "年":
        days = [d for _, d, _ in _days(when + text[m.end() :], year)] if when else []
        return Deadline(kind="recurring", every=every, date=days[-1] if days else None)
    day = re.search(r"(\d{1,2})[日号]", when)
    if day is None:
        return Deadline(kind="recurring", every=every)
    return Deadline(kind="recurring", every=every, offset=int(day[1]), unit="日", direction="before")


def _once_per(text: str) -> Deadline | None:
    """半年一次, 季度末, 次月5日前."""
    once = words.ONCE_PER.search(text)
    if once is None:
        return None
    if once["next"]:
        return Deadline(kind="recurring", every="月", offset=int(once["next"]), unit="日", direction="before")
    return Deadline(kind="recurring", every=words.CYCLES[once["cycle"] or once["end"]])


def _dated(text: str, year: int | None) -> Deadline | None:
    """A date, or a half or quarter of the year as a period; of several the last."""
    dates = [
        (day, bool(g.get("half") or g.get("quarter")) and not (g.get("close") or g.get("qend") or g.get("hend")))
        for m, day, g in _days(text, year)
    ]
    if not dates:
        return None
    latest, loose = max(dates)
    return Deadline(kind="period" if loose else "date", date=latest)


def _days(text: str, year: int | None) -> list[tuple[re.Match[str], date, dict[str, str | None]]]:
    """The days written in a text. January before a later month (1月—12月, 1月、7月) is of the plan's year, alone of the next."""
    found = [(m, day, m.groupdict()) for m in _date_matches(text) if (day := _day(m, year)) is not None]
    later = max((k for k, (_, day, _) in enumerate(found) if day.year == year and day.month > 1), default=0)
    return [
        (m, day.replace(year=year) if year and k < later and _shifted(g, day) else day, g)
        for k, (m, day, g) in enumerate(found)
    ]


def _shifted(groups: dict[str, str | None], day: date) -> bool:
    return day.month == 1 and not groups.get("year") and not groups.get("next")


def _date_matches(text: str) -> Iterator[re.Match[str]]:
    rest = words.NUMERIC_DATE.sub(lambda m: "\x00" * len(m[0]), text)
    yield from sorted((*words.NUMERIC_DATE.finditer(text), *words.DATE.finditer(rest)), key=lambda m: m.start())


def _day(m: re.Match[str], year: int | None) -> date | None:
    """The last day that a date allows; None for a start (自…起), a nonsense day or a date without any year."""
    g = m.groupdict()
    if (g.get("from") or g.get("start")) and not g.get("close"):
        return None
    own = int(number_of(g["year"]) or 0) if g.get("year") else year
    if not own or not 1900 <= own <= 2200:
        return None
    own += 1 if g.get("next") else 0
    if g.get("yearend"):
        return date(own, 12, 31)
    if g.get("half"):
        return date(own, 6, 30) if g["half"] == "上" else date(own, 12, 31)
    if g.get("quarter"):
        return _month_end(own, 3 * (number_of(g["quarter"]) or 1))
    month = int(number_of(g["month"] or g.get("month2") or "") or 0)
    if not 1 <= month <= 12:
        return None
    own += 1 if month == 1 and not g.get("year") and not g.get("next") else 0
    if said := g.get("day") or g.get("day2"):
        day = int(number_of(said) or 0)
        return date(own, month, day) if 1 <= day <= monthrange(own, month)[1] else None
    part = {"上旬": 10, "中旬": 20, "初": 5}.get(g.get("part") or "")
    if part:
        return date(own, month, part)
    if (g.get("close") or "").endswith("前") and not g.get("part"):  # 6月前: before June begins
        return _month_end(own, month - 1) if month > 1 else date(own - 1, 12, 31)
    return _month_end(own, month)


def _month_end(year: int, month: float) -> date:
    return date(year, int(month), monthrange(year, int(month))[1])


def _endless(text: str, year: int | None) -> Deadline | None:
    """立行立改，长期坚持: no due date."""
    if words.AT_ONCE.search(text) and words.ENDLESS.search(text) and not words.TELLING.search(text):
        return Deadline(kind="open")
    return None


def _event(text: str, year: int | None) -> Deadline | None:
    for start, _, form in _spans(text):
        if form.unit == "月" and (form.offset or 0) >= 12 and form.event is None and "年" in text:
            return Deadline(kind="period", offset=form.offset, unit="月", direction="after")
        if form.event is None and (said := words.SAME_TIME.search(text)) and said.start() < start:
            return replace(form, event=_same_time(said))
        return form
    if m := words.SAME_DAY.search(text):
        return Deadline(kind="event", event=_event_name(m["event"]), offset=0, unit="日", direction="after")
    if m := words.SAME_TIME.search(text):
        return Deadline(kind="event", event=_same_time(m), offset=0, unit="日", direction="after")
    if words.AT_ONCE.search(text) or words.ONE_OFF.search(text):
        kept = words.KEEP.search(text) and not re.fullmatch(r"及时更新|实时更新", text)
        return Deadline(kind="event", event=AT_ONCE_KEPT if kept else AT_ONCE)
    if words.KEEP.search(text):
        return Deadline(kind="event", event=AT_ONCE_KEPT)
    return None


def _same_time(m: re.Match[str]) -> str | None:
    """与政策文件同步发布 → 政策文件发布; 文件印发同时 → 文件印发."""
    return _event_name(m["event"] + _act(m["what"]) if m["event"] else m["alone"] or "")


def _span(text: str, year: int | None) -> Deadline | None:
    """1年, 6个月: a refresh cycle."""
    m = words.SPAN_ONLY.match(text)
    if m is None:
        return None
    if m["half"]:
        return Deadline(kind="recurring", every="半年")
    count, unit = number_of(m["n"]), words.UNITS.get(m["unit"])
    if count is None or unit is None or (m["unit"] == "年" and count > 50):  # 2024年 is a year, not a span
        return None
    if unit[0] == "月":
        months = int(count) * unit[1]
        return Deadline(kind="recurring", every=words.REFRESH.get(months, f"{months}个月"))
    return Deadline(kind="event", offset=int(count) * unit[1], unit=unit[0], direction="after")


# ---------------------------------------------------------------- spans of days, with their event


def _spans(text: str) -> Iterator[tuple[int, int, Deadline]]:
    """(start, end, form) of 收到申请书三日内, 答复前5个工作日, 不超过5个工作日."""
    taken: list[tuple[int, int]] = []
    for pattern in (words.WITHIN, words.NOT_OVER):
        for m in pattern.finditer(text):
            if any(a < m.end() and m.start() < b for a, b in taken):
                continue
            if m["unit"] == "年" and (number_of(m["n"]) or 0) > 50:  # 2024年内 is a year, not a span
                continue
            taken.append((m.start(), m.end()))
            clause, begin = _clause_before(text, m.start())
            name, at = _event_part(clause)
            before = m.groupdict().get("after") == "前"
            yield begin + at, m.end(), _spanned(m["n"], m["unit"], _event_name(name), before)
    for m in words.BEFORE.finditer(text):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        clause, begin = _clause_before(text, m.start())
        name, at = _event_part(clause)
        yield begin + at, m.end(), _spanned(m["n"] or m["n2"], m["unit"] or m["unit2"], _event_name(name), True)


def _spanned(n: str, unit: str, event: str | None, before: bool) -> Deadline:
    count, known = number_of(n), words.UNITS.get(unit)
    direction = "before" if before else "after"
    if count is not None and unit == "小时" and count % _HOURS == 0:
        return Deadline(kind="event", event=event, offset=int(count) // _HOURS, unit="日", direction=direction)
    if count is None or known is None:  # hours: the raw text says it
        return Deadline(kind="event", event=event, direction=direction)
    return Deadline("", "event", None, None, event, int(count) * known[1], known[0], "before" if before else "after")


def _clause_before(text: str, at: int) -> tuple[str, int]:
    """The words of the same clause before a place, and where they begin."""
    near = max(0, at - 4 * _NEAR)
    begin = max((m.end() for m in _CLAUSE.finditer(text, near, at)), default=near)
    if before := list(words.WITHIN.finditer(text, begin, at)):  # 3个工作日内转办、15个工作日内
        begin = max(before[-1].end(), text.rfind("、", begin, at) + 1)
    opened = text.rfind("(", begin, at)
    if opened >= 0 and ")" not in text[opened:at]:  # 及时(信息形成之日起20个工作日内)
        begin = opened + 1
    return text[begin:at], begin


def _event_part(clause: str) -> tuple[str, int]:
    """The event in what stands before a span (…情况于｜活动开展), and where it begins."""
    starts = [m.end() for m in words.EVENT_START.finditer(clause)]
    if starts:
        return clause[starts[-1] :], starts[-1]
    if (m := re.search(r"(?:收到|接到|接收)", clause)) and m.start():
        return clause[m.start() :], m.start()
    return clause, 0


def _event_name(text: str) -> str | None:
    name = re.sub(
        r"(?:之日起?|之?后|以后|起|时|的)$", "", re.sub(r"^(?:自|在|于|应当?|须|要|并|从|原则上|待)+", "", text)
    ).strip("、:")
    return name or None


def _act(text: str) -> str:
    """发布, 公开 out of 同步发布."""
    m = re.match(r"(?:发布|公开|公布|印发|部署|组织|审签|上线|实施)", text)
    return m[0] if m else ""


# ---------------------------------------------------------------- inside a sentence


def _inside(text: str, year: int | None) -> Iterator[tuple[int, int, Deadline]]:
    recurring: list[tuple[int, int]] = []
    for m, form in _cycles_inside(text, year):
        recurring.append((m.start(), m.end()))
        yield m.start(), m.end(), replace(form, raw=m[0])
    for m in words.WHOLE_YEAR_DONE.finditer(text):
        if (form := _form(m[0], year)).date is not None:
            yield m.start(), m.end(), replace(form, raw=m[0])
    for m in words.YEARS_DONE.finditer(text):
        form = Deadline(
            kind="period", offset=12 * int(number_of(m["span"].partition("年")[0]) or 0), unit="月", direction="after"
        )
        yield m.start(), m.end("span"), replace(form, raw=m["span"])
    for m in _date_matches(text):
        if any(a < m.end() and m.start() < b for a, b in recurring) or not _is_limit(text, m):
            continue
        day = _day(m, year)
        if day is not None and not (year and day.year < year):  # a past date dates a document, it is no limit
            raw = m[0].removesuffix(m.groupdict().get("start") or "")
            yield m.start(), m.start() + len(raw), Deadline(raw=raw, kind="date", date=day)
    for start, end, form in _spans(text):
        if form.unit == "月" and "年" in text[start:end][-3:]:
            continue
        if form.direction == "before" or not words.LENGTH.search(_head(text, start, end)):
            begin = start - (text[start - 1 : start] == "自")
            yield begin, end, replace(form, raw=text[begin:end])
    for m in words.SAME_DAY.finditer(text):
        name, at = _event_part(m["event"])
        if len(name) >= 2:
            form = Deadline(kind="event", event=_event_name(name), offset=0, unit="日", direction="after")
            yield m.start() + at, m.end(), replace(form, raw=text[m.start() + at : m.end()])


def _cycles_inside(text: str, year: int | None) -> Iterator[tuple[re.Match[str], Deadline]]:
    for m in words.RECURRING.finditer(text):
        if re.search(r"[前底末]|[日号]$", m["when"] or "") and (form := _recurring(m[0], year)):
            yield m, form
    for m in words.FREQUENCY.finditer(text):
        yield m, Deadline(kind="recurring", every=words.CYCLES[m["cycle"]])
    for m in words.NEXT_MONTH.finditer(text):
        yield m, Deadline(kind="recurring", every="月", offset=int(m["next"]), unit="日", direction="before")


def _head(text: str, start: int, end: int) -> str:
    """What stands right before the number of a span."""
    m = re.search(rf"{words.N}个?(?:工作日|日历日|自然日|小时|日|天|个?月|周|年)", text[start:end])
    return text[: start + (m.start() if m else 0)][-6:]


def _is_limit(text: str, m: re.Match[str]) -> bool:
    """A date in running text is a deadline only with 前, 完成 …, or as 到…底; 自…起 and 截至 are none."""
    ahead, behind = text[max(0, m.start() - _NEAR) : m.start()], text[m.end() : m.end() + _NEAR]
    if words.NO_LIMIT_AHEAD.search(ahead) or words.NO_LIMIT_BEHIND.match(behind):
        return False
    if m["close"]:
        return True
    groups = m.groupdict()
    ended = groups.get("yearend") or groups.get("part") in ("底", "末") or groups.get("qend") or groups.get("day")
    return bool(ended) and bool(re.search(r"(?:到|于|在|至|力争|确保|截止)$", ahead))
