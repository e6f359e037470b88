"""Styles, fonts and settings of the built-in Word templates: the facts of GB/T 9704—2012 as WordprocessingML.

Sizes in half-points (二号 44, 三号 32, 四号 28, 五号 21), lengths in twips. 22 lines of 28 characters fill the 版心: 28.95 pt
a line (579 twips), characters a quarter point closer than their size.
"""

from __future__ import annotations

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LINE = 579

GRID = f'<w:docGrid {_W} w:linePitch="{LINE}"/>'
"""No snapping: exact line spacing and character spacing give the same page in Word, WPS and LibreOffice; the character
grid of Word does not."""

FANGSONG, KAITI, HEITI, SONGTI, XIAOBIAOSONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
_LATIN = "Times New Roman"


def _fonts(east: str, latin: str = _LATIN) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _style(
    style_id: str, name: str, paragraph: str = "", run: str = "", based_on: str = "Normal", kind: str = "paragraph"
) -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    default = ' w:default="1"' if style_id in ("Normal", "DefaultParagraphFont", "TableNormal", "NoList") else ""
    ppr = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    rpr = f"<w:rPr>{run}</w:rPr>" if run else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{style_id}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"{ppr}{rpr}</w:style>"
    )


def _line(value: int, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{value}" w:lineRule="exact"/>'


_FLUSH = '<w:ind w:left="0" w:firstLineChars="0" w:firstLine="0"/>'
_CENTRE = '<w:jc w:val="center"/>'

_STYLES = (
    _style(
        "Normal", "Normal",
        f'<w:widowControl w:val="0"/>{_line(LINE)}<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>',
        '<w:spacing w:val="-5"/>', based_on="",
    ),
    _style("DefaultParagraphFont", "Default Paragraph Font", based_on="", kind="character"),
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>',
    _style(
        "GwTitle", "GwTitle",
        f'<w:keepNext/><w:suppressAutoHyphens/>{_line(680, after=LINE)}{_FLUSH}{_CENTRE}',
        f"{_fonts(XIAOBIAOSONG)}{_size(44)}",
    ),
    _style("Number", "Number", f"{_line(LINE, after=LINE)}{_FLUSH}{_CENTRE}"),
    _style("Heading1", "heading 1", '<w:keepNext/><w:outlineLvl w:val="0"/>', _fonts(HEITI)),
    _style("Heading2", "heading 2", '<w:keepNext/><w:outlineLvl w:val="1"/>', _fonts(KAITI)),
    _style("HeadInText", "HeadInText", run=_fonts(KAITI), based_on="DefaultParagraphFont", kind="character"),
    _style(
        "TableNote", "TableNote",
        f'{_line(360, before=120, after=120)}<w:ind w:firstLineChars="0" w:firstLine="0"/>',
        _size(21),
    ),
    _style(
        "Signature", "Signature",
        f'<w:keepNext/><w:keepLines/>{_line(LINE)}'
        '<w:ind w:rightChars="200" w:right="640" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>',
    ),
    _style("SignatureDate", "SignatureDate", '<w:keepNext w:val="0"/>', based_on="Signature"),
    _style("Annex", "Annex", f"<w:keepNext/><w:pageBreakBefore/>{_line(LINE, after=LINE)}{_FLUSH}", _fonts(HEITI)),
    _style(
        "AnnexTitle", "AnnexTitle",
        f"<w:keepNext/>{_line(680, after=LINE // 2)}{_FLUSH}{_CENTRE}",
        f"{_fonts(XIAOBIAOSONG)}{_size(44)}",
    ),
    _style("Header", "header", f'{_line(400)}{_FLUSH}<w:jc w:val="right"/>', f"{_fonts(HEITI)}{_size(28)}"),
    _style("Footer", "footer", f"{_line(400)}{_FLUSH}", f"{_fonts(SONGTI, SONGTI)}{_size(28)}"),
    _style(
        "FooterOdd", "FooterOdd",
        '<w:ind w:rightChars="100" w:right="280" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>',
        based_on="Footer",
    ),
    _style(
        "FooterEven", "FooterEven",
        '<w:ind w:leftChars="100" w:left="280" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>',
        based_on="Footer",
    ),
)  # fmt: skip

STYLES = (
    f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FANGSONG)}{_size(32)}"
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    f"{''.join(_STYLES)}</w:styles>"
)

_FONT_FALLBACKS = (
    (XIAOBIAOSONG, "方正小标宋_GBK,华文中宋,宋体", "03000509000000000000", "script"),
    (FANGSONG, "仿宋,方正仿宋_GBK,FangSong", "02010609030101010101", "modern"),
    (KAITI, "楷体,方正楷体_GBK,KaiTi", "02010609030101010101", "modern"),
    (HEITI, "方正黑体_GBK,SimHei", "02010609060101010101", "modern"),
    (SONGTI, "SimSun", "02010600030101010101", "auto"),
)
"""Font → what to take where it is not installed, in order of likeness."""

FONT_TABLE = (
    f"{_HEAD}<w:fonts {_W}>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:panose1 w:val="{panose}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="default"/></w:font>'
        for name, others, panose, family in _FONT_FALLBACKS
    )
    + f'<w:font w:name="{_LATIN}"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/>'
    '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)

SETTINGS = (
    f'{_HEAD}<w:settings {_W}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
    '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val="156"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/>'
    "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
    "<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)
