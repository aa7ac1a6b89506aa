"""Log-ins at an identity provider beside a signature (OpenID Connect): whether they are what the plan asks for.

A log-in alone is never a signature: whoever runs the provider could make it. It shows, beside the person's own
signature, that the provider saw the person just then. How it proofs identities stays the provider's.
"""

from __future__ import annotations

from collections.abc import Callable

from clausework.core.errors import NotAllowed
from clausework.ledger.id_tokens import (
    SKEW,
    Claims,
    OtherAudience,
    OtherIssuer,
    ProviderKeyUnknown,
    check_id_token,
    read_id_token,
    recorded_at,
)
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import ProviderKeys, StepUp
from clausework.plan.provider import DEFAULT_MAX_AGE, Provider

LogIn = Callable[[Intent], str]
"""Has the person log in afresh at the identity provider for an intent; returns the ID token as it came."""


class StepUpMissing(NotAllowed):
    """The plan in force asks for a log-in at the identity provider beside each signature, and there is none."""

    hint = "Sign with 'clausework sign': it asks for the log-in where the plan does."


class StepUpAlone(NotAllowed):
    """There is a log-in at the identity provider and no signature of the person's own."""

    hint = "Sign with a sealed key or a passkey: a log-in alone is no signature that can be verified offline."


class StepUpStale(NotAllowed):
    """The person logged in too long before the signature."""

    hint = "Log in again; the plan in force says how fresh a log-in has to be."


class StepUpTooWeak(NotAllowed):
    """The person logged in in another way than the plan asks for."""

    hint = "Log in in the way that the plan names (acr, amr)."


def step_up_of(id_token: str, keys: ProviderKeys) -> StepUp:
    """Return what is recorded of a log-in; raises what ``read_id_token`` raises."""
    claims, key_id = read_id_token(id_token, keys)
    return StepUp(keys.issuer, key_id, claims.auth_time, id_token)


def check_step_up(
    approval: Approval, keys: ProviderKeys | None, provider: Provider | None, *, asked: bool
) -> Claims | None:
    """Return the claims of the log-in beside ``approval`` where it is what the plan asks for; ``None`` without one.

    ``keys`` are those of the log-in's issuer in force where the approval stands. One that was not ``asked`` for is held
    to the same rules. Raises an error of this module or of ``ledger.id_tokens``.
    """
    step_up, intent = approval.step_up, approval.intent
    if step_up is None:
        if asked:
            raise StepUpMissing(f"{intent.name} signed without logging in at the identity provider.")
        return None
    if provider is not None and step_up.issuer != provider.issuer:
        raise OtherIssuer(
            f"{intent.name} logged in at '{step_up.issuer[:200]}'; the plan names {provider.issuer}."
        )
    if keys is None:
        raise ProviderKeyUnknown(f"No keys of '{step_up.issuer[:200]}' are in force.")
    if provider is not None and keys.client_id != provider.client_id:
        raise OtherAudience(
            f"The keys of {keys.issuer} are recorded for the client '{keys.client_id}'; "
            f"the plan names '{provider.client_id}'."
        )
    claims = check_id_token(approval, step_up, keys)
    _refuse_stale(approval, claims, provider.max_age if provider is not None else DEFAULT_MAX_AGE)
    if provider is not None:
        _refuse_weak(approval, claims, provider)
    return claims


def _refuse_stale(approval: Approval, claims: Claims, max_age: int) -> None:
    age = recorded_at(approval) - claims.auth_time
    if age > max_age or age < -SKEW.total_seconds():
        raise StepUpStale(
            f"{approval.intent.name} logged in {int(age)} s before the signature was recorded; "
            f"the plan lets {max_age} s pass."
        )


def _refuse_weak(approval: Approval, claims: Claims, provider: Provider) -> None:
    if provider.acr and claims.acr not in provider.acr:
        raise StepUpTooWeak(
            f"{approval.intent.name} logged in with the class '{claims.acr[:100]}'; "
            f"the plan asks for {' or '.join(provider.acr)}."
        )
    if lacking := [one for one in provider.amr if one not in claims.amr]:
        raise StepUpTooWeak(
            f"{approval.intent.name} logged in with {', '.join(claims.amr)[:200] or 'no method that is told'}; "
            f"the plan asks for {', '.join(lacking)} too."
        )
