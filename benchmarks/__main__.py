"""`make bench`: every benchmark in turn."""

from benchmarks import row_rules, workbook_rules

for benchmark in (row_rules, workbook_rules):
    benchmark.main()
