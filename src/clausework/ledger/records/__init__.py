"""The language in which rooms meet: one predicate per kind of record, each in an in-toto Statement v1."""

from __future__ import annotations

from typing import Any

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.core.errors import Defect, IntegrityViolated
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
from clausework.ledger.records.values import Made

Body = (
    Root
    | PersonEnrolled
    | PipelineKeyEnrolled
    | PasskeyEnrolled
    | ProviderKeys
    | KeyRevoked
    | AccountLocked
    | AccountClosed
    | PolicyAccepted
    | TrainingLinked
    | PlanRecorded
    | PipelineRecorded
    | ItemBaseline
    | Build
    | BuildOutputs
    | Rebuild
    | TestResult
    | Coverage
    | Findings
    | Sbom
    | Exploitability
    | Attestations
    | ChangeReviews
    | BranchProtection
    | Attachment
    | Rejection
    | Reread
    | ReviewSet
    | Decision
    | Approval
    | Verdict
    | Promotion
    | Candidate
    | ArchivedFiles
    | OfflineRebuild
    | Archive
    | ReleaseGate
    | Release
    | Deployment
    | Adoption
    | Derivation
    | Distribution
    | TimeStamped
)

PREDICATE_TYPES: dict[type, str] = {
    Root: "urn:clausework:root:v1",
    PersonEnrolled: "urn:clausework:person-enrolled:v1",
    PipelineKeyEnrolled: "urn:clausework:pipeline-key-enrolled:v1",
    PasskeyEnrolled: "urn:clausework:passkey-enrolled:v1",
    ProviderKeys: "urn:clausework:provider-keys:v1",
    KeyRevoked: "urn:clausework:key-revoked:v1",
    AccountLocked: "urn:clausework:account-locked:v1",
    AccountClosed: "urn:clausework:account-closed:v1",
    PolicyAccepted: "urn:clausework:policy-accepted:v1",
    TrainingLinked: "urn:clausework:training-linked:v1",
    PlanRecorded: "urn:clausework:plan:v1",
    PipelineRecorded: "urn:clausework:pipeline-recorded:v1",
    ItemBaseline: "urn:clausework:item-baseline:v1",
    Build: "urn:clausework:build:v1",
    BuildOutputs: "urn:clausework:build-outputs:v1",
    Rebuild: "urn:clausework:rebuild:v1",
    TestResult: "https://in-toto.io/attestation/test-result/v0.1",
    Coverage: "urn:clausework:coverage:v1",
    Findings: "urn:clausework:findings:v1",
    Sbom: "urn:clausework:sbom:v1",
    Exploitability: "urn:clausework:exploitability:v1",
    Attestations: "urn:clausework:attestations:v1",
    ChangeReviews: "urn:clausework:change-reviews:v1",
    BranchProtection: "urn:clausework:branch-protection:v1",
    Attachment: "urn:clausework:attachment:v1",
    Rejection: "urn:clausework:rejection:v1",
    Reread: "urn:clausework:reread:v1",
    ReviewSet: "urn:clausework:review-set:v1",
    Decision: "urn:clausework:decision:v1",
    Approval: "urn:clausework:approval:v1",
    Verdict: "urn:clausework:verdict:v1",
    Promotion: "urn:clausework:promotion:v1",
    Candidate: "urn:clausework:candidate:v1",
    ArchivedFiles: "urn:clausework:archived-files:v1",
    OfflineRebuild: "urn:clausework:offline-rebuild:v1",
    Archive: "urn:clausework:archive:v1",
    ReleaseGate: "urn:clausework:release-gate:v1",
    Release: "urn:clausework:release:v1",
    Deployment: "urn:clausework:deployment:v1",
    Adoption: "urn:clausework:adoption:v1",
    Derivation: "urn:clausework:derivation:v1",
    Distribution: "urn:clausework:distribution:v1",
    TimeStamped: "urn:clausework:time-stamped:v1",
}
"""Every kind of record and its in-toto predicate type."""

BODIES: dict[str, type] = {name: body for body, name in PREDICATE_TYPES.items()}

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
LARGEST_STATEMENT = 40_000
"""Bytes. With base64 and signatures an envelope then stays under the 65,535 of an entry bundle."""


class StatementTooLarge(Defect):
    """A Statement grew past the limit: detail belongs in a blob."""


class UnknownRecord(IntegrityViolated):
    """A record is of no kind that this version knows, or does not have the shape of its kind."""

    hint = "Read this ledger with the version of Clausework that wrote it, or restore it from its last good copy."


class Subject(msgspec.Struct, frozen=True):
    """What a Statement is about: a name and its digests by algorithm."""

    name: str
    digest: dict[str, str]


class Statement(msgspec.Struct, frozen=True, rename={"type": "_type", "predicate_type": "predicateType"}):
    """An in-toto Statement v1, its predicate not yet read."""

    type: str
    subject: tuple[Subject, ...]
    predicate_type: str
    predicate: msgspec.Raw


class Record(msgspec.Struct, frozen=True):
    """A record as read from the log: index, digest of its Statement, subjects, predicate type, body."""

    index: int
    sha256: Sha256
    subjects: tuple[Subject, ...]
    kind: str
    body: Any


def made_of(body: Any) -> Made:
    """Return when and by whom a record was made, wherever its kind holds it."""
    made: Made = body.clausework.made if isinstance(body, TestResult) else body.made
    return made


def subject(name: str, sha256: str) -> Subject:
    """Return the subject ``name`` with its SHA-256."""
    return Subject(name, {"sha256": sha256})


def encode_statement(subjects: tuple[Subject, ...], body: Body) -> bytes:
    """Return the Statement about ``subjects`` with ``body`` as its predicate, as canonical JSON.

    Raises ``StatementTooLarge`` past 40,000 bytes.
    """
    data = canonical_json(
        {
            "_type": STATEMENT_TYPE,
            "subject": subjects,
            "predicateType": PREDICATE_TYPES[type(body)],
            "predicate": body,
        }
    )
    if len(data) > LARGEST_STATEMENT:
        raise StatementTooLarge(f"A {type(body).__name__} of {len(data)} bytes is past {LARGEST_STATEMENT}.")
    return data


_statement_decoder = msgspec.json.Decoder(Statement)
_body_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(body) for name, body in BODIES.items()
}


def decode_statement(data: bytes, index: int) -> Record:
    """Return the record whose Statement is ``data``, standing at ``index``; raises ``UnknownRecord``."""
    try:
        statement = _statement_decoder.decode(data)
        if statement.type != STATEMENT_TYPE or statement.predicate_type not in _body_decoders:
            raise UnknownRecord(
                f"Entry {index} holds a '{statement.predicate_type}', which is not known here."
            )
        body = _body_decoders[statement.predicate_type].decode(statement.predicate)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnknownRecord(f"Entry {index} does not have the shape of its kind: {error}.") from error
    return Record(index, sha256_of(data), statement.subject, statement.predicate_type, body)
