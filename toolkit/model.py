"""The nouns of the product: frozen, small, without behaviour beyond their own meaning.

Names are the glossary's (docs/glossary.md). Nothing here reads a file, a clock or an environment.
"""

from __future__ import annotations

import calendar as _calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from toolkit.findings import Finding

Value = str | int | Decimal | date | None
"""A value as the product holds it: text, whole number, exact decimal, day; None = not there at all.
A cell that was left empty is "" ; "/" and other marks for "nothing" are kept as written."""

NOTHING_MARKS = frozenset({"", "/", "／", "—", "——", "-", "－", "–", "无"})
"""What people put into a number cell to say "nothing": kept in the data, 0 in sums, relations and print."""


def as_number(value: Value) -> Decimal:
    """The number a relation, a sum or a printed table takes: marks for "nothing" and None count as 0."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if value is None or (isinstance(value, str) and value.strip() in NOTHING_MARKS):
        return Decimal(0)
    raise ValueError(f"not a number: {value!r}")


# ---------------------------------------------------------------- periods

_PERIOD = re.compile(r"(?P<year>20\d\d)(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
_KINDS = {"year": "年", "half": "半年", "quarter": "季", "month": "月"}


@dataclass(frozen=True, order=True)
class Period:
    """A reporting period: `2024`, `2024H1`, `2024Q3` or `2024-06`."""

    text: str

    def __post_init__(self) -> None:
        if not _PERIOD.fullmatch(self.text):
            raise ValueError(self.text)

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """The period a text names (`2024-06`, `2024年6月`, `2024年第三季度`, `2024年上半年`, `2024年`), else None."""
        squeezed = re.sub(r"\s", "", text)
        if _PERIOD.fullmatch(squeezed):
            return cls(squeezed)
        if m := re.fullmatch(r"(20\d\d)年度?(?:(\d{1,2})月|第?([1-4一二三四])季度|([上下])半年)?", squeezed):
            year, month, quarter, half = m.groups()
            if month:
                return cls(f"{year}-{int(month):02d}") if 1 <= int(month) <= 12 else None
            if quarter:
                return cls(f"{year}Q{'一二三四'.find(quarter) + 1 or quarter}")
            return cls(f"{year}H{'上下'.index(half) + 1}" if half else year)
        return None

    @classmethod
    def holding(cls, day: date, kind: str) -> Period:
        """The period of a kind (月/季/半年/年; 常年 counts as 年) that holds a day."""
        match kind:
            case "月":
                return cls(f"{day.year}-{day.month:02d}")
            case "季":
                return cls(f"{day.year}Q{(day.month + 2) // 3}")
            case "半年":
                return cls(f"{day.year}H{1 if day.month <= 6 else 2}")
            case _:
                return cls(str(day.year))

    @property
    def _parts(self) -> dict[str, str | None]:
        m = _PERIOD.fullmatch(self.text)
        assert m is not None
        return m.groupdict()

    @property
    def year(self) -> int:
        return int(self.text[:4])

    @property
    def kind(self) -> str:
        """月, 季, 半年 or 年."""
        parts = self._parts
        return next((_KINDS[k] for k in ("month", "quarter", "half") if parts[k]), "年")

    @property
    def _months(self) -> tuple[int, int]:
        parts = self._parts
        if parts["month"]:
            return int(parts["month"]), int(parts["month"])
        if parts["quarter"]:
            return int(parts["quarter"]) * 3 - 2, int(parts["quarter"]) * 3
        if parts["half"]:
            return int(parts["half"]) * 6 - 5, int(parts["half"]) * 6
        return 1, 12

    @property
    def start(self) -> date:
        return date(self.year, self._months[0], 1)

    @property
    def end(self) -> date:
        last = self._months[1]
        return date(self.year, last, _calendar.monthrange(self.year, last)[1])

    @property
    def previous(self) -> Period:
        """The period of the same kind just before."""
        return Period.holding(self.start - timedelta(days=1), self.kind)

    @property
    def last_year(self) -> Period:
        return Period(f"{self.year - 1}{self.text[4:]}")

    def holds(self, other: Period) -> bool:
        """True when the other period lies wholly inside this one (a period holds itself)."""
        return self.start <= other.start and other.end <= self.end

    @property
    def title(self) -> str:
        """As people read it: 2024年, 2024年上半年, 2024年第三季度, 2024年6月."""
        parts = self._parts
        if parts["month"]:
            return f"{self.year}年{int(parts['month'])}月"
        if parts["quarter"]:
            return f"{self.year}年第{'一二三四'[int(parts['quarter']) - 1]}季度"
        if parts["half"]:
            return f"{self.year}年{'上下'[int(parts['half']) - 1]}半年"
        return f"{self.year}年"

    def __str__(self) -> str:
        return self.text


# ---------------------------------------------------------------- units


@dataclass(frozen=True)
class Unit:
    """One line of 单位名录·单位."""

    code: str
    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    unit_class: str = ""  # 类别: 街道办事处, 政府部门 …
    parent: str = ""
    can_make_regulations: bool | None = None  # 可制定规章; None = not stated, not evaluated
    consolidated: bool = True  # 纳入汇总
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""

    def active(self, period: Period) -> bool:
        return not (self.valid_from and self.valid_from > period.end) and not (
            self.valid_to and self.valid_to < period.start
        )


@dataclass(frozen=True)
class Group:
    """One line of 单位名录·单位分组; `members` as written (names, or 类别=…)."""

    name: str
    members: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True)
class Roster:
    """All units and groups, in the order of the workbook.

    Names resolve exactly or by the alias table, never by likeness.
    """

    units: tuple[Unit, ...] = ()
    groups: tuple[Group, ...] = ()
    _by_name: Mapping[str, Unit] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[str, Unit] = {}
        for key in ("aliases", "short", "name"):  # a full name wins over any alias
            for unit in self.units:
                names = getattr(unit, key)
                for name in names if isinstance(names, tuple) else (names,):
                    if name:
                        index[plain(name)] = unit
        object.__setattr__(self, "_by_name", index)

    def resolve(self, text: str) -> Unit | None:
        return self._by_name.get(plain(text))

    def group(self, text: str) -> Group | None:
        return next((g for g in self.groups if plain(g.name) == plain(text)), None)

    def members(self, group: Group) -> tuple[Unit, ...]:
        """The units of a group, in roster order; `类别=街道办事处` takes a whole class."""
        wanted: set[str] = set()
        for member in group.members:
            if m := re.fullmatch(r"类别\s*[=＝]\s*(.+)", member.strip()):
                wanted |= {u.name for u in self.units if u.unit_class == m[1].strip()}
            elif (unit := self.resolve(member)) is not None:
                wanted.add(unit.name)
        return tuple(u for u in self.units if u.name in wanted)


_FOLD = str.maketrans("（）［］【】〔〕：；，．／－　", "()[][]():;,./- ")


def plain(text: str) -> str:
    """A text for comparison: width, bracket style and white space do not count, nothing else is touched."""
    folded = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text.translate(_FOLD))
    return re.sub(r"\s", "", folded)


# ---------------------------------------------------------------- tasks

ROLES = ("牵头", "责任", "配合")
STATUSES = ("未启动", "进行中", "已完成", "持续推进", "不涉及", "申请调整", "本期无新进展")
NOT_FILED = "未报送"


@dataclass(frozen=True)
class Task:
    """One row of 任务分解表. Unit columns as written; `assignments` in toolkit.workspace says who that is."""

    task_id: str  # 2024-045, for life
    no: str = ""
    path: tuple[str, ...] = ()
    requirement: str = ""
    measure: str = ""
    lead_units: tuple[str, ...] = ()
    responsible_units: tuple[str, ...] = ()
    supporting_units: tuple[str, ...] = ()
    offices: str = ""
    person: str = ""
    deadline: str = ""  # 完成时限 as printed
    due_on: date | None = None  # 截止日期; empty = never overdue
    target: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    amendment: str = ""
    source: str = ""
    doubt: str = ""

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""

    def active(self, period: Period) -> bool:
        return not (self.valid_from and self.valid_from > period.end) and not (
            self.valid_to and self.valid_to < period.start
        )


@dataclass(frozen=True)
class Assignment:
    """A task laid on one unit in one role."""

    task: Task
    unit: Unit
    role: str


# ---------------------------------------------------------------- workbooks as read


@dataclass(frozen=True, slots=True)
class RawCell:
    """One stored cell. kind: n number, s text, b boolean, e error, d date, f formula without a stored value.

    `text` is the value as a person would quote it (numbers to 15 significant digits, days as 2024-05-08);
    `number` for n and b, `day` for d. `formula` tells that a formula stands behind a stored value.
    """

    kind: str
    text: str
    number: Decimal | None = None
    day: date | None = None
    formula: bool = False


@dataclass(frozen=True)
class RawSheet:
    name: str
    state: str  # visible, hidden, veryHidden
    cells: Mapping[tuple[int, int], RawCell]  # (row, column), both from 1; blank cells are absent
    merges: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False


@dataclass(frozen=True)
class Book:
    sheets: tuple[RawSheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)  # custom document properties
    saved_at: str = ""  # docProps modified, ISO text as stored: decides between two files of one run, nothing else

    def sheet(self, name: str) -> RawSheet | None:
        return next((s for s in self.sheets if s.name == name), None)


@dataclass(frozen=True)
class Ticket:
    """What `issue` wrote into the workbook: which form edition, for whom, for when."""

    form: str
    edition: int
    unit: str
    period: str
    issue_no: str
    checksum: str


# ---------------------------------------------------------------- a submission, read


@dataclass(frozen=True)
class Filled:
    """A value with its address in the department's file."""

    value: Value
    sheet: str
    cell: str  # D12


