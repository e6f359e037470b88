"""Words that several reports share: marks, captions, orders of states, values as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from toolkit.findings import Finding, Level
from toolkit.model import NOT_FILED, ROLES, IndicatorScore, PeriodResult, Progress, Roster, Scorecard, Source, Value

DRAFT, SAMPLE = "送审稿", "示例数据"
CONSULTATION = "征求意见稿"
NOT_APPLICABLE = "不适用"

TASK_STATES = ("已完成", "持续推进", "进行中", "未启动", NOT_FILED, "申请调整", "不涉及")
"""States of a task in the order in which reports list them."""

FILING_STATES = ("已接收", "已接收（有提示）", "豁免接收", "已退回", "未能读取", "未报送")
RECEIVED = frozenset(FILING_STATES[:3])
"""Filings that count as handed in."""

COUNTED_LEVELS = (Level.UNREADABLE, Level.FIX, Level.EXPLAIN, Level.NOTE)


def marks(result: PeriodResult, draft: str = DRAFT) -> tuple[str, ...]:
    """送审稿 (or another word for it) until the period is closed, 示例数据 in the sample workspace."""
    return (*(() if result.approval else (draft,)), *((SAMPLE,) if result.sample else ()))


def marked(title: str, given: Iterable[str]) -> str:
    """总台账 + (送审稿, 示例数据) → 总台账（送审稿·示例数据）."""
    words = "·".join(given)
    return f"{title}（{words}）" if words else title


def made_on(result: PeriodResult) -> date:
    """The day a document stands for: its approval's, before that the as-of date; never the day of the run."""
    return result.approval.date if result.approval else result.as_of


def caption(result: PeriodResult) -> str:
    """The line under every title: period, as-of date or approval, office, telephone."""
    words = [f"周期：{result.period.title}"]
    if result.approval:
        words.append(f"{day_text(result.approval.date)}审定，文号：{result.approval.doc_no}")
    else:
        words.append(f"截至：{day_text(result.as_of)}")
    words.append(contact(result.office, result.phone))
    return "　　".join(w for w in words if w)


def contact(office: str, phone: str) -> str:
    """办公室（电话 …) as one phrase; the telephone is left out where there is none."""
    return f"{office}（电话：{phone}）" if phone else office


def day_text(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def value_text(value: Value) -> str:
    """A value as it is quoted in a sentence: whole numbers without point, days as 2024-05-08."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def number_text(value: Decimal | int) -> str:
    """Exactly the number, without exponent (unless it is absurdly large or small) and without trailing zeros."""
    exact = Decimal(value)
    if not exact:
        return "0"
    if not exact.is_finite() or abs(exact.adjusted()) > 60:
        return str(exact)
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def source_place(source: Source | None) -> str:
    """任务进展!H12, or empty."""
    return f"{source.sheet}!{source.cell}" if source and source.sheet else ""


def unit_order(roster: Roster, names: Iterable[str] = ()) -> dict[str, int]:
    """Rank of each unit: roster order, then names that are no longer in the roster by name."""
    known = [u.name for u in roster.units]
    extra = sorted(set(names) - set(known))
    return {name: rank for rank, name in enumerate([*known, *extra])}


def ordered_progress(result: PeriodResult) -> tuple[Progress, ...]:
    """All lines in task order, then lead before responsible before supporting, then roster order."""
    tasks = {state.task.task_id: rank for rank, state in enumerate(result.tasks)}
    units = unit_order(result.roster, (p.unit for p in result.progress))
    roles = {role: rank for rank, role in enumerate(ROLES)}

    def key(p: Progress) -> tuple[int, str, int, int]:
        return tasks.get(p.task.task_id, len(tasks)), p.task.task_id, roles.get(p.role, len(roles)), units[p.unit]

    return tuple(sorted(result.progress, key=key))


def ordered_scores(result: PeriodResult, card: Scorecard) -> list[IndicatorScore]:
    """A card's indicators in the order of 考核细则, others after them by number."""
    order = {indicator.no: rank for rank, indicator in enumerate(result.indicators)}
    return sorted(card.indicators.values(), key=lambda s: (order.get(s.no, len(order)), s.no))


def main_source(sources: Mapping[str, Source]) -> Source | None:
    """The cell that a line of a ledger points at: its state, else its text, else whatever there is."""
    first = sorted(sources)[:1]
    return next((sources[k] for k in ("status", "text", *first) if k in sources), None)


def in_order(counts: Mapping[str, int], order: tuple[str, ...]) -> list[tuple[str, int]]:
    """The counts in the given order of keys; keys that the order does not know come last, by name."""
    rest = sorted(k for k in counts if k not in order)
    return [(k, counts[k]) for k in (*order, *rest) if k in counts]


def estimates(result: PeriodResult) -> tuple[str, ...]:
    """One footnote per year whose working days are an estimate (REF-104)."""
    found = [f for f in result.findings if f.code == "REF-104"]
    return tuple(dict.fromkeys(f"估算：{f.message}{f.remedy}" for f in found))


def rule_shown(found: Finding) -> str:
    """The number people see: never an identifier such as t3_balance_natural."""
    named = found.rule_no or found.rule
    return named if named and not named.isascii() else found.code


def percent(part: int, whole: int) -> str:
    """Share in whole percent, rounded half up; nothing of nothing is a dash."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else "—"


def names_text(names: Iterable[str], most: int = 30) -> str:
    """甲、乙、丙; beyond `most` names the rest is counted."""
    listed = list(names)
    text = "、".join(listed[:most])
    return f"{text}等{len(listed)}家" if len(listed) > most else text
