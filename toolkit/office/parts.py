"""The package of a workbook: content types, relationships, the list of sheets, document properties.

Parts are found as the package itself says, never by guessing a name; what is named but not there refuses the file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.office.limits import Limits
from toolkit.office.refusal import Refused
from toolkit.office.xml_pass import MAIN, Attributes, Pass, in_main, run

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ID = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_BANNED = (  # fragments of content types and relationship types, lower case
    ("vbaproject", "宏"),
    ("macrosheet", "宏表"),
    ("dialogsheet", "对话框表"),
    ("activex", "控件"),
    ("ctrlprop", "控件"),
    ("relationships/control", "控件"),
    ("oleobject", "嵌入对象"),
    ("relationships/package", "嵌入对象"),
    ("attachedtemplate", "附加模板"),
    ("connections", "数据连接"),
    ("querytable", "数据连接"),
    ("ui/extensibility", "自定义功能区"),
)
_OWN = ("officedocument", "worksheet", "styles", "sharedstrings", "chartsheet", "theme")  # must lie inside the file
_SHEET_KINDS = ("worksheet", "chartsheet")
_PLAIN_LINKS = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Relation:
    """One relationship: `kind` is the last word of its type in lower case, `target` a part name of this package."""

    id: str
    kind: str
    target: str
    external: bool
    linked: bool  # points out of the file in a way people should know of (an ordinary web or mail link does not)


@dataclass(frozen=True)
class SheetEntry:
    name: str
    state: str  # visible, hidden, veryHidden
    part: str


@dataclass(frozen=True)
class Outline:
    """What xl/workbook.xml says, every part looked up."""

    sheets: tuple[SheetEntry, ...]
    date1904: bool
    styles: str  # part name, "" when there is none
    strings: str
    main: str


Parts = Mapping[str, bytes]


# ---------------------------------------------------------------- content types


class _TypesPass(Pass):
    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.by_extension: dict[str, str] = {}
        self.by_part: dict[str, str] = {}
        self.roots = (f"{_TYPES} Types",)
        self.starts = {f"{_TYPES} Default": self._default, f"{_TYPES} Override": self._override}

    def _default(self, attributes: Attributes) -> None:
        self.by_extension[attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")

    def _override(self, attributes: Attributes) -> None:
        part = attributes.get("PartName", "").removeprefix("/")
        self.by_part[part] = attributes.get("ContentType", "")


def _allowed(kind: str) -> str:
    lowered = kind.lower()
    for mark, what in (("macroenabled", "宏"), *_BANNED):
        if mark in lowered:
            raise Refused("IN-305", what)
    return kind


def content_types(parts: Parts, names: Iterable[str], limits: Limits) -> Mapping[str, str]:
    """Content type by part name, for the named parts; macros and embedded things refuse the file (IN-305)."""
    if "[Content_Types].xml" not in parts:
        raise Refused("IN-304", "没有内容类型表")
    table = _TypesPass(limits)
    run(parts["[Content_Types].xml"], table)
    return MappingProxyType(
        {name: _allowed(table.by_part.get(name) or table.by_extension.get(_extension(name), "")) for name in names}
    )


def _extension(part: str) -> str:
    return part.rpartition(".")[2].lower()


# ---------------------------------------------------------------- relationships


class _RelationsPass(Pass):
    def __init__(self, limits: Limits, source: str) -> None:
        super().__init__(limits)
        self.source = source  # name of the part that points, "" for the package
        self.found: list[Relation] = []
        self.roots = (f"{_RELATIONS} Relationships",)
        self.starts = {f"{_RELATIONS} Relationship": self._relation}

    def _relation(self, attributes: Attributes) -> None:
        full = _allowed(attributes.get("Type", ""))
        kind = full.rpartition("/")[2].lower()
        target = attributes.get("Target", "")
        external = attributes.get("TargetMode", "Internal").lower() != "internal"
        if external and kind in _OWN:
            raise Refused("IN-306")
        linked = external and not (kind == "hyperlink" and target.strip().lower().startswith(_PLAIN_LINKS))
        resolved = "" if external or kind == "hyperlink" else _resolve(self.source, target)
        self.found.append(Relation(attributes.get("Id", ""), kind, resolved, external, linked))


def _resolve(source: str, target: str) -> str:
    """A relationship's target as a part name; leaving the package is refused."""
    path = target.partition("#")[0]
    joined = path.removeprefix("/") if path.startswith("/") else posixpath.join(posixpath.dirname(source), path)
    name = posixpath.normpath(joined)
    if name.startswith(("..", "/")) or "\\" in name or ":" in name.partition("/")[0]:
        raise Refused("IN-304", "内部引用指向文件之外")
    return name


def relations_of(parts: Parts, source: str, limits: Limits) -> tuple[Relation, ...]:
    """The relationships of a part (`""` = of the package itself); () when it has none."""
    folder, _, base = source.rpartition("/")
    name = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    if name not in parts:
        return ()
    table = _RelationsPass(limits, source)
    run(parts[name], table)
    return tuple(table.found)


