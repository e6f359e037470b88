"""`python -m toolkit.builtin.reference_docs`: docs/reference/findings.md and commands.md, from the running program.

The page of findings takes its examples from tests/gallery, where each is played and compared letter by letter.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.findings import CODES, Code

_FAMILIES = {
    "IN-1": "收件文件夹与文件", "IN-2": "文件容器", "IN-3": "工作簿内部", "IN-4": "工作表", "IN-5": "单元格", "IN-6": "读取过程",
    "ROW": "逐行规则", "TAB": "整表规则", "FORM": "表单（办公室维护）", "REF": "参考工作簿（办公室维护）", "SCO": "考核",
    "PLN": "方案导入", "RUN": "运行", "OUT": "输出", "DB": "索引与档案", "PII": "个人信息",
}  # fmt: skip
_GROUPS = {
    "建立": ("init", "plan", "sample"),
    "日常": ("issue", "check", "fill", "run", "receive", "watch", "status", "list", "rules", "explain"),
    "办公室的决定": ("close", "reopen", "waive", "exclude", "expunge"),
    "维护": ("doctor", "verify", "rebuild"),
}
_EXIT_CODES = (
    (0, "完成。有表被退回也是 0：退回是业务，不是故障"),
    (1, "`check`、`verify` 发现问题"),
    (2, "命令写法有误"),
    (70, "程序内部故障，详情已写入文件"),
    (74, "读写失败；不会只发布一半"),
    (75, "另一个处理任务正在运行"),
    (78, "工作区、模板或设置有误"),
)
_BLANK = re.compile(r"\{\w+\}")  # what a message fills in
_MARKDOWN = re.compile(r"([\\`*_<>\[\]{}|~#])")
_WIDTH = "100"
GALLERY = Path(__file__).resolve().parents[2] / "tests" / "gallery"
"""One folder per code, with the smallest case and the exact words. Only in the repository, where the page is made."""


@dataclass(frozen=True)
class Shown:
    """What the page says of one code: when it appears, and the lines a person reads (place, message, remedy)."""

    when: str
    lines: tuple[str, ...]


def findings_page(gallery: Path = GALLERY) -> str:
    lines = [
        "# 问题代码", "",
        "每个问题都有一个代码。按代码查（Ctrl+F）：什么时候出现、看到的原文是什么、怎样处理；也可以用 `zwgk explain 代码`。",
        "本页由程序的代码目录和案例生成（`make docs`）。代码不改号、不重用；措辞可以改进。", "",
        "未能读取：文件打不开或不安全。须修改：退回，改正后重报。须说明：在“情况说明”中写明原因即予接收。提示：不影响接收。", "",
    ]  # fmt: skip
    for family, title in _FAMILIES.items():
        codes = [c for c in CODES.values() if next(p for p in _FAMILIES if c.code.startswith(p)) == family]
        shown = {c.code: shown_of(c, gallery) for c in codes}
        lines += [f"## {title}", "", "| 代码 | 级别 | 名称 | 何时出现 |", "| --- | --- | --- | --- |"]
        lines += [f"| {c.code} | {c.level} | {c.title} | {_plain(shown[c.code].when)} |" for c in codes]
        lines.append("")
        for c in codes:
            lines += [f"### {c.code} {c.title}", "", f"{c.level}。{_plain(shown[c.code].when)}", ""]
            quoted = [f"> {_plain(text)}" for text in shown[c.code].lines]
            lines += ["  \n".join(quoted), ""] if quoted else []
    return "\n".join(lines).rstrip("\n") + "\n"


def shown_of(code: Code, gallery: Path) -> Shown:
    """From the code's folder; without one the words of the catalogue, with … where a case would fill something in."""
    case, expected = gallery / code.code / "case.md", gallery / code.code / "expected.txt"
    if not case.is_file():
        return Shown("", tuple(_BLANK.sub("…", text) for text in (code.message, code.remedy)))
    head, _, steps = case.read_text(encoding="utf-8").partition("\n## ")
    when = " ".join(line.strip() for line in head.splitlines()[1:] if line.strip())
    if steps.startswith("保留"):
        return Shown(f"{when}现在没有情形会给出这个代码：{' '.join(steps.split()[1:])}", ())
    first, *rest = expected.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    place = [part for part in first.split("　")[1:] if not part.startswith("（")]  # level and outcome are said above
    return Shown(when, tuple(["　".join(place), *rest] if place else rest))


def _plain(text: str) -> str:
    """Text as it stands, whatever of it Markdown would take for a mark."""
    return _MARKDOWN.sub(r"\\\1", text)


def help_pages() -> dict[str, str]:
    """What `--help` says, by command; the program's own page under ""."""
    general = _help()
    return {"": general, **{name: _with_own_commands(name) for name in _commands_in(general)}}


def _commands_in(page: str) -> list[str]:
    return re.findall(r"(?m)^  ([a-z]+)  ", page.partition("命令：")[2])


def _with_own_commands(name: str) -> str:
    """A group's page with those of its commands under it."""
    page = _help(name)
    return "\n\n".join([page, *(_help(name, inner) for inner in _commands_in(page))])


def _help(*command: str) -> str:
    """Asked from outside, as a user does: this floor knows nothing of the command line."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(p for p in (here, os.environ.get("PYTHONPATH", "")) if p)
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *command, "--help"],
        capture_output=True, encoding="utf-8", check=True, timeout=60,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "COLUMNS": _WIDTH},
    )  # fmt: skip
    return done.stdout.rstrip()


def commands_page(pages: Mapping[str, str]) -> str:
    """`pages` as help_pages() gives them; a command without a group stands under 其他."""
    grouped = {name for group in _GROUPS.values() for name in group}
    others = tuple(name for name in pages if name and name not in grouped)
    lines = [
        "# 命令", "",
        "本页由程序的 `--help` 生成（`make docs`）。没有 `zwgk` 时写 `python -m toolkit`，意思一样。",
        "", "```text", pages[""], "```", "", "## 退出码", "", "| 退出码 | 含义 |", "| --- | --- |",
        *(f"| {code} | {words} |" for code, words in _EXIT_CODES), "",
    ]  # fmt: skip
    for title, names in {**_GROUPS, "其他": others}.items():
        shown = [name for name in names if name in pages]
        lines += [f"## {title}", ""] if shown else []
        for name in shown:
            lines += [f"### zwgk {name}", "", "```text", pages[name], "```", ""]
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """The generated pages, by file name in docs/reference."""
    return {"findings.md": findings_page(), "commands.md": commands_page(help_pages())}


def main(root: Path) -> None:
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path.cwd())
