"""Personal data at receipt: what is certain is said, what only looks alike never sends a workbook back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sheets import codes, form
from toolkit.forms.public_texts import personal_findings
from toolkit.model import Draft, Filled
from toolkit.personal import CARD, ID, MAIL, MOBILE, certain, likely

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(region: int, born: date, order: int) -> str:
    """A number with its check digit, by GB 11643-1999."""
    body = f"{region:06d}{born:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def card(body: str) -> str:
    """A number with Luhn's check digit behind it."""
    digits = [int(c) for c in reversed(body)]
    total = sum(d if n % 2 else sum(divmod(d * 2, 10)) for n, d in enumerate(digits))
    return f"{body}{-total % 10}"


identities = st.builds(
    identity,
    st.integers(110101, 659001),
    st.integers(0, 36_000).map(lambda n: date(1920, 1, 1) + timedelta(days=n)),
    st.integers(1, 999),
)
cards = st.one_of(st.integers(10**12, 10**13 - 1), st.integers(10**15, 10**16 - 1)).map(lambda n: card(f"62{n}"))
mobiles = st.integers(13_000_000_000, 19_999_999_999).map(str)
around = st.sampled_from(["", "，", "。", "（", "）", "号码", "：", "\n", " "])


def kinds(text: str) -> list[str]:
    return [kind for kind, _ in certain(text)]


@given(identities, around, around)
def test_an_identity_number_is_certain(number: str, before: str, behind: str) -> None:
    assert kinds(f"申请人{before}{number}{behind}") == [ID]
    assert kinds(number.translate({n + 48: n + 0xFF10 for n in range(10)})) == [ID], "full-width digits"


@given(identities, st.integers(1, 9))
def test_a_wrong_check_digit_is_none(number: str, step: int) -> None:
    at = "10X98765432".index(number[-1])
    other = number[:-1] + "10X98765432"[(at + step) % 11]
    assert ID not in kinds(other) and MOBILE not in kinds(other)


@given(mobiles, st.sampled_from(["电话{}", "联系人 {}。", "（{}）", "{}，", "手机：{}"]))
def test_a_mobile_number_alone_is_certain(number: str, text: str) -> None:
    assert kinds(text.format(number)) == [MOBILE]


@given(cards)
def test_a_card_is_certain(number: str) -> None:
    assert kinds(f"卡号{number}") == [CARD]


@pytest.mark.parametrize(
    "text",
    [
        "投资13912345678元", "受理 13912345678 件", "金额 13,912,345,678.00", "139.12345678", "编号ZW13912345678", "0531-13912345678",
        "云政办发〔2024〕13号", "统一社会信用代码 91370100MA3C8G2X5K", "11370100004188031A", "邮编 250000，电话 0531-66601234",
        "项目代码 2402-370105-04-01-123456", "2024-06-07 至 2024-12-31", "身份证号 110101199002300018（无此日期）",
        "身份证号 110101199001010000", "6222000000000000000", "报文 20240607123456789012345", "公开咨询热线 12345、12315", "",
        "来信 openness@example.gov.cn", "发票号码 044031900104", "受理编号：13912345678", "投资总额为 13912345678", "10086 10010", "139 1234 5678 三项合计",
    ],
)  # fmt: skip
def test_look_alikes_go_by(text: str) -> None:
    assert certain(text) == ()


@given(st.text(alphabet=st.characters(categories=["Lo", "Po", "Zs"]), max_size=40), st.integers(0, 10**9))
def test_figures_in_running_text_go_by(text: str, number: int) -> None:
    assert certain(f"{text}{number}{text}") == ()


def test_what_is_likely_is_for_the_last_gate() -> None:
    assert likely("来信 openness@example.com") == (MAIL,)
    assert likely("139 1234 5678") == (MOBILE,)


def test_the_number_itself_is_never_repeated() -> None:
    number = identity(100000, date(1900, 1, 1), 1)
    (found,) = certain(f"申请人身份证号{number}")
    assert number[3:-2] not in found[1] and found[1].startswith(number[:3])


# ---------------------------------------------------------------- which cells are asked


FIELDS = {
    "公开说明": {"type": "长文本", "public": True},
    "内部说明": {"type": "长文本"},
    "公开数": {"type": "整数", "public": True},
    "清单.说明": {"type": "文本", "public": True},
}
PAGES = {
    "表": "| 一 | {{公开说明}} |\n| 二 | {{内部说明}} |\n| 三 | {{公开数}} |",
    "清单页": "| 说明 |\n| {{清单.说明}} |",
}


def draft(**cells: object) -> Draft:
    why = tuple({"说明": Filled(v, "情况说明", "C9")} for v in cells.pop("情况说明", ()))  # type: ignore[attr-defined]
    rows = [{"说明": Filled(v, "清单页", f"A{n}")} for n, v in enumerate(cells.pop("清单", ()), 2)]  # type: ignore[var-annotated, arg-type]
    placed = {name: Filled(v, "表", f"B{n}") for n, (name, v) in enumerate(cells.items(), 1)}  # type: ignore[arg-type]
    return Draft("试表", placed, {"清单": tuple(rows), "情况说明": why})


def test_only_texts_that_will_be_published_are_asked() -> None:
    made = form(PAGES, FIELDS, lists=("清单",))  # type: ignore[arg-type]
    said = personal_findings(draft(公开说明="电话13800138000", 内部说明="电话13800138000", 公开数=13800138000), made)
    assert [(f.code, f.sheet, f.cell, f.label) for f in said] == [("IN-509", "表", "B1", "公开说明")]
    assert "13800138000" not in said[0].message + said[0].value
    listed = personal_findings(draft(清单=["甲", "电话13800138000"]), made)
    assert codes(listed) == ["IN-509"] and listed[0].cell == "A3" and listed[0].field == "清单.说明"


def test_an_explanation_is_printed_with_public_figures() -> None:
    private = {name: {k: v for k, v in f.items() if k != "public"} for name, f in FIELDS.items()}
    said = draft(情况说明=["经核实，联系人电话13800138000。"])
    found = personal_findings(said, form(PAGES, FIELDS, lists=("清单",)))  # type: ignore[arg-type]
    assert [(f.code, f.sheet, f.cell) for f in found] == [("IN-509", "情况说明", "C9")]
    assert personal_findings(said, form(PAGES, private, lists=("清单",))) == ()  # type: ignore[arg-type]
