"""The workbook that checks itself: 自检 for people, hidden _检 with the rules as formulas, hidden _参数 with what comes
from outside. Written by `issue` with every value computed; never read by the batch.

Promise: where 自检 says 可以报送, the batch accepts. The sheet is as strict as the batch or stricter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from toolkit.calendar import WorkCalendar
from toolkit.forms.cell_marks import PAINT, blocks_of, input_cells
from toolkit.forms.form import CHECK_SHEETS, MARK_SHEET, Form, Rule
from toolkit.forms.in_force import speaking
from toolkit.forms.mark_sheet import Mirror
from toolkit.forms.order import Order
from toolkit.forms.selfcheck_answers import filing_day
from toolkit.forms.selfcheck_build import build
from toolkit.forms.selfcheck_memory import Memory
from toolkit.forms.selfcheck_operands import Days
from toolkit.forms.selfcheck_page import PageLook, page_frame, page_sheet
from toolkit.forms.selfcheck_plan import CHECK_SHEET, PAGE_SHEET, PARAMETERS, Plan
from toolkit.forms.selfcheck_sheets import Frame, check_sheet, frame, parameter_sheet
from toolkit.forms.selfcheck_values import NOTHING_SAID, Computer, RowTotals
from toolkit.model import Value
from toolkit.office.conditional import with_conditions
from toolkit.office.dxf import count, font_colour, solid_fill, thin_border, with_formats
from toolkit.office.package import Part
from toolkit.office.styles import Styles
from toolkit.office.workbook import NewSheet

ENABLED = True
"""One switch: without it workbooks are issued without check sheets."""

__all__ = [
    "CHECK_SHEETS",
    "ENABLED",
    "PAGE_SHEET",
    "Checks",
    "batch_only",
    "check_parts",
    "checks_of",
    "look_of",
    "names_of",
    "new_sheets",
    "painted",
    "with_colours",
]

_QUICK = 3  # compression of the largest part: half the time for a tenth more bytes
_NO_DAY = date(1900, 3, 4)  # a Sunday: stands in an empty list of holidays
_EMPTY = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


@dataclass(frozen=True)
class Checks:
    """What a master knows of its check sheets: their parts, the page's styles, the calendar's lists."""

    parts: Mapping[str, str]
    look: PageLook
    calendar: WorkCalendar | None
    days: tuple[tuple[date, ...], ...]
    ranges: Days = field(default_factory=Days)
    memories: dict[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], Memory] = field(
        default_factory=dict, compare=False
    )

    def memory(self, plan: Plan, counts: Mapping[str, int]) -> Memory:
        """What the last workbook with the same rules and with lists of these lengths has left."""
        key = (tuple(r.no for r in plan.form.rules), tuple(sorted(counts.items())))
        if key not in self.memories:
            self.memories[key] = Memory(plan)
        return self.memories[key]


def new_sheets() -> tuple[NewSheet, ...]:
    """Empty sheets for `replace_sheets`; every stamp fills them."""
    return tuple(NewSheet(name, _EMPTY, hidden=name != PAGE_SHEET) for name in CHECK_SHEETS)


def painted(styles: bytes, look: PageLook) -> tuple[bytes, PageLook]:
    """The styles part with what the conditional formats of the page (three) and of input cells (PAINT) paint."""
    page = (thin_border("BFBFBF"), font_colour("2E7D32"), font_colour("C00000"))
    data, first = with_formats(styles, (*page, *(solid_fill(rgb) for rgb in PAINT.values())))
    return data, PageLook(**{**look.__dict__, "paint": first})


def with_colours(xml: bytes, form: Form, sheet: str, styles: bytes) -> bytes:
    """A sheet whose input cells take the colours that _标 tells. `styles`: the part before `painted`."""
    block = blocks_of(form).get(sheet)
    if block is None:
        return xml
    first = count(styles) + 3  # behind the page's own
    conditions = [(block.formula(mark), first + n) for n, mark in enumerate(PAINT)]
    return with_conditions(xml, input_cells(form, sheet), conditions)


def names_of(form: Form) -> dict[str, str]:
    """Defined names that the colours need."""
    return {block.name: block.range for block in blocks_of(form).values()}


def look_of(styles: Styles) -> PageLook:
    return PageLook.of(styles)


def checks_of(form: Form, parts: Mapping[str, str], look: PageLook, calendar: WorkCalendar | None) -> Checks:
    if calendar is None or not _asks_calendar(form):
        return Checks(parts, look, calendar, ())
    holidays = tuple(sorted(d for d, work in calendar.entries.items() if not work)) or (_NO_DAY,)
    makeup = tuple(sorted(d for d, work in calendar.entries.items() if work and d.weekday() > 4)) or (_NO_DAY,)
    years = sorted(calendar.years) or [2024]
    first, count = date(years[0] - 1, 1, 1), 366 * (years[-1] - years[0] + 4)
    days = (first + timedelta(days=n) for n in range(count))
    workdays = tuple(d for d in days if calendar.is_workday(d))
    columns = (holidays, makeup, workdays)
    ranges = [f"{PARAMETERS}!${x}$2:${x}${len(days) + 1}" for x, days in zip("EFG", columns, strict=True)]
    return Checks(parts, look, calendar, columns, Days(*ranges))


def _asks_calendar(form: Form) -> bool:
    return any("工作日" in text for text in (*(r.formula for r in form.rules), *(f.required for f in form.fields)))


def check_parts(
    checks: Checks, form: Form, order: Order, counts: Mapping[str, int], totals: Mapping[str, Value], rows: RowTotals,
    said: tuple[str, ...] = NOTHING_SAID,
) -> dict[str, bytes | Part]:  # fmt: skip
    """The four parts of one workbook. `totals`: what the computed cells give; `rows`: those of a list row; `said`: what
    the lines of 情况说明 explain, as 规则|位置."""
    form = speaking(form, filing_day(order))
    ready, page, mirror = _prepared(
        _Key(form.digest, form.id, tuple(sorted(counts.items())), checks.look, checks.ranges, form)
    )
    memory = checks.memory(ready.plan, counts) if said is NOTHING_SAID else Memory(ready.plan)
    answers = Computer(memory, order, totals, rows, checks.calendar, said).answers()
    return {
        checks.parts[PAGE_SHEET]: page_sheet(page, ready, answers),
        checks.parts[PARAMETERS]: parameter_sheet(ready.plan.parameters, answers, checks.days),
        checks.parts[CHECK_SHEET]: Part.joined(check_sheet(ready, answers), _QUICK),
        checks.parts[MARK_SHEET]: Part.joined(mirror.sheet(answers), _QUICK),
    }


@dataclass(frozen=True)
class _Key:
    digest: str
    id: str
    counts: tuple[tuple[str, int], ...]
    look: PageLook
    ranges: Days
    form: Form = field(compare=False)


@lru_cache(maxsize=512)
def _prepared(key: _Key) -> tuple[Frame, tuple[str, ...], Mirror]:
    ready = frame(build(key.form, dict(key.counts), key.ranges))
    return ready, page_frame(ready, key.look), Mirror(ready.plan, blocks_of(key.form))


def batch_only(form: Form, calendar: WorkCalendar | None) -> tuple[tuple[Rule, str], ...]:
    """Rules that no sheet can hold (仅批处理), each with its reason in Chinese."""
    checks = checks_of(form, {}, PageLook(0, 0, 0, 0, 0, 0, 0), calendar)
    counts = {x.name: 1 if x.by_task else x.blank_rows for x in form.lists}
    return build(form, counts, checks.ranges).batch_only
