"""sign: gives one's own signature to what waits for it: a decision, an enrolment, a release (21 CFR 11.50, 11.70)."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from clausework.actions.person import Person as Acting
from clausework.actions.person import RoleNotHeld, sign_record
from clausework.actions.release import ReleaseState, complete_release, evaluate_release
from clausework.actions.workplace import Workplace
from clausework.core.errors import NotAllowed, UsageFault
from clausework.decisions.effect import Missing
from clausework.ledger.keyring import APPROVED, ENROLLING_ROLE
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.release import Candidate
from clausework.ledger.records.root import Person
from clausework.plan.model import roles_of
from clausework.release.candidate import NoCandidate, newest_candidate, release_of
from clausework.trace.standing import Standing


class NothingWaits(UsageFault):
    """Nothing waits for this person's signature under that name."""

    hint = "'clausework status' lists what waits, and for whom."


class NotIndependent(NotAllowed):
    """The person may not give this signature: they made what is signed, or signed it already."""

    hint = "Ask another person who holds the role."


class Waiting(msgspec.Struct, frozen=True):
    """Something that waits for signatures: what it is, its record, which signatures are missing."""

    title: str
    index: int
    sha256: str
    version: str
    missing: tuple[Missing, ...]
    enrols: bool = False


class Signed(msgspec.Struct, frozen=True):
    """A signature that was given, and what is still missing; ``released`` is the release record it completed."""

    title: str
    index: int
    name: str
    role: str
    meaning: str
    missing: tuple[str, ...]
    released: int | None = None


def waiting(workplace: Workplace) -> tuple[Waiting, ...]:
    """Return everything that waits for a signature, oldest first."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    found = [
        Waiting(
            f"{one.decision.form} {one.decision.matter.kind.replace('_', ' ')} {one.decision.matter.id}",
            one.record.index,
            one.record.sha256,
            "",
            one.missing,
        )
        for one in standing.decisions
        if not one.effective
    ]
    found += _enrolments(snapshot, standing)
    found += _candidates(workplace, snapshot)
    return tuple(sorted(found, key=lambda one: one.index))


def sign(workplace: Workplace, person: Acting, name: str | None = None) -> Signed:
    """Sign what waits: the version, record number or item ID ``name``, or the only thing that waits for the person.

    A release is evaluated again first. Raises ``NothingWaits``, ``NotIndependent``, ``RoleNotHeld``,
    ``ReleaseRefused``, and what ``sign_record`` raises.
    """
    chosen = _choose(workplace, person, name)
    role, meaning = _fitting(workplace, person, chosen)
    if chosen.version:
        state = _state(workplace, chosen.version)
        state.refuse_unless_passing()
        if state.gate_sha256 != chosen.sha256:
            chosen = msgspec.structs.replace(chosen, sha256=state.gate_sha256, index=state.gate)
    index = sign_record(workplace, person, signed=chosen.sha256, role=role, meaning=meaning)
    released: int | None = None
    missing: tuple[str, ...] = ()
    if chosen.version:
        state = complete_release(workplace, chosen.version)
        released, missing = state.released, tuple(str(one) for one in state.missing)
    else:
        missing = tuple(
            str(one) for waits in waiting(workplace) if waits.sha256 == chosen.sha256 for one in waits.missing
        )
    return Signed(chosen.title, index, person.name, role, meaning, missing, released)


def _state(workplace: Workplace, version: str) -> ReleaseState:
    return evaluate_release(workplace, newest_candidate(workplace.snapshot().records, version))


def _candidates(workplace: Workplace, snapshot: Snapshot) -> list[Waiting]:
    newest: dict[str, Record] = {
        one.body.version: one for one in snapshot.records if isinstance(one.body, Candidate)
    }
    found = []
    for version, candidate in newest.items():
        if release_of(snapshot.records, version) is not None:
            continue
        state = evaluate_release(workplace, candidate, record=False)
        if state.signable and state.missing:
            found.append(Waiting(f"release {version}", state.gate, state.gate_sha256, version, state.missing))
    return found


def _enrolments(snapshot: Snapshot, standing: Standing) -> list[Waiting]:
    found = []
    for sha256, pending in snapshot.keyring.pending.items():
        holder = pending.holder
        name = holder.email if isinstance(holder, Person) else holder.name
        missing = Missing(_enrolling_roles(snapshot, standing), APPROVED, pending.approved_by)
        found.append(Waiting(f"enrolment of {name}", pending.index, sha256, "", (missing,), enrols=True))
    return found


def _enrolling_roles(snapshot: Snapshot, standing: Standing) -> tuple[str, ...]:
    """Return the roles of those who let keys in: the role for it, and whatever the root's own people hold."""
    root = snapshot.keyring.root
    plan = standing.plan_in_force.plan
    of_root = [role for one in (root.people if root else ()) for role in roles_of(plan, one.email)]
    return tuple(dict.fromkeys((ENROLLING_ROLE, *of_root)))


