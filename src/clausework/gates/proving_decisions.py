"""Records the decisions of a world with their signatures, each bound to what it is about, as people would."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.decisions.forms import form_named
from clausework.decisions.review_sets import KINDS as REVIEW_SETS
from clausework.decisions.review_sets import SETS
from clausework.evidence.pipelines.description import PipelineFinding
from clausework.gates.challenge import SignedDecision
from clausework.gates.facts import FindingFact
from clausework.gates.narrowing import vanished
from clausework.gates.proving_ledger import WorldLedger
from clausework.gates.test_change_facts import retired_document
from clausework.gates.tolerated import KIND as FAILED_TEST
from clausework.gates.tolerated import failure_digest
from clausework.items.model import Item
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.manual import ReviewSet
from clausework.ledger.records.values import Descriptor
from clausework.trace.item_fact import item_fact


def record_decision(ledger: WorldLedger, decision: SignedDecision, items: Sequence[Item]) -> None:
    """Record a decision about what it names, as that stands, with the signatures that it has."""
    form = form_named(decision.form)
    matter = Matter(decision.kind, _matter_id(ledger, decision), _digest(ledger, decision, items))
    attached: tuple[Descriptor, ...] = ()
    if decision.kind == "tests":
        attached = (ledger.keep(retired_document(vanished(ledger.facts())), "retired.json"),)
        if not decision.stale:
            matter = msgspec.structs.replace(matter, sha256=attached[0].sha256)
    body = Decision(
        ledger.made(), form.name, matter, decision.author, decision.fields, decision.version, attached
    )
    receipt = ledger.append((subject(matter.kind, matter.sha256),), body)
    for email, role, meaning in decision.signers:
        ledger.sign(receipt.sha256, email, role, meaning)


def _matter_id(ledger: WorldLedger, decision: SignedDecision) -> str:
    if decision.kind == "pipeline_finding":
        return _pipeline_finding(ledger, decision).id
    return _finding(ledger).fingerprint if decision.kind == "finding" else decision.id


def _pipeline_finding(ledger: WorldLedger, decision: SignedDecision) -> PipelineFinding:
    """Return the first finding in the pipeline by the rule that the decision names."""
    return next(one for one in ledger.pipeline.findings if one.rule == decision.id)


def _finding(ledger: WorldLedger) -> FindingFact:
    """Return the first finding of the build, as a person would read it off the refusal."""
    return next(finding for scan in ledger.facts().scans for finding in scan.findings)


def _digest(ledger: WorldLedger, decision: SignedDecision, items: Sequence[Item]) -> str:
    if decision.stale:
        return sha256_of(b"an earlier text")
    if decision.kind in REVIEW_SETS:
        return _review_set(ledger, decision.kind, items)
    if decision.kind == "finding":
        return _finding(ledger).version
    if decision.kind == "pipeline":
        return ledger.pipeline.sha256
    if decision.kind == "pipeline_finding":
        return _pipeline_finding(ledger, decision).sha256
    if decision.kind == FAILED_TEST:
        return _failure(ledger, decision.id)
    if decision.id in ledger.named:
        return ledger.named[decision.id]
    item = next((item for item in items if item.id == decision.id), None)
    if item is None:
        return sha256_of(b"matter")
    return item_fact(item).settled if decision.form in {"approve", "close"} else item.content_hash


def _failure(ledger: WorldLedger, case: str) -> str:
    facts = ledger.facts()
    return failure_digest(facts, next(one for one in facts.not_passed if one.case == case))


def _review_set(ledger: WorldLedger, kind: str, items: Sequence[Item]) -> str:
    """Record what a set has now, as ``decide review`` does before the decision; return its digest."""
    of_type = {one.kind: one.item_type for one in SETS}[kind]
    members = [(item.id, item.content_hash) for item in items if str(item.type) == of_type]
    if not of_type:
        members = [(name, "") for name in ledger.facts().human.integration_tests.unreviewed]
    kept = ledger.keep(canonical_json(sorted(members)), f"{kind}.json")
    ledger.append((subject(kind, kept.sha256),), ReviewSet(ledger.made(), kind, kept, len(members)))
    return kept.sha256
