"""Reviews of whole sets: one decision for all, and after a change only what changed is owed."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.person import sign_record
from clausework.actions.record import record_files
from clausework.actions.review_matters import NothingToReview
from clausework.core.canonical import canonical_json
from clausework.decisions.review_sets import ReviewSetDamaged, read_members
from clausework.gates.check import Judgement
from clausework.gates.reviews import evaluate
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.manual import ReviewSet
from tests.actions.by_hand import facts
from tests.actions.device import ITEMS, QUALITY, RELEASE, Device, junit, person
from tests.actions.prepared import REVIEWED

SETTINGS: dict[str, str | int | bool] = {"to": "architecture", "independent": True}


@pytest.fixture
def built(tmp_path: Path, established: Device) -> Device:
    """Return a device whose build is open and whose integration tests are recorded."""
    established.build()
    with established.open() as workplace:
        open_build(workplace)
    record_tests(established, junit("integration"))
    return established


def record_tests(device: Device, report: str, name: str = "reports/integration.xml") -> None:
    """Record a report of integration tests about the newest build."""
    path = device.write(name, report)
    with device.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level="integration"))


def review(device: Device, name: str, email: str = QUALITY, **changes: str) -> None:
    """Review a set or an item."""
    with device.open() as workplace:
        decide(workplace, "review", name, REVIEWED | changes, person(workplace, email))


def review_all(device: Device) -> None:
    """Review every set that class B asks."""
    for name in ("requirements", "architecture", "integration-tests"):
        review(device, name)


def judged(device: Device) -> Judgement:
    """Judge the newest build's reviews."""
    return evaluate(facts(device), SETTINGS)


def missing(device: Device) -> set[str]:
    """Return the items that the check names."""
    return {item for reason in judged(device).reasons for item in reason.items}


def changed(device: Device, before: str, after: str) -> None:
    """Change the items, commit, and build."""
    assert ITEMS.count(before) == 1
    device.write("quality/items.yaml", ITEMS.replace(before, after))
    device.commit("REQ-001: change of the text")
    device.build()
    with device.open() as workplace:
        open_build(workplace)


def test_three_decisions_review_everything(built: Device) -> None:
    """Requirements, architecture and integration tests are each reviewed at once, by name and with the list kept."""
    assert judged(built).outcome == "fail"
    review_all(built)
    found = judged(built)
    assert found.outcome == "pass", found
    assert "Quinn Quality" in found.reasons[0].message
    with built.open(reading=True) as workplace:
        sets = [one.body for one in workplace.snapshot().records if isinstance(one.body, ReviewSet)]
        members = read_members(workplace.ledger.read_blob(sets[0].members.sha256))
    assert [one.count for one in sets] == [2, 1, 2]
    assert [item for item, _ in members] == ["REQ-001", "REQ-002"]


def test_a_change_of_one_requirement_asks_for_one_review(built: Device) -> None:
    """An engineer changes one requirement: that one is owed, by its name, and no other."""
    review_all(built)
    changed(built, "The counter shall count the pulse.", "The counter shall count each pulse.")
    found = judged(built)
    assert (found.outcome, missing(built)) == ("fail", {"REQ-001"})
    assert found.reasons[0].command == "clausework decide review REQ-001"
    review(built, "REQ-001")
    assert judged(built).outcome == "pass"


def test_a_change_taken_back_is_reviewed_as_before(built: Device) -> None:
    """The text that was reviewed is reviewed whenever it stands again; a review is of a text, not of a moment."""
    review_all(built)
    changed(built, "The counter shall count the pulse.", "The counter shall count each pulse.")
    built.write("quality/items.yaml", ITEMS)
    built.commit("REQ-001: as before")
    with built.open() as workplace:
        open_build(workplace)
    assert judged(built).outcome == "pass"


def test_a_new_requirement_is_owed_though_the_set_was_reviewed(built: Device) -> None:
    """Attack: an item is slipped in after the review of the set."""
    review_all(built)
    more = '- {id: REQ-003, type: software_requirement, title: More, text: "x", fields: {source: y},\n'
    more += "   links: {allocated_to: ARCH-001}}\n"
    built.write("quality/more.yaml", more)
    built.commit("REQ-003: more")
    with built.open() as workplace:
        open_build(workplace)
    assert missing(built) == {"REQ-003"}


