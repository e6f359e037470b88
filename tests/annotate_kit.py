"""Workbooks of several origins for the tests of marked copies: the same content as other programs would save it."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from tests.forms_kit import members, zipped
from toolkit.forms.annotate import Marked, annotate
from toolkit.model import Submission
from toolkit.office.front_sheet import FrontCell, FrontPage
from toolkit.office.marks import Mark, mark_book
from toolkit.office.package import Package
from toolkit.office.sheet_fill import SheetFiller
from toolkit.office.sheet_read import shared_strings
from toolkit.office.workbook import sheet_entries
from toolkit.reports.marked import marking

Changes = Mapping[tuple[str, int, int], str | int]

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_SML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


PAGE = FrontPage(
    (20.0, 20.0),
    [(FrontCell("清单"), FrontCell("台账", jump=("台账", "B1")))],
    when_signed=(0, (FrontCell("去除了签名"),)),
)
"""A page that says no more than whether a signature went."""


def mark(data: bytes, marks: Sequence[Mark], page: FrontPage = PAGE) -> bytes:
    return mark_book(Package.open(data), marks, page, "办公室").to_bytes()


def marked_copy(data: bytes, s: Submission, office: str, phone: str, **more: Any) -> Marked:
    """What a child process makes of a returned filing, in this process."""
    task = marking(data, s, office, phone, **more)
    return annotate(task) if task is not None else Marked(None, "原文件未能读取")


def put(data: bytes, changes: Changes) -> bytes:
    """Values typed into cells, everything else as it was."""
    package = Package.open(data)
    strings = shared_strings(package)
    parts = {e.name: e.part for e in sheet_entries(package)}
    changed = {}
    for sheet in dict.fromkeys(s for s, _, _ in changes):
        filler = SheetFiller(package.read(parts[sheet]), strings)
        for (name, row, column), value in changes.items():
            if name == sheet:
                filler.put((row, column), value)
        changed[parts[sheet]] = filler.to_bytes()
    return package.with_parts(changed).to_bytes()


# ---------------------------------------------------------------- other programs


def by_openpyxl(data: bytes, changes: Changes | None = None) -> bytes:
    """Loaded and saved; results of formulas instead of the formulas, which it would save without a result."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for (sheet, row, column), value in (changes or {}).items():
        book[sheet].cell(row, column).value = value
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def by_xlsxwriter(data: bytes) -> bytes:
    """The same values, merges and hidden sheets in a new workbook, with a note, a picture, a text box and data bars."""
    old = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd", "border": 1})
        plain = book.add_format({"border": 1, "text_wrap": True})
        for prop in old.custom_doc_props.props:
            book.set_custom_property(prop.name, str(prop.value), "text")
        for sheet in old.worksheets:
            made = book.add_worksheet(sheet.title)
            for block in sheet.merged_cells.ranges:
                made.merge_range(block.min_row - 1, block.min_col - 1, block.max_row - 1, block.max_col - 1, "", plain)
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, datetime):
                        made.write_datetime(cell.row - 1, cell.column - 1, cell.value, day)
                    elif isinstance(cell.value, int | float):
                        made.write_number(cell.row - 1, cell.column - 1, cell.value, plain)
                    elif cell.value not in (None, ""):
                        made.write_string(cell.row - 1, cell.column - 1, str(cell.value), plain)
            if sheet.sheet_state != "visible":
                made.hide()
        first = book.worksheets()[0]
        first.write_comment("A1", "本单位自己的批注")
        first.insert_image("P2", "a.png", {"image_data": io.BytesIO(_PNG)})
        first.insert_textbox("P6", "本单位的文本框")
        first.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    return raw.getvalue()


