"""Nothing that is seen is lost or read twice, nothing that is not seen is read: over random Word bodies."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.word_xml import p, package, run, tbl, tc, tr
from toolkit.office.document_in import OpenedTable, open_document

SEEN = ("plain", "inserted", "moved", "field", "control", "link", "shown")
UNSEEN = ("deleted", "hidden", "code", "prompt", "moved away", "fallback")


class Writer:
    """Writes texts by kind and remembers which of them are seen."""

    def __init__(self) -> None:
        self.count = itertools.count(1)
        self.seen: list[str] = []

    def piece(self, kind: str) -> str:
        token = f"字{next(self.count)}号"
        if kind in SEEN:
            self.seen.append(token)
        plain = run(token)
        return {
            "plain": plain,
            "shown": run(token, '<w:vanish w:val="false"/>'),
            "inserted": f'<w:ins w:id="1">{plain}</w:ins>',
            "moved": f'<w:moveTo w:id="1">{plain}</w:moveTo>',
            "field": f'<w:fldSimple w:instr="REF x">{plain}</w:fldSimple>',
            "control": f"<w:sdt><w:sdtPr/><w:sdtContent>{plain}</w:sdtContent></w:sdt>",
            "link": f"<w:hyperlink>{plain}</w:hyperlink>",
            "deleted": f'<w:del w:id="1"><w:r><w:delText>{token}</w:delText></w:r></w:del>',
            "moved away": f'<w:moveFrom w:id="1">{plain}</w:moveFrom>',
            "hidden": run(token, "<w:vanish/>"),
            "code": f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{plain}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "prompt": f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{plain}</w:sdtContent></w:sdt>",
            "fallback": f"<w:r><mc:AlternateContent><mc:Fallback>{plain}</mc:Fallback></mc:AlternateContent></w:r>",
        }[kind]


pieces = st.lists(st.sampled_from(SEEN + UNSEEN), max_size=3)
paragraph = st.tuples(st.just("p"), pieces, st.booleans())  # a text box too?
cells = st.recursive(
    st.lists(paragraph, max_size=2),
    lambda inner: st.tuples(
        st.just("t"), st.lists(st.lists(st.one_of(inner), min_size=1, max_size=3), min_size=1, max_size=3)
    ).map(lambda table: [table, ("p", ["plain"], False)]),
    max_leaves=8,
)
bodies = st.lists(cells, max_size=4)


def written(block: tuple, out: Writer) -> str:  # type: ignore[type-arg]
    if block[0] == "p":
        inner = "".join(out.piece(kind) for kind in block[1])
        if block[2]:
            inner += f"<w:r><w:pict><v:textbox><w:txbxContent>{p(out.piece('plain'))}</w:txbxContent></v:textbox></w:pict></w:r>"
        return p(inner or "")
    rows = []
    for row in block[1]:
        made = []
        for cell in row:
            content = "".join(written(b, out) for b in cell) or p()
            made.append(tc(content))
        rows.append(tr(*made))
    return tbl(*rows)


def words(data: bytes) -> Iterator[str]:
    document, findings = open_document(data, "计划.docx")
    assert document is not None, findings
    for block in document.blocks:
        if isinstance(block, OpenedTable):
            yield from (cell.text for row in block.rows for cell in row)
        else:
            yield block.text


@settings(max_examples=120, deadline=None)
@given(bodies)
def test_every_text_that_is_seen_is_read_once_and_no_other(body: list) -> None:  # type: ignore[type-arg]
    out = Writer()
    data = package("".join(written(block, out) for blocks in body for block in blocks))
    text = "\n".join(words(data))
    found = Counter(
        token for token in (f"字{n}号" for n in range(1, next(out.count))) for _ in range(text.count(token))
    )
    assert found == Counter(out.seen)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:p>", "</w:p>", "<w:r><w:t>文</w:t></w:r>",
                '<w:tcPr><w:gridSpan w:val="3"/></w:tcPr>', '<w:tcPr><w:vMerge/></w:tcPr>', '<w:tcPr><w:hMerge/></w:tcPr>',
                '<w:trPr><w:gridBefore w:val="9"/></w:trPr>', '<w:tblGrid><w:gridCol w:w="-3"/><w:gridCol/></w:tblGrid>',
                '<w:pPr><w:numPr><w:numId w:val="x"/></w:numPr></w:pPr>', '<w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>',
            ]
        ),
        max_size=24,
    )
)  # fmt: skip
def test_no_order_of_elements_makes_reading_raise(parts: list[str]) -> None:
    document, findings = open_document(package("".join(parts)), "计划.docx")
    assert (document is None) == bool(findings)
    if document is None:
        assert findings[0].code == "PLN-102"
