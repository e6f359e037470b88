"""Sheets that every issued workbook gets beside the office's own: 填报说明, 情况说明, hidden _选项 and _票."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from xml.sax.saxutils import escape

from toolkit.forms.form import (
    CHOICES_SHEET,
    EXPLANATION_LIST,
    GUIDE_SHEET,
    NUMBER_TYPES,
    STAND_IN_FIELDS,
    TEXT_TYPES,
    Field,
    Form,
    Option,
    Rule,
)
from toolkit.forms.layout import (
    EXPLANATION_COLUMNS,
    EXPLANATION_FIRST_ROW,
    EXPLANATION_HEADER_ROW,
    EXPLANATION_ROWS,
    ROWS_KEY,
    STAND_IN_PLACES,
    ticket_values,
)
from toolkit.forms.totals import formula_of
from toolkit.model import Ticket, Value
from toolkit.office.cell_xml import cell_xml, legal_text
from toolkit.office.package import MAIN
from toolkit.office.references import column_letters, quoted_sheet
from toolkit.office.styles import Styles

INPUT_FILL, GIVEN_FILL = "FFFBE8", "F2F2F2"
_HEAD_FILL = "EAEFE6"
_GREY = "595959"
YES_NO = "是否"
REPEATED_ROWS = {GUIDE_SHEET: 3, EXPLANATION_LIST: EXPLANATION_HEADER_ROW}
"""The heading row that is printed on every page."""

_LINE = 15.0  # points per line of 11 point text
_PROTECTION = ('<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0"'
               ' autoFilter="0"/>')  # fmt: skip


@dataclass(frozen=True)
class Look:
    """Style numbers of the generated sheets."""

    title: int
    note: int
    head: int
    body: int
    centre: int
    input: int
    hidden: int

    @classmethod
    def of(cls, styles: Styles) -> Look:
        return cls(
            title=styles.plain(bold=True, size=16, centre=True),
            note=styles.plain(size=11, wrap=True, top=True, colour=_GREY),
            head=styles.plain(bold=True, fill=_HEAD_FILL, border=True, wrap=True, centre=True),
            body=styles.plain(border=True, wrap=True),
            centre=styles.plain(border=True, wrap=True, centre=True),
            input=styles.plain(border=True, wrap=True, fill=INPUT_FILL, locked=False, text=True),
            hidden=styles.plain(text=True),
        )


@dataclass(frozen=True)
class _Line:
    """One row: texts with their styles, from column A on; a height in points where it must be set, or (grows) where
    the program may make it higher as people type."""

    cells: tuple[tuple[str, int], ...]
    height: float = 0
    grows: bool = False


# ---------------------------------------------------------------- a sheet from lines


def _sheet(
    lines: Sequence[_Line], widths: Sequence[float], *, merges: Sequence[str] = (), titles: bool = True,
    validations: str = "",
) -> bytes:  # fmt: skip
    rows = []
    for number, line in enumerate(lines, start=1):
        cells = "".join(cell_xml(number, n, style, text) for n, (text, style) in enumerate(line.cells, start=1))
        height = f' ht="{line.height:g}"' if line.height else ""
        height += ' customHeight="1"' if line.height and not line.grows else ""
        rows.append(f'<row r="{number}"{height}>{cells}</row>')
    columns = "".join(f'<col min="{n}" max="{n}" width="{w:g}" customWidth="1"/>' for n, w in enumerate(widths, 1))
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f"<sheetViews><sheetView {'showGridLines=' + chr(34) + '0' + chr(34) + ' ' if titles else ''}"
        f'workbookViewId="0"/></sheetViews><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>{_PROTECTION}'
        f"{f'<mergeCells>{merged}</mergeCells>' if merged else ''}"
        f"{f'<dataValidations>{validations}</dataValidations>' if validations else ''}"
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.6" right="0.6" top="0.7" bottom="0.7" header="0.3" footer="0.35"/>'
        '<pageSetup paperSize="9" orientation="portrait" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    ).encode()


def lines_needed(text: str, width: float) -> int:
    """Lines of a wrapped text in a column of that many half-width characters."""
    room = max(2, int(width) - 2)
    return sum(max(1, -(-_width(part) // room)) for part in text.split("\n"))


def _width(text: str) -> int:
    """In half-width characters; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    lines = max((lines_needed(t, w) for t, w in zip(texts, widths, strict=False)), default=1)
    return min(409.0, _LINE * lines + 6)


