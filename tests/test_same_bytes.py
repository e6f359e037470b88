"""Same inbox, same day, same bytes: whatever the computer, the folder, the clock's zone or the order of arrival."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nights
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nights.sample(tmp_path_factory, 6)


@pytest.fixture(scope="module")
def first(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace after one run here and now."""
    workspace = nights.copied(source, tmp_path_factory.mktemp("first") / "w")
    said = nights.run(workspace)
    assert said.code == 0
    return workspace


def elsewhere(source: Path, target: Path, reverse: bool, **environment: str) -> None:
    """A copy in another folder, its inbox filled in another order, run by a fresh program in another environment."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("inbox", "made"))
    files = sorted((p for p in (source / "inbox").rglob("*") if p.is_file()), reverse=reverse)
    for path in files:
        to = target / path.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    nights.age(target)
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT", "HOME", "TEMP", "TMP")}
    subprocess.run(
        [sys.executable, "-m", "toolkit", "-w", str(target), "run", "--as-of", nights.DAY],
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        cwd=target,
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize(
    ("folder", "reverse", "environment"),
    [
        ("带 空格 的文件夹", True, {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "0"}),
        (
            "b",
            False,
            {"TZ": "America/Los_Angeles", "LC_ALL": "zh_CN.GBK", "LANG": "zh_CN.GBK", "PYTHONHASHSEED": "4711"},
        ),
        ("ｃ（全角）", True, {"TZ": "Asia/Shanghai", "LANG": "tr_TR.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "1"}),
    ],
)
def test_the_same_bytes_elsewhere(
    source: Path, first: Path, tmp_path: Path, folder: str, reverse: bool, environment: dict[str, str]
) -> None:
    elsewhere(source, tmp_path / folder, reverse, **environment)
    assert nights.outbox(tmp_path / folder) == nights.outbox(first)
    assert nights.records(tmp_path / folder) == nights.records(first)


def test_a_second_run_changes_no_byte_and_says_so(first: Path, tmp_path: Path) -> None:
    workspace = nights.copied(first, tmp_path / "w")
    before = nights.digests(workspace)
    times = {p: p.stat().st_mtime_ns for p in (workspace / "outbox").rglob("*") if p.is_file()}
    said = nights.run(workspace)
    assert said.code == 0
    assert "没有新的变化，未改动任何文件。" in said.out
    assert nights.digests(workspace) == before
    assert {p: p.stat().st_mtime_ns for p in times} == times
    again = nights.run(workspace, "--json")
    assert again.json["unchanged"] is True
    assert again.json["published"] == []


def test_a_full_run_over_the_same_inputs_makes_the_same_bytes(first: Path, tmp_path: Path) -> None:
    workspace = nights.copied(first, tmp_path / "w")
    said = nights.run(workspace, "--full", "--json")
    assert said.json["published"] == []
    assert nights.outbox(workspace) == nights.outbox(first)
