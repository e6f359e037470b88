"""The walls of the house: floors, doors and sizes. A wall without a test is a line on the floor."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "toolkit"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.stat().st_size)

# From the ground up. A module imports from its own floor and below, never from above.
FLOORS = (
    ("findings", "calendar", "personal", "disk_words"),
    ("model",),
    ("office",),
    ("store",),
    ("workspace",),
    ("rules",),
    ("reference", "reference_rows", "reference_tasks", "assignment", "forms", "plan"),
    ("intake", "merge", "scoring", "builtin"),
    ("history",),
    ("reports",),
    ("desk",),
    ("issuing", "elsewhere", "judging", "filling", "importing"),
    ("receiving", "answering", "checking", "consolidating", "sample"),
    ("batch", "office_acts", "wording", "listing", "doctor", "trying"),
    ("watch", "watching"),
    ("cli", "__main__"),
)
# Inside the largest room, the same: words know nothing of tables, tables nothing of doubts.
PLAN_FLOORS = (
    ("parts",),
    ("words",),
    ("deadlines", "default_deadline", "targets", "units", "document_head"),
    ("table", "prose"),
    ("source",),
    ("doubts",),
    ("task_rows",),
    ("plan", "read", "plan_json", "amend", "export_notes"),
    ("export",),
)
ENTRY_POINTS = {"builtin.first_sample": "the make target that calls the sample verb"}

# One door per library: only these modules may import it.
DOORS = {
    "click": ("cli",),
    "sqlite3": ("store.index",),
    "schedule": ("watch",),
    "python_calamine": ("office",),
    "xml.parsers.expat": ("office",),
    "pyexpat": ("office",),
    "lxml": ("office", "builtin"),
    "docxtpl": ("office",),
    "docx": ("office", "builtin"),
    "xlsxwriter": ("office.excel_out", "builtin.reference", "plan.export"),
    "openpyxl": ("office", "reference", "reference_rows", "reference_tasks", "scoring.scheme", "rules", "builtin"),
    "pandas": ("merge",),
    "filelock": ("workspace",),
    "rich": ("cli",),
    "zipfile": ("office", "builtin", "reports.privacy"),
}
HEAVY = ("pandas", "openpyxl", "docxtpl", "docx", "xlsxwriter", "lxml")

LONG_FILES = {
    "cli.py": "one function per command; the only click",
    "model.py": "the nouns of the whole house on one shelf",
}
LONG_FUNCTIONS: dict[str, str] = {}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def floor_of(module: str) -> int:
    first = module.split(".")[0]
    for level, rooms in enumerate(FLOORS):
        if first in rooms:
            return level
    raise AssertionError(f"{module} has no floor: name it in FLOORS")


def imports(tree: ast.AST, top_only: bool = False) -> list[str]:
    """Imported modules; those that only type checkers see are no imports."""
    hidden: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            hidden |= {n for child in node.body for n in ast.walk(child)}
    nodes = ast.iter_child_nodes(tree) if top_only else ast.walk(tree)
    found: list[str] = []
    for node in nodes:
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.append(node.module)
            if node.module == "toolkit" or node.module.startswith("toolkit."):
                found += [
                    f"{node.module}.{alias.name}" for alias in node.names if is_module(f"{node.module}.{alias.name}")
                ]
    return found


def is_module(dotted: str) -> bool:
    path = ROOT.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or path.is_dir()


@pytest.mark.parametrize("path", sorted((PACKAGE / "plan").rglob("*.py")), ids=name_of)
def test_inside_plan_imports_only_go_down(path: Path) -> None:
    level = {room: n for n, rooms in enumerate(PLAN_FLOORS) for room in rooms}
    own, _, _ = name_of(path).removeprefix("plan.").partition(".")
    if name_of(path) == "plan":
        return
    for target in imports(ast.parse(path.read_text(encoding="utf-8"))):
        other = target.removeprefix("toolkit.plan.").split(".")[0]
        if target.startswith("toolkit.plan.") and is_module(f"toolkit.plan.{other}"):
            assert level[other] <= level[own], f"{own} imports {other}, which is above it"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_only_go_down(path: Path) -> None:
    module = name_of(path)
    if not module or module in ENTRY_POINTS:
        return
    for target in imports(ast.parse(path.read_text(encoding="utf-8"))):
        inner = target.removeprefix("toolkit.")
        if inner == target or not inner:
            continue
        if is_module(f"toolkit.{inner.split('.')[0]}"):
            assert floor_of(inner) <= floor_of(module), f"{module} imports {inner} from above"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_library_has_one_door(path: Path) -> None:
    module = name_of(path)
    for target in imports(ast.parse(path.read_text(encoding="utf-8"))):
        for library, doors in DOORS.items():
            if target == library or target.startswith(f"{library}."):
                assert any(module == d or module.startswith(f"{d}.") for d in doors), f"{module} imports {target}"


@pytest.mark.parametrize("path", [p for p in MODULES if not name_of(p).startswith("builtin")], ids=name_of)
def test_heavy_libraries_are_left_to_the_function_that_needs_them(path: Path) -> None:
    top = imports(ast.parse(path.read_text(encoding="utf-8")), top_only=True)
    if name_of(path).startswith("office."):
        return  # the doors themselves; nobody imports a door before it is needed
    assert not [t for t in top if t.split(".")[0] in HEAVY]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    key = path.relative_to(PACKAGE).as_posix()
    lines = len(text.splitlines())
    assert lines <= 400 or key in LONG_FILES, f"{key} has {lines} lines: build a wall or state a reason"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60 or f"{key}:{node.name}" in LONG_FUNCTIONS, f"{key}:{node.name} has {length} lines"


def test_no_room_is_called_by_an_empty_word() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert not [name_of(p) for p in MODULES if empty & set(name_of(p).split("."))]


def test_no_machine_path_in_the_repository() -> None:
    for path in [*MODULES, *ROOT.glob("*.lock"), *ROOT.glob("*.toml"), ROOT / "Makefile", *ROOT.glob("docs/**/*.md")]:
        text = path.read_text(encoding="utf-8")
        for banned in ("/root/", "--find-links", "--index-url", "/" + "work/"):
            assert banned not in text, f"{path.name} holds {banned}"
