"""The night's second half: history → one PeriodResult per period → files → outbox. Steps only; batch.py has the order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from toolkit import __version__, merge
from toolkit.assignment import assign
from toolkit.desk import Desk, fingerprint
from toolkit.elsewhere import disagreements
from toolkit.findings import Finding, finding
from toolkit.history import Issue, order_of
from toolkit.model import AnnualReport, Approval, Period, PeriodResult, Progress, Submission, TaskState
from toolkit.scoring.score import build_facts, pending, score
from toolkit.store.archive import digest_of
from toolkit.workspace import Halt, path_name

PROGRESS_FORM, ANNUAL_FORM = "任务进展", "年报数据"
MANIFEST = "内部/manifest.json"
PAGE = "内部/index.html"


@dataclass(frozen=True)
class Consolidated:
    results: tuple[PeriodResult, ...]
    published: tuple[str, ...]  # relative to the workspace
    held: tuple[str, ...]  # relative to the outbox; open elsewhere, the next run brings them


def folder_of(desk: Desk, period: Period) -> str:
    """内部/<周期>, and beside it 更正第N版 once a closed period was reopened: what was closed is never touched again."""
    closing = desk.history.closings.get(period.text)
    number = closing.edition if closing else 1
    if period.text in desk.history.reopened:
        number += 1
    return f"内部/{period.text}" if number == 1 else f"内部/{period.text}/更正第{number}版"


def counting(desk: Desk, period: Period) -> tuple[Submission, ...]:
    """The submissions a period is made of: of itself and, for a longer one, of the periods inside it.

    What arrived after a closing counts only for units whose reopening is in the journal.
    """
    history = desk.current

    def in_time(s: Submission) -> bool:
        closing = history.closings.get(s.period)
        if closing is None or s.seq < closing.seq:
            return True
        reopened = (*history.reopened.get(s.period, ()), *closing.notes)
        return s.unit in {unit for unit, _ in reopened}

    return tuple(s for s in history.submissions if s.period and period.holds(Period(s.period)) and in_time(s))


def owes_nothing(desk: Desk, issue: Issue) -> bool:
    """True when every row of the issued workbook was accepted as done before and came locked."""
    order = order_of(issue, desk.load)
    rows = [row for group in order.rows.values() for row in group] if order else []
    return bool(rows) and all(row.locked for row in rows)


def result_of(desk: Desk, period: Period, as_of: date, approval: Approval | None = None) -> PeriodResult:
    """Everything the reports of a period are made of. Pure over the desk."""
    config, reference, history = desk.workspace.config, desk.reference, desk.current
    submissions = counting(desk, period)
    assignments, task_findings = assign(reference.tasks, reference.roster, period)
    issued = [i for i in history.newest_issues() if period.holds(Period(i.period))]
    titles = {f.id: f.title for f in desk.forms}
    progress: tuple[Progress, ...] = ()
    states: tuple[TaskState, ...] = ()
    if any(i.form == PROGRESS_FORM for i in issued):
        # The whole year: 本期无新进展 lets an earlier month's line stand.
        of_form = [s for s in counting(desk, Period(str(period.year))) if s.form == PROGRESS_FORM]
        newest = tuple(merge.newest_counting(of_form).values())
        progress, states = merge.merge_progress(period, as_of, reference.calendar, assignments, newest)
    annual: dict[str, AnnualReport] = {}
    consolidated = None
    if any(i.form == ANNUAL_FORM and i.period == period.text for i in issued):
        of_form = [s for s in submissions if s.form == ANNUAL_FORM and s.period == period.text]
        annual, consolidated = merge.merge_annual(
            period, reference.roster, config.office, of_form, desk.form(ANNUAL_FORM)
        )
    came = {(s.form, s.unit, s.period) for s in submissions}
    owed = [i for i in issued if (i.form, i.unit, i.period) in came or not owes_nothing(desk, i)]
    expected = [(i.form, titles.get(i.form, i.form), i.period, i.unit, i.due_on) for i in owed]
    filings = merge.filings(period, as_of, reference.calendar, reference.roster, expected, submissions)
    facts = build_facts(reference.roster, period, as_of, progress, filings, annual, submissions)
    scores = score(reference.scheme, reference.roster, facts, period, config.ranking)
    open_scores = pending(reference.scheme, reference.roster, facts, period)
    closing = history.closings.get(period.text) if history.closed(period.text) else None
    return PeriodResult(
        period=period,
        as_of=as_of,
        government=config.government,
        office=config.office,
        phone=config.phone,
        sample=config.sample,
        approval=approval or (closing.approval if closing else None),
        roster=reference.roster,
        progress=progress,
        tasks=states,
        filings=filings,
        annual=annual,
        consolidated=consolidated,
        scores=scores,
        indicators=reference.scheme.indicators,
        submissions=tuple(s for s in history.submissions if s.period and period.holds(Period(s.period))),
        explanations=merge.explanations(submissions, {f.id: f for f in desk.forms}, reference.roster),
        findings=(
            *reference.findings,
            *task_findings,
            *open_scores,
            *disagreements(desk, period),
            *_estimates(desk, period, as_of),
        ),
        ranking=config.ranking,
    )


def _estimates(desk: Desk, period: Period, as_of: date) -> tuple[Finding, ...]:
    """A year without a working-day calendar is labelled wherever it matters."""
    days = {period.end, as_of, *(i.due_on for i in desk.history.issues if i.due_on and i.period == period.text)}
    years = sorted({d.year for d in days if desk.reference.calendar.estimated(d)})
    return tuple(finding("REF-104", year=year) for year in years)


def render(desk: Desk, result: PeriodResult, folder: str) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """Every file of one period, by path in the outbox. A template that is wrong stops the command before anything is out."""
    from toolkit.reports import collected, documents, filing, ledger, receipts, scorebook

    templates = {
        p.name: p.read_bytes() for p in sorted(desk.workspace.documents.glob("*.docx")) if not p.name.startswith("~$")
    }
    rendered, findings = documents.render_all(result, templates)
    if findings:
        f = findings[0]
        raise Halt(78, f.code, f.message, f.remedy)
    files: dict[str, bytes] = {
        f"{folder}/总台账.xlsx": ledger.ledger(result),
        f"{folder}/报送情况.xlsx": filing.filing(result),
        f"{folder}/考核评分.xlsx": scorebook.scorebook(result),
        f"{folder}/回执.csv": receipts.receipts_csv(result),
    }
    for form in desk.forms:
        if any(s.form == form.id and s.counts and s.period == result.period.text for s in result.submissions):
            files[f"{folder}/填报汇总-{path_name(form.title)}.xlsx"] = collected.collected(result, form)
    files |= {unit_ledger_path(unit, folder): data for unit, data in ledger.unit_ledgers(result).items()}
    files |= {f"{folder}/数据/{name}": body for name, body in data_files(result).items()}
    files |= {f"{folder}/{document_path(d)}": d.data for d in rendered}
    return files, findings


def unit_ledger_path(unit: str, folder: str) -> str:
    """单位/<单位>/台账/…: in the unit's own folder, one file per period and edition (`folder` as folder_of gives it)."""
    return f"单位/{path_name(unit)}/台账/{path_name(unit)}{_ledger_name(folder)}"


