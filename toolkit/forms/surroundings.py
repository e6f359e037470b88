"""What happened around the values: labels changed, rows or columns moved, cells merged, hidden, filtered or beside the
form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.findings import Finding, finding
from toolkit.forms.form import FormList, SheetLayout
from toolkit.forms.match import Axis, Grid, Shift, alike, planned_row, shifts, text_at
from toolkit.forms.rows import Place
from toolkit.model import RawSheet
from toolkit.office.references import address, column_letters

_LISTED = 8  # rows, columns or cells named in one message
_SMALL_BLOCK = 5_000  # cells of a merged block that are looked at one by one


# ---------------------------------------------------------------- labels and lines


def label_findings(layout: SheetLayout, sheet: RawSheet, grid: Grid, form_list: FormList | None) -> list[Finding]:
    """Inserted and deleted lines, then every label whose text was changed in place.

    Headings of a list's own columns are left to the list.
    """
    headings = {(form_list.header_row, f.place.column) for f in form_list.fields if f.place} if form_list else set()
    found = [_row_shift(s, layout, sheet, grid.rows) for s in shifts(grid.rows)]
    if form_list is None:
        found += [_column_shift(s, layout, sheet) for s in shifts(grid.columns)]
    for (row, column), text in sorted(layout.labels.items()):
        at = grid.label_place(row, column)
        if at is None or (row, column) in headings:
            continue
        now = text_at(sheet, *at)
        if not alike(now, text):
            place = {"sheet": sheet.name, "cell": address(*at), "label": text, "value": now[:60]}
            found.append(finding("IN-402", expected=_short(text), value=now[:60] or "空白", place=place))
    return found


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"


def _row_shift(shift: Shift, layout: SheetLayout, sheet: RawSheet, rows: Axis) -> Finding:
    if shift.count > 0:
        what = _inserted(shift, [str(n) for n in range(shift.first, shift.last + 1)], "行")
        return finding("IN-403", what=what, place={"sheet": sheet.name, "cell": address(shift.first, 1)})
    lines = range(shift.first, shift.last + 1)
    names = [str(planned_row(n, rows.stretch)) for n in lines]
    labels = [layout.labels[at] for at in sorted(layout.labels) if at[0] in lines and rows.find(at[0]) is None]
    place = {"sheet": sheet.name, "cell": f"A{names[0]}"}
    return finding("IN-403", what=_deleted(shift, names, "行", labels), place=place)


def _column_shift(shift: Shift, layout: SheetLayout, sheet: RawSheet) -> Finding:
    names = [column_letters(n) for n in range(shift.first, shift.last + 1)]
    if shift.count > 0:
        what = _inserted(shift, names, "列")
        return finding("IN-403", what=what, place={"sheet": sheet.name, "cell": address(1, shift.first)})
    labels = [text for (_, c), text in sorted(layout.labels.items()) if shift.first <= c <= shift.last]
    place = {"sheet": sheet.name, "cell": address(1, shift.first)}
    return finding("IN-403", what=_deleted(shift, names, "列", labels), place=place)


def _span(names: Sequence[str], kind: str) -> str:
    if len(names) == 1:
        return f"第 {names[0]} 行" if kind == "行" else f" {names[0]} 列"
    return f"第 {names[0]} 至 {names[-1]} 行" if kind == "行" else f" {names[0]} 至 {names[-1]} 列"


def _inserted(shift: Shift, names: Sequence[str], kind: str) -> str:
    if shift.exact:
        return f"插入了{_span(names, kind)}，其中的内容未计入。"
    return f"在{_span(names, kind)}之间插入了 {shift.count} {kind}，无法确定是哪一{kind}，其间的内容未计入。"


def _deleted(shift: Shift, names: Sequence[str], kind: str, labels: Sequence[str]) -> str:
    named = f"（“{'”“'.join(_short(x) for x in labels[:3])}”）" if labels else ""
    if shift.exact:
        return f"原{_span(names, kind)}{named}被删除。"
    return f"原{_span(names, kind)}之间少了 {-shift.count} {kind}{named}，无法确定的内容未计入。"


# ---------------------------------------------------------------- merged, hidden, filtered, outside


def surroundings(layout: SheetLayout, sheet: RawSheet, grid: Grid, read: Mapping[Place, bool]) -> list[Finding]:
    """`read`: every cell the form looked at, True where people may write."""
    inputs = {at for at, free in read.items() if free}
    return [*_merged(sheet, inputs), *_hidden(sheet, inputs), *_outside(layout, sheet, grid, read)]


def _merged(sheet: RawSheet, inputs: set[Place]) -> list[Finding]:
    """A merged block that swallows more than one input."""
    found: list[Finding] = []
    for top, left, bottom, right in sorted(sheet.merges):
        size = (bottom - top + 1) * (right - left + 1)
        if size <= _SMALL_BLOCK:
            hit = sum((r, c) in inputs for r in range(top, bottom + 1) for c in range(left, right + 1))
        else:
            hit = sum(top <= r <= bottom and left <= c <= right for r, c in inputs)
        if hit > 1:
            block = f"{address(top, left)}:{address(bottom, right)}"
            found.append(finding("IN-406", what=block, place={"sheet": sheet.name, "cell": address(top, left)}))
    return found


def _hidden(sheet: RawSheet, inputs: set[Place]) -> list[Finding]:
    filled = sorted(at for at in inputs if at in sheet.cells)
    rows = sorted({r for r, _ in filled if r in sheet.hidden_rows})
    columns = sorted({c for _, c in filled if c in sheet.hidden_columns})
    found: list[Finding] = []
    if sheet.state != "visible" and filled:
        found.append(finding("IN-405", what=f"工作表“{sheet.name}”", place={"sheet": sheet.name}))
    if rows and sheet.filtered:
        what = f"工作表“{sheet.name}”"
        found.append(finding("IN-407", what=what, place={"sheet": sheet.name, "cell": address(rows[0], 1)}))
    elif rows:
        what = f"第 {_listed([str(r) for r in rows])} 行"
        found.append(finding("IN-405", what=what, place={"sheet": sheet.name, "cell": address(rows[0], 1)}))
    if columns:
        what = f"{_listed([column_letters(c) for c in columns])} 列"
        found.append(finding("IN-405", what=what, place={"sheet": sheet.name, "cell": address(1, columns[0])}))
    return found


def _outside(layout: SheetLayout, sheet: RawSheet, grid: Grid, read: Mapping[Place, bool]) -> list[Finding]:
    """Typed content right of or below everything the form knows. Formulas are passed over: the office may have put
    its own beside the form."""
    known = [at for place in (*layout.labels, *layout.tags) if (at := grid.place(*place)) is not None] + list(read)
    last_row = max((r for r, _ in known), default=0)
    last_column = max((c for _, c in known), default=0)
    beyond = [
        at
        for at, cell in sorted(sheet.cells.items())
        if (at[0] > last_row or at[1] > last_column) and not cell.formula and cell.kind != "f" and cell.text.strip()
    ]
    if not beyond:
        return []
    cells = [address(*at) for at in beyond]
    place = {"sheet": sheet.name, "cell": cells[0], "value": sheet.cells[beyond[0]].text[:60]}
    return [finding("IN-408", what=_listed(cells), place=place)]


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_LISTED]) + (f"等 {len(names)} 处" if len(names) > _LISTED else "")
