"""Deadlines: every line of the catalogue and its kin, the cells of the documents, and any text at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_by_hand import truth_tasks
from tests.plan_kit import read, tabbed
from toolkit.model import plain
from toolkit.plan.deadlines import AT_ONCE, AT_ONCE_KEPT, deadlines_inside, parse_deadline, repair
from toolkit.plan.default_deadline import default_deadline
from toolkit.plan.doubts.texts import shortened
from toolkit.plan.parts import Deadline

YEAR = 2024

DATES = (
    ("6月底前", "2024-06-30"), ("6月底完成", "2024-06-30"), ("2023年6月底前", "2023-06-30"), ("7月底前", "2024-07-31"),
    ("2023年年底前", "2023-12-31"), ("2022 年底前", "2022-12-31"), ("年底前", "2024-12-31"), ("12月底前", "2024-12-31"),
    ("2012年10月底前；2012年底前", "2012-12-31"), ("1月31日前", "2025-01-31"), ("6月 28日前", "2024-06-28"), ("2月底前", "2024-02-29"),
    ("11月30日之前", "2024-11-30"), ("2024年12月", "2024-12-31"), ("12月20日", "2024-12-20"), ("十月底前", "2024-10-31"),
    ("十一月二十日前", "2024-11-20"), ("2024.6.30前", "2024-06-30"), ("2024-06-30", "2024-06-30"), ("2024/6/30", "2024-06-30"),
    ("第三季度前", "2024-09-30"), ("三季度末", "2024-09-30"), ("上半年完成", "2024-06-30"), ("9月中旬前", "2024-09-20"), ("次年1月31日前", "2025-01-31"),
    ("2025年3月31日前", "2025-03-31"), ("２０２４年６月底前", "2024-06-30"), ("6月前", "2024-05-31"), ("5月-10月", "2024-10-31"),
    ("二〇二四年底前", "2024-12-31"), ("持续推进，年底前完成", "2024-12-31"), ("及时公开，6月底前完成", "2024-06-30"),
)  # fmt: skip


MORE_DATES = (
    # the class around the catalogue: other numerals, spaces, marks, ends of quarters and halves, ranges, several dates
    ("6 月 底前", "2024-06-30"), ("2024年12月31号前", "2024-12-31"), ("2024年06月", "2024-06-30"), ("2024.6", "2024-06-30"), ("2024-6", "2024-06-30"),
    ("6.30前", "2024-06-30"), ("２０２４．６．３０前", "2024-06-30"), ("六月三十日前", "2024-06-30"), ("十二月底前", "2024-12-31"),
    ("二〇二四年六月底", "2024-06-30"), ("6月30日以前", "2024-06-30"), ("于6月30日前", "2024-06-30"), ("截至6月30日", "2024-06-30"),
    ("今年年底前", "2024-12-31"), ("2024年末前", "2024-12-31"), ("岁末年终", "2024-12-31"), ("上半年底前", "2024-06-30"), ("下半年完成", "2024-12-31"),
    ("一季度末前", "2024-03-31"), ("第1季度末", "2024-03-31"), ("2024年三季度前", "2024-09-30"), ("二季度底前", "2024-06-30"), ("6月上旬前", "2024-06-10"),
    ("6月下旬", "2024-06-30"), ("4-10月", "2024-10-31"), ("4月至10月", "2024-10-31"), ("1月—12月", "2024-12-31"), ("1月、7月底前", "2024-07-31"),
    ("2024年1月-12月", "2024-12-31"), ("3月15日至4月30日", "2024-04-30"), ("即日起至12月底", "2024-12-31"), ("6月底、12月底前", "2024-12-31"),
    ("市级2024年6月底前，县级2024年9月底前", "2024-09-30"), ("6月底前启动，12月底前完成", "2024-12-31"), ("12月20日17:00前", "2024-12-20"),
    ("次年1月底前", "2025-01-31"), ("翌年3月底前", "2025-03-31"), ("2025年1月底前", "2025-01-31"), ("年底前完成并长期坚持", "2024-12-31"),
    ("6月30日前（长期坚持）", "2024-06-30"), ("启动时间：2024年3月；完成时间：2024年10月", "2024-10-31"),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "day"), DATES + MORE_DATES)
def test_dates(cell: str, day: str) -> None:
    found = parse_deadline(cell, YEAR)
    assert (found.kind, found.date) == ("date", date.fromisoformat(day))
    assert plain(found.raw) == plain(cell)


@pytest.mark.parametrize("cell", ["6月底前", "年底前", "1月31日前", "第三季度前"])
def test_without_a_year_nothing_is_invented(cell: str) -> None:
    found = parse_deadline(cell, None)
    assert found.date is None and found.raw == cell


EVENTS = (
    # cell | event | offset | unit | direction
    ("及时公开", AT_ONCE, None, None, None), ("及时转载", AT_ONCE, None, None, None), ("实时公开", AT_ONCE, None, None, None),
    ("即时", AT_ONCE, None, None, None), ("第一时间公开", AT_ONCE, None, None, None),
    ("及时公开并动态调整", AT_ONCE_KEPT, None, None, None), ("一次性公开并动态调整", AT_ONCE_KEPT, None, None, None),
    ("信息形成或变更之日起20个工作日内", "信息形成或变更", 20, "工作日", "after"),
    ("信息形成或者变更之日起20个工作日内予以公开", "信息形成或者变更", 20, "工作日", "after"),
    ("信息形成或变更之日起20个工作日内及时公开", "信息形成或变更", 20, "工作日", "after"),
    ("自信息形成或者变更之日起20个工作日内", "信息形成或者变更", 20, "工作日", "after"),
    ("信息产生或变更之日起20个工作日内", "信息产生或变更", 20, "工作日", "after"),
    ("信息形成后20个工作日内", "信息形成", 20, "工作日", "after"), ("信息形成20个工作日内", "信息形成", 20, "工作日", "after"),
    ("信息形成后二十个工作日以内", "信息形成", 20, "工作日", "after"),
    ("在所解读文件发布后3个工作日内", "所解读文件发布", 3, "工作日", "after"),
    ("在所解读文件发布后3个工作日内公开", "所解读文件发布", 3, "工作日", "after"),
    ("与政策文件同步发布,时间跨度不超过5个工作日", "政策文件发布", 5, "工作日", "after"),
    ("与政策文件同步发布", "政策文件发布", 0, "日", "after"),
    ("信息形成后,7个工作日内", "信息形成", 7, "工作日", "after"), ("答复建议和提案提出人1个月内", "答复建议和提案提出人", 1, "月", "after"),
    ("全部答复后20个工作日内", "全部答复", 20, "工作日", "after"), ("活动开展当日", "活动开展", 0, "日", "after"),
    ("5个工作日内报备", None, 5, "工作日", "after"), ("收到申请书三日内", "收到申请书", 3, "日", "after"),
    ("答复前5个工作日", "答复", 5, "工作日", "before"), ("于正式答复前5个工作日内", "正式答复", 5, "工作日", "before"),
    ("会议召开3个工作日前", "会议召开", 3, "工作日", "before"), ("文件印发之日起15日内", "文件印发", 15, "日", "after"), ("7天内", None, 7, "日", "after"),
    ("自作出行政处罚决定之日起7个工作日内", "作出行政处罚决定", 7, "工作日", "after"), ("部门预算批复后20日内公开", "部门预算批复", 20, "日", "after"),
    ("政策解读材料于文件公开后3个工作日内公开", "文件公开", 3, "工作日", "after"), ("20个工作日", None, 20, "工作日", "after"),
    ("文件公布当日", "文件公布", 0, "日", "after"), ("政策文件印发同时", "政策文件印发", 0, "日", "after"), ("同步公开", None, 0, "日", "after"),
    ("一周内", None, 7, "日", "after"), ("一个月内", None, 1, "月", "after"), ("年度终了后3个月内", "年度终了", 3, "月", "after"),
    ("及时（信息形成之日起20个工作日内）", "信息形成", 20, "工作日", "after"), ("会前5个工作日", "会", 5, "工作日", "before"),
    ("立行立改", AT_ONCE, None, None, None), ("随时", AT_ONCE, None, None, None), ("动态更新", AT_ONCE_KEPT, None, None, None),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "event", "offset", "unit", "direction"), EVENTS)
def test_events(cell: str, event: str | None, offset: int | None, unit: str | None, direction: str | None) -> None:
    found = parse_deadline(cell, YEAR)
    assert found.kind == "event" and found.date is None
    assert (found.event, found.offset, found.unit, found.direction) == (event, offset, unit, direction)


RECURRING = (
    ("每年年底前", "年", "2024-12-31", None), ("每年12月底前", "年", "2024-12-31", None), ("每年1月31日前", "年", "2025-01-31", None),
    ("每季度", "季度", None, None), ("每半年", "半年", None, None), ("每月8日前", "月", None, 8), ("每月28日前", "月", None, 28),
    ("按季度公开", "季度", None, None), ("每季度末月25日前", "季度", None, 25), ("1年", "年", None, None), ("6个月", "半年", None, None),
    ("1个月", "月", None, None), ("每周", "周", None, None), ("半年一次", "半年", None, None), ("每两年", "2年", None, None),
    ("半年", "半年", None, None), ("3个月", "季度", None, None), ("季度末", "季度", None, None), ("月末", "月", None, None), ("每月底前", "月", None, None),
    ("次月5日前", "月", None, 5), ("每季度结束后15日内", "季度", None, 15), ("每月结束后5个工作日内", "月", None, 5), ("每季度首月10日前", "季度", None, 10),
    ("每年6月、12月底前", "年", "2024-12-31", None), ("每年6月30日和12月31日前", "年", "2024-12-31", None), ("按月公开", "月", None, None),
    ("每年3月31日前", "年", "2024-03-31", None), ("每周五前", "周", None, None), ("每年一次", "年", None, None),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "every", "day", "offset"), RECURRING)
def test_recurrences(cell: str, every: str, day: str | None, offset: int | None) -> None:
    found = parse_deadline(cell, YEAR)
    assert (found.kind, found.every, found.offset) == ("recurring", every, offset)
    assert found.date == (date.fromisoformat(day) if day else None)


OTHERS = (
    ("全年", "period", "2024-12-31"), ("2023年全年", "period", "2023-12-31"), ("2024年", "period", "2024-12-31"), ("年内", "period", "2024-12-31"),
    ("上半年", "period", "2024-06-30"), ("5年内", "period", None), ("长期坚持", "open", None), ("长期", "open", None), ("持续推进", "open", None),
    ("全年，长期坚持", "open", None), ("常态化推进", "open", None), ("按区财政部门要求时限公开", "text", None), ("按要求", "text", None),
    ("同上", "text", None), ("", "none", None), ("  \n", "none", None), ("/", "none", None), ("—", "none", None), ("13月40日前", "text", None),
    ("2024年内", "period", "2024-12-31"), ("本年度内", "period", "2024-12-31"), ("2024-2025年", "period", "2025-12-31"), ("第三季度", "period", "2024-09-30"),
    ("全年持续推进", "open", None), ("自2024年3月起，长期坚持", "open", None), ("2024年3月启动，持续推进", "open", None), ("立行立改，长期坚持", "open", None),
    ("永久公开", "open", None), ("2024年4月起", "text", None), ("自印发之日起", "text", None), ("另行通知", "text", None), ("根据工作进度", "text", None),
    ("公示期不少于5个工作日", "text", None), ("本月底前", "text", None), ("2024年2月30日前", "text", None),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "kind", "day"), OTHERS)
def test_periods_open_ends_and_free_texts(cell: str, kind: str, day: str | None) -> None:
    found = parse_deadline(cell, YEAR)
    assert (found.kind, found.date) == (kind, date.fromisoformat(day) if day else None)
    assert (found.offset, found.unit) == ((60, "月") if cell == "5年内" else (None, None))


REPAIRS = (
    ("全年，长期\n坚持\n全年，长期\n坚持", "全年，长期坚持"), ("全年\n全年", "全年"), ("全年\n全年\n\n", "全年"), ("全年\r\n全年\r\n全年", "全年"),
    ("6月 28日前", "6月28日前"), ("信息形成或变更之日起20个\n工作日内", "信息形成或变更之日起20个工作日内"), ("长期坚持长期坚持", "长期坚持"),
    ("6月底前\n12月底前", "6月底前；12月底前"), (" 2023年\t年底前 ", "2023年年底前"), ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "whole"), REPAIRS)
def test_repeated_and_broken_cells_are_repaired(cell: str, whole: str) -> None:
    assert repair(cell) == whole == parse_deadline(cell, YEAR).raw


@pytest.mark.shared
def test_the_cells_of_the_documents(shared: Path) -> None:
    """Each printed deadline cell of 002 and 004 → the truth's text, and a form that is not free text."""
    seen: dict[str, Deadline] = {}
    for t in (*truth_tasks(shared, "002"), *truth_tasks(shared, "004")):
        cell = t.get("deadline_cell_as_written", t["deadline"])
        if cell:
            assert repair(cell) == t["deadline"]
            seen[t["deadline"]] = parse_deadline(cell, 2023)
    assert len(seen) > 14
    assert [raw for raw, found in seen.items() if found.kind == "text"] == ["按区财政部门要求时限公开"]
    assert seen["2023年7月底前"].date == date(2023, 7, 31)
    assert seen["全年，长期坚持"].kind == "open" and seen["全年"].kind == "period"


