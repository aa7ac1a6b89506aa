"""What the plan may ask of people before they sign: the policy accepted, training on record (11.10(i), (j))."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from clausework.actions.account import EnrolmentInVain, accounts
from clausework.actions.accountability import (
    AcceptedBefore,
    NoPolicy,
    OtherPolicy,
    TrainedInVain,
    VouchedForOneself,
    accept_policy,
    link_training,
)
from clausework.actions.decide import Decided, decide
from clausework.actions.person import RoleNotHeld, SignatureWouldNotCount, sign_record
from clausework.actions.sign import sign
from clausework.actions.verify import verify
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.accounts import PolicyAccepted, TrainingLinked
from clausework.ledger.records.decisions import Decision, Matter
from clausework.signatures.accountability import PolicyNotAccepted, TrainingNotOnRecord
from clausework.signatures.approvals import approve, intent
from tests.actions.device import PLAN, QUALITY, RELEASE, Device, person
from tests.actions.people import THIRD, SetClock, let_in, with_own_keys

POLICY = b"SOP-012 revision 3: what I sign here binds me like my hand.\n"
NAMED = f"signing: {{accountability_policy: {{reference: SOP-012 rev 3, sha256: {sha256_of(POLICY)}}}}}\n"
TRAINED = PLAN.replace(f"people: [{QUALITY}]", f"people: [{QUALITY}], training: [TC-101]")
REVIEW = {"method": "review", "outcome": "accepted", "rationale": "looked at in full today"}


def _approve_plan(device: Device, plan: str) -> None:
    device.write("clausework.yaml", plan)
    with device.open() as workplace:
        decide(
            workplace, "approve", "plan", {"rationale": "asked of all signers"}, person(workplace, RELEASE)
        )
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")


def _review(workplace: Workplace, email: str = QUALITY) -> Decided:
    return decide(workplace, "review", "REQ-001", REVIEW, person(workplace, email))


def _train(workplace: Workplace, of: str = QUALITY, by: str = RELEASE, **changes: str) -> int:
    given = {"document": "TR-7", "sha256": sha256_of(b"TR-7"), "completed": "2026-01-05"} | changes
    return link_training(workplace, of, given.pop("training", "TC-101"), person(workplace, by), **given).index


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Return the file with the policy's text."""
    path = tmp_path / "SOP-012.txt"
    path.write_bytes(POLICY)
    return path


def test_who_has_not_accepted_the_policy_signs_nothing(established: Device, policy: Path) -> None:
    """Named in an approved plan, it is asked of everybody; accepted, signed and kept, it lets its person sign."""
    _approve_plan(established, PLAN + NAMED)
    with established.open() as workplace:
        before = workplace.ledger.size()
        with pytest.raises(PolicyNotAccepted, match="has not accepted the policy 'SOP-012 rev 3'"):
            _review(workplace)
        assert workplace.ledger.size() == before
        signed = accept_policy(workplace, policy, person(workplace, QUALITY))
        body = workplace.record(signed.index).body
        assert isinstance(body, PolicyAccepted)
        assert workplace.ledger.read_blob(body.policy.sha256) == POLICY
        assert _review(workplace).signed
        with pytest.raises(PolicyNotAccepted):
            _train(workplace)
        lacking = {one.email: one.lacks for one in accounts(workplace) if one.email}
        assert lacking[QUALITY] == ()
        assert "has not accepted the policy" in lacking[RELEASE][0]
    assert verify(established.folder).problems == ()


def test_a_new_revision_is_accepted_anew(established: Device, policy: Path) -> None:
    """Lapse: who stood by an older text has not accepted the one that the plan names now."""
    _approve_plan(established, PLAN + NAMED)
    with established.open() as workplace:
        for email in (QUALITY, RELEASE):
            accept_policy(workplace, policy, person(workplace, email))
    _approve_plan(established, PLAN + NAMED.replace(sha256_of(POLICY), sha256_of(b"revision 4")))
    with established.open() as workplace:
        with pytest.raises(PolicyNotAccepted):
            _review(workplace)
        with pytest.raises(OtherPolicy, match="SOP-012"):
            accept_policy(workplace, policy, person(workplace, QUALITY))


def test_a_plan_that_asks_for_what_nobody_has_can_be_mended(established: Device) -> None:
    """Dead end: a wrong digest in the plan keeps everybody from signing, but for the plan that mends it."""
    _approve_plan(established, TRAINED + NAMED.replace(sha256_of(POLICY), "0" * 64))
    with established.open() as workplace, pytest.raises(PolicyNotAccepted):
        _review(workplace)
    _approve_plan(established, PLAN)
    with established.open() as workplace:
        assert _review(workplace).signed


def test_who_is_not_trained_for_the_role_signs_nothing_in_it(established: Device) -> None:
    """A linked record that another person vouched for lets sign, until it expires; by another name it does not."""
    _approve_plan(established, TRAINED)
    with established.open() as workplace:
        for training in ("TC-102", "TC-101"):
            before = workplace.ledger.size()
            with pytest.raises(TrainingNotOnRecord, match=r"TC-101.*the role 'quality'"):
                _review(workplace)
            assert workplace.ledger.size() == before
            index = _train(workplace, training=training, expires="2099-01-01")
        body = workplace.record(index).body
        assert isinstance(body, TrainingLinked)
        assert (body.document, body.sha256) == ("TR-7", sha256_of(b"TR-7"))
        assert _review(workplace).signed
        assert any("TC-101: TR-7" in one for found in accounts(workplace) for one in found.trainings)
    assert verify(established.folder).problems == ()


