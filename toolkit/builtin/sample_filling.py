"""Believable contents for the sample: figures that balance, sentences an official could have written. Seeded, no clock."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from toolkit.builtin.annual_table import TOTAL_FORMULAS, fields
from toolkit.forms.order import Order, OrderRow
from toolkit.model import Period

_RESULTS = (
    "granted", "granted", "granted", "partial", "unable_not_held", "unable_not_held", "denied_process", "denied_internal",
    "rejected_petition", "rejected_repeat", "unable_unclear", "other_no_correction", "other_misc",
)  # fmt: skip
_COLUMNS = ("natural", "commercial", "research", "social", "legal", "other")


def annual_data(rng: Random, unit: str, period: Period, unit_class: str) -> dict[str, Any]:
    """`cells` for `fill`: every cell but the totals, balanced; last year's figures as the unit knows them."""
    cells: dict[str, Any] = {name: 0 for name, _, _ in fields() if name not in TOTAL_FORMULAS}
    volume = {"政府办公室": 40, "政府部门": 14}.get(unit_class, 5)
    for column in _COLUMNS:
        top = volume if column == "natural" else (volume // 4 if column == "commercial" else rng.choice((0, 0, 1)))
        new, carried = rng.randint(0, max(top, 0)), rng.randint(0, max(top // 8, 0))
        out = rng.randint(0, min(2, new))
        cells[f"t3.new_received.{column}"] = new
        cells[f"t3.carried_in.{column}"] = carried
        cells[f"t3.carried_out.{column}"] = out
        cells[f"prev.t3.carried_out.{column}"] = carried
        for _ in range(new + carried - out):
            row = rng.choice(_RESULTS)
            cells[f"t3.{row}.{column}"] += 1
    cells["prev.t3.carried_out.total"] = sum(cells[f"t3.carried_in.{c}"] for c in _COLUMNS)
    made, repealed, before = rng.randint(0, 4), rng.randint(0, 2), rng.randint(3, 30)
    cells |= {
        "t2.normative.made": made, "t2.normative.repealed": repealed, "t2.normative.valid": before + made - repealed,
        "prev.t2.normative.valid": before, "prev.t2.regulations.valid": 0,
        "t2.licensing.processed": rng.randint(0, 900) if unit_class == "政府部门" else rng.randint(0, 60),
        "t2.punishment.processed": rng.randint(0, 300), "t2.coercion.processed": rng.randint(0, 20),
        "t2.fees.amount": rng.choice((0, 0, 3.6, 12.75, 208.4)),
        "t4.cases.review_upheld": rng.randint(0, 3), "t4.cases.review_corrected": rng.choice((0, 0, 0, 1)),
        "t4.cases.direct_upheld": rng.randint(0, 2), "t4.cases.after_upheld": rng.randint(0, 1),
    }  # fmt: skip
    return {"cells": {**cells, **_narrative(rng, unit, period, cells)}}


def _narrative(rng: Random, unit: str, period: Period, cells: Mapping[str, Any]) -> dict[str, str]:
    new = sum(cells[f"t3.new_received.{c}"] for c in _COLUMNS)
    published = rng.randint(60, 900)
    overview = "\n".join((
        f"（一）主动公开。{period.year}年，{unit}通过政府网站、政务新媒体和公开专区发布信息{published}条，"
        f"重点公开了规划计划、财政资金、民生保障等内容，配套解读材料{rng.randint(2, 20)}件。",
        f"（二）依申请公开。全年新收政府信息公开申请{new}件，均按规定登记、审核、答复，流程留痕。",
        "（三）政府信息管理。公文拟制时同步确定公开属性，定期核对行政规范性文件的效力状态并及时调整。",
        "（四）政府信息公开平台建设。整合重复栏目，完善检索功能，线下公开专区提供查询和申请指导。",
        f"（五）监督保障。开展业务培训{rng.randint(1, 3)}次，将政务公开纳入年度考核，全年未发生责任追究情形。",
    ))  # fmt: skip
    problems = rng.choice((
        "主要问题：一是政策解读形式还不够丰富；二是部分栏目更新不够及时。\n改进情况：制定解读形式清单，"
        "逐项明确责任科室；建立栏目更新提醒机制，按月核对。",
        "主要问题：一是依申请公开办理人员业务水平有待提高；二是基层公开内容与群众需求结合不够紧密。\n"
        "改进情况：组织专题培训和案例研讨；结合办事高频事项调整公开内容。",
    ))  # fmt: skip
    return {
        "narrative.overview": overview,
        "narrative.problems": problems,
        "narrative.other_matters": "本年度未收取政府信息公开信息处理费。没有其他需要报告的事项。",
    }


_DONE = (
    "已按要求完成并在门户网站公开，材料已归档。",
    "已全部完成，公开内容经审核后发布，后续按需更新。",
    "任务完成，成果已报区政府办公室。",
)
_GOING = ("已制定实施方案，正在按计划推进。", "已完成前期梳理，正在汇总整理。", "已完成大部分内容，个别事项正在核对。")
_ALWAYS = (
    "日常工作持续开展，本期更新信息若干条。",
    "已形成常态化工作机制，按要求定期更新。",
    "持续推进，未发现逾期未更新的情形。",
)


def progress_data(rng: Random, order: Order, period: Period) -> dict[str, Any]:
    """`lists` for `fill`: one filled row for every unlocked row of the order."""
    rows = [_progress_row(rng, row, period) for row in order.rows.get("进展", ()) if not row.locked]
    return {"lists": {"进展": rows}}


def _progress_row(rng: Random, row: OrderRow, period: Period) -> dict[str, Any]:
    due_text = str(row.values.get("完成时限") or "")
    base: dict[str, Any] = {
        "任务编号": row.values["任务编号"], "角色": row.values["角色"], "责任科室": "办公室", "责任人": "政务公开经办岗",
    }  # fmt: skip
    lasting = any(word in due_text for word in ("全年", "每月", "每季度"))
    if lasting:
        return base | {"完成情况": "持续推进", "进展说明": rng.choice(_ALWAYS)}
    if "次年" not in due_text and rng.random() < 0.9:
        due = _due(row, period)
        start = date(period.year, 1, 15)
        # Nine in ten finish by their day; the others a few weeks later.
        last = due if rng.random() < 0.9 else min(due + timedelta(days=30), period.end)
        day = max(start, last - timedelta(days=rng.randint(0, 25)))
        number = f"示例政公开〔{period.year}〕{rng.randint(1, 90)}号"
        return base | {
            "完成情况": "已完成", "完成日期": day.isoformat(), "进展说明": rng.choice(_DONE), "佐证": number
        }  # fmt: skip
    return base | {"完成情况": "进行中", "进展说明": rng.choice(_GOING)}


def _due(row: OrderRow, period: Period) -> date:
    """The day the printed deadline means, for texts like 6月底前 and 3月15日前; else the end of the period."""
    m = re.search(r"(\d{1,2})月(?:(\d{1,2})日|底)", str(row.values.get("完成时限") or ""))
    if not m:
        return period.end
    month = int(m[1])
    last = calendar.monthrange(period.year, month)[1]
    return min(date(period.year, month, min(int(m[2] or last), last)), period.end)
