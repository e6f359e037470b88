"""填报汇总-<表单>.xlsx: what all units filled into one form, side by side. Any form the office adds has it, without code."""

from __future__ import annotations

from toolkit.forms.form import EXPLANATION_LIST, Field, Form, FormList
from toolkit.merge import newest_counting, stand_in_line
from toolkit.model import Draft, PeriodResult, Submission
from toolkit.office.excel_out import write_book
from toolkit.office.sheet_model import Column, Row, Sheet, sheet_name
from toolkit.reports.wording import caption, made_on, marked, marks, unit_order, value_text

_KINDS = {"整数": "number", "小数": "number", "金额": "number", "日期": "date"}


def collected(result: PeriodResult, form: Form) -> bytes:
    """One sheet for the single fields (a row per field, a column per unit), one per list, one for 情况说明."""
    chosen = _counting(result, form)
    title = marked(f"{result.period.title}{form.title}填报汇总", marks(result))
    sheets = []
    singles = [f for f in form.fields if f.type != "长文本" and f.place]
    if singles:
        sheets.append(_fields_sheet(result, title, singles, chosen))
    if texts := [f for f in form.fields if f.type == "长文本" and f.place]:
        sheets.append(_texts_sheet(result, title, texts, chosen))
    names = [s.name for s in sheets]
    for form_list in form.lists:
        sheets.append(_list_sheet(result, title, form_list, chosen, sheet_name(form_list.name, names)))
        names.append(sheets[-1].name)
    if notes := _explanations(result, title, chosen):
        sheets.append(notes)
    return write_book(sheets, title=title, made_on=made_on(result), office=result.office)


def _counting(result: PeriodResult, form: Form) -> list[tuple[Submission, Draft]]:
    """The newest counting submission of each unit, in roster order."""
    mine = [s for s in result.submissions if s.form == form.id and s.period == result.period.text]
    newest = newest_counting(mine).values()
    order = unit_order(result.roster, (s.unit for s in newest))
    return [(s, s.draft) for s in sorted(newest, key=lambda s: order[s.unit]) if s.draft is not None]


def _sheet(
    result: PeriodResult, name: str, title: str, columns: list[Column], rows: list[Row], freeze: int = 0
) -> Sheet:
    return Sheet(
        name, title, tuple(columns), rows, lines=(caption(result),), freeze_columns=freeze, mark="·".join(marks(result))
    )


def _fields_sheet(
    result: PeriodResult, title: str, fields: list[Field], chosen: list[tuple[Submission, Draft]]
) -> Sheet:
    columns = [Column("项目", cap=44), *(Column(s.unit, "number", cap=14) for s, _ in chosen)]
    rows: list[Row] = [(f.label, *(draft.value(f.name) for _, draft in chosen)) for f in fields]
    if any(draft.stand_in for _, draft in chosen):
        rows.append(("填报方式", *(stand_in_line(draft) for _, draft in chosen)))
    return _sheet(result, "各单位数据", title, columns, rows, freeze=1)


def _texts_sheet(
    result: PeriodResult, title: str, fields: list[Field], chosen: list[tuple[Submission, Draft]]
) -> Sheet:
    columns = [Column("单位", cap=26), *(Column(f.label, cap=70) for f in fields)]
    rows: list[Row] = [(s.unit, *(value_text(draft.value(f.name)) for f in fields)) for s, draft in chosen]
    return _sheet(result, "文字内容", title, columns, rows, freeze=1)


def _list_sheet(
    result: PeriodResult, title: str, form_list: FormList, chosen: list[tuple[Submission, Draft]], name: str
) -> Sheet:
    columns = [Column("单位", cap=26)]
    columns += [Column(f.label, _KINDS.get(f.type, "text"), cap=40) for f in form_list.fields]
    columns += [Column("收件编号", cap=18)]
    stood_in = any(draft.stand_in for _, draft in chosen)
    columns += [Column("代填", cap=30)] if stood_in else []
    rows: list[Row] = []
    for s, draft in chosen:
        for row in draft.lists.get(form_list.name, ()):
            values = [row[f.name].value if f.name in row else "" for f in form_list.fields]
            rows.append((s.unit, *values, s.receipt_no, *([stand_in_line(draft)] if stood_in else [])))
    return _sheet(result, name, title, columns, rows, freeze=1)


def _explanations(result: PeriodResult, title: str, chosen: list[tuple[Submission, Draft]]) -> Sheet | None:
    rows: list[Row] = [(s.unit, *parts, s.receipt_no) for s, draft in chosen for parts in draft.explanations]
    if not rows:
        return None
    columns = [
        Column("单位", cap=26),
        Column("规则"),
        Column("位置"),
        Column("说明", cap=60),
        Column("收件编号", cap=18),
    ]
    return _sheet(result, EXPLANATION_LIST, title, columns, rows)
