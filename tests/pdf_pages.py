"""PDF files written by hand: pages of ruled tables and lines of Chinese text, without any library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SIZE = 10.0
_HEIGHT = 842.0


@dataclass
class Page:
    """Drawing commands of one page, top-down coordinates in points."""

    commands: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str) -> Page:
        code = text.encode("utf-16-be").hex()
        self.commands.append(f"BT /F1 {SIZE} Tf {x} {_HEIGHT - y - SIZE} Td <{code}> Tj ET")
        return self

    def table(self, y: float, widths: Sequence[float], rows: Sequence[Sequence[str | None]], x: float = 50.0) -> float:
        """A ruled table; texts wrap at their column; None goes on with the cell above. Returns where it ends."""
        edges = [x + sum(widths[:k]) for k in range(len(widths) + 1)]
        top = y
        for r, row in enumerate(rows):
            wrapped = [_wrap(t or "", w - 10) for t, w in zip(row, widths, strict=True)]
            ends = [t is not None and (r + 1 == len(rows) or rows[r + 1][c] is not None) for c, t in enumerate(row)]
            height = 6 + (SIZE + 2) * max(1, *(len(w) for w, end in zip(wrapped, ends, strict=True) if end))
            for c, lines in enumerate(wrapped):
                if row[c] is not None or r == 0:
                    self._rule(edges[c], top, edges[c + 1], top)
                for k, line in enumerate(lines):
                    self.text(edges[c] + 5, top + 3 + k * (SIZE + 2), line)
            for edge in edges:
                self._rule(edge, top, edge, top + height)
            top += height
        self._rule(edges[0], top, edges[-1], top)
        return top

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.commands.append(f"{x0} {_HEIGHT - y0} m {x1} {_HEIGHT - y1} l S")


def _wrap(text: str, room: float) -> list[str]:
    """Lines as a word processor breaks them: no line begins with a closing mark."""
    lines, most = [], int(room // SIZE)
    for paragraph in text.split("\n"):
        rest = paragraph
        while len(rest) > most:
            cut = most - 1 if rest[most] in "，。、；）" else most
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return [n for n in lines if n]


def pdf(*pages: Page) -> bytes:
    """The file. Characters are one em wide, in a font that need not be there."""
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
        "/Subtype /CIDFontType0 /BaseFont /SimSun /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
    )
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", font]
    kids = []
    for page in pages:
        body = "\n".join(page.commands)
        objects.append(f"<< /Length {len(body)} >>\nstream\n{body}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {_HEIGHT}] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode("ascii")
    return out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")


def printed(
    head: Sequence[str], rows: Sequence[Sequence[str | None]], widths: Sequence[float], lines: int, again: bool
) -> bytes:
    """A table over as many pages as it needs, `lines` printed lines on each; rows are cut where a page ends.

    `again`: every page begins with the heading. None goes on with the cell above.
    """
    pages: list[list[list[str | None]]] = [[list(head)]]
    used = 1
    for row in rows:
        wrapped = [_wrap(t or "", w - 10) for t, w in zip(row, widths, strict=True)]
        height, done = max(1, *map(len, wrapped)), 0
        while done < height:
            if used >= lines:
                pages.append([list(head)] if again else [])
                used = 1 if again else 0
            now = min(height - done, lines - used)
            part: list[str | None] = []
            for text, cell in zip(row, wrapped, strict=True):
                piece = "".join(cell[done : done + now])
                fresh = not pages[-1] or (again and len(pages[-1]) == 1)  # a page has nothing above to go on with
                part.append(None if text is None and not fresh else piece)
            pages[-1].append(part)
            used, done = used + now, done + now
    made = []
    for number, page in enumerate(pages, 1):
        made.append(Page().text(280, 800, f"— {number} —"))
        made[-1].table(60, widths, page)
    return pdf(*made)
