"""The layout kit: random plans of the genre, and one renderer for each way a table of tasks comes out of a document.

A `Drawn` table knows its full values and which cells are merged with the cell above; from that come the truth (what a reader
must find) and every flattening of it. Chance is an argument, so hypothesis and the measuring script share the kit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests import plan_words as words
from tests.plan_kit import Sheet, excel, word
from toolkit.plan.parts import Plan, UnitList
from toolkit.plan.units.lists import parse_units

UNIT_COLUMNS = {"lead": "lead", "responsible": "responsible", "supporting": "supporting", "office": "offices"}
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Profile:
    """Columns left to right as (role, heading name). None: nothing printed over it; "": the name before goes on."""

    columns: tuple[tuple[str, str | None], ...]
    serials: str = "plain"  # plain, code (0501), inside (3.… in the requirement)
    units_merge: float = 0.2  # the share of rows whose unit cell is merged with the one above
    sections: bool = False  # the first level stands in lines of its own
    numerals: bool = True

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for role, _ in self.columns)


@dataclass(frozen=True)
class Drawn:
    profile: Profile
    rows: tuple[tuple[str, ...], ...]
    covered: tuple[tuple[bool, ...], ...]  # merged with the cell above
    sections: tuple[str, ...] = ()  # for each row its section line, as printed

    @property
    def header(self) -> list[str]:
        return [name for _, name in self.profile.columns if name]

    @property
    def full_header(self) -> list[str]:
        names: list[str] = []
        for _, name in self.profile.columns:
            names.append(names[-1] if name == "" and names else name or "")
        return names


@dataclass(frozen=True)
class Wanted:
    """One task as a reader must find it. `inherited` are the keys that the rendering leaves to inheritance."""

    no: str | None
    path: tuple[str, ...]
    requirement: str
    measure: str | None
    lead: tuple[str, ...]
    others: frozenset[str]
    deadline: str
    inherited: frozenset[str] = field(default_factory=frozenset)


# ---------------------------------------------------------------- random plans


def draw(chance: Random, profile: Profile, count: int, lists: bool = True) -> Drawn:
    """A table of `count` tasks. Merges of units and deadlines run independently of those of the categories."""
    roles = profile.roles
    depth = roles.count("category") + profile.sections
    labels = _labels(chance, count, depth, profile)
    rows: list[tuple[str, ...]] = []
    covered: list[tuple[bool, ...]] = []
    used: set[str] = set()
    for k in range(count):
        row, merged, level = [], [], int(profile.sections)
        joint = chance.random() < profile.units_merge  # the unit columns are merged together: alone they could be blank
        for c, role in enumerate(roles):
            merge = bool(rows) and not (profile.sections and labels[k][0] != labels[k - 1][0])
            if role == "category":
                row.append(labels[k][level])
                same = bool(rows) and labels[k][: level + 1] == labels[k - 1][: level + 1]
                merged.append(same)
                level += 1
                continue
            merge = merge and (
                joint if role in UNIT_COLUMNS else role == "deadline" and chance.random() < profile.units_merge
            )
            row.append(rows[-1][c] if merge else _value(chance, role, k, profile, used, lists, roles))
            merged.append(merge)
        rows.append(tuple(row))
        covered.append(tuple(merged))
    sections = tuple(path[0] for path in labels) if profile.sections else ()
    return Drawn(profile, tuple(rows), tuple(covered), sections)


def _labels(chance: Random, count: int, depth: int, profile: Profile) -> list[tuple[str, ...]]:
    pools = [list(words.FIRST), list(words.SECOND) * 9, list(words.THIRD) * 9, *[list(words.ITEMS) * 9] * 3]
    if depth == 1 and count > 16:
        pools[0] = pools[0] + list(words.SECOND)
    at = [0] * 6
    result: list[tuple[str, ...]] = []
    for k in range(count):
        for level in range(depth):
            if not k or chance.random() < (0.12, 0.3, 0.4, 0.5, 0.5, 0.6)[level]:
                for deeper in range(level, depth):
                    if k:
                        at[deeper] = min(at[deeper] + 1, len(pools[deeper]) - 1)
                break
        result.append(tuple(_numbered(pools[n][at[n]], n, at[n], profile) for n in range(depth)))
    return result


def _numbered(label: str, level: int, at: int, profile: Profile) -> str:
    if not profile.numerals or level > 1:
        return label
    number = NUMERALS[at % 10]
    return f"{number}、{label}" if not level else f"（{number}）{label}"


def _value(
    chance: Random, role: str, k: int, profile: Profile, used: set[str], lists: bool, roles: Sequence[str]
) -> str:
    if role == "serial":
        return f"{(k // 30 + 5):02d}{k % 30 + 1:02d}" if profile.serials == "code" else str(k + 1)
    if role == "requirement":
        text = _fresh(lambda: words.requirement(chance, lists), used)
        return f"{k + 1}.{text}" if profile.serials == "inside" else text
    if role == "deadline":
        return chance.choice(words.EVENTS if "other" in roles and "responsible" in roles else words.DEADLINES)
    return {
        "measure": lambda: chance.choice(words.MEASURES), "office": lambda: chance.choice(words.OFFICES),
        "lead": lambda: "、".join(chance.sample(words.UNITS, chance.choice((1, 1, 2)))),
        "supporting": lambda: "、".join(chance.sample(words.UNITS, chance.choice((1, 2, 3)))),
        "person": lambda: chance.choice(words.PERSONS), "basis": lambda: chance.choice(words.BASES),
        "channel": lambda: chance.choice(words.CHANNELS), "tick": lambda: chance.choice(("√", "√", "")),
        "responsible": lambda: words.unit_cell(chance), "other": lambda: "",
    }[role]()  # fmt: skip


def _fresh(make: Callable[[], str], used: set[str]) -> str:
    text = make()
    for _ in range(20):
        if text not in used:
            break
        text = make()
    if text in used:
        text = f"{text.rstrip('。')}，第{len(used) + 1}批。"
    used.add(text)
    return text


# ---------------------------------------------------------------- the truth


def one_line(text: str) -> str:
    """Without white space: a flattening may print a line break as nothing, a space or a break."""
    return "".join(text.split())


def bare_label(text: str) -> str:
    return re.sub(r"\A(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)", "", text)


def wanted(drawn: Drawn, blank: bool = True) -> list[Wanted]:
    """The tasks. `blank`: the rendering leaves merged cells blank, so their values are inherited."""
    return [_wanted(drawn, k, blank) for k in range(len(drawn.rows))]


def _wanted(drawn: Drawn, k: int, blank: bool) -> Wanted:
    roles, row, covered = drawn.profile.roles, drawn.rows[k], drawn.covered[k]
    of = {role: [row[c] for c, r in enumerate(roles) if r == role] for role in roles}
    lists = [parse_units(text, UNIT_COLUMNS[role]) for role in UNIT_COLUMNS for text in of.get(role, ())]
    labels = [*drawn.sections[k : k + 1], *of.get("category", ())]
    requirement = one_line("".join(of["requirement"]))
    inside = None
    if drawn.profile.serials == "inside":
        inside, _, requirement = requirement.partition(".")
    unit_merges = [covered[c] for c, r in enumerate(roles) if r in UNIT_COLUMNS]
    keys = {"responsible_units"} if unit_merges and all(unit_merges) else set()
    keys |= {"deadline"} if any(covered[c] for c, r in enumerate(roles) if r == "deadline") else set()
    return Wanted(
        no=(of["serial"][0] if "serial" in of else inside),
        path=tuple(bare_label(label) for label in labels if label),
        requirement=requirement,
        measure=one_line(of["measure"][0]) if "measure" in of else None,
        lead=tuple(dict.fromkeys(n for u in lists for n in u.lead)),
        others=_others(lists),
        deadline=of.get("deadline", [""])[0],
        inherited=frozenset(keys if blank else ()),
    )


def _others(lists: Iterable[UnitList]) -> frozenset[str]:
    return frozenset(n for u in lists for n in (*u.responsible, *u.supporting, *u.offices))


def found(plan: Plan) -> list[Wanted]:
    keys = ("responsible_units", "deadline")
    return [
        Wanted(
            t.no, t.path, one_line(t.requirement), t.measure and one_line(t.measure), t.units.lead, _others([t.units]), t.deadline.raw,
            frozenset(key for key, _ in t.inherited if key in keys),
        )
        for t in plan.tasks
    ]  # fmt: skip


def without_marks(tasks: Iterable[Wanted]) -> list[Wanted]:
    return [replace(t, inherited=frozenset()) for t in tasks]


def without_numbers(tasks: Iterable[Wanted]) -> list[Wanted]:
    return [replace(t, no=None) for t in tasks]


# ---------------------------------------------------------------- merged cells, flattened


def blank(drawn: Drawn) -> list[list[str]]:
    """M1: covered cells come out blank."""
    return _with_sections(
        drawn,
        [
            ["" if hid else t for t, hid in zip(r, c, strict=True)]
            for r, c in zip(drawn.rows, drawn.covered, strict=True)
        ],
    )


def filled(drawn: Drawn) -> list[list[str]]:
    """The value stands in every row that the merge covers (M6, pandas, web pages)."""
    return _with_sections(drawn, [list(r) for r in drawn.rows])


def dropped(drawn: Drawn) -> list[list[str]]:
    """Covered cells are left out of their row, as HTML leaves them out."""
    return _with_sections(
        drawn,
        [[t for t, hid in zip(r, c, strict=True) if not hid] for r, c in zip(drawn.rows, drawn.covered, strict=True)],
    )


def shifted(drawn: Drawn) -> list[list[str]]:
    """M7: a row whose leading cells are covered drops them and shifts left, blanks appended at the end."""
    rows = []
    for row in blank(drawn):
        lead = 0
        while lead < len(row) - 2 and not row[lead]:
            lead += 1
        rows.append(row[lead:] + [""] * lead if len(row) > 1 else row)
    return rows


def copies(chance: Random, drawn: Drawn) -> list[list[str]]:
    """M3, M4: the text of a merged cell printed two to four times in its first cell, broken at times."""
    rows = []
    below = [*drawn.covered[1:], (False,) * len(drawn.profile.roles)]
    for row, hidden, follow in zip(drawn.rows, drawn.covered, below, strict=True):
        cells = []
        for text, hid, goes_on, role in zip(row, hidden, follow, drawn.profile.roles, strict=True):
            if hid:
                text = ""
            elif goes_on and text and role != "requirement":
                times = chance.randint(2, 4)
                if len(text) > 6 and chance.random() < 0.3:
                    text = f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"
                text = "\n".join([text] * times) + ("\n" if chance.random() < 0.3 else "")
            cells.append(text)
        rows.append(cells)
    return _with_sections(drawn, rows)


@dataclass(frozen=True)
class Paper:
    """How a table is printed: characters per line of a text, unit and label column, space above and below a row in lines."""

    text: int = 28
    unit: int = 11
    label: int = 6
    space: float = 0.2


def paper(chance: Random) -> Paper:
    return Paper(chance.randint(23, 33), chance.randint(9, 13), chance.randint(5, 8), chance.uniform(0, 0.5))


def middle(sheet: Paper, drawn: Drawn) -> list[list[str]]:
    """M5: the lines of a label stand in the vertical middle of its cell and come out on the rows at whose height they are."""
    rows = [list(row) for row in _own_rows(drawn)]
    for column in (c for c, role in enumerate(drawn.profile.roles) if role == "category"):
        labels = [row[column] for row in drawn.rows]
        starts = [k for k in range(len(rows)) if not drawn.covered[k][column]]
        for k, text in enumerate(centred(sheet, drawn, labels, starts)):
            rows[k][column] = text
    return _with_sections(drawn, rows)


def centred(sheet: Paper, drawn: Drawn, labels: Sequence[str], starts: Sequence[int]) -> list[str]:
    """What each row prints of the labels of blocks that begin with these rows."""
    printed: list[list[str]] = [[] for _ in labels]
    edges = [0.0]
    for row, hidden in zip(drawn.rows, drawn.covered, strict=True):
        edges.append(edges[-1] + _height(sheet, drawn.profile.roles, row, hidden) + sheet.space)
    for start, end in zip(starts, [*starts[1:], len(labels)], strict=True):
        text = labels[start]
        lines = [text[k : k + sheet.label] for k in range(0, len(text), sheet.label)]
        top = (edges[start] + edges[end] - len(lines)) / 2
        for k, line in enumerate(lines):
            at = next((r for r in range(start, end) if top + k + 0.5 < edges[r + 1]), end - 1)
            printed[at].append(line)
    return [" ".join(lines) for lines in printed]


def _height(sheet: Paper, roles: Sequence[str], row: Sequence[str], hidden: Sequence[bool]) -> int:
    widths = {"requirement": sheet.text, "measure": sheet.text, "category": 999}
    pairs = [
        (text, widths.get(role, sheet.unit)) for text, role, hid in zip(row, roles, hidden, strict=True) if not hid
    ]
    return max(1, *(sum(-(-len(line) // width) for line in text.split("\n")) for text, width in pairs))


def _own_rows(drawn: Drawn) -> list[list[str]]:
    return [
        ["" if hid else t for t, hid in zip(r, c, strict=True)] for r, c in zip(drawn.rows, drawn.covered, strict=True)
    ]


def _with_sections(drawn: Drawn, rows: list[list[str]]) -> list[list[str]]:
    if not drawn.sections:
        return rows
    result: list[list[str]] = []
    before = ""
    for title, row in zip(drawn.sections, rows, strict=True):
        if title != before:
            result.append([title])
        result.append(row)
        before = title
    return result


# ---------------------------------------------------------------- the page around the table

ABOVE = """青石区人民政府办公室
关于印发2024年青石区政务公开重点任务分解表的通知

