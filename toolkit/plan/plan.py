"""From a document to a plan: tables and prose read, units, deadlines and targets taken apart, doubts collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from toolkit.findings import Finding, finding
from toolkit.plan.deadlines import deadlines_inside, parse_deadline
from toolkit.plan.default_deadline import default_deadline
from toolkit.plan.document_head import doc_no_of, kind_of_report, title_of, year_of
from toolkit.plan.doubts import document as doubts
from toolkit.plan.doubts.around import untold
from toolkit.plan.doubts.deadlines import deadline_questions
from toolkit.plan.parts import Deadline, Plan, PlanTask, SourceDocument, SourceTable, SourceText, UnitList
from toolkit.plan.prose.clauses import ProseTask, split_cell
from toolkit.plan.prose.lines import whole_lines
from toolkit.plan.prose.tasks import not_in_tables, prose_of, speaks_of_units
from toolkit.plan.table.rows import TaskRow, rows_as_tasks
from toolkit.plan.table.tables import tables_of
from toolkit.plan.targets import targets_inside
from toolkit.plan.units.lists import first_leads, parse_units, says_first_leads
from toolkit.plan.words.kinds import heading_roles

_NO_TASKS = "没有找到任务表格，也没有“（责任单位：…）”这样的任务语句"
_NO_UNITS = (
    "文中有 {count} 个带编号的条目，但没有一个写明责任单位；"
    "请在各条之后加“（责任单位：…）”，或者列成带“责任单位”栏的表格"
)
_NO_PLAN = "从标题“{title}”看，这是{kind}，不是任务计划"
_COLUMN_OF = {"office": "offices"}
_NEXT_TO_NOTHING = 2
_TIME_LABEL = re.compile(r"(?:完成|办理|落实|工作)(?:时限|期限|时间)")
_RUN_TOGETHER = re.compile(r"序\s*号.{0,60}?(?:责任|牵头|配合|完成|时限)")


def understand(document: SourceDocument, year: int | None) -> Plan:
    """Read a document as a plan. Never raises; a document that is no plan has no tasks and the finding PLN-101.

    `year` is the plan's year; without it the year of the title or document number is taken.
    """
    texts = [b for b in document.blocks if isinstance(b, SourceText)]
    written = year_of(texts, document)
    wanted = year or written
    grids = tables_of(document)
    by_grid = [(grid, _with_brackets(rows_as_tasks(grid))) for grid in grids]
    by_grid = [(grid, rows) for grid, rows in by_grid if _is_plan(rows)]
    prose = prose_of(texts)
    spoken = not_in_tables(list(prose.tasks), [row.requirement for _, rows in by_grid for row in rows])
    tasks = [_from_row(row, wanted) for _, rows in by_grid for row in rows] + [_from_prose(t, wanted) for t in spoken]
    if says_first_leads([*(t.text for t in texts), *(name for grid, _ in by_grid for name in grid.header)]):
        tasks = [replace(t, units=first_leads(t.units)) for t in tasks]
    if spoken and by_grid:
        tasks.sort(key=lambda t: t.line)
    plan = Plan(
        title=title_of(texts, document),
        doc_no=doc_no_of(texts),
        year=wanted,
        default_deadline=_default_deadline(texts, tasks),
        tasks=tuple(_numbered(tasks, wanted)),
    )
    kind = kind_of_report(texts) if len(tasks) <= _NEXT_TO_NOTHING and not by_grid else None
    if not tasks or kind:
        why = _NO_PLAN.format(title=kind[0], kind=kind[1]) if kind else ""
        why = why or (_NO_UNITS.format(count=prose.numbered) if prose.numbered >= 3 else "")
        return replace(plan, tasks=(), findings=(*document.findings, *_refusal(document, texts, why)))
    about = doubts.about_document(document, by_grid, plan, bool(spoken))
    about += untold(prose.left, [t.line for t in spoken])
    per_task = doubts.about_tasks(document, plan, by_grid)
    plan = replace(
        plan,
        tasks=tuple(
            replace(t, findings=(*t.findings, *per_task[k], *deadline_questions(t, wanted)))
            for k, t in enumerate(plan.tasks)
        ),
    )
    if year and written and written != year:
        words = f"文件写明的年度为 {written}"
        about.append(finding("PLN-208", written=words, other=f"指定的年度为 {year}", year=year))
    return replace(plan, findings=(*document.findings, *about))


def _default_deadline(texts: Sequence[SourceText], tasks: Sequence[PlanTask]) -> str | None:
    """What the notice says of all tasks: its own paragraphs, put together first, none that tells a task or labels one."""
    first = min((t.line for t in tasks), default=0)
    notice = [
        t.text
        for t in whole_lines(texts)
        if not speaks_of_units(t.text) and not (0 < first <= t.line and _TIME_LABEL.match(t.text.strip()))
    ]
    return default_deadline(notice, [f"{t.requirement}{t.measure or ''}" for t in tasks])


# ---------------------------------------------------------------- tables


def _is_plan(rows: Sequence[TaskRow]) -> bool:
    """Something to do and somebody or some time for it, in at least one row."""
    return any(r.units or r.deadline or r.printed_no for r in rows)


def _with_brackets(rows: list[TaskRow]) -> list[TaskRow]:
    """Where the table has no unit column, units may stand in brackets in the requirement: one task per bracket."""
    if any(r.units for r in rows):
        return rows
    result: list[TaskRow] = []
    for row in rows:
        parts = split_cell(row.requirement)
        if not parts:
            result.append(row)
        for requirement, units, deadline in parts:
            copy = replace(row, requirement=requirement, units=_merged(units), deadline=row.deadline or deadline)
            copy.findings = list(row.findings)
            result.append(copy)
    return result


def _merged(units: Sequence[tuple[str, str]]) -> dict[str, str]:
    result: dict[str, str] = {}
    for role, text in units:
        result[role] = f"{result[role]}、{text}" if role in result else text
    return result


def _from_row(row: TaskRow, year: int | None) -> PlanTask:
    deadline = parse_deadline(row.deadline, year) if row.deadline.strip() else Deadline()
    return PlanTask(
        no=row.printed_no,
        path=row.path,
        requirement=row.requirement,
        measure=row.measure,
        units=units_of(row),
        person=row.person,
        deadline=deadline,
        deadlines_inside=deadlines_inside(row.requirement, year),
        targets=targets_inside(row.requirement),
        inherited=tuple(row.inherited.items()),
        place=row.place,
        line=row.row.line,
        findings=tuple(row.findings),
    )


def units_of(row: TaskRow) -> UnitList:
    """The unit cells taken apart. A lead cell that holds both merged unit columns is responsible, not lead (M11)."""
    cells = dict(row.units)
    if doubts.lead_is_merged(row):
        cells = {"responsible": cells["lead"], **{k: v for k, v in cells.items() if k not in ("lead", "responsible")}}
    return _combined(list(cells.items()))


def _combined(cells: Sequence[tuple[str, str]]) -> UnitList:
    lists = [parse_units(text, _COLUMN_OF.get(role, role)) for role, text in cells]
    return UnitList(
        lead=_unique(n for u in lists for n in u.lead),
        responsible=_unique(n for u in lists for n in u.responsible),
        supporting=_unique(n for u in lists for n in u.supporting),
        offices=_unique(n for u in lists for n in u.offices),
        groups=_unique(n for u in lists for n in u.groups),
        open_list=any(u.open_list for u in lists),
        notes=_unique(n for u in lists for n in u.notes),
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


# ---------------------------------------------------------------- prose


def _from_prose(task: ProseTask, year: int | None) -> PlanTask:
    deadline = parse_deadline(task.deadline, year) if task.deadline else Deadline()
    place = f"第{task.line}行"
    return PlanTask(
        no=task.no,
        path=task.path,
        requirement=task.requirement,
        units=_combined(task.units),
        person=task.person,
        deadline=deadline,
        deadlines_inside=deadlines_inside(task.requirement, year),
        targets=targets_inside(task.requirement),
        inherited=_prose_origins(task),
        place=place,
        line=task.line,
        findings=() if task.units or task.person else (finding("PLN-135", place={"cell": place}),),
    )


def _prose_origins(task: ProseTask) -> tuple[tuple[str, str], ...]:
    found = [] if task.path_own else [("path", f"第{task.line}行")]
    if task.units_from:
        found.append(("responsible_units", f"第{task.units_from}行"))
    if task.deadline and (said_at := task.deadline_from or task.units_from):
        found.append(("deadline", f"第{said_at}行"))
    return tuple(found)


def _numbered(tasks: Sequence[PlanTask], year: int | None) -> list[PlanTask]:
    """Numbers for life in printed order: 2024-001 … ; without a year they stay empty."""
    if year is None:
        return list(tasks)
    return [replace(task, task_id=f"{year}-{k:03d}") for k, task in enumerate(tasks, 1)]


# ---------------------------------------------------------------- refusal


def _refusal(document: SourceDocument, texts: Sequence[SourceText], why: str) -> tuple[Finding, ...]:
    """Why a document is no plan: a table run together in one string (M15), another kind of text (`why`), nothing at all."""
    found: list[Finding] = []
    lines = [
        text.line
        for k, text in enumerate(texts)
        if sum(len(t.text) for t in texts[k : k + 40]) > 120 and _RUN_TOGETHER.search(text.text[:400])
    ]  # the string may be wrapped at the edge of the page
    printed = document.name.lower().endswith(".pdf")  # words on a page: without ruled lines nothing tells the columns
    how = "没有框线" if printed else "文字连成一串"
    if lines:
        where = f"第{'、'.join(map(str, lines[:20]))}行"
        found.append(finding("PLN-103", place={"cell": f"第{lines[0]}行"}, where=where, how=how))
    tables = [b for b in document.blocks if isinstance(b, SourceTable)]
    reason = f"表格{how}" if found else why or _NO_TASKS
    if tables and not found:
        names = {t for b in tables for row in b.rows[:3] for c in row if heading_roles(t := c.text)}
        reason = "表格中没有任务要求和责任单位、时限等栏目" if not names else "表格中没有可作为任务的行"
    return (
        finding("PLN-101", name=document.name.replace("\\", "/").rpartition("/")[2] or "文件", reason=reason),
        *found,
    )
