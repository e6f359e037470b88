"""`python -m toolkit.builtin.reference_docs`: docs/reference/findings.md and commands.md, from the running program."""

from __future__ import annotations

from pathlib import Path

from toolkit.findings import CODES

_FAMILIES = {
    "IN-1": "收件文件夹与文件", "IN-2": "文件容器", "IN-3": "工作簿内部", "IN-4": "工作表", "IN-5": "单元格", "IN-6": "读取过程",
    "ROW": "逐行规则", "TAB": "整表规则", "FORM": "表单（办公室维护）", "REF": "参考工作簿（办公室维护）", "SCO": "考核",
    "RUN": "运行", "OUT": "输出", "DB": "索引与档案", "PII": "个人信息",
}  # fmt: skip


def findings_page() -> str:
    lines = ["# 问题代码", "", "本页由程序的代码目录生成（`make docs`）。代码不改号、不重用；措辞可以改进。", ""]
    family = ""
    for code in CODES.values():
        prefix = next(p for p in _FAMILIES if code.code.startswith(p))
        if prefix != family:
            family = prefix
            lines += [f"## {_FAMILIES[prefix]}", "", "| 代码 | 级别 | 名称 | 提示 | 怎样处理 |", "| --- | --- | --- | --- | --- |"]
        cells = (code.code, str(code.level), code.title, code.message, code.remedy)
        lines.append("| " + " | ".join(c.replace("|", "｜") for c in cells) + " |")
        following = list(CODES)[list(CODES).index(code.code) + 1 :][:1]
        if not following or not following[0].startswith(prefix):
            lines.append("")
    return "\n".join(lines)


def main(root: Path) -> None:
    target = root / "docs" / "reference" / "findings.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(findings_page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path.cwd())