@pytest.mark.shared
def test_deadlines_inside_the_requirements_of_000(shared: Path) -> None:
    """Exactly the rows that the truth names, each phrase of the truth inside one that was found."""
    for t in truth_tasks(shared, "000"):
        found = [plain(d.raw) for d in deadlines_inside(t["requirement"], YEAR)]
        wanted = [plain(x) for x in t.get("deadlines_inside_requirement") or ()]
        assert len(found) == len(wanted), t["requirement"]
        assert all(w in f for w, f in zip(wanted, found, strict=True)), (wanted, found)


INSIDE = (
    ("活动计划安排于6月 28日前报备案", ["6月28日前"]),
    ("严格落实“三审三校”，提升12345热线质量", []),
    ("征求意见期限不少于30日", []),
    ("将落实情况纳入2023年政府信息公开工作年度报告", []),
    ("自2024年1月1日起施行，3月底前完成清理", ["3月底前"]),
    ("截至2023年底，已公开信息300条", []),
    ("及时更新有效性，持续优化栏目", []),
    ("力争到2024年底实现全覆盖", ["2024年底"]),
    ("每季度末月25日前报送，年底前总结", ["每季度末月25日前", "年底前"]),
    ("居民长期护理保险、全年龄段服务", []),
    ("在收到意见后5个工作日内反馈", ["收到意见后5个工作日内"]),
    ("提前5个工作日报备", ["提前5个工作日"]),
    ("对网民留言3个工作日内转办、15个工作日内答复", ["对网民留言3个工作日内", "15个工作日内"]),
    ("自收到申请之日起20个工作日内答复", ["自收到申请之日起20个工作日内"]),
    ("重大突发事件5小时内发布信息，24小时内举行发布会", ["重大突发事件5小时内", "24小时内"]),
    ("4月底前启动，10月底前完成", ["4月底前", "10月底前"]),
    ("6月30日前和12月31日前各报送一次", ["6月30日前", "12月31日前"]),
    ("每年6月底、12月底前分别报送", ["每年6月底、12月底前"]),
    ("每半年公开一次进展，次月10日前通报", ["每半年公开一次", "次月10日前"]),
    ("相关制度年内完成修订", ["年内完成"]),
    ("上半年完成目录编制，下半年开展评估", ["上半年完成"]),
    ("截止2024年6月30日前报送", ["2024年6月30日前"]),
    ("2019年5月15日起施行的《政府信息公开条例》（2019年修订）", []),
    ("按照国办发〔2024〕1号、2024年2月印发的要点要求", []),
    ("对2023年12月31日前的文件进行清理，2022年1月1日前印发的文件全部评估", []),
    ("清理2024年6月30日前印发的文件", []),
    ("有效期自2024年1月1日至2028年12月31日", []),
    ("去年年底前已完成，三年来持续推进", []),
    ("办理时限压缩至3个工作日以内", []),
    ("公示期不少于5个工作日，连续3个月无更新的予以关停", []),
    ("“十四五”规划、7×24小时在线、2024—2025学年、前三季度", []),
    ("解读材料与政策文件同步组织、同步审签、同步部署", []),
)  # fmt: skip


