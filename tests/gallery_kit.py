"""Plays the cases of tests/gallery through the real commands and writes down what a person is told."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import Done, Office, zwgk
from tests.forms_kit import form_book
from tests.gallery_books import changed, hand_made, noise, with_cells
from tests.gallery_case import GALLERY, Block, read_case, start, unescaped
from tests.gallery_plans import plan_document
from tests.gallery_troubles import TROUBLES
from toolkit.builtin.forms import builtin_forms
from toolkit.findings import CODES, Code
from toolkit.model import VERDICT_NAMES, Task, Unit, Verdict

OFFICE, UNIT, FORM, PERIOD = "云溪区人民政府办公室", "云溪区财政局", "小表", "2024-06"
ISSUED_ON, TODAY = "2024-06-20", "2024-07-01"

_BASE: dict[Path, bytes] = {}


def _names(text: str) -> tuple[str, ...]:
    return tuple(n for n in text.split("、") if n)


def form_of(inner: dict[str, Block]) -> bytes:
    """The form workbook of the starting position with some of its tables exchanged, or (加字段) lengthened."""
    given = {**start(), **inner}
    for name, block in inner.items():
        if name.startswith("加"):
            whole = start()[name[1:]]
            given[name[1:]] = Block(whole.words, [*whole.grid, *block.grid])
    tables = {key: given[name].table for key, name in _FORM_TABLES.items()}
    return form_book(**tables, sheets={"小表": given["小表"].table, "任务": given["任务页"].table})


_FORM_TABLES = {"settings": "设置", "fields": "字段", "options": "选项", "rules": "校验"}


class Stage:
    """One workspace, and the steps of a case."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.folder = folder
        self.office = self._at_start(folder / "政务公开")
        self.root = self.office.root
        self.said: list[Done] = []
        self.receipts: list[str] = []
        self.source: Path | None = None
        self.tasks_given = False  # else a plan is imported into an empty 任务分解表
        self.after: list[Callable[[], object]] = []  # what has to be let go when the case is over

    # ------------------------------------------------------------ the starting position

    def _at_start(self, root: Path) -> Office:
        if _BASE:
            for path, data in _BASE.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(data)
            (root / "inbox").mkdir(exist_ok=True)
            return Office(root, OFFICE)
        self.office = office = Office.new(root, OFFICE, 2024)
        self.root = root
        for path in (root / "templates" / "xlsx").iterdir():
            path.unlink()
        (root / "templates" / "xlsx" / "小表.xlsx").write_bytes(form_of({}))
        self._单位(start()["单位"])
        self._任务(start()["任务"])
        office.issue(PERIOD, ISSUED_ON)
        _BASE.update({p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()})
        return office

    def play(self, step: Block) -> None:
        verb, *words = step.words
        self.tasks_given |= verb == "任务"
        getattr(self, f"_{verb}")(step, *words)

    # ------------------------------------------------------------ what the office keeps

    def _单位(self, step: Block) -> None:
        self.office.roster([Unit("", r["名称"], "", _names(r["别名"]), r["类别"]) for r in step.rows])

    def _任务(self, step: Block) -> None:
        self.office.tasks([
            Task(
                r["任务编号"], no=str(n), path=("一、年度任务",), requirement=r["工作要求"],
                lead_units=_names(r["牵头单位"]), responsible_units=_names(r["责任单位"]),
                supporting_units=_names(r["配合单位"]), deadline=r["完成时限"],
                due_on=date.fromisoformat(r["截止日期"]) if r["截止日期"] else None,
            )
            for n, r in enumerate(step.rows, 1)
        ])  # fmt: skip

    def _表单(self, step: Block, name: str) -> None:
        path = self.root / "templates" / "xlsx" / f"{name}.xlsx"
        path.write_bytes(builtin_forms()[path.name] if "内置" in step.items else form_of(step.inner))

    def _参考表(self, step: Block, name: str, sheet: str) -> None:
        """Cells of a reference workbook, typed over."""

        def put(book: Any) -> None:
            for row in step.rows:
                book[sheet][row["位置"]].value = row["内容"] or None

        path = self.root / "reference" / f"{name}.xlsx"
        self.office.edit(path, put)

    def _设置(self, step: Block) -> None:
        for item in step.items:
            key, _, value = item.partition(" = ")
            self.office.setting(key, value)

    def _下发(self, step: Block, period: str, as_of: str) -> None:
        self.said.append(self.office("issue", "--period", period, "--as-of", as_of, "--json", code=None))

    # ------------------------------------------------------------ what is handed in

    def _填报(self, step: Block, name: str = f"{UNIT}-{FORM}-{PERIOD}.xlsx") -> None:
        period = m[1] if (m := re.search(r"(\d{4}-\d\d)\.xlsx$", name)) else PERIOD
        waiting = self.office.waiting(UNIT, FORM, period)
        if not waiting.is_file():
            waiting = self.office.waiting(UNIT, FORM, PERIOD)
        good = [(r["位置"], r["内容"]) for r in start()["填好的小表"].rows]
        there = {b.partition("!")[0] for b, _ in good}
        data = with_cells(waiting.read_bytes(), [c for c in good if c[0].partition("!")[0] in there])
        data = changed(data, step.items)
        data = with_cells(data, [(r["位置"], r["内容"]) for r in step.rows])
        self.office.drop(f"{UNIT}/{name}" if "/" not in name else name, data)

    def _年报(self, step: Block) -> None:
        """The office's own 年报数据 with the listed fields filled."""
        cells = {r["字段"]: int(r["内容"]) if r["内容"].isdigit() else r["内容"] for r in step.rows}
        self.office.fill(OFFICE, "年报数据", "2024", {"cells": cells})

    def _工作簿(self, step: Block, name: str) -> None:
        self.office.drop(f"{UNIT}/{name}", hand_made(step))

    def _文件(self, step: Block, name: str) -> None:
        """A plain file: its text, or so many bytes of it."""
        data = step.text.encode()
        for item in step.items:
            if m := re.fullmatch(r"(\d+) KB 的内容", item):
                data = noise(int(m[1]) << 10)
            elif m := re.fullmatch(r"十六进制 ([0-9A-F ]+)", item):
                data = bytes.fromhex(m[1])
            else:
                raise AssertionError(item)
        self.office.drop(f"{UNIT}/{unescaped(name)}", data)

    def _副本(self, step: Block, name: str, copy: str) -> None:
        folder = self.root / "inbox" / UNIT
        self.office.drop(f"{UNIT}/{copy}", (folder / name).read_bytes())

    def _取走(self, step: Block, name: str) -> None:
        (self.root / "inbox" / UNIT / name).unlink()

    def _方案(self, step: Block, name: str) -> None:
        self.source = self.folder / name
        self.source.write_bytes(plan_document(step, name))

    def _做(self, step: Block, *words: str) -> None:
        TROUBLES[" ".join(words)](self)

    # ------------------------------------------------------------ commands

    def _检查(self, step: Block) -> None:
        files = sorted(p for p in (self.root / "inbox").rglob("*") if p.is_file())
        self.said.append(self.office("check", *files, "--as-of", TODAY, "--json", code=None))

    def _收件(self, step: Block, as_of: str = TODAY) -> None:
        self._命令(step, "receive", "--as-of", as_of)

    def _命令(self, step: Block, *words: str) -> None:
        done = self.office(*words, "--json", code=None)
        self.said.append(done)
        body = done.json
        self.receipts += [f["receipt_no"] for f in body.get("files", []) if f["receipt_no"] and f["verdict"] != "seen"]

    def _导入(self, step: Block, *words: str) -> None:
        assert self.source is not None
        if not self.tasks_given:
            self.office.tasks([])
        self._命令(step, "plan", "import", str(self.source), *words)

    def _在工作区外导入(self, step: Block, *words: str) -> None:
        self.patch.chdir(self.folder)
        self.said.append(zwgk("plan", "import", self.source, *words, "--json", code=None))

    def _首页(self, step: Block) -> None:
        """What stands under 请留意 on the page of the outbox, by the code whose words it has."""
        page = (self.root / "outbox" / "内部" / "index.html").read_text("utf-8")
        notes = [
            html.unescape(t)
            for block in re.findall(r'<ul class="notes">(.*?)</ul>', page, re.S)
            for t in re.findall(r"<li>(.*?)</li>", block)
        ]
        found = [
            {**_blank(), "code": code.code, "message": text}
            for text in notes
            for code in CODES.values()
            if _says(code, text)
        ]
        self.said.append(Done(0, json.dumps({"findings": found}, ensure_ascii=False), ""))


