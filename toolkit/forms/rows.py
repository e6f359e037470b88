"""Reading the lists of a submitted sheet: columns by their headings, rows as they come, task rows by what was issued."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.findings import Finding, Level, finding
from toolkit.forms.convert import clean, convert
from toolkit.forms.form import Field, FormList, Option, SheetLayout
from toolkit.forms.layout import has_value, row_cell_locked, shown
from toolkit.forms.match import Grid, folded, reworded, text_at
from toolkit.forms.order import Order, OrderRow
from toolkit.model import Filled, RawCell, RawSheet, Value, plain
from toolkit.office.references import address, column_letters

Place = tuple[int, int]
KEY_FIELDS = ("任务编号", "角色")


@dataclass(frozen=True)
class Reading:
    """What one list gave. `read`: every cell looked at, True where people may write. `filled`: inputs that hold
    something of the department's own; `inputs`: whether there was anything to fill in."""

    rows: tuple[Mapping[str, Filled], ...] = ()
    findings: tuple[Finding, ...] = ()
    read: Mapping[Place, bool] = field(default_factory=dict)
    filled: int = 0
    inputs: bool = False


@dataclass(frozen=True)
class ListSource:
    """Everything a list is read from."""

    form_list: FormList
    layout: SheetLayout
    sheet: RawSheet
    grid: Grid
    options: Mapping[str, Sequence[Option]]
    order: Order | None
    whole_ruled: frozenset[str]

    def full(self, name: str) -> str:
        """进展.完成情况: a column as findings name it."""
        return f"{self.form_list.name}.{name}"


def read_list(source: ListSource) -> Reading:
    """The rows of one list; a field whose column cannot be known is absent from every row."""
    header = source.grid.rows.find(source.form_list.header_row)
    if header is None:
        return Reading()
    columns, found = _columns(source, header)
    places = {f.name: columns[f.name] for f in source.form_list.fields if f.name in columns}
    rows = _content_rows(source, places, header)
    ordered = source.order.rows.get(source.form_list.name) if source.order else None
    if source.form_list.by_task and ordered is not None and "任务编号" in places:
        pairs, more = _match(source, places, rows, ordered)
        more = (*_blank_notes(source, rows), *more)
    else:
        pairs, more = [(row, None) for row in rows], ()
    inputs = ordered is None or any(not row.locked for row in ordered)
    reading = _collect(source, places, pairs, (*found, *more), inputs)
    seen = {(row, column): False for row in rows for column in places.values()}
    return replace(reading, read={**seen, **reading.read})


def _collect(
    source: ListSource, places: Mapping[str, int], pairs: Sequence[tuple[int, OrderRow | None]],
    found: tuple[Finding, ...], inputs: bool,
) -> Reading:  # fmt: skip
    rows: list[Mapping[str, Filled]] = []
    findings = list(found)
    read: dict[Place, bool] = {}
    filled = 0
    for number, issued in pairs:
        row: dict[str, Filled] = {}
        for item in source.form_list.fields:
            if item.name not in places:
                continue
            at = (number, places[item.name])
            value, more = _cell(source, item, at, issued)
            row[item.name] = Filled(value, source.sheet.name, address(*at))
            findings += more
            read[at] = not row_cell_locked(item, issued)
            if read[at] and has_value(value):
                filled += _own(item, source.sheet.cells.get(at), value, issued)
        rows.append(row)
    return Reading(tuple(rows), tuple(findings), read, filled, inputs)


def _cell(source: ListSource, item: Field, at: Place, issued: OrderRow | None) -> tuple[Value, tuple[Finding, ...]]:
    raw = source.sheet.cells.get(at)
    if issued is not None and row_cell_locked(item, issued):
        value, found = kept(raw, item, issued.values.get(item.name), source.sheet.name, at)
        return value, tuple(replace(f, field=source.full(item.name)) for f in found)
    value, found = convert(raw, item, source.options, whole_ruled=item.name in source.whole_ruled)
    return value, tuple(f.at(source.sheet.name, address(*at), field=source.full(item.name)) for f in found)


