"""The facts that the release gate judges: every component build's own facts, and what belongs to the version."""

from __future__ import annotations

import msgspec

from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.plan_finding import PlanFinding
from clausework.release.archive_facts import ArchiveFact
from clausework.release.risk_file_facts import ReleasedRiskFile
from clausework.standards.questions import UNNAMED
from clausework.trace.item_fact import ItemFact
from clausework.trace.residual import RESIDUAL

SCHEMA = "urn:clausework:release-facts:v1"


class StageFact(msgspec.Struct, frozen=True):
    """A stage evaluated on one of the candidate's builds for this gate, and the checks that did not pass.

    ``deviations`` are the records of the signed deviations that let checks stand aside, by check. ``says`` is what each
    of the blocking checks says first.
    """

    stage: str
    software_item: str
    outcome: str
    blocking: tuple[str, ...]
    deviations: dict[str, int] = {}
    says: tuple[str, ...] = ()


class PlanFact(msgspec.Struct, frozen=True):
    """What the candidate's plan says: in force, device, retention, planned tasks, software items without a build.

    ``in_force`` is asked of the release line, at the moment of the release for a version that was released, else now.
    Where it is not, ``differences`` say what the plan in force asks otherwise, ``graver`` which software items have a
    graver safety class by it. ``fits`` tells whether the line is one that releases the version; ``line_versions`` are
    the patterns of those it does. ``questions`` is the set that decides on significance, ``backlog`` the types of items
    that serve as change requests.
    """

    in_force: bool
    device: str
    udi_di: str
    retention_set: bool
    tasks: tuple[str, ...]
    unbuilt: tuple[str, ...]
    differences: tuple[str, ...] = ()
    graver: tuple[str, ...] = ()
    fits: bool = True
    line_versions: tuple[str, ...] = ("*",)
    questions: str = UNNAMED
    backlog: tuple[str, ...] = ()


class PreviousRelease(msgspec.Struct, frozen=True):
    """The release line's release before this one: its version, and the device identifier that it was released under."""

    version: str
    udi_di: str


class ComponentFact(msgspec.Struct, frozen=True):
    """A software item within the version: its own version, and the release that had its build before, if one had.

    ``taken_by`` is an earlier release that had this version of the component with other artefacts.
    """

    software_item: str
    version: str
    build: str
    reused_from: str = ""
    taken_by: str = ""


class ReleaseFacts(msgspec.Struct, frozen=True):
    """Everything that clauses 5.8.1 to 5.8.8 and the manufacturer's own conditions ask about one candidate.

    ``safety_class`` is the gravest of the candidate's software items by its plan. ``vanished`` names anomalies and
    problem reports that were recorded as open and that no later item baseline has closed. ``frozen_scope`` is the
    record of the scope that the candidate was frozen with, ``last_test`` that of the newest test report about its
    builds (for a released version: of those before the release), -1 where there is none; ``last_validation`` the same
    of tests at level validation. A manual run counts from its tester's signature. ``plan_findings`` are what stands
    against the candidate's plan; reviews that a released version's plan owes are asked of the day of the release.
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
    line: str = "main"
    components: tuple[ComponentFact, ...] = ()
    previous: PreviousRelease | None = None
    plan_findings: tuple[PlanFinding, ...] = ()
    risk_assessed: ReleasedRiskFile | None = None
    last_validation: int = -1

    def open_anomalies(self) -> tuple[ItemFact, ...]:
        """Return the anomalies and problem reports that are not closed."""
        return tuple(
            item for item in self.items if item.type in RESIDUAL and item.fields.get("status") != "closed"
        )

    def deviations(self) -> tuple[tuple[str, JudgementFact], ...]:
        """Return the deviations that stages rest on, each with the name of the check that stands aside."""
        decided = {one.record: one for one in self.judgements}
        return tuple(
            (f"{stage.software_item}/{stage.stage}.{check}", decided[record])
            for stage in self.stages
            for check, record in stage.deviations.items()
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

    def signed_as(self) -> dict[str, frozenset[str]]:
        """Return by role who signed the decisions about this version or its artefacts."""
        found: dict[str, set[str]] = {}
        for one in self.judgements:
            if one.effective and self.version in {one.version, one.matter_id}:
                for signature in one.signatures:
                    found.setdefault(signature.role, set()).add(signature.email)
        return {role: frozenset(emails) for role, emails in found.items()}

    def artefact_digests(self) -> frozenset[str]:
        """Return the digests of all artefacts that the candidate's builds have now."""
        return frozenset(output.sha256 for facts in self.builds for output in facts.build.outputs)


def release_facts_document(facts: ReleaseFacts) -> bytes:
    """Return the facts as the bytes of their blob; decode with ``read_release_facts``."""
    return msgspec.json.encode(facts, order="sorted")


def read_release_facts(data: bytes) -> ReleaseFacts:
    """Return the facts that ``release_facts_document`` wrote."""
    return msgspec.json.decode(data, type=ReleaseFacts)
