"""A plan of 500 tasks: read from text, Word and Excel, compared with the table at hand, written as a workbook.

Target: a document of 500 tasks is imported in less than 2 s.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.clock import best_of
from tests.plan_kit import Sheet, cells, excel, read, tabbed, word
from toolkit.plan.amend import amend
from toolkit.plan.export import Appendix, write_plan
from toolkit.plan.task_rows import numbered, rows_of

TASKS, TARGET = 500, 2.0
_HEAD = ["序号", "工作任务", "工作任务", "工作要求", "责任单位", "完成时限"]


def rows() -> list[list[str]]:
    return [
        [
            str(k),
            f"第{k // 25}类" if k % 25 == 1 else "",
            f"第{k // 5}项" if k % 5 == 1 else "",
            f"围绕第{k}个领域及时公开相关政策措施和实施情况，做好解读回应，提高公开质量" * 2,
            "区财政局、区司法局，各街道办事处",
            "2024年6月底前",
        ]
        for k in range(1, TASKS + 1)
    ]


def main() -> None:
    body = rows()
    sources: dict[str, bytes | str] = {
        "one cell per line.txt": cells([list(dict.fromkeys(_HEAD)), *body]),
        "one row per line.txt": tabbed([_HEAD, *body]),
        "true table.docx": word(Sheet([_HEAD, *body])),
        "true table.xlsx": excel(Sheet([_HEAD, *body])),
    }
    for name, data in sources.items():
        plan = read(data, name)
        assert len(plan.tasks) == TASKS, (name, len(plan.tasks))
        print(
            f"{name}: {best_of(3, lambda d=data, n=name: read(d, n)):.2f} s for {TASKS} tasks (less than {TARGET:.0f})"
        )
    plan = numbered(read(sources["one row per line.txt"]), 2024)
    at_hand = tuple(r.task for r in rows_of(plan, 2024))
    changed = replace(plan, tasks=tuple(replace(t, requirement=t.requirement + "，及时公开") for t in plan.tasks))

    def again() -> bytes:
        result = amend(rows_of(changed, 2024), at_hand, 2024, "修订稿")
        return write_plan(result.rows, Appendix(changes=result.changes))

    print(f"every requirement changed: compared and written in {best_of(3, again):.2f} s")


if __name__ == "__main__":
    main()
