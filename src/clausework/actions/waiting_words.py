"""What is said of what waits for a signature: who could give it, why nobody can, and why a record does not wait."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.actions.workplace import Workplace
from clausework.decisions.effect import Missing
from clausework.ledger.keyring import ENROLLING_ROLE
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import PREDICATE_TYPES, Record
from clausework.ledger.records.decisions import Approval, Decision
from clausework.ledger.records.evidence import Rejection, TestResult
from clausework.ledger.records.gates import Verdict
from clausework.ledger.records.release import ReleaseGate
from clausework.plan.model import roles_of
from clausework.trace.readings import origin_of, reading_of
from clausework.trace.standing import DELEGATED, RUN_AGAIN, Standing, StandingDecision

_SET_ASIDE = frozenset({"supersede", RUN_AGAIN})


def signers_of(standing: Standing, missing: Iterable[Missing], at: str) -> tuple[str, ...]:
    """Return who can give one of the ``missing`` signatures at the moment ``at``, in the order of the plan."""
    return tuple(dict.fromkeys(email for one in missing for email in _able(standing, one, at)))


def why_nobody(standing: Standing, missing: Iterable[Missing], at: str) -> str:
    """Return which of the ``missing`` signatures nobody can give, in words; empty where somebody can give each."""
    for one in missing:
        if _able(standing, one, at):
            continue
        holders = _holders(standing, one, at)
        roles = " or ".join(role.replace("_", " ") for role in one.roles)
        if not holders:
            return f"nobody can: no person of the plan in force holds {roles}"
        return f"nobody can: {roles} is held by {', '.join(holders)} alone, who may not sign this"
    return ""


def why_moot(standing: Standing, waits: StandingDecision) -> str:
    """Return why a decision that waits is no longer needed, in words; empty where it may be."""
    matter, form = waits.decision.matter, waits.form.name
    alike = _SET_ASIDE if form in _SET_ASIDE else {form}
    for other in standing.decisions:
        same = other.decision.matter.sha256 == matter.sha256 and other.form.name in alike
        if other.effective and same and other.since > waits.record.index:
            return f"no longer needed: #{other.record.index} decided on it"
    newest = max((one.since for one in standing.plans), default=-1)
    if (form, matter.kind) == ("approve", "plan") and newest > waits.record.index:
        return f"no longer needed: another plan came into force by #{newest}"
    return ""


def enrolling_roles(snapshot: Snapshot, standing: Standing) -> tuple[str, ...]:
    """Return the roles of those who let keys in: the role for it, and whatever the root's own people hold."""
    root = snapshot.keyring.root
    plan = standing.plan_in_force.plan
    of_root = [role for one in (root.people if root else ()) for role in roles_of(plan, one.email)]
    return tuple(dict.fromkeys((ENROLLING_ROLE, *of_root)))


def lets_keys_in(snapshot: Snapshot, email: str) -> bool:
    """Tell whether the key ring counts the approval of an enrolment by this person."""
    root = snapshot.keyring.root
    enrolled = snapshot.keyring.person(email, len(snapshot.records))
    of_root = root is not None and any(one.email == email for one in root.people)
    return of_root or (enrolled is not None and ENROLLING_ROLE in enrolled.roles)


def what_it_is(workplace: Workplace, number: int) -> tuple[str, str]:
    """Return what the record of that ``number`` is and why nothing of it waits, and what to do instead."""
    snapshot = workplace.snapshot()
    if number >= len(snapshot.records):
        last = len(snapshot.records) - 1
        return f"The log has no record #{number}; its newest is #{last}.", ""
    standing = workplace.standing(snapshot)
    record = snapshot.records[number]
    about = [one for one in standing.decisions if one.decision.matter.sha256 == record.sha256]
    waits = [one for one in about if not one.effective]
    is_one = f"#{number} is {_kind(snapshot, record)}"
    if waits:
        one = waits[-1]
        decision = f"the decision #{one.record.index} on it ({one.form.name})"
        said = f"{is_one}; {decision} waits for {'; '.join(map(str, one.missing))}."
        return said, f"clausework sign {one.record.index}"
    if isinstance(record.body, Decision):
        return f"{is_one}; {_standing_of(standing, record)}.", ""
    decided = [f"#{one.record.index} ({one.form.name}) has effect" for one in about]
    return f"{is_one}; it waits for no signature{', ' if decided else ''}{', '.join(decided)}.", ""


def _standing_of(standing: Standing, record: Record) -> str:
    for one in standing.decisions:
        if one.record.sha256 == record.sha256:
            return f"it has effect since #{one.since}, and waits for no signature"
    refused = [one for one in standing.refused_decisions if one.index == record.index]
    return f"it can have no effect: {refused[-1].reason}" if refused else "it waits for no signature"


def _kind(snapshot: Snapshot, record: Record) -> str:
    """Return what kind of record it is, with what tells it from others of the kind."""
    body = record.body
    if isinstance(body, Approval):
        of = next((one.index for one in snapshot.records if one.sha256 == body.intent.signed), None)
        return f"the signature of {body.intent.email}" + (f" on #{of}" if of is not None else "")
    if isinstance(body, Decision):
        return f"the decision '{body.form} {body.matter.kind.replace('_', ' ')} {body.matter.id}'"
    if isinstance(body, ReleaseGate):
        version = snapshot.records[body.candidate.index].body.version
        return f"an evaluation of the release {version}, which is signed by its version"
    if isinstance(body, Verdict):
        return f"the verdict of {body.stage}"
    reading, origin = reading_of(record), origin_of(record)
    if reading is not None and origin is not None:
        what = "the test report" if isinstance(body, TestResult) else "the report"
        return f"{what} {reading.raw.name}" + (f" of level {origin.level}" if origin.level else "")
    if isinstance(body, Rejection):
        return f"the file {body.name}, which was rejected"
    words = PREDICATE_TYPES[type(body)].rstrip("/").removesuffix(":v1").rpartition(":")[2].replace("-", " ")
    return f"a record of kind '{words}'"


def _able(standing: Standing, missing: Missing, at: str) -> list[str]:
    return [one for one in _holders(standing, missing, at) if one not in missing.not_by]


def _holders(standing: Standing, missing: Missing, at: str) -> list[str]:
    """Return who holds one of the roles, by the plan or lent; what was lent is not lent on."""
    plan = standing.plan_in_force.plan
    held = [
        email.lower() for role in missing.roles if role in plan.roles for email in plan.roles[role].people
    ]
    lent = [one.to for one in standing.delegations if one.role in missing.roles and one.holds(at)]
    return list(dict.fromkeys([*held, *(lent if missing.meaning != DELEGATED else [])]))
