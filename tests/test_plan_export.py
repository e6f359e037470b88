"""The workbook that an import gives: read back by the product, coloured for the office, never over work that is done."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.plan_by_hand import instead_of_reading, plan, task
from toolkit import importing
from toolkit.builtin.reference import write_roster, write_tasks
from toolkit.findings import Level, finding
from toolkit.model import Group, Roster, Task, Unit
from toolkit.plan.export import COLOUR_NAMES, COLOURS, ORIGINALS, Appendix, write_plan
from toolkit.plan.parts import Deadline, Plan, UnitList
from toolkit.plan.plan_json import plan_json
from toolkit.plan.task_rows import DOUBT, INHERITED, NOTED, rows_of
from toolkit.plan.units.resolve import match_units, propose_groups, roster_findings, suggest
from toolkit.reference import UNIT_COLUMNS, read_roster, read_tasks
from toolkit.reference_tasks import TASK_COLUMNS
from toolkit.wording import finding_json, shown_findings
from toolkit.workspace import Halt, Workspace, open_workspace

ROSTER = Roster(
    (
        Unit("001", "区住房和城乡建设局", unit_class="政府部门"), Unit("002", "区司法局", unit_class="政府部门"),
        Unit("003", "区人力资源和社会保障局", aliases=("区人社局",), unit_class="政府部门"),
        Unit("004", "区机关事务服务中心", unit_class="直属机构"), Unit("005", "青石街道办事处", unit_class="街道办事处"),
        Unit("006", "柳泉镇人民政府", unit_class="镇人民政府"), Unit("007", "云溪市公安局云溪分局", unit_class="垂直管理单位"),
    )
)  # fmt: skip


def sample() -> Plan:
    from toolkit.plan.task_rows import numbered

    doubtful = task(
        "加强审查",
        "区建局、各镇办",
        "全年",
        findings=(finding("PLN-111", how="按位置应为第 2 项"),),
        inherited=(("deadline", "第1项"),),
    )
    made = plan(
        task(
            "编制目录",
            "区司法局牵头，区建局等单位配合",
            "6月底前",
            no="1",
            path=("主动公开", "目录"),
            place="表1 第2行",
            line=12,
        ),
        doubtful,
        task("开展培训不少于2次", "区政府有关部门、单位", ""),
        task("=1+1", "区人社局", "长期坚持"),
        default_deadline="12月底前",
    )
    return numbered(made, 2024)


def book_of(made: Plan, **more: object) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_plan(rows_of(made, 2024), Appendix(**more))))  # type: ignore[arg-type]


def colour(cell: object) -> str:
    return "#" + cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else ""  # type: ignore[attr-defined]


def test_the_product_reads_what_was_written() -> None:
    tasks, findings = read_tasks(write_plan(rows_of(sample(), 2024), Appendix()), "任务分解表.xlsx")
    assert findings == ()
    assert [t.task_id for t in tasks] == ["2024-001", "2024-002", "2024-003", "2024-004"]
    first = tasks[0]
    assert (first.no, first.path, first.requirement) == ("1", ("主动公开", "目录"), "编制目录")
    assert (first.lead_units, first.supporting_units) == (("区司法局",), ("区建局",))
    assert first.source == "《2024年云溪区政务公开工作方案》（云政办字〔2024〕3号）表1 第2行，原文第12行"
    assert tasks[2].target == "培训≥2次" and tasks[3].requirement == "=1+1"


def test_the_place_in_the_source_is_said_once_and_inheritance_by_the_serial() -> None:
    first = task("编制目录", no="3", place="表1 第4行", line=4)
    second = task("更新目录", place="表1 第5行", line=31, inherited=(("responsible_units", "表1 第4行"),))
    rows = rows_of(plan(first, second), 2024)
    assert rows[0].task.source.endswith("3号）表1 第4行") and rows[1].task.source.endswith("表1 第5行，原文第31行")
    assert rows[1].marks["责任单位"].note == "沿用序号 3（表1 第4行）"


def test_a_due_day_only_where_the_deadline_is_a_date() -> None:
    tasks, _ = read_tasks(write_plan(rows_of(sample(), 2024), Appendix()), "任务分解表.xlsx")
    assert [(t.deadline, t.due_on) for t in tasks] == [
        ("6月底前", date(2024, 6, 30)), ("全年", None), ("12月底前", date(2024, 12, 31)), ("长期坚持", None),
    ]  # fmt: skip


def test_colours_and_comments_tell_what_was_not_printed() -> None:
    sheet = book_of(sample())["任务"]
    column = {h: n for n, h in enumerate(TASK_COLUMNS, start=1)}
    doubtful = [sheet.cell(3, column[h]) for h in ("任务编号", "疑问", "完成时限")]
    assert [colour(c) for c in doubtful] == [COLOURS[DOUBT], COLOURS[DOUBT], COLOURS[INHERITED]]
    assert "PLN-111" in str(doubtful[1].value)
    assert doubtful[2].comment.text == "沿用第1项"
    assert colour(sheet.cell(2, column["任务编号"])) == ""
    open_list = sheet.cell(2, column["配合单位"])
    assert colour(open_list) == COLOURS[NOTED] and "未列全" in open_list.comment.text
    default = sheet.cell(4, column["完成时限"])
    assert colour(default) == COLOURS["通知"] and "通知" in default.comment.text
    assert sheet.cell(5, column["工作要求"]).data_type == "s"


def test_a_group_that_names_nobody_is_marked_where_it_stands() -> None:
    sheet = book_of(sample())["任务"]
    cell = sheet.cell(4, TASK_COLUMNS.index("责任单位") + 1)
    assert colour(cell) == COLOURS[NOTED] and "区政府有关部门、单位" in cell.comment.text


def test_a_day_of_the_year_after_is_asked_about_unless_the_year_is_written() -> None:
    for text, asked in (("1月31日前", True), ("2025年1月31日前", False), ("次年1月31日前", False), ("6月底前", False)):
        (row,) = rows_of(plan(task("编制年度报告", deadline=text)), 2024)
        assert ("截止日期" in row.marks) == asked, text
    (row,) = rows_of(plan(task("编制年度报告", deadline="1月31日前")), 2024)
    assert row.task.due_on == date(2025, 1, 31) and "2025 年" in row.marks["截止日期"].note


def test_doubts_of_the_document_stand_with_their_place_and_names_on_their_own_sheet() -> None:
    found = (
        finding("PLN-108", place={"sheet": "表1"}, where="表1", widths="4、6"),
        finding("PLN-161", place={"sheet": "表1", "cell": "第3行"}, what="时限", text="全年"),
        finding("PLN-110", place={"sheet": "表1"}, where="表1", missing="6", how=""),
        finding("PLN-201", name="区建局", count=1, suggestion=""),
    )
    page = [r[:2] + r[4:] for r in book_of(sample(), findings=found)["方案疑问"].iter_rows(min_row=2, values_only=True)]
    assert page == [("须说明", "表1", "PLN-110"), ("提示", "表1", "PLN-108"), ("提示", "表1 第3行", "PLN-161")]


def test_sheets_are_set_up_for_reading_and_for_paper() -> None:
    book = book_of(sample())
    assert book.sheetnames[:2] == ["任务", "说明"]
    for sheet in (book["任务"], book["单位名称核对"], book["单位分组建议"]):
        assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == "$1:$1"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    tasks = book["任务"]
    assert tasks.freeze_panes == "C2"
    width = {c.value: tasks.column_dimensions[c.column_letter].width for c in tasks[1]}
    assert width["工作要求"] > 50 and width["三级任务"] < 8, "what the plan leaves empty is narrow"


def test_every_colour_is_explained() -> None:
    notes = book_of(sample())["说明"]
    explained = {str(r[0].value): colour(r[0]) for r in notes.iter_rows() if r[0].value}
    assert explained == {f"{kind}（{COLOUR_NAMES[kind]}）": colour for kind, colour in COLOURS.items() if kind}
    assert len(set(explained.values())) == len(explained)


def test_groups_and_names_stand_on_sheets_of_their_own() -> None:
    made = sample()
    book = book_of(made, groups=propose_groups(made, ROSTER), units=match_units(made, ROSTER), has_roster=True)
    groups = {r[0]: r[1:] for r in book["单位分组建议"].iter_rows(min_row=2, values_only=True)}
    assert groups["各镇办"][:3] == ("类别=街道办事处、类别=镇人民政府", "否", 1)
    assert groups["区政府有关部门、单位"][:2] == (None, "否")
    page = list(book["单位名称核对"].iter_rows(values_only=True))
    assert page[0][:5] == UNIT_COLUMNS[:5] and page[1][1] == "区建局", (
        "what is unknown stands first, ready to be copied"
    )
    names = {r[1]: (r[5], *r[7:]) for r in page[1:]}
    assert names["区司法局"][:2] == ("名录中有", "区司法局")
    assert names["区人社局"][:2] == ("按别名识别", "区人力资源和社会保障局")
    assert names["区建局"][0] == "不在名录中" and names["区建局"][2].startswith("区住房和城乡建设局")


def test_proposals_copied_into_the_roster_are_read_there() -> None:
    """What the manual says: five columns of a new unit with its class filled in, three columns of a group set to 是."""
    made = sample()
    book = book_of(made, groups=propose_groups(made, ROSTER), units=match_units(made, ROSTER), has_roster=True)
    roster = openpyxl.load_workbook(io.BytesIO(write_roster(ROSTER)))
    units, groups = roster["单位"], roster["单位分组"]
    for row in book["单位名称核对"].iter_rows(min_row=2, max_col=5, values_only=True):
        if row[1] == "区建局":
            _paste(units, (*row[:4], "政府部门"))
    for row in book["单位分组建议"].iter_rows(min_row=2, max_col=3, values_only=True):
        if row[1]:
            _paste(groups, (*row[:2], "是"))
    buffer = io.BytesIO()
    roster.save(buffer)
    read, faults = read_roster(buffer.getvalue(), "单位名录.xlsx")
    assert [f.message for f in faults if f.level != Level.NOTE] == []
    found = read.resolve("区建局")
    assert found is not None and found.unit_class == "政府部门"
    (group,) = read.groups
    assert (group.name, group.confirmed) == ("各镇办", True)
    assert [m.how for m in match_units(made, read) if m.name == "区建局"] == ["exact"]


def _paste(sheet: Any, values: tuple[object, ...]) -> None:
    """Below the last filled row, as a clerk pastes."""
    last = max((c.row for row in sheet.iter_rows() for c in row if c.value not in (None, "")), default=1)
    for column, value in enumerate(values, start=1):
        sheet.cell(last + 1, column).value = value


def test_equal_plans_give_equal_bytes() -> None:
    a = write_plan(rows_of(sample(), 2024), Appendix(groups=propose_groups(sample(), ROSTER)))
    b = write_plan(rows_of(sample(), 2024), Appendix(groups=propose_groups(sample(), ROSTER)))
    assert a == b
    assert not any(b"<f>" in zipfile.ZipFile(io.BytesIO(a)).read(n) for n in zipfile.ZipFile(io.BytesIO(a)).namelist())


# ---------------------------------------------------------------- names and groups


def test_suggestions_are_scored_and_nothing_is_merged() -> None:
    found = suggest("区建局", ROSTER.units)
    assert [(s.name, s.score) for s in found] == [("区住房和城乡建设局", 81)]
    assert suggest("云溪公安分局", ROSTER.units)[0].name == "云溪市公安局云溪分局"
    assert suggest("云溪区司法局", ROSTER.units)[0] == type(found[0])("区司法局", 95)
    assert suggest("区图书馆", ROSTER.units) == ()
    (match,) = match_units(plan(task("x", "区建局")), ROSTER)
    assert match.unit is None and match.how == ""


GROUPS = (
    ("各镇办", ("类别=街道办事处", "类别=镇人民政府")), ("各街道办事处", ("类别=街道办事处",)), ("各镇、街道", ("类别=街道办事处", "类别=镇人民政府")),
    ("区政府各部门", ("类别=政府部门",)), ("区政府各部门、单位", ("类别=政府部门", "类别=直属机构")),
    ("区直各部门、各驻区单位", ("类别=政府部门", "类别=直属机构", "类别=垂直管理单位")),
    ("区政府有关部门、单位", ()), ("相关部门", ()), ("各行政执法主体", ()), ("各科室", ()), ("各行业主管部门", ()),
)  # fmt: skip


@pytest.mark.parametrize(("name", "members"), GROUPS)
def test_groups_are_proposed_by_class_and_undetermined_ones_left_to_the_office(
    name: str, members: tuple[str, ...]
) -> None:
    (found,) = propose_groups(plan(task("x", name)), ROSTER)
    assert found.members == members and found.known is None
    assert found.undetermined == (not members)
    codes = [f.code for f in roster_findings((), (found,), ROSTER)]
    assert codes == ["PLN-202" if members else "PLN-203"]


def test_groups_of_the_roster_are_taken_as_they_are() -> None:
    known = Roster(ROSTER.units, (Group("各镇办", ("柳泉镇人民政府",), True),))
    (found,) = propose_groups(plan(task("x", "各镇办")), known)
    assert found.members == ("柳泉镇人民政府",) and found.known is not None
    assert roster_findings((), (found,), known) == ()


def test_lead_units_of_the_other_tasks_are_a_group() -> None:
    found = propose_groups(plan(task("a", "区司法局牵头"), task("b", "各项目牵头单位")), ROSTER)
    assert found[0].members == ("区司法局",)


# ---------------------------------------------------------------- JSON


def test_json_has_the_keys_of_the_contract() -> None:
    made = sample()
    body = json.loads(
        json.dumps(plan_json(made, match_units(made, ROSTER), propose_groups(made, ROSTER)), ensure_ascii=False)
    )
    assert {"title", "doc_no", "year", "default_deadline", "tasks", "units", "findings"} <= body.keys()
    one = body["tasks"][1]
    assert {
        "task_id", "no", "path", "requirement", "measure", "lead_units", "responsible_units", "supporting_units", "offices",
        "person", "groups", "open_list", "deadline", "deadlines_inside", "targets", "inherited", "source",
    } <= one.keys()  # fmt: skip
    assert one["inherited"] == {"path": False, "responsible_units": False, "deadline": True}
    assert one["deadline"] == {
        "raw": "全年", "kind": "period", "date": "2024-12-31", "every": None, "event": None, "offset": None, "unit": None,
        "direction": None,
    }  # fmt: skip
    assert body["units"]["区建局"]["code"] is None
    assert body["units"]["区建局"]["suggestions"][0] == {"name": "区住房和城乡建设局", "score": 81}
    assert body["units"]["区司法局"]["code"] == "002"
    assert "各镇办" not in body["units"]
    assert body["tasks"][2]["targets"] == [
        {"measure": "培训", "op": ">=", "number": 2, "unit": "次", "per": None, "soft": False, "raw": "不少于2次"}
    ]


# ---------------------------------------------------------------- where it goes


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    (tmp_path / "reference").mkdir()
    (tmp_path / "zwgk.toml").write_text('office = "区政府办公室"\nyear = 2024\n', encoding="utf-8")
    (tmp_path / "reference" / "任务分解表.xlsx").write_bytes(write_tasks(()))
    (tmp_path / "reference" / "单位名录.xlsx").write_bytes(write_roster(ROSTER))
    return open_workspace(tmp_path, tmp_path)


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    instead_of_reading(monkeypatch, sample())
    path = tmp_path / "方案.txt"
    path.write_text("方案", encoding="utf-8")
    return path


def test_the_first_import_fills_the_empty_table(office: Workspace, document: Path) -> None:
    made = importing.import_plan(office, document, None, None)
    assert made.output == office.reference("任务分解表")
    tasks, _ = read_tasks(made.output.read_bytes(), "t")
    assert [t.task_id for t in tasks] == ["2024-001", "2024-002", "2024-003", "2024-004"]
    assert all(not t.amendment for t in tasks)
    body = importing.imported_json(made, finding_json)
    assert [t["task_id"] for t in body["tasks"]] == [t.task_id for t in tasks]
    assert body["amendment"]["added"] == [t.task_id for t in tasks]


def test_a_table_with_tasks_is_never_written_over(office: Workspace, document: Path) -> None:
    table = office.reference("任务分解表")
    importing.import_plan(office, document, None, None)
    before = table.read_bytes()
    second = importing.import_plan(office, document, None, None)
    third = importing.import_plan(office, document, None, None)
    assert [p.output.name for p in (second, third) if p.output] == ["任务分解表-导入.xlsx", "任务分解表-导入-2.xlsx"]
    named = importing.import_plan(office, document, None, table)
    assert named.output is not None and named.output.name == "任务分解表-导入-3.xlsx"
    assert table.read_bytes() == before
    assert "PLN-207" in {f.code for f in named.findings}
    assert second.amended is not None and second.amended.same == 4


def test_without_a_workspace_only_a_named_file_is_written(document: Path, tmp_path: Path) -> None:
    made = importing.import_plan(None, document, None, None)
    assert made.output is None and "PLN-209" in {f.code for f in made.findings}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["方案.txt"]
    target = tmp_path / "新" / "结果.xlsx"
    made = importing.import_plan(None, document, None, target)
    assert made.output == target and target.is_file()
    again = importing.import_plan(None, document, None, target)
    assert again.output is not None and again.output.name == "结果-导入.xlsx"
    assert again.amended is not None and again.amended.same == 4


def test_a_table_that_cannot_be_read_is_left_alone(office: Workspace, document: Path) -> None:
    table = office.reference("任务分解表")
    table.write_bytes(b"not a workbook")
    made = importing.import_plan(office, document, None, None)
    assert made.output is not None and made.output.name == "任务分解表-导入.xlsx"
    assert table.read_bytes() == b"not a workbook"
    assert "REF-101" in {f.code for f in made.findings}


def test_no_year_anywhere_is_a_wrong_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    instead_of_reading(monkeypatch, replace(sample(), year=None))
    with pytest.raises(Halt) as halt:
        importing.import_plan(None, tmp_path / "方案.txt", None, None)
    assert halt.value.exit_code == 2
    assert importing.import_plan(None, tmp_path / "方案.txt", 2023, None).plan is not None


def test_a_missing_file_is_an_input_error(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Halt) as halt:
        importing.import_plan(office, tmp_path / "没有.docx", None, None)
    assert halt.value.exit_code == 74


def test_lines_for_people(office: Workspace, document: Path) -> None:
    lines = importing.imported_lines(importing.import_plan(office, document, None, None), shown_findings)
    assert "读出任务 4 项，其中 1 项" in lines[0]
    assert any("已写入" in line for line in lines)


def test_long_and_strange_texts_are_written(tmp_path: Path) -> None:
    odd = plan(task("长" * 40_000), task("\x00\u202e=cmd|'/c'!A1"), task("", units=""))
    made = book_of(odd)
    assert len(str(made["任务"].cell(2, 6).value)) <= 32_767
    empty = Task("2024-001", due_on=None)
    assert empty.requirement == "" and made[ORIGINALS].sheet_state == "hidden"
    assert rows_of(plan(odd.tasks[0]), None)[0].task.deadline == ""
    assert Deadline().kind == "none" and UnitList().lead == ()
