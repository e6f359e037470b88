"""Findings: what is wrong, where, why and what to do. Errors in data are values of this kind, never exceptions.

The catalogue below is the one list of codes. A code is never renumbered and never reused; its wording may improve.
`docs/reference/findings.md` is generated from it and a golden file holds the codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How heavy a finding weighs; the order is the order of gravity."""

    UNREADABLE = "未能读取"
    FIX = "须修改"
    EXPLAIN = "须说明"
    NOTE = "提示"


GRAVITY = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True)
class Finding:
    """One finding. Place is sheet and cell as Excel shows them; all texts are ready for people.

    `rule` is the number people see (年报-表三-01) or a relation id; `consequence_of` names the rule whose
    violation explains this one (people see consequences folded, JSON lists them all).
    """

    code: str
    level: Level
    message: str
    remedy: str
    basis: str = ""
    rule: str = ""
    rule_no: str = ""  # the number people see, where `rule` carries a relation id
    file: str = ""
    sheet: str = ""
    cell: str = ""
    field: str = ""
    label: str = ""
    value: str = ""
    consequence_of: str | None = None

    def at(self, sheet: str = "", cell: str = "", **more: str) -> Finding:
        """The same finding with its place filled in (what is already there stays when the new text is empty)."""
        places = {"sheet": sheet, "cell": cell, **more}
        return replace(self, **{k: v for k, v in places.items() if v})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Code:
    code: str
    level: Level
    title: str
    message: str
    remedy: str


class UnknownCode(KeyError):
    """Our own fault: a code that the catalogue does not have."""


def finding(
    code: str, *, level: Level | None = None, place: Mapping[str, str] | None = None, **arguments: object
) -> Finding:
    """A finding of the catalogue; `arguments` fill the {…} of message and remedy, `place` gives sheet, cell, field,
    label, value, rule, basis, file. A missing argument prints as …, never fails (a message must not stop a run)."""
    try:
        entry = CODES[code]
    except KeyError:
        raise UnknownCode(code) from None
    given = _Blanks({k: str(v) for k, v in arguments.items()})
    return Finding(
        code=code,
        level=level or entry.level,
        message=entry.message.format_map(given),
        remedy=entry.remedy.format_map(given),
        **dict(place or {}),
    )


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def worst(findings: tuple[Finding, ...]) -> Level | None:
    """The gravest level among findings, None when there are none."""
    return min((f.level for f in findings), key=GRAVITY.__getitem__, default=None)


