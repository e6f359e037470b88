"""Windows habits, by a test double: a file that somebody has open cannot be replaced or removed (WinError 32)."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nights
import pytest

from toolkit.store import archive, publish


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    nights.quicken(monkeypatch)
    monkeypatch.setattr(publish, "_PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(archive, "_MOMENTS", (0.0, 0.0, 0.0))
    return nights.copied(nights.sample(tmp_path_factory, 2, 2), tmp_path / "w")


@pytest.fixture
def good(workspace: Path, tmp_path: Path) -> dict[str, str]:
    """The outbox of an undisturbed run."""
    other = nights.copied(workspace, tmp_path / "good")
    assert nights.run(other).code == 0
    return nights.outbox(other)


def sharing_violation(path: object) -> PermissionError:
    error = PermissionError(errno.EACCES, "being used by another process", str(path))
    error.winerror = 32  # type: ignore[attr-defined]
    return error


class Holding:
    """While `active`, the named files cannot be replaced; each of them lets go after so many tries."""

    def __init__(self, patch: pytest.MonkeyPatch, wanted: Callable[[Path], bool], tries: int = 10**6) -> None:
        self.left: dict[Path, int] = {}
        self.active = True
        real = os.replace

        def replace(source: Any, target: Any) -> None:
            path = Path(target)
            if self.active and wanted(path) and self.left.setdefault(path, tries) > 0:
                self.left[path] -= 1
                raise sharing_violation(path)
            real(source, target)

        patch.setattr(os, "replace", replace)


def test_a_moment_of_a_scanner_costs_nothing(
    workspace: Path, good: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    holding = Holding(monkeypatch, lambda path: True, tries=2)
    said = nights.run(workspace)
    assert said.code == 0
    assert len(holding.left) > 20
    assert nights.outbox(workspace) == good


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["people", "json"])
def test_a_file_open_all_night_is_said_and_comes_with_the_next_run(
    workspace: Path, good: dict[str, str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    name = "内部/2025/总台账.txt"
    target = workspace / "outbox" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"yesterday's")
    holding = Holding(monkeypatch, lambda path: path == target)
    said = nights.run(workspace, *words)
    assert said.code == 74
    assert "OUT-203" in said.err
    if words:
        assert [(f["code"], name in f["message"]) for f in said.json["findings"]] == [("OUT-203", True)]
        assert f"outbox/{name}" not in said.json["published"]
    now = nights.outbox(workspace)
    assert target.read_bytes() == b"yesterday's"
    assert {n for n in good if now.get(n) != good[n]} == {name}, "the others are published"
    assert nights.run(workspace, *words).code == 74, "still open"
    assert nights.zwgk(workspace, "receive", "--as-of", nights.DAY).code == 74
    holding.active = False
    said = nights.zwgk(workspace, "receive", "--as-of", nights.DAY, "--json")
    assert said.code == 0
    assert said.json["published"] == [f"outbox/{name}"], "the redo record is completed, nothing else is touched"
    assert nights.outbox(workspace) == good
    assert nights.run(workspace, "--json").json["unchanged"] is True


def test_what_waits_is_not_lost_by_a_newer_set(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday's file is held; Tuesday's run publishes another one; both stand at last."""
    monday = workspace / "outbox" / "内部" / "2025" / "总台账.txt"
    holding = Holding(monkeypatch, lambda path: path == monday)
    publisher = publish.Publisher(workspace / "outbox", workspace / "state", sleep=lambda _: None)
    assert publisher.publish({"内部/2025/总台账.txt": b"monday", "内部/a.txt": b"a"}).held == ("内部/2025/总台账.txt",)
    done = publisher.publish({"内部/b.txt": b"b"}, remove=["内部/a.txt"])
    assert (done.held, done.written, done.removed) == (("内部/2025/总台账.txt",), ("内部/b.txt",), ("内部/a.txt",))
    assert publisher.publish({"内部/b.txt": b"newer b", "内部/2025/总台账.txt": b"tuesday"}).held
    holding.active = False
    assert publisher.complete().written == ("内部/2025/总台账.txt",)
    assert monday.read_bytes() == b"tuesday"
    assert (workspace / "outbox" / "内部" / "b.txt").read_bytes() == b"newer b"
    assert not publisher.staging.exists()


def test_a_file_that_cannot_be_removed_waits_too(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = publish.Publisher(workspace / "outbox", workspace / "state", sleep=lambda _: None)
    publisher.publish({"内部/old.txt": b"old"})
    old, real, held = workspace / "outbox" / "内部" / "old.txt", Path.unlink, [True]

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if held[0] and path == old:
            raise sharing_violation(path)
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    assert publisher.publish({"内部/new.txt": b"new"}, remove=["内部/old.txt"]).held == ("内部/old.txt",)
    assert (workspace / "outbox" / "内部" / "new.txt").read_bytes() == b"new"
    held[0] = False
    assert publisher.complete().removed == ("内部/old.txt",)
    assert not old.exists()


def test_a_refusal_of_another_kind_is_no_open_file(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(source: Any, target: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(os, "replace", replace)
    said = nights.run(workspace)
    assert (said.code, "OUT-202" in said.err) == (74, True)


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"files": [["x"]]}', b"\xff\xfe"])
def test_a_damaged_redo_record_is_given_up_and_the_set_made_anew(
    workspace: Path, good: dict[str, str], monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    target = workspace / "outbox" / "内部" / "index.html"
    holding = Holding(monkeypatch, lambda path: path == target)
    assert nights.run(workspace).code == 74
    (workspace / "state" / "publish.json").write_bytes(damage)
    holding.active = False
    assert nights.run(workspace).code == 0
    assert nights.outbox(workspace) == good


def test_damaged_staged_bytes_never_reach_the_outbox(
    workspace: Path, good: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = workspace / "outbox" / "内部" / "index.html"
    holding = Holding(monkeypatch, lambda path: path == target)
    assert nights.run(workspace).code == 74
    for path in (workspace / "outbox" / ".staging-run").iterdir():
        path.write_bytes(b"rotten")
    holding.active = False
    assert nights.run(workspace).code == 0
    assert nights.outbox(workspace) == good


def test_issued_workbooks_that_are_open_are_said(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = next((workspace / "outbox" / "单位").rglob("*-年报数据-2025.xlsx"))
    path.unlink()
    Holding(monkeypatch, lambda target: target == path)
    said = nights.zwgk(workspace, "issue", "--period", "2025", "--as-of", "2026-01-02", "--json")
    assert (said.code, "OUT-203" in said.err) == (74, True)
    assert said.json["issued"]
