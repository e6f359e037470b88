"""A second import: numbers stay with what is the same, everything else is proposed, nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_by_hand import instead_of_reading, plan, task
from toolkit import importing
from toolkit.model import Roster, Task, Unit
from toolkit.plan.amend import Amended, amend, highest, look_back
from toolkit.plan.export import Appendix, write_plan
from toolkit.plan.parts import Plan
from toolkit.plan.task_rows import ADDED, CHANGED, DOUBT, ENDED, TaskRow, numbered, rows_of
from toolkit.reference import read_tasks
from toolkit.wording import finding_json
from toolkit.workspace import open_workspace

BASIS = "《方案》（云政办字〔2024〕3号）"
TEXTS = (
    "编制本部门主动公开事项目录并向社会公布，逐项明确公开主体和时限", "完善依申请公开办理流程，提高答复质量", "加强政府网站信息内容建设，及时清理失效栏目",
    "组织开展政务公开业务培训不少于2次", "健全政策解读机制，做到解读材料与文件同步发布", "推进政务公开专区标准化建设，配备查询设施",
)  # fmt: skip


def first() -> Plan:
    return plan(*(task(t, "区司法局", "6月底前", no=str(n), path=("甲",)) for n, t in enumerate(TEXTS, start=1)))


def table(made: Plan) -> tuple[Task, ...]:
    return tuple(r.task for r in rows_of(numbered(made, 2024), 2024))


def again(made: Plan, existing: Sequence[Task], **more: object) -> Amended:
    return amend(rows_of(made, 2024), existing, 2024, BASIS, **more)  # type: ignore[arg-type]


def texts(result: Amended, kind: str) -> list[str]:
    return [c.task_id for c in result.changes if c.kind == kind]


def test_the_same_plan_again_changes_nothing() -> None:
    existing = table(first())
    result = again(first(), existing)
    assert result.changes == () and result.same == len(TEXTS)
    assert [r.task for r in result.rows] == list(existing)
    assert result.ids == tuple(t.task_id for t in existing)


def test_width_and_white_space_are_no_change() -> None:
    moved = [replace(t, requirement=t.requirement.replace("，", "， ")) for t in first().tasks]
    assert again(plan(*moved), table(first())).changes == ()


def test_order_and_serials_may_change_without_a_proposal() -> None:
    turned = tuple(replace(t, no=str(n)) for n, t in enumerate(reversed(first().tasks), start=1))
    result = again(plan(*turned), table(first()))
    assert result.changes == ()
    assert result.ids == tuple(f"2024-{n:03d}" for n in range(len(TEXTS), 0, -1))
    assert result.rows[0].task.no == str(len(TEXTS))


def test_additions_changes_and_endings_are_proposed_with_their_basis() -> None:
    tasks = list(first().tasks)
    tasks[3] = task("组织开展政务公开业务培训不少于4次", "区司法局", "9月底前", no="4", path=("甲",))
    del tasks[5]
    tasks.append(task("建立政务公开监督员制度，聘请公众代表参与监督", "区司法局", no="6"))
    result = again(plan(*tasks), table(first()))
    assert [c.column for c in result.changes if c.kind == CHANGED] == ["工作要求", "完成时限", "量化目标"]
    assert set(texts(result, CHANGED)) == {"2024-004"}
    assert texts(result, ENDED) == ["2024-006"] and texts(result, ADDED) == ["2024-007"]
    assert result.ids == ("2024-001", "2024-002", "2024-003", "2024-004", "2024-005", "2024-007")
    rows = {r.task.task_id: r for r in result.rows}
    assert len(rows) == 7
    changed = rows["2024-004"]
    assert (changed.task.deadline, changed.task.due_on) == ("9月底前", date(2024, 9, 30))
    assert changed.marks["完成时限"].note == "原为：6月底前" and BASIS in changed.task.amendment
    ended = rows["2024-006"]
    assert ended.task.requirement == TEXTS[5] and ended.task.valid_to is None and "拟终止" in ended.task.amendment
    assert "拟新增" in rows["2024-007"].task.amendment


def test_numbers_are_never_used_again() -> None:
    existing = [*table(first())]
    existing[5] = replace(existing[5], valid_to=date(2024, 6, 30))  # ended by the office
    tasks = [*first().tasks[:5], task("建立政务公开监督员制度，聘请公众代表参与监督")]
    result = again(plan(*tasks), existing)
    assert texts(result, ADDED) == ["2024-007"] and texts(result, ENDED) == []
    assert result.rows[5].task == existing[5]
    back = again(first(), existing)
    assert back.ids[5] == "2024-007", "an ended task that comes back is a new one"
    assert highest(existing, 2024) == 6 and highest(existing, 2023) == 0


def test_corrections_of_the_office_survive() -> None:
    originals = {t.task_id: t for t in table(first())}
    existing = [*originals.values()]
    existing[0] = replace(existing[0], responsible_units=("区住房和城乡建设局",), due_on=date(2024, 5, 1), path=("乙",))
    assert again(first(), existing, originals=originals).changes == ()
    told = again(first(), existing)  # without the text of the first import the difference is proposed
    assert {c.column for c in told.changes} == {"一级任务", "责任单位"}


def test_a_change_of_the_document_is_told_apart_from_a_correction() -> None:
    originals = {t.task_id: t for t in table(first())}
    existing = [replace(originals["2024-001"], deadline="5月底前"), *list(originals.values())[1:]]
    tasks = [task(TEXTS[0], "区司法局", "10月底前", no="1", path=("甲",)), *first().tasks[1:]]
    (change,) = again(plan(*tasks), existing, originals=originals).changes
    assert (change.column, change.before, change.after) == ("完成时限", "5月底前", "10月底前")


def test_an_alias_is_no_change() -> None:
    roster = Roster((Unit("1", "区司法局", aliases=("司法局",)),))
    renamed = plan(*(replace(t, units=replace(t.units, responsible=("司法局",))) for t in first().tasks))
    assert again(renamed, table(first()), roster=roster).changes == ()
    assert again(renamed, table(first())).changes != ()


def test_equal_requirements_keep_their_own_numbers() -> None:
    twice = plan(task(TEXTS[0], path=("甲",)), task(TEXTS[0], path=("乙",)))
    existing = table(twice)
    turned = plan(task(TEXTS[0], path=("乙",)), task(TEXTS[0], path=("甲",)))
    assert again(turned, existing).ids == ("2024-002", "2024-001")


def test_another_plan_ends_nothing() -> None:
    other = plan(task("推进保障性住房信息公开"), task("完善涉农补贴公示制度"))
    result = again(other, table(first()))
    assert result.unrelated and texts(result, ENDED) == []
    assert texts(result, ADDED) == ["2024-007", "2024-008"]


def test_a_new_year_starts_its_own_numbers_and_touches_nothing() -> None:
    existing = table(first())
    result = amend(rows_of(plan(task(TEXTS[0]), year=2025), 2025), existing, 2025, BASIS)
    assert result.ids == ("2025-001",)
    assert [r.task for r in result.rows[:-1]] == list(existing)
    assert result.rows[-1].task.amendment == ""


def test_the_look_back_lists_what_was_not_finished() -> None:
    last = table(first())
    now = [
        TaskRow(Task("2025-001", requirement=TEXTS[0].replace("逐项", "逐条"))),
        TaskRow(Task("2025-002", requirement="推进乡村振兴领域信息公开")),
    ]
    states = {
        "2024-001": "进行中",
        "2024-002": "已完成",
        "2024-003": "未报送",
        "2024-004": "持续推进",
        "2024-005": "不涉及",
    }
    found = look_back(now, last, states)
    assert [(r.task.task_id, r.state) for r in found] == [
        ("2024-001", "进行中"),
        ("2024-003", "未报送"),
        ("2024-006", "无记录"),
    ]
    assert found[0].nearest[0][0] == "2025-001" and found[0].nearest[0][2] > 90
    assert found[1].nearest == ()


def test_marks_of_the_first_import_stay_until_the_office_has_settled_them() -> None:
    from toolkit.findings import finding

    doubtful = task(
        TEXTS[0],
        "区政府各部门、单位",
        inherited=(("responsible_units", "序号 1"),),
        findings=(finding("PLN-111", how="按位置应为第 1 项"),),
    )
    made = plan(doubtful, *first().tasks[1:])
    existing = table(made)
    row = again(made, existing).rows[0]
    assert row.state == DOUBT and {"责任单位", "疑问"} <= set(row.marks)
    read_back = replace(existing[0], responsible_units=tuple("、".join(existing[0].responsible_units).split("、")))
    assert "责任单位" in again(made, [read_back, *existing[1:]]).rows[0].marks
    done = [replace(existing[0], doubt="", responsible_units=("区财政局",)), *existing[1:]]
    settled = again(made, done, originals={t.task_id: t for t in existing}).rows[0]
    assert settled.state == "" and not {"责任单位", "疑问"} & set(settled.marks)


def test_a_changed_requirement_brings_its_own_doubts() -> None:
    from toolkit.findings import finding

    tasks = list(first().tasks)
    tasks[3] = replace(
        tasks[3],
        requirement=TEXTS[3].replace("2次", "4次"),
        findings=(finding("PLN-168", who="要求中", texts="：“不少于4次”"),),
    )
    row = again(plan(*tasks), table(first())).rows[3]
    assert "不少于4次" in row.task.doubt and row.state == CHANGED and "疑问" in row.marks


def test_a_task_split_in_two_keeps_its_number_and_names_its_parent() -> None:
    halves = TEXTS[0].split("，", 1)
    tasks = [task(halves[0], "区司法局"), task(halves[1], "区司法局"), *first().tasks[1:]]
    result = again(plan(*tasks), table(first()))
    assert result.ids[:2] == ("2024-001", "2024-007") and texts(result, ENDED) == []
    (added,) = [c for c in result.changes if c.kind == ADDED]
    assert "可能由 2024-001 拆分" in added.basis
    assert "可能由 2024-001 拆分" in result.rows[-1].task.amendment


def test_two_tasks_merged_into_one_name_where_the_ended_one_went() -> None:
    both = f"{TEXTS[1]}；{TEXTS[3]}"
    tasks = [first().tasks[0], task(both, "区司法局"), first().tasks[2], *first().tasks[4:]]
    result = again(plan(*tasks), table(first()))
    (ended,) = [c for c in result.changes if c.kind == ENDED]
    kept = {"2024-002": "2024-004", "2024-004": "2024-002"}[ended.task_id]
    assert f"可能并入 {kept}" in ended.basis and texts(result, ADDED) == []


def test_the_same_task_listed_twice_keeps_both_numbers() -> None:
    doubled = plan(*first().tasks, task(TEXTS[0], "区司法局", "6月底前", no="7", path=("乙",)))
    existing = table(doubled)
    result = again(doubled, existing)
    assert result.changes == () and result.ids == tuple(t.task_id for t in existing)
    once = again(first(), existing)
    assert texts(once, ENDED) == ["2024-007"], "the copy under the other heading is the one that went"


def test_numbers_and_marks_in_front_of_a_text_are_no_change_of_the_number() -> None:
    renumbered = plan(*(replace(t, requirement=f"{n}.{t.requirement}") for n, t in enumerate(first().tasks, start=3)))
    result = again(renumbered, table(first()))
    assert result.ids == tuple(f"2024-{n:03d}" for n in range(1, 7))
    assert texts(result, ADDED) == texts(result, ENDED) == []


def test_the_plan_of_a_neighbour_that_sounds_alike_is_another_plan() -> None:
    """Two districts write the same duties in other words: nothing here is ended or changed because of it."""
    alike = plan(*(replace(t, requirement=f"结合本区实际，{t.requirement}，加强督促") for t in first().tasks))
    result = again(alike, table(first()))
    assert result.unrelated and texts(result, ENDED) == texts(result, CHANGED) == []
    assert texts(result, ADDED) == [f"2024-{n:03d}" for n in range(7, 13)]


# ---------------------------------------------------------------- through the workbook


def _import(
    folder: Path, made: Plan, monkeypatch: pytest.MonkeyPatch, output: Path | None = None
) -> importing.Imported:
    instead_of_reading(monkeypatch, made)
    return importing.import_plan(open_workspace(folder, folder), folder / "方案.txt", None, output)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reference").mkdir()
    (tmp_path / "zwgk.toml").write_text('office = "区政府办公室"\nyear = 2024\n', encoding="utf-8")
    return tmp_path


def test_an_amended_plan_through_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import, the office corrects a unit in the workbook, an amended plan comes in: only the document's change is told."""
    import openpyxl

    made = _import(folder, first(), monkeypatch)
    assert made.output == folder / "reference" / "任务分解表.xlsx"
    book = openpyxl.load_workbook(made.output)
    sheet = book["任务"]
    column = [c.value for c in sheet[1]].index("责任单位") + 1
    sheet.cell(2, column).value = "区法制局"
    book.save(made.output)
    tasks = [
        *first().tasks[:4],
        task(TEXTS[4] + "，并开展效果评估", "区司法局", "6月底前", no="5", path=("甲",)),
        first().tasks[5],
    ]
    second = _import(folder, plan(*tasks), monkeypatch)
    assert second.output == folder / "reference" / "任务分解表-导入.xlsx"
    body = importing.imported_json(second, finding_json)
    assert [c["task_id"] for c in body["amendment"]["changed"]] == ["2024-005"]
    assert (body["amendment"]["added"], body["amendment"]["ended"], body["amendment"]["same"]) == ([], [], 5)
    rows, findings = read_tasks(second.output.read_bytes(), "t")
    assert not findings and rows[0].responsible_units == ("区法制局",)
    assert rows[4].requirement.endswith("效果评估")
    changes = openpyxl.load_workbook(second.output)["调整建议"]
    assert [c.value for c in changes[2]][:3] == ["调整", "2024-005", "工作要求"]
    second.output.replace(made.output)  # the office takes the proposal over
    third = _import(folder, plan(*tasks), monkeypatch)
    assert third.amended is not None and third.amended.changes == (), "the correction is still known as one"