def _blank() -> dict[str, str]:
    return {"sheet": "", "cell": "", "label": "", "remedy": ""}


def _says(code: Code, text: str) -> bool:
    """Is this text the code's message and remedy, with anything in the blanks?"""
    pattern = re.sub(r"\\{\w+\\}", ".*", re.escape(code.message + code.remedy))
    return code.message != "{message}" and re.search(f"{pattern}$", text) is not None


# ---------------------------------------------------------------- what was said


def _findings(done: Done) -> Iterator[tuple[str, dict[str, Any]]]:
    """(outcome, finding) of everything that one command said."""
    body = done.json
    if "error" in body:
        yield f"退出码 {done.code}", {**body["error"], "sheet": "", "cell": "", "label": ""}
    for file in body.get("files", []):
        for f in file["findings"]:
            yield VERDICT_NAMES[Verdict(file["verdict"])], f
    for f in body.get("findings", []):
        yield f"退出码 {done.code}", f


def told(code: str, done: Done) -> str:
    """What a person reads of one code, and which other codes stand beside it."""
    pieces: list[str] = []
    others: set[str] = set()
    for outcome, f in _findings(done):
        if f["code"] != code:
            others.add(f["code"])
            continue
        place = f"{f['sheet']}!{f['cell']}" if f["cell"] and f["sheet"] else f["sheet"] or f["cell"]
        level = f.get("level") or str(CODES[code].level)
        head = "　".join(x for x in (level, place, f["label"], f"（{outcome}）") if x)
        piece = "\n".join(x for x in (head, f["message"], f["remedy"]) if x)
        if piece not in pieces:
            pieces.append(piece)
    if others:
        pieces.append(f"同时：{'、'.join(sorted(others))}")
    return "\n\n".join(pieces) + "\n"


