"""Words in, words out, exit code. Every command opens the desk, calls one verb and prints.

The one place that knows click, and that turns Halt, OSError and our own faults into words and exit codes.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from toolkit import __version__
from toolkit.workspace import (
    BUSY,
    CONFIG_NAME,
    CONFIGURATION,
    FAULT,
    IO_ERROR,
    USAGE,
    Halt,
    Workspace,
    open_workspace,
    run_lock,
)


class _Page(click.HelpFormatter):
    """Help pages in Chinese: click's own few English words are replaced where the page is written."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        from toolkit.wording import help_words

        super().write_usage(prog, help_words(args), prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        from toolkit.wording import help_words

        self.write(f"{'':>{self.current_indent}}{help_words(heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        from toolkit.wording import help_words, shown_width

        words = [(help_words(first), help_words(second)) for first, second in rows]
        widest = max(shown_width(first) for first, _ in words)
        for first, second in words:
            space = " " * (widest - shown_width(first) + col_spacing)
            self.write(f"{'':>{self.current_indent}}{first}{space}{second}\n")


click.Context.formatter_class = _Page


class _Day(click.ParamType[Any]):
    name = "日期"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2025-01-20 的样式。", param, ctx)


AS_OF = click.option(
    "--as-of", type=_Day(), default=None, metavar="日期", help="以哪一天为准（默认今天）。例：2025-01-20"
)
OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="写成工作簿，写到这里。"
)
JSON = click.option("--json", "as_json", is_flag=True, help="在标准输出给出一个 JSON 文档。")


def _today(as_of: date | None) -> date:
    return as_of or datetime.now().date()


def say(lines: Iterable[str], as_json: bool, body: object) -> None:
    """One JSON document, or lines for people."""
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False, indent=1, default=str))
    else:
        for line in lines:
            click.echo(line)


def _own_up(held: Sequence[str]) -> None:
    """Files that somebody has open are not in place: said, and no success."""
    from toolkit.wording import held_findings, shown_findings

    for line in shown_findings(held_findings(held)):
        click.echo(line, err=True)
    if held:
        raise SystemExit(IO_ERROR)


class _Context:
    """What the words before the command say."""

    def __init__(self, given: Path | None) -> None:
        self.given = given

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.given, Path.cwd())

    @property
    def found(self) -> Workspace | None:
        """The workspace where there is one: reading a document needs none."""
        try:
            return self.workspace
        except Halt:
            if self.given is not None:
                raise
            return None


pass_context = click.make_pass_decorator(_Context)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-w",
    "--workspace",
    "given",
    type=click.Path(path_type=Path),
    help="工作区文件夹（默认从当前文件夹向上查找 zwgk.toml）。",
)
@click.version_option(__version__, prog_name="zwgk")
@click.pass_context
def cli(ctx: click.Context, given: Path | None) -> None:
    """政务公开批量报表工具：表格下发、收件校验、汇总考核、报告生成。

    例：zwgk run --period 2024 --as-of 2025-01-20
    """
    ctx.obj = _Context(given)


def _periods(texts: Sequence[str]) -> list[Any]:
    from toolkit.model import Period

    found = []
    for text in texts:
        period = Period.parse(text)
        if period is None:
            raise Halt(USAGE, "IN-411", f"“{text}”不是周期。", "请写成 2024、2024H1、2024Q3 或 2024-06 的样式。")
        found.append(period)
    return found


def _jobs(given: int, workspace: Workspace) -> int:
    return given or workspace.config.jobs or min(os.cpu_count() or 1, 8)


