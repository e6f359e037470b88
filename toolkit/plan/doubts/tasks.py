"""Doubts about single tasks: lost serials and cells, glued rows, duplicates, merged unit columns, odd texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from toolkit.findings import Finding, Level, finding
from toolkit.plan.doubts.lost import broken_requirements
from toolkit.plan.doubts.names import damaged_names
from toolkit.plan.doubts.said import row_place
from toolkit.plan.doubts.serials import goes_on_from
from toolkit.plan.doubts.texts import about_texts, place_of
from toolkit.plan.parts import Plan, PlanTask, SourceDocument
from toolkit.plan.table.grid import ABSENT, OWN, Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.units.lists import parse_units
from toolkit.plan.words.kinds import CATEGORY, DEADLINE, OTHER, SERIAL, UNIT_ROLES, fit
from toolkit.plan.words.labels import bare, once, squeeze, without_markup

Read = Sequence[tuple[Grid, list[TaskRow]]]
_GROUP = re.compile(r"各(?:有关|相关)?(?:镇|乡|街道|县|区|市)")
_LEADS = re.compile(r"牵头(?!(?:责任)?(?:单位|部门))")  # the role word, not a part of a group's name (各项目牵头单位)
_ALL_OF_A_KIND = re.compile(
    r"各[^，,；;、]{0,8}(?:镇|乡|街道|县|区|市|部门|单位|办|政府|科室)|(?:有关|相关)(?:部门|单位|科室)"
)
_NOT_ALL = re.compile(r"(“[^”]*”)：名单未列全")
_MARKED = re.compile(r"(?:\*\*|__|<(?:b|strong|em|i)>)?(.*?)(?:\*\*|__|</(?:b|strong|em|i)>)?")
_UNFIT = -0.5
_SENTENCE = re.compile(r"[。；;！!]\s*\Z")


def about_tasks(document: SourceDocument, plan: Plan, read: Read) -> list[list[Finding]]:
    """For each task of the plan what is doubtful about it, beyond what reading already noted."""
    rows = {(r.place, r.requirement): r for _, table in read for r in table}
    found: list[list[Finding]] = [[] for _ in plan.tasks]
    for k, task in enumerate(plan.tasks):
        row = rows.get((task.place, task.requirement))
        if row is not None:
            found[k] += _of_row(row)
        found[k] += about_texts(task, plan.year)
        found[k] += _of_units(task, row)
    tables = [table for _, table in read]
    for table, start in zip(tables, goes_on_from(tables), strict=True):
        _serials(table, start, plan, found)
        _glued(table, plan, found)
        _damages(table, plan, found)
    _duplicates(plan, found)
    _doers(plan, found)
    for at, how in broken_requirements(document, plan.tasks).items():
        if not any(f.code == "PLN-115" for f in found[at]):
            found[at].append(finding("PLN-181", place=place_of(plan.tasks[at]), how=how))
    return found


def _number(plan: Plan, row: TaskRow) -> int | None:
    keys = [(t.place, t.requirement) for t in plan.tasks]
    key = (row.place, row.requirement)
    return keys.index(key) if key in keys else None


# ---------------------------------------------------------------- rows


def _missing(row: TaskRow) -> list[int]:
    """Unit and deadline columns without a cell."""
    columns = row.grid.columns
    assert columns is not None
    return [
        c for c, state in enumerate(row.row.states) if state == ABSENT and columns.roles[c] in (*UNIT_ROLES, DEADLINE)
    ]


def is_short(row: TaskRow) -> bool:
    """A row that lost cells is told as such (PLN-114, 117), not as shifted."""
    return bool(_missing(row))


def is_misplaced(row: TaskRow) -> bool:
    """A row shifted to the left whose contents suit their columns badly all the same."""
    columns = row.grid.columns
    assert columns is not None
    own = [(t, columns.roles[c]) for c, t in enumerate(row.row.texts) if row.row.states[c] == OWN]
    return any(role != OTHER and fit(once(text)[0], role) < _UNFIT for text, role in own)


def _of_row(row: TaskRow) -> list[Finding]:
    place = row_place(row)
    found: list[Finding] = []
    columns = row.grid.columns
    assert columns is not None
    missing = _missing(row)
    is_last = row.grid.rows[-1] is row.row
    if missing and is_last and not row.flags.get("link") and row.row.short:
        what = "、".join("时限" if columns.roles[c] == DEADLINE else "单位" for c in missing)
        found.append(finding("PLN-117", place=place, what=what))
    elif missing:
        found.append(finding("PLN-114", place=place, count=len(missing)))
    elif row.row.shifted and is_misplaced(row):
        found.append(finding("PLN-116", place=place, where="", rows="本行"))
    if lead_is_merged(row):
        text = row.units.get("lead") or row.flags.get("lead_merged", "")
        found.append(finding("PLN-140", place=place, units=squeeze(text), how="按责任单位处理"))
    elif _lead_may_be_merged(row):
        found.append(finding("PLN-140", place=place, units=squeeze(row.units["lead"]), how="暂按牵头单位处理"))
    for c in columns.of(CATEGORY):
        text = row.row.own(c)
        if without_markup(text) != text and not _all_marked(text):
            found.append(finding("PLN-149", place=place, text=text.strip(), suggestion=""))
    return found


def _all_marked(text: str) -> bool:
    """**二、平台建设**: emphasis around the whole label is a matter of print; around a part of it, of a bad scan."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return all((m := _MARKED.fullmatch(line)) and without_markup(m[1]) == m[1] for line in lines)


