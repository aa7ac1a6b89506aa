"""How changes are controlled beside change requests (clauses 6.2.3, 8.2.1): a backlog item that a person approved."""

from __future__ import annotations

from typing import Literal

import msgspec


class ChangeControl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``backlog`` are the types of items that, once approved, serve as change requests."""

    backlog: tuple[Literal["task", "user_need", "problem_report"], ...] = ()
