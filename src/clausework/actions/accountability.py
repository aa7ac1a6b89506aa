"""account accept-policy, account training: what the plan may ask of people before they sign (21 CFR 11.10(i), (j))."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.account import EnrolmentInVain
from clausework.actions.authoring import refuse_unready, sign_recorded
from clausework.actions.given_files import keep_file, open_given
from clausework.actions.given_texts import fit_text
from clausework.actions.person import RoleNotHeld, Signatory
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.clock import parse_timestamp
from clausework.core.digests import sha256_of, sha256_of_stream
from clausework.core.errors import InputRejected, NotAllowed, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.ledger import Draft
from clausework.ledger.records import Body, subject
from clausework.ledger.records.accounts import PolicyAccepted, TrainingLinked
from clausework.ledger.records.values import Made
from clausework.trace.accountability import ACCEPTED, TRAINING_SEEN, VOUCHING, open_policy

_NOBODY = Made("", "", "")


class NoPolicy(UsageFault):
    """The plan in force names no accountability policy."""

    hint = "Name it in the plan ('signing: accountability_policy: {reference, sha256}'), and have the plan approved."


class OtherPolicy(InputRejected):
    """The file is not the text that the plan in force names by its digest."""

    hint = "Give the revision that the plan names; a new one is named in the plan and approved with it first."


class AcceptedBefore(UsageFault):
    """The person accepted this policy already."""

    hint = "Nothing is to be done: 'clausework account list' shows what each person lacks."


class VouchedForOneself(NotAllowed):
    """A training record is vouched for by another person than it is about."""

    hint = "Ask another person who holds the role quality or release_authority."


class TrainedInVain(UsageFault):
    """A training record would be good for nothing."""

    hint = "Give the day on which the training was completed, and an end that is later and still to come."


class Signed(msgspec.Struct, frozen=True):
    """What was recorded and signed: the record, whose it is, and for what."""

    index: int
    email: str
    of: str


def accept_policy(workplace: Workplace, policy: Path, person: Signatory) -> Signed:
    """Record, signed by ``person``, that they hold themselves accountable by the policy in the file ``policy``.

    The file is kept in the ledger, as they were given it. Raises ``NoPolicy``, ``OtherPolicy``, ``AcceptedBefore``,
    ``RoleNotHeld``, and what ``sign_record`` raises.
    """
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    plan = standing.plan_in_force.plan
    named = plan.signing.accountability_policy
    if named is None:
        raise NoPolicy("The plan in force names no policy to accept.")
    with open_given(policy) as stream:
        sha256, _ = sha256_of_stream(stream)
    if sha256 != named.sha256:
        raise OtherPolicy(
            f"'{policy.name}' has the digest {sha256[:12]}; the plan in force names '{named.reference}'"
            f" by {named.sha256[:12]}."
        )
    if not open_policy(plan, standing.accountability, person.email):
        raise AcceptedBefore(f"{person.email} accepted '{named.reference}' before.")
    role = next(iter(standing.roles(person.email, workplace.now())), "")
    if not role:
        raise RoleNotHeld(
            f"{person.email} holds no role of the plan in force, and so signs nothing.",
            hint="Who holds no role accepts the policy outside of Clausework.",
        )
    kept = keep_file(workplace.ledger, policy, policy.name[:200], "application/octet-stream")
    body = PolicyAccepted(workplace.made(person.email), person.email, named.reference, kept)
    return _signed(
        workplace, person, body, (role, ACCEPTED), (f"policy/{person.email}", sha256), named.reference
    )


def link_training(
    workplace: Workplace,
    email: str,
    training: str,
    person: Signatory,
    *,
    document: str,
    sha256: str,
    completed: str,
    expires: str = "",
) -> Signed:
    """Record, signed by ``person``, where the training record of another person is: ID and digest, not its content.

    ``completed`` and ``expires`` are days. Raises ``VouchedForOneself``, ``EnrolmentInVain``, ``TrainedInVain``,
    ``NotATime``, ``RoleNotHeld``, and what ``sign_record`` raises.
    """
    account = parse_email(email)
    training, document = (
        fit_text("TRAINING", training, longest=200),
        fit_text("--document", document, longest=200),
    )
    if account == person.email:
        raise VouchedForOneself(f"{person.email} does not vouch for their own training.")
    snapshot = workplace.snapshot()
    if snapshot.keyring.person(account, len(snapshot.records)) is None:
        raise EnrolmentInVain(
            f"Nobody is enrolled as {account}.", hint="'clausework account list' shows the accounts."
        )
    _refuse_vain(workplace, completed, expires)
    held = workplace.standing(snapshot).roles(person.email, workplace.now())
    role = next((role for role in VOUCHING if role in held), "")
    if not role:
        raise RoleNotHeld(
            f"{person.email} holds {', '.join(held) or 'no role'}, and vouches for no training."
        )
    made = workplace.made(person.email)
    body = TrainingLinked(made, account, training, document, sha256, completed, expires)
    return _signed(workplace, person, body, (role, TRAINING_SEEN), (f"training/{account}", sha256), training)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file that was given; its content is not kept."""
    with open_given(path) as stream:
        return sha256_of_stream(stream)[0]


def _refuse_vain(workplace: Workplace, completed: str, expires: str) -> None:
    done, now = parse_timestamp(completed), workplace.clock()
    if done > now:
        raise TrainedInVain(f"The training would be completed on {completed}, which is to come.")
    if expires and parse_timestamp(expires) <= max(done, now):
        raise TrainedInVain(f"The training would be good until {expires}, which is past.")


def _signed(
    workplace: Workplace,
    person: Signatory,
    body: PolicyAccepted | TrainingLinked,
    rule: tuple[str, str],
    about: tuple[str, str],
    of: str,
) -> Signed:
    """Append ``body``, once, and the person's signature on it."""
    refuse_unready(workplace, person, rule[0], body)
    content: Body = msgspec.structs.replace(body, made=_NOBODY)
    key = sha256_of(canonical_json([about[0], content]))
    receipt = workplace.ledger.append([Draft((subject(*about),), body, key)])[0]
    sign_recorded(workplace, person, receipt, *rule, anew="run the same command again")
    return Signed(receipt.index, body.email, of)
