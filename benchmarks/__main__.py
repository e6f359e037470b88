"""`make bench`: every benchmark in turn."""

import runpy
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    if path.stem != "clock":
        print(f"— {path.stem}")
        runpy.run_module(f"benchmarks.{path.stem}", run_name="__main__")
