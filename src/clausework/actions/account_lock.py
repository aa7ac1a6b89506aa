"""Opening one's sealed key: counted, locked after too many wrong passphrases, with an alert (21 CFR 11.300(d))."""

from __future__ import annotations

from datetime import timedelta

from clausework.actions.workplace import Workplace
from clausework.core.clock import timestamp
from clausework.core.errors import NotAllowed
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import subject
from clausework.ledger.records.accounts import AccountLocked
from clausework.ledger.signing import Signer, decode_key, key_id_of
from clausework.plan.signing import Signing
from clausework.signatures.sealed_key import SealedKey, WrongPassphrase, unseal
from clausework.trace.locks import Lock, lock_of


class AccountIsLocked(NotAllowed):
    """The account is locked after wrong passphrases; its key is not even tried."""

    hint = "Wait until then, or have another person run 'clausework account unlock EMAIL --reason ...'."


def signing_rules(workplace: Workplace) -> Signing:
    """Return what the plan in force asks of signatures; the work tree's plan says nothing here."""
    return workplace.standing(workplace.snapshot()).plan_in_force.plan.signing


def refuse_locked(workplace: Workplace, email: str, snapshot: Snapshot | None = None) -> None:
    """Raise ``AccountIsLocked`` where the account is locked now."""
    snapshot = snapshot or workplace.snapshot()
    lock = lock_of(snapshot.records, workplace.standing(snapshot), email, workplace.now())
    if lock is not None and lock.holds:
        raise _locked(lock)


def open_counted(workplace: Workplace, sealed: SealedKey, passphrase: str) -> Signer:
    """Return the key that ``passphrase`` opens; a wrong one is counted, and the last that is allowed locks the account.

    Attempts stand in line, whatever process makes them, and a count is on disk before its outcome is told. Raises
    ``WrongPassphrase``, ``AccountIsLocked``, ``SealedKeyDamaged``, ``StateUnavailable``.
    """
    most = signing_rules(workplace).lock_out.failures
    attempt = _Attempt(most)

    def try_once(value: bytes | None) -> bytes | None:
        refuse_locked(workplace, sealed.email)
        return attempt.make(sealed, passphrase, int(value or b"0"))

    workplace.embedded.state.change(_key(sealed.email), try_once)
    if attempt.signer is not None:
        return attempt.signer
    if attempt.failures < most:
        left = most - attempt.failures
        raise WrongPassphrase(
            f"The passphrase does not open the key of {sealed.email}; "
            f"{left} more wrong {'one locks' if left == 1 else 'ones lock'} the account."
        )
    _lock(workplace, sealed, most)
    refuse_locked(workplace, sealed.email)
    raise WrongPassphrase(f"The passphrase does not open the key of {sealed.email}.")


class _Attempt:
    """One attempt to open a key: what came of it, and the count behind it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.signer: Signer | None = None
        self.failures = 0

    def make(self, sealed: SealedKey, passphrase: str, before: int) -> bytes | None:
        """Try the passphrase, unless the count is full: then a lock is due, and nothing is tried."""
        self.failures = before
        if before < self.most:
            try:
                self.signer = unseal(sealed, passphrase)
            except WrongPassphrase:
                self.failures += 1
            else:
                return None
        return str(self.failures).encode()


def _lock(workplace: Workplace, sealed: SealedKey, most: int) -> None:
    """Record the alert, once for a count that is full; the count begins again behind it."""

    def record(value: bytes | None) -> bytes | None:
        failures = int(value or b"0")
        if failures < most:
            return value  # Another process recorded it meanwhile.
        minutes = signing_rules(workplace).lock_out.minutes
        until = timestamp(workplace.clock() + timedelta(minutes=minutes))
        body = AccountLocked(workplace.made(), sealed.email, failures, until)
        about = subject(f"account/{sealed.email}", key_id_of(decode_key(sealed.public_key)))
        workplace.ledger.append([Draft((about,), body)])
        return None

    workplace.embedded.state.change(_key(sealed.email), record)


def _key(email: str) -> str:
    return f"failures {email}"


def _locked(lock: Lock) -> AccountIsLocked:
    return AccountIsLocked(
        f"The account {lock.email} is locked until {lock.until}, after {lock.failures} wrong passphrases "
        f"(#{lock.index}).",
        hint=f"Wait until then, or have another person run 'clausework account unlock {lock.email} --reason ...'.",
    )
