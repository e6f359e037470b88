"""政府信息公开工作年度报告: one per unit and the consolidated one, in the national format.

Format and obligations: 国办公开办函〔2021〕30号; 《中华人民共和国政府信息公开条例》第四十九条、第五十条. The six headings and the
grids come from toolkit.builtin.annual_table; everything here is wording and layout, as pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from toolkit.builtin import annual_table
from toolkit.model import AnnualReport, Consolidated, PeriodResult, Unit, Value, as_number
from toolkit.office.tables import Cell, Shape, Table, compile_table, stacking
from toolkit.office.word_out import Block

NAME = "政府信息公开工作年度报告"
TO_COME = "（待补充）"
NOT_GIVEN = "（未填报）"

Paragraphs = list[dict[str, str]]
"""Running text: each paragraph has 题 (a （一） heading, else "") and 文 (the rest, "" under a heading line)."""

# ---------------------------------------------------------------- names and the opening paragraph

_TITLE_LINE = 20
"""Characters of 二号 in one line of the 版心."""


def title(name: str, year: int) -> str:
    """<机关名称>X年政府信息公开工作年度报告."""
    return f"{name}{year}年{NAME}"


def title_lines(name: str, year: int) -> str:
    """The title as it is set: in two lines (name, rest) when one line does not hold it, words kept whole."""
    whole = title(name, year)
    width = sum(0.5 if c.isascii() else 1.0 for c in whole)
    return whole if width <= _TITLE_LINE else f"{name}\n{year}年{NAME}"


def _basis() -> str:
    return (
        "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）第四十九条、第五十条和《中华人民共和国政府信息公开工作"
        "年度报告格式》（国办公开办函〔2021〕30号）的规定，"
    )


def _parts_and_period(year: int) -> str:
    parts = "、".join(section.title.replace("、", "和") for section in annual_table.SECTIONS)
    return f"全文包括{parts}六个部分。所列数据的统计期限自{year}年1月1日起至12月31日止。"


def public_phone(phone: str) -> str:
    """An office telephone that may stand in a public document; a mobile number is personal and is left out."""
    digits = re.sub(r"\D", "", phone)
    return "" if re.fullmatch(r"(86)?1\d{10}", digits) else phone.strip()


def _contact(name: str, phone: str) -> str:
    phone = public_phone(phone)
    return f"对本报告内容如有疑问，请与{name}联系{f'（电话：{phone}）' if phone else ''}。"


def opening(unit: Unit, result: PeriodResult, own: bool) -> str:
    """The paragraph before 一、 of a unit's report; `own`: it is the office's (本级), which has the office's phone."""
    phone = unit.phone or (result.phone if own else "")
    return f"{_basis()}由{unit.name}编制本报告。{_parts_and_period(result.period.year)}{_contact(unit.name, phone)}"


def consolidated_opening(result: PeriodResult, consolidated: Consolidated) -> str:
    """The paragraph before 一、 of the consolidated report: who compiled it, out of how many reports, what is missing."""
    compiler, year = result.office or result.government, result.period.year
    own = any(r.kind == "本级" and r.unit in consolidated.members for r in result.annual.values())
    count = len(consolidated.members)
    others = count - 1 if own else count
    if count == 0:
        sources = "目前尚无已接收的单位年度报告，表中数据暂为0。"
    elif own and others:
        sources = f"本报告由{compiler}综合本机关及其他{others}个单位的{year}年度报告汇总编制，共计{count}个单位。"
    else:
        sources = f"本报告由{compiler}综合{count}个单位的{year}年度报告汇总编制。"
    missing = ""
    if consolidated.missing:
        names = "、".join(consolidated.missing[:_NAMES])
        more = f"等{len(consolidated.missing)}个单位" if len(consolidated.missing) > _NAMES else ""
        missing = f"{names}{more}的年度报告尚未纳入，其数据不在汇总之内。"
    contact = _contact(compiler, result.phone)
    return f"{_basis()}编制本报告。{sources}{missing}{_parts_and_period(year)}{contact}"


