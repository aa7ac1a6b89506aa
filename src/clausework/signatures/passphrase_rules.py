"""Whether a passphrase that opened a key is still one that the plan in force lets sign (21 CFR 11.300(b))."""

from __future__ import annotations

from datetime import datetime, timedelta

from clausework.core.clock import parse_timestamp
from clausework.core.errors import NotAllowed
from clausework.plan.signing import PassphraseRules
from clausework.signatures.passphrases import characters_of
from clausework.signatures.sealed_key import SealedKey

_CLOCKS_DIFFER = timedelta(days=1)


class PassphraseExpired(NotAllowed):
    """The passphrase is older than the plan allows, or nobody can tell how old it is."""

    hint = "Change it with 'clausework key passphrase EMAIL'; the key stays the same."


class PassphraseOutgrown(NotAllowed):
    """The passphrase is shorter than the plan in force asks by now."""

    hint = "Choose a longer one with 'clausework key passphrase EMAIL'; the key stays the same."


def refuse_unfit(content: SealedKey, passphrase: str, rules: PassphraseRules, now: datetime) -> None:
    """Raise ``PassphraseExpired`` or ``PassphraseOutgrown`` for a key that may not sign until its passphrase changes.

    ``content`` was opened with ``passphrase``, so that the day in it is the one it was sealed on.
    """
    change = f"clausework key passphrase {content.email}"
    if (problem := _too_old(content, rules, now)) is not None:
        raise PassphraseExpired(
            f"The passphrase of {content.email} {problem} (21 CFR 11.300(b)).",
            hint=f"Change it with '{change}'; the key stays the same.",
        )
    if characters_of(passphrase) < rules.length:
        raise PassphraseOutgrown(
            f"The passphrase of {content.email} has fewer than the {rules.length} characters that the plan asks.",
            hint=f"Choose a longer one with '{change}'; the key stays the same.",
        )


def _too_old(content: SealedKey, rules: PassphraseRules, now: datetime) -> str | None:
    if not content.sealed_at:
        return "has no date: an earlier version sealed the key"
    sealed = parse_timestamp(content.sealed_at)
    if sealed - now > _CLOCKS_DIFFER:
        return f"bears a date that is yet to come, {content.sealed_at}"
    if now - sealed > timedelta(days=rules.age):
        return f"is of {content.sealed_at[:10]}, more than {rules.age} days ago"
    return None
