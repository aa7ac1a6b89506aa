"""The way from a candidate to a release, and what must not make one."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.deploy import deploy
from clausework.actions.evidence_target import evidence_target
from clausework.actions.given_texts import VersionUnfit
from clausework.actions.judging_plan import NothingToRelease
from clausework.actions.person import sign_record
from clausework.actions.record import record_files
from clausework.actions.release import (
    ReleasedBefore,
    ReleaseRefused,
    complete_release,
    evaluate_release,
    release,
)
from clausework.actions.sign import sign
from clausework.actions.trace import trace
from clausework.actions.verify import verify
from clausework.actions.where import where
from clausework.core.digests import sha256_of
from clausework.ledger.records.release import Archive, Candidate, Deployment, Release, ReleaseGate
from clausework.release.admission import NotAdmitted
from clausework.release.candidate import newest_candidate
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, junit, person


def test_the_second_signature_makes_a_release_that_production_admits_and_that_is_traced(
    releasable: Device,
) -> None:
    """From candidate to a deployed release: signed by two people, admitted by digest, traced, verified."""
    digest = sha256_of(releasable.artefact.read_bytes())
    with releasable.open() as workplace:
        assert sign(workplace, person(workplace, QUALITY), VERSION).released is None
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
        deployed = deploy(workplace, "production", digest, name="counter.zip", operator="ops", site="ward 7")
        (found,) = where(workplace, digest)
        (traced,) = trace(workplace, item="REQ-001", version=VERSION)
    assert deployed.version == found.version == VERSION
    assert found.index is not None
    assert [one.email for one in found.index.authorisations] == [QUALITY, RELEASE]
    assert [row.outcome for row in traced.of.matrix.rows if row.id == "REQ-001"] == ["verified"]
    assert verify(releasable.folder).problems == ()


def test_freezing_the_same_candidate_again_adds_nothing(releasable: Device) -> None:
    """A repeated 'release' finds its candidate, its archive and its gate: no record is added."""
    before = releasable.count()
    with releasable.open() as workplace:
        assert release(workplace, VERSION).signable
    assert releasable.count() == before


def test_content_that_was_frozen_before_another_is_the_newest_candidate_again(releasable: Device) -> None:
    """A, B and A again for one version: what 'release' evaluates is what 'sign' signs, and what becomes the release."""
    requirements = releasable.folder / "quality" / "items.yaml"
    before = requirements.read_text(encoding="utf-8")
    with releasable.open() as workplace:
        first = release(workplace, VERSION).candidate
        requirements.write_text(before.replace("shall", "must", 1), encoding="utf-8")
        second = release(workplace, VERSION).candidate
        requirements.write_text(before, encoding="utf-8")
        third = release(workplace, VERSION)
        assert (
            first < second < third.candidate == newest_candidate(workplace.snapshot().records, VERSION).index
        )
        assert release(workplace, VERSION).candidate == third.candidate
        sign(workplace, person(workplace, QUALITY), VERSION)
        released = sign(workplace, person(workplace, RELEASE), VERSION).released
        assert released is not None
        assert workplace.record(released).body.candidate.index == third.candidate


def test_signature_on_a_candidate_does_not_come_back_with_its_content(releasable: Device) -> None:
    """Attack: A is signed, B takes its place, and A, frozen again, is released with the old signature."""
    requirements = releasable.folder / "quality" / "items.yaml"
    before = requirements.read_text(encoding="utf-8")
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        requirements.write_text(before.replace("shall", "must", 1), encoding="utf-8")
        release(workplace, VERSION)
        requirements.write_text(before, encoding="utf-8")
        again = release(workplace, VERSION)
    assert sorted(role for one in again.missing for role in one.roles) == ["quality", "release_authority"]


def test_a_gate_that_refuses_on_the_same_facts_is_recorded_once(verified: Device) -> None:
    """A refused release leaves one gate record, however often it is asked for."""
    with verified.open() as workplace:
        outcomes = {release(workplace, VERSION).outcome for _ in range(3)}
    assert outcomes.isdisjoint({"pass"})
    assert verified.count(Candidate) == verified.count(Archive) == verified.count(ReleaseGate) == 1


def test_what_is_no_version_is_refused_before_anything_is_recorded(releasable: Device) -> None:
    """A version is a short word of letters, digits and five signs; no other text reaches a record."""
    before = releasable.count()
    with releasable.open() as workplace:
        for version in ("", " ", "1 0", "1.0\n", "\x1b[31m", "1" * 65, "../1", "1/2", "\u00e9"):
            with pytest.raises(VersionUnfit):
                release(workplace, version)
    assert releasable.count() == before


def test_a_release_without_a_build_leaves_nothing(established: Device) -> None:
    """Where no artefact is recorded, nothing is frozen and nothing is recorded."""
    before = established.count()
    with established.open() as workplace, pytest.raises(NothingToRelease):
        release(workplace, VERSION)
    assert established.count() == before


def test_a_red_result_between_the_signatures_keeps_the_release_from_being_made(releasable: Device) -> None:
    """What turned red after the first signature refuses the second: the gate is evaluated again before each."""
    report = releasable.write("reports/later.xml", junit("unit", failed=True))
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        record_files(workplace, [report], evidence_target(workplace, level="unit"))
        with pytest.raises(ReleaseRefused):
            sign(workplace, person(workplace, RELEASE), VERSION)
        assert complete_release(workplace, VERSION).released is None
    assert releasable.count(Release) == 0


def test_a_version_is_released_once(releasable: Device) -> None:
    """A released version is not frozen again, and completing it again makes no second record (5.8.4)."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        with pytest.raises(ReleasedBefore):
            release(workplace, VERSION)
        assert complete_release(workplace, VERSION).released is not None
    assert releasable.count(Release) == 1


