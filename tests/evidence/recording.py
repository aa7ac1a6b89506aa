"""How the tests here give bytes to the readers and look at what came of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TypeVar

from clausework.core.digests import sha256_of
from clausework.evidence.detail import DetailLine, read_detail, read_header
from clausework.evidence.reading import Accepted, Quarantined, read_evidence
from clausework.ledger.memory import MemoryBlobs

Line = TypeVar("Line", bound=DetailLine)
Result = TypeVar("Result")


def read(data: bytes, name: str = "report", as_format: str | None = None) -> Accepted | Quarantined:
    """Read ``data``; whatever comes of it, its bytes are kept whole, and a detail names them."""
    blobs = MemoryBlobs()
    outcome = read_evidence(io.BytesIO(data), name, blobs, as_format=as_format)
    raw = outcome.reading.raw if isinstance(outcome, Accepted) else outcome.raw
    assert (raw.sha256, raw.size) == (sha256_of(data), len(data))
    assert blobs.open(raw.sha256).read() == data
    if isinstance(outcome, Accepted):
        header = read_header(blobs.open(outcome.reading.detail.sha256))
        assert (header.raw_sha256, header.reader) == (raw.sha256, outcome.reading.reader)
    return outcome


def accepted(data: bytes, result: type[Result], name: str = "report", as_format: str | None = None) -> Result:
    """Return what ``data`` was read as, which is a ``result``."""
    outcome = read(data, name, as_format)
    assert isinstance(outcome, Accepted), outcome
    assert isinstance(outcome.result, result)
    return outcome.result


def lines(data: bytes, line: type[Line], name: str = "report", as_format: str | None = None) -> list[Line]:
    """Return the detail of ``data``, which is accepted."""
    blobs = MemoryBlobs()
    outcome = read_evidence(io.BytesIO(data), name, blobs, as_format=as_format)
    assert isinstance(outcome, Accepted), outcome
    return list(read_detail(blobs.open(outcome.reading.detail.sha256), line))


def rejected(data: bytes, name: str = "report", as_format: str | None = None) -> Quarantined:
    """Return why ``data`` was not accepted."""
    outcome = read(data, name, as_format)
    assert isinstance(outcome, Quarantined), outcome
    assert outcome.reason
    return outcome


def accepted_cuts(data: bytes, name: str, as_format: str) -> Sequence[int]:
    """Return the lengths to which ``data`` can be cut and is accepted all the same."""
    return [
        length
        for length in range(len(data))
        if isinstance(read(data[:length], name, as_format), Accepted)
        or isinstance(read(data[:length], name), Accepted)
    ]
