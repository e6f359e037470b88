"""A plan imported again over a 任务分解表 that is already in use: numbers stay, nothing is deleted, everything is proposed.

A task is the same when its requirement is, else the most similar one; what the office corrected by hand is told apart from
what the document changed by the text of the first import (sheet _原文 of the workbook).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.model import Roster, Task, plain
from toolkit.plan.task_rows import ADDED, CHANGED, ENDED, Mark, TaskRow, task_id

SAME, SIMILAR, NEIGHBOUR = 100, 70, 55
_NO_RELATION = 0.2  # below this share of tasks found again the document is another plan, not an amended one
_AGAIN = 95  # found again: the same but for a character or two. Plans of neighbours share whole sentences, hardly whole tasks
_PART = 92  # how much of a text must stand in another one to be a part of it
_DONE = frozenset({"已完成", "持续推进", "不涉及"})
_COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("一级任务", ("path",)), ("工作要求", ("requirement",)), ("工作举措", ("measure",)), ("牵头单位", ("lead_units",)),
    ("责任单位", ("responsible_units",)), ("配合单位", ("supporting_units",)), ("责任科室", ("offices",)),
    ("分管领导", ("person",)), ("完成时限", ("deadline", "due_on")), ("量化目标", ("target",)),
)  # fmt: skip
"""Heading → the fields that change together."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    **{heading: names[:1] for heading, names in _COLUMNS}, "二级任务": ("path",), "三级任务": ("path",), "截止日期": ("due_on",),
}  # fmt: skip
Pairs = Mapping[int, tuple[int, int]]
"""Index of a new task → (index of the task at hand, how alike)."""


@dataclass(frozen=True)
class Change:
    """One proposal. `kind` 新增, 调整 or 终止; `column` and the two texts for 调整; `score` how like the requirements are."""

    kind: str
    task_id: str
    column: str = ""
    before: str = ""
    after: str = ""
    score: int = SAME
    basis: str = ""


@dataclass(frozen=True)
class Amended:
    """Rows for the new workbook, in the order: tasks at hand as they stood, then the additions. `ids` gives each task of
    the plan its number, `same` counts the tasks without any proposal."""

    rows: tuple[TaskRow, ...]
    changes: tuple[Change, ...]
    ids: tuple[str, ...]
    same: int
    unrelated: bool = False


@dataclass(frozen=True)
class LookBack:
    """回头看: an unfinished task of last year beside the nearest tasks of this year (number, requirement, score)."""

    task: Task
    state: str
    nearest: tuple[tuple[str, str, int], ...]


def amend(
    rows: Sequence[TaskRow], existing: Sequence[Task], year: int, basis: str, roster: Roster | None = None,
    originals: Mapping[str, Task] | None = None,
) -> Amended:  # fmt: skip
    """`rows` are the plan's, their numbers are not looked at; `existing` the whole table at hand, ended rows too.

    Only running tasks of the same year are compared. Numbers go on after the highest ever given for the year.
    """
    first_texts = originals or {}
    running = [t for t in existing if t.task_id.startswith(f"{year}-") and t.valid_to is None]
    pairs = _pairs([r.task for r in rows], running, first_texts)
    again = {new: pair for new, pair in pairs.items() if pair[1] >= _AGAIN}
    unrelated = len(running) >= 5 and len(again) < _NO_RELATION * len(running)
    if unrelated:
        pairs = again
    next_number = highest(existing, year) + 1
    by_task = {running[old].task_id: (new, score) for new, (old, score) in pairs.items()}
    changes: list[Change] = []
    out: list[TaskRow] = []
    same = 0
    for task in existing:
        if task.task_id in by_task:
            new, score = by_task[task.task_id]
            row, made = _laid_over(task, rows[new], first_texts.get(task.task_id), score, basis, roster)
            same += not made
            changes += made
            out.append(row)
        elif task.task_id.startswith(f"{year}-") and task.valid_to is None and not unrelated:
            row, change = _ended(task, basis, _whole_of(task.requirement, rows, pairs, running))
            changes.append(change)
            out.append(row)
        else:
            out.append(TaskRow(task))
    ids: list[str] = []
    for new, row in enumerate(rows):
        if new in pairs:
            ids.append(running[pairs[new][0]].task_id)
            continue
        ids.append(task_id(year, next_number))
        next_number += 1
        parent = "" if unrelated else _parent_of(row.task.requirement, rows, pairs, running)
        hint = f"，可能由 {parent} 拆分" if parent else ""
        note = f"拟新增：依据{basis}{hint}" if running else ""
        added = replace(row.task, task_id=ids[-1], amendment=note)
        marks = {**row.marks, "调整依据": Mark(ADDED)} if note else row.marks
        out.append(TaskRow(added, marks, ADDED if note else row.state))
        changes.append(Change(ADDED, ids[-1], after=row.task.requirement, score=0, basis=f"{basis}{hint}"))
    return Amended(tuple(out), tuple(changes), tuple(ids), same, unrelated)


