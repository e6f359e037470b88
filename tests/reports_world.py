"""A small, complete result for the tests of toolkit/reports: six units, five tasks, one month or one year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from toolkit.builtin import annual_table
from toolkit.findings import Finding, Level, finding
from toolkit.model import (
    AnnualReport,
    Consolidated,
    Filing,
    Indicator,
    IndicatorScore,
    Period,
    PeriodResult,
    Progress,
    Roster,
    Scorecard,
    Source,
    Submission,
    Task,
    TaskState,
    Unit,
    Value,
    Verdict,
    as_number,
)

PAYLOADS = ("=1+1", "<script>alert(1)</script>", "{{7*7}}", "http://x.example/a", "+1", "@SUM(A1)", "\t=2", "‮cod.exe")
UNITS = ("区政府办公室", "区教育局", "区卫生健康局", "北园街道办事处", "南营街道办事处", "区市场监督管理局")
MONTH, YEAR = Period("2024-06"), Period("2024")
AS_OF = date(2024, 7, 8)


def roster() -> Roster:
    classes = ("政府部门", "政府部门", "政府部门", "街道办事处", "街道办事处", "政府部门")
    return Roster(
        tuple(Unit(f"{n:03d}", name, unit_class=c) for n, (name, c) in enumerate(zip(UNITS, classes, strict=True), 1))
    )


def task(n: int, due: date | None = None, requirement: str = "") -> Task:
    return Task(
        f"2024-{n:03d}",
        str(n),
        ("以公开助推重点工作落实", f"第{n}项公开任务"),
        requirement or f"按季度公开第{n}类信息，做到要素完整、更新及时，并同步发布解读材料",
        deadline="6月底前" if due else "长期坚持",
        due_on=due,
    )


def source(unit: str, cell: str, value: Value) -> Source:
    number = UNITS.index(unit) + 1
    return Source(f"2024070{number}-0001", f"inbox/{unit}/{unit}-任务进展-2024-06.xlsx", "任务进展", cell, value)


def line(t: Task, unit: str, role: str, status: str, n: int, **more: object) -> Progress:
    where = {} if status == "未报送" else {"status": source(unit, f"H{n}", status), "text": source(unit, f"J{n}", "x")}
    return Progress(t, unit, role, status, period="2024-06", sources=where, **more)  # type: ignore[arg-type]


def states(payload: str = "按要求推进") -> tuple[TaskState, ...]:
    day = date(2024, 6, 28)
    t1, t2, t3, t4, t5 = task(1, day), task(2, day), task(3), task(4, date(2024, 12, 31)), task(5, day, payload)
    done = {"completed_on": date(2024, 6, 20), "text": payload, "evidence": payload}
    return (
        TaskState(
            t1, "已完成", (line(t1, UNITS[1], "牵头", "已完成", 8, **done), line(t1, UNITS[3], "责任", "进行中", 8))
        ),
        TaskState(t2, "进行中", (line(t2, UNITS[2], "牵头", "进行中", 9, overdue_days=1, text=payload),)),
        TaskState(t3, "持续推进", (line(t3, UNITS[0], "牵头", "持续推进", 10, text=payload, office="秘书科"),)),
        TaskState(t4, "未报送", (line(t4, UNITS[4], "责任", "未报送", 0), line(t4, UNITS[3], "配合", "未报送", 0))),
        TaskState(
            t5,
            "未启动",
            (line(t5, UNITS[5], "牵头", "未启动", 12, overdue_days=3, explanation=payload, stand_in="代填：电话记录"),),
        ),
    )


def filings(period: Period) -> tuple[Filing, ...]:
    words = ("已接收", "已接收（有提示）", "已退回", "未报送", "未能读取", "豁免接收")
    form = "年报数据" if period.kind == "年" else "任务进展"
    rows = []
    for n, (unit, state) in enumerate(zip(UNITS, words, strict=True)):
        received = state in ("已接收", "已接收（有提示）", "豁免接收")
        rows.append(
            Filing(
                form, form, period.text, unit, roster().units[n].unit_class, date(2024, 7, 5), state,
                receipt_no="" if state == "未报送" else f"2024070{n + 1}-0001",
                arrived_on=date(2024, 7, 4 + n) if received else None,
                late_days={1: 0, 3: 1, 5: 2}.get(n, 0), versions=0 if state == "未报送" else 1 + n % 2,
                returned=int(state == "已退回"), stand_in="代填：电话记录" if n == 5 else "",
            )
        )  # fmt: skip
    return tuple(rows)


def annual_values(seed: int) -> dict[str, Value]:
    values: dict[str, Value] = {f.id: (n * seed) % 7 for n, f in enumerate(annual_table.fields())}
    values["t2.fees.amount"] = Decimal("0.10") * seed
    values["t2.regulations.made"] = "/"
    values["t2.regulations.valid"] = ""
    del values["t4.cases.after_other"]
    return values


def reports() -> dict[str, AnnualReport]:
    def report(n: int, verdict: Verdict, waived: bool = False) -> AnnualReport:
        unit = UNITS[n]
        kind = "本级" if n == 0 else "单位"
        return AnnualReport(unit, kind, verdict, f"2025011{n}-0001", waived, annual_values(n + 1), {})

    given = [
        report(3, Verdict.RETURNED), report(1, Verdict.ACCEPTED), report(0, Verdict.ACCEPTED),
        report(2, Verdict.RETURNED, waived=True),
    ]  # fmt: skip
    return {r.unit: r for r in given}


def consolidated(annual: Mapping[str, AnnualReport]) -> Consolidated:
    members = [u for u in UNITS if u in annual and annual[u].renderable]
    sums = {
        f.id: sum((as_number(annual[u].values.get(f.id)) for u in members), Decimal(0)) for f in annual_table.fields()
    }
    return Consolidated(tuple(members), tuple(u for u in UNITS if u not in members), sums)


def scores() -> dict[str, Scorecard]:
    def card(unit: str, points: str | None, rank: int) -> Scorecard:
        src = source(unit, "H12", "未启动")
        first = IndicatorScore(
            "1.1", "任务完成", Decimal(points) if points else None, Decimal(25), Decimal(points) if points else None,
            {"完成数": 3, "应完成数": 4}, (("2024-005 未启动，已逾期 3 个工作日", src), ("2024-009 未报送", None)),
        )  # fmt: skip
        second = IndicatorScore("1.2", "按时报送", Decimal("9.5"), Decimal(10), Decimal("9.5"), {"逾期天数": 1})
        total = (first.points or Decimal(0)) + Decimal("9.5")
        return Scorecard(unit, total, "良好", "政府部门", rank, {"1.2": second, "1.1": first})

    return {UNITS[2]: card(UNITS[2], "18.75", 2), UNITS[1]: card(UNITS[1], "25", 1), UNITS[3]: card(UNITS[3], None, 1)}


def indicators() -> tuple[Indicator, ...]:
    return tuple(
        Indicator(no, "1", name, Decimal(points), None, None, "", "公式", "", "")
        for no, name, points in (("1.1", "任务完成", 25), ("1.2", "按时报送", 10))
    )


def problems(many: int = 8) -> tuple[Finding, ...]:
    cause = Finding(
        "TAB-101", Level.FIX, "表三“自然人”列第一项加第二项之和，应等于第三项加第四项之和。", "请核对该列各数后改正。",
        "国办公开办函〔2021〕30号", "t3_balance_natural", "年报-表三-01", "", "表三", "D30",
        "t3.carried_out.natural", "表三·结转下年度·自然人", "5",
    )  # fmt: skip
    after = Finding(
        "TAB-101", Level.FIX, "表三“总计”列两边不等。", "请核对。", "", "t3_balance_total", "年报-表三-07", "", "表三",
        "J30", "", "", "9", consequence_of="t3_balance_natural",
    )  # fmt: skip
    places = [{"sheet": "进展", "cell": f"I{n}", "value": f"6月{n}号"} for n in range(8, 8 + many)]
    dates = [finding("IN-504", place=p, value=p["value"]) for p in places]
    note = finding("IN-501", place={"sheet": "表三", "cell": "D8"}, value="3")
    explain = Finding("TAB-101", Level.EXPLAIN, "本年新收较上年增长一倍以上。", "请核对；如属实，请说明。", rule="年报-表三-40",
                      sheet="表三", cell="D7", value="=1+1")  # fmt: skip
    return (note, after, explain, *dates, cause)


def submission(verdict: Verdict = Verdict.RETURNED, findings: tuple[Finding, ...] | None = None) -> Submission:
    return Submission(
        "20250113-0007", "ab" * 32, "inbox/区教育局/=区教育局\n年报‮.xlsx", date(2025, 1, 13), "年报数据", UNITS[1], "2024", 2,
        verdict, problems() if findings is None else findings,
    )  # fmt: skip


def result(period: Period = MONTH, *, payload: str = "按要求推进", **more: object) -> PeriodResult:
    tasks = states(payload)
    yearly = period.kind == "年"
    annual = reports() if yearly else {}
    base: dict[str, object] = {
        "period": period, "as_of": AS_OF, "government": "示例区人民政府", "office": "区政府办公室", "phone": "0000-1234567",
        "sample": True, "approval": None, "roster": roster(),
        "progress": tuple(p for s in reversed(tasks) for p in s.lines), "tasks": tasks, "filings": filings(period)[::-1],
        "annual": annual, "consolidated": consolidated(annual) if yearly else None,
        "scores": scores(), "indicators": indicators(),
        "submissions": (submission(), submission(Verdict.ACCEPTED, ())),
        "findings": (finding("REF-104", year="2025"), finding("REF-103", group="各镇办", count="3")),
    }  # fmt: skip
    return PeriodResult(**{**base, **more})  # type: ignore[arg-type]