def is_computed(item: Field) -> bool:
    """A field whose cell comes with a formula (总计): its result is no sign that anybody filled anything."""
    return item.prefill.startswith(("=", "＝"))


def _own(item: Field, raw: RawCell | None, value: Value, issued: OrderRow | None) -> int:
    """1 when the department put something there itself, 0 for what was prefilled or computed."""
    if raw is not None and raw.formula and is_computed(item):
        return 0
    if issued is None:
        return 0 if item.prefill else 1
    return 0 if same(raw, issued.values.get(item.name)) else 1


# ---------------------------------------------------------------- what was issued stands


def kept(raw: RawCell | None, item: Field, issued: Value, sheet: str, at: Place) -> tuple[Value, tuple[Finding, ...]]:
    """The issued value of a locked cell, with a note where the cell says something else."""
    expected = "" if issued is None else issued
    if same(raw, expected):
        return expected, ()
    now = raw.text if raw else ""
    place = {"sheet": sheet, "cell": address(*at), "field": item.name, "label": item.label, "value": now}
    return expected, (finding("IN-517", expected=shown(expected)[:60], value=now[:60] or "空白", place=place),)


def same(raw: RawCell | None, issued: Value) -> bool:
    """Does a cell still say what was issued? Width, brackets and white space do not count."""
    if raw is None:
        return not has_value(issued)
    if isinstance(issued, int | Decimal) and raw.number is not None:
        return raw.number == issued
    if raw.text == shown(issued):
        return True
    return plain(str(clean(raw.text)[0])) == plain(str(clean(shown(issued))[0]))


# ---------------------------------------------------------------- columns


def _columns(source: ListSource, header: int) -> tuple[dict[str, int], tuple[Finding, ...]]:
    """Submitted column by field name, read off the headings, and what happened to the columns."""
    form_list, layout, sheet = source.form_list, source.layout, source.sheet
    headings = {
        f: layout.labels[form_list.header_row, f.place.column]
        for f in form_list.fields
        if f.place and (form_list.header_row, f.place.column) in layout.labels
    }
    times = Counter(plain(h) for h in headings.values())
    present: dict[str, list[int]] = defaultdict(list)
    for (row, column), cell in sorted(sheet.cells.items()):
        if row == header:
            present[plain(cell.text)].append(column)
    columns: dict[str, int] = {}
    found: list[Finding] = []
    for item, heading in headings.items():
        at = present.get(plain(heading), [])
        if times[plain(heading)] == 1 and len(at) == 1:
            columns[item.name] = at[0]
    for item in form_list.fields:
        if item.place is None or item.name in columns:
            continue
        found += _unmatched(source, item, headings.get(item, ""), present, columns, header)
    return columns, (*found, *_moves(form_list, headings, columns, sheet.name, header))


def _unmatched(
    source: ListSource, item: Field, heading: str, present: Mapping[str, Sequence[int]], columns: dict[str, int],
    header: int,
) -> list[Finding]:  # fmt: skip
    """A column whose heading is not there once: read by position where that is certain, else absent."""
    sheet = source.sheet
    assert item.place is not None
    place = {"sheet": sheet.name, "field": source.full(item.name), "label": item.label}
    column = source.grid.columns.find(item.place.column)
    taken = set(columns.values())
    if heading and len(present.get(plain(heading), ())) > 1:
        cells = "、".join(address(header, c) for c in present[plain(heading)])
        place["cell"] = address(header, present[plain(heading)][1])
        return [finding("IN-403", what=f"“{heading}”列出现多次（{cells}），无法确定以哪一列为准。", place=place)]
    if column is not None and column not in taken:
        now = text_at(sheet, header, column)
        below = any(c == column and r > header for r, c in sheet.cells)
        if not heading or plain(now) == plain(heading):
            columns[item.name] = column
            return []
        if now or below:
            if reworded(now, heading, [folded(x) for x in source.layout.labels.values()]):
                columns[item.name] = column
            place |= {"cell": address(header, column), "value": now}
            return [finding("IN-402", expected=heading, value=now or "空白", place=place)]
    letter = column_letters(item.place.column)
    place["cell"] = address(header, item.place.column)
    return [finding("IN-403", what=f"没有找到“{heading or item.label}”列（原 {letter} 列），可能被删除。", place=place)]