def test_a_crash_after_the_last_signature_is_made_good_by_completing(releasable: Device) -> None:
    """Where a process died between the last signature and the release, completing makes the release."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        state = evaluate_release(workplace, newest_candidate(workplace.snapshot().records, VERSION))
        (missing,) = state.missing
        sign_record(
            workplace,
            person(workplace, RELEASE),
            signed=state.gate_sha256,
            role=missing.roles[0],
            meaning=missing.meaning,
        )
        assert workplace.snapshot().records[-1].kind.startswith("urn:clausework:approval")
        assert complete_release(workplace, VERSION).released is not None
    assert releasable.count(Release) == 1


def test_a_released_artefact_is_not_admitted_once_its_release_no_longer_holds(releasable: Device) -> None:
    """A red result after the release refuses further deployments, and the refusal is recorded as evidence (5.8.8)."""
    report = releasable.write("reports/later.xml", junit("system", failed=True))
    digest = sha256_of(releasable.artefact.read_bytes())
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        record_files(workplace, [report], evidence_target(workplace, level="system"))
        with pytest.raises(NotAdmitted):
            deploy(workplace, "production", digest)
        refused = workplace.snapshot().records[-1].body
    assert isinstance(refused, Deployment)
    assert refused.outcome == "refused"
    assert msgspec.json.encode(refused)


def test_lapse_an_earlier_build_of_the_same_bytes_hides_the_release(releasable: Device) -> None:
    """Lapse: two builds made the artefact; the released one is told first, and none says that no release names it."""
    digest = sha256_of(releasable.artefact.read_bytes())
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        sign(workplace, person(workplace, RELEASE), VERSION)
    releasable.write("NOTES.txt", "Read me.\n")
    releasable.commit("REQ-001: a note beside the software item")
    assert releasable.process("build").returncode == 0
    shown = releasable.process("where", "--digest", digest).stdout
    assert shown.count("  release        ") == 2
    first, second = (line for line in shown.splitlines() if line.startswith("  release        "))
    assert first.startswith(f"  release        {VERSION}  #")
    assert f"none of this build: {VERSION} took it of build " in second
    assert "no signed release names this artefact" not in shown
