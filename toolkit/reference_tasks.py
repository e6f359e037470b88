"""任务分解表·任务 → tasks. Rows are ended by 失效周期, never deleted: every row is read, whatever the period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from toolkit.model import Task
from toolkit.reference_rows import Faults, Grid, Row, table

TASK_SHEET = "任务"
PATH_COLUMNS = ("一级任务", "二级任务", "三级任务")
UNIT_LIST_COLUMNS = ("牵头单位", "责任单位", "配合单位")
TASK_COLUMNS = (
    "任务编号", "序号", *PATH_COLUMNS, "工作要求", "工作举措", *UNIT_LIST_COLUMNS, "责任科室", "分管领导", "完成时限",
    "截止日期", "量化目标", "生效周期", "失效周期", "调整依据", "来源", "疑问",
)  # fmt: skip

_REQUIRED = ("任务编号", "工作要求", *UNIT_LIST_COLUMNS, "截止日期")
"""What would change who gets a task, or when it is late, if it went missing unnoticed."""

_TASK_ID = re.compile(r"20\d\d-\d{3,}")


def tasks_of(grid: Grid, faults: Faults) -> tuple[Task, ...]:
    """The tasks in the workbook's order; a row without a usable, unique number is reported and left out."""
    seen: dict[str, int] = {}
    tasks = []
    for row in table(grid, _REQUIRED, [c for c in TASK_COLUMNS if c not in _REQUIRED], faults):
        task_id = row.text("任务编号")
        if not task_id:
            row.fault("任务编号", "没有填写任务编号。", "请接着最大的编号填写，如“2024-045”；编号用过的不再使用。")
        elif not _TASK_ID.fullmatch(task_id):
            row.fault("任务编号", f"“{task_id}”不是任务编号。", "任务编号为年度加三位以上序号，如“2024-045”。")
        elif task_id in seen:
            message = f"任务编号“{task_id}”与第 {seen[task_id]} 行重复。"
            row.fault("任务编号", message, "任务编号不能重复使用，请给新任务新的编号。")
        else:
            seen[task_id] = row.number
            tasks.append(_task(row, task_id))
    return tuple(tasks)


def _task(row: Row, task_id: str) -> Task:
    start, end = row.span("生效周期", "失效周期")
    path = tuple(text for text in map(row.text, PATH_COLUMNS) if text)
    if not path and not row.text("工作要求"):
        row.fault("工作要求", f"任务 {task_id} 没有写工作要求。", "请填写工作要求。")
    lead, responsible, supporting = (row.names(c) for c in UNIT_LIST_COLUMNS)
    return Task(
        task_id=task_id,
        no=row.text("序号"),
        path=path,
        requirement=row.text("工作要求"),
        measure=row.text("工作举措"),
        lead_units=lead,
        responsible_units=responsible,
        supporting_units=supporting,
        offices=row.text("责任科室"),
        person=row.text("分管领导"),
        deadline=row.text("完成时限"),
        due_on=row.day("截止日期"),
        target=row.text("量化目标"),
        valid_from=start,
        valid_to=end,
        amendment=row.text("调整依据"),
        source=row.text("来源"),
        doubt=row.text("疑问"),
    )


def task_cells(task: Task) -> tuple[str | date | None, ...]:
    """The cells of a task in the order of TASK_COLUMNS. A path deeper than three levels ends in one cell, joined by ／."""
    depth = len(PATH_COLUMNS)
    path = [*task.path[: depth - 1], "／".join(task.path[depth - 1 :])]
    cells: Mapping[str, str | date | None] = {
        "任务编号": task.task_id, "序号": task.no, **dict(zip(PATH_COLUMNS, path, strict=False)),
        "工作要求": task.requirement, "工作举措": task.measure, "牵头单位": "、".join(task.lead_units),
        "责任单位": "、".join(task.responsible_units), "配合单位": "、".join(task.supporting_units),
        "责任科室": task.offices, "分管领导": task.person, "完成时限": task.deadline, "截止日期": task.due_on,
        "量化目标": task.target, "生效周期": month_text(task.valid_from), "失效周期": month_text(task.valid_to),
        "调整依据": task.amendment, "来源": task.source, "疑问": task.doubt,
    }  # fmt: skip
    return tuple(cells.get(h) for h in TASK_COLUMNS)


def month_text(day: date | None) -> str:
    """A 生效周期 or 失效周期 as the workbooks hold it: the month, "" for none."""
    return f"{day.year}-{day.month:02d}" if day else ""
