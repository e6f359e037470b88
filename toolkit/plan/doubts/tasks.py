"""Doubts about single tasks: lost serials and cells, glued rows, duplicates, merged unit columns, odd texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from toolkit.findings import Finding, Level, finding
from toolkit.plan.doubts.names import damaged_names
from toolkit.plan.parts import Plan, PlanTask
from toolkit.plan.table.grid import ABSENT, Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.words.kinds import CATEGORY, DEADLINE, SERIAL, UNIT_ROLES
from toolkit.plan.words.labels import bare, squeeze, without_markup

Read = Sequence[tuple[Grid, list[TaskRow]]]
_TYPOS = (
    ("申请工开", "申请公开"),
    ("信息工开", "信息公开"),
    ("政务工开", "政务公开"),
    ("主动工开", "主动公开"),
    ("解渎", "解读"),
)
_SPACED_DATE = re.compile(r"\d+\s*月\s+\d+\s*日|\d+\s+月|月\s+\d+日前")
_GROUP = re.compile(r"各(?:镇|乡|街道|县|区|市)[^，,；;]*\Z")
_SENTENCE = re.compile(r"[。；;！!]\s*\Z")
_DUTIES = re.compile(r"[。；]")


def about_tasks(plan: Plan, read: Read) -> list[list[Finding]]:
    """For each task of the plan what is doubtful about it, beyond what reading already noted."""
    rows = {(r.place, r.requirement): r for _, table in read for r in table}
    found: list[list[Finding]] = [[] for _ in plan.tasks]
    for k, task in enumerate(plan.tasks):
        row = rows.get((task.place, task.requirement))
        if row is not None:
            found[k] += _of_row(row)
        found[k] += _of_texts(task)
        found[k] += _of_units(task, row)
    for table in (table for _, table in read):
        _serials(table, plan, found)
        _glued(table, plan, found)
        _merges(table, plan, found)
        _damages(table, plan, found)
    _duplicates(plan, found)
    _doers(plan, found)
    return found


def _place(task: PlanTask) -> dict[str, str]:
    sheet, _, cell = task.place.partition(" ")
    return {"sheet": sheet, "cell": cell} if cell else {"cell": sheet}


def _number(plan: Plan, row: TaskRow) -> int | None:
    keys = [(t.place, t.requirement) for t in plan.tasks]
    key = (row.place, row.requirement)
    return keys.index(key) if key in keys else None


# ---------------------------------------------------------------- rows


def _of_row(row: TaskRow) -> list[Finding]:
    place = {"sheet": row.grid.table.place, "cell": f"第{row.row.index}行"}
    found: list[Finding] = []
    columns = row.grid.columns
    assert columns is not None
    missing = [
        c for c, state in enumerate(row.row.states) if state == ABSENT and columns.roles[c] in (*UNIT_ROLES, DEADLINE)
    ]
    is_last = row.grid.rows[-1] is row.row
    if missing and is_last and not row.flags.get("link") and row.row.short:
        what = "、".join("时限" if columns.roles[c] == DEADLINE else "单位" for c in missing)
        found.append(finding("PLN-117", place=place, what=what))
    elif missing:
        found.append(finding("PLN-114", place=place, count=len(missing)))
    elif empty := _levels_lost(row):
        found.append(finding("PLN-114", place=place, count=empty))
    if row.row.shifted:
        found.append(finding("PLN-116", place=place))
    if lead_is_merged(row):
        text = row.units.get("lead") or row.flags.get("lead_merged", "")
        found.append(finding("PLN-140", place=place, units=squeeze(text)))
    for c in columns.of(CATEGORY):
        text = row.row.own(c)
        if without_markup(text) != text:
            found.append(finding("PLN-149", place=place, text=text.strip(), suggestion=""))
    return found


def _levels_lost(row: TaskRow) -> int:
    """Columns named as levels that no row fills, where blank cells left nothing: a label may be of a higher level than read."""
    columns = row.grid.columns
    if row.grid.table.certain or columns is None or not row.raw_path:
        return 0
    levels = [c for c in columns.of(CATEGORY) if "级" in columns.names[c]]
    return sum(1 for c in levels if not any(r.own(c).strip() for r in row.grid.rows))


def lead_is_merged(row: TaskRow) -> bool:
    """All units in the lead column and the unit column blank: two merged columns (M11), when the cell ends in a group
    that the unit column holds elsewhere, or names a group of lower governments."""
    lead = row.units.get("lead", "")
    if not lead or row.units.get("responsible", "").strip() or "牵头" in lead:
        return False
    columns = row.grid.columns
    if columns is None or "responsible" not in columns.roles:
        return False
    flat = squeeze(lead)
    if _GROUP.search(flat.split("，")[-1].split(",")[-1]):
        return True
    last = re.split(r"[，,；;]", flat)
    usual = [squeeze(r.own(columns.roles.index("responsible"))) for r in row.grid.rows]
    return len(last) > 1 and usual.count(last[-1]) >= 2


def _serials(table: list[TaskRow], plan: Plan, found: list[list[Finding]]) -> None:
    """Rows without serial in a numbered table, with the number they should have."""
    if not table or not table[0].grid.columns or SERIAL not in table[0].grid.columns.roles:
        return
    if not any(r.no is not None for r in table):
        return
    last = max(k for k, r in enumerate(table) if r.no is not None)
    before = 0
    for k, row in enumerate(table):
        if row.no is not None:
            before = row.no
            continue
        before += 1
        at = _number(plan, row)
        if at is None:
            continue
        place = {"sheet": row.grid.table.place, "cell": f"第{row.row.index}行"}
        if k > last:
            found[at].append(finding("PLN-112", place=place, last=table[last].no))
        else:
            found[at].append(finding("PLN-111", place=place, expected=before))


def _glued(table: list[TaskRow], plan: Plan, found: list[list[Finding]]) -> None:
    """A text that breaks off, continued by a row of damaged cells: the end of one task and the next one (M13)."""
    closed = sum(1 for r in table if _SENTENCE.search(r.requirement))
    if closed * 10 < len(table) * 8 or len(table) < 5:
        return
    for first, second in itertools.pairwise(table):
        if _SENTENCE.search(first.requirement) or not _SENTENCE.search(second.requirement):
            continue
        cut = max(first.requirement.rfind(mark) for mark in "。；")
        if cut < 0 or second.row.section != first.row.section or "requirement" in second.inherited:
            continue
        one = first.requirement[: cut + 1]
        two = (first.requirement[cut + 1 :] + second.requirement).strip()
        for row in (first, second):
            at = _number(plan, row)
            if at is not None:
                place = {"sheet": row.grid.table.place, "cell": f"第{row.row.index}行"}
                found[at].append(finding("PLN-115", place=place, first=one, second=two))


def taken_across(rows: Sequence[TaskRow]) -> list[TaskRow]:
    """Rows whose inherited units come from under another first-level category."""
    by_place = {r.place: r for r in rows}
    result = []
    for row in rows:
        origin = by_place.get(row.inherited.get("responsible_units", ""))
        if origin is not None and origin.path[:1] != row.path[:1]:
            result.append(row)
    return result


def centred_blocks(rows: Sequence[TaskRow]) -> list[list[TaskRow]]:
    """The rows under each label that is printed below the first of them: their limits are a guess."""
    index = {r.place: r.row.index for r in rows}
    above = {r.path for r in rows if index.get(r.inherited.get("path", ""), 0) > r.row.index}
    return [[r for r in rows if r.path == path] for path in dict.fromkeys(r.path for r in rows) if path in above]


def _merges(table: list[TaskRow], plan: Plan, found: list[list[Finding]]) -> None:
    """What merged cells leave unsure, at the rows themselves: units from another category, the limits of a label."""
    doubtful = [(row, "PLN-131", {"rows": row.name, "units": _cell_text(row)[:60]}) for row in taken_across(table)]
    for block in centred_blocks(table):
        words = {"rows": f"{block[0].name}至{block[-1].name}", "label": block[0].path[-1]}
        doubtful += [(row, "PLN-124", words) for k, row in enumerate(block) if k in (0, len(block) - 1)]
    for row, code, words in doubtful:
        at = _number(plan, row)
        if at is not None:
            place = {"sheet": row.grid.table.place, "cell": f"第{row.row.index}行"}
            arguments: dict[str, Any] = {"where": row.grid.table.place, **words}
            found[at].append(finding(code, place=place, **arguments))


def _damages(table: list[TaskRow], plan: Plan, found: list[list[Finding]]) -> None:
    """Names that a scanner may have damaged, at every row that prints them."""
    for odd, right, rows in damaged_names(table):
        for row in rows:
            at = _number(plan, row)
            if at is not None:
                place = {"sheet": row.grid.table.place, "cell": f"第{row.row.index}行"}
                found[at].append(finding("PLN-149", place=place, text=odd, suggestion=f"可能是“{right}”。"))


# ---------------------------------------------------------------- texts


def _of_texts(task: PlanTask) -> list[Finding]:
    place = _place(task)
    text = task.requirement
    found: list[Finding] = []
    for wrong, right in _TYPOS:
        if wrong in text:
            found.append(finding("PLN-166", place=place, text=wrong, suggestion=right))
    spaced = _SPACED_DATE.search(text)
    if spaced:
        found.append(finding("PLN-165", place=place, text=spaced.group()))
    targets = {t.raw for t in task.targets}
    days = [d for d in task.deadlines_inside if d.kind != "recurring" or d.raw not in targets]
    if days:  # 每周检查一次 is told as a target, and no day could be filled in
        said = "、".join(f"“{d.raw}”" for d in days)
        found.append(finding("PLN-167", place=place, texts=said))
    if task.targets:
        said = "、".join(f"“{t.raw}”" for t in task.targets)
        found.append(finding("PLN-168", place=place, texts=said))
    duties = [s for s in _DUTIES.split(text) if len(s.strip()) > 12]
    if len(duties) >= 3 or (len(duties) == 2 and (task.deadlines_inside or len(text) > 80)):
        found.append(finding("PLN-169", place=place, count=len(duties)))
    return found


def _of_units(task: PlanTask, row: TaskRow | None) -> list[Finding]:
    place = _place(task)
    found: list[Finding] = []
    inherited = any(key == "responsible_units" for key, _ in task.inherited)
    for note in () if inherited else task.units.notes:
        if "重复" in note:
            continue
        level = Level.EXPLAIN if "不像" in note else Level.NOTE
        found.append(
            finding(
                "PLN-151",
                level=level,
                place={**place, "value": _cell_text(row)},
                reason=note.removesuffix("，请对照原文核对"),
            )
        )
    names = _written(row)
    twice = list(dict.fromkeys(n for n in names if names.count(n) > 1))
    if twice:
        found.append(finding("PLN-143", place=place, names="、".join(twice)))
    for name in (*task.units.lead, *task.units.responsible, *task.units.supporting):
        if re.search(r"[\"'<>?？*#=]", name):
            found.append(finding("PLN-149", place=place, text=name, suggestion=""))
    if (
        row is not None
        and row.units
        and not any((task.units.lead, task.units.responsible, task.units.supporting, task.units.offices))
    ):
        found.append(finding("PLN-151", place={**place, "value": _cell_text(row)}, reason="没有识别出单位名称"))
    return found


def _cell_text(row: TaskRow | None) -> str:
    return squeeze("；".join(row.units.values()))[:80] if row is not None else ""


def _written(row: TaskRow | None) -> list[str]:
    """Names as listed in the row's lead or responsible cell, one by one, only where spaces or marks part them."""
    if row is None or "responsible_units" in row.inherited:
        return []
    names: list[str] = []
    for text in row.units.values():
        if "\n" in text:
            continue
        flat = re.sub(r"\s+(?=[（(])", "", text)
        names += [n for n in re.split(r"[、，,；;\s]+", flat) if len(n) >= 4]
    return names


