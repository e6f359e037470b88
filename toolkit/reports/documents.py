"""Every Word document of a period: which templates there are, what each gets, what each document is called.

A file `templates/docx/<名称>@<单位|周期|年度>.docx` is a report; nothing else has to be registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from toolkit.findings import Finding, finding
from toolkit.model import AnnualReport, PeriodResult, Unit
from toolkit.office.word_check import Fault
from toolkit.office.word_out import Template, compile_template
from toolkit.reports import annual, bulletin, context, notice
from toolkit.workspace import path_name

_FILE = re.compile(r"(?P<report>.+)@(?P<scope>[^@]+)\.docx", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """One finished document. `name` is the whole file name, safe on Windows; `unit` is "" unless scope is 单位."""

    name: str
    scope: str  # 单位, 周期, 年度 (what is made of @收件 goes back by itself: `returned_documents`)
    report: str  # 政府信息公开工作年度报告, 工作通报 or the template's own name
    unit: str
    data: bytes


@dataclass(frozen=True)
class Report:
    """What a template is by its file name, and which names it may and must use."""

    file: str
    name: str
    scope: str
    own: Mapping[str, str]  # names beyond the common ones, with their meaning
    blocks: frozenset[str] = frozenset()  # those of `own` that are tables
    required: frozenset[str] = frozenset()  # blocks that must be placed exactly once

    @property
    def known(self) -> frozenset[str]:
        return frozenset({*context.keys(self.scope), *self.own})

    @property
    def is_annual(self) -> bool:
        return self.name == annual.NAME and self.scope in (context.UNIT, context.YEAR)


_TABLES = frozenset({"表二", "表三", "表四"})
_ANNUAL_KEYS: Mapping[str, str] = {
    "标题": "机关名称、年份和报告名称；一行排不下时分为两行",
    "开头段": "“一、”之前的说明段，自动生成",
    "总体情况": "段落列表，每段有 题（“（一）”小标题）和 文；汇总报告由数字生成，其余内容由办公室在模板中直接写入",
    "存在的主要问题": "段落列表，同上",
    "其他事项": "段落列表，同上",
    "表二": "主动公开政府信息情况表，写作 {{p 表二 }}",
    "表三": "收到和处理政府信息公开申请情况表，写作 {{p 表三 }}",
    "表四": "政府信息公开行政复议、行政诉讼情况表，写作 {{p 表四 }}",
    "表二说明": "对表二数字的说明，没有的为空",
    "表三说明": "对表三数字的说明，没有的为空",
    "表四说明": "对表四数字的说明，没有的为空",
    "其他说明": "未指明表的说明，没有的为空",
    "编制单位": "落款单位",
}
_BULLETIN_KEYS: Mapping[str, str] = {
    "标题": "通报标题",
    "开头段": "第一段",
    "总体进展": "段落列表",
    "报送情况": "段落列表",
    "关注事项": "段落列表",
    "下一步工作": "段落列表",
    "附件": "附件名称列表，没有附件的为空",
    "进展表标签": "“附件”或“附件1”，没有该附件的为空",
    "进展表": "各单位任务进展情况表，写作 {{p 进展表 }}；单位超过60个的为空",
    "说明表标签": "“附件”或“附件2”，没有该附件的为空",
    "说明表": "情况说明表，写作 {{p 说明表 }}；没有说明的为空",
}


def report_of(file: str) -> Report | None:
    """The report that a template's file name names, None when the name is not of the pattern."""
    m = _FILE.fullmatch(file)
    if m is None or m["scope"] not in context.SCOPES:
        return None
    name, scope = m["report"].strip(), m["scope"]
    if name == annual.NAME and scope in (context.UNIT, context.YEAR):
        return Report(file, name, scope, _ANNUAL_KEYS, _TABLES, _TABLES)
    if (name, scope) == (bulletin.NAME, context.PERIOD):
        return Report(file, name, scope, _BULLETIN_KEYS, frozenset({"进展表", "说明表"}))
    if scope == context.RECEIPT:
        return Report(file, name, scope, notice.KEYS)
    return Report(file, name, scope, {})


def context_keys() -> dict[str, dict[str, str]]:
    """What `zwgk list reports` shows: for each kind of template the names it may use and what they hold."""
    return {
        **{f"@{scope}": context.keys(scope) or dict(notice.KEYS) for scope in context.SCOPES},
        f"{annual.NAME}@单位、{annual.NAME}@年度": dict(_ANNUAL_KEYS),
        f"{bulletin.NAME}@周期": dict(_BULLETIN_KEYS),
    }


