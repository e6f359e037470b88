"""The journal, folded: what was issued, received, waived, closed. Pure: acts and records in, frozen values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from toolkit.forms.order import Order, order_from_json
from toolkit.forms.verdict import verdict
from toolkit.model import Approval, Period, Roster, Submission, Verdict
from toolkit.store.journal import Act
from toolkit.store.records import decode


@dataclass(frozen=True)
class Issue:
    """One issued workbook: the newest of (form, unit, period) is the one in 待填."""

    issue_no: str
    form: str
    edition: int
    unit: str
    period: str
    record: str  # digest of the order
    due_on: date | None
    issued_on: date
    seq: int


@dataclass(frozen=True)
class Edition:
    form: str
    edition: int
    digest: str  # sha256 of the form workbook, in the archive


@dataclass(frozen=True)
class Evidence:
    receipt_no: str
    digest: str
    file: str
    unit: str
    arrived_on: date


@dataclass(frozen=True)
class Closing:
    period: str
    approval: Approval
    edition: int  # 1, then one more per correction
    seq: int
    notes: tuple[tuple[str, str], ...] = ()  # (unit, reason) of the reopenings before it


@dataclass(frozen=True)
class History:
    submissions: tuple[Submission, ...] = ()
    issues: tuple[Issue, ...] = ()
    editions: tuple[Edition, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    closings: Mapping[str, Closing] = field(default_factory=dict)
    reopened: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # (file as listed) → digest, everything ever taken in
    receipts: Mapping[str, int] = field(default_factory=dict)  # day → receipts given
    expunged: frozenset[str] = frozenset()  # digests whose bytes must never come back into the archive
    latest: date | None = None
    issue_count: int = 0
    acts: tuple[Act, ...] = ()

    def closed(self, period: str) -> bool:
        return period in self.closings and period not in self.reopened

    def under(self, roster: Roster) -> History:
        """The same history with every unit under the name it has now: a renamed unit, its old name among its aliases,
        keeps what it was issued and what it handed in."""
        known: dict[str, str] = {}

        def now(name: str) -> str:
            if name not in known:
                unit = roster.resolve(name) if name else None
                known[name] = unit.name if unit else name
            return known[name]

        def moved(notes: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
            return tuple((now(unit), reason) for unit, reason in notes)

        return replace(
            self,
            submissions=tuple(s if now(s.unit) == s.unit else replace(s, unit=now(s.unit)) for s in self.submissions),
            issues=tuple(i if now(i.unit) == i.unit else replace(i, unit=now(i.unit)) for i in self.issues),
            reopened={period: moved(notes) for period, notes in self.reopened.items()},
            closings={period: replace(c, notes=moved(c.notes)) for period, c in self.closings.items()},
        )

    def edition_of(self, form: str) -> Edition | None:
        return next((e for e in reversed(self.editions) if e.form == form), None)

    def newest_issues(self) -> tuple[Issue, ...]:
        """The newest issue of each (form, unit, period), in the order of first issue."""
        newest: dict[tuple[str, str, str], Issue] = {}
        for issue in self.issues:
            newest[issue.form, issue.unit, issue.period] = issue
        return tuple(newest.values())

    def periods(self) -> tuple[Period, ...]:
        """Every issued period, earliest first, the year after its months."""
        texts = {i.period for i in self.issues}
        return tuple(sorted((Period(t) for t in texts), key=lambda p: (p.end, p.start == p.end, -p.start.toordinal())))

    @cached_property
    def by_sender(self) -> Mapping[tuple[str, str], tuple[Submission, ...]]:
        """(form, unit) → its counting submissions that could be read."""
        found: dict[tuple[str, str], list[Submission]] = {}
        for s in self.submissions:
            if s.counts and s.draft is not None and s.period:
                found.setdefault((s.form, s.unit), []).append(s)
        return {key: tuple(mine) for key, mine in found.items()}

    @cached_property
    def periods_issued(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(form, unit) → the periods it was issued for."""
        found: dict[tuple[str, str], set[str]] = {}
        for i in self.issues:
            found.setdefault((i.form, i.unit), set()).add(i.period)
        return {key: frozenset(mine) for key, mine in found.items()}

    def submission(self, receipt_no: str) -> Submission | None:
        return next((s for s in self.submissions if s.receipt_no == receipt_no), None)

    def versions(self, form: str, unit: str, period: str) -> int:
        return sum((s.form, s.unit, s.period) == (form, unit, period) for s in self.submissions)

    def by_digest(self, digest: str) -> Submission | None:
        return next((s for s in self.submissions if s.digest == digest), None)

    def changed_receipts(self) -> frozenset[str]:
        """Receipts of which a later act changed the words: judged again, waived, excluded."""
        told = Counter(a["receipt_no"] for a in self.acts if a["act"] in ("received", "waived", "excluded"))
        return frozenset(number for number, times in told.items() if times > 1)

    def accepted(self, form: str, unit: str, period: str) -> Submission | None:
        """The newest accepted, not excluded submission: the one that counts."""
        matching = [s for s in self.submissions if (s.form, s.unit, s.period) == (form, unit, period) and s.counts]
        return max(matching, key=lambda s: s.seq, default=None)


