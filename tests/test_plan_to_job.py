"""From the official document to the first ledger: seed 000 imported, groups confirmed, units issued, the job run."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance import Office
from toolkit.model import Group, Unit

TOWNS = ("马尚镇人民政府", "科苑街道办事处")
# Names that an importing clerk would not enter as units: they stand for several.
COLLECTIVE = ("各", "有关", "相关", "等")


def test_the_imported_plan_carries_the_job(tmp_path: Path, shared: Path) -> None:
    office = Office.new(tmp_path / "张店", "张店区人民政府办公室", 2024)
    source = next((shared / "seeds").glob("000_*.txt"))
    output = tmp_path / "任务分解表.xlsx"
    plan = office("plan", "import", source, "--output", output, "--json").json
    assert len(plan["tasks"]) == 69 and output.is_file()
    named = {u for t in plan["tasks"] for k in ("lead_units", "responsible_units", "supporting_units") for u in t[k]}
    groups = {g for t in plan["tasks"] for g in t["groups"]}
    units = sorted(n for n in named - groups if not any(word in n for word in COLLECTIVE))
    assert len(units) > 20
    office.roster(
        [*(Unit("", n, unit_class="政府部门") for n in units), *(Unit("", n, unit_class="镇办") for n in TOWNS)],
        [Group(g, ("类别=镇办",) if "镇" in g else ("类别=政府部门",), "有关" not in g) for g in sorted(groups)],
    )
    (office.root / "reference" / "任务分解表.xlsx").write_bytes(output.read_bytes())
    issued = office.issue("2024-06", "2024-06-20")
    rows = {x["unit"]: x["rows"] for x in issued if x["form"] == "任务进展"}
    assert set(TOWNS) <= set(rows) and len(rows) > 20
    for town in TOWNS:
        mine: dict[str, dict[str, list[dict[str, str]]]] = {"lists": {"进展": []}}
        for task in plan["tasks"]:
            if any("镇" in g and "有关" not in g for g in task["groups"]):
                mine["lists"]["进展"].append(
                    {"任务编号": task["task_id"], "完成情况": "持续推进", "进展说明": "按要求持续推进。"}
                )
        assert len({r["任务编号"] for r in mine["lists"]["进展"]}) <= rows[town]
        office.fill(town, "任务进展", "2024-06", mine)
    done = office.run("2024-07-05", "--period", "2024-06")
    assert done["counts"]["accepted"] == len(TOWNS)
    body = office.data("2024-06", "tasks.json")
    seen = [r for r in body["rows"] if r["unit"] in TOWNS]
    assert seen and all(r["status"] == "持续推进" and r["where"]["cell"] for r in seen)
    assert {t["task_id"] for t in body["tasks"]} <= {t["task_id"] for t in plan["tasks"]}
    assert done["groups_unconfirmed"] == sum("有关" in g for g in groups)
