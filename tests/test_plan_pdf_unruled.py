"""PDF tables without a single rule: read where gaps and rows are clean, with a doubt; refused with the reason elsewhere."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.pdf_pages import SIZE, Page, _wrap, pdf
from tests.plan_kit import codes, read
from toolkit.office.document_in import open_document
from toolkit.plan.units.lists import parse_units

HEAD = ["序号", "重点领域", "工作要求", "责任单位", "完成时限"]
WIDTHS = (35.0, 90.0, 190.0, 110.0, 80.0)
PITCH = SIZE + 4
TEXTS = (
    "全面公开重大建设项目审批、核准、备案、实施等信息，按季度更新项目清单和投产进度。",
    "推进政策文件集中统一公开。",
    "做好地方政府专项债券项目信息披露工作，及时公开债券额度、资金投向和项目收益情况，接受社会监督。",
    "依托“信用云河”网站，依法公示行政许可、行政处罚等信用信息。",
)
UNITS = ("区发展改革局、区行政审批服务局", "区财政局", "区商务局、区工业和信息化局、各镇、街道", "各镇街")


def body(count: int, seed: int = 1) -> list[list[str]]:
    dice = random.Random(seed)
    return [
        [str(k), dice.choice(("信息公开", "优化营商环境信息公开")), dice.choice(TEXTS), dice.choice(UNITS), dice.choice(("全年", "10月底前"))]
        for k in range(1, count + 1)
    ]  # fmt: skip


def drawn(
    rows: Sequence[Sequence[str]],
    widths: Sequence[float] = WIDTHS,
    centred: bool = False,
    gap: float = 0.0,
    most: int = 48,
) -> bytes:
    """Rows of texts at their columns, `most` printed lines on a page; a page break cuts a row where it falls.

    A row of one text is a section line. `centred`: texts in the middle of their row; such rows are not cut."""
    pages, y, used = [Page().text(200, 30, "2024年重点工作任务清单")], 60.0, 0
    for row in rows:
        wrapped = [[row[0]]] if len(row) == 1 else [_wrap(t, w - 12) for t, w in zip(row, widths, strict=True)]
        height = max(map(len, wrapped))
        if centred and used + height > most:
            pages, y, used = [*pages, Page()], 60.0, 0
        for k in range(height):
            if used == most:
                pages, y, used = [*pages, Page()], 60.0, 0
            for c, lines in enumerate(wrapped):
                down = (height - len(lines)) / 2 if centred else 0.0
                if k < len(lines):
                    pages[-1].text(50 + sum(widths[:c]), y + down * PITCH, lines[k])
            y, used = y + PITCH, used + 1
        y += gap
    return pdf(*pages)


def told(rows: Sequence[Sequence[str]], at: int = 2) -> list[str]:
    return [r[at] for r in rows if len(r) > 1]


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("most", [200, 26, 17])
def test_columns_and_rows_by_position(centred: bool, most: int) -> None:
    rows = body(9)
    plan = read(drawn([HEAD, *rows], centred=centred, most=most), "计划.pdf")
    assert [t.requirement for t in plan.tasks] == told(rows)
    assert [t.no for t in plan.tasks] == [r[0] for r in rows]
    assert [t.deadline.raw for t in plan.tasks] == [r[4] for r in rows]
    assert {t.path[0] for t in plan.tasks} == {r[1] for r in rows}
    assert [set(t.units.responsible) for t in plan.tasks] == [set(parse_units(r[3]).responsible) for r in rows]
    assert "PLN-104" in codes(plan), "the rows were cut by position"


def test_without_serials_rows_by_the_white_between_them_or_by_short_cells() -> None:
    rows = [r[1:] for r in body(7)]
    for gap in (0.0, 8.0):
        plan = read(drawn([HEAD[1:], *rows], WIDTHS[1:], gap=gap), "计划.pdf")
        assert [t.requirement for t in plan.tasks] == told(rows, 1)


def test_section_lines_stand_over_the_rows_below() -> None:
    rows = body(6)
    listed = [HEAD, ["一、深化重点领域信息公开工作"], *rows[:3], ["二、加强政策解读回应工作"], *rows[3:]]
    plan = read(drawn(listed), "计划.pdf")
    assert [t.requirement for t in plan.tasks] == told(rows)
    assert [t.path[0] for t in plan.tasks] == ["深化重点领域信息公开工作"] * 3 + ["加强政策解读回应工作"] * 3


def test_text_below_the_table_is_text() -> None:
    rows = body(3)
    data = drawn([HEAD, *rows, ["附注：本清单由区政府办公室负责解释，各单位应当于每季度末报送工作进展情况。"]])
    plan = read(data, "计划.pdf")
    assert [t.requirement for t in plan.tasks] == told(rows)


def test_what_is_not_clean_is_refused_with_its_reason() -> None:
    rows = body(6)
    glued = [[r[0], r[1], r[2], r[3], r[4]] for r in rows]
    wide = (35.0, 90.0, 130.0, 110.0, 80.0)
    page = Page()
    for k, row in enumerate([HEAD, *glued]):  # long texts that run over the next columns
        for c, text in enumerate(row):
            page.text(50 + sum(wide[:c]), 60 + k * PITCH, text)
    document, (said,) = open_document(pdf(page), "计划.pdf")
    assert document is None and said.code == "PLN-102" and "没有框线" in said.message


@pytest.mark.parametrize("seed", range(12))
def test_a_random_table_reads_back_or_is_refused(seed: int) -> None:
    """Never a task too few, never a text cut: the reading is right or there is none."""
    dice = random.Random(seed)
    rows = body(dice.randint(4, 14), seed)
    widths = (35.0, *(w * dice.uniform(0.8, 1.25) for w in WIDTHS[1:]))
    data = drawn([HEAD, *rows], widths, dice.random() < 0.4, dice.choice((0.0, 0.0, 5.0)), dice.randint(14, 48))
    document, _ = open_document(data, "计划.pdf")
    if document is not None:
        assert [t.requirement for t in read(data, "计划.pdf").tasks] == told(rows)
