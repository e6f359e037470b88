"""The watch: a fake clock and a fake sleep, weeks in a second."""

from __future__ import annotations

import datetime as real
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import nights
import pytest
import schedule

from toolkit.watch import RunLedger, night_due, parse_time, watch
from toolkit.watching import jobs_of
from toolkit.workspace import Halt, open_workspace


class Clock:
    """Time passes only while the watch sleeps (or the computer does)."""

    def __init__(self, start: str, patch: pytest.MonkeyPatch) -> None:
        self.time = datetime.fromisoformat(start)
        clock = self

        class Frozen(datetime):
            @classmethod
            def now(cls, tz: real.tzinfo | None = None) -> datetime:  # type: ignore[override]
                return clock.time

        module = SimpleNamespace(
            **{k: getattr(real, k) for k in ("date", "time", "timedelta", "timezone")}, datetime=Frozen
        )
        patch.setattr(schedule, "datetime", module)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 30, "the watch must look up now and then"
        self.time += timedelta(seconds=seconds)


class Jobs:
    """What ran when; `failing` says which call raises what."""

    def __init__(self, clock: Clock, failing: Callable[[str, datetime], Exception | None] = lambda *_: None) -> None:
        self.clock, self.failing = clock, failing
        self.received: list[datetime] = []
        self.nights: list[datetime] = []
        self.said: list[str] = []

    def receive(self, day: date) -> None:
        assert day == self.clock.time.date()
        self.received.append(self.clock.time)
        if error := self.failing("receive", self.clock.time):
            raise error

    def night(self, day: date) -> None:
        assert day == self.clock.time.date()
        self.nights.append(self.clock.time)
        if error := self.failing("night", self.clock.time):
            raise error

    def watch(self, ledger: RunLedger, until: str, every: int = 10, at: time = time(2, 0)) -> None:
        end = datetime.fromisoformat(until)
        rounds = int((end - self.clock.time).total_seconds() // 30)
        c = self.clock
        watch(ledger, at, every, self.receive, self.night, c.now, c.sleep, self.said.append, rounds)


def test_every_night_once_and_receiving_all_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = RunLedger(tmp_path / "watch.json")
    ledger.night_done(date(2026, 3, 1))
    jobs = Jobs(Clock("2026-03-01T18:00", monkeypatch))
    jobs.watch(ledger, "2026-03-08T18:00")
    assert [n.date().isoformat() for n in jobs.nights] == [f"2026-03-0{d}" for d in range(2, 9)]
    assert all(time(2, 0) <= n.time() < time(2, 1) for n in jobs.nights)
    assert 7 * 24 * 6 * 0.95 < len(jobs.received) <= 7 * 24 * 6 + 1
    assert ledger.last_night() == date(2026, 3, 8)
    assert jobs.said == []


def test_missed_nights_are_caught_up_once_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = RunLedger(tmp_path / "watch.json")
    ledger.night_done(date(2026, 3, 1))
    jobs = Jobs(Clock("2026-03-06T09:00", monkeypatch))  # switched off for four nights
    jobs.watch(ledger, "2026-03-06T23:00")
    assert [n.isoformat() for n in jobs.nights] == ["2026-03-06T09:00:00"]
    again = Jobs(Clock("2026-03-06T23:00", monkeypatch))
    again.watch(ledger, "2026-03-07T01:00")
    assert again.nights == [], "a restart in between repeats nothing"


def test_a_sleeping_computer_catches_up_when_it_wakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = RunLedger(tmp_path / "watch.json")
    clock = Clock("2026-03-01T18:00", monkeypatch)
    ledger.night_done(date(2026, 3, 1))
    jobs, real_sleep = Jobs(clock), clock.sleep

    def sleep(seconds: float) -> None:
        asleep = clock.time == datetime(2026, 3, 1, 20, 0)
        real_sleep(seconds)
        if asleep or (clock.time.hour == 20 and clock.time.day == 1 and clock.time.minute < 1):
            clock.time = datetime(2026, 3, 2, 7, 30)

    monkeypatch.setattr(clock, "sleep", sleep)
    jobs.watch(ledger, "2026-03-02T12:00")
    assert [n.date() for n in jobs.nights] == [date(2026, 3, 2)]
    assert time(7, 30) <= jobs.nights[0].time() < time(7, 45)


def test_a_failing_job_does_not_stop_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = RunLedger(tmp_path / "watch.json")
    ledger.night_done(date(2026, 3, 1))
    errors = iter(
        [Halt(74, "RUN-104", "收件文件夹不存在。", "请检查。"), OSError(28, "No space left on device"), ValueError("?")]
    )

    def failing(what: str, now: datetime) -> Exception | None:
        return next(errors, None) if what == "night" else (RuntimeError("!") if now.hour == 5 else None)

    jobs = Jobs(Clock("2026-03-02T01:00", monkeypatch), failing)
    jobs.watch(ledger, "2026-03-02T12:00")
    assert len(jobs.nights) == 4, "tried again at each ring until it is done, then no more"
    assert len(jobs.received) > 60, "receiving goes on"
    assert ledger.last_night() == date(2026, 3, 2)
    told = "\n".join(jobs.said)
    for words in ("夜间汇总未完成：收件文件夹不存在。请检查。〔RUN-104〕", "磁盘空间不足", "ValueError", "收件未完成"):
        assert words in told
    assert all("\n" not in line for line in jobs.said)


def test_a_ledger_that_cannot_be_written_or_read_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "watch.json"
    path.write_text("{half", encoding="utf-8")
    ledger = RunLedger(path)
    assert ledger.last_night() is None
    blocked = RunLedger(tmp_path / "a file" / "watch.json")
    (tmp_path / "a file").write_bytes(b"")
    jobs = Jobs(Clock("2026-03-02T01:00", monkeypatch))
    jobs.watch(blocked, "2026-03-02T01:30")
    assert len(jobs.received) == 3
    assert jobs.said


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("2026-03-02T01:59", "2026-03-01", None),
        ("2026-03-02T02:00", "2026-03-01", "2026-03-02"),
        ("2026-03-02T23:59", "2026-03-02", None),
        ("2026-03-02T01:00", "2026-02-20", "2026-03-01"),
        ("2026-03-02T01:00", None, "2026-03-01"),
        ("2027-01-01T00:30", "2026-12-31", None),
        ("2026-03-02T09:00", "2036-03-01", "2026-03-02"),  # noted by a clock that was wrong
    ],
)
def test_which_night_is_due(now: str, last: str | None, due: str | None) -> None:
    found = night_due(datetime.fromisoformat(now), time(2, 0), date.fromisoformat(last) if last else None)
    assert (found.isoformat() if found else None) == due


