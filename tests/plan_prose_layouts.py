"""The kit of plans in running text: random plans, every way to say who does it, and the ways such a page comes out of a
document: whole paragraphs, lines cut at the page's width with page numbers and running heads, a web page with its frame.

Chance is an argument, so the test and a longer search for faults share the kit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.plan_words import FIRST, SECOND, UNITS
from toolkit.plan.parts import Plan

NUMERALS = "一二三四五六七八九十"
SENTENCES = (
    "及时公开重大建设项目的批准、实施和竣工信息，每季度更新一次进展", "全面梳理现行有效的行政规范性文件，逐件标注效力状态",
    "按照“谁起草、谁解读”的原则，做到解读材料与文件同步组织、同步审签、同步发布", "图文、音视频等形式的解读比例不低于60%",
    "完善依申请公开登记、审核、办理、答复、归档全流程管理，答复文书须经法制审核", "清理关停“僵尸”“空壳”账号", "加大惠企政策推送力度",
    "推进政府网站适老化与无障碍改造，支持IPv6访问", "围绕惠农补贴、征地补偿等事项，同步做好村（居）公示栏张贴和网上公开",
    "邀请人大代表、政协委员和企业代表列席会议，全年不少于4次", "政府信息公开申请应当自收到之日起20个工作日内答复", "公开义务教育学区划分、招生计划和民办学校收费标准",
    "依托12345政务服务便民热线归集高频咨询问题", "对涉及群众切身利益的重大决策，通过座谈会、听证会、实地走访、向社会公开征求意见、问卷调查等形式广泛听取意见",
    "做好“一老一小”服务保障政策宣传，救助标准调整后第一时间公布", "落实“三审三校”制度", "动态更新机构职能、权责清单和办事指南，做到网站、大厅、公示栏内容一致",
    "6月底前完成惠企政策事项清单编制并向社会公布", "2024年9月底前完成存量文件清理", "对同一事项申请量较大的，研究转为主动公开", "抓好评估反馈问题整改",
    "组织开展政府开放日活动，每个部门全年至少举办2场", "建立政策咨询问题库（含常见问题、典型案例），定期更新", "公开期满后按规定存档备查；涉及个人隐私的，及时撤下",
)  # fmt: skip
NAMES = (
    "做好就业信息公开", "强化财政信息公开", "提高解读质量", "加强政策咨询服务", "规范意见征集程序", "办好开放日活动", "规范申请办理", "严把答复审核关口",
    "加强网站建设管理", "清理整合政务新媒体", "完善公开专区功能", "加强教育培训", "强化考核评议", "落实保密审查制度", "推进公共企事业单位信息公开",
    "围绕扩大内需，及时公开相关政策", "深化公众参与，推进科学决策", "优化营商环境信息公开", "抓好公报编发", "推动标准目录落地",
)  # fmt: skip
GROUPS = ("各镇、街道", "区政府各部门", "各镇人民政府、街道办事处", "区直各部门、各驻区单位")
TIMES = ("6月底前", "2024年9月底前", "年底前", "长期坚持", "持续推进", "每季度", "12月底前", "全年")


@dataclass(frozen=True)
class Doer:
    lead: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    time: str = ""


@dataclass(frozen=True)
class Clause:
    text: str
    doer: Doer


@dataclass(frozen=True)
class Line:
    """A paragraph as typed; `item`: not indented like text when it is a line 责任单位：…"""

    text: str


@dataclass(frozen=True)
class Wanted:
    path: tuple[str, ...]
    requirement: str
    lead: frozenset[str]
    others: frozenset[str]
    deadline: str


# ---------------------------------------------------------------- how a page says who does it


def _list(names: Sequence[str], mark: str = "、") -> str:
    return mark.join(names)


def _labelled(labels: tuple[str, str, str, str], between: str) -> Callable[[Doer], str]:
    def said(doer: Doer) -> str:
        parts = [(doer.lead, labels[0]), (doer.units, labels[1]), (doer.support, labels[2])]
        words = [f"{label}：{_list(names)}" for names, label in parts if names]
        return between.join(words + ([f"{labels[3]}：{doer.time}"] if doer.time else []))

    return said


_USUAL = ("牵头单位", "责任单位", "配合单位", "完成时限")
_OTHER = ("牵头部门", "责任部门", "配合部门", "完成时间")


def _told(doer: Doer) -> str:
    lead = f"{_list(doer.lead or doer.units)}牵头"
    return f"{lead}，{_list(doer.support)}配合" if doer.support else lead


STYLES: dict[str, Callable[[Doer], str]] = {
    "round": lambda d: f"（{_labelled(_USUAL, '；')(d)}）",
    "commas": lambda d: f"（{_labelled(_USUAL, '，')(d)}）",
    "half": lambda d: f"({_labelled(_USUAL, ';')(d)})".replace("：", ":"),
    "black": lambda d: f"【{_labelled(_USUAL, '；')(d)}】",
    "shell": lambda d: f"〔{_labelled(_OTHER, '；')(d)}〕",
    "square": lambda d: f"[{_labelled(_USUAL, '；')(d)}]",
    "each": lambda d: "".join(f"（{part}）" for part in _labelled(_USUAL, "\n")(d).split("\n")),
    "inside": lambda d: f"（{_labelled(_USUAL, '；')(d)}）。",  # before the full stop
    "spaced": lambda d: f"（{_labelled(('牵头单位', '责任单位', '配合单位', '时限'), '　')(d)}）",
    "person": lambda d: f"（{_labelled(('牵头', '责任单位', '配合', '完成时限'), '；')(d)}）",
    "told": lambda d: f"（{_told(d)}）",
}
BELOW: dict[str, Callable[[Doer], str]] = {
    "lines": _labelled(_USUAL, "\n"),
    "other": _labelled(_OTHER, "\n"),
    "one": _labelled(_USUAL, "；"),
    "bracket": lambda d: f"（{_labelled(_USUAL, '；')(d)}）",
}


# ---------------------------------------------------------------- random plans


@dataclass(frozen=True)
class Manner:
    shape: str  # clauses, item, paragraphs, section, below, ahead
    style: str
    depth: int  # of the items: 2 （一）, 3 1.
    named: bool  # items begin with a heading sentence
    silent: bool = False  # an item now and then names nobody

    @property
    def told(self) -> bool:
        return self.style == "told"


def manner(chance: Random) -> Manner:
    shape = chance.choice(("clauses", "item", "paragraphs", "section", "below", "ahead"))
    style = chance.choice(sorted(BELOW if shape in ("below", "ahead") else STYLES))
    return Manner(
        shape, style, 3 if shape == "section" else chance.choice((2, 3)), chance.random() < 0.6, chance.random() < 0.3
    )


def _doer(chance: Random, style: str) -> Doer:
    names = chance.sample(UNITS, chance.randint(1, 5))
    group = (chance.choice(GROUPS),) if chance.random() < 0.3 else ()
    if style == "told":
        return Doer(tuple(names[:1]), (), tuple(names[1:3]))
    time = chance.choice(TIMES) if chance.random() < 0.4 else ""
    if chance.random() < 0.5 or len(names) < 2:
        return Doer((), (*names, *group), (), time)
    return Doer(tuple(names[:1]), tuple(names[1:4]) + group, tuple(names[4:]), time)


def _text(chance: Random, pool: list[str], most: int = 2) -> str:
    """One sentence or several; the first of several is none that could be a heading."""
    sentences = [pool.pop() for _ in range(chance.randint(1, most))]
    if (
        len(sentences) > 1
        and not any(c.isdigit() for c in sentences[0])
        and ("，" not in sentences[0] or len(sentences[0]) < 25)
    ):
        sentences = sentences[:1]
    return "".join(f"{s}。" for s in sentences)


def draw(chance: Random, kind: Manner) -> tuple[list[Line], list[Wanted]]:
    """A plan as typed paragraphs, and its tasks. Chapters, sections and perhaps items below them."""
    lines: list[Line] = []
    tasks: list[Wanted] = []
    pool = [s for _ in range(4) for s in chance.sample(SENTENCES, len(SENTENCES))]
    names = [n for _ in range(4) for n in chance.sample(NAMES, len(NAMES))]
    for c, chapter in enumerate(chance.sample(FIRST, chance.randint(2, 3))):
        lines.append(Line(f"{NUMERALS[c]}、{chapter}"))
        for s, section in enumerate(chance.sample(SECOND, chance.randint(1, 3))):
            head = f"（{NUMERALS[s]}）{section}"
            if kind.shape == "section":
                _of_section(chance, kind, (chapter, section), head, pool, lines, tasks)
            elif kind.depth == 2:
                _of_item(chance, kind, (chapter,), f"（{NUMERALS[s]}）", section, pool, lines, tasks, s)
            else:
                lines.append(Line(head))
                for k in range(chance.randint(2, 3)):
                    _of_item(chance, kind, (chapter, section), f"{k + 1}.", names.pop(), pool, lines, tasks, k)
    return lines, tasks


def _of_section(
    chance: Random,
    kind: Manner,
    path: tuple[str, ...],
    head: str,
    pool: list[str],
    lines: list[Line],
    tasks: list[Wanted],
) -> None:
    doer = _doer(chance, kind.style)
    lines.append(Line(head + STYLES[kind.style](doer).rstrip("。")))
    for k in range(chance.randint(2, 3)):
        text = pool.pop() + "。"
        lines.append(Line(f"{k + 1}.{text}"))
        tasks.append(_wanted(path, text, doer))


def _of_item(
    chance: Random, kind: Manner, above: tuple[str, ...], numeral: str, name: str, pool: list[str], lines: list[Line],
    tasks: list[Wanted], at: int,
) -> None:  # fmt: skip
    named = kind.named or kind.depth == 2
    path = (*above, name) if named else above
    first = f"{numeral}{name}。" if named else numeral
    if kind.silent and at and chance.random() < 0.4:
        text = _text(chance, pool)
        lines.append(Line(first + text))
        tasks.append(_wanted(path, text, Doer()))
        return
    if kind.shape == "ahead" and named:
        doer, text = _doer(chance, ""), _text(chance, pool)
        lines.append(Line(f"{numeral}{name}"))
        lines.extend(Line(part) for part in BELOW[kind.style](doer).split("\n"))
        lines.append(Line(text))
        tasks.append(_wanted(path, text, doer))
        return
    if kind.shape in ("below", "ahead"):
        doer = _doer(chance, "")
        text = _text(chance, pool)
        lines.append(Line(first + text))
        lines.extend(Line(part) for part in BELOW[kind.style](doer).split("\n"))
        tasks.append(_wanted(path, text, doer))
        return
    clauses = [Clause(_text(chance, pool, 2 if kind.shape != "item" else 3), _doer(chance, kind.style))]
    if kind.shape != "item" and chance.random() < 0.6:
        clauses += [Clause(_text(chance, pool), _doer(chance, kind.style)) for _ in range(chance.randint(1, 2))]
    if kind.style == "inside":
        clauses = [Clause(c.text.rstrip("。"), c.doer) for c in clauses]
    said = [c.text + STYLES[kind.style](c.doer) for c in clauses]
    if kind.shape == "paragraphs" and named:
        lines.append(Line(f"{numeral}{name}"))
        lines.extend(map(Line, said))
    else:
        lines.append(Line(first + "".join(said)))
    tasks.extend(_wanted(path, c.text, c.doer) for c in clauses)


def _flat(text: str) -> str:
    return "".join(text.split())


def _wanted(path: tuple[str, ...], text: str, doer: Doer) -> Wanted:
    others = {n for name in (*doer.units, *doer.support) for n in _names(name)}
    return Wanted(path, _flat(text), frozenset(doer.lead), frozenset(others), doer.time)


def _names(name: str) -> tuple[str, ...]:
    """Units of a group with a pause in its name, as lists of units are told (toolkit.plan.units)."""
    from toolkit.plan.units.lists import parse_units

    found = parse_units(name)
    return (*found.lead, *found.responsible, *found.supporting, *found.offices)


def found(plan: Plan) -> list[Wanted]:
    return [
        Wanted(
            t.path, _flat(t.requirement), frozenset(t.units.lead),
            frozenset((*t.units.responsible, *t.units.supporting, *t.units.offices)), _flat(t.deadline.raw),
        )
        for t in plan.tasks
    ]  # fmt: skip


# ---------------------------------------------------------------- pages

HEAD = (
    "青石区人民政府办公室关于印发",
    "2024年青石区政务公开工作要点的通知",
    "青政办发〔2024〕12号",
    "各镇人民政府、街道办事处，区政府各部门、各有关单位：",
    "《2024年青石区政务公开工作要点》已经区政府同意，现印发给你们，请结合实际认真贯彻落实。",
    "青石区人民政府办公室",
    "2024年5月20日",
    "（此件公开发布）",
    "2024年青石区政务公开工作要点",
    "为做好2024年全区政务公开工作，以公开促落实、强监管、优服务，提升政府治理能力，制定本要点。",
)
FOOT = (
    "各镇、街道，区政府各部门要对照本要点，逐项细化措施，明确专人负责，落实情况纳入年度考核。",
    "抄送：区委各部门，区人大常委会办公室，区政协办公室，区法院，区检察院。",
    "青石区人民政府办公室　　　　　　2024年5月20日印发",
)
_NO_START = "，。、；：！？）》”’】〕]),.;:%％"


def wrapped(text: str, width: int, indent: int) -> Iterator[str]:
    """Lines of `width` characters, two digits or Latin letters as wide as one; none begins with a closing mark."""
    line, room = " " * (2 * indent), width - indent
    tokens = _tokens(text)
    for k, token in enumerate(tokens):
        size = sum(0.5 if c.isascii() else 1 for c in token)
        behind = tokens[k + 1] if k + 1 < len(tokens) else ""
        need = size + (1 if behind and behind[0] in _NO_START and size < 2 else 0)
        if need > room and token[0] not in _NO_START:
            yield line
            line, room = "", width
        line += token
        room -= size
    yield line


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for c in text:
        if tokens and c.isascii() and c.isalnum() and tokens[-1][-1].isascii() and tokens[-1][-1].isalnum():
            tokens[-1] += c
        else:
            tokens.append(c)
    return tokens


def paragraphs(_: Random, lines: Sequence[Line]) -> str:
    return "\n".join([*HEAD, *(x.text for x in lines), *FOOT]) + "\n"


def hard(chance: Random, lines: Sequence[Line]) -> str:
    """As a converter gives a printed page: every line cut, page numbers, perhaps the document's name over every page."""
    width, height = chance.choice((24, 28, 30, 32, 34, 36, 38, 40, 46, 60)), chance.randint(20, 26)
    indent = chance.choice((0, 2, 2))
    head = chance.choice(("", "青石区人民政府办公室文件", HEAD[8]))
    number = chance.choice(("— {} —", "- {} -", "—{}—", "第 {} 页"))
    printed = [p for text in HEAD[:3] for p in [text]]
    for text in (*HEAD[3:], *(x.text for x in lines), *FOOT):
        flush = text.endswith("单位：") or text == HEAD[-2]
        printed += wrapped(text, width, 0 if flush else indent)
    pages = [printed[k : k + height] for k in range(0, len(printed), height)]
    whole = []
    for k, page in enumerate(pages, 1):
        over = [head, ""] if head and k > 1 else []
        whole += [*over, *page, "", number.format(k), ""]
    return "\n".join(whole)


