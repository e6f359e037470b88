"""A number typed as text that a formula's total passes over: people are told to type it again, not to change the total."""

from __future__ import annotations

from datetime import date

from sheets import form, rule

from toolkit.calendar import WorkCalendar
from toolkit.findings import Finding, finding
from toolkit.forms.check import CheckContext, check
from toolkit.forms.uncounted import retype_first
from toolkit.model import Draft, Filled, Period, Unit

PAGE = "| 甲 | {{甲}} |\n| 乙 | {{乙}} |\n| 合计 | {{合计}} |\n| 填报数 | {{填报数}} |"
FORM = form(
    {"表": PAGE},
    {n: {"type": "整数"} for n in ("甲", "乙", "填报数")} | {"合计": {"type": "整数", "prefill": "=SUM(甲,乙)"}},
    rules=[rule("一", "甲+乙=合计"), rule("二", "甲<=填报数")],
)


def broken() -> tuple[Finding, ...]:
    values = {"甲": 2, "乙": 1, "合计": 1, "填报数": 0}
    cells = {name: Filled(v, "表", f"B{n}") for n, (name, v) in enumerate(values.items(), 1)}
    context = CheckContext(Unit("001", "区教育局"), Period("2024-05"), date(2024, 6, 3), WorkCalendar())
    return check(Draft(FORM.id, cells), FORM, context)


def test_whoever_breaks_a_sum_over_a_text_number_is_told_to_type_it_again_first() -> None:
    text = finding("IN-512", value="2", number="2", place={"field": "甲", "sheet": "表", "cell": "B1"})
    before = {f.rule: f.remedy for f in broken()}
    after = {f.rule: f.remedy for f in retype_first(broken(), [text], FORM)}
    assert set(before) == {"一", "二"}
    assert after["一"] == "表!B1的数字是文字形式，表内的求和公式不计，请先重新键入。" + before["一"]
    assert after["二"] == before["二"], "no total that a formula adds up is among its operands"


def test_other_notes_change_nothing() -> None:
    other = finding("IN-513", value="2024.5.1", day="2024-05-01", place={"field": "甲", "sheet": "表", "cell": "B1"})
    elsewhere = finding("IN-512", value="2", number="2", place={"field": "乙", "sheet": "表", "cell": "B2"})
    assert retype_first(broken(), [other], FORM) == list(broken())
    assert retype_first(broken()[1:], [elsewhere], FORM) == list(broken()[1:])
