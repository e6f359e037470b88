"""The relations of the statutory annual report, written in the rule language, against real published reports."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from toolkit.builtin import annual_table as at
from toolkit.builtin.forms_annual_rules import rules
from toolkit.model import Value
from toolkit.rules.formula import Schema
from toolkit.rules.python import NOT_COMPUTED, Compiled, compile_rule

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared"
NATIONAL = SHARED / "domain" / "annual-report.json"
SAMPLES = sorted((SHARED / "samples" / "annual").glob("*.json"))
FIELDS = {f.id: f.type for f in at.fields()}
SCHEMA = Schema(
    fields={**FIELDS, "单位.可制定规章": "文本", **{f"narrative.{s.id}": "长文本" for s in at.SECTIONS}},
    labels={f.label: f.id for f in at.fields()},
    blocks={
        "表二": tuple(n for n in FIELDS if n.startswith("t2.")),
        "表二件数": tuple(n for n in FIELDS if n.startswith("t2.") and n != "t2.fees.amount"),
        "表三": tuple(n for n in FIELDS if n.startswith("t3.")),
        "表四": tuple(n for n in FIELDS if n.startswith("t4.")),
    },
)
WORDED = {
    "t2_regulations_authority": 'OR(单位.可制定规章="是",AND(t2.regulations.made=0,t2.regulations.repealed=0,'
    "t2.regulations.valid=0))",
    "all_counts_nonneg_int": "非负整数(表二件数,表三,表四)",
    "all_cells_filled": "空格数(表二,表三,表四)=0",
}


def in_our_words(relation: Mapping[str, str]) -> str:
    """A relation of the national material as a formula; three are prose there."""
    if relation["id"] in WORDED:
        return WORDED[relation["id"]]
    return re.sub(r"prev\.([\w.]+)", r"上年(\1)", relation["expression"]).replace("==", "=")


def relations() -> dict[str, str]:
    """id → formula of the 57 relations inside a report and between two years."""
    if not NATIONAL.exists():
        pytest.skip("the material beside the project is not here")
    found = json.loads(NATIONAL.read_text(encoding="utf-8"))["relations"]
    return {r["id"]: in_our_words(r) for r in found if r["scope"] in ("report", "cross_year")}


def verdict(
    rule: Compiled, cells: Mapping[str, Value], last_year: Mapping[str, Value], regulations: str = "否"
) -> object:
    facts: Mapping[str, Value] = {**cells, "单位.可制定规章": regulations}
    return rule([facts.get(o.name) if o.kind == "field" else last_year.get(o.name) for o in rule.operands])


def cells_of(report: Mapping[str, Any]) -> dict[str, Value]:
    """A transcribed report as field values; a merged row （六） stands in other_misc, with 0 in the rows above it."""
    tables = {name: dict(rows) for name, rows in report["tables"].items() if rows}
    merged = tables.get("t3", {}).pop("other_result", None)
    if merged:
        tables["t3"] |= {row: dict.fromkeys(merged, 0) for row in ("other_no_correction", "other_no_payment")}
        tables["t3"]["other_misc"] = merged
    out: dict[str, Value] = {}
    for name, rows in tables.items():
        for row, columns in rows.items():
            for column, value in (columns or {}).items():
                out[f"{name}.{row}.{column}"] = Decimal(str(value)) if isinstance(value, float) else value
    return out


def test_all_57_relations_compile_and_hold_on_an_empty_report_but_for_the_empty_cells() -> None:
    zero: dict[str, Value] = dict.fromkeys(FIELDS, 0)
    blank: dict[str, Value] = dict.fromkeys(FIELDS, "")
    assert len(relations()) == 57
    for name, formula in relations().items():
        rule = compile_rule(formula, SCHEMA)
        assert verdict(rule, zero, zero) is True, name
        assert verdict(rule, blank, blank) is (name != "all_cells_filled"), name


def test_relations_across_years_are_not_evaluated_without_last_year() -> None:
    zero: dict[str, Value] = dict.fromkeys(FIELDS, 0)
    for name, formula in relations().items():
        found = verdict(compile_rule(formula, SCHEMA), zero, {})
        assert (found is NOT_COMPUTED) is name.startswith("xy_"), name


def test_every_relation_notices_a_wrong_figure() -> None:
    """One more in any single cell breaks each equation that the cell stands in, and no other."""
    zero: dict[str, Value] = dict.fromkeys(FIELDS, 0)
    compiled = {name: compile_rule(formula, SCHEMA) for name, formula in relations().items()}
    for changed in ("t3.new_received.natural", "t3.granted.total", "t4.cases.review_upheld", "t2.normative.valid"):
        for name, rule in compiled.items():
            touched = any(o.kind == "field" and o.name == changed for o in rule.operands)
            equation = "=" in rule.text and ">=" not in rule.text and name not in WORDED
            assert verdict(rule, {**zero, changed: 1}, zero) is not (touched and equation), (name, changed)


def test_one_text_in_a_number_cell_silences_the_relations_it_stands_in() -> None:
    cells: dict[str, Value] = {**dict.fromkeys(FIELDS, 0), "t3.granted.natural": "12件"}
    silent = {
        name for name, formula in relations().items()
        if verdict(compile_rule(formula, SCHEMA), cells, dict.fromkeys(FIELDS, 0)) is NOT_COMPUTED
    }  # fmt: skip
    assert silent == {"t3_results_sum_natural", "t3_row_total_granted", "all_counts_nonneg_int"}


@pytest.mark.parametrize("path", SAMPLES, ids=[p.stem for p in SAMPLES])
def test_published_reports_get_the_verdicts_found_by_hand(path: pathlib.Path) -> None:
    report = json.loads(path.read_text(encoding="utf-8"))
    cells = cells_of(report)
    formulas = relations()
    checked = 0
    for check in report["checks"]:
        if check["status"] in ("holds", "violated") and check["id"] in formulas and not check["id"].startswith("xy_"):
            rule = compile_rule(formulas[check["id"]], SCHEMA)
            city = "是" if "设区的市" in report["level"] else "否"
            assert verdict(rule, cells, {}, city) is (check["status"] == "holds"), check["id"]
            checked += 1
    assert checked >= 13


def test_the_built_in_rules_are_all_of_the_language() -> None:
    compiled = {rule.no: compile_rule(rule.formula, SCHEMA) for rule in rules()}
    assert len(compiled) >= 57
    zero: dict[str, Value] = dict.fromkeys(FIELDS, 0)
    silent = [no for no, rule in compiled.items() if verdict(rule, zero, zero) is NOT_COMPUTED]
    assert silent == []
