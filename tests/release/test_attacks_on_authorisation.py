"""The five attacks on a signature, on the authorisation of a release, by one who holds the pipeline's key.

Each is told by its own message, wherever somebody asks: by the release gate, by status, by verify, and by deployment
and the webhook's desk once a release record was forged on it (21 CFR 11.70, 11.10(g), 11.300(c); clause 5.8.8).
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from clausework.actions.admission_desk import AdmissionDesk
from clausework.actions.decide import decide
from clausework.actions.deploy import Asked, decide_deployment
from clausework.actions.gate import run_gates
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.actions.status import status
from clausework.actions.verify import verify
from clausework.actions.workplace import Workplace, key_of
from clausework.core.clock import parse_timestamp, timestamp
from clausework.core.digests import sha256_of
from clausework.decisions.release import AUTHORISED
from clausework.ledger.envelope import seal
from clausework.ledger.ports import NewEntry
from clausework.ledger.records import Record, encode_statement, subject
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.release import Release, ReleaseGate
from clausework.ledger.records.root import KeyRevoked
from clausework.ledger.records.values import Reference
from clausework.ledger.signing import key_id_of
from clausework.signatures.approvals import approve, intent
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


class Attacker:
    """One who holds the pipeline's key, and writes past the program what people never signed."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self.gate = [one for one in self._records() if isinstance(one.body, ReleaseGate)][-1]

    def _records(self) -> tuple[Record, ...]:
        return self.workplace.snapshot().records

    def intent(
        self, email: str, role: str = "release_authority", meaning: str = AUTHORISED, signed: str = ""
    ) -> Intent:
        """Return what the person would sign now to authorise the release, or of another record."""
        checkpoint = self.workplace.ledger.checkpoint()
        return intent(
            signed or self.gate.sha256,
            email=email,
            name=person(self.workplace, email).name,
            role=role,
            meaning=meaning,
            clock=self.workplace.clock,
            size=checkpoint.size,
            checkpoint=checkpoint.root_base64,
        )

    def signed(self, given: Intent) -> Approval:
        """Return the person's true signature over ``given``."""
        return approve(given, person(self.workplace, given.email).signer, self.workplace.made(given.email))

    def append(self, body: Approval | Release | KeyRevoked) -> Record:
        """Append past the ledger's own checks, by the pipeline's key."""
        key = key_of(self.workplace.site.store, "pipeline", self.workplace.environ)
        statement = encode_statement((subject("forged", self.gate.sha256),), body)
        index = self.workplace.embedded.log.append(
            lambda size, note: [NewEntry(seal(statement, (key,)))]
        ).indexes[0]
        return self.workplace.record(index)

    def forge_release(self, *approvals: Record) -> None:
        """Append a release record that cites ``approvals``."""
        candidate = self._records()[self.gate.body.candidate.index]
        blob = self.workplace.ledger.put_blob(b"{}", "index.json", "application/json")
        cited = tuple(Reference(one.index, one.sha256) for one in approvals)
        of = Reference(candidate.index, candidate.sha256)
        gate = Reference(self.gate.index, self.gate.sha256)
        artefacts = candidate.body.artefacts
        self.append(Release(self.workplace.made(), VERSION, of, gate, cited, artefacts, blob, blob))


def _copied(attacker: Attacker) -> Record:
    """Put the authority's true signature of something else under the authorisation."""
    given = attacker.signed(attacker.intent(RELEASE, meaning="reviewed"))
    moved = msgspec.structs.replace(given.intent, meaning=AUTHORISED)
    return attacker.append(msgspec.structs.replace(given, intent=moved))


def _revoked(attacker: Attacker) -> Record:
    """Have the authority's key, which was revoked, sign on."""
    given = attacker.signed(attacker.intent(RELEASE))
    key_id = key_id_of(person(attacker.workplace, RELEASE).signer.public_key)
    attacker.append(KeyRevoked(attacker.workplace.made(), key_id, "the laptop was stolen"))
    return attacker.append(given)


def _wrong_role(attacker: Attacker) -> Record:
    """Have the quality person sign as the release authority."""
    return attacker.append(attacker.signed(attacker.intent(QUALITY)))


def _replayed(attacker: Attacker) -> Record:
    """Put the authority's signature, which came too early to count, into the log again behind the confirmation."""
    (early,) = (
        one.body for one in attacker.workplace.snapshot().records
        if isinstance(one.body, Approval) and one.body.intent.meaning == AUTHORISED
    )  # fmt: skip
    return attacker.append(early)


def _turned_back(attacker: Attacker) -> Record:
    """Date the authority's signature back behind the checkpoint that they saw, though not behind what they sign."""
    given = attacker.intent(RELEASE)
    seen = attacker.workplace.ledger.time_at(given.size)
    assert seen is not None
    before = parse_timestamp(attacker.gate.body.made.at) + timedelta(milliseconds=1)
    return attacker.append(attacker.signed(msgspec.structs.replace(given, at=timestamp(before))))


ATTACKS = {
    "copied to another record": (_copied, "was given for something else"),
    "by a revoked key": (_revoked, "was revoked at #"),
    "by the wrong role": (_wrong_role, "does not hold the role 'release_authority'"),
    "replayed": (_replayed, "was used before"),
    "with the clock turned back": (_turned_back, "before the checkpoint at"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_an_authorisation(releasable: Device, attack: str) -> None:
    """Attack: a signature that was never given so is to authorise a release; each place refuses it in its own words."""
    make, reason = ATTACKS[attack]
    with releasable.open() as workplace:
        attacker = Attacker(workplace)
        if attack == "replayed":
            attacker.append(attacker.signed(attacker.intent(RELEASE)))
        sign(workplace, person(workplace, QUALITY), VERSION)
        forged = make(attacker)
        state = release(workplace, VERSION)
        assert state.released is None
        assert any(reason in told for told in state.refused), state.refused
        assert any(reason in one.reason for one in status(workplace).refused_signatures)
        attacker.forge_release(forged)
        digest = sha256_of(releasable.artefact.read_bytes())
        deployed = decide_deployment(workplace, Asked("production", digest, "counter", "ops", "ward", "file"))
        assert deployed.outcome == "refused"
        assert reason in deployed.reasons[0]
        (answer,) = AdmissionDesk(workplace, "production").ask([digest])
        assert not answer.admitted
        assert reason in answer.message
    told = verify(releasable.folder).problems
    assert any(f"entry {forged.index}: " in one and reason in one for one in told), told


def test_attack_a_decision_signed_in_a_role_that_is_not_held(releasable: Device) -> None:
    """Attack: an approval is signed in a role that the signer does not hold; gate and release name it, and why."""
    with releasable.open() as workplace:
        author = person(workplace, RELEASE)
        decided = decide(workplace, "approve", "plan", {"rationale": "looked at in full today"}, author)
        assert decided.missing
        attacker = Attacker(workplace)
        given = attacker.intent(QUALITY, meaning="approved", signed=decided.sha256)
        forged = attacker.append(attacker.signed(given))
        (told,) = run_gates(workplace, preview=True).refused_signatures
        assert told.startswith(f"signature #{forged.index} of Quinn Quality <{QUALITY}>, 'approved', ")
        assert told.endswith("does not hold the role 'release_authority'.")
        assert told in release(workplace, VERSION).refused
    assert told in releasable.process("gate", "--preview").stdout
    ended = releasable.process("verify")
    assert ended.returncode == 4
    assert f"entry {forged.index}: {told}" in ended.stderr
