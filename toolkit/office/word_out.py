"""The docxtpl door: a Word template in, finished documents out, the same bytes for the same input.

docxtpl's own way compiles every template again for each document. Here its template language is kept (its patching of
Word's XML, its treatment of line breaks), but a template is read, checked and compiled once: `compile_template`;
`Template.render` then only runs Jinja, checks the result and packs it together with the parts that never change.

Templates are the office's, the data are the departments': Jinja runs sandboxed with autoescape and strict undefined
names, and the filters that would let data act as XML are not there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from lxml import etree

from toolkit.office.package import Package, PackageError, content_types, parse_xml, rels_name
from toolkit.office.tables import printable
from toolkit.office.word_check import TAG, Fault, nearest, package_faults, part_faults

if TYPE_CHECKING:
    from jinja2 import Template as JinjaTemplate
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

_TEXT_PARTS = ("document.main", "header", "footer", "footnotes", "endnotes")
_DROPPED = ("docProps/custom.xml", "docProps/thumbnail.jpeg", "docProps/thumbnail.wmf", "docProps/thumbnail.emf")
_MARK = re.compile(r"<\?block (\S+)\?>")
_UNSAFE_FILTERS = ("safe", "urlize", "xmlattr", "tojson", "forceescape", "pprint")
_FOR_FUN = ("lipsum", "cycler", "joiner", "namespace", "dict")

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator></dc:creator>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


class Named(str):
    """A text with properties: `{{ 单位 }}` prints the name, `{{ 单位.类别 }}` one of its facts."""

    facts: Mapping[str, object]

    def __new__(cls, text: str, facts: Mapping[str, object]) -> Named:
        self = super().__new__(cls, text)
        self.facts = facts
        return self

    def __getattr__(self, name: str) -> object:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Block:
    """Ready block-level XML (a table); stands in a template as `{{p name }}`, `name` being its key in the context."""

    name: str
    xml: str = field(repr=False)

    def __html__(self) -> str:
        return f"<?block {self.name}?>"

    def __bool__(self) -> bool:
        return bool(self.xml)


def cleaned(value: object) -> object:
    """A context with every text made printable (see tables.printable); shapes stay as they are."""
    if isinstance(value, Named):
        return Named(printable(value), {k: cleaned(v) for k, v in value.facts.items()})
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {k: cleaned(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [cleaned(v) for v in value]
    return value


@dataclass(frozen=True)
class Template:
    """A compiled template. `names`: the top-level names it uses; `counts`: how often each block name is placed."""

    names: frozenset[str]
    placed: Mapping[str, int]
    _package: Package = field(repr=False)
    _parts: Mapping[str, _Part] = field(repr=False)
    _main: str

    def render(self, context: Mapping[str, object], title: str = "", notice: str = "") -> bytes | Fault:
        """The finished document; a Fault when a tag finds no data. `notice` is put on top of the first page (for
        templates without a place of their own for 送审稿). Never half a document."""
        blocks = {k: v.xml for k, v in context.items() if isinstance(v, Block)}
        data = cleaned(context)
        changes: dict[str, bytes | None] = {}
        for name, part in self._parts.items():
            text = part.render(data)
            if isinstance(text, Fault):
                return text
            if name == self._main and notice:
                text = re.sub(r"(<w:body(?: [^>]*)?>)", lambda m: m[1] + _notice(notice), text, count=1)
            try:
                etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
            except etree.XMLSyntaxError:
                return Fault("", "标签所在的位置不合适，生成的文档不完整，请检查循环、条件标签是否成对并各占一段")
            changes[name] = _placed(text, blocks).encode()
        if "docProps/core.xml" in self._package:
            changes["docProps/core.xml"] = _CORE.replace("{title}", escape(printable(title))).encode()
        return self._package.with_parts(changes).to_bytes()


def _notice(text: str) -> str:
    return (
        '<w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia" w:eastAsia="黑体"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(printable(text), quote=False)}</w:t></w:r></w:p>'
    )


def _placed(text: str, blocks: Mapping[str, str]) -> str:
    """Blocks in their places. Word wants a paragraph after a table in a cell, between tables and at the end."""
    text = _MARK.sub(lambda m: blocks[m[1]], text)
    return re.sub(r"</w:tbl>(?=\s*(?:</w:tc>|<w:tbl>|<w:tbl |<w:sectPr|</w:body>))", "</w:tbl><w:p/>", text)


@dataclass(frozen=True)
class _Part:
    compiled: JinjaTemplate
    tags: tuple[str, ...]  # as typed in Word
    finish: Callable[[str], str]

    def render(self, data: object) -> str | Fault:
        assert isinstance(data, dict)
        try:
            return self.finish(self.compiled.render(data))
        except _NoData as error:
            found = next((t for t in self.tags if re.search(rf"(?<!\w){re.escape(error.name)}(?!\w)", t)), error.name)
            return Fault(found, f"标签“{found}”中的“{error.name}”没有对应的数据{nearest(error.name, error.known)}")
        except _evaluation_errors():
            found = next((tag for tag in self.tags if _fails(tag, data)), "")
            return Fault(found, f"标签{f'“{found}”' if found else ''}中的运算无法完成，请检查所用的数据是文字还是数字")


class _NoData(Exception):
    def __init__(self, name: str, known: Collection[str]) -> None:
        super().__init__(name)
        self.name, self.known = name, known


def _evaluation_errors() -> tuple[type[Exception], ...]:
    """What an expression of a template may end in; anything else is our own fault and goes on."""
    from jinja2 import TemplateError

    return TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError


def _fails(tag: str, data: dict[str, object]) -> bool:
    """True when this `{{ … }}` alone cannot be computed; one that needs a loop's variable is not judged."""
    if not tag.startswith("{{"):
        return False
    try:
        _environment().from_string(_expression(tag)).render(data)
    except _NoData:
        return False
    except _evaluation_errors():
        return True
    return False


