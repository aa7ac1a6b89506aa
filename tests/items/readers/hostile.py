"""Bytes that nobody meant: arbitrary ones, and good files that were bent."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from clausework.items.foreign import adopt, with_roles
from clausework.items.source import ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_INSERTED = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\n",
    b"\r",
    b'"',
    b"[",
    b"{",
    b"]",
    b"}",
    b"<",
    b"&a;",
    b"- ",
    b"  ",
    b":",
)


@st.composite
def bent(draw: st.DrawFn, good: Sequence[bytes]) -> bytes:
    """Return one of ``good`` with parts of it cut out, doubled, or with bytes put between."""
    data = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        put = draw(st.sampled_from([b"", data[start:end] * 2, *_INSERTED, data[end : end + 30]]))
        data = data[:start] + put + data[end:]
    return data


def read_without_raising(
    source: ItemSource, files: Sequence[SourceFile], mapping: ItemMapping | None = None
) -> SourceRead:
    """Read ``files`` and adopt what is in them; every finding can be shown, and names one of the files."""
    said = mapping or ItemMapping()
    read = source.read(files, said)
    got = adopt(source, read.items, said)
    _, of_links = with_roles(got.items, got.pending)
    for finding in (*read.findings, *got.findings, *of_links):
        str(finding).encode()
        assert finding.place.path in {file.path for file in files}
        assert finding.place.line >= 0
    return read