def _ledger_name(folder: str) -> str:
    """-工作台账-2024.xlsx, -工作台账-2024-更正第2版.xlsx"""
    return f"-工作台账-{'-'.join(folder.split('/')[1:])}.xlsx"


def data_files(result: PeriodResult, public: bool = False) -> dict[str, bytes]:
    """数据/: JSON for programs, CSV for people. The public edition holds the annual figures alone."""
    from toolkit.reports import data

    files: dict[str, bytes] = {}
    if result.consolidated is not None:
        files["annual.json"] = data.annual_json(result, public=public)
        files["annual.csv"] = data.annual_csv(result, public=public)
    if not public:
        files |= {"tasks.json": data.tasks_json(result), "tasks.csv": data.tasks_csv(result)}
        files |= {"scores.json": data.scores_json(result), "scores.csv": data.scores_csv(result)}
    return files


def document_path(document: object) -> str:
    """年度报告/汇总|单位/<name> for the annual report, <name> for a report of the period, <report>/<name> per unit."""
    scope, report, name = (getattr(document, k) for k in ("scope", "report", "name"))
    if "政府信息公开工作年度报告" in report:
        return f"年度报告/{'单位' if scope == '单位' else '汇总'}/{path_name(name)}"
    return f"{path_name(report)}/{path_name(name)}" if scope == "单位" else path_name(name)


def inputs_of(desk: Desk, as_of: date) -> dict[str, object]:
    """What made the set: digests of journal, reference workbooks, form editions and templates, and the program's version."""
    documents = {
        f"templates/docx/{p.name}": digest_of(p.read_bytes()) for p in sorted(desk.workspace.documents.glob("*.docx"))
    }
    return {
        "as_of": as_of.isoformat(),
        "version": __version__,
        "journal": desk.tail,
        "settings": digest_of(repr(desk.workspace.config).encode()),
        **{f"reference/{name}.xlsx": d for name, d in desk.reference.digests.items()},
        **{f"templates/xlsx/{name}": digest for name, digest in desk.form_digests.items()},
        **documents,
    }


