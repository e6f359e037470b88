"""A workbook written part by part, so that a test can put into a sheet exactly what it means to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

FORMATS = (None, 14, "yyyy-mm-dd", "h:mm", '0"天"', 57)
"""Number formats of the cell formats 0 to 5 of every raw workbook."""


def raw_parts(sheet: str, *, workbook_settings: str = "", strings: str = "", extra: str = "") -> dict[str, str]:
    """The parts of a workbook with one sheet 台账; `sheet` is the inside of its `worksheet` element."""
    custom = [f for f in FORMATS if isinstance(f, str)]
    formats = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for n, code in enumerate(custom)
    )
    ids = [0 if f is None else f if isinstance(f, int) else 164 + custom.index(f) for f in FORMATS]
    xfs = "".join(f'<xf numFmtId="{n}"/>' for n in ids)
    relation = f'<Relationship Id="{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
    return {
        "[Content_Types].xml": f"{HEAD}<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEETML}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEETML}.worksheet+xml"/>'
        f'<Override PartName="/xl/comments1.xml" ContentType="{SHEETML}.comments+xml"/>{extra}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">'
        f"{relation.format('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr {workbook_settings}/>'
        '<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">'
        + relation.format("rId1", "worksheet", "worksheets/sheet1.xml")
        + relation.format("rId2", "styles", "styles.xml")
        + relation.format("rId3", "sharedStrings", "sharedStrings.xml")
        + "</Relationships>",
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheet}</worksheet>',
    }


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def raw_workbook(sheet: str, **more: str) -> bytes:
    return packed(raw_parts(sheet, **more))


def in_row(cells: str) -> str:
    return f'<sheetData><row r="1">{cells}</row></sheetData>'
