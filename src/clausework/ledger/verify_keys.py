"""Whether every signature is by a key that was valid at its index, and every approval by the person it names."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from clausework.core.canonical import canonical_json
from clausework.core.errors import ClauseworkError
from clausework.ledger.assertions import PasskeyFlags, check_assertion, counter_stood_still
from clausework.ledger.id_tokens import check_id_token
from clausework.ledger.inspection import Problem
from clausework.ledger.keyring import EnrolledKey, KeyRing, fold
from clausework.ledger.records import Record, decode_statement
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.identification import Passkey, StepUp
from clausework.ledger.records.root import Root
from clausework.ledger.signing import NotAKey, decode_key, key_id_of
from clausework.ledger.verify_entries import RunFindings, SignatureToCheck, check_signatures
from clausework.ledger.verify_pool import Pool

_BATCH = 400
_UNSIGNED = (
    "the person's signature over the intent does not hold: "
    "it was given for something else, or with another key"
)


class KeyCheck:
    """Folds the key ring from findings in log order; ``finish`` checks what had to wait for keys."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.public_keys: dict[str, bytes] = {}
        self._keyring = KeyRing()
        self._signers: list[tuple[int, str]] = []
        self._unchecked: list[SignatureToCheck] = []
        self._approvals: list[tuple[int, Approval]] = []
        self._accepted: set[str] = set()
        self._sign_counts: dict[str, int] = {}

    def trust(self, root: Root) -> None:
        """Take the root's keys, so that signatures can be checked from the first entry on."""
        texts = [person.public_key for person in root.people] + [key.public_key for key in root.pipeline_keys]
        for text in texts:
            try:
                key = decode_key(text)
            except NotAKey:
                continue  # The key ring refuses it and says why.
            self.public_keys[key_id_of(key)] = key

    def take(self, findings: RunFindings) -> None:
        """Take the findings of the next run."""
        about_keys = dict(findings.about_keys)
        for index, signers in enumerate(findings.signers, findings.first):
            if index in about_keys:
                self._fold(decode_statement(about_keys[index], index))
            for key_id in signers:
                # Entry 0 is signed by its people too; that was checked with the root.
                if index and self._keyring.pipeline_key(key_id, index) is None:
                    self._tell(
                        index, f"it is signed by key {key_id[:12]}, which is no pipeline key valid there"
                    )
        self._unchecked += findings.unchecked

    def finish(self, pool: Pool) -> None:
        """Check the signatures that waited for their keys, and the approvals."""
        waiting = [one for one in self._unchecked if one.key_id in self.public_keys]
        self._check(waiting, "the signature of its envelope does not hold", pool)
        self._check(
            list(self._personal()),
            _UNSIGNED,
            pool,
        )
        for refused in self._keyring.refused:
            self.remarks.append(Problem(f"entry {refused.index}", f"has no effect on keys: {refused.reason}"))

    def _tell(self, index: int, message: str) -> None:
        self.problems.append(Problem(f"entry {index}", message))

    def _fold(self, record: Record) -> None:
        body = record.body
        if isinstance(body, Root) and record.index:
            self._tell(record.index, "a second root")
        if isinstance(body, Approval):
            self._take_approval(record.index, body)
        self._keyring = fold(self._keyring, record)
        for key_id, key in self._keyring.keys.items():
            if key.passkey is None:  # a passkey signs no envelope, and its key is of another kind
                self.public_keys.setdefault(key_id, key.public_key)

    def _take_approval(self, index: int, approval: Approval) -> None:
        intent = approval.intent
        if intent.nonce in self._accepted:
            self._tell(index, f"the nonce of this approval by {intent.email} was used before")
        self._accepted.add(intent.nonce)
        person = self._keyring.person_key(approval.key_id, index)
        if person is None:
            self._tell(index, f"it is approved with key {approval.key_id[:12]}, {self._fault(approval)}")
        elif (person.email, person.name) != (intent.email, intent.name):
            self._tell(index, f"the approving key belongs to {person.email}, the intent names {intent.email}")
        if approval.step_up is not None:
            self._check_step_up(index, approval, approval.step_up)
        key = self._keyring.key(approval.key_id, index)
        if approval.assertion is not None or (key is not None and key.passkey is not None):
            self._check_passkey(index, approval, key)
        else:
            self._approvals.append((index, approval))

    def _fault(self, approval: Approval) -> str:
        """Return why the key of ``approval`` is no person's that is valid there."""
        email = approval.intent.email
        revoked, closed = self._keyring.revoked_at(approval.key_id), self._keyring.closed_at(email)
        if revoked is not None:
            return f"which was revoked at #{revoked}"
        return (
            f"after the account {email} was closed at #{closed}"
            if closed is not None
            else "which is no person's valid there"
        )

    def _check_passkey(self, index: int, approval: Approval, key: EnrolledKey | None) -> None:
        if key is None:
            return  # Told already: a key that nobody let in.
        if key.passkey is None:
            self._tell(index, "it bears a passkey's assertion with a key that is no passkey")
            return
        try:
            flags = check_assertion(approval, key.passkey, key.public_key)
        except ClauseworkError as error:
            self._tell(index, error.message.rstrip("."))
            return
        self._count(index, key.key_id, key.passkey, flags)

    def _count(self, index: int, key_id: str, passkey: Passkey, flags: PasskeyFlags) -> None:
        """Remark a counter that did not go on: people's word does not count there, and the record is as it was."""
        before = self._sign_counts.get(key_id, passkey.sign_count)
        if counter_stood_still(before, flags.sign_count):
            message = (
                f"the passkey's counter went from {before} to {flags.sign_count}: it may have been cloned"
            )
            self.remarks.append(Problem(f"entry {index}", message))
        self._sign_counts[key_id] = max(before, flags.sign_count)

    def _check_step_up(self, index: int, approval: Approval, step_up: StepUp) -> None:
        keys = self._keyring.provider_keys(step_up.issuer, index)
        if keys is None:
            self._tell(
                index, f"the keys of {step_up.issuer[:200]}, where the person logged in, are not in force"
            )
            return
        try:
            check_id_token(approval, step_up, keys)
        except ClauseworkError as error:
            self._tell(index, error.message.rstrip("."))

    def _personal(self) -> Iterator[SignatureToCheck]:
        for index, approval in self._approvals:
            if approval.key_id not in self.public_keys:
                continue  # Told already: a key that nobody let in.
            try:
                signature = base64.b64decode(approval.signature, validate=True)
            except (ValueError, binascii.Error):
                signature = b""
            yield SignatureToCheck(index, approval.key_id, signature, canonical_json(approval.intent))

    def _check(self, waiting: list[SignatureToCheck], message: str, pool: Pool) -> None:
        batches = (
            [(self.public_keys[one.key_id], one) for one in waiting[start : start + _BATCH]]
            for start in range(0, len(waiting), _BATCH)
        )
        for failed in pool.map_in_order(check_signatures, batches):
            for index in failed:
                self._tell(index, message)
