"""`python -m tests.conformance_page`: docs/reference/formula-conformance.md, from what the referees say.

Its figures are held by the tests that come to them: test_conformance.py and test_referee_libreoffice.py.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import (
    DIFFERENCES,
    EXPRESSIONS,
    LIBREOFFICE,
    PACKAGE,
    SETS,
    Expression,
    Tally,
    corpus,
    table_names,
)
from tests.expressions import BY_ROW, OVER_LIST

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "formula-conformance.md"


@dataclass(frozen=True)
class FormTally:
    """Issued workbooks of one form: rules asked, verdicts (a rule on a workbook or a row), how many were violated, how
    many only the batch could compute (it converts what the sheet refuses), workbooks that the sheet called ready."""

    workbooks: int
    rules: int
    verdicts: int
    violated: int
    refused: int
    ready: int
    differences: tuple[str, ...]


def workbook_lines(tallies: Mapping[str, FormTally]) -> list[str]:
    lines = [
        f"| {form} | {t.workbooks} | {t.rules} | {t.verdicts:,} | {t.violated:,} | {t.refused:,} | {len(t.differences)} | {t.ready} |"
        for form, t in tallies.items()
    ]
    books, verdicts = sum(t.workbooks for t in tallies.values()), sum(t.verdicts for t in tallies.values())
    found = sum(len(t.differences) for t in tallies.values())
    return [*lines, f"共 {books} 个工作簿、{verdicts:,} 次判定，不同 {found} 次。"]


def referee_line(referee: str, tally: Tally) -> str:
    wrong = tally.verdicts - tally.agreed
    return f"| {referee} | {tally.verdicts:,} | {tally.agreed:,} | {wrong} | {tally.agreed / tally.verdicts:.2%} |"


def difference_lines(referee: str, tally: Tally) -> list[str]:
    pairs = zip(DIFFERENCES[referee], tally.known, strict=True)
    return [f"| {referee} | {'、'.join(sorted(d.functions))} | {count} | {d.reason} |" for d, count in pairs]


def function_lines(cases: Sequence[Expression]) -> list[str]:
    """How often each name of the table was asked about."""
    asked = Counter(name for case in cases for name in case.functions)
    in_books = Counter(name for text in (*BY_ROW, *OVER_LIST) for name in table_names() if f"{name}(" in text)
    return [f"| {name} | {asked[name]} | {in_books[name]} |" for name in sorted(table_names())]


_HEAD = """# 规则公式：表内与批处理的一致性

本页由 `make conformance` 生成，数字由测试核对。一条规则写一次，由两个后端执行：写进下发工作簿的 Excel 公式，和批处理中的 Python。
二者是否一致，由两个外部裁判判定：LibreOffice（独立配置，载入时强制重算），和 Python 软件包 `formulas`（只用于测试）。
"""
_WORKBOOKS = """
## 一、下发的工作簿

随机填报的工作簿（含文字写的数、全角数字、带单位的数、日期写成文字、空格、错误、选项之外的内容等），每条规则、每一行各判定一次：
“自检”所依据的表内结果，与 `zwgk check` 的判定逐一比较。“只在批处理中计算”：格内写法表内不认、批处理换算后附提示接收，批处理因此更宽。

| 表单 | 工作簿 | 规则 | 判定 | 不符合 | 只在批处理中计算 | 不同 | 自检为可以报送 |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
_EXPRESSIONS = f"""
## 二、单个算式

{EXPRESSIONS:,} 条随机算式，各取 {SETS} 组数值（含空格、“/”、不合类型的内容），比较判断、数、文字和日期的值。

| 裁判 | 判定 | 一致 | 不同 | 一致率 |
| --- | --- | --- | --- | --- |
"""
_DIFFERENCES = """
不同之处的原因（与 `formulas` 不同而与 VALUE 无关的，LibreOffice 都与本系统一致）：

| 裁判 | 函数 | 次数 | 原因 |
| --- | --- | --- | --- |
"""
_FUNCTIONS = """
## 三、函数表

每个函数在随机算式中出现的条数，和在“算式表”工作簿规则中出现的条数。此外每个函数都有写明结果的例子（`tests/test_rules_values.py`）。

| 函数 | 随机算式 | 工作簿规则 |
| --- | --- | --- |
"""
_BEYOND = """
## 四、裁判看不出的差别

以下依据 Excel 的说明文档，本系统没有 Excel 和 WPS 可供实测：

- LEN、LEFT、RIGHT、MID、FIND 遇到生僻字（如“𠮷”）：Excel 计为 2 个字符，LibreOffice 和批处理计为 1 个。
- 序列号 1 至 60（1900年2月以前）：Excel 与 LibreOffice 相差一天，批处理视为未计算；日期格只认 2000 年至 2099 年。
- 文字不比大小，是否类字段不用 TRUE 和 FALSE，COUNTIF 的条件须写明：这些写法在读取表单时即被拒绝，因为各软件结果不一。
- 非整数的和、差、积、商，表内比较时取 9 位小数，批处理取 15 位有效数字。
- ROUND 等函数遇到恰好一半的小数，批处理按看到的十进制数四舍五入；各软件对个别数（如 1.005）的二进制近似处理不同。
- `工作日后` 的天数须是写明的数且不超过 250，否则仅在批处理中核对；EDATE、EOMONTH 至多前后 1,000 个月。
- IF 的结果可能是空格时，不能放进 COUNT、COUNTA、MIN、MAX；IF 的两个结果类型不同时，仅在批处理中核对。
"""


def page(
    workbooks: Mapping[str, FormTally],
    cases: Sequence[Expression],
    tallies: Mapping[str, Tally],
    outside: Sequence[str],
) -> str:
    parts = [_HEAD, _WORKBOOKS]
    *lines, sum_line = workbook_lines(workbooks)
    parts += ["\n".join(lines), "\n\n", sum_line, "\n", _EXPRESSIONS]
    parts += ["\n".join(referee_line(name, t) for name, t in tallies.items()), "\n", _DIFFERENCES]
    parts += ["\n".join(line for name, t in tallies.items() for line in difference_lines(name, t)), "\n"]
    parts += [_FUNCTIONS, "\n".join(function_lines(cases)), "\n", _BEYOND, "\n".join(outside), "\n"]
    return "".join(parts)


def main() -> None:
    from tests.conformance import tally
    from tests.promise import outside_lines
    from tests.referees import by_libreoffice, by_package
    from tests.test_referee_libreoffice import refereed

    cases, sets = corpus()
    with tempfile.TemporaryDirectory() as home:
        workbooks = refereed(Path(home) / "books")
        tallies = {
            LIBREOFFICE: tally(LIBREOFFICE, cases, sets, by_libreoffice(Path(home) / "cases", cases, sets)),
            PACKAGE: tally(PACKAGE, cases, sets, by_package(cases, sets)),
        }
    for found in (*(t.differences for t in workbooks.values()), *(t.strange for t in tallies.values())):
        for line in found:
            print(line)
    PAGE.write_text(page(workbooks, cases, tallies, outside_lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
