"""How long one unit's workbook takes: `.venv/bin/python benchmarks/stamp.py [--json]` from the repository root.

Stamps workbooks of the built-in forms for 100 units, every unit with texts, tasks and figures of other times of its
own, check sheets included. CPU time of the process, in milliseconds: least and median (the machine may be shared), and
the first one, which pays for what later ones share. Target: one workbook in at most 8 ms.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toolkit.builtin.forms import builtin_forms
from toolkit.forms.design import read_form
from toolkit.forms.form import NUMBER_TYPES, Form
from toolkit.forms.issue import compile_master, stamp
from toolkit.forms.order import Order, ticket
from toolkit.forms.prepare import prepare
from toolkit.model import Assignment, Draft, Filled, Period, Task, Unit

UNITS = 100
TARGET_MS = 8.0
_WORDS = ["推进政务公开", "作要求落实到位并按季度报送进展情况形成台账及时更新主动公开目录做好政策解读回应社会关切"]


def assignments(unit: Unit, rows: int, rng: random.Random) -> list[Assignment]:
    def text(least: int) -> str:
        return "".join(rng.choice(_WORDS) for _ in range(rng.randrange(least, least * 3)))

    return [
        Assignment(Task(f"2024-{n:03d}", str(n), (text(1), text(1)), text(3), due_on=date(2024, 12, 31)), unit,
                   rng.choice(("牵头", "责任", "配合")))
        for n in range(1, rows + 1)
    ]  # fmt: skip


def past(form: Form, tasks: list[Assignment], rng: random.Random) -> Draft:
    """An accepted report of another time."""
    cells = {
        f.name: Filled(rng.randrange(40) if f.type in NUMBER_TYPES else "上年的内容" * rng.randrange(1, 30), "表", "A1")
        for f in form.fields
    }
    rows = tuple(
        {"任务编号": a.task.task_id, "角色": a.role, "完成情况": rng.choice(("进行中", "已完成", "持续推进")),
         "进展说明": f"已印发文件{rng.randrange(999)}份", "责任科室": f"科室{rng.randrange(99)}", "责任人": f"经办{rng.randrange(999)}"}
        for a in tasks
    )  # fmt: skip
    return Draft(
        form.id,
        cells,
        {x.name: tuple({k: Filled(v, "表", "A1") for k, v in r.items()} for r in rows) for x in form.lists},
    )


def orders(form: Form, period: Period, rows: int, history: bool) -> Iterator[Order]:
    for n in range(UNITS):
        rng = random.Random(n)
        unit = Unit(f"{n:03d}", f"第{n}街道办事处", unit_class="街道办事处", can_make_regulations=n % 7 == 0)
        tasks = assignments(unit, rows, rng)
        before = past(form, tasks, rng) if history else None
        made = ticket(form.id, 1, unit.name, period.text, str(n))
        yield prepare(form, unit, period, made, tasks, before, before, {"办公室": "政务公开办", "电话": "0000-1234567"})


def measured(name: str, rows: int, history: bool) -> dict[str, object]:
    form, found = read_form(builtin_forms()[name], name)
    assert form is not None, found
    period = Period("2024-06" if form.period_kind == "月" else "2024")
    start = time.process_time()
    master = compile_master(form, office="政务公开办", phone="0000-1234567")
    compiled = (time.process_time() - start) * 1000
    times, sizes = [], []
    for order in orders(form, period, rows, history):
        start = time.process_time()
        sizes.append(len(stamp(master, order)))
        times.append((time.process_time() - start) * 1000)
    return {
        "form": form.id, "rows": rows, "history": history, "master_ms": round(compiled, 1), "first_ms": round(times[0], 1),
        "least_ms": round(min(times), 2), "median_ms": round(statistics.median(times), 2), "kib": sum(sizes) // len(sizes) // 1024,
    }  # fmt: skip


CASES = (
    ("年报数据.xlsx", 0, False), ("年报数据.xlsx", 0, True), ("任务进展.xlsx", 12, False), ("任务进展.xlsx", 12, True),
    ("任务进展.xlsx", 60, True),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    results = [measured(*case) for case in CASES]
    if parser.parse_args().json:
        print(json.dumps(results, ensure_ascii=False))
        return
    print(
        f"{'form':<10}{'rows':>5}{'history':>9}{'master':>8}{'first':>7}{'least':>7}{'median':>8}{'KiB':>5}   target {TARGET_MS:g} ms"
    )
    for r in results:
        name = str(r["form"])
        print(f"{name + '　' * (5 - len(name)):<{10 - len(name)}}{r['rows']:>5}{r['history']!s:>9}{r['master_ms']:>8}{r['first_ms']:>7}{r['least_ms']:>7}"
              f"{r['median_ms']:>8}{r['kib']:>5}")  # fmt: skip


if __name__ == "__main__":
    main()
