"""What holds of every reader: only a whole report of its own format is accepted, and nothing makes it crash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.evidence.formats import format_named, format_names
from clausework.evidence.reading import Accepted, Quarantined
from tests.evidence.recording import accepted_cuts, read, rejected
from tests.evidence.samples import SAMPLES

LOOK_ALIKES = {
    "an error page": b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>",
    "an error page in XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "an error as JSON": b'{"message": "API rate limit exceeded", "status": 403}',
    "an array": b'[{"version": "2.1.0", "runs": []}]',
    "plain text": b"All tests passed.",
    "only a byte order mark": b"\xef\xbb\xbf",
    "white space": b" \n\t ",
    "zeros": bytes(512),
    "a zip archive": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    "Clover": b'<coverage generated="1" clover="3.2"><project><metrics elements="1"/></project></coverage>',
    "Sonar's coverage": b'<coverage version="1"><file path="a"><lineToCover lineNumber="1"/></file></coverage>',
}


def test_every_format_has_a_sample() -> None:
    """No format is added without samples."""
    assert set(SAMPLES) == set(format_names())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_is_recognised_and_accepted(name: str) -> None:
    """A good report is recognised by its content alone and read whole."""
    outcome = read(SAMPLES[name].data, "report")
    assert isinstance(outcome, Accepted), outcome
    assert outcome.format.name == name
    assert outcome.reading.reader == f"clausework.{name} {format_named(name).version}"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_cut_off_anywhere_is_rejected(name: str) -> None:
    """Truncation at any byte is noticed, but for the white space at the very end."""
    sample = SAMPLES[name]
    for length in accepted_cuts(sample.data, sample.file_name, name):
        between_lines = b"\n" in sample.data[length - 1 : length + 1]
        assert not sample.data[length:].strip() or (sample.open_ended and between_lines), length


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("tail", [b"x", b"\x00", b"{}", b"<a/>", b"\xff", b"null", b"<!-- -->x"])
def test_what_follows_the_end_of_a_report_is_rejected(name: str, tail: bytes) -> None:
    """Bytes behind the end are not passed over."""
    rejected(SAMPLES[name].data + tail, SAMPLES[name].file_name, name)


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if not sample.open_ended])
def test_a_report_twice_in_one_file_is_rejected(name: str) -> None:
    """Two reports in one file are not read as the first."""
    rejected(SAMPLES[name].data * 2, SAMPLES[name].file_name, name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_of_another_format_is_rejected(name: str) -> None:
    """A file that is named as one format and is of another is not accepted as either."""
    for other, sample in SAMPLES.items():
        if other != name:
            assert rejected(sample.data, "report", name).format == name


@pytest.mark.parametrize("what", LOOK_ALIKES)
def test_a_look_alike_is_rejected(what: str) -> None:
    """What only looks like a report is of no format, and is not accepted where a format is insisted on either."""
    assert rejected(LOOK_ALIKES[what], "report.xml").format == ""
    for name in format_names():
        rejected(LOOK_ALIKES[what], "report.json", name)


def test_an_empty_file_is_rejected() -> None:
    """A file of no bytes proves nothing."""
    assert "empty" in rejected(b"", "report.xml").reason
    for name in format_names():
        rejected(b"", "report.xml", name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_in_wrongly_declared_bytes_is_rejected(name: str) -> None:
    """A byte that the encoding does not have ends the reading."""
    data, file_name, word, _ = SAMPLES[name]
    assert word in data
    rejected(data.replace(word, word[:1] + b"\xff" + word[1:]), file_name, name)


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_mutated_report_never_crashes_a_reader(name: str, data: st.DataObject) -> None:
    """Whatever is done to a report, it ends accepted or in quarantine, its bytes kept."""
    sample, file_name, _, _ = SAMPLES[name]
    mutated = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(mutated)))
        end = min(len(mutated), start + data.draw(st.integers(0, 12)))
        mutated[start:end] = data.draw(st.binary(max_size=8) | st.sampled_from(_FRAGMENTS))
    outcome = read(bytes(mutated), file_name, data.draw(st.sampled_from([None, name])))
    assert isinstance(outcome, Accepted | Quarantined)


_FRAGMENTS = [
    b'"',
    b"<",
    b"&#0;",
    b"-1",
    b"NaN",
    b"1e999",
    b"9" * 40,
    b"\\ud800",
    b"\\u003a",
    b"[[[[",
    b"null",
    b"{}",
    b"true",
]


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=200).filter(lambda data: b"".join(data.split()) != b"[]"))
def test_arbitrary_bytes_never_crash_a_reader(name: str, data: bytes) -> None:
    """Bytes of any kind are quarantined, but for an empty array, as some tools write it where they found nothing."""
    rejected(data, "report", name)