# ---------------------------------------------------------------- compiling


@lru_cache(maxsize=64)
def compile_template(
    data: bytes, known: frozenset[str], blocks: frozenset[str] = frozenset()
) -> tuple[Template | None, tuple[Fault, ...]]:
    """A template's bytes → (template, ()) or (None, every fault found). `known`: the names a template of this kind
    may use; `blocks`: those of them that stand for whole tables."""
    try:
        package = Package.open(data)
        main = package.related("", "officeDocument")
        if main is None or main not in package:
            return None, (Fault("", "不是 Word 文档（.docx）"),)
        return _compile(_stripped(package), main, known, blocks)
    except PackageError:
        return None, (Fault("", "文件已损坏、设有密码或不是 Word 文档（.docx），无法读取"),)


def _compile(
    package: Package, main: str, known: frozenset[str], blocks: frozenset[str]
) -> tuple[Template | None, tuple[Fault, ...]]:
    faults = list(package_faults(package))
    env = _environment()
    allowed = known | set(env.globals)
    parts: dict[str, _Part] = {}
    names: set[str] = set()
    placed: dict[str, int] = {}
    for name in _text_parts(package):
        root = parse_xml(package.read(name))
        own = list(part_faults(root))
        source = etree.tostring(root, encoding="unicode")
        tags = tuple(_plain_tags(root))
        own += [fault for tag in tags for fault in _tag_faults(env, tag, blocks)]
        if not own and (tags or name == main):
            part, used, more = _compile_part(env, source, tags)
            own += more
            own += [_unknown(n, tags, known) for n in sorted(used - allowed)]
            names |= used
            if part is not None:
                parts[name] = part
            for block in blocks:
                placed[block] = placed.get(block, 0) + len(re.findall(rf"\{{\{{p\s+{block}\s*\}}\}}", "".join(tags)))
        faults += own
    if faults:
        return None, tuple(dict.fromkeys(faults))
    return Template(frozenset(names), placed, package, parts, main), ()


