"""Words out: results as the JSON of the contract and as lines for people. Pure; cli.py prints them."""

from __future__ import annotations

import errno
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.disk_words import disk_words
from toolkit.findings import CODES, Finding, Level, finding
from toolkit.model import VERDICT_NAMES, PeriodResult, Source, Verdict

if TYPE_CHECKING:  # a help page need not wait for the rooms that make what is worded here
    from toolkit.forms.form import Form, Rule
    from toolkit.history import History
    from toolkit.issuing import IssueLine
    from toolkit.receiving import FileResult
    from toolkit.reports.lineage import Explanation

_HELP_WORDS = (
    (r"\[OPTIONS\]", "[选项]"), (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]"), (r"^Options$", "选项"), (r"^Commands$", "命令"),
    (r"^Positional arguments$", "参数"), (r"Show the version and exit\.", "显示版本号。"),
    (r"Show this message and exit\.", "显示本说明。"), (r"\[required\]", "[必填]"), (r"\[default: (.*?)\]", r"[默认 \1]"), (r"\[(\d+)<=x<=(\d+)\]", r"[\1 至 \2]"),
    (r"\bTEXT$", "文字"), (r"\bINTEGER(?: RANGE)?$", "整数"), (r"\bDIRECTORY$", "文件夹"), (r"\b(?:PATH|FILE)$", "路径"),
)  # fmt: skip
_CALL_WORDS = (
    (r"'(.+?)' is not one of (.+?)\.", r"“\1”不在可选范围内：\2。"), (r"(\S+) is not in the range (\d+)<=x<=(\d+)\.", r"\1 不在 \2 至 \3 之间。"),
    (r"'(.+?)' is not a valid integer(?: range)?\.", r"“\1”不是整数。"),
    (r"(?:File|Directory|Path) '(.+?)' does not exist\.", r"没有“\1”。"),
    (r"(?:File|Directory|Path) '(.+?)' is a file\.", r"“\1”是文件，不是文件夹。"),
    (r"(?:File|Directory|Path) '(.+?)' is a directory\.", r"“\1”是文件夹，不是文件。"),
    (r"(?:File|Directory|Path) '(.+?)' is not readable\.", r"“\1”无法读取。"),
    (r"Got unexpected extra arguments? \((.+?)\)\.?", r"多出了“\1”。"),
    (r"Option '(.+?)' requires (?:an argument|\d+ arguments)\.", r"选项“\1”后面缺少内容。"),
    (r"Option '(.+?)' does not take a value\.", r"选项“\1”后面不带内容。"), (r"Missing command\.", "请写明命令。"),
)  # fmt: skip
_BLANK = re.compile(r"\{\w+\}")  # what a message of the catalogue fills in
_FINDING_KEYS = (
    "code", "rule", "level", "sheet", "cell", "field", "label", "value", "message", "remedy", "basis", "consequence_of",
)  # fmt: skip


def help_words(text: str) -> str:
    """A piece of a help page with the command-line library's English words in Chinese."""
    for pattern, words in _HELP_WORDS:
        text = re.sub(pattern, words, text)
    return text


def shown_width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def call_words(message: str) -> str:
    """What is wrong with a call, in Chinese; "" for an English message that is not known."""
    for pattern, words in _CALL_WORDS:
        message = re.sub(pattern, words, message)
    return message if any("一" <= c <= "鿿" for c in message) else ""


def finding_json(f: Finding) -> dict[str, Any]:
    body: dict[str, Any] = {k: getattr(f, k) for k in _FINDING_KEYS}
    body["level"] = str(f.level)
    body["rule_no"] = f.rule_no
    return body


def file_json(r: FileResult) -> dict[str, Any]:
    return {
        "file": r.file, "sha256": r.sha256, "verdict": str(r.verdict), "receipt_no": r.receipt_no, "form": r.form,
        "unit": r.unit, "period": r.period, "findings": [finding_json(f) for f in r.findings],
    }  # fmt: skip


def run_json(
    as_of: date, files: Sequence[FileResult], published: Sequence[str], notes: Mapping[str, Any]
) -> dict[str, Any]:
    counts = Counter(str(r.verdict) for r in files)
    return {
        "as_of": as_of.isoformat(),
        "files": [file_json(r) for r in files],
        "counts": {str(v): counts.get(str(v), 0) for v in Verdict},
        "published": list(published),
        **notes,
    }


