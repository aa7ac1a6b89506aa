"""Which blobs a record names."""

from __future__ import annotations

import typing

import msgspec
import pytest

from clausework.ledger.records import PREDICATE_TYPES
from clausework.ledger.records.build import Build, Run
from clausework.ledger.records.evidence import Coverage, Rejection, Reread
from clausework.ledger.records.values import Descriptor, Origin, Ratio, Reading, Reference
from clausework.ledger.references import descriptors_of
from tests.ledger.making import MADE


def kept(number: int) -> Descriptor:
    """Return a descriptor that differs by ``number``."""
    return Descriptor(f"file {number}", f"{number:064}", number)


def test_descriptors_are_found_in_tuples_and_within_other_structs() -> None:
    """A build names its commits and its locks; an optional reading within a reread is found too."""
    build = Build(
        MADE, "0" * 64, "o", "d", "s", "i", "C", "1", "c", "t", "a", "0" * 64, True, (), "", 0, kept(1),
        (kept(2), kept(3)), "0" * 64, "0" * 64, Run("ci", "1"), {}, {},
    )  # fmt: skip
    assert list(descriptors_of(build)) == [kept(1), kept(2), kept(3)]
    coverage = Coverage(MADE, Origin("i"), Reading("lcov", "lcov 1", kept(4), kept(5)), Ratio(1, 2))
    assert list(descriptors_of(Reread(MADE, Reference(1, "0" * 64), coverage=coverage))) == [kept(4), kept(5)]


def test_a_rejections_raw_bytes_are_a_blob() -> None:
    """What could not be read is kept, and named without a descriptor."""
    rejection = Rejection(MADE, Origin("i"), "junit", "junit 1", "a" * 64, 7, "x.xml", "cut short")
    assert [one.sha256 for one in descriptors_of(rejection)] == ["a" * 64]


@pytest.mark.parametrize("body", PREDICATE_TYPES, ids=lambda body: body.__name__)
def test_every_kind_of_record_is_understood(body: type[msgspec.Struct]) -> None:
    """No field of any kind of record can hold a descriptor in a way that is not looked into."""
    text = repr(typing.get_type_hints(body))
    assert "Any" not in text
