"""`python -m toolkit.builtin.reference_docs`: docs/reference/findings.md and commands.md, from the running program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from toolkit.findings import CODES

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
_WIDTH = "100"


def findings_page() -> str:
    lines = [
        "# 问题代码", "",
        "本页由程序的代码目录生成（`make docs`）。代码不改号、不重用；措辞可以改进。“…”处由具体情况填入。", "",
        "未能读取：文件打不开或不安全。须修改：退回，改正后重报。须说明：在“情况说明”中写明原因即予接收。提示：不影响接收。", "",
    ]  # fmt: skip
    family = ""
    for code in CODES.values():
        prefix = next(p for p in _FAMILIES if code.code.startswith(p))
        if prefix != family:
            if family:
                lines.append("")
            family = prefix
            lines += [
                f"## {_FAMILIES[prefix]}",
                "",
                "| 代码 | 级别 | 名称 | 提示 | 怎样处理 |",
                "| --- | --- | --- | --- | --- |",
            ]
        cells = (code.code, str(code.level), code.title, code.message, code.remedy)
        lines.append("| " + " | ".join(_BLANK.sub("…", c).replace("|", "｜") for c in cells) + " |")
    return "\n".join([*lines, ""])


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
