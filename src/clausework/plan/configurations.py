"""Configurations on which system tests run: components, hardware, equipment (clause 5.7.5; MDR Annex II 6.1(b)).

A system that is made for several operating systems, or with several instruments, is tested on each: what the plan names
is asked of every candidate.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from clausework.plan.values import Identifier, Text


class PlannedConfiguration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The software items under test, what they run on, and the equipment that it takes, in the plan's own words."""

    components: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]
    hardware: dict[Text, Text] = {}
    equipment: dict[Text, Text] = {}
