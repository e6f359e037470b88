"""`zwgk watch`: the clock of watch.py joined to the two verbs of batch.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime

from toolkit import batch
from toolkit.desk import open_desk
from toolkit.watch import RunLedger, parse_time, watch
from toolkit.workspace import USAGE, Halt, Workspace, run_lock


def keep_watch(workspace: Workspace, at: str, every: int, report: Callable[[str], None]) -> None:
    """Until stopped: receive every few minutes, consolidate once a night, catch up what was missed."""
    hour = parse_time(at or workspace.config.consolidate_at)
    if hour is None:
        raise Halt(USAGE, "RUN-105", f"“{at or workspace.config.consolidate_at}”不是时刻。", "请写成 02:00 的样式。")
    jobs = workspace.config.jobs or 1

    def receive(day: date) -> None:
        with run_lock(workspace):
            done = batch.receive(open_desk(workspace), day, jobs)
        if done.written:
            report(f"{datetime.now():%Y-%m-%d %H:%M} 收件：新写 {len(done.written)} 个回执和退回单。")

    def night(day: date) -> None:
        with run_lock(workspace):
            received = batch.receive(open_desk(workspace), day, jobs)
            done = batch.consolidate(received.desk, day)
        report(f"{datetime.now():%Y-%m-%d %H:%M} 汇总：更新 {len(done.published)} 个文件。")

    minutes = every or workspace.config.receive_every
    report(f"开始值守：每 {minutes} 分钟收件一次，每日 {hour:%H:%M} 汇总；按 Ctrl+C 结束。")
    watch(RunLedger(workspace.state / "watch.json"), hour, minutes, receive, night, datetime.now, time.sleep, report)
