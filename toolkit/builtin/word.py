"""The built-in Word templates, laid out by GB/T 9704—2012, written from this text so that a review sees a diff.

`templates()` gives file name → bytes, the same bytes every time; the files under templates/docx/ are written from it
and a test holds the two together. What an office changes there in Word is the office's own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolkit.builtin.annual_table import SECTIONS
from toolkit.builtin.word_parts import FONT_TABLE, GRID, LINE, SETTINGS, STYLES
from toolkit.office.package import Package, content_types

if TYPE_CHECKING:
    from docx.document import Document

ANNUAL_UNIT = "政府信息公开工作年度报告@单位.docx"
ANNUAL_WHOLE = "政府信息公开工作年度报告@年度.docx"
BULLETIN = "工作通报@周期.docx"
RETURN_NOTICE = "退回通知@收件.docx"

_MM = 36000  # EMU
_ONE_PAGE_LINE = 520  # twips


def templates() -> Mapping[str, bytes]:
    """File name → bytes of every built-in template."""
    return {
        ANNUAL_UNIT: _annual(whole=False), ANNUAL_WHOLE: _annual(whole=True), BULLETIN: _bulletin(),
        RETURN_NOTICE: _return_notice(),
    }  # fmt: skip


# ---------------------------------------------------------------- the four documents


def _annual(whole: bool) -> bytes:
    """The unit's report and the consolidated one differ in one thing: the number under the title is the latter's own;
    a unit's report names it at its end as the number of the approval."""
    doc = _new()
    _add(doc, "{{ 标题 }}", "GwTitle")
    if whole:
        _number(doc)
    _add(doc, "{{ 开头段 }}")
    texts = {"overview": "总体情况", "problems": "存在的主要问题", "other_matters": "其他事项"}
    for section in SECTIONS:
        head = _add(doc, f"{section.no}、{section.title}", "Heading1")
        if section.table == "t3":
            head.paragraph_format.page_break_before = True  # 28 rows fill a page; it should not begin on half of one
        if section.table:
            label = {"t2": "表二", "t3": "表三", "t4": "表四"}[section.table]
            _add(doc, f"{{{{p {label} }}}}", "TableNote")
            _when(doc, f"{label}说明", f"{{{{ {label}说明 }}}}", "TableNote")
        else:
            _running_text(doc, texts[section.id], keep=section.no == "六")
    _when(doc, "其他说明", "{{ 其他说明 }}")
    _signature(doc, "编制单位")
    if not whole:
        _when(doc, "文号", "（审定文号：{{ 文号 }}）")
    return _finished(doc)


def _bulletin() -> bytes:
    doc = _new()
    _add(doc, "{{ 标题 }}", "GwTitle")
    _number(doc)
    _add(doc, "{{ 开头段 }}")
    for number, head, name in (
        ("一", "总体进展", "总体进展"),
        ("二", "报送情况", "报送情况"),
        ("三", "需要关注的事项", "关注事项"),
        ("四", "下一步工作", "下一步工作"),
    ):
        _add(doc, f"{number}、{head}", "Heading1")
        _each(doc, name, "{{ 段 }}", keep=number == "四")
    _add(doc, "{%p if 附件 %}")
    _add(doc, "", keep=True)
    _add(doc, "{%p for 名 in 附件 %}")
    _add(doc, "{% if loop.first %}附件：{% else %}　　　{% endif %}{{ 名 }}", keep=True)
    _add(doc, "{%p endfor %}")
    _add(doc, "{%p endif %}")
    _signature(doc, "办公室")
    for name, head in (("进展表", "各单位任务进展情况"), ("说明表", "情况说明")):
        _add(doc, f"{{%p if {name} %}}")
        _add(doc, f"{{{{ {name}标签 }}}}", "Annex")
        _add(doc, head, "AnnexTitle")
        _add(doc, f"{{{{p {name} }}}}", "TableNote")
        _add(doc, "{%p endif %}")
    return _finished(doc)


def _return_notice() -> bytes:
    """It goes out with the filing, so it is no draft and has a date from the start: the day the filing came."""
    doc = _new("{{ 示例标记 }}")
    _closer(doc, _ONE_PAGE_LINE)
    _add(doc, "{{ 标题 }}", "GwTitle")
    _flush(_add(doc, "{{ 主送 }}：", keep=True))
    _add(doc, "{{ 开头段 }}")
    for number, head, name in (("一", "退回原因", "原因"), ("二", "办理要求", "要求")):
        _add(doc, f"{number}、{head}", "Heading1")
        _each(doc, name, "{{ 段 }}", keep=name == "要求")
    _add(doc, "", keep=True)
    _add(doc, "{{ 办公室 }}", "Signature")
    _add(doc, "{{ 收件日期 }}", "SignatureDate")
    _when(doc, "电话", "（联系电话：{{ 电话 }}）")
    return _finished(doc)


def _closer(doc: Document, line: int) -> None:
    """Lines of the text closer together, in twips: the standard allows it where one page has to do."""
    from docx.oxml.ns import qn

    for spacing in doc.styles.element.iter(qn("w:spacing")):
        if spacing.get(qn("w:line")) == str(LINE):
            spacing.set(qn("w:line"), str(line))


def _number(doc: Document) -> None:
    _when(doc, "文号", "{{ 文号 }}", "Number")


def _signature(doc: Document, name: str) -> None:
    """Who and when, only once approved: the date is the approval's."""
    _add(doc, "{%p if 成文日期 %}")
    _add(doc, "", keep=True)
    _add(doc, f"{{{{ {name} }}}}", "Signature")
    _add(doc, "{{ 成文日期 }}", "SignatureDate")
    _add(doc, "{%p endif %}")


