"""Taking in: inbox → archive → verdicts → receipts and returned lists. Every step a small function; batch.py has the order."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.desk import Desk, Progress
from toolkit.findings import Finding, finding
from toolkit.history import History
from toolkit.intake.folder import EVIDENCE, IGNORED, OTHER, Entry, read_once, scan, settle
from toolkit.model import Period, Submission, Verdict
from toolkit.office.limits import Limits
from toolkit.store.archive import digest_of
from toolkit.store.records import encode
from toolkit.workspace import IO_ERROR, Halt, Workspace

if TYPE_CHECKING:
    from toolkit.intake.identify import Identity
    from toolkit.judging import Judged


@dataclass(frozen=True)
class FileResult:
    """One directory entry, one line: the contract's `files`."""

    file: str
    verdict: Verdict
    sha256: str = ""
    receipt_no: str = ""
    form: str = ""
    unit: str = ""
    period: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Taken:
    """Bytes that are in the archive and new to us."""

    entry: Entry
    data: bytes
    digest: str


@dataclass(frozen=True)
class Surveyed:
    """The inbox, sorted out: what is new, and a result for everything else."""

    taken: tuple[Taken, ...]
    again: tuple[Submission, ...]  # deferred before, alone now
    evidence: tuple[Taken, ...]
    results: tuple[FileResult, ...]
    duplicates: tuple[tuple[str, str], ...]  # (file, digest) of bytes received before under another name
    remember: tuple[tuple[str, int, int, str], ...]


def limits_of(workspace: Workspace) -> Limits:
    c = workspace.config
    return replace(
        Limits(),
        file_bytes=c.max_file_mib << 20,
        evidence_bytes=c.max_evidence_mib << 20,
        seconds=c.file_seconds,
        memory_bytes=c.file_memory_mib << 20,
    )


def clock_doubts(history: History, as_of: date) -> tuple[Finding, ...]:
    """A day earlier than the newest in the journal is said, and does no harm: order is the journal's, not the clock's."""
    if history.latest is None or as_of >= history.latest:
        return ()
    return (finding("RUN-102", latest=history.latest.isoformat()),)


def survey(desk: Desk, yes_empty: bool, sleep: Callable[[float], None] = time.sleep) -> Surveyed:
    """Lists, settles, reads once and archives. Halt(74) where the inbox is away, or empty though it was not before."""
    workspace, history = desk.workspace, desk.history
    limits = limits_of(workspace)
    seen_before = desk.remembered()
    scanned = scan(workspace.inbox)
    if away := next((f for f in scanned.findings if f.code == "RUN-104"), None):
        raise Halt(IO_ERROR, away.code, away.message, away.remedy)
    if not scanned.entries and history.files and not yes_empty:
        f = finding("RUN-104", reason="是空的，而此前收到过报送材料")
        raise Halt(IO_ERROR, f.code, f.message, f.remedy)
    known = [e for e in scanned.entries if _unchanged(e, seen_before, history)]
    fresh = [e for e in scanned.entries if not _unchanged(e, seen_before, history)]
    unread = [e for e in fresh if e.kind == IGNORED or any(f.code == "IN-101" for f in e.findings)]
    quiet = [e for e in fresh if e not in unread]
    settled, moving = settle(
        quiet, workspace.config.settle_seconds, sleep=sleep, monotonic=time.monotonic, now=time.time()
    )
    results = [_seen(history, e.shown, history.files[e.shown]) for e in known]
    verdicts = {IGNORED: Verdict.IGNORED}  # else REFUSED
    results += [FileResult(e.shown, verdicts.get(e.kind, Verdict.REFUSED), findings=e.findings) for e in unread]
    results += [FileResult(e.shown, Verdict.DEFERRED, findings=e.findings) for e in moving]
    results += [FileResult(f.file, Verdict.REFUSED, findings=(f,)) for f in scanned.findings]  # folders not let into
    taken: list[Taken] = []
    evidence: list[Taken] = []
    duplicates: list[tuple[str, str]] = []
    remember = [(e.shown, e.size, e.mtime_ns, history.files[e.shown]) for e in known]
    new_digests: set[str] = set()
    for entry in settled:
        data = read_once(entry, limits)
        if isinstance(data, Finding) and data.code == "IN-106":
            data = b""
        if isinstance(data, Finding):
            deferred = data.code == "IN-103"
            results.append(FileResult(entry.shown, Verdict.DEFERRED if deferred else Verdict.REFUSED, findings=(data,)))
            continue
        digest = digest_of(data)
        if digest not in history.expunged:
            desk.archive.put(data, PurePosixPath(entry.shown).suffix)
        remember.append((entry.shown, entry.size, entry.mtime_ns, digest))
        if history.files.get(entry.shown) == digest:
            results.append(_seen(history, entry.shown, digest))
        elif entry.kind == EVIDENCE:
            evidence.append(Taken(entry, b"", digest))  # never parsed: its bytes are in the archive, not in memory
        elif digest in new_digests or history.by_digest(digest) is not None:
            duplicates.append((entry.shown, digest))
        else:
            new_digests.add(digest)
            taken.append(Taken(entry, data, digest))
    unread_paths = {e.shown for e in scanned.entries} - {path for path, *_ in remember}
    again = _alone(history, {path: digest for path, _, _, digest in remember}, unread_paths)
    results = [r for r in results if r.file not in {s.file for s in again}]
    return Surveyed(tuple(taken), again, tuple(evidence), tuple(results), tuple(duplicates), tuple(remember))


