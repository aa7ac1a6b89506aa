"""export index: a version's release index, as it was signed, or as a page to be read and printed (5.8.4; 11.10(b))."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from clausework.actions.export import write_file
from clausework.actions.trace import candidate_of, withdrawn_text
from clausework.actions.workplace import Workplace
from clausework.release.candidate import signed_release
from clausework.release.index import ReleaseIndex
from clausework.reports.html_page import html_bytes
from clausework.reports.release_report import release_report

IndexFormat = Literal["json", "html"]
INDEX_FORMATS: tuple[IndexFormat, ...] = ("json", "html")


def export_index(workplace: Workplace, form: IndexFormat, output: Path | None, version: str) -> str:
    """Write the release index of ``version`` to ``output`` (standard output where absent or ``-``); return its path.

    As JSON these are the bytes whose digest the release record holds; the page says when the version was withdrawn
    since. Raises ``ReleaseUnknown`` and ``NotWritten``.
    """
    snapshot = workplace.snapshot()
    candidate_of(workplace, snapshot, version)
    released = signed_release(snapshot.records, version, workplace.standing(snapshot))
    data = workplace.ledger.read_blob(released.body.index.sha256) if released else b""
    if form == "html":
        index = msgspec.json.decode(data, type=ReleaseIndex)
        data = html_bytes(release_report(index, withdrawn_text(workplace, snapshot, version)))
    return write_file(data, output)
