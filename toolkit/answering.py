"""Answering: what each submission gets in return, as far as it does not stand in the outbox yet. Receipts for all; for
those that go back the marked workbook, and a notice in Word from every template 名称@收件.docx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from toolkit.desk import Desk
from toolkit.findings import Finding
from toolkit.history import Evidence
from toolkit.issuing import due_on
from toolkit.model import Period, Submission, Verdict
from toolkit.receiving import limits_of
from toolkit.workspace import path_name

_AT_ONCE = 500


@dataclass(frozen=True)
class Answers:
    """By path in the outbox; the findings are about templates that cannot be used."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def answers(desk: Desk, jobs: int = 1) -> Answers:
    """Receipts, returned workbooks and notices of every submission that are not in the outbox yet; and those of which an
    act has since changed what they say."""
    wanted = _unanswered(desk)
    if not wanted:
        return Answers({})
    titles = {f.id: f.title for f in desk.forms}
    files = _receipts(desk, wanted, titles)
    back = [s for s in desk.history.submissions if goes_back(s)]
    files |= _workbooks(desk, [s for s in back if workbook_path(s) in wanted], titles, jobs)
    notices, findings = _notices(desk, back, wanted, titles)
    return Answers({**files, **notices}, findings)


def _unanswered(desk: Desk) -> set[str]:
    """Paths of answers that do not stand in the outbox, or no longer as they should."""
    history = desk.history
    changed = history.changed_receipts()
    paths = [receipt_path(s) for s in history.submissions] + [evidence_path(e) for e in history.evidence]
    anew = {receipt_path(s) for s in history.submissions if s.receipt_no in changed}
    names = tuple(_notice_templates(desk))
    for s in filter(goes_back, history.submissions):
        mine = [workbook_path(s), *(notice_path(s, name) for name in names)]
        paths += mine
        if s.digest in history.expunged:
            anew |= set(mine)
    return anew | {p for p in paths if not (desk.workspace.outbox / p).is_file()}


# ---------------------------------------------------------------- where they stand


def goes_back(s: Submission) -> bool:
    return s.verdict in (Verdict.RETURNED, Verdict.REFUSED) or bool(s.waived)


def receipt_path(s: Submission) -> str:
    if not s.unit:
        return f"内部/未识别/{s.receipt_no}.txt"
    return f"单位/{path_name(s.unit)}/回执/{s.receipt_no}-{_form_name(s)}-{s.period or '未识别周期'}.txt"


def evidence_path(e: Evidence) -> str:
    """Where the receipt of a supporting document stands in the outbox."""
    return f"单位/{path_name(e.unit)}/回执/{e.receipt_no}-佐证.txt" if e.unit else f"内部/未识别/{e.receipt_no}.txt"


def workbook_path(s: Submission) -> str:
    """The marked workbook of a returned filing, or the list or the page that stands for it."""
    if not s.unit:
        return f"内部/未识别/{s.receipt_no}.xlsx"
    return f"单位/{path_name(s.unit)}/退回/{s.receipt_no}-{path_name(s.unit)}-{_form_name(s)}.xlsx"


def notice_path(s: Submission, name: str) -> str:
    """`name`: what comes before @ in the template's file name."""
    if not s.unit:
        return f"内部/未识别/{s.receipt_no}-{path_name(name)}.docx"
    return f"单位/{path_name(s.unit)}/退回/{s.receipt_no}-{path_name(s.unit)}-{_form_name(s)}-{path_name(name)}.docx"


def _form_name(s: Submission) -> str:
    return path_name(s.form or "未识别表单")


# ---------------------------------------------------------------- what they say


def _receipts(desk: Desk, wanted: set[str], titles: Mapping[str, str]) -> dict[str, bytes]:
    from toolkit.reports.receipts import evidence_receipt, receipt_text

    config = desk.workspace.config
    texts: dict[str, str] = {}
    for s in desk.history.submissions:
        if receipt_path(s) in wanted:
            texts[receipt_path(s)] = receipt_text(
                s, government=config.government, office=config.office, phone=config.phone,
                form_title=titles.get(s.form, ""), sample=config.sample,
            )  # fmt: skip
    for e in desk.history.evidence:
        if evidence_path(e) in wanted:
            texts[evidence_path(e)] = evidence_receipt(
                e.receipt_no, e.file, e.digest, e.unit, e.arrived_on, government=config.government,
                office=config.office, phone=config.phone, sample=config.sample,
            )  # fmt: skip
    return {path: b"\xef\xbb\xbf" + text.encode() for path, text in texts.items()}


def _workbooks(desk: Desk, submissions: Sequence[Submission], titles: Mapping[str, str], jobs: int) -> dict[str, bytes]:
    """The workbooks that go back, marked in child processes as they were read; so many at a time, for their bytes are in
    memory while they wait."""
    if len(submissions) > _AT_ONCE:
        parts = (submissions[n : n + _AT_ONCE] for n in range(0, len(submissions), _AT_ONCE))
        return {path: data for part in parts for path, data in _workbooks(desk, part, titles, jobs).items()}
    from toolkit.reports.marked import last_try, mark_all, marking, returned_workbook

    config = desk.workspace.config
    tasks = {}
    for s in submissions:
        task = marking(
            desk.archive.get(s.digest), s, config.office, config.phone, form_title=titles.get(s.form, ""),
            sample=config.sample, earlier=last_try(desk.history.submissions, s),
        )  # fmt: skip
        if task is not None:
            tasks[s.receipt_no] = PurePosixPath(s.file).name, task
    marked = dict(zip(tasks, mark_all(list(tasks.values()), jobs, limits_of(desk.workspace)), strict=True))
    return {
        workbook_path(s): returned_workbook(
            marked.get(s.receipt_no), s, config.office, config.phone, form_title=titles.get(s.form, ""),
            sample=config.sample,
        )
        for s in submissions
    }  # fmt: skip


def _notice_templates(desk: Desk) -> dict[str, bytes]:
    """Name of the document → template. An office that takes the template away gets no notices."""
    paths = [p for p in sorted(desk.workspace.documents.glob("*@收件.docx")) if not p.name.startswith("~$")]
    return {path.stem.rpartition("@")[0].strip(): path.read_bytes() for path in paths}


def _notices(
    desk: Desk, submissions: Sequence[Submission], wanted: set[str], titles: Mapping[str, str]
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name, template in _notice_templates(desk).items():
        mine = [s for s in submissions if notice_path(s, name) in wanted]
        if not mine:
            continue
        from toolkit.reports.documents import returned_documents
        from toolkit.reports.notice import view

        config = desk.workspace.config
        views = {
            notice_path(s, name): view(
                s, government=config.government, office=config.office, phone=config.phone,
                form_title=titles.get(s.form, ""), due_on=_due(desk, s), sample=config.sample,
            )
            for s in mine
        }  # fmt: skip
        made, found = returned_documents(f"{name}@收件.docx", template, views)
        files |= made
        findings += found
    return files, tuple(findings)


def _due(desk: Desk, s: Submission) -> date | None:
    """The day by which the filing is due: as it was issued, else by the form's own rule."""
    key = (s.form, s.unit, s.period)
    issued = next((i for i in reversed(desk.history.issues) if (i.form, i.unit, i.period) == key), None)
    if issued is not None:
        return issued.due_on
    form = desk.form(s.form)
    return due_on(form, Period(s.period), desk) if form is not None and s.period else None
