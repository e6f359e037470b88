"""Rules as workbooks: all rules with what they have hit so far, and what a rule on trial would have hit.

Here stand the shapes that both commands fill (`zwgk list rules`, `zwgk rules try`), and what they look like printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from toolkit.findings import Finding, Level
from toolkit.forms.form import Form, Rule
from toolkit.model import VERDICT_NAMES, Period, Submission
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import Cell, Column, Row, Sheet
from toolkit.reports.wording import SAMPLE, contact, day_text, marked

BATCH_ONLY, IN_SHEET = "仅批处理", "自检、批处理"
RETURNED, EXPLAINED, NOTED, WAIVED = "会退回", "已说明，会接收", "只作提示", "已豁免，会接收"

# ---------------------------------------------------------------- what a rule has done


@dataclass(frozen=True)
class RuleUse:
    """One rule with its record over the archive. Counts are of submissions, `places` of findings."""

    form: Form
    rule: Rule
    live: bool  # runs in the issued workbook too; else 仅批处理
    reason: str = ""  # why it cannot, where it cannot
    submissions: int = 0
    places: int = 0
    returned: int = 0  # submissions that this rule alone was enough to return
    explained: int = 0
    last: date | None = None  # arrival of the newest submission that it spoke about

    @property
    def scope(self) -> str:
        return f"逐行:{self.rule.scope}" if self.rule.scope else "整表"


@dataclass(frozen=True)
class Office:
    """Whose workbook it is."""

    government: str
    name: str
    phone: str
    sample: bool


_RULE_COLUMNS = (
    Column("表单", cap=10),
    Column("编号", "center", 13),
    Column("级别", "center", 7),
    Column("适用", "center", 9),
    Column("提示", width=36),
    Column("改法", width=36),
    Column("触发份数", "number", 6),
    Column("触发处数", "number", 6),
    Column("退回份数", "number", 6),
    Column("已说明份数", "number", 7),
    Column("最近触发", "date", 11),
    Column("试行起", "date", 11),
    Column("生效起", "date", 11),
    Column("范围", "center", 11),
    Column("依据", width=30),
    Column("公式", width=70),
    Column("仅批处理的原因", width=30),
)
_PRINTED = 13  # what follows is for whoever writes rules: on the screen


def rule_book(uses: Sequence[RuleUse], office: Office, as_of: date) -> bytes:
    """校验规则一览: one line per rule in the order of the forms."""
    title = marked(f"{office.government}校验规则一览", (SAMPLE,) if office.sample else ())
    sheet = Sheet(
        "校验规则",
        title,
        _RULE_COLUMNS,
        tuple(_rule_row(u) for u in uses),
        lines=(_caption(office, as_of),),
        notes=(
            "适用：标“自检、批处理”的，填报时在工作簿的“自检”表中即时核对，报送后再核对一次；标“仅批处理”的，报送后才核对。",
            "触发份数为档案中触发过本规则的报送份数（每次报送计一份），退回份数为其中因本规则被退回的份数；"
            "已说明份数为其中在“情况说明”中写明原因的份数。",
            f"打印范围为前{_PRINTED}栏；范围、依据、公式可在屏幕上查阅。",
        ),
        freeze_columns=2,
        printed=_PRINTED,
    )  # fmt: skip
    return write_book([sheet], title=title, made_on=as_of, office=office.name)


def _rule_row(u: RuleUse) -> Row:
    r = u.rule
    return (
        u.form.id, r.no, r.level.value, IN_SHEET if u.live else Cell(BATCH_ONLY, "warn"), r.message, r.remedy,
        u.submissions or "", u.places or "", u.returned or "", u.explained or "", u.last, r.trial_from, r.effective_from,
        u.scope, r.basis, r.formula, u.reason,
    )  # fmt: skip


def _caption(office: Office, as_of: date) -> str:
    return "　　".join(t for t in (f"截至：{day_text(as_of)}", contact(office.name, office.phone)) if t)


# ---------------------------------------------------------------- what a rule would have done


@dataclass(frozen=True)
class Hit:
    """One submission that the rule speaks about. outcome: 会退回, 已说明，会接收, 只作提示 or 已豁免，会接收."""

    submission: Submission
    findings: tuple[Finding, ...]
    outcome: str


@dataclass(frozen=True)
class Trial:
    """A rule over the archive. Every submission that was judged stands in exactly one of the three: hits, held,
    not_computed."""

    form: Form
    rule: Rule
    periods: tuple[Period, ...]  # of what was judged, earliest first
    hits: tuple[Hit, ...] = ()
    held: int = 0
    not_computed: tuple[tuple[Submission, tuple[str, ...]], ...] = ()
    partly: tuple[tuple[Submission, tuple[str, ...]], ...] = ()  # held or hit, but some rows could not be computed
    every: bool = False  # all versions, not only the newest of each unit and period

    @property
    def judged(self) -> int:
        return len(self.hits) + self.held + len(self.not_computed)

    @property
    def returned(self) -> tuple[Hit, ...]:
        return tuple(h for h in self.hits if h.outcome == RETURNED)

    @property
    def newly(self) -> int:
        """How many of those that would be returned were accepted when they came."""
        return sum(h.submission.counts for h in self.returned)


_HIT_COLUMNS = (
    Column("单位", cap=24),
    Column("周期", "center", 12),
    Column("收件编号", "center", 16),
    Column("当时结论", "center", 12),
    Column("按本规则", "center", 12),
    Column("工作表", cap=14),
    Column("单元格", "center", 8),
    Column("栏目", cap=26),
    Column("填报内容", cap=20),
    Column("问题", width=46),
    Column("改法", width=36),
)
_MISSING_COLUMNS = (
    Column("单位", cap=24),
    Column("周期", "center", 12),
    Column("收件编号", "center", 16),
    Column("范围", "center", 10),
    Column("缺少的内容", width=80),
)


def trial_book(trial: Trial, office: Office, as_of: date) -> bytes:
    """试算结果, and 未能计算 where there is any."""
    rule = trial.rule
    title = marked(f"{rule.no}试算结果", (SAMPLE,) if office.sample else ())
    rows = [_hit_row(h, f) for h in trial.hits for f in h.findings]
    lines = (_caption(office, as_of), f"{trial.form.title}　{rule.no}（{rule.level.value}）　公式：{rule.formula}")
    sheets = [Sheet("试算结果", title, _HIT_COLUMNS, rows, lines=lines, notes=(verdict_line(trial),), freeze_columns=1)]
    lacking = [(s, "全部", words) for s, words in trial.not_computed] + [(s, "部分行", w) for s, w in trial.partly]
    if lacking:
        missing: list[Row] = [
            (s.unit, Period(s.period).title, s.receipt_no, part, "；".join(words)) for s, part, words in lacking
        ]
        sheets.append(Sheet("未能计算", f"{rule.no}未能计算的报送", _MISSING_COLUMNS, missing, lines=lines[:1]))
    return write_book(sheets, title=title, made_on=as_of, office=office.name)


def _hit_row(hit: Hit, f: Finding) -> Row:
    s = hit.submission
    return (
        s.unit, Period(s.period).title, s.receipt_no, VERDICT_NAMES[s.verdict],
        Cell(hit.outcome, "alert" if hit.outcome == RETURNED else ""), f.sheet, f.cell, f.label, f.value, f.message, f.remedy,
    )  # fmt: skip


def verdict_line(trial: Trial) -> str:
    """会退回 14 份，共 312 份 …: the answer in one sentence, every share adding up to all."""
    if not trial.judged:
        return "档案中没有可供试算的报送。"
    counts = {name: sum(h.outcome == name for h in trial.hits) for name in (EXPLAINED, WAIVED, NOTED)}
    first, last = trial.periods[0].title, trial.periods[-1].title
    span = first if first == last else f"{first}至{last}"
    version = "全部版次" if trial.every else "每单位每周期取最新的一份"
    parts = [f"共试算 {trial.judged} 份（{span}，{version}）"]
    if trial.rule.level is not Level.NOTE:
        newly = f"（其中 {trial.newly} 份原已接收）" if trial.newly else ""
        parts.append(f"会退回 {len(trial.returned)} 份{newly}")
    parts += [f"{name} {n} 份" for name, n in counts.items() if n or (name == NOTED and trial.rule.level is Level.NOTE)]
    parts.append(f"符合规则 {trial.held} 份")
    if trial.not_computed:
        parts.append(f"未能计算 {len(trial.not_computed)} 份")
    return "，".join(parts) + "。"
