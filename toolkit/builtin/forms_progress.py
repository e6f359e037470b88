"""The built-in form 任务进展: one row for each task of the unit and the role it has in it."""

from __future__ import annotations

from toolkit.builtin.form_book import (
    GIVEN,
    HEAD,
    INPUT,
    Definitions,
    FieldRow,
    OptionRow,
    RuleRow,
    SettingRow,
    new_book,
    page,
    put,
    to_bytes,
    write_definitions,
)

FORM_ID = "任务进展"
LIST = "进展"

_COLUMNS: tuple[tuple[str, float, str], ...] = (
    ("任务编号", 9.5, "center"), ("序号", 5.5, "center"), ("任务", 16, "left"), ("工作要求", 31, "left"),
    ("角色", 6, "center"), ("完成时限", 10, "center"), ("上期情况", 17, "left"), ("完成情况", 10.5, "center"),
    ("完成日期", 12, "center"), ("进展说明", 31, "left"), ("佐证", 15, "left"), ("责任科室", 10, "center"),
    ("责任人", 8, "center"),
)  # fmt: skip
"""Heading, width and alignment, in the order of the contract."""

_GIVEN = ("任务编号", "序号", "任务", "工作要求", "角色", "完成时限", "上期情况")
_FONT = "宋体"


def progress_form() -> bytes:
    """The workbook 任务进展.xlsx."""
    book = new_book(FORM_ID)
    sheet = book.create_sheet(LIST)
    last = len(_COLUMNS)
    put(sheet, 1, 1, "{{单位.名称}}{{周期}}政务公开工作任务进展情况表", span=(1, last), font="黑体", size=18)
    sheet.row_dimensions[1].height = 46
    put(sheet, 2, 1, "填报单位：{{单位.名称}}", span=(1, 4), font="仿宋", size=12, align="left")
    put(sheet, 2, 5, "周期：{{周期}}", span=(1, 3), font="仿宋", size=12, align="left")
    hint = "浅黄格请填写，灰格由系统预填。本期没有新情况的，完成情况选“本期无新进展”即可。"
    put(sheet, 2, 8, hint, span=(1, last - 7), font="仿宋", size=11, align="right", color="404040")
    sheet.row_dimensions[2].height = 24
    for column, (label, width, align) in enumerate(_COLUMNS, start=1):
        letter = put(sheet, 3, column, label, font="黑体", size=11, border=True, fill=HEAD).column_letter
        sheet.column_dimensions[letter].width = width
        given = label in _GIVEN
        put(
            sheet, 4, column, "{{" + f"{LIST}.{label}" + "}}", font=_FONT, size=10.5, border=True, align=align,
            fill=GIVEN if given else INPUT, unlocked=not given, number_format=_number_format(label),
        )  # fmt: skip
    sheet.row_dimensions[3].height = 30
    sheet.freeze_panes = "D4"  # row 4 keeps no height of its own: each issued row grows with its text
    page(sheet, landscape=True, height=0, repeat="3:3", margin=0.4)
    write_definitions(book, Definitions(_settings(), field_rows(), _options(), rules()))
    return to_bytes(book)


def _number_format(label: str) -> str:
    if label == "完成日期":
        return "yyyy-mm-dd"
    # numbers of tasks and documents are no figures: 1-2 must not become a day
    return "General" if label in ("工作要求", "上期情况", "进展说明", "完成情况") else "@"


# ---------------------------------------------------------------- definitions


def _settings() -> tuple[SettingRow, ...]:
    return (
        SettingRow("表单编号", FORM_ID, "下发和报送的文件名中使用，启用后请不要修改。"),
        SettingRow("标题", "政务公开工作任务进展情况"),
        SettingRow("周期", "月", "也可改为：季、半年、年。"),
        SettingRow("报送期限", "工作日后(周期末,5)", "周期结束后第5个工作日；天数可改。"),
        SettingRow("填报单位", "有任务的单位"),
        SettingRow("填报方", "单位"),
        SettingRow("清单", LIST),
        SettingRow(f"锁定行.{LIST}", '完成情况="已完成"', "上期已报完成的任务，本期整行锁定并沿用。"),
    )


def field_rows() -> tuple[FieldRow, ...]:
    """字段, in the order of the columns."""
    given = {
        "任务编号": ("文本", "任务.任务编号"),
        "序号": ("文本", "任务.序号"),
        "任务": ("文本", "任务.任务"),
        "工作要求": ("长文本", "任务.工作要求"),
        "角色": ("文本", "任务.角色"),
        "完成时限": ("文本", "任务.完成时限"),
        "上期情况": ("长文本", "上期.摘要"),
    }
    fixed = [_field(label, kind, prefill=source, locked="是") for label, (kind, source) in given.items()]
    return (
        *fixed,
        _field("完成情况", "选项", required="是", options="完成情况", guide="请从下拉列表中选择。"),
        _field(
            "完成日期", "日期", required='完成情况="已完成"', guide="完成情况为“已完成”时填写，如2024-05-08；其余空着。"
        ),
        _field(
            "进展说明", "长文本", required='OR(完成情况="进行中",完成情况="持续推进")',
            guide="请写本期做了什么、取得什么结果，写清数量、时间和文件名称。",
        ),
        _field(
            "佐证", "文本", guide="填网页地址、文号或文件名，多项用“、”隔开；文件放入本单位的“佐证”文件夹。"
        ),
        _field("责任科室", "文本", prefill="上期.责任科室", guide="自动带出上期内容，有变动的直接修改。"),
        _field("责任人", "文本", prefill="上期.责任人", guide="请填经办人姓名；自动带出上期内容，有变动的直接修改。"),
    )  # fmt: skip


