"""A workspace: its folders, zwgk.toml and the run lock. Nothing here looks into a workbook."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from toolkit.disk_words import disk_words
from toolkit.findings import finding

CONFIG_NAME = "zwgk.toml"


class Halt(Exception):
    """A condition that stops a command with words for people and an exit code; never a traceback."""

    def __init__(self, exit_code: int, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.code = code
        self.message = message
        self.remedy = remedy


USAGE, FAULT, IO_ERROR, BUSY, CONFIGURATION = 2, 70, 74, 75, 78
"""Exit codes of the contract."""


@dataclass(frozen=True)
class Config:
    """The keys of zwgk.toml; the comment beside each in CONFIG_TEXT is its documentation."""

    government: str = ""
    office: str = ""
    year: int = 2000
    phone: str = ""
    sample: bool = False
    ranking: bool = False
    settle_seconds: float = 3.0
    jobs: int = 0
    receive_every: int = 10
    consolidate_at: str = "02:00"
    max_file_mib: int = 20
    max_evidence_mib: int = 200
    file_seconds: int = 10
    file_memory_mib: int = 512


_KEYS: Mapping[str, tuple[str, str]] = {
    "government": ("", "汇总年度报告署名的政府，如“槐荫区人民政府”；不填时用办公室名称"),
    "office": ("", "政务公开工作主管部门在单位名录中的名称；它自己也报送年报数据"),
    "year": ("", "工作年度"),
    "phone": ("", "办公室电话，印在退回单、回执和填报说明上"),
    "sample": ("", "示例工作区为 true，所有文件注明“示例数据”"),
    "ranking": ("", "true 时考核评分按类别列出名次；对外材料一律不列名次"),
    "settle_seconds": ("run", "收件时最多等待文件复制完成的秒数"),
    "jobs": ("run", "读取工作簿的进程数；0 为自动"),
    "receive_every": ("schedule", "watch 白天每隔多少分钟收件一次"),
    "consolidate_at": ("schedule", "watch 每晚汇总的时刻，时:分"),
    "max_file_mib": ("limits", "单个工作簿的大小上限（MiB）"),
    "max_evidence_mib": ("limits", "单个佐证材料的大小上限（MiB）"),
    "file_seconds": ("limits", "读取单个工作簿的时间上限（秒）"),
    "file_memory_mib": ("limits", "读取单个工作簿的内存上限（MiB）"),
}
"""key → (table, documentation)."""


_TYPE_NAMES: Mapping[type, str] = {bool: " true 或 false", int: "整数", float: "数字", str: "带英文引号的文字"}


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
        return f'"{escaped}"'
    return str(value)


def config_text(config: Config) -> str:
    """zwgk.toml with every key and its documentation."""
    lines = ["# 政务公开批量报表工具 zwgk 的设置；每一项都可以改，改完直接运行即可。", ""]
    table = ""
    for key, (section, text) in _KEYS.items():
        if section != table:
            lines += ["", f"[{section}]"]
            table = section
        lines += [f"# {text}", f"{key} = {_toml(getattr(config, key))}"]
    return "\n".join(lines) + "\n"


def _bad(message: str, remedy: str) -> Halt:
    return Halt(CONFIGURATION, "RUN-105", message, remedy)


def parse_config(text: str) -> Config:
    """Config of a zwgk.toml; raises Halt(78) naming the key and the nearest known one."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        spot = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"（第 {spot[1]} 行第 {spot[2]} 列附近）" if spot else ""
        raise _bad(
            f"zwgk.toml 的写法有误{where}。", "请对照 zwgk init 生成的文件改正；文字要放在英文引号内。"
        ) from None
    types = {f.name: type(f.default) for f in fields(Config)}
    given: dict[str, object] = {}
    for key, value in _flattened(data):
        name = key.rpartition(".")[2]
        expected = f"{_KEYS[name][0]}.{name}".lstrip(".") if name in _KEYS else ""
        if key != expected:
            known = [f"{section}.{k}".lstrip(".") for k, (section, _) in _KEYS.items()]
            near = difflib.get_close_matches(key, known, 1, 0.4) or difflib.get_close_matches(name, _KEYS, 1, 0.0)
            raise _bad(
                f"zwgk.toml 中有不认识的设置“{key}”。", f"最接近的设置是“{near[0] if near else known[0]}”，请改正。"
            )
        wanted = types[name]
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise _bad(
                f"zwgk.toml 中“{key}”应填{_TYPE_NAMES[wanted]}，现为 {_toml(value)}。", f"这一项是：{_KEYS[name][1]}。"
            )
        given[name] = value
    config = Config(**given)  # type: ignore[arg-type]
    return config if config.government else Config(**{**given, "government": config.office})  # type: ignore[arg-type]


def _flattened(data: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@dataclass(frozen=True)
class Workspace:
    root: Path
    config: Config

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def forms(self) -> Path:
        return self.root / "templates" / "xlsx"

    @property
    def documents(self) -> Path:
        return self.root / "templates" / "docx"

    def reference(self, name: str) -> Path:
        """One of 单位名录, 任务分解表, 考核细则, 工作日历."""
        return self.root / "reference" / f"{name}.xlsx"


def open_workspace(given: Path | None, start: Path) -> Workspace:
    """The workspace at `given`, else the nearest folder from `start` upwards that holds zwgk.toml; Halt(78) if none."""
    if given is not None:
        root = given
        if not (root / CONFIG_NAME).is_file():
            raise _bad(f"“{given}”不是工作区（没有 zwgk.toml）。", "请用 zwgk init 建立工作区，或改正 -w 后的路径。")
    else:
        found = next((p for p in (start, *start.parents) if (p / CONFIG_NAME).is_file()), None)
        if found is None:
            raise _bad(
                "当前文件夹及其上级都不是工作区（没有 zwgk.toml）。", "请用 zwgk init 建立工作区，或用 -w 指明。"
            )
        root = found
    try:
        text = (root / CONFIG_NAME).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = disk_words(error) if isinstance(error, OSError) else "文字编码不是 UTF-8"
        raise _bad(f"zwgk.toml 无法读取：{reason}。", "请确认该文件为 UTF-8 编码且可以读取。") from None
    return Workspace(root.absolute(), parse_config(text))


@contextmanager
def run_lock(workspace: Workspace) -> Iterator[None]:
    """One writer at a time, by an operating-system lock that dies with its holder; Halt(75) when it is taken."""
    from filelock import FileLock, Timeout

    try:
        workspace.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(workspace.state / "run.lock", timeout=0)
        lock.acquire()
    except Timeout:
        f = finding("RUN-101")
        raise Halt(BUSY, f.code, f.message, f.remedy) from None
    try:
        yield
    finally:
        lock.release()


_FORBIDDEN = {ord(c): r for c, r in zip('<>:"/\\|?*', "＜＞：＂／＼｜？＊", strict=True)}
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))})


def path_name(text: str) -> str:
    """A unit's, form's or report's name as one path segment: what Windows forbids becomes its full-width twin."""
    shown = "".join(c if c.isprintable() else "＿" for c in text.translate(_FORBIDDEN)).strip()
    shown = shown.rstrip(". ") or "＿"
    return f"_{shown}" if shown.split(".")[0].upper() in _DEVICES else shown
