"""The parts beside the worksheets: shared strings, notes, and sheets that are only counted."""

from __future__ import annotations

from toolkit.office.cell_values import position, unescape
from toolkit.office.limits import Limits
from toolkit.office.number_formats import check_count
from toolkit.office.refusal import Refused
from toolkit.office.xml_pass import MAIN, Attributes, Pass, in_main


class CountingPass(Pass):
    """A sheet whose values nobody takes (a check sheet that the workbook computes for itself): bounds only."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.roots = tuple(f"{uri} worksheet" for uri in MAIN)


class StringsPass(Pass):
    """The shared strings: runs joined, phonetic text left out."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.strings: list[str] = []
        self._item: list[str] = []
        self._phonetic = False
        self.roots = tuple(f"{uri} sst" for uri in MAIN)
        self.starts = in_main({"sst": self._table, "si": self._begin, "t": self.drop, "rPh": self._begin_phonetic})
        self.ends = in_main({"si": self._end_item, "t": self._end_text, "rPh": self._end_phonetic})

    def _table(self, attributes: Attributes) -> None:
        check_count(attributes, "uniqueCount", self.limits.strings, "文字")
        check_count(attributes, "count", 10 * self.limits.strings, "文字")

    def _begin(self, attributes: Attributes) -> None:
        if len(self.strings) >= self.limits.strings:
            raise Refused("IN-404", f"文字超过上限 {self.limits.strings} 个")
        self._item = []

    def _begin_phonetic(self, attributes: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_text(self) -> None:
        if not self._phonetic:
            self._item.append(self.taken())

    def _end_item(self) -> None:
        text = self._item[0] if len(self._item) == 1 else "".join(self._item)
        self.strings.append(unescape(text))


class CommentsPass(Pass):
    """Notes: only how far out they stand, since some readers reserve everything up to there."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.rows = self.columns = 0
        self._budget = self.budget("批注", limits.comments)
        self.starts = in_main({"comment": self._comment})

    def _comment(self, attributes: Attributes) -> None:
        self._budget(attributes)
        at = position(attributes.get("ref", ""))
        if at is None:
            raise Refused("IN-404", "批注位置超出工作表范围")
        self.rows, self.columns = max(self.rows, at[0]), max(self.columns, at[1])
