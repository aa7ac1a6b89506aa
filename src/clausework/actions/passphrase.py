"""key passphrase: a new passphrase for the same key; the present one and the last are not taken (21 CFR 11.300(b))."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from clausework.actions.account_lock import open_counted, refuse_locked, signing_rules
from clausework.actions.workplace import NoLedger, NoPlan, Workplace, open_workplace
from clausework.core.clock import Clock, system_clock
from clausework.core.identities import parse_email
from clausework.plan.signing import DEFAULT
from clausework.signatures.sealed_key import (
    SealedKey,
    change_passphrase,
    key_folder,
    read_sealed_key,
    sealed_key_path,
)
from clausework.signatures.session import Ask, chosen_passphrase_of, passphrase_of


def renew_passphrase(
    start: Path,
    email: str,
    *,
    store: Path | None = None,
    environ: Mapping[str, str],
    ask: Ask | None,
    clock: Clock = system_clock,
) -> SealedKey:
    """Seal the person's key anew under another passphrase; return the file's new content.

    Where ``start`` stands in a repository with a ledger, its plan in force says what a passphrase must be, and wrong
    ones are counted there. Elsewhere the defaults hold. Raises what ``open_counted`` and ``change_passphrase`` raise.
    """
    account = parse_email(email)
    path = sealed_key_path(key_folder(environ), account)
    sealed = read_sealed_key(path)
    with ExitStack() as closing:
        workplace = _workplace(closing, start, store, environ, clock)
        if workplace is not None:
            refuse_locked(workplace, account)
        passphrase = passphrase_of(account, environ, ask)
        if workplace is not None and sealed.email == account:
            open_counted(workplace, sealed, passphrase)
        rules = (DEFAULT if workplace is None else signing_rules(workplace)).passphrase
        return change_passphrase(
            path,
            passphrase,
            chosen_passphrase_of(account, environ, ask),
            fewest=rules.length,
            remembered=rules.remembered,
            cost=sealed.cost,
            clock=clock,
        )


def _workplace(
    closing: ExitStack, start: Path, store: Path | None, environ: Mapping[str, str], clock: Clock
) -> Workplace | None:
    try:
        return closing.enter_context(open_workplace(start, store, environ=environ, clock=clock))
    except (NoPlan, NoLedger):
        return None