def test_the_new_year_looks_back_on_published_states(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _import(folder, first(), monkeypatch)
    data = folder / "outbox" / "内部" / "2024" / "数据"
    data.mkdir(parents=True)
    states = [{"task_id": f"2024-{n:03d}", "state": "已完成" if n != 2 else "进行中"} for n in range(1, 7)]
    (data / "tasks.json").write_text(json.dumps({"tasks": states}), encoding="utf-8")
    made = _import(folder, plan(task(TEXTS[1]), year=2025), monkeypatch)
    assert [r.task.task_id for r in made.reviews] == ["2024-002"]
    assert made.reviews[0].nearest[0][:1] == ("2025-001",)
    assert "PLN-206" in {f.code for f in made.findings}
    rows, _ = read_tasks(made.output.read_bytes(), "t")  # type: ignore[union-attr]
    assert len(rows) == 7


def test_the_new_year_in_a_workspace_of_its_own_looks_into_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "2024", tmp_path / "2025"
    for root in (old, new):
        (root / "reference").mkdir(parents=True)
        (root / "zwgk.toml").write_text(f'office = "区政府办公室"\nyear = {root.name}\n', encoding="utf-8")
    _import(old, first(), monkeypatch)
    instead_of_reading(monkeypatch, plan(task(TEXTS[1]), year=2025))
    made = importing.import_plan(open_workspace(new, new), new / "方案.txt", None, None, old)
    assert made.output == new / "reference" / "任务分解表.xlsx"
    assert [r.state for r in made.reviews] == ["无记录"] * 6
    rows, _ = read_tasks(made.output.read_bytes(), "t")
    assert [t.task_id for t in rows] == ["2025-001"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(TEXTS + tuple(f"{t}（第二期）" for t in TEXTS)), max_size=8), st.data())
def test_whatever_comes_nothing_is_lost_and_no_number_twice(wanted: list[str], data: st.DataObject) -> None:
    existing = table(first())
    keep = data.draw(st.lists(st.booleans(), min_size=6, max_size=6))
    existing = tuple(t if k else replace(t, valid_to=date(2024, 3, 31)) for t, k in zip(existing, keep, strict=True))
    result = again(plan(*(task(t) for t in wanted)), existing)
    ids = [r.task.task_id for r in result.rows]
    assert len(ids) == len(set(ids))
    assert ids[:6] == [t.task_id for t in existing]
    assert len(set(result.ids)) == len(wanted) and set(result.ids) <= set(ids)
    old = {t.task_id for t in existing}
    assert all(i > max(old) for i in ids if i not in old)


def test_five_hundred_changed_tasks() -> None:
    many = plan(*(task(f"{TEXTS[n % 6]}，第{n}项，涉及领域{n * 7919 % 1000}") for n in range(500)))
    changed = plan(*(replace(t, requirement=t.requirement + "，及时公开") for t in many.tasks))
    result = again(changed, table(many))
    assert len(result.rows) >= 500 and write_plan(result.rows, Appendix(changes=result.changes))
