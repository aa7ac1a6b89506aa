"""How a signature was given, in words: with which kind of key, and with a log-in beside it or without."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from clausework.core.clock import timestamp
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.identification import Assertion
from clausework.signatures.signing_session import ACCOUNT

_FLAGS, _MAY_SYNC, _SYNCED = 32, 0x08, 0x10  # of the authenticator data (WebAuthn Level 3, 6.1)


def means_of(approval: Approval) -> str:
    """Return how ``approval``, which was checked, was given: ``passkey that stays on its device; log-in at ...``."""
    key = _passkey(approval.assertion) if approval.assertion is not None else _personal(approval)
    return "; ".join(filter(None, (key, _log_in(approval))))


def _personal(approval: Approval) -> str:
    given = approval.intent.components
    if not given:
        return "personal key"
    return f"personal key, {'account and passphrase' if ACCOUNT in given else 'passphrase within a session'}"


def _passkey(assertion: Assertion) -> str:
    flags = base64.b64decode(assertion.authenticator_data)[_FLAGS]
    if flags & _SYNCED:
        return "passkey that is synced to other devices"
    return "passkey that may sync" if flags & _MAY_SYNC else "passkey that stays on its device"


def _log_in(approval: Approval) -> str:
    step_up = approval.step_up
    if step_up is None:
        return ""
    return f"log-in at {step_up.issuer} at {timestamp(datetime.fromtimestamp(step_up.auth_time, UTC))}"
