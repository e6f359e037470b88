"""`zwgk doctor`: what is missing on this computer and what that costs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.desk import open_desk
from toolkit.workspace import Halt, Workspace, run_lock

_FONTS = {
    "仿宋": ("仿宋_GB2312", "方正仿宋_GBK", "FangSong", "仿宋"),
    "黑体": ("黑体", "SimHei", "方正黑体_GBK"),
    "楷体": ("楷体_GB2312", "KaiTi", "楷体", "方正楷体_GBK"),
    "小标宋": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S"),
}


@dataclass(frozen=True)
class Item:
    name: str
    fine: bool
    words: str


def examine(workspace: Workspace, today: date) -> tuple[Item, ...]:
    return (
        Item("Python", sys.version_info >= (3, 11), f"{sys.version.split()[0]}（需要 3.11 以上）"),
        *_folders(workspace),
        *_records(workspace, today),
        _lock(workspace),
        _office_suite(),
        *_fonts(),
    )


def _folders(workspace: Workspace) -> list[Item]:
    items = []
    for name, path, need in (
        ("收件文件夹", workspace.inbox, os.R_OK),
        ("输出文件夹", workspace.outbox, os.W_OK),
        ("档案文件夹", workspace.archive, os.W_OK),
        ("状态文件夹", workspace.state, os.W_OK),
    ):
        there = path if path.exists() else path.parent
        fine = path.exists() and os.access(path, need) if name == "收件文件夹" else os.access(there, need)
        words = (
            "正常" if fine else ("不存在或不可读，无法收件" if need == os.R_OK else "不可写，运行会停止（退出码 74）")
        )
        items.append(Item(name, fine, words))
    free = shutil.disk_usage(workspace.root).free
    items.append(
        Item(
            "磁盘空间",
            free > 1 << 30,
            f"剩余 {free / (1 << 30):.1f} GiB" + ("" if free > 1 << 30 else "，少于 1 GiB 可能写满"),
        )
    )
    return items


def _records(workspace: Workspace, today: date) -> list[Item]:
    try:
        desk = open_desk(workspace)
        _ = desk.reference, desk.forms
    except Halt as halt:
        return [Item("数据与设置", False, f"{halt.message}{halt.remedy}")]
    latest = desk.history.latest
    clock = latest is None or latest <= today
    words = "正常" if clock else f"计算机日期早于已登记的 {latest}，收件日期会不准"
    years = sorted(desk.reference.calendar.years)
    known = today.year in years
    spoken = f"已录入 {years[0]}—{years[-1]} 年" if years else "没有录入"
    estimate = "" if known else f"，{today.year} 年的工作日为估算"
    return [
        Item(
            "数据与设置",
            True,
            f"表单 {len(desk.forms)} 张，单位 {len(desk.reference.roster.units)} 个，已收 {len(desk.history.submissions)} 份",
        ),
        Item("时钟", clock, words),
        Item("工作日历", known, spoken + estimate),
    ]


def _lock(workspace: Workspace) -> Item:
    try:
        with run_lock(workspace):
            return Item("运行锁", True, "没有其他任务在运行")
    except Halt:
        return Item("运行锁", False, "另一个处理任务正在运行")


def _office_suite() -> Item:
    from toolkit.office.document_old import office_program

    path = office_program()
    return Item("LibreOffice", path is not None, path or "没有安装：不影响运行，只是不能另存 PDF、不能读取 .doc/.wps")


def _fonts() -> list[Item]:
    installed = _installed_fonts()
    if installed is None:
        return [Item("字体", True, "无法列出本机字体；Windows 上装有 Office 或 WPS 即可")]
    items = []
    for name, families in _FONTS.items():
        found = next((f for f in families if f.lower() in installed), None)
        items.append(
            Item(
                f"字体·{name}",
                found is not None,
                found or "没有安装：在本机查看或转 PDF 时会用别的字体代替，文件本身不受影响",
            )
        )
    return items


def _installed_fonts() -> str | None:
    """Names of installed fonts in one lower-case text; None where they cannot be listed."""
    windows = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
    if os.name == "nt" and windows.is_dir():
        names = {"simfang.ttf": "仿宋 fangsong", "simhei.ttf": "黑体 simhei", "simkai.ttf": "楷体 kaiti"}
        present = {p.name.lower() for p in windows.iterdir()}
        return " ".join([*present, *(words for file, words in names.items() if file in present)])
    tool = shutil.which("fc-list")
    if tool is None:
        return None
    done = subprocess.run([tool, ":", "family"], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout.lower()
