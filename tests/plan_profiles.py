"""The columns of the catalogue's documents (plan shapes §1): headings, their order, what stands unnamed or spans two columns."""

from __future__ import annotations

from tests.plan_layouts import Profile

_DISCLOSED = (
    ("全社会", "tick"),
    ("特定群体", "tick"),
    ("主动", "tick"),
    ("依申请公开", "tick"),
    ("县级", "tick"),
    ("乡级", "tick"),
)

PROFILES = {
    # serial, one name over two category columns, no deadline
    "S000": Profile(
        (("serial", "序号"), ("category", "工作任务"), ("category", ""), ("requirement", "工作要求"), ("responsible", "责任单位")),
        numerals=False,
    ),
    "S004": Profile(
        (
            ("serial", "序号"), ("category", "工作任务"), ("category", ""), ("requirement", "具体要求"),
            ("responsible", "责任单位"), ("deadline", "完成时限"),
        ),
    ),
    # no serial, offices as responsible, deadline and way in one
    "S002-1": Profile(
        (
            ("category", "一级指标"), ("category", "二级指标"), ("requirement", "维护内容及要求"), ("office", "责任主体"),
            ("deadline", "时限要求及方式"),
        ),
        numerals=False,
    ),
    # the category's name over the requirement, a measure of one's own, the deadline before the office
    "S002-2": Profile(
        (
            ("serial", "序号"), ("requirement", "工作任务"), ("measure", "工作举措"), ("deadline", "时限要求"),
            ("person", "单位分管领导"), ("office", "责任科室"),
        ),
        units_merge=0,
    ),
    # units before the requirement, section lines, an empty column of remarks
    "S003": Profile(
        (("category", "工作任务"), ("lead", "牵头部门"), ("responsible", "责任单位"), ("requirement", "具体要求"), ("other", "备注")),
        sections=True, units_merge=0,
    ),
    # serials running through sections
    "D01": Profile(
        (
            ("serial", "序号"), ("requirement", "工作内容"), ("lead", "牵头单位"), ("supporting", "配合单位"),
            ("deadline", "完成时限"),
        ),
        sections=True, units_merge=0.1,
    ),
    # serials without a name
    "D02": Profile(
        ((("serial", None)), ("category", "工作任务"), ("requirement", "具体要求"), ("office", "责任科室"), ("deadline", "时限要求")),
    ),
    # serials inside the requirement
    "D03": Profile((("category", "工作任务"), ("requirement", "具体要求"), ("responsible", "责任部门")), serials="inside"),
    # four names over six columns
    "D04": Profile(
        (
            ("serial", None), ("category", "工作任务"), ("category", ""), ("requirement", "具体要求"),
            ("responsible", "责任单位"), ("deadline", "时限要求"),
        ),
    ),
    "D05": Profile(
        (
            ("serial", "序号"), ("category", "重点任务"), ("requirement", "工作内容"), ("lead", "牵头单位"),
            ("responsible", "责任单位"), ("deadline", "完成时限"),
        ),
    ),
    # deadline before the units
    "D06": Profile(
        (
            ("serial", "序号"), ("requirement", "工作任务"), ("deadline", "责任时限"), ("lead", "牵头单位"),
            ("responsible", "责任单位"),
        ),
    ),
    "D09": Profile(
        (
            ("serial", "序号"), ("requirement", "工作要点"), ("measure", "贯彻举措"), ("lead", "牵头单位"),
            ("supporting", "配合单位"),
        ),
    ),
    # levels, no serial, a list of channels
    "D12": Profile(
        (
            ("category", "一级目录"), ("category", "二级目录"), ("category", "三级目录"), ("requirement", "公开内容"),
            ("responsible", "公开主体"), ("deadline", "公开时限"), ("channel", "公开形式"),
        ),
        numerals=False,
    ),
    # the disclosure catalogue: basis before units, deadline before units, columns of ticks
    "D13": Profile(
        (
            ("serial", "序号"), ("category", "一级事项"), ("category", "二级事项"), ("requirement", "公开内容（要素）"),
            ("basis", "公开依据"), ("deadline", "公开时限"), ("responsible", "公开主体"), ("channel", "公开渠道和载体"),
            *((role, name) for name, role in _DISCLOSED),
        ),
        numerals=False,
    ),
    "D15": Profile(
        (
            ("serial", "序号"), ("category", "公开事项"), ("requirement", "公开内容(要素)"), ("office", "责任科室"),
            ("deadline", "公开时限"),
        ),
        numerals=False,
    ),
    # codes with leading zeros
    "D16": Profile(
        (
            ("serial", "编码"), ("category", "公开事项"), ("requirement", "公开内容"), ("responsible", "公开主体"),
            ("deadline", "公开时限"), ("channel", "公开方式"),
        ),
        serials="code", numerals=False,
    ),
    "D17": Profile(
        (
            ("category", "公开事项"), ("requirement", "公开内容"), ("basis", "公开依据"), ("responsible", "公开主体"),
            ("deadline", "公开时限"),
        ),
        numerals=False,
    ),
    # no serial, three names over four columns
    "D18": Profile((("category", "工作任务"), ("category", ""), ("requirement", "具体要求"), ("responsible", "责任单位"))),
}  # fmt: skip
