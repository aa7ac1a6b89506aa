"""The facts that checks judge: one frozen document per build, small enough to keep beside each verdict.

Facts are folded from records that the signed checkpoint covers, never from a projection, so that a verdict can be
replayed from the facts blob, the plan and the check versions alone. Time enters here once, as ``at``.
"""

from __future__ import annotations

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.gates.failure_facts import FailureSetAside
from clausework.gates.human_facts import HumanFacts
from clausework.gates.pipeline_facts import PipelineFact
from clausework.gates.risk_file_facts import RiskFileFact
from clausework.gates.safety_path_facts import SafetyPaths
from clausework.ledger.records.values import Ratio
from clausework.trace.item_fact import ItemFact
from clausework.trace.results import CaseStanding, ItemCases
from clausework.trace.staleness import Suspect
from clausework.trace.test_changes import FlakyCase, TestChanges

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
    range_from: str = ""
    commit_count: int = 0


class CommitFact(msgspec.Struct, frozen=True):
    """A commit of the build's range that touches the software item.

    ``paths`` are those of the software item. ``items`` are those that the commit is linked to, ``unknown`` what it
    names as items and is none, ``reviewed_by`` other people than its author who approved the change that brought it.
    ``removed`` are items that it names and that are no more. ``recorded`` is the first record of a build that has it:
    it was made before that, whatever time it claims.
    """

    id: str
    subject: str
    author: str
    at: str
    paths: tuple[str, ...]
    items: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    reviewed_by: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    recorded: int = -1


class LintFact(msgspec.Struct, frozen=True):
    """What a lint rule finds in the items for the class: rule, sentence, place in words, clauses, the next step."""

    rule: str
    message: str
    place: str
    clauses: tuple[str, ...]
    hint: str


class QualityMessage(msgspec.Struct, frozen=True):
    """A finding in a requirement's wording: the rule, the item, the sentence that says what."""

    rule: str
    item: str
    message: str


class QualityFact(msgspec.Struct, frozen=True):
    """How well the requirements are worded: the score of all (``None``: there are none) and of each document.

    ``first`` are the first of the ``findings``, ``by_rule`` counts them; ``not_evaluated`` names rules that
    could not be held against the items.
    """

    score: int | None
    requirements: int
    documents: dict[str, int]
    findings: int
    by_rule: dict[str, int]
    first: tuple[QualityMessage, ...]
    not_evaluated: tuple[str, ...] = ()


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


class CoveredFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """How much of one source file the tests of a level reached; what was not measured is absent."""

    path: str
    line: Ratio
    branch: Ratio | None = None
    mcdc: Ratio | None = None


class OwnCoverage(msgspec.Struct, frozen=True):
    """How much the tests of a level reached of the files under the software item's own paths; ``outside`` names others.

    Files that the plan lets go unmeasured are others. It is known only where reports name files of both kinds.
    """

    line: Ratio
    branch: Ratio | None
    mcdc: Ratio | None
    outside: tuple[str, ...]


class SourceFilesFact(msgspec.Struct, frozen=True):
    """The software item's source files in the commit, and those of them that no report of a level names.

    ``unnamed`` are the first of these, ``doubtful`` names in a report that may mean one of several files, ``left_out``
    the first files that the plan lets go unmeasured. Empty files, and headers of C and C++, are not asked for.
    ``any_own`` tells whether the reports name any file at all that is the software item's and is to be measured,
    ``silent`` the first of these of which they know no line.
    """

    count: int
    unnamed: tuple[str, ...] = ()
    unnamed_count: int = 0
    doubtful: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    left_out_count: int = 0
    any_own: bool = True
    silent: tuple[str, ...] = ()
    silent_count: int = 0


class CoverageFact(msgspec.Struct, frozen=True):
    """What all coverage reports of a level show together; ``record`` is the newest of the ``records``.

    ``branch_gaps`` names the first files with lines of which branches were not measured, ``mcdc_gaps`` the same of
    conditions. ``doubts`` names files that may be one under two names and were counted apart, ``joined`` those that
    were counted as one. ``files`` may leave out some of the ``file_count`` there are. ``sources`` is absent where the
    build does not say which files its commit has.
    """

    record: int
    level: str
    line: Ratio
    branch: Ratio | None
    mcdc: Ratio | None = None
    records: tuple[int, ...] = ()
    file_count: int = 0
    files: tuple[CoveredFile, ...] = ()
    branch_gaps: tuple[str, ...] = ()
    branch_gap_count: int = 0
    mcdc_gaps: tuple[str, ...] = ()
    mcdc_gap_count: int = 0
    doubts: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    own: OwnCoverage | None = None
    sources: SourceFilesFact | None = None


