"""The built-in form workbooks: the statutory tables, the relations, the layout, and bytes that never change."""

from __future__ import annotations

import io
import json
import pathlib
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from toolkit.builtin import annual_table as at
from toolkit.builtin import forms_annual, forms_annual_rules, forms_progress
from toolkit.builtin.form_book import lines_needed
from toolkit.builtin.forms import builtin_forms, write_builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.form import TYPES, Form
from toolkit.forms.schema import schema_of
from toolkit.model import STATUSES, Period, Value
from toolkit.rules.python import compile_formula

ROOT = pathlib.Path(__file__).resolve().parents[1]
NATIONAL = ROOT.parent / "shared" / "domain" / "annual-report.json"
SAMPLES = ROOT.parent / "shared" / "samples" / "annual"
DEFINITIONS = ("设置", "字段", "选项", "校验")
NAME = re.compile(r"(?:prev\.)?t[234]\.\w+\.\w+")
LEVELS = {"error": "须修改", "warning": "须说明"}


@cache
def national() -> dict[str, Any]:
    if not NATIONAL.exists():
        pytest.skip("the specification of the annual report is not beside the project")
    return json.loads(NATIONAL.read_text("utf-8"))


@cache
def built() -> dict[str, bytes]:
    return builtin_forms()


@cache
def book(name: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(built()[f"{name}.xlsx"]))


