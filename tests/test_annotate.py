"""Marked copies: thirty workbooks of five origins go back with their bad cells marked, lose nothing, and are accepted
once corrected in place."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from tests import nights
from tests.annotate_kit import SOFFICE, by_hand, by_libreoffice, by_openpyxl, by_xlsxwriter, put
from tests.forms_kit import members
from tests.raw_workbook import MAIN
from toolkit.office.front_sheet import AMBER, RED, RETURN_SHEET
from toolkit.office.notes import NOTE_HEAD
from toolkit.office.package import Package, parse_xml, rels_name
from toolkit.office.sheet_read import number_cells
from toolkit.office.workbook import sheet_entries
from toolkit.store.archive import digest_of

ORIGINS = ("issued", "libreoffice", "xlsxwriter", "openpyxl", "by hand")
STATES = ("已完成", "持续推进", "进行中", "未启动", "本期无新进展", "不涉及")


@lru_cache(maxsize=80)
def opened(data: bytes) -> Any:
    """The workbook as openpyxl sees it, read once however many tests look."""
    return openpyxl.load_workbook(io.BytesIO(data))


# ---------------------------------------------------------------- thirty workbooks, through the product


@dataclass
class Case:
    origin: str
    path: Path  # in the inbox
    wrong: dict[tuple[str, int, int], str | int]
    right: dict[tuple[str, int, int], str | int]
    sent: bytes = b""
    marked: bytes = b""


@dataclass
class World:
    root: Path
    cases: list[Case]
    folder: Path


def faults_of(path: Path, number: int) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """What is typed wrongly, and what stood there."""
    book = openpyxl.load_workbook(path, data_only=True)
    if "进展" in book.sheetnames:
        rows = [r for r in range(1, 60) if book["进展"].cell(r, 8).value in STATES]
        wrong = {("进展", rows[0], 8): "基本完成", ("进展", rows[-1], 8): "做完了"}
    elif number % 2:
        wrong = {("表二", 10, 2): "12件"}
    else:
        wrong = {("表三", 7, 4): 901, ("表二", 13, 2): "若干", ("表四", 7, 1): "两件"}
    return wrong, {place: book[place[0]].cell(*place[1:]).value for place in wrong}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = nights.copied(nights.sample(tmp_path_factory, 17, 0), tmp_path_factory.mktemp("marked") / "区")
    units = [d for d in sorted((root / "inbox").iterdir()) if len(list(d.glob("*.xlsx"))) == 2]
    for other in set(root.joinpath("inbox").rglob("*.xlsx")) - {p for d in units[:15] for p in d.glob("*.xlsx")}:
        other.unlink()
    cases = []
    for n, unit in enumerate(units[:15]):
        for path in sorted(unit.glob("*.xlsx")):
            wrong, right = faults_of(path, n)
            origin = ORIGINS[n % 5]
            if origin == "libreoffice" and not SOFFICE:
                origin = "issued"
            cases.append(Case(origin, path, wrong, right, put(path.read_bytes(), wrong)))
    folder = tmp_path_factory.mktemp("office")
    saved = {str(n): c.sent for n, c in enumerate(cases) if c.origin == "libreoffice"}
    again = by_libreoffice(saved, folder) if saved else {}
    for n, case in enumerate(cases):
        case.sent = again.get(str(n)) or in_origin(case)
        case.path.write_bytes(case.sent)
    nights.age(root)
    said = nights.zwgk(root, "receive", "--as-of", nights.DAY, "--jobs", "2", "--json")
    lines = nights.results(said)
    for case in cases:
        line = lines[case.path.relative_to(root).as_posix()]
        assert line["verdict"] == "returned", (case.origin, line)
        case.marked = next((root / "outbox").rglob(f"退回/{line['receipt_no']}-*.xlsx")).read_bytes()
    return World(root, cases, folder)


def in_origin(case: Case) -> bytes:
    sheet, row, column = next(iter(case.wrong))
    place = f"{openpyxl.utils.get_column_letter(column)}{row}"
    match case.origin:
        case "xlsxwriter":
            return by_xlsxwriter(case.sent)
        case "openpyxl":
            return by_openpyxl(case.sent)
        case "by hand":
            return by_hand(case.sent, [(sheet, place), (sheet, "A2"), (sheet, "AD2")])
    return case.sent


def test_thirty_workbooks_of_five_origins_come_back_marked(world: World) -> None:
    assert len(world.cases) == 30 and (not SOFFICE or {c.origin for c in world.cases} == set(ORIGINS))
    for case in world.cases:
        book = opened(case.marked)
        assert book.sheetnames[0] == RETURN_SHEET and book.active.title == RETURN_SHEET, case.origin
        for sheet, row, column in case.wrong:
            cell = book[sheet].cell(row, column)
            if (sheet, row, column) == ("表三", 7, 4):
                continue  # a relation over a column: its finding may stand at another cell of the column
            assert cell.fill.fgColor.rgb == f"FF{RED}", (case.origin, sheet, row, column)
            assert cell.comment is not None and NOTE_HEAD in cell.comment.text


def test_nothing_of_theirs_is_lost_and_what_was_not_touched_is_the_same_to_the_byte(world: World) -> None:
    for case in world.cases:
        compare_packages(case.sent, case.marked)


def test_what_the_hand_made_ones_carry_is_still_there(world: World) -> None:
    case = next(c for c in world.cases if c.origin == "by hand")
    parts = members(case.marked)
    for name in ("drawings/drawing8.xml", "charts/chart8.xml", "media/image8.png", "tables/table8.xml",
                 "printerSettings/printerSettings8.bin", "threadedComments/threadedComment8.xml", "persons/person.xml",
                 "pivotTables/pivotTable8.xml", "pivotCache/pivotCacheRecords8.xml",
                 "externalLinks/externalLink8.xml"):  # fmt: skip
        assert f"xl/{name}" in parts
    sheet, row, column = next(iter(case.wrong))
    book = opened(case.marked)
    note = book[sheet].cell(row, column).comment
    assert note is not None and note.text.startswith("本单位批注0\n【退回标注】\n须修改：")
    assert book[sheet]["A2"].comment.text == "本单位批注1" and book[sheet]["AD2"].comment.text == "本单位批注2"
    part = next(e.part for e in sheet_entries(Package.open(case.marked)) if e.name == sheet)
    for feature in (b"x14:dataBar", b"x14:dataValidation ", b"3Arrows", b"rId804"):
        assert feature in parts[part]
    own = next(e.part for e in sheet_entries(Package.open(case.marked)) if e.name == "本单位附表")
    for feature in (b'width="31.5"', b"<sheetProtection ", b"<protectedRange ", b"<tablePart "):
        assert feature in parts[own]
    for feature in ("<pivotCache ", "<externalReference ", "本单位附表!$B$2:$B$3", 'lockStructure="1"'):
        assert feature.encode() in parts["xl/workbook.xml"], feature


def test_every_jump_leads_to_a_cell_of_a_visible_sheet(world: World) -> None:
    for case in world.cases:
        book = opened(case.marked)
        jumps = [c.hyperlink.location for row in book[RETURN_SHEET].iter_rows() for c in row if c.hyperlink]
        assert len(jumps) >= len(case.wrong)
        for jump in jumps:
            name, cell = jump.rsplit("!", 1)
            assert (
                book[name.strip("'").replace("''", "'")].sheet_state == "visible"
                and book[name.strip("'")][cell] is not None
            )


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_libreoffice_opens_all_of_them(world: World) -> None:
    files = {str(n): c.marked for n, c in enumerate(world.cases)}
    for name, data in by_libreoffice(files, world.folder).items():
        book = openpyxl.load_workbook(io.BytesIO(data))
        case = world.cases[int(name)]
        marked = opened(case.marked)
        assert book.sheetnames == marked.sheetnames
        for sheet in marked.worksheets:
            ours = {
                c.coordinate
                for row in sheet.iter_rows()
                for c in row
                if c.fill.fgColor.rgb in (f"FF{RED}", f"FF{AMBER}")
            }
            kept = book[sheet.title]
            assert ours == {a for a in ours if kept[a].fill.fgColor.rgb in (f"FF{RED}", f"FF{AMBER}")}, (
                case.origin,
                sheet.title,
            )
            notes = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment}
            assert notes == {a for a in notes if kept[a].comment}, (case.origin, sheet.title)
    some = {str(n): c.marked for n, c in enumerate(world.cases) if n % 6 == 0}
    assert all(pdf.startswith(b"%PDF") for pdf in by_libreoffice(some, world.folder, "pdf").values())


def test_corrected_in_place_they_are_accepted(world: World, tmp_path: Path) -> None:
    """Typed into the marked copy and saved as it is, by openpyxl, or by LibreOffice; dropped under the name it came with."""
    root = nights.copied(world.root, tmp_path / "区")
    corrected = [put(c.marked, c.right) if n % 3 else by_openpyxl(c.marked, c.right) for n, c in enumerate(world.cases)]
    if SOFFICE:
        saved = by_libreoffice({str(n): d for n, d in enumerate(corrected) if n % 5 == 0}, tmp_path / "lo")
        corrected = [saved.get(str(n), d) for n, d in enumerate(corrected)]
    for case, data in zip(world.cases, corrected, strict=True):
        (root / case.path.relative_to(world.root)).write_bytes(data)
    nights.age(root, nights.LONG_AGO + 60)
    lines = nights.results(nights.zwgk(root, "receive", "--as-of", "2026-01-09", "--jobs", "2", "--json"))
    assert len(lines) == 30
    bad = {n: (x["verdict"], x["findings"]) for n, x in lines.items() if not x["verdict"].startswith("accepted")}
    assert not bad, bad
    assert RETURN_SHEET not in str([x["findings"] for x in lines.values()])


def test_whatever_becomes_of_our_sheet_the_corrected_copy_is_accepted(world: World, tmp_path: Path) -> None:
    """Renamed, duplicated, moved behind the others, deleted."""
    root = nights.copied(world.root, tmp_path / "区")

    def changed(data: bytes, number: int) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        ours = book[RETURN_SHEET]
        if number % 4 == 0:
            ours.title = "已阅"
        elif number % 4 == 1:
            book.copy_worksheet(ours).title = f"{RETURN_SHEET} (2)"
        elif number % 4 == 2:
            book.move_sheet(ours, len(book.sheetnames) - 1)
        else:
            del book[RETURN_SHEET]
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    some = [c for c in world.cases if c.origin == "by hand" or c.origin == "issued"][:8]
    assert len(some) == 8
    for n, case in enumerate(some):
        (root / case.path.relative_to(world.root)).write_bytes(by_openpyxl(changed(case.marked, n), case.right))
    nights.age(root, nights.LONG_AGO + 60)
    lines = nights.results(nights.zwgk(root, "receive", "--as-of", "2026-01-09", "--jobs", "2", "--json"))
    for case in some:
        line = lines[case.path.relative_to(world.root).as_posix()]
        assert line["verdict"].startswith("accepted"), (case.origin, line["findings"])


def test_a_second_return_shows_only_what_is_still_wrong(world: World, tmp_path: Path) -> None:
    """Old colours, notes and sheet go; the cells look as they did; the page tells what became of the last try."""
    root = nights.copied(world.root, tmp_path / "区")
    many = [c for c in world.cases if len(c.wrong) > 1]
    mended: dict[str, bytes] = {}
    for n, case in enumerate(many):
        first = next(p for p in case.wrong if p != ("表三", 7, 4))
        mend = {p: v for p, v in case.right.items() if p != first}
        mended[str(n)] = put(case.marked, mend) if n % 2 else by_openpyxl(case.marked, mend)
    if SOFFICE:
        mended |= by_libreoffice({n: d for n, d in mended.items() if int(n) % 4 == 1}, tmp_path / "lo")
    for case, data in zip(many, mended.values(), strict=True):
        (root / case.path.relative_to(world.root)).write_bytes(data)
    nights.age(root, nights.LONG_AGO + 60)
    lines = nights.results(nights.zwgk(root, "receive", "--as-of", "2026-01-09", "--jobs", "2", "--json"))
    for case in many:
        first = next(p for p in case.wrong if p != ("表三", 7, 4))
        line = lines[case.path.relative_to(world.root).as_posix()]
        assert line["verdict"] == "returned"
        again = openpyxl.load_workbook(next((root / "outbox").rglob(f"退回/{line['receipt_no']}-*.xlsx")))
        sent = opened(case.sent)
        assert [s for s in again.sheetnames if s.startswith(RETURN_SHEET)] == [RETURN_SHEET]
        for sheet, row, column in case.wrong:
            now, before = again[sheet].cell(row, column), sent[sheet].cell(row, column)
            if (sheet, row, column) == first:
                assert now.fill.fgColor.rgb == f"FF{RED}" and now.comment.text.count(NOTE_HEAD) == 1
            else:
                shown = (now.fill.patternType, now.fill.fgColor.rgb if now.fill.patternType else "")
                assert shown == (before.fill.patternType, before.fill.fgColor.rgb if before.fill.patternType else "")
                assert NOTE_HEAD not in (now.comment.text if now.comment else "")
        text = "\n".join(str(c.value) for r in again[RETURN_SHEET].iter_rows() for c in r if c.value)
        assert "与上次报送相比：已改正 " in text and "新出现 0 处，仍存在 1 处" in text
        twice = next((root / "outbox").rglob(f"退回/{line['receipt_no']}-*.xlsx")).read_bytes()
        if case.origin != "libreoffice":  # which gives parts names of its own
            more = len(Package.open(twice).parts) - len(Package.open(case.marked).parts)
            assert more <= 0, "nothing of ours is left behind"
        (root / case.path.relative_to(world.root)).write_bytes(put(twice, {first: case.right[first]}))
    nights.age(root, nights.LONG_AGO + 120)
    lines = nights.results(nights.zwgk(root, "receive", "--as-of", "2026-01-12", "--jobs", "2", "--json"))
    for case in many:
        line = lines[case.path.relative_to(world.root).as_posix()]
        assert line["verdict"].startswith("accepted"), (case.origin, line["findings"])


def test_bytes_that_were_expunged_leave_the_returned_copy_too(world: World, tmp_path: Path) -> None:
    root = nights.copied(world.root, tmp_path / "区")
    case = world.cases[0]
    digest = digest_of(case.sent)
    assert nights.zwgk(root, "expunge", digest, "--reason", "误放", "--ordered-by", "办公室").code == 0
    case_path = root / case.path.relative_to(world.root)
    case_path.unlink()
    assert nights.zwgk(root, "receive", "--as-of", "2026-01-09", "--jobs", "2").code == 0
    left = [p for p in (root / "outbox").rglob("退回/*.xlsx") if p.read_bytes() == case.marked]
    assert left == []


# ---------------------------------------------------------------- nothing else changed


def compare_packages(before: bytes, after: bytes) -> None:
    """No part lost; parts that may change changed only where they may; all others identical, packed bytes included."""
    old, new = Package.open(before), Package.open(after)
    entries = {e.part: e.name for e in sheet_entries(old)}
    workbook = old.workbook_part
    styles = old.related(workbook, "styles")
    changing = {"[Content_Types].xml", workbook, rels_name(workbook), styles}
    attached = {r.target for p in entries for r in old.relations(p) if r.kind in ("comments", "vmlDrawing")}
    may = changing | set(entries) | {rels_name(p) for p in entries} | attached
    assert not set(old.parts) - set(new.parts), "parts lost"
    for name, part in old.parts.items():
        if new.parts[name].packed != part.packed:
            assert name in may, f"{name} changed"
    for part in entries:
        if new.parts[part].packed != old.parts[part].packed:
            assert settled(old.read(part)) == settled(new.read(part)), entries[part]
    for part in attached & set(old.parts):
        if part.endswith(".xml") and old.parts[part].packed != new.parts[part].packed:
            notes = [t.text for t in parse_xml(new.read(part)).iter(f"{{{MAIN}}}t")]
            assert all(t.text in notes for t in parse_xml(old.read(part)).iter(f"{{{MAIN}}}t"))
    assert styles
    for a, b in zip(parse_xml(old.read(styles)), parse_xml(new.read(styles)), strict=True):
        assert [etree.tostring(x) for x in a] == [etree.tostring(x) for x in list(b)[: len(a)]]
    added = set(new.parts) - set(old.parts)
    assert all("comments" in n or "vmlDrawing" in n or n.endswith(".rels") or "worksheets/sheet" in n for n in added)
    assert sum(n.startswith("xl/worksheets/sheet") for n in added) == 1


def settled(sheet: bytes) -> bytes:
    """A sheet without what marking may change: formats of cells, addresses left out, empty cells, selection, notes."""
    root = parse_xml(sheet)
    number_cells(root)
    for node in list(root.iter(f"{{{MAIN}}}c")):
        node.attrib.pop("s", "")
        if not len(node):
            node.getparent().remove(node)
    for row in list(root.iter(f"{{{MAIN}}}row")):
        row.attrib.pop("spans", "")
        if not len(row) and len(row.attrib) == 1:
            row.getparent().remove(row)
    for name in ("legacyDrawing", "dimension"):
        for node in list(root.iter(f"{{{MAIN}}}{name}")):
            node.getparent().remove(node)
    for view in root.iter(f"{{{MAIN}}}sheetView"):
        view.attrib.pop("tabSelected", "")
    text = etree.tostring(root, method="c14n", exclusive=True)
    return bytes(text)
