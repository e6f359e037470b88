"""Headings of two rows: a name above (公开对象) and the finer names below it (全社会, 特定群体), flattened in one of three ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.plan.words.kinds import CATEGORY, REQUIREMENT, heading_roles
from toolkit.plan.words.labels import squeeze, without_markup

_FAMILIES = (
    (r"公开事项|事项|.*任务.*|.*指标.*|.*目录.*|.*类别|.*分类|主题|项目|栏目", r"[一二三四五六七八1-8]级.*|.*(?:事项|任务|指标|目录|栏目|主题)名称|具体事项"),
    (r"公开对象", r"全社会|特定.*"),
    (r"公开方式", r"主动(?:公开)?|依申请(?:公开)?"),
    (r"公开层级|公开级别", r"[省市县区乡镇村]+、?[级].*|[省市县区乡镇村、]+级.*|街道|社区"),
    (r"公开渠道.*|公开载体.*", r"政府网站|政务新媒体|公示栏.*|其他.*"),
    (r".*(?:责任单位|责任分工|工作分工|单位|部门)", r"(?:牵头|责任|配合|协办|主办)(?:单位|部门|科室|处室|领导|人)"),
    (r".*(?:时限|进度|时间).*", r"(?:开始|起始|启动|完成|结束)时[限间]|第?[一二三四]季度"),
)  # fmt: skip
_RULES = tuple((re.compile(rf"(?:{above})\Z"), re.compile(rf"(?:{below})\Z")) for above, below in _FAMILIES)


def finer(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The names of two heading rows as one: by position where blanks keep it, else each finer name under its family."""
    above, below = _ended(above), _ended(below)
    kept = any(not name.strip() for name in below) and len(below) * 2 >= len(above)
    if kept and not any(_other_family(a, b) for a, b in zip(above, below, strict=False)):
        return [f if f.strip() else a for a, f in zip(*_even(above, below), strict=True)]
    return one_row([*[n for n in above if n.strip()], *[n for n in below if n.strip()]])


def _other_family(above: str, below: str) -> bool:
    """A finer name of a known family stands under a name of another: the row above left no blank cells for it."""
    above, below = (re.sub(r"\s+", "", squeeze(without_markup(name))) for name in (above, below))
    mine = [wide for wide, finer_names in _RULES if below and finer_names.match(below)]
    return bool(above and mine) and not any(wide.match(above) for wide in mine)


def one_row(names: Sequence[str]) -> list[str]:
    """Names and their finer names run together: each name that has finer ones later gives way to them."""
    plain = [re.sub(r"\s+", "", squeeze(without_markup(name))) for name in names]
    children: dict[int, list[int]] = {}
    taken: set[int] = set()
    for k, name in enumerate(plain):
        for above, below in _RULES:
            if not above.match(name) or below.match(name):
                continue
            found = [j for j in range(k + 1, len(plain)) if j not in taken and below.match(plain[j])]
            if found and (len(found) >= 2 or len(plain) > 8):
                children[k] = found
                taken |= set(found)
                break
    result: list[str] = []
    for k, name in enumerate(names):
        if k not in taken:
            result += [names[j] for j in children[k]] if k in children else [name]
    return result


def refines(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the second row holds the finer names of the first, not the same heading once more."""
    first = {re.sub(r"\s+", "", n) for n in above if n.strip()}
    second = [re.sub(r"\s+", "", n) for n in below if n.strip()]
    return bool(second) and not first & set(second) and all(heading_roles(n) for n in second)


def refines_only(above: Sequence[str], below: Sequence[str]) -> bool:
    """A second row of finer names of one kind only (一级事项, 二级事项 below 公开事项), each of a family named above."""
    second = [re.sub(r"\s+", "", squeeze(without_markup(n))) for n in below if n.strip()]
    plain = [re.sub(r"\s+", "", squeeze(without_markup(n))) for n in above]
    families = [rule for wide, rule in _RULES if any(wide.match(n) and not rule.match(n) for n in plain)]
    return len(second) > 1 and not set(plain) & set(second) and all(any(r.match(n) for r in families) for n in second)


def options(names: Sequence[str]) -> list[tuple[str, ...]]:
    """What each name may mean beside the others: of levels (一级目录 … 六级目录) only the deepest may be the requirement,
    and only where no other name says so."""
    given = [heading_roles(name) for name in names]
    levels = [k for k, name in enumerate(names) if _LEVEL.match(re.sub(r"\s+", "", name))]
    said = any(roles[:1] == (REQUIREMENT,) for roles in given)
    for k in levels[:-1] if not said else levels:
        given[k] = (CATEGORY,)
    return given


_LEVEL = re.compile(r"[一二三四五六七八1-8]级")


def _ended(names: Sequence[str]) -> list[str]:
    end = len(names)
    while end and not names[end - 1].strip():
        end -= 1
    return list(names[:end])


def _even(above: list[str], below: list[str]) -> tuple[list[str], list[str]]:
    size = max(len(above), len(below))
    return above + [""] * (size - len(above)), below + [""] * (size - len(below))