def _unknown(name: str, tags: tuple[str, ...], known: Collection[str]) -> Fault:
    tag = next((t for t in tags if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", t)), name)
    return Fault(tag, f"标签“{tag}”中的“{name}”没有对应的数据{nearest(name, known)}")


def _plain_tags(root: etree._Element) -> list[str]:
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = []
    for paragraph in root.iter(f"{w}p"):
        text = "".join(t.text or "" for t in paragraph.iter(f"{w}t") if next(t.iterancestors(f"{w}p")) is paragraph)
        found += TAG.findall(text)
    return found


_QUOTES = str.maketrans("“”‘’", "\"\"''")


def _expression(tag: str) -> str:
    return re.sub(r"^\{\{(?:p|tr|tc|r)\s", "{{ ", tag).translate(_QUOTES)


def _tag_faults(env: SandboxedEnvironment, tag: str, blocks: Collection[str]) -> list[Fault]:
    """A single `{{ … }}` must be a whole expression, and a block's name stands as `{{p name}}` alone."""
    from jinja2 import TemplateSyntaxError

    if not tag.startswith("{{"):
        return []
    try:
        env.parse(_expression(tag))
    except TemplateSyntaxError:
        return [Fault(tag, f"标签“{tag}”写法有误")]
    name = tag[2:-2].strip()
    if name in blocks:
        return [Fault(tag, f"标签“{tag}”是整张表格，请写作 {{{{p {name} }}}} 并独占一段")]
    if tag.startswith("{{p ") and name[2:].strip() not in blocks:
        return [Fault(tag, f"标签“{tag}”不是表格，请去掉字母 p，写作 {{{{ {name[2:].strip()} }}}}")]
    return []


def _compile_part(
    env: SandboxedEnvironment, source: str, tags: tuple[str, ...]
) -> tuple[_Part | None, set[str], list[Fault]]:
    """The compiled part, the names it uses, its faults."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateSyntaxError, meta

    language = DocxTemplate(io.BytesIO())  # for its patching only; it never opens a file
    patched = language.patch_xml(source)
    try:
        tree = env.parse(patched)
        used = set(meta.find_undeclared_variables(tree))
        compiled = env.from_string(tree)
    except TemplateSyntaxError as error:
        return None, set(), [_syntax_fault(str(error.message), tags)]
    if banned := _banned(tree):
        return None, set(), [Fault(banned, f"模板不得使用 {banned}")]
    columns_vary = any(re.match(r"\{%tc\s|\{%\s*(colspan|hm)\b", tag) for tag in tags)

    def finish(text: str) -> str:
        text = str(language.resolve_listing(text))
        if columns_vary:
            etree.fromstring(text.encode())  # fix_tables would quietly mend what is broken
            text = etree.tostring(language.fix_tables(text), encoding="unicode")
        return text

    return _Part(compiled, tags, finish), used, []


def _syntax_fault(message: str, tags: tuple[str, ...]) -> Fault:
    """Jinja's English in the office's words."""
    if wanted := re.search(r"looking for the following tags: '(\w+)'", message):
        opens = wanted[1].removeprefix("end")
        opener = next((t for t in reversed(tags) if re.match(rf"\{{%\w*\s*{opens}\b", t)), wanted[1])
        return Fault(opener, f"标签“{opener}”没有结束，缺少 {wanted[1]}")
    if unknown := re.search(r"unknown tag '(\w+)'", message):
        tag = next((t for t in tags if unknown[1] in t), unknown[1])
        return Fault(tag, f"标签“{tag}”中的“{unknown[1]}”无法识别，或没有与之对应的开始标签")
    if missing := re.search(r"No (filter|test) named '(\w+)'", message):
        tag = next((t for t in tags if missing[2] in t), missing[2])
        return Fault(tag, f"标签“{tag}”中的“{missing[2]}”不能使用")
    suspect = next((t for t in tags if t.startswith("{%")), "")
    return Fault(suspect, f"标签“{suspect}”等处写法有误")


def _banned(tree: nodes.Template) -> str:
    """A statement that would switch escaping off or reach for another file, "" when there is none."""
    from jinja2 import nodes

    for kind, word in (
        (nodes.ScopedEvalContextModifier, "autoescape"),
        (nodes.Include, "include"),
        (nodes.Import, "import"),
        (nodes.FromImport, "import"),
        (nodes.Extends, "extends"),
    ):
        if next(tree.find_all(kind), None) is not None:
            return word
    return ""


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class NoData(StrictUndefined):
        def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> Any:
            thing = self._undefined_obj
            facts = thing.facts if isinstance(thing, Named) else thing if isinstance(thing, Mapping) else {}
            raise _NoData(str(self._undefined_name), [str(k) for k in facts])

        __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = _fail_with_undefined_error
        __hash__ = __contains__ = __call__ = __getitem__ = __add__ = __html__ = _fail_with_undefined_error

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self._fail_with_undefined_error()

    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=NoData, keep_trailing_newline=True)
    for name in _UNSAFE_FILTERS:
        env.filters.pop(name, None)
    for name in _FOR_FUN:
        env.globals.pop(name, None)
    return env


# ---------------------------------------------------------------- the package


def _text_parts(package: Package) -> list[str]:
    """The parts whose text docxtpl renders, by content type, in the package's order."""
    types = parse_xml(package.read("[Content_Types].xml"))
    wanted = {
        node.get("PartName", "").lstrip("/")
        for node in types
        if (kind := re.search(r"wordprocessingml\.(.+)\+xml$", node.get("ContentType", ""))) and kind[1] in _TEXT_PARTS
    }
    return [name for name in package.parts if name in wanted]


def _stripped(package: Package) -> Package:
    """Without what tells about the template's maker: custom properties, thumbnail, the attached template's path."""
    gone = [name for name in _DROPPED if name in package]
    changes: dict[str, bytes | None] = dict.fromkeys(gone, None)
    if gone:
        changes["[Content_Types].xml"] = content_types(package, {}, gone)
    for name in package.parts:
        if name == "_rels/.rels" or name.endswith("settings.xml.rels"):
            root = parse_xml(package.read(name))
            for node in list(root):
                kind, target = node.get("Type", "").rsplit("/", 1)[-1], node.get("Target", "").lstrip("/")
                if kind == "attachedTemplate" or target in gone:
                    root.remove(node)
            changes[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    settings = "word/settings.xml"
    if rels_name(settings) in changes and settings in package:
        changes[settings] = re.sub(rb"<w:attachedTemplate [^>]*/>", b"", package.read(settings))
    if "docProps/app.xml" in package:
        changes["docProps/app.xml"] = _APP.encode()
    return package.with_parts(changes)
