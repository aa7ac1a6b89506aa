"""Attacks on signatures by one who holds the pipeline's key and so writes any record; each is told by its own name."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from clausework.core.clock import parse_timestamp, system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.root import KeyRevoked
from clausework.ledger.records.values import Made
from clausework.ledger.signing import key_id_of
from clausework.signatures.approvals import LONGEST_UNDER_WAY
from clausework.trace.standing import stand
from tests.tracing.people import PLAN, QUALITY, RELEASE, People

MATTER = sha256_of(b"a matter")
LENT: dict[str, str | tuple[str, ...]] = {"reason": "Quinn is on leave", "to": RELEASE}


class Time:
    """A clock that a test moves; the ledger's checkpoints and the signers read it."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-04-10T08:00:00+00:00")

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def time() -> Time:
    """A clock at a known moment."""
    return Time()


@pytest.fixture
def people(time: Time) -> People:
    """A ledger with two people under a plan, all under one clock."""
    return People(clock=time)


def _refused(people: People) -> str:
    """Return why the one signature that was refused does not count; no decision has effect."""
    standing = people.standing()
    (one,) = standing.refused
    assert not any(
        decision.effective for decision in standing.decisions if decision.decision.form == "evaluate"
    )
    assert one.name
    assert one.meaning
    assert str(one).startswith(
        f"signature #{one.index} of {one.name} <{one.email}>, '{one.meaning}', {one.at}"
    )
    return one.reason


def _evaluation(people: People, matter: str = MATTER) -> str:
    return people.decide("evaluate", "anomaly", matter).sha256


def test_attack_a_signature_copied_to_another_record(people: People) -> None:
    """Attack: a person's true signature of one decision is put into the log for another one."""
    first, second = _evaluation(people, sha256_of(b"1")), _evaluation(people, sha256_of(b"2"))
    given = people.approval(people.intent(first, QUALITY, "quality", "evaluated"))
    copied = msgspec.structs.replace(given.intent, signed=second)
    people.append(msgspec.structs.replace(given, intent=copied))
    assert "does not hold" in _refused(people)


def test_attack_a_signature_by_a_revoked_key(people: People) -> None:
    """Attack: a key that was revoked goes on signing, its records written past the program."""
    decision = _evaluation(people)
    given = people.approval(people.intent(decision, QUALITY, "quality", "evaluated"))
    people.append(KeyRevoked(people.made(), key_id_of(people.memory.people[QUALITY].public_key), "stolen"))
    people.append(given)
    assert "was revoked at" in _refused(people)


def test_attack_a_signature_from_a_closed_account(people: People) -> None:
    """Attack: a person who left signs on, their key never revoked by itself."""
    decision = _evaluation(people)
    people.append(AccountClosed(people.made(), QUALITY, "left the company"))
    people.append(people.approval(people.intent(decision, QUALITY, "quality", "evaluated")))
    assert f"The account {QUALITY} was closed at" in _refused(people)


def test_attack_a_signature_by_the_wrong_role(people: People) -> None:
    """Attack: a person signs in a role that the plan in force does not give them."""
    decision = _evaluation(people)
    people.append(people.approval(people.intent(decision, RELEASE, "quality", "evaluated")))
    assert "does not hold the role" in _refused(people)


def test_attack_a_signature_replayed(people: People) -> None:
    """Attack: an approval that counted once stands in the log again, as in a ledger that was tampered with."""
    decision = _evaluation(people)
    people.append(people.approval(people.intent(decision, QUALITY, "quality", "evaluated")))
    ledger = people.memory.ledger
    snapshot = ledger.snapshot()
    last = snapshot.records[-1]
    again = msgspec.structs.replace(last, index=last.index + 1, sha256=sha256_of(b"again"))
    standing = stand([*snapshot.records, again], snapshot.keyring, ledger.read_blob, ledger.root_at, ledger)
    assert ["was used before" in one.reason for one in standing.refused] == [True]


