"""How people sign: what the plan asks of passphrases, sessions, lock-out, passkeys and trusted time (21 CFR Part 11).

The defaults are strict. A value that is laxer than its default needs a defence, and none is taken past its bound.
What counts is the plan in force: a changed file in somebody's work tree makes nothing laxer.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.plan.defence import Defence
from clausework.plan.provider import DEFAULT_MAX_AGE, Provider, RelyingParty
from clausework.plan.values import Text, Texts

LEAST_LENGTH = 12
"""Characters of a passphrase below which no plan goes."""


def _whole(least: int, most: int) -> msgspec.Meta:
    return msgspec.Meta(ge=least, le=most, description=f"a whole number from {least} to {most}")


class PassphraseRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a passphrase must be (21 CFR 11.300(b)): characters, days until changed, former ones not used again."""

    length: Annotated[int, _whole(LEAST_LENGTH, 200)] = LEAST_LENGTH
    age: Annotated[int, _whole(1, 1825)] = 365
    remembered: Annotated[int, _whole(1, 24)] = 5


class LockOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After how many wrong passphrases an account is locked, and for how many minutes (21 CFR 11.300(d))."""

    failures: Annotated[int, _whole(1, 10)] = 5
    minutes: Annotated[int, _whole(5, 10_080)] = 30


class TimestampAuthority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An RFC 3161 authority: its address, and the certificates, in PEM, that its tokens are held against.

    The certificates stand in the plan itself, so that they are approved with it and kept in the ledger.
    """

    url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s/?#]+[^\s#]*$(?!\n)", description="an address that begins with https://"
        ),
    ]
    certificates: Texts


class AccountabilityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The written policy that holds people accountable for what they sign under their signatures (21 CFR 11.10(j)).

    Its document ID and revision, and the SHA-256 of its text: who has not accepted that text signs nothing.
    """

    reference: Text
    sha256: Sha256


class Signing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the plan asks of signatures. ``pause`` is in minutes: after it a session is over (21 CFR 11.200(a)(1))."""

    passphrase: PassphraseRules = PassphraseRules()
    pause: Annotated[int, _whole(1, 480)] = 15
    lock_out: LockOut = LockOut()
    synced_passkeys: Literal["refused", "allowed"] = "refused"
    timestamp_authority: TimestampAuthority | None = None
    relying_party: RelyingParty = RelyingParty()
    provider: Provider | None = None
    accountability_policy: AccountabilityPolicy | None = None
    because: Defence | None = None


DEFAULT = Signing()


def laxer_settings(signing: Signing) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the way to each setting that asks for less than the default, and both values as a sentence."""
    numbers = (
        (("passphrase", "length"), signing.passphrase.length, LEAST_LENGTH, False),
        (("passphrase", "age"), signing.passphrase.age, DEFAULT.passphrase.age, True),
        (("passphrase", "remembered"), signing.passphrase.remembered, DEFAULT.passphrase.remembered, False),
        (("pause",), signing.pause, DEFAULT.pause, True),
        (("lock_out", "failures"), signing.lock_out.failures, DEFAULT.lock_out.failures, True),
        (("lock_out", "minutes"), signing.lock_out.minutes, DEFAULT.lock_out.minutes, False),
    )
    found = [
        (way, f"{'.'.join(way)} is {asked}, the default {default}")
        for way, asked, default, more_is_laxer in numbers
        if (asked > default if more_is_laxer else asked < default)
    ]
    if signing.synced_passkeys == "allowed":
        found.append(
            (("synced_passkeys",), "synced_passkeys are allowed; a copied key is not in one person's control")
        )
    if signing.provider is not None and signing.provider.max_age > DEFAULT_MAX_AGE:
        told = f"provider.max_age is {signing.provider.max_age}, the default {DEFAULT_MAX_AGE}"
        found.append((("provider", "max_age"), told))
    return tuple(found)
