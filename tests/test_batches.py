"""Whole batches as folders: batch.md says what the office and the units do, expected.txt what comes of it.

`ZWGK_UPDATE=1 pytest tests/test_batches.py` writes expected.txt anew; the diff is then read by a person.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Office
from toolkit.builtin.annual_table import TOTAL_FORMULAS, fields
from toolkit.builtin.forms_annual import PREVIOUS
from toolkit.model import Group, Task, Unit

CASES = sorted(p for p in (Path(__file__).parent / "batches").iterdir() if p.is_dir())
OFFICE = "云溪区人民政府办公室"

Rows = list[dict[str, str]]


@dataclass
class Step:
    """One `## heading` with the table under it, and the table under its `### 情况说明`."""

    words: list[str]
    rows: Rows = field(default_factory=list)
    notes: Rows = field(default_factory=list)


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    rows: Rows = []
    head: list[str] = []
    for line in text.splitlines():
        if line.startswith("## "):
            found.append(Step(line[3:].split()))
            rows, head = found[-1].rows, []
        elif line.startswith("### "):
            rows, head = found[-1].notes, []
        elif line.startswith("|"):
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if not head:
                head = cells
            elif not set(cells[0]) <= {"-", " "} or not cells[0]:
                rows.append(dict(zip(head, cells, strict=True)))
    return found


def names(text: str) -> tuple[str, ...]:
    return tuple(n for n in text.split("、") if n)


class Batch:
    """Plays the steps and writes down what a person would see."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.units: list[Unit] = []
        self.log: list[str] = []
        self.receipts: dict[str, str] = {}

    def play(self, step: Step) -> None:
        verb, *words = step.words
        getattr(self, f"_{verb}")(step, *words)

    def _单位(self, step: Step) -> None:
        self.units = [Unit("", r["名称"], "", names(r["别名"]), r["类别"]) for r in step.rows]
        self.office.roster(self.units)

    def _分组(self, step: Step) -> None:
        groups = [Group(r["组名"], names(r["成员"]), r["已确认"] == "是") for r in step.rows]
        self.office.roster(self.units, groups)

    def _任务(self, step: Step) -> None:
        self.office.tasks([
            Task(
                r["任务编号"], no=str(n), path=("一、年度任务",), requirement=r["工作要求"], lead_units=names(r["牵头单位"]),
                responsible_units=names(r["责任单位"]), supporting_units=names(r["配合单位"]), deadline=r["完成时限"],
                due_on=date.fromisoformat(r["截止日期"]) if r["截止日期"] else None,
            )
            for n, r in enumerate(step.rows, 1)
        ])  # fmt: skip

    def _下发(self, step: Step, period: str, as_of: str) -> None:
        self.log.append(f"== 下发 {period}（{as_of}）")
        for line in self.office.issue(period, as_of):
            self.log.append(f"{line['unit']} {line['form']} 期限 {line['due_on']} 行数 {line['rows']}")
            if line["form"] == "任务进展":
                self.log += self._list(self.office.waiting(line["unit"], line["form"], period))

    def _list(self, path: Path) -> list[str]:
        """The rows of the issued list: what was carried over, and which are locked."""
        sheet = openpyxl.load_workbook(path)["进展"]
        head = next(r for r in sheet.iter_rows() if r[0].value == "任务编号")
        lines = []
        for row in sheet.iter_rows(min_row=head[0].row + 1):
            values = {h.value: c for h, c in zip(head, row, strict=False)}
            if not str(values["任务编号"].value or "").startswith("20"):
                break
            parts = [str(values[k].value or "－") for k in ("任务编号", "角色", "上期情况", "完成情况", "责任科室")]
            parts.append("锁定" if values["完成情况"].protection.locked else "待填")
            lines.append("  " + " | ".join(parts))
        return lines

    def _报送(self, step: Step, unit: str, form: str, period: str) -> None:
        data: dict[str, Any] = {"lists": {}}
        if form == "任务进展":
            data["lists"]["进展"] = step.rows
        else:
            given = {r["字段"]: r["值"] for r in step.rows}
            cells: dict[str, Any] = {}
            if "其余" in given:
                rest = [n for n, _, _ in ((f.id, f.label, f.type) for f in fields()) if n not in TOTAL_FORMULAS]
                known = [] if int(period) > 2023 else [f"prev.{name}" for name in PREVIOUS]
                cells = dict.fromkeys([*rest, *known], 0)
            cells |= {k: json.loads(v) for k, v in given.items() if k != "其余"}
            data["cells"] = cells
        if step.notes:
            data["lists"]["情况说明"] = step.notes
        self.office.fill(unit, form, period, data)

    def _运行(self, step: Step, as_of: str, period: str) -> None:
        self.log.append(f"== 运行 {period}（{as_of}）")
        done = self.office.run(as_of, "--period", period)
        for f in done["files"]:
            if f["verdict"] == "seen":
                continue
            self.receipts[f["unit"]] = f["receipt_no"]
            self.log.append(f"{f['verdict']} {f['receipt_no']} {f['unit']} {f['form']} {f['period']}")
            for x in f["findings"]:
                why = f" ←{x['consequence_of']}" if x["consequence_of"] else ""
                self.log.append(
                    f"  [{x['level']}] {x['code']} {x['rule_no']} {x['sheet']}!{x['cell']} {x['message']}{why}"
                )
        folder = self.office.root / "outbox" / "内部" / period
        self._tasks(folder / "数据" / "tasks.json")
        self._annual(folder / "数据" / "annual.json")
        self._scores(folder / "数据" / "scores.json")
        documents = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.docx"))
        self.log += [f"文件 {name}" for name in documents]

    def _tasks(self, path: Path) -> None:
        body = json.loads(path.read_text("utf-8"))
        for r in body["rows"]:
            place = f"{r['where']['sheet']}!{r['where']['cell']}" if r["where"]["receipt_no"] else "－"
            self.log.append(
                f"任务 {r['task_id']} {r['unit']} {r['role']} {r['status']} {r['completed_on']} 逾期{r['overdue_days']} {place}"
            )
        self.log += [f"状态 {t['task_id']} {t['state']}" for t in body["tasks"]]

    def _annual(self, path: Path) -> None:
        if not path.is_file():
            return
        body = json.loads(path.read_text("utf-8"))
        total = body["consolidated"]
        self.log.append(f"汇总 {'、'.join(total['members'])}")
        for table in ("t2", "t3", "t4"):
            for row, columns in total[table].items():
                shown = {k: v for k, v in columns.items() if v}
                if shown:
                    self.log.append(f"  {table}.{row} " + " ".join(f"{k}={v}" for k, v in shown.items()))

    def _scores(self, path: Path) -> None:
        for unit, card in json.loads(path.read_text("utf-8"))["units"].items():
            parts = " ".join(f"{no}={i['points']}" for no, i in card["indicators"].items())
            self.log.append(f"得分 {unit} {card['total']} {card['grade']} {parts}")

    def _豁免(self, step: Step, unit: str, rule: str, as_of: str) -> None:
        self.office(
            "waive", self.receipts[unit], "--rule", rule, "--reason", "经核实", "--by", "办公室", "--as-of", as_of
        )
        self.log.append(f"== 豁免 {unit} {rule}")

    def _定稿(self, step: Step, period: str, as_of: str) -> None:
        self.office(
            "close",
            period,
            "--approved-by",
            "分管领导",
            "--doc-no",
            "云政办发〔2024〕3号",
            "--date",
            as_of,
            "--as-of",
            as_of,
        )
        self.log.append(f"== 定稿 {period}")
        folder = self.office.root / "outbox" / "公开"
        self.log += [f"公开 {p.relative_to(folder).as_posix()}" for p in sorted(folder.rglob("*")) if p.is_file()]


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_batch(case: Path, tmp_path: Path) -> None:
    batch = Batch(Office.new(tmp_path / "云溪", OFFICE, 2024))
    for step in steps((case / "batch.md").read_text("utf-8")):
        batch.play(step)
    seen = re.sub(r"[ \t]+$", "", "\n".join(batch.log), flags=re.M) + "\n"
    expected = case / "expected.txt"
    if os.environ.get("ZWGK_UPDATE"):
        expected.write_text(seen, encoding="utf-8")
    assert seen == expected.read_text("utf-8")