@pytest.mark.parametrize(
    ("text", "hour"),
    [("02:00", time(2)), ("2:05", time(2, 5)), ("23:59", time(23, 59)), ("00:00", time(0))]
    + [(t, None) for t in ("25:00", "24:00", "2", "02:60", "", "二点", "02+00", "02:00:00", "-1:00")],
)
def test_times_of_day(text: str, hour: time | None) -> None:
    assert parse_time(text) == hour


# ---------------------------------------------------------------- the real jobs


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    nights.quicken(monkeypatch)
    return nights.copied(nights.sample(tmp_path_factory, 2, 0), tmp_path / "w")


def test_no_time_of_day_is_a_wrong_call(workspace: Path) -> None:
    said = nights.zwgk(workspace, "watch", "--at", "25:00")
    assert (said.code, "25:00" in said.err) == (2, True)
    config = workspace / "zwgk.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"02:00"', '"morning"'), encoding="utf-8")
    assert nights.zwgk(workspace, "watch").code == 78


def test_the_jobs_do_their_work_and_say_it(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_workspace(workspace, workspace)
    clock = Clock("2026-01-08T01:50", monkeypatch)
    said: list[str] = []
    receive, night = jobs_of(opened, said.append, clock.now)
    watch(RunLedger(opened.state / "watch.json"), time(2), 10, receive, night, clock.now, clock.sleep, said.append, 30)
    assert (workspace / "outbox" / "内部" / "manifest.json").is_file()
    assert json.loads((workspace / "state" / "watch.json").read_bytes())["night"] == "2026-01-08"
    assert [line.split("：")[0] for line in said] == [
        "2026-01-08 01:50 收件",
        "2026-01-08 01:50 汇总",
        "2026-01-08 02:00 汇总",
    ]
    before = nights.outbox(workspace)
    assert nights.run(workspace).code == 0
    assert nights.outbox(workspace) == before, "a night of the watch is an ordinary run"


def test_a_busy_lock_is_said_and_tried_again(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from toolkit.workspace import run_lock

    opened = open_workspace(workspace, workspace)
    clock = Clock("2026-01-08T09:00", monkeypatch)
    said: list[str] = []
    receive, night = jobs_of(opened, said.append, clock.now)
    ledger = RunLedger(opened.state / "watch.json")
    with run_lock(opened):
        watch(ledger, time(2), 10, receive, night, clock.now, clock.sleep, said.append, 5)
    assert len(said) == 2
    assert all("另一个处理任务正在运行" in line and "RUN-101" in line for line in said)
    assert ledger.last_night() is None
    watch(ledger, time(2), 10, receive, night, clock.now, clock.sleep, said.append, 5)
    assert ledger.last_night() == date(2026, 1, 8)
