"""Latest accepted submissions → consolidated tables, every line with the cells that it came from."""

from toolkit.merge.annual import merge_annual
from toolkit.merge.explanations import explanations
from toolkit.merge.filing import Expected, filings
from toolkit.merge.progress import merge_progress, resolve_unchanged
from toolkit.merge.submissions import newest_counting, stand_in_line

__all__ = [
    "Expected", "explanations", "filings", "merge_annual", "merge_progress", "newest_counting", "resolve_unchanged", "stand_in_line",
]  # fmt: skip
