"""Form, unit and period of a book: who says what, and what happens when they do not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sheets import book, codes, form, sheet

from toolkit.findings import Level
from toolkit.forms.form import TICKET_SHEET, Form
from toolkit.forms.layout import ticket_values
from toolkit.forms.order import Order, ticket
from toolkit.intake.identify import Identity, identify
from toolkit.model import Book, Period, RawSheet, Roster, Ticket, Unit

UNITS = (
    Unit("1", "区教育局", short="教育局", aliases=("区教体局",)),
    Unit("2", "区财政局", short="财政局"),
    Unit("3", "区住房和城乡建设局", short="住建局"),
    Unit("4", "淮安市自然资源和规划局（张店分局）"),
)
ROSTER = Roster(UNITS)
LAYOUT = """
| {{单位.名称}}{{周期}}进展情况表 | | |
| 填报单位：{{单位.名称}} | | 周期：{{周期}} |
| 编号 | {{周期.编号}} | |
| 事项 | 件数 | 说明 |
| 培训 | {{a}} | {{b}} |
"""
FIELDS = {"a": {"type": "整数", "required": "是"}, "b": {"type": "文本"}}
MONTHLY = form({"进展": LAYOUT}, FIELDS, id="任务进展", title="任务进展情况")
YEARLY = form(
    {"表二": "| 年报 | |\n| 规章 | {{c}} |\n| 单位 | {{单位.名称}} |"},
    {"c": {"type": "整数"}},
    id="年报数据",
    title="年度报告数据",
    period_kind="年",
)
NAME = "inbox/区教育局/区教育局-任务进展-2024-05.xlsx"


def page(unit: str = "区教育局", period: str = "2024年5月", number: str = "2024-05") -> RawSheet:
    return sheet(
        "进展",
        f"| {unit}{period}进展情况表 | | |\n| 填报单位：{unit} | | 周期：{period} |\n| 编号 | '{number} | |\n"
        "| 事项 | 件数 | 说明 |\n| 培训 | 3 | |",
    )


def issued(unit: str = "区教育局", period: str = "2024-05", form_id: str = "任务进展", edition: int = 1) -> Ticket:
    return ticket(form_id, edition, unit, period, "2024-000001")


def stamped(t: Ticket | None, *sheets: RawSheet, in_sheet: Ticket | None = None) -> Book:
    hidden = ()
    if in_sheet is not None:
        lines = "\n".join(f"| {k} | '{v} |" for k, v in ticket_values(in_sheet).items())
        hidden = (sheet(TICKET_SHEET, lines, state="veryHidden"),)
    return book(*sheets, *hidden, properties=ticket_values(t) if t else {})


def identified(
    what: Book, name: str = NAME, forms: Sequence[Form] = (MONTHLY, YEARLY), editions: Any = None,
    order_of: Callable[[Ticket], Order | None] = lambda t: None,
) -> Identity:  # fmt: skip
    return identify(what, name, forms, ROSTER, order_of, editions)


def who(found: Identity) -> tuple[str, str, str]:
    return (
        found.form.id if found.form else "",
        found.unit.name if found.unit else "",
        found.period.text if found.period else "",
    )


def test_everything_agrees() -> None:
    order = Order(issued())
    found = identified(
        stamped(issued(), page(), in_sheet=issued()), order_of=lambda t: order if t == issued() else None
    )
    assert who(found) == ("任务进展", "区教育局", "2024-05")
    assert found.ticket == issued() and found.order is order and found.findings == ()


@pytest.mark.parametrize(
    "name",
    [
        "x.xlsx",
        "inbox/x.xlsx",
        "inbox/新建文件夹/工作簿1.xlsx",
        "教育局.xlsx",
        "区教体局-任务进展情况-2024年5月(1).xlsx",
    ],
)
def test_a_name_without_unit_or_period_says_nothing(name: str) -> None:
    found = identified(stamped(issued(), page()), name)
    assert who(found) == ("任务进展", "区教育局", "2024-05") and found.findings == ()


def test_either_place_of_the_ticket_is_enough() -> None:
    assert identified(stamped(issued(), page())).findings == ()
    assert identified(stamped(None, page(), in_sheet=issued())).findings == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (issued(), issued("区财政局")),
        (replace(issued(), checksum="0"), None),
        (replace(issued(), unit="区财政局"), None),
    ],
)
def test_a_damaged_ticket(first: Ticket, second: Ticket | None) -> None:
    found = identified(stamped(first, page(), in_sheet=second))
    assert codes(found.findings) == ["IN-414"] and found.findings[0].level is Level.FIX
    assert who(found) == ("任务进展", "区教育局", "2024-05") and found.ticket is None


def test_a_half_ticket_is_a_damaged_one() -> None:
    cut = replace(stamped(issued(), page()), properties={"zwgk.form": "任务进展", "zwgk.unit": "区教育局"})
    assert codes(identified(cut).findings) == ["IN-414"]


def test_without_a_ticket_the_sheet_speaks() -> None:
    found = identified(stamped(None, page()), "a.xlsx")
    assert who(found) == ("任务进展", "区教育局", "2024-05")
    assert codes(found.findings) == ["IN-413"] and found.findings[0].level is Level.NOTE
    assert "区教育局" in found.findings[0].message


@pytest.mark.parametrize(
    ("what", "name", "subject", "says"),
    [
        (stamped(issued("区财政局"), page()), "x.xlsx", "单位", ("下发凭证为“区财政局”", "表内为“区教育局”")),
        (stamped(issued(), page("区财政局")), "x.xlsx", "单位", ("下发凭证为“区教育局”", "表内为“区财政局”")),
        (stamped(issued(), page()), "区财政局-任务进展-2024-05.xlsx", "单位", ("文件名为“区财政局”",)),
        (stamped(issued(), page()), "inbox/财政局/x.xlsx", "单位", ("文件夹为“财政局”", "表内为“区教育局”")),
        (stamped(issued(), page("区统计局")), "x.xlsx", "单位", ("表内为“区统计局”",)),
        (stamped(issued(), page(period="2024年6月")), "x.xlsx", "周期", ("下发凭证为“2024年5月”", "表内为“2024年6月”")),
        (stamped(issued(), page()), "区教育局-任务进展-2024-06.xlsx", "周期", ("文件名为“2024年6月”",)),
    ],
)
def test_who_disagrees_is_named_and_nobody_is_believed(
    what: Book, name: str, subject: str, says: tuple[str, ...]
) -> None:
    found = identified(what, name)
    assert codes(found.findings) == ["IN-412"]
    assert f"本文件的{subject}前后不一致" in found.findings[0].message
    for words in says:
        assert words in found.findings[0].message
    assert (found.unit if subject == "单位" else found.period) is None
    assert (found.period if subject == "单位" else found.unit) is not None


def test_the_cell_that_differs_is_the_place() -> None:
    found = identified(stamped(issued(), page("区财政局")), "x.xlsx")
    assert (found.findings[0].sheet, found.findings[0].cell) == ("进展", "A1")


def test_aliases_and_short_names_are_the_same_unit() -> None:
    found = identified(stamped(issued(), page("区教体局")), "inbox/教育局/x.xlsx")
    assert who(found)[1] == "区教育局" and found.findings == ()


def test_brackets_of_another_width_are_the_same_unit() -> None:
    name = "淮安市自然资源和规划局（张店分局）"
    narrow = name.replace("（", "(").replace("）", ")")
    found = identified(stamped(issued(name), page(narrow)), f"inbox/{narrow}/{narrow}-任务进展-2024-05.xlsx")
    assert who(found)[1] == name and found.findings == ()


def test_an_unknown_unit_gets_suggestions_only() -> None:
    found = identified(stamped(None, page("区住房与城乡建设局")), "x.xlsx")
    assert found.unit is None and codes(found.findings) == ["IN-410", "IN-413"]
    assert "区住房和城乡建设局" in found.findings[0].message and found.findings[0].value == "区住房与城乡建设局"


def test_no_unit_at_all() -> None:
    found = identified(stamped(None, page("")), "x.xlsx")
    assert found.unit is None and "IN-410" in codes(found.findings)


def test_moved_cells_still_speak() -> None:
    moved = replace(page("区财政局"), cells={(r + 2, c): cell for (r, c), cell in page("区财政局").cells.items()})
    found = identified(stamped(issued(), moved), "x.xlsx")
    assert codes(found.findings) == ["IN-412"]


# ---------------------------------------------------------------- period


def test_a_period_of_the_wrong_kind() -> None:
    found = identified(stamped(issued(period="2024"), page(period="2024年", number="2024")), "x.xlsx")
    assert found.period is None and codes(found.findings) == ["IN-411"] and "按月填报" in found.findings[0].message


def test_a_living_file_of_the_year() -> None:
    register = replace(YEARLY, id="登记", title="登记台账", period_kind="常年")
    filled = sheet("表二", "| 年报 | |\n| 规章 | 1 |\n| 单位 | 区教育局 |")
    found = identified(stamped(issued(period="2024", form_id="登记"), filled), "x.xlsx", (register,))
    assert found.period == Period("2024") and found.findings == ()


def test_a_text_that_is_no_period() -> None:
    plain_form = form({"进展": "| 周期 | {{周期}} |\n| 事项 | {{a}} |"}, FIELDS)
    found = identified(stamped(None, sheet("进展", "| 周期 | 上个月 |\n| 事项 | 1 |")), "教育局-x.xlsx", (plain_form,))
    assert found.period is None and "IN-411" in codes(found.findings)


# ---------------------------------------------------------------- form and edition


def test_no_form_of_ours() -> None:
    found = identified(stamped(None, sheet("Sheet1", "| 甲 | 乙 |")), NAME)
    assert found.form is None and codes(found.findings) == ["IN-409"] and "Sheet1" in found.findings[0].message
    assert who(found)[1:] == ("区教育局", "2024-05")


def test_the_sheets_are_of_another_form_than_the_ticket_says() -> None:
    found = identified(stamped(issued(form_id="年报数据", period="2024"), page(period="2024年5月")), "x.xlsx")
    assert found.form is MONTHLY and "IN-412" in codes(found.findings)
    assert "年度报告数据" in found.findings[0].message and "任务进展情况" in found.findings[0].message


def test_a_name_of_another_form() -> None:
    found = identified(stamped(issued(), page()), "区教育局-年报数据-2024-05.xlsx")
    assert found.form is MONTHLY and codes(found.findings) == ["IN-412"]


def older(required: bool) -> tuple[Form, Callable[[str, int], Form | None]]:
    more = {**FIELDS, "n": {"type": "整数", "required": "是" if required else "否", "label": "新栏"}}
    current = form({"进展": LAYOUT + "| 新栏 | {{n}} | |"}, more, id="任务进展", title="任务进展情况")
    return replace(
        current, edition=2
    ), lambda form_id, edition: MONTHLY if (form_id, edition) == ("任务进展", 1) else None


@pytest.mark.parametrize(("required", "level"), [(False, Level.NOTE), (True, Level.FIX)])
def test_an_older_edition_is_read_as_it_was_issued(required: bool, level: Level) -> None:
    current, editions = older(required)
    found = identified(stamped(issued(), page()), forms=(current, YEARLY), editions=editions)
    assert found.form is MONTHLY
    assert [(f.code, f.level) for f in found.findings] == [("IN-415", level)]
    assert "第 1 版" in found.findings[0].message and "第 2 版" in found.findings[0].message
    assert ("新栏" in found.findings[0].message) is required


def test_a_template_changed_but_not_issued_makes_nothing_old() -> None:
    current, editions = older(True)
    found = identified(stamped(issued(), page()), forms=(replace(current, edition=0), YEARLY), editions=editions)
    assert found.form is MONTHLY and found.findings == ()


def test_an_edition_that_nobody_has() -> None:
    current, _ = older(True)
    found = identified(stamped(issued(edition=7), page()), forms=(current,), editions=lambda form_id, edition: None)
    assert found.form is current and codes(found.findings) == ["IN-415"]
