"""LibreOffice as a referee: a profile of its own that recalculates everything on loading, and what it computed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SOFFICE = shutil.which("soffice")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Referee:
    """`recalculate` gives the workbooks back as LibreOffice saves them after computing every formula anew."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.profile = home / "profile"
        (self.profile / "user").mkdir(parents=True, exist_ok=True)
        (self.profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")

    def recalculate(self, books: Mapping[str, bytes]) -> dict[str, bytes]:
        source, target = self.home / "in", self.home / "out"
        for folder in (source, target):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        for name, data in books.items():
            (source / f"{name}.xlsx").write_bytes(data)
        self._run([str(p) for p in sorted(source.iterdir())], "xlsx", target)
        return {name: (target / f"{name}.xlsx").read_bytes() for name in books}

    def pictures(self, data: bytes, name: str) -> Path:
        path = self.home / f"{name}.xlsx"
        path.write_bytes(data)
        self._run([str(path)], "pdf", self.home)
        return self.home / f"{name}.pdf"

    def _run(self, paths: Sequence[str], kind: str, target: Path) -> None:
        assert SOFFICE
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation={self.profile.as_uri()}", "--headless", "--norestore", "--convert-to", kind,
             "--outdir", str(target), *paths],
            check=True, capture_output=True, timeout=600, env={**os.environ, "HOME": str(self.home)},
        )  # fmt: skip


def values(data: bytes, sheet: str) -> dict[str, object]:
    """The stored values of one sheet by address."""
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), data_only=True)
    return {c.coordinate: c.value for row in book[sheet].iter_rows() for c in row if c.value is not None}
