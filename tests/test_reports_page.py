"""内部/index.html: complete, inert, and every link leads to its file."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from reports_world import AS_OF, MONTH, PAYLOADS, UNITS, YEAR, result

from toolkit.model import Approval, PeriodResult
from toolkit.office.sheet_model import visible
from toolkit.reports.page import index

FILES = (
    "index.html", "manifest.json", "下发清单-2024-06.xlsx", "2024-06/报送情况.xlsx", "2024-06/工作通报.docx",
    "2024-06/总台账.xlsx", "2024-06/数据/tasks.json", "2024/年度报告/汇总/示例区2024年政府信息公开工作年度报告.docx",
    "2024/年度报告/单位/javascript:alert(1)#a?b%2F&\".docx",
)  # fmt: skip


class Page(HTMLParser):
    """Tags with their attributes, and the text; style sheets apart."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.open = "", [""]
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag]


def page(*results: PeriodResult, files: tuple[str, ...] = FILES, sample: bool = True) -> bytes:
    return index(
        results,
        files,
        government="示例区人民政府",
        office="区政府办公室",
        phone="0000-1234567",
        as_of=AS_OF,
        sample=sample,
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_on_the_page_acts(payload: str) -> None:
    read = Page(page(result(payload=payload, government=payload), result(YEAR, payload=payload)))
    known = {
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "h4",
        "p", "ul", "li", "b", "span", "table", "thead", "tbody", "tr", "th", "td", "br", "svg", "rect", "a", "details",
        "summary",
    }  # fmt: skip
    assert {t for t, _ in read.tags} <= known
    names = {name for _, attributes in read.tags for name in attributes}
    assert not any(n.startswith("on") or n in ("src", "srcset", "action", "background") for n in names)
    assert all(not urlsplit(a["href"] or "").scheme and not urlsplit(a["href"] or "").netloc for a in read.all("a"))


def test_the_policy_allows_styles_and_nothing_else() -> None:
    policy = next(m["content"] for m in Page(page(result())).all("meta") if m.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'") and "script" not in policy
    assert b"url(" not in page(result()) and b"@import" not in page(result())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_show_as_they_are(payload: str) -> None:
    tasks = tuple(replace(s, lines=tuple(replace(p, unit=payload) for p in s.lines)) for s in result().tasks)
    lines = tuple(p for s in tasks for p in s.lines)
    data = index(
        [result(tasks=tasks, progress=lines)], (f"{payload}.xlsx".replace("/", ""),),
        government=payload, office="办公室", phone="", as_of=AS_OF, sample=False,
    )  # fmt: skip
    assert Page(data).text.count(visible(payload)) >= 3  # title, heading, a unit whose task is late


def test_every_link_leads_to_its_file_and_no_file_is_missing() -> None:
    links = [unquote(a["href"] or "") for a in Page(page(result(), result(YEAR))).all("a")]
    assert sorted(links) == sorted(f for f in FILES if f not in ("index.html", "manifest.json"))


def test_the_essentials_stand_first() -> None:
    text = Page(page(result(YEAR), result())).text
    essentials = text[text.index("要点") : text.index("报送情况")]
    assert "任务进展：应报 6 家，已接收 3 家（50%），待修改 2 家，未报送 1 家。" in essentials
    assert "任务：共 5 项，已完成 1 项" in essentials and "2 项有单位逾期未完成。" in essentials
    assert "年度报告：已汇总 3 家，尚缺 3 家。" in essentials
    assert essentials.index("2024年6月") < essentials.index("年报数据")
    assert essentials.count("任务进展：应报 6 家") == 1  # the year does not repeat its month's line


def test_who_is_missing_late_or_returned_is_named_in_roster_order() -> None:
    text = Page(page(result())).text
    assert "未报送：北园街道办事处" in text
    assert "待修改：区卫生健康局、南营街道办事处" in text
    assert "逾期报送：区市场监督管理局" in text


def test_the_bar_is_as_long_as_the_tasks() -> None:
    bars = [a for a in Page(page(result())).all("rect") if a.get("height") == "26"]
    assert len(bars) == 5 and sum(int(b["width"] or 0) for b in bars) == 1000


def test_tasks_that_are_late_and_not_done_stand_in_one_line_each() -> None:
    text = Page(page(result())).text
    overdue = text[text.index("逾期未完成的任务（2 项") :]
    assert overdue.index("2024-002") < overdue.index("2024-005") and "区市场监督管理局" in overdue
    assert overdue.count("2024-002") == 1


def test_marks() -> None:
    draft = Page(page(result())).text
    assert "送审稿" in draft and "示例数据" in draft and "截至 2024年7月8日" in draft
    approval = Approval("", "示政办〔2024〕1号", AS_OF)
    closed = Page(page(result(sample=False, approval=approval), sample=False)).text
    assert "送审稿" not in closed and "示例数据" not in closed and "示政办〔2024〕1号" in closed


def test_an_empty_workspace_has_a_page() -> None:
    assert "尚未下发表单" in Page(page(files=())).text


def test_order_of_results_and_files_does_not_matter() -> None:
    assert page(result(), result(YEAR)) == page(result(YEAR), result(), files=FILES[::-1])


def test_no_ranking_and_no_scores_on_the_page() -> None:
    text = Page(page(result(ranking=True))).text
    assert "名次" not in text and "34.5" not in text and all(u not in text for u in ("第一名", "最差"))
    assert MONTH.title in text and UNITS[3] in text
