"""The Word door and the table builder: what a template may do, and that a wrong one is named, never half rendered."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.word_sample import (
    APPROVAL,
    BUREAU,
    OFFICE,
    STREET,
    UNITS,
    W,
    distinct,
    filed,
    grids,
    headers,
    lines,
    parts,
    report,
    result,
    root,
    state,
    year,
)
from toolkit.builtin.word import ANNUAL_UNIT, BULLETIN, templates
from toolkit.findings import Finding
from toolkit.office import tables
from toolkit.office.tables import BadTable, Cell, Table, build, compile_table, listing
from toolkit.office.word_out import Block, Named, compile_template
from toolkit.reports.documents import context_keys, render_all, report_of

NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(*paragraphs: str, body: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """A small Word document; a paragraph given as XML stands as it is, a text gets one run."""
    xml = "".join(p if p.startswith("<w:") else f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{NS}"><w:body>{xml}{body}<w:sectPr/></w:body></w:document>',
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def split(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{r}</w:t></w:r>" for r in runs) + "</w:p>"


def rendered(data: bytes, file: str = "工作提示@单位.docx", **more: object) -> tuple[list[bytes], tuple[Finding, ...]]:
    made, findings = render_all(result(approval=APPROVAL, **more), {file: data})
    return [d.data for d in made], findings


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    members = parts(data)
    text = members[part].decode()
    assert old in text
    members[part] = text.replace(old, new).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


# ---------------------------------------------------------------- an office's own templates


def test_a_new_file_is_a_new_report_for_every_unit() -> None:
    made, findings = render_all(
        result(approval=APPROVAL, filings=(filed(BUREAU, "未报送"),)),
        {
            "工作提示@单位.docx": word(
                "{{ 单位 }}（{{单位.类别}}）：",
                "{%p for 行 in 报送 %}",
                "{{ 行.表单 }}{{ 行.状态 }}",
                "{%p endfor %}",
                "{{周期}}／{{ 周期.编号 }}",
            )
        },
    )
    assert findings == ()
    assert [d.name for d in made] == [f"工作提示-{u.name}-2024-06.docx" for u in UNITS]
    assert lines(made[1].data) == ["云溪区教育局（政府部门）：", "任务进展未报送", "2024年6月／2024-06"]
    assert lines(made[0].data) == [f"{OFFICE}（政府部门）：", "2024年6月／2024-06"]


def test_whole_period_and_year_templates() -> None:
    own = {
        "任务一览@周期.docx": word("共{{ 任务|length }}项"),
        "年度小结@年度.docx": word("{{ 年报.t3.granted.total }}"),
    }
    made, findings = render_all(result(tasks=(state(1, "进行中"),), approval=APPROVAL), own)
    assert findings == () and [(d.name, lines(d.data)) for d in made] == [("任务一览-2024-06.docx", ["共1项"])]
    made, findings = render_all(year({}, approval=APPROVAL), own)
    assert findings == () and [d.name for d in made] == ["任务一览-2024.docx", "年度小结-2024.docx"]


def test_a_task_list_is_a_table_row_loop() -> None:
    row = (
        "<w:tr><w:tc><w:p><w:r><w:t>{%tr for 行 in 任务 %}</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:p><w:r><w:t>{{ 行.编号 }}</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:p><w:r><w:t>{%tr endfor %}</w:t></w:r></w:p></w:tc></w:tr>"
    )
    table = f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>{row}</w:tbl>'
    made, findings = rendered(word(body=table), "表@周期.docx", tasks=(state(1, "进行中"), state(2, "已完成")))
    assert findings == ()
    assert [[t for _, t in line] for line in grids(made[0])[0]] == [["2024-001"], ["2024-002"]]


def test_a_tag_that_word_split_over_runs_is_healed() -> None:
    made, findings = rendered(word(split("{", "{ 单", "位 }", "}")))
    assert findings == () and lines(made[0]) == [OFFICE]


def test_typographic_quotes_in_a_tag_are_healed() -> None:
    made, findings = rendered(word("{% if 周期.类型 == “月” %}每月{% endif %}"))
    assert findings == () and lines(made[0]) == ["每月"]


def test_a_draft_says_so_even_where_the_template_has_no_place_for_it() -> None:
    made, findings = render_all(result(sample=True), {"表@周期.docx": word("正文")})
    assert findings == () and lines(made[0].data) == ["送审稿　示例数据", "正文"]
    made, _ = render_all(result(sample=True), {"表@周期.docx": word("{{ 草稿标记 }}{{ 示例标记 }}")})
    assert lines(made[0].data) == ["送审稿示例数据"]


def test_line_breaks_of_the_data_are_line_breaks_in_word() -> None:
    tasks = (state(1, "进行中", text="第一行\n第二行"),)
    made, findings = rendered(
        word("{%p for 行 in 任务 %}", "{{ 行.进展说明 }}", "{%p endfor %}"), progress=tasks[0].lines
    )
    assert findings == () and lines(made[1]) == ["第一行\n第二行"]


def test_every_documented_name_has_data_and_no_other() -> None:
    keys = context_keys()
    for scope in ("单位", "周期", "年度"):
        data = word(*(f"{{% if {name} %}}{{% endif %}}" for name in keys[f"@{scope}"]))
        made, findings = render_all(year({BUREAU: report(BUREAU, distinct())}), {f"全部@{scope}.docx": data})
        assert findings == () and made
    for line in (keys["@单位"]["任务"], keys["@单位"]["报送"]):
        assert "逾期工作日" in line


def test_other_files_in_the_folder() -> None:
    made, findings = render_all(result(), {"~$报告@单位.docx": b"", "说明.txt": b"", ".x@单位.docx": b""})
    assert (made, findings) == ((), ())
    for name in ("报告.docx", "报告@全市.docx"):
        made, findings = render_all(result(), {name: word("x")})
        assert made == () and [f.code for f in findings] == ["OUT-204"] and name in findings[0].message
    assert report_of("工作通报@单位.docx") is not None and report_of("工作通报@单位.docx").blocks == frozenset()  # type: ignore[union-attr]


# ---------------------------------------------------------------- wrong templates: OUT-204, by name, nothing rendered

WRONG = {
    "unknown name": (word("{{ 单位名 }}"), "单位名"),
    "unknown name, near one": (word("{{ 办公厅 }}"), "办公室"),
    "unknown property": (word("{{ 单位.类型名 }}"), "类型名"),
    "unknown column": (word("{%p for 行 in 报送 %}", "{{ 行.收件号 }}", "{%p endfor %}"), "收件号"),
    "cut by a paragraph": (word("{{ 单", "位 }}"), "{{ 单"),
    "brace lost at the end": (word("{{ 单位 }"), "{{ 单位 }"),
    "brace lost at the front": (word("甲{ 单位 }}"), "单位"),
    "single braces": (word("{单位}"), "{单位}"),
    "full-width braces": (word("｛｛单位｝｝"), "全角"),
    "tag in a tag": (word("{{ {{ 单位 }} }}"), "{{"),
    "not an expression": (word("{{ 单位 名称 }}"), "{{ 单位 名称 }}"),
    "empty tag": (word("{{ }}"), "{{ }}"),
    "loop without end": (word("{%p for 行 in 报送 %}", "{{ 行.状态 }}"), "endfor"),
    "end without loop": (word("{%p endfor %}"), "endfor"),
    "unknown statement": (word("{% 循环 报送 %}"), "循环"),
    "unknown filter": (word("{{ 单位|大写 }}"), "大写"),
    "filter that lets data act": (word("{{ 单位|safe }}"), "safe"),
    "escaping switched off": (word("{% autoescape false %}{{ 单位 }}{% endautoescape %}"), "autoescape"),
    "text beside a paragraph tag": (word("前文{%p if 单位 %}", "x", "{%p endif %}"), "独占一段"),
    "row tag outside a table": (word("{%tr for 行 in 报送 %}", "{%tr endfor %}"), "表格"),
    "paragraph tag on a text": (word("{{p 单位 }}"), "去掉字母 p"),
    "sum of text and number": (word("{{ 办公室 }}{{ 单位 + 1 }}"), "{{ 单位 + 1 }}"),
    "division by zero": (word("{{ 1 / 0 }}"), "运算"),
    "inner workings": (word("{{ 单位.__class__.__mro__ }}"), "__class__"),
    "include": (word("{% include 'x' %}"), "include"),
    "tracked changes": (word('<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'), "修订"),
    "macro": (word("x", extra={"word/vbaProject.bin": "x"}), "宏"),
    "linked file": (
        word(
            "x",
            extra={
                "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                'relationships"><Relationship Id="r" Type="http://x/image" Target="file:///c:/x.png" '
                'TargetMode="External"/></Relationships>'
            },
        ),
        "外部文件",
    ),
    "no zip": (b"PK\x03\x04 half", "损坏"),
    "cut zip": (templates()[BULLETIN][:4000], "损坏"),
    "old format": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
    "empty": (b"", "损坏"),
    "broken xml": (changed(word("x"), "word/document.xml", "</w:body>", ""), "损坏"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_template_is_named_and_gives_no_document(case: str) -> None:
    data, said = WRONG[case]
    good = word("{{ 单位 }}")
    made, findings = render_all(
        result(filings=tuple(filed(u.name) for u in UNITS)), {"坏@单位.docx": data, "好@单位.docx": good}
    )
    assert {d.report for d in made} == {"好"} and len(made) == 3, "the others are not touched"
    assert findings and {f.code for f in findings} == {"OUT-204"}
    text = " ".join(f.message for f in findings)
    assert "坏@单位.docx" in text and said in text and "Traceback" not in text
    assert len({f.message for f in findings}) == len(findings), "the same fault for three units is one finding"


def test_a_damaged_zip_member_is_noticed() -> None:
    data = bytearray(templates()[BULLETIN])
    at = data.find(b"word/document.xml") + 300
    data[at] ^= 0xFF
    made, findings = render_all(result(), {BULLETIN: bytes(data)})
    assert made == () and [f.code for f in findings] == ["OUT-204"]


@pytest.mark.parametrize("tag", ["表二", "表三", "表四"])
def test_an_annual_template_without_one_of_its_tables_names_the_tag(tag: str) -> None:
    whole = templates()[ANNUAL_UNIT]
    lost = changed(whole, "word/document.xml", f"{{{{p {tag} }}}}", "")
    made, findings = render_all(year({BUREAU: report(BUREAU, {})}), {ANNUAL_UNIT: lost})
    assert made == () and [f.value for f in findings] == [f"{{{{p {tag} }}}}"] and "缺少标签" in findings[0].message
    text = parts(whole)["word/document.xml"].decode()
    placed = re.search(rf"<w:p>(?:(?!</w:p>).)*{{{{p {tag} }}}}.*?</w:p>", text)
    assert placed is not None
    doubled = changed(whole, "word/document.xml", placed[0], placed[0] * 2)
    made, findings = render_all(year({BUREAU: report(BUREAU, {})}), {ANNUAL_UNIT: doubled})
    assert made == () and "出现了2次" in findings[0].message and tag in findings[0].message


def test_a_table_tag_without_p_is_refused() -> None:
    wrong = changed(templates()[ANNUAL_UNIT], "word/document.xml", "{{p 表三 }}", "{{ 表三 }}")
    made, findings = render_all(year({BUREAU: report(BUREAU, {})}), {ANNUAL_UNIT: wrong})
    assert made == () and "{{p 表三 }}" in findings[0].message


def test_a_template_that_reads_what_one_unit_lacks_names_that_unit() -> None:
    made, findings = render_all(
        year({BUREAU: report(BUREAU, {})}, approval=APPROVAL), {"数@单位.docx": word("{{ 年报.t3.granted.total }}")}
    )
    assert [d.unit for d in made] == [BUREAU] and len(findings) == 1 and OFFICE in findings[0].message


def test_control_characters_and_extreme_texts_do_not_break_a_document() -> None:
    tasks = state(1, "进行中", text="甲\x00\x07\x0b\x0c\x1f\ud800乙\ufffe\u202e" + "长" * 40000)
    made, findings = rendered(word("{%p for 行 in 任务 %}", "{{ 行.进展说明 }}", "{%p endfor %}"), progress=tasks.lines)
    assert findings == () and lines(made[1]) == ["甲乙" + "长" * 40000]


@given(st.text(max_size=60))
def test_any_text_of_a_department_prints_as_itself(text: str) -> None:
    line = state(1, "进行中", text=text).lines
    made, findings = rendered(word("{%p for 行 in 任务 %}", "{{ 行.进展说明 }}", "{%p endfor %}"), progress=line)
    assert findings == ()
    expected = tables.printable(text)
    shown = "".join(
        {f"{W}br": "\n", f"{W}tab": "\t"}.get(n.tag, n.text or "")
        for n in root(made[1]).iter(f"{W}t", f"{W}br", f"{W}tab")
    )
    assert shown == expected


# ---------------------------------------------------------------- what leaves the house


def test_nothing_of_the_template_s_maker_travels_with_the_documents() -> None:
    props = {
        "docProps/core.xml": '<x xmlns="y"><creator>某科员</creator></x>',
        "docProps/app.xml": "<x><Company>某公司</Company></x>",
        "docProps/custom.xml": "<x>内部</x>",
        "word/settings.xml": f'<w:settings xmlns:w="{NS}" xmlns:r="r"><w:attachedTemplate r:id="rId1"/></w:settings>',
        "word/_rels/settings.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relation'
        'ships"><Relationship Id="rId1" Type="http://x/attachedTemplate" Target="file:///C:/Users/someone/a.dotx" '
        'TargetMode="External"/></Relationships>',
    }
    made, findings = rendered(word("{{ 单位 }}", extra=props))
    assert findings == ()
    everything = b"".join(parts(made[0]).values()).decode()
    for secret in ("某科员", "某公司", "内部", "someone", "attachedTemplate"):
        assert secret not in everything


def test_every_part_is_well_formed_zip_times_are_fixed_and_no_tag_is_left() -> None:
    made, _ = render_all(
        year({BUREAU: report(BUREAU, distinct())}, tasks=(state(1, "进行中", overdue=3),), filings=(filed(BUREAU),)),
        templates(),
    )
    assert len(made) == 3
    for document in made:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            assert archive.testzip() is None
            assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert archive.namelist()[0] == "[Content_Types].xml"
            for name in archive.namelist():
                text = archive.read(name)
                etree.fromstring(text)
                assert b"{{" not in text and b"{%" not in text and b"<?block" not in text
                assert b"TargetMode" not in text
        ids = [n.get(f"{W}id") for n in root(document.data).iter(f"{W}bookmarkStart")]
        assert len(ids) == len(set(ids))


def test_built_in_templates_are_the_same_bytes_every_time_and_say_draft_in_both_headers() -> None:
    assert templates() == templates()
    for name, data in templates().items():
        report = report_of(name)
        assert report is not None
        draft = "" if report.scope == "收件" else "{{ 草稿标记 }}　"  # what goes back with a filing is no draft
        assert headers(data) == [draft + "{{ 示例标记 }}"] * 2


# ---------------------------------------------------------------- compile_template alone


def test_blocks_stand_where_word_can_have_them() -> None:
    block = Block("表", build(listing(["甲"], [["1"]], [1])))
    cell = "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p><w:r><w:t>{{p 表 }}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    template, faults = compile_template(word("{{p 表 }}", "{{p 表 }}", body=cell), frozenset({"表"}), frozenset({"表"}))
    assert template is not None and faults == () and template.placed == {"表": 3}
    data = template.render({"表": block})
    assert isinstance(data, bytes)
    for cell_node in root(data).iter(f"{W}tc"):
        assert cell_node[-1].tag == f"{W}p", "a cell ends with a paragraph"
    body = root(data).find(f"{W}body")
    assert body is not None
    tags = [n.tag.removeprefix(W) for n in body]
    assert "tbl tbl" not in " ".join(tags) and tags[-2:] == ["p", "sectPr"]


def test_named_texts() -> None:
    unit = Named("甲局", {"类别": "部门"})
    assert unit == "甲局" and f"{unit}" == "甲局"
    with pytest.raises(AttributeError):
        _ = unit.编码


# ---------------------------------------------------------------- the table builder


def test_cells_must_tile_the_table() -> None:
    for cells in ((Cell(1, 1),), (Cell(1, 1, colspan=2), Cell(1, 2)), (Cell(1, 1, colspan=3),)):
        with pytest.raises(BadTable):
            compile_table(Table((100, 100), 1, cells))
    assert compile_table(Table((100, 100), 1, (Cell(1, 1), Cell(1, 2)))).slots == ()


def test_a_slot_without_a_value_is_our_own_fault() -> None:
    shape = compile_table(Table((100,), 1, (Cell(1, 1, slot="a"),)))
    with pytest.raises(KeyError):
        shape.fill({})


@st.composite
def tilings(draw: st.DrawFn) -> Table:
    """A random table: merge free rectangles of a small grid."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    taken: set[tuple[int, int]] = set()
    cells = []
    for r in range(1, rows + 1):
        for c in range(1, columns + 1):
            if (r, c) in taken:
                continue
            high, wide = draw(st.integers(1, rows - r + 1)), draw(st.integers(1, columns - c + 1))
            area = {(y, x) for y in range(r, r + high) for x in range(c, c + wide)}
            if area & taken:
                high = wide = 1
                area = {(r, c)}
            taken |= area
            cells.append(Cell(r, c, high, wide, slot=f"{r}.{c}"))
    return Table(tuple([500] * columns), rows, tuple(cells))


