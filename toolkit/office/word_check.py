"""What can be wrong with a Word template, found before anything is rendered and said in Chinese.

docxtpl heals a tag that Word split over several runs of one paragraph. What it does not heal it drops without a word:
a tag cut by a paragraph mark, text beside a `{{p …}}` tag, a row tag outside a table. Those are faults here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from toolkit.office.package import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DELIMITERS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_KIND = re.compile(r"\{[{%#](p|tr|tc|r)\s")
_MARKUP = {f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "commentReference")}
_ALLOWED_LINK = re.compile(r"https?:|mailto:", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """Why a template cannot be used: the tag or part it is about, and the reason in Chinese."""

    tag: str
    reason: str


def package_faults(package: Package) -> tuple[Fault, ...]:
    """Macros, links to other files and the like: nothing of a template may act in a document."""
    faults = []
    for name in package.parts:
        if name.lower().endswith("vbaproject.bin"):
            faults.append(Fault(name, "模板含有宏，请另存为不含宏的“Word 文档（.docx）”"))
        if not name.endswith(".rels"):
            continue
        owner = re.sub(r"_rels/(.*)\.rels$", r"\1", name)
        for relation in package.relations(owner):
            harmless = relation.kind == "attachedTemplate" or (
                relation.kind == "hyperlink" and _ALLOWED_LINK.match(relation.target)
            )
            if relation.external and not harmless:
                faults.append(Fault(relation.kind, "模板链接了外部文件，请改为直接插入或删除该链接"))
    return tuple(faults)


def part_faults(root: etree._Element) -> tuple[Fault, ...]:
    """Faults of the tags of one XML part, in reading order."""
    faults: list[Fault] = []
    if any(True for _ in root.iter(*_MARKUP)):
        faults.append(Fault("", "模板中有批注或修订痕迹，请接受全部修订并删除批注"))
    for paragraph in root.iter(f"{W}p"):
        faults += _paragraph_faults(paragraph)
    return tuple(faults)


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph without that of text boxes inside it (their paragraphs are met on their own)."""
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t") if next(t.iterancestors(f"{W}p")) is paragraph)


def _paragraph_faults(paragraph: etree._Element) -> Iterator[Fault]:
    text = _text(paragraph)
    if not text:
        return
    if re.search(r"[｛｝]{2}|[｛{]\s*%[^{]*%\s*｝", text):
        yield Fault(_short(text), f"标签“{_short(text)}”用了全角花括号，请改为半角 {{{{ }}}}")
        return
    if (broken := _unbalanced(text)) is not None:
        yield Fault(broken, f"标签“{broken}”不完整（花括号缺失，或被换行拆开），请在同一段内重新键入")
        return
    for tag in TAG.findall(text):
        kind = _KIND.match(tag)
        if kind is not None:
            yield from _placement(paragraph, text, tag, kind[1])


def _unbalanced(text: str) -> str | None:
    """The piece of text around the first brace pair that does not close in this paragraph, else None."""
    opened: re.Match[str] | None = None
    for mark in _DELIMITERS.finditer(text):
        if opened is None and mark[0] in _CLOSING:
            opened = mark
        elif opened is None:
            return _short(text[: mark.end()][-24:])
        elif mark[0] == _CLOSING[opened[0]]:
            opened = None
        elif mark[0] in _CLOSING:
            return _short(text[opened.start() :])
    if opened is not None:
        return _short(text[opened.start() :])
    lone = re.search(r"\{[^{}]*\}", TAG.sub("", text))
    return _short(lone[0]) if lone else None


def _placement(paragraph: etree._Element, text: str, tag: str, kind: str) -> Iterator[Fault]:
    if kind == "p":
        extra = paragraph.find(f"{W}pPr/{W}sectPr") is not None or any(
            True for _ in paragraph.iter(f"{W}drawing", f"{W}pict", f"{W}object")
        )
        if text.strip() != tag or extra:
            yield Fault(tag, f"标签“{tag}”须独占一段，同段的其他内容会丢失")
    elif kind in ("tr", "tc"):
        holder = next(paragraph.iterancestors(f"{W}{kind}"), None)
        name = "行" if kind == "tr" else "单元格"
        if holder is None:
            yield Fault(tag, f"标签“{tag}”只能用在表格内")
        elif "".join(t.text or "" for t in holder.iter(f"{W}t")).strip() != tag:
            yield Fault(tag, f"标签“{tag}”须独占一{name}，同{name}的其他内容会丢失")


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 24 else f"{text[:24]}…"


def nearest(name: str, known: Collection[str]) -> str:
    """“您要用的可能是……” when a known name looks alike, else ""."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"，您要用的可能是“{close[0]}”" if close else ""