_NAMES = 20

# ---------------------------------------------------------------- running text

_LEVEL_TWO = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_HEAD_LENGTH = 30


def paragraphs(text: str) -> Paragraphs:
    """A narrative as paragraphs, one per line. A line that begins with （一） is a heading up to its first full stop,
    when that comes early; a long sentence is text, not a heading."""
    found = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = line.strip(" \t\u3000\u00a0")
        if not line:
            continue
        head = ""
        if _LEVEL_TWO.match(line):
            stop = line.find("。")
            if stop == -1:
                head = line if len(line) <= _HEAD_LENGTH else ""
            elif stop < _HEAD_LENGTH:
                head = line[: stop + 1]
        found.append({"题": head, "文": line[len(head) :]})
    return found


def narrative(value: Value, draft: bool) -> Paragraphs:
    """A narrative field as printed: （待补充） marks what is still empty while 送审稿."""
    text = "" if value is None else str(value)
    return paragraphs(text) or [{"题": "", "文": TO_COME if draft else NOT_GIVEN}]


def compiled_overview(values: Mapping[str, Decimal], result: PeriodResult) -> Paragraphs:
    """一、总体情况 of the consolidated report: what the figures say, aspect by aspect; the rest is for the office."""
    year, to_come = result.period.year, TO_COME if result.approval is None else NOT_GIVEN

    def n(field: str) -> str:
        return count(values.get(field))

    proactive = (
        f"{year}年，共制发规章{n('t2.regulations.made')}件、行政规范性文件{n('t2.normative.made')}件，"
        f"废止规章{n('t2.regulations.repealed')}件、行政规范性文件{n('t2.normative.repealed')}件；"
        f"现行有效规章{n('t2.regulations.valid')}件、行政规范性文件{n('t2.normative.valid')}件。"
        f"作出行政许可处理决定{n('t2.licensing.processed')}件、行政处罚处理决定{n('t2.punishment.processed')}件、"
        f"行政强制处理决定{n('t2.coercion.processed')}件。"
    )
    requests = (
        f"{year}年，共新收政府信息公开申请{n('t3.new_received.total')}件，上年结转{n('t3.carried_in.total')}件；"
        f"本年度办结{n('t3.result_total.total')}件，结转下年度继续办理{n('t3.carried_out.total')}件。"
    )
    review = n("t4.cases.review_total")
    lawsuits = count(as_number(values.get("t4.cases.direct_total")) + as_number(values.get("t4.cases.after_total")))
    oversight = f"{year}年，涉及政府信息公开的行政复议{review}件、行政诉讼{lawsuits}件。"
    texts = (
        ("（一）主动公开情况", proactive),
        ("（二）依申请公开情况", requests),
        ("（三）政府信息管理情况", to_come),
        ("（四）政府信息公开平台建设情况", to_come),
        ("（五）监督保障情况", f"{oversight}{to_come if result.approval is None else ''}"),
    )
    return [p for head, text in texts for p in ({"题": head, "文": ""}, {"题": "", "文": text})]


# ---------------------------------------------------------------- figures and tables


def count(value: Value) -> str:
    """A figure as printed: blank, / and 无 are 0; no forced decimals; what is no number stands as written."""
    try:
        number = as_number(value)
    except ValueError:
        return str(value)
    if number == number.to_integral_value():
        return str(int(number))
    return format(number, "f").rstrip("0")


def money(value: Value) -> str:
    """A fee as given: its own places are kept (0.50 stays 0.50)."""
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    return count(value)


def figures(values: Mapping[str, Value], summed: bool = False) -> dict[str, str]:
    """All 200 cells by field name, as printed. A sum of fees was given by nobody: its trailing zeros go."""
    return {
        f.id: (money if f.type == annual_table.MONEY and not summed else count)(values.get(f.id))
        for f in annual_table.fields()
    }


