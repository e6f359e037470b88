"""How the reading of one workbook stops: a refusal is raised deep inside a pass and becomes a Finding at the door."""

from __future__ import annotations

from toolkit.findings import Finding, Level, finding


class Refused(Exception):
    """The file is not read any further. `words` fill the catalogue's message; never leaves `read_book`."""

    def __init__(self, code: str, reason: str = "", **words: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.words: dict[str, object] = {"reason": reason, **words}

    def finding(self, name: str) -> Finding:
        """The refusal as a finding about the file `name`; whatever its code, a refused file counts as not read."""
        return finding(self.code, level=Level.UNREADABLE, place=None, name=name, **self.words)