def by_libreoffice(files: Mapping[str, bytes], folder: Path, kind: str = "xlsx") -> dict[str, bytes]:
    """Every file (name → bytes) opened and saved by LibreOffice in one go."""
    assert SOFFICE
    source, target = folder / "in", folder / "out"
    for place in (source, target):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    for name, data in files.items():
        (source / f"{name}.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    inputs = [str(source / f"{name}.xlsx") for name in files]
    done = subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(target), *inputs],
        capture_output=True, text=True, timeout=560, check=True,
    )  # fmt: skip
    assert "Error" not in done.stderr, done.stderr
    return {name: (target / f"{name}.{kind}").read_bytes() for name in files}


# ---------------------------------------------------------------- a package put together by hand


def by_hand(data: bytes, noted: Sequence[tuple[str, str]]) -> bytes:
    """The workbook with parts that most libraries lose, and its rows and cells without addresses.

    `noted`: cells (sheet, address) with a note of their own already; the last of them carries a conversation instead.
    """
    parts = members(data)
    entries = sheet_entries(Package.open(data))
    part = next(e.part for e in entries if e.name == noted[0][0])
    types = {
        "xl/drawings/drawing8.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
        "xl/charts/chart8.xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        "xl/comments8.xml": f"{_SML}.comments+xml",
        "xl/threadedComments/threadedComment8.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        "xl/tables/table8.xml": f"{_SML}.table+xml",
        "xl/worksheets/sheet88.xml": f"{_SML}.worksheet+xml",
        "customXml/itemProps8.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        "xl/pivotTables/pivotTable8.xml": f"{_SML}.pivotTable+xml",
        "xl/pivotCache/pivotCacheDefinition8.xml": f"{_SML}.pivotCacheDefinition+xml",
        "xl/pivotCache/pivotCacheRecords8.xml": f"{_SML}.pivotCacheRecords+xml",
        "xl/externalLinks/externalLink8.xml": f"{_SML}.externalLink+xml",
    }
    parts |= _pivot() | _drawing() | _notes([cell for _, cell in noted]) | _own_sheet()
    parts["xl/printerSettings/printerSettings8.bin"] = bytes(range(256)) * 3
    parts["customXml/item8.xml"] = '<本单位 xmlns="urn:own"><备案>一</备案></本单位>'.encode()
    parts["customXml/itemProps8.xml"] = (
        b'<ds:datastoreItem ds:itemID="{5F6A0E9C-0000-4000-8000-000000000008}" '
        b'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs/></ds:datastoreItem>'
    )
    parts["customXml/_rels/item8.xml.rels"] = _rels([("rId1", f"{_R}/customXmlProps", "itemProps8.xml")])
    _relate(parts, part, [
        ("rId801", f"{_R}/drawing", "/xl/drawings/drawing8.xml"), ("rId802", f"{_R}/comments", "../comments8.xml"),
        ("rId803", f"{_R}/vmlDrawing", "../drawings/vmlDrawing8.vml"),
        ("rId804", f"{_R}/printerSettings", "../printerSettings/printerSettings8.bin"),
        ("rId805", f"{_MS.replace('/office', '')}/office/2017/10/relationships/threadedComment",
         "../threadedComments/threadedComment8.xml"),
    ])  # fmt: skip
    _relate(parts, "xl/workbook.xml", [
        ("rId811", f"{_R}/customXml", "../customXml/item8.xml"), ("rId812", f"{_R}/worksheet", "worksheets/sheet88.xml"),
        ("rId813", f"{_MS}/2017/10/relationships/person", "persons/person.xml"),
        ("rId814", f"{_R}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition8.xml"),
        ("rId815", f"{_R}/externalLink", "externalLinks/externalLink8.xml"),
    ])  # fmt: skip
    parts[part] = _featured(parts[part].decode()).encode()
    workbook = parts["xl/workbook.xml"].decode()
    entry = f'<sheet name="本单位附表" sheetId="88" xmlns:r="{_R}" r:id="rId812"/>'
    workbook = workbook.replace(
        "</sheets>",
        f'{entry}</sheets><externalReferences><externalReference xmlns:r="{_R}" r:id="rId815"/></externalReferences>',
    )
    workbook = re.sub(r"<workbookProtection\s*/>", '<workbookProtection lockStructure="1"/>', workbook)
    own = '<definedName name="本单位数">本单位附表!$B$2:$B$3</definedName>'
    workbook = workbook.replace("<definedNames>", f"<definedNames>{own}")
    caches = f'<pivotCaches><pivotCache cacheId="8" xmlns:r="{_R}" r:id="rId814"/></pivotCaches>'
    parts["xl/workbook.xml"] = workbook.replace("</workbook>", f"{caches}</workbook>").encode()
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in types.items())
    defaults = (
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        f'<Default Extension="bin" ContentType="{_SML}.printerSettings"/>'
    )
    text = parts["[Content_Types].xml"].decode()
    text = re.sub(r"(<Types[^>]*>)", rf"\1{defaults}", text, count=1)
    parts["[Content_Types].xml"] = text.replace("</Types>", f"{overrides}</Types>").encode()
    return zipped(parts)


