"""sign: gives one's own signature to what waits for it: a decision, an enrolment, a release (21 CFR 11.50, 11.70)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from clausework.actions.manual_signing import unsigned_runs
from clausework.actions.person import RoleNotHeld, sign_record
from clausework.actions.person import Signatory as Acting
from clausework.actions.release import ReleaseRefused, ReleaseState, complete_release, evaluate_release
from clausework.actions.waiting_words import (
    enrolling_roles,
    lets_keys_in,
    signers_of,
    what_it_is,
    why_moot,
    why_nobody,
)
from clausework.actions.workplace import Workplace
from clausework.core.errors import NotAllowed, UsageFault
from clausework.decisions.effect import Missing
from clausework.ledger.holders import holder_title
from clausework.ledger.keyring import APPROVED, ENROLLING_ROLE
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.release import Candidate
from clausework.plan.model import roles_of
from clausework.release.candidate import NoCandidate, newest_candidate, signed_release
from clausework.trace.releases import releases
from clausework.trace.standing import DELEGATED, Standing

_MOST_REASONS = 3
"""Of each condition that refuses a signature, as many reasons are told; 'clausework release' tells all."""


_DIGITS = 12
"""As many digits of a record's number are read: no log has more entries."""


class NothingWaits(UsageFault):
    """Nothing waits for this person's signature under that name."""

    hint = "'clausework status' lists what waits, and for whom."


class NotIndependent(NotAllowed):
    """The person may not give this signature: they made what is signed, or signed it already."""

    hint = "Ask another person who holds the role."


class SignedOutOfOrder(NotAllowed):
    """The signature is one that is given once others are (21 CFR 11.10(f))."""

    hint = "Sign again when the others have; 'clausework status' lists what waits, and for whom."


class Waiting(msgspec.Struct, frozen=True):
    """Something that waits for signatures: what it is, its record, which signatures are missing.

    ``by`` is the one person who may give them, where it is no matter of roles alone: who ran a test. ``lapsed`` says
    which signatures on an earlier evaluation count no more, and what is new. ``people`` can give one now; ``vain`` says
    why nobody can give one that is missing, or why none is needed any more.
    """

    title: str
    index: int
    sha256: str
    version: str
    missing: tuple[Missing, ...]
    enrols: bool = False
    by: str = ""
    lapsed: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    vain: str = ""


class Signed(msgspec.Struct, frozen=True):
    """A signature that was given, and what is still missing; ``released`` is the release record it completed.

    Name, meaning and time are shown together (21 CFR 11.50).
    """

    title: str
    index: int
    name: str
    role: str
    meaning: str
    missing: tuple[str, ...]
    released: int | None = None
    lapsed: tuple[str, ...] = ()
    at: str = ""


def waiting(workplace: Workplace, releases: Sequence[ReleaseState] | None = None) -> tuple[Waiting, ...]:
    """Return everything that waits for a signature, oldest first; ``releases`` are the open ones, where known."""
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    now = workplace.now()
    found = [
        Waiting(
            f"{one.decision.form} {one.decision.matter.kind.replace('_', ' ')} {one.decision.matter.id}",
            one.record.index,
            one.record.sha256,
            "",
            one.missing,
            people=signers_of(standing, one.missing, now),
            vain=why_moot(standing, one) or why_nobody(standing, one.missing, now),
        )
        for one in standing.decisions
        if not one.effective
    ]
    found += _enrolments(snapshot, standing)
    found += [
        Waiting(
            f"run by {one.tester} of {one.protocol}", one.index, one.sha256, "", (one.missing,), by=one.tester
        )
        for one in unsigned_runs(snapshot, standing)
    ]
    found += [
        Waiting(
            f"release {one.version}", one.gate, one.gate_sha256, one.version, one.missing, lapsed=one.lapsed
        )
        for one in (open_releases(workplace) if releases is None else releases)
        if one.signable and one.missing
    ]
    return tuple(sorted(found, key=lambda one: one.index))


