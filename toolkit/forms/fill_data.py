"""The data of `fill`: names looked up, values made ready, everything that is wrong said at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from toolkit.forms.design_tables import suggestion
from toolkit.forms.form import EXPLANATION_LIST, STAND_IN_FIELDS, Field, Form, FormList
from toolkit.forms.layout import EXPLANATION_COLUMNS
from toolkit.model import Value, plain

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class ListRow:
    """One row of data: its position, the key of a task row, and the values to write (null left out)."""

    index: int
    values: Mapping[str, Value]
    task_id: str = ""
    role: str = ""


@dataclass(frozen=True)
class Request:
    """What to write, by field name; "" empties a cell."""

    cells: Mapping[str, Value]
    lists: Mapping[str, tuple[ListRow, ...]] = field(default_factory=dict)


def read_request(form: Form, data: Mapping[str, object]) -> tuple[Request | None, tuple[str, ...]]:
    """The request, or None with every error in Chinese."""
    errors: list[str] = []
    for key in data:
        if key not in ("cells", "lists"):
            errors.append(f"数据中的“{key}”无法识别，应为 cells 或 lists。")
    cells = _mapping(data.get("cells"), "cells", errors)
    lists = _mapping(data.get("lists"), "lists", errors)
    request = Request(_cells(form, cells, errors), _lists(form, lists, errors))
    return (None if errors else request), tuple(errors)


def _mapping(given: object, name: str, errors: list[str]) -> Mapping[str, object]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return given
    errors.append(f"数据中的 {name} 应为“名称: 值”的对照。")
    return {}


def _cells(form: Form, given: Mapping[str, object], errors: list[str]) -> dict[str, Value]:
    fields = {f.name: f for f in form.fields if f.place} | {name: Field(name, name, "文本") for name in STAND_IN_FIELDS}
    spellings = _spellings(fields)
    values: dict[str, Value] = {}
    for name, value in given.items():
        known = spellings.get(name) or spellings.get(plain(name))
        if known is None:
            errors.append(f"没有字段“{name}”。{suggestion(name, (*fields, *(f.label for f in fields.values())))}")
        else:
            _take(values, fields[known], name, value, errors)
    return values


def _spellings(fields: Mapping[str, Field]) -> dict[str, str]:
    """Every accepted spelling → name: names, then labels that are not ambiguous, both also width-folded."""
    labels: dict[str, list[str]] = {}
    for name, item in fields.items():
        labels.setdefault(plain(item.label), []).append(name)
    found = {label: names[0] for label, names in labels.items() if len(names) == 1}
    return {**found, **{plain(name): name for name in fields}, **{name: name for name in fields}}


def _take(values: dict[str, Value], item: Field, name: str, value: object, errors: list[str]) -> None:
    if value is None:
        return
    ready = _ready(item, value)
    if ready is None:
        errors.append(f"字段“{name}”的值无法写入，应为文字或数字。")
    else:
        values[item.name] = ready


def _ready(item: Field, value: object) -> Value:
    """The value as it will be written; None when it is nothing that a cell can hold."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, str):
        return _day(value) or value if item.type == "日期" else value
    if isinstance(value, int | date):
        return value
    if isinstance(value, Sequence) and item.type == "多选" and all(isinstance(x, str) for x in value):
        return "、".join(value)
    return None


def _day(text: str) -> date | None:
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # 2024-02-30 is written as it stands: the reader will say what is wrong


# ---------------------------------------------------------------- lists


def _lists(form: Form, given: Mapping[str, object], errors: list[str]) -> dict[str, tuple[ListRow, ...]]:
    names = [*(x.name for x in form.lists), EXPLANATION_LIST]
    found: dict[str, tuple[ListRow, ...]] = {}
    for name, rows in given.items():
        if name not in names:
            errors.append(f"没有清单“{name}”。{suggestion(name, names)}")
        elif rows is None:
            continue
        elif not isinstance(rows, Sequence) or isinstance(rows, str):
            errors.append(f"清单“{name}”应为若干行。")
        else:
            found[name] = tuple(
                row for n, item in enumerate(rows) if (row := _row(form.list(name), name, n, item, errors)) is not None
            )
    return found


def _row(form_list: FormList | None, name: str, index: int, given: object, errors: list[str]) -> ListRow | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        errors.append(f"清单“{name}”第 {index + 1} 行应为“栏目: 值”的对照。")
        return None
    fields = {f.name: f for f in form_list.fields} if form_list else {
        n: Field(n, n, "文本") for n in EXPLANATION_COLUMNS
    }  # fmt: skip
    spellings = _spellings(fields)
    values: dict[str, Value] = {}
    for column, value in given.items():
        known = spellings.get(column) or spellings.get(plain(str(column)))
        if known is None:
            place = f"清单“{name}”第 {index + 1} 行"
            errors.append(f"{place}没有栏目“{column}”。{suggestion(str(column), fields)}")
        else:
            _take(values, fields[known], f"{name}.{column}", value, errors)
    if form_list is None or not form_list.by_task:
        return ListRow(index, values)
    key = {k: str(values.pop(k, "") or "").strip() for k in ("任务编号", "角色")}
    return ListRow(index, values, key["任务编号"], key["角色"])