def all_relations(parts: Parts, limits: Limits) -> Mapping[str, tuple[Relation, ...]]:
    """The relationships of every part that has some, by the part that points ("" = the package)."""
    found: dict[str, tuple[Relation, ...]] = {}
    for name in parts:
        folder, _, base = name.rpartition("/")
        if base.lower().endswith(".rels") and (folder == "_rels" or folder.endswith("/_rels")):
            source = posixpath.join(posixpath.dirname(folder), base[: -len(".rels")])
            found[source] = relations_of(parts, source, limits)
    return MappingProxyType(found)


# ---------------------------------------------------------------- the workbook part


class _WorkbookPass(Pass):
    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.sheets: list[tuple[str, str, str]] = []  # name, state, relationship id
        self.date1904 = False
        self.roots = tuple(f"{uri} workbook" for uri in MAIN)
        self.starts = in_main(
            {
                "workbookPr": self._settings,
                "sheet": self._sheet,
                "definedName": self.budget("名称", limits.defined_names),
            }
        )

    def _settings(self, attributes: Attributes) -> None:
        self.date1904 = attributes.get("date1904", "") in ("1", "true", "on")

    def _sheet(self, attributes: Attributes) -> None:
        if len(self.sheets) >= self.limits.sheets:
            raise Refused("IN-404", f"工作表超过上限 {self.limits.sheets} 个")
        relation = next((attributes[key] for key in _ID if key in attributes), "")
        self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), relation))


def outline(
    parts: Parts, types: Mapping[str, str], relations: Mapping[str, tuple[Relation, ...]], limits: Limits
) -> Outline:
    """The workbook's sheets and shared parts. Refuses missing parts (IN-304) and a workbook without sheets (IN-401)."""
    main = next((r.target for r in relations.get("", ()) if r.kind == "officedocument"), "")
    if not main or main not in parts:
        raise Refused("IN-304", "没有工作簿部分")
    if types[main] != _MAIN_TYPE:
        if "spreadsheetml.template" in types[main]:
            raise Refused("IN-209", what="Excel 模板（.xltx）")
        if "spreadsheetml" not in types[main]:
            raise Refused("IN-201", what="其他办公文档")
        raise Refused("IN-304", "工作簿种类不明")
    book = _WorkbookPass(limits)
    run(parts[main], book)
    own = {r.id: r for r in relations.get(main, ())}
    if not book.sheets or (own and not any(r.kind in _SHEET_KINDS for r in own.values())):
        raise Refused("IN-401", sheet="（任意）", present="无")
    if len({name.casefold() for name, _, _ in book.sheets}) != len(book.sheets):
        raise Refused("IN-302", "工作表重名")
    sheets = tuple(
        SheetEntry(name, state, part)
        for name, state, relation in book.sheets
        if (part := _sheet_part(own.get(relation), parts)) is not None
    )
    shared = {r.kind: r.target for r in own.values()}
    for kind in ("styles", "sharedstrings"):
        if kind in shared and shared[kind] not in parts:
            raise Refused("IN-304", "缺少样式或文字部分")
    if len({s.part for s in sheets}) != len(sheets):
        raise Refused("IN-304", "两张工作表指向同一内容")
    return Outline(sheets, book.date1904, shared.get("styles", ""), shared.get("sharedstrings", ""), main)


def _sheet_part(relation: Relation | None, parts: Parts) -> str | None:
    """The part of a worksheet; None for a chart sheet, which has no cells."""
    if relation is None or relation.target not in parts:
        raise Refused("IN-304", "工作表的内容缺失")
    if relation.kind == "chartsheet":
        return None
    if relation.kind != "worksheet":
        raise Refused("IN-304", "工作表指向的内容不是工作表")
    return relation.target


# ---------------------------------------------------------------- document properties


class _PropertiesPass(Pass):
    """Custom properties by name, and the `modified` text of the core properties."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.custom: dict[str, str] = {}
        self.modified = ""
        self._name = ""
        uri = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
        strict = "http://purl.oclc.org/ooxml/officeDocument/customProperties"
        for own in (uri, strict):
            self.starts[f"{own} property"] = self._property
            self.ends[f"{own} property"] = self._value
        self.starts["http://purl.org/dc/terms/ modified"] = self.drop
        self.ends["http://purl.org/dc/terms/ modified"] = self._modified

    def _property(self, attributes: Attributes) -> None:
        self._name = attributes.get("name", "")
        self.drop()

    def _value(self) -> None:
        self.custom[self._name] = self.taken().strip()

    def _modified(self) -> None:
        self.modified = self.taken().strip()


def properties(
    parts: Parts, relations: Mapping[str, tuple[Relation, ...]], limits: Limits
) -> tuple[Mapping[str, str], str]:
    """Custom document properties, and when the file says it was saved (ISO text as stored, "" when it says nothing)."""
    custom: Mapping[str, str] = {}
    modified = ""
    for relation in relations.get("", ()):
        if relation.target in parts and relation.kind in ("custom-properties", "customproperties"):
            own = _PropertiesPass(limits)
            run(parts[relation.target], own)
            custom = own.custom
        elif relation.target in parts and relation.kind in ("core-properties", "coreproperties"):
            own = _PropertiesPass(limits)
            run(parts[relation.target], own)
            modified = own.modified
    return custom, modified
