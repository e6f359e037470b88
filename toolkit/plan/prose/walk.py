"""What a walk through running text keeps: headings in force, tasks so far, paragraphs that wait for their doers, and for each
numbered item whether it became a task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from toolkit.plan.document_head import doc_no_of, is_title
from toolkit.plan.parts import SourceText
from toolkit.plan.prose.brackets import Fields
from toolkit.plan.prose.clauses import ProseTask
from toolkit.plan.words.marks import asks_something, is_last_word

_FRAME = re.compile(
    r"保障措施|组织领导|组织保障|组织实施|工作要求|总体要求|总体思路|指导思想|(?:工作|总体|主要)目标|基本原则|(?:起草|制定)背景|有关要求"
)
"""Headings of what frames the tasks of a plan: text below them that names nobody is no task that was forgotten."""
_MOST_WAITING = 12
_SAYS_SOMETHING = 30  # characters; a shorter line above the first heading is an address, a number, a date


@dataclass
class Section:
    """A heading whose bracket speaks for all below it, and the paragraphs that name nobody themselves."""

    level: int
    title: str
    above: tuple[str, ...]
    fields: Fields
    line: int
    no: str | None = None
    bodies: list[tuple[tuple[str, ...], list[SourceText]]] = field(default_factory=list)
    said_at: int = 0  # the line that last said who does it, where lines do
    own: bool = False  # a task inside has its own bracket
    times: dict[int, Fields] = field(default_factory=dict)  # what a line 完成时限：… says of a body, by its position

    def tasks(self) -> list[ProseTask]:
        said = self.fields
        if not self.bodies:
            only = ProseTask(self.title, self.above, said.units, self.line, said.deadline, said.person, self.no)
            return [] if self.own else [only]
        return [
            ProseTask(
                "".join(t.text for t in texts), path, said.units, texts[0].line, self.times.get(k, said).deadline, said.person,
                None, True, self.line if path != (*self.above, self.title) else 0,
            )
            for k, (path, texts) in enumerate(self.bodies)
        ]  # fmt: skip


@dataclass(eq=False)
class Item:
    """A numbered line with what stands below it, as far as the next one of its depth. `paths`: where each text hangs."""

    level: int
    above: Item | None
    heading: str
    path: tuple[str, ...]
    line: int
    no: str | None
    texts: list[SourceText] = field(default_factory=list)
    rests: list[SourceText] = field(default_factory=list)  # behind the last bracket of a paragraph
    done: bool = False  # it gave a task
    below: list[Item] = field(default_factory=list)

    def every(self) -> Iterator[Item]:
        yield self
        for item in self.below:
            yield from item.every()

    @property
    def frame(self) -> bool:
        return bool(_FRAME.search(f"{' '.join(self.path)} {self.heading}"))


@dataclass
class Walk:
    """The headings in force, the tasks so far, and the paragraphs that a later 责任单位： line may close."""

    named: frozenset[int]  # lines whose first sentence is the item's name
    levels: list[tuple[int, str]] = field(default_factory=list)
    number: int | None = None  # of the 1. 2. 3. item that is open
    tasks: list[ProseTask] = field(default_factory=list)
    waiting: list[SourceText] = field(default_factory=list)
    section: Section | None = None
    narrative: int = 0
    asked: list[SourceText] = field(default_factory=list)  # closing words with a duty of their own
    said: Fields = field(default_factory=Fields)  # a time or a person that stands before the units of the same task
    last: tuple[int, list[SourceText]] | None = None  # the only task below a heading, and the paragraphs before it
    root: Item = field(default_factory=lambda: Item(0, None, "", (), 0, None))
    item: Item | None = None
    used: set[int] = field(default_factory=set)  # lines of paragraphs that went into a task
    joint: list[tuple[int, list[SourceText]]] = field(default_factory=list)  # one 责任单位： line below several items
    times: dict[tuple[str, ...], tuple[str, int]] = field(
        default_factory=dict
    )  # said by a heading: until when, its line
    ended: bool = False  # below the signature, 附件：, 抄送：

    def put(self, level: int, text: str) -> None:
        self.levels = [(n, t) for n, t in self.levels if n < level] + [(level, text)]

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(t for _, t in self.levels)

    @property
    def no(self) -> str | None:
        return str(self.number) if self.number is not None else None

    def open_item(self, level: int, line: int) -> None:
        above = self.item or self.root
        while above.level >= level and above.above is not None:
            above = above.above
        heading = self.levels[-1][1] if self.levels and self.levels[-1][0] == level else ""
        self.item = Item(level, above, heading, self.path, line, self.no)
        above.below.append(self.item)

    def gave(self, *used: SourceText) -> None:
        """The open item became a task, with these paragraphs."""
        (self.item or self.root).done = True
        self.used |= {t.line for t in used}

    def leave(self, level: int) -> None:
        """A heading of this level ends the sections at and below it."""
        if self.section is not None and level <= self.section.level:
            self.tasks += self.section.tasks()
            self.section = None

    def settle(self) -> None:
        """A heading ends: the one bracket at the end of its paragraphs speaks for all of them."""
        if self.last is not None:
            at, before = self.last
            task = self.tasks[at]
            whole = "".join(t.text for t in before) + task.requirement
            self.tasks[at] = replace(task, requirement=whole, line=before[0].line)
            self.used |= {t.line for t in before}
        self.last = None

    def end(self) -> None:
        """The text ends: what follows belongs to no item."""
        self.settle()
        self.leave(0)
        self.waiting, self.said, self.ended = [], Fields(), True

    def body(self, text: SourceText, numbered: bool, rest: bool = False) -> None:
        """A paragraph that names nobody: its section's, or one that waits for a 责任单位： line."""
        if not numbered and is_last_word(text.text):
            self.asked += [text] if asks_something(text.text) else []
            self.end()
            return
        if self.section is not None:
            self.gave()
            bodies = self.section.bodies
            if numbered or not bodies or bodies[-1][0] != self.path:
                bodies.append((self.path, []))
            bodies[-1][1].append(text)
            return
        item = self.item or self.root
        (item.rests if rest else item.texts).append(text)
        self.waiting = [*self.waiting, text][-_MOST_WAITING:]
        self.narrative += len(text.text) > 30


