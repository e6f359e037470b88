"""Countable targets: every quantity of the catalogue, its false friends, and any text at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan_by_hand import truth_tasks
from toolkit.plan.targets import targets_inside

TARGETS = (
    # text | measure | op | number | unit | per | soft | raw
    ("区政府办公室年内至少组织开展政务公开培训不少于2次，采取典型案例分析", "培训", ">=", 2, "次", "年", False, "不少于2次"),
    ("至少召开1次专题会议", "专题会议", ">=", 1, "次", None, False, "至少召开1次"),
    ("年内至少组织一次专门业务培训", "培训", ">=", 1, "次", "年", False, "至少组织一次"),
    ("邀请公众列席区政府常务会议不少于5次", "常务会议", ">=", 5, "次", None, False, "不少于5次"),
    ("原则上本年度开展不少于5次政策实施效果评价", "效果评价", ">=", 5, "次", "年", True, "不少于5次"),
    ("原则上每年至少开展2次专题性政策评价工作", "政策评价", ">=", 2, "次", "年", True, "至少开展2次"),
    ("主要负责同志每年至少听取1次政务公开工作汇报", "工作汇报", ">=", 1, "次", "年", False, "至少听取1次"),
    ("多角度解读比例不低于50%", "比例", ">=", 50, "%", None, False, "不低于50%"),
    ("采用不少于5种解读形式", "解读形式", ">=", 5, "种", None, False, "不少于5种"),
    ("征求意见期限不少于30日", "期限", ">=", 30, "日", None, False, "不少于30日"),
    ("每月发布信息不低于40条", "信息", ">=", 40, "条", "月", False, "不低于40条"),
    ("信息年度总量200条", "信息", "=", 200, "条", "年", False, "总量200条"),
    ("参会人员不少于25人", "人员", ">=", 25, "人", None, False, "不少于25人"),
    ("培训1万名左右", "培训", ">=", 10000, "名", None, True, "1万名左右"),
    ("公开率达到100%", "公开率", ">=", 100, "%", None, False, "达到100%"),
    ("满意率达到百分之九十五以上", "满意率", ">=", 95, "%", None, False, "达到百分之九十五以上"),
    ("解读时限不超过5个工作日", "解读", "<=", 5, "工作日", None, False, "不超过5个工作日"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "measure", "op", "number", "unit", "per", "soft", "raw"), TARGETS)
def test_targets(
    text: str, measure: str, op: str, number: int, unit: str, per: str | None, soft: bool, raw: str
) -> None:
    (found,) = targets_inside(text)
    assert (found.op, found.number, found.unit, found.per, found.soft, found.raw) == (op, number, unit, per, soft, raw)
    assert found.measure == measure


BOUNDS = (
    ("3个工作日内答复", "<=", 3, "工作日", False), ("邀请30余人参加", ">=", 30, "人", True), ("服务企业500家以上", ">=", 500, "家", False),
    ("达到40000名", ">=", 40000, "名", False), ("每半年不少于一次", ">=", 1, "次", False), ("力争不少于十五篇", ">=", 15, "篇", True),
    ("不低于９５％", ">=", 95, "%", False), ("不得少于3场", ">=", 3, "场", False), ("控制在5%以内", "<=", 5, "%", False),
    ("百分之九十以上", ">=", 90, "%", False), ("二次以上", ">=", 2, "次", False), ("不少于3-5篇", ">=", 3, "篇", False), ("一般不超过500字", "<=", 500, "字", False),
    ("更新周期不超过2周", "<=", 2, "周", False), ("时长3分钟以内", "<=", 3, "分钟", False), ("至少提前5个工作日", ">=", 5, "工作日", False),
    ("公开率100%", ">=", 100, "%", False), ("好评率99%以上", ">=", 99, "%", False), ("满意度保持在95%以上", ">=", 95, "%", False), ("增长5%左右", ">=", 5, "%", True),
)  # fmt: skip

COUNTS = (
    # a count without a bound is what is to be done, no less and no more
    ("每半年召开一次工作推进会", "推进会", 1, "次", "半年", False), ("每年举办1次新闻发布会", "新闻发布会", 1, "次", "年", False),
    ("每季度举办一场政策吹风会", "政策吹风会", 1, "场", "季度", False), ("原则上每年开展1-2次培训", "培训", 1, "次", "年", True),
    ("组织2次培训", "培训", 2, "次", None, False),
)  # fmt: skip


@pytest.mark.parametrize(("text", "measure", "number", "unit", "per", "soft"), COUNTS)
def test_counts_without_a_bound(text: str, measure: str, number: int, unit: str, per: str | None, soft: bool) -> None:
    (found,) = targets_inside(text)
    assert (found.op, found.measure, found.number, found.unit, found.per, found.soft) == (
        "=", measure, number, unit, per, soft,
    )  # fmt: skip


def test_two_numbers_under_one_bound_and_two_periods_in_one_clause() -> None:
    assert [(t.measure, t.number) for t in targets_inside("不少于2次培训和1次座谈会")] == [("培训", 2), ("座谈会", 1)]
    assert [(t.number, t.per) for t in targets_inside("全年不少于12次、每月至少1次")] == [(12, "年"), (1, "月")]
    (only,) = targets_inside("政务新媒体14天内至少更新1次")
    assert (only.op, only.number) == (">=", 1)


@pytest.mark.parametrize(("text", "op", "number", "unit", "soft"), BOUNDS)
def test_bounds(text: str, op: str, number: int, unit: str, soft: bool) -> None:
    (found,) = targets_inside(text)
    assert (found.op, found.number, found.unit, found.soft) == (op, number, unit, soft)


FALSE_FRIENDS = (
    "严格落实政府网站和政务新媒体“三审三校”制度", "主要负责人作为“第一解读人”", "设置企业、人大代表等4个入口", "推进五公开", "12345政务服务便民热线",
    "加大城市更新“十大工程”宣传", "加强“一老一小”服务保障", "推进政府网站IPv6改造", "实现一次发布、多点触达", "围绕“高效办成一件事”", "坚持“一事一审”原则",
    "日监测、周拨测、月通报", "学习党的二十大精神", "张政办字〔2024〕10号", "2024年第3期", "“五兴”促“西兴”", "“三同步”原则", "对上一年度工作要点开展“回头看”",
    "一次性告知、最多跑一次", "发布20条措施", "“惠企26条”", "26个试点领域", "明确1名分管领导", "超过30日未答复的", "累计超过3次的予以通报", "对逾期超过15个工作日的",
    "不低于上年水平", "一月一通报", "前三名", "7×24小时", "第三方评估", "三级公开目录", "于正式答复前5个工作日内报备", "两个以上部门联合发文", "“1+3+N”体系", "5G网络、PM2.5",
    "第2次会议", "召开了3次会议",
)  # fmt: skip


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_numbers_that_are_no_targets(text: str) -> None:
    assert targets_inside(text) == ()


def test_two_ratios_in_one_sentence() -> None:
    found = targets_inside(
        "专家媒体等多角度解读比例不低于50%，多形式解读比例不低于50%，重要文件采用不少于5种解读形式。"
    )
    assert [(t.number, t.unit) for t in found] == [(50, "%"), (50, "%"), (5, "种")]


@pytest.mark.shared
def test_the_rows_of_004_that_the_truth_names(shared: Path) -> None:
    found = {t["no"]: [x.raw for x in targets_inside(t["requirement"])] for t in truth_tasks(shared, "004")}
    assert {int(no): raws for no, raws in found.items() if raws} == {
        15: ["不低于50%", "不低于50%", "不少于5种"], 23: ["不少于5次"], 24: ["不少于5次"], 41: ["不少于2次"],
    }  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(
            alphabet="不少低于至少每年月次条种%百分之一二三十万0123456789.余左右以上内个工作日原则，。；、", max_size=40
        ),
        st.text(max_size=60),
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    for target in targets_inside(text):
        assert target.op in (">=", "<=", "=") and target.unit and target.raw


@given(st.integers(1, 999_999), st.sampled_from(["次", "条", "场", "篇", "人"]))
def test_a_written_bound_is_the_bound_read(number: int, unit: str) -> None:
    (found,) = targets_inside(f"全年举办活动不少于{number}{unit}")
    assert (found.op, found.number, found.unit, found.per) == (">=", number, unit, "年")
