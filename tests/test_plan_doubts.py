"""What plan import asks about: true, said once, at the right place. The smallest sheet for each."""

from __future__ import annotations

import pytest

from tests.plan_kit import Sheet, codes, excel, read, word
from toolkit.plan.parts import Plan
from toolkit.plan.targets import targets_inside

HEAD = "序号\t工作任务\t工作要求\t责任单位\t完成时限\n"
OPENING = "云政办发〔2024〕3号\n2024年政务公开任务分解表\n"


def table(*rows: str, head: str = HEAD) -> str:
    return head + "".join(f"{row}\n" for row in rows)


def said(plan: Plan, code: str) -> list[str]:
    """The messages of a code, those about the whole first."""
    return [f.message for f in (*plan.findings, *(f for t in plan.tasks for f in t.findings)) if f.code == code]


def of(text: str) -> Plan:
    return read(OPENING + text, year=2024)


def task(no: str, label: str, unit: str = "区财政局", time: str = "6月底前", what: str = "") -> str:
    return f"{no}\t{label}\t{what or f'做好第{no}方面的信息公开和解读回应工作。'}\t{unit}\t{time}"


# ---------------------------------------------------------------- serials


def test_serials_that_run_on_from_the_table_before_leave_no_gap() -> None:
    first, second = table(task("1", "预算"), task("2", "决算")), table(task("3", "采购"), task("5", "债务"))
    plan = of(f"{first}\n二、民生领域的信息公开\n\n{second}")
    assert len(plan.tasks) == 4
    assert said(plan, "PLN-110") == ["表2缺少序号 4。"]


def test_codes_by_chapter_jump_to_the_next_chapter_and_are_said_as_printed() -> None:
    codes_ = ("0101", "0102", "0201", "0203", "0301")
    plan = of(table(*(task(code, f"事项{code}") for code in codes_)))
    assert [t.no for t in plan.tasks] == list(codes_)
    assert said(plan, "PLN-113") == [] and said(plan, "PLN-110") == ["表1缺少序号 0202。"]


def test_a_serial_that_goes_back_is_said() -> None:
    plan = of(table(*(task(no, f"事项{no}") for no in ("1", "2", "2", "3"))))
    assert said(plan, "PLN-113") == ["序号 2 之后又出现序号 2。"]


# ---------------------------------------------------------------- layout and labels


def test_a_label_in_every_row_is_not_repeated_by_a_page() -> None:
    every = of(table(*(task(str(n), "预算公开" if n < 4 else "决算公开") for n in range(1, 7))))
    assert said(every, "PLN-122") == []
    rows = [task(str(n), {1: "预算公开", 4: "预算公开", 6: "决算公开"}.get(n, "")) for n in range(1, 8)]
    assert said(of(table(*rows)), "PLN-122") == ["表1的类别名称在换页处重复（序号 4），按同一类别处理。"]


def test_shifted_rows_are_told_once_at_the_table() -> None:
    rows = [task("1", "预算公开")] + [
        f"{n}\t做好第{n}方面的信息公开和解读回应工作。\t区财政局\t6月底前\t" for n in (2, 3)
    ]
    plan = of(table(*rows, task("4", "决算公开")))
    assert len(said(plan, "PLN-116")) == 1 and "序号 2、3" in said(plan, "PLN-116")[0]


def test_the_blank_line_between_rows_is_no_line_inside_a_row() -> None:
    """Blank cells in front of a row: what stands behind them is the border of the rows."""

    def cells(*texts: str) -> str:
        return "".join(f"\t{t}\n" for t in texts) + "\n"

    text = cells("工作任务", "具体要求", "责任部门", "完成时限") + "".join(
        cells(f"做好第{n}项公开", f"{2 * n - 1}.及时公布有关政策信息。", "区财政局", "全年")
        + cells(f"{2 * n}.主动回应群众的关切。", "区司法局", "", "")
        for n in range(1, 6)
    )
    assert len(of(text).tasks) == 10 and said(of(text), "PLN-118") == []


# ---------------------------------------------------------------- inherited values


def test_units_taken_across_a_category_are_told_once_a_block_each_with_its_units() -> None:
    rows = [
        task("1", "预算公开"),
        task("2", "决算公开", ""),
        task("3", "", ""),
        task("4", "采购公开", "区司法局"),
        task("5", "债务公开", ""),
    ]
    assert said(of(table(*rows)), "PLN-131") == [
        "表1序号 2、3的单位栏为空，跨过类别变化沿用了前一类别的单位“区财政局”。",
        "表1序号 5的单位栏为空，跨过类别变化沿用了前一类别的单位“区司法局”。",
    ]


