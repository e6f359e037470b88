"""No text and no file makes plan reading raise; what cannot be read is a finding. How quick a long one is, benchmarks/plan_import.py measures."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plan_kit import SEEDS, SHARED, Sheet, cells, excel, piped, read, seed_text, tabbed, word
from tests.plan_layouts import blank, draw, on_page
from tests.plan_profiles import PROFILES
from tests.test_plan_round_trip import FORMS, STYLES
from toolkit.plan.parts import SourceDocument
from toolkit.plan.plan import understand
from toolkit.plan.read import read_document


def swallow(data: bytes, name: str) -> None:
    document, findings = read_document(data, name)
    assert (document is None) == bool(findings)
    if document is not None:
        plan = understand(document, None)
        assert plan.tasks or plan.findings


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversion is another test's matter: here an old file is one that cannot be converted."""
    monkeypatch.setattr("shutil.which", lambda _: None)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared is not here")
def test_every_file_beside_the_project(no_office: None) -> None:
    files = sorted(p for p in SHARED.rglob("*") if p.is_file())
    assert len(files) > 100
    for path in files:
        swallow(path.read_bytes(), path.name)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared is not here")
@pytest.mark.parametrize("seed", SEEDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_cuts_of_the_seeds(seed: str, data: st.DataObject) -> None:
    raw = seed_text(seed)
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    swallow(raw[start:end], "cut.txt")


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from(list("\t\n\r |一（(责任单位：:）)1.、，。同上序号年月日前局\u3000\xa0\u2028-#<b>")),
        max_size=400,
    )
)
def test_any_text(text: str) -> None:
    swallow(text.encode("utf-8", "replace"), "any.txt")


@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=600))
def test_any_bytes(data: bytes) -> None:
    document, findings = read_document(data, "any.bin")
    assert document is not None or findings[0].code == "PLN-102"


@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(
                ["", "1", "序号", "责任单位", "工作要求", "区财政局", "全年", "做好信息公开工作并及时更新"]
            ),
            min_size=1,
            max_size=7,
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=80, deadline=None)
def test_any_table(rows: list[list[str]]) -> None:
    for text in (cells(rows), cells(rows, gap=""), tabbed(rows), piped(rows)):
        swallow(text.encode(), "t.txt")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_cuts_and_shuffles_of_every_layout(data: st.DataObject) -> None:
    """Rendered tables of the catalogue, cut anywhere, their lines turned over, doubled or mixed with another layout's."""
    form = data.draw(st.sampled_from(sorted(FORMS)))
    style = data.draw(st.sampled_from(sorted(STYLES)))
    chance = Random(data.draw(st.integers(0, 9999)))
    table = draw(chance, PROFILES[data.draw(st.sampled_from(sorted(PROFILES)))], 8)
    text = FORMS[form]([table.header, *STYLES[style](chance, table)])
    lines = text[data.draw(st.integers(0, len(text))) :].split("\n")
    other = FORMS[data.draw(st.sampled_from(sorted(FORMS)))]([table.header, *blank(table)]).split("\n")
    act = data.draw(st.sampled_from(["cut", "shuffle", "mix", "double"]))
    if act == "shuffle":
        chance.shuffle(lines)
    elif act == "mix":
        lines = [line for pair in zip(lines, other, strict=False) for line in pair]
    elif act == "double":
        lines = [line for line in lines for _ in range(chance.randint(1, 3))]
    swallow("\n".join(lines).encode(), "计划.txt")


def test_cut_word_and_excel_files() -> None:
    sheet = Sheet([["序号", "工作要求", "责任单位"], ["1", "做好信息公开工作", "区财政局"]])
    for data, name in ((word(sheet), "a.docx"), (excel(sheet), "a.xlsx")):
        for size in range(0, len(data), max(1, len(data) // 25)):
            swallow(data[:size], name)


def test_an_old_file_without_an_office_suite_is_a_clear_word(no_office: None) -> None:
    document, findings = read_document(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "计划.doc")
    assert document is None
    assert "LibreOffice" in findings[0].message and ".docx" in findings[0].message


def test_a_picture_is_refused_with_its_reason() -> None:
    document, findings = read_document(b"\x89PNG\r\n\x1a\n" + b"0" * 64, "计划.png")
    assert document is None and "图片" in findings[0].message


def test_gbk_text_is_read() -> None:
    text = tabbed(
        [
            ["序号", "工作要求", "责任单位"],
            ["1", "做好重点领域信息公开工作", "区财政局"],
            ["2", "做好政策解读回应工作", "区司法局"],
        ]
    )
    assert len(understand(_opened(text.encode("gb18030")), 2024).tasks) == 2


def _opened(data: bytes) -> SourceDocument:
    document, _ = read_document(data, "a.txt")
    assert document is not None
    return document


def test_five_hundred_tasks() -> None:
    head = ["序号", "工作任务", "工作任务", "工作要求", "责任单位", "完成时限"]
    rows = [
        [str(k), f"第{k // 25}类" if k % 25 == 1 else "", f"第{k // 5}项" if k % 5 == 1 else "",
         f"围绕第{k}个领域及时公开相关政策措施和实施情况，做好解读回应，提高公开质量" * 2, "区财政局、区司法局，各街道办事处", "2024年6月底前"]
        for k in range(1, 501)
    ]  # fmt: skip
    for text in (cells([[n for n in head if n], *rows]), tabbed([head, *rows])):
        assert len(read(text).tasks) == 500


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    text = cells([["序号", "工作要求", "责任单位"], ["1", "做好信息公开工作", "区财政局"]])
    assert read(text) == read(text)


def test_a_damaged_code_among_codes_by_chapter() -> None:
    codes = ("0101", "0102", "0103", "0201", "0202", "010)", "0203", "0301")
    rows = [[c, "预算公开", f"公开第{c}类信息，说明有关情况", "区财政局"] for c in codes]
    assert [t.no for t in read(tabbed([["编码", "公开事项", "公开内容", "责任单位"], *rows])).tasks] == list(codes)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(sorted(FORMS)),
    style=st.sampled_from(sorted(STYLES)),
    profile=st.sampled_from(sorted(PROFILES)),
    seed=st.integers(0, 9999),
    damage=st.sampled_from(("cut", "shuffled", "thinned", "spoilt")),
)
def test_damaged_tables_in_every_flattening(form: str, style: str, profile: str, seed: int, damage: str) -> None:
    chance = Random(f"{profile}{seed}")
    table = draw(chance, PROFILES[profile], chance.randint(5, 25))
    text = on_page(FORMS[form]([table.header, *STYLES[style](chance, table)]))
    lines = text.splitlines()
    if damage == "cut":
        start = chance.randrange(len(text))
        text = text[start : chance.randint(start, len(text))]
    elif damage == "shuffled":
        chance.shuffle(lines)
        text = "\n".join(lines)
    elif damage == "thinned":
        text = "\n".join(line for line in lines if chance.random() < 0.8)
    else:
        spoilt = list(text)
        for _ in range(60):
            spoilt[chance.randrange(len(spoilt))] = chance.choice("\t\n|（）()。：1一 ")
        text = "".join(spoilt)
    swallow(text.encode(), "坏.txt")
