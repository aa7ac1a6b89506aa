"""What became of a plan's thresholds is known from the ledger, shown where people look, and stands before a release."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.plan_findings import PlanFindingUnknown, SeenFinding, seen_findings
from clausework.actions.plan_lint import PlanLeavesGaps, lint_plan
from clausework.actions.record import record_files
from clausework.actions.release import release
from clausework.actions.review_matters import ReviewedInVain
from clausework.actions.sign import sign
from clausework.actions.status import status
from clausework.actions.workplace import Workplace
from clausework.ledger.records.gates import CheckVerdict
from clausework.release.candidate import newest_candidate
from clausework.release.folding import fold_release_facts
from tests.actions.device import COVERAGE, PLAN, QUALITY, RELEASE, VERSION, Device, junit, person

HALF = COVERAGE.replace('lines-covered="2" line-rate="1"', 'lines-covered="1" line-rate="0.5"').replace(
    'number="2" hits="1"', 'number="2" hits="0"'
)
BECAUSE = "because: {text: generated code, reference: VP-2, owner: quality, review: 2099-01-31}"
LOWERED = PLAN + f"stages: {{unit: {{checks: {{coverage: {{line: 45, {BECAUSE}}}}}}}}}\n"
ACCEPTED = {
    "method": "review",
    "outcome": "accepted",
    "rationale": "the generated half is tested by its generator",
}


def approve_plan(device: Device, text: str) -> None:
    """Write a plan, and have it approved."""
    device.write("clausework.yaml", text)
    with device.open() as workplace:
        why = {"rationale": "seen with the difference"}
        decided = decide(workplace, "approve", "plan", why, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), str(decided.index))


def findings(workplace: Workplace) -> list[SeenFinding]:
    """Return what stands against the plan."""
    snapshot = workplace.snapshot()
    return list(seen_findings(workplace, snapshot, workplace.standing(snapshot)))


@pytest.fixture
def red(established: Device) -> Device:
    """Return a device whose unit coverage of 50 % was refused by the gate."""
    established.build()
    established.write("reports/unit.xml", junit("unit"))
    established.write("reports/coverage.xml", HALF)
    with established.open() as workplace:
        open_build(workplace)
        reports = [established.folder / "reports" / name for name in ("unit.xml", "coverage.xml")]
        record_files(workplace, reports, evidence_target(workplace, level="unit"))
        checks = {one.check: one.outcome for one in run_gates(workplace, ["unit"]).stages[0].checks}
        assert checks["coverage"] == "fail"
    return established


def test_a_threshold_lowered_after_a_red_gate_is_found_and_reviewed(red: Device) -> None:
    """ATTACK the gate is red, so the plan asks less: found before and after approval, until quality accepts it."""
    red.write("clausework.yaml", LOWERED)
    with red.open(reading=True) as workplace:
        (before,) = findings(workplace)
    assert (before.finding.kind, before.work_tree, before.in_force, before.finding.since) == (
        "lowered",
        True,
        False,
        "",
    )
    approve_plan(red, LOWERED)
    with red.open() as workplace:
        (found,) = findings(workplace)
        assert (found.finding.id, found.open, found.in_force) == (before.finding.id, True, True)
        verdict, approval = found.finding.records
        records = workplace.snapshot().records
        said: CheckVerdict = next(one for one in records[verdict].body.checks if one.check == "coverage")
        assert (said.outcome, said.settings["line"]) == ("fail", "80")
        assert found.finding.since == records[approval].body.made.at
        assert [one.finding.id for one in status(workplace).plan_findings] == [found.finding.id]
        decide(workplace, "review", found.finding.id, ACCEPTED, person(workplace, QUALITY))
        (found,) = findings(workplace)
    assert (found.open, found.review) == (False, "accepted")


def test_a_review_by_another_role_is_none(red: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """ATTACK the release authority accepts the finding, past what 'decide' refuses: only quality's word counts."""
    monkeypatch.setattr(
        "clausework.actions.decide.counted_role",
        lambda _matter, held, roles: next((role for role in roles if role in held), ""),
    )
    approve_plan(red, LOWERED)
    with red.open() as workplace:
        (found,) = findings(workplace)
        decide(workplace, "review", found.finding.id, ACCEPTED, person(workplace, RELEASE))
        (found,) = findings(workplace)
    assert found.open


def test_a_threshold_set_to_what_was_measured_is_found(verified: Device) -> None:
    """ATTACK 99 asked where 100 % was measured: found with what was measured when the plan came into force."""
    approve_plan(verified, PLAN + "stages: {unit: {checks: {coverage: {line: 99}}}}\n")
    with verified.open(reading=True) as workplace:
        (found,) = findings(workplace)
    assert found.finding.kind == "hair"
    assert "unit.coverage.line of counter was set to 99" in found.finding.message
    assert "2/2 (100 %) was measured" in found.finding.message


def test_a_check_taken_out_is_found(verified: Device) -> None:
    """ATTACK a check that vanished between two approved plans."""
    approve_plan(verified, PLAN + f"stages: {{build: {{without: [rebuild], {BECAUSE}}}}}\n")
    with verified.open(reading=True) as workplace:
        (found,) = findings(workplace)
    assert found.finding.message.startswith("the check build.rebuild of counter is asked no more")


OVERDUE = PLAN + 'gaps: {"9.6": {reason: By hand., where: SOP-9, owner: quality, review: 2020-01-31}}\n'


