"""What people's word stands at: which plan is in force, which decisions have effect, which signatures are refused."""

import msgspec
import pytest

from clausework.core.digests import sha256_of
from clausework.ledger.records.root import KeyRevoked
from clausework.ledger.signing import Ed25519Signer, key_id_of
from clausework.trace.standing import StandingDecision, signatures_missing, stand
from tests.tracing.people import FIELDS, PLAN, QUALITY, RELEASE, People

MATTER = sha256_of(b"a matter")
SWAPPED = PLAN.replace(b"quality: {people: [quality@", b"quality: {people: [release@")


@pytest.fixture
def people() -> People:
    """A ledger with two people under a plan."""
    return People()


def _decision(people: People) -> StandingDecision:
    (one,) = people.standing().decisions
    return one


def _reason(people: People) -> str:
    (one,) = people.standing().refused
    return one.reason


def test_decision_has_effect_once_its_signature_is_given(people: People) -> None:
    """A decision waits, naming what it waits for, and has effect from its last signature on."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    waiting = _decision(people)
    assert not waiting.effective
    assert str(waiting.missing[0]) == "'evaluated' by quality"
    signed = people.sign(receipt, meaning="evaluated")
    assert _decision(people).effective
    assert _decision(people).since == signed.index


def test_further_signatures_are_kept_beside_those_that_were_needed(people: People) -> None:
    """A signature that comes after a decision has effect is shown, and does not move when it took effect."""
    receipt = people.decide("review", "test_case", MATTER)
    first = people.sign(receipt, meaning="reviewed")
    people.sign(receipt, RELEASE, "release_authority", "reviewed")
    one = _decision(people)
    assert ([given.email for given in one.given], one.since) == ([QUALITY, RELEASE], first.index)


def test_signing_twice_is_signing_once(people: People) -> None:
    """Attack: one person signs a matter twice where two people are wanted."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    for _ in range(2):
        people.sign(receipt, meaning="evaluated")
    rules = _decision(people).form.signatures[:1] * 2
    assert len(signatures_missing(people.standing(), receipt.sha256, rules, [])) == 1


def test_transplanted_signature_is_refused(people: People) -> None:
    """Attack: the approval of one decision is put under another, its digest changed."""
    receipt, other = (people.decide("evaluate", "anomaly", sha256_of(text)) for text in (b"1", b"2"))
    given = people.approval(people.intent(receipt.sha256, QUALITY, "quality", "evaluated"))
    moved = msgspec.structs.replace(given.intent, signed=other.sha256)
    people.append(msgspec.structs.replace(given, intent=moved))
    assert "does not hold" in _reason(people)
    assert not any(one.effective for one in people.standing().decisions)


def test_replayed_signature_is_refused(people: People) -> None:
    """Attack: an approval stands in the log a second time, as a ledger that was tampered with could hold it."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, meaning="evaluated")
    ledger = people.memory.ledger
    snapshot = ledger.snapshot()
    last = snapshot.records[-1]
    again = msgspec.structs.replace(last, index=last.index + 1, sha256=sha256_of(b"again"))
    standing = stand([*snapshot.records, again], snapshot.keyring, ledger.read_blob, ledger.root_at)
    assert [(one.index, "was used before" in one.reason) for one in standing.refused] == [(again.index, True)]
    assert len(standing.given[receipt.sha256]) == 1


def test_role_that_the_plan_in_force_does_not_give_is_refused(people: People) -> None:
    """Attack: a person signs in a role that they do not hold."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, RELEASE, "quality", "evaluated")
    assert "does not hold the role 'quality'" in _reason(people)
    assert not _decision(people).effective