def test_attack_a_signature_with_the_clock_turned_back(people: People, time: Time) -> None:
    """Attack: the signer's clock is turned back behind the checkpoint they saw, though not behind what they sign."""
    decision = _evaluation(people)
    time.move(hours=3)
    people.append(KeyRevoked(people.made(), "0" * 64, "anything that moves the ledger on"))
    seen = people.intent(decision, QUALITY, "quality", "evaluated")
    early = msgspec.structs.replace(seen, at=timestamp(parse_timestamp(seen.at) - timedelta(hours=2)))
    people.append(people.approval(early))
    assert "before the checkpoint" in _refused(people)


def test_attack_a_signature_before_what_it_signs(people: People, time: Time) -> None:
    """Attack: a signature is dated before the record that it signs was made."""
    decision = _evaluation(people)
    seen = people.intent(decision, QUALITY, "quality", "evaluated")
    early = msgspec.structs.replace(seen, at=timestamp(time() - timedelta(seconds=1)))
    people.append(people.approval(early))
    assert "what is signed is of" in _refused(people)


def test_attack_backdating_on_a_quiet_ledger(people: People, time: Time) -> None:
    """Attack: nothing was recorded since what is signed, and the signature is dated into that silence."""
    decision = _evaluation(people)
    given = people.approval(people.intent(decision, QUALITY, "quality", "evaluated"))
    time.move(seconds=LONGEST_UNDER_WAY + 1)
    people.append(given)
    assert "minutes later" in _refused(people)


def test_attack_a_signature_dated_forward(people: People, time: Time) -> None:
    """Attack: a signature is dated into days to come."""
    decision = _evaluation(people)
    seen = people.intent(decision, QUALITY, "quality", "evaluated")
    people.append(people.approval(msgspec.structs.replace(seen, at=timestamp(time() + timedelta(days=1)))))
    assert "the ledger took it in at" in _refused(people)


def test_attack_a_record_dated_forward_keeps_nobody_from_signing(people: People, time: Time) -> None:
    """Attack: the pipeline dates a record years ahead; signatures of other records go on counting."""
    people.append(KeyRevoked(Made("2099-01-01T00:00:00.000Z", "pipeline", "x"), "0" * 64, "dated ahead"))
    decision = people.decide("evaluate", "anomaly", MATTER)
    time.move(minutes=1)
    people.sign(decision, meaning="evaluated")
    assert people.standing().decisions[-1].effective


def _lend(people: People, time: Time, *, days: int = 10) -> None:
    """Lend the role quality to the release authority from tomorrow on; the holder and another person sign."""
    begins, ends = (timestamp(time() + timedelta(days=one)) for one in (1, 1 + days))
    fields = LENT | {"begins": begins, "ends": ends}
    receipt = people.decide("delegate", "role", sha256_of(b"quality"), fields=fields, matter_id="quality")
    people.sign(receipt, QUALITY, "quality", "delegated")
    people.sign(receipt, "chief@example.com", "release_authority", "confirmed")


@pytest.fixture
def three(time: Time) -> People:
    """A ledger with a third person, who is a release authority too."""
    plan = PLAN.replace(b"people: [release@example.com]", b"people: [release@example.com, chief@example.com]")
    return People(plan, clock=time, people=(QUALITY, RELEASE, "chief@example.com"))


def test_a_lent_role_signs_within_its_days(three: People, time: Time) -> None:
    """From the first moment of the delegation until before its last the borrower signs in the role."""
    _lend(three, time)
    time.move(days=1)
    three.sign(three.decide("evaluate", "anomaly", MATTER), RELEASE, "quality", "evaluated")
    assert three.standing().decisions[-1].effective


@pytest.mark.parametrize("days", [0.99, 11])
def test_attack_a_lent_role_outside_its_days(three: People, time: Time, days: float) -> None:
    """Attack: the borrower signs before the delegation begins, or once it has ended."""
    _lend(three, time)
    time.move(days=days)
    three.sign(three.decide("evaluate", "anomaly", MATTER), RELEASE, "quality", "evaluated")
    assert "does not hold the role" in _refused(three)


