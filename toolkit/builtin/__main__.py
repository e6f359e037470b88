"""`python -m toolkit.builtin`: writes the built-in form workbooks and Word templates into templates/ of this folder."""

from __future__ import annotations

from pathlib import Path

from toolkit.builtin.forms import builtin_forms
from toolkit.builtin.word import templates as builtin_templates


def main(root: Path) -> None:
    for folder, files in (("xlsx", builtin_forms()), ("docx", builtin_templates())):
        target = root / "templates" / folder
        target.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (target / name).write_bytes(data)
            print(f"templates/{folder}/{name}")


if __name__ == "__main__":
    main(Path.cwd())