def _unchanged(entry: Entry, seen: Mapping[str, tuple[int, int, str]], history: History) -> bool:
    before = seen.get(entry.shown)
    return (
        before is not None
        and before[:2] == (entry.size, entry.mtime_ns)
        and history.files.get(entry.shown) == before[2]
    )


def _seen(history: History, file: str, digest: str) -> FileResult:
    s = history.by_digest(digest)
    if s is None:
        e = next((e for e in history.evidence if e.digest == digest), None)
        return FileResult(
            file, Verdict.SEEN, digest, e.receipt_no if e else "", "佐证" if e else "", e.unit if e else ""
        )
    return FileResult(file, Verdict.SEEN, digest, s.receipt_no, s.form, s.unit, s.period)


def _alone(history: History, present: Mapping[str, str], unread: set[str]) -> tuple[Submission, ...]:
    """Deferred submissions of which only one is left in the inbox, and nothing newer was accepted since, each under the
    name that it has now. `present` is path → digest of what lies there; `unread` are paths whose bytes are not known yet.
    """
    paths = {digest: path for path, digest in sorted(present.items(), reverse=True)}
    groups: dict[tuple[str, str, str], list[Submission]] = {}
    for s in history.submissions:
        if s.verdict is Verdict.DEFERRED:
            groups.setdefault((s.form, s.unit, s.period), []).append(s)
    left = [[s for s in group if s.digest in paths or s.file in unread] for group in groups.values()]
    alone = [group[0] for group in left if len(group) == 1 and group[0].digest in paths]
    return tuple(
        s if present.get(s.file) == s.digest else replace(s, file=paths[s.digest])
        for s in alone
        if (newest := history.accepted(s.form, s.unit, s.period)) is None or newest.seq < s.seq
    )


