"""Source files of a software item of which no coverage is measured, and why (clauses 5.1.6, 5.5.3)."""

from __future__ import annotations

import msgspec

from clausework.plan.defence import Defence
from clausework.plan.values import Texts


class Unmeasured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Path patterns of source files that no coverage report has to name, such as generated code, and the defence."""

    paths: Texts
    because: Defence
