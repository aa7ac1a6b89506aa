"""The facts that the release gate judges: every component build's own facts, and what belongs to the version."""

from __future__ import annotations

import msgspec

from clausework.gates.facts import Facts, JudgementFact
from clausework.trace.item_fact import ItemFact

SCHEMA = "urn:clausework:release-facts:v1"

RESIDUAL = frozenset({"anomaly", "problem_report"})
"""Types of items that stay with a released version for as long as they are open (clause 5.8.2)."""


class StageFact(msgspec.Struct, frozen=True):
    """A stage evaluated on one of the candidate's builds for this gate, and the checks that did not pass."""

    stage: str
    software_item: str
    outcome: str
    blocking: tuple[str, ...]


class PlanFact(msgspec.Struct, frozen=True):
    """What the candidate's plan says: in force, device, retention, planned tasks, software items without a build.

    ``in_force`` is asked of the moment of the release for a version that was released, else of now.
    """

    in_force: bool
    device: str
    udi_di: str
    retention_set: bool
    tasks: tuple[str, ...]
    unbuilt: tuple[str, ...]


class ArchiveFact(msgspec.Struct, frozen=True):
    """The newest archive of the candidate: its record, and whether a restore gave the same digests."""

    record: int
    restored: bool
    problem: str
    contents: tuple[str, ...]
    has_source: bool


class ReleaseFacts(msgspec.Struct, frozen=True):
    """Everything that clauses 5.8.1 to 5.8.8 and the manufacturer's own conditions ask about one candidate.

    ``safety_class`` is the gravest of the candidate's software items by its plan. ``vanished`` names anomalies and
    problem reports that were recorded as open and that no later item baseline has closed. ``frozen_scope`` is the
    record of the scope that the candidate was frozen with, ``last_test`` that of the newest test report about its
    builds (for a released version: of those before the release), -1 where there is none.
    """

    schema: str
    at: str
    log_size: int
    version: str
    safety_class: str
    candidate: int
    subject: str
    artefacts: tuple[str, ...]
    plan: str
    planned: PlanFact
    builds: tuple[Facts, ...]
    build_commands: dict[str, tuple[str, ...]]
    stages: tuple[StageFact, ...]
    items: tuple[ItemFact, ...]
    vanished: tuple[str, ...]
    risk_file: str
    judgements: tuple[JudgementFact, ...]
    scope: JudgementFact | None
    frozen_scope: int
    last_test: int
    archive: ArchiveFact | None
    released_versions: tuple[str, ...]
    authors: tuple[str, ...]

    def open_anomalies(self) -> tuple[ItemFact, ...]:
        """Return the anomalies and problem reports that are not closed."""
        return tuple(
            item for item in self.items if item.type in RESIDUAL and item.fields.get("status") != "closed"
        )

    def item(self, item_id: str) -> ItemFact | None:
        """Return the item of that ID, if the baseline has it."""
        return next((item for item in self.items if item.id == item_id), None)

    def items_of(self, *types: str) -> tuple[ItemFact, ...]:
        """Return the items of the named types."""
        return tuple(item for item in self.items if item.type in types)

    def judged(self, form: str, kind: str, matter_id: str, sha256: str) -> JudgementFact | None:
        """Return the decision that took effect last on exactly that version of the matter."""
        found = [
            one
            for one in self.judgements
            if one.effective
            and (one.form, one.matter_kind, one.matter_id, one.matter_sha256)
            == (form, kind, matter_id, sha256)
        ]
        return found[-1] if found else None

    def artefact_digests(self) -> frozenset[str]:
        """Return the digests of all artefacts that the candidate's builds have now."""
        return frozenset(output.sha256 for facts in self.builds for output in facts.build.outputs)


def release_facts_document(facts: ReleaseFacts) -> bytes:
    """Return the facts as the bytes of their blob; decode with ``read_release_facts``."""
    return msgspec.json.encode(facts, order="sorted")


def read_release_facts(data: bytes) -> ReleaseFacts:
    """Return the facts that ``release_facts_document`` wrote."""
    return msgspec.json.decode(data, type=ReleaseFacts)
