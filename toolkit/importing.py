"""`zwgk plan import`: an official document → 任务分解表.xlsx with what the office has to settle.

A workbook that holds tasks is never written over: the result then goes beside it, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.disk_words import disk_words
from toolkit.findings import Finding, Level, finding
from toolkit.model import Roster, Task
from toolkit.office.limits import DEFAULT, MIB
from toolkit.plan.amend import Amended, LookBack, amend, look_back
from toolkit.plan.parts import Plan, SourceDocument
from toolkit.plan.task_rows import ADDED, CHANGED, ENDED, TaskRow, numbered, rows_of, source_name
from toolkit.plan.units.resolve import GroupProposal, UnitMatch, match_units, propose_groups, roster_findings
from toolkit.workspace import IO_ERROR, USAGE, Halt, Workspace

TASKS, ROSTER, BESIDE = "任务分解表", "单位名录", "导入"
_MOST_BESIDE = 1000
_ON_THEIR_OWN_SHEETS = ("PLN-201", "PLN-202", "PLN-203")
_ALWAYS_SAID = ("PLN-2", "PLN-176", "PLN-178")
_READING = replace(DEFAULT, seconds=60.0, wall_seconds=150.0, memory_bytes=1024 * MIB)  # one document, often a long PDF


@dataclass(frozen=True)
class AtHand:
    """A 任务分解表 that is there already: its tasks, their texts at the first import, and what is wrong in it."""

    path: Path | None = None
    tasks: tuple[Task, ...] = ()
    originals: Mapping[str, Task] = field(default_factory=dict)
    readable: bool = True


@dataclass(frozen=True)
class Imported:
    """What came out. `output` None: nothing written (refused, or no place given). `plan` None: refused."""

    plan: Plan | None
    output: Path | None
    findings: tuple[Finding, ...]  # of the document, the roster and the table at hand; those of tasks are in the plan
    matches: tuple[UnitMatch, ...] = ()
    groups: tuple[GroupProposal, ...] = ()
    amended: Amended | None = None
    reviews: tuple[LookBack, ...] = ()

    @property
    def refused(self) -> bool:
        return self.plan is None


def import_plan(
    workspace: Workspace | None, source: Path, year: int | None, output: Path | None, last_year: Path | None = None
) -> Imported:
    """Reads `source` and writes the workbook.

    Without `output` it goes to reference/任务分解表.xlsx while that has no tasks, else beside it as 任务分解表-导入.xlsx (-2, -3
    …); without a workspace nothing is written. The table at hand is the one at `output` if there, else the workspace's.
    回头看 compares with last year's tasks of that table, or with those of `last_year`, the folder of last year's workspace.
    Raises Halt(74) when the source cannot be read from disk, Halt(2) when the year is neither written nor given.
    """
    _check_output(output)
    document, opening = _document(_source(source), source.name)
    plan, findings = _understood(document, opening, year)
    usual = workspace.config.year if workspace else None
    if plan is not None and plan.year is None and year is None and usual:
        plan, findings = _understood(document, opening, usual)  # days without a year need one
        findings += (_years("文件没有写明年度", usual, usual),)
    if plan is None:
        return Imported(None, None, findings)
    own = year or plan.year or usual
    if own is None:
        missing = finding("PLN-175")
        raise Halt(USAGE, missing.code, missing.message, missing.remedy)
    if not year and usual and own != usual:
        findings += (_years(f"文件写明的年度为 {own}", usual, own),)
    roster, roster_faults = _roster(workspace)
    at_hand, table_faults = _at_hand(workspace, output)
    basis = source_name(plan, source.stem)
    amended = amend(rows_of(plan, own, source.stem), at_hand.tasks, own, basis, roster, at_hand.originals)
    tasks = tuple(replace(t, task_id=i) for t, i in zip(plan.tasks, amended.ids, strict=True))
    plan = numbered(replace(plan, tasks=tasks, year=plan.year or own), own)
    reviews = _reviews(workspace, last_year, plan, own, at_hand.tasks, source.stem)
    made = Imported(plan, None, (), match_units(plan, roster), propose_groups(plan, roster), amended, reviews)
    findings += (*roster_faults, *table_faults, *roster_findings(made.matches, made.groups, roster))
    findings += _comparison(amended, at_hand, own, len(reviews))
    target = _target(workspace, output, at_hand)
    if target is None:
        return replace(made, findings=(*findings, finding("PLN-209")))
    if at_hand.path is not None and target != at_hand.path and (at_hand.tasks or not at_hand.readable):
        findings += (finding("PLN-207", kept=at_hand.path.name, name=target.name),)
    _write(target, made, findings, roster is not None, own, source.stem, at_hand)
    return replace(made, output=target, findings=findings)


def _check_output(output: Path | None) -> None:
    if output is not None and (output.is_dir() or output.suffix.lower() != ".xlsx"):
        words = f"“{output.name}”不是工作簿的文件名。"
        raise Halt(USAGE, "RUN-105", words, "请用 --output 指定 .xlsx 文件，例如 --output 任务分解表.xlsx。")


def _years(written: str, usual: int, own: int) -> Finding:
    return finding("PLN-208", written=written, other=f"工作区的年度为 {usual}", year=own)


def imported_json(made: Imported, finding_json: Callable[[Finding], dict[str, Any]]) -> dict[str, Any]:
    """The contract's JSON, with `output`, `amendment` and `look_back` beside. `finding_json` is the house's own form."""
    from toolkit.plan.plan_json import plan_json

    plan = made.plan or Plan()
    findings = [{**finding_json(f), "task_id": None} for f in made.findings]
    findings += [{**finding_json(f), "task_id": t.task_id} for t in plan.tasks for f in t.findings]
    body = plan_json(plan, made.matches, made.groups, findings)
    body["output"] = made.output.as_posix() if made.output else None
    body["refused"] = made.refused
    if made.amended is not None:
        changes = made.amended.changes
        body["amendment"] = {
            "same": made.amended.same,
            "added": [c.task_id for c in changes if c.kind == ADDED],
            "changed": [
                {"task_id": c.task_id, "column": c.column, "before": c.before, "after": c.after, "score": c.score}
                for c in changes
                if c.kind == CHANGED
            ],
            "ended": [c.task_id for c in changes if c.kind == ENDED],
        }
    body["look_back"] = [
        {"task_id": r.task.task_id, "state": r.state, "nearest": [{"task_id": i, "score": s} for i, _, s in r.nearest]}
        for r in made.reviews
    ]
    return body


def imported_lines(made: Imported, shown_findings: Callable[[Iterable[Finding]], list[str]]) -> list[str]:
    """What the clerk reads: how many, what to settle, where the workbook is. Mere notes on the document are counted; they
    stand in the workbook, and here where there is none."""
    if made.plan is None:
        return ["没有导入。", *shown_findings(map(_placed, made.findings))]
    tasks = made.plan.tasks
    doubtful = sum(any(f.level != Level.NOTE for f in t.findings) for t in tasks)
    inherited = sum(any(key != "path" for key, _ in t.inherited) for t in tasks)
    lines = [f"{made.plan.title or '（没有标题）'}：读出任务 {len(tasks)} 项，其中 {doubtful} 项请重点核对。"]
    if inherited:
        lines.append(f"有 {inherited} 项的单位、时限等沿用上文（原文为合并单元格或空格），请抽看。")
    unknown = sum(m.unit is None for m in made.matches)
    waiting = sum(not (g.known and g.known.confirmed) for g in made.groups)
    lines.append(
        f"单位名称 {len(made.matches)} 个，{unknown} 个不在名录中；统称 {len(made.groups)} 个，{waiting} 个待确认。"
    )
    said = [f for f in made.findings if f.code not in _ON_THEIR_OWN_SHEETS]
    notes = [f for f in said if f.level == Level.NOTE and not f.code.startswith(_ALWAYS_SAID) and made.output]
    lines += shown_findings(_placed(f) for f in said if f not in notes)
    if notes:
        lines.append(f"另有 {len(notes)} 条提示，见“方案疑问”表。")
    if made.output is not None:
        lines.append(f"已写入 {made.output}")
        lines.append(_next_step(made))
    return lines


def _next_step(made: Imported) -> str:
    again = any(f.code == "PLN-207" for f in made.findings)
    if again and made.amended is not None and not made.amended.changes:
        return "与现有任务分解表没有出入：现有的表不用替换，另存的文件可以删除。"
    return "下一步：打开该工作簿，先看“说明”，再核对带颜色的行和各建议表。"


def _placed(found: Finding) -> Finding:
    """The place as one word, and only where the message does not begin with it."""
    place = f"{found.sheet} {found.cell}".strip()
    return replace(found, sheet="" if found.message.startswith(place) else place, cell="")


# ---------------------------------------------------------------- reading


def _understood(
    document: SourceDocument | None, opening: tuple[Finding, ...], year: int | None
) -> tuple[Plan | None, tuple[Finding, ...]]:
    """The plan, with the findings of opening and reading; None when the document cannot be read as a plan."""
    from toolkit.plan.plan import understand

    if document is None:
        return None, opening
    plan = understand(document, year)
    return (plan if plan.tasks else None), tuple(dict.fromkeys((*opening, *plan.findings)))


def _source(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            return file.read(DEFAULT.file_bytes + 1)
    except OSError as error:
        message = f"“{source.name}”无法读取：{disk_words(error)}。"
        raise Halt(IO_ERROR, "PLN-102", message, "请确认文件存在、没有被占用。") from None


def _document(data: bytes, name: str) -> tuple[SourceDocument | None, tuple[Finding, ...]]:
    """Packages and PDF files are read in a process of their own: whatever they do to their reader, it ends in time."""
    from toolkit.intake.sandbox import read_all
    from toolkit.office.document_in import modern
    from toolkit.plan.read import read_document

    present, findings = modern(data, name)
    if present is None:
        return None, findings
    if not present.startswith((b"PK", b"%PDF")):
        return read_document(present, name)
    outcome: Any = read_all([(name, present)], 1, _READING, worker="toolkit.plan.read:read_document")[0]
    document, findings = outcome
    if document is None and any(f.code == "IN-601" for f in findings):
        reason = "读取用时或占用内存超过上限"
        return None, (finding("PLN-102", level=Level.UNREADABLE, name=name, reason=reason),)
    return document, findings


def _roster(workspace: Workspace | None) -> tuple[Roster | None, tuple[Finding, ...]]:
    from toolkit.reference import read_roster

    path = workspace.reference(ROSTER) if workspace else None
    if path is None or not path.is_file():
        return None, ()
    roster, faults = read_roster(_bytes(path), path.name)
    return roster, tuple(f for f in faults if f.level != Level.NOTE)


def _at_hand(workspace: Workspace | None, output: Path | None) -> tuple[AtHand, tuple[Finding, ...]]:
    path = output if output is not None and output.is_file() else workspace.reference(TASKS) if workspace else None
    if path is None or not path.is_file():
        return AtHand(path), ()
    return _table(path)


def _table(path: Path) -> tuple[AtHand, tuple[Finding, ...]]:
    from toolkit.plan.export import ORIGINALS
    from toolkit.reference import open_grids, read_tasks
    from toolkit.reference_rows import Faults
    from toolkit.reference_tasks import tasks_of

    data = _bytes(path)
    tasks, faults = read_tasks(data, path.name)
    grave = tuple(f for f in faults if f.level != Level.NOTE)
    hidden = open_grids(data, Faults("REF-101", path.name)).get(ORIGINALS)
    first = tasks_of(hidden, Faults("REF-101", path.name)) if hidden else ()
    return AtHand(path, tasks, {t.task_id: t for t in first}, not grave), grave


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"“{path.name}”无法读取：{disk_words(error)}。"
        raise Halt(IO_ERROR, "REF-101", message, "请确认文件没有被其他程序占用。") from None


def _reviews(
    workspace: Workspace | None, old: Path | None, plan: Plan, year: int, tasks: tuple[Task, ...], name: str
) -> tuple[LookBack, ...]:
    """回头看 over last year's tasks that still ran at its end, of the table at hand or of last year's workspace."""
    root = old if old is not None else workspace.root if workspace else None
    table = old / "reference" / f"{TASKS}.xlsx" if old is not None else None
    if table is not None and table.is_file():
        tasks = _table(table)[0].tasks
    end = date(year - 1, 12, 31)
    last = tuple(t for t in tasks if t.task_id.startswith(f"{year - 1}-") and (t.valid_to is None or t.valid_to >= end))
    return look_back(rows_of(plan, year, name), last, _states(root, year - 1)) if last else ()


def _states(root: Path | None, year: int) -> Mapping[str, str]:
    """Task number → state at the end of a year, from the figures that the job published; empty where there are none."""
    path = root / "outbox" / "内部" / str(year) / "数据" / "tasks.json" if root else None
    if path is None or not path.is_file():
        return {}
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["tasks"]
        return {str(t["task_id"]): str(t["state"]) for t in listed}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _comparison(amended: Amended, at_hand: AtHand, year: int, unfinished: int) -> tuple[Finding, ...]:
    found = []
    running = [t for t in at_hand.tasks if t.task_id.startswith(f"{year}-")]
    if running:
        kinds = [c.kind for c in amended.changes]
        changed = len({c.task_id for c in amended.changes if c.kind == CHANGED})
        added, ended = kinds.count(ADDED), kinds.count(ENDED)
        found.append(finding("PLN-204", same=amended.same, changed=changed, added=added, ended=ended))
    if amended.unrelated:
        found.append(finding("PLN-205", count=len(running)))
    if unfinished:
        found.append(finding("PLN-206", count=unfinished))
    return tuple(found)


# ---------------------------------------------------------------- writing


def _target(workspace: Workspace | None, output: Path | None, at_hand: AtHand) -> Path | None:
    """Where the result goes; never where tasks stand already, nor where something unreadable does."""
    wanted = output or (workspace.reference(TASKS) if workspace else None)
    if wanted is None:
        return None
    if not wanted.exists() or (wanted == at_hand.path and at_hand.readable and not at_hand.tasks):
        return wanted
    base = wanted.stem if wanted.stem.endswith(f"-{BESIDE}") else f"{wanted.stem}-{BESIDE}"
    for number in range(1, _MOST_BESIDE):
        beside = wanted.with_name(f"{base}{f'-{number}' if number > 1 else ''}.xlsx")
        if not beside.exists():
            return beside
    raise Halt(IO_ERROR, "OUT-202", f"“{wanted.parent.name}”中已有过多导入结果。", "请整理后重新运行。")


def _write(
    target: Path, made: Imported, findings: tuple[Finding, ...], has_roster: bool, year: int, name: str, at_hand: AtHand
) -> None:
    from toolkit.plan.export import Appendix, write_plan
    from toolkit.store.archive import write_whole

    assert made.plan is not None and made.amended is not None
    again = any(t.task_id.startswith(f"{year}-") for t in at_hand.tasks)
    fresh = {r.task.task_id: r.task for r in rows_of(made.plan, year, name)}
    originals = [fresh.get(t.task_id) or at_hand.originals.get(t.task_id) or t for t in _tasks(made.amended.rows)]
    appendix = Appendix(
        groups=made.groups, units=made.matches, has_roster=has_roster, findings=findings,
        changes=made.amended.changes if again else (), reviews=made.reviews, originals=originals,
        source=source_name(made.plan, name),
    )  # fmt: skip
    data = write_plan(made.amended.rows, appendix)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data, target.with_name(f".{target.name}.tmp"))


def _tasks(rows: tuple[TaskRow, ...]) -> list[Task]:
    return [r.task for r in rows]
