"""The check of safety paths beside its challenges: what it says, what its facts hold, several software items."""

from __future__ import annotations

import msgspec
import pytest

from clausework.gates import coverage, coverage_facts, proving_ledger, safety_paths
from clausework.gates.challenge import ITEMS
from clausework.gates.coverage_samples import LINES, lcov
from clausework.gates.facts import Facts
from clausework.gates.proving import facts_of
from clausework.gates.safety_path_challenges import much_elsewhere, told
from clausework.gates.safety_path_facts import Realising
from clausework.ledger.records.values import Ratio
from clausework.plan.checks import CHECKS
from clausework.plan.profiles import check_profile

ALARM = "src/controller/alarm.py"
SETTINGS: dict[str, str | int | bool] = {"level": "unit", "line": 90}


def judged(facts: Facts, **settings: str | int | bool) -> tuple[str, tuple[str, ...]]:
    """Return the outcome and the messages of the check."""
    judgement = safety_paths.evaluate(facts, {**SETTINGS, **settings})
    return judgement.outcome, tuple(reason.message for reason in judgement.reasons)


def test_attack_ninety_per_cent_hide_an_alarm_handler_that_nothing_tests() -> None:
    """ATTACK: the coverage of all files reaches the threshold of class C, and the alarm handler's is 0 %."""
    facts = facts_of(told(much_elsewhere() + lcov(file=ALARM, missed=LINES)))
    assert coverage.evaluate(facts, {"level": "unit", "line": 90}).outcome == "pass"
    outcome, messages = judged(facts)
    assert outcome == "fail"
    assert messages == (
        "UNIT-1 (Motor; realises RC-1): line coverage is 0/10 (0 %), "
        "the plan asks 90 % of what realises a risk control",
        "UNIT-1 (Motor; realises RC-1): no line of src/controller/alarm.py was run",
    )


def test_attack_the_alarm_handler_is_left_out_of_the_measurement() -> None:
    """ATTACK: a file that no report names is not absent: it counts as 0 %."""
    outcome, messages = judged(facts_of(told(much_elsewhere())))
    assert outcome == "fail"
    assert "no coverage report names src/controller/alarm.py, so it counts as 0 %" in messages[0]


def test_facts_hold_control_units_however_many_other_files_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of all files may leave some out; those of a control unit are folded from the reports themselves."""
    monkeypatch.setattr(coverage_facts, "MOST_FILES", 1)
    worst = lcov(file="src/other/part1.py", missed=LINES)
    facts = facts_of(told(worst + lcov(file=ALARM, missed=(3,))))
    assert [one.path for one in facts.coverage[0].files] == ["src/other/part1.py"]
    assert facts.safety_paths is not None
    (unit,) = facts.safety_paths.units
    assert (unit.id, unit.controls, unit.requirements) == ("UNIT-1", ("RC-1",), ("REQ-1",))
    measured = unit.at("unit")
    assert measured is not None
    assert (measured.line, measured.branch, measured.unnamed_count) == (Ratio(9, 10), Ratio(2, 2), 0)
    assert unit.at("system") is None


def test_a_refusal_names_unit_control_who_and_command() -> None:
    """Whoever reads it knows what to test, for which control, and how to go on."""
    facts = facts_of(told(lcov(file=ALARM, missed=(1, 2))))
    (reason,) = safety_paths.evaluate(facts, SETTINGS).reasons
    assert (reason.items, reason.who) == (("UNIT-1", "RC-1"), "developer")
    assert "record the report" in reason.command
    assert reason.records


def test_files_without_code_are_not_asked_for() -> None:
    """A document, declarations alone and an empty file hold nothing that a test could run."""
    source = (ALARM, "src/controller/README.md", "src/controller/alarm.pyi", "src/controller/limits.json")
    assert judged(facts_of(told(lcov(file=ALARM), source=source)))[0] == "pass"


def test_a_pass_names_the_units_and_the_least_of_them() -> None:
    """What was seen is told, not only that it was enough."""
    outcome, (message,) = judged(facts_of(told(lcov(file=ALARM, missed=(3,)))))
    assert outcome == "pass"
    assert message == (
        "each unit that realises a risk control (UNIT-1) is tested and reaches line 90 %; "
        "the least line coverage is 9/10 (90 %) of UNIT-1"
    )


def test_a_build_without_the_files_of_its_commit_proves_nothing() -> None:
    """An older build does not say which files there are: none of a unit's could be missed."""
    facts = facts_of(told(lcov(file=ALARM)))
    assert judged(msgspec.structs.replace(facts, safety_paths=None))[0] == "not_evaluated"


