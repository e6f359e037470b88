"""字段 and 选项 of a form workbook: fields with their declared types, sources and options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.forms.design_tables import Mistakes, Row, suggestion
from toolkit.forms.form import EXPLANATION_LIST, STAND_IN_FIELDS, TYPES, Field, Option
from toolkit.forms.schema import FACT_TYPES

_NAME = re.compile(r"[A-Za-z0-9_㐀-䶿一-鿿\U00020000-\U0003ffff]+(?:\.[A-Za-z0-9_㐀-䶿一-鿿\U00020000-\U0003ffff]+)*")
_RESERVED_PREFIXES = ("单位", "任务", "上期", "上年", "周期", "代填", EXPLANATION_LIST)
_SEPARATORS = re.compile(r"[、,，;；\s]+")

UNIT_NAMES = ("单位.名称", "单位.编码", "单位.简称", "单位.类别", "单位.可制定规章", "单位.联系人", "单位.电话")
PERIOD_NAMES = ("周期", "周期.编号", "周期.年", "上年", "周期始", "周期末")
OFFICE_NAMES = ("政府", "办公室", "电话")
TASK_COLUMNS = ("任务编号", "序号", "任务", "一级任务", "二级任务", "工作要求", "工作举措", "角色", "完成时限",
                "截止日期", "量化目标", "责任科室", "分管领导")  # fmt: skip
OUTSIDE_KINDS = ("他表", "成员合计", "成员最大", "成员最小")
OUTSIDE = re.compile(rf"({'|'.join(OUTSIDE_KINDS)})\s*\.\s*([^=＝]+?)\s*[=＝]\s*(.+)", re.DOTALL)
"""Sources in other workbooks: 他表.<表单>=<公式>. What they mean stands in forms/outside."""
SUMMARY_SOURCES = ("上期.情况", "上期.摘要")
"""Last period in one line, for a locked column beside the inputs."""


def is_name(text: str) -> bool:
    """Letters, Chinese, digits, underscore; parts joined by single dots."""
    return _NAME.fullmatch(text) is not None


def split_names(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SEPARATORS.split(text) if part)


def read_options(rows: Sequence[Row], mistakes: Mistakes) -> dict[str, tuple[Option, ...]]:
    """选项 by set, in the order of the sheet."""
    sets: dict[str, list[Option]] = {}
    for row in rows:
        name, value = row.text("选项集"), row.text("值")
        if not name or not value:
            column = "值" if name else "选项集"
            mistakes.setting("选项", row.at(column), f"此行缺少“{column}”。", "请补充，或删除此行。")
        elif any(option.value == value for option in sets.get(name, ())):
            mistakes.setting("选项", row.at("值"), f"选项集“{name}”中的“{value}”重复。", "请删除重复的行。")
        else:
            sets.setdefault(name, []).append(Option(value, row.text("说明")))
    return {name: tuple(options) for name, options in sets.items()}


@dataclass(frozen=True)
class FieldRow:
    """A field with the row of 字段 that declares it; `full` is the name as written there."""

    field: Field
    full: str
    row: Row


def read_fields(
    rows: Sequence[Row], lists: Sequence[str], options: Mapping[str, tuple[Option, ...]], mistakes: Mistakes
) -> tuple[FieldRow, ...]:
    """All declared fields. 代填 and 情况说明 are in every workbook anyway and are passed over here."""
    found: list[FieldRow] = []
    seen: dict[str, str] = {}
    for row in rows:
        full = row.text("字段")
        if full in STAND_IN_FIELDS or full.startswith(EXPLANATION_LIST + "."):
            continue
        if not full:
            mistakes.setting("字段", row.at("字段"), "此行缺少字段名。", "请填写字段名，或删除此行。")
        elif not is_name(full):
            mistakes.add("FORM-104", "字段", row.at("字段"), name=full)
        elif full in seen:
            mistakes.setting("字段", row.at("字段"), f"字段“{full}”重复（另见 {seen[full]}）。", "请删除重复的行。")
        else:
            seen[full] = row.at("字段")
            found.append(FieldRow(_field(row, full, lists, options, mistakes), full, row))
    _check_sources(found, mistakes)
    return tuple(found)


def _field(
    row: Row, full: str, lists: Sequence[str], options: Mapping[str, tuple[Option, ...]], mistakes: Mistakes
) -> Field:
    prefix, _, rest = full.partition(".")
    list_name = prefix if prefix in lists and rest else ""
    if not list_name and (full in FACT_TYPES or full in (*PERIOD_NAMES, *OFFICE_NAMES, *lists)
                          or (rest and prefix in _RESERVED_PREFIXES)):  # fmt: skip
        mistakes.setting("字段", row.at("字段"), f"字段名“{full}”是系统保留的名称。", "请换一个字段名。")
    type_ = row.text("类型")
    if type_ not in TYPES:
        mistakes.setting(
            "字段", row.at("类型"), f"字段“{full}”的类型“{type_}”无法识别。{suggestion(type_, TYPES)}",
            f"可用的类型：{'、'.join(TYPES)}。",
        )  # fmt: skip
    choice = row.text("选项")
    if choice and choice not in options:
        mistakes.setting(
            "字段", row.at("选项"), f"字段“{full}”的选项集“{choice}”不存在。{suggestion(choice, options)}",
            "请在“选项”表中登记该选项集，或改正名称。",
        )  # fmt: skip
    elif not choice and type_ in ("选项", "多选"):
        mistakes.setting("字段", row.at("选项"), f"字段“{full}”没有指定选项集。", "请填写“选项”表中的选项集名称。")
    prefill = row.text("预填自")
    return Field(
        name=rest if list_name else full,
        label=row.text("标题") or (rest if list_name else full),
        type=type_,
        required=_required(row, full, mistakes),
        options=choice,
        prefill=prefill,
        compare=_yes(row, "上期对照", full, mistakes),
        public=_yes(row, "对外公开", full, mistakes),
        guide=row.text("填写说明"),
        locked=_lock(row, full, prefill, mistakes),
        list_name=list_name,
        cell=row.at("预填自"),
    )


def _yes(row: Row, column: str, name: str, mistakes: Mistakes) -> bool:
    text = row.text(column)
    if text not in ("", "是", "否"):
        mistakes.setting("字段", row.at(column), f"字段“{name}”的“{column}”应填“是”或“否”。", "请改正。")
    return text == "是"


def _required(row: Row, name: str, mistakes: Mistakes) -> str:
    """是, 否 or a formula; whether the formula compiles is seen when all fields are known."""
    text = row.text("必填").lstrip("=＝").strip()
    if text in ("必填", "选填"):
        mistakes.setting("字段", row.at("必填"), f"字段“{name}”的“必填”应填“是”“否”或公式。", "请改正。")
    return text or "否"


def _lock(row: Row, name: str, prefill: str, mistakes: Mistakes) -> str:
    text = row.text("锁定")
    if text in ("是", "否", "有值时"):
        return text
    if text:
        mistakes.setting("字段", row.at("锁定"), f"字段“{name}”的“锁定”应填“是”“否”或“有值时”。", "请改正。")
    if prefill in SUMMARY_SOURCES or prefill in (*PERIOD_NAMES, *OFFICE_NAMES):
        return "是"
    if prefill.startswith(("任务.", "单位.", *(f"{kind}." for kind in OUTSIDE_KINDS))):
        return "是"
    return "有值时" if prefill.startswith("上年.") else "否"


def _check_sources(rows: Sequence[FieldRow], mistakes: Mistakes) -> None:
    by_list: dict[str, set[str]] = {}
    for item in rows:
        by_list.setdefault(item.field.list_name, set()).add(item.field.name)
    for item in rows:
        source = item.field.prefill
        if not source or source.startswith(("=", "＝")):
            continue
        if source.startswith(tuple(f"{kind}." for kind in OUTSIDE_KINDS)):
            _check_outside(item, mistakes)
            continue
        known = _known_sources(by_list[item.field.list_name], bool(item.field.list_name))
        if source not in known:
            mistakes.setting(
                "字段", item.row.at("预填自"),
                f"字段“{item.full}”的预填来源“{source}”无法识别。{suggestion(source, known)}",
                "可用的来源：任务.…、单位.…、周期、上期.…、上年.…、他表.…、成员合计.…、政府、办公室、电话，或以等号开头的公式。",
            )  # fmt: skip


def _check_outside(item: FieldRow, mistakes: Mistakes) -> None:
    """Whether form and formula exist is seen when all forms are known."""
    wrong = "" if OUTSIDE.fullmatch(item.field.prefill.strip()) else "写法不完整"
    wrong = wrong or ("只能用于整表的字段" if item.field.list_name else "")
    wrong = wrong or ("不占单元格，不能必填" if item.field.required != "否" else "")
    if wrong:
        message = f"字段“{item.full}”的预填来源“{item.field.prefill[:40]}”{wrong}。"
        remedy = "请写成：他表.<表单编号>=<公式>，或成员合计、成员最大、成员最小.<表单编号>=<公式>。"
        mistakes.setting("字段", item.row.at("预填自"), message, remedy)


def _known_sources(names: set[str], in_list: bool) -> list[str]:
    """What 预填自 may say for a field: 任务.… and 上期.情况 only in a list, 上年.… only outside."""
    common = [*UNIT_NAMES, *PERIOD_NAMES, *OFFICE_NAMES, *(f"上期.{n}" for n in sorted(names))]
    if in_list:
        return [*common, *SUMMARY_SOURCES, *(f"任务.{n}" for n in TASK_COLUMNS)]
    return [*common, *(f"上年.{n}" for n in sorted(names))]
