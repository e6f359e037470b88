"""The commands of the contract, each from the outside: help, one JSON document, exit codes, and what the acts do."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.acceptance import Office, of_file, zwgk
from toolkit.builtin import annual_table
from toolkit.model import Task, Unit

COMMANDS = (
    "init", "issue", "fill", "check", "run", "receive", "status", "list", "explain", "close", "reopen", "waive",
    "exclude", "expunge", "verify", "rebuild", "watch", "sample", "doctor",
)  # fmt: skip
NAME, DAY = "云溪区人民政府办公室", "2025-01-20"
FORM, YEAR = "年报数据", "2024"
UNITS = ("区司法局", "区教育局", "东河街道办事处")
TITLE = "2024年政府信息公开工作年度报告.docx"


def cells(n: int) -> dict[str, Any]:
    numbers: dict[str, Any] = {f.id: 0 for f in annual_table.fields() if "total" not in f.id}
    texts = {f"narrative.{k}": f"第{n}份报告的内容。" for k in ("overview", "problems", "other_matters")}
    return {**numbers, **texts, "t2.licensing.processed": n}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three units and the office; one report is returned. Everything received and consolidated once."""
    office = Office.new(tmp_path_factory.mktemp("base") / "w", NAME, 2024)
    office.roster([Unit(f"{n:03d}", name, unit_class="政府部门") for n, name in enumerate(UNITS, 2)])
    office.tasks([Task("2024-001", "1", ("公开",), "做好公开工作", responsible_units=UNITS)])
    office.issue(YEAR, "2025-01-02")
    for n, unit in enumerate((NAME, *UNITS), 1):
        office.fill(
            unit,
            FORM,
            YEAR,
            {"cells": {**cells(n), **({"t2.fees.amount": -1, "t2.coercion.processed": "3件"} if n == 4 else {})}},
        )
    office.run(DAY)
    return office


@pytest.fixture
def world(base: Office, tmp_path: Path) -> Office:
    """A copy of the base for one test to spoil."""
    shutil.copytree(base.root, tmp_path / "w")
    return Office(tmp_path / "w", NAME)


def receipts(office: Office) -> dict[str, str]:
    """Unit → receipt number of its report."""
    annual = office.data(YEAR, "annual.json")["units"]
    return {unit: report["receipt_no"] for unit, report in annual.items()}


def members(office: Office, folder: str = YEAR) -> list[str]:
    found: list[str] = office.data(folder, "annual.json")["consolidated"]["members"]
    return found


# ---------------------------------------------------------------- help, JSON, exit codes


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_takes_json(command: str) -> None:
    done = zwgk(command, "--help")
    assert f"例：zwgk {command}" in done.out
    assert "--json" in done.out
    assert "Show this message" not in done.out
    assert command in zwgk("--help").out


@pytest.mark.parametrize(
    "command",
    [
        "issue",
        "check",
        "run",
        "receive",
        "status",
        "explain",
        "close",
        "reopen",
        "waive",
        "exclude",
        "expunge",
        "sample",
    ],
)
def test_commands_that_need_a_date_take_as_of(command: str) -> None:
    assert "--as-of" in zwgk(command, "--help").out


def test_json_is_one_document_and_nothing_else(world: Office, tmp_path: Path) -> None:
    mine = world.root / "inbox" / UNITS[0] / f"{UNITS[0]}-{FORM}-{YEAR}.xlsx"
    receipt = receipts(world)[UNITS[0]]
    day = ("--as-of", "2025-02-01")
    calls: tuple[tuple[object, ...], ...] = (
        ("status", *day), ("list", "forms"), ("list", "fields"), ("list", "rules"), ("list", "indicators"),
        ("list", "reports"), ("list",), ("explain", "IN-505"), ("doctor",), ("verify",), ("check", mine, *day),
        ("issue", *day), ("receive", *day), ("run", *day), ("exclude", receipt, "--reason", "误报", *day), ("rebuild",),
        ("run", *day), ("close", YEAR, "--approved-by", "甲", "--doc-no", "1号", "--date", "2025-03-20", *day),
        ("reopen", YEAR, "--unit", UNITS[0], "--reason", "更正", *day),
    )  # fmt: skip
    for words in calls:
        body = world(*words, "--json").json
        assert isinstance(body, dict) and body and "error" not in body, words
    zwgk("init", tmp_path / "new", "--office", NAME, "--json").json  # noqa: B018
    for words in (
        ("nonsense",),
        ("issue", "--period", "2024-13"),
        ("waive", "1", "--rule", "x", "--reason", "y", "--by", "z"),
    ):
        assert set(world(*words, "--json", code=2).json["error"]) == {"code", "message", "remedy"}