各街道办事处，区政府各部门、单位：

现将《2024年青石区政务公开重点任务分解表》印发给你们，请结合实际，认真抓好落实。

青石区人民政府办公室
2024年4月8日

附件

2024年青石区政务公开重点任务分解表

"""
BELOW = "\n\n抄送：区委办公室，区人大常委会办公室，区政协办公室。\n青石区人民政府办公室  2024年4月8日印发\n"


def on_page(body: str) -> str:
    return ABOVE + body + BELOW


# ---------------------------------------------------------------- flattenings of rows into text

Rows = Sequence[Sequence[str]]


def cells(rows: Rows, gap: str = "\n") -> str:
    return ("\n" + gap).join("\n".join(f"\t{c}" for c in row) for row in rows) + "\n"


def tight(rows: Rows) -> str:
    return cells(rows, "")


def bare(rows: Rows, gap: str = "\n") -> str:
    """A cell on each line and no mark at all; blank cells leave nothing."""
    return ("\n" + gap).join("\n".join(c for c in row if c.strip()) for row in rows) + "\n"


def bare_tight(rows: Rows) -> str:
    return bare(rows, "")


def bare_spread(rows: Rows) -> str:
    """A blank line after each cell, as Word's paragraphs come out."""
    return "\n\n".join(c for row in rows for c in row if c.strip()) + "\n"


