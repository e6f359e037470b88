"""考核细则, checked as a whole: the tree, the sums, the formulas, the stages. Every fault stands at its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from toolkit.model import Indicator
from toolkit.reference_rows import Row
from toolkit.scoring.facts import EVIDENCE
from toolkit.scoring.formulas import indicator_schema, stage_schema
from toolkit.scoring.scheme import METHODS, OUTSIDE, STAGES, Scheme, Stage, applies_by_formula, class_sums

_POINTS_IN_NAME = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分\s*[）)]")

Numbered = Sequence[tuple[Row, Indicator]]


def tree(numbered: Numbered) -> bool:
    """Unique numbers, known parents, no circle. False = there is no tree to go on with."""
    rows: dict[str, Row] = {}
    sound = True
    for row, i in numbered:
        if i.no in rows:
            row.fault("编号", f"指标编号“{i.no}”出现了两次。", "请使每个指标的编号各不相同。")
            sound = False
        rows.setdefault(i.no, row)
    parents = {i.no: i.parent for _, i in numbered}
    for row, i in numbered:
        if i.parent and i.parent not in parents:
            row.fault("上级", f"上级“{i.parent}”不在“编号”一栏中。", "请填写上级指标的编号；一级指标留空。")
            sound = False
        elif _in_circle(i.no, parents):
            row.fault("上级", f"指标“{i.no}”的上级绕回了自己。", "请改正上级的编号。")
            sound = False
    return sound


def _in_circle(no: str, parents: Mapping[str, str]) -> bool:
    at, steps = parents[no], 0
    while at and at != no and steps <= len(parents):
        at, steps = parents.get(at, ""), steps + 1
    return bool(at)


def indicators(numbered: Numbered, scheme: Scheme, extra: Mapping[str, str], labels: Mapping[str, str]) -> None:
    for row, i in numbered:
        outside = scheme.root(i).method in OUTSIDE
        _points(row, i, outside)
        _method(row, i, scheme)
        if scheme.children(i.no) and i.method == "汇总" and not outside:
            _sums(row, i, scheme)
        for name in i.basis.split("、") if i.basis else ():
            if name not in EVIDENCE:
                row.fault("扣分依据", f"没有名为“{name}”的扣分依据。", f"可填：{'、'.join(EVIDENCE)}。")
        _formulas(row, i, scheme, extra, labels)
        if i.method in OUTSIDE and not i.parent and not any(s.name == i.method for s in scheme.stages):
            row.fault(
                "方式", f"有“{i.method}”指标，但“阶段”表中没有“{i.method}”。", f"请在“阶段”表中加上“{i.method}”一行。"
            )


def _points(row: Row, i: Indicator, outside: bool) -> None:
    if not i.name:
        row.fault("名称", f"指标“{i.no}”没有名称。", "请填写指标名称。")
    if i.points < 0 or (i.points == 0 and not outside):
        row.fault("分值", f"指标“{i.no}”的分值应为正数。", "请填写分值。")
    if i.floor is not None and i.cap is not None and i.floor > i.cap:
        row.fault("下限", f"下限 {i.floor} 大于封顶 {i.cap}。", "请核对下限和封顶。")
    written = _POINTS_IN_NAME.search(i.name)
    if written and Decimal(written[1]) != i.points:
        message = f"名称中写的是 {written[1]} 分，分值一栏为 {i.points} 分。"
        row.fault("分值", message, "请使两处一致，或去掉名称中的分值。")


def _method(row: Row, i: Indicator, scheme: Scheme) -> None:
    """Every way to read a row in two ways is asked about."""
    below = bool(scheme.children(i.no))
    if i.method not in METHODS:
        row.fault("方式", f"指标“{i.no}”的方式“{i.method}”不明确。", f"请填：{'、'.join(METHODS)}。")
    elif i.method in OUTSIDE and i.parent:
        row.fault("方式", f"“{i.method}”只用于一级指标。", "请把上级留空，或改用公式、人工、汇总。")
    elif i.method == "公式" and not i.formula:
        row.fault("公式", f"指标“{i.no}”按公式计分，但没有公式。", "请填写公式，或改为人工。")
    elif i.method == "人工" and (i.formula or below):
        what = "又有公式" if i.formula else "又有下级指标"
        row.fault("方式", f"指标“{i.no}”为人工评分，{what}，无法确定以哪个为准。", "请只保留一种计分方式。")
    elif i.method == "汇总" and not below:
        row.fault("方式", f"指标“{i.no}”为汇总，但没有下级指标。", "请填写下级指标，或改为公式、人工。")
    elif (i.method == "汇总" or (i.method in OUTSIDE and below)) and i.formula:
        row.fault("公式", f"指标“{i.no}”由下级相加，又有公式，无法确定以哪个为准。", "请删去公式，或把方式改为“公式”。")


def _sums(row: Row, i: Indicator, scheme: Scheme) -> None:
    """Children come to their parent's points: together, or in each class where 适用 names classes."""
    children = scheme.children(i.no)
    plain_sum = sum((c.points for c in children), Decimal(0))
    if plain_sum == i.points:
        return
    for name, points in class_sums(children).items():
        if points != i.points:
            whose = f"（{name}）" if name else ""
            message = f"指标“{i.no}”的下级分值合计{whose}为 {points}，与本级分值 {i.points} 不等。"
            row.fault("分值", message, "请核对各级分值。")


