"""A form workbook made by the office → Form, or every mistake in it with sheet and cell."""

from __future__ import annotations

import fnmatch
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.findings import Finding
from toolkit.forms.design_fields import FieldRow, is_name, read_fields, read_options, split_names
from toolkit.forms.design_layout import Names, Placement, SheetSource, check_list_rows, list_row, place_tags
from toolkit.forms.design_rules import check_formulas, read_rules
from toolkit.forms.design_tables import Cells, Mistakes, Row, read_table, suggestion
from toolkit.forms.form import (
    CHECK_SHEETS,
    CHOICES_SHEET,
    DEFINITION_SHEETS,
    EXPLANATION_LIST,
    GUIDE_SHEET,
    TICKET_SHEET,
    Form,
    FormList,
)
from toolkit.forms.outside import is_outside
from toolkit.office.package import Package, PackageError, parse_xml
from toolkit.office.references import address
from toolkit.office.sheet_read import merged_blocks, read_cells, shared_strings
from toolkit.office.workbook import sheet_entries, uses_1904

PERIOD_KINDS = ("月", "季", "半年", "年", "常年")
FILED_BY = ("单位", "主管部门逐单位")
_SETTINGS = ("表单编号", "标题", "周期", "报送期限", "填报单位", "填报方", "清单")
_PREFIXES = ("区块.", "列表行数.", "锁定行.")
_MOST_BLANK_ROWS = 2000


def read_form(data: bytes, name: str) -> tuple[Form | None, tuple[Finding, ...]]:
    """The form, or None with findings (FORM-1xx) that name sheet and cell of every mistake.

    `name` is the file's name; findings carry it, the form's id comes from 设置.
    """
    mistakes = Mistakes()
    try:
        definitions, sheets = _open(data, mistakes)
    except PackageError as error:
        remedy = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”。"
        mistakes.setting("", "", f"“{name}”无法读取：{error}。", remedy)
        return None, _named(mistakes, name)
    if len(definitions) < len(DEFINITION_SHEETS):
        return None, _named(mistakes, name)
    form = _read(data, definitions, sheets, mistakes)
    return (None if mistakes.found else form), _named(mistakes, name)


def _named(mistakes: Mistakes, name: str) -> tuple[Finding, ...]:
    return tuple(f.at(file=name) for f in mistakes.found)


def _open(data: bytes, mistakes: Mistakes) -> tuple[dict[str, Cells], tuple[SheetSource, ...]]:
    """Definition sheets by name, and the visible sheets that departments will see."""
    package = Package.open(data)
    entries = sheet_entries(package)
    strings = shared_strings(package)
    if uses_1904(package):
        mistakes.setting("", "", "工作簿使用 1904 日期系统。", "请在 Excel 选项中取消“使用 1904 日期系统”后保存。")
    definitions: dict[str, Cells] = {}
    sheets: list[SheetSource] = []
    for entry in entries:
        if entry.name in (GUIDE_SHEET, EXPLANATION_LIST, TICKET_SHEET, CHOICES_SHEET, *CHECK_SHEETS):
            mistakes.setting(entry.name, "", f"工作表名“{entry.name}”由系统使用。", "请把这张工作表改名或删除。")
        if entry.kind != "worksheet":
            continue
        root = parse_xml(package.read(entry.part))
        if root.prefix:  # legal, written by no office program; the patching counts on plain names
            raise PackageError(f"工作表“{entry.name}”的内部写法少见")
        if entry.name in DEFINITION_SHEETS:
            definitions[entry.name] = read_cells(root, strings)
        elif entry.state == "visible":
            sheets.append(SheetSource(entry.name, read_cells(root, strings), merged_blocks(root)))
    for missing in (n for n in DEFINITION_SHEETS if n not in definitions):
        mistakes.setting(missing, "", f"缺少工作表“{missing}”。", "请对照内置表单补充；没有内容的也要保留表头。")
    if not sheets:
        mistakes.setting("", "", "没有可填写的工作表。", "请至少保留一张显示的填报页。")
    return definitions, tuple(sheets)


