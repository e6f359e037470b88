"""Who may see what: every file of the outbox, opened and searched down to the last part of each package."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.acceptance import Office
from toolkit.builtin import annual_table
from toolkit.model import Group, Task, Unit
from toolkit.workspace import path_name

MONTH, YEAR, DAY = "2024-12", "2024", "2025-01-20"
NAME = "云溪区人民政府办公室"
ODD = '区"一网通办"<试点>办/中心|甲:乙?*\\'
UNITS = ("区司法局", "区教育局", "东河街道办事处", "西桥街道办事处", ODD)
CONTACT = "联系人标记{}"
PERSON = "经办标记{}"
MOBILE = "13800138{:03d}"
RECEIPT = re.compile(r"(?<!\d)20\d{6}-\d{4}(?!\d)")


def texts(name: str, data: bytes) -> str:
    """Everything a file says: parts of a package one by one, its own name included."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [f"{n}\n{package.read(n).decode('utf-8', 'replace')}" for n in package.namelist()]
        raw = "\n".join(parts)
        return f"{name}\n{raw}\n{re.sub('<[^>]+>', '', raw)}"  # runs of one word may be cut by tags
    return f"{name}\n{data.decode('utf-8-sig', 'replace')}"


def spellings(unit: str) -> set[str]:
    quoted = escape(unit, {'"': "&quot;"})
    return {unit, path_name(unit), escape(unit), quoted, unit.replace("\\", "\\\\").replace('"', '\\"')}


class World:
    def __init__(self, root: Path) -> None:
        self.office = office = Office.new(root, NAME, 2024)
        office.setting("phone", '"0517-83000000"')
        office.setting("ranking", "true")
        units = [
            Unit(
                f"{n:03d}", name, unit_class="街道办事处" if "街道" in name else "政府部门",
                contact=CONTACT.format(n), phone=MOBILE.format(n),
            )
            for n, name in enumerate(UNITS, 2)
        ]  # fmt: skip
        office.roster(units, [Group("各单位", ("类别=政府部门", "类别=街道办事处"), True)])
        office.tasks([Task("2024-001", "1", ("公开",), "做好政务公开工作", responsible_units=("各单位",))])
        for period in (MONTH, YEAR):
            office.issue(period, "2025-01-02")
        for n, unit in enumerate(UNITS, 2):
            self.fill(unit, n)
        office.drop(f"{path_name(UNITS[0])}/佐证/照片.jpg", b"\xff\xd8" + UNITS[0].encode())
        office.drop("区教育局/误放.xlsx", office.waiting("区司法局", "任务进展", MONTH).read_bytes())
        office.drop("来历不明.xlsx", b"hello")
        office.run(DAY)
        self.draft = office.outbox()
        office("close", YEAR, "--approved-by", "分管领导", "--doc-no", "政办发〔2025〕3号", "--date", "2025-03-20",
               "--as-of", "2025-03-20")  # fmt: skip
        office.run("2025-03-21")
        self.closed = office.outbox()

    def fill(self, unit: str, n: int) -> None:
        folder = path_name(unit)
        row = {"任务编号": "2024-001", "完成情况": "进行中", "进展说明": "已按要求推进。", "责任人": PERSON.format(n)}
        if unit == "东河街道办事处":
            row |= {"完成情况": "已完成", "完成日期": ""}  # returned
        lists = {"进展": [row], "情况说明": [{"规则": "进展-05", "说明": "无"}]}
        self.office.fill(folder, "任务进展", MONTH, {"lists": lists})
        cells: dict[str, Any] = {f.id: 0 for f in annual_table.fields() if "total" not in f.id}
        cells |= {f"narrative.{k}": "本年度无需要说明的事项。" for k in ("overview", "problems", "other_matters")}
        cells["代填.填报人"], cells["代填.来源"] = PERSON.format(n), "电话"
        if unit == "西桥街道办事处":
            cells["t2.licensing.processed"] = -1  # returned, so never published
        self.office.fill(folder, "年报数据", YEAR, {"cells": cells})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("see") / "w")


