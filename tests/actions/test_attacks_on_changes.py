"""Attacks on change control: a change that nobody asked for, approved or verified is in no version (8.2, 7.4)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.change_matters import ChangeIncomplete, VerificationOpen
from clausework.actions.decide import Decided, decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.record import record_files
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.core.clock import parse_timestamp, timestamp
from clausework.core.places import Place
from clausework.gates.check import Judgement
from clausework.gates.commits import evaluate
from clausework.gates.facts import CommitFact, Facts, JudgementFact
from clausework.gates.folding import fold_facts
from clausework.gates.trace_findings import findings_of
from clausework.items.changes import LIFE_CYCLE, SERVING, settled_hash
from clausework.items.model import Item, ItemType, Link
from clausework.trace.item_fact import item_fact
from tests.actions.device import ITEMS, PLAN, QUALITY, RELEASE, VERSION, Device, junit, person

BACKLOG = PLAN + "changes: {backlog: [task, problem_report]}\n"
TASK = "- {id: TASK-7, type: task, title: Count sooner, links: {affects: REQ-001}, fields: {status: open}}\n"
PROBLEM = (
    "- {id: PR-7, type: problem_report, title: Late, links: {affects: REQ-001},"
    " fields: {status: open, criticality: minor}}\n"
)
CHANGE = (
    "- {id: CR-1, type: change_request, title: Count sooner, links: {affects: REQ-001}, fields: {status: STATUS,"
    " source: a nurse, reason: it is late, affected_versions: all, safety_analysis: none of it is touched,"
    " control_impact: none of it changes, security: none of it changes, soup_delta: none of it changes,"
    " class_change: none of it changes, interfaces: none of it changes,"
    " verification: the system tests, regulatory: nothing to tell, communication: nobody}}\n"
)
WHY = {"rationale": "looked at in full today"}
CLOSING = {"results": "All system tests passed.", "communication": "Nobody was told."}
SETTINGS: dict[str, str | int | bool] = {"to": "change", "approved": True}


@pytest.fixture
def released(releasable: Device) -> Device:
    """The device with version 1.0.0 released."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        assert sign(workplace, person(workplace, RELEASE), VERSION).released is not None
    return releasable


def _approve(device: Device, item: str) -> Decided:
    with device.open() as workplace:
        decided = decide(workplace, "approve", item, WHY, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), str(decided.index))
        return decided


def _items(device: Device, more: str) -> None:
    device.write("quality/items.yaml", ITEMS + more)


def _commits(device: Device) -> Judgement:
    with device.open() as workplace:
        build = open_build(workplace).build
        facts = fold_facts(workplace.snapshot(), workplace.ledger, build.id, at=workplace.now())
    return evaluate(facts, SETTINGS)


@pytest.mark.parametrize("item", ["TASK-7", "PR-7"])
def test_approved_backlog_item_stays_approved_when_its_work_is_done(released: Device, item: str) -> None:
    """Dead end: a task is approved, done and said to be done; its approval is void, and another comes too late."""
    released.write("clausework.yaml", BACKLOG)
    text, done = (TASK, "done") if item == "TASK-7" else (PROBLEM, "closed")
    _items(released, text)
    released.commit("REQ-001: plan it")
    _approve(released, "plan")
    _approve(released, item)
    released.git("tag", "approved")
    _items(released, text.replace("status: open", f"status: {done}"))
    released.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    released.commit(f"{item}: sooner\n\nChange: {item}")
    judged = _commits(released)
    assert judged.outcome == "pass", judged


def test_backlog_item_that_says_something_else_is_not_approved(released: Device) -> None:
    """Attack: a task is approved, then rewritten, and carries what nobody approved."""
    released.write("clausework.yaml", BACKLOG)
    _items(released, TASK)
    released.commit("REQ-001: plan it")
    _approve(released, "plan")
    _approve(released, "TASK-7")
    _items(released, TASK.replace("Count sooner", "Count never"))
    released.write("src/counter.py", "def count(pulses):\n    return 0\n")
    released.commit("TASK-7: never\n\nChange: TASK-7")
    assert _commits(released).outcome == "fail"