def test_a_true_merge_across_categories_is_no_doubt() -> None:
    body = [["1", "预算公开", "公开预算信息。", "区财政局"], ["2", "决算公开", "公开决算信息。", ""]]
    sheet = Sheet([["序号", "工作任务", "工作要求", "责任单位"], *body], [(1, 3, 2, 3)])
    for build, name in ((word, "a.docx"), (excel, "a.xlsx")):
        plan = read(build(sheet), name, 2024)
        assert plan.tasks[1].units.responsible == ("区财政局",)
        assert said(plan, "PLN-131") == [] and "与上面的行合并" in said(plan, "PLN-130")[0]


def test_flattened_text_is_not_called_merged_and_ditto_is_told_once() -> None:
    plan = of(table(task("1", "预算公开"), task("2", "", ""), task("3", "", "同上", "同上")))
    assert said(plan, "PLN-130") == ["表1有 1 项的单位栏为空，沿用上文的单位（序号 2）。"]
    assert len(said(plan, "PLN-137")) == 2
    assert not [m for code in ("PLN-130", "PLN-132") for m in said(plan, code) if "合并" in m]


def test_deadlines_that_differ_row_by_row_are_nothing_odd() -> None:
    plan = of(table(*(task(str(n), "预算公开" if n == 1 else "", time=f"{n}月底前") for n in range(3, 9))))
    assert said(plan, "PLN-164") == []


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "names",
    [
        ("市交通运输局法规科", "市交通运输局运输科"),
        ("城东街道办事处", "城西街道办事处"),
        ("市第一人民医院", "市第二人民医院"),
    ],
)
def test_names_that_differ_by_what_they_are_are_no_scanners_damage(names: tuple[str, str]) -> None:
    rows = [task(str(n), f"事项{n}", names[n > 4]) for n in range(1, 6)]
    assert said(of(table(*rows)), "PLN-149") == []


def test_emphasis_around_a_whole_label_is_no_damage() -> None:
    whole, part = task("1", "**一、预算公开**"), task("2", "<b>决</b>算公开")
    (told,) = said(of(table(whole, part)), "PLN-149")
    assert told.startswith("“<b>决</b>算公开”")


def test_a_wrap_or_a_branch_is_not_another_spelling() -> None:
    rows = (
        task("1", "甲类事项", "县 司法局"),
        task("2", "乙类事项", "县司法局"),
        task("3", "丙类事项", "市公安局"),
        task("4", "丁类事项", "市公安局 云河分局"),
    )
    assert said(of(table(*rows)), "PLN-142") == []


def test_spaces_between_offices_and_between_copies_are_no_wraps() -> None:
    plan = of(
        table(task("1", "教育和医疗 教育和医疗", "区财政局 区司法局"), task("2", "住房保障", "区行政 审批服务局"))
    )
    assert said(plan, "PLN-163") == ["表1的文字中有换行留下的空格（“区行政 审批服务局”），比对时已忽略。"]
    assert said(plan, "PLN-160") == ["表1有单元格的文字重复印出（序号 1），只取一份。"]


def test_a_group_called_leading_units_has_no_role_word() -> None:
    assert said(of(table(task("1", "预算公开", "各项目牵头单位"), task("2", "决算公开"))), "PLN-144") == []
    assert said(of(table(task("1", "预算公开", "区财政局牵头，区司法局配合"), task("2", "决算公开"))), "PLN-144")


# ---------------------------------------------------------------- texts


def test_a_phrase_is_told_once_as_deadline_or_as_target() -> None:
    span = of(table(task("1", "甲", what="对已废止、失效的文件在5个工作日内完成标注和清理工作。")))
    assert (
        said(span, "PLN-167") == ["表1有 1 项的要求中含有时限（序号 1），见“工作要求”的批注。"]
        and said(span, "PLN-168") == []
    )
    often = of(table(task("1", "甲", what="领导班子成员每年至少参加1次政策解读活动。")))
    assert said(often, "PLN-167") == []
    assert said(often, "PLN-168") == ["表1有 1 项的要求中含有量化目标（序号 1），已填入“量化目标”一栏。"]


def test_the_same_question_is_not_asked_twice_in_one_row() -> None:
    plan = of(table(task("1", "甲", time="1月31日前", what="政府信息公开工作年度报告于1月31日前向社会发布。")))
    assert len(said(plan, "PLN-152")) == 1 and said(plan, "PLN-167") == []


def test_what_is_to_be_built_is_a_target() -> None:
    assert [(t.measure, t.number, t.unit, t.per) for t in targets_inside("配齐资料架，年内新建示范专区5个；")] == [
        ("示范专区", 5, "个", "年")
    ]
    assert [(t.number, t.raw) for t in targets_inside("打造2至3个示范专区。")] == [(2, "打造2至3个示范专区")]
    assert targets_inside("新建了5个示范专区，发布20条措施") == ()


