"""The last gate before publication: personal data in finished bytes. Looks at the texts inside zips as well."""

from __future__ import annotations

import io
import re
import zipfile

from toolkit.personal import likely


def personal_data(name: str, data: bytes) -> tuple[str, ...]:
    """Kinds found in a finished file: texts of a Word or Excel package part by part, other files as UTF-8."""
    texts: list[str] = []
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.namelist():
                if member.endswith((".xml", ".rels")) and "theme" not in member:
                    xml = package.read(member).decode("utf-8", "replace")
                    # Runs of one paragraph are one text; cells and paragraphs stay apart.
                    for paragraph in re.split(r"</w:p>|</c>|</si>|</row>", xml):
                        texts.append("".join(re.findall(r">([^<>]+)<", paragraph)))
    else:
        texts.append(data.decode("utf-8", "replace"))
    return tuple(dict.fromkeys(kind for text in texts for kind in likely(text)))
