"""How findings name rows and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolkit.findings import Finding, finding
from toolkit.plan.table.grid import Grid
from toolkit.plan.table.rows import TaskRow

_LISTED = 40


def named(rows: Iterable[TaskRow]) -> str:
    """Rows as people find them: 序号 5、8、10; one without serial by the serial before it; without any, 第6、9行.

    At most forty of a kind are listed."""
    rows = list(rows)
    numbered = [str(r.printed_no) for r in rows if r.printed_no]
    behind = [r.flags["behind"] for r in rows if not r.printed_no and "behind" in r.flags]
    others = [str(r.row.index) for r in rows if not r.printed_no and "behind" not in r.flags]
    parts = []
    if numbered:
        parts.append(f"序号 {'、'.join(numbered[:_LISTED])}{' 等' if len(numbered) > _LISTED else ''}")
    parts += behind[:_LISTED]
    if others:
        parts.append(f"第{'、'.join(others[:_LISTED])}{'…' if len(others) > _LISTED else ''}行")
    return "、".join(parts)


def find_places(rows: Iterable[TaskRow]) -> None:
    """How rows that lost their serial are named: 序号 50 之后第 1 项."""
    before, count = "", 0
    for row in rows:
        if row.printed_no:
            before, count = row.printed_no, 0
        elif before:
            count += 1
            row.flags["behind"] = f"序号 {before} 之后第 {count} 项"


def about_table(grid: Grid, code: str, **arguments: str | int) -> Finding:
    """A finding about a table as a whole."""
    words: dict[str, Any] = {"where": grid.table.place, **arguments}
    return finding(code, place={"sheet": grid.table.place}, **words)


def row_place(row: TaskRow) -> dict[str, str]:
    return {"sheet": row.grid.table.place, "cell": f"第{row.row.index}行"}