def _running_text(doc: Document, name: str, keep: bool) -> None:
    """（一） alone in its line is a heading; before text of the same line it is set in 楷体."""
    _add(doc, f"{{%p for 段 in {name} %}}")
    _add(doc, "{%p if 段.文 %}")
    paragraph = _add(doc, "{{ 段.题 }}", keep=keep)
    paragraph.runs[0].style = "HeadInText"
    _run(paragraph, "{{ 段.文 }}")
    _add(doc, "{%p else %}")
    _add(doc, "{{ 段.题 }}", "Heading2")
    _add(doc, "{%p endif %}")
    _add(doc, "{%p endfor %}")


def _each(doc: Document, name: str, text: str, keep: bool) -> None:
    _add(doc, f"{{%p for 段 in {name} %}}")
    _add(doc, text, keep=keep)
    _add(doc, "{%p endfor %}")


def _when(doc: Document, name: str, text: str, style: str = "Normal") -> None:
    _add(doc, f"{{%p if {name} %}}")
    _add(doc, text, style)
    _add(doc, "{%p endif %}")


# ---------------------------------------------------------------- python-docx


def _new(marks: str = "{{ 草稿标记 }}　{{ 示例标记 }}") -> Document:
    """An empty document with the page, styles, header (`marks`) and page numbers of an official document."""
    from docx import Document as new_document
    from docx.oxml import parse_xml
    from docx.shared import Emu

    doc = new_document()
    styles = doc.styles.element
    for node in list(styles):
        styles.remove(node)
    for node in list(parse_xml(STYLES)):
        styles.append(node)
    page = doc.sections[0]
    page.page_width, page.page_height = Emu(210 * _MM), Emu(297 * _MM)
    page.top_margin, page.bottom_margin = Emu(37 * _MM), Emu(35 * _MM)
    page.left_margin, page.right_margin = Emu(28 * _MM), Emu(26 * _MM)
    page.header_distance, page.footer_distance = Emu(22 * _MM), Emu(25 * _MM)
    for old in page._sectPr.findall("{*}docGrid"):
        page._sectPr.remove(old)
    page._sectPr.append(parse_xml(GRID))
    doc.settings.odd_and_even_pages_header_footer = True
    for header in (page.header, page.even_page_header):
        _fill(header.paragraphs[0], marks, "Header")
    for footer, style in ((page.footer, "FooterOdd"), (page.even_page_footer, "FooterEven")):
        _page_number(footer.paragraphs[0], style)
    return doc


def _add(doc: Document, text: str, style: str = "Normal", keep: bool = False) -> Any:
    """A paragraph; `keep` holds it on the page of the next one (a page with a signature alone must not come about)."""
    paragraph = _fill(doc.add_paragraph(), text, style)
    if keep:
        paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _flush(paragraph: Any) -> None:
    """Without the indent of two characters."""
    from docx.oxml.ns import qn

    paragraph.paragraph_format.first_line_indent = 0
    paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "0")


def _fill(paragraph: Any, text: str, style: str) -> Any:
    paragraph.style = _style_name(style)
    if text:
        _run(paragraph, text)
    return paragraph


def _style_name(style_id: str) -> str:
    """python-docx finds styles by name; the built-in ones are named otherwise than their ids."""
    return {"Heading1": "Heading 1", "Heading2": "Heading 2"}.get(style_id, style_id)


def _run(paragraph: Any, text: str) -> Any:
    """A run whose quotes and dashes take the East Asian font (they are ambiguous to Word)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run(text)
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:hint"), "eastAsia")
    run._r.get_or_add_rPr().insert(0, fonts)
    return run


def _page_number(paragraph: Any, style: str) -> None:
    """— 1 — by GB/T 9704 7.5; the side comes from the style."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.style = style
    _run(paragraph, "— ")
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("", "1"), ("end", "")):
        run = paragraph.add_run("1" if text == "1" else "")
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif text != "1":
            code = OxmlElement("w:instrText")
            code.text = text
            code.set(qn("xml:space"), "preserve")
            run._r.append(code)
    _run(paragraph, " —")


_LEFT_OUT = ("docProps/thumbnail.jpeg", "customXml/item1.xml", "customXml/itemProps1.xml", "word/stylesWithEffects.xml",
             "word/numbering.xml", "word/theme/theme1.xml", "word/webSettings.xml")  # fmt: skip


def _finished(doc: Document) -> bytes:
    """Deterministic bytes: without python-docx's own theme, thumbnail and custom parts, with our fonts and settings."""
    out = io.BytesIO()
    doc.core_properties.author = ""
    doc.core_properties.comments = ""
    doc.save(out)
    package = Package.open(out.getvalue())
    gone = [name for name in package.parts if name in _LEFT_OUT or name.startswith("customXml/")]
    changes: dict[str, bytes | None] = dict.fromkeys(gone, None)
    changes["[Content_Types].xml"] = content_types(package, {}, gone)
    for rels in ("_rels/.rels", "word/_rels/document.xml.rels"):
        changes[rels] = _without(package.read(rels), gone)
    changes["word/fontTable.xml"] = FONT_TABLE.encode()
    changes["word/settings.xml"] = SETTINGS.encode()
    changes["docProps/core.xml"] = _CORE.encode()
    return package.with_parts(changes).to_bytes()


_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'
)


def _without(rels: bytes, gone: list[str]) -> bytes:
    """A .rels part without the relations to parts that were left out."""
    from docx.oxml import parse_xml

    root = parse_xml(rels)
    for node in list(root):
        target = node.get("Target", "").lstrip("./")
        if any(name == target or name == f"word/{target}" for name in gone):
            root.remove(node)
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