def _featured(sheet: str) -> str:
    """x14 data bars and lists, icon sets, a drawing, notes and a printer; no addresses where they can be left out."""
    sheet = re.sub(r'(<row) r="(\d+)"', lambda m: m[0] if m[2] == "1" or _gap(sheet, int(m[2])) else m[1], sheet)
    sheet = _without_cell_addresses(sheet)
    icons = (
        '<conditionalFormatting sqref="AA1:AA9"><cfRule type="iconSet" priority="90"><iconSet iconSet="3Arrows">'
        '<cfvo type="percent" val="0"/><cfvo type="percent" val="33"/><cfvo type="percent" val="67"/></iconSet></cfRule>'
        "</conditionalFormatting>"
    )
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    bars = (
        f'<extLst><ext xmlns:x14="{x14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule '
        'type="dataBar" id="{AB000000-0000-4000-8000-000000000001}"><x14:dataBar minLength="0" maxLength="100">'
        '<x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/><x14:negativeFillColor rgb="FFFF0000"/>'
        '<x14:axisColor rgb="FF000000"/></x14:dataBar></x14:cfRule><xm:sqref>AB1:AB9</xm:sqref></x14:conditionalFormatting>'
        f'</x14:conditionalFormattings></ext><ext xmlns:x14="{x14}" uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">'
        '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>本单位附表!$A$2:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>AC1:AC9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    tail = f'<drawing xmlns:r="{_R}" r:id="rId801"/><legacyDrawing xmlns:r="{_R}" r:id="rId803"/>{bars}'
    if "<pageSetup" in sheet:
        sheet = re.sub(r"<pageSetup", f'<pageSetup xmlns:r="{_R}" r:id="rId804"', sheet, count=1)
    at = re.search(r"<(dataValidations|hyperlinks|printOptions|pageMargins)", sheet)
    assert at is not None
    sheet = sheet[: at.start()] + icons + sheet[at.start() :]
    return sheet.replace("</worksheet>", f"{tail}</worksheet>")


def _gap(sheet: str, row: int) -> bool:
    return f'<row r="{row - 1}"' not in sheet


def _without_cell_addresses(sheet: str) -> str:
    """Cells that follow their left neighbour need no address."""

    def row(m: re.Match[str]) -> str:
        before = 0

        def cell(c: re.Match[str]) -> str:
            nonlocal before
            column = openpyxl.utils.column_index_from_string(c[1])
            keep = column != before + 1
            before = column
            return f'<c r="{c[1]}{c[2]}"' if keep else "<c"

        return re.sub(r'<c r="([A-Z]+)(\d+)"', cell, m[0])

    return re.sub(r"<row.*?</row>", row, sheet, flags=re.DOTALL)


def _rels(relations: Sequence[tuple[str, str, str]]) -> bytes:
    body = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{x}"/>' for i, t, x in relations)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{body}</Relationships>'.encode()


def _relate(parts: dict[str, bytes], part: str, relations: Sequence[tuple[str, str, str]]) -> None:
    folder, name = part.rsplit("/", 1)
    rels = f"{folder}/_rels/{name}.rels"
    more = _rels(relations).decode()
    inner = more[more.index("<Relationship ") : more.index("</Relationships>")]
    text = parts.get(rels, _rels([])).decode()
    text = re.sub(r"<Relationships([^>]*)/>", r"<Relationships\1></Relationships>", text)
    parts[rels] = text.replace("</Relationships>", f"{inner}</Relationships>").encode()


def _drawing() -> dict[str, bytes]:
    """A text box, a picture and a chart."""
    xdr = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    c = "http://schemas.openxmlformats.org/drawingml/2006/chart"

    def anchor(row: int, inside: str) -> str:
        corner = "<xdr:{0}><xdr:col>{1}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{2}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{0}>"
        return f"<xdr:twoCellAnchor>{corner.format('from', 15, row)}{corner.format('to', 18, row + 4)}{inside}<xdr:clientData/></xdr:twoCellAnchor>"

    shape = (
        '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="box"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>本单位说明</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    )
    picture = (
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="pic"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip '
        f'xmlns:r="{_R}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="300000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
    )
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="4" name="chart"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="600000"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{c}"><c:chart xmlns:c="{c}" xmlns:r="{_R}" r:id="rId2"/></a:graphicData></a:graphic></xdr:graphicFrame>'
    )
    chart = (
        f'<c:chartSpace xmlns:c="{c}" xmlns:a="{a}"><c:chart><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/>'
        '<c:grouping val="clustered"/><c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef><c:f>本单位附表!$B$2:$B$3</c:f>'
        '</c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling>'
        '<c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx>'
        '<c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>'
        '<c:crossAx val="1"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )
    body = anchor(1, shape) + anchor(6, picture) + anchor(11, frame)
    return {
        "xl/drawings/drawing8.xml": f'<xdr:wsDr xmlns:xdr="{xdr}" xmlns:a="{a}">{body}</xdr:wsDr>'.encode(),
        "xl/drawings/_rels/drawing8.xml.rels": _rels(
            [("rId1", f"{_R}/image", "../media/image8.png"), ("rId2", f"{_R}/chart", "../charts/chart8.xml")]
        ),
        "xl/media/image8.png": _PNG,
        "xl/charts/chart8.xml": chart.encode(),
    }


def _notes(cells: Sequence[str]) -> dict[str, bytes]:
    """A plain note per cell, the last one being the shadow of a conversation."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    notes = "".join(
        f'<comment ref="{cell}" authorId="{int(n == len(cells) - 1)}" shapeId="0"><text><t>本单位批注{n}</t></text></comment>'
        for n, cell in enumerate(cells)
    )
    shapes = ""
    for n, cell in enumerate(cells):
        row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
        shapes += (
            f'<v:shape id="_x0000_s{1025 + n}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1">'
            f'<x:ClientData ObjectType="Note"><x:Anchor>1, 15, 1, 2, 3, 15, 5, 2</x:Anchor><x:Row>{row - 1}</x:Row>'
            f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
        )
    ms = f"{_MS}/spreadsheetml/2018/threadedcomments"
    person = "{00000000-0000-4000-8000-0000000000AA}"
    return {
        "xl/comments8.xml": f'<comments xmlns="{main}"><authors><author>经办</author><author>tc={person}</author></authors>'
        f"<commentList>{notes}</commentList></comments>".encode(),
        "xl/drawings/vmlDrawing8.vml": (
            '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
            'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
            '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
            f'path="m,l,21600r21600,l21600,xe"/>{shapes}</xml>'
        ).encode(),
        "xl/threadedComments/threadedComment8.xml": f'<ThreadedComments xmlns="{ms}"><threadedComment ref="{cells[-1]}" '
        f'dT="2025-12-01T08:00:00.00" personId="{person}" id="{{00000000-0000-4000-8000-0000000000BB}}"><text>请核</text>'
        "</threadedComment></ThreadedComments>".encode(),
        "xl/persons/person.xml": f'<personList xmlns="{ms}"><person displayName="经办" id="{person}" userId="x" providerId="None"/>'
        "</personList>".encode(),
    }


def _own_sheet() -> dict[str, bytes]:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'.format
    return {
        "xl/worksheets/sheet88.xml": f'<worksheet xmlns="{main}" xmlns:r="{_R}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"/>'
        '</sheetViews><cols><col min="1" max="1" width="31.5" customWidth="1"/></cols>'
        f"<sheetData><row>{cell('栏目')}{cell('数量')}</row><row>{cell('甲')}<c><v>1</v></c></row><row>{cell('乙')}"
        '<c><v>2</v></c></row></sheetData><sheetProtection sheet="1" objects="1"/><protectedRanges><protectedRange '
        'name="数量" sqref="B2:B3"/></protectedRanges><tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
        "</worksheet>".encode(),
        "xl/worksheets/_rels/sheet88.xml.rels": _rels(
            [
                ("rId1", f"{_R}/table", "../tables/table8.xml"),
                ("rId2", f"{_R}/pivotTable", "../pivotTables/pivotTable8.xml"),
            ]
        ),
        "xl/tables/table8.xml": f'<table xmlns="{main}" id="8" name="附表8" displayName="附表8" ref="A1:B3" totalsRowShown="0">'
        '<autoFilter ref="A1:B3"/><tableColumns count="2"><tableColumn id="1" name="栏目"/><tableColumn id="2" name="数量"/>'
        "</tableColumns></table>".encode(),
    }


def _pivot() -> dict[str, bytes]:
    """A pivot table over 本单位附表 with its cache, and a link to another workbook."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cache = (
        f'<pivotCacheDefinition xmlns="{main}" xmlns:r="{_R}" r:id="rId1" recordCount="2"><cacheSource type="worksheet">'
        '<worksheetSource ref="A1:B3" sheet="本单位附表"/></cacheSource><cacheFields count="2"><cacheField name="栏目">'
        '<sharedItems count="2"><s v="甲"/><s v="乙"/></sharedItems></cacheField><cacheField name="数量">'
        '<sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1" minValue="1" '
        'maxValue="2"/></cacheField></cacheFields></pivotCacheDefinition>'
    )
    table = (
        f'<pivotTableDefinition xmlns="{main}" name="透视" cacheId="8" dataCaption="值"><location ref="D1:E4" '
        'firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" '
        'showAll="0"><items count="3"><item x="0"/><item x="1"/><item t="default"/></items></pivotField><pivotField '
        'dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields><rowItems count="3"><i>'
        '<x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems><dataFields count="1">'
        '<dataField name="合计" fld="1"/></dataFields></pivotTableDefinition>'
    )
    records = f'<pivotCacheRecords xmlns="{main}" count="2"><r><x v="0"/><n v="1"/></r><r><x v="1"/><n v="2"/></r></pivotCacheRecords>'
    link = (
        f'<externalLink xmlns="{main}"><externalBook xmlns:r="{_R}" r:id="rId1"><sheetNames><sheetName val="去年"/></sheetNames>'
        "</externalBook></externalLink>"
    )
    target = f'<Relationship Id="rId1" Type="{_R}/externalLinkPath" Target="去年.xlsx" TargetMode="External"/>'
    return {
        "xl/pivotCache/pivotCacheDefinition8.xml": cache.encode(),
        "xl/pivotCache/_rels/pivotCacheDefinition8.xml.rels": _rels(
            [("rId1", f"{_R}/pivotCacheRecords", "pivotCacheRecords8.xml")]
        ),
        "xl/pivotCache/pivotCacheRecords8.xml": records.encode(),
        "xl/pivotTables/pivotTable8.xml": table.encode(),
        "xl/pivotTables/_rels/pivotTable8.xml.rels": _rels(
            [("rId1", f"{_R}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition8.xml")]
        ),
        "xl/externalLinks/externalLink8.xml": link.encode(),
        "xl/externalLinks/_rels/externalLink8.xml.rels": _rels([]).replace(
            b"</Relationships>", f"{target}</Relationships>".encode()
        ),
    }
