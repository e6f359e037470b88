"""A submitted workbook, read: bytes → Book, or a finding that says why not.

Two readers. Our own pass comes first: it bounds everything and protects the second. python-calamine then reads the
same bytes, and a cell on which the two differ is a finding, never a guess. Pure; meant for a child process, since
the second reader's memory is not ours to bound.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.findings import Finding, Level, finding
from toolkit.model import Book, RawSheet
from toolkit.office.agreement import differences, shown
from toolkit.office.cell_values import address
from toolkit.office.container import check_first_bytes, check_kind, has_odd_name, inflate, read_directory
from toolkit.office.front_sheet import RETURN_SHEET
from toolkit.office.limits import DEFAULT, Limits
from toolkit.office.number_formats import StylesPass
from toolkit.office.parts import Outline, SheetEntry, all_relations, content_types, outline, properties
from toolkit.office.refusal import Refused
from toolkit.office.sheet_xml import Shared, SheetPass, Tally
from toolkit.office.side_xml import CommentsPass, CountingPass, StringsPass
from toolkit.office.xml_pass import Pass, run

UNREAD_SHEETS = frozenset({"自检", "_检", "_标", RETURN_SHEET})
"""Check sheets that the workbook computes for itself, and our own words on a marked copy that comes in again: bounded
like all others, but their values are never taken."""

_MOST_DIFFERENCES = 50
"""So many cells are named one by one; a file with more is beyond naming."""

Timed = Mapping[tuple[int, int], Decimal]


@dataclass(frozen=True)
class _Reading:
    """What the own pass brought: the book, and per taken sheet the serials in day and time formats."""

    book: Book
    timed: tuple[tuple[RawSheet, Timed], ...]
    notes: tuple[Finding, ...]


def read_book(
    data: bytes, name: str, limits: Limits = DEFAULT, *, unread: frozenset[str] = UNREAD_SHEETS
) -> tuple[Book | None, tuple[Finding, ...]]:
    """The workbook in `data`, and what there is to say about it. `name` is the file's name as it may be shown.

    None with one finding of level 未能读取 when the file must not or cannot be read; otherwise the Book, with notes
    (IN-202, IN-306, IN-602) and one IN-519 per cell on which the two readers differ. Never raises for any bytes.
    """
    try:
        reading = _read(data, name, limits, unread)
    except Refused as refusal:
        return None, (refusal.finding(name),)
    except MemoryError:
        return None, (finding("IN-601", name=name),)
    return reading.book, (*reading.notes, *_second_opinion(data, name, reading))


def read_sheets(data: bytes, names: Collection[str], limits: Limits = DEFAULT) -> tuple[Book, tuple[Finding, ...]]:
    """These sheets of a workbook that `read_book` has accepted, and where the two readers differ on them; the other
    sheets come without their cells. Raises Refused where the bytes are not fit to be read after all.
    """
    reading = _read(data, "", limits, UNREAD_SHEETS, names)
    return reading.book, tuple(_second_opinion(data, "", reading))


def _read(
    data: bytes, name: str, limits: Limits, unread: frozenset[str], only: Collection[str] | None = None
) -> _Reading:
    check_first_bytes(data, name, limits)
    members = read_directory(data, limits)
    check_kind(members)
    odd_name = has_odd_name(name)
    parts: dict[str, bytes] = {}
    for member in members:
        content = inflate(data, member)
        if member.name.lower().endswith((".xml", ".rels")):
            parts[member.name] = content
    types = content_types(parts, (m.name for m in members), limits)
    relations = all_relations(parts, limits)
    book = outline(parts, types, relations, limits)
    shared = _shared(book, parts, limits)
    tally = Tally(limits)
    if only is None:
        _check_other_parts(parts, types, book, limits, tally)
    taken = tuple(
        _sheet(entry, parts, shared, limits, tally, unread)
        if only is None or entry.name in only
        else (RawSheet(entry.name, entry.state, {}), {})
        for entry in book.sheets
    )
    custom, modified = properties(parts, relations, limits)
    notes = []
    if odd_name:
        note = finding("IN-202", level=Level.NOTE, name=name, what="Excel 工作簿（.xlsx）")
        notes.append(replace(note, remedy="本次已照常读取，无需重报；下次请另存为“Excel 工作簿（.xlsx）”后报送。"))
    if any(r.linked for found in relations.values() for r in found):
        notes.append(finding("IN-306", name=name))
    sheets = tuple(sheet for sheet, _ in taken)
    read = tuple(
        (sheet, timed) for sheet, timed in taken if sheet.name not in unread and (only is None or sheet.name in only)
    )
    return _Reading(Book(sheets, custom, modified), read, tuple(notes))


def saved_at(data: bytes, limits: Limits = DEFAULT) -> str:
    """When a workbook that was read before says it was saved: ISO text, "" when it says nothing or is no workbook."""
    try:
        members = read_directory(data, limits)
        named = [m for m in members if m.name.lower().endswith(".rels") or m.name.lower().startswith("docprops/")]
        parts = {m.name: inflate(data, m) for m in named}
        return properties(parts, all_relations(parts, limits), limits)[1]
    except Refused:
        return ""


def _shared(book: Outline, parts: Mapping[str, bytes], limits: Limits) -> Shared:
    kinds = None
    if book.styles:
        styles = StylesPass(limits)
        run(parts[book.styles], styles)
        kinds = styles.kinds
    strings = StringsPass(limits)
    if book.strings:
        run(parts[book.strings], strings)
    return Shared(strings.strings, kinds, book.date1904)


def _check_other_parts(
    parts: Mapping[str, bytes], types: Mapping[str, str], book: Outline, limits: Limits, tally: Tally
) -> None:
    """Every XML part that no pass of its own reads: no DOCTYPE, well-formed, within bounds; notes within the box."""
    own = {"[Content_Types].xml", book.main, book.styles, book.strings, *(s.part for s in book.sheets)}
    for name, content in parts.items():
        if name in own or name.lower().endswith(".rels"):
            continue
        if "spreadsheetml.comments+xml" in types[name]:
            comments = CommentsPass(limits)
            run(content, comments)
            tally.add_box(comments.rows, comments.columns)
            continue
        run(content, Pass(limits))
        if "externallink" in types[name].lower() and b"ddeLink" in content:
            raise Refused("IN-305", "动态数据交换")


def _sheet(
    entry: SheetEntry, parts: Mapping[str, bytes], shared: Shared, limits: Limits, tally: Tally, unread: frozenset[str]
) -> tuple[RawSheet, Timed]:
    if entry.name in unread:
        run(parts[entry.part], CountingPass(limits))
        return RawSheet(entry.name, entry.state, {}), {}
    reader = SheetPass(limits, shared, tally)
    run(parts[entry.part], reader)
    return reader.result(entry), reader.timed


# ---------------------------------------------------------------- the second reader


def _second_opinion(data: bytes, name: str, reading: _Reading) -> Iterator[Finding]:
    """IN-519 where calamine reads something else; one IN-602 when it cannot read the file or some sheet."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
    except BaseException as error:
        _ours(error)
        yield finding("IN-602", name=name)
        return
    failed, named = False, 0
    for sheet, timed in reading.timed:
        try:
            other = book.get_sheet_by_name(sheet.name)
            grid = other.to_python(skip_empty_area=True)
            start = other.start or (0, 0)
        except BaseException as error:
            _ours(error)
            failed = True
            continue
        found = sorted(differences(sheet, timed, grid, (start[0] + 1, start[1] + 1)))
        for row, column, first, second in found[: _MOST_DIFFERENCES - named]:
            place = {"sheet": sheet.name, "cell": address(row, column), "value": shown(first)}
            yield finding("IN-519", place=place, first=shown(first), second=second)
        named = min(named + len(found), _MOST_DIFFERENCES)
    if failed:
        yield finding("IN-602", name=name)


def _ours(error: BaseException) -> None:
    """A panic of the second reader is no `Exception`; what is not its doing goes on its way."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        raise error
