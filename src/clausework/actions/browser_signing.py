"""Signing with what the person's browser brings: a passkey's assertion, a fresh log-in at the identity provider.

The intent is made first and shown; passkey and provider answer for its SHA-256. What they brought is recorded only if
the whole approval would count, so a person who is refused has signed nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from clausework.actions.signed_words import decision_details, decision_title, signed_details, signed_title
from clausework.actions.workplace import Workplace
from clausework.core.errors import NotAllowed, UsageFault
from clausework.ledger.keyring import EnrolledKey
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.decisions import Approval, Decision, Intent
from clausework.ledger.records.identification import ProviderKeys, StepUp
from clausework.ledger.records.root import Person
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer
from clausework.plan.provider import Provider
from clausework.plan.signing import Signing
from clausework.signatures.approvals import approve, approve_with_passkey
from clausework.signatures.passkeys import SigningRequest, check_passkey, signed_by_passkey
from clausework.signatures.provider import step_up_of

PASSKEY = ("passkey", "user_verification")
"""The components of a passkey's signature: the device, and the PIN or fingerprint that opens it (11.200(a)(1))."""

LOG_IN = "identity_provider"
"""What a log-in adds to the components."""

Approve = Callable[[Made], Approval]
"""Returns the approval as it is recorded, once it is known when."""


class NoPasskey(NotAllowed):
    """The person has no passkey that signs here."""

    hint = "Make one with 'clausework account passkey', and have it approved by two people."


class NoProvider(UsageFault):
    """A log-in is wanted, and the plan in force names no identity provider."""

    hint = "Name it in the plan under signing.provider, and have the plan approved."


class ProviderKeysMissing(NotAllowed):
    """No keys of the identity provider are in force, so no log-in could be verified."""

    hint = "Record them with 'clausework account provider'; two people approve them by signing."


def passkeys_of(snapshot: Snapshot, email: str, relying_party: str) -> tuple[EnrolledKey, ...]:
    """Return the person's passkeys of that relying party that are in force now."""
    return tuple(
        key
        for key in snapshot.keyring.keys.values()
        if key.passkey is not None
        and isinstance(key.holder, Person)
        and key.holder.email == email
        and key.passkey.relying_party == relying_party
        and key.valid_at(len(snapshot.records))
    )


def provider_asked(signing: Signing, signed: Record, *, wanted: bool) -> Provider | None:
    """Return the provider where the person logs in before signing ``signed``; ``None`` where no log-in is due.

    One is due where the plan asks for it, save for what lets the provider's own keys in, and where it is ``wanted``.
    Raises ``NoProvider``.
    """
    provider = signing.provider
    if wanted and provider is None:
        raise NoProvider("The plan in force names no identity provider to log in at.")
    due = provider is not None and provider.required and not isinstance(signed.body, ProviderKeys)
    return provider if due or wanted else None


def approve_in_browser(
    workplace: Workplace, given: Intent, signer: Signer | None, provider: Provider | None
) -> Approve:
    """Return how ``given`` is approved: by ``signer`` or, without one, a passkey; with a log-in at ``provider``.

    Raises ``NoPasskey``, ``ProviderKeysMissing``, and whatever the person, the browser or the provider give cause for.
    """
    snapshot = workplace.snapshot()
    keys = snapshot.keyring.provider_keys(provider.issuer, len(snapshot.records)) if provider else None
    if provider is not None and keys is None:
        raise ProviderKeysMissing(f"No keys of {provider.issuer} are in force.")
    approving = _by_passkey(workplace, snapshot, given) if signer is None else _by_key(given, signer)
    if provider is None or keys is None:
        return approving
    step_up = step_up_of(workplace.ask_log_in(provider, given), keys)
    return lambda made: _with(approving(made), step_up)


def show_author(workplace: Workplace, snapshot: Snapshot, given: Intent, decision: Decision) -> None:
    """Have the person show with a passkey that it is they who record ``decision``, which they see on the page.

    It is checked as a signature is, and not kept. Raises ``NoPasskey``, what ``check_passkey`` raises, and whatever the
    person or the browser give cause for.
    """
    standing = workplace.standing(snapshot)
    title, details = decision_title(decision), decision_details(decision)
    key, approving = _assertion(workplace, snapshot, given, title, details, authoring=True)
    signing = standing.plan_in_force.plan.signing
    check_passkey(approving(workplace.made(given.email)), key, signing, standing.sign_counts)


def _by_key(given: Intent, signer: Signer) -> Approve:
    return lambda made: approve(given, signer, made)


def _by_passkey(workplace: Workplace, snapshot: Snapshot, given: Intent) -> Approve:
    signed = next(record for record in snapshot.records if record.sha256 == given.signed)
    title, details = signed_title(snapshot, signed), signed_details(snapshot, signed)
    return _assertion(workplace, snapshot, given, title, details)[1]


def _assertion(
    workplace: Workplace,
    snapshot: Snapshot,
    given: Intent,
    title: str,
    details: tuple[tuple[str, str], ...],
    *,
    authoring: bool = False,
) -> tuple[EnrolledKey, Approve]:
    """Have one of the person's passkeys answer for ``given``; return it, and the approval that this makes."""
    relying_party = workplace.standing(snapshot).plan_in_force.plan.signing.relying_party.id
    keys = passkeys_of(snapshot, given.email, relying_party)
    if not keys:
        raise NoPasskey(f"{given.email} has no passkey for '{relying_party}' in force.")
    passkeys = {key.passkey.credential_id: key for key in keys if key.passkey is not None}
    shown = tuple(key.passkey for key in keys if key.passkey is not None)
    request = SigningRequest(given, title, relying_party, shown, details, authoring)
    key, assertion, signature = signed_by_passkey(workplace.ask_passkey(request), passkeys)
    return key, lambda made: approve_with_passkey(given, key.key_id, assertion, signature, made)


def _with(approval: Approval, step_up: StepUp) -> Approval:
    return msgspec.structs.replace(approval, step_up=step_up)