@pytest.mark.parametrize(("text", "raws"), INSIDE)
def test_deadlines_inside_a_sentence(text: str, raws: list[str]) -> None:
    assert [d.raw for d in deadlines_inside(text, YEAR)] == raws


NOTICES = (
    (["所有工作任务于12月底前完成，并将落实情况纳入年度报告"], "12月底前"),
    (["实时跟进推动,所有工作任务于12月底 前完成"], "12月底前"),
    (["确保各项任务在2024年11月30日前完成。"], "2024年11月30日前"),
    (["各项工作任务务必于年底", "前完成。"], "年底前"),
    (["确定法定公开事项,年底前形成主动公开事项目录"], None),
    (["请于12月20日前将工作总结报区政府办公室。"], None),
    ([], None),
    (["各项工作任务，要于11月30日前完成。"], "11月30日前"),
    (["上述工作于2024年10月31日前完成"], "2024年10月31日前"),
    (["各任务完成时限均为2024年12月31日"], "2024年12月31日"),
    (["未注明完成时限的，均于2024年12月底前完成。"], "2024年12月底前"),
    (["没有明确时间要求的，12月底前完成"], "12月底前"),
    (["除已明确时限的外，其他任务均应于2024年12月底前完成"], "2024年12月底前"),
    (["完成时限：2024年12月底前"], "2024年12月底前"),
    (["2024年12月底前，各项任务全部完成"], "2024年12月底前"),
    (["请各单位对照分解表，于12月底前将各项任务落实到位"], "12月底前"),
    (["列入清单的任务要于2024年12月31日前办结"], "2024年12月31日前"),
    (["请于2024年12月20日前将落实情况报送区政府办公室"], None),
    (["各项工作任务落实情况于12月20日前报区政府办公室"], None),
    (["12月10日前将任务完成情况报区政务公开办"], None),
    (["各单位要对照任务分解表，6月底前制定本单位工作台账"], None),
    (["各项任务分解到人，6月底前完成方案制定"], None),
    (["各单位要对照任务分解表逐项抓好落实，确保12月底前全面完成。"], "12月底前"),
    (["请按照任务分工抓好落实，务于11月30日前全部完成，并报送情况。"], "11月30日前"),
    (["要对照工作台账查漏补缺，6月底前全面完成网站改版。"], None),
    (["截至2023年底，各项任务全部完成", "去年各项任务均于12月底前完成", "2023年底前各项任务已全部完成"], None),
)  # fmt: skip