def table_rows(name: str, sheet: str) -> list[dict[str, str]]:
    lines = [[c.value or "" for c in line] for line in book(name)[sheet].iter_rows()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


# ---------------------------------------------------------------- the tables as data


def test_tables_agree_with_the_specification() -> None:
    for ours, theirs in zip(at.TABLES, national()["tables"], strict=True):
        assert (ours.id, ours.title, at.section_of(ours.id).no) == (theirs["id"], theirs["title"], theirs["section"])
        assert theirs["grid"].startswith(f"{ours.grid_rows} 行 × {ours.grid_columns} 列")
        assert [(r.id, r.label, r.parent or None, r.data) for r in ours.rows] == [
            (r["id"], r["label"], r["parent"], r.get("data", True)) for r in theirs["rows"]
        ]
        assert [list(r.columns) for r in ours.rows] == [r.get("columns", []) for r in theirs["rows"]]
        for column, other in zip(ours.columns, theirs["columns"], strict=True):
            parents = other["parent"] if isinstance(other["parent"], list) else [other["parent"] or ""]
            assert (column.id, column.label, list(column.parents) or [""]) == (other["id"], other["label"], parents)
            assert (column.group, column.span) == (other.get("group", False), other.get("span", 1))
            if not column.group:
                assert column.type == {"int": "整数", "decimal": "金额"}[other["type"]]
                assert column.unit == other.get("unit", theirs.get("unit"))
    assert [(s.no, s.id, s.title) for s in at.SECTIONS] == [
        (s["no"], s["id"], s["title"]) for s in national()["sections"]
    ]


def test_blocks_and_corner_agree_with_the_specification() -> None:
    t2, t3, _ = national()["tables"]
    assert [(b.id, b.label, list(b.columns), list(b.rows)) for b in at.table("t2").blocks] == [
        (b["id"], b["label"], b["columns"], b["rows"]) for b in t2["blocks"]
    ]
    assert {b["row_header"] for b in t2["blocks"]} == {at.T2_ROW_HEADER}
    assert (t3["corner_label"], t3["column_super_header"]) == (at.T3_CORNER, at.T3_SUPER_HEADER)


def test_two_hundred_fields_in_printing_order() -> None:
    fields = at.fields()
    assert [sum(f.id.startswith(t) for f in fields) for t in ("t2", "t3", "t4")] == [10, 175, 15]
    assert len({f.id for f in fields}) == len({f.label for f in fields}) == 200
    labels = {f.id: f.label for f in fields}
    assert labels["t3.new_received.natural"] == "表三·本年新收·自然人"
    assert labels["t3.denied_secret.natural"] == "表三·不予公开·属于国家秘密·自然人"
    assert labels["t2.regulations.made"] == "表二·规章·本年制发件数"
    assert labels["t2.fees.amount"] == "表二·行政事业性收费"
    assert labels["t4.cases.review_upheld"] == "表四·行政复议·结果维持"
    in_grids = [c.field for t in at.TABLES for c in at.grid(t.id).cells if c.field]
    assert in_grids == [f.id for f in fields]


def test_labels_can_stand_in_formulas() -> None:
    assert not [f.label for f in at.fields() if re.search(r"[“”\"（）()+\-*/=<>、,，\s]", f.label)]


def test_totals_add_up_exactly_what_the_specification_adds_up() -> None:
    assert len(at.TOTAL_FORMULAS) == 34
    for target, formula in at.TOTAL_FORMULAS.items():
        table_id, row, column = target.split(".")
        relation = f"t4_total_{column.removesuffix('_total')}" if table_id == "t4" else f"t3_row_total_{row}"
        if row == "result_total" and column != "total":
            relation = f"t3_results_sum_{column}"
        parts, total = next(r for r in national()["relations"] if r["id"] == relation)["expression"].split("==")
        assert total.strip() == target
        assert NAME.findall(formula) == NAME.findall(parts)


@pytest.mark.parametrize(("table_id", "rows", "columns"), [("t2", 14, 4), ("t3", 28, 10), ("t4", 4, 15)])
def test_grid_is_tiled_without_gap_or_overlap(table_id: str, rows: int, columns: int) -> None:
    grid = at.grid(table_id)
    covered = [
        (r, c)
        for cell in grid.cells
        for r in range(cell.row, cell.row + cell.rowspan)
        for c in range(cell.column, cell.column + cell.colspan)
    ]
    assert sorted(covered) == [(r, c) for r in range(1, rows + 1) for c in range(1, columns + 1)]
    assert (grid.rows, grid.columns) == (rows, columns)
    assert all(bool(cell.text) != bool(cell.field) for cell in grid.cells)


def test_grid_spans_of_the_national_format() -> None:
    def span(table_id: str, text: str) -> list[tuple[int, int, int, int]]:
        return [(c.row, c.column, c.rowspan, c.colspan) for c in at.grid(table_id).cells if c.text == text]

    assert span("t2", "第二十条第（八）项") == [(12, 1, 1, 4)]
    assert span("t2", "本年收费金额（单位：万元）") == [(13, 2, 1, 3)]
    assert span("t3", at.T3_CORNER) == [(1, 1, 3, 3)]
    assert span("t3", "法人或其他组织") == [(2, 5, 1, 5)]
    assert span("t3", "三、本年度办理结果") == [(6, 1, 22, 1)]
    groups = {"（三）不予公开": 8, "（四）无法提供": 3, "（五）不予处理": 5, "（六）其他处理": 3}
    assert {t: span("t3", t)[0][2] for t in groups} == groups
    assert span("t3", "（七）总计") == [(27, 2, 1, 2)]
    assert span("t3", "四、结转下年度继续办理") == [(28, 1, 1, 3)]
    assert span("t4", "行政诉讼") == [(1, 6, 1, 10)]
    assert span("t4", "结果维持") == [(2, 1, 2, 1), (3, 6, 1, 1), (3, 11, 1, 1)]


# ---------------------------------------------------------------- rules


def test_rules_are_the_relations_of_the_specification() -> None:
    wanted = {r["id"]: r for r in national()["relations"] if r["scope"] in ("report", "cross_year")}
    rules = {r.id: r for r in forms_annual_rules.rules() if r.id}
    assert len(wanted) == 57
    assert rules.keys() == wanted.keys()
    for rule_id, rule in rules.items():
        other = wanted[rule_id]
        assert rule.level == LEVELS[other["severity"]], rule_id
        assert rule.message != other["message"]
        if rule_id.startswith("all_"):
            continue
        operands = [f"prev.{n}" if last_year else n
                    for last_year, n in re.findall(rf"(上年\()?({NAME.pattern})", rule.formula)]  # fmt: skip
        assert operands == NAME.findall(other["expression"]), rule_id
        marks = re.findall(r">=|==|=|\+|-", re.sub(r"SUM\(([^)]*)\)", lambda m: m[1].replace(",", "+"), rule.formula))
        if rule_id != "t2_regulations_authority":
            assert marks == [m.replace("==", "=") for m in re.findall(r">=|==|\+|-", other["expression"])], rule_id


def test_rules_that_are_no_plain_equation() -> None:
    rules = {r.id: r.formula for r in forms_annual_rules.rules()}
    assert rules["all_counts_nonneg_int"] == "非负整数(表二件数,表三,表四)"
    assert rules["all_cells_filled"] == "空格数(表二,表三,表四)=0"
    assert '单位.可制定规章=""' in rules["t2_regulations_authority"]  # not stated = not evaluated


@pytest.mark.parametrize("form", ["年报数据", "任务进展"])
def test_every_rule_speaks_politely_and_completely(form: str) -> None:
    rows = table_rows(form, "校验")
    assert len({r["编号"] for r in rows}) == len(rows)
    for row in rows:
        assert row["级别"] in ("须修改", "须说明", "提示")
        assert re.fullmatch(r"(?:年报-(?:表[二三四]|通用|跨年|文字)|进展)-\d\d", row["编号"])
        assert row["提示"].endswith("。") and row["改法"].endswith("。") and row["依据"]
        assert re.search("请|建议|可选", row["改法"]), row
        assert not re.search("[!！]|[a-z]_[a-z]|t[234]\\.", row["提示"] + row["改法"] + row["依据"])
        if row["级别"] == "须说明":
            assert "情况说明" in row["改法"]


# ---------------------------------------------------------------- workbooks


def tags_of(form: str) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for sheet in book(form):
        if sheet.title not in DEFINITIONS:
            for line in sheet.iter_rows():
                for cell in line:
                    for tag in re.findall(r"\{\{(.+?)\}\}", str(cell.value or "")):
                        tags.setdefault(tag, []).append(f"{sheet.title}!{cell.coordinate}")
    return tags


@pytest.mark.parametrize("form", ["年报数据", "任务进展"])
def test_every_field_has_one_place_and_every_tag_a_meaning(form: str) -> None:
    names = [r["字段"] for r in table_rows(form, "字段")]
    tags = tags_of(form)
    assert len(set(names)) == len(names)
    assert {n: len(tags.get(n, [])) for n in names} == dict.fromkeys(names, 1)
    layout = {"单位.名称", "周期"} | {f"上年.narrative.{p}" for p in ("overview", "problems", "other_matters")}
    assert set(tags) - set(names) <= layout
    for row in table_rows(form, "字段"):
        assert row["类型"] in TYPES
        assert not re.search("[!！]", row["填写说明"])


def test_annual_fields() -> None:
    rows = {r["字段"]: r for r in table_rows("年报数据", "字段")}
    assert len(rows) == 200 + 9 + 3
    assert [n for n in rows if n.startswith("prev.")] == [f"prev.{n}" for n in forms_annual.PREVIOUS]
    assert rows["prev.t3.carried_out.natural"]["预填自"] == "上年.t3.carried_out.natural"
    assert rows["prev.t3.carried_out.natural"]["锁定"] == "有值时"
    totals = {n: r["预填自"] for n, r in rows.items() if r["预填自"].startswith("=")}
    assert totals == {n: f"={f}" for n, f in at.TOTAL_FORMULAS.items()}
    assert all(rows[n]["锁定"] == "否" for n in totals)
    assert {r["必填"] for r in rows.values()} == {"否"}
    assert rows["t2.fees.amount"]["类型"] == "金额" and "万元" in rows["t2.fees.amount"]["填写说明"]
    assert all(r["对外公开"] == ("否" if n.startswith("prev.") else "是") for n, r in rows.items())


def test_annual_settings() -> None:
    settings = {r["项"]: r["值"] for r in table_rows("年报数据", "设置")}
    assert (settings["周期"], settings["填报单位"]) == ("年", "全部")
    assert settings["报送期限"] == "DATE(YEAR(周期末)+1,1,31)"
    counted = settings["区块.表二件数"].split("、")
    assert len(counted) == 9 and "t2.fees.amount" not in counted


def test_progress_columns_options_and_settings() -> None:
    sheet = book("任务进展")["进展"]
    header = [c.value for c in sheet[3]]
    assert header == [
        "任务编号", "序号", "任务", "工作要求", "角色", "完成时限", "上期情况", "完成情况", "完成日期", "进展说明",
        "佐证", "责任科室", "责任人",
    ]  # fmt: skip
    assert [c.value for c in sheet[4]] == [f"{{{{进展.{h}}}}}" for h in header]
    assert [r["字段"] for r in table_rows("任务进展", "字段")] == [f"进展.{h}" for h in header]
    assert tuple(r["值"] for r in table_rows("任务进展", "选项")) == STATUSES
    settings = {r["项"]: r["值"] for r in table_rows("任务进展", "设置")}
    assert (settings["周期"], settings["填报单位"], settings["清单"]) == ("月", "有任务的单位", "进展")
    assert settings["报送期限"] == "工作日后(周期末,5)"
    assert settings["锁定行.进展"] == '完成情况="已完成"'
    assert sheet.row_dimensions[4].height is None  # each issued row is to grow with its text


@pytest.mark.parametrize("form", ["年报数据", "任务进展"])
def test_no_cell_is_a_formula_and_formulas_stay_text_when_edited(form: str) -> None:
    for sheet in book(form):
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type in ("s", "n")
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert cell.quotePrefix and cell.number_format == "@"


@pytest.mark.parametrize(("sheet", "table_id"), [("表二", "t2"), ("表三", "t3"), ("表四", "t4")])
def test_sheets_carry_the_national_grid(sheet: str, table_id: str) -> None:
    page, grid = book("年报数据")[sheet], at.grid(table_id)
    merges = {m.coord for m in page.merged_cells.ranges}
    for cell in grid.cells:
        here = page.cell(cell.row + 3, cell.column)
        assert here.value == (cell.text or "{{" + cell.field + "}}")
        assert here.protection.locked == bool(cell.text)
        if (cell.rowspan, cell.colspan) != (1, 1):
            end = page.cell(cell.row + 2 + cell.rowspan, cell.column + cell.colspan - 1).coordinate
            assert f"{here.coordinate}:{end}" in merges
        if cell.text and cell.rowspan == 1:  # merged cells do not grow: the label must fit as it is
            columns = [get_column_letter(cell.column + n) for n in range(cell.colspan)]
            width = sum(page.column_dimensions[x].width for x in columns)
            assert lines_needed(cell.text, width - 2) * 14 <= page.row_dimensions[cell.row + 3].height
    assert page.page_setup.paperSize == 9 and page.page_setup.fitToWidth == 1
    assert page.sheet_properties.pageSetUpPr.fitToPage


# ---------------------------------------------------------------- bytes


def parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return [(i.filename, packed.read(i)) for i in packed.infolist()]


def test_bytes_are_the_same_on_every_run() -> None:
    assert builtin_forms() == built()
    for data in built().values():
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            assert {i.date_time for i in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert {(i.create_system, i.external_attr) for i in packed.infolist()} == {(3, 0o644 << 16)}
            stamps = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", packed.read("docProps/core.xml"))
        assert stamps == [b"2024-01-01T00:00:00Z"] * 2


def test_the_repository_holds_what_the_script_makes() -> None:
    """Compared part by part: another zlib may pack the same parts into other bytes."""
    for name, data in built().items():
        stored = (ROOT / "templates" / "xlsx" / name).read_bytes()
        assert parts(stored) == parts(data), f"run: python -m toolkit.builtin.forms templates/xlsx ({name})"


def test_writing(tmp_path: pathlib.Path) -> None:
    written = write_builtin_forms(tmp_path / "新 文件夹")
    assert {p.name: p.read_bytes() for p in written} == built()


# ---------------------------------------------------------------- the forms as the product reads them


def test_forms_are_read_without_findings() -> None:
    for name, data in built().items():
        form, findings = read_form(data, name)
        assert form is not None and findings == ()
        assert form.id == name.removesuffix(".xlsx")
        if form.id == "年报数据":
            assert sum(1 for r in form.rules if r.id) == 57
            assert {b: len(f) for b, f in form.blocks.items()} == {"表二": 10, "表二件数": 9, "表三": 175, "表四": 15}
            assert all(f.place for f in form.fields)
        else:
            rows = form.list("进展")
            assert rows is not None and rows.by_task and len(rows.fields) == 13
            assert len(form.rules) == len(forms_progress.rules())


def verdict(formula: str, form: str, values: Mapping[tuple[str, str], Value], row_list: str = "") -> object:
    """A rule as the batch computes it; values by (kind of operand, name), what is absent is blank or unknown."""
    compiled = compile_formula(formula, schema_of(form_as_read(form), row_list))
    return compiled(tuple(values.get((o.kind, o.name), None) for o in compiled.operands))


@cache
def form_as_read(name: str) -> Form:
    form, _ = read_form(built()[f"{name}.xlsx"], name)
    assert form is not None
    return form


def progress(no: str, now: Mapping[str, Value], before: Mapping[str, Value] | None = None) -> object:
    rule = next(r for r in forms_progress.rules() if r.no == f"进展-{no}")
    row: dict[str, Value] = dict.fromkeys(("完成情况", "完成日期", "进展说明", "佐证"), "")
    values = {("field", k): v for k, v in (row | dict(now)).items()}
    values |= {("previous", k): v for k, v in (before or {}).items()}
    values["field", "周期末"] = Period("2024-06").end
    return verdict(rule.formula, "任务进展", values, "进展")


DONE = {"完成情况": "已完成", "完成日期": date(2024, 6, 30)}


@pytest.mark.parametrize(
    ("no", "now", "before", "passes"),
    [
        ("01", DONE, {}, True),
        ("01", {**DONE, "完成日期": date(2024, 7, 1)}, {}, False),
        ("01", {"完成情况": "已完成"}, {}, True),  # an empty day is the required formula's matter
        ("02", {**DONE, "完成日期": date(2024, 1, 1)}, {}, True),
        ("02", {**DONE, "完成日期": date(2023, 12, 31)}, {}, False),
        ("03", {**DONE, "完成情况": "进行中"}, {}, False),
        ("03", {"完成情况": "进行中"}, {}, True),
        ("04", {"完成情况": "本期无新进展"}, {}, False),
        ("04", {"完成情况": "本期无新进展"}, {"完成情况": "进行中"}, True),
        ("05", {"完成情况": "不涉及"}, {}, False),
        ("05", {"完成情况": "申请调整"}, {}, False),
        ("05", {"完成情况": "持续推进"}, {}, True),
        ("06", {"完成情况": "进行中"}, {"完成情况": "已完成"}, False),
        ("06", {"完成情况": "本期无新进展"}, {"完成情况": "已完成"}, True),
        ("06", {"完成情况": "进行中"}, {"完成情况": "未启动"}, True),
        ("07", DONE, {}, False),
        ("08", {"进展说明": "正在办理"}, {}, False),
        ("08", {"进展说明": ""}, {}, True),
        (
            "09",
            {"完成情况": "进行中", "进展说明": "已印发方案"},
            {"进展说明": "已印发方案", "完成情况": "进行中"},
            False,
        ),
        (
            "09",
            {**DONE, "进展说明": "已印发方案"},
            {"进展说明": "已印发方案", "完成情况": "已完成"},
            True,
        ),  # carried over
        ("10", DONE, {}, False),
        ("10", {**DONE, "佐证": "网站“政策解读”栏目"}, {}, True),
    ],
)
def test_progress_rules(no: str, now: dict[str, Value], before: dict[str, Value], passes: bool) -> None:
    assert progress(no, now, before) is passes


@pytest.mark.shared
@pytest.mark.parametrize("sample", sorted(p.stem for p in SAMPLES.glob("*.json")) or ["none"])
def test_rules_judge_real_reports_as_they_were_judged_by_hand(sample: str) -> None:
    path = SAMPLES / f"{sample}.json"
    if not path.exists():
        pytest.skip("the transcribed reports are not beside the project")
    report = json.loads(path.read_text("utf-8"))
    cells = {
        f"{t}.{row}.{column}": value
        for t, rows in report["tables"].items()
        for row, columns in rows.items()
        for column, value in columns.items()
    }
    if any(n.startswith("t3.other_result.") for n in cells):  # an old print shows （六） as one row: filled as 其他
        for column in at.table("t3").value_columns:
            cells[f"t3.other_misc.{column.id}"] = cells.get(f"t3.other_result.{column.id}", 0)
    schema = schema_of(form_as_read("年报数据"))
    rules = {r.id: r.formula for r in forms_annual_rules.rules()}
    judged = 0
    for check in report["checks"]:
        if check["status"] not in ("holds", "violated") or not check["id"].startswith(("t2_valid", "t3_", "t4_")):
            continue
        compiled = compile_formula(rules[check["id"]], schema)
        values = tuple(cells[o.name] if cells[o.name] is not None else "" for o in compiled.operands)
        assert compiled(tuple(_exact(v) for v in values)) is (check["status"] == "holds"), check
        judged += 1
    assert judged >= 10


def _exact(value: Any) -> Value:
    return Decimal(str(value)) if isinstance(value, float) else value
