"""Word plans as people see them on paper: every trick of the format that changes what is read."""

from __future__ import annotations

import pytest

from tests.plan_kit import codes, read
from tests.word_xml import levels, numbered, p, package, run, tbl, tc, tr, use
from toolkit.office.document_in import Opened, OpenedTable, OpenedText, open_document
from toolkit.office.document_numbers import number_text

HEAD = tr("序号", "工作要求", "责任单位", "完成时限")
ROW_1 = tr("1", "编制主动公开目录并向社会公布", "区司法局", "6月底前")
ROW_2 = tr("2", "完善依申请公开办理流程", "区政府办公室", "全年")


def opened(body: str, **parts: str) -> Opened:
    document, findings = open_document(package(body, **parts), "计划.docx")
    assert document is not None, findings
    return document


def texts(document: Opened) -> list[str | list[list[str]]]:
    """Blocks: a paragraph as its text, a table as rows of texts (covered cells as …)."""
    return [
        b.text if isinstance(b, OpenedText) else [["…" if c.continued else c.text for c in row] for row in b.rows]
        for b in document.blocks
    ]


def only_table(body: str, **parts: str) -> list[list[str]]:
    (table,) = [b for b in texts(opened(body, **parts)) if isinstance(b, list)]
    return table


def test_texts_and_tables_come_in_reading_order() -> None:
    body = p("前言") + tbl(HEAD, ROW_1) + p("两表之间") + tbl(HEAD, ROW_2) + p("抄送：区委办公室。")
    found = texts(opened(body))
    assert [b if isinstance(b, str) else b[1][1] for b in found] == [
        "前言", "编制主动公开目录并向社会公布", "两表之间", "完善依申请公开办理流程", "抄送：区委办公室。",
    ]  # fmt: skip


def test_merges_down_and_across() -> None:
    body = tbl(
        tr("序号", tc("工作任务", span=2), "责任单位"),
        tr("1", tc("公开", merge="restart"), "目录", tc("区司法局", merge="restart")),
        tr("2", tc(merge="continue"), "平台", tc(merge="continue")),
        tr("3", tc("服务", span=2), tc(merge="continue")),
    )
    assert only_table(body) == [
        ["序号", "工作任务", "…", "责任单位"],
        ["1", "公开", "目录", "区司法局"],
        ["2", "…", "平台", "…"],
        ["3", "服务", "…", "…"],
    ]
    table = next(b for b in opened(body).blocks if isinstance(b, OpenedTable))
    assert (table.rows[1][3].row_span, table.rows[0][1].column_span) == (3, 2)