def test_role_that_the_form_does_not_ask_counts_for_nothing(people: People) -> None:
    """A sound signature in another role leaves the decision waiting."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, RELEASE, "release_authority", "evaluated")
    assert people.standing().refused == ()
    assert not _decision(people).effective


def test_other_meaning_counts_for_nothing(people: People) -> None:
    """A signature that means something else leaves the decision waiting (21 CFR 11.50)."""
    people.sign(people.decide("evaluate", "anomaly", MATTER), meaning="read")
    assert not _decision(people).effective


def test_revoked_key_is_refused(people: People) -> None:
    """Attack: a key that was revoked goes on signing."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    key = key_id_of(people.memory.people[QUALITY].public_key)
    people.append(KeyRevoked(people.made(), key, "it was lost"))
    people.sign(receipt, meaning="evaluated")
    assert "was revoked at" in _reason(people)


def test_signature_given_before_the_revocation_stays(people: People) -> None:
    """A key is valid by its place in the log: what it signed before it was revoked stands."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, meaning="evaluated")
    key = key_id_of(people.memory.people[QUALITY].public_key)
    people.append(KeyRevoked(people.made(), key, "it was lost"))
    assert _decision(people).effective


def test_stranger_is_refused(people: People) -> None:
    """Attack: a key that nobody enrolled signs under a known name."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    given = people.intent(receipt.sha256, QUALITY, "quality", "evaluated")
    people.append(people.approval(given, Ed25519Signer(b"s" * 32)))
    assert "is no person's in force" in _reason(people)


def test_key_of_one_person_under_the_name_of_another_is_refused(people: People) -> None:
    """Attack: a person signs with their own key under another's name."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    given = people.intent(receipt.sha256, QUALITY, "quality", "evaluated")
    people.append(people.approval(given, people.memory.people[RELEASE]))
    assert "the intent names" in _reason(people)


def test_signature_of_what_is_not_there_is_refused(people: People) -> None:
    """Attack: a signature is given in advance, for a record that comes later or never."""
    given = people.intent(sha256_of(b"later"), QUALITY, "quality", "evaluated")
    people.append(people.approval(given))
    assert "does not stand before it" in _reason(people)


def test_signer_who_saw_another_ledger_is_refused(people: People) -> None:
    """Attack: a signature is taken from a fork of the ledger."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    given = people.intent(receipt.sha256, QUALITY, "quality", "evaluated")
    people.append(people.approval(msgspec.structs.replace(given, checkpoint="AAAA")))
    assert "another root hash" in _reason(people)


@pytest.mark.parametrize("form", ["approve", "supersede", "dispose"])
def test_author_does_not_sign_their_own(people: People, form: str) -> None:
    """Attack: who writes the decision gives its one signature too."""
    kind = {"approve": "change_request", "supersede": "record", "dispose": "finding"}[form]
    receipt = people.decide(form, kind, MATTER, author=QUALITY)
    meaning = _decision(people).form.signatures[0].meaning
    people.sign(receipt, meaning=meaning)
    assert not _decision(people).effective
    assert QUALITY in _decision(people).missing[0].not_by


@pytest.mark.parametrize(
    ("form", "kind", "fields", "reason"),
    [
        ("bypass", "record", {}, "is not a kind of decision"),
        ("supersede", "verdict", {}, "does not decide a verdict"),
        ("supersede", "record", {"cause": "it was late"}, "not one of"),
        ("supersede", "record", {"reason": "flaky"}, "too short"),
        ("dispose", "finding", {"expires": "soon"}, "expires"),
        ("scope", "version", {}, "names no version"),
        ("approve", "plan", {}, "no plan"),
    ],
)
def test_malformed_decision_has_no_effect_and_says_why(
    people: People, form: str, kind: str, fields: dict[str, str | tuple[str, ...]], reason: str
) -> None:
    """Attack: a decision that no form would take is written to the log; it is refused, and nothing else breaks."""
    receipt = people.decide(form, kind, MATTER, fields=fields)
    people.sign(receipt, meaning="superseded")
    standing = people.standing()
    assert standing.decisions == ()
    assert [(one.index, one.author) for one in standing.refused_decisions] == [
        (receipt.index, "dev@example.com")
    ]
    assert reason in standing.refused_decisions[0].reason