def by_gravity(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Gravest first, otherwise in the order found."""
    return tuple(sorted(findings, key=lambda f: GRAVITY[f.level]))


_U, _F, _E, _N = Level.UNREADABLE, Level.FIX, Level.EXPLAIN, Level.NOTE
_RESAVE = "请用 Excel 或 WPS 打开原表，另存为“Excel 工作簿（.xlsx）”后重新放入收件文件夹。"
_ISSUED = "请使用政务公开办下发的工作簿填报；如已找不到，请致电政务公开办重新索取。"

# One code, one line: a review reads the catalogue as a table.
# fmt: off
_TABLE: tuple[tuple[str, Level, str, str, str], ...] = (
    # ------------------------------------------------------------ IN-1xx file system
    ("IN-101", _U, "不是普通文件", "收件文件夹中的“{name}”不是普通文件（是{what}），未作处理。", "请把工作簿文件本身放入收件文件夹，不要放快捷方式或链接。"),
    ("IN-102", _U, "文件无法读取", "“{name}”暂时无法读取（{reason}）。", "请检查该文件的读取权限，或重新复制一份放入收件文件夹。"),
    ("IN-103", _N, "文件仍在变化", "“{name}”仍在写入或被替换，本次暂缓，下次自动处理。", "请等待文件复制完成，无需重新报送。"),
    ("IN-104", _N, "锁定文件或临时文件", "“{name}”是办公软件的临时文件或锁定文件，不作为报送材料。", "无需处理；如工作簿仍处于打开状态，请保存后关闭。"),
    ("IN-105", _N, "文件名不规范", "文件名中含有不便显示的字符，回执中已作替换。", "建议使用“单位-表单-周期.xlsx”作为文件名。"),
    ("IN-106", _U, "空文件", "“{name}”是空文件（0 字节），可能没有复制完整。", "请重新复制原文件放入收件文件夹。"),
    ("IN-107", _U, "文件过大", "“{name}”大小为 {size}，超过上限 {limit}。", "请删除工作簿中的图片等附加内容；佐证材料请放入“佐证”文件夹单独报送。"),
    ("IN-108", _N, "内容相同的文件已收到", "本文件与收件编号 {receipt_no} 的文件内容完全相同，不重复计数。", "无需处理；如需更正，请修改后保存再报送。"),
    ("IN-109", _N, "较旧的版本", "本文件保存时间早于已接收的版本（收件编号 {receipt_no}）。", "请核对是否误放旧文件；如确需以本文件为准，请重新保存后报送。"),
    ("IN-110", _N, "同一批次有两份不同文件", "{unit}{period}“{form}”在同一批次收到两份不同的文件：“{name}”与“{other}”。{decision}", "请确认以哪一份为准，只保留正确的一份后重新报送。"),
    ("IN-111", _F, "文件夹内没有工作簿", "“{name}”不是工作簿，且不在“佐证”文件夹内，无法登记为报送材料。", "报送表请使用下发的 .xlsx 工作簿；佐证材料请放入“收件文件夹/单位名称/佐证/”。"),
    ("IN-112", _N, "佐证材料已登记", "“{name}”已作为佐证材料存档，不解析内容。", "无需处理。"),
    # ------------------------------------------------------------ IN-2xx container
    ("IN-201", _U, "不是工作簿", "“{name}”不是 Excel 工作簿（内容为{what}）。", "请把内容填入下发的工作簿后报送。"),
    ("IN-202", _U, "扩展名与内容不符", "“{name}”的扩展名与内容不符（内容为{what}）。", _RESAVE),
    ("IN-203", _U, "文件设有密码", "“{name}”设有打开密码，无法读取。", "请取消打开密码后重新保存并报送。"),
    ("IN-204", _U, "文件损坏或不完整", "“{name}”已损坏或没有复制完整（{reason}）。", "请在本机确认能正常打开，重新保存后再报送。"),
    ("IN-205", _U, "展开后过大", "“{name}”展开后的内容超过上限（{reason}）。", "请删除表中多余的格式、空白行列和图片，另存后重新报送。"),
    ("IN-206", _U, "压缩包结构异常", "“{name}”内部结构异常（{reason}），为安全起见未打开。", _RESAVE),
    ("IN-207", _U, "压缩包内文件名异常", "“{name}”内部含有异常的文件名（{reason}），为安全起见未打开。", _RESAVE),
    ("IN-208", _U, "压缩方式不支持", "“{name}”使用了不支持的压缩方式（{reason}）。", _RESAVE),
    ("IN-209", _U, "其他格式的表格", "“{name}”是{what}格式，本系统接收 .xlsx 格式。", _RESAVE),
    # ------------------------------------------------------------ IN-3xx package and XML
    ("IN-301", _U, "含有文档类型或实体声明", "“{name}”内部含有不应出现的声明（{reason}），为安全起见未打开。", _RESAVE),
    ("IN-302", _U, "内部格式错误", "“{name}”内部格式有误（{reason}），无法读取。", _RESAVE),
    ("IN-303", _U, "内部结构过深或过长", "“{name}”内部结构异常（{reason}），为安全起见未打开。", _RESAVE),
    ("IN-304", _U, "工作簿不完整", "“{name}”缺少必要的内容（{reason}）。", _RESAVE),
    ("IN-305", _U, "含有宏或嵌入对象", "“{name}”含有宏、控件、嵌入对象或数据连接（{reason}），按规定不予打开。", "请另存为不含宏的“Excel 工作簿（.xlsx）”，并删除嵌入对象后重新报送。"),
    ("IN-306", _N, "含有外部链接", "“{name}”含有指向其他文件的链接，系统不会打开这些链接，只取表中已保存的数值。", "建议把相关单元格粘贴为数值后保存。"),
    # ------------------------------------------------------------ IN-4xx sheet
    ("IN-401", _F, "缺少工作表", "没有找到工作表“{sheet}”，可能被删除或改名（现有：{present}）。", "请恢复工作表的原名“{sheet}”；如已删除，请用下发的工作簿重新填报。"),
    ("IN-402", _F, "表头或栏目名称被改动", "此处应为“{expected}”，现为“{value}”。", "请恢复原有栏目名称；如改动较多，请用下发的工作簿重新填报。"),
    ("IN-403", _F, "行列位置被改动", "{what}", "请恢复表格原有的行列；如改动较多，请用下发的工作簿重新填报。"),
    ("IN-404", _U, "行数或单元格过多", "“{name}”的行数、单元格或合并区域过多（{reason}）。", "请删除表格下方和右侧多余的行列（含只有格式的空行），保存后重新报送。"),
    ("IN-405", _N, "有隐藏的行或列", "{what}处于隐藏状态，其中的内容照常计入。", "请取消隐藏后核对内容。"),
    ("IN-406", _N, "合并了单元格", "{what}被合并，只取左上角的内容。", "请取消合并，逐格填写。"),
    ("IN-407", _N, "有筛选", "{what}设有筛选，被筛掉的行照常计入。", "请清除筛选后核对内容。"),
    ("IN-408", _N, "表格范围之外有内容", "{what}在填报范围之外，未计入。", "请把内容移到填报区域内；如为备注，可写入“情况说明”。"),
    ("IN-409", _F, "无法确定表单", "无法确定这是哪一张表：{reason}", _ISSUED),
    ("IN-410", _F, "无法确定单位", "表中填写的单位“{value}”不在单位名录中。{suggestion}", "请核对单位全称；确为新单位或更名的，请致电政务公开办登记。"),
    ("IN-411", _F, "周期不符", "本表的周期为“{value}”，{reason}", "请使用对应周期的工作簿填报。"),
    ("IN-412", _F, "单位、周期或表单前后不一致", "关于{what}，各处说法不一致：{says}。", "请核对后使一致；文件名与表内单位、周期应为同一单位、同一周期。"),
    ("IN-413", _N, "没有下发凭证", "本文件没有下发凭证（可能是复制到新表后填写的），已按表内内容识别为{what}。", "建议下次直接在下发的工作簿中填写。"),
    ("IN-414", _F, "下发凭证被改动", "本文件的下发凭证不完整或被改动。", _ISSUED),
    ("IN-415", _F, "使用了旧版表单", "本表是第 {edition} 版，现行为第 {current} 版。{difference}", "请在“待填”文件夹中取用现行版本填报，已填内容可以粘贴过去。"),
    ("IN-416", _F, "表中没有内容", "工作簿中没有填写任何内容。", "请填写后保存再报送。"),
    ("IN-417", _F, "不是应填报的单位", "按现行安排，{unit}{period}无需填报“{form}”。", "如应当填报，请致电政务公开办核实任务分工。"),
    ("IN-418", _N, "周期已定稿", "{period}已定稿，本次报送已登记存档，不改变已定稿的数字。", "如确需更正，请致电政务公开办办理。"),
    ("IN-419", _F, "行与下发内容不符", "{what}", "请恢复下发时的任务行；任务有增减的，请致电政务公开办调整。"),
    ("IN-420", _F, "本表下发后又有新任务", "本表下发之后又向本单位下发了任务 {tasks}，本表中没有这些任务。", "请在“待填”文件夹中取用最新下发的工作簿（下发号 {issue_no}）填报，已填内容可以粘贴过去。"),
    # ------------------------------------------------------------ IN-5xx cell
    ("IN-501", _N, "填报格内为公式", "此格为公式，取其已保存的结果“{value}”。", "建议粘贴为数值。"),
    ("IN-502", _F, "公式没有结果", "此格为公式，但没有保存计算结果，无法取数。", "请用 Excel 或 WPS 打开并保存一次，或改填为数值。"),
    ("IN-503", _F, "错误值", "此格为错误值“{value}”。", "请改正公式或直接填写数值。"),
    ("IN-504", _F, "日期无法识别", "“{value}”无法识别为日期。{reason}", "请按“2024-05-08”的样式填写。"),
    ("IN-505", _F, "应填数字", "此格应填{what}，现为“{value}”。", "请只填数字，单位和说明不要写在格内（说明可写入“情况说明”）。"),
    ("IN-506", _F, "数字精度可能丢失", "“{value}”超过 15 位，Excel 可能已改变其末尾数字。", "请核对；编号、证件号等请按文本填写。"),
    ("IN-507", _N, "含有不可见控制字符", "此格含有不可见的控制字符，已去除。", "建议重新键入该格内容。"),
    ("IN-508", _F, "文字过长", "此格文字共 {length} 字，超过上限 {limit} 字。", "请精简文字，详细材料可作为佐证另行报送。"),
    ("IN-509", _F, "含有个人信息", "此格疑似含有{what}。", "请删除个人信息后重新报送。"),
    ("IN-510", _N, "含有零宽等不可见字符", "此格含有零宽空格等不可见字符，比对时已忽略。", "建议重新键入该格内容。"),
    ("IN-511", _N, "含有代码样文字", "此格含有类似网页代码或公式的文字，一律按普通文字处理。", "请核对内容是否误粘贴。"),
    ("IN-512", _N, "数字写成了文字", "“{value}”是以文字形式存放的数字，已按 {number} 取数。", "建议改为数字格式。"),
    ("IN-513", _N, "日期写成了文字", "“{value}”是以文字形式填写的日期，已按 {day} 识别。", "建议按“2024-05-08”的样式填写。"),
    ("IN-514", _F, "不在可选范围内", "“{value}”不是可选内容。{suggestion}", "请从下拉列表中选择：{options}。"),
    ("IN-515", _F, "应填未填", "“{label}”应填写，现为空。", "请补充填写。"),
    ("IN-516", _F, "日期超出范围", "“{value}”{reason}", "请核对日期的年份和月份。"),
    ("IN-517", _N, "锁定内容被改动", "此格为下发时预填的内容，应为“{expected}”，现为“{value}”，按下发内容处理。", "请恢复原内容；确需调整的，请在“情况说明”中写明或致电政务公开办。"),
    ("IN-518", _N, "数字带有说明", "“{value}”已按数字 {number} 取数，括号内文字作为说明保留。", "建议格内只填数字，说明写入“情况说明”。"),
    ("IN-519", _F, "两种读取方式结果不一致", "此格用两种方式读取的结果不一致（{first}／{second}），为避免差错未予采用。", "请重新键入该格内容，用 Excel 或 WPS 保存后再报送。"),
    ("IN-520", _N, "按规范写法识别", "“{value}”已按“{option}”识别。", "建议从下拉列表中选择。"),
    ("IN-521", _N, "日期存成了数字", "“{value}”是以数字形式存放的日期，已按 {day} 识别。", "建议把该格设为日期格式，按“2024-05-08”的样式填写。"),
    ("IN-522", _N, "日期带有时间", "“{value}”带有时间，只取日期 {day}。", "建议只填日期。"),
    ("IN-523", _N, "记号按未填处理", "“{value}”表示没有日期，按未填处理。", "没有日期的，空着即可。"),
    # ------------------------------------------------------------ IN-6xx reader
    ("IN-601", _U, "读取超时或超限", "读取“{name}”时超过时间或内存上限，已停止。", "请删除多余的格式和空白行列，另存后重新报送；仍不成功的，请致电政务公开办。"),
    ("IN-602", _N, "第二种读取方式未能完成", "“{name}”只用一种方式读取成功，已按其结果处理。", "无需处理；建议用 Excel 或 WPS 重新保存。"),
    # ------------------------------------------------------------ rules of form workbooks
    ("ROW-101", _F, "逐行校验不通过", "{message}", "{remedy}"),
    ("TAB-101", _F, "整表校验不通过", "{message}", "{remedy}"),
    ("TAB-102", _N, "上年数为自填", "上年数为本单位自填，未与上年年度报告核对。", "请核对上年已公布的年度报告。"),
    # ------------------------------------------------------------ FORM form workbooks (made by the office)
    ("FORM-101", _F, "表单设置有误", "{message}", "{remedy}"),
    ("FORM-102", _F, "标签无法识别", "标签“{tag}”没有对应的字段。{suggestion}", "请在“字段”表中登记该字段，或改正标签。"),
    ("FORM-103", _F, "字段没有位置", "字段“{name}”在表单中没有填写位置。", "请在表单中放置标签 {tag}，或删除该字段。"),
    ("FORM-104", _F, "字段名不规范", "字段名“{name}”含有不允许的字符。", "字段名只能用文字、字母、数字、下划线和点。"),
    ("FORM-105", _F, "规则无法编译", "规则“{no}”的公式有误：{reason}", "请改正公式；字段名可以用编号，也可以用标题。"),
    ("FORM-106", _F, "规则不完整", "规则“{no}”缺少{what}。", "每条规则都应有编号、级别、范围、公式、提示和改法。"),
    # ------------------------------------------------------------ reference workbooks
    ("REF-101", _F, "参考表有误", "{message}", "{remedy}"),
    ("REF-102", _N, "任务没有对应的单位", "任务 {task_id} 没有可下发的单位（{reason}）。", "请在任务分解表中填写单位，或在单位名录中确认分组、补充别名。"),
    ("REF-103", _N, "分组未确认", "分组“{group}”尚未确认，涉及 {count} 项任务，暂不向任何单位下发。", "请在单位名录的“单位分组”中列明成员并将“已确认”填为“是”。"),
    ("REF-104", _N, "工作日历为估算", "{year}年的工作日历尚未录入，涉及的工作日均为估算。", "请按国务院办公厅放假安排通知补充工作日历。"),
    ("REF-105", _N, "任务中的单位未能下发", "任务 {task_id} 的{role}单位“{name}”{reason}，暂不向其下发。", "请在任务分解表中改正单位名称，或在单位名录中补充别名、登记承接单位。"),
    # ------------------------------------------------------------ scoring
    ("SCO-101", _F, "考核细则有误", "{message}", "{remedy}"),
    ("SCO-102", _N, "人工评分尚缺", "指标“{no}”为人工评分，{unit}尚未评定。", "请在考核细则的“人工评分”中填写得分、事由、评定人和日期。"),
    # ------------------------------------------------------------ running
    ("RUN-101", _F, "另一任务正在运行", "另一个处理任务正在运行。", "请稍候再试。"),
    ("RUN-102", _N, "系统日期可能有误", "系统日期早于已登记的日期（{latest}）。", "请核对计算机日期。"),
    ("RUN-103", _F, "超过时间上限", "处理时间超过上限。", "请稍后重新运行，已完成的部分不会重复处理。"),
    ("RUN-104", _F, "收件文件夹异常", "收件文件夹{reason}，本次未作处理，已登记的报送不受影响。", "请检查共享文件夹是否连接正常；确认为空的，请加 --yes-empty 运行。"),
    ("RUN-105", _F, "配置有误", "{message}", "{remedy}"),
    ("OUT-201", _F, "磁盘空间不足或写入失败", "写入失败：{reason}。", "请清理磁盘空间后重新运行，已登记的报送不受影响。"),
    ("OUT-202", _F, "输出文件夹不可写", "输出文件夹不可写：{reason}。", "请检查文件夹权限后重新运行。"),
    ("OUT-203", _N, "文件正被打开", "“{name}”正被其他程序打开，未能更新，下次运行时自动补上。", "请关闭该文件后重新运行。"),
    ("OUT-204", _F, "模板有误", "模板“{name}”有误：{reason}", "请按提示改正模板；可用 zwgk init 生成的内置模板对照。"),
    ("DB-301", _F, "索引被占用", "索引文件被其他程序占用。", "请稍候再试。"),
    ("DB-302", _F, "索引损坏", "索引文件已损坏（{reason}），原文件已保留。", "请运行 zwgk rebuild 由档案和日志重建索引。"),
    ("DB-303", _F, "索引版本较新", "索引由较新版本的程序建立。", "请使用新版本程序运行。"),
    ("DB-304", _F, "工作区位于网络路径", "索引不能放在网络路径上。", "请把工作区移到本机磁盘。"),
    ("DB-305", _F, "档案核验不通过", "{message}", "{remedy}"),
    ("PII-401", _F, "拟公开文件含有个人信息", "拟公开的“{name}”疑似含有{what}，已停止发布。", "请在来源表中删除个人信息后重新运行。"),
)
# fmt: on

CODES: dict[str, Code] = {row[0]: Code(*row) for row in _TABLE}