WRONG = (
    ("nonsense",), ("issue", "--period", "第六期"), ("issue", "--form", "年报"), ("issue", "--unit", "区司法"),
    ("run", "--as-of", "明天"), ("run", "--as-of", "2025-02-30"), ("run", "--jobs", "0"), ("list", "units"), ("check",),
    ("close", YEAR), ("close", "2023", "--approved-by", "甲", "--doc-no", "1", "--date", DAY), ("explain", "无此地址"),
    ("reopen", YEAR, "--unit", UNITS[0], "--reason", "x"), ("waive", "20250120-9999", "--rule", "a", "--reason", "b", "--by", "c"),
    ("exclude", "20250120-9999", "--reason", "b"), ("expunge", "0" * 64, "--reason", "b", "--ordered-by", "c"),
    ("watch", "--at", "25:00"), ("--wrong", "run"),
)  # fmt: skip


@pytest.mark.parametrize("words", WRONG, ids=lambda w: " ".join(w)[:30])
def test_a_wrong_call_is_2_and_says_what_is_wrong(base: Office, words: tuple[str, ...]) -> None:
    before = base.outbox()
    done = base(*words, code=2)
    assert done.out == "" and len(done.err.strip()) > 5
    assert re.search("[\u4e00-\u9fff]", done.err)
    assert base.outbox() == before


def test_fill_refuses_an_unknown_field_with_the_nearest_names(world: Office, tmp_path: Path) -> None:
    data = tmp_path / "d.json"
    data.write_text(json.dumps({"cells": {"t3.new_received.naturel": 3}}), encoding="utf-8")
    target = tmp_path / "out.xlsx"
    done = world("fill", world.waiting(UNITS[0], FORM, YEAR), "--data", data, "--output", target, code=2)
    assert "t3.new_received.natural" in done.err and not target.exists()
    data.write_text("{", encoding="utf-8")
    world("fill", world.waiting(UNITS[0], FORM, YEAR), "--data", data, "--output", target, code=2)


def test_no_workspace_and_wrong_settings_are_78(world: Office, tmp_path: Path) -> None:
    assert "zwgk init" in zwgk("-w", tmp_path, "run", code=78).err
    toml = world.root / "zwgk.toml"
    good = toml.read_text("utf-8")
    for line, near in (("goverment = 'x'", "government"), ("[limits]\nmax_file_mb = 3", "max_file_mib")):
        body = good.replace("[limits]\n", f"{line}\n") if "[" in line else f"{line}\n{good}"
        toml.write_text(body, encoding="utf-8")
        done = world("run", "--as-of", DAY, code=78)
        assert near in done.err and "不认识" in done.err
    for body in (good.replace("year = 2024", 'year = "今年"'), good + "\n["):
        toml.write_text(body, encoding="utf-8")
        assert "zwgk.toml" in world("status", code=78).err


def test_a_broken_reference_workbook_is_78_with_its_cell(world: Office) -> None:
    def spoil(book: Any) -> None:
        book["单位"]["B3"].value = book["单位"]["B2"].value

    before = world.outbox()
    world.edit(world.root / "reference" / "单位名录.xlsx", spoil)
    for command in ("run", "issue"):
        assert "单位名录.xlsx 单位!B3：" in world(command, "--as-of", "2025-02-01", code=78).err
    assert world.outbox() == before


