"""The policies of a plan as files: held against the digests that the plan names, proven, and kept beside the plan."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from clausework.actions.given_files import FileUnreadable, open_given
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected, Unavailable
from clausework.core.places import Finding, Place
from clausework.gates.policies import INSTALL, LARGEST_BUNDLE, PolicyRejected, bundle_document, prove_policy
from clausework.ledger.records import Record
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.values import Descriptor
from clausework.plan.model import Plan
from clausework.plan.policies import Policy

MEDIA_TYPE = "application/vnd.clausework.policy+json"

_MOST_CHALLENGES = 200


class PolicyDiffers(InputRejected):
    """The files of a policy are not those that the plan names by digest."""

    hint = "Write the digest that is told into the plan: the changed plan is then approved before it counts."


class EngineMissing(Unavailable):
    """The plan has Rego policies, and the engine that answers them is not installed."""

    hint = f"To {INSTALL}."


class PolicySeen(msgspec.Struct, frozen=True):
    """A policy as its files are now: their digest together, that in the plan, and how many challenges were proven."""

    name: str
    sha256: str
    planned: str
    challenges: int


def policy_files(root: Path, policy: Policy) -> bytes:
    """Return the policy's file and challenges under ``root`` as the document that the plan's digest is of.

    Raises ``FileUnreadable`` and ``PolicyRejected``.
    """
    folder = root / policy.challenges
    if not folder.is_dir():
        raise FileUnreadable(f"The folder of challenges '{policy.challenges}' is not there.")
    files = sorted(folder.glob("*.json"))
    if len(files) > _MOST_CHALLENGES:
        raise PolicyRejected(f"'{policy.challenges}' has more than {_MOST_CHALLENGES} challenges.")
    return bundle_document(_text(root / policy.file), {path.name: _text(path) for path in files})


def check_policies(root: Path, plan: Plan) -> tuple[tuple[PolicySeen, ...], tuple[Finding, ...]]:
    """Return the plan's policies as their files stand, and what is wrong: a digest that differs, an unproven policy.

    Raises ``EngineMissing``, ``FileUnreadable``, ``PolicyRejected``.
    """
    seen, findings = [], []
    for name, policy in plan.policies.items():
        bundle = policy_files(root, policy)
        proof = prove_policy(bundle)
        if proof.engine_missing:
            raise EngineMissing(f"The policy '{name}' cannot be asked: {proof.fault}.")
        one = PolicySeen(name, sha256_of(bundle), policy.sha256, proof.count)
        seen.append(one)
        if one.sha256 != one.planned:
            findings.append(
                Finding(
                    "policy-digest",
                    f"the files of the policy '{name}' are not those that the plan names",
                    Place(policy.file),
                    ("5.1.2", "8.2.1"),
                    f"Review them, then write 'sha256: {one.sha256}' at 'policies: {name}' of the plan.",
                )
            )
        if proof.fault:
            hint = "Mend the policy or its challenges; until then no verdict of it is given."
            message = f"the policy '{name}' does not count: {proof.fault}"
            findings.append(Finding("policy-unproven", message, Place(policy.file), ("5.1.6",), hint))
    return tuple(seen), tuple(findings)


def keep_policies(workplace: Workplace) -> tuple[Descriptor, ...]:
    """Keep the policies of the plan in the work tree as blobs, under the digests that it names; none is left out.

    Raises ``PolicyDiffers``, ``FileUnreadable``, ``PolicyRejected``.
    """
    kept = []
    for name, policy in workplace.plan.policies.items():
        bundle = policy_files(workplace.root, policy)
        found = sha256_of(bundle)
        if found != policy.sha256:
            raise PolicyDiffers(
                f"The files of the policy '{name}' come to {found}, the plan names {policy.sha256}."
            )
        kept.append(workplace.ledger.put_blob(bundle, f"{name}.policy.json", MEDIA_TYPE))
    return tuple(kept)


def recorded_policies(records: Iterable[Record], plan: str) -> tuple[Descriptor, ...]:
    """Return the policies that were recorded with the plan of that digest; none where it names none."""
    recorded = (one.body for one in records if isinstance(one.body, PlanRecorded))
    return next((body.policies for body in recorded if body.plan.sha256 == plan and body.policies), ())


def _text(path: Path) -> str:
    with open_given(path) as stream:
        data = stream.read(LARGEST_BUNDLE + 1)
    if len(data) > LARGEST_BUNDLE:
        raise PolicyRejected(f"'{path.name}' has more than {LARGEST_BUNDLE} bytes.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise PolicyRejected(f"'{path.name}' is not UTF-8.") from error