@given(tilings())
def test_spans_written_are_spans_read(table: Table) -> None:
    xml = compile_table(table).fill({c.slot: c.slot for c in table.cells})
    made, _ = rendered(word(body=f"{xml}<w:p/>"))
    grid = grids(made[0])[0]
    assert [len(row) for row in grid] == [len(table.widths)] * table.rows
    for cell in table.cells:
        for r in range(cell.row, cell.row + cell.rowspan):
            for c in range(cell.column, cell.column + cell.colspan):
                assert grid[r - 1][c - 1][1] == cell.slot
    assert len({n for row in grid for n, _ in row}) == len(table.cells)


def test_values_are_escaped_and_lines_broken() -> None:
    xml = build(listing(["<b>"], [["a&b\n]]>\x01"]], [1]))
    made, _ = rendered(word(body=f"{xml}<w:p/>"))
    assert [[t for _, t in row] for row in grids(made[0])[0]] == [["<b>"], ["a&b\n]]>"]]


def test_the_day_of_a_result_is_never_printed_as_a_date_of_the_document() -> None:
    made, _ = render_all(
        result(as_of=date(2024, 7, 19)), {"日期@周期.docx": word("[{{ 成文日期 }}][{{ 文号 }}][{{ 审定人 }}]")}
    )
    assert lines(made[0].data)[-1] == "[][][]"
    assert STREET not in "".join(lines(made[0].data))