def test_a_second_run_at_the_same_time_is_75(world: Office) -> None:
    lock = FileLock(world.root / "state" / "run.lock")
    before = world.outbox()
    with lock:
        for words in (("run",), ("receive",), ("issue",), ("rebuild",), ("exclude", "1", "--reason", "x")):
            assert "正在运行" in world(*words, code=75).err
        assert world("run", "--json", code=75).json["error"]["code"] == "RUN-101"
        world("status")
        world("check", world.root / "inbox", code=1)
    assert world.outbox() == before
    world("run", "--as-of", DAY)


def test_a_missing_inbox_is_74_and_changes_nothing(world: Office) -> None:
    before = world.outbox()
    (world.root / "inbox").rename(world.root / "away")
    assert "RUN-104" in world("run", "--as-of", DAY, code=74).err
    (world.root / "inbox").mkdir()
    assert "--yes-empty" in world("run", "--as-of", DAY, code=74).err
    assert world.outbox() == before
    world("run", "--as-of", DAY, "--yes-empty")
    assert members(world) == [NAME, *UNITS[:2]]  # a file taken away later still counts


def test_check_writes_nothing_and_is_1_where_something_is_wrong(world: Office) -> None:
    def snapshot() -> dict[str, bytes]:
        files = {p.relative_to(world.root).as_posix(): p.read_bytes() for p in world.root.rglob("*") if p.is_file()}
        return {n: d for n, d in files.items() if not n.startswith("state/")}

    before = snapshot()
    body = world("check", *sorted((world.root / "inbox").rglob("*.xlsx")), "--as-of", DAY, "--json", code=1).json
    assert body["counts"]["returned"] == 1 and sum(body["counts"].values()) == 4
    assert of_file(body, f"{UNITS[2]}-{FORM}-{YEAR}.xlsx")["receipt_no"] == ""
    good = world.root / "inbox" / UNITS[0] / f"{UNITS[0]}-{FORM}-{YEAR}.xlsx"
    world("check", good, "--as-of", DAY, code=0)
    world("check", world.root / "inbox" / "没有.xlsx", code=1)
    assert snapshot() == before


def test_run_json_has_the_keys_of_the_contract(world: Office) -> None:
    shutil.rmtree(world.root / "outbox" / "内部")
    body = world.run(DAY, "--full")
    assert {"as_of", "files", "counts", "published", "tasks_without_unit", "groups_unconfirmed"} <= set(body)
    assert body["as_of"] == DAY and all(p.startswith("outbox/") for p in body["published"])
    line = of_file(
        world("check", world.root / "inbox", "--as-of", DAY, "--json", code=1).json, f"{UNITS[2]}-{FORM}-{YEAR}.xlsx"
    )
    assert {"file", "sha256", "verdict", "receipt_no", "form", "unit", "period", "findings"} <= set(line)
    keys = {
        "code",
        "rule",
        "level",
        "sheet",
        "cell",
        "field",
        "label",
        "value",
        "message",
        "remedy",
        "basis",
        "consequence_of",
    }
    assert line["findings"] and all(keys <= set(f) for f in line["findings"])
    assert {f["verdict"] for f in body["files"]} == {"seen"}


# ---------------------------------------------------------------- acts of the office


def test_waive_one_rule_after_the_other(world: Office) -> None:
    number = receipts(world)[UNITS[2]]
    done = world("waive", number, "--rule", "无此规则", "--reason", "x", "--by", "y", code=2)
    assert "IN-505" in done.err  # what can be waived
    world("waive", number, "--rule", "IN-505", "--reason", "x", "--by", "y", "--as-of", DAY)
    world.run(DAY)
    assert world.data(YEAR, "annual.json")["units"][UNITS[2]]["verdict"] == "returned"  # the amount still is negative
    rule = next(
        f
        for f in world("check", world.root / "inbox", "--as-of", DAY, "--json", code=1).json["files"]
        if f["unit"] == UNITS[2]
    )
    for name in {f["rule"] for f in rule["findings"] if f["rule"] and f["level"] in ("须修改", "须说明")}:
        world("waive", number, "--rule", name, "--reason", "x", "--by", "y", "--as-of", DAY)
    assert UNITS[2] not in members(world)
    body = world.run(DAY)
    assert members(world) == [NAME, *UNITS]
    assert any(TITLE in p and UNITS[2] in p for p in body["published"])
    acts = [json.loads(line) for line in (world.root / "journal" / "journal.jsonl").read_text("utf-8").splitlines()]
    assert all(a["reason"] == "x" and a["by"] == "y" for a in acts if a["act"] == "waived")