def paged(flat: Callable[[Rows], str], header: Sequence[str], rows: Rows, size: int, repeat: bool) -> str:
    """Page by page, a page number below each; `repeat`: the heading stands on every page."""
    pages = []
    for k in range(0, len(rows), size):
        head = [header] if repeat or not k else []
        pages.append(flat([*head, *rows[k : k + size]]) + f"\n— {k // size + 1} —\n\n")
    return "".join(pages)


def flat_cell(text: str) -> str:
    return text.replace("\n", " ").strip()


def tabs(rows: Rows) -> str:
    return "\n".join("\t".join(flat_cell(c) for c in row) for row in rows) + "\n"


def tabs_broken(rows: Rows) -> str:
    """Line breaks inside cells stay and break the row."""
    return "\n".join("\t".join(c.strip() for c in row) for row in rows) + "\n"


def pipes(rows: Rows) -> str:
    width = max(len(r) for r in rows)
    lines = ["| " + " | ".join(flat_cell(c) for c in [*r, *[""] * (width - len(r))]) + " |" for r in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]) + "\n"


def pipes_broken(rows: Rows) -> str:
    """M16: line breaks inside a cell break the pipe row; no rule under the heading."""
    width = max(len(r) for r in rows)
    return "\n".join("| " + " | ".join(c.strip() for c in [*r, *[""] * (width - len(r))]) + " |" for r in rows) + "\n"