# ---------------------------------------------------------------- 填报说明

_GUIDE_COLUMNS = ("栏目", "是否必填", "填写要求", "可选内容")
_GUIDE_WIDTHS = (30.0, 12.0, 46.0, 30.0)
_RULE_COLUMNS = ("规则编号", "级别", "核对什么", "不符时怎样做")
_BATCH_ONLY = "以下规则自检表不能核对，报送后由系统核对（仅批处理）"


def guide_sheet(form: Form, office: str, phone: str, look: Look, batch_only: Sequence[Rule] = ()) -> bytes:
    """What every input is called, whether it must be filled, how, and what may be chosen; last the rules that only
    the batch can check (仅批处理)."""
    contact = "".join((f"如有疑问，请联系{office}" if office else "", f"，电话：{phone}" if office and phone else ""))
    lines = [
        _Line(((f"{form.title} 填报说明", look.title), *((("", look.title),) * 3)), 34),
        _Line(((_intro(contact), look.note), *((("", look.note),) * 3)), _LINE * 4 + 6),
        _Line(tuple((name, look.head) for name in _GUIDE_COLUMNS), 24),
    ]
    merges = ["A1:D1", "A2:D2"]
    for heading, fields in _sections(form):
        if heading:
            lines.append(_Line(tuple((heading if n == 0 else "", look.head) for n in range(4)), 22))
            merges.append(f"A{len(lines)}:D{len(lines)}")
        lines += [_guide_line(texts, look) for texts in _guide_texts(form, fields)]
    if batch_only:
        lines.append(_Line(tuple((_BATCH_ONLY if n == 0 else "", look.head) for n in range(4)), 22))
        merges.append(f"A{len(lines)}:D{len(lines)}")
        lines.append(_Line(tuple((name, look.head) for name in _RULE_COLUMNS), 22))
    for rule in batch_only:
        texts = (rule.no, rule.level.value, rule.message, rule.remedy)
        styles = (look.body, look.centre, look.body, look.body)
        lines.append(_Line(tuple(zip(texts, styles, strict=True)), _height(texts, _GUIDE_WIDTHS)))
    return _sheet(lines, _GUIDE_WIDTHS, merges=merges)


def _intro(contact: str) -> str:
    text = "请只在着色的格内填写，其余内容已锁定。需要说明的事项请填在“情况说明”表。填好后保存，放入收件文件夹即可。"
    colours = "填写时，浅红的格须修改，黄色的格须在“情况说明”中说明，浅橙的格还没有填；“自检”表逐项列出原因和改法。"
    return f"{text}\n{colours}" + (f"\n{contact}。" if contact else "")


def _sections(form: Form) -> list[tuple[str, list[Field]]]:
    """Single inputs first, then each list under its name."""
    single = [f for f in form.fields if f.is_input]
    found = [("", single)] if single else []
    return found + [(f"清单：{x.name}", [f for f in x.fields if f.is_input]) for x in form.lists]


_Says = tuple[str, str, str]  # 是否必填, 填写要求, 可选内容


