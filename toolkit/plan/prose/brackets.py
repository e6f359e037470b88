"""What running text says of who does it: （责任单位：…） in all its wordings, a bracket without label, a tail after the last
full stop, a line of its own. Text in, fields out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.plan.units.lists import parse_units
from toolkit.plan.words.kinds import like_deadline
from toolkit.plan.words.units import ENDS

OPENING, CLOSING = "（(〔[［【", "）)〕]］】"
_WHO = r"(?:单位|部门|主体|科室|处室|股室|机构|领导)"
_ROLE = (
    rf"(?:(?:主要|第一|直接|共同)?(?:牵头|责任|配合|协助|协同|落实|承办|承担|主办|协办|参与|参加|实施|具体|主责|分管|主管|负责)(?:责任|落实)?{_WHO}"
    rf"(?:[（(]{_WHO}[）)])?(?:及责任人|(?:以?及|[和与、])(?:完成|办理)?(?:时限|时间))?"
    r"|(?:完成|责任|整改|办理|办结|公开|工作|任务|落实|推进)?时限(?:要求)?|(?:完成|办理|办结|落实|推进)(?:时间|期限)|时间(?:节点|要求|安排|进度)?|进度(?:要求|安排)|(?:责任|负责)人"
    r"|责任分工|任务分工|职责分工|牵头|配合)"
)
_COLON = r"\s*(?:为|是)?\s*[:：]"
_BEGIN = re.compile(rf"\s*[★▲※◆●■—\-]*\s*(?P<role>{_ROLE}){_COLON}")
_BEGIN_INSIDE = re.compile(
    rf"\s*(?P<role>{_ROLE})(?:{_COLON}|\s*(?:为|是)?\s*(?=[省市县区州旗镇乡]|各[^司自]|有关|相关))"
)
_FIELD = re.compile(rf"(?:\A|(?<=[，,；;。、\s（(]))\s*[★▲※◆●■]*\s*({_ROLE}){_COLON}")
_FIELD_INSIDE = re.compile(
    rf"(?:\A|(?<=[，,；;。、\s（(]))\s*({_ROLE})(?:{_COLON}|\s*(?:为|是)?\s*(?=[省市县区州旗镇乡]|各[^司自]|有关|相关))"
)
_LABEL = re.compile(
    rf"\s*(?:[—–\-]+\s*(?P<dashed>{_ROLE}){_COLON}|[—–\-]*\s*(?:[【\[〔]\s*(?P<boxed>{_ROLE})\s*(?:[:：]\s*)?[】\]〕]\s*[:：]?|(?P<spaced>{_ROLE})[ \t\u3000]+(?=\S)))\s*"
)
_THIS_WORK = re.compile(r"(?<=[。；;])\s*(?:此|本|该)项(?:工作|任务)(由[^。]{2,120})。?\s*\Z")
_DOERS = re.compile(
    r"(?:牵头|负责|配合|分工|落实|组织实施|实施|承办|主办|协办|协助|参与|完成|推进)\s*[。；;]?\Z|牵头[，,；;、]|牵头.{0,4}(?:负责|落实|抓总)?[，,；;]|负责[，,；;]"
)
_ROLE_OF = (
    (re.compile(rf"\A(?!.*{_WHO}).*(?:时限|时间|期限|进度)"), "deadline"),
    (re.compile(r"人\Z|领导"), "person"),
    (re.compile(r"牵头|主办|主责"), "lead"),
    (re.compile(r"配合|协助|协同|协办|参与|参加"), "supporting"),
    (re.compile(r"科室|处室|股室"), "office"),
)
_DOC_NO = re.compile(
    r"\s*[\u4e00-\u9fff]{2,14}\s*[〔\[［（(【]\s*\d{4}\s*[〕\]］）)】]\s*第?\d{1,4}\s*号[^，。；、]{0,8}\Z"
)
_LONGEST = 1500
_SHORTEST_CLAUSE = 6  # characters before a bare list of units


@dataclass(frozen=True)
class Fields:
    """Who, until when: `units` are (role, text) in written order; `deadline` as written or ""."""

    units: tuple[tuple[str, str], ...] = ()
    deadline: str = ""
    person: str | None = None
    listed: bool = False  # a bare list of units, without any word of who does what

    def __bool__(self) -> bool:
        return bool(self.units or self.deadline or self.person)

    def more(self, other: Fields) -> Fields:
        """Two neighbouring statements about one task."""
        return Fields(
            (*self.units, *other.units),
            self.deadline or other.deadline,
            self.person or other.person,
            self.listed and other.listed,
        )


@dataclass(frozen=True)
class Bracket:
    start: int
    end: int
    fields: Fields


def is_statement(line: str) -> bool:
    """A line of its own that begins with 责任单位：, or is one whole bracket saying who does it."""
    return bool(_BEGIN.match(line)) or whole_bracket(line) is not None


def statement(line: str) -> Fields:
    inner = whole_bracket(line)
    return inner if inner is not None else fields_of(line)


def with_colon(line: str) -> str:
    """【责任单位】区财政局, ——责任单位：区财政局, 责任单位　区财政局 as 责任单位：区财政局; any other line as it is."""
    found = _LABEL.match(line)
    if not found:
        return line
    rest = line[found.end() :]
    if found["spaced"] and not (only_units(rest) or like_deadline(rest)):
        return line
    return f"{found['dashed'] or found['boxed'] or found['spaced']}：{rest}"


def label_alone(line: str) -> bool:
    """责任单位： with its value on the next line."""
    found = _BEGIN.match(line)
    return bool(found) and not line[found.end() :].strip() if found else False


def whole_bracket(text: str) -> Fields | None:
    """The fields of a text that is nothing but one bracket, or several in a row."""
    at, found = 0, Fields()
    flat = text.strip().rstrip("。；;")
    if not flat or flat[0] not in OPENING or len(flat) > _LONGEST:
        return None
    closing = _pairs(flat)
    while at < len(flat):
        if flat[at] not in OPENING:
            return None
        end = closing[at]
        inner = flat[at + 1 : end - 1]
        if not (_BEGIN_INSIDE.match(inner) or _says_who(inner, True)):
            return None
        found = found.more(fields_of(inner, True))
        at = end
        while at < len(flat) and flat[at] in " 　\t，,；;。":
            at += 1
    return found if found else None


def brackets(text: str) -> Iterator[Bracket]:
    """Brackets that say who does it, outermost, left to right; a bare list of units only where a sentence has ended."""
    closing = _pairs(text)
    at = 0
    while at < len(text):
        if text[at] in OPENING:
            end = closing[at]
            inner = text[at + 1 : end - 1]
            last = not text[end:].strip(" 　\t。；;") or text[end : end + 1] in OPENING
            before = text[max(0, at - 40) : at].rstrip()
            ended = before[-1:] in ("。", "；", ";") or (
                last and at >= _SHORTEST_CLAUSE and not _NAME_AHEAD.search(before)
            )
            if _BEGIN_INSIDE.match(inner) or _says_who(inner, ended):
                yield Bracket(at, end, fields_of(inner, True))
                at = end
                continue
            if ended and inner and _is_time(inner):
                yield Bracket(at, end, Fields((), inner.strip()))
                at = end
                continue
        at += 1


_NAME_AHEAD = re.compile(rf"(?:{ENDS.pattern[3:-2]})\Z")
"""…报送区政府办公室（政务公开科）: the bracket belongs to the name before it."""


def _pairs(text: str) -> dict[int, int]:
    """For each opening bracket one past the one that closes it; half and full width close each other. Of brackets that never
    close, the first goes as far as one past the end of the text, the others are empty."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for at, c in enumerate(text):
        if c in OPENING:
            opened.append(at)
        elif c in CLOSING and opened:
            pairs[opened.pop()] = at + 1
    for k, at in enumerate(opened):
        pairs[at] = min(len(text) + 1, at + _LONGEST) if k == 0 else at + 1
    return pairs


