"""工作通报: one to two pages for the leaders of the government, with annexes.

`view` words every sentence; the template only places them. Units are named in the order of the roster, never ranked;
every breakdown adds up to the number it breaks down; where there is nothing, the sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from toolkit.model import NOT_FILED, Explanation, Filing, PeriodResult, TaskState
from toolkit.office.tables import build, listing
from toolkit.office.word_out import Block
from toolkit.reports.context import overdue_days

NAME = "工作通报"
_TABLE_UNITS = 60  # more units than this stand in 总台账 alone
_NAMES = 30  # more names than this make no sentence
_NAMED = 6  # units named in one line of 三
_ITEMS = 8
_ADJUSTING = 3
_STATES = ("已完成", "持续推进", "进行中", "未启动", "申请调整", "不涉及", NOT_FILED)
_CALENDAR_ESTIMATE = "REF-104"


def view(result: PeriodResult) -> dict[str, object]:
    """What the template 工作通报@周期 prints besides the common names.

    Paragraph lists are lists of texts; 进展表 and 说明表 are tables or empty; 附件 names the annexes that exist.
    """
    progress_table, notes_table = _progress_table(result), _notes_table(result)
    annexes = (("各单位任务进展情况", progress_table), ("情况说明", notes_table))
    present = [name for name, block in annexes if block]
    many = len(present) > 1
    labels = {name: f"附件{n}" if many else "附件" for n, name in enumerate(present, start=1)}
    return {
        "标题": f"{result.period.title}政务公开工作情况通报",
        "开头段": _opening(result),
        "总体进展": overall(result),
        "报送情况": filings(result),
        "关注事项": attention(result),
        "下一步工作": next_steps(result),
        "附件": [f"{n}. {name}" if many else name for n, name in enumerate(present, start=1)],
        "进展表标签": labels.get("各单位任务进展情况", ""),
        "进展表": Block("进展表", progress_table),
        "说明表标签": labels.get("情况说明", ""),
        "说明表": Block("说明表", notes_table),
    }


def _opening(result: PeriodResult) -> str:
    day = min(result.as_of, result.period.end)
    until, seen = _chinese(day), _chinese(result.as_of)
    dates = f"数据截至{until}" if until == seen else f"任务进展截至{until}，报送情况截至{seen}"
    return f"现将{result.period.title}政务公开工作情况通报如下（{dates}）。"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# ---------------------------------------------------------------- 一、总体进展


def overall(result: PeriodResult) -> list[str]:
    """Tasks in all, by state (the numbers add up to all), and the share of completed ones."""
    counts = _by_state(t.state for t in result.tasks)
    total = sum(counts.values())
    if total == 0:
        return ["本期没有纳入统计的任务。"]
    text = f"纳入本期统计的任务共{total}项"
    if len(counts) == 1:
        state = next(iter(counts))
        said = {NOT_FILED: "均未报送进展", "已完成": "均已完成"}.get(state, f"均为“{state}”")
        return [f"{text}，{said}。" if total > 1 else f"{text}，为“{state}”。"]
    parts = "、".join(f"{state}{number}项" for state, number in counts.items())
    done = counts.get("已完成", 0)
    ratio = f"任务完成率为{percent(done, total)}。" if done else "目前尚无已完成的任务。"
    return [f"{text}。其中，{parts}。{ratio}"]


def percent(part: int, whole: int) -> str:
    """One decimal, half up, so that everybody who recomputes it finds the same."""
    return f"{(Decimal(part) * 100 / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _by_state(states: Iterable[str]) -> dict[str, int]:
    found = list(states)
    known = [*_STATES, *dict.fromkeys(s for s in found if s not in _STATES)]
    return {state: found.count(state) for state in known if state in found}


# ---------------------------------------------------------------- 二、报送情况


@dataclass(frozen=True)
class Tally:
    """The filings of one form in roster order: all of them, and each again in exactly one of the five kinds."""

    form: str
    every: tuple[Filing, ...]
    on_time: tuple[Filing, ...]
    late: tuple[Filing, ...]
    returned: tuple[Filing, ...]  # returned or unreadable, nothing accepted yet
    missing: tuple[Filing, ...]
    not_due: tuple[Filing, ...]  # nothing there and the due day has not passed

    @property
    def due(self) -> int:
        return len(self.every)


def tally(result: PeriodResult) -> tuple[Tally, ...]:
    """One tally per form (and period, where a form has several), in the order of the filings."""
    order = {unit.name: n for n, unit in enumerate(result.roster.units)}
    found = []
    groups = dict.fromkeys((f.form, f.period) for f in result.filings)
    for form, period in groups:
        mine = [f for f in result.filings if (f.form, f.period) == (form, period)]
        mine.sort(key=lambda f: order.get(f.unit, len(order)))  # sorted() is stable: unknown units keep their order
        several = sum(1 for g in groups if g[0] == form) > 1
        title = mine[0].form_title or form
        by_kind = {kind: tuple(f for f in mine if _kind(f, result) == kind) for kind in _KINDS}
        found.append(Tally(f"{title}（{period}）" if several else title, tuple(mine), *(by_kind[k] for k in _KINDS)))
    return tuple(found)


_KINDS = ("on_time", "late", "returned", "missing", "not_due")


def _kind(f: Filing, result: PeriodResult) -> str:
    if f.state.startswith("已接收") or f.state == "豁免接收":
        return "late" if f.late_days > 0 else "on_time"
    if f.state in ("已退回", "未能读取"):
        return "returned"
    return "not_due" if f.due_on is not None and f.due_on >= result.as_of else "missing"


def filings(result: PeriodResult) -> list[str]:
    """For every form how many were due and came; then the names."""
    found = [_filing_text(t) for t in tally(result)]
    return found or ["本期没有应当报送的报表。"]


def _filing_text(t: Tally) -> str:
    came = len(t.on_time) + len(t.late)
    every = "均" if came > 1 else ""
    said = [f"《{t.form}》应报送{t.due}家"]
    if came == t.due and not t.late:
        said.append(f"{every}已按时报送")
    elif came == t.due and not t.on_time:
        said.append(f"{every}为逾期报送")
    elif came == t.due:
        said.append(f"均已报送，其中按时报送{len(t.on_time)}家、逾期报送{len(t.late)}家")
    elif came:
        said.append(f"已报送{came}家")
        kinds = [f"按时报送{len(t.on_time)}家", f"逾期报送{len(t.late)}家"]
        one_kind = "逾期报送" if t.late else "按时报送"
        said.append(f"其中{'、'.join(kinds)}" if t.late and t.on_time else f"{every}为{one_kind}")
    else:
        said.append("目前没有单位完成报送")
    text = "，".join(said)
    open_ones = [
        (t.returned, "退回后尚待重新报送"),
        (t.missing, NOT_FILED),
        (t.not_due, "未到报送期限、尚未报送"),
    ]
    text += "".join(f"；{label}{len(group)}家" for group, label in open_ones if group) + "。"
    text += _named("逾期报送", t.late, days=True) + _named("退回后尚待重新报送", t.returned)
    text += _named(NOT_FILED, t.missing)
    often = [f for f in t.every if f.returned]
    if often:
        text += f"退回次数：{_joined([f'{f.unit}{f.returned}次' for f in often])}。"
    stand_ins = [f.unit for f in t.every if f.stand_in and f not in t.missing]
    if stand_ins:
        text += f"由他人代填的单位：{_joined(stand_ins)}。"
    return text


def _named(label: str, group: Sequence[Filing], days: bool = False) -> str:
    if not group:
        return ""
    names = [f"{f.unit}（{f.late_days}个工作日）" if days else f.unit for f in group]
    return f"{label}的单位：{_joined(names)}。"


def _joined(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    if len(names) <= _NAMES:
        return "、".join(names)
    return f"{'、'.join(names[:_NAMES])}等{len(names)}家，全部名单见《报送情况》"


# ---------------------------------------------------------------- 三、需要关注的事项


def attention(result: PeriodResult) -> list[str]:
    """Overdue tasks with their lead units and working days, then requests for adjustment. In the order of the plan."""
    overdue = [t for t in result.tasks if overdue_days(t) > 0]
    unfinished = [t for t in overdue if t.state != "已完成"]
    finished = len(overdue) - len(unfinished)
    said: list[str] = []
    if unfinished:
        said.append(f"逾期尚未完成的任务共{len(unfinished)}项：")
        said += [f"{n}. {_overdue_line(t)}" for n, t in enumerate(unfinished[:_ITEMS], start=1)]
        if len(unfinished) > _ITEMS:
            said.append(f"其余{len(unfinished) - _ITEMS}项见《总台账》。")
    else:
        said.append("本期没有逾期尚未完成的任务。")
    if finished:
        said.append(f"逾期后完成的任务{finished}项。")
    adjusting = [t for t in result.tasks if t.state == "申请调整"]
    if adjusting:
        names = "、".join(f"“{_task_name(t)}”" for t in adjusting[:_ADJUSTING])
        more = "等" if len(adjusting) > _ADJUSTING else ""
        said.append(f"申请调整的任务共{len(adjusting)}项，需研究确定：{names}{more}。")
    if any(f.code == _CALENDAR_ESTIMATE for f in result.findings):
        said.append("注：涉及年份的工作日历尚未录入，文中工作日数为估算。")
    return said


def _overdue_line(t: TaskState) -> str:
    """Only units that are late and not done are named, the first few by name; days are those of the latest of them."""
    role = "牵头" if any(p.role == "牵头" for p in t.lines) else "责任"
    late = [p for p in t.lines if p.role == role and p.overdue_days > 0 and p.status != "已完成"]
    names = list(dict.fromkeys(p.unit for p in late))
    shown = "、".join(names[:_NAMED]) + (f"等{len(names)}家" if len(names) > _NAMED else "")
    days = max((p.overdue_days for p in late), default=overdue_days(t))
    return f"{_task_name(t)}，{role}单位{shown}，已逾期{days}个工作日。"


def _task_name(t: TaskState) -> str:
    name = t.task.title or t.task.requirement or t.task.task_id
    name = name.strip().rstrip("。；;")
    return name if len(name) <= 30 else f"{name[:30]}…"


# ---------------------------------------------------------------- 四、下一步工作


def next_steps(result: PeriodResult) -> list[str]:
    """What the facts ask for, in plain sentences."""
    tallies = tally(result)
    said = []
    if any(t.missing for t in tallies):
        said.append("请未报送的单位尽快补报。")
    if any(t.returned for t in tallies):
        said.append("请报表被退回的单位按回执所列事项修改后重新报送。")
    if any(overdue_days(t) > 0 and t.state != "已完成" for t in result.tasks):
        said.append("请逾期任务的牵头单位明确完成时间，抓紧推进，并在下次报送时说明进展。")
    if any(t.state == "未启动" for t in result.tasks):
        said.append("请尚未启动任务的单位对照完成时限及早安排。")
    said.append("请各单位继续按照任务分解表推进工作，按期如实报送进展。")
    return ["".join(said)]


# ---------------------------------------------------------------- annexes


def _progress_table(result: PeriodResult) -> str:
    """Tasks by unit and state; only 牵头 and 责任 lines count. "" when there are none or too many units."""
    lines = [p for p in result.progress if p.role in ("牵头", "责任")]
    order = [u.name for u in result.roster.units]
    order += [n for n in dict.fromkeys(p.unit for p in lines) if n not in order]
    units = [name for name in order if any(p.unit == name for p in lines)]
    if not units or len(units) > _TABLE_UNITS:
        return ""
    states = list(_by_state(p.status for p in lines))
    heads = ["单位", "任务数", *states, "其中逾期"]
    rows: list[list[int]] = []
    for name in units:
        mine = [p for p in lines if p.unit == name]
        counts = [sum(p.status == s for p in mine) for s in states]
        rows.append([len(mine), *counts, sum(p.overdue_days > 0 for p in mine)])
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    texts = [[name, *map(str, row)] for name, row in zip([*units, "合计"], rows, strict=True)]
    return build(listing(heads, texts, [38, *[10] * (len(heads) - 1)], left=frozenset({1})))


def _notes_table(result: PeriodResult) -> str:
    rows = explanations(result)
    if not rows:
        return ""
    return build(listing(["单位", "事项", "说明"], rows, [24, 30, 46], left=frozenset({1, 2, 3})))


_ADDRESS = re.compile(r"(?:[^!]*!)?[A-Za-z]{1,3}[0-9]{1,7}(?:\s|$)")


def _matter(e: Explanation) -> str:
    """What a line is about, in words: the address of a cell tells the readers of a bulletin nothing."""
    return e.said.removesuffix("。") if e.said and _ADDRESS.match(e.matter) else e.matter or e.rule


def explanations(result: PeriodResult) -> list[tuple[str, str, str]]:
    """(单位, 事项, 说明) of what counts in this period, in roster order, each text once per unit. What speaks about a task
    carries the task's name."""
    found = [
        (p.unit, p.task.title or p.task.task_id, p.explanation.strip())
        for p in result.progress
        if p.explanation.strip()
    ]
    tasks = [(unit, text) for unit, _, text in found]
    found += [
        (e.unit, _matter(e), e.text)
        for e in result.explanations
        if not any(unit == e.unit and e.text in text for unit, text in tasks)
    ]
    order = {unit.name: n for n, unit in enumerate(result.roster.units)}
    once: dict[tuple[str, str], tuple[str, str, str]] = {}
    for row in found:
        once.setdefault((row[0], row[2]), row)
    return sorted(once.values(), key=lambda row: order.get(row[0], len(order)))
