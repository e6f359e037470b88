"""退回说明: the first sheet of a workbook that goes back marked. Whoever opens it needs nothing else.

What must be mended first, grouped by cause; each place a jump; then every cell of a group by itself, and what became
of the last try.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.findings import Finding, Level
from toolkit.forms.annotate import first_cell
from toolkit.forms.verdict import explained
from toolkit.model import Period, Submission
from toolkit.office.cell_values import address
from toolkit.office.front_sheet import FrontCell, FrontPage, FrontRow
from toolkit.reports.returned import Entry, arranged, cells_text, verdict_words, what_text
from toolkit.reports.wording import SAMPLE, contact, day_text, marked, rule_shown

WIDTHS = (6.0, 9.0, 43.0, 27.0, 17.0, 38.0, 20.0, 15.0)
MOST_ENTRIES, MOST_CELLS, MOST_FIXED = 1_500, 2_000, 300
_HEADS = ("序号", "级别", "问题", "位置（点击跳转）", "现填内容", "怎样修改", "依据", "规则编号")
_LOOKS = {Level.UNREADABLE: "alert", Level.FIX: "alert", Level.EXPLAIN: "warn", Level.NOTE: "centre"}
_GUIDE = (
    "怎样改：点击“位置”跳到该格，改正后直接保存本工作簿，重新放入收件文件夹即可。本表、颜色和批注不必删除，收件时不计入。",
    "红色格须修改；黄色格须说明：核对无误的，在“情况说明”工作表写明规则编号、位置和原因。格内批注写有原因和改法。",
)
_SIGNED = "原文件带有数字签名，加标注后签名失效，已在本份中去除；原文件仍按原样存档。"
_DUE = (Level.UNREADABLE, Level.FIX, Level.EXPLAIN)


def return_page(
    s: Submission,
    office: str,
    phone: str,
    *,
    form_title: str = "",
    sample: bool = False,
    earlier: Sequence[Finding] = (),
) -> FrontPage:
    """The page. `earlier`: what the last try was returned for."""
    entries = arranged(s.findings)
    rows: list[FrontRow] = [
        _across(marked("报送材料退回说明", (SAMPLE,) if sample else ()), "title"),
        _across(verdict_words(s), "strong"),
        *_facts(s, form_title, office, phone),
        *(_across(text, "plain") for text in _GUIDE),
        (),
        tuple(FrontCell(text, "head") for text in _HEADS),
    ]
    signature_at = len(rows) - 2
    for number, entry in enumerate(entries[:MOST_ENTRIES], start=1):
        rows.append(_entry(str(number), entry, s))
        rows += [_entry(f"{number}.{n}", c, s, after=True) for n, c in enumerate(entry.consequences, start=1)]
    if len(entries) > MOST_ENTRIES:
        rows.append(
            _across(f"以上列出 {MOST_ENTRIES} 项，另有 {len(entries) - MOST_ENTRIES} 项，请先改正以上各项。", "plain")
        )
    rows += _single(entries)
    rows += _compared(earlier, s.findings) if earlier else []
    asked = f"如有疑问，请致电{office}，电话：{phone}。" if phone else f"如有疑问，请与{office}联系。"
    rows += [(), _across(asked, "strong")]
    footer = f"{s.unit}　收件编号 {s.receipt_no}" + (f"　{SAMPLE}" if sample else "")
    return FrontPage(WIDTHS, rows, footer, when_signed=(signature_at, _across(_SIGNED, "plain")))


def _across(text: str, look: str) -> FrontRow:
    return (FrontCell(text, look, across=len(WIDTHS)), *[None] * (len(WIDTHS) - 1))


def _facts(s: Submission, form_title: str, office: str, phone: str) -> list[FrontRow]:
    period = Period.parse(s.period) if s.period else None
    version = f"（第 {s.version} 版）" if s.version else ""
    pairs = (
        ("报送单位", s.unit or "未能识别", "收件编号", s.receipt_no),
        ("表单", (form_title or s.form or "未能识别") + version, "收件日期", day_text(s.arrived_on)),
        ("周期", period.title if period else s.period or "未能识别", "联系", contact(office, phone)),
        ("原文件", s.file.replace("\n", " "), "内容校验", s.digest[:16]),
    )
    return [
        (
            FrontCell(left, "label", across=2), None, FrontCell(value, "fact", across=2), None,
            FrontCell(right, "label"), FrontCell(other, "fact", across=3), None, None,
        )
        for left, value, right, other in pairs
    ]  # fmt: skip


# ---------------------------------------------------------------- the list


def _entry(number: str, entry: Entry, s: Submission, *, after: bool = False) -> FrontRow:
    f, many = entry.first, len(entry.findings) > 1
    look = "muted" if after else ""
    what = what_text(entry.findings)
    label = f"（{f.label}）" if f.label and f.label not in what and not many else ""
    level = f.level.value
    if f.level is Level.EXPLAIN and all(explained(s.draft, x) for x in entry.findings):
        level, look = "已说明", "muted"
    return (
        FrontCell(number, "aside" if after else "centre"),
        FrontCell(level, "aside" if look else _LOOKS[f.level]),
        FrontCell(f"随之出现：{what}" if after else what + label, look),
        _place(entry.findings, look),
        FrontCell("逐格见下" if many else f.value, look),
        FrontCell("改正上一条后再核对" if after else f.remedy, look),
        FrontCell(f.basis, look),
        FrontCell(rule_shown(f), look),
    )


def _place(findings: Sequence[Finding], look: str) -> FrontCell:
    f = findings[0]
    cells = cells_text(findings)
    text = f"{f.sheet}!{cells}" if f.sheet and cells else cells or f.sheet or "—"
    at = first_cell(f.cell)
    return FrontCell(text, look, jump=(f.sheet, address(*at)) if f.sheet and at is not None else None)


def _single(entries: Sequence[Entry]) -> list[FrontRow]:
    """Every cell of the lines that stand for many, one by one."""
    folded = [e for x in entries for e in (x, *x.consequences) if len(e.findings) > 1]
    if not folded:
        return []
    every = [f for e in folded for f in e.findings]
    rows: list[FrontRow] = [
        (),
        _across("逐格清单（上表合并为一行的同类问题）", "section"),
        tuple(FrontCell(t, "head") for t in _HEADS),
    ]
    for number, f in enumerate(every[:MOST_CELLS], start=1):
        look = "muted" if f.consequence_of is not None else ""
        rows.append(
            (
                FrontCell(str(number), "aside" if look else "centre"),
                FrontCell(f.level.value, "aside" if look else _LOOKS[f.level]),
                FrontCell(f.message + (f"（{f.label}）" if f.label and f.label not in f.message else ""), look),
                _place((f,), look),
                FrontCell(f.value, look),
                FrontCell(f.remedy, look),
                FrontCell(f.basis, look),
                FrontCell(rule_shown(f), look),
            )
        )
    if len(every) > MOST_CELLS:
        rows.append(_across(f"另有 {len(every) - MOST_CELLS} 格同类问题，位置见上表。", "plain"))
    return rows


# ---------------------------------------------------------------- since the last try


def _compared(earlier: Sequence[Finding], now: Sequence[Finding]) -> list[FrontRow]:
    old, new = _due(earlier), _due(now)
    groups = (
        ("已改正", [f for key, f in old.items() if key not in new]),
        ("新出现", [f for key, f in new.items() if key not in old]),
        ("仍存在", [f for key, f in new.items() if key in old]),
    )
    counts = "，".join(f"{word} {len(found)} 处" for word, found in groups)
    heads = ("", "与上次相比", "问题", "位置（点击跳转）", "", "", "", "规则编号")
    rows: list[FrontRow] = [
        (),
        _across(f"与上次报送相比：{counts}", "section"),
        (FrontCell("与上次", "head", across=2), None, *(FrontCell(t, "head") for t in heads[2:4]),
         FrontCell("上次所填 / 现填", "head"), FrontCell("怎样修改", "head", across=2), None, FrontCell(heads[7], "head")),
    ]  # fmt: skip
    for word, found in groups:
        for entry in arranged(found)[:MOST_FIXED]:
            f, look = entry.first, "muted" if word == "已改正" else ""
            rows.append(
                (
                    FrontCell(word, "aside" if look else ("alert" if word == "新出现" else "centre"), across=2), None,
                    FrontCell(what_text(entry.findings), look), _place(entry.findings, look),
                    FrontCell("" if len(entry.findings) > 1 else f.value, look),
                    FrontCell("" if word == "已改正" else f.remedy, look, across=2), None, FrontCell(rule_shown(f), look),
                )
            )  # fmt: skip
    return rows


def _due(findings: Sequence[Finding]) -> Mapping[tuple[str, ...], Finding]:
    """What had to be done, by what and where; consequences come and go with their cause."""
    return {
        (f.code, f.rule, f.sheet, f.cell, f.field if not f.cell else ""): f
        for f in findings
        if f.level in _DUE and f.consequence_of is None
    }