# ---------------------------------------------------------------- between tasks


def _duplicates(plan: Plan, found: list[list[Finding]]) -> None:
    """The same requirement twice, letter for letter or but for a phrase, under the same first heading or anywhere."""
    from rapidfuzz import fuzz

    seen: list[tuple[int, str]] = []
    exact: dict[str, int] = {}
    for k, task in enumerate(plan.tasks):
        text = bare(task.requirement)
        if len(text) < 12 or dict(task.inherited).get("requirement"):
            continue
        first = exact.get(text)
        if first is not None:
            _pair(plan, found, first, k, "的要求完全相同")
        else:
            near = next(
                (n for n, other in seen if abs(len(other) - len(text)) <= 12 and fuzz.ratio(other, text) >= 94), None
            )
            if near is not None:
                _pair(plan, found, near, k, "的要求只有个别文字不同")
            exact[text] = k
        seen.append((k, text))


def _pair(plan: Plan, found: list[list[Finding]], first: int, second: int, how: str) -> None:
    for here, there in ((first, second), (second, first)):
        other = plan.tasks[there]
        said = f"序号 {other.no}" if other.no else f"{other.place}"
        found[here].append(finding("PLN-120", place=_place(plan.tasks[here]), other=said, how=how))


def _doers(plan: Plan, found: list[list[Finding]]) -> None:
    """A requirement that begins with a unit which its own unit cell does not name."""
    known = {
        n for t in plan.tasks for n in (*t.units.lead, *t.units.responsible) if len(n) >= 4 and not n.startswith("各")
    }
    for k, task in enumerate(plan.tasks):
        own = {*task.units.lead, *task.units.responsible, *task.units.supporting, *task.units.offices}
        doer = next((n for n in sorted(known, key=len, reverse=True) if task.requirement.startswith(n)), None)
        if doer and doer not in own and doer not in task.units.groups:
            found[k].append(finding("PLN-150", place=_place(task), unit=doer))
