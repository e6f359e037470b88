"""Text of a formula → tokens. Full-width signs and Chinese quotes are made plain first, outside of texts only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.rules.nodes import FormulaError, Schema

MAX_LENGTH = 8_000  # Excel stops at 8,192 characters; the generated text must fit too

_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = str.maketrans(
    {
        **_WIDE,
        **{"×": "*", "÷": "/", "−": "-", "≥": ">=", "≦": "<=", "≤": "<=", "≧": ">=", "≠": "<>"},
        **dict.fromkeys("\t\r\x0b\x0c\x85\xa0\u2002\u2003\u2009\u3000", " "),
    }
)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BOUND = re.compile(r"[\w.·]")
_STAND_IN = "\ue000"


@dataclass(frozen=True)
class Token:
    """kind: number, text, name, call (function name, its bracket consumed), open, close, comma, op, end."""

    kind: str
    value: str


END = Token("end", "")


def tokens(text: str, schema: Schema) -> tuple[Token, ...]:
    """The tokens of a formula (a leading = may be there or not), ended by END.

    Raises FormulaError for what the language does not have: ranges, arrays, brackets [ ], errors, semicolons.
    """
    from openpyxl.formula.tokenizer import Tokenizer

    if len(text) > MAX_LENGTH:
        raise FormulaError(f"公式共 {len(text)} 个字符，超过上限 {MAX_LENGTH} 个字符，请拆成几条规则。")
    plain, labels = normalise(text, schema)
    if not plain:
        raise FormulaError("公式是空的。")
    try:
        found = Tokenizer("=" + plain).items
    except Exception as fault:  # the library signals odd text by several kinds of exception, IndexError among them
        raise FormulaError(_why_unreadable(plain)) from fault
    result = [_token(t.type, t.subtype, t.value, labels, schema) for t in found if t.type != "WHITE-SPACE"]
    return (*result, END)


def normalise(text: str, schema: Schema) -> tuple[str, list[str]]:
    """The formula in plain signs, and the labels with brackets or quotes that were replaced by a stand-in.

    A label such as 表三·（一）予以公开 would fall apart at its brackets; where it stands whole it is one name.
    """
    pattern = schema.bracketed_labels
    out: list[str] = []
    labels: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if pattern and (m := pattern.match(text, at)) and _stands_alone(text, at, m.end()):
            out.append(f"{_STAND_IN}{len(labels)}")
            labels.append(m[0])
            at = m.end()
        elif char in '"＂“”':
            literal, at = _quoted(text, at)
            out.append(literal)
        elif char == _STAND_IN:
            raise FormulaError("公式中含有不能使用的字符。")
        else:
            out.append(char.translate(_PLAIN))
            at += 1
    return re.sub(r"^[\s=]+", "", "".join(out)).rstrip(), labels


def _quoted(text: str, at: int) -> tuple[str, int]:
    """A text from its opening quote on, rewritten with plain quotes, and where it ends."""
    closers = '"' if text[at] == '"' else '"＂“”'
    parts: list[str] = []
    start = at + 1
    for end in range(start, len(text)):
        if end < start or text[end] not in closers:
            continue
        parts.append(text[start:end])
        if text[at] == '"' and text[end + 1 : end + 2] == '"':
            start = end + 2
            continue
        return '"' + '""'.join(p.replace('"', '""') for p in parts) + '"', end + 1
    raise FormulaError("引号没有成对：文字要用一对引号括起来。")


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_BOUND.match(before) if before else None) and not (_BOUND.match(after) if after else None)


def _why_unreadable(plain: str) -> str:
    if "[" in plain or "]" in plain:
        return "不支持方括号 [ ]，列请写成“清单.列名”。"
    if "#" in plain:
        return "公式中不能使用错误值（#N/A、#REF! 等）。"
    if plain.count("(") != plain.count(")"):
        return "括号没有成对。"
    return "公式写法有误，请检查括号、引号和逗号。"


def _token(kind: str, subtype: str, value: str, labels: list[str], schema: Schema) -> Token:
    match kind:
        case "OPERAND":
            return _operand(subtype, value, labels, schema)
        case "FUNC":
            return Token("call", value[:-1]) if subtype == "OPEN" else Token("close", ")")
        case "PAREN":
            return Token("open", "(") if subtype == "OPEN" else Token("close", ")")
        case "ARRAY":
            raise FormulaError("不支持数组常量 { }，请用几个条件的 OR 代替。")
        case "SEP":
            if value == ";":
                raise FormulaError("参数之间请用逗号分隔，不要用分号。")
            return Token("comma", ",")
        case _ if value == ",":
            return Token("comma", ",")
        case _:
            return Token("op", value)


def _operand(subtype: str, value: str, labels: list[str], schema: Schema) -> Token:
    if subtype == "TEXT":
        return Token("text", value[1:-1].replace('""', '"'))
    if _NUMBER.fullmatch(value):
        return Token("number", value)
    if value.startswith(_STAND_IN):
        index = value[1:]
        if index.isascii() and index.isdigit():
            return Token("name", labels[int(index)])
        raise FormulaError("公式写法有误：名称与括号之间缺少运算符。")
    if value not in schema.names:
        _refuse(subtype, value)
    return Token("name", value)


def _refuse(subtype: str, value: str) -> None:
    if subtype == "ERROR" or "#" in value:
        raise FormulaError("公式中不能使用错误值（#N/A、#REF! 等）。")
    if "[" in value or "]" in value:
        raise FormulaError("不支持方括号 [ ]，列请写成“清单.列名”。")
    if "!" in value or "'" in value:
        raise FormulaError(f"“{shown(value)}”引用了工作表，规则中请写字段名。")
    if ":" in value:
        raise FormulaError(f"不支持区域写法“{shown(value)}”，请逐个写字段名或使用区块名。")
    if value.strip(".") == "" or value.startswith(".") or value.endswith("."):
        raise FormulaError("不支持通配符 *，请逐个写字段名或使用区块名。")


def shown(value: str) -> str:
    """A name as a message quotes it: never longer than a line."""
    return value if len(value) <= 40 else value[:40] + "…"
