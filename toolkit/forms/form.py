"""A form as the product understands it: what forms/design reads out of a form workbook.

A form is data. Everything that issue, parse, check and the documents need stands here, with template addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from toolkit.findings import Level

TYPES = ("文本", "整数", "小数", "金额", "日期", "是否", "选项", "多选", "网址", "单位", "长文本")
NUMBER_TYPES = frozenset({"整数", "小数", "金额"})
TEXT_TYPES = frozenset({"文本", "长文本"})


@dataclass(frozen=True)
class Place:
    """A template address: sheet name, row and column from 1. For a list field the row is that of the tag row."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class Field:
    """One row of 字段, joined with the place of its tag.

    `name` is what formulas, JSON and `fill` use; a list field's name has no list prefix here (完成情况) and
    `list_name` says which list it belongs to. `prefill` is the 预填自 column as written: 任务.工作要求, 单位.名称,
    周期, 上期.责任科室, 上年.t3.carried_out.natural, or =formula (a computed default in an unlocked cell).
    `locked`: 是 always, 有值时 when the prefill gave a value, 否 never (column 锁定; empty = 是 for 任务./单位./周期,
    有值时 for 上年., 否 otherwise). 他表.… and 成员合计.… (see forms/outside) have no cell. `cell`: where on 字段 预填自
    stands.
    """

    name: str
    label: str
    type: str
    required: str = "否"  # 是, 否, or a formula
    options: str = ""
    prefill: str = ""
    compare: bool = False  # 上期对照: last period's value is shown beside the input
    public: bool = False
    guide: str = ""
    locked: str = "否"
    list_name: str = ""
    place: Place | None = None  # None: filled elsewhere (情况说明, 代填) or not laid out
    cell: str = ""

    @property
    def is_input(self) -> bool:
        """True when people may write here at least sometimes."""
        return self.locked != "是"


@dataclass(frozen=True)
class FormList:
    """A list that grows downwards from its tag row; `header_row` stands right above it."""

    name: str
    sheet: str
    header_row: int
    tag_row: int
    fields: tuple[Field, ...]  # in column order
    by_task: bool  # one row per (task, role) of the unit; else `blank_rows` empty rows
    blank_rows: int = 30
    lock_when: str = ""  # 设置·锁定行.<list>: formula over last period's row; such rows are locked and carried over

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True)
class Rule:
    """One row of 校验."""

    no: str  # 年报-表三-01
    id: str  # relation id, may be ""
    level: Level
    scope: str  # "" = 整表, else the list's name (逐行:进展)
    formula: str
    message: str
    remedy: str
    basis: str = ""
    trial_from: date | None = None
    effective_from: date | None = None
    cell: str = ""  # where on 校验 it stands

    @property
    def name(self) -> str:
        """What findings carry as `rule`: the relation id where there is one, else the number."""
        return self.id or self.no


@dataclass(frozen=True)
class Option:
    value: str
    guide: str = ""


@dataclass(frozen=True)
class SheetLayout:
    """The constant texts of one visible template sheet, by (row, column): what the reader matches against."""

    name: str
    labels: Mapping[tuple[int, int], str]
    tags: Mapping[tuple[int, int], str]  # layout tags that are no fields: 单位.名称, 周期, 上年.x …


@dataclass(frozen=True)
class Form:
    id: str  # 年报数据
    title: str
    period_kind: str  # 月, 季, 半年, 年, 常年
    due_rule: str  # formula, e.g. 工作日后(周期末,5)
    filers: str  # 有任务的单位, 全部, or unit classes joined by 、
    filed_by: str  # 单位 or 主管部门逐单位
    fields: tuple[Field, ...]  # single-cell fields
    lists: tuple[FormList, ...]
    options: Mapping[str, tuple[Option, ...]]
    rules: tuple[Rule, ...]
    blocks: Mapping[str, tuple[str, ...]]  # 区块: 表三 → field names
    sheets: tuple[SheetLayout, ...]
    digest: str = ""  # sha256 of the workbook's bytes
    edition: int = 0  # given by issue
    settings: Mapping[str, str] = field(default_factory=dict)
    source: bytes = field(default=b"", repr=False, compare=False)

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)

    def list(self, name: str) -> FormList | None:
        return next((x for x in self.lists if x.name == name), None)


EXPLANATION_LIST = "情况说明"
"""Every issued workbook has this sheet; its list has the columns 规则, 位置, 说明."""

STAND_IN_FIELDS = ("代填.填报人", "代填.来源", "代填.日期")
"""Every issued workbook has these three cells (on the sheet 情况说明): filled when the office files for a unit."""

GUIDE_SHEET = "填报说明"
TICKET_SHEET = "_票"
CHOICES_SHEET = "_选项"
MARK_SHEET = "_标"
CHECK_SHEETS = ("自检", "_参数", "_检", MARK_SHEET)
"""The page that people see, what comes from outside the workbook, the helper cells of all checks, and the mirror that
colours the cells people type into."""
DEFINITION_SHEETS = ("设置", "字段", "选项", "校验")
