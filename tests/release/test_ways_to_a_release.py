"""Several releases of one artefact, withdrawals, and chains of derivations: which way leads to an admission."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from clausework.decisions import approve, withdraw
from clausework.decisions.effect import Given
from clausework.decisions.form import Form
from clausework.ledger.records import Body, Record
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.delivery import Derivation
from clausework.ledger.records.values import Reference
from clausework.release.admission import NotAdmitted
from clausework.release.derivation import LONGEST_WAY, ways_back
from clausework.release.withdrawal import withdrawals
from clausework.trace.standing import StandingDecision
from tests.release.admitting import admit_released
from tests.release.test_admission import ARTEFACT, CANDIDATE, GATE, RELEASE
from tests.tracing.making import MADE, blob, digest, in_log

OPERATOR = "ops@example.com"


def release(version: str, first: int, *artefacts: str) -> list[Body]:
    """Return candidate, gate and release of ``version``, standing at ``first``."""
    candidate, gate = (Reference(first + at, digest(f"record {first + at}")) for at in range(2))
    change = msgspec.structs.replace
    return [
        change(CANDIDATE, version=version, artefacts=artefacts),
        change(GATE, candidate=candidate),
        change(RELEASE, version=version, artefacts=artefacts, candidate=candidate, gate=gate),
    ]


def derivation(source: str, derived: str, operator: str = OPERATOR) -> Derivation:
    """Return a derivation between the digests that two words stand for."""
    return Derivation(MADE, digest(source), blob(derived, derived), "other", "Compared.", operator)


def decided(
    form: Form, kind: str, record: Record, *, by: str = "quality@example.com", signed: bool = True
) -> StandingDecision:
    """Return a decision on ``record`` with the signature that gives it effect."""
    meaning = form.signatures[0].meaning
    given = Given(by, "Quinn", "quality", meaning, "2026-05-01T08:00:00.000Z", 99)
    fields = {"reason": "It may harm.", "rationale": "It was looked at."}
    body = Decision(MADE, form.name, Matter(kind, "x", record.sha256), by, dict(fields))
    missing = (
        () if signed else (msgspec.convert({"roles": (), "meaning": meaning, "not_by": ()}, _missing()),)
    )
    return StandingDecision(record, body, form, (given,) if signed else (), missing, 99)


def _missing() -> type:
    from clausework.decisions.effect import Missing

    return Missing


def approved(record: Record, **changes: str) -> StandingDecision:
    """Return the approval of a derivation."""
    return decided(approve.FORM, "derivation", record, **changes)  # type: ignore[arg-type]


def test_a_withdrawn_release_does_not_take_the_others_with_it() -> None:
    """A roll-back: the component is in 1.0.0 and in 1.1.0, which was withdrawn; it runs as part of 1.0.0."""
    records = in_log(*release("1.0.0", 0, ARTEFACT), *release("1.1.0", 3, ARTEFACT, digest("new")))
    taken_back = [decided(withdraw.FORM, "version", records[5])]
    assert admit_released(records, "production", ARTEFACT, ()).version == "1.1.0"
    assert admit_released(records, "production", ARTEFACT, taken_back).version == "1.0.0"
    with pytest.raises(NotAdmitted, match=r"release 1\.1\.0 was withdrawn"):
        admit_released(records, "production", digest("new"), taken_back)
    both = [*taken_back, decided(withdraw.FORM, "version", records[2])]
    with pytest.raises(NotAdmitted, match=r"release 1\.1\.0 was withdrawn"):
        admit_released(records, "production", ARTEFACT, both)


def test_a_withdrawal_binds_to_its_own_release_and_to_signatures() -> None:
    """Attack: a withdrawal of another record, or one that nobody signed, counts; a later word undoes the first."""
    records = in_log(*release("1.0.0", 0, ARTEFACT))
    assert withdrawals([decided(withdraw.FORM, "version", records[1])]).keys() == {records[1].sha256}
    assert withdrawals([decided(withdraw.FORM, "version", records[2], signed=False)]) == {}
    first = decided(withdraw.FORM, "version", records[2])
    second = decided(withdraw.FORM, "version", records[2], by="release@example.com")
    assert withdrawals([first, second]) == withdrawals([first])


def test_each_step_of_a_way_is_approved_by_another_than_who_made_it() -> None:
    """Released, signed anew, packed: admitted once both steps are approved, by people who made neither."""
    words = [derivation("artefact", "signed"), derivation("signed", "packed")]
    records = in_log(*release("1.0.0", 0, ARTEFACT), *words)
    first, second = records[3], records[4]
    for decisions in ((), [approved(second)], [approved(second), approved(first, by=OPERATOR)]):
        with pytest.raises(NotAdmitted, match="was not approved"):
            admit_released(records, "production", digest("packed"), decisions)
    admission = admit_released(records, "production", digest("packed"), [approved(second), approved(first)])
    assert [step.record for step in admission.derivations] == [4, 3]
    assert [(step.source, step.derived) for step in admission.derivations] == [
        (digest("signed"), digest("packed")),
        (ARTEFACT, digest("signed")),
    ]


def test_an_approved_way_counts_beside_one_that_is_not() -> None:
    """Lapse: a second derivation of the same file, which nobody looked at, hides the one that was approved."""
    records = in_log(
        *release("1.0.0", 0, ARTEFACT),
        derivation("artefact", "a"),
        derivation("a", "b"),
        derivation("artefact", "b"),
    )
    longer = [approved(records[3]), approved(records[4])]
    assert [
        step.record for step in admit_released(records, "production", digest("b"), longer).derivations
    ] == [4, 3]
    shorter = [approved(records[5])]
    assert [
        step.record for step in admit_released(records, "production", digest("b"), shorter).derivations
    ] == [5]


def test_circles_and_endless_ways_lead_nowhere() -> None:
    """Attack: derivations in a circle, and a chain without end."""
    circle = in_log(*release("1.0.0", 0, ARTEFACT), derivation("a", "b"), derivation("b", "a"))
    decisions = [approved(one) for one in circle[3:]]
    with pytest.raises(NotAdmitted, match="no signed release names"):
        admit_released(circle, "production", digest("a"), decisions)
    names = ["artefact", *(str(number) for number in range(LONGEST_WAY + 1))]
    chain = in_log(
        *release("1.0.0", 0, ARTEFACT),
        *(derivation(source, derived) for source, derived in itertools.pairwise(names)),
    )
    decisions = [approved(one) for one in chain[3:]]
    assert admit_released(chain, "production", digest(names[LONGEST_WAY]), decisions).version == "1.0.0"
    with pytest.raises(NotAdmitted):
        admit_released(chain, "production", digest(names[LONGEST_WAY + 1]), decisions)


def test_many_derivations_are_followed_in_little_time() -> None:
    """Attack: derivations of everything from everything; each digest is passed once."""
    names = [str(number) for number in range(40)]
    records = in_log(*(derivation(one, other) for one in names for other in names if one != other))
    assert len(ways_back(records, digest("0"), ())) == len(names)


def test_the_release_record_is_looked_at_whatever_leads_to_it() -> None:
    """Attack: a derivation leads to a release record that was written by hand."""
    records = in_log(
        CANDIDATE, GATE, msgspec.structs.replace(RELEASE, version="9.9.9"), derivation("artefact", "a")
    )
    with pytest.raises(NotAdmitted, match="is not sound"):
        admit_released(records, "production", digest("a"), [approved(records[3])])
