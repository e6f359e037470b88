"""Acts of the office: waive, exclude, close, reopen, expunge; and looking after the records: verify, rebuild.

Every act goes into the journal with who and why. Nothing submitted is altered by any of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from toolkit import consolidating
from toolkit.desk import Desk, index_words, open_index
from toolkit.findings import Finding, finding
from toolkit.model import Approval, Period, PeriodResult, Submission
from toolkit.store.archive import Archive, digest_of
from toolkit.store.index import Index
from toolkit.store.journal import Journal
from toolkit.workspace import CONFIGURATION, IO_ERROR, USAGE, Halt, Workspace


def _submission(desk: Desk, receipt_no: str) -> Submission:
    s = desk.history.submission(receipt_no)
    if s is None:
        near = [x.receipt_no for x in desk.history.submissions if x.receipt_no[:8] == receipt_no[:8]][:5]
        raise Halt(
            USAGE,
            "RUN-105",
            f"没有收件编号“{receipt_no}”。",
            f"当日的编号有：{'、'.join(near)}。" if near else "请核对编号。",
        )
    return s


def waive(desk: Desk, receipt_no: str, rule: str, reason: str, by: str, as_of: date) -> Desk:
    """One rule (number, relation id or finding code) no longer stands against one receipt."""
    s = _submission(desk, receipt_no)
    names = sorted({n for f in s.findings for n in (f.rule, f.rule_no, f.code) if n})
    if rule not in names:
        raise Halt(
            USAGE,
            "RUN-105",
            f"收件编号 {receipt_no} 没有“{rule}”这一项问题。",
            f"可豁免的有：{'、'.join(names) or '无'}。",
        )
    act = {"act": "waived", "receipt_no": receipt_no, "rule": rule, "reason": reason, "by": by}
    return desk.append([act], as_of)


def exclude(desk: Desk, receipt_no: str, reason: str, by: str, as_of: date) -> Desk:
    _submission(desk, receipt_no)
    return desk.append([{"act": "excluded", "receipt_no": receipt_no, "reason": reason, "by": by}], as_of)


def _issued_period(desk: Desk, text: str) -> Period:
    period = Period.parse(text)
    known = [p.text for p in desk.history.periods()]
    if period is None or period.text not in known:
        raise Halt(USAGE, "RUN-105", f"没有下发过周期“{text}”的表单。", f"已下发的周期：{'、'.join(known) or '无'}。")
    return period


def reopen(desk: Desk, period_text: str, unit: str, reason: str, as_of: date) -> Desk:
    period = _issued_period(desk, period_text)
    if period.text not in desk.history.closings:
        raise Halt(USAGE, "RUN-105", f"{period.title}尚未定稿，无需重新开放。", "直接报送并运行即可。")
    known = desk.reference.roster.resolve(unit)
    if known is None:
        raise Halt(USAGE, "IN-410", f"单位名录中没有“{unit}”。", "请核对单位名称。")
    return desk.append([{"act": "reopened", "period": period.text, "unit": known.name, "reason": reason}], as_of)


@dataclass(frozen=True)
class Closed:
    desk: Desk
    published: tuple[str, ...]
    held: tuple[str, ...] = ()  # files that somebody has open: the next run brings them
    missing: tuple[str, ...] = ()  # units that should be in 汇总 and are not


def close(desk: Desk, period_text: str, approval: Approval, as_of: date) -> Closed:
    """Renders the approved set, writes 公开/, records the closing. From then on the period is frozen."""
    period = _issued_period(desk, period_text)
    if desk.history.closed(period.text):
        raise Halt(USAGE, "RUN-105", f"{period.title}已经定稿。", "如需更正，请先用 zwgk reopen 重新开放。")
    result = consolidating.result_of(desk, period, as_of, approval)
    if result.consolidated is not None and not result.consolidated.members:
        raise Halt(
            USAGE, "RUN-105", f"{period.title}还没有已接收的年报数据，不能定稿。", "请先收齐年报数据并运行 zwgk run。"
        )
    folder = consolidating.folder_of(desk, period)
    files, _ = consolidating.render(desk, result, folder)
    before = desk.history.closings.get(period.text)
    number = before.edition + 1 if before else 1
    public = public_files(result, files, folder, f"公开/{period.text}" + (f"/更正第{number}版" if number > 1 else ""))
    notes = desk.history.reopened.get(period.text, ())
    if number > 1 and public:
        public[f"公开/{period.text}/更正第{number}版/更正说明.txt"] = correction_note(result, number, notes)
    _gate(public)
    frozen = {**files, **public}
    act = {
        "act": "closed", "period": period.text, "approved_by": approval.approved_by, "doc_no": approval.doc_no,
        "date": approval.date.isoformat(), "edition": number,
        "files": {n: desk.archive.put(d, PurePosixPath(n).suffix) for n, d in sorted(frozen.items())},
        "reference": {n: desk.archive.put(desk.workspace.reference(n).read_bytes(), ".xlsx") for n in desk.reference.digests},
    }  # fmt: skip
    shown = consolidating.with_results(desk, consolidating.published_periods(desk, [period]), as_of)
    results = [result if r.period == period else r for r in shown]
    # The act first: from then on a cut closing is made good from the archive (`lost_of_closed`).
    desk = desk.append([act], as_of)
    done = consolidating.publish(desk, results, frozen, [period], as_of)
    missing = result.consolidated.missing if result.consolidated else ()
    return Closed(desk, done.published, done.held, missing)


def public_files(result: PeriodResult, files: Mapping[str, bytes], folder: str, public: str) -> dict[str, bytes]:
    """公开/ holds the annual reports and their figures; no score, bulletin, receipt number or applicant's name."""
    if not result.annual:
        return {}
    found = {n.replace(folder, public, 1): d for n, d in files.items() if n.startswith(f"{folder}/年度报告/")}
    return found | {f"{public}/数据/{n}": d for n, d in consolidating.data_files(result, public=True).items()}