def render_all(
    result: PeriodResult, templates: Mapping[str, bytes]
) -> tuple[tuple[Document, ...], tuple[Finding, ...]]:
    """Every document of the period, templates in the order of their names, units in the order of the roster.

    `templates`: file name → bytes. A template that is wrong gives OUT-204 and no document; the others are not touched.
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    for file in sorted(templates):
        if file.startswith(("~$", ".")) or not file.lower().endswith(".docx"):
            continue
        report = report_of(file)
        if report is None:
            reason = "文件名应为“名称@单位.docx”“名称@周期.docx”“名称@年度.docx”或“名称@收件.docx”。"
            findings.append(_wrong(file, Fault("", reason)))
            continue
        if report.scope == context.RECEIPT or (report.scope == context.YEAR and result.period.kind != "年"):
            continue
        template, faults = checked(report, templates[file])
        if template is None:
            findings += [_wrong(file, fault) for fault in faults]
            continue
        made, more = _render(result, report, template)
        documents += made
        findings += more
    return _distinct(documents), tuple(findings)


def returned_documents(
    file: str, data: bytes, views: Mapping[str, Mapping[str, object]]
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """The documents that a template @收件 makes of these views, by their keys; OUT-204 where the template is wrong."""
    report = report_of(file)
    assert report is not None
    template, faults = checked(report, data)
    made: dict[str, bytes] = {}
    wrong = dict.fromkeys(faults)
    for key, view in views.items() if template is not None else ():
        assert template is not None
        sample = "" if "示例标记" in template.names else str(view["示例标记"])
        out = template.render(view, f"{report.name}-{view['单位'] or view['收件编号']}", sample)
        if isinstance(out, Fault):
            wrong.setdefault(out)
        else:
            made[key] = out
    return made, tuple(_wrong(file, fault) for fault in wrong)


def checked(report: Report, data: bytes) -> tuple[Template | None, tuple[Fault, ...]]:
    """The compiled template, or why it cannot be used: what the file itself shows, then what it lacks."""
    template, faults = compile_template(data, report.known, report.blocks)
    if template is None:
        return None, faults
    lacking = []
    for tag in sorted(report.required):
        times = template.placed.get(tag, 0)
        if times != 1:
            said = "缺少标签" if times == 0 else f"标签出现了{times}次，应只出现一次："
            lacking.append(Fault(f"{{{{p {tag} }}}}", f"{said}“{{{{p {tag} }}}}”"))
    return (None, tuple(lacking)) if lacking else (template, ())


def _wrong(file: str, fault: Fault, unit: str = "") -> Finding:
    place = {"file": file, "value": fault.tag, **({"label": unit} if unit else {})}
    about = f"（{unit}）" if unit else ""
    return finding("OUT-204", place=place, name=file, reason=f"{fault.reason.rstrip('。')}{about}。")


_Job = tuple[str, str, str, Callable[[], dict[str, object]]]  # file name, unit, title, context


def _render(result: PeriodResult, report: Report, template: Template) -> tuple[list[Document], list[Finding]]:
    made: list[Document] = []
    wrong: dict[Fault, str] = {}
    for name, unit, title, data in _jobs(result, report):
        out = template.render(data(), title, _notice(result, template))
        if isinstance(out, Fault):
            wrong.setdefault(out, unit)  # the same fault for forty units is one finding
            continue
        made.append(Document(path_name(name), report.scope, report.name, unit, out))
    return made, [_wrong(report.file, fault, unit) for fault, unit in wrong.items()]


def _notice(result: PeriodResult, template: Template) -> str:
    """What a template has no place for must still be said: 送审稿, 示例数据."""
    marks = context.common(result)
    missing = [str(marks[k]) for k in ("草稿标记", "示例标记") if k not in template.names]
    return "　".join(mark for mark in missing if mark)


def _jobs(result: PeriodResult, report: Report) -> Iterator[_Job]:
    period = result.period
    if report.is_annual:
        yield from _annual_jobs(result, report)
    elif report.scope == context.UNIT:
        mine = context.by_unit(result)
        for unit in result.roster.units:
            if unit.active(period):
                name = f"{report.name}-{unit.name}-{period}"
                yield f"{name}.docx", unit.name, name, partial(context.for_unit, result, unit, mine)
    elif (report.name, report.scope) == (bulletin.NAME, context.PERIOD):
        view = bulletin.view(result)
        yield f"{bulletin.NAME}.docx", "", str(view["标题"]), partial(_whole, result, view)
    else:
        name = f"{report.name}-{period}"
        yield f"{name}.docx", "", name, partial(context.for_all, result)


def _annual_jobs(result: PeriodResult, report: Report) -> Iterator[_Job]:
    """Annual reports exist for a year: one per unit whose report may be rendered, one for the government."""
    year, total = result.period.year, result.consolidated
    if result.period.kind != "年":
        return
    if report.scope == context.UNIT:
        mine = context.by_unit(result)
        for unit in result.roster.units:
            filed = result.annual.get(unit.name)
            if filed is not None and filed.renderable:
                title = annual.title(unit.name, year)
                yield f"{title}.docx", unit.name, title, partial(_unit_report, result, unit, filed, mine)
    elif total is not None:
        title = annual.title(result.government, year)
        yield f"{title}.docx", "", title, partial(_whole, result, annual.consolidated_view(result, total))


def _unit_report(result: PeriodResult, unit: Unit, filed: AnnualReport, mine: context.ByUnit) -> dict[str, object]:
    return {**context.for_unit(result, unit, mine), **annual.unit_view(result, unit, filed)}


def _whole(result: PeriodResult, view: Mapping[str, object]) -> dict[str, object]:
    return {**context.for_all(result), **view}


def _distinct(documents: list[Document]) -> tuple[Document, ...]:
    """No two documents of one name in one folder (two unit names may differ only in what Windows forbids)."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for d in documents:
        key = (d.scope, d.name.casefold())
        seen[key] = seen.get(key, 0) + 1
        name = d.name if seen[key] == 1 else f"{d.name.removesuffix('.docx')}({seen[key]}).docx"
        found.append(Document(name, d.scope, d.report, d.unit, d.data))
    return tuple(found)