_WIDTHS = {
    "t2": (2766, 2026, 2026, 2026),
    "t3": (482, 907, 2943, 644, 644, 644, 644, 644, 644, 648),
    "t4": (590, 590, 590, 590, 590, 590, 590, 590, 590, 590, 590, 590, 588, 588, 588),
}
_HEIGHTS = {"t2": 480, "t3": 350, "t4": 620}


@lru_cache(maxsize=8)
def shape(table_id: str) -> Shape:
    """The compiled grid of t2, t3 or t4; slots are named as the fields."""
    grid, widths = annual_table.grid(table_id), _WIDTHS[table_id]
    cells = []
    for c in grid.cells:
        heading = c.row <= grid.header_rows and not c.field
        row_label = table_id == "t3" and not c.field and not heading and (c.colspan > 1 or c.column == 3)
        pad = 57 if row_label else stacking(c.text, widths[c.column - 1]) if heading and c.colspan == 1 else 28
        align = "left" if row_label else "center"
        cells.append(Cell(c.row, c.column, c.rowspan, c.colspan, c.text, c.field, align, pad=pad))
    height, whole = _HEIGHTS[table_id], table_id != "t3"  # t3 has a page of its own and may run over
    return compile_table(Table(widths, grid.rows, tuple(cells), grid.header_rows, row_height=height, whole=whole))


def tables(values: Mapping[str, Value], summed: bool = False) -> dict[str, Block]:
    """表二, 表三, 表四 ready to be placed."""
    printed = figures(values, summed)
    return {t.label: Block(t.label, shape(t.id).fill(printed)) for t in annual_table.TABLES}


# ---------------------------------------------------------------- explanations


def notes(explanations: Sequence[tuple[str, str, str]]) -> dict[str, list[str]]:
    """情况说明 by the table it concerns (表二, 表三, 表四, else 其他), in the order written, each once."""
    found: dict[str, list[str]] = {"表二": [], "表三": [], "表四": [], "其他": []}
    for rule, place, text in explanations:
        where = next((k for k in ("表二", "表三", "表四") if k in rule or k in place), "其他")
        line = re.sub(r"\s+", " ", text.strip())
        if line and line not in found[where]:
            found[where].append(line)
    return found


def note_line(texts: Sequence[str]) -> str:
    """“说明：…” under a table; several are numbered. "" when there are none."""
    ended = [t if t[-1] in "。！？；…" else f"{t}。" for t in texts]
    if len(ended) <= 1:
        return f"说明：{ended[0]}" if ended else ""
    return "说明：" + "".join(f"{n}. {t}" for n, t in enumerate(ended, start=1))


# ---------------------------------------------------------------- the two views


def unit_view(result: PeriodResult, unit: Unit, report: AnnualReport) -> dict[str, object]:
    """What the template 政府信息公开工作年度报告@单位 prints besides the common names."""
    draft = result.approval is None
    by_table = notes(report.explanations)
    return {
        "标题": title_lines(unit.name, result.period.year),
        "开头段": opening(unit, result, report.kind == "本级"),
        "总体情况": narrative(report.values.get("narrative.overview"), draft),
        "存在的主要问题": narrative(report.values.get("narrative.problems"), draft),
        "其他事项": narrative(report.values.get("narrative.other_matters"), draft),
        **tables(report.values),
        **{f"{name}说明": note_line(texts) for name, texts in by_table.items()},
        "编制单位": unit.name,
    }


def consolidated_view(result: PeriodResult, consolidated: Consolidated) -> dict[str, object]:
    """What the template 政府信息公开工作年度报告@年度 (汇总) prints besides the common names."""
    draft = result.approval is None
    return {
        "标题": title_lines(result.government, result.period.year),
        "开头段": consolidated_opening(result, consolidated),
        "总体情况": compiled_overview(consolidated.values, result),
        "存在的主要问题": narrative("", draft),
        "其他事项": narrative("", draft),
        **tables(consolidated.values, summed=True),
        **{f"{name}说明": "" for name in ("表二", "表三", "表四", "其他")},
        "编制单位": result.government,
    }
