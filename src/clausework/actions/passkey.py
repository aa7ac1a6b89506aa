"""account passkey: makes a passkey in the browser and records its enrolment; two people let it in (21 CFR 11.100)."""

from __future__ import annotations

import msgspec

from clausework.actions.account import EnrolmentInVain
from clausework.actions.account_lock import refuse_locked, signing_rules
from clausework.actions.browser_signing import NoPasskey, passkeys_of
from clausework.actions.given_texts import fit_proof, fit_text
from clausework.actions.person import AccountIsClosed, AccountUnknown, NobodyActs, PasskeyHolder
from clausework.actions.person import Person as Acting
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.identification import PasskeyEnrolled
from clausework.ledger.records.root import Person
from clausework.plan.model import roles_of
from clausework.signatures.passkeys import MakingRequest, made_passkey, new_challenge


class NameWanted(UsageFault):
    """A passkey is made for somebody who is not enrolled yet, so their printed name is not known."""

    hint = "Give the person's full name as it is to be printed, with --name."


class Enrolled(msgspec.Struct, frozen=True):
    """An enrolment that was recorded: its index, the key's ID, what the plan in force makes of the passkey."""

    index: int
    key_id: str
    email: str
    backup_eligible: bool
    counts: bool


def act_with_passkey(workplace: Workplace, email: str | None, *, log_in: bool = False) -> PasskeyHolder:
    """Return the person who signs with a passkey; who they are is proved by each signature itself.

    Raises ``NobodyActs``, ``AccountUnknown``, ``AccountIsClosed``, ``AccountIsLocked``, ``NoPasskey``.
    """
    named = email or workplace.environ.get("CLAUSEWORK_ACCOUNT")
    if not named:
        raise NobodyActs("This needs a person.")
    account = parse_email(named)
    snapshot = workplace.snapshot()
    enrolled = snapshot.keyring.person(account, len(snapshot.records))
    if enrolled is None:
        raise AccountUnknown(f"Nobody is enrolled as {account}.")
    if (closed := snapshot.keyring.closed_at(account)) is not None:
        raise AccountIsClosed(f"The account {account} was closed at #{closed}.")
    refuse_locked(workplace, account, snapshot)
    party = signing_rules(workplace).relying_party.id
    if not passkeys_of(snapshot, account, party):
        raise NoPasskey(f"{account} has no passkey for '{party}' in force.")
    return PasskeyHolder(account, enrolled.name, log_in=log_in)


def enrol_passkey(workplace: Workplace, email: str, *, name: str | None, proof: str, by: Acting) -> Enrolled:
    """Have the person ``email`` make a passkey, and record its enrolment; two people then approve it by signing.

    ``proof`` says how the identity was proofed; ``name`` is wanted of somebody who is not enrolled yet. Raises
    ``NameWanted``, ``EnrolmentInVain``, and whatever the browser gives cause for; then nothing is recorded.
    """
    proof, account = fit_proof(proof), parse_email(email)
    snapshot = workplace.snapshot()
    known = snapshot.keyring.person(account, len(snapshot.records))
    if known is None and not (name or "").strip():
        raise NameWanted(f"{account} is not enrolled; their printed name is wanted.")
    printed = known.name if known is not None else fit_text("--name", name or "")
    if known is not None and name is not None and name.strip() != known.name:
        raise EnrolmentInVain(f"{account} is enrolled as {known.name}; the passkey is of {name.strip()}.")
    if (closed := snapshot.keyring.closed_at(account)) is not None:
        raise EnrolmentInVain(f"The account {account} was closed at #{closed}.")
    plan = workplace.standing(snapshot).plan_in_force.plan
    party = plan.signing.relying_party
    held = tuple(key.passkey for key in passkeys_of(snapshot, account, party.id) if key.passkey is not None)
    challenge = new_challenge()
    answer = workplace.ask_new_passkey(MakingRequest(account, printed, party.id, challenge, held))
    made = made_passkey(answer, challenge, party)
    _refuse_known(workplace, made.key_id)
    person = Person(account, printed, made.text, proof, by.email, roles_of(plan, account))
    body = PasskeyEnrolled(workplace.made(by.email), person, made.passkey, made.key_id)
    draft = Draft((subject(f"passkey/{account}", made.key_id),), body, idempotency=made.key_id)
    index = workplace.ledger.append([draft])[0].index
    counts = plan.signing.synced_passkeys == "allowed" or not made.passkey.backup_eligible
    return Enrolled(index, made.key_id, account, made.passkey.backup_eligible, counts)


def _refuse_known(workplace: Workplace, key_id: str) -> None:
    """Raise ``EnrolmentInVain`` for a passkey that is somebody's already, waits to be, or was revoked."""
    keyring = workplace.snapshot().keyring
    if any(one.key_id == key_id for one in keyring.pending.values()):
        raise EnrolmentInVain(
            f"The passkey {key_id[:12]} waits for its approvals already.",
            hint="Two people approve it with 'clausework sign'; 'clausework status' says what waits.",
        )
    if key_id in keyring.keys or key_id in keyring.revoked:
        raise EnrolmentInVain(
            f"The passkey {key_id[:12]} was let in or revoked before.",
            hint="Have the authenticator make a new passkey.",
        )