def levels_lost(grid: Grid) -> list[int]:
    """Columns named as levels that no row fills, where blank cells left nothing: a label may be of a higher level than read."""
    columns = grid.columns
    if grid.table.certain or columns is None:
        return []
    levels = [c for c in columns.of(CATEGORY) if "级" in columns.names[c]]
    return [c for c in levels if not any(r.own(c).strip() for r in grid.rows)]


def lead_is_merged(row: TaskRow) -> bool:
    """All units in the lead column and the unit column blank: two merged columns (M11), when the cell names a group of lower
    governments, nothing but groups, or a group that the unit column holds elsewhere. The order says nothing."""
    lead = row.units.get("lead", "")
    if not lead or row.units.get("responsible", "").strip() or _LEADS.search(re.sub(r"\s", "", lead)):
        return False
    columns = row.grid.columns
    if columns is None or "responsible" not in columns.roles:
        return False
    units = parse_units(lead, "lead")
    names, groups = (*units.lead, *units.offices), set(units.groups)
    if any(_GROUP.match(name) for name in names) or (len(names) > 1 and groups >= set(names)):
        return True
    usual = [squeeze(r.own(columns.roles.index("responsible"))) for r in row.grid.rows]
    shared = {name for name in names if name in groups} | set(names[-1:])
    return len(names) > 1 and any(usual.count(name) >= 2 for name in shared)


def _lead_may_be_merged(row: TaskRow) -> bool:
    """A lead cell that names all of a kind (各镇办, 有关部门) beside a blank unit cell, in a table whose rows mostly fill both."""
    lead, columns = squeeze(row.units.get("lead", "")), row.grid.columns
    if not lead or columns is None or "responsible" not in columns.roles or row.units.get("responsible", "").strip():
        return False
    if "responsible_units" in row.inherited or "lead" not in columns.roles or not _ALL_OF_A_KIND.search(lead):
        return False
    if "牵头" in lead:  # it says itself who leads
        return False
    filled = sum(bool(r.own(columns.roles.index("responsible")).strip()) for r in row.grid.rows)
    return filled * 10 >= len(row.grid.rows) * 6


def _serials(table: list[TaskRow], start: int, plan: Plan, found: list[list[Finding]]) -> None:
    """Rows without serial in a numbered table, with the number they should have."""
    if not table or not table[0].grid.columns or SERIAL not in table[0].grid.columns.roles:
        return
    if not any(r.no is not None for r in table):
        return
    last = max(k for k, r in enumerate(table) if r.no is not None)
    before, printed = start, ""
    for k, row in enumerate(table):
        if row.no is not None:
            before, printed = row.no, str(row.printed_no)
            continue
        before += 1
        at = _number(plan, row)
        if at is None:
            continue
        place = row_place(row)
        if k > last:
            found[at].append(finding("PLN-112", place=place, last=table[last].printed_no))
            continue
        following = next(r for r in table[k:] if r.no is not None)
        expected = f"{before:0{len(printed)}d}" if printed.startswith("0") else str(before)
        how = f"按位置应为第 {expected} 项；行分隔可能已损坏"
        if printed and following.no == row_before(table, k) + 1:
            how = f"而前后的序号 {printed}、{following.printed_no} 相连，可能是前一项的后半部分"
        found[at].append(finding("PLN-111", place=place, how=how))


def row_before(table: Sequence[TaskRow], at: int) -> int:
    """The last number printed before a row."""
    return next((r.no for r in reversed(table[:at]) if r.no is not None), 0)


def _glued(table: list[TaskRow], plan: Plan, found: list[list[Finding]]) -> None:
    """A text that breaks off, continued by a row of damaged cells: the end of one task and the next one (M13)."""
    closed = sum(1 for r in table if _SENTENCE.search(r.requirement))
    usual = closed * 10 >= len(table) * 8 and len(table) >= 5
    for first, second in itertools.pairwise(table):
        broken = not _SENTENCE.search(first.requirement) and bool(_SENTENCE.search(second.requirement))
        if first.flags.get("glued") != second.place and not (usual and broken):
            continue
        cut = max(first.requirement.rfind(mark) for mark in "。；")
        if cut < 0 or second.row.section != first.row.section or "requirement" in second.inherited:
            continue
        one = first.requirement[: cut + 1]
        two = (first.requirement[cut + 1 :] + second.requirement).strip()
        for row in (first, second):
            at = _number(plan, row)
            if at is not None:
                place = row_place(row)
                found[at].append(finding("PLN-115", place=place, first=one, second=two))