def read_manifest(desk: Desk) -> dict[str, object]:
    path = desk.workspace.outbox / MANIFEST
    if not path.is_file():
        return {}
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def is_current(desk: Desk, manifest: Mapping[str, object], periods: Sequence[Period], as_of: date) -> bool:
    """True when the manifest was made from these very inputs for these periods and every file stands as it says."""
    made = manifest.get("periods")
    files = manifest.get("files")
    if not isinstance(made, dict) or not isinstance(files, dict):
        return False
    key = fingerprint(inputs_of(desk, as_of))
    if any(made.get(p.text) != key for p in periods if not desk.history.closed(p.text)):
        return False
    outbox = desk.workspace.outbox
    return all((outbox / n).is_file() and digest_of((outbox / n).read_bytes()) == d for n, d in files.items())


def publish(
    desk: Desk,
    results: Sequence[PeriodResult],
    rendered: Mapping[str, bytes],
    periods: Iterable[Period],
    as_of: date,
) -> Consolidated:
    """Swaps the set in, manifest last. Files of these periods that are no longer made are removed."""
    from toolkit.reports import page

    periods = tuple(periods)
    manifest = read_manifest(desk)
    before = manifest.get("files") if isinstance(manifest.get("files"), dict) else {}
    folders = tuple(folder_of(desk, p) + "/" for p in periods)
    ledgers = tuple(_ledger_name(f.rstrip("/")) for f in folders)
    assert isinstance(before, dict)

    def replaced(name: str) -> bool:
        if name.startswith("单位/"):
            return name.endswith(ledgers)
        mine = next((f for f in folders if name.startswith(f)), None)
        return mine is not None and "/更正第" not in name[len(mine) - 1 :]

    kept = {n: d for n, d in before.items() if not replaced(n) and n != PAGE and (desk.workspace.outbox / n).is_file()}
    config = desk.workspace.config
    files = dict(rendered)
    by_day = _written_by_day(desk)
    listed = sorted({n for n in (*kept, *files, *by_day) if n.startswith("内部/")})
    files[PAGE] = page.index(
        results, [n.removeprefix("内部/") for n in listed], government=config.government, office=config.office,
        phone=config.phone, as_of=as_of, sample=config.sample,
    )  # fmt: skip
    digests = {**kept, **{n: digest_of(d) for n, d in files.items() if n.startswith("内部/") or "/台账/" in n}}
    digests |= {n: digest_of((desk.workspace.outbox / n).read_bytes()) for n in by_day}
    made = manifest.get("periods") if isinstance(manifest.get("periods"), dict) else {}
    assert isinstance(made, dict)
    key = fingerprint(inputs_of(desk, as_of))
    body = {
        "as_of": as_of.isoformat(),
        "inputs": inputs_of(desk, as_of),
        "periods": {**made, **{p.text: key for p in periods}},
        "files": dict(sorted(digests.items())),
    }
    files[MANIFEST] = (json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    gone = [n for n in before if replaced(n) and n not in files]
    done = desk.publisher.publish(files, gone)
    return Consolidated(tuple(results), tuple(f"outbox/{n}" for n in done.written), done.held)


def lost_of_closed(desk: Desk) -> dict[str, bytes]:
    """Files of closed periods that do not stand in the outbox as they were closed, from the archive: they are never
    rendered again, so a closing that was cut, or a file that was lost since, is made good from there."""
    wanted = {n: d for a in desk.history.acts if a["act"] == "closed" for n, d in a["files"].items()}
    outbox = desk.workspace.outbox
    lost = [n for n, d in wanted.items() if not (outbox / n).is_file() or digest_of((outbox / n).read_bytes()) != d]
    found = {n: desk.archive.get(wanted[n]) for n in lost}
    return {n: data for n, data in found.items() if data is not None}


def _written_by_day(desk: Desk) -> list[str]:
    """Files of 内部/ that other commands write: lists of what was issued, answers to files of unknown units."""
    folder = desk.workspace.outbox / "内部"
    found = [*folder.glob("下发清单-*.xlsx"), *folder.glob("未识别/*")]
    return sorted(f"内部/{p.relative_to(folder).as_posix()}" for p in found if p.is_file())


def open_periods(desk: Desk, wanted: Sequence[Period]) -> tuple[Period, ...]:
    """The periods a run consolidates: the wanted ones, else every issued one, without the closed."""
    periods = tuple(wanted) or desk.history.periods()
    return tuple(p for p in periods if not desk.history.closed(p.text))


def published_periods(desk: Desk, also: Sequence[Period]) -> tuple[Period, ...]:
    """What the page shows: every period that stands in the manifest, and those of this run."""
    made = read_manifest(desk).get("periods")
    texts = {*(made if isinstance(made, dict) else {}), *(p.text for p in also)}
    return tuple(sorted((Period(t) for t in texts), key=lambda p: (p.end, -p.start.toordinal())))


def with_results(desk: Desk, periods: Sequence[Period], as_of: date) -> tuple[PeriodResult, ...]:
    return tuple(result_of(desk, p, as_of) for p in periods)