class FindingFact(msgspec.Struct, frozen=True):
    """One open or suppressed finding; ``component_version`` is that of the component which a vulnerability is in.

    ``aliases`` are the further names of a vulnerability (CVE, GHSA).
    ``made_of`` is the digest of the locks and of the SBOM's components of the build (of its source where there are
    none), where the report of a vulnerability does not tell that version; ``software_item`` is what it was found in.
    """

    record: int
    fingerprint: str
    rule: str
    severity: str
    message: str
    place: str
    suppressed: bool
    component_version: str = ""
    software_item: str = ""
    made_of: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The rule or vulnerability, with the CVE numbers that it is known by besides."""
        others = [one for one in self.aliases if one.startswith("CVE-") and one != self.rule]
        return f"{self.rule} ({', '.join(others[:3])})" if others else self.rule

    @property
    def version(self) -> Sha256:
        """The digest that a disposition binds to.

        A finding is open again when its severity changes, and a vulnerability when its component's version does, or
        anything that is locked where no version is told. In another software item it is another matter.
        """
        parts = [self.fingerprint, self.rule, self.severity]
        if self.component_version:
            parts.append(self.component_version)
        if self.software_item:
            parts += ["in", self.software_item, self.made_of]
        return sha256_of(canonical_json(parts))


class ScanFact(msgspec.Struct, frozen=True):
    """One analysis or scan: what looked, whether it finished, how old its data is, what it found, its report's name.

    A report that mixes several kinds of analysis has a fact for each, so that every check sees what is its own.
    ``retired`` tells that a signed decision says that another report took its place; what it found counts all the same.
    ``targets`` are what it says that it looked at, ``of_another`` what that is known to be instead of the build.
    """

    record: int
    analysis: str
    tools: tuple[str, ...]
    complete: bool
    database_at: str
    superseded: bool
    findings: tuple[FindingFact, ...]
    not_evaluated: tuple[str, ...] = ()
    name: str = ""
    retired: bool = False
    targets: tuple[str, ...] = ()
    of_another: str = ""


class SbomFact(msgspec.Struct, frozen=True):
    """One SBOM: the versions that it names by component, a component's group before its name with a ``/``.

    ``about`` is the component that it is of, ``of_another`` what that is known to be instead of the build.
    """

    record: int
    specification: str
    components: dict[str, tuple[str, ...]]
    about: str = ""
    of_another: str = ""


class RejectionFact(msgspec.Struct, frozen=True):
    """A file that was rejected and that no later accepted file of the same name and level replaced.

    ``kind`` is what reports of its format hold, empty where no format was found or a package that is not here read it:
    it may have held anything.
    """

    record: int
    name: str
    level: str
    format: str
    reason: str
    kind: str = ""


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
    order in which they took effect. ``lint`` is what the items lack for the class, ``reused`` the IDs that were once
    another type of item's; ``unlinked`` names by level the first of the test cases that name no item;
    ``marked`` the places, from the plan's folder, where comments say that the code implements an item. ``version``
    is the one that is judged for, else the build's own. ``elsewhere`` are the items that belong to other software items
    of the plan alone. ``backlog`` are the types of items that serve as change requests once they are approved.
    ``plan_replaced`` is the record from which another plan of the line was in force before the build was made under its
    own, -1 where there is none. ``regression`` is what the line's last release ran and this build did not,
    ``previous`` the same of the build before; ``flaky`` are the cases that both failed and passed on the same source.
    ``configurations`` are those of the plan that have the software item, each with the records of the system tests
    that ran on it and in which a case passed. ``set_aside`` are the failed tests that a signed decision set aside.
    ``software_items_gone`` are those of the line's releases, with the last version, of which the plan tells nothing.
    ``tied`` are the anomalies that decisions tie failing system tests to, as they read now, with what they link to that
    ``items`` do not have.
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
    commits: tuple[CommitFact, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    lint: tuple[LintFact, ...] = ()
    reused: tuple[str, ...] = ()
    unlinked: dict[str, tuple[str, ...]] = {}
    unlinked_counts: dict[str, int] = {}
    marked: dict[str, tuple[str, ...]] = {}
    quality: QualityFact | None = None
    safety_paths: SafetyPaths | None = None
    pipeline: PipelineFact | None = None
    risk_file: RiskFileFact | None = None
    version: str = ""
    elsewhere: tuple[str, ...] = ()
    human: HumanFacts = HumanFacts()
    backlog: tuple[str, ...] = ()
    regression: TestChanges | None = None
    previous: TestChanges | None = None
    flaky: tuple[FlakyCase, ...] = ()
    configurations: dict[str, tuple[int, ...]] = {}
    set_aside: tuple[FailureSetAside, ...] = ()
    plan_replaced: int = -1
    software_items_gone: dict[str, str] = {}
    tied: tuple[ItemFact, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether nobody approved the build's plan, or another had replaced it: the build stays in development."""
        return not self.plan_approved or self.plan_replaced >= 0

    def verified_by_test(self) -> frozenset[str]:
        """Return the IDs of the items that a recorded test is linked to as verifying them, whatever came of it."""
        return frozenset(one.item for one in self.item_cases if one.role == "verifies")

    def items_of(self, *types: str) -> tuple[ItemFact, ...]:
        """Return the items of the named types, those left out that belong to other software items alone."""
        other = frozenset(self.elsewhere)
        return tuple(item for item in self.items if item.type in types and item.id not in other)

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
