"""Builds form workbooks for tests from Markdown tables, and puts parts in that openpyxl cannot write."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.model import Assignment, Task, Unit

SETTINGS = """
| 项 | 值 | 说明 |
| 表单编号 | 测试表 | |
| 标题 | 测试用表 | |
| 周期 | 月 | |
| 报送期限 | 工作日后(周期末,5) | |
| 填报单位 | 全部 | |
| 填报方 | 单位 | |
| 清单 | 进展 | |
| 锁定行.进展 | 完成情况="已完成" | |
| 区块.件数 | n.* | |
"""

FIELDS = """
| 字段 | 标题 | 类型 | 必填 | 选项 | 预填自 | 上期对照 | 对外公开 | 填写说明 | 锁定 |
| n.a | 甲项件数 | 整数 | 是 | | | 是 | 是 | 填本期件数。 | |
| n.b | 乙项件数 | 整数 | 否 | | | | | | |
| n.sum | 合计件数 | 整数 | 否 | | =SUM(n.a,n.b) | | | | |
| n.twice | 两倍 | 整数 | 否 | | =n.sum*2 | | | | |
| prev.a | 上年甲项 | 整数 | 否 | | 上年.n.a | | | | |
| 公开 | 是否公开 | 是否 | 否 | | | | | | |
| 备注 | 备注 | 长文本 | n.a>0 | | 上期.备注 | | | | |
| 进展.任务编号 | 任务编号 | 文本 | 否 | | 任务.任务编号 | | | | |
| 进展.角色 | 角色 | 文本 | 否 | | 任务.角色 | | | | |
| 进展.工作要求 | 工作要求 | 长文本 | 否 | | 任务.工作要求 | | | | |
| 进展.上期情况 | 上期情况 | 长文本 | 否 | | 上期.摘要 | | | | |
| 进展.完成情况 | 完成情况 | 选项 | 是 | 情况 | | 是 | | 请选择。 | |
| 进展.完成日期 | 完成日期 | 日期 | 完成情况="已完成" | | | | | | |
| 进展.责任科室 | 责任科室 | 文本 | 否 | | 上期.责任科室 | | | | |
"""

OPTIONS = """
| 选项集 | 值 | 说明 |
| 情况 | 进行中 | |
| 情况 | 已完成 | |
"""

RULES = """
| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 | 依据 | 试行起 | 生效起 |
| 测-01 | | 须修改 | 整表 | n.a+n.b=合计件数 | 合计不符。 | 请核对。 | | | |
| 测-02 | x_1 | 须说明 | 逐行:进展 | IF(完成情况="已完成",完成日期<>"",TRUE) | 缺日期。 | 请补。 | | 2024-01-01 | |
"""

FIGURES = """
| 统计表（{{周期}}） | | |
| 单位：{{单位.名称}} | {{单位.类别}} | |
| 甲项 | {{n.a}} | {{prev.a}} |
| 乙项 | {{n.b}} | {{公开}} |
| 合计 | {{n.sum}} | {{n.twice}} |
| 备注 | {{备注}} | |
"""

TASKS = """
| {{单位.名称}}任务 | | | | | | |
| 任务编号 | 角色 | 工作要求 | 上期情况 | 完成情况 | 完成日期 | 责任科室 |
| {{进展.任务编号}} | {{进展.角色}} | {{进展.工作要求}} | {{进展.上期情况}} | {{进展.完成情况}} | {{进展.完成日期}} | {{进展.责任科室}} |
| 以上共计 | | | | | | |
| 填表说明：如实填写。 | | | | | | |
"""

Touch = Callable[[Workbook], None]


def rows_of(table: str) -> list[list[str]]:
    """A Markdown table without a separator line as rows of texts."""
    lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def put_table(sheet: Worksheet, table: str) -> None:
    for r, row in enumerate(rows_of(table), start=1):
        for c, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(r, c)
                cell.value = text
                cell.data_type = "s"


def form_book(
    *, settings: str = SETTINGS, fields: str = FIELDS, options: str = OPTIONS, rules: str = RULES,
    sheets: Mapping[str, str] | None = None, touch: Touch | None = None,
) -> bytes:  # fmt: skip
    """A form workbook; `touch` may change the openpyxl book before it is saved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in (sheets if sheets is not None else {"统计": FIGURES, "任务": TASKS}).items():
        put_table(book.create_sheet(name), table)
    for name, table in (("设置", settings), ("字段", fields), ("选项", options), ("校验", rules)):
        put_table(book.create_sheet(name), table)
    if touch:
        touch(book)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return raw.getvalue()


_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_text_box(data: bytes, sheet_part: str, row: int, text: str) -> bytes:
    """The workbook with a drawing on a sheet: a text box whose top lies on the given row (counted from 1)."""
    parts = members(data)
    parts["xl/drawings/drawing9.xml"] = (
        f'<xdr:wsDr xmlns:xdr="{_XDR}" xmlns:a="{_A}"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col>'
        f"<xdr:colOff>0</xdr:colOff><xdr:row>{row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to>"
        f"<xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row + 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="box"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="100" cy="100"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    ).encode()
    sheet = parts[sheet_part].decode()
    sheet = re.sub(
        r"(<(?:tableParts|legacyDrawing)|</worksheet>)", f'<drawing xmlns:r="{_R}" r:id="rId99"/>\\1', sheet, count=1
    )
    parts[sheet_part] = sheet.encode()
    folder, name = sheet_part.rsplit("/", 1)
    rels = f"{folder}/_rels/{name}.rels"
    relation = f'<Relationship Id="rId99" Type="{_R}/drawing" Target="/xl/drawings/drawing9.xml"/>'
    existing = parts.get(
        rels, b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    ).decode()
    parts[rels] = existing.replace("</Relationships>", relation + "</Relationships>").encode()
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    override = f'<Override PartName="/xl/drawings/drawing9.xml" ContentType="{kind}"/>'
    types = parts["[Content_Types].xml"].decode()
    parts["[Content_Types].xml"] = types.replace("</Types>", override + "</Types>").encode()
    return zipped(parts)


UNIT = Unit("001", "甲街道办事处", unit_class="街道办事处", can_make_regulations=False)


def assignments(count: int, unit: Unit = UNIT) -> tuple[Assignment, ...]:
    """Tasks 2024-001, 2024-002 …, in turn as 牵头 and 责任."""
    return tuple(
        Assignment(
            Task(f"2024-{n:03d}", str(n), ("一级", "二级"), f"完成第{n}项工作", due_on=date(2024, 12, 31)),
            unit,
            "牵头" if n % 2 else "责任",
        )
        for n in range(1, count + 1)
    )
