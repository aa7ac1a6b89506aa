"""Digests name bytes in one form only."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import (
    NotADigest,
    Sha256,
    parse_sha256,
    sha256_of,
    sha256_of_file,
    sha256_of_stream,
)

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_digest_of_nothing_is_the_published_one() -> None:
    """SHA-256 of no bytes is the value of FIPS 180-4's examples."""
    assert sha256_of(b"") == EMPTY


@given(st.binary(max_size=3000))
def test_stream_and_bytes_agree(data: bytes) -> None:
    """A stream has the digest of its bytes, and its length is told."""
    assert sha256_of_stream(io.BytesIO(data)) == (hashlib.sha256(data).hexdigest(), len(data))


def test_a_file_longer_than_a_chunk(tmp_path: Path) -> None:
    """A file of more than one chunk is hashed whole."""
    data = bytes(range(256)) * 8200
    path = tmp_path / "artefact"
    path.write_bytes(data)
    assert sha256_of_file(path) == (sha256_of(data), len(data))


@pytest.mark.parametrize("written", [EMPTY, f"sha256:{EMPTY}", EMPTY.upper(), f" SHA256:{EMPTY}\n"])
def test_what_a_person_pastes_is_taken(written: str) -> None:
    """Prefix, capitals and space around a digest do not matter on the command line."""
    assert parse_sha256(written) == EMPTY


@pytest.mark.parametrize(
    "written", ["", "sha256:", EMPTY[:-1], EMPTY + "0", "g" + EMPTY[1:], f"sha512:{EMPTY}"]
)
def test_what_is_no_digest_is_refused(written: str) -> None:
    """Anything but 64 hexadecimal digits is refused."""
    with pytest.raises(NotADigest):
        parse_sha256(written)


@pytest.mark.parametrize(
    "written", [EMPTY + "\n", "\n" + EMPTY, EMPTY.upper(), EMPTY[:-1], "sha256:" + EMPTY]
)
def test_a_record_takes_only_the_one_form(written: str) -> None:
    """ATTACK second spelling: a record's digest has one spelling, without even a line break after it."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(written, Sha256)
    assert msgspec.convert(EMPTY, Sha256) == EMPTY