def test_decisions_are_in_the_order_in_which_they_took_effect(people: People) -> None:
    """Attack: a rejection that is signed last does not lose against an acceptance that was written after it."""
    rejected = people.decide("review", "test_case", MATTER, fields={"outcome": "rejected"})
    accepted = people.decide("review", "test_case", MATTER)
    people.sign(accepted, meaning="reviewed")
    people.sign(rejected, meaning="reviewed")
    assert [one.decision.fields["outcome"] for one in people.standing().decisions] == ["accepted", "rejected"]


def test_superseded_records_are_told_with_their_cause(people: People) -> None:
    """Only a supersession with effect sets a record aside."""
    receipt = people.decide("supersede", "record", MATTER)
    assert people.standing().superseded() == {}
    people.sign(receipt, meaning="superseded")
    assert people.standing().superseded() == {MATTER: FIELDS["supersede"]["cause"]}


def _approve_plan(people: People, plan: bytes, email: str, role: str) -> int:
    receipt = people.decide("approve", "plan", people.record_plan(plan))
    return people.sign(receipt, email, role, "approved").index


def test_plan_of_the_root_is_in_force_first(people: People) -> None:
    """The plan that two people put into entry 0 is in force, and approved."""
    standing = people.standing()
    assert standing.plan_in_force.sha256 == sha256_of(PLAN)
    assert standing.is_approved_plan(sha256_of(PLAN))
    assert not standing.is_approved_plan(sha256_of(SWAPPED))


def test_plan_comes_into_force_with_its_approval(people: People) -> None:
    """A plan is in force from the signature that approves it on; before, the earlier one is."""
    since = _approve_plan(people, SWAPPED, QUALITY, "quality")
    standing = people.standing()
    assert (standing.plan_in_force.sha256, standing.plan_in_force.since) == (sha256_of(SWAPPED), since)
    in_force = [standing.plan_at(index, "main") for index in (since - 1, since)]
    assert [one and one.sha256 for one in in_force] == [sha256_of(PLAN), sha256_of(SWAPPED)]


def test_plan_does_not_approve_itself(people: People) -> None:
    """Attack: a plan gives a role to the person who then approves it in that role."""
    grabbing = PLAN.replace(
        b"quality: {people: [quality@", b"quality: {people: [mallory@example.com, quality@"
    )
    grabbed = grabbing.replace(b"mallory@example.com, quality@", b"release@example.com, quality@")
    _approve_plan(people, grabbed, RELEASE, "quality")
    standing = people.standing()
    assert standing.plan_in_force.sha256 == sha256_of(PLAN)
    assert "does not hold the role 'quality'" in standing.refused[0].reason


def test_role_that_a_later_plan_took_away_no_longer_signs(people: People) -> None:
    """Attack: a person goes on signing in a role that the plan in force no longer gives them."""
    _approve_plan(people, SWAPPED, QUALITY, "quality")
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, QUALITY, "quality", "evaluated")
    assert "does not hold the role 'quality'" in _reason(people)
    people.sign(receipt, RELEASE, "quality", "evaluated")
    assert people.standing().decisions[-1].effective


def test_signature_given_while_the_role_was_held_stays(people: People) -> None:
    """A decision that had effect keeps it when the plan changes."""
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, meaning="evaluated")
    _approve_plan(people, SWAPPED, QUALITY, "quality")
    assert people.standing().decisions[0].effective


def test_plan_that_cannot_be_read_never_comes_into_force(people: People) -> None:
    """Attack: a file that is no plan is approved, so that every later command would stop."""
    _approve_plan(people, b"device: [", QUALITY, "quality")
    standing = people.standing()
    assert standing.plan_in_force.sha256 == sha256_of(PLAN)
    assert "cannot be read" in standing.refused_decisions[0].reason