def _field(label: str, kind: str, **more: str) -> FieldRow:
    return FieldRow(f"{LIST}.{label}", label, kind, **{"locked": "否", **more})


def _options() -> tuple[OptionRow, ...]:
    name = "完成情况"
    return (
        OptionRow(name, "未启动", "尚未开展。"),
        OptionRow(name, "进行中", "已开展，尚未完成；请写进展说明。"),
        OptionRow(name, "已完成", "要求的事项已全部完成；请填完成日期和佐证。"),
        OptionRow(name, "持续推进", "没有完成节点的经常性工作，本期已按要求开展；请写进展说明。"),
        OptionRow(name, "不涉及", "本单位没有这项职责或业务；请在情况说明中写明理由。"),
        OptionRow(name, "申请调整", "任务内容、责任单位或时限需要调整；请在情况说明中写明理由。"),
        OptionRow(name, "本期无新进展", "沿用上期已接收的内容；上期没有报过的不能选。"),
    )


# ---------------------------------------------------------------- rules


def rules() -> tuple[RuleRow, ...]:
    """Row rules of the list; two rows for the same task and role are the batch's matter."""
    fix, explain, note = "须修改", "须说明", "提示"
    return (
        _rule(1, fix, 'IF(AND(完成情况="已完成",完成日期<>""),完成日期<=周期末,TRUE)',
              "完成日期晚于本期最后一天。", "请核对完成日期；本期结束后才完成的，本期请选“进行中”，下期再报“已完成”。",
              "本表反映截至周期末的情况"),
        _rule(2, explain, 'IF(AND(完成情况="已完成",完成日期<>""),完成日期>=DATE(YEAR(周期末),1,1),TRUE)',
              "完成日期早于本年1月1日。", "请核对年份是否写错；确在上年完成的，请在“情况说明”中写明。",
              "本表反映本年度任务的完成情况"),
        _rule(3, fix, 'IF(AND(完成日期<>"",完成情况<>""),完成情况="已完成",TRUE)',
              "填了完成日期，但完成情况不是“已完成”。", "已经完成的请选“已完成”；尚未完成的请删去完成日期。",
              "完成日期只用于已完成的任务"),
        _rule(4, fix, 'IF(完成情况="本期无新进展",上期(完成情况)<>"",TRUE)',
              "选了“本期无新进展”，但这项任务没有已接收的上期内容可以沿用。", "请从其余选项中选择，并填写进展说明。",
              "本期无新进展即沿用上期内容"),
        _rule(5, explain, 'AND(完成情况<>"不涉及",完成情况<>"申请调整")',
              "填报“不涉及”或“申请调整”，需要写明理由。", "请在“情况说明”中写明理由和依据；误选的请改选。",
              "任务分解表由政务公开办统一调整"),
        _rule(6, explain, 'IF(上期(完成情况)="已完成",OR(完成情况="已完成",完成情况="本期无新进展"),TRUE)',
              "上期已报“已完成”，本期改为其他情况。", "误改的请恢复为“已完成”；确需改回的，请在“情况说明”中写明原因。",
              "前后两期应当衔接"),
        _rule(7, note, 'IF(完成情况="已完成",进展说明<>"",TRUE)',
              "已完成的任务没有写进展说明。", "建议写明完成的内容和结果。", "通报和考核引用进展说明"),
        _rule(8, note, 'IF(进展说明="",TRUE,LEN(进展说明)>=5)',
              "进展说明过短。", "建议写清做了什么、结果如何。", "通报和考核引用进展说明"),
        _rule(9, note, 'IF(AND(进展说明<>"",上期(完成情况)<>"已完成"),进展说明<>上期(进展说明),TRUE)',
              "进展说明与上期完全相同。", "有新情况的请补充；没有的可选“本期无新进展”，不必重复填写。",
              "每期反映本期的新情况"),
        _rule(10, note, 'IF(完成情况="已完成",佐证<>"",TRUE)',
              "已完成的任务没有填写佐证。", "建议填写网页地址、文号或佐证文件名，以便核实。", "考核时据佐证核实"),
    )  # fmt: skip


def _rule(number: int, level: str, formula: str, message: str, remedy: str, basis: str) -> RuleRow:
    return RuleRow(f"进展-{number:02d}", "", level, f"逐行:{LIST}", formula, message, remedy, basis)