def test_cells_left_out_before_and_after_keep_the_others_in_their_columns() -> None:
    body = tbl(
        HEAD,
        ROW_1,
        tr("续前一项的要求", "区财政局", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
    )
    assert only_table(body)[2] == ["", "续前一项的要求", "区财政局"]


def test_edges_that_miss_each_other_by_a_little_are_one_edge() -> None:
    """Rows drawn by hand: Word keeps a column for each miss, people see four columns."""
    body = tbl(
        tr("序号", tc("工作要求", span=2), "责任单位", "完成时限"),
        tr("1", tc("编制目录", span=2), "区司法局", "6月底前"),
        tr(tc("2", span=1), tc("完善流程", span=1), tc("区政府办公室", span=2), "全年"),
        widths=(700, 4000, 60, 2000, 1500),
    )
    assert [len(row) for row in only_table(body)] == [4, 4, 4]
    assert only_table(body)[2] == ["2", "完善流程", "区政府办公室", "全年"]


def test_edges_between_which_a_cell_stands_stay_apart() -> None:
    body = tbl(tr("序号", "任务", "要求"), tr("1", tc("编制目录", span=2)), widths=(400, 300, 300))
    assert only_table(body) == [["序号", "任务", "要求"], ["1", "编制目录", "…"]]


def test_a_small_table_in_a_cell_is_its_text_and_a_large_one_a_table() -> None:
    small = tc(p("要求如下：") + tbl(tr("目录", "每年更新"), tr("指南", "及时更新")) + p())
    body = tbl(HEAD, tr("1", small, "区司法局", "全年"))
    assert only_table(body)[1][1] == "要求如下：\n目录 每年更新\n指南 及时更新"
    layout = tbl(tr("附件", tc(p("任务分解表") + tbl(HEAD, ROW_1, ROW_2) + p())))
    found = texts(opened(layout))
    assert found[0] == [["附件", "任务分解表"]]
    assert isinstance(found[1], list) and [r[0] for r in found[1]] == ["序号", "1", "2"]


def test_a_frame_around_everything_is_no_table() -> None:
    found = texts(opened(tbl(tr(tc(p("任务分解表"))), tr(tc(tbl(HEAD, ROW_1) + p())))))
    assert found[0] == "任务分解表" and isinstance(found[1], list)


def test_tracked_changes_are_read_as_accepted_and_named() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>区财政局</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2">{run("区司法局")}</w:ins>'
    moved = f'<w:moveFrom w:id="3">{run("旧位置")}</w:moveFrom><w:moveTo w:id="4">{run("新位置")}</w:moveTo>'
    body = tbl(
        HEAD,
        tr("1", tc(p(run("编制") + moved)), tc(p(deleted + inserted)), "全年"),
        tr("2", "已删除的任务", "区民政局", "全年", properties='<w:del w:id="5"/>'),
        tr("3", "新增的任务", "区民政局", "全年", properties='<w:ins w:id="6"/>'),
    )
    assert only_table(body)[1:] == [["1", "编制新位置", "区司法局", "全年"], ["3", "新增的任务", "区民政局", "全年"]]
    (said,) = opened(body).findings
    assert said.code == "PLN-176" and "插入 3 处，删除 2 处" in said.message
    assert "PLN-176" in codes(read(package(body), "计划.docx"))


def test_a_deleted_paragraph_end_joins_what_it_parted() -> None:
    joined = p(run("第一句，"), '<w:rPr><w:del w:id="1"/></w:rPr>') + p("第二句。")
    assert texts(opened(joined)) == ["第一句，第二句。"]
    assert only_table(tbl(HEAD, tr("1", tc(joined), "区司法局", "")))[1][1] == "第一句，第二句。"


def test_hidden_text_and_hidden_rows_are_left_out_and_named() -> None:
    hidden = run("内部意见", "<w:vanish/>")
    body = tbl(
        HEAD,
        tr("1", tc(p(run("编制目录") + hidden)), "区司法局", "全年"),
        tr("2", "不印出来的一行", "区民政局", "全年", properties="<w:hidden/>"),
        tr("3", tc(p(run("完善流程", '<w:vanish w:val="0"/>'))), "区民政局", "全年"),
    )
    document = opened(body)
    assert only_table(body)[1:] == [["1", "编制目录", "区司法局", "全年"], ["3", "完善流程", "区民政局", "全年"]]
    assert [f.code for f in document.findings] == ["PLN-177", "PLN-177"]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{p('关于印发工作方案的通知')}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"
    assert texts(opened(p(run("正文") + drawing))) == ["正文", "关于印发工作方案的通知"]
    assert texts(opened(p(old))) == ["关于印发工作方案的通知"]
    assert only_table(tbl(HEAD, tr("1", tc(p(run("编制目录") + drawing)), "区司法局", "")))[1][1] == (
        "编制目录\n关于印发工作方案的通知"
    )


def test_notes_stand_at_the_end_and_not_inside_the_cell() -> None:
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{p()}</w:footnote><w:footnote w:id="2">{p("含开发区。")}</w:footnote>'
    )
    body = tbl(HEAD, tr("1", "编制目录", tc(p(run("各县（区）政府") + mark)), "全年")) + p("落款")
    found = texts(opened(body, footnotes=notes))
    assert found[0][1][2] == "各县（区）政府"
    assert found[1:] == ["落款", "注：含开发区。"]


