"""Matters about people that people decide: a role that is lent, a locked account that may sign again."""

from __future__ import annotations

from collections.abc import Mapping

from clausework.actions.person import Signatory
from clausework.actions.workplace import Workplace
from clausework.core.clock import parse_timestamp
from clausework.core.digests import sha256_of
from clausework.core.errors import NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.decisions.form import FieldValue
from clausework.ledger.records.decisions import Matter
from clausework.plan.model import roles_of
from clausework.trace.locks import lock_of


class RoleUnknown(UsageFault):
    """The plan in force has no role of that name."""

    hint = "Name a role of the plan in force, as clausework.yaml spells it."


class LentInVain(NotAllowed):
    """A role would not be lent by this delegation, so it is not recorded."""

    hint = "A role is lent by who holds it by the plan in force, to another person who is enrolled, for days to come."


class NotLocked(UsageFault):
    """No lock holds on the account."""

    hint = "Nothing is to be done: 'clausework status' shows the accounts that are locked."


class UnlockedByOneself(NotAllowed):
    """A locked account is unlocked by another person."""

    hint = "Ask another person who holds the role quality or release_authority, or wait."


def role_of_plan(workplace: Workplace, role: str) -> Matter:
    """Return the role as a matter, bound to its name; raises ``RoleUnknown``."""
    roles = workplace.standing(workplace.snapshot()).plan_in_force.plan.roles
    if role not in roles:
        raise RoleUnknown(
            f"'{role}' is not a role of the plan in force; its roles are {', '.join(roles) or 'none'}."
        )
    return Matter("role", role, sha256_of(role.encode()))


def locked_account(workplace: Workplace, email: str) -> Matter:
    """Return a locked account as a matter, bound to the alert that locked it; raises ``NotLocked``, ``NotAnEmail``."""
    account = parse_email(email)
    snapshot = workplace.snapshot()
    lock = lock_of(snapshot.records, workplace.standing(snapshot), account, workplace.now())
    if lock is None or not lock.holds:
        raise NotLocked(f"The account {account} is not locked.")
    return Matter("account", account, lock.sha256)


def refuse_vain(
    workplace: Workplace, form: str, matter: Matter, fields: Mapping[str, FieldValue], person: Signatory
) -> None:
    """Raise, before anything is recorded, for a decision about people that would come to nothing.

    Raises ``LentInVain``, ``UnlockedByOneself``, ``NotAnEmail``.
    """
    if form == "delegate":
        _refuse_vain_delegation(workplace, matter.id, fields, person)
    if form == "unlock" and person.email == matter.id:
        raise UnlockedByOneself(f"{person.email} does not unlock their own account.")


def _refuse_vain_delegation(
    workplace: Workplace, role: str, fields: Mapping[str, FieldValue], person: Signatory
) -> None:
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    borrower = parse_email(str(fields["to"]))
    holders = standing.plan_in_force.plan.roles[role].people
    lent = role in standing.roles(person.email, workplace.now())
    keyring, size = snapshot.keyring, len(snapshot.records)
    if keyring.person(borrower, size) is None or keyring.closed_at(borrower) is not None:
        raise LentInVain(f"Nobody is enrolled as {borrower}, to whom {role} would be lent.")
    if borrower in {holder.lower() for holder in holders}:
        raise LentInVain(f"{borrower} holds {role} already.")
    if lent and role not in roles_of(standing.plan_in_force.plan, person.email):
        raise LentInVain(f"{role} is lent to {person.email}; what was lent is not lent on.")
    if parse_timestamp(str(fields["ends"])) <= parse_timestamp(workplace.now()):
        raise LentInVain(f"The delegation would end at {fields['ends']}, which is past.")
