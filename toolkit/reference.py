"""The office's own workbooks → Roster, Task, WorkCalendar. What is wrong in them comes as REF-101 with sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from toolkit.calendar import WorkCalendar
from toolkit.findings import Finding, Level
from toolkit.model import Group, Roster, Task, Unit, plain
from toolkit.reference_rows import UNCOMPUTED, Faults, Grid, Row, Stored, address, table
from toolkit.reference_tasks import TASK_SHEET, tasks_of
from toolkit.workspace import path_name

UNIT_SHEET, GROUP_SHEET, CALENDAR_SHEET = "单位", "单位分组", "工作日历"
UNIT_COLUMNS = (
    "单位编码", "名称", "简称", "别名", "类别", "上级单位", "可制定规章", "纳入汇总", "生效周期", "失效周期", "承接单位",
    "联系人", "电话", "邮箱",
)  # fmt: skip
GROUP_COLUMNS = ("组名", "成员", "已确认")
CALENDAR_COLUMNS = ("日期", "类型", "名称", "依据")
DAY_KINDS: Mapping[str, bool] = {"工作日": True, "休息日": False}

_UNIT_REQUIRED = ("名称", "类别", "纳入汇总")
_MAX_ROWS, _MAX_COLUMNS = 20_000, 60  # what an office keeps by hand; a lying sheet end must not cost minutes

Cells = tuple[object, ...]
Grids = Mapping[str, Grid]


def read_roster(data: bytes, name: str) -> tuple[Roster, tuple[Finding, ...]]:
    """单位名录.xlsx. A name or alias that would mean two units is reported and left with the first."""
    faults = Faults("REF-101", name)
    grids = open_grids(data, faults)
    units: tuple[Unit, ...] = ()
    groups: tuple[Group, ...] = ()
    if (grid := wanted(grids, UNIT_SHEET, faults)) is not None:
        units = _units(table(grid, _UNIT_REQUIRED, [c for c in UNIT_COLUMNS if c not in _UNIT_REQUIRED], faults))
    if grids and (grid := wanted(grids, GROUP_SHEET, faults, Level.NOTE)) is not None:
        groups = _groups(table(grid, GROUP_COLUMNS, (), faults), Roster(units))
    return Roster(units, groups), faults.all


def read_tasks(data: bytes, name: str) -> tuple[tuple[Task, ...], tuple[Finding, ...]]:
    """任务分解表.xlsx, every row in the workbook's order, ended ones too."""
    faults = Faults("REF-101", name)
    grid = wanted(open_grids(data, faults), TASK_SHEET, faults)
    return (tasks_of(grid, faults) if grid else ()), faults.all


def read_calendar(data: bytes, name: str) -> tuple[WorkCalendar, tuple[Finding, ...]]:
    """工作日历.xlsx. Its sheet is named 工作日历 (any name will do where the workbook has one sheet with the columns)."""
    faults = Faults("REF-101", name)
    grids = open_grids(data, faults)
    named = grids.get(CALENDAR_SHEET) or next((g for g in grids.values() if _has_headings(g)), None)
    grid = named or wanted(grids, CALENDAR_SHEET, faults)
    entries: dict[date, bool] = {}
    for row in table(grid, ("日期", "类型"), ("名称", "依据"), faults) if grid else ():
        day, kind = row.day("日期"), row.text("类型")
        if day is None:
            if not row.text("日期"):
                row.fault("日期", "没有填写日期。", "请按“2024-05-08”的样式填写，或清空整行。")
        elif kind not in DAY_KINDS:
            row.fault("类型", f"“{kind}”不是日期类型。", "请填“工作日”或“休息日”。")
        elif day in entries:
            row.fault("日期", f"{day.isoformat()} 出现了两次。", "请只保留一行。")
        else:
            entries[day] = DAY_KINDS[kind]
    return WorkCalendar(entries), faults.all


def _has_headings(grid: Grid) -> bool:
    return any({"日期", "类型"} <= {plain(str(v)) for v in row if v is not None} for row in grid.rows[:15])


# ---------------------------------------------------------------- roster