def highest(existing: Iterable[Task], year: int) -> int:
    """The highest number ever given for a year; 0 where there is none."""
    head = f"{year}-"
    return max((int(t.task_id[len(head) :]) for t in existing if t.task_id.startswith(head)), default=0)


def look_back(rows: Sequence[TaskRow], last_year: Sequence[Task], states: Mapping[str, str]) -> tuple[LookBack, ...]:
    """Last year's tasks that were not finished as far as `states` (task number → state) tells, each with up to three
    tasks of the new plan that resemble it. Without a record the task is listed too."""
    from rapidfuzz import fuzz, process

    choices = [plain(r.task.requirement) for r in rows]
    found = []
    for task in last_year:
        state = states.get(task.task_id, "无记录")
        if state in _DONE:
            continue
        wanted = plain(task.requirement)
        near = process.extract(wanted, choices, scorer=fuzz.ratio, score_cutoff=NEIGHBOUR, limit=3)
        nearest = tuple((rows[at].task.task_id, rows[at].task.requirement, int(score)) for _, score, at in near)
        found.append(LookBack(task, state, nearest))
    return tuple(found)


# ---------------------------------------------------------------- which is which


def _pairs(new: Sequence[Task], old: Sequence[Task], originals: Mapping[str, Task]) -> dict[int, tuple[int, int]]:
    """Index of a new task → (index of the task at hand, score), one to one: equal requirements first, in order and by
    path, then the most similar."""
    pairs: dict[int, tuple[int, int]] = {}
    free: dict[str, list[int]] = {}
    for at, task in enumerate(old):
        for text in dict.fromkeys((plain(task.requirement), plain(_original(task, originals).requirement))):
            free.setdefault(text, []).append(at)
    taken: set[int] = set()
    for exact_path in (True, False):
        for n, task in enumerate(new):
            if n in pairs:
                continue
            for at in free.get(plain(task.requirement), ()):
                if at not in taken and (not exact_path or _path(task) == _path(_original(old[at], originals))):
                    pairs[n] = (at, SAME)
                    taken.add(at)
                    break
    for score, n, at in _similar(new, old, [n for n in range(len(new)) if n not in pairs], taken):
        if n not in pairs and at not in taken:
            pairs[n] = (at, score)
            taken.add(at)
    return pairs


def _similar(
    new: Sequence[Task], old: Sequence[Task], unmatched: Sequence[int], taken: set[int]
) -> list[tuple[int, int, int]]:
    """(score, new, old) of likely pairs, best first; ties by position."""
    from rapidfuzz import fuzz, process

    rest = {at: plain(t.requirement) for at, t in enumerate(old) if at not in taken}
    found = []
    for n in unmatched:
        text = plain(new[n].requirement)
        if not text:
            continue
        for other, ratio, at in process.extract(text, rest, scorer=fuzz.ratio, score_cutoff=NEIGHBOUR, limit=5):
            score = min(SAME - 1, int(ratio))
            placed = _path(new[n]) == _path(old[at]) and new[n].no == old[at].no and bool(new[n].no)
            inside = min(len(text), len(other)) >= 10 and (text in other or other in text)
            if score >= SIMILAR or placed or inside:
                found.append((max(score, SIMILAR if inside else 0), n, at))
    return sorted(found, key=lambda x: (-x[0], x[1], x[2]))


def _parent_of(text: str, rows: Sequence[TaskRow], pairs: Pairs, running: Sequence[Task]) -> str:
    """The number of the task that a new one was split from: it held the text before, and is shorter now."""
    for new, (old, score) in pairs.items():
        before, now = plain(running[old].requirement), plain(rows[new].task.requirement)
        if score < SAME and len(now) < len(before) and _is_part(plain(text), before):
            return running[old].task_id
    return ""


