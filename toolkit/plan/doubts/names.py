"""Doubts about unit names in one table: roles, open lists, mixed separators, brackets, spaces, spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise

from toolkit.findings import Finding
from toolkit.plan.doubts.said import about_table as _note
from toolkit.plan.table.grid import Grid
from toolkit.plan.table.rows import TaskRow
from toolkit.plan.units.gaps import closed_gaps, without_gaps
from toolkit.plan.units.items import unglued
from toolkit.plan.words.kinds import CATEGORY, REQUIREMENT, UNIT_ROLES, unit_share
from toolkit.plan.words.labels import once, squeeze, without_markup

Namer = Callable[[Iterable[TaskRow]], str]
_ROLE_WORDS = re.compile(
    r"按(?:各自)?职责分工负责|分工负责|具体落实|负责落实|(?:牵\s*头|配合|协助)(?!\s*(?:单\s*位|部\s*门)(?!\s*[:：]))|负责(?!人)"
)
"""各项目牵头单位 is a name, wrapped (牵头单 位) or not."""
_OPEN = re.compile(r"等(?:相关|有关)?(?:部门、单位|部门|单位|科室|部门和单位)?(?=[，,；;。牵负配分具按]|\Z)")
_BRACKET = re.compile(r"[\u4e00-\u9fff]{3,20}\s*[（(〔][\u4e00-\u9fff]{2,12}[)）〕]")
_PLACES = re.compile(
    r"[（(〔](?:街道|街道办事处|乡镇|镇|乡|村|社区|园区|开发区|市|县|区)[)）〕]\Z"
)  # 各乡镇（街道）: one group
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,20}?(?:办公室|分局|局|委员会|委|中心|厅|院|办事处|指挥部|科|处)(?![\u4e00-\u9fff])"
)
_BRACKETED = re.compile(r"[（(〔]([^（()）〔〕]*)[)）〕]")
_PARTING = re.compile(r"[、，,；;\s]+|等(?=[、，,；;\s单部]|\Z)")
_WHOLE_NAME = re.compile(r"(?:局|厅|委|委员会|办|办公室|中心|政府)\Z")
_OWN_PART = re.compile(r"\A(?P<organ>.*(?:局|厅|委|委员会|办公室|中心|院))(?P<part>.{2,10})\Z")
_NAMED_AFTER = re.compile(
    r"(?:街道|街道办事处|乡|镇|分局|支局|分院|学校|小学|中学|医院|派出所|所|站|村|社区|厂)\Z|人民政府\Z"
)
_PREFIX = re.compile(r"\A(?:省|市|区|县|州)")
_SPACED_UNITS = re.compile(r"(?:局|委|办|室|部|中心|部门|单位|[)）])[ \u3000]+(?=[区市县省州各])")
_QUOTED = re.compile(r"《[^》]*》")
_SPACED_WORD = re.compile(r"[\u4e00-\u9fff]{1,4} +[\u4e00-\u9fff]+")


def about_names(grid: Grid, rows: list[TaskRow], named: Namer) -> list[Finding]:
    """Findings on the unit columns of one table, in a fixed order."""
    own = [(row, text) for row in rows if (text := _own(row))]
    found: list[Finding] = []
    found += _roles(grid, rows, named)
    found += _open_lists(grid, own, named)
    found += _separators(grid, own, named)
    brackets = list(dict.fromkeys(squeeze(m.group()) for _, t in own for m in _BRACKET.finditer(t)))
    brackets = [b for b in brackets if not _PLACES.search(b)]
    if brackets:
        found.append(_note(grid, "PLN-147", names="、".join(brackets[:8])))
    spaced = [row for row, t in own if _SPACED_UNITS.search(t)]
    if spaced:
        also = "，空格也出现在名称内部" if any(closed_gaps(t) for _, t in own) else ""
        found.append(_note(grid, "PLN-148", rows=named(spaced), also=also))
    found += _spaces(grid, rows)
    found += _shared(grid, rows, named)
    found += _spellings(grid, own, named)
    return found


def _own(row: TaskRow) -> str:
    """The row's own unit cells, one below the other; a text that is printed several times counts once."""
    columns = row.grid.columns
    assert columns is not None
    cells = [row.row.own(c) for c in range(columns.width) if columns.roles[c] in UNIT_ROLES]
    return "\n".join(_single(text) for text in cells if text.strip())


