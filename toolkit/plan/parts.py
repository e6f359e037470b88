"""The nouns of plan reading: a document as read, and a plan as understood. Frozen, no behaviour.

Keys and meanings are those of `plan import --json` (contract).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from toolkit.findings import Finding

# ---------------------------------------------------------------- a document, read


@dataclass(frozen=True)
class SourceCell:
    """One cell of a table as the source gives it. `text` with line breaks as in the source.

    `row_span`/`column_span` for true merges (docx, xlsx); `continued` marks a covered cell of a merge above or left of it
    (its text is empty). In flattened text there are no spans: `spans_known` of the table is False.
    """

    text: str
    row_span: int = 1
    column_span: int = 1
    continued: bool = False


@dataclass(frozen=True)
class SourceTable:
    """Rows of cells, top to bottom. `place` as people find it (表1); `lines` gives the first source line of each row.

    `certain` is False when nothing in the source parts the rows: they were cut by their contents (M14).
    """

    rows: tuple[tuple[SourceCell, ...], ...]
    place: str
    spans_known: bool
    lines: tuple[int, ...] = ()
    certain: bool = True


@dataclass(frozen=True)
class SourceText:
    """A paragraph outside tables, with its line number (or paragraph number) in the source. `level` for Word headings.
    `indented`: plain text prints it with an indent."""

    text: str
    line: int
    level: int = 0
    indented: bool = False


@dataclass(frozen=True)
class SourceDocument:
    """Blocks in reading order. `layout` says how tables were found: tables (docx, xlsx), cells (cell-per-line text),
    rows (row-per-line or pipe text), prose."""

    blocks: tuple[SourceTable | SourceText, ...]
    layout: str
    name: str = ""
    findings: tuple[Finding, ...] = ()  # what opening left out or may surprise


# ---------------------------------------------------------------- parts of a task


@dataclass(frozen=True)
class Deadline:
    """kind: date, recurring, event, period, open, text, none. `unit` 工作日|日|月, `direction` after|before."""

    raw: str = ""
    kind: str = "none"
    date: date | None = None
    every: str | None = None
    event: str | None = None
    offset: int | None = None
    unit: str | None = None
    direction: str | None = None


@dataclass(frozen=True)
class Target:
    """A countable target: op >= <= =; per 年|季度|月|次|None; soft for 原则上, 左右."""

    measure: str
    op: str
    number: float | int
    unit: str
    per: str | None
    soft: bool
    raw: str


@dataclass(frozen=True)
class UnitList:
    """A unit cell, taken apart in written order. `offices` are 科室; `groups` stand whole and also in their role's list."""

    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    open_list: bool = False  # 等单位, 等相关部门
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanTask:
    task_id: str = ""
    no: str | None = None
    path: tuple[str, ...] = ()
    requirement: str = ""
    measure: str | None = None
    units: UnitList = field(default_factory=UnitList)
    person: str | None = None
    deadline: Deadline = field(default_factory=Deadline)
    deadlines_inside: tuple[Deadline, ...] = ()
    targets: tuple[Target, ...] = ()
    inherited: tuple[tuple[str, str], ...] = ()  # (path | responsible_units | deadline, where it was inherited from)
    place: str = ""  # 表1 第7行
    line: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Plan:
    title: str = ""
    doc_no: str | None = None
    year: int | None = None
    default_deadline: str | None = None
    tasks: tuple[PlanTask, ...] = ()
    findings: tuple[Finding, ...] = ()  # about the document as a whole
