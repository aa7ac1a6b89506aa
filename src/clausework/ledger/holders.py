"""Who or what a key is let in for, and what stands against letting in a passkey or an identity provider's keys."""

from __future__ import annotations

from urllib.parse import urlsplit

from clausework.core.errors import ClauseworkError
from clausework.ledger.id_tokens import MOST_KEYS, thumbprint
from clausework.ledger.origins import is_loopback_name, origin_fits
from clausework.ledger.records.identification import Passkey, PasskeyEnrolled, ProviderKeys
from clausework.ledger.records.root import Person, PipelineKey

Holder = Person | PipelineKey | PasskeyEnrolled | ProviderKeys
"""What an enrolment lets in."""


def holder_title(holder: Holder) -> str:
    """Return by which words a holder is known to those who approve its enrolment."""
    if isinstance(holder, PasskeyEnrolled):
        return f"{holder.person.email} (passkey)"
    if isinstance(holder, ProviderKeys):
        return f"{holder.issuer} (identity provider)"
    return holder.email if isinstance(holder, Person) else holder.name


def objection_to_passkey(passkey: Passkey) -> str:
    """Return why the passkey cannot be let in; empty when nothing stands against it."""
    if passkey.backed_up and not passkey.backup_eligible:
        return "the passkey is backed up and says that it cannot be"
    if not passkey.origins:
        return "the passkey names no origin on which it may be used"
    for origin in passkey.origins:
        if not origin_fits(origin, origin, passkey.relying_party):
            return f"the origin '{origin[:200]}' is none of the relying party '{passkey.relying_party[:200]}'"
    return ""


def objection_to_provider_keys(keys: ProviderKeys) -> str:
    """Return why the provider's keys cannot be let in; empty when nothing stands against them."""
    if not is_issuer(keys.issuer):
        return f"'{keys.issuer[:200]}' is not the address of an issuer"
    if not keys.client_id.strip():
        return "there is no client ID"
    if not 0 < len(keys.keys) <= MOST_KEYS:
        return f"there are {len(keys.keys)} keys; 1 to {MOST_KEYS} can be recorded"
    try:
        found = [thumbprint(one) for one in keys.keys]
    except ClauseworkError as error:
        return error.message
    return "a key is named twice" if len(set(found)) < len(found) else ""


def is_issuer(address: str) -> bool:
    """Tell whether ``address`` is one of an OpenID provider: ``https``, or ``http`` on this machine; no query."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    loopback = is_loopback_name(host) or host in {"127.0.0.1", "::1"}
    secure = parts.scheme == "https" or (parts.scheme == "http" and loopback)
    return bool(secure and host and not parts.query and not parts.fragment and not parts.username)
