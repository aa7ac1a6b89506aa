"""Attacks on the audit: a line that says yes and is not so, a release that is none, a rejected review that counts."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.audit import ReleaseUnsound, audit, audited_release
from clausework.actions.decide import decide
from clausework.actions.sign import sign
from clausework.gates.facts import JudgementFact
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Reference
from clausework.release.audit.answer import Answer, Said, answered
from clausework.release.audit.questions import QUESTIONS
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


@pytest.fixture
def released(releasable: Device) -> Device:
    """The device with version 1.0.0 released."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        sign(workplace, person(workplace, RELEASE), VERSION)
    return releasable


def _answers(device: Device, *marks: str) -> dict[str, Answer]:
    with device.open(reading=True) as workplace:
        return {one.mark: one for one in audit(workplace, VERSION, marks).answers}


def test_no_line_says_yes_while_something_is_missing(released: Device) -> None:
    """Attack: the first word of an answer is read out alone, and it is a yes."""
    for answer in _answers(released).values():
        assert answer.is_whole or not answer.line.startswith("Yes"), answer.line


def test_yes_is_taken_back_with_what_is_missing() -> None:
    """A yes and a gap are one line that begins with the gap."""
    question = msgspec.structs.replace(
        QUESTIONS[0], answer=lambda _: Said("Yes: all of it.", (), ("the half",))
    )
    assert answered(question, None).line == "Not in full: all of it. Missing: the half."  # type: ignore[arg-type]


def _forge(device: Device, *, whole: bool) -> None:
    """Write a release record of the passing candidate with the pipeline's key, its gate named or not."""
    with device.open() as workplace:
        records = workplace.snapshot().records
        candidate = next(one for one in reversed(records) if isinstance(one.body, Candidate))
        gate = next(one for one in reversed(records) if isinstance(one.body, ReleaseGate))
        index = b"{}" if whole else b"\xff"
        about = Reference(candidate.index, candidate.sha256)
        body = Release(
            workplace.made(),
            VERSION,
            about,
            Reference(gate.index, gate.sha256) if whole else about,
            (),
            candidate.body.artefacts,
            workplace.ledger.put_blob(index, "release-index.json", "application/json"),
            workplace.ledger.put_blob(b"[]", "trace-matrix.json", "application/json"),
        )
        workplace.ledger.append([Draft((subject("release", candidate.body.artefacts[0]),), body)])


@pytest.mark.parametrize("whole", [True, False])
def test_release_that_is_none_has_no_answers(releasable: Device, whole: bool) -> None:
    """Attack: a release record that was written by hand is audited; it is refused with its fault, in words."""
    _forge(releasable, whole=whole)
    with pytest.raises(ReleaseUnsound, match=r"is none|is not sound"):
        _answers(releasable)
    assert releasable.process("audit", VERSION).returncode == 1


def test_release_that_lacks_a_signature_was_not_authorised(released: Device) -> None:
    """Attack: one of the two signatures is on the gate, and the release record was written by hand."""
    audited_at = [one for one in released.records() if isinstance(one.body, Release)][-1]
    with released.open(reading=True) as workplace:
        found = audited_release(workplace, audited_at)
    lacking = msgspec.structs.replace(found, wanted=("'authorised for release' by release authority",))
    for mark in ("R4", "Q11"):
        answer = answered(next(one for one in QUESTIONS if one.mark == mark), lacking)
        assert not answer.is_whole
        assert "'authorised for release' by release authority" in answer.line
    assert found.wanted == ()


def test_withdrawn_release_is_said_to_be_withdrawn(released: Device) -> None:
    """Attack: who released a version is told, and not that it was withdrawn since."""
    why = {
        "reason": "The alarm is silent in some rooms.",
        "communication": "All hospitals were told by letter.",
    }
    with released.open() as workplace:
        decide(workplace, "withdraw", VERSION, why, person(workplace, QUALITY))
    for mark in ("Q11", "R6"):
        assert "It was withdrawn on 20" in _answers(released, mark)[mark].line
    assert "withdrawn on" in released.process("audit", VERSION, "Q11").stdout


@pytest.mark.parametrize(("mark", "item"), [("Q2", "REQ-001"), ("Q5", "RC-001")])
def test_rejected_review_is_no_verification(released: Device, mark: str, item: str) -> None:
    """Attack: a requirement or control that was rejected in review counts as reviewed, and so as verified."""
    record = [one for one in released.records() if isinstance(one.body, Release)][-1]
    with released.open(reading=True) as workplace:
        found = audited_release(workplace, record)
    told = found.facts.item(item)
    assert told is not None
    rejected = JudgementFact(
        1, "review", told.type, item, told.sha256, "",
        {"outcome": "rejected", "method": "inspection", "rationale": "It does not hold."},
        True, (), (), 2, found.facts.at,
    )  # fmt: skip
    builds = tuple(
        msgspec.structs.replace(
            one,
            judgements=(*one.judgements, rejected),
            item_cases=tuple(case for case in one.item_cases if case.item != item),
        )
        for one in found.facts.builds
    )
    changed = msgspec.structs.replace(found, facts=msgspec.structs.replace(found.facts, builds=builds))
    answer = answered(next(one for one in QUESTIONS if one.mark == mark), changed)
    assert any(item in one for one in answer.missing)


def test_rebuild_that_came_out_otherwise_is_none(released: Device) -> None:
    """Attack: the version was built again, with other digests, and counts as built again."""
    record = [one for one in released.records() if isinstance(one.body, Release)][-1]
    with released.open(reading=True) as workplace:
        found = audited_release(workplace, record)
    assert answered(next(one for one in QUESTIONS if one.mark == "Q10"), found).is_whole
    builds = tuple(
        msgspec.structs.replace(
            one,
            build=msgspec.structs.replace(
                one.build,
                rebuilds=tuple(msgspec.structs.replace(it, outcome="different") for it in one.build.rebuilds),
            ),
        )
        for one in found.now.builds
    )
    changed = msgspec.structs.replace(found, now=msgspec.structs.replace(found.now, builds=builds))
    answer = answered(next(one for one in QUESTIONS if one.mark == "Q10"), changed)
    assert any("never built again with the same digests" in one for one in answer.missing)