@dataclass(frozen=True)
class Draft:
    """What a workbook says, converted by declared type. Fields that could not be located are absent."""

    form: str
    cells: Mapping[str, Filled] = field(default_factory=dict)
    lists: Mapping[str, tuple[Mapping[str, Filled], ...]] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        filled = self.cells.get(name)
        return filled.value if filled else None

    @property
    def explanations(self) -> tuple[tuple[str, str, str], ...]:
        """情况说明 as (规则, 位置, 说明), rows without a text left out."""
        rows = []
        for row in self.lists.get("情况说明", ()):
            rule, place, text = (str(row[k].value or "").strip() if k in row else "" for k in ("规则", "位置", "说明"))
            if text:
                rows.append((rule, place, text))
        return tuple(rows)

    @property
    def stand_in(self) -> tuple[str, str, str] | None:
        """代填 as (填报人, 来源, 日期) when any of the three is filled."""
        parts = tuple(str(self.value(f"代填.{k}") or "").strip() for k in ("填报人", "来源", "日期"))
        return (parts[0], parts[1], parts[2]) if any(parts) else None


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    ACCEPTED_WITH_NOTES = "accepted_with_notes"
    RETURNED = "returned"
    REFUSED = "refused"
    DEFERRED = "deferred"
    IGNORED = "ignored"
    SEEN = "seen"

    @property
    def counts(self) -> bool:
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_NOTES)