class _Fold:
    """Collects while the acts go by; every act has one method of its name."""

    def __init__(self, load: Callable[[str], bytes | None]) -> None:
        self.load = load
        self.submissions: dict[str, Submission] = {}
        self.issues: list[Issue] = []
        self.editions: list[Edition] = []
        self.evidence: list[Evidence] = []
        self.closings: dict[str, Closing] = {}
        self.reopened: dict[str, tuple[tuple[str, str], ...]] = {}
        self.files: dict[str, str] = {}
        self.receipts: dict[str, int] = {}
        self.expunged: set[str] = set()
        self.latest: date | None = None

    def add(self, act: Act) -> None:
        day = date.fromisoformat(act["as_of"])
        self.latest = max(self.latest, day) if self.latest else day
        method = getattr(self, f"_{act['act']}", None)
        if method is not None:
            method(act, day)

    def _count(self, day: date) -> None:
        self.receipts[day.isoformat()] = self.receipts.get(day.isoformat(), 0) + 1

    def _edition(self, act: Act, day: date) -> None:
        self.editions.append(Edition(act["form"], act["edition"], act["digest"]))

    def _issued(self, act: Act, day: date) -> None:
        due = date.fromisoformat(act["due_on"]) if act.get("due_on") else None
        self.issues.append(
            Issue(
                act["issue_no"],
                act["form"],
                act["edition"],
                act["unit"],
                act["period"],
                act["record"],
                due,
                day,
                act["seq"],
            )
        )

    def _received(self, act: Act, day: date) -> None:
        data = self.load(act["record"])
        findings, draft = decode(data) if data else ((), None)
        findings = tuple(replace(f, file=act["file"]) for f in findings)
        if act["receipt_no"] not in self.submissions:
            self._count(day)
        self.files[act["file"]] = act["digest"]
        self.submissions[act["receipt_no"]] = Submission(
            act["receipt_no"],
            act["digest"],
            act["file"],
            date.fromisoformat(act["arrived_on"]),
            act["form"],
            act["unit"],
            act["period"],
            act["version"],
            Verdict(act["verdict"]),
            findings,
            draft,
            seq=act["seq"],
        )

    def _evidence(self, act: Act, day: date) -> None:
        self._count(day)
        self.files[act["file"]] = act["digest"]
        self.evidence.append(Evidence(act["receipt_no"], act["digest"], act["file"], act["unit"], day))

    def _duplicate(self, act: Act, day: date) -> None:
        self.files[act["file"]] = act["digest"]

    def _waived(self, act: Act, day: date) -> None:
        s = self.submissions[act["receipt_no"]]
        waived = (*s.waived, act["rule"])
        self.submissions[s.receipt_no] = replace(s, waived=waived, verdict=verdict(s.findings, s.draft, waived))

    def _excluded(self, act: Act, day: date) -> None:
        s = self.submissions[act["receipt_no"]]
        self.submissions[s.receipt_no] = replace(s, excluded=True)

    def _expunged(self, act: Act, day: date) -> None:
        self.expunged |= {act["digest"], *act["records"]}

    def _closed(self, act: Act, day: date) -> None:
        approval = Approval(act["approved_by"], act["doc_no"], date.fromisoformat(act["date"]))
        notes = self.reopened.pop(act["period"], ())
        self.closings[act["period"]] = Closing(act["period"], approval, act["edition"], act["seq"], notes)

    def _reopened(self, act: Act, day: date) -> None:
        self.reopened[act["period"]] = (*self.reopened.get(act["period"], ()), (act["unit"], act["reason"]))


def fold(acts: Iterable[Act], load: Callable[[str], bytes | None]) -> History:
    """History of all acts; `load` gives an archived record by digest (None when it was expunged)."""
    known = tuple(acts)
    state = _Fold(load)
    for act in known:
        state.add(act)
    return History(
        submissions=tuple(state.submissions.values()),
        issues=tuple(state.issues),
        editions=tuple(state.editions),
        evidence=tuple(state.evidence),
        closings=state.closings,
        reopened=state.reopened,
        files=state.files,
        receipts=state.receipts,
        expunged=frozenset(state.expunged),
        latest=state.latest,
        issue_count=len(state.issues),
        acts=known,
    )


def order_of(issue: Issue, load: Callable[[str], bytes | None]) -> Order | None:
    data = load(issue.record)
    return order_from_json(data) if data else None