def open_releases(workplace: Workplace) -> tuple[ReleaseState, ...]:
    """Return how each version stands now that was frozen and is not released; nothing is recorded."""
    snapshot = workplace.snapshot()
    released = {one.version for one in releases(snapshot.records, workplace.standing(snapshot))}
    newest: dict[str, Record] = {
        one.body.version: one for one in snapshot.records if isinstance(one.body, Candidate)
    }
    return tuple(
        evaluate_release(workplace, candidate, record=False)
        for version, candidate in newest.items()
        if version not in released
    )


def sign(workplace: Workplace, person: Acting, name: str | None = None) -> Signed:
    """Sign what waits: the version, record number or item ID ``name``, or the only thing that waits for the person.

    A release is evaluated again first. Raises ``NothingWaits``, ``NotIndependent``, ``RoleNotHeld``,
    ``SignedOutOfOrder``, ``ReleaseRefused``, and what ``sign_record`` raises.
    """
    chosen = _choose(workplace, person, name)
    if chosen.version:
        chosen = _evaluated(workplace, chosen)
    role, meaning = _fitting(workplace, person, chosen)
    index = sign_record(workplace, person, signed=chosen.sha256, role=role, meaning=meaning)
    released: int | None = None
    missing: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    if chosen.version:
        state = complete_release(workplace, chosen.version)
        released, missing = state.released, tuple(str(one) for one in state.missing)
        lapsed = state.lapsed
    else:
        missing = tuple(
            str(one) for waits in waiting(workplace) if waits.sha256 == chosen.sha256 for one in waits.missing
        )
    at = workplace.record(index).body.intent.at
    return Signed(chosen.title, index, person.name, role, meaning, missing, released, lapsed, at)


def _evaluated(workplace: Workplace, chosen: Waiting) -> Waiting:
    """Return what waits for signatures once the release was evaluated again: another record, where it says otherwise.

    Which signatures are missing is asked of that record: nobody signs in an order that held of an earlier one.
    """
    candidate = newest_candidate(workplace.snapshot().records, chosen.version)
    state: ReleaseState = evaluate_release(workplace, candidate)
    _refuse_unless_passing(state)
    return msgspec.structs.replace(
        chosen, sha256=state.gate_sha256, index=state.gate, missing=state.missing, lapsed=state.lapsed
    )


def _refuse_unless_passing(state: ReleaseState) -> None:
    """Raise ``ReleaseRefused`` with what stands in the way and which signatures lapsed: nothing was shown before."""
    if state.outcome == "pass":
        return
    lines = [f"Version {state.version} is not released:"]
    for verdict in state.conditions:
        if verdict.outcome in {"fail", "not_evaluated"}:
            lines += [
                f"{verdict.check} {verdict.outcome.replace('_', ' ')}: {reason.message}"
                for reason in verdict.reasons[:_MOST_REASONS]
            ]
    raise ReleaseRefused("\n  ".join([*lines, *state.lapsed]))


def _enrolments(snapshot: Snapshot, standing: Standing) -> list[Waiting]:
    found = []
    for sha256, pending in snapshot.keyring.pending.items():
        name = holder_title(pending.holder)
        missing = Missing(enrolling_roles(snapshot, standing), APPROVED, pending.approved_by)
        found.append(Waiting(f"enrolment of {name}", pending.index, sha256, "", (missing,), enrols=True))
    return found


def _choose(workplace: Workplace, person: Acting, name: str | None) -> Waiting:
    if name is not None:
        wanted = name.removeprefix("#")
        named = _named(workplace, wanted)
        if not named:
            _evaluate_open_release(workplace, wanted)
            named = _named(workplace, wanted)
        if not named and wanted.isdecimal():
            said, command = what_it_is(workplace, int(wanted[:_DIGITS]))
            raise NothingWaits(said, hint=f"Run '{command}'." if command else NothingWaits.hint)
        if not named:
            raise NothingWaits(f"'{name}' does not wait for a signature.")
        return named[-1]
    found = waiting(workplace)
    fitting = [one for one in found if _may(workplace, person, one)]
    if not fitting:
        raise NothingWaits(f"Nothing waits for a signature of {person.email}.")
    if len(fitting) > 1:
        what = ", ".join(f"#{one.index} {one.title}" for one in fitting)
        raise NothingWaits(
            f"For {person.email} there waits: {what}.", hint="Name one: 'clausework sign SUBJECT'."
        )
    return fitting[0]


