"""Who may sign what from which index on: people and pipeline keys, folded from the records in log order.

A key is valid by its place in the log, never by time (21 CFR 11.100, 11.300; EN IEC 81001-5-1, 5.8.4). The
rules:

- Entry 0 is the root; its people and pipeline keys are valid from it on.
- An enrolment comes into force at the index of the approval that completes two: by different people whose
  keys are valid there, who are people of the root or hold the role ``quality``, each meaning ``approved``.
- A passkey is let in in the same way, and so are the keys of an identity provider, which sign no record: they
  verify log-ins beside signatures, until the next set of the same issuer is let in.
- A passkey that may sync to other devices lets nobody in: it is not in one person's sole control.
- A revocation has effect at its own index, needs nobody, and is never undone: the key does not return.
- An e-mail address belongs to one printed name for ever, a key to one holder.
- Closing an account has effect at its own index, needs nobody, and is never undone: no key of it signs from there
  on, and none is let in any more, under whatever name (21 CFR 11.100(a)).

A record that breaks a rule changes nothing here; it is told among ``refused``.
"""

from __future__ import annotations

import base64
import binascii

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.errors import ClauseworkError
from clausework.ledger.assertions import check_assertion
from clausework.ledger.cose_keys import NotAPasskeyKey, decode_cose
from clausework.ledger.holders import Holder, objection_to_passkey, objection_to_provider_keys
from clausework.ledger.id_tokens import thumbprint
from clausework.ledger.records import Record
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.identification import Passkey, PasskeyEnrolled, ProviderKeys
from clausework.ledger.records.root import (
    KeyRevoked,
    Person,
    PersonEnrolled,
    PipelineKey,
    PipelineKeyEnrolled,
    Root,
)
from clausework.ledger.signing import NotAKey, decode_key, key_id_of, signature_holds

APPROVALS_NEEDED = 2
ENROLLING_ROLE = "quality"
APPROVED = "approved"


class EnrolledKey(msgspec.Struct, frozen=True):
    """A key, its holder, and where it is valid: from index ``since`` to before ``until`` (``None``: no end).

    That of a ``passkey`` is a COSE key, every other a raw Ed25519 key.
    """

    key_id: str
    public_key: bytes
    holder: Person | PipelineKey
    since: int
    until: int | None = None
    passkey: Passkey | None = None

    def valid_at(self, index: int) -> bool:
        """Tell whether the key may sign the entry at ``index``."""
        return self.since <= index and (self.until is None or index < self.until)


class RefusedRecord(msgspec.Struct, frozen=True):
    """A record about keys that has no effect, and why."""

    index: int
    reason: str


class _Pending(msgspec.Struct, frozen=True):
    """An enrolment that waits for its approvals, and whose it has."""

    index: int
    holder: Holder
    key_id: str
    approved_by: tuple[str, ...] = ()


class KeyRing(msgspec.Struct, frozen=True):
    """The keys as the records up to some index make them; ``fold`` returns the next."""

    root: Root | None = None
    keys: dict[str, EnrolledKey] = {}
    enrolled: tuple[tuple[int, Person], ...] = ()
    pending: dict[str, _Pending] = {}
    revoked: dict[str, int] = {}
    refused: tuple[RefusedRecord, ...] = ()
    providers: tuple[tuple[int, ProviderKeys], ...] = ()
    closed: dict[str, int] = {}

    def key(self, key_id: str, at_index: int) -> EnrolledKey | None:
        """Return the key if it is valid at ``at_index``."""
        found = self.keys.get(key_id)
        return found if found is not None and found.valid_at(at_index) else None

    def person_key(self, key_id: str, at_index: int) -> Person | None:
        """Return the person whose key this is, bearing this key, where it is valid at ``at_index``."""
        found = self.key(key_id, at_index)
        if found is None or not isinstance(found.holder, Person):
            return None
        person = self.person(found.holder.email, at_index)
        return person and msgspec.structs.replace(person, public_key=found.holder.public_key)

    def pipeline_key(self, key_id: str, at_index: int) -> bytes | None:
        """Return the raw public key of a pipeline, where it is valid at ``at_index``."""
        found = self.key(key_id, at_index)
        return found.public_key if found is not None and isinstance(found.holder, PipelineKey) else None

    def provider_keys(self, issuer: str, at_index: int) -> ProviderKeys | None:
        """Return the keys of the identity provider that are in force at ``at_index``, without those revoked before."""
        for since, found in reversed(self.providers):
            if found.issuer == issuer and since <= at_index:
                left = tuple(one for one in found.keys if not self._was_revoked(thumbprint(one), at_index))
                return msgspec.structs.replace(found, keys=left)
        return None

    def provider_key_ids(self) -> tuple[str, ...]:
        """Return the IDs of every identity provider's key that was ever let in."""
        return tuple(dict.fromkeys(thumbprint(one) for _, found in self.providers for one in found.keys))

    def _was_revoked(self, key_id: str, at_index: int) -> bool:
        revoked = self.revoked.get(key_id)
        return revoked is not None and revoked <= at_index

    def revoked_at(self, key_id: str) -> int | None:
        """Return the index of the record that revoked the key, if one did."""
        return self.revoked.get(key_id)

    def closed_at(self, email: str) -> int | None:
        """Return the index of the record that closed the account of that address, if one did."""
        return self.closed.get(email.lower())

    def person(self, email: str, at_index: int) -> Person | None:
        """Return the person of that address as enrolled last at ``at_index``; a revoked key does not unmake them."""
        for since, person in reversed(self.enrolled):
            if person.email == email and since <= at_index:
                return person
        return None

    def people(self) -> tuple[Person, ...]:
        """Return all people, each as enrolled last, in the order in which they first came."""
        return tuple({person.email: person for _, person in self.enrolled}.values())

    def waiting(self) -> tuple[str, ...]:
        """Return the digests of the enrolments that wait for approvals."""
        return tuple(self.pending)