def _units(rows: tuple[Row, ...]) -> tuple[Unit, ...]:
    owners: dict[str, str] = {}  # every name and alias by its plain form → the unit's name
    codes: dict[str, str] = {}
    folders: dict[str, str] = {}  # a unit's folder as every file system sees it → the unit's name
    named: list[tuple[Row, str]] = []
    for row in rows:
        name = row.text("名称")
        if not name:
            row.fault("名称", "没有填写单位名称。", "请填写单位全称，或清空整行。")
        elif plain(name) in owners:
            row.fault("名称", f"单位“{name}”与前面的行重名。", "请合并为一行；更名的单位请把旧名填入“别名”。")
        elif (other := folders.setdefault(path_name(name).casefold(), name)) != name:
            row.fault("名称", f"“{name}”与“{other}”的文件夹会是同一个。", "请使用能与其他单位区分的名称。")
        else:
            owners[plain(name)] = name
            named.append((row, name))
    units = tuple(_unit(row, name, owners, codes) for row, name in named)
    for row, _ in named:
        successor = row.text("承接单位")
        if successor and plain(successor) not in owners:
            row.fault("承接单位", f"承接单位“{successor}”不在单位名录中。", "请填写名录中的单位全称。")
    return units


def _unit(row: Row, name: str, owners: dict[str, str], codes: dict[str, str]) -> Unit:
    start, end = row.span("生效周期", "失效周期")
    short = _own(row, "简称", name, (row.text("简称"),), owners)
    code = row.text("单位编码")
    if code and codes.setdefault(code, name) != name:
        row.fault("单位编码", f"单位编码“{code}”已用于“{codes[code]}”。", "请改为不同的编码。", Level.NOTE)
    if not row.text("纳入汇总"):
        message = f"“{name}”没有填写是否纳入汇总，按“否”处理。"
        row.fault("纳入汇总", message, "请填“是”或“否”。", Level.NOTE)
    return Unit(
        code=code,
        name=name,
        short=short[0] if short else "",
        aliases=_own(row, "别名", name, row.names("别名"), owners),
        unit_class=row.text("类别"),
        parent=row.text("上级单位"),
        can_make_regulations=row.yes("可制定规章"),
        consolidated=row.yes("纳入汇总") is True,
        valid_from=start,
        valid_to=end,
        successor=row.text("承接单位"),
        contact=row.text("联系人"),
        phone=row.text("电话"),
        email=row.text("邮箱"),
    )


def _own(row: Row, heading: str, name: str, names: tuple[str, ...], owners: dict[str, str]) -> tuple[str, ...]:
    """The names that mean this unit alone; one that is another unit's already is reported and left out."""
    kept = []
    for alias in filter(None, names):
        owner = owners.setdefault(plain(alias), name)
        if owner == name:
            kept.append(alias)
        else:
            row.fault(
                heading, f"“{alias}”已是“{owner}”的名称、简称或别名。", "一个名称只能对应一个单位，请删去其中一处。"
            )
    return tuple(kept)


def _groups(rows: tuple[Row, ...], roster: Roster) -> tuple[Group, ...]:
    groups: dict[str, Group] = {}
    classes = {u.unit_class for u in roster.units}
    for row in rows:
        name = row.text("组名")
        if not name:
            row.fault("组名", "没有填写组名。", "请填写组名，或清空整行。")
            continue
        if plain(name) in groups:
            row.fault("组名", f"分组“{name}”出现了两次。", "请合并为一行。")
            continue
        if (unit := roster.resolve(name)) is not None:
            row.fault("组名", f"分组“{name}”与单位“{unit.name}”的名称或别名相同。", "请改用不同的组名。")
            continue
        confirmed = row.yes("已确认") is True
        members = row.names("成员")
        if confirmed:
            _check_members(row, name, members, roster, classes)
        groups[plain(name)] = Group(name, members, confirmed)
    return tuple(groups.values())


