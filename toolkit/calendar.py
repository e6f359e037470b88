"""Working days with make-up days (调休). A year nobody has entered is an estimate, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class WorkCalendar:
    """`entries`: day → True (工作日, a make-up Saturday or Sunday) or False (休息日). Other days follow the week.

    Source: 工作日历.xlsx, one line per day of the State Council's yearly holiday notice
    (国务院办公厅关于…部分节假日安排的通知).
    """

    entries: Mapping[date, bool] = field(default_factory=dict)

    @property
    def years(self) -> frozenset[int]:
        """The years that were entered; any other year is an estimate."""
        return frozenset(day.year for day in self.entries)

    def estimated(self, *days: date) -> bool:
        """True when a day lies in a year without entries: whoever prints the result labels it 估算."""
        return any(day.year not in self.years for day in days)

    def is_workday(self, day: date) -> bool:
        return self.entries.get(day, day.weekday() < 5)

    def add_workdays(self, start: date, count: int) -> date:
        """The day `count` working days after `start` (before it when negative); 0 gives `start` itself."""
        step = timedelta(days=1 if count >= 0 else -1)
        day = start
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_after(self, start: date, end: date) -> int:
        """Working days later than `start` up to and including `end`: 0 when `end` is not later."""
        days = (end - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, days + 1))

    def workdays_between(self, start: date, end: date) -> int:
        """Working days from `start` to `end`, both included, as Excel's NETWORKDAYS counts (negative when reversed)."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range((end - start).days + 1))