VERDICT_NAMES = {
    Verdict.ACCEPTED: "已接收",
    Verdict.ACCEPTED_WITH_NOTES: "已接收（有提示）",
    Verdict.RETURNED: "已退回",
    Verdict.REFUSED: "未能读取",
    Verdict.DEFERRED: "暂缓处理",
    Verdict.IGNORED: "未作处理",
    Verdict.SEEN: "此前已收",
}


@dataclass(frozen=True)
class Submission:
    """One received file: (form, unit, period, version) with a receipt number that is never reused."""

    receipt_no: str
    digest: str
    file: str  # inbox/… with forward slashes
    arrived_on: date
    form: str  # "" when unknown
    unit: str  # roster name, "" when unknown
    period: str  # "" when unknown
    version: int
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    draft: Draft | None = None
    waived: tuple[str, ...] = ()  # rules that the office waived for this receipt
    excluded: bool = False
    seq: int = 0  # order of the journal

    @property
    def counts(self) -> bool:
        return self.verdict.counts and not self.excluded


@dataclass(frozen=True)
class Source:
    """Where a figure was read: the end of every `explain`."""

    receipt_no: str
    file: str
    sheet: str
    cell: str
    value: Value = None


@dataclass(frozen=True)
class Explanation:
    """One line of 情况说明 in a submission that counts, with what it speaks about.

    `rule` is the number that people see (several joined by 、; "" where none was named), `said` that rule's own words;
    `matter` the field's label, else the place as written. `public`: every field it speaks about is 对外公开.
    """

    unit: str
    form: str  # title
    period: str
    rule: str
    said: str
    matter: str
    text: str
    receipt_no: str
    public: bool = False


# ---------------------------------------------------------------- consolidated results