class _Bar:
    """Progress on a terminal, nothing in a log."""

    def __init__(self, title: str, as_json: bool) -> None:
        self.title = title
        self.bar: Any = None
        self.wanted = sys.stderr.isatty() and not as_json

    def __enter__(self) -> Callable[[int], None] | None:
        if not self.wanted:
            return None
        from rich.console import Console
        from rich.progress import Progress

        self.bar = Progress(console=Console(stderr=True), transient=True)
        task = self.bar.add_task(self.title, total=None)
        self.bar.start()
        return lambda done: self.bar.update(task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


# ---------------------------------------------------------------- setting up


@cli.command()
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--office", default="", help="政务公开工作主管部门的名称；不填时同时放入示例单位。")
@click.option("--year", type=click.IntRange(2000, 2099), default=None, help="工作年度（默认今年）。")
@click.option(
    "--from",
    "old",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="沿用上一年工作区的名录、细则、日历和模板。",
)
@JSON
def init(folder: Path, office: str, year: int | None, old: Path | None, as_json: bool) -> None:
    """建立新的工作区。

    例：zwgk init 政务公开2025 --office 某某区人民政府办公室 --year 2025
    """
    from toolkit.builtin.starter import create_workspace

    made = create_workspace(folder, office, year or _today(None).year, old)
    lines = [f"已建立工作区 {folder}", "下一步：编辑 reference/ 下的单位名录和任务分解表，然后运行 zwgk issue。"]
    say(lines, as_json, {"workspace": str(folder), "files": list(made)})


@cli.group(context_settings={"help_option_names": ["-h", "--help"]})
def plan() -> None:
    """读取正式印发的方案、要点，生成任务分解表。

    例：zwgk plan import 工作要点.docx --year 2025
    """


@plan.command("import")
@click.argument("source", metavar="文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--year", type=click.IntRange(2000, 2099), default=None, help="方案的年度（文件里没有写明时必填）。")
@click.option("--output", type=click.Path(path_type=Path), default=None, help="任务分解表写到哪里（默认写入工作区）。")
@click.option(
    "--last-year",
    "last_year",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=None,
    help="上一年的工作区，用于列出“回头看”。",
)
@JSON
@pass_context
def plan_import(
    ctx: _Context, source: Path, year: int | None, output: Path | None, last_year: Path | None, as_json: bool
) -> None:
    """由方案文件（.docx .xlsx .pdf .txt .md，装有 LibreOffice 的也可用 .doc .wps .xls .et）生成任务分解表；拿不准的逐项标明。已有的任务分解表不会被覆盖。

    例：zwgk plan import 工作要点.docx --year 2025 --output 任务分解表.xlsx
    """
    from toolkit.importing import import_plan, imported_json, imported_lines
    from toolkit.wording import finding_json, shown_findings

    with _Bar("正在读取方案", as_json):
        made = import_plan(ctx.found, source, year, output, last_year)
    say(imported_lines(made, shown_findings), as_json, imported_json(made, finding_json))
    raise SystemExit(USAGE if made.refused else 0)


@cli.command()
@click.option("--period", "periods", multiple=True, metavar="周期", help="2024、2024H1、2024Q3 或 2024-06；可多次。")
@click.option("--form", "forms", multiple=True, help="只下发这张表；可多次。")
@click.option("--unit", "units", multiple=True, help="只下发给这个单位；可多次。")
@AS_OF
@JSON
@pass_context
def issue(
    ctx: _Context,
    periods: tuple[str, ...],
    forms: tuple[str, ...],
    units: tuple[str, ...],
    as_of: date | None,
    as_json: bool,
) -> None:
    """下发预填好的工作簿到 outbox/单位/<单位>/待填/。

    不写 --period 时，下发当天所在的周期，以及尚未到期的上一年度。没有变化的不重复下发。

    例：zwgk issue --period 2024-06 --form 任务进展
    """
    from toolkit import issuing
    from toolkit.desk import open_desk
    from toolkit.wording import issue_json, issue_lines

    workspace = ctx.workspace
    with run_lock(workspace), _Bar("下发", as_json) as bar:
        done = issuing.issue(open_desk(workspace), _today(as_of), _periods(periods), forms, units, bar)
    say(issue_lines(done.lines, done.findings), as_json, issue_json(done.lines, done.findings, done.written))
    _own_up(done.held)


@cli.command()
@click.argument("workbook", metavar="工作簿", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--data",
    "data_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="JSON 数据文件。",
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="填好的工作簿写到哪里。")
@JSON
@pass_context
def fill(ctx: _Context, workbook: Path, data_file: Path, output: Path, as_json: bool) -> None:
    """按数据填写一份下发的工作簿。

    数据文件的写法：{"cells": {"字段": 值}, "lists": {"进展": [{"任务编号": …, "完成情况": …}]}}；字段见 zwgk list fields。

    例：zwgk fill 待填.xlsx --data 数据.json --output 已填.xlsx
    """
    from toolkit.filling import fill_workbook

    written = fill_workbook(ctx.workspace, workbook, data_file, output)
    say([f"已写入 {output}（{written} 格）"], as_json, {"output": str(output), "cells": written})


# ---------------------------------------------------------------- the daily work


@cli.command()
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@AS_OF
@JSON
@pass_context
def check(ctx: _Context, files: tuple[Path, ...], as_of: date | None, as_json: bool) -> None:
    """看看哪些会被退回、为什么；不登记，不写任何文件。有问题时退出码为 1。

    例：zwgk check inbox/区司法局/区司法局-任务进展-2024-06.xlsx
    """
    from toolkit.checking import check_files
    from toolkit.model import Verdict
    from toolkit.wording import counts_line, file_lines, run_json

    results = check_files(ctx.workspace, files, _today(as_of))
    wrong = any(r.verdict in (Verdict.RETURNED, Verdict.REFUSED, Verdict.DEFERRED) for r in results)
    say([*file_lines(results, True), counts_line(results)], as_json, run_json(_today(as_of), results, (), {}))
    raise SystemExit(1 if wrong else 0)


@cli.command()
@click.option("--period", "periods", multiple=True, metavar="周期", help="只汇总这个周期（收件照常全部处理）。")
@AS_OF
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="读取工作簿的进程数。")
@click.option("--full", is_flag=True, help="即使没有变化也全部重新生成。")
@click.option("--yes-empty", is_flag=True, help="收件文件夹确实是空的。")
@JSON
@pass_context
def run(
    ctx: _Context,
    periods: tuple[str, ...],
    as_of: date | None,
    jobs: int | None,
    full: bool,
    yes_empty: bool,
    as_json: bool,
) -> None:
    """收件、校验、汇总、评分、生成全部文件。

    收件文件夹中的文件不移动、不改动；没有变化时不重新生成。

    例：zwgk run --as-of 2025-01-20
    """
    _run(ctx.workspace, _periods(periods), _today(as_of), jobs or 0, as_json, full=full, yes_empty=yes_empty)