@pytest.mark.parametrize(("texts", "default"), NOTICES)
def test_the_notice_speaks_for_all_tasks(texts: list[str], default: str | None) -> None:
    assert default_deadline(texts) == default


@pytest.mark.shared
def test_only_one_of_the_five_documents_has_a_deadline_for_all(shared: Path) -> None:
    found = {p.name[:3]: default_deadline(p.read_text("utf-8").splitlines()) for p in (shared / "seeds").glob("*.txt")}
    assert found == {"000": None, "001": None, "002": None, "003": "12月底前", "004": None}


QUESTIONS = (
    # deadline cell | requirement | codes asked
    ("1月31日前", "发布年度报告", ["PLN-152"]), ("次年1月31日前", "发布年度报告", []), ("2025年1月31日前", "发布年度报告", []),
    ("每年1月31日前", "发布年度报告", []), ("2012年10月底前；2012年底前", "分级建立目录", ["PLN-153"]), ("4月至10月", "开展专项整治", []),
    ("收到申请书三日内", "登记申请", ["PLN-154"]), ("信息形成之日起20个工作日内", "公开信息", []), ("30个自然日内", "答复", []), ("6月底前", "公开信息", []),
    ("全年", "收到申请三日内登记，1月31日前发布年度报告", ["PLN-152", "PLN-154"]),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "requirement", "asked"), QUESTIONS)
