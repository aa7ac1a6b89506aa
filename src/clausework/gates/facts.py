"""The facts that checks judge: one frozen document per build, small enough to keep beside each verdict.

Facts are folded from records that the signed checkpoint covers, never from a projection, so that a verdict can be
replayed from the facts blob, the plan and the check versions alone. Time enters here once, as ``at``.
"""

from __future__ import annotations

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.ledger.records.values import Ratio
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import CaseStanding, ItemCases

SCHEMA = "urn:clausework:facts:v1"

ENVIRONMENT = ("python", "git", "os", "runner")
"""What clause 5.8.5 wants known of where a build was made, beside its locks and command."""


class LockFact(msgspec.Struct, frozen=True):
    """A lock file: its path and digest, what it pins (name to versions), what in it is not pinned by hash."""

    name: str
    sha256: str
    kind: str
    pinned: dict[str, tuple[str, ...]]
    unlocked: tuple[str, ...]


class OutputFact(msgspec.Struct, frozen=True):
    """An artefact: its name, digest, whether its signature holds, the version that it reports of itself."""

    name: str
    sha256: str
    signature_holds: bool
    reported_version: str


class RebuildFact(msgspec.Struct, frozen=True):
    """A rebuild: the record, its outcome, what was compared, and whether a signed review explains the differences.

    ``reproduced`` holds the digests that came out the same, ``different`` the artefacts that came out otherwise or
    not at all, by the digest that they were first built with.
    """

    record: int
    outcome: str
    reproduced: tuple[str, ...]
    different: dict[str, str]
    explained: bool


class BuildFact(msgspec.Struct, frozen=True):
    """The build itself."""

    id: str
    record: int
    software_item: str
    version: str
    commit: str
    source_tree: str
    clean: bool
    changed_paths: tuple[str, ...]
    environment_known: tuple[str, ...]
    authors: tuple[str, ...]
    locks: tuple[LockFact, ...]
    outputs: tuple[OutputFact, ...]
    rebuilds: tuple[RebuildFact, ...]


class RunFact(msgspec.Struct, frozen=True):
    """One test report: its record, level, counts, whether a decision set it aside, and its remarks.

    An ``outdated`` report was recorded before an artefact was added to the build: only what failed in it counts.
    """

    record: int
    level: str
    cases: int
    passed: int
    failed: int
    skipped: int
    superseded: bool
    remarks: tuple[str, ...] = ()
    outdated: bool = False


class CoverageFact(msgspec.Struct, frozen=True):
    """One coverage report of a level."""

    record: int
    level: str
    line: Ratio
    branch: Ratio | None


class FindingFact(msgspec.Struct, frozen=True):
    """One open or suppressed finding."""

    record: int
    fingerprint: str
    rule: str
    severity: str
    message: str
    place: str
    suppressed: bool

    @property
    def version(self) -> Sha256:
        """The digest that a disposition binds to: a finding whose severity changes is open again."""
        return sha256_of(canonical_json([self.fingerprint, self.rule, self.severity]))


class ScanFact(msgspec.Struct, frozen=True):
    """One analysis or scan: what looked, whether it finished, how old its data is, what it found."""

    record: int
    analysis: str
    tools: tuple[str, ...]
    complete: bool
    database_at: str
    superseded: bool
    findings: tuple[FindingFact, ...]


class SbomFact(msgspec.Struct, frozen=True):
    """One SBOM: the versions that it names by component, a component's group before its name with a ``/``."""

    record: int
    specification: str
    components: dict[str, tuple[str, ...]]


class RejectionFact(msgspec.Struct, frozen=True):
    """A file that was rejected and that no later accepted file of the same name and level replaced."""

    record: int
    name: str
    level: str
    format: str
    reason: str


class SignatureFact(msgspec.Struct, frozen=True):
    """A signature as it is shown (21 CFR 11.50): who, in which role, meaning what, when, and its record."""

    record: int
    email: str
    name: str
    role: str
    meaning: str
    at: str

    def __str__(self) -> str:
        return f"{self.name} ({self.role}, {self.meaning}, {self.at})"