WORDS = ("none", "N/A", "n.a.", "-", "TBD", "no.", "not applicable", "???")


@pytest.mark.parametrize("word", WORDS)
def test_attack_a_word_in_the_place_of_a_reason(established: Device, word: str) -> None:
    """ATTACK each field of the request is filled, one with a word that tells nobody why: it is not approved."""
    whole = CHANGE.replace("STATUS", "open")
    _items(established, whole.replace("security: none of it changes", f"security: '{word}'"))
    before = established.count()
    with established.open() as workplace:
        quality = person(workplace, QUALITY)
        with pytest.raises(ChangeIncomplete, match=r"'security' is .*\(6\.2\.3\)"):
            decide(workplace, "approve", "CR-1", WHY, quality)
    assert established.count() == before


@pytest.mark.parametrize("kind", sorted(SERVING))
@pytest.mark.parametrize("name", sorted(LIFE_CYCLE))
def test_how_far_the_work_has_come_voids_no_approval(kind: ItemType, name: str) -> None:
    """The fields of the life cycle are left out of what is approved; nothing else is."""
    item = Item(
        "X-1", kind, "Title", "Text", (Link("affects", "REQ-1"),), {"status": "open"}, Place("i.yaml", 1, 1)
    )
    further = msgspec.structs.replace(item, fields={**item.fields, name: "further on"})
    assert item_fact(item).settled == item_fact(further).settled == settled_hash(item)
    for other in (
        {"title": "Other"},
        {"text": "Other"},
        {"links": ()},
        {"fields": {"status": "open", "reason": "other"}},
        {"id": "X-2"},
    ):
        assert item_fact(msgspec.structs.replace(item, **other)).settled != settled_hash(item)


def test_change_that_a_commit_is_made_for_and_no_scope_names_is_refused(released: Device) -> None:
    """Attack: an approved change stays 'approved' in its file, so that no scope has to name it."""
    _items(released, CHANGE.replace("STATUS", "approved"))
    released.commit("REQ-001: ask")
    _approve(released, "CR-1")
    released.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    released.commit("Sooner\n\nChange: CR-1")
    released.build()
    with released.open() as workplace:
        open_build(workplace)
        decide(workplace, "scope", "1.0.1", {"requirements": ("all",), **WHY}, person(workplace, QUALITY))
        state = release(workplace, "1.0.1")
    changes = next(one for one in state.conditions if one.check == "changes")
    assert changes.outcome == "fail"
    assert any("is made for CR-1, and scope" in one.message for one in changes.reasons)


def _closed(facts: Facts, at: str, since: int) -> JudgementFact:
    return JudgementFact(
        since - 1, "close", "change_request", "CR-1", "0" * 64, "", {}, True, (), (), since, at
    )


@pytest.fixture
def on_a_change(released: Device) -> Facts:
    """The facts of a build with one commit on an approved change."""
    _items(released, CHANGE.replace("STATUS", "approved"))
    released.commit("REQ-001: ask")
    _approve(released, "CR-1")
    released.write("src/counter.py", "def count(pulses):\n    return sum(1 for _ in pulses)\n")
    released.commit("Sooner\n\nChange: CR-1")
    with released.open() as workplace:
        build = open_build(workplace).build
        facts = fold_facts(workplace.snapshot(), workplace.ledger, build.id, at=workplace.now())
    assert evaluate(facts, SETTINGS).outcome == "pass"
    return facts


def _commit(facts: Facts) -> CommitFact:
    return next(one for one in facts.commits if "CR-1" in one.items)


