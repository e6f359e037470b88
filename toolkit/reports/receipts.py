"""Receipts: 回执/….txt for each submission, 回执.csv for the office. One event, one entry; nothing in it can act."""

from __future__ import annotations

from collections import Counter
from datetime import date

from toolkit.findings import Finding, Level
from toolkit.forms.verdict import explained
from toolkit.merge import stand_in_line
from toolkit.model import VERDICT_NAMES, Period, PeriodResult, Submission, Verdict
from toolkit.office.sheet_model import visible
from toolkit.reports.data import csv_bytes
from toolkit.reports.returned import arranged, cells_text, what_text
from toolkit.reports.wording import COUNTED_LEVELS, SAMPLE, contact, day_text

_NEXT: dict[Verdict, str] = {
    Verdict.ACCEPTED: "无需再作处理。请妥善保存本回执，作为已报送的凭证。",
    Verdict.ACCEPTED_WITH_NOTES: (
        "已接收，无需重报。请留意下列提示；确需更正的，修改后再次报送即可，以最后一次接收的为准。"
    ),
    Verdict.RETURNED: (
        "请按“退回”文件夹中的问题清单修改（须说明的，请填写“情况说明”工作表），保存后重新放入收件文件夹。"
        "此前已接收的版本继续有效。"
    ),
    Verdict.REFUSED: "本文件未能读取，请按下列提示处理后重新放入收件文件夹。",
    Verdict.DEFERRED: "本次暂缓处理，下次收件时自动再读，一般无需重报；下列事项涉及多份文件的，请先确认。",
    Verdict.IGNORED: "本文件不作为报送材料处理，无需重报。",
    Verdict.SEEN: "相同内容此前已经收到，不重复计数，无需再作处理。",
}
EXPLAINED = "已说明"
_LISTED = 10  # findings quoted in a receipt; the returned workbook has them all


def receipt_text(
    submission: Submission,
    *,
    government: str,
    office: str,
    phone: str,
    form_title: str = "",
    sample: bool = False,
) -> str:
    """The receipt of one submission, lines separated by CRLF; the caller writes it as UTF-8 with BOM."""
    s = submission
    title = f"{government}政务公开报送回执"
    lines = [title + (f"（{SAMPLE}）" if sample else ""), ""]
    lines += [f"{label}：{_line(value)}" for label, value in _facts(s, form_title)]
    lines += ["", f"结论：{verdict_text(s)}", f"下一步：{_NEXT[s.verdict]}"]
    if s.verdict is Verdict.RETURNED and phone:
        lines[-1] += f"如有疑问，请致电{phone}。"
    quoted = _quoted(s)
    if quoted:
        lines += ["", "事项：", *quoted]
    if s.waived:
        lines += ["", f"经办公室核准免予修改的规则：{_line('、'.join(s.waived))}"]
    if s.excluded:
        lines += ["", "本次报送已由办公室剔除，不计入汇总。"]
    lines += ["", f"{_line(contact(office, phone))}", day_text(s.arrived_on)]
    return "\r\n".join(lines) + "\r\n"


def evidence_receipt(
    receipt_no: str,
    file: str,
    digest: str,
    unit: str,
    arrived_on: date,
    *,
    government: str,
    office: str,
    phone: str,
    sample: bool = False,
) -> str:
    """The receipt of a file in 佐证: registered and kept as it is, its content not looked at. Lines end in CRLF."""
    facts = [
        ("收件编号", receipt_no), ("单位", unit or "未能识别"), ("类别", "佐证材料"), ("收件日期", day_text(arrived_on)),
        ("文件", _line(file)), ("内容校验（sha256）", digest), ("结论", "已登记存档，不解析内容"),
    ]  # fmt: skip
    title = f"{government}政务公开佐证材料收件回执" + (f"（{SAMPLE}）" if sample else "")
    lines = [title, "", *(f"{name}：{text}" for name, text in facts), "", _line(contact(office, phone))]
    return "\r\n".join([*lines, ""])


