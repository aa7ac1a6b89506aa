"""Who accepted which accountability policy, and whose training is on record, by signatures that count.

What the plan in force asks of a signer is held against it (21 CFR 11.10(i), (j)). Three things are signed without: the
acceptance itself; a training record, so far as training goes; and the approval of a plan, for a plan that asks for what
nobody can have could not be mended otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.decisions.effect import Given
from clausework.ledger.records import Record
from clausework.ledger.records.accounts import PolicyAccepted, TrainingLinked
from clausework.ledger.records.decisions import Decision
from clausework.plan.model import Plan, roles_of
from clausework.signatures.accountability import Shortcoming

ACCEPTED = "accepted"
"""What the signature means by which a person accepts a policy."""

TRAINING_SEEN = "training seen"
"""What the signature means by which another person vouches for a training record."""

VOUCHING = ("quality", "release_authority")
"""The roles in which a training record is vouched for."""


class Training(msgspec.Struct, frozen=True):
    """A training record that another person vouched for: what for, where it is, since which record of the log."""

    training: str
    document: str
    sha256: str
    completed: str
    expires: str
    since: int

    def __str__(self) -> str:
        until = f", until {self.expires}" if self.expires else ""
        return (
            f"training {self.training}: {self.document} (sha256 {self.sha256[:12]}), completed {self.completed}{until}"
            f"  #{self.since}"
        )

    def holds(self, at: str) -> bool:
        """Tell whether the training is still good at the moment ``at``; an end that cannot be read has come."""
        try:
            return not self.expires or parse_timestamp(at) < parse_timestamp(self.expires)
        except NotATime:
            return False


class Accountability(msgspec.Struct, frozen=True):
    """By address: since when a person stands by a policy (its digest, the record), and the trainings on record."""

    accepted: dict[str, dict[str, int]] = {}
    trained: dict[str, tuple[Training, ...]] = {}

    def trainings_of(self, email: str, at: str) -> tuple[str, ...]:
        """Return what the person's trainings are for that are good at the moment ``at``."""
        return tuple(one.training for one in self.trained.get(email.lower(), ()) if one.holds(at))


def held_after(held: Accountability, signed: Record, given: Given) -> Accountability:
    """Return ``held`` after the signature ``given``, which counts, on the record ``signed``."""
    body, signer = signed.body, given.email.lower()
    if isinstance(body, PolicyAccepted) and (signer, given.meaning) == (body.email.lower(), ACCEPTED):
        accepted = held.accepted.get(signer, {}) | {body.policy.sha256: given.index}
        return msgspec.structs.replace(held, accepted={**held.accepted, signer: accepted})
    if isinstance(body, TrainingLinked) and _vouched(body, given):
        person = body.email.lower()
        training = Training(
            body.training, body.document, body.sha256, body.completed, body.expires, given.index
        )
        trained = (*held.trained.get(person, ()), training)
        return msgspec.structs.replace(held, trained={**held.trained, person: trained})
    return held


def _vouched(body: TrainingLinked, given: Given) -> bool:
    another = given.email.lower() != body.email.lower()
    return another and given.role in VOUCHING and given.meaning == TRAINING_SEEN


def shortcoming(
    plan: Plan, held: Accountability, email: str, role: str, at: str, signed: object
) -> Shortcoming:
    """Return what ``plan`` asks of who signs the record body ``signed`` in ``role`` and lacks at the moment ``at``."""
    if isinstance(signed, PolicyAccepted):
        return Shortcoming()
    if isinstance(signed, Decision) and (signed.form, signed.matter.kind) == ("approve", "plan"):
        return Shortcoming()
    untrained = () if isinstance(signed, TrainingLinked) else tuple(_untrained(plan, held, email, role, at))
    return Shortcoming(open_policy(plan, held, email), untrained)


def open_policy(plan: Plan, held: Accountability, email: str) -> str:
    """Return the name of the policy that ``plan`` names and the person has not accepted; empty where there is none."""
    policy = plan.signing.accountability_policy
    if policy is None or policy.sha256 in held.accepted.get(email.lower(), {}):
        return ""
    return f"'{policy.reference}' (sha256 {policy.sha256[:12]})"


def _untrained(plan: Plan, held: Accountability, email: str, role: str, at: str) -> Iterator[str]:
    asked = plan.roles.get(role)
    on_record = held.trainings_of(email, at)
    yield from (one for one in (asked.training if asked else ()) if one not in on_record)


def lacks_of(plan: Plan, held: Accountability, email: str, at: str) -> tuple[str, ...]:
    """Return in words what ``plan`` asks of a person before they sign, in each of their roles, and is not on record."""
    policy = open_policy(plan, held, email)
    untrained = dict.fromkeys(
        one for role in roles_of(plan, email) for one in _untrained(plan, held, email, role, at)
    )
    told = [f"has not accepted the policy {policy}"] if policy else []
    return (*told, *(f"no valid training record for {one}" for one in untrained))
