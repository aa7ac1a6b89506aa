"""A release line: 2.3.x beside 2.4.x, each with its own predecessor, approved plan and range of commits.

The plan of a branch says which line the branch is. What is approved, released or left behind on one line says nothing
of another; who holds a role is asked of the trunk alone, the line of the plan that the root holds.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec

from clausework.plan.values import Name, Text

TRUNK = "main"
"""The line of a plan that names none."""


class ReleaseLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line that this plan is of: its name, patterns of the versions that it releases, the line it left."""

    id: Name = TRUNK
    versions: tuple[Text, ...] = ("*",)
    branched_from: str = ""

    def has(self, version: str) -> bool:
        """Tell whether ``version`` may be released on the line."""
        return any(fnmatchcase(version, pattern) for pattern in self.versions)