def _guide_texts(form: Form, fields: Sequence[Field]) -> list[tuple[str, str, str, str]]:
    """Neighbours that say the same are one line; those that say no more than their type are one line at the end. A
    table of 200 number cells is not 200 lines of instruction."""
    groups: list[list[Field]] = []
    for field in fields:
        if groups and _says(form, groups[-1][-1]) == _says(form, field):
            groups[-1].append(field)
        else:
            groups.append([field])
    plain = [g for g in groups if not g[0].guide and not choices_of(form, g[0]) and g[0].required == "否"]
    if len(plain) < 3:
        plain = []
    lines = [(_label(g), *_with_computed(_says(form, g[0]), g)) for g in groups if g not in plain]
    for says in dict.fromkeys(_says(form, g[0]) for g in plain):
        same = [field for g in plain if _says(form, g[0]) == says for field in g]
        lines.append((f"其余{len(same)}格", *_with_computed(says, same)))
    return lines


def _label(fields: Sequence[Field]) -> str:
    """Of several: what their labels share, else the first and the last."""
    if len(fields) == 1:
        return fields[0].label
    levels = zip(*(f.label.split("·") for f in fields), strict=False)
    shared = [names[0] for names in takewhile(lambda names: len(set(names)) == 1, levels)]
    named = "·".join(shared) if len(shared) > 1 else f"{fields[0].label} 至 {fields[-1].label}"
    return f"{named}（{len(fields)}格）"


def _says(form: Form, field: Field) -> _Says:
    required = {"是": "必填", "否": "选填"}.get(field.required, "符合条件时必填")
    if field.required == "否" and field.type in NUMBER_TYPES and not field.prefill.startswith("上年."):
        required = "没有的填0"
    return required, field.guide or _BY_TYPE.get(field.type, ""), "、".join(o.value for o in choices_of(form, field))


def _with_computed(says: _Says, fields: Sequence[Field]) -> _Says:
    computed = sum(bool(formula_of(f)) for f in fields)
    if not computed:
        return says
    which = (
        ""
        if computed == len(fields)
        else "总计"
        if all("总计" in f.label for f in fields if formula_of(f))
        else "其中有的"
    )
    required = "自动计算" if computed == len(fields) and says[0] != "必填" else says[0]
    return required, f"{says[1].removesuffix('自动计算。')}{which}自动计算，可以改写。", says[2]


def _guide_line(texts: tuple[str, str, str, str], look: Look) -> _Line:
    styles = (look.body, look.centre, look.body, look.body)
    return _Line(tuple(zip(texts, styles, strict=True)), _height(texts, _GUIDE_WIDTHS))


_BY_TYPE = {
    "整数": "填整数。", "小数": "填数字，可以带小数。", "金额": "填数字，可以带小数。", "日期": "填日期，如2024-05-08。",
    "是否": "选“是”或“否”。", "选项": "从下拉列表中选择。", "多选": "可选多项，用“、”隔开。", "网址": "填完整的网页地址。",
    "单位": "填单位名称。", "文本": "填文字。", "长文本": "填文字，格内换行请按Alt+Enter。",
}  # fmt: skip

_PUBLIC = "将对外公开，请不要写身份证号、手机号码、银行卡号（报送后核对）。"  # IN-509: no sheet can tell


def how(field: Field) -> str:
    """How to fill a field: its 填写说明, else what its type asks."""
    computed = "自动计算，可以改写。" if formula_of(field) else ""
    public = _PUBLIC if field.public and field.type in TEXT_TYPES else ""
    guide = field.guide.removesuffix("自动计算。") if computed else field.guide
    return guide + computed + public if field.guide else computed + public or _BY_TYPE.get(field.type, "")


# ---------------------------------------------------------------- 情况说明

_EXPLANATION_WIDTHS = (22.0, 34.0, 62.0)


