"""What an official document is when opened: paragraphs and tables in reading order, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from toolkit.findings import Finding

_T = TypeVar("_T")


@dataclass(frozen=True)
class OpenedCell:
    """`continued`: covered by a merge from above or from the left; its text is empty."""

    text: str
    row_span: int = 1
    column_span: int = 1
    continued: bool = False


@dataclass(frozen=True)
class OpenedTable:
    """`numbers`: the row numbers that people see, where the source shows them (a worksheet); else rows count from 1.

    `certain` is False where the rows were cut by the places of their texts, because nothing is drawn between them."""

    rows: tuple[tuple[OpenedCell, ...], ...]
    name: str = ""  # the sheet, where the source names its tables
    numbers: tuple[int, ...] = ()
    certain: bool = True


@dataclass(frozen=True)
class OpenedText:
    """A paragraph, or with `plain` a whole text whose layout is still to be found."""

    text: str
    line: int = 1
    level: int = 0
    plain: bool = False


@dataclass(frozen=True)
class Opened:
    """`findings`: what was left out or may surprise, such as tracked changes and hidden rows."""

    blocks: tuple[OpenedTable | OpenedText, ...]
    findings: tuple[Finding, ...] = ()


class CannotOpen(Exception):
    """Raised inside the document rooms only; the reason is a Chinese clause for PLN-102."""


def guarded(read: Callable[[], _T], reason: str) -> _T:
    """Third-party readers raise anything on damaged files; here every such failure becomes one reason."""
    try:
        return read()
    except CannotOpen:
        raise
    except Exception as broken:  # the readers document no closed set of exceptions
        raise CannotOpen(reason) from broken