def fold(keyring: KeyRing, record: Record) -> KeyRing:
    """Return ``keyring`` after ``record``, the next of the log."""
    body = record.body
    if isinstance(body, Approval):
        return _take_approval(keyring, record, body) if body.intent.signed in keyring.pending else keyring
    if isinstance(body, Root):
        return _take_root(keyring, record, body)
    if isinstance(body, PersonEnrolled):
        return _take_enrolment(keyring, record, body.person, body.key_id)
    if isinstance(body, PipelineKeyEnrolled):
        return _take_enrolment(keyring, record, body.key, body.key_id)
    if isinstance(body, PasskeyEnrolled):
        return _take_enrolment(keyring, record, body, body.key_id)
    if isinstance(body, ProviderKeys):
        return _take_enrolment(keyring, record, body, "")
    if isinstance(body, KeyRevoked):
        return _revoke(keyring, record, body.key_id)
    if isinstance(body, AccountClosed):
        return _close(keyring, record.index, body.email.lower())
    return keyring


def approval_signature_holds(approval: Approval, public_key: bytes) -> bool:
    """Tell whether the approval's personal signature over its intent was made by the Ed25519 key ``public_key``."""
    if approval.assertion is not None:
        return False
    try:
        signature = base64.b64decode(approval.signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    return signature_holds(public_key, signature, canonical_json(approval.intent))


def _refuse(keyring: KeyRing, index: int, reason: str) -> KeyRing:
    return msgspec.structs.replace(keyring, refused=(*keyring.refused, RefusedRecord(index, reason)))


def _take_root(keyring: KeyRing, record: Record, root: Root) -> KeyRing:
    if record.index != 0:
        return _refuse(keyring, record.index, "a root stands elsewhere than at entry 0")
    keyring = msgspec.structs.replace(keyring, root=root)
    holders: tuple[Person | PipelineKey, ...] = (*root.people, *root.pipeline_keys)
    for holder in holders:
        if reason := _objection(keyring, holder, None):
            keyring = _refuse(keyring, 0, reason)
        else:
            keyring = _let_in(keyring, holder, 0)
    return keyring


def _take_enrolment(keyring: KeyRing, record: Record, holder: Holder, key_id: str) -> KeyRing:
    if reason := _objection(keyring, holder, key_id):
        return _refuse(keyring, record.index, reason)
    waiting = _Pending(record.index, holder, key_id)
    return msgspec.structs.replace(keyring, pending={**keyring.pending, record.sha256: waiting})


def _objection(keyring: KeyRing, holder: Holder, key_id: str | None) -> str:
    """Return why ``holder`` cannot be let in; empty when nothing stands against it."""
    if isinstance(holder, ProviderKeys):
        return objection_to_provider_keys(holder)
    try:
        found = key_id_of(_public_key(holder))
    except (NotAKey, NotAPasskeyKey) as error:
        return error.message
    if key_id is not None and key_id != found:
        return f"the key ID {key_id[:12]} is not that of the key, {found[:12]}"
    if found in keyring.keys or found in keyring.revoked:
        return f"the key {found[:12]} was let in or revoked before"
    if isinstance(holder, PasskeyEnrolled) and (reason := objection_to_passkey(holder.passkey)):
        return reason
    person = _person(holder)
    if person is not None and person.email.lower() in keyring.closed:
        return f"the account {person.email} was closed and gets no key any more"
    if person is not None and any(
        one.email.lower() == person.email.lower() and one.name != person.name for _, one in keyring.enrolled
    ):
        return f"the address {person.email} belongs to another name"
    return ""


def _person(holder: Person | PipelineKey | PasskeyEnrolled) -> Person | None:
    if isinstance(holder, PasskeyEnrolled):
        return holder.person
    return holder if isinstance(holder, Person) else None


def _public_key(holder: Person | PipelineKey | PasskeyEnrolled) -> bytes:
    """Return the key as it is verified with; raises ``NotAKey``, ``NotAPasskeyKey``."""
    if isinstance(holder, PasskeyEnrolled):
        return decode_cose(holder.person.public_key)
    return decode_key(holder.public_key)


def _let_in(keyring: KeyRing, holder: Holder, since: int) -> KeyRing:
    if isinstance(holder, ProviderKeys):
        return msgspec.structs.replace(keyring, providers=(*keyring.providers, (since, holder)))
    public_key = _public_key(holder)
    key_id = key_id_of(public_key)
    person = _person(holder)
    enrolled = keyring.enrolled if person is None else (*keyring.enrolled, (since, person))
    passkey = holder.passkey if isinstance(holder, PasskeyEnrolled) else None
    bearer = holder.person if isinstance(holder, PasskeyEnrolled) else holder
    keys = {**keyring.keys, key_id: EnrolledKey(key_id, public_key, bearer, since, passkey=passkey)}
    return msgspec.structs.replace(keyring, keys=keys, enrolled=enrolled)


def _take_approval(keyring: KeyRing, record: Record, approval: Approval) -> KeyRing:
    intent = approval.intent
    waiting = keyring.pending[intent.signed]
    if reason := objection_to_approval(keyring, record.index, approval):
        return _refuse(keyring, record.index, reason)
    approved_by = tuple(dict.fromkeys((*waiting.approved_by, intent.email)))
    pending = dict(keyring.pending)
    if len(approved_by) < APPROVALS_NEEDED:
        pending[intent.signed] = msgspec.structs.replace(waiting, approved_by=approved_by)
        return msgspec.structs.replace(keyring, pending=pending)
    del pending[intent.signed]
    keyring = msgspec.structs.replace(keyring, pending=pending)
    if reason := _objection(keyring, waiting.holder, waiting.key_id):
        return _refuse(keyring, waiting.index, reason)
    return _let_in(keyring, waiting.holder, record.index)


def objection_to_approval(keyring: KeyRing, index: int, approval: Approval) -> str:
    """Return why ``approval`` at ``index`` would not count for an enrolment that waits; empty when it would."""
    intent = approval.intent
    key = keyring.key(approval.key_id, index)
    person = keyring.person_key(approval.key_id, index)
    if key is None or person is None or person.email != intent.email or person.name != intent.name:
        return f"the approving key {approval.key_id[:12]} is not a valid one of {intent.email}"
    of_root = keyring.root is not None and any(one.email == person.email for one in keyring.root.people)
    if not of_root and ENROLLING_ROLE not in person.roles:
        return f"{intent.email} is neither of the root nor holds the role {ENROLLING_ROLE}"
    if intent.meaning != APPROVED:
        return f"the signature of {intent.email} means '{intent.meaning}', not '{APPROVED}'"
    if key.passkey is not None:
        return _objection_to_passkey_approval(approval, key, key.passkey)
    if not approval_signature_holds(approval, key.public_key):
        return f"the signature of {intent.email} does not hold"
    return ""


def _objection_to_passkey_approval(approval: Approval, key: EnrolledKey, passkey: Passkey) -> str:
    try:
        flags = check_assertion(approval, passkey, key.public_key)
    except ClauseworkError as error:
        return error.message
    if flags.backup_eligible:
        return f"the passkey of {approval.intent.email} may sync to other devices and lets nobody in"
    return ""


def _revoke(keyring: KeyRing, record: Record, key_id: str) -> KeyRing:
    if key_id in keyring.revoked:
        return keyring
    keys = dict(keyring.keys)
    if key_id in keys:
        keys[key_id] = msgspec.structs.replace(keys[key_id], until=record.index)
    revoked = {**keyring.revoked, key_id: record.index}
    return msgspec.structs.replace(keyring, keys=keys, revoked=revoked)


def _close(keyring: KeyRing, index: int, email: str) -> KeyRing:
    if email in keyring.closed:
        return keyring
    keys = {
        key_id: msgspec.structs.replace(key, until=index)
        if isinstance(key.holder, Person) and key.holder.email.lower() == email and key.until is None
        else key
        for key_id, key in keyring.keys.items()
    }
    return msgspec.structs.replace(keyring, keys=keys, closed={**keyring.closed, email: index})