def test_a_comment_that_implements_makes_its_file_s_unit_a_control_unit() -> None:
    """A requirement is implemented by the unit of the file whose comment says so, as where the unit links to it."""
    items = facts_of(told(lcov(file=ALARM), items=ITEMS.replace(b"implements: [REQ-1], ", b""))).items
    assert Realising(items, {}, ()).without_unit == (("RC-1", "REQ-1"),)
    found = Realising(items, {"REQ-1": (f"{ALARM}:12",)}, ())
    assert ([unit.id for unit in found.units], found.without_unit) == (["UNIT-1"], ())


def test_no_plan_takes_the_check_out_for_class_c() -> None:
    """R2 allows no deviation for class C; the defaults ask more of a control unit than of the whole."""
    profile = check_profile("unit", "safety_paths")
    whole = check_profile("unit", "coverage")
    assert profile is not None
    assert whole is not None
    assert "C" in profile.kept
    assert "A" in profile.not_applicable
    for name in ("line", "branch"):
        for safety_class, percent in profile.settings[name].items():
            assert int(percent) >= int(whole.settings[name].get(safety_class, 0))
    assert set(CHECKS["safety_paths"]) == {"level", "line", "branch", "mcdc"}


TWO_ITEMS = proving_ledger.PLAN.replace(
    b'items: [{id: controller, paths: ["src/**"]}]',
    b'items: [{id: controller, paths: ["src/**"]}, {id: display, paths: ["display/**"]}]',
)


@pytest.fixture
def two_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the plan of the worlds have a second software item; the build is the controller's."""
    assert TWO_ITEMS != proving_ledger.PLAN
    monkeypatch.setattr(proving_ledger, "PLAN", TWO_ITEMS)


@pytest.mark.usefixtures("two_items")
def test_a_unit_of_another_software_item_is_asked_of_that_one_s_build() -> None:
    """What is part of the display has its files, tests and coverage there."""
    elsewhere = ITEMS.replace(b"part_of: [ARC-1]", b"part_of: [display]")
    facts = facts_of(told(lcov(file=ALARM), items=elsewhere))
    known = msgspec.structs.replace(facts, item_errors=0)  # the worlds' items know one software item alone
    judgement = safety_paths.evaluate(known, SETTINGS)
    assert judgement.outcome == "not_applicable"
    assert judgement.rationale.endswith("in other software items: UNIT-1")
    here = ITEMS.replace(b"part_of: [ARC-1]", b"part_of: [controller]")
    assert judged(facts_of(told(lcov(file=ALARM, missed=LINES), items=here)))[0] == "fail"


@pytest.mark.usefixtures("two_items")
def test_a_unit_that_says_nothing_belongs_to_the_item_whose_files_it_has() -> None:
    """Its files decide; one file of the own item's among them, and it is asked here."""
    loose = ITEMS.replace(b"src/controller/**", b"display/** src/controller/**")
    source = ("display/alarm.py", "src/other/part1.py")
    assert safety_paths.evaluate(facts_of(told(lcov(), source=source, items=loose)), SETTINGS).outcome == (
        "not_applicable"
    )
    both = (ALARM, *source)
    outcome, messages = judged(facts_of(told(lcov(file=ALARM), source=both, items=loose)))
    assert outcome == "fail"
    assert "no coverage report names display/alarm.py" in messages[0]