def test_exclude_takes_a_report_out_and_keeps_the_file(world: Office) -> None:
    number = receipts(world)[UNITS[0]]
    world("exclude", number, "--reason", "误报", "--as-of", DAY)
    world.run(DAY)
    assert members(world) == [NAME, UNITS[1]]
    assert UNITS[0] not in world.data(YEAR, "annual.json")["units"]
    assert not (world.root / "outbox" / "内部" / YEAR / "年度报告" / "单位" / f"{UNITS[0]}{TITLE}").exists()
    assert (world.root / "inbox" / UNITS[0] / f"{UNITS[0]}-{FORM}-{YEAR}.xlsx").is_file()
    world("verify")


def test_expunge_removes_the_bytes_and_keeps_the_act(world: Office) -> None:
    path = world.root / "inbox" / UNITS[1] / f"{UNITS[1]}-{FORM}-{YEAR}.xlsx"
    line = of_file(world("check", path, "--as-of", DAY, "--json").json, path.name)
    digest = line["sha256"]
    kept = world.root / "archive" / digest[:2] / f"{digest}.xlsx"
    assert kept.is_file()
    words = "第3份报告的内容".encode()

    def holding() -> list[Path]:
        return [p for p in (world.root / "archive").rglob("*") if p.is_file() and words in p.read_bytes()]

    assert holding()  # what was read from it
    world("expunge", digest, "--reason", "误放", "--ordered-by", "保密办", "--as-of", DAY)
    assert not kept.exists() and path.is_file()
    assert not holding()
    world("verify")
    world.run("2025-01-21")
    assert members(world) == [NAME, UNITS[0]]
    assert not kept.exists()  # the file is still in the inbox: it is listed, not taken in again
    journal = (world.root / "journal" / "journal.jsonl").read_text("utf-8")
    assert digest in journal and "保密办" in journal
    world("verify")


def docx_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return re.sub("<[^>]+>", "", package.read("word/document.xml").decode())


def close(world: Office, day: str, doc_no: str = "政办发〔2025〕3号") -> dict[str, Any]:
    body: dict[str, Any] = world(
        "close", YEAR, "--approved-by", "分管领导", "--doc-no", doc_no, "--date", day, "--as-of", day, "--json"
    ).json
    return body