@cli.command()
@AS_OF
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="读取工作簿的进程数。")
@click.option("--yes-empty", is_flag=True, help="收件文件夹确实是空的。")
@JSON
@pass_context
def receive(ctx: _Context, as_of: date | None, jobs: int | None, yes_empty: bool, as_json: bool) -> None:
    """只收件：登记、校验、回执和退回单，不汇总。

    例：zwgk receive
    """
    _run(ctx.workspace, [], _today(as_of), jobs or 0, as_json, yes_empty=yes_empty, night=False)


def _run(
    workspace: Workspace,
    periods: list[Any],
    as_of: date,
    jobs: int,
    as_json: bool,
    full: bool = False,
    yes_empty: bool = False,
    night: bool = True,
) -> None:
    from toolkit import batch
    from toolkit.assignment import summary
    from toolkit.desk import open_desk
    from toolkit.model import Period
    from toolkit.wording import (
        counts_line,
        file_lines,
        finding_json,
        held_findings,
        office_line,
        run_json,
        shown_findings,
    )

    with run_lock(workspace):
        desk = open_desk(workspace)
        reference = desk.reference
        homeless, groups = summary(reference.tasks, reference.roster, Period(str(workspace.config.year)))
        if not as_json:
            click.echo(office_line(len(homeless), len(groups)))
        with _Bar("收件", as_json) as bar:
            received = batch.receive(desk, as_of, _jobs(jobs, workspace), yes_empty, bar)
        published, held = received.written, received.held
        if night:
            with _Bar("汇总", as_json) as bar:
                done = batch.consolidate(received.desk, as_of, periods, full, bar)
            published = tuple(dict.fromkeys((*published, *done.published)))
            held = tuple(n for n in (*held, *done.held) if f"outbox/{n}" not in done.published)
    findings = (*received.findings, *held_findings(held))
    notes = {
        "tasks_without_unit": len(homeless), "groups_unconfirmed": len(groups),
        "tasks_without_unit_list": list(homeless), "groups_unconfirmed_list": list(groups),
        "unchanged": not published, "findings": [finding_json(f) for f in findings],
    }  # fmt: skip
    lines = [*file_lines(received.files, False), counts_line(received.files), *shown_findings(received.findings)]
    if published:
        lines.append(f"更新了 {len(published)} 个文件；首页：{workspace.outbox / '内部' / 'index.html'}")
    elif not held:
        lines.append("没有新的变化，未改动任何文件。")
    say(lines, as_json, run_json(as_of, received.files, published, notes))
    _own_up(held)


