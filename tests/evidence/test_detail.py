"""The detail blob: lines behind a header, read back as they were written."""

from __future__ import annotations

import io

import pytest

from clausework.evidence.detail import Case, Component, DetailDamaged, DetailWriter, read_detail, read_header
from clausework.ledger.memory import MemoryBlobs

RAW = "a" * 64


def written(*cases: Case) -> bytes:
    """Return a detail blob of cases."""
    writer = DetailWriter(Case)
    for case in cases:
        writer.add(case)
    blobs = MemoryBlobs()
    sha256, size = writer.keep_in(blobs.receive(), "clausework.junit 1", RAW)
    writer.close()
    data = blobs.open(sha256).read()
    assert len(data) == size
    return data


def test_lines_read_back_as_they_were_written() -> None:
    """More lines than a batch, in order."""
    cases = [
        Case("s", f"n{number}", "c", "passed", number, links=(("verifies", "REQ-1"),))
        for number in range(2000)
    ]
    data = written(*cases)
    assert list(read_detail(io.BytesIO(data), Case)) == cases
    assert read_header(io.BytesIO(data)).raw_sha256 == RAW


def test_a_report_of_nothing_has_a_header_alone() -> None:
    """No case is a whole detail too."""
    assert list(read_detail(io.BytesIO(written()), Case)) == []


def test_lines_are_not_read_as_another_kind() -> None:
    """The header says what the lines are."""
    with pytest.raises(DetailDamaged, match="component"):
        list(read_detail(io.BytesIO(written()), Component))


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"not json\n"])
def test_a_damaged_header_is_noticed(damage: bytes) -> None:
    """Bytes that are no detail are not read as one."""
    with pytest.raises(DetailDamaged):
        list(read_detail(io.BytesIO(damage), Case))


def test_a_damaged_line_is_noticed() -> None:
    """A line cut off is no line."""
    with pytest.raises(DetailDamaged):
        list(read_detail(io.BytesIO(written(Case("s", "n", "c", "passed"))[:-5]), Case))
