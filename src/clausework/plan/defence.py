"""A defence: why a plan asks for less than the built-in default (clause 5.1.6)."""

from __future__ import annotations

import msgspec

from clausework.plan.values import Day, Text


class Defence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a default is changed: the reason, the document with it, the role that owns it, its review day."""

    text: Text
    reference: Text
    owner: Text
    review: Day