def first_bracket(text: str) -> Bracket | None:
    """The first bracket that names somebody."""
    return next((b for b in brackets(text) if b.fields.units or b.fields.person), None)


def bracket_behind(body: str) -> str:
    """（责任单位：区财政局）公开预算。: the bracket in front of an item's text, put behind it."""
    end = _pairs(body).get(0, 0)
    text = body[end:].strip(" 　\t，,：:")
    if not end or len(text) < _SHORTEST_CLAUSE or whole_bracket(body[:end]) is None or first_bracket(text):
        return body
    return text + body[:end]


def doers_of_heading(plain: str) -> Bracket | None:
    """The bracket that closes a heading and names somebody: （责任单位：…）, or units alone (深化公开（区财政局）)."""
    if found := first_bracket(plain):
        return found
    flat = plain.rstrip("。；;：: 　")
    at = next((a for a, end in _pairs(flat).items() if end == len(flat) and flat[-1] in CLOSING), 0)
    if at < 2 or not only_units(flat[at + 1 : -1]) or _NAME_AHEAD.search(flat[:at]):
        return None
    return Bracket(at, len(flat), fields_of(flat[at + 1 : -1], True))


def first_clause(text: str) -> str:
    """The text as far as its first bracket that names somebody."""
    found = first_bracket(text)
    return text[: found.start] if found else text


def time_behind(heading: str) -> tuple[str, str]:
    """深化公开（6月底前完成） → (深化公开, 6月底前完成); the time is "" where the heading ends otherwise."""
    flat = heading.rstrip("。；;：: 　")
    at = next((a for a, end in _pairs(flat).items() if end == len(flat) and flat[-1] in CLOSING), 0)
    said = fields_of(flat[at + 1 : -1], True) if at else Fields()
    return (flat[:at].rstrip(), said.deadline) if said.deadline and not (said.units or said.person) else (heading, "")


