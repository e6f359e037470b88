"""考核细则.xlsx → Scheme. What is wrong or can be read in two ways is asked about at its cell (SCO-101), never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from toolkit.findings import Finding, Level, finding
from toolkit.model import Indicator, Roster, plain
from toolkit.reference import open_grids, wanted
from toolkit.reference_rows import Faults, Grid, Row, table

INDICATOR_SHEET, STAGE_SHEET, GRADE_SHEET, MANUAL_SHEET = "指标", "阶段", "等级", "人工评分"
INDICATOR_COLUMNS = ("编号", "上级", "名称", "分值", "下限", "封顶", "适用", "方式", "公式", "扣分依据", "说明")
STAGE_COLUMNS = ("顺序", "阶段", "条件", "公式")
GRADE_COLUMNS = ("等级", "下限", "说明")
MANUAL_COLUMNS = ("单位", "周期", "指标", "得分", "事由", "评定人", "日期", "佐证")

METHODS = ("公式", "人工", "汇总", "加分", "倒扣")
"""加分 and 倒扣 stand at the top of the tree only: blocks outside the base, that the stage of their name adds or takes."""

OUTSIDE = ("加分", "倒扣")
STAGES = ("否决", "基础分", "折算", "门槛", "加分", "倒扣", "等级")


@dataclass(frozen=True)
class Stage:
    """One row of 阶段, run in the order of `order`: when `condition` holds (blank = always), `formula` is applied."""

    order: Decimal
    name: str
    condition: str = ""
    formula: str = ""


@dataclass(frozen=True)
class Grade:
    name: str
    floor: Decimal
    note: str = ""


@dataclass(frozen=True)
class ManualScore:
    """One row of 人工评分: a judgement with who, when and why."""

    unit: str
    period: str
    indicator: str
    points: Decimal
    reason: str
    by: str
    day: date
    evidence: str = ""
    cell: str = field(default="", compare=False)  # of the unit's name


@dataclass(frozen=True)
class Scheme:
    """A tree of indicators in the workbook's order, what happens to their sum, and the judgements given so far."""

    indicators: tuple[Indicator, ...] = ()
    stages: tuple[Stage, ...] = ()
    grades: tuple[Grade, ...] = ()
    manual: tuple[ManualScore, ...] = ()

    def indicator(self, no: str) -> Indicator | None:
        return next((i for i in self.indicators if i.no == no), None)

    def children(self, no: str) -> tuple[Indicator, ...]:
        """The indicators right below one; below "" stand the roots."""
        return tuple(i for i in self.indicators if i.parent == no)

    def in_order(self, no: str = "") -> tuple[Indicator, ...]:
        """Everything below, each after its own children: the order of computing."""
        return tuple(x for i in self.children(no) for x in (*self.in_order(i.no), i))

    def root(self, indicator: Indicator) -> Indicator:
        parent = self.indicator(indicator.parent)
        return self.root(parent) if parent else indicator

    def is_manual(self, indicator: Indicator) -> bool:
        """人工, or a block outside the base that has neither formula nor children: its points are entered."""
        bare = indicator.method in OUTSIDE and not indicator.formula and not self.children(indicator.no)
        return indicator.method == "人工" or bare

    def full_points(self, siblings: Sequence[Indicator]) -> Decimal:
        """What siblings come to together. Where some apply to certain classes only, each class has its own sum; the
        largest counts (two forms of 100 points for two classes are 100, not 200)."""
        return max(class_sums(siblings).values())


def class_sums(siblings: Sequence[Indicator]) -> dict[str, Decimal]:
    """Class (or unit) named in 适用 → the sum of what applies to it; "" → the plain sum where no class is named."""
    named = list(dict.fromkeys(n for i in siblings for n in applies_to(i)))
    if not named:
        return {"": sum((i.points for i in siblings), Decimal(0))}
    return {n: sum((i.points for i in siblings if n in (applies_to(i) or (n,))), Decimal(0)) for n in named}


def applies_by_formula(indicator: Indicator) -> bool:
    return bool(re.search(r"[=<>＝＜＞≥≤≠]|^\s*(?:AND|OR|NOT)\s*[(（]", indicator.applies, re.IGNORECASE))


def applies_to(indicator: Indicator) -> tuple[str, ...]:
    """The classes or units that 适用 lists; empty = everybody, or a formula decides."""
    if applies_by_formula(indicator):
        return ()
    return tuple(n.strip() for n in re.split(r"[、，,；;\n]", indicator.applies) if n.strip())


# ---------------------------------------------------------------- reading


def read_scheme(
    data: bytes, name: str, extra: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None
) -> tuple[Scheme, tuple[Finding, ...]]:
    """考核细则.xlsx. `extra` names further facts with their declared type (fields of 年报数据), `labels` what people call
    them. A scheme with findings of level 须修改 is not to be scored with."""
    from toolkit.scoring import validate

    faults = Faults("SCO-101", name)
    grids = open_grids(data, faults)
    rows = {sheet: _rows(grids, sheet, required, columns, faults) for sheet, required, columns in _TABLES}
    indicators = {row.number: i for row in rows[INDICATOR_SHEET] if (i := _indicator(row)) is not None}
    scheme = Scheme(
        indicators=tuple(indicators.values()),
        stages=tuple(s for row in rows[STAGE_SHEET] if (s := _stage(row)) is not None),
        grades=tuple(g for row in rows[GRADE_SHEET] if (g := _grade(row)) is not None),
    )
    numbered = [(row, indicators[row.number]) for row in rows[INDICATOR_SHEET] if row.number in indicators]
    if not validate.tree(numbered):
        return Scheme(), faults.all
    validate.indicators(numbered, scheme, extra or {}, labels or {})
    validate.stages(rows[STAGE_SHEET], scheme, extra or {}, labels or {})
    validate.grades(rows[GRADE_SHEET])
    manual = _manual(rows[MANUAL_SHEET], scheme)
    complete = Scheme(scheme.indicators, tuple(sorted(scheme.stages, key=lambda s: s.order)), scheme.grades, manual)
    return complete, faults.all


