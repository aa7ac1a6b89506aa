"""The scope of a version: signed, frozen with the candidate, what completeness is checked against (5.8.1, 5.8.6)."""

from __future__ import annotations

import msgspec
import pytest

from clausework.actions.decide import Decided, decide
from clausework.actions.release import ReleaseRefused, ReleaseState, evaluate_release, release
from clausework.actions.sign import sign
from clausework.decisions.form import FieldValue, FormFilledWrong
from clausework.ledger.records.build import Build
from clausework.release.candidate import newest_candidate
from tests.actions.device import DEVELOPER, PLAN, QUALITY, RELEASE, VERSION, Device, person

WHY: dict[str, FieldValue] = {"rationale": "looked at in full today"}
TASKS = """\
- {id: TASK-001, type: task, title: Write the manual, fields: {status: done}}
- {id: TASK-002, type: task, title: Draw the label,
   fields: {status: justified, justification: The label of 0.9 holds}}
- {id: TASK-003, type: task, title: Train the service, fields: {status: open}}
"""


def _scope(device: Device, fields: dict[str, FieldValue], of: str = VERSION) -> Decided:
    with device.open() as workplace:
        given = {"requirements": ("all",), **WHY, **fields}
        return decide(workplace, "scope", of, given, person(workplace, QUALITY))


def _release(device: Device, version: str = VERSION) -> ReleaseState:
    with device.open() as workplace:
        return release(workplace, version)


def _said(state: ReleaseState, name: str) -> tuple[str, str]:
    (verdict,) = (one for one in state.conditions if one.check == name)
    return verdict.outcome, " ".join(reason.message for reason in verdict.reasons)


def test_a_version_without_a_scope_is_complete_in_nothing(verified: Device) -> None:
    """Nothing passes by absence: without a signed scope neither tasks nor changes are told to be complete."""
    state = _release(verified)
    for name in ("5.8.6", "changes"):
        assert _said(state, name) == (
            "not_evaluated",
            f"no signed scope of version {VERSION} says what must be complete",
        )


def test_a_scope_that_quality_did_not_sign_is_none(verified: Device) -> None:
    """Attack: a developer writes down a scope that leaves out what is not done."""
    with verified.open() as workplace:
        author = msgspec.structs.replace(person(workplace, RELEASE), email=DEVELOPER)
        decided = decide(workplace, "scope", VERSION, {"requirements": ("REQ-001",), **WHY}, author)
        assert not decided.signed
        assert _said(release(workplace, VERSION), "5.8.6")[0] == "not_evaluated"


def test_the_scope_of_another_version_does_not_serve(releasable: Device) -> None:
    """Attack: 1.1.0 is frozen, and the scope that was signed is that of 1.0.0."""
    assert _said(_release(releasable, "1.1.0"), "5.8.6")[0] == "not_evaluated"


def test_a_scope_that_changed_after_freezing_asks_for_freezing_anew(releasable: Device) -> None:
    """Attack: after the candidate was frozen and shown, the scope is narrowed; nobody signs on that."""
    decided = _scope(releasable, {"requirements": ("REQ-002",)})
    with releasable.open() as workplace:
        state = evaluate_release(workplace, newest_candidate(workplace.snapshot().records, VERSION))
        for name in ("5.8.6", "changes"):
            outcome, said = _said(state, name)
            assert outcome == "not_evaluated"
            assert f"was set (#{decided.index}) after the candidate was frozen" in said
        with pytest.raises(ReleaseRefused):
            sign(workplace, person(workplace, QUALITY), VERSION)
        assert _said(release(workplace, VERSION), "5.8.6")[0] == "pass"
    assert releasable.count(Build) == 1


