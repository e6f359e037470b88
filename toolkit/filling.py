"""`zwgk fill`: an issued workbook, filled from data, with the edition it was issued with."""

from __future__ import annotations

import json
from pathlib import Path

from toolkit.desk import open_desk
from toolkit.forms.fill import fill
from toolkit.judging import identified
from toolkit.store.archive import write_whole
from toolkit.workspace import CONFIGURATION, USAGE, Halt, Workspace


def fill_workbook(workspace: Workspace, workbook: Path, data_file: Path, output: Path) -> int:
    """Writes `output`; returns how many cells the data named. Halt(2) with the nearest names for an unknown field."""
    from toolkit.office.excel_in import read_book
    from toolkit.office.limits import Limits

    desk = open_desk(workspace)
    try:
        data = json.loads(data_file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise Halt(
            USAGE, "RUN-105", f"“{data_file.name}”不是规范的 JSON 文件{_spot(error)}。", "请改正后重试。"
        ) from None
    body = workbook.read_bytes()
    book, findings = read_book(body, workbook.name, Limits())
    if book is None:
        f = findings[0]
        raise Halt(USAGE, f.code, f.message, f.remedy)
    who = identified(desk, book, workbook.name)
    if who.form is None:
        raise Halt(USAGE, "IN-409", f"无法确定“{workbook.name}”是哪一张表。", "请使用 zwgk issue 下发的工作簿。")
    result = fill(body, who.form, data, who.order, desk.reference.calendar)
    if result.errors:
        raise Halt(USAGE, "FORM-102", "；".join(result.errors), "请改正数据中的名称后重试。")
    if result.data is None:
        raise Halt(CONFIGURATION, "FORM-101", f"“{workbook.name}”无法填写。", "请使用 zwgk issue 下发的工作簿。")
    output.parent.mkdir(parents=True, exist_ok=True)
    write_whole(output, result.data, output.with_name(f".{output.name}.tmp"))
    cells = sum(v is not None for v in data.get("cells", {}).values())
    return cells + sum(len(row) for rows in data.get("lists", {}).values() for row in rows)


def _spot(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"（第 {error.lineno} 行第 {error.colno} 列）"
    return "（文字编码不是 UTF-8）"
