"""The workbook that comes back: the department's own file, marked; where that cannot be, the list by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.findings import Finding
from toolkit.forms.annotate import MARKER, Marked, Task, marks_of
from toolkit.intake.sandbox import run_all
from toolkit.model import Submission, Verdict
from toolkit.office.limits import DEFAULT, Limits
from toolkit.reports.return_page import return_page
from toolkit.reports.returned import error_list
from toolkit.reports.unread import unread, unread_notice

LOST = "加标注时未能在限定的时间和内存内完成"


def marking(
    data: bytes | None,
    s: Submission,
    office: str,
    phone: str,
    *,
    form_title: str = "",
    sample: bool = False,
    earlier: Sequence[Finding] = (),
) -> Task | None:
    """What has to be done to the submitted bytes; None where there is nothing to mark: they could not be read, or are
    no longer there."""
    if data is None or unread(s):
        return None
    page = return_page(s, office, phone, form_title=form_title, sample=sample, earlier=earlier)
    return Task(data, marks_of(s.findings, s.draft), page, office)


def mark_all(tasks: Sequence[tuple[str, Task]], workers: int, limits: Limits = DEFAULT) -> list[Marked]:
    """Every (file name, task) done, in order, in child processes: what a file does to its marker costs that file alone."""
    done = run_all(tasks, workers, limits, worker=MARKER)
    return [marked if isinstance(marked, Marked) else Marked(None, LOST) for marked in done]


def returned_workbook(
    marked: Marked | None, s: Submission, office: str, phone: str, *, form_title: str = "", sample: bool = False
) -> bytes:
    """What stands in 退回: the marked copy, else the error list, which says why the file itself was not marked; for a
    file of which nothing was read one page about that."""
    if marked is not None and marked.data is not None:
        return marked.data
    if s.findings and unread(s):
        return unread_notice(s, office, phone, sample=sample)
    return error_list(s, office, phone, form_title=form_title, sample=sample, unmarked=marked.reason if marked else "")


def last_try(submissions: Iterable[Submission], s: Submission) -> tuple[Finding, ...]:
    """The findings of the try before, where that was returned too; () when there was none."""
    if not (s.form and s.unit and s.period):
        return ()
    key = (s.form, s.unit, s.period)
    before = [x for x in submissions if (x.form, x.unit, x.period) == key and x.seq < s.seq and not x.excluded]
    newest = max(before, key=lambda x: x.seq, default=None)
    return newest.findings if newest is not None and newest.verdict is Verdict.RETURNED else ()