def test_closing_freezes_and_reopening_makes_a_correction_beside_it(world: Office) -> None:
    close(world, "2025-03-20")
    world("close", YEAR, "--approved-by", "甲", "--doc-no", "1", "--date", "2025-03-21", code=2)
    frozen = {n: d for n, d in world.outbox().items() if n.startswith((f"公开/{YEAR}/", f"内部/{YEAR}/"))}
    report = frozen[f"公开/{YEAR}/年度报告/汇总/{NAME}{TITLE}"]
    assert "送审稿" not in docx_text(report)
    assert f"公开/{YEAR}/数据/annual.json" in frozen and f"公开/{YEAR}/数据/annual.csv" in frozen

    # Everything changes, and two units hand in again: a closed period does not move.
    world.setting("government", '"别的政府"')
    world.edit(world.root / "templates" / "xlsx" / f"{FORM}.xlsx", lambda b: setattr(b["表二"]["A1"], "value", "改了"))
    for n, unit in ((20, UNITS[0]), (30, UNITS[1])):
        world.fill(unit, FORM, YEAR, {"cells": cells(n)}, f"{unit}-更正-{YEAR}.xlsx")
    body = world.run("2025-04-01")
    late = of_file(body, f"{UNITS[0]}-更正-{YEAR}.xlsx")
    assert late["verdict"] == "accepted_with_notes" and "IN-418" in {f["code"] for f in late["findings"]}
    assert {n: d for n, d in world.outbox().items() if n in frozen} == frozen
    world.setting("government", f'"{NAME}"')

    world("reopen", YEAR, "--unit", UNITS[0], "--reason", "行政许可数量更正", "--as-of", "2025-04-02")
    world.run("2025-04-02")
    annual = world.data(f"{YEAR}/更正第2版", "annual.json")["units"]
    assert annual[UNITS[0]]["t2"]["licensing"]["processed"] == 20
    assert annual[UNITS[1]]["t2"]["licensing"]["processed"] == 3  # not reopened: its late file waits
    assert {n: d for n, d in world.outbox().items() if n in frozen} == frozen

    close(world, "2025-04-10", "政办发〔2025〕5号")
    outbox = world.outbox()
    assert {n: d for n, d in outbox.items() if n in frozen} == frozen
    second = f"公开/{YEAR}/更正第2版"
    note = outbox[f"{second}/更正说明.txt"].decode("utf-8-sig")
    assert "行政许可数量更正" in note and UNITS[0] in note and "政办发〔2025〕5号" in note
    assert "送审稿" not in docx_text(outbox[f"{second}/年度报告/单位/{UNITS[0]}{TITLE}"])
    public = json.loads(outbox[f"{second}/数据/annual.json"])
    assert public["units"][UNITS[0]]["t2"]["licensing"]["processed"] == 20
    assert public["consolidated"]["t2"]["licensing"]["processed"] == 1 + 20 + 3
    frozen = {n: d for n, d in outbox.items() if n.startswith((f"公开/{YEAR}/", f"内部/{YEAR}/"))}
    world.run("2025-04-11", "--full")
    assert {n: d for n, d in world.outbox().items() if n in frozen} == frozen
    world("verify")


def test_a_returned_version_displaces_nothing_and_the_newest_accepted_counts(world: Office) -> None:
    unit = UNITS[0]
    world.fill(unit, FORM, YEAR, {"cells": {**cells(50), "t2.fees.amount": "五元"}}, "第二次.xlsx")
    world.run("2025-01-21")
    report = world.data(YEAR, "annual.json")["units"][unit]
    assert (report["verdict"], report["t2"]["licensing"]["processed"]) == ("accepted", 2)
    world.fill(unit, FORM, YEAR, {"cells": cells(60)}, "第三次.xlsx")
    body = world.run("2025-01-22")
    report = world.data(YEAR, "annual.json")["units"][unit]
    assert report["t2"]["licensing"]["processed"] == 60
    assert report["receipt_no"] == of_file(body, "第三次.xlsx")["receipt_no"] == "20250122-0001"
    assert of_file(body, "第二次.xlsx")["verdict"] == "seen"


def test_the_same_bytes_under_another_name_count_once(world: Office) -> None:
    source = world.root / "inbox" / UNITS[0] / f"{UNITS[0]}-{FORM}-{YEAR}.xlsx"
    world.drop(f"{UNITS[0]}/副本.xlsx", source.read_bytes())
    line = of_file(world.run("2025-01-21"), "副本.xlsx")
    assert line["verdict"] == "seen" and receipts(world)[UNITS[0]] in line["findings"][0]["message"]


def test_evidence_of_any_kind_is_archived_and_receipted(world: Office) -> None:
    data = b"MZ any bytes at all"
    world.drop(f"{UNITS[0]}/佐证/现场/照片.exe", data)
    line = of_file(world.run("2025-01-21"), "照片.exe")
    assert line["verdict"] == "accepted" and line["receipt_no"] == "20250121-0001"
    digest = line["sha256"]
    assert (world.root / "archive" / digest[:2] / f"{digest}.exe").read_bytes() == data
    assert any(n.startswith(f"单位/{UNITS[0]}/回执/20250121-0001") for n in world.outbox())