def _whole_of(text: str, rows: Sequence[TaskRow], pairs: Pairs, running: Sequence[Task]) -> str:
    """The number of the task that an ended one was merged into: it holds the text now, and did not before."""
    for new, (old, score) in pairs.items():
        now = plain(rows[new].task.requirement)
        if score < SAME and _is_part(plain(text), now) and not _is_part(plain(text), plain(running[old].requirement)):
            return running[old].task_id
    return ""


def _is_part(text: str, whole: str) -> bool:
    from rapidfuzz import fuzz

    return 8 <= len(text) < len(whole) and fuzz.partial_ratio(text, whole) >= _PART


def _path(task: Task) -> str:
    return "/".join(map(plain, task.path))


def _original(task: Task, originals: Mapping[str, Task]) -> Task:
    return originals.get(task.task_id, task)


# ---------------------------------------------------------------- what changes


def _laid_over(
    task: Task, row: TaskRow, original: Task | None, score: int, basis: str, roster: Roster | None
) -> tuple[TaskRow, list[Change]]:
    """The row at hand with the changes of the document put in, each marked with what stood there before."""
    changes: list[Change] = []
    values: dict[str, object] = {}
    marks: dict[str, Mark] = {}
    for heading, names in _COLUMNS:
        now, then = _shown(task, names[0]), _shown(row.task, names[0])
        first = _shown(original, names[0]) if original else now
        if _equal(names[0], row.task, task, roster) or (original and _equal(names[0], row.task, original, None)):
            continue
        values |= {name: getattr(row.task, name) for name in names}
        edited = f"（导入时为：{first}，后经修改）" if original and first != now else ""
        marks[heading] = Mark(CHANGED, f"原为：{now or '空'}{edited}")
        changes.append(Change(CHANGED, task.task_id, heading, now, then, score, basis))
    kept = _still_true(task, row, values)
    if not changes:
        return TaskRow(replace(task, no=row.task.no or task.no), kept, row.state if "疑问" in kept else ""), []
    words = f"拟调整：依据{basis}，{'、'.join(c.column for c in changes)}"
    values |= {"amendment": _joined(task.amendment, words), "no": row.task.no or task.no}
    if "requirement" in values:
        values["doubt"] = row.task.doubt
        kept = _still_true(replace(task, doubt=row.task.doubt), row, values)
    marks = {**kept, **marks, "调整依据": Mark(CHANGED)}
    return TaskRow(replace(task, **values), marks, CHANGED), changes  # type: ignore[arg-type]


def _still_true(task: Task, row: TaskRow, changed: Mapping[str, object]) -> dict[str, Mark]:
    """The marks of the reading that still hold: of cells that nobody changed, and of a doubt that nobody cleared."""
    kept = {}
    for heading, mark in row.marks.items():
        names = _FIELDS.get(heading, ())
        same = all(n not in changed and _equal(n, row.task, task, None) for n in names)
        if task.doubt if heading == "疑问" else names and same:
            kept[heading] = mark
    return kept


def _ended(task: Task, basis: str, whole: str) -> tuple[TaskRow, Change]:
    hint = f"，可能并入 {whole}" if whole else ""
    words = f"拟终止：{basis}未再列此项{hint}，确认后请填写失效周期"
    marks = {"失效周期": Mark(ENDED, "确认终止的，请填写最后一个有效周期，如 2024-06"), "调整依据": Mark(ENDED)}
    row = TaskRow(replace(task, amendment=_joined(task.amendment, words)), marks, ENDED)
    return row, Change(ENDED, task.task_id, before=task.requirement, score=0, basis=f"{basis}{hint}")


def _joined(before: str, words: str) -> str:
    """调整依据 with a new line; an older proposal of the same words is not repeated."""
    return before if words in before else "\n".join(p for p in (before, words) if p)


def _shown(task: Task, name: str) -> str:
    value = getattr(task, name)
    if isinstance(value, tuple):
        return ("／" if name == "path" else "、").join(value)
    return str(value or "")


def _equal(name: str, a: Task, b: Task, roster: Roster | None) -> bool:
    if name.endswith("_units"):
        return _names(getattr(a, name), roster) == _names(getattr(b, name), roster)
    return plain(_shown(a, name)) == plain(_shown(b, name))


def _names(names: Sequence[str], roster: Roster | None) -> frozenset[str]:
    """Names for comparison. A group cut at its own 、 by the workbook's reader counts as the group."""
    found = []
    for name in names:
        unit = roster.resolve(name) if roster else None
        found.append(plain(unit.name if unit else name))
    return frozenset(part for name in found for part in name.split("、"))