def forgotten(walk: Walk) -> tuple[list[ProseTask], list[SourceText]]:
    """Tasks that name nobody: items whose siblings are tasks, and sentences behind the last bracket of a paragraph. Besides
    the paragraphs that are neither task nor frame, for the office to look at."""
    tasks: list[ProseTask] = []
    left: list[SourceText] = []
    for item in walk.root.every():
        path = item.path
        rests = [t for t in item.rests if t.line not in walk.used]
        tasks += [ProseTask(t.text, path, (), t.line, no=item.no, path_own=False) for t in rests]
    left += [t for t in _unused(walk.root, walk) if len(t.text) > _SAYS_SOMETHING]
    told: set[Item] = set()
    for item in walk.root.every():
        if item in told or item is walk.root or item.frame:
            continue
        family = list(item.every())
        if any(i.done for i in family):
            left += [] if item.below else _unused(item, walk)
            continue
        if not any(i.done for i in item.above.below) if item.above else True:
            left += _unused(item, walk)
            continue
        told |= set(family)
        tasks += _alone(item, family, walk)
    return tasks, [t for t in [*left, *walk.asked] if len(t.text) > 10 and not _addresses(t)]


def _addresses(text: SourceText) -> bool:
    """A title, the document's number, the line that names the receivers: nothing that could be a task."""
    return is_title(text.text) or text.text.endswith(("：", ":")) or doc_no_of([text]) is not None


def _unused(item: Item, walk: Walk) -> list[SourceText]:
    return [t for t in item.texts if t.line not in walk.used]


def _alone(item: Item, family: Sequence[Item], walk: Walk) -> list[ProseTask]:
    """One task for an item with its enumeration, one for each part where the item is but a heading over whole sentences."""
    texts = [t for i in family for t in _unused(i, walk)]
    parts = [i for i in family[1:] if _unused(i, walk)]
    if parts and not _unused(item, walk) and all(_unused(i, walk)[-1].text.endswith("。") for i in parts):
        return [
            ProseTask("".join(t.text for t in ts), i.path, (), ts[0].line, no=i.no)
            for i in parts
            if (ts := _unused(i, walk))
        ]
    if texts:
        return [ProseTask("".join(t.text for t in texts), item.path, (), texts[0].line, no=item.no)]
    if item.heading and not any(t.line in walk.used for i in family for t in i.texts):
        return [ProseTask(item.heading, item.path[:-1], (), item.line, no=item.no)]
    return []


def in_time(task: ProseTask, walk: Walk) -> ProseTask:
    """A task without a time of its own has that of the nearest heading that says one."""
    path = (*task.path, task.requirement)
    for depth in range(len(path), 0, -1):
        said = walk.times.get(path[:depth])
        if said and not task.deadline:
            return replace(task, deadline=said[0], deadline_from=said[1] if depth < len(path) else 0)
    return task


def parted(walk: Walk) -> None:
    """A 责任单位： line below several items speaks for the last alone where other items of the list have theirs."""
    for at, texts in walk.joint:
        last = max(k for k, t in enumerate(texts) if t.level)
        owners = [i for i in walk.root.every() if any(t in i.texts for t in texts)]
        above = owners[-1].above
        if above is None or not any(i.done for i in above.below if i not in owners):
            continue
        kept = texts[last:]
        walk.used -= {t.line for t in texts[:last]}
        walk.tasks[at] = replace(walk.tasks[at], requirement="".join(t.text for t in kept), line=kept[0].line)
