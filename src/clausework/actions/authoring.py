"""Who records a decision: shown to be its author, ready to sign it, and asked for the signature (21 CFR 11.10(d))."""

from __future__ import annotations

from clausework.actions.account_lock import refuse_locked
from clausework.actions.browser_signing import show_author
from clausework.actions.person import Person, Signatory, sign_record
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import ClauseworkError
from clausework.ledger.ledger import Receipt
from clausework.ledger.records import Body
from clausework.ledger.records.decisions import Decision
from clausework.signatures.accountability import refuse_unaccountable
from clausework.signatures.approvals import intent
from clausework.trace.accountability import shortcoming


def sign_recorded(
    workplace: Workplace, person: Signatory, recorded: Receipt, role: str, meaning: str, *, anew: str = ""
) -> None:
    """Sign what the same command just recorded; raises what ``sign_record`` raises, with how it is signed later.

    That is 'clausework sign', or what ``anew`` says.
    """
    try:
        sign_record(workplace, person, signed=recorded.sha256, role=role, meaning=meaning)
    except ClauseworkError as error:
        later = anew or f"'clausework sign {recorded.index}'"
        error.hint = f"#{recorded.index} is recorded and counts once it is signed: {later}."
        raise


def prove_author(workplace: Workplace, person: Signatory, decision: Decision) -> None:
    """Have a person without an open key show, with their passkey, that it is they who record ``decision``.

    What they show is no signature and is kept nowhere; who opened a sealed key has shown it before. Raises what
    ``show_author`` raises: nothing is recorded then.
    """
    if isinstance(person, Person):
        return
    snapshot = workplace.snapshot()
    refuse_locked(workplace, person.email, snapshot)
    given = intent(
        sha256_of(canonical_json(decision)),
        email=person.email,
        name=person.name,
        role="author",
        meaning="recorded as its author",
        clock=workplace.clock,
        size=snapshot.checkpoint.size,
        checkpoint=snapshot.checkpoint.root_base64,
        components=person.components,
    )
    show_author(workplace, snapshot, given, decision)


def refuse_unready(workplace: Workplace, person: Signatory, role: str, matter: Body) -> None:
    """Raise, before ``matter`` is recorded, where its author's own signature in ``role`` would not count.

    Raises ``PolicyNotAccepted``, ``TrainingNotOnRecord``.
    """
    standing = workplace.standing(workplace.snapshot())
    plan = standing.plan_in_force.plan
    lacking = shortcoming(plan, standing.accountability, person.email, role, workplace.now(), matter)
    refuse_unaccountable(person.email, role, lacking)