def test_training_that_expired_lets_nobody_sign(established: Device) -> None:
    """Lapse: the day came on which the training is no longer good."""
    _approve_plan(established, TRAINED)
    with established.open() as workplace:
        _train(workplace, expires=(workplace.clock() + timedelta(days=30)).date().isoformat())
        assert _review(workplace).signed
    with established.open(clock=SetClock(days=31)) as workplace, pytest.raises(TrainingNotOnRecord):
        _review(workplace)


def test_attack_a_signature_past_the_program_without_policy_and_training(established: Device) -> None:
    """Attack: the pipeline's key writes what the program would not; it does not count, and verify tells it by name."""
    _approve_plan(established, TRAINED + NAMED)
    with established.open() as workplace:
        fields = {"rationale": "looked at in full today", "method": "review", "outcome": "accepted"}
        for reason in ("has not accepted the policy", "No valid training record"):
            decided = _forged_review(workplace, fields)
            standing = workplace.standing(workplace.snapshot())
            assert reason in standing.refused[-1].reason
            assert not next(one for one in standing.decisions if one.record.sha256 == decided).effective
            assert any(reason in one for one in verify(established.folder).problems)
            if "policy" in reason:
                kept = established.write("SOP-012.txt", POLICY)
                accept_policy(workplace, kept, person(workplace, QUALITY))


def _forged_review(workplace: Workplace, fields: dict[str, str]) -> str:
    """Append a review and the quality person's own true signature, past all that the program asks."""
    matter = Matter("software_requirement", "REQ-001", sha256_of(workplace.now().encode()))
    body = Decision(workplace.made(QUALITY), "review", matter, QUALITY, dict(fields))
    receipt = workplace.ledger.append([Draft((subject("forged", matter.sha256),), body)])[0]
    checkpoint = workplace.ledger.checkpoint()
    who = person(workplace, QUALITY)
    given = intent(
        receipt.sha256,
        email=QUALITY,
        name=who.name,
        role="quality",
        meaning="reviewed",
        clock=workplace.clock,
        size=checkpoint.size,
        checkpoint=checkpoint.root_base64,
    )
    approval = approve(given, who.signer, workplace.made(QUALITY))
    workplace.ledger.append([Draft((subject("approved", receipt.sha256),), approval)])
    with pytest.raises(SignatureWouldNotCount) as caught:
        sign_record(workplace, who, signed=receipt.sha256, role="quality", meaning="reviewed")
    assert "clausework account" in caught.value.hint
    return receipt.sha256


def test_attack_vouching_for_oneself(established: Device, tmp_path: Path) -> None:
    """Attack: who is to be trained, or holds no such role, vouches; nobody does so for a stranger, or in vain."""
    device = with_own_keys(established, tmp_path / "home")
    let_in(device)
    with device.open() as workplace:
        before = workplace.ledger.size()
        with pytest.raises(VouchedForOneself):
            _train(workplace, of=RELEASE, by=RELEASE)
        with pytest.raises(RoleNotHeld):
            _train(workplace, of=QUALITY, by=THIRD)
        with pytest.raises(EnrolmentInVain):
            _train(workplace, of="nobody@example.com")
        for changes in ({"completed": "2099-01-01"}, {"expires": "2026-01-06"}):
            with pytest.raises(TrainedInVain):
                _train(workplace, **changes)
        assert workplace.ledger.size() == before


def test_what_is_no_acceptance_is_refused(established: Device, policy: Path) -> None:
    """Where the plan names no policy there is nothing to accept; one that stands is not accepted again."""
    with established.open() as workplace, pytest.raises(NoPolicy):
        accept_policy(workplace, policy, person(workplace, QUALITY))
    _approve_plan(established, PLAN + NAMED)
    with established.open() as workplace:
        accept_policy(workplace, policy, person(workplace, QUALITY))
        with pytest.raises(AcceptedBefore):
            accept_policy(workplace, policy, person(workplace, QUALITY))


def test_both_at_the_command_line(established: Device, policy: Path) -> None:
    """Each verb says what it recorded; a wrong input ends before anything is."""
    _approve_plan(established, TRAINED + NAMED)
    done = established.process("account", "accept-policy", policy, "--as", QUALITY)
    assert (done.returncode, done.stdout.split("  #")[0]) == (0, f"{QUALITY} accepted 'SOP-012 rev 3'")
    assert established.process("account", "accept-policy", policy, "--as", RELEASE).returncode == 0
    words = ("account", "training", QUALITY, "TC-101", "--document", "TR-7", "--completed", "2026-01-05")
    before = established.count()
    for wrong in ((), ("--digest", "abc"), ("--file", policy, "--digest", "0" * 64)):
        assert established.process(*words, *wrong, "--as", RELEASE).returncode == 2
    assert established.process(*words, "--digest", "0" * 64, "--as", QUALITY).returncode == 5
    assert established.count() == before
    done = established.process(*words, "--file", policy, "--as", RELEASE)
    assert done.stdout.startswith(f"training of {QUALITY} in TC-101 linked  #"), done.stderr
    assert (
        f"training TC-101: TR-7 (sha256 {sha256_of(POLICY)[:12]})"
        in established.process("account", "list").stdout
    )