def _lets_keys_in(snapshot: Snapshot, email: str) -> bool:
    """Tell whether the key ring counts the approval of an enrolment by this person."""
    root = snapshot.keyring.root
    enrolled = snapshot.keyring.person(email, len(snapshot.records))
    of_root = root is not None and any(one.email == email for one in root.people)
    return of_root or (enrolled is not None and ENROLLING_ROLE in enrolled.roles)


def _choose(workplace: Workplace, person: Acting, name: str | None) -> Waiting:
    found = waiting(workplace)
    if name is not None:
        wanted = name.removeprefix("#")
        named = [
            one
            for one in found
            if wanted in {str(one.index), one.version, one.title} or one.title.endswith(f" {wanted}")
        ]
        if not named:
            _refuse_failing_release(workplace, wanted)
            raise NothingWaits(f"'{name}' does not wait for a signature.")
        return named[-1]
    fitting = [one for one in found if _may(workplace, person, one)]
    if not fitting:
        raise NothingWaits(f"Nothing waits for a signature of {person.email}.")
    if len(fitting) > 1:
        what = ", ".join(f"#{one.index} {one.title}" for one in fitting)
        raise NothingWaits(
            f"For {person.email} there waits: {what}.", hint="Name one: 'clausework sign SUBJECT'."
        )
    return fitting[0]


def _refuse_failing_release(workplace: Workplace, version: str) -> None:
    """Raise ``ReleaseRefused``, recording why, where ``version`` waits for nobody because its gate no longer passes."""
    snapshot = workplace.snapshot()
    if release_of(snapshot.records, version) is not None:
        raise NothingWaits(f"Version {version} was released; no signature is wanted any more.")
    with suppress(NoCandidate):
        evaluate_release(workplace, newest_candidate(snapshot.records, version)).refuse_unless_passing()


def _may(workplace: Workplace, person: Acting, waits: Waiting) -> bool:
    try:
        _fitting(workplace, person, waits)
    except NotAllowed:
        return False
    return True


def _fitting(workplace: Workplace, person: Acting, waits: Waiting) -> tuple[str, str]:
    """Return the role and meaning in which ``person`` meets one of the missing signatures."""
    held = roles_of(workplace.standing(workplace.snapshot()).plan_in_force.plan, person.email)
    if waits.enrols and not _lets_keys_in(workplace.snapshot(), person.email):
        raise RoleNotHeld(
            f"{person.email} is neither of the root nor was enrolled as {ENROLLING_ROLE}, and so lets no key in.",
            hint="Ask a person of the root, or one who was enrolled in that role.",
        )
    refused: list[str] = []
    for missing in waits.missing:
        role = next((role for role in missing.roles if role in held), "")
        if role and person.email not in missing.not_by:
            return role, missing.meaning
        refused.append(str(missing))
        if role:
            raise NotIndependent(
                f"{person.email} may not sign '{waits.title}' as {role.replace('_', ' ')}: wanted is {missing}."
            )
    raise RoleNotHeld(
        f"{person.email} holds {', '.join(held) or 'no role'}; '{waits.title}' waits for {'; '.join(refused)}.",
        hint="Ask a person who holds the role; the plan in force says who does.",
    )