def test_fields_show_their_result_and_not_their_code() -> None:
    complex_ = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>SEQ 序号</w:instrText></w:r>'
        f'{run("代码")}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("7")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = f'<w:fldSimple w:instr="DATE">{run("2024年6月底前")}</w:fldSimple>'
    body = tbl(HEAD, tr(tc(p(complex_)), "编制目录", "区司法局", tc(p(simple))))
    assert only_table(body)[1] == ["7", "编制目录", "区司法局", "2024年6月底前"]


def test_content_controls_are_seen_through_and_their_prompts_are_not_text() -> None:
    def control(inner: str, properties: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    row = f"<w:tr>{tc('1')}{control(tc(control(p('编制目录'))))}{tc(p(control(run('区司法局'))))}{tc(p(control(run('单击此处输入'), '<w:showingPlcHdr/>')))}</w:tr>"
    assert only_table(control(tbl(HEAD, control(row))))[1] == ["1", "编制目录", "区司法局", ""]


def test_a_table_of_contents_is_no_text() -> None:
    styles = '<w:style w:styleId="a1"><w:name w:val="toc 1"/></w:style><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    body = p(run("一、重点任务……1"), '<w:pStyle w:val="a1"/>') + p(run("一、重点任务"), '<w:pStyle w:val="1"/>')
    (block,) = opened(body, styles=styles).blocks
    assert isinstance(block, OpenedText) and (block.text, block.level) == ("一、重点任务", 1)


def test_breaks_and_hyphens() -> None:
    body = p("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/></w:r>")
    assert texts(opened(body)) == ["甲\n乙\t丙-"]


def test_headings_printed_on_every_page_by_word_or_by_hand_are_headings_once() -> None:
    head = tr("序号", "工作要求", "责任单位", "完成时限", properties="<w:tblHeader/>")
    plan = read(
        package(tbl(head, ROW_1, HEAD, ROW_2, head, tr("3", "开展政务公开业务培训", "区司法局", "全年"))), "计划.docx"
    )
    assert [t.no for t in plan.tasks] == ["1", "2", "3"]
    assert "第4、6行" not in str(plan.findings) and "第3、5行" in next(
        f.message for f in plan.findings if f.code == "PLN-107"
    )


# ---------------------------------------------------------------- numbering

CHINESE = levels(
    ("chineseCountingThousand", "%1、"), ("japaneseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "%1.%4")
)


def test_the_numerals_of_automatic_numbering_are_part_of_the_text() -> None:
    body = (
        p("重点任务", numbered(1)) + p("主动公开", numbered(1, 1)) + p("编制目录", numbered(1, 2)) + p("更新目录", numbered(1, 2))
        + p("平台建设", numbered(1, 1)) + p("检查网站", numbered(1, 2)) + p("保障措施", numbered(1)) + p("培训", numbered(1, 1))
    )  # fmt: skip
    assert texts(opened(body, numbering=CHINESE + use(1))) == [
        "一、重点任务", "（一）主动公开", "1.编制目录", "2.更新目录", "（二）平台建设", "1.检查网站", "二、保障措施", "（一）培训",
    ]  # fmt: skip


def test_a_serial_column_numbered_by_word_gives_serials() -> None:
    rows = [
        tr(tc(p("", numbered(1))), requirement, "区司法局", "全年")
        for requirement in ("编制主动公开目录并向社会公布", "完善依申请公开办理流程", "开展政务公开业务培训")
    ]
    plan = read(package(tbl(HEAD, *rows), numbering=levels(("decimal", "%1")) + use(1)), "计划.docx")
    assert [t.no for t in plan.tasks] == ["1", "2", "3"]
    assert "PLN-111" not in codes(plan)


def test_lists_that_share_a_definition_count_on_and_restart_where_they_say_so() -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = p("a", numbered(1)) + p("b", numbered(2)) + p("c", numbered(3)) + p("d", numbered(3)) + p("e", numbered(0))
    numbering = levels(("decimal", "%1."), start=5) + use(1) + use(2) + use(3, more=again)
    assert texts(opened(body, numbering=numbering)) == ["5.a", "6.b", "1.c", "2.d", "e"]


def test_items_that_run_through_the_sections_do_not_restart() -> None:
    body = p("甲", numbered(1)) + p("a", numbered(1, 1)) + p("乙", numbered(1)) + p("b", numbered(1, 1))
    forms = levels(("chineseCounting", "%1、"), ("decimal", "%2."))
    through = forms.replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:lvlRestart w:val="0"/>')
    assert texts(opened(body, numbering=forms + use(1))) == ["一、甲", "1.a", "二、乙", "1.b"]
    assert texts(opened(body, numbering=through + use(1))) == ["一、甲", "1.a", "二、乙", "2.b"]


def test_numbering_of_a_style_and_of_the_style_it_is_based_on() -> None:
    styles = (
        f'<w:style w:styleId="x"><w:pPr>{numbered(1)}</w:pPr></w:style>'
        '<w:style w:styleId="y"><w:basedOn w:val="x"/></w:style>'
    )
    body = p(run("甲"), '<w:pStyle w:val="x"/>') + p(run("乙"), '<w:pStyle w:val="y"/>')
    assert texts(opened(body, styles=styles, numbering=CHINESE + use(1))) == ["一、甲", "二、乙"]


def test_bullets_say_nothing_and_a_bare_number_keeps_its_distance() -> None:
    numbering = levels(("bullet", "·")) + use(1) + levels(("decimal", "%1"), identity=2) + use(2, 2)
    assert texts(opened(p("甲", numbered(1)) + p("乙", numbered(2)), numbering=numbering)) == ["甲", "1 乙"]


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (1, "chineseCounting", "一"), (10, "chineseCountingThousand", "十"), (11, "japaneseCounting", "十一"),
        (20, "chineseCountingThousand", "二十"), (105, "chineseCountingThousand", "一百零五"),
        (110, "chineseCountingThousand", "一百一十"), (1001, "chineseCounting", "一千零一"), (0, "chineseCounting", "0"),
        (3, "decimalEnclosedCircleChinese", "③"), (7, "decimalZero", "07"), (12, "decimalFullWidth", "１２"),
        (28, "lowerLetter", "bb"), (2, "upperLetter", "B"), (14, "upperRoman", "XIV"), (2, "ideographTraditional", "乙"),
        (9, "strange", "9"),
    ],
)  # fmt: skip
def test_numbers_as_word_writes_them(number: int, form: str, written: str) -> None:
    assert number_text(number, form) == written


