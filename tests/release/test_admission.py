"""Admission by digest: what a sound release or promotion names, and nothing else (5.8.8)."""

from __future__ import annotations

import msgspec
import pytest

from clausework.ledger.records import Body, Record
from clausework.ledger.records.gates import Promotion
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Reference
from clausework.release.admission import NotAdmitted, admit_promoted
from clausework.release.candidate import NoCandidate, artefacts_digest, newest_candidate, release_of
from clausework.trace.releases import release_fault
from tests.release.admitting import admit_released
from tests.tracing.making import MADE, blob, digest, in_log

ARTEFACT = digest("artefact")


def _at(index: int) -> Reference:
    return Reference(index, digest(f"record {index}"))


CANDIDATE = Candidate(
    MADE,
    "1.0.0",
    (digest("build"),),
    (ARTEFACT,),
    digest("items"),
    digest("risks"),
    digest("plan"),
    {},
    None,
    0,
)
GATE = ReleaseGate(MADE, _at(0), "pass", blob("facts"), 1, ())
RELEASE = Release(MADE, "1.0.0", _at(0), _at(1), (), (ARTEFACT,), blob("index"), blob("matrix"))


def _log(*bodies: Body) -> list[Record]:
    return in_log(*bodies)


def test_released_artefact_is_admitted() -> None:
    """What a sound release names is admitted under its version."""
    admission = admit_released(_log(CANDIDATE, GATE, RELEASE), "production", ARTEFACT, ())
    assert (admission.version, admission.record.index) == ("1.0.0", 2)


@pytest.mark.parametrize("sha256", [digest("tampered"), ARTEFACT[:-1], ARTEFACT.upper(), ""])
def test_artefact_that_no_release_names_is_refused(sha256: str) -> None:
    """Attack: a changed artefact, a digest cut short, or none, is put forward."""
    with pytest.raises(NotAdmitted, match="no signed release names"):
        admit_released(_log(CANDIDATE, GATE, RELEASE), "production", sha256, ())


def test_candidate_is_no_release() -> None:
    """Attack: a candidate whose gate passed is deployed before it is signed."""
    with pytest.raises(NotAdmitted):
        admit_released(_log(CANDIDATE, GATE), "production", ARTEFACT, ())


def _changed(body: Release, **changes: object) -> Release:
    return msgspec.structs.replace(body, **changes)


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (_log(CANDIDATE, GATE, _changed(RELEASE, candidate=_at(9))), "no candidate"),
        (_log(CANDIDATE, GATE, _changed(RELEASE, candidate=_at(1))), "no candidate"),
        (_log(CANDIDATE, GATE, _changed(RELEASE, gate=_at(0))), "no release gate that passed"),
        (_log(CANDIDATE, GATE, _changed(RELEASE, gate=Reference(1, digest("forged")))), "no release gate"),
        (
            _log(CANDIDATE, msgspec.structs.replace(GATE, outcome="fail"), RELEASE),
            "no release gate that passed",
        ),
        (_log(CANDIDATE, msgspec.structs.replace(GATE, candidate=_at(5)), RELEASE), "another candidate"),
        (
            _log(CANDIDATE, GATE, _changed(RELEASE, artefacts=(ARTEFACT, digest("evil")))),
            "not the candidate's",
        ),
        (_log(CANDIDATE, GATE, _changed(RELEASE, version="2.0.0")), "not the candidate's"),
        (_log(CANDIDATE, GATE, _changed(RELEASE, approvals=(_at(7),))), "an approval that is not there"),
    ],
    ids=[
        "a candidate that is not there",
        "a candidate that is none",
        "a gate that is none",
        "a gate of another digest",
        "a gate that refused",
        "a gate of another candidate",
        "an artefact more",
        "another version",
        "an approval that is not there",
    ],
)
def test_release_record_that_does_not_hold_together_is_refused(records: list[Record], fault: str) -> None:
    """Attack: a release record is written by hand; what it names is not admitted, and the fault is told."""
    assert fault in release_fault(records, records[2])
    with pytest.raises(NotAdmitted, match="is not sound"):
        admit_released(records, "production", ARTEFACT, ())


def test_promotion_admits_to_its_own_environment_only() -> None:
    """Attack: what was promoted to development is deployed to staging."""
    promotion = Promotion(MADE, digest("build"), "controller", "development", (), (ARTEFACT,))
    records = _log(promotion)
    assert admit_promoted(records, "development", ARTEFACT).build == digest("build")
    with pytest.raises(NotAdmitted, match="promoted to staging"):
        admit_promoted(records, "staging", ARTEFACT)
    with pytest.raises(NotAdmitted):
        admit_released(records, "development", ARTEFACT, ())


def test_artefacts_have_one_digest_in_any_order() -> None:
    """The digest that people judge by is that of the set: order and repetition say nothing, a member does."""
    one, other = digest("one"), digest("other")
    assert artefacts_digest([one, other]) == artefacts_digest([other, one, one])
    assert artefacts_digest([one]) != artefacts_digest([one, other])


def test_newest_candidate_of_a_version_counts() -> None:
    """A version frozen again is judged by its newest candidate; a version without one is refused."""
    again = msgspec.structs.replace(CANDIDATE, log_size=5)
    records = _log(CANDIDATE, again, RELEASE)
    assert newest_candidate(records, "1.0.0").index == 1
    assert release_of(records, "1.0.0") is records[2]
    assert release_of(records, "2.0.0") is None
    with pytest.raises(NoCandidate):
        newest_candidate(records, "2.0.0")
