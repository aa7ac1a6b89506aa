"""One pass: what is parsed is what is kept, of any size, whatever the store does."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from clausework.core.digests import sha256_of
from clausework.evidence import reading
from clausework.evidence.detail import Case, read_detail
from clausework.evidence.format import TestsRead
from clausework.evidence.formats import UnknownFormat, format_named
from clausework.evidence.readers import junit_made
from clausework.evidence.reading import Accepted, Quarantined, read_evidence
from clausework.ledger.memory import MemoryBlobs
from clausework.ledger.records.evidence import TestCounts
from tests.evidence.recording import read, rejected
from tests.evidence.samples.junit import JUNIT
from tests.evidence.samples.sarif import SARIF


class Trickle(io.BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


class FullDisk:
    """A blob on a disk that is full from the start."""

    discarded = False

    def write(self, data: bytes) -> None:
        """Fail as the operating system does."""
        raise OSError(28, "No space left on device")

    def keep(self) -> tuple[str, int]:
        """Never be reached."""
        raise AssertionError

    def discard(self) -> None:
        """Note that the bytes were let go."""
        self.discarded = True


def large_junit(cases: int) -> bytes:
    """Return a report of some 100 bytes per case."""
    listed = "".join(
        f"<testcase name='case {number}'><system-out>{'x' * 60}</system-out></testcase>"
        for number in range(cases)
    )
    return f"<testsuite tests='{cases}'>{listed}</testsuite>".encode()


def test_a_file_of_many_chunks_is_kept_whole() -> None:
    """Bytes of many chunks are kept in order, and every case is read."""
    data = large_junit(20_000)
    blobs = MemoryBlobs()
    outcome = read_evidence(io.BytesIO(data), "junit.xml", blobs)
    assert isinstance(outcome, Accepted)
    assert blobs.open(sha256_of(data)).read() == data
    names = [case.name for case in read_detail(blobs.open(outcome.reading.detail.sha256), Case)]
    assert names == [f"case {number}" for number in range(20_000)]


def test_a_rejected_file_is_kept_to_its_last_byte() -> None:
    """What follows the damage goes into quarantine too."""
    data = large_junit(3_000).replace(b"case 7'", b"case 7' name='again'", 1) + b"tail" * 1_000_000
    outcome = rejected(data)
    assert outcome.raw.size == len(data)
    assert 0 < outcome.offset < 2_000


def test_a_stream_may_give_few_bytes_at_a_time() -> None:
    """Recognition and reading do not depend on how the bytes arrive."""
    outcome = read_evidence(Trickle(JUNIT), "junit.xml", MemoryBlobs())
    assert isinstance(outcome, Accepted)
    assert outcome.reading.raw.sha256 == sha256_of(JUNIT)


@pytest.mark.parametrize("full", [1, 2])
def test_a_store_that_fails_is_no_rejection(monkeypatch: pytest.MonkeyPatch, full: int) -> None:
    """A disk full at the raw bytes or at the detail stops the recording; it never shows as a bad file."""
    blobs, disk = MemoryBlobs(), FullDisk()
    receivers = [blobs.receive(), disk] if full == 2 else [disk]
    monkeypatch.setattr(blobs, "receive", lambda: receivers.pop(0))
    with pytest.raises(OSError, match="No space"):
        read_evidence(io.BytesIO(large_junit(5_000)), "junit.xml", blobs)
    assert disk.discarded


def test_a_format_that_does_not_exist_is_refused_before_anything_is_kept() -> None:
    """A typing error in --as quarantines nothing."""
    blobs = MemoryBlobs()
    with pytest.raises(UnknownFormat, match="junti"):
        read_evidence(io.BytesIO(JUNIT), "junit.xml", blobs, as_format="junti")
    assert list(blobs.digests()) == []


def test_a_file_that_two_formats_claim_is_refused_with_their_names() -> None:
    """A name that says one thing and a content that says another are not decided between."""
    outcome = rejected(SARIF, "scan.cdx.json")
    assert "sarif or cyclonedx" in outcome.reason
    assert isinstance(read(SARIF, "scan.cdx.json", "sarif"), Accepted)


def test_the_place_of_the_damage_is_told() -> None:
    """The offset is that of the byte at which reading stopped."""
    assert rejected(JUNIT.replace(b"</properties>", b"</oops>")).offset == JUNIT.index(b"</properties>") + 2
    broken = json.dumps({"version": "2.1.0", "runs": []}).replace("[]", "[}").encode()
    assert rejected(broken, as_format="sarif").offset == broken.index(b"}")


def test_the_same_bytes_give_the_same_detail() -> None:
    """Reading is a function of the bytes and the reader's version."""
    first, second = read(JUNIT), read(JUNIT)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.reading == second.reading


def test_an_unrecognised_file_names_no_reader() -> None:
    """What no reader read is attributed to none."""
    outcome = rejected(b"hello")
    assert isinstance(outcome, Quarantined)
    assert (outcome.format, outcome.reader) == ("", "")


def test_a_reader_that_stops_early_accepts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that goes on behind its report is not accepted, whatever its reader says."""
    form = format_named("junit")
    stopping = msgspec.structs.replace(
        form, parse=lambda source, detail: TestsRead(TestCounts(0, 0, 0, 0, 0))
    )
    monkeypatch.setattr(reading, "detect", lambda head, name: stopping)
    assert "goes on" in rejected(large_junit(5_000)).reason


def test_a_defect_in_a_reader_is_no_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of our own shows as that, not as a bad file."""

    def defective(text: str) -> int:
        raise ValueError(text)

    monkeypatch.setattr(junit_made, "line_of", defective)
    with pytest.raises(ValueError, match=r"^3$"):
        read(JUNIT)
