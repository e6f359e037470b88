"""The desk: a workspace opened for work. Forms, reference workbooks and history are read once, here, and only here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.calendar import WorkCalendar
from toolkit.disk_words import disk_words
from toolkit.findings import Finding, Level, finding
from toolkit.forms.form import Form
from toolkit.history import History, fold
from toolkit.model import Roster, Task
from toolkit.store.archive import Archive, digest_of
from toolkit.store.index import Index, IndexFault
from toolkit.store.journal import Journal
from toolkit.store.publish import Publisher
from toolkit.workspace import BUSY, CONFIGURATION, IO_ERROR, Halt, Workspace

if TYPE_CHECKING:
    from toolkit.scoring.scheme import Scheme

REFERENCE_NAMES = ("单位名录", "任务分解表", "考核细则", "工作日历")


@dataclass(frozen=True)
class Reference:
    """The office's four workbooks as read, with what is wrong in them."""

    roster: Roster
    tasks: tuple[Task, ...]
    calendar: WorkCalendar
    scheme: Scheme
    findings: tuple[Finding, ...]
    digests: Mapping[str, str]


@dataclass(frozen=True)
class Desk:
    """Everything a command needs. `history` is as of the moment it was taken: `refreshed()` after an append."""

    workspace: Workspace
    archive: Archive
    journal: Journal
    index: Index
    history: History

    @property
    def publisher(self) -> Publisher:
        return Publisher(self.workspace.outbox, self.workspace.state)

    @cached_property
    def reference(self) -> Reference:
        return read_reference(self.workspace)

    @cached_property
    def current(self) -> History:
        """The history under the names that the roster gives the units now; folders and receipts keep `history`'s."""
        return self.history.under(self.reference.roster)

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of templates/xlsx as they stand now; `edition` is the newest issued one with these bytes, else 0."""
        return read_forms(self.workspace, self.history)

    @cached_property
    def form_digests(self) -> Mapping[str, str]:
        """Form workbook by file name → sha256: tells whether the forms are the same without reading them."""
        return {path.name: digest_of(_bytes(path)) for path in form_paths(self.workspace)}

    def form(self, form_id: str) -> Form | None:
        return next((f for f in self.forms if f.id == form_id), None)

    def form_edition(self, form_id: str, edition: int) -> Form | None:
        """An issued edition, from templates when it is the current one, else from the archive."""
        current = self.form(form_id)
        if current is not None and current.edition == edition:
            return current
        known = next((e for e in self.history.editions if (e.form, e.edition) == (form_id, edition)), None)
        data = self.archive.get(known.digest) if known else None
        if data is None:
            return None
        form, _ = _form_of(data, form_id)
        return replace(form, edition=edition) if form else None

    @cached_property
    def tail(self) -> str:
        """The digest that stands for the whole journal as this desk knows it."""
        return self.journal.tail

    def load(self, digest: str) -> bytes:
        """An archived record, from the index where the archive has lost it; Halt where both have."""
        data = self.archive.get(digest) or self.index.record(digest)
        if data is None:
            raise _lost(digest)
        return data

    def tidy(self) -> None:
        """Takes up what a cut command left: half-written archive files, and bytes that were to be expunged."""
        self.archive.sweep()
        left = [digest for digest in sorted(self.history.expunged) if self.archive.remove(digest)]
        if left:
            self.forget(left)

    def forget(self, digests: Iterable[str]) -> None:
        with index_words():
            self.index.forget(digests)

    def remembered(self) -> dict[str, tuple[int, int, str]]:
        """What the inbox looked like last time: path → size, time, digest."""
        with index_words():
            return self.index.entries()

    def remember(self, entries: Iterable[tuple[str, int, int, str]]) -> None:
        with index_words():
            self.index.remember(entries)

    def append(self, acts: Sequence[Mapping[str, object]], as_of: date) -> Desk:
        """Writes acts and returns the desk with its history moved on."""
        self.journal.append(acts, as_of)
        return self.refreshed()

    def refreshed(self) -> Desk:
        fresh = replace(self, history=_history(self.journal, self.index, self.archive))
        for name in ("reference",):
            if name in self.__dict__:
                fresh.__dict__[name] = self.__dict__[name]
        return fresh


def open_desk(workspace: Workspace) -> Desk:
    """Opens journal, archive and index; Halt where the index is damaged, locked or newer, or the journal does not hold."""
    journal, archive = Journal(workspace.journal), Archive(workspace.archive)
    _refuse_network(workspace.state)
    index = open_index(workspace, journal)
    try:
        return Desk(workspace, archive, journal, index, _history(journal, index, archive))
    except BaseException:
        index.close()
        raise


def open_index(workspace: Workspace, journal: Journal) -> Index:
    with index_words():
        return Index.open(workspace.state / "zwgk.sqlite", must_exist=journal.path.exists())


@contextmanager
def index_words() -> Iterator[None]:
    """What goes wrong with the index, as a Halt: in words and with an exit code."""
    try:
        yield
    except IndexFault as fault:
        remedy = "请运行 zwgk verify 查明原因；确认应以日志为准的，再运行 zwgk rebuild。"
        f = finding(fault.code, reason=fault.reason, message=f"{fault.reason}。", remedy=remedy)
        raise Halt(BUSY if fault.code == "DB-301" else IO_ERROR, fault.code, f.message, f.remedy) from None


def _lost(digest: str) -> Halt:
    f = finding(
        "DB-305",
        message=f"档案 {digest} 缺失或损坏。",
        remedy="请运行 zwgk verify 查明原因，并从备份恢复 archive 文件夹。",
    )
    return Halt(IO_ERROR, f.code, f.message, f.remedy)


def _refuse_network(folder: Path) -> None:
    if str(folder).startswith(("\\\\", "//")):
        f = finding("DB-304")
        raise Halt(CONFIGURATION, f.code, f.message, f.remedy)


def _history(journal: Journal, index: Index, archive: Archive) -> History:
    acts, faults = journal.read()
    if faults:
        message = f"日志第 {faults[0].line} 行{faults[0].reason}，共 {len(faults)} 处。"
        raise Halt(IO_ERROR, "DB-305", message, "请运行 zwgk verify 查明原因，并从备份恢复 journal 文件夹。")
    with index_words():
        index.sync(acts, archive.get)
        records = index.records()
    expunged = {d for a in acts if a["act"] == "expunged" for d in a["records"]}

    def load(digest: str) -> bytes | None:
        if digest in expunged:
            return None
        data = records.get(digest) or archive.get(digest)
        if data is None:
            raise _lost(digest)
        return data

    return fold(acts, load)


# ---------------------------------------------------------------- reading what the office edits


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = disk_words(error)
        raise Halt(
            CONFIGURATION, "REF-101", f"“{path.name}”无法读取：{reason}。", "请确认文件存在且未被独占打开。"
        ) from None


def read_reference(workspace: Workspace) -> Reference:
    """Reads the four workbooks; findings of level 须修改 in them stop the command with their places."""
    return _reference_of(*(_bytes(workspace.reference(name)) for name in REFERENCE_NAMES))


@lru_cache(maxsize=8)
def _reference_of(*books: bytes) -> Reference:
    from toolkit.reference import read_calendar, read_roster, read_tasks
    from toolkit.scoring.scheme import check_names, read_scheme

    data = dict(zip(REFERENCE_NAMES, books, strict=True))
    roster, f1 = read_roster(data["单位名录"], "单位名录.xlsx")
    tasks, f2 = read_tasks(data["任务分解表"], "任务分解表.xlsx")
    scheme, f3 = read_scheme(data["考核细则"], "考核细则.xlsx")
    calendar, f4 = read_calendar(data["工作日历"], "工作日历.xlsx")
    findings = (*f1, *f2, *f3, *f4, *check_names(scheme, roster))
    stop_on(findings, "参考表有误，请改正后重新运行")
    digests = {name: digest_of(body) for name, body in data.items()}
    return Reference(roster, tasks, calendar, scheme, findings, digests)


@lru_cache(maxsize=32)
def _form_of(data: bytes, name: str) -> tuple[Form | None, tuple[Finding, ...]]:
    """A form is what its bytes say: a command that looks again after an act in the journal does not read them twice."""
    from toolkit.forms.design import read_form

    return read_form(data, name)


def form_paths(workspace: Workspace) -> list[Path]:
    return [p for p in sorted(workspace.forms.glob("*.xlsx")) if not p.name.startswith("~$")]


def read_forms(workspace: Workspace, history: History) -> tuple[Form, ...]:
    from toolkit.forms.outside import outside_faults

    forms: list[Form] = []
    named: list[tuple[str, Form]] = []
    findings: list[Finding] = []
    for path in form_paths(workspace):
        form, found = _form_of(_bytes(path), path.name)
        findings += [replace(f, file=f.file or path.name) for f in found]
        if form is not None:
            newest = history.edition_of(form.id)
            edition = newest.edition if newest and newest.digest == form.digest else 0
            forms.append(replace(form, edition=edition))
            named.append((path.name, form))
    findings += outside_faults(named)
    stop_on(tuple(findings), "表单有误，请改正后重新运行")
    ids = [f.id for f in forms]
    if twice := next((i for i in ids if ids.count(i) > 1), None):
        raise Halt(CONFIGURATION, "FORM-101", f"有两个表单的编号都是“{twice}”。", "请修改其中一个的“设置·表单编号”。")
    return tuple(forms)


def read_form_file(path: Path, installed: Iterable[Form]) -> Form:
    """A form workbook that is not installed (yet), beside those that are; Halt(78) with the cell of every mistake in it."""
    from toolkit.forms.outside import outside_faults

    form, findings = _form_of(_bytes(path), path.name)
    others = [("", f) for f in installed if form is None or f.id != form.id]
    more = outside_faults([(path.name, form), *others]) if form else ()
    found = tuple(replace(f, file=f.file or path.name) for f in (*findings, *more))
    stop_on(found, "表单有误，请改正后重新试算")
    if form is None:
        raise Halt(CONFIGURATION, "FORM-101", f"“{path.name}”无法读取。", "请用 Excel 或 WPS 打开核对。")
    return form


def _where(f: Finding) -> str:
    place = f"{f.sheet}!{f.cell}" if f.cell else f.sheet
    return " ".join(part for part in (f.file, place) if part)


def stop_on(findings: tuple[Finding, ...], title: str) -> None:
    """Halt(78) listing every finding of level 须修改 or worse with file, sheet and cell."""
    heavy = [f for f in findings if f.level in (Level.UNREADABLE, Level.FIX)]
    if not heavy:
        return
    lines = [f"{_where(f)}：{f.message}{f.remedy}" for f in heavy[:20]]
    more = f"\n（另有 {len(heavy) - 20} 处）" if len(heavy) > 20 else ""
    raise Halt(CONFIGURATION, heavy[0].code, f"{title}：\n" + "\n".join(lines) + more, "")


def fingerprint(parts: Mapping[str, object]) -> str:
    """One digest of many named things, independent of their order."""
    text = "\n".join(f"{k}={parts[k]}" for k in sorted(parts))
    return hashlib.sha256(text.encode()).hexdigest()


Progress = Callable[[int], None]