def test_going_back_to_a_laxer_plan_is_found(red: Device) -> None:
    """ATTACK the plan from before, which was approved once: approved again after a failure, it is a step down."""
    stricter = PLAN + "stages: {unit: {checks: {coverage: {line: 90}}}}\n"
    approve_plan(red, stricter)
    with red.open() as workplace:
        open_build(workplace)
        checks = {one.check: one for one in run_gates(workplace, ["unit"]).stages[0].checks}
        assert (checks["coverage"].outcome, checks["coverage"].settings["line"]) == ("fail", "90")
    red.write("clausework.yaml", PLAN)
    with red.open(reading=True) as workplace:
        (before,) = findings(workplace)
    assert "was lowered from 90 to 80" in before.finding.message
    approve_plan(red, PLAN)
    with red.open(reading=True) as workplace:
        (after,) = findings(workplace)
    assert (after.finding.id, after.in_force) == (before.finding.id, True)


def test_what_came_after_a_release_is_not_held_against_it(releasable: Device) -> None:
    """CONTROL: a version that was released stays admitted when a review of its plan falls due, or the plan changes."""
    with releasable.open() as workplace:
        sign(workplace, person(workplace, QUALITY), VERSION)
        assert sign(workplace, person(workplace, RELEASE), VERSION)
    approve_plan(releasable, OVERDUE)
    with releasable.open() as workplace:
        snapshot = workplace.snapshot()
        candidate = newest_candidate(snapshot.records, VERSION)
        facts = fold_release_facts(snapshot, workplace.ledger, candidate, at="2098-01-01T00:00:00.000Z")
    assert facts.plan_findings == ()


def test_an_overdue_review_stands_before_the_release(verified: Device) -> None:
    """Lapse: the release gate refuses until quality accepted the finding; it names it, and the command."""
    approve_plan(verified, OVERDUE)
    with verified.open() as workplace:
        refused = _thresholds(workplace)
        assert refused.outcome == "fail"
        assert refused.reasons[0].message == "the review of gaps.9.6 was due on 2020-01-31"
        (found,) = findings(workplace)
        assert refused.reasons[0].command.endswith(f"clausework decide review {found.finding.id}")
        decide(workplace, "review", found.finding.id, ACCEPTED, person(workplace, QUALITY))
        assert _thresholds(workplace).outcome == "pass"


def _thresholds(workplace: Workplace) -> CheckVerdict:
    return next(one for one in release(workplace, VERSION).conditions if one.check == "thresholds")


def test_a_plan_without_history_has_no_finding(verified: Device) -> None:
    """CONTROL: nothing stands against the first plan, whatever its gates said."""
    with verified.open(reading=True) as workplace:
        assert findings(workplace) == []


def test_lint_tells_gaps_overdue_reviews_and_findings(red: Device) -> None:
    """``lint --plan`` refuses for each of the three, and counts them."""
    red.write("clausework.yaml", OVERDUE + LOWERED.removeprefix(PLAN))
    linted = lint_plan(red.folder, clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))
    assert {one.clause for one in linted.coverage.overdue} == {"EN 62304 9.6"}
    with pytest.raises(PlanLeavesGaps, match=r"\d+ gaps that nobody accepted, 1 accepted gap .* 2 findings"):
        linted.refuse_gaps()


def test_the_command_line_tells_who_owns_a_finding_and_takes_its_review(red: Device) -> None:
    """As a user: lint --plan and status name finding, owner and command; decide takes the ID, no wrong one."""
    approve_plan(red, LOWERED)
    shown = red.process("lint", "--plan")
    assert shown.returncode == 1
    (line,) = [one for one in shown.stdout.splitlines() if "was lowered from 80 to 45" in one]
    name = line.split()[1]
    assert "owned by quality; #" in shown.stdout
    assert name in red.process("status").stdout
    fields = [
        "--method",
        "review",
        "--outcome",
        "accepted",
        "--rationale",
        ACCEPTED["rationale"],
        "--as",
        QUALITY,
    ]
    wrong = red.process("decide", "review", "plan:ffffffffffff", *fields)
    assert (wrong.returncode, "names no finding" in wrong.stderr) == (2, True)
    assert red.process("decide", "review", name, *fields).returncode == 0
    assert f"reviewed  {name}" in red.process("lint", "--plan").stdout
    assert name not in red.process("status").stdout


def test_lapse_a_review_that_nothing_would_count_is_recorded(red: Device) -> None:
    """Lapse: the release authority accepts a finding that quality alone accepts, and is told that it has effect."""
    approve_plan(red, LOWERED)
    with red.open() as workplace:
        (found,) = findings(workplace)
        before = len(workplace.snapshot().records)
        with pytest.raises(ReviewedInVain, match=f"{found.finding.id} counts in the role quality"):
            decide(workplace, "review", found.finding.id, ACCEPTED, person(workplace, RELEASE))
        assert len(workplace.snapshot().records) == before


def test_a_finding_is_named_whole_or_by_its_beginning(red: Device) -> None:
    """Wrong input: four digits at least, and only what stands."""
    approve_plan(red, LOWERED)
    with red.open() as workplace:
        (found,) = findings(workplace)
        for wrong in ("plan:", found.finding.id[:8], "plan:" + "0" * 12):
            with pytest.raises(PlanFindingUnknown):
                decide(workplace, "review", wrong, ACCEPTED, person(workplace, QUALITY))
        assert decide(workplace, "review", found.finding.id[:10], ACCEPTED, person(workplace, QUALITY)).signed