def test_run_with_a_period_consolidates_that_period_alone(world: Office) -> None:
    world.issue("2024-12", "2024-12-20")
    rows = [{"任务编号": "2024-001", "完成情况": "进行中", "进展说明": "已按要求推进。"}]
    world.fill(UNITS[0], "任务进展", "2024-12", {"lists": {"进展": rows}})
    published = world.run("2025-01-21", "--period", "2024-12")["published"]
    assert any(p.startswith("outbox/内部/2024-12/") for p in published)
    assert not any(p.startswith(f"outbox/内部/{YEAR}/") for p in published)
    assert world.data("2024-12", "tasks.json")["rows"][0]["status"] == "进行中"


def test_the_manifest_proves_the_set(world: Office) -> None:
    outbox = world.outbox()
    manifest = json.loads(outbox["内部/manifest.json"])
    listed = {n for n in outbox if n.startswith("内部/") and n != "内部/manifest.json"}
    listed |= {n for n in outbox if n.startswith("单位/") and n.split("/")[2] == "台账"}
    assert set(manifest["files"]) == listed
    for name, digest in manifest["files"].items():
        assert hashlib.sha256(outbox[name]).hexdigest() == digest
    assert not [n for n in outbox if "/." in f"/{n}" or n.endswith(".tmp")]


def test_the_nearest_parent_with_a_zwgk_toml_is_the_workspace(world: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.root / "outbox" / "内部")
    assert zwgk("status", "--as-of", DAY, "--json").json["submissions"] == 4


# ---------------------------------------------------------------- records, lists, samples


def test_rebuild_gives_the_same_index(world: Office) -> None:
    before = world.outbox()
    (world.root / "state" / "zwgk.sqlite").unlink()
    world("rebuild")
    assert world.run(DAY)["unchanged"] is True
    assert world.outbox() == before
    world("verify")


def test_verify_names_what_is_missing_altered_or_extra(world: Office) -> None:
    world("verify")
    files = sorted(p for p in (world.root / "archive").rglob("*.xlsx"))
    files[0].chmod(0o644)
    files[0].write_bytes(files[0].read_bytes() + b"x")
    files[1].unlink()
    extra = world.root / "archive" / "00" / f"{'0' * 64}.bin"
    extra.parent.mkdir(exist_ok=True)
    extra.write_bytes(b"x")
    body = world("verify", "--json", code=1).json
    said = " ".join(f["message"] for f in body["findings"])
    for path in (*files[:2], extra):
        assert path.stem in said, path
    assert {f["code"] for f in body["findings"]} == {"DB-305"}


def test_status_and_lists_say_where_things_stand(world: Office) -> None:
    world.issue("2024-12", "2024-12-20")
    status = world("status", "--as-of", "2025-01-25", "--json").json
    year = next(p for p in status["periods"] if p["period"] == YEAR)
    assert year["returned"] and year["returned"][0]["unit"] == UNITS[2]
    month = next(p for p in status["periods"] if p["period"] == "2024-12")
    assert {m["unit"] for m in month["missing"]} == set(UNITS)
    shown = world("status", "--as-of", "2025-01-25").out
    assert "2024年12月" in shown and "未报送" in shown and UNITS[0] in shown
    rules = world("list", "rules", "--json").json["rules"]
    assert len([r for r in rules if r["form"] == FORM and r["id"]]) >= 57
    assert len(world("list", "indicators", "--json").json["indicators"]) == 2
    fields = world("list", "fields", "--json").json["fields"]
    assert len([f for f in fields if f["form"] == FORM and re.match(r"t[234]\.", f["field"])]) == 200
    reports = {r["report"] for r in world("list", "reports", "--json").json["reports"]}
    assert "政府信息公开工作年度报告" in reports and "工作通报" in reports
    for kind in ("forms", "fields", "rules", "indicators", "reports"):
        assert world("list", kind).out.strip()


