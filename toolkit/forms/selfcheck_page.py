"""自检: the page people see. A verdict, and one line per thing that is wrong, with a link to its cell."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.forms.generated import lines_needed
from toolkit.forms.selfcheck_plan import CHECK_SHEET, FIRST, PAGE_SHEET, Plan
from toolkit.forms.selfcheck_sheets import Frame, formula_cell, shown, text_xml, totals
from toolkit.forms.selfcheck_values import Answers
from toolkit.office.package import MAIN
from toolkit.office.styles import Styles

LINES = 30
_TOP = 6  # first line
_HEADS = ("序号", "级别", "规则", "问题", "位置", "怎样改")
_WIDTHS = (5.0, 8.0, 13.0, 56.0, 16.0, 56.0)
READY = "√ 可以报送"
_GUIDE = (
    "本页随填写自动更新，不用填写。点“位置”可跳到要改的单元格。级别为“须说明”的，核对无误后在“情况说明”表中写明"
    "规则编号和原因即可；级别为“提示”的，不影响报送。一处有误可能引起几项不符，改正后随之消除。"
)
_SLOT = "\1"
_TEXT = ' t="str"'
_NOTHING = [_TEXT, "", "", "", "", "", "", _TEXT, "", _TEXT, ""]
"""The values of a line that says nothing, with the kinds of its figures."""


@dataclass(frozen=True)
class PageLook:
    """Style numbers of the page; `paint` is the first of three differential formats: line, good, bad."""

    title: int
    verdict: int
    note: int
    head: int
    body: int
    centre: int
    link: int
    paint: int = 0

    @classmethod
    def of(cls, styles: Styles) -> PageLook:
        return cls(
            title=styles.plain(bold=True, size=16, centre=True),
            verdict=styles.plain(bold=True, size=18, centre=True),
            note=styles.plain(size=11, wrap=True, colour="595959"),
            head=styles.plain(bold=True, fill="EAEFE6", border=True, wrap=True, centre=True),
            body=styles.plain(wrap=True),
            centre=styles.plain(wrap=True, centre=True),
            link=styles.plain(wrap=True, colour="0563C1"),
        )


def verdict_text(count: int) -> str:
    return f"× 还有 {count} 处需修改" if count else READY


def _counts_text(fix: int, explain: int, note: int) -> str:
    parts = (
        [f"须修改 {fix} 处"] * (fix > 0) + [f"须说明 {explain} 处"] * (explain > 0) + [f"提示 {note} 处"] * (note > 0)
    )
    return "，".join(parts) + "。" if parts else "没有发现问题。"


def page_frame(ready: Frame, look: PageLook) -> tuple[str, ...]:
    """Pieces around the values."""
    rows = [_row(1, 34, _styled("A1", look.title, text_xml("A1", "自检结果")), 1, look.title)]
    c = f"{CHECK_SHEET}!"
    verdict = f'IF({c}$A$1=0,"{READY}","× 还有 "&{c}$A$1&" 处需修改")'
    rows.append(_row(2, 38, _styled("A2", look.verdict, formula_cell("A2", verdict, text=True)), 2, look.verdict))
    parts = [
        f'IF({c}${x}$1>0,"{name} "&{c}${x}$1&" 处，","")'
        for x, name in (("C", "须修改"), ("D", "须说明"), ("E", "提示"))
    ]
    joined = "&".join(parts)
    counts = f'IF({c}$B$1=0,"没有发现问题。",SUBSTITUTE({joined}&"。","，。","。"))'
    rows.append(_row(3, 20, _styled("A3", look.centre, formula_cell("A3", counts, text=True)), 3, look.centre))
    rows.append(_row(4, 36, _styled("A4", look.note, text_xml("A4", _GUIDE)), 4, look.note))
    heads = "".join(
        _styled(f"{x}5", look.head, text_xml(f"{x}5", name)) for x, name in zip("ABCDEF", _HEADS, strict=True)
    )
    rows.append(f'<row r="5" ht="24" customHeight="1">{heads}</row>')
    height = _height(ready.plan)
    rows += [_line(_TOP + n, n + 1, ready, look, height) for n in range(LINES)]
    end = _TOP + LINES
    more = f'IF({c}$B$1>{LINES},"另有 "&({c}$B$1-{LINES})&" 项未列出，改正以上各项后会继续列出。","")'
    rows.append(_row(end, 24, _styled(f"A{end}", look.note, formula_cell(f"A{end}", more, text=True)), end, look.note))
    return tuple((_head() + "".join(rows) + _tail(end, look.paint)).split(_SLOT))


def _styled(ref: str, style: int, cell: str) -> str:
    return cell.replace(f'<c r="{ref}"', f'<c r="{ref}" s="{style}"', 1)


def _row(number: int, height: float, first: str, row: int, style: int) -> str:
    rest = "".join(f'<c r="{x}{row}" s="{style}"/>' for x in "BCDEF")
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{first}{rest}</row>'


def _height(plan: Plan) -> float:
    """Of every line, in points: what the longest text of the form needs. Rows of formulas do not grow by themselves."""
    problem, remedy = _WIDTHS[3], _WIDTHS[5]
    kinds = [plan.kinds[line.kind - 1] for line in plan.lines]
    said = [f"{line.label}：{kind.message}（共 99 处）" for line, kind in zip(plan.lines, kinds, strict=True)]
    lines = [lines_needed(text, problem) for text in said] + [lines_needed(kind.remedy, remedy) for kind in kinds]
    return 15.0 * min(4, max([2, *lines])) + 4


def _line(row: int, number: int, ready: Frame, look: PageLook, height: float) -> str:
    last, kinds = ready.last, FIRST + len(ready.plan.kinds) - 1

    def at(letters: str, index: str, end: int) -> str:
        return f"INDEX({CHECK_SHEET}!${letters}${FIRST}:${letters}${end},{index}{row})"

    item, kind = "$H", "$I"
    label, times, target = at("E", item, last), at("B", item, last), at("F", item, last)
    problem = f'IF({label}="","",{label}&"：")&{at("M", kind, kinds)}&IF({times}>1,"（共 "&{times}&" 处）","")'
    link = f'HYPERLINK("#"&{target},SUBSTITUTE({target},"\'",""))'
    wanted = (
        ("B", look.centre, at("L", kind, kinds)),
        ("C", look.centre, f'{at("O", kind, kinds)}&""'), ("D", look.body, problem), ("E", look.link, link),
        ("F", look.body, at("N", kind, kinds)),
    )  # fmt: skip
    cells = [_styled(f"A{row}", look.centre, _figure(f"A{row}", f'IF($H{row}="","",{number})'))]
    cells += [
        _styled(f"{x}{row}", style, formula_cell(f"{x}{row}", f'IF($H{row}="","",{formula})', text=True))
        for x, style, formula in wanted
    ]
    match = f"MATCH({number},{CHECK_SHEET}!$C${FIRST}:$C${last},0)"
    cells.append(_figure(f"H{row}", f'IF({CHECK_SHEET}!$B$1<{number},"",{match})'))
    cells.append(_figure(f"I{row}", f'IF($H{row}="","",{at("D", "$H", last)})'))
    return f'<row r="{row}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _figure(ref: str, formula: str) -> str:
    """A number or nothing: the kind of the stored value is a slot too."""
    return formula_cell(ref, formula).replace(f'<c r="{ref}"', f'<c r="{ref}"{_SLOT}', 1)


def _head() -> str:
    columns = "".join(f'<col min="{n}" max="{n}" width="{w:g}" customWidth="1"/>' for n, w in enumerate(_WIDTHS, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView showGridLines="0" workbookViewId="0"><pane ySplit="5" topLeftCell="A6" activePane="bottomLeft" '
        'state="frozen"/></sheetView></sheetViews>'
        f'<cols>{columns}<col min="8" max="9" width="6" hidden="1" customWidth="1"/></cols><sheetData>'
    )


def _tail(end: int, paint: int) -> str:
    merged = "".join(f'<mergeCell ref="A{n}:F{n}"/>' for n in (1, 2, 3, 4, end))
    lines = f"A{_TOP}:F{end - 1}"
    return (
        '</sheetData><sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"/>'
        f"<mergeCells>{merged}</mergeCells>"
        f'<conditionalFormatting sqref="{lines}"><cfRule type="expression" dxfId="{paint}" priority="1">'
        f'<formula>$H{_TOP}&lt;&gt;""</formula></cfRule></conditionalFormatting>'
        f'<conditionalFormatting sqref="A2:F2"><cfRule type="expression" dxfId="{paint + 1}" priority="2">'
        f'<formula>LEFT($A$2,1)="√"</formula></cfRule><cfRule type="expression" dxfId="{paint + 2}" priority="3">'
        '<formula>LEFT($A$2,1)="×"</formula></cfRule></conditionalFormatting>'
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="portrait" fitToWidth="1" fitToHeight="1"/>'  # blank lines print no page
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


def page_sheet(pieces: tuple[str, ...], ready: Frame, answers: Answers) -> bytes:
    """自检 with the values that its formulas have now."""
    count, lines, fix, explain, note = totals(ready.plan, answers)
    values = [verdict_text(count), _counts_text(fix, explain, note)]
    listed = [n for n, answer in enumerate(answers.lines) if answer.open][:LINES]
    for n in range(LINES):
        values += _line_values(n, listed[n], ready, answers) if n < len(listed) else _NOTHING
    values.append(f"另有 {lines - LINES} 项未列出，改正以上各项后会继续列出。" if lines > LINES else "")
    out = [pieces[0], *((v if v is _TEXT else shown(v)) + p for v, p in zip(values, pieces[1:], strict=True))]
    return "".join(out).encode()


def _line_values(number: int, index: int, ready: Frame, answers: Answers) -> list[str]:
    plan, line, answer = ready.plan, ready.plan.lines[index], answers.lines[index]
    kind = plan.kinds[line.kind - 1]
    many = f"（共 {answer.open} 处）" if answer.open > 1 else ""
    problem = f"{line.label}：{kind.message}{many}" if line.label else f"{kind.message}{many}"
    return [
        "", str(number + 1), answers.levels[line.kind - 1].value, kind.no, problem, answer.target.replace("'", ""), kind.remedy,
        "", str(index + 1), "", str(line.kind),
    ]  # fmt: skip


__all__ = ["LINES", "PAGE_SHEET", "PageLook", "page_frame", "page_sheet", "verdict_text"]
