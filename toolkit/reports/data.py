"""数据/*.json and *.csv: the figures for other programs, exactly as the contract names them.

JSON numbers carry the decimal digits that were filled in; a cell filled with "/" or left empty stays text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from toolkit.builtin import annual_table
from toolkit.model import NOTHING_MARKS, AnnualReport, PeriodResult, Progress, Scorecard, Source, Value
from toolkit.office.sheet_model import visible
from toolkit.reports.wording import main_source, number_text, ordered_progress, ordered_scores, unit_order, value_text

# ---------------------------------------------------------------- JSON


def to_json(value: object, depth: int = 3) -> bytes:
    """Canonical JSON: keys in the order given, UTF-8, decimals exact; below `depth` levels one line each."""
    return ("".join(_json(value, depth, 0)) + "\n").encode()


def _json(value: object, depth: int, level: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        items: list[tuple[str, object]] = [(f"{json.dumps(k, ensure_ascii=False)}: ", v) for k, v in value.items()]
        yield from _nested("{", items, "}", depth, level)
    elif isinstance(value, list | tuple):
        yield from _nested("[", [("", v) for v in value], "]", depth, level)
    else:
        yield _scalar(value)


def _nested(opening: str, items: list[tuple[str, object]], closing: str, depth: int, level: int) -> Iterator[str]:
    broken = level < depth and bool(items)
    start, between, end = (
        (f"\n{' ' * (level + 1)}", f",\n{' ' * (level + 1)}", f"\n{' ' * level}") if broken else ("", ", ", "")
    )
    yield opening + start
    for n, (label, value) in enumerate(items):
        yield (between if n else "") + label
        yield from _json(value, depth, level + 1)
    yield end + closing


def _scalar(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            return "null"
        return number_text(value)
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, str):
        return json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    raise TypeError(type(value).__name__)


def _where(source: Source | None) -> dict[str, object]:
    if source is None:
        return {"receipt_no": None, "file": None, "sheet": None, "cell": None}
    return {"receipt_no": source.receipt_no, "file": source.file, "sheet": source.sheet, "cell": source.cell}


def tasks_json(result: PeriodResult) -> bytes:
    """tasks.json. Days are ISO texts or null; `where` of a line without an accepted submission holds nulls."""
    rows = [_task_row(p) for p in ordered_progress(result)]
    tasks = [{"task_id": s.task.task_id, "no": s.task.no, "state": s.state} for s in result.tasks]
    return to_json({"period": result.period.text, "as_of": result.as_of, "rows": rows, "tasks": tasks}, depth=2)


def _task_row(p: Progress) -> dict[str, object]:
    return {
        "task_id": p.task.task_id,
        "no": p.task.no,
        "unit": p.unit,
        "role": p.role,
        "status": p.status,
        "completed_on": p.completed_on,
        "due_on": p.task.due_on,
        "overdue_days": p.overdue_days,
        "text": p.text,
        "where": _where(main_source(p.sources)),
        "period": p.period,
        "evidence": p.evidence,
        "office": p.office,
        "person": p.person,
        "explanation": p.explanation,
        "stand_in": p.stand_in,
    }


def scores_json(result: PeriodResult) -> bytes:
    """scores.json. Points of an indicator that does not apply are null; the rank is null unless ranking is on."""
    order = unit_order(result.roster, result.scores)
    units = {name: _card(result, result.scores[name]) for name in sorted(result.scores, key=order.__getitem__)}
    return to_json({"period": result.period.text, "as_of": result.as_of, "units": units}, depth=4)


def _card(result: PeriodResult, card: Scorecard) -> dict[str, object]:
    indicators = {
        s.no: {
            "name": s.name,
            "points": s.points,
            "out_of": s.out_of,
            "uncut": s.uncut,
            "facts": dict(s.facts),
            "basis": [
                {"text": text, **_where(source), "value": source.value if source else None} for text, source in s.basis
            ],
        }
        for s in ordered_scores(result, card)
    }
    rank = card.rank if result.ranking else None
    return {"total": card.total, "grade": card.grade, "group": card.group, "rank": rank, "indicators": indicators}


def annual_json(result: PeriodResult, *, public: bool = False) -> bytes:
    """annual.json. `public`: the edition for 公开/, without receipt numbers, verdicts and reports that do not count."""
    units = {name: _report(report, public) for name, report in _reports(result, public)}
    total = result.consolidated
    values: Mapping[str, Decimal] = total.values if total else {}
    consolidated: dict[str, object] = {
        "members": list(total.members) if total else [],
        "missing": list(total.missing) if total else [],
        **_tables(lambda name: values.get(name, Decimal(0))),
    }
    head: dict[str, object] = {"period": result.period.text}
    if not public:
        head["as_of"] = result.as_of
    return to_json({**head, "units": units, "consolidated": consolidated}, depth=4)


def _reports(result: PeriodResult, public: bool) -> list[tuple[str, AnnualReport]]:
    order = unit_order(result.roster, result.annual)
    names = sorted(result.annual, key=order.__getitem__)
    return [(n, result.annual[n]) for n in names if result.annual[n].renderable or not public]


def _report(report: AnnualReport, public: bool) -> dict[str, object]:
    head: dict[str, object] = {"kind": report.kind}
    if not public:
        head |= {"verdict": report.verdict.value, "receipt_no": report.receipt_no, "waived": report.waived}
    return {**head, **_tables(report.values.get)}


def _tables(value_of: Callable[[str], Value]) -> dict[str, dict[str, dict[str, Value]]]:
    """{"t2": {row: {column: value}}, "t3": …, "t4": …} of all 200 cells; what could not be located is null."""
    tables: dict[str, dict[str, dict[str, Value]]] = {t.id: {} for t in annual_table.TABLES}
    for field in annual_table.fields():
        table, row, column = field.id.split(".")
        tables[table].setdefault(row, {})[column] = value_of(field.id)
    return tables


# ---------------------------------------------------------------- CSV

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV that Excel opens as it is: UTF-8 with BOM, CRLF. Texts that a spreadsheet would take for a formula get a
    leading apostrophe (but not a lone mark for "nothing"); numbers are untouched."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Value) -> str:
    if not isinstance(value, str):
        return value_text(value)
    text = visible(value)
    guarded = text.startswith(_FORMULA_STARTS) and text.strip() not in NOTHING_MARKS
    return f"'{text}" if guarded else text


def annual_csv(result: PeriodResult, *, public: bool = False) -> bytes:
    """Long form: 单位, 类型, 字段, 标题, 值; the sums first under the unit 汇总."""
    fields = annual_table.fields()
    rows: list[tuple[Value, ...]] = []
    total = result.consolidated
    if total is not None:
        rows += [("汇总", "汇总", f.id, f.label, total.values.get(f.id, Decimal(0))) for f in fields]
    for name, report in _reports(result, public):
        rows += [(name, report.kind, f.id, f.label, report.values.get(f.id)) for f in fields]
    return csv_bytes(("单位", "类型", "字段", "标题", "值"), rows)


_TASK_HEADER = (
    "任务编号", "序号", "任务", "单位", "角色", "完成情况", "完成日期", "截止日期", "逾期工作日", "进展说明", "佐证",
    "责任科室", "责任人", "情况说明", "代填", "收件编号", "文件", "工作表", "单元格",
)  # fmt: skip


def tasks_csv(result: PeriodResult) -> bytes:
    """The rows of tasks.json with Chinese headings."""
    rows: list[tuple[Value, ...]] = []
    for p in ordered_progress(result):
        s = main_source(p.sources) or Source("", "", "", "")
        rows.append(
            (
                p.task.task_id, p.task.no, p.task.title, p.unit, p.role, p.status, p.completed_on, p.task.due_on,
                p.overdue_days, p.text, p.evidence, p.office, p.person, p.explanation, p.stand_in,
                s.receipt_no, s.file, s.sheet, s.cell,
            )
        )  # fmt: skip
    return csv_bytes(_TASK_HEADER, rows)


def scores_csv(result: PeriodResult) -> bytes:
    """Long form: one line per unit and indicator, and one per unit for the total (编号 total)."""
    order = unit_order(result.roster, result.scores)
    rows: list[tuple[Value, ...]] = []
    for name in sorted(result.scores, key=order.__getitem__):
        card = result.scores[name]
        rows.append((name, card.group, "total", "总分", _points(card.total), "", "", card.grade))
        for s in ordered_scores(result, card):
            rows.append((name, card.group, s.no, s.name, _points(s.points), s.out_of, s.uncut, ""))
    return csv_bytes(("单位", "考核组", "编号", "指标", "得分", "分值", "未封顶保底得分", "等级"), rows)


def _points(points: Decimal | None) -> Value:
    return "不适用" if points is None else points
