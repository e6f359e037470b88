"""What goes out as a document: the year's reports as Word files, and twenty marks set in a filled annual form."""

from __future__ import annotations

from pathlib import Path

from benchmarks.clock import best_of
from tests.annotate_kit import mark
from tests.word_sample import distinct, report, year
from toolkit.builtin.word import templates
from toolkit.model import Roster, Unit
from toolkit.office.front_sheet import RED
from toolkit.office.marks import Mark
from toolkit.reports.documents import render_all

UNITS = 40
FORM = Path(__file__).resolve().parents[1] / "templates/xlsx/年报数据.xlsx"


def main() -> None:
    units = tuple(Unit(str(n), f"云溪区第{n}局") for n in range(UNITS))
    values = {**distinct(), "narrative.overview": "（一）甲\n乙。" * 20}
    result = year({u.name: report(u.name, values) for u in units}, roster=Roster(units))
    word = templates()
    print(f"{UNITS} annual reports as Word files: {best_of(2, lambda: render_all(result, word)):.2f} s")
    marks = [Mark("表三", row, 4, RED, "请改正") for row in range(7, 27)]
    data = FORM.read_bytes()
    print(f"{len(marks)} marks set: {best_of(15, lambda: mark(data, marks)) * 1000:.1f} ms (at most 15)")


if __name__ == "__main__":
    main()