def own(files: dict[str, bytes]) -> dict[str, list[tuple[str, bytes]]]:
    """Folder below 单位/ → its files."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for path, data in files.items():
        parts = path.split("/")
        if parts[0] == "单位":
            found.setdefault(parts[1], []).append((path, data))
    return found


@pytest.mark.parametrize("when", ["draft", "closed"])
def test_a_units_folder_holds_nothing_of_another_unit(world: World, when: str) -> None:
    folders = own(getattr(world, when))
    assert set(folders) == {path_name(u) for u in (*UNITS, NAME)}
    for folder, files in folders.items():
        others = {s for u in UNITS if path_name(u) != folder for s in spellings(u)}
        others |= {
            m.format(n) for n, u in enumerate(UNITS, 2) if path_name(u) != folder for m in (CONTACT, PERSON, MOBILE)
        }
        for path, data in files:
            said = texts(path, data)
            assert not [o for o in others if o in said], path


def test_each_unit_has_its_own_answers(world: World) -> None:
    for folder, files in own(world.draft).items():
        kinds = {p.split("/")[2] for p, _ in files}
        want = {"待填"} if folder == NAME else {"待填", "回执"}
        if folder in ("东河街道办事处", "西桥街道办事处"):
            want.add("退回")
        assert want <= kinds, folder
        assert ("退回" in kinds) == ("退回" in want), folder


def test_files_of_nobody_are_answered_in_the_office(world: World) -> None:
    strange = [p for p in world.draft if p.startswith("内部/未识别/")]
    assert {p.rsplit(".", 1)[1] for p in strange} == {"txt", "xlsx", "docx"}
    assert len(strange) == 6  # two files, a receipt, a list and a notice each


def test_only_three_doors_lead_out(world: World) -> None:
    assert {p.split("/")[0] for p in world.draft} == {"单位", "内部"}
    assert {p.split("/")[0] for p in world.closed} == {"单位", "内部", "公开"}


def test_公开_holds_the_annual_reports_and_their_figures(world: World) -> None:
    public = {p for p in world.closed if p.startswith("公开/")}
    title = "2024年政府信息公开工作年度报告.docx"
    base = f"公开/{YEAR}"
    units = [u for u in UNITS if u != "西桥街道办事处"]
    want = {f"{base}/年度报告/汇总/{NAME}{title}", *(f"{base}/年度报告/单位/{path_name(u)}{title}" for u in units)}
    assert public == want | {f"{base}/数据/annual.json", f"{base}/数据/annual.csv"}


def test_公开_names_no_person_no_receipt_no_score(world: World) -> None:
    for path, data in world.closed.items():
        if path.startswith("公开/"):
            said = texts(path, data)
            for n in range(2, len(UNITS) + 2):
                for marker in (CONTACT, PERSON, MOBILE):
                    assert marker.format(n) not in said, path
            assert not RECEIPT.search(said), path
            for word in ("考核", "得分", "评分", "通报", "排名", "名次", "收件编号", "送审稿", "inbox", "sha256"):
                assert word not in said, (path, word)


def test_drafts_say_so_until_closed(world: World) -> None:
    for path, data in world.draft.items():
        if path.endswith(".docx"):  # a notice of return goes out at once: it is no draft
            assert ("送审稿" in texts(path, data)) == (not path.endswith("退回通知.docx")), path
    for path, data in world.closed.items():
        if path.startswith(f"内部/{YEAR}/年度报告") and path.endswith(".docx"):
            assert "送审稿" not in texts(path, data), path


def test_paths_are_safe_on_every_system(world: World) -> None:
    for path in world.closed:
        for part in path.split("/"):
            assert not re.search(r'[<>:"|?*\\\x00-\x1f]', part), path
            assert part == part.strip() and not part.endswith("."), path
            assert len(part.encode()) <= 255, path


def test_the_odd_name_is_printed_as_it_is(world: World) -> None:
    annual = world.office.data(YEAR, "annual.json")["units"]
    assert annual[ODD]["verdict"] == "accepted_with_notes" or annual[ODD]["verdict"] == "accepted"
    rows = world.office.data(MONTH, "tasks.json")["rows"]
    assert next(r for r in rows if r["unit"] == ODD)["status"] == "进行中"


def test_personal_data_stop_the_publication(office: Office) -> None:
    office.issue(YEAR, "2025-01-02")
    office.fill(
        NAME, "年报数据", YEAR, {"cells": {"narrative.overview": "联系电话13800138000。", "t2.licensing.processed": 0}}
    )
    body = office.run(DAY)
    for rule in {f["rule"] or f["code"] for f in body["files"][0]["findings"]}:
        office("waive", body["files"][0]["receipt_no"], "--rule", rule, "--reason", "测试", "--by", "测试")
    before = office.outbox()
    done = office("close", YEAR, "--approved-by", "甲", "--doc-no", "1号", "--date", "2025-03-20", code=78)
    assert "PII-401" in done.err and "手机号码" in done.err
    assert office.outbox() == before and not (office.root / "outbox" / "公开").exists()
    assert office("status", "--json").json["periods"][0]["closed"] is False


def test_two_units_never_share_a_folder(office: Office) -> None:
    office.roster([Unit("002", "测试局", unit_class="政府部门"), Unit("003", "测试局.", unit_class="政府部门")])
    done = office("issue", "--as-of", DAY, code=78)
    assert "单位名录.xlsx 单位!B4：" in done.err and "文件夹" in done.err