def _moves(
    form_list: FormList, headings: Mapping[Field, str], columns: Mapping[str, int], sheet: str, header: int
) -> list[Finding]:
    """Columns that changed their order, and columns put in between."""
    issued = [(f.place.column, f) for f in form_list.fields if f.place and f.name in columns]
    staying = _longest_rising([columns[f.name] for _, f in issued])
    found: list[Finding] = []
    for n, (column, item) in enumerate(issued):
        if n not in staying:
            now = columns[item.name]
            what = f"“{headings.get(item, item.label)}”列由 {column_letters(column)} 列移到了 {column_letters(now)} 列，已按栏目名称读取。"
            place = {"sheet": sheet, "cell": address(header, now), "field": item.name, "label": item.label}
            found.append(finding("IN-403", what=what, place=place))
    used = set(columns.values())
    low = (0, 0)
    for n in staying:
        high = (issued[n][0], columns[issued[n][1].name])
        between = [c for c in range(low[1] + 1, high[1]) if c not in used]
        extra = (high[1] - low[1]) - (high[0] - low[0])
        if extra > 0 and between:
            letters = "、".join(column_letters(c) for c in between[-extra:])
            place = {"sheet": sheet, "cell": address(header, between[-1])}
            found.append(finding("IN-403", what=f"插入了 {letters} 列，其中的内容未计入。", place=place))
        low = high
    return found


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Indexes of the longest rising subsequence (the first of equally long ones)."""
    best: list[tuple[int, int]] = []
    for n, number in enumerate(numbers):
        before = max((k for k in range(n) if numbers[k] < number), key=lambda k: (best[k][0], -k), default=-1)
        best.append((1 + (best[before][0] if before >= 0 else 0), before))
    at = max(range(len(best)), key=lambda n: (best[n][0], -n), default=-1)
    chain: list[int] = []
    while at >= 0:
        chain.append(at)
        at = best[at][1]
    return chain[::-1]


# ---------------------------------------------------------------- rows


def _content_rows(source: ListSource, places: Mapping[str, int], header: int) -> list[int]:
    """Rows of the list area that hold anything in one of its columns."""
    below = [r for r, _ in (*source.layout.labels, *source.layout.tags) if r > source.form_list.tag_row]
    located = [r for r in map(source.grid.rows.find, below) if r is not None and r > header]
    end = min(located) - 1 if located else None
    wanted = set(places.values())
    computed = {places[f.name] for f in source.form_list.fields if f.name in places and is_computed(f)}
    rows = {
        r
        for (r, c), cell in source.sheet.cells.items()
        if r > header and (end is None or r <= end) and c in wanted and _says_something(cell)
        and not (c in computed and (cell.formula or cell.kind == "f"))
    }  # fmt: skip
    return sorted(rows)


def _says_something(cell: RawCell) -> bool:
    return cell.kind != "s" or clean(cell.text)[0] != ""


def _blank_notes(source: ListSource, rows: Sequence[int]) -> list[Finding]:
    first = source.grid.rows.find(source.form_list.tag_row)
    if not rows or first is None:
        return []
    blank = sorted(set(range(first, rows[-1])) - set(rows))
    if not blank or len(blank) > 50:
        return []
    listed = "、".join(map(str, blank[:10])) + ("等" if len(blank) > 10 else "")
    what = f"第 {listed} 行是空行，已跳过。"
    place = {"sheet": source.sheet.name, "cell": address(blank[0], 1)}
    note = finding("IN-403", level=Level.NOTE, what=what, place=place)
    return [replace(note, remedy="无需处理；建议删去空行。")]


def _match(
    source: ListSource, places: Mapping[str, int], rows: Sequence[int], ordered: Sequence[OrderRow]
) -> tuple[list[tuple[int, OrderRow | None]], tuple[Finding, ...]]:
    """Submitted rows to issued rows by (任务编号, 角色); what is missing, doubled or additional is said and not read."""
    waiting = {_key(row.values.get("任务编号"), row.values.get("角色")): row for row in ordered}
    known = set(waiting)
    pairs: list[tuple[int, OrderRow | None]] = []
    strange: list[int] = []
    found: list[Finding] = []
    for number in rows:
        key = _row_key(source, places, number, known)
        if key in waiting:
            pairs.append((number, waiting.pop(key)))
        elif key in known:
            what = f"任务编号“{key[0]}”（{key[1]}）出现多次，只取第一次的内容。"
            found.append(_row_finding(source, places, number, what))
        else:
            strange.append(number)
    for number, row in _recognised(source, places, strange, list(waiting.values())):
        pairs.append((number, row))
        strange.remove(number)
        del waiting[_key(row.values.get("任务编号"), row.values.get("角色"))]
    found += [_row_finding(source, places, number, _strange(source, places, number)) for number in strange]
    for row in waiting.values():
        task, role = row.key
        at = source.form_list.tag_row + ordered.index(row), places["任务编号"]  # where it was issued
        place = {
            "sheet": source.sheet.name, "cell": address(*at), "field": source.full("任务编号"), "value": task,
        }  # fmt: skip
        found.append(finding("IN-419", what=f"缺少下发的任务行：任务编号“{task}”（{role}）。", place=place))
    return sorted(pairs, key=lambda pair: pair[0]), tuple(found)


def _key(task: Value, role: Value) -> tuple[str, str]:
    return plain(shown(task)), plain(shown(role))


def _row_key(
    source: ListSource, places: Mapping[str, int], number: int, known: set[tuple[str, str]]
) -> tuple[str, str]:
    task, role = (
        plain(str(clean(text_at(source.sheet, number, places[name]))[0])) if name in places else ""
        for name in KEY_FIELDS
    )
    if not role:  # the role's column is gone: the number alone, where it is the only one
        alone = [key for key in known if key[0] == task]
        if len(alone) == 1 and "角色" not in places:
            return alone[0]
    return task, role


def _recognised(
    source: ListSource, places: Mapping[str, int], strange: Sequence[int], waiting: Sequence[OrderRow]
) -> list[tuple[int, OrderRow]]:
    """Rows whose number or role was overwritten while everything else that was issued still stands."""
    if len(strange) * len(waiting) > 10_000:
        return []
    likely: list[tuple[int, int]] = []
    for n, row in enumerate(waiting):
        issued = [(f, row.values.get(f.name)) for f in source.form_list.fields if row_cell_locked(f, row)]
        told = [(f.name, value) for f, value in issued if has_value(value) and f.name in places]
        for number in strange:
            equal = sum(same(source.sheet.cells.get((number, places[name])), value) for name, value in told)
            if equal >= 2 and equal >= len(told) - 1:
                likely.append((number, n))
    numbers, rows = Counter(a for a, _ in likely), Counter(b for _, b in likely)
    return [(number, waiting[n]) for number, n in likely if numbers[number] == 1 and rows[n] == 1]


def _strange(source: ListSource, places: Mapping[str, int], number: int) -> str:
    task = text_at(source.sheet, number, places["任务编号"]).strip()
    if not task:
        return "此行没有任务编号，无法对应到下发的任务，未计入。"
    role = text_at(source.sheet, number, places["角色"]).strip() if "角色" in places else ""
    return f"任务编号“{task[:40]}”（{role[:10] or '未填角色'}）不在下发的任务之中，未计入。"


def _row_finding(source: ListSource, places: Mapping[str, int], number: int, what: str) -> Finding:
    at = (number, places["任务编号"])
    place = {
        "sheet": source.sheet.name,
        "cell": address(*at),
        "field": source.full("任务编号"),
        "value": text_at(source.sheet, *at)[:60],
    }
    return finding("IN-419", what=what, place=place)
