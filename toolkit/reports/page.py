"""内部/index.html: who has handed in what, what is late, every download. One static page: no script, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from toolkit.model import Filing, Period, PeriodResult, Progress
from toolkit.office.sheet_model import visible
from toolkit.reports.filing import groups, ordered_filings
from toolkit.reports.page_style import CSS, STATE_COLOURS
from toolkit.reports.wording import (
    RECEIVED,
    SAMPLE,
    TASK_STATES,
    contact,
    day_text,
    estimates,
    in_order,
    marks,
    names_text,
    ordered_progress,
    percent,
    unit_order,
)

_LATE_SHOWN = 30
_OPEN_LIST = 12  # a longer list of downloads is folded
_KINDS = {
    ".xlsx": "Excel", ".docx": "Word", ".pdf": "PDF", ".html": "网页", ".csv": "CSV 数据", ".json": "JSON 数据",
    ".txt": "文本", ".zip": "压缩包",
}  # fmt: skip
_NAMES = {"annual": "年度报告数据", "tasks": "任务数据", "scores": "评分数据"}
_FIRST_FILES = ("工作通报", "总台账", "报送情况", "考核评分", "回执")


def index(
    results: Sequence[PeriodResult],
    files: Sequence[str],
    *,
    government: str,
    office: str,
    phone: str,
    as_of: date,
    sample: bool,
) -> bytes:
    """The page. `files`: paths relative to 内部/ with forward slashes; a first folder that is a period groups them.
    The results may come in any order: the latest beginning stands first, a month before the year that holds it."""
    ordered = sorted(results, key=lambda r: (-r.period.start.toordinal(), r.period.end))
    title = f"{government}政务公开工作情况"
    marked = "".join(f'<span class="mark">{_t(m)}</span>' for m in ((SAMPLE,) if sample else ()))
    body = [
        f"<header><h1>{_t(title)}{marked}</h1>",
        f'<p class="meta">截至 {_t(day_text(as_of))}　　{_t(contact(office, phone))}</p></header>',
        "<main>",
        _essentials(ordered),
        *(_period_section(r) for r in ordered),
        _downloads(files),
        "</main>",
        f"<footer><p>本页为内部工作用页，数据截至{_t(day_text(as_of))}。{_t(contact(office, phone))}</p></footer>",
    ]
    head = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_t(title)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
    )
    return (head + "\n".join(part for part in body if part) + "\n</body>\n</html>\n").encode("utf-8", "replace")


def _t(text: str) -> str:
    """A text for the page: nothing hidden, nothing active."""
    return escape(visible(text), quote=True)


# ---------------------------------------------------------------- first screen


def _essentials(results: Sequence[PeriodResult]) -> str:
    # A month's filings stand in the month's own lines; the year that holds it does not repeat them.
    shown = {r.period.text for r in results}
    lines = [line for r in results for line in _essential_lines(r, shown - {r.period.text})]
    if not lines:
        return '<section class="first"><p>尚未下发表单，也没有收到报送。</p></section>'
    items = "\n".join(f"<li><b>{_t(period)}</b><span>{_t(text)}</span></li>" for period, text in lines)
    return f'<section class="first"><h2>要点</h2>\n<ul>\n{items}\n</ul></section>'


def _essential_lines(r: PeriodResult, elsewhere: Collection[str] = ()) -> list[tuple[str, str]]:
    lines = []
    for (form, period), filings in groups(ordered_filings(r)).items():
        if period in elsewhere:
            continue
        received = sum(f.state in RECEIVED for f in filings)
        missing = sum(f.state == "未报送" for f in filings)
        pending = len(filings) - received - missing
        words = [f"应报 {len(filings)} 家，已接收 {received} 家（{percent(received, len(filings))}）"]
        words += [f"待修改 {pending} 家"] if pending else []
        words += [f"未报送 {missing} 家"] if missing else []
        lines.append((_period_title(period), f"{form}：{'，'.join(words)}。"))
    if r.tasks:
        counts = Counter(s.state for s in r.tasks)
        late = {p.task.task_id for p in _late(r) if p.status != "已完成"}
        words = [f"共 {len(r.tasks)} 项"]
        words += [f"{state} {n} 项" for state, n in in_order(counts, TASK_STATES) if state in TASK_STATES[:5]]
        tail = f"；{len(late)} 项有单位逾期未完成" if late else "；没有逾期未完成的"
        lines.append((r.period.title, f"任务：{'，'.join(words)}{tail}。"))
    if r.consolidated is not None:
        done, left = len(r.consolidated.members), len(r.consolidated.missing)
        tail = f"，尚缺 {left} 家" if left else "，应纳入的已全部纳入"
        lines.append((r.period.title, f"年度报告：已汇总 {done} 家{tail}。"))
    return lines


def _period_title(text: str) -> str:
    period = Period.parse(text)
    return period.title if period else text


def _late(r: PeriodResult) -> list[Progress]:
    """Lines past their day, supporting units left out; earliest day first, then the order of the ledger."""
    lines = [p for p in ordered_progress(r) if p.overdue_days > 0 and p.role != "配合"]
    return sorted(lines, key=lambda p: p.task.due_on or date.max)


# ---------------------------------------------------------------- one period


def _period_section(r: PeriodResult) -> str:
    badges = "".join(f'<span class="mark">{_t(m)}</span>' for m in marks(r)[:1] if not r.approval)
    approved = ""
    if r.approval:
        approved = f'<p class="meta">{_t(day_text(r.approval.date))}审定，文号：{_t(r.approval.doc_no)}</p>'
    parts = [_filing_table(r), _task_bar(r), _late_table(r), _remarks(r)]
    body = "\n".join(p for p in parts if p) or '<p class="quiet">本周期尚无数据。</p>'
    return f"<section><h2>{_t(r.period.title)}{badges}</h2>{approved}\n{body}\n</section>"


def _filing_table(r: PeriodResult) -> str:
    rows = [_filing_row(form, period, fs, r) for (form, period), fs in groups(ordered_filings(r)).items()]
    if not rows:
        return ""
    heads = "".join(f"<th>{h}</th>" for h in ("表单", "应报", "已接收", "其中逾期", "待修改", "未报送", "具体单位"))
    return (
        f"<h3>报送情况</h3>\n<table><thead><tr>{heads}</tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table>"
    )


def _filing_row(form: str, period: str, filings: Sequence[Filing], r: PeriodResult) -> str:
    received = [f for f in filings if f.state in RECEIVED]
    late = [f for f in received if f.late_days > 0]
    missing = [f for f in filings if f.state == "未报送"]
    pending = [f for f in filings if f.state not in RECEIVED and f.state != "未报送"]
    order = unit_order(r.roster, (f.unit for f in filings))
    named = []
    for word, group in (("未报送", missing), ("待修改", pending), ("逾期报送", late)):
        if group:
            names = names_text(sorted((f.unit for f in group), key=order.__getitem__), 60)
            named.append(f"<p><b>{word}：</b>{_t(names)}</p>")
    due = next((f.due_on for f in filings if f.due_on), None)
    title = form if period == r.period.text else f"{form}（{_period_title(period)}）"
    deadline = f'<br><span class="quiet">期限 {_t(day_text(due))}</span>' if due else ""
    numbers = "".join(
        f'<td class="n{" hot" if hot and n else ""}">{n}</td>'
        for n, hot in (
            (len(filings), False),
            (len(received), False),
            (len(late), True),
            (len(pending), True),
            (len(missing), True),
        )
    )
    return f"<tr><td>{_t(title)}{deadline}</td>{numbers}<td>{''.join(named) or '已全部按时报送'}</td></tr>"


def _task_bar(r: PeriodResult) -> str:
    """Tasks by state as one bar of inline SVG, with the numbers as text below."""
    if not r.tasks:
        return ""
    counts = in_order(Counter(s.state for s in r.tasks), TASK_STATES)
    total, left = len(r.tasks), 0
    bars, legend = [], []
    for state, n in counts:
        start, size = 1000 * left // total, 1000 * (left + n) // total - 1000 * left // total
        left += n
        colour = STATE_COLOURS.get(state, "#8C8C8C")
        name = _t(state or "没有承办单位")
        bars.append(
            f'<rect x="{start}" y="0" width="{size}" height="26" fill="{colour}"><title>{name} {n}</title></rect>'
        )
        swatch = f'<svg width="11" height="11" aria-hidden="true"><rect width="11" height="11" fill="{colour}"/></svg>'
        legend.append(f'<li>{swatch} {name} <b>{n}</b> <span class="quiet">{percent(n, total)}</span></li>')
    return (
        f"<h3>任务状态（共 {total} 项）</h3>\n"
        '<svg class="bar" viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label="任务状态">'
        f'{"".join(bars)}</svg>\n<ul class="legend">{"".join(legend)}</ul>'
    )


def _late_table(r: PeriodResult) -> str:
    """One line per task that is late and not done: how many units, the first of them by name, the longest delay."""
    by_task: dict[str, list[Progress]] = {}
    for p in _late(r):
        if p.status != "已完成":
            by_task.setdefault(p.task.task_id, []).append(p)
    if not by_task:
        return '<h3>逾期未完成的任务</h3>\n<p class="quiet">没有逾期未完成的任务。</p>' if r.tasks else ""
    rows = []
    for lines in list(by_task.values())[:_LATE_SHOWN]:
        task, days = lines[0].task, max(p.overdue_days for p in lines)
        names = list(dict.fromkeys(p.unit for p in lines))
        cells = (task.task_id, task.title or task.requirement, day_text(task.due_on), names_text(names, 6))
        state = "".join(f'<td class="w">{_t(c)}</td>' for c in cells[:3]) + f"<td>{_t(cells[3])}</td>"
        rows.append(f'<tr>{state}<td class="n">{len(names)}</td><td class="n">{days}</td></tr>')
    heads = "".join(f"<th>{h}</th>" for h in ("任务编号", "任务", "截止日期", "单位", "家数", "最长逾期工作日"))
    more = len(by_task) - _LATE_SHOWN
    rest = f'<p class="quiet">其余 {more} 项见总台账。</p>' if more > 0 else ""
    return (
        f"<h3>逾期未完成的任务（{len(by_task)} 项，按截止日期先后）</h3>\n<table><thead><tr>{heads}</tr></thead><tbody>\n"
        + "\n".join(rows)
        + f"\n</tbody></table>{rest}"
    )


def _remarks(r: PeriodResult) -> str:
    found = [f for f in r.findings if f.code != "REF-104"]
    texts = [*(f"{f.message}{f.remedy}" for f in found[:20]), *estimates(r)]
    if len(found) > 20:
        texts.append(f"其余 {len(found) - 20} 条见总台账“概况”。")
    if not texts:
        return ""
    items = "".join(f"<li>{_t(text)}</li>" for text in texts)
    return f'<h3>请留意</h3>\n<ul class="notes">{items}</ul>'


# ---------------------------------------------------------------- downloads


def _downloads(files: Sequence[str]) -> str:
    """Every file once, grouped by period and folder; the page itself and the manifest are no downloads."""
    wanted = sorted({f for f in files if f not in ("index.html", "manifest.json")}, key=_file_order)
    if not wanted:
        return ""
    periods: dict[str, dict[str, list[str]]] = {}
    for file in wanted:
        first, _, rest = file.partition("/")
        period = Period.parse(first) if rest else None
        folder = "／".join(PurePosixPath(file).parts[1 if period else 0 : -1])
        periods.setdefault(period.title if period else "", {}).setdefault(folder, []).append(file)
    blocks = [_download_block(title, folders) for title, folders in periods.items()]
    return f'<section class="files"><h2>下载</h2>\n{"".join(blocks)}</section>'


def _file_order(file: str) -> tuple[bool, tuple[int, int], int, bool, int, str]:
    first, _, rest = file.partition("/")
    period = Period.parse(first) if rest else None
    when = (-period.start.toordinal(), period.end.toordinal()) if period else (0, 0)
    stem = PurePosixPath(file).stem
    rank = next((n for n, name in enumerate(_FIRST_FILES) if stem.startswith(name)), len(_FIRST_FILES))
    return period is None, when, file.count("/"), "/单位/" in file, rank, file


def _download_block(title: str, folders: Mapping[str, Sequence[str]]) -> str:
    parts = [f"<h3>{_t(title or '其他')}</h3>"]
    for folder, files in folders.items():
        links = "".join(f"<li>{_link(f)}</li>" for f in files)
        listed = f"<ul>{links}</ul>"
        if len(files) > _OPEN_LIST:
            listed = f"<details><summary>{_t(folder or '全部文件')}（{len(files)} 个文件）</summary>{listed}</details>"
        elif folder:
            listed = f"<h4>{_t(folder)}</h4>{listed}"
        parts.append(listed)
    return "\n".join(parts)


def _link(file: str) -> str:
    path = PurePosixPath(file)
    kind = _KINDS.get(path.suffix.lower(), path.suffix.lstrip("."))
    href = quote(file, safe="/", errors="replace")
    return f'<a href="{_t(href)}">{_t(_NAMES.get(path.stem, path.stem))}</a> <span class="quiet">{_t(kind)}</span>'