def _check_members(row: Row, name: str, members: tuple[str, ...], roster: Roster, classes: set[str]) -> None:
    """A confirmed group is expanded without asking again, so every member must be known."""
    if not members:
        row.fault("成员", f"分组“{name}”已确认，但没有成员。", "请填写成员单位，或写“类别=街道办事处”的样式。")
    for member in members:
        by_class = re.fullmatch(r"类别\s*[=＝]\s*(.+)", member)
        if by_class and by_class[1].strip() not in classes:
            remedy = "请核对名录“类别”一栏的写法。"
            row.fault("成员", f"没有类别为“{by_class[1].strip()}”的单位。", remedy, Level.NOTE)
        elif not by_class and roster.resolve(member) is None:
            row.fault("成员", f"成员“{member}”不在单位名录中。", "请填写名录中的单位名称或别名。")


# ---------------------------------------------------------------- the file


def wanted(grids: Grids, sheet: str, faults: Faults, level: Level | None = None) -> Grid | None:
    """The named sheet; its absence is reported (nothing is said where the file could not be read at all)."""
    found = next((g for n, g in grids.items() if plain(n) == plain(sheet)), None)
    if found is None and grids:
        message = f"没有工作表“{sheet}”（现有：{'、'.join(grids)}）。"
        faults.add(sheet, "", message, "请恢复工作表名称；可对照 zwgk init 生成的工作簿。", level=level)
    return found


def open_grids(data: bytes, faults: Faults) -> Grids:
    """The sheets of a workbook by name, in order; empty (and reported) where it cannot be read."""
    import io
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # extensions openpyxl does not keep: nothing is written back
            written = openpyxl.load_workbook(io.BytesIO(data))
            sheets = {s.title: _values(s) for s in written.worksheets}
            _tell_cut(written.worksheets, faults)
            if not any(_is_formula(v) for rows in sheets.values() for row in rows for v in row):
                return {name: _grid(name, rows) for name, rows in sheets.items()}
            computed = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            results = {s.title: _values(s) for s in computed.worksheets}
    except Exception:  # openpyxl signals a broken file by a dozen kinds of exception
        message = f"“{faults.file}”已损坏，或不是 Excel 工作簿（.xlsx）。"
        faults.add("", "", message, "请用 Excel 或 WPS 打开并另存为“Excel 工作簿（.xlsx）”。", level=Level.FIX)
        return {}
    return {name: _grid(name, _computed(rows, sheets[name])) for name, rows in results.items()}


def _tell_cut(sheets: Sequence[object], faults: Faults) -> None:
    for sheet in sheets:
        if (getattr(sheet, "max_row", 0) or 0) > _MAX_ROWS:
            message = f"工作表超过 {_MAX_ROWS} 行，其后的行没有读取。"
            remedy = "请删除表格下方多余的行（含只有格式的空行）。"
            faults.add(str(getattr(sheet, "title", "")), address(_MAX_ROWS + 1, 1), message, remedy, level=Level.NOTE)


def _computed(results: list[Cells], written: list[Cells]) -> list[Cells]:
    """The stored results; a formula without one comes as UNCOMPUTED."""
    return [
        tuple(UNCOMPUTED if v is None and _is_formula(w) else v for v, w in zip(row, formulas, strict=True))
        for row, formulas in zip(results, written, strict=True)
    ]


def _grid(name: str, rows: list[Cells]) -> Grid:
    """The sheet's values, to the last filled row."""
    filled = [number for number, row in enumerate(rows, start=1) if any(v is not None and v != "" for v in row)]
    return Grid(name, tuple(tuple(_stored(v) for v in row) for row in rows[: filled[-1] if filled else 0]))


def _values(sheet: object) -> list[Cells]:
    bounds = {
        "max_row": min(getattr(sheet, "max_row", 0) or 0, _MAX_ROWS),
        "max_col": min(getattr(sheet, "max_column", 0) or 0, _MAX_COLUMNS),
    }
    return list(sheet.iter_rows(values_only=True, **bounds)) if bounds["max_row"] else []  # type: ignore[attr-defined]


def _is_formula(stored: object) -> bool:
    return not isinstance(stored, str | int | float | datetime | date | None) or (
        isinstance(stored, str) and stored.startswith("=")
    )


def _stored(value: object) -> Stored:
    if value is None or isinstance(value, str | bool | int | float | datetime | date):
        return value
    if isinstance(value, time):
        return value.isoformat()
    return str(value)