def correction_note(result: PeriodResult, number: int, notes: tuple[tuple[str, str], ...]) -> bytes:
    lines = [
        f"{result.government}{result.period.title}政府信息公开工作年度报告更正说明",
        "",
        f"本版为第{number}版，替代此前发布的版本；此前版本保留备查。更正事项如下：",
        *(f"{n}．{unit}：{reason}" for n, (unit, reason) in enumerate(notes, 1)),
    ]
    if result.approval:
        lines += [
            "",
            f"批准：{result.approval.approved_by}　文号：{result.approval.doc_no}　日期：{result.approval.date.isoformat()}",
        ]
    return b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode()


def _gate(public: Mapping[str, bytes]) -> None:
    """The last gate: personal data in the finished bytes stop the publication (PII-401)."""
    from toolkit.reports.privacy import personal_data

    for name, data in public.items():
        what = personal_data(name, data)
        if what:
            f = finding("PII-401", name=name, what="、".join(what))
            raise Halt(CONFIGURATION, f.code, f.message, f.remedy)


def expunge(desk: Desk, digest: str, reason: str, ordered_by: str, as_of: date) -> Desk:
    """Takes the bytes (and what was read from them) out of the archive; the act stays for ever."""
    if not re.fullmatch(r"[0-9a-f]{8,64}", digest):
        raise Halt(USAGE, "RUN-105", f"“{digest}”不是文件的 sha256 校验值。", "校验值见回执和内部/回执.csv。")
    matching = sorted({d for d in desk.history.files.values() if d.startswith(digest)})
    if len(matching) != 1:
        what = "没有" if not matching else "不止一个"
        raise Halt(USAGE, "RUN-105", f"档案中{what}校验值以“{digest}”开头的报送文件。", "请写出完整的校验值。")
    whole = matching[0]
    mine = {a["record"] for a in desk.history.acts if a.get("digest") == whole and a.get("record")}
    others = {a["record"] for a in desk.history.acts if a.get("digest") != whole and a.get("record")}
    records = sorted(mine - others)  # the same words may have been said of another file
    act = {"act": "expunged", "digest": whole, "records": records, "reason": reason, "ordered_by": ordered_by}
    desk = desk.append([act], as_of)
    for gone in (whole, *records):
        desk.archive.remove(gone)
    desk.forget(records)
    return desk.refreshed()


# ---------------------------------------------------------------- looking after the records


def verify(workspace: Workspace) -> tuple[Finding, ...]:
    """Archive, journal and index against each other: each missing, altered or extra object is named."""
    archive, journal = Archive(workspace.archive), Journal(workspace.journal)
    acts, faults = journal.read()
    problems = [f"日志第 {x.line} 行{x.reason}。" for x in faults]
    gone = {d for a in acts if a["act"] == "expunged" for d in (a["digest"], *a["records"])}
    named = {str(a[k]) for a in acts for k in ("digest", "record") if a.get(k)}
    named |= {str(d) for a in acts for k in ("reference", "files") for d in a.get(k, {}).values()}
    present: set[str] = set()
    for path in archive.files():
        digest = path.name.partition(".")[0]
        present.add(digest)
        if digest_of(path.read_bytes()) != digest:
            problems.append(f"档案 {path.parent.name}/{path.name} 的内容与其校验值不符。")
        elif digest in gone:
            problems.append(f"档案 {digest} 已登记清除但仍然存在。")
        elif digest not in named:
            problems.append(f"档案 {digest} 没有对应的日志记录。")
    problems += [f"日志所载的档案 {d} 缺失。" for d in sorted(named - gone - present)]
    index = workspace.state / "zwgk.sqlite"
    if index.exists():
        problems += _index_problems(workspace, journal, acts)
    remedy = "请从备份恢复；仅索引不一致的，运行 zwgk rebuild。"
    return tuple(finding("DB-305", message=p, remedy=remedy) for p in problems)


def _index_problems(workspace: Workspace, journal: Journal, acts: tuple[dict[str, object], ...]) -> list[str]:
    try:
        index = open_index(workspace, journal)
        try:
            with index_words():
                return index.differences(acts)
        finally:
            index.close()
    except Halt as halt:
        return [halt.message]


def rebuild(workspace: Workspace) -> int:
    """A new index from journal and archive; a damaged one is kept beside it. Returns the number of acts."""
    journal, archive = Journal(workspace.journal), Archive(workspace.archive)
    acts, faults = journal.read()
    if faults:
        message = f"日志第 {faults[0].line} 行{faults[0].reason}。"
        raise Halt(IO_ERROR, "DB-305", message, "请先从备份恢复 journal 文件夹。")
    path = workspace.state / "zwgk.sqlite"
    old = next(p for n in range(1, 10_000) if not (p := path.with_name(f"zwgk.sqlite.old{n}")).exists())
    for tail in ("-journal", ""):  # a rollback journal left there would be played into the new file
        beside = path.with_name(path.name + tail)
        if beside.exists():
            beside.replace(old.with_name(old.name + tail))
    with index_words():
        index = Index.open(path, must_exist=False)
        try:
            index.sync(acts, archive.get)
        finally:
            index.close()
    return len(acts)
