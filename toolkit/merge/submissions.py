"""Which submission counts, and what every merge says about one."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.model import Draft, Filled, Source, Submission

Key = tuple[str, str, str]
"""(form, unit, period)."""


def key_of(submission: Submission) -> Key:
    return submission.form, submission.unit, submission.period


def newest_counting(submissions: Iterable[Submission]) -> dict[Key, Submission]:
    """(form, unit, period) → the newest accepted submission by the journal's order, in order of first appearance.

    A returned or excluded one displaces nothing.
    """
    newest: dict[Key, Submission] = {}
    for s in submissions:
        if s.counts and (key_of(s) not in newest or s.seq > newest[key_of(s)].seq):
            newest[key_of(s)] = s
    return newest


def stand_in_line(draft: Draft | None) -> str:
    """代填：填报人，来源：…，日期 in one line; empty where the unit filled the form itself."""
    parts = draft.stand_in if draft else None
    if parts is None:
        return ""
    person, source, day = parts
    return "代填：" + "，".join(filter(None, (person, f"来源：{source}" if source else "", day)))


def source_of(submission: Submission, filled: Filled) -> Source:
    return Source(submission.receipt_no, submission.file, filled.sheet, filled.cell, filled.value)