def test_attack_a_clock_turned_back_into_the_days_of_a_delegation(three: People, time: Time) -> None:
    """Attack: once the delegation has ended the borrower dates a signature back into it."""
    _lend(three, time)
    time.move(days=10.9)
    decision = _evaluation(three)
    time.move(days=1)
    seen = three.intent(decision, RELEASE, "quality", "evaluated")
    three.append(three.approval(msgspec.structs.replace(seen, at=timestamp(time() - timedelta(days=0.99)))))
    assert "minutes later" in _refused(three)


def test_attack_lending_what_was_lent(three: People, time: Time) -> None:
    """Attack: the borrower lends the role on; that delegation is refused, and who borrowed it signs nothing in it."""
    _lend(three, time)
    time.move(days=2)
    fields = LENT | {"to": "chief@example.com", "begins": timestamp(time()), "ends": "2026-05-01"}
    receipt = three.decide("delegate", "role", sha256_of(b"quality"), fields=fields, matter_id="quality")
    three.sign(receipt, RELEASE, "quality", "delegated")
    three.sign(receipt, QUALITY, "quality", "confirmed")
    (refused,) = three.standing().refused_decisions
    assert "cannot lend it" in refused.reason
    three.sign(three.decide("evaluate", "anomaly", MATTER), "chief@example.com", "quality", "evaluated")
    assert "does not hold the role" in _refused(three)


def test_attack_the_borrower_confirms_the_delegation(people: People, time: Time) -> None:
    """Attack: who borrows the role is also the second person who says that it may be lent."""
    fields = LENT | {"begins": timestamp(time()), "ends": "2026-05-01"}
    receipt = people.decide("delegate", "role", sha256_of(b"quality"), fields=fields, matter_id="quality")
    people.sign(receipt, QUALITY, "quality", "delegated")
    people.sign(receipt, RELEASE, "release_authority", "confirmed")
    standing = people.standing()
    assert standing.delegations == ()
    assert RELEASE in standing.decisions[-1].missing[0].not_by


@pytest.mark.parametrize(
    ("begins", "ends", "reason"),
    [
        ("2026-05-01", "2026-04-30", "is not after"),
        ("2026-05-01", "2026-05-01", "is not after"),
        ("2026-05-01", "2027-05-03", "more than 366 days"),
    ],
)
def test_attack_a_delegation_without_an_end(people: People, begins: str, ends: str, reason: str) -> None:
    """Attack: a delegation that ends before it begins, or lends for longer than a year, is written past the program."""
    fields = LENT | {"begins": begins, "ends": ends}
    people.decide("delegate", "role", sha256_of(b"quality"), fields=fields, matter_id="quality")
    (refused,) = people.standing().refused_decisions
    assert reason in refused.reason


def test_a_lent_role_ends_when_its_lender_loses_it(three: People, time: Time) -> None:
    """Once a plan takes the role from its holder, who borrowed it signs nothing in it any more."""
    _lend(three, time)
    time.move(days=2)
    without = PLAN.replace(b"people: [quality@example.com]", b"people: [chief@example.com]")
    receipt = three.decide("approve", "plan", three.record_plan(without))
    three.sign(receipt, QUALITY, "quality", "approved")
    three.sign(three.decide("evaluate", "anomaly", MATTER), RELEASE, "quality", "evaluated")
    assert "does not hold the role" in _refused(three)


def test_attack_a_lent_role_against_independence(three: People, time: Time) -> None:
    """Attack: the author of a decision borrows the role in which another person must sign it."""
    _lend(three, time)
    time.move(days=2)
    receipt = three.decide("approve", "change_request", MATTER, author=RELEASE)
    three.sign(receipt, RELEASE, "quality", "approved")
    assert three.standing().refused == ()
    assert not three.standing().decisions[-1].effective


def test_the_real_clock_is_taken_where_none_is_set() -> None:
    """The harness's default is the machine's clock, for the ledger and its signers alike."""
    people = People()
    receipt = people.decide("evaluate", "anomaly", MATTER)
    people.sign(receipt, meaning="evaluated")
    assert people.standing().refused == ()
    assert parse_timestamp(people.made().at) <= system_clock()
