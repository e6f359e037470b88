"""总台账.xlsx: every task of the period line by line, its state, and for a year the consolidated statutory tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from toolkit.model import NOT_FILED, Explanation, PeriodResult, Progress, TaskState
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import MAX_ROWS, Cell, Chart, Column, Row, Sheet, place
from toolkit.reports.filing import groups, ordered_filings
from toolkit.reports.ledger_annual import annual_sheets, unit_sheet
from toolkit.reports.ledger_notes import notes_sheet
from toolkit.reports.wording import (
    RECEIVED,
    TASK_STATES,
    caption,
    estimates,
    in_order,
    made_on,
    main_source,
    marked,
    marks,
    names_text,
    ordered_progress,
    percent,
    source_place,
)

OVERVIEW, STATES, LEDGER = "概况", "任务状态", "任务台账"

_LEDGER_COLUMNS = (
    Column("任务编号", "center", 10.5),
    Column("序号", "center", 5.5),
    Column("一级任务", cap=13),
    Column("二级任务", cap=15),
    Column("工作要求", cap=32),
    Column("角色", "center", 6),
    Column("单位", cap=16),
    Column("完成情况", "center", 9),
    Column("完成时限", cap=11),
    Column("截止日期", "date", 11.5),
    Column("完成日期", "date", 11.5),
    Column("逾期工作日", "number", 7.5),
    Column("进展说明", cap=32),
    Column("佐证", cap=16),
    Column("责任科室", cap=14),
    Column("责任人", cap=10),
    Column("情况说明", cap=24),
    Column("代填", cap=20),
    Column("收件编号", cap=20),
    Column("出处", cap=20),
)
_PRINTED = 14  # what follows says who and where a line came from: for the screen, not for paper


def ledger(result: PeriodResult) -> bytes:
    """The workbook of the office. Sheets: 概况, 任务状态, 任务台账; for a year also 年报汇总表二/三/四, 年报分单位;
    情况说明 where anything was explained."""
    title = marked(f"{result.government}{result.period.title}政务公开工作总台账", marks(result))
    lines = ordered_progress(result)
    table = _ledger_sheet(result, lines)
    pages = [_overview(result, title), _state_sheet(result, lines, table), table, *annual_sheets(result)]
    if result.explanations:
        pages.append(notes_sheet(result, result.explanations))
    return write_book(pages, title=title, made_on=made_on(result), office=result.office)


def unit_ledgers(result: PeriodResult) -> dict[str, bytes]:
    """单位台账 of everybody who has anything to stand in one, in roster order."""
    lines: dict[str, list[Progress]] = {}
    for p in ordered_progress(result):
        lines.setdefault(p.unit, []).append(p)
    notes: dict[str, list[Explanation]] = {}
    for e in result.explanations:
        notes.setdefault(e.unit, []).append(e)
    named = [u.name for u in result.roster.units if u.name in lines or u.name in notes or u.name in result.annual]
    return {name: _unit_ledger(result, name, lines.get(name, ()), notes.get(name, ())) for name in named}


def unit_ledger(result: PeriodResult, unit: str) -> bytes:
    """单位台账: one unit's own lines, figures and explanations, nothing of anybody else."""
    lines = [p for p in ordered_progress(result) if p.unit == unit]
    return _unit_ledger(result, unit, lines, [e for e in result.explanations if e.unit == unit])


def _unit_ledger(
    result: PeriodResult, unit: str, lines: Sequence[Progress], explanations: Sequence[Explanation]
) -> bytes:
    title = marked(f"{unit}{result.period.title}政务公开工作台账", marks(result))
    pages = [replace(_ledger_sheet(result, lines), title=title)]
    if unit in result.annual:
        pages.append(unit_sheet(result, unit))
    if explanations:
        pages.append(notes_sheet(result, explanations, unit))
    return write_book(pages, title=title, made_on=made_on(result), office=result.office)


# ---------------------------------------------------------------- 任务台账


