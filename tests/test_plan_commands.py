"""`zwgk plan import` from the outside: what the clerk reads, what programs read, and one year after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Office, zwgk
from toolkit.model import Group, Unit

SAMPLE = Path(__file__).resolve().parents[1] / "docs" / "sample-plan.txt"
NAME = "云溪区人民政府办公室"
UNITS = (
    Unit("", "区发展和改革局", aliases=("区发改局",), unit_class="政府部门"), Unit("", "区商务局", unit_class="政府部门"),
    Unit("", "区教育和体育局", unit_class="政府部门"), Unit("", "青石街道办事处", unit_class="街道办事处"),
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office.new(tmp_path / "2024", NAME, 2024)
    made.roster(UNITS)
    return made


def revised(text: str) -> str:
    """The sample plan as amended: a limit and a number changed, one task gone, one new."""
    lines = (
        text.replace("〔2024〕3号", "〔2024〕9号")
        .replace("培训不少于2次", "培训不少于4次")
        .replace("7月底前", "6月底前")
    )
    before, _, rest = lines.partition("\t7\n")
    rest = rest[rest.index("\t8\n") :]
    added = "\t11\n\t \n\t社会监督\n\t聘请公众代表担任政务公开监督员，定期召开座谈会。\n\t区商务局\n\t每半年\n\n抄送："
    return before + rest.replace("抄送：", added)


# ---------------------------------------------------------------- what the clerk reads


def test_the_summary_says_how_many_what_to_settle_and_what_next(office: Office) -> None:
    said = office("plan", "import", SAMPLE).out.splitlines()
    assert said[0].endswith("读出任务 10 项，其中 2 项请重点核对。")
    assert said[1] == "有 3 项的单位、时限等沿用上文（原文为合并单元格或空格），请抽看。"
    assert said[2] == "单位名称 8 个，6 个不在名录中；统称 4 个，4 个待确认。"
    assert [line for line in said if "须说明" in line] == [
        "　[须说明] 表1缺少序号 6（该处有任务，只是没有序号）。请与原文核对，确认有无漏项。 〔PLN-110〕",
        "　[须说明] 通知规定全部任务的完成时限为“12月底前”，没有写时限的各项已按此填写。"
        "请与原文核对；不是对这些任务规定的，请删去各项的“完成时限”和“截止日期”。 〔PLN-173〕",
    ]
    assert any(line.startswith("另有 ") and "方案疑问" in line for line in said)
    assert said[-2].startswith("已写入 ") and said[-1].startswith("下一步：")
    assert not any(line.startswith("　[提示] 表1 表1") for line in said)


def test_the_same_document_again_says_that_nothing_is_to_be_done(office: Office) -> None:
    office("plan", "import", SAMPLE)
    said = office("plan", "import", SAMPLE).out
    assert "相同 10 项，拟调整 0 项，拟新增 0 项，拟终止 0 项" in said
    assert "与现有任务分解表没有出入" in said.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "data", "code", "reason", "remedy"),
    [
        ("通知.txt", "关于召开会议的通知\n请准时参加。\n".encode(), "PLN-101", "没有找到任务表格", "任务分解表中录入"),
        ("扫描.pdf", b"%PDF-1.4 broken", "PLN-102", "已损坏", "另存为 .docx"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "PLN-102", "图片", "原始的 Word"),
    ],
)
def test_a_refusal_gives_reason_and_remedy_and_writes_nothing(
    office: Office, tmp_path: Path, name: str, data: bytes, code: str, reason: str, remedy: str
) -> None:
    table = office.root / "reference" / "任务分解表.xlsx"
    before = table.read_bytes()
    (tmp_path / name).write_bytes(data)
    done = office("plan", "import", tmp_path / name, code=2)
    assert done.out.startswith("没有导入。") and code in done.out and reason in done.out and remedy in done.out
    body = office("plan", "import", tmp_path / name, "--json", code=2).json
    assert body["refused"] is True and body["tasks"] == [] and body["output"] is None
    assert body["findings"][0]["code"] == code
    assert table.read_bytes() == before and not list(table.parent.glob("任务分解表-导入*"))


def test_wrong_calls_and_missing_years(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no workspace here
    zwgk("-w", office.root, "plan", "import", tmp_path / "没有.docx", code=2)
    plain = tmp_path / "要点.txt"
    plain.write_text(SAMPLE.read_text("utf-8").replace("2024", "本"), encoding="utf-8")
    assert "--year" in zwgk("plan", "import", plain, "--output", tmp_path / "x.xlsx", code=2).err
    assert not (tmp_path / "x.xlsx").exists()
    body = office("plan", "import", plain, "--json").json
    assert body["tasks"][0]["task_id"] == "2024-001" and body["year"] == 2024, "the workspace's year"
    assert body["tasks"][2]["deadline"]["date"] == "2024-07-31", "and days without a year are in it"
    assert [f["message"] for f in body["findings"] if f["code"] == "PLN-208"] == [
        "文件没有写明年度，工作区的年度为 2024，任务按 2024 年编号。"
    ]


def test_years_that_differ_are_said(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "去年.txt"
    other.write_text(SAMPLE.read_text("utf-8").replace("2024", "2023"), encoding="utf-8")
    for more, words in (
        ((), "文件写明的年度为 2023，工作区的年度为 2024，任务按 2023 年编号。"),
        (("--year", 2024), "文件写明的年度为 2023，指定的年度为 2024，任务按 2024 年编号。"),
    ):
        assert words in office("plan", "import", other, "--output", tmp_path / f"{len(more)}.xlsx", *more).out


@pytest.mark.parametrize("name", ["结果", "结果.docx", "."])
def test_an_output_that_is_no_workbook_is_a_wrong_call(office: Office, tmp_path: Path, name: str) -> None:
    done = office("plan", "import", SAMPLE, "--output", tmp_path / name, code=2)
    assert ".xlsx" in done.err and list(tmp_path.glob("*.docx")) == []


# ---------------------------------------------------------------- what programs read

KINDS = {"date", "recurring", "event", "period", "open", "text", "none"}
TASK = {
    "task_id": str, "no": (str, type(None)), "path": list, "requirement": str, "measure": (str, type(None)), "lead_units": list,
    "responsible_units": list, "supporting_units": list, "offices": list, "person": (str, type(None)), "groups": list,
    "open_list": bool, "deadline": dict, "deadlines_inside": list, "targets": list, "inherited": dict, "source": dict,
}  # fmt: skip
DEADLINE = {
    "raw": str, "kind": str, "date": (str, type(None)), "every": (str, type(None)), "event": (str, type(None)),
    "offset": (int, type(None)), "unit": (str, type(None)), "direction": (str, type(None)),
}  # fmt: skip
TARGET = {
    "measure": str, "op": str, "number": (int, float), "unit": str, "per": (str, type(None)), "soft": bool, "raw": str,
}  # fmt: skip


def shaped(body: dict[str, Any], shape: dict[str, Any]) -> None:
    for key, kind in shape.items():
        assert isinstance(body[key], kind), (key, body[key])


@pytest.mark.parametrize("seed", ["sample", "000", "001", "002", "003", "004"])
def test_json_has_the_shape_of_the_contract(office: Office, tmp_path: Path, shared: Path, seed: str) -> None:
    source = SAMPLE if seed == "sample" else next((shared / "seeds").glob(f"{seed}_*.txt"))
    body = office("plan", "import", source, "--output", tmp_path / "t.xlsx", "--json").json
    shaped(
        body,
        {"title": str, "doc_no": (str, type(None)), "year": int, "default_deadline": (str, type(None)), "tasks": list},
    )
    shaped(body, {"units": dict, "findings": list})
    for task in body["tasks"]:
        shaped(task, TASK)
        shaped(task["inherited"], {"path": bool, "responsible_units": bool, "deadline": bool})
        assert isinstance(task["source"]["place"], str) and task["source"]["place"]
        for deadline in (task["deadline"], *task["deadlines_inside"]):
            shaped(deadline, DEADLINE)
            assert deadline["kind"] in KINDS
        for target in task["targets"]:
            shaped(target, TARGET)
            assert target["op"] in (">=", "<=", "=")
        named = {n for k in ("lead_units", "responsible_units", "supporting_units", "offices") for n in task[k]}
        assert set(task["groups"]) <= named
    named = {n for t in body["tasks"] for k in ("lead_units", "responsible_units", "supporting_units") for n in t[k]}
    groups = {g for t in body["tasks"] for g in t["groups"]}
    assert named - groups <= set(body["units"])
    for unit in body["units"].values():
        assert unit["code"] is None or isinstance(unit["code"], str)
        assert all({"name", "score"} <= set(s) and 0 <= s["score"] <= 100 for s in unit["suggestions"])
    ids = {t["task_id"] for t in body["tasks"]}
    for found in body["findings"]:
        assert found["message"] and found["level"] in ("未能读取", "须修改", "须说明", "提示")
        assert found["task_id"] is None or found["task_id"] in ids


# ---------------------------------------------------------------- one plan after the other


def test_an_amended_plan_and_then_a_new_year(office: Office, tmp_path: Path) -> None:
    office("plan", "import", SAMPLE)
    table = office.root / "reference" / "任务分解表.xlsx"
    second = tmp_path / "修订.txt"
    second.write_text(revised(SAMPLE.read_text("utf-8")), encoding="utf-8")
    body = office("plan", "import", second, "--json").json
    amended = body["amendment"]
    assert (amended["same"], amended["added"], amended["ended"]) == (7, ["2024-011"], ["2024-007"])
    assert {(c["task_id"], c["column"]) for c in amended["changed"]} == {
        ("2024-003", "完成时限"), ("2024-008", "工作要求"), ("2024-008", "量化目标"),
    }  # fmt: skip
    assert all("〔2024〕9号" in str(r[6]) for r in sheet(Path(body["output"]), "调整建议"))
    rows = sheet(Path(body["output"]), "任务")
    assert [r[0] for r in rows] == [f"2024-{n:03d}" for n in range(1, 12)], "nothing is deleted"
    Path(body["output"]).replace(table)  # the office takes it over

    office.roster(
        (*UNITS, Unit("", "区工业和信息化局", aliases=("区工信局",), unit_class="政府部门")),
        [Group("各镇街", ("类别=街道办事处",), True)],
    )
    states = office.root / "outbox" / "内部" / "2024" / "数据" / "tasks.json"
    states.parent.mkdir(parents=True)
    done = ",".join(
        f'{{"task_id": "2024-{n:03d}", "state": "{"进行中" if n in (1, 8) else "已完成"}"}}' for n in range(1, 12)
    )
    states.write_text(f'{{"tasks": [{done}]}}', encoding="utf-8")
    zwgk("init", tmp_path / "2025", "--from", office.root, "--year", 2025, "--office", NAME)
    fresh = tmp_path / "新年.txt"
    fresh.write_text(SAMPLE.read_text("utf-8").replace("2024", "2025"), encoding="utf-8")
    body = zwgk("-w", tmp_path / "2025", "plan", "import", fresh, "--last-year", office.root, "--json").json
    assert body["tasks"][0]["task_id"] == "2025-001"
    assert body["units"]["区工信局"]["name"] == "区工业和信息化局", "the alias confirmed last year"
    assert body["group_proposals"]["各镇街"]["confirmed"] is True
    assert [(r["task_id"], r["state"]) for r in body["look_back"]] == [("2024-001", "进行中"), ("2024-008", "进行中")]
    assert (
        body["look_back"][1]["nearest"][0]["task_id"] == "2025-008" and body["look_back"][1]["nearest"][0]["score"] > 90
    )
    review = sheet(Path(body["output"]), "回头看")
    assert [r[0] for r in review] == ["2024-001", "2024-008"] and all(r[7] is None for r in review), (
        "the office decides"
    )


def sheet(path: Path, name: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[name].iter_rows(min_row=2, values_only=True))