def _facts(s: Submission, form_title: str) -> list[tuple[str, str]]:
    period = Period.parse(s.period) if s.period else None
    facts = [
        ("收件编号", s.receipt_no),
        ("单位", s.unit or "未能识别"),
        ("表单", form_title or s.form or "未能识别"),
        ("周期", period.title if period else s.period or "未能识别"),
    ]
    if s.version:
        facts.append(("版本", f"第 {s.version} 版"))
    facts += [("收件日期", day_text(s.arrived_on)), ("文件", s.file), ("内容校验（sha256）", s.digest)]
    if stand_in := stand_in_line(s.draft):
        facts.append(("填报方式", stand_in))
    return facts


def verdict_text(s: Submission) -> str:
    """The verdict in words, with the number of findings of each level."""
    counts = Counter(_weight(s, f) for f in s.findings)
    names = [
        n for level in COUNTED_LEVELS for n in ((level.value, EXPLAINED) if level is Level.EXPLAIN else (level.value,))
    ]
    parts = [f"{name} {counts[name]} 处" for name in names if counts[name]]
    following = sum(1 for f in s.findings if f.consequence_of)
    note = f"（{following} 处由其他问题引起，改正后随之消除）" if following else ""
    return VERDICT_NAMES[s.verdict] + (f"，其中{'、'.join(parts)}{note}" if parts else "")


def _weight(s: Submission, f: Finding) -> str:
    """The level in words; what 情况说明 explains, or explains the cause of, asks for nothing any more."""
    told = [f, *(x for x in s.findings if f.consequence_of and x.rule == f.consequence_of)]
    return EXPLAINED if f.level is Level.EXPLAIN and any(explained(s.draft, x) for x in told) else f.level.value


def _quoted(s: Submission) -> list[str]:
    """What the error list says, in its order, consequences left out."""
    entries = arranged(s.findings)
    lines = []
    for n, entry in enumerate(entries[:_LISTED], start=1):
        f, cells = entry.first, cells_text(entry.findings)
        message = what_text(entry.findings).rstrip("。")
        where = f"（{f.sheet}!{cells}）" if f.sheet and cells else f"（{f.sheet}）" if f.sheet else ""
        weights = {_weight(s, x) for x in entry.findings}
        done = weights == {EXPLAINED}
        remedy = "" if done else f.remedy
        lines.append(f"{n}. 〔{EXPLAINED if done else f.level.value}〕{_line(f'{message}{where}。{remedy}')}")
    if len(entries) > _LISTED:
        lines.append(f"其余 {len(entries) - _LISTED} 项见问题清单。")
    return lines


def _line(text: str) -> str:
    """A text on one line: a file name must not be able to fake a second entry."""
    return visible(text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " "))


_HEADER = (
    "收件编号", "收件日期", "单位", "表单", "周期", "版本", "结论", "未能读取", "须修改", "须说明", "提示",
    "免予修改的规则", "已剔除", "文件", "内容校验（sha256）", "代填",
)  # fmt: skip


def receipts_csv(result: PeriodResult) -> bytes:
    """回执.csv: one line per submission of the period, in order of receipt. UTF-8 with BOM, CRLF."""
    return csv_bytes(_HEADER, [_row(s) for s in result.submissions])


def _row(s: Submission) -> tuple[str | int, ...]:
    counts: Counter[Level] = Counter(f.level for f in s.findings)
    return (
        s.receipt_no,
        s.arrived_on.isoformat(),
        s.unit,
        s.form,
        s.period,
        s.version,
        VERDICT_NAMES[s.verdict],
        *(counts[level] for level in COUNTED_LEVELS),
        "、".join(s.waived),
        "是" if s.excluded else "",
        _line(s.file),
        s.digest,
        _line(stand_in_line(s.draft)),
    )