def hold(name: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Plays a case (IN-403/case-2) and compares, letter by letter. ZWGK_UPDATE=1 writes its expected text anew."""
    code = name.partition("/")[0]
    path = GALLERY / f"{name}.md"
    case = read_case(path.read_text("utf-8"))
    if case.reserved:
        pytest.skip(f"保留：{case.reserved}")
    with patch.context() as inner:
        stage = Stage(folder, inner)
        try:
            for step in case.steps:
                stage.play(step)
        finally:
            for let_go in stage.after:
                let_go()
    seen = told(code, stage.said[-1]).replace(str(stage.root), "<工作区>").replace(str(folder), "<文件夹>")
    seen = re.sub(r"[0-9a-f]{2}/[0-9a-f]{64}", "<校验值>", seen)  # another zlib packs otherwise
    assert re.match(r"(?:未能读取|须修改|须说明|提示)　", seen), f"{code} was not said: {seen}"
    expected = expected_of(path)
    if os.environ.get("ZWGK_UPDATE"):
        expected.write_text(seen, encoding="utf-8", newline="\n")
    assert seen == expected.read_text("utf-8")


def expected_of(case: Path) -> Path:
    """case.md → expected.txt, case-2.md → expected-2.txt."""
    return case.with_name(case.stem.replace("case", "expected", 1) + ".txt")


def family(*prefixes: str) -> list[str]:
    """The cases of some families of codes: IN-403/case, IN-403/case-2 …"""
    found = sorted(p for p in GALLERY.glob("*/case*.md") if p.parent.name.startswith(prefixes))
    return [f"{p.parent.name}/{p.stem}" for p in found]