_TABLES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (INDICATOR_SHEET, ("编号", "上级", "名称", "分值", "方式", "公式"), INDICATOR_COLUMNS),
    (STAGE_SHEET, STAGE_COLUMNS, STAGE_COLUMNS),
    (GRADE_SHEET, ("等级", "下限"), GRADE_COLUMNS),
    (MANUAL_SHEET, MANUAL_COLUMNS[:-1], MANUAL_COLUMNS),
)


def _rows(
    grids: Mapping[str, Grid], sheet: str, required: tuple[str, ...], columns: tuple[str, ...], faults: Faults
) -> tuple[Row, ...]:
    grid = wanted(grids, sheet, faults, None if sheet == INDICATOR_SHEET else Level.NOTE)
    return table(grid, required, [c for c in columns if c not in required], faults) if grid else ()


def _indicator(row: Row) -> Indicator | None:
    no, method = row.text("编号"), row.text("方式")
    if not no:
        row.fault("编号", "没有填写指标编号。", "请填写编号，如 1、1.1，或清空整行。")
        return None
    return Indicator(
        no=no,
        parent=row.text("上级"),
        name=row.text("名称"),
        points=row.figure("分值") or Decimal(0),
        floor=row.figure("下限"),
        cap=row.figure("封顶"),
        applies=row.text("适用"),
        method=method,
        formula=row.text("公式"),
        basis="、".join(row.names("扣分依据")),
        note=row.text("说明"),
    )


def _stage(row: Row) -> Stage | None:
    order = row.figure("顺序")
    if order is None:
        if not row.text("顺序"):
            row.fault("顺序", "没有填写顺序。", "请用数字排列各阶段的先后。")
        return None
    return Stage(order, row.text("阶段"), row.text("条件"), row.text("公式"))


def _grade(row: Row) -> Grade | None:
    floor = row.figure("下限")
    if floor is None or not row.text("等级"):
        heading = "等级" if floor is not None else "下限"
        row.fault(heading, f"没有填写{heading}。", "等级名称和下限都应填写，如：良好，75。")
        return None
    return Grade(row.text("等级"), floor, row.text("说明"))


def _manual(rows: Sequence[Row], scheme: Scheme) -> tuple[ManualScore, ...]:
    found: list[ManualScore] = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        entry = _judgement(row, scheme)
        if entry is None:
            continue
        indicator = scheme.indicator(entry.indicator)
        key = plain(entry.unit), entry.period, entry.indicator
        if key in seen and indicator and scheme.root(indicator).method not in OUTSIDE:
            row.fault("指标", f"{entry.unit}{entry.period}的指标“{entry.indicator}”有两条评分。", "请只保留一条。")
            continue
        seen.add(key)
        found.append(entry)
    return tuple(found)


def _judgement(row: Row, scheme: Scheme) -> ManualScore | None:
    """One row of 人工评分, or None where something is missing: a judgement without who, when and why is none."""
    blank = [h for h in MANUAL_COLUMNS[:-1] if not row.text(h)]
    for heading in blank:
        row.fault(heading, f"人工评分没有填写“{heading}”。", "单位、周期、指标、得分、事由、评定人和日期都应填写。")
    points, day, period = row.figure("得分"), row.day("日期"), row.period("周期")
    indicator = scheme.indicator(row.text("指标"))
    if row.text("指标") and (indicator is None or not scheme.is_manual(indicator)):
        reason = "不在“指标”表中" if indicator is None else "不是人工评分的指标"
        row.fault("指标", f"“{row.text('指标')}”{reason}。", "请填写方式为“人工”的指标编号。")
        return None
    if blank or points is None or day is None or period is None or indicator is None:
        return None
    outside = scheme.root(indicator).method in OUTSIDE
    low = indicator.floor if indicator.floor is not None else Decimal(0)
    high = indicator.cap if indicator.cap is not None else indicator.points
    if points < low or (points > high and not (outside and high == 0)):
        row.fault("得分", f"得分 {points} 不在 {low} 至 {high} 之间。", "请核对得分，或修改指标的分值、下限、封顶。")
        return None
    texts = [row.text(h) for h in ("单位", "指标", "事由", "评定人", "佐证")]
    unit, number, reason, by, evidence = texts
    return ManualScore(unit, period.text, number, points, reason, by, day, evidence, row.cell("单位"))


def check_names(scheme: Scheme, roster: Roster, file: str = "考核细则.xlsx") -> tuple[Finding, ...]:
    """Units and classes that 适用 and 人工评分 name and the roster does not know."""
    known = {plain(u.unit_class) for u in roster.units}
    remedy = "请核对单位名录中的名称和类别。"
    found = []
    for i in scheme.indicators:
        for name in (n for n in applies_to(i) if plain(n) not in known and roster.resolve(n) is None):
            place = {"file": file, "sheet": INDICATOR_SHEET, "label": f"{i.no} {i.name}", "value": name}
            message = f"指标“{i.no}”的适用范围“{name}”既不是类别，也不是单位。"
            found.append(finding("SCO-101", place=place, message=message, remedy=remedy))
    for m in scheme.manual:
        if roster.resolve(m.unit) is None:
            place = {"file": file, "sheet": MANUAL_SHEET, "cell": m.cell, "value": m.unit}
            message = f"人工评分的单位“{m.unit}”不在单位名录中。"
            found.append(finding("SCO-101", place=place, message=message, remedy=remedy))
    return tuple(found)
