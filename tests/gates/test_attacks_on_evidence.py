"""Attacks on what the gates rest on: each looked as if it could pass, and is refused with a reason."""

from __future__ import annotations

import msgspec
import pytest

from clausework.decisions.effect import Given
from clausework.decisions.forms import form_named
from clausework.evidence.history import Commit, Contributor
from clausework.gates.catalogue import check_named
from clausework.gates.challenge import QUALITY, SOUND, EvidenceFile, SignedDecision, but, junit, with_evidence
from clausework.gates.commit_facts import first_records
from clausework.gates.facts import CommitFact, Facts, JudgementFact, SignatureFact
from clausework.gates.folding import judgement
from clausework.gates.proving import facts_of
from clausework.gates.trace_findings import findings_of
from clausework.ledger.records import Record
from clausework.ledger.records.decisions import Decision, Matter
from clausework.trace.standing import StandingDecision
from tests.tracing.making import MADE, build, digest, in_log


@pytest.fixture(scope="module")
def sound() -> Facts:
    """The facts of a sound build."""
    return facts_of(SOUND)


def _found(facts: Facts, rule: str) -> list[str]:
    return [one.message for one in findings_of(facts) if one.rule == rule]


def _review(outcome: str, kind: str, item: str) -> SignedDecision:
    fields: dict[str, str | tuple[str, ...]] = {
        "method": "review",
        "outcome": outcome,
        "rationale": "It was looked at in full today.",
    }
    return SignedDecision("review", kind, item, fields, signers=((*QUALITY, "reviewed"),))


@pytest.mark.parametrize(
    ("kind", "item", "rule"), [("software_unit", "UNIT-1", "L8"), ("risk_control_measure", "RC-1", "L6")]
)
def test_a_review_that_was_taken_back_verifies_nothing(kind: str, item: str, rule: str) -> None:
    """Attack: what a person accepted and then rejected, at the same text, counts as reviewed."""
    untested = with_evidence("system.xml").evidence
    untested = tuple(
        msgspec.structs.replace(one, data=junit(("test_other", "passed", "verifies=SYS-1")))
        if one.level and one.name.endswith(".xml") and one.name != "coverage.xml"
        else one
        for one in untested
    )
    accepted, rejected = _review("accepted", kind, item), _review("rejected", kind, item)
    assert _found(facts_of(but(evidence=untested, decisions=(accepted,))), rule) == []
    (message,) = _found(facts_of(but(evidence=untested, decisions=(accepted, rejected))), rule)
    assert message.startswith(item)


def test_a_system_test_that_names_no_item_there_is_names_none() -> None:
    """Attack: a mistyped ID makes a test case look linked."""
    report = junit(
        ("test_stops", "passed", "verifies=REQ-1,verifies_implementation=RC-1,verifies_effectiveness=RC-1"),
        ("test_other", "passed", "verifies=REQ-404"),
    )
    facts = facts_of(with_evidence("system.xml", EvidenceFile("system.xml", report, "system")))
    assert _found(facts, "L4") == ["1 system test cases name no item: suite/tests/test_other"]


def _approval(*signatures: SignatureFact) -> JudgementFact:
    return JudgementFact(
        9, "approve", "change_request", "CR-1", digest("CR-1"), "", {}, True, (), signatures, 10, MADE.at
    )


def _signed(email: str, role: str, meaning: str) -> SignatureFact:
    return SignatureFact(10, email, email.partition("@")[0], role, meaning, MADE.at)


@pytest.mark.parametrize(
    ("signatures", "own"),
    [
        ((_signed("Developer@Example.com", "quality", "approved"),), True),
        (
            (
                _signed("developer@example.com", "quality", "approved"),
                _signed("friend@example.com", "developer", "reviewed"),
            ),
            True,
        ),
        (
            (
                _signed("developer@example.com", "quality", "approved"),
                _signed("quality@example.com", "quality", "approved"),
            ),
            False,
        ),
    ],
    ids=["in other letters", "beside a signature that approves nothing", "beside another person's approval"],
)
def test_own_work_is_told_whoever_else_signs(
    sound: Facts, signatures: tuple[SignatureFact, ...], own: bool
) -> None:
    """Attack: an author's own approval is hidden by how the address is spelled, or by another kind of signature."""
    commit = CommitFact("c" * 40, "CR-1", "developer@example.com", MADE.at, ("src/a.c",), ("CR-1",))
    facts = msgspec.structs.replace(sound, commits=(commit,), judgements=(_approval(*signatures),))
    assert bool(_found(facts, "L20")) == own


def test_a_later_signature_makes_a_decision_no_younger() -> None:
    """Attack: an evaluation that is too old is signed once more, in any role, and is of today again."""
    decision = Decision(
        MADE, "evaluate", Matter("soup_item", "SOUP-1", digest("SOUP-1")), "developer@example.com", {}
    )
    record = Record(4, digest("decision"), (), "", decision)
    given = (
        Given("quality@example.com", "Q", "quality", "evaluated", "2026-01-01T00:00:00.000Z", 5),
        Given("friend@example.com", "F", "developer", "reviewed", "2026-06-01T00:00:00.000Z", 9),
    )
    standing = StandingDecision(record, decision, form_named("evaluate"), given, (), 5)
    assert judgement(standing).at == "2026-01-01T00:00:00.000Z"
    waiting = msgspec.structs.replace(standing, given=(), since=4)
    assert judgement(waiting).at == MADE.at


def test_what_a_build_held_was_made_before_it() -> None:
    """Attack: a commit's own time is set behind the approval; an earlier build had it, or a commit made on it."""
    author = Contributor("Dev", "developer@example.com")

    def commit(name: str, *parents: str) -> Commit:
        return Commit(name, parents, author, MADE.at, author, MADE.at, "x", "", (), ("src/a.c",))

    records = in_log(
        msgspec.structs.replace(build("one"), commit="b"),
        msgspec.structs.replace(build("two"), commit="b"),
        msgspec.structs.replace(build("three"), commit="d"),
    )
    range_ = [commit("a"), commit("b", "a"), commit("c", "b"), commit("d", "c", "a")]
    assert first_records(range_, records) == {"a": 0, "b": 0, "c": 2, "d": 2}


def test_items_with_errors_verify_no_risk_control(sound: Facts) -> None:
    """A control whose requirement is no item is realised by nothing."""
    faulty = msgspec.structs.replace(sound, item_errors=1)
    judged = check_named("risk_controls").evaluate(faulty, {"verification": "implementation"})
    assert judged.outcome == "not_evaluated"


def test_own_files_are_told_from_others_whatever_the_report_calls_them() -> None:
    """Only where a report names files of both kinds is there a share of the software item's own."""
    facts = facts_of(SOUND)
    assert [one.own for one in facts.coverage] == [None]