def test_what_the_office_is_asked_about_a_deadline(cell: str, requirement: str, asked: list[str]) -> None:
    table = tabbed(
        [
            ["序号", "工作要求", "责任单位", "完成时限"],
            ["1", f"{requirement}并做好有关工作", "区财政局", cell],
            ["2", "做好其他有关工作", "区司法局", "全年"],
        ]
    )
    first = read(table).tasks[0]
    assert first.deadline.raw == cell
    found = [f for f in first.findings if f.code in ("PLN-152", "PLN-153", "PLN-154")]
    assert sorted({f.code for f in found}) == asked
    assert all(f.message and f.remedy and "{" not in f.message for f in found)


@pytest.mark.parametrize(
    ("requirement", "asked"),
    [
        ("每周检查一次栏目更新情况", ["PLN-168"]),
        ("6月底前更新栏目信息", ["PLN-167"]),
        ("9月底前组织培训，每周检查一次栏目更新情况", ["PLN-167", "PLN-168"]),
    ],
)
def test_how_often_is_told_once_and_never_as_a_day_to_fill_in(requirement: str, asked: list[str]) -> None:
    table = tabbed(
        [
            ["序号", "工作要求", "责任单位", "完成时限"],
            ["1", requirement, "区财政局", "全年"],
            ["2", "做好其他有关工作", "区司法局", "全年"],
        ]
    )
    plan = read(table)
    found = [f for f in (*plan.tasks[0].findings, *plan.findings) if f.code in ("PLN-167", "PLN-168")]
    assert sorted(f.code for f in found) == asked
    assert not [f for f in found if f.code == "PLN-167" and "每周" in f.message]