def explanation_sheet(look: Look) -> bytes:
    """The layout every reader counts on: see layout.STAND_IN_PLACES and EXPLANATION_FIRST_ROW."""
    guidance = (
        "校验提示“须说明”的，请在下表逐条说明：“规则”填规则编号，“位置”填单元格或栏目，“说明”写明原因。"
        "由政务公开办代为填报的，请填写下面三项。"
    )
    blank = ("", look.note)
    lines = [
        _Line((("情况说明", look.title), ("", look.title), ("", look.title)), 34),
        _Line(((guidance, look.note), blank, blank), _LINE * 3),
    ]
    for name in STAND_IN_FIELDS:
        lines.append(_Line((("代填" + name.partition(".")[2], look.body), ("", look.input)), 22))
    lines += [_Line(()) for _ in range(len(lines) + 1, EXPLANATION_HEADER_ROW)]
    lines.append(_Line(tuple((name, look.head) for name in EXPLANATION_COLUMNS), 24))
    lines += [_Line((("", look.input),) * 3, 22, grows=True) for _ in range(EXPLANATION_ROWS)]
    assert len(lines) == EXPLANATION_FIRST_ROW + EXPLANATION_ROWS - 1
    assert STAND_IN_PLACES[STAND_IN_FIELDS[0]][1] == 3
    return _sheet(lines, _EXPLANATION_WIDTHS, merges=("A1:C1", "A2:C2"))


# ---------------------------------------------------------------- hidden sheets


def choices_of(form: Form, field: Field) -> tuple[Option, ...]:
    """What may be chosen in a field: its option set, 是/否 for that type, else nothing."""
    if field.type == YES_NO and not field.options:
        return (Option("是"), Option("否"))
    return form.options.get(field.options, ()) if field.options else ()


def choice_sets(form: Form) -> dict[str, tuple[Option, ...]]:
    """The columns of _选项, in order: every set of the form, then 是/否 where a field needs it."""
    sets = {name: options for name, options in form.options.items() if options}
    fields = [*form.fields, *(f for x in form.lists for f in x.fields)]
    if YES_NO not in sets and any(f.type == YES_NO and not f.options for f in fields):
        sets[YES_NO] = (Option("是"), Option("否"))
    return sets


def choices_sheet(form: Form, look: Look) -> bytes:
    sets = choice_sets(form)
    depth = max((len(options) for options in sets.values()), default=0)
    lines = [_Line(tuple((name, look.hidden) for name in sets))]
    for n in range(depth):
        texts = [options[n].value if n < len(options) else "" for options in sets.values()]
        lines.append(_Line(tuple((text, look.hidden) for text in texts)))
    return _sheet(lines, [20.0] * max(1, len(sets)), titles=False)


def choice_range(form: Form, field: Field) -> str:
    """The range of a field's choices on _选项 for a drop-down, "" when there are none."""
    options = choices_of(form, field)
    if not options:
        return ""
    name = field.options or YES_NO
    letters = column_letters(list(choice_sets(form)).index(name) + 1)
    return f"{quoted_sheet(CHOICES_SHEET)}!${letters}$2:${letters}${len(options) + 1}"


def ticket_sheet(ticket: Ticket, rows: Mapping[str, int], style: int) -> bytes:
    """_票: names in A, values in B; the same ticket as in the document properties, and the rows of every list."""
    values: dict[str, Value] = {**ticket_values(ticket), **{ROWS_KEY + name: str(n) for name, n in rows.items()}}
    lines = [_Line(((name, style), (str(text), style))) for name, text in values.items()]
    return _sheet(lines, (22.0, 40.0), titles=False)


# ---------------------------------------------------------------- input messages

_TITLE_LIMIT, PROMPT_LIMIT = 32, 255


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters as Excel counts them (UTF-16), cut with an ellipsis."""
    if len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    kept = ""
    for character in text:
        if len((kept + character + "…").encode("utf-16-le")) // 2 > limit:
            break
        kept += character
    return kept + "…"


def prompt_title(text: str) -> str:
    return _attribute(clipped(text, _TITLE_LIMIT))


def prompt_text(text: str) -> str:
    return _attribute(clipped(text, PROMPT_LIMIT))


def _attribute(text: str) -> str:
    """For an attribute in double quotes; line feeds survive."""
    return escape(legal_text(text), {'"': "&quot;", "\n": "&#10;"})