class JudgementFact(msgspec.Struct, frozen=True):
    """A decision: its form, what it is about and at which digest, its fields, whether it has effect, who signed.

    ``since`` is the index of the record from which it stands as it does.
    """

    record: int
    form: str
    matter_kind: str
    matter_id: str
    matter_sha256: str
    version: str
    fields: dict[str, str | tuple[str, ...]]
    effective: bool
    missing: tuple[str, ...]
    signatures: tuple[SignatureFact, ...]
    since: int
    at: str

    @property
    def signed_by(self) -> tuple[str, ...]:
        """The signatures as they are shown."""
        return tuple(str(one) for one in self.signatures)

    def by_role(self, *roles: str) -> bool:
        """Tell whether somebody signed in one of ``roles``."""
        return any(one.role in roles for one in self.signatures)


class Facts(msgspec.Struct, frozen=True):
    """Everything about one build that the checks of any stage may look at.

    ``safety_class`` is the plan's, whatever the build says of itself. ``dropped`` names the requirements and risk
    controls that the build was made with and that the items to judge by no longer have. Judgements are in the
    order in which they took effect.
    """

    schema: str
    at: str
    log_size: int
    safety_class: str
    plan: str
    plan_approved: bool
    item_baseline: str
    item_errors: int
    build: BuildFact
    runs: tuple[RunFact, ...]
    test_counts: dict[str, dict[str, int]]
    not_passed: tuple[CaseStanding, ...]
    item_cases: tuple[ItemCases, ...]
    coverage: tuple[CoverageFact, ...]
    scans: tuple[ScanFact, ...]
    sboms: tuple[SbomFact, ...]
    rejections: tuple[RejectionFact, ...]
    items: tuple[ItemFact, ...]
    judgements: tuple[JudgementFact, ...]
    dropped: tuple[str, ...] = ()
    scope: tuple[str, ...] | None = None
    scope_record: int | None = None

    def items_of(self, *types: str) -> tuple[ItemFact, ...]:
        """Return the items of the named types."""
        return tuple(item for item in self.items if item.type in types)

    def requirements_in_scope(self) -> tuple[ItemFact, ...]:
        """Return the software requirements that count for the version: all, unless a signed scope names fewer.

        One that realises a risk control is always in scope: no scope takes a risk control out (clause 5.2.3).
        """
        requirements = self.items_of("software_requirement")
        if self.scope is None or "all" in self.scope:
            return requirements
        controls = self.items_of("risk_control_measure")
        always = {target for control in controls for target in control.targets("realised_by")}
        return tuple(item for item in requirements if item.id in self.scope or item.id in always)

    def scope_note(self) -> str:
        """Return which requirements the scope leaves out, in words for a message; empty where it leaves out none."""
        inside = {item.id for item in self.requirements_in_scope()}
        outside = [item.id for item in self.items_of("software_requirement") if item.id not in inside]
        named = f"{', '.join(outside[:5])}{' ...' if len(outside) > 5 else ''}"
        return f"; {len(outside)} are left out by scope #{self.scope_record}: {named}" if outside else ""

    def newest_judgement(self, form: str, kind: str, item: ItemFact) -> JudgementFact | None:
        """Return the decision that took effect last, of a form, on ``item`` as it reads now."""
        found = self.effective_judgements(form, kind, item)
        return found[-1] if found else None

    def effective_judgements(
        self, form: str, kind: str, item: ItemFact | None = None
    ) -> tuple[JudgementFact, ...]:
        """Return the decisions with effect of a form on a kind of matter; on ``item`` at its present hash if given."""
        return tuple(
            one
            for one in self.judgements
            if one.effective
            and one.form == form
            and one.matter_kind == kind
            and (item is None or (one.matter_id == item.id and one.matter_sha256 == item.sha256))
        )