def centred_blocks(rows: Sequence[TaskRow]) -> list[list[TaskRow]]:
    """The rows under each label that is printed below the first of them: their limits are a guess."""
    index = {r.place: r.row.index for r in rows}
    above = {r.path for r in rows if index.get(r.inherited.get("path", ""), 0) > r.row.index}
    return [[r for r in rows if r.path == path] for path in dict.fromkeys(r.path for r in rows) if path in above]


def _damages(table: list[TaskRow], plan: Plan, found: list[list[Finding]]) -> None:
    """Names that a scanner may have damaged, at every row that prints them."""
    for odd, right, rows in damaged_names(table):
        for row in rows:
            at = _number(plan, row)
            if at is not None:
                place = row_place(row)
                found[at].append(finding("PLN-149", place=place, text=odd, suggestion=f"可能是“{right}”。"))


# ---------------------------------------------------------------- texts


def _of_units(task: PlanTask, row: TaskRow | None) -> list[Finding]:
    place = place_of(task)
    found: list[Finding] = []
    inherited = any(key == "responsible_units" for key, _ in task.inherited)
    names = (*task.units.lead, *task.units.responsible, *task.units.supporting)
    odd = [name for name in names if re.search(r"[\"'<>?？*#=]", name)]
    for note in () if inherited else task.units.notes:
        if "重复" in note or (row is not None and "名单未列全" in note) or any(f"“{n}”不像" in note for n in odd):
            continue  # told at its own (PLN-143, 149), at the table (PLN-145)
        level = Level.EXPLAIN if "不像" in note else Level.NOTE
        found.append(
            finding(
                "PLN-151",
                level=level,
                place={**place, "value": _cell_text(row)},
                reason=_reason(note),
            )
        )
    written = _written(row)
    twice = list(dict.fromkeys(n for n in written if written.count(n) > 1))
    if twice:
        found.append(finding("PLN-143", place=place, names="、".join(twice)))
    found += [finding("PLN-149", place=place, text=name, suggestion="") for name in odd]
    if (
        row is not None
        and row.units
        and not any((task.units.lead, task.units.responsible, task.units.supporting, task.units.offices))
    ):
        found.append(finding("PLN-151", place={**place, "value": _cell_text(row)}, reason="没有识别出单位名称"))
    return found


def _reason(note: str) -> str:
    """A note of the unit cell as a clause; the list it quotes shortened."""
    reason = note.removesuffix("，请对照原文核对")
    if m := _NOT_ALL.match(reason):
        return f"名单以{m[1]}结尾，没有列全，请确认还有哪些单位"
    return reason if len(reason) <= 100 else f"{reason[:98]}…"


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
        if first is not None and _label_again(plan.tasks[first], task):
            continue
        if first is not None:
            _pair(plan, found, first, k, "的要求完全相同")
        else:
            near = next(
                (
                    n
                    for n, other in seen
                    if abs(len(other) - len(text)) <= 12
                    and fuzz.ratio(other, text) >= 94
                    and not _label_again(plan.tasks[n], task)
                ),
                None,
            )
            if near is not None:
                _pair(plan, found, near, k, "的要求只有个别文字不同")
            exact[text] = k
        seen.append((k, text))


def _label_again(first: PlanTask, second: PlanTask) -> bool:
    """A list of things under two categories (申请条件、申请材料、办理时限), as catalogues print it: no task said twice."""
    return first.path != second.path and not re.search(r"[，,。；;]", first.requirement.rstrip("。；;"))


def _pair(plan: Plan, found: list[list[Finding]], first: int, second: int, how: str) -> None:
    for here, there in ((first, second), (second, first)):
        other = plan.tasks[there]
        said = f"序号 {other.no}" if other.no else f"{other.place}"
        found[here].append(finding("PLN-120", place=place_of(plan.tasks[here]), other=said, how=how))


def _doers(plan: Plan, found: list[list[Finding]]) -> None:
    """A requirement that begins with a unit which its own unit cell does not name."""
    known = {
        n for t in plan.tasks for n in (*t.units.lead, *t.units.responsible) if len(n) >= 4 and not n.startswith("各")
    }
    for k, task in enumerate(plan.tasks):
        own = {*task.units.lead, *task.units.responsible, *task.units.supporting, *task.units.offices}
        doer = next((n for n in sorted(known, key=len, reverse=True) if task.requirement.startswith(n)), None)
        if doer and doer not in own and doer not in task.units.groups:
            found[k].append(finding("PLN-150", place=place_of(task), unit=doer))
