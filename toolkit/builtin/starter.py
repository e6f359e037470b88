"""`zwgk init`: a new workspace from the built-in forms, templates and reference workbooks."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

from toolkit.builtin import reference
from toolkit.builtin.forms import builtin_forms
from toolkit.builtin.word import templates as builtin_templates
from toolkit.model import Roster, Unit
from toolkit.workspace import USAGE, Config, Halt, config_text

_FOLDERS = ("reference", "templates/xlsx", "templates/docx", "inbox", "outbox", "archive", "journal", "state")
_SAMPLE_OFFICE = "示例区人民政府办公室"


def create_workspace(folder: Path, office: str, year: int, old: Path | None) -> tuple[str, ...]:
    """Writes a workspace and returns the files made. An existing workspace is never written over."""
    if (folder / "zwgk.toml").exists():
        raise Halt(USAGE, "RUN-105", f"“{folder}”已经是工作区。", "请换一个文件夹；原工作区未作任何改动。")
    if folder.exists() and any(folder.iterdir()):
        raise Halt(USAGE, "RUN-105", f"“{folder}”不是空文件夹。", "请指定一个新的或空的文件夹。")
    kept = _carried_over(old) if old else {}
    before = _old_config(old) if old else None
    name = office or (before.office if before else "") or _SAMPLE_OFFICE
    files = {**_contents(name, year, sample=not office and old is None), **kept}
    if before:
        carried = replace(before, office=name, year=year, government=before.government or _government(name))
        files["zwgk.toml"] = config_text(carried).encode()
    for sub in _FOLDERS:
        (folder / sub).mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (folder / path).write_bytes(data)
    return tuple(sorted(files))


def _contents(office: str, year: int, sample: bool) -> dict[str, bytes]:
    config = Config(government=_government(office), office=office, year=year, sample=sample)
    units = (*reference.starter_roster(office).units, *(_sample_units() if sample else ()))
    files = {
        "zwgk.toml": config_text(config).encode(),
        "reference/单位名录.xlsx": reference.write_roster(Roster(units)),
        "reference/任务分解表.xlsx": reference.write_tasks(()),
        "reference/考核细则.xlsx": reference.write_scheme(),
        "reference/工作日历.xlsx": reference.write_calendar(),
    }
    files |= {f"templates/xlsx/{name}": data for name, data in builtin_forms().items()}
    return files | {f"templates/docx/{name}": data for name, data in builtin_templates().items()}


def _government(office: str) -> str:
    """`government` defaults to the office's name (contract)."""
    return office


def _sample_units() -> tuple[Unit, ...]:
    names = (("示例区发展和改革局", "政府部门"), ("示例区司法局", "政府部门"), ("示例区东城街道办事处", "街道办事处"))
    return tuple(Unit(code=f"{n:03d}", name=name, unit_class=kind) for n, (name, kind) in enumerate(names, 2))


def _old_config(old: Path) -> Config:
    """Last year's settings: the government's name, the telephone and the limits stay."""
    from toolkit.workspace import open_workspace

    return open_workspace(old, old).config


def _carried_over(old: Path) -> dict[str, bytes]:
    """Roster, scheme, calendar, forms and templates of last year's workspace; tasks and submissions stay behind."""
    if not (old / "zwgk.toml").is_file():
        near = difflib.get_close_matches(old.name, [p.name for p in old.parent.iterdir() if p.is_dir()], 1)
        hint = f"是否为“{near[0]}”？" if near else "请指明上一年的工作区。"
        raise Halt(USAGE, "RUN-105", f"“{old}”不是工作区（没有 zwgk.toml）。", hint)
    paths = [old / "reference" / f"{n}.xlsx" for n in ("单位名录", "考核细则", "工作日历")]
    paths += [*sorted((old / "templates").glob("*/*.xlsx")), *sorted((old / "templates").glob("*/*.docx"))]
    return {p.relative_to(old).as_posix(): p.read_bytes() for p in paths if p.is_file() and not p.name.startswith("~$")}