def _ledger_sheet(result: PeriodResult, lines: Sequence[Progress]) -> Sheet:
    notes = [
        "逾期工作日：计至完成日期；尚未完成的，计至截至日期或周期末日（以较早者为准）。截止日期为空的不计逾期。",
        f"打印范围为前{_PRINTED}栏；其后各栏为科室、人员与出处，可在屏幕上查阅。",
        *estimates(result),
    ]
    return Sheet(
        LEDGER,
        marked(f"{result.period.title}任务台账", marks(result)),
        _LEDGER_COLUMNS,
        tuple(_ledger_row(p) for p in lines),
        lines=(caption(result),),
        notes=tuple(notes),
        freeze_columns=2,
        printed=_PRINTED,
        mark="·".join(marks(result)),
    )


def _ledger_row(p: Progress) -> Row:
    task, source = p.task, main_source(p.sources)
    path = (*task.path, "", "")
    late = p.overdue_days > 0
    return (
        task.task_id,
        task.no,
        path[0],
        path[1],
        task.requirement,
        p.role,
        p.unit,
        Cell(p.status, "muted" if p.status == NOT_FILED else ""),
        task.deadline,
        task.due_on,
        p.completed_on,
        Cell(p.overdue_days if late else "", "alert" if late else ""),
        p.text,
        p.evidence,
        p.office,
        p.person,
        p.explanation,
        p.stand_in,
        source.receipt_no if source else "",
        source_place(source),
    )


# ---------------------------------------------------------------- 任务状态

_COUNTED = ("已完成", "持续推进", "进行中", "未启动", NOT_FILED, "申请调整", "不涉及")
_STATE_COLUMNS = (
    Column("任务编号", "center", 11),
    Column("序号", "center", 6),
    Column("任务", cap=26),
    Column("牵头单位", cap=20),
    Column("状态", "center", 10),
    Column("截止日期", "date", 11.5),
    Column("责任单位数", "number", 7.5),
    *(Column(state, "number", 7.5) for state in _COUNTED),
    Column("逾期", "number", 6),
    Column("未报送单位", cap=36),
)


def _state_sheet(result: PeriodResult, lines: Sequence[Progress], table: Sheet) -> Sheet:
    first: dict[str, int] = {}
    for n, p in enumerate(lines):
        first.setdefault(p.task.task_id, n)
    rows = []
    for state in result.tasks:
        at = first.get(state.task.task_id, MAX_ROWS)
        link = place(table.name, table.first_row + at, 0) if at < MAX_ROWS else ""
        rows.append(_state_row(state, link))
    return Sheet(
        STATES,
        marked(f"{result.period.title}任务状态一览", marks(result)),
        _STATE_COLUMNS,
        rows,
        lines=(caption(result),),
        notes=(
            "状态以牵头单位为准；没有牵头单位的，以责任单位为准。配合单位不计入。各状态栏为牵头、责任单位的家数。",
            "点击任务编号可转到任务台账中的对应行。",
            *estimates(result),
        ),
        freeze_columns=3,
        mark="·".join(marks(result)),
    )


def _state_row(state: TaskState, link: str) -> Row:
    task = state.task
    bearers = [p for p in state.lines if p.role != "配合"]
    leads = [p.unit for p in state.lines if p.role == "牵头"] or list(task.lead_units)
    counts = Counter(p.status for p in bearers)
    late = sum(p.overdue_days > 0 for p in bearers)
    missing = names_text((p.unit for p in bearers if p.status == NOT_FILED), 8)
    return (
        Cell(task.task_id, link=link),
        task.no,
        task.title or task.requirement,
        names_text(leads, 5),
        Cell(state.state, "strong" if state.state == "已完成" else ""),
        task.due_on,
        len(bearers),
        *(counts[name] or "" for name in _COUNTED),
        Cell(late or "", "alert" if late else ""),
        missing,
    )


# ---------------------------------------------------------------- 概况