def _single(text: str) -> str:
    kept, again, _ = once(text)
    return kept if again else text


def _roles(grid: Grid, rows: list[TaskRow], named: Namer) -> list[Finding]:
    """Role words in the governing unit cell, a row's own or inherited: 牵头 holds for every row of a merged cell."""
    hits = [(row, _ROLE_WORDS.findall("\n".join(map(_single, row.units.values())))) for row in rows]
    hits = [(row, words) for row, words in hits if words]
    if not hits:
        return []
    words = "、".join(dict.fromkeys(f"“{squeeze(w)}”" for _, ws in hits for w in ws))
    return [_note(grid, "PLN-144", words=words, rows=named(row for row, _ in hits))]


def _separators(grid: Grid, own: list[tuple[TaskRow, str]], named: Namer) -> list[Finding]:
    """Single units parted by 、 here and by ， there: the first row with ，, and the nearest one before it with 、."""
    pauses = [k for k, (_, text) in enumerate(own) if "、" in text]
    comma = next((k for k, (_, text) in enumerate(own) if _comma_between_units(text)), None)
    if comma is None or not pauses:
        return []
    pause = max((k for k in pauses if k < comma), default=pauses[0])
    one, two = named([own[pause][0]]), named([own[comma][0]])
    return [_note(grid, "PLN-146", examples=f"如{one}" if one == two else f"“、”如{one}，“，”如{two}")]


def _open_lists(grid: Grid, own: list[tuple[TaskRow, str]], named: Namer) -> list[Finding]:
    hits = [(row, m.group()) for row, text in own if (m := _OPEN.search(text)) and m.start() > 0]
    if not hits:
        return []
    words = "、".join(dict.fromkeys(w for _, w in hits))
    return [_note(grid, "PLN-145", words=words, rows=named(row for row, _ in hits))]


def _comma_between_units(text: str) -> bool:
    """A comma between two single units, beside its usual place before a group."""
    parts = re.split(r"[，,]", text)
    return any(
        unit_share(a) >= 0.6 and b.strip() and unit_share(b) >= 0.6 and not b.strip().startswith("各")
        for a, b in pairwise(parts)
    )


def _spaces(grid: Grid, rows: list[TaskRow]) -> list[Finding]:
    """Line-wrap spaces inside words; not those between units, between copies of a text, or inside the title of a document."""
    columns = grid.columns
    assert columns is not None
    examples: list[str] = []
    for row in rows:
        for c in range(columns.width):
            text = without_markup(row.row.own(c))
            kept, again, _ = once(text)
            text = kept if again else text
            if columns.roles[c] in UNIT_ROLES:
                examples += closed_gaps(text)[:1]
            elif columns.roles[c] in (CATEGORY, REQUIREMENT):
                found = _SPACED_WORD.search(_QUOTED.sub("。", text))
                examples += [found.group()[:12]] if found and not _SPACED_UNITS.search(found.group()) else []
    if not examples:
        return []
    return [_note(grid, "PLN-163", examples="、".join(f"“{e}”" for e in list(dict.fromkeys(examples))[:4]))]


def _shared(grid: Grid, rows: list[TaskRow], named: Namer) -> list[Finding]:
    """Lists of several units printed in full again although rows in between inherited the same list."""
    origins = {row.inherited["responsible_units"] for row in rows if "responsible_units" in row.inherited}
    inherited = {_own(row) for row in rows if row.place in origins}
    again: list[TaskRow] = []
    seen: set[str] = set()
    for row in rows:
        text = _own(row)
        if text and text in seen and text in inherited and text.count("、") + text.count("，") >= 2:
            again.append(row)
        seen.add(text)
    return [_note(grid, "PLN-134", rows=named(again))] if again else []


# ---------------------------------------------------------------- spellings


def _spellings(grid: Grid, own: list[tuple[TaskRow, str]], named: Namer) -> list[Finding]:
    """Names that may be one unit written in two ways, each with its rows."""
    where = _rows_by_name(own)

    def placed(name: str) -> str:
        return f"“{name}”（{named(_once_each(where[name]))}）"

    groups = _alike(list(where))
    return [_note(grid, "PLN-142", names="、".join(map(placed, group))) for group in groups]