@dataclass(frozen=True)
class Progress:
    """One row of tasks.json: (task, unit, role)."""

    task: Task
    unit: str
    role: str
    status: str  # one of STATUSES but 本期无新进展 (resolved to what stands), or 未报送
    period: str = ""  # the period whose accepted line this is
    completed_on: date | None = None
    overdue_days: int = 0
    text: str = ""
    evidence: str = ""
    office: str = ""
    person: str = ""
    explanation: str = ""
    stand_in: str = ""  # "代填：王某，来源…" in one line, "" if the unit filled it itself
    sources: Mapping[str, Source] = field(default_factory=dict)  # by key of tasks.json: status, completed_on, text


@dataclass(frozen=True)
class TaskState:
    task: Task
    state: str
    lines: tuple[Progress, ...]


@dataclass(frozen=True)
class AnnualReport:
    """A unit's newest accepted annual figures, else the newest returned ones (never rendered then)."""

    unit: str
    kind: str  # 本级 or 单位
    verdict: Verdict
    receipt_no: str
    waived: bool
    values: Mapping[str, Value]  # by field name of 年报数据 (t3.new_received.natural, narrative.overview …)
    sources: Mapping[str, Source]
    explanations: tuple[tuple[str, str, str], ...] = ()  # (规则, 事项, 说明) of fields that are 对外公开
    stand_in: str = ""

    @property
    def renderable(self) -> bool:
        return self.verdict.counts or self.waived


@dataclass(frozen=True)
class Consolidated:
    """汇总: every cell the sum of its members', 本级 once. `members` are those with 纳入汇总 whose report counts."""

    members: tuple[str, ...]
    missing: tuple[str, ...]  # units that should be in it and are not
    values: Mapping[str, Decimal]


@dataclass(frozen=True)
class Filing:
    """Who has handed in what: one line per (form, period, unit) that is due."""

    form: str
    form_title: str
    period: str
    unit: str
    unit_class: str
    due_on: date | None
    state: str  # 已接收, 已接收（有提示）, 已退回, 未能读取, 未报送, 豁免接收
    receipt_no: str = ""
    arrived_on: date | None = None  # of the first accepted version
    late_days: int = 0  # working days; for what is still missing, up to the as-of date
    versions: int = 0
    returned: int = 0
    stand_in: str = ""
    findings: int = 0


@dataclass(frozen=True)
class Indicator:
    """One row of 考核细则·指标."""

    no: str
    parent: str
    name: str
    points: Decimal
    floor: Decimal | None
    cap: Decimal | None
    applies: str  # 适用: "", 类别、…, or a formula
    method: str  # 方式: 公式, 人工, 汇总
    formula: str
    basis: str  # 扣分依据: names of evidence lists (未完成任务、逾期报送 …)
    note: str = ""


@dataclass(frozen=True)
class IndicatorScore:
    no: str
    name: str
    points: Decimal | None  # None = does not apply
    out_of: Decimal
    uncut: Decimal | None
    facts: Mapping[str, Value] = field(default_factory=dict)
    basis: tuple[tuple[str, Source | None], ...] = ()  # each: what cost points, in words, and the cell


@dataclass(frozen=True)
class Scorecard:
    unit: str
    total: Decimal | None
    grade: str
    group: str
    rank: int | None
    indicators: Mapping[str, IndicatorScore]


@dataclass(frozen=True)
class Approval:
    approved_by: str
    doc_no: str
    date: date


@dataclass(frozen=True)
class PeriodResult:
    """Everything the reports of one period are made of. `approval` None = 送审稿."""

    period: Period
    as_of: date
    government: str
    office: str
    phone: str
    sample: bool  # the sample workspace: every document says 示例数据
    approval: Approval | None
    roster: Roster
    progress: tuple[Progress, ...] = ()
    tasks: tuple[TaskState, ...] = ()
    filings: tuple[Filing, ...] = ()
    annual: Mapping[str, AnnualReport] = field(default_factory=dict)
    consolidated: Consolidated | None = None
    scores: Mapping[str, Scorecard] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    submissions: tuple[Submission, ...] = ()  # of this period, in order of receipt
    explanations: tuple[Explanation, ...] = ()  # of what counts, in roster order
    findings: tuple[Finding, ...] = ()  # about the period as a whole (calendar estimate, tasks without unit …)
    ranking: bool = False  # the office turned ranking on