@cli.command()
@AS_OF
@JSON
@pass_context
def status(ctx: _Context, as_of: date | None, as_json: bool) -> None:
    """目前进展：谁报了、谁没报、任务到了哪一步。

    例：zwgk status
    """
    from toolkit.consolidating import with_results
    from toolkit.desk import open_desk
    from toolkit.wording import status_json, status_lines

    desk = open_desk(ctx.workspace)
    results = with_results(desk, desk.history.periods(), _today(as_of))
    say(status_lines(results, desk.history), as_json, status_json(results, desk.history))


@cli.command("list")
@click.argument("what", type=click.Choice(["forms", "fields", "rules", "indicators", "reports"]), default="forms")
@OUTPUT
@JSON
@pass_context
def list_command(ctx: _Context, what: str, output: Path | None, as_json: bool) -> None:
    """列出现有的表单、字段、规则、指标或报告。

    forms 表单，fields 字段，rules 规则，indicators 指标，reports 报告；不写时列出表单。规则带有触发次数，加 --output 可写成工作簿。

    例：zwgk list rules --output 校验规则.xlsx
    """
    from toolkit.listing import listing

    if output is not None and what != "rules":
        raise Halt(USAGE, "RUN-105", "只有规则可以写成工作簿。", "请写：zwgk list rules --output 校验规则.xlsx。")
    lines, body = listing(ctx.workspace, what, output, _today(None))
    say(lines, as_json, {what: body, "output": str(output)} if output else {what: body})


@cli.group(context_settings={"help_option_names": ["-h", "--help"]})
def rules() -> None:
    """在档案上试算一条规则，看看会退回多少份。

    例：zwgk rules try 年报-表三-01
    """