def test_a_list_of_things_under_two_categories_is_no_task_said_twice() -> None:
    what = "申请条件、申请材料、办理流程、办理时限、咨询电话"
    assert said(of(table(task("1", "低保", what=what), task("2", "特困", what=what))), "PLN-120") == []
    same = "及时公开办理结果，主动接受社会监督。"
    assert len(said(of(table(task("1", "低保", what=same), task("2", "特困", what=same))), "PLN-120")) == 2


# ---------------------------------------------------------------- the text around


def test_narrative_paragraphs_are_named_by_their_lines_not_across_the_table() -> None:
    notice = "各单位：\n为做好2024年政务公开工作，现将有关事项通知如下，请各单位加强组织领导，明确专人负责。\n"
    rows = table(task("1", "预算公开"), task("2", "决算公开"))
    plan = of(f"{notice}\n{rows}\n云河区人民政府办公室                2024年5月6日印发\n")
    assert said(plan, "PLN-170") == ["正文的叙述段落没有责任单位，未计为任务（原文第 4 行，1 段）。"]
    assert said(plan, "PLN-172") == []


def test_a_remark_under_the_table_speaks_of_rows_without_a_time() -> None:
    rows = table(task("1", "预算公开"), task("2", "决算公开", time=""))
    plan = of(f"{rows}\n备注：未注明完成时限的，均于2024年12月底前完成。\n")
    assert said(plan, "PLN-173") == [
        "表注规定没有写明时限的任务的完成时限为“2024年12月底前”，没有写时限的各项已按此填写。"
    ]


PROSE = "一、重点领域公开\n（一）财政信息。{between}\n（二）民生信息。公开救助标准和办理结果。（责任单位：区民政局）\n（三）政策解读。同步发布解读材料。（责任单位：区司法局）\n"


def test_text_between_tasks_that_went_into_none_is_named_with_its_line() -> None:
    whole = PROSE.format(between="公开预算和决算信息。（责任单位：区财政局）")
    assert said(of(whole), "PLN-180") == []
    lines = whole.splitlines()
    lost = "\n".join([*lines[:3], "办好电子公报，增强可读性和易用性，减少纸质印量。", *lines[3:]])
    plan = of(lost)
    held = "".join(t.requirement for t in plan.tasks)
    assert "电子公报" in held or said(plan, "PLN-180") == [
        "原文第 6 行的文字没有归入任何任务：“办好电子公报，增强可读性和易用性，减少纸质印量。”。"
    ]


def test_a_requirement_that_begins_inside_a_sentence_is_said() -> None:
    plan = of(table(task("1", "甲", what="、咨询电话和监督方式"), task("2", "乙", what="及时公开办理结果")))
    assert [f.code for f in plan.tasks[0].findings if f.code == "PLN-181"] and "PLN-181" not in {
        f.code for f in plan.tasks[1].findings
    }


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("关于印发清河区政务公开标准目录的通知\n清政办〔2024〕8号\n各单位：\n", "清河区政务公开标准目录"),
        ("清河区人民政府办公室\n关于印发《2024年工作要点》的通知\n清政办〔2024〕8号\n各单位：\n附件\n清河区2024年政务公开工作任务分工表\n", "清河区2024年政务公开工作任务分工表"),
        ("## <b>清河区2024年政务公开任务清单</b>\n", "清河区2024年政务公开任务清单"),
        ("清河区主动公开事项目录（2024年版）\n\n一、基础信息公开目录\n\n", "清河区主动公开事项目录（2024年版）"),
    ],
)  # fmt: skip
def test_the_title_is_that_of_the_plan(head: str, title: str) -> None:
    assert read(head + table(task("1", "预算公开"), task("2", "决算公开")), year=2024).title == title


def test_a_table_without_ruled_lines_is_called_so() -> None:
    assert codes(read("序号工作任务责任单位完成时限" + "1公开预算信息做好解读区财政局6月底前" * 8, year=2024)) == {
        "PLN-101",
        "PLN-103",
    }


def test_a_paragraph_a_unit_in_a_printed_cell_stays_a_line() -> None:
    """The second name would not have fitted behind the first: that alone makes it no wrapped line."""
    from toolkit.office.document_pdf_lines import Line, cell_text

    def lines(*texts: str) -> list[Line]:
        return [Line(t, 0.0, 10.0 * len(t), 12.0 * n, 12.0 * n + 10, 10.0) for n, t in enumerate(texts)]

    assert cell_text(lines("区发展改革局", "区审批服务局"), 0.0, 65.0) == "区发展改革局\n区审批服务局"
    assert cell_text(lines("区行政审批服", "务局"), 0.0, 65.0) == "区行政审批服务局"


def test_a_line_with_tabs_that_begins_no_table_is_text_and_reading_ends() -> None:
    assert read("#\t\t日\n", year=2024).findings
