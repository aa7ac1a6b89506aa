"""Derived artefacts: the ways from what is to run back to what a release names, and who approved each step (5.8.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.delivery import Comparison, Derivation
from clausework.release.withdrawal import DERIVATION_KIND as KIND
from clausework.release.withdrawal import withdrawn_derivations
from clausework.trace.standing import StandingDecision

APPROVING = ("quality", "release_authority")
LONGEST_WAY = 8
"""Derivations one behind another; a longer way is not looked for."""


class Step(msgspec.Struct, frozen=True):
    """A derivation on the way from what runs to what was released, and the signatures that approve it.

    ``withdrawn`` says who withdrew the derived artefact, when and why; empty where nobody did.
    """

    record: int
    sha256: str
    kind: str
    source: str
    derived: str
    name: str
    check: str
    comparison: Comparison | None
    operator: str
    approved_by: tuple[str, ...]
    withdrawn: str = ""

    def __str__(self) -> str:
        automatic = f"; by program: {describe(self.comparison)}" if self.comparison else "; by no program"
        return (
            f"{self.kind.replace('_', ' ')} from {self.source} to {self.derived} (#{self.record});"
            f" checked: {self.check.rstrip('.')}{automatic}"
        )


def describe(comparison: Comparison) -> str:
    """Return what a comparison found, in words."""
    left_out = f", but for {len(comparison.left_out)} of the signature" if comparison.left_out else ""
    counted = f"{comparison.members} members" if comparison.members != 1 else "1 member"
    return f"{comparison.method}: {comparison.outcome} ({counted}{left_out})"


class Way(msgspec.Struct, frozen=True):
    """A digest that an artefact goes back to, and the derivations between, the one of the artefact itself first."""

    origin: str
    steps: tuple[Step, ...] = ()

    @property
    def unapproved(self) -> tuple[Step, ...]:
        """The derivations that nobody approved who may."""
        return tuple(step for step in self.steps if not step.approved_by)

    @property
    def withdrawn(self) -> tuple[Step, ...]:
        """The derivations whose artefact was withdrawn."""
        return tuple(step for step in self.steps if step.withdrawn)


def ways_back(
    records: Sequence[Record], sha256: str, decisions: Sequence[StandingDecision]
) -> tuple[Way, ...]:
    """Return the ways back from ``sha256``, itself first: those that admit, approved throughout, then the others.

    Of each kind there is one way to a digest, the shortest. A circle leads nowhere, for no digest is passed twice.
    """
    taken_back = withdrawn_derivations(decisions)
    made_of: dict[str, list[Step]] = {}
    for record in reversed(records):
        if isinstance(record.body, Derivation):
            step = step_of(record, decisions)
            told = str(taken_back[step.derived]) if step.derived in taken_back else ""
            made_of.setdefault(step.derived, []).append(msgspec.structs.replace(step, withdrawn=told))
    sound = {
        derived: [step for step in steps if step.approved_by and not step.withdrawn]
        for derived, steps in made_of.items()
    }
    others = (way for way in _shortest(sha256, made_of) if way.unapproved or way.withdrawn)
    return (*_shortest(sha256, sound), *others)


def _shortest(sha256: str, made_of: Mapping[str, Sequence[Step]]) -> tuple[Way, ...]:
    found = {sha256: Way(sha256)}
    ends = [Way(sha256)]
    for _ in range(LONGEST_WAY):
        further = []
        for way in ends:
            for step in made_of.get(way.origin, ()):
                if step.source not in found:
                    found[step.source] = Way(step.source, (*way.steps, step))
                    further.append(found[step.source])
        ends = further
    return tuple(found.values())


def step_of(record: Record, decisions: Iterable[StandingDecision]) -> Step:
    """Return a derivation with the signatures that approve it; without one it admits nothing."""
    body: Derivation = record.body
    return Step(
        record=record.index,
        sha256=record.sha256,
        kind=body.kind,
        source=body.source,
        derived=body.derived.sha256,
        name=body.derived.name,
        check=body.check,
        comparison=body.comparison,
        operator=body.operator,
        approved_by=_approvals(record, decisions),
    )


def _approvals(record: Record, decisions: Iterable[StandingDecision]) -> tuple[str, ...]:
    """Return who approved the derivation; what the one who made it signed does not count."""
    made_by = {record.body.operator.lower(), record.body.made.actor.lower()}
    return tuple(
        f"{given.name} ({given.role.replace('_', ' ')}), {given.at}"
        for one in decisions
        if one.effective
        and (one.form.name, one.decision.matter.kind) == ("approve", KIND)
        and one.decision.matter.sha256 == record.sha256
        for given in one.given
        if given.role in APPROVING and given.email.lower() not in made_by
    )