@pytest.mark.parametrize(
    ("fields", "condition", "words"),
    [
        (
            {"requirements": ("REQ-001", "REQ-404")},
            "5.8.6",
            "the scope names REQ-404, which is no software requirement",
        ),
        (
            {"requirements": ("REQ-001", "REQ-404")},
            "5.8.1",
            "the scope names REQ-404, which is no software requirement",
        ),
        (
            {"requirements": ("SOUP-001",)},
            "5.8.6",
            "the scope names SOUP-001, which is no software requirement",
        ),
        ({"tasks": ("TASK-404",)}, "5.8.6", "task TASK-404 is not among the items"),
        ({"tasks": ("REQ-001",)}, "5.8.6", "task REQ-001"),
        ({"tasks": ("TASK-001", "TASK-003")}, "5.8.6", "task TASK-003 is open"),
        ({"changes": ("CR-404",)}, "changes", "change request CR-404 is not among the items"),
        ({"changes": ("REQ-001",)}, "changes", "change request REQ-001 is not among the items"),
    ],
    ids=lambda one: str(one) if isinstance(one, str) else "-".join(map(str, *one.values())),
)
def test_what_a_scope_names_must_be_there_and_done(
    releasable: Device, fields: dict[str, FieldValue], condition: str, words: str
) -> None:
    """Requirements, changes and tasks that are unknown, of another type or not done stand in the way, by name."""
    releasable.write("quality/tasks.yaml", TASKS)
    _scope(releasable, fields)
    outcome, said = _said(_release(releasable), condition)
    assert outcome == "fail"
    assert words in said


def test_done_and_justified_tasks_are_complete(releasable: Device) -> None:
    """A task is done, or left undone for a reason that it gives."""
    releasable.write("quality/tasks.yaml", TASKS)
    _scope(releasable, {"tasks": ("TASK-001", "TASK-002")})
    state = _release(releasable)
    assert _said(state, "5.8.6")[0] == "pass"
    assert "2 tasks" in _said(state, "5.8.6")[1]
    assert state.outcome == "pass"


def test_a_task_justified_without_a_justification_is_found(releasable: Device) -> None:
    """Attack: a task is called justified and says no reason: the items have an error, and no gate rests on them."""
    releasable.write("quality/tasks.yaml", TASKS.replace(", justification: The label of 0.9 holds", ""))
    _scope(releasable, {"tasks": ("TASK-002",)})
    state = _release(releasable)
    assert state.outcome != "pass"
    assert _said(state, "5.8.1")[0] == "fail"


def test_a_requirement_that_is_left_out_is_named(releasable: Device) -> None:
    """A narrower scope is possible, and whoever signs sees what it leaves out."""
    _scope(releasable, {"requirements": ("REQ-002",)})
    outcome, said = _said(_release(releasable), "5.8.1")
    assert outcome == "pass"
    assert "; 1 are left out by scope" in said
    assert said.endswith(": REQ-001")


def test_the_requirement_of_a_risk_control_stays_in_scope(releasable: Device) -> None:
    """Attack: the scope leaves out REQ-002, which realises a risk control and was rejected in review."""
    rejected: dict[str, FieldValue] = {"method": "review", "outcome": "rejected", **WHY}
    _scope(releasable, {"requirements": ("REQ-001",)})
    with releasable.open() as workplace:
        assert release(workplace, VERSION).outcome == "pass"
        decide(workplace, "review", "REQ-002", rejected, person(workplace, QUALITY))
        outcome, said = _said(release(workplace, VERSION), "5.8.1")
    assert outcome == "fail"
    assert "verified" in said


@pytest.mark.parametrize(
    "fields",
    [{"requirements": ()}, {"rationale": "short"}, {"requirements": "all"}],
)
def test_a_scope_of_nothing_is_refused(verified: Device, fields: dict[str, FieldValue]) -> None:
    """A scope without requirements or without a reason is not recorded."""
    before = verified.count()
    with pytest.raises(FormFilledWrong):
        _scope(verified, fields)
    assert verified.count() == before


def test_a_scope_serves_its_version_on_its_own_line_alone(releasable: Device) -> None:
    """Attack: a version of the maintenance line is given a scope, and released from the trunk, and the other way."""
    line = PLAN + 'release_line: {id: "0.9", versions: ["0.9.*"], branched_from: main}\n'
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    releasable.git("checkout", "--quiet", "-b", "release/0.9")
    releasable.write("clausework.yaml", line)
    releasable.commit("A line of its own")
    with releasable.open() as workplace:
        decide(workplace, "approve", "plan", WHY, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
    _scope(releasable, {}, "0.9.1")
    _scope(releasable, {}, "2.0.0")
    state = _release(releasable, "0.9.1")
    assert (_said(state, "5.8.6")[0], _said(state, "changes")[0]) == ("pass", "pass")
    outcome, said = _said(_release(releasable, "2.0.0"), "5.8.4")
    assert outcome == "fail"
    assert "not one of the release line 0.9, which releases 0.9.*" in said
