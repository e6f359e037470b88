"""A workbook does not depend on what was stamped before it, however much of it was taken over from there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.expressions import expression_book
from tests.forms_kit import RULES, UNIT, assignments, form_book
from tests.selfcheck_kit import CALENDAR
from toolkit.builtin.forms import builtin_forms
from toolkit.forms import selfcheck
from toolkit.forms.design import read_form
from toolkit.forms.form import Form
from toolkit.forms.issue import Master, compile_master, stamp
from toolkit.forms.order import Order, OrderRow, ticket
from toolkit.forms.prepare import prepare
from toolkit.model import Draft, Filled, Period, Value
from toolkit.office.package import Package, Part

OTHER_TIMES = (
    RULES
    + """
| 测-08 | | 须修改 | 整表 | n.a>=上期(n.a) | 少于上期。 | 请核对。 | | | |
| 测-09 | | 须说明 | 整表 | n.b>=上年(n.a) | 少于上年。 | 请核对。 | | | |
"""
)
FORMS = {**builtin_forms(), "测试表.xlsx": form_book(rules=OTHER_TIMES), "算式表.xlsx": expression_book()}
VALUES: tuple[Value, ...] = (0, 1, 1, 3, Decimal("1.0"), Decimal("1"), "", "/", "12件", "已起草", "Abc", "1", date(2024, 5, 8),
                             10**15, "=1+1", "是")  # fmt: skip


def random_order(rng: random.Random, form: Form, rows: int) -> Order:
    period = Period("2024" if form.period_kind == "年" else rng.choice(("2024-06", "2024-12")))
    unit = replace(UNIT, name=rng.choice("甲乙丙") + "局", can_make_regulations=rng.choice((True, False, None)))

    def past() -> Draft | None:
        if rng.random() < 0.4:
            return None
        cells = {f.name: Filled(rng.choice(VALUES), "表", "A1") for f in form.fields if rng.random() < 0.5}
        lines = [
            {"任务编号": f"2024-{n:03d}", "角色": "牵头" if n % 2 else "责任", "完成情况": rng.choice(("进行中", "已完成")),
             "进展说明": rng.choice(("已起草", "")), "完成日期": date(2024, 5, 8)}
            for n in range(1, rows + 1) if rng.random() < 0.7
        ]  # fmt: skip
        filled = tuple({k: Filled(v, "表", "A1") for k, v in line.items()} for line in lines)
        return Draft(form.id, cells, {"进展": filled})

    made = ticket(form.id, 1, unit.name, period.text, str(rng.randrange(99)))
    order = prepare(form, unit, period, made, assignments(rows, unit), past(), past(), {"办公室": "办"})
    typed = {f.name: rng.choice(VALUES) for f in form.fields if rng.random() < rng.choice((0.02, 0.5))}
    lists = {
        x.name: tuple(
            OrderRow({**r.values, **{f.name: rng.choice(VALUES) for f in x.fields if f.is_input and rng.random() < 0.3}},
                     r.previous, r.locked)
            for r in order.rows.get(x.name, (OrderRow({}),) * 3)
        )
        for x in form.lists
    }  # fmt: skip
    locked = frozenset(f.name for f in form.fields if rng.random() < 0.1)
    return replace(order, values={**order.values, **typed}, locked=order.locked | locked, rows=lists)


def alone(master: Master, order: Order) -> bytes:
    """As if nothing had been stamped before."""
    assert master.checks is not None
    selfcheck._prepared.cache_clear()
    return stamp(replace(master, checks=replace(master.checks, memories={})), order)


@pytest.mark.parametrize("name", list(FORMS))
def test_what_was_stamped_before_leaves_no_trace(name: str) -> None:
    rng = random.Random(17)
    form, found = read_form(FORMS[name], name)
    assert form is not None, found
    master = compile_master(form, office="办", phone="1", calendar=CALENDAR)
    orders = [random_order(rng, form, rng.choice((1, 4))) for _ in range(16)]
    selfcheck._prepared.cache_clear()
    together = [stamp(master, order) for order in [*orders, *orders]]
    assert together == [alone(master, order) for order in orders] * 2
    assert len(set(together)) == len(orders), "orders differ, or this shows nothing"


def test_a_part_of_pieces_reads_as_one() -> None:
    pieces = [b"", b"<a>" * 5000, bytes(range(256)), b"x", b"<a>" * 5000]
    part = Part.joined(pieces)
    whole = Part.of(b"".join(pieces))
    assert part.data == whole.data and (part.crc, part.size) == (whole.crc, whole.size)
    packed = Package({"[Content_Types].xml": part}).to_bytes()
    assert Package.open(packed).read("[Content_Types].xml") == whole.data
    assert Part.joined(pieces).packed == part.packed and Part.joined([]).data == b""
