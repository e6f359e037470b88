"""When to run. `schedule` is the alarm clock and nothing else: a run ledger says what is due, so a missed night is caught
up after a restart, and a failing job does not stop the next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from toolkit.store.archive import write_whole
from toolkit.workspace import Halt


@dataclass(frozen=True)
class RunLedger:
    """state/watch.json: the day of the last finished night, and when we were last alive."""

    path: Path

    def _read(self) -> dict[str, str]:
        try:
            body = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return body if isinstance(body, dict) else {}

    def last_night(self) -> date | None:
        try:
            return date.fromisoformat(self._read()["night"])
        except (KeyError, ValueError, TypeError):
            return None

    def _write(self, **changes: str) -> None:
        body = {**self._read(), **changes}
        data = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        write_whole(self.path, data, self.path.with_suffix(".tmp"))

    def night_done(self, day: date) -> None:
        self._write(night=day.isoformat())

    def alive(self, now: datetime) -> None:
        self._write(alive=now.isoformat(timespec="seconds"))


def parse_time(text: str) -> time | None:
    """`02:00` or `2:00` → 02:00; None when it is no time of day."""
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip())
    return time(int(match[1]), int(match[2])) if match else None


def night_due(now: datetime, at: time, last: date | None) -> date | None:
    """The night that should have run by now and has not: today's once its hour has come, else yesterday's.

    However many nights were missed, one run catches up: a run always consolidates everything that is there. A night
    noted for a day that is still to come was noted by a clock that was wrong; it counts for nothing.
    """
    due = now.date() if now.time() >= at else now.date() - timedelta(days=1)
    return due if last is None or last < due or last > now.date() else None


def _words(error: Exception) -> str:
    """What went wrong, in words for a log: one line."""
    from toolkit.wording import disk_finding

    if isinstance(error, Halt):
        return f"{error.message}{error.remedy}〔{error.code}〕".replace("\n", " ")
    if isinstance(error, OSError):
        f = disk_finding(error)
        return f"{f.message}{f.remedy}〔{f.code}〕"
    return f"程序出现内部故障（{type(error).__name__}：{error}）。"


Job = Callable[[date], None]


def watch(
    ledger: RunLedger,
    at: time,
    every_minutes: int,
    receive: Job,
    night: Job,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    report: Callable[[str], None],
    rounds: int | None = None,
) -> None:
    """Runs until stopped (or for `rounds` rings of the clock, for tests). Jobs report their own failures by raising;
    a failure is said and the next ring tries again."""
    import schedule

    clock = schedule.Scheduler()

    def guarded(name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # a watch must survive whatever one round runs into
            report(f"{now():%Y-%m-%d %H:%M} {name}未完成：{_words(error)}")

    def at_night() -> None:
        due = night_due(now(), at, ledger.last_night())
        if due is not None:
            night(now().date())
            ledger.night_done(due)

    def by_day() -> None:
        receive(now().date())
        ledger.alive(now())

    def ring_night() -> None:
        guarded("夜间汇总", at_night)

    def ring_receive() -> None:
        guarded("收件", by_day)
        ring_night()  # a sleeping computer misses the hour itself; the next ring notices

    clock.every().day.at(at.isoformat(timespec="minutes")).do(ring_night)
    clock.every(every_minutes).minutes.do(ring_receive)
    ring_receive()
    done = 0
    while rounds is None or done < rounds:
        clock.run_pending()
        sleep(min(max(clock.idle_seconds or 1.0, 1.0), 30.0))
        done += 1
