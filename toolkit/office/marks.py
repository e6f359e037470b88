"""Marks in a workbook that somebody else made: cells coloured, notes added, one sheet put in front. All else stays.

Only for bytes that `excel_in.read_book` has accepted: it bounds sizes and bans what XML must not hold. Parts are
patched, never loaded and saved, so what we do not know comes along byte for byte. Marks of an earlier time are
recognised (the sheet, the colours, the first line of the notes) and taken out first.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.office.cell_values import area
from toolkit.office.front_sheet import AMBER, RECORD_HEAD, RED, RETURN_SHEET, FrontPage, front_sheet_xml
from toolkit.office.mark_styles import MarkStyles
from toolkit.office.notes import NOTE_HEAD, NewParts, Place, SheetNotes, remove
from toolkit.office.package import (
    OFFICE_RELS,
    TYPES_PART,
    WORKSHEET_TYPE,
    Package,
    PackageError,
    add_relations,
    content_types,
    drop_relations,
    orphans,
    parse_xml,
    rels_name,
    to_xml,
)
from toolkit.office.references import address, column_letters, column_number, sheets_named
from toolkit.office.sheet_read import read_cells, shared_strings, tag
from toolkit.office.workbook import SheetEntry, sheet_entries

_TRUE = ("1", "true")
_CELLS_PER_RECORD = 200
_SELECTED = re.compile(rb"""tabSelected\s*=\s*["'](?:1|true)""")
_LAST_SHEET_ID = 65_534

Before = Mapping[str, Mapping[str, str]]
"""What the cells looked like before an earlier marking: sheet → address → background (MarkStyles.fill_of)."""


@dataclass(frozen=True)
class Mark:
    """One cell: its new background (RRGGBB) and the words of its note ("" = none)."""

    sheet: str
    row: int
    column: int
    colour: str
    note: str = ""