@rules.command("try")
@click.argument("rule", metavar="规则")
@click.option("--period", "periods", multiple=True, metavar="周期", help="只试算这个周期的报送；可多次。")
@click.option("--form", default="", help="只在这张表中找这条规则（几张表编号相同时）。")
@click.option(
    "--form-file",
    "form_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="从这份正在编辑的表单中取规则，不必先放入 templates。",
)
@click.option("--all", "every", is_flag=True, help="每一版都试算，不只是最新的一份。")
@OUTPUT
@JSON
@pass_context
def rules_try(
    ctx: _Context,
    rule: str,
    periods: tuple[str, ...],
    form: str,
    form_file: Path | None,
    every: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """用一条规则核对档案中已有的报送：会退回哪些单位、哪一格；不改动任何结论。

    规则写编号（年报-表三-01）。尚未生效或还在试行的，试算时视为已经生效。

    例：zwgk rules try 年报-表三-01 --period 2024 --output 试算结果.xlsx
    """
    from toolkit.desk import open_desk
    from toolkit.trying import Wanted, trial_json, trial_lines, try_rule, write_trial

    desk = open_desk(ctx.workspace)
    trial = try_rule(desk, Wanted(rule, tuple(_periods(periods)), form, form_file, every))
    lines = trial_lines(trial)
    if output is not None:
        write_trial(desk, trial, output, _today(None))
        lines.append(f"已写入 {output}")
    say(lines, as_json, {**trial_json(trial), "output": str(output) if output else None})


@cli.command()
@click.argument("address", metavar="地址")
@AS_OF
@JSON
@pass_context
def explain(ctx: _Context, address: str, as_of: date | None, as_json: bool) -> None:
    """解释一个代码、一条规则或一个数字的来历，直到哪份文件的哪一格。

    \b
    地址的写法：
    问题代码或规则编号                  IN-505　年报-表三-01
    <周期>:年报数据:<单位或汇总>:<字段>  字段可写编号，也可写标题：表三·本年新收·总计
    <周期>:任务:<单位>:<任务编号>@<角色>.status
    <周期>:得分:<单位>:<指标编号或 total>

    例：zwgk explain 2024:年报数据:汇总:t3.new_received.total
    """
    from toolkit.consolidating import result_of
    from toolkit.desk import open_desk
    from toolkit.model import Period, PeriodResult
    from toolkit.reports.lineage import Unexplained
    from toolkit.reports.lineage import explain as explained
    from toolkit.wording import explanation_json, explanation_lines

    desk = open_desk(ctx.workspace)

    def result(period: Period) -> PeriodResult | None:
        return result_of(desk, period, _today(as_of)) if period in desk.history.periods() else None

    answer = explained(address, desk.forms, result)
    if isinstance(answer, Unexplained):
        raise Halt(
            USAGE, "RUN-105", answer.reason, f"最接近的有：{'；'.join(answer.nearest)}。" if answer.nearest else ""
        )
    say(explanation_lines(answer), as_json, explanation_json(answer))


# ---------------------------------------------------------------- acts of the office


@cli.command()
@click.argument("period", metavar="周期")
@click.option("--approved-by", required=True, help="批准人。")
@click.option("--doc-no", required=True, help="文号。")
@click.option("--date", "approved_on", type=_Day(), required=True, help="批准日期。")
@AS_OF
@JSON
@pass_context
def close(
    ctx: _Context, period: str, approved_by: str, doc_no: str, approved_on: date, as_of: date | None, as_json: bool
) -> None:
    """定稿：去掉“送审稿”，写入 outbox/公开/，并冻结该周期。

    例：zwgk close 2024 --approved-by 分管领导 --doc-no 政办发〔2025〕3号 --date 2025-03-20
    """
    from toolkit import office_acts
    from toolkit.desk import open_desk
    from toolkit.model import Approval

    workspace = ctx.workspace
    with run_lock(workspace):
        approval = Approval(approved_by, doc_no, approved_on)
        done = office_acts.close(open_desk(workspace), period, approval, _today(as_of))
    public = [f"公开文件在 outbox/公开/{period}/。"] if any("/公开/" in n for n in done.published) else []
    left = (
        [f"请留意：尚有 {len(done.missing)} 个单位未纳入汇总：{'、'.join(done.missing[:10])}。"] if done.missing else []
    )
    say(
        [f"{period} 已定稿，更新了 {len(done.published)} 个文件。", *left, *public],
        as_json,
        {"period": period, "published": list(done.published), "missing": list(done.missing)},
    )
    _own_up(done.held)


@cli.command()
@click.argument("period", metavar="周期")
@click.option("--unit", required=True, help="允许更正的单位。")
@click.option("--reason", required=True, help="事由，写入更正说明。")
@AS_OF
@JSON
@pass_context
def reopen(ctx: _Context, period: str, unit: str, reason: str, as_of: date | None, as_json: bool) -> None:
    """重新开放已定稿周期中的一个单位；原版保留，更正后另成一版。

    例：zwgk reopen 2024 --unit 区司法局 --reason 表四数字更正
    """
    from toolkit import office_acts

    _act(
        ctx,
        as_json,
        f"{period} 已对 {unit} 重新开放。",
        lambda d: office_acts.reopen(d, period, unit, reason, _today(as_of)),
    )


@cli.command()
@click.argument("receipt", metavar="收件编号")
@click.option("--rule", required=True, help="规则编号、标识或代码。")
@click.option("--reason", required=True, help="豁免事由。")
@click.option("--by", required=True, help="决定人。")
@AS_OF
@JSON
@pass_context
def waive(ctx: _Context, receipt: str, rule: str, reason: str, by: str, as_of: date | None, as_json: bool) -> None:
    """豁免一份报送的一条规则（登记事由和决定人）。

    例：zwgk waive 20250120-0003 --rule 年报-表四-01 --reason 经核实 --by 办公室
    """
    from toolkit import office_acts

    _act(
        ctx,
        as_json,
        f"收件编号 {receipt} 的“{rule}”已豁免。",
        lambda d: office_acts.waive(d, receipt, rule, reason, by, _today(as_of)),
    )


@cli.command()
@click.argument("receipt", metavar="收件编号")
@click.option("--reason", required=True, help="事由。")
@click.option("--by", default="办公室", help="决定人。")
@AS_OF
@JSON
@pass_context
def exclude(ctx: _Context, receipt: str, reason: str, by: str, as_of: date | None, as_json: bool) -> None:
    """使一份已接收的报送不再计入（原件保留）。

    例：zwgk exclude 20250120-0003 --reason 误报
    """
    from toolkit import office_acts

    _act(
        ctx,
        as_json,
        f"收件编号 {receipt} 不再计入。",
        lambda d: office_acts.exclude(d, receipt, reason, by, _today(as_of)),
    )


@cli.command()
@click.argument("digest", metavar="校验值")
@click.option("--reason", required=True, help="事由。")
@click.option("--ordered-by", required=True, help="决定人。")
@AS_OF
@JSON
@pass_context
def expunge(ctx: _Context, digest: str, reason: str, ordered_by: str, as_of: date | None, as_json: bool) -> None:
    """从档案中清除误放的涉密文件的内容；清除行为本身永久留痕。

    例：zwgk expunge 9888e136… --reason 误放涉密件 --ordered-by 保密办
    """
    from toolkit import office_acts

    words = "档案中的内容已清除。请另行从收件文件夹删除原文件。"
    _act(ctx, as_json, words, lambda d: office_acts.expunge(d, digest, reason, ordered_by, _today(as_of)))


def _act(ctx: _Context, as_json: bool, words: str, act: Callable[[Any], Any]) -> None:
    from toolkit.desk import open_desk

    workspace = ctx.workspace
    with run_lock(workspace):
        desk = act(open_desk(workspace))
    say([words, "下次运行时生效：zwgk run"], as_json, {"done": True, "act": desk.history.acts[-1]})


# ---------------------------------------------------------------- looking after things


@cli.command()
@JSON
@pass_context
def verify(ctx: _Context, as_json: bool) -> None:
    """核验档案、日志和索引是否一致；有问题时退出码为 1。

    例：zwgk verify
    """
    from toolkit.office_acts import verify as verified
    from toolkit.wording import finding_json

    findings = verified(ctx.workspace)
    lines = [f.message for f in findings] or ["档案、日志和索引一致。"]
    lines += list(dict.fromkeys(f.remedy for f in findings))
    say(lines, as_json, {"findings": [finding_json(f) for f in findings]})
    raise SystemExit(1 if findings else 0)


@cli.command()
@JSON
@pass_context
def rebuild(ctx: _Context, as_json: bool) -> None:
    """由日志和档案重建索引；损坏的索引另名保留。

    例：zwgk rebuild
    """
    from toolkit.office_acts import rebuild as rebuilt

    workspace = ctx.workspace
    with run_lock(workspace):
        count = rebuilt(workspace)
    say([f"索引已重建，共 {count} 条记录。"], as_json, {"acts": count})


@cli.command()
@click.option("--at", default="", metavar="HH:MM", help="每晚汇总的时刻（默认取 zwgk.toml）。")
@click.option("--every", type=click.IntRange(1, 1440), default=None, metavar="分钟", help="白天每隔多少分钟收件一次。")
@JSON
@pass_context
def watch(ctx: _Context, at: str, every: int | None, as_json: bool) -> None:
    """常驻：白天定时收件，夜间汇总，错过的夜晚自动补上；按 Ctrl+C 结束。

    例：zwgk watch --at 02:00
    """
    from toolkit.watching import keep_watch

    said: list[str] = []
    try:
        keep_watch(ctx.workspace, at, every or 0, said.append if as_json else click.echo)
    except KeyboardInterrupt:  # the ordinary end of a watch
        say(["已停止值守。"], as_json, {"log": said})


@cli.command()
@click.argument("folder", metavar="工作区", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--units", type=click.IntRange(1, 20000), default=12, help="单位数。")
@click.option("--seed", type=int, default=1, help="随机数种子；相同种子结果相同。")
@click.option("--period", "periods", multiple=True, metavar="周期", help="可多次；默认一个月和全年。")
@click.option("--faults", type=click.IntRange(0, 100000), default=None, help="放入多少处错误。")
@AS_OF
@JSON
def sample(
    folder: Path, units: int, seed: int, periods: tuple[str, ...], faults: int | None, as_of: date | None, as_json: bool
) -> None:
    """在已有工作区中生成示例：名录、任务、下发的工作簿和填好的收件。

    例：zwgk sample 试用 --units 40 --seed 7
    """
    from toolkit.sample import make_sample

    workspace = open_workspace(folder, Path.cwd())
    with run_lock(workspace), _Bar("生成示例", as_json) as bar:
        done = make_sample(workspace, units, seed, _periods(periods), faults, as_of, bar)
    say([f"已生成 {done.units} 个单位、{done.files} 份报送，其中有问题的 {done.faults} 份。"], as_json, done.as_json())


@cli.command()
@JSON
@pass_context
def doctor(ctx: _Context, as_json: bool) -> None:
    """检查字体、LibreOffice、文件夹、时钟和锁，说明缺什么、影响什么。

    例：zwgk doctor
    """
    from toolkit.doctor import examine

    items = examine(ctx.workspace, _today(None))
    lines = [f"{'√' if i.fine else '×'} {i.name}：{i.words}" for i in items]
    say(lines, as_json, {"checks": [{"name": i.name, "fine": i.fine, "words": i.words} for i in items]})


# ---------------------------------------------------------------- the way out


def _report(code: str, message: str, remedy: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "message": message, "remedy": remedy}}, ensure_ascii=False))
    click.echo("　".join(t for t in (f"{message}", remedy, f"〔{code}〕") if t), err=True)


