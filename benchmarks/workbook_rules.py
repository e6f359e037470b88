"""The rules of one ordinary workbook, as the batch judges it: the annual report, and a task list of sixty rows.

Milliseconds of CPU time per workbook for `forms.check.check` (values looked up, every rule judged, findings written),
the best of several rounds, once with nothing wrong and once with faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from benchmarks.clock import best_of
from toolkit.builtin.forms import builtin_forms
from toolkit.calendar import WorkCalendar
from toolkit.forms import check
from toolkit.forms.check import CheckContext
from toolkit.forms.design import read_form
from toolkit.forms.form import NUMBER_TYPES, Field, Form
from toolkit.model import Draft, Filled, Period, Unit, Value

TASKS, TIMES = 60, 20


def _form(name: str) -> Form:
    form, found = read_form(builtin_forms()[name], name)
    assert form is not None, found
    return form


def _value(item: Field) -> Value:
    return 0 if item.type in NUMBER_TYPES else ""


def _annual(faults: bool) -> tuple[Form, Draft, CheckContext]:
    form = _form("年报数据.xlsx")
    cells = {f.name: Filled(_value(f), "表", "B2") for f in form.fields}
    if faults:
        cells |= {
            "t3.new_received.natural": Filled(3, "表", "B3"),
            "t2.normative.made": Filled(Decimal("1.5"), "表", "B4"),
            "t4.review.upheld": Filled("12件", "表", "B5"),
        }
    return form, Draft(form.id, cells, {}), _context("2024")


def _progress(faults: bool) -> tuple[Form, Draft, CheckContext]:
    form = _form("任务进展.xlsx")
    rows = []
    for n in range(TASKS):
        wrong = faults and n % 20 == 0
        row: Mapping[str, Value] = {
            "任务编号": f"2024-{n:03d}", "角色": "牵头", "完成情况": "已完成" if n % 3 else "进行中",
            "完成日期": date(2024, 7, 1) if wrong else date(2024, 6, 3) if n % 3 else "", "进展说明": "已印发通知，办理完毕", "佐证": "链接",
        }  # fmt: skip
        rows.append({f.name: Filled(row.get(f.name, ""), "进展", f"A{n + 5}") for f in form.lists[0].fields})
    return form, Draft(form.id, {}, {"进展": tuple(rows)}), _context("2024-06")


def _context(period: str) -> CheckContext:
    known = Period(period)
    return CheckContext(Unit("001", "示例单位"), known, known.end, WorkCalendar({}), None, {})


def measure() -> list[tuple[str, int, int, float]]:
    """(what, rules judged, findings, milliseconds)."""
    out = []
    for name, make in (("年报数据", _annual), (f"任务进展，{TASKS} 行", _progress)):
        for label, faults in (("", False), ("，有错", True)):
            form, draft, context = make(faults)
            found = check.check(draft, form, context)  # the first call reads the formulas
            seconds = best_of(7, lambda f=form, d=draft, c=context: [check.check(d, f, c) for _ in range(TIMES)])
            judged = sum(len(draft.lists.get(r.scope, ())) if r.scope else 1 for r in form.rules)
            out.append((name + label, judged, len(found), seconds / TIMES * 1000))
    return out


def main() -> None:
    for what, judged, found, milliseconds in measure():
        print(f"{what}: {judged} verdicts, {found} findings: {milliseconds:.2f} ms (76 rules: at most 5 ms)")


if __name__ == "__main__":
    main()
