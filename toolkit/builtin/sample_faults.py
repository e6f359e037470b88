"""The mistakes that real clerks make, one small function each: on the data before filling, or on the finished bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """`code` is the finding that it must provoke, `verdict` what becomes of the file."""

    kind: str
    form: str
    words: str
    code: str
    verdict: str
    on_data: Callable[[Random, Data], None] | None = None
    on_bytes: Callable[[bytes], bytes] | None = None
    suffix: str = ".xlsx"


def _cell(name: str, value: object) -> Callable[[Random, Data], None]:
    def apply(_: Random, data: Data) -> None:
        data["cells"][name] = value

    return apply


def _row(**values: object) -> Callable[[Random, Data], None]:
    def apply(rng: Random, data: Data) -> None:
        rows = data["lists"]["进展"]
        rng.choice(rows).update(values)

    return apply


def _done_row(**values: object) -> Callable[[Random, Data], None]:
    base: dict[str, object] = {"完成情况": "已完成", "进展说明": "已按要求完成并公开。", "佐证": "见附件"}
    return _row(**{**base, **values})


def _unbalanced(_: Random, data: Data) -> None:
    data["cells"]["t3.carried_out.natural"] += 3


def _total_zero(_: Random, data: Data) -> None:
    data["cells"]["t4.cases.review_upheld"] = 2
    data["cells"]["t4.cases.review_total"] = 0


def _explained_gap(_: Random, data: Data) -> None:
    data["cells"]["t2.normative.valid"] += 2
    data["lists"] = {
        "情况说明": [{"规则": "年报-跨年-09", "位置": "", "说明": "本年度开展文件清理，现行有效件数按清理结果调整。"}]
    }


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def _pdf(data: bytes) -> bytes:
    """A stand-in for a scan: no two are the same."""
    return b"%PDF-1.4\n% scanned paper " + hashlib.sha256(data).hexdigest().encode() + b"\n"


ANNUAL, PROGRESS = "年报数据", "任务进展"

FAULTS: tuple[Fault, ...] = (
    Fault("数字带单位", ANNUAL, "数字格写成“12件”", "IN-505", "returned", _cell("t2.licensing.processed", "12件")),
    Fault("完成日期超出周期", PROGRESS, "完成日期晚于周期末", "ROW-101", "returned", _done_row(完成日期="2099-03-01")),
    Fault("勾稽不符", ANNUAL, "第一项加第二项不等于第三项加第四项", "TAB-101", "returned", _unbalanced),
    Fault("日期缺年份", PROGRESS, "完成日期写成“5月8日”", "IN-504", "returned", _done_row(完成日期="5月8日")),
    Fault("总计填零", ANNUAL, "表四总计填 0 而各项不为 0", "TAB-101", "returned", _total_zero),
    Fault("选项自造", PROGRESS, "完成情况填“基本完成”", "IN-514", "returned", _row(完成情况="基本完成")),
    Fault("负数", ANNUAL, "件数为负", "TAB-101", "returned", _cell("t2.punishment.processed", -3)),
    Fault("已完成无日期", PROGRESS, "已完成而没有完成日期", "IN-515", "returned", _done_row(完成日期="")),
    Fault(
        "已作说明", ANNUAL, "现行有效件数与上年不衔接，已写情况说明", "TAB-101", "accepted_with_notes", _explained_gap
    ),
    Fault("没有复制完整", PROGRESS, "文件被截断", "IN-204", "refused", on_bytes=_cut),
    Fault("不是工作簿", ANNUAL, "报送了扫描件", "IN-111", "returned", on_bytes=_pdf, suffix=".pdf"),
    Fault("斜杠代替数字", ANNUAL, "空格填“/”且未说明", "TAB-101", "returned", _cell("t2.coercion.processed", "/")),
)