def plain_value(value: object) -> object:
    """A figure as JSON: whole numbers as integers, decimals as numbers, days as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def source_json(s: Source) -> dict[str, Any]:
    return {"receipt_no": s.receipt_no, "file": s.file, "sheet": s.sheet, "cell": s.cell, "value": plain_value(s.value)}


def explanation_json(e: Explanation) -> dict[str, Any]:
    return {
        "address": e.address, "value": plain_value(e.value), "rule": e.rule, "from": list(e.parts),
        "cells": [source_json(c) for c in e.cells], "notes": list(e.notes),
    }  # fmt: skip


def explanation_lines(e: Explanation) -> list[str]:
    """A figure with its rule and sources; a code or a rule of a form with its words."""
    if e.address in CODES:
        return [f"{e.address}　{e.value}", f"提示：{_BLANK.sub('…', e.rule)}", *(_BLANK.sub("…", n) for n in e.notes)]
    if ":" not in e.address:
        return [e.address, f"公式：{e.rule}", *e.notes]
    lines = [f"{e.address} ＝ {plain_value(e.value)}", f"规则：{e.rule}", *e.notes]
    lines += [f"　来自 {part}" for part in e.parts]
    for c in e.cells:
        shown = "" if c.value is None else f" 填报值“{plain_value(c.value)}”"
        lines.append(f"　出处 {c.file} {c.sheet}!{c.cell}（收件编号 {c.receipt_no}）{shown}")
    return lines


def shown_findings(findings: Iterable[Finding], accepted: bool = False) -> list[str]:
    """Lines for people: consequences are folded under what caused them. What an `accepted` filing had to explain, it has."""
    found = tuple(findings)
    followers = Counter(f.consequence_of for f in found if f.consequence_of)
    lines = []
    for f in found:
        if f.consequence_of:
            continue
        place = f"{f.sheet}!{f.cell}" if f.cell else f.sheet
        label = f"（{f.label}）" if f.label else ""
        number = f"〔{f.rule_no or f.code}〕"
        more = followers.pop(f.rule, 0) if f.rule else 0  # said once, where several rows break one rule
        tail = f"（另有 {more} 条勾稽关系随之不符）" if more else ""
        level = "已说明" if accepted and f.level is Level.EXPLAIN else f.level
        lines.append(f"　[{level}] {place}{label} {f.message}{tail}{f.remedy} {number}".replace("]  ", "] "))
    return lines


_QUIET = frozenset({Verdict.SEEN, Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_NOTES})
"""What a run only counts; `check` shows every file."""


def file_lines(files: Sequence[FileResult], details: bool) -> list[str]:
    lines = []
    for r in files:
        if r.verdict in _QUIET and not details:
            continue
        number = f"  收件编号 {r.receipt_no}" if r.receipt_no else ""
        lines.append(f"{VERDICT_NAMES[r.verdict]}  {r.file}{number}")
        if details or r.verdict in (Verdict.RETURNED, Verdict.REFUSED, Verdict.DEFERRED):
            lines += shown_findings(r.findings, r.verdict in _QUIET)
    return lines


def counts_line(files: Sequence[FileResult]) -> str:
    counts = Counter(r.verdict for r in files)
    parts = [f"{VERDICT_NAMES[v]} {counts[v]} 份" for v in Verdict if counts[v]]
    return f"收件文件夹共 {len(files)} 份：" + "，".join(parts) + "。" if parts else "收件文件夹中没有文件。"


def office_line(tasks_without_unit: int, groups_unconfirmed: int) -> str:
    return f"没有可下发单位的任务 {tasks_without_unit} 项；待确认的单位分组 {groups_unconfirmed} 个。"


def issue_json(lines: Sequence[IssueLine], findings: Sequence[Finding], written: Sequence[str]) -> dict[str, Any]:
    return {
        "issued": [
            {
                "issue_no": x.issue.issue_no, "form": x.issue.form, "edition": x.issue.edition, "unit": x.issue.unit,
                "period": x.issue.period, "due_on": x.issue.due_on.isoformat() if x.issue.due_on else None,
                "rows": x.rows, "path": f"outbox/{x.path}", "unchanged": x.again,
            }
            for x in lines
        ],
        "findings": [finding_json(f) for f in findings],
        "written": [f"outbox/{n}" for n in written],
    }  # fmt: skip


def issue_lines(lines: Sequence[IssueLine], findings: Sequence[Finding]) -> list[str]:
    fresh = sum(not x.again for x in lines)
    groups = Counter((x.issue.form, x.issue.period) for x in lines)
    out = [f"{form} {period}：{n} 个单位" for (form, period), n in groups.items()]
    out.append(f"新下发 {fresh} 份，未变化 {len(lines) - fresh} 份；文件在 outbox/单位/<单位>/待填/。")
    return out + shown_findings(findings)


def status_json(results: Sequence[PeriodResult], history: History) -> dict[str, Any]:
    periods = []
    for r in results:
        states = Counter(f.state for f in r.filings)
        periods.append({
            "period": r.period.text, "title": r.period.title, "closed": history.closed(r.period.text),
            "filings": dict(sorted(states.items())),
            "missing": [{"form": f.form, "period": f.period, "unit": f.unit} for f in r.filings if f.state == "未报送"],
            "returned": [{"form": f.form, "unit": f.unit, "receipt_no": f.receipt_no} for f in r.filings if f.state == "已退回"],
            "tasks": dict(sorted(Counter(t.state for t in r.tasks).items())),
        })  # fmt: skip
    return {"periods": periods, "submissions": len(history.submissions), "evidence": len(history.evidence)}


def status_lines(results: Sequence[PeriodResult], history: History) -> list[str]:
    lines = []
    for r in results:
        mark = "（已定稿）" if history.closed(r.period.text) else ""
        states = "，".join(f"{k} {v}" for k, v in Counter(f.state for f in r.filings).items())
        lines.append(f"{r.period.title}{mark}：应报 {len(r.filings)} 份" + (f"，{states}" if states else ""))
        if r.tasks:
            lines.append("　任务：" + "，".join(f"{k} {v} 项" for k, v in Counter(t.state for t in r.tasks).items()))
        missing = [f"{f.unit}（{f.form}）" for f in r.filings if f.state == "未报送"]
        if missing:
            more = f"等 {len(missing)} 份" if len(missing) > 8 else ""
            lines.append("　未报送：" + "、".join(missing[:8]) + more)
    return lines or ["尚未下发任何表单。请运行 zwgk issue。"]


def forms_json(forms: Sequence[Form]) -> list[dict[str, Any]]:
    return [
        {
            "form": f.id, "title": f.title, "period_kind": f.period_kind, "edition": f.edition, "filers": f.filers,
            "fields": len(f.fields) + sum(len(x.fields) for x in f.lists), "rules": len(f.rules),
        }
        for f in forms
    ]  # fmt: skip


def fields_json(forms: Sequence[Form]) -> list[dict[str, Any]]:
    rows = [(f.id, "", x) for f in forms for x in f.fields]
    rows += [(f.id, x.name, field) for f in forms for x in f.lists for field in x.fields]
    return [
        {
            "form": form, "list": list_name, "field": x.name, "label": x.label, "type": x.type, "required": x.required,
            "public": x.public, "guide": x.guide,
        }
        for form, list_name, x in rows
    ]  # fmt: skip


def rule_json(form: Form, r: Rule) -> dict[str, Any]:
    return {
        "form": form.id, "no": r.no, "id": r.id, "level": str(r.level), "scope": r.scope or "整表", "formula": r.formula,
        "message": r.message, "remedy": r.remedy, "basis": r.basis,
    }  # fmt: skip


def disk_finding(error: OSError) -> Finding:
    """What the file system refused, in words: OUT-202 where we may not write, else OUT-201."""
    denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    where = f"“{error.filename}”" if error.filename else ""
    return finding("OUT-202" if denied else "OUT-201", reason=f"{where}{disk_words(error)}")


def held_findings(names: Iterable[str]) -> tuple[Finding, ...]:
    """Files of the outbox that somebody has open: each is named once, the next run brings it."""
    return tuple(finding("OUT-203", name=name) for name in dict.fromkeys(names))
