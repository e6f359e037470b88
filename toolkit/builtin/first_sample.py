"""`python -m toolkit.builtin.first_sample UNITS SEED`: fills the inbox of this workspace when it is empty (`make run`)."""

from __future__ import annotations

import sys
from pathlib import Path

from toolkit.sample import make_sample
from toolkit.workspace import open_workspace, run_lock


def main(units: int, seed: int) -> None:
    workspace = open_workspace(None, Path.cwd())
    if any(p.is_file() and not p.name.startswith(".") for p in workspace.inbox.rglob("*")):
        return
    with run_lock(workspace):
        done = make_sample(workspace, units, seed)
    print(f"示例收件已放入 inbox：{done.units} 个单位，{done.files} 份，其中有问题的 {done.faults} 份。")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
