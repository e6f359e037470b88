"""How much a submitted file may hold. One frozen set of numbers, printed in every message that refuses for size.

The defaults are for a form of at most some thousand rows; an office may change them in its configuration.
"""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds, everything else a count.

    "workbook" figures are sums over all sheets; "part" figures hold for each XML part by itself.
    """

    # the file as it lies in the folder
    file_bytes: int = 20 * MIB
    evidence_bytes: int = 200 * MIB

    # the zip container, read from its own directory before anything is inflated
    members: int = 400
    member_bytes: int = 80 * MIB
    total_bytes: int = 96 * MIB
    ratio: int = 250  # inflated : packed, asked of members of `ratio_from` bytes or more
    ratio_from: int = 4 * MIB

    # every XML part
    depth: int = 40
    attributes: int = 64
    attribute_chars: int = 33_000
    text_chars: int = 400_000
    elements: int = 300_000

    # the workbook
    sheets: int = 100
    cells: int = 100_000  # stored cells, formatted blanks included
    box: int = 3_000_000  # last row × last column, summed over the sheets: what a dense reader reserves
    merge_area: int = 200_000
    strings: int = 200_000  # shared strings
    xfs: int = 70_000  # cell formats (Excel itself stops at 65,490)
    defined_names: int = 5_000
    validations: int = 5_000
    conditional_formats: int = 5_000
    column_entries: int = 16_384
    links: int = 20_000
    comments: int = 20_000

    # the child process that reads one file
    seconds: float = 10.0  # processor time, where the system can count it
    wall_seconds: float = 30.0  # by the parent's clock, everywhere
    memory_bytes: int = 512 * MIB  # beyond what the child needs for itself


DEFAULT = Limits()
