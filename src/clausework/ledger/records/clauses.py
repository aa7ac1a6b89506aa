"""Which clauses each kind of record serves: what it is kept for (principle 7).

A record shows that something was done; only a check or a condition of the release asks for it.
"""

from __future__ import annotations

from clausework.ledger.records.accounts import AccountClosed, AccountLocked, PolicyAccepted, TrainingLinked
from clausework.ledger.records.adoption import Adoption
from clausework.ledger.records.archive import ArchivedFiles, OfflineRebuild
from clausework.ledger.records.build import Build, BuildOutputs, Rebuild
from clausework.ledger.records.control import ItemBaseline, PipelineRecorded, PlanRecorded
from clausework.ledger.records.decisions import Approval, Decision
from clausework.ledger.records.delivery import Derivation, Distribution
from clausework.ledger.records.evidence import (
    Attachment,
    Attestations,
    ChangeReviews,
    Coverage,
    Exploitability,
    Findings,
    Rejection,
    Reread,
    Sbom,
    TestResult,
)
from clausework.ledger.records.gates import Promotion, Verdict
from clausework.ledger.records.identification import PasskeyEnrolled, ProviderKeys
from clausework.ledger.records.manual import ReviewSet
from clausework.ledger.records.protection import BranchProtection
from clausework.ledger.records.release import Archive, Candidate, Deployment, Release, ReleaseGate
from clausework.ledger.records.root import KeyRevoked, PersonEnrolled, PipelineKeyEnrolled, Root
from clausework.ledger.records.times import TimeStamped

RECORD_CLAUSES: dict[type, tuple[str, ...]] = {
    Root: ("21 CFR 11.100(b)", "21 CFR 11.10(h)"),
    PersonEnrolled: ("21 CFR 11.100(a)", "21 CFR 11.100(b)"),
    PipelineKeyEnrolled: ("21 CFR 11.10(h)",),
    PasskeyEnrolled: ("21 CFR 11.100(b)", "21 CFR 11.200"),
    ProviderKeys: ("21 CFR 11.10(d)",),
    KeyRevoked: ("21 CFR 11.300",),
    AccountLocked: ("21 CFR 11.300",),
    AccountClosed: ("21 CFR 11.100(a)",),
    PolicyAccepted: ("21 CFR 11.10(j)",),
    TrainingLinked: ("21 CFR 11.10(i)",),
    PlanRecorded: ("5.1.1", "5.1.2", "13485 4.2.4"),
    PipelineRecorded: ("5.1.10", "8.1.1", "8.3"),
    ItemBaseline: ("5.1.11", "5.2.1", "8.1.1", "8.3"),
    Build: ("5.1.10", "5.1.11", "5.5.1", "5.6.1", "8.1.3"),
    BuildOutputs: ("5.5.1", "5.8.4", "8.1.3"),
    Rebuild: ("5.8.5",),
    TestResult: ("5.5.5", "5.6.3", "5.6.7", "5.7.1", "5.7.5", "9.8"),
    Coverage: ("5.5.3", "5.5.5"),
    Findings: ("5.1.12", "5.5.3", "7.1.3", "81001-5-1 5.7.3"),
    Sbom: ("5.3.3", "8.1.2"),
    Exploitability: ("7.1.3", "81001-5-1 9"),
    Attestations: ("5.8.8", "81001-5-1 5.8.3"),
    BranchProtection: ("5.1.11", "8.2.1", "81001-5-1 5.1"),
    ChangeReviews: ("8.2.1", "8.2.4", "81001-5-1 5.5"),
    Attachment: ("5.7.5", "9.8"),
    Rejection: ("13485 4.2.5", "21 CFR 11.10(a)"),
    Reread: ("13485 4.2.5", "21 CFR 11.10(e)"),
    Decision: ("21 CFR 11.10(e)", "21 CFR 11.10(g)"),
    Approval: ("21 CFR 11.50", "21 CFR 11.70"),
    Verdict: ("5.1.6", "5.8.1"),
    Promotion: ("5.8.8", "21 CFR 11.10(f)"),
    Candidate: ("5.8.4", "8.1.3"),
    Archive: ("5.8.7",),
    ReleaseGate: ("5.8.1", "13485 8.2.6"),
    Release: ("5.8.4", "5.8.8", "13485 8.2.6"),
    Deployment: ("5.8.8",),
    ArchivedFiles: ("5.8.7",),
    OfflineRebuild: ("5.8.5", "5.8.7"),
    ReviewSet: ("5.2.6", "5.3.6", "5.4.4", "5.6.5"),
    Adoption: ("4.4",),
    Derivation: ("5.8.8", "81001-5-1 5.8.3"),
    Distribution: ("5.8.8", "6.2.5"),
    TimeStamped: ("21 CFR 11.10(e)",),
}
"""The clauses of each kind of record."""
