"""A team's own checks as the plan names them: Rego policies that it keeps, and checks of installed packages.

A stage names them ``policy:NAME`` and ``plug-in:NAME``. The prefix makes a plan read the same wherever it is read,
whatever packages are installed there.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from clausework.plan.values import Text, Texts

POLICY = "policy:"
PLUG_IN = "plug-in:"

ContentDigest = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{64}$(?!\n)",
        description="the SHA-256 that 'clausework lint' tells, 64 lower-case hexadecimal digits",
    ),
]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Rego policy: its file, the folder of its challenges, the digest of both together, the clauses it serves.

    The digest makes the policy a part of the plan: whoever changes a rule or a challenge changes the plan, which is
    approved again before it counts.
    """

    file: Text
    challenges: Text
    sha256: ContentDigest
    clauses: Texts


def is_own(check: str) -> bool:
    """Tell whether a stage's check is a team's own: a policy or a plug-in's."""
    return check.startswith((POLICY, PLUG_IN))


def policy_named(check: str) -> str:
    """Return the policy that a stage's check names; empty where it names none."""
    return check.removeprefix(POLICY) if check.startswith(POLICY) else ""


def plug_in_named(check: str) -> str:
    """Return the entry point that a stage's check names; empty where it names none."""
    return check.removeprefix(PLUG_IN) if check.startswith(PLUG_IN) else ""
