"""One run over good files among damaged and hostile ones: the good ones come out as if they had been alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nights
import pytest

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "hostile"
LAST = "～来历不明"  # sorts behind every unit, so that the good files get the receipt numbers that they get alone


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nights.sample(tmp_path_factory, 2, 0)


@pytest.fixture(scope="module")
def alone(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, object]]]:
    workspace = nights.copied(source, tmp_path_factory.mktemp("alone") / "w")
    lines = nights.results(nights.run(workspace, "--json"))
    assert len(lines) == 4
    assert all(str(line["verdict"]).startswith("accepted") for line in lines.values())
    return workspace, lines


def entries(workspace: Path) -> int:
    """What lies in the inbox, folders not counted."""
    return sum(len(files) for _, _, files in os.walk(os.fsencode(workspace / "inbox")))


def figures(workspace: Path) -> dict[str, str]:
    """数据/ and the annual reports: what the good files say."""
    return {n: d for n, d in nights.outbox(workspace).items() if "/数据/" in n or "/年度报告/" in n}


def test_odd_entries_get_one_line_each_and_cost_the_good_ones_nothing(
    source: Path, alone: tuple[Path, dict[str, dict[str, object]]], tmp_path: Path
) -> None:
    workspace = nights.copied(source, tmp_path / "w")
    folder = workspace / "inbox" / LAST
    folder.mkdir()
    good = next((workspace / "inbox").rglob("*.xlsx")).read_bytes()
    for name in (
        "~$在编.xlsx",
        "空.xlsx",
        "=cmd|calc.xlsx",
        "<b>粗</b>.xlsx",
        "{{7*7}}.xlsx",
        "照片.jpg",
        "旧表.xls",
        "半.part",
    ):
        try:
            (folder / name).write_bytes(b"" if name == "空.xlsx" else name.encode())
        except OSError:
            continue  # Windows forbids some of these names: then nobody can hand them in either
    if os.name != "nt":
        for name in (b"\xc7\xf8.xlsx", "换\n行.xlsx".encode(), "反\u202e转.xlsx".encode()):
            Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(good[: len(good) // 2])
        (folder / "链接.xlsx").symlink_to("/etc/hostname")
        (folder / "断链.xlsx").symlink_to("nowhere")
        os.mkfifo(folder / "管道.xlsx")
    age_what_is_a_file(folder)
    said = nights.run(workspace, "--json")
    assert said.code == 0
    lines = nights.results(said)
    assert len(lines) == entries(workspace)
    assert {f: line["verdict"] for f, line in lines.items() if LAST not in f} == {
        f: line["verdict"] for f, line in alone[1].items()
    }
    assert not [f for f, line in lines.items() if LAST in f and str(line["verdict"]).startswith("accepted")]
    assert all(f.isprintable() for f in lines)
    assert figures(workspace) == figures(alone[0])
    assert nights.zwgk(workspace, "verify").code == 0
    again = nights.run(workspace, "--json")
    assert len(nights.results(again)) == entries(workspace)
    assert again.json["unchanged"] is True


def age_what_is_a_file(folder: Path) -> None:
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False):
            os.utime(entry.path, (nights.LONG_AGO, nights.LONG_AGO))


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the hostile corpus lies beside the project, not in it")
def test_the_whole_corpus_stops_nothing_and_changes_no_figure(
    source: Path, alone: tuple[Path, dict[str, dict[str, object]]], tmp_path: Path
) -> None:
    workspace = nights.copied(source, tmp_path / "w")
    shutil.copytree(CORPUS, workspace / "inbox" / LAST)
    nights.age(workspace)
    said = nights.run(workspace, "--json")
    assert said.code == 0
    lines = nights.results(said)
    assert len(lines) == entries(workspace) > 170
    good = {f: line for f, line in lines.items() if LAST not in f}
    assert good == alone[1]
    bad = [line for f, line in lines.items() if LAST in f]
    assert not [line["file"] for line in bad if str(line["verdict"]).startswith("accepted")]
    assert all(line["findings"] for line in bad), "every one is told why"
    assert figures(workspace) == figures(alone[0])
    assert len(figures(workspace)) >= 8
