"""退回: the error list that goes back with a workbook, for the person who has to mend it.

What must be mended comes first, the message before the code, consequences under their cause, and many cells with one
and the same fault are one line (their cells stand one by one on a second sheet).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.findings import CODES, GRAVITY, Finding, Level
from toolkit.forms.verdict import explained
from toolkit.model import VERDICT_NAMES, Period, Submission, Verdict
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import Cell, Column, Row, Sheet, column_letter, place
from toolkit.reports.wording import COUNTED_LEVELS, SAMPLE, contact, day_text, marked, rule_shown

FIRST, SINGLE = "退回说明", "逐格清单"
FOLD_FROM = 6  # that many cells with the same fault become one line
SHOWN_RANGES = 24

_COLUMNS = (
    Column("序号", "center", 6),
    Column("级别", "center", 8),
    Column("问题", width=42),
    Column("工作表", width=10),
    Column("单元格", width=15),
    Column("现填内容", width=16),
    Column("怎样修改", width=34),
    Column("依据", width=18),
    Column("规则编号", "center", 13),
)
_LEVEL_LOOKS = {Level.UNREADABLE: "alert", Level.FIX: "alert", Level.EXPLAIN: "warn", Level.NOTE: ""}


@dataclass(frozen=True)
class Entry:
    """One line of the list: findings that say the same, and the consequences that go away with them."""

    findings: tuple[Finding, ...]
    consequences: tuple[Entry, ...] = field(default=())

    @property
    def first(self) -> Finding:
        return self.findings[0]


def error_list(
    submission: Submission, office: str, phone: str, *, form_title: str = "", sample: bool = False, unmarked: str = ""
) -> bytes:
    """The workbook: 退回说明 (who, what, verdict, list), and 逐格清单 where lines stand for several cells.

    `unmarked`: why the department's own file could not be marked, "" where nothing needs saying."""
    entries = arranged(submission.findings)
    folded = [e for e in (*entries, *(c for e in entries for c in e.consequences)) if len(e.findings) > 1]
    single = _single_sheet(folded, sample)
    pages = [_first_sheet(submission, entries, _anchors(folded, single), office, phone, form_title, sample, unmarked)]
    pages += [single] if folded else []
    title = marked(f"{submission.unit or '报送材料'}退回说明", (SAMPLE,) if sample else ())
    return write_book(pages, title=title, made_on=submission.arrived_on, office=office)


# ---------------------------------------------------------------- arranging


def arranged(findings: Sequence[Finding]) -> tuple[Entry, ...]:
    """Causes by gravity, each with its consequences (of consequences, too); equal faults of many cells folded."""
    named = _by_name(findings)
    groups = _folded([f for f in findings if not _roots(f, named)])
    owner = {id(f): n for n, group in enumerate(groups) for f in group}
    below: dict[int, list[Finding]] = {}
    for f in findings:
        if roots := _roots(f, named):
            near = next((r for r in roots if (r.sheet, _row_of(r)) == (f.sheet, _row_of(f))), roots[0])
            below.setdefault(owner[id(near)], []).append(f)
    entries = [Entry(group, tuple(Entry(g) for g in _folded(below.get(n, ())))) for n, group in enumerate(groups)]
    return tuple(sorted(entries, key=lambda e: GRAVITY[e.first.level]))


