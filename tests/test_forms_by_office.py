"""The office changes a form, and makes a whole new one, in a spreadsheet: no code, and the job runs with them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.acceptance import Done, Office, codes, of_file, only
from tests.forms_kit import form_book, members, with_text_box, zipped
from toolkit.model import Task, Unit

MONTH, DAY = "2024-06", "2024-07-10"
PROGRESS, OPEN_DAY = "任务进展", "政府开放日"

SETTINGS = """
| 项 | 值 | 说明 |
| 表单编号 | 政府开放日 | |
| 标题 | 政府开放日活动登记 | |
| 周期 | 月 | |
| 报送期限 | 工作日后(周期末,3) | |
| 填报单位 | 街道办事处、直属机构 | |
| 填报方 | 单位 | |
| 清单 | 活动 | |
| 列表行数.活动 | 6 | |
"""
FIELDS = """
| 字段 | 标题 | 类型 | 必填 | 选项 | 预填自 | 上期对照 | 对外公开 | 填写说明 | 锁定 |
| 经费 | 本月活动经费 | 金额 | 是 | | | 否 | 否 | 单位：元。 | 否 |
| 万元 | 折合万元 | 小数 | 否 | | =经费/10000 | 否 | 否 | 自动计算。 | |
| 备注 | 备注 | 长文本 | 否 | | | 否 | 否 | | |
| 活动.主题 | 活动主题 | 文本 | 是 | | | 否 | 是 | | |
| 活动.方式 | 活动方式 | 选项 | 是 | 方式 | | 否 | 否 | | |
| 活动.日期 | 活动日期 | 日期 | 是 | | | 否 | 否 | | |
| 活动.人数 | 参加人数 | 整数 | 否 | | | 否 | 否 | | |
"""
OPTIONS = """
| 选项集 | 值 | 说明 |
| 方式 | 线下 | |
| 方式 | 线上 | |
| 方式 | 线上线下结合 | |
"""
RULES = """
| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 | 依据 | 试行起 | 生效起 |
| 开放日-01 | | 须修改 | 逐行:活动 | AND(日期>=周期始,日期<=周期末) | 活动日期不在本月。 | 请核对日期。 | 每月登记当月活动 | | |
| 开放日-02 | | 须说明 | 整表 | IF(经费>0,SUM(活动.人数)>0,TRUE) | 有经费而没有参加人数。 | 请补充人数，或在情况说明中写明。 | | | |
| 开放日-03 | | 提示 | 整表 | 本月活动经费<=50000 | 经费较高。 | 建议核对。 | | | |
"""
PAGE = """
| {{周期}}政府开放日活动登记 | | | |
| 填报单位：{{单位.名称}} | | 类别 | {{单位.类别}} |
| 本月活动经费 | {{经费}} | 折合万元 | {{万元}} |
| 活动主题 | 活动方式 | 活动日期 | 参加人数 |
| {{活动.主题}} | {{活动.方式}} | {{活动.日期}} | {{活动.人数}} |
| 备注 | {{备注}} | | |
"""
BOX = "填报前请先阅读活动办法"


def open_day_form() -> bytes:
    """What the office saved: its own layout, a text box and a picture (the emblem) on it."""
    book = form_book(settings=SETTINGS, fields=FIELDS, options=OPTIONS, rules=RULES, sheets={"登记表": PAGE})
    return with_picture(with_text_box(book, "xl/worksheets/sheet1.xml", 1, BOX))


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00\xff\x00\x00" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_picture(data: bytes) -> bytes:
    """A second anchor with a picture in the drawing that `with_text_box` made."""
    parts = members(data)
    drawing = "xl/drawings/drawing9.xml"
    place = (
        "<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff>"
        "</xdr:from><xdr:to><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0"
        "</xdr:rowOff></xdr:to>"
    )
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    anchor = (
        f'<xdr:twoCellAnchor>{place}<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="emblem"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip xmlns:r="{rel}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    parts[drawing] = parts[drawing].replace(b"</xdr:wsDr>", anchor.encode())
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts["xl/drawings/_rels/drawing9.xml.rels"] = (
        f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{rel}/image" Target="../media/image9.png"/>'
        "</Relationships>"
    ).encode()
    parts["xl/media/image9.png"] = png()
    types = parts["[Content_Types].xml"].decode()
    head, tail = types.split("<Override", 1)
    parts["[Content_Types].xml"] = f'{head}<Default Extension="png" ContentType="image/png"/><Override{tail}'.encode()
    return zipped(parts)


def add_a_field_and_rules(book: Any) -> None:
    """任务进展 gets a column 投入经费 beside the last one, and two rules about it."""
    sheet = book["进展"]
    column = sheet.max_column + 1
    sheet.cell(3, column).value, sheet.cell(4, column).value = "投入经费", "{{进展.经费}}"
    book["字段"].append(["进展.经费", "投入经费", "金额", "否", "", "", "否", "否", "单位：万元。", "否"])
    rules = book["校验"]
    rules.append(
        [
            "进展-91",
            "",
            "须修改",
            "逐行:进展",
            "经费<=100",
            "投入经费超过100万元。",
            "请核对单位是否为万元。",
            "本级制度",
        ]
    )
    rules.append(["进展-92", "", "须说明", "逐行:进展", "IF(完成情况=\"已完成\",经费>0,TRUE)", "已完成而没有经费。",
                  "请填写，或在情况说明中写明。", ""])  # fmt: skip


STREETS, CENTRE, BUREAU = ("东河街道办事处", "西桥街道办事处", "南塘街道办事处"), "区数据中心", "区司法局"


class World:
    def __init__(self, root: Path) -> None:
        self.office = office = Office.new(root, "云溪区人民政府办公室", 2024)
        units = [Unit(f"{n:03d}", name, unit_class="街道办事处") for n, name in enumerate(STREETS, 2)]
        units += [Unit("010", CENTRE, unit_class="直属机构"), Unit("011", BUREAU, unit_class="政府部门")]
        office.roster(units)
        office.tasks([Task("2024-001", "1", ("一",), "做好公开", responsible_units=(*STREETS, BUREAU))])
        forms = office.root / "templates" / "xlsx"
        (forms / f"{OPEN_DAY}.xlsx").write_bytes(open_day_form())
        office.edit(forms / f"{PROGRESS}.xlsx", add_a_field_and_rules)
        self.issued = office.issue(MONTH, "2024-06-20")
        self.progress(STREETS[0], {"完成情况": "进行中", "进展说明": "已按要求推进。", "经费": 12.5})
        self.progress(STREETS[1], {"完成情况": "进行中", "进展说明": "已按要求推进。", "经费": 1200})
        done = {"完成情况": "已完成", "完成日期": "2024-06-18", "进展说明": "已全部完成。", "佐证": "见附件"}
        self.progress(STREETS[2], done)
        explained = [{"规则": "进展-92", "位置": "2024-001", "说明": "本项工作没有专项经费。"}]
        self.progress(BUREAU, done, explained)
        held = {"主题": "走进便民大厅", "方式": "线下", "日期": "2024-06-12", "人数": 40}
        self.register(
            STREETS[0],
            {"经费": 300.5, "备注": "反响良好"},
            [held, {**held, "主题": "云上直播", "方式": "线上", "人数": 260}],
        )
        self.register(STREETS[1], {"经费": 200}, [{**held, "人数": ""}])
        self.register(STREETS[2], {"经费": 200}, [{**held, "方式": "电话"}, {**held, "日期": "2024-05-30"}])
        self.register(CENTRE, {"经费": 0}, [], [{"规则": "开放日-02", "说明": "本月没有活动。"}])
        self.body = office.run(DAY)

    def progress(self, unit: str, row: dict[str, Any], notes: Any = ()) -> None:
        lists = {"进展": [{"任务编号": "2024-001", **row}], "情况说明": list(notes)}
        self.office.fill(unit, PROGRESS, MONTH, {"lists": lists})

    def register(self, unit: str, cells: dict[str, Any], rows: list[dict[str, Any]], notes: Any = ()) -> None:
        self.office.fill(unit, OPEN_DAY, MONTH, {"cells": cells, "lists": {"活动": rows, "情况说明": list(notes)}})

    def line(self, unit: str, form: str) -> dict[str, Any]:
        return of_file(self.body, f"{unit}-{form}-{MONTH}.xlsx")

    def collected(self, title: str) -> dict[str, list[tuple[Any, ...]]]:
        data = self.office.outbox()[f"内部/{MONTH}/填报汇总-{title}.xlsx"]
        return rows_by_sheet(data)


def rows_by_sheet(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {s.title: [tuple(c for c in row) for row in s.iter_rows(values_only=True)] for s in book}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("forms") / "w")


def test_the_new_form_goes_to_the_classes_it_names(world: World) -> None:
    issued = {x["unit"]: x for x in world.issued if x["form"] == OPEN_DAY}
    assert set(issued) == {*STREETS, CENTRE}
    assert {x["due_on"] for x in issued.values()} == {"2024-07-03"}
    assert {x["edition"] for x in world.issued} == {1}


def test_what_the_office_drew_is_in_the_issued_workbook(world: World) -> None:
    parts = members(world.office.waiting(STREETS[0], OPEN_DAY, MONTH).read_bytes())
    assert parts["xl/media/image9.png"] == png()
    drawing = parts["xl/drawings/drawing9.xml"].decode()
    assert BOX in drawing and 'r:embed="rId1"' in drawing
    (sheet,) = [n for n, d in parts.items() if n.startswith("xl/worksheets/sheet") and b"<drawing " in d]
    assert "drawing9.xml" in parts[f"xl/worksheets/_rels/{sheet.rsplit('/', 1)[1]}.rels"].decode()


def test_the_issued_workbook_is_laid_out_locked_and_offers_the_choices(world: World) -> None:
    book = openpyxl.load_workbook(world.office.waiting(STREETS[0], OPEN_DAY, MONTH))
    assert not {"设置", "字段", "选项", "校验"} & set(book.sheetnames)
    sheet = book["登记表"]
    assert sheet["A1"].value == "2024年6月政府开放日活动登记"
    assert sheet["A2"].value == f"填报单位：{STREETS[0]}"
    assert (sheet["D2"].value, sheet["D3"].value) == ("街道办事处", "=B3/10000")
    assert sheet.protection.sheet and not sheet["B5"].protection.locked and sheet["A1"].protection.locked
    assert sheet["A11"].value == "备注"  # six rows for the list, then what stood below it
    guide = {row[0]: row[1:3] for row in book["填报说明"].iter_rows(values_only=True)}
    assert guide["折合万元"] == ("自动计算", "自动计算，可以改写。"), "nobody is asked for it, and that is said once"
    assert guide["本月活动经费"][0] == "必填"
    (choice,) = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert [str(r) for r in choice.sqref.ranges] == ["B5:B10"]
    source = choice.formula1.lstrip("=").replace("$", "").replace("'", "")
    name, _, cells = source.partition("!")
    assert [c.value for (c,) in book[name][cells]] == ["线下", "线上", "线上线下结合"]


def test_what_was_filled_stands_in_the_collection(world: World) -> None:
    sheets = world.collected("政府开放日活动登记")
    listed = [row[:5] for row in sheets["活动"] if row[0] in STREETS]
    assert [tuple(str(v)[:10] for v in row) for row in listed] == [
        (STREETS[0], "走进便民大厅", "线下", "2024-06-12", "40"),
        (STREETS[0], "云上直播", "线上", "2024-06-12", "260"),
    ]
    figures = {row[0]: row[1:] for row in sheets["各单位数据"] if row[0]}
    assert figures["项目"][:2] == (STREETS[0], CENTRE)
    assert figures["本月活动经费"][:2] == (300.5, 0) and figures["折合万元"][0] == 0.03005
    assert any(row[:2] == (STREETS[0], "反响良好") for row in sheets["文字内容"])
    assert any(row[0] == CENTRE and "本月没有活动。" in row for row in sheets["情况说明"])


def test_verdicts_of_the_new_form(world: World) -> None:
    verdicts = {unit: world.line(unit, OPEN_DAY)["verdict"] for unit in (*STREETS, CENTRE)}
    assert verdicts == {
        STREETS[0]: "accepted", STREETS[1]: "returned", STREETS[2]: "returned", CENTRE: "accepted",
    }  # fmt: skip
    unexplained = only(world.line(STREETS[1], OPEN_DAY), "TAB-101")
    assert (unexplained["rule"], unexplained["level"], unexplained["sheet"]) == ("开放日-02", "须说明", "登记表")
    wrong = world.line(STREETS[2], OPEN_DAY)
    assert codes(wrong) == {"IN-514", "ROW-101"}
    assert (only(wrong, "IN-514")["cell"], only(wrong, "ROW-101")["cell"]) == ("B5", "C6")
    assert only(wrong, "ROW-101")["basis"] == "每月登记当月活动"


def test_the_added_field_and_its_rules(world: World) -> None:
    assert world.line(STREETS[0], PROGRESS)["verdict"] == "accepted"
    dear = world.line(STREETS[1], PROGRESS)
    assert (dear["verdict"], only(dear, "ROW-101")["rule"]) == ("returned", "进展-91")
    assert (only(dear, "ROW-101")["cell"], only(dear, "ROW-101")["value"]) == ("N4", "1200")
    assert world.line(STREETS[2], PROGRESS)["verdict"] == "returned"
    assert world.line(BUREAU, PROGRESS)["verdict"] == "accepted_with_notes"
    rows = world.collected("政务公开工作任务进展情况")["进展"]
    heading = next(row for row in rows if "投入经费" in row)
    values = {row[0]: row[heading.index("投入经费")] for row in rows if row[0] in (*STREETS, BUREAU)}
    assert values == {STREETS[0]: 12.5, BUREAU: None} or values == {STREETS[0]: 12.5, BUREAU: ""}


def test_报送情况_lists_the_new_form(world: World) -> None:
    sheets = rows_by_sheet(world.office.outbox()[f"内部/{MONTH}/报送情况.xlsx"])
    lines = [row for rows in sheets.values() for row in rows if row and "政府开放日活动登记" in row]
    shown = {next(c for c in row if c in (*STREETS, CENTRE)) for row in lines if {*STREETS, CENTRE} & set(row)}
    assert shown == {*STREETS, CENTRE}


def test_lists_of_what_is_defined(world: World) -> None:
    forms = {f["form"] for f in world.office("list", "forms", "--json").json["forms"]}
    assert forms == {PROGRESS, "年报数据", OPEN_DAY}
    fields = {(f["form"], f["list"], f["field"]) for f in world.office("list", "fields", "--json").json["fields"]}
    assert {(OPEN_DAY, "活动", "人数"), (PROGRESS, "进展", "经费")} <= fields
    rules = {r["no"] for r in world.office("list", "rules", "--json").json["rules"]}
    assert {"开放日-01", "开放日-02", "开放日-03", "进展-91", "进展-92"} <= rules


def test_a_new_edition_counts_on_and_the_old_one_is_kept(world: World) -> None:
    office = world.office
    path = office.root / "templates" / "xlsx" / f"{OPEN_DAY}.xlsx"
    before = path.read_bytes()
    try:
        office.edit(path, lambda book: setattr(book["登记表"]["A6"], "value", "情况备注"))
        (line,) = office.issue(MONTH, "2024-06-21", "--form", OPEN_DAY, "--unit", CENTRE)
        assert line["edition"] == 2
        kept = [p.read_bytes() for p in (office.root / "archive").rglob("*.xlsx")]
        assert before in kept and path.read_bytes() in kept
    finally:
        path.write_bytes(before)


BROKEN = """
| 改动 | 工作表 | 单元格 | 代码 |
| 标签没有字段 | 登记表 | B3 | FORM-102 |
| 字段没有位置 | 字段 | A9 | FORM-103 |
| 公式有误 | 校验 | E2 | FORM-105 |
| 类型写错 | 字段 | C2 | FORM-101 |
| 字段名不规范 | 字段 | A9 | FORM-104 |
| 缺少提示 | 校验 | F3 | FORM-106 |
"""


def broken(kind: str, book: Any) -> None:
    match kind:
        case "标签没有字段":
            book["登记表"]["B3"].value = "{{经废}}"
            book["登记表"]["F3"].value = "{{经费}}"
        case "字段没有位置":
            book["字段"].append(["电话号码", "电话", "文本", "否"])
        case "公式有误":
            book["校验"]["E2"].value = "AND(日期>=周期始,,"
        case "类型写错":
            book["字段"]["C2"].value = "钱"
        case "字段名不规范":
            book["字段"].append(["联系 电话!", "电话", "文本", "否"])
        case "缺少提示":
            book["校验"]["F3"].value = None


@pytest.mark.parametrize(
    "row", [r.split("|")[1:-1] for r in BROKEN.strip().splitlines()[1:]], ids=lambda r: r[0].strip()
)
def test_a_broken_form_workbook_stops_everything_with_sheet_and_cell(office: Office, row: list[str]) -> None:
    kind, sheet, cell, code = (t.strip() for t in row)
    office.issue("2024", "2024-06-20", "--form", "年报数据")
    before = office.outbox()
    path = office.root / "templates" / "xlsx" / f"{OPEN_DAY}.xlsx"
    path.write_bytes(open_day_form())
    office.edit(path, lambda book: broken(kind, book))
    for command in (("issue", "--as-of", DAY), ("run", "--as-of", DAY), ("list", "forms"), ("status", "--as-of", DAY)):
        done = office(*command, code=78)
        assert f"{OPEN_DAY}.xlsx {sheet}!{cell}：" in done.err, done.err
        assert code in done.err
    error: Done = office("issue", "--as-of", DAY, "--json", code=78)
    assert error.json["error"]["code"].startswith("FORM-")
    assert office.outbox() == before