def web(_: Random, lines: Sequence[Line]) -> str:
    """Copied from a web page: navigation and share lines above, neighbours and the site's foot below."""
    above = (
        "首页 > 政府信息公开 > 法定主动公开内容 > 政策文件 > 区政府办公室文件 > 2024年青石区政务公开工作要点的通知 > 正文内容",
        "发布时间：2024-05-22　来源：青石区人民政府办公室　浏览次数：1033　字体：【大 中 小】　打印　关闭",
    )
    below = (
        "【打印本页】　【关闭窗口】",
        "上一篇：青石区召开政务公开工作推进会",
        "下一篇：青石区政务公开业务培训班开班",
        "主办单位：青石区人民政府办公室　承办单位：青石区大数据中心　联系电话：0000-1234567",
        "网站标识码：3700000000　某ICP备12345678号　某公网安备 37000000000000号",
    )
    text = [*HEAD[:3], *(f"　　{t}" for t in (*HEAD[3:], *(x.text for x in lines), *FOOT))]
    return "\n".join([*above, *text, *below]) + "\n"


def framed(chance: Random, lines: Sequence[Line]) -> str:
    """The cut lines of a printed page inside a web page."""
    frame = web(chance, ()).split("\n")
    return "\n".join([*frame[:2], hard(chance, lines), *frame[-6:]])


PAGES: dict[str, Callable[[Random, Sequence[Line]], str]] = {
    "paragraphs": paragraphs, "hard": hard, "web": web, "framed": framed,
}  # fmt: skip
