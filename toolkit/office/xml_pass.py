"""One guarded pass of expat over an XML part: UTF-8 only, no DOCTYPE, no entity, bounded depth, width and length.

The only place that imports expat. A part that breaks a bound raises `Refused`; nothing is fetched, nothing expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar
from xml.parsers import expat

from toolkit.office.limits import Limits
from toolkit.office.refusal import Refused

Attributes = dict[str, str]
Start = Callable[[Attributes], None]
End = Callable[[], None]
T = TypeVar("T")

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # ISO strict
)
_XINCLUDE = "http://www.w3.org/2001/XInclude"


def in_main(table: Mapping[str, T]) -> dict[str, T]:
    """A table of spreadsheet elements keyed as expat will name them: transitional and strict, whatever the prefix."""
    return {f"{uri} {local}": value for local, value in table.items() for uri in MAIN}


class Pass:
    """What happens at which element of one part. Subclasses fill `starts` and `ends`; text gathers in `text`.

    Element names are `namespace local`. Every element is counted, whether anybody listens or not.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.starts: dict[str, Start] = {}
        self.ends: dict[str, End] = {}
        self.text: list[str] = []  # pieces since somebody last cleared it
        self.roots: tuple[str, ...] = ()  # full names the first element may have; () = any

    def taken(self) -> str:
        """The text gathered so far; the gathering begins anew."""
        pieces = self.text
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        pieces.clear()
        if len(text) > self.limits.text_chars:
            raise Refused("IN-303", f"一段文字超过 {self.limits.text_chars} 字")
        return text

    def drop(self, attributes: Attributes | None = None) -> None:
        """Forget the text gathered so far (as a start handler: text begins here)."""
        self.text.clear()

    def budget(self, what: str, limit: int) -> Start:
        """A start handler that counts one kind of element."""
        left = [limit]

        def count(attributes: Attributes) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Refused("IN-404", f"{what}超过上限 {limit} 个")

        return count


def _counted(handler: Pass) -> tuple[Callable[[str, Attributes], None], Callable[[str], None]]:
    """The start and end callbacks: every element is counted and bounded, then handed on. Closures, since this is the
    one loop that decides what reading a workbook costs."""
    limits = handler.limits
    most_depth, most_elements = limits.depth, limits.elements
    most_attributes, most_chars = limits.attributes, limits.attribute_chars
    starts, ends, roots = handler.starts.get, handler.ends.get, handler.roots
    depth = count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > most_depth:
            raise Refused("IN-303", f"嵌套超过 {most_depth} 层")
        if count > most_elements:
            raise Refused("IN-404", f"单个部分的元素超过上限 {most_elements} 个")
        if attributes:
            if len(attributes) > most_attributes:
                raise Refused("IN-303", f"一个元素的属性超过 {most_attributes} 个")
            for value in attributes.values():
                if len(value) > most_chars:
                    raise Refused("IN-303", f"一个属性超过 {most_chars} 字")
        if count == 1 and roots and name not in roots:
            raise Refused("IN-304", "内部文件的种类不符")
        listener = starts(name)
        if listener is not None:
            listener(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener = ends(name)
        if listener is not None:
            listener()

    return start, end


def run(content: bytes, handler: Pass) -> None:
    """Drive one part through its pass. Raises `Refused` (IN-301, IN-302, IN-303, IN-404) and nothing else."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[:2] in (b"\x00<", b"<\x00"):
        raise Refused("IN-302", "文字编码不是 UTF-8")
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.XmlDeclHandler = _declaration
    parser.StartDoctypeDeclHandler = _doctype
    parser.EntityDeclHandler = _doctype
    parser.ExternalEntityRefHandler = _doctype
    parser.StartNamespaceDeclHandler = _namespace
    parser.StartElementHandler, parser.EndElementHandler = _counted(handler)
    parser.CharacterDataHandler = handler.text.append
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refused("IN-302", f"内部代码第 {error.lineno} 行附近不符合规范") from None


def _declaration(version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
        raise Refused("IN-302", "文字编码不是 UTF-8")


def _doctype(*_: object) -> NoReturn:
    raise Refused("IN-301", "文档类型或实体声明")


def _namespace(prefix: str | None, uri: str | None) -> None:
    if uri == _XINCLUDE:
        raise Refused("IN-302", "含有引用其他文件的指令")
