"""Verdicts of gates, and promotions that rest on them."""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.values import Descriptor, Made, Reference

Outcome = Literal["pass", "fail", "not_evaluated", "not_applicable", "deviation"]


class Reason(msgspec.Struct, frozen=True):
    """One thing that a check found: what, about which items or digests, on which records it rests, who mends it how.

    ``ways`` are the further ways out that are open: the decisions by which it may stop standing in the way.
    """

    message: str
    items: tuple[str, ...] = ()
    records: tuple[int, ...] = ()
    who: str = ""
    command: str = ""
    ways: tuple[str, ...] = ()


class CheckVerdict(msgspec.Struct, frozen=True):
    """One check's outcome with the clauses it serves; ``rationale`` names the class rule where not applicable."""

    check: str
    version: str
    outcome: Outcome
    clauses: tuple[str, ...]
    settings: dict[str, str]
    reasons: tuple[Reason, ...] = ()
    reason_count: int = 0
    rationale: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """A stage's verdict on one build, replayable from the facts blob, the plan digest and the check versions.

    ``provisional`` marks a verdict under a plan that nobody has approved: it counts in development only.
    """

    made: Made
    stage: str
    outcome: Literal["pass", "fail", "not_evaluated"]
    build: Sha256
    software_item: str
    safety_class: str
    plan: Sha256
    provisional: bool
    facts: Descriptor
    log_size: int
    checks: tuple[CheckVerdict, ...]


class Promotion(msgspec.Struct, frozen=True):
    """A build that advanced to an environment, on the verdicts that let it."""

    made: Made
    build: Sha256
    software_item: str
    environment: str
    verdicts: tuple[Reference, ...]
    artefacts: tuple[Sha256, ...]
