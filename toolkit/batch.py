"""The story of a batch, two verbs on one screen: receive by day, consolidate by night. Nothing else runs their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from toolkit import answering, consolidating, receiving
from toolkit.consolidating import Consolidated
from toolkit.desk import Desk, Progress
from toolkit.findings import Finding
from toolkit.model import Period
from toolkit.receiving import FileResult


@dataclass(frozen=True)
class Received:
    desk: Desk
    files: tuple[FileResult, ...]
    written: tuple[str, ...]
    held: tuple[str, ...] = ()  # answers that somebody has open: the next run brings them
    findings: tuple[Finding, ...] = ()  # about the run as a whole


def receive(desk: Desk, as_of: date, jobs: int, yes_empty: bool = False, progress: Progress | None = None) -> Received:
    """Inbox → archive → verdicts → journal → receipts and returned lists."""
    findings = receiving.clock_doubts(desk.history, as_of)
    finished = desk.publisher.complete()
    desk.tidy()
    surveyed = receiving.survey(desk, yes_empty)
    judged = receiving.judged(desk, surveyed, as_of, jobs, progress)
    ordered = receiving.settled_rivals(judged, surveyed.again)
    desk, files = receiving.recorded(desk, surveyed, ordered, as_of)
    answers = answering.answers(desk, jobs)
    published = desk.publisher.publish(answers.files)
    written = dict.fromkeys((*finished.written, *published.written))
    findings += answers.findings
    return Received(desk, files, tuple(f"outbox/{name}" for name in written), published.held, findings)


def consolidate(
    desk: Desk, as_of: date, periods: Sequence[Period] = (), full: bool = False, progress: Progress | None = None
) -> Consolidated:
    """Accepted submissions → merged tables → scores → documents → outbox. Unchanged inputs change no byte."""
    desk.publisher.complete()
    chosen = consolidating.open_periods(desk, periods)
    rendered = consolidating.lost_of_closed(desk)
    if not (full or rendered) and consolidating.is_current(desk, consolidating.read_manifest(desk), chosen, as_of):
        return Consolidated((), (), ())
    shown = consolidating.published_periods(desk, chosen)
    results = consolidating.with_results(desk, shown, as_of)
    for number, result in enumerate(r for r in results if r.period in chosen):
        files, _ = consolidating.render(desk, result, consolidating.folder_of(desk, result.period))
        rendered |= files
        if progress:
            progress(number + 1)
    return consolidating.publish(desk, results, rendered, chosen, as_of)