WORDS = "年月日底末前内后起每季度半全个工作日当天及时公开长期坚持收到答复自于在与同步发布1234567890一二三十百，。；、 \n上下"


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(alphabet=WORDS, max_size=40), st.text(max_size=60)), st.sampled_from([None, 2024, 1, 9999]))
def test_no_text_breaks_the_reader(text: str, year: int | None) -> None:
    found = parse_deadline(text, year)
    assert found.kind in {"date", "recurring", "event", "period", "open", "text", "none"}
    assert plain(found.raw) in plain(text) or "；" in found.raw or found.raw == repair(text)
    deadlines_inside(text, year)
    default_deadline([text])


@settings(max_examples=150, deadline=None)
@given(st.dates(date(2020, 2, 1), date(2030, 12, 31)))
def test_a_written_day_is_the_day_read(day: date) -> None:
    for text in (
        f"{day.year}年{day.month}月{day.day}日前",
        f"{day.year}-{day.month:02d}-{day.day:02d}",
        f"{day.year}.{day.month}.{day.day}前",
    ):
        assert parse_deadline(text, 2024).date == day
    if day.month > 1:
        assert parse_deadline(f"{day.month}月{day.day}日前", day.year).date == day


@pytest.mark.parametrize(
    ("text", "offset", "direction"),
    [
        ("停供前72小时", 3, "before"),
        ("事件发生后24小时内", 1, "after"),
        ("停供前2小时", None, "before"),
        ("事件发生后5小时内", None, "after"),
    ],
)
def test_whole_days_of_hours_are_counted_and_other_hours_keep_their_direction(
    text: str, offset: int | None, direction: str
) -> None:
    found = parse_deadline(text, 2024)
    assert (found.kind, found.offset, found.unit, found.direction) == (
        "event",
        offset,
        "日" if offset else None,
        direction,
    )
    assert found.event in ("停供", "事件发生")


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("每20个工作日更新", "20个工作日"),
        ("每10日更新一次", "10日"),
        ("每隔15天", "15日"),
        ("每两周一次", "2周"),
        ("每日", "日"),
    ],
)
def test_a_cycle_of_days(text: str, every: str) -> None:
    assert (parse_deadline(text, 2024).kind, parse_deadline(text, 2024).every) == ("recurring", every)


def test_a_number_of_years_is_not_the_plans_own_year() -> None:
    (found,) = deadlines_inside("力争5年内实现全覆盖。", 2024)
    assert (found.raw, found.kind, found.offset, found.unit) == ("5年内", "period", 60, "月")
    assert [d.raw for d in deadlines_inside("2024年内完成整改，年内实现网上办理。", 2024)] == [
        "2024年内完成",
        "年内实现",
    ]


@pytest.mark.parametrize("said", ["每月25日前", "6月28日前", "每季度末月25日前"])
def test_a_day_of_a_month_is_told_with_its_month(said: str) -> None:
    assert shortened(said) == said