def judged(desk: Desk, surveyed: Surveyed, as_of: date, jobs: int, progress: Progress | None = None) -> list[Judged]:
    """Reads in child processes, then judges in the order of periods, so that an earlier month stands behind a later one."""
    if not (surveyed.taken or surveyed.again):
        return []
    from toolkit.elsewhere import rank
    from toolkit.intake.sandbox import read_all
    from toolkit.judging import identified, judge

    again = [(s.file, desk.load(s.digest)) for s in surveyed.again]
    tables = [t for t in surveyed.taken if t.entry.kind != OTHER]
    others = [t for t in surveyed.taken if t.entry.kind == OTHER]
    items = [(t.entry.shown, t.data) for t in tables] + again
    books = read_all(
        [(PurePosixPath(name).name, data) for name, data in items], jobs, limits_of(desk.workspace), progress
    )
    done = [_refused_other(desk, t) for t in others]
    waiting = []
    for (file, data), (book, findings) in zip(items, books, strict=True):
        if book is None:
            done.append(_unreadable(desk, file, digest_of(data), findings))
        else:
            waiting.append((file, digest_of(data), book, findings, identified(desk, book, file)))
    ranks = {w[0]: rank(desk, w[4].form, w[4].unit) for w in waiting}
    waiting.sort(key=lambda w: (ranks[w[0]], (w[4].period or Period("2099")).end, w[2].saved_at, w[0]))
    history, at = desk.current, 0
    arriving = Counter(_sender(who) for *_, who in waiting)
    apart: list[Judged] = []  # of lower rank: what others look at
    for file, digest, book, findings, who in waiting:
        if ranks[file] > at:
            history, apart, at = _behind(history, apart), [], ranks[file]
        result = judge(desk, history, book, who, file, digest, findings, as_of)
        if arriving[_sender(who)] > 1:  # a later month of this unit, in this very run, builds on what this one says
            history = _behind(history, [result])
        else:
            apart.append(result)
        done.append(result)
    return sorted(done, key=lambda j: j.file)


def _sender(who: Identity) -> tuple[str, str]:
    return who.form.id if who.form else "", who.unit.name if who.unit else ""


def _behind(history: History, judged: Sequence[Judged]) -> History:
    """The history as it will be once these are recorded."""
    first = max((s.seq for s in history.submissions), default=0) + 1
    more = (
        Submission("", j.digest, j.file, date.min, j.form, j.unit, j.period, 0, j.verdict, j.findings, j.draft, seq=n)
        for n, j in enumerate(judged, first)
    )
    return replace(history, submissions=(*history.submissions, *more))


def _folder_unit(desk: Desk, file: str) -> str:
    parts = PurePosixPath(file).parts
    unit = desk.reference.roster.resolve(parts[1]) if len(parts) > 2 else None
    return unit.name if unit else ""


def _unreadable(desk: Desk, file: str, digest: str, findings: tuple[Finding, ...]) -> Judged:
    from toolkit.judging import Judged

    placed = tuple(replace(f, file=file) for f in findings)
    return Judged(file, digest, unit=_folder_unit(desk, file) or _name_unit(desk, file), findings=placed)


def _name_unit(desk: Desk, file: str) -> str:
    """An unreadable file is answered to the unit its own name states, when the name resolves exactly."""
    first = PurePosixPath(file).stem.split("-")[0]
    unit = desk.reference.roster.resolve(first)
    return unit.name if unit else ""


def _refused_other(desk: Desk, taken: Taken) -> Judged:
    from toolkit.judging import Judged

    file = taken.entry.shown
    found = tuple(replace(f, file=file) for f in taken.entry.findings)
    return Judged(file, taken.digest, unit=_folder_unit(desk, file), verdict=Verdict.RETURNED, findings=found)


