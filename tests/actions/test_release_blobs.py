"""What a release names in blobs, and that none of it can go unseen."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.sign import sign
from clausework.actions.verify import verify
from clausework.ledger.records.release import Release
from clausework.release.index import ReleaseIndex
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


@pytest.fixture
def released(releasable: Device) -> Device:
    """The device with both signatures given, and so released."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    return releasable


def release_of(device: Device) -> Release:
    """Return the one release that is recorded."""
    return next(one.body for one in device.records() if isinstance(one.body, Release))


def test_the_index_and_the_record_name_the_same_matrix(released: Device) -> None:
    """The matrix that the release index names is the one that the signed log names."""
    release = release_of(released)
    with released.open(reading=True) as workplace:
        index = msgspec.json.decode(workplace.ledger.read_blob(release.index.sha256), type=ReleaseIndex)
    assert index.trace_matrix == release.matrix


@pytest.mark.parametrize("part", ["index", "matrix"])
def test_a_document_of_a_release_that_was_removed_is_missed(released: Device, part: str) -> None:
    """Verification names the release index or the matrix whose blob was deleted (deletion)."""
    digest = getattr(release_of(released), part).sha256
    assert verify(released.folder).problems == ()
    (released.store / "blobs" / digest[:2] / digest).unlink()
    assert [
        problem for problem in verify(released.folder).problems if digest in problem and "missing" in problem
    ]
