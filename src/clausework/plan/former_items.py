"""What became of a software item that an earlier release had and the plan no longer names (clauses 5.6.6, 5.7.3).

A new name alone must not end the comparison of its tests with those of the last release.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clausework.plan.values import Identifier


class FormerItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The software item that it is ``now``, whose tests are held against its own; or ``because`` of what it is none."""

    now: Identifier | None = None
    because: str = ""


def former_names(former: Mapping[str, FormerItem], software_item: str) -> tuple[str, ...]:
    """Return the names that the software item had in earlier releases."""
    return tuple(name for name, one in former.items() if one.now == software_item)
