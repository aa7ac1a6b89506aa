"""The history of a plan's thresholds: what was lowered, set to what was measured, or vanished, and still stands."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.gates.plan_reviews import overdue_findings, owed_reviews
from clausework.gates.threshold_history import (
    Measured,
    PastCheck,
    PlanVersion,
    Use,
    history_findings,
    within_a_hair,
)
from clausework.gates.unmeasured_history import unmeasured_findings
from clausework.ledger.records.gates import CheckVerdict, Outcome
from clausework.ledger.records.values import Ratio
from clausework.plan.checks import WholeNumber
from clausework.plan.load import load_plan

BECAUSE = "because: {text: generated code, reference: VP-2, owner: developer, review: 2027-01-31}"
HEAD = """\
device: {name: Infusor, manufacturer: Example Medical}
software_systems:
  - {id: pump, safety_class: CLASS, items: [{id: controller, paths: [src/**]}]}
roles: {quality: {people: [q@e.f]}, developer: {people: [d@e.f]}}
"""
PERCENT = WholeNumber(0, 100)


def plan(stages: str = "{}", safety_class: str = "C", more: str = "") -> str:
    """Return a plan with those stages."""
    return HEAD.replace("CLASS", safety_class) + f"stages: {stages}\n" + more


def line(percent: int) -> str:
    """Return a plan that asks so much of the lines of units."""
    return plan(f"{{unit: {{checks: {{coverage: {{line: {percent}, {BECAUSE}}}}}}}}}")


def versions(*texts: str) -> list[PlanVersion]:
    """Return plans in force from the records 0, 100, 200 ... on."""
    return [
        PlanVersion(f"{number:064x}", load_plan(text.encode(), "p"), number * 100, f"2026-0{number + 1}-01")
        for number, text in enumerate(texts)
    ]


def said(
    record: int, outcome: Outcome, check: str = "coverage", stage: str = "unit", **settings: str
) -> PastCheck:
    """Return what a check said in a recorded verdict."""
    return PastCheck(record, "controller", stage, CheckVerdict(check, "1", outcome, ("5.5.5",), settings))


RED = said(50, "fail", level="unit", line="90", branch="80")


def nothing_measured(_version: PlanVersion, _use: Use) -> Measured:
    """Measure nothing."""
    return {}


def kinds(
    history: list[PlanVersion], past: tuple[PastCheck, ...] = (), measured: Mapping[str, Ratio] | None = None
) -> list[str]:
    """Return the kinds of the findings, with what each names."""

    def measure(_version: PlanVersion, use: Use) -> Measured:
        return (
            {name: (ratio,) for name, ratio in (measured or {}).items()} if use.use.name == "coverage" else {}
        )

    return sorted(f"{one.kind}: {one.message}" for one in history_findings(history, past, measure))


def test_a_threshold_lowered_after_a_failure_is_found() -> None:
    """ATTACK 90 fails, so 80 is asked: the finding names both values, the failing verdict, the plan and its owner."""
    (finding,) = history_findings(versions(plan(), line(80)), (RED,), nothing_measured)
    assert finding.kind == "lowered"
    assert "unit.coverage.line of controller was lowered from 90 to 80" in finding.message
    assert finding.records == (50, 100)
    assert (finding.since, finding.owners) == ("2026-02-01", ("developer",))


def test_a_threshold_lowered_without_a_failure_needs_its_defence_alone() -> None:
    """CONTROL: where the check had only passed, nothing is held against the new value."""
    passed = said(50, "pass", level="unit", line="90")
    assert kinds(versions(plan(), line(80)), (passed,)) == []
    assert kinds(versions(plan(), line(80))) == []


def test_a_failure_after_the_plan_is_not_its_cause() -> None:
    """CONTROL: a verdict that came later is no failure that the plan answered."""
    assert kinds(versions(plan(), line(80)), (said(150, "fail", line="90"),)) == []


def test_a_failure_under_the_laxer_value_is_not_its_cause() -> None:
    """CONTROL: what failed under 70 says nothing of a step from 90 to 80."""
    assert kinds(versions(plan(), line(80)), (said(50, "fail", line="70"),)) == []


def test_a_failure_that_a_deviation_covered_counts() -> None:
    """ATTACK a deviation first, then the threshold: the check had not passed."""
    assert len(kinds(versions(plan(), line(80)), (said(50, "deviation", line="90"),))) == 1


def test_small_steps_are_all_found() -> None:
    """ATTACK a threshold lowered bit by bit: each step after the failure is a finding of its own."""
    assert len(kinds(versions(plan(), line(88), line(86), line(84)), (RED,))) == 3


def test_a_threshold_that_was_raised_again_is_no_finding() -> None:
    """CONTROL: once the stricter value is asked again, nothing stands against the plan."""
    assert kinds(versions(plan(), line(80), plan()), (RED,)) == []
    assert kinds(versions(plan(), line(80), line(95)), (RED,)) == []


def test_a_threshold_raised_in_part_is_still_lower_than_it_was() -> None:
    """ATTACK a token raise: 90, 80, 85 asks less than what failed."""
    (told,) = kinds(versions(plan(), line(80), line(85)), (RED,))
    assert "from 90 to 80" in told


def test_a_threshold_taken_away_counts_as_lowered() -> None:
    """ATTACK the whole setting removed from a stage of the plan's own."""
    own = "{{bench: {{clauses: [5.5.5], checks: {{coverage: {{level: unit, {}}}}}}}}}"
    history = versions(plan(own.format("line: 90, mcdc: 50")), plan(own.format("line: 90")))
    (told,) = kinds(history, (said(50, "fail", stage="bench", mcdc="50"),))
    assert "bench.coverage.mcdc of controller was lowered from 50 to nothing" in told


def test_a_step_down_a_ladder_is_found() -> None:
    """ATTACK medium findings block, so only high ones are looked at: words are compared by their order."""
    laxer = plan(f"{{analysis: {{checks: {{findings: {{at_least: high, {BECAUSE}}}}}}}}}")
    (told,) = kinds(versions(plan(), laxer), (said(50, "fail", "findings", "analysis", at_least="medium"),))
    assert "analysis.findings.at_least of controller was lowered from medium to high" in told


def test_another_test_level_counts_as_lowered() -> None:
    """ATTACK looking elsewhere: what a failing check looks at is another setting than it was."""
    own = "{{bench: {{clauses: [5.7.1], checks: {{tests: {{level: {}}}}}}}}}"
    history = versions(plan(own.format("system")), plan(own.format("unit")))
    assert len(kinds(history, (said(50, "fail", "tests", "bench", level="system"),))) == 1


def test_a_switch_turned_off_is_found() -> None:
    """ATTACK approval of changes switched off after a commit without one was refused."""
    off = plan(f"{{integration: {{checks: {{commits: {{approved: false, {BECAUSE}}}}}}}}}")
    past = (said(50, "fail", "commits", "integration", approved="True"),)
    (told,) = kinds(versions(plan(), off), past)
    assert "from true to false" in told


POLICIES = """\
policies: {{p: {{file: p.rego, challenges: p, sha256: "{}", clauses: [8.1.2]}}}}
"""
RULED = "{rules: {clauses: [8.1.2], checks: {'policy:p': {}}}}"


def test_a_policy_changed_after_it_failed_is_found() -> None:
    """ATTACK the rule rewritten after it refused: whether another rule asks as much, nobody can tell but a person."""
    before, after = (plan(RULED, more=POLICIES.format(letter * 64)) for letter in "ab")
    past = (said(50, "fail", "policy:p", "rules", policy="a" * 64),)
    (told,) = kinds(versions(before, after), past)
    assert "rules.policy:p.policy of controller was lowered from aaaaaaaaaaaa to bbbbbbbbbbbb" in told
    assert kinds(versions(before, after)) == []


def test_a_lower_safety_class_shows_as_what_it_takes_away() -> None:
    """ATTACK the class lowered instead of the threshold: what is asked less, and what vanished, is told by check."""
    found = kinds(versions(plan(), plan(safety_class="B")), (RED,))
    assert any("unit.coverage.line of controller was lowered from 90 to 80" in one for one in found)
    to_a = kinds(versions(plan(), plan(safety_class="A")))
    assert any(one.startswith("vanished: the check unit.coverage of controller") for one in to_a)
    assert any(one.startswith("vanished: the check system.risk_controls") for one in to_a)


def test_a_check_taken_out_is_found_until_it_is_back() -> None:
    """ATTACK a check that vanished: found with the plan that took it out, until a plan asks it again."""
    out = plan(f"{{build: {{without: [rebuild], {BECAUSE}}}}}")
    (finding,) = history_findings(versions(plan(), out), (), nothing_measured)
    assert finding.message.startswith("the check build.rebuild of controller is asked no more")
    assert (finding.records, finding.owners) == ((100,), ("developer",))
    assert kinds(versions(plan(), out, plan())) == []


def test_a_stage_that_vanished_is_told_once() -> None:
    """ATTACK a whole gate of the plan's own cut: one finding for the stage, not one for each check."""
    own = "{bench: {clauses: [5.7.1], checks: {tests: {level: system}, verified: {}}}}"
    assert kinds(versions(plan(own), plan())) == [
        f"vanished: the stage 'bench' of controller is asked no more, since plan {'0' * 12}"
    ]


def test_a_software_item_that_vanished_is_told_once() -> None:
    """ATTACK a part renamed or dropped: its gates vanish with it, and that is said."""
    other = plan().replace("controller", "pump-controller")
    (told,) = kinds(versions(plan(), other))
    assert told.startswith("vanished: the software item 'controller' is in the plan no more")


def test_a_threshold_set_to_what_was_measured_is_found() -> None:
    """ATTACK 84 asked where 84.3 % is reached: a threshold that the next careless commit cannot fail by much."""
    measured = {"line": Ratio(843, 1000)}
    (told,) = kinds(versions(plan(), line(84)), measured=measured)
    assert told.startswith("hair: unit.coverage.line of controller was set to 84 by plan")
    assert "843/1000 (84 %) was measured" in told
    assert len(kinds(versions(plan(), line(85)), measured=measured)) == 1
    assert len(kinds(versions(plan(), line(95)), measured={"line": Ratio(955, 1000)})) == 1


def test_a_threshold_away_from_what_was_measured_is_none() -> None:
    """CONTROL: a value with reserve, the built-in default, and one that was not touched are no findings."""
    measured = {"line": Ratio(843, 1000)}
    assert kinds(versions(plan(), line(80)), measured=measured) == []
    assert kinds(versions(plan(safety_class="B"), plan()), measured={"line": Ratio(905, 1000)}) == []
    assert kinds(versions(line(84), line(84)), measured=measured) == []
    assert kinds(versions(line(84)), measured=measured) == []


def test_a_hair_that_was_cut_is_no_finding() -> None:
    """CONTROL: once another value is asked, the one that was measured stands no more."""
    assert kinds(versions(plan(), line(84), line(88)), measured={"line": Ratio(843, 1000)}) == []


@pytest.mark.parametrize(
    ("kind", "value", "measured", "is_one"),
    [
        (PERCENT, 84, Ratio(840, 1000), True),
        (PERCENT, 84, Ratio(850, 1000), True),
        (PERCENT, 84, Ratio(8501, 10000), False),
        (PERCENT, 85, Ratio(840, 1000), True),
        (PERCENT, 100, Ratio(1000, 1000), False),
        (PERCENT, 0, Ratio(0, 0), False),
        (WholeNumber(0, 10_000, higher_is_stricter=False), 17, Ratio(17, 1), True),
        (WholeNumber(0, 10_000, higher_is_stricter=False), 18, Ratio(17, 1), False),
        (WholeNumber(0, 10_000, higher_is_stricter=False), 0, Ratio(0, 1), False),
    ],
)
def test_a_hair_is_one_point_or_the_very_count(
    kind: WholeNumber, value: int, measured: Ratio, *, is_one: bool
) -> None:
    """One percentage point of a share, exactly a count; the strictest value there is is never one."""
    assert within_a_hair(kind, value, measured) is is_one


@given(st.integers(0, 99), st.integers(1, 10**6), st.data())
def test_a_hair_is_measured_without_rounding(value: int, total: int, data: st.DataObject) -> None:
    """PROPERTY shares are compared as fractions: none slips through between two decimals."""
    covered = data.draw(st.integers(0, total))
    near = abs(covered * 100 / total - value) <= 1
    exact = abs(covered * 100 - value * total) <= total
    if total > 1:
        assert within_a_hair(PERCENT, value, Ratio(covered, total)) is exact
        assert exact == near or abs(abs(covered * 100 / total - value) - 1) < 1e-9


def test_a_finding_is_the_same_for_as_long_as_it_is_about_the_same() -> None:
    """A review binds to a finding's digest: the same step has it always, another step another."""
    once = history_findings(versions(plan(), line(80)), (RED,), nothing_measured)
    again = history_findings(versions(plan(), line(80)), (RED, said(300, "pass")), nothing_measured)
    other = history_findings(versions(plan(), line(79)), (RED,), nothing_measured)
    assert once == again
    assert once[0].sha256 != other[0].sha256
    assert once[0].id.startswith("plan:")


OWING = plan(
    f"{{build: {{without: [rebuild], {BECAUSE}}}, unit: {{checks: {{coverage: {{line: 80, {BECAUSE}}}}}}}}}",
    more='gaps: {"5.3.1": {reason: r, where: w, owner: quality, review: 2026-12-31}}\n',
)


def test_every_review_that_the_plan_owes_is_known() -> None:
    """Defences of stages and of checks, and accepted gaps, each with its owner and day."""
    owed = owed_reviews(load_plan(OWING.encode(), "p"))
    assert [(one.place, one.owner, one.day) for one in owed] == [
        ("stages.build", "developer", "2027-01-31"),
        ("stages.unit.checks.coverage", "developer", "2027-01-31"),
        ("gaps.5.3.1", "quality", "2026-12-31"),
    ]


@pytest.mark.parametrize(
    ("day", "places"),
    [
        ("2026-12-31", []),
        ("2027-01-01", ["gaps.5.3.1"]),
        ("2027-02-01", ["stages.build", "stages.unit.checks.coverage", "gaps.5.3.1"]),
    ],
)
def test_a_review_is_overdue_from_the_day_after(day: str, places: list[str]) -> None:
    """Lapse: a review that was due and not held is a finding with its day and owner; on its day it is not late."""
    found = overdue_findings(load_plan(OWING.encode(), "p"), "a" * 64, day)
    assert [one.message.split()[3] for one in found] == places
    assert all(one.kind == "overdue" and one.owners for one in found)


def test_a_review_of_an_overdue_finding_holds_for_one_plan() -> None:
    """ATTACK one review for ever: the next plan that still owes it is asked anew."""
    loaded = load_plan(OWING.encode(), "p")
    one, other = (overdue_findings(loaded, letter * 64, "2027-01-15") for letter in "ab")
    assert one[0].sha256 != other[0].sha256


def unmeasured(*paths: str) -> str:
    """Return a plan that lets files of these patterns go unmeasured."""
    return plan().replace("[src/**]}", f"[src/**], unmeasured: {{paths: [{', '.join(paths)}], {BECAUSE}}}}}")


def test_attack_a_file_goes_unmeasured_after_its_coverage_failed() -> None:
    """ATTACK the alarm handler's coverage fails, so nobody measures it any more: as found as a lower threshold is."""
    history = versions(unmeasured("src/gen/**"), unmeasured("src/gen/**", "src/alarm.py"))
    (finding,) = unmeasured_findings(history, (RED,))
    assert finding.message.startswith(
        "src/alarm.py of controller goes unmeasured by plan 000000000000, after its"
    )
    assert (finding.kind, finding.records, finding.owners) == ("lowered", (50, 100), ("developer",))


def test_what_goes_unmeasured_without_a_failure_or_is_measured_again_is_no_finding() -> None:
    """The control: generated code of the first plan, a failure of something else, and a file that is asked again."""
    gone = unmeasured("src/alarm.py")
    assert unmeasured_findings(versions(plan(), gone), ()) == ()
    assert unmeasured_findings(versions(plan(), gone), (said(50, "fail", "tests"), said(150, "fail"))) == ()
    assert unmeasured_findings(versions(plan(), gone, plan()), (RED,)) == ()
    assert unmeasured_findings(versions(gone), (RED,)) == ()
