"""Row rules over a long list: 70,000 rows × 30 rules, compiled from the rule language and written by hand.

Both see the same raw values (a tuple per row) and must come to the same verdict on every row: the guard by declared
type is part of the price on both sides. Times are CPU time of the process, the best of several rounds.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.clock import best_of
from toolkit.model import NOTHING_MARKS
from toolkit.rules.formula import Schema
from toolkit.rules.python import NOT_COMPUTED, Run, compile_rule

ROWS = 70_000
COLUMNS = {
    "任务编号": "文本", "角色": "选项", "完成情况": "选项", "完成日期": "日期", "截止日期": "日期", "进展说明": "长文本", "佐证": "文本",
    "责任人": "文本", "计划数": "整数", "完成数": "整数", "金额": "金额", "比例": "小数",
}  # fmt: skip
(TASK, ROLE, STATE, DONE, DUE, TEXT, PROOF, PERSON, PLANNED, COUNT, MONEY, SHARE) = range(12)
END = date(2024, 6, 30)

Row = tuple[Any, ...]
Verdict = bool | None
Hand = Callable[[Row], Verdict]


def _number(value: Any) -> Any:
    """A number, 0 for nothing, None for what is no number."""
    if isinstance(value, (int, Decimal)):
        return value
    if value == "" or value in NOTHING_MARKS:
        return 0
    return None


def _day(value: Any) -> Any:
    """A day, False for nothing, None for what is no day."""
    if isinstance(value, date):
        return value
    return False if value == "" else None


def _by_hand() -> list[tuple[str, Hand]]:
    def done_in_time(r: Row) -> Verdict:
        day = _day(r[DONE])
        if day is None:
            return None
        return day <= END if r[STATE] == "已完成" and day else True

    def done_this_year(r: Row) -> Verdict:
        day = _day(r[DONE])
        if day is None:
            return None
        return day >= date(END.year, 1, 1) if r[STATE] == "已完成" and day else True

    def day_means_done(r: Row) -> Verdict:
        day = _day(r[DONE])
        if day is None:
            return None
        return r[STATE] == "已完成" if day and r[STATE] != "" else True

    def before_due(r: Row) -> Verdict:
        day, due = _day(r[DONE]), _day(r[DUE])
        if day is None or due is None:
            return None
        return day <= due if day and due else True

    def year_of_day(r: Row) -> Verdict:
        day = _day(r[DONE])
        if day is None:
            return None
        return day.year == 2024 if day else True

    def days_left(r: Row) -> Verdict:
        day, due = _day(r[DONE]), _day(r[DUE])
        if day is None or due is None:
            return None
        return (due - day).days >= -30 if day and due else True

    def month_end(r: Row) -> Verdict:
        day = _day(r[DUE])
        if day is None:
            return None
        return (day.replace(day=1) <= END) if day else True

    def numbers(check: Callable[..., Verdict], *columns: int) -> Hand:
        def run(r: Row) -> Verdict:
            found = [_number(r[c]) for c in columns]
            return None if None in found else check(*found)

        return run

    return [
        ('IF(AND(完成情况="已完成",完成日期<>""),完成日期<=周期末,TRUE)', done_in_time),
        ('IF(AND(完成情况="已完成",完成日期<>""),完成日期>=DATE(YEAR(周期末),1,1),TRUE)', done_this_year),
        ('IF(AND(完成日期<>"",完成情况<>""),完成情况="已完成",TRUE)', day_means_done),
        ('IF(AND(完成日期<>"",截止日期<>""),完成日期<=截止日期,TRUE)', before_due),
        ('IF(完成日期="",TRUE,YEAR(完成日期)=2024)', year_of_day),
        ('IF(OR(完成日期="",截止日期=""),TRUE,截止日期-完成日期>=-30)', days_left),
        ('IF(截止日期="",TRUE,DATE(YEAR(截止日期),MONTH(截止日期),1)<=周期末)', month_end),
        ('AND(完成情况<>"不涉及",完成情况<>"申请调整")', lambda r: r[STATE] != "不涉及" and r[STATE] != "申请调整"),
        ('IF(完成情况="已完成",进展说明<>"",TRUE)', lambda r: r[TEXT] != "" if r[STATE] == "已完成" else True),
        ('IF(进展说明="",TRUE,LEN(进展说明)>=5)', lambda r: len(r[TEXT]) >= 5 if r[TEXT] != "" else True),
        ('IF(完成情况="已完成",佐证<>"",TRUE)', lambda r: r[PROOF] != "" if r[STATE] == "已完成" else True),
        ('OR(角色="牵头",角色="责任",角色="配合")', lambda r: r[ROLE] in ("牵头", "责任", "配合")),
        ('IF(角色="牵头",责任人<>"",TRUE)', lambda r: r[PERSON] != "" if r[ROLE] == "牵头" else True),
        ('LEFT(任务编号,5)="2024-"', lambda r: r[TASK][:5] == "2024-"),
        ("LEN(任务编号)=8", lambda r: len(r[TASK]) == 8),
        ('任务编号<>""', lambda r: r[TASK] != ""),
        ('进展说明<>佐证', lambda r: r[TEXT].lower() != r[PROOF].lower()),
        ('IF(完成情况="未启动",完成数=0,TRUE)', numbers_if(numbers(lambda n: n == 0, COUNT), "未启动")),
        ("完成数<=计划数", numbers(lambda a, b: a <= b, COUNT, PLANNED)),
        ("完成数>=0", numbers(lambda a: a >= 0, COUNT)),
        ("计划数>=0", numbers(lambda a: a >= 0, PLANNED)),
        ("INT(完成数)=完成数", numbers(lambda a: a // 1 == a, COUNT)),
        ("AND(比例>=0,比例<=1)", numbers(lambda a: 0 <= a <= 1, SHARE)),
        ("IF(计划数=0,TRUE,完成数/计划数<=2)", numbers(lambda a, b: a / b <= 2 if b else True, COUNT, PLANNED)),
        ("ROUND(金额,2)=金额", numbers(lambda a: round(a, 2) == a, MONEY)),
        ("金额>=0", numbers(lambda a: a >= 0, MONEY)),
        ("IF(完成数=0,金额=0,TRUE)", numbers(lambda a, m: m == 0 if a == 0 else True, COUNT, MONEY)),
        ("完成数+计划数<=200", numbers(lambda a, b: a + b <= 200, COUNT, PLANNED)),
        ('IF(完成情况="已完成",完成数>=计划数,TRUE)', numbers_if(numbers(lambda a, b: a >= b, COUNT, PLANNED), "已完成")),
        ("SUM(完成数,计划数)-完成数=计划数", numbers(lambda a, b: a + b - a == b, COUNT, PLANNED)),
    ]  # fmt: skip


def numbers_if(check: Hand, state: str) -> Hand:
    """The guard speaks first, then the condition."""

    def run(r: Row) -> Verdict:
        verdict = check(r)
        return verdict if verdict is None or r[STATE] == state else True

    return run


def rows(count: int, seed: int = 1) -> list[Row]:
    rng = random.Random(seed)
    states = ("未启动", "进行中", "已完成", "持续推进", "不涉及", "申请调整")
    marks = ("", "/", "无")

    def number(high: int) -> Any:
        return rng.choice(marks) if rng.random() < 0.03 else "12件" if rng.random() < 0.005 else rng.randrange(high)

    def day() -> Any:
        if rng.random() < 0.4:
            return ""
        return "待定" if rng.random() < 0.005 else date(2024, 1, 1) + timedelta(days=rng.randrange(220))

    return [
        (f"2024-{n % 1000:03d}", rng.choice(("牵头", "责任", "配合")), rng.choice(states), day(), day(),
         rng.choice(("", "已印发通知，办理完毕", "起草中")), rng.choice(("", "https://www.example.com/1", "张政发〔2024〕1号")),
         rng.choice(("", "办公室")), number(100), number(100), rng.choice((0, Decimal("0.5"), Decimal("1200.25"), 99999)), Decimal(rng.randrange(0, 12)) / 10)
        for n in range(count)
    ]  # fmt: skip


def measure(count: int = ROWS, rounds: int = 5) -> tuple[float, float, int]:
    """µs per rule and row: ours, by hand; and the number of rules. A rule gets the tuple of its operands' values."""
    schema = Schema({**COLUMNS, "周期末": "日期"})
    data = [(*row, END) for row in rows(count)]
    where = {name: n for n, name in enumerate((*COLUMNS, "周期末"))}
    ours = theirs = 0.0
    pairs = _by_hand()
    for formula, hand in pairs:
        compiled = compile_rule(formula, schema)
        run, at = compiled.run, [where[o.name] for o in compiled.operands]
        values = [tuple(row[n] for n in at) for row in data]
        for row, given in zip(data, values, strict=True):
            verdict = run(given, None)
            assert (None if verdict is NOT_COMPUTED else verdict) == hand(row), (formula, row, verdict)
        a, b = _quickest(rounds, run, hand, values, data)
        ours, theirs = ours + a, theirs + b
        if "-v" in sys.argv:
            print(f"{a / count * 1e6:6.2f} {b / count * 1e6:6.2f}  {formula}")
    evaluations = count * len(pairs)
    return ours / evaluations * 1e6, theirs / evaluations * 1e6, len(pairs)


def _quickest(rounds: int, run: Run, hand: Hand, values: list[Row], data: list[Row]) -> tuple[float, float]:
    """Seconds for all rows, in turns, so that both meet the same machine."""

    def ours() -> None:
        for given in values:
            run(given, None)

    def by_hand() -> None:
        for row in data:
            hand(row)

    pairs = [(best_of(1, ours), best_of(1, by_hand)) for _ in range(rounds)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def main() -> None:
    ours, hand, rules = measure()
    print(f"{ROWS:,} rows × {rules} rules: {ours:.2f} µs per rule and row (at most 3)")
    print(f"the same rules by hand: {hand:.2f} µs; ratio {ours / hand:.2f} (at most 2)")


if __name__ == "__main__":
    main()
