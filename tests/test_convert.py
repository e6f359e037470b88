"""Cells by declared type: what is taken, what is taken with a word, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import cell, codes

from toolkit.findings import Level
from toolkit.forms.convert import convert, type_fault
from toolkit.forms.form import Field, Option
from toolkit.model import NOTHING_MARKS, RawCell, Value

OPTIONS = {"完成情况": tuple(Option(v) for v in ("未启动", "进行中", "已完成（含提前）", "持续推进"))}


def read(raw: RawCell | str | None, type_: str, **more: str) -> tuple[Value, list[str]]:
    made = cell(raw) if isinstance(raw, str) else raw
    value, found = convert(made, Field("f", "某栏", type_, **more), OPTIONS)
    assert all(f.field == "f" and f.label == "某栏" for f in found)
    return value, codes(found)


def text(content: str) -> RawCell:
    return RawCell("s", content)


@pytest.mark.parametrize(
    "type_", ["文本", "整数", "小数", "金额", "日期", "是否", "选项", "多选", "网址", "单位", "长文本"]
)
def test_blank_is_an_empty_text_and_no_finding(type_: str) -> None:
    assert read(None, type_) == ("", [])
    assert read(text("  　"), type_) == ("", [])


@pytest.mark.parametrize(
    ("raw", "type_", "value", "found"),
    [
        ("12", "整数", 12, []),
        ("12.50", "金额", Decimal("12.50"), []),
        ("3", "小数", Decimal(3), []),
        ("-3", "整数", -3, []),
        ("'12", "整数", 12, ["IN-512"]),
        ("'１２", "整数", 12, ["IN-512"]),
        ("'␣12␣", "整数", 12, ["IN-512"]),
        ("'1,200", "整数", 1200, ["IN-512"]),
        ("'1，234，567.5", "小数", Decimal("1234567.5"), ["IN-512"]),
        ("'－5", "整数", -5, ["IN-512"]),
        ("'22（其中修订 16 件）", "整数", 22, ["IN-518"]),
        ("'55(含自然失效 29 件)", "整数", 55, ["IN-518"]),
        ("2.5", "整数", Decimal("2.5"), ["IN-505"]),
        ("'12件", "整数", "12件", ["IN-505"]),
        ("'3万元", "金额", "3万元", ["IN-505"]),
        ("'约20", "整数", "约20", ["IN-505"]),
        ("'十二", "整数", "十二", ["IN-505"]),
        ("'12,5", "整数", "12,5", ["IN-505"]),
        ("'1 2", "整数", "1 2", ["IN-505"]),
        ("'50%", "小数", "50%", ["IN-505"]),
        ("TRUE", "整数", "TRUE", ["IN-505"]),
        ("2024-05-08", "整数", "2024-05-08", ["IN-505"]),
        ("1234567890123456", "整数", 1234567890123456, ["IN-506"]),
        ("#REF!", "整数", None, ["IN-503"]),
        ("=?", "整数", None, ["IN-502"]),
        ("=7", "整数", 7, ["IN-501"]),
    ],
)
def test_numbers(raw: str, type_: str, value: Value, found: list[str]) -> None:
    result, said = read(raw, type_)
    assert (result, said) == (value, found)
    assert type(result) is type(value)


@pytest.mark.parametrize("mark", sorted(NOTHING_MARKS - {""}))
def test_marks_for_nothing_stay_as_written(mark: str) -> None:
    for type_ in ("整数", "小数", "金额"):
        assert read(text(mark), type_) == (mark, [])


def test_fraction_in_a_count_is_left_to_the_rule_that_speaks_of_it() -> None:
    value, found = convert(cell("2.5"), Field("f", "件数", "整数"), {}, whole_ruled=True)
    assert (value, found) == (Decimal("2.5"), ())


def test_message_says_what_belongs_there() -> None:
    _, found = convert(cell("'12件"), Field("f", "件数", "整数"), {})
    assert found[0].level is Level.FIX
    assert "应填整数" in found[0].message and "12件" in found[0].message


def test_formula_of_the_form_itself_is_no_news() -> None:
    assert read("=7", "整数", prefill="=a+b") == (7, [])


@pytest.mark.parametrize(
    "written",
    [
        "2024年5月8日", "2024年05月08日", "2024.5.8", "2024/5/8", "2024-5-8", "20240508", "２０２４年５月８日",
        "2024 年 5 月 8 日", "二〇二四年五月八日", "二○二四年五月八日", "2024年5月8号", "2024-05-08 00:00:00",
        "2024—5—8", "2024年5月8日（星期三）",
    ],
)  # fmt: skip
def test_days_in_chinese_spellings(written: str) -> None:
    assert read(text(written), "日期") == (date(2024, 5, 8), ["IN-513"])


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("5月8日", "缺少年份"),
        ("五月八日", "缺少年份"),
        ("2024年5月", "缺少具体日期"),
        ("2024.5", "缺少具体日期"),
        ("2024年", "缺少月份和日期"),
        ("24.5.8", "四位"),
        ("8/5/2024", "先后"),
        ("2024-02-30", "没有这一天"),
        ("12月底前", ""),
        ("待定", ""),
    ],
)
def test_days_that_are_none(written: str, reason: str) -> None:
    value, found = convert(text(written), Field("f", "完成日期", "日期"), {})
    assert value == written
    assert codes(found) == ["IN-504"]
    assert reason in found[0].message


@pytest.mark.parametrize(
    ("raw", "value", "found"),
    [
        ("2024-05-08", date(2024, 5, 8), []),
        ("2024-05-08 13:30", date(2024, 5, 8), ["IN-522"]),
        ("45420", date(2024, 5, 8), ["IN-521"]),
        ("20240508", date(2024, 5, 8), ["IN-521"]),
        ("36525", "36525", ["IN-504"]),
        ("73050", date(2099, 12, 31), ["IN-521"]),
        ("73051", "73051", ["IN-504"]),
        ("2024.5", "2024.5", ["IN-504"]),
        ("1999-12-31", date(1999, 12, 31), ["IN-516"]),
        ("'／", "", ["IN-523"]),
        ("#VALUE!", None, ["IN-503"]),
    ],
)
def test_days_as_stored(raw: str, value: Value, found: list[str]) -> None:
    assert read(raw, "日期") == (value, found)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_of_the_century_is_read_however_it_is_written(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for written in (f"{y}年{m}月{d}日", f"{y}.{m}.{d}", f"{y}/{m:02d}/{d:02d}", f"{y}{m:02d}{d:02d}"):
        assert read(text(written), "日期")[0] == day
    serial = (day - date(1899, 12, 30)).days
    assert read(str(serial), "日期")[0] == day


@given(st.integers(-(10**14), 10**14))
def test_a_number_written_as_text_is_the_same_number(number: int) -> None:
    for written in (
        str(number),
        f"{number:,}",
        f" {number} ",
        str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        assert read(text(written), "整数")[0] == number


@given(st.text(max_size=40), st.sampled_from(["文本", "整数", "金额", "日期", "是否", "选项", "多选"]))
def test_any_text_gives_a_value_or_a_finding_never_an_exception(content: str, type_: str) -> None:
    field = Field("f", "某栏", type_, options="完成情况" if type_ in ("选项", "多选") else "")
    value, found = convert(text(content), field, OPTIONS)
    if type_fault(value, field, OPTIONS):
        assert any(f.level is Level.FIX for f in found)
    assert convert(text(content), field, OPTIONS) == (value, found)


@pytest.mark.parametrize(
    ("raw", "value", "found"),
    [
        ("是", "是", []),
        ("否", "否", []),
        ("√", "是", ["IN-520"]),
        ("✓", "是", ["IN-520"]),
        ("y", "是", ["IN-520"]),
        ("TRUE", "是", ["IN-520"]),
        ("FALSE", "否", ["IN-520"]),
        ("部分", "部分", ["IN-514"]),
    ],
)
def test_yes_and_no(raw: str, value: str, found: list[str]) -> None:
    assert read(raw, "是否") == (value, found)


def test_a_choice_is_exact_but_for_width_and_brackets() -> None:
    assert read(text(" 已完成(含提前) "), "选项", options="完成情况") == ("已完成（含提前）", [])
    _, found = convert(text("进行"), Field("f", "完成情况", "选项", options="完成情况"), OPTIONS)
    assert codes(found) == ["IN-514"]
    assert "是否为“进行中”" in found[0].message
    assert "未启动、进行中、已完成（含提前）、持续推进" in found[0].remedy


def test_several_choices() -> None:
    assert read(text("进行中,未启动；进行中"), "多选", options="完成情况") == ("进行中、未启动", [])
    assert read(text("进行中、别的"), "多选", options="完成情况") == ("进行中、别的", ["IN-514"])


def test_texts_lose_only_what_nobody_sees() -> None:
    assert read(text("甲\x01乙"), "文本") == ("甲乙", ["IN-507"])
    assert read(text("甲\u200b乙\ufeff"), "文本") == ("甲乙", ["IN-510"])
    assert read(text("第一行\r\n第二行"), "长文本") == ("第一行\n第二行", [])
    assert read("007", "文本") == ("007", [])


@pytest.mark.parametrize(
    "content", ["<script>alert(1)</script>", "=1+1", "javascript:x", "{{7*7}}", "+cmd|' /C calc'!A0"]
)
def test_code_like_text_is_kept_and_said(content: str) -> None:
    assert read(text(content), "长文本") == (content, ["IN-511"])


@pytest.mark.parametrize("content", ["-", "- 第一项", "完成率<90%", "见附件+照片", "a@b.cn", "—"])
def test_ordinary_text_is_not_taken_for_code(content: str) -> None:
    assert read(text(content), "长文本") == (content, [])


def test_a_text_longer_than_a_cell_may_hold_is_cut_and_returned() -> None:
    value, found = convert(text("长" * 32_768), Field("f", "说明", "长文本"), {})
    assert len(str(value)) == 32_767
    assert codes(found) == ["IN-508"] and "32768" in found[0].message


def test_a_long_number_in_a_text_column_has_lost_digits() -> None:
    assert read("320102199001011230", "文本") == ("320102199001011230", ["IN-506"])
    assert read("'320102199001011230", "文本") == ("320102199001011230", [])