def test_doctor_says_what_is_missing_and_what_that_costs(world: Office) -> None:
    done = world("doctor")
    assert all(line[0] in "√×　" for line in done.out.splitlines())
    checks = world("doctor", "--json").json["checks"]
    assert {c["fine"] for c in checks} <= {True, False} and all(c["words"] for c in checks)


def test_init_from_last_year_and_never_over_something(world: Office, tmp_path: Path) -> None:
    zwgk("init", tmp_path / "2025", "--from", world.root, "--year", "2025")
    new = tmp_path / "2025"
    assert (new / "reference" / "单位名录.xlsx").read_bytes() == (
        world.root / "reference" / "单位名录.xlsx"
    ).read_bytes()
    assert (new / "templates" / "xlsx" / f"{FORM}.xlsx").is_file()
    assert "year = 2025" in (new / "zwgk.toml").read_text("utf-8")
    assert not list((new / "inbox").iterdir())
    zwgk("-w", new, "run", "--as-of", "2025-06-01")  # a workspace without tasks runs
    before = (new / "zwgk.toml").read_bytes()
    zwgk("init", new, "--office", "别的办公室", code=2)
    assert (new / "zwgk.toml").read_bytes() == before


def test_issue_without_a_period_takes_the_running_ones(world: Office) -> None:
    issued = world("issue", "--as-of", "2025-01-06", "--json").json["issued"]
    # 年报数据 of last year is due at the end of January; the year that runs has begun as well.
    assert {(x["form"], x["period"]) for x in issued} >= {(FORM, YEAR)}
    months = {x["period"] for x in issued if x["form"] == "任务进展"}
    assert months <= {"2024-12", "2025-01"} and "2025-01" in months


def test_sample_twice_gives_the_same_inbox(tmp_path: Path) -> None:
    inboxes = []
    for name in ("甲", "乙 二"):
        made = Office.new(tmp_path / name, NAME, 2024)
        body = zwgk("sample", made.root, "--units", 5, "--seed", 7, "--faults", 3, "--json").json
        inboxes.append(
            {
                p.relative_to(made.root).as_posix(): p.read_bytes()
                for p in (made.root / "inbox").rglob("*")
                if p.is_file()
            }
        )
        assert body["units"] == 5 and len(body["faults"]) == 3
        key = json.loads((made.root / "state" / "sample-key.json").read_text("utf-8"))
        assert {f["file"] for f in key["faults"]} == {f["file"] for f in body["faults"]}
    assert inboxes[0] == inboxes[1] and len(inboxes[0]) >= 9
    result = Office(tmp_path / "甲", NAME).run("2025-01-10")
    lines = {f["file"]: f for f in result["files"]}
    for fault in key["faults"]:
        line = lines[fault["file"]]
        assert line["verdict"] == fault["verdict"], fault
        assert fault["code"] in {f["code"] for f in line["findings"]}, fault
    wrong = {f["file"] for f in key["faults"] if f["verdict"] in ("returned", "refused")}
    assert {f for f, x in lines.items() if x["verdict"] in ("returned", "refused")} == wrong
    zwgk("sample", tmp_path / "甲", "--units", 5, "--seed", 7, code=2)  # never into real work
    zwgk("sample", tmp_path / "无此文件夹", code=2)


def test_watch_catches_up_the_missed_night_and_ends_with_ctrl_c(world: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    def stop(seconds: float) -> None:
        raise KeyboardInterrupt

    (world.root / "outbox" / "内部" / "manifest.json").unlink()
    monkeypatch.setattr(time, "sleep", stop)
    done = world("watch", "--at", "02:00", "--every", "5")
    assert "汇总" in done.out and "已停止值守" in done.out
    assert (world.root / "outbox" / "内部" / "manifest.json").is_file()
    ledger = json.loads((world.root / "state" / "watch.json").read_text("utf-8"))
    assert {"night", "alive"} <= set(ledger)
    again = world("watch", "--json").json
    assert not any("汇总：" in line for line in again["log"])  # this night is done
