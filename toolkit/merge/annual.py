"""年报数据: each unit's report, and the government's as their sum, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.forms.form import Form
from toolkit.merge.explanations import explanations_of
from toolkit.merge.submissions import newest_counting, source_of, stand_in_line
from toolkit.model import AnnualReport, Consolidated, Period, Roster, Submission, Value, Verdict, as_number

TABLES = ("t2.", "t3.", "t4.")
"""The numeric fields of the three statutory tables begin so."""


def merge_annual(
    period: Period,
    roster: Roster,
    office_unit_name: str,
    submissions: Sequence[Submission],
    form: Form | None = None,
) -> tuple[dict[str, AnnualReport], Consolidated]:
    """Reports by unit in roster order (newest accepted, else newest returned), and 汇总.

    汇总 = the office's own report (本级) + every active unit with 纳入汇总 = 是 whose report counts; the others that
    should be in it are `missing`. `form` says which fields are 对外公开: only what speaks about these stands in the
    report; without it nothing does. A unit's own figures are taken as they are; marks for nothing are 0 in the sum.
    """
    mine = [s for s in submissions if s.period == period.text and s.draft is not None and not s.excluded]
    counting = {unit: s for (_, unit, _), s in newest_counting(mine).items()}
    returned: dict[str, Submission] = {}
    for s in mine:
        if s.verdict is Verdict.RETURNED and (s.unit not in returned or s.seq > returned[s.unit].seq):
            returned[s.unit] = s
    office = roster.resolve(office_unit_name)
    own = office.name if office else office_unit_name
    reports = {
        u.name: _report(chosen, own, form)
        for u in roster.units
        if (chosen := counting.get(u.name) or returned.get(u.name)) is not None
    }
    due = [u.name for u in roster.units if u.active(period) and (u.consolidated or u.name == own)]
    members = tuple(name for name in due if name in reports and reports[name].renderable)
    missing = tuple(name for name in due if name not in members)
    return reports, Consolidated(members, missing, _summed([reports[name] for name in members]))


def _report(s: Submission, own: str, form: Form | None) -> AnnualReport:
    assert s.draft is not None
    return AnnualReport(
        unit=s.unit,
        kind="本级" if s.unit == own else "单位",
        verdict=s.verdict,
        receipt_no=s.receipt_no,
        waived=s.counts and bool(s.waived),
        values={name: filled.value for name, filled in s.draft.cells.items()},
        sources={name: source_of(s, filled) for name, filled in s.draft.cells.items()},
        explanations=tuple((e.rule, e.matter, e.text) for e in explanations_of(s, form) if e.public),
        stand_in=stand_in_line(s.draft),
    )


def _summed(reports: Sequence[AnnualReport]) -> dict[str, Decimal]:
    """Field → exact sum over the reports. A DataFrame of Decimals (dtype object): no float ever touches a figure."""
    if not reports:
        return {}
    import pandas as pd

    names = list(dict.fromkeys(n for r in reports for n in r.values if n.startswith(TABLES)))
    rows = [[_number(r.values.get(n)) for n in names] for r in reports]
    frame = pd.DataFrame(rows, columns=names, index=[r.unit for r in reports], dtype=object)
    totals = frame.sum(axis=0)
    return {name: Decimal(totals[name]) for name in names}


def _number(value: Value) -> Decimal:
    """A text that is no number can only stand in a waived report: it counts 0."""
    try:
        return as_number(value)
    except ValueError:
        return Decimal(0)
