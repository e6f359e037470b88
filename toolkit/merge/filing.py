"""Who has handed in what: one line per form, period and unit that is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.calendar import WorkCalendar
from toolkit.merge.submissions import Key, key_of, newest_counting, stand_in_line
from toolkit.model import NOT_FILED, VERDICT_NAMES, Filing, Period, Roster, Submission, Verdict

Expected = tuple[str, str, str, str, date | None]
"""(form id, form title, period, unit name, due day)."""

WAIVED = "豁免接收"
_RECEIVED = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_NOTES, Verdict.RETURNED, Verdict.REFUSED})
"""Verdicts of a version that was handed in; deferred, ignored and seen files are none yet."""


def filings(
    period: Period,
    as_of: date,
    calendar: WorkCalendar,
    roster: Roster,
    expected: Sequence[Expected],
    submissions: Sequence[Submission],
) -> tuple[Filing, ...]:
    """Filings in the order expected, of the periods that lie inside `period`. Excluded submissions are not there.

    Lateness is the first accepted arrival against the due day in working days; what is not accepted counts up to as_of.
    """
    by_key: dict[Key, list[Submission]] = {}
    for s in submissions:
        if not s.excluded and s.verdict in _RECEIVED:
            by_key.setdefault(key_of(s), []).append(s)
    counting = newest_counting(submissions)
    classes = {u.name: u.unit_class for u in roster.units}
    found = []
    for form, title, text, unit, due_on in expected:
        if period.holds(Period(text)):
            key = form, unit, text
            versions = sorted(by_key.get(key, ()), key=lambda s: s.seq)
            found.append(
                _filing(key, title, classes.get(unit, ""), due_on, versions, counting.get(key), as_of, calendar)
            )
    return tuple(found)


def _filing(
    key: Key,
    title: str,
    unit_class: str,
    due_on: date | None,
    versions: Sequence[Submission],
    chosen: Submission | None,
    as_of: date,
    calendar: WorkCalendar,
) -> Filing:
    form, unit, period = key
    shown = chosen or (versions[-1] if versions else None)
    first = min((s.arrived_on for s in versions if s.counts), default=None)
    return Filing(
        form=form,
        form_title=title,
        period=period,
        unit=unit,
        unit_class=unit_class,
        due_on=due_on,
        state=_state(shown),
        receipt_no=shown.receipt_no if shown else "",
        arrived_on=first,
        late_days=calendar.workdays_after(due_on, first or as_of) if due_on else 0,
        versions=len(versions),
        returned=sum(s.verdict is Verdict.RETURNED for s in versions),
        stand_in=stand_in_line(chosen.draft) if chosen else "",
        findings=len(shown.findings) if shown else 0,
    )


def _state(shown: Submission | None) -> str:
    if shown is None:
        return NOT_FILED
    return WAIVED if shown.counts and shown.waived else VERDICT_NAMES[shown.verdict]
