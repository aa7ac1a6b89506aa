"""Attack: whoever holds the pipeline's key alone writes that a version was released, and people's tools believe it.

What no person signed is no release (21 CFR 11.70; clause 5.8): nothing shows it as one, and the true release is made.
"""

from __future__ import annotations

import pytest

from clausework.actions.audit import ReleaseUnsound, audit
from clausework.actions.delivery_matters import VersionNotReleased, released_version
from clausework.actions.deploy import Asked, decide_deployment
from clausework.actions.distribution import record_distribution, runs
from clausework.actions.export_index import export_index
from clausework.actions.register_filling import rebuild
from clausework.actions.registers import Releases
from clausework.actions.release import release
from clausework.actions.sign import sign, waiting
from clausework.actions.status import status
from clausework.actions.trace import ReleaseUnknown, trace
from clausework.actions.verify import verify
from clausework.actions.where import where
from clausework.actions.workplace import Workplace
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Reference
from clausework.release.candidate import release_of, signed_release
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


@pytest.fixture
def forged(releasable: Device) -> Device:
    """A device whose candidate waits for its signatures, and the record of a release that nobody signed."""
    with releasable.open() as workplace:
        release(workplace, VERSION)
        records = workplace.snapshot().records
        gate = [one for one in records if isinstance(one.body, ReleaseGate)][-1]
        candidate: Candidate = records[gate.body.candidate.index].body
        blob = workplace.ledger.put_blob(b"{}", "release-index.json", "application/json")
        of = (gate.body.candidate, Reference(gate.index, gate.sha256))
        body = Release(workplace.made(), VERSION, *of, (), candidate.artefacts, blob, blob)
        workplace.ledger.append([Draft((subject("release", candidate.artefacts[0]),), body)])
    return releasable


def _signed(workplace: Workplace) -> int:
    """Have both people sign the version that waits; return the record of the release."""
    sign(workplace, person(workplace, QUALITY), VERSION)
    sign(workplace, person(workplace, RELEASE), VERSION)
    snapshot = workplace.snapshot()
    found = signed_release(snapshot.records, VERSION, workplace.standing(snapshot))
    assert found is not None
    return found.index


def test_nothing_shows_what_nobody_signed_as_released(forged: Device) -> None:
    """Status, trace, index, where, distribution and withdrawal know of none; status and verify name the record."""
    with forged.open() as workplace:
        (artefact,) = workplace.snapshot().records[-1].body.artefacts
        shown = status(workplace)
        assert shown.releases == ()
        assert shown.archives == ()
        (told,) = shown.false_releases
        assert told.endswith(f"that {VERSION} was released, and that counts for nothing: its gate lacked signatures"
                             " that the plan asks for")  # fmt: skip
        for ask in (
            lambda: trace(workplace, version=VERSION),
            lambda: export_index(workplace, "html", None, VERSION),
        ):
            with pytest.raises(ReleaseUnknown, match="released: none"):
                ask()
        (found,) = where(workplace, artefact)
        assert (found.version, found.release_record) == ("", None)
        with pytest.raises(ReleaseUnknown):
            runs(workplace, VERSION)
        with pytest.raises(VersionNotReleased, match="released: none"):
            released_version(workplace, VERSION)
        with pytest.raises(ReleaseUnsound):
            audit(workplace, VERSION)
    assert verify(forged.folder).problems == (told,)
    assert f"forged  {told}" in forged.process("status").stdout


def test_true_release_is_made_and_withdrawn_beside_a_forged_one(forged: Device) -> None:
    """The candidate still waits for its people; what they sign is the release, and what is withdrawn."""
    with forged.open() as workplace:
        assert [one.version for one in waiting(workplace)] == [VERSION]
        assert release(workplace, VERSION).missing
        index = _signed(workplace)
        first = release_of(workplace.snapshot().records, VERSION)
        assert first is not None
        assert first.index < index
        assert [one.index for one in status(workplace).releases] == [index]
        assert released_version(workplace, VERSION).sha256 == workplace.record(index).sha256
        assert audit(workplace, VERSION).release == index


def test_registers_keep_the_release_that_people_signed(forged: Device) -> None:
    """Attack: the forged record stands first in the log, and the answers that are kept rest on it."""
    with forged.open() as workplace:
        index = _signed(workplace)
        registers = workplace.embedded.registers
        for fill in (
            lambda: trace(workplace, item="REQ-001", version=VERSION),
            lambda: rebuild(workplace.ledger, registers, workplace.snapshot(), at=workplace.now()),
        ):
            fill()
            held = Releases(workplace.ledger, registers).about(VERSION, "REQ-001")
            assert held is not None
            assert held.release == index


def test_forged_later_version_hides_nobody_who_runs_the_true_one(forged: Device) -> None:
    """Attack: a forged 9.9.9 names the artefact of a released version, so that nobody is told who runs that."""
    with forged.open() as workplace:
        true: Release = workplace.record(_signed(workplace)).body
        (artefact,) = true.artefacts
        decide_deployment(workplace, Asked("production", artefact, "counter", "ops", "ward 3", "file"))
        body = Release(
            workplace.made(), "9.9.9", true.candidate, true.gate, (), true.artefacts, true.index, true.matrix
        )
        workplace.ledger.append([Draft((subject("release", artefact),), body)])
        (found,) = where(workplace, artefact)
        assert (found.version, found.other_releases) == (VERSION, ())
        assert [one.version for one in status(workplace).releases] == [VERSION]
        table = forged.write("list.csv", f"site,digest,date,quantity\nWard 3,{artefact},2026-03-02,1\n")
        recorded = record_distribution(workplace, table, name="sold")
        assert [one.version for one in recorded.distribution.versions] == [VERSION]