def settled_rivals(results: list[Judged], again: Iterable[Submission]) -> list[Judged]:
    """Two different new files of one (form, unit, period): the one last saved counts; undecided, both wait."""
    old = {s.digest for s in again}
    groups: dict[tuple[str, str, str], list[Judged]] = {}
    for j in results:
        if j.form and j.unit and j.period and j.digest not in old:
            groups.setdefault((j.form, j.unit, j.period), []).append(j)
    changed: dict[str, Judged] = {}
    order = {
        j.digest: (-1 if j.digest in old else 0, n) for n, j in enumerate(results)
    }  # what came earlier stays earlier
    for group in (g for g in groups.values() if len(g) > 1):
        times = sorted(j.saved_at for j in group)
        decided = bool(times[-1]) and times[-1] != times[-2] and times[0] != ""
        for j in group:
            other = "”“".join(PurePosixPath(x.file).name for x in group if x is not j)
            newest = decided and j.saved_at == times[-1]
            decision = (
                ("本文件保存时间最晚，以本文件为准。" if newest else "以保存时间最晚的一份为准。")
                if decided
                else "无法判断以哪一份为准，暂缓处理。"
            )
            note = finding(
                "IN-110",
                unit=j.unit,
                period=Period(j.period).title,
                form=j.form,
                name=PurePosixPath(j.file).name,
                other=other,
                decision=decision,
            )
            better = replace(j, findings=(*j.findings, replace(note, file=j.file)))
            if not decided:
                better = replace(better, verdict=Verdict.DEFERRED)
            elif better.verdict is Verdict.ACCEPTED:
                better = replace(better, verdict=Verdict.ACCEPTED_WITH_NOTES)
            changed[j.digest] = better
            order[j.digest] = (1, times.index(j.saved_at))
    return sorted((changed.get(j.digest, j) for j in results), key=lambda j: order[j.digest])


def recorded(
    desk: Desk, surveyed: Surveyed, results: Sequence[Judged], as_of: date
) -> tuple[Desk, tuple[FileResult, ...]]:
    """Receipt numbers, records and acts, in one batch. Returns the desk moved on and one line per file."""
    history = desk.current
    count = history.receipts.get(as_of.isoformat(), 0)
    acts: list[dict[str, object]] = []
    lines: list[FileResult] = list(surveyed.results)
    versions: dict[tuple[str, str, str], int] = {}
    before = {s.digest: s for s in surveyed.again}
    for j in results:
        known = before.get(j.digest)
        key = (j.form, j.unit, j.period)
        if known is None:
            count += 1
            versions[key] = versions.get(key, history.versions(*key)) + 1
        receipt_no = known.receipt_no if known else f"{as_of:%Y%m%d}-{count:04d}"
        record = desk.archive.put(encode(j.findings, j.draft), ".json")
        acts.append({
            "act": "received", "receipt_no": receipt_no, "digest": j.digest, "file": j.file, "form": j.form, "unit": j.unit,
            "period": j.period, "edition": j.edition, "issue_no": j.issue_no, "record": record, "verdict": str(j.verdict),
            "version": known.version if known else versions[key],
            "arrived_on": (known.arrived_on if known else as_of).isoformat(),
        })  # fmt: skip
        lines.append(FileResult(j.file, j.verdict, j.digest, receipt_no, j.form, j.unit, j.period, j.findings))
    for t in surveyed.evidence:
        count += 1
        receipt_no, unit = f"{as_of:%Y%m%d}-{count:04d}", _folder_unit(desk, t.entry.shown)
        acts.append(
            {"act": "evidence", "receipt_no": receipt_no, "digest": t.digest, "file": t.entry.shown, "unit": unit}
        )
        note = replace(finding("IN-112", name=t.entry.name), file=t.entry.shown)
        lines.append(FileResult(t.entry.shown, Verdict.ACCEPTED, t.digest, receipt_no, "佐证", unit, "", (note,)))
    for file, digest in surveyed.duplicates:
        acts.append({"act": "duplicate", "digest": digest, "file": file})
    desk = desk.append(acts, as_of) if acts else desk
    for file, digest in surveyed.duplicates:
        original = desk.history.by_digest(digest)
        line = _seen(desk.history, file, digest)
        note = finding("IN-108", receipt_no=original.receipt_no if original else "", place={"file": file})
        lines.append(replace(line, findings=(note,)))
    desk.remember(surveyed.remember)
    return desk, tuple(sorted(lines, key=lambda r: r.file))