def _formulas(row: Row, i: Indicator, scheme: Scheme, extra: Mapping[str, str], labels: Mapping[str, str]) -> None:
    from toolkit.rules.formula import FormulaError
    from toolkit.rules.python import compile_formula, compile_rule

    schema = indicator_schema(scheme, i, extra, labels)
    try:
        if i.formula and compile_formula(i.formula, schema).result_type in ("text", "date"):
            row.fault("公式", "公式的结果应为数字（得分）或是否成立。", "请改正公式。")
    except FormulaError as error:
        row.fault("公式", f"公式有误：{error.reason}", "请改正公式；可用的名称见“说明”表。")
    try:
        if applies_by_formula(i):
            compile_rule(i.applies, schema)
    except FormulaError as error:
        row.fault("适用", f"适用条件有误：{error.reason}", "请改正条件，如：应完成数>0。")


# ---------------------------------------------------------------- stages and grades


def stages(rows: Sequence[Row], scheme: Scheme, extra: Mapping[str, str], labels: Mapping[str, str]) -> None:
    known = {s.order: s for s in scheme.stages}
    seen: set[Decimal] = set()
    for row in rows:
        order = row.figure("顺序") if row.text("顺序") else None
        if order is None or order not in known:
            continue  # reported while it was read
        if order in seen:
            row.fault("顺序", f"顺序 {order} 出现了两次，无法确定先后。", "请使各阶段的顺序各不相同。")
        seen.add(order)
        stage = Stage(order, row.text("阶段"), row.text("条件"), row.text("公式"))
        _stage_shape(row, stage, scheme)
        _stage_formulas(row, stage, scheme, extra, labels)


def _stage_shape(row: Row, stage: Stage, scheme: Scheme) -> None:
    if stage.name not in STAGES:
        row.fault("阶段", f"没有名为“{stage.name}”的阶段。", f"可填：{'、'.join(STAGES)}。")
    if stage.name in ("基础分", "等级") and (stage.condition or stage.formula):
        heading = "条件" if stage.condition else "公式"
        row.fault(heading, f"“{stage.name}”只标明次序，不带条件和公式。", "请清空条件和公式；需要时另加“门槛”一行。")
    if stage.name in ("否决", "门槛"):
        for heading in ("条件", "公式"):
            if not row.text(heading):
                row.fault(heading, f"“{stage.name}”没有填写{heading}。", "条件和公式都应填写。")
    if stage.name in OUTSIDE and not stage.formula and not any(i.method == stage.name for i in scheme.children("")):
        row.fault("阶段", f"没有方式为“{stage.name}”的指标。", "请在“指标”表中加上该类指标，或删去本行。")


def _stage_formulas(
    row: Row, stage: Stage, scheme: Scheme, extra: Mapping[str, str], labels: Mapping[str, str]
) -> None:
    from toolkit.rules.formula import FormulaError
    from toolkit.rules.python import compile_formula, compile_rule

    schema = stage_schema(scheme, extra, labels)
    try:
        if stage.condition:
            compile_rule(stage.condition, schema)
    except FormulaError as error:
        row.fault("条件", f"条件有误：{error.reason}", "请改正条件，如：总分>80。")
    try:
        numeric = stage.formula and stage.name != "否决"
        if numeric and compile_formula(stage.formula, schema).result_type not in ("number", "any"):
            row.fault("公式", "公式的结果应为数字。", "请改正公式。")
    except FormulaError as error:
        row.fault("公式", f"公式有误：{error.reason}", "请改正公式；可用：总分、满分、适用满分、得分.编号和各项事实。")


def grades(rows: Sequence[Row]) -> None:
    seen: set[Decimal] = set()
    for row in rows:
        floor = row.figure("下限") if row.text("下限") else None
        if floor is not None and floor in seen:
            row.fault("下限", f"下限 {floor} 对应两个等级。", "请使各等级的下限各不相同。")
        if floor is not None:
            seen.add(floor)
