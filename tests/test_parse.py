"""Reading a submitted book: values with their address, and what was moved, renamed, merged, hidden or left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import book, codes, form, rule, sheet, told

from toolkit.findings import Finding, Level
from toolkit.forms.form import Form
from toolkit.forms.order import Order, OrderRow, ticket
from toolkit.forms.parse import parse
from toolkit.model import Book, Draft, Value

GRID = """
| 情况表   |         |         |         |
| 填报单位：{{单位.名称}} |  |      |         |
| 项目     | 自然人   | 法人     | 总计     |
|----------|---------|---------|---------|
| 一、新收 | {{a.n}} | {{a.f}} | {{a.t}} |
| 二、上年结转 | {{b.n}} | {{b.f}} | {{b.t}} |
| 三、办结 | {{c.n}} | {{c.f}} | {{c.t}} |
| 四、结转下年 | {{d.n}} | {{d.f}} | {{d.t}} |
"""
FILLED = """
| 情况表   |     |     |     |
| 填报单位：区教育局 | | |   |
| 项目     | 自然人 | 法人 | 总计 |
|----------|-----|-----|-----|
| 一、新收 | 3   | 1   | =4  |
| 二、上年结转 | 2 | 0 | =2  |
| 三、办结 | 4   | 1   | =5  |
| 四、结转下年 | 1 | 0 | =1  |
"""
COUNTS = {
    f"{row}.{column}": {"type": "整数", **({"prefill": f"={row}.n+{row}.f"} if column == "t" else {})}
    for row in "abcd"
    for column in "nft"
}
FIGURES = form({"表": GRID}, COUNTS)


def values(draft: Draft) -> dict[str, Value]:
    return {name: filled.value for name, filled in draft.cells.items() if not name.startswith("代填")}


def read(
    markdown: str, what: Form = FIGURES, order: Order | None = None, **more: Any
) -> tuple[Draft, tuple[Finding, ...]]:
    return parse(book(sheet(what.sheets[0].name, markdown, **more)), what, order)


WHOLE = {
    "a.n": 3, "a.f": 1, "a.t": 4, "b.n": 2, "b.f": 0, "b.t": 2, "c.n": 4, "c.f": 1, "c.t": 5, "d.n": 1, "d.f": 0, "d.t": 1,
}  # fmt: skip


def test_every_value_has_its_address() -> None:
    draft, found = read(FILLED)
    assert values(draft) == WHOLE
    assert (draft.cells["b.f"].sheet, draft.cells["b.f"].cell) == ("表", "C5")
    assert found == ()


def test_labels_may_differ_in_width_brackets_and_spaces() -> None:
    draft, found = read(FILLED.replace("一、新收", "一、␣新收").replace("填报单位：", "填报单位:"))
    assert values(draft) == WHOLE and found == ()


def test_a_changed_label_is_named_and_the_row_is_read_on() -> None:
    draft, found = read(FILLED.replace("三、办结", "三、办理"))
    assert told(found) == [("IN-402", "A6")]
    assert "三、办结" in found[0].message and "三、办理" in found[0].message
    assert values(draft) == WHOLE


def test_a_row_that_is_now_another_one_is_not_read() -> None:
    draft, found = read(FILLED.replace("三、办结", "其中：信访"))
    assert told(found) == [("IN-402", "A6")]
    assert values(draft) == {k: v for k, v in WHOLE.items() if not k.startswith("c.")}


def test_an_inserted_row_is_named_and_what_is_below_is_read_where_it_stands_now() -> None:
    draft, found = read(FILLED.replace("| 三、办结", "| 备注 | 9 | 9 | 9 |\n| 三、办结"))
    assert told(found) == [("IN-403", "A6")]
    assert "第 6 行" in found[0].message and "插入" in found[0].message
    assert values(draft) == WHOLE
    assert draft.cells["c.n"].cell == "B7"


def test_a_deleted_row_is_named_and_its_values_are_not_guessed() -> None:
    lines = [x for x in FILLED.splitlines() if "二、上年结转" not in x]
    draft, found = read("\n".join(lines))
    assert codes(found) == ["IN-403"]
    assert "原第 5 行" in found[0].message and "二、上年结转" in found[0].message
    assert values(draft) == {k: v for k, v in WHOLE.items() if not k.startswith("b.")}


def test_the_last_row_deleted() -> None:
    lines = [x for x in FILLED.splitlines() if "四、" not in x]
    draft, found = read("\n".join(lines))
    assert codes(found) == ["IN-403"] and "四、结转下年" in found[0].message
    assert values(draft) == {k: v for k, v in WHOLE.items() if not k.startswith("d.")}


def test_two_rows_changed_places() -> None:
    a, b = "| 一、新收 | 3   | 1   | =4  |", "| 二、上年结转 | 2 | 0 | =2  |"
    draft, found = read(FILLED.replace(a, "@").replace(b, a).replace("@", b))
    assert set(codes(found)) == {"IN-403"}
    assert values(draft).items() <= WHOLE.items()


def test_an_inserted_column() -> None:
    wide = "\n".join(
        x.replace("|", "| 备注 |", 2).replace("| 备注 |", "|", 1) if x.count("|") > 3 and "---" not in x else x
        for x in FILLED.splitlines()
    )
    draft, found = read(wide.replace("情况表   | 备注", "情况表   | ").replace("区教育局 | 备注", "区教育局 | "))
    assert told(found) == [("IN-403", "B1")]
    assert "B 列" in found[0].message
    assert values(draft) == WHOLE
    assert draft.cells["a.n"].cell == "C4"


def test_a_deleted_column() -> None:
    narrow = "\n".join(
        "|".join(cells[:3] + cells[4:]) if (cells := x.split("|"))[0] == "" and len(cells) > 4 else x
        for x in FILLED.splitlines()
    )
    draft, found = read(narrow)
    assert codes(found) == ["IN-403"] and "原 C 列（“法人”）" in found[0].message
    assert values(draft) == {k: v for k, v in WHOLE.items() if not k.endswith(".f")}


@given(
    st.lists(st.sampled_from(range(3, 9)), max_size=2, unique=True),
    st.lists(st.sampled_from(range(4, 8)), max_size=1),
)
def test_no_value_ever_comes_from_another_cell(inserted: list[int], deleted: list[int]) -> None:
    """Whatever rows come and go: a value that is read is the one that was typed for that field."""
    lines = [x for x in FILLED.strip().splitlines() if "---" not in x]
    kept = [x for n, x in enumerate(lines, start=1) if n not in deleted]
    for place in sorted(inserted, reverse=True):
        kept.insert(min(place - 1, len(kept)), "| 　x | 77 | 88 | 99 |")
    draft, found = read("\n".join(kept))
    assert values(draft).items() <= WHOLE.items()
    if inserted or deleted:
        assert any(f.code in ("IN-402", "IN-403", "IN-408") for f in found)


# ---------------------------------------------------------------- sheets


def test_a_missing_sheet() -> None:
    draft, found = parse(book(sheet("Sheet1", "| 别的 |")), FIGURES, None)
    assert codes(found) == ["IN-401"] and found[0].sheet == "表" and "Sheet1" in found[0].message
    assert values(draft) == {}


def test_a_renamed_sheet_is_said_and_read_all_the_same() -> None:
    draft, found = parse(book(sheet("附表 (2)", FILLED), sheet("填报说明", "| 说明 |")), FIGURES, None)
    assert codes(found) == ["IN-401"]
    assert values(draft) == WHOLE and draft.cells["a.n"].sheet == "附表 (2)"


def test_two_sheets_that_could_be_it_are_not_chosen_from() -> None:
    draft, found = parse(book(sheet("一", FILLED), sheet("二", FILLED)), FIGURES, None)
    assert codes(found) == ["IN-401"] and values(draft) == {}


def test_a_sheet_name_in_another_width_is_no_fault() -> None:
    what = form({"表（一）": GRID}, COUNTS)
    draft, found = parse(book(sheet("表(一) ", FILLED)), what, None)
    assert found == () and values(draft) == WHOLE


def test_a_sheet_of_quite_other_content_is_one_finding() -> None:
    draft, found = read("| 甲 | 乙 |\n| 1 | 2 |")
    assert codes(found) == ["IN-403"] and values(draft) == {}


def test_nothing_filled() -> None:
    empty = FILLED
    for number in "3124501":
        empty = empty.replace(f" {number} ", "   ")
    empty = empty.replace("=4", "=0").replace("=2", "=0").replace("=5", "=0").replace("=1", "=0")
    _, found = read(empty)
    assert codes(found) == ["IN-416"]


# ---------------------------------------------------------------- what stands around


def test_merged_inputs() -> None:
    _, found = read(FILLED, merges=((4, 2, 5, 2), (1, 1, 1, 4)))
    assert told(found) == [("IN-406", "B4")]


def test_hidden_rows_and_columns_count_and_are_said() -> None:
    draft, found = read(FILLED, hidden_rows=frozenset({5, 30}), hidden_columns=frozenset({3}))
    assert codes(found) == ["IN-405", "IN-405"] and "第 5 行" in found[0].message and "C 列" in found[1].message
    assert values(draft) == WHOLE and all(f.level is Level.NOTE for f in found)


def test_filtered_rows_count() -> None:
    draft, found = read(FILLED, hidden_rows=frozenset({5}), filtered=True)
    assert codes(found) == ["IN-407"] and values(draft) == WHOLE


def test_a_filter_that_hides_nothing_is_nothing() -> None:
    assert read(FILLED, filtered=True)[1] == ()


def test_content_outside_the_form() -> None:
    draft, found = read(FILLED.replace("=1  |", "=1  |  | 草稿 |") + "\n| |\n| 合计 | 5 |")
    assert codes(found) == ["IN-408"] and "F7、A9、B9" in found[0].message
    assert values(draft) == WHOLE


def test_cell_findings_carry_the_address() -> None:
    draft, found = read(FILLED.replace("| 4   | 1   |", "| '4件 | 1 |").replace("| 2 | 0 |", "| #REF! | '０ |"))
    assert [(f.code, f.sheet, f.cell, f.field) for f in found] == [
        ("IN-503", "表", "B5", "b.n"),
        ("IN-512", "表", "C5", "b.f"),
        ("IN-505", "表", "B6", "c.n"),
    ]
    assert draft.value("b.n") is None and draft.value("c.n") == "4件"


def test_a_rule_about_whole_numbers_speaks_instead_of_the_type() -> None:
    ruled = form({"表": GRID}, COUNTS, rules=[rule("1", "非负整数(件数,a.n)")], blocks={"件数": ("c.n", "c.f")})
    odd = FILLED.replace("| 4   |", "| 4.5 |").replace("| 2 | 0 |", "| 2.5 | 0 |")
    assert told(read(odd, ruled)[1]) == [("IN-505", "B5")]


# ---------------------------------------------------------------- locked cells


def order(
    values: Mapping[str, Value] | None = None, locked: tuple[str, ...] = (), rows: tuple[OrderRow, ...] = ()
) -> Order:
    return Order(ticket("试表", 1, "区教育局", "2024-05", "1"), values or {}, frozenset(locked), rows={"进展": rows})


def test_a_locked_cell_that_was_changed_keeps_what_was_issued() -> None:
    draft, found = read(FILLED, order=order({"b.n": 7, "b.f": 0}, ("b.n", "b.f")))
    assert told(found) == [("IN-517", "B5")] and "7" in found[0].message and found[0].value == "2"
    assert draft.value("b.n") == 7 and draft.value("b.f") == 0


def test_what_was_prefilled_is_not_filled() -> None:
    bare = "\n".join(x if "二、" in x else x.replace("3", "").replace("1", "") for x in FILLED.splitlines())
    bare = bare.replace("| 4   |", "|  |").replace("| 0 | =", "|  | =")
    _, found = read(bare, order=order({"b.n": 2}))
    assert "IN-416" in codes(found)


# ---------------------------------------------------------------- lists

TASKS = """
| 进展表 |  |  |  |  |
| 任务编号 | 工作要求 | 角色 | 完成情况 | 完成日期 |
|---|---|---|---|---|
| {{进展.任务编号}} | {{进展.工作要求}} | {{进展.角色}} | {{进展.完成情况}} | {{进展.完成日期}} |
| 填表人： | {{填表人}} |  |  |  |
"""
COLUMNS = {
    "进展.任务编号": {"type": "文本", "prefill": "任务.任务编号", "locked": "是"},
    "进展.工作要求": {"type": "长文本", "prefill": "任务.工作要求", "locked": "是"},
    "进展.角色": {"type": "文本", "prefill": "任务.角色", "locked": "是"},
    "进展.完成情况": {"type": "选项", "options": "完成情况"},
    "进展.完成日期": {"type": "日期"},
    "填表人": {"type": "文本"},
}
CHOICES = {"完成情况": ("进行中", "已完成")}
PROGRESS = form({"进展": TASKS}, COLUMNS, lists=("进展",), by_task=True, options=CHOICES)
PLAN = tuple(
    OrderRow({"任务编号": f"2024-00{n}", "工作要求": f"第{n}项要求", "角色": role})
    for n, role in ((1, "牵头"), (2, "责任"), (3, "配合"))
)
HEAD = "| 进展表 |\n| 任务编号 | 工作要求 | 角色 | 完成情况 | 完成日期 |\n"
ROWS = (
    "| 2024-001 | 第1项要求 | 牵头 | 已完成 | 2024-05-08 |",
    "| 2024-002 | 第2项要求 | 责任 | 进行中 |  |",
    "| 2024-003 | 第3项要求 | 配合 | 进行中 |  |",
)
FOOT = "| 填表人： | 某某 |"


def progress(
    *rows: str, foot: str = FOOT, issued: Order | None = None, **more: Any
) -> tuple[Draft, tuple[Finding, ...]]:
    return read(HEAD + "\n".join((*rows, foot)), PROGRESS, issued or order(rows=PLAN), **more)


def seen(draft: Draft) -> list[tuple[Value, Value, Value, str]]:
    return [
        (row["任务编号"].value, row["完成情况"].value, row["完成日期"].value, row["完成情况"].cell)
        for row in draft.lists["进展"]
    ]


ALL = [
    ("2024-001", "已完成", date(2024, 5, 8), "D3"),
    ("2024-002", "进行中", "", "D4"),
    ("2024-003", "进行中", "", "D5"),
]


def test_task_rows_as_issued() -> None:
    draft, found = progress(*ROWS)
    assert seen(draft) == ALL and found == ()
    assert draft.value("填表人") == "某某" and draft.cells["填表人"].cell == "B6"


def test_without_a_ticket_rows_are_taken_as_they_stand() -> None:
    draft, found = read(HEAD + "\n".join((*ROWS, FOOT)), PROGRESS, None)
    assert seen(draft) == ALL and found == ()
    assert draft.value("填表人") == "某某"


def test_rows_in_another_order_are_matched_by_number_and_role() -> None:
    draft, found = progress(ROWS[2], ROWS[0], ROWS[1])
    assert [row[0] for row in seen(draft)] == ["2024-003", "2024-001", "2024-002"] and found == ()


def test_a_missing_row() -> None:
    draft, found = progress(ROWS[0], ROWS[2])
    assert codes(found) == ["IN-419"] and "2024-002" in found[0].message
    assert len(draft.lists["进展"]) == 2 and draft.value("填表人") == "某某"


def test_an_additional_row() -> None:
    draft, found = progress(*ROWS, "| 2024-099 | 自加 | 牵头 | 进行中 | |")
    assert told(found) == [("IN-419", "A6")] and "2024-099" in found[0].message
    assert seen(draft) == ALL


def test_content_without_a_number() -> None:
    _, found = progress(*ROWS, "|  |  |  | 进行中 | |")
    assert told(found) == [("IN-419", "A6")] and "没有任务编号" in found[0].message


def test_a_row_twice() -> None:
    draft, found = progress(ROWS[0], ROWS[0], ROWS[1], ROWS[2])
    assert told(found) == [("IN-419", "A4")] and "多次" in found[0].message
    assert [row[0] for row in seen(draft)] == ["2024-001", "2024-002", "2024-003"]


def test_the_same_task_in_two_roles_is_two_rows() -> None:
    both = (*PLAN, OrderRow({"任务编号": "2024-001", "工作要求": "第1项要求", "角色": "配合"}))
    draft, found = progress(*ROWS, "| 2024-001 | 第1项要求 | 配合 | 进行中 | |", issued=order(rows=both))
    assert found == () and len(draft.lists["进展"]) == 4


def test_a_blank_row_between_is_passed_over_with_a_note() -> None:
    draft, found = progress(ROWS[0], "| |", ROWS[1], ROWS[2])
    assert [(f.code, f.level) for f in found] == [("IN-403", Level.NOTE)] and "第 4 行" in found[0].message
    assert [row[3] for row in seen(draft)] == ["D3", "D5", "D6"]
    assert draft.cells["填表人"].cell == "B7"


def test_a_changed_locked_cell_is_a_note_and_the_issued_text_stands() -> None:
    draft, found = progress(ROWS[0].replace("第1项要求", "改写"), *ROWS[1:])
    assert [(f.code, f.cell, f.field) for f in found] == [("IN-517", "B3", "进展.工作要求")]
    assert draft.lists["进展"][0]["工作要求"].value == "第1项要求"


def test_an_overwritten_number_is_recognised_by_everything_else() -> None:
    draft, found = progress(ROWS[0].replace("2024-001", "2024-OO1"), *ROWS[1:])
    assert told(found) == [("IN-517", "A3")]
    assert seen(draft) == ALL


def test_a_row_locked_as_a_whole_keeps_its_values() -> None:
    done = OrderRow({**PLAN[0].values, "完成情况": "已完成", "完成日期": date(2024, 3, 1)}, locked=True)
    draft, found = progress(*ROWS, issued=order(rows=(done, *PLAN[1:])))
    assert told(found) == [("IN-517", "E3")]
    assert draft.lists["进展"][0]["完成日期"].value == date(2024, 3, 1)


def test_nothing_to_fill_is_not_nothing_filled() -> None:
    rows = tuple(OrderRow({**r.values, "完成情况": "已完成", "完成日期": ""}, locked=True) for r in PLAN)
    lines = [f"| {r.values['任务编号']} | {r.values['工作要求']} | {r.values['角色']} | 已完成 | |" for r in rows]
    columns = {k: v for k, v in COLUMNS.items() if k != "填表人"}
    what = form(
        {"进展": TASKS.replace("| 填表人： | {{填表人}} |  |  |  |", "")}, columns, lists=("进展",), by_task=True
    )
    assert codes(read(HEAD + "\n".join(lines), what, order(rows=rows))[1]) == []
    empty = [x.replace("已完成", "") for x in lines]
    assert codes(read(HEAD + "\n".join(empty), what, order(rows=PLAN))[1]) == ["IN-416"]


def swapped(line: str, order_: tuple[int, ...]) -> str:
    cells = [c.strip() for c in line.strip().strip("|").split("|")]
    cells += [""] * (5 - len(cells))
    return "| " + " | ".join(cells[n] if n >= 0 else "新" for n in order_) + " |"


@pytest.mark.parametrize(
    ("columns", "code", "word"),
    [
        ((0, 1, 2, 4, 3), "IN-403", "移到"),
        ((3, 0, 1, 2, 4), "IN-403", "移到"),
        ((0, 1, -1, 2, 3, 4), "IN-403", "插入了 C 列"),
        ((-1, 0, 1, 2, 3, 4), "IN-403", "插入了 A 列"),
    ],
)
def test_columns_are_read_by_their_headings(columns: tuple[int, ...], code: str, word: str) -> None:
    lines = [swapped(x, columns) for x in (HEAD.splitlines()[1], *ROWS)]
    draft, found = read("| 进展表 |\n" + "\n".join(lines), PROGRESS, order(rows=PLAN))
    assert [row[:3] for row in seen(draft)] == [row[:3] for row in ALL]
    moves = [f for f in found if f.code == code and word in f.message]
    assert len(moves) == 1 and moves[0].level is Level.FIX


def test_a_renamed_heading_is_named_and_the_column_read() -> None:
    text = (HEAD + "\n".join((*ROWS, FOOT))).replace("| 完成情况 |", "| 目前完成情况 |")
    draft, found = read(text, PROGRESS, order(rows=PLAN))
    assert told(found) == [("IN-402", "D2")] and "“完成情况”" in found[0].message and "目前" in found[0].message
    assert seen(draft) == ALL


def test_a_heading_that_became_another_one_is_named_and_the_column_absent() -> None:
    text = (HEAD + "\n".join((*ROWS, FOOT))).replace("| 完成情况 |", "| 领导批示 |")
    draft, found = read(text, PROGRESS, order(rows=PLAN))
    assert told(found) == [("IN-402", "D2")]
    assert all("完成情况" not in row for row in draft.lists["进展"])


def test_a_deleted_column_is_named_and_absent() -> None:
    lines = [swapped(x, (0, 1, 2, 4)) for x in (HEAD.splitlines()[1], *ROWS)]
    draft, found = read("| 进展表 |\n" + "\n".join((*lines, FOOT)), PROGRESS, order(rows=PLAN))
    assert codes(found) == ["IN-403"] and "完成情况" in found[0].message and "原 D 列" in found[0].message
    assert all("完成情况" not in row for row in draft.lists["进展"])
    assert draft.lists["进展"][0]["完成日期"].value == date(2024, 5, 8)


def test_a_heading_twice_is_not_chosen_from() -> None:
    lines = [swapped(x, (0, 1, 2, 3, 3, 4)) for x in (HEAD.splitlines()[1], *ROWS)]
    draft, found = read("| 进展表 |\n" + "\n".join((*lines, FOOT)), PROGRESS, order(rows=PLAN))
    assert any(f.code == "IN-403" and "多次" in f.message for f in found)
    assert all("完成情况" not in row for row in draft.lists["进展"])


REGISTER = form(
    {"登记": "| 登记 | |\n| 日期 | 事项 |\n| {{册.日期}} | {{册.事项}} |"},
    {"册.日期": {"type": "日期"}, "册.事项": {"type": "文本"}},
    lists=("册",),
)


def test_a_list_of_ones_own_skips_blank_rows_and_goes_past_the_issued_ones() -> None:
    rows = "\n".join(f"| 2024-05-{n:02d} | 第{n}件 |" if n % 3 else "| |" for n in range(1, 13))
    draft, found = parse(book(sheet("登记", "| 登记 |\n| 日期 | 事项 |\n" + rows)), REGISTER, None)
    assert len(draft.lists["册"]) == 8 and found == ()
    assert draft.lists["册"][-1]["事项"].cell == "B13"


@given(st.lists(st.sampled_from(["| |", "| 2024-05-08 | x |", "|  | y |"]), min_size=1, max_size=20))
def test_addresses_follow_the_rows_whatever_lies_between(rows: list[str]) -> None:
    filled = sheet("登记", "| 登记 |\n| 日期 | 事项 |\n" + "\n".join(rows))
    draft, _ = parse(book(filled), REGISTER, None)
    for row in draft.lists["册"]:
        for value in row.values():
            column = "AB".index(value.cell[0]) + 1
            stored = filled.cells.get((int(value.cell[1:]), column))
            assert (stored.text if stored else "") == str(value.value)
    assert len(draft.lists["册"]) == sum("x" in r or "y" in r for r in rows)


# ---------------------------------------------------------------- 情况说明

NOTES = """
| 情况说明 |  |  |
| 请说明 |  |  |
| 代填填报人 | 王某 |  |
| 代填来源 | '电话 |  |
| 代填日期 | 2024-06-03 |  |
|  |  |  |
| 规则 | 位置 | 说明 |
| 表-1 | B5 | 因清理 |
|  |  |  |
| 表-2 |  | 见文件 |
"""


def test_explanations_and_stand_in() -> None:
    both: Book = book(sheet("表", FILLED), sheet("情况说明", NOTES))
    draft, found = parse(both, FIGURES, None)
    assert draft.explanations == (("表-1", "B5", "因清理"), ("表-2", "", "见文件"))
    assert draft.stand_in == ("王某", "电话", "2024-06-03")
    assert draft.cells["代填.日期"].cell == "B5" and found == ()


def test_explanations_are_found_where_their_headings_stand() -> None:
    moved = NOTES.replace("| 请说明 |  |  |", "| 请说明 |  |  |\n| | |").replace(
        "| 规则 | 位置 | 说明 |", "| 规则 | 说明 | 位置 |"
    )
    draft, _ = parse(book(sheet("表", FILLED), sheet("情况说明", moved)), FIGURES, None)
    assert draft.explanations[0] == ("表-1", "因清理", "B5")
    assert draft.stand_in == ("王某", "电话", "2024-06-03")


def test_a_book_without_that_sheet_explains_nothing() -> None:
    draft, found = read(FILLED)
    assert draft.explanations == () and draft.stand_in is None and found == ()
