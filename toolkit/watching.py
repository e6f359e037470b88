"""`zwgk watch`: the clock of watch.py joined to the two verbs of batch.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from toolkit import batch
from toolkit.desk import Desk, open_desk
from toolkit.findings import Finding
from toolkit.watch import Job, RunLedger, parse_time, watch
from toolkit.wording import held_findings
from toolkit.workspace import CONFIGURATION, USAGE, Halt, Workspace, run_lock

Report = Callable[[str], None]


def keep_watch(workspace: Workspace, at: str, every: int, report: Report) -> None:
    """Until stopped: receive every few minutes, consolidate once a night, catch up what was missed."""
    wanted = at or workspace.config.consolidate_at
    hour = parse_time(wanted)
    if hour is None:
        code = USAGE if at else CONFIGURATION
        raise Halt(code, "RUN-105", f"“{wanted}”不是时刻。", "请写成 02:00 的样式。")
    minutes = every or workspace.config.receive_every
    report(f"开始值守：每 {minutes} 分钟收件一次，每日 {hour:%H:%M} 汇总；按 Ctrl+C 结束。")
    receive, night = jobs_of(workspace, report, datetime.now)
    ledger = RunLedger(workspace.state / "watch.json")
    watch(ledger, hour, minutes, receive, night, datetime.now, time.sleep, report)


def jobs_of(workspace: Workspace, report: Report, now: Callable[[], datetime]) -> tuple[Job, Job]:
    """The day's job and the night's; each takes the run lock for itself and raises what stops it."""
    jobs = workspace.config.jobs or 1

    def said(words: str, findings: Sequence[Finding]) -> None:
        for line in (words, *(f"{f.message}{f.remedy}〔{f.code}〕" for f in findings)):
            report(f"{now():%Y-%m-%d %H:%M} {line}")

    def receive(day: date) -> None:
        with _desk(workspace) as desk:
            done = batch.receive(desk, day, jobs)
        findings = (*done.findings, *held_findings(done.held))
        if done.written or findings:
            said(f"收件：新写 {len(done.written)} 个回执和退回单。", findings)

    def night(day: date) -> None:
        with _desk(workspace) as desk:
            received = batch.receive(desk, day, jobs)
            done = batch.consolidate(received.desk, day)
        findings = (*received.findings, *held_findings((*received.held, *done.held)))
        said(f"汇总：更新 {len({*received.written, *done.published})} 个文件。", findings)

    return receive, night


@contextmanager
def _desk(workspace: Workspace) -> Iterator[Desk]:
    """A desk for one job: nothing stays open until the next."""
    with run_lock(workspace):
        desk = open_desk(workspace)
        try:
            yield desk
        finally:
            desk.index.close()