def _named(workplace: Workplace, wanted: str) -> list[Waiting]:
    return [
        one
        for one in waiting(workplace)
        if wanted in {str(one.index), one.version, one.title} or one.title.endswith(f" {wanted}")
    ]


def _evaluate_open_release(workplace: Workplace, version: str) -> None:
    """Evaluate the release of ``version``, which waits for nobody, again; raise ``ReleaseRefused`` with what refuses.

    One that passes again, for what stood in the way was mended, waits for its signatures from then on.
    """
    snapshot = workplace.snapshot()
    if signed_release(snapshot.records, version, workplace.standing(snapshot)) is not None:
        raise NothingWaits(f"Version {version} was released; no signature is wanted any more.")
    with suppress(NoCandidate):
        _refuse_unless_passing(evaluate_release(workplace, newest_candidate(snapshot.records, version)))


def _may(workplace: Workplace, person: Acting, waits: Waiting) -> bool:
    try:
        _fitting(workplace, person, waits)
    except NotAllowed:
        return False
    return True


def _fitting(workplace: Workplace, person: Acting, waits: Waiting) -> tuple[str, str]:
    """Return the role and meaning in which ``person`` meets one of the missing signatures."""
    standing = workplace.standing(workplace.snapshot())
    held = standing.roles(person.email, workplace.now())
    by_plan = roles_of(standing.plan_in_force.plan, person.email)
    if waits.enrols and not lets_keys_in(workplace.snapshot(), person.email):
        raise RoleNotHeld(
            f"{person.email} is neither of the root nor was enrolled as {ENROLLING_ROLE}, and so lets no key in.",
            hint="Ask a person of the root, or one who was enrolled in that role.",
        )
    if waits.by and person.email != waits.by:
        raise NotIndependent(
            f"{person.email} did not run the test: '{waits.title}' waits for {waits.by} alone.",
            hint=f"Ask {waits.by} to sign, or run the test yourself: clausework test run.",
        )
    refused: list[NotAllowed] = []
    for missing in waits.missing:
        given_by = by_plan if missing.meaning == DELEGATED else held  # what was lent is not lent on
        role = next((role for role in missing.roles if role in given_by), "")
        if role and person.email not in missing.not_by and not missing.after:
            return role, missing.meaning
        if role:
            refused.append(_objection(person, waits, missing, role))
    if refused:  # only now: of several signatures that are missing, a person may give another
        raise refused[0]
    raise RoleNotHeld(
        f"{person.email} holds {', '.join(held) or 'no role'}; '{waits.title}' waits for"
        f" {'; '.join(map(str, waits.missing)) or 'nobody'}.",
        hint="Ask a person who holds the role; the plan in force says who does.",
    )


def _objection(person: Acting, waits: Waiting, missing: Missing, role: str) -> NotAllowed:
    """Return why a person who holds ``role`` may not give the ``missing`` signature, or may not give it yet."""
    if person.email in missing.not_by:
        return NotIndependent(
            f"{person.email} may not sign '{waits.title}' as {role.replace('_', ' ')}: wanted is {missing}."
        )
    lapsed = "".join(f" {one[0].upper()}{one[1:]}." for one in waits.lapsed)
    return SignedOutOfOrder(
        f"{person.email} may not sign '{waits.title}' yet: '{missing.meaning}' comes after"
        f" {' and '.join(repr(one) for one in missing.after)}.{lapsed}"
    )