def test_a_new_integration_test_is_owed(built: Device) -> None:
    """5.6.5: a test that nobody evaluated stands beside those that were."""
    review_all(built)
    assert judged(built).outcome == "pass"
    record_tests(built, junit("integration").replace("test_1", "test_new"), "reports/more.xml")
    found = judged(built)
    assert found.outcome == "fail"
    assert (
        "1 of 3 integration tests were not evaluated (5.6.5): integration/tests.integration/test_new"
        in str(found)
    )
    review(built, "integration-tests")
    assert judged(built).outcome == "pass"


def test_a_set_that_was_rejected_is_owed_item_by_item(built: Device) -> None:
    """A rejection of the set rejects what is in it; accepting one item again leaves the other."""
    review_all(built)
    review(built, "requirements", outcome="rejected")
    review(built, "REQ-001")
    assert missing(built) == {"REQ-002"}


def test_who_wrote_the_text_does_not_review_it_alone(built: Device) -> None:
    """The author of the commits that brought an item's text is told; another person's review stands."""
    quality = {"GIT_AUTHOR_NAME": "Quinn", "GIT_AUTHOR_EMAIL": QUALITY.upper()}
    built.write("quality/items.yaml", ITEMS.replace("count the pulse", "count each pulse"))
    built.git("add", "--all")
    built.git(
        *("-c", "user.name=Quinn", "-c", f"user.email={QUALITY}", "commit", "--quiet", "-m", "REQ-001"),
        *("--author", f"{quality['GIT_AUTHOR_NAME']} <{quality['GIT_AUTHOR_EMAIL']}>"),
    )
    with built.open() as workplace:
        open_build(workplace)
    review_all(built)
    found = judged(built)
    assert found.outcome == "fail"
    assert "reviewed by nobody but an author of their text" in found.reasons[0].message
    review(built, "requirements", RELEASE)
    review(built, "architecture", RELEASE)
    assert judged(built).outcome == "pass"


def test_an_empty_set_is_not_reviewed(established: Device) -> None:
    """There is no decision about nothing: units that are not there, tests that nobody recorded."""
    with established.open() as workplace:
        before = workplace.ledger.size()
        with pytest.raises(NothingToReview):
            decide(workplace, "review", "integration-tests", REVIEWED, person(workplace, QUALITY))
        assert workplace.ledger.size() == before


def test_a_review_bound_to_a_list_that_is_not_recorded_has_no_members(built: Device) -> None:
    """Attack: a list of everything is kept, and a signed review bound to it, without the record of the set."""
    review(built, "architecture")
    review(built, "integration-tests")
    with built.open() as workplace:
        quality = person(workplace, QUALITY)
        members = [[item.id, item.sha256] for item in facts(built).items_of("software_requirement")]
        kept = workplace.ledger.put_blob(canonical_json(members), "requirements.json", "application/json")
        matter = Matter("requirement_set", "requirements", kept.sha256)
        body = Decision(workplace.made(QUALITY), "review", matter, QUALITY, dict(REVIEWED))
        receipt = workplace.ledger.append([Draft((subject(matter.kind, kept.sha256),), body)])[0]
        sign_record(workplace, quality, signed=receipt.sha256, role="quality", meaning="reviewed")
    assert missing(built) == {"REQ-001", "REQ-002"}


def test_the_gate_says_whom_to_ask_and_how(built: Device) -> None:
    """The refusal names clause, items, who, and the command that reviews."""
    with built.open() as workplace:
        run = run_gates(workplace, ["integration"])
    (check,) = [one for stage in run.stages for one in stage.checks if one.check == "reviews"]
    assert check.outcome == "fail"
    assert {one.command for one in check.reasons} == {
        "clausework decide review REQ-001",
        "clausework decide review ARCH-001",
        "clausework decide review integration-tests",
    }
    assert all("(5." in one.message for one in check.reasons)


def test_a_list_that_cannot_be_read_is_an_integrity_failure() -> None:
    """A damaged list is never taken for an empty one."""
    for data in (b"", b"[[1]]", b"\xff", b'{"a": 1}'):
        with pytest.raises(ReviewSetDamaged):
            read_members(data)