def _read(data: bytes, definitions: Mapping[str, Cells], sheets: Sequence[SheetSource], mistakes: Mistakes) -> Form:
    tables = {name: read_table(name, definitions[name], mistakes) for name in DEFINITION_SHEETS}
    settings, places = _settings(tables["设置"], mistakes)
    lists = _list_names(settings.get("清单", ""), places.get("清单", "A1"), mistakes)
    options = read_options(tables["选项"], mistakes)
    fields = read_fields(tables["字段"], lists, options, mistakes)
    found = place_tags(sheets, Names.of(fields, lists), mistakes)
    _check_places(fields, found, mistakes)
    singles = tuple(replace(r.field, place=found.singles.get(r.field.name)) for r in fields if not r.field.list_name)
    form = Form(
        id=settings.get("表单编号", ""),
        title=settings.get("标题") or settings.get("表单编号", ""),
        period_kind=settings.get("周期", ""),
        due_rule=settings.get("报送期限", ""),
        filers=settings.get("填报单位", ""),
        filed_by=settings.get("填报方") or FILED_BY[0],
        fields=singles,
        lists=_lists(lists, fields, found, sheets, settings, places, mistakes),
        options=options,
        rules=(),
        blocks=_blocks(settings, places, [f.name for f in singles], mistakes),
        sheets=tuple(found.layouts),
        digest=hashlib.sha256(data).hexdigest(),
        settings=settings,
        source=data,
    )
    _check_settings(form, places, mistakes)
    form = replace(form, rules=read_rules(tables["校验"], lists, mistakes))
    check_formulas(form, fields, places, mistakes)
    return form


# ---------------------------------------------------------------- 设置


def _settings(rows: Sequence[Row], mistakes: Mistakes) -> tuple[dict[str, str], dict[str, str]]:
    """Values and cells by item. A formula's equals sign in front is dropped."""
    values: dict[str, str] = {}
    places: dict[str, str] = {}
    for row in rows:
        item = row.text("项")
        if item in values:
            mistakes.setting("设置", row.at("项"), f"设置项“{item}”重复（另见 {places[item]}）。", "请只保留一行。")
        elif item not in _SETTINGS and not item.startswith(_PREFIXES):
            mistakes.setting(
                "设置", row.at("项"), f"设置项“{item}”无法识别。{suggestion(item, (*_SETTINGS, *_PREFIXES))}",
                f"可用的设置项：{'、'.join((*_SETTINGS, *_PREFIXES))}。",
            )  # fmt: skip
        else:
            values[item] = row.text("值").lstrip("=＝").strip()
            places[item] = row.at("值")
    return values, places


def _list_names(text: str, cell: str, mistakes: Mistakes) -> tuple[str, ...]:
    names: list[str] = []
    for name in split_names(text):
        if not is_name(name) or "." in name:
            mistakes.add("FORM-104", "设置", cell, name=name)
        elif name == EXPLANATION_LIST or name in names:
            mistakes.setting("设置", cell, f"清单名“{name}”重复或由系统使用。", "请换一个清单名。")
        else:
            names.append(name)
    return tuple(names)


def _check_settings(form: Form, places: Mapping[str, str], mistakes: Mistakes) -> None:
    def wrong(item: str, message: str, remedy: str) -> None:
        mistakes.setting("设置", places.get(item, "A1"), message, remedy)

    if not form.id:
        wrong("表单编号", "没有填写表单编号。", "请在“设置”表的“表单编号”一行填写，如：任务进展。")
    elif not is_name(form.id):
        mistakes.add("FORM-104", "设置", places["表单编号"], name=form.id)
    if form.period_kind not in PERIOD_KINDS:
        wrong("周期", f"周期“{form.period_kind}”无法识别。", f"请填写：{'、'.join(PERIOD_KINDS)} 之一。")
    if not form.filers:
        wrong("填报单位", "没有填写填报单位。", "请填写“有任务的单位”“全部”或单位类别（用、隔开）。")
    if form.filed_by not in FILED_BY:
        wrong("填报方", f"填报方“{form.filed_by}”无法识别。", f"请填写：{'、'.join(FILED_BY)} 之一。")
    known = {x.name for x in form.lists}
    for item in form.settings:
        prefix, _, rest = item.partition(".")
        if prefix in ("列表行数", "锁定行") and rest not in known:
            near = suggestion(rest, known)
            wrong(item, f"设置项“{item}”中的清单“{rest}”不存在。{near}", "请改正清单名，或在“清单”一行登记。")


