"""The annual report: every figure in its cell of the national grid, and what stands around the tables."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.word_sample import (
    APPROVAL,
    BUREAU,
    OFFICE,
    STREET,
    UNITS,
    Grid,
    W,
    distinct,
    grids,
    headers,
    lines,
    parts,
    report,
    root,
    year,
)
from toolkit.builtin import annual_table
from toolkit.builtin.word import templates
from toolkit.model import PeriodResult, Roster, Unit, Verdict
from toolkit.reports import annual
from toolkit.reports.documents import Document, render_all

TEMPLATES = templates()
_BESIDE = Path(__file__).resolve().parents[2] / "shared"
SHARED = _BESIDE if _BESIDE.is_dir() else None


def documents(result: PeriodResult) -> dict[tuple[str, str], Document]:
    made, findings = render_all(result, TEMPLATES)
    assert findings == ()
    return {(d.scope, d.unit): d for d in made}


def one(values: object = None, **more: object) -> bytes:
    filled = {**distinct(), "narrative.overview": "一句话。"} if values is None else values
    assert isinstance(filled, dict)
    return documents(year({BUREAU: report(BUREAU, filled)}, **more))["单位", BUREAU].data


# ---------------------------------------------------------------- the grids


def labels_beside(grid: Grid, row: int, columns: int) -> list[str]:
    return list(dict.fromkeys(text for _, text in grid[row][:columns]))


def labels_above(grid: Grid, column: int, rows: int) -> list[str]:
    return list(dict.fromkeys(grid[r][column][1] for r in range(rows)))


def test_table_two_has_its_ten_figures_beside_their_labels() -> None:
    grid, values = grids(one())[0], annual.figures(distinct())
    assert [len(row) for row in grid] == [4] * 14
    seen = {}
    head: list[str] = []
    for row in grid:
        texts = [text for _, text in row]
        if texts[0] == "信息内容":
            head = texts
        elif len({n for n, _ in row}) > 1:
            for column in range(1, 4):
                seen[texts[0], head[column]] = texts[column]
    expected = {}
    for r in annual_table.table("t2").data_rows:
        for c in r.columns:
            expected[r.label, annual_table.table("t2").column(c).label] = values[f"t2.{r.id}.{c}"]
    assert seen == expected and len(seen) == 10
    assert [row[0][1] for row in grid if len({n for n, _ in row}) == 1] == [
        "第二十条第（一）项", "第二十条第（五）项", "第二十条第（六）项", "第二十条第（八）项",
    ]  # fmt: skip


def test_table_three_has_its_175_figures_under_and_beside_their_labels() -> None:
    grid, values = grids(one())[1], annual.figures(distinct())
    t = annual_table.table("t3")
    assert [len(row) for row in grid] == [10] * 28
    assert {n for row in grid[:3] for n, _ in row[:3]} == {1}, "the corner cell spans 3 × 3"
    assert grid[0][0][1] == "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    heads = {c.id: c.label for c in t.columns}
    for column, c in enumerate(t.value_columns, start=3):
        above = ["申请人情况", *([heads["legal_person"]] if "legal_person" in c.parents else []), c.label]
        assert labels_above(grid, column, 3) == above
    for line, r in enumerate(t.data_rows, start=3):
        chain = [r.label]
        parent = r.parent
        while parent:
            chain.insert(0, t.row(parent).label)
            parent = t.row(parent).parent
        assert labels_beside(grid, line, 3) == chain
        assert [text for _, text in grid[line][3:]] == [values[f"t3.{r.id}.{c.id}"] for c in t.value_columns]
    numbers = [n for row in grid[3:] for n, _ in row[3:]]
    assert len(set(numbers)) == 175, "a value cell is merged with another"


def test_table_four_has_its_fifteen_figures_under_their_labels() -> None:
    grid, values = grids(one())[2], annual.figures(distinct())
    assert [len(row) for row in grid] == [15] * 4
    column = 0
    for stage, heads in (
        ("review", ["行政复议"]), ("direct", ["行政诉讼", "未经复议直接起诉"]), ("after", ["行政诉讼", "复议后起诉"]),
    ):  # fmt: skip
        for outcome, label in (
            ("upheld", "结果维持"), ("corrected", "结果纠正"), ("other", "其他结果"), ("pending", "尚未审结"), ("total", "总计"),
        ):  # fmt: skip
            assert labels_above(grid, column, 3) == [*heads, label]
            assert grid[3][column][1] == values[f"t4.cases.{stage}_{outcome}"]
            column += 1


def test_head_rows_repeat_and_rows_do_not_split() -> None:
    tables = list(root(one()).iter(f"{W}tbl"))
    for table, heads in zip(tables, (0, 3, 3), strict=True):
        rows = table.findall(f"{W}tr")
        assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows)
        assert [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows] == [n < heads for n in range(len(rows))]
        grid = [int(c.get(f"{W}w", "0")) for c in table.iter(f"{W}gridCol")]
        assert sum(grid) == 8844, "tables are as wide as the text: 156 mm"


@pytest.mark.shared
@pytest.mark.skipif(SHARED is None, reason="the collected real reports are not here")
def test_a_real_report_prints_the_figures_of_its_own_tables() -> None:
    assert SHARED is not None
    for path in sorted((SHARED / "samples/annual").glob("*.json")):
        tables = json.loads(path.read_text(encoding="utf-8"))["tables"]
        values = {
            f"{t}.{r}.{c}": Decimal(str(v)) if isinstance(v, int | float) else v
            for t, rows in tables.items()
            for r, columns in rows.items()
            for c, v in columns.items()
        }
        printed = annual.figures(values)
        flat = [text for grid in grids(one(values)) for row in grid for _, text in row]
        for field in annual_table.fields():
            assert printed[field.id] in flat
            raw = values.get(field.id)
            assert printed[field.id] == ("0" if raw in ("", "/", None) else str(raw))


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("", "0"), ("/", "0"), ("无", "0"), (None, "0"), (0, "0"), (3, "3"), (Decimal("3.0"), "3"), (Decimal("1E+3"), "1000"),
        ("约3件", "约3件"), (Decimal("2.5"), "2.5"),
    ],
)  # fmt: skip
def test_counts_print_as_numbers_and_nothing_as_0(value: object, printed: str) -> None:
    assert annual.count(value) == printed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "printed"),
    [("0.092", "0.092"), ("96171.6", "96171.6"), ("59237.2449", "59237.2449"), ("7545", "7545"), ("0.50", "0.50")],
)
def test_fees_print_as_given(value: str, printed: str) -> None:
    assert annual.figures({"t2.fees.amount": Decimal(value)})["t2.fees.amount"] == printed


def test_a_sum_of_fees_has_no_places_that_nobody_gave() -> None:
    assert annual.figures({"t2.fees.amount": Decimal("1.00")}, summed=True)["t2.fees.amount"] == "1"


def test_a_long_figure_shrinks_instead_of_breaking() -> None:
    table = list(root(one({**distinct(), "t3.granted.natural": 1234567})).iter(f"{W}tbl"))[1]
    run = next(r for r in table.iter(f"{W}r") if "".join(t.text or "" for t in r.iter(f"{W}t")) == "1234567")
    size = run.find(f"{W}rPr/{W}sz")
    assert size is not None and 13 <= int(size.get(f"{W}val", "0")) < 21


# ---------------------------------------------------------------- around the tables


def test_headings_are_exactly_the_six_in_order() -> None:
    heads = [text for text in lines(one()) if text[:2] in {f"{n}、" for n in "一二三四五六七"}]
    assert heads == [
        "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
    ]  # fmt: skip


def test_the_opening_paragraph_names_basis_period_and_contact() -> None:
    text = lines(one())[1]
    for piece in (
        "第四十九条、第五十条",
        "国办公开办函〔2021〕30号",
        "六个部分",
        "自2024年1月1日起至12月31日止",
        BUREAU,
    ):
        assert piece in text
    assert "13800138000" not in text, "a mobile number is personal and has no place in a public report"
    own = documents(year({OFFICE: report(OFFICE, {}, kind="本级")}))["单位", OFFICE].data
    assert "0530-1234567" in lines(own)[1]


def test_names_of_documents_and_titles() -> None:
    made = documents(year({BUREAU: report(BUREAU, {})}))
    assert made["单位", BUREAU].name == f"{BUREAU}2024年政府信息公开工作年度报告.docx"
    assert made["年度", ""].name == "云溪区2024年政府信息公开工作年度报告.docx"
    assert lines(made["年度", ""].data)[0] == "云溪区2024年政府信息公开工作年度报告"
    assert lines(made["单位", BUREAU].data)[0] == f"{BUREAU}\n2024年政府信息公开工作年度报告", "two lines, words whole"


def test_only_reports_that_may_be_printed_are_printed() -> None:
    returned = report(STREET, {}, verdict=Verdict.RETURNED)
    made = documents(year({BUREAU: report(BUREAU, {}), STREET: returned}))
    assert {unit for scope, unit in made if scope == "单位"} == {BUREAU}
    made = documents(year({STREET: replace(returned, waived=True)}))
    assert ("单位", STREET) in made


def test_a_draft_says_so_and_has_neither_date_nor_number() -> None:
    draft = one({**distinct()}, sample=True)
    assert all("送审稿" in h and "示例数据" in h for h in headers(draft)) and headers(draft)
    assert "2025年1月28日" not in "".join(lines(draft)) and "云政公开" not in "".join(lines(draft))
    assert lines(draft).count("（待补充）") == 3


def test_a_final_report_has_date_and_number_and_no_mark() -> None:
    made = documents(year({BUREAU: report(BUREAU, {})}, approval=APPROVAL))
    for document in made.values():
        text = "\n".join(lines(document.data))
        assert "送审稿" not in text + "".join(headers(document.data)) and "（待补充）" not in text
        assert "2025年1月28日" in text and "云政公开〔2025〕3号" in text
    assert lines(made["年度", ""].data)[1] == "云政公开〔2025〕3号"
    assert "（审定文号：云政公开〔2025〕3号）" in lines(made["单位", BUREAU].data), "one number, one document"


def test_the_consolidated_report_says_how_it_was_compiled_and_what_is_missing() -> None:
    text = lines(documents(year({OFFICE: report(OFFICE, {}, kind="本级")}))["年度", ""].data)[1]
    assert "综合本机关及其他1个单位" in text and "共计2个单位" in text
    assert f"{STREET}的年度报告尚未纳入" in text


def test_text_and_tables_of_the_consolidated_report_agree() -> None:
    result = year({})
    assert result.consolidated is not None
    values = result.consolidated.values
    text = "".join(lines(documents(result)["年度", ""].data))
    for field in ("t3.new_received.total", "t3.carried_in.total", "t3.result_total.total", "t3.carried_out.total"):
        assert f"{values[field]}件" in text
    lawsuits = values["t4.cases.direct_total"] + values["t4.cases.after_total"]
    assert f"行政复议{values['t4.cases.review_total']}件、行政诉讼{lawsuits}件" in text


def test_explanations_stand_under_the_table_they_concern() -> None:
    explained = report(
        BUREAU, distinct(),
        explanations=(("年报-表二-07", "表二·行政规范性文件", "按清理结果调整"), ("", "全表", "年中机构更名。")),
    )  # fmt: skip
    data = documents(year({BUREAU: explained}))["单位", BUREAU].data
    found = lines(data)
    assert found.index("说明：按清理结果调整。") < found.index("三、收到和处理政府信息公开申请情况")
    assert found.index("说明：年中机构更名。") > found.index("六、其他需要报告的事项")
    assert sum(t.startswith("说明") for t in lines(one())) == 0


def test_running_text_becomes_paragraphs_with_headings_in_kaiti() -> None:
    text = "  （一）主动公开情况\n第一段。\n\n（二）依申请公开。收到3件，均已答复。\n（三）" + "长" * 40
    assert annual.paragraphs(text) == [
        {"题": "（一）主动公开情况", "文": ""},
        {"题": "", "文": "第一段。"},
        {"题": "（二）依申请公开。", "文": "收到3件，均已答复。"},
        {"题": "", "文": "（三）" + "长" * 40},
    ]
    data = one({"narrative.overview": text})
    styles = {
        "".join(t.text or "" for t in p.iter(f"{W}t")): [s.get(f"{W}val") for s in p.iter(f"{W}pStyle", f"{W}rStyle")]
        for p in root(data).iter(f"{W}p")
    }
    assert styles["（一）主动公开情况"] == ["Heading2"]
    assert styles["（二）依申请公开。收到3件，均已答复。"] == ["HeadInText"]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_no_character_of_a_narrative_is_lost(text: str) -> None:
    kept = "".join(p["题"] + p["文"] for p in annual.paragraphs(text))
    assert kept.replace(" ", "").replace("\u3000", "").replace("\xa0", "") == "".join(
        line for line in text.replace(" ", "").replace("\u3000", "").replace("\xa0", "").split("\n")
    )


def test_submitted_text_appears_as_itself_and_does_nothing() -> None:
    payload = "{{7*7}} <b>&amp; {% for x in y %} ]]> {_{ <w:p/> \x07\x0c\x1b\u202e尾"
    unit = Unit("9", "甲<b>&{{1}}局", phone="")
    result = year(
        {unit.name: report(unit.name, {"narrative.overview": payload}, explanations=(("", "", "<i>{{x}}"),))},
        roster=Roster((unit,)),
    )
    data = documents(result)["单位", unit.name].data
    assert "{{7*7}} <b>&amp; {% for x in y %} ]]> {_{ <w:p/> 尾" in lines(data)
    assert lines(data)[0].startswith("甲<b>&{{1}}局")
    assert "说明：<i>{{x}}。" in lines(data)
    assert b"External" not in b"".join(parts(data).values())
    fields = [f.text for f in root(data).iter(f"{W}instrText")]
    assert fields == [], "only the footers have a field, the page number"


def test_documents_have_no_author_and_no_run_date_and_the_same_bytes() -> None:
    first, second = one(), one()
    assert first == second
    core = parts(first)["docProps/core.xml"].decode()
    assert "2000-01-01T00:00:00Z" in core and f"{BUREAU}2024年" in core
    assert "<dc:creator></dc:creator>" in core and "python-docx" not in core
    later = documents(
        replace(
            year({BUREAU: report(BUREAU, {**distinct(), "narrative.overview": "一句话。"})}), as_of=date(2025, 2, 2)
        )
    )
    assert later["单位", BUREAU].data == first, "the day of the run leaves no trace"


def test_layout_is_that_of_an_official_document() -> None:
    data = one()
    section = root(data).find(f"{W}body/{W}sectPr")
    assert section is not None
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    assert size is not None and margins is not None
    millimetres = {
        k.removeprefix(W): round(int(v) / 56.6929) for k, v in [*size.items(), *margins.items()] if v.isdigit()
    }
    assert (millimetres["w"], millimetres["h"]) == (210, 297)
    assert [millimetres[k] for k in ("top", "bottom", "left", "right")] == [37, 35, 28, 26]
    found = parts(data)
    assert b"evenAndOddHeaders" in found["word/settings.xml"]
    for name in ("word/footer1.xml", "word/footer2.xml"):
        assert [f.text for f in root(data, name).iter(f"{W}instrText")] == [" PAGE "]
    for font in ("仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"):
        assert font in found["word/styles.xml"].decode() and font in found["word/fontTable.xml"].decode()


def test_forty_units_have_forty_reports_and_the_consolidated_one() -> None:
    units = tuple(Unit(str(n), f"云溪区第{n}局") for n in range(40))
    result = year({u.name: report(u.name, {**distinct(), "narrative.overview": "（一）甲\n乙。" * 20}) for u in units},
                  roster=Roster(units))  # fmt: skip
    made, _ = render_all(result, TEMPLATES)
    assert len(made) == 42


def test_a_month_has_no_annual_report() -> None:
    made, findings = render_all(
        replace(year({OFFICE: report(OFFICE, {})}), period=year({}).period.__class__("2024-06")), TEMPLATES
    )
    assert [d.report for d in made] == ["工作通报"] and findings == ()


def test_the_files_in_the_repository_are_the_built_in_templates() -> None:
    folder = Path(__file__).resolve().parents[1] / "templates/docx"
    for name, data in TEMPLATES.items():
        assert (folder / name).read_bytes() == data, f"{name}: write it anew from toolkit.builtin.word.templates()"


def test_units_with_one_file_name_get_two_files() -> None:
    units = (Unit("1", "甲/乙局"), Unit("2", "甲／乙局"), *UNITS)
    made, _ = render_all(year({u.name: report(u.name, {}) for u in units}, roster=Roster(units)), TEMPLATES)
    names = [d.name for d in made if d.scope == "单位"]
    assert len(set(names)) == len(names) == 5 and not any("/" in n for n in names)