def pipes_spread(rows: Rows) -> str:
    """One cell on a line, a bar alone on the line between, bars together where a row ends."""
    width = max(len(r) for r in rows)
    padded = [[*r, *[""] * (width - len(r))] for r in rows]
    return "".join("|\n" + "\n|\n".join(c for c in row) + "\n|\n" for row in padded)


def pipes_single(rows: Rows) -> str:
    """One cell on a line with a bar behind it, a blank line between rows; blank cells leave nothing."""
    return "\n".join("".join(f"{c.strip()} |\n" for c in row if c.strip()) for row in rows)


def pipes_single_kept(rows: Rows) -> str:
    """The same with the bars of blank cells."""
    return "\n".join("".join(f"{c.strip()} |\n" for c in row) for row in rows)


def pipes_open(rows: Rows) -> str:
    """Bars between the cells only."""
    width = max(len(r) for r in rows)
    return "\n".join(" | ".join(flat_cell(c) for c in [*r, *[""] * (width - len(r))]) for r in rows) + "\n"


def spaced(rows: Rows) -> str:
    return "\n".join("    ".join(flat_cell(c) for c in row if c.strip()) for row in rows) + "\n"


# ---------------------------------------------------------------- true tables


def true_table(drawn: Drawn) -> Sheet:
    rows = [list(drawn.full_header)]
    merges: list[tuple[int, int, int, int]] = []
    start: dict[int, int] = {}
    width = len(drawn.profile.roles)
    merges += _header_merges(drawn)
    before = ""
    for k, (row, hidden) in enumerate(zip(drawn.rows, drawn.covered, strict=True)):
        title = drawn.sections[k] if drawn.sections else ""
        if title != before:
            rows.append([title] + [""] * (width - 1))
            merges.append((len(rows) - 1, 0, len(rows) - 1, width - 1))
        for c, hid in enumerate(hidden):
            if not hid or title != before:
                start[c] = len(rows)
            elif k + 1 == len(drawn.rows) or not drawn.covered[k + 1][c] or _breaks(drawn, k):
                merges.append((start[c], c, len(rows), c))
        fresh = title != before
        rows.append(["" if hid and not fresh else t for t, hid in zip(row, hidden, strict=True)])
        before = title
    return Sheet(rows, merges, above=ABOVE.splitlines()[-2:-1])


def _breaks(drawn: Drawn, k: int) -> bool:
    return bool(drawn.sections) and drawn.sections[k + 1] != drawn.sections[k]


def _header_merges(drawn: Drawn) -> list[tuple[int, int, int, int]]:
    names = [name for _, name in drawn.profile.columns]
    spans, start = [], 0
    for c in range(1, len(names) + 1):
        if c == len(names) or names[c] != "":
            if c - start > 1:
                spans.append((0, start, 0, c - 1))
            start = c
    return spans


def as_word(drawn: Drawn) -> tuple[bytes, str]:
    return word(true_table(drawn)), "计划.docx"


def as_excel(drawn: Drawn) -> tuple[bytes, str]:
    return excel(true_table(drawn)), "计划.xlsx"