def _blocks(
    settings: Mapping[str, str], places: Mapping[str, str], names: Sequence[str], mistakes: Mistakes
) -> dict[str, tuple[str, ...]]:
    blocks: dict[str, tuple[str, ...]] = {}
    for item, text in settings.items():
        if not item.startswith("区块."):
            continue
        block = item.removeprefix("区块.")
        if not is_name(block) or block in names:
            mistakes.add("FORM-104", "设置", places[item], name=block)
        wanted: list[str] = []
        for pattern in split_names(text):
            matched = [n for n in names if fnmatch.fnmatchcase(n, pattern.replace("[", "[[]"))]
            if not matched:
                mistakes.setting(
                    "设置", places[item], f"区块“{block}”中的“{pattern}”没有对应的字段。{suggestion(pattern, names)}",
                    "请写字段名，可以用 * 代表任意文字，如 t3.*。",
                )  # fmt: skip
            wanted += [n for n in matched if n not in wanted]
        blocks[block] = tuple(n for n in names if n in wanted)
    return blocks


# ---------------------------------------------------------------- places and lists


def _check_places(fields: Sequence[FieldRow], found: Placement, mistakes: Mistakes) -> None:
    for item in fields:
        field = item.field
        places = found.columns.get(field.list_name, {}) if field.list_name else found.singles
        if is_outside(field):
            if field.name in places:
                at = places[field.name]
                message = f"字段“{item.full}”取自别处，不占单元格。"
                mistakes.setting(at.sheet, address(at.row, at.column), message, "请删除这个标签。")
        elif field.name not in places:
            mistakes.add("FORM-103", "字段", item.row.at("字段"), name=item.full, tag=f"{{{{{item.full}}}}}")


def _lists(
    names: Sequence[str], fields: Sequence[FieldRow], found: Placement, sheets: Sequence[SheetSource],
    settings: Mapping[str, str], places: Mapping[str, str], mistakes: Mistakes,
) -> tuple[FormList, ...]:  # fmt: skip
    rows = {n: where for n in names if (where := list_row(n, found.columns.get(n, {}), mistakes))}
    check_list_rows(rows, found, sheets, mistakes)
    lists = []
    for name in names:
        columns = found.columns.get(name, {})
        own = [replace(r.field, place=columns.get(r.field.name)) for r in fields if r.field.list_name == name]
        if not own:
            mistakes.setting("设置", places["清单"], f"清单“{name}”没有字段。", f"请在“字段”表中登记 {name}.… 各栏。")
        if name not in rows:
            continue
        sheet, row = rows[name]
        lists.append(
            FormList(
                name=name,
                sheet=sheet,
                header_row=row - 1,
                tag_row=row,
                fields=tuple(sorted(own, key=lambda f: f.place.column if f.place else 0)),
                by_task=any(f.prefill.startswith("任务.") for f in own),
                blank_rows=_blank_rows(f"列表行数.{name}", settings, places, mistakes),
                lock_when=settings.get(f"锁定行.{name}", ""),
            )
        )
        if lists[-1].by_task and lists[-1].field("任务编号") is None:
            remedy = "按任务下发的清单须有“任务编号”。"
            mistakes.setting("设置", places["清单"], f"清单“{name}”缺少“任务编号”一栏。", remedy)
    return tuple(lists)


def _blank_rows(item: str, settings: Mapping[str, str], places: Mapping[str, str], mistakes: Mistakes) -> int:
    text = settings.get(item, "")
    if not text:
        return 30
    if not re.fullmatch(r"\d{1,4}", text) or not 1 <= int(text) <= _MOST_BLANK_ROWS:
        mistakes.setting("设置", places[item], f"“{item}”应为 1 至 {_MOST_BLANK_ROWS} 的整数。", "请改正。")
        return 30
    return int(text)
