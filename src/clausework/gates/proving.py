"""Runs challenges: records a world in a ledger in memory, as a pipeline and people would, and judges it by a check."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from clausework.core.clock import system_clock, timestamp
from clausework.gates.challenge import Challenge, World
from clausework.gates.check import Check, Judgement
from clausework.gates.facts import Facts
from clausework.gates.folding import fold_facts
from clausework.gates.proving_builds import (
    record_build,
    record_earlier_test,
    record_evidence,
    record_outputs,
    record_release_before,
)
from clausework.gates.proving_decisions import record_decision
from clausework.gates.proving_ledger import WorldLedger

_JUDGED_AFTER = timedelta(minutes=10)
"""A world is judged later than its last commit, as a build is later than what it is made of."""


class Proven(msgspec.Struct, frozen=True):
    """A challenge that was run: what was expected, what came, and why."""

    check: str
    challenge: str
    expected: str
    judgement: Judgement

    @property
    def holds(self) -> bool:
        """Whether the check judged as it must."""
        return self.expected == self.judgement.outcome


def prove(check: Check, challenge: Challenge) -> Proven:
    """Run one challenge of ``check``."""
    judgement = check.evaluate(facts_of(challenge.world), challenge.settings)
    return Proven(check.name, challenge.name, challenge.expects, judgement)


def facts_of(world: World) -> Facts:
    """Return the facts that ``world`` folds to."""
    ledger = WorldLedger()
    if world.earlier_items:
        ledger.items(world.earlier_items)
        record_earlier_test(ledger)
    items = ledger.items(world.items)
    built_with = ledger.baseline
    approved_first = any(
        one.minutes_after_decisions and not one.built_before_decisions for one in world.commits
    )
    before = [one for one in world.decisions if one.first or (approved_first and one.form == "approve")]
    for decision in before:
        record_decision(ledger, decision, items)
    if world.released_report:
        record_release_before(ledger, world)
    build = record_build(ledger, world)
    for file in world.evidence:
        record_evidence(ledger, file, build)
    record_outputs(ledger, world.added_later, build)
    if world.judged_items:
        items = ledger.items(world.judged_items)
    for decision in world.decisions:
        if decision not in before:
            record_decision(ledger, decision, items)
    for file in world.evidence_after:
        record_evidence(ledger, file, build)
    snapshot = ledger.memory.ledger.snapshot()
    return fold_facts(
        snapshot,
        ledger.memory.ledger,
        build.id,
        at=timestamp(system_clock() + _JUDGED_AFTER),
        item_baseline=ledger.baseline if world.judged_items else built_with,
    )