# ---------------------------------------------------------------- what is refused


def test_a_strict_document_is_read_too() -> None:
    import io
    import zipfile

    source = zipfile.ZipFile(io.BytesIO(package(tbl(HEAD, ROW_1))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name in source.namelist():
            out.writestr(
                name,
                source.read(name).replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                ),
            )
    document, _ = open_document(buffer.getvalue(), "计划.docx")
    assert document is not None and isinstance(document.blocks[0], OpenedTable)


def test_a_scan_inside_a_word_file_is_refused_and_a_seal_beside_text_is_not() -> None:
    picture = (
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/></w:drawing></w:r>'
    )
    document, (said,) = open_document(package(p("附件") + p(picture)), "计划.docx")
    assert document is None and "只有图片" in said.message
    assert len(opened(tbl(HEAD, ROW_1) + p(picture)).blocks) == 1


def test_a_declaration_in_the_xml_is_refused() -> None:
    data = package(p("x")).replace(b"x", b"x")
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as out:
        for name in source.namelist():
            text = source.read(name)
            out.writestr(name, b"<!-- " + b" " * 4000 + b"--><!DOCTYPE x []>" + text if "document" in name else text)
    document, (said,) = open_document(buffer.getvalue(), "计划.docx")
    assert document is None and "声明" in said.message


@pytest.mark.parametrize(
    "text", ["<w:p>", "<w:tbl/>", "", "<w:tbl><w:tr/></w:tbl>", "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>"]
)
def test_broken_or_empty_bodies_are_no_exception(text: str) -> None:
    document, findings = open_document(package(text), "计划.docx")
    assert (document is None) == bool(findings)
