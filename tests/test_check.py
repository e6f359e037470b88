"""Rules over a draft: what is violated, where it points, what only follows from it, and what the verdict is."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import codes, form, rule, told

from toolkit.builtin.forms_annual import annual_form
from toolkit.builtin.forms_progress import progress_form
from toolkit.calendar import WorkCalendar
from toolkit.findings import Finding, Level, finding
from toolkit.forms.check import CheckContext, check, explained, level_at, verdict
from toolkit.forms.design import read_form
from toolkit.forms.form import Form
from toolkit.forms.order import Order, OrderRow, ticket
from toolkit.model import Draft, Filled, Period, Unit, Value, Verdict
from toolkit.office.references import address

UNIT = Unit("001", "区教育局", can_make_regulations=False)


def context(period: str = "2024-05", as_of: date = date(2024, 6, 3), **more: Any) -> CheckContext:
    return CheckContext(UNIT, Period(period), as_of, WorkCalendar(), **more)


def draft(
    what: Form,
    cells: Mapping[str, Value],
    rows: Sequence[Mapping[str, Value]] = (),
    notes: Sequence[tuple[str, str, str]] = (),
) -> Draft:
    """Values at the places of the form; rows of its first list from its tag row on."""
    places = {f.name: f.place for f in what.fields if f.place}
    filled = {n: Filled(v, places[n].sheet, address(places[n].row, places[n].column)) for n, v in cells.items()}
    lists: dict[str, tuple[Mapping[str, Filled], ...]] = {}
    for form_list in what.lists[:1]:
        columns = {f.name: f.place.column for f in form_list.fields if f.place}
        lists[form_list.name] = tuple(
            {n: Filled(v, form_list.sheet, address(form_list.tag_row + i, columns[n])) for n, v in row.items()}
            for i, row in enumerate(rows)
        )
    lists["情况说明"] = tuple(
        {k: Filled(v, "情况说明", "A8") for k, v in zip(("规则", "位置", "说明"), note, strict=True)} for note in notes
    )
    return Draft(what.id, filled, lists)


# ---------------------------------------------------------------- the annual report


@pytest.fixture(scope="module")
def annual() -> Form:
    read, found = read_form(annual_form(), "年报数据.xlsx")
    assert read is not None, found
    return replace(read, edition=1)


def whole(what: Form, totals: bool = True, **changes: Value) -> dict[str, Value]:
    """A report of zeros in which every relation holds; changes by name with __ for the dots. Totals follow the parts
    as their formulas would, unless `totals` is False (somebody typed over them)."""
    values: dict[str, Value] = {f.name: 0 for f in what.fields if not f.name.startswith(("prev.", "narrative."))}
    values |= {f.name: "无" for f in what.fields if f.name.startswith("narrative.")}
    values |= {f.name: "" for f in what.fields if f.name.startswith("prev.")}
    given_ = {k.replace("__", "."): v for k, v in changes.items()}
    values |= given_
    for _ in range(3 if totals else 0):
        for f in what.fields:
            if f.prefill.startswith("=") and f.name not in given_:
                parts = f.prefill.removeprefix("=").removeprefix("SUM(").removesuffix(")").replace(",", "+").split("+")
                values[f.name] = sum(v for p in parts if isinstance(v := values[p.strip()], int))
    return values


def of(what: Form, values: Mapping[str, Value], **more: Any) -> tuple[Finding, ...]:
    return check(draft(what, values), what, context("2024", date(2025, 1, 20), **more))


def roots(found: Sequence[Finding]) -> list[str]:
    return [f.rule for f in found if f.consequence_of is None]


def test_a_report_that_balances_has_no_finding(annual: Form) -> None:
    assert of(annual, whole(annual)) == ()
    figures = whole(
        annual, t3__new_received__natural=5, t3__carried_in__natural=1, t3__granted__natural=4, t3__partial__natural=1,
        t3__carried_out__natural=1, t4__cases__review_upheld=2,
    )  # fmt: skip
    assert of(annual, figures) == ()


def test_one_wrong_cell_is_one_error(annual: Form) -> None:
    found = of(annual, whole(annual, t3__new_received__natural=3, t3__granted__natural=2))
    assert {f.rule for f in found} == {"t3_balance_natural", "t3_balance_total"}
    assert roots(found) == ["t3_balance_natural"]
    first = found[0]
    assert (first.code, first.level, first.rule_no) == ("TAB-101", Level.FIX, "年报-表三-01")
    assert "左边合计 3，右边合计 2" in first.message and first.basis and first.remedy
    place = next(f.place for f in annual.fields if f.name == "t3.new_received.natural")
    assert place and (first.sheet, first.cell, first.field) == (
        place.sheet,
        address(place.row, place.column),
        "t3.new_received.natural",
    )
    assert first.value == "3" and first.label == "表三·本年新收·自然人"


def test_a_wrong_sum_points_at_the_total(annual: Form) -> None:
    found = of(
        annual, whole(annual, t4__cases__review_upheld=10, t4__cases__review_corrected=1, t4__cases__review_total=0)
    )
    assert [f.rule for f in found] == ["t4_total_review"]
    assert found[0].field == "t4.cases.review_total" and found[0].value == "0"
    assert "左边合计 11，右边 0" in found[0].message


def test_two_wrong_columns_are_two_errors_and_the_total_follows(annual: Form) -> None:
    found = of(annual, whole(annual, t3__new_received__natural=3, t3__new_received__legal=2))
    assert roots(found) == ["t3_balance_natural", "t3_balance_legal"]
    assert {f.rule: f.consequence_of for f in found}["t3_balance_total"] == "t3_balance_natural"


def test_the_total_column_alone_is_no_consequence(annual: Form) -> None:
    """Parts balance, a typed total does not: the row total is the error, the column of totals follows."""
    found = of(annual, whole(annual, t3__carried_out__total=1))
    assert roots(found) == ["t3_row_total_carried_out"]
    assert {f.rule for f in found} == {"t3_row_total_carried_out", "t3_balance_total"}


def test_a_wrong_total_of_totals_is_one_error(annual: Form) -> None:
    found = of(annual, whole(annual, t3__result_total__total=2))
    assert len(roots(found)) == 1 and len(found) == 3


def test_typed_totals_and_one_wrong_part(annual: Form) -> None:
    """Nobody knows the right number, but one cell explains both relations: one error."""
    found = of(annual, whole(annual, False, t3__new_received__natural=1))
    assert {f.rule for f in found} == {"t3_balance_natural", "t3_row_total_new_received"}
    assert len(roots(found)) == 1


def test_independent_errors_stay_apart(annual: Form) -> None:
    found = of(
        annual,
        whole(
            annual,
            t3__new_received__natural=3,
            t4__cases__direct_total=4,
            t2__normative__made=2,
            t2__normative__valid=1,
        ),
    )
    assert roots(found) == ["t3_balance_natural", "t2_valid_floor_normative", "t4_total_direct"]


@given(
    st.dictionaries(
        st.sampled_from(
            ("new_received", "carried_in", "granted", "partial", "denied_query", "other_misc", "carried_out")
        ),
        st.integers(0, 9),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(("natural", "commercial", "research")),
)
def test_a_violated_report_always_has_a_cause(annual: Form, changed: dict[str, int], column: str) -> None:
    found = of(annual, whole(annual, **{f"t3__{row}__{column}": v for row, v in changed.items()}))
    violated = {f.rule for f in found}
    for f in found:
        assert f.consequence_of is None or f.consequence_of in set(roots(found)) & violated
    assert not violated or roots(found)


def test_blank_counts_as_nothing_in_a_relation_but_is_said(annual: Form) -> None:
    found = of(
        annual, whole(annual, t3__new_received__natural=1, t3__carried_out__natural=1, t3__new_received__total="")
    )
    assert "t3_row_total_new_received" in roots(found)
    filled = next(f for f in found if f.rule == "all_cells_filled")
    assert filled.level is Level.EXPLAIN and filled.field == "t3.new_received.total" and "共 1 格" in filled.message


@pytest.mark.parametrize("mark", ["/", "—", "-", "无", ""])
def test_marks_for_nothing_are_nothing(annual: Form, mark: str) -> None:
    assert {f.rule for f in of(annual, whole(annual, t3__granted__legal=mark))} == {"all_cells_filled"}


def test_bad_counts_are_named(annual: Form) -> None:
    found = of(annual, whole(annual, t2__licensing__processed=-1, t2__coercion__processed=Decimal("2.5")))
    assert [f.rule for f in found] == ["all_counts_nonneg_int"]
    assert found[0].field == "t2.licensing.processed" and "共 2 格" in found[0].message


def test_a_cell_with_a_type_finding_is_not_judged_again(annual: Form) -> None:
    assert of(annual, whole(annual, t3__new_received__natural="12件")) == ()
    assert of(annual, whole(annual, t3__new_received__natural=None)) == ()


def test_unreadable_cells_do_not_hide_other_bad_counts(annual: Form) -> None:
    found = of(annual, whole(annual, t3__granted__legal="约2", t2__licensing__processed=-1))
    assert [f.field for f in found if f.rule == "all_counts_nonneg_int"] == ["t2.licensing.processed"]


def test_a_cell_that_could_not_be_located_is_not_judged(annual: Form) -> None:
    values = whole(annual, t3__new_received__natural=3)
    del values["t3.carried_out.natural"]
    assert "t3_balance_natural" not in {f.rule for f in of(annual, values)}


def test_last_year_from_the_accepted_report(annual: Form) -> None:
    known = whole(annual, t3__carried_out__natural=2)
    found = of(annual, whole(annual), last_year=known)
    assert roots(found) == ["xy_carry_natural"]
    assert {f.rule for f in found} == {"xy_carry_natural", "xy_carry_total"}
    assert "右边 2" in found[0].message and "自填" not in found[0].message


def test_last_year_typed_by_the_unit_is_said(annual: Form) -> None:
    found = of(annual, whole(annual, prev__t3__carried_out__natural=2))
    assert [f.rule for f in found] == ["xy_carry_natural"]
    assert "上年数为本单位自填" in found[0].message


def test_last_year_unknown_is_not_judged(annual: Form) -> None:
    moved = whole(annual, t3__carried_in__natural=1, t3__granted__natural=1, t2__normative__valid=9)
    assert of(annual, moved) == ()


def test_rules_of_one_unit_only(annual: Form) -> None:
    values = whole(annual, t2__regulations__made=1, t2__regulations__valid=1)
    assert [f.rule for f in of(annual, values)] == ["t2_regulations_authority"]
    assert of(annual, values)[0].field == "t2.regulations.made"
    other = replace(context("2024", date(2025, 1, 20)), unit=replace(UNIT, can_make_regulations=None))
    assert check(draft(annual, values), annual, other) == ()


def test_a_floor_explains_the_year_to_year_difference_but_never_hides_a_heavier_one(annual: Form) -> None:
    found = of(annual, whole(annual, t2__normative__made=5, t2__normative__valid=1, prev__t2__normative__valid=3))
    assert {f.rule: f.consequence_of for f in found} == {
        "t2_valid_floor_normative": None,
        "xy_valid_normative": "t2_valid_floor_normative",
    }


# ---------------------------------------------------------------- row rules and required fields


@pytest.fixture(scope="module")
def progress() -> Form:
    read, found = read_form(progress_form(), "任务进展.xlsx")
    assert read is not None, found
    return replace(read, edition=1)


ROW: dict[str, Value] = {
    "任务编号": "2024-001", "序号": "1", "任务": "甲", "工作要求": "要求", "角色": "牵头", "完成时限": "", "上期情况": "",
    "完成情况": "进行中", "完成日期": "", "进展说明": "已组织培训两次", "佐证": "", "责任科室": "", "责任人": "",
}  # fmt: skip


def row(**changes: Value) -> dict[str, Value]:
    return {**ROW, **changes}


def test_rows_are_judged_one_by_one(progress: Form) -> None:
    rows = [row(), row(任务编号="2024-002", 完成情况="已完成", 完成日期=date(2024, 6, 2), 佐证="文件")]
    found = check(draft(progress, {}, rows), progress, context())
    assert [(f.code, f.rule, f.cell, f.field) for f in found] == [("ROW-101", "进展-01", "I5", "进展.完成日期")]
    assert found[0].value == "2024-06-02"


def test_required_by_formula(progress: Form) -> None:
    rows = [row(完成情况="已完成", 佐证="x"), row(任务编号="2", 完成情况=""), row(任务编号="3", 进展说明="")]
    found = check(draft(progress, {}, rows), progress, context())
    assert told(found) == [("IN-515", "I4"), ("IN-515", "H5"), ("IN-515", "J6")]
    assert "完成日期" in found[0].message


def test_last_period_decides_whether_nothing_new_is_possible(progress: Form) -> None:
    rows = [row(完成情况="本期无新进展", 进展说明="")]
    assert [f.rule for f in check(draft(progress, {}, rows), progress, context())] == ["进展-04"]
    before = {"进展": {("2024-001", "牵头"): {"完成情况": "进行中", "进展说明": "上期"}}}
    assert check(draft(progress, {}, rows), progress, context(previous_rows=before)) == ()


def test_last_period_may_come_with_the_order(progress: Form) -> None:
    issued = OrderRow(ROW, previous={"完成情况": "进行中"})
    order = Order(ticket("任务进展", 1, "区教育局", "2024-05", "1"), rows={"进展": (issued,)})
    rows = [row(完成情况="本期无新进展", 进展说明="")]
    assert check(draft(progress, {}, rows), progress, context(order=order)) == ()


def test_a_row_carried_over_as_a_whole_is_nobodys_to_correct(progress: Form) -> None:
    done = row(完成情况="已完成", 完成日期=date(2023, 5, 8), 进展说明="")
    order = Order(ticket("任务进展", 1, "区教育局", "2024-05", "1"), rows={"进展": (OrderRow(done, locked=True),)})
    assert check(draft(progress, {}, [done]), progress, context(order=order)) == ()
    assert codes(check(draft(progress, {}, [done]), progress, context())) == ["ROW-101"] * 3


def test_a_whole_column_can_be_asked_for() -> None:
    what = form(
        {"册": "| 编号 | 数 |\n| {{册.编号}} | {{册.数}} |"},
        {"册.编号": {"type": "文本"}, "册.数": {"type": "整数"}},
        lists=("册",),
        rules=[rule("重复", "出现次数(册.编号,编号)=1", scope="册"), rule("合计", "SUM(册.数)<=5")],
    )
    rows: list[dict[str, Value]] = [{"编号": "a", "数": 1}, {"编号": "b", "数": 2}, {"编号": "a", "数": 3}]
    found = check(draft(what, {}, rows), what, context())
    assert [(f.rule, f.cell) for f in found] == [("合计", ""), ("重复", "A2"), ("重复", "A4")]
    rows[1]["数"] = "二"
    assert [f.rule for f in check(draft(what, {}, rows), what, context())] == ["重复", "重复"]


def test_required_single_fields() -> None:
    what = form(
        {"表": "| 甲 | {{甲}} |\n| 乙 | {{乙}} |\n| 丙 | {{丙}} |"},
        {
            "甲": {"type": "文本", "required": "是"},
            "乙": {"type": "整数", "required": '甲="有"'},
            "丙": {"type": "文本"},
        },
    )
    assert told(check(draft(what, {"甲": "", "乙": "", "丙": ""}), what, context())) == [("IN-515", "B1")]
    assert told(check(draft(what, {"甲": "有", "乙": "", "丙": ""}), what, context())) == [("IN-515", "B2")]
    assert check(draft(what, {"甲": "有", "乙": "/", "丙": ""}), what, context()) == ()
    assert check(draft(what, {}), what, context()) == ()


# ---------------------------------------------------------------- trial


@pytest.mark.parametrize(
    ("trial", "effective", "level"),
    [
        (None, None, Level.FIX),
        (None, date(2024, 1, 1), Level.FIX),
        (None, date(2025, 1, 1), None),
        (date(2024, 1, 1), date(2025, 1, 1), Level.NOTE),
        (date(2024, 7, 1), date(2025, 1, 1), None),
        (date(2024, 1, 1), date(2024, 6, 3), Level.FIX),
        (date(2024, 6, 3), None, Level.NOTE),
        (date(2024, 6, 4), None, None),
    ],
)
def test_rules_on_trial_only_note(trial: date | None, effective: date | None, level: Level | None) -> None:
    tried = rule("试", "甲=1", trial_from=trial, effective_from=effective)
    assert level_at(tried, date(2024, 6, 3)) is level
    what = form({"表": "| 甲 | {{甲}} |"}, {"甲": {"type": "整数"}}, rules=[tried])
    assert [f.level for f in check(draft(what, {"甲": 2}), what, context())] == ([level] if level else [])


# ---------------------------------------------------------------- verdict


def said(level: Level, **more: Any) -> Finding:
    place = {"rule": "t2_valid", "rule_no": "年报-表二-01", "sheet": "表二", "cell": "D6", "label": "现行有效", **more}
    return finding("TAB-101", level=level, place=place, message="不一致。", remedy="请核对。")


FIX, EXPLAIN, NOTE = said(Level.FIX), said(Level.EXPLAIN), said(Level.NOTE)


def noted(*notes: tuple[str, str, str]) -> Draft:
    what = form({"表": "| 甲 | {{甲}} |"}, {"甲": {"type": "整数"}})
    return draft(what, {}, notes=notes)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((), Verdict.ACCEPTED),
        ((NOTE,), Verdict.ACCEPTED_WITH_NOTES),
        ((EXPLAIN,), Verdict.RETURNED),
        ((NOTE, FIX), Verdict.RETURNED),
        ((FIX, finding("IN-204")), Verdict.REFUSED),
    ],
)
def test_verdicts(findings: tuple[Finding, ...], expected: Verdict) -> None:
    assert verdict(findings, noted()) is expected


@pytest.mark.parametrize(
    ("note", "counts"),
    [
        (("年报-表二-01", "", "因清理"), True),
        (("年报－表二－01", "D6", "因清理"), True),
        (("t2_valid", "表二!D6", "因清理"), True),
        (("年报-表二-02、年报-表二-01", "现行有效", "因清理"), True),
        (("年报-表二-01", "D7", "因清理"), False),
        (("年报-表二-02", "", "因清理"), False),
        (("年报-表二-01", "", ""), False),
    ],
)
def test_what_an_explanation_covers(note: tuple[str, str, str], counts: bool) -> None:
    assert bool(explained(noted(note), EXPLAIN)) is counts
    assert verdict((EXPLAIN,), noted(note)) is (Verdict.ACCEPTED_WITH_NOTES if counts else Verdict.RETURNED)
    assert verdict((FIX,), noted(note)) is Verdict.RETURNED


@pytest.mark.parametrize(
    ("place", "counts"),
    [
        ("2024-001", True),
        ("2024-001（牵头）", True),
        ("2024-001@牵头", True),
        ("第4行", True),
        ("2024-002", False),
        ("", True),
    ],
)
def test_a_row_is_named_by_its_task(progress: Form, place: str, counts: bool) -> None:
    filled = draft(progress, {}, [row(完成情况="不涉及", 进展说明="")], [("进展-05", place, "无此职责")])
    found = check(filled, progress, context())
    assert [f.rule for f in found] == ["进展-05"]
    assert bool(explained(filled, found[0])) is counts


def test_a_consequence_is_explained_and_waived_with_its_cause() -> None:
    effect = said(Level.EXPLAIN, rule="folgt", rule_no="年报-表二-09", cell="E6", consequence_of="t2_valid")
    note = noted(("年报-表二-01", "", "因清理"))
    assert verdict((EXPLAIN, effect), note) is Verdict.ACCEPTED_WITH_NOTES
    heavy = replace(effect, level=Level.FIX)
    assert verdict((FIX, heavy), note) is Verdict.RETURNED
    assert verdict((FIX, heavy), note, ("t2_valid",)) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("waived", "expected"),
    [(("年报-表二-01",), Verdict.ACCEPTED), (("IN-402",), Verdict.RETURNED), ((), Verdict.RETURNED)],
)
def test_waived_rules_do_not_count(waived: tuple[str, ...], expected: Verdict) -> None:
    assert verdict((FIX,), noted(), waived) is expected
    assert verdict((finding("IN-402"),), noted(), ("IN-402",)) is Verdict.ACCEPTED
    assert verdict((finding("IN-204"),), None, ("IN-204",)) is Verdict.REFUSED


# ---------------------------------------------------------------- real reports

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "shared" / "samples" / "annual"


def sample_values(tables: Mapping[str, Any]) -> dict[str, Value]:
    """Cells as printed; a merged （六） stands in other_misc with 0 in the two rows above; unread cells are absent."""
    values: dict[str, Value] = {}
    for table, rows in tables.items():
        for name, columns in rows.items():
            for column, value in columns.items():
                values[f"{table}.{name}.{column}"] = Decimal(str(value)) if isinstance(value, float) else value
    for name in [n for n in values if n.startswith("t3.other_result.")]:
        column = name.rpartition(".")[2]
        if values[name] is not None:
            values |= {f"t3.{r}.{column}": 0 for r in ("other_no_correction", "other_no_payment")}
            values[f"t3.other_misc.{column}"] = values[name]
    return {n: v for n, v in values.items() if v is not None and not n.startswith("t3.other_result.")}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published reports lie beside the project, not in it")
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_published_reports_violate_what_was_found_by_hand(annual: Form, path: pathlib.Path) -> None:
    report = json.loads(path.read_text(encoding="utf-8"))
    values = sample_values(report["tables"])
    places = {f.name for f in annual.fields}
    found = of(annual, {n: v for n, v in values.items() if n in places})
    judged = {c["id"]: c["status"] for c in report["checks"] if c["id"] in {r.id for r in annual.rules}}
    judged = {k: v for k, v in judged.items() if not k.startswith(("xy_", "t2_regulations", "all_cells"))}
    expected = {k for k, v in judged.items() if v == "violated"}
    assert {f.rule for f in found} & set(judged) == expected
