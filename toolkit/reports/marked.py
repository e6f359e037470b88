"""The workbook that comes back: the department's own file, marked; where that cannot be, the list by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from toolkit.findings import Finding
from toolkit.forms.annotate import Marked, annotate
from toolkit.model import Submission, Verdict
from toolkit.office.front_sheet import FrontPage
from toolkit.office.limits import DEFAULT, Limits
from toolkit.reports.return_page import return_page
from toolkit.reports.returned import error_list


def marked_copy(
    data: bytes,
    s: Submission,
    office: str,
    phone: str,
    *,
    form_title: str = "",
    sample: bool = False,
    earlier: Sequence[Finding] = (),
    limits: Limits = DEFAULT,
) -> Marked:
    """The submitted bytes with marks and the sheet 退回说明, or None and why not."""
    if s.verdict is Verdict.REFUSED:
        return Marked(None, "原文件未能读取")

    def page(signed: bool, reachable: frozenset[str]) -> FrontPage:
        return return_page(
            s, office, phone, reachable, form_title=form_title, sample=sample, earlier=earlier, signed=signed
        )  # fmt: skip

    return annotate(data, PurePosixPath(s.file).name, s.findings, page, office, draft=s.draft, limits=limits)


def returned_workbook(
    data: bytes | None,
    s: Submission,
    office: str,
    phone: str,
    *,
    form_title: str = "",
    sample: bool = False,
    earlier: Sequence[Finding] = (),
    limits: Limits = DEFAULT,
) -> bytes:
    """What stands in 退回: the marked copy of `data` (None: the bytes are no longer there), else the error list."""
    if data is not None:
        done = marked_copy(
            data, s, office, phone, form_title=form_title, sample=sample, earlier=earlier, limits=limits
        )  # fmt: skip
        if done.data is not None:
            return done.data
    return error_list(s, office, phone, form_title=form_title, sample=sample)


def last_try(submissions: Iterable[Submission], s: Submission) -> tuple[Finding, ...]:
    """The findings of the try before, where that was returned too; () when there was none."""
    if not (s.form and s.unit and s.period):
        return ()
    key = (s.form, s.unit, s.period)
    before = [x for x in submissions if (x.form, x.unit, x.period) == key and x.seq < s.seq and not x.excluded]
    newest = max(before, key=lambda x: x.seq, default=None)
    return newest.findings if newest is not None and newest.verdict is Verdict.RETURNED else ()
