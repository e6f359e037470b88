"""The bulletin: sentences that are right for none, one and many, numbers that add up, units in roster order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.word_sample import (
    APPROVAL,
    BUREAU,
    OFFICE,
    STREET,
    W,
    filed,
    grids,
    headers,
    lines,
    result,
    root,
    state,
    text_of,
)
from toolkit.builtin.word import BULLETIN, templates
from toolkit.findings import finding
from toolkit.model import Explanation, Filing, PeriodResult, Progress, Roster, TaskState, Unit
from toolkit.reports import bulletin
from toolkit.reports.documents import render_all


def document(period: PeriodResult) -> bytes:
    made, findings = render_all(period, {BULLETIN: templates()[BULLETIN]})
    assert findings == () and [d.name for d in made] == ["工作通报.docx"]
    return made[0].data


def all_sentences(period: PeriodResult) -> str:
    return "\n".join([
        *bulletin.overall(period), *bulletin.filings(period), *bulletin.attention(period), *bulletin.next_steps(period)
    ])  # fmt: skip


# ---------------------------------------------------------------- 一、总体进展


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], "本期没有纳入统计的任务。"),
        (["进行中"], "纳入本期统计的任务共1项，为“进行中”。"),
        (["已完成"] * 3, "纳入本期统计的任务共3项，均已完成。"),
        (["未报送"] * 2, "纳入本期统计的任务共2项，均未报送进展。"),
        (
            ["已完成", "进行中", "进行中", "未报送"],
            "纳入本期统计的任务共4项。其中，已完成1项、进行中2项、未报送1项。任务完成率为25.0%。",
        ),
        (["进行中", "未启动"], "纳入本期统计的任务共2项。其中，进行中1项、未启动1项。目前尚无已完成的任务。"),
    ],
)
def test_overall(states: list[str], said: str) -> None:
    assert bulletin.overall(result(tasks=tuple(state(n, s) for n, s in enumerate(states)))) == [said]


@given(
    st.lists(
        st.sampled_from(["已完成", "持续推进", "进行中", "未启动", "申请调整", "不涉及", "未报送", "另一状态"]),
        max_size=40,
    )
)
def test_states_add_up_to_all_tasks(states: list[str]) -> None:
    text = bulletin.overall(result(tasks=tuple(state(n, s) for n, s in enumerate(states))))[0]
    if len(set(states)) > 1:
        whole, parts = text.split("其中", 1)
        assert sum(map(int, re.findall(r"(\d+)项", parts))) == len(states)
        assert f"共{len(states)}项" in whole
    assert "0项" not in text.replace("10项", "").replace("20项", "").replace("30项", "").replace("40项", "")


def test_a_percentage_is_what_anybody_recomputes() -> None:
    assert [bulletin.percent(a, b) for a, b in ((1, 3), (2, 3), (1, 8), (5, 5), (1, 2000))] == [
        "33.3%", "66.7%", "12.5%", "100.0%", "0.1%",
    ]  # fmt: skip


# ---------------------------------------------------------------- 二、报送情况


@pytest.mark.parametrize(
    ("filings", "said"),
    [
        ([], "本期没有应当报送的报表。"),
        ([filed(BUREAU)], "《任务进展》应报送1家，已按时报送。"),
        ([filed(OFFICE), filed(BUREAU)], "《任务进展》应报送2家，均已按时报送。"),
        (
            [filed(STREET, late_days=2), filed(BUREAU)],
            f"《任务进展》应报送2家，均已报送，其中按时报送1家、逾期报送1家。逾期报送的单位：{STREET}（2个工作日）。",
        ),
        (
            [
                filed(STREET, "未报送", late_days=1),
                filed(OFFICE, "未报送", late_days=1),
                filed(BUREAU, "已接收（有提示）"),
            ],
            f"《任务进展》应报送3家，已报送1家，为按时报送；未报送2家。未报送的单位：{OFFICE}、{STREET}。",
        ),
        (
            [filed(BUREAU, "已退回", returned=2)],
            f"《任务进展》应报送1家，目前没有单位完成报送；退回后尚待重新报送1家。退回后尚待重新报送的单位：{BUREAU}。"
            f"退回次数：{BUREAU}2次。",
        ),
        (
            [filed(BUREAU, "豁免接收", stand_in="代填")],
            f"《任务进展》应报送1家，已按时报送。由他人代填的单位：{BUREAU}。",
        ),
    ],
)
def test_filings(filings: list[Filing], said: str) -> None:
    assert bulletin.filings(result(filings=tuple(filings))) == [said]


def test_what_is_not_due_yet_is_not_called_missing() -> None:
    early = result(as_of=date(2024, 7, 3), filings=(filed(BUREAU, "未报送"), filed(OFFICE)))
    assert bulletin.filings(early) == ["《任务进展》应报送2家，已报送1家，为按时报送；未到报送期限、尚未报送1家。"]
    assert "补报" not in bulletin.next_steps(early)[0]


def test_several_forms_and_periods_are_told_apart() -> None:
    other = replace(filed(BUREAU), form="登记台账", form_title="登记台账", period="2024")
    earlier = replace(filed(BUREAU), period="2024-05")
    said = bulletin.filings(result(filings=(filed(BUREAU), other, earlier)))
    assert [s[: s.index("应")] for s in said] == ["《任务进展（2024-06）》", "《登记台账》", "《任务进展（2024-05）》"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["已接收", "已退回", "未能读取", "未报送", "豁免接收"]),
            st.integers(0, 3),
            st.integers(0, 2),
        ),
        max_size=12,
    )
)
def test_every_filing_is_counted_once_and_named_in_roster_order(rows: list[tuple[str, int, int]]) -> None:
    units = tuple(Unit(str(n), f"第{n:02d}局") for n in range(12))
    filings = tuple(
        filed(units[-1 - n].name, s, late_days=days, returned=times) for n, (s, days, times) in enumerate(rows)
    )
    period = result(filings=filings, roster=Roster(units))
    for t in bulletin.tally(period):
        kinds = (t.on_time, t.late, t.returned, t.missing, t.not_due)
        assert sum(map(len, kinds)) == t.due == len(rows)
        for group in (*kinds, t.every):
            assert [f.unit for f in group] == sorted(f.unit for f in group)
    for text in bulletin.filings(period):
        for listed in re.findall(r"：([^。]+)。", text):
            names = re.findall(r"第\d\d局", listed)
            assert names == sorted(names) and names
        assert not re.search(r"(?<!\d)0家", text)


# ---------------------------------------------------------------- 三、四


def test_attention_when_there_is_nothing() -> None:
    assert bulletin.attention(result(tasks=(state(1, "进行中"),))) == ["本期没有逾期尚未完成的任务。"]


def test_overdue_tasks_name_their_leads_and_working_days() -> None:
    tasks = (state(1, "进行中", overdue=12), state(2, "已完成", overdue=3), state(3, "申请调整"))
    assert bulletin.attention(result(tasks=tasks)) == [
        "逾期尚未完成的任务共1项：",
        f"1. 第1项任务，牵头单位{BUREAU}，已逾期12个工作日。",
        "逾期后完成的任务1项。",
        "申请调整的任务共1项，需研究确定：“第3项任务”。",
    ]


def test_a_task_without_lead_names_the_responsible_units_and_supporting_ones_never_count() -> None:
    base = state(1, "进行中").task
    mine = (
        Progress(base, STREET, "责任", "进行中", overdue_days=4),
        Progress(base, OFFICE, "配合", "进行中", overdue_days=40),
    )
    said = bulletin.attention(result(tasks=(TaskState(base, "进行中", mine),)))
    assert said[1] == f"1. 第1项任务，责任单位{STREET}，已逾期4个工作日。"


def test_many_overdue_tasks_are_cut_and_counted() -> None:
    said = bulletin.attention(result(tasks=tuple(state(n, "进行中", overdue=n) for n in range(1, 21))))
    assert said[0] == "逾期尚未完成的任务共20项：" and said[-1] == "其余12项见《总台账》。" and len(said) == 10


def test_estimated_working_days_are_called_estimated() -> None:
    estimated = result(findings=(finding("REF-104", year=2024),))
    assert "估算" in bulletin.attention(estimated)[-1]
    assert "估算" not in all_sentences(result())


def test_next_steps_ask_only_for_what_the_facts_need() -> None:
    assert bulletin.next_steps(result()) == ["请各单位继续按照任务分解表推进工作，按期如实报送进展。"]
    busy = result(tasks=(state(1, "未启动", overdue=2),), filings=(filed(BUREAU, "未报送"), filed(OFFICE, "已退回")))
    text = bulletin.next_steps(busy)[0]
    assert all(word in text for word in ("补报", "修改后重新报送", "逾期任务", "尚未启动"))


def test_the_tone_is_that_of_a_notice() -> None:
    everything = result(
        tasks=tuple(state(n, s, overdue=n) for n, s in enumerate(["未启动", "进行中", "已完成", "未报送", "申请调整"])),
        filings=(filed(BUREAU, "未报送"), filed(OFFICE, late_days=9, returned=3), filed(STREET, "已退回", returned=1)),
    )
    text = all_sentences(everything)
    assert not re.search(r"最差|排名|第[一1]名|倒数|末位|督办|补正|[!！]", text)
    assert "未报送" in text and "逾期报送" in text and "退回次数" in text


# ---------------------------------------------------------------- the document


def test_title_headings_and_marks() -> None:
    data = document(result(sample=True))
    assert lines(data)[0] == "2024年6月政务公开工作情况通报"
    assert [t for t in lines(data) if re.match(r"[一二三四五]、", t)] == [
        "一、总体进展", "二、报送情况", "三、需要关注的事项", "四、下一步工作",
    ]  # fmt: skip
    assert all("送审稿" in h and "示例数据" in h for h in headers(data))
    assert "截至2024年6月30日" in lines(data)[1] and "截至2024年7月8日" in lines(data)[1]
    assert not grids(data) and not any(t.startswith("附件") for t in lines(data)), "no annex where there is nothing"
    assert "云政公开" not in "".join(lines(data))
    final = document(result(approval=APPROVAL))
    assert lines(final)[1] == "云政公开〔2025〕3号" and "2025年1月28日" in lines(final)
    assert "送审稿" not in "".join(headers(final))


def test_the_table_of_units_adds_up_and_stands_in_roster_order() -> None:
    tasks = (state(1, "进行中", STREET, overdue=2), state(2, "已完成", BUREAU), state(3, "未报送", STREET))
    progress = tuple(p for t in tasks for p in t.lines)
    helper = Progress(tasks[0].task, OFFICE, "配合", "进行中")
    data = document(result(tasks=tasks, progress=(*progress, helper)))
    assert [[text for _, text in row] for row in grids(data)[0]] == [
        ["单位", "任务数", "已完成", "进行中", "未报送", "其中逾期"],
        [BUREAU, "1", "1", "0", "0", "0"],
        [STREET, "2", "0", "1", "1", "1"],
        ["合计", "3", "1", "1", "1", "1"],
    ]
    texts = lines(data)
    assert "附件：各单位任务进展情况" in texts and texts[texts.index("附件") + 1] == "各单位任务进展情况"


def test_more_than_sixty_units_have_no_table() -> None:
    units = tuple(Unit(str(n), f"第{n:02d}局") for n in range(61))
    progress = tuple(state(n, "进行中", u.name).lines[0] for n, u in enumerate(units))
    assert grids(document(result(progress=progress, roster=Roster(units)))) == []
    assert len(grids(document(result(progress=progress[:60], roster=Roster(units))))[0]) == 62


def test_explanations_are_an_annex_each_once() -> None:
    line = state(1, "申请调整", explanation="上级文件调整。").lines
    said = Explanation(
        OFFICE, "年报数据", "2024", "年报-表二-07", "现行有效件数有出入。", "表二", "清理{{x}}<b>", "20250120-0001"
    )
    again = Explanation(BUREAU, "任务进展", "2024-06", "进展-05", "", "完成情况", "上级文件调整。", "20240701-0001")
    cell = replace(said, rule="接-06", said="单条超过5件。", matter="登记表!D10 件数", text="集中受理")
    data = document(result(progress=(*line, *line), explanations=(said, cell, again)))
    rows = [[text for _, text in row] for row in grids(data)[-1]]
    assert rows == [
        ["单位", "事项", "说明"], [OFFICE, "表二", "清理{{x}}<b>"], [OFFICE, "单条超过5件", "集中受理"],
        [BUREAU, "第1项任务", "上级文件调整。"],
    ]  # fmt: skip
    assert {"附件：1. 各单位任务进展情况", "　　　2. 情况说明", "附件1", "附件2"} <= set(lines(data))


def test_a_page_with_a_signature_alone_cannot_come_about() -> None:
    data = document(result(approval=APPROVAL))
    body = list(root(data).iter(f"{W}p"))
    end = next(n for n, p in enumerate(body) if text_of(p) == OFFICE)
    for paragraph in body[end - 2 : end]:
        assert paragraph.find(f"{W}pPr/{W}keepNext") is not None


def test_a_long_list_of_names_is_cut_and_counted() -> None:
    units = tuple(Unit(str(n), f"第{n:03d}局") for n in range(80))
    text = bulletin.filings(result(filings=tuple(filed(u.name, "未报送") for u in units), roster=Roster(units)))[0]
    assert "等80家，全部名单见《报送情况》" in text and "第029局" in text and "第030局" not in text