_OVERVIEW_COLUMNS = (
    Column("项目", width=30),
    Column("数量", "number", 9),
    Column("占比", "center", 9),
    Column("说明", width=64),
)


def _overview(result: PeriodResult, title: str) -> Sheet:
    states = in_order(Counter(state.state for state in result.tasks), TASK_STATES)
    tasks = len(result.tasks)
    state_rows = [(name or "没有承办单位", n, percent(n, tasks), _STATE_WORDS.get(name, "")) for name, n in states]
    sections = (
        (f"任务（共 {tasks} 项）", state_rows),
        ("牵头、责任单位承办情况", _line_rows(result)),
        ("表单报送（数量为已接收家数）", _filing_rows(result)),
        ("年度报告数据汇总", _annual_rows(result)),
        ("注意事项", _remark_rows(result)),
    )
    rows: list[Row] = []
    for heading, body in sections:
        if body:
            number = "一二三四五"[sum(len(r) == 1 for r in rows)]
            rows += [(Cell(f"{number}、{heading}", "section", across=4),), *body]
    below = len(rows) + len(estimates(result)) + 1
    bars = Chart("bar", "任务状态（项）", 1, len(states), 0, (1,), 0, below, (780, 90 + 26 * len(states)))
    return Sheet(
        OVERVIEW,
        title,
        _OVERVIEW_COLUMNS,
        rows,
        lines=(caption(result),),
        notes=estimates(result),
        filtered=False,
        freeze=False,
        one_page=len(rows) <= 60,
        mark="·".join(marks(result)),
        charts=(bars,) if states else (),
    )


_STATE_WORDS = {
    "已完成": "牵头单位全部完成",
    "持续推进": "长期工作，按要求推进，不计逾期",
    NOT_FILED: "尚无已接收的进展",
    "申请调整": "承办单位申请调整，原因见任务台账“情况说明”",
    "不涉及": "承办单位认为不涉及，原因见任务台账“情况说明”",
}


def _line_rows(result: PeriodResult) -> list[Row]:
    lines = [p for p in result.progress if p.role != "配合"]
    if not lines:
        return []
    total, units = len(lines), len({p.unit for p in lines})
    missing = sum(p.status == NOT_FILED for p in lines)
    late = [p for p in lines if p.overdue_days > 0]
    tasks = len({p.task.task_id for p in late})
    note = f"涉及 {tasks} 项任务、{len({p.unit for p in late})} 家单位" if late else "没有逾期"
    return [
        ("承办条目", total, "", f"涉及 {units} 家单位；一项任务由几家单位承办的，每家计一条"),
        ("其中：已报送", total - missing, percent(total - missing, total), ""),
        ("未报送", missing, percent(missing, total), ""),
        ("逾期", Cell(len(late), "alert" if late else ""), percent(len(late), total), note),
    ]


def _filing_rows(result: PeriodResult) -> list[Row]:
    rows: list[Row] = []
    for (form, period), filings in groups(ordered_filings(result)).items():
        received = [f for f in filings if f.state in RECEIVED]
        missing = names_text((f.unit for f in filings if f.state not in RECEIVED), 12)
        note = f"尚缺：{missing}" if missing else "已全部报送"
        rows.append((f"{form}（{period}）", len(received), percent(len(received), len(filings)), note))
    return rows


def _annual_rows(result: PeriodResult) -> list[Row]:
    total = result.consolidated
    if total is None:
        return []
    note = f"尚未纳入：{names_text(total.missing, 12)}" if total.missing else "应纳入的单位已全部纳入"
    share = percent(len(total.members), len(total.members) + len(total.missing))
    return [("已纳入汇总的单位", len(total.members), share, note)]


def _remark_rows(result: PeriodResult) -> list[Row]:
    remarks = [f for f in result.findings if f.code != "REF-104"]
    return [(f.code, Cell(f"{f.message}{f.remedy}", across=3, kind="text")) for f in remarks]