def test_change_that_is_closed_twice_was_closed_at_first(on_a_change: Facts) -> None:
    """Attack: a commit is made for a closed change, which is then closed once more, after the commit."""
    at = parse_timestamp(_commit(on_a_change).at)
    before, after = timestamp(at - timedelta(hours=1)), timestamp(at + timedelta(hours=1))
    recorded = _commit(on_a_change).recorded
    first, again = _closed(on_a_change, before, recorded - 1), _closed(on_a_change, after, recorded + 9)
    closed = msgspec.structs.replace(on_a_change, judgements=(*on_a_change.judgements, first, again))
    judged = evaluate(closed, SETTINGS)
    assert judged.outcome == "fail"
    assert "which was closed" in judged.reasons[0].message


def test_commit_that_claims_to_be_older_than_the_closure_is_not(on_a_change: Facts) -> None:
    """Attack: a commit for a closed change claims an earlier time; no build had it before the closure."""
    after = timestamp(parse_timestamp(_commit(on_a_change).at) + timedelta(hours=1))
    closure = _closed(on_a_change, after, _commit(on_a_change).recorded - 1)
    closed = msgspec.structs.replace(on_a_change, judgements=(*on_a_change.judgements, closure))
    assert evaluate(closed, SETTINGS).outcome == "fail"


def test_closure_after_the_commit_was_built_is_none_of_its_concern(on_a_change: Facts) -> None:
    """The control: a change is closed once its commits were built and verified."""
    after = timestamp(parse_timestamp(_commit(on_a_change).at) + timedelta(hours=1))
    closure = _closed(on_a_change, after, _commit(on_a_change).recorded + 9)
    closed = msgspec.structs.replace(on_a_change, judgements=(*on_a_change.judgements, closure))
    assert evaluate(closed, SETTINGS).outcome == "pass"


def test_author_in_capitals_who_approved_alone_is_named(on_a_change: Facts) -> None:
    """Attack: the author of a commit writes the address in capitals, and approves the change alone (L20)."""
    shouting = tuple(msgspec.structs.replace(one, author=QUALITY.upper()) for one in on_a_change.commits)
    own = msgspec.structs.replace(on_a_change, commits=shouting)
    assert any(one.rule == "L20" for one in findings_of(own))
    assert not any(one.rule == "L20" for one in findings_of(on_a_change))


def test_nothing_is_closed_before_anything_was_built(established: Device) -> None:
    """Attack: a change is closed while there is no build, so that nothing can be found unverified."""
    _items(established, CHANGE.replace("STATUS", "implemented"))
    with established.open() as workplace, pytest.raises(VerificationOpen, match="counter has no build"):
        decide(workplace, "close", "CR-1", CLOSING, person(workplace, QUALITY))


def _close(device: Device) -> None:
    with device.open() as workplace:
        decide(workplace, "close", "CR-1", CLOSING, person(workplace, QUALITY))


def test_rejected_review_verifies_no_change(releasable: Device) -> None:
    """Attack: what a change affects was rejected in review, which is a review all the same."""
    _items(releasable, CHANGE.replace("STATUS", "implemented"))
    _close(releasable)
    rejected = {"method": "inspection", "outcome": "rejected", "rationale": "It ignores the second sensor."}
    with releasable.open() as workplace:
        decide(workplace, "review", "REQ-001", rejected, person(workplace, QUALITY))
    with pytest.raises(VerificationOpen, match="REQ-001 was rejected in review"):
        _close(releasable)


@pytest.mark.parametrize("affects", ["UNIT-100", "RC-001", "REQ-002"])
def test_change_of_a_unit_or_control_is_closed_once_its_requirements_are_verified(
    releasable: Device, affects: str
) -> None:
    """Attack: a change names the unit or the control that it touches, and no requirement that could be unverified."""
    _items(
        releasable, CHANGE.replace("STATUS", "implemented").replace("affects: REQ-001", f"affects: {affects}")
    )
    _close(releasable)
    red = releasable.write("reports/red.xml", junit("system", failed=True))
    with releasable.open() as workplace:
        record_files(workplace, [red], evidence_target(workplace, level="system"))
    with pytest.raises(VerificationOpen, match=r"REQ-002: .* is red"):
        _close(releasable)
