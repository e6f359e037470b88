"""Writes the built-in form workbooks: `python -m toolkit.builtin.forms templates/xlsx`.

A review sees their text here as a diff; a test holds templates/xlsx and this script together.
"""

from __future__ import annotations

import sys
from pathlib import Path

from toolkit.builtin import forms_annual, forms_progress


def builtin_forms() -> dict[str, bytes]:
    """File name → bytes; the same bytes on every run."""
    return {
        f"{forms_annual.FORM_ID}.xlsx": forms_annual.annual_form(),
        f"{forms_progress.FORM_ID}.xlsx": forms_progress.progress_form(),
    }


def write_builtin_forms(folder: Path) -> tuple[Path, ...]:
    """Write every built-in form into `folder` (made when absent) and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, data in builtin_forms().items():
        path = folder / name
        path.write_bytes(data)
        written.append(path)
    return tuple(written)


if __name__ == "__main__":
    write_builtin_forms(Path(sys.argv[1] if len(sys.argv) > 1 else "templates/xlsx"))
