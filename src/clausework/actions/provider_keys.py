"""account provider: records the identity provider's public keys; two people let them in (21 CFR 11.300(e))."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.account_lock import signing_rules
from clausework.actions.browser_signing import NoProvider
from clausework.actions.given_files import open_given
from clausework.actions.person import Person as Acting
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected, NotAllowed
from clausework.ledger.holders import objection_to_provider_keys
from clausework.ledger.id_tokens import thumbprint
from clausework.ledger.key_sets import LARGEST_SET, fit_keys, read_key_set
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.identification import ProviderKey, ProviderKeys


class ProviderKeysUnfit(InputRejected):
    """The keys of the identity provider are none that could come into force."""

    hint = "Give the provider's public signing keys as a JWK set."


class ProviderKeysInForce(NotAllowed):
    """The same keys are in force already, or wait for their approvals."""

    hint = "Nothing needs to be done; 'clausework status' says what waits for a signature."


class RecordedKeys(msgspec.Struct, frozen=True):
    """A set of keys that was recorded: its index, the issuer, each key's ID."""

    index: int
    issuer: str
    key_ids: tuple[str, ...]


def record_provider_keys(workplace: Workplace, key_set: Path | None, *, by: Acting) -> RecordedKeys:
    """Record the keys of the plan's identity provider, as it publishes them or as they stand in the file ``key_set``.

    Raises ``NoProvider``, ``ProviderKeysUnfit``, ``ProviderKeysInForce``, and what reaching the provider raises.
    """
    provider = signing_rules(workplace).provider
    if provider is None:
        raise NoProvider("The plan in force names no identity provider.")
    keys = fit_keys(_keys_in(key_set) if key_set is not None else workplace.published_keys(provider.issuer))
    body = ProviderKeys(workplace.made(by.email), provider.issuer, provider.client_id, keys)
    if reason := objection_to_provider_keys(body):
        raise ProviderKeysUnfit(f"The keys of {provider.issuer} cannot come into force: {reason}.")
    _refuse_known(workplace, body)
    digest = sha256_of(canonical_json(keys))
    index = workplace.ledger.append([Draft((subject(f"provider/{provider.issuer}", digest),), body)])[0].index
    return RecordedKeys(index, provider.issuer, tuple(thumbprint(one) for one in keys))


def _keys_in(path: Path) -> tuple[ProviderKey, ...]:
    with open_given(path) as stream:
        return read_key_set(stream.read(LARGEST_SET + 1))


def _refuse_known(workplace: Workplace, body: ProviderKeys) -> None:
    snapshot = workplace.snapshot()
    in_force = snapshot.keyring.provider_keys(body.issuer, len(snapshot.records))
    waiting = [one.holder for one in snapshot.keyring.pending.values()]
    for known in (in_force, *waiting):
        if isinstance(known, ProviderKeys) and (known.issuer, known.client_id, known.keys) == (
            body.issuer,
            body.client_id,
            body.keys,
        ):
            raise ProviderKeysInForce(f"These {len(body.keys)} keys of {body.issuer} are recorded already.")