def mark_book(package: Package, marks: Sequence[Mark], page: FrontPage, author: str) -> Package:
    """The workbook with the marks and the sheet 退回说明 in front. Marks on unknown sheets are left out.

    Raises PackageError, in Chinese, for what cannot be patched safely: strict Open XML, no styles part, a drawing of
    notes that is no XML, a shared workbook with revisions, a sheet of our name that is not ours.
    """
    try:
        return _mark_book(package, marks, page, author)
    except (etree.LxmlError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # Legal and yet like nothing we know: one such file must not stop a night.
        raise PackageError("工作簿内部写法特殊，无法安全地加标注") from error


def _mark_book(package: Package, marks: Sequence[Mark], page: FrontPage, author: str) -> Package:
    entries = sheet_entries(package)
    styles_part = package.related(package.workbook_part, "styles")
    if styles_part is None or styles_part not in package:
        raise PackageError("工作簿没有格式定义部分")
    if package.related(package.workbook_part, "revisionHeaders"):
        raise PackageError("工作簿设为多人共享并保留修订记录")
    package, signed = _without_signatures(package)
    package, before = _without_front(package, entries)
    styles = MarkStyles(package.read(styles_part))
    new, records = _marked_sheets(package, [e for e in entries if e.part in package], styles, marks, before, author)
    visible = frozenset(e.name for e in entries if e.state == "visible")
    front = front_sheet_xml(page, styles.look, records, visible, signed)
    return _with_front(package.with_parts(new.parts), front, new.types, styles_part, styles.to_bytes())


# ---------------------------------------------------------------- what goes


def _without_signatures(package: Package) -> tuple[Package, bool]:
    """A signature no longer holds once anything changes; a broken one would only alarm."""
    roots = [r.target for r in package.relations("") if r.kind == "origin" and "digital-signature" in r.type]
    return (_without(package, "", roots), True) if roots else (package, False)


def _without(package: Package, source: str, targets: Sequence[str]) -> Package:
    """The package without these parts, all that only they led to, and their content types."""
    out = package.with_parts({rels_name(source): drop_relations(package, source, targets)})
    gone = dict.fromkeys((*orphans(package, out), *(t for t in targets if t in out)))
    out = out.with_parts(dict.fromkeys(gone))
    return out.with_parts({TYPES_PART: content_types(out, {}, gone)})


def _without_front(package: Package, entries: Sequence[SheetEntry]) -> tuple[Package, Before]:
    """The package without our sheet of an earlier time, and what that sheet remembered."""
    entry = next((e for e in entries if e.name.casefold() == RETURN_SHEET), None)
    if entry is None:
        return package, {}
    cells = read_cells(parse_xml(package.read(entry.part)), shared_strings(package))
    records = [c.text for c in cells.values() if c.text.startswith(RECORD_HEAD)]
    if not records or len(entries) == 1:
        raise PackageError(f"工作簿中已有名为“{RETURN_SHEET}”的工作表")
    workbook = package.workbook_part
    root = parse_xml(package.read(workbook))
    sheets = root.find(tag("sheets"))
    assert sheets is not None
    index = [e.name for e in entries].index(entry.name)
    sheets.remove(sheets.findall(tag("sheet"))[index])
    names = root.find(tag("definedNames"))
    for node in names.findall(tag("definedName")) if names is not None else ():
        local = node.get("localSheetId")
        if local == str(index) or RETURN_SHEET in sheets_named(node.text or ""):
            remove(node)
        elif local is not None and int(local) > index:
            node.set("localSheetId", str(int(local) - 1))
    if names is not None and not len(names):
        root.remove(names)
    return _without(package, workbook, [entry.part]).with_parts({workbook: to_xml(root)}), _remembered(records)


def _remembered(records: Iterable[str]) -> Before:
    before: dict[str, dict[str, str]] = {}
    for record in records:
        for line in record.split("\n")[1:]:
            fill, _, rest = line.partition("|")
            cells, _, sheet = rest.partition("|")
            before.setdefault(sheet, {}).update(dict.fromkeys(cells.split(), fill))
    return before


# ---------------------------------------------------------------- the sheets


def _marked_sheets(
    package: Package,
    entries: Sequence[SheetEntry],
    styles: MarkStyles,
    marks: Sequence[Mark],
    before: Before,
    author: str,
) -> tuple[NewParts, list[str]]:
    """The parts that marking changes; the records say what each coloured cell looked like."""
    new = NewParts(package)
    by_sheet: dict[str, list[Mark]] = {}
    for mark in marks:
        by_sheet.setdefault(mark.sheet, []).append(mark)
    ours = styles.in_colours((RED, AMBER))
    head = NOTE_HEAD.encode()
    noted = any(head in package.read(n) for n in package.parts if "comments" in n.lower() and n.endswith(".xml"))
    records: list[str] = []
    for entry in entries:
        data = package.read(entry.part)
        mine = by_sheet.get(entry.name, []) if entry.kind == "worksheet" else []
        if not (mine or ours or noted or _SELECTED.search(data)):
            continue
        root = parse_xml(data)
        changed = _deselect(root)
        if entry.kind == "worksheet" and (mine or ours or noted):
            old = before.get(entry.name, {})
            changed |= _mark_cells(root, styles, mine, ours, old, entry.name, records)
            changed |= _mark_notes(root, new, entry.part, mine, author)
        if changed:
            new.parts[entry.part] = to_xml(root)
    return new, records


def _deselect(root: etree._Element) -> bool:
    """Two selected sheets would be a group, and what is typed would go into both."""
    selected = [v for v in root.iter(tag("sheetView")) if v.get("tabSelected") in _TRUE]
    for view in selected:
        del view.attrib["tabSelected"]
    return bool(selected)


def _mark_cells(
    root: etree._Element, styles: MarkStyles, marks: Sequence[Mark], ours: frozenset[int], old: Mapping[str, str],
    sheet: str, records: list[str],
) -> bool:  # fmt: skip
    grid = _Grid(root)
    usual = next((fill for fill, _ in Counter(old.values()).most_common(1)), "")
    changed = False
    for place, node in grid.cells.items() if ours else ():
        if (style := int(node.get("s", "0"))) in ours:
            node.set("s", str(styles.repainted(style, old.get(address(*place), usual))))
            changed = True
    colours: dict[Place, str] = {}
    for mark in sorted(_placed(root, marks), key=lambda m: m.colour == RED):  # what must be mended wins
        colours[mark.row, mark.column] = mark.colour
    fills: dict[str, list[str]] = {}
    for place, colour in sorted(colours.items()):
        node = grid.cell(place)
        style = int(node.get("s", "0"))
        fills.setdefault(styles.fill_of(style), []).append(address(*place))
        node.set("s", str(styles.painted(style, colour)))
    for fill, cells in fills.items():
        for n in range(0, len(cells), _CELLS_PER_RECORD):
            records.append(f"{fill}|{' '.join(cells[n : n + _CELLS_PER_RECORD])}|{sheet}")
    return changed or bool(colours)


def _mark_notes(root: etree._Element, new: NewParts, part: str, marks: Sequence[Mark], author: str) -> bool:
    notes: dict[Place, str] = {}
    for mark in _placed(root, marks):
        place = mark.row, mark.column
        if mark.note:
            notes[place] = f"{notes[place]}\n{mark.note}" if place in notes else mark.note
    sheet_notes = SheetNotes.of(new, part)
    taken = sheet_notes.without_ours()
    sheet_notes.add(notes, author, root)
    if sheet_notes.comments is None or not (taken or notes):
        return False
    sheet_notes.finish(root)
    return True


def _placed(root: etree._Element, marks: Sequence[Mark]) -> list[Mark]:
    """The marks with those inside a merged block moved to its first cell: elsewhere nothing would be seen."""
    wanted = {(m.row, m.column) for m in marks}
    moved: dict[Place, Place] = {}
    for node in root.iterfind(f"{tag('mergeCells')}/{tag('mergeCell')}") if wanted else ():
        block = area(node.get("ref", ""))
        if block is None:
            continue
        top, left, bottom, right = block
        if (bottom - top + 1) * (right - left + 1) <= len(wanted):
            inside = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} & wanted
        else:
            inside = {(r, c) for r, c in wanted if top <= r <= bottom and left <= c <= right}
        moved |= dict.fromkeys(inside, (top, left))
    return [
        Mark(m.sheet, *moved.get((m.row, m.column), (m.row, m.column)), m.colour, m.note) if moved else m for m in marks
    ]


