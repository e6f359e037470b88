"""`zwgk sample`: a roster, a plan, issued workbooks and a believable filled inbox, with the faults put in listed.

Same units, seed and periods: same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from toolkit import issuing
from toolkit.builtin import reference, sample_office
from toolkit.builtin.sample_faults import FAULTS, Fault
from toolkit.builtin.sample_filling import annual_data, progress_data
from toolkit.desk import Desk, Progress, open_desk
from toolkit.forms.fill import fill
from toolkit.forms.form import Form
from toolkit.forms.order import Order
from toolkit.history import Issue, order_of
from toolkit.model import Period
from toolkit.workspace import USAGE, Halt, Workspace, path_name

ANNUAL, PROGRESS = "年报数据", "任务进展"


@dataclass(frozen=True)
class KeyLine:
    """One line of state/sample-key.json."""

    file: str
    unit: str
    form: str
    period: str
    fault: str
    words: str
    code: str
    verdict: str


@dataclass(frozen=True)
class Sampled:
    units: int
    files: int
    faults: int
    not_filed: tuple[str, ...]
    key: tuple[KeyLine, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "units": self.units,
            "files": self.files,
            "faults": [asdict(k) for k in self.key],
            "not_filed": list(self.not_filed),
        }


def make_sample(
    workspace: Workspace,
    units: int,
    seed: int,
    periods: Sequence[Period] = (),
    faults: int | None = None,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> Sampled:
    """Refuses a workspace that has received anything: a sample never mixes with real work."""
    if workspace.journal.exists() and any(workspace.journal.iterdir()):
        raise Halt(USAGE, "RUN-105", "该工作区已有登记记录，不能再生成示例。", "请用 zwgk init 新建一个工作区。")
    year = workspace.config.year
    _write_reference(workspace, units, year)
    desk = open_desk(workspace)
    for period in periods or (Period(f"{year}-12"), Period(str(year))):
        desk = issuing.issue(desk, as_of or _issue_day(period), [period], (), (), progress).desk
    rng = Random(seed)
    issues = [i for i in desk.history.newest_issues() if i.form in (ANNUAL, PROGRESS)]
    count = faults if faults is not None else max(min(len(FAULTS), units), units // 4)
    planned = _plan_faults(rng, issues, count)
    silent = _silent(rng, issues, planned)
    key = [line for i in issues if i not in silent and (line := _file(desk, i, rng, planned.get(i.issue_no)))]
    not_filed = tuple(f"{i.unit}-{i.form}-{i.period}" for i in issues if i in silent)
    done = Sampled(units, len(issues) - len(silent), len(key), not_filed, tuple(key))
    body = json.dumps(done.as_json(), ensure_ascii=False, indent=1) + "\n"
    (workspace.state / "sample-key.json").write_text(body, encoding="utf-8")
    return done


def _write_reference(workspace: Workspace, units: int, year: int) -> None:
    roster = sample_office.roster(units)
    files = {
        "单位名录": reference.write_roster(roster),
        "任务分解表": reference.write_tasks(sample_office.tasks(year, roster)),
        "考核细则": reference.write_scheme(),
        "工作日历": reference.write_calendar(),
    }
    for name, data in files.items():
        path = workspace.reference(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or not reference.same_parts(path.read_bytes(), data):
            path.write_bytes(data)


def _issue_day(period: Period) -> date:
    """A month is issued ten days before it ends, a year on the second day of the next."""
    return period.end + timedelta(days=2) if period.kind == "年" else period.end - timedelta(days=10)


def _plan_faults(rng: Random, issues: Sequence[Issue], count: int) -> dict[str, Fault]:
    """Faults in turn, each on a workbook of its form that has none yet. A second month repeats the kinds."""
    free = {form: [i for i in issues if i.form == form] for form in (ANNUAL, PROGRESS)}
    for left in free.values():
        rng.shuffle(left)
    planned: dict[str, Fault] = {}
    for n in range(count * 2):
        if len(planned) == count or not any(free.values()):
            break
        fault = FAULTS[n % len(FAULTS)]
        if free[fault.form]:
            planned[free[fault.form].pop().issue_no] = fault
    return planned


def _silent(rng: Random, issues: Sequence[Issue], planned: dict[str, Fault]) -> list[Issue]:
    """One in twenty hands in nothing."""
    clean = [i for i in issues if i.issue_no not in planned]
    return rng.sample(clean, len(clean) // 20)


def _file(desk: Desk, issue: Issue, rng: Random, fault: Fault | None) -> KeyLine | None:
    form = desk.form(issue.form)
    order = order_of(issue, desk.load)
    unit = desk.reference.roster.resolve(issue.unit)
    assert form is not None and order is not None and unit is not None
    period = Period(issue.period)
    own = Random(f"{rng.random()}{issue.issue_no}")
    data = (
        progress_data(own, order, period)
        if form.id == PROGRESS
        else annual_data(own, unit.name, period, unit.unit_class)
    )
    if fault and fault.on_data:
        fault.on_data(own, data)
    issued = (desk.workspace.outbox / issuing.workbook_path(issue.unit, issue.form, issue.period)).read_bytes()
    body = _filled(issued, form, data, order)
    suffix = ".xlsx"
    if fault and fault.on_bytes:
        body, suffix = fault.on_bytes(body), fault.suffix
    name = path_name(issue.unit)
    path = desk.workspace.inbox / name / f"{name}-{path_name(issue.form)}-{issue.period}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    if fault is None:
        return None
    file = path.relative_to(desk.workspace.root).as_posix()
    return KeyLine(file, issue.unit, issue.form, issue.period, fault.kind, fault.words, fault.code, fault.verdict)


def _filled(issued: bytes, form: Form, data: dict[str, Any], order: Order) -> bytes:
    result = fill(issued, form, data, order)
    if result.data is None:
        raise ValueError(f"sample data do not fit {form.id}: {result.errors}")
    return result.data