def damaged_names(rows: list[TaskRow]) -> list[tuple[str, str, list[TaskRow]]]:
    """Names that a scanner may have damaged: (as printed, what it may be, the rows that print it)."""
    where = _rows_by_name([(row, text) for row in rows if (text := _own(row))])
    groups = _alike(list(where))
    damaged = _damaged({name: len(rows) for name, rows in where.items()})
    apart = [(odd, right) for odd, right in damaged if not any(odd in group and right in group for group in groups)]
    return [(odd, right, _once_each(where[odd])) for odd, right in apart]


def _rows_by_name(own: list[tuple[TaskRow, str]]) -> dict[str, list[TaskRow]]:
    where: dict[str, list[TaskRow]] = {}
    for row, text in own:
        for name in _names(text):
            where.setdefault(name, []).append(row)
    return where


def _once_each(rows: list[TaskRow]) -> list[TaskRow]:
    return [row for k, row in enumerate(rows) if row not in rows[:k]]


def _names(text: str) -> list[str]:
    """Single names of a unit cell; a list in brackets counts too, the sub-office of one unit does not."""
    listed = [inner for inner in _BRACKETED.findall(text) if "、" in inner]
    flat = _ROLE_WORDS.sub(" ", "、".join([_BRACKETED.sub(" ", text), *listed]).replace("特别是", "、"))
    parts = [name for part in _PARTING.split(without_gaps(flat)) for name in unglued(part)]
    return [part for part in parts if _NAME.fullmatch(part)]


def _alike(names: list[str]) -> list[list[str]]:
    """Groups of names of which one is the other shortened, or the same without 市 or 区 in front."""
    groups: list[list[str]] = []
    for a, b in combinations(names[:150], 2):
        short, long = sorted((a, b), key=len)
        if short == long or _is_part(short, long) or not _same(short, long):
            continue
        home = next((g for g in groups if a in g or b in g), None)
        if home is None:
            groups.append([a, b])
        else:
            home += [n for n in (a, b) if n not in home]
    return groups


def _is_part(short: str, long: str) -> bool:
    """市公安局 and 市公安局云河分局, 市交通运输局 and 市交通运输局法规科: an organ and a part of it."""
    return long.startswith(short) and bool(_WHOLE_NAME.search(short))


def _same(short: str, long: str) -> bool:
    if _PREFIX.sub("", long) == short or _PREFIX.sub("", long) == _PREFIX.sub("", short):
        return True
    if (
        "政府" in short
        or len(short) == len(long)
        or short[0] != long[0]
        or short[-1] != long[-1]
        or (len(short) < 4 and short[1:-1] not in long)
    ):
        return False
    return _left_out(short, long) and _first_word(short) in long[:6]


def _left_out(short: str, long: str) -> bool:
    """The short name is the long one with characters left out."""
    rest = iter(long)
    return all(char in rest for char in short)


def _first_word(name: str) -> str:
    """The first character of the proper part: 区住建局 and 区住房和城乡建设局 share 住, 区建局 has 建."""
    return name[1:2]


def _different(a: str, b: str) -> bool:
    """Two offices of one organ (…局法规科, …局运输科), two places (城东街道办事处, 城西街道办事处), two numbers (第一, 第二):
    names that differ by what they are, not by a bad scan."""
    one, two = _OWN_PART.match(a), _OWN_PART.match(b)
    if one and two and one["organ"] == two["organ"]:
        return True
    if _NAMED_AFTER.search(a) and _NAMED_AFTER.search(b):
        return True
    numerals = re.compile(r"[一二三四五六七八九十\d]+")
    return numerals.sub("", a) == numerals.sub("", b)


def _damaged(counts: dict[str, int]) -> list[tuple[str, str]]:
    """Rare long names that differ by one or two characters from a common one of the same document."""
    from rapidfuzz import fuzz

    common = [n for n, times in counts.items() if times >= 2]
    result: list[tuple[str, str]] = []
    for name, times in counts.items():
        if times > 2 or len(name) < 6:
            continue
        best = max(
            (
                (fuzz.ratio(name, other), other)
                for other in common
                if abs(len(other) - len(name)) <= 1 and counts[other] > times
            ),
            default=None,
        )
        if best and 75 <= best[0] < 100 and len(best[1]) >= 6 and name[-1] == best[1][-1]:
            if _left_out(*sorted((name, best[1]), key=len)) or _different(name, best[1]):
                continue
            result.append((name, best[1]))
    return result