def _by_name(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings by what `consequence_of` may call them: relation id, number that people see, or code."""
    named: dict[str, list[Finding]] = {}
    for f in findings:
        for name in dict.fromkeys((f.rule, f.rule_no, f.code)):
            if name:
                named.setdefault(name, []).append(f)
    return named


def _roots(f: Finding, named: Mapping[str, list[Finding]]) -> list[Finding]:
    """The findings at the start of the chain of causes; none for a cause, or when its cause is not in the list."""
    seen = {id(f)}
    roots: list[Finding] = []
    while f.consequence_of and (causes := [c for c in named.get(f.consequence_of, ()) if id(c) not in seen]):
        seen |= {id(c) for c in causes}
        roots, f = causes, causes[0]
    return [r for r in roots if not r.consequence_of or not named.get(r.consequence_of)]


def _row_of(f: Finding) -> str:
    return f.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")


def _folded(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for f in findings:
        groups.setdefault((f.level, f.code, f.rule, f.sheet, f.remedy if f.cell else f.message), []).append(f)
    folded: list[tuple[Finding, ...]] = []
    for group in groups.values():
        folded += [tuple(group)] if len(group) >= FOLD_FROM else [(f,) for f in group]
    return folded


# ---------------------------------------------------------------- words


def cells_text(findings: Sequence[Finding]) -> str:
    """Cells in few words: D12:D40、F7. What is no single cell stands as it is."""
    by_column: dict[int, list[int]] = {}
    others: list[str] = []
    for f in findings:
        if m := re.fullmatch(r"([A-Z]{1,3})([1-9]\d{0,6})", f.cell):
            by_column.setdefault(_column_number(m[1]), []).append(int(m[2]))
        elif f.cell and f.cell not in others:
            others.append(f.cell)
    ranges = [r for column, rows in sorted(by_column.items()) for r in _runs(column_letter(column), rows)]
    shown = [*ranges, *others]
    text = "、".join(shown[:SHOWN_RANGES])
    return text + ("等" if len(shown) > SHOWN_RANGES else "")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _runs(letter: str, rows: Iterable[int]) -> list[str]:
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [f"{letter}{a}" if a == b else f"{letter}{a}:{letter}{b}" for a, b in runs]


def what_text(findings: Sequence[Finding]) -> str:
    """One message, or for many cells what they have in common: “212 格：日期写成了文字”."""
    first = findings[0]
    if len(findings) == 1:
        return first.message
    same = all(f.message == first.message for f in findings)
    title = first.message if same or first.code not in CODES else CODES[first.code].title
    return f"{len(findings)} 格：{title.rstrip('。')}"


def verdict_words(submission: Submission) -> str:
    """What the verdict means for the sender, in one or two sentences."""
    counts = Counter(
        f.level
        for f in submission.findings
        if f.consequence_of is None and not (f.level is Level.EXPLAIN and explained(submission.draft, f))
    )
    match submission.verdict:
        case Verdict.REFUSED:
            return "本文件未能读取。请按下列提示处理后，重新放入收件文件夹。"
        case Verdict.RETURNED if counts[Level.FIX]:
            explain = f"另有 {counts[Level.EXPLAIN]} 处须说明。" if counts[Level.EXPLAIN] else ""
            return f"经核对，有 {counts[Level.FIX]} 处须修改。{explain}请修改后保存，重新放入收件文件夹。"
        case Verdict.RETURNED:
            return (
                f"经核对，有 {counts[Level.EXPLAIN]} 处与常理不符，须说明。"
                "如数据有误请改正；如属实，请在“情况说明”工作表写明原因，保存后重新放入收件文件夹。"
            )
        case Verdict.DEFERRED:
            return "本文件暂缓处理，下次收件时自动再读。请先核对下列事项。"
        case _:
            return "本文件已接收，无需重报。下列提示供核对参考。"


def _counts_words(findings: Sequence[Finding]) -> str:
    counts = Counter(f.level for f in findings)
    after = sum(f.consequence_of is not None for f in findings)
    words = "，".join(f"{level.value} {counts[level]} 处" for level in COUNTED_LEVELS if counts[level]) or "没有问题"
    return words + (f"（其中 {after} 处由其他问题引起，改正后随之消除）" if after else "")


# ---------------------------------------------------------------- sheets


def _first_sheet(
    s: Submission,
    entries: Sequence[Entry],
    anchors: dict[Entry, str],
    office: str,
    phone: str,
    form_title: str,
    sample: bool,
    unmarked: str,
) -> Sheet:
    rows: list[Row] = []
    for number, entry in enumerate(entries, start=1):
        rows.append(_entry_row(str(number), entry, anchors))
        rows += [_entry_row(f"{number}.{n}", c, anchors, after=True) for n, c in enumerate(entry.consequences, start=1)]
    asked = f"如有疑问，请致电{office}，电话：{phone}。" if phone else f"如有疑问，请与{office}联系。"
    return Sheet(
        FIRST,
        marked("报送材料退回说明" if not s.counts else "报送材料核对提示", (SAMPLE,) if sample else ()),
        _COLUMNS,
        rows,
        top=(_wide(verdict_words(s)), *_facts(s, form_title, office, phone)),
        notes=(
            *((f"原文件不便直接加标注（{unmarked}），请对照本表在原文件中逐项修改。",) if unmarked else ()),
            "“单元格”一栏为原工作簿中的位置，按“工作表!单元格”查找即可。标“随之出现”的，改正其上一条后一般自行消除。",
            "须修改：改正后重报。须说明：核对无误的，在“情况说明”工作表写明规则编号、位置和原因后重报。提示：供参考，不影响接收。",
            asked,
        ),
        freeze=False,
        filtered=bool(rows),
        mark=SAMPLE if sample else "",
    )


def _facts(s: Submission, form_title: str, office: str, phone: str) -> tuple[Row, ...]:
    period = Period.parse(s.period) if s.period else None
    version = f"（第 {s.version} 版）" if s.version else ""
    pairs = (
        (("报送单位", s.unit or "未能识别"), ("收件编号", s.receipt_no)),
        (("表单", (form_title or s.form or "未能识别") + version), ("收件日期", day_text(s.arrived_on))),
        (("周期", period.title if period else s.period or "未能识别"), ("结论", VERDICT_NAMES[s.verdict])),
        (("文件", s.file.replace("\n", " ")), ("联系", contact(office, phone))),
        (("问题数", _counts_words(s.findings)), ("内容校验", s.digest[:16])),
    )
    return tuple(_pair_row(left, right) for left, right in pairs)


def _wide(text: str) -> Row:
    return (Cell(text, "strong", across=len(_COLUMNS), kind="text"),)


def _pair_row(left: tuple[str, str], right: tuple[str, str]) -> Row:
    return (
        Cell(left[0], "head", across=2),
        None,
        Cell(left[1], across=2, kind="text"),
        None,
        Cell(right[0], "head"),
        Cell(right[1], across=4, kind="text"),
        None,
        None,
        None,
    )


def _entry_row(number: str, entry: Entry, anchors: dict[Entry, str], *, after: bool = False) -> Row:
    f, many = entry.first, len(entry.findings) > 1
    look = "muted" if after else ""
    what = f"随之出现：{what_text(entry.findings)}" if after else what_text(entry.findings)
    if many:
        where = f"{f.sheet}!{cells_text(entry.findings)}" if f.sheet else cells_text(entry.findings)
        value = Cell(f"见“{SINGLE}”", look, link=anchors[entry])
    else:
        where = f"{f.sheet}!{f.cell}" if f.sheet and f.cell else f.cell
        value = Cell(f.value, look)
    label = f"（{f.label}）" if f.label and f.label not in what and not many else ""
    return (
        Cell(number, look),
        Cell(f.level.value, look or _LEVEL_LOOKS[f.level]),
        Cell(what + label, look, indent=1 if after else 0),
        Cell(f.sheet or "—", look),
        Cell(where or "—", look),
        value,
        Cell("改正上一条后再核对" if after else f.remedy, look),
        Cell(f.basis, look),
        Cell(rule_shown(f), look),
    )


_SINGLE_COLUMNS = (
    Column("级别", "center", 9),
    Column("问题", cap=46),
    Column("工作表", cap=16),
    Column("单元格", cap=18),
    Column("项目", cap=30),
    Column("现填内容", cap=28),
    Column("怎样修改", cap=40),
    Column("规则编号", "center", cap=16),
)


def _single_sheet(folded: Sequence[Entry], sample: bool) -> Sheet:
    rows: list[Row] = []
    for entry in folded:
        for f in entry.findings:
            where = f"{f.sheet}!{f.cell}" if f.sheet and f.cell else f.cell
            rows.append((f.level.value, f.message, f.sheet, where, f.label, f.value, f.remedy, rule_shown(f)))
    return Sheet(
        SINGLE,
        marked("逐格清单", (SAMPLE,) if sample else ()),
        _SINGLE_COLUMNS,
        rows,
        lines=("“退回说明”中合并为一行的同类问题，在此逐格列出。",),
        mark=SAMPLE if sample else "",
    )


def _anchors(folded: Sequence[Entry], single: Sheet) -> dict[Entry, str]:
    """Where on 逐格清单 the cells of a folded line begin."""
    anchors: dict[Entry, str] = {}
    row = single.first_row
    for entry in folded:
        anchors[entry] = place(SINGLE, row, 0)
        row += len(entry.findings)
    return anchors