def unclosed(text: str) -> bool:
    """A bracket that says who does it and goes on in the next line."""
    for at in range(len(text) - 1, max(-1, len(text) - 400), -1):
        if text[at] in OPENING and sum(text[at:].count(c) for c in OPENING) > sum(text[at:].count(c) for c in CLOSING):
            return bool(_BEGIN_INSIDE.match(text[at + 1 :])) or _speaks_of_units(text[at + 1 :])
    return False


def _says_who(inner: str, ended: bool) -> bool:
    """市司法局牵头，各部门配合; after the end of a sentence also a bare list: 区财政局、各镇街."""
    if not 3 <= len(inner) <= 400 or re.search(r"[。！？]\S", inner) or _DOC_NO.match(inner):
        return False
    who, _ = _without_time(re.sub(r"^(?:此项工作|本项工作|该项工作)?由", "", inner.strip()))
    if _DOERS.search(who) and _speaks_of_units(who):
        return True
    return ended and only_units(who)


def _speaks_of_units(text: str) -> bool:
    """Most of what the text lists are names of units."""
    return len(text) <= 600 and _share(text) >= 0.6


def only_units(text: str) -> bool:
    """Nothing but names of units, every one of them."""
    return len(text) <= 600 and _share(text) == 1


def _share(text: str) -> float:
    found = parse_units(text)
    names = (*found.lead, *found.responsible, *found.supporting, *found.offices)
    heads = [re.sub(r"[（(〔].*", "", n) for n in names]
    good = sum(len(n) <= 30 and bool(ENDS.search(n)) and not re.search(r"[为是的要将]|应(?!急|对)", n) for n in heads)
    return good / len(names) if names else 0.0


def _is_time(text: str) -> bool:
    return (
        like_deadline(text)
        and bool(re.search(r"[前底内末]|完成|全年|长期|持续|每", text))
        and not _speaks_of_units(text)
    )


def _without_time(text: str) -> tuple[str, str]:
    """(who, until when) of 市政府督查室牵头，6月底前完成."""
    who: list[str] = []
    time = ""
    for piece in re.split(r"(?<=[，,；;。])", text):
        bare = piece.strip(" 　\t，,；;。")
        if bare and not time and _is_time(bare):
            time = bare
        else:
            who.append(piece)
    return "".join(who).strip(" 　\t，,；;。"), time


def fields_of(text: str, inside: bool = False) -> Fields:
    """牵头单位：A；配合单位：B；完成时限：C → units by role, deadline, person. `inside` a bracket the colon may be missing."""
    marks = list((_FIELD_INSIDE if inside else _FIELD).finditer(text))
    if not marks:
        who, time = _without_time(re.sub(r"^(?:此项工作|本项工作|该项工作)(?=由)", "", text.strip()))
        listed = bool(who) and not _DOERS.search(who)
        return Fields((("responsible", who),) if who else (), time, None, listed)
    units: list[tuple[str, str]] = []
    deadline, person = "", None
    if before := text[: marks[0].start()].strip(" 　\t\n，,；;。"):
        units.append(("responsible", before))
    for k, mark in enumerate(marks):
        end = marks[k + 1].start() if k + 1 < len(marks) else len(text)
        value = text[mark.end() : end].strip(" 　\t\n，,；;。")
        role = next((r for rule, r in _ROLE_OF if rule.search(mark.group(1))), "responsible")
        if role == "deadline":
            deadline = deadline or value
        elif role == "person":
            pieces = re.split(r"[\s、，,；;]+", value)
            named = [p for p in pieces if only_units(p)] if "单位" in mark.group(1) else []  # 责任单位及责任人
            units += [("responsible", "、".join(named))] if named else []
            person = "、".join(p for p in pieces if p not in named) if named else value
            person = person or None
        elif value and role != "person" and not inside and _FIELD_INSIDE.match(value):
            nested = fields_of(value, True)  # 责任单位：牵头单位区司法局，配合单位区政府办
            units += nested.units
            deadline, person = deadline or nested.deadline, person or nested.person
        elif value:
            who, time = _without_time(value)
            deadline = deadline or time
            units.append((role, who))
    return Fields(tuple(units), deadline, person)


def tail_in_brackets(body: str) -> str:
    """…。责任单位：A、B。完成时限：C。 at the end of a paragraph, put in brackets like the usual form."""
    if first_bracket(body):
        return body
    if (work := _THIS_WORK.search(body)) and _says_who(work[1], False):
        return f"{body[: work.start()]}（{work[1]}）"
    for mark in re.finditer(rf"(?:\A|(?<=[。；;！!])(?:[—–－-]*)|(?<=\S)[ \t\u3000]+)\s*(?={_ROLE}{_COLON})", body):
        tail = body[mark.end() :]
        pieces = [p for p in re.split(r"[。；;]", tail) if p.strip()]
        said = [bool(_BEGIN.match(p)) or _speaks_of_units(p) or like_deadline(p) for p in pieces]
        if len(tail) <= 600 and all(said):
            return f"{body[: mark.start()]}（{tail.rstrip('。 ')}）"
    return body
