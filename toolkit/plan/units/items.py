"""A unit cell taken apart into names: labels, protected groups and brackets, marks, conjunctions, lost marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from toolkit.plan.units.gaps import without_gaps
from toolkit.plan.words import roles
from toolkit.plan.words import units as words
from toolkit.plan.words.repeats import unrepeated

_HIDDEN = 0xFDD0  # noncharacters stand for marks that must not part anything; no text may carry them
_MASKED = words.SEPARATORS + "和及与或。"
_HIDE = {ord(c): chr(_HIDDEN + n) for n, c in enumerate(_MASKED)}
SHOW = {_HIDDEN + n: c for n, c in enumerate(_MASKED)}
_UNWANTED = {_HIDDEN + n: None for n in range(32)} | dict.fromkeys(range(32), None) | {9: "\t", 10: "\n", 0xFEFF: None}
NOTHING = frozenset({"", "/", "／", "—", "——", "-", "无", "－", "–", "…"})
_MARK = re.compile(r"([、，,；;/／。]|\s+)")
_OTHER_MARKS = str.maketrans("﹑､﹐﹔", "、、，；")
LONGEST = 300  # characters of one piece without any mark; longer ones are no list of names
_CONJUNCTION = re.compile(r"以及|和|及(?!其)|与|或者?")


@dataclass(frozen=True)
class Item:
    """One name, still with its role word; `mark` is what stands before it in the cell."""

    text: str
    mark: str


_SPACED_LABEL = re.compile(
    r"(?:牵\s*头|配\s*合|责\s*任|协\s*办|主\s*办|协\s*助|参\s*与|承\s*办)\s*(?:责\s*任\s*)?(?:单\s*位|部\s*门|科\s*室|处\s*室)?\s*(?=[:：])"
)


def prepared(cell: str) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED).translate(_OTHER_MARKS)
    text = re.sub(r"[\u2028\u2029\x85\v\f]", "\n", text)
    text = re.sub(r"</?[a-zA-Z][^<>]{0,20}>", "", text)
    text = re.sub(r"[①-⑳]", "；", text)  # ①市民政局②市财政局
    text = _SPACED_LABEL.sub(lambda m: re.sub(r"\s", "", m[0]), text)
    return unrepeated(text).strip()


def whole_bracket(text: str) -> str:
    """（责任单位：…） without its bracket."""
    while len(text) > 2 and text[0] in words.OPENING and _closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str, at: int) -> int:
    """Where the bracket opened at `at` closes; len(text) when it never does."""
    depth = 0
    for n in range(at, len(text)):
        depth += (text[n] in words.OPENING) - (text[n] in words.CLOSING)
        if depth <= 0:
            return n
    return len(text)


_LABEL = re.compile(rf"(?:^|(?<=[\s、，,；;。（(]))(?:{roles.ROLE_LABEL.pattern})\s*[:：]")


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """(role, part) for each 牵头单位：… 配合单位：…; the role is "" before the first label, "nobody" for 完成时限：…"""
    at, role = 0, ""
    for m in _LABEL.finditer(text):
        if text[at : m.start()].strip(" \n、，,；;。"):
            yield role, text[at : m.start()]
        role, at = next(k for k, v in m.groupdict().items() if v), m.end()
    yield role, text[at:]


def protected(text: str) -> str:
    """Marks inside brackets and inside groups hidden, wrapped lines joined."""
    text = words.FIELDS.sub(_fields_hidden, _hide_brackets(without_gaps(text)))
    for pattern in (words.OPEN_TAIL, *words.WHOLE):
        text = pattern.sub(lambda m: m[0].translate(_HIDE), text)
    return text


def _fields_hidden(m: re.Match[str]) -> str:
    """Units may stand before the fields: 市司法局、供水、供电等领域主管部门."""
    listed = m[0].partition("等")[0].split("、")
    named = [k for k, w in enumerate(listed) if words.STRONG_END.search(w) or words.COLLECTIVE.search(w)]
    at = sum(len(w) + 1 for w in listed[: named[-1] + 1]) if named else 0
    return m[0][:at] + m[0][at:].translate(_HIDE)


def outer_brackets(text: str) -> list[tuple[int, int]]:
    """Outermost brackets; one that never closes is none."""
    opened: list[int] = []
    spans: list[tuple[int, int]] = []
    for at, c in enumerate(text):
        if c in words.OPENING:
            opened.append(at)
        elif c in words.CLOSING and opened:
            begin = opened.pop()
            while spans and spans[-1][0] > begin:  # inside the new one
                spans.pop()
            spans.append((begin, at + 1))
    return spans


def _hide_brackets(text: str) -> str:
    """Marks between an outermost bracket and its closing one hidden."""
    out, done = "", 0
    for begin, end in outer_brackets(text):
        out += text[done:begin] + text[begin:end].translate(_HIDE)
        done = end
    return out + text[done:]


def items_of(text: str) -> tuple[Item, ...]:
    """Names in order, still with role words and hidden marks."""
    found: list[Item] = []
    mark = ""
    for piece in _MARK.split(text):
        if not piece:
            continue
        if _MARK.fullmatch(piece):
            mark = piece
            continue
        for whole, conjunction in _conjoined(piece):
            mark = conjunction or mark
            for k, name in enumerate(unglued(whole)):
                found.append(Item(name, LOST if k else mark))
        mark = "和"
    return tuple(found)


LOST = "缺"
EITHER = "或"


_AFTER_A_NAME = r"(?:(?<=[^总]局)|(?<=[办厅室馆院队联协）)〕学])|(?<=中心)|(?<=[传织战作]部)|(?<=[革康资教法监]委)|(?<=党校)|(?<=[字工员]会)|(?<=公司)|(?<=集团)|(?<=供销社)|(?<=政府))"
_NOT_A_LEVEL = r"(?!场(?!监)|域|县|级|分|容|区|直|中区|属|民(?!政|族|宗)|政(?!府|协|务))"
_AGAIN = re.compile(
    rf"{_AFTER_A_NAME}[省市区县州旗]{_NOT_A_LEVEL}(?=[一-鿿0-9]{{1,14}}?(?:局|委|办|室|中心|部|馆|院|队|会|联|公司|集团|党校|中学|小学|科协|供销社|政府)"
    r"(?:$|[省市区县州旗]|[（(〔]|牵头|配合|负责|等))"
)


def unglued(name: str) -> list[str]:
    """区教体局区民政局, whose mark was lost: parted where a level begins again after the end of a name."""
    if not 6 <= len(name) <= LONGEST or name.startswith(("国家", "中国", "各")):
        return [name]
    again = [m.start() for m in _AGAIN.finditer(name) if m.start() >= 3]
    starts = [0, *(at for at in again if words.STRONG_END.search(head_of(name[:at]))), len(name)]
    return [name[a:b] for a, b in pairwise(starts)]


def _conjoined(piece: str) -> list[tuple[str, str]]:
    """(name, what joins it to the one before). Split at 和 及 与 或 only where a whole name stands on both sides (not inside
    人力资源和社会保障局)."""
    found: list[tuple[str, str]] = []
    rest, joint = piece, ""
    while len(rest) <= LONGEST and (at := _whole_names(rest)) is not None:
        found.append((rest[: at.start()], joint))
        rest, joint = rest[at.end() :], EITHER if at[0].startswith(EITHER) else "和"
    return [*found, (rest, joint)]


def _whole_names(piece: str) -> re.Match[str] | None:
    """The first conjunction with a whole name before and a whole name after it."""
    for m in _CONJUNCTION.finditer(piece):
        left, right = piece[: m.start()], without_role(piece[m.end() :])
        if _whole(left) and words.ENDS.search(head_of(right)) and len(right) > 1 and _begins(right):
            return m
    return None


def _whole(left: str) -> bool:
    """A name that can end here. 各区 and 各镇 are whole, 区 and 市 as the end of a longer word are not."""
    body = head_of(left)
    longer = len(left) > 2 or left in _OWN_BUREAU
    return (longer and bool(words.STRONG_END.search(body))) or bool(_GROUP_END.search(body))


_OWN_BUREAU = frozenset({"市局", "区局", "县局", "省厅", "本局", "省局"})
_GROUP_END = re.compile(
    r"(?:各|有关|相关)[一-鿿]{0,4}(?:[县区市镇乡办街州盟旗场]|企业)$|(?:开发区|高新区|经开区|保护区|示范区|园区)$"
)


def _begins(right: str) -> bool:
    """What follows a conjunction begins as a name does, or is as whole as what stands before it."""
    if words.PREFIXED.search(right) or words.COLLECTIVE.search(right):
        return True
    return len(right) >= 3 and bool(words.STRONG_END.search(head_of(right)))


def head_of(name: str) -> str:
    """A name without the bracket at its end."""
    return re.sub(r"[（(〔][^（(〔]*[）)〕]$", "", name) or name


def without_role(text: str) -> str:
    m = re.search(rf"(?:{roles.ROLE_TAIL.pattern})$", text)
    body = text[: m.start()] if m and m.start() else text
    m = words.OPEN_TAIL.search(body.translate(SHOW))
    return body[: m.start()] if m and m.end() == len(body) and m.start() else body


def tidy(name: str) -> str:
    """The name for people: hidden marks back, white space of wraps gone, stray closing marks off."""
    shown = re.sub(r"\s+", "", name.translate(SHOW)).strip("。.：:、，,；;")
    if (
        shown
        and shown[-1] in words.CLOSING
        and sum(map(shown.count, words.OPENING)) < sum(map(shown.count, words.CLOSING))
    ):
        shown = shown[:-1]
    return shown