class _Grid:
    """The cells of a sheet by place; missing ones are put in with the format that the program would show."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        data = root.find(tag("sheetData"))
        if data is None:
            raise PackageError("工作表没有内容")
        self.data = data
        self.rows: dict[int, etree._Element] = {}
        self.cells: dict[Place, etree._Element] = {}
        self._number()
        self._numbers = sorted(self.rows)
        self._columns: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            self._columns.setdefault(row, []).append(column)

    def _number(self) -> None:
        """Takes rows and cells in; those without their address get it, which means "the next one"."""
        letters: dict[str, int] = {}
        number = 0
        for row in self.data.iterchildren(tag("row")):
            text = row.get("r")
            number = int(text) if text else number + 1
            row.set("r", str(number))
            self.rows[number] = row
            column = 0
            for cell in row.iterchildren(tag("c")):
                reference = cell.get("r")
                if reference:
                    word = reference.rstrip("0123456789")
                    column = letters.get(word) or letters.setdefault(word, column_number(word))
                else:
                    column += 1
                    cell.set("r", address(number, column))
                self.cells[number, column] = cell

    def cell(self, place: Place) -> etree._Element:
        if place in self.cells:
            return self.cells[place]
        number, column = place
        row = self._row(number)
        node = etree.Element(tag("c"), r=address(number, column))
        style = self._style(row, column)
        if style:
            node.set("s", style)
        columns = self._columns.setdefault(number, [])
        at = bisect(columns, column)
        if at < len(columns):
            self.cells[number, columns[at]].addprevious(node)
        elif columns:
            self.cells[number, columns[-1]].addnext(node)
        else:
            row.insert(0, node)
        columns.insert(at, column)
        if "spans" in row.attrib:
            del row.attrib["spans"]
        self.cells[place] = node
        self._widen(place)
        return node

    def _row(self, number: int) -> etree._Element:
        if number not in self.rows:
            row = etree.Element(tag("row"), r=str(number))
            at = bisect(self._numbers, number)
            if at < len(self._numbers):
                self.rows[self._numbers[at]].addprevious(row)
            else:
                self.data.append(row)
            self._numbers.insert(at, number)
            self.rows[number] = row
        return self.rows[number]

    def _style(self, row: etree._Element, column: int) -> str:
        """A row's own format comes before its column's."""
        if row.get("customFormat") in _TRUE and row.get("s"):
            return row.get("s", "")
        for node in self.root.iterfind(f"{tag('cols')}/{tag('col')}"):
            if int(node.get("min", "0")) <= column <= int(node.get("max", "0")):
                return node.get("style", "")
        return ""

    def _widen(self, place: Place) -> None:
        """The used range as the sheet states it, where it states one that we have left."""
        node = self.root.find(tag("dimension"))
        block = area(node.get("ref", "")) if node is not None else None
        if node is None or block is None:
            return
        top, left, bottom, right = block
        row, column = place
        if not (top <= row <= bottom and left <= column <= right):
            first = address(min(top, row), min(left, column))
            node.set("ref", f"{first}:{column_letters(max(right, column))}{max(bottom, row)}")


# ---------------------------------------------------------------- what comes


def _with_front(
    package: Package, front: bytes, types: Mapping[str, str], styles_part: str, styles: bytes
) -> Package:  # fmt: skip
    """Our sheet as the first tab and the active one; sheets that names are tied to keep them."""
    workbook = package.workbook_part
    part = NewParts(package).free_name("xl/worksheets/sheet{}.xml")
    rels, ids = add_relations(package, workbook, [(f"{OFFICE_RELS}/worksheet", part)])
    root = parse_xml(package.read(workbook))
    sheets = root.find(tag("sheets"))
    assert sheets is not None
    used = {int(n.get("sheetId", "0")) for n in sheets.findall(tag("sheet"))}
    number = max(used) + 1
    if number > _LAST_SHEET_ID:
        number = next(n for n in range(1, _LAST_SHEET_ID) if n not in used)
    node = etree.Element(tag("sheet"), name=RETURN_SHEET, sheetId=str(number), nsmap={"r": OFFICE_RELS})
    node.set(f"{{{OFFICE_RELS}}}id", ids[0])
    sheets.findall(tag("sheet"))[0].addprevious(node)
    for name in root.iterfind(f"{tag('definedNames')}/{tag('definedName')}"):
        if (local := name.get("localSheetId")) is not None:
            name.set("localSheetId", str(int(local) + 1))
    for view in root.iterfind(f"{tag('bookViews')}/{tag('workbookView')}"):
        view.set("activeTab", "0")
        if "firstSheet" in view.attrib:
            del view.attrib["firstSheet"]
    return package.with_parts(
        {
            TYPES_PART: content_types(package, {**types, part: WORKSHEET_TYPE}),
            rels_name(workbook): rels,
            workbook: to_xml(root),
            styles_part: styles,
            part: front,
        }
    )
