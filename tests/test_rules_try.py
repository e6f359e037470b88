"""zwgk rules try and zwgk list rules: what a rule has hit, and what it would have hit, over a small archive."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Office, of_file, zwgk
from tests.rule_books import form_of, rule_line
from toolkit.desk import open_desk
from toolkit.model import Unit, Verdict
from toolkit.trying import Wanted, try_rule
from toolkit.workspace import open_workspace

FORM = "接待登记"
FIELDS = """
| 来访 | 来访件数 | 整数 |
| 办结 | 办结件数 | 整数 |
| 备注 | 备注 | 长文本 |
| 明细.事项 | 事项 | 文本 |
| 明细.件数 | 件数 | 整数 |
"""
RULES = "\n".join(
    [
        rule_line("接-01", "须修改", "整表", "办结<=来访", id="done_floor"),
        rule_line("接-02", "须说明", "整表", "来访<=100"),
        rule_line("接-03", "提示", "整表", "来访>0"),
        rule_line("接-04", "须修改", "整表", "来访>=上期(来访)", effective="2030-01-01"),
        rule_line("接-05", "须修改", "逐行:明细", 'IF(事项<>"",件数>0,TRUE)', trial="2030-01-01"),
        rule_line("接-06", "须修改", "整表", "今日()<DATE(2024,7,5)", effective="2030-01-01"),
    ]
)
UNITS = ("甲局", "乙局", "丙局")
MAY, JUNE = "2024-05", "2024-06"


class World:
    """Three units, two months. May: 甲 10/5, 乙 20/20, 丙 5/9 (returned, corrected to 5/5). June: 甲 8/8, 乙 120/3 with an
    explanation, 丙 without a figure that could be read."""

    def __init__(self, root: Path) -> None:
        self.office = office = Office.new(root, "云溪区人民政府办公室", 2024)
        office.roster([Unit(f"{n:03d}", name, unit_class="政府部门") for n, name in enumerate(UNITS, 2)], office=False)
        for built_in in (office.root / "templates" / "xlsx").glob("*.xlsx"):
            built_in.unlink()
        self.path = office.root / "templates" / "xlsx" / f"{FORM}.xlsx"
        self.path.write_bytes(form_of(FORM, FIELDS, RULES))
        office.issue(MAY, "2024-05-20")
        rows = [{"事项": "咨询", "件数": 3}, {"事项": "投诉", "件数": 0}]
        self.fill("甲局", MAY, 10, 5)
        self.fill("乙局", MAY, 20, 20, lists={"明细": rows})
        self.fill("丙局", MAY, 5, 9)
        self.may = office.run("2024-06-03")
        self.fill("丙局", MAY, 5, 5, name="丙局-接待登记-2024-05-改.xlsx")
        office.run("2024-06-04")
        office.issue(JUNE, "2024-06-20")
        self.fill("甲局", JUNE, 8, 8)
        self.fill("乙局", JUNE, 120, 3, lists={"情况说明": [{"规则": "接-02", "说明": "集中接访周。"}]})
        self.fill("丙局", JUNE, "很多", 1)
        self.june = office.run("2024-07-05")

    def fill(self, unit: str, period: str, came: Any, done: Any, *, lists: Any = None, name: str = "") -> None:
        data = {"cells": {"来访": came, "办结": done, "备注": "无"}, "lists": lists or {}}
        self.office.fill(unit, FORM, period, data, name=name)

    def tried(self, *words: object) -> dict[str, Any]:
        body: dict[str, Any] = self.office("rules", "try", *words, "--json").json
        return body


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("try") / "w")


def hit(body: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(s["unit"], s["period"], s["outcome"]) for s in body["submissions"]}


def counts(body: dict[str, Any]) -> tuple[int, int, int, int]:
    """judged, returned, held, not computed."""
    return body["judged"], body["returned"], body["held"], body["not_computed"]


def test_the_world_is_as_told(world: World) -> None:
    assert of_file(world.may, "丙局-接待登记-2024-05.xlsx")["verdict"] == "returned"
    assert of_file(world.june, "乙局-接待登记-2024-06.xlsx")["verdict"] == "accepted_with_notes"
    assert of_file(world.june, "丙局-接待登记-2024-06.xlsx")["verdict"] == "returned"


def test_the_newest_of_each_unit_and_period(world: World) -> None:
    body = world.tried("接-01")
    assert counts(body) == (6, 0, 5, 1) and body["periods"] == [MAY, JUNE]
    (missing,) = body["missing"]
    assert (missing["unit"], missing["period"], missing["whole"]) == ("丙局", JUNE, True)
    assert missing["missing"] == ["表!B2 “来访件数”填的“很多”不能计算"]


def test_every_version_and_one_period(world: World) -> None:
    body = world.tried("done_floor", "--all")  # by its relation id
    assert counts(body) == (7, 1, 5, 1)
    (line,) = body["submissions"]
    assert (line["unit"], line["verdict"], line["findings"][0]["cell"], line["findings"][0]["value"]) == (
        "丙局", "returned", "B3", "9"
    )  # fmt: skip
    assert counts(world.tried("接-01", "--all", "--period", JUNE)) == (3, 0, 2, 1)
    assert counts(world.tried("接-01", "--period", "2024")) == (6, 0, 5, 1)  # a year holds its months


def test_what_was_explained_would_be_accepted(world: World) -> None:
    body = world.tried("接-02")
    assert hit(body) == {("乙局", JUNE, "explained")} and body["returned"] == 0


def test_a_rule_not_yet_in_force_is_tried_in_full_with_last_period(world: World) -> None:
    """接-04 is silent until 2030. 甲 had 10 in May and 8 in June; in May nobody had a May before."""
    assert not [f for line in world.june["files"] for f in line["findings"] if f["rule"] == "接-04"]
    body = world.tried("接-04")
    assert hit(body) == {("甲局", JUNE, "returned")} and body["returned_of_accepted"] == 1
    (finding,) = body["submissions"][0]["findings"]
    assert (finding["level"], finding["cell"], "右边 10" in finding["message"]) == ("须修改", "B2", True)
    unknown = {(m["unit"], m["period"]): m["missing"] for m in body["missing"]}
    assert unknown["甲局", MAY] == ["上期(来访件数)没有数"]
    assert counts(body) == (6, 1, 1, 4)


def test_row_rules_name_the_row(world: World) -> None:
    body = world.tried("接-05")
    assert hit(body) == {("乙局", MAY, "returned")}
    (finding,) = body["submissions"][0]["findings"]
    assert (finding["code"], finding["sheet"], finding["cell"], finding["value"]) == ("ROW-101", "明细", "B4", "0")


def test_today_is_the_day_of_arrival(world: World) -> None:
    assert hit(world.tried("接-06")) == {(u, JUNE, "returned") for u in UNITS}


def test_notes_return_nobody(world: World) -> None:
    assert counts(world.tried("接-03")) == (6, 0, 5, 1)


def test_a_form_that_the_office_is_still_editing(world: World, tmp_path: Path) -> None:
    path = tmp_path / "新表.xlsx"
    path.write_bytes(form_of(FORM, FIELDS, f"{RULES}\n{rule_line('接-09', '须修改', '整表', '办结=来访')}"))
    world.office("rules", "try", "接-09", code=2)
    body = world.tried("接-09", "--form-file", path)
    assert hit(body) == {("甲局", MAY, "returned"), ("乙局", JUNE, "returned")}
    path.write_bytes(form_of(FORM, FIELDS, rule_line("接-09", "须修改", "整表", "办结=来仿")))
    done = world.office("rules", "try", "接-09", "--form-file", path, code=78)
    assert "新表.xlsx 校验!E2：" in done.err and "来访" in done.err


def test_nothing_is_changed(world: World, tmp_path: Path) -> None:
    def stands() -> dict[str, bytes]:
        return {
            p.relative_to(world.office.root).as_posix(): p.read_bytes()
            for p in world.office.root.rglob("*")
            if p.is_file() and p.parent.name != "state"
        }

    before = stands()
    world.office("rules", "try", "接-01", "--all", "--output", tmp_path / "试算.xlsx")
    assert stands() == before and list(tmp_path.iterdir()) == [tmp_path / "试算.xlsx"]


def test_the_answer_in_words(world: World) -> None:
    lines = world.office("rules", "try", "接-04").out.splitlines()
    assert lines[0] == "接-04（须修改，整表）　表单：接待登记"
    assert "生效起 2030-01-01（试算时视为已经生效）" in lines
    answer = "共试算 6 份（2024年5月至2024年6月，每单位每周期取最新的一份），会退回 1 份（其中 1 份原已接收），符合规则 1 份，未能计算 4 份。"
    assert answer in lines
    at = lines.index(answer)
    assert lines[at + 1].startswith("　会退回　甲局　2024年6月　收件编号 20240705-0003　当时已接收")
    assert lines[at + 2].startswith("　　表!B2 来访件数“8”　接-04不符（左边 8，右边 10）。")


def test_the_answer_as_a_workbook(world: World, tmp_path: Path) -> None:
    target = tmp_path / "试算.xlsx"
    world.office("rules", "try", "接-04", "--output", target)
    book = openpyxl.load_workbook(target)
    rows = [[c for c in row if c is not None] for row in book["试算结果"].iter_rows(values_only=True)]
    assert ["甲局", "2024年6月", "20240705-0003", "已接收", "会退回", "表", "B2", "来访件数", "8"] in [
        r[:9] for r in rows
    ]
    assert len([r for r in book["未能计算"].iter_rows(values_only=True) if r[0] in UNITS]) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("接-10",), "最接近的有：接-0"),
        (("接-01", "--form", "别的表"), "接待登记"),
        (("接-01", "--period", "六月"), "2024-06"),
    ],
)
def test_wrong_calls_are_told_what_there_is(world: World, words: tuple[str, ...], said: str) -> None:
    assert said in world.office("rules", "try", *words, code=2).err


# ---------------------------------------------------------------- what rules have hit so far


def test_hits_over_the_archive(world: World) -> None:
    rules = {r["no"]: r for r in world.office("list", "rules", "--json").json["rules"]}
    assert rules["接-01"]["hits"] == {
        "submissions": 1, "places": 1, "returned": 1, "explained": 0, "last": "2024-06-03",
    }  # fmt: skip
    assert rules["接-02"]["hits"] == {
        "submissions": 1, "places": 1, "returned": 0, "explained": 1, "last": "2024-07-05",
    }  # fmt: skip
    assert rules["接-04"]["hits"]["submissions"] == 0 and rules["接-04"]["effective_from"] == "2030-01-01"
    assert {no for no, r in rules.items() if r["live"]} == set(rules)


def test_rules_as_a_workbook(world: World, tmp_path: Path) -> None:
    target = tmp_path / "规则.xlsx"
    done = world.office("list", "rules", "--output", target)
    assert done.out.strip() == f"已写入 {target}（6 条规则）"
    rows = list(openpyxl.load_workbook(io.BytesIO(target.read_bytes())).active.iter_rows(values_only=True))
    head = next(r for r in rows if r[0] == "表单")
    by_no = {r[1]: dict(zip(head, r, strict=True)) for r in rows if r[0] == FORM}
    assert set(by_no) == {f"接-0{n}" for n in range(1, 7)}
    first = by_no["接-01"]
    assert (first["触发份数"], first["触发处数"], first["退回份数"], first["已说明份数"]) == (1, 1, 1, None)
    assert (by_no["接-02"]["已说明份数"], by_no["接-02"]["适用"]) == (1, "自检、批处理")
    assert str(by_no["接-05"]["试行起"])[:10] == "2030-01-01" and by_no["接-05"]["范围"] == "逐行:明细"
    assert first["公式"] == "办结<=来访" and first["改法"] == "请核对接-01。" and first["依据"] == "本级制度"
    assert not [c for row in rows for c in row if c == "done_floor"], "people see numbers, no identifiers"


def test_only_rules_become_a_workbook(world: World, tmp_path: Path) -> None:
    world.office("list", "forms", "--output", tmp_path / "x.xlsx", code=2)
    assert not list(tmp_path.iterdir())


def test_a_rule_in_force_is_tried_as_it_was_judged(tmp_path: Path) -> None:
    """On a sample with faults, for every built-in rule: the trial finds the very cells that the batch found on arrival."""
    root = tmp_path / "w"
    zwgk("init", root, "--year", 2024)
    zwgk("sample", root, "--units", 14, "--seed", 5, "--faults", 14)
    zwgk("-w", root, "run", "--as-of", "2025-01-20")
    desk = open_desk(open_workspace(root, root))
    told: dict[str, set[tuple[str, str, str]]] = {}
    for s in desk.current.submissions:
        for f in s.findings if s.draft else ():
            if f.rule:
                told.setdefault(f.rule, set()).add((s.receipt_no, f.sheet, f.cell))
    assert len(told) > 3, "the sample breaks some rules"
    for form in desk.forms:
        for rule in form.rules:
            trial = try_rule(desk, Wanted(rule.no, form=form.id, every=True))
            found = {(h.submission.receipt_no, f.sheet, f.cell) for h in trial.hits for f in h.findings}
            assert found == told.get(rule.name, set()), rule.no
            assert all(h.submission.verdict is Verdict.RETURNED for h in trial.returned)