def _usage_words(error: click.ClickException) -> str:
    """What was wrong with the call, in the users' language (click speaks English)."""
    from toolkit.wording import call_words

    match error:
        case click.NoSuchOption():
            near = f"是否为“{error.possibilities[0]}”？" if error.possibilities else ""
            return f"没有选项“{error.option_name}”。{near}"
        case click.BadParameter():  # a missing parameter is one of them
            name = error.param.opts[0] if error.param is not None and error.param.opts else "参数"
            if isinstance(error.param, click.Argument):
                name = error.param.human_readable_name
            if isinstance(error, click.MissingParameter):
                return f"缺少“{name}”。"
            return f"“{name}”的值有误：{call_words(error.message) or '请核对写法，路径须存在。'}"
    if error.message.startswith("No such command"):
        wrong, known = error.message.split("'")[1], "、".join(sorted(cli.commands))
        return f"没有这个命令：{wrong}。现有命令：{known}。"
    return call_words(error.message) or "命令的写法有误。"


def _bundle(error: BaseException, given: Sequence[str]) -> str:
    """Our own fault, written down for whoever mends it, in the workspace's state; the path is told to the user."""
    text = "".join(traceback.format_exception(error))
    body = f"zwgk {__version__}\nPython {sys.version}\n{sys.platform}\n命令：{' '.join(given)}\n\n{text}"
    named = next((Path(after) for word, after in pairwise(given) if word in ("-w", "--workspace")), None)
    near = (p for p in (Path.cwd(), *Path.cwd().parents) if (p / CONFIG_NAME).is_file())
    states = [p / "state" for p in (named or next(near, None),) if p is not None]
    for folder in (*states, Path.cwd(), Path.home()):
        path = folder / f"zwgk-故障-{os.getpid()}.txt"
        try:
            path.write_text(body, encoding="utf-8")
        except OSError:
            continue
        return str(path)
    return "（无法写入）"


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry of `zwgk` and `python -m toolkit`: runs one command and exits with the contract's code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        cli.main(args=given, prog_name="zwgk", standalone_mode=False)
    except click.exceptions.Exit as done:
        raise SystemExit(done.exit_code) from None
    except click.ClickException as error:
        _report("RUN-105", _usage_words(error), "可用 --help 查看用法。", as_json)
        raise SystemExit(USAGE) from None
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中止。", err=True)
        raise SystemExit(130) from None
    except Halt as halt:
        _report(halt.code, halt.message, halt.remedy, as_json)
        raise SystemExit(halt.exit_code) from None
    except OSError as error:
        from toolkit.wording import disk_finding

        f = disk_finding(error)
        _report(f.code, f.message, f.remedy, as_json)
        raise SystemExit(IO_ERROR) from None
    except Exception as error:
        _report(
            "FAULT",
            f"程序出现内部故障，原有结果未受影响；详情已写入 {_bundle(error, given)}。",
            "请把该文件交给维护人员。",
            as_json,
        )
        raise SystemExit(FAULT) from None


__all__ = ["BUSY", "CONFIGURATION", "main"]
